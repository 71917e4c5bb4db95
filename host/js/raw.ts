// What programs with intrinsics do beyond WebAssembly (twin: host/native/host/raw.ts): system calls and accesses by the
// addresses of the process. There is none of that in JavaScript, and no program that needs it: the WASI functions are
// the host's own here.
//
// Operands are in cells from `at` on, a result goes to the first of them.

import { Cells } from "./slots";
import { Memory } from "./memory";

/** Whether programs can have intrinsics. */
export const HAS_INTRINSICS: boolean = false;

function refuse(): void {
  throw new Error("internal error: an intrinsic in JavaScript");
}

/** Calls the system; false if that would be the end of the process, whose status is then the result. */
export function callSystem(_c: Cells, _at: i32): boolean {
  refuse();
  return false;
}

/** A number of `width` bytes, without sign. */
export function rawLoad(_c: Cells, _at: i32, _width: i32): void {
  refuse();
}

export function rawStore(_c: Cells, _at: i32, _width: i32): void {
  refuse();
}

/** Copies in ascending order. */
export function rawCopy(_c: Cells, _at: i32): void {
  refuse();
}

/** Copies at most 128 bytes, which are all read before one is written. */
export function rawCopyFew(_c: Cells, _at: i32): void {
  refuse();
}

export function rawFill(_c: Cells, _at: i32): void {
  refuse();
}

/** Address and size of a memory. */
export function memoryBase(_c: Cells, _at: i32, _memory: Memory): void {
  refuse();
}

export function memorySize(_c: Cells, _at: i32, _memory: Memory): void {
  refuse();
}
