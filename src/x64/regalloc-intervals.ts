// Live intervals: where values are wanted in registers, as columns. An interval is a list of ranges of positions
// (regalloc-flow.ts) in one register, with holes between them; a value may have several intervals, in
// order, which never overlap. What an interval does not cover lives in the value's slot (or is a constant that
// is made again), and that is so across every call.
//
// Splitting an interval copies nothing: its parts share the ranges, each with its own start and end.

import { I32Column, U8Column } from "../base/columns";

export const NONE: i32 = -1;

/** What a use asks of an interval. */
export const enum UseKind {
  /** The value is copied from where it is by the moves before the instruction: fixed registers, inputs of
   *  two-address instructions, arguments of jumps. */
  Copied = 0,
  /** A register or a slot. */
  Any = 1,
  /** A register. */
  Register = 2,
}

/** Of a value in a block: live at the start; at the end. */
export const enum LiveFlag {
  In = 1,
  Out = 2,
}

export class Intervals {
  // Intervals.
  vreg: I32Column = new I32Column();
  start: I32Column = new I32Column();
  end: I32Column = new I32Column();
  firstRange: I32Column = new I32Column();
  endRange: I32Column = new I32Column();
  firstUse: I32Column = new I32Column();
  endUse: I32Column = new I32Column();
  /** Register, or NONE: not yet allocated, or given up. */
  register: I32Column = new I32Column();
  /** The value's next interval, or NONE. */
  next: I32Column = new I32Column();

  // Ranges.
  from: I32Column = new I32Column();
  to: I32Column = new I32Column();

  // Uses, those of a value together, in order: the operand, the position up to which the value is needed.
  useOperand: I32Column = new I32Column();
  useEnd: I32Column = new I32Column();
  useKind: U8Column = new U8Column();

  // Virtual registers: their first interval, their uses, the position of the definition, its operand, or ~index for a
  // parameter, and its block.
  first: I32Column = new I32Column();
  useStart: I32Column = new I32Column();
  defPosition: I32Column = new I32Column();
  defOperand: I32Column = new I32Column();
  defBlock: I32Column = new I32Column();
  /** 1: somewhere the value is only in its slot. */
  inMemory: U8Column = new U8Column();
  /** Blocks in which a value is live and ever in a register, used, or reached from such: ranges of `liveBlock`, sorted, with
   *  LiveFlag; empty for local values. */
  liveStart: I32Column = new I32Column();
  liveCount: I32Column = new I32Column();
  liveBlock: I32Column = new I32Column();
  liveFlags: U8Column = new U8Column();
  /** The last block at whose end it is live, if it is not local. */
  lastOut: I32Column = new I32Column();

  // What instructions demand of registers, as a sorted list per register: from, to, the value that may be there.
  fixedHead: I32Column = new I32Column();
  fixedFrom: I32Column = new I32Column();
  fixedTo: I32Column = new I32Column();
  fixedOwner: I32Column = new I32Column();
  fixedNext: I32Column = new I32Column();

  reset(vregs: i32): void {
    this.vreg.clear();
    this.start.clear();
    this.end.clear();
    this.firstRange.clear();
    this.endRange.clear();
    this.firstUse.clear();
    this.endUse.clear();
    this.register.clear();
    this.next.clear();
    this.from.clear();
    this.to.clear();
    this.liveBlock.clear();
    this.liveFlags.clear();
    this.fixedHead.resize(32);
    this.fixedHead.fill(NONE, 0, 32);
    this.fixedFrom.clear();
    this.fixedTo.clear();
    this.fixedOwner.clear();
    this.fixedNext.clear();
    this.first.resize(vregs);
    this.first.fill(NONE, 0, vregs);
    this.defPosition.resize(vregs);
    this.defOperand.resize(vregs);
    this.defBlock.resize(vregs);
    this.inMemory.clear();
    this.inMemory.resize(vregs);
    this.liveStart.resize(vregs);
    this.liveCount.resize(vregs);
    this.lastOut.resize(vregs);
  }

  /** A new interval from `range` on, still open. */
  build(v: i32, start: i32, range: i32, use: i32): i32 {
    const interval = this.vreg.length;
    this.vreg.push(v);
    this.start.push(start);
    this.end.push(start);
    this.firstRange.push(range);
    this.endRange.push(range);
    this.firstUse.push(use);
    this.endUse.push(use);
    this.register.push(NONE);
    this.next.push(NONE);
    return interval;
  }

  /** The first range that ends behind `position`, or the end of the ranges. */
  findRange(interval: i32, position: i32): i32 {
    let low = this.firstRange.get(interval);
    let high = this.endRange.get(interval);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.to.get(middle) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  covers(interval: i32, position: i32): boolean {
    if (this.start.get(interval) > position || position >= this.end.get(interval)) return false;
    const range = this.findRange(interval, position);
    return this.endRange.get(interval) > range && this.from.get(range) <= position;
  }

  /** The first use at or behind an instruction, or the end of the uses. */
  findUse(interval: i32, instruction: i32): i32 {
    let low = this.firstUse.get(interval);
    let high = this.endUse.get(interval);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.useEnd.get(middle) >> 2 >= instruction) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /**
   * Takes what an interval has from `position` on as a new interval behind it, or NONE if there is no range;
   * the interval itself is left as it is.
   */
  buildTail(interval: i32, position: i32): i32 {
    const end = this.end.get(interval);
    const range = this.findRange(interval, position);
    if (range >= this.endRange.get(interval)) return NONE;
    const from = this.from.get(range);
    const start = from > position ? from : position;
    if (start >= end) return NONE;
    const tail = this.build(this.vreg.get(interval), start, range, this.findUse(interval, start >> 2));
    this.end.set(tail, end);
    this.endRange.set(tail, this.endRange.get(interval));
    this.endUse.set(tail, this.endUse.get(interval));
    this.next.set(tail, this.next.get(interval));
    this.next.set(interval, tail);
    return tail;
  }

  /** Ends an interval at `position`; at or before its start nothing is left of it. */
  truncate(interval: i32, position: i32): void {
    const start = this.start.get(interval);
    const end = position > start ? position : start;
    if (end >= this.end.get(interval)) return;
    // The range that contains the last position that remains is the last one.
    let range = this.findRange(interval, end - 1);
    if (end > start && this.endRange.get(interval) > range && this.from.get(range) < end) range++;
    if (end == start) range = this.firstRange.get(interval);
    this.endRange.set(interval, range);
    this.endUse.set(interval, this.findUse(interval, (end + 2) >> 2));
    const last = range > this.firstRange.get(interval) ? this.to.get(range - 1) : end;
    this.end.set(interval, last < end ? last : end);
  }
}
