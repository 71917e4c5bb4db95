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

/** Copies more than 64 bytes from the start, 32 at a time, for a target that does not begin inside the source. The
 *  last 32 are read first: the loop may overwrite them, and ends somewhere among them. */
function copyForward(target: u64, source: u64, bytes: u64): void {
  const end = bytes - 32;
  const w = load64(source + end);
  const x = load64(source + end + 8);
  const y = load64(source + end + 16);
  const z = load64(source + end + 24);
  for (let at: u64 = 0; at < end; at += 32) {
    const a = load64(source + at);
    const b = load64(source + at + 8);
    const c = load64(source + at + 16);
    const d = load64(source + at + 24);
    store64(target + at, a);
    store64(target + at + 8, b);
    store64(target + at + 16, c);
    store64(target + at + 24, d);
  }
  store64(target + end, w);
  store64(target + end + 8, x);
  store64(target + end + 16, y);
  store64(target + end + 24, z);
}

/** The same from the end, for a target that begins inside the source. */
function copyBackward(target: u64, source: u64, bytes: u64): void {
  const w = load64(source);
  const x = load64(source + 8);
  const y = load64(source + 16);
  const z = load64(source + 24);
  for (let left = bytes; left > 32; left -= 32) {
    const a = load64(source + left - 8);
    const b = load64(source + left - 16);
    const c = load64(source + left - 24);
    const d = load64(source + left - 32);
    store64(target + left - 8, a);
    store64(target + left - 16, b);
    store64(target + left - 24, c);
    store64(target + left - 32, d);
  }
  store64(target, w);
  store64(target + 8, x);
  store64(target + 16, y);
  store64(target + 24, z);
}

/** From here on `rep movsb` and `rep stosb` are worth the 30 cycles that they cost to start. */
const STRING_COPY: u64 = 512;
const STRING_FILL: u64 = 512;

/** Copies with the semantics of memory.copy. */
function move(target: u64, source: u64, bytes: u64): void {
  if (bytes <= 16) copyFew(target, source, bytes);
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
  const end = bytes - 8;
  let at: u64 = 0;
  for (; at + 24 < end; at += 32) {
    store64(start + at, word);
    store64(start + at + 8, word);
    store64(start + at + 16, word);
    store64(start + at + 24, word);
  }
  for (; at < end; at += 8) store64(start + at, word);
  store64(start + end, word);
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
