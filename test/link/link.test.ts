// The linker: resolution and its messages, reachability, constants, canonical types.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { cpuMilliseconds } from "../cpu-time";
import { Sandbox } from "../../src/link/info";
import { type LinkOptions, UnknownImports } from "../../src/link/options";
import { FuncKind } from "../../src/link/program";
import { typeText } from "../../src/link/types";
import { ExternKind } from "../../src/wasm/module";
import { link, reached } from "./helpers";

const HINT = "hint: --unknown-imports=trap or =default replaces unknown functions by stubs";

const HELLO = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $dead (result i32) (call $write (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
  (func $main (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func (export "_start") (call $main)))`;

/** Nothing runs before the program. */
function bare(options: LinkOptions): void {
  options.sandbox = Sandbox.Off;
}

test("only what the entry reaches is compiled", () => {
  const { program, message } = link(HELLO, bare);
  expect(message).toBe("");
  expect(reached(program, 1)).toEqual(["main", "_start"]);
  // The runtime's functions have no names but their exports'; the helper has its own.
  const runtime = program.module(0);
  const names = reached(program, 0);
  expect(names).toContain("fd_write");
  expect(names).toContain("helper");
  expect(names).toContain("wx_signal");
  expect(names).not.toContain("unused");
  expect(names).not.toContain("memory_copy");
  expect(runtime.findExport("unused", ExternKind.Func)).toBeGreaterThan(0);
  // Each once.
  const order = Array.from({ length: program.order.length }, (_, i) => program.order.get(i));
  expect(new Set(order).size).toBe(order.length);
  expect(program.entries.length).toBe(1);
});

test("what sets a program up runs before it, and only where it is needed", () => {
  const before = (adjust: (o: LinkOptions) => void) => {
    const { program } = link(HELLO, adjust);
    const count = program.entries.length - 1;
    for (let i = 0; i <= count; i++) {
      const f = program.entries.get(i);
      const isRuntime = program.funcInstance.get(f) == program.runtime;
      expect([isRuntime, program.funcReached.get(f), program.funcRuns.get(f)]).toEqual([
        i < count,
        1,
        i < count ? 0 : 1,
      ]);
    }
    return count;
  };
  expect(before(() => {})).toBe(1);
  expect(before((o) => (o.sandbox = Sandbox.Off))).toBe(0);
  expect(before((o) => (o.guestTrusted = true))).toBe(0);
  expect(before((o) => (o.sandbox = Sandbox.Strict))).toBe(2);
  expect(before((o) => o.addGrant("a", "b", false))).toBe(3);
  const all = (o: LinkOptions) => {
    o.addGrant("a", "b", false);
    o.listenerCount = 1;
    o.timeoutSeconds = 1;
    o.sandbox = Sandbox.Strict;
  };
  expect(before(all)).toBe(7);
});

test("library calls are reached with the instructions that need them", () => {
  const { program } = link(`(module (memory 1 2)
    (func (export "_start") (drop (memory.grow (i32.const 1))) (memory.fill (i32.const 0) (i32.const 0) (i32.const 1))))`);
  const names = reached(program, 0);
  expect(names).toContain("memory_grow");
  expect(names).toContain("memory_fill");
  expect(names).not.toContain("memory_copy");
  expect(program.memoryGrows.get(program.memoryOf(1, 0))).toBe(1);
});

test("unknown imports are all named, with their types", () => {
  const guest = `(module
    (import "env" "f" (func (param i32 i64) (result f32)))
    (import "env" "g" (global (mut i32)))
    (import "wasi_snapshot_preview1" "nothing" (func))
    (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
    (func (export "_start")))`;
  const { message } = link(guest);
  expect(message).toBe(
    "3 unknown imports:\n" +
      '  "env" "f" (func (param i32 i64) (result f32))\n' +
      '  "env" "g" (global (mut i32))\n' +
      '  "wasi_snapshot_preview1" "nothing" (func)\n' +
      HINT,
  );
  // Only functions can become stubs.
  const trapping = link(guest, (o) => (o.unknownImports = UnknownImports.Trap));
  expect(trapping.message).toBe('unknown import:\n  "env" "g" (global (mut i32))');
});

test("unknown functions become stubs on request, and only when reached", () => {
  const guest = `(module (import "env" "f" (func $f (result i32))) (import "env" "g" (func $g))
    (func (export "_start") (drop (call $f))))`;
  for (const [mode, kind] of [
    [UnknownImports.Trap, FuncKind.TrapStub],
    [UnknownImports.Default, FuncKind.DefaultStub],
  ] as const) {
    const { program, message } = link(guest, (o) => (o.unknownImports = mode));
    expect(message).toBe("");
    const f = program.funcOf(1, 0);
    expect(program.funcKind.get(f)).toBe(kind);
    expect(program.funcReached.get(f)).toBe(1);
    expect(program.funcReached.get(program.funcOf(1, 1))).toBe(0);
  }
});

test("what only compiled code may call is not importable", () => {
  for (const name of ["wx_init", "wx_signal", "memory_copy", "table_init"]) {
    const type = name === "wx_init" ? "(param i64)" : "(param i64 i64 i64 i64 i64)";
    const { message } = link(`(module (import "wasi_snapshot_preview1" "${name}" (func ${type})))`);
    expect(message).toStartWith("unknown import:");
  }
});

test("intrinsics are for trusted guests alone, and can only be called", () => {
  const guest = `(module (import "wx" "load8" (func $load (param i64) (result i32)))
    (func (export "_start") (drop (call $load (i64.const 0)))))`;
  expect(link(guest).message).toBe(`unknown import:\n  "wx" "load8" (func (param i64) (result i32))\n${HINT}`);
  const { program, message } = link(guest, (o) => (o.guestTrusted = true));
  expect(message).toBe("");
  expect(program.funcKind.get(program.funcOf(1, 0))).toBe(FuncKind.Intrinsic);
  for (let i = 0; i < program.order.length; i++) expect(program.order.get(i)).not.toBe(program.funcOf(1, 0));

  const wrong = link(`(module (import "wx" "load8" (func (param i32) (result i32))))`, (o) => (o.guestTrusted = true));
  expect(wrong.message).toContain("does not have the intrinsic's type");
  const referred = link(
    `(module (import "wx" "load8" (func $load (param i64) (result i32))) (table 1 funcref) (elem (i32.const 0) $load)
      (func (export "_start") (drop (table.get 0 (i32.const 0)))))`,
    (o) => (o.guestTrusted = true),
  );
  expect(referred.message).toContain("an intrinsic has no address");
});

test("a signature that differs names both types", () => {
  const { message } = link(`(module (import "wasi_snapshot_preview1" "fd_write" (func (param i32) (result i64))))`);
  expect(message).toContain('"fd_write" (func (param i32) (result i64))');
  expect(message).toContain("(func (param i32 i32 i32 i32) (result i32))");
});

test("the runtime may use exports of the guest, which need to be there only when it does", () => {
  const runtime = `(module (import "guest" "hook" (func $hook))
    (func (export "wx_init") (param i64) (call $hook)) (func (export "wx_exit")) (func (export "wx_signal") (param i32 i64 i64))
    (func (export "wx_filter_calls")))`;
  const { program, message } = link(`(module (func $h (export "hook")) (func $other))`, undefined, runtime);
  expect(message).toBe("");
  expect(reached(program, 1)).toEqual(["h"]);
  expect(link("(module)", undefined, runtime).message).toBe('the program does not export function "hook"');
});

test("entries: start function, then _initialize of libraries, then the entry", () => {
  const start = link(`(module (func $s) (start $s) (func (export "_initialize")) (func $m (export "_start")))`, bare);
  expect(start.program.entries.length).toBe(2);
  expect(start.program.funcLocal.get(start.program.entries.get(0))).toBe(0);
  expect(start.program.funcLocal.get(start.program.entries.get(1))).toBe(2);

  const library = link(`(module (func (export "_initialize")) (func $run (export "run")))`, (o) => {
    bare(o);
    o.entry = "run";
  });
  expect(library.program.entries.length).toBe(2);
  expect(library.program.funcLocal.get(library.program.entries.get(1))).toBe(1);

  expect(link(`(module (func (export "_initialize")))`, bare).program.entries.length).toBe(1);
  expect(link("(module)", (o) => (o.entry = "run")).message).toBe('the program does not export function "run"');
  expect(link(`(module (func (export "_start") (param i32)))`).message).toBe(
    'entry "_start" must have type (func), but has (func (param i32))',
  );
});

test("roots keep exports; unknown ones are refused", () => {
  const guest = `(module (global (export "g") (mut i32) (i32.const 1)) (table (export "t") 2 funcref) (elem (i32.const 1) $x)
    (func $x) (func $a (export "a")) (func $b (export "b")))`;
  expect(reached(link(guest).program, 1)).toEqual([]);
  expect(reached(link(guest, (o) => o.roots.push("b")).program, 1)).toEqual(["b"]);
  const all = link(guest, (o) => (o.rootAllExports = true)).program;
  expect(reached(all, 1)).toEqual(["x", "a", "b"]);
  // The host may write what is exported.
  expect(all.globalConstant.get(all.globalOf(1, 0))).toBe(0);
  expect(all.tableWritten.get(all.tableOf(1, 0))).toBe(1);
  expect(link(guest, (o) => o.roots.push("c")).message).toBe('the program does not export function "c"');
});

test("globals that nothing reached writes are constants", () => {
  const { program } = link(`(module
    (global $a i32 (i32.const 40))
    (global $b i32 (i32.add (global.get $a) (i32.mul (i32.const -2) (i32.const 3))))
    (global $c (mut i64) (i64.sub (i64.const 1) (i64.const 0x100000000)))
    (global $d (mut i32) (i32.const 9))
    (global $e (mut i32) (i32.const 8))
    (global $f funcref (ref.func $g))
    (global $n externref (ref.null extern))
    (global $m i64 (i64.mul (i64.const 0x123456789abcdef) (i64.const 0xfedcba987654321)))
    (func $g) (func $dead (global.set $d (i32.const 1)))
    (func (export "_start") (global.set $e (i32.const 1))))`);
  const value = (i: number): bigint => {
    const g = program.globalOf(1, i);
    return BigInt.asIntN(64, (BigInt(program.globalHi.get(g)) << 32n) | BigInt(program.globalLo.get(g) >>> 0));
  };
  const constant = [0, 1, 2, 3, 4, 5, 6].map((i) => program.globalConstant.get(program.globalOf(1, i)));
  expect(constant).toEqual([1, 1, 1, 1, 0, 1, 1]);
  expect(value(1)).toBe(34n);
  expect(value(2)).toBe(1n - (1n << 32n));
  expect(value(7)).toBe(BigInt.asIntN(64, 0x123456789abcdefn * 0xfedcba987654321n));
  expect(program.globalFunc.get(program.globalOf(1, 5))).toBe(program.funcOf(1, 0));
  expect(program.globalFunc.get(program.globalOf(1, 6))).toBe(-1);
  expect(reached(program, 1)).toContain("g");
  expect(program.globalAddress.get(program.globalOf(1, 3))).toBe(0);
  expect(program.globalAddress.get(program.globalOf(1, 4))).toBeGreaterThan(0);
});

test("a table's functions are reached with the table", () => {
  const used = link(`(module (type $t (func)) (table 2 funcref) (elem (i32.const 0) $a $b) (func $a) (func $b) (func $c)
    (func (export "_start") (call_indirect (type $t) (i32.const 0))))`);
  expect(reached(used.program, 1)).toEqual(["a", "b", "_start"]);
  const unused = link(
    `(module (table 2 funcref) (elem (i32.const 0) $a $b) (func $a) (func $b) (func (export "_start")))`,
  );
  expect(reached(unused.program, 1)).toEqual(["_start"]);
  const passive = link(`(module (table 2 funcref) (elem $e func $a) (elem $f func $b) (func $a) (func $b)
    (func (export "_start") (table.init $e (i32.const 0) (i32.const 0) (i32.const 1))))`);
  expect(reached(passive.program, 1)).toEqual(["a", "_start"]);
});

test("equal types of both modules share a number, and none has number 0", () => {
  const { program } =
    link(`(module (type (func (param i64))) (type (func)) (type (func (param i64))) (type (func (result i64)))
    (func (type 0)))`);
  const types = [0, 1, 2, 3].map((t) => program.typeOf(1, t));
  expect(types[0]).toBe(types[2]);
  expect(new Set(types).size).toBe(3);
  expect(types).not.toContain(0);
  expect(typeText(program, types[3])).toBe("(func (result i64))");
  // wx_init has type (func (param i64)) too.
  expect(program.funcType.get(program.runtimeInit)).toBe(types[0]);
});

test("many types and imports are linear", () => {
  let wat = "(module";
  for (let i = 0; i < 20000; i++)
    wat += `(type (func (param ${"i32 ".repeat(i % 7)}) (result ${"i64 ".repeat(i % 11)})))`;
  for (let i = 0; i < 20000; i++) wat += `(import "e" "f${i}" (func (type ${i})))`;
  const start = cpuMilliseconds();
  const { program, message } = link(`${wat})`, (o) => (o.unknownImports = UnknownImports.Default));
  expect(message).toBe("");
  expect(program.typeStart.length).toBeLessThan(100);
  expect(cpuMilliseconds() - start).toBeLessThan(10000);
});
