// npm run fuzz [-- --bun]: bundles the fuzzer (test/fuzz) with the compiler and runs it in Node, or in Bun, whose engine is one
// of those that must agree. Bun's knows what Node 20's does not: exceptions, several and 64-bit memories, typed function
// references, wide arithmetic. Needs a build.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bundleFuzzer, root } from "./bundle-fuzzer.mjs";

const outfile = join(root, "build/fuzz.mjs");
await bundleFuzzer(outfile);
const args = process.argv.slice(2).filter((arg) => arg != "--bun");
const inBun = args.length + 2 < process.argv.length;
const engine = inBun ? join(root, "node_modules/.bin/bun") : process.execPath;
const env = { ...process.env, BUN_JSC_useWasmMemory64: "1" };
const done = spawnSync(engine, [outfile, ...args], { cwd: root, stdio: "inherit", env });
process.exit(done.status ?? 1);
