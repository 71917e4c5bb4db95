// The blocks of the machine code: edges, parameters, loop depth, and which blocks are cold. They are those of the
// SSA form, in the same order; phis become parameters, and jumps carry the arguments.

import { I32Column } from "../base/columns";
import { Func, NO_VALUE } from "../ssa/func";
import { Op } from "../ssa/op";
import { X64 } from "./op";
import { Selector } from "./select-state";

/** Chances, out of 256, that a comparison holds: of equality, of an order with 0 below it; of a value that it is not 0. */
const EQUAL: i32 = 64;
const NEGATIVE: i32 = 60;
const NOT_ZERO: i32 = 150;
const EVEN: i32 = 128;
const CERTAIN: i32 = 256;

/** By block that ends in a jump: which predecessor of its successor it is. */
const predIndex: I32Column = new I32Column();
/** By block: change of loop depth from the block before. */
const depthChange: I32Column = new I32Column();
/** Registers of the arguments of the jump being written. */
const jumpArguments: I32Column = new I32Column();

/** Writes the blocks' columns, except for the instructions' ranges and the parameters. */
export function buildBlocks(s: Selector): void {
  const func = s.func;
  const mir = s.mir;
  const count = func.blockCount;
  mir.lists.append(func.edges, 0, func.edges.length);
  predIndex.resize(count);
  for (let block: i32 = 0; block < count; block++) {
    mir.succStart.push(func.succStart.get(block));
    mir.succCount.push(func.succCount.get(block));
    mir.predStart.push(func.predStart.get(block));
    mir.predCount.push(func.predCount.get(block));
    const preds = func.predCount.get(block);
    for (let i: i32 = 0; i < preds; i++) predIndex.set(func.pred(block, i), i);
  }
  computeLoopDepth(s);
  computeCold(s);
  for (let block: i32 = 0; block < count; block++) {
    const end = func.terminator(block);
    mir.bias.push(func.op.get(end) == Op.Branch ? chanceOf(func, func.a.get(end)) : EVEN);
  }
}

/** The chance that `v` is not 0. */
function chanceOf(func: Func, v: i32): i32 {
  let x = v;
  let flip = false;
  while (func.op.get(x) == Op.Eqz && isComparison(func.op.get(func.a.get(x)))) {
    flip = !flip;
    x = func.a.get(x);
  }
  const chance = chanceOfComparison(func, x);
  return flip ? CERTAIN - chance : chance;
}

function isComparison(op: i32): boolean {
  return (op >= Op.Eqz && op <= Op.GeU) || (op >= Op.FEq && op <= Op.FGe);
}

function chanceOfComparison(func: Func, v: i32): i32 {
  switch (func.op.get(v)) {
    case Op.Eq:
    case Op.Eqz:
    case Op.FEq:
      return EQUAL;
    case Op.Ne:
    case Op.FNe:
      return CERTAIN - EQUAL;
    case Op.LtS:
    case Op.LeS:
      return isZero(func, func.b.get(v)) ? NEGATIVE : EVEN;
    case Op.GtS:
    case Op.GeS:
      return isZero(func, func.b.get(v)) ? CERTAIN - NEGATIVE : EVEN;
    case Op.Load:
    case Op.Phi:
    case Op.Param:
    case Op.Call:
      return NOT_ZERO;
  }
  return EVEN;
}

function isZero(func: Func, v: i32): boolean {
  return func.op.get(v) == Op.Const && func.imm.get(v) == 0 && func.immHi.get(v) == 0;
}

/** Writes the blocks' parameters: after selection, when a phi's register tells whether it was asked for. */
export function buildParams(s: Selector): void {
  const func = s.func;
  const mir = s.mir;
  const count = func.blockCount;
  for (let block: i32 = 0; block < count; block++) {
    const start = mir.lists.length;
    for (let v = firstPhi(func, block); v != NO_VALUE; v = nextPhi(func, v)) {
      if (s.uses.get(v) != 0) mir.lists.push(s.regOfDef(v));
    }
    mir.paramStart.push(start);
    mir.paramCount.push(mir.lists.length - start);
  }
}

/** Blocks from a back edge's target to its source, of which there may be several, are one deeper. */
function computeLoopDepth(s: Selector): void {
  const func = s.func;
  const count = func.blockCount;
  depthChange.clear();
  depthChange.resize(count + 1);
  for (let block: i32 = 0; block < count; block++) {
    let last: i32 = -1;
    const preds = func.predCount.get(block);
    for (let i: i32 = 0; i < preds; i++) {
      const p = func.pred(block, i);
      if (p >= block && p > last) last = p;
    }
    if (last < 0) continue;
    depthChange.set(block, depthChange.get(block) + 1);
    depthChange.set(last + 1, depthChange.get(last + 1) - 1);
  }
  let depth: i32 = 0;
  for (let block: i32 = 0; block < count; block++) {
    depth += depthChange.get(block);
    s.mir.loopDepth.push(depth);
  }
}

/** A block is cold if it traps, or leads only to cold blocks further down. The entry stays where it is. */
function computeCold(s: Selector): void {
  const func = s.func;
  const cold = s.mir.cold;
  cold.resize(func.blockCount);
  for (let block = func.blockCount - 1; block > 0; block--) {
    const succs = func.succCount.get(block);
    const end = func.op.get(func.terminator(block));
    let isCold = end == Op.Trap || end == Op.TrapAccess;
    if (succs != 0) {
      isCold = true;
      for (let i: i32 = 0; i < succs && isCold; i++) {
        const target = func.succ(block, i);
        isCold = target > block && cold.get(target) != 0;
      }
      if (end == Op.Unwind) cold.set(func.succ(block, 1), 1);
    }
    cold.set(block, isCold ? 1 : 0);
  }
}

/** The jump that ends `block`, with the arguments for its successor's parameters. */
export function lowerJump(s: Selector, block: i32): void {
  const func = s.func;
  const target = func.succ(block, 0);
  const index = predIndex.get(block);
  // Constants first: they are instructions of their own.
  jumpArguments.clear();
  for (let v = firstPhi(func, target); v != NO_VALUE; v = nextPhi(func, v)) {
    if (s.uses.get(v) != 0) jumpArguments.push(s.reg(func.pool.get(func.a.get(v) + index)));
  }
  s.begin(X64.Jmp);
  for (let i: i32 = 0; i < jumpArguments.length; i++) s.useAny(jumpArguments.get(i));
}

function firstPhi(func: Func, block: i32): i32 {
  const v = func.firstValue.get(block);
  return v != NO_VALUE && func.op.get(v) == Op.Phi ? v : NO_VALUE;
}

function nextPhi(func: Func, v: i32): i32 {
  const next = func.next.get(v);
  return next != NO_VALUE && func.op.get(next) == Op.Phi ? next : NO_VALUE;
}
