// Where values are live, where they are wanted in a register (a use is reached without a call in between), and where they
// are in one at the start and end of blocks: for 32 values at a time, a bit for each in the words of a block.
//
// Backward from the uses through the predecessors (Boissinot et al., "Computing Liveness Sets for SSA-Form Programs",
// 2011, section 5: path exploration by use), then forward over the blocks found: a value is in a register at a
// block's start where predecessors have it there, the others reload it on their edges unless those run more often (as
// W_entry in Braun and Hack, "Register Spilling and Live-Range Splitting for SSA-Form Programs", CC 2009). Bits are
// decided at once where all is plain; a value by itself where predecessors differ, or at a definition or use.
//
// The 32 values follow each other in the code, so that they live in about the same blocks; those that live long are in
// sets of their own, which would else make all sets large.

import { I32Column } from "../base/columns";
import { MirFunc, Remat } from "./mir";
import { RegClass } from "./registers";
import { Calls, Flow, Point } from "./regalloc-flow";
import { Intervals, NONE, UseKind } from "./regalloc-intervals";
import { clz32, ctz32 } from "host/prims";

/** Words of a block. */
export const enum Live {
  /** Live at the start; at the end. */
  In = 0,
  Out = 1,
  /** A use is reached without a call in between: from the start; from the end. */
  WantedIn = 2,
  WantedOut = 3,
  /** Used in the block. */
  Used = 4,
  /** Defined there. */
  Def = 5,
  /** In a register at the start; at the end. */
  RegisterIn = 6,
  RegisterOut = 7,
}

/** The word of definitions, once all is decided: through the block in a register, without a use, and on to no block where
 *  the value is only in memory. */
export const PLAIN: i32 = Live.Def;

/** A block has so many words, as a power of two. */
export const LIVE_BITS: i32 = 3;

/** Values of a set. */
const SET: i32 = 32;

/** Blocks from a definition to the last use from which on a value lives long. */
const LONG: i32 = 40;

/** Blocks from the definition of `v` to its last use; 0 if no other block uses it. */
export function spanOf(v: i32, flow: Flow, intervals: Intervals): i32 {
  const d = intervals.defBlock.get(v);
  const end = intervals.useStart.get(v + 1);
  if (d == NONE || end == intervals.useStart.get(v)) return 0;
  return flow.blockOf.get(intervals.useEnd.get(end - 1) >> 2) - d;
}

export function isLongSpan(span: i32): boolean {
  return span > LONG;
}

export class LiveSets {
  private mir: MirFunc = new MirFunc();
  private flow: Flow = new Flow();
  private intervals: Intervals = new Intervals();
  words: I32Column = new I32Column();
  /** Bits of blocks: those that something is known of; those whose predecessors are still to be told. */
  private seen: I32Column = new I32Column();
  private pending: I32Column = new I32Column();
  /** First and last word of `seen` that may have bits. */
  private low: i32 = 0;
  private high: i32 = 0;
  private values: I32Column = new I32Column();
  private count: i32 = 0;
  private cursor: i32 = 0;
  // Values of the set: those in general and in vector registers; those that can be made again.
  private general: i32 = 0;
  private vector: i32 = 0;
  private remat: i32 = 0;
  /** Those that live in a block with a call. */
  disturbed: i32 = 0;
  /** Blocks of each value in which it is ever wanted, used or defined, as lists in ascending order. */
  private heads: I32Column = new I32Column();
  pairBlock: I32Column = new I32Column();
  pairNext: I32Column = new I32Column();
  /** Edges that were looked at. */
  edges: i32 = 0;
  /** Whether these are the sets of values that live long. */
  private isLong: boolean;

  constructor(isLong: boolean) {
    this.isLong = isLong;
  }

  start(mir: MirFunc, flow: Flow, intervals: Intervals): void {
    this.mir = mir;
    this.flow = flow;
    this.intervals = intervals;
    const blocks = mir.blockCount;
    // All is zero between sets, and what is new is so too.
    this.clear();
    this.words.resize(blocks << LIVE_BITS);
    this.seen.resize((blocks + 31) >> 5);
    this.pending.resize((blocks + 31) >> 5);
    this.values.resize(SET);
    this.heads.resize(SET);
    this.count = 0;
    this.cursor = 0;
    this.edges = 0;
  }

  /**
   * The bit of `v` in the set, which is computed if it is not the set of the values before. Those that live as long are
   * all asked for, in order. NONE if the blocks are in an order in which a use comes before the definition.
   */
  take(v: i32): i32 {
    this.cursor++;
    if (this.cursor >= this.count) {
      if (!this.compute(v)) return NONE;
      this.cursor = 0;
    }
    return this.cursor;
  }

  /** The first of the blocks of the value with bit `k`, in pairBlock, which pairNext leads on from; NONE is behind the last. */
  firstPair(k: i32): i32 {
    return this.heads.get(k);
  }

  /** Whether the value with bit `k` has the bit of word `word` in block `b`. */
  has(k: i32, b: i32, word: i32): boolean {
    return ((this.words.get((b << LIVE_BITS) + word) >> k) & 1) != 0;
  }

  private compute(from: i32): boolean {
    this.clear();
    this.collect(from);
    this.propagate();
    if (!this.summarize()) return false;
    if (this.disturbed != 0) {
      // First as if loops brought values back in a register; once more for those that some do not.
      const hoped = this.decide(this.disturbed, true);
      if (hoped != 0) this.decide(hoped, false);
    }
    this.listPairs();
    return true;
  }

  private clear(): void {
    const words = this.words;
    const seen = this.seen.view();
    for (let w = this.low; w <= this.high; w++) {
      const bits = seen.get(w);
      if (bits == 0) continue;
      const first = (w << 5) + ctz32(bits);
      words.fill(0, first << LIVE_BITS, ((w << 5) + 32 - clz32(bits)) << LIVE_BITS);
      seen.set(w, 0);
    }
    this.low = this.seen.length;
    this.high = -1;
  }

  private see(b: i32): void {
    const w = b >> 5;
    this.seen.set(w, this.seen.get(w) | (1 << (b & 31)));
    if (w < this.low) this.low = w;
    if (w > this.high) this.high = w;
  }

  private addBit(b: i32, word: i32, bit: i32): void {
    const at = (b << LIVE_BITS) + word;
    this.words.set(at, this.words.get(at) | bit);
  }

  /** Takes the next 32 global values, with their definitions and uses. */
  private collect(from: i32): void {
    const mir = this.mir;
    this.count = 0;
    this.general = 0;
    this.vector = 0;
    this.remat = 0;
    for (let v = from, n = mir.vregCount; v < n && this.count < SET; v++) {
      const span = spanOf(v, this.flow, this.intervals);
      if (span == 0 || isLongSpan(span) != this.isLong) continue;
      const bit: i32 = 1 << this.count;
      this.values.set(this.count, v);
      this.count++;
      if (mir.vregClass.get(v) == RegClass.General) this.general |= bit;
      else this.vector |= bit;
      if (mir.rematKind.get(v) != Remat.None) this.remat |= bit;
      this.collectValue(v, bit);
    }
  }

  private collectValue(v: i32, bit: i32): void {
    const intervals = this.intervals;
    const callBefore = this.callsOf(v).before.view();
    const blockOf = this.flow.blockOf.view();
    const starts = this.mir.blockStart.view();
    const uses = intervals.useEnd.view();
    const pending = this.pending.view();
    const d = intervals.defBlock.get(v);
    this.see(d);
    this.addBit(d, Live.Def, bit);
    let b: i32 = NONE;
    for (let k = intervals.useStart.get(v), end = intervals.useStart.get(v + 1); k < end; k++) {
      const i = uses.get(k) >> 2;
      const block = blockOf.get(i);
      if (block == b) continue;
      b = block;
      this.see(b);
      this.addBit(b, Live.Used, bit);
      if (b == d) continue;
      const wanted = callBefore.get(i) < starts.get(b);
      if (wanted) this.addBit(b, Live.WantedIn, bit);
      else if ((this.remat & bit) != 0) continue;
      this.addBit(b, Live.In, bit);
      pending.set(b >> 5, pending.get(b >> 5) | (1 << (b & 31)));
    }
  }

  private callsOf(v: i32): Calls {
    return this.flow.calls(this.mir.vregClass.get(v));
  }

  /** From the ends of blocks to the starts of others: downward in their order, again while loops lead up. */
  private propagate(): void {
    const mir = this.mir;
    const words = this.words;
    const pending = this.pending.view();
    const general = this.general;
    const vector = this.vector;
    const predStart = mir.predStart.view();
    const predCount = mir.predCount.view();
    const lists = mir.lists.view();
    const generalCall = this.flow.general.inBlock.view();
    const vectorCall = this.flow.vector.inBlock.view();
    const always = ~this.remat;
    let again = this.high;
    while (again >= 0) {
      let w = again;
      again = -1;
      while (w >= this.low) {
        const bits = pending.get(w);
        if (bits == 0) {
          w--;
          continue;
        }
        const low = 31 - clz32(bits);
        pending.set(w, bits & ~(1 << low));
        const b = (w << 5) + low;
        const here = words.cursor(b << LIVE_BITS);
        const live = here.get(Live.In);
        const wanted = here.get(Live.WantedIn);
        const preds = predStart.get(b);
        const n = predCount.get(b);
        this.edges += n;
        for (let k = preds; k < preds + n; k++) {
          const p = lists.get(k);
          const there = words.cursor(p << LIVE_BITS);
          const oldOut = there.get(Live.Out);
          const oldWanted = there.get(Live.WantedOut);
          const out = oldOut | live;
          const wantedOut = oldWanted | wanted;
          if (out == oldOut && wantedOut == oldWanted) continue;
          if (oldOut == 0) this.see(p);
          there.set(Live.Out, out);
          there.set(Live.WantedOut, wantedOut);
          const through = ~there.get(Live.Def);
          const calls = (-generalCall.get(p) & general) | (-vectorCall.get(p) & vector);
          const oldIn = there.get(Live.In);
          const oldWantedIn = there.get(Live.WantedIn);
          const wantedIn = oldWantedIn | (wantedOut & through & ~calls);
          const isIn = oldIn | (out & through & always) | wantedIn;
          if (isIn == oldIn && wantedIn == oldWantedIn) continue;
          there.set(Live.In, isIn);
          there.set(Live.WantedIn, wantedIn);
          const word = p >> 5;
          pending.set(word, pending.get(word) | (1 << (p & 31)));
          // Those further down are met on the way.
          if (word > w && word > again) again = word;
        }
      }
    }
  }

  /** Which values meet calls and which live in memory somewhere; false if one is live in front of its definition. */
  private summarize(): boolean {
    const words = this.words;
    const seen = this.seen.view();
    const generalCall = this.flow.general.inBlock.view();
    const vectorCall = this.flow.vector.inBlock.view();
    let defined: i32 = 0;
    let general: i32 = 0;
    let vector: i32 = 0;
    let memory: i32 = 0;
    for (let w = this.low; w <= this.high; w++) {
      for (let bits = seen.get(w); bits != 0; bits &= bits - 1) {
        const b = (w << 5) + ctz32(bits);
        const here = words.cursor(b << LIVE_BITS);
        const live = here.get(Live.In) | here.get(Live.Out);
        const looked = here.get(Live.WantedIn) | here.get(Live.WantedOut) | here.get(Live.Used) | here.get(Live.Def);
        defined |= here.get(Live.Def);
        if (((live | looked) & ~defined) != 0) return false;
        memory |= live & ~looked;
        general |= -generalCall.get(b) & (live | looked);
        vector |= -vectorCall.get(b) & (live | looked);
      }
    }
    this.disturbed = (general & this.general) | (vector & this.vector);
    this.noteMemory(memory);
    return true;
  }

  private noteMemory(values: i32): void {
    for (let bits = values; bits != 0; bits &= bits - 1) this.intervals.inMemory.set(this.values.get(ctz32(bits)), 1);
  }

  // ---- Where values are in registers ----

  /** Decides for the values `mask`; returns those for which it was based on a back edge that does not bring them in a
   *  register. */
  private decide(mask: i32, optimistic: boolean): i32 {
    const mir = this.mir;
    const words = this.words;
    const seen = this.seen.view();
    const predStart = mir.predStart.view();
    const predCount = mir.predCount.view();
    const lists = mir.lists.view();
    const generalCall = this.flow.general.inBlock.view();
    const vectorCall = this.flow.vector.inBlock.view();
    let hoped: i32 = 0;
    let memory: i32 = 0;
    for (let w = this.low; w <= this.high; w++) {
      for (let bits = seen.get(w); bits != 0; bits &= bits - 1) {
        const b = (w << 5) + ctz32(bits);
        const here = words.cursor(b << LIVE_BITS);
        const wantedIn = here.get(Live.WantedIn) & mask;
        const wantedOut = here.get(Live.WantedOut) & mask;
        if ((wantedIn | wantedOut) == 0) continue;
        let isIn = wantedIn;
        if (isIn != 0) {
          const preds = predStart.get(b);
          for (let k = preds, n = preds + predCount.get(b); k < n; k++) {
            const p = lists.get(k);
            if (p < b || !optimistic) isIn &= words.cursor(p << LIVE_BITS).get(Live.RegisterOut);
          }
          const lacking = wantedIn & ~isIn;
          memory |= lacking;
          for (let rest = lacking; rest != 0; rest &= rest - 1) {
            const k = ctz32(rest);
            if (this.isBetterIn(k, b, optimistic)) isIn |= 1 << k;
          }
        }
        here.set(Live.RegisterIn, (here.get(Live.RegisterIn) & ~mask) | isIn);
        const calls = (-generalCall.get(b) & this.general) | (-vectorCall.get(b) & this.vector);
        let isOut = isIn & wantedOut & ~calls;
        const local = wantedOut & ~isOut & (here.get(Live.Used) | here.get(Live.Def));
        for (let rest = local; rest != 0; rest &= rest - 1) {
          const k = ctz32(rest);
          if (this.isInAtEnd(k, b)) isOut |= 1 << k;
        }
        const lost = wantedOut & ~isOut;
        if (optimistic && lost != 0 && this.leadsBack(b)) hoped |= lost;
        here.set(Live.RegisterOut, (here.get(Live.RegisterOut) & ~mask) | isOut);
      }
    }
    this.noteMemory(memory);
    return hoped;
  }

  private leadsBack(b: i32): boolean {
    const mir = this.mir;
    const succs = mir.succStart.get(b);
    for (let k: i32 = 0, n = mir.succCount.get(b); k < n; k++) if (mir.lists.get(succs + k) <= b) return true;
    return false;
  }

  /** Whether a value that some predecessors do not have in a register is better reloaded on their edges. */
  private isBetterIn(k: i32, b: i32, optimistic: boolean): boolean {
    const mir = this.mir;
    const lists = mir.lists.view();
    const start = mir.predStart.get(b);
    const end = start + mir.predCount.get(b);
    let have = false;
    for (let j = start; j < end; j++) {
      const p = lists.get(j);
      if ((optimistic && p >= b) || this.has(k, p, Live.RegisterOut)) have = true;
    }
    if (!have || this.isUsedFirst(k, b)) return have;
    let weight: i32 = 0;
    for (let j = start; j < end; j++) {
      const p = lists.get(j);
      const isOut = (optimistic && p >= b) || this.has(k, p, Live.RegisterOut);
      const share = this.flow.frequencies.edge(p, b);
      weight += isOut ? share : -share;
    }
    return weight >= 0;
  }

  /** Whether block `b` uses a value before a call. */
  private isUsedFirst(k: i32, b: i32): boolean {
    if (!this.has(k, b, Live.Used)) return false;
    const v = this.values.get(k);
    const start = this.mir.blockStart.get(b);
    const i = this.intervals.useEnd.get(this.firstUse(v, start)) >> 2;
    return this.callsOf(v).before.get(i) < start;
  }

  /** The first use of `v` by instruction `i` or a later one, or the end of its uses. */
  private firstUse(v: i32, i: i32): i32 {
    const uses = this.intervals.useEnd.view();
    let low = this.intervals.useStart.get(v);
    let high = this.intervals.useStart.get(v + 1);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (uses.get(middle) >> 2 >= i) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Whether a value that is defined or used in block `b`, and wanted at its end, is in a register there. */
  private isInAtEnd(k: i32, b: i32): boolean {
    const intervals = this.intervals;
    const v = this.values.get(k);
    const start = this.mir.blockStart.get(b);
    const end = this.mir.blockEnd.get(b);
    const call = this.callsOf(v).before.get(end);
    if (this.has(k, b, Live.Def)) {
      const position = intervals.defPosition.get(v);
      if (position >> 2 > call || position == call * 4 + Point.After || start > call) return true;
    }
    // Behind the call, and in this block.
    const first = call >= start ? call + 1 : start;
    for (let j = this.firstUse(v, end) - 1; j >= intervals.useStart.get(v); j--) {
      if (intervals.useEnd.get(j) >> 2 < first) break;
      if (intervals.useKind.get(j) != UseKind.Copied) return true;
    }
    return false;
  }

  // ---- By value ----

  /** Lists the blocks of each value, notes the last one at whose end it is live, and which blocks are plain for it. */
  private listPairs(): void {
    const mir = this.mir;
    const words = this.words;
    const seen = this.seen.view();
    const succStart = mir.succStart.view();
    const succCount = mir.succCount.view();
    const lists = mir.lists.view();
    const lastOut = this.intervals.lastOut.view();
    const heads = this.heads.view();
    const values = this.values.view();
    const pairBlock = this.pairBlock;
    const pairNext = this.pairNext;
    pairBlock.clear();
    pairNext.clear();
    for (let k: i32 = 0; k < this.count; k++) {
      heads.set(k, NONE);
      lastOut.set(values.get(k), this.intervals.defBlock.get(values.get(k)));
    }
    let open: i32 = -1;
    for (let w = this.high; w >= this.low; w--) {
      let bits = seen.get(w);
      while (bits != 0) {
        const low = 31 - clz32(bits);
        bits &= ~(1 << low);
        const b = (w << 5) + low;
        const here = words.cursor(b << LIVE_BITS);
        const used = here.get(Live.Used);
        const last = here.get(Live.Out) & open;
        open &= ~last;
        for (let rest = last; rest != 0; rest &= rest - 1) lastOut.set(values.get(ctz32(rest)), b);
        const looked = here.get(Live.WantedIn) | here.get(Live.WantedOut) | used | here.get(Live.Def);
        let plain = here.get(Live.RegisterIn) & here.get(Live.RegisterOut) & ~used;
        const succs = succStart.get(b);
        for (let k = succs, n = plain != 0 ? succs + succCount.get(b) : succs; k < n; k++) {
          plain &= ~this.passing(lists.get(k));
        }
        here.set(PLAIN, plain);
        for (let rest = looked; rest != 0; rest &= rest - 1) {
          const k = ctz32(rest);
          const node = pairBlock.length;
          pairBlock.push(b);
          pairNext.push(heads.get(k));
          heads.set(k, node);
        }
      }
    }
  }

  /** Values that are only in memory in block `b`. */
  passing(b: i32): i32 {
    const here = this.words.cursor(b << LIVE_BITS);
    return here.get(Live.In) & ~(here.get(Live.WantedIn) | here.get(Live.WantedOut) | here.get(Live.Used));
  }
}
