// Gives values new numbers. In the order of the code, what values that were removed left behind goes, so that
// later stages have short columns; at random, tests find out whether anything depends on numbers.

import { I32Column, U8Column } from "../base/columns";
import { mul32, remU32 } from "host/prims";
import { hasPool, opArity } from "../ssa/op";
import { Func, NO_BLOCK, NO_VALUE } from "../ssa/func";

/** Numbers values in the order of their blocks and drops those in no block; returns whether that changed any. */
export function renumberValues(func: Func): boolean {
  return renumbering.inOrder(func);
}

/** Numbers values at random. */
export function shuffleValues(func: Func, seed: i32): void {
  renumbering.atRandom(func, seed);
}

class Renumbering {
  /** Old number by new one, and new by old. */
  private old: I32Column = new I32Column();
  private fresh: I32Column = new I32Column();
  private words: I32Column = new I32Column();
  private bytes: U8Column = new U8Column();

  inOrder(func: Func): boolean {
    this.old.clear();
    let changed = false;
    for (let b: i32 = 0; b < func.blockCount; b++) {
      for (let v = func.firstValue.get(b); v != NO_VALUE; v = func.next.get(v)) {
        if (this.old.length != v) changed = true;
        this.old.push(v);
      }
    }
    if (!changed && this.old.length == func.valueCount) return false;
    this.apply(func);
    return true;
  }

  atRandom(func: Func, seed: i32): void {
    this.old.clear();
    for (let v: i32 = 0; v < func.valueCount; v++) {
      if (func.block.get(v) != NO_BLOCK) this.old.push(v);
    }
    // Fisher and Yates's shuffle with a linear congruential generator.
    let state = seed;
    for (let i = this.old.length - 1; i > 0; i--) {
      state = (mul32(state, 1664525) + 1013904223) | 0;
      const j = remU32((state >> 8) & 0x00ff_ffff, i + 1);
      const v = this.old.get(i);
      this.old.set(i, this.old.get(j));
      this.old.set(j, v);
    }
    this.apply(func);
  }

  private apply(func: Func): void {
    const count = this.old.length;
    this.fresh.resize(func.valueCount);
    for (let i: i32 = 0; i < count; i++) this.fresh.set(this.old.get(i), i);
    for (let i: i32 = 0; i < count; i++) this.renameOperands(func, this.old.get(i));
    for (let b: i32 = 0; b < func.blockCount; b++) {
      func.firstValue.set(b, this.rename(func.firstValue.get(b)));
      func.lastValue.set(b, this.rename(func.lastValue.get(b)));
    }
    this.permuteBytes(func.op);
    this.permuteBytes(func.valueType);
    func.block = this.permute(func.block);
    func.a = this.permute(func.a);
    func.b = this.permute(func.b);
    func.c = this.permute(func.c);
    func.imm = this.permute(func.imm);
    func.immHi = this.permute(func.immHi);
    func.origin = this.permute(func.origin);
    func.next = this.permute(func.next);
    func.prev = this.permute(func.prev);
  }

  private rename(v: i32): i32 {
    return v == NO_VALUE ? NO_VALUE : this.fresh.get(v);
  }

  private renameOperands(func: Func, v: i32): void {
    const op = func.op.get(v);
    func.next.set(v, this.rename(func.next.get(v)));
    func.prev.set(v, this.rename(func.prev.get(v)));
    const n: i32 = hasPool(op) ? func.b.get(v) : opArity(op);
    for (let i: i32 = 0; i < n; i++) func.setArg(v, i, this.fresh.get(func.arg(v, i)));
  }

  /** The column in the new order; the old one becomes scratch. */
  private permute(column: I32Column): I32Column {
    const count = this.old.length;
    const result = this.words;
    result.resize(count);
    for (let i: i32 = 0; i < count; i++) result.set(i, column.get(this.old.get(i)));
    this.words = column;
    return result;
  }

  private permuteBytes(column: U8Column): void {
    const count = this.old.length;
    this.bytes.resize(count);
    for (let i: i32 = 0; i < count; i++) this.bytes.set(i, column.get(this.old.get(i)));
    column.resize(count);
    column.copyAt(0, this.bytes, 0, count);
  }
}

const renumbering: Renumbering = new Renumbering();
