// Cells of 64 bits on which numeric semantics are written once (twin: host/native/host/slots.ts).
//
// Portable code has no 64-bit integers and no 32-bit floats: neither exists both in AssemblyScript and, at
// reasonable cost, in JavaScript. So 64-bit values stay in cells and operations name cells: `add64(d, a, b)`.
// A 32-bit value is the low word of its cell; the high word is then 0. Floats are read as f64, which holds
// every f32; NaN payloads do not survive that, so code that must keep bits copies words.
// Halves are used where that is simple, since engines allocate for BigInt.

const two32: f64 = 4294967296;

export class Slots {
  private words: Int32Array;
  private singles: Float32Array;
  private doubles: Float64Array;
  private bigs: BigInt64Array;
  private ubigs: BigUint64Array;

  constructor(cells: i32) {
    const buffer = new ArrayBuffer(cells * 8);
    this.words = new Int32Array(buffer);
    this.singles = new Float32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bigs = new BigInt64Array(buffer);
    this.ubigs = new BigUint64Array(buffer);
  }

  /** Room for `cells` cells in all; what is there stays. */
  reserve(cells: i32): void {
    if (cells <= this.bigs.length) return;
    const old = this.words;
    const buffer = new ArrayBuffer(Math.max(cells, this.bigs.length * 2) * 8);
    this.words = new Int32Array(buffer);
    this.singles = new Float32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bigs = new BigInt64Array(buffer);
    this.ubigs = new BigUint64Array(buffer);
    this.words.set(old);
  }

  getLo(i: i32): i32 {
    return this.words[2 * i];
  }

  getHi(i: i32): i32 {
    return this.words[2 * i + 1];
  }

  setI32(i: i32, value: i32): void {
    this.words[2 * i] = value;
    this.words[2 * i + 1] = 0;
  }

  setI64(i: i32, lo: i32, hi: i32): void {
    this.words[2 * i] = lo;
    this.words[2 * i + 1] = hi;
  }

  copy(d: i32, a: i32): void {
    this.words[2 * d] = this.words[2 * a];
    this.words[2 * d + 1] = this.words[2 * a + 1];
  }

  getF32(i: i32): f64 {
    return this.singles[2 * i];
  }

  /** Rounds to f32. */
  setF32(i: i32, value: f64): void {
    this.singles[2 * i] = value;
    this.words[2 * i + 1] = 0;
  }

  getF64(i: i32): f64 {
    return this.doubles[i];
  }

  setF64(i: i32, value: f64): void {
    this.doubles[i] = value;
  }

  add64(d: i32, a: i32, b: i32): void {
    const w = this.words;
    const lo = (w[2 * a] + w[2 * b]) | 0;
    const carry = lo >>> 0 < w[2 * a] >>> 0 ? 1 : 0;
    const hi = (w[2 * a + 1] + w[2 * b + 1] + carry) | 0;
    w[2 * d] = lo;
    w[2 * d + 1] = hi;
  }

  sub64(d: i32, a: i32, b: i32): void {
    const w = this.words;
    const borrow = w[2 * a] >>> 0 < w[2 * b] >>> 0 ? 1 : 0;
    const lo = (w[2 * a] - w[2 * b]) | 0;
    const hi = (w[2 * a + 1] - w[2 * b + 1] - borrow) | 0;
    w[2 * d] = lo;
    w[2 * d + 1] = hi;
  }

  mul64(d: i32, a: i32, b: i32): void {
    const w = this.words;
    const aLo = w[2 * a];
    const bLo = w[2 * b];
    const cross = (Math.imul(aLo, w[2 * b + 1]) + Math.imul(w[2 * a + 1], bLo)) | 0;
    // aLo × bLo in full, by 16-bit digits.
    const a0 = aLo & 0xffff;
    const a1 = aLo >>> 16;
    const b0 = bLo & 0xffff;
    const b1 = bLo >>> 16;
    const low = a0 * b0;
    const mid = a1 * b0 + Math.floor(low / 65536);
    const mid2 = a0 * b1 + (mid % 65536);
    const high = a1 * b1 + Math.floor(mid / 65536) + Math.floor(mid2 / 65536);
    w[2 * d] = Math.imul(aLo, bLo);
    w[2 * d + 1] = (high + cross) | 0;
  }

  /** The divisor must not be 0; MIN / -1 wraps. */
  divS64(d: i32, a: i32, b: i32): void {
    this.bigs[d] = this.bigs[a] / this.bigs[b];
  }

  divU64(d: i32, a: i32, b: i32): void {
    this.ubigs[d] = this.ubigs[a] / this.ubigs[b];
  }

  remS64(d: i32, a: i32, b: i32): void {
    this.bigs[d] = this.bigs[a] % this.bigs[b];
  }

  remU64(d: i32, a: i32, b: i32): void {
    this.ubigs[d] = this.ubigs[a] % this.ubigs[b];
  }

  and64(d: i32, a: i32, b: i32): void {
    const w = this.words;
    w[2 * d] = w[2 * a] & w[2 * b];
    w[2 * d + 1] = w[2 * a + 1] & w[2 * b + 1];
  }

  or64(d: i32, a: i32, b: i32): void {
    const w = this.words;
    w[2 * d] = w[2 * a] | w[2 * b];
    w[2 * d + 1] = w[2 * a + 1] | w[2 * b + 1];
  }

  xor64(d: i32, a: i32, b: i32): void {
    const w = this.words;
    w[2 * d] = w[2 * a] ^ w[2 * b];
    w[2 * d + 1] = w[2 * a + 1] ^ w[2 * b + 1];
  }

  /** Shifts and rotations take the low word of cell b, modulo 64. */
  shl64(d: i32, a: i32, b: i32): void {
    const w = this.words;
    const n = w[2 * b] & 63;
    const lo = w[2 * a];
    const hi = w[2 * a + 1];
    w[2 * d] = n < 32 ? lo << n : 0;
    w[2 * d + 1] = n == 0 ? hi : n < 32 ? (hi << n) | (lo >>> (32 - n)) : lo << (n - 32);
  }

  shrS64(d: i32, a: i32, b: i32): void {
    const w = this.words;
    const n = w[2 * b] & 63;
    const lo = w[2 * a];
    const hi = w[2 * a + 1];
    w[2 * d] = n == 0 ? lo : n < 32 ? (lo >>> n) | (hi << (32 - n)) : hi >> (n - 32);
    w[2 * d + 1] = n < 32 ? hi >> n : hi >> 31;
  }

  shrU64(d: i32, a: i32, b: i32): void {
    const w = this.words;
    const n = w[2 * b] & 63;
    const lo = w[2 * a];
    const hi = w[2 * a + 1];
    w[2 * d] = n == 0 ? lo : n < 32 ? (lo >>> n) | (hi << (32 - n)) : hi >>> (n - 32);
    w[2 * d + 1] = n < 32 ? hi >>> n : 0;
  }

  rotl64(d: i32, a: i32, b: i32): void {
    const w = this.words;
    const n = w[2 * b] & 31;
    const swap = (w[2 * b] & 32) != 0;
    const lo = swap ? w[2 * a + 1] : w[2 * a];
    const hi = swap ? w[2 * a] : w[2 * a + 1];
    w[2 * d] = n == 0 ? lo : (lo << n) | (hi >>> (32 - n));
    w[2 * d + 1] = n == 0 ? hi : (hi << n) | (lo >>> (32 - n));
  }

  ltS64(a: i32, b: i32): boolean {
    const w = this.words;
    const x = w[2 * a + 1];
    const y = w[2 * b + 1];
    return x < y || (x == y && w[2 * a] >>> 0 < w[2 * b] >>> 0);
  }

  ltU64(a: i32, b: i32): boolean {
    const w = this.words;
    const x = w[2 * a + 1] >>> 0;
    const y = w[2 * b + 1] >>> 0;
    return x < y || (x == y && w[2 * a] >>> 0 < w[2 * b] >>> 0);
  }

  /** Signed and unsigned 64-bit integer of cell a, rounded once. */
  setF64FromS64(d: i32, a: i32): void {
    this.doubles[d] = Number(this.bigs[a]);
  }

  setF64FromU64(d: i32, a: i32): void {
    this.doubles[d] = Number(this.ubigs[a]);
  }

  setF32FromS64(d: i32, a: i32): void {
    this.setF32(d, Number(stickyRounded(this.bigs[a])));
  }

  setF32FromU64(d: i32, a: i32): void {
    this.setF32(d, Number(stickyRounded(this.ubigs[a])));
  }

  /** Integer part of `value`, which must be in range. */
  setS64FromF64(d: i32, value: f64): void {
    this.bigs[d] = BigInt(Math.trunc(value));
  }

  setU64FromF64(d: i32, value: f64): void {
    this.ubigs[d] = BigInt(Math.trunc(value));
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
