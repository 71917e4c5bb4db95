// The passes compiled by asc do what they do in JavaScript: parser, verifier, passes and printer, on the golden
// inputs and on random functions, with the native twins' range checks on.

import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseError, print } from "../ssa/helpers";
import { randomFunction } from "../ssa/random";
import { Program } from "../../src/link/program";
import { optimize } from "../../src/opt/passes";

const root = join(import.meta.dir, "../..");

function compileEntry(): (text: string) => string {
  const directory = mkdtempSync(join(tmpdir(), "wx-passes-"));
  const out = join(directory, "passes.wasm");
  const asc = join(root, "node_modules/assemblyscript/bin/asc.js");
  const args = ["test/opt/twin-entry.ts", "--path", "host/native", "--runtime", "stub", "-o", out];
  const done = spawnSync("node", [asc, ...args], { cwd: root, encoding: "utf8" });
  expect(done.stderr).toBe("");
  const module = new WebAssembly.Module(readFileSync(out));
  rmSync(directory, { recursive: true });
  const abort = (_message: number, _file: number, line: number) => {
    throw new Error(`assertion in line ${line}`);
  };
  const instance = new WebAssembly.Instance(module, { env: { abort } });
  const { push, run, at } = instance.exports as Record<string, (x?: number) => number>;
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
}, 60_000);
