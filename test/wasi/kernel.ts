// What the kernel under the tests has.

import { dlopen } from "bun:ffi";

const libc = dlopen("libc.so.6", { syscall: { args: ["i64", "i64", "i64", "i64", "i64"], returns: "i64" } });

/** The version of Landlock, 0 where there is none. */
export function landlockVersion(): number {
  return Math.max(0, Number(libc.symbols.syscall(444n, 0n, 0n, 1n, 0n)));
}
