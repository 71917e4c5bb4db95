// The operations of the SSA form, one row each: name, number of operands, effects. Everything else that asks
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
  /** a: index; imm: program table; traps */
  TableGet,
  /** a: index, b: word */
  TableSet,

  /** operands in the pool; imm: program function */
  Call,
  /** pool: index, then arguments; imm: program table, immHi: canonical type */
  CallIndirect,
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
  /** operands in the pool */
  Return,
  /** imm: TrapKind */
  Trap,
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

const names: Array<string> = [];
const arities: Array<i32> = [];
const effects: Array<i32> = [];

function row(op: i32, name: string, arity: i32, effect: i32): void {
  assert(names.length == op, name);
  names.push(name);
  arities.push(arity);
  effects.push(effect);
}

row(Op.Nop, "nop", 0, 0);
row(Op.Copy, "copy", 1, 0);
row(Op.Const, "const", 0, 0);
row(Op.Param, "param", 0, 0);
row(Op.Phi, "phi", 0, Effect.Pool);
row(Op.Result, "result", 1, 0);
row(Op.FuncRef, "func_ref", 0, 0);
row(Op.Add, "add", 2, Effect.Commutes);
row(Op.Sub, "sub", 2, 0);
row(Op.Mul, "mul", 2, Effect.Commutes);
row(Op.DivS, "div_s", 2, Effect.Traps);
row(Op.DivU, "div_u", 2, Effect.Traps);
row(Op.RemS, "rem_s", 2, Effect.Traps);
row(Op.RemU, "rem_u", 2, Effect.Traps);
row(Op.And, "and", 2, Effect.Commutes);
row(Op.Or, "or", 2, Effect.Commutes);
row(Op.Xor, "xor", 2, Effect.Commutes);
row(Op.Shl, "shl", 2, 0);
row(Op.ShrS, "shr_s", 2, 0);
row(Op.ShrU, "shr_u", 2, 0);
row(Op.Rotl, "rotl", 2, 0);
row(Op.Rotr, "rotr", 2, 0);
row(Op.Clz, "clz", 1, 0);
row(Op.Ctz, "ctz", 1, 0);
row(Op.Popcnt, "popcnt", 1, 0);
row(Op.Eqz, "eqz", 1, 0);
row(Op.Eq, "eq", 2, Effect.Commutes);
row(Op.Ne, "ne", 2, Effect.Commutes);
row(Op.LtS, "lt_s", 2, 0);
row(Op.LtU, "lt_u", 2, 0);
row(Op.GtS, "gt_s", 2, 0);
row(Op.GtU, "gt_u", 2, 0);
row(Op.LeS, "le_s", 2, 0);
row(Op.LeU, "le_u", 2, 0);
row(Op.GeS, "ge_s", 2, 0);
row(Op.GeU, "ge_u", 2, 0);
row(Op.Extend8S, "extend8_s", 1, 0);
row(Op.Extend16S, "extend16_s", 1, 0);
row(Op.Extend32S, "extend32_s", 1, 0);
row(Op.ExtendS, "extend_s", 1, 0);
row(Op.ExtendU, "extend_u", 1, 0);
row(Op.Wrap, "wrap", 1, 0);
row(Op.FAdd, "fadd", 2, Effect.Commutes);
row(Op.FSub, "fsub", 2, 0);
row(Op.FMul, "fmul", 2, Effect.Commutes);
row(Op.FDiv, "fdiv", 2, 0);
row(Op.FMin, "fmin", 2, 0);
row(Op.FMax, "fmax", 2, 0);
row(Op.FCopysign, "fcopysign", 2, 0);
row(Op.FAbs, "fabs", 1, 0);
row(Op.FNeg, "fneg", 1, 0);
row(Op.FCeil, "fceil", 1, 0);
row(Op.FFloor, "ffloor", 1, 0);
row(Op.FTrunc, "ftrunc", 1, 0);
row(Op.FNearest, "fnearest", 1, 0);
row(Op.FSqrt, "fsqrt", 1, 0);
row(Op.FEq, "feq", 2, Effect.Commutes);
row(Op.FNe, "fne", 2, Effect.Commutes);
row(Op.FLt, "flt", 2, 0);
row(Op.FGt, "fgt", 2, 0);
row(Op.FLe, "fle", 2, 0);
row(Op.FGe, "fge", 2, 0);
row(Op.TruncS, "trunc_s", 1, Effect.Traps);
row(Op.TruncU, "trunc_u", 1, Effect.Traps);
row(Op.TruncSatS, "trunc_sat_s", 1, 0);
row(Op.TruncSatU, "trunc_sat_u", 1, 0);
row(Op.ConvertS, "convert_s", 1, 0);
row(Op.ConvertU, "convert_u", 1, 0);
row(Op.Demote, "demote", 1, 0);
row(Op.Promote, "promote", 1, 0);
row(Op.Bitcast, "bitcast", 1, 0);
row(Op.Select, "select", 3, 0);
row(Op.Load8S, "load8_s", 1, Effect.Reads | Effect.Traps);
row(Op.Load8U, "load8_u", 1, Effect.Reads | Effect.Traps);
row(Op.Load16S, "load16_s", 1, Effect.Reads | Effect.Traps);
row(Op.Load16U, "load16_u", 1, Effect.Reads | Effect.Traps);
row(Op.Load32S, "load32_s", 1, Effect.Reads | Effect.Traps);
row(Op.Load32U, "load32_u", 1, Effect.Reads | Effect.Traps);
row(Op.Load, "load", 1, Effect.Reads | Effect.Traps);
row(Op.Store8, "store8", 2, Effect.Writes | Effect.Traps);
row(Op.Store16, "store16", 2, Effect.Writes | Effect.Traps);
row(Op.Store32, "store32", 2, Effect.Writes | Effect.Traps);
row(Op.Store, "store", 2, Effect.Writes | Effect.Traps);
row(Op.GlobalGet, "global_get", 0, Effect.Reads);
row(Op.GlobalSet, "global_set", 1, Effect.Writes);
row(Op.TableGet, "table_get", 1, Effect.Reads | Effect.Traps);
row(Op.TableSet, "table_set", 2, Effect.Writes | Effect.Traps);
row(Op.Call, "call", 0, Effect.Calls | Effect.Pool);
row(Op.CallIndirect, "call_indirect", 0, Effect.Calls | Effect.Pool);
row(Op.Syscall, "syscall", 0, Effect.Calls | Effect.Pool);
row(Op.CopyBytes, "copy_bytes", 3, Effect.Reads | Effect.Writes | Effect.Traps);
row(Op.FillBytes, "fill_bytes", 3, Effect.Writes | Effect.Traps);
row(Op.CodeBound, "code_bound", 0, 0);
row(Op.Jump, "jump", 0, Effect.Terminates);
row(Op.Branch, "branch", 1, Effect.Terminates);
row(Op.Switch, "switch", 1, Effect.Terminates);
row(Op.Return, "return", 0, Effect.Terminates | Effect.Pool);
row(Op.Trap, "trap", 0, Effect.Terminates | Effect.Traps);

export function opName(op: i32): string {
  return names[op];
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
