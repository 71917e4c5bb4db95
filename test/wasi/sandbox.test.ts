// The kernel's filter in real executables. A system call that the program must not make is injected by changing the
// number in the machine code of one that it does make (sched_yield): as if an attacker ran code of his own. The kernel
// must kill it, and only the filter does: without the sandbox the same executable goes on.

import { afterAll, expect, test } from "bun:test";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { I32Column } from "../../src/base/columns";
import { Info, Sandbox } from "../../src/link/info";
import { INFO_BASE } from "../../src/link/layout";
import { allowedCalls } from "../../src/link/filter";
import { systemCall } from "../../src/link/system-calls";
import { Elf } from "../image/elf-reader";
import { compile, makeFolder, ownPrograms, removeFolder, repository } from "../programs/wx";
import { Guest, O, READ, WRITE } from "./guest";
import { findStrace, hasSeccomp, landlockVersion } from "./kernel";
import { build, execute } from "./run";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
let count = 0;

/** A program that calls sched_yield and then says that it lives. */
function yielding(options: string[]): Buffer {
  const guest = new Guest();
  guest.call("sched_yield");
  guest.write(1, "alive");
  return readFileSync(build(guest.wasm, options));
}

const YIELD = [0xb8, 24, 0, 0, 0];
const SYSCALL = [0x0f, 0x05];

/** Where the number of the system call with this instruction to load it is, and its instruction; there must be one, or
 *  one that is shortly before `next`. */
function findCall(image: Buffer, load: number[], next: number[] = []): { number: number; call: number } {
  const found: { number: number; call: number }[] = [];
  for (let at = image.indexOf(Buffer.from(load)); at >= 0; at = image.indexOf(Buffer.from(load), at + 1)) {
    const call = image.indexOf(Buffer.from(SYSCALL), at);
    const follower = image.indexOf(Buffer.from(next), call);
    if (call > 0 && call - at < 40 && follower >= 0 && follower - call < 40) found.push({ number: at + 1, call });
  }
  if (found.length != 1) throw new Error(`${found.length} such calls`);
  return found[0];
}

/** Runs an executable that is given as bytes. */
function runImage(image: Buffer) {
  const path = join(folder, `program${count++}`);
  writeFileSync(path, image);
  chmodSync(path, 0o755);
  return execute([path], { cwd: folder, timeout: 120_000 });
}

function inject(options: string[], number: number, instruction: number[] | null = null) {
  const image = yielding(options);
  const place = findCall(image, YIELD);
  image.writeUInt32LE(number, place.number);
  if (instruction) Buffer.from(instruction).copy(image, place.call);
  return runImage(image);
}

const FORBIDDEN: [string, number][] = [
  ["read", 0],
  ["open", 2],
  ["stat", 4],
  ["mmap of nothing", 9],
  ["dup", 32],
  ["getpid", 39],
  ["socket", 41],
  ["connect", 42],
  ["bind", 49],
  ["execve", 59],
  ["kill", 62],
  ["chdir", 80],
  ["rename", 82],
  ["creat", 85],
  ["unlink", 87],
  ["chmod", 90],
  ["ptrace", 101],
  ["getuid", 102],
  ["setuid", 105],
  ["prctl", 157],
  ["chroot", 161],
  ["mount", 165],
  ["openat", 257],
  ["unlinkat", 263],
  ["process_vm_readv", 310],
  ["memfd_create", 319],
  ["bpf", 321],
  ["execveat", 322],
  ["io_uring_setup", 425],
  ["openat2", 437],
  ["a number that there is not", 999],
];

const isMissing = !hasSeccomp();

test.skipIf(isMissing).each(FORBIDDEN)("an injected %s is stopped by the filter alone", (_, number) => {
  const filtered = inject([], number);
  expect([filtered.status, filtered.stdout.length]).toEqual(["SIGSYS", 0]);
  const free = inject(["--sandbox=off"], number);
  expect([free.status, Buffer.from(free.stdout).includes("alive")]).toEqual([0, true]);
});

test.skipIf(isMissing)("what only begins a process would otherwise begin one", () => {
  // And what would set a filter of its own.
  for (const number of [56, 57, 58, 435, 317]) expect(inject([], number).status).toBe("SIGSYS");
});

test.skipIf(isMissing)("the other ways into the kernel are closed too", () => {
  // int 0x80 with number 20, which is getpid there, and x32's sched_yield.
  expect(inject([], 20, [0xcd, 0x80]).status).toBe("SIGSYS");
  expect(inject(["--sandbox=off"], 20, [0xcd, 0x80]).status).toBe(0);
  expect(inject([], 24 | 0x4000_0000).status).toBe("SIGSYS");
});

test("what the program does itself goes on", () => {
  const done = runImage(yielding([]));
  expect([done.status, Buffer.from(done.stdout).includes("alive")]).toEqual([0, true]);
});

/** Replaces one instruction shortly before a system call. */
function patch(image: Buffer, load: number[], from: number[], to: number[]): void {
  const { number } = findCall(image, load);
  const at = image.indexOf(Buffer.from(from), number - 60);
  if (at < 0 || at > number + 40) throw new Error("no such instruction near the call");
  Buffer.from(to).copy(image, at);
}

test.skipIf(isMissing)("memory never becomes executable", () => {
  const guest = new Guest();
  guest.code("(drop (memory.grow (i32.const 1)))");
  const image = readFileSync(build(guest.wasm, []));
  expect(runImage(image).status).toBe(0);
  // mov edx, PROT_READ | PROT_WRITE before mprotect
  patch(image, [0xb8, 10, 0, 0, 0], [0xba, 3, 0, 0, 0], [0xba, 7, 0, 0, 0]);
  expect(runImage(image).status).toBe("SIGSYS");
});

test.skipIf(isMissing)("signals go to the process itself alone", () => {
  const guest = new Guest();
  guest.call("proc_raise", 0);
  const image = readFileSync(build(guest.wasm, []));
  expect(runImage(image).status).toBe(0);
  // xor eax, eax; nop in place of the call of getpid: kill(0, …) would go to the process group.
  const { call } = findCall(image, [0xb8, 39, 0, 0, 0], [0xb8, 62, 0, 0, 0]);
  Buffer.from([0x31, 0xc0]).copy(image, call);
  expect(runImage(image).status).toBe("SIGSYS");
});

/** The filter of an executable and its mode. */
function filterOf(path: string): { mode: number; calls: number[] } {
  const elf = new Elf(readFileSync(path));
  const info = elf.offsetOf(INFO_BASE);
  const length = elf.u32(info + Info.FilterCount);
  const words = new I32Column();
  const at = length == 0 ? 0 : elf.offsetOf(elf.u64(info + Info.Filter));
  for (let i = 0; i < 2 * length; i++) words.push(elf.u32(at + 4 * i) | 0);
  const calls = allowedCalls(words);
  const numbers = Array.from({ length: calls.length }, (_, i) => calls.get(i));
  return { mode: elf.u32(info + Info.Sandbox), calls: numbers };
}

const names = (calls: number[]) => calls.map((number) => systemCall(number)?.name);

test("the filter is what the program's functions need, and nothing else", () => {
  const hello = join(folder, "hello");
  compile([join(repository, "examples/hello.wasm"), "-o", hello]);
  const least = [
    "write",
    "rt_sigaction",
    "rt_sigreturn",
    "writev",
    "ppoll",
    "restart_syscall",
    "exit_group",
    "pwritev2",
  ];
  const sorted = (list: unknown[]) => [...list].sort();
  expect([filterOf(hello).mode, sorted(names(filterOf(hello).calls))]).toEqual([Sandbox.On, sorted(least)]);
  for (const [option, mode] of [
    ["--sandbox=off", Sandbox.Off],
    ["--trusted", Sandbox.Off],
    ["--sandbox=strict", Sandbox.Strict],
  ] as const) {
    compile([option, join(repository, "examples/hello.wasm"), "-o", hello]);
    expect([filterOf(hello).mode, filterOf(hello).calls.length != 0]).toEqual([mode, mode != Sandbox.Off]);
  }
  // Without a grant, a program with all functions of files has no call that takes a path.
  const files = join(folder, "files");
  const source = join(repository, "test/programs/files.wasm");
  compile([source, "-o", files]);
  expect(names(filterOf(files).calls).filter((name) => /at2?$|dents/.test(name ?? "") && name != "fstat")).toEqual(
    ["utimensat"].filter((name) => names(filterOf(files).calls).includes(name)),
  );
  compile(["--dir", ".", source, "-o", files]);
  expect(names(filterOf(files).calls)).toContain("openat2");
});

const strace = findStrace();

/** The system calls that a command makes, in order. */
function trace(command: string[], cwd: string, stdin: string | null): string[] {
  const log = join(folder, `trace${count++}`);
  const options = { cwd, stdin: stdin == null ? null : Buffer.from(stdin), timeout: 300_000 };
  const done = execute([strace as string, "-f", "-o", log, ...command], options);
  expect(done.stderr.includes("SIGSYS")).toBe(false);
  const lines = readFileSync(log, "utf8").split("\n");
  return lines.map((line) => line.match(/^\d+ +(\w+)\(/)?.[1] ?? "").filter((name) => name != "");
}

test.skipIf(strace == null || isMissing)("hello makes at most a dozen system calls in all", () => {
  const hello = join(folder, "hello-traced");
  compile([join(repository, "examples/hello.wasm"), "-o", hello]);
  const calls = trace([hello], folder, null);
  expect(calls[0]).toBe("execve");
  expect(calls.slice(-3)).toEqual(["seccomp", "writev", "exit_group"]);
  expect(calls.length).toBeLessThanOrEqual(12);
});

test.skipIf(strace == null || isMissing)(
  "ten programs make no system call outside their filter",
  () => {
    const programs = ownPrograms().slice(0, 8);
    const files = join(repository, "test/programs/files.wasm");
    const guest = new Guest();
    const fd = guest.open(3, "file", O.Create | O.Truncate, READ | WRITE);
    guest.write(fd, "abc");
    guest.call("fd_sync", fd);
    guest.call("fd_readdir", 3, guest.out(512), 512, 0n, guest.out(4));
    guest.call("path_rename", 3, guest.bytes("file"), 3, guest.bytes("other"));
    guest.call("path_unlink_file", 3, guest.bytes("other"));
    guest.call("poll_oneoff", guest.words(0, 0, 0, 0, 1, 0, 1000, 0, 0, 0, 0, 0), guest.out(32), 1, guest.out(4));
    guest.call("random_get", guest.out(64), 64);
    guest.call("clock_time_get", 0, 0n, guest.out(8));
    const own = build(guest.wasm, ["--dir", "."]);
    const commands: [string, string[], string][] = [[own, [], folder]];
    for (const [name, wasm, cwd] of [...programs.map((p) => [p.name, p.wasm, p.folder]), ["files", files, folder]]) {
      const path = join(folder, `traced-${name}`);
      compile(["--dir", ".", "--env", "HOME", wasm, "-o", path]);
      commands.push([path, name == "files" ? ["a", "b c"] : [], cwd]);
    }
    expect(commands.length).toBeGreaterThanOrEqual(10);
    for (const [path, args, cwd] of commands) {
      const calls = trace([path, ...args], cwd, "hello world\n");
      const start = calls.indexOf("seccomp");
      expect(start).toBeGreaterThan(0);
      const allowed = names(filterOf(path).calls);
      expect(calls.slice(start + 1).filter((name) => !allowed.includes(name))).toEqual([]);
    }
  },
  600_000,
);

test.skipIf(isMissing)("strict starts where the kernel has all of it, and says what it lacks where it does not", () => {
  const guest = new Guest();
  guest.call("sched_yield");
  const plain = execute([build(guest.wasm, ["--sandbox=strict"])]);
  expect([plain.status, plain.stderr]).toEqual([0, ""]);
  const granted = execute([build(guest.wasm, ["--sandbox=strict", "--dir", "."])], { cwd: folder });
  const message = "wx: --sandbox=strict needs Landlock 3: the kernel does not have it\n";
  expect([granted.status, granted.stderr]).toEqual(landlockVersion() >= 3 ? [0, ""] : [1, message]);
  // As on kernels without: the numbers of the calls changed to one that there is not.
  for (const [load, options, expected] of [
    [[0xb8, 0x3d, 1, 0, 0], [], "wx: --sandbox=strict needs seccomp filters: the kernel does not have it\n"],
    [[0xb8, 0xbe, 1, 0, 0], ["--dir", "."], message],
  ] as const) {
    for (const mode of ["strict", "on"]) {
      const image = readFileSync(build(guest.wasm, [`--sandbox=${mode}`, ...options]));
      let at = image.indexOf(Buffer.from(load));
      expect(at).toBeGreaterThan(0);
      for (; at >= 0; at = image.indexOf(Buffer.from(load), at + 1)) image.writeUInt32LE(999, at + 1);
      const done = runImage(image);
      expect([done.status, done.stderr]).toEqual(mode == "strict" ? [1, expected] : [0, ""]);
    }
  }
});

test("a filter does not outlive what it is for: wx runs a program, and another after it", () => {
  const wasm = join(repository, "examples/hello.wasm");
  for (let i = 0; i < 2; i++) {
    const done = execute([join(repository, "build/wx"), wasm]);
    expect([done.status, Buffer.from(done.stdout).toString()]).toEqual([0, "Hello, world!\n"]);
  }
});

test.skipIf(isMissing)("a program that is killed says nothing and leaves its status", () => {
  const done = inject([], 59);
  expect([done.status, done.stderr]).toEqual(["SIGSYS", ""]);
});

test.skipIf(strace == null || landlockVersion() < 3)("an interpreted program is confined to its grants too", () => {
  const files = join(repository, "test/programs/files.wasm");
  const wx = join(repository, "build/wx");
  for (const options of [[], ["--dir", "."]]) {
    const calls = trace([wx, "--interpret", ...options, files], folder, null);
    const start = calls.indexOf("landlock_restrict_self");
    expect(start).toBeGreaterThan(0);
    // What remains are the program's calls.
    expect(calls.slice(start).filter((name) => name == "open" || name == "mmap")).toEqual([]);
  }
});
