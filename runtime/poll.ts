// WASI: waiting for clocks and descriptors, by one ppoll whose time-out is the earliest clock.

import { POLL_BUFFER, POLL_BYTES } from "./buffers";
import { Wasi, wasiError } from "./errno";
import { Fd, findAnyFd } from "./fds";
import { guestArray, guestRange } from "./guest";
import { nanoseconds } from "./process";
import { Errno, Sys, load16, load32, load64, load8, own, store32, store64, sys2, sys3, sys5 } from "./wx";

/** Offsets in a subscription (48 bytes) and an event (32 bytes). */
const enum Subscription {
  UserData = 0,
  Type = 8,
  /** clock: u32 id, u64 timeout, u64 precision, u16 flags; else u32 descriptor */
  Clock = 16,
  Timeout = 24,
  Flags = 40,
  Descriptor = 16,
  Bytes = 48,
}

const enum Event {
  UserData = 0,
  Error = 8,
  Type = 10,
  Available = 16,
  Flags = 24,
  Bytes = 32,
}

/** struct pollfd: i32 descriptor, i16 events, i16 found */
const POLL_LIMIT: u32 = POLL_BYTES / 8;
const NOW: usize = memory.data(16, 8);
const TIMEOUT: usize = memory.data(16, 8);
const AVAILABLE: usize = memory.data(8, 8);
const NEVER: u64 = <u64>-1;

const POLLIN: u32 = 1;
const POLLOUT: u32 = 4;
const POLLERR: u32 = 8;
const POLLHUP: u32 = 16;
const POLLNVAL: u32 = 32;

/** Nanoseconds from now until the clock subscription is due. */
function remaining(subscription: u64): u64 {
  const timeout = load64(subscription + Subscription.Timeout);
  if ((load16(subscription + Subscription.Flags) & 1) == 0) return timeout;
  sys2(Sys.ClockGettime, <u64>load32(subscription + Subscription.Clock), own(NOW));
  const now = nanoseconds(NOW);
  return timeout > now ? timeout - now : 0;
}

/** Where the next event goes. */
let eventAt: u64 = 0;

function putEvent(subscription: u64, error: u32, available: u64, flags: u32): void {
  store64(eventAt, load64(subscription));
  store32(eventAt + Event.Error, error | (load8(subscription + Subscription.Type) << 16));
  store32(eventAt + 12, 0);
  store64(eventAt + Event.Available, available);
  store64(eventAt + Event.Flags, <u64>flags);
  eventAt += Event.Bytes;
}

/** Fills the poll buffer, one place for each subscription of a descriptor, in order, and returns the time-out;
 *  events of errors are put at once. */
function prepare(list: u64, count: u32): u64 {
  let least = NEVER;
  let polled: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const subscription = list + <u64>i * Subscription.Bytes;
    const type = load8(subscription + Subscription.Type);
    if (type == 0) {
      // Only the realtime and the monotonic clock can be waited for.
      if (load32(subscription + Subscription.Clock) > 1) {
        putEvent(subscription, Wasi.Inval, 0, 0);
      } else {
        const left = remaining(subscription);
        if (left < least) least = left;
      }
      continue;
    }
    const entry = findAnyFd(load32(subscription + Subscription.Descriptor));
    if (entry == 0) putEvent(subscription, Wasi.BadF, 0, 0);
    store<i32>(POLL_BUFFER + (polled << 3), entry == 0 ? -1 : load<i32>(entry, Fd.Host));
    store<u32>(POLL_BUFFER + (polled << 3), type == 1 ? POLLIN : POLLOUT, 4);
    polled++;
  }
  return least;
}

/** Puts the events of what is due or ready; `waited` is how long the wait was, if it ran to its end. */
function collect(list: u64, count: u32, waited: u64): void {
  let polled: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const subscription = list + <u64>i * Subscription.Bytes;
    const type = load8(subscription + Subscription.Type);
    if (type == 0) {
      if (load32(subscription + Subscription.Clock) <= 1) {
        const absolute = (load16(subscription + Subscription.Flags) & 1) != 0;
        const left = remaining(subscription);
        if (absolute ? left == 0 : left <= waited) putEvent(subscription, 0, 0, 0);
      }
      continue;
    }
    const place = POLL_BUFFER + (polled << 3);
    const found: u32 = load<u16>(place, 6);
    polled++;
    if (found == 0) continue;
    store<u32>(AVAILABLE, 0);
    // FIONREAD
    if (type == 1) sys3(Sys.Ioctl, <u64>load<u32>(place), 0x541b, own(AVAILABLE));
    const error: u32 = found & POLLNVAL ? Wasi.BadF : (found & POLLERR) != 0 && type == 1 ? Wasi.Io : 0;
    putEvent(subscription, error, <u64>load<u32>(AVAILABLE), found & POLLHUP ? 1 : 0);
  }
}

export function poll_oneoff(subscriptions: u32, events: u32, count: u32, result: u32): u32 {
  if (count == 0) return Wasi.Inval;
  const list = guestArray(subscriptions, count, Subscription.Bytes);
  const first = guestArray(events, count, Event.Bytes);
  const at = guestRange(result, 4);
  if (list == 0 || first == 0 || at == 0) return Wasi.Fault;
  let polled: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const type = load8(list + <u64>i * Subscription.Bytes + Subscription.Type);
    if (type > 2) return Wasi.Inval;
    if (type != 0) polled++;
  }
  if (polled > POLL_LIMIT) return Wasi.NotSup;
  eventAt = first;
  while (eventAt == first) {
    const least = prepare(list, count);
    const ready = eventAt != first;
    const timeout = ready ? 0 : least;
    store<u64>(TIMEOUT, timeout / 1_000_000_000);
    store<u64>(TIMEOUT, timeout % 1_000_000_000, 8);
    const time = timeout == NEVER ? 0 : own(TIMEOUT);
    let status = sys5(Sys.Ppoll, own(POLL_BUFFER), <u64>polled, time, 0, 8);
    // The kernel leaves the time that remains.
    while (status == -Errno.Intr) status = sys5(Sys.Ppoll, own(POLL_BUFFER), <u64>polled, time, 0, 8);
    if (status < 0) return wasiError(status);
    collect(list, count, status == 0 ? timeout : 0);
  }
  store32(at, <u32>((eventAt - first) / Event.Bytes));
  return 0;
}
