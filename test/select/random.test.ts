// Random functions with control flow, memory, globals and traps, run natively: result, memory, globals and the kind
// of trap must be those of the interpreter, at every level of selection, with and without optimization before it.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { optimize } from "../../src/opt/passes";
import { splitEdges } from "../../src/opt/split-edges";
import type { Func } from "../../src/ssa/func";
import { parse } from "../ssa/helpers";
import { type Outcome as Expected, run } from "../ssa/interp";
import { randomFunction } from "../ssa/random";
import { DATA, makeProgram } from "./helpers";
import { compile, execute, type Outcome, writeAndExit } from "./native";

const SEEDS = Number(process.env.SEEDS ?? 60);
const FIRST = Number(process.env.FIRST ?? 1);
const MEMORY = DATA + 0x1_0000;
const SIZE = 0x2_0000;
/** Where main leaves the results. */
const RESULTS = 0x80;
const PARAMS = [5n, 0xffff_fff0n, 0x8000_0000n, 0x1_2345_6789n, 0xffff_ffff_ffff_ff00n, 0x4009_21fb_5444_2d18n];

/** What the interpreter finds in memory and globals that nobody wrote. */
function scramble(text: string): bigint {
  let h = 0xcbf29ce484222325n;
  for (const c of text) h = BigInt.asUintN(64, (h ^ BigInt(c.charCodeAt(0))) * 0x100000001b3n);
  return h;
}

/** Calls, whose results the interpreter makes up, become additions; every return has two results. */
function withoutCalls(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/= call f9|^\s*call f9/.test(line))
    .map((line) =>
      line.replace(/(:f64 = )call f\d, (v\d+)/, "$1fadd $2, $2").replace(/(= )call f\d, (v\d+)/, "$1add $2, $2"),
    )
    .map((line) => line.replace(/return (v\d+)(\s*;.*)?$/, "return $1, v3$2"))
    .join("\n");
}

function initialData(): Uint8Array {
  const data = new Uint8Array(SIZE);
  const view = new DataView(data.buffer);
  view.setUint32(0, Number(scramble("global 0") & 0xffffffffn), true);
  view.setBigUint64(8, scramble("global 1"), true);
  view.setBigUint64(16, scramble("global 2"), true);
  for (let k = 0; k < 0x1_0000; k++) data[MEMORY - DATA + k] = Number(scramble(`0 ${k}`) & 0xffn);
  return data;
}

const initial = initialData();

/** The data area as the trace leaves it. */
function expectedData(expected: Expected): Uint8Array {
  const data = initial.slice();
  const view = new DataView(data.buffer);
  for (const line of expected.trace) {
    const store = /^store 0 (\d+) (\d+) = (\d+)$/.exec(line);
    const global = /^global (\d+) = (\d+)$/.exec(line);
    if (store) {
      for (let i = 0; i < Number(store[2]); i++) {
        data[MEMORY - DATA + Number(store[1]) + i] = Number((BigInt(store[3]!) >> BigInt(8 * i)) & 0xffn);
      }
    } else if (global && global[1] == "0") view.setUint32(0, Number(global[2]), true);
    else if (global) view.setBigUint64(8 * Number(global[1]), BigInt(global[2]!), true);
  }
  const results = /^return (\d+),(\d+)$/.exec(expected.end);
  if (results) {
    view.setUint32(RESULTS, Number(results[1]), true);
    view.setBigUint64(RESULTS + 8, BigInt(results[2]!), true);
  }
  return data;
}

/** Whether a NaN was seen, whose bits WebAssembly leaves open. */
function hasNaN(expected: Expected): boolean {
  return /\b(92\d{17}|184\d{17})\b/.test(expected.trace.join(" ") + expected.end);
}

function signalOf(end: string): string {
  if (end == "trap memory") return "SIGSEGV";
  return end == "trap overflow" || end == "trap division by zero" ? "SIGFPE" : "SIGILL";
}

const main = `func 0, type 0
b0:
  v0:i32 = const ${Number(PARAMS[0])}
  v1:i32 = const ${Number(BigInt.asIntN(32, PARAMS[1]!))}
  v2:i32 = const ${Number(BigInt.asIntN(32, PARAMS[2]!))}
  v3:i64 = const 0x${PARAMS[3]!.toString(16).padStart(16, "0")}
  v4:i64 = const 0x${PARAMS[4]!.toString(16)}
  v5:f64 = const 0x${PARAMS[5]!.toString(16)}
  v6 = call f0, v0, v1, v2, v3, v4, v5
  v7:i32 = result 0, v6
  v8:i64 = result 1, v6
  v9:i64 = const ${DATA + RESULTS}
  v10 = store raw[v9], v7
  v11 = store raw[v9+8], v8
${writeAndExit(SIZE)}`;

function runNative(func: Func, level: number): Outcome {
  const program = makeProgram();
  program.memoryBaseLo.set(0, MEMORY);
  program.funcType.clear();
  program.funcType.push(6);
  program.funcType.push(0);
  const code = compile(program, [func, parse(main)], { select: level, allocate: level });
  return execute(code, 1, initial, SIZE);
}

function check(seed: number, func: Func, level: number, expected: Expected): void {
  const outcome = runNative(func, level);
  const where = `seed ${seed}, level ${level}`;
  if (expected.end.startsWith("trap")) {
    expect(`${where}: ${outcome.signal}`).toBe(`${where}: ${signalOf(expected.end)}`);
    return;
  }
  expect(`${where}: ${outcome.signal}`).toBe(`${where}: null`);
  const data = expectedData(expected);
  for (let k = 0; k < SIZE; k++) {
    if (outcome.data!.getUint8(k) != data[k])
      throw new Error(`${where}: byte ${k} is ${outcome.data!.getUint8(k)}, not ${data[k]}`);
  }
}

test(`${SEEDS} random functions`, () => {
  let ran = 0;
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const text = withoutCalls(randomFunction(seed));
    const expected = run(parse(text), PARAMS, 2000);
    if (expected.end == "fuel" || hasNaN(expected)) continue;
    ran++;
    const func = parse(text);
    func.type = 6;
    splitEdges(func);
    check(seed, func, ran % 2 == 0 ? 0 : 2, expected);
    const optimized = parse(text);
    optimized.type = 6;
    const message = optimize(optimized, makeProgram(), 2, true);
    if (message != "") throw new Error(`seed ${seed}: ${message}`);
    check(seed, optimized, 2, expected);
  }
  expect(ran).toBeGreaterThan(SEEDS / 3);
}, 600_000);
