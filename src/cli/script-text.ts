// Values of scripts as messages show them, in the text format's way.

import { floatText } from "../base/float-print";
import { signedText, unsignedText } from "../base/wide-text";
import { ScriptValue, ValueForm } from "../text/script";
import { ValueKind } from "../wasm/types";

/** A value of a type (ValueKind) with these bits; a reference is a word of which the numbers of scripts are one less. */
export function valueText(type: i32, lo: i32, hi: i32): string {
  switch (type) {
    case ValueKind.I32:
      return `i32 ${lo}`;
    case ValueKind.I64:
      return `i64 ${signedText(lo, hi)}`;
    case ValueKind.F32:
      return `f32 ${floatText(lo, hi, false)}`;
    case ValueKind.F64:
      return `f64 ${floatText(lo, hi, true)}`;
  }
  return (lo | hi) == 0 ? "null" : `reference ${unsignedText((lo - 1) | 0, lo == 0 ? (hi - 1) | 0 : hi)}`;
}

/** What a script gives or expects. */
export function scriptValueText(value: ScriptValue): string {
  switch (value.form) {
    case ValueForm.Null:
      return "null";
    case ValueForm.Any:
      return "a reference";
    case ValueForm.Host:
      return `reference ${unsignedText(value.word(0), 0)}`;
    case ValueForm.Either:
      return "one of several";
  }
  const name = value.type == ValueKind.F32 ? "f32" : "f64";
  if (value.canonicalNans != 0) return `${name} nan:canonical`;
  if (value.arithmeticNans != 0) return `${name} nan:arithmetic`;
  return valueText(value.type, value.word(0), value.word(1));
}
