// Limits that the user sets: time. (Descriptors are in functions.test.ts; memory and stack are options of their own.)

import { expect, test } from "bun:test";
import { assemble } from "../text/assemble";
import { Guest } from "./guest";
import { build, execute } from "./run";

const ENDLESS = `(module (memory (export "memory") 1)
  (func $spin (param i32) (loop $l (i32.store (i32.const 0) (local.get 0)) (br $l)))
  (func $outer (call $spin (i32.const 1)))
  (func (export "_start") (call $outer)))`;

/** Runs a program with a time limit; how it ended, and after how many milliseconds. */
function timed(wasm: Uint8Array, seconds: string) {
  const path = build(wasm, ["--timeout", seconds]);
  const start = performance.now();
  const done = execute([path]);
  return { ...done, milliseconds: performance.now() - start };
}

test("a loop without end is stopped, with a backtrace", () => {
  const done = timed(assemble(ENDLESS), "0.2");
  expect(done.status).toBe(134);
  expect(done.milliseconds).toBeGreaterThan(199);
  expect(done.milliseconds).toBeLessThan(60_000);
  const lines = done.stderr.split("\n");
  expect(lines[0]).toBe("wx: error while executing at wasm backtrace:");
  expect(lines[1]).toMatch(/^ {4}0: .*guest!spin$/);
  expect(lines.slice(2, 4).map((line) => line.replace(/0x[0-9a-f]+ - /, ""))).toEqual([
    "    1:     guest!outer",
    "    2:     guest!<wasm function 2>",
  ]);
  expect(lines.slice(-2)).toEqual(["wasm trap: interrupt", ""]);
});

test("so is a program that waits in the kernel", () => {
  const guest = new Guest();
  guest.call("poll_oneoff", guest.words(0, 0, 0, 0, 1, 0, 0x540b_e400, 2, 0, 0, 0, 0), guest.out(32), 1, guest.out(4));
  const done = timed(guest.wasm, "0.2");
  expect([done.status, done.milliseconds < 60_000]).toEqual([134, true]);
  expect(done.stderr).toEndWith("wasm trap: interrupt\n");
  expect(done.stderr).toContain("guest!");
});

test("a program that ends in time does not notice, nor one that raises the timer's signal itself", () => {
  const guest = new Guest();
  guest.call("sched_yield");
  expect(timed(guest.wasm, "60").status).toBe(0);
  const raising = new Guest();
  raising.call("proc_raise", 14);
  expect(timed(raising.wasm, "60").status).toBe(142);
  expect(execute([build(raising.wasm, [])]).status).toBe("SIGALRM");
});

test("the limit holds although a parent ignores the signal", () => {
  const path = build(assemble(ENDLESS), ["--timeout", ".2"]);
  expect(execute(["sh", "-c", `trap '' ALRM; exec "$0"`, path]).status).toBe(134);
});

test.skipIf(Bun.which("perl") == null)("or blocks it", () => {
  const path = build(assemble(ENDLESS), ["--timeout", ".2"]);
  const script = "sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGALRM)); exec @ARGV";
  expect(execute(["perl", "-MPOSIX", "-e", script, path]).status).toBe(134);
});
