// Workers (twin: host/js/parallel.ts): copies of this process by fork. A worker hands its result back in memory that
// both share: {u32 item worked on, u32 length of the result + 1 once it is complete, result}.

import { U8Column } from "host/columns";
import { copy, load32, memory_base, store32, syscall } from "./intrinsics";

const enum Sys {
  Mmap = 9,
  Munmap = 11,
  Fork = 57,
  Wait4 = 61,
  Prctl = 157,
  SchedGetaffinity = 204,
  ExitGroup = 231,
}

const EINTR: i32 = 4;
const PROT_READ_WRITE: i64 = 3;
/** MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE */
const MAP_FLAGS: i64 = 0x1 | 0x20 | 0x4000;
const HEADER: i64 = 8;
const PR_SET_PDEATHSIG: i64 = 1;
const SIGKILL: i64 = 9;
const MOST_WORKERS: i32 = 64;

/** What startWorker returns in the worker itself. */
export const IN_WORKER: i32 = 0;

const areas: StaticArray<i64> = new StaticArray<i64>(MOST_WORKERS);
const areaBytes: StaticArray<i64> = new StaticArray<i64>(MOST_WORKERS);
const pids: StaticArray<i32> = new StaticArray<i32>(MOST_WORKERS);
let started: i32 = 0;
let collected: i32 = 0;
let progress: i32 = -1;
const scratch: usize = memory.data(128, 8);

/** Number of processors that this process may use. */
export function processorCount(): i32 {
  const bytes = <i32>syscall(Sys.SchedGetaffinity, 0, 128, memory_base() + <i64>scratch, 0, 0, 0);
  let count = 0;
  for (let i = 0; i + 8 <= bytes; i += 8) count += <i32>popcnt<u64>(load<u64>(scratch + <usize>i));
  return count > 0 ? count : 1;
}

/** Starts a copy of this process that can send back at most `bytes` bytes; its number, IN_WORKER in the copy, or -1. */
export function startWorker(bytes: i32): i32 {
  if (started + 1 >= MOST_WORKERS) return -1;
  const size = <i64>bytes + HEADER;
  const area = syscall(Sys.Mmap, 0, size, PROT_READ_WRITE, MAP_FLAGS, -1, 0);
  if (area < 0 && area > -4096) return -1;
  const pid = syscall(Sys.Fork, 0, 0, 0, 0, 0, 0);
  if (pid < 0) {
    syscall(Sys.Munmap, area, size, 0, 0, 0, 0);
    return -1;
  }
  if (pid == 0) {
    // Whoever ends the parent, by an interruption say, means all of it.
    syscall(Sys.Prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0, 0);
    unchecked((areas[0] = area));
    unchecked((areaBytes[0] = size));
    return IN_WORKER;
  }
  started++;
  unchecked((areas[started] = area));
  unchecked((areaBytes[started] = size));
  unchecked((pids[started] = <i32>pid));
  return started;
}

/** In a worker: notes what it works on, for the message if it dies. */
export function noteProgress(item: i32): void {
  store32(unchecked(areas[0]), item);
}

/** Ends a worker, handing over `result`. */
export function finishWorker(result: U8Column): void {
  const area = unchecked(areas[0]);
  if (<i64>result.length + HEADER <= unchecked(areaBytes[0])) {
    copy(area + HEADER, memory_base() + <i64>result.at, result.length);
    store32(area + 4, result.length + 1);
  }
  syscall(Sys.ExitGroup, 0, 0, 0, 0, 0, 0);
}

/** Ends a worker without a result. */
export function abandonWorker(): void {
  syscall(Sys.ExitGroup, 1, 0, 0, 0, 0, 0);
}

/** Waits for a worker and appends its result to `out`; false if it died. Once all that were started are collected,
 *  their numbers are given out again. */
export function collectWorker(worker: i32, out: U8Column): boolean {
  const area = unchecked(areas[worker]);
  // To the end of the process, not of its work: it must not outlive this one, and its time counts as ours.
  while (syscall(Sys.Wait4, unchecked(pids[worker]), 0, 0, 0, 0, 0) == -EINTR) {}
  collected++;
  if (collected == started) {
    started = 0;
    collected = 0;
  }
  progress = load32(area);
  const length = <i32>load32(area + 4) - 1;
  if (length < 0) return false;
  const at = out.length;
  out.reserve(at + length);
  copy(memory_base() + <i64>(out.at + <usize>at), area + HEADER, length);
  out.length = at + length;
  syscall(Sys.Munmap, area, unchecked(areaBytes[worker]), 0, 0, 0, 0);
  return true;
}

/** What the worker collected last had noted. */
export function workerProgress(): i32 {
  return progress;
}
