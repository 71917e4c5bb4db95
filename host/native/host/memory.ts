// A linear memory of an interpreted program (twin: host/js/memory.ts). It is mapped outside of this module's own memory,
// in which 4 GiB do not fit, and reached by the intrinsics. There is no reservation: growing moves the mapping.

import { Cells } from "./slots";
import { U8Column } from "./columns";
import { copy, fill, load16, load32, load64, load8, memory_base, store16, store32, store64, store8, syscall } from "./intrinsics";

const MMAP: i64 = 9;
const MREMAP: i64 = 25;
const PROT_READ_WRITE: u64 = 3;
/** MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE */
const MAP_FLAGS: u64 = 0x4022;
const MREMAP_MAYMOVE: u64 = 1;

/** An unsigned number as 64 bits. Not by way of u32, whose extension Binaryen makes a signed one if `x` turns out to be a
 *  load (columns.ts). */
@inline function wide(x: i32): u64 {
  return <u64>x & 0xffff_ffff;
}

@final
export class Memory {
  /** Address of the first byte, 0 while nothing is mapped, and bytes that exist. */
  base: u64 = 0;
  size: u64 = 0;
  private faultAt: u64 = 0;
  private place: u64 = 0;
  private pageLog2: u32;
  private maxPages: u64;
  private is64: boolean;

  constructor(pageLog2: i32, maxLo: i32, maxHi: i32, is64: boolean) {
    this.pageLog2 = pageLog2;
    this.maxPages = (wide(maxHi) << 32) | wide(maxLo);
    this.is64 = is64;
  }

  get pages(): i32 {
    return <i32>(this.size >> this.pageLog2);
  }

  get pagesHi(): i32 {
    return <i32>(this.size >> this.pageLog2 >> 32);
  }

  get sizeLo(): i32 {
    return <i32>this.size;
  }

  get sizeHi(): i32 {
    return <i32>(this.size >> 32);
  }

  /** Mapped are whole pages of the kernel. */
  private mapped(size: u64): u64 {
    return (size + 4095) & ~4095;
  }

  grow(lo: i32, hi: i32): boolean {
    const added = (wide(hi) << 32) | wide(lo);
    if (added > this.maxPages - (this.size >> this.pageLog2)) return false;
    const size = this.size + (added << this.pageLog2);
    if (this.mapped(size) != this.mapped(this.size)) {
      const at =
        this.base == 0
          ? syscall(MMAP, 0, this.mapped(size), PROT_READ_WRITE, MAP_FLAGS, <u64>-1, 0)
          : syscall(MREMAP, this.base, this.mapped(this.size), this.mapped(size), MREMAP_MAYMOVE, 0, 0);
      if (<u64>at >= <u64>-4095) return false;
      this.base = <u64>at;
    }
    this.size = size;
    return true;
  }

  get faultLo(): i32 {
    return <i32>max<u64>(this.faultAt, this.size);
  }

  get faultHi(): i32 {
    return <i32>(max<u64>(this.faultAt, this.size) >> 32);
  }

  private fails(at: u64): boolean {
    this.faultAt = at;
    return false;
  }

  @inline load8U(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at >= this.size) return this.fails(at);
    c.setWord(d, <u64>load8(this.base + at));
    return true;
  }

  @inline load8UAt(c: Cells, d: i32, a: i32, b: i32, offset: i32): boolean {
    const at = <u64>(<u32>(c.getLo(a) + c.getLo(b))) + <u64>(<u32>offset);
    if (at >= this.size) return this.fails(at);
    c.setWord(d, <u64>load8(this.base + at));
    return true;
  }

  @inline load8S32(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at >= this.size) return this.fails(at);
    c.setI32(d, <i32>(<i8>load8(this.base + at)));
    return true;
  }

  @inline load8S64(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at >= this.size) return this.fails(at);
    c.setWord(d, <u64>(<i64>(<i8>load8(this.base + at))));
    return true;
  }

  @inline load16U(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at + 2 > this.size) return this.fails(at);
    c.setWord(d, <u64>load16(this.base + at));
    return true;
  }

  @inline load16S32(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at + 2 > this.size) return this.fails(at);
    c.setI32(d, <i32>(<i16>load16(this.base + at)));
    return true;
  }

  @inline load16S64(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at + 2 > this.size) return this.fails(at);
    c.setWord(d, <u64>(<i64>(<i16>load16(this.base + at))));
    return true;
  }

  @inline load32(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at + 4 > this.size) return this.fails(at);
    c.setWord(d, <u64>load32(this.base + at));
    return true;
  }

  @inline load32At(c: Cells, d: i32, a: i32, b: i32, offset: i32): boolean {
    const at = <u64>(<u32>(c.getLo(a) + c.getLo(b))) + <u64>(<u32>offset);
    if (at + 4 > this.size) return this.fails(at);
    c.setWord(d, <u64>load32(this.base + at));
    return true;
  }

  @inline load32S64(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at + 4 > this.size) return this.fails(at);
    c.setWord(d, <u64>(<i64>(<i32>load32(this.base + at))));
    return true;
  }

  @inline load64(c: Cells, d: i32, a: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at + 8 > this.size) return this.fails(at);
    c.setWord(d, load64(this.base + at));
    return true;
  }

  @inline load64At(c: Cells, d: i32, a: i32, b: i32, offset: i32): boolean {
    const at = <u64>(<u32>(c.getLo(a) + c.getLo(b))) + <u64>(<u32>offset);
    if (at + 8 > this.size) return this.fails(at);
    c.setWord(d, load64(this.base + at));
    return true;
  }

  @inline store8(c: Cells, a: i32, b: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at >= this.size) return this.fails(at);
    store8(this.base + at, c.getLo(b));
    return true;
  }

  @inline store16(c: Cells, a: i32, b: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at + 2 > this.size) return this.fails(at);
    store16(this.base + at, c.getLo(b));
    return true;
  }

  @inline store32(c: Cells, a: i32, b: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at + 4 > this.size) return this.fails(at);
    store32(this.base + at, c.getLo(b));
    return true;
  }

  @inline store64(c: Cells, a: i32, b: i32, offset: i32): boolean {
    const at = c.getU32(a) + <u64>(<u32>offset);
    if (at + 8 > this.size) return this.fails(at);
    store64(this.base + at, c.getWord(b));
    return true;
  }

  @inline private operand(c: Cells, i: i32, is64: boolean): u64 {
    return is64 ? c.getWord(i) : c.getU32(i);
  }

  @inline private contains(at: u64, length: u64): boolean {
    return length <= this.size && at <= this.size - length;
  }

  locate(c: Cells, a: i32, offsetLo: i32, offsetHi: i32, bytes: i32): boolean {
    const offset = (wide(offsetHi) << 32) | wide(offsetLo);
    const at = this.operand(c, a, this.is64) + offset;
    // A sum that wraps is outside.
    if (at < offset) return this.fails(<u64>-1);
    if (!this.contains(at, bytes)) return this.fails(at);
    this.place = this.base + at;
    return true;
  }

  getPlaced(width: i32): i32 {
    if (width == 1) return load8(this.place);
    return width == 2 ? load16(this.place) : load32(this.place);
  }

  getPlacedHigh(): i32 {
    return load32(this.place + 4);
  }

  setPlaced(width: i32, value: i32): void {
    if (width == 1) store8(this.place, value);
    else if (width == 2) store16(this.place, value);
    else store32(this.place, value);
  }

  setPlacedHigh(value: i32): void {
    store32(this.place + 4, value);
  }

  fill(c: Cells, at: i32): boolean {
    const start = this.operand(c, at, this.is64);
    const length = this.operand(c, at + 2, this.is64);
    if (!this.contains(start, length)) return false;
    fill(this.base + start, c.getLo(at + 1) & 255, length);
    return true;
  }

  copy(source: Memory, c: Cells, at: i32): boolean {
    const to = this.operand(c, at, this.is64);
    const from = this.operand(c, at + 1, source.is64);
    const length = this.operand(c, at + 2, this.is64 && source.is64);
    if (!this.contains(to, length) || !source.contains(from, length)) return false;
    move(this.base + to, source.base + from, length);
    return true;
  }

  init(c: Cells, at: i32, data: U8Column, start: i32, end: i32): boolean {
    const to = this.operand(c, at, this.is64);
    const from = c.getU32(at + 1);
    const length = c.getU32(at + 2);
    if (!this.contains(to, length) || from + length > <u64>(end - start)) return false;
    copy(this.base + to, memory_base() + <u64>(data.at + <usize>start) + from, length);
    return true;
  }

  write(lo: i32, hi: i32, data: U8Column, start: i32, end: i32): boolean {
    const at = (wide(hi) << 32) | wide(lo);
    const length = <u64>(end - start);
    if (!this.contains(at, length)) return false;
    copy(this.base + at, memory_base() + <u64>(data.at + <usize>start), length);
    return true;
  }

  byteAt(lo: i32, hi: i32): i32 {
    const at = (wide(hi) << 32) | wide(lo);
    return at < this.size ? load8(this.base + at) : -1;
  }
}

/** Copies as memory.copy does; the intrinsic copies ascending. */
function move(target: u64, source: u64, bytes: u64): void {
  if (target - source >= bytes) {
    copy(target, source, bytes);
    return;
  }
  let left = bytes;
  while (left >= 8) {
    left -= 8;
    store64(target + left, load64(source + left));
  }
  while (left != 0) {
    left--;
    store8(target + left, load8(source + left));
  }
}
