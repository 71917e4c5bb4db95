// The instructions of WebAssembly, one row each: text format's name, immediates, signature, natural alignment and
// the feature that brings them (specification 5.4 and 7.6). Decoder, validator, text reader, interpreter and SSA
// builder all take these facts from here. Vector and atomic instructions have their rows in vector-opcodes.ts and
// atomic-opcodes.ts.
//
// An opcode is one number: a single byte stands for itself, prefix 0xFC begins at 0x100, 0xFB at 0x200, 0xFE at
// 0x300, 0xFD at 0x400, so that one table serves all.

import { addAtomicRows } from "./atomic-opcodes";
import { Feature } from "./features";
import { Imm, OpcodeTable } from "./opcode-table";
import { addVectorRows } from "./vector-opcodes";

export const enum Opcode {
  Unreachable = 0x00,
  Nop = 0x01,
  Block = 0x02,
  Loop = 0x03,
  If = 0x04,
  Else = 0x05,
  Try = 0x06,
  Catch = 0x07,
  Throw = 0x08,
  Rethrow = 0x09,
  ThrowRef = 0x0a,
  End = 0x0b,
  Br = 0x0c,
  BrIf = 0x0d,
  BrTable = 0x0e,
  Return = 0x0f,
  Call = 0x10,
  CallIndirect = 0x11,
  ReturnCall = 0x12,
  ReturnCallIndirect = 0x13,
  CallRef = 0x14,
  ReturnCallRef = 0x15,
  Delegate = 0x18,
  CatchAll = 0x19,
  Drop = 0x1a,
  Select = 0x1b,
  SelectTyped = 0x1c,
  TryTable = 0x1f,
  LocalGet = 0x20,
  LocalSet = 0x21,
  LocalTee = 0x22,
  GlobalGet = 0x23,
  GlobalSet = 0x24,
  TableGet = 0x25,
  TableSet = 0x26,
  I32Load = 0x28,
  I64Load = 0x29,
  F32Load = 0x2a,
  F64Load = 0x2b,
  I32Load8S = 0x2c,
  I32Load8U = 0x2d,
  I32Load16S = 0x2e,
  I32Load16U = 0x2f,
  I64Load8S = 0x30,
  I64Load8U = 0x31,
  I64Load16S = 0x32,
  I64Load16U = 0x33,
  I64Load32S = 0x34,
  I64Load32U = 0x35,
  I32Store = 0x36,
  I64Store = 0x37,
  F32Store = 0x38,
  F64Store = 0x39,
  I32Store8 = 0x3a,
  I32Store16 = 0x3b,
  I64Store8 = 0x3c,
  I64Store16 = 0x3d,
  I64Store32 = 0x3e,
  MemorySize = 0x3f,
  MemoryGrow = 0x40,
  I32Const = 0x41,
  I64Const = 0x42,
  F32Const = 0x43,
  F64Const = 0x44,
  I32Eqz = 0x45,
  I32Eq = 0x46,
  I32Ne = 0x47,
  I32LtS = 0x48,
  I32LtU = 0x49,
  I32GtS = 0x4a,
  I32GtU = 0x4b,
  I32LeS = 0x4c,
  I32LeU = 0x4d,
  I32GeS = 0x4e,
  I32GeU = 0x4f,
  I64Eqz = 0x50,
  I64Eq = 0x51,
  I64Ne = 0x52,
  I64LtS = 0x53,
  I64LtU = 0x54,
  I64GtS = 0x55,
  I64GtU = 0x56,
  I64LeS = 0x57,
  I64LeU = 0x58,
  I64GeS = 0x59,
  I64GeU = 0x5a,
  F32Eq = 0x5b,
  F32Ne = 0x5c,
  F32Lt = 0x5d,
  F32Gt = 0x5e,
  F32Le = 0x5f,
  F32Ge = 0x60,
  F64Eq = 0x61,
  F64Ne = 0x62,
  F64Lt = 0x63,
  F64Gt = 0x64,
  F64Le = 0x65,
  F64Ge = 0x66,
  I32Clz = 0x67,
  I32Ctz = 0x68,
  I32Popcnt = 0x69,
  I32Add = 0x6a,
  I32Sub = 0x6b,
  I32Mul = 0x6c,
  I32DivS = 0x6d,
  I32DivU = 0x6e,
  I32RemS = 0x6f,
  I32RemU = 0x70,
  I32And = 0x71,
  I32Or = 0x72,
  I32Xor = 0x73,
  I32Shl = 0x74,
  I32ShrS = 0x75,
  I32ShrU = 0x76,
  I32Rotl = 0x77,
  I32Rotr = 0x78,
  I64Clz = 0x79,
  I64Ctz = 0x7a,
  I64Popcnt = 0x7b,
  I64Add = 0x7c,
  I64Sub = 0x7d,
  I64Mul = 0x7e,
  I64DivS = 0x7f,
  I64DivU = 0x80,
  I64RemS = 0x81,
  I64RemU = 0x82,
  I64And = 0x83,
  I64Or = 0x84,
  I64Xor = 0x85,
  I64Shl = 0x86,
  I64ShrS = 0x87,
  I64ShrU = 0x88,
  I64Rotl = 0x89,
  I64Rotr = 0x8a,
  F32Abs = 0x8b,
  F32Neg = 0x8c,
  F32Ceil = 0x8d,
  F32Floor = 0x8e,
  F32Trunc = 0x8f,
  F32Nearest = 0x90,
  F32Sqrt = 0x91,
  F32Add = 0x92,
  F32Sub = 0x93,
  F32Mul = 0x94,
  F32Div = 0x95,
  F32Min = 0x96,
  F32Max = 0x97,
  F32Copysign = 0x98,
  F64Abs = 0x99,
  F64Neg = 0x9a,
  F64Ceil = 0x9b,
  F64Floor = 0x9c,
  F64Trunc = 0x9d,
  F64Nearest = 0x9e,
  F64Sqrt = 0x9f,
  F64Add = 0xa0,
  F64Sub = 0xa1,
  F64Mul = 0xa2,
  F64Div = 0xa3,
  F64Min = 0xa4,
  F64Max = 0xa5,
  F64Copysign = 0xa6,
  I32WrapI64 = 0xa7,
  I32TruncF32S = 0xa8,
  I32TruncF32U = 0xa9,
  I32TruncF64S = 0xaa,
  I32TruncF64U = 0xab,
  I64ExtendI32S = 0xac,
  I64ExtendI32U = 0xad,
  I64TruncF32S = 0xae,
  I64TruncF32U = 0xaf,
  I64TruncF64S = 0xb0,
  I64TruncF64U = 0xb1,
  F32ConvertI32S = 0xb2,
  F32ConvertI32U = 0xb3,
  F32ConvertI64S = 0xb4,
  F32ConvertI64U = 0xb5,
  F32DemoteF64 = 0xb6,
  F64ConvertI32S = 0xb7,
  F64ConvertI32U = 0xb8,
  F64ConvertI64S = 0xb9,
  F64ConvertI64U = 0xba,
  F64PromoteF32 = 0xbb,
  I32ReinterpretF32 = 0xbc,
  I64ReinterpretF64 = 0xbd,
  F32ReinterpretI32 = 0xbe,
  F64ReinterpretI64 = 0xbf,
  I32Extend8S = 0xc0,
  I32Extend16S = 0xc1,
  I64Extend8S = 0xc2,
  I64Extend16S = 0xc3,
  I64Extend32S = 0xc4,
  RefNull = 0xd0,
  RefIsNull = 0xd1,
  RefFunc = 0xd2,
  RefEq = 0xd3,
  RefAsNonNull = 0xd4,
  BrOnNull = 0xd5,
  BrOnNonNull = 0xd6,
  I32TruncSatF32S = 0x100,
  I32TruncSatF32U = 0x101,
  I32TruncSatF64S = 0x102,
  I32TruncSatF64U = 0x103,
  I64TruncSatF32S = 0x104,
  I64TruncSatF32U = 0x105,
  I64TruncSatF64S = 0x106,
  I64TruncSatF64U = 0x107,
  MemoryInit = 0x108,
  DataDrop = 0x109,
  MemoryCopy = 0x10a,
  MemoryFill = 0x10b,
  TableInit = 0x10c,
  ElemDrop = 0x10d,
  TableCopy = 0x10e,
  TableGrow = 0x10f,
  TableSize = 0x110,
  TableFill = 0x111,
  I64Add128 = 0x113,
  I64Sub128 = 0x114,
  I64MulWideS = 0x115,
  I64MulWideU = 0x116,
  StructNew = 0x200,
  StructNewDefault = 0x201,
  StructGet = 0x202,
  StructGetS = 0x203,
  StructGetU = 0x204,
  StructSet = 0x205,
  ArrayNew = 0x206,
  ArrayNewDefault = 0x207,
  ArrayNewFixed = 0x208,
  ArrayNewData = 0x209,
  ArrayNewElem = 0x20a,
  ArrayGet = 0x20b,
  ArrayGetS = 0x20c,
  ArrayGetU = 0x20d,
  ArraySet = 0x20e,
  ArrayLen = 0x20f,
  ArrayFill = 0x210,
  ArrayCopy = 0x211,
  ArrayInitData = 0x212,
  ArrayInitElem = 0x213,
  RefTest = 0x214,
  RefTestNullable = 0x215,
  RefCast = 0x216,
  RefCastNullable = 0x217,
  BrOnCast = 0x218,
  BrOnCastFail = 0x219,
  AnyConvertExtern = 0x21a,
  ExternConvertAny = 0x21b,
  RefI31 = 0x21c,
  I31GetS = 0x21d,
  I31GetU = 0x21e,
  StructNewDesc = 0x220,
  StructNewDefaultDesc = 0x221,
  RefGetDesc = 0x222,
  RefCastDescEq = 0x223,
  RefCastDescEqNullable = 0x224,
  BrOnCastDescEq = 0x225,
  BrOnCastDescEqFail = 0x226,
  // Prefix 0xFD: the only one that has rules of its own; vector-opcodes.ts has the rest.
  V128Const = 0x40c,
}

/** The bytes that begin a prefixed instruction. */
export const enum Prefix {
  Gc = 0xfb,
  Misc = 0xfc,
  Vector = 0xfd,
  Atomic = 0xfe,
}

/** First opcode number of each prefix. */
export const enum PrefixBase {
  Misc = 0x100,
  Gc = 0x200,
  Atomic = 0x300,
  Vector = 0x400,
  End = 0x600,
}

const table = new OpcodeTable(PrefixBase.End);

/** Control (5.4.1). */
function addControlRows(t: OpcodeTable): void {
  t.row(Opcode.Unreachable, "unreachable", Imm.None, "*", 0);
  t.row(Opcode.Nop, "nop", Imm.None, ">", 0);
  t.row(Opcode.Block, "block", Imm.Block, "*", 0);
  t.row(Opcode.Loop, "loop", Imm.Block, "*", 0);
  t.row(Opcode.If, "if", Imm.Block, "*", 0);
  t.row(Opcode.Else, "else", Imm.None, "*", 0);
  t.row(Opcode.Try, "try", Imm.Block, "*", Feature.LegacyExceptions);
  t.row(Opcode.Catch, "catch", Imm.Tag, "*", Feature.LegacyExceptions);
  t.row(Opcode.Throw, "throw", Imm.Tag, "*", Feature.Exceptions);
  t.row(Opcode.Rethrow, "rethrow", Imm.Label, "*", Feature.LegacyExceptions);
  t.row(Opcode.ThrowRef, "throw_ref", Imm.None, "*", Feature.Exceptions);
  t.row(Opcode.End, "end", Imm.None, "*", 0);
  t.row(Opcode.Br, "br", Imm.Label, "*", 0);
  t.row(Opcode.BrIf, "br_if", Imm.Label, "*", 0);
  t.row(Opcode.BrTable, "br_table", Imm.LabelTable, "*", 0);
  t.row(Opcode.Return, "return", Imm.None, "*", 0);
  t.row(Opcode.Call, "call", Imm.Func, "*", 0);
  t.row(Opcode.CallIndirect, "call_indirect", Imm.CallIndirect, "*", 0);
  t.row(Opcode.ReturnCall, "return_call", Imm.Func, "*", Feature.TailCalls);
  t.row(Opcode.ReturnCallIndirect, "return_call_indirect", Imm.CallIndirect, "*", Feature.TailCalls);
  t.row(Opcode.CallRef, "call_ref", Imm.Type, "*", Feature.FunctionReferences);
  t.row(Opcode.ReturnCallRef, "return_call_ref", Imm.Type, "*", Feature.FunctionReferences);
  t.row(Opcode.Delegate, "delegate", Imm.Label, "*", Feature.LegacyExceptions);
  t.row(Opcode.CatchAll, "catch_all", Imm.None, "*", Feature.LegacyExceptions);
}

/** Parametric, variables, tables (5.4.2 to 5.4.5). */
function addVariableRows(t: OpcodeTable): void {
  t.row(Opcode.Drop, "drop", Imm.None, "*", 0);
  t.row(Opcode.Select, "select", Imm.None, "*", 0);
  t.row(Opcode.SelectTyped, "select", Imm.SelectTypes, "*", 0);
  t.row(Opcode.TryTable, "try_table", Imm.TryTable, "*", Feature.Exceptions);
  t.row(Opcode.LocalGet, "local.get", Imm.Local, "*", 0);
  t.row(Opcode.LocalSet, "local.set", Imm.Local, "*", 0);
  t.row(Opcode.LocalTee, "local.tee", Imm.Local, "*", 0);
  t.row(Opcode.GlobalGet, "global.get", Imm.Global, "*", 0);
  t.row(Opcode.GlobalSet, "global.set", Imm.Global, "*", 0);
  t.row(Opcode.TableGet, "table.get", Imm.Table, "*", 0);
  t.row(Opcode.TableSet, "table.set", Imm.Table, "*", 0);
}

/** Memory (5.4.6). A load takes an address, a store an address and a value. */
function addMemoryRows(t: OpcodeTable): void {
  t.access(Opcode.I32Load, "i32.load", Imm.MemArg, "a>i", 2, 0);
  t.access(Opcode.I64Load, "i64.load", Imm.MemArg, "a>l", 3, 0);
  t.access(Opcode.F32Load, "f32.load", Imm.MemArg, "a>f", 2, 0);
  t.access(Opcode.F64Load, "f64.load", Imm.MemArg, "a>d", 3, 0);
  t.access(Opcode.I32Load8S, "i32.load8_s", Imm.MemArg, "a>i", 0, 0);
  t.access(Opcode.I32Load8U, "i32.load8_u", Imm.MemArg, "a>i", 0, 0);
  t.access(Opcode.I32Load16S, "i32.load16_s", Imm.MemArg, "a>i", 1, 0);
  t.access(Opcode.I32Load16U, "i32.load16_u", Imm.MemArg, "a>i", 1, 0);
  t.access(Opcode.I64Load8S, "i64.load8_s", Imm.MemArg, "a>l", 0, 0);
  t.access(Opcode.I64Load8U, "i64.load8_u", Imm.MemArg, "a>l", 0, 0);
  t.access(Opcode.I64Load16S, "i64.load16_s", Imm.MemArg, "a>l", 1, 0);
  t.access(Opcode.I64Load16U, "i64.load16_u", Imm.MemArg, "a>l", 1, 0);
  t.access(Opcode.I64Load32S, "i64.load32_s", Imm.MemArg, "a>l", 2, 0);
  t.access(Opcode.I64Load32U, "i64.load32_u", Imm.MemArg, "a>l", 2, 0);
  t.access(Opcode.I32Store, "i32.store", Imm.MemArg, "ai>", 2, 0);
  t.access(Opcode.I64Store, "i64.store", Imm.MemArg, "al>", 3, 0);
  t.access(Opcode.F32Store, "f32.store", Imm.MemArg, "af>", 2, 0);
  t.access(Opcode.F64Store, "f64.store", Imm.MemArg, "ad>", 3, 0);
  t.access(Opcode.I32Store8, "i32.store8", Imm.MemArg, "ai>", 0, 0);
  t.access(Opcode.I32Store16, "i32.store16", Imm.MemArg, "ai>", 1, 0);
  t.access(Opcode.I64Store8, "i64.store8", Imm.MemArg, "al>", 0, 0);
  t.access(Opcode.I64Store16, "i64.store16", Imm.MemArg, "al>", 1, 0);
  t.access(Opcode.I64Store32, "i64.store32", Imm.MemArg, "al>", 2, 0);
  t.row(Opcode.MemorySize, "memory.size", Imm.Memory, "*", 0);
  t.row(Opcode.MemoryGrow, "memory.grow", Imm.Memory, "*", 0);
}

/** Constants, comparisons (5.4.7). */
function addComparisonRows(t: OpcodeTable): void {
  t.row(Opcode.I32Const, "i32.const", Imm.I32, ">i", 0);
  t.row(Opcode.I64Const, "i64.const", Imm.I64, ">l", 0);
  t.row(Opcode.F32Const, "f32.const", Imm.F32, ">f", 0);
  t.row(Opcode.F64Const, "f64.const", Imm.F64, ">d", 0);
  t.row(Opcode.I32Eqz, "i32.eqz", Imm.None, "i>i", 0);
  t.row(Opcode.I32Eq, "i32.eq", Imm.None, "ii>i", 0);
  t.row(Opcode.I32Ne, "i32.ne", Imm.None, "ii>i", 0);
  t.row(Opcode.I32LtS, "i32.lt_s", Imm.None, "ii>i", 0);
  t.row(Opcode.I32LtU, "i32.lt_u", Imm.None, "ii>i", 0);
  t.row(Opcode.I32GtS, "i32.gt_s", Imm.None, "ii>i", 0);
  t.row(Opcode.I32GtU, "i32.gt_u", Imm.None, "ii>i", 0);
  t.row(Opcode.I32LeS, "i32.le_s", Imm.None, "ii>i", 0);
  t.row(Opcode.I32LeU, "i32.le_u", Imm.None, "ii>i", 0);
  t.row(Opcode.I32GeS, "i32.ge_s", Imm.None, "ii>i", 0);
  t.row(Opcode.I32GeU, "i32.ge_u", Imm.None, "ii>i", 0);
  t.row(Opcode.I64Eqz, "i64.eqz", Imm.None, "l>i", 0);
  t.row(Opcode.I64Eq, "i64.eq", Imm.None, "ll>i", 0);
  t.row(Opcode.I64Ne, "i64.ne", Imm.None, "ll>i", 0);
  t.row(Opcode.I64LtS, "i64.lt_s", Imm.None, "ll>i", 0);
  t.row(Opcode.I64LtU, "i64.lt_u", Imm.None, "ll>i", 0);
  t.row(Opcode.I64GtS, "i64.gt_s", Imm.None, "ll>i", 0);
  t.row(Opcode.I64GtU, "i64.gt_u", Imm.None, "ll>i", 0);
  t.row(Opcode.I64LeS, "i64.le_s", Imm.None, "ll>i", 0);
  t.row(Opcode.I64LeU, "i64.le_u", Imm.None, "ll>i", 0);
  t.row(Opcode.I64GeS, "i64.ge_s", Imm.None, "ll>i", 0);
  t.row(Opcode.I64GeU, "i64.ge_u", Imm.None, "ll>i", 0);
  t.row(Opcode.F32Eq, "f32.eq", Imm.None, "ff>i", 0);
  t.row(Opcode.F32Ne, "f32.ne", Imm.None, "ff>i", 0);
  t.row(Opcode.F32Lt, "f32.lt", Imm.None, "ff>i", 0);
  t.row(Opcode.F32Gt, "f32.gt", Imm.None, "ff>i", 0);
  t.row(Opcode.F32Le, "f32.le", Imm.None, "ff>i", 0);
  t.row(Opcode.F32Ge, "f32.ge", Imm.None, "ff>i", 0);
  t.row(Opcode.F64Eq, "f64.eq", Imm.None, "dd>i", 0);
  t.row(Opcode.F64Ne, "f64.ne", Imm.None, "dd>i", 0);
  t.row(Opcode.F64Lt, "f64.lt", Imm.None, "dd>i", 0);
  t.row(Opcode.F64Gt, "f64.gt", Imm.None, "dd>i", 0);
  t.row(Opcode.F64Le, "f64.le", Imm.None, "dd>i", 0);
  t.row(Opcode.F64Ge, "f64.ge", Imm.None, "dd>i", 0);
}

/** Arithmetic. */
function addArithmeticRows(t: OpcodeTable): void {
  t.row(Opcode.I32Clz, "i32.clz", Imm.None, "i>i", 0);
  t.row(Opcode.I32Ctz, "i32.ctz", Imm.None, "i>i", 0);
  t.row(Opcode.I32Popcnt, "i32.popcnt", Imm.None, "i>i", 0);
  t.row(Opcode.I32Add, "i32.add", Imm.None, "ii>i", 0);
  t.row(Opcode.I32Sub, "i32.sub", Imm.None, "ii>i", 0);
  t.row(Opcode.I32Mul, "i32.mul", Imm.None, "ii>i", 0);
  t.row(Opcode.I32DivS, "i32.div_s", Imm.None, "ii>i", 0);
  t.row(Opcode.I32DivU, "i32.div_u", Imm.None, "ii>i", 0);
  t.row(Opcode.I32RemS, "i32.rem_s", Imm.None, "ii>i", 0);
  t.row(Opcode.I32RemU, "i32.rem_u", Imm.None, "ii>i", 0);
  t.row(Opcode.I32And, "i32.and", Imm.None, "ii>i", 0);
  t.row(Opcode.I32Or, "i32.or", Imm.None, "ii>i", 0);
  t.row(Opcode.I32Xor, "i32.xor", Imm.None, "ii>i", 0);
  t.row(Opcode.I32Shl, "i32.shl", Imm.None, "ii>i", 0);
  t.row(Opcode.I32ShrS, "i32.shr_s", Imm.None, "ii>i", 0);
  t.row(Opcode.I32ShrU, "i32.shr_u", Imm.None, "ii>i", 0);
  t.row(Opcode.I32Rotl, "i32.rotl", Imm.None, "ii>i", 0);
  t.row(Opcode.I32Rotr, "i32.rotr", Imm.None, "ii>i", 0);
  t.row(Opcode.I64Clz, "i64.clz", Imm.None, "l>l", 0);
  t.row(Opcode.I64Ctz, "i64.ctz", Imm.None, "l>l", 0);
  t.row(Opcode.I64Popcnt, "i64.popcnt", Imm.None, "l>l", 0);
  t.row(Opcode.I64Add, "i64.add", Imm.None, "ll>l", 0);
  t.row(Opcode.I64Sub, "i64.sub", Imm.None, "ll>l", 0);
  t.row(Opcode.I64Mul, "i64.mul", Imm.None, "ll>l", 0);
  t.row(Opcode.I64DivS, "i64.div_s", Imm.None, "ll>l", 0);
  t.row(Opcode.I64DivU, "i64.div_u", Imm.None, "ll>l", 0);
  t.row(Opcode.I64RemS, "i64.rem_s", Imm.None, "ll>l", 0);
  t.row(Opcode.I64RemU, "i64.rem_u", Imm.None, "ll>l", 0);
  t.row(Opcode.I64And, "i64.and", Imm.None, "ll>l", 0);
  t.row(Opcode.I64Or, "i64.or", Imm.None, "ll>l", 0);
  t.row(Opcode.I64Xor, "i64.xor", Imm.None, "ll>l", 0);
  t.row(Opcode.I64Shl, "i64.shl", Imm.None, "ll>l", 0);
  t.row(Opcode.I64ShrS, "i64.shr_s", Imm.None, "ll>l", 0);
  t.row(Opcode.I64ShrU, "i64.shr_u", Imm.None, "ll>l", 0);
  t.row(Opcode.I64Rotl, "i64.rotl", Imm.None, "ll>l", 0);
  t.row(Opcode.I64Rotr, "i64.rotr", Imm.None, "ll>l", 0);
  t.row(Opcode.F32Abs, "f32.abs", Imm.None, "f>f", 0);
  t.row(Opcode.F32Neg, "f32.neg", Imm.None, "f>f", 0);
  t.row(Opcode.F32Ceil, "f32.ceil", Imm.None, "f>f", 0);
  t.row(Opcode.F32Floor, "f32.floor", Imm.None, "f>f", 0);
  t.row(Opcode.F32Trunc, "f32.trunc", Imm.None, "f>f", 0);
  t.row(Opcode.F32Nearest, "f32.nearest", Imm.None, "f>f", 0);
  t.row(Opcode.F32Sqrt, "f32.sqrt", Imm.None, "f>f", 0);
  t.row(Opcode.F32Add, "f32.add", Imm.None, "ff>f", 0);
  t.row(Opcode.F32Sub, "f32.sub", Imm.None, "ff>f", 0);
  t.row(Opcode.F32Mul, "f32.mul", Imm.None, "ff>f", 0);
  t.row(Opcode.F32Div, "f32.div", Imm.None, "ff>f", 0);
  t.row(Opcode.F32Min, "f32.min", Imm.None, "ff>f", 0);
  t.row(Opcode.F32Max, "f32.max", Imm.None, "ff>f", 0);
  t.row(Opcode.F32Copysign, "f32.copysign", Imm.None, "ff>f", 0);
  t.row(Opcode.F64Abs, "f64.abs", Imm.None, "d>d", 0);
  t.row(Opcode.F64Neg, "f64.neg", Imm.None, "d>d", 0);
  t.row(Opcode.F64Ceil, "f64.ceil", Imm.None, "d>d", 0);
  t.row(Opcode.F64Floor, "f64.floor", Imm.None, "d>d", 0);
  t.row(Opcode.F64Trunc, "f64.trunc", Imm.None, "d>d", 0);
  t.row(Opcode.F64Nearest, "f64.nearest", Imm.None, "d>d", 0);
  t.row(Opcode.F64Sqrt, "f64.sqrt", Imm.None, "d>d", 0);
  t.row(Opcode.F64Add, "f64.add", Imm.None, "dd>d", 0);
  t.row(Opcode.F64Sub, "f64.sub", Imm.None, "dd>d", 0);
  t.row(Opcode.F64Mul, "f64.mul", Imm.None, "dd>d", 0);
  t.row(Opcode.F64Div, "f64.div", Imm.None, "dd>d", 0);
  t.row(Opcode.F64Min, "f64.min", Imm.None, "dd>d", 0);
  t.row(Opcode.F64Max, "f64.max", Imm.None, "dd>d", 0);
  t.row(Opcode.F64Copysign, "f64.copysign", Imm.None, "dd>d", 0);
}

/** Conversions. */
function addConversionRows(t: OpcodeTable): void {
  t.row(Opcode.I32WrapI64, "i32.wrap_i64", Imm.None, "l>i", 0);
  t.row(Opcode.I32TruncF32S, "i32.trunc_f32_s", Imm.None, "f>i", 0);
  t.row(Opcode.I32TruncF32U, "i32.trunc_f32_u", Imm.None, "f>i", 0);
  t.row(Opcode.I32TruncF64S, "i32.trunc_f64_s", Imm.None, "d>i", 0);
  t.row(Opcode.I32TruncF64U, "i32.trunc_f64_u", Imm.None, "d>i", 0);
  t.row(Opcode.I64ExtendI32S, "i64.extend_i32_s", Imm.None, "i>l", 0);
  t.row(Opcode.I64ExtendI32U, "i64.extend_i32_u", Imm.None, "i>l", 0);
  t.row(Opcode.I64TruncF32S, "i64.trunc_f32_s", Imm.None, "f>l", 0);
  t.row(Opcode.I64TruncF32U, "i64.trunc_f32_u", Imm.None, "f>l", 0);
  t.row(Opcode.I64TruncF64S, "i64.trunc_f64_s", Imm.None, "d>l", 0);
  t.row(Opcode.I64TruncF64U, "i64.trunc_f64_u", Imm.None, "d>l", 0);
  t.row(Opcode.F32ConvertI32S, "f32.convert_i32_s", Imm.None, "i>f", 0);
  t.row(Opcode.F32ConvertI32U, "f32.convert_i32_u", Imm.None, "i>f", 0);
  t.row(Opcode.F32ConvertI64S, "f32.convert_i64_s", Imm.None, "l>f", 0);
  t.row(Opcode.F32ConvertI64U, "f32.convert_i64_u", Imm.None, "l>f", 0);
  t.row(Opcode.F32DemoteF64, "f32.demote_f64", Imm.None, "d>f", 0);
  t.row(Opcode.F64ConvertI32S, "f64.convert_i32_s", Imm.None, "i>d", 0);
  t.row(Opcode.F64ConvertI32U, "f64.convert_i32_u", Imm.None, "i>d", 0);
  t.row(Opcode.F64ConvertI64S, "f64.convert_i64_s", Imm.None, "l>d", 0);
  t.row(Opcode.F64ConvertI64U, "f64.convert_i64_u", Imm.None, "l>d", 0);
  t.row(Opcode.F64PromoteF32, "f64.promote_f32", Imm.None, "f>d", 0);
  t.row(Opcode.I32ReinterpretF32, "i32.reinterpret_f32", Imm.None, "f>i", 0);
  t.row(Opcode.I64ReinterpretF64, "i64.reinterpret_f64", Imm.None, "d>l", 0);
  t.row(Opcode.F32ReinterpretI32, "f32.reinterpret_i32", Imm.None, "i>f", 0);
  t.row(Opcode.F64ReinterpretI64, "f64.reinterpret_i64", Imm.None, "l>d", 0);
  t.row(Opcode.I32Extend8S, "i32.extend8_s", Imm.None, "i>i", 0);
  t.row(Opcode.I32Extend16S, "i32.extend16_s", Imm.None, "i>i", 0);
  t.row(Opcode.I64Extend8S, "i64.extend8_s", Imm.None, "l>l", 0);
  t.row(Opcode.I64Extend16S, "i64.extend16_s", Imm.None, "l>l", 0);
  t.row(Opcode.I64Extend32S, "i64.extend32_s", Imm.None, "l>l", 0);
}

/** References. */
function addReferenceRows(t: OpcodeTable): void {
  t.row(Opcode.RefNull, "ref.null", Imm.HeapType, "*", 0);
  t.row(Opcode.RefIsNull, "ref.is_null", Imm.None, "*", 0);
  t.row(Opcode.RefFunc, "ref.func", Imm.Func, "*", 0);
  t.row(Opcode.RefEq, "ref.eq", Imm.None, "*", Feature.Gc);
  t.row(Opcode.RefAsNonNull, "ref.as_non_null", Imm.None, "*", Feature.FunctionReferences);
  t.row(Opcode.BrOnNull, "br_on_null", Imm.Label, "*", Feature.FunctionReferences);
  t.row(Opcode.BrOnNonNull, "br_on_non_null", Imm.Label, "*", Feature.FunctionReferences);
}

/** Prefix 0xFC: saturating conversions, bulk memory, tables, wide arithmetic. */
function addMiscRows(t: OpcodeTable): void {
  t.row(Opcode.I32TruncSatF32S, "i32.trunc_sat_f32_s", Imm.None, "f>i", 0);
  t.row(Opcode.I32TruncSatF32U, "i32.trunc_sat_f32_u", Imm.None, "f>i", 0);
  t.row(Opcode.I32TruncSatF64S, "i32.trunc_sat_f64_s", Imm.None, "d>i", 0);
  t.row(Opcode.I32TruncSatF64U, "i32.trunc_sat_f64_u", Imm.None, "d>i", 0);
  t.row(Opcode.I64TruncSatF32S, "i64.trunc_sat_f32_s", Imm.None, "f>l", 0);
  t.row(Opcode.I64TruncSatF32U, "i64.trunc_sat_f32_u", Imm.None, "f>l", 0);
  t.row(Opcode.I64TruncSatF64S, "i64.trunc_sat_f64_s", Imm.None, "d>l", 0);
  t.row(Opcode.I64TruncSatF64U, "i64.trunc_sat_f64_u", Imm.None, "d>l", 0);
  t.row(Opcode.MemoryInit, "memory.init", Imm.DataMemory, "*", 0);
  t.row(Opcode.DataDrop, "data.drop", Imm.Data, "*", 0);
  t.row(Opcode.MemoryCopy, "memory.copy", Imm.MemoryPair, "*", 0);
  t.row(Opcode.MemoryFill, "memory.fill", Imm.Memory, "*", 0);
  t.row(Opcode.TableInit, "table.init", Imm.ElemTable, "*", 0);
  t.row(Opcode.ElemDrop, "elem.drop", Imm.Elem, "*", 0);
  t.row(Opcode.TableCopy, "table.copy", Imm.TablePair, "*", 0);
  t.row(Opcode.TableGrow, "table.grow", Imm.Table, "*", 0);
  t.row(Opcode.TableSize, "table.size", Imm.Table, "*", 0);
  t.row(Opcode.TableFill, "table.fill", Imm.Table, "*", 0);
  t.row(Opcode.I64Add128, "i64.add128", Imm.None, "*", Feature.WideArithmetic);
  t.row(Opcode.I64Sub128, "i64.sub128", Imm.None, "*", Feature.WideArithmetic);
  t.row(Opcode.I64MulWideS, "i64.mul_wide_s", Imm.None, "*", Feature.WideArithmetic);
  t.row(Opcode.I64MulWideU, "i64.mul_wide_u", Imm.None, "*", Feature.WideArithmetic);
}

/** Prefix 0xFB: structures, arrays, casts. */
function addGcRows(t: OpcodeTable): void {
  t.row(Opcode.StructNew, "struct.new", Imm.Type, "*", Feature.Gc);
  t.row(Opcode.StructNewDefault, "struct.new_default", Imm.Type, "*", Feature.Gc);
  t.row(Opcode.StructGet, "struct.get", Imm.Field, "*", Feature.Gc);
  t.row(Opcode.StructGetS, "struct.get_s", Imm.Field, "*", Feature.Gc);
  t.row(Opcode.StructGetU, "struct.get_u", Imm.Field, "*", Feature.Gc);
  t.row(Opcode.StructSet, "struct.set", Imm.Field, "*", Feature.Gc);
  t.row(Opcode.ArrayNew, "array.new", Imm.Type, "*", Feature.Gc);
  t.row(Opcode.ArrayNewDefault, "array.new_default", Imm.Type, "*", Feature.Gc);
  t.row(Opcode.ArrayNewFixed, "array.new_fixed", Imm.TypeCount, "*", Feature.Gc);
  t.row(Opcode.ArrayNewData, "array.new_data", Imm.TypeData, "*", Feature.Gc);
  t.row(Opcode.ArrayNewElem, "array.new_elem", Imm.TypeElem, "*", Feature.Gc);
  t.row(Opcode.ArrayGet, "array.get", Imm.Type, "*", Feature.Gc);
  t.row(Opcode.ArrayGetS, "array.get_s", Imm.Type, "*", Feature.Gc);
  t.row(Opcode.ArrayGetU, "array.get_u", Imm.Type, "*", Feature.Gc);
  t.row(Opcode.ArraySet, "array.set", Imm.Type, "*", Feature.Gc);
  t.row(Opcode.ArrayLen, "array.len", Imm.None, "*", Feature.Gc);
  t.row(Opcode.ArrayFill, "array.fill", Imm.Type, "*", Feature.Gc);
  t.row(Opcode.ArrayCopy, "array.copy", Imm.TypePair, "*", Feature.Gc);
  t.row(Opcode.ArrayInitData, "array.init_data", Imm.TypeData, "*", Feature.Gc);
  t.row(Opcode.ArrayInitElem, "array.init_elem", Imm.TypeElem, "*", Feature.Gc);
  t.row(Opcode.RefTest, "ref.test", Imm.HeapType, "*", Feature.Gc);
  t.row(Opcode.RefTestNullable, "ref.test null", Imm.HeapType, "*", Feature.Gc);
  t.row(Opcode.RefCast, "ref.cast", Imm.HeapType, "*", Feature.Gc);
  t.row(Opcode.RefCastNullable, "ref.cast null", Imm.HeapType, "*", Feature.Gc);
  t.row(Opcode.BrOnCast, "br_on_cast", Imm.BranchCast, "*", Feature.Gc);
  t.row(Opcode.BrOnCastFail, "br_on_cast_fail", Imm.BranchCast, "*", Feature.Gc);
  t.row(Opcode.AnyConvertExtern, "any.convert_extern", Imm.None, "*", Feature.Gc);
  t.row(Opcode.ExternConvertAny, "extern.convert_any", Imm.None, "*", Feature.Gc);
  t.row(Opcode.RefI31, "ref.i31", Imm.None, "*", Feature.Gc);
  t.row(Opcode.I31GetS, "i31.get_s", Imm.None, "*", Feature.Gc);
  t.row(Opcode.I31GetU, "i31.get_u", Imm.None, "*", Feature.Gc);
  t.row(Opcode.StructNewDesc, "struct.new_desc", Imm.Type, "*", Feature.CustomDescriptors);
  t.row(Opcode.StructNewDefaultDesc, "struct.new_default_desc", Imm.Type, "*", Feature.CustomDescriptors);
  t.row(Opcode.RefGetDesc, "ref.get_desc", Imm.Type, "*", Feature.CustomDescriptors);
  t.row(Opcode.RefCastDescEq, "ref.cast_desc_eq", Imm.HeapType, "*", Feature.CustomDescriptors);
  t.row(Opcode.RefCastDescEqNullable, "ref.cast_desc_eq null", Imm.HeapType, "*", Feature.CustomDescriptors);
  t.row(Opcode.BrOnCastDescEq, "br_on_cast_desc_eq", Imm.BranchCast, "*", Feature.CustomDescriptors);
  t.row(Opcode.BrOnCastDescEqFail, "br_on_cast_desc_eq_fail", Imm.BranchCast, "*", Feature.CustomDescriptors);
}

addControlRows(table);
addVariableRows(table);
addMemoryRows(table);
addComparisonRows(table);
addArithmeticRows(table);
addConversionRows(table);
addReferenceRows(table);
addMiscRows(table);

let isComplete: boolean = false;

/** Enters the rows with prefixes 0xFB, 0xFD and 0xFE, once they are asked for: few programs have any of these
 *  instructions, but they are two thirds of all, which every start of wx would have to enter. */
function completeTable(): void {
  if (isComplete) return;
  isComplete = true;
  addGcRows(table);
  addAtomicRows(table);
  addVectorRows(table);
}

/** First opcode number of a prefix byte; -1 if `byte` is no prefix. Who knows an opcode has it from here or has asked
 *  isOpcode, so that its row is there. */
export function prefixBase(byte: i32): i32 {
  if (byte >= Prefix.Gc && byte != Prefix.Misc) completeTable();
  switch (byte) {
    case Prefix.Misc:
      return PrefixBase.Misc;
    case Prefix.Gc:
      return PrefixBase.Gc;
    case Prefix.Vector:
      return PrefixBase.Vector;
    case Prefix.Atomic:
      return PrefixBase.Atomic;
  }
  return -1;
}

/** Whether there is an instruction with this number. */
export function isOpcode(op: i32): boolean {
  if (op >= PrefixBase.Gc) completeTable();
  return op >= 0 && op < PrefixBase.End && table.imm.get(op) != Imm.Invalid;
}

/** The text format's name. */
export function opcodeName(op: i32): string {
  return table.names[table.name.get(op)];
}

/** Kind of the immediates (Imm); Imm.Invalid where there is no instruction. */
export function opcodeImm(op: i32): i32 {
  return table.imm.get(op);
}

/** Packed signature (opcode-table.ts), or -1 where the instruction's types depend on its context. */
export function opcodeSignature(op: i32): i32 {
  return table.signature.get(op);
}

/** log2 of a memory access's natural alignment, which is its size. */
export function opcodeAlign(op: i32): i32 {
  return table.align.get(op);
}

/** The feature that an instruction belongs to (0: always there). */
export function opcodeFeature(op: i32): i32 {
  return table.feature.get(op);
}
