// The specification's scripts have 1,305 modules as text: what must be malformed is, for the reason that the script
// gives, and the others become the same bytes as wasm-tools made of them.

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { check, shared } from "../wasm/load";
import { read, toHex } from "./helpers";

const root = shared("spec");

interface Command {
  type: string;
  line: number;
  filename?: string;
  binary_filename?: string;
  text?: string;
}

/** Texts that have two faults, or that we call by another name. */
const otherReasons = /^(?:annotations:78|id:29|id:30|simd_lane:(?:604|608|616|620)) /;
/** The text format's numbers are 64 bits wide for all memories now; the decoder refuses what is too large for 32. */
const refusedLater = /^proposals\/threads\/memory:/;

function scripts(): string[] {
  return readdirSync(root as string, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("script.json"))
    .sort();
}

test.skipIf(root == null)("verdicts, reasons and bytes", () => {
  const wrong: string[] = [];
  const counts = { valid: 0, malformed: 0, invalid: 0 };
  for (const script of scripts()) {
    const folder = dirname(script);
    const load = (name: string) => readFileSync(join(root as string, folder, name));
    for (const command of JSON.parse(readFileSync(join(root as string, script), "utf8")).commands as Command[]) {
      if (!command.filename?.endsWith(".wat")) continue;
      const { bytes, diag, message } = read(load(command.filename));
      const place = `${folder}:${command.line} ${command.type} "${command.text ?? ""}": ${message || "accepted"}`;
      if (command.type.startsWith("assert_malformed")) {
        counts.malformed++;
        if (bytes != null) {
          if (!refusedLater.test(place) || check(bytes).message == "") wrong.push(place);
        } else if (!diag.message.includes(command.text as string) && !otherReasons.test(place)) {
          wrong.push(place);
        }
        continue;
      }
      // What is invalid is no matter of the text.
      if (bytes == null) {
        wrong.push(place);
      } else if (command.type == "assert_invalid") {
        counts.invalid++;
        if (check(bytes).message == "") wrong.push(place);
      } else {
        counts.valid++;
        if (toHex(load(command.binary_filename as string)) != toHex(bytes)) wrong.push(`${place}: other bytes`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(counts).toEqual({ valid: 9, malformed: 1290, invalid: 6 });
});

test.skipIf(root == null)("binary modules in strings", () => {
  for (const script of scripts().slice(0, 20)) {
    for (const { filename } of JSON.parse(readFileSync(join(root as string, script), "utf8")).commands as Command[]) {
      if (!filename?.endsWith(".wasm")) continue;
      const bytes = readFileSync(join(root as string, dirname(script), filename));
      const text = `(module binary "${[...bytes].map((b) => `\\${b.toString(16).padStart(2, "0")}`).join("")}")`;
      expect(toHex(read(text).bytes as Uint8Array)).toBe(toHex(bytes));
    }
  }
});
