// `wx --invoke` from the command line to what the program prints: arguments of every form, results as wasmtime
// prints them, and what is said when the call cannot be made.

import "../../host/js/prelude";
import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../text/assemble";
import { floatOf, makeRandom, randomBits } from "../float-text/helpers";

const root = join(import.meta.dir, "../..");
const wasmtime = join(root, "../shared/peers/wasmtime");
const directory = mkdtempSync(join(tmpdir(), "wx-invoke-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** Writes a module and returns its path. */
function moduleFile(name: string, text: string): string {
  const file = join(directory, `${name}.wasm`);
  writeFileSync(file, assemble(text));
  return file;
}

interface Outcome {
  status: number;
  out: string;
  err: string;
}

function run(...command: string[]): Outcome {
  const done = Bun.spawnSync(command, { cwd: directory, timeout: 300_000 });
  return { status: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

const wx = (...args: string[]) => run(process.execPath, join(root, "src/cli/main.ts"), ...args);

const math = moduleFile(
  "math",
  `(module
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "all") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
      local.get 3 local.get 2 local.get 1 local.get 0)
    (func (export "nothing"))
    (func (export "div") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
    (func (export "bits32") (param f32) (result i32) (i32.reinterpret_f32 (local.get 0)))
    (func (export "bits64") (param f64) (result i64) (i64.reinterpret_f64 (local.get 0)))
    (func (export "take") (param externref))
    (func (export "give") (result funcref) (ref.null func))
    (memory (export "memory") 1))`,
);
const LIST = `the exported functions are
  add(i32, i32) -> i32
  all(i32, i64, f32, f64) -> f64, f32, i64, i32
  nothing()
  div(i32, i32) -> i32
  bits32(f32) -> i32
  bits64(f64) -> i64
  take(reference)
  give() -> reference
`;

test("in place and as an executable", () => {
  expect(wx("--invoke", "add", math, "2", "3")).toEqual({ status: 0, out: "5\n", err: "" });
  expect(wx("--aot", "--invoke", "add", math, "2", "3", "-o", "five")).toEqual({ status: 0, out: "", err: "" });
  expect(run("./five")).toEqual({ status: 0, out: "5\n", err: "" });
  expect(wx("--invoke=nothing", math)).toEqual({ status: 0, out: "", err: "" });
  expect(wx("--jit", "-O0", "--check", "--invoke", "add", math, "0x7fffffff", "+1").out).toBe("-2147483648\n");
}, 600_000);

test("several results in order, one a line", () => {
  const { out } = wx("--invoke", "all", math, "4294967295", "-9223372036854775808", "0x1.8p1", "-0");
  expect(out).toBe("-0\n3\n-9223372036854775808\n-1\n");
  expect(wx("--invoke", "all", math, "-0x80000000", "18446744073709551615", ".5", "NaN").out).toBe(
    "NaN\n0.5\n-1\n-2147483648\n",
  );
}, 600_000);

test("negative numbers are no options", () => {
  expect(wx("--invoke", "add", math, "-5", "-6").out).toBe("-11\n");
  expect(wx("--invoke", "add", math, "--", "-5", "-6").out).toBe("-11\n");
  expect(wx("--invoke", "add", "--", math, "-5", "-6").out).toBe("-11\n");
  expect(wx("--aot", "-o", "n", "--invoke", "add", math, "-5", "-6").err).toBe("");
  expect(run("./n").out).toBe("-11\n");
  expect(wx("--aot", math, "--invoke", "bits32", "-.5", "-o", "n").err).toBe("");
  expect(run("./n").out).toBe(`${0xbf000000 | 0}\n`);
  expect(wx("--aot", math, "-inf", "--invoke", "bits32", "-o", "n").err).toBe("");
  expect(run("./n").out).toBe(`${0xff800000 | 0}\n`);
  expect(wx("--aot", math, "--invoke", "bits32", "-o", "n", "--", "-nan:0x1").err).toBe("");
  expect(run("./n").out).toBe(`${0xff800001 | 0}\n`);
  expect(wx("--aot", math, "-5").err).toStartWith("wx: --aot takes one program, but there is also '-5'");
  expect(wx("-5", math).err).toStartWith("wx: unknown option '-5'");
  expect(wx("--aot", math, "-x").err).toStartWith("wx: unknown option '-x'");
}, 600_000);

test("what cannot be called is said in one message", () => {
  const message = (...args: string[]) => {
    const { status, out, err } = wx(...args);
    expect(status).toBe(2);
    expect(out).toBe("");
    expect(err).toStartWith(`wx: ${math}: `);
    return err.slice(`wx: ${math}: `.length);
  };
  expect(message("--invoke", "sub", math)).toBe(`there is no exported function 'sub'; ${LIST}`);
  expect(message("--invoke", "memory", math)).toBe(`there is no exported function 'memory'; ${LIST}`);
  expect(message("--aot", "--invoke", "ad", math)).toBe(
    `there is no exported function 'ad'; did you mean 'add'?; ${LIST}`,
  );
  const add = "add(i32, i32) -> i32";
  expect(message("--invoke", "add", math, "1")).toBe(`${add} takes 2 arguments, but 1 given\n`);
  expect(message("--invoke", "add", math)).toBe(`${add} takes 2 arguments, but 0 given\n`);
  expect(message("--aot", "--invoke", "bits32", math, "1", "2", "3")).toBe(
    "bits32(f32) -> i32 takes 1 argument, but 3 given\n",
  );
  expect(message("--invoke", "add", math, "1", "x")).toBe(`argument 2 of ${add}, 'x', is not an i32\n`);
  expect(message("--invoke", "add", math, "1.5", "1")).toBe(`argument 1 of ${add}, '1.5', is not an i32\n`);
  expect(message("--invoke", "add", math, "", "1")).toBe(`argument 1 of ${add}, '', is not an i32\n`);
  expect(message("--invoke", "add", math, "4294967296", "1")).toBe(
    `argument 1 of ${add}, '4294967296', is too large for an i32\n`,
  );
  expect(message("--invoke", "bits32", math, "1e39")).toBe(
    "argument 1 of bits32(f32) -> i32, '1e39', is too large for an f32\n",
  );
  expect(message("--invoke", "take", math, "1")).toBe(
    "take(reference) takes a reference, which cannot be given here\n",
  );
  expect(message("--invoke", "give", math)).toBe("give() -> reference returns a reference, which cannot be printed\n");
  expect(wx("--invoke", "", math)).toEqual({
    status: 2,
    out: "",
    err: "wx: --invoke takes the name of an export\nTry 'wx --help'.\n",
  });
}, 600_000);

const USAGE = LIST.replace("the exported functions are", "Exports:");

test("a module without _start takes the name of an export", () => {
  expect(wx(math, "add", "2", "3")).toEqual({ status: 0, out: "5\n", err: "" });
  expect(wx("--jit", "-O0", "--check", math, "all", "-1", "0x10", "-.5", "inf").out).toBe("inf\n-0.5\n16\n-1\n");
  expect(wx(math)).toEqual({ status: 0, out: `Usage: ${math} NAME [ARGUMENTS]\n\n${USAGE}`, err: "" });
  expect(wx("--aot", math, "-o", "calc")).toEqual({ status: 0, out: "", err: "" });
  expect(run("./calc", "add", "2", "3")).toEqual({ status: 0, out: "5\n", err: "" });
  expect(run("./calc", "nothing")).toEqual({ status: 0, out: "", err: "" });
  expect(run("./calc", "bits64", "-1e-310").out).toBe(`${new BigInt64Array(new Float64Array([-1e-310]).buffer)[0]}\n`);
  expect(run("./calc", "all", "-7", "18446744073709551615", "0.1", "1e-310").out).toBe(
    `0.${"0".repeat(309)}1\n0.1\n-1\n-7\n`,
  );
  for (const args of [[], ["--help"]]) {
    expect(run("./calc", ...args)).toEqual({ status: 0, out: `Usage: ./calc NAME [ARGUMENTS]\n\n${USAGE}`, err: "" });
  }
}, 600_000);

test("what an executable says when it is called wrongly", () => {
  const refusal = (...args: string[]) => {
    const { status, out, err } = run("./calc", ...args);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toStartWith("./calc: ");
    return err.slice("./calc: ".length);
  };
  const hint = "Without arguments, ./calc lists what it exports.\n";
  expect(refusal("sub")).toBe(`there is no exported function 'sub'\n${hint}`);
  expect(refusal("nothign")).toBe(`there is no exported function 'nothign'; did you mean 'nothing'?\n${hint}`);
  expect(refusal("a\x1bd")).toBe(`there is no exported function 'a?d'; did you mean 'add'?\n${hint}`);
  expect(refusal("add", "1")).toBe("add(i32, i32) -> i32 takes 2 arguments, but 1 given\n");
  expect(refusal("add", "1", "2", "3")).toBe("add(i32, i32) -> i32 takes 2 arguments, but 3 given\n");
  expect(refusal("add", "1", "two")).toBe("argument 2 of add(i32, i32) -> i32, 'two', is not an i32\n");
  expect(refusal("add", "1", "1e3")).toBe("argument 2 of add(i32, i32) -> i32, '1e3', is not an i32\n");
  expect(refusal("take", "1")).toBe("take(reference) takes a reference, which cannot be given here\n");
}, 600_000);

test("--invoke is the default of an executable, with or without arguments", () => {
  expect(wx("--aot", "--invoke", "add", math, "-o", "adder").err).toBe("");
  expect(run("./adder", "4", "5").out).toBe("9\n");
  expect(run("./adder").err).toBe("./adder: add(i32, i32) -> i32 takes 2 arguments, but 0 given\n");
  expect(wx("--aot", "--invoke", "add", math, "-o", "adder", "2", "3").err).toBe("");
  expect(run("./adder").out).toBe("5\n");
  expect(run("./adder", "-4", "5").out).toBe("1\n");
}, 600_000);

test("many exports, and none", () => {
  const empty = moduleFile("empty", "(module)");
  const reason = "there is nothing to run: the module has no _start and exports no functions";
  for (const args of [[empty], ["--aot", empty, "-o", "none"]]) {
    expect(wx(...args)).toEqual({ status: 1, out: "", err: `wx: ${empty}: ${reason}\n` });
  }
  expect(existsSync(join(directory, "none"))).toBe(false);
  const many = Array.from({ length: 3000 }, (_, i) => `(func (export "f${i}") (result i32) (i32.const ${i}))`).join("");
  const file = moduleFile("many", `(module ${many})`);
  expect(wx(file, "f2999").out).toBe("2999\n");
  const lines = wx("--invoke", "x", file).err.split("\n");
  expect(lines.length).toBe(53);
  expect(lines.slice(50)).toEqual(["  f49() -> i32", "  and 2950 more", ""]);
  // A start function is a program too, and runs before what is called.
  const starts = moduleFile("starts", "(module (func $f unreachable) (start $f))");
  expect(wx(starts).status).toBe(134);
  const both = moduleFile(
    "both",
    `(module (global $n (mut i32) (i32.const 1)) (func $f (global.set $n (i32.const 42))) (start $f)
      (func (export "n") (result i32) (global.get $n)))`,
  );
  expect(wx(both, "n").out).toBe("42\n");
}, 600_000);

test("huge arguments, and very many", () => {
  expect(run("./calc", "bits64", "0".repeat(100_000) + "1").out).toBe(`${0x3ff0000000000000n}\n`);
  const params = 1000;
  const text = `(module (func (export "sum") (param ${"i32 ".repeat(params)}) (result i32)
    ${Array.from({ length: params }, (_, i) => `local.get ${i} ${i == 0 ? "" : "i32.add"}`).join(" ")}))`;
  const numbers = Array.from({ length: params }, (_, i) => `${i}`);
  expect(wx(moduleFile("sum", text), "sum", ...numbers).out).toBe(`${(params * (params - 1)) / 2}\n`);
}, 600_000);

test("traps, and the exit status of the program", () => {
  const { status, out, err } = wx("--invoke", "div", math, "1", "0");
  expect([status, out]).toEqual([134, ""]);
  expect(err).toContain("wasm trap: integer divide by zero\n");
  const exits = moduleFile(
    "exits",
    `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (func (export "exit") (param i32) (result i32) (call $exit (local.get 0)) (i32.const 1)))`,
  );
  expect(wx("--invoke", "exit", exits, "7")).toEqual({ status: 7, out: "", err: "" });
}, 600_000);

test("_initialize runs first, once; _start does not", () => {
  const counter = (start: string) => `(module (global $n (mut i32) (i32.const 0))
    (func (export "_initialize") (global.set $n (i32.add (global.get $n) (i32.const 10))))
    ${start}
    (func (export "get") (result i32) (global.get $n)))`;
  const library = moduleFile("library", counter(""));
  expect(wx("--invoke", "get", library).out).toBe("10\n");
  expect(wx("--invoke", "_initialize", library)).toEqual({ status: 0, out: "", err: "" });
  const program = moduleFile("program", counter(`(func (export "_start") (global.set $n (i32.const 99)))`));
  expect(wx("--invoke", "get", program).out).toBe("0\n");
}, 600_000);

test("exports that are imports, and odd names", () => {
  const file = moduleFile(
    "again",
    `(module (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
      (memory (export "memory") 1) (export "yield" (func $yield)) (export "gr\\c3\\b6\\c3\\9fe \\01" (func $yield)))`,
  );
  expect(wx("--invoke", "yield", file)).toEqual({ status: 0, out: "0\n", err: "" });
  expect(wx("--invoke", "größe \x01", file)).toEqual({ status: 0, out: "0\n", err: "" });
  expect(wx(file).out).toEndWith("\n  yield() -> i32\n  größe ?() -> i32\n");
}, 600_000);

test("the runtime's printing cannot be imported by a guest", () => {
  for (const name of ["wx_print_i32", "wx_print_f64", "wx_script_check", "print_i32"]) {
    const file = moduleFile(
      "thief",
      `(module (import "wasi_snapshot_preview1" "${name}" (func $f (param i32))) (func (export "_start") (call $f (i32.const 1))))`,
    );
    const { status, err } = wx(file);
    expect(status).toBe(1);
    expect(err).toContain("unknown import");
  }
}, 600_000);

/** A module that returns the given floats, f32 and f64 in turn. */
function floatsModule(name: string, bits: bigint[]): string {
  const types = bits.map((_, i) => (i & 1 ? "f64" : "f32")).join(" ");
  const values = bits.map((x, i) =>
    i & 1 ? `(f64.reinterpret_i64 (i64.const ${x}))` : `(f32.reinterpret_i32 (i32.const ${x}))`,
  );
  return moduleFile(name, `(module (func (export "f") (result ${types}) ${values.join(" ")}))`);
}

const edges = [
  [0n, 0n],
  [0x80000000n, 1n << 63n],
  [0x7f800000n, 0x7ff0000000000000n],
  [0xff800000n, 0xfff0000000000000n],
  [0x7fc00000n, 0x7ff8000000000000n],
  [0xff800001n, 0xfff0000000000001n],
  [1n, 1n],
  [0x7f7fffffn, 0x7fefffffffffffffn],
  [0x3f800000n, 0x3ff0000000000000n],
  [0xcb800000n, 0xc340000000000000n],
  [0x3dcccccdn, 0x3fb999999999999an],
  [0x4a000001n, 0x4310000000000001n],
].flat();

test("floats print with the fewest digits and no exponent", () => {
  const lines = wx("--invoke", "f", floatsModule("edges", edges)).out.split("\n");
  expect(lines.slice(0, 12)).toEqual(["0", "0", "-0", "-0", "inf", "inf", "-inf", "-inf", "NaN", "NaN", "NaN", "NaN"]);
  expect(lines[12]).toBe(`0.${"0".repeat(44)}1`);
  expect(lines[13]).toBe(`0.${"0".repeat(323)}5`);
  expect(lines[14]).toBe(`34028235${"0".repeat(31)}`);
  expect(lines[15]).toBe(`17976931348623157${"0".repeat(292)}`);
  const last = ["1", "1", "-16777216", "-9007199254740992", "0.1", "0.1", "2097152.3", "1125899906842624.3", ""];
  expect(lines.slice(16)).toEqual(last);
}, 600_000);

test("random floats read back from what is printed", () => {
  const random = makeRandom(7);
  const bits = Array.from({ length: 200 }, (_, i) => randomBits(random, (i & 1) == 1));
  const lines = wx("--invoke", "f", floatsModule("random", bits)).out.split("\n");
  for (let i = 0; i < bits.length; i++) {
    const double = (i & 1) == 1;
    const read = Number(lines[i]);
    expect(double ? read : Math.fround(read)).toBe(floatOf(bits[i]!, double));
  }
}, 600_000);

test.skipIf(!existsSync(wasmtime))(
  "floats look as wasmtime prints them",
  () => {
    const random = makeRandom(8);
    const bits = [...edges, ...Array.from({ length: 400 }, (_, i) => randomBits(random, (i & 1) == 1))];
    const file = floatsModule("compare", bits);
    expect(wx("--invoke", "f", file).out).toBe(run(wasmtime, "run", "--invoke", "f", file).out);
  },
  600_000,
);

const native = join(root, "build/wx");

test.skipIf(!existsSync(native))(
  "the native wx does the same",
  () => {
    const args = ["--aot", "--invoke", "all", math, "-7", "0xffffffffffffffff", "0.1", "-1e-310", "-o", "one"];
    expect(run(native, ...args)).toEqual({ status: 0, out: "", err: "" });
    expect(run("./one").out).toBe(`-0.${"0".repeat(309)}1\n0.1\n-1\n-7\n`);
    expect(run(native, "--invoke", "sub", math).err).toBe(wx("--invoke", "sub", math).err);
  },
  600_000,
);
