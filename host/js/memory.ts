// A linear memory of an interpreted program (twin: host/native/host/memory.ts), here a buffer of the engine.
//
// Accesses name cells: `load32(cells, d, a, offset)` loads into cell d from the address in cell a plus a constant. They
// return false, and change nothing, if any byte lies outside. Addresses are at most 53 bits wide: what is more is outside.

import { Cells } from "./slots";
import { U8Column } from "./columns";

const two32: f64 = 4294967296;

export class Memory {
  /** The bytes; more than there are may be allocated. */
  bytes: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** Bytes that exist. */
  size: f64 = 0;
  /** Address of the access that failed last. */
  private faultAt: f64 = 0;
  private pageBytes: f64;
  private maxPages: f64;
  private is64: boolean;

  /** A memory without pages; it may get so many, of 2 to the `pageLog2` bytes. */
  constructor(pageLog2: i32, maxLo: i32, maxHi: i32, is64: boolean) {
    this.pageBytes = 2 ** pageLog2;
    this.maxPages = (maxHi >>> 0) * two32 + (maxLo >>> 0);
    this.is64 = is64;
  }

  /** Low and high word of the number of pages. */
  get pages(): i32 {
    return (this.size / this.pageBytes) | 0;
  }

  get pagesHi(): i32 {
    return Math.floor(this.size / this.pageBytes / two32);
  }

  get sizeLo(): i32 {
    return this.size | 0;
  }

  get sizeHi(): i32 {
    return Math.floor(this.size / two32);
  }

  /** Adds pages; false if there may not be so many, or the system refuses. */
  grow(lo: i32, hi: i32): boolean {
    const added = (hi >>> 0) * two32 + (lo >>> 0);
    if (added > this.maxPages - this.size / this.pageBytes) return false;
    const size = this.size + added * this.pageBytes;
    if (size > this.bytes.length && !this.allocate(size)) return false;
    this.size = size;
    return true;
  }

  private allocate(size: f64): boolean {
    const old = this.bytes;
    // Room to grow once more, where there is so much.
    for (const room of [Math.min(Math.max(size, old.length * 2), this.maxPages * this.pageBytes), size]) {
      try {
        const bytes = new Uint8Array(room);
        bytes.set(old);
        this.bytes = bytes;
        this.view = new DataView(bytes.buffer);
        return true;
      } catch {
        // The engine has a limit, or no memory.
      }
    }
    return false;
  }

  /** The address of the failed access that lies first beyond the end. */
  get faultLo(): i32 {
    return Math.max(this.faultAt, this.size) | 0;
  }

  get faultHi(): i32 {
    return Math.floor(Math.max(this.faultAt, this.size) / two32);
  }

  private fails(at: f64): boolean {
    this.faultAt = at;
    return false;
  }

  load8U(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at >= this.size) return this.fails(at);
    c.setI32(d, this.bytes[at]);
    return true;
  }

  /** From the sum of two cells, modulo 2^32, plus the offset. */
  load8UAt(c: Cells, d: i32, a: i32, b: i32, offset: i32): boolean {
    const at = ((c.getLo(a) + c.getLo(b)) >>> 0) + (offset >>> 0);
    if (at >= this.size) return this.fails(at);
    c.setI32(d, this.bytes[at]);
    return true;
  }

  load8S32(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at >= this.size) return this.fails(at);
    c.setI32(d, (this.bytes[at] << 24) >> 24);
    return true;
  }

  load8S64(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at >= this.size) return this.fails(at);
    const value = (this.bytes[at] << 24) >> 24;
    c.setI64(d, value, value >> 31);
    return true;
  }

  load16U(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at + 2 > this.size) return this.fails(at);
    c.setI32(d, this.view.getUint16(at, true));
    return true;
  }

  load16S32(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at + 2 > this.size) return this.fails(at);
    c.setI32(d, this.view.getInt16(at, true));
    return true;
  }

  load16S64(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at + 2 > this.size) return this.fails(at);
    const value = this.view.getInt16(at, true);
    c.setI64(d, value, value >> 31);
    return true;
  }

  load32(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at + 4 > this.size) return this.fails(at);
    c.setI32(d, this.view.getInt32(at, true));
    return true;
  }

  load32At(c: Cells, d: i32, a: i32, b: i32, offset: i32): boolean {
    const at = ((c.getLo(a) + c.getLo(b)) >>> 0) + (offset >>> 0);
    if (at + 4 > this.size) return this.fails(at);
    c.setI32(d, this.view.getInt32(at, true));
    return true;
  }

  load32S64(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at + 4 > this.size) return this.fails(at);
    const value = this.view.getInt32(at, true);
    c.setI64(d, value, value >> 31);
    return true;
  }

  load64(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at + 8 > this.size) return this.fails(at);
    c.setI64(d, this.view.getInt32(at, true), this.view.getInt32(at + 4, true));
    return true;
  }

  load64At(c: Cells, d: i32, a: i32, b: i32, offset: i32): boolean {
    const at = ((c.getLo(a) + c.getLo(b)) >>> 0) + (offset >>> 0);
    if (at + 8 > this.size) return this.fails(at);
    c.setI64(d, this.view.getInt32(at, true), this.view.getInt32(at + 4, true));
    return true;
  }

  /** Stores cell b. */
  store8(c: Cells, a: i32, b: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at >= this.size) return this.fails(at);
    this.bytes[at] = c.getLo(b);
    return true;
  }

  store16(c: Cells, a: i32, b: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at + 2 > this.size) return this.fails(at);
    this.view.setInt16(at, c.getLo(b), true);
    return true;
  }

  store32(c: Cells, a: i32, b: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at + 4 > this.size) return this.fails(at);
    this.view.setInt32(at, c.getLo(b), true);
    return true;
  }

  store64(c: Cells, a: i32, b: i32, offset: i32): boolean {
    const at = (c.getLo(a) >>> 0) + (offset >>> 0);
    if (at + 8 > this.size) return this.fails(at);
    this.view.setInt32(at, c.getLo(b), true);
    this.view.setInt32(at + 4, c.getHi(b), true);
    return true;
  }

  /** An operand that is an address or a length. */
  private operand(c: Cells, i: i32, is64: boolean): f64 {
    return is64 ? (c.getHi(i) >>> 0) * two32 + (c.getLo(i) >>> 0) : c.getLo(i) >>> 0;
  }

  private contains(at: f64, length: f64): boolean {
    return at + length <= this.size;
  }

  /** In a memory of any kind: finds `bytes` bytes at the address in cell a plus a 64-bit offset, for the functions below;
   *  false if any lies outside. */
  locate(c: Cells, a: i32, offsetLo: i32, offsetHi: i32, bytes: i32): boolean {
    const at = this.operand(c, a, this.is64) + (offsetHi >>> 0) * two32 + (offsetLo >>> 0);
    if (!this.contains(at, bytes)) return this.fails(at);
    this.place = at;
    return true;
  }

  private place: f64 = 0;

  /** The number of 1, 2 or 4 bytes at the place found, without sign; and the one behind it. */
  getPlaced(width: i32): i32 {
    if (width == 1) return this.bytes[this.place];
    return width == 2 ? this.view.getUint16(this.place, true) : this.view.getInt32(this.place, true);
  }

  getPlacedHigh(): i32 {
    return this.view.getInt32(this.place + 4, true);
  }

  setPlaced(width: i32, value: i32): void {
    if (width == 1) this.bytes[this.place] = value;
    else if (width == 2) this.view.setInt16(this.place, value, true);
    else this.view.setInt32(this.place, value, true);
  }

  setPlacedHigh(value: i32): void {
    this.view.setInt32(this.place + 4, value, true);
  }

  /** memory.fill with operands in three cells: address, value, length. */
  fill(c: Cells, at: i32): boolean {
    const start = this.operand(c, at, this.is64);
    const length = this.operand(c, at + 2, this.is64);
    if (!this.contains(start, length)) return false;
    this.bytes.fill(c.getLo(at + 1), start, start + length);
    return true;
  }

  /** memory.copy from `source`: target address, source address, length. */
  copy(source: Memory, c: Cells, at: i32): boolean {
    const to = this.operand(c, at, this.is64);
    const from = this.operand(c, at + 1, source.is64);
    const length = this.operand(c, at + 2, this.is64 && source.is64);
    if (!this.contains(to, length) || !source.contains(from, length)) return false;
    this.bytes.set(source.bytes.subarray(from, from + length), to);
    return true;
  }

  /** memory.init from the bytes of `data` between `start` and `end`: target address, offset there, length. */
  init(c: Cells, at: i32, data: U8Column, start: i32, end: i32): boolean {
    const to = this.operand(c, at, this.is64);
    const from = c.getLo(at + 1) >>> 0;
    const length = c.getLo(at + 2) >>> 0;
    if (!this.contains(to, length) || from + length > end - start) return false;
    this.bytes.set(data.data.subarray(start + from, start + from + length), to);
    return true;
  }

  /** Writes an active segment; false if it does not fit. */
  write(lo: i32, hi: i32, data: U8Column, start: i32, end: i32): boolean {
    const at = (hi >>> 0) * two32 + (lo >>> 0);
    if (!this.contains(at, end - start)) return false;
    this.bytes.set(data.data.subarray(start, end), at);
    return true;
  }

  /** The byte at an address; -1 outside. */
  byteAt(lo: i32, hi: i32): i32 {
    const at = (hi >>> 0) * two32 + (lo >>> 0);
    return at < this.size ? this.bytes[at] : -1;
  }
}
