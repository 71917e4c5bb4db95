// Natural numbers of any size, as far as reading numbers exactly needs them: multiplication and division by small
// factors, and looking at bits. Limbs of 16 bits keep every intermediate result inside an i32 (Knuth, TAOCP 2, 4.3.1).

import { clz32, mul32 } from "host/prims";
import { I32Column } from "./columns";

export class Natural {
  /** Least significant first; the last one is not 0. */
  private limbs: I32Column = new I32Column();

  setZero(): void {
    this.limbs.clear();
  }

  get isZero(): boolean {
    return this.limbs.length == 0;
  }

  /** Multiplies by `factor` and adds `addend`, both at most 32767. */
  multiplyAdd(factor: i32, addend: i32): void {
    const limbs = this.limbs;
    let carry = addend;
    for (let i: i32 = 0; i < limbs.length; i++) {
      const x = mul32(limbs.get(i), factor) + carry;
      limbs.set(i, x & 0xffff);
      carry = x >> 16;
    }
    if (carry != 0) limbs.push(carry);
  }

  /** Divides by `divisor`, at most 32767; the remainder. */
  divide(divisor: i32): i32 {
    const limbs = this.limbs;
    let rest: i32 = 0;
    for (let i = limbs.length - 1; i >= 0; i--) {
      const x = (rest << 16) | limbs.get(i);
      const quotient = (x / divisor) | 0;
      limbs.set(i, quotient);
      rest = x - mul32(quotient, divisor);
    }
    while (limbs.length != 0 && limbs.top() == 0) limbs.pop();
    return rest;
  }

  /** Multiplies by 2 to the 16 × `count`. */
  shiftLimbs(count: i32): void {
    const limbs = this.limbs;
    const length = limbs.length;
    if (length == 0) return;
    limbs.resize(length + count);
    for (let i = length - 1; i >= 0; i--) limbs.set(i + count, limbs.get(i));
    limbs.fill(0, 0, count);
  }

  /** Number of bits up to the highest that is set. */
  get bitLength(): i32 {
    const limbs = this.limbs;
    return limbs.length == 0 ? 0 : (limbs.length << 4) + 16 - clz32(limbs.top());
  }

  /** The `count` bits, at most 16, from bit `at`; below the first bit and above the last there are zeros. */
  bits(at: i32, count: i32): i32 {
    const k = at >> 4;
    const pair = (this.limb(k + 1) << 16) | this.limb(k);
    return (pair >> (at & 15)) & ((1 << count) - 1);
  }

  private limb(k: i32): i32 {
    return k >= 0 && k < this.limbs.length ? this.limbs.get(k) : 0;
  }

  /** Whether a bit below bit `i` is set. */
  hasBitsBelow(i: i32): boolean {
    if (i <= 0) return false;
    const whole = i >> 4;
    for (let k: i32 = 0; k < whole; k++) {
      if (this.limbs.get(k) != 0) return true;
    }
    return (i & 15) != 0 && (this.limbs.get(whole) & ((1 << (i & 15)) - 1)) != 0;
  }
}
