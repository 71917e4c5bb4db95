// What the WASI host asks of a file system: Node's (node-files.ts) or one in memory (memory-files.ts). Everything goes by a
// directory and one name in it, and no operation follows a link: paths and links are resolved above (resolve.ts). Names
// are byte strings, one character a byte. What cannot be done is thrown, as WasiError or as Node does.

import { FileType } from "../../wasi-numbers";

export { FileType };

export interface Stat {
  device: bigint;
  inode: bigint;
  type: FileType;
  links: bigint;
  size: bigint;
  /** Nanoseconds since 1970. */
  accessed: bigint;
  modified: bigint;
  changed: bigint;
}

export interface OpenFlags {
  read: boolean;
  write: boolean;
  create: boolean;
  exclusive: boolean;
  truncate: boolean;
  directory: boolean;
}

/** New times, in nanoseconds; undefined: as it is. */
export interface Times {
  accessed?: bigint;
  modified?: bigint;
}

/** An open file or device. */
export interface OpenFile {
  stat(): Stat;
  /** Reads at a position; the number of bytes, 0 at the end. */
  read(bytes: Uint8Array, position: bigint): number;
  write(bytes: Uint8Array, position: bigint): number;
  truncate(size: bigint): void;
  sync(): void;
  setTimes(times: Times): void;
  close(): void;
}

export interface DirectoryEntry {
  name: string;
  inode: bigint;
  type: FileType;
}

export interface Directory {
  /** Of the directory itself. */
  statSelf(): Stat;
  setOwnTimes(times: Times): void;
  /** Its entries but `.` and `..`, in an order that stays while nothing changes. */
  list(): DirectoryEntry[];
  /** The directory called `name`; NotDir if that is something else, a link too. */
  enter(name: string): Directory;
  stat(name: string): Stat;
  readLink(name: string): string;
  /** Opens what is no directory; IsDir if it is one, Loop if it is a link. */
  open(name: string, flags: OpenFlags): OpenFile;
  setTimes(name: string, times: Times): void;
  // Names below are as they were given: they may be `.` or `..`, and have slashes behind them, as for the kernel.
  makeDirectory(name: string): void;
  removeDirectory(name: string): void;
  remove(name: string): void;
  makeLink(name: string, target: string): void;
  /** Gives `name` here a second name in another directory of the same file system. */
  linkTo(name: string, directory: Directory, newName: string): void;
  renameTo(name: string, directory: Directory, newName: string): void;
}
