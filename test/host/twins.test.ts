// host/js and host/native are twins: the same names, and the same results for the same calls.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { result, run } from "./entry";

const repository = join(import.meta.dirname, "../..");

/** Names that a module exports. `abort` is for asc alone; the prelude is built into asc. */
function exportsOf(file: string): string[] {
  const text = readFileSync(join(repository, file), "utf8");
  const names = [...text.matchAll(/^(?:@\w+\s+)*export (?:function|class|const) (\w+)/gm)].map((m) => m[1]);
  return names.filter((name) => name != "abort").sort();
}

for (const file of readdirSync(join(repository, "host/js"))) {
  if (file == "prelude.ts") continue;
  test(`${file} exports the same on both sides`, () => {
    expect(exportsOf(`host/native/host/${file}`)).toEqual(exportsOf(`host/js/${file}`));
  });
}

test("both sides compute the same", () => {
  const folder = mkdtempSync(join(tmpdir(), "wx-host-"));
  try {
    for (const flags of [["--debug"], ["-O3", "--noAssert", "--uncheckedBehavior", "always"]]) {
      const wasm = join(folder, "twin.wasm");
      const asc = join(repository, "node_modules/assemblyscript/bin/asc.js");
      const args = [asc, "test/host/entry.ts", "--path", "host/native", "--runtime", "stub", "-o", wasm, ...flags];
      const done = spawnSync("node", args, { cwd: repository, encoding: "utf8" });
      expect(done.stderr).toBe("");
      const module = new WebAssembly.Module(readFileSync(wasm));
      const abort = () => {
        throw new Error("an assertion failed");
      };
      const native = new WebAssembly.Instance(module, { env: { abort } }).exports as unknown as {
        run(): number;
        result(i: number): number;
      };
      const count = run();
      expect(native.run()).toBe(count);
      expect(count).toBeGreaterThan(800);
      for (let i = 0; i < count; i++) expect([i, native.result(i)]).toEqual([i, result(i)]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
