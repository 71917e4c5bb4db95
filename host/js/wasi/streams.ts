// The standard streams of a program: whatever can be read or written in sequence.

import { Errno, WasiError } from "./errors";
import { FileType, type Stat } from "./file-system";

export interface Stream {
  stat(): Stat;
  isTerminal(): boolean;
  /** Reads what there is, at least one byte; 0 at the end. A promise if it has to wait for it. */
  read(bytes: Uint8Array): number | Promise<number>;
  write(bytes: Uint8Array): number;
}

const EMPTY: Stat = {
  device: 0n,
  inode: 0n,
  type: FileType.Unknown,
  links: 1n,
  size: 0n,
  accessed: 0n,
  modified: 0n,
  changed: 0n,
};

/** Reads from bytes that are there. */
export class BytesInput implements Stream {
  private rest: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.rest = bytes;
  }

  stat(): Stat {
    return EMPTY;
  }

  isTerminal(): boolean {
    return false;
  }

  read(bytes: Uint8Array): number {
    const part = this.rest.subarray(0, bytes.length);
    bytes.set(part);
    this.rest = this.rest.subarray(part.length);
    return part.length;
  }

  write(): number {
    throw new WasiError(Errno.BadF);
  }
}

/** Reads from a function that hands out pieces, empty or null at the end, or promises of them. */
export class FunctionInput implements Stream {
  private readonly pull: () => Uint8Array | null | Promise<Uint8Array | null>;
  private rest = new Uint8Array();
  private isDone = false;

  constructor(pull: () => Uint8Array | null | Promise<Uint8Array | null>) {
    this.pull = pull;
  }

  stat(): Stat {
    return EMPTY;
  }

  isTerminal(): boolean {
    return false;
  }

  read(bytes: Uint8Array): number | Promise<number> {
    if (this.rest.length != 0 || this.isDone || bytes.length == 0) return this.take(bytes);
    const piece = this.pull();
    if (!(piece instanceof Promise)) return this.accept(bytes, piece);
    return piece.then((arrived) => this.accept(bytes, arrived));
  }

  private accept(bytes: Uint8Array, piece: Uint8Array | null): number {
    this.rest = new Uint8Array(piece ?? []);
    this.isDone = this.rest.length == 0;
    return this.take(bytes);
  }

  private take(bytes: Uint8Array): number {
    const part = this.rest.subarray(0, bytes.length);
    bytes.set(part);
    this.rest = this.rest.subarray(part.length);
    return part.length;
  }

  write(): number {
    throw new WasiError(Errno.BadF);
  }
}

/** Hands what is written to a function. */
export class FunctionOutput implements Stream {
  private readonly push: (bytes: Uint8Array) => void;

  constructor(push: (bytes: Uint8Array) => void) {
    this.push = push;
  }

  stat(): Stat {
    return EMPTY;
  }

  isTerminal(): boolean {
    return false;
  }

  read(): number {
    throw new WasiError(Errno.BadF);
  }

  write(bytes: Uint8Array): number {
    this.push(bytes.slice());
    return bytes.length;
  }
}
