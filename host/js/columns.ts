// Growable columns of numbers, the compiler's only bulk storage (twin: host/native/host/columns.ts).
//
// A column keeps its buffer when it is cleared, so tables that are reset for each function stop allocating
// after warm-up. Indices are not checked here: callers stay below `length` (debug native builds assert it).

/** Natively, buffers are in large pages from here on. */
export function useLargePages(): void {}

/** The elements of a byte column, for hot loops: natively one load less for each access. Not to be used once the column
 *  has grown: natively a view shows the old buffer. */
export class U8View {
  data: Uint8Array = new Uint8Array(64);

  get(i: i32): i32 {
    return this.data[i];
  }

  set(i: i32, value: i32): void {
    this.data[i] = value;
  }
}

/** The same of a column of 32-bit integers. */
export class I32View {
  data: Int32Array = new Int32Array(16);

  get(i: i32): i32 {
    return this.data[i];
  }

  set(i: i32, value: i32): void {
    this.data[i] = value;
  }
}

/** A place in a column of 32-bit integers, from which its elements are counted. Natively an address: not to be used once the
 *  column has grown. */
export class I32Cursor {
  private data: Int32Array;
  private at: i32;

  constructor(data: Int32Array, at: i32) {
    this.data = data;
    this.at = at;
  }

  get(i: i32): i32 {
    return this.data[this.at + i];
  }

  set(i: i32, value: i32): void {
    this.data[this.at + i] = value;
  }

  /** This cursor, moved by `n` elements. Only the result may be used from now on: natively it is another one. */
  moved(n: i32): I32Cursor {
    this.at = this.at + n;
    return this;
  }

  /** This cursor, moved to `n` elements behind `other`, likewise. */
  movedTo(other: I32Cursor, n: i32): I32Cursor {
    this.data = other.data;
    this.at = other.at + n;
    return this;
  }

  /** How many elements behind `other` it is. */
  distance(other: I32Cursor): i32 {
    return this.at - other.at;
  }
}

/** Growable column of bytes. Values read are 0..255; values written are taken modulo 256. */
export class U8Column extends U8View {
  length: i32 = 0;

  view(): U8View {
    return this;
  }

  push(value: i32): void {
    const n = this.length;
    if (n == this.data.length) this.reserve(n + 1);
    this.data[n] = value;
    this.length = n + 1;
  }

  /** Little-endian 32-bit value at byte offset `i`, which need not be aligned. */
  getI32(i: i32): i32 {
    const d = this.data;
    return d[i] | (d[i + 1] << 8) | (d[i + 2] << 16) | (d[i + 3] << 24);
  }

  setI32(i: i32, value: i32): void {
    const d = this.data;
    d[i] = value;
    d[i + 1] = value >> 8;
    d[i + 2] = value >> 16;
    d[i + 3] = value >> 24;
  }

  pushI32(value: i32): void {
    const n = this.length;
    this.reserve(n + 4);
    this.setI32(n, value);
    this.length = n + 4;
  }

  /** Room for `capacity` bytes in all; the length stays. */
  reserve(capacity: i32): void {
    const old = this.data;
    if (capacity <= old.length) return;
    let size = old.length * 2;
    while (size < capacity) size = size * 2;
    this.data = new Uint8Array(size);
    this.data.set(old.subarray(0, this.length));
  }

  /** Sets the length; bytes that come into view are zero. */
  resize(length: i32): void {
    const n = this.length;
    if (length > n) {
      this.reserve(length);
      this.data.fill(0, n, length);
    }
    this.length = length;
  }

  clear(): void {
    this.length = 0;
  }

  /** Appends bytes `start` to `end` of `source`, which may be this column. */
  append(source: U8Column, start: i32, end: i32): void {
    const n = this.length;
    this.reserve(n + end - start);
    if (source.data == this.data) this.data.copyWithin(n, start, end);
    else this.data.set(source.data.subarray(start, end), n);
    this.length = n + end - start;
  }

  /** Appends what `source` holds and leaves that empty, so that large columns are never held twice. */
  take(source: U8Column): void {
    this.append(source, 0, source.length);
    source.data = new Uint8Array(64);
    source.length = 0;
  }

  /** Appends the elements of `source`, four bytes each. */
  appendWords(source: I32Column): void {
    const n = this.length;
    this.reserve(n + source.length * 4);
    this.data.set(new Uint8Array(source.data.buffer, 0, source.length * 4), n);
    this.length = n + source.length * 4;
  }

  /** Overwrites `end - start` bytes from `at` with those of `source`; the target range must exist. */
  copyAt(at: i32, source: U8Column, start: i32, end: i32): void {
    this.data.set(source.data.subarray(start, end), at);
  }

  /** Sets the bytes from `start` to `end` to `value`. */
  fill(value: i32, start: i32, end: i32): void {
    this.data.fill(value, start, end);
  }
}

/** Growable column of 32-bit integers. */
export class I32Column extends I32View {
  length: i32 = 0;

  view(): I32View {
    return this;
  }

  /** A cursor at element `i`. */
  cursor(i: i32): I32Cursor {
    return new I32Cursor(this.data, i);
  }

  push(value: i32): void {
    const n = this.length;
    if (n == this.data.length) this.reserve(n + 1);
    this.data[n] = value;
    this.length = n + 1;
  }

  pop(): i32 {
    this.length--;
    return this.data[this.length];
  }

  /** The last element; the column must not be empty. */
  top(): i32 {
    return this.data[this.length - 1];
  }

  reserve(capacity: i32): void {
    const old = this.data;
    if (capacity <= old.length) return;
    let size = old.length * 2;
    while (size < capacity) size = size * 2;
    this.data = new Int32Array(size);
    this.data.set(old.subarray(0, this.length));
  }

  /** Sets the length; elements that come into view are zero. */
  resize(length: i32): void {
    const n = this.length;
    if (length > n) {
      this.reserve(length);
      this.data.fill(0, n, length);
    }
    this.length = length;
  }

  clear(): void {
    this.length = 0;
  }

  /** Sets the elements from `start` to `end` to `value`. */
  fill(value: i32, start: i32, end: i32): void {
    this.data.fill(value, start, end);
  }

  /** Appends `count` elements that stand in `source` from byte `at` on, four bytes each. */
  appendFromBytes(source: U8Column, at: i32, count: i32): void {
    const n = this.length;
    this.reserve(n + count);
    new Uint8Array(this.data.buffer).set(source.data.subarray(at, at + count * 4), n * 4);
    this.length = n + count;
  }

  /** Appends elements `start` to `end` of `source`, which may be this column. */
  append(source: I32Column, start: i32, end: i32): void {
    const n = this.length;
    this.reserve(n + end - start);
    if (source.data == this.data) this.data.copyWithin(n, start, end);
    else this.data.set(source.data.subarray(start, end), n);
    this.length = n + end - start;
  }
}
