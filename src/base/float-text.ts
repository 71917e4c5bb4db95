// Text to floats, exactly rounded, f32 directly and not by way of f64: decimal and hexadecimal, inf, nan and
// nan:0x… as the WebAssembly text format writes them (specification 6.3.2).
//
// The digits become one natural number, the exponent multiplies it by powers of 5 or divides it by them, and the
// quotient's highest bits are rounded to even: Clinger's exact method (How to Read Floating Point Numbers
// Accurately, 1990) without the estimates. Dividing by 5^6 several times gives the same quotient as dividing by
// the product, and a remainder anywhere means that something lies below the last bit. Digits beyond those that can
// matter are replaced by a single 1 if any of them is not 0: no number halfway between two f64 has more than 767
// digits (Muller et al., Handbook of Floating-Point Arithmetic, 2nd edition, 4.9.4). So texts of any length take
// linear time.

import { mul32, shrU32 } from "host/prims";
import { Char } from "./chars";
import { U8Column } from "./columns";
import { NumberStatus, digitValue, hasHexPrefix } from "./integer-text";
import { Natural } from "./natural";

const MIN32: i32 = -2147483648;
/** Significant digits that are kept. */
const DECIMAL_DIGITS: i32 = 800;
const HEX_DIGITS: i32 = 40;
/** Exponents stop growing here, farther away than any text's digits can make good. */
const EXPONENT_LIMIT: i32 = 1000000000;
/** Decimal numbers 0.d… × 10^n with n beyond these are infinite or 0 as f64, and so as f32. */
const MOST_POINT: i32 = 310;
const LEAST_POINT: i32 = -330;
/** 5^6, the largest power of 5 that Natural takes as a factor. */
const POWER: i32 = 15625;
const POWER_EXPONENT: i32 = 6;
/** Bits that a quotient must have to be rounded: 53, one to decide and one for the rest. */
const QUOTIENT_BITS: i32 = 56;

export class FloatReader {
  /** The bits read; those of an infinity if the number is out of range. `hi` is 0 for f32. */
  lo: i32 = 0;
  hi: i32 = 0;

  private double: boolean = false;
  private bytes: U8Column = new U8Column();
  private at: i32 = 0;
  private end: i32 = 0;
  /** The digits, as one number; the last ones wait in `chunk`, below `chunkScale`. */
  private number: Natural = new Natural();
  private digitCount: i32 = 0;
  private chunk: i32 = 0;
  private chunkScale: i32 = 1;
  /** The number's last digit stands for base^scale. */
  private scale: i32 = 0;
  /** A digit that is not 0 was left out. */
  private isCut: boolean = false;

  /** Reads the bytes from `start` to `end` as an f64 if `double`, otherwise as an f32. */
  read(bytes: U8Column, start: i32, end: i32, double: boolean): i32 {
    this.double = double;
    this.bytes = bytes;
    this.end = end;
    const first = start < end ? bytes.get(start) : 0;
    this.at = first == Char.Minus || first == Char.Plus ? start + 1 : start;
    this.lo = 0;
    this.hi = 0;
    const status = this.readMagnitude();
    if (first == Char.Minus) {
      if (double) this.hi = this.hi | MIN32;
      else this.lo = this.lo | MIN32;
    }
    return status;
  }

  private readMagnitude(): i32 {
    if (this.takeWord("inf")) {
      this.setInfinity();
      return this.at == this.end ? NumberStatus.Ok : NumberStatus.Malformed;
    }
    if (this.takeWord("nan")) return this.readNan();
    this.number.setZero();
    this.digitCount = 0;
    this.scale = 0;
    this.isCut = false;
    const isHex = hasHexPrefix(this.bytes, this.at, this.end);
    if (isHex) this.at += 2;
    const base: i32 = isHex ? 16 : 10;
    if (!this.takeDigits(base, false)) return NumberStatus.Malformed;
    if (this.take(Char.Dot) && digitValue(this.next, base) >= 0 && !this.takeDigits(base, true)) {
      return NumberStatus.Malformed;
    }
    this.finishDigits(base);
    let exponent: i32 = 0;
    if (this.take(isHex ? Char.p : Char.e) || this.take(isHex ? Char.P : Char.E)) {
      const isNegative = this.take(Char.Minus);
      if (!isNegative) this.take(Char.Plus);
      exponent = this.takeExponent();
      if (exponent < 0) return NumberStatus.Malformed;
      if (isNegative) exponent = 0 - exponent;
    }
    if (this.at != this.end) return NumberStatus.Malformed;
    if (this.number.isZero) return NumberStatus.Ok;
    return isHex ? this.round(this.scale * 4 + exponent, false) : this.convertDecimal(this.scale + exponent);
  }

  /** The next character; 0 at the end. */
  private get next(): i32 {
    return this.at < this.end ? this.bytes.get(this.at) : 0;
  }

  private take(c: i32): boolean {
    if (this.next != c) return false;
    this.at++;
    return true;
  }

  private takeWord(word: string): boolean {
    if (this.at + word.length > this.end) return false;
    for (let i: i32 = 0; i < word.length; i++) {
      if (this.bytes.get(this.at + i) != word.charCodeAt(i)) return false;
    }
    this.at += word.length;
    return true;
  }

  /** Adds digits, with single underscores between them, to the number; false if there is none or an underscore
   *  stands elsewhere. */
  private takeDigits(base: i32, isFraction: boolean): boolean {
    let afterDigit = false;
    while (this.at < this.end) {
      const c = this.bytes.get(this.at);
      const digit = digitValue(c, base);
      if (digit >= 0) this.addDigit(digit, base, isFraction);
      else if (c != Char.Underscore) return afterDigit;
      else if (!afterDigit) return false;
      afterDigit = digit >= 0;
      this.at++;
    }
    return afterDigit;
  }

  private addDigit(digit: i32, base: i32, isFraction: boolean): void {
    if (isFraction) this.scale--;
    if (this.digitCount == 0 && digit == 0) return;
    if (this.digitCount == (base == 16 ? HEX_DIGITS : DECIMAL_DIGITS)) {
      this.scale++;
      if (digit != 0) this.isCut = true;
      return;
    }
    this.digitCount++;
    this.chunk = mul32(this.chunk, base) + digit;
    this.chunkScale = mul32(this.chunkScale, base);
    if (this.chunkScale >= 4096) this.flushChunk();
  }

  private flushChunk(): void {
    this.number.multiplyAdd(this.chunkScale, this.chunk);
    this.chunk = 0;
    this.chunkScale = 1;
  }

  private finishDigits(base: i32): void {
    this.flushChunk();
    if (!this.isCut) return;
    this.number.multiplyAdd(base, 1);
    this.digitCount++;
    this.scale--;
  }

  /** A decimal exponent without its sign; -1 if there is none. */
  private takeExponent(): i32 {
    let value: i32 = 0;
    let afterDigit = false;
    while (this.at < this.end) {
      const c = this.bytes.get(this.at);
      const digit = digitValue(c, 10);
      if (digit < 0 && (c != Char.Underscore || !afterDigit)) return -1;
      afterDigit = digit >= 0;
      if (afterDigit) value = value >= 100000000 ? EXPONENT_LIMIT : mul32(value, 10) + digit;
      this.at++;
    }
    return afterDigit ? value : -1;
  }

  /** After `nan`: nothing, or the payload, which must not be 0 and must fit. */
  private readNan(): i32 {
    this.setInfinity();
    const quiet: i32 = this.double ? 0x80000 : 0x400000;
    if (this.at == this.end) {
      if (this.double) this.hi = this.hi | quiet;
      else this.lo = this.lo | quiet;
      return NumberStatus.Ok;
    }
    if (!this.take(Char.Colon) || !hasHexPrefix(this.bytes, this.at, this.end)) return NumberStatus.Malformed;
    this.at += 2;
    this.number.setZero();
    this.digitCount = 0;
    if (!this.takeDigits(16, false) || this.at != this.end) return NumberStatus.Malformed;
    this.flushChunk();
    const length = this.number.bitLength;
    if (length == 0 || length > (this.double ? 52 : 23)) return NumberStatus.OutOfRange;
    this.lo = this.lo | this.number.bits(0, 16) | (this.number.bits(16, 16) << 16);
    this.hi = this.hi | this.number.bits(32, 16) | (this.number.bits(48, 16) << 16);
    return NumberStatus.Ok;
  }

  private setInfinity(): void {
    this.lo = this.double ? 0 : 0x7f800000;
    this.hi = this.double ? 0x7ff00000 : 0;
  }

  private refuseLarge(): i32 {
    this.setInfinity();
    return NumberStatus.OutOfRange;
  }

  /** Rounds number × 10^exponent. */
  private convertDecimal(exponent: i32): i32 {
    const number = this.number;
    if (exponent > MOST_POINT - this.digitCount) return this.refuseLarge();
    if (exponent < LEAST_POINT - this.digitCount) return NumberStatus.Ok;
    let power = exponent < 0 ? 0 - exponent : exponent;
    if (exponent >= 0) {
      for (; power >= POWER_EXPONENT; power -= POWER_EXPONENT) number.multiplyAdd(POWER, 0);
      for (; power > 0; power--) number.multiplyAdd(5, 0);
      return this.round(exponent, false);
    }
    // 5^n has less than 7n / 3 + 1 bits.
    const missing = (((power * 7) / 3) | 0) + 1 + QUOTIENT_BITS - number.bitLength;
    const shift: i32 = missing > 0 ? (missing + 15) >> 4 : 0;
    number.shiftLimbs(shift);
    let rest: i32 = 0;
    for (; power >= POWER_EXPONENT; power -= POWER_EXPONENT) rest = rest | number.divide(POWER);
    for (; power > 0; power--) rest = rest | number.divide(5);
    return this.round(exponent - (shift << 4), rest != 0);
  }

  /** Rounds number × 2^exponent, and a little more if `isInexact`, to the nearest, of two to the even one. */
  private round(exponent: i32, isInexact: boolean): i32 {
    const number = this.number;
    const precision: i32 = this.double ? 53 : 24;
    const bias: i32 = this.double ? 1023 : 127;
    const length = number.bitLength;
    const biased = exponent + length - 1 + bias;
    if (biased > 2 * bias) return this.refuseLarge();
    // Below the normal numbers the last bit stays where it is, so fewer bits are left.
    const kept = biased < 1 ? precision - 1 + biased : precision;
    if (kept < 0) return NumberStatus.Ok;
    let lo: i32 = 0;
    let hi: i32 = 0;
    let at = length;
    for (let left = kept; left > 0; ) {
      let n: i32 = 16;
      if (left < 16) n = left;
      left -= n;
      at -= n;
      hi = (hi << n) | shrU32(lo, 32 - n);
      lo = (lo << n) | number.bits(at, n);
    }
    const below = at - 1;
    if (number.bits(below, 1) != 0 && (isInexact || (lo & 1) != 0 || number.hasBitsBelow(below))) {
      lo = (lo + 1) | 0;
      if (lo == 0) hi++;
    }
    // The hidden bit, and a carry out of the rounding, add one to the exponent.
    const field = biased < 1 ? 0 : biased - 1;
    this.lo = this.double ? lo : lo + (field << 23);
    this.hi = this.double ? hi + (field << 20) : 0;
    const isInfinite = this.double ? this.hi == 0x7ff00000 : this.lo == 0x7f800000;
    return isInfinite ? NumberStatus.OutOfRange : NumberStatus.Ok;
  }
}
