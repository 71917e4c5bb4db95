// Imports of module "wx": what the runtime and trusted programs may do beyond WebAssembly. Addresses are those of
// the process, 64-bit; own memory is reached at memoryBase() + pointer.

export const enum Intrinsic {
  /** syscall(n, a, b, c, d, e, f: i64): i64 — the kernel's result, negative errno on failure */
  Syscall = 0,
  /** load8/16/32(address: i64): i32, zero-extended; load64(address: i64): i64 */
  Load8 = 1,
  Load16 = 2,
  Load32 = 3,
  Load64 = 4,
  /** store8/16/32(address: i64, value: i32); store64(address: i64, value: i64) */
  Store8 = 5,
  Store16 = 6,
  Store32 = 7,
  Store64 = 8,
  /** copy(target, source, bytes: i64): ascending, byte-wise semantics (`rep movsb`); but a constant number of bytes, up to
   *  128, is all read before it is written */
  Copy = 9,
  /** fill(target: i64, value: i32, bytes: i64) (`rep stosb`) */
  Fill = 10,
  /** memory_base(): i64 — address of the calling instance's memory 0 */
  MemoryBase = 11,
  /** guest_base(): i64 — address of the guest's memory 0 (there are no bytes if it has none) */
  GuestBase = 12,
  /** guest_size(): i64 — current size of the guest's memory 0 in bytes */
  GuestSize = 13,
  /** info(): i64 — address of the information block (info.ts) */
  Info = 14,
  /** trap(kind: i32): never returns; kind must be a constant TrapKind */
  Trap = 15,
  /** code_start(), code_end(): i64 — bounds of the compiled code */
  CodeStart = 16,
  CodeEnd = 17,
  /** try_call(f: funcref): i32 — calls f, of type (func (result i32)); 256 + TrapKind if it traps */
  TryCall = 18,
  /** extern_of(word: i64): externref and extern_word(externref): i64 — the bits of a reference */
  ExternOf = 19,
  ExternWord = 20,
  Count = 21,
}

/** The import name of an intrinsic. */
export function intrinsicName(intrinsic: i32): string {
  switch (intrinsic) {
    case Intrinsic.Syscall:
      return "syscall";
    case Intrinsic.Load8:
      return "load8";
    case Intrinsic.Load16:
      return "load16";
    case Intrinsic.Load32:
      return "load32";
    case Intrinsic.Load64:
      return "load64";
    case Intrinsic.Store8:
      return "store8";
    case Intrinsic.Store16:
      return "store16";
    case Intrinsic.Store32:
      return "store32";
    case Intrinsic.Store64:
      return "store64";
    case Intrinsic.Copy:
      return "copy";
    case Intrinsic.Fill:
      return "fill";
    case Intrinsic.MemoryBase:
      return "memory_base";
    case Intrinsic.GuestBase:
      return "guest_base";
    case Intrinsic.GuestSize:
      return "guest_size";
    case Intrinsic.Info:
      return "info";
    case Intrinsic.Trap:
      return "trap";
    case Intrinsic.CodeStart:
      return "code_start";
    case Intrinsic.CodeEnd:
      return "code_end";
    case Intrinsic.TryCall:
      return "try_call";
    case Intrinsic.ExternOf:
      return "extern_of";
  }
  return "extern_word";
}

/** Parameters and results in letters (i: i32, l: i64, s: f32, d: f64, f: funcref, e: externref), as "ll>i"; what an import must match. */
export function intrinsicSignature(intrinsic: i32): string {
  switch (intrinsic) {
    case Intrinsic.Syscall:
      return "lllllll>l";
    case Intrinsic.Load8:
    case Intrinsic.Load16:
    case Intrinsic.Load32:
      return "l>i";
    case Intrinsic.Load64:
      return "l>l";
    case Intrinsic.Store8:
    case Intrinsic.Store16:
    case Intrinsic.Store32:
      return "li>";
    case Intrinsic.Store64:
      return "ll>";
    case Intrinsic.Copy:
      return "lll>";
    case Intrinsic.Fill:
      return "lil>";
    case Intrinsic.Trap:
      return "i>";
    case Intrinsic.TryCall:
      return "f>i";
    case Intrinsic.ExternOf:
      return "l>e";
    case Intrinsic.ExternWord:
      return "e>l";
  }
  return ">l";
}
