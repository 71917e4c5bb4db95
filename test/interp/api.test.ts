// Programs run by the npm package's functions, in this engine.

import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run as runInBrowser } from "../../api/browser";
import { run, runSync } from "../../api/index";
import type { RunOptions, RunResult } from "../../api/types";
import { repository } from "../programs/wx";
import { Guest } from "../wasi/guest";

const example = (name: string) => new Uint8Array(readFileSync(join(repository, "examples", name)));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const wat = (source: string) => new TextEncoder().encode(source);

function good(result: RunResult): RunResult & { ok: true } {
  if (!result.ok) throw new Error(result.error.report ?? result.error.message);
  return result;
}

const hello = example("hello.wasm");
const math = example("math.wasm");

test("output and status, everywhere", async () => {
  for (const result of [await run(hello), runSync(hello), await runInBrowser(hello)]) {
    const done = good(result);
    expect([text(done.stdout), text(done.stderr), done.status, done.values]).toEqual(["Hello, world!\n", "", 0, []]);
  }
});

test("exports return values of JavaScript", async () => {
  expect(good(await run(math, { invoke: "divmod", arguments: ["17", "5"] })).values).toEqual([3, 2]);
  expect(good(runSync(math, { invoke: "factorial", arguments: ["20"] })).values).toEqual([2432902008176640000n]);
  expect(good(runSync(math, { invoke: "hypot", arguments: ["3", "4"] })).values).toEqual([5]);
});

test("output as it comes", async () => {
  let seen = "";
  const done = good(await run(hello, { stdout: (bytes) => (seen += text(bytes)) }));
  expect([seen, done.stdout.length]).toEqual(["Hello, world!\n", 0]);
});

test("standard input: bytes, text, pieces, promises of pieces", async () => {
  const columns = example("columns.wasm");
  const expected = "a     b\nlong  c\n";
  expect(text(good(runSync(columns, { stdin: "a b\nlong c\n" })).stdout)).toBe(expected);
  expect(text(good(await run(columns, { stdin: wat("a b\nlong c\n") })).stdout)).toBe(expected);
  const pieces = () => {
    const left = ["a b\nlo", "ng c\n"];
    return () => (left.length == 0 ? null : wat(left.shift() as string));
  };
  expect(text(good(runSync(columns, { stdin: pieces() })).stdout)).toBe(expected);
  const later = pieces();
  const stdin = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return later();
  };
  expect(text(good(await run(columns, { stdin })).stdout)).toBe(expected);
});

test("directories in memory and of the machine", async () => {
  const reader = example("reader.wasm");
  const inMemory: RunOptions = {
    arguments: ["/poem.txt"],
    directories: [{ guest: "/", files: { "poem.txt": "one\ntwo\n" } }],
  };
  for (const result of [await run(reader, inMemory), await runInBrowser(reader, inMemory)]) {
    const done = good(result);
    expect(text(done.stdout)).toBe("  1  one\n  2  two\n");
    expect(text(done.files["/"]["poem.txt"] as Uint8Array)).toBe("one\ntwo\n");
  }
  const folder = mkdtempSync(join(tmpdir(), "wx-api-"));
  writeFileSync(join(folder, "poem.txt"), "three\n");
  const directories = [{ host: folder, guest: "/", readOnly: true }];
  expect(text(good(runSync(reader, { arguments: ["/poem.txt"], directories })).stdout)).toBe("  1  three\n");
  rmSync(folder, { recursive: true });
  const refused = await runInBrowser(reader, { directories });
  expect(refused.ok ? "" : refused.error.message).toBe("there is no directory of the machine in a browser");
});

const calling = wat(`(module
  (import "env" "twice" (func $twice (param i32 i64 f64) (result i64 f64)))
  (memory (export "memory") 1)
  (func (export "inner") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
  (func (export "main") (result i64 f64)
    (i32.store (i32.const 8) (i32.const 77))
    (call $twice (i32.const 8) (i64.const -5) (f64.const 1.25))))`);

test("host functions see memory, call back, return several values, and may be promises", async () => {
  const options = (isLate: boolean): RunOptions => ({
    invoke: "main",
    imports: (program) => ({
      env: {
        twice: (at, x, y) => {
          const inner = program.call("inner", program.memory[at as number])[0];
          const results = [(x as bigint) * 2n, (y as number) + (inner as number)];
          return isLate ? new Promise((resolve) => setTimeout(() => resolve(results), 2)) : results;
        },
      },
    }),
  });
  expect(good(runSync(calling, options(false))).values).toEqual([-10n, 232.25]);
  expect(good(await run(calling, options(false))).values).toEqual([-10n, 232.25]);
  expect(good(await run(calling, options(true))).values).toEqual([-10n, 232.25]);
  expect(() => runSync(calling, options(true))).toThrow("returned a promise");
});

test("what a host function throws comes out", async () => {
  const broken: RunOptions = {
    invoke: "main",
    imports: {
      env: {
        twice: () => {
          throw new RangeError("no");
        },
      },
    },
  };
  expect(() => runSync(calling, broken)).toThrow(RangeError);
  expect(run(calling, broken)).rejects.toThrow("no");
});

const trapping = wat(`(module
  (func $inner (unreachable))
  (func $_start (export "_start") (call $inner)))`);

test("traps have frames, and the words of executables", async () => {
  const result = await run(trapping, { name: "t" });
  if (result.ok) throw new Error("no trap");
  const { kind, message, frames, report } = result.error;
  expect([kind, message]).toEqual(["trap", "wasm `unreachable` instruction executed"]);
  expect(frames?.map((frame) => frame.function.name)).toEqual(["inner", "_start"]);
  expect(report).toContain("t!inner\n");
});

const recovering = wat(`(module
  (import "env" "try" (func $try))
  (memory 1)
  (func (export "outside") (drop (i32.load (i32.const -8))))
  (func (export "_start") (call $try) (unreachable)))`);

test("a trap that a host function caught says nothing about a later one", () => {
  const result = runSync(recovering, {
    imports: (program) => ({
      env: { try: () => expect(() => program.call("outside")).toThrow("out of bounds memory access") },
    }),
  });
  if (result.ok) throw new Error("no trap");
  expect(result.error.message).toBe("wasm `unreachable` instruction executed");
  expect(result.error.report).not.toContain("memory fault");
});

const endless = wat(`(module (func (export "_start") (loop (br 0))))`);

test("time and instructions have limits, and others get the thread", async () => {
  const errorOf = (result: RunResult) => (result.ok ? "" : result.error.message);
  expect(errorOf(runSync(endless, { timeout: 0.05 }))).toBe("interrupt");
  expect(errorOf(runSync(endless, { fuel: 100_000 }))).toBe("all fuel consumed by WebAssembly");
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  expect(errorOf(await run(endless, { timeout: 0.3 }))).toBe("interrupt");
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(0);
});

test("a program that sleeps, or that a host function lets wait, has no more time than others", async () => {
  const errorOf = (result: RunResult) => (result.ok ? "" : result.error.message);
  const guest = new Guest();
  guest.call("poll_oneoff", guest.words(0, 0, 0, 0, 1, 0, 0x540b_e400, 2, 0, 0, 0, 0), guest.out(32), 1, guest.out(4));
  const start = performance.now();
  expect(errorOf(runSync(guest.wasm, { timeout: 0.1 }))).toBe("interrupt");
  expect(errorOf(await run(guest.wasm, { timeout: 0.1 }))).toBe("interrupt");
  const { wasm } = silent();
  expect(errorOf(await run(wasm, { timeout: 0.1, stdin: () => new Promise(() => {}) }))).toBe("interrupt");
  const slow = () => {
    while (performance.now() < start + 1000);
    return null;
  };
  expect(errorOf(runSync(wasm, { timeout: 0.1, stdin: slow }))).toBe("interrupt");
  expect(performance.now() - start).toBeLessThan(9_000);
});

/** Reads its input. */
function silent(): Guest {
  const guest = new Guest();
  guest.read(0, 4);
  return guest;
}

test("wrong modules and wrong options are results", async () => {
  const errorOf = (result: RunResult) => (result.ok ? "" : `${result.error.kind}: ${result.error.message}`);
  expect(errorOf(await run(hello.subarray(0, 50)))).toStartWith("input: ");
  expect(errorOf(await run(hello, { colour: 1 } as RunOptions))).toBe("usage: unknown option 'colour'");
  expect(errorOf(await run(hello, { fuel: -1 }))).toBe("usage: fuel is out of range");
  expect(errorOf(await run(hello, { invoke: "nothing" }))).toStartWith("usage: ");
  expect(errorOf(await run(calling, { invoke: "main" }))).toContain("unknown import");
  expect(errorOf(await run("x" as unknown as Uint8Array))).toBe("usage: the module must be given as a Uint8Array");
});
