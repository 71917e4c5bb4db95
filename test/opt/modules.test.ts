// Passes on functions that the builder makes: real modules stay valid after each pass, and random programs still
// compute what a WebAssembly engine computes. WX_SEEDS sets how many programs.

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { link } from "../link/helpers";
import { Generator } from "../ssa-builder/generate";
import { callEngine, callSsa, guest, instantiate } from "../ssa-builder/helpers";
import { Machine } from "../ssa-builder/ssa-interp";
import { FuncKind, type Program } from "../../src/link/program";
import { UnknownImports } from "../../src/link/options";
import { optimize } from "../../src/opt/passes";
import { buildFunction } from "../../src/ssa/builder";
import { Func } from "../../src/ssa/func";
import { printFunction } from "../../src/ssa/printer";

const bench = join(import.meta.dir, "../../../shared/bench");
const files = existsSync(bench)
  ? readdirSync(bench)
      .map((name) => join(bench, name, "benchmark.wasm"))
      .filter((path) => existsSync(path))
  : [];
const seeds = Number(process.env.WX_SEEDS ?? 60);
const first = Number(process.env.WX_FIRST_SEED ?? 1);

/** Builds and optimizes every function with checks; returns how many and what they were reduced to. */
function optimizeAll(program: Program): { functions: number; built: number; left: number } {
  const func = new Func();
  const sum = { functions: 0, built: 0, left: 0 };
  for (let i = 0; i < program.order.length; i++) {
    const f = program.order.get(i);
    if (program.funcKind.get(f) != FuncKind.Body) continue;
    buildFunction(program, f, func, 2);
    sum.functions++;
    sum.built += count(func);
    expect(optimize(func, program, 2, true)).toBe("");
    sum.left += count(func);
  }
  return sum;
}

/** Null for a module that uses vector instructions, which are refused so far. */
function linkedProgram(file: string): Program | null {
  try {
    const linked = link(new Uint8Array(readFileSync(file)), (options) => {
      options.unknownImports = UnknownImports.Trap;
    });
    expect(linked.message).toBe("");
    return linked.program;
  } catch (error) {
    if ((error as Error).message == "SIMD not supported") return null;
    throw error;
  }
}

function count(func: Func): number {
  let n = 0;
  for (let v = 0; v < func.valueCount; v++) if (func.block.get(v) >= 0) n++;
  return n;
}

test.skipIf(files.length == 0)(
  `${files.length} real modules stay valid after every pass`,
  () => {
    let functions = 0;
    let skipped = 0;
    for (const file of files) {
      const program = linkedProgram(file);
      if (program == null) {
        skipped++;
        continue;
      }
      const sum = optimizeAll(program);
      if (process.env.WX_TIMES == "1") console.log(file, sum);
      functions += sum.functions;
    }
    if (skipped != 0) console.log(`${skipped} of ${files.length} modules skipped: SIMD`);
    expect(functions).toBeGreaterThan(100);
  },
  600_000,
);

const calls: [string, ...(number | bigint)[]][] = [
  ["f", 0, 0n, 0, 0],
  ["f", 5, -3n, 1.5, -2.5],
  ["g", 1, 2],
  ["f", -1, 1n << 40n, 1e10, 1e-3],
  ["g", -7, 100],
];

test(`${seeds} random programs compute after all passes what the engine computes`, () => {
  for (let seed = first; seed < first + seeds; seed++) {
    const g = guest(new Generator(seed).module(20 + (seed % 60)));
    const engine = instantiate(g.bytes);
    const machine = new Machine(g.program, 2);
    for (let i = 0; i < g.program.order.length; i++) {
      const f = g.program.order.get(i);
      const func = machine.func(f);
      expect(optimize(func, g.program, 2, true)).toBe("");
    }
    for (const [name, ...args] of calls) {
      const actual = callSsa(g, machine, name, args);
      const expected = callEngine(engine, name, args);
      if (actual != expected) {
        throw new Error(
          `seed ${seed}: ${name}(${args}): ${actual}, not ${expected}\n${printFunction(machine.func(g.find(name)))}`,
        );
      }
    }
  }
}, 600_000);
