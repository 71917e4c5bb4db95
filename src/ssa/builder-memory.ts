// Memory and table instructions (specification 4.4.4 and 4.4.5, bulk operations included). What the hardware's guard
// pages check is one load or store; sizes that never change are constants; the rest goes to the runtime's functions
// (link/libcalls.ts).

import { TrapKind } from "../base/traps";
import { wideHi, wideLo } from "../base/wide";
import { MemoryCell, TableCell } from "../link/layout";
import { LibCall } from "../link/libcalls";
import { computeBytes } from "../link/memories";
import { NONE } from "../link/program";
import { ltU32 } from "host/prims";
import { buildFewCopied, buildFewFilled, MOST_COPIED, MOST_FILLED } from "./builder-bulk";
import { Builder } from "./builder-context";
import { operationOf, operationType } from "./builder-opcodes";
import { NO_VALUE, RAW_MEMORY } from "./func";
import { accessBytes, Op, Type } from "./op";

/** Memory argument read last: program memory and offset. */
let argMemory: i32 = 0;
let argOffset: i32 = 0;
let argOffsetHi: i32 = 0;

/** Reads alignment, memory and offset. */
function readMemArg(b: Builder): void {
  const reader = b.reader;
  const flags = reader.readU32();
  const local: i32 = (flags & 0x40) != 0 ? reader.readU32() : 0;
  argMemory = b.program.memoryOf(b.instance, local);
  reader.readU64();
  argOffset = reader.lo;
  argOffsetHi = reader.hi;
}

export function buildLoad(b: Builder, opcode: i32): void {
  readMemArg(b);
  const op = operationOf(opcode);
  const type = operationType(opcode);
  const index = b.pop();
  if (b.program.memoryGuarded.get(argMemory) == 0) buildAccessCheck(b, index, accessBytes(op, type));
  b.push(b.build(op, type, index, NO_VALUE, argMemory, argOffset, argOffsetHi));
}

export function buildStore(b: Builder, opcode: i32): void {
  readMemArg(b);
  const op = operationOf(opcode);
  const value = b.pop();
  const index = b.pop();
  if (b.program.memoryGuarded.get(argMemory) == 0) {
    buildAccessCheck(b, index, accessBytes(op, operationType(opcode)));
  }
  b.build(op, Type.None, index, value, argMemory, argOffset, argOffsetHi);
}

/**
 * The explicit check of an access to a memory without guard pages: traps unless index + offset + bytes is at most
 * the size, as numbers without wrap. With end = offset + bytes, that is end <= size and index <= size - end. Where what lies
 * behind the memory is inaccessible, an index within the size suffices, whatever small offset is added: the hardware
 * does the rest, and accesses to the fields of one structure share their check.
 */
function buildAccessCheck(b: Builder, index: i32, bytes: i32): void {
  const program = b.program;
  const endLo = (argOffset + bytes) | 0;
  const endHi = (argOffsetHi + (ltU32(endLo, bytes) ? 1 : 0)) | 0;
  if (endHi == 0 && argOffsetHi == -1) {
    // offset + bytes is more than 64 bits hold: no index is in bounds.
    b.buildTrapIf(b.constant(Type.I32, 1, 0), TrapKind.MemoryOutOfBounds);
    return;
  }
  const wide = program.memoryIs64.get(argMemory) == 0 ? b.unary(Op.ExtendU, Type.I64, index) : index;
  const size = buildMemoryBytes(b, argMemory);
  if (endHi == 0 && !ltU32(program.memorySlack.get(argMemory), endLo)) {
    buildAccessTrapIf(b, b.binary(Op.GeU, Type.I32, wide, size), wide);
    return;
  }
  const end = b.constant(Type.I64, endLo, endHi);
  const outside = b.binary(Op.GtU, Type.I32, wide, b.binary(Op.Sub, Type.I64, size, end));
  const tooSmall = b.binary(Op.LtU, Type.I32, size, end);
  buildAccessTrapIf(b, b.binary(Op.Or, Type.I32, outside, tooSmall), wide);
}

/** Traps if `condition` is not 0, with what the handler needs to say where the access was. */
function buildAccessTrapIf(b: Builder, condition: i32, wide: i32): void {
  const source = b.block;
  const slot = b.endBlock(Op.Branch, condition, 2);
  b.startBlockAfter(source, slot);
  b.build(Op.TrapAccess, Type.None, wide, NO_VALUE, argMemory, argOffset, argOffsetHi);
  b.finishBlock();
  b.startBlockAfter(source, slot + 1);
}

/** A 64-bit word of a cell, as it is now. */
export function loadCell(b: Builder, address: i32): i32 {
  return b.build(Op.Load, Type.I64, b.address(address), NO_VALUE, RAW_MEMORY, 0, 0);
}

/** Current size of a memory in bytes, an i64. */
export function buildMemoryBytes(b: Builder, memory: i32): i32 {
  const program = b.program;
  if (program.memoryGrows.get(memory) != 0) return loadCell(b, program.memoryCell.get(memory) + MemoryCell.Size);
  computeBytes(program, memory, program.memoryMin.get(memory), program.memoryMinHi.get(memory));
  return b.constant(Type.I64, wideLo(), wideHi());
}

/** An i64 as an index of a memory or table: i32 unless that has 64-bit indices. */
function asIndex(b: Builder, wide: i32, is64: boolean): i32 {
  return is64 ? wide : b.unary(Op.Wrap, Type.I32, wide);
}

/** Takes an index or a number from the stack and widens it to i64. */
function popWide(b: Builder): i32 {
  const v = b.pop();
  return b.func.valueType.get(v) == Type.I32 ? b.unary(Op.ExtendU, Type.I64, v) : v;
}

export function buildMemorySize(b: Builder): void {
  const program = b.program;
  const memory = program.memoryOf(b.instance, b.reader.readU32());
  const is64 = program.memoryIs64.get(memory) != 0;
  if (program.memoryGrows.get(memory) == 0) {
    // Of a memory with 32-bit indices the upper half is 0: its pages are of 64 KiB, or the last byte has no index.
    b.push(b.constant(is64 ? Type.I64 : Type.I32, program.memoryMin.get(memory), program.memoryMinHi.get(memory)));
    return;
  }
  const bytes = buildMemoryBytes(b, memory);
  const log2 = b.constant(Type.I64, program.memoryPageLog2.get(memory), 0);
  b.push(asIndex(b, b.binary(Op.ShrU, Type.I64, bytes, log2), is64));
}

/** Calls a function of the runtime with the topmost `count` values; where there is no runtime, traps. */
export function buildLibCall(b: Builder, call: i32, count: i32, type: i32): i32 {
  const callee: i32 = call < b.program.libCalls.length ? b.program.libCalls.get(call) : NONE;
  if (callee == NONE) {
    b.endWithTrap(TrapKind.UnknownImport);
    return NO_VALUE;
  }
  return b.buildPooled(Op.Call, type, NO_VALUE, count, callee, 0);
}

export function buildMemoryGrow(b: Builder): void {
  const program = b.program;
  const memory = program.memoryOf(b.instance, b.reader.readU32());
  const pages = popWide(b);
  b.push(b.address(program.memoryCell.get(memory)));
  b.push(pages);
  const previous = buildLibCall(b, LibCall.MemoryGrow, 2, Type.I64);
  if (!b.isDead) b.push(asIndex(b, previous, program.memoryIs64.get(memory) != 0));
}

/** The topmost value of the stack, if it is a constant from 1 to `most` and code is optimized; otherwise 0. */
function fewBytes(b: Builder, most: i32): i32 {
  const count: i32 = b.folds ? b.asConst(b.stack.top()) : NO_VALUE;
  if (count == NO_VALUE || b.func.immHi.get(count) != 0) return 0;
  const bytes = b.func.imm.get(count);
  return bytes > 0 && bytes <= most ? bytes : 0;
}

export function buildMemoryCopy(b: Builder): void {
  const program = b.program;
  const target = program.memoryOf(b.instance, b.reader.readU32());
  const source = program.memoryOf(b.instance, b.reader.readU32());
  const few = fewBytes(b, MOST_COPIED);
  if (few > 0 && program.memoryGuarded.get(target) != 0 && program.memoryGuarded.get(source) != 0) {
    b.pop();
    const from = b.pop();
    buildFewCopied(b, target, b.pop(), source, from, few);
    return;
  }
  buildCopy(b, LibCall.MemoryCopy, program.memoryCell.get(target), program.memoryCell.get(source));
}

export function buildTableCopy(b: Builder): void {
  const program = b.program;
  const target = program.tableOf(b.instance, b.reader.readU32());
  const source = program.tableOf(b.instance, b.reader.readU32());
  buildCopy(b, LibCall.TableCopy, program.tableCell.get(target), program.tableCell.get(source));
}

function buildCopy(b: Builder, call: i32, targetCell: i32, sourceCell: i32): void {
  const count = popWide(b);
  const source = popWide(b);
  const target = popWide(b);
  b.push(b.address(targetCell));
  b.push(b.address(sourceCell));
  b.push(target);
  b.push(source);
  b.push(count);
  buildLibCall(b, call, 5, Type.None);
}

export function buildMemoryFill(b: Builder): void {
  const memory = b.program.memoryOf(b.instance, b.reader.readU32());
  const few = fewBytes(b, MOST_FILLED);
  if (few > 0 && b.program.memoryGuarded.get(memory) != 0) {
    b.pop();
    const byte = b.pop();
    buildFewFilled(b, memory, b.pop(), byte, few);
    return;
  }
  const count = popWide(b);
  const value = b.pop();
  const target = popWide(b);
  b.push(b.address(b.program.memoryCell.get(memory)));
  b.push(target);
  b.push(value);
  b.push(count);
  buildLibCall(b, LibCall.MemoryFill, 4, Type.None);
}

export function buildMemoryInit(b: Builder): void {
  const program = b.program;
  const segment = program.instanceDataBase.get(b.instance) + b.reader.readU32();
  const memory = program.memoryOf(b.instance, b.reader.readU32());
  const cell = program.memoryCell.get(memory);
  buildInit(b, LibCall.MemoryInit, cell, program.dataAddress.get(segment), program.dataLengthCell.get(segment));
}

export function buildTableInit(b: Builder): void {
  const program = b.program;
  const segment = program.instanceElemBase.get(b.instance) + b.reader.readU32();
  const table = program.tableOf(b.instance, b.reader.readU32());
  const cell = program.tableCell.get(table);
  buildInit(b, LibCall.TableInit, cell, program.elemAddress.get(segment), program.elemLengthCell.get(segment));
}

/** Calls memory.init or table.init with the three topmost values. */
export function buildInit(b: Builder, call: i32, cell: i32, segment: i32, lengthCell: i32): void {
  const count = popWide(b);
  const source = popWide(b);
  const target = popWide(b);
  b.push(b.address(cell));
  b.push(b.address(segment));
  b.push(b.address(lengthCell));
  b.push(target);
  b.push(source);
  b.push(count);
  buildLibCall(b, call, 6, Type.None);
}

export function buildDataDrop(b: Builder): void {
  const segment = b.program.instanceDataBase.get(b.instance) + b.reader.readU32();
  buildDrop(b, b.program.dataLengthCell.get(segment));
}

export function buildElemDrop(b: Builder): void {
  const segment = b.program.instanceElemBase.get(b.instance) + b.reader.readU32();
  buildDrop(b, b.program.elemLengthCell.get(segment));
}

/** A dropped segment has length 0. */
export function buildDrop(b: Builder, lengthCell: i32): void {
  const address = b.address(lengthCell);
  const zero = b.constant(Type.I64, 0, 0);
  b.build(Op.Store, Type.None, address, zero, RAW_MEMORY, 0, 0);
}

export function buildTableGet(b: Builder): void {
  const table = b.program.tableOf(b.instance, b.reader.readU32());
  b.push(b.build(Op.TableGet, Type.Ref, b.pop(), NO_VALUE, NO_VALUE, table, 0));
}

export function buildTableSet(b: Builder): void {
  const table = b.program.tableOf(b.instance, b.reader.readU32());
  const word = b.pop();
  const index = b.pop();
  b.build(Op.TableSet, Type.None, index, word, NO_VALUE, table, 0);
}

export function buildTableSize(b: Builder): void {
  const program = b.program;
  const local = b.reader.readU32();
  const table = program.tableOf(b.instance, local);
  const is64 = b.module.tableIs64.get(local) != 0;
  if (program.tableGrows.get(table) == 0) {
    b.push(b.constant(is64 ? Type.I64 : Type.I32, program.tableMin.get(table), 0));
    return;
  }
  b.push(asIndex(b, buildTableEntries(b, table), is64));
}

/** Current number of a table's entries, an i64. */
export function buildTableEntries(b: Builder, table: i32): i32 {
  const program = b.program;
  if (program.tableGrows.get(table) == 0) return b.constant(Type.I64, program.tableMin.get(table), 0);
  return loadCell(b, program.tableCell.get(table) + TableCell.Size);
}

export function buildTableGrow(b: Builder): void {
  const local = b.reader.readU32();
  const table = b.program.tableOf(b.instance, local);
  const count = popWide(b);
  const word = b.unary(Op.Bitcast, Type.I64, b.pop());
  b.push(b.address(b.program.tableCell.get(table)));
  b.push(word);
  b.push(count);
  const previous = buildLibCall(b, LibCall.TableGrow, 3, Type.I64);
  if (!b.isDead) b.push(asIndex(b, previous, b.module.tableIs64.get(local) != 0));
}

export function buildTableFill(b: Builder): void {
  const table = b.program.tableOf(b.instance, b.reader.readU32());
  const count = popWide(b);
  const word = b.unary(Op.Bitcast, Type.I64, b.pop());
  const index = popWide(b);
  b.push(b.address(b.program.tableCell.get(table)));
  b.push(index);
  b.push(word);
  b.push(count);
  buildLibCall(b, LibCall.TableFill, 4, Type.None);
}
