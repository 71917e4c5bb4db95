// WASI as functions of the host (twin: host/native/host/wasi.ts), for the command line in JavaScript: preview 1 over the
// files and streams of Node (wasi/preview1.ts).

import type { I32Column, U8Column } from "./columns";
import type { Memory } from "./memory";
import type { Cells } from "./slots";

export function wasiCount(): i32 {
  return 0;
}

export function wasiModule(_i: i32): string {
  return "wasi_snapshot_preview1";
}

/** The function's name, and its type as link/intrinsics.ts writes it. */
export function wasiName(_i: i32): string {
  return "";
}

export function wasiSignature(_i: i32): string {
  return "";
}

/** Begins anew with these arguments, variables (NUL-ended: K=V, or K alone for that of the process), all variables of the
 *  process if `inherits`, and granted directories (host path and guest path each). */
export function startWasi(
  _args: Array<string>,
  _environment: U8Column,
  _inherits: boolean,
  _grants: U8Column,
  _readOnly: I32Column,
): void {}

/** Calls function `i` with operands in cells from `at` on, where its result goes; false if the program ends by that. */
export function callWasi(_i: i32, _c: Cells, _at: i32, _memory: Memory): boolean {
  return false;
}

/** The exit status of a program that has ended. */
export function wasiStatus(): i32 {
  return 0;
}
