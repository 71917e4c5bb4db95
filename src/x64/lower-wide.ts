// Arithmetic on 128 bits: `add` and `adc`, `sub` and `sbb`, and the multiplications of 64 bits that give all 128. An
// operation's value is the low half; the high half is another value, that says so when it is asked for, which is before
// the operation itself is selected.

import { NO_VALUE } from "../ssa/func";
import { Op } from "../ssa/op";
import { rm } from "./lower-address";
import { lowerMul } from "./lower-integer";
import { X64 } from "./op";
import { Reg } from "./registers";
import { Selector } from "./select-state";

/** Leaves the high half to the operation it belongs to, which defines both. */
export function lowerHigh(s: Selector, v: i32): void {
  const origin = s.func.a.get(v);
  s.resultChain.set(v, s.resultChain.get(origin));
  s.resultChain.set(origin, v);
  s.regOfDef(origin);
}

/** The register of the high half of `v`: that of the first value that is it. */
function highRegister(s: Selector, v: i32): i32 {
  const high = s.resultChain.get(v);
  return high == NO_VALUE ? s.newGeneral(true) : s.regOfDef(high);
}

/** Values that are the high half of `v`, too, get copies. */
function emitOtherHighs(s: Selector, v: i32): void {
  const first = s.resultChain.get(v);
  if (first == NO_VALUE) return;
  for (let r = s.resultChain.get(first); r != NO_VALUE; r = s.resultChain.get(r)) {
    s.begin(X64.Mov64);
    s.def(s.regOfDef(r));
    s.use(s.regOfDef(first));
  }
}

export function lowerMulWide(s: Selector, v: i32, op: i32): void {
  if (s.resultChain.get(v) == NO_VALUE) {
    lowerMul(s, v);
    return;
  }
  const func = s.func;
  const x = s.reg(func.a.get(v));
  const y = s.reg(func.b.get(v));
  const low = s.regOfDef(v);
  const high = highRegister(s, v);
  s.begin(op == Op.MulWideS ? X64.ImulHigh64 : X64.MulHigh64);
  s.defFixed(low, Reg.Rax);
  s.defFixed(high, Reg.Rdx);
  s.useFixed(x, Reg.Rax);
  s.useLate(y);
  emitOtherHighs(s, v);
}

/** Everything is in its place before the first half sets the carry flag; moves do not change it. */
export function lowerAddWide(s: Selector, v: i32, op: i32): void {
  const func = s.func;
  const start = func.a.get(v);
  const isAdd = op == Op.AddWide;
  const y = func.pool.get(start + 2);
  const yHigh = func.pool.get(start + 3);
  const hasHigh = s.resultChain.get(v) != NO_VALUE;
  const low = s.regOfDef(v);
  const first = s.reg(func.pool.get(start));
  const firstHigh: i32 = hasHigh ? s.reg(func.pool.get(start + 1)) : -1;
  const isShort = s.isImmediate(yHigh);
  const secondHigh: i32 = hasHigh && !isShort ? s.reg(yHigh) : -1;
  if (s.isImmediate(y)) {
    s.beginImm(isAdd ? X64.AddI64 : X64.SubI64, s.constLo(y));
    s.defReuse(low);
    s.use(first);
  } else {
    const second = rm(s, y);
    s.begin(isAdd ? X64.Add64 : X64.Sub64);
    s.defReuse(low);
    s.use(first);
    s.useRm(second);
  }
  if (!hasHigh) return;
  const high = highRegister(s, v);
  if (isShort) {
    s.beginImm(isAdd ? X64.AdcI64 : X64.SbbI64, s.constLo(yHigh));
    s.defReuse(high);
    s.use(firstHigh);
  } else {
    s.begin(isAdd ? X64.Adc64 : X64.Sbb64);
    s.defReuse(high);
    s.use(firstHigh);
    s.useAny(secondHigh);
  }
  emitOtherHighs(s, v);
}
