// Upper bounds of i32 values, judged by the operations they are made of: enough to prove that the sums and shifts
// of an index into a table (bits of a hash, a character) do not wrap, so that they can become part of an address.
// A cheap stand-in for known-bits and range analysis, without state.

import { shrU32 } from "host/prims";
import { Func } from "../ssa/func";
import { Op, Type } from "../ssa/op";

/** How many operations deep an index is looked at. */
const DEPTH: i32 = 6;

/** The largest value that the unsigned i32 `v` can have, or -1 if that is 2^31 or more, or not known. */
export function upperBound(func: Func, v: i32): i32 {
  return boundOf(func, v, DEPTH);
}

function boundOf(func: Func, v: i32, depth: i32): i32 {
  const op = func.op.get(v);
  const a = func.a.get(v);
  switch (op) {
    case Op.Const:
      return func.immHi.get(v) == 0 || func.valueType.get(v) == Type.I32 ? positive(func.imm.get(v)) : -1;
    case Op.Load8U:
      return 0xff;
    case Op.Load16U:
      return 0xffff;
    case Op.Clz:
    case Op.Ctz:
    case Op.Popcnt:
      return 64;
  }
  if ((op >= Op.Eqz && op <= Op.GeU) || (op >= Op.FEq && op <= Op.FGe)) return 1;
  if (depth == 0) return -1;
  switch (op) {
    case Op.And:
      return smaller(boundOf(func, a, depth - 1), boundOf(func, func.b.get(v), depth - 1));
    case Op.RemU: {
      const divisor = func.b.get(v);
      return func.op.get(divisor) == Op.Const ? boundOf(func, divisor, depth - 1) : -1;
    }
    case Op.Or:
    case Op.Xor:
    case Op.Add: {
      const x = boundOf(func, a, depth - 1);
      return x < 0 ? -1 : boundOfSum(x, boundOf(func, func.b.get(v), depth - 1));
    }
    case Op.Shl:
      return boundOfShift(boundOf(func, a, depth - 1), shiftCount(func, v));
    case Op.ShrU:
      return boundOfRightShift(func, v, boundOf(func, a, depth - 1));
    case Op.ExtendU:
    case Op.Wrap:
      return boundOf(func, a, depth - 1);
    case Op.Select: {
      const x = boundOf(func, a, depth - 1);
      return x < 0 ? -1 : larger(x, boundOf(func, func.b.get(v), depth - 1));
    }
  }
  return -1;
}

function positive(x: i32): i32 {
  return x < 0 ? -1 : x;
}

/** The smaller of two bounds; a negative one is none. */
function smaller(x: i32, y: i32): i32 {
  if (x < 0) return y;
  return y < 0 || x < y ? x : y;
}

/** The larger of two bounds, none if either is none. */
function larger(x: i32, y: i32): i32 {
  if (y < 0) return -1;
  if (y > x) return y;
  return x;
}

/** Bound of x + y; -1 if it may reach 2^31. */
export function boundOfSum(x: i32, y: i32): i32 {
  if (x < 0 || y < 0) return -1;
  return positive((x + y) | 0);
}

/** Bound of x << n; -1 if it may reach 2^31. */
export function boundOfShift(x: i32, n: i32): i32 {
  if (x < 0 || n < 0 || n > 31) return -1;
  return x >> (31 - n) != 0 ? -1 : x << n;
}

/** The count of a shift by a constant, or -1. */
function shiftCount(func: Func, v: i32): i32 {
  const count = func.b.get(v);
  if (func.op.get(count) != Op.Const) return -1;
  return func.imm.get(count) & (func.valueType.get(v) == Type.I32 ? 31 : 63);
}

function boundOfRightShift(func: Func, v: i32, x: i32): i32 {
  const n = shiftCount(func, v);
  if (n < 0) return x;
  if (x >= 0) return n > 31 ? 0 : x >> n;
  const spare = func.valueType.get(v) == Type.I32 ? n : n - 32;
  return spare > 0 ? shrU32(-1, spare) : -1;
}
