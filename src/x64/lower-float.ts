// Float arithmetic and conversions. Rows come in pairs, single then double; constants are memory operands in the
// pool. And/xor with a sign mask read 16 bytes, so their memory operand is always a whole pool entry, never a load.

import { Op, Type } from "../ssa/op";
import { canFoldMemory, foldMemory, rm, rmFloat } from "./lower-address";
import { emitMove } from "./lower-integer";
import { Mode } from "./mir";
import { X64 } from "./op";
import { Selector } from "./select-state";

/** Rounding modes of roundss and roundsd; 8 suppresses the precision exception. */
const enum Rounding {
  Nearest = 8,
  Floor = 9,
  Ceil = 10,
  Trunc = 11,
}

function isSinglePrecision(s: Selector, v: i32): boolean {
  return s.func.valueType.get(v) == Type.F32;
}

/** FAdd, FSub, FMul, FDiv. */
export function lowerFloatBinary(s: Selector, v: i32, op: i32): void {
  const single = isSinglePrecision(s, v);
  switch (op) {
    case Op.FAdd:
      emitFloatBinary(s, v, single ? X64.Addss : X64.Addsd, true);
      return;
    case Op.FSub:
      emitFloatBinary(s, v, single ? X64.Subss : X64.Subsd, false);
      return;
    case Op.FMul:
      emitFloatBinary(s, v, single ? X64.Mulss : X64.Mulsd, true);
      return;
  }
  emitFloatBinary(s, v, single ? X64.Divss : X64.Divsd, false);
}

function emitFloatBinary(s: Selector, v: i32, row: i32, commutes: boolean): void {
  let a = s.func.a.get(v);
  let b = s.func.b.get(v);
  if (commutes && shouldExchange(s, a, b)) {
    const t = a;
    a = b;
    b = t;
  }
  const d = s.regOfDef(v);
  const left = s.reg(a);
  const right = rmFloat(s, b);
  s.begin(row);
  s.defReuse(d);
  s.use(left);
  s.useRm(right);
}

/** Whether `b` makes the better left operand: `a` can be read from memory, or lives on while `b` dies. */
function shouldExchange(s: Selector, a: i32, b: i32): boolean {
  if (s.isConst(a)) return !s.isConst(b);
  if (s.isConst(b)) return false;
  if (canFoldMemory(s, b)) return false;
  if (canFoldMemory(s, a)) return true;
  return s.isLive(a) && !s.isLive(b);
}

/** FMin, FMax, FCopysign: expanded at emission. */
export function lowerFloatPseudo(s: Selector, v: i32, op: i32): void {
  const single = isSinglePrecision(s, v);
  let row: i32 = single ? X64.FMinss : X64.FMinsd;
  if (op == Op.FMax) row = single ? X64.FMaxss : X64.FMaxsd;
  else if (op == Op.FCopysign) row = single ? X64.Copysignss : X64.Copysignsd;
  const d = s.regOfDef(v);
  const a = s.reg(s.func.a.get(v));
  const b = s.reg(s.func.b.get(v));
  s.begin(row);
  s.defReuse(d);
  s.use(a);
  s.use(b);
}

/** FAbs and FNeg by a mask from the pool. */
export function lowerFloatSign(s: Selector, v: i32, op: i32): void {
  const isAbs = op == Op.FAbs;
  const a = s.reg(s.func.a.get(v));
  const bits: i32 = isAbs ? 0x7fffffff : -2147483648;
  const fill: i32 = isAbs ? -1 : 0;
  const single = isSinglePrecision(s, v);
  const entry = single ? s.code.poolEntry(bits, fill, fill, fill) : s.code.poolEntry(fill, bits, fill, fill);
  s.begin(isAbs ? X64.Andps : X64.Xorps);
  s.defReuse(s.regOfDef(v));
  s.use(a);
  s.plainMem(Mode.Pool, entry);
}

/** FCeil, FFloor, FTrunc, FNearest. */
export function lowerRound(s: Selector, v: i32, op: i32): void {
  let mode: i32 = Rounding.Nearest;
  if (op == Op.FFloor) mode = Rounding.Floor;
  else if (op == Op.FCeil) mode = Rounding.Ceil;
  else if (op == Op.FTrunc) mode = Rounding.Trunc;
  const d = s.regOfDef(v);
  const operand = rmFloat(s, s.func.a.get(v));
  s.beginImm(isSinglePrecision(s, v) ? X64.Roundss : X64.Roundsd, mode);
  s.def(d);
  s.useRm(operand);
}

export function lowerSqrt(s: Selector, v: i32): void {
  const operand = rmFloat(s, s.func.a.get(v));
  emitMove(s, isSinglePrecision(s, v) ? X64.Sqrtss : X64.Sqrtsd, s.regOfDef(v), operand);
}

/** Demote and Promote. */
export function lowerFloatWidth(s: Selector, v: i32, op: i32): void {
  const operand = rmFloat(s, s.func.a.get(v));
  emitMove(s, op == Op.Demote ? X64.Cvtsd2ss : X64.Cvtss2sd, s.regOfDef(v), operand);
}

/** TruncS, TruncU and the saturating ones: expanded at emission, with their traps. */
export function lowerTruncate(s: Selector, v: i32, op: i32): void {
  const a = s.func.a.get(v);
  // The rows of either float type stand in the order 32 bits then 64; S, U, saturating S, saturating U.
  let row: i32 = isSinglePrecision(s, a) ? X64.TruncS32ss : X64.TruncS32sd;
  if (s.isWide(v)) row += X64.TruncS64ss - X64.TruncS32ss;
  if (op == Op.TruncU) row += X64.TruncU32ss - X64.TruncS32ss;
  else if (op == Op.TruncSatS) row += X64.TruncSatS32ss - X64.TruncS32ss;
  else if (op == Op.TruncSatU) row += X64.TruncSatU32ss - X64.TruncS32ss;
  const operand = s.reg(a);
  s.begin(row);
  s.defEarly(s.regOfDef(v));
  s.useLate(operand);
}

/** ConvertS and ConvertU of integers to floats. */
export function lowerConvert(s: Selector, v: i32, op: i32): void {
  const a = s.func.a.get(v);
  const single = isSinglePrecision(s, v);
  const d = s.regOfDef(v);
  if (op == Op.ConvertU) {
    const operand = s.reg(a);
    if (s.isWide(a)) {
      s.begin(single ? X64.ConvertU64ss : X64.ConvertU64sd);
      s.defEarly(d);
      s.useLate(operand);
    } else {
      // An unsigned i32 is a non-negative i64: its register's upper half is zero (a spill slot's is not).
      s.begin(single ? X64.Cvtsi64Toss : X64.Cvtsi64Tosd);
      s.def(d);
      s.use(operand);
    }
    return;
  }
  const operand = rm(s, a);
  if (s.isWide(a)) emitMove(s, single ? X64.Cvtsi64Toss : X64.Cvtsi64Tosd, d, operand);
  else emitMove(s, single ? X64.Cvtsi32Toss : X64.Cvtsi32Tosd, d, operand);
}

/** Bitcast between the register classes; within one it is an alias. */
export function lowerBitcast(s: Selector, v: i32): void {
  const a = s.func.a.get(v);
  const type = s.func.valueType.get(v);
  const d = s.regOfDef(v);
  if (foldMemory(s, a)) {
    let row: i32 = X64.Mov64;
    if (type == Type.F32) row = X64.Movss;
    else if (type == Type.F64) row = X64.Movsd;
    else if (type == Type.I32) row = X64.Mov32;
    emitMove(s, row, d, -1);
    return;
  }
  const operand = s.reg(a);
  if (type == Type.F32 || type == Type.F64) {
    emitMove(s, type == Type.F32 ? X64.Movd : X64.Movq, d, operand);
  } else {
    s.begin(type == Type.I32 ? X64.MovdOut : X64.MovqOut);
    s.def(d);
    s.use(operand);
  }
}
