// WASI preview 0, module wasi_unstable: what differs from preview 1, that everything else is there, and that a program may
// mix the two. (Its poll_oneoff is in poll.test.ts.)

import { afterAll, expect, test } from "bun:test";
import { mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileInProcess } from "../programs/in-process";
import { makeFolder, removeFolder } from "../programs/wx";
import { Errno, FOLLOW, Guest, importText, SIGNATURES } from "./guest";
import { assemble } from "../text/assemble";
import { ask } from "./run";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const OLD = "wasi_unstable";

function compileText(text: string) {
  return compileInProcess(assemble(text), [], "m.wasm");
}

const start = `(memory (export "memory") 1) (func (export "_start"))`;

test("all functions are there but sock_accept", () => {
  for (const name of Object.keys(SIGNATURES)) {
    const { message } = compileText(`(module ${importText(OLD, name)} ${start})`);
    if (name == "sock_accept") expect(message).toContain('unknown import:\n  "wasi_unstable" "sock_accept"');
    else expect(message).toBe("");
  }
});

test("what the runtime exports for it is not there by its own name", () => {
  for (const module of [OLD, "wasi_snapshot_preview1"]) {
    const text = `(module (import "${module}" "unstable_fd_seek" (func (param i32 i64 i32 i32) (result i32))) ${start})`;
    expect(compileText(text).message).toContain("unknown import");
  }
});

test("filestat has 56 bytes, whence begins with the current position", () => {
  const room = join(folder, "room");
  mkdirSync(room);
  writeFileSync(join(room, "file"), "0123456789");
  utimesSync(join(room, "file"), 100, 200);
  const guest = new Guest(16, 0x2_0000, OLD);
  const fd = guest.open(3, "file");
  const [byFd, byPath] = [guest.out(64), guest.out(64)];
  guest.code(`(i64.store (i32.const ${byFd + 56}) (i64.const 0x1122334455667788))`);
  guest.call("fd_filestat_get", fd, byFd);
  guest.call("path_filestat_get", 3, FOLLOW, guest.bytes("file"), byPath);
  const at = [guest.out(8), guest.out(8), guest.out(8)];
  guest.call("fd_seek", fd, 4n, 2, at[0]);
  guest.call("fd_seek", fd, 2n, 0, at[1]);
  guest.call("fd_seek", fd, -3n, 1, at[2]);
  const nowhere = guest.call("fd_seek", fd, 0n, 3, at[0]);
  const bad = guest.call("fd_filestat_get", 99, byFd);
  const edge = guest.call("fd_filestat_get", fd, guest.memoryBytes - 55);
  const fits = guest.call("fd_filestat_get", fd, guest.memoryBytes - 56);
  const answer = ask(guest, ["--dir", ".::/"], { cwd: room });
  const stat = statSync(join(room, "file"), { bigint: true });
  for (const result of [byFd, byPath]) {
    expect([answer.u64(result), answer.u64(result + 8)]).toEqual([stat.dev, stat.ino]);
    expect([answer.u8(result + 16), answer.u32(result + 20), answer.u64(result + 24)]).toEqual([4, 1, 10n]);
    expect([answer.u64(result + 32), answer.u64(result + 40)]).toEqual([stat.atimeNs, stat.mtimeNs]);
    expect(answer.u64(result + 48)).toBe(stat.ctimeNs);
  }
  expect(answer.u64(byFd + 56)).toBe(0x1122334455667788n);
  expect(at.map((a) => answer.u64(a))).toEqual([4n, 6n, 7n]);
  expect([nowhere, bad, edge, fits].map((i) => answer.errors[i])).toEqual([Errno.Inval, Errno.BadF, Errno.Fault, 0]);
});

test("a program may use both", () => {
  const { image, message } = compileText(
    `(module ${importText(OLD, "fd_seek", "old")} ${importText("wasi_snapshot_preview1", "fd_seek")} ${start})`,
  );
  expect([message, image != null]).toEqual(["", true]);
});
