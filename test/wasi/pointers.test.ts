// Every pointer and every length of every function, where it leads out of the guest's memory: the answer is EFAULT, and
// the program goes on. One that ends exactly where memory ends is served. In real executables, where an access beyond
// memory would fault in the runtime and be reported as a bug of wx.

import { afterAll, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder } from "../programs/wx";
import { assemble } from "../text/assemble";
import { type Argument, Errno, FOLLOW, Guest, importText, READ, SIGNATURES, WRITE, zeroCall } from "./guest";
import { ask, build, execute } from "./run";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

/** A pointer to so many bytes, a pointer with its length behind it, a list of vectors with its number behind it. */
type Place = { at: number; bytes: number } | { at: number; range: true } | { at: number; vectors: true };

interface Case {
  /** Arguments with which the function succeeds. */
  args: Argument[];
  /** The words of the call that are pointers, by position. */
  places: Place[];
  /** What it answers to them. */
  answer?: number;
}

const fixed = (at: number, bytes: number): Place => ({ at, bytes });
const range = (at: number): Place => ({ at, range: true });
const vectors = (at: number): Place => ({ at, vectors: true });

/** A case for each function that takes a pointer. */
function makeCases(g: Guest): Record<string, Case[]> {
  const out = g.out(4096);
  const result = g.out(64);
  const text = g.bytes("text");
  const file = g.open(3, "file", 0, READ | WRITE);
  const reading = g.words(out, 4);
  const writing = g.vector(text);
  const timer = g.words(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  let n = 0;
  const fresh = () => g.bytes(`fresh${n++}`);
  const name = g.bytes("file");
  return {
    args_get: [{ args: [result, out], places: [fixed(0, 4)] }],
    args_sizes_get: [{ args: [result, out], places: [fixed(0, 4), fixed(1, 4)] }],
    environ_get: [{ args: [result, out], places: [fixed(0, 4)] }],
    environ_sizes_get: [{ args: [result, out], places: [fixed(0, 4), fixed(1, 4)] }],
    clock_res_get: [{ args: [0, result], places: [fixed(1, 8)] }],
    clock_time_get: [{ args: [1, 0n, result], places: [fixed(2, 8)] }],
    fd_fdstat_get: [{ args: [0, result], places: [fixed(1, 24)] }],
    fd_filestat_get: [{ args: [0, result], places: [fixed(1, 64)] }],
    fd_pread: [{ args: [file, reading, 1, 0n, result], places: [vectors(1), fixed(4, 4)] }],
    fd_prestat_get: [{ args: [3, result], places: [fixed(1, 8)] }],
    fd_prestat_dir_name: [{ args: [3, result, 1], places: [fixed(1, 1)] }],
    fd_pwrite: [{ args: [file, writing, 1, 0n, result], places: [vectors(1), fixed(4, 4)] }],
    fd_read: [{ args: [0, reading, 1, result], places: [vectors(1), fixed(3, 4)] }],
    fd_readdir: [{ args: [3, out, 4096, 0n, result], places: [range(1), fixed(4, 4)] }],
    fd_seek: [{ args: [file, 0n, 0, result], places: [fixed(3, 8)] }],
    fd_tell: [{ args: [file, result], places: [fixed(1, 8)] }],
    fd_write: [{ args: [2, writing, 1, result], places: [vectors(1), fixed(3, 4)] }],
    path_create_directory: [{ args: [3, g.bytes("dir")], places: [range(1)], answer: Errno.Exist }],
    path_filestat_get: [{ args: [3, FOLLOW, name, result], places: [range(2), fixed(4, 64)] }],
    path_filestat_set_times: [{ args: [3, FOLLOW, name, 0n, 0n, 0], places: [range(2)] }],
    path_link: [{ args: [3, 0, name, 3, fresh()], places: [range(2), range(5)] }],
    path_open: [{ args: [3, FOLLOW, name, 0, READ, 0n, 0, result], places: [range(2), fixed(8, 4)] }],
    path_readlink: [{ args: [3, g.bytes("link"), out, 64, result], places: [range(1), range(3), fixed(5, 4)] }],
    path_remove_directory: [{ args: [3, g.bytes("none")], places: [range(1)], answer: Errno.NoEnt }],
    path_rename: [{ args: [3, name, 3, name], places: [range(1), range(4)] }],
    path_symlink: [{ args: [text, 3, fresh()], places: [range(0), range(3)] }],
    path_unlink_file: [{ args: [3, g.bytes("none")], places: [range(1)], answer: Errno.NoEnt }],
    poll_oneoff: [{ args: [timer, out, 1, result], places: [fixed(0, 48), fixed(1, 32), fixed(3, 4)] }],
    random_get: [{ args: [out, 64], places: [range(0)] }],
    sock_accept: [{ args: [0, 0, result], places: [fixed(2, 4)], answer: Errno.NotSock }],
    sock_recv: [
      { args: [0, reading, 1, 0, result, out], places: [vectors(1), fixed(4, 4), fixed(5, 2)], answer: Errno.NotSock },
    ],
    sock_send: [{ args: [2, writing, 1, 0, result], places: [vectors(1), fixed(4, 4)], answer: -1 }],
  };
}

/** Functions without pointers. */
const WITHOUT = [
  "fd_advise",
  "fd_allocate",
  "fd_close",
  "fd_datasync",
  "fd_fdstat_set_flags",
  "fd_fdstat_set_rights",
  "fd_filestat_set_size",
  "fd_filestat_set_times",
  "fd_renumber",
  "fd_sync",
  "proc_exit",
  "proc_raise",
  "sched_yield",
  "sock_shutdown",
];

/** Arguments as words, a pointer with its length as two. */
function flatten(args: Argument[]): Argument[] {
  return args.flatMap((arg) => (typeof arg == "object" && "length" in arg ? [arg.at, arg.length] : [arg]));
}

/** Hostile replacements of a place: pairs of position and value. */
function attacksOn(place: Place, end: number): [number, number][][] {
  const { at } = place;
  if ("bytes" in place) {
    const beyond = [end - place.bytes + 1, end, end + 1, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];
    return beyond.map((value) => [[at, value]]);
  }
  const pairs: [number, number][] = [
    [end - 1, 2],
    [end, 1],
    [end + 1, 0],
    [0, end + 1],
    [1, 0xffff_ffff],
    [0x8000_0000, 0x8000_0000],
    [0xffff_ffff, 1],
    [0xffff_ffff, 0xffff_ffff],
  ];
  if ("range" in place)
    return pairs.map(([pointer, length]) => [
      [at, pointer],
      [at + 1, length],
    ]);
  const lists: [number, number][] = [
    [end - 7, 1],
    [end, 1],
    [end - 8, 2],
    [0, end / 8 + 1],
    // 2^29 vectors are 4 GiB: the product has more than 32 bits.
    [0, 0x2000_0000],
    [8, 0x2000_0000],
    [0, 0x2000_0001],
    [0, 0xffff_ffff],
    [0xffff_fff8, 1],
    [0xffff_ffff, 0xffff_ffff],
  ];
  return lists.map(([pointer, length]) => [
    [at, pointer],
    [at + 1, length],
  ]);
}

test("every function has its case, or takes no pointer", () => {
  const names = [...Object.keys(makeCases(new Guest())), ...WITHOUT].sort();
  expect(names).toEqual(Object.keys(SIGNATURES).sort());
});

test("what leads out of memory is EFAULT, what ends with it is served", () => {
  mkdirSync(join(folder, "dir"));
  writeFileSync(join(folder, "file"), "0123456789");
  symlinkSync("file", join(folder, "link"));
  const guest = new Guest(16, 0x8_0000);
  const end = guest.memoryBytes;
  const expected: [string, number, number][] = [];
  for (const [name, cases] of Object.entries(makeCases(guest))) {
    for (const { args, places, answer } of cases) {
      const words = flatten(args);
      const call = (changes: [number, number][], error: number, what: string) => {
        const changed = [...words];
        for (const [at, value] of changes) changed[at] = value;
        expected.push([
          `${name}(${changed.map((a) => (typeof a == "object" ? "fd" : a)).join(", ")}) ${what}`,
          guest.callCount,
          error,
        ]);
        guest.call(name, ...changed);
      };
      call([], answer ?? 0, "");
      for (const place of places) {
        for (const attack of attacksOn(place, end)) call(attack, Errno.Fault, "");
        if ("bytes" in place && !["args_get", "environ_get", "poll_oneoff"].includes(name)) {
          call([[place.at, end - place.bytes]], answer ?? 0, "at the end");
        }
        if ("vectors" in place) {
          // The vectors themselves, a good one before the bad one.
          for (const [pointer, length] of [
            [end - 1, 2],
            [end, 1],
            [0xffff_ffff, 1],
            [1, 0xffff_ffff],
            [0xffff_ffff, 0xffff_ffff],
          ]) {
            const list = guest.words(words[place.at + 1] == 1 ? 0x1_0000 : 0, 1, pointer, length);
            call(
              [
                [place.at, list],
                [place.at + 1, 2],
              ],
              Errno.Fault,
              `with {${pointer}, ${length}}`,
            );
          }
        }
      }
    }
  }
  const answer = ask(guest, ["--dir", ".::/", "--env", "A=B"], { cwd: folder });
  const shown = expected.filter((e) => e[2] >= 0);
  expect(shown.map(([what, call]) => `${what}: ${answer.errors[call]}`)).toEqual(
    shown.map(([what, , error]) => `${what}: ${error}`),
  );
  expect(shown.length).toBeGreaterThan(400);
});

test("arguments that do not fit are EFAULT, wherever they stop fitting", () => {
  const guest = new Guest();
  const end = guest.memoryBytes;
  const slots = guest.out(64);
  const calls = [
    guest.call("args_get", slots, end - 1),
    guest.call("args_get", slots, 0xffff_ffff),
    guest.call("args_get", end - 4, 0x20000),
    guest.call("args_get", 0xffff_fffc, 0x20000),
    guest.call("environ_get", slots, end - 4),
    guest.call("environ_get", 0xffff_fffc, 0x20000),
  ];
  const fits = guest.call("environ_get", slots, end - 5);
  const answer = ask(guest, ["--env", "AB=C"], { args: ["x", "y"] });
  expect(calls.map((i) => answer.errors[i])).toEqual(calls.map(() => Errno.Fault));
  expect(answer.errors[fits]).toBe(0);
});

test("a program without memory, and one whose memory is empty", () => {
  const names = Object.keys(SIGNATURES).filter((name) => !name.startsWith("proc_") && name != "fd_close");
  const imports = names.map((name) => importText("wasi_snapshot_preview1", name));
  const calls = names.map(zeroCall);
  for (const memory of ["", '(memory (export "memory") 0)']) {
    const text = `(module ${imports.join("\n")} ${memory} (func (export "_start") ${calls.join("\n")}))`;
    const done = execute([build(assemble(text), ["--dir", "."])], { cwd: folder });
    expect([done.status, done.stderr]).toEqual([0, ""]);
  }
});
