// 64-bit integer arithmetic on halves, for the few places outside generated code that need it (constant
// expressions, addresses). Results are left in module-level halves: one call, two words. Knuth, TAOCP 2, 4.3.1.

import { ltU32, mul32, shrU32 } from "host/prims";

/** Result of the last operation. */
let resultLo: i32 = 0;
let resultHi: i32 = 0;

export function wideLo(): i32 {
  return resultLo;
}

export function wideHi(): i32 {
  return resultHi;
}

export function addWide(aLo: i32, aHi: i32, bLo: i32, bHi: i32): void {
  const lo = (aLo + bLo) | 0;
  resultHi = (aHi + bHi + (ltU32(lo, aLo) ? 1 : 0)) | 0;
  resultLo = lo;
}

export function subWide(aLo: i32, aHi: i32, bLo: i32, bHi: i32): void {
  resultHi = (aHi - bHi - (ltU32(aLo, bLo) ? 1 : 0)) | 0;
  resultLo = (aLo - bLo) | 0;
}

/** The low 64 bits of the product. */
export function mulWide(aLo: i32, aHi: i32, bLo: i32, bHi: i32): void {
  const a0 = aLo & 0xffff;
  const a1 = shrU32(aLo, 16);
  const b0 = bLo & 0xffff;
  const b1 = shrU32(bLo, 16);
  const low = mul32(a0, b0);
  // a1 × b0 + carry cannot exceed 32 bits; neither can the second sum, whose first term is 16 bits.
  const cross = (mul32(a1, b0) + shrU32(low, 16)) | 0;
  const middle = ((cross & 0xffff) + mul32(a0, b1)) | 0;
  const high = (mul32(a1, b1) + shrU32(cross, 16) + shrU32(middle, 16)) | 0;
  resultLo = (middle << 16) | (low & 0xffff);
  resultHi = (high + mul32(aLo, bHi) + mul32(aHi, bLo)) | 0;
}

/** Whether the first is less than the second, both unsigned. */
export function isLessWide(aLo: i32, aHi: i32, bLo: i32, bHi: i32): boolean {
  return aHi == bHi ? ltU32(aLo, bLo) : ltU32(aHi, bHi);
}

/** Shifts left by 0 to 63 bits. */
export function shlWide(lo: i32, hi: i32, count: i32): void {
  if (count == 0) {
    resultLo = lo;
    resultHi = hi;
  } else if (count >= 32) {
    resultLo = 0;
    resultHi = lo << (count - 32);
  } else {
    resultLo = lo << count;
    resultHi = (hi << count) | shrU32(lo, 32 - count);
  }
}
