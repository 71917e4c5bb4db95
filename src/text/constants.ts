// Numbers as operands: integers of a size, and floats.

import { U8Column } from "../base/columns";
import { TextReader } from "./reader";
import { TokenKind } from "./tokens";

/** An integer, signed or not, left in `numbers`. */
export function takeInteger(m: TextReader, bits: i32): boolean {
  const at = m.at;
  if (m.kind != TokenKind.Number) return m.unexpected("an integer");
  if (!m.numbers.readInteger(m.text, m.startOf(at), m.endOf(at), bits)) {
    if (!m.numbers.isOutOfRange) return m.unexpected("an integer");
    return m.fail(at, `i${bits} constant out of range: ${m.tokenText(at)}`);
  }
  m.at = at + 1;
  return true;
}

/** A float: appends its bits. */
export function takeFloat(m: TextReader, double: boolean, out: U8Column): void {
  const at = m.at;
  if (m.kind != TokenKind.Number && m.kind != TokenKind.Keyword) {
    m.unexpected("a number");
  } else if (!m.numbers.readFloat(m.text, m.startOf(at), m.endOf(at), double)) {
    if (!m.numbers.isOutOfRange) m.unexpected("a number");
    else m.fail(at, `${double ? "f64" : "f32"} constant out of range: ${m.tokenText(at)}`);
  } else {
    out.pushI32(m.numbers.lo);
    if (double) out.pushI32(m.numbers.hi);
    m.at = at + 1;
  }
}
