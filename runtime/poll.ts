// WASI: waiting for clocks and descriptors, by one ppoll whose time-out is the earliest clock. Descriptors that several
// subscriptions name have one place in the kernel's list, so that it is never longer than there are descriptors, however
// many subscriptions there are.

import { POLL_BUFFER } from "./buffers";
import { Wasi, wasiError } from "./errno";
import { Fd, Right, findFd } from "./fds";
import { guestArray, guestRange } from "./guest";
import { nanoseconds } from "./process";
import { POLLIN, POLLOUT } from "./streams";
import { Errno, Sys, load16, load32, load64, load8, own, store32, store64, sys2, sys3, sys5 } from "./wx";

/** Offsets in a subscription: user data, then at 8 the type and at 16 what it is about, which begins with the clock or
 *  the descriptor; preview 0 has 8 bytes more in front of a clock. */
const TYPE: u64 = 8;
const CONTENTS: u64 = 16;
const CLOCK_TIMEOUT: u64 = 8;
const CLOCK_FLAGS: u64 = 24;

const enum Event {
  UserData = 0,
  Error = 8,
  Type = 10,
  Available = 16,
  Flags = 24,
  Bytes = 32,
}

const NOW: usize = memory.data(16, 8);
const TIMEOUT: usize = memory.data(16, 8);
const AVAILABLE: usize = memory.data(8, 8);
const NEVER: u64 = <u64>-1;

const POLLERR: u32 = 8;
const POLLHUP: u32 = 16;
const POLLNVAL: u32 = 32;

/** The subscriptions: where, how many, how long each is, and where a clock is in one. */
let list: u64 = 0;
let count: u32 = 0;
let stride: u64 = 0;
let clockAt: u64 = 0;
/** Number of this wait; Fd.PollPlace is of the wait Fd.PollNumber. */
let wait: u32 = 0;

@inline
function subscriptionOf(i: u32): u64 {
  return list + <u64>i * stride;
}

/** Only the realtime and the monotonic clock can be waited for. */
@inline
function isClock(subscription: u64): bool {
  return load32(subscription + clockAt) <= 1;
}

@inline
function isAbsolute(subscription: u64): bool {
  return (load16(subscription + clockAt + CLOCK_FLAGS) & 1) != 0;
}

/** Nanoseconds from now until the clock subscription is due. */
function remaining(subscription: u64): u64 {
  const timeout = load64(subscription + clockAt + CLOCK_TIMEOUT);
  if (!isAbsolute(subscription)) return timeout;
  sys2(Sys.ClockGettime, <u64>load32(subscription + clockAt), own(NOW));
  const now = nanoseconds(NOW);
  return timeout > now ? timeout - now : 0;
}

/** Where the next event goes. */
let eventAt: u64 = 0;

function putEvent(subscription: u64, error: u32, available: u64, flags: u32): void {
  store64(eventAt, load64(subscription));
  store32(eventAt + Event.Error, error | (load8(subscription + TYPE) << 16));
  store32(eventAt + 12, 0);
  store64(eventAt + Event.Available, available);
  store64(eventAt + Event.Flags, <u64>flags);
  eventAt += Event.Bytes;
}

/** Why the descriptor of a subscription cannot be waited for, or 0. */
function refusalOf(subscription: u64, entry: usize): u32 {
  if (entry == 0) return Wasi.BadF;
  const right = load8(subscription + TYPE) == 1 ? Right.Read | Right.SockAccept : Right.Write;
  const rights = load<u64>(entry, Fd.Rights);
  return (rights & Right.Poll) != 0 && (rights & right) != 0 ? 0 : Wasi.NotCapable;
}

/** Adds what a subscription of a descriptor waits for to the kernel's list of `polled` places; their number then.
 *  struct pollfd: i32 descriptor, i16 events, i16 found */
function addPlace(entry: usize, events: u32, polled: u32): u32 {
  if (load<u32>(entry, Fd.PollNumber) == wait) {
    const place = POLL_BUFFER + (load<u32>(entry, Fd.PollPlace) << 3);
    store<u32>(place, load<u32>(place, 4) | events, 4);
    return polled;
  }
  store<u32>(entry, wait, Fd.PollNumber);
  store<u32>(entry, polled, Fd.PollPlace);
  const place = POLL_BUFFER + (polled << 3);
  store<u32>(place, load<u32>(entry, Fd.Host));
  store<u32>(place, events, 4);
  return polled + 1;
}

/** Places in the kernel's list. */
let places: u32 = 0;

/** Fills the kernel's list and returns the time-out; events of errors are put at once. */
function prepare(): u64 {
  let least = NEVER;
  let polled: u32 = 0;
  wait++;
  for (let i: u32 = 0; i < count; i++) {
    const subscription = subscriptionOf(i);
    if (load8(subscription + TYPE) == 0) {
      if (!isClock(subscription)) {
        putEvent(subscription, Wasi.Inval, 0, 0);
        continue;
      }
      const left = remaining(subscription);
      if (left < least) least = left;
      continue;
    }
    const entry = findFd(load32(subscription + CONTENTS));
    const error = refusalOf(subscription, entry);
    if (error != 0) putEvent(subscription, error, 0, 0);
    else polled = addPlace(entry, load8(subscription + TYPE) == 1 ? POLLIN : POLLOUT, polled);
  }
  places = polled;
  return least;
}

/** Puts the event of a descriptor that is ready for what the subscription waits for. */
function collectPlace(subscription: u64, entry: usize): void {
  // Events may overwrite subscriptions, if the program lets the two overlap.
  if (load<u32>(entry, Fd.PollNumber) != wait) return;
  const place = POLL_BUFFER + (load<u32>(entry, Fd.PollPlace) << 3);
  const isRead = load8(subscription + TYPE) == 1;
  const found = <u32>load<u16>(place, 6) & ((isRead ? POLLIN : POLLOUT) | POLLERR | POLLHUP | POLLNVAL);
  if (found == 0) return;
  store<u32>(AVAILABLE, 0);
  // FIONREAD
  if (isRead) sys3(Sys.Ioctl, <u64>load<u32>(place), 0x541b, own(AVAILABLE));
  const error: u32 = found & POLLNVAL ? Wasi.BadF : (found & POLLERR) != 0 && isRead ? Wasi.Io : 0;
  putEvent(subscription, error, <u64>load<u32>(AVAILABLE), found & POLLHUP ? 1 : 0);
}

/** Puts the events of what is due or ready; `waited` is how long the wait was, if it ran to its end. */
function collect(waited: u64): void {
  for (let i: u32 = 0; i < count; i++) {
    const subscription = subscriptionOf(i);
    if (load8(subscription + TYPE) == 0) {
      if (!isClock(subscription)) continue;
      const left = remaining(subscription);
      if (isAbsolute(subscription) ? left == 0 : left <= waited) putEvent(subscription, 0, 0, 0);
      continue;
    }
    const entry = findFd(load32(subscription + CONTENTS));
    if (refusalOf(subscription, entry) == 0) collectPlace(subscription, entry);
  }
}

function hasKnownTypes(): bool {
  for (let i: u32 = 0; i < count; i++) {
    if (load8(subscriptionOf(i) + TYPE) > 2) return false;
  }
  return true;
}

/** Waits for what `list` says; `bytes` is the size of a subscription, `clock` where in one a clock is. */
export function poll(subscriptions: u32, events: u32, n: u32, result: u32, bytes: u32, clock: u64): u32 {
  if (n == 0) return Wasi.Inval;
  const first = guestArray(events, n, Event.Bytes);
  const at = guestRange(result, 4);
  list = guestArray(subscriptions, n, bytes);
  count = n;
  stride = <u64>bytes;
  clockAt = clock;
  if (list == 0 || first == 0 || at == 0) return Wasi.Fault;
  if (!hasKnownTypes()) return Wasi.Inval;
  eventAt = first;
  while (eventAt == first) {
    const least = prepare();
    // What is ready is collected even when there are errors to report.
    const timeout = eventAt != first ? 0 : least;
    store<u64>(TIMEOUT, timeout / 1_000_000_000);
    store<u64>(TIMEOUT, timeout % 1_000_000_000, 8);
    const time = timeout == NEVER ? 0 : own(TIMEOUT);
    let status = sys5(Sys.Ppoll, own(POLL_BUFFER), <u64>places, time, 0, 8);
    // The kernel leaves the time that remains.
    while (status == -Errno.Intr) status = sys5(Sys.Ppoll, own(POLL_BUFFER), <u64>places, time, 0, 8);
    if (status < 0) return wasiError(status);
    collect(status == 0 ? timeout : 0);
  }
  store32(at, <u32>((eventAt - first) / Event.Bytes));
  return 0;
}

export function poll_oneoff(subscriptions: u32, events: u32, count: u32, result: u32): u32 {
  return poll(subscriptions, events, count, result, 48, CONTENTS);
}
