// Modules with bytes changed or cut off: our verdict against that of the JavaScript engine, and where the two
// differ (the engine knows other features), against wasm-tools.

import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { check, shared } from "./load";

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
  const args = [
    "validate",
    "--features=wasm2,-simd,extended-const,tail-call,function-references,gc,exceptions,multi-memory,memory64,custom-page-sizes,wide-arithmetic",
  ];
  const run = spawnSync(tools as string, args, { input: bytes, encoding: "utf8" });
  if ((run.status === 0) === (message === "")) return null;
  // Constant expressions may name earlier globals since version 3 of the specification.
  if (run.stderr.includes("global.get of locally defined global")) return null;
  return `${Buffer.from(bytes).toString("hex")}: ours "${message}", wasm-tools "${run.stderr}"`;
}

test.skipIf(missing)(
  "changed bytes",
  () => {
    const modules = loadModules();
    let seed = 20240607;
    const random = (n: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      return (seed >>> 8) % n;
    };
    const telling = [0x00, 0x01, 0x0b, 0x40, 0x70, 0x7f, 0x80, 0xff];
    const differences: string[] = [];
    for (let i = 0; i < 40000; i++) {
      const bytes = modules[random(modules.length)].slice();
      for (let k = random(3); k >= 0; k--) {
        const at = 8 + random(bytes.length - 8);
        const kind = random(4);
        if (kind === 0) bytes[at] = random(256);
        else if (kind === 1) bytes[at] ^= 1 << random(8);
        else if (kind === 2) bytes[at] = telling[random(telling.length)];
        else bytes[at] = bytes[8 + random(bytes.length - 8)];
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
