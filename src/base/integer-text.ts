// Integers as the WebAssembly text format writes them (specification 6.3.1): a sign, decimal digits or 0x and
// hexadecimal ones, single underscores between digits. A number beyond 64 bits is noted while its digits go by, so
// any length takes linear time.

import { U8Column } from "./columns";
import { Char } from "./chars";
import { addWide, isLessWide, mulWide, subWide, wideHi, wideLo } from "./wide";

/** How reading a number ended. */
export const enum NumberStatus {
  Ok = 0,
  /** The text is no number of that kind. */
  Malformed = 1,
  /** It is one, but too large for the type. */
  OutOfRange = 2,
}

/** The value of a digit in base 10 or 16; -1 for other characters. */
export function digitValue(c: i32, base: i32): i32 {
  if (c >= Char.D0 && c <= Char.D9) return c - Char.D0;
  if (base == 10) return -1;
  const lower = c | 32;
  return lower >= Char.a && lower <= Char.f ? lower - Char.a + 10 : -1;
}

/** Whether `0x` and a digit follow at `at`. */
export function hasHexPrefix(bytes: U8Column, at: i32, end: i32): boolean {
  return at + 2 < end && bytes.get(at) == Char.D0 && bytes.get(at + 1) == Char.x;
}

export class IntegerReader {
  /** The number read, in two's complement of 64 bits. */
  lo: i32 = 0;
  hi: i32 = 0;
  private tooLarge: boolean = false;

  /** An integer of `bits` bits (8 to 64), signed or not: from -2^(bits-1) to 2^bits - 1. */
  read(bytes: U8Column, start: i32, end: i32, bits: i32): i32 {
    const first = start < end ? bytes.get(start) : 0;
    const negative = first == Char.Minus;
    const at = negative || first == Char.Plus ? start + 1 : start;
    const status = this.readUnsigned(bytes, at, end, bits);
    if (!negative || status != NumberStatus.Ok) return status;
    const lo = this.lo;
    const hi = this.hi;
    subWide(0, 0, lo, hi);
    this.lo = wideLo();
    this.hi = wideHi();
    // The magnitude may be 2^(bits-1) at most.
    const limitLo = bits > 32 ? 0 : 1 << (bits - 1);
    const limitHi = bits > 32 ? 1 << (bits - 33) : 0;
    return isLessWide(limitLo, limitHi, lo, hi) ? NumberStatus.OutOfRange : NumberStatus.Ok;
  }

  /** An integer without sign, from 0 to 2^bits - 1. */
  readUnsigned(bytes: U8Column, start: i32, end: i32, bits: i32): i32 {
    const isHex = hasHexPrefix(bytes, start, end);
    const base: i32 = isHex ? 16 : 10;
    this.lo = 0;
    this.hi = 0;
    this.tooLarge = false;
    let afterDigit = false;
    for (let at = isHex ? start + 2 : start; at < end; at++) {
      const c = bytes.get(at);
      const digit = digitValue(c, base);
      if (digit >= 0) this.appendDigit(digit, base);
      else if (c != Char.Underscore || !afterDigit) return NumberStatus.Malformed;
      afterDigit = digit >= 0;
    }
    if (!afterDigit) return NumberStatus.Malformed;
    if (bits < 64 && (bits < 32 ? this.lo >> bits != 0 || this.hi != 0 : this.hi >> (bits - 32) != 0)) {
      return NumberStatus.OutOfRange;
    }
    return this.tooLarge ? NumberStatus.OutOfRange : NumberStatus.Ok;
  }

  private appendDigit(digit: i32, base: i32): void {
    const mostLo: i32 = base == 16 ? -1 : -1717986919;
    const mostHi: i32 = base == 16 ? 0x0fffffff : 0x19999999;
    if (isLessWide(mostLo, mostHi, this.lo, this.hi)) this.tooLarge = true;
    mulWide(this.lo, this.hi, base, 0);
    const lo = wideLo();
    const hi = wideHi();
    addWide(lo, hi, digit, 0);
    if (isLessWide(wideLo(), wideHi(), lo, hi)) this.tooLarge = true;
    this.lo = wideLo();
    this.hi = wideHi();
  }
}
