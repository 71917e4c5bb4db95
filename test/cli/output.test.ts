// What wx writes: the named file or the default one, whole or not at all, and nothing beside it.

import { afterAll, beforeEach, expect, test } from "bun:test";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { lstatSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder, repository, run, wx, wxCommand } from "../programs/wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const room = join(folder, "room");
const hello = join(repository, "examples/hello.wasm");
const files = join(repository, "test/programs/files.wasm");
const isRoot = process.getuid?.() == 0;

beforeEach(() => {
  rmSync(room, { recursive: true, force: true });
  mkdirSync(room);
});

test("default names, in the current folder", () => {
  mkdirSync(join(room, "sub"));
  for (const name of ["a.wasm", "b", "c.d.wasm", ".wasm", "sub/e.wasm"]) copyFileSync(hello, join(room, name));
  for (const [input, output] of [
    ["a.wasm", "a"],
    ["b", "b.out"],
    ["c.d.wasm", "c.d"],
    [".wasm", ".wasm.out"],
    ["sub/e.wasm", "e"],
  ]) {
    expect(wx(["--aot", input], { cwd: room })).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(run([join(room, output)]).stdout).toBe("Hello, world!\n");
  }
  expect(readdirSync(join(room, "sub"))).toEqual(["e.wasm"]);
  expect(readFileSync(join(room, "b"))).toEqual(readFileSync(hello));
});

test.each([
  ["--aot", hello, "-o", "out"],
  ["-a", "-o", "out", hello],
  ["--compile", hello, "--output", "out"],
  ["--aot", hello, "--output=out"],
  ["--jit", "--aot", hello, "-o", "out"],
])("ways to say it: %j", (...args) => {
  expect(wx(args, { cwd: room })).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(readdirSync(room)).toEqual(["out"]);
  expect(statSync(join(room, "out")).mode & 0o777).toBe(0o755);
  expect(run([join(room, "out")]).stdout).toBe("Hello, world!\n");
});

test("the mode obeys umask", () => {
  expect(run(["sh", "-c", `umask 077; exec ${wxCommand.join(" ")} --aot ${hello} -o out`], { cwd: room }).status).toBe(
    0,
  );
  expect(statSync(join(room, "out")).mode & 0o777).toBe(0o700);
});

test("the same input and options give the same bytes; --strip gives fewer", () => {
  for (const name of ["one", "two"]) expect(wx(["--aot", files, "-o", name], { cwd: room }).status).toBe(0);
  expect(wx(["--aot", "--strip", files, "-o", "small"], { cwd: room }).status).toBe(0);
  const one = readFileSync(join(room, "one"));
  expect(readFileSync(join(room, "two"))).toEqual(one);
  expect(statSync(join(room, "small")).size).toBeLessThan(one.length);
});

test("a file in the way is replaced, even one that runs, and a link to elsewhere is not followed", () => {
  const out = join(room, "out");
  writeFileSync(out, "old");
  chmodSync(out, 0o444);
  expect(wx(["--aot", hello, "-o", out]).status).toBe(0);
  expect(statSync(out).mode & 0o777).toBe(0o755);
  copyFileSync("/bin/sleep", out);
  chmodSync(out, 0o755);
  const sleeper = Bun.spawn([out, "20"]);
  expect(wx(["--aot", hello, "-o", out])).toEqual({ status: 0, stdout: "", stderr: "" });
  sleeper.kill();
  expect(run([out]).stdout).toBe("Hello, world!\n");
  writeFileSync(join(room, "target"), "precious");
  rmSync(out);
  symlinkSync("target", out);
  expect(wx(["--aot", hello, "-o", out]).status).toBe(0);
  expect(readFileSync(join(room, "target"), "utf8")).toBe("precious");
  expect(lstatSync(out).isFile()).toBe(true);
});

/** The compilation fails with this message and leaves `room` as it was. */
function cannotWrite(output: string, message: string): void {
  const before = readdirSync(room);
  const done = wx(["--aot", hello, "-o", output], { cwd: room });
  expect(done).toEqual({ status: 1, stdout: "", stderr: `wx: cannot write '${output}': ${message}\n` });
  expect(readdirSync(room)).toEqual(before);
}

test("places that cannot be written", () => {
  mkdirSync(join(room, "folder"));
  writeFileSync(join(room, "file"), "");
  cannotWrite("missing/out", "no such file or directory");
  cannotWrite("file/out", "a part of the path is not a directory");
  cannotWrite("folder", "it is a directory");
  cannotWrite("x".repeat(300), "name too long");
  expect(readdirSync(join(room, "folder"))).toEqual([]);
});

test.skipIf(isRoot)("a folder without permission", () => {
  mkdirSync(join(room, "closed"), { mode: 0o555 });
  cannotWrite("closed/out", "permission denied");
});

const canMount = isRoot && run(["unshare", "-m", "mount", "-t", "tmpfs", "none", folder]).status == 0;

test.skipIf(!canMount)("a full file system: no half file, and what was there stays", () => {
  const script = `mount -t tmpfs -o size=8k none . && echo old > out && ${wxCommand.join(" ")} --aot ${files} -o out
    echo $? && ls && cat out`;
  const done = run([
    "unshare",
    "-m",
    "sh",
    "-c",
    `cd ${room} && ${script.replace("none .", `none ${room} && cd ${room}`)}`,
  ]);
  expect(done.stdout).toBe("1\nout\nold\n");
  expect(done.stderr).toBe("wx: cannot write 'out': no space left on the device\n");
});

test("a file size limit: no half file", () => {
  // Over the limit the kernel sends SIGXFSZ, which ends wx unless it is ignored.
  const script = `trap "" XFSZ; ulimit -f 8; exec ${wxCommand.join(" ")} --aot ${files} -o out`;
  const done = run(["sh", "-c", script], { cwd: room });
  expect([done.status, done.stderr]).toEqual([1, "wx: cannot write 'out': file too large\n"]);
  expect(existsSync(join(room, "out"))).toBe(false);
  expect(readdirSync(room)).toEqual([]);
});

test("grants are part of the executable: who runs it adds nothing", () => {
  mkdirSync(join(room, "work"));
  mkdirSync(join(room, "fixed"));
  expect(wx(["--aot", "--env", "WX_TEST=baked", files, "-o", "bare"], { cwd: room }).status).toBe(0);
  const bare = run([join(room, "bare"), "--dir", "work", "--env", "A=1"], {
    cwd: room,
    env: { WX_TEST: "other", HOME: "/" },
  });
  expect(bare.stdout.split("\n").slice(0, 2)).toEqual(["4 arguments: [--dir] [work] [--env] [A=1]", "WX_TEST=baked"]);
  expect([bare.status, readdirSync(join(room, "work"))]).toEqual([1, []]);
});

test("a granted folder is looked for where the program starts, and named when it is not there", () => {
  expect(wx(["--aot", "--dir", "work", "--dir", "/::root:ro", files, "-o", "granted"], { cwd: folder }).status).toBe(0);
  const lost = run([join(folder, "granted")], { cwd: room });
  expect([lost.status, lost.stdout]).toEqual([1, ""]);
  expect(lost.stderr).toMatch(/^wx: .*'?work'?.*\n$/);
  mkdirSync(join(room, "work"));
  const found = run([join(folder, "granted")], { cwd: room });
  expect(found.stdout).toContain("written 280010\n");
});
