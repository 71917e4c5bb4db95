// Which instruction each numeric instruction of WebAssembly becomes: one row each, by opcode. Those without a row go by
// Code.Numeric, which computes them with base/numerics.ts.

import { I32Column } from "../base/columns";
import { Opcode } from "../wasm/opcodes";
import { Code } from "./code";

/** What a row says besides. */
const enum Row {
  /** The operands may change places. */
  Commutes = 1,
  /** The instruction takes the operands in the other order. */
  Swapped = 2,
  /** The form with a constant takes the negated one, */
  Negated = 4,
  /** the one after it, */
  Next = 8,
  /** or the one before it. */
  Previous = 16,
  /** These are unsigned. */
  Unsigned = 32,
}

const FIRST: i32 = 0x45;
const COUNT: i32 = 0x80;

const codes = new I32Column();
const constantCodes = new I32Column();
const flags = new I32Column();

function row(opcode: i32, code: i32, withConstant: i32 = -1, flag: i32 = 0): void {
  codes.set(opcode - FIRST, code);
  constantCodes.set(opcode - FIRST, withConstant);
  flags.set(opcode - FIRST, flag);
}

function addRows32(): void {
  row(Opcode.I32Add, Code.Add32, Code.AddK32, Row.Commutes);
  row(Opcode.I32Sub, Code.Sub32, Code.AddK32, Row.Negated);
  row(Opcode.I32Mul, Code.Mul32, Code.MulK32, Row.Commutes);
  row(Opcode.I32DivS, Code.DivS32);
  row(Opcode.I32DivU, Code.DivU32);
  row(Opcode.I32RemS, Code.RemS32);
  row(Opcode.I32RemU, Code.RemU32);
  row(Opcode.I32And, Code.And32, Code.AndK32, Row.Commutes);
  row(Opcode.I32Or, Code.Or32, Code.OrK32, Row.Commutes);
  row(Opcode.I32Xor, Code.Xor32, Code.XorK32, Row.Commutes);
  row(Opcode.I32Shl, Code.Shl32, Code.ShlK32);
  row(Opcode.I32ShrS, Code.ShrS32, Code.ShrSK32);
  row(Opcode.I32ShrU, Code.ShrU32, Code.ShrUK32);
  row(Opcode.I32Rotl, Code.Rotl32, Code.RotlK32);
  row(Opcode.I32Rotr, Code.Rotr32, Code.RotlK32, Row.Negated);
  row(Opcode.I32Eqz, Code.Eqz32);
  row(Opcode.I32Eq, Code.Eq32, Code.EqK32, Row.Commutes);
  row(Opcode.I32Ne, Code.Ne32, Code.NeK32, Row.Commutes);
  row(Opcode.I32LtS, Code.LtS32, Code.LtSK32);
  row(Opcode.I32LtU, Code.LtU32, Code.LtUK32);
  row(Opcode.I32GtS, Code.LtS32, Code.GtSK32, Row.Swapped);
  row(Opcode.I32GtU, Code.LtU32, Code.GtUK32, Row.Swapped);
  row(Opcode.I32LeS, Code.LeS32, Code.LtSK32, Row.Next);
  row(Opcode.I32LeU, Code.LeU32, Code.LtUK32, Row.Next | Row.Unsigned);
  row(Opcode.I32GeS, Code.LeS32, Code.GtSK32, Row.Swapped | Row.Previous);
  row(Opcode.I32GeU, Code.LeU32, Code.GtUK32, Row.Swapped | Row.Previous | Row.Unsigned);
  row(Opcode.I32Clz, Code.Clz32);
  row(Opcode.I32Ctz, Code.Ctz32);
  row(Opcode.I32Popcnt, Code.Popcnt32);
  row(Opcode.I32Extend8S, Code.Extend8S32);
  row(Opcode.I32Extend16S, Code.Extend16S32);
}

function addRows64(): void {
  row(Opcode.I64Add, Code.Add64, Code.AddK64, Row.Commutes);
  row(Opcode.I64Sub, Code.Sub64, Code.AddK64, Row.Negated);
  row(Opcode.I64Mul, Code.Mul64);
  row(Opcode.I64DivS, Code.DivS64);
  row(Opcode.I64DivU, Code.DivU64);
  row(Opcode.I64RemS, Code.RemS64);
  row(Opcode.I64RemU, Code.RemU64);
  row(Opcode.I64And, Code.And64, Code.AndK64, Row.Commutes);
  row(Opcode.I64Or, Code.Or64);
  row(Opcode.I64Xor, Code.Xor64);
  row(Opcode.I64Shl, Code.Shl64, Code.ShlK64);
  row(Opcode.I64ShrS, Code.ShrS64, Code.ShrSK64);
  row(Opcode.I64ShrU, Code.ShrU64, Code.ShrUK64);
  row(Opcode.I64Rotl, Code.Rotl64);
  row(Opcode.I64Eqz, Code.Eqz64);
  row(Opcode.I64Eq, Code.Eq64, Code.EqK64, Row.Commutes);
  row(Opcode.I64Ne, Code.Ne64, Code.NeK64, Row.Commutes);
  row(Opcode.I64LtS, Code.LtS64, Code.LtSK64);
  row(Opcode.I64LtU, Code.LtU64, Code.LtUK64);
  row(Opcode.I64GtS, Code.LtS64, Code.GtSK64, Row.Swapped);
  row(Opcode.I64GtU, Code.LtU64, Code.GtUK64, Row.Swapped);
  row(Opcode.I64LeS, Code.LeS64, Code.LtSK64, Row.Next);
  row(Opcode.I64LeU, Code.LeU64, Code.LtUK64, Row.Next | Row.Unsigned);
  row(Opcode.I64GeS, Code.LeS64, Code.GtSK64, Row.Swapped | Row.Previous);
  row(Opcode.I64GeU, Code.LeU64, Code.GtUK64, Row.Swapped | Row.Previous | Row.Unsigned);
  row(Opcode.I64ExtendI32S, Code.ExtendS32);
  row(Opcode.I64ExtendI32U, Code.ExtendU32);
  row(Opcode.I64Extend32S, Code.ExtendS32);
}

function addFloatRows(): void {
  row(Opcode.F32Add, Code.AddF32);
  row(Opcode.F32Sub, Code.SubF32);
  row(Opcode.F32Mul, Code.MulF32);
  row(Opcode.F32Div, Code.DivF32);
  row(Opcode.F32Eq, Code.EqF32);
  row(Opcode.F32Ne, Code.NeF32);
  row(Opcode.F32Lt, Code.LtF32);
  row(Opcode.F32Gt, Code.LtF32, -1, Row.Swapped);
  row(Opcode.F32Le, Code.LeF32);
  row(Opcode.F32Ge, Code.LeF32, -1, Row.Swapped);
  row(Opcode.F64Add, Code.AddF64);
  row(Opcode.F64Sub, Code.SubF64);
  row(Opcode.F64Mul, Code.MulF64);
  row(Opcode.F64Div, Code.DivF64);
  row(Opcode.F64Eq, Code.EqF64);
  row(Opcode.F64Ne, Code.NeF64);
  row(Opcode.F64Lt, Code.LtF64);
  row(Opcode.F64Gt, Code.LtF64, -1, Row.Swapped);
  row(Opcode.F64Le, Code.LeF64);
  row(Opcode.F64Ge, Code.LeF64, -1, Row.Swapped);
  row(Opcode.F64Neg, Code.NegF64);
  row(Opcode.F64Abs, Code.AbsF64);
  row(Opcode.F64Sqrt, Code.SqrtF64);
  row(Opcode.F64ConvertI32S, Code.ConvertS32F64);
  row(Opcode.F64ConvertI32U, Code.ConvertU32F64);
  row(Opcode.F64PromoteF32, Code.Promote);
  row(Opcode.F32DemoteF64, Code.Demote);
}

codes.resize(COUNT);
codes.fill(-1, 0, COUNT);
constantCodes.resize(COUNT);
constantCodes.fill(-1, 0, COUNT);
flags.resize(COUNT);
addRows32();
addRows64();
addFloatRows();

function has(opcode: i32, flag: i32): boolean {
  return (flags.get(opcode - FIRST) & flag) != 0;
}

/** The instruction for an opcode, -1 if there is none of its own. */
export function numericCode(opcode: i32): i32 {
  return opcode < FIRST + COUNT ? codes.get(opcode - FIRST) : -1;
}

/** Whether it takes the operands in the other order. */
export function isSwapped(opcode: i32): boolean {
  return has(opcode, Row.Swapped);
}

export function isCommutative(opcode: i32): boolean {
  return has(opcode, Row.Commutes);
}

/** The instruction with `constant` as second operand, -1 if there is none; which constant it takes: constantFor. */
export function constantCode(opcode: i32, constant: i32): i32 {
  const isWide = opcode >= Opcode.I64Eqz && opcode <= Opcode.I64GeU;
  const most: i32 = 0x7fff_ffff;
  const least = -most - 1;
  if (has(opcode, Row.Next)) {
    if (constant == (has(opcode, Row.Unsigned) ? -1 : most) || (isWide && constant == most)) return -1;
  }
  if (has(opcode, Row.Previous)) {
    if (constant == (has(opcode, Row.Unsigned) ? 0 : least) || (isWide && constant == least)) return -1;
  }
  // A constant of 64 bits is the extension of 32, and so must its negation be.
  if (opcode == Opcode.I64Sub && constant == least) return -1;
  return constantCodes.get(opcode - FIRST);
}

export function constantFor(opcode: i32, constant: i32): i32 {
  if (has(opcode, Row.Negated)) return (0 - constant) | 0;
  if (has(opcode, Row.Next)) return (constant + 1) | 0;
  return has(opcode, Row.Previous) ? (constant - 1) | 0 : constant;
}
