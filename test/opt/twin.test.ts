// The passes compiled by asc do what they do in JavaScript: parser, verifier, passes and printer, on the golden
// inputs and on random functions, with the native twins' range checks on.

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileTwin, startTwin } from "../host/twin";
import { parse, parseError, print } from "../ssa/helpers";
import { randomFunction } from "../ssa/random";
import { Program } from "../../src/link/program";
import { optimize } from "../../src/opt/passes";

const root = join(import.meta.dir, "../..");

function compileEntry(): (text: string) => string {
  const twin = startTwin<Record<string, (x?: number) => number>>(compileTwin("test/opt/twin-entry.ts"));
  const { push, run, at } = twin;
  return (text) => {
    for (const byte of new TextEncoder().encode(text)) push!(byte);
    const n = run!();
    return String.fromCharCode(...Array.from({ length: n }, (_, i) => at!(i)));
  };
}

test("passes compiled by asc give the same text", () => {
  const native = compileEntry();
  const here = (text: string) => {
    const func = parse(text);
    const broken = optimize(func, new Program(), 2, true);
    return broken != "" ? broken : print(func);
  };
  const goldens = readdirSync(join(root, "test/golden")).filter((name) => name.endsWith(".ssa"));
  for (const name of goldens) {
    const text = readFileSync(join(root, "test/golden", name), "utf8").split(/^;; expect:\n/m)[0]!;
    expect(native(text)).toBe(here(text));
  }
  for (let seed = 1; seed <= 200; seed++) {
    const text = randomFunction(seed);
    expect(native(text)).toBe(here(text));
  }
  for (const wrong of ["func 0, type 0\nb0:\n  jump b1\n", "x", "func 0, type 0\nb0:\n  v0:i32 = const 4294967296\n"]) {
    expect(native(wrong)).toBe(parseError(wrong));
  }
  const broken = "func 0, type 0\nb0:\n  v0:i64 = const 0\n  branch v0, b1, b1\nb1:\n  return\n";
  expect(native(broken)).toBe(here(broken));
}, 600_000);
