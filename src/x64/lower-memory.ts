// Loads, stores, globals, tables and block operations on memory.

import { TrapKind } from "../base/traps";
import { TableCell } from "../link/layout";
import { Op, Type } from "../ssa/op";
import { buildAddress, buildConstantAddress, buildEntryAddress } from "./lower-address";
import { lowerReadModifyWrite } from "./lower-update";
import { MOST_NOTED_MEMORY } from "./code";
import { Mode } from "./mir";
import { Cond, X64 } from "./op";
import { Reg } from "./registers";
import { MAX_STEPS, Selector } from "./select-state";

/** The row that loads `op` into a value of type `type`. */
function loadRow(op: i32, type: i32): i32 {
  const wide = type == Type.I64;
  switch (op) {
    case Op.Load8S:
      return wide ? X64.Movsx8To64 : X64.Movsx8To32;
    case Op.Load8U:
      return X64.Movzx8;
    case Op.Load16S:
      return wide ? X64.Movsx16To64 : X64.Movsx16To32;
    case Op.Load16U:
      return X64.Movzx16;
    case Op.Load32S:
      return X64.Movsxd;
    case Op.Load32U:
      return X64.Mov32;
  }
  return wholeLoadRow(type);
}

/** The row that loads a whole value of type `type`. */
export function wholeLoadRow(type: i32): i32 {
  switch (type) {
    case Type.I32:
      return X64.Mov32;
    case Type.F32:
      return X64.Movss;
    case Type.F64:
      return X64.Movsd;
    case Type.V128:
      return X64.Movups;
  }
  return X64.Mov64;
}

/** The row that stores a whole value of type `type`. */
export function wholeStoreRow(type: i32): i32 {
  switch (type) {
    case Type.I32:
      return X64.Store32;
    case Type.F32:
      return X64.StoreSs;
    case Type.F64:
      return X64.StoreSd;
    case Type.V128:
      return X64.StoreUps;
  }
  return X64.Store64;
}

export function lowerLoad(s: Selector, v: i32, op: i32): void {
  const d = s.regOfDef(v);
  buildAddress(s, v);
  s.begin(loadRow(op, s.func.valueType.get(v)));
  s.def(d);
  s.mem();
}

export function lowerStore(s: Selector, v: i32, op: i32): void {
  if (lowerReadModifyWrite(s, v, op)) return;
  const x = storedValue(s, s.func.b.get(v), op);
  const type = s.func.valueType.get(x);
  let row = wholeStoreRow(type);
  let immediateRow: i32 = type == Type.I32 || type == Type.F32 ? X64.StoreI32 : X64.StoreI64;
  if (op == Op.Store8) {
    row = X64.Store8;
    immediateRow = X64.StoreI8;
  } else if (op == Op.Store16) {
    row = X64.Store16;
    immediateRow = X64.StoreI16;
  } else if (op == Op.Store32) {
    row = X64.Store32;
    immediateRow = X64.StoreI32;
  }
  if (s.isConst(x) && (immediateRow != X64.StoreI64 || s.constHi(x) == s.constLo(x) >> 31)) {
    buildAddress(s, v);
    s.beginImm(immediateRow, storedImmediate(op, s.constLo(x)));
    s.mem();
    return;
  }
  const r = s.lowReg(x);
  buildAddress(s, v);
  s.begin(row);
  s.use(r);
  s.mem();
}

/** The immediate in the range of its width, as sign-extended. */
function storedImmediate(op: i32, lo: i32): i32 {
  if (op == Op.Store8) return (lo << 24) >> 24;
  return op == Op.Store16 ? (lo << 16) >> 16 : lo;
}

/** What to store for `x`: without conversions that the store does anyway, and from the class it comes from. */
function storedValue(s: Selector, x: i32, op: i32): i32 {
  const func = s.func;
  let y = x;
  if (op == Op.Store) {
    if (func.op.get(y) == Op.Bitcast && !s.isDemanded(y)) y = func.a.get(y);
    return y;
  }
  for (let steps: i32 = 0; steps < MAX_STEPS && !s.isDemanded(y); steps++) {
    const f = func.op.get(y);
    const isByte = f == Op.Extend8S || (f == Op.And && isMask(s, func.b.get(y), 0xff));
    const isHalf = f == Op.Extend16S || (f == Op.And && isMask(s, func.b.get(y), 0xffff));
    if (f == Op.Extend32S || f == Op.ExtendS || f == Op.Wrap || isHalf) {
      if (isHalf && op == Op.Store32) break;
    } else if (!isByte || op != Op.Store8) {
      break;
    }
    y = func.a.get(y);
  }
  return y;
}

/** Whether `v` is a constant whose low bits are all of `mask`. */
function isMask(s: Selector, v: i32, mask: i32): boolean {
  return s.isConst(v) && (s.constLo(v) & mask) == mask;
}

export function lowerGlobalGet(s: Selector, v: i32): void {
  const global = s.func.imm.get(v);
  const program = s.program;
  const d = s.regOfDef(v);
  const type = s.func.valueType.get(v);
  if (program.globalConstant.get(global) != 0) {
    lowerConstantGlobal(s, d, type, global);
    return;
  }
  s.begin(wholeLoadRow(type));
  s.def(d);
  s.plainMem(Mode.Abs, program.globalAddress.get(global));
}

/** A global that has no address: normally folded long before. */
function lowerConstantGlobal(s: Selector, d: i32, type: i32, global: i32): void {
  const program = s.program;
  const lo = program.globalLo.get(global);
  const hi = program.globalHi.get(global);
  const target = program.globalFunc.get(global);
  if (target >= 0) {
    emitFuncRef(s, d, target);
    return;
  }
  switch (type) {
    case Type.F32:
    case Type.F64:
    case Type.V128:
      s.begin(wholeLoadRow(type));
      s.def(d);
      s.plainMem(Mode.Pool, s.code.poolEntry(lo, type == Type.F32 ? 0 : hi, 0, 0));
      return;
  }
  s.beginImm(X64.MovImm, lo);
  s.setImmHi(type == Type.I32 ? 0 : hi);
  s.def(d);
}

/** d ← the word of a reference to program function `target`: code address below, canonical type above. */
export function emitFuncRef(s: Selector, d: i32, target: i32): void {
  s.beginImm(X64.MovFunc, target);
  s.setImmHi(s.program.funcType.get(target));
  s.def(d);
}

export function lowerGlobalSet(s: Selector, v: i32): void {
  if (lowerReadModifyWrite(s, v, Op.GlobalSet)) return;
  const x = storedValue(s, s.func.a.get(v), Op.Store);
  const type = s.func.valueType.get(x);
  const address = s.program.globalAddress.get(s.func.imm.get(v));
  const isNarrow = type == Type.I32 || type == Type.F32;
  if (s.isConst(x) && (isNarrow || (type != Type.V128 && s.constHi(x) == s.constLo(x) >> 31))) {
    s.beginImm(isNarrow ? X64.StoreI32 : X64.StoreI64, s.constLo(x));
    s.plainMem(Mode.Abs, address);
    return;
  }
  const r = s.lowReg(x);
  s.begin(wholeStoreRow(type));
  s.use(r);
  s.plainMem(Mode.Abs, address);
}

/** The register of the index is noted for the trap handler, with memory and offset: no code. */
export function lowerTrapAccess(s: Selector, v: i32): void {
  const func = s.func;
  const isKnown = func.accessMemory(v) <= MOST_NOTED_MEMORY && func.immHi.get(v) == 0;
  const index = isKnown ? s.reg(func.a.get(v)) : -1;
  s.beginImm(X64.Trap, TrapKind.MemoryOutOfBounds);
  if (!isKnown) return;
  s.use(index);
  s.setDisp(func.accessOffset(v));
  s.setImmHi(func.accessMemory(v));
}

/** Locals that are no values: in the frame. */
export function lowerSlotGet(s: Selector, v: i32): void {
  const d = s.regOfDef(v);
  s.begin(wholeLoadRow(s.func.valueType.get(v)));
  s.def(d);
  s.plainMem(Mode.Local, s.func.imm.get(v));
}

export function lowerSlotSet(s: Selector, v: i32): void {
  const x = s.func.a.get(v);
  const r = s.reg(x);
  s.begin(wholeStoreRow(s.func.valueType.get(x)));
  s.use(r);
  s.plainMem(Mode.Local, s.func.imm.get(v));
}

/**
 * Checks `index` against the size of table `table` and sets the address fields to the entry. Constants are folded
 * but keep their check, unless the size is a constant too.
 */
export function buildTableEntry(s: Selector, index: i32, table: i32): void {
  const program = s.program;
  const baseLo = program.tableBaseLo.get(table);
  const baseHi = program.tableBaseHi.get(table);
  const size = program.tableMin.get(table);
  const isFixed = program.tableGrows.get(table) == 0;
  const x = s.alias(index);
  const isKnown = s.isConst(x) && (s.func.valueType.get(x) == Type.I32 || s.constHi(x) == 0);
  if (isKnown && isFixed && s.constLo(x) >= 0 && s.constLo(x) < size) {
    buildConstantEntry(s, baseLo, baseHi, s.constLo(x));
    return;
  }
  const r = s.reg(index);
  if (isFixed) {
    s.beginImm(s.isWide(index) ? X64.CmpI64 : X64.CmpI32, size);
    s.useAny(r);
  } else {
    s.begin(X64.Cmp64);
    s.use(r);
    s.plainMem(Mode.Abs, program.tableCell.get(table) + TableCell.Size);
  }
  s.beginImm(X64.TrapIf, Cond.AboveEqual);
  s.setDisp(TrapKind.TableOutOfBounds);
  buildEntryAddress(s, baseLo, baseHi, r);
}

function buildConstantEntry(s: Selector, baseLo: i32, baseHi: i32, index: i32): void {
  // Entries of one table never cross 4 GiB (link/layout.ts): the high word stays.
  buildConstantAddress(s, (baseLo + (index << 3)) | 0, baseHi);
}

export function lowerTableGet(s: Selector, v: i32): void {
  const d = s.regOfDef(v);
  buildTableEntry(s, s.func.a.get(v), s.func.imm.get(v));
  s.begin(X64.Mov64);
  s.def(d);
  s.mem();
}

export function lowerTableSet(s: Selector, v: i32): void {
  const r = s.reg(s.func.b.get(v));
  buildTableEntry(s, s.func.a.get(v), s.func.imm.get(v));
  s.begin(X64.Store64);
  s.use(r);
  s.mem();
}

/** a ← b, c bytes. */
export function lowerCopyBytes(s: Selector, v: i32): void {
  const target = s.reg(s.func.a.get(v));
  const source = s.reg(s.func.b.get(v));
  const count = s.reg(s.func.c.get(v));
  s.begin(X64.RepMovsb);
  s.defFixed(s.newGeneral(true), Reg.Rdi);
  s.defFixed(s.newGeneral(true), Reg.Rsi);
  s.defFixed(s.newGeneral(true), Reg.Rcx);
  s.useFixed(target, Reg.Rdi);
  s.useFixed(source, Reg.Rsi);
  s.useFixed(count, Reg.Rcx);
  s.setSite();
}

/** c bytes from a ← byte b. */
export function lowerFillBytes(s: Selector, v: i32): void {
  const target = s.reg(s.func.a.get(v));
  const byte = s.lowReg(s.func.b.get(v));
  const count = s.reg(s.func.c.get(v));
  s.begin(X64.RepStosb);
  s.defFixed(s.newGeneral(true), Reg.Rdi);
  s.defFixed(s.newGeneral(true), Reg.Rcx);
  s.useFixed(target, Reg.Rdi);
  s.useFixed(byte, Reg.Rax);
  s.useFixed(count, Reg.Rcx);
  s.setSite();
}

/** Address of the start or end of the code. */
export function lowerCodeBound(s: Selector, v: i32): void {
  s.beginImm(X64.MovCodeBound, s.func.imm.get(v));
  s.def(s.regOfDef(v));
}

export function lowerFuncRef(s: Selector, v: i32): void {
  emitFuncRef(s, s.regOfDef(v), s.func.imm.get(v));
}

/** A 32-bit load of the low half of the table entry that the address fields describe. */
export function emitEntryAddressLoad(s: Selector): i32 {
  const r = s.newGeneral(false);
  s.begin(X64.Mov32);
  s.def(r);
  s.mem();
  return r;
}
