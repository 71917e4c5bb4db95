// End to end: traps of real executables, with wasmtime's backtrace lines, and start-up under limits. Some programs of
// WASI's test suite are compiled too; all of them run on the runtime alone in testsuite.test.ts.

import "../../host/js/prelude";
import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../text/assemble";
import { compileTo, type NativeOptions } from "./native";

const directory = mkdtempSync(join(tmpdir(), "wx-native-"));
afterAll(() => rmSync(directory, { recursive: true }));
const program = join(directory, "program");
const suite = join(import.meta.dir, "../../../shared/wasi-testsuite");

function compileText(text: string, options: NativeOptions = {}): void {
  compileTo(program, assemble(text), options);
}

/** Exit status (or signal) and standard error of the program. */
function run(command: string[] = [program]): { status: number | string; lines: string[]; stdout: string } {
  const result = Bun.spawnSync(command, { timeout: 120_000 });
  const lines = result.stderr.toString().split("\n").slice(0, -1);
  return { status: result.signalCode ?? result.exitCode, lines, stdout: result.stdout.toString() };
}

const HEAD = "wx: error while executing at wasm backtrace:";

test("a load out of bounds: frames by name and number, the address, the memory's size", () => {
  compileText(`(module $m (memory (export "memory") 1)
    (func $inner (param i32) (drop (i32.load (local.get 0))))
    (func (param i32) (call $inner (local.get 0)) (nop))
    (func (export "_start") (call 1 (i32.const 0x11170))))`);
  const { status, lines } = run();
  expect(status).toBe(134);
  expect(lines[0]).toBe(HEAD);
  expect(lines.slice(1).map((line) => line.replace(/0x[0-9a-f]+ - /, "AT - "))).toEqual([
    "    0:     AT - m!inner",
    "    1:     AT - m!<wasm function 1>",
    "    2:     AT - m!<wasm function 2>",
    "memory fault at wasm address 0x11170 in linear memory of size 0x10000",
    "wasm trap: out of bounds memory access",
  ]);
});

const trapping: [string, string, string][] = [
  ["unreachable", "(unreachable)", "wasm `unreachable` instruction executed"],
  ["division by zero", "(drop (i32.div_u (i32.const 1) (i32.load (i32.const 0))))", "integer divide by zero"],
  ["remainder by zero", "(drop (i64.rem_s (i64.const 1) (i64.load offset=8 (i32.const 0))))", "integer divide by zero"],
  [
    "overflow of a division",
    "(drop (i32.div_s (i32.const 0x80000000) (i32.sub (i32.load (i32.const 0)) (i32.const 1))))",
    "integer overflow",
  ],
  [
    "conversion of NaN",
    "(drop (i32.trunc_f32_s (f32.div (f32.load (i32.const 0)) (f32.load (i32.const 0)))))",
    "invalid conversion to integer",
  ],
  ["conversion out of range", "(drop (i32.trunc_f64_s (f64.const 1e10)))", "integer overflow"],
  ["null in a table", "(call_indirect (type $v) (i32.load (i32.const 0)))", "uninitialized element"],
  [
    "index beyond a table",
    "(call_indirect (type $v) (i32.load offset=4 (i32.const 0)))",
    "undefined element: out of bounds table access",
  ],
  ["wrong type in a table", "(call_indirect (type $v) (i32.const 1))", "indirect call type mismatch"],
  [
    "memory.fill beyond the end",
    "(memory.fill (i32.const 65535) (i32.const 0) (i32.const 2))",
    "out of bounds memory access",
  ],
  [
    "table.copy beyond the end",
    "(table.copy (i32.const 1) (i32.const 0) (i32.load offset=4 (i32.const 0)))",
    "undefined element: out of bounds table access",
  ],
  ["the largest offset", "(drop (i64.load offset=0xffffffff (i32.const -1)))", "out of bounds memory access"],
  ["a store below 4 GiB", "(i32.store8 (i32.const -1) (i32.const 0))", "out of bounds memory access"],
];

test.each(trapping)("trap: %s", (_, body, message) => {
  compileText(`(module $m (memory (export "memory") 1) (type $v (func)) (table 2 funcref)
    (data (i32.const 4) "\\10") (elem (i32.const 1) $odd) (func $odd (param f32))
    (func (export "_start") ${body}))`);
  const { status, lines } = run();
  expect([status, lines[0], lines.at(-1)]).toEqual([134, HEAD, `wasm trap: ${message}`]);
  expect(lines[1]).toMatch(/^ {4}0: +0x[0-9a-f]+ - m!<wasm function 1>$/);
});

test("an exhausted stack, with small frames, large ones, and arguments on the stack", () => {
  const locals = Array.from({ length: 3000 }, (_, i) => `(local.set ${i} (i64.load (i32.const ${i * 8})))`);
  const sums = Array.from({ length: 3000 }, (_, i) => `(i64.store (i32.const ${i * 8}) (local.get ${i}))`);
  const many = Array.from({ length: 30 }, () => "(local.get 0)");
  for (const recursive of [
    "(func $so (param i32) (result i32) (i32.add (call $so (local.get 0)) (local.get 0)))",
    `(func $so (param i32) (result i32) (local ${"i64 ".repeat(3000)})
      ${locals.map((l) => l.replace(/set (\d+)/, (_, n) => `set ${Number(n) + 1}`)).join(" ")}
      (local.set 0 (call $so (local.get 0)))
      ${sums.map((l) => l.replace(/get (\d+)/, (_, n) => `get ${Number(n) + 1}`)).join(" ")} (local.get 0))`,
    `(func $so (param i32) (result i32) (i32.add (call $deep ${many.join(" ")}) (local.get 0)))
     (func $deep (param ${"i32 ".repeat(30)}) (result i32) (i32.add (call $so (local.get 29)) (local.get 3)))`,
  ]) {
    compileText(`(module $m (memory (export "memory") 1) ${recursive}
      (func (export "_start") (drop (call $so (i32.const 0)))))`);
    const { status, lines } = run();
    expect([status, lines[0], lines.at(-1)]).toEqual([134, HEAD, "wasm trap: call stack exhausted"]);
    expect(lines.length).toBe(28);
    expect(lines[20]).toMatch(/^ {3}19: +0x[0-9a-f]+ - m!(so|deep)$/);
    expect(lines[21]).toMatch(/^ {2}\.\.\.: \d+ more frames$/);
    expect(lines.at(-2)).toMatch(/m!<wasm function \d>$/);
  }
});

test("segments that do not fit end the instantiation", () => {
  compileText(`(module (memory (export "memory") 1) (data (i32.const 65530) "0123456789") (func (export "_start")))`);
  const { status, lines } = run();
  expect([status, lines]).toEqual([
    134,
    ["wx: failed to instantiate the module", "wasm trap: out of bounds memory access"],
  ]);
});

test("memory grows to what was asked for, and not beyond its maximum or the system's limit", () => {
  compileText(`(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1 30000)
    (func (export "_start")
      (if (i32.ne (memory.grow (i32.const 10)) (i32.const 1)) (then (call $exit (i32.const 1))))
      (i32.store (i32.const 0xafffc) (i32.const 5))
      (if (i32.ne (memory.grow (i32.const 29990)) (i32.const -1)) (then (call $exit (i32.const 2))))
      (if (i32.eq (memory.grow (i32.const 20000)) (i32.const -1)) (then (call $exit (i32.const 3))))
      (i32.store (i32.const 0x4e2afffc) (i32.const 5))
      (i32.store (i32.const 0x4e2b0000) (i32.const 5))))`);
  const free = run();
  expect([free.status, free.lines.at(-1)]).toEqual([134, "wasm trap: out of bounds memory access"]);
  expect(free.lines.at(-2)).toBe("memory fault at wasm address 0x4e2b0000 in linear memory of size 0x4e2b0000");
  // 500 MB of address space: no reservation, and no room for the second growth.
  expect(run(["/bin/sh", "-c", `ulimit -v 500000; exec ${program}`]).status).toBe(3);
  const tight = run(["/bin/sh", "-c", `ulimit -v 4000; exec ${program}`]);
  expect([tight.status, tight.lines]).toEqual([1, ["wx: cannot map 8388608 bytes of memory"]]);
});

test("a signal from outside is no trap", () => {
  compileText(`(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))`);
  const result = run(["/bin/sh", "-c", `${program} & sleep 0.1; kill -SEGV $!; wait $!; echo $?`]);
  expect(result.stdout).toBe("139\n");
  expect(result.lines.join("\n")).not.toContain("wasm trap");
});

test("standard output closed, arguments, exit status", () => {
  compileText(`(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\\10\\00\\00\\00\\03\\00\\00\\00") (data (i32.const 16) "hi\\n")
    (func (export "_start") (drop (call $args (i32.const 32) (i32.const 36)))
      (call $exit (i32.add (i32.load (i32.const 32))
        (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 40))))))`);
  expect([run([program, "a", "b"]).stdout, run([program, "a", "b"]).status]).toEqual(["hi\n", 3]);
  // EBADF is 8.
  expect(run(["/bin/sh", "-c", `${program} >&-`]).status).toBe(9);
});

if (existsSync(suite)) {
  for (const [name, folder] of [
    ["fopen-with-access", "c"],
    ["fd_readdir", "rust"],
    ["path_rename", "rust"],
    ["poll_oneoff_stdio", "rust"],
  ]) {
    test(`compiled: ${name}`, () => {
      const root = join(directory, name, "fs-tests.dir");
      cpSync(join(suite, folder, "fs-tests.dir"), root, { recursive: true });
      compileTo(program, join(suite, folder, `${name}.wasm`), { grants: [{ host: root, guest: "/" }] });
      expect([run().status, run().lines]).toEqual([0, run().lines]);
    });
  }
} else {
  console.log("skipped: 4 programs of the WASI test suite (shared/wasi-testsuite is not there)");
}
