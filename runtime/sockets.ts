// WASI: sockets. A program has those that it listens on (listen.ts) or inherited as a standard stream, and what it
// accepts from them; the kernel says what is none.

import { FdFlag } from "../host/wasi-numbers";
import { VECTOR_BUFFER } from "./buffers";
import { Wasi, wasiError } from "./errno";
import { Fd, Kind, Right, fdError, fdOf, findSocket, hostOf, keepOffStandard, setEntry, takeEntry } from "./fds";
import { guestRange } from "./guest";
import { POLLIN, gatherVectors, vectorCount, wouldBlock } from "./streams";
import { Sys, own, store16, store32, sys2, sys3, sys4 } from "./wx";

/** struct msghdr: name and its length, vectors and their number, control and its length, flags; the first and the
 *  fifth pair stay 0. */
const MESSAGE: usize = memory.data(56, 8);
const MESSAGE_VECTORS: usize = 16;
const MESSAGE_COUNT: usize = 24;
const MESSAGE_FLAGS: usize = 48;

function setMessage(): void {
  store<u64>(MESSAGE, own(VECTOR_BUFFER), MESSAGE_VECTORS);
  store<u64>(MESSAGE, <u64>vectorCount, MESSAGE_COUNT);
}

/** MSG_DONTWAIT for what the program made non-blocking: a standard stream is so for the program alone. */
function waitFlag(entry: usize): u64 {
  return load<u32>(entry, Fd.Flags) & FdFlag.Nonblock ? 0x40 : 0;
}

/** A peer that is gone is an error and no SIGPIPE. */
const MSG_NOSIGNAL: u64 = 0x4000;
/** MSG_TRUNC, in what was received and in the kernel's flags */
const MSG_TRUNC: u32 = 0x20;

export function sock_recv(fd: u32, data: u32, count: u32, flags: u32, read: u32, outFlags: u32): u32 {
  const entry = findSocket(fd, Right.Read);
  if (entry == 0) return fdError;
  const readAt = guestRange(read, 4);
  const flagsAt = guestRange(outFlags, 2);
  if (readAt == 0 || flagsAt == 0) return Wasi.Fault;
  if (flags > 3) return Wasi.Inval;
  const error = gatherVectors(data, count);
  if (error != 0) return error;
  setMessage();
  // WASI: peek 1, wait for all 2; MSG_PEEK 2, MSG_WAITALL 0x100
  const kernelFlags: u64 = waitFlag(entry) | (flags & 1 ? 2 : 0) | (flags & 2 ? 0x100 : 0);
  const received = sys3(Sys.Recvmsg, hostOf(entry), own(MESSAGE), kernelFlags);
  if (received < 0) return wasiError(received);
  store32(readAt, <u32>received);
  store16(flagsAt, load<u32>(MESSAGE, MESSAGE_FLAGS) & MSG_TRUNC ? 1 : 0);
  return 0;
}

export function sock_send(fd: u32, data: u32, count: u32, flags: u32, written: u32): u32 {
  const entry = findSocket(fd, Right.Write);
  if (entry == 0) return fdError;
  const writtenAt = guestRange(written, 4);
  if (writtenAt == 0) return Wasi.Fault;
  if (flags != 0) return Wasi.Inval;
  const error = gatherVectors(data, count);
  if (error != 0) return error;
  setMessage();
  const sent = sys3(Sys.Sendmsg, hostOf(entry), own(MESSAGE), waitFlag(entry) | MSG_NOSIGNAL);
  if (sent < 0) return wasiError(sent);
  store32(writtenAt, <u32>sent);
  return 0;
}

/** SOCK_CLOEXEC, SOCK_NONBLOCK */
const SOCK_CLOEXEC: u64 = 0x8_0000;
const SOCK_NONBLOCK: u64 = 0x800;

export function sock_accept(fd: u32, flags: u32, result: u32): u32 {
  const listening = findSocket(fd, Right.SockAccept);
  if (listening == 0) return fdError;
  const at = guestRange(result, 4);
  if (at == 0) return Wasi.Fault;
  if ((flags & ~FdFlag.Nonblock) != 0) return Wasi.Inval;
  if (wouldBlock(listening, POLLIN)) return Wasi.Again;
  const entry = takeEntry();
  if (entry == 0) return Wasi.MFile;
  const kernelFlags = flags != 0 ? SOCK_CLOEXEC | SOCK_NONBLOCK : SOCK_CLOEXEC;
  const host = keepOffStandard(sys4(Sys.Accept4, hostOf(listening), 0, 0, kernelFlags));
  if (host < 0) return wasiError(host);
  setEntry(entry, Kind.Socket, <u32>host, Right.Connection, 0, flags);
  store32(at, fdOf(entry));
  return 0;
}

export function sock_shutdown(fd: u32, how: u32): u32 {
  const entry = findSocket(fd, Right.SockShutdown);
  if (entry == 0) return fdError;
  // WASI has bits for receiving (1) and sending (2), the kernel 0, 1 and 2 for both.
  if (how == 0 || how > 3) return Wasi.Inval;
  return wasiError(sys2(Sys.Shutdown, hostOf(entry), <u64>how - 1));
}
