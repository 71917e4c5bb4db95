// Linear scan over live intervals, for -O1 and up (Wimmer and Mössenböck, "Optimized Interval Splitting in a Linear
// Scan Register Allocator", VEE 2005; Wimmer and Franz, "Linear Scan Register Allocation on SSA Form", CGO
// 2010). Intervals are taken in the order of their starts. Each gets a register that is free to its end, by
// preference the one that saves a move; otherwise one that is free for long, and the rest is split off and
// queued; otherwise the interval goes to memory whose next use costs least, or is farthest, up to that use.
// Splits move out of loops.
//
// Each register keeps a sorted list of the ranges given away that are still to come, so that most intervals, which
// are short, are placed by a look at the heads. No interval crosses a call (regalloc-build.ts), so calls, which
// overwrite everything, do not appear here at all.

import { I32Column } from "../base/columns";
import { Constraint, infoConstraint, infoFixed, infoRole, MirFunc, Remat, Role } from "./mir";
import { ALLOCATABLE, Reg, RegClass } from "./registers";
import { Flow, FOREVER, Point } from "./regalloc-flow";
import { Intervals, NONE, UseKind } from "./regalloc-intervals";

/** The order in which registers are tried: first those that need no REX prefix. */
const generalOrder: I32Column = new I32Column();
const vectorOrder: I32Column = new I32Column();
for (let r: i32 = 0; r < 15; r++) {
  if (r != Reg.Rsp) generalOrder.push(r);
  vectorOrder.push(Reg.Xmm0 + r);
}

const GENERAL_MASK: i32 = ALLOCATABLE & 0xffff;
const VECTOR_MASK: i32 = ALLOCATABLE & ~0xffff;
/** Steps along two lists of ranges before a conflict is assumed. */
const MAX_STEPS: i32 = 100;
/** Positions between the end of an interval and the next demand for its register: with less, another register is looked
 *  for, because what demands this one would have to be moved there if it cannot be made there. */
const ROOM: i32 = 400;
/** Ranges that are given away at once; the rest of a longer interval is queued, and mostly follows suit. Otherwise
 *  values that are pushed around in a switch of thousands of cases would have all of them given away each time. */
const MAX_RANGES: i32 = 64;
/** How far a chain of two-address instructions and jumps is followed to a fixed register. */
const MAX_CHAIN: i32 = 6;

export class LinearScan {
  private mir: MirFunc = new MirFunc();
  private flow: Flow = new Flow();
  private intervals: Intervals = new Intervals();
  private location: I32Column = new I32Column();

  // Ranges given away, as a sorted list per register.
  private head: I32Column = new I32Column();
  private from: I32Column = new I32Column();
  private to: I32Column = new I32Column();
  private interval: I32Column = new I32Column();
  private next: I32Column = new I32Column();
  private freeNode: i32 = NONE;
  /** Per register: the first demand of an instruction that is not over. */
  private fixed: I32Column = new I32Column();
  /** Per register: where it is first taken or demanded, unless that is over; 0 if not known. */
  private demand: I32Column = new I32Column();

  /** Intervals to come: sorted lists by instruction. */
  private queue: I32Column = new I32Column();
  private queueNext: I32Column = new I32Column();
  private waiting: I32Column = new I32Column();
  /** Register that a value had last, or NONE. */
  private lastRegister: I32Column = new I32Column();

  run(mir: MirFunc, flow: Flow, intervals: Intervals, location: I32Column): void {
    this.mir = mir;
    this.flow = flow;
    this.intervals = intervals;
    this.location = location;
    this.head.resize(32);
    this.head.fill(NONE, 0, 32);
    this.demand.resize(32);
    this.demand.fill(0, 0, 32);
    this.fixed.clear();
    this.fixed.append(intervals.fixedHead, 0, 32);
    this.from.clear();
    this.to.clear();
    this.interval.clear();
    this.next.clear();
    this.freeNode = NONE;
    this.lastRegister.resize(mir.vregCount);
    this.lastRegister.fill(NONE, 0, mir.vregCount);
    const n = mir.instructionCount;
    const queue = this.queue;
    queue.resize(n);
    queue.fill(NONE, 0, n);
    this.queueNext.resize(intervals.vreg.length);
    for (let k = intervals.vreg.length - 1; k >= 0; k--) this.enqueue(k);
    const starts = intervals.start;
    for (let i: i32 = 0; i < n; i++) {
      let k = queue.get(i);
      if (k == NONE) continue;
      if ((starts.get(k) & 3) == Point.Before) {
        this.allocateBlockStart(i);
        k = queue.get(i);
      }
      while (k != NONE) {
        queue.set(i, this.queueNext.get(k));
        this.allocate(k, starts.get(k));
        k = queue.get(i);
      }
    }
  }

  /** Intervals that begin with a block: first those that go on in a register, so that no other takes it. */
  private allocateBlockStart(i: i32): void {
    const waiting = this.waiting;
    waiting.clear();
    let k = this.queue.get(i);
    while (k != NONE && this.intervals.start.get(k) == i * 4) {
      this.queue.set(i, this.queueNext.get(k));
      if (!this.takeHinted(k, i * 4)) waiting.push(k);
      k = this.queue.get(i);
    }
    for (let j: i32 = 0; j < waiting.length; j++) this.allocate(waiting.get(j), i * 4);
  }

  private enqueue(k: i32): void {
    const starts = this.intervals.start;
    const next = this.queueNext;
    while (next.length <= k) next.push(NONE);
    const start = starts.get(k);
    const i = start >> 2;
    let other = this.queue.get(i);
    if (other == NONE || starts.get(other) >= start) {
      next.set(k, other);
      this.queue.set(i, k);
      return;
    }
    let before = other;
    other = next.get(other);
    while (other != NONE && starts.get(other) < start) {
      before = other;
      other = next.get(other);
    }
    next.set(k, other);
    next.set(before, k);
  }

  // ---- Ranges given away ----

  /** Forgets what is over at a position that `demand` says something may be over at. */
  private release(r: i32, position: i32): void {
    const to = this.to;
    const nexts = this.next;
    let node = this.head.get(r);
    while (node != NONE && to.get(node) <= position) {
      const next = nexts.get(node);
      nexts.set(node, this.freeNode);
      this.freeNode = node;
      node = next;
    }
    this.head.set(r, node);
    let demand = node == NONE ? FOREVER : this.from.get(node);
    let fixed = this.fixed.get(r);
    if (fixed != NONE) {
      const fixedTo = this.intervals.fixedTo;
      while (fixed != NONE && fixedTo.get(fixed) <= position) fixed = this.intervals.fixedNext.get(fixed);
      this.fixed.set(r, fixed);
      if (fixed != NONE && this.intervals.fixedFrom.get(fixed) < demand) demand = this.intervals.fixedFrom.get(fixed);
    }
    this.demand.set(r, demand);
  }

  /** Where interval `k` first meets a demand of an instruction on register `r`. */
  private firstFixed(k: i32, r: i32): i32 {
    const intervals = this.intervals;
    let node = this.fixed.get(r);
    if (node == NONE) return FOREVER;
    const end = intervals.end.get(k);
    if (intervals.fixedFrom.get(node) >= end) return FOREVER;
    const v = intervals.vreg.get(k);
    const endRange = intervals.endRange.get(k);
    let range = intervals.firstRange.get(k);
    let from = intervals.start.get(k);
    let to = intervals.to.get(range);
    let steps: i32 = 0;
    while (node != NONE) {
      const nodeFrom = intervals.fixedFrom.get(node);
      if (nodeFrom >= end) return FOREVER;
      if (++steps > MAX_STEPS) return from > nodeFrom ? from : nodeFrom;
      if (intervals.fixedTo.get(node) <= from || intervals.fixedOwner.get(node) == v) {
        node = intervals.fixedNext.get(node);
      } else if (nodeFrom < to) {
        return nodeFrom > from ? nodeFrom : from;
      } else {
        range++;
        if (range == endRange) return FOREVER;
        from = intervals.from.get(range);
        to = intervals.to.get(range);
      }
    }
    return FOREVER;
  }

  /** Where interval `k` first meets an interval in register `r`, other than `besides`. */
  private firstTaken(k: i32, r: i32, besides: i32): i32 {
    const intervals = this.intervals;
    let node = this.head.get(r);
    if (node == NONE) return FOREVER;
    const end = intervals.end.get(k);
    if (this.from.get(node) >= end) return FOREVER;
    const endRange = intervals.endRange.get(k);
    let range = intervals.firstRange.get(k);
    let from = intervals.start.get(k);
    let to = intervals.to.get(range);
    let steps: i32 = 0;
    while (node != NONE) {
      const nodeFrom = this.from.get(node);
      if (nodeFrom >= end) return FOREVER;
      if (++steps > MAX_STEPS) return from > nodeFrom ? from : nodeFrom;
      if (this.to.get(node) <= from || this.interval.get(node) == besides) {
        node = this.next.get(node);
      } else if (nodeFrom < to) {
        return nodeFrom > from ? nodeFrom : from;
      } else {
        range++;
        if (range == endRange) return FOREVER;
        from = intervals.from.get(range);
        to = intervals.to.get(range);
      }
    }
    return FOREVER;
  }

  private firstConflict(k: i32, r: i32): i32 {
    const fixed = this.firstFixed(k, r);
    const taken = this.firstTaken(k, r, NONE);
    return fixed < taken ? fixed : taken;
  }

  private buildNode(k: i32, from: i32, to: i32, next: i32): i32 {
    let node = this.freeNode;
    if (node != NONE) {
      this.freeNode = this.next.get(node);
      this.from.set(node, from);
      this.to.set(node, to);
      this.interval.set(node, k);
      this.next.set(node, next);
      return node;
    }
    node = this.from.length;
    this.from.push(from);
    this.to.push(to);
    this.interval.push(k);
    this.next.push(next);
    return node;
  }

  /** Gives register `r` to all of interval `k`. */
  private assign(k: i32, r: i32): void {
    const intervals = this.intervals;
    const ranges = intervals.firstRange.get(k) + MAX_RANGES;
    if (intervals.endRange.get(k) > ranges) {
      const cut = intervals.from.get(ranges);
      this.queueTail(k, cut);
      intervals.truncate(k, cut);
    }
    intervals.register.set(k, r);
    this.lastRegister.set(intervals.vreg.get(k), r);
    const end = intervals.end.get(k);
    let from = intervals.start.get(k);
    if (from < this.demand.get(r)) this.demand.set(r, from);
    let before: i32 = NONE;
    let node = this.head.get(r);
    for (let range = intervals.firstRange.get(k), n = intervals.endRange.get(k); range < n; range++) {
      if (range > intervals.firstRange.get(k)) from = intervals.from.get(range);
      const to = intervals.to.get(range) < end ? intervals.to.get(range) : end;
      while (node != NONE && this.from.get(node) < from) {
        before = node;
        node = this.next.get(node);
      }
      const built = this.buildNode(k, from, to, node);
      if (before == NONE) this.head.set(r, built);
      else this.next.set(before, built);
      before = built;
    }
  }

  /** Takes all that is still to come of interval `k` from the list of its register. */
  private withdraw(k: i32): void {
    const r = this.intervals.register.get(k);
    this.demand.set(r, 0);
    let before: i32 = NONE;
    let node = this.head.get(r);
    while (node != NONE) {
      const next = this.next.get(node);
      if (this.interval.get(node) != k) {
        before = node;
      } else {
        if (before == NONE) this.head.set(r, next);
        else this.next.set(before, next);
        this.next.set(node, this.freeNode);
        this.freeNode = node;
      }
      node = next;
    }
  }

  // ---- Choosing a register ----

  private allocate(k: i32, position: i32): void {
    const intervals = this.intervals;
    const v = intervals.vreg.get(k);
    if (this.takeHinted(k, position)) return;
    const isGeneral = this.mir.vregClass.get(v) == RegClass.General;
    const end = intervals.end.get(k);
    const source = this.hintOfStart(v);
    const order = isGeneral ? generalOrder : vectorOrder;
    const demand = this.demand;
    let best: i32 = NONE;
    let bestDemand: i32 = 0;
    let longest: i32 = NONE;
    let longestUntil = position;
    for (let j: i32 = 0, n = order.length; j < n; j++) {
      const r = order.get(j);
      if (demand.get(r) <= position) this.release(r, position);
      const next = demand.get(r);
      if (next > end && next - end >= ROOM) {
        this.assign(k, r);
        return;
      }
      const node = this.head.get(r);
      if (node != NONE && this.from.get(node) <= position) continue;
      const until = next >= end ? FOREVER : this.firstConflict(k, r);
      if (until == FOREVER) {
        if (best == NONE || next > bestDemand) {
          best = r;
          bestDemand = next;
        }
      } else if (until > longestUntil || (until == longestUntil && r == source)) {
        longest = r;
        longestUntil = until;
      }
    }
    if (best != NONE) {
      this.assign(k, best);
      return;
    }
    if (longest == NONE || !this.isWorth(k, position, longestUntil))
      this.allocateTaken(k, position, isGeneral ? GENERAL_MASK : VECTOR_MASK);
    else this.assignUntil(k, longest, longestUntil);
  }

  /** Gives interval `k` the register where its value goes, or that from which it comes, if that is free. */
  private takeHinted(k: i32, position: i32): boolean {
    const v = this.intervals.vreg.get(k);
    const mask = this.mir.vregClass.get(v) == RegClass.General ? GENERAL_MASK : VECTOR_MASK;
    const end = this.intervals.end.get(k);
    let hint = this.hintOfEnd(k);
    if (hint == NONE || ((mask >> hint) & 1) == 0 || !this.isFree(k, hint, position, end)) {
      hint = this.hintOfStart(v);
      if (hint == NONE || ((mask >> hint) & 1) == 0 || !this.isFree(k, hint, position, end)) return false;
    }
    this.assign(k, hint);
    return true;
  }

  private isFree(k: i32, r: i32, position: i32, end: i32): boolean {
    if (this.demand.get(r) <= position) this.release(r, position);
    return this.demand.get(r) >= end || this.firstConflict(k, r) == FOREVER;
  }

  /** Whether a register that is free up to `until` is of use to interval `k`. */
  private isWorth(k: i32, position: i32, until: i32): boolean {
    const needed = this.needsRegister(k, position);
    if (needed != 0) return until >= needed;
    const use = this.intervals.firstUse.get(k);
    return use < this.intervals.endUse.get(k) && this.intervals.useEnd.get(use) <= until;
  }

  /** Register from which value `v` comes. */
  private hintOfStart(v: i32): i32 {
    const intervals = this.intervals;
    const mir = this.mir;
    const last = this.lastRegister.get(v);
    if (last != NONE) return last;
    const operand = intervals.defOperand.get(v);
    if (operand < 0) return this.hintOfParam(v, ~operand);
    const info = mir.operandInfo.get(operand);
    const constraint = infoConstraint(info);
    if (constraint == Constraint.Fixed) return infoFixed(info);
    const start = mir.opStart.get(intervals.defPosition.get(v) >> 2);
    if (constraint == Constraint.Reuse) {
      const input = start + infoFixed(info);
      const inputInfo = mir.operandInfo.get(input);
      if (infoConstraint(inputInfo) == Constraint.Fixed) return infoFixed(inputInfo);
      return this.lastRegister.get(mir.operandVreg.get(input));
    }
    // Copies and the like: the operand behind the definition, if it is a use of the same class.
    if (mir.opCount.get(intervals.defPosition.get(v) >> 2) != 2 || operand != start) return NONE;
    const source = mir.operandVreg.get(start + 1);
    if (infoRole(mir.operandInfo.get(start + 1)) >= Role.Def) return NONE;
    return mir.vregClass.get(source) == mir.vregClass.get(v) ? this.lastRegister.get(source) : NONE;
  }

  /** Register of the argument for parameter `v`, number `index` of its block, on the edge that runs most often. */
  private hintOfParam(v: i32, index: i32): i32 {
    const mir = this.mir;
    const b = this.intervals.defBlock.get(v);
    const preds = mir.predStart.get(b);
    let best: i32 = NONE;
    let most: i32 = -1;
    for (let k: i32 = 0, n = mir.predCount.get(b); k < n; k++) {
      const p = mir.lists.get(preds + k);
      const jump = mir.blockEnd.get(p) - 1;
      const argument = mir.operandVreg.get(mir.opStart.get(jump) + index);
      const r = this.lastRegister.get(argument);
      const weight = this.mir.frequency.get(p);
      if (r == NONE || weight <= most) continue;
      best = r;
      most = weight;
    }
    return best;
  }

  /** Register to which the value of interval `k` goes at its end. */
  private hintOfEnd(k: i32): i32 {
    const intervals = this.intervals;
    const mir = this.mir;
    for (let chain: i32 = 0; chain < MAX_CHAIN; chain++) {
      const use = intervals.endUse.get(k) - 1;
      if (intervals.firstUse.get(k) > use || intervals.useKind.get(use) != UseKind.Copied) return NONE;
      const operand = intervals.useOperand.get(use);
      const i = intervals.useEnd.get(use) >> 2;
      const info = mir.operandInfo.get(operand);
      if (infoConstraint(info) == Constraint.Fixed) return infoFixed(info);
      let target: i32 = 0;
      if (this.location.get(operand) < 0) {
        target = mir.operandVreg.get(~this.location.get(operand));
      } else {
        const s = mir.lists.get(mir.succStart.get(this.flow.blockOf.get(i)));
        target = mir.lists.get(mir.paramStart.get(s) + operand - mir.opStart.get(i));
      }
      k = intervals.first.get(target);
      if (k == NONE) return NONE;
      const r = this.lastRegister.get(target);
      if (r != NONE) return intervals.register.get(k) != NONE ? intervals.register.get(k) : r;
    }
    return NONE;
  }

  /** The position up to which interval `k` cannot do without a register from `position` on, or 0. */
  private needsRegister(k: i32, position: i32): i32 {
    const intervals = this.intervals;
    const v = intervals.vreg.get(k);
    const i = position >> 2;
    let until: i32 = 0;
    const operand = intervals.defOperand.get(v);
    if (operand >= 0 && intervals.defPosition.get(v) == position && (position & 3) != Point.After) {
      const isAny = infoConstraint(this.mir.operandInfo.get(operand)) == Constraint.Any;
      if (!isAny || this.mir.rematKind.get(v) != Remat.None) until = i * 4 + Point.After;
    }
    if ((position & 3) != Point.Early) return until;
    for (let u = intervals.firstUse.get(k), n = intervals.endUse.get(k); u < n; u++) {
      const end = intervals.useEnd.get(u);
      if (end >> 2 != i) break;
      if (intervals.useKind.get(u) == UseKind.Register && end > until) until = end;
    }
    return until;
  }

  // ---- Splitting ----

  /** Gives register `r`, which is free up to `until`, to the start of interval `k`, and queues the rest. */
  private assignUntil(k: i32, r: i32, until: i32): void {
    const intervals = this.intervals;
    const start = intervals.start.get(k);
    let split = (until & 3) == Point.Late ? until - 1 : until;
    if (split <= start) {
      // Less than up to the next moves: the register serves this instruction only.
      intervals.inMemory.set(intervals.vreg.get(k), 1);
      this.queueTail(k, this.findReload(k, until));
      intervals.truncate(k, until);
      this.assign(k, r);
      return;
    }
    const use = this.lastUseBefore(k, split);
    const lastNeeded = use > start ? use : start;
    const loop = this.flow.outermostLoopBehind(this.mir, this.flow.blockOf.get(split >> 2), lastNeeded);
    if (loop >= 0 && loop < split) split = loop;
    this.queueTail(k, split);
    intervals.truncate(k, split);
    this.assign(k, r);
  }

  /** End of the last use of interval `k` that ends at or before `position`, or -1. */
  private lastUseBefore(k: i32, position: i32): i32 {
    const intervals = this.intervals;
    let use = intervals.findUse(k, (position >> 2) + 1) - 1;
    const first = intervals.firstUse.get(k);
    while (use >= first && intervals.useEnd.get(use) > position) use--;
    return use >= first ? intervals.useEnd.get(use) : -1;
  }

  private queueTail(k: i32, position: i32): void {
    if (position == FOREVER) return;
    const tail = this.intervals.buildTail(k, position);
    if (tail != NONE) this.enqueue(tail);
  }

  /**
   * Where interval `k`, in memory from `position` on, is to be reloaded: at its next use that needs a register,
   * or before the loops around that.
   */
  private findReload(k: i32, position: i32): i32 {
    const intervals = this.intervals;
    const end = intervals.endUse.get(k);
    let use = intervals.findUse(k, position >> 2);
    while (use < end) {
      const early = (intervals.useEnd.get(use) & ~3) + Point.Early;
      if (intervals.useKind.get(use) == UseKind.Register && early >= position) {
        const b = this.flow.blockOf.get(early >> 2);
        const loop = this.flow.outermostLoopBehind(this.mir, b, position);
        return loop >= 0 && intervals.covers(k, loop) ? loop : early;
      }
      use++;
    }
    return FOREVER;
  }

  // ---- Giving up registers ----

  /** Every register is taken: something goes to memory. */
  private allocateTaken(k: i32, position: i32, mask: i32): void {
    const intervals = this.intervals;
    const needed = this.needsRegister(k, position);
    let least: f64 = needed != 0 ? Infinity : this.costOfSpilling(k, position);
    let best: i32 = NONE;
    let bestUntil: i32 = 0;
    let atLeast: i32 = needed;
    if (needed == 0) {
      const use = intervals.firstUse.get(k);
      atLeast = intervals.endUse.get(k) > use ? intervals.useEnd.get(use) : intervals.end.get(k);
    }
    for (let r: i32 = 0; r < 32; r++) {
      if (((mask >> r) & 1) == 0) continue;
      const node = this.head.get(r);
      const isTaken = node != NONE && this.from.get(node) <= position;
      const other = isTaken ? this.interval.get(node) : NONE;
      if (isTaken && !this.canGiveUp(other, position)) continue;
      let until = this.firstFixed(k, r);
      if (until < atLeast) continue;
      const taken = this.firstTaken(k, r, other);
      if (taken < until) until = taken;
      if (until < atLeast) continue;
      const cost: f64 = isTaken ? this.costOfSpilling(other, position) : 0.0;
      if (cost < least || (cost == least && best != NONE && until > bestUntil)) {
        least = cost;
        best = r;
        bestUntil = until;
      }
    }
    if (best == NONE) {
      assert(needed == 0, "regalloc-scan: an instruction needs too many registers");
      intervals.inMemory.set(intervals.vreg.get(k), 1);
      this.queueTail(k, this.findReload(k, position));
      intervals.truncate(k, position);
      return;
    }
    const node = this.head.get(best);
    if (node != NONE && this.from.get(node) <= position) this.spill(this.interval.get(node), position);
    if (bestUntil >= intervals.end.get(k)) this.assign(k, best);
    else this.assignUntil(k, best, bestUntil);
  }

  /** Whether interval `k`, in a register at `position`, can leave it there. */
  private canGiveUp(k: i32, position: i32): boolean {
    const intervals = this.intervals;
    const i = position >> 2;
    const start = intervals.start.get(k);
    const point = position & 3;
    if (point == Point.Before) return true;
    if (start >> 2 == i && start >= i * 4 + Point.Early) return false;
    const end = intervals.endUse.get(k);
    for (let use = intervals.findUse(k, i); use < end; use++) {
      const useEnd = intervals.useEnd.get(use);
      if (useEnd >> 2 != i) break;
      const kind = intervals.useKind.get(use);
      if (point == Point.Early && kind == UseKind.Register) return false;
      if (point != Point.Early && kind != UseKind.Copied && useEnd > i * 4 + Point.Late) return false;
    }
    return true;
  }

  /** Interval `k` leaves its register for `position`; it comes back where a use needs one. */
  private spill(k: i32, position: i32): void {
    const intervals = this.intervals;
    this.withdraw(k);
    let cut = position;
    if ((position & 3) == Point.Late) {
      // Uses at this instruction are over; a value without any leaves before it.
      const use = intervals.findUse(k, position >> 2);
      const isUsed = intervals.endUse.get(k) > use && intervals.useEnd.get(use) >> 2 == position >> 2;
      if (!isUsed && intervals.start.get(k) < position - 1) cut = position - 1;
    }
    const use = this.lastUseBefore(k, cut);
    const start = intervals.start.get(k);
    // A loop at whose start the interval starts is not entered with it in a register either.
    const mustStay = this.isDefinedAt(k) || use > start ? start : start - 1;
    const lastNeeded = use > mustStay ? use : mustStay;
    const loop = this.flow.outermostLoopBehind(this.mir, this.flow.blockOf.get(cut >> 2), lastNeeded);
    const reload = this.findReload(k, position);
    if (loop >= 0 && loop < cut) cut = loop;
    this.queueTail(k, reload);
    intervals.truncate(k, cut);
    this.intervals.inMemory.set(intervals.vreg.get(k), 1);
    if (cut <= start) intervals.register.set(k, NONE);
  }

  private isDefinedAt(k: i32): boolean {
    return this.intervals.defPosition.get(this.intervals.vreg.get(k)) == this.intervals.start.get(k);
  }

  /** What it costs per instruction gained if interval `k` is in memory from `position` to its next use. */
  private costOfSpilling(k: i32, position: i32): f64 {
    const intervals = this.intervals;
    const flow = this.flow;
    const i = position >> 2;
    const v = intervals.vreg.get(k);
    let use = intervals.findUse(k, i);
    const end = intervals.endUse.get(k);
    while (use < end && (intervals.useEnd.get(use) & ~3) + Point.Early < position) use++;
    const b = flow.blockOf.get(i);
    let next = use < end ? intervals.useEnd.get(use) >> 2 : intervals.end.get(k) >> 2;
    let frequency: i32 = use < end ? this.mir.frequency.get(flow.blockOf.get(next)) : 0;
    // A value that an enclosing loop uses comes back at the loop's end.
    let loop = flow.loopOf.get(b);
    for (let depth: i32 = 0; depth < 4 && loop >= 0; depth++) {
      const last = this.mir.blockEnd.get(flow.loopLast.get(loop));
      if (next < last || intervals.end.get(k) < last * 4) break;
      const before = use > intervals.firstUse.get(k) ? intervals.useEnd.get(use - 1) >> 2 : NONE;
      if (before >= this.mir.blockStart.get(loop)) {
        next = last;
        frequency = this.mir.frequency.get(loop);
        break;
      }
      loop = flow.loopParent.get(loop);
    }
    let cost: f64 = f64(frequency);
    if (intervals.inMemory.get(v) == 0 && this.mir.rematKind.get(v) == Remat.None) {
      const def = this.mir.frequency.get(intervals.defBlock.get(v));
      const here = this.mir.frequency.get(b);
      cost += f64(def < here ? def : here);
    } else if (this.mir.rematKind.get(v) != Remat.None) {
      cost = cost * 0.5;
    }
    return cost / f64(next - i + 1);
  }
}
