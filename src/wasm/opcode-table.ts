// The columns behind opcodes.ts: what a row holds, and how rows are entered.
//
// A signature is written with letters as in "ii>i" (i: i32, l: i64, f: f32, d: f64, v: v128, a: an address of the
// memory accessed, i32 or i64) and packed into one number: the result's value type in bits 0..7, the last operand's
// in 8..15, those before it in 16..23 and 24..31; 0 where there is none. "*" says that the types depend on context.

import { I32Column } from "../base/columns";
import { ValueKind } from "./types";

/** Kinds of immediates that follow an opcode. */
export const enum Imm {
  /** No such instruction. */
  Invalid = 0,
  None = 1,
  /** block type */
  Block = 2,
  /** label */
  Label = 3,
  /** vector of labels, then the default label */
  LabelTable = 4,
  /** function */
  Func = 5,
  /** type, table */
  CallIndirect = 6,
  /** local */
  Local = 7,
  /** global */
  Global = 8,
  /** table */
  Table = 9,
  /** alignment, memory if bit 6 of it is set, offset */
  MemArg = 10,
  /** memory */
  Memory = 11,
  /** signed LEB128 of 32 and 64 bits */
  I32 = 12,
  I64 = 13,
  /** 4 and 8 bytes */
  F32 = 14,
  F64 = 15,
  /** vector of value types */
  SelectTypes = 16,
  /** heap type */
  HeapType = 17,
  /** data segment, memory */
  DataMemory = 18,
  /** data segment */
  Data = 19,
  /** target memory, source memory */
  MemoryPair = 20,
  /** element segment, table */
  ElemTable = 21,
  /** element segment */
  Elem = 22,
  /** target table, source table */
  TablePair = 23,
  /** 16 bytes */
  V128 = 24,
  /** 16 bytes, lane numbers */
  Shuffle = 25,
  /** one byte */
  Lane = 26,
  /** as MemArg, then one byte */
  MemLane = 27,
  /** type */
  Type = 28,
  /** tag */
  Tag = 29,
  /** block type, vector of catch clauses */
  TryTable = 30,
  /** type, field */
  Field = 31,
  /** type, number */
  TypeCount = 32,
  /** type, data segment */
  TypeData = 33,
  /** type, element segment */
  TypeElem = 34,
  /** type, type */
  TypePair = 35,
  /** flags, label, heap type, heap type */
  BranchCast = 36,
  /** a byte 0 */
  ZeroByte = 37,
}

/** Stands in a packed signature for the address type of the memory accessed. */
export const ADDRESS: i32 = 0x01;

export class OpcodeTable {
  names: Array<string> = ["illegal"];
  /** Index in `names`. */
  name: I32Column = new I32Column();
  imm: I32Column = new I32Column();
  signature: I32Column = new I32Column();
  align: I32Column = new I32Column();
  feature: I32Column = new I32Column();

  constructor(size: i32) {
    this.name.resize(size);
    this.imm.resize(size);
    this.signature.resize(size);
    this.align.resize(size);
    this.feature.resize(size);
    this.signature.fill(-1, 0, size);
  }

  row(op: i32, name: string, imm: i32, signature: string, feature: i32): void {
    this.access(op, name, imm, signature, 0, feature);
  }

  /** A row with an alignment, given as log2. */
  access(op: i32, name: string, imm: i32, signature: string, align: i32, feature: i32): void {
    this.name.set(op, this.names.length);
    this.names.push(name);
    this.imm.set(op, imm);
    this.signature.set(op, packSignature(signature));
    this.align.set(op, align);
    this.feature.set(op, feature);
  }
}

function packSignature(text: string): i32 {
  let packed: i32 = 0;
  for (let i: i32 = 0; i < text.length; i++) {
    const c: i32 = text.charCodeAt(i);
    if (c == 0x2a) return -1;
    if (c == 0x3e) {
      const result = i + 1 < text.length ? letterType(text.charCodeAt(i + 1)) : 0;
      return (packed << 8) | result;
    }
    packed = (packed << 8) | letterType(c);
  }
  return packed;
}

function letterType(c: i32): i32 {
  switch (c) {
    case 0x69:
      return ValueKind.I32;
    case 0x6c:
      return ValueKind.I64;
    case 0x66:
      return ValueKind.F32;
    case 0x64:
      return ValueKind.F64;
    case 0x76:
      return ValueKind.V128;
  }
  assert(c == 0x61, "letterType");
  return ADDRESS;
}
