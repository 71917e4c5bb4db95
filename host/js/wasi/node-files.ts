// Directories of the machine, through Node's files. A directory is its path: unlike the native runtime, which keeps
// directories open, this one trusts that nobody else moves them meanwhile.

import * as fs from "node:fs";
import { Errno, WasiError } from "./errors";
import {
  type Directory,
  type DirectoryEntry,
  FileType,
  type OpenFile,
  type OpenFlags,
  type Stat,
  type Times,
} from "./file-system";

const { constants } = fs;

/** A byte string as Node takes it. */
function toPath(bytes: string): Buffer {
  return Buffer.from(bytes, "latin1");
}

function fileType(mode: bigint): FileType {
  switch (Number(mode) & constants.S_IFMT) {
    case constants.S_IFDIR:
      return FileType.Directory;
    case constants.S_IFREG:
      return FileType.Regular;
    case constants.S_IFLNK:
      return FileType.Link;
    case constants.S_IFCHR:
      return FileType.CharacterDevice;
    case constants.S_IFBLK:
      return FileType.BlockDevice;
    case constants.S_IFSOCK:
      return FileType.Socket;
  }
  return FileType.Unknown;
}

function convert(stat: fs.BigIntStats): Stat {
  const positive = (time: bigint) => (time < 0n ? 0n : time);
  return {
    device: stat.dev,
    inode: stat.ino,
    type: fileType(stat.mode),
    links: stat.nlink,
    size: stat.size,
    accessed: positive(stat.atimeNs),
    modified: positive(stat.mtimeNs),
    changed: positive(stat.ctimeNs),
  };
}

/** Status of an open descriptor of the process. */
export function statDescriptor(fd: number): Stat {
  return convert(fs.fstatSync(fd, { bigint: true }));
}

/** A time as Node takes it: seconds, exact to some 100 ns. */
function seconds(time: bigint): number {
  return Number(time / 1_000_000_000n) + Number(time % 1_000_000_000n) / 1e9;
}

class NodeFile implements OpenFile {
  private readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }

  stat(): Stat {
    return statDescriptor(this.fd);
  }

  read(bytes: Uint8Array, position: bigint): number {
    return fs.readSync(this.fd, bytes, 0, bytes.length, position);
  }

  write(bytes: Uint8Array, position: bigint): number {
    if (position > BigInt(Number.MAX_SAFE_INTEGER)) throw new WasiError(Errno.FBig);
    return fs.writeSync(this.fd, bytes, 0, bytes.length, Number(position));
  }

  truncate(size: bigint): void {
    fs.ftruncateSync(this.fd, Number(size));
  }

  sync(): void {
    fs.fsyncSync(this.fd);
  }

  setTimes(times: Times): void {
    const stat = this.stat();
    fs.futimesSync(this.fd, seconds(times.accessed ?? stat.accessed), seconds(times.modified ?? stat.modified));
  }

  close(): void {
    fs.closeSync(this.fd);
  }
}

export class NodeDirectory implements Directory {
  /** Byte string, without a slash at its end unless it is the root. */
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  private pathOf(name: string): Buffer {
    return toPath(this.path.endsWith("/") ? this.path + name : `${this.path}/${name}`);
  }

  statSelf(): Stat {
    return convert(fs.lstatSync(toPath(this.path), { bigint: true }));
  }

  setOwnTimes(times: Times): void {
    const stat = this.statSelf();
    fs.utimesSync(
      toPath(this.path),
      seconds(times.accessed ?? stat.accessed),
      seconds(times.modified ?? stat.modified),
    );
  }

  list(): DirectoryEntry[] {
    const names = fs.readdirSync(toPath(this.path), { encoding: "latin1" });
    const entries: DirectoryEntry[] = [];
    for (const name of names) {
      try {
        const { inode, type } = this.stat(name);
        entries.push({ name, inode, type });
      } catch {
        // Removed meanwhile.
      }
    }
    return entries;
  }

  enter(name: string): Directory {
    if (this.stat(name).type != FileType.Directory) throw new WasiError(Errno.NotDir);
    return new NodeDirectory(this.pathOf(name).toString("latin1"));
  }

  stat(name: string): Stat {
    return convert(fs.lstatSync(this.pathOf(name), { bigint: true }));
  }

  readLink(name: string): string {
    return fs.readlinkSync(this.pathOf(name), { encoding: "latin1" });
  }

  open(name: string, flags: OpenFlags): OpenFile {
    let bits = flags.write ? (flags.read ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
    if (flags.create) bits |= constants.O_CREAT;
    if (flags.exclusive) bits |= constants.O_EXCL;
    if (flags.truncate) bits |= constants.O_TRUNC;
    if (flags.directory) bits |= constants.O_DIRECTORY ?? 0;
    // Not to be stopped by a pipe that nobody writes to, nor to get a terminal.
    bits |= (constants.O_NOFOLLOW ?? 0) | (constants.O_NOCTTY ?? 0);
    const fd = fs.openSync(this.pathOf(name), bits, 0o666);
    if (statDescriptor(fd).type != FileType.Directory) return new NodeFile(fd);
    fs.closeSync(fd);
    throw new WasiError(Errno.IsDir);
  }

  setTimes(name: string, times: Times): void {
    const stat = this.stat(name);
    fs.lutimesSync(
      this.pathOf(name),
      seconds(times.accessed ?? stat.accessed),
      seconds(times.modified ?? stat.modified),
    );
  }

  makeDirectory(name: string): void {
    fs.mkdirSync(this.pathOf(name));
  }

  removeDirectory(name: string): void {
    fs.rmdirSync(this.pathOf(name));
  }

  remove(name: string): void {
    if (this.stat(name).type == FileType.Directory) throw new WasiError(Errno.IsDir);
    fs.unlinkSync(this.pathOf(name));
  }

  makeLink(name: string, target: string): void {
    fs.symlinkSync(toPath(target), this.pathOf(name));
  }

  linkTo(name: string, directory: Directory, newName: string): void {
    if (!(directory instanceof NodeDirectory)) throw new WasiError(Errno.XDev);
    if (this.stat(name).type == FileType.Directory) throw new WasiError(Errno.Perm);
    fs.linkSync(this.pathOf(name), directory.pathOf(newName));
  }

  renameTo(name: string, directory: Directory, newName: string): void {
    if (!(directory instanceof NodeDirectory)) throw new WasiError(Errno.XDev);
    fs.renameSync(this.pathOf(name), directory.pathOf(newName));
  }
}
