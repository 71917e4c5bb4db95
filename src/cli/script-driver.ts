// The driver of a script (script-program.ts): a small WebAssembly module that brings the script's instances into being
// and calls their exports, in the script's order (wasm/writer.ts). Each step is a function without parameters that
// returns 1 if all results are as expected; the driver's _start calls each through the intrinsic try_call, which gives
// TRAPPED + TrapKind if it traps, and hands what came out to the runtime's wx_script_check, which reports differences
// (runtime/script.ts).
//
// What a script's modules export is taken on trust (link/resolve.ts): all references are words, and the driver calls
// them externref, so that it need not know the types of other modules.

import { I32Column, U8Column } from "../base/columns";
import { TrapKind } from "../base/traps";
import { addWide, wideHi, wideLo } from "../base/wide";
import { Feature, featureName } from "../wasm/features";
import { NOT_LINKED } from "../link/linked";
import { CommandKind, ScriptCommand, ScriptValue, ValueForm } from "../text/script";
import { Module } from "../wasm/module";
import { Opcode } from "../wasm/opcodes";
import { isRef, ValueKind } from "../wasm/types";
import { ModuleWriter, pushS32, pushS64, pushU32 } from "../wasm/writer";

/** The trap that a script names by a prefix of its message, or -1. */
export function trapOfText(text: string): i32 {
  if (text.startsWith("unreachable")) return TrapKind.Unreachable;
  if (text.startsWith("out of bounds memory access")) return TrapKind.MemoryOutOfBounds;
  if (text.startsWith("out of bounds table access")) return TrapKind.TableOutOfBounds;
  if (text.startsWith("undefined element")) return TrapKind.TableOutOfBounds;
  if (text.startsWith("uninitialized element")) return TrapKind.IndirectCallToNull;
  if (text.startsWith("indirect call type mismatch")) return TrapKind.BadSignature;
  if (text.startsWith("integer overflow")) return TrapKind.IntegerOverflow;
  if (text.startsWith("integer divide by zero")) return TrapKind.IntegerDivisionByZero;
  if (text.startsWith("invalid conversion to integer")) return TrapKind.BadConversionToInteger;
  if (text.startsWith("call stack exhausted")) return TrapKind.StackOverflow;
  if (text.startsWith("null")) return TrapKind.NullReference;
  return -1;
}

const VOID: string = "";
const EXTERNREF: string = "\x6f";

/** What a step of the driver should come to: all as expected. */
export const AS_EXPECTED: i32 = 1;

/** A driver in the making. */
export class Driver {
  /** By import of the driver's module: the place of the instance that provides it (LinkOptions.driverProviders). */
  providers: I32Column = new I32Column();
  /** Why the last action that was refused cannot be expressed: the feature that it needs. */
  refusal: string = "";
  private writer: ModuleWriter = new ModuleWriter();
  /** By step: its function's body, and what it should come to. */
  private tests: Array<U8Column> = [];
  private expectations: Array<i32> = [];
  private funcs: Map<string, i32> = new Map<string, i32>();
  private globals: Map<string, i32> = new Map<string, i32>();
  private types: Map<string, i32> = new Map<string, i32>();
  private tryCall: i32 = 0;
  private check: i32 = 0;
  private externOf: i32 = 0;
  private externWord: i32 = 0;
  private checkI32: i32 = 0;
  private checkI64: i32 = 0;
  private checkF32: i32 = 0;
  private checkF64: i32 = 0;
  private checkReference: i32 = 0;

  /** Steps so far. */
  get count(): i32 {
    return this.tests.length;
  }

  constructor() {
    this.tryCall = this.importFunc("wx", "try_call", "\x70", "\x7f", NOT_LINKED);
    this.externOf = this.importFunc("wx", "extern_of", "\x7e", "\x6f", NOT_LINKED);
    this.externWord = this.importFunc("wx", "extern_word", "\x6f", "\x7e", NOT_LINKED);
    this.check = this.importFunc("runtime", "wx_script_check", "\x7f\x7f\x7f", "", NOT_LINKED);
    this.checkI32 = this.importFunc("runtime", "wx_script_i32", "\x7f\x7f\x7f", "\x7f", NOT_LINKED);
    this.checkI64 = this.importFunc("runtime", "wx_script_i64", "\x7e\x7e\x7f", "\x7f", NOT_LINKED);
    this.checkF32 = this.importFunc("runtime", "wx_script_f32", "\x7d\x7f\x7f\x7f", "\x7f", NOT_LINKED);
    this.checkF64 = this.importFunc("runtime", "wx_script_f64", "\x7c\x7e\x7e\x7f", "\x7f", NOT_LINKED);
    this.checkReference = this.importFunc("runtime", "wx_script_reference", "\x7e\x7f\x7e\x7f", "\x7f", NOT_LINKED);
  }

  /** Brings the instance at `place` into being; `expectation` is AS_EXPECTED or a trap (TRAPPED + TrapKind). */
  addInstantiation(place: i32, expectation: i32): void {
    const body = new U8Column();
    body.push(Opcode.Call);
    pushU32(body, this.importFunc("instantiate", `${place}`, "", "", NOT_LINKED));
    this.pushI32(body, 1);
    this.addStep(body, expectation);
  }

  /**
   * Adds an action or an assertion on one, about what the instance at `place`, of `module`, exports as number `e`. False,
   * with a refusal, if it needs what the driver cannot express.
   */
  addAction(command: ScriptCommand, module: Module, place: i32, e: i32, expectation: i32): boolean {
    const action = command.action;
    if (action == null) return false;
    const body = new U8Column();
    const index = module.exportIndex.get(e);
    let results = "";
    if (action.isGet) {
      results = this.typeCode(module.globalType.get(index));
      if (results.length == 0) return false;
      body.push(Opcode.GlobalGet);
      pushU32(body, this.importGlobal(action.field, results, module.globalMutable.get(index), place));
    } else {
      const type = module.funcType.get(index);
      let params = "";
      for (let i: i32 = 0; i < module.typeParamCount.get(type); i++) {
        const code = this.typeCode(module.paramType(type, i));
        if (code.length == 0) return false;
        params += code;
      }
      for (let i: i32 = 0; i < module.typeResultCount.get(type); i++) {
        const code = this.typeCode(module.resultType(type, i));
        if (code.length == 0) return false;
        results += code;
      }
      if (!this.pushArguments(body, action.args, params)) return false;
      body.push(Opcode.Call);
      pushU32(body, this.importFunc("script", action.field, params, results, place));
    }
    if (command.kind == CommandKind.AssertReturn) {
      if (!this.pushComparison(body, command.expected, results)) return false;
    } else {
      for (let i: i32 = 0; i < results.length; i++) body.push(Opcode.Drop);
      this.pushI32(body, 1);
    }
    this.addStep(body, expectation);
    return true;
  }

  private addStep(body: U8Column, expectation: i32): void {
    this.tests.push(body);
    this.expectations.push(expectation);
  }

  private refuse(reason: string): boolean {
    this.refusal = reason;
    return false;
  }

  /** The code of a value type as the driver has it; empty, with a refusal, if it has none. */
  private typeCode(type: i32): string {
    if (isRef(type)) return EXTERNREF;
    const kind = type & 0xff;
    if (kind == ValueKind.V128) this.refuse(featureName(Feature.Simd));
    return kind == ValueKind.V128 ? "" : String.fromCharCode(kind);
  }

  private pushArguments(body: U8Column, args: Array<ScriptValue>, params: string): boolean {
    if (args.length != params.length) return this.refuse("wrong number of arguments");
    for (let i: i32 = 0; i < args.length; i++) if (!this.pushValue(body, args[i], params.charAt(i))) return false;
    return true;
  }

  private pushValue(body: U8Column, value: ScriptValue, type: string): boolean {
    switch (value.form) {
      case ValueForm.Null:
        if (type != EXTERNREF) return this.refuse("argument of another type");
        this.pushI64(body, 0, 0);
        body.push(Opcode.Call);
        pushU32(body, this.externOf);
        return true;
      case ValueForm.Host:
        if (type != EXTERNREF) return this.refuse("argument of another type");
        this.pushHostWord(body, value);
        body.push(Opcode.Call);
        pushU32(body, this.externOf);
        return true;
      case ValueForm.Bits:
        if (value.type == ValueKind.V128) return this.refuse(featureName(Feature.Simd));
        if ((value.canonicalNans | value.arithmeticNans) != 0 || value.type != type.charCodeAt(0)) {
          return this.refuse("argument of another type");
        }
        this.pushConst(body, value.type, value.word(0), value.word(1));
        return true;
    }
    return this.refuse(featureName(Feature.Gc));
  }

  /** Word 0 is the null reference, so host value n is word n + 1. */
  private pushHostWord(body: U8Column, value: ScriptValue): void {
    addWide(value.word(0), 0, 1, 0);
    this.pushI64(body, wideLo(), wideHi());
  }

  private pushI32(body: U8Column, value: i32): void {
    body.push(Opcode.I32Const);
    pushS32(body, value);
  }

  private pushI64(body: U8Column, lo: i32, hi: i32): void {
    body.push(Opcode.I64Const);
    pushS64(body, lo, hi);
  }

  private pushConst(body: U8Column, type: i32, lo: i32, hi: i32): void {
    body.push(Opcode.I32Const + (ValueKind.I32 - type));
    switch (type) {
      case ValueKind.I32:
        pushS32(body, lo);
        break;
      case ValueKind.I64:
        pushS64(body, lo, hi);
        break;
      case ValueKind.F32:
        body.pushI32(lo);
        break;
      default:
        body.pushI32(lo);
        body.pushI32(hi);
    }
  }

  /** The index of the import of a function; each is imported once. */
  private importFunc(from: string, name: string, params: string, results: string, place: i32): i32 {
    const key = `${place} ${params}>${results}>${from}>${name}`;
    if (this.funcs.has(key)) return this.funcs.get(key) as i32;
    const index = this.writer.importFunc(from, name, this.type(params, results));
    this.providers.push(place);
    this.funcs.set(key, index);
    return index;
  }

  private importGlobal(name: string, type: string, mutable: i32, place: i32): i32 {
    const key = `${place} ${name}`;
    if (this.globals.has(key)) return this.globals.get(key) as i32;
    this.writer.importGlobal("script", name, type.charCodeAt(0), mutable);
    this.providers.push(place);
    const index = this.globals.size;
    this.globals.set(key, index);
    return index;
  }

  private type(params: string, results: string): i32 {
    const key = `${params}>${results}`;
    if (this.types.has(key)) return this.types.get(key) as i32;
    const type = this.writer.addType(params, results);
    this.types.set(key, type);
    return type;
  }

  /** Compares the results on the stack, last first, and leaves 1 if all are as expected. */
  private pushComparison(body: U8Column, expected: Array<ScriptValue>, results: string): boolean {
    if (expected.length != results.length) return this.refuse("wrong number of results");
    this.pushI32(body, 1);
    body.push(Opcode.LocalSet);
    body.push(0);
    for (let i: i32 = results.length - 1; i >= 0; i--) {
      if (!this.pushEqual(body, expected[i], results.charCodeAt(i), i)) return false;
      body.push(Opcode.LocalGet);
      body.push(0);
      body.push(Opcode.I32And);
      body.push(Opcode.LocalSet);
      body.push(0);
    }
    body.push(Opcode.LocalGet);
    body.push(0);
    return true;
  }

  /** Replaces the value on the stack, result `position`, by whether it is what `value` says. */
  private pushEqual(body: U8Column, value: ScriptValue, type: i32, position: i32): boolean {
    const isReference = type == EXTERNREF.charCodeAt(0);
    if (value.form == ValueForm.Either) return this.refuse(featureName(Feature.RelaxedSimd));
    if (isReference != (value.form != ValueForm.Bits) || (!isReference && value.type != type)) {
      return this.refuse("expectation of another type");
    }
    if (isReference) {
      this.pushReferenceCheck(body, value, position);
      return true;
    }
    switch (type) {
      case ValueKind.I32:
      case ValueKind.I64:
        this.pushConst(body, type, value.word(0), value.word(1));
        this.pushCheck(body, position, type == ValueKind.I32 ? this.checkI32 : this.checkI64);
        break;
      default:
        this.pushFloatCheck(body, value, position);
    }
    return true;
  }

  private pushCheck(body: U8Column, position: i32, check: i32): void {
    this.pushI32(body, position);
    body.push(Opcode.Call);
    pushU32(body, check);
  }

  private pushReferenceCheck(body: U8Column, value: ScriptValue, position: i32): void {
    body.push(Opcode.Call);
    pushU32(body, this.externWord);
    this.pushI32(body, value.form == ValueForm.Any ? 1 : 0);
    if (value.form == ValueForm.Host) this.pushHostWord(body, value);
    else this.pushI64(body, 0, 0);
    this.pushCheck(body, position, this.checkReference);
  }

  /** Floats compare as bits under a mask: a canonical NaN has any sign, an arithmetic one any payload with the quiet bit. */
  private pushFloatCheck(body: U8Column, value: ScriptValue, position: i32): void {
    const double = value.type == ValueKind.F64;
    const quiet: i32 = double ? 0x7ff80000 : 0x7fc00000;
    let maskLo: i32 = -1;
    let maskHi: i32 = -1;
    let lo = value.word(0);
    let hi = value.word(1);
    if ((value.canonicalNans | value.arithmeticNans) != 0) {
      const isCanonical = value.canonicalNans != 0;
      maskHi = isCanonical ? 0x7fffffff : quiet;
      maskLo = double ? (isCanonical ? -1 : 0) : maskHi;
      lo = double ? 0 : quiet;
      hi = quiet;
    }
    const integer: i32 = double ? ValueKind.I64 : ValueKind.I32;
    this.pushConst(body, integer, maskLo, maskHi);
    this.pushConst(body, integer, lo, hi);
    this.pushCheck(body, position, double ? this.checkF64 : this.checkF32);
  }

  /** Writes the driver module. */
  write(out: U8Column): void {
    const w = this.writer;
    const testType = this.type(VOID, "\x7f");
    const startType = this.type(VOID, VOID);
    const start = new U8Column();
    for (let i: i32 = 0; i < this.tests.length; i++) {
      const index = w.addFunc(testType, this.tests[i]);
      w.declareFunc(index);
      this.pushI32(start, i);
      this.pushI32(start, this.expectations[i]);
      start.push(Opcode.RefFunc);
      pushU32(start, index);
      start.push(Opcode.Call);
      pushU32(start, this.tryCall);
      start.push(Opcode.Call);
      pushU32(start, this.check);
    }
    w.exportFunc("_start", w.addFunc(startType, start));
    w.write(out);
  }
}
