// Several memories, 64-bit memories and tables, pages of a byte, wide arithmetic: at both levels, with and without
// guards, each allocation checked; and wasmtime passes the same scripts.

import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder } from "../programs/wx";
import { expectPasses, expectPeerPasses } from "./passes";
import { wideScript } from "./wide";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

const MODES = [["-O0"], ["-O1"], ["-O2"], ["-O2", "--memory=checked"], ["--interpret"]].map((mode) => [
  "--check",
  ...mode,
]);

test("memories and tables", () => {
  const path = join(import.meta.dirname, "memories.wast");
  expect(expectPasses(path, MODES)).toBe(192);
  expectPeerPasses(path);
});

test("wide arithmetic", () => {
  const path = join(folder, "wide.wast");
  writeFileSync(path, wideScript());
  expect(expectPasses(path, MODES)).toBeGreaterThan(1800);
  expectPeerPasses(path);
});
