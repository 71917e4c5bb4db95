// WASI: sockets. A program can only have those it inherited as a standard stream; the kernel says what is none.

import { Wasi, wasiError } from "./errno";
import { findFd, hostOf } from "./fds";
import { Sys, sys2 } from "./wx";

export function sock_shutdown(fd: u32, how: u32): u32 {
  const entry = findFd(fd);
  if (entry == 0) return Wasi.BadF;
  // WASI has bits for receiving (1) and sending (2), the kernel 0, 1 and 2 for both.
  if (how == 0 || how > 3) return Wasi.Inval;
  return wasiError(sys2(Sys.Shutdown, hostOf(entry), <u64>how - 1));
}

function refuse(fd: u32): u32 {
  return findFd(fd) == 0 ? Wasi.BadF : Wasi.NotSup;
}

export function sock_accept(fd: u32, _flags: u32, _result: u32): u32 {
  return refuse(fd);
}

export function sock_recv(fd: u32, _data: u32, _count: u32, _flags: u32, _read: u32, _outFlags: u32): u32 {
  return refuse(fd);
}

export function sock_send(fd: u32, _data: u32, _count: u32, _flags: u32, _written: u32): u32 {
  return refuse(fd);
}
