// What wx asks of the kernel for its own memory (runtime/calls/host/pages.ts stands for it in programs, which may not).

import { memory_base, syscall } from "./intrinsics";

const MADVISE: i64 = 28;
const MADV_DONTNEED: i64 = 4;
const MADV_HUGEPAGE: i64 = 14;

/** Gives the whole pages from `start` to `end` back to the kernel: they read as zeros from then on. */
export function forget(start: usize, end: usize): void {
  const from = (start + 4095) & ~4095;
  const to = end & ~4095;
  if (from < to) syscall(MADVISE, memory_base() + <i64>from, <i64>(to - from), MADV_DONTNEED, 0, 0, 0);
}

/** What lies from `start` to `end`, both multiples of the size of large pages, is in these where the kernel has them: a fault
 *  then costs as much for 2 MiB as for some hundred times 4 KiB. */
export function enlarge(start: usize, end: usize): void {
  syscall(MADVISE, memory_base() + <i64>start, <i64>(end - start), MADV_HUGEPAGE, 0, 0, 0);
}
