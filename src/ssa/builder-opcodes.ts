// Which operation each numeric and memory instruction becomes: rows by opcode number. The order of op.ts is the
// binary format's, so that most rows come in runs.

import { I32Column } from "../base/columns";
import { Opcode } from "../wasm/opcodes";
import { Op, Type } from "./op";

const operations = new I32Column();
const types = new I32Column();

/** `count` instructions from `first` on become consecutive operations from `op` on, with results of `type`. */
function rows(first: i32, count: i32, op: i32, type: i32): void {
  for (let i: i32 = 0; i < count; i++) {
    operations.set(first + i, op + i);
    types.set(first + i, type);
  }
}

function addIntegerRows(eqz: i32, clz: i32, add: i32, type: i32): void {
  rows(eqz, 11, Op.Eqz, Type.I32);
  rows(clz, 3, Op.Clz, type);
  rows(add, 15, Op.Add, type);
}

function addFloatRows(eq: i32, abs: i32, add: i32, type: i32): void {
  rows(eq, 6, Op.FEq, Type.I32);
  rows(abs, 7, Op.FAbs, type);
  rows(add, 7, Op.FAdd, type);
}

function addConversionRows(): void {
  rows(Opcode.I32WrapI64, 1, Op.Wrap, Type.I32);
  rows(Opcode.I32TruncF32S, 2, Op.TruncS, Type.I32);
  rows(Opcode.I32TruncF64S, 2, Op.TruncS, Type.I32);
  rows(Opcode.I64ExtendI32S, 2, Op.ExtendS, Type.I64);
  rows(Opcode.I64TruncF32S, 2, Op.TruncS, Type.I64);
  rows(Opcode.I64TruncF64S, 2, Op.TruncS, Type.I64);
  rows(Opcode.F32ConvertI32S, 2, Op.ConvertS, Type.F32);
  rows(Opcode.F32ConvertI64S, 2, Op.ConvertS, Type.F32);
  rows(Opcode.F32DemoteF64, 1, Op.Demote, Type.F32);
  rows(Opcode.F64ConvertI32S, 2, Op.ConvertS, Type.F64);
  rows(Opcode.F64ConvertI64S, 2, Op.ConvertS, Type.F64);
  rows(Opcode.F64PromoteF32, 1, Op.Promote, Type.F64);
  rows(Opcode.I32ReinterpretF32, 1, Op.Bitcast, Type.I32);
  rows(Opcode.I64ReinterpretF64, 1, Op.Bitcast, Type.I64);
  rows(Opcode.F32ReinterpretI32, 1, Op.Bitcast, Type.F32);
  rows(Opcode.F64ReinterpretI64, 1, Op.Bitcast, Type.F64);
  rows(Opcode.I32Extend8S, 2, Op.Extend8S, Type.I32);
  rows(Opcode.I64Extend8S, 3, Op.Extend8S, Type.I64);
  rows(Opcode.I32TruncSatF32S, 2, Op.TruncSatS, Type.I32);
  rows(Opcode.I32TruncSatF64S, 2, Op.TruncSatS, Type.I32);
  rows(Opcode.I64TruncSatF32S, 2, Op.TruncSatS, Type.I64);
  rows(Opcode.I64TruncSatF64S, 2, Op.TruncSatS, Type.I64);
}

/** Loads have the type of their result, stores that of the value stored. */
function addMemoryRows(): void {
  rows(Opcode.I32Load, 1, Op.Load, Type.I32);
  rows(Opcode.I64Load, 1, Op.Load, Type.I64);
  rows(Opcode.F32Load, 1, Op.Load, Type.F32);
  rows(Opcode.F64Load, 1, Op.Load, Type.F64);
  rows(Opcode.I32Load8S, 4, Op.Load8S, Type.I32);
  rows(Opcode.I64Load8S, 6, Op.Load8S, Type.I64);
  rows(Opcode.I32Store, 1, Op.Store, Type.I32);
  rows(Opcode.I64Store, 1, Op.Store, Type.I64);
  rows(Opcode.F32Store, 1, Op.Store, Type.F32);
  rows(Opcode.F64Store, 1, Op.Store, Type.F64);
  rows(Opcode.I32Store8, 2, Op.Store8, Type.I32);
  rows(Opcode.I64Store8, 3, Op.Store8, Type.I64);
}

operations.resize(0x200);
types.resize(0x200);
addIntegerRows(Opcode.I32Eqz, Opcode.I32Clz, Opcode.I32Add, Type.I32);
addIntegerRows(Opcode.I64Eqz, Opcode.I64Clz, Opcode.I64Add, Type.I64);
addFloatRows(Opcode.F32Eq, Opcode.F32Abs, Opcode.F32Add, Type.F32);
addFloatRows(Opcode.F64Eq, Opcode.F64Abs, Opcode.F64Add, Type.F64);
addConversionRows();
addMemoryRows();

/** Operation of a numeric or memory instruction; 0 (Nop) for other instructions. */
export function operationOf(opcode: i32): i32 {
  return operations.get(opcode);
}

/** Type of its result; of a store, type of the value. */
export function operationType(opcode: i32): i32 {
  return types.get(opcode);
}
