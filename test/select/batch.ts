// Batches of small functions that run natively, in one process, over all combinations of inputs; results are
// compared with those of an interpreter of the SSA form.

import "../../host/js/prelude";
import { expect } from "bun:test";
import { Type } from "../../src/ssa/op";
import { F32, F64, I32, I64 } from "../../src/wasm/types";
import type { Func } from "../../src/ssa/func";
import { parse } from "../ssa/helpers";
import { run } from "../ssa/interp";
import { DATA, makeProgram } from "./helpers";
import { compile, execute, type Levels, writeAndExit } from "./native";

export const NAMES: Record<number, string> = {
  [Type.I32]: "i32",
  [Type.I64]: "i64",
  [Type.F32]: "f32",
  [Type.F64]: "f64",
};
const VALUE_TYPES: Record<number, number> = { [Type.I32]: I32, [Type.I64]: I64, [Type.F32]: F32, [Type.F64]: F64 };

const small = [0, 1, 2, 3, 8, 31, 32, 63, 100, 127, 128, 255, 256, 65535, 65536].map(BigInt);
export const INPUTS: Record<number, bigint[]> = {
  [Type.I32]: [...small, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0xfffffffen, 0xffffff80n, 0x12345678n],
  [Type.I64]: [
    ...small,
    ...[0x7fffffffn, 0x80000000n, 0xffffffffn, 0x100000000n, 0xffffffff80000000n, 0xffffffff7fffffffn],
    ...[0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffffffffffffn, 0xfffffffffffffffen, 0x123456789abcdef0n],
  ],
  [Type.F32]: [0n, 0x80000000n, 0x3f800000n, 0xbf800000n, 0x40490fdbn, 0x7f800000n, 0xff800000n, 0x7fc00000n, 1n],
  [Type.F64]: [
    ...[0n, 0x8000000000000000n, 0x3ff0000000000000n, 0xbff0000000000000n, 0x400921fb54442d18n],
    ...[0x7ff0000000000000n, 0xfff0000000000000n, 0x7ff8000000000000n, 1n],
  ],
};
interface Item {
  name: string;
  /** SSA text after the parameters, which are v0, v1, …; it ends in a return of type `result`. */
  body: string;
  params: number[];
  inputs: bigint[][];
  result: number;
}

/** Collects the functions of one process, and where each one's results go. */
export class Batch {
  items: Item[] = [];
  add(name: string, params: number[], inputs: bigint[][], result: number, body: string): void {
    this.items.push({ name, params, inputs, result, body });
  }
}

export const hex = (x: bigint): string => `0x${x.toString(16).padStart(16, "0")}`;
export const constant = (v: string, type: number, x: bigint): string =>
  `  ${v}:${NAMES[type]} = const ${type == Type.I32 ? BigInt.asIntN(32, x) : type == Type.F32 ? `0x${x.toString(16).padStart(8, "0")}` : hex(x)}\n`;

/** A function with its parameters. */
function itemText(item: Item, type: number): string {
  const params = item.params.map((t, i) => `  v${i}:${NAMES[t]} = param ${i}\n`).join("");
  return `func 0, type ${type}\nb0:\n${params}${item.body}`;
}

/** Calls function f with all combinations of the inputs at the addresses `tables`, and stores the results. */
function driverText(item: Item, f: number, tables: number[], out: number): string {
  const [a, b] = item.inputs as [bigint[], bigint[]];
  const inner = b ? b.length : 1;
  const load = (v: string, type: number, index: string, table: number): string =>
    `  ${v}:${NAMES[type]} = load raw[${index}+${hex(BigInt(table))}]\n`;
  return (
    `func 0, type 0\nb0:\n  v0:i64 = const 0\n  v1:i64 = const 8\n  v2:i64 = const ${a.length * 8}\n` +
    `  v3:i64 = const ${inner * 8}\n  v100 = jump b1\nb1: (preds b0, b5)\n  v4:i64 = phi v0, v14\n  v20:i64 = phi v0, v21\n` +
    `  v101 = jump b2\nb2: (preds b1, b3)\n  v5:i64 = phi v0, v15\n  v22:i64 = phi v20, v21\n` +
    load("v6", item.params[0]!, "v4", tables[0]!) +
    (b ? load("v7", item.params[1]!, "v5", tables[1]!) : "") +
    `  v8:${NAMES[item.result]} = call f${f}, v6${b ? ", v7" : ""}\n` +
    // The upper half of an i32 must be zero: stored whole.
    (item.result == Type.I32 ? "  v9:i64 = extend_u v8\n" : "") +
    `  v102 = store raw[v22+${hex(BigInt(out))}], v${item.result == Type.I32 ? 9 : 8}\n` +
    `  v15:i64 = add v5, v1\n  v21:i64 = add v22, v1\n  v16:i32 = lt_u v15, v3\n  v103 = branch v16, b3, b4\n` +
    `b3: (preds b2)\n  v106 = jump b2\n` +
    `b4: (preds b2)\n  v14:i64 = add v4, v1\n  v17:i32 = lt_u v14, v2\n  v104 = branch v17, b5, b6\n` +
    `b5: (preds b4)\n  v107 = jump b1\nb6: (preds b4)\n  v105 = return\n`
  );
}

function addType(program: ReturnType<typeof makeProgram>, params: number[], results: number[]): number {
  program.typeStart.push(program.typePool.length);
  program.typeParamCount.push(params.length);
  program.typeResultCount.push(results.length);
  for (const t of [...params, ...results]) program.typePool.push(VALUE_TYPES[t]!);
  return program.typeStart.length - 1;
}

/** Memory 0 of the functions is the first page of the data area. */
export function runBatch(batch: Batch, levels: Levels, cpu = 0): void {
  const program = makeProgram();
  program.cpu = cpu;
  program.funcType.clear();
  program.memoryBaseLo.set(0, DATA);
  const functions: Func[] = [];
  const tables = new Map<string, number>();
  const cells: bigint[] = Array(512).fill(0n);
  const tableOf = (values: bigint[]): number => {
    const key = values.join();
    if (!tables.has(key)) {
      tables.set(key, DATA + 8 * cells.length);
      cells.push(...values);
    }
    return tables.get(key)!;
  };
  const addFunction = (text: string, type: number): number => {
    functions.push(parse(text));
    program.funcType.push(type);
    return functions.length - 1;
  };
  const bodies = batch.items.map((item) => {
    const type = addType(program, item.params, [item.result]);
    return addFunction(itemText(item, type), type);
  });
  const addresses = batch.items.map((item) => item.inputs.map(tableOf));
  const outStart = DATA + 8 * cells.length;
  let out = outStart;
  const outs: number[] = [];
  const drivers = batch.items.map((item, k) => {
    outs.push(out);
    const driver = addFunction(driverText(item, bodies[k]!, addresses[k]!, out), 0);
    out += 8 * item.inputs.reduce((n, list) => n * list.length, 1);
    return driver;
  });
  const memory = (out - DATA + 4095) & -4096;
  const calls = drivers.map((d, k) => `  v${k} = call f${d}\n`).join("");
  const main = addFunction(`func 0, type 0\nb0:\n${calls}${writeAndExit(memory)}`, 0);
  const data = new Uint8Array(cells.length * 8);
  const view = new DataView(data.buffer);
  for (let k = 0; k < cells.length; k++) view.setBigUint64(8 * k, cells[k]!, true);
  const outcome = execute(compile(program, functions, levels), main, data, memory);
  expect(outcome.signal).toBe(null);
  for (let k = 0; k < batch.items.length; k++) {
    compareItem(batch.items[k]!, functions[bodies[k]!]!, outcome.data!, outs[k]! - DATA);
  }
}

function isNaNBits(x: bigint, type: number): boolean {
  if (type == Type.F32) return (x & 0x7fffffffn) > 0x7f800000n;
  return type == Type.F64 && (x & 0x7fffffffffffffffn) > 0x7ff0000000000000n;
}

function compareItem(item: Item, func: Func, data: DataView, at: number): void {
  let place = at;
  for (const a of item.inputs[0]!) {
    for (const b of item.inputs[1] ?? [0n]) {
      const end = run(func, [a, b], 100).end;
      const expected = BigInt(end.slice("return ".length));
      const found = data.getBigUint64(place, true) & (item.result == Type.F32 ? 0xffffffffn : 0xffffffffffffffffn);
      place += 8;
      if (found == expected || (isNaNBits(found, item.result) && isNaNBits(expected, item.result))) continue;
      throw new Error(`${item.name}: of ${hex(a)}, ${hex(b)} is ${hex(expected)}, not ${hex(found)}`);
    }
  }
}
