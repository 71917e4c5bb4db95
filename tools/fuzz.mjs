// npm run fuzz: bundles the fuzzer (test/fuzz) with the compiler and runs it in Node, whose engine is one of those that must
// agree. Needs a build.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bundleFuzzer, root } from "./bundle-fuzzer.mjs";

const outfile = join(root, "build/fuzz.mjs");
await bundleFuzzer(outfile);
const done = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exit(done.status ?? 1);
