// wabt's reader of the text format, where it knows what is written: the same module.

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import wabtModule from "wabt";
import { repository } from "../wasm/load";
import { read } from "./helpers";

const wabt = await wabtModule();
const features = {
  exceptions: true,
  multi_memory: true,
  tail_call: true,
  threads: true,
  memory64: true,
  extended_const: true,
  relaxed_simd: true,
  function_references: true,
};

/** What wabt says that a binary module is: that does not depend on which of several equal encodings it has. */
function printed(bytes: Uint8Array): string {
  const module = wabt.readWasm(bytes, { ...features, readDebugNames: false });
  const text = module.toText({ foldExprs: false, inlineExport: false });
  module.destroy();
  return text;
}

/** The module that wabt makes of a text, or null if it refuses it. */
function theirs(text: string): Uint8Array | null {
  try {
    const module = wabt.parseWat("text.wat", text, features);
    const { buffer } = module.toBinary({ canonicalize_lebs: true });
    module.destroy();
    return buffer;
  } catch {
    return null;
  }
}

/** wabt writes data of other memories than the first wrongly, leaves out an else without instructions, and types of blocks that have a short form. */
const otherwise = /\(data \(memory \$n|\belse (?:\$a )?end|\(else\)|\(block \(type/;

test("texts of all areas", () => {
  const folder = join(import.meta.dirname, "golden");
  let compared = 0;
  const wrong: string[] = [];
  for (const file of readdirSync(folder)) {
    for (const text of readFileSync(join(folder, file), "utf8").split("\n")) {
      if (!text.startsWith("(") || otherwise.test(text)) continue;
      const bytes = read(text).bytes;
      const other = bytes == null ? null : theirs(text);
      if (bytes == null || other == null) continue;
      compared++;
      if (printed(bytes) != printed(other)) wrong.push(`${text}\n${printed(bytes)}\n--\n${printed(other)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThanOrEqual(75);
});

test("this repository's texts", () => {
  let compared = 0;
  for (const folder of ["examples", "test"]) {
    for (const name of readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".wat")) continue;
      const text = readFileSync(join(repository, folder, name), "utf8");
      const { bytes, message } = read(text);
      expect([name, message]).toEqual([name, ""]);
      // wabt knows no wide arithmetic.
      if (/i64\.(add128|sub128|mul_wide)/.test(text)) continue;
      expect(printed(bytes as Uint8Array)).toBe(printed(theirs(text) as Uint8Array));
      compared++;
    }
  }
  expect(compared).toBeGreaterThanOrEqual(15);
});
