// Addresses of columns for programs with intrinsics (twin: host/js/addresses.ts).

import { U8Column } from "./columns";
import { memory_base } from "./intrinsics";

export function putAddress(column: U8Column, place: i32, target: U8Column, at: i32): void {
  store<u64>(column.at + <usize>place, memory_base() + <u64>(target.at + <usize>at));
}

export function addressLo(column: U8Column): i32 {
  return <i32>(memory_base() + <u64>column.at);
}

export function addressHi(column: U8Column): i32 {
  return <i32>((memory_base() + <u64>column.at) >> 32);
}
