// The guest's file descriptors: a fixed table of WASI descriptor to host descriptor, with what WASI keeps for each.
// Descriptors 0 to 2 stand without any set-up; granted directories and listening sockets are opened at start
// (grants.ts, listen.ts), in programs that have any.

import { Info } from "../src/link/info";
import { FD_BYTES, FD_TABLE } from "./buffers";
import { Wasi } from "./errno";
import { Sys, copy, info, load32, own, sys1, sys3 } from "./wx";

/** What a table entry is; a fresh one is Free. */
export const enum Kind {
  Free = 0,
  /** One of 0 to 2 after fd_close. */
  Closed = 1,
  /** One of 0 to 2, shared with the parent process: its flags are never changed. */
  Standard = 2,
  File = 3,
  Directory = 4,
  /** Character device or pipe opened by the guest. */
  Other = 5,
  /** A listening socket, or a connection accepted from one. */
  Socket = 6,
}

/** Fields of an entry. */
export const enum Fd {
  Kind = 0,
  Host = 4,
  /** FdFlag bits; for Standard and Append they are virtual. */
  Flags = 8,
  /** 1 + index of the grant for a preopened directory itself, else 0 */
  Preopen = 12,
  /** u64 each */
  Rights = 16,
  Inheriting = 24,
  /** 1 if below a read-only grant */
  ReadOnly = 32,
  /** Its place in the list of a wait, and the number of that wait (poll.ts) */
  PollPlace = 36,
  PollNumber = 40,
  Bytes = 48,
}

export namespace Right {
  export const Datasync: u64 = 1 << 0;
  export const Read: u64 = 1 << 1;
  export const Seek: u64 = 1 << 2;
  export const SetFlags: u64 = 1 << 3;
  export const Sync: u64 = 1 << 4;
  export const Tell: u64 = 1 << 5;
  export const Write: u64 = 1 << 6;
  export const Advise: u64 = 1 << 7;
  export const Allocate: u64 = 1 << 8;
  export const PathCreateDirectory: u64 = 1 << 9;
  export const PathCreateFile: u64 = 1 << 10;
  export const PathLinkSource: u64 = 1 << 11;
  export const PathLinkTarget: u64 = 1 << 12;
  export const PathOpen: u64 = 1 << 13;
  export const Readdir: u64 = 1 << 14;
  export const PathReadlink: u64 = 1 << 15;
  export const PathRenameSource: u64 = 1 << 16;
  export const PathRenameTarget: u64 = 1 << 17;
  export const PathFilestatGet: u64 = 1 << 18;
  export const PathSetSize: u64 = 1 << 19;
  export const PathSetTimes: u64 = 1 << 20;
  export const FilestatGet: u64 = 1 << 21;
  export const SetSize: u64 = 1 << 22;
  export const SetTimes: u64 = 1 << 23;
  export const PathSymlink: u64 = 1 << 24;
  export const PathRemoveDirectory: u64 = 1 << 25;
  export const PathUnlinkFile: u64 = 1 << 26;
  export const Poll: u64 = 1 << 27;
  export const SockShutdown: u64 = 1 << 28;
  export const SockAccept: u64 = 1 << 29;
  /** All that a file can have: the above, filestat_get, filestat_set_size, filestat_set_times. */
  export const File: u64 = 0x08e0_01ff;
  /** All that a directory can have: everything of paths, readdir, sync, flags, filestat. */
  export const Directory: u64 = 0x07bf_fe18;
  /** What a directory hands on to what is opened in it. */
  export const All: u64 = 0x0fff_ffff;
  /** Reading, writing, flags, filestat_get, waiting, shutting down: a connection. */
  export const Connection: u64 = 0x1820_004a;
  /** Flags, filestat_get, waiting, accepting: a listening socket. Waiting for a connection is waiting to read. */
  export const Listener: u64 = 0x2820_0008;
  /** A standard stream may be anything but a directory. */
  export const Standard: u64 = 0x38e0_01ff;
}

/** Info.MaxFds is not more. */
const CAPACITY: u32 = FD_BYTES / Fd.Bytes;

/** No descriptor from 3 up to here is free. */
let lowestFree: u32 = 3;

/** Entry of descriptor `fd`, or 0 if it is not open. */
export function findFd(fd: u32): usize {
  if (fd >= CAPACITY) return 0;
  const entry = FD_TABLE + <usize>fd * Fd.Bytes;
  if (fd < 3 && load<u32>(entry, Fd.Kind) == Kind.Free) {
    store<u32>(entry, Kind.Standard, Fd.Kind);
    store<u32>(entry, fd, Fd.Host);
    store<u64>(entry, Right.Standard, Fd.Rights);
  }
  return load<i32>(entry, Fd.Kind) <= Kind.Closed ? 0 : entry;
}

/** Why a lookup below failed. */
export let fdError: u32 = 0;

/** Entry of an open file, pipe or device that grants `right`; 0, with fdError set, if there is none. */
export function findFile(fd: u32, right: u64): usize {
  const entry = findFd(fd);
  if (entry == 0) fdError = Wasi.BadF;
  else if (load<u32>(entry, Fd.Kind) == Kind.Directory) fdError = Wasi.IsDir;
  // A descriptor not open for reading or writing is EBADF everywhere, whatever made it so.
  else if ((load<u64>(entry, Fd.Rights) & right) != 0) return entry;
  else fdError = right & (Right.Read | Right.Write) ? Wasi.BadF : Wasi.NotCapable;
  return 0;
}

/** Entry of an open descriptor with `right` that may be a socket; 0, with fdError set, if there is none. */
export function findSocket(fd: u32, right: u64): usize {
  const entry = findFd(fd);
  if (entry == 0) fdError = Wasi.BadF;
  else if (load<u32>(entry, Fd.Kind) != Kind.Socket && load<u32>(entry, Fd.Kind) != Kind.Standard) {
    fdError = Wasi.NotSock;
  } else if ((load<u64>(entry, Fd.Rights) & right) == 0) fdError = Wasi.NotCapable;
  else return entry;
  return 0;
}

/** Entry of an open directory that grants `right`, likewise. */
export function findDirectory(fd: u32, right: u64): usize {
  const entry = findFd(fd);
  if (entry == 0) fdError = Wasi.BadF;
  else if (load<u32>(entry, Fd.Kind) != Kind.Directory) fdError = Wasi.NotDir;
  else if ((load<u64>(entry, Fd.Rights) & right) == 0) fdError = Wasi.NotCapable;
  else return entry;
  return 0;
}

/** The same for an operation that changes what is in the directory, which a read-only grant refuses as wasmtime
 *  does. */
export function findWritableDirectory(fd: u32, right: u64): usize {
  const entry = findDirectory(fd, right);
  if (entry != 0 && isReadOnly(entry)) {
    fdError = Wasi.Perm;
    return 0;
  }
  return entry;
}

/** Whether the descriptor is below a read-only grant. */
@inline
export function isReadOnly(entry: usize): bool {
  return load<u32>(entry, Fd.ReadOnly) != 0;
}

@inline
export function hostOf(entry: usize): u64 {
  return <u64>load<u32>(entry, Fd.Host);
}

/** Moves a new host descriptor away from 0 to 2, where it would become the guest's standard stream. */
export function keepOffStandard(host: i64): i64 {
  if (host < 0 || host > 2) return host;
  // F_DUPFD_CLOEXEC
  const moved = sys3(Sys.Fcntl, host, 1030, 3);
  sys1(Sys.Close, host);
  return moved;
}

/** Takes the lowest free entry, 0 if the program has as many as it may; the caller sets its kind and fields. */
export function takeEntry(): usize {
  const limit = load32(info() + Info.MaxFds);
  while (lowestFree < limit) {
    const entry = FD_TABLE + <usize>lowestFree * Fd.Bytes;
    if (load<u32>(entry, Fd.Kind) == Kind.Free) return entry;
    lowestFree++;
  }
  return 0;
}

@inline
export function fdOf(entry: usize): u32 {
  return <u32>((entry - FD_TABLE) / Fd.Bytes);
}

export function setEntry(entry: usize, kind: u32, host: u32, rights: u64, inheriting: u64, flags: u32): void {
  store<u32>(entry, kind, Fd.Kind);
  store<u32>(entry, host, Fd.Host);
  store<u32>(entry, flags, Fd.Flags);
  store<u32>(entry, 0, Fd.Preopen);
  store<u64>(entry, rights, Fd.Rights);
  store<u64>(entry, inheriting, Fd.Inheriting);
  store<u32>(entry, 0, Fd.ReadOnly);
}

export function freeEntry(entry: usize): void {
  const fd = fdOf(entry);
  store<u32>(entry, fd < 3 ? Kind.Closed : Kind.Free, Fd.Kind);
  if (fd >= 3 && fd < lowestFree) lowestFree = fd;
}

/** Moves the entry of one descriptor to another, which it replaces. */
export function moveEntry(from: usize, to: usize): void {
  copy(own(to), own(from), Fd.Bytes);
  freeEntry(from);
}
