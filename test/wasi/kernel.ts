// What the system under the tests has.

import { dlopen, ptr } from "bun:ffi";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const libc = dlopen("libc.so.6", { syscall: { args: ["i64", "i64", "i64", "i64", "i64", "i64"], returns: "i64" } });

function syscall(number: number, ...args: (number | bigint)[]): number {
  const [a, b, c, d, e] = [...args, 0, 0, 0, 0, 0].map(BigInt);
  return Number(libc.symbols.syscall(BigInt(number), a, b, c, d, e));
}

/** The version of Landlock, 0 where there is none. */
export function landlockVersion(): number {
  return Math.max(0, syscall(444, 0, 0, 1));
}

/** Whether there are filters for system calls. */
export function hasSeccomp(): boolean {
  return existsSync("/proc/sys/kernel/seccomp/actions_avail");
}

/** strace, where it is and may trace; otherwise null. */
export function findStrace(): string | null {
  const path = Bun.which("strace");
  return path != null && Bun.spawnSync([path, "-o", "/dev/null", "true"]).exitCode == 0 ? path : null;
}

/** Whether two names in the folder for temporary files can be swapped (renameat2, RENAME_EXCHANGE). */
export function canSwap(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "wx-swap-"));
  const [a, b] = [join(folder, "a"), join(folder, "b")].map((path) => {
    writeFileSync(path, "");
    return Buffer.from(`${path}\0`);
  });
  const swapped = syscall(316, -100, ptr(a), -100, ptr(b), 2) == 0;
  rmSync(folder, { recursive: true });
  return swapped;
}
