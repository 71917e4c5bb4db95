// WASI functions on the runtime module alone: pointers that lead out of the guest's memory, arguments and
// environment as bytes, grants, and what the test suite does not ask.

import "../../host/js/prelude";
import { afterAll, expect, test } from "bun:test";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Exit, Machine, type Options } from "./machine";

const runtime = join(import.meta.dir, "../../build/runtime.wasm");
const SUCCESS = 0;
const AGAIN = 6;
const BADF = 8;
const EXIST = 20;
const FAULT = 21;
const INVAL = 28;
const ISDIR = 31;
const LOOP = 32;
const NAMETOOLONG = 37;
const NOENT = 44;
const NOTDIR = 54;
const PERM = 63;
const READ = 2n;
const WRITE = 64n;
const ALL = 0x0fff_ffffn;

const directory = mkdtempSync(join(tmpdir(), "wx-runtime-"));
afterAll(() => rmSync(directory, { recursive: true }));

function makeMachine(options: Options = {}): Machine {
  const machine = new Machine(readFileSync(runtime), options);
  machine.guest = new WebAssembly.Memory({ initial: 1 });
  return machine;
}

class Guest {
  readonly view: DataView;
  constructor(readonly machine: Machine) {
    this.view = new DataView(machine.guest!.buffer);
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  u64(at: number): bigint {
    return this.view.getBigUint64(at, true);
  }

  bytes(at: number, length: number): string {
    return Buffer.from(this.machine.guest!.buffer, at, length).toString("latin1");
  }

  text(at: number, text: string): [number, number] {
    const bytes = Buffer.from(text, "latin1");
    new Uint8Array(this.machine.guest!.buffer).set(bytes, at);
    return [at, bytes.length];
  }

  call(name: string, ...values: (number | bigint | [number, number])[]): number {
    return this.machine.exports[name](...values.flat());
  }

  open(fd: number, path: string, flags = 0, rights = READ, fdFlags = 0, lookup = 1): number {
    const error = this.call("path_open", fd, lookup, this.text(0x8000, path), flags, rights, ALL, fdFlags, 0x100);
    return error == 0 ? this.u32(0x100) : -error;
  }

  write(fd: number, text: string): number {
    this.text(0x9000, text);
    this.view.setUint32(0x200, 0x9000, true);
    this.view.setUint32(0x204, text.length, true);
    return this.call("fd_write", fd, 0x200, 1, 0x208);
  }

  read(fd: number, length: number): string {
    this.view.setUint32(0x200, 0x9000, true);
    this.view.setUint32(0x204, length, true);
    const error = this.call("fd_read", fd, 0x200, 1, 0x208);
    return error == 0 ? this.bytes(0x9000, this.u32(0x208)) : `error ${error}`;
  }
}

function makeGuest(options: Options = {}): Guest {
  return new Guest(makeMachine(options));
}

if (!existsSync(runtime)) {
  console.log("skipped: WASI functions (build/runtime.wasm is not there)");
} else {
  test("fd_write gathers, and never touches what lies outside the guest's memory", () => {
    const guest = makeGuest();
    const written: string[] = [];
    guest.machine.fake = (number, [fd, vectors, count]) => {
      if (number != 20) return null;
      let text = `${fd}:`;
      for (let i = 0n; i < count; i++) {
        const at = guest.machine.view(vectors + i * 16n, 16);
        const view = guest.machine.view(at.getBigUint64(0, true), Number(at.getBigUint64(8, true)));
        text += Buffer.from(view.buffer).toString();
      }
      written.push(text);
      return BigInt(text.length - 2);
    };
    guest.text(0x300, "hello, world");
    const vectors = (...words: number[]) => {
      for (let i = 0; i < words.length; i++) guest.view.setUint32(0x400 + i * 4, words[i], true);
    };
    vectors(0x300, 5, 0, 0, 0x305, 7);
    expect(guest.call("fd_write", 1, 0x400, 3, 0x500)).toBe(SUCCESS);
    expect([written.pop(), guest.u32(0x500)]).toEqual(["1:hello, world", 12]);
    vectors(0xfffe, 2);
    expect(guest.call("fd_write", 2, 0x400, 1, 0x500)).toBe(SUCCESS);
    written.length = 0;
    for (const [at, length] of [
      [0xfffe, 3],
      [0x10000, 1],
      [0x10001, 0],
      [0xffff_ffff, 1],
      [1, 0xffff_ffff],
      [0xffff_ffff, 0xffff_ffff],
    ]) {
      vectors(0x300, 5, at, length);
      expect(guest.call("fd_write", 1, 0x400, 2, 0x500)).toBe(FAULT);
    }
    vectors(0x300, 5);
    for (const [list, count, result] of [
      [0xfffc, 1, 0x500],
      [0x400, 0x2000, 0x500],
      [0x400, 0x2000_0001, 0x500],
      [0x400, 1, 0xfffd],
      [0x400, 1, 0xffff_fffc],
    ]) {
      expect(guest.call("fd_write", 1, list, count, result)).toBe(FAULT);
    }
    expect(guest.call("fd_write", 3, 0x400, 1, 0x500)).toBe(BADF);
    expect(guest.call("fd_write", 0xffff_ffff, 0x400, 1, 0x500)).toBe(BADF);
    expect(written).toEqual([]);
  });

  test("arguments and environment are passed as bytes; a name alone takes the process's value", () => {
    const guest = makeGuest({
      args: ["./prog", "", "a b"],
      environment: { HOME: "/h", HOMER: "no", EMPTY: "", X: "a=b" },
      granted: ["HOME", "MISSING", "K=V=W", "EMPTY", "X", "HOM"],
    });
    expect(guest.call("args_sizes_get", 0, 4)).toBe(SUCCESS);
    expect([guest.u32(0), guest.u32(4)]).toEqual([3, 12]);
    expect(guest.call("args_get", 16, 64)).toBe(SUCCESS);
    expect(guest.bytes(64, 12)).toBe("./prog\0\0a b\0");
    expect([guest.u32(16), guest.u32(20), guest.u32(24)]).toEqual([64, 71, 72]);
    expect(guest.call("environ_sizes_get", 0, 4)).toBe(SUCCESS);
    const expected = "HOME=/h\0K=V=W\0EMPTY=\0X=a=b\0";
    expect([guest.u32(0), guest.u32(4)]).toEqual([4, expected.length]);
    expect(guest.call("environ_get", 16, 64)).toBe(SUCCESS);
    expect(guest.bytes(64, expected.length)).toBe(expected);
    expect([guest.u32(16), guest.u32(20), guest.u32(24), guest.u32(28)]).toEqual([64, 72, 78, 85]);
    expect(guest.call("args_get", 0xfffc, 64)).toBe(FAULT);
    expect(guest.call("args_get", 0, 0xfff8)).toBe(FAULT);
    expect(guest.call("environ_get", 0, 0xffff_ffff)).toBe(FAULT);
    expect(guest.call("args_sizes_get", 0x10000, 4)).toBe(FAULT);
  });

  test("clocks, random bytes, exit", () => {
    const guest = makeGuest();
    for (const clock of [0, 1, 2, 3]) expect(guest.call("clock_time_get", clock, 0n, 8)).toBe(SUCCESS);
    expect(guest.call("clock_time_get", 0, 0n, 8)).toBe(SUCCESS);
    expect(Math.abs(Number(guest.u64(8) / 1_000_000n) - Date.now())).toBeLessThan(60_000);
    expect(guest.call("clock_time_get", 4, 0n, 8)).toBe(INVAL);
    expect(guest.call("clock_res_get", 1, 0xfff9)).toBe(FAULT);
    expect(guest.call("random_get", 0x1000, 64)).toBe(SUCCESS);
    expect(guest.bytes(0x1000, 64)).not.toBe("\0".repeat(64));
    expect(guest.call("random_get", 0xffff, 2)).toBe(FAULT);
    for (const [code, status] of [
      [0, 0],
      [33, 33],
      [256 + 7, 7],
      [0xffff_ffff, 255],
    ]) {
      let exit: unknown = null;
      try {
        guest.call("proc_exit", code);
      } catch (problem) {
        exit = problem;
      }
      expect((exit as Exit).status).toBe(status);
    }
  });

  test("granted directories are found by counting up from 3", () => {
    mkdirSync(join(directory, "a"));
    mkdirSync(join(directory, "b"));
    const guest = makeGuest({
      grants: [
        { host: join(directory, "a"), guest: "/" },
        { host: join(directory, "b"), guest: "sub/dir" },
      ],
    });
    for (const [fd, name] of [
      [3, "/"],
      [4, "sub/dir"],
    ] as [number, string][]) {
      expect(guest.call("fd_prestat_get", fd, 0)).toBe(SUCCESS);
      expect([guest.u32(0), guest.u32(4)]).toEqual([0, name.length]);
      expect(guest.call("fd_prestat_dir_name", fd, 16, name.length - 1)).toBe(NAMETOOLONG);
      expect(guest.call("fd_prestat_dir_name", fd, 16, name.length)).toBe(SUCCESS);
      expect(guest.bytes(16, name.length)).toBe(name);
      expect(guest.call("fd_prestat_get", fd, 0xfffc)).toBe(FAULT);
    }
    for (const fd of [0, 2, 5, 1024, 0xffff_ffff]) expect(guest.call("fd_prestat_get", fd, 0)).toBe(BADF);
    expect(guest.call("fd_fdstat_get", 3, 0)).toBe(SUCCESS);
    expect(guest.view.getUint8(0)).toBe(3);
    expect(guest.u64(16) & ALL).toBe(ALL);
    const opened = guest.open(3, ".");
    expect(opened).toBe(5);
    expect(guest.call("fd_prestat_get", 5, 0)).toBe(BADF);
  });

  test("a grant that cannot be opened ends the program with a message", () => {
    writeFileSync(join(directory, "no-directory"), "");
    for (const [name, reason] of [
      ["missing", "no such file or directory"],
      ["no-directory", "not a directory"],
    ]) {
      const path = join(directory, name);
      let end: unknown = null;
      try {
        makeGuest({ grants: [{ host: path, guest: "/" }], collectErrors: true });
      } catch (problem) {
        end = problem;
      }
      expect(end).toEqual(new Exit(1, `wx: cannot open the granted directory ${path}: ${reason}\n`));
    }
  });

  test("files: create, append, position, read only what was opened for reading", () => {
    const place = join(directory, "files");
    mkdirSync(place);
    const guest = makeGuest({ grants: [{ host: place, guest: "/" }] });
    const fd = guest.open(3, "x", 1, READ | WRITE);
    expect(fd).toBe(4);
    expect(guest.write(fd, "abc")).toBe(SUCCESS);
    expect(guest.call("fd_seek", fd, 1n, 0, 0)).toBe(SUCCESS);
    expect(guest.read(fd, 10)).toBe("bc");
    expect(guest.call("fd_tell", fd, 0)).toBe(SUCCESS);
    expect(guest.u64(0)).toBe(3n);
    expect(guest.call("fd_seek", fd, -4n, 1, 0)).toBe(INVAL);
    expect(guest.call("fd_seek", fd, 0n, 3, 0)).toBe(INVAL);
    expect(guest.call("fd_fdstat_set_flags", fd, 1)).toBe(SUCCESS);
    guest.call("fd_seek", fd, 0n, 0, 0);
    expect(guest.write(fd, "de")).toBe(SUCCESS);
    guest.text(0x9000, "Z");
    guest.view.setUint32(0x204, 1, true);
    expect(guest.call("fd_pwrite", fd, 0x200, 1, 0n, 0x208)).toBe(SUCCESS);
    expect(readFileSync(join(place, "x"), "utf8")).toBe("Zbcde");
    const readOnly = guest.open(3, "x");
    expect(guest.write(readOnly, "no")).toBe(BADF);
    const writeOnly = guest.open(3, "x", 0, WRITE);
    expect(guest.read(writeOnly, 1)).toBe(`error ${BADF}`);
    expect(guest.call("fd_close", fd)).toBe(SUCCESS);
    expect(guest.call("fd_close", fd)).toBe(BADF);
    expect(guest.open(3, "x", 5, WRITE)).toBe(-EXIST);
    expect(guest.open(3, "x")).toBe(fd);
    expect(guest.open(3, "x", 2)).toBe(-NOTDIR);
    expect(guest.open(readOnly, "x")).toBe(-NOTDIR);
    expect(guest.read(3, 1)).toBe(`error ${ISDIR}`);
    expect(guest.call("fd_renumber", readOnly, writeOnly)).toBe(SUCCESS);
    expect(guest.read(writeOnly, 2)).toBe("Zb");
    expect(guest.call("fd_renumber", writeOnly, 99)).toBe(BADF);
  });

  test.each([false, true])("no path leads out of its grant (without openat2: %p)", (walk) => {
    const place = join(directory, `jail-${walk}`);
    mkdirSync(join(place, "in/deep"), { recursive: true });
    mkdirSync(join(directory, `out-${walk}`));
    writeFileSync(join(directory, `out-${walk}/secret`), "s");
    writeFileSync(join(place, "file"), "f");
    symlinkSync(`../out-${walk}`, join(place, "up"));
    symlinkSync(join(directory, `out-${walk}`), join(place, "absolute"));
    symlinkSync("in/deep", join(place, "fine"));
    symlinkSync("../../file", join(place, "in/deep/back"));
    symlinkSync("loop", join(place, "loop"));
    symlinkSync("/proc/self/root", join(place, "magic"));
    const guest = makeGuest({ grants: [{ host: place, guest: "/" }] });
    if (walk) guest.machine.fake = (number) => (number == 437 ? -38n : null);
    const openBefore = readdirSync("/proc/self/fd").length;
    const path = (text: string) => guest.text(0x8000, text);
    const bad = [
      `../out-${walk}/secret`,
      "up/secret",
      "absolute/secret",
      "/file",
      "/",
      `in/../../out-${walk}/secret`,
      "up",
      "up/",
      "..",
      "magic/etc",
    ];
    for (const name of bad) {
      expect(`${name} ${guest.open(3, name)}`).toBe(`${name} ${-PERM}`);
      expect(`${name} ${guest.call("path_filestat_get", 3, 1, path(name), 0)}`).toBe(`${name} ${PERM}`);
    }
    // Operations on the name itself must not act through it either.
    for (const name of [
      "up/secret",
      "up/new",
      "absolute/new",
      `../out-${walk}/new`,
      `in/../../out-${walk}/new`,
      "/new",
    ]) {
      expect(guest.call("path_create_directory", 3, path(name))).toBe(PERM);
      expect(guest.call("path_unlink_file", 3, path(name))).toBe(PERM);
      expect(guest.call("path_remove_directory", 3, path(name))).toBe(PERM);
      expect(guest.call("path_symlink", guest.text(0x7000, "t"), 3, path(name))).toBe(PERM);
      expect(guest.call("path_rename", 3, guest.text(0x7000, "file"), 3, path(name))).toBe(PERM);
      expect(guest.call("path_rename", 3, path(name), 3, guest.text(0x7000, "file"))).toBe(PERM);
      expect(guest.call("path_link", 3, 0, guest.text(0x7000, "file"), 3, path(name))).toBe(PERM);
      expect(guest.call("path_link", 3, 0, path(name), 3, guest.text(0x7000, "new"))).toBe(PERM);
      expect(guest.call("path_readlink", 3, path(name), 0, 10, 16)).toBe(PERM);
    }
    for (const name of ["up/", "absolute/", "up//"]) {
      expect(guest.call("path_create_directory", 3, path(name))).toBe(EXIST);
      expect(guest.call("path_unlink_file", 3, path(name))).toBe(NOTDIR);
      expect(guest.call("path_remove_directory", 3, path(name))).toBe(NOTDIR);
      expect(guest.call("path_link", 3, 0, path(name), 3, guest.text(0x7000, "new"))).toBe(PERM);
      expect(guest.call("path_rename", 3, path(name), 3, guest.text(0x7000, "new"))).toBe(NOTDIR);
      expect(guest.call("path_readlink", 3, path(name), 0, 10, 16)).toBe(PERM);
    }
    expect(guest.call("path_symlink", guest.text(0x7000, "/etc"), 3, path("x"))).toBe(PERM);
    expect(readdirSync(join(directory, `out-${walk}`))).toEqual(["secret"]);
    // What stays inside works.
    for (const name of ["file", "in/../file", "fine/back", "fine/../deep/back", "./in/deep/../../file"]) {
      const fd = guest.open(3, name);
      expect(`${name} ${guest.read(fd, 9)}`).toBe(`${name} f`);
      guest.call("fd_close", fd);
    }
    expect(guest.open(3, "fine", 0, READ, 0, 0)).toBe(-LOOP);
    expect(guest.open(3, "loop")).toBe(-LOOP);
    expect(guest.open(3, "")).toBe(-NOENT);
    expect(guest.open(3, "file\0x")).toBe(-INVAL);
    expect(guest.open(3, "x".repeat(5000))).toBe(-NAMETOOLONG);
    expect(guest.call("path_readlink", 3, path("up"), 0x20, 3, 16)).toBe(SUCCESS);
    expect([guest.u32(16), guest.bytes(0x20, 3)]).toEqual([3, "../"]);
    expect(guest.call("path_readlink", 3, path("file"), 0x20, 3, 16)).toBe(INVAL);
    // A chain of links, and more of them than the kernel follows.
    symlinkSync("file", join(place, "chain-0"));
    for (let i = 1; i < 42; i++) symlinkSync(`chain-${i - 1}`, join(place, `chain-${i}`));
    for (const [i, error] of [
      [39, 0],
      [40, -LOOP],
    ]) {
      const fd = guest.open(3, `chain-${i}`);
      expect(`${i} ${Math.min(fd, 0)}`).toBe(`${i} ${error}`);
      if (fd > 0) guest.call("fd_close", fd);
    }
    // Trailing slashes and dots, dangling links.
    symlinkSync("in/made", join(place, "dangling"));
    const cases: [string, number, number, number][] = [
      ["file/", 0, 1, -NOTDIR],
      ["file/.", 0, 1, -NOTDIR],
      ["file/..", 0, 1, -NOTDIR],
      ["file/x", 0, 1, -NOTDIR],
      ["new/", 1, 1, -ISDIR],
      ["missing/x", 0, 1, -NOENT],
      ["missing", 0, 1, -NOENT],
      ["missing/", 0, 1, -NOENT],
      ["dangling", 0, 1, -NOENT],
      ["dangling", 5, 1, -EXIST],
      ["dangling", 1, 0, -LOOP],
      ["dangling", 1, 1, 0],
      ["fine", 2, 0, -NOTDIR],
      ["fine/", 0, 0, 0],
      ["fine/.", 0, 0, 0],
      ["fine/..", 0, 0, 0],
      ["in/", 2, 0, 0],
      [".", 2, 0, 0],
      ["./", 0, 1, 0],
      ["in/deep/../..", 0, 1, 0],
      ["in", 1, 1, -ISDIR],
    ];
    for (const [name, flags, lookup, error] of cases) {
      const fd = guest.open(3, name, flags, flags & 1 ? WRITE : READ, 0, lookup);
      expect(`${name} ${flags} ${lookup} ${Math.min(fd, 0)}`).toBe(`${name} ${flags} ${lookup} ${error}`);
      if (fd > 0) guest.call("fd_close", fd);
    }
    expect(existsSync(join(place, "in/made"))).toBe(true);
    // Nothing stays open.
    expect(readdirSync("/proc/self/fd").length).toBe(openBefore);
    // A directory handle is a grant of its own.
    const deep = guest.open(3, "in/deep", 2);
    expect(guest.open(deep, "../../file")).toBe(-PERM);
    expect(guest.open(deep, "back")).toBe(-PERM);
  });

  test("a read-only grant changes nothing", () => {
    const place = join(directory, "fixed");
    const other = join(directory, "scratch");
    mkdirSync(join(place, "d"), { recursive: true });
    mkdirSync(other);
    writeFileSync(join(place, "file"), "keep");
    const guest = makeGuest({
      grants: [
        { host: place, guest: "/ro", readOnly: true },
        { host: other, guest: "/rw" },
      ],
    });
    const before = statSync(join(place, "file")).mtimeMs;
    const path = (text: string) => guest.text(0x8000, text);
    expect(guest.open(3, "file", 8)).toBe(-PERM);
    expect(guest.open(3, "file", 0, WRITE)).toBe(-PERM);
    expect(guest.open(3, "file", 0, READ | WRITE)).toBe(-PERM);
    expect(guest.open(3, "new", 1)).toBe(-PERM);
    expect(guest.call("path_create_directory", 3, path("n"))).toBe(PERM);
    expect(guest.call("path_unlink_file", 3, path("file"))).toBe(PERM);
    expect(guest.call("path_remove_directory", 3, path("d"))).toBe(PERM);
    expect(guest.call("path_symlink", guest.text(0x7000, "t"), 3, path("n"))).toBe(PERM);
    expect(guest.call("path_rename", 3, path("file"), 4, guest.text(0x7000, "f"))).toBe(PERM);
    expect(guest.call("path_rename", 4, path("f"), 3, guest.text(0x7000, "file"))).toBe(PERM);
    expect(guest.call("path_link", 3, 0, path("file"), 4, guest.text(0x7000, "f"))).toBe(PERM);
    expect(guest.call("path_filestat_set_times", 3, 1, path("file"), 0n, 0n, 5)).toBe(PERM);
    const below = guest.open(3, "d", 2);
    expect(guest.open(below, "new", 1)).toBe(-PERM);
    const file = guest.open(3, "file");
    expect(guest.read(file, 10)).toBe("keep");
    expect(guest.call("fd_filestat_set_times", file, 0n, 0n, 5)).toBe(PERM);
    expect(guest.call("fd_filestat_set_size", file, 0n)).toBe(INVAL);
    expect(guest.call("fd_allocate", file, 0n, 100n)).toBe(BADF);
    expect([readFileSync(join(place, "file"), "utf8"), statSync(join(place, "file")).mtimeMs]).toEqual([
      "keep",
      before,
    ]);
    expect(readdirSync(other)).toEqual([]);
  });

  test("fd_readdir cuts the last entry at the buffer's end, and any cookie resumes", () => {
    const place = join(directory, "many");
    mkdirSync(place);
    const names = Array.from({ length: 300 }, (_, i) => `name-${i}-${"x".repeat(i % 40)}`);
    for (const name of names) writeFileSync(join(place, name), "");
    linkSync(join(place, names[0]), join(place, "second"));
    const guest = makeGuest({ grants: [{ host: place, guest: "/" }] });
    const list = (length: number): string[] => {
      const found: string[] = [];
      let cookie = 0n;
      for (;;) {
        expect(guest.call("fd_readdir", 3, 0x2000, length, cookie, 0)).toBe(SUCCESS);
        const used = guest.u32(0);
        let at = 0;
        while (at + 24 <= used) {
          const size = guest.u32(0x2000 + at + 16);
          if (at + 24 + size > used) break;
          cookie = guest.u64(0x2000 + at);
          found.push(guest.bytes(0x2000 + at + 24, size));
          at += 24 + size;
        }
        if (used < length) return found.sort();
      }
    };
    const expected = [...names, "second", ".", ".."].sort();
    expect(list(100)).toEqual(expected);
    expect(list(4096)).toEqual(expected);
    expect(list(0x6000)).toEqual(expected);
    expect(guest.call("fd_readdir", 3, 0xfff0, 64, 0n, 0)).toBe(FAULT);
    expect(guest.call("fd_readdir", 0, 0x2000, 64, 0n, 0)).toBe(NOTDIR);
  });

  test("fd_readdir loses nothing when entries are removed and added while it is read", () => {
    const place = join(directory, "shrinking");
    mkdirSync(place);
    const names = Array.from({ length: 500 }, (_, i) => `entry-${i}`);
    for (const name of names) writeFileSync(join(place, name), "");
    const guest = makeGuest({ grants: [{ host: place, guest: "/" }] });
    const found: string[] = [];
    let cookie = 0n;
    for (;;) {
      // Rubbish where entries go, to see that all of an entry is written.
      new Uint8Array(guest.machine.guest!.buffer).fill(0xee, 0x2000, 0x2000 + 301);
      expect(guest.call("fd_readdir", 3, 0x2000, 300, cookie, 0)).toBe(SUCCESS);
      const used = guest.u32(0);
      let at = 0;
      while (at + 24 <= used && at + 24 + guest.u32(0x2000 + at + 16) <= used) {
        const size = guest.u32(0x2000 + at + 16);
        const name = guest.bytes(0x2000 + at + 24, size);
        cookie = guest.u64(0x2000 + at);
        // The type, and zeros behind it.
        expect(guest.u32(0x2000 + at + 20)).toBe(name.startsWith(".") ? 3 : 4);
        found.push(name);
        if (!name.startsWith(".")) expect(guest.call("path_unlink_file", 3, guest.text(0x8000, name))).toBe(SUCCESS);
        at += 24 + size;
      }
      expect(guest.view.getUint8(0x2000 + used)).toBe(0xee);
      if (used < 300) break;
    }
    expect(found.sort()).toEqual([...names, ".", ".."].sort());
    expect(readdirSync(place)).toEqual([]);
  });

  test("fd_readdir: any cookie resumes, none goes beyond, buffers of all sizes", () => {
    const place = join(directory, "few");
    mkdirSync(place);
    for (const name of ["a", "bb", "ccc"]) writeFileSync(join(place, name), "");
    const guest = makeGuest({ grants: [{ host: place, guest: "/" }] });
    expect(guest.call("fd_readdir", 3, 0x2000, 4096, 0n, 0)).toBe(SUCCESS);
    const whole = guest.u32(0);
    const all = guest.bytes(0x2000, whole);
    for (let length = 0; length <= whole + 1; length++) {
      expect(guest.call("fd_readdir", 3, 0x3000, length, 0n, 0)).toBe(SUCCESS);
      expect(guest.u32(0)).toBe(Math.min(length, whole));
      expect(guest.bytes(0x3000, guest.u32(0))).toBe(all.slice(0, length));
    }
    for (let at = 0; at < whole; at += 24 + guest.u32(0x2000 + at + 16)) {
      const cookie = guest.u64(0x2000 + at);
      expect(guest.call("fd_readdir", 3, 0x3000, 4096, cookie, 0)).toBe(SUCCESS);
      const rest = at + 24 + guest.u32(0x2000 + at + 16);
      expect(guest.bytes(0x3000, guest.u32(0))).toBe(all.slice(rest));
    }
    expect(guest.call("fd_readdir", 3, 0x3000, 4096, 1n << 63n, 0)).toBe(INVAL);
  });

  test("times of a path on kernels before 5.8, which cannot set them through a descriptor alone", () => {
    const place = join(directory, "old");
    mkdirSync(place);
    writeFileSync(join(place, "file"), "");
    symlinkSync("file", join(place, "link"));
    const guest = makeGuest({ grants: [{ host: place, guest: "/" }] });
    let refused = 0;
    guest.machine.fake = (number, args) => {
      if (number != 280 || args[3] != 0x1000n) return null;
      refused++;
      return -22n;
    };
    const time = 1_000_000_000_000_000_000n;
    expect(guest.call("path_filestat_set_times", 3, 1, guest.text(0x8000, "link"), time, time, 5)).toBe(SUCCESS);
    expect(guest.call("path_filestat_set_times", 3, 0, guest.text(0x8000, "link"), 0n, 7_000_000_000n, 5)).toBe(
      SUCCESS,
    );
    expect(refused).toBe(2);
    expect(statSync(join(place, "file")).mtimeMs).toBe(1e12);
    expect(lstatSync(join(place, "link")).mtimeMs).toBe(7000);
  });

  test("a non-blocking standard stream is so for the guest alone", () => {
    const guest = makeGuest();
    expect(guest.call("fd_fdstat_set_flags", 0, 4)).toBe(SUCCESS);
    let ready = 0n;
    const calls: number[] = [];
    guest.machine.fake = (number) => {
      calls.push(number);
      if (number == 271) return ready;
      return number == 19 ? 0n : null;
    };
    guest.view.setUint32(0x200, 0x9000, true);
    guest.view.setUint32(0x204, 8, true);
    expect(guest.call("fd_read", 0, 0x200, 1, 0x208)).toBe(AGAIN);
    ready = 1n;
    expect(guest.call("fd_read", 0, 0x200, 1, 0x208)).toBe(SUCCESS);
    expect(calls).toEqual([271, 271, 19]);
  });

  test("a standard stream that another process made non-blocking still blocks", () => {
    const guest = makeGuest();
    const calls: number[] = [];
    guest.machine.fake = (number) => {
      if (number != 19 && number != 20 && number != 271) return null;
      calls.push(number);
      if (number == 271) return 1n;
      return calls.length == 1 ? -11n : 3n;
    };
    expect(guest.write(1, "abc")).toBe(SUCCESS);
    expect(calls.splice(0)).toEqual([20, 271, 20]);
    expect(guest.read(0, 3)).toBe("abc");
    expect(calls).toEqual([19, 271, 19]);
  });

  test("poll_oneoff: clocks, descriptors, errors, none", () => {
    const guest = makeGuest();
    const subscribe = (i: number, user: bigint, type: number, id: number, timeout = 0n, flags = 0) => {
      const at = 0x1000 + i * 48;
      guest.view.setBigUint64(at, user, true);
      guest.view.setUint8(at + 8, type);
      guest.view.setUint32(at + 16, id, true);
      guest.view.setBigUint64(at + 24, timeout, true);
      guest.view.setBigUint64(at + 32, 0n, true);
      guest.view.setUint16(at + 40, flags, true);
    };
    const poll = (count: number) => guest.call("poll_oneoff", 0x1000, 0x2000, count, 0);
    const event = (i: number) => {
      const at = 0x2000 + i * 32;
      return [guest.u64(at), guest.view.getUint16(at + 8, true), guest.view.getUint8(at + 10)];
    };
    expect(poll(0)).toBe(INVAL);
    subscribe(0, 7n, 0, 1, 20_000_000n);
    subscribe(1, 8n, 0, 1, 3_000_000_000n);
    const start = performance.now();
    expect(poll(2)).toBe(SUCCESS);
    expect(performance.now() - start).toBeGreaterThan(19);
    expect([guest.u32(0), event(0)]).toEqual([1, [7n, 0, 0]]);
    // Absolute times, of the realtime and the monotonic clock.
    for (const clock of [0, 1]) {
      guest.call("clock_time_get", clock, 0n, 8);
      subscribe(0, 9n, 0, clock, guest.u64(8) + 10_000_000n, 1);
      expect(poll(1)).toBe(SUCCESS);
      const due = guest.u64(8) + 10_000_000n;
      expect([guest.u32(0), event(0)]).toEqual([1, [9n, 0, 0]]);
      guest.call("clock_time_get", clock, 0n, 8);
      expect(guest.u64(8) >= due).toBe(true);
    }
    subscribe(0, 1n, 1, 77);
    subscribe(1, 2n, 0, 1, 5_000_000_000n);
    expect(poll(2)).toBe(SUCCESS);
    expect([guest.u32(0), event(0)]).toEqual([1, [1n, BADF, 1]]);
    subscribe(0, 1n, 9, 0);
    expect(poll(1)).toBe(INVAL);
    expect(guest.call("poll_oneoff", 0x1000, 0x2000, 0x1000_0000, 0)).toBe(FAULT);
    expect(guest.call("poll_oneoff", 0x1000, 0xfff0, 1, 0)).toBe(FAULT);
  });
}
