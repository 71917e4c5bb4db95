// What the -O2 register allocator knows of a function before it looks at values: the block of each instruction,
// where calls are, loops, and how often a block runs, estimated.
//
// Positions: four to an instruction. Between Before and Early the moves in front of it happen, at Early it reads
// its uses, at Late it has written its definitions (and calls have overwritten everything), and between Late
// and After the moves behind it happen. A block starts at the Before of its first instruction and ends at that
// of the instruction behind its last.

import { I32Column, U8Column } from "../base/columns";
import { infoConstraint, infoFixed, infoRole, Constraint, MirFunc, Role } from "./mir";
import { ALLOCATABLE } from "./registers";

export const enum Point {
  Before = 0,
  Early = 1,
  Late = 2,
  After = 3,
}

/** Beyond every position. */
export const FOREVER: i32 = 0x7fff_ffff;

/** How likely a branch goes to a block, relative to its other ways: one that calls something is less likely than one
 *  that does not (Ball and Larus, "Branch Prediction for Free", PLDI 1993), and staying in a loop than leaving it. */
const LIKELY: i32 = 24;
const WITH_CALL: i32 = 8;
const COLD: i32 = 1;
/** Leaving a loop divides by this. */
const LEAVING: i32 = 8;
/** Frequency of a block outside of loops that always runs; each loop multiplies it by 8. */
const ONCE: i32 = 256;
const MAX_DEPTH: i32 = 6;

export class Flow {
  blockOf: I32Column = new I32Column();
  /** The last call (an instruction after which no register is what it was) before an instruction, or -1. */
  callBefore: I32Column = new I32Column();
  frequency: I32Column = new I32Column();
  /** Sum of the likelihoods of a block's edges. */
  private likelihood: I32Column = new I32Column();
  /** 1: there is a call in the block. */
  hasCall: U8Column = new U8Column();
  /** First block of the innermost loop around a block, or -1. */
  loopOf: I32Column = new I32Column();
  /** By first block of a loop: the loop around it, or -1; its last block. */
  loopParent: I32Column = new I32Column();
  loopLast: I32Column = new I32Column();
  private loopStack: I32Column = new I32Column();

  /** Returns false if the blocks are in no order that the allocator can use. */
  compute(mir: MirFunc): boolean {
    this.computeCalls(mir);
    return this.computeLoops(mir) && this.hasPlainJumps(mir);
  }

  private computeCalls(mir: MirFunc): void {
    const n = mir.instructionCount;
    const blocks = mir.blockCount;
    const blockOf = this.blockOf;
    const callBefore = this.callBefore;
    blockOf.resize(n + 1);
    callBefore.resize(n + 1);
    this.hasCall.resize(blocks);
    const clobbers = mir.clobbers;
    let call: i32 = -1;
    for (let b: i32 = 0; b < blocks; b++) {
      const start = mir.blockStart.get(b);
      const end = mir.blockEnd.get(b);
      for (let i = start; i < end; i++) {
        blockOf.set(i, b);
        callBefore.set(i, call);
        if (clobbers.get(i) != 0 && isCall(mir, i)) call = i;
      }
      this.hasCall.set(b, call >= start ? 1 : 0);
    }
    blockOf.set(n, blocks);
    callBefore.set(n, call);
  }

  /** Whether every block but the entry comes after one of its predecessors, so that definitions precede uses. */
  private computeLoops(mir: MirFunc): boolean {
    const blocks = mir.blockCount;
    this.frequency.resize(blocks);
    this.likelihood.resize(blocks);
    this.loopOf.resize(blocks);
    this.loopParent.resize(blocks);
    this.loopLast.resize(blocks);
    const stack = this.loopStack;
    stack.clear();
    for (let b: i32 = 0; b < blocks; b++) {
      while (stack.length > 0 && this.loopLast.get(stack.top()) < b) stack.pop();
      let last: i32 = -1;
      let weight: i32 = b == 0 ? ONCE : 0;
      let forward = b == 0;
      const start = mir.predStart.get(b);
      for (let k: i32 = 0, n = mir.predCount.get(b); k < n; k++) {
        const p = mir.lists.get(start + k);
        if (p >= b) {
          if (p > last && mir.cold.get(p) == 0) last = p;
          continue;
        }
        forward = true;
        weight += this.shareOf(mir, p, b);
      }
      if (!forward) return false;
      this.loopLast.set(b, last);
      this.loopParent.set(b, stack.length > 0 ? stack.top() : -1);
      if (last >= b) {
        stack.push(b);
        weight = weight > ONCE << (3 * MAX_DEPTH - 3) ? weight : weight << 3;
      }
      this.loopOf.set(b, stack.length > 0 ? stack.top() : -1);
      const depth = stack.length < MAX_DEPTH ? stack.length : MAX_DEPTH;
      const most = ONCE << (3 * depth);
      if (weight > most) weight = most;
      if (mir.cold.get(b) != 0) weight = weight >> 7;
      if (weight < 1) weight = 1;
      this.frequency.set(b, weight);
      this.computeLikelihood(mir, b);
    }
    return true;
  }

  private computeLikelihood(mir: MirFunc, b: i32): void {
    const count = mir.succCount.get(b);
    const succs = mir.succStart.get(b);
    let sum: i32 = 0;
    if (count > 1) for (let k: i32 = 0; k < count; k++) sum += this.likelihoodOf(mir, b, mir.lists.get(succs + k));
    this.likelihood.set(b, sum);
  }

  private likelihoodOf(mir: MirFunc, p: i32, b: i32): i32 {
    const loop = this.loopOf.get(p);
    let weight = this.hasCall.get(b) != 0 ? WITH_CALL : LIKELY;
    if (loop >= 0 && b > this.loopLast.get(loop)) weight = (weight / LEAVING) | 0;
    return mir.cold.get(b) != 0 ? COLD : weight;
  }

  /** How often the edge from `p` forward to `b` is taken. Leaving a loop undoes its multiplication. */
  private shareOf(mir: MirFunc, p: i32, b: i32): i32 {
    let loop = this.loopOf.get(p);
    if (loop < 0 || this.loopLast.get(loop) >= b) return this.edgeFrequency(mir, p, b);
    for (let k: i32 = 0; k < MAX_DEPTH; k++) {
      const parent = this.loopParent.get(loop);
      if (parent < 0 || this.loopLast.get(parent) >= b) break;
      loop = parent;
    }
    return mir.cold.get(b) != 0 ? COLD : this.frequency.get(loop) >> 3;
  }

  /** Whether jumps with one target read nothing but arguments: moves for the edge go in front of them. */
  private hasPlainJumps(mir: MirFunc): boolean {
    for (let b: i32 = 0, n = mir.blockCount; b < n; b++) {
      if (mir.succCount.get(b) != 1) continue;
      const last = mir.blockEnd.get(b) - 1;
      if (mir.opCount.get(last) != mir.paramCount.get(mir.lists.get(mir.succStart.get(b)))) return false;
    }
    return true;
  }

  /** Frequency of the edge from `p` to `b`. */
  edgeFrequency(mir: MirFunc, p: i32, b: i32): i32 {
    const frequency = this.frequency.get(p);
    if (mir.succCount.get(p) == 1) return frequency;
    return i32((f64(frequency) * f64(this.likelihoodOf(mir, p, b))) / f64(this.likelihood.get(p)));
  }

  /**
   * The start of the outermost loop around block `b` that begins behind `position`; -1 if all loops around `b`
   * begin before it. Deep nests are not followed to the end.
   */
  outermostLoopBehind(mir: MirFunc, b: i32, position: i32): i32 {
    let loop = this.loopOf.get(b);
    let best: i32 = -1;
    for (let k: i32 = 0; k < 16 && loop >= 0; k++) {
      const start = mir.blockStart.get(loop) * 4;
      if (start <= position) break;
      best = start;
      loop = this.loopParent.get(loop);
    }
    return best;
  }
}

/** Whether an instruction overwrites every register, by clobbers or fixed definitions. */
function isCall(mir: MirFunc, i: i32): boolean {
  let mask = mir.clobbers.get(i);
  const start = mir.opStart.get(i);
  for (let k: i32 = 0, n = mir.opCount.get(i); k < n; k++) {
    const info = mir.operandInfo.get(start + k);
    if (infoRole(info) < Role.Def) break;
    if (infoConstraint(info) == Constraint.Fixed) mask |= 1 << infoFixed(info);
  }
  return (mask & ALLOCATABLE) == ALLOCATABLE;
}
