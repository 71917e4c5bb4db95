// Read-modify-write instructions: a store of an operation on what the same place held, as in `add [address], x`.
// The load must be used by nothing else and nothing may happen between it and the store.

import { Op } from "../ssa/op";
import { buildAddress, isFar } from "./lower-address";
import { X64 } from "./op";
import { Selector } from "./select-state";

/** The 8-bit register form of an operation, or -1; the wider ones follow. */
function updateRow(op: i32): i32 {
  switch (op) {
    case Op.Add:
      return X64.AddM8;
    case Op.Sub:
      return X64.SubM8;
    case Op.And:
      return X64.AndM8;
    case Op.Or:
      return X64.OrM8;
    case Op.Xor:
      return X64.XorM8;
  }
  return -1;
}

/** The same with an immediate. */
function updateImmediateRow(op: i32): i32 {
  switch (op) {
    case Op.Add:
      return X64.AddMI8;
    case Op.Sub:
      return X64.SubMI8;
    case Op.And:
      return X64.AndMI8;
    case Op.Or:
      return X64.OrMI8;
  }
  return X64.XorMI8;
}

/** Selects `v`, a store or (op GlobalSet) an assignment to a global, as one instruction if it has the form. */
export function lowerReadModifyWrite(s: Selector, v: i32, op: i32): boolean {
  const func = s.func;
  const isGlobal = op == Op.GlobalSet;
  const x = isGlobal ? func.a.get(v) : func.b.get(v);
  const f = func.op.get(x);
  const row = updateRow(f);
  if (row < 0 || !s.isSingle(x)) return false;
  let old = func.a.get(x);
  let operand = func.b.get(x);
  if (!isOldValue(s, v, op, old)) {
    if (f == Op.Sub || !isOldValue(s, v, op, operand)) return false;
    operand = old;
    old = func.b.get(x);
  }
  // log2 of the bytes, from the rows' order.
  let size: i32 = s.isWide(x) ? 3 : 2;
  if (op == Op.Store8) size = 0;
  else if (op == Op.Store16) size = 1;
  else if (op == Op.Store32) size = 2;
  const isShort = hasImmediateForm(s, operand, size);
  const r = isShort ? -1 : s.lowReg(operand);
  s.setFolded(old);
  if (isGlobal) s.setGlobalAddress(func.imm.get(v));
  else buildAddress(s, old);
  if (isShort) {
    const c = s.constLo(operand);
    s.beginImm(updateImmediateRow(f) + size, size == 0 ? (c << 24) >> 24 : c);
  } else {
    s.begin(row + size);
    s.use(r);
  }
  s.mem();
  return true;
}

/** Whether `old` is what the place that `v` writes held, read so that reading may move here. */
function isOldValue(s: Selector, v: i32, op: i32, old: i32): boolean {
  const func = s.func;
  const load = func.op.get(old);
  if (op == Op.GlobalSet) {
    return load == Op.GlobalGet && func.imm.get(old) == func.imm.get(v) && s.canSinkGlobal(old);
  }
  switch (op) {
    case Op.Store8:
      if (load != Op.Load8U && load != Op.Load8S) return false;
      break;
    case Op.Store16:
      if (load != Op.Load16U && load != Op.Load16S) return false;
      break;
    case Op.Store32:
      if (load != Op.Load32U && load != Op.Load32S) return false;
      break;
    default:
      if (load != Op.Load) return false;
  }
  return (
    func.accessMemory(old) == func.accessMemory(v) &&
    func.accessOffset(old) == func.accessOffset(v) &&
    func.immHi.get(old) == func.immHi.get(v) &&
    s.isSameValue(func.a.get(old), func.a.get(v)) &&
    s.canSinkLoad(old) &&
    !isFar(s, old)
  );
}

/** Halves only with a short immediate: one of 16 bits stalls the decoder. */
function hasImmediateForm(s: Selector, v: i32, size: i32): boolean {
  if (!s.isConst(v)) return false;
  const c = s.constLo(v);
  if (size == 1) return c >= -128 && c <= 127;
  return size != 3 || s.isImmediate(v);
}
