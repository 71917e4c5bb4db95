// What memory and globals are known to hold while value numbering walks a function: the loads and stores whose
// place has not been written since. A load of such a place is the value loaded or stored before. A forward data flow
// analysis of "available" accesses (Muchnick, Advanced Compiler Design and Implementation, 8.3 and 12.4), with lists
// that are short and bounded, so that it stays linear.
//
// Blocks come in an order in which all predecessors of a block but those of back edges come first. A join keeps what
// all ways agree on; a loop keeps what nothing in it may write (loop-writes.ts). Calls may write everything.
// A place loaded again is loaded by an access equal to one that did not trap, and memory never shrinks.

import { I32Column } from "../base/columns";
import { Func, NO_VALUE } from "../ssa/func";
import { Effect, Op, opEffects } from "../ssa/op";
import { Access } from "./access";
import { LoopWrites } from "./loop-writes";

/** Accesses remembered at one time; the oldest goes. */
const MAX_KNOWN: i32 = 16;

export class MemoryState {
  private func: Func = new Func();
  private writes: LoopWrites = new LoopWrites();
  /** The accesses known now, oldest first, and what is compared of them. */
  private known: Array<Access> = [];
  private count: i32 = 0;
  private current: Access = new Access();
  /** The block that `known` belongs to, which has been left. */
  private last: i32 = -1;
  /** Per block what was known at its end, as a range of `lists`. */
  private listStart: I32Column = new I32Column();
  private listEnd: I32Column = new I32Column();
  private lists: I32Column = new I32Column();

  constructor() {
    for (let i: i32 = 0; i < MAX_KNOWN; i++) this.known.push(new Access());
  }

  start(func: Func): void {
    this.func = func;
    this.writes.compute(func);
    this.count = 0;
    this.last = -1;
    this.lists.clear();
    const blocks = func.blockCount;
    this.listStart.resize(blocks);
    this.listEnd.resize(blocks);
    this.listStart.fill(0, 0, blocks);
    this.listEnd.fill(0, 0, blocks);
  }

  enterBlock(block: i32): void {
    const func = this.func;
    const preds = func.predCount.get(block);
    let isFirst = true;
    let isLoop = false;
    for (let i: i32 = 0; i < preds; i++) {
      const p = func.pred(block, i);
      if (p >= block) isLoop = true;
      else if (!isFirst) this.keepListed(p);
      else {
        isFirst = false;
        if (p != this.last) this.takeList(p);
      }
    }
    if (isFirst) this.count = 0;
    if (isLoop) this.dropWrittenInLoop(block);
  }

  leaveBlock(block: i32): void {
    this.last = block;
    this.listStart.set(block, this.lists.length);
    for (let i: i32 = 0; i < this.count; i++) this.lists.push(this.known[i].value);
    this.listEnd.set(block, this.lists.length);
  }

  /** Takes note of `v`, which reads or writes; if it loads something known, returns that, otherwise NO_VALUE. */
  visit(v: i32): i32 {
    const func = this.func;
    const access = this.current;
    if (!access.describe(func, v)) {
      if ((opEffects(func.op.get(v)) & Effect.Writes) != 0) this.count = 0;
      return NO_VALUE;
    }
    if (access.isWrite) this.dropWritten(access);
    else {
      for (let i = this.count - 1; i >= 0; i--) {
        const known = this.known[i];
        if (!access.isSamePlace(func, known)) continue;
        const x = forwardedValue(func, v, known.value);
        if (x != NO_VALUE) return x;
      }
    }
    this.enter(access);
    return NO_VALUE;
  }

  private enter(access: Access): void {
    if (this.count == MAX_KNOWN) {
      // The oldest one's object becomes the newest one's.
      const oldest = this.known[0];
      for (let i: i32 = 1; i < MAX_KNOWN; i++) this.known[i - 1] = this.known[i];
      this.known[MAX_KNOWN - 1] = oldest;
      this.count--;
    }
    this.current = this.known[this.count];
    this.known[this.count] = access;
    this.count++;
  }

  private takeList(block: i32): void {
    const start = this.listStart.get(block);
    this.count = this.listEnd.get(block) - start;
    for (let i: i32 = 0; i < this.count; i++) this.known[i].describe(this.func, this.lists.get(start + i));
  }

  /** Keeps only what the list of `block` has too. Both are in the order of entry, so most are found at once. */
  private keepListed(block: i32): void {
    const start = this.listStart.get(block);
    const end = this.listEnd.get(block);
    let kept: i32 = 0;
    let at = start;
    for (let i: i32 = 0; i < this.count; i++) {
      const value = this.known[i].value;
      let k = at;
      while (k < end && this.lists.get(k) != value) k++;
      if (k == end) continue;
      at = k + 1;
      this.keep(i, kept);
      kept++;
    }
    this.count = kept;
  }

  /** Moves known access `i` to place `to`, which is not above. */
  private keep(i: i32, to: i32): void {
    if (i == to) return;
    const access = this.known[i];
    this.known[i] = this.known[to];
    this.known[to] = access;
  }

  private dropWritten(write: Access): void {
    let kept: i32 = 0;
    for (let i: i32 = 0; i < this.count; i++) {
      if (write.mayOverlap(this.known[i])) continue;
      this.keep(i, kept);
      kept++;
    }
    this.count = kept;
  }

  private dropWrittenInLoop(header: i32): void {
    let kept: i32 = 0;
    for (let i: i32 = 0; i < this.count; i++) {
      if (this.writes.mayWrite(header, this.known[i])) continue;
      this.keep(i, kept);
      kept++;
    }
    this.count = kept;
  }
}

/** What `v`, which loads the place that `known` accesses, is; NO_VALUE if they interpret it in different ways. */
function forwardedValue(func: Func, v: i32, known: i32): i32 {
  const op = func.op.get(v);
  const knownOp = func.op.get(known);
  if (knownOp == op) return func.valueType.get(known) == func.valueType.get(v) ? known : NO_VALUE;
  let x: i32 = NO_VALUE;
  if (op == Op.SlotGet && knownOp == Op.SlotSet) x = func.resolve(func.a.get(known));
  else if (op == Op.GlobalGet && knownOp == Op.GlobalSet) x = func.resolve(func.a.get(known));
  else if (op == Op.Load && knownOp == Op.Store) x = func.resolve(func.b.get(known));
  return x != NO_VALUE && func.valueType.get(x) == func.valueType.get(v) ? x : NO_VALUE;
}
