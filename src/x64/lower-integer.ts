// Integer arithmetic: two-address forms, immediates, memory operands, `lea` where the left operand lives on,
// shifts, bit counts, extensions, division.
//
// Which operand of a commutative operation is overwritten is decided by what is live after it: users are selected
// first, so a value that already has a register is needed below and overwriting it would cost a copy.

import { ctz32, popcnt32 } from "host/prims";
import { Cpu } from "../link/cpu";
import { Op, Type } from "../ssa/op";
import { buildSumAddress, canFoldMemory, foldNarrowLoad, rmLow, setAddress, shiftScale } from "./lower-address";
import { lowerCarrySum } from "./lower-carry";
import { lowerDivisionByConstant } from "./lower-divide";
import { Cond, X64 } from "./op";
import { Reg } from "./registers";
import { Selector } from "./select-state";

/** The 32-bit rows of two-address operations; the 64-bit ones follow. */
function rowOf(op: i32): i32 {
  switch (op) {
    case Op.Add:
      return X64.Add32;
    case Op.Sub:
      return X64.Sub32;
    case Op.And:
      return X64.And32;
    case Op.Or:
      return X64.Or32;
    case Op.Xor:
      return X64.Xor32;
    case Op.Mul:
      return X64.Imul32;
    case Op.Shl:
      return X64.Shl32;
    case Op.ShrS:
      return X64.Sar32;
    case Op.ShrU:
      return X64.Shr32;
    case Op.Rotl:
      return X64.Rol32;
  }
  return X64.Ror32;
}

/** The rows with an immediate. */
function immediateRowOf(op: i32): i32 {
  switch (op) {
    case Op.Add:
      return X64.AddI32;
    case Op.Sub:
      return X64.SubI32;
    case Op.And:
      return X64.AndI32;
    case Op.Or:
      return X64.OrI32;
    case Op.Xor:
      return X64.XorI32;
    case Op.Shl:
      return X64.ShlI32;
    case Op.ShrS:
      return X64.SarI32;
    case Op.ShrU:
      return X64.ShrI32;
    case Op.Rotl:
      return X64.RolI32;
  }
  return X64.RorI32;
}

/** d ← row(a, imm) in the two-address form. */
export function emitImmediate(s: Selector, row: i32, d: i32, a: i32, imm: i32): void {
  s.beginImm(row, imm);
  s.defReuse(d);
  s.use(a);
}

/** d ← row(a) in the two-address form with one operand. */
function emitUnary(s: Selector, row: i32, d: i32, a: i32): void {
  s.begin(row);
  s.defReuse(d);
  s.use(a);
}

/** d ← row(r/m) */
export function emitMove(s: Selector, row: i32, d: i32, operand: i32): void {
  s.begin(row);
  s.def(d);
  s.useRm(operand);
}

/** d ← row(a, b) in the two-address form; a memory operand is folded, and of commutative ones the dying is reused. */
function emitBinary(s: Selector, v: i32, row: i32, commutes: boolean): void {
  let a = s.func.a.get(v);
  let b = s.func.b.get(v);
  const d = s.regOfDef(v);
  if (commutes && shouldExchange(s, a, b)) {
    const t = a;
    a = b;
    b = t;
  }
  const left = s.lowReg(a);
  const right = rmLow(s, b);
  s.begin(row);
  s.defReuse(d);
  s.use(left);
  s.useRm(right);
}

/** Whether `b` makes the better left operand: `a` is a load that can be folded, or lives on while `b` dies. */
function shouldExchange(s: Selector, a: i32, b: i32): boolean {
  if (canFoldMemory(s, b)) return false;
  if (canFoldMemory(s, a)) return true;
  return s.isLive(a) && !s.isLive(b) && !s.isConst(b);
}

export function lowerAdd(s: Selector, v: i32): void {
  if (v != s.flagsValue && lowerCarrySum(s, v, false)) return;
  const func = s.func;
  let a = func.a.get(v);
  let b = func.b.get(v);
  if (s.isConst(a)) {
    const t = a;
    a = b;
    b = t;
  }
  const wide = s.isWide(v);
  const d = s.regOfDef(v);
  const allowsLea = v != s.flagsValue;
  if (s.isImmediate(b)) {
    const c = s.constLo(b);
    const scale = allowsLea ? shiftScale(s, a) : 0;
    if (scale != 0) {
      setAddress(s, -1, s.lowReg(func.a.get(a)), scale, c);
      emitLea(s, wide, d);
    } else if (allowsLea && s.isLive(a)) {
      setAddress(s, s.lowReg(a), -1, 0, c);
      emitLea(s, wide, d);
    } else {
      emitImmediate(s, wide ? X64.AddI64 : X64.AddI32, d, s.lowReg(a), c);
    }
    return;
  }
  const hasLea = allowsLea && !s.isConst(a) && !s.isConst(b);
  if (hasLea && (shiftScale(s, a) != 0 || shiftScale(s, b) != 0 || (s.isLive(a) && s.isLive(b)))) {
    buildSumAddress(s, a, b, 0);
    emitLea(s, wide, d);
  } else {
    emitBinary(s, v, wide ? X64.Add64 : X64.Add32, true);
  }
}

function emitLea(s: Selector, wide: boolean, d: i32): void {
  s.begin(wide ? X64.Lea64 : X64.Lea32);
  s.def(d);
  s.mem();
}

export function lowerSub(s: Selector, v: i32): void {
  if (v != s.flagsValue && lowerCarrySum(s, v, true)) return;
  const func = s.func;
  const a = func.a.get(v);
  const b = func.b.get(v);
  const wide = s.isWide(v);
  const d = s.regOfDef(v);
  if (s.isImmediate(b)) {
    const c = s.constLo(b);
    if (v != s.flagsValue && s.isLive(a) && c != -2147483648) {
      setAddress(s, s.lowReg(a), -1, 0, (0 - c) | 0);
      emitLea(s, wide, d);
    } else {
      emitImmediate(s, wide ? X64.SubI64 : X64.SubI32, d, s.lowReg(a), c);
    }
  } else if (s.isImmediate(a) && s.constLo(a) == 0) {
    // It sets the flags too.
    emitUnary(s, wide ? X64.Neg64 : X64.Neg32, d, s.lowReg(b));
  } else {
    emitBinary(s, v, wide ? X64.Sub64 : X64.Sub32, false);
  }
}

/** And, Or, Xor. */
export function lowerLogic(s: Selector, v: i32, op: i32): void {
  const func = s.func;
  let a = func.a.get(v);
  let b = func.b.get(v);
  if (s.isConst(a)) {
    const t = a;
    a = b;
    b = t;
  }
  const wide = s.isWide(v);
  if (s.isConst(b)) {
    const needsFlags = v == s.flagsValue;
    if (op == Op.And && !needsFlags && lowerMask(s, v, a, b)) return;
    if (s.isImmediate(b)) {
      const c = s.constLo(b);
      const d = s.regOfDef(v);
      if (op == Op.Xor && c == -1 && !needsFlags) emitUnary(s, wide ? X64.Not64 : X64.Not32, d, s.lowReg(a));
      else emitImmediate(s, immediateRowOf(op) + (wide ? 1 : 0), d, s.lowReg(a), c);
      return;
    }
  }
  if (op == Op.And && v != s.flagsValue && (s.program.cpu & Cpu.Bmi1) != 0 && lowerBitAnd(s, v, a, b)) return;
  emitBinary(s, v, rowOf(op) + (wide ? 1 : 0), true);
}

/** ~x & y, x & (x − 1) and x & −x in one instruction of BMI1. */
function lowerBitAnd(s: Selector, v: i32, a: i32, b: i32): boolean {
  return lowerBitAndOf(s, v, a, b) || lowerBitAndOf(s, v, b, a);
}

function lowerBitAndOf(s: Selector, v: i32, x: i32, y: i32): boolean {
  const func = s.func;
  if (s.isDemanded(x) || s.uses.get(x) != 1) return false;
  const op = func.op.get(x);
  const a = func.a.get(x);
  const b = func.b.get(x);
  const wide = s.isWide(v) ? 1 : 0;
  if (op == Op.Xor && s.isImmediate(b) && s.constLo(b) == -1) {
    const d = s.regOfDef(v);
    const inverted = s.reg(a);
    const operand = rmLow(s, y);
    s.begin(X64.Andn32 + wide);
    s.def(d);
    s.use(inverted);
    s.useRm(operand);
    return true;
  }
  if (op == Op.Add && a == y && s.isImmediate(b) && s.constLo(b) == -1) {
    emitMove(s, X64.Blsr32 + wide, s.regOfDef(v), s.reg(y));
    return true;
  }
  if (op == Op.Sub && b == y && s.isImmediate(a) && s.constLo(a) == 0) {
    emitMove(s, X64.Blsi32 + wide, s.regOfDef(v), s.reg(y));
    return true;
  }
  return false;
}

/** a & constant b, where a zero extension or the 32-bit form does it. */
function lowerMask(s: Selector, v: i32, a: i32, b: i32): boolean {
  const lo = s.constLo(b);
  const wide = s.isWide(v);
  if (wide && s.constHi(b) != 0) return false;
  if (lo == 0xff) emitMove(s, X64.Movzx8, s.regOfDef(v), s.lowReg(a));
  else if (lo == 0xffff) emitMove(s, X64.Movzx16, s.regOfDef(v), s.lowReg(a));
  else if (wide && lo == -1) emitMove(s, X64.Mov32, s.regOfDef(v), s.reg(a));
  else if (wide) emitImmediate(s, X64.AndI32, s.regOfDef(v), s.reg(a), lo);
  else return false;
  return true;
}

export function lowerMul(s: Selector, v: i32): void {
  const func = s.func;
  let a = func.a.get(v);
  let b = func.b.get(v);
  if (s.isConst(a)) {
    const t = a;
    a = b;
    b = t;
  }
  const wide = s.isWide(v);
  if (!s.isImmediate(b)) {
    emitBinary(s, v, wide ? X64.Imul64 : X64.Imul32, true);
    return;
  }
  const d = s.regOfDef(v);
  const c = s.constLo(b);
  if (c == 3 || c == 5 || c == 9) {
    const r = s.lowReg(a);
    setAddress(s, r, r, c == 9 ? 3 : c == 5 ? 2 : 1, 0);
    emitLea(s, wide, d);
  } else if (c > 0 && popcnt32(c) == 1) {
    emitImmediate(s, wide ? X64.ShlI64 : X64.ShlI32, d, s.lowReg(a), ctz32(c));
  } else {
    const operand = rmLow(s, a);
    s.beginImm(wide ? X64.ImulI64 : X64.ImulI32, c);
    s.def(d);
    s.useRm(operand);
  }
}

/** Shifts and rotations; the processor takes the count modulo the width as WebAssembly does. */
export function lowerShift(s: Selector, v: i32, op: i32): void {
  const func = s.func;
  const a = func.a.get(v);
  let count = func.b.get(v);
  const wide = s.isWide(v);
  const d = s.regOfDef(v);
  const mask = wide ? 63 : 31;
  if (s.isConst(count)) {
    const n = s.constLo(count) & mask;
    const x = s.lowReg(a);
    if (op == Op.Shl && n > 0 && n <= 3 && s.isLive(a) && !s.isConst(a)) {
      if (n == 1) setAddress(s, x, x, 0, 0);
      else setAddress(s, -1, x, n, 0);
      emitLea(s, wide, d);
    } else {
      emitImmediate(s, immediateRowOf(op) + (wide ? 1 : 0), d, x, n);
    }
    return;
  }
  if (func.op.get(count) == Op.And && !s.isDemanded(count)) {
    const bits = func.b.get(count);
    if (s.isConst(bits) && (s.constLo(bits) & mask) == mask) count = func.a.get(count);
  }
  if ((s.program.cpu & Cpu.Bmi2) != 0 && (op == Op.Shl || op == Op.ShrS || op == Op.ShrU)) {
    const c = s.lowReg(count);
    const operand = rmLow(s, a);
    const row = op == Op.Shl ? X64.Shlx32 : op == Op.ShrU ? X64.Shrx32 : X64.Sarx32;
    s.begin(row + (wide ? 1 : 0));
    s.def(d);
    s.use(c);
    s.useRm(operand);
    return;
  }
  const x = s.lowReg(a);
  const c = s.lowReg(count);
  s.begin(rowOf(op) + (wide ? 1 : 0));
  s.defReuse(d);
  s.use(x);
  s.useFixed(c, Reg.Rcx);
}

/** Leading or trailing zeros, also where the processor may not have lzcnt and tzcnt. */
export function lowerBitScan(s: Selector, v: i32, op: i32): void {
  const wide = s.isWide(v);
  const d = s.regOfDef(v);
  const operand = rmLow(s, s.func.a.get(v));
  if ((s.program.cpu & (op == Op.Clz ? Cpu.Lzcnt : Cpu.Bmi1)) != 0) {
    emitMove(s, (op == Op.Clz ? X64.Lzcnt32 : X64.Tzcnt32) + (wide ? 1 : 0), d, operand);
  } else if (op == Op.Clz) {
    emitReverseScan(s, d, operand, wide);
  } else {
    // A processor without tzcnt takes it for bsf, which leaves its target alone for 0.
    const forZero = s.constant(Type.I32, wide ? 64 : 32, 0);
    s.begin(wide ? X64.TzcntOr64 : X64.TzcntOr32);
    s.defReuse(d);
    s.use(forZero);
    s.useRm(operand);
  }
}

/** Leading zeros from bsr, which leaves the result undefined for 0, but sets ZF. */
function emitReverseScan(s: Selector, d: i32, operand: i32, wide: boolean): void {
  // For 0: width − 1 − (2 × width − 1 …) = width, since 63 ^ 31 = 32 and 127 ^ 63 = 64.
  const width = wide ? 64 : 32;
  const forZero = s.constant(Type.I32, width * 2 - 1, 0);
  const found = s.newGeneral(wide);
  const index = s.newGeneral(wide);
  emitMove(s, wide ? X64.Bsr64 : X64.Bsr32, found, operand);
  s.beginImm(wide ? X64.Cmov64 : X64.Cmov32, Cond.Equal);
  s.defReuse(index);
  s.use(found);
  s.use(forZero);
  emitImmediate(s, X64.XorI32, d, index, width - 1);
}

export function lowerPopcnt(s: Selector, v: i32): void {
  const operand = rmLow(s, s.func.a.get(v));
  emitMove(s, s.isWide(v) ? X64.Popcnt64 : X64.Popcnt32, s.regOfDef(v), operand);
}

export function lowerBswap(s: Selector, v: i32): void {
  const wide = s.isWide(v);
  emitUnary(s, wide ? X64.Bswap64 : X64.Bswap32, s.regOfDef(v), s.reg(s.func.a.get(v)));
}

/** Extend8S, Extend16S: from a byte or half, which may be loaded by the same instruction. */
export function lowerExtend(s: Selector, v: i32, op: i32): void {
  const a = s.func.a.get(v);
  const wide = s.isWide(v);
  const d = s.regOfDef(v);
  const isByte = op == Op.Extend8S;
  const isFolded = foldNarrowLoad(s, a, isByte ? Op.Load8U : Op.Load16U, isByte ? Op.Load8S : Op.Load16S);
  const operand = isFolded ? -1 : s.lowReg(a);
  emitMove(s, (isByte ? X64.Movsx8To32 : X64.Movsx16To32) + (wide ? 1 : 0), d, operand);
}

/** Extend32S, and ExtendS of an i32. */
export function lowerExtend32(s: Selector, v: i32, op: i32): void {
  const a = s.func.a.get(v);
  const d = s.regOfDef(v);
  let operand: i32 = -1;
  if (op == Op.ExtendS) operand = rmLow(s, a);
  else if (!foldNarrowLoad(s, a, Op.Load32U, Op.Load32S)) operand = s.reg(a);
  emitMove(s, X64.Movsxd, d, operand);
}

/** Wrap, and ExtendU of what has no register of its own: a 32-bit move, which clears the upper half. */
export function lowerWrap(s: Selector, v: i32): void {
  emitMove(s, X64.Mov32, s.regOfDef(v), s.reg(s.func.a.get(v)));
}

/** Division and remainder by `div` and `idiv`, which trap where WebAssembly does. */
export function lowerDivision(s: Selector, v: i32, op: i32): void {
  if (lowerDivisionByConstant(s, v, op)) return;
  const func = s.func;
  const wide = s.isWide(v);
  const isRemainder = op == Op.RemS || op == Op.RemU;
  const a = s.lowReg(func.a.get(v));
  const b = s.lowReg(func.b.get(v));
  const d = s.regOfDef(v);
  const other = s.newGeneral(wide);
  let row: i32 = X64.Div32;
  if (op == Op.DivS) row = X64.Idiv32;
  else if (op == Op.RemS) row = hasPlainDivisor(s, func.b.get(v)) ? X64.Idiv32 : X64.Irem32;
  // Their 64-bit rows come after all three 32-bit ones.
  s.begin(row + (wide ? X64.Div64 - X64.Div32 : 0));
  s.defFixed(isRemainder ? other : d, Reg.Rax);
  s.defFixed(isRemainder ? d : other, Reg.Rdx);
  s.useFixed(a, Reg.Rax);
  s.useLate(b);
}

/** A divisor that is known not to be −1, nor 0. */
function hasPlainDivisor(s: Selector, b: i32): boolean {
  return s.isImmediate(b) && s.constLo(b) != -1 && s.constLo(b) != 0;
}
