// What options decide about a program that runs: its environment, its own name, its memory and stack, in place and as an
// executable; and how it is started where memory files may not be executed.

import { afterAll, expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, makeFolder, native, removeFolder, repository, run, wx, wxCommand } from "../programs/wx";
import { assemble as assembleText } from "../text/assemble";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const hello = join(repository, "examples/hello.wasm");
const isNative = wxCommand[0] == native;

function assemble(name: string, text: string): string {
  const path = join(folder, `${name}.wasm`);
  writeFileSync(path, assembleText(text));
  return path;
}

/** Prints texts that WASI hands out, each with a NUL behind it. */
function printer(name: string, what: string): string {
  return assemble(
    name,
    `(module
      (import "wasi_snapshot_preview1" "${what}_sizes_get" (func $sizes (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "${what}_get" (func $get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 4)
      (func (export "_start")
        (drop (call $sizes (i32.const 0) (i32.const 12)))
        (drop (call $get (i32.const 64) (i32.const 65536)))
        (i32.store (i32.const 8) (i32.const 65536))
        (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 32)))))`,
  );
}

const environ = printer("environ", "environ");
const args = printer("args", "args");
const executable = join(folder, "program");

/** What the program prints, in place and as an executable, which is the same. */
function texts(options: string[], wasm: string, env: Record<string, string>, given: string[] = []): string[] {
  const PATH = process.env.PATH as string;
  const inPlace = run([...wxCommand, ...options, wasm, ...given], { env: { ...env, PATH } });
  compile([...options, "--argv0", "x", wasm, "-o", executable]);
  if (wasm == environ) expect(run([executable, ...given], { env: { ...env, PATH } })).toEqual(inPlace);
  expect([inPlace.status, inPlace.stderr]).toEqual([0, ""]);
  return inPlace.stdout
    .split("\0")
    .slice(0, -1)
    .filter((text) => !text.startsWith("PATH="));
}

test("--env-inherit: all variables, and --env over them", () => {
  const env = { A: "1", AB: "2", B: "", HOME: "/there" };
  expect(texts([], environ, env)).toEqual([]);
  expect(texts(["--env-inherit"], environ, env).sort()).toEqual(["A=1", "AB=2", "B=", "HOME=/there"]);
  expect(texts(["--env-inherit", "--env", "A=9", "--env", "C=3"], environ, env).sort()).toEqual([
    "A=9",
    "AB=2",
    "B=",
    "C=3",
    "HOME=/there",
  ]);
  // A name alone takes the value from the process, once.
  expect(texts(["--env-inherit", "--env", "AB", "--env", "D"], environ, env).sort()).toEqual([
    "A=1",
    "AB=2",
    "B=",
    "HOME=/there",
  ]);
  expect(texts(["--env", "B", "--env", "A=1=2"], environ, env)).toEqual(["B=", "A=1=2"]);
});

test("--argv0: the program's own name", () => {
  const latin1 = Buffer.from("größe").toString("latin1");
  expect(texts(["--argv0", "größe"], args, {}, ["one"])).toEqual([latin1, "one"]);
  compile(["--argv0", "größe", args, "-o", executable]);
  expect(run([executable, "one"]).stdout).toBe(`${latin1}\0one\0`);
  compile([args, "-o", executable]);
  expect(run([executable, "one"]).stdout).toBe(`${executable}\0one\0`);
});

test("--name: what backtraces call the module", () => {
  const broken = assemble("broken", '(module (func $f (export "_start") (unreachable)))');
  expect(wx(["--name", "other", broken]).stderr).toContain(" - other!f\n");
});

test("directories and variables whose names are not ASCII", () => {
  mkdirSync(join(folder, "größe"));
  writeFileSync(join(folder, "größe/text"), "inside\n");
  const reader = join(repository, "examples/reader.wasm");
  expect(wx(["--dir", "größe::/ö", reader, "/ö/text"], { cwd: folder }).stdout).toBe("  1  inside\n");
  expect(texts(["--env", "Ä=ü"], environ, {})).toEqual([Buffer.from("Ä=ü").toString("latin1")]);
});

const grow = assemble(
  "grow",
  `(module (memory 1) (func (export "grow") (param i32) (result i32 i32)
    (memory.grow (local.get 0)) (memory.size)))`,
);

test("--max-memory: growing beyond it fails, starting beyond it is refused", () => {
  expect(wx(["--max-memory", "1M", grow, "grow", "15"]).stdout).toBe("1\n16\n");
  expect(wx(["--max-memory=1M", grow, "grow", "16"]).stdout).toBe("-1\n1\n");
  expect(wx(["--max-memory=65K", grow, "grow", "1"]).stdout).toBe("1\n2\n");
  expect(wx(["--max-memory", "4G", grow, "grow", "65535"]).stdout).toBe("1\n65536\n");
  expect(wx(["--max-memory", "1073741824", grow, "grow", "16383"]).stdout).toBe("1\n16384\n");
  const large = assemble("large", '(module (memory 100) (func (export "_start")))');
  expect(wx(["--max-memory", "6M", large])).toEqual({
    status: 1,
    stdout: "",
    stderr: `wx: ${large}: error: the program starts with 100 pages of memory (64 KiB each); --max-memory allows 96\n`,
  });
  // The limit is the smaller of the module's and the user's.
  const bounded = assemble(
    "bounded",
    '(module (memory 1 3) (func (export "g") (result i32) (memory.grow (i32.const 3))))',
  );
  expect(wx(["--max-memory", "1M", bounded, "g"]).stdout).toBe("-1\n");
});

const deep = assemble(
  "deep",
  `(module (func $sum (export "sum") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $sum (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0)))))`,
);

test("--stack-size: how deep calls go", () => {
  for (const mode of [[], ["--jit", "-O0"]]) {
    const ends = (size: string, depth: number) => wx([...mode, `--stack-size=${size}`, deep, "sum", `${depth}`]);
    expect(ends("64K", 1000).stdout).toBe("1000\n");
    expect(ends("64K", 100_000).status).toBe(134);
    expect(ends("64K", 100_000).stderr).toContain("wasm trap: call stack exhausted\n");
    expect(ends("16M", 200_000).stdout).toBe("200000\n");
    expect(ends("1G", 10_000_000).stdout).toBe("10000000\n");
  }
  expect(wx(["--stack-size", "16K", hello]).stdout).toBe("Hello, world!\n");
}, 600_000);

/** Whether a namespace of processes can forbid memory files to be executed. */
const forbid = "echo 2 > /proc/sys/vm/memfd_noexec";
const inNamespace = ["unshare", "-p", "-f", "--mount-proc", "sh", "-c"];
const canForbid = isNative && process.getuid?.() == 0 && run([...inNamespace, forbid]).status == 0;

test.skipIf(!canForbid)("where memory files may not be executed, a temporary file is, and is gone", () => {
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  const script = `${forbid}; exec ${native} --jit ${args} one`;
  const done = run([...inNamespace, script], { env: { PATH: process.env.PATH as string, TMPDIR: temporary } });
  expect(done).toEqual({ status: 0, stdout: `${args}\0one\0`, stderr: "" });
  expect(readdirSync(temporary)).toEqual([]);
  // A TMPDIR that does not exist is passed over.
  const lost = run([...inNamespace, script], { env: { PATH: process.env.PATH as string, TMPDIR: "/missing" } });
  expect(lost.stdout).toBe(`${args}\0one\0`);
});

test("a program from standard input, and to standard output", () => {
  const command = wxCommand.join(" ");
  expect(run(["sh", "-c", `${command} - < ${hello}`]).stdout).toBe("Hello, world!\n");
  expect(run(["sh", "-c", `cat ${hello} | ${command} -a - -o - > ${executable}; chmod +x ${executable}`]).status).toBe(
    0,
  );
  expect(run([executable]).stdout).toBe("Hello, world!\n");
});

test("an existing device or pipe is written to, not replaced", () => {
  const pipe = join(folder, "pipe");
  expect(run(["mkfifo", pipe]).status).toBe(0);
  const done = run([
    "sh",
    "-c",
    `cat ${pipe} > ${executable} & ${wxCommand.join(" ")} -a ${hello} -o ${pipe}; wait; test -p ${pipe}`,
  ]);
  expect(done).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(run([executable]).stdout).toBe("Hello, world!\n");
  expect(wx(["-a", hello, "-o", "/dev/null"]).status).toBe(0);
  expect(run(["test", "-c", "/dev/null"]).status).toBe(0);
});
