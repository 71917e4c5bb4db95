// Division and remainder by constants without a division: shifts for powers of two, otherwise multiplication by a
// reciprocal (Granlund and Montgomery, "Division by Invariant Integers using Multiplication", PLDI 1994; the form
// with a truncated reciprocal is libdivide's). 32-bit dividends are multiplied in 64 bits, so that the high half
// is a shift away; 64-bit ones take the processor's 128-bit product.

import { clz32, ctz32, ltU32, popcnt32, shrU32 } from "host/prims";
import { Op } from "../ssa/op";
import { X64 } from "./op";
import { Reg } from "./registers";
import { Selector } from "./select-state";

/** Selects `v`, a division or remainder `op`, if its divisor is a constant for which there is a shorter way. */
export function lowerDivisionByConstant(s: Selector, v: i32, op: i32): boolean {
  const b = s.func.b.get(v);
  if (!s.isConst(b)) return false;
  const isSigned = op == Op.DivS || op == Op.RemS;
  if (s.isWide(v)) divisorHi = s.constHi(b);
  else divisorHi = isSigned ? s.constLo(b) >> 31 : 0;
  divisorLo = s.constLo(b);
  const isNegative = isSigned && divisorHi < 0;
  if (isNegative) negateDivisor();
  // 0 and −1 may trap; 1, and what has the highest bit of 64, are not worth a rule.
  if (divisorHi < 0 || (divisorHi == 0 && (divisorLo == 0 || divisorLo == 1))) return false;
  if (popcnt32(divisorLo) + popcnt32(divisorHi) == 1) {
    const shift = divisorHi == 0 ? ctz32(divisorLo) : 32 + ctz32(divisorHi);
    if (isSigned) lowerSignedShift(s, v, op, shift, isNegative);
    else lowerUnsignedShift(s, v, op, shift);
    return true;
  }
  const wide = s.isWide(v);
  // Of an unsigned 32-bit dividend the upper half must be zero.
  const x = s.reg(s.func.a.get(v));
  const isQuotient = op == Op.DivS || op == Op.DivU;
  const quotient = isQuotient ? s.regOfDef(v) : s.newGeneral(wide);
  const lo = s.constLo(b);
  const hi = s.constHi(b);
  if (isSigned) emitSignedQuotient(s, quotient, x, wide, isNegative);
  else emitUnsignedQuotient(s, quotient, x, wide);
  if (!isQuotient) emitRemainder(s, v, x, quotient, lo, hi);
  return true;
}

/** Absolute value of the divisor. */
let divisorLo: i32 = 0;
let divisorHi: i32 = 0;

function negateDivisor(): void {
  divisorHi = divisorLo == 0 ? (0 - divisorHi) | 0 : ~divisorHi;
  divisorLo = (0 - divisorLo) | 0;
}

// Powers of two.

function lowerUnsignedShift(s: Selector, v: i32, op: i32, shift: i32): void {
  const wide = s.isWide(v);
  const d = s.regOfDef(v);
  const x = s.lowReg(s.func.a.get(v));
  if (op == Op.DivU) emitStep(s, X64.ShrI32, d, x, shift, wide);
  else if (shift < 32) emitStep(s, X64.AndI32, d, x, ((1 << shift) - 1) | 0, false);
  else emitBinary(s, X64.And32, d, x, s.wideConstant(-1, (1 << (shift - 32)) - 1), true);
}

/** x / 2^shift rounds towards zero: negative dividends get 2^shift − 1 added before the shift. */
function lowerSignedShift(s: Selector, v: i32, op: i32, shift: i32, isNegative: boolean): void {
  const wide = s.isWide(v);
  const width = wide ? 64 : 32;
  const x = s.lowReg(s.func.a.get(v));
  const d = s.regOfDef(v);
  let sign = x;
  if (shift > 1) {
    sign = s.newGeneral(wide);
    emitStep(s, X64.SarI32, sign, x, width - 1, wide);
  }
  const bias = s.newGeneral(wide);
  emitStep(s, X64.ShrI32, bias, sign, width - shift, wide);
  const sum = s.newGeneral(wide);
  emitBinary(s, X64.Add32, sum, bias, x, wide);
  if (op == Op.DivS) {
    const quotient = isNegative ? s.newGeneral(wide) : d;
    emitStep(s, X64.SarI32, quotient, sum, shift, wide);
    if (isNegative) emitNegation(s, d, quotient, wide);
    return;
  }
  // The multiple of 2^shift below the sum: without an immediate for high bits, by two shifts.
  const multiple = s.newGeneral(wide);
  if (shift < 32) {
    emitStep(s, X64.AndI32, multiple, sum, (0 - (1 << shift)) | 0, wide);
  } else {
    const high = s.newGeneral(wide);
    emitStep(s, X64.ShrI32, high, sum, shift, wide);
    emitStep(s, X64.ShlI32, multiple, high, shift, wide);
  }
  emitBinary(s, X64.Sub32, d, x, multiple, wide);
}

// Reciprocals.

/** The reciprocal that computeReciprocal found: low `width` bits, and whether it took one more bit (which of
 *  unsigned ones is a 1 above these). */
let magicLo: i32 = 0;
let magicHi: i32 = 0;
let magicHasTop: boolean = false;

/** Position of the highest bit. */
function log2(lo: i32, hi: i32): i32 {
  return hi != 0 ? 63 - clz32(hi) : 31 - clz32(lo);
}

/**
 * The reciprocal of d (not a power of two): 2^(width + exponent) / d rounded up. `exponent` is below log2 d + 1;
 * the rounding is harmless if the error is at most 2^slack, otherwise one more bit is taken.
 */
function computeReciprocal(dLo: i32, dHi: i32, width: i32, exponent: i32, slack: i32): void {
  remLo = exponent < 32 ? 1 << exponent : 0;
  remHi = exponent < 32 ? 0 : 1 << (exponent - 32);
  magicLo = 0;
  magicHi = 0;
  for (let i: i32 = 0; i < width; i++) divideStep(dLo, dHi);
  const errorLo = (dLo - remLo) | 0;
  const errorHi = (dHi - remHi - (ltU32(dLo, remLo) ? 1 : 0)) | 0;
  magicHasTop = !isBelowPower(errorLo, errorHi, slack);
  if (magicHasTop) divideStep(dLo, dHi);
  magicLo = (magicLo + 1) | 0;
  if (magicLo == 0) magicHi = (magicHi + 1) | 0;
}

/** Remainder of the long division. */
let remLo: i32 = 0;
let remHi: i32 = 0;

/** One more bit of the quotient. */
function divideStep(dLo: i32, dHi: i32): void {
  const isCarry = remHi < 0;
  remHi = (remHi << 1) | shrU32(remLo, 31);
  remLo = remLo << 1;
  magicHi = (magicHi << 1) | shrU32(magicLo, 31);
  magicLo = magicLo << 1;
  if (!isCarry && isLess(remLo, remHi, dLo, dHi)) return;
  remHi = (remHi - dHi - (ltU32(remLo, dLo) ? 1 : 0)) | 0;
  remLo = (remLo - dLo) | 0;
  magicLo = magicLo | 1;
}

function isLess(aLo: i32, aHi: i32, bLo: i32, bHi: i32): boolean {
  return aHi == bHi ? ltU32(aLo, bLo) : ltU32(aHi, bHi);
}

function isBelowPower(lo: i32, hi: i32, power: i32): boolean {
  if (power >= 32) return shrU32(hi, power - 32) == 0;
  return hi == 0 && shrU32(lo, power) == 0;
}

/** quotient ← x / divisor */
function emitUnsignedQuotient(s: Selector, quotient: i32, x: i32, wide: boolean): void {
  const width = wide ? 64 : 32;
  let dividend = x;
  let shift = log2(divisorLo, divisorHi);
  computeReciprocal(divisorLo, divisorHi, width, shift, shift);
  if (magicHasTop && (divisorLo & 1) == 0) {
    // An even divisor: the dividend is halved first and then has bits to spare.
    const halvings = divisorLo != 0 ? ctz32(divisorLo) : 32 + ctz32(divisorHi);
    dividend = s.newGeneral(wide);
    emitStep(s, X64.ShrI32, dividend, x, halvings, wide);
    shiftDivisor(halvings);
    shift -= halvings;
    computeReciprocal(divisorLo, divisorHi, width, shift, shift + halvings);
  }
  if (!magicHasTop) {
    emitHighProduct(s, quotient, dividend, wide, false, shift);
    return;
  }
  // (x × 2^width + x × magic) >> (width + 1 + shift), by halves.
  const high = s.newGeneral(wide);
  emitHighProduct(s, high, dividend, wide, false, 0);
  const rest = s.newGeneral(wide);
  emitBinary(s, X64.Sub32, rest, dividend, high, wide);
  const half = s.newGeneral(wide);
  emitStep(s, X64.ShrI32, half, rest, 1, wide);
  const sum = s.newGeneral(wide);
  emitBinary(s, X64.Add32, sum, half, high, wide);
  emitStep(s, X64.ShrI32, quotient, sum, shift, wide);
}

function shiftDivisor(n: i32): void {
  if (n >= 32) {
    divisorLo = shrU32(divisorHi, n - 32);
    divisorHi = 0;
  } else if (n > 0) {
    divisorLo = shrU32(divisorLo, n) | (divisorHi << (32 - n));
    divisorHi = shrU32(divisorHi, n);
  }
}

/** quotient ← x / ±divisor, rounded towards zero: the product rounds down, so negative dividends get 1 added. */
function emitSignedQuotient(s: Selector, quotient: i32, x: i32, wide: boolean, isNegative: boolean): void {
  const width = wide ? 64 : 32;
  let shift = log2(divisorLo, divisorHi) - 1;
  computeReciprocal(divisorLo, divisorHi, width, shift, shift + 1);
  if (magicHasTop) shift++;
  const floor = s.newGeneral(true);
  if (!wide) {
    // The reciprocal is below 2^32: the product fits 64 bits as it is.
    const extended = s.newGeneral(true);
    s.begin(X64.Movsxd);
    s.def(extended);
    s.useAny(x);
    emitHighProduct(s, floor, extended, false, true, shift);
  } else if (magicHi < 0) {
    // Taken as signed the reciprocal is 2^64 too small.
    const high = s.newGeneral(true);
    emitHighProduct(s, high, x, true, true, 0);
    const sum = s.newGeneral(true);
    emitBinary(s, X64.Add32, sum, high, x, true);
    emitStep(s, X64.SarI32, floor, sum, shift, true);
  } else {
    emitHighProduct(s, floor, x, true, true, shift);
  }
  const sign = s.newGeneral(wide);
  emitStep(s, X64.ShrI32, sign, x, width - 1, wide);
  const result = isNegative ? s.newGeneral(wide) : quotient;
  emitBinary(s, X64.Add32, result, sign, floor, wide);
  if (isNegative) emitNegation(s, quotient, result, wide);
}

/** d ← (x × magic) >> (width + shift); of 32-bit dividends x is given extended to 64 bits. */
function emitHighProduct(s: Selector, d: i32, x: i32, wide: boolean, isSigned: boolean, shift: i32): void {
  const row = isSigned ? X64.SarI64 : X64.ShrI64;
  const product = !wide || shift != 0 ? s.newGeneral(true) : d;
  if (!wide) {
    if (magicLo >= 0) {
      s.beginImm(X64.ImulI64, magicLo);
      s.def(product);
      s.use(x);
    } else {
      emitBinary(s, X64.Imul32, product, s.wideConstant(magicLo, 0), x, true);
    }
    emitStep(s, row - 1, d, product, 32 + shift, true);
    return;
  }
  const magic = s.wideConstant(magicLo, magicHi);
  s.begin(isSigned ? X64.ImulHigh64 : X64.MulHigh64);
  s.defFixed(s.newGeneral(true), Reg.Rax);
  s.defFixed(product, Reg.Rdx);
  s.useFixed(magic, Reg.Rax);
  s.useLate(x);
  if (shift != 0) emitStep(s, row - 1, d, product, shift, true);
}

/** The remainder, of which the sign is the dividend's: x − quotient × divisor. */
function emitRemainder(s: Selector, v: i32, x: i32, quotient: i32, lo: i32, hi: i32): void {
  const wide = s.isWide(v);
  const multiple = s.newGeneral(wide);
  if (!wide || hi == lo >> 31) {
    s.beginImm(wide ? X64.ImulI64 : X64.ImulI32, lo);
    s.def(multiple);
    s.use(quotient);
  } else {
    emitBinary(s, X64.Imul32, multiple, quotient, s.wideConstant(lo, hi), true);
  }
  emitBinary(s, X64.Sub32, s.regOfDef(v), x, multiple, wide);
}

/** d ← row(a, imm); `row` is the 32-bit one. */
function emitStep(s: Selector, row: i32, d: i32, a: i32, imm: i32, wide: boolean): void {
  s.beginImm(row + (wide ? 1 : 0), imm);
  s.defReuse(d);
  s.use(a);
}

/** d ← row(a, b); `row` is the 32-bit one. */
function emitBinary(s: Selector, row: i32, d: i32, a: i32, b: i32, wide: boolean): void {
  s.begin(row + (wide ? 1 : 0));
  s.defReuse(d);
  s.use(a);
  s.use(b);
}

function emitNegation(s: Selector, d: i32, a: i32, wide: boolean): void {
  s.begin(wide ? X64.Neg64 : X64.Neg32);
  s.defReuse(d);
  s.use(a);
}
