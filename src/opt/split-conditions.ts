// Makes two branches of one that asks for a conjunction or disjunction of comparisons: each comparison then sets the
// flags for its own jump, instead of two booleans being made, combined, and tested. LLVM's code generator does the same
// for processors on which jumps are cheap; for WebAssembly it has combined them before.
//
// The forms are and, or, and select with a constant (as Binaryen writes `&&` and `||`), and negations of these. What is
// combined must have no other use, or it would have to be made all the same.

import { I32Column } from "../base/columns";
import { EdgeMap, FlowRebuilder } from "../ssa/cfg";
import { isCompare } from "../ssa/fold";
import { Func } from "../ssa/func";
import { Op, Type } from "../ssa/op";

const MAX_DEPTH: i32 = 3;

/** Returns whether it split any branch. */
export function splitConditions(func: Func): boolean {
  for (let b: i32 = 0; b < func.blockCount; b++) {
    const end = func.terminator(b);
    if (func.op.get(end) == Op.Branch && isCombined(func, func.a.get(end))) return splitter.run(func);
  }
  return false;
}

/** Whether `v` may be one of the forms, behind negations. */
function isCombined(func: Func, v: i32): boolean {
  let x = v;
  while (func.op.get(x) == Op.Eqz && func.valueType.get(func.a.get(x)) == Type.I32) x = func.a.get(x);
  const op = func.op.get(x);
  if (op == Op.And || op == Op.Or) return isCondition(func, x, MAX_DEPTH);
  return op == Op.Select && (func.isConst(func.a.get(x)) || func.isConst(func.b.get(x)));
}

/** Whether `v` is a comparison or a combination of comparisons, of depth `depth` at most. */
function isCondition(func: Func, v: i32, depth: i32): boolean {
  const op = func.op.get(v);
  if (isCompare(op)) return true;
  if ((op != Op.And && op != Op.Or) || depth == 0) return false;
  return isCondition(func, func.a.get(v), depth - 1) && isCondition(func, func.b.get(v), depth - 1);
}

class ConditionSplitter {
  private func: Func = new Func();
  private edgeMap: EdgeMap = new EdgeMap();
  private rebuilder: FlowRebuilder = new FlowRebuilder();
  private uses: I32Column = new I32Column();
  /** By block: the new block behind it, or -1. */
  private behind: I32Column = new I32Column();

  run(func: Func): boolean {
    const blocks = func.blockCount;
    this.func = func;
    this.countUses();
    this.edgeMap.compute(func);
    this.behind.resize(blocks);
    this.behind.fill(-1, 0, blocks);
    // A new block is the next to be looked at: what it asks may be combined again.
    for (let b: i32 = 0; b < func.blockCount; b++) {
      while (func.op.get(func.terminator(b)) == Op.Branch && this.split(b));
    }
    if (func.blockCount == blocks) return false;
    const order = this.rebuilder.order;
    order.clear();
    for (let b: i32 = 0; b < blocks; b++) for (let x = b; x >= 0; x = this.behind.get(x)) order.push(x);
    this.rebuilder.rebuild(func, this.edgeMap.phiIndex);
    return true;
  }

  private countUses(): void {
    const func = this.func;
    const uses = this.uses;
    uses.clear();
    uses.resize(func.valueCount);
    for (let b: i32 = 0; b < func.blockCount; b++) {
      for (let v = func.firstValue.get(b); v >= 0; v = func.next.get(v)) {
        const n = func.argCount(v);
        for (let i: i32 = 0; i < n; i++) uses.set(func.arg(v, i), uses.get(func.arg(v, i)) + 1);
      }
    }
  }

  /** Splits the branch of block `b` once; false if it is not of the form. */
  private split(b: i32): boolean {
    const func = this.func;
    const end = func.terminator(b);
    let v = func.a.get(end);
    let negated = false;
    if (!isCombined(func, v)) return false;
    while (func.op.get(v) == Op.Eqz) {
      if (this.uses.get(v) != 1) return false;
      negated = !negated;
      v = func.a.get(v);
    }
    if (this.uses.get(v) != 1) return false;
    const op = func.op.get(v);
    const x = func.a.get(v);
    const y = func.b.get(v);
    if (op != Op.Select) {
      if (this.uses.get(x) != 1 || this.uses.get(y) != 1) return false;
      // False decides a conjunction, true a disjunction.
      if (op == Op.And) this.build(b, x, y, 1, false, negated);
      else this.build(b, x, y, 0, true, negated);
      return true;
    }
    // What the select gives if its condition holds is the constant or the other, that is asked next.
    const isFirst = func.isConst(x);
    const constant = isFirst ? x : y;
    const asked = isFirst ? y : x;
    const isTrue = (func.imm.get(constant) | func.immHi.get(constant)) != 0;
    if (func.valueType.get(asked) != Type.I32 || func.isConst(asked) || this.uses.get(asked) != 1) return false;
    this.build(b, func.c.get(v), asked, isFirst ? 0 : 1, isTrue, negated);
    return true;
  }

  /**
   * Block `b` asks for `first` only, and on its way number `decidingWay` (0: true) goes where the whole condition's truth
   * leads if `decidedAs`, where its falsehood leads if not; on the other way a new block asks for `second`.
   */
  private build(b: i32, first: i32, second: i32, decidingWay: i32, decidedAs: boolean, negated: boolean): void {
    const func = this.func;
    const edges = func.edges;
    const phiIndex = this.edgeMap.phiIndex;
    const end = func.terminator(b);
    const start = func.succStart.get(b);
    const trueSlot = negated ? start + 1 : start;
    const falseSlot = negated ? start : start + 1;
    const truth = edges.get(trueSlot);
    const truthPhi = phiIndex.get(trueSlot);
    const falsehood = edges.get(falseSlot);
    const falsehoodPhi = phiIndex.get(falseSlot);
    const middle = func.buildBlock();
    const branch = func.buildValue(Op.Branch, Type.None, second, 0, 0, 0, 0, func.origin.get(end));
    this.uses.push(0);
    func.append(middle, branch);
    func.succStart.set(middle, edges.length);
    func.succCount.set(middle, 2);
    edges.push(truth);
    edges.push(falsehood);
    phiIndex.push(truthPhi);
    phiIndex.push(falsehoodPhi);
    func.a.set(end, first);
    const decided = start + decidingWay;
    const open = start + 1 - decidingWay;
    edges.set(decided, decidedAs ? truth : falsehood);
    phiIndex.set(decided, decidedAs ? truthPhi : falsehoodPhi);
    edges.set(open, middle);
    phiIndex.set(open, 0);
    this.behind.push(this.behind.get(b));
    this.behind.set(b, middle);
  }
}

const splitter: ConditionSplitter = new ConditionSplitter();
