// Removes phis that are no choice: all operands are one value or the phi itself (Braun et al., "Simple and
// Efficient Construction of SSA Form", CC 2013, section 3.1), and phis that repeat another one of their block.
//
// Removing one phi can make others removable, after it where it is an operand in a join and before it where loops
// nest. So the phis are swept upwards and downwards in turn, a few times at most, which finds all in nearly every
// function and stays linear in every one; lists of users to look at again would not be.

import { I32Column } from "../base/columns";
import { mul32 } from "host/prims";
import { Func, NO_VALUE } from "../ssa/func";
import { Op } from "../ssa/op";

const MAX_SWEEPS: i32 = 4;
/** Phis of equal hash that a phi is compared with at most. */
const MAX_CHAIN: i32 = 8;

/** Returns whether it removed any phi. */
export function removePhis(func: Func): boolean {
  return remover.run(func);
}

class PhiRemover {
  /** The phis that are left, by ascending block. */
  private phis: I32Column = new I32Column();
  // Phis by the hash of block and operands: heads of chains, and per value the next of its chain.
  private heads: I32Column = new I32Column();
  private next: I32Column = new I32Column();

  run(func: Func): boolean {
    this.collect(func);
    let changed = false;
    for (let sweep: i32 = 0; sweep < MAX_SWEEPS && this.phis.length != 0; sweep++) {
      const found = (sweep & 1) == 0 ? this.sweepUp(func) : this.sweepDown(func);
      if (found) changed = true;
      else if (sweep != 0) break;
    }
    if (changed) func.resolveCopies();
    return changed;
  }

  private collect(func: Func): void {
    this.phis.clear();
    for (let b: i32 = 0; b < func.blockCount; b++) {
      for (let v = func.firstValue.get(b); func.op.get(v) == Op.Phi; v = func.next.get(v)) this.phis.push(v);
    }
  }

  private sweepUp(func: Func): boolean {
    const n = this.phis.length;
    let size: i32 = 64;
    while (size < n) size *= 2;
    this.heads.resize(size);
    this.heads.fill(NO_VALUE, 0, size);
    this.next.resize(func.valueCount);
    let kept: i32 = 0;
    for (let k: i32 = 0; k < n; k++) {
      const v = this.phis.get(k);
      let same = trivialValue(func, v);
      if (same == NO_VALUE) same = this.findEqual(func, v);
      if (same != NO_VALUE) {
        func.replaceWith(v, same);
        continue;
      }
      this.phis.set(kept, v);
      kept++;
    }
    this.phis.resize(kept);
    return kept != n;
  }

  private sweepDown(func: Func): boolean {
    let kept: i32 = 0;
    for (let k = this.phis.length - 1; k >= 0; k--) {
      const v = this.phis.get(k);
      const same = trivialValue(func, v);
      if (same != NO_VALUE) func.replaceWith(v, same);
    }
    const n = this.phis.length;
    for (let k: i32 = 0; k < n; k++) {
      const v = this.phis.get(k);
      if (func.op.get(v) != Op.Phi) continue;
      this.phis.set(kept, v);
      kept++;
    }
    this.phis.resize(kept);
    return kept != n;
  }

  /** A phi before `v` in its block with the same operands; if there is none, `v` is entered for those to come. */
  private findEqual(func: Func, v: i32): i32 {
    const n = func.argCount(v);
    const block = func.block.get(v);
    let hash = (block + func.valueType.get(v)) | 0;
    for (let i: i32 = 0; i < n; i++) hash = (mul32(hash, -1640531535) ^ func.resolve(func.arg(v, i))) | 0;
    hash = mul32(hash, -1640531535);
    const slot = (hash ^ (hash >> 15)) & (this.heads.length - 1);
    let tries: i32 = 0;
    for (let w = this.heads.get(slot); w != NO_VALUE && tries < MAX_CHAIN; w = this.next.get(w)) {
      if (func.block.get(w) == block && hasSameOperands(func, v, w)) return w;
      tries++;
    }
    this.next.set(v, this.heads.get(slot));
    this.heads.set(slot, v);
    return NO_VALUE;
  }
}

/** The one value that all operands of a phi are, those that are the phi itself left out; NO_VALUE if they differ. */
function trivialValue(func: Func, v: i32): i32 {
  const n = func.argCount(v);
  let same: i32 = NO_VALUE;
  for (let i: i32 = 0; i < n; i++) {
    const x = func.resolve(func.arg(v, i));
    if (x == v || x == same) continue;
    if (same != NO_VALUE) return NO_VALUE;
    same = x;
  }
  return same;
}

function hasSameOperands(func: Func, v: i32, w: i32): boolean {
  if (func.valueType.get(v) != func.valueType.get(w)) return false;
  const n = func.argCount(v);
  for (let i: i32 = 0; i < n; i++) {
    if (func.resolve(func.arg(v, i)) != func.resolve(func.arg(w, i))) return false;
  }
  return true;
}

const remover: PhiRemover = new PhiRemover();
