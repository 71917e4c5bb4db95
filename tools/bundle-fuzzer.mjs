// The fuzzer (test/fuzz) with the compiler in one file for Node, as tools/fuzz.mjs and tools/seed-bugs.mjs run it. Needs a
// build.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Writes the bundle; esbuild's plugins may change sources. */
export async function bundleFuzzer(outfile, plugins = []) {
  await build({
    absWorkingDir: root,
    entryPoints: ["test/fuzz/main.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outfile,
    logLevel: "warning",
    plugins,
  });
}
