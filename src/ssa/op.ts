// The operations of the SSA form, one row each: name, signature, effects. Everything else that asks
// about an operation (printer, parser, verifier, passes) derives its answer from these rows.
//
// An operation's operand and result types are its values' types: Add of two i32 is an i32 addition. Comparisons
// and conversions take the operand's type from the operand.

/** Types of values. References are 64-bit words: functions {code address, canonical type}, externs as given. */
export const enum Type {
  None = 0,
  I32 = 1,
  I64 = 2,
  F32 = 3,
  F64 = 4,
  V128 = 5,
  Ref = 6,
}

export const enum Op {
  /** Deleted, or never used. */
  Nop = 0,
  /** Stands for its operand; only until copies are resolved. */
  Copy,
  /** imm, immHi: the bits */
  Const,
  /** imm: number of the parameter */
  Param,
  /** operands in the pool, one a predecessor, in their order */
  Phi,
  /** imm: which of the results of call a */
  Result,
  /** reference to program function imm */
  FuncRef,

  Add,
  Sub,
  Mul,
  DivS,
  DivU,
  RemS,
  RemU,
  And,
  Or,
  Xor,
  Shl,
  ShrS,
  ShrU,
  Rotl,
  Rotr,
  Clz,
  Ctz,
  Popcnt,
  /** bytes in opposite order */
  Bswap,
  Eqz,
  Eq,
  Ne,
  LtS,
  LtU,
  GtS,
  GtU,
  LeS,
  LeU,
  GeS,
  GeU,
  /** Sign extensions within the type from its low 8, 16, 32 bits */
  Extend8S,
  Extend16S,
  Extend32S,
  /** i32 to i64, signed and unsigned */
  ExtendS,
  ExtendU,
  /** i64 to i32 */
  Wrap,

  FAdd,
  FSub,
  FMul,
  FDiv,
  FMin,
  FMax,
  FCopysign,
  FAbs,
  FNeg,
  FCeil,
  FFloor,
  FTrunc,
  FNearest,
  FSqrt,
  FEq,
  FNe,
  FLt,
  FGt,
  FLe,
  FGe,
  /** float to integer, trapping: BadConversionToInteger or IntegerOverflow */
  TruncS,
  TruncU,
  /** float to integer, saturating */
  TruncSatS,
  TruncSatU,
  /** integer to float */
  ConvertS,
  ConvertU,
  Demote,
  Promote,
  /** same bits in another class: i32 and f32, i64 and f64, i64 and ref */
  Bitcast,

  /** a if c is not 0, otherwise b */
  Select,

  // Wide arithmetic: the low half of a result of 128 bits; High is the other half.
  /** signed and unsigned product */
  MulWideS,
  MulWideU,
  /** pool: low and high half of the first operand, then of the second */
  AddWide,
  SubWide,
  /** The high half of what a, one of the operations above, computes */
  High,

  // Memory. a: index (or 64-bit address if memory is RAW_MEMORY), imm/immHi: offset; c column: memory.
  // LoadN extend to the result's type; Load and Store have the width of the value.
  Load8S,
  Load8U,
  Load16S,
  Load16U,
  Load32S,
  Load32U,
  Load,
  /** b: value */
  Store8,
  Store16,
  Store32,
  Store,

  /** imm: program global */
  GlobalGet,
  GlobalSet,
  /** imm: offset in the frame's area for locals (builder-slots.ts) */
  SlotGet,
  SlotSet,
  /** a: index; imm: program table; traps */
  TableGet,
  /** a: index, b: word */
  TableSet,

  /** operands in the pool; imm: program function */
  Call,
  /** pool: index, then arguments; imm: program table, immHi: canonical type */
  CallIndirect,
  /** pool: reference, which is not null, then arguments; imm: canonical type */
  CallRef,
  /** pool: number and six arguments, all i64 */
  Syscall,
  /** raw copy a ← b, c bytes (`rep movsb`) */
  CopyBytes,
  /** raw fill of a with byte b, c bytes (`rep stosb`) */
  FillBytes,
  /** Address (i64) of the start of the code (imm 0) or of its end (imm 1) */
  CodeBound,

  // Terminators: successors are in the block's columns.
  Jump,
  /** a: i32 condition; successor 0 if not 0, 1 otherwise */
  Branch,
  /** a: i32 index into all successors but the last, which is taken when it is out of range */
  Switch,
  /** behind a call, the last value before it: successor 0 if it returns, 1 if it ends in an exception */
  Unwind,
  /** operands in the pool */
  Return,
  /** imm: TrapKind */
  Trap,
  /** TrapKind.MemoryOutOfBounds of an access that was checked; a: its index */
  TrapAccess,
  /** The three calls, whose results the function returns. */
  TailCall,
  TailCallIndirect,
  TailCallRef,
  Count,
}

/** Effects, as bits. */
export const enum Effect {
  None = 0,
  /** Reads memory, globals or tables. */
  Reads = 1,
  /** Writes memory, globals or tables. */
  Writes = 2,
  /** May trap (or not return): not removed when unused, not moved across writes. */
  Traps = 4,
  /** Ends its block. */
  Terminates = 8,
  /** Operands a and b may be exchanged. */
  Commutes = 16,
  /** Operands are a range of the pool: a is its start, b their number. */
  Pool = 32,
  /** A call: anything may happen. */
  Calls = 7,
}

// The rows. A signature is `result:operands`, then `/immediate` if the operation has one. Types: i l s d v r are
// i32 i64 f32 f64 v128 ref; n is i32 or i64, f is f32 or f64, x is i32, i64 or ref, t is any type, each the same
// type wherever it occurs in the signature; p is an index or address, i32 or i64; ? is decided elsewhere. * says
// that the operands are in the pool: any number, of the type before it. Immediates: k the bits of a constant,
// # a number, f a function, g a global, t a table, u a table and a type, y a type, m memory and offset.

const names: Array<string> = [];
const signatures: Array<string> = [];
const arities: Array<i32> = [];
const effects: Array<i32> = [];

function row(op: i32, name: string, signature: string, effect: i32): void {
  assert(names.length == op, name);
  names.push(name);
  signatures.push(signature);
  effects.push(effect);
  if ((effect & Effect.Pool) != 0) {
    arities.push(0);
    return;
  }
  const slash = signature.indexOf("/");
  arities.push((slash < 0 ? signature.length : slash) - signature.indexOf(":") - 1);
}

row(Op.Nop, "nop", ":", 0);
row(Op.Copy, "copy", "t:t", 0);
row(Op.Const, "const", "t:/k", 0);
row(Op.Param, "param", "t:/#", 0);
row(Op.Phi, "phi", "t:t*", Effect.Pool);
row(Op.Result, "result", "t:?/#", 0);
row(Op.FuncRef, "func_ref", "r:/f", 0);
row(Op.Add, "add", "n:nn", Effect.Commutes);
row(Op.Sub, "sub", "n:nn", 0);
row(Op.Mul, "mul", "n:nn", Effect.Commutes);
row(Op.DivS, "div_s", "n:nn", Effect.Traps);
row(Op.DivU, "div_u", "n:nn", Effect.Traps);
row(Op.RemS, "rem_s", "n:nn", Effect.Traps);
row(Op.RemU, "rem_u", "n:nn", Effect.Traps);
row(Op.And, "and", "n:nn", Effect.Commutes);
row(Op.Or, "or", "n:nn", Effect.Commutes);
row(Op.Xor, "xor", "n:nn", Effect.Commutes);
row(Op.Shl, "shl", "n:nn", 0);
row(Op.ShrS, "shr_s", "n:nn", 0);
row(Op.ShrU, "shr_u", "n:nn", 0);
row(Op.Rotl, "rotl", "n:nn", 0);
row(Op.Rotr, "rotr", "n:nn", 0);
row(Op.Clz, "clz", "n:n", 0);
row(Op.Ctz, "ctz", "n:n", 0);
row(Op.Popcnt, "popcnt", "n:n", 0);
row(Op.Bswap, "bswap", "n:n", 0);
row(Op.Eqz, "eqz", "i:x", 0);
row(Op.Eq, "eq", "i:xx", Effect.Commutes);
row(Op.Ne, "ne", "i:xx", Effect.Commutes);
row(Op.LtS, "lt_s", "i:nn", 0);
row(Op.LtU, "lt_u", "i:nn", 0);
row(Op.GtS, "gt_s", "i:nn", 0);
row(Op.GtU, "gt_u", "i:nn", 0);
row(Op.LeS, "le_s", "i:nn", 0);
row(Op.LeU, "le_u", "i:nn", 0);
row(Op.GeS, "ge_s", "i:nn", 0);
row(Op.GeU, "ge_u", "i:nn", 0);
row(Op.Extend8S, "extend8_s", "n:n", 0);
row(Op.Extend16S, "extend16_s", "n:n", 0);
row(Op.Extend32S, "extend32_s", "l:l", 0);
row(Op.ExtendS, "extend_s", "l:i", 0);
row(Op.ExtendU, "extend_u", "l:i", 0);
row(Op.Wrap, "wrap", "i:l", 0);
row(Op.FAdd, "fadd", "f:ff", Effect.Commutes);
row(Op.FSub, "fsub", "f:ff", 0);
row(Op.FMul, "fmul", "f:ff", Effect.Commutes);
row(Op.FDiv, "fdiv", "f:ff", 0);
row(Op.FMin, "fmin", "f:ff", 0);
row(Op.FMax, "fmax", "f:ff", 0);
row(Op.FCopysign, "fcopysign", "f:ff", 0);
row(Op.FAbs, "fabs", "f:f", 0);
row(Op.FNeg, "fneg", "f:f", 0);
row(Op.FCeil, "fceil", "f:f", 0);
row(Op.FFloor, "ffloor", "f:f", 0);
row(Op.FTrunc, "ftrunc", "f:f", 0);
row(Op.FNearest, "fnearest", "f:f", 0);
row(Op.FSqrt, "fsqrt", "f:f", 0);
row(Op.FEq, "feq", "i:ff", Effect.Commutes);
row(Op.FNe, "fne", "i:ff", Effect.Commutes);
row(Op.FLt, "flt", "i:ff", 0);
row(Op.FGt, "fgt", "i:ff", 0);
row(Op.FLe, "fle", "i:ff", 0);
row(Op.FGe, "fge", "i:ff", 0);
row(Op.TruncS, "trunc_s", "n:f", Effect.Traps);
row(Op.TruncU, "trunc_u", "n:f", Effect.Traps);
row(Op.TruncSatS, "trunc_sat_s", "n:f", 0);
row(Op.TruncSatU, "trunc_sat_u", "n:f", 0);
row(Op.ConvertS, "convert_s", "f:n", 0);
row(Op.ConvertU, "convert_u", "f:n", 0);
row(Op.Demote, "demote", "s:d", 0);
row(Op.Promote, "promote", "d:s", 0);
row(Op.Bitcast, "bitcast", "t:?", 0);
row(Op.Select, "select", "t:tti", 0);
row(Op.MulWideS, "mul_wide_s", "l:ll", Effect.Commutes);
row(Op.MulWideU, "mul_wide_u", "l:ll", Effect.Commutes);
row(Op.AddWide, "add_wide", "l:l*", Effect.Pool);
row(Op.SubWide, "sub_wide", "l:l*", Effect.Pool);
row(Op.High, "high", "l:l", 0);
row(Op.Load8S, "load8_s", "n:p/m", Effect.Reads | Effect.Traps);
row(Op.Load8U, "load8_u", "n:p/m", Effect.Reads | Effect.Traps);
row(Op.Load16S, "load16_s", "n:p/m", Effect.Reads | Effect.Traps);
row(Op.Load16U, "load16_u", "n:p/m", Effect.Reads | Effect.Traps);
row(Op.Load32S, "load32_s", "l:p/m", Effect.Reads | Effect.Traps);
row(Op.Load32U, "load32_u", "l:p/m", Effect.Reads | Effect.Traps);
row(Op.Load, "load", "t:p/m", Effect.Reads | Effect.Traps);
row(Op.Store8, "store8", ":pn/m", Effect.Writes | Effect.Traps);
row(Op.Store16, "store16", ":pn/m", Effect.Writes | Effect.Traps);
row(Op.Store32, "store32", ":pl/m", Effect.Writes | Effect.Traps);
row(Op.Store, "store", ":pt/m", Effect.Writes | Effect.Traps);
row(Op.GlobalGet, "global_get", "t:/g", Effect.Reads);
row(Op.GlobalSet, "global_set", ":t/g", Effect.Writes);
row(Op.SlotGet, "slot_get", "t:/#", Effect.Reads);
row(Op.SlotSet, "slot_set", ":t/#", Effect.Writes);
row(Op.TableGet, "table_get", "r:p/t", Effect.Reads | Effect.Traps);
row(Op.TableSet, "table_set", ":pr/t", Effect.Writes | Effect.Traps);
row(Op.Call, "call", "?:*/f", Effect.Calls | Effect.Pool);
row(Op.CallIndirect, "call_indirect", "?:*/u", Effect.Calls | Effect.Pool);
row(Op.CallRef, "call_ref", "?:*/y", Effect.Calls | Effect.Pool);
row(Op.Syscall, "syscall", "l:l*", Effect.Calls | Effect.Pool);
row(Op.CopyBytes, "copy_bytes", ":lll", Effect.Reads | Effect.Writes | Effect.Traps);
row(Op.FillBytes, "fill_bytes", ":lil", Effect.Writes | Effect.Traps);
row(Op.CodeBound, "code_bound", "l:/#", 0);
row(Op.Jump, "jump", ":", Effect.Terminates);
row(Op.Branch, "branch", ":i", Effect.Terminates);
row(Op.Switch, "switch", ":i", Effect.Terminates);
row(Op.Unwind, "unwind", ":", Effect.Terminates);
row(Op.Return, "return", ":*", Effect.Terminates | Effect.Pool);
row(Op.Trap, "trap", ":/#", Effect.Terminates | Effect.Traps);
row(Op.TrapAccess, "trap_access", ":l/m", Effect.Terminates | Effect.Traps);
row(Op.TailCall, "tail_call", ":*/f", Effect.Calls | Effect.Pool | Effect.Terminates);
row(Op.TailCallIndirect, "tail_call_indirect", ":*/u", Effect.Calls | Effect.Pool | Effect.Terminates);
row(Op.TailCallRef, "tail_call_ref", ":*/y", Effect.Calls | Effect.Pool | Effect.Terminates);

export function opName(op: i32): string {
  return names[op];
}

/** Types of result and operands, and the kind of immediate, in the letters explained above the rows. */
export function opSignature(op: i32): string {
  return signatures[op];
}

/** Number of operands in the columns a, b, c; 0 for operations whose operands are in the pool. */
export function opArity(op: i32): i32 {
  return arities[op];
}

export function opEffects(op: i32): i32 {
  return effects[op];
}

/** No effect at all: may be removed when unused, merged with its like, and moved. */
export function isPure(op: i32): boolean {
  return (effects[op] & (Effect.Reads | Effect.Writes | Effect.Traps | Effect.Terminates)) == 0;
}

export function isTerminator(op: i32): boolean {
  return (effects[op] & Effect.Terminates) != 0;
}

/** Whether an Unwind may stand behind it, and its results are values of their own. */
export function isCall(op: i32): boolean {
  return op == Op.Call || op == Op.CallIndirect || op == Op.CallRef;
}

/** Terminators that lead to other blocks. */
export function hasSuccessors(op: i32): boolean {
  return op >= Op.Jump && op <= Op.Unwind;
}

export function hasPool(op: i32): boolean {
  return (effects[op] & Effect.Pool) != 0;
}

export function isCommutative(op: i32): boolean {
  return (effects[op] & Effect.Commutes) != 0;
}

/** Bytes that a load or store operation accesses; `type` is the type of the value for Load and Store. */
export function accessBytes(op: i32, type: i32): i32 {
  switch (op) {
    case Op.Load8S:
    case Op.Load8U:
    case Op.Store8:
      return 1;
    case Op.Load16S:
    case Op.Load16U:
    case Op.Store16:
      return 2;
    case Op.Load32S:
    case Op.Load32U:
    case Op.Store32:
      return 4;
  }
  return typeBytes(type);
}

export function typeBytes(type: i32): i32 {
  switch (type) {
    case Type.I32:
    case Type.F32:
      return 4;
    case Type.I64:
    case Type.F64:
    case Type.Ref:
      return 8;
    case Type.V128:
      return 16;
  }
  return 0;
}

/** Float and vector types live in the vector registers. */
export function isFloatClass(type: i32): boolean {
  return type == Type.F32 || type == Type.F64 || type == Type.V128;
}

export function ssaTypeName(type: i32): string {
  switch (type) {
    case Type.I32:
      return "i32";
    case Type.I64:
      return "i64";
    case Type.F32:
      return "f32";
    case Type.F64:
      return "f64";
    case Type.V128:
      return "v128";
    case Type.Ref:
      return "ref";
  }
  return "none";
}
