// A file system in memory: for browsers, and for programs that are to see nothing of the machine's.

import { fromBytes, toBytes } from "./byte-text";
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

/** More than a file can have: what an array can have is less. */
const LARGEST = 0xffff_ffffn;

let inodes = 0n;

function now(): bigint {
  return BigInt(Math.trunc((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}

abstract class Node {
  readonly inode = ++inodes;
  links = 1n;
  accessed = now();
  modified = now();
  changed = now();

  abstract readonly type: FileType;

  get size(): bigint {
    return 0n;
  }

  stat(): Stat {
    const { inode, type, links, size, accessed, modified, changed } = this;
    return { device: 1n, inode, type, links, size, accessed, modified, changed };
  }

  setTimes(times: Times): void {
    this.accessed = times.accessed ?? this.accessed;
    this.modified = times.modified ?? this.modified;
    this.changed = now();
  }

  touch(): void {
    this.modified = now();
    this.changed = this.modified;
  }
}

class FileNode extends Node {
  readonly type = FileType.Regular;
  /** More than the file's bytes, so that appending does not copy them every time. */
  private buffer: Uint8Array;
  private length: number;

  constructor(bytes: Uint8Array) {
    super();
    this.buffer = bytes;
    this.length = bytes.length;
  }

  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  override get size(): bigint {
    return BigInt(this.length);
  }

  resize(size: bigint): void {
    if (size > LARGEST) throw new WasiError(Errno.FBig);
    const length = Number(size);
    if (length > this.buffer.length) {
      let buffer: Uint8Array;
      try {
        buffer = new Uint8Array(Math.max(length, Math.min(this.buffer.length * 2, this.buffer.length + 0x400_0000)));
      } catch {
        throw new WasiError(Errno.NoSpc);
      }
      buffer.set(this.bytes);
      this.buffer = buffer;
    }
    if (length < this.length) this.buffer.fill(0, length, this.length);
    this.length = length;
    this.touch();
  }
}

class LinkNode extends Node {
  readonly type = FileType.Link;
  readonly target: string;

  constructor(target: string) {
    super();
    this.target = target;
  }

  override get size(): bigint {
    return BigInt(this.target.length);
  }
}

class MemoryFile implements OpenFile {
  private readonly node: FileNode;

  constructor(node: FileNode) {
    this.node = node;
  }

  stat(): Stat {
    return this.node.stat();
  }

  read(bytes: Uint8Array, position: bigint): number {
    const { size } = this.node;
    if (position >= size) return 0;
    const part = this.node.bytes.subarray(Number(position), Number(position) + bytes.length);
    bytes.set(part);
    this.node.accessed = now();
    return part.length;
  }

  write(bytes: Uint8Array, position: bigint): number {
    if (bytes.length == 0) return 0;
    const end = position + BigInt(bytes.length);
    if (end > this.node.size) this.node.resize(end);
    this.node.bytes.set(bytes, Number(position));
    this.node.touch();
    return bytes.length;
  }

  truncate(size: bigint): void {
    this.node.resize(size);
  }

  sync(): void {}

  setTimes(times: Times): void {
    this.node.setTimes(times);
  }

  close(): void {}
}

/** A tree as it is given and asked for: bytes or text are files, objects directories. */
export interface MemoryTree {
  [name: string]: Uint8Array | string | MemoryTree;
}

class DirectoryNode extends Node {
  readonly type = FileType.Directory;
  readonly entries = new Map<string, Node>();
  parent: DirectoryNode | null = null;

  constructor() {
    super();
    this.links = 2n;
  }

  find(name: string): Node {
    const node = this.entries.get(name);
    if (node == undefined) throw new WasiError(name.length > 255 ? Errno.NameTooLong : Errno.NoEnt);
    return node;
  }

  /** Gives a node a name that nothing has. */
  adopt(name: string, node: Node): void {
    if (name.length > 255) throw new WasiError(Errno.NameTooLong);
    // A directory that was removed has no entries any more.
    if (this.links == 0n) throw new WasiError(Errno.NoEnt);
    this.entries.set(name, node);
    this.touch();
    if (!(node instanceof DirectoryNode)) return;
    node.parent = this;
    this.links++;
  }

  /** Takes the name from a node. */
  release(name: string, node: Node): void {
    this.entries.delete(name);
    this.touch();
    node.changed = now();
    if (node instanceof DirectoryNode) this.links--;
  }
}

export class MemoryDirectory implements Directory {
  private readonly node: DirectoryNode;

  constructor(content: MemoryTree | DirectoryNode = {}) {
    if (content instanceof DirectoryNode) {
      this.node = content;
      return;
    }
    this.node = new DirectoryNode();
    for (const [name, part] of Object.entries(content)) {
      if (name == "" || name == "." || name == ".." || /[/\0]/.test(name)) throw new Error(`'${name}' is no name`);
      this.node.adopt(toBytes(name), nodeOf(part));
    }
  }

  /** What is there now. Links are left out. */
  toTree(): MemoryTree {
    const tree: MemoryTree = {};
    for (const [bytes, node] of this.node.entries) {
      const name = fromBytes(bytes);
      if (node instanceof FileNode) tree[name] = node.bytes.slice();
      else if (node instanceof DirectoryNode) tree[name] = new MemoryDirectory(node).toTree();
    }
    return tree;
  }

  get root(): DirectoryNode {
    return this.node;
  }

  statSelf(): Stat {
    return this.node.stat();
  }

  setOwnTimes(times: Times): void {
    this.node.setTimes(times);
  }

  list(): DirectoryEntry[] {
    return [...this.node.entries].map(([name, { inode, type }]) => ({ name, inode, type }));
  }

  enter(name: string): Directory {
    const node = this.node.find(name);
    if (!(node instanceof DirectoryNode)) throw new WasiError(Errno.NotDir);
    return new MemoryDirectory(node);
  }

  stat(name: string): Stat {
    return this.node.find(name).stat();
  }

  readLink(name: string): string {
    const node = this.node.find(name);
    if (!(node instanceof LinkNode)) throw new WasiError(Errno.Inval);
    return node.target;
  }

  open(name: string, flags: OpenFlags): OpenFile {
    let node = this.node.entries.get(name);
    if (node == undefined) {
      node = flags.create ? new FileNode(new Uint8Array()) : this.node.find(name);
      this.node.adopt(name, node);
    } else if (flags.create && flags.exclusive) throw new WasiError(Errno.Exist);
    if (node instanceof LinkNode) throw new WasiError(Errno.Loop);
    if (!(node instanceof FileNode)) throw new WasiError(Errno.IsDir);
    if (flags.directory) throw new WasiError(Errno.NotDir);
    if (flags.truncate) node.resize(0n);
    return new MemoryFile(node);
  }

  setTimes(name: string, times: Times): void {
    this.node.find(name).setTimes(times);
  }

  private insert(given: string, node: Node): void {
    const name = withoutSlashes(given);
    if (isDots(name) || this.node.entries.has(name)) throw new WasiError(Errno.Exist);
    if (given != name && !(node instanceof DirectoryNode)) throw new WasiError(Errno.NoEnt);
    this.node.adopt(name, node);
  }

  makeDirectory(name: string): void {
    this.insert(name, new DirectoryNode());
  }

  removeDirectory(given: string): void {
    const name = withoutSlashes(given);
    if (isDots(name)) throw new WasiError(name == "." ? Errno.Inval : Errno.NotEmpty);
    const node = this.node.find(name);
    if (!(node instanceof DirectoryNode)) throw new WasiError(Errno.NotDir);
    if (node.entries.size != 0) throw new WasiError(Errno.NotEmpty);
    this.node.release(name, node);
    node.parent = null;
    node.links = 0n;
  }

  remove(given: string): void {
    const name = withoutSlashes(given);
    if (isDots(name)) throw new WasiError(Errno.IsDir);
    const node = this.node.find(name);
    if (node instanceof DirectoryNode) throw new WasiError(Errno.IsDir);
    if (given != name) throw new WasiError(Errno.NotDir);
    this.node.release(name, node);
    node.links--;
  }

  makeLink(name: string, target: string): void {
    this.insert(name, new LinkNode(target));
  }

  linkTo(name: string, directory: Directory, newName: string): void {
    if (!(directory instanceof MemoryDirectory)) throw new WasiError(Errno.XDev);
    const node = this.node.find(name);
    if (node instanceof DirectoryNode) throw new WasiError(Errno.Perm);
    directory.insert(newName, node);
    node.links++;
    node.changed = now();
  }

  renameTo(given: string, directory: Directory, newGiven: string): void {
    if (!(directory instanceof MemoryDirectory)) throw new WasiError(Errno.XDev);
    const name = withoutSlashes(given);
    const newName = withoutSlashes(newGiven);
    if (isDots(name) || isDots(newName)) throw new WasiError(Errno.Busy);
    const node = this.node.find(name);
    const old = directory.node.entries.get(newName);
    const hasSlash = given != name || newGiven != newName;
    if (hasSlash && !(node instanceof DirectoryNode)) throw new WasiError(Errno.NotDir);
    if (old == node) return;
    if (node instanceof DirectoryNode) {
      for (let at: DirectoryNode | null = directory.node; at != null; at = at.parent) {
        if (at == node) throw new WasiError(Errno.Inval);
      }
      if (old != undefined && !(old instanceof DirectoryNode)) throw new WasiError(Errno.NotDir);
      if (old != undefined) directory.removeDirectory(newName);
    } else if (old != undefined) directory.remove(newName);
    directory.node.adopt(newName, node);
    this.node.release(name, node);
    if (node instanceof DirectoryNode) node.parent = directory.node;
  }
}

function withoutSlashes(name: string): string {
  return name.replace(/\/+$/, "");
}

function isDots(name: string): boolean {
  return name == "." || name == "..";
}

function nodeOf(part: Uint8Array | string | MemoryTree): Node {
  if (typeof part == "string") return new FileNode(new TextEncoder().encode(part));
  return part instanceof Uint8Array ? new FileNode(part.slice()) : new MemoryDirectory(part).root;
}
