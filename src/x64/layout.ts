// The order in which a function's blocks are emitted: as they come, but cold blocks last, and blocks that hold
// nothing but a jump (splitting critical edges leaves many) dropped, with jumps to them led on to their target. A
// block that only returns is not jumped to: the jump becomes a return of its own.

import { I32Column, U8Column } from "../base/columns";
import { Allocation, MirFunc } from "./mir";
import { X64 } from "./op";

/** Loops with more instructions than this are not aligned: their bodies take longer than fetching them. */
const ALIGNED_INSTRUCTIONS: i32 = 128;

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

  /** Whether the block starts an innermost loop that is worth aligning: short, and without calls. */
  isInnerLoop(mir: MirFunc, block: i32): boolean {
    const depth = mir.loopDepth.get(block);
    if (depth == 0 || mir.cold.get(block) != 0) return false;
    let last: i32 = -1;
    const preds = mir.predStart.get(block);
    const end = preds + mir.predCount.get(block);
    for (let k = preds; k < end; k++) if (mir.lists.get(k) > last) last = mir.lists.get(k);
    if (last < block) return false;
    const start = mir.blockStart.get(block);
    for (let b = block; b <= last && (b == block || mir.loopDepth.get(b) >= depth); b++) {
      if (mir.loopDepth.get(b) > depth || mir.blockEnd.get(b) - start > ALIGNED_INSTRUCTIONS) return false;
      for (let i = mir.blockStart.get(b), n = mir.blockEnd.get(b); i < n; i++) if (isCall(mir.op.get(i))) return false;
    }
    return true;
  }

  private computeOrder(mir: MirFunc): void {
    const count = mir.blockCount;
    this.order.clear();
    this.isPlaced.clear();
    this.isPlaced.resize(count);
    for (let block: i32 = 0; block < count; block++) {
      if (block != 0 && mir.cold.get(block) != 0) continue;
      this.place(mir, block);
      if (mir.succCount.get(block) == 2) this.placeBackEdge(mir, block);
    }
    for (let block: i32 = 1; block < count; block++) this.place(mir, block);
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
   * The moves on an edge back to a loop's start are a block of their own, which the allocator may have put behind
   * all others: they are made in each round, so they follow the branch at once.
   */
  private placeBackEdge(mir: MirFunc, block: i32): void {
    const start = mir.succStart.get(block);
    for (let k = start; k < start + 2; k++) {
      const edge = mir.lists.get(k);
      if (mir.succCount.get(edge) != 1 || mir.predCount.get(edge) != 1 || mir.cold.get(edge) != 0) continue;
      if (mir.blockEnd.get(edge) - mir.blockStart.get(edge) != 1) continue;
      if (mir.lists.get(mir.succStart.get(edge)) <= block) this.place(mir, edge);
    }
  }
}

function isCall(op: i32): boolean {
  return op == X64.Call || op == X64.CallReg || op == X64.Syscall;
}
