// A standard stream of this process.

import * as fs from "node:fs";
import * as tty from "node:tty";
import { Errno, errnoOf } from "./errors";
import type { Stat } from "./file-system";
import { statDescriptor } from "./node-files";
import type { Stream } from "./streams";

/** Milliseconds between two looks at a stream that somebody made non-blocking. */
const PAUSE = 5;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Does what would block, if the stream is not to: again and again. */
function patiently(action: () => number): number {
  while (true) {
    try {
      return action();
    } catch (error) {
      const errno = errnoOf(error);
      if (errno != Errno.Again && errno != Errno.Intr) throw error;
      Atomics.wait(pause, 0, 0, PAUSE);
    }
  }
}

export class NodeStream implements Stream {
  private readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }

  stat(): Stat {
    return statDescriptor(this.fd);
  }

  isTerminal(): boolean {
    return tty.isatty(this.fd);
  }

  read(bytes: Uint8Array): number {
    if (bytes.length == 0) return 0;
    return patiently(() => {
      try {
        return fs.readSync(this.fd, bytes);
      } catch (error) {
        // Windows says so at the end.
        if ((error as { code?: string }).code == "EOF") return 0;
        throw error;
      }
    });
  }

  write(bytes: Uint8Array): number {
    return bytes.length == 0 ? 0 : patiently(() => fs.writeSync(this.fd, bytes));
  }
}
