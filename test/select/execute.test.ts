// Every integer and float operation over edge values, executed: operands in registers, constants on either side,
// results as values, as conditions of branches and of selections, against an interpreter of the SSA form.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { Op, opName, opSignature, Type } from "../../src/ssa/op";
import { F32, F64, I32, I64 } from "../../src/wasm/types";
import type { Func } from "../../src/ssa/func";
import { parse } from "../ssa/helpers";
import { run } from "../ssa/interp";
import { DATA, makeProgram } from "./helpers";
import { compile, execute, type Levels, writeAndExit } from "./native";

const NAMES: Record<number, string> = { [Type.I32]: "i32", [Type.I64]: "i64", [Type.F32]: "f32", [Type.F64]: "f64" };
const VALUE_TYPES: Record<number, number> = { [Type.I32]: I32, [Type.I64]: I64, [Type.F32]: F32, [Type.F64]: F64 };

const small = [0, 1, 2, 3, 8, 31, 32, 63, 100, 127, 128, 255, 256, 65535, 65536].map(BigInt);
const INPUTS: Record<number, bigint[]> = {
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
/** Of divisors: without 0 and −1. */
const DIVISORS: Record<number, bigint[]> = {
  [Type.I32]: INPUTS[Type.I32]!.filter((x) => x != 0n && x != 0xffffffffn),
  [Type.I64]: INPUTS[Type.I64]!.filter((x) => x != 0n && x != 0xffffffffffffffffn),
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
class Batch {
  items: Item[] = [];
  add(name: string, params: number[], inputs: bigint[][], result: number, body: string): void {
    this.items.push({ name, params, inputs, result, body });
  }
}

const hex = (x: bigint): string => `0x${x.toString(16).padStart(16, "0")}`;
const constant = (v: string, type: number, x: bigint): string =>
  `  ${v}:${NAMES[type]} = const ${type == Type.I32 ? BigInt.asIntN(32, x) : type == Type.F32 ? `0x${x.toString(16).padStart(8, "0")}` : hex(x)}\n`;

const isDivision = (op: number): boolean => op >= Op.DivS && op <= Op.RemU;

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

function runBatch(batch: Batch, levels: Levels): void {
  const program = makeProgram();
  program.funcType.clear();
  const functions: Func[] = [];
  const tables = new Map<string, number>();
  const cells: bigint[] = [];
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

/** Operations from first to last that take two operands of one type. */
function addBinary(batch: Batch, op: number, type: number): void {
  const isCompare = opSignature(op).startsWith("i:");
  const result = isCompare ? Type.I32 : type;
  const right = isDivision(op) ? DIVISORS[type]! : INPUTS[type]!;
  const name = `${NAMES[type]}.${opName(op)}`;
  const ret = `  v98 = return v9\n`;
  batch.add(name, [type, type], [INPUTS[type]!, right], result, `  v9:${NAMES[result]} = ${opName(op)} v0, v1\n${ret}`);
  for (const x of right) {
    const body = `${constant("v2", type, x)}  v9:${NAMES[result]} = ${opName(op)} v0, v2\n${ret}`;
    batch.add(`${name} constant ${hex(x)}`, [type], [INPUTS[type]!], result, body);
  }
  for (const x of INPUTS[type]!.slice(0, 9)) {
    const body = `${constant("v2", type, x)}  v9:${NAMES[result]} = ${opName(op)} v2, v0\n${ret}`;
    batch.add(`${name} of constant ${hex(x)}`, [type], [right], result, body);
  }
  if (isCompare) addConditions(batch, op, type);
}

/** A comparison that decides a branch and a selection, as it is and negated. */
function addConditions(batch: Batch, op: number, type: number): void {
  const name = `${NAMES[type]}.${opName(op)}`;
  const inputs = [INPUTS[type]!, INPUTS[type]!];
  for (const negated of [false, true]) {
    const condition = `  v2:i32 = ${opName(op)} v0, v1\n${negated ? "  v3:i32 = eqz v2\n" : ""}`;
    const c = negated ? "v3" : "v2";
    const values = "  v4:i64 = const 5\n  v5:i64 = const -7\n";
    batch.add(
      `branch on ${name} ${negated}`,
      [type, type],
      inputs,
      Type.I64,
      `${values}${condition}  v90 = branch ${c}, b1, b2\nb1: (preds b0)\n  v91 = return v4\nb2: (preds b0)\n  v92 = return v5\n`,
    );
    batch.add(
      `select on ${name} ${negated}`,
      [type, type],
      inputs,
      Type.I64,
      `${values}${condition}  v6:i64 = select v4, v5, ${c}\n  v90 = return v6\n`,
    );
    const result = type;
    batch.add(
      `select of operands on ${name} ${negated}`,
      [type, type],
      inputs,
      result,
      `${condition}  v6:${NAMES[type]} = select v1, v0, ${c}\n  v90 = return v6\n`,
    );
  }
}

/** A result that is both kept and compared with 0 by a branch, which may then use the flags of its instruction. */
function addFlags(batch: Batch, op: number, type: number): void {
  const t = NAMES[type];
  for (const [compare, isConstant] of ["eqz v9", "ne v9, v3", "lt_s v9, v3", "ge_s v9, v3"].flatMap((c) => [
    [c, false] as const,
    [c, true] as const,
  ])) {
    const right = isConstant ? constant("v2", type, 255n) : "";
    const body =
      `${right}  v3:${t} = const 0\n  v4:${t} = const -5\n  v9:${t} = ${opName(op)} v0, ${isConstant ? "v2" : "v1"}\n` +
      `  v10:i32 = ${compare}\n  v90 = branch v10, b1, b2\nb1: (preds b0)\n  v91 = return v9\n` +
      `b2: (preds b0)\n  v11:${t} = xor v9, v4\n  v92 = return v11\n`;
    const types = isConstant ? [type] : [type, type];
    batch.add(
      `branch on ${t}.${opName(op)} ${compare}`,
      types,
      types.map(() => INPUTS[type]!),
      type,
      body,
    );
  }
}

function addUnary(batch: Batch, op: number, type: number, result: number): void {
  const body = `  v9:${NAMES[result]} = ${opName(op)} v0\n  v98 = return v9\n`;
  batch.add(`${NAMES[type]}.${opName(op)}`, [type], [INPUTS[type]!], result, body);
}

function makeBatch(): Batch {
  const batch = new Batch();
  for (const type of [Type.I32, Type.I64]) {
    for (let op: number = Op.Add; op <= Op.Rotr; op++) addBinary(batch, op, type);
    for (let op: number = Op.Eq; op <= Op.GeU; op++) addBinary(batch, op, type);
    for (const op of [Op.Add, Op.Sub, Op.And, Op.Or, Op.Xor, Op.Mul, Op.Shl]) addFlags(batch, op, type);
    for (const op of [Op.Clz, Op.Ctz, Op.Popcnt, Op.Extend8S, Op.Extend16S]) addUnary(batch, op, type, type);
    addUnary(batch, Op.Eqz, type, Type.I32);
  }
  for (const op of [Op.Extend32S]) addUnary(batch, op, Type.I64, Type.I64);
  addUnary(batch, Op.ExtendS, Type.I32, Type.I64);
  addUnary(batch, Op.ExtendU, Type.I32, Type.I64);
  addUnary(batch, Op.Wrap, Type.I64, Type.I32);
  for (const type of [Type.F32, Type.F64]) {
    for (const op of [Op.FAdd, Op.FSub, Op.FMul]) addBinary(batch, op, type);
    for (let op: number = Op.FEq; op <= Op.FGe; op++) addBinary(batch, op, type);
    addUnary(batch, Op.ConvertS, Type.I32, type);
    addUnary(batch, Op.Bitcast, type == Type.F32 ? Type.I32 : Type.I64, type);
    addUnary(batch, Op.Bitcast, type, type == Type.F32 ? Type.I32 : Type.I64);
  }
  return batch;
}

/** Divisors for which the reciprocal takes each of its forms, over dividends around their multiples. */
function makeDivisions(): Batch {
  const batch = new Batch();
  const near = (x: bigint): bigint[] => [x - 1n, x, x + 1n];
  for (const type of [Type.I32, Type.I64]) {
    const bits = type == Type.I32 ? 32 : 64;
    const powers = Array.from({ length: bits }, (_, k) => near(1n << BigInt(k))).flat();
    const list = [...powers, 5n, 6n, 7n, 9n, 10n, 11n, 14n, 25n, 28n, 100n, 125n, 641n, 1000n, 10000n, 1000000007n];
    const divisors = new Set([...list, ...list.map((x) => -x)].map((x) => BigInt.asUintN(bits, x)));
    for (const d of divisors) {
      if (d == 0n || d == BigInt.asUintN(bits, -1n)) continue;
      const size = BigInt.asIntN(bits, d) < 0n ? -BigInt.asIntN(bits, d) : d;
      const top = BigInt.asUintN(bits, -1n);
      const multiples = [d, 3n * d, (top / d) * d, (top / size / 2n) * size, 12345n * size].flatMap(near);
      const values = [...multiples, ...multiples.map((x) => -x), 0n, 1n, top, top >> 1n, (top >> 1n) + 1n];
      const inputs = [...new Set(values.map((x) => BigInt.asUintN(bits, x)))];
      for (let op: number = Op.DivS; op <= Op.RemU; op++) {
        const body = `${constant("v2", type, d)}  v9:${NAMES[type]} = ${opName(op)} v0, v2\n  v98 = return v9\n`;
        batch.add(`${NAMES[type]}.${opName(op)} by ${hex(d)}`, [type], [inputs], type, body);
      }
    }
  }
  return batch;
}

test("division by constants", () => {
  runBatch(makeDivisions(), { select: 2, allocate: 2 });
});

for (const level of [0, 2]) {
  test(`operations over edge values, level ${level}`, () => {
    runBatch(makeBatch(), { select: level, allocate: level });
  });
}
