// Memory operands: addresses of guest memories, raw addresses, globals and constants, and folding a load into the
// r/m operand of the instruction that uses it.
//
// A guest access is [index + base + offset] where base is a constant, index is zero-extended and the guard region
// catches what lies beyond 4 GiB, up to offsets of 2 GiB. An i32 addition wraps and becomes part of an address of
// guest memory only where it provably does not (lower-bound.ts); a 64-bit one may in raw addresses. A folded load keeps its width exactly: widening one
// reads beyond the end of memory (CVE-2026-24116, CVE-2026-34944), narrowing one misses a trap.

import { addWide, wideHi, wideLo } from "../base/wide";
import { TrapKind } from "../base/traps";
import { GUEST_BASE } from "../link/layout";
import { RAW_MEMORY } from "../ssa/func";
import { Op, Type } from "../ssa/op";
import { boundOfSum, upperBound } from "./lower-bound";
import { Mode } from "./mir";
import { Cond, X64 } from "./op";
import { MAX_STEPS, Selector } from "./select-state";

/** Displacements from folded constants stay below this, so that adding the base of the guest's memory fits. */
const MAX_FOLDED_DISP: i32 = 0x6000_0000;

/** Sets the address fields for the load or store `v`. */
export function buildAddress(s: Selector, v: i32): void {
  if (s.func.accessMemory(v) == RAW_MEMORY) buildRawAddress(s, v);
  else buildGuestAddress(s, v);
  s.addressSite = 1;
  s.addressOrigin = s.func.origin.get(v);
}

/** Sets the address fields to [base + index << scale + disp]; base and index are registers, or -1. */
export function setAddress(s: Selector, base: i32, index: i32, scale: i32, disp: i32): void {
  if (index < 0) s.addressMode = Mode.Base;
  else if (base < 0) s.addressMode = Mode.Index | (scale << 4);
  else s.addressMode = Mode.BaseIndex | (scale << 4);
  s.addressBase = base;
  s.addressIndex = index;
  s.addressDisp = disp;
  s.addressSite = 0;
}

/** Sets the address fields to a constant address. */
export function buildConstantAddress(s: Selector, lo: i32, hi: i32): void {
  if (hi == 0 && lo >= 0) s.setPlainAddress(Mode.Abs, lo);
  else setAddress(s, s.wideConstant(lo, hi), -1, 0, 0);
}

/** Sets the address fields to entry `index` (8 bytes each, plus `disp`) of an array at a constant address. */
export function buildEntryAddress(s: Selector, baseLo: i32, baseHi: i32, index: i32): void {
  if (baseHi == 0 && baseLo >= 0) setAddress(s, -1, index, 3, baseLo);
  else setAddress(s, s.wideConstant(baseLo, baseHi), index, 3, 0);
}

function buildGuestAddress(s: Selector, v: i32): void {
  const func = s.func;
  const memory = func.accessMemory(v);
  const baseLo = s.program.memoryBaseLo.get(memory);
  const baseHi = s.program.memoryBaseHi.get(memory);
  const isGuarded = s.program.memoryGuarded.get(memory) != 0;
  const index = func.a.get(v);
  const offset = func.accessOffset(v);
  const offsetHi = func.immHi.get(v);
  const x = s.alias(index);
  if (s.isConst(x)) {
    const isNarrow = func.valueType.get(x) == Type.I32;
    addWide(offset, offsetHi, s.constLo(x), isNarrow ? 0 : s.constHi(x));
    // Certainly out of bounds: any address of the guard will do.
    if (isGuarded && wideHi() != 0) addWide(0, 1, baseLo, baseHi);
    else addWide(wideLo(), wideHi(), baseLo, baseHi);
    buildConstantAddress(s, wideLo(), wideHi());
    return;
  }
  if (offsetHi != 0 || offset < 0) {
    buildFarAddress(s, s.reg(index), baseLo, baseHi, offset, offsetHi, isGuarded);
    return;
  }
  addWide(baseLo, baseHi, offset, 0);
  foldIndex(s, index, offset, wideHi() == 0 && wideLo() >= 0);
  const isWhole = foldedBase == x && foldedIndex < 0 && foldedDisp == 0;
  if (isWhole && isGuarded && baseLo == GUEST_BASE && baseHi == 0 && buildSegmentAddress(s, x)) return;
  const first = foldedBase < 0 ? -1 : s.reg(foldedBase);
  const second = foldedIndex < 0 ? -1 : s.reg(foldedIndex);
  addWide(baseLo, baseHi, foldedDisp, 0);
  if (wideHi() == 0 && wideLo() >= 0) setAddress(s, first, second, foldedScale, wideLo());
  else if (second < 0) setAddress(s, s.wideConstant(baseLo, baseHi), first, 0, foldedDisp);
  else setAddress(s, s.wideConstant(baseLo, baseHi), second, foldedScale, foldedDisp);
}

/** What foldIndex found: [base + index << scale + disp], base or index -1 if there is none. */
let foldedBase: i32 = -1;
let foldedIndex: i32 = -1;
let foldedScale: i32 = 0;
let foldedDisp: i32 = 0;

/**
 * Takes apart the index of an access to guest memory, as far as its sums and shifts are known not to wrap. Without
 * `allowsPair` one register is all that the address has room for: a base that is no displacement takes the other.
 */
function foldIndex(s: Selector, index: i32, offset: i32, allowsPair: boolean): void {
  const func = s.func;
  let x = s.alias(index);
  foldedBase = x;
  foldedIndex = -1;
  foldedScale = 0;
  foldedDisp = offset;
  if (!s.foldsLoads) return;
  for (let steps: i32 = 0; steps < MAX_STEPS && isOpenSum(s, x) && s.isConst(func.b.get(x)); steps++) {
    if (upperBound(func, x) < 0) break;
    const disp = boundOfSum(foldedDisp, s.constLo(func.b.get(x)));
    // Together with the memory's base the displacement must stay in range.
    if (disp < 0 || disp >= MAX_FOLDED_DISP) break;
    foldedDisp = disp;
    x = s.alias(func.a.get(x));
    foldedBase = x;
  }
  const op = func.op.get(x);
  if ((op != Op.Add && op != Op.Shl) || !s.isSingle(x) || upperBound(func, x) < 0) return;
  if (op == Op.Shl) {
    const scale = shiftScale(s, x);
    if (scale == 0) return;
    foldedBase = -1;
    foldedIndex = func.a.get(x);
    foldedScale = scale;
  } else if (allowsPair && !s.isConst(func.b.get(x))) {
    const isLeft = shiftScale(s, func.b.get(x)) == 0 && shiftScale(s, func.a.get(x)) != 0;
    foldedBase = isLeft ? func.b.get(x) : func.a.get(x);
    const other = isLeft ? func.a.get(x) : func.b.get(x);
    foldedScale = shiftScale(s, other);
    foldedIndex = foldedScale != 0 ? func.a.get(other) : other;
  }
}

/**
 * Folds the sum or product `x` that only addresses use into gs:[…] with 32-bit address size: the processor then adds
 * modulo 2^32 exactly as the i32 operations do, and the base of the guest's memory, which gs holds, after that. Costs a
 * cycle more than a constant base, which is why nothing else uses it, and saves an instruction.
 */
function buildSegmentAddress(s: Selector, x: i32): boolean {
  const func = s.func;
  if (func.valueType.get(x) != Type.I32 || !s.isOnlyAddress(x)) return false;
  const op = func.op.get(x);
  if (op != Op.Add && op != Op.Shl) return false;
  segmentDisp = 0;
  const y = skipConstant(s, x);
  if (func.op.get(y) == Op.Add && (y == x || s.isSingle(y))) {
    const a = skipConstant(s, func.a.get(y));
    const b = skipConstant(s, func.b.get(y));
    buildSumAddress(s, a, b, segmentDisp);
  } else if (!setScaledAddress(s, y, segmentDisp)) {
    if (y == x) return false;
    setAddress(s, s.lowReg(y), -1, 0, segmentDisp);
  }
  s.addressMode |= Mode.Segment;
  return true;
}

/** Constants that skipConstant has left out. */
let segmentDisp: i32 = 0;

/** `v`, or what it adds a constant to, unless something needs the sum anyway or it lies in another block. */
function skipConstant(s: Selector, v: i32): i32 {
  const func = s.func;
  if (func.op.get(v) != Op.Add || !s.isConst(func.b.get(v)) || s.isDemanded(v)) return v;
  if (func.block.get(v) != func.block.get(s.root)) return v;
  segmentDisp = (segmentDisp + s.constLo(func.b.get(v))) | 0;
  return func.a.get(v);
}

/** Sets the address fields to [x << n + disp] if `v` is a shift that can become part of it. */
function setScaledAddress(s: Selector, v: i32, disp: i32): boolean {
  const scale = shiftScale(s, v);
  if (scale == 0) return false;
  setAddress(s, -1, s.lowReg(s.func.a.get(v)), scale, disp);
  return true;
}

/** An offset of 2 GiB and more: the guard region does not reach so far, so the sum itself is checked. */
function buildFarAddress(
  s: Selector,
  index: i32,
  baseLo: i32,
  baseHi: i32,
  offset: i32,
  offsetHi: i32,
  isGuarded: boolean,
): void {
  if (!isGuarded) {
    addWide(baseLo, baseHi, offset, offsetHi);
    setAddress(s, s.wideConstant(wideLo(), wideHi()), index, 0, 0);
    return;
  }
  const sum = s.newGeneral(false);
  const start = s.constant(Type.I32, offset, 0);
  s.begin(X64.Add32);
  s.defReuse(sum);
  s.use(start);
  s.useAny(index);
  s.beginImm(X64.TrapIf, Cond.Below);
  s.setDisp(TrapKind.MemoryOutOfBounds);
  if (baseHi == 0 && baseLo >= 0) setAddress(s, sum, -1, 0, baseLo);
  else setAddress(s, s.wideConstant(baseLo, baseHi), sum, 0, 0);
}

function buildRawAddress(s: Selector, v: i32): void {
  const func = s.func;
  let disp = func.accessOffset(v);
  let x = func.a.get(v);
  if (func.immHi.get(v) != disp >> 31) {
    const far = s.wideConstant(disp, func.immHi.get(v));
    setAddress(s, s.reg(x), far, 0, 0);
    return;
  }
  for (let steps: i32 = 0; steps < MAX_STEPS && isOpenSum(s, x) && s.isImmediate(func.b.get(x)); steps++) {
    const c = s.constLo(func.b.get(x));
    const sum = (disp + c) | 0;
    if (((disp ^ sum) & (c ^ sum)) < 0) break;
    disp = sum;
    x = func.a.get(x);
  }
  if (s.isConst(x)) {
    addWide(s.constLo(x), s.constHi(x), disp, disp >> 31);
    buildConstantAddress(s, wideLo(), wideHi());
  } else if (func.op.get(x) == Op.Add && s.isSingle(x)) {
    buildSumAddress(s, func.a.get(x), func.b.get(x), disp);
  } else {
    setAddress(s, s.reg(x), -1, 0, disp);
  }
}

/** Whether `x` is an addition that nothing has asked for: what it adds may go into an address instead. */
function isOpenSum(s: Selector, x: i32): boolean {
  return s.func.op.get(x) == Op.Add && !s.isDemanded(x);
}

/** Sets the address fields to a + b + disp, with a left shift of 1 to 3 in either as a scale. */
export function buildSumAddress(s: Selector, a: i32, b: i32, disp: i32): void {
  let base = a;
  let index = b;
  if (shiftScale(s, b) == 0 && shiftScale(s, a) != 0) {
    base = b;
    index = a;
  }
  const scale = shiftScale(s, index);
  if (scale != 0) index = s.func.a.get(index);
  // Registers first, since making a constant may come between.
  const baseReg = s.lowReg(base);
  setAddress(s, baseReg, s.lowReg(index), scale, disp);
}

/** 1 to 3 if `v` is a left shift by so much that can become part of an address, otherwise 0. */
export function shiftScale(s: Selector, v: i32): i32 {
  if (s.func.op.get(v) != Op.Shl || !s.isSingle(v)) return 0;
  const count = s.func.b.get(v);
  if (!s.isConst(count) || s.isConst(s.func.a.get(v))) return 0;
  const n = s.constLo(count) & (s.isWide(v) ? 63 : 31);
  return n <= 3 ? n : 0;
}

/**
 * Folds `v`, a load or a read of a global as wide as its type, into the current instruction: sets the address
 * fields and returns true. The caller appends them by `mem` and must not make constants of floats in between.
 */
export function foldMemory(s: Selector, v: i32): boolean {
  if (!canFoldMemory(s, v)) return false;
  s.setFolded(v);
  if (s.func.op.get(v) == Op.Load) buildAddress(s, v);
  else s.setGlobalAddress(s.func.imm.get(v));
  return true;
}

/** Whether foldMemory would fold `v`. */
export function canFoldMemory(s: Selector, v: i32): boolean {
  const func = s.func;
  const op = func.op.get(v);
  if (op == Op.Load) return func.valueType.get(v) != Type.V128 && s.canSinkLoad(v) && !isFar(s, v);
  if (op != Op.GlobalGet || func.valueType.get(v) == Type.V128) return false;
  return s.canSinkGlobal(v) && s.program.globalConstant.get(func.imm.get(v)) == 0;
}

/** Folds the load `v` if it is `op` or `other`, narrower than its type: the user must extend it likewise. */
export function foldNarrowLoad(s: Selector, v: i32, op: i32, other: i32): boolean {
  const found = s.func.op.get(v);
  if ((found != op && found != other) || !s.canSinkLoad(v) || isFar(s, v)) return false;
  s.setFolded(v);
  buildAddress(s, v);
  return true;
}

/** Whether the access `v` needs a check of its own, which must report its origin and so is not moved. */
export function isFar(s: Selector, v: i32): boolean {
  const func = s.func;
  return func.accessMemory(v) != RAW_MEMORY && (func.immHi.get(v) != 0 || func.accessOffset(v) < 0);
}

/** `v` as an r/m operand for `useRm`: a register, or -1 for memory. */
export function rm(s: Selector, v: i32): i32 {
  return foldMemory(s, v) ? -1 : s.reg(v);
}

/** The same of an i32 whose low bits alone matter. */
export function rmLow(s: Selector, v: i32): i32 {
  return foldMemory(s, v) ? -1 : s.lowReg(v);
}

/** The same of a float: constants come from the pool. */
export function rmFloat(s: Selector, v: i32): i32 {
  if (s.isConst(v)) {
    const hi = s.func.valueType.get(v) == Type.F32 ? 0 : s.constHi(v);
    s.setPlainAddress(Mode.Pool, s.code.poolEntry(s.constLo(v), hi, 0, 0));
    return -1;
  }
  return rm(s, v);
}
