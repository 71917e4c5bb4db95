// WASI: what is asked of an open descriptor, and its end.

import { FdFlag } from "../host/wasi-numbers";
import { GrantRow, Info } from "../src/link/info";
import { Wasi, wasiError } from "./errno";
import { Fd, Kind, Right, fdError, findFd, findFile, freeEntry, hostOf, isReadOnly, moveEntry } from "./fds";
import { guestRange } from "./guest";
import { Sys, copy, info, load64, load8, own, store16, store32, store64, sys1, sys2, sys3, sys4 } from "./wx";

/** The kernel's struct stat, and where its fields are. */
export const STAT: usize = memory.data(144, 8);

/** WASI's file types by the kernel's (S_IFMT >> 12, and the DT_ constants): pipes have none. */
const TYPES: usize = memory.data<u8>([0, 0, 2, 0, 3, 0, 1, 0, 4, 0, 7, 0, 6, 0, 0, 0]);

@inline
export function fileType(kernelType: u32): u32 {
  return <u32>load<u8>(TYPES + (kernelType & 15));
}

/** File type of STAT. */
@inline
export function statType(): u32 {
  return fileType(load<u32>(STAT, 24) >> 12);
}

/** Nanoseconds since 1970 of the timespec at `offset` of STAT; earlier times have no representation. */
function statTime(offset: usize): u64 {
  const seconds = load<i64>(STAT + offset);
  return seconds < 0 ? 0 : <u64>seconds * 1_000_000_000 + load<u64>(STAT + offset, 8);
}

/** Writes STAT as a WASI filestat (64 bytes). */
export function storeFilestat(at: u64): void {
  store64(at, load<u64>(STAT, 0));
  store64(at + 8, load<u64>(STAT, 8));
  store64(at + 16, <u64>statType());
  store64(at + 24, load<u64>(STAT, 16));
  store64(at + 32, load<u64>(STAT, 48));
  storeTimesOf(at + 40);
}

/** Writes STAT's times of access, modification and change. */
export function storeTimesOf(at: u64): void {
  store64(at, statTime(72));
  store64(at + 8, statTime(88));
  store64(at + 16, statTime(104));
}

/** Fills STAT from descriptor `fd`. */
export function statFd(fd: u32): u32 {
  const entry = findFd(fd);
  if (entry == 0) return Wasi.BadF;
  if ((load<u64>(entry, Fd.Rights) & Right.FilestatGet) == 0) return Wasi.NotCapable;
  return wasiError(sys2(Sys.Fstat, hostOf(entry), own(STAT)));
}

export function fd_filestat_get(fd: u32, result: u32): u32 {
  const at = guestRange(result, 64);
  const error = statFd(fd);
  if (error != 0) return error;
  if (at == 0) return Wasi.Fault;
  storeFilestat(at);
  return 0;
}

/** C libraries take a character device without the rights to seek and tell for a terminal, so exactly what cannot
 *  seek goes without them. */
export function fd_fdstat_get(fd: u32, result: u32): u32 {
  const entry = findFd(fd);
  if (entry == 0) return Wasi.BadF;
  const at = guestRange(result, 24);
  if (at == 0) return Wasi.Fault;
  const status = sys2(Sys.Fstat, hostOf(entry), own(STAT));
  if (status < 0) return wasiError(status);
  let rights = load<u64>(entry, Fd.Rights);
  let flags = load<u32>(entry, Fd.Flags);
  if (load<u32>(entry, Fd.Kind) != Kind.Directory && sys3(Sys.Lseek, hostOf(entry), 0, 1) < 0) {
    rights &= ~(Right.Seek | Right.Tell);
  }
  if (load<u32>(entry, Fd.Kind) == Kind.Standard) {
    // What the parent opened the stream for.
    const kernelFlags = <u32>sys3(Sys.Fcntl, hostOf(entry), F_GETFL, 0);
    if ((kernelFlags & O_ACCMODE) == 0) rights &= ~(Right.Write | Right.Allocate | Right.SetSize);
    else if ((kernelFlags & O_ACCMODE) == 1) rights &= ~Right.Read;
    if ((kernelFlags & O_APPEND) != 0) flags |= FdFlag.Append;
  }
  store16(at, statType());
  store16(at + 2, flags);
  store32(at + 4, 0);
  store64(at + 8, rights);
  store64(at + 16, load<u64>(entry, Fd.Inheriting));
  return 0;
}

const F_GETFL: u64 = 3;
const F_SETFL: u64 = 4;
const O_ACCMODE: u32 = 3;
const O_APPEND: u32 = 0x400;
const O_NONBLOCK: u64 = 0x800;

export function fd_fdstat_set_flags(fd: u32, flags: u32): u32 {
  const entry = findFd(fd);
  if (entry == 0) return Wasi.BadF;
  if ((load<u64>(entry, Fd.Rights) & Right.SetFlags) == 0) return Wasi.NotCapable;
  if (flags > 31) return Wasi.Inval;
  const changed = flags ^ load<u32>(entry, Fd.Flags);
  // The kernel cannot change how an open file is synchronized.
  if ((changed & (FdFlag.Dsync | FdFlag.Rsync | FdFlag.Sync)) != 0) return Wasi.Inval;
  if ((changed & FdFlag.Nonblock) != 0 && load<i32>(entry, Fd.Kind) >= Kind.Other) {
    const status = sys3(Sys.Fcntl, hostOf(entry), F_SETFL, flags & FdFlag.Nonblock ? O_NONBLOCK : 0);
    if (status < 0) return wasiError(status);
  }
  store<u32>(entry, flags, Fd.Flags);
  return 0;
}

/** Rights can only be given up. */
export function fd_fdstat_set_rights(fd: u32, base: u64, inheriting: u64): u32 {
  const entry = findFd(fd);
  if (entry == 0) return Wasi.BadF;
  if ((base & ~load<u64>(entry, Fd.Rights)) != 0) return Wasi.NotCapable;
  if ((inheriting & ~load<u64>(entry, Fd.Inheriting)) != 0) return Wasi.NotCapable;
  store<u64>(entry, base, Fd.Rights);
  store<u64>(entry, inheriting, Fd.Inheriting);
  return 0;
}

export function fd_close(fd: u32): u32 {
  const entry = findFd(fd);
  if (entry == 0) return Wasi.BadF;
  const host = hostOf(entry);
  freeEntry(entry);
  return wasiError(sys1(Sys.Close, host));
}

export function fd_renumber(from: u32, to: u32): u32 {
  const source = findFd(from);
  const target = findFd(to);
  if (source == 0 || target == 0) return Wasi.BadF;
  if (source == target) return 0;
  sys1(Sys.Close, hostOf(target));
  moveEntry(source, target);
  return 0;
}

export function fd_sync(fd: u32): u32 {
  const entry = findFd(fd);
  if (entry == 0) return Wasi.BadF;
  if ((load<u64>(entry, Fd.Rights) & Right.Sync) == 0) return Wasi.NotCapable;
  return wasiError(sys1(Sys.Fsync, hostOf(entry)));
}

export function fd_datasync(fd: u32): u32 {
  const entry = findFd(fd);
  if (entry == 0) return Wasi.BadF;
  if ((load<u64>(entry, Fd.Rights) & (Right.Datasync | Right.Sync)) == 0) return Wasi.NotCapable;
  return wasiError(sys1(Sys.Fdatasync, hostOf(entry)));
}

export function fd_advise(fd: u32, offset: u64, length: u64, advice: u32): u32 {
  const entry = findFile(fd, Right.Advise);
  if (entry == 0) return fdError;
  if (advice > 5 || <i64>offset < 0 || <i64>length < 0) return Wasi.Inval;
  // WASI has sequential 1 and random 2, the kernel the other way round.
  const kernelAdvice = advice == 1 ? 2 : advice == 2 ? 1 : advice;
  return wasiError(sys4(Sys.Fadvise64, hostOf(entry), offset, length, <u64>kernelAdvice));
}

/** Whether that is why a file that findFile refused cannot be made longer or shorter: POSIX has errors for it. */
function isNotForWriting(fd: u32): bool {
  return fdError == Wasi.NotCapable && (load<u64>(findFd(fd), Fd.Rights) & Right.Write) == 0;
}

export function fd_allocate(fd: u32, offset: u64, length: u64): u32 {
  const entry = findFile(fd, Right.Allocate);
  if (entry == 0) return isNotForWriting(fd) ? Wasi.BadF : fdError;
  return wasiError(sys4(Sys.Fallocate, hostOf(entry), 0, offset, length));
}

export function fd_filestat_set_size(fd: u32, size: u64): u32 {
  const entry = findFile(fd, Right.SetSize);
  if (entry == 0) return isNotForWriting(fd) ? Wasi.Inval : fdError;
  return wasiError(sys2(Sys.Ftruncate, hostOf(entry), size));
}

/** Two of the kernel's struct timespec. */
export const TIMES: usize = memory.data(32, 8);
const UTIME_NOW: u64 = 0x3fff_ffff;
const UTIME_OMIT: u64 = 0x3fff_fffe;

function storeTime(at: usize, time: u64, given: u32, now: u32): void {
  store<u64>(at, given ? time / 1_000_000_000 : 0);
  store<u64>(at, given ? time % 1_000_000_000 : now ? UTIME_NOW : UTIME_OMIT, 8);
}

/** Whether these fstflags make sense: access 1, access now 2, modification 4, modification now 8. */
@inline
export function areTimeFlags(flags: u32): bool {
  return flags <= 15 && (flags & 3) != 3 && (flags & 12) != 12;
}

export function storeTimes(access: u64, modification: u64, flags: u32): void {
  storeTime(TIMES, access, flags & 1, flags & 2);
  storeTime(TIMES + 16, modification, flags & 4, flags & 8);
}

export function fd_filestat_set_times(fd: u32, access: u64, modification: u64, flags: u32): u32 {
  const entry = findFd(fd);
  if (entry == 0) return Wasi.BadF;
  if ((load<u64>(entry, Fd.Rights) & Right.SetTimes) == 0) return Wasi.NotCapable;
  if (!areTimeFlags(flags)) return Wasi.Inval;
  if (isReadOnly(entry)) return Wasi.Perm;
  storeTimes(access, modification, flags);
  // Without a path it is the descriptor's own file.
  return wasiError(sys4(Sys.Utimensat, hostOf(entry), 0, own(TIMES), 0));
}

/** Guest path of a preopened directory, NUL-ended; 0 if `fd` is none. */
function grantName(fd: u32): u64 {
  const entry = findFd(fd);
  if (entry == 0 || load<u32>(entry, Fd.Preopen) == 0) return 0;
  const index = <u64>load<u32>(entry, Fd.Preopen) - 1;
  return load64(load64(info() + Info.GrantTable) + index * GrantRow.Bytes + GrantRow.Guest);
}

function nameLength(name: u64): u32 {
  let end = name;
  while (load8(end) != 0) end++;
  return <u32>(end - name);
}

export function fd_prestat_get(fd: u32, result: u32): u32 {
  const name = grantName(fd);
  if (name == 0) return Wasi.BadF;
  const at = guestRange(result, 8);
  if (at == 0) return Wasi.Fault;
  store32(at, 0);
  store32(at + 4, nameLength(name));
  return 0;
}

export function fd_prestat_dir_name(fd: u32, path: u32, length: u32): u32 {
  const name = grantName(fd);
  if (name == 0) return findFd(fd) == 0 ? Wasi.BadF : Wasi.NotDir;
  const bytes = nameLength(name);
  if (length < bytes) return Wasi.NameTooLong;
  const at = guestRange(path, bytes);
  if (at == 0) return Wasi.Fault;
  copy(at, name, <u64>bytes);
  return 0;
}
