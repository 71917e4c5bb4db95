// Running in place: the program takes wx's place, with its arguments, streams, status, signals and process number.

import { afterAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, native, removeFolder, repository, run, wx, wxCommand } from "../programs/wx";
import { assemble as assembleText } from "../text/assemble";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const isNative = wxCommand[0] == native;

function assemble(name: string, text: string): string {
  const path = join(folder, `${name}.wasm`);
  writeFileSync(path, assembleText(text));
  return path;
}

const exitImport = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))';

/** Prints its arguments, from the program's name on, each with a NUL behind it; ends with their number. */
const args = assemble(
  "args",
  `(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $get (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    ${exitImport}
    (memory (export "memory") 4)
    (func (export "_start")
      (drop (call $sizes (i32.const 0) (i32.const 12)))
      (drop (call $get (i32.const 64) (i32.const 65536)))
      (i32.store (i32.const 8) (i32.const 65536))
      (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 32)))
      (call $exit (i32.load (i32.const 0)))))`,
);

function printed(stdout: string): string[] {
  return stdout.split("\0").slice(0, -1);
}

test("everything behind the program belongs to it", () => {
  const given = ["", "a b", "--aot", "-o", "x", "--env", "A=1", "--", "-h", "größe", "\x7f\t\n"];
  const done = wx([args, ...given]);
  expect([done.status, done.stderr]).toEqual([given.length + 1, ""]);
  const bytes = given.map((text) => Buffer.from(text).toString("latin1"));
  expect(printed(done.stdout)).toEqual([args, ...bytes]);
});

test("options before the program are wx's, and -- ends them", () => {
  expect(printed(wx(["--jit", "-O0", "--env", "A=1", "--", args, "--check"]).stdout)).toEqual([args, "--check"]);
  expect(printed(wx([args, "--", "x"]).stdout)).toEqual([args, "--", "x"]);
});

test("many arguments, and long ones", () => {
  // Appending characters to a string once took all memory.
  const many = Array.from({ length: 1000 }, (_, i) => `${i}`);
  expect(printed(wx([args, ...many]).stdout).slice(1)).toEqual(many);
  expect(printed(wx([args, "y".repeat(100_000)]).stdout)[1].length).toBe(100_000);
});

test.each([0, 1, 42, 125, 127, 134, 255])("exit status %d", (status) => {
  const path = assemble(
    "exit",
    `(module ${exitImport} (memory (export "memory") 1)
    (func (export "_start") (call $exit (i32.const ${status}))))`,
  );
  expect(wx([path])).toEqual({ status, stdout: "", stderr: "" });
});

test("only the low 8 bits of a status reach the parent", () => {
  const path = assemble(
    "wide",
    `(module ${exitImport} (memory (export "memory") 1)
    (func (export "_start") (call $exit (i32.const 0x10307))))`,
  );
  expect(wx([path]).status).toBe(7);
});

test("a trap: message and backtrace on standard error, status 134", () => {
  const path = assemble("broken", `(module (func $inner (unreachable)) (func (export "_start") (call $inner)))`);
  const done = wx([path, "argument"]);
  expect([done.status, done.stdout]).toEqual([134, ""]);
  expect(done.stderr).toMatch(/^wx: error while executing at wasm backtrace:\n {4}0: +0x[0-9a-f]+ - broken!inner\n/);
  expect(done.stderr).toEndWith("wasm trap: wasm `unreachable` instruction executed\n");
});

const files = join(repository, "test/programs/files.wasm");

test("streams: standard input, output and error are the program's", () => {
  writeFileSync(join(folder, "big.txt"), "0123456789abcdef".repeat(65536));
  const cat = assemble(
    "cat",
    `(module
      (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      ${exitImport} (memory (export "memory") 2)
      (func (export "_start") (local $n i32) (local $at i32)
        (loop $more
          (i32.store (i32.const 0) (i32.const 65536)) (i32.store (i32.const 4) (i32.const 65536))
          (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then (call $exit (i32.const 1))))
          (local.set $n (i32.load (i32.const 8)))
          (if (i32.eqz (local.get $n)) (then (call $exit (i32.const 0))))
          (local.set $at (i32.const 65536))
          (loop $rest
            (i32.store (i32.const 0) (local.get $at)) (i32.store (i32.const 4) (local.get $n))
            (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))
              (then (call $exit (i32.const 2))))
            (local.set $at (i32.add (local.get $at) (i32.load (i32.const 8))))
            (local.set $n (i32.sub (local.get $n) (i32.load (i32.const 8))))
            (br_if $rest (local.get $n)))
          (br $more))))`,
  );
  const command = `${wxCommand.join(" ")} ${cat}`;
  expect(run(["sh", "-c", `cat big.txt | ${command} | ${command} | cmp - big.txt`], { cwd: folder }).status).toBe(0);
  expect(run(["sh", "-c", `${command} < big.txt > copy.txt && cmp copy.txt big.txt`], { cwd: folder }).status).toBe(0);
  // Node opens /dev/null where a stream is closed.
  if (isNative) expect(run(["sh", "-c", `${command} <&-`], { cwd: folder }).status).toBe(1);
  // The reader has gone: the write fails, or the signal ends the program; it does not hang.
  expect(run(["sh", "-c", `${command} < big.txt | true; echo ended`], { cwd: folder }).stdout).toBe("ended\n");
  expect(run(["sh", "-c", `${command} < big.txt > /dev/full`], { cwd: folder }).status).toBe(2);
});

test("without grants: no variables and no files; with them, only those", () => {
  const env = { ...process.env, WX_TEST: "secret", PATH: process.env.PATH as string } as Record<string, string>;
  const bare = wx([files], { cwd: folder, env });
  expect([bare.status, bare.stdout.split("\n")[1]]).toEqual([1, "WX_TEST=(none)"]);
  expect(bare.stdout).toContain("work/numbers.txt: ");
  expect(readFileSync(join(folder, "big.txt")).length).toBe(1 << 20);
  expect(wx(["--env", "WX_TEST", files], { cwd: folder, env }).stdout).toContain("\nWX_TEST=secret\n");
  expect(wx(["--env=WX_TEST=given", files], { cwd: folder, env }).stdout).toContain("\nWX_TEST=given\n");
  expect(wx(["--env=WX_TEST=", files], { cwd: folder, env }).stdout).toContain("\nWX_TEST=\n");
  expect(wx(["--env", "WX_OTHER", files], { cwd: folder, env }).stdout).toContain("\nWX_TEST=(none)\n");
});

const spin = assemble("spin", `(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))`);

test.skipIf(!isNative).each(["TERM", "INT", "KILL", "HUP", "USR1", "SEGV"])(
  "SIG%s to wx reaches the program, as it is one process",
  (signal) => {
    // $$ is the shell's number, which wx and then the program keep.
    const script = `(sleep 0.3; kill -${signal} $$) & exec "$0" "$1"`;
    expect(run(["sh", "-c", script, native, spin], { timeout: 120_000 }).status).toBe(`SIG${signal}`);
  },
);

test("limits of the process: little address space, any stack limit", () => {
  const hello = join(repository, "examples/hello.wasm");
  const deep = assemble(
    "deep",
    `(module ${exitImport} (memory (export "memory") 1)
      (func $sum (param i32) (result i32)
        (if (result i32) (local.get 0)
          (then (i32.add (i32.const 1) (call $sum (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0))))
      (func (export "_start")
        (call $exit (i32.eq (call $sum (i32.const 100000)) (i32.const 100000)))))`,
  );
  const broken = join(folder, "broken.wasm");
  // The JavaScript form is run before the limit applies: engines reserve far more.
  for (const [name, path, status] of [
    ["hello", hello, 0],
    ["deep", deep, 1],
    ["broken", broken, 134],
  ] as const) {
    const executable = join(folder, name);
    expect(wx(["--aot", path, "-o", executable]).status).toBe(0);
    const plain = run([executable]);
    expect(plain.status).toBe(status);
    for (const limit of ["-v 100000", "-s unlimited", "-s 64", "-s 16", "-v 16384 -s 64", "-n 3", "-f 0", "-c 0"]) {
      expect([
        name,
        limit,
        run(["sh", "-c", `ulimit ${limit.replace(/ -/, "; ulimit -")}; exec ${executable}`]),
      ]).toEqual([name, limit, plain]);
    }
  }
});
