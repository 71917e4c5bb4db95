// Programs watched while they are interpreted: traces, counts, coverage, breakpoints and their prompt, limits.

import { afterAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder, repository, run, wx, wxCommand } from "../programs/wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const average = join(repository, "examples/average.wat");
const hello = join(repository, "examples/hello.wasm");

function text(name: string, source: string): string {
  const path = join(folder, `${name}.wat`);
  writeFileSync(path, source);
  return path;
}

const calls = text(
  "calls",
  `(module
    (table funcref (elem $leaf $tail))
    (type $t (func (param i32) (result i64 f64)))
    (func $leaf (param i32) (result i64 f64) (i64.extend_i32_s (local.get 0)) (f64.const 0.5))
    (func $tail (param i32) (result i64 f64) (return_call $leaf (i32.mul (local.get 0) (i32.const 2))))
    (func $nothing)
    (func (export "main") (result i64 f64)
      (call $nothing)
      (call_indirect (type $t) (i32.const 7) (i32.const 1))))`,
);

test("calls: arguments and results of all types, indirect calls, tail calls, empty functions", () => {
  const done = wx(["--trace", calls, "main"]);
  expect(done).toEqual({
    status: 0,
    stdout: "14\n0.5\n",
    stderr: "main()\n  nothing()\n  nothing returns\n  tail(7)\n  leaf(14)\n  leaf = 14, 0.5\nmain = 14, 0.5\n",
  });
});

test("only functions that are asked for, by name, number and pattern", () => {
  const lines = (filter: string) =>
    wx(["--trace", "--trace-function", filter, calls, "main"]).stderr.split("\n").length - 1;
  expect([lines("leaf"), lines("0"), lines("l*f"), lines("*"), lines("le"), lines("*t*")]).toEqual([2, 2, 2, 7, 0, 3]);
});

test("functions of WASI are among the calls", () => {
  expect(wx(["--trace", hello]).stderr).toBe("_start()\n  fd_write(1, 0, 1, 8)\n  fd_write = 0\n_start returns\n");
});

test("memory and instructions", () => {
  const done = wx(["--trace=memory,instructions", "--trace-function=put", average, "average", "1", "1"]);
  expect(done.stdout).toBe("1\n");
  const lines = done.stderr.split("\n").map((line) => line.replace(/^ *0x[0-9a-f]+ +/, ""));
  expect(lines).toEqual([
    "local.get 0",
    "i32.const 4",
    "i32.mul  (1, 4)",
    "local.get 1",
    "i32.store  (4, 1)",
    "i32.store: address 4, value 1",
    "",
  ]);
});

test("what is watched does not change what the program does", () => {
  const all = ["--trace=calls,memory,instructions", "--stats", "--coverage", join(folder, "c"), "--fuel=100000000"];
  for (const [program, ...args] of [
    [join(repository, "examples/math.wasm"), "divmod", "17", "5"],
    [join(repository, "test/programs/files.wasm")],
    [hello],
  ]) {
    const plain = wx([program, ...args]);
    const watched = wx([...all, program, ...args]);
    expect([watched.stdout, watched.status]).toEqual([plain.stdout, plain.status]);
  }
}, 60_000);

test("statistics", () => {
  const { stderr } = wx(["--stats", average, "average", "4", "2"]);
  expect(stderr).toContain("instructions: 109\n");
  expect(stderr).toMatch(/ {2}14\.6 % +16 {2}i32\.const\n/);
  expect(stderr).toContain("calls: 6\n");
  expect(stderr).toMatch(/66\.6 % +4 {2}put\n/);
  expect(stderr).toContain("peak memory: 65536 bytes\n");
});

test("coverage", () => {
  const file = join(folder, "coverage");
  expect(wx(["--coverage", file, average, "average", "3", "1"])).toEqual({ status: 0, stdout: "6\n", stderr: "" });
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines[0]).toBe("put (#0): 5 of 5 instructions");
  expect(lines.filter((line) => /^ +0 {2}0x/.test(line)).map((line) => line.replace(/.* {2}/, ""))).toEqual([
    "loop",
    "br 0",
  ]);
  expect(wx(["--coverage", join(folder, "missing/c"), average, "average", "3", "1"]).status).toBe(1);
});

/** A session with these lines on standard input: what the debugger wrote. */
function session(lines: string[], ...args: string[]): { stdout: string; stderr: string; status: number | string } {
  return run([...wxCommand, ...args], { stdin: lines.map((line) => `${line}\n`).join("") });
}

test("breakpoints: stepping, showing, going on", () => {
  const { stdout, stderr, status } = session(
    [
      "locals",
      "s",
      "",
      "stack",
      "n",
      "next",
      "bt",
      "memory 0 17",
      "f",
      "break put",
      "breakpoints",
      "delete 1",
      "c",
      "c",
    ],
    "--break=sum",
    average,
    "average",
    "2",
    "3",
  );
  expect([stdout, status]).toEqual(["1\n", 0]);
  const offsets = stderr.replace(/0x[0-9a-f]+ (in|at|-)/g, "0x… $1").replace(/at 0x[0-9a-f]+/g, "at 0x…");
  expect(offsets).toBe(`0x… in sum: loop
(wx) locals
0: i32 2
1: i32 0
(wx) s
0x… in sum: local.get 1
(wx) 
0x… in sum: local.get 0
(wx) stack
0: 0x0 (0)
(wx) n
0x… in sum: i32.const 4
(wx) next
0x… in sum: i32.mul
(wx) bt
    0:     0x… - average!sum
    1:     0x… - average!average
(wx) memory 0 17
0x0: 00 00 00 00 01 00 00 00 02 00 00 00 00 00 00 00  ................
0x10: 00  .
(wx) f
0x… in average: local.get 1
(wx) break put
(wx) breakpoints
1: sum at 0x…
2: put at 0x…
(wx) delete 1
(wx) c
`);
});

test("next takes a call as a whole, finish ends a function, an offset names an instruction", () => {
  const offset = wx(["--trace=instructions", average, "average", "1", "1"]).stderr.match(
    /(0x[0-9a-f]+) {2}call \$sum/,
  )?.[1];
  const { stderr } = session(["n", "c"], `--break=average:${offset}`, average, "average", "1", "1");
  expect(
    stderr
      .split("\n")
      .slice(0, 3)
      .map((line) => line.replace(/^0x\w+ /, "")),
  ).toEqual(["in average: call $sum", "(wx) n", "in average: local.get 1"]);
});

test("what a breakpoint cannot be", () => {
  const message = (spec: string) => wx([`--break=${spec}`, average, "average", "1", "1"]);
  expect(message("sun")).toEqual({
    status: 2,
    stdout: "",
    stderr: "wx: --break sun: there is no function 'sun'; did you mean 'sum'?\n",
  });
  expect(message("sum:0x1").stderr).toMatch(/no instruction of sum begins at 0x1; they lie from 0x\w+ to 0x\w+\n$/);
  expect(message("99").status).toBe(2);
});

test("quit, and input that ends", () => {
  expect(session(["quit"], "--break=sum", average, "average", "2", "3")).toMatchObject({ status: 130, stdout: "" });
  expect(session([], "--break=sum", average, "average", "2", "3")).toMatchObject({ status: 0, stdout: "1\n" });
  expect(
    session(["nonsense", "memory x", "delete 7", "memory 65530 9"], "--break=sum", average, "average", "2", "3").stderr,
  ).toMatch(
    /unknown command 'nonsense'; help lists all\n.*memory takes an address[^\n]*\n.*there is no breakpoint 7\n.*\(memory ends at 0x10000\)/s,
  );
});

test("fuel and time", () => {
  const ends = (...args: string[]) => {
    const { status, stderr } = wx([...args]);
    return [status, stderr.trimEnd().split("\n").pop()];
  };
  expect(ends("--fuel=20", average, "average", "9", "1")).toEqual([134, "wasm trap: all fuel consumed by WebAssembly"]);
  expect(ends("--fuel=1000", average, "average", "2", "3")).toEqual([0, ""]);
  expect(ends("--fuel=18446744073709551615", average, "average", "2", "3")).toEqual([0, ""]);
  expect(ends("--timeout=0.1", average, "forever")).toEqual([134, "wasm trap: interrupt"]);
});

test("fuel is used up by as many instructions as --stats counts", () => {
  const count = Number(wx(["--stats", average, "average", "5", "2"]).stderr.match(/instructions: (\d+)/)?.[1]);
  expect(wx([`--fuel=${count}`, average, "average", "5", "2"]).status).toBe(0);
  expect(wx([`--fuel=${count - 1}`, average, "average", "5", "2"]).status).toBe(134);
});

test.skipIf(Bun.which("script") == null)(
  "a terminal is told once of --jit after five seconds of computing, and nobody else",
  () => {
    const command = [...wxCommand, "--timeout=8", average, "forever"];
    const shown = run(["script", "-qec", command.join(" "), "/dev/null"], { stdin: "" }).stdout;
    expect(shown.match(/with --jit it is compiled first/g)?.length).toBe(1);
    const quiet = [...wxCommand, "--interpret", "--timeout=6.5", average, "forever"];
    expect(run(["script", "-qec", quiet.join(" "), "/dev/null"], { stdin: "" }).stdout).not.toContain("--jit");
    expect(wx(["--timeout=6.5", average, "forever"]).stderr).not.toContain("--jit");
  },
  60_000,
);
