// Passing over instructions without building anything: for dead code, and for what only looks at them.

import { opcodeImm, Prefix, prefixBase } from "../wasm/opcodes";
import { Imm } from "../wasm/opcode-table";
import { ByteReader } from "../wasm/reader";

/** Reads an opcode, with the rest of a prefixed one. */
export function readOpcode(reader: ByteReader): i32 {
  const byte = reader.readByte();
  return byte < Prefix.Gc ? byte : prefixBase(byte) + reader.readU32();
}

/** Passes over the immediates of instruction `op`. */
export function skipImmediates(reader: ByteReader, op: i32): void {
  const imm = opcodeImm(op);
  switch (imm) {
    case Imm.None:
      return;
    case Imm.Block:
      skipValueType(reader);
      return;
    case Imm.Label:
    case Imm.Func:
    case Imm.Local:
    case Imm.Global:
    case Imm.Table:
    case Imm.Memory:
    case Imm.I32:
    case Imm.I64:
    case Imm.HeapType:
    case Imm.Data:
    case Imm.Elem:
    case Imm.Type:
    case Imm.Tag:
      reader.skipLeb();
      return;
    case Imm.CallIndirect:
    case Imm.DataMemory:
    case Imm.MemoryPair:
    case Imm.ElemTable:
    case Imm.TablePair:
    case Imm.Field:
    case Imm.TypeCount:
    case Imm.TypeData:
    case Imm.TypeElem:
    case Imm.TypePair:
      reader.skipLeb();
      reader.skipLeb();
      return;
    case Imm.MemArg:
      skipMemArg(reader);
      return;
    case Imm.MemLane:
      skipMemArg(reader);
      reader.at++;
      return;
    case Imm.F32:
      reader.at += 4;
      return;
    case Imm.F64:
      reader.at += 8;
      return;
    case Imm.V128:
    case Imm.Shuffle:
      reader.at += 16;
      return;
    case Imm.Lane:
    case Imm.ZeroByte:
      reader.at++;
      return;
    case Imm.LabelTable:
      for (let n = reader.readU32(); n >= 0; n--) reader.skipLeb();
      return;
    case Imm.SelectTypes:
      for (let n = reader.readU32(); n > 0; n--) skipValueType(reader);
      return;
    case Imm.TryTable:
      skipValueType(reader);
      for (let n = reader.readU32(); n > 0; n--) skipCatch(reader);
      return;
    case Imm.BranchCast:
      reader.at++;
      reader.skipLeb();
      reader.skipLeb();
      reader.skipLeb();
      return;
  }
  assert(false, "skipImmediates: opcode");
}

function skipMemArg(reader: ByteReader): void {
  const flags = reader.readU32();
  if ((flags & 0x40) != 0) reader.skipLeb();
  reader.skipLeb();
}

/** Passes over the declarations of locals; their number. */
export function skipLocals(reader: ByteReader): i32 {
  let count: i32 = 0;
  for (let runs = reader.readU32(); runs > 0; runs--) {
    count += reader.readU32();
    skipValueType(reader);
  }
  return count;
}

/** Passes over a value or block type: one number; a typed reference (0x63, 0x64) is followed by its heap type. */
export function skipValueType(reader: ByteReader): void {
  const first = reader.bytes.get(reader.at);
  reader.skipLeb();
  if (first == 0x63 || first == 0x64) reader.skipLeb();
}

/** A catch clause: kind, tag for the first two kinds, label. */
function skipCatch(reader: ByteReader): void {
  const kind = reader.readByte();
  if (kind < 2) reader.skipLeb();
  reader.skipLeb();
}
