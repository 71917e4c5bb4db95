// Limits that the user sets: time, of executables and of interpreted programs. (Descriptors are in functions.test.ts; memory and stack are options of their own.)

import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { javascript, makeFolder, native, removeFolder } from "../programs/wx";
import { assemble } from "../text/assemble";
import { Guest } from "./guest";
import { build, execute, freePort } from "./run";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

const ENDLESS = `(module (memory (export "memory") 1)
  (func $spin (param i32) (loop $l (i32.store (i32.const 0) (local.get 0)) (br $l)))
  (func $outer (call $spin (i32.const 1)))
  (func (export "_start") (call $outer)))`;

/** A program that waits for ten seconds. */
function sleeper(): Guest {
  const guest = new Guest();
  guest.call("poll_oneoff", guest.words(0, 0, 0, 0, 1, 0, 0x540b_e400, 2, 0, 0, 0, 0), guest.out(32), 1, guest.out(4));
  return guest;
}

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
  const done = timed(sleeper().wasm, "0.2");
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

/** Interprets a program with a time limit, with a pipe that nobody else uses as the descriptors that `redirect` opens. */
function interpreted(wasm: Uint8Array, redirect: string, options: string[] = [], command = [native]) {
  const path = join(folder, "guest.wasm");
  writeFileSync(path, wasm);
  const script = `rm -f "$0"; mkfifo "$0"; "$@" ${redirect}`;
  const start = performance.now();
  const done = execute(["sh", "-c", script, join(folder, "pipe"), ...command, "--timeout", "0.2", ...options, path], {
    env: { PATH: process.env.PATH ?? "" },
    timeout: 20_000,
  });
  const milliseconds = performance.now() - start;
  expect([redirect, milliseconds > 199, milliseconds < 9_000]).toEqual([redirect, true, true]);
  return done;
}

const INTERRUPTED =
  /^wx: error while executing at wasm backtrace:\n {4}0: +0x[0-9a-f]+ - guest!<wasm function \d>\nwasm trap: interrupt\n$/;

test("an interpreted program that waits in the kernel ends as its executable does", async () => {
  const reader = new Guest();
  reader.read(0, 4);
  const writer = new Guest();
  writer.code("(loop $again");
  writer.write(1, "again and again");
  writer.code("(br $again))");
  const server = new Guest();
  server.call("sock_accept", 3, 0, server.out(4));
  const listening = ["--tcp-listen", `127.0.0.1:${await freePort()}`];
  for (const [guest, redirect, options] of [
    [sleeper(), "", []],
    [reader, '<> "$0"', []],
    [writer, '1<> "$0"', []],
    [server, "", listening],
  ] as [Guest, string, string[]][]) {
    const done = interpreted(guest.wasm, redirect, options);
    expect([redirect, done.status, done.stderr]).toEqual([redirect, 134, expect.stringMatching(INTERRUPTED)]);
  }
  expect(interpreted(reader.wasm, '<> "$0"').stderr).toBe(
    execute(["sh", "-c", '"$1" <> "$0"', join(folder, "pipe"), build(reader.wasm, ["--timeout", "0.2"])], {
      env: { PATH: process.env.PATH ?? "" },
    }).stderr,
  );
});

test("so it does when a trace is not read, or nobody answers at a breakpoint", () => {
  expect(interpreted(assemble(ENDLESS), '2<> "$0"', ["--trace=instructions"]).status).toBe(134);
  const stopped = interpreted(assemble(ENDLESS), '<> "$0"', ["--break=spin"]);
  expect([stopped.status, stopped.stderr.trim().split("\n").pop()]).toEqual([134, "wasm trap: interrupt"]);
});

test("in JavaScript a program that sleeps is woken", () => {
  const done = interpreted(sleeper().wasm, "", [], ["node", javascript]);
  expect([done.status, done.stderr]).toEqual([134, expect.stringMatching(INTERRUPTED)]);
});

test("a signal to an interpreted program is none of the timer's", () => {
  const guest = new Guest();
  guest.call("proc_raise", 14);
  const path = join(folder, "guest.wasm");
  writeFileSync(path, guest.wasm);
  expect(execute([native, "--timeout", "60", path]).status).toBe(142);
  expect(execute([native, path]).status).toBe("SIGALRM");
});
