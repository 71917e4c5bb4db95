// Start and end of an executable. The entry stub calls wx_init on the kernel's stack before anything else, then
// moves to the guest's stack. Everything is mapped here and not by the file's headers, because a failure in exec
// kills the process without a word, while one here can be reported.

import { CopyRow, Info, MapRow, MemoryRow } from "../src/link/info";
import { GUEST_BASE, SIGNAL_STACK_SIZE, STACK_TOP_HI } from "../src/link/layout";
import { flush, put, putNumber } from "./output";
import { putTrap } from "./report";
import { Sys, copy, exit, info, load32, load64, own, sys2, sys4, sys6 } from "./wx";

/** The kernel's initial stack pointer: argument count, arguments, 0, environment, 0. */
let processStack: u64 = 0;

const PROT_NONE: u64 = 0;
const PROT_RW: u64 = 3;
/** MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE */
const MAP_FLAGS: u64 = 0x02 | 0x20 | 0x4000 | 0x10_0000;

/** The process's argument count. */
@inline
export function argumentCount(): u32 {
  return load32(processStack);
}

/** Argument `i`, NUL-ended; the program's own name may be given by whoever made the executable. */
export function argumentAt(i: u32): u64 {
  const name = i == 0 ? load64(info() + Info.Argv0) : 0;
  return name != 0 ? name : load64(processStack + 8 + (<u64>i << 3));
}

/** What the module "calls" (runtime/calls) takes its arguments from. */
export function wx_argument_count(): u32 {
  return argumentCount();
}

export function wx_argument(i: u32): u64 {
  return argumentAt(i);
}

@inline
export function processEnvironment(): u64 {
  return processStack + 16 + (<u64>argumentCount() << 3);
}

/** Maps `start` to `end` with `protection`; nothing may be there yet. Kernels before 4.17 take the address as a
 *  hint, hence the comparison. */
export function mapRange(start: u64, end: u64, protection: u64): bool {
  if (start >= end) return true;
  const at = <u64>sys6(Sys.Mmap, start, end - start, protection, MAP_FLAGS, <u64>-1, 0);
  if (at == start) return true;
  if (<i64>at > 0) sys2(Sys.Munmap, at, end - start);
  return false;
}

function failMapping(bytes: u64): void {
  put(text("wx: cannot map "));
  putNumber(bytes, 10, 0);
  put(text(" bytes of memory\n"));
  flush();
  exit(1);
}

/** Maps `start` to `end` of a region whose first bytes, up to `limit`, are accessible. The reservation of the rest
 *  may be refused (ulimit -v): nothing else lives there, so a wild access faults all the same. */
function mapPart(start: u64, end: u64, limit: u64): void {
  const middle = limit < start ? start : limit > end ? end : limit;
  if (!mapRange(start, middle, PROT_RW)) failMapping(middle - start);
  mapRange(middle, end, PROT_NONE);
}

/** Maps a region around the ranges that the kernel mapped from the file. */
function mapRegion(base: u64, size: u64, reserve: u64): void {
  const limit = (base + size + 4095) & ~4095;
  const end = base + reserve;
  let from = base;
  let row = load64(info() + Info.MapTable);
  for (let n = load32(info() + Info.MapCount); n != 0; n--, row += MapRow.Bytes) {
    const start = load64(row + MapRow.Start);
    if (start < from || start >= end) continue;
    mapPart(from, start, limit);
    from = load64(row + MapRow.End);
  }
  mapPart(from, end, limit);
}

/** Maps the guest's stack. Nothing is mapped below it, nor does the kernel put anything there by itself: an access
 *  faults. */
function mapStack(): void {
  const top = <u64>STACK_TOP_HI << 32;
  const bottom = top - load64(info() + Info.StackSize);
  if (!mapRange(bottom, top, PROT_RW)) failMapping(top - bottom);
}

const STACK_T: usize = memory.data(24, 8);
const SIGACTION: usize = memory.data(32, 8);

/** SA_SIGINFO | SA_ONSTACK | SA_RESTORER. Not SA_NODEFER: a fault inside the handler is then final. */
const SIGNAL_FLAGS: u64 = 0x4 | 0x0800_0000 | 0x0400_0000;

/** Has `signal` handled by wx_signal. */
export function installHandler(signal: u32): void {
  store<u64>(SIGACTION, load64(info() + Info.SignalEntry));
  store<u64>(SIGACTION, SIGNAL_FLAGS, 8);
  store<u64>(SIGACTION, load64(info() + Info.SignalRestorer), 16);
  sys4(Sys.RtSigaction, <u64>signal, own(SIGACTION), 0, 8);
}

/** Handlers run on the process's first stack, which nothing else uses from now on. */
function installHandlers(): void {
  store<u64>(STACK_T, (processStack & ~15) - SIGNAL_STACK_SIZE);
  store<u64>(STACK_T, SIGNAL_STACK_SIZE, 16);
  sys2(Sys.Sigaltstack, own(STACK_T), 0);
  for (let set = load32(info() + Info.Signals); set != 0; set >>= 8) installHandler(set & 255);
}

const ARCH_SET_GS: u64 = 0x1001;

/** All that starts a program which is interpreted: its memory is mapped, and the process is not its own. */
export function wx_attach(stack: u64): void {
  processStack = stack;
}

export function wx_init(stack: u64): void {
  processStack = stack;
  let row = load64(info() + Info.MemoryTable);
  for (let n = load32(info() + Info.MemoryCount); n != 0; n--, row += MemoryRow.Bytes) {
    const base = load64(row + MemoryRow.Base);
    const reserve = load64(row + MemoryRow.Reserve);
    mapRegion(base, load64(row + MemoryRow.Size), reserve);
    // Code addresses this memory through segment gs as well, if it is guarded (x64/lower-address.ts).
    if (base == GUEST_BASE && reserve > 0x1_0000_0000) sys2(Sys.ArchPrctl, ARCH_SET_GS, base);
  }
  row = load64(info() + Info.TableTable);
  for (let n = load32(info() + Info.TableCount); n != 0; n--, row += 24) {
    mapRegion(load64(row), load64(row + 8), load64(row + 16));
  }
  mapStack();
  installHandlers();
  row = load64(info() + Info.CopyTable);
  for (let n = load32(info() + Info.CopyCount); n != 0; n--, row += CopyRow.Bytes) {
    copy(load64(row + CopyRow.Target), load64(row + CopyRow.Source), load64(row + CopyRow.Length));
  }
  const initTrap = load32(info() + Info.InitTrap);
  if (initTrap != 0xffff_ffff) {
    put(text("wx: failed to instantiate the module\n"));
    putTrap(initTrap);
    flush();
    exit(134);
  }
}

/** Called in place of everything else when the processor lacks an instruction that the code has. */
export function wx_cpu(): void {
  put(text("wx: this program was compiled for processors with x86-64-v3 (lzcnt, BMI1, BMI2); this one lacks some of that\n"));
  flush();
  exit(1);
}

export function wx_exit(): void {
  exit(0);
}
