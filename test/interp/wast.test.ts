// wx wast --interpret: scripts of the specification give the same counts as compiled.

import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { shared, wx } from "../programs/wx";

const root = shared("spec");

/** A tenth of them: the rest is run without the command line (spec.test.ts). */
const scripts = root == null ? [] : readdirSync(root).filter((_, i) => i % 10 == 0);

test.skipIf(root == null)(
  "interpreted scripts pass exactly as compiled ones",
  () => {
    const files = scripts.map((name) => join(root as string, name, "script.json")).filter((file) => existsSync(file));
    expect(files.length).toBeGreaterThan(15);
    const compiled = wx(["wast", ...files], { timeout: 300_000 });
    const interpreted = wx(["wast", "--interpret", ...files], { timeout: 300_000 });
    expect(interpreted.stdout).toBe(compiled.stdout);
    expect(interpreted.status).toBe(compiled.status);
    expect(interpreted.stdout).toMatch(/, 0 failed/);
  },
  600_000,
);
