// What the numeric operations compute, written once for constant folding and for the interpreter (specification
// 4.3, Numerics), over cells of host/slots.ts. f32 arithmetic is done in f64 and rounded once more: exact, since
// f64 has more than twice the bits of f32 plus two (Figueroa, "When is double rounding innocuous?", 1995).
//
// Results that are NaN have the bits the machine gives them; the operations on signs keep every bit.

import { Cells, f64FromU32, floatCeil, floatFloor, floatMax, floatMin, floatNearest } from "host/slots";
import { floatSqrt, floatTrunc, i32FromF64, u32FromF64 } from "host/slots";
import { clz32, ctz32, divU32, ltU32, mul32, popcnt32, remU32, shrU32 } from "host/prims";
import { Op, Type } from "../ssa/op";
import { TrapKind } from "./traps";

const MIN32: i32 = -2147483648;

/** 2 to the 63. */
const TWO63: f64 = 4294967296.0 * 2147483648.0;

/** No trap. */
const DONE: i32 = -1;

/**
 * Computes operation `op` on operands of `operandType` in cells `a` and `b` (b is ignored by operations with one)
 * and leaves the result, of `resultType`, in cell `d`, which may be an operand's. Returns -1, or the TrapKind.
 * Covers the pure operations from Add to Bitcast.
 */
export function evaluate(op: i32, operandType: i32, resultType: i32, s: Cells, d: i32, a: i32, b: i32): i32 {
  if (op >= Op.TruncS) return evaluateConversion(op, operandType, resultType, s, d, a);
  if (op >= Op.FAdd) return evaluateFloat(op, operandType, s, d, a, b);
  if (op >= Op.Eqz && op <= Op.GeU) {
    s.setI32(d, compareIntegers(op, operandType == Type.I32, s, a, b) ? 1 : 0);
    return DONE;
  }
  return operandType == Type.I32 ? evaluate32(op, s, d, a, b) : evaluate64(op, s, d, a, b);
}

function evaluate32(op: i32, s: Cells, d: i32, a: i32, b: i32): i32 {
  const x = s.getLo(a);
  const y = s.getLo(b);
  let r: i32 = 0;
  switch (op) {
    case Op.Add:
      r = (x + y) | 0;
      break;
    case Op.Sub:
      r = (x - y) | 0;
      break;
    case Op.Mul:
      r = mul32(x, y);
      break;
    case Op.DivS:
      if (y == 0) return TrapKind.IntegerDivisionByZero;
      if (y == -1 && x == MIN32) return TrapKind.IntegerOverflow;
      r = (x / y) | 0;
      break;
    case Op.DivU:
      if (y == 0) return TrapKind.IntegerDivisionByZero;
      r = divU32(x, y);
      break;
    case Op.RemS:
      if (y == 0) return TrapKind.IntegerDivisionByZero;
      r = y == -1 ? 0 : (x % y) | 0;
      break;
    case Op.RemU:
      if (y == 0) return TrapKind.IntegerDivisionByZero;
      r = remU32(x, y);
      break;
    case Op.And:
      r = x & y;
      break;
    case Op.Or:
      r = x | y;
      break;
    case Op.Xor:
      r = x ^ y;
      break;
    case Op.Shl:
      r = x << (y & 31);
      break;
    case Op.ShrS:
      r = x >> (y & 31);
      break;
    case Op.ShrU:
      r = shrU32(x, y & 31);
      break;
    case Op.Rotl:
      r = rotl32(x, y);
      break;
    case Op.Rotr:
      r = rotl32(x, 0 - y);
      break;
    case Op.Clz:
      r = clz32(x);
      break;
    case Op.Ctz:
      r = ctz32(x);
      break;
    case Op.Popcnt:
      r = popcnt32(x);
      break;
    case Op.Bswap:
      r = bswap32(x);
      break;
    case Op.Extend8S:
      r = (x << 24) >> 24;
      break;
    case Op.Extend16S:
      r = (x << 16) >> 16;
      break;
    case Op.ExtendS:
      s.extendS32(d, a);
      return DONE;
    case Op.ExtendU:
      s.extendU32(d, a);
      return DONE;
    default:
      assert(false, "evaluate32");
  }
  s.setI32(d, r);
  return DONE;
}

function bswap32(x: i32): i32 {
  return (x << 24) | ((x & 0xff00) << 8) | (shrU32(x, 8) & 0xff00) | shrU32(x, 24);
}

/** `x` rotated by `n` bits modulo 32. */
export function rotl32(x: i32, n: i32): i32 {
  return (x << (n & 31)) | shrU32(x, (0 - n) & 31);
}

function evaluate64(op: i32, s: Cells, d: i32, a: i32, b: i32): i32 {
  const lo = s.getLo(a);
  const hi = s.getHi(a);
  switch (op) {
    case Op.Add:
      s.add64(d, a, b);
      return DONE;
    case Op.Sub:
      s.sub64(d, a, b);
      return DONE;
    case Op.Mul:
      s.mul64(d, a, b);
      return DONE;
    case Op.DivS:
    case Op.DivU:
    case Op.RemS:
    case Op.RemU:
      return divide64(op, s, d, a, b);
    case Op.And:
      s.and64(d, a, b);
      return DONE;
    case Op.Or:
      s.or64(d, a, b);
      return DONE;
    case Op.Xor:
      s.xor64(d, a, b);
      return DONE;
    case Op.Shl:
      s.shl64(d, a, b);
      return DONE;
    case Op.ShrS:
      s.shrS64(d, a, b);
      return DONE;
    case Op.ShrU:
      s.shrU64(d, a, b);
      return DONE;
    case Op.Rotl:
      s.rotl64(d, a, b);
      return DONE;
    case Op.Rotr:
      rotr64(s, d, lo, hi, s.getLo(b) & 63);
      return DONE;
    case Op.Clz:
      s.setI64(d, hi != 0 ? clz32(hi) : 32 + clz32(lo), 0);
      return DONE;
    case Op.Ctz:
      s.setI64(d, lo != 0 ? ctz32(lo) : 32 + ctz32(hi), 0);
      return DONE;
    case Op.Popcnt:
      s.setI64(d, popcnt32(lo) + popcnt32(hi), 0);
      return DONE;
    case Op.Bswap:
      s.setI64(d, bswap32(hi), bswap32(lo));
      return DONE;
    case Op.Extend8S:
      s.setI64(d, (lo << 24) >> 24, (lo << 24) >> 31);
      return DONE;
    case Op.Extend16S:
      s.setI64(d, (lo << 16) >> 16, (lo << 16) >> 31);
      return DONE;
    case Op.Extend32S:
      s.extendS32(d, a);
      return DONE;
    case Op.Wrap:
      s.setI32(d, lo);
      return DONE;
  }
  assert(false, "evaluate64");
  return DONE;
}

function rotr64(s: Cells, d: i32, lo: i32, hi: i32, n: i32): void {
  const low = n < 32 ? lo : hi;
  const high = n < 32 ? hi : lo;
  const k = n & 31;
  if (k == 0) s.setI64(d, low, high);
  else s.setI64(d, shrU32(low, k) | (high << (32 - k)), shrU32(high, k) | (low << (32 - k)));
}

function divide64(op: i32, s: Cells, d: i32, a: i32, b: i32): i32 {
  const lo = s.getLo(b);
  const hi = s.getHi(b);
  if (lo == 0 && hi == 0) return TrapKind.IntegerDivisionByZero;
  const byMinusOne = lo == -1 && hi == -1;
  switch (op) {
    case Op.DivS:
      if (byMinusOne && s.getLo(a) == 0 && s.getHi(a) == MIN32) return TrapKind.IntegerOverflow;
      s.divS64(d, a, b);
      break;
    case Op.DivU:
      s.divU64(d, a, b);
      break;
    case Op.RemS:
      if (byMinusOne) s.setI64(d, 0, 0);
      else s.remS64(d, a, b);
      break;
    default:
      s.remU64(d, a, b);
  }
  return DONE;
}

/** Result of an integer comparison, or of Eqz. */
function compareIntegers(op: i32, narrow: boolean, s: Cells, a: i32, b: i32): boolean {
  const x = s.getLo(a);
  const y = s.getLo(b);
  switch (op) {
    case Op.Eqz:
      return x == 0 && (narrow || s.getHi(a) == 0);
    case Op.Eq:
      return x == y && (narrow || s.getHi(a) == s.getHi(b));
    case Op.Ne:
      return x != y || (!narrow && s.getHi(a) != s.getHi(b));
    case Op.LtS:
      return narrow ? x < y : s.ltS64(a, b);
    case Op.LtU:
      return narrow ? ltU32(x, y) : s.ltU64(a, b);
    case Op.GtS:
      return narrow ? x > y : s.ltS64(b, a);
    case Op.GtU:
      return narrow ? ltU32(y, x) : s.ltU64(b, a);
    case Op.LeS:
      return narrow ? x <= y : !s.ltS64(b, a);
    case Op.LeU:
      return narrow ? !ltU32(y, x) : !s.ltU64(b, a);
    case Op.GeS:
      return narrow ? x >= y : !s.ltS64(a, b);
  }
  return narrow ? !ltU32(x, y) : !s.ltU64(a, b);
}

function evaluateFloat(op: i32, type: i32, s: Cells, d: i32, a: i32, b: i32): i32 {
  const single = type == Type.F32;
  if (op == Op.FAbs || op == Op.FNeg || op == Op.FCopysign) {
    evaluateSign(op, single, s, d, a, b);
    return DONE;
  }
  const x = single ? s.getF32(a) : s.getF64(a);
  const y = single ? s.getF32(b) : s.getF64(b);
  if (op >= Op.FEq) {
    s.setI32(d, compareFloats(op, x, y) ? 1 : 0);
    return DONE;
  }
  const r = computeFloat(op, x, y);
  if (single) s.setF32(d, r);
  else s.setF64(d, r);
  return DONE;
}

function computeFloat(op: i32, x: f64, y: f64): f64 {
  switch (op) {
    case Op.FAdd:
      return x + y;
    case Op.FSub:
      return x - y;
    case Op.FMul:
      return x * y;
    case Op.FDiv:
      return x / y;
    case Op.FMin:
      return floatMin(x, y);
    case Op.FMax:
      return floatMax(x, y);
    case Op.FCeil:
      return floatCeil(x);
    case Op.FFloor:
      return floatFloor(x);
    case Op.FTrunc:
      return floatTrunc(x);
    case Op.FNearest:
      return floatNearest(x);
  }
  assert(op == Op.FSqrt, "computeFloat");
  return floatSqrt(x);
}

/** Operations on the sign bit alone. */
function evaluateSign(op: i32, single: boolean, s: Cells, d: i32, a: i32, b: i32): void {
  const lo = s.getLo(a);
  const top = single ? lo : s.getHi(a);
  let r = top & 0x7fffffff;
  if (op == Op.FNeg) r = top ^ MIN32;
  else if (op == Op.FCopysign) r = r | ((single ? s.getLo(b) : s.getHi(b)) & MIN32);
  if (single) s.setI32(d, r);
  else s.setI64(d, lo, r);
}

function compareFloats(op: i32, x: f64, y: f64): boolean {
  switch (op) {
    case Op.FEq:
      return x == y;
    case Op.FNe:
      return x != y;
    case Op.FLt:
      return x < y;
    case Op.FGt:
      return x > y;
    case Op.FLe:
      return x <= y;
  }
  return x >= y;
}

function evaluateConversion(op: i32, from: i32, to: i32, s: Cells, d: i32, a: i32): i32 {
  switch (op) {
    case Op.TruncS:
    case Op.TruncU:
    case Op.TruncSatS:
    case Op.TruncSatU: {
      const x = from == Type.F32 ? s.getF32(a) : s.getF64(a);
      const signed = op == Op.TruncS || op == Op.TruncSatS;
      const saturating = op == Op.TruncSatS || op == Op.TruncSatU;
      return to == Type.I32 ? truncTo32(x, signed, saturating, s, d) : truncTo64(x, signed, saturating, s, d);
    }
    case Op.ConvertS:
    case Op.ConvertU:
      convert(op == Op.ConvertS, from, to, s, d, a);
      return DONE;
    case Op.Demote:
      s.setF32(d, s.getF64(a));
      return DONE;
    case Op.Promote:
      s.setF64(d, s.getF32(a));
      return DONE;
  }
  assert(op == Op.Bitcast, "evaluateConversion");
  s.copy(d, a);
  return DONE;
}

function truncTo32(x: f64, signed: boolean, saturating: boolean, s: Cells, d: i32): i32 {
  // biome-ignore lint/suspicious/noSelfCompare: NaN is what differs from itself
  if (x != x) {
    s.setI32(d, 0);
    return saturating ? DONE : TrapKind.BadConversionToInteger;
  }
  const t = floatTrunc(x);
  const least: f64 = signed ? -2147483648.0 : 0.0;
  const most: f64 = signed ? 2147483647.0 : 4294967295.0;
  if (t >= least && t <= most) {
    s.setI32(d, signed ? i32FromF64(t) : u32FromF64(t));
    return DONE;
  }
  if (t < least) s.setI32(d, signed ? MIN32 : 0);
  else s.setI32(d, signed ? 0x7fffffff : -1);
  return saturating ? DONE : TrapKind.IntegerOverflow;
}

function truncTo64(x: f64, signed: boolean, saturating: boolean, s: Cells, d: i32): i32 {
  // biome-ignore lint/suspicious/noSelfCompare: NaN is what differs from itself
  if (x != x) {
    s.setI64(d, 0, 0);
    return saturating ? DONE : TrapKind.BadConversionToInteger;
  }
  const t = floatTrunc(x);
  const least: f64 = signed ? -TWO63 : 0.0;
  const limit: f64 = signed ? TWO63 : 2.0 * TWO63;
  if (t >= least && t < limit) {
    if (signed) s.setS64FromF64(d, t);
    else s.setU64FromF64(d, t);
    return DONE;
  }
  if (t < least) s.setI64(d, 0, signed ? MIN32 : 0);
  else s.setI64(d, -1, signed ? 0x7fffffff : -1);
  return saturating ? DONE : TrapKind.IntegerOverflow;
}

function convert(signed: boolean, from: i32, to: i32, s: Cells, d: i32, a: i32): void {
  if (from == Type.I32) {
    const lo = s.getLo(a);
    const x = signed ? f64(lo) : f64FromU32(lo);
    if (to == Type.F32) s.setF32(d, x);
    else s.setF64(d, x);
  } else if (to == Type.F32) {
    if (signed) s.setF32FromS64(d, a);
    else s.setF32FromU64(d, a);
  } else {
    if (signed) s.setF64FromS64(d, a);
    else s.setF64FromU64(d, a);
  }
}
