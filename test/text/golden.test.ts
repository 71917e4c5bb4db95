// Texts with what becomes of them, by areas of the grammar: golden/*.txt has each text with the bytes behind the
// header of its module in hexadecimal, or the place and the message where it is malformed. BLESS=1 rewrites the
// answers. Where wasm-tools is at hand, it must give the same bytes.

import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readHex, sectionsOf, toHex, wasmTools } from "./helpers";

const folder = join(import.meta.dirname, "golden");
const bless = process.env.BLESS == "1";

/** Texts on which wasm-tools differs: it takes what the specification refuses, refuses what it allows, or has more. */
const otherwise = new Set([
  // Plain instructions in folded ones.
  "(func (i32.add (nop) nop))",
  "(func (i32.const 1 i32.const 2))",
  "(func block (nop end))",
  // Checks of what is written.
  "(func i32.load align=1 i32.load align=2 i32.load align=4 i32.load align=8 i32.load align=0x8000_0000)",
  "(type (func (param (ref 200) (ref null 4294967295))))",
  // Names of locals behind parameters that are not known.
  "(func (type 1) (local $x i32))",
  // Proposals.
  "(component)",
  '(import "a" (func))',
  '(data (i8 1 -1 255) (i16 0x102 -1) (i32 1) (i64 -1) (f32 1.5 nan) (f64 -0) (v128 i32x4 1 2 3 4 f64x2 1 2) "x")',
  // Tags are definitions like others.
  '(tag) (import "a" "b" (tag))',
  // Only a final type stands for its signature; alone in a group, a type is as if without it.
  "(type (sub (func))) (func)",
  "(rec) (rec (type (func))) (rec (type $a (struct (field (ref $b)))) (type $b (struct (field (ref $a)))))",
]);

interface Entry {
  text: string;
  answer: string;
}

/** A line that is no comment is a text; the answer is the next line, indented. */
function entries(content: string): (Entry | string)[] {
  const list: (Entry | string)[] = [];
  for (const line of content.trimEnd().split("\n")) {
    const last = list.at(-1);
    if (line.startsWith("  ")) {
      if (last == undefined || typeof last == "string") throw new Error(`an answer to nothing: ${line}`);
      last.answer = line.trim();
    } else if (line == "" || line.startsWith("#")) list.push(line);
    else list.push({ text: line, answer: "" });
  }
  return list;
}

for (const file of readdirSync(folder).sort()) {
  test(file, () => {
    const path = join(folder, file);
    const content = readFileSync(path, "utf8");
    const lines = entries(content).map((entry) =>
      typeof entry == "string" ? entry : `${entry.text}\n  ${readHex(entry.text) || "empty"}`,
    );
    const result = `${lines.join("\n")}\n`;
    if (bless) writeFileSync(path, result);
    else expect(result).toBe(content);
  });
}

/** Without what the name section says of parameters of types, which wx does not write. */
function comparable(bytes: Uint8Array): string {
  const sections = sectionsOf(bytes).map(({ id, name, content }) => {
    if (name != "name") return `${id}:${toHex(content)}`;
    for (let at = 5; at < content.length; ) {
      if (content[at] == 12) return `${id}:${toHex(content.subarray(0, at))}`;
      at += 2 + content[at + 1];
    }
    return `${id}:${toHex(content)}`;
  });
  return sections.filter((section) => section != `0:${toHex(Buffer.from("\x04name"))}`).join("\n");
}

test.skipIf(wasmTools == null)("wasm-tools has the same opinion", () => {
  const scratch = mkdtempSync(join(tmpdir(), "wx-text-"));
  const differences: string[] = [];
  for (const file of readdirSync(folder).sort()) {
    for (const entry of entries(readFileSync(join(folder, file), "utf8"))) {
      if (typeof entry == "string") continue;
      const path = join(scratch, "text.wat");
      writeFileSync(path, entry.text);
      const done = Bun.spawnSync([wasmTools as string, "parse", path, "-o", join(scratch, "text.wasm")]);
      const isModule = /^(?:[0-9a-f]+|empty)$/.test(entry.answer);
      if (otherwise.has(entry.text)) continue;
      if ((done.exitCode == 0) != isModule) {
        differences.push(
          `${file}: ${entry.text}\n  ${entry.answer}\n  ${done.exitCode == 0 ? "accepted" : done.stderr}`,
        );
      } else if (isModule) {
        const theirs = readFileSync(join(scratch, "text.wasm"));
        const ours = Buffer.concat([
          theirs.subarray(0, 8),
          Buffer.from(entry.answer == "empty" ? "" : entry.answer, "hex"),
        ]);
        if (comparable(ours) != comparable(theirs)) {
          differences.push(`${file}: ${entry.text}\n${comparable(ours)}\n--\n${comparable(theirs)}`);
        }
      }
    }
  }
  rmSync(scratch, { recursive: true });
  expect(differences).toEqual([]);
});
