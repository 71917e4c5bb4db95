// Leads jumps past a branch that they decide: where a block does nothing but choose a way by a phi, an edge that
// brings a constant goes where that leads at once ("jump threading"; Mueller and Whalley, "Avoiding Unconditional
// Jumps by Code Replication", PLDI 1992, is the general case). `a && b` and `a || b` as conditions come as such
// blocks from compilers that do not optimize them: asc, and most when told not to.
//
// The values of such a block must be used by nothing that is not its own, or on the edges out of it, as the block
// dominates less afterwards. Headers of loops stay: an edge past one into its loop would be a second entry.
// Blocks are visited from the last to the first, so the ways out of one are final when edges are led past it.

import { evaluate } from "../base/numerics";
import { I32Column } from "../base/columns";
import { ltU32 } from "host/prims";
import { Cells, Slots } from "host/slots";
import { EdgeMap, FlowRebuilder } from "../ssa/cfg";
import { isCompare } from "../ssa/fold";
import { Func, NO_VALUE } from "../ssa/func";
import { Op, Type } from "../ssa/op";

/** Phis that a block may have, and operands that those of a target may have in all: they are copied for an edge. */
const MAX_PHIS: i32 = 16;
const MAX_OPERANDS: i32 = 256;

/** Returns whether it led any edge past a block. */
export function threadBranches(func: Func): boolean {
  return threader.run(func);
}

class Threader {
  private func: Func = new Func();
  private edgeMap: EdgeMap = new EdgeMap();
  private rebuilder: FlowRebuilder = new FlowRebuilder();
  private phiIndex: I32Column = new I32Column();
  /** By value; counted when the first block of the form is found. */
  private uses: I32Column = new I32Column();
  private operands: I32Column = new I32Column();
  private cells: Cells = new Slots(3).view();
  private isStarted: boolean = false;
  private changed: boolean = false;

  run(func: Func): boolean {
    this.func = func;
    this.isStarted = false;
    this.changed = false;
    for (let b = func.blockCount - 1; b > 0; b--) {
      const phi = this.decidingPhi(b);
      if (phi != NO_VALUE && this.hasConstant(phi)) this.threadBlock(b, phi);
    }
    if (this.changed) {
      this.rebuilder.keepReachable(func);
      this.rebuilder.rebuild(func, this.phiIndex);
    }
    return this.changed;
  }

  /** The phi of block `b` by whose value alone the block chooses its way, or NO_VALUE. */
  private decidingPhi(b: i32): i32 {
    const func = this.func;
    const end = func.terminator(b);
    const op = func.op.get(end);
    if ((op != Op.Branch && op != Op.Switch) || func.op.get(func.firstValue.get(b)) != Op.Phi) return NO_VALUE;
    const condition = func.a.get(end);
    if (func.block.get(condition) != b) return NO_VALUE;
    if (func.op.get(condition) == Op.Phi) return condition;
    if (!isIntegerTest(func, condition)) return NO_VALUE;
    const phi = func.a.get(condition);
    return func.block.get(phi) == b && func.op.get(phi) == Op.Phi ? phi : NO_VALUE;
  }

  private hasConstant(phi: i32): boolean {
    const func = this.func;
    const n = func.argCount(phi);
    for (let i: i32 = 0; i < n; i++) if (func.isConst(func.arg(phi, i))) return true;
    return false;
  }

  private threadBlock(b: i32, phi: i32): void {
    const func = this.func;
    const preds = func.predCount.get(b);
    for (let i: i32 = 0; i < preds; i++) if (func.pred(b, i) >= b) return;
    if (!this.isStarted) this.start();
    if (!this.isSelfContained(b)) return;
    this.moveConstants(b);
    for (let i: i32 = 0; i < preds; i++) {
      if (!func.isConst(func.arg(phi, i))) continue;
      const slot = this.slotOf(func.pred(b, i), b, i);
      if (slot < 0) continue;
      const way = func.succStart.get(b) + this.wayFor(b, func.arg(phi, i));
      if (this.hasFewOperands(func.edges.get(way))) this.redirect(b, i, slot, way);
    }
  }

  private start(): void {
    const func = this.func;
    this.isStarted = true;
    this.edgeMap.compute(func);
    this.phiIndex = this.edgeMap.phiIndex;
    const uses = this.uses;
    uses.clear();
    uses.resize(func.valueCount);
    for (let b: i32 = 0; b < func.blockCount; b++) {
      for (let v = func.firstValue.get(b); v != NO_VALUE; v = func.next.get(v)) {
        const n = func.argCount(v);
        for (let i: i32 = 0; i < n; i++) uses.set(func.arg(v, i), uses.get(func.arg(v, i)) + 1);
      }
    }
  }

  /**
   * Whether the block has nothing but a few phis, constants, and a test for the branch, and nobody else uses the
   * phis and the test.
   */
  private isSelfContained(b: i32): boolean {
    const func = this.func;
    const end = func.terminator(b);
    const condition = func.a.get(end);
    let phis: i32 = 0;
    for (let v = func.firstValue.get(b); v != end; v = func.next.get(v)) {
      const op = func.op.get(v);
      if (op == Op.Phi) {
        phis++;
        if (phis > MAX_PHIS || this.uses.get(v) != this.countOwnUses(b, v)) return false;
      } else if (op != Op.Const && (v != condition || this.uses.get(v) != 1)) return false;
    }
    return true;
  }

  /** Constants of the block, which others may use, go to the entry. */
  private moveConstants(b: i32): void {
    const func = this.func;
    let v = func.firstValue.get(b);
    while (v != NO_VALUE) {
      const next = func.next.get(v);
      if (func.op.get(v) == Op.Const) {
        func.unlink(v);
        func.insertBefore(func.terminator(0), v);
        this.changed = true;
      }
      v = next;
    }
  }

  private hasFewOperands(block: i32): boolean {
    const func = this.func;
    let count: i32 = 0;
    for (let v = func.firstValue.get(block); func.op.get(v) == Op.Phi; v = func.next.get(v)) {
      count += func.argCount(v);
      if (count > MAX_OPERANDS) return false;
    }
    return true;
  }

  /** Uses of the phi `v` in block `b` and on the edges out of it. */
  private countOwnUses(b: i32, v: i32): i32 {
    const func = this.func;
    const condition = func.a.get(func.terminator(b));
    let count: i32 = condition == v || (isIntegerTest(func, condition) && func.a.get(condition) == v) ? 1 : 0;
    const start = func.succStart.get(b);
    const n = func.succCount.get(b);
    for (let k: i32 = 0; k < n; k++) {
      const target = func.edges.get(start + k);
      const index = this.phiIndex.get(start + k);
      for (let w = func.firstValue.get(target); func.op.get(w) == Op.Phi; w = func.next.get(w)) {
        if (func.arg(w, index) == v) count++;
      }
    }
    return count;
  }

  /** The slot of the edge from `p` that is entry `index` of the predecessors of `b`; -1 if `p` has many. */
  private slotOf(p: i32, b: i32, index: i32): i32 {
    const func = this.func;
    const start = func.succStart.get(p);
    const n = func.succCount.get(p);
    if (n > 2) return -1;
    for (let k: i32 = 0; k < n; k++) {
      if (func.edges.get(start + k) == b && this.phiIndex.get(start + k) == index) return start + k;
    }
    return -1;
  }

  /** Which way block `b` takes when its deciding phi is the constant `x`. */
  private wayFor(b: i32, x: i32): i32 {
    const func = this.func;
    const end = func.terminator(b);
    const n = func.succCount.get(b);
    const condition = func.a.get(end);
    let value = func.imm.get(x);
    if (func.op.get(condition) != Op.Phi) value = this.evaluateTest(condition, x);
    if (func.op.get(end) == Op.Switch) return ltU32(value, n - 1) ? value : n - 1;
    return value != 0 ? 0 : 1;
  }

  /** Result of the test `v` for the constant `x` as its first operand. */
  private evaluateTest(v: i32, x: i32): i32 {
    const func = this.func;
    const cells = this.cells;
    const y: i32 = func.op.get(v) == Op.Eqz ? x : func.b.get(v);
    cells.setI64(0, func.imm.get(x), func.immHi.get(x));
    cells.setI64(1, func.imm.get(y), func.immHi.get(y));
    evaluate(func.op.get(v), func.valueType.get(x), Type.I32, cells, 2, 0, 1);
    return cells.getLo(2);
  }

  /** Leads the edge in `slot`, entry `index` of the predecessors of `b`, along the edge `way` out of that. */
  private redirect(b: i32, index: i32, slot: i32, way: i32): void {
    const func = this.func;
    const target = func.edges.get(way);
    this.addUses(b, index, -1);
    func.edges.set(slot, target);
    this.phiIndex.set(slot, this.operandsAlong(b, index, target, this.phiIndex.get(way)));
    this.addUses(target, this.phiIndex.get(slot), 1);
    this.changed = true;
  }

  private addUses(block: i32, index: i32, change: i32): void {
    const func = this.func;
    for (let v = func.firstValue.get(block); func.op.get(v) == Op.Phi; v = func.next.get(v)) {
      const x = func.arg(v, index);
      this.uses.set(x, this.uses.get(x) + change);
    }
  }

  /**
   * The place in the phis of `target` for an edge that enters `b` as number `index` and leaves it as number `out`:
   * that of the way out, unless it brings phis of `b`, for which their operands are appended.
   */
  private operandsAlong(b: i32, index: i32, target: i32, out: i32): i32 {
    const func = this.func;
    let place = out;
    for (let v = func.firstValue.get(target); func.op.get(v) == Op.Phi; v = func.next.get(v)) {
      if (func.block.get(func.arg(v, out)) == b) place = func.argCount(v);
    }
    if (place == out) return out;
    for (let v = func.firstValue.get(target); func.op.get(v) == Op.Phi; v = func.next.get(v)) {
      const x = func.arg(v, out);
      const start = func.a.get(v);
      this.operands.clear();
      this.operands.append(func.pool, start, start + place);
      this.operands.push(func.block.get(x) == b ? func.arg(x, index) : x);
      func.a.set(v, func.pool.length);
      func.b.set(v, place + 1);
      func.pool.append(this.operands, 0, place + 1);
    }
    return place;
  }
}

/** Whether `v` compares an integer with a constant. */
function isIntegerTest(func: Func, v: i32): boolean {
  const op = func.op.get(v);
  if (op == Op.Eqz) return func.valueType.get(func.a.get(v)) != Type.Ref;
  return isCompare(op) && op <= Op.GeU && func.isConst(func.b.get(v));
}

const threader: Threader = new Threader();
