// Loops ask of a counter whether its old value was the last one, as LLVM writes them for WebAssembly:
//
//   p = phi(…, v); v = p + 8; branch p != 504
//
// so p and v live side by side, and v must be moved to p's place for the next round. Whether v is 512 is the same question,
// modulo the size of the type, and then p ends where v begins: both are one register (linear function test replacement;
// Muchnick, Advanced Compiler Design and Implementation, 14.1.4).

import { addWide, wideHi, wideLo } from "../base/wide";
import { insertConst } from "../ssa/fold";
import { Func, NO_VALUE } from "../ssa/func";
import { Op, Type } from "../ssa/op";

/** Returns whether any loop asks of the new value now. */
export function compareNewCounters(func: Func): boolean {
  let changed = false;
  for (let b: i32 = 0, n = func.blockCount; b < n; b++) {
    const end = func.terminator(b);
    if (func.op.get(end) != Op.Branch) continue;
    if (func.succ(b, 0) > b && func.succ(b, 1) > b) continue;
    let c = func.a.get(end);
    while (func.op.get(c) == Op.Eqz && func.valueType.get(func.a.get(c)) == Type.I32) c = func.a.get(c);
    if (isTest(func, c) && func.block.get(c) == b && compareNew(func, b, c)) changed = true;
  }
  return changed;
}

/** Whether `c` compares a phi with a constant for equality. */
function isTest(func: Func, c: i32): boolean {
  const op = func.op.get(c);
  if (op != Op.Eq && op != Op.Ne) return false;
  return func.op.get(func.a.get(c)) == Op.Phi && func.isConst(func.b.get(c));
}

/** Changes the comparison `c` in block `b` to one of the phi's value for the next round, if that is the phi plus a constant. */
function compareNew(func: Func, b: i32, c: i32): boolean {
  const p = func.a.get(c);
  const header = func.block.get(p);
  const v = operandFrom(func, p, header, b);
  if (v == NO_VALUE || func.op.get(v) != Op.Add || func.a.get(v) != p || func.block.get(v) != b) return false;
  const step = func.b.get(v);
  if (!func.isConst(step)) return false;
  const bound = func.b.get(c);
  addWide(func.imm.get(bound), func.immHi.get(bound), func.imm.get(step), func.immHi.get(step));
  const type = func.valueType.get(p);
  const origin = func.origin.get(c);
  const sum = insertConst(func, c, type, wideLo(), type == Type.I64 ? wideHi() : 0, origin);
  if (!isBefore(func, v, c)) {
    func.unlink(v);
    func.b.set(v, insertConst(func, c, type, func.imm.get(step), func.immHi.get(step), origin));
    func.insertBefore(c, v);
  }
  func.a.set(c, v);
  func.b.set(c, sum);
  return true;
}

/** Operand of phi `p` of block `header` on the only edge from block `b`; NO_VALUE without one, or with two. */
function operandFrom(func: Func, p: i32, header: i32, b: i32): i32 {
  let found: i32 = NO_VALUE;
  for (let i: i32 = 0, n = func.predCount.get(header); i < n; i++) {
    if (func.pred(header, i) != b) continue;
    if (found != NO_VALUE) return NO_VALUE;
    found = func.arg(p, i);
  }
  return found;
}

/** Whether `v` stands before `c` in their block. */
function isBefore(func: Func, v: i32, c: i32): boolean {
  let x = func.prev.get(c);
  while (x != NO_VALUE && x != v) x = func.prev.get(x);
  return x == v;
}
