// The runtime's only way out of WebAssembly: the intrinsics of module "wx" (src/link/intrinsics.ts), each of which
// becomes an instruction or two. Addresses are those of the process, 64 bits wide and unsigned; a pointer into the
// runtime's own memory becomes an address by own().
//
// Nothing in runtime/ allocates, and no module-level variable needs a start function: static storage comes from
// memory.data, and text from text("…"), which tools/build-runtime.mjs replaces by memory.data of its bytes.

import { memory_base, syscall } from "host/intrinsics";

export { copy, fill, load16, load32, load64, load8, store16, store32, store64, store8 } from "host/intrinsics";

@external("wx", "guest_base")
export declare function guestBase(): u64;
@external("wx", "guest_size")
export declare function guestSize(): u64;
@external("wx", "info")
export declare function info(): u64;
/** Never returns; `kind` must be a constant TrapKind. */
@external("wx", "trap")
export declare function trap(kind: i32): void;

/** Address of a pointer into the runtime's own memory. */
@inline
export function own(pointer: usize): u64 {
  return memory_base() + <u64>pointer;
}

@inline
export function sys0(n: i64): i64 {
  return syscall(n, 0, 0, 0, 0, 0, 0);
}

@inline
export function sys1(n: i64, a: u64): i64 {
  return syscall(n, a, 0, 0, 0, 0, 0);
}

@inline
export function sys2(n: i64, a: u64, b: u64): i64 {
  return syscall(n, a, b, 0, 0, 0, 0);
}

@inline
export function sys3(n: i64, a: u64, b: u64, c: u64): i64 {
  return syscall(n, a, b, c, 0, 0, 0);
}

@inline
export function sys4(n: i64, a: u64, b: u64, c: u64, d: u64): i64 {
  return syscall(n, a, b, c, d, 0, 0);
}

@inline
export function sys5(n: i64, a: u64, b: u64, c: u64, d: u64, e: u64): i64 {
  return syscall(n, a, b, c, d, e, 0);
}

@inline
export function sys6(n: i64, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64): i64 {
  return syscall(n, a, b, c, d, e, f);
}

/** Ends the process. */
export function exit(status: u32): void {
  sys1(Sys.ExitGroup, <u64>status);
}

/** Kernel calls by number (x86-64). */
export const enum Sys {
  Close = 3,
  Fstat = 5,
  Lseek = 8,
  Mmap = 9,
  Mprotect = 10,
  Munmap = 11,
  RtSigaction = 13,
  RtSigprocmask = 14,
  Ioctl = 16,
  Readv = 19,
  Writev = 20,
  Write = 1,
  SchedYield = 24,
  Setitimer = 38,
  Getpid = 39,
  Socket = 41,
  Sendmsg = 46,
  Recvmsg = 47,
  Shutdown = 48,
  Bind = 49,
  Listen = 50,
  Setsockopt = 54,
  Kill = 62,
  Fcntl = 72,
  Fsync = 74,
  Fdatasync = 75,
  Ftruncate = 77,
  Sigaltstack = 131,
  Fstatfs = 138,
  Prctl = 157,
  ArchPrctl = 158,
  Getdents64 = 217,
  Fadvise64 = 221,
  ClockGettime = 228,
  ClockGetres = 229,
  ClockNanosleep = 230,
  ExitGroup = 231,
  Openat = 257,
  Mkdirat = 258,
  Unlinkat = 263,
  Renameat = 264,
  Linkat = 265,
  Symlinkat = 266,
  Readlinkat = 267,
  Ppoll = 271,
  Utimensat = 280,
  Fallocate = 285,
  Accept4 = 288,
  Preadv = 295,
  Pwritev = 296,
  Seccomp = 317,
  Getrandom = 318,
  Preadv2 = 327,
  Pwritev2 = 328,
  Openat2 = 437,
  LandlockCreateRuleset = 444,
  LandlockAddRule = 445,
  LandlockRestrictSelf = 446,
}

/** Kernel error numbers that the runtime itself looks at; a call returns them negated. */
export const enum Errno {
  Perm = 1,
  NoEnt = 2,
  Intr = 4,
  BadF = 9,
  Again = 11,
  NoMem = 12,
  Acces = 13,
  Exist = 17,
  XDev = 18,
  NotDir = 20,
  IsDir = 21,
  Inval = 22,
  MFile = 24,
  SPipe = 29,
  NameTooLong = 36,
  NoSys = 38,
  Loop = 40,
  OpNotSupp = 95,
  AddrInUse = 98,
  AddrNotAvail = 99,
}
