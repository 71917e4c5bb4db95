// Addresses that are 32-bit sums: selection folds them into the processor's own 32-bit addressing within segment gs.
// What wraps must reach the same bytes as in the JavaScript engine, and what lies outside must trap.

import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { assemble } from "../text/assemble";
import { compile, makeFolder, removeFolder, run } from "./wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

const sums: Record<string, string> = {
  negative: "(i32.add (local.get 0) (i32.const -8))",
  positive: "(i32.add (local.get 0) (i32.const 24))",
  two: "(i32.add (local.get 0) (local.get 1))",
  scaled: "(i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 3)))",
  shifted: "(i32.shl (local.get 1) (i32.const 2))",
  all: "(i32.add (i32.add (local.get 0) (i32.const -100)) (i32.shl (local.get 1) (i32.const 1)))",
  array: "(i32.add (i32.shl (local.get 1) (i32.const 3)) (i32.const 0x7ffffff0))",
};

const functions = Object.entries(sums)
  .map(
    ([name, sum]) => `
  (func (export "${name}") (param i32 i32) (result i32)
    (i32.store16 ${sum} (i32.const 0x5aa5))
    (i32.add (i32.load8_u ${sum}) (i32.load ${sum})))`,
  )
  .join("");
const wat = `(module (memory 1) (data (i32.const 0) "\\01\\02\\03\\04\\05\\06\\07") ${functions})`;
const inputs = [0, 1, 4, 8, 50, 100, 65532, 65536, 0x1ffffffe, 0x3fffffff, 0x40000010, 0x7fffffff, -1, -4, -16, -65536];

test("32-bit addresses wrap and trap as the engine's do", async () => {
  const bytes = assemble(wat);
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const wasm = join(folder, "sums.wasm");
  writeFileSync(wasm, bytes);
  let values = 0;
  let traps = 0;
  for (const name of Object.keys(sums)) {
    inputs.forEach((a, k) => {
      for (const b of [inputs[(k * 7 + 3) % inputs.length], inputs[(k * 3 + 8) % inputs.length]]) {
        let expected: { status: number; stdout: string };
        try {
          const instance = new WebAssembly.Instance(module);
          const result = (instance.exports[name] as (a: number, b: number) => number)(a, b);
          expected = { status: 0, stdout: `${result}\n` };
          values++;
        } catch {
          expected = { status: 134, stdout: "" };
          traps++;
        }
        const executable = join(folder, "sums");
        compile(["--invoke", name, wasm, "-o", executable, `${a}`, `${b}`]);
        const done = run([executable]);
        expect([name, a, b, done.status, done.stdout]).toEqual([name, a, b, expected.status, expected.stdout]);
        if (expected.status != 0) expect(done.stderr).toContain("out of bounds memory access");
      }
    });
  }
  expect(values).toBeGreaterThan(30);
  expect(traps).toBeGreaterThan(30);
});
