// Real programs with bytes of their code changed: what remains valid is run, without WASI, whose functions all return 0.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "./random";

const TELLING = [0x00, 0x01, 0x04, 0x0b, 0x0c, 0x0d, 0x20, 0x21, 0x22, 0x40, 0x41, 0x6a, 0x6b, 0x70, 0x7f, 0x80, 0xff];
const WASI = "wasi_snapshot_preview1";

interface Program {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** Where the contents of the code section are. */
function codeOf(bytes: Uint8Array): { start: number; end: number } {
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      size |= (bytes[at] & 0x7f) << shift;
      more = bytes[at++] >= 0x80;
    }
    if (id == 10) return { start: at, end: at + size };
    at += size;
  }
  return { start: 8, end: bytes.length };
}

export function loadPrograms(root: string): Program[] {
  const programs: Program[] = [];
  for (const folder of ["test/programs", "bench/programs", "examples"]) {
    for (const file of readdirSync(join(root, folder)).sort()) {
      if (!file.endsWith(".wasm")) continue;
      const buffer = readFileSync(join(root, folder, file));
      if (buffer.length > 100_000) continue;
      for (let at = buffer.indexOf(WASI); at >= 0; at = buffer.indexOf(WASI, at))
        buffer.write("X", at + WASI.length - 1);
      programs.push({ bytes: new Uint8Array(buffer), ...codeOf(buffer) });
    }
  }
  return programs;
}

/** A copy with some bytes of its code changed. */
export function mutate(r: Random, { bytes, start, end }: Program): Uint8Array {
  const copy = bytes.slice();
  for (let n = r.below(3); n >= 0; n--) {
    const at = start + r.below(end - start);
    const kind = r.below(4);
    if (kind == 0) copy[at] = r.below(256);
    else if (kind == 1) copy[at] ^= 1 << r.below(8);
    else if (kind == 2) copy[at] = r.pick(TELLING);
    else copy[at] = copy[start + r.below(end - start)];
  }
  return copy;
}
