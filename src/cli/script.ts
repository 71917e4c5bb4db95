// One module of a specification script and the assertions on it, as a driver: a small WebAssembly module that calls
// the exports and compares their results (wasm/writer.ts). Each assertion is a function without parameters that
// returns 1 if all results are as expected; the driver's _start calls each through the intrinsic try_call, which
// gives TRAPPED + TrapKind if it traps, and hands what came out to the runtime's wx_script_check, which reports
// differences, one a line: line number, expected outcome, actual outcome.

import { U8Column } from "../base/columns";
import { JsonValue } from "../base/json";
import { TrapKind } from "../base/traps";
import { TRAPPED } from "../link/layout";
import { addWide, mulWide, subWide, wideHi, wideLo } from "../base/wide";
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
  if (text.startsWith("null reference")) return TrapKind.NullReference;
  return -1;
}

/** Parses a decimal number, possibly negative, modulo 2^64; the result is in wideLo() and wideHi(). */
function parseDecimal(text: string): void {
  const negative = text.startsWith("-");
  addWide(0, 0, 0, 0);
  for (let i: i32 = negative ? 1 : 0; i < text.length; i++) {
    mulWide(wideLo(), wideHi(), 10, 0);
    addWide(wideLo(), wideHi(), text.charCodeAt(i) - 48, 0);
  }
  if (negative) subWide(0, 0, wideLo(), wideHi());
}

/** Opcodes that the driver is made of. */
const enum Code {
  Call = 0x10,
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

/** The type code of a script's value type as a character, or "" if the driver does not know it. */
function typeCode(type: string): string {
  if (type == "i32") return "\x7f";
  if (type == "i64") return "\x7e";
  if (type == "f32") return "\x7d";
  if (type == "f64") return "\x7c";
  if (type == "externref") return "\x6f";
  if (type == "funcref") return "\x70";
  return "";
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
  add(command: JsonValue, resultTypes: string): boolean {
    const action = command.member("action");
    if (action == null || action.memberText("type") != "invoke") return false;
    const kind = command.memberText("type");
    let expectation: i32 = 1;
    if (kind == "assert_trap" || kind == "assert_exhaustion") {
      const trap = trapOfText(command.memberText("text"));
      if (trap < 0) return false;
      expectation = TRAPPED + trap;
    }
    const body = new U8Column();
    const params = this.pushArguments(body, action);
    if (params == "?") return false;
    body.push(Code.Call);
    pushU32(body, this.importTarget(action.memberText("field"), params, resultTypes));
    if (!this.pushComparison(body, kind == "assert_return" ? command.member("expected") : null, resultTypes))
      return false;
    this.tests.push(body);
    const line = command.memberText("line");
    parseDecimal(line);
    this.lines.push(wideLo());
    this.expectations.push(expectation);
    return true;
  }

  /** Pushes an action's arguments; their types as a string, or "?" if there is one that cannot be expressed. */
  private pushArguments(body: U8Column, action: JsonValue): string {
    const args = action.member("args");
    let params = "";
    if (args == null) return params;
    for (let i: i32 = 0; i < args.items.length; i++) {
      const type = typeCode(args.items[i].memberText("type"));
      if (type.length == 0 || !this.pushValue(body, type, args.items[i].memberText("value"))) return "?";
      params += type;
    }
    return params;
  }

  private pushValue(body: U8Column, type: string, value: string): boolean {
    if (type == "\x6f" || type == "\x70") {
      if (value == "null") {
        body.push(Code.RefNull);
        body.push(type.charCodeAt(0));
        return true;
      }
      if (type == "\x70") return false;
      // Word 0 is the null reference, so host value n is word n + 1.
      parseDecimal(value);
      addWide(wideLo(), wideHi(), 1, 0);
      body.push(Code.I64Const);
      pushS64(body, wideLo(), wideHi());
      body.push(Code.Call);
      pushU32(body, this.externOf);
      return true;
    }
    parseDecimal(value);
    const lo = wideLo();
    const hi = wideHi();
    body.push(Code.I32Const + (0x7f - type.charCodeAt(0)));
    switch (type.charCodeAt(0)) {
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
    return true;
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
  private pushComparison(body: U8Column, expected: JsonValue | null, results: string): boolean {
    if (expected == null) {
      for (let i: i32 = 0; i < results.length; i++) body.push(0x1a);
      body.push(Code.I32Const);
      body.push(1);
      return true;
    }
    if (expected.items.length != results.length) return false;
    body.push(Code.I32Const);
    body.push(1);
    body.push(Code.LocalSet);
    body.push(0);
    for (let i: i32 = results.length - 1; i >= 0; i--) {
      const item = expected.items[i];
      const type = typeCode(item.memberText("type"));
      if (type != results.charAt(i) || !this.pushEqual(body, type, item)) return false;
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

  /** Replaces the value on the stack by whether it is what `item` says. */
  private pushEqual(body: U8Column, type: string, item: JsonValue): boolean {
    const value = item.memberText("value");
    switch (type.charCodeAt(0)) {
      case 0x7f:
      case 0x7e:
        this.pushValue(body, type, value);
        body.push(type == "\x7f" ? Code.I32Eq : Code.I64Eq);
        return true;
      case 0x7d:
      case 0x7c:
        return this.pushFloatEqual(body, type == "\x7c", value);
    }
    if (item.member("value") == null || value == "null") {
      body.push(Code.RefIsNull);
      if (value != "null") body.push(Code.I32Eqz);
      return true;
    }
    if (type == "\x70") return false;
    parseDecimal(value);
    addWide(wideLo(), wideHi(), 1, 0);
    body.push(Code.Call);
    pushU32(body, this.externWord);
    body.push(Code.I64Const);
    pushS64(body, wideLo(), wideHi());
    body.push(Code.I64Eq);
    return true;
  }

  /** Floats compare as bits. A canonical NaN has any sign; an arithmetic one any payload with the quiet bit. */
  private pushFloatEqual(body: U8Column, double: boolean, value: string): boolean {
    const integer = double ? "\x7e" : "\x7f";
    const quiet = double ? "9221120237041090560" : "2143289344";
    const isNan = value.startsWith("nan:");
    body.push(double ? Code.I64Reinterpret : Code.I32Reinterpret);
    if (isNan) {
      const mask = value == "nan:arithmetic" ? quiet : double ? "9223372036854775807" : "2147483647";
      this.pushValue(body, integer, mask);
      body.push(double ? Code.I64And : Code.I32And);
    }
    this.pushValue(body, integer, isNan ? quiet : value);
    body.push(double ? Code.I64Eq : Code.I32Eq);
    return true;
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
