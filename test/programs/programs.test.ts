// Whole programs: compiled with and without optimization, run in their folder, and compared with what they must print.

import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { compile, makeFolder, ownPrograms, type Program, removeFolder, run, shared, sharedPrograms } from "./wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const executable = join(folder, "program");

/** Status and output of the program compiled at a level. */
function outcome(program: Program, level: string) {
  compile([level, "--unknown-imports=default", "--dir", ".", program.wasm, "-o", executable]);
  return run([executable], { cwd: program.folder });
}

function check(program: Program): void {
  const plain = outcome(program, "-O0");
  const optimized = outcome(program, "-O2");
  expect(plain.status).toBe(0);
  // One program prints how long it took.
  const time = /\d+\.\d+ seconds/;
  expect(optimized.stdout.replace(time, "")).toBe(plain.stdout.replace(time, ""));
  expect([optimized.status, optimized.stderr]).toEqual([plain.status, plain.stderr]);
  if (program.stdout != null) expect(plain.stdout).toBe(program.stdout);
  if (program.stderr != null) expect(plain.stderr).toBe(program.stderr);
}

for (const program of ownPrograms()) test(program.name, () => check(program), 600_000);

test("every program of bench/programs says what it must print", () => {
  expect(ownPrograms().filter((p) => p.stdout == null || p.stdout.length == 0)).toEqual([]);
  expect(ownPrograms().length).toBeGreaterThanOrEqual(11);
});

if (shared("bench") == null) {
  test.skip("programs of ../shared/bench", () => {});
}
for (const program of sharedPrograms()) test(program.name, () => check(program), 600_000);
