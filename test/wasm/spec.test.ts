// The specification's scripts: what they say is valid, invalid and malformed is just that for us. They are at the
// level of version 3, and there are those of proposals, so some modules need features that are off; those are counted,
// and run a second time with all features that decoder and validator know.

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Feature } from "../../src/wasm/features";
import { check, shared } from "./load";

const root = shared("spec");
const known =
  Feature.ExtendedConst |
  Feature.MultiMemory |
  Feature.Memory64 |
  Feature.TailCalls |
  Feature.Simd |
  Feature.RelaxedSimd |
  Feature.FunctionReferences |
  Feature.Exceptions |
  Feature.CustomPageSizes |
  Feature.WideArithmetic;
/** Proposals whose scripts are all about features known. */
const proposals = ["proposals/custom-page-sizes", "proposals/wide-arithmetic"];

interface Counts {
  valid: number;
  invalid: number;
  skipped: Map<string, number>;
  wrong: string[];
  /** Rejected as they must be, but not for the reason that the script gives. */
  otherText: string[];
}

/** The folders of the scripts. */
function scripts(root: string): string[] {
  const folders = readdirSync(root).sort();
  for (const proposal of proposals.filter((folder) => existsSync(join(root, folder)))) {
    folders.push(...readdirSync(join(root, proposal)).map((name) => join(proposal, name)));
  }
  return folders;
}

function runScripts(features?: number): Counts {
  const counts: Counts = { valid: 0, invalid: 0, skipped: new Map(), wrong: [], otherText: [] };
  for (const directory of root === null ? [] : scripts(root)) {
    const script = join(root as string, directory, "script.json");
    if (!existsSync(script)) continue;
    for (const command of JSON.parse(readFileSync(script, "utf8")).commands) {
      if (command.module_type !== "binary") continue;
      const { message } = check(new Uint8Array(readFileSync(join(script, "..", command.filename))), features);
      const place = `${directory}:${command.line} ${command.type} "${command.text ?? ""}": ${message || "accepted"}`;
      if (message.endsWith("not supported")) {
        counts.skipped.set(message, (counts.skipped.get(message) ?? 0) + 1);
      } else if (command.type === "assert_invalid" || command.type === "assert_malformed") {
        if (message === "") counts.wrong.push(place);
        else if (!message.startsWith(command.text)) counts.otherText.push(place);
        counts.invalid++;
      } else {
        if (message !== "") counts.wrong.push(place);
        counts.valid++;
      }
    }
  }
  return counts;
}

function report(title: string, counts: Counts): void {
  const skipped = [...counts.skipped].map(([reason, n]) => `${n} ${reason}`).join(", ");
  console.log(`${title}: ${counts.valid} valid, ${counts.invalid} invalid; skipped: ${skipped}`);
}

if (root === null) console.log("skipped 2 tests: no specification scripts beside the repository");

test.skipIf(root === null)("verdicts agree with the scripts, features as supported", () => {
  const counts = runScripts();
  report("supported features", counts);
  expect(counts.wrong).toEqual([]);
  expect(counts.valid).toBeGreaterThan(1400);
  expect(counts.invalid).toBeGreaterThan(2200);
});

test.skipIf(root === null)("verdicts and reasons agree with the scripts, all known features on", () => {
  const counts = runScripts(known);
  report("all known features", counts);
  expect(counts.wrong).toEqual([]);
  expect(counts.valid).toBeGreaterThan(2200);
  // Some malformed modules have more than one fault, and we find another one first: sections come before bodies. The
  // script "throw" has the reference interpreter's whole sentences.
  expect(counts.otherText.filter((text) => !/^(.*\/)?(binary(-leb128)?|throw):/.test(text))).toEqual([]);
  expect(counts.otherText.length).toBeLessThan(30);
});
