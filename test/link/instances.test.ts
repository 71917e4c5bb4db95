// Programs of several modules (--link): what instances share, in which order they come to be, and what is said of imports
// that do not fit.

import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder, type Result, wx } from "../programs/wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

/** Links `modules` (name and text each) with the program, and calls its export with arguments: interpreted, and compiled at
 *  both levels, which must come to the same. */
function call(modules: [string, string][], program: string, args: string[]): Result {
  const links: string[] = [];
  for (const [name, text] of modules) {
    const file = join(folder, `${name}.wat`);
    writeFileSync(file, text);
    links.push("--link", `${name}=${name}.wat`);
  }
  writeFileSync(join(folder, "main.wat"), program);
  const modes = [["--interpret"], ["--jit"], ["--jit", "-O0"]];
  const [interpreted, ...compiled] = modes.map((mode) => wx([...mode, ...links, "main.wat", ...args], { cwd: folder }));
  for (const result of compiled)
    expect([result.status, result.stdout]).toEqual([interpreted.status, interpreted.stdout]);
  return interpreted;
}

const numbers = (result: Result) => (result.status == 0 ? result.stdout.trim().split("\n") : [result.stderr]);

const COUNTER = `(module
  (global $count (export "count") (mut i32) (i32.const 40))
  (func (export "next") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count)))`;

test("functions, and what they share", () => {
  const program = `(module
    (import "counter" "next" (func $next (result i32)))
    (import "counter" "count" (global $count (mut i32)))
    (func (export "run") (result i32 i32 i32)
      (call $next)
      (global.set $count (i32.mul (global.get $count) (i32.const 2)))
      (call $next)
      (global.get $count)))`;
  expect(numbers(call([["counter", COUNTER]], program, ["run"]))).toEqual(["41", "83", "83"]);
});

test("two instances of one module have their own state", () => {
  const program = `(module
    (import "a" "next" (func $a (result i32)))
    (import "b" "next" (func $b (result i32)))
    (func (export "run") (result i32 i32 i32) (call $a) (call $a) (call $b)))`;
  const modules: [string, string][] = [
    ["a", COUNTER],
    ["b", COUNTER],
  ];
  expect(numbers(call(modules, program, ["run"]))).toEqual(["41", "42", "41"]);
});

test("what is imported can be exported on", () => {
  const middle = `(module
    (import "counter" "next" (func $next (result i32)))
    (import "counter" "count" (global $count (mut i32)))
    (export "again" (func $next)) (export "value" (global $count))
    (func (export "twice") (result i32) (drop (call $next)) (call $next)))`;
  const program = `(module
    (import "middle" "again" (func $again (result i32)))
    (import "middle" "twice" (func $twice (result i32)))
    (import "middle" "value" (global $value (mut i32)))
    (func (export "run") (result i32 i32 i32) (call $twice) (call $again) (global.get $value)))`;
  const modules: [string, string][] = [
    ["counter", COUNTER],
    ["middle", middle],
  ];
  expect(numbers(call(modules, program, ["run"]))).toEqual(["42", "43", "43"]);
});

test("a memory of another module, with segments of both", () => {
  const owner = `(module (memory (export "memory") 1 3)
    (data (i32.const 0) "abcdefgh")
    (func (export "grow") (result i32) (memory.grow (i32.const 1))))`;
  const program = `(module
    (import "owner" "memory" (memory 1))
    (import "owner" "grow" (func $grow (result i32)))
    (data (i32.const 2) "CD")
    (func (export "run") (result i64 i32 i32 i32 i32)
      (i64.load (i32.const 0))
      (call $grow)
      (memory.size)
      (memory.grow (i32.const 2))
      (memory.grow (i32.const 1)))
    (func (export "edge") (result i32) (drop (call $grow)) (i32.load8_u (i32.const 131071)))
    (func (export "beyond") (result i32) (drop (call $grow)) (i32.load8_u (i32.const 131072))))`;
  const word = Buffer.from("abCDefgh").readBigInt64LE().toString();
  expect(numbers(call([["owner", owner]], program, ["run"]))).toEqual([word, "1", "2", "-1", "2"]);
  expect(numbers(call([["owner", owner]], program, ["edge"]))).toEqual(["0"]);
  const beyond = call([["owner", owner]], program, ["beyond"]);
  expect([beyond.status, beyond.stderr.includes("wasm trap: out of bounds memory access")]).toEqual([134, true]);
});

test("several memories, each its owner's", () => {
  const owner = `(module (memory (export "memory") 1) (data (i32.const 4) "\\07")
    (func (export "get") (param i32) (result i32) (i32.load8_u (local.get 0)))
    (func (export "set") (param i32 i32) (i32.store8 (local.get 0) (local.get 1))))`;
  const program = `(module (memory 1) (data (i32.const 4) "\\09")
    (import "owner" "get" (func $get (param i32) (result i32)))
    (import "owner" "set" (func $set (param i32 i32)))
    (func (export "run") (result i32 i32 i32 i32)
      (i32.load8_u (i32.const 4)) (call $get (i32.const 4))
      (call $set (i32.const 4) (i32.const 11))
      (i32.load8_u (i32.const 4)) (call $get (i32.const 4))))`;
  const fields = program.replace('(memory 1) (data (i32.const 4) "\\09")', "");
  const ordered = fields.replace("(func (export", '(memory 1) (data (i32.const 4) "\\09") (func (export');
  expect(numbers(call([["owner", owner]], ordered, ["run"]))).toEqual(["9", "7", "9", "11"]);
});

const TABLE = `(module
  (type $unary (func (param i32) (result i32)))
  (table (export "table") 4 8 funcref)
  (elem (i32.const 0) $double)
  (global $own (mut i32) (i32.const 1000))
  (func $double (param i32) (result i32) (i32.add (global.get $own) (i32.mul (local.get 0) (i32.const 2))))
  (func (export "apply") (param i32 i32) (result i32)
    (call_indirect (type $unary) (local.get 1) (local.get 0))))`;

test("a table of another module: calls cross over with their instance's state", () => {
  const program = `(module
    (type $other (func (param i32 i32) (result i32)))
    (type $same (func (param i32) (result i32)))
    (import "t" "table" (table 4 funcref))
    (import "t" "apply" (func $apply (param i32 i32) (result i32)))
    (global $own (mut i32) (i32.const 5))
    (elem (i32.const 1) $triple $binary)
    (func $triple (param i32) (result i32) (i32.add (global.get $own) (i32.mul (local.get 0) (i32.const 3))))
    (func $binary (type $other) (i32.const 0))
    (func (export "run") (param i32) (result i32) (call $apply (local.get 0) (i32.const 7)))
    (func (export "own") (param i32) (result i32) (call_indirect (type $same) (i32.const 7) (local.get 0))))`;
  const modules: [string, string][] = [["t", TABLE]];
  expect(numbers(call(modules, program, ["run", "0"]))).toEqual(["1014"]);
  expect(numbers(call(modules, program, ["run", "1"]))).toEqual(["26"]);
  expect(numbers(call(modules, program, ["own", "0"]))).toEqual(["1014"]);
  const traps = ["indirect call type mismatch", "uninitialized element", "undefined element"];
  for (let i = 2; i < 5; i++) {
    for (const name of ["run", "own"]) {
      const { status, stderr } = call(modules, program, [name, `${i}`]);
      expect([status, stderr.includes(`wasm trap: ${traps[i - 2]}`)]).toEqual([134, true]);
    }
  }
});

test("constant expressions see the values of other modules' globals", () => {
  const values = `(module (global (export "base") i32 (i32.const 8)) (global (export "wide") i64 (i64.const -2)))`;
  const program = `(module
    (import "values" "base" (global $base i32)) (import "values" "wide" (global $wide i64))
    (global $copy i64 (global.get $wide))
    (memory 1) (data (global.get $base) "\\2a")
    (func (export "run") (result i64 i32) (global.get $copy) (i32.load8_u (i32.const 8))))`;
  expect(numbers(call([["values", values]], program, ["run"]))).toEqual(["-2", "42"]);
});

test("instances come to be in order: segments of later ones are written after earlier start functions", () => {
  const first = `(module (memory (export "memory") 1)
    (data (i32.const 0) "A")
    (global (export "seen") (mut i32) (i32.const 0))
    (func $start
      (global.set 0 (i32.load8_u (i32.const 1)))
      (i32.store8 (i32.const 1) (i32.const 66))
      (i32.store8 (i32.const 2) (i32.const 67)))
    (start $start))`;
  const second = `(module (import "first" "memory" (memory 1))
    (global $early (mut i32) (i32.const 0))
    (data (i32.const 2) "Z")
    (func $start (global.set $early (i32.load8_u (i32.const 1))))
    (start $start)
    (func (export "early") (result i32) (global.get $early)))`;
  const program = `(module
    (import "first" "memory" (memory 1)) (import "first" "seen" (global $seen (mut i32)))
    (import "second" "early" (func $early (result i32)))
    (func (export "run") (result i32 i32 i32 i32)
      (global.get $seen) (call $early) (i32.load8_u (i32.const 1)) (i32.load8_u (i32.const 2))))`;
  const modules: [string, string][] = [
    ["first", first],
    ["second", second],
  ];
  // The first start function saw 0 where no segment writes, the second what the first wrote, and "Z" replaced "C".
  expect(numbers(call(modules, program, ["run"]))).toEqual(["0", "66", "66", "90"]);
});

test("a trap while a linked module starts ends the program", () => {
  const bad = `(module (func $start (unreachable)) (start $start) (func (export "f")))`;
  const program = `(module (import "bad" "f" (func)) (func (export "run")))`;
  const { status, stderr } = call([["bad", bad]], program, ["run"]);
  expect([status, stderr.includes("wasm trap: wasm `unreachable` instruction executed")]).toEqual([134, true]);
  const outside = `(module (memory (export "m") 1) (data (i32.const 65535) "ab") (func (export "f")))`;
  const second = call([["bad", outside]], program, ["run"]);
  expect([second.status, second.stderr.includes("wasm trap: out of bounds memory access")]).toEqual([134, true]);
});

test("a linked library is initialized before others use it", () => {
  const library = `(module (global $ready (mut i32) (i32.const 0))
    (func (export "_initialize") (global.set $ready (i32.const 1)))
    (func (export "ready") (result i32) (global.get $ready)))`;
  const program = `(module (import "library" "ready" (func $ready (result i32)))
    (func (export "run") (result i32) (call $ready)))`;
  expect(numbers(call([["library", library]], program, ["run"]))).toEqual(["1"]);
});

test("imports that do not fit are listed together, with types", () => {
  const modules: [string, string][] = [
    [
      "a",
      `(module (func (export "f") (param i32)) (memory (export "m") 1 2) (table (export "t") 3 funcref)
        (global (export "g") i64 (i64.const 0)))`,
    ],
  ];
  const program = `(module
    (import "a" "missing" (func (result f64)))
    (import "b" "x" (table 1 externref))
    (import "a" "f" (func (param i64) (result i32)))
    (import "a" "m" (memory 3))
    (import "a" "t" (table 3 4 funcref))
    (import "a" "g" (global (mut i64)))
    (func (export "run")))`;
  const { status, stderr } = call(modules, program, ["run"]);
  expect(status).toBe(1);
  expect(stderr).toBe(`wx: main.wat: error: 2 unknown imports:
  "a" "missing" (func (result f64))
  "b" "x" (table 1 externref)
hint: --unknown-imports=trap or =default replaces unknown functions by stubs
4 incompatible import types:
  "a" "f" (func (param i64) (result i32)), but "a" exports (func (param i32))
  "a" "m" (memory 3), but "a" exports (memory 1 2)
  "a" "t" (table 3 4 funcref), but "a" exports (table 3 funcref)
  "a" "g" (global (mut i64)), but "a" exports (global i64)
`);
});

test("an order in which modules cannot be linked", () => {
  const importing = (from: string) => `(module (import "${from}" "f" (func)) (func (export "f")))`;
  const program = importing("a");
  const tell = (modules: [string, string][]) => call(modules, program, []).stderr;
  expect(tell([["a", importing("a")]])).toBe("wx: main.wat: 'a' imports from itself\n");
  expect(
    tell([
      ["a", importing("b")],
      ["b", COUNTER],
    ]),
  ).toBe("wx: main.wat: 'a' imports from 'b', which is linked after it; --link b=... must come first\n");
  expect(
    tell([
      ["a", importing("b")],
      ["b", importing("a")],
    ]),
  ).toContain("'a' and 'b' import from each other");
  expect(wx(["--link", "a", "main.wat"], { cwd: folder }).stderr).toContain("--link takes NAME=FILE, not 'a'");
  expect(wx(["--link", "a=x", "--link", "a=y", "main.wat"], { cwd: folder }).stderr).toContain(
    "--link names 'a' twice",
  );
});
