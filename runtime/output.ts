// What the runtime itself says, on standard error: collected in a small buffer and written in large pieces, so
// that a report stays in one piece when several processes share the terminal.

import { OUTPUT_BUFFER, OUTPUT_BYTES } from "./buffers";
import { Sys, load8, own, sys3 } from "./wx";

let used: u32 = 0;

/** Writes out what was collected, on standard error. */
export function flush(): void {
  flushTo(2);
}

/** The same on descriptor `fd`. */
export function flushTo(fd: u64): void {
  let from: u32 = 0;
  while (from < used) {
    const n = sys3(Sys.Write, fd, own(OUTPUT_BUFFER + from), <u64>(used - from));
    if (n <= 0) break;
    from += <u32>n;
  }
  used = 0;
}

export function putByte(byte: u32): void {
  if (used == OUTPUT_BYTES) flush();
  store<u8>(OUTPUT_BUFFER + used, <u8>byte);
  used++;
}

/** Writes a NUL-ended text of the runtime's own memory. */
export function put(text: usize): void {
  let at = text;
  let byte: u32 = load<u8>(at);
  while (byte != 0) {
    putByte(byte);
    at++;
    byte = load<u8>(at);
  }
}

/** Writes a NUL-ended name that the compiler stored; control characters must not reach the terminal. */
export function putName(address: u64): void {
  let at = address;
  let byte = load8(at);
  while (byte != 0) {
    putByte(byte < 32 || byte == 127 ? 63 : byte);
    at++;
    byte = load8(at);
  }
}

/** Writes a number in base 10, or with 0x in base 16, right-aligned in `width` characters. */
export function putNumber(value: u64, base: u32, width: i32): void {
  let divisor: u64 = 1;
  let digits: i32 = 1;
  while (value / divisor >= <u64>base) {
    divisor *= <u64>base;
    digits++;
  }
  if (base == 16) digits += 2;
  for (let i = digits; i < width; i++) putByte(32);
  if (base == 16) {
    putByte(48);
    putByte(120);
  }
  while (divisor != 0) {
    const digit = <u32>((value / divisor) % <u64>base);
    putByte(digit < 10 ? 48 + digit : 87 + digit);
    divisor /= <u64>base;
  }
}
