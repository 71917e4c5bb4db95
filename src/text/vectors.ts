// Immediates of vector instructions: constants in any of their shapes, and the lanes of a shuffle.

import { U8Column } from "../base/columns";
import { Char } from "../base/chars";
import { takeFloat, takeInteger } from "./constants";
import { Keyword } from "./keywords";
import { TextReader } from "./reader";
import { TokenKind } from "./tokens";

/** Bytes of a vector. */
const BYTES: i32 = 16;

/** Shape and lanes of a constant; appends its 16 bytes. */
export function takeVectorConst(m: TextReader, out: U8Column): void {
  const shape = m.keyword;
  const bits = laneBits(shape);
  if (bits == 0) {
    m.unexpected("the shape of a vector");
    return;
  }
  m.at++;
  const isFloat = shape == Keyword.F32x4 || shape == Keyword.F64x2;
  const lanes = (128 / bits) | 0;
  const given = countLanes(m, isFloat);
  if (given != lanes) {
    if (given < lanes && m.tokens.kind(m.at + given) == TokenKind.Reserved) m.unexpectedAt(m.at + given, "a number");
    m.fail(m.at, `wrong number of lane literals: expected ${lanes}`);
    return;
  }
  for (let i: i32 = 0; i < lanes && !m.failed; i++) takeLaneConst(m, bits, isFloat, out);
}

function takeLaneConst(m: TextReader, bits: i32, isFloat: boolean, out: U8Column): void {
  if (isFloat) {
    takeFloat(m, bits == 64, out);
    return;
  }
  if (takeInteger(m, bits)) m.numbers.pushBytes(out, bits);
}

/** Bits of a shape's lanes; 0 if the word is none. */
export function laneBits(shape: i32): i32 {
  switch (shape) {
    case Keyword.I8x16:
      return 8;
    case Keyword.I16x8:
      return 16;
    case Keyword.I32x4:
    case Keyword.F32x4:
      return 32;
    case Keyword.I64x2:
    case Keyword.F64x2:
      return 64;
  }
  return 0;
}

/** How many numbers are next; of floats, words can be numbers too. */
export function countLanes(m: TextReader, isFloat: boolean): i32 {
  let at = m.at;
  while (m.tokens.kind(at) == TokenKind.Number || (isFloat && isFloatWord(m, at))) at++;
  return at - m.at;
}

/** Whether a token is a word that begins as inf and nan do. */
function isFloatWord(m: TextReader, at: i32): boolean {
  if (m.tokens.kind(at) != TokenKind.Keyword || m.endOf(at) - m.startOf(at) < 3) return false;
  const start = m.startOf(at);
  const first = m.text.get(start);
  if (first == Char.n) return m.text.get(start + 1) == Char.a && m.text.get(start + 2) == Char.n;
  return first == Char.i && m.text.get(start + 1) == Char.n && m.text.get(start + 2) == Char.f;
}

/** The 16 lanes that a shuffle takes. */
export function takeShuffle(m: TextReader, out: U8Column): void {
  if (countLanes(m, false) != BYTES) {
    m.fail(m.at, `invalid lane length: expected ${BYTES} numbers of lanes`);
    return;
  }
  for (let i: i32 = 0; i < BYTES; i++) {
    if (m.text.get(m.startOf(m.at)) == Char.Minus) m.fail(m.at, `i8 constant out of range: ${m.tokenText(m.at)}`);
    if (!m.takeUnsigned(8, "the number of a lane")) return;
    out.push(m.numbers.lo);
  }
}
