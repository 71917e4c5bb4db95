// Splits edges from blocks with several successors to blocks with phis, as selection requires: the moves that
// phis become need a block of their own there (src/x64/mir.ts).
//
// A new block goes where the code falls through it: behind its source if it leads backwards, so that it stays
// inside the loop, or to the very next block; otherwise in front of its target. Neighbouring edges of a switch
// that bring equal operands to one target share a block.

import { I32Column } from "../base/columns";
import { EdgeMap, FlowRebuilder } from "../ssa/cfg";
import { Func, NO_VALUE } from "../ssa/func";
import { Op, Type } from "../ssa/op";

/** Returns whether it split any edge. */
export function splitEdges(func: Func): boolean {
  if (!needsSplits(func)) return false;
  splitter.run(func);
  return true;
}

function hasPhis(func: Func, block: i32): boolean {
  return func.op.get(func.firstValue.get(block)) == Op.Phi;
}

function needsSplits(func: Func): boolean {
  for (let p: i32 = 0; p < func.blockCount; p++) {
    const n = func.succCount.get(p);
    if (n < 2) continue;
    for (let i: i32 = 0; i < n; i++) {
      if (hasPhis(func, func.succ(p, i))) return true;
    }
  }
  return false;
}

class Splitter {
  private edgeMap: EdgeMap = new EdgeMap();
  private rebuilder: FlowRebuilder = new FlowRebuilder();
  // New blocks as lists per old block, those behind it and those in front of it; newest first.
  private behind: I32Column = new I32Column();
  private before: I32Column = new I32Column();
  private next: I32Column = new I32Column();
  /** Per target the last new block that leads to it. */
  private latest: I32Column = new I32Column();
  /** Per new block the block it comes from; both kinds of blocks count, so that numbers are indices. */
  private source: I32Column = new I32Column();
  private stack: I32Column = new I32Column();

  run(func: Func): void {
    const blocks = func.blockCount;
    this.edgeMap.compute(func);
    this.behind.resize(blocks);
    this.behind.fill(-1, 0, blocks);
    this.before.resize(blocks);
    this.before.fill(-1, 0, blocks);
    this.latest.resize(blocks);
    this.latest.fill(-1, 0, blocks);
    this.next.resize(blocks);
    this.source.resize(blocks);
    for (let p: i32 = 0; p < blocks; p++) {
      const start = func.succStart.get(p);
      const n = func.succCount.get(p);
      if (n < 2) continue;
      for (let i: i32 = 0; i < n; i++) this.splitSlot(func, p, start + i);
    }
    const order = this.rebuilder.order;
    order.clear();
    for (let b: i32 = 0; b < blocks; b++) {
      this.pushOldestFirst(this.before.get(b), order);
      order.push(b);
      this.pushOldestFirst(this.behind.get(b), order);
    }
    this.rebuilder.rebuild(func, this.edgeMap.phiIndex);
  }

  private splitSlot(func: Func, p: i32, slot: i32): void {
    const target = func.edges.get(slot);
    if (!hasPhis(func, target)) return;
    const phiIndex = this.edgeMap.phiIndex;
    const last = this.latest.get(target);
    if (last >= 0 && this.source.get(last) == p) {
      const known = phiIndex.get(func.succStart.get(last));
      if (hasEqualOperands(func, target, known, phiIndex.get(slot))) {
        func.edges.set(slot, last);
        phiIndex.set(slot, 0);
        return;
      }
    }
    const middle = func.buildBlock();
    const jump = func.buildValue(Op.Jump, Type.None, 0, 0, 0, 0, 0, func.origin.get(func.terminator(p)));
    func.append(middle, jump);
    func.succStart.set(middle, func.edges.length);
    func.succCount.set(middle, 1);
    func.edges.push(target);
    phiIndex.push(phiIndex.get(slot));
    func.edges.set(slot, middle);
    phiIndex.set(slot, 0);
    this.latest.set(target, middle);
    this.source.push(p);
    if (target <= p || target == p + 1) this.enlist(this.behind, p, middle);
    else this.enlist(this.before, target, middle);
  }

  private enlist(heads: I32Column, block: i32, middle: i32): void {
    this.next.push(heads.get(block));
    heads.set(block, middle);
  }

  private pushOldestFirst(head: i32, order: I32Column): void {
    this.stack.clear();
    for (let m = head; m >= 0; m = this.next.get(m)) this.stack.push(m);
    while (this.stack.length != 0) order.push(this.stack.pop());
  }
}

/** Whether all phis of a block have equal operands in two places. */
function hasEqualOperands(func: Func, block: i32, i: i32, j: i32): boolean {
  for (let v = func.firstValue.get(block); v != NO_VALUE && func.op.get(v) == Op.Phi; v = func.next.get(v)) {
    if (func.arg(v, i) != func.arg(v, j)) return false;
  }
  return true;
}

const splitter: Splitter = new Splitter();
