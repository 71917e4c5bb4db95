// Removes values that nothing needs: marks from the values with effects (traps included) down their operands by
// work list, then sweeps what has no mark. Control flow stays: a loop without effects still does not end.

import { I32Column, U8Column } from "../base/columns";
import { Func, NO_VALUE } from "../ssa/func";
import { Effect, opEffects } from "../ssa/op";

/** Returns whether it removed anything. */
export function removeDead(func: Func): boolean {
  return remover.run(func);
}

class DeadCodeRemover {
  private needed: U8Column = new U8Column();
  private work: I32Column = new I32Column();

  run(func: Func): boolean {
    const values = func.valueCount;
    this.needed.resize(values);
    this.needed.fill(0, 0, values);
    for (let b: i32 = 0; b < func.blockCount; b++) {
      for (let v = func.firstValue.get(b); v != NO_VALUE; v = func.next.get(v)) {
        if (isRoot(func.op.get(v))) this.mark(v);
      }
    }
    while (this.work.length != 0) {
      const v = this.work.pop();
      const n = func.argCount(v);
      for (let i: i32 = 0; i < n; i++) this.mark(func.arg(v, i));
    }
    return this.sweep(func);
  }

  private mark(v: i32): void {
    if (this.needed.get(v) != 0) return;
    this.needed.set(v, 1);
    this.work.push(v);
  }

  private sweep(func: Func): boolean {
    let changed = false;
    for (let b: i32 = 0; b < func.blockCount; b++) {
      let v = func.firstValue.get(b);
      while (v != NO_VALUE) {
        const next = func.next.get(v);
        if (this.needed.get(v) == 0) {
          func.remove(v);
          changed = true;
        }
        v = next;
      }
    }
    return changed;
  }
}

/** What only reads may go. */
function isRoot(op: i32): boolean {
  return (opEffects(op) & (Effect.Writes | Effect.Traps | Effect.Terminates)) != 0;
}

const remover: DeadCodeRemover = new DeadCodeRemover();
