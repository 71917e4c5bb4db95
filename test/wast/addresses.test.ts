// Address arithmetic at the edges, of all kinds of memories: what wx computes is what the model in addresses.ts says,
// and what wasmtime says.

import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder } from "../programs/wx";
import { type Kind, script } from "./addresses";
import { expectPasses, expectPeerPasses } from "./passes";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

const K = 65536n;
const before = "(memory 1) (memory i64 1) (memory 2 3)";
const kinds: Kind[] = [
  { name: "32-bit", is64: false, page: K, before: "", grows: false },
  { name: "32-bit growing", is64: false, page: K, before: "", grows: true },
  { name: "64-bit", is64: true, page: K, before: "", grows: false },
  { name: "64-bit growing", is64: true, page: K, before: "", grows: true },
  { name: "one of several", is64: false, page: K, before, grows: true },
  { name: "64-bit, one of several", is64: true, page: K, before, grows: true },
  { name: "of bytes", is64: false, page: 1n, before: "", grows: false },
  { name: "of bytes, growing", is64: false, page: 1n, before, grows: true },
  { name: "of bytes, 64-bit", is64: true, page: 1n, before: "", grows: true },
];

const G = 1n << 30n;
const OFFSETS_32 = [
  0n,
  1n,
  8n,
  65535n,
  65536n,
  2n * G - 8n,
  2n * G - 1n,
  2n * G,
  2n * G + 1n,
  4n * G - 8n,
  4n * G - 1n,
];
const OFFSETS_64 = [
  ...OFFSETS_32,
  G - 8n,
  G - 7n,
  G - 1n,
  G,
  4n * G,
  4n * G + 1n,
  1n << 63n,
  (1n << 63n) + 8n,
  (1n << 64n) - 8n,
  (1n << 64n) - 1n,
];
const BASES_32 = [0n, 1n, 65528n, 65529n, 65535n, 65536n, 2n * G - 1n, 2n * G, 2n * G + 1n, 4n * G - 8n, 4n * G - 1n];
const BASES_64 = [
  ...BASES_32,
  4n * G,
  4n * G + 1n,
  8n * G,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 63n) + 1n,
  (1n << 64n) - 8n,
  (1n << 64n) - 1n,
];

/** Sizes in pages. */
function sizes(kind: Kind): bigint[] {
  if (kind.page == K) return [0n, 1n, K];
  return kind.is64 ? [0n, 1n, 100n, 4096n, 65537n, 4n * G + 3n] : [0n, 1n, 100n, 4096n, 65537n, 4n * G - K];
}

for (const kind of kinds) {
  test(`memory: ${kind.name}`, () => {
    const path = join(folder, `${kind.name}.wast`);
    const parts = sizes(kind).map((pages) =>
      script(kind, pages, kind.is64 ? OFFSETS_64 : OFFSETS_32, kind.is64 ? BASES_64 : BASES_32),
    );
    writeFileSync(path, parts.join(""));
    const modes = [["-O0"], ["-O2"], ["-O2", "--memory=checked"], ["--interpret"]];
    expect(expectPasses(path, modes)).toBeGreaterThan(1500);
    // Wasmtime takes much longer than wx, so it gets one size.
    writeFileSync(path, parts[kinds.indexOf(kind) % parts.length]);
    expectPeerPasses(path);
  }, 300_000);
}
