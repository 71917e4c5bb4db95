// host/js and host/native are twins: the same names, and the same results for the same calls.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileTwin, startTwin } from "./twin";
import { result, run } from "./entry";

const repository = join(import.meta.dirname, "../..");

/** Names that a module exports. `abort` is for asc alone; the prelude is built into asc. */
function exportsOf(file: string): string[] {
  const text = readFileSync(join(repository, file), "utf8");
  const names = [...text.matchAll(/^(?:@\w+\s+)*export (?:function|class|const) (\w+)/gm)].map((m) => m[1]);
  return names.filter((name) => name != "abort").sort();
}

for (const file of readdirSync(join(repository, "host/js"))) {
  if (file == "prelude.ts" || !file.endsWith(".ts")) continue;
  test(`${file} exports the same on both sides`, () => {
    expect(exportsOf(`host/native/host/${file}`)).toEqual(exportsOf(`host/js/${file}`));
  });
}

test("both sides compute the same", () => {
  for (const flags of [["--debug"], ["-O3", "--noAssert", "--uncheckedBehavior", "always"]]) {
    const native = startTwin<{ run(): number; result(i: number): number }>(compileTwin("test/host/entry.ts", flags));
    const count = run();
    expect(native.run()).toBe(count);
    expect(count).toBeGreaterThan(800);
    for (let i = 0; i < count; i++) expect([i, native.result(i)]).toEqual([i, result(i)]);
  }
}, 600_000);
