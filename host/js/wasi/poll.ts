// poll_oneoff: waiting for clocks and descriptors. Files and streams are always ready here: reading waits itself. So
// there is something to wait for only if all subscriptions are clocks, or one is an input that has to wait.

import { Right } from "./descriptors";
import { Errno, errnoOf } from "./errors";
import type { Preview1 } from "./preview1";

const SUBSCRIPTION = 48;
const EVENT = 32;

interface Event {
  subscription: number;
  error: Errno;
}

const sleeper = typeof SharedArrayBuffer == "undefined" ? null : new Int32Array(new SharedArrayBuffer(4));

/** Waits without giving up the thread. */
function sleep(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
    try {
      if (sleeper != null) Atomics.wait(sleeper, 0, 0, left);
    } catch {
      // A page's own thread may not: then it spins.
    }
  }
}

export function poll(
  wasi: Preview1,
  list: number,
  events: number,
  count: number,
  result: number,
): Errno | Promise<Errno> {
  if (count == 0) return Errno.Inval;
  const view = wasi.view(list, count * SUBSCRIPTION);
  wasi.range(events, count * EVENT);
  wasi.range(result, 4);
  const ready: Event[] = [];
  let least: bigint | null = null;
  const clocks: { subscription: number; left: bigint }[] = [];
  for (let i = 0; i < count; i++) {
    const type = view.getUint8(i * SUBSCRIPTION + 8);
    if (type > 2) return Errno.Inval;
    if (type != 0) {
      const error = refusal(wasi, view.getUint32(i * SUBSCRIPTION + 16, true), type == 1);
      ready.push({ subscription: i, error });
      continue;
    }
    const clock = view.getUint32(i * SUBSCRIPTION + 16, true);
    if (clock > 1) {
      ready.push({ subscription: i, error: Errno.Inval });
      continue;
    }
    const timeout = view.getBigUint64(i * SUBSCRIPTION + 24, true);
    const isAbsolute = (view.getUint16(i * SUBSCRIPTION + 40, true) & 1) != 0;
    const now = isAbsolute ? wasi.now(clock) : 0n;
    const left = timeout > now ? timeout - now : 0n;
    clocks.push({ subscription: i, left });
    if (least == null || left < least) least = left;
  }
  const wait = ready.length != 0 || least == null ? 0n : least;
  const finish = (): Errno => {
    for (const { subscription, left } of clocks) {
      if (left <= wait) ready.push({ subscription, error: Errno.Success });
    }
    ready.sort((a, b) => a.subscription - b.subscription);
    storeEvents(wasi, list, events, ready);
    wasi.view(result, 4).setUint32(0, ready.length, true);
    return Errno.Success;
  };
  if (wait == 0n) return finish();
  if (!wasi.config.isAsync) {
    sleep(Math.min(Number(wait) / 1e6, wasi.config.untilDeadline()));
    return finish();
  }
  return new Promise((resolve) => setTimeout(() => resolve(finish()), Number(wait) / 1e6));
}

/** Why a descriptor cannot be waited for. */
function refusal(wasi: Preview1, fd: number, isRead: boolean): Errno {
  try {
    const { rights } = wasi.fds.find(fd);
    const right = isRead ? Right.Read : Right.Write;
    return (rights & Right.Poll) != 0n && (rights & right) != 0n ? Errno.Success : Errno.NotCapable;
  } catch (error) {
    return errnoOf(error);
  }
}

function storeEvents(wasi: Preview1, list: number, events: number, ready: Event[]): void {
  // The two may overlap: all is read before anything is written.
  const sources = ready.map(({ subscription }) => {
    const view = wasi.view(list + subscription * SUBSCRIPTION, SUBSCRIPTION);
    return { data: view.getBigUint64(0, true), type: view.getUint8(8), fd: view.getUint32(16, true) };
  });
  ready.forEach(({ error }, i) => {
    const view = wasi.view(events + i * EVENT, EVENT);
    const { data, type, fd } = sources[i];
    view.setBigUint64(0, data, true);
    view.setUint16(8, error, true);
    view.setUint8(10, type);
    view.setUint8(11, 0);
    view.setUint32(12, 0, true);
    view.setBigUint64(16, type != 0 && error == Errno.Success ? available(wasi, fd, type == 1) : 0n, true);
    view.setBigUint64(24, 0n, true);
  });
}

/** Bytes that can be read from a file at once. */
function available(wasi: Preview1, fd: number, isRead: boolean): bigint {
  const { file, position } = wasi.fds.find(fd);
  if (file == null || !isRead) return 0n;
  const { size } = file.stat();
  return size > position ? size - position : 0n;
}
