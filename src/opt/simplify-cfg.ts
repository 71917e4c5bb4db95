// Simplifies control flow: branches and switches on constants, blocks that cannot be reached, jumps through empty
// blocks, and blocks that only continue one another.
//
// Two sweeps in ascending order. The first folds terminators; since a block is visited after all its predecessors
// but those of back edges, one sweep follows constants through any number of blocks. The second redirects and
// merges. Successors are changed in place, each slot knowing the phi operand it supplies, and FlowRebuilder
// (ssa/cfg.ts) makes predecessor lists and phis anew at the end.

import { I32Column, U8Column } from "../base/columns";
import { ltU32 } from "host/prims";
import { EdgeMap, FlowRebuilder } from "../ssa/cfg";
import { Func, NO_VALUE } from "../ssa/func";
import { Op, Type } from "../ssa/op";

/** Jumps are threaded into a block with phis only while that adds at most this many phi operands. */
const THREAD_LIMIT: i32 = 16;

/** Returns whether it changed anything. */
export function simplifyCfg(func: Func): boolean {
  return simplifier.run(func);
}

class Simplifier {
  private func: Func = new Func();
  private edgeMap: EdgeMap = new EdgeMap();
  private rebuilder: FlowRebuilder = new FlowRebuilder();
  private phiIndex: I32Column = new I32Column();
  private live: U8Column = new U8Column();
  /** Per place of a predecessor entry in `edges`: 1 if that edge is gone. */
  private gone: U8Column = new U8Column();
  /** Number of edges that lead to a block from live ones. */
  private inCount: I32Column = new I32Column();
  /** 1 for blocks that a back edge leads to. */
  private isHeader: U8Column = new U8Column();
  // Per block where the way through it and further empty blocks ends, and the phi operand it supplies there; -1
  // if nothing is to be gained. The second pair is for edges from blocks with several successors, which must not
  // come to lead to phis: splitting them would make the empty blocks again.
  private jumpTarget: I32Column = new I32Column();
  private jumpIndex: I32Column = new I32Column();
  private branchTarget: I32Column = new I32Column();
  private branchIndex: I32Column = new I32Column();
  private changed: boolean = false;
  private hasCopies: boolean = false;

  run(func: Func): boolean {
    this.func = func;
    this.changed = false;
    this.hasCopies = false;
    this.edgeMap.compute(func);
    this.phiIndex = this.edgeMap.phiIndex;
    this.foldTerminators();
    this.threadJumps();
    this.mergeBlocks();
    if (this.changed) {
      this.rebuilder.keepReachable(func);
      this.rebuilder.rebuild(func, this.phiIndex);
      if (this.hasCopies) func.resolveCopies();
    }
    return this.changed;
  }

  // First sweep.

  private foldTerminators(): void {
    const func = this.func;
    const blocks = func.blockCount;
    this.live.resize(blocks);
    this.live.fill(0, 0, blocks);
    this.live.set(0, 1);
    this.gone.resize(func.edges.length);
    this.gone.fill(0, 0, func.edges.length);
    for (let b: i32 = 0; b < blocks; b++) {
      if (this.live.get(b) == 0) {
        this.changed = true;
        continue;
      }
      this.resolveSinglePhis(b);
      this.foldTerminator(b);
      const n = func.succCount.get(b);
      for (let i: i32 = 0; i < n; i++) this.live.set(func.succ(b, i), 1);
    }
  }

  /** Makes the phis of a block with one edge left stand for their operand on that edge. */
  private resolveSinglePhis(b: i32): void {
    const func = this.func;
    if (!this.hasPhis(b)) return;
    const start = func.predStart.get(b);
    const n = func.predCount.get(b);
    let only: i32 = -1;
    for (let i: i32 = 0; i < n; i++) {
      const p = func.edges.get(start + i);
      // Whether the source of a back edge is live is not known yet; it counts as if it were.
      if (this.gone.get(start + i) != 0 || (p < b && this.live.get(p) == 0)) continue;
      if (only >= 0) return;
      only = i;
    }
    this.replacePhis(b, only);
  }

  private replacePhis(b: i32, index: i32): void {
    const func = this.func;
    for (let v = func.firstValue.get(b); func.op.get(v) == Op.Phi; v = func.firstValue.get(b)) {
      const x = func.resolve(func.arg(v, index));
      func.replaceWith(v, x);
      this.hasCopies = true;
      this.changed = true;
    }
  }

  private foldTerminator(b: i32): void {
    const func = this.func;
    const v = func.terminator(b);
    if (func.op.get(v) == Op.Branch) this.foldBranch(b, v);
    else if (func.op.get(v) == Op.Switch) this.foldSwitch(b, v);
  }

  private foldBranch(b: i32, v: i32): void {
    const func = this.func;
    const start = func.succStart.get(b);
    let condition = func.resolve(func.a.get(v));
    while (func.op.get(condition) == Op.Eqz) {
      const x = func.resolve(func.a.get(condition));
      if (func.valueType.get(x) != Type.I32) break;
      condition = x;
      this.exchangeSlots(start, start + 1);
      this.changed = true;
    }
    func.a.set(v, condition);
    if (func.op.get(condition) == Op.Const) this.keepOnly(b, func.imm.get(condition) != 0 ? 0 : 1);
    else if (this.isSameWay(start, start + 1)) this.keepOnly(b, 0);
  }

  private foldSwitch(b: i32, v: i32): void {
    const func = this.func;
    const start = func.succStart.get(b);
    let n = func.succCount.get(b);
    const index = func.resolve(func.a.get(v));
    func.a.set(v, index);
    if (func.op.get(index) == Op.Const) {
      const k = func.imm.get(index);
      this.keepOnly(b, ltU32(k, n - 1) ? k : n - 1);
      return;
    }
    // Cases at the end that go where the default goes are no cases.
    while (n > 1 && this.isSameWay(start + n - 2, start + n - 1)) {
      this.drop(start + n - 2);
      this.moveSlot(start + n - 1, start + n - 2);
      n--;
      func.succCount.set(b, n);
      this.changed = true;
    }
    if (n == 1) this.keepOnly(b, 0);
    if (n != 2) return;
    // Index 0 takes the first way, any other the second.
    func.op.set(v, Op.Branch);
    this.exchangeSlots(start, start + 1);
    this.changed = true;
    this.foldBranch(b, v);
  }

  /** Turns the block's terminator into a jump along its `k`-th way. */
  private keepOnly(b: i32, k: i32): void {
    const func = this.func;
    const start = func.succStart.get(b);
    const n = func.succCount.get(b);
    for (let i: i32 = 0; i < n; i++) {
      if (i != k) this.drop(start + i);
    }
    if (k != 0) this.moveSlot(start + k, start);
    func.succCount.set(b, 1);
    func.op.set(func.terminator(b), Op.Jump);
    this.changed = true;
  }

  /** Marks the predecessor entry of an edge as gone. */
  private drop(slot: i32): void {
    const func = this.func;
    this.gone.set(func.predStart.get(func.edges.get(slot)) + this.phiIndex.get(slot), 1);
  }

  private moveSlot(from: i32, to: i32): void {
    this.func.edges.set(to, this.func.edges.get(from));
    this.phiIndex.set(to, this.phiIndex.get(from));
  }

  private exchangeSlots(i: i32, j: i32): void {
    const edges = this.func.edges;
    const target = edges.get(i);
    const index = this.phiIndex.get(i);
    this.moveSlot(j, i);
    edges.set(j, target);
    this.phiIndex.set(j, index);
  }

  /** Whether two edges lead to the same block with the same operands for its phis. */
  private isSameWay(i: i32, j: i32): boolean {
    const func = this.func;
    const target = func.edges.get(i);
    if (func.edges.get(j) != target) return false;
    const x = this.phiIndex.get(i);
    const y = this.phiIndex.get(j);
    for (let v = func.firstValue.get(target); func.op.get(v) == Op.Phi; v = func.next.get(v)) {
      if (func.resolve(func.arg(v, x)) != func.resolve(func.arg(v, y))) return false;
    }
    return true;
  }

  // Second sweep.

  private countEdges(): void {
    const func = this.func;
    const blocks = func.blockCount;
    this.live.fill(0, 0, blocks);
    this.live.set(0, 1);
    this.inCount.resize(blocks);
    this.inCount.fill(0, 0, blocks);
    this.isHeader.resize(blocks);
    this.isHeader.fill(0, 0, blocks);
    for (let b: i32 = 0; b < blocks; b++) {
      if (this.live.get(b) == 0) continue;
      const n = func.succCount.get(b);
      for (let i: i32 = 0; i < n; i++) {
        const s = func.succ(b, i);
        this.live.set(s, 1);
        this.inCount.set(s, this.inCount.get(s) + 1);
        if (s <= b) this.isHeader.set(s, 1);
      }
    }
  }

  private threadJumps(): void {
    const func = this.func;
    const blocks = func.blockCount;
    this.countEdges();
    this.jumpTarget.resize(blocks);
    this.jumpIndex.resize(blocks);
    this.branchTarget.resize(blocks);
    this.branchIndex.resize(blocks);
    let any = false;
    for (let b = blocks - 1; b >= 0; b--) {
      this.jumpTarget.set(b, -1);
      this.branchTarget.set(b, -1);
      if (this.live.get(b) != 0 && this.isHeader.get(b) == 0 && this.isEmpty(b)) {
        this.findWays(b);
        any = true;
      }
    }
    if (!any) return;
    let threaded = false;
    for (let b: i32 = 0; b < blocks; b++) {
      if (this.live.get(b) != 0 && this.threadBlock(b)) threaded = true;
    }
    if (!threaded) return;
    this.changed = true;
    this.countEdges();
  }

  /** Whether the block does nothing but jump. */
  private isEmpty(b: i32): boolean {
    return this.func.op.get(this.func.firstValue.get(b)) == Op.Jump;
  }

  /**
   * Higher blocks have their ways already. Headers of loops have none: if only some of the edges to an empty header
   * went past it, the loop would have two entries.
   */
  private findWays(b: i32): void {
    const func = this.func;
    const slot = func.succStart.get(b);
    const target = func.edges.get(slot);
    const index = this.phiIndex.get(slot);
    let end: i32 = target > b ? this.branchTarget.get(target) : -1;
    if (end >= 0) this.setWay(this.branchTarget, this.branchIndex, b, end, this.branchIndex.get(target));
    else if (!this.hasPhis(target)) this.setWay(this.branchTarget, this.branchIndex, b, target, index);
    end = target > b ? this.jumpTarget.get(target) : -1;
    if (end >= 0 && this.isCheap(b, end))
      this.setWay(this.jumpTarget, this.jumpIndex, b, end, this.jumpIndex.get(target));
    else if (this.isCheap(b, target)) this.setWay(this.jumpTarget, this.jumpIndex, b, target, index);
  }

  private setWay(targets: I32Column, indices: I32Column, b: i32, target: i32, index: i32): void {
    targets.set(b, target);
    indices.set(b, index);
  }

  private hasPhis(b: i32): boolean {
    return this.func.op.get(this.func.firstValue.get(b)) == Op.Phi;
  }

  /** Whether leading all edges of block `b` to `target` adds few phi operands. */
  private isCheap(b: i32, target: i32): boolean {
    const func = this.func;
    const edges = this.inCount.get(b);
    let operands: i32 = 0;
    for (let v = func.firstValue.get(target); func.op.get(v) == Op.Phi; v = func.next.get(v)) {
      operands += edges;
      if (operands > THREAD_LIMIT) return false;
    }
    return true;
  }

  private threadBlock(b: i32): boolean {
    const func = this.func;
    const start = func.succStart.get(b);
    const n = func.succCount.get(b);
    const targets = n == 1 ? this.jumpTarget : this.branchTarget;
    const indices = n == 1 ? this.jumpIndex : this.branchIndex;
    let threaded = false;
    for (let i: i32 = 0; i < n; i++) {
      const target = func.edges.get(start + i);
      const end = targets.get(target);
      if (end < 0) continue;
      func.edges.set(start + i, end);
      this.phiIndex.set(start + i, indices.get(target));
      threaded = true;
    }
    if (threaded && n > 1) this.foldThreaded(b, start, n);
    return threaded;
  }

  /** Ways that have become the same need no choice. */
  private foldThreaded(b: i32, start: i32, n: i32): void {
    const func = this.func;
    for (let i: i32 = 1; i < n; i++) {
      if (!this.isSameWay(start, start + i)) return;
    }
    func.succCount.set(b, 1);
    func.op.set(func.terminator(b), Op.Jump);
  }

  private mergeBlocks(): void {
    const func = this.func;
    for (let b: i32 = 0; b < func.blockCount; b++) {
      if (this.live.get(b) == 0) continue;
      while (func.op.get(func.terminator(b)) == Op.Jump) {
        const target = func.edges.get(func.succStart.get(b));
        if (this.inCount.get(target) != 1 || target == b) break;
        this.mergeInto(b, target);
      }
    }
  }

  /** Appends block `t`, which only block `b` leads to, to that. */
  private mergeInto(b: i32, t: i32): void {
    const func = this.func;
    this.replacePhis(t, this.phiIndex.get(func.succStart.get(b)));
    func.remove(func.terminator(b));
    const first = func.firstValue.get(t);
    const last = func.lastValue.get(b);
    for (let v = first; v != NO_VALUE; v = func.next.get(v)) func.block.set(v, b);
    if (last == NO_VALUE) func.firstValue.set(b, first);
    else func.next.set(last, first);
    func.prev.set(first, last);
    func.lastValue.set(b, func.lastValue.get(t));
    func.succStart.set(b, func.succStart.get(t));
    func.succCount.set(b, func.succCount.get(t));
    func.firstValue.set(t, NO_VALUE);
    this.live.set(t, 0);
    this.changed = true;
  }
}

const simplifier: Simplifier = new Simplifier();
