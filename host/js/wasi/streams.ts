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

/** What is no terminal, and of which nothing else is known. */
abstract class Plain implements Stream {
  stat(): Stat {
    return EMPTY;
  }

  isTerminal(): boolean {
    return false;
  }

  read(_bytes: Uint8Array): number | Promise<number> {
    throw new WasiError(Errno.BadF);
  }

  write(_bytes: Uint8Array): number {
    throw new WasiError(Errno.BadF);
  }
}

type Piece = Uint8Array | null;

/** Reads from bytes that are there, then from a function that hands out pieces, empty or null at the end, or promises of
 *  them. */
export class Input extends Plain {
  private rest: Uint8Array;
  private readonly pull: () => Piece | Promise<Piece>;
  private isDone = false;

  constructor(rest: Uint8Array, pull: () => Piece | Promise<Piece>) {
    super();
    this.rest = rest;
    this.pull = pull;
  }

  override read(bytes: Uint8Array): number | Promise<number> {
    if (this.rest.length != 0 || this.isDone || bytes.length == 0) return this.take(bytes);
    const piece = this.pull();
    if (!(piece instanceof Promise)) return this.accept(bytes, piece);
    return piece.then((arrived) => this.accept(bytes, arrived));
  }

  private accept(bytes: Uint8Array, piece: Piece): number {
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
}

/** Hands what is written to a function. */
export class Output extends Plain {
  private readonly push: (bytes: Uint8Array) => void;

  constructor(push: (bytes: Uint8Array) => void) {
    super();
    this.push = push;
  }

  override write(bytes: Uint8Array): number {
    this.push(bytes.slice());
    return bytes.length;
  }
}
