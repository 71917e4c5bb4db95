// WASI: reading, writing and seeking. The guest's vectors are checked and translated into the kernel's, then one
// call does the work: nothing is copied on the way.

import { FdFlag } from "../host/wasi-numbers";
import { VECTOR_BUFFER, VECTOR_BYTES } from "./buffers";
import { Wasi, wasiError } from "./errno";
import { Fd, Kind, Right, fdError, findFile, hostOf } from "./fds";
import { guestArray, guestRange } from "./guest";
import { Errno, Sys, load32, own, store32, store64, sys3, sys4, sys5, sys6 } from "./wx";

/** How many vectors go to the kernel at once; longer lists end in a short count, as WASI allows. */
const VECTOR_LIMIT: u32 = VECTOR_BYTES / 16;
export let vectorCount: u32 = 0;

/** Translates the guest's vectors; empty ones are left out, so that a list of them is not taken for the end. */
export function gatherVectors(vectors: u32, count: u32): u32 {
  const list = guestArray(vectors, count, 8);
  if (list == 0) return Wasi.Fault;
  vectorCount = 0;
  for (let i: u32 = 0; i < count && vectorCount < VECTOR_LIMIT; i++) {
    const vector = list + (<u64>i << 3);
    const length = load32(vector + 4);
    const at = guestRange(load32(vector), length);
    if (at == 0) return Wasi.Fault;
    if (length == 0) continue;
    store<u64>(VECTOR_BUFFER + (vectorCount << 4), at);
    store<u64>(VECTOR_BUFFER + (vectorCount << 4), <u64>length, 8);
    vectorCount++;
  }
  return 0;
}

export const POLLIN: u32 = 1;
export const POLLOUT: u32 = 4;
const POLL_FD: usize = memory.data(8, 8);
const NO_TIME: usize = memory.data(16, 8);

/** Whether a call on a standard stream that the guest made non-blocking would block. The flag itself is never set:
 *  the parent process shares it. */
export function wouldBlock(entry: usize, events: u32): bool {
  if (load<u32>(entry, Fd.Kind) != Kind.Standard || (load<u32>(entry, Fd.Flags) & FdFlag.Nonblock) == 0) return false;
  store<u32>(POLL_FD, load<u32>(entry, Fd.Host));
  store<u32>(POLL_FD, events, 4);
  return sys5(Sys.Ppoll, own(POLL_FD), 1, own(NO_TIME), 0, 8) == 0;
}

/** Whether to call again: a standard stream that some other process made non-blocking blocks for the guest, which
 *  did not ask for that, in a wait for `events`. */
function waitsFor(entry: usize, result: i64, events: u32): bool {
  if (result != -Errno.Again || load<u32>(entry, Fd.Kind) != Kind.Standard) return false;
  if ((load<u32>(entry, Fd.Flags) & FdFlag.Nonblock) != 0) return false;
  store<u32>(POLL_FD, load<u32>(entry, Fd.Host));
  store<u32>(POLL_FD, events, 4);
  return sys5(Sys.Ppoll, own(POLL_FD), 1, 0, 0, 8) > 0;
}

function storeCount(result: i64, at: u64): u32 {
  if (result < 0) return wasiError(result);
  store32(at, <u32>result);
  return 0;
}

export function fd_write(fd: u32, vectors: u32, count: u32, written: u32): u32 {
  const entry = findFile(fd, Right.Write);
  if (entry == 0) return fdError;
  const at = guestRange(written, 4);
  if (at == 0) return Wasi.Fault;
  const error = gatherVectors(vectors, count);
  if (error != 0) return error;
  if (wouldBlock(entry, POLLOUT)) return Wasi.Again;
  let result: i64 = 0;
  if ((load<u32>(entry, Fd.Flags) & FdFlag.Append) != 0) {
    // RWF_APPEND: O_APPEND would bend fd_pwrite too. Offset -1: the file's position moves along.
    result = sys6(Sys.Pwritev2, hostOf(entry), own(VECTOR_BUFFER), <u64>vectorCount, <u64>-1, 0, 0x10);
    // What is no file cannot be appended to otherwise either.
    if (result != -Errno.OpNotSupp) return storeCount(result, at);
  }
  do {
    result = sys3(Sys.Writev, hostOf(entry), own(VECTOR_BUFFER), <u64>vectorCount);
  } while (waitsFor(entry, result, POLLOUT));
  return storeCount(result, at);
}

export function fd_read(fd: u32, vectors: u32, count: u32, read: u32): u32 {
  const entry = findFile(fd, Right.Read);
  if (entry == 0) return fdError;
  const at = guestRange(read, 4);
  if (at == 0) return Wasi.Fault;
  const error = gatherVectors(vectors, count);
  if (error != 0) return error;
  if (wouldBlock(entry, POLLIN)) return Wasi.Again;
  let result: i64 = 0;
  do {
    result = sys3(Sys.Readv, hostOf(entry), own(VECTOR_BUFFER), <u64>vectorCount);
  } while (waitsFor(entry, result, POLLIN));
  return storeCount(result, at);
}

export function fd_pread(fd: u32, vectors: u32, count: u32, offset: u64, read: u32): u32 {
  const entry = findFile(fd, Right.Read);
  if (entry == 0) return fdError;
  const at = guestRange(read, 4);
  if (at == 0) return Wasi.Fault;
  const error = gatherVectors(vectors, count);
  if (error != 0) return error;
  return storeCount(sys4(Sys.Preadv, hostOf(entry), own(VECTOR_BUFFER), <u64>vectorCount, offset), at);
}

export function fd_pwrite(fd: u32, vectors: u32, count: u32, offset: u64, written: u32): u32 {
  const entry = findFile(fd, Right.Write);
  if (entry == 0) return fdError;
  const at = guestRange(written, 4);
  if (at == 0) return Wasi.Fault;
  const error = gatherVectors(vectors, count);
  if (error != 0) return error;
  return storeCount(sys4(Sys.Pwritev, hostOf(entry), own(VECTOR_BUFFER), <u64>vectorCount, offset), at);
}

function seek(fd: u32, right: u64, offset: u64, whence: u32, result: u32): u32 {
  const entry = findFile(fd, right);
  if (entry == 0) return fdError;
  const at = guestRange(result, 8);
  if (at == 0) return Wasi.Fault;
  if (whence > 2) return Wasi.Inval;
  const position = sys3(Sys.Lseek, hostOf(entry), offset, <u64>whence);
  if (position < 0) return wasiError(position);
  store64(at, position);
  return 0;
}

/** WASI numbers set, current and end as the kernel does. To ask for the position, the right to tell is enough. */
export function fd_seek(fd: u32, offset: i64, whence: u32, result: u32): u32 {
  return seek(fd, offset == 0 && whence == 1 ? Right.Seek | Right.Tell : Right.Seek, offset, whence, result);
}

export function fd_tell(fd: u32, result: u32): u32 {
  return seek(fd, Right.Seek | Right.Tell, 0, 1, result);
}
