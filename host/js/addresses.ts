// Addresses of columns for programs with intrinsics (twin: host/native/host/addresses.ts). Here nothing has one.

import { U8Column } from "./columns";

/** Puts the 64-bit address of byte `at` of `target` into `column` at `place`. Both must have stopped growing. */
export function putAddress(_column: U8Column, _place: i32, _target: U8Column, _at: i32): void {}

/** The address of the column's first byte, low and high word. */
export function addressLo(_column: U8Column): i32 {
  return 0;
}

export function addressHi(_column: U8Column): i32 {
  return 0;
}
