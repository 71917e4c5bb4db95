// Builds live intervals. Calls overwrite every register, so what matters is not where a value is live, but where
// it is wanted in a register: a use is reached from here without a call in between. Where that begins other
// than at the definition (behind a call), the value must be reloaded, which is put off to the first use, or to
// edges that run seldom. So values live in registers in loops without calls, and in slots across calls.
//
// Where values are wanted, and where they are in a register at the start of a block, is found for 32 at a time
// (regalloc-live.ts); their intervals are then built one by one.

import { I32Column, I32Cursor } from "../base/columns";
import { Constraint, infoConstraint, infoFixed, infoRole, MirFunc, Remat, Role } from "./mir";
import { ALLOCATABLE } from "./registers";
import { Calls, Flow, Point } from "./regalloc-flow";
import { ctz32 } from "host/prims";
import { Intervals, LiveFlag, NONE, UseKind } from "./regalloc-intervals";
import { isLongSpan, Live, LIVE_BITS, LiveSets, PLAIN, spanOf } from "./regalloc-live";

/** Pairs of values and blocks that are looked at, per instruction and in all: beyond, functions are given up. */
const MAX_PAIRS: i32 = 1 << 22;
const PAIRS_PER_INSTRUCTION: i32 = 32;

export class IntervalBuilder {
  private mir: MirFunc = new MirFunc();
  private flow: Flow = new Flow();
  private intervals: Intervals = new Intervals();
  private location: I32Column = new I32Column();

  private fixedTail: I32Column = new I32Column();

  private short: LiveSets = new LiveSets(false);
  private long: LiveSets = new LiveSets(true);
  // Of the value at hand.
  private live: LiveSets = this.short;
  /** The interval in which it is at the block's end. */
  private lastInterval: I32Column = new I32Column();
  /** Blocks in which it passes in memory only, behind one at whose end it is in a register; by block, the last value. */
  private boundary: I32Column = new I32Column();
  private boundaryOf: I32Column = new I32Column();
  /** The calls that matter to it. */
  private calls: Calls = new Calls();
  /** The interval being built, or NONE, and where its ranges begin; the value's first interval. */
  private current: i32 = NONE;
  private firstRange: i32 = 0;
  private firstInterval: i32 = NONE;
  /** Whether the value is in a register at the use at hand, and the instruction since which it is. */
  private isIn: boolean = false;
  private since: i32 = 0;

  /**
   * Fills `intervals`. Inputs of two-address instructions leave ~(operand of the definition) in `location`.
   * Returns false if the function is beyond what this can do.
   */
  run(mir: MirFunc, flow: Flow, intervals: Intervals, location: I32Column): boolean {
    this.mir = mir;
    this.flow = flow;
    this.intervals = intervals;
    this.location = location;
    intervals.reset(mir.vregCount);
    this.collectOperands();
    this.collectUses();
    this.short.start(mir, flow, intervals);
    this.long.start(mir, flow, intervals);
    this.lastInterval.resize(mir.blockCount);
    this.boundaryOf.resize(mir.blockCount);
    this.boundaryOf.fill(NONE, 0, mir.blockCount);
    const most = MAX_PAIRS + mir.instructionCount * PAIRS_PER_INSTRUCTION;
    for (let v: i32 = 0, n = mir.vregCount; v < n; v++) {
      intervals.liveStart.set(v, intervals.liveBlock.length);
      intervals.liveCount.set(v, 0);
      if (intervals.defBlock.get(v) == NONE) continue;
      if (!this.buildValue(v) || intervals.liveBlock.length > most || this.short.edges + this.long.edges > most)
        return false;
    }
    return true;
  }

  // ---- Operands ----

  /** Definitions, fixed registers, and the number of uses of each value. */
  private collectOperands(): void {
    const mir = this.mir;
    const intervals = this.intervals;
    const vregs = mir.vregCount;
    const useStart = intervals.useStart;
    useStart.clear();
    useStart.resize(vregs + 2);
    intervals.defBlock.fill(NONE, 0, vregs);
    this.fixedTail.resize(32);
    for (let b: i32 = 0, blocks = mir.blockCount; b < blocks; b++) {
      const params = mir.paramStart.get(b);
      for (let k: i32 = 0, n = mir.paramCount.get(b); k < n; k++) {
        const v = mir.lists.get(params + k);
        intervals.defBlock.set(v, b);
        intervals.defOperand.set(v, ~k);
        intervals.defPosition.set(v, mir.blockStart.get(b) * 4);
      }
    }
    const vregOf = mir.operandVreg.view();
    const infoOf = mir.operandInfo.view();
    const clobbersOf = mir.clobbers.view();
    const startOf = mir.opStart.view();
    const countOf = mir.opCount.view();
    const uses = useStart.view();
    for (let i: i32 = 0, n = mir.instructionCount; i < n; i++) {
      const start = startOf.get(i);
      for (let k = start, end = start + countOf.get(i); k < end; k++) {
        const v = vregOf.get(k);
        const info = infoOf.get(k);
        if (infoRole(info) >= Role.Def) this.collectDef(i, start, k, v, info);
        else uses.set(v + 2, uses.get(v + 2) + 1);
        if (infoConstraint(info) == Constraint.Fixed) this.collectFixed(i, infoRole(info), infoFixed(info), v);
      }
      const clobbers = clobbersOf.get(i) & ALLOCATABLE;
      if (clobbers != 0) this.collectClobbers(i, clobbers);
    }
  }

  private collectDef(i: i32, start: i32, k: i32, v: i32, info: i32): void {
    const intervals = this.intervals;
    intervals.defBlock.set(v, this.flow.blockOf.get(i));
    intervals.defOperand.set(v, k);
    let point: i32 = infoRole(info) == Role.DefEarly ? Point.Early : Point.Late;
    if (infoConstraint(info) == Constraint.Fixed) {
      point = Point.After;
    } else if (infoConstraint(info) == Constraint.Reuse) {
      const input = start + infoFixed(info);
      const inputInfo = this.mir.operandInfo.get(input);
      point = Point.Early;
      this.location.set(input, ~k);
      if (infoConstraint(inputInfo) == Constraint.Fixed) {
        // The definition is in the input's fixed register.
        point = Point.After;
        this.collectFixed(i, Role.Def, infoFixed(inputInfo), v);
      } else {
        this.markEqualInputs(i, start, k, input);
      }
    }
    intervals.defPosition.set(v, i * 4 + point);
  }

  /** Other uses of a two-address instruction's input find the value in the definition's register too. */
  private markEqualInputs(i: i32, start: i32, k: i32, input: i32): void {
    const mir = this.mir;
    const v = mir.operandVreg.get(input);
    for (let j = start, end = start + mir.opCount.get(i); j < end; j++) {
      const info = mir.operandInfo.get(j);
      if (j == input || mir.operandVreg.get(j) != v || infoRole(info) != Role.Use) continue;
      if (infoConstraint(info) != Constraint.Fixed) this.location.set(j, ~k);
    }
  }

  private collectFixed(i: i32, role: i32, r: i32, v: i32): void {
    const from = i * 4 + (role == Role.Def ? Point.Late : Point.Early);
    const to = i * 4 + (role == Role.Use ? Point.Late : Point.After);
    this.pushFixed(r, from, to, v);
  }

  /** No interval of a class crosses a call that overwrites all of it: others must be kept out of what is overwritten. */
  private collectClobbers(i: i32, clobbers: i32): void {
    let mask = clobbers;
    if (this.flow.general.before.get(i + 1) == i) mask &= ~0xffff;
    if (this.flow.vector.before.get(i + 1) == i) mask &= 0xffff;
    while (mask != 0) {
      this.pushFixed(ctz32(mask), i * 4 + Point.Late, i * 4 + Point.After, NONE);
      mask &= mask - 1;
    }
  }

  private pushFixed(r: i32, from: i32, to: i32, owner: i32): void {
    const intervals = this.intervals;
    const node = intervals.fixedFrom.length;
    intervals.fixedFrom.push(from);
    intervals.fixedTo.push(to);
    intervals.fixedOwner.push(owner);
    intervals.fixedNext.push(NONE);
    const tail = this.fixedTail.get(r);
    if (intervals.fixedHead.get(r) == NONE) {
      intervals.fixedHead.set(r, node);
    } else {
      intervals.fixedNext.set(tail, node);
      // Definitions are the first operands, but come after the uses.
      if (intervals.fixedFrom.get(tail) > from) this.swapFixed(tail, node);
    }
    this.fixedTail.set(r, node);
  }

  private swapFixed(a: i32, b: i32): void {
    swap(this.intervals.fixedFrom, a, b);
    swap(this.intervals.fixedTo, a, b);
    swap(this.intervals.fixedOwner, a, b);
  }

  /** Uses by value: a counting sort, of which collectOperands has done the counting. */
  private collectUses(): void {
    const mir = this.mir;
    const intervals = this.intervals;
    const useStart = intervals.useStart;
    const vregs = mir.vregCount;
    // While filling, element v + 1 is where the next use of v goes, and so it ends as where those of v + 1 start.
    const starts = useStart.view();
    let sum: i32 = 0;
    for (let v: i32 = 0; v <= vregs; v++) {
      sum += starts.get(v + 1);
      starts.set(v + 1, sum);
    }
    const count = useStart.get(vregs + 1);
    intervals.useOperand.resize(count);
    intervals.useEnd.resize(count);
    intervals.useKind.resize(count);
    const vregOf = mir.operandVreg.view();
    const infoOf = mir.operandInfo.view();
    const startOf = mir.opStart.view();
    const countOf = mir.opCount.view();
    const location = this.location.view();
    const remat = mir.rematKind.view();
    const useOperand = intervals.useOperand.view();
    const useEnd = intervals.useEnd.view();
    const useKind = intervals.useKind.view();
    const blockEnd = mir.blockEnd.view();
    for (let b: i32 = 0, blocks = mir.blockCount, i: i32 = 0; b < blocks; b++) {
      const last = blockEnd.get(b) - 1;
      const jump = mir.succCount.get(b) == 1 ? last : NONE;
      for (; i <= last; i++) {
        const start = startOf.get(i);
        for (let k = start, end = start + countOf.get(i); k < end; k++) {
          const info = infoOf.get(k);
          const role = infoRole(info);
          if (role >= Role.Def) continue;
          const v = vregOf.get(k);
          const at = starts.get(v + 1);
          starts.set(v + 1, at + 1);
          let kind: i32 = UseKind.Copied;
          if (i != jump && location.get(k) >= 0) {
            const constraint = infoConstraint(info);
            if (constraint == Constraint.Reg) kind = UseKind.Register;
            else if (constraint == Constraint.Any) kind = remat.get(v) != Remat.None ? UseKind.Register : UseKind.Any;
          }
          let point: i32 = role == Role.UseLate ? Point.After : Point.Late;
          if (kind == UseKind.Copied) point = Point.Early;
          useOperand.set(at, k);
          useKind.set(at, kind);
          useEnd.set(at, i * 4 + point);
        }
      }
    }
  }

  // ---- One value ----

  /** Returns false if the blocks are in an order in which a use comes before the definition. */
  private buildValue(v: i32): boolean {
    const intervals = this.intervals;
    const first = intervals.useStart.get(v);
    const end = intervals.useStart.get(v + 1);
    const d = intervals.defBlock.get(v);
    this.current = NONE;
    this.firstInterval = NONE;
    this.calls = this.flow.calls(this.mir.vregClass.get(v));
    if (first == end) {
      this.buildDead(v, first);
      return true;
    }
    if (this.flow.blockOf.get(intervals.useEnd.get(first) >> 2) < d) return false;
    const span = spanOf(v, this.flow, intervals);
    if (span == 0) {
      this.buildLocal(v, d, first, end);
      return true;
    }
    this.live = isLongSpan(span) ? this.long : this.short;
    const k = this.live.take(v);
    if (k == NONE) return false;
    if (((this.live.disturbed >> k) & 1) != 0) this.buildBlocks(v, k, d, first, end);
    else this.buildUndisturbed(v, k, d, first, end);
    intervals.liveCount.set(v, intervals.liveBlock.length - intervals.liveStart.get(v));
    this.closeInterval(end);
    return true;
  }

  /** A value whose uses are all in the block of the definition. */
  private buildLocal(v: i32, d: i32, first: i32, end: i32): void {
    const intervals = this.intervals;
    const position = intervals.defPosition.get(v);
    const last = intervals.useEnd.get(end - 1);
    const call = this.calls.before.get(last >> 2);
    const defined = position >> 2;
    if (call > defined || (call == defined && (position & 3) != Point.After)) {
      this.isIn = false;
      this.startDef(v, d, first, end, false);
      this.walkBlock(v, d, first, end, false);
      this.closeInterval(end);
      return;
    }
    // The ends of uses ascend except within an instruction.
    let to = last;
    for (let k = end - 2; k >= first && intervals.useEnd.get(k) >> 2 == last >> 2; k--) {
      if (intervals.useEnd.get(k) > to) to = intervals.useEnd.get(k);
    }
    const interval = intervals.build(v, position, intervals.from.length, first);
    intervals.first.set(v, interval);
    intervals.from.push(position);
    intervals.to.push(to);
    intervals.end.set(interval, to);
    intervals.endRange.set(interval, intervals.to.length);
    intervals.endUse.set(interval, end);
  }

  /** A value that is live in several blocks, none of which has a call: it stays in registers. */
  private buildUndisturbed(v: i32, k: i32, d: i32, first: i32, end: i32): void {
    const intervals = this.intervals;
    const live = this.live;
    const blockOf = this.flow.blockOf.view();
    const starts = this.mir.blockStart.view();
    const ends = this.mir.blockEnd.view();
    const uses = intervals.useEnd.view();
    const words = live.words.view();
    const pairBlock = live.pairBlock.view();
    const pairNext = live.pairNext.view();
    const position = intervals.defPosition.get(v);
    this.openInterval(v, position, first);
    let use = first;
    for (let pair = live.firstPair(k); pair != NONE; pair = pairNext.get(pair)) {
      const b = pairBlock.get(pair);
      const isOut = ((words.get((b << LIVE_BITS) + Live.Out) >> k) & 1) != 0;
      let to: i32 = 0;
      while (use < end && blockOf.get(uses.get(use) >> 2) == b) {
        if (uses.get(use) > to) to = uses.get(use);
        use++;
      }
      if (isOut) to = ends.get(b) * 4;
      this.pushRange(b == d ? position : starts.get(b) * 4, to);
      intervals.liveBlock.push(b);
      intervals.liveFlags.push((isOut ? LiveFlag.Out : 0) | (b != d ? LiveFlag.In : 0));
    }
  }

  /** A value without uses needs a register only where an instruction writes it. */
  private buildDead(v: i32, use: i32): void {
    const intervals = this.intervals;
    const position = intervals.defPosition.get(v);
    if (intervals.defOperand.get(v) < 0 || (position & 3) == Point.After) return;
    this.openInterval(v, position, use);
    this.pushRange(position, (position & ~3) + Point.After);
    this.closeInterval(use);
  }

  private openInterval(v: i32, start: i32, use: i32): void {
    const intervals = this.intervals;
    const old = this.current;
    if (old != NONE) this.closeInterval(use);
    this.firstRange = intervals.from.length;
    this.current = intervals.build(v, start, this.firstRange, use);
    if (old == NONE) {
      this.firstInterval = this.current;
      intervals.first.set(v, this.current);
    } else {
      intervals.next.set(old, this.current);
    }
  }

  private closeInterval(use: i32): void {
    const intervals = this.intervals;
    const current = this.current;
    if (current == NONE) return;
    intervals.endRange.set(current, intervals.to.length);
    intervals.end.set(current, intervals.to.top());
    intervals.endUse.set(current, use);
  }

  private pushRange(from: i32, to: i32): void {
    const intervals = this.intervals;
    const n = intervals.to.length;
    if (n > this.firstRange && intervals.to.get(n - 1) >= from) {
      if (to > intervals.to.get(n - 1)) intervals.to.set(n - 1, to);
      return;
    }
    intervals.from.push(from);
    intervals.to.push(to);
  }

  // ---- Ranges ----

  private buildBlocks(v: i32, bit: i32, d: i32, first: i32, end: i32): void {
    const live = this.live;
    const blockOf = this.flow.blockOf.view();
    const starts = this.mir.blockStart.view();
    const ends = this.mir.blockEnd.view();
    const useEnd = this.intervals.useEnd.view();
    const liveBlock = this.intervals.liveBlock;
    const liveFlags = this.intervals.liveFlags;
    const lastInterval = this.lastInterval.view();
    let use = first;
    let useBlock = blockOf.get(useEnd.get(use) >> 2);
    for (let pair = live.firstPair(bit); pair != NONE; pair = live.pairNext.get(pair)) {
      const b = live.pairBlock.get(pair);
      const words = live.words.cursor(b << LIVE_BITS);
      liveBlock.push(b);
      if (((words.get(PLAIN) >> bit) & 1) != 0) {
        liveFlags.push(LiveFlag.In | LiveFlag.Out);
        const from = starts.get(b) * 4;
        if (!this.comesFromCurrent(bit, b)) this.openInterval(v, from, use);
        lastInterval.set(b, this.current);
        this.pushRange(from, ends.get(b) * 4);
        continue;
      }
      const firstUse = use;
      while (useBlock == b) {
        use++;
        useBlock = use < end ? blockOf.get(useEnd.get(use) >> 2) : NONE;
      }
      this.buildBlock(v, bit, b, d, firstUse, use, words);
    }
    this.addBoundary(v, bit);
  }

  /** The ranges of a value in a block, with its uses there. */
  private buildBlock(v: i32, bit: i32, b: i32, d: i32, first: i32, end: i32, words: I32Cursor): void {
    const mir = this.mir;
    const intervals = this.intervals;
    const isLiveIn = ((words.get(Live.In) >> bit) & 1) != 0;
    const isLiveOut = ((words.get(Live.Out) >> bit) & 1) != 0;
    const isOut = ((words.get(Live.RegisterOut) >> bit) & 1) != 0;
    intervals.liveFlags.push((isLiveOut ? LiveFlag.Out : 0) | (isLiveIn ? LiveFlag.In : 0));
    this.isIn = false;
    if (b == d) {
      this.startDef(v, b, first, end, ((words.get(Live.WantedOut) >> bit) & 1) != 0);
    } else if (((words.get(Live.RegisterIn) >> bit) & 1) != 0) {
      const start = mir.blockStart.get(b);
      if (!this.comesFromCurrent(bit, b)) this.openInterval(v, start * 4, first);
      this.pushRange(start * 4, start * 4 + 1);
      this.isIn = true;
      this.since = start;
    } else if (isLiveIn) {
      intervals.inMemory.set(v, 1);
      if (first == end && !isOut) return;
    }
    this.walkBlock(v, b, first, end, isOut);
    if (isOut) this.lastInterval.set(b, this.current);
    // A use by the last instruction also leaves it in a register at the end.
    if (isLiveOut && this.current != NONE && intervals.to.top() > mir.blockEnd.get(b) * 4 - 4)
      this.noteBoundary(v, bit, b);
  }

  /** Notes the blocks behind `b` in which the value, in a register at the end of `b`, passes in memory only. */
  private noteBoundary(v: i32, bit: i32, b: i32): void {
    const mir = this.mir;
    const succs = mir.succStart.get(b);
    for (let k = succs, n = succs + mir.succCount.get(b); k < n; k++) {
      const s = mir.lists.get(k);
      if (((this.live.passing(s) >> bit) & 1) == 0 || this.boundaryOf.get(s) == v) continue;
      this.boundaryOf.set(s, v);
      this.boundary.push(s);
      // A block that is nothing but a jump is part of the edge through it, whose moves are made at its other end.
      if (mir.blockEnd.get(s) - mir.blockStart.get(s) == 1 && mir.succCount.get(s) == 1) this.noteBoundary(v, bit, s);
    }
  }

  /** Adds these blocks to the others, which are sorted. */
  private addBoundary(v: i32, bit: i32): void {
    const boundary = this.boundary;
    if (boundary.length == 0) return;
    sortNumbers(boundary);
    const intervals = this.intervals;
    const blocks = intervals.liveBlock;
    const flags = intervals.liveFlags;
    const start = intervals.liveStart.get(v);
    let from = blocks.length - 1;
    let to = from + boundary.length;
    blocks.resize(to + 1);
    flags.resize(to + 1);
    while (boundary.length != 0) {
      if (from >= start && blocks.get(from) > boundary.top()) {
        blocks.set(to, blocks.get(from));
        flags.set(to, flags.get(from));
        from--;
      } else {
        const b = boundary.pop();
        const isLiveOut = this.live.has(bit, b, Live.Out);
        blocks.set(to, b);
        flags.set(to, LiveFlag.In | (isLiveOut ? LiveFlag.Out : 0));
      }
      to--;
    }
  }

  /** Whether the current interval goes on in block `b`: some predecessor before it ends in it. */
  private comesFromCurrent(bit: i32, b: i32): boolean {
    // While there is only one interval, only a loop can bring the value from anywhere else.
    if (this.current == this.firstInterval && this.current != NONE && this.flow.loopLast.get(b) < b) return true;
    const preds = this.mir.predStart.get(b);
    for (let k: i32 = 0, n = this.mir.predCount.get(b); k < n; k++) {
      const p = this.mir.lists.get(preds + k);
      if (p >= b || !this.live.has(bit, p, Live.RegisterOut)) continue;
      if (this.lastInterval.get(p) == this.current) return true;
    }
    return false;
  }

  /** The definition: opens the first interval unless the value goes to its slot at once. */
  private startDef(v: i32, b: i32, first: i32, end: i32, wantedOut: boolean): void {
    const mir = this.mir;
    const intervals = this.intervals;
    const position = intervals.defPosition.get(v);
    const isParam = intervals.defOperand.get(v) < 0;
    this.since = isParam ? mir.blockStart.get(b) : (position >> 2) + 1;
    const until = first < end ? intervals.useEnd.get(first) >> 2 : mir.blockEnd.get(b);
    const wanted = (first < end || wantedOut) && this.calls.before.get(until) < this.since;
    if (wanted) {
      this.openInterval(v, position, first);
      this.pushRange(position, position + 1);
      this.isIn = true;
      return;
    }
    intervals.inMemory.set(v, 1);
    if (isParam || (position & 3) == Point.After) return;
    const constraint = infoConstraint(mir.operandInfo.get(intervals.defOperand.get(v)));
    if (constraint == Constraint.Any && mir.rematKind.get(v) == Remat.None) return;
    this.openInterval(v, position, first);
    this.pushRange(position, (position & ~3) + Point.After);
  }

  /** The uses in a block, from a state `isIn` at its start or at the definition. */
  private walkBlock(v: i32, b: i32, first: i32, end: i32, isOut: boolean): void {
    const intervals = this.intervals;
    const callBefore = this.calls.before;
    for (let k = first; k < end; k++) {
      const useEnd = intervals.useEnd.get(k);
      const i = useEnd >> 2;
      if (this.isIn && callBefore.get(i) >= this.since) this.isIn = false;
      if (!this.isIn) {
        intervals.inMemory.set(v, 1);
        const kind = intervals.useKind.get(k);
        if (kind == UseKind.Copied || (kind == UseKind.Any && !this.isWantedAfter(k, end, isOut))) continue;
        this.openInterval(v, i * 4 + Point.Early, k);
        this.isIn = true;
        this.since = i;
        this.pushRange(i * 4 + Point.Early, useEnd);
      } else {
        const to = intervals.to;
        if (to.top() < useEnd) to.set(to.length - 1, useEnd);
      }
    }
    if (!isOut) return;
    const last = this.mir.blockEnd.get(b) * 4;
    const to = intervals.to;
    if (to.top() < last) to.set(to.length - 1, last);
  }

  /** Whether a value that is read from its slot by use `k` is needed again before a call. */
  private isWantedAfter(k: i32, end: i32, isOut: boolean): boolean {
    const intervals = this.intervals;
    const i = intervals.useEnd.get(k) >> 2;
    for (let j = k + 1; j < end; j++) {
      const other = intervals.useEnd.get(j) >> 2;
      if (this.calls.before.get(other) >= i) return false;
      if (intervals.useKind.get(j) != UseKind.Copied) return true;
    }
    return isOut && this.calls.before.get(this.mir.blockEnd.get(this.flow.blockOf.get(i))) < i;
  }
}

/** Sorts ascending (Shell's method with Gonnet's increments): for lists too sparse to be counted. */
function sortNumbers(list: I32Column): void {
  const n = list.length;
  const at = list.view();
  for (let gap = n >> 1; gap > 0; gap = gap == 2 ? 1 : ((gap * 5) / 11) | 0) {
    for (let k = gap; k < n; k++) {
      const b = at.get(k);
      let j = k;
      while (j >= gap && at.get(j - gap) > b) {
        at.set(j, at.get(j - gap));
        j -= gap;
      }
      at.set(j, b);
    }
  }
}

function swap(column: I32Column, a: i32, b: i32): void {
  const value = column.get(a);
  column.set(a, column.get(b));
  column.set(b, value);
}
