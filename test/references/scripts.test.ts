// The scripts of this folder pass at both levels, each allocation checked; and they are right: wasmtime passes them too.

import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { run, shared, wx } from "../programs/wx";

const scripts = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".wast"));

for (const name of scripts) {
  const path = join(import.meta.dirname, name);
  test.each(["-O2", "-O0"])(`${name}, %s`, (level) => {
    const done = wx(["wast", level, "--check", path]);
    const last = done.stdout.trimEnd().split("\n");
    expect([last.slice(0, -2), done.stderr, done.status]).toEqual([[], "", 0]);
    expect(last.at(-1)).toMatch(/^[1-9][0-9]* passed, 0 failed, 0 skipped$/);
  });

  const wasmtime = shared("peers/wasmtime");
  test.skipIf(wasmtime == null)(`${name}, as wasmtime sees it`, () => {
    const features = ["function-references", "gc", "tail-call", "exceptions"].flatMap((f) => ["-W", `${f}=y`]);
    const done = run([wasmtime as string, "wast", ...features, path]);
    expect([done.stderr, done.status]).toEqual(["", 0]);
  });
}
