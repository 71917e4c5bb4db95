// Validation rules of instructions on memories and tables (specification 3.4.6, 3.4.7).

import { ltU32 } from "host/prims";
import { LibCall } from "../link/libcalls";
import { BodyState } from "./body-state";
import { Feature } from "./features";
import { RefKind } from "./module";
import { Opcode, opcodeAlign, opcodeSignature } from "./opcodes";
import { matchesType } from "./type-match";
import { I32, I64, typeName, ValueType } from "./types";

/** In the alignment of a memory access: a memory index follows. */
const HAS_MEMORY: i32 = 0x40;

/** A load or store: alignment, offset, and the operands of its signature. */
export function validateAccess(v: BodyState, op: i32): void {
  const module = v.module;
  let align = v.takeU32();
  let memory: i32 = 0;
  if (ltU32(2 * HAS_MEMORY - 1, align) || (align >= HAS_MEMORY && (module.features & Feature.MultiMemory) == 0)) {
    v.reject("malformed memop flags");
    return;
  }
  if ((align & HAS_MEMORY) != 0) {
    align -= HAS_MEMORY;
    memory = v.takeU32();
  }
  if (v.failed) return;
  if (!ltU32(memory, module.memoryMin.length)) {
    v.reject(`unknown memory ${memory}`);
    return;
  }
  if (align > opcodeAlign(op)) {
    v.reject("alignment must not be larger than natural");
    return;
  }
  const is64 = module.memoryIs64.get(memory) != 0;
  takeOffset(v, is64);
  const signature = opcodeSignature(op);
  const result = signature & 0xff;
  // The address is the first operand: the only one of a load, and below the value of a store.
  if (signature > 0xffff) v.pop((signature >> 8) & 0xff);
  v.pop(is64 ? I64 : I32);
  if (result != 0) v.push(result);
}

/** The constant offset of an access: with 64-bit memories it is a 64-bit number whatever this memory is. */
function takeOffset(v: BodyState, is64: boolean): void {
  if ((v.module.features & Feature.Memory64) == 0) {
    v.takeU32();
    return;
  }
  v.takeU64();
  if (!is64 && v.hi != 0 && !v.failed) v.reject("offset out of range");
}

/** A lane number of an instruction with lanes of 2^size bytes. */
export function validateLane(v: BodyState, size: i32): void {
  if (v.takeByte() >= 16 >> size) v.reject("invalid lane index");
}

export function validateMemorySize(v: BodyState): void {
  const memory = takeMemory(v);
  v.push(memoryIndexType(v, memory));
}

export function validateMemoryGrow(v: BodyState): void {
  const memory = takeMemory(v);
  const type = memoryIndexType(v, memory);
  v.pop(type);
  v.push(type);
  note(v, memory, RefKind.MemoryGrow);
  note(v, LibCall.MemoryGrow, RefKind.LibCall);
}

/** Bulk memory instructions, and all on tables. */
export function validateBulk(v: BodyState, op: i32): void {
  switch (op) {
    case Opcode.MemoryInit:
      validateMemoryInit(v);
      return;
    case Opcode.DataDrop:
      note(v, checkData(v, v.takeU32()), RefKind.DataUse);
      return;
    case Opcode.MemoryCopy:
      validateMemoryCopy(v);
      return;
    case Opcode.MemoryFill: {
      const type = memoryIndexType(v, takeMemory(v));
      v.pop(type);
      v.pop(I32);
      v.pop(type);
      note(v, LibCall.MemoryFill, RefKind.LibCall);
      return;
    }
    case Opcode.TableInit:
      validateTableInit(v);
      return;
    case Opcode.ElemDrop:
      note(v, v.takeIndex(v.module.elemMode.length, "elem segment"), RefKind.ElemUse);
      return;
    case Opcode.TableCopy:
      validateTableCopy(v);
      return;
  }
  validateTable(v, op);
}

function validateMemoryInit(v: BodyState): void {
  const index = v.takeU32();
  const type = memoryIndexType(v, takeMemory(v));
  const segment = checkData(v, index);
  v.pop(I32);
  v.pop(I32);
  v.pop(type);
  note(v, segment, RefKind.DataUse);
  note(v, LibCall.MemoryInit, RefKind.LibCall);
}

function validateMemoryCopy(v: BodyState): void {
  const target = memoryIndexType(v, takeMemory(v));
  const source = memoryIndexType(v, takeMemory(v));
  v.pop(smaller(target, source));
  v.pop(source);
  v.pop(target);
  note(v, LibCall.MemoryCopy, RefKind.LibCall);
}

function validateTableInit(v: BodyState): void {
  const module = v.module;
  const index = v.takeU32();
  const table = takeTable(v);
  const segment = v.checkIndex(index, module.elemMode.length, "elem segment");
  if (v.failed) return;
  checkEntries(v, module.elemType.get(segment), module.tableType.get(table));
  v.pop(I32);
  v.pop(I32);
  v.pop(tableIndexType(v, table));
  note(v, segment, RefKind.ElemUse);
  note(v, table, RefKind.TableWrite);
  note(v, LibCall.TableInit, RefKind.LibCall);
}

function validateTableCopy(v: BodyState): void {
  const module = v.module;
  const target = takeTable(v);
  const source = takeTable(v);
  if (v.failed) return;
  checkEntries(v, module.tableType.get(source), module.tableType.get(target));
  v.pop(smaller(tableIndexType(v, target), tableIndexType(v, source)));
  v.pop(tableIndexType(v, source));
  v.pop(tableIndexType(v, target));
  note(v, source, RefKind.TableUse);
  note(v, target, RefKind.TableWrite);
  note(v, LibCall.TableCopy, RefKind.LibCall);
}

/** table.get, set, size, grow, fill. */
function validateTable(v: BodyState, op: i32): void {
  const table = takeTable(v);
  if (v.failed) return;
  const type = v.module.tableType.get(table);
  const index = tableIndexType(v, table);
  switch (op) {
    case Opcode.TableGet:
      v.pop(index);
      v.push(type);
      note(v, table, RefKind.TableUse);
      return;
    case Opcode.TableSet:
      v.pop(type);
      v.pop(index);
      note(v, table, RefKind.TableWrite);
      return;
    case Opcode.TableSize:
      v.push(index);
      return;
    case Opcode.TableGrow:
      v.pop(index);
      v.pop(type);
      v.push(index);
      note(v, table, RefKind.TableWrite);
      note(v, table, RefKind.TableGrow);
      note(v, LibCall.TableGrow, RefKind.LibCall);
      return;
  }
  v.pop(index);
  v.pop(type);
  v.pop(index);
  note(v, table, RefKind.TableWrite);
  note(v, LibCall.TableFill, RefKind.LibCall);
}

function note(v: BodyState, index: i32, kind: i32): void {
  v.module.refs.push((index << 4) | kind);
}

/** A memory index; without multiple memories a zero byte. */
function takeMemory(v: BodyState): i32 {
  const count = v.module.memoryMin.length;
  if ((v.module.features & Feature.MultiMemory) != 0) return v.takeIndex(count, "memory");
  if (v.takeByte() != 0) v.reject("zero byte expected");
  else if (count == 0) v.reject("unknown memory 0");
  return 0;
}

/** The type of a memory's addresses (also after a failure). */
function memoryIndexType(v: BodyState, memory: i32): ValueType {
  return !v.failed && v.module.memoryIs64.get(memory) != 0 ? I64 : I32;
}

function takeTable(v: BodyState): i32 {
  return v.takeIndex(v.module.tableType.length, "table");
}

function tableIndexType(v: BodyState, table: i32): ValueType {
  return v.module.tableIs64.get(table) != 0 ? I64 : I32;
}

/** Type of the length of a copy between memories or tables with these index types. */
function smaller(a: ValueType, b: ValueType): ValueType {
  return a == I64 && b == I64 ? I64 : I32;
}

/** A data segment; code that names one needs the data count section, since the segments come after it. */
function checkData(v: BodyState, index: i32): i32 {
  if (v.module.dataCount < 0) {
    v.reject("data count section required");
    return 0;
  }
  return v.checkIndex(index, v.module.dataCount, "data segment");
}

function checkEntries(v: BodyState, from: ValueType, to: ValueType): void {
  if (!matchesType(v.module, from, to))
    v.reject(`type mismatch: ${typeName(from)} entries for a table of ${typeName(to)}`);
}
