// Real programs with bytes of their code changed: what remains valid is run, without WASI, whose functions all return 0.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "./random";

const TELLING = [0x00, 0x01, 0x04, 0x0b, 0x0c, 0x0d, 0x20, 0x21, 0x22, 0x40, 0x41, 0x6a, 0x6b, 0x70, 0x7f, 0x80, 0xff];
const WASI = "wasi_snapshot_preview1";

/** A range of bytes. */
interface Range {
  start: number;
  end: number;
}

interface Program extends Range {
  bytes: Uint8Array;
}

/** Sections of a module whose sizes are right: identifiers, and where the contents are. */
export function sectionsOf(bytes: Uint8Array): (Range & { id: number })[] {
  const sections: (Range & { id: number })[] = [];
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      size |= (bytes[at] & 0x7f) << shift;
      more = bytes[at++] >= 0x80;
    }
    sections.push({ id, start: at, end: at + size });
    at += size;
  }
  return sections;
}

/** Where the contents of the code section are. */
export function codeOf(bytes: Uint8Array): Range {
  return sectionsOf(bytes).find(({ id }) => id == 10) ?? { start: 8, end: bytes.length };
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
      const { start, end } = codeOf(buffer);
      programs.push({ bytes: new Uint8Array(buffer), start, end });
    }
  }
  return programs;
}

/** Changes a byte of a module: to any, by a bit, to one that means much, or to another of the range. */
export function changeByte(bytes: Uint8Array, at: number, { start, end }: Range, random: (n: number) => number): void {
  const kind = random(4);
  if (kind == 0) bytes[at] = random(256);
  else if (kind == 1) bytes[at] ^= 1 << random(8);
  else if (kind == 2) bytes[at] = TELLING[random(TELLING.length)];
  else bytes[at] = bytes[start + random(end - start)];
}

/** A copy with some bytes of its code changed. */
export function mutate(r: Random, program: Program): Uint8Array {
  const copy = program.bytes.slice();
  const random = (n: number) => r.below(n);
  for (let n = r.below(3); n >= 0; n--) {
    const at = program.start + r.below(program.end - program.start);
    changeByte(copy, at, program, random);
  }
  return copy;
}
