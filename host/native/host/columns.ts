// Growable columns of numbers (twin: host/js/columns.ts), here as raw pointers into linear memory: one load
// for the pointer and one for the element. Buffers are powers of two from a free list per size, because the
// stub runtime never frees: what a growing column leaves behind serves the next one.

import { enlarge, forget } from "host/pages";

const freeLists: StaticArray<usize> = new StaticArray<usize>(32);

/** Index of the smallest power of two that is at least `bytes`, at least 6 (64 bytes). */
function sizeClass(bytes: i32): i32 {
  return bytes <= 64 && bytes >= 0 ? 6 : 32 - clz<i32>(bytes - 1);
}

/** The largest buffer that the stub runtime gives. */
const LARGEST_CLASS: i32 = 29;
/** End of the last buffer, and what may lie behind it that is no buffer: objects and strings are few. */
let top: u64 = 0;
const OBJECTS: u64 = 0x0100_0000;
/** Pages by which memory grows at least, and the most it may have: the stub runtime doubles memory, and takes 4 GiB
 *  for nothing at all. */
const GROWTH: i32 = 1024;
const MOST_PAGES: i32 = 0xffff;

/** Makes sure that there is memory up to `end`. */
function growMemory(end: u64): boolean {
  const size = memory.size();
  const needed = <i32>((end + 0xffff) >> 16);
  if (needed <= size) return true;
  if (needed > MOST_PAGES) return false;
  return memory.grow(max(needed - size, min(GROWTH, MOST_PAGES - size))) >= 0;
}

/** Size of a large page, and up to where buffers are in these: a compilation that needs more than this is long enough to pay
 *  for its faults, and its peak is its own. */
const LARGE_PAGE: usize = 0x20_0000;
const LARGE_PAGES_END: usize = 0x400_0000;

/** From here on buffers lie in large pages, unless memory is in use beyond the first of them: for work that needs hundreds of
 *  pages, each of which costs a fault. What is skipped is never touched and costs nothing. */
export function useLargePages(): void {
  const end = heap.alloc(16) + 16;
  if (end + 64 >= LARGE_PAGE || !growMemory(<u64>LARGE_PAGE + OBJECTS)) return;
  heap.alloc(LARGE_PAGE - end - 32);
  enlarge(LARGE_PAGE, LARGE_PAGES_END);
}

function takeBuffer(k: i32): usize {
  const free = k <= LARGEST_CLASS ? unchecked(freeLists[k]) : 0;
  if (free != 0) {
    unchecked((freeLists[k] = load<usize>(free)));
    return free;
  }
  const bytes = <u64>1 << k;
  if (k > LARGEST_CLASS || !growMemory(top + bytes + OBJECTS)) throw new Error("out of memory");
  const at = heap.alloc(<usize>bytes);
  top = <u64>at + bytes;
  return at;
}

/** Buffers from this size on give their pages back to the kernel: growing columns leave as much behind as they hold. */
const LARGE_CLASS: i32 = 20;
const CHUNK: i32 = 0x10_0000;

function giveBuffer(at: usize, k: i32): void {
  if (k >= LARGE_CLASS) forget(at, at + (<usize>1 << k));
  store<usize>(at, unchecked(freeLists[k]));
  unchecked((freeLists[k] = at));
}

/** The elements of a byte column as they lie in memory: one load less for each access in a hot loop. Not to be used once
 *  the column has grown. */
@final @unmanaged
export class U8View {
  @inline get(i: i32): i32 {
    return load<u8>(changetype<usize>(this) + <usize>i);
  }

  @inline set(i: i32, value: i32): void {
    store<u8>(changetype<usize>(this) + <usize>i, value);
  }
}

/**
 * The same of a column of 32-bit integers. They are loaded as u32, here and below: Binaryen makes one instruction of a load
 * and the extension of what it loads, and takes the sign of the load for that of the extension if that is unsigned.
 */
@final @unmanaged
export class I32View {
  @inline get(i: i32): i32 {
    return <i32>load<u32>(changetype<usize>(this) + (<usize>i << 2));
  }

  @inline set(i: i32, value: i32): void {
    store<i32>(changetype<usize>(this) + (<usize>i << 2), value);
  }
}

/** A place in a column of 32-bit integers, from which its elements are counted: an address. */
@final @unmanaged
export class I32Cursor {
  @inline get(i: i32): i32 {
    return <i32>load<u32>(changetype<usize>(this) + (<usize>i << 2));
  }

  @inline set(i: i32, value: i32): void {
    store<i32>(changetype<usize>(this) + (<usize>i << 2), value);
  }

  @inline moved(n: i32): I32Cursor {
    return changetype<I32Cursor>(changetype<usize>(this) + (<usize>n << 2));
  }

  @inline movedTo(other: I32Cursor, n: i32): I32Cursor {
    return other.moved(n);
  }

  @inline distance(other: I32Cursor): i32 {
    return <i32>(changetype<usize>(this) - changetype<usize>(other)) >> 2;
  }
}

/** Growable column of bytes. Values read are 0..255; values written are taken modulo 256. */
@final
export class U8Column {
  at: usize = 0;
  capacity: i32 = 0;
  length: i32 = 0;

  /** A column over static data, which nothing may append to. */
  static over(at: usize, length: i32): U8Column {
    const column = new U8Column();
    column.at = at;
    column.capacity = length;
    column.length = length;
    return column;
  }

  @inline view(): U8View {
    return changetype<U8View>(this.at);
  }

  @inline get(i: i32): i32 {
    if (!ASC_NO_ASSERT) assert(<u32>i < <u32>this.length, "U8Column.get");
    return load<u8>(this.at + <usize>i);
  }

  @inline set(i: i32, value: i32): void {
    if (!ASC_NO_ASSERT) assert(<u32>i < <u32>this.length, "U8Column.set");
    store<u8>(this.at + <usize>i, value);
  }

  @inline push(value: i32): void {
    const n = this.length;
    if (n == this.capacity) this.reserve(n + 1);
    store<u8>(this.at + <usize>n, value);
    this.length = n + 1;
  }

  @inline getI32(i: i32): i32 {
    if (!ASC_NO_ASSERT) assert(<u32>(i + 3) < <u32>this.length, "U8Column.getI32");
    return <i32>load<u32>(this.at + <usize>i);
  }

  @inline setI32(i: i32, value: i32): void {
    if (!ASC_NO_ASSERT) assert(<u32>(i + 3) < <u32>this.length, "U8Column.setI32");
    store<i32>(this.at + <usize>i, value);
  }

  @inline pushI32(value: i32): void {
    const n = this.length;
    if (n + 4 > this.capacity) this.reserve(n + 4);
    store<i32>(this.at + <usize>n, value);
    this.length = n + 4;
  }

  reserve(capacity: i32): void {
    if (capacity <= this.capacity) return;
    const k = sizeClass(capacity);
    const at = takeBuffer(k);
    if (this.capacity != 0) {
      memory.copy(at, this.at, <usize>this.length);
      giveBuffer(this.at, sizeClass(this.capacity));
    }
    this.at = at;
    this.capacity = 1 << k;
  }

  resize(length: i32): void {
    const n = this.length;
    if (length > n) {
      this.reserve(length);
      memory.fill(this.at + <usize>n, 0, <usize>(length - n));
    }
    this.length = length;
  }

  @inline clear(): void {
    this.length = 0;
  }

  append(source: U8Column, start: i32, end: i32): void {
    const n = this.length;
    this.reserve(n + end - start);
    memory.copy(this.at + <usize>n, source.at + <usize>start, <usize>(end - start));
    this.length = n + end - start;
  }

  /** Appends what `source` holds and leaves that empty, so that large columns are never held twice. */
  take(source: U8Column): void {
    const n = this.length;
    const bytes = source.length;
    this.reserve(n + bytes);
    for (let at = 0; at < bytes; at += CHUNK) {
      const count = min(CHUNK, bytes - at);
      memory.copy(this.at + <usize>(n + at), source.at + <usize>at, <usize>count);
      if (count == CHUNK) forget(source.at + <usize>at, source.at + <usize>(at + count));
    }
    this.length = n + bytes;
    source.length = 0;
  }

  /** Appends the elements of `source`, four bytes each. */
  appendWords(source: I32Column): void {
    const n = this.length;
    this.reserve(n + (source.length << 2));
    memory.copy(this.at + <usize>n, source.at, <usize>source.length << 2);
    this.length = n + (source.length << 2);
  }

  copyAt(at: i32, source: U8Column, start: i32, end: i32): void {
    if (!ASC_NO_ASSERT) assert(<u32>(at + end - start) <= <u32>this.length, "U8Column.copyAt");
    memory.copy(this.at + <usize>at, source.at + <usize>start, <usize>(end - start));
  }

  fill(value: i32, start: i32, end: i32): void {
    if (end > start) memory.fill(this.at + <usize>start, <u8>value, <usize>(end - start));
  }
}

/** Growable column of 32-bit integers. */
@final
export class I32Column {
  at: usize = 0;
  capacity: i32 = 0;
  length: i32 = 0;

  @inline view(): I32View {
    return changetype<I32View>(this.at);
  }

  @inline cursor(i: i32): I32Cursor {
    return changetype<I32Cursor>(this.at + (<usize>i << 2));
  }

  @inline get(i: i32): i32 {
    if (!ASC_NO_ASSERT) assert(<u32>i < <u32>this.length, "I32Column.get");
    return <i32>load<u32>(this.at + (<usize>i << 2));
  }

  @inline set(i: i32, value: i32): void {
    if (!ASC_NO_ASSERT) assert(<u32>i < <u32>this.length, "I32Column.set");
    store<i32>(this.at + (<usize>i << 2), value);
  }

  @inline push(value: i32): void {
    const n = this.length;
    if (n == this.capacity) this.reserve(n + 1);
    store<i32>(this.at + (<usize>n << 2), value);
    this.length = n + 1;
  }

  @inline pop(): i32 {
    if (!ASC_NO_ASSERT) assert(this.length > 0, "I32Column.pop");
    this.length--;
    return <i32>load<u32>(this.at + (<usize>this.length << 2));
  }

  @inline top(): i32 {
    if (!ASC_NO_ASSERT) assert(this.length > 0, "I32Column.top");
    return <i32>load<u32>(this.at + (<usize>(this.length - 1) << 2));
  }

  reserve(capacity: i32): void {
    if (capacity <= this.capacity) return;
    const k = sizeClass(capacity << 2);
    const at = takeBuffer(k);
    if (this.capacity != 0) {
      memory.copy(at, this.at, <usize>this.length << 2);
      giveBuffer(this.at, sizeClass(this.capacity << 2));
    }
    this.at = at;
    this.capacity = (1 << k) >> 2;
  }

  resize(length: i32): void {
    const n = this.length;
    if (length > n) {
      this.reserve(length);
      memory.fill(this.at + (<usize>n << 2), 0, <usize>(length - n) << 2);
    }
    this.length = length;
  }

  @inline clear(): void {
    this.length = 0;
  }

  fill(value: i32, start: i32, end: i32): void {
    let at = this.at + (<usize>start << 2);
    const stop = this.at + (<usize>end << 2);
    while (at < stop) {
      store<i32>(at, value);
      at += 4;
    }
  }

  /** Appends `count` elements that stand in `source` from byte `at` on, four bytes each. */
  appendFromBytes(source: U8Column, at: i32, count: i32): void {
    const n = this.length;
    this.reserve(n + count);
    memory.copy(this.at + (<usize>n << 2), source.at + <usize>at, <usize>count << 2);
    this.length = n + count;
  }

  append(source: I32Column, start: i32, end: i32): void {
    const n = this.length;
    this.reserve(n + end - start);
    memory.copy(this.at + (<usize>n << 2), source.at + (<usize>start << 2), <usize>(end - start) << 2);
    this.length = n + end - start;
  }
}
