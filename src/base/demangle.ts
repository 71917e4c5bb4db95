// Makes symbol names readable for backtraces.

import { U8Column } from "./columns";

/** Appends the readable form of the symbol in `bytes` from `start` to `end`: the symbol itself if it has none. */
export function demangle(bytes: U8Column, start: i32, end: i32, out: U8Column): void {
  for (let i = start; i < end; i++) {
    const c = bytes.get(i);
    out.push(c < 0x20 || c == 0x7f ? 0x3f : c);
  }
}
