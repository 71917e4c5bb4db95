// npm run fuzz: bundles the fuzzer (test/fuzz) with the compiler and runs it in Node, whose engine is one of those that must
// agree. Needs a build.

import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { nodeBundle } from "./bundle.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const outfile = join(root, "build/fuzz.mjs");
buildSync(nodeBundle("test/fuzz/main.ts", outfile));
const done = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exit(done.status ?? 1);
