// Values in scripts: arguments as constants, results also as kinds of NaN, as references of a type, and as one of
// several values.

import { U8Column } from "../base/columns";
import { TypeCode } from "../wasm/format";
import { Opcode } from "../wasm/opcodes";
import { ValueKind } from "../wasm/types";
import { takeFloat, takeInteger } from "./constants";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { ScriptValue, ValueForm } from "./script";
import { takeHeapType } from "./types";
import { countLanes, laneBits } from "./vectors";

/** Takes the value that must be next; null after a failure. A list of choices must not hold another. */
export function takeScriptValue(m: TextModule): ScriptValue | null {
  if (!m.isOpen(Keyword.Either)) return takeSimpleValue(m);
  m.at += 2;
  const either = new ScriptValue(ValueForm.Either, 0);
  while (!m.isClose() && !m.failed) {
    const choice = takeSimpleValue(m);
    if (choice != null) either.choices.push(choice);
  }
  m.takeClose("a value");
  return m.failed ? null : either;
}

function takeSimpleValue(m: TextModule): ScriptValue | null {
  const keyword = m.openKeyword;
  const at = m.at + 1;
  if (keyword < 0) {
    m.unexpected("a value");
    return null;
  }
  m.at += 2;
  const value = takeContent(m, keyword);
  if (value == null) {
    m.unexpectedAt(at, "a value");
    return null;
  }
  m.takeClose("the end of the value");
  return m.failed ? null : value;
}

/** What stands behind the keyword of a value; null if that is none. */
function takeContent(m: TextModule, keyword: i32): ScriptValue | null {
  switch (m.words.opcode(keyword)) {
    case Opcode.I32Const:
      return takeScalar(m, ValueKind.I32, 32, false);
    case Opcode.I64Const:
      return takeScalar(m, ValueKind.I64, 64, false);
    case Opcode.F32Const:
      return takeScalar(m, ValueKind.F32, 32, true);
    case Opcode.F64Const:
      return takeScalar(m, ValueKind.F64, 64, true);
    case Opcode.V128Const:
      return takeVector(m);
    case Opcode.RefNull:
      return takeNull(m);
    case Opcode.RefFunc:
      return takeReference(m, TypeCode.Func);
    case Opcode.RefEq:
      return takeReference(m, TypeCode.Eq);
    case Opcode.RefI31:
      return takeReference(m, TypeCode.I31);
  }
  switch (keyword) {
    case Keyword.RefExtern:
      return takeReference(m, TypeCode.Extern);
    case Keyword.RefHost:
    case Keyword.RefAny:
      return takeReference(m, TypeCode.Any);
    case Keyword.RefStruct:
      return takeReference(m, TypeCode.Struct);
    case Keyword.RefArray:
      return takeReference(m, TypeCode.Array);
    case Keyword.RefExn:
      return takeReference(m, TypeCode.Exn);
  }
  return null;
}

function takeScalar(m: TextModule, type: i32, bits: i32, isFloat: boolean): ScriptValue {
  const value = new ScriptValue(ValueForm.Bits, type);
  const bytes = new U8Column();
  takeLane(m, value, 0, bits, isFloat, bytes);
  setWords(value, bytes);
  return value;
}

/** One number, or any NaN of a kind; appends its bytes. */
function takeLane(m: TextModule, value: ScriptValue, lane: i32, bits: i32, isFloat: boolean, out: U8Column): void {
  if (!isFloat) {
    if (takeInteger(m, bits)) m.numbers.pushBytes(out, bits);
  } else if (m.takeKeyword(Keyword.NanCanonical)) {
    value.canonicalNans = value.canonicalNans | (1 << lane);
    for (let i: i32 = 0; i < bits; i += 8) out.push(0);
  } else if (m.takeKeyword(Keyword.NanArithmetic)) {
    value.arithmeticNans = value.arithmeticNans | (1 << lane);
    for (let i: i32 = 0; i < bits; i += 8) out.push(0);
  } else {
    takeFloat(m, bits == 64, out);
  }
}

function setWords(value: ScriptValue, bytes: U8Column): void {
  for (let i: i32 = 0; i + 4 <= bytes.length; i += 4) value.words.push(bytes.getI32(i));
}

function takeVector(m: TextModule): ScriptValue {
  const value = new ScriptValue(ValueForm.Bits, ValueKind.V128);
  const shape = m.keyword;
  const bits = laneBits(shape);
  if (bits == 0) {
    m.unexpected("the shape of a vector");
    return value;
  }
  m.at++;
  value.laneBits = bits;
  const isFloat = shape == Keyword.F32x4 || shape == Keyword.F64x2;
  const lanes = (128 / bits) | 0;
  if (countLanes(m, isFloat) != lanes) m.fail(m.at, `wrong number of lane literals: expected ${lanes}`);
  const bytes = new U8Column();
  for (let i: i32 = 0; i < lanes && !m.failed; i++) takeLane(m, value, i, bits, isFloat, bytes);
  setWords(value, bytes);
  return value;
}

/** A null reference, of a type if one is named. */
function takeNull(m: TextModule): ScriptValue {
  const value = new ScriptValue(ValueForm.Null, 0);
  if (m.isClose()) return value;
  takeHeapType(m);
  value.type = m.heapCode;
  return value;
}

/** A reference made by the host from a number, or any of the type. */
function takeReference(m: TextModule, heap: i32): ScriptValue {
  if (!m.isNumber()) return new ScriptValue(ValueForm.Any, heap);
  const value = new ScriptValue(ValueForm.Host, heap);
  value.words.push(m.takeU32("the number of the reference"));
  return value;
}
