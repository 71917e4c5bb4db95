// poll_oneoff in real executables: clocks of both kinds, files, pipes, peers that are gone, descriptors named several times,
// more subscriptions than the kernel takes places, and what must not be waited for.

import { afterAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder } from "../programs/wx";
import { type Answer, Errno, Guest, O, READ, WRITE, Word } from "./guest";
import { ask, build, execute } from "./run";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const GRANT = ["--dir", ".::/"];
const CLOCK = 0;
const FD_READ = 1;
const FD_WRITE = 2;
const ABSOLUTE = 1;
const SECOND = 1_000_000_000n;

interface Subscription {
  user?: bigint;
  type: number;
  /** Clock or descriptor. */
  id: number | Word;
  timeout?: bigint;
  flags?: number;
}

/** Adds a wait; where the events and their number are. */
function poll(guest: Guest, subscriptions: Subscription[], size = 48) {
  const view = new DataView(new ArrayBuffer(subscriptions.length * size));
  const shift = size - 48;
  subscriptions.forEach((s, i) => {
    const at = i * size;
    view.setBigUint64(at, s.user ?? BigInt(i + 100), true);
    view.setUint8(at + 8, s.type);
    const id = typeof s.id == "number" ? s.id : 0;
    view.setUint32(at + (s.type == CLOCK ? 16 + shift : 16), id, true);
    view.setBigUint64(at + 24 + shift, s.timeout ?? 0n, true);
    view.setUint16(at + 40 + shift, s.flags ?? 0, true);
  });
  const list = guest.bytes(new Uint8Array(view.buffer));
  subscriptions.forEach((s, i) => {
    if (s.id instanceof Word)
      guest.code(`(i32.store (i32.const ${list.at + i * size + 16}) (i32.load (i32.const ${s.id.at})))`);
  });
  const events = guest.out(32 * subscriptions.length);
  const count = guest.out(4);
  const call = guest.call("poll_oneoff", list.at, events, subscriptions.length, count);
  return { events, count, call };
}

/** The events as [user data, error, type, bytes, flags]. */
function eventsOf(answer: Answer, wait: { events: number; count: number }): (bigint | number)[][] {
  return Array.from({ length: answer.u32(wait.count) }, (_, i) => {
    const at = wait.events + 32 * i;
    return [answer.u64(at), answer.u16(at + 8), answer.u8(at + 10), answer.u64(at + 16), answer.u16(at + 24)];
  });
}

test("clocks: the earliest ends the wait; relative and absolute, realtime and monotonic", () => {
  const guest = new Guest();
  const waits = [
    poll(guest, [
      { type: CLOCK, id: 1, timeout: 60n * SECOND },
      { type: CLOCK, id: 0, timeout: SECOND / 50n },
      { type: CLOCK, id: 1, timeout: SECOND / 50n },
    ]),
    // Long past, of either clock; and a time that never comes.
    poll(guest, [
      { type: CLOCK, id: 0, timeout: 1n, flags: ABSOLUTE },
      { type: CLOCK, id: 1, timeout: 1n, flags: ABSOLUTE },
      { type: CLOCK, id: 1, timeout: (1n << 64n) - 1n, flags: ABSOLUTE },
      { type: CLOCK, id: 0, timeout: (1n << 64n) - 1n },
    ]),
    // Clocks that cannot be waited for are errors of their own.
    poll(guest, [
      { type: CLOCK, id: 2 },
      { type: CLOCK, id: 77, timeout: 5n },
      { type: CLOCK, id: 1, timeout: 60n * SECOND },
    ]),
  ];
  const start = performance.now();
  const answer = ask(guest);
  expect(performance.now() - start).toBeGreaterThan(20);
  expect(answer.errors).toEqual([0, 0, 0]);
  expect(eventsOf(answer, waits[0]).map((e) => e[0])).toEqual([101n, 102n]);
  expect(eventsOf(answer, waits[1])).toEqual([
    [100n, 0, 0, 0n, 0],
    [101n, 0, 0, 0n, 0],
  ]);
  expect(eventsOf(answer, waits[2]).map((e) => e.slice(0, 2))).toEqual([
    [100n, Errno.Inval],
    [101n, Errno.Inval],
  ]);
});

test("an absolute time ahead is waited for", () => {
  for (const clock of [0, 1]) {
    const guest = new Guest();
    const now = guest.out(8);
    const after = guest.out(8);
    guest.call("clock_time_get", clock, 0n, now);
    const due = guest.out(48);
    guest.code(`(i32.store (i32.const ${due + 16}) (i32.const ${clock}))`);
    guest.code(`(i64.store (i32.const ${due + 24}) (i64.add (i64.load (i32.const ${now})) (i64.const 30000000)))`);
    guest.code(`(i32.store16 (i32.const ${due + 40}) (i32.const 1))`);
    guest.call("poll_oneoff", due, guest.out(32), 1, guest.out(4));
    guest.call("clock_time_get", clock, 0n, after);
    const answer = ask(guest);
    expect(answer.errors).toEqual([0, 0, 0]);
    const waited = answer.u64(after) - answer.u64(now);
    expect(waited >= 30_000_000n && waited < 2n * SECOND).toBe(true);
  }
});

test("files are ready, with what is left to read; directories and closed descriptors are errors", () => {
  const room = join(folder, "files");
  mkdirSync(room);
  writeFileSync(join(room, "file"), "0123456789");
  const guest = new Guest();
  const both = guest.open(3, "file", 0, READ | WRITE);
  const reader = guest.open(3, "file");
  const writer = guest.open(3, "new", O.Create, WRITE);
  guest.read(reader, 4);
  const wait = poll(guest, [
    { type: FD_READ, id: both },
    { type: FD_WRITE, id: both },
    { type: FD_READ, id: reader },
    { type: FD_READ, id: reader },
    { type: FD_WRITE, id: reader },
    { type: FD_READ, id: writer },
    { type: FD_WRITE, id: writer },
    { type: FD_READ, id: 99 },
    { type: FD_WRITE, id: 0xffff_ffff },
    { type: CLOCK, id: 1, timeout: 60n * SECOND },
    { type: CLOCK, id: 1, timeout: 0n },
  ]);
  const answer = ask(guest, GRANT, { cwd: room });
  expect(answer.errors.at(-1)).toBe(0);
  // The refused ones first, since they do not wait.
  expect(eventsOf(answer, wait)).toEqual([
    [104n, Errno.NotCapable, FD_WRITE, 0n, 0],
    [105n, Errno.NotCapable, FD_READ, 0n, 0],
    [107n, Errno.BadF, FD_READ, 0n, 0],
    [108n, Errno.BadF, FD_WRITE, 0n, 0],
    [100n, 0, FD_READ, 10n, 0],
    [101n, 0, FD_WRITE, 0n, 0],
    [102n, 0, FD_READ, 6n, 0],
    [103n, 0, FD_READ, 6n, 0],
    [106n, 0, FD_WRITE, 0n, 0],
    [110n, 0, CLOCK, 0n, 0],
  ]);
});

test("pipes: bytes that wait, a peer that is gone, nothing yet", () => {
  const guest = new Guest();
  const wait = poll(guest, [
    { type: FD_READ, id: 0 },
    { type: CLOCK, id: 1, timeout: 60n * SECOND },
  ]);
  const path = build(guest.wasm, []);
  const through = (feed: string) => {
    const done = execute(["bash", "-c", `${feed} | "$0"`, path]);
    return eventsOf(guest.answer(done.stdout), wait);
  };
  expect(through("(printf abc; sleep 0.3)")).toEqual([[100n, 0, FD_READ, 3n, 0]]);
  expect(through("(sleep 0.2; printf abcd; sleep 0.3)")).toEqual([[100n, 0, FD_READ, 4n, 0]]);
  expect(through("true")).toEqual([[100n, 0, FD_READ, 0n, 1]]);
  const short = new Guest();
  const nothing = poll(short, [
    { type: FD_READ, id: 0 },
    { type: CLOCK, id: 1, timeout: SECOND / 20n },
  ]);
  const done = execute(["bash", "-c", 'sleep 0.5 | "$0"', build(short.wasm, [])]);
  expect(eventsOf(short.answer(done.stdout), nothing)).toEqual([[101n, 0, CLOCK, 0n, 0]]);
});

test("none and unknown ones are refused, many are not", () => {
  const guest = new Guest(200, 0x20_0000);
  const none = guest.call("poll_oneoff", 0, 0, 0, guest.out(4));
  const unknown = poll(guest, [{ type: 3, id: 0 }]);
  // 60,000 subscriptions of three descriptors and a clock.
  const many = Array.from({ length: 60_000 }, (_, i) => ({
    type: i % 4 == 0 ? CLOCK : i % 4 == 1 ? FD_READ : FD_WRITE,
    id: i % 4 == 0 ? 1 : i % 4 == 1 ? 0 : i % 4 == 2 ? 1 : 2,
    timeout: 60n * SECOND,
  }));
  const wait = poll(guest, many);
  const answer = ask(guest);
  expect([none, unknown.call, wait.call].map((i) => answer.errors[i])).toEqual([Errno.Inval, Errno.Inval, 0]);
  const found = eventsOf(answer, wait);
  // /dev/null reads, both outputs write.
  expect(found.length).toBe(45_000);
  expect(found.every((e) => e[1] == 0)).toBe(true);
});

test("a million clocks, in 48 MB of memory", () => {
  const guest = new Guest(1400);
  const n = 1_000_000;
  const [list, events] = [0x20_0000, 0x20_0000 + n * 48];
  // Zeros are realtime clocks that are due at once.
  const count = guest.out(4);
  const call = guest.call("poll_oneoff", list, events, n, count);
  const beyond = guest.call("poll_oneoff", list, events, 0x0800_0000, count);
  const product = guest.call("poll_oneoff", list, events, 0x0555_5556, count);
  const answer = ask(guest);
  expect([call, beyond, product].map((i) => answer.errors[i])).toEqual([0, Errno.Fault, Errno.Fault]);
  expect(answer.u32(count)).toBe(n);
});

test("subscriptions and events that overlap stay within memory", () => {
  const guest = new Guest(2, 0x8000);
  const list = guest.out(48 * 20);
  for (let i = 0; i < 20; i++) {
    guest.code(`(i32.store8 (i32.const ${list + 48 * i + 8}) (i32.const ${i % 3}))`);
    guest.code(`(i32.store (i32.const ${list + 48 * i + 16}) (i32.const ${i % 2}))`);
  }
  for (const shift of [0, 8, 16, 24, 32]) guest.call("poll_oneoff", list, list + shift, 15, guest.out(4));
  const done = execute([build(guest.wasm, [])]);
  expect([done.status, done.stderr]).toEqual([0, ""]);
});

test("preview 0 has an identifier in front of a clock", () => {
  const guest = new Guest(16, 0x2_0000, "wasi_unstable");
  const wait = poll(
    guest,
    [
      { type: CLOCK, id: 1, timeout: 60n * SECOND },
      { type: FD_WRITE, id: 1 },
      { type: CLOCK, id: 1, timeout: 1n, flags: ABSOLUTE },
    ],
    56,
  );
  const answer = ask(guest);
  expect(eventsOf(answer, wait)).toEqual([
    [101n, 0, FD_WRITE, 0n, 0],
    [102n, 0, CLOCK, 0n, 0],
  ]);
});
