// After linear scan: turns intervals into a location for each operand and the moves between instructions.
//
// Value by value. Where an interval begins other than at the definition, the value is moved there from its last
// register or its slot; where control flow joins pieces that are in different places, on the edge: at the end of
// the predecessor if it has one successor, at the start of the successor if it has one predecessor, otherwise in
// a new block. A value that is read from its slot anywhere is stored once, at the definition, or at all places
// where it goes from a register to memory, whichever runs less often: values that a rare call in a loop pushes
// out of their registers are stored next to the call.
//
// The moves of one place happen in parallel, so each reads where values are before all of them. If the moves of an
// edge are made in front of a block's first instruction, they and that instruction's own moves are one: they lead
// from where values are at the predecessor's end to where the instruction wants them. If that instruction is the
// block's jump, those of the edge behind it join them, and the block itself does not count.

import { I32Column, U8Column } from "../base/columns";
import { Allocation, Constraint, infoConstraint, infoFixed, MirFunc, MOVE_REMAT, Remat } from "./mir";
import { NO_LOC, SLOT0 } from "./registers";
import { EdgeSplitter } from "./regalloc-edges";
import { Flow, Point } from "./regalloc-flow";
import { Intervals, LiveFlag, NONE, UseKind } from "./regalloc-intervals";
import { SlotAssigner } from "./regalloc-slots";

/** A state of a value: a register, or its slot. */
const MEMORY: i32 = 63;
const STORED: i32 = 64;
const END_BITS: i32 = 7;
const MOVES_AT_START: i32 = 1;
const PART_OF_EDGE: i32 = 2;
/** Locations from here on stand for the slot of a value, until slots are given. */
const SLOT_OF: i32 = 0x2000_0000;

export class Resolver {
  private mir: MirFunc = new MirFunc();
  private flow: Flow = new Flow();
  private intervals: Intervals = new Intervals();
  private out: Allocation = new Allocation();
  private edges: EdgeSplitter = new EdgeSplitter();
  private slots: SlotAssigner = new SlotAssigner();

  // Of the value at hand: its ranges over all intervals.
  private from: I32Column = new I32Column();
  private to: I32Column = new I32Column();
  private register: I32Column = new I32Column();
  private cursor: i32 = 0;
  /** By block: whether the moves of the edge to it are made at its start, and whether it is nothing but a part
   *  of that edge: a jump with the edge's moves in front of it. */
  private blockKind: U8Column = new U8Column();
  /** By block: the state at the end, with STORED if the value is in its slot there; above that the value that this is of. In
   *  blocks of other values' it is in its slot only. */
  private ends: I32Column = new I32Column();
  /** The first range and the first use that are not behind. */
  private range: i32 = 0;
  private use: i32 = 0;
  /** By live block: the state at the start, where the moves of edges to it lead. */
  private startStates: I32Column = new I32Column();
  /** Stores that the value needs if it is not stored at the definition: register, place, or ~entry of the list of
   *  predecessors and the block of an edge, whose place is asked for only if it is needed. */
  private storeFrom: I32Column = new I32Column();
  private storePlace: I32Column = new I32Column();
  private storeBlock: I32Column = new I32Column();
  private storeCost: i32 = 0;
  private isRead: boolean = false;
  /** Later blocks that were taken to have the value in its slot; whether none may be. */
  private trusted: I32Column = new I32Column();
  private distrusts: boolean = false;

  // Moves found, in any order. Places are as in Allocation.movePosition.
  private movePlace: I32Column = new I32Column();
  private moveFrom: I32Column = new I32Column();
  private moveTo: I32Column = new I32Column();
  private moveBytes: U8Column = new U8Column();
  /** By place: the first move, and by move the next. */
  private placeHead: I32Column = new I32Column();
  private placeNext: I32Column = new I32Column();
  /** Operands that are in slots. */
  private slotOperands: I32Column = new I32Column();

  run(mir: MirFunc, flow: Flow, intervals: Intervals, out: Allocation): void {
    this.mir = mir;
    this.flow = flow;
    this.intervals = intervals;
    this.out = out;
    this.movePlace.clear();
    this.moveFrom.clear();
    this.moveTo.clear();
    this.moveBytes.clear();
    this.slotOperands.clear();
    this.ends.resize(mir.blockCount);
    this.ends.fill(-1, 0, mir.blockCount);
    this.computeBlockKinds();
    this.edges.start(mir);
    this.slots.start(mir);
    for (let v: i32 = 0, n = mir.vregCount; v < n; v++) {
      if (intervals.defBlock.get(v) != NONE) this.resolveValue(v);
    }
    for (let b: i32 = 0, n = mir.blockCount; b < n; b++) {
      if (mir.paramCount.get(b) != 0) this.resolveParams(b);
    }
    this.edges.finish(mir);
    this.slots.assign(mir, out);
    this.finish();
  }

  // ---- One value ----

  private resolveValue(v: i32): void {
    const intervals = this.intervals;
    const first = intervals.first.get(v);
    if (first != NONE && intervals.next.get(first) == NONE && intervals.inMemory.get(v) == 0) {
      this.resolveWhole(v, intervals.register.get(first));
      return;
    }
    this.clearStores();
    this.isRead = false;
    this.collectRanges(first);
    this.resolveDef(v);
    this.computeBlocks(v);
    this.resolveStarts(v);
    if (intervals.liveCount.get(v) != 0) this.resolveEdges(v);
    this.resolveUses(v);
    if (!this.isRead || this.mir.rematKind.get(v) != Remat.None) return;
    this.buildStores(v);
    this.requestSlot(v);
  }

  /** A value that is in one register from beginning to end. */
  private resolveWhole(v: i32, r: i32): void {
    const intervals = this.intervals;
    const operand = intervals.defOperand.get(v);
    if (operand >= 0) {
      const at = this.fixedDef(v, operand);
      this.out.location.set(operand, at != NONE ? at : r);
      if (at != NONE && at != r) this.buildMove((intervals.defPosition.get(v) >> 2) * 2 + 1, at, r, v);
    }
    for (let k = intervals.useStart.get(v), n = intervals.useStart.get(v + 1); k < n; k++) {
      const use = intervals.useOperand.get(k);
      if (intervals.useKind.get(k) != UseKind.Copied) {
        this.out.location.set(use, r);
        continue;
      }
      const i = intervals.useEnd.get(k) >> 2;
      const to = this.copyTarget(use);
      this.out.location.set(use, to == NONE ? r : to);
      if (to == NONE || to == r || this.isCopiedBefore(v, k, to)) continue;
      this.buildMove(i * 2, r, to, v);
    }
  }

  /** The register that instruction and constraint fix for a definition, or NONE. */
  private fixedDef(v: i32, operand: i32): i32 {
    const mir = this.mir;
    const info = mir.operandInfo.get(operand);
    if (infoConstraint(info) == Constraint.Fixed) return infoFixed(info);
    if (infoConstraint(info) != Constraint.Reuse) return NONE;
    const start = mir.opStart.get(this.intervals.defPosition.get(v) >> 2);
    const input = mir.operandInfo.get(start + infoFixed(info));
    return infoConstraint(input) == Constraint.Fixed ? infoFixed(input) : NONE;
  }

  /** Register into which the value of a copied use is moved; NONE for the argument of a jump. */
  private copyTarget(use: i32): i32 {
    const info = this.mir.operandInfo.get(use);
    if (infoConstraint(info) == Constraint.Fixed) return infoFixed(info);
    const location = this.out.location.get(use);
    if (location >= 0) return NONE;
    const target = this.mir.operandVreg.get(~location);
    return this.intervals.register.get(this.intervals.first.get(target));
  }

  /** Whether another use before `k`, of the same instruction, has brought the value to the same register. */
  private isCopiedBefore(v: i32, k: i32, to: i32): boolean {
    const intervals = this.intervals;
    const i = intervals.useEnd.get(k) >> 2;
    for (let j = k - 1; j >= intervals.useStart.get(v); j--) {
      if (intervals.useEnd.get(j) >> 2 != i) break;
      if (intervals.useKind.get(j) == UseKind.Copied && this.out.location.get(intervals.useOperand.get(j)) == to) {
        return true;
      }
    }
    return false;
  }

  private collectRanges(first: i32): void {
    const intervals = this.intervals;
    this.cursor = 0;
    this.from.clear();
    this.to.clear();
    this.register.clear();
    for (let k = first; k != NONE; k = intervals.next.get(k)) {
      const r = intervals.register.get(k);
      if (r == NONE) continue;
      const start = intervals.start.get(k);
      const end = intervals.end.get(k);
      for (let range = intervals.firstRange.get(k), n = intervals.endRange.get(k); range < n; range++) {
        const from = intervals.from.get(range);
        const to = intervals.to.get(range);
        this.from.push(from > start ? from : start);
        this.to.push(to < end ? to : end);
        this.register.push(r);
      }
    }
  }

  /** The register in which the value is at a position, or MEMORY. Positions asked for mostly ascend. */
  private stateAt(position: i32): i32 {
    const to = this.to.view();
    const n = this.to.length;
    let k = this.cursor;
    while (k > 0 && to.get(k - 1) > position) k--;
    while (k < n && to.get(k) <= position) k++;
    this.cursor = k;
    return k < n && this.from.get(k) <= position ? this.register.get(k) : MEMORY;
  }

  /** Where the moves in front of instruction `i` find the value. */
  private stateBefore(v: i32, i: i32): i32 {
    if (!this.isJoinedToEdge(v, i)) return this.stateAt(i * 4);
    return this.endState(v, this.mir.lists.get(this.mir.predStart.get(this.flow.blockOf.get(i))));
  }

  /** The state of value `v` at the end of block `b`, where it is live. */
  private endState(v: i32, b: i32): i32 {
    const end = this.ends.get(b);
    return end >> END_BITS == v ? end & (STORED - 1) : MEMORY;
  }

  /** Whether it is in its slot there. */
  private isStoredAtEnd(v: i32, b: i32): boolean {
    const end = this.ends.get(b);
    return end >> END_BITS != v || (end & STORED) != 0;
  }

  /** Whether the value's moves in front of instruction `i` are also those of the edge to its block. */
  private isJoinedToEdge(v: i32, i: i32): boolean {
    const b = this.flow.blockOf.get(i);
    if (this.mir.blockStart.get(b) != i || b == this.intervals.defBlock.get(v)) return false;
    return this.hasMovesAtStart(b);
  }

  /** Whether the moves of the edge to block `b` are made at its start. */
  private hasMovesAtStart(b: i32): boolean {
    return (this.blockKind.get(b) & MOVES_AT_START) != 0;
  }

  private computeBlockKinds(): void {
    const mir = this.mir;
    const n = mir.blockCount;
    this.blockKind.clear();
    this.blockKind.resize(n);
    for (let b: i32 = 0; b < n; b++) {
      if (mir.predCount.get(b) != 1 || mir.succCount.get(mir.lists.get(mir.predStart.get(b))) == 1) continue;
      const isJump = mir.blockEnd.get(b) - mir.blockStart.get(b) == 1 && mir.succCount.get(b) == 1;
      this.blockKind.set(b, isJump ? MOVES_AT_START | PART_OF_EDGE : MOVES_AT_START);
    }
  }

  /** What to read a value from, given its state. */
  private source(v: i32, state: i32): i32 {
    if (state != MEMORY) return state;
    this.isRead = true;
    return this.mir.rematKind.get(v) != Remat.None ? MOVE_REMAT + v : SLOT_OF + v;
  }

  private buildMove(place: i32, from: i32, to: i32, v: i32): void {
    this.movePlace.push(place);
    this.moveFrom.push(from);
    this.moveTo.push(to);
    this.moveBytes.push(this.mir.vregBytes.get(v));
  }

  private clearStores(): void {
    this.storeFrom.clear();
    this.storePlace.clear();
    this.storeBlock.clear();
    this.storeCost = 0;
  }

  private noteStore(place: i32, b: i32, from: i32, frequency: i32): void {
    this.storePlace.push(place);
    this.storeBlock.push(b);
    this.storeFrom.push(from);
    this.storeCost += frequency;
    if (this.storeCost > 0x3fff_ffff) this.storeCost = 0x3fff_ffff;
  }

  private resolveDef(v: i32): void {
    const operand = this.intervals.defOperand.get(v);
    if (operand < 0) return;
    const position = this.intervals.defPosition.get(v);
    const fixed = this.fixedDef(v, operand);
    if (fixed != NONE) {
      const state = this.stateAt(position);
      if (state != MEMORY && state != fixed) this.buildMove((position >> 2) * 2 + 1, fixed, state, v);
      this.out.location.set(operand, fixed);
      return;
    }
    const state = this.stateAt(position);
    if (state != MEMORY) {
      this.out.location.set(operand, state);
    } else {
      this.isRead = true;
      this.slotOperands.push(operand);
      this.out.location.set(operand, SLOT_OF + v);
    }
  }

  /** Moves to where ranges begin within blocks. */
  private resolveStarts(v: i32): void {
    const definition = this.intervals.defPosition.get(v);
    for (let k: i32 = 0, n = this.from.length; k < n; k++) {
      const position = this.from.get(k);
      const i = position >> 2;
      if (position == definition || (position & 3) == Point.Before) continue;
      let state = MEMORY;
      if ((position & 3) == Point.Early) {
        if (this.isJoinedToEdge(v, i)) continue;
        state = this.stateBefore(v, i);
      } else if (k > 0 && this.to.get(k - 1) == position) {
        state = this.register.get(k - 1);
      }
      const to = this.register.get(k);
      if (state == to) continue;
      const place = (position & 3) == Point.Early ? i * 2 : i * 2 + 1;
      this.buildMove(place, this.source(v, state), to, v);
    }
  }

  /**
   * The state at each block's end, and the stores of a value that is stored where it leaves registers. Once it has been
   * in its slot it stays there, so that later ones on a path are not needed.
   */
  private computeBlocks(v: i32): void {
    const intervals = this.intervals;
    const d = intervals.defBlock.get(v);
    const start = intervals.liveStart.get(v);
    const end = start + intervals.liveCount.get(v);
    this.trusted.clear();
    this.distrusts = false;
    if (start == end) {
      this.resolveEnds(v, d, 0, this.isStoredAt(v, d, d, NONE), intervals.useStart.get(v), 0);
      return;
    }
    this.computeBlocksOnce(v, d, start, end);
    for (let k = this.trusted.length - 1; k >= 0 && !this.distrusts; k--) {
      if (!this.isStoredAtEnd(v, this.trusted.get(k))) this.distrusts = true;
    }
    if (!this.distrusts) return;
    this.clearStores();
    this.computeBlocksOnce(v, d, start, end);
  }

  private computeBlocksOnce(v: i32, d: i32, start: i32, end: i32): void {
    const mir = this.mir;
    const blocks = this.intervals.liveBlock.view();
    const kinds = this.blockKind.view();
    const ends = this.ends.view();
    const from = this.from.view();
    const to = this.to.view();
    const ranges = this.to.length;
    this.startStates.resize(end - start);
    const startStates = this.startStates.view();
    this.range = 0;
    this.use = this.intervals.useStart.get(v);
    for (let k = start; k < end; k++) {
      const b = blocks.get(k);
      const kind = b == d ? 0 : kinds.get(b);
      const blockEnd = mir.blockEnd.get(b) * 4;
      if ((kind & PART_OF_EDGE) != 0) {
        const before = mir.lists.get(mir.predStart.get(b));
        const stored = this.isStoredAtEnd(v, before) ? STORED : 0;
        ends.set(b, (v << END_BITS) | stored | this.endState(v, before));
        while (this.range < ranges && to.get(this.range) <= blockEnd) this.range++;
        continue;
      }
      const first = mir.blockStart.get(b) * 4;
      let range = this.range;
      if (range < ranges && to.get(range) <= first) range++;
      if (b != d && (range >= ranges || from.get(range) >= blockEnd)) {
        // In memory from start to end.
        startStates.set(k - start, MEMORY);
        ends.set(b, (v << END_BITS) | STORED | MEMORY);
        continue;
      }
      if (b == d || from.get(range) > first || to.get(range) < blockEnd) {
        this.computeBlock(v, b, d, kind, k, k - start);
        continue;
      }
      // In one register from start to end.
      const register = this.register.get(range);
      const stored = kind != 0 ? this.isStoredAtEnd(v, mir.lists.get(mir.predStart.get(b))) : this.isStoredBefore(v, b);
      startStates.set(k - start, register);
      ends.set(b, (v << END_BITS) | (stored ? STORED : 0) | register);
      this.range = to.get(range) == blockEnd ? range + 1 : range;
    }
  }

  private computeBlock(v: i32, b: i32, d: i32, kind: i32, pair: i32, at: i32): void {
    const intervals = this.intervals;
    const mir = this.mir;
    const from = this.from.view();
    const to = this.to.view();
    const ranges = this.to.length;
    const useEnds = intervals.useEnd.view();
    const uses = intervals.useStart.get(v + 1);
    const first = mir.blockStart.get(b) * 4;
    const blockEnd = mir.blockEnd.get(b) * 4;
    const before = kind != 0 ? mir.lists.get(mir.predStart.get(b)) : NONE;
    this.startStates.set(at, this.stateAt(kind != 0 ? first + Point.Early : first));
    let stored = this.isStoredAt(v, b, d, before);
    const firstRange = this.range;
    let range = firstRange;
    while (range < ranges && from.get(range) < blockEnd && to.get(range) <= blockEnd) range++;
    this.range = range;
    const last = this.endPosition(mir, b);
    if (firstRange < ranges && to.get(firstRange) <= last) {
      let use = this.use;
      while (use < uses && useEnds.get(use) < first) use++;
      this.use = use;
      stored = this.resolveEnds(v, b, firstRange, stored, use, intervals.liveFlags.get(pair));
    }
    const state = this.stateAt(last);
    this.ends.set(b, (v << END_BITS) | (stored || state == MEMORY ? STORED : 0) | state);
  }

  /** Whether the value is in its slot at the start of block `b`; `before` has the moves of the edge at the start. */
  private isStoredAt(v: i32, b: i32, d: i32, before: i32): boolean {
    const mir = this.mir;
    const start = mir.blockStart.get(b) * 4;
    if (b == d) return this.intervals.defOperand.get(v) < 0 && this.stateAt(start) == MEMORY;
    if (before != NONE) return this.isStoredAtEnd(v, before) || this.stateAt(start + Point.Early) == MEMORY;
    return this.stateAt(start) == MEMORY || this.isStoredBefore(v, b);
  }

  /** Whether the value is in its slot wherever block `b` is come from. */
  private isStoredBefore(v: i32, b: i32): boolean {
    const mir = this.mir;
    const preds = mir.predStart.get(b);
    const lists = mir.lists.view();
    for (let k = preds, n = preds + mir.predCount.get(b); k < n; k++) {
      const p = lists.get(k);
      // What is stored where a loop is entered is so all the way around it. In other orders of blocks a later
      // one may lead here too, so this is checked afterwards.
      if (p >= b && !this.distrusts) this.trusted.push(p);
      else if (p >= b || !this.isStoredAtEnd(v, p)) return false;
    }
    return true;
  }

  /** Where the moves of the edges from block `b` find values. */
  private endPosition(mir: MirFunc, b: i32): i32 {
    const end = mir.blockEnd.get(b) * 4;
    return mir.succCount.get(b) == 1 ? end - 4 : end - 1;
  }

  private resolveEdges(v: i32): void {
    const intervals = this.intervals;
    const mir = this.mir;
    const lists = mir.lists.view();
    const ends = this.ends.view();
    const kinds = this.blockKind.view();
    const predStarts = mir.predStart.view();
    const predCounts = mir.predCount.view();
    const pairs = intervals.liveStart.get(v);
    const count = intervals.liveCount.get(v);
    const own = v << END_BITS;
    this.use = intervals.useStart.get(v);
    for (let k: i32 = 0; k < count; k++) {
      if ((intervals.liveFlags.get(pairs + k) & LiveFlag.In) == 0) continue;
      const b = intervals.liveBlock.get(pairs + k);
      if ((kinds.get(b) & PART_OF_EDGE) != 0) continue;
      const to = this.startStates.get(k);
      const preds = predStarts.get(b);
      const last = preds + predCounts.get(b);
      if (to == MEMORY) {
        // Nothing is to be done where it is in its slot already.
        for (let j = preds; j < last; j++) {
          if ((ends.get(lists.get(j)) & ~(STORED - 1)) == own) this.resolveEdgeToMemory(v, b, j, pairs + k);
        }
      } else {
        for (let j = preds; j < last; j++) {
          if ((ends.get(lists.get(j)) & ~STORED) != (own | to)) this.resolveEdgeToRegister(v, b, j, to);
        }
      }
    }
  }

  /** The edge of predecessor entry `j`, on which a value leaves its register. */
  private resolveEdgeToMemory(v: i32, b: i32, j: i32, pair: i32): void {
    const mir = this.mir;
    if (this.edges.isRepeated(j)) return;
    if (this.hasMovesAtStart(b)) {
      const useEnds = this.intervals.useEnd.view();
      const uses = this.intervals.useStart.get(v + 1);
      const start = mir.blockStart.get(b) * 4;
      let use = this.use;
      while (use < uses && useEnds.get(use) < start) use++;
      this.use = use;
      if (!this.isNeededAfter(v, b, start + Point.Early, use, this.intervals.liveFlags.get(pair))) return;
    }
    const p = mir.lists.get(j);
    this.noteStore(~j, b, this.endState(v, p), this.flow.frequencies.edge(p, b));
  }

  /** The edge of predecessor entry `j`, at whose end a value is to be in another register. */
  private resolveEdgeToRegister(v: i32, b: i32, j: i32, to: i32): void {
    if (this.edges.isRepeated(j)) return;
    const p = this.mir.lists.get(j);
    this.buildMove(this.edges.place(this.mir, this.flow, p, b, j), this.source(v, this.endState(v, p)), to, v);
  }

  private resolveUses(v: i32): void {
    const intervals = this.intervals;
    const out = this.out;
    const isRemat = this.mir.rematKind.get(v) != Remat.None;
    for (let k = intervals.useStart.get(v), n = intervals.useStart.get(v + 1); k < n; k++) {
      const use = intervals.useOperand.get(k);
      const i = intervals.useEnd.get(k) >> 2;
      if (intervals.useKind.get(k) != UseKind.Copied) {
        this.placeOperand(v, use, this.stateAt(intervals.useEnd.get(k) - 1));
        continue;
      }
      const to = this.copyTarget(use);
      if (to == NONE) {
        const state = this.stateBefore(v, i);
        if (state == MEMORY && isRemat) out.location.set(use, MOVE_REMAT + v);
        else this.placeOperand(v, use, state);
        continue;
      }
      const state = this.stateBefore(v, i);
      out.location.set(use, to);
      // If a range is in that register when the moves are made, they bring the value there for its sake.
      if (state != to && this.stateAt(i * 4 + Point.Early) != to && !this.isCopiedBefore(v, k, to)) {
        this.buildMove(i * 2, this.source(v, state), to, v);
      }
    }
  }

  private placeOperand(v: i32, operand: i32, state: i32): void {
    if (state == MEMORY) {
      this.isRead = true;
      this.slotOperands.push(operand);
      this.out.location.set(operand, SLOT_OF + v);
    } else {
      this.out.location.set(operand, state);
    }
  }

  /**
   * Stores where a value leaves its register within block `b` and is still needed; its ranges there begin with `first`, its
   * uses with `use`; `flags` say whether it is live at the end. Returns whether it is in its slot there.
   */
  private resolveEnds(v: i32, b: i32, first: i32, isStored: boolean, use: i32, flags: i32): boolean {
    const intervals = this.intervals;
    const last = this.endPosition(this.mir, b);
    let stored = isStored;
    for (let k = first, n = this.to.length; k < n; k++) {
      const end = this.to.get(k);
      if (end > last) break;
      if (k + 1 < n && this.from.get(k + 1) == end) continue;
      const point = end & 3;
      const i = end >> 2;
      if (point == Point.Before || (point == Point.Early && this.isJoinedToEdge(v, i))) continue;
      if (stored || !this.isNeededAfter(v, b, end, use, flags)) continue;
      const frequency = this.mir.frequency.get(b);
      if (point == Point.After && intervals.defPosition.get(v) >> 2 == i && intervals.defOperand.get(v) >= 0) {
        this.noteStore(i * 2 + 1, b, this.register.get(k), frequency);
      } else {
        const state = this.stateBefore(v, i);
        if (state != MEMORY) this.noteStore(i * 2, b, state, frequency);
      }
      stored = true;
    }
    return stored;
  }

  /** Whether the value is needed in block `b` behind `position`, by a use from `use` on, or (`flags`) at its end. */
  private isNeededAfter(v: i32, b: i32, position: i32, use: i32, flags: i32): boolean {
    if ((flags & LiveFlag.Out) != 0) return true;
    const intervals = this.intervals;
    const ends = intervals.useEnd.view();
    const uses = intervals.useStart.get(v + 1);
    const last = this.mir.blockEnd.get(b) * 4;
    // The ends of uses ascend except within an instruction.
    for (let k = use; k < uses && ends.get(k) < last; k++) if (ends.get(k) > position) return true;
    return false;
  }

  /** The stores of a value that is read from its slot. */
  private buildStores(v: i32): void {
    const intervals = this.intervals;
    const position = intervals.defPosition.get(v);
    const operand = intervals.defOperand.get(v);
    const d = intervals.defBlock.get(v);
    let from: i32 = NONE;
    let place = (position >> 2) * 2 + 1;
    if (operand < 0) {
      // The edges write the slot of a parameter that is in memory at the start.
      from = this.stateAt(position);
      place = (position >> 2) * 2;
      if (from == MEMORY) return;
    } else {
      from = this.out.location.get(operand);
      if (from >= SLOT0) return;
    }
    const needsAtOnce = this.fixedDefInMemory(v, operand);
    if (needsAtOnce || this.mir.frequency.get(d) <= this.storeCost) {
      this.buildMove(place, from, SLOT_OF + v, v);
      return;
    }
    for (let k: i32 = 0, n = this.storePlace.length; k < n; k++) {
      place = this.storePlace.get(k);
      if (place < 0)
        place = this.edges.place(this.mir, this.flow, this.mir.lists.get(~place), this.storeBlock.get(k), ~place);
      this.buildMove(place, this.storeFrom.get(k), SLOT_OF + v, v);
    }
  }

  /** Whether a value is defined in a fixed register and lives in memory from there. */
  private fixedDefInMemory(v: i32, operand: i32): boolean {
    if (operand < 0 || this.fixedDef(v, operand) == NONE) return false;
    return this.stateAt(this.intervals.defPosition.get(v)) == MEMORY;
  }

  private requestSlot(v: i32): void {
    const intervals = this.intervals;
    const first = intervals.defPosition.get(v) >> 2;
    let last = first;
    const uses = intervals.useStart.get(v + 1);
    if (uses > intervals.useStart.get(v)) {
      const use = intervals.useEnd.get(uses - 1) >> 2;
      if (use > last) last = use;
    }
    if (intervals.liveCount.get(v) != 0) {
      const end = this.mir.blockEnd.get(intervals.lastOut.get(v)) - 1;
      if (end > last) last = end;
    }
    this.slots.request(v, first, last);
  }

  // ---- Parameters ----

  private resolveParams(b: i32): void {
    const mir = this.mir;
    const count = mir.paramCount.get(b);
    const params = mir.paramStart.get(b);
    const preds = mir.predStart.get(b);
    const position = mir.blockStart.get(b) * 4;
    for (let k: i32 = 0; k < count; k++) {
      const q = mir.lists.get(params + k);
      const first = this.intervals.first.get(q);
      let to = SLOT_OF + q;
      if (first != NONE && this.intervals.start.get(first) == position && this.intervals.register.get(first) != NONE) {
        to = this.intervals.register.get(first);
      } else if (!this.slots.isRequested(q)) {
        to = NONE;
      }
      for (let j: i32 = 0, n = mir.predCount.get(b); j < n; j++) {
        const jump = mir.blockEnd.get(mir.lists.get(preds + j)) - 1;
        const operand = mir.opStart.get(jump) + k;
        const from = this.out.location.get(operand);
        // A constant that is made in place is nowhere before.
        if (from >= MOVE_REMAT) this.out.location.set(operand, NO_LOC);
        if (to == NONE || from == to) continue;
        // The argument may be the wider one: an i32 whose zero-extension is used elsewhere.
        this.buildMove(jump * 2, from, to, mir.operandVreg.get(operand));
        if (from >= SLOT_OF && from < MOVE_REMAT && to >= SLOT_OF) this.slots.prefer(from - SLOT_OF, q);
      }
    }
  }

  // ---- The end ----

  /** Sorts the moves by place, and puts slots where they stand for values. */
  private finish(): void {
    const out = this.out;
    const places = this.mir.instructionCount * 2;
    const head = this.placeHead;
    const next = this.placeNext;
    head.resize(places);
    head.fill(NONE, 0, places);
    next.resize(this.movePlace.length);
    for (let k = this.movePlace.length - 1; k >= 0; k--) {
      const place = this.movePlace.get(k);
      next.set(k, head.get(place));
      head.set(place, k);
    }
    for (let place: i32 = 0; place < places; place++) {
      for (let k = head.get(place); k != NONE; k = next.get(k)) {
        const from = this.slotOf(this.moveFrom.get(k));
        const to = this.slotOf(this.moveTo.get(k));
        if (from == to) continue;
        out.movePosition.push(place);
        out.moveFrom.push(from);
        out.moveTo.push(to);
        out.moveBytes.push(this.moveBytes.get(k));
      }
    }
    for (let k: i32 = 0, n = this.slotOperands.length; k < n; k++) {
      const operand = this.slotOperands.get(k);
      out.location.set(operand, this.slotOf(out.location.get(operand)));
    }
  }

  private slotOf(location: i32): i32 {
    if (location < SLOT_OF || location >= MOVE_REMAT) return location;
    return SLOT0 + this.slots.slotOf(location - SLOT_OF);
  }
}
