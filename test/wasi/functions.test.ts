// WASI function by function in real executables, beyond what WASI's own test suite asks: every error code that the runtime
// can give and a test can cause, the contents of every structure, the edges of every length. docs/wasi.md says which
// function is tested where.

import { afterAll, expect, test } from "bun:test";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder } from "../programs/wx";
import { type Answer, Errno, FOLLOW, Guest, O, READ, WRITE, Word } from "./guest";
import { ask, build, execute } from "./run";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
let count = 0;

/** A new granted folder with a file, a directory and a link. */
function makeRoom(): string {
  const room = join(folder, `room${count++}`);
  mkdirSync(join(room, "dir"), { recursive: true });
  writeFileSync(join(room, "file"), "0123456789");
  symlinkSync("file", join(room, "link"));
  return room;
}

const GRANT = ["--dir", ".::/"];
const APPEND = 1;
const SYNC = 16;

/** Checks the error numbers of calls, listed as [what, index, expected]. */
function expectErrors(answer: Answer, cases: [string, number, number][]): void {
  const text = (value: (c: [string, number, number]) => number) => cases.map((c) => `${c[0]}: ${value(c)}`);
  expect(text((c) => answer.errors[c[1]])).toEqual(text((c) => c[2]));
}

test("arguments and environment are bytes, the program's own name first", () => {
  const guest = new Guest();
  const [n, bytes, vector, buffer] = [guest.out(4), guest.out(4), guest.out(64), guest.out(128)];
  guest.call("args_sizes_get", n, bytes);
  guest.call("args_get", vector, buffer);
  const [envN, envBytes, environ, envBuffer] = [guest.out(4), guest.out(4), guest.out(64), guest.out(128)];
  guest.call("environ_sizes_get", envN, envBytes);
  guest.call("environ_get", environ, envBuffer);
  const path = build(guest.wasm, ["--env", "ODD", "--env", "UNSET", "--env", "SET=1=2"]);
  // Not UTF-8: a lone 0xff.
  const script = `ODD=$(printf 'o\\377d'); export ODD; exec "$0" "$(printf 'a\\377b')" ''`;
  const done = execute(["sh", "-c", script, path]);
  const answer = guest.answer(done.stdout);
  const expected = `${path}\0a\xffb\0\0`;
  expect([answer.u32(n), answer.u32(bytes)]).toEqual([3, expected.length]);
  expect(answer.text(buffer, expected.length)).toBe(expected);
  const starts = [0, path.length + 1, path.length + 5].map((at) => buffer + at);
  expect([0, 1, 2].map((i) => answer.u32(vector + 4 * i))).toEqual(starts);
  expect([answer.u32(envN), answer.u32(envBytes)]).toEqual([2, 16]);
  expect(answer.text(envBuffer, 16)).toBe("ODD=o\xffd\0SET=1=2\0");
});

test("clocks", () => {
  const guest = new Guest();
  const at = [0, 1, 2, 3].map(() => [guest.out(8), guest.out(8), guest.out(8)]);
  at.forEach(([res, first, second], clock) => {
    guest.call("clock_res_get", clock, res);
    guest.call("clock_time_get", clock, 0n, first);
    guest.call("clock_time_get", clock, 1_000_000_000n, second);
  });
  const bad = [guest.call("clock_time_get", 4, 0n, at[0][0]), guest.call("clock_res_get", 0xffff_ffff, at[0][0])];
  const answer = ask(guest);
  for (const [res, first, second] of at) {
    expect(answer.u64(res) > 0n && answer.u64(res) <= 1_000_000_000n).toBe(true);
    expect(answer.u64(second) >= answer.u64(first)).toBe(true);
  }
  expect(Math.abs(Number(answer.u64(at[0][1]) / 1_000_000n) - Date.now())).toBeLessThan(60_000);
  expect(bad.map((i) => answer.errors[i])).toEqual([Errno.Inval, Errno.Inval]);
  expect(answer.errors.slice(0, 12)).toEqual(new Array(12).fill(0));
});

test("fd_advise, fd_allocate, fd_filestat_set_size", () => {
  const room = makeRoom();
  const guest = new Guest();
  const both = guest.open(3, "file", 0, READ | WRITE);
  const reader = guest.open(3, "file");
  const dir = guest.open(3, "dir", O.Directory);
  const cases: [string, number, number][] = [];
  const call = (expected: number, name: string, ...args: (number | bigint | Word)[]) =>
    cases.push([`${name} ${args.slice(1)}`, guest.call(name, ...args), expected]);
  for (let advice = 0; advice < 6; advice++) call(0, "fd_advise", both, 0n, 100n, advice);
  call(Errno.Inval, "fd_advise", both, 0n, 100n, 6);
  call(Errno.Inval, "fd_advise", both, 1n << 63n, 1n, 0);
  call(Errno.Inval, "fd_advise", both, 0n, 1n << 63n, 0);
  call(Errno.IsDir, "fd_advise", dir, 0n, 1n, 0);
  call(Errno.SPipe, "fd_advise", 0, 0n, 1n, 0);
  call(Errno.BadF, "fd_advise", 99, 0n, 1n, 0);
  call(0, "fd_allocate", both, 0n, 5000n);
  call(0, "fd_allocate", both, 10n, 10n);
  call(Errno.Inval, "fd_allocate", both, 0n, 0n);
  call(Errno.Inval, "fd_allocate", both, -1n, 1n);
  call(Errno.BadF, "fd_allocate", reader, 0n, 1n);
  call(Errno.IsDir, "fd_allocate", dir, 0n, 1n);
  const size = guest.out(64);
  guest.call("fd_filestat_get", both, size);
  call(0, "fd_filestat_set_size", both, 3n);
  call(Errno.Inval, "fd_filestat_set_size", both, -1n);
  call(Errno.Inval, "fd_filestat_set_size", reader, 1n);
  call(Errno.IsDir, "fd_filestat_set_size", dir, 1n);
  call(Errno.BadF, "fd_filestat_set_size", 99, 1n);
  const answer = ask(guest, GRANT, { cwd: room, pipes: true });
  expectErrors(answer, cases);
  expect(answer.u64(size + 32)).toBe(5000n);
  expect(readFileSync(join(room, "file"), "latin1")).toBe("012");
});

test("fd_close, fd_sync, fd_datasync, fd_renumber", () => {
  const room = makeRoom();
  const guest = new Guest();
  const a = guest.open(3, "file", 0, READ | WRITE);
  const b = guest.open(3, "link");
  const dir = guest.open(3, "dir", O.Directory);
  const cases: [string, number, number][] = [];
  const call = (expected: number, name: string, ...args: (number | Word)[]) =>
    cases.push([`${name} ${cases.length}`, guest.call(name, ...args), expected]);
  for (const name of ["fd_sync", "fd_datasync"]) {
    call(0, name, a);
    call(0, name, dir);
    call(0, name, 3);
    call(Errno.BadF, name, 99);
    call(Errno.Inval, name, 0);
  }
  call(Errno.BadF, "fd_renumber", a, 99);
  call(Errno.BadF, "fd_renumber", 99, a);
  call(0, "fd_renumber", a, a);
  call(0, "fd_renumber", a, b);
  call(Errno.BadF, "fd_close", a);
  const read = guest.read(b, 4);
  call(0, "fd_close", b);
  call(Errno.BadF, "fd_close", b);
  // A granted directory takes the place of standard input, and is still one; then it is gone for good.
  call(0, "fd_renumber", 3, 0);
  const prestat = guest.out(8);
  call(0, "fd_prestat_get", 0, prestat);
  call(Errno.BadF, "fd_prestat_get", 3, prestat);
  call(0, "fd_close", 0);
  call(Errno.BadF, "fd_prestat_get", 0, prestat);
  call(Errno.BadF, "fd_close", 0);
  call(0, "fd_close", 2);
  call(Errno.BadF, "fd_write", 2, 0, 0, prestat);
  call(0, "fd_close", dir);
  const answer = ask(guest, GRANT, { cwd: room, stdin: new Uint8Array() });
  expectErrors(answer, cases);
  expect(answer.text(read.at, answer.u32(read.count))).toBe("0123");
});

test("numbers of closed descriptors are given out again, up to the limit", () => {
  const room = makeRoom();
  const guest = new Guest();
  const first = guest.open(3, "file");
  const second = guest.open(3, "file");
  const full = guest.open(3, "file");
  guest.call("fd_close", first);
  const again = guest.open(3, "file");
  const fullAgain = guest.open(3, "dir");
  const answer = ask(guest, [...GRANT, "--max-fds", "6"], { cwd: room });
  expect([first, second, again].map((fd) => answer.u32(fd.at))).toEqual([4, 5, 4]);
  expect([full, fullAgain].map((fd) => answer.u32(fd.at))).toEqual([0, 0]);
  expect(answer.errors).toEqual([0, 0, Errno.MFile, 0, 0, Errno.MFile]);
});

test("the system's own limit is the same error", () => {
  const room = makeRoom();
  const guest = new Guest();
  for (let i = 0; i < 8; i++) guest.open(3, "file");
  const path = build(guest.wasm, GRANT);
  const done = execute(["sh", "-c", 'ulimit -n 8; exec "$0"', path], { cwd: room });
  const answer = guest.answer(done.stdout);
  expect(answer.errors.filter((e) => e == 0).length).toBeGreaterThan(2);
  expect(answer.errors.at(-1)).toBe(Errno.MFile);
});

test("fd_fdstat_get: types, flags and rights; a terminal is what cannot seek", () => {
  const room = makeRoom();
  const guest = new Guest();
  const at = (fd: number | Word) => {
    const result = guest.out(24);
    guest.call("fd_fdstat_get", fd, result);
    return result;
  };
  const stdin = at(0);
  const grant = at(3);
  const file = at(guest.open(3, "file", 0, READ | WRITE, FOLLOW, APPEND | SYNC));
  const reader = at(guest.open(3, "file"));
  const writer = at(guest.open(3, "file", 0, WRITE));
  const dir = at(guest.open(3, "dir", O.Directory));
  const none = guest.call("fd_fdstat_get", 99, grant);
  const path = build(guest.wasm, GRANT);
  const show = (answer: Answer, fd: number) => [answer.u8(fd), answer.u16(fd + 2)];
  const has = (answer: Answer, fd: number, right: bigint) => (answer.u64(fd + 8) & right) != 0n;
  const SEEK = 4n;
  const TELL = 32n;
  const READDIR = 1n << 14n;
  const done = execute([path], { cwd: room, stdin: openSync("/dev/null", "r") });
  const answer = guest.answer(done.stdout);
  expect(answer.errors[none]).toBe(Errno.BadF);
  // /dev/null is a character device and seeks: not a terminal. The parent opened it for reading.
  expect([
    ...show(answer, stdin),
    has(answer, stdin, SEEK),
    has(answer, stdin, READ),
    has(answer, stdin, WRITE),
  ]).toEqual([2, 0, true, true, false]);
  expect([...show(answer, grant), has(answer, grant, READDIR), has(answer, grant, SEEK)]).toEqual([3, 0, true, false]);
  expect(answer.u64(grant + 16) & (READ | WRITE)).toBe(READ | WRITE);
  expect([...show(answer, file), has(answer, file, SEEK), has(answer, file, TELL)]).toEqual([
    4,
    APPEND | SYNC,
    true,
    true,
  ]);
  expect([has(answer, reader, READ), has(answer, reader, WRITE)]).toEqual([true, false]);
  expect([has(answer, writer, READ), has(answer, writer, WRITE)]).toEqual([false, true]);
  expect([...show(answer, dir), has(answer, dir, READ)]).toEqual([3, 0, false]);
  // A pipe has no type in WASI; a file that is appended to is so for the program too.
  const piped = guest.answer(execute([path], { cwd: room, pipes: true }).stdout);
  expect([...show(piped, stdin), has(piped, stdin, SEEK)]).toEqual([0, 0, false]);
  const log = openSync(join(room, "log"), "a+");
  const appended = guest.answer(execute([path], { cwd: room, stdin: log }).stdout);
  closeSync(log);
  expect([...show(appended, stdin), has(appended, stdin, WRITE)]).toEqual([4, APPEND, true]);
});

test.skipIf(Bun.which("script") == null)("a terminal is a character device without seek and tell", () => {
  const guest = new Guest();
  const at = guest.out(24);
  guest.call("fd_fdstat_get", 0, at);
  const path = build(guest.wasm, []);
  const out = join(folder, "terminal");
  execute(["script", "-qec", `${path} > ${out}`, "/dev/null"]);
  const answer = guest.answer(readFileSync(out));
  expect([answer.errors[0], answer.u8(at), answer.u64(at + 8) & 36n]).toEqual([0, 2, 0n]);
});

test("fd_fdstat_set_flags: appending, and what cannot be changed", () => {
  const room = makeRoom();
  const guest = new Guest();
  const fd = guest.open(3, "file", 0, READ | WRITE);
  const cases: [string, number, number][] = [
    ["append", guest.call("fd_fdstat_set_flags", fd, APPEND), 0],
    ["seek", guest.call("fd_seek", fd, 0n, 0, guest.out(8)), 0],
    ["write", guest.write(fd, "AB"), 0],
    ["pwrite", guest.call("fd_pwrite", fd, guest.vector(guest.bytes("Z")), 1, 1n, guest.out(4)), 0],
    ["no append", guest.call("fd_fdstat_set_flags", fd, 0), 0],
    ["seek", guest.call("fd_seek", fd, 3n, 0, guest.out(8)), 0],
    ["write", guest.write(fd, "c"), 0],
    ["sync", guest.call("fd_fdstat_set_flags", fd, SYNC), Errno.Inval],
    ["unknown", guest.call("fd_fdstat_set_flags", fd, 32), Errno.Inval],
    ["closed", guest.call("fd_fdstat_set_flags", 99, 0), Errno.BadF],
    ["directory", guest.call("fd_fdstat_set_flags", 3, 0), 0],
    ["stdout to append", guest.call("fd_fdstat_set_flags", 1, APPEND), 0],
  ];
  expectErrors(ask(guest, GRANT, { cwd: room }), cases);
  expect(readFileSync(join(room, "file"), "latin1")).toBe("0Z2c456789AB");
});

test("a standard stream is non-blocking for the program alone", () => {
  const guest = new Guest();
  guest.call("fd_fdstat_set_flags", 0, 4);
  guest.call("fd_fdstat_set_flags", 1, 4);
  const empty = guest.read(0, 4);
  guest.call("poll_oneoff", guest.words(7, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0), guest.out(32), 1, guest.out(4));
  const later = guest.read(0, 4);
  const stat = guest.out(24);
  guest.call("fd_fdstat_get", 0, stat);
  const path = build(guest.wasm, []);
  // The stream is a pipe that gets its bytes after a while; its flags are looked at when the program is done.
  const script = `(sleep 0.3; printf abcd) | { "$0" > ${folder}/nonblock; grep flags /proc/self/fdinfo/0; }`;
  const done = execute(["sh", "-c", script, path]);
  const answer = guest.answer(readFileSync(join(folder, "nonblock")));
  expect(answer.errors).toEqual([0, 0, Errno.Again, 0, 0, 0]);
  expect([answer.text(later.at, 4), answer.u32(empty.count)]).toEqual(["abcd", 0]);
  expect(answer.u16(stat + 2)).toBe(4);
  const flags = Number.parseInt(
    Buffer.from(done.stdout)
      .toString()
      .match(/flags:\s+(\d+)/)?.[1] ?? "7777",
    8,
  );
  expect(flags & 0o4000).toBe(0);
});

test("fd_fdstat_set_rights takes away, and never gives", () => {
  const room = makeRoom();
  const guest = new Guest();
  const fd = guest.open(3, "file", 0, READ | WRITE);
  const cases: [string, number, number][] = [
    ["only reading", guest.call("fd_fdstat_set_rights", fd, READ, 0n), 0],
    ["writing back", guest.call("fd_fdstat_set_rights", fd, READ | WRITE, 0n), Errno.NotCapable],
    ["write", guest.write(fd, "x"), Errno.BadF],
    ["read", guest.callCount, 0],
  ];
  guest.read(fd, 1);
  const out = guest.out(64);
  cases.push(
    ["seek", guest.call("fd_seek", fd, 1n, 0, out), Errno.NotCapable],
    ["tell", guest.call("fd_tell", fd, out), Errno.NotCapable],
    ["stat", guest.call("fd_filestat_get", fd, out), Errno.NotCapable],
    ["times", guest.call("fd_filestat_set_times", fd, 0n, 0n, 2), Errno.NotCapable],
    ["advise", guest.call("fd_advise", fd, 0n, 0n, 0), Errno.NotCapable],
    ["sync", guest.call("fd_sync", fd), Errno.NotCapable],
    ["datasync", guest.call("fd_datasync", fd), Errno.NotCapable],
    ["flags", guest.call("fd_fdstat_set_flags", fd, 0), Errno.NotCapable],
    ["no readdir", guest.call("fd_fdstat_set_rights", 3, 1n << 13n, 0n), 0],
    ["readdir", guest.call("fd_readdir", 3, out, 64, 0n, out), Errno.NotCapable],
    ["create", guest.call("path_open", 3, 0, guest.bytes("new"), O.Create, READ, 0n, 0, out), Errno.NotCapable],
    ["truncate", guest.call("path_open", 3, 0, guest.bytes("file"), O.Truncate, READ, 0n, 0, out), Errno.NotCapable],
    ["mkdir", guest.call("path_create_directory", 3, guest.bytes("new")), Errno.NotCapable],
    ["rmdir", guest.call("path_remove_directory", 3, guest.bytes("dir")), Errno.NotCapable],
    ["unlink", guest.call("path_unlink_file", 3, guest.bytes("file")), Errno.NotCapable],
    ["symlink", guest.call("path_symlink", guest.bytes("x"), 3, guest.bytes("new")), Errno.NotCapable],
    ["readlink", guest.call("path_readlink", 3, guest.bytes("link"), out, 8, out), Errno.NotCapable],
    ["path stat", guest.call("path_filestat_get", 3, 0, guest.bytes("file"), out), Errno.NotCapable],
    ["path times", guest.call("path_filestat_set_times", 3, 0, guest.bytes("file"), 0n, 0n, 2), Errno.NotCapable],
    ["rename", guest.call("path_rename", 3, guest.bytes("file"), 3, guest.bytes("x")), Errno.NotCapable],
    ["link", guest.call("path_link", 3, 0, guest.bytes("file"), 3, guest.bytes("x")), Errno.NotCapable],
    // What is opened now inherits nothing.
    ["open", guest.callCount, 0],
  );
  const opened = guest.open(3, "file", 0, READ | WRITE);
  cases.push(["read what inherits nothing", guest.callCount, Errno.BadF]);
  guest.read(opened, 1);
  expectErrors(ask(guest, GRANT, { cwd: room }), cases);
  expect(readFileSync(join(room, "file"), "latin1")).toBe("0123456789");
});

test("fd_filestat_get and path_filestat_get say what the system says", () => {
  const room = makeRoom();
  utimesSync(join(room, "file"), 1234.5, 2_000_000_000.25);
  const guest = new Guest();
  const fd = guest.open(3, "file");
  const results = [guest.out(64), guest.out(64), guest.out(64), guest.out(64), guest.out(64)];
  guest.call("fd_filestat_get", fd, results[0]);
  guest.call("path_filestat_get", 3, FOLLOW, guest.bytes("link"), results[1]);
  guest.call("path_filestat_get", 3, 0, guest.bytes("link"), results[2]);
  guest.call("fd_filestat_get", 3, results[3]);
  guest.call("fd_filestat_get", 0, results[4]);
  const bad = [
    guest.call("path_filestat_get", 3, 2, guest.bytes("file"), results[0]),
    guest.call("path_filestat_get", fd, 0, guest.bytes("file"), results[0]),
    guest.call("path_filestat_get", 99, 0, guest.bytes("file"), results[0]),
    guest.call("fd_filestat_get", 99, results[0]),
  ];
  const answer = ask(guest, GRANT, { cwd: room, stdin: openSync("/dev/null", "r") });
  const stat = (path: string) => statSync(join(room, path), { bigint: true });
  const show = (at: number) => [0, 8, 24, 32, 40, 48, 56].map((field) => answer.u64(at + field));
  const expected = (s: ReturnType<typeof stat>) => [s.dev, s.ino, s.nlink, s.size, s.atimeNs, s.mtimeNs, s.ctimeNs];
  const file = stat("file");
  // Opening and asking did not read.
  expect(show(results[0])).toEqual(expected(file));
  expect(show(results[1])).toEqual(expected(file));
  expect([answer.u64(results[2] + 16), answer.u64(results[2] + 32)]).toEqual([7n, BigInt("file".length)]);
  expect(show(results[3]).slice(0, 3)).toEqual(expected(stat(".")).slice(0, 3));
  // The byte of the type has zeros behind it.
  expect([0, 1, 3, 4].map((i) => answer.u64(results[i] + 16))).toEqual([4n, 4n, 3n, 2n]);
  expect(bad.map((i) => answer.errors[i])).toEqual([Errno.Inval, Errno.NotDir, Errno.BadF, Errno.BadF]);
});

test("times: exact to the nanosecond, now, and left alone", () => {
  const room = makeRoom();
  utimesSync(join(room, "dir"), 5, 6);
  const guest = new Guest();
  const fd = guest.open(3, "file");
  const [a, m] = [1_000_000_000_123_456_789n, 4_000_000_000_987_654_321n];
  const name = guest.bytes("file");
  const at = [guest.out(64), guest.out(64), guest.out(64), guest.out(64)];
  const cases: [string, number, number][] = [
    ["both", guest.call("fd_filestat_set_times", fd, a, m, 5), 0],
    ["stat", guest.call("fd_filestat_get", fd, at[0]), 0],
    ["modification alone", guest.call("path_filestat_set_times", 3, FOLLOW, guest.bytes("link"), 1n, 2n, 4), 0],
    ["stat", guest.call("fd_filestat_get", fd, at[1]), 0],
    ["access now", guest.call("path_filestat_set_times", 3, 0, name, 1n, 2n, 2), 0],
    ["stat", guest.call("fd_filestat_get", fd, at[2]), 0],
    ["of the link itself", guest.call("path_filestat_set_times", 3, 0, guest.bytes("link"), a, m, 5), 0],
    ["stat", guest.call("path_filestat_get", 3, 0, guest.bytes("link"), at[3]), 0],
    ["of a directory", guest.call("path_filestat_set_times", 3, 0, guest.bytes("dir"), 0n, 7_000_000_000n, 4), 0],
    ["time and now", guest.call("fd_filestat_set_times", fd, a, m, 3), Errno.Inval],
    ["time and now", guest.call("path_filestat_set_times", 3, 0, name, a, m, 12), Errno.Inval],
    ["unknown flag", guest.call("fd_filestat_set_times", fd, a, m, 16), Errno.Inval],
    ["unknown lookup", guest.call("path_filestat_set_times", 3, 2, name, a, m, 5), Errno.Inval],
    ["missing", guest.call("path_filestat_set_times", 3, 0, guest.bytes("none"), a, m, 5), Errno.NoEnt],
    ["closed", guest.call("fd_filestat_set_times", 99, a, m, 5), Errno.BadF],
  ];
  const answer = ask(guest, GRANT, { cwd: room });
  expectErrors(answer, cases);
  expect([answer.u64(at[0] + 40), answer.u64(at[0] + 48)]).toEqual([a, m]);
  expect([answer.u64(at[1] + 40), answer.u64(at[1] + 48)]).toEqual([a, 2n]);
  expect([answer.u64(at[2] + 40) > a, answer.u64(at[2] + 48)]).toEqual([true, 2n]);
  expect([answer.u64(at[3] + 40), answer.u64(at[3] + 48)]).toEqual([a, m]);
  expect(statSync(join(room, "dir")).mtimeMs).toBe(7000);
});

test("reading and writing by vectors", () => {
  const room = makeRoom();
  const guest = new Guest();
  const fd = guest.open(3, "file", 0, READ | WRITE);
  const out = guest.out(16);
  const n = Array.from({ length: 9 }, () => guest.out(4));
  const empty = guest.words(out, 0, out, 0);
  const split = guest.words(out, 3, 0xffff_ffff, 0, out + 3, 2);
  const cases: [string, number, number][] = [
    ["read no vectors", guest.call("fd_read", fd, 0, 0, n[0]), 0],
    ["read empty vectors", guest.call("fd_read", fd, empty, 2, n[1]), 0],
    // A vector of no bytes may not point anywhere either.
    ["an empty vector outside", guest.call("fd_read", fd, split, 3, n[2]), Errno.Fault],
    ["read split", guest.call("fd_read", fd, guest.words(out, 3, out, 0, out + 3, 2), 3, n[2]), 0],
    ["pread", guest.call("fd_pread", fd, guest.words(out + 8, 8), 1, 7n, n[3]), 0],
    ["pread beyond the end", guest.call("fd_pread", fd, guest.words(out + 8, 8), 1, 100n, n[4]), 0],
    ["pread before the start", guest.call("fd_pread", fd, guest.words(out, 8), 1, -1n, n[5]), Errno.Inval],
    ["pwrite", guest.call("fd_pwrite", fd, guest.vector(guest.bytes("XY")), 1, 12n, n[6]), 0],
    [
      "pwrite before the start",
      guest.call("fd_pwrite", fd, guest.vector(guest.bytes("XY")), 1, -1n, n[5]),
      Errno.Inval,
    ],
    ["pread of a pipe", guest.call("fd_pread", 0, guest.words(out, 8), 1, 0n, n[5]), Errno.SPipe],
    ["read a directory", guest.call("fd_read", 3, guest.words(out, 8), 1, n[5]), Errno.IsDir],
    ["write a directory", guest.call("fd_write", 3, guest.words(out, 8), 1, n[5]), Errno.IsDir],
    ["pwrite a directory", guest.call("fd_pwrite", 3, guest.words(out, 8), 1, 0n, n[5]), Errno.IsDir],
    ["read standard output", guest.call("fd_read", 1, guest.words(out, 8), 1, n[5]), Errno.BadF],
    ["closed", guest.call("fd_pread", 99, 0, 0, 0n, n[5]), Errno.BadF],
  ];
  // More vectors than the kernel takes at once: a short count.
  const one = guest.bytes("x");
  const many = guest.words(...Array.from({ length: 3000 }, () => [one.at, 1]).flat());
  cases.push(["write many", guest.call("fd_write", fd, many, 3000, n[7]), 0]);
  const answer = ask(guest, GRANT, { cwd: room, pipes: true });
  expectErrors(answer, cases);
  expect([0, 1, 2, 3, 4, 6].map((i) => answer.u32(n[i]))).toEqual([0, 0, 5, 3, 0, 2]);
  expect(answer.text(out, 5)).toBe("01234");
  expect(answer.text(out + 8, 3)).toBe("789");
  const written = answer.u32(n[7]);
  expect(written >= 256 && written <= 3000).toBe(true);
  expect(readFileSync(join(room, "file"), "latin1")).toStartWith("01234xxxxx");
});

test("fd_seek and fd_tell", () => {
  const room = makeRoom();
  const guest = new Guest();
  const fd = guest.open(3, "file");
  const at = [guest.out(8), guest.out(8), guest.out(8), guest.out(8)];
  const cases: [string, number, number][] = [
    ["from the start", guest.call("fd_seek", fd, 4n, 0, at[0]), 0],
    ["from here", guest.call("fd_seek", fd, 2n, 1, at[1]), 0],
    ["from the end", guest.call("fd_seek", fd, -3n, 2, at[2]), 0],
    ["tell", guest.call("fd_tell", fd, at[3]), 0],
    ["before the start", guest.call("fd_seek", fd, -8n, 1, at[3]), Errno.Inval],
    ["nowhere", guest.call("fd_seek", fd, 0n, 3, at[3]), Errno.Inval],
    ["in a directory", guest.call("fd_seek", 3, 0n, 0, at[3]), Errno.IsDir],
    ["tell a directory", guest.call("fd_tell", 3, at[3]), Errno.IsDir],
    ["in a pipe", guest.call("fd_seek", 0, 0n, 1, at[3]), Errno.SPipe],
    ["closed", guest.call("fd_tell", 99, at[3]), Errno.BadF],
    ["only telling is left", guest.call("fd_fdstat_set_rights", fd, 32n, 0n), 0],
    ["ask for the position", guest.call("fd_seek", fd, 0n, 1, at[3]), 0],
    ["move", guest.call("fd_seek", fd, 0n, 0, at[3]), Errno.NotCapable],
  ];
  const answer = ask(guest, GRANT, { cwd: room, pipes: true });
  expectErrors(answer, cases);
  expect(at.map((a) => answer.u64(a))).toEqual([4n, 6n, 7n, 7n]);
});

test("fd_prestat_get and fd_prestat_dir_name; two grants of one name", () => {
  const room = makeRoom();
  const guest = new Guest();
  const stat = guest.out(8);
  const name = guest.out(16);
  const cases: [string, number, number][] = [
    ["first", guest.call("fd_prestat_get", 3, stat), 0],
    ["its name", guest.call("fd_prestat_dir_name", 3, name, 4), 0],
    ["second", guest.call("fd_prestat_get", 4, guest.out(8)), 0],
    ["the end", guest.call("fd_prestat_get", 5, guest.out(8)), Errno.BadF],
    ["too short", guest.call("fd_prestat_dir_name", 3, name, 3), Errno.NameTooLong],
    ["no grant", guest.call("fd_prestat_dir_name", 0, name, 16), Errno.NotDir],
    ["closed", guest.call("fd_prestat_dir_name", 99, name, 16), Errno.BadF],
    ["a directory below", guest.callCount, 0],
  ];
  const dir = guest.open(3, "dir", O.Directory);
  cases.push(["is none", guest.call("fd_prestat_get", dir, guest.out(8)), Errno.BadF]);
  const answer = ask(guest, ["--dir", ".::dät", "--dir", ".::dät"], { cwd: room });
  expectErrors(answer, cases);
  expect([answer.u8(stat), answer.u32(stat + 4), answer.text(name, 4)]).toEqual([0, 4, "d\xc3\xa4t"]);
});

test("proc_exit passes on the low eight bits", () => {
  for (const [code, status] of [
    [0, 0],
    [1, 1],
    [255, 255],
    [256, 0],
    [0x1234_5678, 0x78],
    [-1, 255],
  ]) {
    const guest = new Guest();
    guest.call("proc_exit", code);
    expect(execute([build(guest.wasm, [])]).status).toBe(status);
  }
});

const SIGNALS = [
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM",
  "PROF WINCH POLL PWR SYS",
].flatMap((line) => line.split(" "));

test("proc_raise raises each signal, with the system's action", () => {
  expect(SIGNALS.length).toBe(30);
  const ignored = ["CHLD", "CONT", "URG", "WINCH"];
  const stopping = ["STOP", "TSTP", "TTIN", "TTOU"];
  for (let signal = 1; signal <= 30; signal++) {
    const name = SIGNALS[signal - 1];
    if (stopping.includes(name)) continue;
    const guest = new Guest();
    guest.call("proc_raise", signal);
    const done = execute([build(guest.wasm, [])]);
    const expected = ignored.includes(name) ? 0 : `SIG${name == "POLL" ? "IO" : name}`;
    expect(`${name} ${done.status}`).toBe(
      `${name} ${expected == "SIGIO" && done.status == "SIGPOLL" ? "SIGPOLL" : expected}`,
    );
  }
  const guest = new Guest();
  guest.call("proc_raise", 0);
  guest.call("proc_raise", 31);
  guest.call("proc_raise", 0xffff_ffff);
  expect(ask(guest).errors).toEqual([0, Errno.Inval, Errno.Inval]);
});

test("random_get and sched_yield", () => {
  const guest = new Guest(64, 0x10_0000);
  const bytes = guest.out(0x1_0000);
  guest.call("random_get", bytes, 0x1_0000);
  guest.call("random_get", 0xffff_ffff, 0);
  guest.call("random_get", guest.memoryBytes, 0);
  guest.call("random_get", guest.memoryBytes - 1, 2);
  // All of memory behind what the program still needs.
  guest.call("random_get", 0x20_0000, guest.memoryBytes - 0x20_0000);
  guest.call("sched_yield");
  const answer = ask(guest);
  expect(answer.errors).toEqual([0, Errno.Fault, 0, Errno.Fault, 0, 0]);
  const seen = new Array(256).fill(0);
  for (const b of answer.bytes(bytes, 0x1_0000)) seen[b]++;
  expect(Math.min(...seen)).toBeGreaterThan(128);
  expect(Math.max(...seen)).toBeLessThan(512);
});

test("names that are not UTF-8 are bytes like any other", () => {
  const room = makeRoom();
  const guest = new Guest();
  const name = guest.bytes("n\xff\xfe\x01m");
  const fd = guest.open(3, name, O.Create, WRITE);
  guest.write(fd, "odd");
  guest.call("path_rename", 3, name, 3, guest.bytes("\x80"));
  guest.call("path_symlink", guest.bytes("\x80"), 3, guest.bytes("\xc0link"));
  const target = guest.out(4);
  guest.call("path_readlink", 3, guest.bytes("\xc0link"), target, 4, guest.out(4));
  const listing = guest.out(512);
  guest.call("fd_readdir", 3, listing, 512, 0n, guest.out(4));
  const read = guest.read(guest.open(3, "\xc0link"), 3);
  const answer = ask(guest, GRANT, { cwd: room });
  expect(answer.errors).toEqual(answer.errors.map(() => 0));
  expect([answer.u8(target), answer.text(read.at, 3)]).toEqual([0x80, "odd"]);
  expect(answer.text(listing, 512)).toContain("\xc0link");
  const raw = (path: string) => Buffer.concat([Buffer.from(`${room}/`), Buffer.from(path, "latin1")]);
  expect([existsSync(raw("\x80")), existsSync(raw("n\xff\xfe\x01m"))]).toEqual([true, false]);
  expect(readlinkSync(raw("\xc0link"), { encoding: "buffer" })).toEqual(Buffer.from([0x80]));
});
