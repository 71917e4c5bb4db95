// Recognizes values whose bytes are those of another one in opposite order. WebAssembly has no operation for it, so
// compilers write shifts, masks and disjunctions, ten to twenty of them where the processor needs one.
//
// What a value is made of is a number of eight digits of four bits, one for each byte: 0 if the byte is zero, n + 1 if it
// is byte n of the source (as LLVM's recognizeBSwapOrBitReverseIdiom does for bits).

import { Func, NO_VALUE } from "../ssa/func";
import { Op, Type } from "../ssa/op";
import { shrU32 } from "host/prims";

/** Operations between a byte and its place: a mask, a shift or two, and the tree of disjunctions. */
const MAX_DEPTH: i32 = 9;

const BYTES_4: i32 = 0x4321;
const BYTES_8: i32 = 0x8765_4321 | 0;
const SWAPPED_4: i32 = 0x1234;
const SWAPPED_8: i32 = 0x1234_5678;
/** Not made of bytes of one source. */
const NONE: i32 = -1;

/** The source of the disjunction being looked at. */
let source: i32 = NO_VALUE;

/** Makes disjunction `v` a swap of bytes if that is what it comes to. */
export function makeByteSwap(func: Func, v: i32): void {
  source = NO_VALUE;
  const isWide = func.valueType.get(v) == Type.I64;
  if (bytesOf(func, v, MAX_DEPTH) != (isWide ? SWAPPED_8 : SWAPPED_4)) return;
  if (func.valueType.get(source) != func.valueType.get(v)) return;
  func.op.set(v, Op.Bswap);
  func.a.set(v, source);
  func.b.set(v, NO_VALUE);
}

function bytesOf(func: Func, v: i32, depth: i32): i32 {
  const op = func.op.get(v);
  if (depth != 0) {
    if (op == Op.Or) {
      const x = bytesOf(func, func.a.get(v), depth - 1);
      if (x == NONE) return NONE;
      const y = bytesOf(func, func.b.get(v), depth - 1);
      return y == NONE || areBothSet(x, y) ? NONE : x | y;
    }
    if (op == Op.Shl || op == Op.ShrU || op == Op.And || op == Op.Rotl) {
      const constant = func.b.get(v);
      if (!func.isConst(constant)) return leaf(func, v);
      if (op != Op.And && (func.imm.get(constant) & 7) != 0) return leaf(func, v);
      const x = bytesOf(func, func.a.get(v), depth - 1);
      if (x == NONE) return NONE;
      if (op == Op.And) return masked(x, func.imm.get(constant), func.immHi.get(constant));
      return shifted(op, x, func.imm.get(constant) >> 1, func.valueType.get(v) == Type.I64);
    }
  }
  return leaf(func, v);
}

/** The bytes of the source, which must be the only one. */
function leaf(func: Func, v: i32): i32 {
  if (source != NO_VALUE && source != v) return NONE;
  source = v;
  return func.valueType.get(v) == Type.I64 ? BYTES_8 : BYTES_4;
}

/** Whether any digit is not 0 in both. */
function areBothSet(x: i32, y: i32): boolean {
  return (digits(x) & digits(y)) != 0;
}

/** 1 for each digit that is not 0. */
function digits(x: i32): i32 {
  return (x | (x >> 1) | (x >> 2) | (x >> 3)) & 0x1111_1111;
}

/** `digitBits` is four for every eight bits of the distance. */
function shifted(op: i32, x: i32, digitBits: i32, isWide: boolean): i32 {
  const n = digitBits & (isWide ? 31 : 15);
  const all: i32 = isWide ? -1 : 0xffff;
  const up = (x << n) & all;
  if (op == Op.Shl) return up;
  if (op == Op.ShrU) return shrU32(x, n);
  return n == 0 ? x : up | shrU32(x, (isWide ? 32 : 16) - n);
}

/** NONE if the mask is not one of whole bytes. */
function masked(x: i32, lo: i32, hi: i32): i32 {
  let result: i32 = 0;
  for (let n: i32 = 0; n < 8; n++) {
    const byte = shrU32(n < 4 ? lo : hi, (n & 3) << 3) & 255;
    const digit = x & (15 << (n << 2));
    if (byte == 255) result |= digit;
    else if (byte != 0 && digit != 0) return NONE;
  }
  return result;
}
