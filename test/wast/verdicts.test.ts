// What scripts say of modules, `wx validate --json` says too: valid ones are, invalid and malformed ones are not, for the
// reason that is given.

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasReason } from "../../src/cli/script-reasons";
import { shared, wx } from "../programs/wx";

const spec = shared("spec");

const superseded = ["multiple tables", "multiple memories", "i32 constant out of range"];

interface Said {
  type: string;
  text: string;
}

/** By file below the suite: what its script says of it. */
function readScripts(folder: string, files: Map<string, Said>): void {
  for (const entry of readdirSync(join(spec as string, folder), { withFileTypes: true })) {
    if (entry.isDirectory()) readScripts(join(folder, entry.name), files);
    if (entry.name != "script.json") continue;
    for (const command of JSON.parse(readFileSync(join(spec as string, folder, entry.name), "utf8")).commands) {
      // What custom sections contain is not looked at.
      if (command.filename == undefined || command.type == "assert_invalid_custom") continue;
      files.set(join(folder, command.filename), { type: command.type, text: command.text ?? "" });
    }
  }
}

test.skipIf(spec == null)(
  "wx validate --json has the verdicts of the specification's scripts",
  () => {
    const files = new Map<string, Said>();
    readScripts("", files);
    const paths = [...files.keys()].sort();
    let valid = 0;
    let invalid = 0;
    const wrong: string[] = [];
    for (let i = 0; i < paths.length; i += 500) {
      const done = wx(["validate", "--json", ...paths.slice(i, i + 500)], { cwd: spec as string });
      for (const line of done.stdout.trimEnd().split("\n")) {
        const verdict = JSON.parse(line);
        const said = files.get(verdict.file) as Said;
        const isRefused = /^assert_(invalid|malformed|malformed_custom)$/.test(said.type);
        const message: string = verdict.error?.message ?? "";
        if (message.includes("not supported")) continue;
        if (verdict.valid) valid++;
        else invalid++;
        // Without a script, what a file is has to be guessed.
        const isForeign = message.startsWith("this is no WebAssembly") || message.startsWith("the file is empty");
        const isRight = isRefused ? !verdict.valid && (isForeign || hasReason(said.text, message)) : verdict.valid;
        // When threads were proposed, there was one table and one memory, and sizes were 32-bit numbers (tools/spec.mjs).
        const isSuperseded = verdict.file.startsWith("proposals/threads/") && superseded.includes(said.text);
        if (!isRight && !isSuperseded)
          wrong.push(`${verdict.file}: ${said.type} "${said.text}": ${message || "valid"}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(valid).toBeGreaterThan(1500);
    expect(invalid).toBeGreaterThan(3500);
  },
  300_000,
);
