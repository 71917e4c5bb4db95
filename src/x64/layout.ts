// The order in which a function's blocks are emitted: as they come, but seldom and cold ones last, and blocks that hold
// nothing but a jump (splitting critical edges leaves many) dropped, with jumps to them led on to their target. A
// block that only returns is not jumped to: the jump becomes a return of its own.
//
// Inner loops that end in a jump back are turned so that a block that leaves them comes last: then each round takes one
// jump instead of two ("loop rotation"). The moves of an edge that is taken often follow the branch at once.

import { I32Column, U8Column } from "../base/columns";
import { Allocation, MirFunc } from "./mir";
import { X64 } from "./op";

/** Loops with more instructions than this are not aligned: their bodies take longer than fetching them. */
const ALIGNED_INSTRUCTIONS: i32 = 128;
/** Loops up to so many instructions may be a few lines of code, for which it matters where they begin. */
const SMALL_INSTRUCTIONS: i32 = 24;
const FIRST: i32 = 1;
const LAST: i32 = 2;

/** A block is seldom reached if each branch to it goes there at most once in so many times. */
const SELDOM: i32 = 10;

/** What is known of where jumps to a block really go. */
const enum State {
  Unknown = 0,
  OnPath = 1,
  Known = 2,
}

export class BlockLayout {
  /** Blocks in the order of emission. */
  order: I32Column = new I32Column();
  /** Where a jump to a block really goes. */
  target: I32Column = new I32Column();
  /** The first move at or after the block's first instruction. */
  firstMove: I32Column = new I32Column();
  /** 1: the block only returns. */
  private returns: U8Column = new U8Column();
  private isPlaced: U8Column = new U8Column();
  private state: U8Column = new U8Column();
  /** 1: the first block, in the code, of a loop that is worth aligning. */
  private aligned: U8Column = new U8Column();
  /** FIRST and LAST block of such a loop that is small. */
  private small: U8Column = new U8Column();
  hasSmallLoops: boolean = false;
  private seldom: U8Column = new U8Column();
  /** By block: its place in `order`, or -1; the last block of the loop that it starts, or -1. */
  private placeOf: I32Column = new I32Column();
  private loopLast: I32Column = new I32Column();
  private turned: I32Column = new I32Column();

  compute(mir: MirFunc, alloc: Allocation): void {
    const count = mir.blockCount;
    this.target.resize(count);
    this.firstMove.resize(count);
    this.returns.resize(count);
    let move = alloc.movePosition.length;
    for (let block = count - 1; block >= 0; block--) {
      const start = mir.blockStart.get(block);
      const end = mir.blockEnd.get(block);
      const past = move;
      while (move > 0 && alloc.movePosition.get(move - 1) >= start * 2) move--;
      this.firstMove.set(block, move);
      const op = block != 0 && end - start == 1 && move == past ? mir.op.get(start) : X64.Entry;
      this.returns.set(block, op == X64.Ret ? 1 : 0);
      this.target.set(block, op == X64.Jmp ? mir.lists.get(mir.succStart.get(block)) : block);
    }
    this.computeTargets(count);
    this.computeOrder(mir);
  }

  /**
   * Leads each jump on to the end of its chain of empty blocks, in whatever order they lie; each block is walked
   * over once. Of a chain that bites its tail, the block where it does so stays, and jumps to itself.
   */
  private computeTargets(count: i32): void {
    const target = this.target;
    const state = this.state;
    state.clear();
    state.resize(count);
    for (let block: i32 = 0; block < count; block++) {
      let end = block;
      while (state.get(end) == State.Unknown && target.get(end) != end) {
        state.set(end, State.OnPath);
        end = target.get(end);
      }
      if (state.get(end) == State.Known) end = target.get(end);
      let b = block;
      while (state.get(b) == State.OnPath) {
        const next = target.get(b);
        state.set(b, State.Known);
        target.set(b, end);
        b = next;
      }
    }
  }

  /** A jump to the block is better a return. */
  onlyReturns(block: i32): boolean {
    return this.returns.get(block) != 0;
  }

  /** Whether the block starts, in the code, a loop that is worth aligning. */
  isAligned(block: i32): boolean {
    return this.aligned.get(block) != 0;
  }

  /** Whether that loop is small. */
  isSmall(block: i32): boolean {
    return (this.small.get(block) & FIRST) != 0;
  }

  /** Whether the block is the last of a small loop. */
  endsSmall(block: i32): boolean {
    return (this.small.get(block) & LAST) != 0;
  }

  private computeOrder(mir: MirFunc): void {
    const count = mir.blockCount;
    this.order.clear();
    this.isPlaced.clear();
    this.isPlaced.resize(count);
    this.aligned.clear();
    this.aligned.resize(count);
    this.small.clear();
    this.small.resize(count);
    this.hasSmallLoops = false;
    this.computeSeldom(mir);
    for (let block: i32 = 0; block < count; block++) {
      if (block != 0 && (mir.cold.get(block) | this.seldom.get(block)) != 0) continue;
      this.place(mir, block);
      if (mir.succCount.get(block) == 2) this.placeEdges(mir, block);
    }
    this.arrangeLoops(mir);
    for (let block: i32 = 1; block < count; block++) {
      if (mir.cold.get(block) != 0) continue;
      this.place(mir, block);
      if (mir.succCount.get(block) == 2) this.placeEdges(mir, block);
    }
    for (let block: i32 = 1; block < count; block++) this.place(mir, block);
  }

  /** Blocks that all ways from above lead to seldom, or come from such blocks. */
  private computeSeldom(mir: MirFunc): void {
    const count = mir.blockCount;
    this.seldom.clear();
    this.seldom.resize(count);
    if (mir.frequency.length == 0) return;
    for (let b: i32 = 1; b < count; b++) {
      const start = mir.predStart.get(b);
      const most = mir.frequency.get(b) * SELDOM;
      let isSeldom = true;
      for (let k = start, n = start + mir.predCount.get(b); k < n && isSeldom; k++) {
        const p = mir.lists.get(k);
        if (p >= b || this.seldom.get(p) != 0) continue;
        isSeldom = mir.succCount.get(p) == 2 && most <= mir.frequency.get(p) && !this.isShallower(mir, b, p);
      }
      if (isSeldom) this.seldom.set(b, 1);
    }
  }

  /** Blocks behind a loop run less often than it, but need not be unlikely. */
  private isShallower(mir: MirFunc, b: i32, p: i32): boolean {
    return mir.loopDepth.get(b) < mir.loopDepth.get(p);
  }

  private place(mir: MirFunc, block: i32): void {
    if (this.target.get(block) != block || this.isPlaced.get(block) != 0) return;
    this.isPlaced.set(block, 1);
    if (this.returns.get(block) == 0 || this.isBranchedTo(mir, block)) this.order.push(block);
  }

  /** Whether some way into the block is not a jump that emission makes a return. */
  private isBranchedTo(mir: MirFunc, block: i32): boolean {
    const start = mir.predStart.get(block);
    const end = start + mir.predCount.get(block);
    if (start == end) return true;
    for (let k = start; k < end; k++) {
      const pred = mir.lists.get(k);
      if (this.target.get(pred) != pred || mir.op.get(mir.blockEnd.get(pred) - 1) != X64.Jmp) return true;
    }
    return false;
  }

  /**
   * The moves on an edge are a block of their own, which the allocator may have put behind all others: they follow the
   * branch at once if they are made more often than not, or in each round of a loop.
   */
  private placeEdges(mir: MirFunc, block: i32): void {
    const start = mir.succStart.get(block);
    for (let k = start; k < start + 2; k++) {
      const edge = mir.lists.get(k);
      if (!this.isEdge(mir, edge) || mir.cold.get(edge) != 0) continue;
      const isBack = mir.lists.get(mir.succStart.get(edge)) <= block;
      const isOften = mir.frequency.length != 0 && mir.frequency.get(edge) * 2 >= mir.frequency.get(block);
      if (isBack || isOften) this.place(mir, edge);
    }
  }

  /** Whether a block is nothing but the moves of an edge. */
  private isEdge(mir: MirFunc, block: i32): boolean {
    if (mir.succCount.get(block) != 1 || mir.predCount.get(block) != 1) return false;
    return mir.blockEnd.get(block) - mir.blockStart.get(block) == 1;
  }

  // ---- Loops ----

  /** Turns innermost loops, and notes where those begin that are to be aligned. */
  private arrangeLoops(mir: MirFunc): void {
    const count = mir.blockCount;
    this.placeOf.resize(count);
    this.placeOf.fill(-1, 0, count);
    for (let k: i32 = 0; k < this.order.length; k++) this.placeOf.set(this.order.get(k), k);
    this.loopLast.resize(count);
    let inner = count;
    for (let b = count - 1; b > 0; b--) {
      let last: i32 = -1;
      const start = mir.predStart.get(b);
      for (let k = start, n = start + mir.predCount.get(b); k < n; k++) {
        const p = mir.lists.get(k);
        if (p > last && mir.cold.get(p) == 0) last = this.isAppended(mir, p) ? this.sourceOf(mir, p, last) : p;
      }
      if (last < b) continue;
      if (inner > last && this.placeOf.get(b) >= 0) this.arrangeLoop(mir, b, last);
      inner = b;
    }
  }

  /** Blocks that the allocator added for an edge come behind those that they belong to. */
  private isAppended(mir: MirFunc, block: i32): boolean {
    return this.isEdge(mir, block) && mir.lists.get(mir.predStart.get(block)) < block - 1;
  }

  private sourceOf(mir: MirFunc, edge: i32, last: i32): i32 {
    const source = mir.lists.get(mir.predStart.get(edge));
    return source > last ? source : last;
  }

  /** The loop from block `header` to block `last`. */
  private arrangeLoop(mir: MirFunc, header: i32, last: i32): void {
    const order = this.order;
    const first = this.placeOf.get(header);
    let end = first;
    while (end + 1 < order.length && this.isWithin(mir, order.get(end + 1), header, last)) end++;
    let top = header;
    if (mir.frequency.length != 0 && this.jumpsTo(mir, order.get(end), header)) {
      const exit = this.findExit(mir, first, end);
      if (exit >= 0) {
        this.turn(first, exit, end);
        top = order.get(first);
      }
    }
    if (!this.isWorthAligning(mir, header, last)) return;
    this.aligned.set(top, 1);
    if (mir.blockEnd.get(last) - mir.blockStart.get(header) > SMALL_INSTRUCTIONS) return;
    this.hasSmallLoops = true;
    this.small.set(top, this.small.get(top) | FIRST);
    const bottom = order.get(end);
    this.small.set(bottom, this.small.get(bottom) | LAST);
  }

  private isWithin(mir: MirFunc, block: i32, header: i32, last: i32): boolean {
    if (block >= header && block <= last) return true;
    if (!this.isEdge(mir, block)) return false;
    const target = mir.lists.get(mir.succStart.get(block));
    return target >= header && target <= last;
  }

  private jumpsTo(mir: MirFunc, block: i32, target: i32): boolean {
    if (mir.op.get(mir.blockEnd.get(block) - 1) != X64.Jmp) return false;
    return this.target.get(mir.lists.get(mir.succStart.get(block))) == target;
  }

  /**
   * The place, from `first` to before `end`, of a block that may become the last of the loop: a branch, to the block
   * behind it or out of the loop; best to what follows the loop. -1 if there is none.
   */
  private findExit(mir: MirFunc, first: i32, end: i32): i32 {
    const order = this.order;
    const behind: i32 = end + 1 < order.length ? order.get(end + 1) : -1;
    let found: i32 = -1;
    for (let k = first; k < end; k++) {
      const block = order.get(k);
      if (mir.succCount.get(block) != 2) continue;
      const start = mir.succStart.get(block);
      const x = this.target.get(mir.lists.get(start));
      const y = this.target.get(mir.lists.get(start + 1));
      const next = order.get(k + 1);
      if (x != next && y != next) continue;
      const other = x == next ? y : x;
      const place = this.placeOf.get(other);
      if ((place >= first && place <= end) || mir.cold.get(other) != 0) continue;
      if (other == behind) return k;
      if (found < 0 && this.seldom.get(other) == 0) found = k;
    }
    return found;
  }

  /** Puts the blocks from `first` to `exit` behind those up to `end`. */
  private turn(first: i32, exit: i32, end: i32): void {
    const order = this.order;
    const turned = this.turned;
    turned.clear();
    turned.append(order, exit + 1, end + 1);
    turned.append(order, first, exit + 1);
    for (let k: i32 = 0; k < turned.length; k++) {
      order.set(first + k, turned.get(k));
      this.placeOf.set(turned.get(k), first + k);
    }
  }

  /** Whether an innermost loop is short, and without calls. */
  private isWorthAligning(mir: MirFunc, header: i32, last: i32): boolean {
    const start = mir.blockStart.get(header);
    if (mir.loopDepth.get(header) == 0 || mir.blockEnd.get(last) - start > ALIGNED_INSTRUCTIONS) return false;
    for (let i = start, n = mir.blockEnd.get(last); i < n; i++) if (isCall(mir.op.get(i))) return false;
    return true;
  }
}

function isCall(op: i32): boolean {
  return op == X64.Call || op == X64.CallReg || op == X64.Syscall;
}
