// Attempts to reach what a program was not granted: every function that takes a path, by every way of naming something
// outside, and every way of changing something through a read-only grant. Each has files of its own, so one program makes
// them all, and each is judged by what happened to the files, not by what was answered.
//
// The program has three grants: jail (descriptor 3), fixed (4, read-only) and spare (5). Beside them lies outside.

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Answer, FOLLOW, type Guest, O, READ, WRITE, type Word } from "./guest";

export const JAIL = 3;
export const FIXED = 4;
export const SPARE = 5;
export const GRANTS = ["--dir", "jail::/", "--dir", "fixed::/fixed:ro", "--dir", "spare::/spare"];

/** What an attempt does; Landlock mediates all but the last three. */
export type Kind =
  | "open"
  | "list"
  | "create"
  | "remove"
  | "truncate"
  | "rename"
  | "link"
  | "stat"
  | "readlink"
  | "times";
export const UNMEDIATED: Kind[] = ["stat", "readlink", "times"];

export interface Attempt {
  name: string;
  kind: Kind;
  /** Adds its calls. */
  add(guest: Guest): void;
  /** Whether it has reached what it must not. */
  hasSucceeded(answer: Answer): boolean;
  /** Index of the call that is to be refused. */
  call: number;
}

/** A way of naming what is in this attempt's folder outside, from a descriptor. */
interface Way {
  name: string;
  /** Makes what the way needs in the attempt's folder of the jail; `out` is its folder outside. */
  prepare(jail: string, out: string, target: string): void;
  /** Where the path starts (a descriptor, or a folder of the jail to be opened first) and the path. */
  from?: string;
  path(id: string, out: string, target: string): string;
  /** It is a link itself, so it cannot be the name of something to make or remove. */
  isLink?: boolean;
}

const WAYS: Way[] = [
  { name: "dot-dot", prepare() {}, path: (id, _, t) => `../outside/${id}/${t}` },
  { name: "down and up again", prepare() {}, path: (id, _, t) => `${id}/../../outside/${id}/${t}` },
  { name: "absolute", prepare() {}, path: (_, out, t) => `${out}/${t}` },
  {
    name: "a relative link on the way",
    prepare: (jail, out) => symlinkSync(`../../outside/${out.split("/").pop()}`, join(jail, "up")),
    path: (id, _, t) => `${id}/up/${t}`,
  },
  {
    name: "an absolute link on the way",
    prepare: (jail, out) => symlinkSync(out, join(jail, "abs")),
    path: (id, _, t) => `${id}/abs/${t}`,
  },
  {
    name: "links to links",
    prepare(jail, out) {
      symlinkSync("second", join(jail, "first"));
      symlinkSync("sub/third", join(jail, "second"));
      symlinkSync(`../../../outside/${out.split("/").pop()}`, join(jail, "sub/third"));
    },
    path: (id, _, t) => `${id}/first/${t}`,
  },
  {
    name: "a link and back",
    prepare: (jail) => symlinkSync("../..", join(jail, "root")),
    path: (id, _, t) => `${id}/root/outside/${id}/${t}`,
  },
  {
    name: "from a directory below",
    prepare() {},
    from: "sub",
    path: (id, _, t) => `../../../outside/${id}/${t}`,
  },
  {
    name: "a link out of a directory below",
    prepare: (jail, out) => symlinkSync(`../../../outside/${out.split("/").pop()}`, join(jail, "sub/out")),
    from: "sub",
    path: (_id, _, t) => `out/${t}`,
  },
  {
    name: "the process's root",
    prepare: (jail) => symlinkSync("/proc/self/root", join(jail, "magic")),
    path: (id, out, t) => `${id}/magic${out}/${t}`,
  },
  {
    name: "a link as the last name",
    prepare: (jail, out, t) => symlinkSync(`../../outside/${out.split("/").pop()}/${t}`, join(jail, "last")),
    path: (id) => `${id}/last`,
    isLink: true,
  },
  {
    name: "an absolute link as the last name",
    prepare: (jail, out, t) => symlinkSync(join(out, t), join(jail, "last")),
    path: (id) => `${id}/last`,
    isLink: true,
  },
];

/** One thing to do to a path, by one function. */
interface Deed {
  name: string;
  kind: Kind;
  /** What in the folder outside it is done to. */
  target: string;
  /** It acts on the name itself, so a link as the last name is no way. */
  onName: boolean;
  /** Only some ways, where they say nothing new. */
  ways?: string[];
  add(guest: Guest, from: number | Word, path: string, inJail: string): (answer: Answer) => boolean;
  /** Judges by the files; `out` is the folder outside, `jail` that in the jail. */
  check?(out: string, jail: string): boolean;
}

const SECRET = "secret contents";
const OLD = 1_000_000_000_000_000_000n;

const DEEDS: Deed[] = [
  {
    name: "read a file",
    kind: "open",
    target: "secret",
    onName: false,
    add(g, from, path) {
      const fd = g.open(from, path);
      const { at, count } = g.read(fd, 64);
      return (a) => a.text(at, a.u32(count)) == SECRET;
    },
  },
  {
    name: "write a file",
    kind: "open",
    target: "secret",
    onName: false,
    add(g, from, path) {
      g.write(g.open(from, path, 0, WRITE), "changed");
      return () => true;
    },
    check: (out) => readFileSync(join(out, "secret"), "utf8").startsWith("changed"),
  },
  {
    name: "truncate a file",
    kind: "truncate",
    target: "secret",
    onName: false,
    add(g, from, path) {
      g.open(from, path, O.Truncate, WRITE);
      return () => true;
    },
    check: (out) => statSync(join(out, "secret")).size == 0,
  },
  {
    name: "create a file",
    kind: "create",
    target: "made",
    onName: false,
    add(g, from, path) {
      g.open(from, path, O.Create, WRITE);
      return () => true;
    },
    check: (out) => existsSync(join(out, "made")),
  },
  {
    name: "list a directory",
    kind: "list",
    target: "folder",
    onName: false,
    add(g, from, path) {
      const fd = g.open(from, path, O.Directory);
      const at = g.out(256);
      g.call("fd_readdir", fd, at, 256, 0n, g.out(4));
      return (a) => a.text(at, 256).includes("entry");
    },
  },
  {
    name: "ask about a file",
    kind: "stat",
    target: "secret",
    onName: false,
    add(g, from, path) {
      const at = g.out(64);
      g.call("path_filestat_get", from, FOLLOW, g.bytes(path), at);
      return (a) => a.u64(at + 32) == BigInt(SECRET.length);
    },
  },
  {
    name: "read a link",
    kind: "readlink",
    target: "pointer",
    onName: true,
    add(g, from, path) {
      const at = g.out(64);
      g.call("path_readlink", from, g.bytes(path), at, 64, g.out(4));
      return (a) => a.text(at, 9) == "elsewhere";
    },
  },
  {
    name: "set times",
    kind: "times",
    target: "secret",
    onName: false,
    add(g, from, path) {
      g.call("path_filestat_set_times", from, FOLLOW, g.bytes(path), OLD, OLD, 5);
      return () => true;
    },
    check: (out) => statSync(join(out, "secret")).mtimeMs == 1e12,
  },
  {
    name: "make a directory",
    kind: "create",
    target: "made",
    onName: true,
    add(g, from, path) {
      g.call("path_create_directory", from, g.bytes(path));
      return () => true;
    },
    check: (out) => existsSync(join(out, "made")),
  },
  {
    name: "remove a directory",
    kind: "remove",
    target: "empty",
    onName: true,
    add(g, from, path) {
      g.call("path_remove_directory", from, g.bytes(path));
      return () => true;
    },
    check: (out) => !existsSync(join(out, "empty")),
  },
  {
    name: "remove a file",
    kind: "remove",
    target: "secret",
    onName: true,
    add(g, from, path) {
      g.call("path_unlink_file", from, g.bytes(path));
      return () => true;
    },
    check: (out) => !existsSync(join(out, "secret")),
  },
  {
    name: "make a link",
    kind: "create",
    target: "made",
    onName: true,
    add(g, from, path) {
      g.call("path_symlink", g.bytes("x"), from, g.bytes(path));
      return () => true;
    },
    check: (out) => lstatSync(join(out, "made"), { throwIfNoEntry: false }) != undefined,
  },
  {
    name: "rename something from there",
    kind: "rename",
    target: "secret",
    onName: true,
    add(g, from, path, inJail) {
      g.call("path_rename", from, g.bytes(path), JAIL, g.bytes(`${inJail}/taken`));
      return () => true;
    },
    check: (_, jail) => existsSync(join(jail, "taken")),
  },
  {
    name: "rename something over what is there",
    kind: "rename",
    target: "secret",
    onName: true,
    add(g, from, path, inJail) {
      g.call("path_rename", JAIL, g.bytes(`${inJail}/own`), from, g.bytes(path));
      return () => true;
    },
    check: (out) => readFileSync(join(out, "secret"), "utf8") == "own",
  },
  {
    name: "hard link something from there",
    kind: "link",
    target: "secret",
    onName: true,
    add(g, from, path, inJail) {
      g.call("path_link", from, 0, g.bytes(path), JAIL, g.bytes(`${inJail}/taken`));
      return () => true;
    },
    check: (_, jail) => existsSync(join(jail, "taken")),
  },
  {
    name: "hard link something to there",
    kind: "link",
    target: "made",
    onName: true,
    add(g, from, path, inJail) {
      g.call("path_link", JAIL, 0, g.bytes(`${inJail}/own`), from, g.bytes(path));
      return () => true;
    },
    check: (out) => existsSync(join(out, "made")),
  },
];

/** Opening through a link that ends in slashes, which some resolvers take for the directory itself (RUSTSEC-2026-0269). */
const SLASHES: Deed[] = [
  {
    name: "list through a link with a slash",
    kind: "list",
    target: "folder",
    onName: false,
    ways: ["a link as the last name", "an absolute link as the last name"],
    add(g, from, path) {
      const fd = g.open(from, `${path}/`, O.Directory, READ, 0);
      const at = g.out(256);
      g.call("fd_readdir", fd, at, 256, 0n, g.out(4));
      return (a) => a.text(at, 256).includes("entry");
    },
  },
  {
    name: "ask about a link with a slash",
    kind: "stat",
    target: "folder",
    onName: false,
    ways: ["a link as the last name", "an absolute link as the last name"],
    add(g, from, path) {
      const at = g.out(64);
      g.call("path_filestat_get", from, 0, g.bytes(`${path}//`), at);
      return (a) => a.u8(at + 16) == 3;
    },
  },
];

interface Fixed {
  name: string;
  kind: Kind;
  /** The last call is the one to be refused, not the first. */
  isLast?: boolean;
  add(guest: Guest, id: string): (answer: Answer) => boolean;
  check?(fixed: string, spare: string): boolean;
}

const text = (path: string) => readFileSync(path, "utf8");

/** What a read-only grant must not let happen. */
const READ_ONLY: Fixed[] = [
  {
    name: "write",
    kind: "open",
    add(g, id) {
      g.write(g.open(FIXED, `${id}/file`, 0, WRITE), "changed");
      return () => true;
    },
    check: (fixed) => text(join(fixed, "file")) != "kept",
  },
  {
    name: "read and write",
    kind: "open",
    add(g, id) {
      g.write(g.open(FIXED, `${id}/file`, 0, READ | WRITE), "changed");
      return () => true;
    },
    check: (fixed) => text(join(fixed, "file")) != "kept",
  },
  {
    name: "append",
    kind: "open",
    add(g, id) {
      g.write(g.open(FIXED, `${id}/file`, 0, WRITE, FOLLOW, 1), "changed");
      return () => true;
    },
    check: (fixed) => text(join(fixed, "file")) != "kept",
  },
  {
    // CVE-2026-47261
    name: "truncate what is opened for reading",
    kind: "truncate",
    add(g, id) {
      g.open(FIXED, `${id}/file`, O.Truncate, READ);
      return () => true;
    },
    check: (fixed) => text(join(fixed, "file")) != "kept",
  },
  {
    name: "truncate",
    kind: "truncate",
    add(g, id) {
      g.open(FIXED, `${id}/file`, O.Truncate, WRITE);
      return () => true;
    },
    check: (fixed) => text(join(fixed, "file")) != "kept",
  },
  {
    name: "set the size",
    kind: "open",
    add(g, id) {
      g.call("fd_filestat_set_size", g.open(FIXED, `${id}/file`, 0, READ | WRITE), 1n);
      return () => true;
    },
    check: (fixed) => text(join(fixed, "file")) != "kept",
  },
  {
    name: "create",
    kind: "create",
    add(g, id) {
      g.open(FIXED, `${id}/made`, O.Create, READ);
      return () => true;
    },
    check: (fixed) => existsSync(join(fixed, "made")),
  },
  {
    name: "make a directory",
    kind: "create",
    add(g, id) {
      g.call("path_create_directory", FIXED, g.bytes(`${id}/made`));
      return () => true;
    },
    check: (fixed) => existsSync(join(fixed, "made")),
  },
  {
    name: "make a link",
    kind: "create",
    add(g, id) {
      g.call("path_symlink", g.bytes("file"), FIXED, g.bytes(`${id}/made`));
      return () => true;
    },
    check: (fixed) => existsSync(join(fixed, "made")),
  },
  {
    name: "remove a file",
    kind: "remove",
    add(g, id) {
      g.call("path_unlink_file", FIXED, g.bytes(`${id}/file`));
      return () => true;
    },
    check: (fixed) => !existsSync(join(fixed, "file")),
  },
  {
    name: "remove a directory",
    kind: "remove",
    add(g, id) {
      g.call("path_remove_directory", FIXED, g.bytes(`${id}/empty`));
      return () => true;
    },
    check: (fixed) => !existsSync(join(fixed, "empty")),
  },
  {
    name: "rename within",
    kind: "rename",
    add(g, id) {
      g.call("path_rename", FIXED, g.bytes(`${id}/file`), FIXED, g.bytes(`${id}/other`));
      return () => true;
    },
    check: (fixed) => existsSync(join(fixed, "other")),
  },
  {
    // CVE-2026-58494
    name: "rename out of it",
    kind: "rename",
    add(g, id) {
      g.call("path_rename", FIXED, g.bytes(`${id}/file`), SPARE, g.bytes(`${id}/file`));
      return () => true;
    },
    check: (fixed) => !existsSync(join(fixed, "file")),
  },
  {
    name: "rename into it",
    kind: "rename",
    add(g, id) {
      g.call("path_rename", SPARE, g.bytes(`${id}/own`), FIXED, g.bytes(`${id}/file`));
      return () => true;
    },
    check: (fixed) => text(join(fixed, "file")) != "kept",
  },
  {
    name: "write through a hard link elsewhere",
    kind: "link",
    add(g, id) {
      g.call("path_link", FIXED, 0, g.bytes(`${id}/file`), SPARE, g.bytes(`${id}/file`));
      g.write(g.open(SPARE, `${id}/file`, 0, WRITE), "changed");
      return () => true;
    },
    check: (fixed) => text(join(fixed, "file")) != "kept",
  },
  {
    name: "hard link into it",
    kind: "link",
    add(g, id) {
      g.call("path_link", SPARE, 0, g.bytes(`${id}/own`), FIXED, g.bytes(`${id}/made`));
      return () => true;
    },
    check: (fixed) => existsSync(join(fixed, "made")),
  },
  {
    name: "set times by path",
    kind: "times",
    add(g, id) {
      g.call("path_filestat_set_times", FIXED, 0, g.bytes(`${id}/file`), OLD, OLD, 5);
      return () => true;
    },
    check: (fixed) => statSync(join(fixed, "file")).mtimeMs == 1e12,
  },
  {
    name: "set times of an open file",
    kind: "times",
    isLast: true,
    add(g, id) {
      g.call("fd_filestat_set_times", g.open(FIXED, `${id}/file`), OLD, OLD, 5);
      return () => true;
    },
    check: (fixed) => statSync(join(fixed, "file")).mtimeMs == 1e12,
  },
  {
    name: "create from a directory below",
    kind: "create",
    isLast: true,
    add(g, id) {
      g.open(g.open(FIXED, `${id}/empty`, O.Directory), "made", O.Create, WRITE);
      return () => true;
    },
    check: (fixed) => existsSync(join(fixed, "empty/made")),
  },
];

/** All attempts, with their files below `root`. */
export function prepareAttempts(root: string): Attempt[] {
  for (const name of ["jail", "fixed", "spare", "outside"]) mkdirSync(join(root, name), { recursive: true });
  const attempts: Attempt[] = [];
  for (const deed of [...DEEDS, ...SLASHES]) {
    for (const way of WAYS) {
      if (deed.ways ? !deed.ways.includes(way.name) : way.isLink && deed.onName) continue;
      attempts.push(prepareOutside(root, `o${attempts.length}`, deed, way));
    }
  }
  for (const deed of READ_ONLY) attempts.push(prepareFixed(root, `f${attempts.length}`, deed));
  return attempts;
}

function prepareOutside(root: string, id: string, deed: Deed, way: Way): Attempt {
  const [jail, out] = [join(root, "jail", id), join(root, "outside", id)];
  mkdirSync(join(jail, "sub"), { recursive: true });
  mkdirSync(join(out, "folder"), { recursive: true });
  mkdirSync(join(out, "empty"));
  writeFileSync(join(out, "secret"), SECRET);
  writeFileSync(join(out, "folder/entry"), "");
  symlinkSync("elsewhere", join(out, "pointer"));
  writeFileSync(join(jail, "own"), "own");
  way.prepare(jail, out, deed.target);
  let judge: (answer: Answer) => boolean = () => false;
  const attempt: Attempt = {
    name: `${deed.name}: ${way.name}`,
    kind: deed.kind,
    call: -1,
    add(guest) {
      const from = way.from ? guest.open(JAIL, `${id}/${way.from}`, O.Directory) : JAIL;
      attempt.call = guest.callCount;
      judge = deed.add(guest, from, way.path(id, out, deed.target), id);
    },
    hasSucceeded: (answer) => judge(answer) && (deed.check == undefined || deed.check(out, jail)),
  };
  return attempt;
}

function prepareFixed(root: string, id: string, deed: Fixed): Attempt {
  const [fixed, spare] = [join(root, "fixed", id), join(root, "spare", id)];
  mkdirSync(join(fixed, "empty"), { recursive: true });
  mkdirSync(spare);
  writeFileSync(join(fixed, "file"), "kept");
  writeFileSync(join(spare, "own"), "own");
  let judge: (answer: Answer) => boolean = () => false;
  const attempt: Attempt = {
    name: `read-only: ${deed.name}`,
    kind: deed.kind,
    call: -1,
    add(guest) {
      attempt.call = guest.callCount;
      judge = deed.add(guest, id);
      if (deed.isLast) attempt.call = guest.callCount - 1;
    },
    hasSucceeded: (answer) => judge(answer) && (deed.check == undefined || deed.check(fixed, spare)),
  };
  return attempt;
}

/** All that is below a folder, with contents and times of change, to see whether anything changed. */
export function snapshot(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      return `${name} ${stat.mode} ${stat.mtimeMs} ${stat.isFile() ? readFileSync(path, "latin1") : ""}`;
    });
}
