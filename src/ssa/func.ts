// One function in SSA form: struct of arrays, a value is an index. The same object is reset for each function,
// so its columns stop growing after the first large one.
//
// Values of a block form a doubly linked list from firstValue to lastValue (the terminator). Phis come first.
// Blocks are numbered in an order in which every edge that is not a back edge leads to a higher number (the
// order of the structured byte code); analyses rely on it, passes keep it. Block 0 is the entry and has no
// predecessors. Predecessor lists are ordered: operand i of a phi belongs to predecessor i. A block may be its
// neighbour's predecessor more than once (both ways of a branch); then it stands in the list as often, and its
// n-th entry there is its n-th way to the block.

import { I32Column, U8Column } from "../base/columns";
import { hasPool, Op, opArity, Type } from "./op";

export const NO_VALUE: i32 = -1;
export const NO_BLOCK: i32 = -1;
/** Memory number of loads and stores whose index is a 64-bit address of the process. */
export const RAW_MEMORY: i32 = 0x7fff_ffff;

export class Func {
  /** Program function this is the body of. */
  index: i32 = -1;
  /** Canonical type. */
  type: i32 = 0;
  /** Bytes of the frame for locals that are no values (SlotGet, SlotSet). */
  slotBytes: i32 = 0;

  // Values.
  op: U8Column = new U8Column();
  valueType: U8Column = new U8Column();
  block: I32Column = new I32Column();
  a: I32Column = new I32Column();
  b: I32Column = new I32Column();
  c: I32Column = new I32Column();
  imm: I32Column = new I32Column();
  immHi: I32Column = new I32Column();
  /** Byte offset in the module of the instruction this comes from, or -1. */
  origin: I32Column = new I32Column();
  next: I32Column = new I32Column();
  prev: I32Column = new I32Column();
  /** Operands of phis, calls, returns. */
  pool: I32Column = new I32Column();

  // Blocks. Successors and predecessors are ranges of `edges`.
  firstValue: I32Column = new I32Column();
  lastValue: I32Column = new I32Column();
  succStart: I32Column = new I32Column();
  succCount: I32Column = new I32Column();
  predStart: I32Column = new I32Column();
  predCount: I32Column = new I32Column();
  edges: I32Column = new I32Column();

  reset(index: i32, type: i32): void {
    this.index = index;
    this.type = type;
    this.slotBytes = 0;
    this.op.clear();
    this.valueType.clear();
    this.block.clear();
    this.a.clear();
    this.b.clear();
    this.c.clear();
    this.imm.clear();
    this.immHi.clear();
    this.origin.clear();
    this.next.clear();
    this.prev.clear();
    this.pool.clear();
    this.firstValue.clear();
    this.lastValue.clear();
    this.succStart.clear();
    this.succCount.clear();
    this.predStart.clear();
    this.predCount.clear();
    this.edges.clear();
  }

  get valueCount(): i32 {
    return this.op.length;
  }

  get blockCount(): i32 {
    return this.firstValue.length;
  }

  /** A new value that is in no block yet. */
  buildValue(op: i32, type: i32, a: i32, b: i32, c: i32, imm: i32, immHi: i32, origin: i32): i32 {
    const v = this.op.length;
    this.op.push(op);
    this.valueType.push(type);
    this.block.push(NO_BLOCK);
    this.a.push(a);
    this.b.push(b);
    this.c.push(c);
    this.imm.push(imm);
    this.immHi.push(immHi);
    this.origin.push(origin);
    this.next.push(NO_VALUE);
    this.prev.push(NO_VALUE);
    return v;
  }

  /** A new empty block without edges. */
  buildBlock(): i32 {
    const block = this.firstValue.length;
    this.firstValue.push(NO_VALUE);
    this.lastValue.push(NO_VALUE);
    this.succStart.push(0);
    this.succCount.push(0);
    this.predStart.push(0);
    this.predCount.push(0);
    return block;
  }

  /** Appends a value to its block. */
  append(block: i32, v: i32): void {
    const last = this.lastValue.get(block);
    this.block.set(v, block);
    this.prev.set(v, last);
    this.next.set(v, NO_VALUE);
    if (last == NO_VALUE) this.firstValue.set(block, v);
    else this.next.set(last, v);
    this.lastValue.set(block, v);
  }

  /** Puts a value in front of `at`, which is in a block. */
  insertBefore(at: i32, v: i32): void {
    const block = this.block.get(at);
    const before = this.prev.get(at);
    this.block.set(v, block);
    this.prev.set(v, before);
    this.next.set(v, at);
    this.prev.set(at, v);
    if (before == NO_VALUE) this.firstValue.set(block, v);
    else this.next.set(before, v);
  }

  /** Puts a value at the start of a block, before its phis. */
  prepend(block: i32, v: i32): void {
    const first = this.firstValue.get(block);
    if (first == NO_VALUE) this.append(block, v);
    else this.insertBefore(first, v);
  }

  /** Takes a value out of its block; it keeps its operation. */
  unlink(v: i32): void {
    const block = this.block.get(v);
    const before = this.prev.get(v);
    const after = this.next.get(v);
    if (before == NO_VALUE) this.firstValue.set(block, after);
    else this.next.set(before, after);
    if (after == NO_VALUE) this.lastValue.set(block, before);
    else this.prev.set(after, before);
    this.block.set(v, NO_BLOCK);
  }

  /** Takes a value out of its block for good. */
  remove(v: i32): void {
    this.unlink(v);
    this.op.set(v, Op.Nop);
  }

  argCount(v: i32): i32 {
    const op = this.op.get(v);
    return hasPool(op) ? this.b.get(v) : opArity(op);
  }

  arg(v: i32, i: i32): i32 {
    if (hasPool(this.op.get(v))) return this.pool.get(this.a.get(v) + i);
    return i == 0 ? this.a.get(v) : i == 1 ? this.b.get(v) : this.c.get(v);
  }

  setArg(v: i32, i: i32, x: i32): void {
    if (hasPool(this.op.get(v))) this.pool.set(this.a.get(v) + i, x);
    else if (i == 0) this.a.set(v, x);
    else if (i == 1) this.b.set(v, x);
    else this.c.set(v, x);
  }

  /** Memory of a load or store. */
  accessMemory(v: i32): i32 {
    return this.c.get(v);
  }

  /** Low word of the constant offset of a load or store. */
  accessOffset(v: i32): i32 {
    return this.imm.get(v);
  }

  isConst(v: i32): boolean {
    return this.op.get(v) == Op.Const;
  }

  /** The block's last value. */
  terminator(block: i32): i32 {
    return this.lastValue.get(block);
  }

  succ(block: i32, i: i32): i32 {
    return this.edges.get(this.succStart.get(block) + i);
  }

  pred(block: i32, i: i32): i32 {
    return this.edges.get(this.predStart.get(block) + i);
  }

  /** Follows copies to the value they stand for; halves the path, so that long chains are walked once. */
  resolve(v: i32): i32 {
    let x = v;
    while (this.op.get(x) == Op.Copy) {
      const y = this.a.get(x);
      if (this.op.get(y) == Op.Copy) this.a.set(x, this.a.get(y));
      x = y;
    }
    return x;
  }

  /** Makes `v`, which stays in no block, stand for `x`. */
  replaceWith(v: i32, x: i32): void {
    if (this.block.get(v) != NO_BLOCK) this.unlink(v);
    this.op.set(v, Op.Copy);
    this.a.set(v, x);
  }

  /** Replaces every operand that is a copy by what it stands for. */
  resolveCopies(): void {
    for (let block: i32 = 0; block < this.blockCount; block++) {
      for (let v = this.firstValue.get(block); v != NO_VALUE; v = this.next.get(v)) {
        const n = this.argCount(v);
        for (let i: i32 = 0; i < n; i++) {
          const x = this.arg(v, i);
          if (this.op.get(x) == Op.Copy) this.setArg(v, i, this.resolve(x));
        }
      }
    }
  }
}

/** Whether values of this type are 64 bits wide in a general register. */
export function isWide(type: i32): boolean {
  return type == Type.I64 || type == Type.Ref;
}
