// Comparisons and their users. `buildCondition` writes the instruction that sets the flags and returns the
// condition code that holds if and only if the value is not 0, so that branches and selections need no boolean.
//
// After ucomis an unordered pair sets ZF, PF and CF, so "less" is asked as "above" with the operands exchanged,
// which is false when unordered; equality needs ZF and PF and has condition codes of its own (op.ts).

import { Op, Type } from "../ssa/op";
import { canFoldMemory, foldMemory, foldNarrowLoad, rm, rmFloat, rmLow } from "./lower-address";
import { Cond, X64 } from "./op";
import { MAX_STEPS, Selector } from "./select-state";

/** Whether `op` is a comparison of integers or references of which buildCondition makes flags. */
function isIntegerCompare(op: i32): boolean {
  return op >= Op.Eqz && op <= Op.GeU;
}

function isFloatCompare(op: i32): boolean {
  return op >= Op.FEq && op <= Op.FGe;
}

/** Condition code of an integer comparison. */
function condOf(op: i32): i32 {
  switch (op) {
    case Op.Eq:
    case Op.Eqz:
      return Cond.Equal;
    case Op.Ne:
      return Cond.NotEqual;
    case Op.LtS:
      return Cond.Less;
    case Op.LtU:
      return Cond.Below;
    case Op.GtS:
      return Cond.Greater;
    case Op.GtU:
      return Cond.Above;
    case Op.LeS:
      return Cond.LessEqual;
    case Op.LeU:
      return Cond.BelowEqual;
    case Op.GeS:
      return Cond.GreaterEqual;
  }
  return Cond.AboveEqual;
}

/** The condition that holds for (b, a) where `cond` holds for (a, b). */
function exchanged(cond: i32): i32 {
  switch (cond) {
    case Cond.Less:
      return Cond.Greater;
    case Cond.Greater:
      return Cond.Less;
    case Cond.LessEqual:
      return Cond.GreaterEqual;
    case Cond.GreaterEqual:
      return Cond.LessEqual;
    case Cond.Below:
      return Cond.Above;
    case Cond.Above:
      return Cond.Below;
    case Cond.BelowEqual:
      return Cond.AboveEqual;
    case Cond.AboveEqual:
      return Cond.BelowEqual;
  }
  return cond;
}

/** The unsigned condition of a signed one, for operands that are not negative. */
function unsignedOf(cond: i32): i32 {
  switch (cond) {
    case Cond.Less:
      return Cond.Below;
    case Cond.Greater:
      return Cond.Above;
    case Cond.LessEqual:
      return Cond.BelowEqual;
    case Cond.GreaterEqual:
      return Cond.AboveEqual;
  }
  return cond;
}

/** What `findCondition` found: the value whose truth decides, and whether it decides the other way. */
let foundValue: i32 = 0;
let foundFlip: i32 = 0;

/**
 * Follows `v` (compared with 0) through negations to the comparison, or other value, that decides, as far as the
 * instructions may be repeated at the current point.
 */
function findCondition(s: Selector, v: i32): void {
  const func = s.func;
  let x = v;
  let flip: i32 = 0;
  for (let steps: i32 = 0; steps < MAX_STEPS && func.op.get(x) == Op.Eqz && canRepeat(s, x); steps++) {
    const inner = func.a.get(x);
    const op = func.op.get(inner);
    if ((!isIntegerCompare(op) && !isFloatCompare(op)) || !canRepeat(s, inner)) break;
    flip ^= 1;
    x = inner;
  }
  foundValue = x;
  foundFlip = flip;
}

/** Whether the comparison `x` is made anew for each user: alone, or cheap and near. */
function canRepeat(s: Selector, x: i32): boolean {
  return x == s.root || s.uses.get(x) == 1 || s.func.block.get(x) == s.func.block.get(s.root);
}

/**
 * Sets the flags for the truth of `v` (not 0) and returns the condition that holds if it is true. Registers that
 * the user of the flags needs must be made before.
 */
export function buildCondition(s: Selector, v: i32): i32 {
  findCondition(s, v);
  return buildFoundCondition(s, v, foundValue, foundFlip);
}

/**
 * The same for a branch, which needs no comparison with 0 when the value is computed just above it by an
 * instruction that sets the flags: counters of loops.
 */
export function buildBranchCondition(s: Selector, v: i32): i32 {
  findCondition(s, v);
  const x = foundValue;
  const flip = foundFlip;
  const op = s.func.op.get(x);
  if (op < Op.Eqz || op > Op.GeU || !canRepeat(s, x)) {
    if (!canTakeFlags(s, x)) return buildFoundCondition(s, v, x, flip);
    s.flagsValue = x;
    return Cond.NotEqual ^ flip;
  }
  const a = s.func.a.get(x);
  const cond = flagsCondition(s, op, s.func.b.get(x));
  if (cond < 0 || !canTakeFlags(s, a)) return buildFoundCondition(s, v, x, flip);
  s.flagsValue = a;
  return cond ^ flip;
}

/** The condition that tells `op` with 0 (its operand `b`) from the flags of an arithmetic result, or -1. */
function flagsCondition(s: Selector, op: i32, b: i32): i32 {
  if (op == Op.Eqz) return Cond.Equal;
  if (!s.isImmediate(b) || s.constLo(b) != 0) return -1;
  switch (op) {
    case Op.Eq:
      return Cond.Equal;
    case Op.Ne:
      return Cond.NotEqual;
    case Op.LtS:
      return Cond.Sign;
    case Op.GeS:
      return Cond.NotSign;
  }
  return -1;
}

/** Whether `x` is kept in a register and computed just above by an instruction that sets ZF and SF by its result. */
function canTakeFlags(s: Selector, x: i32): boolean {
  const op = s.func.op.get(x);
  if (op != Op.Add && op != Op.Sub && op != Op.And && op != Op.Or && op != Op.Xor) return false;
  return s.isDemanded(x) && s.isJustBefore(x);
}

function buildFoundCondition(s: Selector, v: i32, x: i32, flip: i32): i32 {
  const op = s.func.op.get(x);
  const isCompare = isIntegerCompare(op) || isFloatCompare(op);
  const wasSingle = s.isChainSingle;
  // What a comparison with several users reads must not be swallowed by one of them.
  if (isCompare && x != s.root && s.uses.get(x) != 1) s.isChainSingle = false;
  for (let y = v; y != x; y = s.func.a.get(y)) {
    if (y != s.root && s.uses.get(y) != 1) s.isChainSingle = false;
  }
  let cond: i32 = 0;
  if (!isCompare || !canRepeat(s, x)) cond = compareImmediate(s, x, 0, Cond.NotEqual);
  else if (isFloatCompare(op)) cond = buildFloatCompare(s, x, op);
  else cond = buildCompare(s, x, op);
  s.isChainSingle = wasSingle;
  return cond ^ flip;
}

function buildCompare(s: Selector, x: i32, op: i32): i32 {
  let a = s.func.a.get(x);
  let cond = condOf(op);
  if (op == Op.Eqz) return compareImmediate(s, a, 0, cond);
  let b = s.func.b.get(x);
  if ((s.isConst(a) && !s.isConst(b)) || (!s.isConst(b) && !canFoldMemory(s, b) && canFoldMemory(s, a))) {
    const t = a;
    a = b;
    b = t;
    cond = exchanged(cond);
  }
  if (s.isImmediate(b)) return compareImmediate(s, a, s.constLo(b), cond);
  const left = s.lowReg(a);
  const right = rmLow(s, b);
  s.begin(s.isWide(a) ? X64.Cmp64 : X64.Cmp32);
  s.use(left);
  s.useRm(right);
  return cond;
}

/** Compares `v` with the immediate `imm`. */
function compareImmediate(s: Selector, v: i32, imm: i32, cond: i32): i32 {
  let a = v;
  let c = imm;
  const wide = s.isWide(a);
  const isEquality = cond == Cond.Equal || cond == Cond.NotEqual;
  if (isEquality && s.func.op.get(a) == Op.Add && s.isSingle(a) && s.isImmediate(s.func.b.get(a))) {
    // x + k == c is x == c − k. Only where the sum is not needed: a loop's counter lives on anyway.
    const k = s.constLo(s.func.b.get(a));
    const difference = (c - k) | 0;
    if (!wide || ((c ^ k) & (c ^ difference)) >= 0) {
      a = s.func.a.get(a);
      c = difference;
    }
  }
  if (c == 0 && (cond == Cond.Equal || cond == Cond.NotEqual) && s.func.op.get(a) == Op.And && s.isSingle(a)) {
    buildMaskTest(s, a);
    return cond;
  }
  const op = s.func.op.get(a);
  const isByte = op == Op.Load8U || op == Op.Load8S;
  if ((isByte || op == Op.Load16U || op == Op.Load16S) && isNarrowImmediate(op, c)) {
    if (foldNarrowLoad(s, a, op, op)) {
      s.beginImm(isByte ? X64.CmpI8 : X64.CmpI16, isByte ? (c << 24) >> 24 : c);
      s.mem();
      // Zero-extended values are not negative, as bytes they may look so.
      return op == Op.Load8U || op == Op.Load16U ? unsignedOf(cond) : cond;
    }
  }
  const operand = rmLow(s, a);
  if (c == 0 && operand >= 0) {
    s.begin(wide ? X64.Test64 : X64.Test32);
    s.use(operand);
    s.use(operand);
  } else {
    s.beginImm(wide ? X64.CmpI64 : X64.CmpI32, c);
    s.useRm(operand);
  }
  return cond;
}

/** Whether a comparison of a narrow load with `c` can be made in the width of the load. Halves only with a short
 *  immediate: one of 16 bits stalls the decoder. */
function isNarrowImmediate(op: i32, c: i32): boolean {
  switch (op) {
    case Op.Load8U:
      return c >= 0 && c <= 255;
    case Op.Load16U:
      return c >= 0 && c <= 127;
  }
  return c >= -128 && c <= 127;
}

/** Sets ZF for the And `x`, in the narrowest form in which it is the same. */
function buildMaskTest(s: Selector, x: i32): void {
  const func = s.func;
  let a = func.a.get(x);
  let b = func.b.get(x);
  if (s.isConst(a) || (canFoldMemory(s, a) && !s.isConst(b))) {
    const t = a;
    a = b;
    b = t;
  }
  const wide = s.isWide(x);
  if (!s.isConst(b)) {
    const left = s.lowReg(a);
    const isMemory = foldMemory(s, b);
    const right = isMemory ? -1 : s.lowReg(b);
    s.begin(wide ? X64.Test64 : X64.Test32);
    s.use(left);
    if (isMemory) s.mem();
    else s.use(right);
    return;
  }
  const mask = s.constLo(b);
  const isLow = !wide || s.constHi(b) == 0;
  if (isLow && mask >= 0 && mask <= 255) {
    const isMemory = foldNarrowLoad(s, a, Op.Load8U, Op.Load8S);
    const operand = isMemory ? -1 : s.lowReg(a);
    s.beginImm(X64.TestI8, mask);
    s.useRm(operand);
  } else if (isLow) {
    // A 64-bit load must stay one: only its register is tested in the low half.
    const operand = wide ? s.reg(a) : rmLow(s, a);
    s.beginImm(X64.TestI32, mask);
    s.useRm(operand);
  } else if (s.isImmediate(b)) {
    const operand = rm(s, a);
    s.beginImm(X64.TestI64, mask);
    s.useRm(operand);
  } else {
    const left = s.reg(a);
    const right = s.reg(b);
    s.begin(X64.Test64);
    s.use(left);
    s.use(right);
  }
}

function buildFloatCompare(s: Selector, x: i32, op: i32): i32 {
  let a = s.func.a.get(x);
  let b = s.func.b.get(x);
  const isEquality = op == Op.FEq || op == Op.FNe;
  if (op == Op.FLt || op == Op.FLe || (isEquality && (s.isConst(a) || canFoldMemory(s, a)))) {
    const t = a;
    a = b;
    b = t;
  }
  const left = s.reg(a);
  const right = rmFloat(s, b);
  s.begin(s.func.valueType.get(a) == Type.F32 ? X64.Ucomiss : X64.Ucomisd);
  s.use(left);
  s.useRm(right);
  if (op == Op.FEq) return Cond.FloatEqual;
  if (op == Op.FNe) return Cond.FloatNotEqual;
  return op == Op.FLt || op == Op.FGt ? Cond.Above : Cond.AboveEqual;
}

/** A comparison whose value itself is needed: 0 or 1. */
export function lowerCompare(s: Selector, v: i32): void {
  const func = s.func;
  findCondition(s, v);
  const x = foundValue;
  const flip = foundFlip;
  const op = func.op.get(x);
  const d = s.regOfDef(v);
  if ((op == Op.FEq || op == Op.FNe) && canRepeat(s, x)) {
    const a = s.reg(func.a.get(x));
    const b = s.reg(func.b.get(x));
    const isSingle = func.valueType.get(func.a.get(x)) == Type.F32;
    if ((op == Op.FEq) == (flip == 0)) s.begin(isSingle ? X64.FSetEqss : X64.FSetEqsd);
    else s.begin(isSingle ? X64.FSetNess : X64.FSetNesd);
    s.def(d);
    s.use(a);
    s.use(b);
    return;
  }
  s.beginImm(X64.Setcc, buildFoundCondition(s, v, x, flip));
  s.def(d);
}

/** a if c is not 0, otherwise b. */
export function lowerSelect(s: Selector, v: i32): void {
  const func = s.func;
  const a = func.a.get(v);
  const b = func.b.get(v);
  const type = func.valueType.get(v);
  const isVector = type == Type.F32 || type == Type.F64 || type == Type.V128;
  if (!isVector && s.isConst(a) && s.isConst(b) && lowerBooleanSelect(s, v, a, b)) return;
  const isReuseDear = s.isLive(b) && !s.isLive(a) && !s.isConst(a);
  const whenTrue = s.lowReg(a);
  const whenFalse = s.lowReg(b);
  const d = s.regOfDef(v);
  const cond = buildCondition(s, func.c.get(v));
  if (isVector) {
    s.beginImm(X64.SelectVec, cond);
    s.defReuse(d);
    s.use(whenFalse);
    s.use(whenTrue);
  } else if (cond == Cond.FloatEqual) {
    emitFloatCmov(s, type, d, whenTrue, whenFalse);
  } else if (cond == Cond.FloatNotEqual) {
    emitFloatCmov(s, type, d, whenFalse, whenTrue);
  } else if (isReuseDear) {
    emitCmov(s, type, cond ^ 1, d, whenTrue, whenFalse);
  } else {
    emitCmov(s, type, cond, d, whenFalse, whenTrue);
  }
}

/** d ← cond ? b : a */
function emitCmov(s: Selector, type: i32, cond: i32, d: i32, a: i32, b: i32): void {
  s.beginImm(type == Type.I32 ? X64.Cmov32 : X64.Cmov64, cond);
  s.defReuse(d);
  s.use(a);
  s.useAny(b);
}

/** d ← a if the floats just compared are equal and ordered, otherwise b. */
function emitFloatCmov(s: Selector, type: i32, d: i32, a: i32, b: i32): void {
  const first = s.newOfType(type);
  emitCmov(s, type, Cond.NotEqual, first, a, b);
  emitCmov(s, type, Cond.Parity, d, first, b);
}

/** Constants 1 and 0: the condition itself. */
function lowerBooleanSelect(s: Selector, v: i32, a: i32, b: i32): boolean {
  const isWide = s.isWide(v);
  if (isWide && (s.constHi(a) != 0 || s.constHi(b) != 0)) return false;
  const isTrue = s.constLo(a) == 1 && s.constLo(b) == 0;
  if (!isTrue && !(s.constLo(a) == 0 && s.constLo(b) == 1)) return false;
  findCondition(s, s.func.c.get(v));
  const op = s.func.op.get(foundValue);
  if (op == Op.FEq || op == Op.FNe) return false;
  const cond = buildFoundCondition(s, s.func.c.get(v), foundValue, foundFlip);
  s.beginImm(X64.Setcc, isTrue ? cond : cond ^ 1);
  s.def(s.regOfDef(v));
  return true;
}
