// Programs of every toolchain, with their standard libraries: each does with --aot and with --jit what it does in wasmtime
// (where that is beside the checkout), and what is known of its output. Toolchains that are not installed are skipped, or a
// module that they made is taken; one that makes no module any more fails. (Ruby, which takes longer, is in test/wasi/long.)
//
// zig.wasm: Zig 0.17.1 (`pip install ziglang`), -O ReleaseSmall -fstrip. tinygo.wasm: TinyGo 0.39.0, -opt=z -no-debug.

import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { compile, makeFolder, type Result, removeFolder, repository, run, shared, wx } from "../programs/wx";

const here = import.meta.dirname;
const folder = makeFolder();
afterAll(() => removeFolder(folder));
const wasmtime = shared("peers/wasmtime");

function works(...command: string[]): boolean {
  return Bun.which(command[0]) != null && run(command).status == 0;
}

function zig(): string[] | null {
  if (works("zig", "version")) return ["zig"];
  return works("python3", "-m", "ziglang", "version") ? ["python3", "-m", "ziglang"] : null;
}

function hasRust(): boolean {
  if (!works("rustc", "--version")) return false;
  const sysroot = run(["rustc", "--print", "sysroot"], { cwd: here }).stdout.trim();
  return existsSync(join(sysroot, "lib/rustlib/wasm32-wasip1"));
}

const asc = join(repository, "node_modules/.bin/asc");
const shim = join(repository, "node_modules/@assemblyscript/wasi-shim");
/** The options of the shim's configuration, which asc would look for in the folder it is started in. */
function shimOptions(): string[] {
  const { options } = JSON.parse(readFileSync(join(shim, "asconfig.json"), "utf8"));
  const uses = options.use.flatMap((use: string) => ["--use", use]);
  return ["--lib", relative(here, join(shim, options.lib)), "--exportStart", options.exportStart, ...uses];
}

interface Case {
  name: string;
  /** Makes the module `out`; null where the toolchain is not installed. */
  build: ((out: string) => string[]) | null;
  /** What it made earlier. */
  made?: string;
  env?: Record<string, string>;
  args: string[];
  status: number;
  /** What must be among its output. */
  shows: string[];
}

const zigCommand = zig();
const args = ["one", "two words", "größe"];
const cases: Case[] = [
  {
    name: "Go",
    build: works("go", "version") ? (out) => ["go", "build", "-trimpath", "-o", out, join(here, "program.go")] : null,
    env: { GOOS: "wasip1", GOARCH: "wasm", GO111MODULE: "off" },
    args,
    status: 3,
    shows: ["sum of squares: 338350", "slept: true", "timer fired", "[the quick dog lazy]", "recovered: runtime error"],
  },
  {
    name: "TinyGo",
    build: works("tinygo", "version")
      ? (out) => ["tinygo", "build", "-target=wasip1", "-o", out, join(here, "program.go")]
      : null,
    made: join(here, "tinygo.wasm"),
    args,
    // Its programs do not recover.
    status: 134,
    shows: ["sum of squares: 338350", "slept: true", "timer fired", "[the quick dog lazy]", "index out of range"],
  },
  {
    name: "Rust",
    build: hasRust()
      ? (out) => ["rustc", "--edition", "2021", "--target", "wasm32-wasip1", "-O", join(here, "program.rs"), "-o", out]
      : null,
    args,
    status: 134,
    shows: ["bytes of lines: 7890, of file: 8890", "slept: true", "index out of bounds"],
  },
  {
    name: "C++",
    build:
      works("clang++-16", "--version") && existsSync("/usr/lib/llvm-16/include/wasm32-wasi/c++/v1/iostream")
        ? (out) => [
            ..."clang++-16 --target=wasm32-wasi -std=c++20 -fno-exceptions -O2 -Wl,--strip-debug".split(" "),
            ..."-nostdinc++ -isystem /usr/lib/llvm-16/include/wasm32-wasi/c++/v1 -isystem /usr/include/wasm32-wasi".split(
              " ",
            ),
            "-L/usr/lib/llvm-16/lib/wasm32-wasi",
            join(here, "program.cpp"),
            "-o",
            out,
          ]
        : null,
    args,
    status: 5,
    shows: ["made static", "28.2743", "one=1 three=3 two=2", "0 -500 -500 ", "gone static", "to standard error"],
  },
  {
    name: "Zig",
    build: zigCommand
      ? (out) => [
          ...zigCommand,
          ..."build-exe -target wasm32-wasi -O ReleaseSafe".split(" "),
          join(here, "program.zig"),
          `-femit-bin=${out}`,
        ]
      : null,
    made: join(here, "zig.wasm"),
    env: { ZIG_GLOBAL_CACHE_DIR: join(folder, "zig"), ZIG_LOCAL_CACHE_DIR: join(folder, "zig") },
    args: [],
    status: 0,
    shows: ["30! = 265252859812191058636308480000000", "1.414214"],
  },
  {
    name: "AssemblyScript",
    build: existsSync(shim) ? (out) => [asc, "program.as.ts", ...shimOptions(), "-O2", "-o", out] : null,
    args,
    status: 6,
    shows: ["arguments: one | two words | größe", "MODE: fast", "the=3,quick=1,lazy=1,dog=1", "to standard error"],
  },
];

/** A folder that the program may read and write, the same for each run. */
function prepareRoom(name: string): string {
  const room = join(folder, name);
  mkdirSync(join(room, "sub"), { recursive: true });
  writeFileSync(join(room, "given.txt"), "given\n");
  return room;
}

/** What is the same in every run of a program that ends in a trap: offsets and addresses are wx's and wasmtime's own. */
function comparable(result: Result): Result {
  const stderr = result.stderr.replace(/^(wx: error while|Error: failed to run|error while)[\s\S]*/m, "(a trap)\n");
  return { ...result, stderr };
}

/** Runs a module as an executable, in place, and in wasmtime where that is there, each in a fresh folder; they agree. */
function runEverywhere(name: string, wasm: string, options: string[], theirs: string[], given: string[]): Result {
  const executable = join(folder, `${name}.out`);
  compile([...options, "--argv0", wasm, wasm, "-o", executable], { timeout: 300_000 });
  const room = (mode: string) => ({ cwd: prepareRoom(`${name}-${mode}`), timeout: 300_000 });
  const result = comparable(run([executable, ...given], room("aot")));
  expect(comparable(wx(["--jit", ...options, wasm, ...given], room("jit")))).toEqual(result);
  if (wasmtime != null) {
    expect(comparable(run([wasmtime, "run", ...theirs, wasm, ...given], room("wasmtime")))).toEqual(result);
  }
  return result;
}

for (const { name, build, made, env, args: given, status, shows } of cases) {
  test.skipIf(build == null && made == undefined)(
    name,
    () => {
      const wasm = join(folder, `${name}.wasm`);
      if (build == null) cpSync(made as string, wasm);
      else {
        const done = run(build(wasm), {
          cwd: here,
          env: { ...process.env, ...env } as Record<string, string>,
          timeout: 600_000,
        });
        if (done.status != 0) throw new Error(`${name} does not compile: ${done.stdout}${done.stderr}`);
      }
      const options = ["--dir", ".::/", "--env", "MODE=fast"];
      const result = runEverywhere(name, wasm, options, options, given);
      expect(result.status).toBe(status);
      const output = Buffer.from(result.stdout + result.stderr, "latin1").toString();
      for (const text of shows) expect(output).toContain(text);
      // All leave the same files behind.
      const files = (mode: string) => readdirSync(join(folder, `${name}-${mode}`), { recursive: true }).sort();
      expect(files("jit")).toEqual(files("aot"));
    },
    600_000,
  );
}
