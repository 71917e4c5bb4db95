// How often blocks run, estimated, as multiples of 1/256 of a run of the function: for the register allocator, which
// keeps values in registers where it pays, and for the order of blocks.
//
// The chances of a branch's two ways come from what is known at a glance: what is compared (equality is seldom), a way
// that calls something, that leaves the loop, that traps. Each is a guess with a chance of its own, and they are
// combined as independent evidence (Ball and Larus, "Branch Prediction for Free", PLDI 1993; Wu and Larus, "Static
// Branch Frequency and Program Profile Analysis", MICRO 1994). A loop is taken to run eight times.

import { I32Column } from "../base/columns";
import { MirFunc } from "./mir";

/** Chances are out of this. */
export const CERTAIN: i32 = 256;
/** Frequency of a block outside of loops that always runs; each loop multiplies it by 8, to a certain depth. */
export const ONCE: i32 = 256;
const MAX_DEPTH: i32 = 6;

/** Chance of a way that calls something, if the other does not; that leaves the loop; that returns; that is cold. */
const CALLS: i32 = 56;
const LEAVES: i32 = 28;
const RETURNS: i32 = 90;
const COLD: i32 = 2;
/** Of a way among many, relative to the others. */
const SHARE: i32 = 24;
const SHARE_CALLS: i32 = 8;
const SHARE_COLD: i32 = 1;
const SHARE_LEAVING: i32 = 8;

export class Frequencies {
  /** First block of the innermost loop around a block, or -1. */
  loopOf: I32Column = new I32Column();
  /** By first block of a loop: the loop around it, or -1; its last block. */
  loopParent: I32Column = new I32Column();
  loopLast: I32Column = new I32Column();
  /** By block: of a branch, the chance of its first way; of a switch, the sum of the ways' shares. */
  private chance: I32Column = new I32Column();
  private loopStack: I32Column = new I32Column();
  private mir: MirFunc = new MirFunc();
  private hasCall: I32Column = new I32Column();

  /** Fills `mir.frequency`. `hasCall`: 1 for blocks with calls. False if a block comes before all of its predecessors. */
  compute(mir: MirFunc, hasCall: I32Column): boolean {
    const blocks = mir.blockCount;
    this.mir = mir;
    this.hasCall = hasCall;
    mir.frequency.resize(blocks);
    this.chance.resize(blocks);
    this.loopOf.resize(blocks);
    this.loopParent.resize(blocks);
    this.loopLast.resize(blocks);
    const lists = mir.lists.view();
    const cold = mir.cold.view();
    const stack = this.loopStack;
    stack.clear();
    for (let b: i32 = 0; b < blocks; b++) {
      while (stack.length > 0 && this.loopLast.get(stack.top()) < b) stack.pop();
      let last: i32 = -1;
      let weight: i32 = b == 0 ? ONCE : 0;
      let forward = b == 0;
      const start = mir.predStart.get(b);
      for (let k = start, n = start + mir.predCount.get(b); k < n; k++) {
        const p = lists.get(k);
        if (p >= b) {
          if (p > last && cold.get(p) == 0) last = p;
          continue;
        }
        forward = true;
        weight += this.shareOf(p, b);
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
      if (cold.get(b) != 0) weight = weight >> 7;
      mir.frequency.set(b, weight < 1 ? 1 : weight);
      const ways = mir.succCount.get(b);
      if (ways == 2) this.chance.set(b, this.chanceOfFirst(b));
      else if (ways > 2) this.chance.set(b, this.sumOfShares(b));
    }
    return true;
  }

  /** The chance that block `b`, which ends in a branch, goes its first way. */
  private chanceOfFirst(b: i32): i32 {
    const mir = this.mir;
    const succs = mir.succStart.get(b);
    const x = mir.lists.get(succs);
    const y = mir.lists.get(succs + 1);
    if (x == y) return CERTAIN;
    const isCold = mir.cold.get(x) != 0;
    if (isCold != (mir.cold.get(y) != 0)) return isCold ? COLD : CERTAIN - COLD;
    let chance: i32 = mir.bias.get(b);
    const loop = this.loopOf.get(b);
    if (loop >= 0) {
      const last = this.loopLast.get(loop);
      chance = weigh(chance, x > last, y > last, LEAVES);
    }
    chance = weigh(chance, this.hasCall.get(x) != 0, this.hasCall.get(y) != 0, CALLS);
    return weigh(chance, mir.succCount.get(x) == 0, mir.succCount.get(y) == 0, RETURNS);
  }

  private sumOfShares(b: i32): i32 {
    const mir = this.mir;
    const succs = mir.succStart.get(b);
    let sum: i32 = 0;
    for (let k = succs, n = succs + mir.succCount.get(b); k < n; k++) sum += this.share(b, mir.lists.get(k));
    return sum;
  }

  private share(p: i32, b: i32): i32 {
    if (this.mir.cold.get(b) != 0) return SHARE_COLD;
    const loop = this.loopOf.get(p);
    const share = this.hasCall.get(b) != 0 ? SHARE_CALLS : SHARE;
    return loop >= 0 && b > this.loopLast.get(loop) ? (share / SHARE_LEAVING) | 0 : share;
  }

  /** How often the edge from `p` forward to `b` is taken. Leaving a loop undoes its multiplication. */
  private shareOf(p: i32, b: i32): i32 {
    let loop = this.loopOf.get(p);
    if (loop < 0 || this.loopLast.get(loop) >= b) return this.edge(p, b);
    for (let k: i32 = 0; k < MAX_DEPTH; k++) {
      const parent = this.loopParent.get(loop);
      if (parent < 0 || this.loopLast.get(parent) >= b) break;
      loop = parent;
    }
    return this.mir.cold.get(b) != 0 ? 1 : this.mir.frequency.get(loop) >> 3;
  }

  /** Frequency of the edge from `p` to `b`, or of all of them if there are several. */
  edge(p: i32, b: i32): i32 {
    const mir = this.mir;
    const frequency = mir.frequency.get(p);
    const ways = mir.succCount.get(p);
    if (ways == 1) return frequency;
    const chance = this.chance.get(p);
    if (ways == 2) return portion(frequency, mir.lists.get(mir.succStart.get(p)) == b ? chance : CERTAIN - chance);
    return portion(frequency, ((this.share(p, b) << 8) / chance) | 0);
  }
}

function portion(frequency: i32, chance: i32): i32 {
  return frequency < 0x40_0000 ? (frequency * chance) >> 8 : (frequency >> 8) * chance;
}

/** What becomes of the chance of the first way if a guess with its own `chance` holds for one of the ways. */
function weigh(chance: i32, first: boolean, second: boolean, guess: i32): i32 {
  if (first == second) return chance;
  const other = first ? guess : CERTAIN - guess;
  const both = chance * other;
  const neither = (CERTAIN - chance) * (CERTAIN - other);
  return ((both << 8) / (both + neither)) | 0;
}
