// What the drivers that wx writes call (src/cli/script.ts, src/cli/invoke.ts): reports of scripts and results of
// exports, on standard output.

import { flushTo, putByte, putNumber } from "./output";

/** Reports an assertion whose outcome is not the expected one: line, expected outcome, actual outcome. */
export function script_check(line: u32, expected: u32, actual: u32): void {
  if (expected == actual) return;
  putNumber(<u64>line, 10, 0);
  putByte(32);
  putNumber(<u64>expected, 10, 0);
  putByte(32);
  putNumber(<u64>actual, 10, 0);
  putByte(10);
  flushTo(1);
}

export function print_i64(value: i64): void {
  if (value < 0) putByte(45);
  putNumber(value < 0 ? <u64>-value : <u64>value, 10, 0);
  putByte(10);
  flushTo(1);
}

export function print_i32(value: i32): void {
  print_i64(<i64>value);
}
