// Compiling in several processes gives the same bytes as compiling in one, whatever their number.

import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "..", "..");
const wx = join(root, "build", "wx");

function compile(input: string, jobs: number): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "wx-jobs-"));
  try {
    const output = join(folder, "out");
    execFileSync(wx, ["--aot", "--unknown-imports=default", "-j", String(jobs), input, "-o", output]);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const input of [
  "bench/programs/sort.wasm",
  "examples/hello.wasm",
  "../shared/bench/pulldown-cmark/benchmark.wasm",
]) {
  const path = join(root, input);
  test.skipIf(!existsSync(path))(`-j does not change ${input}`, () => {
    const one = compile(path, 1);
    for (const jobs of [2, 3, 5, 32]) expect(compile(path, jobs).equals(one)).toBe(true);
  });
}
