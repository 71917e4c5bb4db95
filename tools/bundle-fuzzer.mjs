// The fuzzer (test/fuzz) with the compiler in one file for Node, as tools/fuzz.mjs and tools/seed-bugs.mjs run it. Needs a
// build.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { nodeBundle } from "./bundle.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Writes the bundle; esbuild's plugins may change sources. */
export async function bundleFuzzer(outfile, plugins = []) {
  await build({ ...nodeBundle("test/fuzz/main.ts", outfile), plugins });
}
