// Library calls of compiled code (src/link/libcalls.ts): growing, copying and filling memories and tables. All
// operands are 64-bit and unsigned; every bound is checked before the first byte is written, so a trap changes
// nothing (WebAssembly 2.0, bulk memory).

import { TrapKind } from "../src/base/traps";
import { MemoryCell, TableCell } from "../src/link/layout";
import { mapRange } from "./start";
import { Sys, copy, fill, load32, load64, load8, store32, store64, store8, sys3, trap } from "./wx";

const PROT_RW: u64 = 3;

/** Makes the pages of `start` to `end` accessible that are not so far. Without a reservation (ulimit -v) there is
 *  nothing to protect, and they are mapped now. */
function openRange(start: u64, end: u64): bool {
  const from = (start + 4095) & ~4095;
  const to = (end + 4095) & ~4095;
  if (from >= to) return true;
  return sys3(Sys.Mprotect, from, to - from, PROT_RW) == 0 || mapRange(from, to, PROT_RW);
}

export function memory_grow(cell: u64, pages: u64): u64 {
  const size = load64(cell + MemoryCell.Size);
  const shift = <u64>load32(cell + MemoryCell.PageLog2);
  if (pages > (load64(cell + MemoryCell.Max) - size) >> shift) return <u64>-1;
  const bytes = pages << shift;
  const base = load64(cell + MemoryCell.Base);
  if (!openRange(base + size, base + size + bytes)) return <u64>-1;
  store64(cell + MemoryCell.Size, size + bytes);
  return size >> shift;
}

/** Copies up to 16 bytes, overlapping or not: all is read before anything is written. */
@inline
function copyFew(target: u64, source: u64, bytes: u64): void {
  if (bytes >= 8) {
    const first = load64(source);
    const last = load64(source + bytes - 8);
    store64(target, first);
    store64(target + bytes - 8, last);
  } else if (bytes >= 4) {
    const first = load32(source);
    const last = load32(source + bytes - 4);
    store32(target, first);
    store32(target + bytes - 4, last);
  } else if (bytes != 0) {
    const first = load8(source);
    const last = load8(source + bytes - 1);
    const middle = load8(source + (bytes >> 1));
    store8(target, first);
    store8(target + bytes - 1, last);
    store8(target + (bytes >> 1), middle);
  }
}

/** Copies 17 to 64 bytes, overlapping or not. */
function copySome(target: u64, source: u64, bytes: u64): void {
  const a = load64(source);
  const b = load64(source + 8);
  const y = load64(source + bytes - 16);
  const z = load64(source + bytes - 8);
  if (bytes > 32) {
    const c = load64(source + 16);
    const d = load64(source + 24);
    const w = load64(source + bytes - 32);
    const x = load64(source + bytes - 24);
    store64(target + 16, c);
    store64(target + 24, d);
    store64(target + bytes - 32, w);
    store64(target + bytes - 24, x);
  }
  store64(target, a);
  store64(target + 8, b);
  store64(target + bytes - 16, y);
  store64(target + bytes - 8, z);
}

/** Copies more than 64 bytes from the start, for a target that does not begin inside the source. The loops write at
 *  multiples of 16: what is written across them takes several times as long. The first 16 bytes and the last 32 are read
 *  first and written last: the loops may overwrite them, and begin and end somewhere among them. */
function copyForward(target: u64, source: u64, bytes: u64): void {
  const end = bytes - 32;
  const w = load64(source + end);
  const x = load64(source + end + 8);
  const y = load64(source + end + 16);
  const z = load64(source + end + 24);
  const first = load64(source);
  const second = load64(source + 8);
  let at: u64 = 16 - (target & 15);
  for (; at + 32 < end; at += 64) copy(target + at, source + at, 64);
  if (at < end) copy(target + at, source + at, 32);
  store64(target, first);
  store64(target + 8, second);
  store64(target + end, w);
  store64(target + end + 8, x);
  store64(target + end + 16, y);
  store64(target + end + 24, z);
}

/** The same from the end, for a target that begins inside the source. */
function copyBackward(target: u64, source: u64, bytes: u64): void {
  const last = load64(source + bytes - 8);
  const lastButOne = load64(source + bytes - 16);
  const w = load64(source);
  const x = load64(source + 8);
  const y = load64(source + 16);
  const z = load64(source + 24);
  let left = bytes - ((target + bytes) & 15);
  for (; left > 64; left -= 64) copy(target + left - 64, source + left - 64, 64);
  if (left > 32) copy(target + left - 32, source + left - 32, 32);
  store64(target + bytes - 8, last);
  store64(target + bytes - 16, lastButOne);
  store64(target, w);
  store64(target + 8, x);
  store64(target + 16, y);
  store64(target + 24, z);
}

/** From here on `rep movsb` and `rep stosb` are worth what they cost to start. */
const STRING_COPY: u64 = 4096;
const STRING_FILL: u64 = 3072;
const FEW_FILLED: u64 = 512;

/** Copies 17 to 256 bytes that do not overlap: all pieces at once, the last two of which may. */
@inline
function copyApart(target: u64, source: u64, bytes: u64): void {
  if (bytes <= 32) {
    copy(target, source, 16);
    copy(target + bytes - 16, source + bytes - 16, 16);
  } else if (bytes <= 64) {
    copy(target, source, 32);
    copy(target + bytes - 32, source + bytes - 32, 32);
  } else {
    copy(target, source, 64);
    if (bytes > 128) {
      copy(target + 64, source + 64, 64);
      copy(target + bytes - 128, source + bytes - 128, 64);
    }
    copy(target + bytes - 64, source + bytes - 64, 64);
  }
}

/** Copies with the semantics of memory.copy. */
function move(target: u64, source: u64, bytes: u64): void {
  if (bytes <= 16) copyFew(target, source, bytes);
  else if (bytes <= 256 && target - source >= bytes && source - target >= bytes) copyApart(target, source, bytes);
  else if (bytes <= 64) copySome(target, source, bytes);
  else if (target - source < bytes) copyBackward(target, source, bytes);
  // `rep movsb` takes a byte a cycle when the target lies just below the source.
  else if (bytes < STRING_COPY || source - target < 64) copyForward(target, source, bytes);
  else copy(target, source, bytes);
}

@inline
function isOutside(size: u64, start: u64, length: u64): bool {
  return length > size || start > size - length;
}

export function memory_copy(targetCell: u64, sourceCell: u64, target: u64, source: u64, bytes: u64): void {
  if (
    isOutside(load64(targetCell + MemoryCell.Size), target, bytes) ||
    isOutside(load64(sourceCell + MemoryCell.Size), source, bytes)
  ) {
    trap(TrapKind.MemoryOutOfBounds);
  }
  move(load64(targetCell + MemoryCell.Base) + target, load64(sourceCell + MemoryCell.Base) + source, bytes);
}

export function memory_fill(cell: u64, target: u64, value: u32, bytes: u64): void {
  if (isOutside(load64(cell + MemoryCell.Size), target, bytes)) trap(TrapKind.MemoryOutOfBounds);
  const start = load64(cell + MemoryCell.Base) + target;
  if (bytes >= STRING_FILL) {
    fill(start, value & 255, bytes);
    return;
  }
  const word = <u64>(value & 255) * 0x0101_0101_0101_0101;
  if (bytes < 8) {
    for (let i: u64 = 0; i < bytes; i++) store8(start + i, value);
    return;
  }
  fillFrom8(start, word, bytes);
}

/** Fills 8 bytes or more, 8 at a time; where there are many, the first are the source of all others, which then are written
 *  at multiples of 16. So many must be written first that the source has left the store buffer when it is read. */
function fillFrom8(start: u64, word: u64, bytes: u64): void {
  const last = start + bytes - 8;
  store64(start, word);
  store64(last, word);
  if (bytes <= 16) return;
  store64(start + 8, word);
  store64(last - 8, word);
  if (bytes <= 32) return;
  store64(start + 16, word);
  store64(start + 24, word);
  store64(last - 16, word);
  store64(last - 24, word);
  if (bytes <= 64) return;
  const few = bytes < FEW_FILLED ? last - 24 : start + FEW_FILLED;
  for (let at = start + 32; at < few; at += 32) {
    store64(at, word);
    store64(at + 8, word);
    store64(at + 16, word);
    store64(at + 24, word);
  }
  if (bytes < FEW_FILLED) return;
  for (let at = (start + FEW_FILLED) & ~15; at < last - 56; at += 64) copy(at, start, 64);
  copy(last - 56, start, 64);
}

export function memory_init(cell: u64, segment: u64, lengthCell: u64, target: u64, source: u64, bytes: u64): void {
  if (
    isOutside(load64(cell + MemoryCell.Size), target, bytes) ||
    isOutside(load64(lengthCell), source, bytes)
  ) {
    trap(TrapKind.MemoryOutOfBounds);
  }
  move(load64(cell + MemoryCell.Base) + target, segment + source, bytes);
}

export function table_grow(cell: u64, word: u64, entries: u64): u64 {
  const size = load64(cell + TableCell.Size);
  if (entries > load64(cell + TableCell.Max) - size) return <u64>-1;
  const start = load64(cell + TableCell.Base) + (size << 3);
  const end = start + (entries << 3);
  // A table in the data area (below 4 GiB) has room up to its maximum.
  if (start >> 32 != 0 && !openRange(start, end)) return <u64>-1;
  for (let at = start; at < end; at += 8) store64(at, word);
  store64(cell + TableCell.Size, size + entries);
  return size;
}

export function table_fill(cell: u64, index: u64, word: u64, entries: u64): void {
  if (isOutside(load64(cell + TableCell.Size), index, entries)) trap(TrapKind.TableOutOfBounds);
  const start = load64(cell + TableCell.Base) + (index << 3);
  const end = start + (entries << 3);
  for (let at = start; at < end; at += 8) store64(at, word);
}

export function table_copy(targetCell: u64, sourceCell: u64, target: u64, source: u64, entries: u64): void {
  if (
    isOutside(load64(targetCell + TableCell.Size), target, entries) ||
    isOutside(load64(sourceCell + TableCell.Size), source, entries)
  ) {
    trap(TrapKind.TableOutOfBounds);
  }
  const to = load64(targetCell + TableCell.Base) + (target << 3);
  move(to, load64(sourceCell + TableCell.Base) + (source << 3), entries << 3);
}

export function table_init(cell: u64, segment: u64, lengthCell: u64, target: u64, source: u64, entries: u64): void {
  if (
    isOutside(load64(cell + TableCell.Size), target, entries) ||
    isOutside(load64(lengthCell), source, entries)
  ) {
    trap(TrapKind.TableOutOfBounds);
  }
  copy(load64(cell + TableCell.Base) + (target << 3), segment + (source << 3), entries << 3);
}
