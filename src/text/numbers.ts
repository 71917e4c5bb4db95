// Numbers of the text format (specification 6.3.2), as they stand in a text. Short decimal numbers, nearly all there
// are, are read here; the rest by base/integer-text.ts and base/float-text.ts.

import { mul32 } from "host/prims";
import { U8Column } from "../base/columns";
import { Char } from "../base/chars";
import { FloatReader } from "../base/float-text";
import { IntegerReader, NumberStatus } from "../base/integer-text";

/** So many decimal digits fit in 31 bits. */
const SHORT: i32 = 9;

export class NumberParser {
  /** The number read: an integer, or the bits of a float. */
  lo: i32 = 0;
  hi: i32 = 0;
  /** The text is a number of the right kind, but too large. */
  isOutOfRange: boolean = false;
  private integers: IntegerReader = new IntegerReader();
  private floats: FloatReader = new FloatReader();

  /** An integer without sign of at most `bits` bits. */
  readUnsigned(text: U8Column, start: i32, end: i32, bits: i32): boolean {
    if (bits >= 31 && this.readShort(text, start, end)) return true;
    const reader = this.integers;
    return this.finish(reader.readUnsigned(text, start, end, bits), reader.lo, reader.hi);
  }

  /** An integer of `bits` bits, signed or not. */
  readInteger(text: U8Column, start: i32, end: i32, bits: i32): boolean {
    if (bits >= 32) {
      if (this.readShort(text, start, end)) return true;
      if (text.get(start) == Char.Minus && this.readShort(text, start + 1, end)) {
        this.lo = (0 - this.lo) | 0;
        this.hi = this.lo >> 31;
        return true;
      }
    }
    const reader = this.integers;
    return this.finish(reader.read(text, start, end, bits), reader.lo, reader.hi);
  }

  /** A float, f64 if `double`, otherwise f32. */
  readFloat(text: U8Column, start: i32, end: i32, double: boolean): boolean {
    const reader = this.floats;
    return this.finish(reader.read(text, start, end, double), reader.lo, reader.hi);
  }

  /** Whether the text is a number of any kind and size. */
  isNumber(text: U8Column, start: i32, end: i32): boolean {
    return this.integers.read(text, start, end, 64) != NumberStatus.Malformed || this.isFloat(text, start, end);
  }

  /** Appends the number read, an integer of `bits` bits. */
  pushBytes(out: U8Column, bits: i32): void {
    let word = this.lo;
    for (let i: i32 = 0; i < bits; i += 8) {
      if (i == 32) word = this.hi;
      out.push(word & 255);
      word = word >> 8;
    }
  }

  private isFloat(text: U8Column, start: i32, end: i32): boolean {
    return this.floats.read(text, start, end, true) != NumberStatus.Malformed;
  }

  private finish(status: i32, lo: i32, hi: i32): boolean {
    this.lo = lo;
    this.hi = hi;
    this.isOutOfRange = status == NumberStatus.OutOfRange;
    return status == NumberStatus.Ok;
  }

  /** A few decimal digits and nothing else. */
  private readShort(text: U8Column, start: i32, end: i32): boolean {
    const length = end - start;
    if (length < 1 || length > SHORT) return false;
    let value: i32 = 0;
    for (let i = start; i < end; i++) {
      const digit = text.get(i) - Char.D0;
      if (digit < 0 || digit > 9) return false;
      value = mul32(value, 10) + digit;
    }
    this.lo = value;
    this.hi = 0;
    this.isOutOfRange = false;
    return true;
  }
}
