// Global value numbering over the dominator tree: an operation that a dominating one has computed already is
// replaced by it (Briggs, Cooper and Simpson, "Value Numbering", Software: Practice and Experience 27(6), 1997,
// section 4.1). Operands that become equal or constant make more operations fold, so folding (ssa/fold.ts) runs
// along; so do conditions that a dominating branch has decided.
//
// Loads and reads of globals take part by what memory-state.ts knows. Operations that can trap do too: the
// dominating one has trapped if this one would. The table of values needs no scopes to be pushed and popped: blocks
// come in preorder of the tree, so an entry whose block does not dominate the current one never will again, and is
// dropped where it is met. Children come in ascending order, so all ways to a block but back edges come before it.

import { I32Column } from "../base/columns";
import { mul32 } from "host/prims";
import { Dominators } from "../ssa/cfg";
import { foldValue, insertConst, invertedCompare, isCompare, mirroredCompare } from "../ssa/fold";
import { Func, NO_BLOCK, NO_VALUE } from "../ssa/func";
import { Effect, isCommutative, Op, opArity, opEffects, Type } from "../ssa/op";
import { makeByteSwap } from "./byte-swap";
import { MemoryState } from "./memory-state";

/** Entries that a value is compared with at most, so that unlucky hashes cost no quadratic time. */
const MAX_CHAIN: i32 = 16;

/** Returns whether it replaced anything. */
export function numberValues(func: Func): boolean {
  return numbering.run(func);
}

class ValueNumbering {
  private func: Func = new Func();
  private dominators: Dominators = new Dominators();
  /** First entry of each chain of equal hashes, and per value the next one. */
  private heads: I32Column = new I32Column();
  private next: I32Column = new I32Column();
  /** Per value: the block from which on it is decided as the condition of a branch, and whether it is not 0. */
  private decidedIn: I32Column = new I32Column();
  private decidedAs: I32Column = new I32Column();
  private memory: MemoryState = new MemoryState();
  private changed: boolean = false;

  // The key being looked for: operation and operands in normal order, type and immediate.
  private op: i32 = 0;
  private x: i32 = 0;
  private y: i32 = 0;
  private z: i32 = 0;
  private type: i32 = 0;
  private imm: i32 = 0;
  private immHi: i32 = 0;

  run(func: Func): boolean {
    this.func = func;
    this.changed = false;
    this.dominators.compute(func);
    this.memory.start(func);
    let size: i32 = 64;
    while (size < func.valueCount) size *= 2;
    this.heads.resize(size);
    this.heads.fill(NO_VALUE, 0, size);
    this.extendColumns();
    this.decidedIn.fill(NO_BLOCK, 0, this.decidedIn.length);
    const order = this.dominators.order;
    for (let i: i32 = 0; i < order.length; i++) this.numberBlock(order.get(i));
    if (this.changed) func.resolveCopies();
    return this.changed;
  }

  /** Columns per value also cover the constants that folding adds. */
  private extendColumns(): void {
    const from = this.decidedIn.length;
    const values = this.func.valueCount;
    this.next.resize(values);
    this.decidedIn.resize(values);
    this.decidedAs.resize(values);
    if (values > from) this.decidedIn.fill(NO_BLOCK, from, values);
  }

  private numberBlock(block: i32): void {
    const func = this.func;
    this.enterDecision(block);
    this.memory.enterBlock(block);
    let folded: i32 = NO_VALUE;
    let v = func.firstValue.get(block);
    while (v != NO_VALUE) {
      this.resolveOperands(v);
      const op = func.op.get(v);
      if (op >= Op.Add && op <= Op.Select && v != folded) {
        // Constants that folding puts before the value are numbered first.
        const before = func.prev.get(v);
        folded = v;
        const same = this.simplify(v);
        if (same != v) this.replace(v, same);
        v = before == NO_VALUE ? func.firstValue.get(block) : func.next.get(before);
        continue;
      }
      const after = func.next.get(v);
      if (op == Op.Branch) this.useDecision(v);
      else if ((opEffects(op) & (Effect.Reads | Effect.Writes)) != 0) this.visitMemory(v);
      else if (isNumbered(op)) {
        const same = this.findOrEnter(v, block);
        if (same != v) this.replace(v, same);
      }
      v = after;
    }
    this.memory.leaveBlock(block);
  }

  /** Replaces a load of what is known to be in memory. */
  private visitMemory(v: i32): void {
    const same = this.memory.visit(v);
    if (same != NO_VALUE) this.replace(v, same);
  }

  private resolveOperands(v: i32): void {
    const func = this.func;
    const n = func.argCount(v);
    for (let i: i32 = 0; i < n; i++) {
      const x = func.arg(v, i);
      if (func.op.get(x) == Op.Copy) func.setArg(v, i, func.resolve(x));
    }
  }

  private replace(v: i32, same: i32): void {
    this.func.replaceWith(v, this.func.resolve(same));
    this.changed = true;
  }

  private simplify(v: i32): i32 {
    const func = this.func;
    const count = func.valueCount;
    const op = func.op.get(v);
    if (op == Op.Select && this.isDecided(func.c.get(v), func.block.get(v))) {
      return this.decidedAs.get(func.c.get(v)) != 0 ? func.a.get(v) : func.b.get(v);
    }
    const a = func.a.get(v);
    const b = func.b.get(v);
    const same = foldValue(func, v);
    if (same == v && func.op.get(v) == Op.Or) makeByteSwap(func, v);
    if (func.valueCount != count) this.extendColumns();
    if (func.op.get(v) != op || func.a.get(v) != a || func.b.get(v) != b || func.valueCount != count) {
      this.changed = true;
    }
    return same;
  }

  // Conditions.

  /** A block that only one way of a branch leads to knows the condition. */
  private enterDecision(block: i32): void {
    const func = this.func;
    if (func.predCount.get(block) != 1) return;
    const p = func.pred(block, 0);
    const branch = func.terminator(p);
    if (func.op.get(branch) != Op.Branch || func.succ(p, 0) == func.succ(p, 1)) return;
    const condition = func.resolve(func.a.get(branch));
    if (this.isDecided(condition, block)) return;
    this.decidedIn.set(condition, block);
    this.decidedAs.set(condition, func.succ(p, 0) == block ? 1 : 0);
  }

  private isDecided(condition: i32, block: i32): boolean {
    const from = this.decidedIn.get(condition);
    return from != NO_BLOCK && this.dominators.dominates(from, block);
  }

  /** Gives a branch whose condition is decided, itself or as its opposite, a constant one. */
  private useDecision(branch: i32): void {
    const func = this.func;
    const block = func.block.get(branch);
    const condition = func.a.get(branch);
    let n: i32 = 0;
    if (func.isConst(condition)) return;
    if (this.isDecided(condition, block)) {
      n = this.decidedAs.get(condition);
    } else {
      const opposite = this.findOpposite(condition, block);
      if (opposite == NO_VALUE || !this.isDecided(opposite, block)) return;
      n = 1 - this.decidedAs.get(opposite);
    }
    func.a.set(branch, insertConst(func, branch, Type.I32, n, 0, func.origin.get(branch)));
    this.extendColumns();
    this.changed = true;
  }

  // The table.

  /** A value equal to `v` that dominates it; `v` itself, entered for those to come, if there is none. */
  private findOrEnter(v: i32, block: i32): i32 {
    this.setKey(v);
    const slot = this.slotOfKey();
    const same = this.find(slot, block);
    if (same != NO_VALUE) return same;
    this.next.set(v, this.heads.get(slot));
    this.heads.set(slot, v);
    return v;
  }

  /** The opposite of comparison `v`, if that dominates `block`, the current one; NO_VALUE if not. */
  private findOpposite(v: i32, block: i32): i32 {
    const op = this.func.op.get(v);
    const opposite: i32 = isCompare(op) ? invertedCompare(op) : -1;
    if (opposite < 0) return NO_VALUE;
    this.setKey(v);
    this.op = this.op == op ? opposite : mirroredCompare(opposite);
    return this.find(this.slotOfKey(), block);
  }

  /** The value with the current key whose block dominates `block`, which must be the current one. */
  private find(slot: i32, block: i32): i32 {
    let last: i32 = NO_VALUE;
    let tries: i32 = 0;
    let w = this.heads.get(slot);
    while (w != NO_VALUE && tries < MAX_CHAIN) {
      const after = this.next.get(w);
      if (this.dominators.dominates(this.func.block.get(w), block)) {
        if (this.hasKey(w)) return w;
        last = w;
      } else if (last == NO_VALUE) this.heads.set(slot, after);
      else this.next.set(last, after);
      w = after;
      tries++;
    }
    return NO_VALUE;
  }

  /** Operation and operands in an order such that a + b and b + a, a < b and b > a are the same. */
  private setKey(v: i32): void {
    const func = this.func;
    const n = opArity(func.op.get(v));
    this.op = func.op.get(v);
    this.x = n > 0 ? func.a.get(v) : NO_VALUE;
    this.y = n > 1 ? func.b.get(v) : NO_VALUE;
    this.z = n > 2 ? func.c.get(v) : NO_VALUE;
    this.type = func.valueType.get(v);
    this.imm = func.imm.get(v);
    this.immHi = func.immHi.get(v);
    if (n != 2 || this.x <= this.y || !isExchangeable(this.op)) return;
    this.op = mirroredCompare(this.op);
    this.x = func.b.get(v);
    this.y = func.a.get(v);
  }

  private hasKey(w: i32): boolean {
    const func = this.func;
    if (func.imm.get(w) != this.imm || func.immHi.get(w) != this.immHi || func.valueType.get(w) != this.type)
      return false;
    const op = func.op.get(w);
    const n = opArity(op);
    const a: i32 = n > 0 ? func.a.get(w) : NO_VALUE;
    const b: i32 = n > 1 ? func.b.get(w) : NO_VALUE;
    if (n > 2 && func.c.get(w) != this.z) return false;
    if (n == 2 && a > b && isExchangeable(op)) return mirroredCompare(op) == this.op && b == this.x && a == this.y;
    return op == this.op && a == this.x && b == this.y;
  }

  private slotOfKey(): i32 {
    let hash = (this.op + mul32(this.x, -1640531535)) | 0;
    hash = (mul32(hash ^ (hash >> 15), -2048144789) + this.y) | 0;
    hash = (mul32(hash ^ (hash >> 13), -1028477379) + this.z) | 0;
    hash = (mul32(hash, 668265263) + this.imm) | 0;
    hash = (mul32(hash ^ (hash >> 15), -1640531535) + this.immHi) | 0;
    hash = mul32(hash ^ (hash >> 16), -2048144789);
    return (hash ^ (hash >> 15)) & (this.heads.length - 1);
  }
}

/** Whether the operands can change places, for a comparison with the mirrored operation. */
function isExchangeable(op: i32): boolean {
  return isCommutative(op) || mirroredCompare(op) != op;
}

/** Whether equal operands, in the columns, make equal results, wherever the operation stands. */
function isNumbered(op: i32): boolean {
  if (op == Op.Phi || op == Op.Param || op == Op.Result || op == Op.Copy) return false;
  if (op == Op.AddWide || op == Op.SubWide) return false;
  return (opEffects(op) & (Effect.Reads | Effect.Writes | Effect.Terminates)) == 0;
}

const numbering: ValueNumbering = new ValueNumbering();
