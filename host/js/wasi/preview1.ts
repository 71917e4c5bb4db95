// WASI preview 1 over the file systems and streams of the host: what the embedded runtime (runtime/) is natively. Each
// function takes its arguments as numbers (bigint for 64 bits) and returns an error number, or a promise of one where
// it has to wait and may.

import { FdFlag } from "../../wasi-numbers";
import { bytesToText, putText } from "./byte-text";
import { Descriptor, Descriptors, Right } from "./descriptors";
import { Errno, errnoOf, WasiError } from "./errors";
import { type Directory, FileType, type Stat, type Times } from "./file-system";
import { poll } from "./poll";
import { type Entry, enterPlace, resolveParent, resolvePath } from "./resolve";
import type { Stream } from "./streams";

/** Longest path in bytes. */
const PATH_LIMIT = 4096;
/** At most so many vectors are read or written at once; longer lists end in a short count, as WASI allows. */
const MOST_VECTORS = 256;

export interface Grant {
  directory: Directory;
  /** What the program sees it as, a byte string. */
  name: string;
  isReadOnly: boolean;
}

export interface WasiConfig {
  /** Byte strings, as are the variables (K=V). */
  args: string[];
  environment: string[];
  /** Standard input, output and error. */
  streams: [Stream, Stream, Stream];
  grants: Grant[];
  /** Whether functions may answer with promises. */
  isAsync: boolean;
  /** Milliseconds after which the program is to end: no sleep is longer. */
  untilDeadline: () => number;
  /** proc_raise: what a signal, by WASI's number, does; an error number. */
  raise: (signal: number) => Errno;
}

/** The program ends: thrown by proc_exit. */
export class ProgramExit {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

function refuse(errno: Errno): never {
  throw new WasiError(errno);
}

type Answer = Errno | Promise<Errno>;
type Action = (...args: never[]) => unknown;

/** The guest's memory, which may have grown since the last call. */
export interface GuestMemory {
  bytes: Uint8Array;
  size: number;
}

export class Preview1 {
  readonly config: WasiConfig;
  readonly fds: Descriptors;
  memory: GuestMemory = { bytes: new Uint8Array(), size: 0 };

  constructor(config: WasiConfig) {
    this.config = config;
    this.fds = new Descriptors(config.streams);
    for (const { directory, name, isReadOnly } of config.grants) {
      const descriptor = new Descriptor({ directory }, Right.Directory, Right.All);
      descriptor.isReadOnly = isReadOnly;
      descriptor.preopen = name;
      this.fds.add(descriptor);
    }
  }

  // The guest's memory: pointers are checked before anything is read or written.

  range(pointer: number, length: number): Uint8Array {
    if (pointer + length > this.memory.size) throw new WasiError(Errno.Fault);
    return this.memory.bytes.subarray(pointer, pointer + length);
  }

  view(pointer: number, length: number): DataView {
    const bytes = this.range(pointer, length);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  private path(pointer: number, length: number): string {
    const bytes = this.range(pointer, length);
    if (length == 0) throw new WasiError(Errno.NoEnt);
    if (length >= PATH_LIMIT) throw new WasiError(Errno.NameTooLong);
    const path = bytesToText(bytes);
    if (path.includes("\0")) throw new WasiError(Errno.Inval);
    return path;
  }

  /** The bytes that a list of vectors refers to, piece by piece; empty ones are left out. */
  private vectors(list: number, count: number): Uint8Array[] {
    const view = this.view(list, count * 8);
    const pieces: Uint8Array[] = [];
    for (let i = 0; i < count && pieces.length < MOST_VECTORS; i++) {
      const piece = this.range(view.getUint32(i * 8, true), view.getUint32(i * 8 + 4, true));
      if (piece.length != 0) pieces.push(piece);
    }
    return pieces;
  }

  private storeStrings(strings: string[], vector: number, buffer: number): void {
    let at = buffer;
    strings.forEach((text, i) => {
      const bytes = this.range(at, text.length + 1);
      putText(bytes, text);
      bytes[text.length] = 0;
      this.view(vector + i * 4, 4).setUint32(0, at, true);
      at += text.length + 1;
    });
  }

  private storeSizes(strings: string[], count: number, bytes: number): void {
    const countAt = this.view(count, 4);
    const bytesAt = this.view(bytes, 4);
    countAt.setUint32(0, strings.length, true);
    bytesAt.setUint32(
      0,
      strings.reduce((sum, text) => sum + text.length + 1, 0),
      true,
    );
  }

  private storeStat(view: DataView, stat: Stat): void {
    view.setBigUint64(0, stat.device, true);
    view.setBigUint64(8, stat.inode, true);
    view.setBigUint64(16, BigInt(stat.type), true);
    view.setBigUint64(24, stat.links, true);
    view.setBigUint64(32, stat.size, true);
    view.setBigUint64(40, stat.accessed, true);
    view.setBigUint64(48, stat.modified, true);
    view.setBigUint64(56, stat.changed, true);
  }

  private times(access: bigint, modification: bigint, flags: number): Times {
    if (flags > 15 || (flags & 3) == 3 || (flags & 12) == 12) throw new WasiError(Errno.Inval);
    const now = this.now(0);
    const times: Times = {};
    if ((flags & 3) != 0) times.accessed = (flags & 1) != 0 ? access : now;
    if ((flags & 12) != 0) times.modified = (flags & 4) != 0 ? modification : now;
    return times;
  }

  /** Nanoseconds of a clock. */
  now(clock: number): bigint {
    const milliseconds = clock == 0 ? performance.timeOrigin + performance.now() : performance.now();
    return BigInt(Math.round(milliseconds * 1000)) * 1000n;
  }

  // The functions, by name. Their order and types are in FUNCTIONS.

  readonly functions: Record<string, Action> = {
    args_get: (vector: number, buffer: number) => this.storeStrings(this.config.args, vector, buffer),
    args_sizes_get: (count: number, bytes: number) => this.storeSizes(this.config.args, count, bytes),
    environ_get: (vector: number, buffer: number) => this.storeStrings(this.config.environment, vector, buffer),
    environ_sizes_get: (count: number, bytes: number) => this.storeSizes(this.config.environment, count, bytes),

    clock_res_get: (clock: number, result: number) => {
      if (clock > 3) refuse(Errno.Inval);
      this.view(result, 8).setBigUint64(0, 1000n, true);
    },
    clock_time_get: (clock: number, _precision: bigint, result: number) => {
      if (clock > 3) refuse(Errno.Inval);
      this.view(result, 8).setBigUint64(0, this.now(clock), true);
    },
    random_get: (pointer: number, length: number) => {
      const bytes = this.range(pointer, length);
      // Engines give at most so many at once.
      for (let at = 0; at < length; at += 65536) {
        const piece = new Uint8Array(Math.min(65536, length - at));
        bytes.set(crypto.getRandomValues(piece), at);
      }
    },
    sched_yield: () => Errno.Success,
    proc_exit: (status: number) => {
      throw new ProgramExit(status);
    },
    proc_raise: (signal: number) => (signal > 30 ? Errno.Inval : this.config.raise(signal)),
    poll_oneoff: (list: number, events: number, count: number, result: number) =>
      poll(this, list, events, count, result),

    fd_advise: (fd: number, offset: bigint, length: bigint, advice: number) => {
      this.fds.findFile(fd, Right.Advise);
      return advice > 5 || offset >= 1n << 63n || length >= 1n << 63n ? Errno.Inval : Errno.Success;
    },
    fd_allocate: (fd: number, offset: bigint, length: bigint) => {
      const descriptor = this.fds.find(fd);
      if (descriptor.directory == null && (descriptor.rights & Right.Write) == 0n) refuse(Errno.BadF);
      const { file } = this.fds.findFile(fd, Right.Allocate);
      if (file == null) refuse(Errno.SPipe);
      if (length == 0n || offset >= 1n << 63n || length >= 1n << 63n) refuse(Errno.Inval);
      if (offset + length > file.stat().size) file.truncate(offset + length);
    },
    fd_close: (fd: number) => this.fds.close(fd),
    fd_datasync: (fd: number) => this.sync(fd, Right.Datasync | Right.Sync),
    fd_sync: (fd: number) => this.sync(fd, Right.Sync),
    fd_fdstat_get: (fd: number, result: number) => this.getFdstat(fd, result),
    fd_fdstat_set_flags: (fd: number, flags: number) => {
      const descriptor = this.fds.find(fd);
      if ((descriptor.rights & Right.SetFlags) == 0n) refuse(Errno.NotCapable);
      const changed = flags ^ descriptor.flags;
      if (flags > 31 || (changed & (FdFlag.Dsync | FdFlag.Rsync | FdFlag.Sync)) != 0) refuse(Errno.Inval);
      descriptor.flags = flags;
    },
    fd_fdstat_set_rights: (fd: number, base: bigint, inheriting: bigint) => {
      const descriptor = this.fds.find(fd);
      if ((base & ~descriptor.rights) != 0n || (inheriting & ~descriptor.inheriting) != 0n) refuse(Errno.NotCapable);
      descriptor.rights = base;
      descriptor.inheriting = inheriting;
    },
    fd_filestat_get: (fd: number, result: number) => {
      const descriptor = this.fds.find(fd);
      if ((descriptor.rights & Right.FilestatGet) == 0n && descriptor.directory == null) refuse(Errno.NotCapable);
      this.storeStat(this.view(result, 64), descriptor.stat());
    },
    fd_filestat_set_size: (fd: number, size: bigint) => {
      const descriptor = this.fds.find(fd);
      if (descriptor.directory == null && (descriptor.rights & Right.Write) == 0n) refuse(Errno.Inval);
      const { file } = this.fds.findFile(fd, Right.SetSize);
      if (file == null || size >= 1n << 63n) refuse(Errno.Inval);
      file.truncate(size);
    },
    fd_filestat_set_times: (fd: number, access: bigint, modification: bigint, flags: number) => {
      const descriptor = this.fds.find(fd);
      if ((descriptor.rights & Right.SetTimes) == 0n) refuse(Errno.NotCapable);
      const times = this.times(access, modification, flags);
      if (descriptor.isReadOnly) refuse(Errno.Perm);
      if (descriptor.directory != null) descriptor.directory.setOwnTimes(times);
      else descriptor.file?.setTimes(times);
    },
    fd_pread: (fd: number, list: number, count: number, offset: bigint, result: number) =>
      this.transferAt(fd, Right.Read, list, count, offset, result),
    fd_pwrite: (fd: number, list: number, count: number, offset: bigint, result: number) =>
      this.transferAt(fd, Right.Write, list, count, offset, result),
    fd_prestat_get: (fd: number, result: number) => {
      const { preopen } = this.fds.find(fd);
      if (preopen == null) refuse(Errno.BadF);
      const view = this.view(result, 8);
      view.setUint32(0, 0, true);
      view.setUint32(4, preopen.length, true);
    },
    fd_prestat_dir_name: (fd: number, pointer: number, length: number) => {
      const { preopen } = this.fds.find(fd);
      if (preopen == null) refuse(Errno.NotDir);
      if (length < preopen.length) refuse(Errno.NameTooLong);
      putText(this.range(pointer, preopen.length), preopen);
    },
    fd_read: (fd: number, list: number, count: number, result: number) => this.read(fd, list, count, result),
    fd_write: (fd: number, list: number, count: number, result: number) => this.write(fd, list, count, result),
    fd_readdir: (fd: number, buffer: number, length: number, cookie: bigint, result: number) =>
      this.readDirectory(fd, buffer, length, cookie, result),
    fd_renumber: (from: number, to: number) => this.fds.move(from, to),
    fd_seek: (fd: number, offset: bigint, whence: number, result: number) => {
      const isTell = offset == 0n && whence == 1;
      return this.seek(fd, isTell ? Right.Seek | Right.Tell : Right.Seek, BigInt.asIntN(64, offset), whence, result);
    },
    fd_tell: (fd: number, result: number) => this.seek(fd, Right.Seek | Right.Tell, 0n, 1, result),

    path_create_directory: (fd: number, pointer: number, length: number) => {
      const { directory, name } = this.findName(fd, Right.PathCreateDirectory, pointer, length);
      directory.makeDirectory(name);
    },
    path_filestat_get: (fd: number, lookup: number, pointer: number, length: number, result: number) => {
      const { directory } = this.fds.findDirectory(fd, Right.PathFilestatGet);
      if (lookup > 1) refuse(Errno.Inval);
      const stat = this.statPath(directory, this.path(pointer, length), lookup == 1);
      this.storeStat(this.view(result, 64), stat);
    },
    path_filestat_set_times: (
      fd: number,
      lookup: number,
      pointer: number,
      length: number,
      access: bigint,
      modification: bigint,
      flags: number,
    ) => {
      const { directory } = this.fds.findWritableDirectory(fd, Right.PathSetTimes);
      if (lookup > 1) refuse(Errno.Inval);
      const times = this.times(access, modification, flags);
      const place = resolvePath(directory, this.path(pointer, length), { follow: lookup == 1 });
      if (place.isDirectory) enterPlace(place).setOwnTimes(times);
      else place.directory.setTimes(place.name, times);
    },
    path_link: (
      oldFd: number,
      lookup: number,
      oldPointer: number,
      oldLength: number,
      newFd: number,
      newPointer: number,
      newLength: number,
    ) => {
      const source = this.fds.findWritableDirectory(oldFd, Right.PathLinkSource).directory;
      const target = this.fds.findWritableDirectory(newFd, Right.PathLinkTarget).directory;
      if (lookup != 0) refuse(Errno.Inval);
      const oldPath = this.path(oldPointer, oldLength);
      const newPath = this.path(newPointer, newLength);
      if (/(^|\/)\.{0,2}$|\/$/.test(oldPath)) {
        // Which can only be a directory, and these cannot be linked.
        enterPlace(resolvePath(source, oldPath, { follow: true }));
        refuse(Errno.Perm);
      }
      const from = resolveParent(source, oldPath);
      const to = resolveParent(target, newPath);
      from.directory.linkTo(from.name, to.directory, to.name);
    },
    path_open: (
      fd: number,
      lookup: number,
      pointer: number,
      length: number,
      flags: number,
      rights: bigint,
      _inheriting: bigint,
      fdFlags: number,
      result: number,
    ) => this.openPath(fd, lookup, pointer, length, flags, rights, fdFlags, result),
    path_readlink: (
      fd: number,
      pointer: number,
      length: number,
      buffer: number,
      bufferLength: number,
      result: number,
    ) => {
      const { directory } = this.fds.findDirectory(fd, Right.PathReadlink);
      const bytes = this.range(buffer, bufferLength);
      const at = this.view(result, 4);
      const place = resolvePath(directory, this.path(pointer, length), { follow: false });
      if (place.isDirectory) {
        enterPlace(place);
        refuse(Errno.Inval);
      }
      const target = place.directory.readLink(place.name);
      const part = target.slice(0, bufferLength);
      putText(bytes, part);
      at.setUint32(0, part.length, true);
    },
    path_remove_directory: (fd: number, pointer: number, length: number) => {
      const { directory, name } = this.findName(fd, Right.PathRemoveDirectory, pointer, length);
      directory.removeDirectory(name);
    },
    path_rename: (
      oldFd: number,
      oldPointer: number,
      oldLength: number,
      newFd: number,
      newPointer: number,
      newLength: number,
    ) => {
      const source = this.fds.findWritableDirectory(oldFd, Right.PathRenameSource).directory;
      const target = this.fds.findWritableDirectory(newFd, Right.PathRenameTarget).directory;
      const from = resolveParent(source, this.path(oldPointer, oldLength));
      const to = resolveParent(target, this.path(newPointer, newLength));
      from.directory.renameTo(from.name, to.directory, to.name);
    },
    path_symlink: (targetPointer: number, targetLength: number, fd: number, pointer: number, length: number) => {
      const { directory } = this.fds.findWritableDirectory(fd, Right.PathSymlink);
      const target = this.path(targetPointer, targetLength);
      const path = this.path(pointer, length);
      // A link to an absolute target could never be followed here, and others would follow it out.
      if (target.startsWith("/")) refuse(Errno.Perm);
      const place = resolveParent(directory, path);
      place.directory.makeLink(place.name, target);
    },
    path_unlink_file: (fd: number, pointer: number, length: number) => {
      const { directory, name } = this.findName(fd, Right.PathUnlinkFile, pointer, length);
      directory.remove(name);
    },

    sock_accept: (fd: number) => this.noSocket(fd),
    sock_recv: (fd: number) => this.noSocket(fd),
    sock_send: (fd: number) => this.noSocket(fd),
    sock_shutdown: (fd: number) => this.noSocket(fd),
  };

  private noSocket(fd: number): Errno {
    this.fds.find(fd);
    return Errno.NotSock;
  }

  private sync(fd: number, right: bigint): Errno {
    const { rights, file } = this.fds.find(fd);
    if ((rights & right) == 0n) return Errno.NotCapable;
    file?.sync();
    return Errno.Success;
  }

  private getFdstat(fd: number, result: number): Errno {
    const descriptor = this.fds.find(fd);
    const view = this.view(result, 24);
    const { type } = descriptor.stat();
    let { rights } = descriptor;
    // C libraries take a character device without the rights to seek and tell for a terminal.
    if (descriptor.directory == null && !descriptor.canSeek) rights &= ~(Right.Seek | Right.Tell);
    const isTerminal = descriptor.stream?.isTerminal() ?? false;
    view.setUint32(0, 0, true);
    view.setUint8(0, isTerminal ? FileType.CharacterDevice : type);
    view.setUint16(2, descriptor.flags, true);
    view.setUint32(4, 0, true);
    view.setBigUint64(8, rights, true);
    view.setBigUint64(16, descriptor.inheriting, true);
    return Errno.Success;
  }

  private read(fd: number, list: number, count: number, result: number): Answer {
    const descriptor = this.fds.findFile(fd, Right.Read);
    const at = this.view(result, 4);
    const pieces = this.vectors(list, count);
    const { file, stream } = descriptor;
    if (file != null) {
      const n = transfer(pieces, (piece, done) => file.read(piece, descriptor.position + BigInt(done)));
      descriptor.position += BigInt(n);
      at.setUint32(0, n, true);
      return Errno.Success;
    }
    if (pieces.length == 0) {
      at.setUint32(0, 0, true);
      return Errno.Success;
    }
    // What is read may come later, when memory has moved: it goes through a buffer.
    const buffer = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    const n = (stream as Stream).read(buffer);
    if (typeof n == "number") return this.deliver(list, count, result, buffer.subarray(0, n));
    if (!this.config.isAsync) throw new WasiError(Errno.NotSup);
    return n.then((arrived) => this.deliver(list, count, result, buffer.subarray(0, arrived)));
  }

  private deliver(list: number, count: number, result: number, bytes: Uint8Array): Errno {
    let done = 0;
    for (const piece of this.vectors(list, count)) {
      const part = bytes.subarray(done, done + piece.length);
      piece.set(part);
      done += part.length;
    }
    this.view(result, 4).setUint32(0, bytes.length, true);
    return Errno.Success;
  }

  private write(fd: number, list: number, count: number, result: number): Errno {
    const descriptor = this.fds.findFile(fd, Right.Write);
    const at = this.view(result, 4);
    const pieces = this.vectors(list, count);
    const { file, stream } = descriptor;
    if (file == null) {
      at.setUint32(
        0,
        transfer(pieces, (piece) => (stream as Stream).write(piece)),
        true,
      );
      return Errno.Success;
    }
    if ((descriptor.flags & FdFlag.Append) != 0) descriptor.position = file.stat().size;
    const n = transfer(pieces, (piece, done) => file.write(piece, descriptor.position + BigInt(done)));
    descriptor.position += BigInt(n);
    at.setUint32(0, n, true);
    return Errno.Success;
  }

  /** Reads or writes, by the right, at an offset of its own. */
  private transferAt(fd: number, right: bigint, list: number, count: number, offset: bigint, result: number): Errno {
    const { file } = this.fds.findFile(fd, right);
    const at = this.view(result, 4);
    const pieces = this.vectors(list, count);
    if (file == null) return Errno.SPipe;
    if (offset >= 1n << 63n) return Errno.Inval;
    const n = transfer(pieces, (piece, done) => {
      const position = offset + BigInt(done);
      return right == Right.Read ? file.read(piece, position) : file.write(piece, position);
    });
    at.setUint32(0, n, true);
    return Errno.Success;
  }

  private seek(fd: number, right: bigint, offset: bigint, whence: number, result: number): Errno {
    const descriptor = this.fds.findFile(fd, right);
    const at = this.view(result, 8);
    if (whence > 2) return Errno.Inval;
    if (!descriptor.canSeek) return Errno.SPipe;
    const size = descriptor.stat().size;
    const position = offset + (whence == 0 ? 0n : whence == 1 ? descriptor.position : size);
    if (position < 0n || position >= 1n << 63n) return Errno.Inval;
    descriptor.position = position;
    at.setBigUint64(0, position, true);
    return Errno.Success;
  }

  /** Where a name is that is to be created or removed. */
  private findName(fd: number, right: bigint, pointer: number, length: number): Entry {
    const { directory } = this.fds.findWritableDirectory(fd, right);
    return resolveParent(directory, this.path(pointer, length));
  }

  private statPath(root: Directory, path: string, follow: boolean): Stat {
    const place = resolvePath(root, path, { follow });
    if (place.isDirectory) return enterPlace(place).statSelf();
    return place.directory.stat(place.name);
  }

  private openPath(
    fd: number,
    lookup: number,
    pointer: number,
    length: number,
    flags: number,
    rights: bigint,
    fdFlags: number,
    result: number,
  ): Errno {
    const descriptor = this.fds.findDirectory(fd, Right.PathOpen);
    const at = this.view(result, 4);
    const path = this.path(pointer, length);
    const [create, directory, exclusive, truncate] = [1, 2, 4, 8].map((bit) => (flags & bit) != 0);
    if (lookup > 1 || flags > 15 || fdFlags > 31 || (create && directory)) return Errno.Inval;
    if (create && (descriptor.rights & Right.PathCreateFile) == 0n) return Errno.NotCapable;
    if (truncate && (descriptor.rights & Right.PathSetSize) == 0n) return Errno.NotCapable;
    const asked = rights & descriptor.inheriting;
    const write = (asked & Right.Write) != 0n;
    if (descriptor.isReadOnly && (create || truncate || write)) return Errno.Perm;
    // None means reading.
    const read = !write || (asked & Right.Read) != 0n;
    const follow = lookup == 1 && !(create && exclusive);
    const place = resolvePath(descriptor.directory, path, { follow, create });
    const isDirectory = place.isDirectory || this.typeOf(place.directory, place.name) == FileType.Directory;
    let opened: Descriptor;
    if (isDirectory) {
      if (create && exclusive) return Errno.Exist;
      if (create || write || truncate) return Errno.IsDir;
      const { inheriting } = descriptor;
      opened = new Descriptor({ directory: enterPlace(place) }, Right.Directory & inheriting, inheriting);
    } else {
      const file = place.directory.open(place.name, { read, write, create, exclusive, truncate, directory });
      let kept = Right.File & descriptor.inheriting;
      if (!write) kept &= ~(Right.Write | Right.Allocate | Right.SetSize);
      else if (!read) kept &= ~Right.Read;
      opened = new Descriptor({ file }, kept);
    }
    opened.flags = fdFlags;
    opened.isReadOnly = descriptor.isReadOnly;
    at.setUint32(0, this.fds.add(opened), true);
    return Errno.Success;
  }

  private typeOf(directory: Directory, name: string): FileType | null {
    try {
      return directory.stat(name).type;
    } catch (error) {
      errnoOf(error);
      return null;
    }
  }

  /** Entries from the cookie's on; the buffer is filled to its end, the last entry cut. */
  private readDirectory(fd: number, buffer: number, length: number, cookie: bigint, result: number): Errno {
    const { directory } = this.fds.findDirectory(fd, Right.Readdir);
    const target = this.range(buffer, length);
    const at = this.view(result, 4);
    const self = { inode: directory.statSelf().inode, type: FileType.Directory };
    const entries = [{ ...self, name: "." }, { ...self, name: ".." }, ...directory.list()];
    let used = 0;
    for (let i = Number(cookie); i < entries.length && used < length; i++) {
      const { name, inode, type } = entries[i];
      const record = new Uint8Array(24 + name.length);
      const view = new DataView(record.buffer);
      view.setBigUint64(0, BigInt(i + 1), true);
      view.setBigUint64(8, inode, true);
      view.setUint32(16, name.length, true);
      view.setUint32(20, type, true);
      putText(record.subarray(24), name);
      const part = record.subarray(0, length - used);
      target.set(part, used);
      used += part.length;
    }
    at.setUint32(0, used, true);
    return Errno.Success;
  }

  /** Calls a function; ProgramExit is thrown on. */
  call(name: string, args: (number | bigint)[]): Answer {
    try {
      const answer = (this.functions[name] as (...args: (number | bigint)[]) => unknown)(...args);
      if (answer instanceof Promise) return answer.catch((error) => errnoOf(error));
      return (answer as Errno | undefined) ?? Errno.Success;
    } catch (error) {
      if (error instanceof ProgramExit) throw error;
      return errnoOf(error);
    }
  }
}

/** Reads or writes piece by piece until one comes short; an error counts only if nothing was done before it. */
function transfer(pieces: Uint8Array[], action: (piece: Uint8Array, done: number) => number): number {
  let done = 0;
  for (const piece of pieces) {
    let n: number;
    try {
      n = action(piece, done);
    } catch (error) {
      if (done == 0) throw error;
      return done;
    }
    done += n;
    if (n < piece.length) break;
  }
  return done;
}

export const MODULE = "wasi_snapshot_preview1";

/** A function's type as link/intrinsics.ts writes it. */
export function signatureOf(name: string, params: string): string {
  return `${params}>${name == "proc_exit" ? "" : "i"}`;
}

/** The functions' parameters, i for i32 and l for i64; all but proc_exit return an i32. */
export const FUNCTIONS: [name: string, params: string][] = [
  ["args_get", "ii"],
  ["args_sizes_get", "ii"],
  ["environ_get", "ii"],
  ["environ_sizes_get", "ii"],
  ["clock_res_get", "ii"],
  ["clock_time_get", "ili"],
  ["fd_advise", "illi"],
  ["fd_allocate", "ill"],
  ["fd_close", "i"],
  ["fd_datasync", "i"],
  ["fd_fdstat_get", "ii"],
  ["fd_fdstat_set_flags", "ii"],
  ["fd_fdstat_set_rights", "ill"],
  ["fd_filestat_get", "ii"],
  ["fd_filestat_set_size", "il"],
  ["fd_filestat_set_times", "illi"],
  ["fd_pread", "iiili"],
  ["fd_prestat_get", "ii"],
  ["fd_prestat_dir_name", "iii"],
  ["fd_pwrite", "iiili"],
  ["fd_read", "iiii"],
  ["fd_readdir", "iiili"],
  ["fd_renumber", "ii"],
  ["fd_seek", "ilii"],
  ["fd_sync", "i"],
  ["fd_tell", "ii"],
  ["fd_write", "iiii"],
  ["path_create_directory", "iii"],
  ["path_filestat_get", "iiiii"],
  ["path_filestat_set_times", "iiiilli"],
  ["path_link", "iiiiiii"],
  ["path_open", "iiiiillii"],
  ["path_readlink", "iiiiii"],
  ["path_remove_directory", "iii"],
  ["path_rename", "iiiiii"],
  ["path_symlink", "iiiii"],
  ["path_unlink_file", "iii"],
  ["poll_oneoff", "iiii"],
  ["proc_exit", "i"],
  ["proc_raise", "i"],
  ["random_get", "ii"],
  ["sched_yield", ""],
  ["sock_accept", "iii"],
  ["sock_recv", "iiiiii"],
  ["sock_send", "iiiii"],
  ["sock_shutdown", "ii"],
];
