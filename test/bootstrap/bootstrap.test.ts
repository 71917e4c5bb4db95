// wx compiles itself: build/wx is a fixed point, reached from the JavaScript form and by itself, and it is so only
// with --trusted, since it reaches the kernel through intrinsics.

import { afterAll, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { compileInProcess } from "../programs/in-process";
import { makeFolder, native, removeFolder, repository, run } from "../programs/wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const module = join(repository, "build/wx.wasm");
const again = join(folder, "wx");

test("build/wx compiled by itself is build/wx", () => {
  const done = run([native, "--aot", "--trusted", module, "-o", again]);
  expect([done.status, done.stderr]).toEqual([0, ""]);
  expect(readFileSync(again).equals(readFileSync(native))).toBe(true);
  expect(statSync(again).mode & 0o777).toBe(0o755);
});

test("build/wx compiled by the JavaScript form is build/wx", () => {
  const { image } = compileInProcess(readFileSync(module), ["--trusted"], module);
  expect(image).not.toBeNull();
  expect(readFileSync(native).equals(image as Uint8Array)).toBe(true);
});

test("without optimization it still compiles itself to the same bytes", () => {
  const slow = join(folder, "wx-O0");
  expect(run([native, "--aot", "-O0", "--trusted", module, "-o", slow]).status).toBe(0);
  expect(readFileSync(slow).equals(readFileSync(native))).toBe(false);
  const done = run([slow, "--aot", "--trusted", module, "-o", again]);
  expect([done.status, done.stderr]).toEqual([0, ""]);
  expect(readFileSync(again).equals(readFileSync(native))).toBe(true);
});

test("its own verification finds nothing in it", () => {
  for (const level of ["-O0", "-O2"]) {
    const done = run([native, "--aot", "--check", level, "--trusted", module, "-o", again]);
    expect([done.status, done.stderr]).toEqual([0, ""]);
  }
});

test("intrinsics are unknown imports to a program that is not trusted", () => {
  const refused = join(folder, "refused");
  const done = run([native, "--aot", module, "-o", refused]);
  expect(done.status).toBe(1);
  expect(done.stderr).toContain("unknown import");
  for (const name of ["syscall", "memory_base"]) expect(done.stderr).toContain(name);
  expect(existsSync(refused)).toBe(false);
});
