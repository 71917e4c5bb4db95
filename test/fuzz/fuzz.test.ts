// The fuzzer itself: every instruction can come up, modules are valid and depend on the seed alone, reduction keeps what it is
// asked to keep, and a bug put into the compiler is found.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isOpcode, opcodeFeature, opcodeName } from "../../src/wasm/opcodes";
import { assemble } from "../text/assemble";
import { featuresOf, isForEngine } from "./features";
import { generate } from "./generate";
import { hurtBytes, hurtText, readText, verdict } from "./hostile";
import { Random } from "./random";
import { reduce } from "./reduce";
import { generateSingle } from "./single";
import { printTree } from "./tree";
import { generateWide } from "./wide";

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

/** What must come up of each feature, by expressions. */
const CONSTRUCTS: Record<string, RegExp[]> = {
  exceptions: [
    /\(throw \$/,
    /\(throw_ref/,
    /\(catch \$/,
    /\(catch_ref \$/,
    /\(catch_all \$/,
    /\(catch_all_ref \$/,
    // Nested, of several values, from a loop.
    /\(try_table[\s\S]*\(try_table/,
    /\(tag \$e0 \(param \w+ \w+ \w+/,
    /\(loop[\s\S]*\(throw/,
  ],
  "multi-memory": [
    /\.load\w* \$m1/,
    /\.store\w* \$m2/,
    /memory\.copy \$m0 \$m1/,
    /memory\.copy \$m1 \$m0/,
    /memory\.copy \$m1 \$m1/,
    /memory\.fill \$m1/,
    /memory\.init \$m1/,
    /memory\.grow \$m1/,
    /memory\.size \$m1/,
  ],
  memory64: [
    /\(memory \$m0 \(export "memory"\) i64 /,
    /\(memory \$m1 i64 /,
    /\(table \$t i64 /,
    /offset=(0x[89f]\w{15}|4294967296) /,
    /\.(load|store)\w* (\$m\d )?((offset|align)=\d+ )*\(i64\.const 4294967(296|304)\)/,
    /\(data \(i64\.const 0x/,
  ],
  "function-references": [
    /\(call_ref \$f\d/,
    /\(return_call_ref \$f\d/,
    /\(br_on_null/,
    /\(br_on_non_null/,
    /\(ref\.as_non_null/,
    /\(ref\.null \$f\d/,
    /\(table\.get \$r/,
    /\(table\.set \$r/,
    /\(table\.grow \$r/,
    /\(table\.fill \$r/,
    /\(table\.copy \$r \$r/,
    /\(table\.copy \$t \$r/,
    /\(table\.init \$r/,
    /\(call_indirect \$r/,
    /\(tag \$e0 \(param .*\(ref null/,
  ],
  "wide-arithmetic": [/i64\.add128/, /i64\.sub128/, /i64\.mul_wide_s/, /i64\.mul_wide_u/],
};

test("every construct of the features beyond comes up, and most modules have none", () => {
  const counts = new Map<string, number>(Object.values(CONSTRUCTS).flatMap((list) => list.map((e) => [`${e}`, 0])));
  let simple = 0;
  for (let seed = 1; seed <= 700; seed++) {
    const text = printTree(generate(new Random(seed)));
    const used = featuresOf(text).map(({ name }) => name);
    if (used.length == 0) simple++;
    for (const [feature, list] of Object.entries(CONSTRUCTS)) {
      for (const e of list) {
        if (!e.test(text)) continue;
        counts.set(`${e}`, (counts.get(`${e}`) as number) + 1);
        expect([seed, `${e}`, used]).toEqual([seed, `${e}`, expect.arrayContaining([feature])]);
      }
    }
  }
  expect([...counts].filter(([, n]) => n == 0)).toEqual([]);
  expect(simple).toBeGreaterThan(350);
});

test("modules are valid and the same for the same seed", () => {
  for (let seed = 1; seed <= 100; seed++) {
    for (const make of [generate, generateSingle, generateWide]) {
      const text = printTree(make(new Random(seed)));
      expect(printTree(make(new Random(seed)))).toBe(text);
      const bytes = assemble(text);
      expect([seed, verdict(bytes)]).toEqual([seed, ""]);
      if (isForEngine(text)) expect([seed, WebAssembly.validate(bytes as BufferSource)]).toEqual([seed, true]);
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
  expect(refused).toBeGreaterThan(350);
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

test("the places where bugs can be seeded are in the sources, once each", async () => {
  const { BUGS } = await import(join(root, "tools/seeded-bugs.mjs"));
  for (const [name, file, from, to] of BUGS) {
    const parts = readFileSync(join(root, file), "utf8").split(from);
    expect([name, parts.length - 1, from == to]).toEqual([name, 1, false]);
  }
});

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
