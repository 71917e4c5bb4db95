// The atomic instructions (prefix 0xFE), by their number after the prefix (threads proposal). Seven
// read-modify-write instructions for each operation are numbered alike.

import { Feature } from "./features";
import { Imm, OpcodeTable } from "./opcode-table";

/** Number of the first atomic opcode in the table (PrefixBase.Atomic). */
const BASE: i32 = 0x300;

function addAtomicAccessRows(t: OpcodeTable): void {
  t.access(BASE + 0x00, "memory.atomic.notify", Imm.MemArg, "ai>i", 2, Feature.Threads);
  t.access(BASE + 0x01, "memory.atomic.wait32", Imm.MemArg, "ail>i", 2, Feature.Threads);
  t.access(BASE + 0x02, "memory.atomic.wait64", Imm.MemArg, "all>i", 3, Feature.Threads);
  t.row(BASE + 0x03, "atomic.fence", Imm.ZeroByte, ">", Feature.Threads);
  t.access(BASE + 0x10, "i32.atomic.load", Imm.MemArg, "a>i", 2, Feature.Threads);
  t.access(BASE + 0x11, "i64.atomic.load", Imm.MemArg, "a>l", 3, Feature.Threads);
  t.access(BASE + 0x12, "i32.atomic.load8_u", Imm.MemArg, "a>i", 0, Feature.Threads);
  t.access(BASE + 0x13, "i32.atomic.load16_u", Imm.MemArg, "a>i", 1, Feature.Threads);
  t.access(BASE + 0x14, "i64.atomic.load8_u", Imm.MemArg, "a>l", 0, Feature.Threads);
  t.access(BASE + 0x15, "i64.atomic.load16_u", Imm.MemArg, "a>l", 1, Feature.Threads);
  t.access(BASE + 0x16, "i64.atomic.load32_u", Imm.MemArg, "a>l", 2, Feature.Threads);
  t.access(BASE + 0x17, "i32.atomic.store", Imm.MemArg, "ai>", 2, Feature.Threads);
  t.access(BASE + 0x18, "i64.atomic.store", Imm.MemArg, "al>", 3, Feature.Threads);
  t.access(BASE + 0x19, "i32.atomic.store8", Imm.MemArg, "ai>", 0, Feature.Threads);
  t.access(BASE + 0x1a, "i32.atomic.store16", Imm.MemArg, "ai>", 1, Feature.Threads);
  t.access(BASE + 0x1b, "i64.atomic.store8", Imm.MemArg, "al>", 0, Feature.Threads);
  t.access(BASE + 0x1c, "i64.atomic.store16", Imm.MemArg, "al>", 1, Feature.Threads);
  t.access(BASE + 0x1d, "i64.atomic.store32", Imm.MemArg, "al>", 2, Feature.Threads);
}

/** The seven instructions of one operation, from number `first` on. */
function addUpdateRows(t: OpcodeTable, first: i32, operation: string, narrow: string, wide: string): void {
  t.access(BASE + first, `i32.atomic.rmw.${operation}`, Imm.MemArg, narrow, 2, Feature.Threads);
  t.access(BASE + first + 1, `i64.atomic.rmw.${operation}`, Imm.MemArg, wide, 3, Feature.Threads);
  t.access(BASE + first + 2, `i32.atomic.rmw8.${operation}_u`, Imm.MemArg, narrow, 0, Feature.Threads);
  t.access(BASE + first + 3, `i32.atomic.rmw16.${operation}_u`, Imm.MemArg, narrow, 1, Feature.Threads);
  t.access(BASE + first + 4, `i64.atomic.rmw8.${operation}_u`, Imm.MemArg, wide, 0, Feature.Threads);
  t.access(BASE + first + 5, `i64.atomic.rmw16.${operation}_u`, Imm.MemArg, wide, 1, Feature.Threads);
  t.access(BASE + first + 6, `i64.atomic.rmw32.${operation}_u`, Imm.MemArg, wide, 2, Feature.Threads);
}

export function addAtomicRows(t: OpcodeTable): void {
  addAtomicAccessRows(t);
  addUpdateRows(t, 0x1e, "add", "ai>i", "al>l");
  addUpdateRows(t, 0x25, "sub", "ai>i", "al>l");
  addUpdateRows(t, 0x2c, "and", "ai>i", "al>l");
  addUpdateRows(t, 0x33, "or", "ai>i", "al>l");
  addUpdateRows(t, 0x3a, "xor", "ai>i", "al>l");
  addUpdateRows(t, 0x41, "xchg", "ai>i", "al>l");
  addUpdateRows(t, 0x48, "cmpxchg", "aii>i", "all>l");
}
