// Registers by number: 0..15 the general registers in encoding order, 16..31 xmm0..xmm15. A location after
// allocation is a register number, or SLOT0 + n for 8-byte spill slot n of the frame (vectors take two slots,
// n even). Our calling convention is stated here: arguments and results, in order, in the registers of their
// class from these lists, the rest on the stack (docs/architecture.md, "Calls"); no register survives a call.

export const enum Reg {
  Rax = 0,
  Rcx = 1,
  Rdx = 2,
  Rbx = 3,
  Rsp = 4,
  Rbp = 5,
  Rsi = 6,
  Rdi = 7,
  R8 = 8,
  R9 = 9,
  R10 = 10,
  R11 = 11,
  R12 = 12,
  R13 = 13,
  R14 = 14,
  R15 = 15,
  Xmm0 = 16,
  Xmm15 = 31,
}

/** First spill slot; below are registers. */
export const SLOT0: i32 = 64;

export const NO_LOC: i32 = -1;

/** Register classes. */
export const enum RegClass {
  General = 0,
  Vector = 1,
}

/** Registers that the allocator may use, as a bit set: all but rsp; xmm15 is kept for parallel moves of
 *  vectors between slots and cycles, r15 likewise for general registers. */
export const ALLOCATABLE: i32 = 0x7fff_7fef;
export const SCRATCH_GENERAL: i32 = 15;
export const SCRATCH_VECTOR: i32 = 31;

/** What a tail call uses besides the arguments: the address of the code, and the return address on its way. */
export const TAIL_TARGET: i32 = 11;
export const TAIL_RETURN: i32 = 10;

/** How many arguments, and how many results, of a class travel in registers. */
export const GENERAL_ARGS: i32 = 8;
export const VECTOR_ARGS: i32 = 8;

/** Register of the `i`-th general argument or result. */
export function generalArg(i: i32): i32 {
  // rax rcx rdx rbx rsi rdi r8 r9: low registers have the shortest encodings.
  if (i < 4) return i;
  return i < 8 ? i + 2 : -1;
}

/** Register of the `i`-th float or vector argument or result. */
export function vectorArg(i: i32): i32 {
  return i < 8 ? Reg.Xmm0 + i : -1;
}

export function isVectorReg(location: i32): boolean {
  return location >= 16 && location < 32;
}

export function registerName(location: i32, wide: boolean): string {
  if (location >= SLOT0) return `[slot ${location - SLOT0}]`;
  if (location >= 16) return `xmm${location - 16}`;
  if (location >= 8) return wide ? `r${location}` : `r${location}d`;
  const low = "axcxdxbxspbpsidi";
  return (wide ? "r" : "e") + low.substring(location * 2, location * 2 + 2);
}
