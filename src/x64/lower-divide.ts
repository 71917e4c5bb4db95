// Division and remainder by constants without a division: shifts for powers of two (Hacker's Delight, 10-1).

import { ctz32, popcnt32 } from "host/prims";
import { Op } from "../ssa/op";
import { X64 } from "./op";
import { Selector } from "./select-state";

/** Selects `v`, a division or remainder `op`, if its divisor is a constant for which there is a shorter way. */
export function lowerDivisionByConstant(s: Selector, v: i32, op: i32): boolean {
  const b = s.func.b.get(v);
  if (!s.isImmediate(b)) return false;
  const c = s.constLo(b);
  if (c == 0 || c == -2147483648) return false;
  const isUnsigned = op == Op.DivU || op == Op.RemU;
  if (isUnsigned && c < 0) return false;
  const size = c < 0 ? (0 - c) | 0 : c;
  if (size == 1 || popcnt32(size) != 1) return false;
  const shift = ctz32(size);
  if (op == Op.DivU) emitStep(s, X64.ShrI32, s.regOfDef(v), s.lowReg(s.func.a.get(v)), shift, s.isWide(v));
  else if (op == Op.RemU) emitStep(s, X64.AndI32, s.regOfDef(v), s.lowReg(s.func.a.get(v)), size - 1, s.isWide(v));
  else lowerSignedPowerOfTwo(s, v, op, shift, c < 0);
  return true;
}

/** x / 2^shift rounds towards zero: negative dividends get 2^shift − 1 added before the shift. */
function lowerSignedPowerOfTwo(s: Selector, v: i32, op: i32, shift: i32, isNegative: boolean): void {
  const wide = s.isWide(v);
  const width = wide ? 64 : 32;
  const x = s.lowReg(s.func.a.get(v));
  const d = s.regOfDef(v);
  let sign = x;
  if (shift > 1) {
    sign = s.newGeneral(wide);
    emitStep(s, X64.SarI32, sign, x, width - 1, wide);
  }
  const bias = s.newGeneral(wide);
  emitStep(s, X64.ShrI32, bias, sign, width - shift, wide);
  const sum = s.newGeneral(wide);
  emitPair(s, X64.Add32, sum, bias, x, wide);
  if (op == Op.DivS) {
    const quotient = isNegative ? s.newGeneral(wide) : d;
    emitStep(s, X64.SarI32, quotient, sum, shift, wide);
    if (isNegative) {
      s.begin(wide ? X64.Neg64 : X64.Neg32);
      s.defReuse(d);
      s.use(quotient);
    }
    return;
  }
  const multiple = s.newGeneral(wide);
  emitStep(s, X64.AndI32, multiple, sum, -(1 << shift), wide);
  emitPair(s, X64.Sub32, d, x, multiple, wide);
}

/** d ← row(a, imm); `row` is the 32-bit one. */
function emitStep(s: Selector, row: i32, d: i32, a: i32, imm: i32, wide: boolean): void {
  s.beginImm(row + (wide ? 1 : 0), imm);
  s.defReuse(d);
  s.use(a);
}

/** d ← row(a, b); `row` is the 32-bit one. */
function emitPair(s: Selector, row: i32, d: i32, a: i32, b: i32, wide: boolean): void {
  s.begin(row + (wide ? 1 : 0));
  s.defReuse(d);
  s.use(a);
  s.useAny(b);
}
