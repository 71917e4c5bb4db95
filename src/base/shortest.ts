// The shortest decimal digits that read back as the same float, of these the ones nearest to it: Steele and White's
// algorithm with exact integers (How to Print Floating-Point Numbers Accurately, 1990; Burger and Dybvig, 1996).
// Tables of powers would be faster, but this is also what an executable prints an export's results with, where
// tables would weigh more than the rest. Exactly halfway between two shortest texts the larger is taken, as Rust
// and thus wasmtime do.
//
// The algorithm keeps the number as a fraction R / S and the distance to its neighbours as M / S. These are rows of
// 16-bit limbs, least significant first, in the fixed storage of host/limbs.

import { limb, setLimb } from "host/limbs";
import { clz32, mul32, shrU32 } from "host/prims";

/** Limbs of a row: S is at most 4 × 10^309, and R and M stay below 10 S and S. */
const LIMBS: i32 = 68;
const R: i32 = 0;
const S: i32 = 68;
const M: i32 = 136;
const T: i32 = 204;
/** The digits stand behind the rows. */
const DIGITS: i32 = 272;

let count: i32 = 0;
let point: i32 = 0;

/** Number of digits found. */
export function shortestCount(): i32 {
  return count;
}

/** The digit `i`, counted from the first. */
export function shortestDigit(i: i32): i32 {
  return limb(DIGITS + i);
}

/** The number is 0.d1d2d3… × 10^point. */
export function shortestPoint(): i32 {
  return point;
}

/** row = the number {lo, hi} × 2^shift */
function setRow(row: i32, lo: i32, hi: i32, shift: i32): void {
  for (let i: i32 = 0; i < LIMBS; i++) setLimb(row + i, 0);
  for (let i: i32 = 0; i < 64; i++) {
    const bit = shrU32(i < 32 ? lo : hi, i & 31) & 1;
    const at = shift + i;
    if (bit != 0) setLimb(row + (at >> 4), limb(row + (at >> 4)) | (1 << (at & 15)));
  }
}

/** row = row × factor, which is at most 32767 */
function multiply(row: i32, factor: i32): void {
  let carry: i32 = 0;
  for (let i: i32 = 0; i < LIMBS; i++) {
    const x = mul32(limb(row + i), factor) + carry;
    setLimb(row + i, x & 0xffff);
    carry = x >> 16;
  }
}

/** row = row × 10^power */
function multiplyByPower(row: i32, power: i32): void {
  let rest = power;
  for (; rest >= 4; rest -= 4) multiply(row, 10000);
  for (; rest > 0; rest--) multiply(row, 10);
}

/** target = a + sign × b, which is not negative */
function add(target: i32, a: i32, b: i32, sign: i32): void {
  let carry: i32 = 0;
  for (let i: i32 = 0; i < LIMBS; i++) {
    const x = limb(a + i) + mul32(sign, limb(b + i)) + carry;
    setLimb(target + i, x & 0xffff);
    carry = x >> 16;
  }
}

/** -1, 0 or 1 as a is less than b, equal or greater. */
function compare(a: i32, b: i32): i32 {
  for (let i = LIMBS - 1; i >= 0; i--) {
    const difference = limb(a + i) - limb(b + i);
    if (difference != 0) return difference < 0 ? -1 : 1;
  }
  return 0;
}

/** R + n × M against S. */
function compareUpper(n: i32): i32 {
  add(T, R, M, 1);
  if (n == 2) add(T, T, M, 1);
  return compare(T, S);
}

/** Computes the digits of the float with these bits, which is finite and not 0; the sign is ignored. */
export function computeShortest(lo: i32, hi: i32, double: boolean): void {
  const field = double ? (hi >> 20) & 0x7ff : (lo >> 23) & 0xff;
  const fractionHi = double ? hi & 0xfffff : 0;
  const fractionLo = double ? lo : lo & 0x7fffff;
  // The number is mantissa × 2^exponent.
  const hidden: i32 = field == 0 ? 0 : 1;
  const mantissaHi = double ? fractionHi | (hidden << 20) : 0;
  const mantissaLo = double ? lo : fractionLo | (hidden << 23);
  const exponent = field + 1 - hidden - (double ? 1075 : 150);
  // Below a power of two the neighbour is half as far away as above.
  const above: i32 = fractionLo == 0 && fractionHi == 0 && field > 1 ? 2 : 1;
  let up: i32 = 0;
  let down: i32 = 0;
  if (exponent < 0) down = 0 - exponent;
  else up = exponent;
  setRow(R, mantissaLo, mantissaHi, up + above);
  setRow(S, 1, 0, down + above);
  setRow(M, 1, 0, up);
  const bits = mantissaHi != 0 ? 64 - clz32(mantissaHi) : 32 - clz32(mantissaLo);
  // Neighbours themselves may be texts of an even mantissa: reading rounds halves to even.
  generate(exponent + bits - 1, above, (mantissaLo & 1) == 0 ? 0 : 1);
}

/** Generates the digits of R / S, which lies between 2^exponent and twice that. Texts whose distance is M, or
 *  `above` × M upwards, read back as this number if `strict` is 0. */
function generate(exponent: i32, above: i32, strict: i32): void {
  // log10(2) = 78913 / 2^18, a little less; so the estimate may be too small by one.
  point = (mul32(exponent, 78913) >> 18) + 1;
  if (point > 0) {
    multiplyByPower(S, point);
  } else {
    multiplyByPower(R, 0 - point);
    multiplyByPower(M, 0 - point);
  }
  while (compareUpper(above) >= strict) {
    multiply(S, 10);
    point++;
  }
  count = 0;
  let isLow = false;
  let isHigh = false;
  while (!isLow && !isHigh) {
    multiply(R, 10);
    multiply(M, 10);
    let digit: i32 = 0;
    while (compare(R, S) >= 0) {
      add(R, R, S, -1);
      digit++;
    }
    isLow = compare(R, M) <= 0 - strict;
    isHigh = compareUpper(above) >= strict;
    if (isHigh && isLow) {
      add(T, R, R, 1);
      isHigh = compare(T, S) >= 0;
    }
    setLimb(DIGITS + count, isHigh ? digit + 1 : digit);
    count++;
  }
}
