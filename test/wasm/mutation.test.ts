// Modules with bytes changed or cut off: our verdict against that of the JavaScript engine, and where the two
// differ (the engine knows other features), against wasm-tools.

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { changeByte } from "../fuzz/mutate";
import { makeRandom } from "../fuzz/random";
import { check, shared } from "./load";
import { objection } from "./tools";

const root = shared("spec");
const tools = shared("peers/wasm-tools");
const missing = root === null || tools === null;
if (missing) console.log("skipped 2 tests: no specification scripts or no wasm-tools beside the repository");

/** Valid modules of the specification's scripts, small enough to try many changes. */
function loadModules(): Uint8Array[] {
  const modules: Uint8Array[] = [];
  for (const directory of readdirSync(root as string).sort()) {
    const script = join(root as string, directory, "script.json");
    if (!existsSync(script)) continue;
    for (const command of JSON.parse(readFileSync(script, "utf8")).commands) {
      if (command.type !== "module" || command.module_type !== "binary") continue;
      const bytes = new Uint8Array(readFileSync(join(script, "..", command.filename)));
      if (bytes.length < 6000 && check(bytes).message === "") modules.push(bytes);
    }
  }
  return modules;
}

/** Null if the verdicts agree. */
function compare(bytes: Uint8Array): string | null {
  const { message } = check(bytes);
  if (message.endsWith("not supported") || WebAssembly.validate(bytes) === (message === "")) return null;
  const said = objection(tools as string, bytes, message);
  return said === "" ? null : `${Buffer.from(bytes).toString("hex")}: ours "${message}", wasm-tools "${said}"`;
}

test.skipIf(missing)(
  "changed bytes",
  () => {
    const modules = loadModules();
    const random = makeRandom(20240607);
    const differences: string[] = [];
    for (let i = 0; i < 40000; i++) {
      const bytes = modules[random(modules.length)].slice();
      for (let k = random(3); k >= 0; k--) {
        changeByte(bytes, 8 + random(bytes.length - 8), { start: 8, end: bytes.length }, random);
      }
      const difference = compare(bytes);
      if (difference !== null) differences.push(difference);
    }
    expect(differences).toEqual([]);
  },
  600_000,
);

test.skipIf(missing)(
  "cut off at every byte",
  () => {
    const modules = loadModules().filter((bytes) => bytes.length < 800);
    const differences: string[] = [];
    for (let i = 0; i < modules.length; i += 20) {
      for (let length = 0; length < modules[i].length; length++) {
        const difference = compare(modules[i].slice(0, length));
        if (difference !== null) differences.push(difference);
      }
    }
    expect(differences).toEqual([]);
  },
  600_000,
);
