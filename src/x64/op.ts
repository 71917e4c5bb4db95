// The machine instructions that selection chooses from: the encoding table, one row an instruction. emit.ts and
// encode.ts derive the bytes from the rows; select.ts and the allocator see only the operand forms.
//
// Encodings: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.
//
// Operand order in MIR is always: definitions, uses, base and index of the memory operand (if `mode` has one),
// scratch registers. Where a form has an r/m operand and `mode` is Reg, r/m is the operand named in the form.

import { I32Column } from "../base/columns";

/** How operands of an instruction are laid out and which field of the encoding each goes to. */
export const enum Form {
  /** def → reg; use (or memory) → r/m */
  RegRm = 0,
  /** as RegRm, with an immediate */
  RegRmImm,
  /** def Reuse(1) → reg; use a; use b (Reg or Any) or memory → r/m */
  RegRm2,
  /** def Reuse(1) → r/m; use a; immediate */
  RmImm2,
  /** def Reuse(1) → r/m; use a; of shifts also a use fixed in rcx */
  Rm2,
  /** memory → r/m; use → reg (stores and read-modify-write) */
  RmReg,
  /** def → r/m, use → reg (moves out of a vector register) */
  RmRegDef,
  /** memory → r/m; immediate */
  RmImm,
  /** use a → reg; use b or memory → r/m; sets the flags */
  RegRmFlags,
  /** use b → reg; use a or memory → r/m; sets the flags (operands a, b; with memory: b) */
  RmRegFlags,
  /** use a or memory → r/m; immediate; sets the flags */
  RmImmFlags,
  /** three operands: def → reg; use a → VEX.vvvv; use b or memory → r/m */
  RegVexRm,
  /** def → VEX.vvvv; use or memory → r/m */
  VexRm,
  /** expanded by emit.ts, operands as the row's comment says */
  Pseudo,
}

export const enum RowFlag {
  None = 0,
  /** The r/m register (of RmReg forms: the reg register) is a byte: spl, bpl, sil, dil need a REX prefix. */
  Byte = 1,
  /** The immediate has an 8-bit sign-extended form: opcode | 2. */
  ShortImm = 2,
  /** The condition code is added to the opcode. */
  CondOpcode = 4,
  /** The reg field (and r/m unless RmGeneral) is a vector register. */
  Vec = 8,
  /** r/m is a general register although reg is a vector one. */
  RmGeneral = 16,
  /** r/m is a vector register although reg is a general one. */
  RmVec = 32,
  /** Keeps the upper part of its destination: emission breaks the dependency (xorps) when the source is another
   *  register or memory. */
  FalseDep = 64,
  /** Reads its count from cl. */
  ShiftCl = 128,
}

/** Condition codes, as encoded; a condition's opposite is cond ^ 1. */
export const enum Cond {
  Overflow = 0,
  NotOverflow = 1,
  Below = 2,
  AboveEqual = 3,
  Equal = 4,
  NotEqual = 5,
  BelowEqual = 6,
  Above = 7,
  Sign = 8,
  NotSign = 9,
  Parity = 10,
  NotParity = 11,
  Less = 12,
  GreaterEqual = 13,
  LessEqual = 14,
  Greater = 15,
  /** After ucomis: equal and ordered; Jcc only. */
  FloatEqual = 16,
  /** After ucomis: different or unordered; Jcc only. */
  FloatNotEqual = 17,
}

export const enum X64 {
  // Moves and loads: reg ← r/m
  /** also the zero-extending 32-bit load, and Wrap */
  Mov32,
  Mov64,
  Movzx8,
  Movzx16,
  Movsx8To32,
  Movsx8To64,
  Movsx16To32,
  Movsx16To64,
  Movsxd,
  Lea32,
  Lea64,
  Popcnt32,
  Popcnt64,
  /** ZF when the source is 0; follow by Cmov */
  Bsf32,
  Bsf64,
  Bsr32,
  Bsr64,
  /** x86-64-v3 */
  Tzcnt32,
  Tzcnt64,
  Lzcnt32,
  Lzcnt64,
  /** the same encoding, for processors without it too, which take it for bsf: a is the result for 0 */
  TzcntOr32,
  TzcntOr64,
  // BMI1 and BMI2: the flags stay with shifts
  /** a is the count */
  Shlx32,
  Shlx64,
  Shrx32,
  Shrx64,
  Sarx32,
  Sarx64,
  /** ~a & b */
  Andn32,
  Andn64,
  /** without the lowest bit that is set; only that bit */
  Blsr32,
  Blsr64,
  Blsi32,
  Blsi64,
  /** three-operand: any source, imm */
  ImulI32,
  ImulI64,

  // Stores: r/m ← reg
  Store8,
  Store16,
  Store32,
  Store64,
  StoreI8,
  StoreI16,
  StoreI32,
  /** imm sign-extended */
  StoreI64,

  // Two-address arithmetic: reg ← reg op r/m
  Add32,
  Add64,
  Or32,
  Or64,
  And32,
  And64,
  Sub32,
  Sub64,
  Xor32,
  Xor64,
  Adc32,
  Adc64,
  Sbb32,
  Sbb64,
  Imul32,
  Imul64,

  // Two-address arithmetic with an immediate: r/m ← r/m op imm (imm8 form when it fits)
  AddI32,
  AddI64,
  OrI32,
  OrI64,
  AndI32,
  AndI64,
  SubI32,
  SubI64,
  XorI32,
  XorI64,
  AdcI32,
  AdcI64,
  SbbI32,
  SbbI64,
  RolI32,
  RolI64,
  RorI32,
  RorI64,
  ShlI32,
  ShlI64,
  ShrI32,
  ShrI64,
  SarI32,
  SarI64,

  // Two-address, one operand (shifts: the count is a use fixed in rcx)
  Rol32,
  Rol64,
  Ror32,
  Ror64,
  Shl32,
  Shl64,
  Shr32,
  Shr64,
  Sar32,
  Sar64,
  Bswap32,
  Bswap64,
  Not32,
  Not64,
  Neg32,
  Neg64,

  // Read-modify-write of memory: [mem] ← [mem] op reg, and with an immediate
  AddM8,
  AddM16,
  AddM32,
  AddM64,
  OrM8,
  OrM16,
  OrM32,
  OrM64,
  AndM8,
  AndM16,
  AndM32,
  AndM64,
  SubM8,
  SubM16,
  SubM32,
  SubM64,
  XorM8,
  XorM16,
  XorM32,
  XorM64,
  AddMI8,
  AddMI16,
  AddMI32,
  AddMI64,
  OrMI8,
  OrMI16,
  OrMI32,
  OrMI64,
  AndMI8,
  AndMI16,
  AndMI32,
  AndMI64,
  SubMI8,
  SubMI16,
  SubMI32,
  SubMI64,
  XorMI8,
  XorMI16,
  XorMI32,
  XorMI64,

  // Flags only: compare and test
  Cmp32,
  Cmp64,
  Test32,
  Test64,
  CmpI8,
  CmpI16,
  CmpI32,
  CmpI64,
  TestI8,
  TestI32,
  TestI64,

  // Conditions: imm is a Cond
  /** reg ← r/m if cond */
  Cmov32,
  Cmov64,
  /** def reg ← 0 or 1 (setcc and movzx) */
  Setcc,

  // Floats: reg ← r/m
  /** load (memory only) */
  Movss,
  /** load (memory only) */
  Movsd,
  /** register to register */
  Movaps,
  Movups,
  /** xmm ← r/m32 */
  Movd,
  /** xmm ← r/m64 */
  Movq,
  Sqrtss,
  Sqrtsd,
  Cvtss2sd,
  Cvtsd2ss,
  Cvtsi32Toss,
  Cvtsi64Toss,
  Cvtsi32Tosd,
  Cvtsi64Tosd,
  Roundss,
  Roundsd,

  // Floats to general registers: general reg ← r/m vector
  Cvttss2si32,
  Cvttss2si64,
  Cvttsd2si32,
  Cvttsd2si64,

  // Vector register in the reg field, general register or memory in r/m
  /** r/m32 (definition) ← xmm */
  MovdOut,
  MovqOut,
  StoreSs,
  StoreSd,
  StoreUps,

  // Floats, two-address
  Addss,
  Addsd,
  Mulss,
  Mulsd,
  Subss,
  Subsd,
  Minss,
  Minsd,
  Divss,
  Divsd,
  Maxss,
  Maxsd,
  /** memory operands are 16 bytes, aligned */
  Andps,
  Andnps,
  Orps,
  Xorps,
  Ucomiss,
  Ucomisd,

  // Pseudo-instructions: emit.ts and pseudo.ts expand them; operands as stated, definitions first. Expansions use
  // r15 and xmm15 (never allocated) as scratch registers, so none asks for one; extra operands are ignored.
  // All change the flags, except MovImm, MovFunc, MovCodeBound, ZeroVec, SelectVec and the jumps.
  /** prologue; defs fixed: the parameters that arrive in registers */
  Entry,
  /** epilogue; uses fixed: the results in registers */
  Ret,
  /** to successor 0; uses: arguments of its parameters */
  Jmp,
  /** imm: Cond; to successor 0 if it holds, otherwise successor 1 */
  Jcc,
  /** use index Reg; imm: number of entries before the default; successors are the targets, the last the default */
  Switch,
  /** imm: TrapKind; ud2 (ends a block) */
  Trap,
  /** imm: Cond, disp: TrapKind; jump to a cold ud2 if it holds */
  TrapIf,
  /** memory operand: the type half of a table entry; imm: canonical type; cold: null or mismatch trap */
  CheckSignature,
  /** def general; imm, immHi: constant; shortest encoding that leaves the flags alone */
  MovImm,
  /** def general; xor reg, reg: changes the flags */
  Zero,
  /** def vector; xorps */
  ZeroVec,
  /** def general; imm: program function: its code address (32-bit absolute); immHi: high word (a reference's type) */
  MovFunc,
  /** def general; imm 0: start of code, 1: end */
  MovCodeBound,
  /** imm: program function; uses fixed: arguments, defs fixed: results; clobbers; immHi: bytes of stack arguments */
  Call,
  /** use Reg first: address of the code (low 32 bits already isolated), then as Call */
  CallReg,
  /** imm: program function; uses fixed: arguments; clobbers; immHi: bytes of stack arguments: takes the frame down, jumps */
  TailCall,
  /** use r11 first: address of the code, then as TailCall */
  TailCallReg,
  /** behind a call: to successor 0; the runtime continues at successor 1 if the call ended in an exception */
  Unwind,
  /** unsigned: defs rax (quotient), rdx (remainder); uses rax, divisor (UseLate Reg) */
  Div32,
  /** signed: the same; cdq/cqo included; traps by hardware */
  Idiv32,
  /** signed remainder: the same; divisor −1 gives 0 without dividing */
  Irem32,
  /** unsigned: defs rax (quotient), rdx (remainder); uses rax, divisor (UseLate Reg) */
  Div64,
  /** signed: the same; cdq/cqo included; traps by hardware */
  Idiv64,
  /** signed remainder: the same; divisor −1 gives 0 without dividing */
  Irem64,
  /** def rax; uses rax rdi rsi rdx r10 r8 r9 fixed; clobbers rcx r11 */
  Syscall,
  /** defs rdi rsi rcx; uses rdi rsi rcx fixed */
  RepMovsb,
  /** defs rdi rcx; uses rdi rax rcx fixed */
  RepStosb,
  /** def Reuse(1), use a, use b Reg: wasm minimum (NaN, signed zeros) */
  FMinss,
  /** the same, maximum */
  FMaxss,
  /** def general, uses a b Reg vectors: a == b, ordered */
  FSetEqss,
  /** the same, a != b or unordered */
  FSetNess,
  /** def Reuse(1), use a: magnitude, use b Reg: sign */
  Copysignss,
  /** trapping; def general DefEarly, use vector UseLate */
  TruncS32ss,
  /** trapping; def general DefEarly, use vector UseLate */
  TruncU32ss,
  /** saturating; def general DefEarly, use vector UseLate */
  TruncSatS32ss,
  /** saturating; def general DefEarly, use vector UseLate */
  TruncSatU32ss,
  /** trapping; def general DefEarly, use vector UseLate */
  TruncS64ss,
  /** trapping; def general DefEarly, use vector UseLate */
  TruncU64ss,
  /** saturating; def general DefEarly, use vector UseLate */
  TruncSatS64ss,
  /** saturating; def general DefEarly, use vector UseLate */
  TruncSatU64ss,
  /** unsigned i64 to float; def vector DefEarly, use general UseLate */
  ConvertU64ss,
  /** def Reuse(1), use a, use b Reg: wasm minimum (NaN, signed zeros) */
  FMinsd,
  /** the same, maximum */
  FMaxsd,
  /** def general, uses a b Reg vectors: a == b, ordered */
  FSetEqsd,
  /** the same, a != b or unordered */
  FSetNesd,
  /** def Reuse(1), use a: magnitude, use b Reg: sign */
  Copysignsd,
  /** trapping; def general DefEarly, use vector UseLate */
  TruncS32sd,
  /** trapping; def general DefEarly, use vector UseLate */
  TruncU32sd,
  /** saturating; def general DefEarly, use vector UseLate */
  TruncSatS32sd,
  /** saturating; def general DefEarly, use vector UseLate */
  TruncSatU32sd,
  /** trapping; def general DefEarly, use vector UseLate */
  TruncS64sd,
  /** trapping; def general DefEarly, use vector UseLate */
  TruncU64sd,
  /** saturating; def general DefEarly, use vector UseLate */
  TruncSatS64sd,
  /** saturating; def general DefEarly, use vector UseLate */
  TruncSatU64sd,
  /** unsigned i64 to float; def vector DefEarly, use general UseLate */
  ConvertU64sd,
  /** def Reuse(1), use a, use b Reg vectors; imm: Cond (also the float ones): b if it holds, otherwise a */
  SelectVec,
  /** unsigned product of 128 bits: defs rax (low), rdx (high); uses rax, other factor (UseLate Reg) */
  MulHigh64,
  /** signed: the same */
  ImulHigh64,
  Count,
}

const mnemonics: Array<string> = [];
/** The rows, each packed into one word as the accessors below take it apart. */
const rows: I32Column = new I32Column();

/** One encoding: mandatory prefix (0: none), opcode map (0: one byte, 1: 0F, 2: 0F 3A, 3: VEX 0F 38), opcode,
 *  /digit or -1, REX.W, bits of the immediate, RowFlag bits. */
function row(
  op: i32,
  mnemonic: string,
  form: i32,
  prefix: i32,
  map: i32,
  opcode: i32,
  digit: i32,
  wide: i32,
  imm: i32,
  flag: i32,
): void {
  assert(mnemonics.length == op, mnemonic);
  mnemonics.push(mnemonic);
  const prefixCode = prefix == 0 ? 0 : prefix == 0x66 ? 1 : prefix == 0xf3 ? 2 : 3;
  const immBytes = imm == 32 ? 3 : imm >> 3;
  rows.push(
    opcode |
      (map << 8) |
      (prefixCode << 10) |
      (wide << 12) |
      ((digit & 15) << 13) |
      (immBytes << 17) |
      (flag << 19) |
      (form << 27),
  );
}

row(X64.Mov32, "mov", Form.RegRm, 0, 0, 0x8b, -1, 0, 0, 0);
row(X64.Mov64, "mov", Form.RegRm, 0, 0, 0x8b, -1, 1, 0, 0);
row(X64.Movzx8, "movzx", Form.RegRm, 0, 1, 0xb6, -1, 0, 0, RowFlag.Byte);
row(X64.Movzx16, "movzx", Form.RegRm, 0, 1, 0xb7, -1, 0, 0, 0);
row(X64.Movsx8To32, "movsx", Form.RegRm, 0, 1, 0xbe, -1, 0, 0, RowFlag.Byte);
row(X64.Movsx8To64, "movsx", Form.RegRm, 0, 1, 0xbe, -1, 1, 0, RowFlag.Byte);
row(X64.Movsx16To32, "movsx", Form.RegRm, 0, 1, 0xbf, -1, 0, 0, 0);
row(X64.Movsx16To64, "movsx", Form.RegRm, 0, 1, 0xbf, -1, 1, 0, 0);
row(X64.Movsxd, "movsxd", Form.RegRm, 0, 0, 0x63, -1, 1, 0, 0);
row(X64.Lea32, "lea", Form.RegRm, 0, 0, 0x8d, -1, 0, 0, 0);
row(X64.Lea64, "lea", Form.RegRm, 0, 0, 0x8d, -1, 1, 0, 0);
row(X64.Popcnt32, "popcnt", Form.RegRm, 0xf3, 1, 0xb8, -1, 0, 0, 0);
row(X64.Popcnt64, "popcnt", Form.RegRm, 0xf3, 1, 0xb8, -1, 1, 0, 0);
row(X64.Bsf32, "bsf", Form.RegRm, 0, 1, 0xbc, -1, 0, 0, 0);
row(X64.Bsf64, "bsf", Form.RegRm, 0, 1, 0xbc, -1, 1, 0, 0);
row(X64.Bsr32, "bsr", Form.RegRm, 0, 1, 0xbd, -1, 0, 0, 0);
row(X64.Bsr64, "bsr", Form.RegRm, 0, 1, 0xbd, -1, 1, 0, 0);
row(X64.Tzcnt32, "tzcnt", Form.RegRm, 0xf3, 1, 0xbc, -1, 0, 0, 0);
row(X64.Tzcnt64, "tzcnt", Form.RegRm, 0xf3, 1, 0xbc, -1, 1, 0, 0);
row(X64.Lzcnt32, "lzcnt", Form.RegRm, 0xf3, 1, 0xbd, -1, 0, 0, 0);
row(X64.Lzcnt64, "lzcnt", Form.RegRm, 0xf3, 1, 0xbd, -1, 1, 0, 0);
row(X64.TzcntOr32, "tzcnt", Form.RegRm2, 0xf3, 1, 0xbc, -1, 0, 0, 0);
row(X64.TzcntOr64, "tzcnt", Form.RegRm2, 0xf3, 1, 0xbc, -1, 1, 0, 0);
row(X64.Shlx32, "shlx", Form.RegVexRm, 0x66, 3, 0xf7, -1, 0, 0, 0);
row(X64.Shlx64, "shlx", Form.RegVexRm, 0x66, 3, 0xf7, -1, 1, 0, 0);
row(X64.Shrx32, "shrx", Form.RegVexRm, 0xf2, 3, 0xf7, -1, 0, 0, 0);
row(X64.Shrx64, "shrx", Form.RegVexRm, 0xf2, 3, 0xf7, -1, 1, 0, 0);
row(X64.Sarx32, "sarx", Form.RegVexRm, 0xf3, 3, 0xf7, -1, 0, 0, 0);
row(X64.Sarx64, "sarx", Form.RegVexRm, 0xf3, 3, 0xf7, -1, 1, 0, 0);
row(X64.Andn32, "andn", Form.RegVexRm, 0, 3, 0xf2, -1, 0, 0, 0);
row(X64.Andn64, "andn", Form.RegVexRm, 0, 3, 0xf2, -1, 1, 0, 0);
row(X64.Blsr32, "blsr", Form.VexRm, 0, 3, 0xf3, 1, 0, 0, 0);
row(X64.Blsr64, "blsr", Form.VexRm, 0, 3, 0xf3, 1, 1, 0, 0);
row(X64.Blsi32, "blsi", Form.VexRm, 0, 3, 0xf3, 3, 0, 0, 0);
row(X64.Blsi64, "blsi", Form.VexRm, 0, 3, 0xf3, 3, 1, 0, 0);
row(X64.ImulI32, "imul", Form.RegRmImm, 0, 0, 0x69, -1, 0, 32, RowFlag.ShortImm);
row(X64.ImulI64, "imul", Form.RegRmImm, 0, 0, 0x69, -1, 1, 32, RowFlag.ShortImm);
row(X64.Store8, "mov", Form.RmReg, 0, 0, 0x88, -1, 0, 0, RowFlag.Byte);
row(X64.Store16, "mov", Form.RmReg, 0x66, 0, 0x89, -1, 0, 0, 0);
row(X64.Store32, "mov", Form.RmReg, 0, 0, 0x89, -1, 0, 0, 0);
row(X64.Store64, "mov", Form.RmReg, 0, 0, 0x89, -1, 1, 0, 0);
row(X64.StoreI8, "mov", Form.RmImm, 0, 0, 0xc6, 0, 0, 8, RowFlag.Byte);
row(X64.StoreI16, "mov", Form.RmImm, 0x66, 0, 0xc7, 0, 0, 16, 0);
row(X64.StoreI32, "mov", Form.RmImm, 0, 0, 0xc7, 0, 0, 32, 0);
row(X64.StoreI64, "mov", Form.RmImm, 0, 0, 0xc7, 0, 1, 32, 0);
row(X64.Add32, "add", Form.RegRm2, 0, 0, 0x03, -1, 0, 0, 0);
row(X64.Add64, "add", Form.RegRm2, 0, 0, 0x03, -1, 1, 0, 0);
row(X64.Or32, "or", Form.RegRm2, 0, 0, 0x0b, -1, 0, 0, 0);
row(X64.Or64, "or", Form.RegRm2, 0, 0, 0x0b, -1, 1, 0, 0);
row(X64.And32, "and", Form.RegRm2, 0, 0, 0x23, -1, 0, 0, 0);
row(X64.And64, "and", Form.RegRm2, 0, 0, 0x23, -1, 1, 0, 0);
row(X64.Sub32, "sub", Form.RegRm2, 0, 0, 0x2b, -1, 0, 0, 0);
row(X64.Sub64, "sub", Form.RegRm2, 0, 0, 0x2b, -1, 1, 0, 0);
row(X64.Xor32, "xor", Form.RegRm2, 0, 0, 0x33, -1, 0, 0, 0);
row(X64.Xor64, "xor", Form.RegRm2, 0, 0, 0x33, -1, 1, 0, 0);
row(X64.Adc32, "adc", Form.RegRm2, 0, 0, 0x13, -1, 0, 0, 0);
row(X64.Adc64, "adc", Form.RegRm2, 0, 0, 0x13, -1, 1, 0, 0);
row(X64.Sbb32, "sbb", Form.RegRm2, 0, 0, 0x1b, -1, 0, 0, 0);
row(X64.Sbb64, "sbb", Form.RegRm2, 0, 0, 0x1b, -1, 1, 0, 0);
row(X64.Imul32, "imul", Form.RegRm2, 0, 1, 0xaf, -1, 0, 0, 0);
row(X64.Imul64, "imul", Form.RegRm2, 0, 1, 0xaf, -1, 1, 0, 0);
row(X64.AddI32, "add", Form.RmImm2, 0, 0, 0x81, 0, 0, 32, RowFlag.ShortImm);
row(X64.AddI64, "add", Form.RmImm2, 0, 0, 0x81, 0, 1, 32, RowFlag.ShortImm);
row(X64.OrI32, "or", Form.RmImm2, 0, 0, 0x81, 1, 0, 32, RowFlag.ShortImm);
row(X64.OrI64, "or", Form.RmImm2, 0, 0, 0x81, 1, 1, 32, RowFlag.ShortImm);
row(X64.AndI32, "and", Form.RmImm2, 0, 0, 0x81, 4, 0, 32, RowFlag.ShortImm);
row(X64.AndI64, "and", Form.RmImm2, 0, 0, 0x81, 4, 1, 32, RowFlag.ShortImm);
row(X64.SubI32, "sub", Form.RmImm2, 0, 0, 0x81, 5, 0, 32, RowFlag.ShortImm);
row(X64.SubI64, "sub", Form.RmImm2, 0, 0, 0x81, 5, 1, 32, RowFlag.ShortImm);
row(X64.XorI32, "xor", Form.RmImm2, 0, 0, 0x81, 6, 0, 32, RowFlag.ShortImm);
row(X64.XorI64, "xor", Form.RmImm2, 0, 0, 0x81, 6, 1, 32, RowFlag.ShortImm);
row(X64.AdcI32, "adc", Form.RmImm2, 0, 0, 0x81, 2, 0, 32, RowFlag.ShortImm);
row(X64.AdcI64, "adc", Form.RmImm2, 0, 0, 0x81, 2, 1, 32, RowFlag.ShortImm);
row(X64.SbbI32, "sbb", Form.RmImm2, 0, 0, 0x81, 3, 0, 32, RowFlag.ShortImm);
row(X64.SbbI64, "sbb", Form.RmImm2, 0, 0, 0x81, 3, 1, 32, RowFlag.ShortImm);
row(X64.RolI32, "rol", Form.RmImm2, 0, 0, 0xc1, 0, 0, 8, 0);
row(X64.RolI64, "rol", Form.RmImm2, 0, 0, 0xc1, 0, 1, 8, 0);
row(X64.RorI32, "ror", Form.RmImm2, 0, 0, 0xc1, 1, 0, 8, 0);
row(X64.RorI64, "ror", Form.RmImm2, 0, 0, 0xc1, 1, 1, 8, 0);
row(X64.ShlI32, "shl", Form.RmImm2, 0, 0, 0xc1, 4, 0, 8, 0);
row(X64.ShlI64, "shl", Form.RmImm2, 0, 0, 0xc1, 4, 1, 8, 0);
row(X64.ShrI32, "shr", Form.RmImm2, 0, 0, 0xc1, 5, 0, 8, 0);
row(X64.ShrI64, "shr", Form.RmImm2, 0, 0, 0xc1, 5, 1, 8, 0);
row(X64.SarI32, "sar", Form.RmImm2, 0, 0, 0xc1, 7, 0, 8, 0);
row(X64.SarI64, "sar", Form.RmImm2, 0, 0, 0xc1, 7, 1, 8, 0);
row(X64.Rol32, "rol", Form.Rm2, 0, 0, 0xd3, 0, 0, 0, RowFlag.ShiftCl);
row(X64.Rol64, "rol", Form.Rm2, 0, 0, 0xd3, 0, 1, 0, RowFlag.ShiftCl);
row(X64.Ror32, "ror", Form.Rm2, 0, 0, 0xd3, 1, 0, 0, RowFlag.ShiftCl);
row(X64.Ror64, "ror", Form.Rm2, 0, 0, 0xd3, 1, 1, 0, RowFlag.ShiftCl);
row(X64.Shl32, "shl", Form.Rm2, 0, 0, 0xd3, 4, 0, 0, RowFlag.ShiftCl);
row(X64.Shl64, "shl", Form.Rm2, 0, 0, 0xd3, 4, 1, 0, RowFlag.ShiftCl);
row(X64.Shr32, "shr", Form.Rm2, 0, 0, 0xd3, 5, 0, 0, RowFlag.ShiftCl);
row(X64.Shr64, "shr", Form.Rm2, 0, 0, 0xd3, 5, 1, 0, RowFlag.ShiftCl);
row(X64.Sar32, "sar", Form.Rm2, 0, 0, 0xd3, 7, 0, 0, RowFlag.ShiftCl);
row(X64.Sar64, "sar", Form.Rm2, 0, 0, 0xd3, 7, 1, 0, RowFlag.ShiftCl);
// 0f c8+r, which is opcode 0f with a ModR/M byte of registers and digit 1.
row(X64.Bswap32, "bswap", Form.Rm2, 0, 0, 0x0f, 1, 0, 0, 0);
row(X64.Bswap64, "bswap", Form.Rm2, 0, 0, 0x0f, 1, 1, 0, 0);
row(X64.Not32, "not", Form.Rm2, 0, 0, 0xf7, 2, 0, 0, 0);
row(X64.Not64, "not", Form.Rm2, 0, 0, 0xf7, 2, 1, 0, 0);
row(X64.Neg32, "neg", Form.Rm2, 0, 0, 0xf7, 3, 0, 0, 0);
row(X64.Neg64, "neg", Form.Rm2, 0, 0, 0xf7, 3, 1, 0, 0);
row(X64.AddM8, "add", Form.RmReg, 0, 0, 0x00, -1, 0, 0, RowFlag.Byte);
row(X64.AddM16, "add", Form.RmReg, 0x66, 0, 0x01, -1, 0, 0, 0);
row(X64.AddM32, "add", Form.RmReg, 0, 0, 0x01, -1, 0, 0, 0);
row(X64.AddM64, "add", Form.RmReg, 0, 0, 0x01, -1, 1, 0, 0);
row(X64.OrM8, "or", Form.RmReg, 0, 0, 0x08, -1, 0, 0, RowFlag.Byte);
row(X64.OrM16, "or", Form.RmReg, 0x66, 0, 0x09, -1, 0, 0, 0);
row(X64.OrM32, "or", Form.RmReg, 0, 0, 0x09, -1, 0, 0, 0);
row(X64.OrM64, "or", Form.RmReg, 0, 0, 0x09, -1, 1, 0, 0);
row(X64.AndM8, "and", Form.RmReg, 0, 0, 0x20, -1, 0, 0, RowFlag.Byte);
row(X64.AndM16, "and", Form.RmReg, 0x66, 0, 0x21, -1, 0, 0, 0);
row(X64.AndM32, "and", Form.RmReg, 0, 0, 0x21, -1, 0, 0, 0);
row(X64.AndM64, "and", Form.RmReg, 0, 0, 0x21, -1, 1, 0, 0);
row(X64.SubM8, "sub", Form.RmReg, 0, 0, 0x28, -1, 0, 0, RowFlag.Byte);
row(X64.SubM16, "sub", Form.RmReg, 0x66, 0, 0x29, -1, 0, 0, 0);
row(X64.SubM32, "sub", Form.RmReg, 0, 0, 0x29, -1, 0, 0, 0);
row(X64.SubM64, "sub", Form.RmReg, 0, 0, 0x29, -1, 1, 0, 0);
row(X64.XorM8, "xor", Form.RmReg, 0, 0, 0x30, -1, 0, 0, RowFlag.Byte);
row(X64.XorM16, "xor", Form.RmReg, 0x66, 0, 0x31, -1, 0, 0, 0);
row(X64.XorM32, "xor", Form.RmReg, 0, 0, 0x31, -1, 0, 0, 0);
row(X64.XorM64, "xor", Form.RmReg, 0, 0, 0x31, -1, 1, 0, 0);
row(X64.AddMI8, "add", Form.RmImm, 0, 0, 0x80, 0, 0, 8, RowFlag.Byte);
row(X64.AddMI16, "add", Form.RmImm, 0x66, 0, 0x81, 0, 0, 16, RowFlag.ShortImm);
row(X64.AddMI32, "add", Form.RmImm, 0, 0, 0x81, 0, 0, 32, RowFlag.ShortImm);
row(X64.AddMI64, "add", Form.RmImm, 0, 0, 0x81, 0, 1, 32, RowFlag.ShortImm);
row(X64.OrMI8, "or", Form.RmImm, 0, 0, 0x80, 1, 0, 8, RowFlag.Byte);
row(X64.OrMI16, "or", Form.RmImm, 0x66, 0, 0x81, 1, 0, 16, RowFlag.ShortImm);
row(X64.OrMI32, "or", Form.RmImm, 0, 0, 0x81, 1, 0, 32, RowFlag.ShortImm);
row(X64.OrMI64, "or", Form.RmImm, 0, 0, 0x81, 1, 1, 32, RowFlag.ShortImm);
row(X64.AndMI8, "and", Form.RmImm, 0, 0, 0x80, 4, 0, 8, RowFlag.Byte);
row(X64.AndMI16, "and", Form.RmImm, 0x66, 0, 0x81, 4, 0, 16, RowFlag.ShortImm);
row(X64.AndMI32, "and", Form.RmImm, 0, 0, 0x81, 4, 0, 32, RowFlag.ShortImm);
row(X64.AndMI64, "and", Form.RmImm, 0, 0, 0x81, 4, 1, 32, RowFlag.ShortImm);
row(X64.SubMI8, "sub", Form.RmImm, 0, 0, 0x80, 5, 0, 8, RowFlag.Byte);
row(X64.SubMI16, "sub", Form.RmImm, 0x66, 0, 0x81, 5, 0, 16, RowFlag.ShortImm);
row(X64.SubMI32, "sub", Form.RmImm, 0, 0, 0x81, 5, 0, 32, RowFlag.ShortImm);
row(X64.SubMI64, "sub", Form.RmImm, 0, 0, 0x81, 5, 1, 32, RowFlag.ShortImm);
row(X64.XorMI8, "xor", Form.RmImm, 0, 0, 0x80, 6, 0, 8, RowFlag.Byte);
row(X64.XorMI16, "xor", Form.RmImm, 0x66, 0, 0x81, 6, 0, 16, RowFlag.ShortImm);
row(X64.XorMI32, "xor", Form.RmImm, 0, 0, 0x81, 6, 0, 32, RowFlag.ShortImm);
row(X64.XorMI64, "xor", Form.RmImm, 0, 0, 0x81, 6, 1, 32, RowFlag.ShortImm);
row(X64.Cmp32, "cmp", Form.RegRmFlags, 0, 0, 0x3b, -1, 0, 0, 0);
row(X64.Cmp64, "cmp", Form.RegRmFlags, 0, 0, 0x3b, -1, 1, 0, 0);
row(X64.Test32, "test", Form.RmRegFlags, 0, 0, 0x85, -1, 0, 0, 0);
row(X64.Test64, "test", Form.RmRegFlags, 0, 0, 0x85, -1, 1, 0, 0);
row(X64.CmpI8, "cmp", Form.RmImmFlags, 0, 0, 0x80, 7, 0, 8, RowFlag.Byte);
row(X64.CmpI16, "cmp", Form.RmImmFlags, 0x66, 0, 0x81, 7, 0, 16, RowFlag.ShortImm);
row(X64.CmpI32, "cmp", Form.RmImmFlags, 0, 0, 0x81, 7, 0, 32, RowFlag.ShortImm);
row(X64.CmpI64, "cmp", Form.RmImmFlags, 0, 0, 0x81, 7, 1, 32, RowFlag.ShortImm);
row(X64.TestI8, "test", Form.RmImmFlags, 0, 0, 0xf6, 0, 0, 8, RowFlag.Byte);
row(X64.TestI32, "test", Form.RmImmFlags, 0, 0, 0xf7, 0, 0, 32, 0);
row(X64.TestI64, "test", Form.RmImmFlags, 0, 0, 0xf7, 0, 1, 32, 0);
row(X64.Cmov32, "cmov", Form.RegRm2, 0, 1, 0x40, -1, 0, 0, RowFlag.CondOpcode);
row(X64.Cmov64, "cmov", Form.RegRm2, 0, 1, 0x40, -1, 1, 0, RowFlag.CondOpcode);
row(X64.Setcc, "set", Form.Pseudo, 0, 1, 0x90, -1, 0, 0, 0);
row(X64.Movss, "movss", Form.RegRm, 0xf3, 1, 0x10, -1, 0, 0, RowFlag.Vec);
row(X64.Movsd, "movsd", Form.RegRm, 0xf2, 1, 0x10, -1, 0, 0, RowFlag.Vec);
row(X64.Movaps, "movaps", Form.RegRm, 0, 1, 0x28, -1, 0, 0, RowFlag.Vec);
row(X64.Movups, "movups", Form.RegRm, 0, 1, 0x10, -1, 0, 0, RowFlag.Vec);
row(X64.Movd, "movd", Form.RegRm, 0x66, 1, 0x6e, -1, 0, 0, RowFlag.Vec | RowFlag.RmGeneral);
row(X64.Movq, "movq", Form.RegRm, 0x66, 1, 0x6e, -1, 1, 0, RowFlag.Vec | RowFlag.RmGeneral);
row(X64.Sqrtss, "sqrtss", Form.RegRm, 0xf3, 1, 0x51, -1, 0, 0, RowFlag.Vec | RowFlag.FalseDep);
row(X64.Sqrtsd, "sqrtsd", Form.RegRm, 0xf2, 1, 0x51, -1, 0, 0, RowFlag.Vec | RowFlag.FalseDep);
row(X64.Cvtss2sd, "cvtss2sd", Form.RegRm, 0xf3, 1, 0x5a, -1, 0, 0, RowFlag.Vec | RowFlag.FalseDep);
row(X64.Cvtsd2ss, "cvtsd2ss", Form.RegRm, 0xf2, 1, 0x5a, -1, 0, 0, RowFlag.Vec | RowFlag.FalseDep);
row(
  X64.Cvtsi32Toss,
  "cvtsi2ss",
  Form.RegRm,
  0xf3,
  1,
  0x2a,
  -1,
  0,
  0,
  RowFlag.Vec | RowFlag.RmGeneral | RowFlag.FalseDep,
);
row(
  X64.Cvtsi64Toss,
  "cvtsi2ss",
  Form.RegRm,
  0xf3,
  1,
  0x2a,
  -1,
  1,
  0,
  RowFlag.Vec | RowFlag.RmGeneral | RowFlag.FalseDep,
);
row(
  X64.Cvtsi32Tosd,
  "cvtsi2sd",
  Form.RegRm,
  0xf2,
  1,
  0x2a,
  -1,
  0,
  0,
  RowFlag.Vec | RowFlag.RmGeneral | RowFlag.FalseDep,
);
row(
  X64.Cvtsi64Tosd,
  "cvtsi2sd",
  Form.RegRm,
  0xf2,
  1,
  0x2a,
  -1,
  1,
  0,
  RowFlag.Vec | RowFlag.RmGeneral | RowFlag.FalseDep,
);
row(X64.Roundss, "roundss", Form.RegRmImm, 0x66, 2, 0x0a, -1, 0, 8, RowFlag.Vec | RowFlag.FalseDep);
row(X64.Roundsd, "roundsd", Form.RegRmImm, 0x66, 2, 0x0b, -1, 0, 8, RowFlag.Vec | RowFlag.FalseDep);
row(X64.Cvttss2si32, "cvttss2si", Form.RegRm, 0xf3, 1, 0x2c, -1, 0, 0, RowFlag.RmVec);
row(X64.Cvttss2si64, "cvttss2si", Form.RegRm, 0xf3, 1, 0x2c, -1, 1, 0, RowFlag.RmVec);
row(X64.Cvttsd2si32, "cvttsd2si", Form.RegRm, 0xf2, 1, 0x2c, -1, 0, 0, RowFlag.RmVec);
row(X64.Cvttsd2si64, "cvttsd2si", Form.RegRm, 0xf2, 1, 0x2c, -1, 1, 0, RowFlag.RmVec);
row(X64.MovdOut, "movd", Form.RmRegDef, 0x66, 1, 0x7e, -1, 0, 0, RowFlag.Vec | RowFlag.RmGeneral);
row(X64.MovqOut, "movq", Form.RmRegDef, 0x66, 1, 0x7e, -1, 1, 0, RowFlag.Vec | RowFlag.RmGeneral);
row(X64.StoreSs, "movss", Form.RmReg, 0xf3, 1, 0x11, -1, 0, 0, RowFlag.Vec);
row(X64.StoreSd, "movsd", Form.RmReg, 0xf2, 1, 0x11, -1, 0, 0, RowFlag.Vec);
row(X64.StoreUps, "movups", Form.RmReg, 0, 1, 0x11, -1, 0, 0, RowFlag.Vec);
row(X64.Addss, "addss", Form.RegRm2, 0xf3, 1, 0x58, -1, 0, 0, RowFlag.Vec);
row(X64.Addsd, "addsd", Form.RegRm2, 0xf2, 1, 0x58, -1, 0, 0, RowFlag.Vec);
row(X64.Mulss, "mulss", Form.RegRm2, 0xf3, 1, 0x59, -1, 0, 0, RowFlag.Vec);
row(X64.Mulsd, "mulsd", Form.RegRm2, 0xf2, 1, 0x59, -1, 0, 0, RowFlag.Vec);
row(X64.Subss, "subss", Form.RegRm2, 0xf3, 1, 0x5c, -1, 0, 0, RowFlag.Vec);
row(X64.Subsd, "subsd", Form.RegRm2, 0xf2, 1, 0x5c, -1, 0, 0, RowFlag.Vec);
row(X64.Minss, "minss", Form.RegRm2, 0xf3, 1, 0x5d, -1, 0, 0, RowFlag.Vec);
row(X64.Minsd, "minsd", Form.RegRm2, 0xf2, 1, 0x5d, -1, 0, 0, RowFlag.Vec);
row(X64.Divss, "divss", Form.RegRm2, 0xf3, 1, 0x5e, -1, 0, 0, RowFlag.Vec);
row(X64.Divsd, "divsd", Form.RegRm2, 0xf2, 1, 0x5e, -1, 0, 0, RowFlag.Vec);
row(X64.Maxss, "maxss", Form.RegRm2, 0xf3, 1, 0x5f, -1, 0, 0, RowFlag.Vec);
row(X64.Maxsd, "maxsd", Form.RegRm2, 0xf2, 1, 0x5f, -1, 0, 0, RowFlag.Vec);
row(X64.Andps, "andps", Form.RegRm2, 0, 1, 0x54, -1, 0, 0, RowFlag.Vec);
row(X64.Andnps, "andnps", Form.RegRm2, 0, 1, 0x55, -1, 0, 0, RowFlag.Vec);
row(X64.Orps, "orps", Form.RegRm2, 0, 1, 0x56, -1, 0, 0, RowFlag.Vec);
row(X64.Xorps, "xorps", Form.RegRm2, 0, 1, 0x57, -1, 0, 0, RowFlag.Vec);
row(X64.Ucomiss, "ucomiss", Form.RegRmFlags, 0, 1, 0x2e, -1, 0, 0, RowFlag.Vec);
row(X64.Ucomisd, "ucomisd", Form.RegRmFlags, 0x66, 1, 0x2e, -1, 0, 0, RowFlag.Vec);
row(X64.Entry, "entry", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Ret, "ret", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Jmp, "jmp", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Jcc, "jcc", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Switch, "switch", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Trap, "trap", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TrapIf, "trap_if", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.CheckSignature, "check_signature", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.MovImm, "mov_imm", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Zero, "zero", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.ZeroVec, "zero_vec", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.MovFunc, "mov_func", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.MovCodeBound, "mov_code_bound", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Call, "call", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.CallReg, "call_reg", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TailCall, "tail_call", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TailCallReg, "tail_call_reg", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Unwind, "unwind", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Div32, "div32", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Idiv32, "idiv32", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Irem32, "irem32", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Div64, "div64", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Idiv64, "idiv64", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Irem64, "irem64", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Syscall, "syscall", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.RepMovsb, "rep_movsb", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.RepStosb, "rep_stosb", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.FMinss, "f_minss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.FMaxss, "f_maxss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.FSetEqss, "f_set_eqss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.FSetNess, "f_set_ness", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Copysignss, "copysignss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncS32ss, "trunc_s32ss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncU32ss, "trunc_u32ss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncSatS32ss, "trunc_sat_s32ss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncSatU32ss, "trunc_sat_u32ss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncS64ss, "trunc_s64ss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncU64ss, "trunc_u64ss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncSatS64ss, "trunc_sat_s64ss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncSatU64ss, "trunc_sat_u64ss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.ConvertU64ss, "convert_u64ss", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.FMinsd, "f_minsd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.FMaxsd, "f_maxsd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.FSetEqsd, "f_set_eqsd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.FSetNesd, "f_set_nesd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.Copysignsd, "copysignsd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncS32sd, "trunc_s32sd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncU32sd, "trunc_u32sd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncSatS32sd, "trunc_sat_s32sd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncSatU32sd, "trunc_sat_u32sd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncS64sd, "trunc_s64sd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncU64sd, "trunc_u64sd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncSatS64sd, "trunc_sat_s64sd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.TruncSatU64sd, "trunc_sat_u64sd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.ConvertU64sd, "convert_u64sd", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.SelectVec, "select_vec", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.MulHigh64, "mul_high", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);
row(X64.ImulHigh64, "imul_high", Form.Pseudo, 0, 0, 0, -1, 0, 0, 0);

export function mnemonic(op: i32): string {
  return mnemonics[op];
}

/** All of a row in one word, for the functions below. */
export function encodingRow(op: i32): i32 {
  return rows.get(op);
}

export function rowOpcode(row: i32): i32 {
  return row & 0xff;
}

export function rowMap(row: i32): i32 {
  return (row >> 8) & 3;
}

/** 0: none, 1: 66, 2: F3, 3: F2 */
export function rowPrefix(row: i32): i32 {
  return (row >> 10) & 3;
}

/** 1 if REX.W is set, otherwise 0. */
export function rowWide(row: i32): i32 {
  return (row >> 12) & 1;
}

/** The opcode extension in the reg field, or a negative number. */
export function rowDigit(row: i32): i32 {
  return (row << 15) >> 28;
}

/** Bytes of the immediate in its long form. */
export function rowImmBytes(row: i32): i32 {
  const n = (row >> 17) & 3;
  return n == 3 ? 4 : n;
}

export function rowHasFlag(row: i32, flag: i32): boolean {
  return (row & (flag << 19)) != 0;
}

export function formOf(op: i32): i32 {
  return (rows.get(op) >> 27) & 15;
}

export function rowFlags(op: i32): i32 {
  return (rows.get(op) >> 19) & 0xff;
}

/** Reads the flags that an instruction before it has left. */
export function readsFlags(op: i32): boolean {
  switch (op) {
    case X64.Adc32:
    case X64.Adc64:
    case X64.Sbb32:
    case X64.Sbb64:
    case X64.AdcI32:
    case X64.AdcI64:
    case X64.SbbI32:
    case X64.SbbI64:
    case X64.Cmov32:
    case X64.Cmov64:
    case X64.Setcc:
    case X64.Jcc:
    case X64.TrapIf:
    case X64.SelectVec:
      return true;
  }
  return false;
}

/** Leaves flags of its own (or ends the block without a condition), so that those from before are dead. */
export function replacesFlags(op: i32): boolean {
  if (op >= X64.Add32 && op <= X64.SbbI64) return !readsFlags(op);
  if (op >= X64.Neg32 && op <= X64.TestI64) return true;
  if (op < X64.Entry) return op == X64.Ucomiss || op == X64.Ucomisd;
  switch (op) {
    case X64.Jcc:
    case X64.TrapIf:
    case X64.MovImm:
    case X64.ZeroVec:
    case X64.MovFunc:
    case X64.MovCodeBound:
    case X64.SelectVec:
      return false;
  }
  return true;
}
