// Moves what a loop computes anew in each round, always to the same result, in front of the loop (loop-invariant code
// motion; Muchnick, Advanced Compiler Design and Implementation, 13.2). LLVM has done so for what it compiled; other
// compilers, and compilers told not to optimize, have not.
//
// A value in front of a loop needs a register, or a slot, throughout the loop: what the processor computes in one step
// goes there only where the loop leaves registers free. What an instruction takes in as an operand (constants, sums in
// addresses, comparisons in front of branches) stays. Loads go if nothing in the loop may write there, and if the
// first round does them before anything else that can be observed: they may trap.

import { I32Column } from "../base/columns";
import { Loops } from "../ssa/cfg";
import { Func, NO_BLOCK, NO_VALUE } from "../ssa/func";
import { Effect, isPure, Op, opEffects, Type } from "../ssa/op";
import { Access } from "./access";
import { LoopWrites } from "./loop-writes";

/** Values from outside that a loop may use before cheap ones are left in it: there are some 14 registers. */
const MAX_INPUTS: i32 = 11;

/** Returns whether it moved any value. */
export function hoistInvariants(func: Func): boolean {
  return hoister.run(func);
}

class Hoister {
  private func: Func = new Func();
  private loops: Loops = new Loops();
  /** What loops write; computed for the first load that might go. */
  private writes: LoopWrites = new LoopWrites();
  private knowsWrites: boolean = false;
  private access: Access = new Access();
  /** By header: the block in front of the loop, or NO_BLOCK. */
  private front: I32Column = new I32Column();
  /** By header: values from outside that the loop uses, counted when first needed; -1 before. */
  private inputs: I32Column = new I32Column();
  /** By value: the header for which it was counted last. */
  private counted: I32Column = new I32Column();
  /** By header: the last block of the loop. */
  private last: I32Column = new I32Column();
  private changed: boolean = false;

  run(func: Func): boolean {
    const blocks = func.blockCount;
    if (!hasLoop(func)) return false;
    this.func = func;
    this.changed = false;
    this.knowsWrites = false;
    const loops = this.loops;
    loops.compute(func);
    this.findFronts(loops);
    this.inputs.resize(blocks);
    this.inputs.fill(-1, 0, blocks);
    this.counted.resize(func.valueCount);
    this.counted.fill(NO_BLOCK, 0, func.valueCount);
    for (let b: i32 = 0; b < blocks; b++) {
      if (loops.header.get(b) != NO_BLOCK) this.visit(b, loops.header.get(b));
    }
    return this.changed;
  }

  /** The only way into a loop must be a jump, so that what is put in front of it is done if the loop is. */
  private findFronts(loops: Loops): void {
    const func = this.func;
    const blocks = func.blockCount;
    this.front.resize(blocks);
    this.front.fill(NO_BLOCK, 0, blocks);
    this.last.resize(blocks);
    for (let h: i32 = 0; h < blocks; h++) {
      if (!loops.isHeader(h)) continue;
      let front: i32 = NO_BLOCK;
      let count: i32 = 0;
      let last = h;
      for (let i: i32 = 0, n = func.predCount.get(h); i < n; i++) {
        const p = func.pred(h, i);
        if (p >= h) {
          if (p > last) last = p;
        } else {
          front = p;
          count++;
        }
      }
      this.last.set(h, last);
      if (count == 1 && func.succCount.get(front) == 1) this.front.set(h, front);
    }
  }

  private visit(b: i32, header: i32): void {
    const func = this.func;
    let v = func.firstValue.get(b);
    // In the header, up to what can be observed, the first round does what the others do.
    let isFirst = b == header;
    while (v != NO_VALUE) {
      const next = func.next.get(v);
      const op = func.op.get(v);
      if (isPure(op)) {
        if (op != Op.Phi && op != Op.Const && op != Op.Copy && op != Op.Param) this.hoist(v, op, header);
      } else if (isFirst) {
        const effects = opEffects(op);
        const isLoad = (effects & Effect.Reads) != 0 && (effects & (Effect.Writes | Effect.Terminates)) == 0;
        if (isLoad && this.hoistLoad(v, header)) this.changed = true;
        else if ((effects & (Effect.Writes | Effect.Traps)) != 0) isFirst = false;
      }
      v = next;
    }
  }

  /** Moves `v` in front of as many loops as its operands come from outside of. */
  private hoist(v: i32, op: i32, header: i32): void {
    let front: i32 = NO_BLOCK;
    let inner = header;
    for (let h = header; h != NO_BLOCK; h = this.loops.parent.get(h)) {
      if (!this.hasOuterOperands(v, h)) break;
      if (this.front.get(h) == NO_BLOCK) continue;
      front = this.front.get(h);
      inner = h;
    }
    if (front == NO_BLOCK || !this.isWorth(v, op, header)) return;
    this.move(v, front);
    this.inputs.set(inner, this.inputs.get(inner) + 1);
    this.changed = true;
  }

  private move(v: i32, front: i32): void {
    this.func.unlink(v);
    this.func.insertBefore(this.func.terminator(front), v);
  }

  /** Whether all operands are computed before the loop of header `h`: what dominates it has lower numbers. */
  private hasOuterOperands(v: i32, h: i32): boolean {
    const func = this.func;
    for (let i: i32 = 0, n = func.argCount(v); i < n; i++) {
      if (func.block.get(func.arg(v, i)) >= h) return false;
    }
    return true;
  }

  private isWorth(v: i32, op: i32, header: i32): boolean {
    switch (op) {
      // Operands of what uses them, or nothing at all.
      case Op.Eqz:
      case Op.Eq:
      case Op.Ne:
      case Op.LtS:
      case Op.LtU:
      case Op.GtS:
      case Op.GtU:
      case Op.LeS:
      case Op.LeU:
      case Op.GeS:
      case Op.GeU:
      case Op.FEq:
      case Op.FNe:
      case Op.FLt:
      case Op.FGt:
      case Op.FLe:
      case Op.FGe:
      case Op.Wrap:
      case Op.ExtendU:
      case Op.FuncRef:
      case Op.Result:
      case Op.Bitcast:
      case Op.High:
        return false;
      case Op.Add:
      case Op.Sub:
      case Op.And:
      case Op.Or:
      case Op.Xor:
      case Op.Shl:
      case Op.ShrS:
      case Op.ShrU:
      case Op.Rotl:
      case Op.Rotr:
      case Op.Extend8S:
      case Op.Extend16S:
      case Op.Extend32S:
      case Op.ExtendS:
      case Op.Select:
        return !this.isFolded(v, op) && this.hasRoom(header);
    }
    return true;
  }

  /** Whether an address takes the value in: a sum with a constant, an index times a small power of two. */
  private isFolded(v: i32, op: i32): boolean {
    const func = this.func;
    if (op != Op.Add && op != Op.Shl) return false;
    return func.valueType.get(v) == Type.I32 && func.isConst(func.b.get(v));
  }

  /** Whether the loop of `header`, if it is an innermost one, leaves registers free. */
  private hasRoom(header: i32): boolean {
    if (this.inputs.get(header) < 0) this.inputs.set(header, this.countInputs(header));
    return this.inputs.get(header) < MAX_INPUTS;
  }

  /** The number of values from outside that a loop uses, and of its own phis; many for loops with loops inside. */
  private countInputs(h: i32): i32 {
    const func = this.func;
    const loops = this.loops;
    let count: i32 = 0;
    for (let b = h; b <= this.last.get(h); b++) {
      if (b != h && loops.isHeader(b)) return MAX_INPUTS;
      for (let v = func.firstValue.get(b); v != NO_VALUE; v = func.next.get(v)) {
        const isPhi = func.op.get(v) == Op.Phi;
        if (isPhi && b == h) count++;
        if (isPhi) continue;
        for (let i: i32 = 0, n = func.argCount(v); i < n; i++) {
          const x = func.arg(v, i);
          if (func.block.get(x) >= h || func.op.get(x) == Op.Const || this.counted.get(x) == h) continue;
          this.counted.set(x, h);
          count++;
        }
        if (count >= MAX_INPUTS) return count;
      }
    }
    return count;
  }

  private hoistLoad(v: i32, header: i32): boolean {
    const front = this.front.get(header);
    if (front == NO_BLOCK || !this.hasOuterOperands(v, header) || !this.access.describe(this.func, v)) return false;
    if (!this.knowsWrites) this.writes.compute(this.func);
    this.knowsWrites = true;
    if (this.writes.mayWrite(header, this.access)) return false;
    this.move(v, front);
    return true;
  }
}

function hasLoop(func: Func): boolean {
  for (let b: i32 = 0; b < func.blockCount; b++) {
    for (let i: i32 = 0, n = func.succCount.get(b); i < n; i++) if (func.succ(b, i) <= b) return true;
  }
  return false;
}

const hoister: Hoister = new Hoister();
