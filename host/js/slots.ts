// Cells of 64 bits on which numeric semantics are written once (twin: host/native/host/slots.ts).
//
// Portable code has no 64-bit integers and no 32-bit floats: neither exists both in AssemblyScript and, at
// reasonable cost, in JavaScript. So 64-bit values stay in cells and operations name cells: `add64(d, a, b)`.
// A 32-bit value is the low word of its cell; the high word is then 0. Floats are read as f64, which holds
// every f32; NaN payloads do not survive that, so code that must keep bits copies words.
// Halves are used where that is simple, since engines allocate for BigInt.
//
// A window (Cells) names cells from its own first one on: the frame of a function. Slots own the cells.

const two32: f64 = 4294967296;

/** A window to cells. */
export class Cells {
  protected words: Int32Array = new Int32Array(0);
  protected singles: Float32Array = new Float32Array(0);
  protected doubles: Float64Array = new Float64Array(0);
  protected bigs: BigInt64Array = new BigInt64Array(0);
  protected ubigs: BigUint64Array = new BigUint64Array(0);
  /** The owner's cell that is cell 0 here. */
  private base: i32 = 0;

  /** A window of its own, `cells` further on. */
  from(cells: i32): Cells {
    const window = new Cells();
    window.words = this.words;
    window.singles = this.singles;
    window.doubles = this.doubles;
    window.bigs = this.bigs;
    window.ubigs = this.ubigs;
    window.base = this.base + cells;
    return window;
  }

  /** This window, moved by `cells`. Only the result may be used from now on: natively it is another one. */
  moved(cells: i32): Cells {
    this.base = this.base + cells;
    return this;
  }

  /** How many cells further this window begins than `other`, of the same owner. */
  distance(other: Cells): i32 {
    return this.base - other.base;
  }

  protected lookInto(buffer: ArrayBuffer): void {
    this.words = new Int32Array(buffer);
    this.singles = new Float32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bigs = new BigInt64Array(buffer);
    this.ubigs = new BigUint64Array(buffer);
  }

  getLo(i: i32): i32 {
    return this.words[2 * (this.base + i)];
  }

  getHi(i: i32): i32 {
    return this.words[2 * (this.base + i) + 1];
  }

  setI32(i: i32, value: i32): void {
    const at = 2 * (this.base + i);
    this.words[at] = value;
    this.words[at + 1] = 0;
  }

  setI64(i: i32, lo: i32, hi: i32): void {
    const at = 2 * (this.base + i);
    this.words[at] = lo;
    this.words[at + 1] = hi;
  }

  copy(d: i32, a: i32): void {
    const to = 2 * (this.base + d);
    const from = 2 * (this.base + a);
    this.words[to] = this.words[from];
    this.words[to + 1] = this.words[from + 1];
  }

  /** Copies cell `a` of another window. */
  copyFrom(d: i32, other: Cells, a: i32): void {
    const to = 2 * (this.base + d);
    const from = 2 * (other.base + a);
    this.words[to] = other.words[from];
    this.words[to + 1] = other.words[from + 1];
  }

  /** Copies `count` cells from `a` to `d`, as if all were read before any is written. */
  copyMany(d: i32, a: i32, count: i32): void {
    this.words.copyWithin(2 * (this.base + d), 2 * (this.base + a), 2 * (this.base + a + count));
  }

  /** Zeros in `count` cells from `d` on. */
  clear(d: i32, count: i32): void {
    const at = 2 * (this.base + d);
    for (let i: i32 = at; i < at + 2 * count; i++) this.words[i] = 0;
  }

  getF32(i: i32): f64 {
    return this.singles[2 * (this.base + i)];
  }

  /** Rounds to f32. */
  setF32(i: i32, value: f64): void {
    const at = 2 * (this.base + i);
    this.singles[at] = value;
    this.words[at + 1] = 0;
  }

  getF64(i: i32): f64 {
    return this.doubles[this.base + i];
  }

  setF64(i: i32, value: f64): void {
    this.doubles[this.base + i] = value;
  }

  addF32(d: i32, a: i32, b: i32): void {
    this.setF32(d, this.getF32(a) + this.getF32(b));
  }

  subF32(d: i32, a: i32, b: i32): void {
    this.setF32(d, this.getF32(a) - this.getF32(b));
  }

  mulF32(d: i32, a: i32, b: i32): void {
    this.setF32(d, this.getF32(a) * this.getF32(b));
  }

  divF32(d: i32, a: i32, b: i32): void {
    this.setF32(d, this.getF32(a) / this.getF32(b));
  }

  add64(d: i32, a: i32, b: i32): void {
    this.addWords(d, a, this.getLo(b), this.getHi(b));
  }

  /** Adds `value`, extended with its sign. */
  addValue64(d: i32, a: i32, value: i32): void {
    this.addWords(d, a, value, value >> 31);
  }

  private addWords(d: i32, a: i32, lo: i32, hi: i32): void {
    const sum = (this.getLo(a) + lo) | 0;
    const carry = sum >>> 0 < lo >>> 0 ? 1 : 0;
    this.setI64(d, sum, (this.getHi(a) + hi + carry) | 0);
  }

  sub64(d: i32, a: i32, b: i32): void {
    const aLo = this.getLo(a);
    const bLo = this.getLo(b);
    const borrow = aLo >>> 0 < bLo >>> 0 ? 1 : 0;
    this.setI64(d, (aLo - bLo) | 0, (this.getHi(a) - this.getHi(b) - borrow) | 0);
  }

  mul64(d: i32, a: i32, b: i32): void {
    const aLo = this.getLo(a);
    const bLo = this.getLo(b);
    const cross = (Math.imul(aLo, this.getHi(b)) + Math.imul(this.getHi(a), bLo)) | 0;
    // aLo × bLo in full, by 16-bit digits.
    const a0 = aLo & 0xffff;
    const a1 = aLo >>> 16;
    const b0 = bLo & 0xffff;
    const b1 = bLo >>> 16;
    const low = a0 * b0;
    const mid = a1 * b0 + Math.floor(low / 65536);
    const mid2 = a0 * b1 + (mid % 65536);
    const high = a1 * b1 + Math.floor(mid / 65536) + Math.floor(mid2 / 65536);
    this.setI64(d, Math.imul(aLo, bLo), (high + cross) | 0);
  }

  /** The divisor must not be 0; MIN / -1 wraps. */
  divS64(d: i32, a: i32, b: i32): void {
    this.bigs[this.base + d] = this.bigs[this.base + a] / this.bigs[this.base + b];
  }

  divU64(d: i32, a: i32, b: i32): void {
    this.ubigs[this.base + d] = this.ubigs[this.base + a] / this.ubigs[this.base + b];
  }

  remS64(d: i32, a: i32, b: i32): void {
    this.bigs[this.base + d] = this.bigs[this.base + a] % this.bigs[this.base + b];
  }

  remU64(d: i32, a: i32, b: i32): void {
    this.ubigs[this.base + d] = this.ubigs[this.base + a] % this.ubigs[this.base + b];
  }

  /** The two halves of a product of 128 bits. */
  mulWideS64(lo: i32, hi: i32, a: i32, b: i32): void {
    const product = this.bigs[this.base + a] * this.bigs[this.base + b];
    this.bigs[this.base + lo] = BigInt.asIntN(64, product);
    this.bigs[this.base + hi] = BigInt.asIntN(64, product >> 64n);
  }

  mulWideU64(lo: i32, hi: i32, a: i32, b: i32): void {
    const product = this.ubigs[this.base + a] * this.ubigs[this.base + b];
    this.bigs[this.base + lo] = BigInt.asIntN(64, product);
    this.bigs[this.base + hi] = BigInt.asIntN(64, product >> 64n);
  }

  and64(d: i32, a: i32, b: i32): void {
    this.setI64(d, this.getLo(a) & this.getLo(b), this.getHi(a) & this.getHi(b));
  }

  /** With `value`, extended with its sign. */
  andValue64(d: i32, a: i32, value: i32): void {
    this.setI64(d, this.getLo(a) & value, this.getHi(a) & (value >> 31));
  }

  or64(d: i32, a: i32, b: i32): void {
    this.setI64(d, this.getLo(a) | this.getLo(b), this.getHi(a) | this.getHi(b));
  }

  xor64(d: i32, a: i32, b: i32): void {
    this.setI64(d, this.getLo(a) ^ this.getLo(b), this.getHi(a) ^ this.getHi(b));
  }

  /** Shifts and rotations take the low word of cell b, or a number, modulo 64. */
  shl64(d: i32, a: i32, b: i32): void {
    this.shlValue64(d, a, this.getLo(b));
  }

  shlValue64(d: i32, a: i32, value: i32): void {
    const n = value & 63;
    const lo = this.getLo(a);
    const hi = this.getHi(a);
    if (n == 0) this.setI64(d, lo, hi);
    else if (n < 32) this.setI64(d, lo << n, (hi << n) | (lo >>> (32 - n)));
    else this.setI64(d, 0, lo << (n - 32));
  }

  shrS64(d: i32, a: i32, b: i32): void {
    this.shrSValue64(d, a, this.getLo(b));
  }

  shrSValue64(d: i32, a: i32, value: i32): void {
    const n = value & 63;
    const lo = this.getLo(a);
    const hi = this.getHi(a);
    if (n == 0) this.setI64(d, lo, hi);
    else if (n < 32) this.setI64(d, (lo >>> n) | (hi << (32 - n)), hi >> n);
    else this.setI64(d, hi >> (n - 32), hi >> 31);
  }

  shrU64(d: i32, a: i32, b: i32): void {
    this.shrUValue64(d, a, this.getLo(b));
  }

  shrUValue64(d: i32, a: i32, value: i32): void {
    const n = value & 63;
    const lo = this.getLo(a);
    const hi = this.getHi(a);
    if (n == 0) this.setI64(d, lo, hi);
    else if (n < 32) this.setI64(d, (lo >>> n) | (hi << (32 - n)), hi >>> n);
    else this.setI64(d, hi >>> (n - 32), 0);
  }

  rotl64(d: i32, a: i32, b: i32): void {
    const n = this.getLo(b) & 31;
    const swap = (this.getLo(b) & 32) != 0;
    const lo = swap ? this.getHi(a) : this.getLo(a);
    const hi = swap ? this.getLo(a) : this.getHi(a);
    if (n == 0) this.setI64(d, lo, hi);
    else this.setI64(d, (lo << n) | (hi >>> (32 - n)), (hi << n) | (lo >>> (32 - n)));
  }

  /** The low word, extended to 64 bits. */
  extendS32(d: i32, a: i32): void {
    const lo = this.getLo(a);
    this.setI64(d, lo, lo >> 31);
  }

  extendU32(d: i32, a: i32): void {
    this.setI32(d, this.getLo(a));
  }

  eq64(a: i32, b: i32): boolean {
    return this.getLo(a) == this.getLo(b) && this.getHi(a) == this.getHi(b);
  }

  ltS64(a: i32, b: i32): boolean {
    const x = this.getHi(a);
    const y = this.getHi(b);
    return x < y || (x == y && this.getLo(a) >>> 0 < this.getLo(b) >>> 0);
  }

  ltU64(a: i32, b: i32): boolean {
    const x = this.getHi(a) >>> 0;
    const y = this.getHi(b) >>> 0;
    return x < y || (x == y && this.getLo(a) >>> 0 < this.getLo(b) >>> 0);
  }

  /** Comparisons with `value`, extended with its sign. */
  eqValue64(a: i32, value: i32): boolean {
    return this.getLo(a) == value && this.getHi(a) == value >> 31;
  }

  ltSValue64(a: i32, value: i32): boolean {
    const x = this.getHi(a);
    const y = value >> 31;
    return x < y || (x == y && this.getLo(a) >>> 0 < value >>> 0);
  }

  ltUValue64(a: i32, value: i32): boolean {
    const x = this.getHi(a) >>> 0;
    const y = (value >> 31) >>> 0;
    return x < y || (x == y && this.getLo(a) >>> 0 < value >>> 0);
  }

  gtSValue64(a: i32, value: i32): boolean {
    const x = this.getHi(a);
    const y = value >> 31;
    return x > y || (x == y && this.getLo(a) >>> 0 > value >>> 0);
  }

  gtUValue64(a: i32, value: i32): boolean {
    const x = this.getHi(a) >>> 0;
    const y = (value >> 31) >>> 0;
    return x > y || (x == y && this.getLo(a) >>> 0 > value >>> 0);
  }

  /** Signed and unsigned 64-bit integer of cell a, rounded once. */
  setF64FromS64(d: i32, a: i32): void {
    this.setF64(d, Number(this.bigs[this.base + a]));
  }

  setF64FromU64(d: i32, a: i32): void {
    this.setF64(d, Number(this.ubigs[this.base + a]));
  }

  setF32FromS64(d: i32, a: i32): void {
    this.setF32(d, Number(stickyRounded(this.bigs[this.base + a])));
  }

  setF32FromU64(d: i32, a: i32): void {
    this.setF32(d, Number(stickyRounded(this.ubigs[this.base + a])));
  }

  /** Integer part of `value`, which must be in range. */
  setS64FromF64(d: i32, value: f64): void {
    this.bigs[this.base + d] = BigInt(Math.trunc(value));
  }

  setU64FromF64(d: i32, value: f64): void {
    this.ubigs[this.base + d] = BigInt(Math.trunc(value));
  }
}

/** The cells themselves; as a window, all of them. */
export class Slots extends Cells {
  /** Cells that need not be cleared take no memory natively before they are written. */
  constructor(cells: i32, _isCleared: boolean = true) {
    super();
    this.lookInto(new ArrayBuffer(cells * 8));
  }

  /** A window to all cells, until more are reserved. */
  view(): Cells {
    return this;
  }

  /** Room for `cells` cells in all; what is there stays. */
  reserve(cells: i32): void {
    if (cells <= this.doubles.length) return;
    const old = this.words;
    this.lookInto(new ArrayBuffer(Math.max(cells, this.doubles.length * 2) * 8));
    this.words.set(old);
  }
}

/**
 * A number that f64 holds exactly and that rounds to the same f32 as `x`: bits too many for f64 are merged into
 * one sticky bit (rounding to odd), so that rounding twice equals rounding once.
 */
function stickyRounded(x: bigint): bigint {
  if (x < 1n << 53n && x > -(1n << 53n)) return x;
  return (x & 0x7ffn) == 0n ? x : (x | 0x800n) & ~0x7ffn;
}

export function floatCeil(x: f64): f64 {
  return Math.ceil(x);
}

export function floatFloor(x: f64): f64 {
  return Math.floor(x);
}

export function floatTrunc(x: f64): f64 {
  return Math.trunc(x);
}

/** To the nearest integer, ties to even. */
export function floatNearest(x: f64): f64 {
  const magnitude = Math.abs(x);
  // From 2^52 on all are integers; below, adding 2^52 leaves no room for a fraction. NaN goes through.
  if (!(magnitude < 4503599627370496)) return x;
  const rounded = magnitude + 4503599627370496 - 4503599627370496;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}

export function floatSqrt(x: f64): f64 {
  return Math.sqrt(x);
}

/** IEEE 754-2019 minimum: NaN if either is, -0 below +0. */
export function floatMin(x: f64, y: f64): f64 {
  return Math.min(x, y);
}

export function floatMax(x: f64, y: f64): f64 {
  return Math.max(x, y);
}

/** Integer part of `x`, which must be in the range of i32, or of u32 (given as the i32 of the same bits). */
export function i32FromF64(x: f64): i32 {
  return x | 0;
}

export function u32FromF64(x: f64): i32 {
  return x | 0;
}

/** Value of the bits of `x` as an unsigned number. */
export function f64FromU32(x: i32): f64 {
  return x < 0 ? x + two32 : x;
}
