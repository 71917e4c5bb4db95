// WASI: paths. The kernel resolves them (openat2, Linux 5.6, with RESOLVE_BENEATH): it alone can do so without a
// race, whatever links another process plants. Where an operation acts on a name itself (create, remove, rename),
// the directory that holds the name is resolved in this way, and the last component, which those system calls never
// follow, is passed on with its trailing slashes.

import { FdFlag, FileType } from "../host/wasi-numbers";
import { FIRST_PATH, PATH_BYTES, SECOND_PATH } from "./buffers";
import { Wasi, wasiError } from "./errno";
import {
  Fd,
  Kind,
  Right,
  fdError,
  fdOf,
  findDirectory,
  findWritableDirectory,
  hostOf,
  isReadOnly,
  keepOffStandard,
  setEntry,
  takeEntry,
} from "./fds";
import { STAT, TIMES, areTimeFlags, statType, storeFilestat, storeTimes } from "./files";
import { guestRange } from "./guest";
import { Open, closeParent, lastComponent, openBeneath, openParent } from "./open";
import { Errno, Sys, copy, own, store32, sys1, sys2, sys3, sys4, sys5 } from "./wx";

/** The empty path. */
const EMPTY: usize = memory.data(8, 8);
const PATH_LIMIT: u32 = PATH_BYTES - 8;

/** Copies a guest path and ends it with NUL. */
function fetchPath(buffer: usize, pointer: u32, length: u32): u32 {
  const at = guestRange(pointer, length);
  if (at == 0) return Wasi.Fault;
  if (length == 0) return Wasi.NoEnt;
  if (length >= PATH_LIMIT) return Wasi.NameTooLong;
  copy(own(buffer), at, <u64>length);
  store<u8>(buffer + length, 0);
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(buffer + i) == 0) return Wasi.Inval;
  }
  return 0;
}

/** Whether a path can only name a directory: it ends in a slash, or in `.` or `..`. */
function endsInDirectory(buffer: usize): bool {
  let last = lastComponent(buffer);
  if (load<u8>(last) == 46) last++;
  if (load<u8>(last) == 46) last++;
  if (load<u8>(last) == 0) return true;
  while (load<u8>(last) != 0) last++;
  return load<u8>(last - 1) == 47;
}

export const enum OpenFlag {
  Create = 1,
  Directory = 2,
  Exclusive = 4,
  Truncate = 8,
}

/** Kernel flags for the rights asked for: none means reading. */
function openFlags(lookup: u32, flags: u32, rights: u64, fdFlags: u32): u32 {
  let result: u32 = Open.NoControl;
  if ((rights & Right.Write) != 0) result |= (rights & Right.Read) != 0 ? Open.ReadWrite : Open.Write;
  if ((lookup & 1) == 0) result |= Open.NoFollow;
  if ((flags & OpenFlag.Create) != 0) result |= Open.Create;
  if ((flags & OpenFlag.Directory) != 0) result |= Open.Directory;
  if ((flags & OpenFlag.Exclusive) != 0) result |= Open.Exclusive;
  if ((flags & OpenFlag.Truncate) != 0) result |= Open.Truncate;
  if ((fdFlags & FdFlag.Nonblock) != 0) result |= Open.Nonblock;
  if ((fdFlags & FdFlag.Dsync) != 0) result |= Open.Dsync;
  if ((fdFlags & (FdFlag.Sync | FdFlag.Rsync)) != 0) result |= Open.Sync;
  return result;
}

/** Sets up the entry of what was just opened as `host`, by its type. */
function describe(entry: usize, host: u32, directory: usize, rights: u64, fdFlags: u32): void {
  const type = sys2(Sys.Fstat, <u64>host, own(STAT)) < 0 ? FileType.Unknown : statType();
  const inheriting = load<u64>(directory, Fd.Inheriting);
  const readOnly = load<u32>(directory, Fd.ReadOnly);
  if (type == FileType.Directory) {
    setEntry(entry, Kind.Directory, host, Right.Directory & inheriting, inheriting, fdFlags);
  } else {
    // Programs use more than they ask for (wasmtime lets them): only reading and writing depend on it.
    let kept = Right.File & inheriting;
    if ((rights & Right.Write) == 0) kept &= ~(Right.Write | Right.Allocate | Right.SetSize);
    else if ((rights & Right.Read) == 0) kept &= ~Right.Read;
    const isFile = type == FileType.Regular || type == FileType.BlockDevice;
    setEntry(entry, isFile ? Kind.File : Kind.Other, host, kept, 0, fdFlags);
  }
  store<u32>(entry, readOnly, Fd.ReadOnly);
}

export function path_open(
  fd: u32,
  lookup: u32,
  pointer: u32,
  length: u32,
  flags: u32,
  rights: u64,
  _inheriting: u64,
  fdFlags: u32,
  result: u32,
): u32 {
  const directory = findDirectory(fd, Right.PathOpen);
  if (directory == 0) return fdError;
  const at = guestRange(result, 4);
  if (at == 0) return Wasi.Fault;
  const error = fetchPath(FIRST_PATH, pointer, length);
  if (error != 0) return error;
  const own64 = load<u64>(directory, Fd.Rights);
  if (lookup > 1 || flags > 15 || fdFlags > 31) return Wasi.Inval;
  if ((flags & (OpenFlag.Create | OpenFlag.Directory)) == (OpenFlag.Create | OpenFlag.Directory)) return Wasi.Inval;
  if ((flags & OpenFlag.Create) != 0 && (own64 & Right.PathCreateFile) == 0) return Wasi.NotCapable;
  if ((flags & OpenFlag.Truncate) != 0 && (own64 & Right.PathSetSize) == 0) return Wasi.NotCapable;
  const asked = rights & load<u64>(directory, Fd.Inheriting);
  if (isReadOnly(directory)) {
    if ((flags & (OpenFlag.Create | OpenFlag.Truncate)) != 0 || (asked & Right.Write) != 0) return Wasi.Perm;
  }
  const entry = takeEntry();
  if (entry == 0) return Wasi.MFile;
  const opened = openBeneath(hostOf(directory), FIRST_PATH, openFlags(lookup, flags, asked, fdFlags));
  const host = keepOffStandard(opened);
  if (host < 0) return wasiError(host);
  describe(entry, <u32>host, directory, asked, fdFlags);
  store32(at, fdOf(entry));
  return 0;
}

/** Opens what a path names, without any access to it but being asked about. */
function openNamed(directory: usize, lookup: u32, pointer: u32, length: u32): i64 {
  pathError = fetchPath(FIRST_PATH, pointer, length);
  if (pathError != 0) return -1;
  const host = openBeneath(hostOf(directory), FIRST_PATH, Open.Path | (lookup & 1 ? 0 : Open.NoFollow));
  if (host < 0) pathError = wasiError(host);
  return host;
}

/** Why openNamed failed. */
let pathError: u32 = 0;

/** Fills STAT from a path. */
export function statPath(fd: u32, lookup: u32, pointer: u32, length: u32): u32 {
  const directory = findDirectory(fd, Right.PathFilestatGet);
  if (directory == 0) return fdError;
  if (lookup > 1) return Wasi.Inval;
  const host = openNamed(directory, lookup, pointer, length);
  if (host < 0) return pathError;
  const status = sys2(Sys.Fstat, host, own(STAT));
  sys1(Sys.Close, host);
  return wasiError(status);
}

export function path_filestat_get(fd: u32, lookup: u32, pointer: u32, length: u32, result: u32): u32 {
  const error = statPath(fd, lookup, pointer, length);
  if (error != 0) return error;
  const at = guestRange(result, 64);
  if (at == 0) return Wasi.Fault;
  storeFilestat(at);
  return 0;
}

/** utimensat with an empty path: AT_EMPTY_PATH, since Linux 5.8. */
const AT_EMPTY_PATH: u64 = 0x1000;
/** Where older kernels find the file of a descriptor, whose digits follow. */
const OWN_FD: usize = memory.data<u8>([
  47, 112, 114, 111, 99, 47, 115, 101, 108, 102, 47, 102, 100, 47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);
const OWN_FD_DIGITS: usize = 14;

/** Sets TIMES on the file of a descriptor that is open for nothing else. */
function setTimes(host: u64): i64 {
  const status = sys4(Sys.Utimensat, host, own(EMPTY), own(TIMES), AT_EMPTY_PATH);
  if (status != -Errno.Inval) return status;
  let divisor: u64 = 1;
  while (host / divisor >= 10) divisor *= 10;
  let at = OWN_FD + OWN_FD_DIGITS;
  for (; divisor != 0; divisor /= 10, at++) store<u8>(at, <u8>(48 + ((host / divisor) % 10)));
  store<u8>(at, 0);
  return sys4(Sys.Utimensat, 0, own(OWN_FD), own(TIMES), 0);
}

export function path_filestat_set_times(
  fd: u32,
  lookup: u32,
  pointer: u32,
  length: u32,
  access: u64,
  modification: u64,
  flags: u32,
): u32 {
  const directory = findWritableDirectory(fd, Right.PathSetTimes);
  if (directory == 0) return fdError;
  if (lookup > 1 || !areTimeFlags(flags)) return Wasi.Inval;
  const host = openNamed(directory, lookup, pointer, length);
  if (host < 0) return pathError;
  storeTimes(access, modification, flags);
  const status = setTimes(host);
  sys1(Sys.Close, host);
  return wasiError(status);
}

export function path_readlink(
  fd: u32,
  pointer: u32,
  length: u32,
  buffer: u32,
  bufferLength: u32,
  result: u32,
): u32 {
  const directory = findDirectory(fd, Right.PathReadlink);
  if (directory == 0) return fdError;
  const to = guestRange(buffer, bufferLength);
  const at = guestRange(result, 4);
  if (to == 0 || at == 0) return Wasi.Fault;
  const host = openNamed(directory, 0, pointer, length);
  if (host < 0) return pathError;
  // The kernel refuses a buffer of no bytes, and says ENOENT of what is no link when asked through a descriptor.
  const toScratch = bufferLength == 0;
  const target = toScratch ? own(SECOND_PATH) : to;
  const read = sys4(Sys.Readlinkat, host, own(EMPTY), target, toScratch ? 1 : <u64>bufferLength);
  sys1(Sys.Close, host);
  if (read < 0) return read == -Errno.NoEnt ? Wasi.Inval : wasiError(read);
  store32(at, toScratch ? 0 : <u32>read);
  return 0;
}

export function path_create_directory(fd: u32, pointer: u32, length: u32): u32 {
  const directory = findWritableDirectory(fd, Right.PathCreateDirectory);
  if (directory == 0) return fdError;
  const error = fetchPath(FIRST_PATH, pointer, length);
  if (error != 0) return error;
  const last = lastComponent(FIRST_PATH);
  const parent = openParent(hostOf(directory), FIRST_PATH, last);
  if (parent < 0) return wasiError(parent);
  const status = sys3(Sys.Mkdirat, parent, own(last), 0o777);
  closeParent(parent, hostOf(directory));
  return wasiError(status);
}

function removeName(directory: usize, pointer: u32, length: u32, flags: u64): u32 {
  if (directory == 0) return fdError;
  const error = fetchPath(FIRST_PATH, pointer, length);
  if (error != 0) return error;
  const last = lastComponent(FIRST_PATH);
  const parent = openParent(hostOf(directory), FIRST_PATH, last);
  if (parent < 0) return wasiError(parent);
  const status = sys3(Sys.Unlinkat, parent, own(last), flags);
  closeParent(parent, hostOf(directory));
  return wasiError(status);
}

export function path_unlink_file(fd: u32, pointer: u32, length: u32): u32 {
  return removeName(findWritableDirectory(fd, Right.PathUnlinkFile), pointer, length, 0);
}

export function path_remove_directory(fd: u32, pointer: u32, length: u32): u32 {
  // AT_REMOVEDIR
  return removeName(findWritableDirectory(fd, Right.PathRemoveDirectory), pointer, length, 0x200);
}

export function path_symlink(
  targetPointer: u32,
  targetLength: u32,
  fd: u32,
  pointer: u32,
  length: u32,
): u32 {
  const directory = findWritableDirectory(fd, Right.PathSymlink);
  if (directory == 0) return fdError;
  let error = fetchPath(SECOND_PATH, targetPointer, targetLength);
  if (error == 0) error = fetchPath(FIRST_PATH, pointer, length);
  if (error != 0) return error;
  // A link to an absolute target could never be followed here, and others would follow it out.
  if (load<u8>(SECOND_PATH) == 47) return Wasi.Perm;
  const last = lastComponent(FIRST_PATH);
  const parent = openParent(hostOf(directory), FIRST_PATH, last);
  if (parent < 0) return wasiError(parent);
  const status = sys3(Sys.Symlinkat, own(SECOND_PATH), parent, own(last));
  closeParent(parent, hostOf(directory));
  return wasiError(status);
}

/** Host directories that hold the last components of the two paths. */
let oldParent: u64 = 0;
let newParent: u64 = 0;

/** Resolves the parents of FIRST_PATH and SECOND_PATH, each beneath its directory. */
function openParents(oldDirectory: usize, newDirectory: usize, oldLast: usize, newLast: usize): u32 {
  const first = openParent(hostOf(oldDirectory), FIRST_PATH, oldLast);
  if (first < 0) return wasiError(first);
  const second = openParent(hostOf(newDirectory), SECOND_PATH, newLast);
  if (second < 0) {
    closeParent(first, hostOf(oldDirectory));
    return wasiError(second);
  }
  oldParent = first;
  newParent = second;
  return 0;
}

function closeParents(oldDirectory: usize, newDirectory: usize): void {
  closeParent(newParent, hostOf(newDirectory));
  closeParent(oldParent, hostOf(oldDirectory));
}

export function path_rename(
  oldFd: u32,
  oldPointer: u32,
  oldLength: u32,
  newFd: u32,
  newPointer: u32,
  newLength: u32,
): u32 {
  const oldDirectory = findWritableDirectory(oldFd, Right.PathRenameSource);
  if (oldDirectory == 0) return fdError;
  const newDirectory = findWritableDirectory(newFd, Right.PathRenameTarget);
  if (newDirectory == 0) return fdError;
  let error = fetchPath(FIRST_PATH, oldPointer, oldLength);
  if (error == 0) error = fetchPath(SECOND_PATH, newPointer, newLength);
  if (error != 0) return error;
  const oldLast = lastComponent(FIRST_PATH);
  const newLast = lastComponent(SECOND_PATH);
  error = openParents(oldDirectory, newDirectory, oldLast, newLast);
  if (error != 0) return error;
  const status = sys4(Sys.Renameat, oldParent, own(oldLast), newParent, own(newLast));
  closeParents(oldDirectory, newDirectory);
  return wasiError(status);
}

/** The source must be writable too: a second name elsewhere would lift a read-only grant. */
export function path_link(
  oldFd: u32,
  lookup: u32,
  oldPointer: u32,
  oldLength: u32,
  newFd: u32,
  newPointer: u32,
  newLength: u32,
): u32 {
  const oldDirectory = findWritableDirectory(oldFd, Right.PathLinkSource);
  if (oldDirectory == 0) return fdError;
  const newDirectory = findWritableDirectory(newFd, Right.PathLinkTarget);
  if (newDirectory == 0) return fdError;
  // A link that is to be followed is refused, as wasmtime does.
  if (lookup != 0) return Wasi.Inval;
  let error = fetchPath(FIRST_PATH, oldPointer, oldLength);
  if (error == 0) error = fetchPath(SECOND_PATH, newPointer, newLength);
  if (error != 0) return error;
  if (endsInDirectory(FIRST_PATH)) {
    // Which cannot be linked. linkat itself would follow a link that ends in a slash.
    const host = openBeneath(hostOf(oldDirectory), FIRST_PATH, Open.Path | Open.Directory);
    if (host < 0) return wasiError(host);
    sys1(Sys.Close, host);
    return Wasi.Perm;
  }
  const oldLast = lastComponent(FIRST_PATH);
  const newLast = lastComponent(SECOND_PATH);
  error = openParents(oldDirectory, newDirectory, oldLast, newLast);
  if (error != 0) return error;
  const status = sys5(Sys.Linkat, oldParent, own(oldLast), newParent, own(newLast), 0);
  closeParents(oldDirectory, newDirectory);
  return wasiError(status);
}
