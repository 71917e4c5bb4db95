// Runs one WASI program with the runtime, in a process of its own:
// bun run-guest.ts '{"wasm": path, "args": [], "granted": [], "grants": []}'

import "../../host/js/prelude";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Machine } from "./machine";

const options = JSON.parse(process.argv[2]);
const runtime = readFileSync(join(import.meta.dir, "../../build/runtime.wasm"));
const machine = new Machine(runtime, options);
process.exit(machine.run(readFileSync(options.wasm)));
