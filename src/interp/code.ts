// The interpreter's own instructions. A function is translated once (translate.ts) to words of 32 bits: an instruction,
// then its operands, all resolved. Operands are cells of the function's frame, so there is no operand stack to push and
// pop: what WebAssembly pushes has a cell that is known when translating, and what comes from a local or a constant is
// used where it is (Ertl and Gregg, "The Structure and Performance of Efficient Interpreters", JILP 2003; Shi et al.,
// "Virtual machine showdown: stack versus registers", VEE 2005).
//
// A frame, by cells: parameters, the link (where to go on in the caller, how many cells its frame lies below), further
// locals, operands. A callee's parameters are the caller's topmost operands, so a call copies nothing; its results end
// up in the same place.
//
// Targets of jumps are distances from the word that holds them.
//
// The result's cell comes first, so that an assignment to a local can redirect the instruction before it.

export const enum Code {
  /** Ends execution: the word 0 is always this. */
  Halt = 0,
  /** Begins a function: link cell, number of locals to clear behind it, cells of the frame, instance. */
  Enter,
  /** target */
  Jump,
  /** a, target */
  JumpIf,
  JumpUnless,
  /** a, b, target */
  JumpEq32,
  JumpNe32,
  JumpLtS32,
  JumpLtU32,
  JumpGeS32,
  JumpGeU32,
  /** a, constant, target */
  JumpEqK32,
  JumpNeK32,
  JumpLtSK32,
  JumpLtUK32,
  JumpGeSK32,
  JumpGeUK32,
  JumpEq64,
  JumpNe64,
  JumpLtS64,
  JumpLtU64,
  JumpGeS64,
  JumpGeU64,
  JumpEqK64,
  JumpNeK64,
  JumpLtSK64,
  JumpLtUK64,
  JumpGeSK64,
  JumpGeUK64,
  /** a, target: on a null reference, or on any other */
  JumpIfNull,
  JumpUnlessNull,
  /** a, number of targets without the last, targets */
  JumpTable,
  /** link; link, a; link, first result, number */
  Return0,
  Return1,
  ReturnMany,
  /** function, first argument, instance of the caller */
  Call,
  /** table, type, a, first argument, instance of the caller */
  CallIndirect,
  /** type, a, first argument, instance of the caller */
  CallRef,
  /** function, first argument, number of arguments, link */
  TailCall,
  /** table, type, a, first argument, number of arguments, link */
  TailCallIndirect,
  /** type, a, first argument, number of arguments, link */
  TailCallRef,
  /** function of the host, first argument */
  CallHost,
  /** intrinsic, first argument */
  CallIntrinsic,
  /** first argument, instance of the caller: calls the function of the reference there, and catches its traps */
  TryCall,
  /** Where that continues: the result's cell. */
  EndTry,
  /** kind */
  Trap,
  /** d, a */
  Copy,
  /** d, a, number */
  CopyMany,
  /** d, constant */
  Const32,
  /** d, low, high */
  Const64,
  /** d, a, b, condition */
  Select,
  /** d, global; global, a */
  GlobalGet,
  GlobalSet,

  /** d, a, b */
  Add32,
  Sub32,
  Mul32,
  DivS32,
  DivU32,
  RemS32,
  RemU32,
  And32,
  Or32,
  Xor32,
  Shl32,
  ShrS32,
  ShrU32,
  Rotl32,
  Rotr32,
  Eq32,
  Ne32,
  LtS32,
  LtU32,
  LeS32,
  LeU32,
  /** d, a, constant */
  AddK32,
  MulK32,
  AndK32,
  OrK32,
  XorK32,
  ShlK32,
  ShrSK32,
  ShrUK32,
  RotlK32,
  EqK32,
  NeK32,
  LtSK32,
  LtUK32,
  GtSK32,
  GtUK32,
  /** d, a */
  Eqz32,
  Clz32,
  Ctz32,
  Popcnt32,
  Extend8S32,
  Extend16S32,

  Add64,
  Sub64,
  Mul64,
  DivS64,
  DivU64,
  RemS64,
  RemU64,
  And64,
  Or64,
  Xor64,
  Shl64,
  ShrS64,
  ShrU64,
  Rotl64,
  Eq64,
  Ne64,
  LtS64,
  LtU64,
  LeS64,
  LeU64,
  /** The constant is extended with its sign. */
  AddK64,
  AndK64,
  ShlK64,
  ShrSK64,
  ShrUK64,
  EqK64,
  NeK64,
  LtSK64,
  LtUK64,
  GtSK64,
  GtUK64,
  Eqz64,
  ExtendS32,
  ExtendU32,

  AddF32,
  SubF32,
  MulF32,
  DivF32,
  AddF64,
  SubF64,
  MulF64,
  DivF64,
  /** Comparisons of f32 too: extended, they compare alike. */
  EqF32,
  NeF32,
  LtF32,
  LeF32,
  EqF64,
  NeF64,
  LtF64,
  LeF64,
  NegF64,
  AbsF64,
  SqrtF64,
  ConvertS32F64,
  ConvertU32F64,
  Promote,
  Demote,
  /** d, a, b, operation (ssa/op.ts), type of its operands, type of its result: whatever has no instruction of its own */
  Numeric,

  /** d, address, offset: of the instance's memory 0, if that is an ordinary one */
  Load8U,
  Load8S32,
  Load8S64,
  Load16U,
  Load16S32,
  Load16S64,
  Load32,
  Load32S64,
  Load64,
  /** d, a, b, offset: at the sum of a and b, modulo 2^32 */
  Load32At,
  Load64At,
  Load8UAt,
  /** address, value, offset */
  Store8,
  Store16,
  Store32,
  Store64,
  /** d or value, address, opcode, memory, offset low, offset high: any access to any memory */
  Access,
  /** d, memory */
  MemorySize,
  /** d, memory, a */
  MemoryGrow,
  /** memory, first operand */
  MemoryFill,
  /** target memory, source memory, first operand */
  MemoryCopy,
  /** memory, segment (program-wide), first operand */
  MemoryInit,
  /** segment */
  DataDrop,
  /** d, table, a */
  TableGet,
  /** table, a, b */
  TableSet,
  /** d, table */
  TableSize,
  /** d, table, word, number */
  TableGrow,
  /** table, first operand */
  TableFill,
  /** target table, source table, first operand */
  TableCopy,
  /** table, segment, first operand */
  TableInit,
  ElemDrop,
  /** d, function */
  RefFunc,
  /** d, a */
  RefIsNull,
  /** a */
  RefAsNonNull,
  /** first of four operands, where the two results go */
  Add128,
  Sub128,
  /** first of two operands, where the two results go */
  MulWideS,
  MulWideU,
  /** tag, first value */
  Throw,
  /** a */
  ThrowRef,

  /** number of instructions that follow until the next of its kind, or a call */
  Fuel,
  /** Looks at the clock now and then. */
  Poll,
  /** byte offset, height of the operand stack: before every instruction of the module, for whoever watches */
  Probe,
  /** function, cell of its first argument or result, CallEvent (watcher.ts) */
  ProbeCall,
  Count,
}

/** Names and operands of instructions, for printing: d, a, b, c cells, k a constant, t a target, n other numbers; of
 *  JumpTable the targets follow. In the order of Code. */
const ROWS: string =
  "halt|enter nnnn|jump t|jump_if at|jump_unless at|" +
  "jump_eq32 abt|jump_ne32 abt|jump_lt_s32 abt|jump_lt_u32 abt|jump_ge_s32 abt|jump_ge_u32 abt|" +
  "jump_eq32 akt|jump_ne32 akt|jump_lt_s32 akt|jump_lt_u32 akt|jump_ge_s32 akt|jump_ge_u32 akt|" +
  "jump_eq64 abt|jump_ne64 abt|jump_lt_s64 abt|jump_lt_u64 abt|jump_ge_s64 abt|jump_ge_u64 abt|" +
  "jump_eq64 akt|jump_ne64 akt|jump_lt_s64 akt|jump_lt_u64 akt|jump_ge_s64 akt|jump_ge_u64 akt|" +
  "jump_if_null at|jump_unless_null at|jump_table an|return n|return na|return nan|" +
  "call nan|call_indirect nnaan|call_ref naan|tail_call nann|tail_call_indirect nnaann|tail_call_ref naann|" +
  "call_host na|call_intrinsic na|try_call an|end_try a|trap n|copy da|copy_many dan|const32 dk|const64 dkk|" +
  "select dabc|global_get dn|global_set na|" +
  "add32 dab|sub32 dab|mul32 dab|div_s32 dab|div_u32 dab|rem_s32 dab|rem_u32 dab|and32 dab|or32 dab|xor32 dab|" +
  "shl32 dab|shr_s32 dab|shr_u32 dab|rotl32 dab|rotr32 dab|" +
  "eq32 dab|ne32 dab|lt_s32 dab|lt_u32 dab|le_s32 dab|le_u32 dab|" +
  "add32 dak|mul32 dak|and32 dak|or32 dak|xor32 dak|shl32 dak|shr_s32 dak|shr_u32 dak|rotl32 dak|" +
  "eq32 dak|ne32 dak|lt_s32 dak|lt_u32 dak|gt_s32 dak|gt_u32 dak|" +
  "eqz32 da|clz32 da|ctz32 da|popcnt32 da|extend8_s32 da|extend16_s32 da|" +
  "add64 dab|sub64 dab|mul64 dab|div_s64 dab|div_u64 dab|rem_s64 dab|rem_u64 dab|and64 dab|or64 dab|xor64 dab|" +
  "shl64 dab|shr_s64 dab|shr_u64 dab|rotl64 dab|eq64 dab|ne64 dab|lt_s64 dab|lt_u64 dab|le_s64 dab|le_u64 dab|" +
  "add64 dak|and64 dak|shl64 dak|shr_s64 dak|shr_u64 dak|" +
  "eq64 dak|ne64 dak|lt_s64 dak|lt_u64 dak|gt_s64 dak|gt_u64 dak|" +
  "eqz64 da|extend_s32 da|extend_u32 da|" +
  "add_f32 dab|sub_f32 dab|mul_f32 dab|div_f32 dab|add_f64 dab|sub_f64 dab|mul_f64 dab|div_f64 dab|" +
  "eq_f32 dab|ne_f32 dab|lt_f32 dab|le_f32 dab|eq_f64 dab|ne_f64 dab|lt_f64 dab|le_f64 dab|" +
  "neg_f64 da|abs_f64 da|sqrt_f64 da|convert_s32_f64 da|convert_u32_f64 da|promote da|demote da|numeric dabnnn|" +
  "load8_u dak|load8_s32 dak|load8_s64 dak|load16_u dak|load16_s32 dak|load16_s64 dak|load32 dak|load32_s64 dak|" +
  "load64 dak|load32_at dabk|load64_at dabk|load8_u_at dabk|store8 abk|store16 abk|store32 abk|store64 abk|" +
  "access aannkk|memory_size dn|memory_grow dna|memory_fill na|memory_copy nna|memory_init nna|data_drop n|" +
  "table_get dna|table_set nab|table_size dn|table_grow dnab|table_fill na|table_copy nna|table_init nna|" +
  "elem_drop n|ref_func dn|ref_is_null da|ref_as_non_null a|add128 ad|sub128 ad|mul_wide_s ad|mul_wide_u ad|" +
  "throw na|throw_ref a|fuel n|poll|probe nn|probe_call nan";

/** The rows, by Code. */
export function codeRows(): Array<string> {
  return ROWS.split("|");
}
