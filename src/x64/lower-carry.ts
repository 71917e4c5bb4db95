// Counting without booleans: x + (a < b) and x − (a < b), where an unsigned comparison leaves its truth, or the
// opposite, in the carry flag, which `adc` and `sbb` add and subtract on the way.

import { NO_VALUE } from "../ssa/func";
import { Op } from "../ssa/op";
import { rmLow } from "./lower-address";
import { X64 } from "./op";
import { Selector } from "./select-state";

/** The comparison found by `findCarry`: carry if and only if left < right, or left < immediate if right is none. */
let left: i32 = 0;
let right: i32 = NO_VALUE;
let immediate: i32 = 0;
/** Whether the carry says the opposite of the comparison. */
let isInverted: boolean = false;

/** Selects `v`, an addition (or subtraction) of a comparison that nothing else uses, if it is one. */
export function lowerCarrySum(s: Selector, v: i32, isSub: boolean): boolean {
  const func = s.func;
  let x = func.a.get(v);
  if (!findCarry(s, func.b.get(v))) {
    if (isSub || !findCarry(s, x)) return false;
    x = func.b.get(v);
  }
  if (s.isConst(x)) return false;
  const d = s.regOfDef(v);
  const r = s.lowReg(x);
  if (right == NO_VALUE) {
    const imm = immediate;
    const isWide = s.isWide(left);
    const operand = rmLow(s, left);
    s.beginImm(isWide ? X64.CmpI64 : X64.CmpI32, imm);
    s.useRm(operand);
  } else {
    const isWide = s.isWide(left);
    const first = s.lowReg(left);
    const second = rmLow(s, right);
    s.begin(isWide ? X64.Cmp64 : X64.Cmp32);
    s.use(first);
    s.useRm(second);
  }
  // x + !carry is x − (−1) − carry, x − !carry is x + (−1) + carry.
  const row: i32 = isSub == isInverted ? X64.AdcI32 : X64.SbbI32;
  s.beginImm(row + (s.isWide(v) ? 1 : 0), isInverted ? -1 : 0);
  s.defReuse(d);
  s.use(r);
  return true;
}

/** Whether `v` is, perhaps extended, a comparison whose truth the carry flag can tell; sets the variables above. */
function findCarry(s: Selector, v: i32): boolean {
  const func = s.func;
  let x = v;
  if (func.op.get(x) == Op.ExtendU && s.isSingle(x)) x = func.a.get(x);
  const op = func.op.get(x);
  if (op < Op.Eqz || op > Op.GeU || !s.isSingle(x)) return false;
  left = func.a.get(x);
  right = NO_VALUE;
  immediate = 1;
  isInverted = false;
  if (op == Op.Eqz) return !isComparison(func.op.get(left));
  const b = func.b.get(x);
  const isImmediate = s.isImmediate(b);
  if (op == Op.Eq || op == Op.Ne) {
    isInverted = op == Op.Ne;
    return isImmediate && s.constLo(b) == 0;
  }
  isInverted = op == Op.GeU || (op == Op.GtU && isImmediate) || (op == Op.LeU && !isImmediate);
  if (op == Op.LtU || op == Op.GeU) {
    if (isImmediate) immediate = s.constLo(b);
    else right = b;
    return true;
  }
  if (op != Op.GtU && op != Op.LeU) return false;
  if (!isImmediate) {
    right = left;
    left = b;
    return true;
  }
  // Above c is not below c + 1, which must not wrap, nor change when it is sign-extended.
  immediate = (s.constLo(b) + 1) | 0;
  return immediate != 0 && !(s.isWide(b) && immediate == -2147483648);
}

/** Comparisons are better negated than compared with 0. */
function isComparison(op: i32): boolean {
  return (op >= Op.Eqz && op <= Op.GeU) || (op >= Op.FEq && op <= Op.FGe);
}
