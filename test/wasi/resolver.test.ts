// The path resolver inside its grant: one table of paths and what every function answers to them, run with openat2 and
// with the walk that replaces it on older kernels. (What leads out is in escape.test.ts.) Where the two could disagree, and
// others' do (wasmtime#14380): trailing slashes, dots, links in every place, links to links, /proc.

import { afterAll, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileInProcess } from "../programs/in-process";
import { makeFolder, removeFolder } from "../programs/wx";
import { Errno, FOLLOW, Guest, O, READ, WRITE } from "./guest";
import { ask, type Compile } from "./run";
import { loadVariant } from "./variants";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const walk = await loadVariant("walk");

const [OK, NOENT, NOTDIR, ISDIR, LOOP, EXIST, PERM, INVAL, NOTEMPTY, LONG, BUSY] = [
  Errno.Success,
  Errno.NoEnt,
  Errno.NotDir,
  Errno.IsDir,
  Errno.Loop,
  Errno.Exist,
  Errno.Perm,
  Errno.Inval,
  Errno.NotEmpty,
  Errno.NameTooLong,
  10,
];

/** Makes a tree. */
function prepare(root: string): void {
  mkdirSync(join(root, "dir/sub/deep"), { recursive: true });
  mkdirSync(join(root, "empty"));
  writeFileSync(join(root, "file"), "f");
  writeFileSync(join(root, "dir/inner"), "i");
  const links: Record<string, string> = {
    tofile: "file",
    todir: "dir",
    tosub: "dir/sub",
    dangling: "gone",
    "dangling-in": "dir/made",
    loop: "loop",
    "loop-a": "loop-b",
    "loop-b": "loop-a",
    "dir/up": "..",
    "dir/sub/file": "../../file",
    "dir/sub/self": ".",
    "dir/sub/slash": "../sub/",
    "dir/round": "../dir/sub/../../todir/inner",
    slashes: "dir//sub///deep",
    "to-empty-name": "./",
    [`long-${"x".repeat(200)}`]: "file",
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name));
  for (let i = 0; i < 45; i++) symlinkSync(i == 0 ? "file" : `chain-${i - 1}`, join(root, `chain-${i}`));
}

const long = "x".repeat(255);
/** Path, then: opened for reading with and without following, asked about with and without following, read as a link. */
const READING: [string, number, number, number, number, number][] = [
  ["file", OK, OK, OK, OK, INVAL],
  ["file/", NOTDIR, NOTDIR, NOTDIR, NOTDIR, NOTDIR],
  ["file/.", NOTDIR, NOTDIR, NOTDIR, NOTDIR, NOTDIR],
  ["file/..", NOTDIR, NOTDIR, NOTDIR, NOTDIR, NOTDIR],
  ["file/x", NOTDIR, NOTDIR, NOTDIR, NOTDIR, NOTDIR],
  ["./file", OK, OK, OK, OK, INVAL],
  [".//./file", OK, OK, OK, OK, INVAL],
  ["dir/../file", OK, OK, OK, OK, INVAL],
  ["dir/sub/../../dir/../file", OK, OK, OK, OK, INVAL],
  [".", OK, OK, OK, OK, INVAL],
  ["./", OK, OK, OK, OK, INVAL],
  ["dir", OK, OK, OK, OK, INVAL],
  ["dir/", OK, OK, OK, OK, INVAL],
  ["dir//", OK, OK, OK, OK, INVAL],
  ["dir/.", OK, OK, OK, OK, INVAL],
  ["dir/..", OK, OK, OK, OK, INVAL],
  ["", NOENT, NOENT, NOENT, NOENT, NOENT],
  ["..", PERM, PERM, PERM, PERM, PERM],
  ["/", PERM, PERM, PERM, PERM, PERM],
  ["/file", PERM, PERM, PERM, PERM, PERM],
  ["dir/../..", PERM, PERM, PERM, PERM, PERM],
  ["dir/../../file", PERM, PERM, PERM, PERM, PERM],
  ["none", NOENT, NOENT, NOENT, NOENT, NOENT],
  ["none/", NOENT, NOENT, NOENT, NOENT, NOENT],
  ["none/x", NOENT, NOENT, NOENT, NOENT, NOENT],
  ["none/../file", NOENT, NOENT, NOENT, NOENT, NOENT],
  ["tofile", OK, LOOP, OK, OK, OK],
  ["tofile/", NOTDIR, NOTDIR, NOTDIR, NOTDIR, NOTDIR],
  ["tofile/x", NOTDIR, NOTDIR, NOTDIR, NOTDIR, NOTDIR],
  ["todir", OK, LOOP, OK, OK, OK],
  ["todir/", OK, OK, OK, OK, INVAL],
  ["todir//", OK, OK, OK, OK, INVAL],
  ["todir/.", OK, OK, OK, OK, INVAL],
  ["todir/..", OK, OK, OK, OK, INVAL],
  ["todir/inner", OK, OK, OK, OK, INVAL],
  ["todir/../file", OK, OK, OK, OK, INVAL],
  ["tosub/../inner", OK, OK, OK, OK, INVAL],
  ["tosub/../../file", OK, OK, OK, OK, INVAL],
  ["tosub/../../../file", PERM, PERM, PERM, PERM, PERM],
  ["tosub/file", OK, LOOP, OK, OK, OK],
  ["tosub/self/self/self/file", OK, LOOP, OK, OK, OK],
  ["tosub/slash/deep", OK, OK, OK, OK, INVAL],
  ["dir/up", OK, LOOP, OK, OK, OK],
  ["dir/up/", OK, OK, OK, OK, INVAL],
  ["dir/up/file", OK, OK, OK, OK, INVAL],
  ["dir/up/..", PERM, PERM, PERM, PERM, PERM],
  ["dir/round", OK, LOOP, OK, OK, OK],
  ["slashes", OK, LOOP, OK, OK, OK],
  ["slashes/../../inner", OK, OK, OK, OK, INVAL],
  ["to-empty-name/file", OK, OK, OK, OK, INVAL],
  ["dangling", NOENT, LOOP, NOENT, OK, OK],
  ["dangling/", NOENT, NOENT, NOENT, NOENT, NOENT],
  ["dangling/x", NOENT, NOENT, NOENT, NOENT, NOENT],
  ["loop", LOOP, LOOP, LOOP, OK, OK],
  ["loop/", LOOP, LOOP, LOOP, LOOP, LOOP],
  ["loop-a/x", LOOP, LOOP, LOOP, LOOP, LOOP],
  ["chain-39", OK, LOOP, OK, OK, OK],
  ["chain-40", LOOP, LOOP, LOOP, OK, OK],
  [`long-${"x".repeat(200)}`, OK, LOOP, OK, OK, OK],
  [long, NOENT, NOENT, NOENT, NOENT, NOENT],
  [`${long}x`, LONG, LONG, LONG, LONG, LONG],
  [`${"./".repeat(2040)}file`, OK, OK, OK, OK, INVAL],
  [`${"./".repeat(2048)}file`, LONG, LONG, LONG, LONG, LONG],
  ["fi\0le", INVAL, INVAL, INVAL, INVAL, INVAL],
];

/** Path, flags and lookup, and what path_open for writing answers; in this order, each in what the ones before left. */
const OPENING: [string, number, number, number][] = [
  ["new/", O.Create, FOLLOW, ISDIR],
  ["new/.", O.Create, FOLLOW, NOENT],
  ["new", O.Create, FOLLOW, OK],
  ["new", O.Create | O.Exclusive, FOLLOW, EXIST],
  ["new/", O.Create, FOLLOW, ISDIR],
  ["new/x", O.Create, FOLLOW, NOTDIR],
  ["dir", O.Create, FOLLOW, ISDIR],
  ["dir/", O.Create, FOLLOW, ISDIR],
  ["dir", 0, FOLLOW, ISDIR],
  ["dir", O.Directory, FOLLOW, ISDIR],
  ["file", O.Directory, FOLLOW, NOTDIR],
  ["x", O.Create | O.Directory, FOLLOW, INVAL],
  ["dangling", O.Create | O.Exclusive, FOLLOW, EXIST],
  ["dangling", O.Create, 0, LOOP],
  ["dangling-in", O.Create, FOLLOW, OK],
  ["dir/made", O.Create | O.Exclusive, FOLLOW, EXIST],
  ["dangling/", O.Create, FOLLOW, ISDIR],
  ["tofile", O.Create | O.Exclusive, FOLLOW, EXIST],
  ["tofile", O.Truncate, 0, LOOP],
  ["tofile", O.Truncate, FOLLOW, OK],
  ["loop", O.Create, FOLLOW, LOOP],
  [".", O.Create, FOLLOW, ISDIR],
  ["dir/..", O.Create, FOLLOW, ISDIR],
  ["..", O.Create, FOLLOW, PERM],
  ["", O.Create, FOLLOW, NOENT],
  ["none/x", O.Create, FOLLOW, NOENT],
  [`${long}x`, O.Create, FOLLOW, LONG],
];

/** Changing names: function, its paths, and what it answers; in order. */
const CHANGING: [string, string[], number][] = [
  ["path_create_directory", ["dir"], EXIST],
  ["path_create_directory", ["file"], EXIST],
  ["path_create_directory", ["file/"], EXIST],
  ["path_create_directory", ["file/x"], NOTDIR],
  ["path_create_directory", ["."], EXIST],
  ["path_create_directory", ["./"], EXIST],
  ["path_create_directory", ["dir/.."], EXIST],
  ["path_create_directory", [".."], EXIST],
  ["path_create_directory", [""], NOENT],
  ["path_create_directory", ["none/x"], NOENT],
  ["path_create_directory", ["todir"], EXIST],
  ["path_create_directory", ["todir/"], EXIST],
  ["path_create_directory", ["dangling"], EXIST],
  ["path_create_directory", ["dangling/"], EXIST],
  ["path_create_directory", ["made1"], OK],
  ["path_create_directory", ["made2/"], OK],
  ["path_create_directory", ["made3///"], OK],
  ["path_create_directory", ["todir/made4"], OK],
  ["path_create_directory", ["dir/up/made5"], OK],
  ["path_create_directory", ["made6/."], NOENT],
  ["path_create_directory", ["loop/x"], LOOP],
  ["path_remove_directory", ["made1"], OK],
  ["path_remove_directory", ["made2/"], OK],
  ["path_remove_directory", ["made3/."], INVAL],
  ["path_remove_directory", ["made3///"], OK],
  ["path_remove_directory", ["dir/made4/../made4"], OK],
  ["path_remove_directory", ["made5"], OK],
  ["path_remove_directory", ["dir"], NOTEMPTY],
  ["path_remove_directory", ["dir/sub/.."], NOTEMPTY],
  ["path_remove_directory", ["."], INVAL],
  ["path_remove_directory", [".."], NOTEMPTY],
  ["path_remove_directory", ["file"], NOTDIR],
  ["path_remove_directory", ["file/"], NOTDIR],
  ["path_remove_directory", ["todir"], NOTDIR],
  ["path_remove_directory", ["todir/"], NOTDIR],
  ["path_remove_directory", ["dangling/"], NOTDIR],
  ["path_remove_directory", ["none"], NOENT],
  ["path_remove_directory", [""], NOENT],
  ["path_symlink", ["target", "link1"], OK],
  ["path_symlink", ["target", "link1"], EXIST],
  ["path_symlink", ["target", "dangling"], EXIST],
  ["path_symlink", ["target", "link2/"], NOENT],
  ["path_symlink", ["target", "dir/"], EXIST],
  ["path_symlink", ["target", "file/"], EXIST],
  ["path_symlink", ["", "link3"], NOENT],
  ["path_symlink", ["/absolute", "link3"], PERM],
  ["path_symlink", ["../../out", "link4"], OK],
  ["path_symlink", ["target", "todir/link5"], OK],
  ["path_symlink", ["target", "none/x"], NOENT],
  ["path_unlink_file", ["link1"], OK],
  ["path_unlink_file", ["dir/link5"], OK],
  ["path_unlink_file", ["dir"], ISDIR],
  ["path_unlink_file", ["dir/"], ISDIR],
  ["path_unlink_file", ["."], ISDIR],
  ["path_unlink_file", [".."], ISDIR],
  ["path_unlink_file", ["file/"], NOTDIR],
  ["path_unlink_file", ["todir/"], NOTDIR],
  ["path_unlink_file", ["tofile/"], NOTDIR],
  ["path_unlink_file", ["dangling/"], NOTDIR],
  ["path_unlink_file", ["none"], NOENT],
  ["path_unlink_file", ["none/"], NOENT],
  ["path_unlink_file", ["file/x"], NOTDIR],
  ["path_unlink_file", ["loop-a/x"], LOOP],
  ["path_link", ["file", "hard1"], OK],
  ["path_link", ["file", "hard1"], EXIST],
  ["path_link", ["file", "hard2/"], NOENT],
  ["path_link", ["file", "dir/"], EXIST],
  ["path_link", ["file/", "hard2"], NOTDIR],
  ["path_link", ["tofile", "hard3"], OK],
  ["path_link", ["tofile/", "hard4"], NOTDIR],
  ["path_link", ["todir/", "hard4"], PERM],
  ["path_link", ["dir", "hard4"], PERM],
  ["path_link", [".", "hard4"], PERM],
  ["path_link", ["dangling", "hard5"], OK],
  ["path_link", ["none", "hard6"], NOENT],
  ["path_link", ["file", "none/x"], NOENT],
  ["path_link", ["file", "todir/hard7"], OK],
  ["path_link", ["", "hard8"], NOENT],
  ["path_rename", ["hard1", "moved1"], OK],
  ["path_rename", ["hard1", "moved1"], NOENT],
  ["path_rename", ["moved1", "todir/moved2"], OK],
  ["path_rename", ["dir/moved2", "moved1/"], NOTDIR],
  ["path_rename", ["dir/moved2/", "moved1"], NOTDIR],
  ["path_rename", ["file", "dir"], ISDIR],
  ["path_rename", ["dir", "file"], NOTDIR],
  ["path_rename", ["dir", "dir/sub/x"], INVAL],
  ["path_rename", ["dir/sub", "dir"], NOTEMPTY],
  ["path_rename", ["empty", "moved3"], OK],
  ["path_rename", ["moved3/", "moved4/"], OK],
  ["path_rename", ["moved4", "dir/sub/deep"], OK],
  ["path_rename", ["todir/", "moved5"], NOTDIR],
  ["path_rename", ["todir", "moved6"], OK],
  ["path_rename", ["moved6", "todir"], OK],
  ["path_rename", ["dangling", "moved7"], OK],
  ["path_rename", [".", "moved8"], BUSY],
  ["path_rename", ["dir", ".."], BUSY],
  ["path_rename", ["", "x"], NOENT],
  ["path_rename", ["file", "file"], OK],
];

function run(name: string, compile: Compile) {
  const root = join(folder, name);
  mkdirSync(root);
  prepare(root);
  const guest = new Guest(64, 0x8_0000);
  const asked: [string, number, number][] = [];
  const closable: [number, number][] = [];
  const open = (path: string, flags: number, lookup: number, rights: bigint, expected: number, what: string) => {
    asked.push([what, guest.callCount, expected]);
    const fd = guest.open(3, path, flags, rights, lookup);
    if (expected == OK) {
      closable.push([guest.callCount, fd.at]);
      guest.call("fd_close", fd);
    }
  };
  const shown = (path: string) => (path.length > 40 ? `${path.slice(0, 30)}… (${path.length})` : path);
  for (const [path, follow, name, stat, lstat, link] of READING) {
    const bytes = guest.bytes(path);
    const out = guest.out(64);
    open(path, 0, FOLLOW, READ, follow, `open ${shown(path)}`);
    open(path, 0, 0, READ, name, `open ${shown(path)} itself`);
    asked.push([`stat ${shown(path)}`, guest.call("path_filestat_get", 3, FOLLOW, bytes, out), stat]);
    asked.push([`stat ${shown(path)} itself`, guest.call("path_filestat_get", 3, 0, bytes, out), lstat]);
    asked.push([`times of ${shown(path)}`, guest.call("path_filestat_set_times", 3, FOLLOW, bytes, 0n, 0n, 2), stat]);
    asked.push([`readlink ${shown(path)}`, guest.call("path_readlink", 3, bytes, out, 64, guest.out(4)), link]);
  }
  for (const [path, flags, lookup, expected] of OPENING) {
    open(path, flags, lookup, WRITE, expected, `open ${shown(path)} to write, ${flags} ${lookup}`);
  }
  for (const [name, paths, expected] of CHANGING) {
    const [a, b] = paths.map((path) => guest.bytes(path));
    const what = `${name} ${paths.join(", ")}`;
    if (name == "path_symlink") asked.push([what, guest.call(name, a, 3, b), expected]);
    else if (name == "path_link") asked.push([what, guest.call(name, 3, 0, a, 3, b), expected]);
    else if (name == "path_rename") asked.push([what, guest.call(name, 3, a, 3, b), expected]);
    else asked.push([what, guest.call(name, 3, a), expected]);
  }
  // Everything that was opened has been closed again: the next descriptor is the first.
  const last = guest.open(3, ".");
  const answer = ask(guest, ["--dir", ".::/"], { cwd: root }, compile);
  expect(answer.u32(last.at)).toBe(4);
  return asked.map(([what, call, expected]) => ({ what, actual: answer.errors[call], expected: expected as number }));
}

test.each([
  ["openat2", compileInProcess],
  ["the walk", walk],
] as [string, Compile][])("every path has its answer: %s", (name, compile) => {
  const results = run(name, compile);
  const text = (value: (r: (typeof results)[0]) => number) => results.map((r) => `${r.what}: ${value(r)}`);
  expect(text((r) => r.actual)).toEqual(text((r) => r.expected));
  expect(results.length).toBeGreaterThan(450);
});

test.each([
  ["openat2", compileInProcess],
  ["the walk", walk],
] as [string, Compile][])("links of /proc that lead anywhere are refused: %s", (_, compile) => {
  const guest = new Guest();
  const cases: [string, number][] = [
    ["self/root/etc", LOOP],
    ["self/root", LOOP],
    ["self/cwd", LOOP],
    ["self/exe", LOOP],
    ["self/fd/0", LOOP],
    ["thread-self/root/", LOOP],
    ["self/ns/net", LOOP],
    ["self/status", OK],
    ["self", OK],
    ["mounts", OK],
  ];
  for (const [path] of cases) guest.open(3, path);
  const answer = ask(guest, ["--dir", "/proc::/proc:ro"], {}, compile);
  const text = (errors: number[]) => cases.map(([path], i) => `${path}: ${errors[i]}`);
  expect(text(answer.errors)).toEqual(text(cases.map((c) => c[1])));
});
