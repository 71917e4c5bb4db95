// Ten ways to use wx wrongly, as a new user would: each gives one message that helps and the right status, and leaves
// nothing half-written behind.

import { afterAll, beforeEach, expect, test } from "bun:test";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder, repository, run, wx, wxCommand } from "../programs/wx";
import { assemble } from "../text/assemble";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const room = join(folder, "room");
const hello = readFileSync(join(repository, "examples/hello.wasm"));

beforeEach(() => {
  rmSync(room, { recursive: true, force: true });
  mkdirSync(room);
  writeFileSync(join(room, "hello.wasm"), hello);
});

/** wx in a folder with hello.wasm; it must leave nothing new there. */
function mistake(args: string[]): { status: number | string; stderr: string } {
  const before = readdirSync(room);
  const done = wx(args, { cwd: room });
  expect([done.stdout, readdirSync(room)]).toEqual(["", before]);
  return { status: done.status, stderr: done.stderr };
}

test("1. a file that is not there", () => {
  expect(mistake(["-a", "helo.wasm", "-o", "out"])).toEqual({
    status: 1,
    stderr: "wx: cannot read 'helo.wasm': no such file or directory\n",
  });
});

test("2. a directory", () => {
  mkdirSync(join(room, "folder"));
  expect(mistake(["folder"])).toEqual({ status: 1, stderr: "wx: cannot read 'folder': it is a directory\n" });
});

test("3. a text file", () => {
  writeFileSync(join(room, "notes.txt"), "hello\n");
  const { status, stderr } = mistake(["-a", "notes.txt", "-o", "out"]);
  expect([status, stderr]).toEqual([
    1,
    "wx: notes.txt: error: this is no WebAssembly: a binary module begins with \\0asm, a text module with a parenthesis\n",
  ]);
});

test("4. a module that is cut off", () => {
  writeFileSync(join(room, "cut.wasm"), hello.subarray(0, 50));
  const { status, stderr } = mistake(["-a", "cut.wasm", "-o", "out"]);
  expect([status, stderr]).toEqual([1, "wx: cut.wasm: error at offset 0x16: length out of bounds\n"]);
});

test("5. an import that nobody provides", () => {
  const text = `(module (import "env" "draw" (func (param f64))) (memory (export "memory") 1) (func (export "_start")))`;
  writeFileSync(join(room, "game.wasm"), assemble(text));
  expect(mistake(["-a", "game.wasm"])).toEqual({
    status: 1,
    stderr: `wx: game.wasm: error: unknown import:
  "env" "draw" (func (param f64))
hint: --unknown-imports=trap or =default replaces unknown functions by stubs
`,
  });
});

test("6. an output that cannot be written", () => {
  mkdirSync(join(room, "folder"));
  const reason = (output: string) => mistake(["-a", "hello.wasm", "-o", output]).stderr;
  expect(reason("folder")).toBe("wx: cannot write 'folder': it is a directory\n");
  expect(reason("none/out")).toBe("wx: cannot write 'none/out': no such file or directory\n");
  expect(reason("hello.wasm/out")).toBe("wx: cannot write 'hello.wasm/out': a part of the path is not a directory\n");
});

test("7. an option that does not exist", () => {
  expect(mistake(["--optimise", "hello.wasm"]).status).toBe(2);
  expect(mistake(["--outptu", "x", "-a", "hello.wasm"])).toEqual({
    status: 2,
    stderr: "wx: unknown option '--outptu'; did you mean '--output'?\nTry 'wx --help'.\n",
  });
});

const hasScript = Bun.which("script") != null;

/** A command as it runs at a terminal: what is shown there. */
function atTerminal(command: string, env: Record<string, string> = {}): { status: number | string; shown: string } {
  const done = run(["script", "-qec", command, "/dev/null"], {
    cwd: room,
    env: { ...(process.env as Record<string, string>), NO_COLOR: "", TERM: "xterm", ...env },
  });
  return { status: done.status, shown: done.stdout.replaceAll("\r\n", "\n") };
}

test.skipIf(!hasScript)("8. an option after the program is the program's, which a terminal is told", () => {
  const command = wxCommand.join(" ");
  const note = "'--aot' stands after the program and is passed to it; wx's own options go before hello.wasm\n";
  const colored = `\x1b[1mwx:\x1b[0m ${note}`;
  expect(atTerminal(`${command} hello.wasm --aot`)).toEqual({ status: 0, shown: `${colored}Hello, world!\n` });
  expect(atTerminal(`${command} hello.wasm --aot`, { NO_COLOR: "1" }).shown).toBe(`wx: ${note}Hello, world!\n`);
  for (const quiet of ["--quiet hello.wasm --aot", "hello.wasm -- --aot", "hello.wasm x --aot"]) {
    expect(atTerminal(`${command} ${quiet}`).shown).toBe("Hello, world!\n");
  }
  expect(wx(["hello.wasm", "--aot"], { cwd: room })).toEqual({ status: 0, stdout: "Hello, world!\n", stderr: "" });
  expect(readdirSync(room)).toEqual(["hello.wasm"]);
});

test("9. no space left", () => {
  expect(mistake(["-a", "hello.wasm", "-o", "/dev/full"])).toEqual({
    status: 1,
    stderr: "wx: cannot write '/dev/full': no space left on the device\n",
  });
  const done = run(["sh", "-c", `${wxCommand.join(" ")} -a hello.wasm -o - > /dev/full`], { cwd: room });
  expect([done.status, done.stderr]).toEqual([1, "wx: cannot write '-': no space left on the device\n"]);
});

test("10. an interruption, at any time: all of the file or nothing", async () => {
  cpSync(join(repository, "build/wx.wasm"), join(room, "large.wasm"));
  const args = ["--aot", "--trusted", "large.wasm", "-o", "out"];
  const started = Date.now();
  expect(wx(args, { cwd: room }).status).toBe(0);
  const duration = Date.now() - started;
  const whole = readFileSync(join(room, "out"));
  const ends = new Set<string>();
  for (let i = 0; i < 40; i++) {
    rmSync(join(room, "out"), { force: true });
    const child = Bun.spawn([...wxCommand, ...args], { cwd: room, stdout: "ignore", stderr: "ignore" });
    await Bun.sleep((duration * i) / 36);
    child.kill("SIGINT");
    await child.exited;
    ends.add(child.signalCode ?? `${child.exitCode}`);
    const left = readdirSync(room).sort();
    if (left.includes("out")) expect(readFileSync(join(room, "out")).equals(whole)).toBe(true);
    expect(left.filter((name) => name != "out")).toEqual(["hello.wasm", "large.wasm"]);
  }
  expect(ends).toContain("SIGINT");
  expect([...ends].every((end) => end == "SIGINT" || end == "0")).toBe(true);
}, 600_000);

test.skipIf(!hasScript)(
  "progress of a long compilation is shown at a terminal, and goes away",
  () => {
    const quick = atTerminal(`${wxCommand.join(" ")} -a hello.wasm -o out`);
    expect(quick).toEqual({ status: 0, shown: "" });
    // In JavaScript wx itself takes more than a second.
    const long = `node ${join(repository, "build/wx.js")} -a --check --trusted ${join(repository, "build/wx.wasm")} -o out`;
    const slow = atTerminal(long);
    expect(slow.status).toBe(0);
    expect(slow.shown.replaceAll("\x1b", "ESC")).toMatch(/^(\rESC\[Kwx: compiling, \d+ %)+\rESC\[K$/);
    expect(atTerminal(`${long} --quiet`)).toEqual({ status: 0, shown: "" });
    expect(run(["sh", "-c", long], { cwd: room })).toEqual({ status: 0, stdout: "", stderr: "" });
  },
  600_000,
);
