// `wx validate` and `wx inspect` on modules and executables, right, wrong, cut off and made up.

import { afterAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, makeFolder, ownPrograms, removeFolder, repository, wx } from "../programs/wx";
import { assemble as assembleText } from "../text/assemble";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const hello = join(repository, "examples/hello.wasm");

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function assemble(name: string, text: string): string {
  return write(name, assembleText(text));
}

function inspect(path: string) {
  const done = wx(["inspect", "--json", path]);
  expect([done.status, done.stderr]).toEqual([0, ""]);
  return JSON.parse(Buffer.from(done.stdout, "latin1").toString());
}

const wrong = assemble("wrong.wasm", "(module (func $fine) (func $inner (result i32) (i32.const 42)))");
const bytes = readFileSync(wrong);
bytes[bytes.lastIndexOf(Buffer.from([0x41, 42]))] = 0x42;
writeFileSync(wrong, bytes);

test("validate: nothing about valid files, place and reason about others", () => {
  const valid = [hello, ...ownPrograms().map((program) => program.wasm)];
  expect(wx(["validate", ...valid])).toEqual({ status: 0, stdout: "", stderr: "" });
  const done = wx(["validate", hello, wrong, write("text.wasm", "text")]);
  expect([done.status, done.stdout]).toEqual([1, ""]);
  expect(done.stderr.split("\n").length).toBe(3);
  expect(done.stderr).toMatch(/^wx: \S*wrong.wasm: error at offset 0x[0-9a-f]+ in function \S+ \(#1\): type mismatch/);
  expect(wx(["validate", "--verbose", hello]).stderr).toBe(`wx: ${hello}: valid\n`);
  expect(wx(["validate", join(folder, "missing")]).stderr).toContain("no such file or directory");
});

test("validate --json", () => {
  const done = wx(["validate", "--json", hello, wrong]);
  const [first, second] = Buffer.from(done.stdout, "latin1")
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(first).toEqual({ file: hello, valid: true });
  expect(second).toEqual({
    file: wrong,
    valid: false,
    error: {
      file: wrong,
      message: expect.stringContaining("type mismatch"),
      offset: expect.any(Number),
      function: { index: 1, name: "inner" },
    },
  });
  const missing = wx(["validate", "--json", "missing.wasm"]);
  expect(JSON.parse(missing.stderr).error).toEqual({
    file: "missing.wasm",
    message: "cannot read 'missing.wasm': no such file or directory",
  });
});

test("a module: sections, imports, exports, the largest functions", () => {
  const info = inspect(
    assemble(
      "m.wasm",
      `(module (import "env" "gr\\c3\\b6\\c3\\9fe" (func (param i32) (result f64))) (memory (export "memory") 2 5) (table 3 funcref)
        (global (export "g") i64 (i64.const 1)) (func $small) (func $large (export "run") (param f32) (drop (local.get 0))))`,
    ),
  );
  expect(info).toMatchObject({
    kind: "module",
    functions: 2,
    globals: 1,
    imports: [{ module: "env", name: "größe", kind: "func", type: "(i32) -> f64" }],
    exports: [
      { name: "memory", kind: "memory", type: "2 to 5 pages of 64 KiB" },
      { name: "g", kind: "global", type: "i64" },
      { name: "run", kind: "func", type: "(f32)" },
    ],
    memories: ["2 to 5 pages of 64 KiB"],
    tables: ["3 or more entries of funcref"],
    largestFunctions: [
      { index: 2, name: "large" },
      { index: 1, name: "small" },
    ],
  });
  const { sections } = info;
  for (let i = 1; i < sections.length; i++) {
    expect(sections[i].offset).toBe(sections[i - 1].offset + sections[i - 1].bytes);
  }
  expect(sections[sections.length - 1].offset + sections[sections.length - 1].bytes).toBe(info.bytes);
});

test("an executable: what it is made of and may do", () => {
  const output = join(folder, "out");
  const files = join(repository, "test/programs/files.wasm");
  compile([
    "--dir",
    "a::/b:ro",
    "--dir",
    "c",
    "--env",
    "A=ö",
    "--env-inherit",
    "--max-memory",
    "1M",
    "--strip",
    files,
    "-o",
    output,
  ]);
  const info = inspect(output);
  expect(info).toMatchObject({
    kind: "executable",
    module: "files",
    directories: [
      { host: "a", guest: "/b", readOnly: true },
      { host: "c", guest: "c", readOnly: false },
    ],
    environment: ["A=ö"],
    wholeEnvironment: true,
    trusted: false,
    symbols: false,
    stackBytes: 8 << 20,
    bytes: readFileSync(output).length,
  });
  expect(info.imports).toContain("wasi_snapshot_preview1.path_open");
  expect(info.memories[0]).toEndWith(" to 16 pages of 64 KiB");
  // Only what can be reached: hello imports one function.
  compile([hello, "-o", output]);
  expect(inspect(output).imports).toEqual(["wasi_snapshot_preview1.fd_write"]);
  compile(["--invoke", "add", join(repository, "examples/math.wasm"), "-o", output]);
  expect(inspect(output).callableExports).toEqual(["add(i32, i32) -> i32 (called when run)"]);
});

test("other files, cut-off and damaged executables are no trouble", () => {
  const refused = wx(["inspect", "/bin/sh"]);
  expect([refused.status, refused.stdout]).toEqual([1, ""]);
  expect(refused.stderr).toBe(
    "wx: /bin/sh: error: it is an executable, but not one that this version of wx has written\n",
  );
  const output = join(folder, "whole");
  compile([join(repository, "examples/math.wasm"), "-o", output]);
  const whole = readFileSync(output);
  const path = join(folder, "damaged");
  for (let length = 0; length < 0x700; length += 7) {
    writeFileSync(path, whole.subarray(0, length));
    expect([0, 1]).toContain(wx(["inspect", path], { timeout: 120_000 }).status as number);
  }
  let seed = 5;
  for (let i = 0; i < 200; i++) {
    const bytes = Buffer.from(whole);
    for (let k = 0; k < 4; k++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      bytes[seed % 0x500] = seed >>> 24;
    }
    writeFileSync(path, bytes);
    expect([0, 1]).toContain(wx(["inspect", "--json", path], { timeout: 120_000 }).status as number);
  }
}, 600_000);
