// A program's descriptors: what each stands for, and what WASI keeps for it. As in the native runtime (runtime/fds.ts),
// whose tests hold here too.

import { Errno, WasiError } from "./errors";
import { type Directory, FileType, type OpenFile, type Stat } from "./file-system";
import type { Stream } from "./streams";

export const Right = {
  Datasync: 1n << 0n,
  Read: 1n << 1n,
  Seek: 1n << 2n,
  SetFlags: 1n << 3n,
  Sync: 1n << 4n,
  Tell: 1n << 5n,
  Write: 1n << 6n,
  Advise: 1n << 7n,
  Allocate: 1n << 8n,
  PathCreateDirectory: 1n << 9n,
  PathCreateFile: 1n << 10n,
  PathLinkSource: 1n << 11n,
  PathLinkTarget: 1n << 12n,
  PathOpen: 1n << 13n,
  Readdir: 1n << 14n,
  PathReadlink: 1n << 15n,
  PathRenameSource: 1n << 16n,
  PathRenameTarget: 1n << 17n,
  PathFilestatGet: 1n << 18n,
  PathSetSize: 1n << 19n,
  PathSetTimes: 1n << 20n,
  FilestatGet: 1n << 21n,
  SetSize: 1n << 22n,
  SetTimes: 1n << 23n,
  PathSymlink: 1n << 24n,
  PathRemoveDirectory: 1n << 25n,
  PathUnlinkFile: 1n << 26n,
  Poll: 1n << 27n,
  /** All that a file can have. */
  File: 0x08e0_01ffn,
  /** All that a directory can have. */
  Directory: 0x07bf_fe18n,
  /** What a directory hands on to what is opened in it. */
  All: 0x0fff_ffffn,
} as const;

/** Most descriptors that a program can have. */
const MOST = 8192;

export class Descriptor {
  /** What it stands for: one of these. */
  readonly file: OpenFile | null;
  readonly stream: Stream | null;
  readonly directory: Directory | null;
  rights: bigint;
  inheriting: bigint;
  flags = 0;
  isReadOnly = false;
  /** The guest's name of a directory that it was given; null for all others. */
  preopen: string | null = null;
  position = 0n;

  constructor(
    target: { file: OpenFile } | { stream: Stream } | { directory: Directory },
    rights: bigint,
    inheriting = 0n,
  ) {
    this.file = "file" in target ? target.file : null;
    this.stream = "stream" in target ? target.stream : null;
    this.directory = "directory" in target ? target.directory : null;
    this.rights = rights;
    this.inheriting = inheriting;
  }

  stat(): Stat {
    return this.directory?.statSelf() ?? this.file?.stat() ?? (this.stream as Stream).stat();
  }

  /** Whether it has a position. */
  get canSeek(): boolean {
    if (this.file == null) return false;
    const { type } = this.file.stat();
    return type == FileType.Regular || type == FileType.BlockDevice;
  }
}

export class Descriptors {
  private readonly entries: (Descriptor | null)[] = [];

  constructor(streams: Stream[]) {
    for (const stream of streams) this.entries.push(new Descriptor({ stream }, Right.File));
  }

  /** Puts a new descriptor at the lowest free number, but not among the standard streams. */
  add(descriptor: Descriptor): number {
    let fd = this.entries.indexOf(null, 3);
    if (fd < 0) fd = this.entries.length;
    if (fd >= MOST) throw new WasiError(Errno.MFile);
    this.entries[fd] = descriptor;
    return fd;
  }

  find(fd: number): Descriptor {
    const descriptor = this.entries[fd];
    if (descriptor == null) throw new WasiError(Errno.BadF);
    return descriptor;
  }

  /** An open file, stream or device with a right. */
  findFile(fd: number, right: bigint): Descriptor {
    const descriptor = this.find(fd);
    if (descriptor.directory != null) throw new WasiError(Errno.IsDir);
    if ((descriptor.rights & right) != 0n) return descriptor;
    throw new WasiError((right & (Right.Read | Right.Write)) != 0n ? Errno.BadF : Errno.NotCapable);
  }

  /** A directory with a right. */
  findDirectory(fd: number, right: bigint): Descriptor & { directory: Directory } {
    const descriptor = this.find(fd);
    if (descriptor.directory == null) throw new WasiError(Errno.NotDir);
    if ((descriptor.rights & right) == 0n) throw new WasiError(Errno.NotCapable);
    return descriptor as Descriptor & { directory: Directory };
  }

  /** The same for what changes it. */
  findWritableDirectory(fd: number, right: bigint): Descriptor & { directory: Directory } {
    const descriptor = this.findDirectory(fd, right);
    if (descriptor.isReadOnly) throw new WasiError(Errno.Perm);
    return descriptor;
  }

  close(fd: number): void {
    const descriptor = this.find(fd);
    this.entries[fd] = null;
    descriptor.file?.close();
  }

  move(from: number, to: number): void {
    const source = this.find(from);
    const target = this.find(to);
    if (source == target) return;
    this.entries[from] = null;
    this.entries[to] = source;
    target.file?.close();
  }
}
