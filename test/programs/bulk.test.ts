// Copies and fills of a constant number of bytes are loads and stores in place (src/ssa/builder-bulk.ts): they must do
// what the JavaScript engine does, for every number of bytes, overlap and end of memory, and change nothing if they trap.

import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, native, removeFolder, run } from "./wx";
import { assemble } from "../text/assemble";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

const MOST = 130;
const PAGE = 65536;
const sizes = Array.from({ length: MOST + 1 }, (_, n) => n);

const wat = `(module (memory 1)
  (func (export "reset") (local $i i32)
    (loop $l
      (i32.store8 (local.get $i) (i32.mul (i32.add (local.get $i) (i32.const 7)) (i32.const 37)))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1024))))
    (local.set $i (i32.const ${PAGE - 512}))
    (loop $l
      (i32.store8 (local.get $i) (i32.mul (local.get $i) (i32.const 41)))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${PAGE})))))
  (func (export "hash") (result i32) (local $i i32) (local $h i32)
    (loop $l
      (local.set $h (i32.add (i32.mul (local.get $h) (i32.const 31)) (i32.load8_u (local.get $i))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${PAGE}))))
    (local.get $h))
  ${sizes
    .map(
      (n) => `(func (export "copy${n}") (param i32 i32) (memory.copy (local.get 0) (local.get 1) (i32.const ${n})))
  (func (export "fill${n}") (param i32 i32) (memory.fill (local.get 0) (local.get 1) (i32.const ${n})))`,
    )
    .join("\n")})`;

function cases(): [string, number, number][] {
  const list: [string, number, number][] = [];
  for (const n of sizes) {
    const distance = (n * 13) % 40;
    list.push([`copy${n}`, 100, 100 + distance], [`copy${n}`, 100 + distance, 100], [`copy${n}`, PAGE - n, 3]);
    list.push([`copy${n}`, 3, PAGE - n], [`copy${n}`, PAGE - n + 1, 3], [`copy${n}`, 3, PAGE - n + 1]);
    list.push([`copy${n}`, -n, 3], [`copy${n}`, 3, -1], [`fill${n}`, PAGE - n, n * 77], [`fill${n}`, PAGE - n + 1, 1]);
    list.push([`fill${n}`, 50 + n, 0x1ff], [`fill${n}`, 50, 0]);
  }
  return list;
}

test("copies and fills of a constant number of bytes", () => {
  const bytes = assemble(wat);
  writeFileSync(join(folder, "bulk.wasm"), bytes);
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Record<
    string,
    (...args: number[]) => number
  >;
  const constant = (value: number) => ({ type: "i32", value: `${value >>> 0}` });
  const commands: object[] = [{ type: "module", line: 1, filename: "bulk.wasm" }];
  let traps = 0;
  cases().forEach(([field, a, b], line) => {
    const invoke = (name: string, args: number[]) => ({ type: "invoke", field: name, args: args.map(constant) });
    exports.reset();
    commands.push({ type: "assert_return", line, action: invoke("reset", []), expected: [] });
    try {
      exports[field](a, b);
      commands.push({ type: "assert_return", line, action: invoke(field, [a, b]), expected: [] });
    } catch {
      traps++;
      commands.push({ type: "assert_trap", line, action: invoke(field, [a, b]), text: "out of bounds memory access" });
    }
    commands.push({
      type: "assert_return",
      line,
      action: invoke("hash", []),
      expected: [constant(exports.hash())],
    });
  });
  expect(traps).toBeGreaterThan(MOST * 4);
  const script = join(folder, "bulk.json");
  writeFileSync(script, JSON.stringify({ source_filename: "bulk.wast", commands }));
  for (const level of ["-O0", "-O2"]) {
    const done = run([native, "wast", level, script]);
    expect([done.stderr, done.status]).toEqual(["", 0]);
    expect(done.stdout).toContain(`${commands.length - 1} passed, 0 failed, 0 skipped`);
  }
});
