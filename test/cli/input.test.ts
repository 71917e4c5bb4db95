// Inputs at fault: status 1, one message that names the file and the place, and no output file.

import { afterAll, afterEach, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder, repository, wx } from "../programs/wx";
import { assemble as assembleText } from "../text/assemble";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const hello = readFileSync(join(repository, "examples/hello.wasm"));
const output = join(folder, "out");
afterEach(() => rmSync(output, { force: true }));

function write(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function assemble(name: string, text: string): string {
  return write(name, assembleText(text));
}

/** What wx says to the file, both for compiling and for running it. */
function refusal(path: string, options: string[] = []): string {
  const compiled = wx(["--aot", ...options, path, "-o", output]);
  expect([compiled.status, compiled.stdout, existsSync(output)]).toEqual([1, "", false]);
  const started = wx([...options, path]);
  expect(started).toEqual(compiled);
  expect(compiled.stderr).toMatch(/^wx: [^\n]*\n/);
  return compiled.stderr;
}

test("files that cannot be read", () => {
  const missing = join(folder, "missing.wasm");
  expect(refusal(missing)).toBe(`wx: cannot read '${missing}': no such file or directory\n`);
  expect(refusal(folder)).toBe(`wx: cannot read '${folder}': it is a directory\n`);
  const below = join(write("plain.wasm", hello), "below");
  expect(refusal(below)).toBe(`wx: cannot read '${below}': a part of the path is not a directory\n`);
  const loop = join(folder, "loop.wasm");
  symlinkSync("loop.wasm", loop);
  expect(refusal(loop)).toBe(`wx: cannot read '${loop}': too many symbolic links\n`);
  const long = join(folder, "x".repeat(300));
  expect(refusal(long)).toBe(`wx: cannot read '${long}': name too long\n`);
});

test("names that are not ASCII, or begin with a dash", () => {
  const path = write("größe 🌳.wasm", hello);
  const bytes = Buffer.from(path).toString("latin1");
  expect(wx([path])).toEqual({ status: 0, stdout: "Hello, world!\n", stderr: "" });
  rmSync(path);
  expect(refusal(path)).toBe(`wx: cannot read '${bytes}': no such file or directory\n`);
  write("-v.wasm", hello);
  expect(wx(["--", "-v.wasm"], { cwd: folder }).stdout).toBe("Hello, world!\n");
});

test("files that are not modules", () => {
  const begin = "a binary module begins with \\0asm, a text module with a parenthesis\n";
  for (const [name, bytes, reason] of [
    ["empty", "", `error: the file is empty: ${begin}`],
    ["prose", "hello\n", `error: this is no WebAssembly: ${begin}`],
    ["elf", "\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", `error: this is no WebAssembly: ${begin}`],
    ["zeros", new Uint8Array(4096), "error at offset 0x0: magic header not detected\n"],
  ] as const) {
    const path = write(`${name}.wasm`, bytes);
    expect(refusal(path)).toBe(`wx: ${path}: ${reason}`);
  }
});

test("a text is a program as its binary form is", () => {
  const text = readFileSync(join(repository, "examples/hello.wat"), "utf8");
  const path = write("hello.wat", text);
  expect(wx([path])).toEqual({ status: 0, stdout: "Hello, world!\n", stderr: "" });
  expect(wx(["--aot", path, "-o", output])).toEqual({ status: 0, stdout: "", stderr: "" });
  const fromText = readFileSync(output);
  expect(wx(["--aot", assemble("hello.wasm", text), "-o", output]).status).toBe(0);
  expect(readFileSync(output).equals(fromText)).toBe(true);
  // What it is called does not matter, nor whether the fields stand in (module ...).
  const fields = write("fields.wasm", `;; no module around\n${text.trim().replace(/^;;.*\n\(module|\)$/g, "")}`);
  expect(wx([fields]).stdout).toBe("Hello, world!\n");
  expect(wx(["--invoke", "add", join(repository, "examples/math.wat"), "2", "40"]).stdout).toBe("42\n");
  const trap = wx([write("trap.wat", '(func $inner unreachable) (func (export "_start") (call $inner))')]);
  expect(trap.status).toBe(134);
  expect(trap.stderr).toContain("trap!inner");
});

test("the other commands take texts too, also from standard input", () => {
  const math = join(repository, "examples/math.wat");
  expect(wx(["validate", math, join(repository, "examples/hello.wat")])).toEqual({ status: 0, stdout: "", stderr: "" });
  const inspected = wx(["inspect", math]).stdout;
  expect(inspected).toContain("  divmod     func  (i32, i32) -> i32, i32\n");
  expect(wx(["-", "add", "1", "2"], { stdin: readFileSync(math, "utf8") }).stdout).toBe("3\n");
  const invalid = "(func $f\n  (drop))";
  const said = wx(["validate", "-"], { stdin: invalid }).stderr;
  expect(said).toStartWith("wx: -:2:4: error in function $f (#0): type mismatch");
  const { error } = JSON.parse(wx(["validate", "--json", "-"], { stdin: invalid }).stdout);
  expect([error.line, error.column, error.offset, error.function.name]).toEqual([2, 4, 12, "f"]);
  const malformed = JSON.parse(wx(["inspect", "--json", "-"], { stdin: "(func" }).stderr).error;
  expect([malformed.line, malformed.column, malformed.offset]).toEqual([1, 6, 5]);
  expect(wx(["inspect", "-"], { stdin: "(func" })).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "wx: -:1:6: error: unexpected end: '(' in line 1 is not closed, expected an instruction\n  (func\n       ^\n",
  });
});

test("what is wrong with a text is said with line and column, and the line is shown", () => {
  const malformed = write("malformed.wat", '(module\n  (func (export "_start")\n    i32.ad))\n');
  expect(refusal(malformed)).toBe(
    `wx: ${malformed}:3:5: error: unknown operator i32.ad: expected an instruction\n      i32.ad))\n      ^\n`,
  );
  const invalid = write("invalid.wat", '(module (func $f (export "_start")\n\t(drop (i64.eqz\n\t\t(i32.const 1)))))');
  expect(refusal(invalid)).toBe(
    `wx: ${invalid}:2:9: error in function $f (#0): type mismatch: expected i64, found i32\n` +
      "   (drop (i64.eqz\n          ^\n",
  );
  const memory = write("memory.wat", '(module\n  (data (i32.const 0) "x"))');
  expect(refusal(memory)).toBe(`wx: ${memory}:2:3: error: unknown memory 0\n    (data (i32.const 0) "x"))\n    ^\n`);
});

test("a component is not a module", () => {
  const path = write("component.wasm", new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]));
  expect(refusal(path)).toMatch(/: error at offset 0x4: /);
});

test("a module cut off at every byte", () => {
  const path = join(folder, "cut.wasm");
  for (let length = 0; length < hello.length; length++) {
    writeFileSync(path, hello.subarray(0, length));
    const done = wx(["--aot", path, "-o", output]);
    // Between two sections it is a module still, but without _start or its code.
    if (done.status == 0) {
      expect(WebAssembly.validate(hello.subarray(0, length))).toBe(true);
      rmSync(output);
    } else {
      expect([length, done.status, done.stderr]).toEqual([length, 1, expect.stringMatching(/^wx: .*cut.wasm: .+\n/)]);
      expect(existsSync(output)).toBe(false);
    }
  }
});

test("an invalid body: function, place and reason", () => {
  const path = assemble("m.wasm", `(module (func $fine (export "_start")) (func $wrong (result i32) (i64.const 42)))`);
  const message = refusal(path);
  expect(message).toStartWith(`wx: ${path}: error at offset 0x`);
  expect(message).toContain(" in function $wrong (#1): type mismatch");
});

test("unknown imports are listed with their types, and the ways out work", () => {
  const path = assemble(
    "imports.wasm",
    `(module (import "env" "first" (func (param i32 i64) (result f64))) (import "env" "second" (func $second (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (func (export "_start") (call $exit (i32.add (i32.const 3) (call $second)))))`,
  );
  const message = refusal(path);
  expect(message).toContain(`${path}: error: 2 unknown imports:\n`);
  expect(message).toContain(`"env" "first" (func (param i32 i64) (result f64))`);
  expect(message).toContain(`"env" "second" (func (result i32))`);
  expect(message).toContain("--unknown-imports");
  expect(wx(["--unknown-imports=default", path]).status).toBe(3);
  const trapped = wx(["--unknown-imports=trap", path]);
  expect([trapped.status, trapped.stdout]).toEqual([134, ""]);
  expect(trapped.stderr).toContain("wasm trap: ");
});

test("a WASI function with another type is refused", () => {
  const path = assemble(
    "type.wasm",
    `(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i64))) (memory (export "memory") 1)
      (func (export "_start")))`,
  );
  expect(refusal(path)).toContain("proc_exit");
});

test.each([
  ["vectors", '(module (func (export "_start") (drop (v128.const i32x4 1 2 3 4))))'],
  ["shared memory", '(module (memory 1 2 shared) (func (export "_start") (drop (i32.atomic.load (i32.const 0)))))'],
])("what wx does not have is named: %s", (_, text) => {
  expect(refusal(assemble("feature.wasm", text))).toContain("not supported");
});

test("intrinsics and the runtime's inside are out of reach", () => {
  for (const [module, name, type] of [
    ["wx", "syscall", "(param i64 i64 i64 i64 i64 i64 i64) (result i64)"],
    ["wx", "memory_base", "(result i64)"],
    ["wx", "load8_u", "(param i64) (result i32)"],
    ["wx", "try_call", "(param funcref) (result i32)"],
    ["runtime", "script_check", "(param i32 i32 i32)"],
    ["runtime", "fd_write", "(param i32 i32 i32 i32) (result i32)"],
    ["guest", "_start", ""],
    ["wasi_snapshot_preview1", "wx_init", ""],
    ["wasi_snapshot_preview1", "wx_exit", "(param i32)"],
    ["wasi_snapshot_preview1", "wx_signal", "(param i64 i64 i64)"],
    ["wasi_snapshot_preview1", "script_check", "(param i32 i32 i32)"],
    ["wasi_snapshot_preview1", "print_i32", "(param i32)"],
    ["wasi_snapshot_preview1", "memory_grow", "(param i32 i32) (result i32)"],
  ]) {
    const text = `(module (import "${module}" "${name}" (func ${type})) (memory (export "memory") 1)
      (func (export "_start")))`;
    expect(refusal(assemble("escape.wasm", text))).toContain(`"${module}" "${name}"`);
  }
});

test("a system call that is an unknown import does nothing under --unknown-imports=default", () => {
  const path = assemble(
    "stub.wasm",
    `(module (import "wx" "syscall" (func $syscall (param i64 i64 i64 i64 i64 i64 i64) (result i64)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)
      (func (export "_start")
        (drop (call $syscall (i64.const 231) (i64.const 9) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0)
          (i64.const 0)))
        (call $exit (i32.const 4))))`,
  );
  expect(wx(["--unknown-imports=default", path]).status).toBe(4);
  expect(wx(["--trusted", path]).status).toBe(9);
});
