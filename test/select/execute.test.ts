// Every integer and float operation over edge values, executed: operands in registers, constants on either side,
// results as values, as conditions of branches and of selections; and small combinations that selection folds.

import "../../host/js/prelude";
import { test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Cpu, cpuOfFlags } from "../../src/link/cpu";
import { Op, opName, opSignature, Type } from "../../src/ssa/op";
import { Batch, constant, hex, INPUTS, NAMES, runBatch } from "./batch";

/** Of divisors: without 0 and −1. */
const DIVISORS: Record<number, bigint[]> = {
  [Type.I32]: INPUTS[Type.I32]!.filter((x) => x != 0n && x != 0xffffffffn),
  [Type.I64]: INPUTS[Type.I64]!.filter((x) => x != 0n && x != 0xffffffffffffffffn),
};

const isDivision = (op: number): boolean => op >= Op.DivS && op <= Op.RemU;

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
      `${right}  v3:${t} = const 0\n  v9:${t} = ${opName(op)} v0, ${isConstant ? "v2" : "v1"}\n` +
      `  v10:i32 = ${compare}\n  v90 = branch v10, b1, b2\nb1: (preds b0)\n  v91 = return v9\n` +
      `b2: (preds b0)\n  v11:${t} = xor v9, v0\n  v92 = return v11\n`;
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

/** A truth that is added or subtracted, extended if the sum is wide. */
function addCounts(batch: Batch, op: number, type: number): void {
  const t = NAMES[type];
  const unary = op == Op.Eqz;
  const rights = unary ? [null] : [null, 0n, 26n, 0x7fffffffn, BigInt.asUintN(type == Type.I32 ? 32 : 64, -1n)];
  for (const right of rights) {
    for (const sum of [Type.I32, Type.I64]) {
      for (const shape of ["add v3, v9", "add v9, v3", "sub v3, v9"]) {
        const body =
          `${right == null ? "" : constant("v2", type, right)}` +
          `  v3:${NAMES[sum]} = ${type == sum ? "add v0, v0" : sum == Type.I32 ? "wrap v0" : "extend_s v0"}\n` +
          `  v4:i32 = ${opName(op)} v0${unary ? "" : right == null ? ", v1" : ", v2"}\n` +
          (sum == Type.I32 ? "" : "  v5:i64 = extend_u v4\n") +
          `  v10:${NAMES[sum]} = ${shape.replace("v9", sum == Type.I32 ? "v4" : "v5")}\n  v98 = return v10\n`;
        const types = right == null && !unary ? [type, type] : [type];
        batch.add(
          `${t}.${opName(op)} ${shape} ${right}`,
          types,
          types.map(() => INPUTS[type]!),
          sum,
          body,
        );
      }
    }
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
    for (let op: number = Op.Eqz; op <= Op.GeU; op++) addCounts(batch, op, type);
    for (const op of [Op.Add, Op.Sub, Op.And, Op.Or, Op.Xor, Op.Mul, Op.Shl]) addFlags(batch, op, type);
    for (const op of [Op.Clz, Op.Ctz, Op.Popcnt, Op.Bswap, Op.Extend8S, Op.Extend16S]) addUnary(batch, op, type, type);
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
}, 600_000);

/** The functions of snippets.txt: `type type…>type`, a title, and the body; parameters are v0, v1. */
function makeSnippets(): Batch {
  const batch = new Batch();
  const types = Object.keys(NAMES).map(Number);
  const typeOf = (name: string): number => types.find((t) => NAMES[t] == name)!;
  for (const part of readFileSync(join(import.meta.dir, "snippets.txt"), "utf8")
    .split(/^== /m)
    .slice(1)) {
    const newline = part.indexOf("\n");
    const [, params, result, title] = /^(.*)>(\w+): (.*)$/.exec(part.slice(0, newline))!;
    let next = 1000;
    const lines = part
      .slice(newline + 1)
      .trim()
      .split("\n");
    const body = lines
      .map((line) => (/^b\d+:/.test(line) ? line : `  ${/^v\d+:/.test(line) ? "" : `v${next++} = `}${line}`))
      .join("\n");
    const list = params!.split(" ").map(typeOf);
    batch.add(
      title!,
      list,
      list.map((t) => INPUTS[t]!),
      typeOf(result!),
      `${body}\n`,
    );
  }
  return batch;
}

for (const level of [0, 2]) {
  test(`combinations, level ${level}`, () => {
    runBatch(makeSnippets(), { select: level, allocate: level });
  });
}

for (const level of [0, 2]) {
  test(`operations over edge values, level ${level}`, () => {
    runBatch(makeBatch(), { select: level, allocate: level });
  }, 600_000);
}

/** Shifts, scans, and what BMI1 has instructions for, with operands that are used again and that are not. */
function makeBits(): Batch {
  const batch = new Batch();
  for (const type of [Type.I32, Type.I64]) {
    const t = NAMES[type];
    for (const op of [Op.Shl, Op.ShrS, Op.ShrU]) addBinary(batch, op, type);
    for (const op of [Op.Clz, Op.Ctz]) addUnary(batch, op, type, type);
    const both = [INPUTS[type]!, INPUTS[type]!];
    const one = constant("v2", type, type == Type.I32 ? 0xffffffffn : 0xffffffffffffffffn);
    const zero = constant("v2", type, 0n);
    const bodies: Record<string, string> = {
      "x & ~y": `${one}  v3:${t} = xor v1, v2\n  v9:${t} = and v0, v3\n`,
      "~y & x": `${one}  v3:${t} = xor v1, v2\n  v9:${t} = and v3, v0\n`,
      "x & (x - 1)": `${one}  v3:${t} = add v0, v2\n  v9:${t} = and v0, v3\n`,
      "-x & x": `${zero}  v3:${t} = sub v2, v0\n  v9:${t} = and v3, v0\n`,
      "x & (y - 1)": `${one}  v3:${t} = add v1, v2\n  v9:${t} = and v0, v3\n`,
      "-y & x": `${zero}  v3:${t} = sub v2, v1\n  v9:${t} = and v3, v0\n`,
      "(x & ~y) + ~y": `${one}  v3:${t} = xor v1, v2\n  v4:${t} = and v0, v3\n  v9:${t} = add v4, v3\n`,
      "(x << y) + x": `  v3:${t} = shl v0, v1\n  v9:${t} = add v3, v0\n`,
      "(x >> y) + y": `  v3:${t} = shr_s v0, v1\n  v9:${t} = add v3, v1\n`,
    };
    for (const [name, body] of Object.entries(bodies)) {
      batch.add(`${t} ${name}`, [type, type], both, type, `${body}  v98 = return v9\n`);
    }
  }
  return batch;
}

test("operations on bits", () => runBatch(makeBits(), { select: 2, allocate: 2 }));
const here = cpuOfFlags(existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "latin1") : "");
test.skipIf(here != Cpu.V3)("operations on bits, x86-64-v3", () =>
  runBatch(makeBits(), { select: 2, allocate: 2 }, Cpu.V3),
);
