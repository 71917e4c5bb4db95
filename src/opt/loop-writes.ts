// What each loop writes: a few accesses by name, or everything (calls, and loops with many stores).

import { I32Column } from "../base/columns";
import { Loops } from "../ssa/cfg";
import { Func, NO_BLOCK, NO_VALUE } from "../ssa/func";
import { Effect, opEffects } from "../ssa/op";
import { Access } from "./access";

/** Writes that a loop is remembered with; one with more writes everything. */
const MAX_WRITES: i32 = 12;

export class LoopWrites {
  loops: Loops = new Loops();
  private func: Func = new Func();
  /** By header: number of writes, or more than MAX_WRITES if it may write everything; and the first in the list. */
  private count: I32Column = new I32Column();
  private first: I32Column = new I32Column();
  // The list: the write and the next entry.
  private write: I32Column = new I32Column();
  private next: I32Column = new I32Column();
  private access: Access = new Access();

  compute(func: Func): void {
    this.func = func;
    this.loops.compute(func);
    if (this.loops.count == 0) return;
    const blocks = func.blockCount;
    this.count.resize(blocks);
    this.count.fill(0, 0, blocks);
    this.first.resize(blocks);
    this.first.fill(-1, 0, blocks);
    this.write.clear();
    this.next.clear();
    for (let b: i32 = 0; b < blocks; b++) {
      const h = this.loops.header.get(b);
      if (h != NO_BLOCK) this.collect(b, h);
    }
    // Inner loops have higher headers, so theirs are complete when they are given to the loop around.
    for (let h = blocks - 1; h > 0; h--) {
      const parent: i32 = this.loops.isHeader(h) ? this.loops.parent.get(h) : NO_BLOCK;
      if (parent == NO_BLOCK) continue;
      if (this.count.get(h) > MAX_WRITES) this.count.set(parent, MAX_WRITES + 1);
      for (let k = this.first.get(h); k >= 0; k = this.next.get(k)) this.add(parent, this.write.get(k));
    }
  }

  private collect(block: i32, header: i32): void {
    const func = this.func;
    for (let v = func.firstValue.get(block); v != NO_VALUE; v = func.next.get(v)) {
      const op = func.op.get(v);
      if ((opEffects(op) & Effect.Writes) == 0) continue;
      if (this.access.describe(func, v)) this.add(header, v);
      else this.count.set(header, MAX_WRITES + 1);
    }
  }

  private add(header: i32, v: i32): void {
    const count = this.count.get(header);
    if (count > MAX_WRITES) return;
    this.count.set(header, count + 1);
    if (count == MAX_WRITES) return;
    this.write.push(v);
    this.next.push(this.first.get(header));
    this.first.set(header, this.write.length - 1);
  }

  /** Whether something in the loop of `header` may write what `access` touches. */
  mayWrite(header: i32, access: Access): boolean {
    if (this.count.get(header) > MAX_WRITES) return true;
    for (let k = this.first.get(header); k >= 0; k = this.next.get(k)) {
      this.access.describe(this.func, this.write.get(k));
      if (this.access.mayOverlap(access)) return true;
    }
    return false;
  }
}
