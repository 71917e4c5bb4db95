// One program, all modes: interpreted (natively and in JavaScript), compiled in memory, compiled ahead, each as optimized as it
// can be and with memory checked. All must print the same, end with the same status, and trap with the same words.

import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, javascript, makeFolder, native, removeFolder, repository, run, type RunOptions } from "./wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

/** How a program can be run: the command for it. Options go before the program, arguments behind. */
const MODES: [string, (wasm: string, options: string[]) => string[]][] = [
  ["interpreted", (wasm, options) => [native, ...options, wasm]],
  ["interpreted, watched", (wasm, options) => [native, "--fuel=99999999999", "--timeout=500", ...options, wasm]],
  ["interpreted in JavaScript", (wasm, options) => ["node", javascript, ...options, wasm]],
  ...["-O0", "-O2"].map((level): (typeof MODES)[number] => [
    `--jit ${level}`,
    (wasm, options) => [native, "--jit", level, ...options, wasm],
  ]),
  ...["-O0", "-O2", "--memory=checked", "--sandbox=off"].map((option): (typeof MODES)[number] => [
    `--aot ${option}`,
    (wasm, options) => {
      const executable = join(folder, "program");
      compile([option, ...options, wasm, "-o", executable]);
      return [executable];
    },
  ]),
];

/** Runs a program in all modes; what they all print. */
export function inAllModes(wasm: string, options: string[], args: string[], room: RunOptions = {}) {
  const [, plain] = MODES[0];
  const expected = run([...plain(wasm, ["--name=p", "--argv0=p", ...options]), ...args], room);
  for (const [mode, commandOf] of MODES.slice(1)) {
    const done = run([...commandOf(wasm, ["--name=p", "--argv0=p", ...options]), ...args], room);
    expect([mode, done]).toEqual([mode, expected]);
  }
  return expected;
}

const example = (name: string) => join(repository, "examples", name);

test("output, arguments, files, standard input", () => {
  expect(inAllModes(example("hello.wasm"), [], []).stdout).toBe("Hello, world!\n");
  const poem = ["--dir", `${example("text")}::/`];
  expect(inAllModes(example("reader.wasm"), poem, ["/poem.txt"]).stdout).toContain("The rain");
  expect(inAllModes(example("reader.wasm"), poem, ["/none.txt"]).status).toBe(1);
  expect(inAllModes(example("columns.wasm"), [], [], { stdin: "a b\nlong c\n" }).stdout).toBe("a     b\nlong  c\n");
}, 60_000);

test("exports with arguments", () => {
  expect(inAllModes(example("math.wasm"), [], ["divmod", "17", "5"]).stdout).toBe("3\n2\n");
  expect(inAllModes(example("math.wasm"), [], ["hypot", "3", "4"]).stdout).toBe("5\n");
}, 60_000);

const traps = join(folder, "traps.wat");
writeFileSync(
  traps,
  `(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (table funcref (elem $unreachable))
    (func $unreachable (export "unreachable") unreachable)
    (func (export "load") (param i32) (result i32) (i32.load offset=4 (local.get 0)))
    (func $divide (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
    (func (export "convert") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
    (func (export "indirect") (param i32) (result i32) (call_indirect (param i32) (result i32) (local.get 0) (local.get 0)))
    (func $deep (export "deep") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
        (else (call $divide (i32.const 1) (local.get 0)))))
    (func (export "exit") (param i32) (call $exit (local.get 0))))`,
);

test.each([
  ["unreachable", ["unreachable"], "wasm `unreachable` instruction executed"],
  ["load", ["load", "65532"], "out of bounds memory access"],
  ["load far", ["load", "-1"], "out of bounds memory access"],
  ["division by zero", ["divide", "1", "0"], "integer divide by zero"],
  ["overflow", ["divide", "-2147483648", "-1"], "integer overflow"],
  ["not a number", ["convert", "nan"], "invalid conversion to integer"],
  ["too large", ["convert", "1e10"], "integer overflow"],
  ["beyond the table", ["indirect", "1"], "undefined element: out of bounds table access"],
  ["wrong type", ["indirect", "0"], "indirect call type mismatch"],
  ["thirty calls deep", ["deep", "30"], "integer divide by zero"],
])(
  "traps: %s",
  (_, args, message) => {
    const done = inAllModes(traps, [], args);
    expect([done.status, done.stdout]).toEqual([134, ""]);
    expect(done.stderr).toEndWith(`wasm trap: ${message}\n`);
    expect(done.stderr).toContain("p!");
  },
  60_000,
);

test("exit status", () => {
  expect(inAllModes(traps, [], ["exit", "77"]).status).toBe(77);
}, 60_000);
