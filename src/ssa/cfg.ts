// Analyses of a function's control flow, and the one routine that renumbers blocks and rebuilds edges.
//
// Blocks are numbered so that every edge to a block that is not higher is a back edge, whose target dominates
// its source (func.ts). So one pass in ascending order sees all other predecessors of a block first, and back
// edges, which never change a dominator, can be left out. Each analysis is an object whose columns are reused.

import { I32Column } from "../base/columns";
import { Func, NO_BLOCK, NO_VALUE } from "./func";
import { Op } from "./op";

/**
 * The dominator tree. A block's immediate dominator is the nearest common ancestor of its predecessors; ancestors
 * are found in logarithmic time by jump pointers (Myers, "An applicative random-access stack", 1983), so deep
 * trees cost no quadratic time. Dominance itself is one comparison of preorder intervals.
 */
export class Dominators {
  /** Immediate dominator; NO_BLOCK for the entry and for blocks that are not reachable. */
  idom: I32Column = new I32Column();
  depth: I32Column = new I32Column();
  /** Place in a preorder walk of the tree, -1 if not reachable; a subtree is `size` places long. */
  pre: I32Column = new I32Column();
  size: I32Column = new I32Column();
  /** The reachable blocks in that preorder; children of a block in ascending order. */
  order: I32Column = new I32Column();
  private jump: I32Column = new I32Column();
  private cursor: I32Column = new I32Column();

  compute(func: Func): void {
    const blocks = func.blockCount;
    this.idom.resize(blocks);
    this.depth.resize(blocks);
    this.jump.resize(blocks);
    this.idom.fill(NO_BLOCK, 0, blocks);
    this.depth.fill(-1, 0, blocks);
    for (let b: i32 = 0; b < blocks; b++) {
      let parent: i32 = NO_BLOCK;
      const preds = func.predCount.get(b);
      for (let i: i32 = 0; i < preds; i++) {
        const p = func.pred(b, i);
        if (p >= b || this.depth.get(p) < 0) continue;
        parent = parent == NO_BLOCK ? p : this.commonAncestor(parent, p);
      }
      if (b == 0) this.addRoot();
      else if (parent != NO_BLOCK) this.addChild(b, parent);
    }
    this.computePreorder(blocks);
  }

  isReachable(block: i32): boolean {
    return this.depth.get(block) >= 0;
  }

  /** Whether every way to block `b`, which is reachable, leads through `a`. */
  dominates(a: i32, b: i32): boolean {
    const from = this.pre.get(a);
    const at = this.pre.get(b);
    return from >= 0 && from <= at && at < from + this.size.get(a);
  }

  commonAncestor(a: i32, b: i32): i32 {
    let x = a;
    let y = b;
    while (this.depth.get(x) > this.depth.get(y)) {
      const far = this.jump.get(x);
      x = this.depth.get(far) >= this.depth.get(y) ? far : this.idom.get(x);
    }
    while (this.depth.get(y) > this.depth.get(x)) {
      const far = this.jump.get(y);
      y = this.depth.get(far) >= this.depth.get(x) ? far : this.idom.get(y);
    }
    // Equal depths have jump pointers of equal depth.
    while (x != y) {
      const farX = this.jump.get(x);
      const farY = this.jump.get(y);
      const near = farX == farY;
      x = near ? this.idom.get(x) : farX;
      y = near ? this.idom.get(y) : farY;
    }
    return x;
  }

  private addRoot(): void {
    this.depth.set(0, 0);
    this.jump.set(0, 0);
  }

  private addChild(b: i32, parent: i32): void {
    const far = this.jump.get(parent);
    const farther = this.jump.get(far);
    const depth = this.depth.get(parent);
    const farDepth = this.depth.get(far);
    this.idom.set(b, parent);
    this.depth.set(b, depth + 1);
    this.jump.set(b, depth - farDepth == farDepth - this.depth.get(farther) ? farther : parent);
  }

  /** Sizes bottom-up, then places top-down: a parent has a lower number than its children. */
  private computePreorder(blocks: i32): void {
    this.size.resize(blocks);
    this.size.fill(1, 0, blocks);
    this.pre.resize(blocks);
    this.pre.fill(-1, 0, blocks);
    this.cursor.resize(blocks);
    for (let b = blocks - 1; b > 0; b--) {
      const parent = this.idom.get(b);
      if (parent != NO_BLOCK) this.size.set(parent, this.size.get(parent) + this.size.get(b));
    }
    this.order.clear();
    if (blocks == 0) return;
    this.order.resize(this.size.get(0));
    for (let b: i32 = 0; b < blocks; b++) {
      if (!this.isReachable(b)) continue;
      let place: i32 = 0;
      if (b != 0) {
        const parent = this.idom.get(b);
        place = this.cursor.get(parent);
        this.cursor.set(parent, place + this.size.get(b));
      }
      this.pre.set(b, place);
      this.cursor.set(b, place + 1);
      this.order.set(place, b);
    }
  }
}

/**
 * Natural loops: headers are targets of back edges. Inner headers have higher numbers, so loops are found from
 * the inside out, each by a walk against the edges in which loops found before count as one block, by union-find
 * (the reducible case of Havlak, "Nesting of Reducible and Irreducible Loops", TOPLAS 1997).
 */
export class Loops {
  /** Header of the innermost loop around a block (its own number for a header), or NO_BLOCK. */
  header: I32Column = new I32Column();
  /** Of a header: the header of the next loop around it, or NO_BLOCK. */
  parent: I32Column = new I32Column();
  /** Number of loops around a block, its own included. */
  depth: I32Column = new I32Column();
  /** Number of loops. */
  count: i32 = 0;
  private leader: I32Column = new I32Column();
  private work: I32Column = new I32Column();

  compute(func: Func): void {
    const blocks = func.blockCount;
    this.count = 0;
    this.header.resize(blocks);
    this.header.fill(NO_BLOCK, 0, blocks);
    this.parent.resize(blocks);
    this.parent.fill(NO_BLOCK, 0, blocks);
    this.leader.resize(blocks);
    for (let b: i32 = 0; b < blocks; b++) this.leader.set(b, b);
    for (let h = blocks - 1; h > 0; h--) this.collectLoop(func, h);
    this.depth.resize(blocks);
    for (let b: i32 = 0; b < blocks; b++) {
      const h = this.header.get(b);
      const around = h == b ? this.parent.get(b) : h;
      const outer: i32 = around == NO_BLOCK ? 0 : this.depth.get(around);
      this.depth.set(b, h == b ? outer + 1 : outer);
    }
  }

  isHeader(block: i32): boolean {
    return this.header.get(block) == block;
  }

  /** Gathers the loop of header `h`, if there is one. */
  private collectLoop(func: Func, h: i32): void {
    this.work.clear();
    let found = false;
    const preds = func.predCount.get(h);
    for (let i: i32 = 0; i < preds; i++) {
      const latch = func.pred(h, i);
      if (latch < h) continue;
      found = true;
      this.work.push(this.find(latch));
    }
    if (!found) return;
    this.count++;
    this.header.set(h, h);
    while (this.work.length != 0) {
      const x = this.work.pop();
      if (this.find(x) == h) continue;
      this.leader.set(x, h);
      if (this.header.get(x) == x) this.parent.set(x, h);
      else this.header.set(x, h);
      const n = func.predCount.get(x);
      for (let i: i32 = 0; i < n; i++) {
        const p = this.find(func.pred(x, i));
        if (p > h) this.work.push(p);
      }
    }
  }

  /** The outermost loop found so far that a block is in, as its header; the block itself if there is none. */
  private find(block: i32): i32 {
    let root = block;
    while (this.leader.get(root) != root) root = this.leader.get(root);
    let x = block;
    while (x != root) {
      const next = this.leader.get(x);
      this.leader.set(x, root);
      x = next;
    }
    return root;
  }
}

/**
 * Which operand of the target's phis each edge supplies: the n-th entry of a block in a predecessor list is its
 * n-th way to there. Keyed by the successor's place in `func.edges`, which here is called a slot.
 */
export class EdgeMap {
  /** Per slot the place in the target's predecessor list, -1 if there is none left for it. */
  phiIndex: I32Column = new I32Column();
  // Predecessor entries of blocks with many successors, as lists per such block.
  private head: I32Column = new I32Column();
  private next: I32Column = new I32Column();
  // Slots of the block being treated, as lists per target.
  private slotHead: I32Column = new I32Column();
  private slotNext: I32Column = new I32Column();

  /** Returns whether each entry of a predecessor list has its slot. */
  compute(func: Func): boolean {
    const blocks = func.blockCount;
    const slots = func.edges.length;
    this.phiIndex.resize(slots);
    this.phiIndex.fill(-1, 0, slots);
    const succStart = func.succStart.view();
    const succCount = func.succCount.view();
    const predStart = func.predStart.view();
    const predCount = func.predCount.view();
    const edges = func.edges.view();
    const phiIndex = this.phiIndex.view();
    let agrees = true;
    let anyLarge = false;
    for (let b: i32 = 0; b < blocks; b++) {
      if (succCount.get(b) > 2) anyLarge = true;
    }
    if (anyLarge) this.listLargeEntries(func);
    for (let b: i32 = 0; b < blocks; b++) {
      const preds = predStart.get(b);
      const end = preds + predCount.get(b);
      for (let k = preds; k < end; k++) {
        const p = edges.get(k);
        const count = succCount.get(p);
        if (count > 2) continue;
        // The first slot that leads here and has no entry yet.
        let slot = succStart.get(p);
        const last = slot + count;
        while (slot < last && (edges.get(slot) != b || phiIndex.get(slot) >= 0)) slot++;
        if (slot < last) phiIndex.set(slot, k - preds);
        else agrees = false;
      }
      if (anyLarge && succCount.get(b) > 2 && !this.mapLarge(func, b)) agrees = false;
    }
    return agrees;
  }

  /** Lists the predecessor entries of each block with more than two successors, in ascending order. */
  private listLargeEntries(func: Func): void {
    const blocks = func.blockCount;
    this.head.resize(blocks);
    this.head.fill(-1, 0, blocks);
    this.slotHead.resize(blocks);
    this.slotHead.fill(-1, 0, blocks);
    this.next.resize(func.edges.length);
    this.slotNext.resize(func.edges.length);
    for (let b = blocks - 1; b >= 0; b--) {
      const start = func.predStart.get(b);
      for (let i = func.predCount.get(b) - 1; i >= 0; i--) {
        const p = func.edges.get(start + i);
        if (func.succCount.get(p) <= 2) continue;
        this.next.set(start + i, this.head.get(p));
        this.head.set(p, start + i);
        // The entry's block, found again below: slots and entries never share a place.
        this.slotNext.set(start + i, b);
      }
    }
  }

  private mapLarge(func: Func, p: i32): boolean {
    const start = func.succStart.get(p);
    const n = func.succCount.get(p);
    for (let k = n - 1; k >= 0; k--) {
      const target = func.edges.get(start + k);
      this.slotNext.set(start + k, this.slotHead.get(target));
      this.slotHead.set(target, start + k);
    }
    let agrees = true;
    for (let entry = this.head.get(p); entry >= 0; entry = this.next.get(entry)) {
      const target = this.slotNext.get(entry);
      const slot = this.slotHead.get(target);
      if (slot < 0) {
        agrees = false;
        continue;
      }
      this.phiIndex.set(slot, entry - func.predStart.get(target));
      this.slotHead.set(target, this.slotNext.get(slot));
    }
    for (let k: i32 = 0; k < n; k++) this.slotHead.set(func.edges.get(start + k), -1);
    return agrees;
  }

  /** Whether each slot has its entry. */
  isComplete(func: Func): boolean {
    for (let b: i32 = 0; b < func.blockCount; b++) {
      const start = func.succStart.get(b);
      const n = func.succCount.get(b);
      for (let k: i32 = 0; k < n; k++) {
        if (this.phiIndex.get(start + k) < 0) return false;
      }
    }
    return true;
  }
}

/**
 * Renumbers blocks and rebuilds predecessor lists and phi operands after a pass has changed successors in place:
 * passes redirect slots, saying in `phiIndex` which of the target's former phi operands an edge supplies, and
 * leave everything else to this. Predecessors come out in ascending order.
 */
export class FlowRebuilder {
  /** The blocks to keep in their new order, under their old numbers; filled in by the pass. */
  order: I32Column = new I32Column();
  private number: I32Column = new I32Column();
  private edges: I32Column = new I32Column();
  /** Beside the new edges: the phi operand to take. */
  private source: I32Column = new I32Column();
  private column: I32Column = new I32Column();

  /** Fills `order` with the blocks that can be reached, in their old order, and removes the values of others. */
  keepReachable(func: Func): void {
    const blocks = func.blockCount;
    this.number.resize(blocks);
    this.number.fill(0, 0, blocks);
    this.number.set(0, 1);
    this.order.clear();
    for (let b: i32 = 0; b < blocks; b++) {
      if (this.number.get(b) == 0) {
        for (let v = func.firstValue.get(b); v != NO_VALUE; v = func.firstValue.get(b)) func.remove(v);
        continue;
      }
      this.order.push(b);
      const n = func.succCount.get(b);
      for (let i: i32 = 0; i < n; i++) this.number.set(func.succ(b, i), 1);
    }
  }

  rebuild(func: Func, phiIndex: I32Column): void {
    const kept = this.order.length;
    this.number.resize(func.blockCount);
    for (let i: i32 = 0; i < kept; i++) this.number.set(this.order.get(i), i);
    this.buildEdges(func, phiIndex);
    func.firstValue = this.permute(func.firstValue);
    func.lastValue = this.permute(func.lastValue);
    func.predStart.resize(kept);
    func.predCount.resize(kept);
    for (let b: i32 = 0; b < kept; b++) {
      this.rebuildPhis(func, b);
      if (this.order.get(b) == b) continue;
      for (let v = func.firstValue.get(b); v != NO_VALUE; v = func.next.get(v)) func.block.set(v, b);
    }
  }

  /** Successors of all kept blocks, then their predecessors. */
  private buildEdges(func: Func, phiIndex: I32Column): void {
    const kept = this.order.length;
    this.edges.clear();
    this.source.clear();
    func.predCount.fill(0, 0, func.blockCount);
    for (let i: i32 = 0; i < kept; i++) {
      const start = func.succStart.get(this.order.get(i));
      const n = func.succCount.get(this.order.get(i));
      for (let k: i32 = 0; k < n; k++) {
        const target = this.number.get(func.edges.get(start + k));
        this.edges.push(target);
        this.source.push(phiIndex.get(start + k));
        func.predCount.set(target, func.predCount.get(target) + 1);
      }
    }
    func.succCount = this.permute(func.succCount);
    func.succStart.resize(kept);
    let at = this.edges.length;
    this.edges.resize(at * 2);
    this.source.resize(at * 2);
    let slot: i32 = 0;
    for (let i: i32 = 0; i < kept; i++) {
      func.succStart.set(i, slot);
      slot += func.succCount.get(i);
      func.predStart.set(i, at);
      at += func.predCount.get(i);
      func.predCount.set(i, 0);
    }
    for (let i: i32 = 0; i < kept; i++) this.enterSuccessors(func, i);
    const old = func.edges;
    func.edges = this.edges;
    this.edges = old;
  }

  /** Enters a block in the predecessor lists of its successors. */
  private enterSuccessors(func: Func, block: i32): void {
    const start = func.succStart.get(block);
    const n = func.succCount.get(block);
    for (let k: i32 = 0; k < n; k++) {
      const target = this.edges.get(start + k);
      const count = func.predCount.get(target);
      const at = func.predStart.get(target) + count;
      this.edges.set(at, block);
      this.source.set(at, this.source.get(start + k));
      func.predCount.set(target, count + 1);
    }
  }

  /** The column of kept blocks in their new order; the old one becomes scratch. */
  private permute(column: I32Column): I32Column {
    const result = this.column;
    result.clear();
    for (let i: i32 = 0; i < this.order.length; i++) result.push(column.get(this.order.get(i)));
    this.column = column;
    return result;
  }

  private rebuildPhis(func: Func, block: i32): void {
    const start = func.predStart.get(block);
    const n = func.predCount.get(block);
    for (let v = func.firstValue.get(block); v != NO_VALUE; v = func.next.get(v)) {
      if (func.op.get(v) != Op.Phi) return;
      this.column.clear();
      for (let i: i32 = 0; i < n; i++) this.column.push(func.arg(v, this.source.get(start + i)));
      if (n > func.b.get(v)) {
        func.a.set(v, func.pool.length);
        func.pool.append(this.column, 0, n);
      } else {
        for (let i: i32 = 0; i < n; i++) func.pool.set(func.a.get(v) + i, this.column.get(i));
      }
      func.b.set(v, n);
    }
  }
}
