// WASI preview 0, module wasi_unstable: the functions that differ from preview 1. Its filestat counts links in 32 bits,
// its whence begins with the current position, and a clock subscription has an identifier in front. The linker finds
// these before those without the prefix (src/link/resolve.ts); all others are the same.

import { Wasi } from "./errno";
import { STAT, statFd, statType, storeTimesOf } from "./files";
import { guestRange } from "./guest";
import { statPath } from "./paths";
import { poll } from "./poll";
import { fd_seek } from "./streams";
import { store32, store64 } from "./wx";

/** Writes STAT as preview 0's filestat (56 bytes). */
function storeFilestat(result: u32): u32 {
  const at = guestRange(result, 56);
  if (at == 0) return Wasi.Fault;
  const links = load<u64>(STAT, 16);
  store64(at, load<u64>(STAT, 0));
  store64(at + 8, load<u64>(STAT, 8));
  store32(at + 16, statType());
  store32(at + 20, links > 0xffff_ffff ? 0xffff_ffff : <u32>links);
  store64(at + 24, load<u64>(STAT, 48));
  storeTimesOf(at + 32);
  return 0;
}

export function unstable_fd_filestat_get(fd: u32, result: u32): u32 {
  const error = statFd(fd);
  return error != 0 ? error : storeFilestat(result);
}

export function unstable_path_filestat_get(fd: u32, lookup: u32, pointer: u32, length: u32, result: u32): u32 {
  const error = statPath(fd, lookup, pointer, length);
  return error != 0 ? error : storeFilestat(result);
}

/** Current position 0, end 1, start 2. */
export function unstable_fd_seek(fd: u32, offset: i64, whence: u32, result: u32): u32 {
  return fd_seek(fd, offset, whence > 2 ? whence : (whence + 1) % 3, result);
}

export function unstable_poll_oneoff(subscriptions: u32, events: u32, count: u32, result: u32): u32 {
  return poll(subscriptions, events, count, result, 56, 24);
}
