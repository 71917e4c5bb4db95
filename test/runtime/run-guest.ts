// Runs one WASI program with the runtime, in a process of its own:
// bun run-guest.ts '{"wasm": path, "args": [], "granted": [], "grants": [], "walk": false}'

import "../../host/js/prelude";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Machine } from "./machine";

const options = JSON.parse(process.argv[2]);
const runtime = readFileSync(join(import.meta.dir, "../../build/runtime.wasm"));
const machine = new Machine(runtime, options);
// As on a kernel without openat2: ENOSYS.
if (options.walk) machine.fake = (number) => (number == 437 ? -38n : null);
process.exit(machine.run(readFileSync(options.wasm)));
