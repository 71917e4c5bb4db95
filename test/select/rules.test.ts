// What is selected for small functions: rules/*.txt hold SSA text and the expected instructions. BLESS=1 rewrites.

import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { instructions, select } from "./helpers";

const folder = join(import.meta.dir, "rules");

interface Case {
  title: string;
  input: string;
  expected: string;
}

function readCases(text: string): Case[] {
  return text
    .split(/^== /m)
    .slice(1)
    .map((part) => {
      const [head, expected = ""] = part.split(/^--\n/m);
      const newline = head!.indexOf("\n");
      return {
        title: head!.slice(0, newline),
        input: head!.slice(newline + 1).trimEnd() + "\n",
        expected: expected.trim(),
      };
    });
}

/** The function of a case: of type 1, with parameters v0 and v1, unless it says more. Values without number get one
 *  that no other has. */
function wholeFunction(input: string): string {
  const text = input.startsWith("func") ? input : `func 1, type 1\nb0:\n${input}`;
  let next = 1000;
  const lines = text.split("\n").map((line) => {
    if (line == "" || /^(func|b\d+:)/.test(line)) return line;
    return /^\s*v\d/.test(line) ? `  ${line.trim()}` : `  v${next++} = ${line.trim()}`;
  });
  return lines.join("\n");
}

for (const file of readdirSync(folder).sort()) {
  const path = join(folder, file);
  const cases = readCases(readFileSync(path, "utf8"));
  if (process.env.BLESS) {
    const parts = cases.map((c) => {
      const output = instructions(select(wholeFunction(c.input))).join("\n");
      return `== ${c.title}\n${c.input.trim()}\n--\n${output}\n`;
    });
    writeFileSync(path, parts.join("\n"));
    continue;
  }
  for (const c of cases) {
    test(`${file}: ${c.title}`, () => {
      expect(instructions(select(wholeFunction(c.input))).join("\n")).toBe(c.expected);
    });
  }
}
