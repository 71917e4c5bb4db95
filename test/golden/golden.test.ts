// Golden tests: small inputs whose output is text that a person has read.
//
//   *.ssa   a function, `;; pass: NAME, NAME…` (or `all`), and after `;; expect:` what the passes make of it
//   *.wat   a module, and in trailing comments what it becomes: after `;; expect ssa:` the SSA form before selection,
//           after `;; expect asm:` the machine code; `;; level: N` says at which level (2 unless said)
//
// BLESS=1 rewrites the expectations; the difference is for review.

import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, print } from "../ssa/helpers";
import { run } from "../ssa/interp";
import { passCount, passName, runPass } from "../../src/opt/passes";
import { verify } from "../../src/ssa/verifier";
import { dumpAsm, dumpSsa } from "./adapter";

// Other work may share the machine.
setDefaultTimeout(600_000);

const directory = import.meta.dir;
const bless = process.env.BLESS == "1";
const files = readdirSync(directory).sort();

function header(text: string, name: string): string | null {
  const match = text.match(new RegExp(`^;; ${name}: *(.*)$`, "m"));
  return match ? match[1]!.trim() : null;
}

function passesOf(text: string, file: string): number[] {
  const all = Array.from({ length: passCount() }, (_, i) => i);
  const names = header(text, "pass");
  if (names == null) throw new Error(`${file}: no ";; pass:" line`);
  if (names == "all") return all;
  return names.split(",").map((name) => {
    const found = all.find((i) => passName(i) == name.trim());
    if (found === undefined) throw new Error(`${file}: no pass ${name}`);
    return found;
  });
}

/** Parameters that take a function through most of its branches. */
const inputs = [0n, 1n, 2n, 5n, 100n].map((n) => [n, n + 1n, 1n, n, 3n]);

for (const file of files.filter((name) => name.endsWith(".ssa"))) {
  test(file, () => {
    const path = join(directory, file);
    const text = readFileSync(path, "utf8");
    const [input] = text.split(/^;; expect:\n/m);
    const func = parse(input!);
    expect(verify(func)).toBe("");
    for (const i of passesOf(text, file)) {
      runPass(i, func);
      expect(verify(func)).toBe("");
    }
    // Goldens show what a pass does; that it keeps what the function does is checked here too.
    for (const params of inputs) {
      const before = run(parse(input!), params, 200);
      if (before.end != "fuel") expect(run(func, params, 600)).toEqual(before);
    }
    const result = `${input};; expect:\n${print(func)}`;
    if (bless) writeFileSync(path, result);
    else expect(result).toBe(text);
  });
}

const commented = (text: string) => text.replace(/^(?=.)/gm, ";; ");

for (const file of files.filter((name) => name.endsWith(".wat"))) {
  test(file, () => {
    const path = join(directory, file);
    const text = readFileSync(path, "utf8");
    const [input] = text.split(/^;; expect (?:ssa|asm):\n/m);
    const level = Number(header(text, "level") ?? 2);
    let result = input!;
    if (/^;; expect ssa:$/m.test(text)) result += `;; expect ssa:\n${commented(dumpSsa(input!, level))}`;
    if (/^;; expect asm:$/m.test(text)) result += `;; expect asm:\n${commented(dumpAsm(input!, level))}`;
    expect(result).not.toBe(input!);
    if (bless) writeFileSync(path, result);
    else expect(result).toBe(text);
  });
}
