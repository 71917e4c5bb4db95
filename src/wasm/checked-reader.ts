// Reads bytes that nothing is known about yet: every read stays below `end` and checks its encoding
// (specification 5.2). The first error is recorded in the diagnostic and moves the cursor to `end`, and reads yield
// 0 from then on; so callers may read several things and look at `failed` once, and loops over counts stop.

import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";

export class CheckedReader {
  bytes: U8Column;
  diag: Diagnostic;
  at: i32 = 0;
  /** Where the section or function being read ends. */
  end: i32 = 0;
  failed: boolean = false;
  /** What to say when the bytes end too early. */
  endMessage: string = "unexpected end";
  /** 64-bit numbers are left here. */
  lo: i32 = 0;
  hi: i32 = 0;

  constructor(bytes: U8Column, diag: Diagnostic) {
    this.bytes = bytes;
    this.diag = diag;
  }

  /** Records an error unless there is one; returns false. */
  fail(offset: i32, message: string): boolean {
    this.diag.fail(offset, message);
    this.failed = true;
    this.at = this.end;
    return false;
  }

  /** Fails for want of bytes; returns 0. */
  private failAtEnd(): i32 {
    this.fail(this.end, this.endMessage);
    return 0;
  }

  takeByte(): i32 {
    const at = this.at;
    if (at >= this.end) return this.failAtEnd();
    this.at = at + 1;
    return this.bytes.get(at);
  }

  /** The next byte, which stays; -1 at the end. */
  peekByte(): i32 {
    return this.at < this.end ? this.bytes.get(this.at) : -1;
  }

  takeU32(): i32 {
    const at = this.at;
    if (at >= this.end) return this.failAtEnd();
    const b: i32 = this.bytes.get(at);
    if (b >= 0x80) return this.takeLongU32();
    this.at = at + 1;
    return b;
  }

  private takeLongU32(): i32 {
    let value: i32 = 0;
    for (let shift: i32 = 0; shift < 28; shift += 7) {
      const b = this.takeByte();
      value |= (b & 0x7f) << shift;
      if (b < 0x80) return value;
    }
    const last = this.takeByte();
    if (last >= 0x10) return this.failInteger(last);
    return value | (last << 28);
  }

  takeS32(): i32 {
    const at = this.at;
    if (at >= this.end) return this.failAtEnd();
    const b: i32 = this.bytes.get(at);
    if (b >= 0x80) return this.takeLongS32(0x78);
    this.at = at + 1;
    return (b << 25) >> 25;
  }

  /** A signed LEB128 of 33 bits, which must not be negative: a type index. Values from 2^31 come out negative. */
  takeIndex33(): i32 {
    const start = this.at;
    const value = this.takeLongS32(0x70);
    if (this.failed) return 0;
    const last: i32 = this.bytes.get(this.at - 1);
    if ((last & 0x40) != 0) this.fail(start, "malformed type index");
    return value;
  }

  /** `signBits`: the bits of a fifth byte that must all be equal. */
  private takeLongS32(signBits: i32): i32 {
    let value: i32 = 0;
    for (let shift: i32 = 0; shift < 28; shift += 7) {
      const b = this.takeByte();
      value |= (b & 0x7f) << shift;
      if (b < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const last = this.takeByte();
    const sign = last & signBits;
    if (last >= 0x80 || (sign != 0 && sign != signBits)) return this.failInteger(last);
    return value | (last << 28);
  }

  /** Leaves the number in `lo` and `hi`. */
  takeS64(): void {
    const last = this.takeRaw64();
    if (last != 0 && last != 0x7f) this.failInteger(last);
  }

  /** Leaves the number in `lo` and `hi`. */
  takeU64(): void {
    const at = this.at;
    const last = this.takeRaw64();
    if (this.failed) return;
    if (this.at - at == 10) {
      if (last > 1) this.failInteger(last);
      return;
    }
    // Fewer than ten bytes: takeRaw64 extended the sign, which an unsigned number does not have.
    const used = (this.at - at) * 7;
    if (used < 32) {
      this.lo &= (1 << used) - 1;
      this.hi = 0;
    } else if (used < 64) {
      this.hi &= (1 << (used - 32)) - 1;
    }
  }

  /** Reads up to ten bytes, sign-extended, into `lo` and `hi`; returns the tenth, which is not checked, or 0. */
  private takeRaw64(): i32 {
    let lo: i32 = 0;
    let hi: i32 = 0;
    let b: i32 = 0;
    let shift: i32 = 0;
    while (shift < 70) {
      b = this.takeByte();
      if (shift < 28) lo |= (b & 0x7f) << shift;
      else if (shift == 28) {
        lo |= b << 28;
        hi = (b & 0x7f) >> 4;
      } else hi |= (b & 0x7f) << (shift - 32);
      shift += 7;
      if (b < 0x80) break;
    }
    if (shift <= 28) {
      lo = (lo << (32 - shift)) >> (32 - shift);
      hi = lo >> 31;
    } else if (shift < 64) {
      hi = (hi << (64 - shift)) >> (64 - shift);
    }
    this.lo = lo;
    this.hi = hi;
    return shift == 70 ? b : 0;
  }

  /** Fails on the last possible byte of a number: it announces another one, or has bits that do not fit. */
  private failInteger(last: i32): i32 {
    if (!this.failed) {
      this.fail(this.at - 1, last >= 0x80 ? "integer representation too long" : "integer too large");
    }
    return 0;
  }

  /** Passes over `n` bytes (unsigned). */
  skip(n: i32): void {
    if (n < 0 || n > this.end - this.at) this.failAtEnd();
    else this.at += n;
  }

  /** Passes over a name (length, then UTF-8); its bytes are those from the returned offset to the cursor. */
  takeName(): i32 {
    const length = this.takeU32();
    const start = this.at;
    if (this.failed) return start;
    if (length < 0 || length > this.end - start) {
      this.fail(start, "length out of bounds");
      return start;
    }
    const end = start + length;
    const bad = findInvalidUtf8(this.bytes, start, end);
    if (bad >= 0) this.fail(bad, "malformed UTF-8 encoding");
    else this.at = end;
    return start;
  }
}

/** Offset of the first byte that is no UTF-8 (Unicode 15, table 3-7), or -1. */
export function findInvalidUtf8(bytes: U8Column, start: i32, end: i32): i32 {
  let i = start;
  while (i < end) {
    const b: i32 = bytes.get(i);
    if (b < 0x80) {
      i++;
      continue;
    }
    let count: i32 = 0;
    let low: i32 = 0x80;
    let high: i32 = 0xbf;
    if (b >= 0xc2 && b <= 0xdf) count = 1;
    else if (b >= 0xe0 && b <= 0xef) {
      count = 2;
      if (b == 0xe0) low = 0xa0;
      if (b == 0xed) high = 0x9f;
    } else if (b >= 0xf0 && b <= 0xf4) {
      count = 3;
      if (b == 0xf0) low = 0x90;
      if (b == 0xf4) high = 0x8f;
    }
    if (count == 0 || count >= end - i) return i;
    const second: i32 = bytes.get(i + 1);
    if (second < low || second > high) return i;
    for (let k: i32 = 2; k <= count; k++) {
      if ((bytes.get(i + k) & 0xc0) != 0x80) return i;
    }
    i += count + 1;
  }
  return -1;
}
