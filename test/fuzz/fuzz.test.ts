// The fuzzer itself: every instruction can come up, modules are valid and depend on the seed alone, reduction keeps what it is
// asked to keep, and a bug put into the compiler is found.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { join } from "node:path";
import { isOpcode, opcodeFeature, opcodeName } from "../../src/wasm/opcodes";
import { assemble } from "../text/assemble";
import { generate } from "./generate";
import { hurtBytes, hurtText, readText, verdict } from "./hostile";
import { Random } from "./random";
import { reduce } from "./reduce";
import { generateSingle } from "./single";
import { printTree } from "./tree";

const root = join(import.meta.dirname, "../..");

/** What is no instruction of its own in a text, or has a form that is as good. */
const EXEMPT = new Set(["else", "end", "illegal"]);

test("every instruction of the features that are always there comes up", () => {
  const missing = new Set<string>();
  for (let op = 0; op < 0x200; op++) {
    if (isOpcode(op) && opcodeFeature(op) == 0 && !EXEMPT.has(opcodeName(op))) missing.add(opcodeName(op));
  }
  for (let seed = 1; seed < 400 && missing.size > 0; seed++) {
    for (const make of [generate, generateSingle]) {
      for (const [word] of printTree(make(new Random(seed))).matchAll(/[a-z][a-z0-9_.]+/g)) missing.delete(word);
    }
  }
  expect([...missing]).toEqual([]);
});

test("modules are valid and the same for the same seed", () => {
  for (let seed = 1; seed <= 60; seed++) {
    for (const make of [generate, generateSingle]) {
      const text = printTree(make(new Random(seed)));
      expect(printTree(make(new Random(seed)))).toBe(text);
      const bytes = assemble(text);
      expect([seed, verdict(bytes)]).toEqual([seed, ""]);
      expect(WebAssembly.validate(bytes as BufferSource)).toBe(true);
    }
  }
});

test("hostile input gets a verdict", () => {
  const r = new Random(5);
  const text = printTree(generate(r));
  const bytes = assemble(text);
  let refused = 0;
  for (let i = 0; i < 300; i++) {
    if (verdict(hurtBytes(r, bytes)) != "") refused++;
    if (readText(hurtText(r, text)) == null) refused++;
  }
  expect(refused).toBeGreaterThan(200);
});

test("reduction leaves what shows the failure", () => {
  const tree = generate(new Random(12));
  const isValid = (text: string): boolean => {
    try {
      return verdict(assemble(text)) == "";
    } catch {
      return false;
    }
  };
  const fails = (t: typeof tree) => {
    const text = printTree(t);
    return t.calls.length > 0 && /i64\.(add|sub|xor)/.test(text) && isValid(text);
  };
  expect(fails(tree)).toBe(true);
  const smaller = reduce(tree, fails, 30);
  expect(fails(smaller)).toBe(true);
  expect(printTree(smaller).length).toBeLessThan(printTree(tree).length / 10);
}, 60_000);

test("a seeded bug is found", () => {
  const done = Bun.spawnSync(["node", "tools/seed-bugs.mjs", "--seconds", "120", "signature"], { cwd: root });
  expect(done.stdout.toString()).toContain("1 of 1 found");
}, 180_000);

test("some rounds find nothing", () => {
  const done = Bun.spawnSync(["node", "tools/fuzz.mjs", "--seconds", "15", "--seed", "4242"], { cwd: root });
  expect([
    done.exitCode,
    done.stdout
      .toString()
      .split("\n")
      .filter((line) => line.startsWith("seed")),
  ]).toEqual([0, []]);
}, 120_000);
