// WASI as functions of the host (twin: host/js/wasi.ts). Natively there are none: the embedded runtime is interpreted
// instead.

import { I32Column, U8Column } from "./columns";
import { Memory } from "./memory";
import { Cells } from "./slots";

export function wasiCount(): i32 {
  return 0;
}

export function wasiModule(_i: i32): string {
  return "";
}

export function wasiName(_i: i32): string {
  return "";
}

export function wasiSignature(_i: i32): string {
  return "";
}

export function startWasi(
  _args: Array<string>,
  _environment: U8Column,
  _inherits: boolean,
  _grants: U8Column,
  _readOnly: I32Column,
): void {}

export function callWasi(_i: i32, _c: Cells, _at: i32, _memory: Memory): boolean {
  return false;
}

export function wasiStatus(): i32 {
  return 0;
}
