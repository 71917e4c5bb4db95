// Memories, tables, globals, references and calls.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { GUEST_CELL, MemoryCell } from "../../src/link/layout";
import { FuncKind } from "../../src/link/program";
import { buildStub } from "../../src/ssa/builder";
import { Func } from "../../src/ssa/func";
import { printFunction } from "../../src/ssa/printer";
import { verify } from "../../src/ssa/verifier";
import { link } from "../link/helpers";
import { built, callEngine, callSsa, difference, guest, instantiate, ssa } from "./helpers";
import { Machine } from "./ssa-interp";

test("loads and stores of every width and sign", () => {
  const loads = "i32.load i64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u i64.load8_s i64.load8_u".split(
    " ",
  );
  loads.push(..."i64.load16_s i64.load16_u i64.load32_s i64.load32_u f32.load f64.load".split(" "));
  const stores = "i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32";
  const text = ['(module (memory 1) (data (i32.const 8) "\\80\\ff\\7f\\01\\fe\\dc\\ba\\98\\76\\54\\32\\10\\c8\\3f")'];
  const calls: [string, ...(number | bigint)[]][] = [];
  for (const name of stores.split(" ")) {
    const type = name.slice(0, 3);
    text.push(`(func (export "${name}") (param i32 ${type}) (${name} offset=3 (local.get 0) (local.get 1)))`);
    const value = type === "i64" ? -0x123456789abcdefn : type === "i32" ? -0x1234567 : 1.625;
    calls.push([name, 20, value], [name, 65530, value], [name, 65527, value], [name, -1, value]);
  }
  for (const name of loads) {
    const type = name.slice(0, 3);
    text.push(`(func (export "${name}") (param i32) (result ${type}) (${name} offset=5 (local.get 0)))`);
    for (const at of [0, 3, 4, 7, 15, 65528, 65530, 65531, 65527, -1]) calls.push([name, at]);
  }
  expect(difference(`${text.join("\n")})`, calls)).toBe("");
});

test("memory.size, grow, fill, copy and init", () => {
  const wat = `(module (memory 1 5) (data $d "hello world")
    (func (export "size") (result i32) (memory.size))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (memory.init $d (local.get 0) (local.get 1) (local.get 2)))
    (func (export "drop") (data.drop $d))
    (func (export "get") (param i32) (result i32) (i32.load (local.get 0))))`;
  expect(
    difference(wat, [
      ["size"],
      ["grow", 2],
      ["size"],
      ["grow", 3],
      ["grow", -1],
      ["fill", 10, 0x1ff, 20],
      ["get", 28],
      ["fill", 65536 * 3, 1, 1],
      ["fill", 65536 * 3, 1, 0],
      ["copy", 12, 20, 30],
      ["get", 40],
      ["copy", -1, 0, 2],
      ["init", 100, 2, 5],
      ["get", 100],
      ["get", 103],
      ["init", 100, 7, 5],
      ["drop"],
      ["init", 100, 0, 1],
      ["init", 100, 0, 0],
    ]),
  ).toBe("");
});

test("the size of a memory that never grows is a constant", () => {
  const text = ssa('(module (memory 3 9) (func (export "f") (result i32) (memory.size)))');
  expect(text).toContain("const 3");
  expect(text).not.toContain("load");
});

test("a memory without guard pages is checked explicitly", () => {
  for (const grows of [false, true]) {
    const g = guest(`(module (memory 1 3)
      (func (export "f") (param i32) (result i32) (i32.load offset=100 (local.get 0)))
      (func (export "s") (param i32) (i64.store16 offset=65532 (local.get 0) (i64.const 1)))
      (func (export "far") (param i32) (result i32) (i32.load8_u offset=4294967295 (local.get 0)))
      ${grows ? '(func (export "grow") (result i32) (memory.grow (i32.const 1)))' : ""})`);
    for (let m = 0; m < g.program.memoryMin.length; m++) g.program.memoryGuarded.set(m, 0);
    const engine = instantiate(g.bytes);
    const text = printFunction(built(g, g.find("f")));
    expect(text).toContain("trap_access m1[v1+100]");
    for (const level of [0, 1]) {
      const machine = new Machine(g.program, level);
      const other = level === 0 ? engine : instantiate(g.bytes);
      for (let round = 0; round < 3; round++) {
        for (const name of ["f", "s", "far"]) {
          for (const at of [0, 1, 2, 3, 65431, 65432, 65433, 65535, 130968, 130969, 131072, -1, -100]) {
            expect(callSsa(g, machine, name, [at])).toBe(callEngine(other, name, [at]));
          }
        }
        if (grows) expect(callSsa(g, machine, "grow", [])).toBe(callEngine(other, "grow", []));
      }
    }
  }
});

test("tables: get, set, size, grow, fill, copy, init and indirect calls", () => {
  const wat = `(module
    (table $t 4 20 funcref) (table $u 3 funcref)
    (elem (table $t) (i32.const 0) func $a $b) (elem $e func $b $c $a)
    (type $i (func (result i32)))
    (func $a (result i32) (i32.const 11))
    (func $b (result i32) (i32.const 22))
    (func $c (param i32) (result i32) (local.get 0))
    (func (export "call") (param i32) (result i32) (call_indirect $t (type $i) (local.get 0)))
    (func (export "callu") (param i32) (result i32) (call_indirect $u (type $i) (local.get 0)))
    (func (export "null") (param i32) (result i32) (ref.is_null (table.get $t (local.get 0))))
    (func (export "set") (param i32) (table.set $t (local.get 0) (ref.func $c)))
    (func (export "clear") (param i32) (table.set $t (local.get 0) (ref.null func)))
    (func (export "size") (result i32) (i32.add (table.size $t) (i32.mul (table.size $u) (i32.const 100))))
    (func (export "grow") (param i32) (result i32) (table.grow $t (ref.func $a) (local.get 0)))
    (func (export "fill") (param i32 i32) (table.fill $t (local.get 0) (ref.func $b) (local.get 1)))
    (func (export "copy") (param i32 i32 i32) (table.copy $u $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (table.init $u $e (local.get 0) (local.get 1) (local.get 2)))
    (func (export "drop") (elem.drop $e)))`;
  expect(
    difference(wat, [
      ["size"],
      ["call", 0],
      ["call", 1],
      ["call", 2],
      ["call", 4],
      ["call", -1],
      ["null", 1],
      ["null", 2],
      ["null", 4],
      ["set", 2],
      ["call", 2],
      ["null", 2],
      ["clear", 0],
      ["call", 0],
      ["set", 9],
      ["grow", 3],
      ["size"],
      ["call", 6],
      ["grow", 100000],
      ["fill", 2, 2],
      ["call", 3],
      ["fill", 6, 2],
      ["copy", 0, 3, 2],
      ["callu", 1],
      ["callu", 2],
      ["copy", 2, 0, 2],
      ["init", 0, 1, 2],
      ["callu", 1],
      ["init", 2, 1, 2],
      ["drop"],
      ["init", 0, 1, 1],
      ["init", 0, 0, 0],
      ["size"],
    ]),
  ).toBe("");
});

test("globals: constants are constants, others are read and written", () => {
  const wat = `(module
    (global $c i32 (i32.const 42)) (global $never (mut f64) (f64.const 1.5)) (global $m (mut i64) (i64.const -5))
    (global $f funcref (ref.func $f)) (global $n externref (ref.null extern))
    (func $f (export "f") (result i32) (i32.add (global.get $c) (ref.is_null (global.get $f))))
    (func (export "g") (result f64) (global.get $never))
    (func (export "h") (param i64) (result i64) (local i64)
      (local.set 1 (global.get $m)) (global.set $m (local.get 0)) (local.get 1))
    (func (export "n") (result i32) (ref.is_null (global.get $n))))`;
  expect(difference(wat, [["f"], ["g"], ["h", 7n], ["h", 9n], ["n"]])).toBe("");
  expect(ssa(wat, "f")).toContain("const 42");
  expect(ssa(wat, "f")).toContain("func_ref");
  expect(ssa(wat, "g")).not.toContain("global_get");
});

test("calls with many parameters and results, and recursion", () => {
  const n = 20;
  const params = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? "i64" : i % 3 === 1 ? "f64" : "i32"));
  const order = params.map((_, i) => `(local.get ${n - 1 - i})`).join(" ");
  const args = params.map((t, i) => `(${t}.const ${i + 1})`).join(" ");
  const wat = `(module
    (func $many (param ${params.join(" ")}) (result ${[...params].reverse().join(" ")}) ${order})
    (func (export "f") (result ${[...params].reverse().join(" ")}) (call $many ${args}))
    (func $fib (export "fib") (param i32) (result i32)
      (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
        (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2))))))))`;
  expect(difference(wat, [["f"], ["fib", 12]])).toBe("");
});

test("intrinsics are expanded", () => {
  const wat = `(module
    (import "wx" "syscall" (func $syscall (param i64 i64 i64 i64 i64 i64 i64) (result i64)))
    (import "wx" "load8" (func $load8 (param i64) (result i32)))
    (import "wx" "load64" (func $load64 (param i64) (result i64)))
    (import "wx" "store16" (func $store16 (param i64 i32)))
    (import "wx" "store64" (func $store64 (param i64 i64)))
    (import "wx" "copy" (func $copy (param i64 i64 i64)))
    (import "wx" "fill" (func $fill (param i64 i32 i64)))
    (import "wx" "memory_base" (func $memory_base (result i64)))
    (import "wx" "guest_base" (func $guest_base (result i64)))
    (import "wx" "guest_size" (func $guest_size (result i64)))
    (import "wx" "info" (func $info (result i64)))
    (import "wx" "trap" (func $trap (param i32)))
    (import "wx" "code_start" (func $code_start (result i64)))
    (import "wx" "extern_of" (func $extern_of (param i64) (result externref)))
    (memory 2)
    (func (export "f") (param i64) (result i64)
      (call $store16 (local.get 0) (call $load8 (i64.add (call $memory_base) (local.get 0))))
      (call $store64 (call $info) (call $load64 (call $guest_base)))
      (call $copy (local.get 0) (call $code_start) (call $guest_size))
      (call $fill (local.get 0) (i32.const 3) (i64.const 4))
      (drop (call $extern_of (local.get 0)))
      (call $syscall (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6) (i64.const 7)))
    (func (export "t") (result i32) (call $trap (i32.const 5)) (i32.const 1)))`;
  const linked = link(wat, (options) => {
    options.guestTrusted = true;
    options.rootAllExports = true;
    options.entry = "";
  });
  expect(linked.message).toBe("");
  const { program } = linked;
  const text = (name: string): string => {
    const f = program.funcOf(1, linked.guest.findExport(name, 0));
    return printFunction(built({ program, bytes: new Uint8Array(), find: () => f }, f));
  };
  const f = text("f");
  for (const part of ["load8_u raw[", "store16 raw[", "load raw[", "store raw[", "copy_bytes", "fill_bytes"]) {
    expect(f).toContain(part);
  }
  for (const part of [
    "syscall v",
    "code_bound 0",
    `const ${GUEST_CELL + MemoryCell.Size}`,
    "const 268435456",
    "ref = bitcast",
  ]) {
    expect(f).toContain(part);
  }
  expect(f).not.toContain("call f");
  expect(text("t")).toContain("trap 5");
});

test("stubs for unknown imports", () => {
  for (const [mode, expected] of [
    [1, "trap 9"],
    [2, "return v0, v1, v2"],
  ] as const) {
    const linked = link(
      `(module (import "x" "y" (func $y (param i32) (result i32 f64 externref)))
        (func (export "_start") (call $y (i32.const 1)) (drop) (drop) (drop)))`,
      (options) => {
        options.unknownImports = mode;
      },
    );
    expect(linked.message).toBe("");
    const { program } = linked;
    const stub = Array.from({ length: program.funcKind.length }, (_, f) => f).find(
      (f) => program.funcKind.get(f) === FuncKind.TrapStub || program.funcKind.get(f) === FuncKind.DefaultStub,
    ) as number;
    const func = new Func();
    buildStub(program, stub, func);
    expect(verify(func)).toBe("");
    expect(printFunction(func)).toContain(expected);
  }
});

test("origins are offsets in the module's file", () => {
  const g = guest('(module (func (export "f") (param i32) (result i32) (i32.clz (local.get 0))))');
  const func = built(g, g.find("f"));
  const origins: number[] = [];
  for (let v = 0; v < func.valueCount; v++) origins.push(func.origin.get(v));
  const clz = g.bytes.indexOf(0x67);
  expect(origins).toEqual([-1, clz, clz + 1]);
});
