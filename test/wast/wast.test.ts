// `wx wast`: the specification's scripts hold at both levels, and the command itself tells right from wrong: a script
// of our own, and the same script with each expectation made wrong, one at a time.

import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder, shared, wx } from "../programs/wx";
import { assemble } from "../text/assemble";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

/** The last line's numbers: passed, failed, skipped. */
function totals(stdout: string): number[] {
  const line = stdout.trimEnd().split("\n").at(-1) as string;
  const match = line.match(/^(\d+) passed, (\d+) failed, (\d+) skipped$/);
  if (match == null) throw new Error(`no counts: ${line}`);
  return match.slice(1).map(Number);
}

const spec = shared("spec");
for (const level of ["-O2", "-O0", "--interpret"]) {
  test.skipIf(spec == null)(
    `the specification's scripts, ${level}`,
    () => {
      const scripts = readdirSync(spec as string)
        .sort()
        .map((name) => join(spec as string, name, "script.json"))
        .filter((path) => existsSync(path));
      const done = wx(["wast", level, ...scripts], { timeout: 300_000 });
      const [passed, failed] = totals(done.stdout);
      expect(done.stdout.split("\n").filter((line) => /script\.json:\d+: /.test(line))).toEqual([]);
      expect([done.status, failed, done.stderr]).toEqual([0, 0, ""]);
      expect(passed).toBeGreaterThanOrEqual(36_400);
    },
    600_000,
  );
}

interface Value {
  type: string;
  value?: string;
}

interface Command {
  type: string;
  line: number;
  filename?: string;
  module_type?: string;
  text?: string;
  action?: { type: string; field: string; args: Value[] };
  expected?: Value[];
}

const i32 = (value: number | string): Value => ({ type: "i32", value: `${value}` });
const i64 = (value: bigint | string): Value => ({ type: "i64", value: `${value}` });

function bits32(x: number): Value {
  return { type: "f32", value: `${new Uint32Array(new Float32Array([x]).buffer)[0]}` };
}

function bits64(x: number): Value {
  return { type: "f64", value: `${new BigUint64Array(new Float64Array([x]).buffer)[0]}` };
}

let line = 0;
function returns(field: string, args: Value[], expected: Value[]): Command {
  return { type: "assert_return", line: ++line, action: { type: "invoke", field, args }, expected };
}
function traps(field: string, args: Value[], text: string, type = "assert_trap"): Command {
  return { type, line: ++line, action: { type: "invoke", field, args }, text };
}

function writeModule(name: string, text: string | Uint8Array): void {
  const bytes = typeof text == "string" ? assemble(text) : text;
  writeFileSync(join(folder, name), bytes);
}

writeModule(
  "all.wasm",
  `(module (memory 1) (global $g (mut i32) (i32.const 5)) (table 3 funcref) (elem (i32.const 1) $v)
    (type $none (func)) (func $v (param f32))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "mul64") (param i64 i64) (result i64) (i64.mul (local.get 0) (local.get 1)))
    (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
    (func (export "sqrt") (param f64) (result f64) (f64.sqrt (local.get 0)))
    (func (export "half") (param f32) (result f32) (f32.mul (local.get 0) (f32.const 0.5)))
    (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
    (func (export "next") (result i32)
      (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g))
    (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
    (func (export "trunc") (param f32) (result i32) (i32.trunc_f32_s (local.get 0)))
    (func (export "call") (param i32) (call_indirect (type $none) (local.get 0)))
    (func $deep (export "deep") (result i32) (i32.add (call $deep) (i32.const 1)))
    (func (export "stop") (unreachable))
    (func (export "same") (param externref) (result externref) (local.get 0))
    (func (export "null") (result funcref) (ref.null func))
    (func (export "function") (result funcref) (ref.func $v)) (elem declare func $v))`,
);
writeModule("malformed.wasm", new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5]));
writeModule("valid.wasm", "(module (func (result i32) (i32.const 1)))");
// A body without the result that its type promises.
const invalid = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 10, 4, 1, 2, 0, 0x0b];
writeModule("invalid.wasm", new Uint8Array(invalid));

const modules: Command = { type: "module", line: ++line, filename: "all.wasm", module_type: "binary" };
const canonical = { type: "f64", value: "nan:canonical" };
const invalidModule = { type: "assert_invalid", line: ++line, filename: "invalid.wasm", module_type: "binary" };
const malformedModule = { type: "assert_malformed", line: ++line, filename: "malformed.wasm", module_type: "binary" };
const assertions: Command[] = [
  returns("add", [i32(-1), i32(3)], [i32(2)]),
  returns("add", [i32(2147483647), i32(1)], [i32(-2147483648)]),
  returns("mul64", [i64(1n << 40n), i64(-3n)], [i64(-3n << 40n)]),
  returns("div", [i32(-7), i32(2)], [i32(-3)]),
  returns("sqrt", [bits64(2)], [bits64(Math.SQRT2)]),
  returns("sqrt", [bits64(-1)], [canonical]),
  returns("sqrt", [bits64(-0)], [bits64(-0)]),
  returns("half", [bits32(3)], [bits32(1.5)]),
  returns("swap", [i32(1), i64(2n)], [i64(2n), i32(1)]),
  returns("next", [], [i32(6)]),
  returns("next", [], [i32(7)]),
  returns("same", [{ type: "externref", value: "3" }], [{ type: "externref", value: "3" }]),
  returns("same", [{ type: "externref", value: "null" }], [{ type: "externref", value: "null" }]),
  returns("null", [], [{ type: "funcref", value: "null" }]),
  returns("function", [], [{ type: "funcref" }]),
  traps("div", [i32(1), i32(0)], "integer divide by zero"),
  traps("div", [i32(-2147483648), i32(-1)], "integer overflow"),
  traps("load", [i32(65533)], "out of bounds memory access"),
  traps("load", [i32(-1)], "out of bounds memory access"),
  traps("trunc", [bits32(NaN)], "invalid conversion to integer"),
  traps("call", [i32(0)], "uninitialized element"),
  traps("call", [i32(1)], "indirect call type mismatch"),
  traps("call", [i32(3)], "undefined element"),
  traps("stop", [], "unreachable"),
  traps("deep", [], "call stack exhausted", "assert_exhaustion"),
];

function script(commands: Command[]): string {
  const path = join(folder, "script.json");
  writeFileSync(path, JSON.stringify({ source_filename: "script.wast", commands }));
  return path;
}

const all = [
  modules,
  ...assertions,
  { ...invalidModule, text: "type mismatch" },
  { ...malformedModule, text: "length out of bounds" },
];

test.each(["-O2", "-O0"])("a script of our own, %s", (level) => {
  const done = wx(["wast", level, "--check", script(all)]);
  expect([done.stdout.split("\n").at(-2), done.status, done.stderr]).toEqual([
    `${assertions.length + 2} passed, 0 failed, 0 skipped`,
    0,
    "",
  ]);
});

/** The same assertion with an expectation that does not hold. */
function spoiled(command: Command): Command {
  if (command.type != "assert_return") {
    // Another trap than the one that comes.
    const text = command.text == "unreachable" ? "integer overflow" : "unreachable";
    return { ...command, type: "assert_trap", text };
  }
  const expected = (command.expected as Value[]).map((item, i) => {
    if (i != 0) return item;
    if (item.type == "funcref") return item.value == "null" ? { type: "funcref" } : { type: "funcref", value: "null" };
    if (item.type == "externref") return { ...item, value: item.value == "null" ? "0" : "null" };
    if (item.value?.startsWith("nan")) return bits64(0);
    return { ...item, value: `${BigInt(item.value as string) ^ 1n}` };
  });
  return { ...command, expected };
}

test("every wrong expectation is reported with its line, alone, and the exit status is 1", () => {
  for (let i = 0; i < assertions.length; i++) {
    const commands = all.map((command) => (command == assertions[i] ? spoiled(command) : command));
    const done = wx(["wast", script(commands)]);
    const reports = done.stdout.split("\n").filter((text) => text.includes("expected"));
    expect([i, reports.length, done.status]).toEqual([i, 1, 1]);
    expect(reports[0]).toContain(`script.json:${assertions[i].line}: expected `);
    expect(totals(done.stdout)).toEqual([assertions.length + 1, 1, 0]);
  }
}, 600_000);

test("a call that returns is no trap, and a trap is no result", () => {
  const commands = [
    modules,
    traps("add", [i32(1), i32(2)], "integer overflow"),
    returns("stop", [], []),
    returns("div", [i32(1), i32(0)], [i32(0)]),
  ];
  const done = wx(["wast", script(commands)]);
  expect([totals(done.stdout), done.status]).toEqual([[0, 3, 0], 1]);
});

test("what is wrong is said in the script's words", () => {
  const text = `(module $m (global (export "g") (mut i32) (i32.const 10)) (memory (export "m") 1)
  (func (export "f32") (param i32) (result f32) (f32.reinterpret_i32 (local.get 0)))
  (func (export "two") (result i32 i64) (i32.const 1) (i64.const -2))
  (func (export "r") (param externref) (result externref) (local.get 0))
  (func (export "t") (unreachable)))
(assert_return (invoke "f32" (i32.const 0x7fc00001)) (f32.const nan:canonical))
(assert_return (invoke "f32" (i32.const 0x7f800001)) (f32.const nan:arithmetic))
(assert_return (invoke "f32" (i32.const 0x7f800000)) (f32.const nan:arithmetic))
(assert_return (invoke "two") (i32.const 2) (i64.const -3))
(assert_return (invoke "r" (ref.extern 5)) (ref.extern 6))
(assert_return (invoke "r" (ref.null extern)) (ref.extern 0))
(assert_return (get "g") (i32.const 11))
(assert_return (invoke "t"))
(invoke "t")
(assert_trap (invoke "two") "unreachable")
(module (func $s (unreachable)) (start $s))
(assert_trap (module (func $s) (start $s)) "unreachable")
(register "m" $m)
(module (import "m" "m" (memory 2)) (func (export "g")))
(assert_return (invoke "g"))
(assert_return (get $m "h") (i32.const 11))
(assert_unlinkable (module (import "m" "m" (memory 1))) "incompatible import type")
(assert_unlinkable (module (import "m" "x" (memory 1))) "incompatible import type")
(module (import "m" "x" (memory 1)) (func (export "f")))
(assert_return (invoke "f"))
`;
  writeFileSync(join(folder, "wrong.wast"), text);
  const done = wx(["wast", "wrong.wast"], { cwd: folder });
  expect(done.stdout.split("\n").sort()).toEqual(
    `wrong.wast:6: expected f32 nan:canonical, got f32 nan:0x400001
wrong.wast:7: expected f32 nan:arithmetic, got f32 nan:0x1
wrong.wast:8: expected f32 nan:arithmetic, got f32 inf
wrong.wast:9: expected i32 2, i64 -3, got i32 1, i64 -2
wrong.wast:10: expected reference 6, got reference 5
wrong.wast:11: expected reference 0, got null
wrong.wast:12: expected i32 11, got i32 10
wrong.wast:13: expected no result, got trap 'wasm \`unreachable\` instruction executed'
wrong.wast:14: expected no trap, got trap 'wasm \`unreachable\` instruction executed'
wrong.wast:15: expected trap 'unreachable', got results
wrong.wast:16: expected an instance, got trap 'wasm \`unreachable\` instruction executed'
wrong.wast:17: expected trap 'unreachable', got an instance
wrong.wast:19: expected an instance, got trap 'incompatible import type'
wrong.wast:21: the module exports no global 'h'
wrong.wast:22: a module is linked that has: incompatible import type
wrong.wast:23: expected 'incompatible import type', got 'unknown import: "m" "x" (memory 1)'
wrong.wast:24: the module cannot be linked: unknown import: "m" "x" (memory 1)
wrong.wast:25: the module that this is about could not be linked
wrong.wast: 1 passed, 18 failed, 0 skipped
1 passed, 18 failed, 0 skipped
`
      .split("\n")
      .sort(),
  );
});

test("verdicts on modules are assertions too", () => {
  const commands: Command[] = [
    { type: "assert_invalid", line: 71, filename: "valid.wasm", module_type: "binary", text: "type mismatch" },
    { type: "assert_malformed", line: 72, filename: "valid.wasm", module_type: "binary", text: "unexpected end" },
    { type: "module", line: 73, filename: "invalid.wasm", module_type: "binary" },
  ];
  const done = wx(["wast", script(commands)]);
  expect([totals(done.stdout), done.status]).toEqual([[0, 3, 0], 1]);
  for (const number of [71, 72, 73]) expect(done.stdout).toContain(`script.json:${number}: `);
});

test("what needs a feature that wx does not have is counted as skipped, by its name", () => {
  const vector = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0];
  writeFileSync(join(folder, "vector.wasm"), new Uint8Array(vector));
  const commands: Command[] = [
    { type: "module", line: 1, filename: "vector.wasm", module_type: "binary" },
    returns("add", [i32(1), i32(2)], [i32(3)]),
    { type: "assert_malformed", line: 3, filename: "vector.wasm", module_type: "binary", text: "unexpected end" },
    { type: "thread", line: 4 },
  ];
  const path = script(commands);
  const done = wx(["wast", path]);
  expect([done.stdout, done.status]).toEqual([
    `${path}: 2 skipped: SIMD\n${path}: 1 skipped: threads\n${path}: 0 passed, 0 failed, 3 skipped
2 skipped: SIMD\n1 skipped: threads\n0 passed, 0 failed, 3 skipped\n`,
    0,
  ]);
});

test("a module that is not there is no reason to skip", () => {
  const commands: Command[] = [
    { type: "assert_malformed", line: 1, filename: "x.wat", module_type: "text", text: "unexpected token" },
    { type: "assert_unlinkable", line: 2, filename: "valid.wasm", module_type: "binary", text: "unknown import" },
    { type: "module", line: 3, filename: "x.wasm", module_type: "binary" },
  ];
  const done = wx(["wast", script(commands)]);
  expect([totals(done.stdout), done.status]).toEqual([[0, 3, 0], 1]);
});

test("scripts that cannot be read, among others that can", () => {
  writeFileSync(join(folder, "broken.json"), '{"commands": [');
  writeFileSync(join(folder, "other.json"), "[]");
  const good = script(all);
  for (const bad of ["broken.json", "other.json", "missing.json"].map((name) => join(folder, name))) {
    const done = wx(["wast", bad, good]);
    expect(done.status).toBe(1);
    expect(done.stderr).toStartWith(`wx: cannot read '${bad}' as a script: `);
    expect(totals(done.stdout)).toEqual([assertions.length + 2, 0, 0]);
  }
});
