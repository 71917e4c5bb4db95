// Numbers of 64 bits as text.

import { subWide, wideHi, wideLo } from "./wide";
import { divU32, remU32, shrU32 } from "host/prims";

/** Hexadecimal digits without leading zeros. */
export function hexText(lo: i32, hi: i32): string {
  const digits = "0123456789abcdef";
  let text = "";
  for (let shift: i32 = 60; shift >= 0; shift -= 4) {
    const digit = (shift >= 32 ? hi >> (shift - 32) : lo >> shift) & 15;
    if (digit != 0 || text.length != 0 || shift == 0) text += digits.charAt(digit);
  }
  return text;
}

/** Decimal digits of the number without sign. */
export function unsignedText(lo: i32, hi: i32): string {
  let text = "";
  let low = lo;
  let high = hi;
  while (high != 0) {
    // Division of the number by 10, 16 bits of it at a time.
    let rest = remU32(high, 10);
    high = divU32(high, 10);
    const upper = (rest << 16) | shrU32(low, 16);
    rest = remU32(upper, 10);
    const lower = (rest << 16) | (low & 0xffff);
    low = (divU32(upper, 10) << 16) | divU32(lower, 10);
    text = `${remU32(lower, 10)}${text}`;
  }
  if (low < 0) return `${divU32(low, 10)}${remU32(low, 10)}${text}`;
  return low == 0 && text.length != 0 ? text : `${low}${text}`;
}

/** Decimal digits of the number with sign. */
export function signedText(lo: i32, hi: i32): string {
  if (hi >= 0) return unsignedText(lo, hi);
  subWide(0, 0, lo, hi);
  return `-${unsignedText(wideLo(), wideHi())}`;
}
