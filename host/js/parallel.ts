// Workers (twin: host/native/host/parallel.ts). JavaScript has no fork: here everything runs in one process, and the
// callers do all the work themselves.

import { U8Column } from "./columns";

/** What startWorker returns in the worker itself. */
export const IN_WORKER: i32 = 0;

/** Number of processors that this process may use. */
export function processorCount(): i32 {
  return 1;
}

/** Starts a copy of this process that can send back at most `bytes` bytes; its number, IN_WORKER in the copy, or -1. */
export function startWorker(_bytes: i32): i32 {
  return -1;
}

/** In a worker: notes what it works on, for the message if it dies. */
export function noteProgress(_item: i32): void {}

/** Ends a worker, handing over `result`. */
export function finishWorker(_result: U8Column): void {}

/** Ends a worker without a result. */
export function abandonWorker(): void {}

/** Waits for a worker and appends its result to `out`; false if it died. */
export function collectWorker(_worker: i32, _out: U8Column): boolean {
  return false;
}

/** What the worker collected last had noted. */
export function workerProgress(): i32 {
  return -1;
}
