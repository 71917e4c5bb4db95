// Our own scripts, those of edges.ts and of scripts/: all assertions hold in wx, at both levels, and in wasmtime where it
// is there. They are what remains of the specification's suite in a clone without it.

import { afterAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder, run, shared, wx } from "../programs/wx";
import { edgeScripts } from "./edges";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const scripts = edgeScripts();
const written = join(import.meta.dirname, "scripts");
for (const file of readdirSync(written).sort()) {
  scripts.push({ name: file.replace(".wast", ""), text: readFileSync(join(written, file), "utf8") });
}
for (const { name, text } of scripts) writeFileSync(join(folder, `${name}.wast`), text);
const files = scripts.map(({ name }) => `${name}.wast`);
const count = scripts.reduce((sum, { text }) => sum + text.split("(assert_").length - 1, 0);

test.each(["-O2", "-O0"])("scripts of our own, %s", (level) => {
  const done = wx(["wast", level, ...files], { cwd: folder });
  const lines = done.stdout.trimEnd().split("\n");
  expect(lines.filter((line) => /wast:\d+: |: cannot|ended/.test(line))).toEqual([]);
  const skipped = lines.filter((line) => /^\d+ skipped: /.test(line));
  // Tail calls are skipped while wx has none.
  const left = skipped.length == 0 ? 0 : 6;
  expect([lines.at(-1), done.status]).toEqual([`${count - left} passed, 0 failed, ${left} skipped`, 0]);
  expect(count).toBeGreaterThan(2500);
});

const wasmtime = shared("peers/wasmtime");
test.skipIf(wasmtime == null)("wasmtime agrees", () => {
  for (const file of files) {
    const done = run([wasmtime as string, "wast", file], { cwd: folder });
    expect([file, done.status, done.stderr]).toEqual([file, 0, ""]);
  }
});
