// Reads LEB128 numbers and little-endian words from bytes that validation has accepted already, so nothing is
// checked here: later passes (SSA builder, interpreter, linker) read bodies at full speed. Unchecked input is
// read by checked-reader.ts. (Specification 5.2.2, Integers.)

import { U8Column } from "../base/columns";

/** Cursor over validated bytes. 64-bit numbers are left in `lo` and `hi`. */
export class ByteReader {
  bytes: U8Column;
  at: i32 = 0;
  lo: i32 = 0;
  hi: i32 = 0;

  constructor(bytes: U8Column) {
    this.bytes = bytes;
  }

  readByte(): i32 {
    const at = this.at;
    this.at = at + 1;
    return this.bytes.get(at);
  }

  /** Unsigned LEB128 of at most 32 bits. */
  readU32(): i32 {
    const at = this.at;
    const b: i32 = this.bytes.get(at);
    this.at = at + 1;
    return b < 0x80 ? b : this.readLongU32(b);
  }

  private readLongU32(first: i32): i32 {
    const bytes = this.bytes;
    let at = this.at;
    let value = first & 0x7f;
    let shift: i32 = 7;
    let b: i32 = 0;
    do {
      b = bytes.get(at++);
      value |= (b & 0x7f) << shift;
      shift += 7;
    } while (b >= 0x80);
    this.at = at;
    return value;
  }

  /** Signed LEB128 of at most 33 bits whose value fits in 32 (block types and heap types too). */
  readS32(): i32 {
    const at = this.at;
    const b: i32 = this.bytes.get(at);
    this.at = at + 1;
    return b < 0x80 ? (b << 25) >> 25 : this.readLongS32(b);
  }

  private readLongS32(first: i32): i32 {
    const bytes = this.bytes;
    let at = this.at;
    let value = first & 0x7f;
    let shift: i32 = 7;
    let b: i32 = 0;
    do {
      b = bytes.get(at++);
      value |= (b & 0x7f) << shift;
      shift += 7;
    } while (b >= 0x80);
    this.at = at;
    return shift < 32 ? (value << (32 - shift)) >> (32 - shift) : value;
  }

  /** Signed LEB128 of at most 64 bits, left in `lo` and `hi`. */
  readS64(): void {
    const used = this.readRaw64();
    if (used <= 28) {
      this.lo = (this.lo << (32 - used)) >> (32 - used);
      this.hi = this.lo >> 31;
    } else if (used < 64) {
      this.hi = (this.hi << (64 - used)) >> (64 - used);
    }
  }

  /** Unsigned LEB128 of at most 64 bits, left in `lo` and `hi`. */
  readU64(): void {
    this.readRaw64();
  }

  /** Payload bits of a LEB128 number into `lo` and `hi`; returns how many bits its bytes hold. */
  private readRaw64(): i32 {
    const bytes = this.bytes;
    let at = this.at;
    let lo: i32 = 0;
    let hi: i32 = 0;
    let shift: i32 = 0;
    let b: i32 = 0;
    do {
      b = bytes.get(at++);
      if (shift < 28) {
        lo |= (b & 0x7f) << shift;
      } else if (shift == 28) {
        lo |= b << 28;
        hi = (b & 0x7f) >> 4;
      } else {
        hi |= (b & 0x7f) << (shift - 32);
      }
      shift += 7;
    } while (b >= 0x80);
    this.at = at;
    this.lo = lo;
    this.hi = hi;
    return shift;
  }

  /** Four bytes, little-endian: the bits of an f32.const. */
  readF32Bits(): i32 {
    const at = this.at;
    this.at = at + 4;
    return this.bytes.getI32(at);
  }

  /** Eight bytes, little-endian, left in `lo` and `hi`: the bits of an f64.const. */
  readF64Bits(): void {
    const at = this.at;
    this.at = at + 8;
    this.lo = this.bytes.getI32(at);
    this.hi = this.bytes.getI32(at + 4);
  }

  /** Passes over one LEB128 number of any width. */
  skipLeb(): void {
    const bytes = this.bytes;
    let at = this.at;
    while (bytes.get(at) >= 0x80) at++;
    this.at = at + 1;
  }
}
