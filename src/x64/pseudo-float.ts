// Expansion of the float pseudo-instructions with the exact semantics of WebAssembly (core specification, section
// 4.3.3, "Floating-Point Operations" and "Conversions") where x86's differ: minimum and maximum, equality as a value,
// and conversions between floats and integers. The common case is straight line; NaN, zeros and ranges that the
// hardware's instruction does not cover are cold.
//
// cvttss2si and cvttsd2si give the most negative integer for everything they cannot convert: NaN and out of range.

import { TrapKind } from "../base/traps";
import { Emission } from "./emission";
import { Cond, X64 } from "./op";
import { emitSetByte } from "./pseudo";
import { SCRATCH_GENERAL, SCRATCH_VECTOR } from "./registers";

/** Whether a float pseudo-instruction is over f64: its rows come after all of f32. */
function isDouble(op: i32): boolean {
  return op >= X64.FMinsd;
}

/** The row for f32, whichever of the two it is. */
function singleRow(op: i32): i32 {
  return isDouble(op) ? op - X64.FMinsd + X64.FMinss : op;
}

export function isFloatPseudo(op: i32): boolean {
  return op >= X64.FMinss && op <= X64.ConvertU64sd;
}

export function emitFloatPseudo(s: Emission, i: i32, op: i32): void {
  const double = isDouble(op);
  switch (singleRow(op)) {
    case X64.FMinss:
      emitMinMax(s, i, double, double ? X64.Minsd : X64.Minss);
      return;
    case X64.FMaxss:
      emitMinMax(s, i, double, double ? X64.Maxsd : X64.Maxss);
      return;
    case X64.FSetEqss:
      emitSetEqual(s, i, double, true);
      return;
    case X64.FSetNess:
      emitSetEqual(s, i, double, false);
      return;
    case X64.Copysignss:
      emitCopysign(s, i, double);
      return;
    case X64.TruncS32ss:
    case X64.TruncSatS32ss:
      emitTruncSigned(s, i, double, false);
      return;
    case X64.TruncS64ss:
    case X64.TruncSatS64ss:
      emitTruncSigned(s, i, double, true);
      return;
    case X64.TruncU32ss:
    case X64.TruncSatU32ss:
      emitTruncU32(s, i, double);
      return;
    case X64.TruncU64ss:
    case X64.TruncSatU64ss:
      emitTruncU64(s, i, double);
      return;
  }
  emitConvertU64(s, i, double);
}

/** Cold part `k` of instruction `i`. */
export function emitFloatPseudoCold(s: Emission, k: i32, i: i32, op: i32): void {
  const double = isDouble(op);
  switch (singleRow(op)) {
    case X64.FMinss:
      emitMinMaxCold(s, k, i, double, X64.Orps);
      return;
    case X64.FMaxss:
      emitMinMaxCold(s, k, i, double, X64.Andps);
      return;
    case X64.TruncS32ss:
      emitTruncS32Cold(s, k, i, double);
      return;
    case X64.TruncS64ss:
      emitTruncS64Cold(s, k, i, double);
      return;
    case X64.TruncSatS32ss:
      emitTruncSatSignedCold(s, k, i, double, false);
      return;
    case X64.TruncSatS64ss:
      emitTruncSatSignedCold(s, k, i, double, true);
      return;
    case X64.TruncU32ss:
      emitTruncFailure(s, i, double);
      return;
    case X64.TruncSatU32ss:
      emitTruncSatU32Cold(s, k, i, double);
      return;
    case X64.TruncU64ss:
      emitTruncU64Cold(s, k, i, double);
      return;
    case X64.TruncSatU64ss:
      emitTruncSatU64Cold(s, k, i, double);
      return;
  }
  emitConvertU64Cold(s, k, i, double);
}

/** Flags ← a compared with b. */
function emitCompare(s: Emission, double: boolean, a: i32, b: i32): void {
  s.encoder.emitRegReg(double ? X64.Ucomisd : X64.Ucomiss, a, b, 0);
}

/** Flags ← a compared with 0. */
function emitCompareZero(s: Emission, double: boolean, a: i32): void {
  s.encoder.setPool(s.code.poolEntry(0, 0, 0, 0));
  s.encoder.emitRegMem(double ? X64.Ucomisd : X64.Ucomiss, a, 0);
}

/** Equal covers unordered too: both go the cold way, where minss would pick an operand by its position. */
function emitMinMax(s: Emission, i: i32, double: boolean, op: i32): void {
  const def = s.register(i, 0);
  const b = s.register(i, 2);
  emitCompare(s, double, def, b);
  s.emitColdIf(Cond.Equal, i);
  s.encoder.emitRegReg(op, def, b, 0);
  s.bindColdReturn();
}

/** NaN: the sum is NaN. Equal: the bits differ only in the sign of zero, and `combine` keeps the right one. */
function emitMinMaxCold(s: Emission, k: i32, i: i32, double: boolean, combine: i32): void {
  const def = s.register(i, 0);
  const b = s.register(i, 2);
  const isNan = s.buildLabel();
  s.emitJump(Cond.Parity, isNan);
  s.encoder.emitRegReg(combine, def, b, 0);
  s.emitColdEnd(k);
  s.bind(isNan);
  s.encoder.emitRegReg(double ? X64.Addsd : X64.Addss, def, b, 0);
  s.emitColdEnd(k);
}

/** Unordered sets ZF and PF: equality is ZF and not PF. */
function emitSetEqual(s: Emission, i: i32, double: boolean, equal: boolean): void {
  const e = s.encoder;
  const def = s.register(i, 0);
  e.emitRegReg(X64.Xor32, def, def, 0);
  emitCompare(s, double, s.register(i, 1), s.register(i, 2));
  emitSetByte(s, equal ? Cond.NotParity : Cond.Parity, SCRATCH_GENERAL);
  emitSetByte(s, equal ? Cond.Equal : Cond.NotEqual, def);
  // The upper bits of the scratch register are rubbish, those of `def` are not, and the result needs them clear.
  if (equal) e.emitRegReg(X64.And32, def, SCRATCH_GENERAL, 0);
  else {
    e.emitRegReg(X64.Movzx8, SCRATCH_GENERAL, SCRATCH_GENERAL, 0);
    e.emitRegReg(X64.Or32, def, SCRATCH_GENERAL, 0);
  }
}

/** ((magnitude ^ sign) & ~signbit) ^ sign: the sign bit of one, everything else of the other. */
function emitCopysign(s: Emission, i: i32, double: boolean): void {
  const e = s.encoder;
  const def = s.register(i, 0);
  const sign = s.register(i, 2);
  if (def == sign) return;
  e.emitRegReg(X64.Xorps, def, sign, 0);
  const mask = double ? s.code.poolEntry(-1, 0x7fff_ffff, -1, 0x7fff_ffff) : poolOfWord(s, 0x7fff_ffff);
  e.setPool(mask);
  e.emitRegMem(X64.Andps, def, 0);
  e.emitRegReg(X64.Xorps, def, sign, 0);
}

function poolOfWord(s: Emission, word: i32): i32 {
  return s.code.poolEntry(word, word, word, word);
}

function emitConvert(s: Emission, double: boolean, wide: boolean, def: i32, source: i32): void {
  const op = double ? (wide ? X64.Cvttsd2si64 : X64.Cvttsd2si32) : wide ? X64.Cvttss2si64 : X64.Cvttss2si32;
  s.encoder.emitRegReg(op, def, source, 0);
}

/** Only the most negative integer overflows when 1 is subtracted. */
function emitTruncSigned(s: Emission, i: i32, double: boolean, wide: boolean): void {
  const def = s.register(i, 0);
  emitConvert(s, double, wide, def, s.register(i, 1));
  s.encoder.emitRegImm(wide ? X64.CmpI64 : X64.CmpI32, def, 1);
  s.emitColdIf(Cond.Overflow, i);
  s.bindColdReturn();
}

/** In range after all if the 64-bit conversion gives the most negative 32-bit integer. */
function emitTruncS32Cold(s: Emission, k: i32, i: i32, double: boolean): void {
  const e = s.encoder;
  const def = s.register(i, 0);
  const source = s.register(i, 1);
  const overflow = s.buildLabel();
  emitConvert(s, double, true, def, source);
  e.emitRegImm(X64.CmpI64, def, -2147483648);
  s.emitJump(Cond.NotEqual, overflow);
  e.emitRegReg(X64.Mov32, def, def, 0);
  s.emitColdEnd(k);
  s.bind(overflow);
  emitTruncFailure(s, i, double);
}

/** In range after all if the source is −2^63 exactly: no float lies between it and the next integer. */
function emitTruncS64Cold(s: Emission, k: i32, i: i32, double: boolean): void {
  const e = s.encoder;
  e.setPool(double ? s.code.poolEntry(0, -1008730112, 0, 0) : s.code.poolEntry(-553648128, 0, 0, 0));
  e.emitRegMem(double ? X64.Ucomisd : X64.Ucomiss, s.register(i, 1), 0);
  const isNan = s.buildLabel();
  s.emitJump(Cond.Parity, isNan);
  s.emitJump(Cond.Equal, s.coldReturn(k));
  s.emitTrap(TrapKind.IntegerOverflow, i);
  s.bind(isNan);
  s.emitTrap(TrapKind.BadConversionToInteger, i);
}

/** NaN: bad conversion; anything else: overflow. */
function emitTruncFailure(s: Emission, i: i32, double: boolean): void {
  const source = s.register(i, 1);
  emitCompare(s, double, source, source);
  const isNan = s.buildLabel();
  s.emitJump(Cond.Parity, isNan);
  s.emitTrap(TrapKind.IntegerOverflow, i);
  s.bind(isNan);
  s.emitTrap(TrapKind.BadConversionToInteger, i);
}

/** Below: the most negative integer stays. Above: its complement, the greatest. NaN: 0. */
function emitTruncSatSignedCold(s: Emission, k: i32, i: i32, double: boolean, wide: boolean): void {
  const e = s.encoder;
  const def = s.register(i, 0);
  emitCompareZero(s, double, s.register(i, 1));
  const isNan = s.buildLabel();
  s.emitJump(Cond.Parity, isNan);
  s.emitJump(Cond.Below, s.coldReturn(k));
  e.emitRegReg(wide ? X64.Not64 : X64.Not32, 0, def, 0);
  s.emitColdEnd(k);
  s.bind(isNan);
  e.emitRegReg(X64.Xor32, def, def, 0);
  s.emitColdEnd(k);
}

/** The 64-bit conversion covers the range; the result is right if its upper half is zero. */
function emitTruncU32(s: Emission, i: i32, double: boolean): void {
  const e = s.encoder;
  const def = s.register(i, 0);
  emitConvert(s, double, true, def, s.register(i, 1));
  e.emitRegReg(X64.Mov32, SCRATCH_GENERAL, def, 0);
  e.emitRegReg(X64.Cmp64, SCRATCH_GENERAL, def, 0);
  s.emitColdIf(Cond.NotEqual, i);
  s.bindColdReturn();
}

/** NaN and below: 0 (unordered counts as below). Above: all ones. */
function emitTruncSatU32Cold(s: Emission, k: i32, i: i32, double: boolean): void {
  const e = s.encoder;
  const def = s.register(i, 0);
  e.emitRegReg(X64.Xor32, def, def, 0);
  emitCompareZero(s, double, s.register(i, 1));
  s.emitJump(Cond.BelowEqual, s.coldReturn(k));
  e.emitRegReg(X64.Not32, 0, def, 0);
  s.emitColdEnd(k);
}

/** The signed conversion covers the lower half of the range. */
function emitTruncU64(s: Emission, i: i32, double: boolean): void {
  const def = s.register(i, 0);
  emitConvert(s, double, true, def, s.register(i, 1));
  s.encoder.emitRegReg(X64.Test64, def, def, 0);
  s.emitColdIf(Cond.Sign, i);
  s.bindColdReturn();
}

/** def ← source − 2^63, converted; flags: sign if the source is not in the upper half of the range. */
function emitUpperHalf(s: Emission, i: i32, double: boolean): void {
  const e = s.encoder;
  const def = s.register(i, 0);
  e.emitRegReg(X64.Movaps, SCRATCH_VECTOR, s.register(i, 1), 0);
  e.setPool(double ? s.code.poolEntry(0, 0x43e0_0000, 0, 0) : s.code.poolEntry(0x5f00_0000, 0, 0, 0));
  e.emitRegMem(double ? X64.Subsd : X64.Subss, SCRATCH_VECTOR, 0);
  emitConvert(s, double, true, def, SCRATCH_VECTOR);
  e.emitRegReg(X64.Test64, def, def, 0);
}

/** bts def, 63: adds back the 2^63 that was taken away. */
function emitAddBack(s: Emission, i: i32): void {
  s.encoder.emitBitOp(5, s.register(i, 0), 63);
}

function emitTruncU64Cold(s: Emission, k: i32, i: i32, double: boolean): void {
  const failure = s.buildLabel();
  emitUpperHalf(s, i, double);
  s.emitJump(Cond.Sign, failure);
  emitAddBack(s, i);
  s.emitColdEnd(k);
  s.bind(failure);
  emitTruncFailure(s, i, double);
}

function emitTruncSatU64Cold(s: Emission, k: i32, i: i32, double: boolean): void {
  const e = s.encoder;
  const def = s.register(i, 0);
  const above = s.buildLabel();
  e.emitRegReg(X64.Xor32, def, def, 0);
  emitCompareZero(s, double, s.register(i, 1));
  s.emitJump(Cond.BelowEqual, s.coldReturn(k));
  emitUpperHalf(s, i, double);
  s.emitJump(Cond.Sign, above);
  emitAddBack(s, i);
  s.emitColdEnd(k);
  s.bind(above);
  e.emitConstant(def, -1, -1);
  s.emitColdEnd(k);
}

function emitConvertRow(s: Emission, double: boolean, def: i32, source: i32): void {
  // The instruction keeps the upper part of its target, so it would wait for whatever wrote that.
  s.encoder.emitRegReg(X64.Xorps, def, def, 0);
  s.encoder.emitRegReg(double ? X64.Cvtsi64Tosd : X64.Cvtsi64Toss, def, source, 0);
}

function emitConvertU64(s: Emission, i: i32, double: boolean): void {
  const source = s.register(i, 1);
  s.encoder.emitRegReg(X64.Test64, source, source, 0);
  s.emitColdIf(Cond.Sign, i);
  emitConvertRow(s, double, s.register(i, 0), source);
  s.bindColdReturn();
}

/** Converts half of it, the bit shifted out kept as a sticky one so that rounding is the same, and doubles. */
function emitConvertU64Cold(s: Emission, k: i32, i: i32, double: boolean): void {
  const e = s.encoder;
  const def = s.register(i, 0);
  const even = s.buildLabel();
  e.emitRegReg(X64.Mov64, SCRATCH_GENERAL, s.register(i, 1), 0);
  e.emitRegImm(X64.ShrI64, SCRATCH_GENERAL, 1);
  s.emitJump(Cond.AboveEqual, even);
  e.emitRegImm(X64.OrI64, SCRATCH_GENERAL, 1);
  s.bind(even);
  emitConvertRow(s, double, def, SCRATCH_GENERAL);
  e.emitRegReg(double ? X64.Addsd : X64.Addss, def, def, 0);
  s.emitColdEnd(k);
}

/** def ← b if the condition holds. */
export function emitSelectVec(s: Emission, i: i32): void {
  const e = s.encoder;
  const cond = s.mir.imm.get(i);
  const def = s.register(i, 0);
  const b = s.register(i, 2);
  if (def == b) return;
  const skip = s.buildLabel();
  // The float conditions are opposites of each other as the hardware's are: all differ in the lowest bit.
  s.emitJump(cond ^ 1, skip);
  e.emitRegReg(X64.Movaps, def, b, 0);
  s.bind(skip);
}
