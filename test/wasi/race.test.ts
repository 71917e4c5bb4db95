// Names that change while a program resolves them: another process swaps a directory for a link that leads out, as fast as
// it can, and the program goes through that name all the time. A resolver that looks first and opens then loses this race.

import { afterAll, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileInProcess } from "../programs/in-process";
import { makeFolder, removeFolder } from "../programs/wx";
import { assemble } from "../text/assemble";
import { canSwap } from "./kernel";
import { build, type Compile, execute } from "./run";
import { loadVariant } from "./variants";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

/** Opens d/file until it reads what is outside, or so many times; and makes and removes d/made in between. Writes the
 *  numbers of times it read what is inside, what is outside, nothing. */
const GUEST = `(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_remove_directory" (func $rmdir (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "d/file") (data (i32.const 16) "d/made")
  (data (i32.const 32) "\\80\\00\\00\\00\\01\\00\\00\\00") (data (i32.const 48) "\\40\\00\\00\\00\\0c\\00\\00\\00")
  (func $count (param i32)
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 1))))
  (func (export "_start") (local $left i32)
    (local.set $left (i32.const 20000))
    (loop $again
      (i32.store8 (i32.const 128) (i32.const 0))
      (if (i32.eqz (call $open (i32.const 3) (i32.const 1) (i32.const 0) (i32.const 6) (i32.const 0) (i64.const 2)
            (i64.const 0) (i32.const 0) (i32.const 96)))
        (then
          (drop (call $read (i32.load (i32.const 96)) (i32.const 32) (i32.const 1) (i32.const 100)))
          (drop (call $close (i32.load (i32.const 96))))))
      (call $count (select (i32.const 64)
        (select (i32.const 68) (i32.const 72) (i32.eq (i32.load8_u (i32.const 128)) (i32.const 111)))
        (i32.eq (i32.load8_u (i32.const 128)) (i32.const 105))))
      (drop (call $mkdir (i32.const 3) (i32.const 16) (i32.const 6)))
      (drop (call $rmdir (i32.const 3) (i32.const 16) (i32.const 6)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $again (i32.and (i32.ne (local.get $left) (i32.const 0)) (i32.eqz (i32.load (i32.const 68))))))
    (drop (call $write (i32.const 1) (i32.const 48) (i32.const 1) (i32.const 100)))))`;

/** Swaps two names until it is ended. */
const SWAPPER = `
  const { dlopen } = require("bun:ffi");
  const libc = dlopen("libc.so.6", {
    renameat2: { args: ["i32", "cstring", "i32", "cstring", "u32"], returns: "i32" },
  }).symbols;
  const [a, b] = [Buffer.from("jail/d\\0"), Buffer.from("jail/other\\0")];
  if (libc.renameat2(-100, a, -100, b, 2) != 0) process.exit(3);
  console.log("ready");
  for (;;) libc.renameat2(-100, a, -100, b, 2);`;

async function race(name: string, compile: Compile, options: string[]) {
  const root = join(folder, name);
  mkdirSync(join(root, "jail/d"), { recursive: true });
  mkdirSync(join(root, "outside"));
  writeFileSync(join(root, "jail/d/file"), "inside");
  writeFileSync(join(root, "outside/file"), "outside");
  symlinkSync("../outside", join(root, "jail/other"));
  const program = build(assemble(GUEST), ["--dir", "jail::/", ...options], compile);
  const swapper = Bun.spawn([process.execPath, "-e", SWAPPER], { cwd: root, stdout: "pipe", stderr: "inherit" });
  try {
    await swapper.stdout.getReader().read();
    const done = execute([program], { cwd: root });
    expect([done.status, done.stdout.length]).toEqual([0, 12]);
    const view = new DataView(done.stdout.buffer, done.stdout.byteOffset);
    return { inside: view.getUint32(0, true), outside: view.getUint32(4, true), neither: view.getUint32(8, true) };
  } finally {
    swapper.kill();
    await swapper.exited;
    expect(readFileSync(join(root, "outside/file"), "utf8")).toBe("outside");
  }
}

test.skipIf(!canSwap())("a program that checks nothing is led out", async () => {
  const found = await race("naive", await loadVariant("naive"), ["--sandbox=off"]);
  expect(found.outside).toBe(1);
});

test.skipIf(!canSwap())("openat2 is not, nor is the walk", async () => {
  for (const [name, compile] of [
    ["kernel", compileInProcess],
    ["walk", await loadVariant("walk")],
  ] as const) {
    const found = await race(name, compile, ["--sandbox=off"]);
    // It was a race: the name led inside and out.
    expect([found.outside, found.inside > 0, found.neither > 0]).toEqual([0, true, true]);
  }
});
