// One module of a specification script and the assertions on it, as a driver: a small WebAssembly module that calls
// the exports and compares their results (wasm/writer.ts). Each assertion is a function without parameters that
// returns 1 if all results are as expected; the driver's _start calls each through the intrinsic try_call, which
// gives TRAPPED + TrapKind if it traps, and hands what came out to the runtime's wx_script_check, which reports
// differences, one a line: line number, expected outcome, actual outcome.

import { U8Column } from "../base/columns";
import { TrapKind } from "../base/traps";
import { addWide, wideHi, wideLo } from "../base/wide";
import { TRAPPED } from "../link/layout";
import { CommandKind, ScriptAction, ScriptCommand, ScriptValue, ValueForm } from "../text/script";
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

/** Opcodes that the driver is made of. */
const enum Code {
  Call = 0x10,
  Drop = 0x1a,
  LocalGet = 0x20,
  LocalSet = 0x21,
  GlobalGet = 0x23,
  I32Const = 0x41,
  I64Const = 0x42,
  F32Const = 0x43,
  F64Const = 0x44,
  I32Eqz = 0x45,
  I32Eq = 0x46,
  I64Eq = 0x51,
  I32And = 0x71,
  I64And = 0x83,
  I32Reinterpret = 0xbc,
  I64Reinterpret = 0xbd,
  RefNull = 0xd0,
  RefIsNull = 0xd1,
  RefFunc = 0xd2,
}

const FUNCREF: i32 = 0x70;
const EXTERNREF: i32 = 0x6f;

/** The type code of a value as a character, or "" if the driver does not know it. */
function typeCode(value: ScriptValue): string {
  const code = value.type;
  const isKnown = code == FUNCREF || code == EXTERNREF || (code >= 0x7c && code <= 0x7f);
  return isKnown ? String.fromCharCode(code) : "";
}

/** A driver in the making. */
export class Driver {
  private writer: ModuleWriter = new ModuleWriter();
  private start: U8Column = new U8Column();
  private tests: Array<U8Column> = [];
  private lines: Array<i32> = [];
  private expectations: Array<i32> = [];
  private imports: Array<string> = [];
  private tryCall: i32 = 0;
  private check: i32 = 0;
  private externOf: i32 = 0;
  private externWord: i32 = 0;

  constructor() {
    const w = this.writer;
    this.tryCall = w.importFunc("wx", "try_call", w.addType("\x70", "\x7f"));
    this.externOf = w.importFunc("wx", "extern_of", w.addType("\x7e", "\x6f"));
    this.externWord = w.importFunc("wx", "extern_word", w.addType("\x6f", "\x7e"));
    this.check = w.importFunc("runtime", "wx_script_check", w.addType("\x7f\x7f\x7f", ""));
  }

  get count(): i32 {
    return this.tests.length;
  }

  /** Adds an assertion (a command of the script); false if it needs what the driver cannot express. */
  add(command: ScriptCommand, resultTypes: string): boolean {
    const action = command.action;
    if (action == null || action.isGet) return false;
    let expectation: i32 = 1;
    if (command.kind == CommandKind.AssertTrap || command.kind == CommandKind.AssertExhaustion) {
      const trap = trapOfText(command.text);
      if (trap < 0) return false;
      expectation = TRAPPED + trap;
    }
    const body = new U8Column();
    const params = this.pushArguments(body, action);
    if (params == "?") return false;
    body.push(Code.Call);
    pushU32(body, this.importTarget(action.field, params, resultTypes));
    if (command.kind == CommandKind.AssertReturn) {
      if (!this.pushComparison(body, command.expected, resultTypes)) return false;
    } else {
      for (let i: i32 = 0; i < resultTypes.length; i++) body.push(Code.Drop);
      body.push(Code.I32Const);
      body.push(1);
    }
    this.tests.push(body);
    this.lines.push(command.line);
    this.expectations.push(expectation);
    return true;
  }

  /** Pushes an action's arguments; their types as a string, or "?" if there is one that cannot be expressed. */
  private pushArguments(body: U8Column, action: ScriptAction): string {
    let params = "";
    for (let i: i32 = 0; i < action.args.length; i++) {
      const value = action.args[i];
      const type = typeCode(value);
      if (type.length == 0 || !this.pushValue(body, value)) return "?";
      params += type;
    }
    return params;
  }

  private pushValue(body: U8Column, value: ScriptValue): boolean {
    switch (value.form) {
      case ValueForm.Null:
        body.push(Code.RefNull);
        body.push(value.type);
        return true;
      case ValueForm.Host:
        if (value.type != EXTERNREF) return false;
        this.pushHostWord(body, value);
        body.push(Code.Call);
        pushU32(body, this.externOf);
        return true;
      case ValueForm.Bits:
        if ((value.canonicalNans | value.arithmeticNans) != 0) return false;
        this.pushConst(body, value.type, value.word(0), value.word(1));
        return true;
    }
    return false;
  }

  /** Word 0 is the null reference, so host value n is word n + 1. */
  private pushHostWord(body: U8Column, value: ScriptValue): void {
    addWide(value.word(0), 0, 1, 0);
    body.push(Code.I64Const);
    pushS64(body, wideLo(), wideHi());
  }

  private pushConst(body: U8Column, type: i32, lo: i32, hi: i32): void {
    body.push(Code.I32Const + (0x7f - type));
    switch (type) {
      case 0x7f:
        pushS32(body, lo);
        break;
      case 0x7e:
        pushS64(body, lo, hi);
        break;
      case 0x7d:
        body.pushI32(lo);
        break;
      default:
        body.pushI32(lo);
        body.pushI32(hi);
    }
  }

  /** The import of export `field` with this type. */
  private importTarget(field: string, params: string, results: string): i32 {
    const key = `${params}>${results}>${field}`;
    for (let i: i32 = 0; i < this.imports.length; i++) {
      if (this.imports[i] == key) return i + 4;
    }
    this.imports.push(key);
    this.writer.importFunc("guest", field, this.writer.addType(params, results));
    return this.imports.length + 3;
  }

  /** Compares the results on the stack, last first, and leaves 1 if all are as expected. */
  private pushComparison(body: U8Column, expected: Array<ScriptValue>, results: string): boolean {
    if (expected.length != results.length) return false;
    body.push(Code.I32Const);
    body.push(1);
    body.push(Code.LocalSet);
    body.push(0);
    for (let i: i32 = results.length - 1; i >= 0; i--) {
      const value = expected[i];
      if (typeCode(value) != results.charAt(i) || !this.pushEqual(body, value)) return false;
      body.push(Code.LocalGet);
      body.push(0);
      body.push(Code.I32And);
      body.push(Code.LocalSet);
      body.push(0);
    }
    body.push(Code.LocalGet);
    body.push(0);
    return true;
  }

  /** Replaces the value on the stack by whether it is what `value` says. */
  private pushEqual(body: U8Column, value: ScriptValue): boolean {
    switch (value.form) {
      case ValueForm.Null:
        body.push(Code.RefIsNull);
        return true;
      case ValueForm.Any:
        body.push(Code.RefIsNull);
        body.push(Code.I32Eqz);
        return true;
      case ValueForm.Host:
        if (value.type != EXTERNREF) return false;
        body.push(Code.Call);
        pushU32(body, this.externWord);
        this.pushHostWord(body, value);
        body.push(Code.I64Eq);
        return true;
    }
    if (value.type == 0x7f || value.type == 0x7e) {
      this.pushConst(body, value.type, value.word(0), value.word(1));
      body.push(value.type == 0x7f ? Code.I32Eq : Code.I64Eq);
    } else {
      this.pushFloatEqual(body, value);
    }
    return true;
  }

  /** Floats compare as bits. A canonical NaN has any sign; an arithmetic one any payload with the quiet bit. */
  private pushFloatEqual(body: U8Column, value: ScriptValue): void {
    const double = value.type == 0x7c;
    const integer: i32 = double ? 0x7e : 0x7f;
    const quiet: i32 = double ? 0x7ff80000 : 0x7fc00000;
    const isNan = (value.canonicalNans | value.arithmeticNans) != 0;
    body.push(double ? Code.I64Reinterpret : Code.I32Reinterpret);
    if (isNan) {
      const high = value.arithmeticNans != 0 ? quiet : 0x7fffffff;
      const low: i32 = value.arithmeticNans != 0 ? 0 : -1;
      this.pushConst(body, integer, double ? low : high, high);
      body.push(double ? Code.I64And : Code.I32And);
      this.pushConst(body, integer, double ? 0 : quiet, quiet);
    } else {
      this.pushConst(body, integer, value.word(0), value.word(1));
    }
    body.push(double ? Code.I64Eq : Code.I32Eq);
  }

  /** Writes the driver module. */
  write(out: U8Column): void {
    const w = this.writer;
    const testType = w.addType("", "\x7f");
    const startType = w.addType("", "");
    for (let i: i32 = 0; i < this.tests.length; i++) {
      const index = w.addFunc(testType, this.tests[i]);
      w.declareFunc(index);
      this.start.push(Code.I32Const);
      pushS32(this.start, this.lines[i]);
      this.start.push(Code.I32Const);
      pushS32(this.start, this.expectations[i]);
      this.start.push(Code.RefFunc);
      pushU32(this.start, index);
      this.start.push(Code.Call);
      pushU32(this.start, this.tryCall);
      this.start.push(Code.Call);
      pushU32(this.start, this.check);
    }
    w.exportFunc("_start", w.addFunc(startType, this.start));
    w.write(out);
  }
}
