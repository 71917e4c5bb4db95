// The instructions that are seldom or long: memories other than an ordinary memory 0, growing and moving, tables, wide
// arithmetic.

import { I32Cursor } from "../base/columns";
import { TrapKind } from "../base/traps";
import { Opcode } from "../wasm/opcodes";
import { Code } from "./code";
import { Machine } from "./machine";
import { Memory } from "host/memory";
import { Cells } from "host/slots";
import { ltU32 } from "host/prims";

/** Executes the instruction at `pc`: its words, negated, or a TrapKind. */
export function executeRest(machine: Machine, pc: I32Cursor, frame: Cells): i32 {
  const op = pc.get(0);
  const x = pc.get(1);
  switch (op) {
    case Code.Access: {
      const memory = machine.memories[pc.get(4)];
      if (access(memory, pc, frame)) return -7;
      machine.faultMemory = memory;
      return TrapKind.MemoryOutOfBounds;
    }
    case Code.MemorySize: {
      const memory = machine.memories[pc.get(2)];
      frame.setI64(x, memory.pages, memory.pagesHi);
      return -3;
    }
    case Code.MemoryGrow:
      growMemory(machine, x, pc.get(2), pc.get(3), frame);
      return -4;
    case Code.MemoryFill:
      return machine.memories[x].fill(frame, pc.get(2)) ? -3 : TrapKind.MemoryOutOfBounds;
    case Code.MemoryCopy: {
      const source = machine.memories[pc.get(2)];
      return machine.memories[x].copy(source, frame, pc.get(3)) ? -4 : TrapKind.MemoryOutOfBounds;
    }
    case Code.MemoryInit:
      return machine.initMemory(x, pc.get(2), frame, pc.get(3)) ? -4 : TrapKind.MemoryOutOfBounds;
    case Code.DataDrop:
      machine.dataDropped.set(x, 1);
      return -2;
    case Code.Add128:
    case Code.Sub128:
      addWide(frame, x, op == Code.Sub128);
      return -2;
    case Code.MulWideS:
      frame.mulWideS64(x, x + 1, x, x + 1);
      return -2;
    case Code.MulWideU:
      frame.mulWideU64(x, x + 1, x, x + 1);
      return -2;
    case Code.Throw:
      machine.thrown = machine.newException(x, frame, pc.get(2));
      return TrapKind.UncaughtException;
    case Code.ThrowRef:
      machine.thrown = frame.getLo(x);
      return machine.thrown == 0 ? TrapKind.NullReference : TrapKind.UncaughtException;
  }
  return executeTable(machine, pc, frame);
}

function executeTable(machine: Machine, pc: I32Cursor, frame: Cells): i32 {
  const x = pc.get(1);
  switch (pc.get(0)) {
    case Code.TableGet: {
      const table = machine.tables[pc.get(2)];
      const index = table.operand(frame, pc.get(3));
      if (!ltU32(index, table.size)) return TrapKind.TableOutOfBounds;
      frame.copyFrom(x, table.entries, index);
      return -4;
    }
    case Code.TableSet: {
      const table = machine.tables[x];
      const index = table.operand(frame, pc.get(2));
      if (!ltU32(index, table.size)) return TrapKind.TableOutOfBounds;
      table.entries.copyFrom(index, frame, pc.get(3));
      return -4;
    }
    case Code.TableSize:
      frame.setI64(x, machine.tables[pc.get(2)].size, 0);
      return -3;
    case Code.TableGrow: {
      const table = machine.tables[pc.get(2)];
      const old = table.grow(table.operand(frame, pc.get(4)), frame, pc.get(3));
      frame.setI64(x, old, old >> 31);
      return -5;
    }
    case Code.TableFill:
      return machine.tables[x].fill(frame, pc.get(2)) ? -3 : TrapKind.TableOutOfBounds;
    case Code.TableCopy: {
      const source = machine.tables[pc.get(2)];
      return machine.tables[x].copy(source, frame, pc.get(3)) ? -4 : TrapKind.TableOutOfBounds;
    }
    case Code.TableInit:
      return machine.initTable(x, pc.get(2), frame, pc.get(3)) ? -4 : TrapKind.TableOutOfBounds;
    case Code.ElemDrop:
      machine.elemDropped.set(x, 1);
      return -2;
  }
  assert(false, "executeTable: instruction");
  return -1;
}

/** Any load or store in any memory. */
function access(memory: Memory, pc: I32Cursor, frame: Cells): boolean {
  const x = pc.get(1);
  const opcode = pc.get(3);
  const width = accessWidth(opcode);
  if (!memory.locate(frame, pc.get(2), pc.get(5), pc.get(6), width)) return false;
  if (opcode >= Opcode.I32Store) {
    memory.setPlaced(width, frame.getLo(x));
    if (width == 8) memory.setPlacedHigh(frame.getHi(x));
    return true;
  }
  let lo = memory.getPlaced(width);
  let hi: i32 = width == 8 ? memory.getPlacedHigh() : 0;
  const shift = 32 - 8 * width;
  switch (opcode) {
    case Opcode.I32Load8S:
    case Opcode.I32Load16S:
      lo = (lo << shift) >> shift;
      break;
    case Opcode.I64Load8S:
    case Opcode.I64Load16S:
    case Opcode.I64Load32S:
      lo = (lo << shift) >> shift;
      hi = lo >> 31;
  }
  frame.setI64(x, lo, hi);
  return true;
}

/** Bytes that a load or store touches. */
function accessWidth(opcode: i32): i32 {
  switch (opcode) {
    case Opcode.I32Load8S:
    case Opcode.I32Load8U:
    case Opcode.I64Load8S:
    case Opcode.I64Load8U:
    case Opcode.I32Store8:
    case Opcode.I64Store8:
      return 1;
    case Opcode.I32Load16S:
    case Opcode.I32Load16U:
    case Opcode.I64Load16S:
    case Opcode.I64Load16U:
    case Opcode.I32Store16:
    case Opcode.I64Store16:
      return 2;
    case Opcode.I64Load:
    case Opcode.F64Load:
    case Opcode.I64Store:
    case Opcode.F64Store:
      return 8;
  }
  return 4;
}

/** memory.grow: the old size in pages, or -1. */
function growMemory(machine: Machine, d: i32, m: i32, a: i32, frame: Cells): void {
  const memory = machine.memories[m];
  const old = memory.pages;
  const oldHi = memory.pagesHi;
  const is64 = machine.program.memoryIs64.get(m) != 0;
  const grows = memory.grow(frame.getLo(a), is64 ? frame.getHi(a) : 0);
  if (grows) frame.setI64(d, old, oldHi);
  else frame.setI64(d, -1, is64 ? -1 : 0);
}

/** Sum or difference of two numbers of 128 bits in four cells: low and high of each. */
function addWide(c: Cells, at: i32, isDifference: boolean): void {
  if (isDifference) {
    const borrows = c.ltU64(at, at + 2);
    c.sub64(at, at, at + 2);
    c.sub64(at + 1, at + 1, at + 3);
    if (borrows) c.addValue64(at + 1, at + 1, -1);
    return;
  }
  c.add64(at, at, at + 2);
  const carries = c.ltU64(at, at + 2);
  c.add64(at + 1, at + 1, at + 3);
  if (carries) c.addValue64(at + 1, at + 1, 1);
}
