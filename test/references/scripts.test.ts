// The scripts of this folder pass at both levels, each allocation checked; and they are right: wasmtime passes them too.

import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expectPasses, expectPeerPasses, wasmtime } from "../wast/passes";

const scripts = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".wast"));

for (const name of scripts) {
  const path = join(import.meta.dirname, name);
  test.each(["-O2", "-O0"])(`${name}, %s`, (level) => {
    expect(expectPasses(path, [[level, "--check"]])).toBeGreaterThan(0);
  });

  test.skipIf(wasmtime == null)(`${name}, as wasmtime sees it`, () => expectPeerPasses(path));
}
