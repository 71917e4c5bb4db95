// Several memories, 64-bit memories and tables, pages of a byte, wide arithmetic: at both levels, with and without
// guards, each allocation checked; and wasmtime passes the same scripts.

import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder, run, shared, wx } from "../programs/wx";
import { wideScript } from "./wide";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

const wasmtime = shared("peers/wasmtime");
const FEATURES = ["-W", "memory64=y,multi-memory=y,custom-page-sizes=y,wide-arithmetic=y,tail-call=y"];

function expectPasses(path: string, count: number): void {
  for (const options of [["-O0"], ["-O1"], ["-O2"], ["-O2", "--memory=checked"], ["--interpret"]]) {
    const done = wx(["wast", "--check", ...options, path]);
    const lines = done.stdout.trimEnd().split("\n");
    expect([options, lines.slice(0, -2), lines.at(-1), done.stderr]).toEqual([
      options,
      [],
      `${count} passed, 0 failed, 0 skipped`,
      "",
    ]);
  }
  if (wasmtime == null) return;
  const peer = run([wasmtime, "wast", ...FEATURES, path]);
  expect([peer.status, peer.stderr]).toEqual([0, ""]);
}

test("memories and tables", () => {
  expectPasses(join(import.meta.dirname, "memories.wast"), 192);
});

test("wide arithmetic", () => {
  const text = wideScript();
  const path = join(folder, "wide.wast");
  writeFileSync(path, text);
  const count = text.match(/\(assert_/g)?.length as number;
  expect(count).toBeGreaterThan(1800);
  expectPasses(path, count);
});
