// Every numeric operation on edge operands: JavaScript twin and native twin (compiled by asc) against an engine.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Slots } from "../../host/js/slots";
import { evaluate } from "../../src/base/numerics";
import { trapMessage } from "../../src/base/traps";
import { operationOf, operationType } from "../../src/ssa/builder-opcodes";
import { Type } from "../../src/ssa/op";
import { opcodeName, opcodeSignature } from "../../src/wasm/opcodes";
import { ValueKind } from "../../src/wasm/types";
import { assemble, instantiate } from "./helpers";

type Bits = [lo: number, hi: number];

const names: Record<number, string> = {
  [ValueKind.I32]: "i32",
  [ValueKind.I64]: "i64",
  [ValueKind.F32]: "f32",
  [ValueKind.F64]: "f64",
};
const types: Record<string, number> = { i32: Type.I32, i64: Type.I64, f32: Type.F32, f64: Type.F64 };

const view = new DataView(new ArrayBuffer(8));

function wide(x: bigint): Bits {
  view.setBigInt64(0, BigInt.asIntN(64, x), true);
  return [view.getInt32(0, true), view.getInt32(4, true)];
}

const integers = [0n, 1n, 2n, 3n, 5n, 7n, 8n, 31n, 32n, 33n, 63n, 64n, 100n, 127n, 128n, 255n, 256n, 32767n, 32768n];
for (const k of [16n, 24n, 25n, 31n, 32n, 33n, 52n, 53n, 54n, 62n, 63n]) {
  integers.push((1n << k) - 1n, 1n << k, (1n << k) + 1n);
}
integers.push(0x123456789abcdef0n, 0xfedcba987654321n, 0x8000004000000001n, 0x20000020000001n, 0x7fffffbfffffffffn);
integers.push(0x7fffff4000000001n, 0x8000008000000000n, 0x8000008000000001n, 0xffffffffn, 0x1000001n, 0x1000003n);

const floats = [0, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3.5, 4.5, 7, 100.25, 1e-10, 1e-40, 5e-324, 1.17549435e-38];
floats.push(8388607.5, 8388608.5, 4503599627370495.5, 4503599627370497, 9007199254740994, 1e10, 1e19, 1e30, 3.4e38);
floats.push(3.4028235e38, 3.4028235677973366e38, 1e39, 1e300, Infinity, NaN);
for (const k of [31, 32, 63, 64])
  floats.push(2 ** k, 2 ** k - 1, 2 ** k + 1, 2 ** k - 0.5, 2 ** k - 2 ** (k - 24), 2 ** k - 2 ** (k - 53));

function operands(type: string): Bits[] {
  const all: Bits[] = [];
  if (type === "i32") {
    for (const x of new Set(integers.flatMap((n) => [n, -n].map((m) => Number(BigInt.asIntN(32, m))))))
      all.push([x, 0]);
  } else if (type === "i64") {
    for (const x of new Set(integers.flatMap((n) => [n, -n].map((m) => BigInt.asIntN(64, m))))) all.push(wide(x));
  } else {
    for (const f of floats) {
      for (const x of [f, -f]) {
        if (type === "f32") {
          view.setFloat32(0, x, true);
          all.push([view.getInt32(0, true), 0]);
        } else {
          view.setFloat64(0, x, true);
          all.push([view.getInt32(0, true), view.getInt32(4, true)]);
        }
      }
    }
    // NaNs with payload and sign, quiet and signalling.
    if (type === "f32") all.push([0x7fc12345, 0], [0x7f812345, 0], [-0x3edcbb, 0], [-0x7edcbb, 0]);
    else all.push([1, 0x7ff00000], [7, 0x7ff80000], [5, -0x100000], [9, -0x80000]);
  }
  return all;
}

interface Row {
  name: string;
  op: number;
  from: string;
  to: string;
  arity: number;
}

function numericRows(): Row[] {
  const rows: Row[] = [];
  for (let opcode = 0x45; opcode <= 0x107; opcode++) {
    if (opcode > 0xc4 && opcode < 0x100) continue;
    const signature = opcodeSignature(opcode);
    const arity = signature >>> 16 === 0 ? 1 : 2;
    const to = names[signature & 0xff];
    const from = names[(signature >> 8) & 0xff];
    expect(operationType(opcode)).toBe(types[to]);
    rows.push({ name: opcodeName(opcode), op: operationOf(opcode), from, to, arity });
  }
  return rows;
}

/** An export for each row; operands and results are integers of the same bits, since floats lose theirs. */
function engineText(rows: Row[]): string {
  const text: string[] = ["(module (global $hi (mut i32) (i32.const 0))"];
  const cast = (type: string, x: string): string =>
    type === "f32" ? `(f32.reinterpret_i32 ${x})` : type === "f64" ? `(f64.reinterpret_i64 ${x})` : x;
  const bits = (type: string): string => (type === "f32" ? "i32" : type === "f64" ? "i64" : type);
  for (const { name, from, to, arity } of rows) {
    const args = Array.from({ length: arity }, (_, i) => cast(from, `(local.get ${i})`)).join(" ");
    const uncast = to === "f32" ? "i32.reinterpret_f32" : to === "f64" ? "i64.reinterpret_f64" : "";
    const result = uncast === "" ? `(${name} ${args})` : `(${uncast} (${name} ${args}))`;
    text.push(`(func (export "${name}") (param ${`${bits(from)} `.repeat(arity)}) (result ${bits(to)}) ${result})`);
  }
  return `${text.join("\n")})`;
}

function isNan(type: string, [lo, hi]: Bits): boolean {
  if (type === "f32") return (lo & 0x7fffffff) > 0x7f800000;
  return type === "f64" && ((hi & 0x7fffffff) > 0x7ff00000 || ((hi & 0x7fffffff) === 0x7ff00000 && lo !== 0));
}

type Evaluator = (row: Row, a: Bits, b: Bits) => Bits | number;

/** Compares all rows; returns the differences as text. */
function compare(evaluator: Evaluator): string[] {
  const rows = numericRows();
  const engine = instantiate(assemble(engineText(rows)));
  const wrong: string[] = [];
  for (const row of rows) {
    const call = engine.exports[row.name] as (...args: unknown[]) => number | bigint;
    const isWide = row.from === "i64" || row.from === "f64";
    const js = ([lo, hi]: Bits): number | bigint => (isWide ? (BigInt(hi) << 32n) | BigInt(lo >>> 0) : lo);
    const all = operands(row.from);
    for (const a of all) {
      for (const b of row.arity === 2 ? all : [all[0]]) {
        let expected: Bits | null = null;
        try {
          const result = row.arity === 2 ? call(js(a), js(b)) : call(js(a));
          expected = typeof result === "bigint" ? wide(result) : [result, 0];
        } catch {
          expected = null;
        }
        const actual = evaluator(row, a, b);
        let same = false;
        if (typeof actual === "number") same = expected === null;
        else if (expected !== null) {
          same = actual[0] === expected[0] && actual[1] === expected[1];
          // The bits of a NaN that arithmetic makes are the machine's; operations on signs and casts keep them.
          const keeps = /abs|neg|copysign|reinterpret/.test(row.name);
          if (!keeps && isNan(row.to, actual) && isNan(row.to, expected)) same = true;
        }
        if (!same) wrong.push(`${row.name} ${a} ${b}: got ${actual}, expected ${expected}`);
      }
    }
  }
  return wrong;
}

test("the JavaScript twin computes what the engine computes", () => {
  const s = new Slots(4);
  const wrong = compare((row, a, b) => {
    s.setI64(0, a[0], a[1]);
    s.setI64(1, b[0], b[1]);
    const trap = evaluate(row.op, types[row.from], types[row.to], s, 2, 0, 1);
    return trap >= 0 ? trap : [s.getLo(2), s.getHi(2)];
  });
  expect(wrong.slice(0, 10)).toEqual([]);
});

test("the result may replace an operand", () => {
  const s = new Slots(4);
  const apart = new Slots(4);
  for (const row of numericRows()) {
    const all = operands(row.from).filter((_, i) => i % 7 === 3);
    for (const a of all) {
      for (const b of all) {
        for (const d of [0, 1]) {
          for (const slots of [s, apart]) {
            slots.setI64(0, a[0], a[1]);
            slots.setI64(1, b[0], b[1]);
          }
          const trap = evaluate(row.op, types[row.from], types[row.to], s, d, 0, 1);
          expect(evaluate(row.op, types[row.from], types[row.to], apart, 2, 0, 1)).toBe(trap);
          if (trap < 0) expect([s.getLo(d), s.getHi(d)]).toEqual([apart.getLo(2), apart.getHi(2)]);
        }
      }
    }
  }
});

test("traps are of the right kind", () => {
  const s = new Slots(4);
  const trap = (name: string, a: Bits, b: Bits): string => {
    const row = numericRows().find((r) => r.name === name) as Row;
    s.setI64(0, a[0], a[1]);
    s.setI64(1, b[0], b[1]);
    const kind = evaluate(row.op, types[row.from], types[row.to], s, 2, 0, 1);
    return kind < 0 ? "none" : trapMessage(kind);
  };
  expect(trap("i32.div_s", [1, 0], [0, 0])).toBe("integer divide by zero");
  expect(trap("i32.div_s", [-2147483648, 0], [-1, 0])).toBe("integer overflow");
  expect(trap("i32.rem_s", [-2147483648, 0], [-1, 0])).toBe("none");
  expect(trap("i64.rem_u", [1, 0], [0, 0])).toBe("integer divide by zero");
  expect(trap("i64.div_s", [0, -2147483648], [-1, -1])).toBe("integer overflow");
  expect(trap("i32.trunc_f64_s", [0, 0x7ff80000], [0, 0])).toBe("invalid conversion to integer");
  expect(trap("i64.trunc_f32_u", [0x7f800000, 0], [0, 0])).toBe("integer overflow");
});

test("growing keeps the cells", () => {
  const s = new Slots(2);
  s.setI64(1, 5, 6);
  s.reserve(100);
  s.copy(99, 1);
  expect([s.getLo(99), s.getHi(99)]).toEqual([5, 6]);
});

test("the native twin computes what the engine computes", () => {
  const directory = mkdtempSync(join(tmpdir(), "wx-numerics-"));
  const out = join(directory, "numerics.wasm");
  const root = join(import.meta.dirname, "../..");
  const asc = join(root, "node_modules/assemblyscript/bin/asc.js");
  const args = [
    "test/ssa-builder/numerics-entry.ts",
    "--path",
    "host/native",
    "--runtime",
    "stub",
    "-o",
    out,
    "--use",
    "abort=",
  ];
  const done = spawnSync("node", [asc, ...args], { cwd: root, encoding: "utf8" });
  expect(done.stderr).toBe("");
  const { run, lo, hi } = instantiate(readFileSync(out)).exports as Record<string, (...args: number[]) => number>;
  rmSync(directory, { recursive: true });
  const wrong = compare((row, a, b) => {
    const trap = run(row.op, types[row.from], types[row.to], a[0], a[1], b[0], b[1]);
    return trap >= 0 ? trap : [lo(), hi()];
  });
  expect(wrong.slice(0, 10)).toEqual([]);
}, 600_000);
