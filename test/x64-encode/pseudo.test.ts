// Pseudo-instructions, run on the machine over edge values and compared with what a WebAssembly engine answers.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { TrapKind } from "../../src/base/traps";
import { SiteKind } from "../../src/link/info";
import type { Code } from "../../src/x64/code";
import { Mode } from "../../src/x64/mir";
import { Cond, X64 } from "../../src/x64/op";
import { Reg } from "../../src/x64/registers";
import { assemble } from "../text/assemble";
import { Maker, newCode, opNames } from "./maker";
import { RESULTS, run, trapAt } from "./run";

const floats = new DataView(new ArrayBuffer(8));

function f64Bits(x: number): bigint {
  floats.setFloat64(0, x);
  return floats.getBigUint64(0);
}

function f32Bits(x: number): bigint {
  floats.setFloat32(0, x);
  return BigInt(floats.getUint32(0));
}

/** Neighbours of a float as bits: one unit below and above in magnitude. */
function around(x: number, bits: (x: number) => bigint): bigint[] {
  const b = bits(x);
  return [b - 1n, b, b + 1n];
}

function edges(bits: (x: number) => bigint, nans: bigint[]): bigint[] {
  const list: bigint[] = [...nans];
  for (const x of [0, 0.5, 1, 1.5, 2.5, 1e10, 1e30, Infinity]) list.push(bits(x), bits(-x));
  for (const x of [2 ** 31, 2 ** 32, 2 ** 63, 2 ** 64, 1]) {
    list.push(...around(x, bits), ...around(-x, bits));
  }
  for (const x of [2147483648.5, 2147483648.9, 2147483649, 4294967295.5, 4294967295.9, 4294967296]) {
    list.push(...around(x, bits), ...around(-x, bits));
  }
  list.push(1n, bits(0) | 2n, bits(-0) | 1n);
  return [...new Set(list)];
}

const F32 = edges(f32Bits, [0x7fc00000n, 0xffc00000n, 0x7f800001n, 0xff812345n, 0x7fffffffn]);
const F64 = edges(f64Bits, [
  0x7ff8000000000000n,
  0xfff8000000000000n,
  0x7ff0000000000001n,
  0xfff123456789abcdn,
  0x7fffffffffffffffn,
]);
const I64 = [
  0n,
  1n,
  2n,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0x8000000000000001n,
  0xffffffffffffffffn,
  0xfffffffffffffffen,
  0x8000000000000400n,
  0x8000000000000401n,
  0x8000000000000bffn,
  0x8000000000000c00n,
  0x8000000000000c01n,
  0x0020000000000001n,
  0x0020000000000003n,
  0xffffff8000000000n,
  0xffffff7fffffffffn,
  0xffffff8000000001n,
  0xfffffffffffffbffn,
  0xfffffffffffffc00n,
  0xfffffffffffffc01n,
  0x8000008000000000n,
  0x8000008000000001n,
  0x8000018000000000n,
  0x0000000001000001n,
  0x123456789abcdef0n,
  0x8000004000000001n,
];
const I32 = [0n, 1n, 2n, 7n, 0x7fffffffn, 0x80000000n, 0x80000001n, 0xffffffffn, 0xfffffffen, 0xfffffff9n];

type Type = "i32" | "i64" | "f32" | "f64";

interface Case {
  op: number;
  /** Instruction of the text format, with its types. */
  wat: string;
  params: Type[];
  result: Type;
  inputs: bigint[][];
}

function pairs(list: bigint[]): bigint[][] {
  return list.flatMap((a) => list.map((b) => [a, b]));
}

const singles = (list: bigint[]): bigint[][] => list.map((x) => [x]);

function floatCases(): Case[] {
  const list: Case[] = [];
  for (const [suffix, type, values] of [
    ["ss", "f32", F32],
    ["sd", "f64", F64],
  ] as const) {
    const add = (name: string, wat: string, params: Type[], result: Type, inputs: bigint[][]): void => {
      list.push({ op: opNames.indexOf(name + suffix), wat, params, result, inputs });
    };
    const two: Type[] = [type, type];
    add("FMin", `${type}.min`, two, type, pairs(values));
    add("FMax", `${type}.max`, two, type, pairs(values));
    add("FSetEq", `${type}.eq`, two, "i32", pairs(values));
    add("FSetNe", `${type}.ne`, two, "i32", pairs(values));
    add("Copysign", `${type}.copysign`, two, type, pairs(values));
    for (const bits of ["32", "64"]) {
      for (const sign of ["S", "U"]) {
        const tail = `${type}_${sign.toLowerCase()}`;
        const result = `i${bits}` as Type;
        add(`Trunc${sign}${bits}`, `${result}.trunc_${tail}`, [type], result, singles(values));
        add(`TruncSat${sign}${bits}`, `${result}.trunc_sat_${tail}`, [type], result, singles(values));
      }
    }
    add("ConvertU64", `${type}.convert_i64_u`, ["i64"], type, singles(I64));
  }
  return list;
}

/** The cases as one module of functions over bits, so that no NaN passes through JavaScript. */
async function reference(cases: Case[]): Promise<((...args: (bigint | number)[]) => bigint | number)[]> {
  const integer = (t: Type): string => (t.endsWith("32") ? "i32" : "i64");
  const text = cases.map((c, k) => {
    const params = c.params.map((t) => `(param ${integer(t)})`).join(" ");
    const gets = c.params.map((t, n) => {
      const get = `(local.get ${n})`;
      return t.startsWith("f") ? `(${t}.reinterpret_${integer(t)} ${get})` : get;
    });
    const call = `(${c.wat} ${gets.join(" ")})`;
    const body = c.result.startsWith("f") ? `(${integer(c.result)}.reinterpret_${c.result} ${call})` : call;
    return `(func (export "f${k}") ${params} (result ${integer(c.result)}) ${body})`;
  });
  const module = new WebAssembly.Module(assemble(`(module ${text.join("\n")})`) as Uint8Array<ArrayBuffer>);
  const exports = new WebAssembly.Instance(module).exports as Record<string, (...a: unknown[]) => bigint | number>;
  return cases.map((_, k) => exports[`f${k}`]);
}

function isNan(bits: bigint, type: Type): boolean {
  return type == "f32" ? (bits & 0x7fffffffn) > 0x7f800000n : (bits & 0x7fffffffffffffffn) > 0x7ff0000000000000n;
}

function isQuiet(bits: bigint, type: Type): boolean {
  return (bits & (type == "f32" ? 0x400000n : 0x8000000000000n)) != 0n;
}

const set = (m: Maker, reg: number, bits: bigint): Maker =>
  m.ins(X64.MovImm, [reg], {
    imm: Number(BigInt.asIntN(32, bits)),
    immHi: Number(BigInt.asIntN(32, bits >> 32n)),
  });

const VECTORS = [16, 18, 25, 30];
const GENERALS = [Reg.Rax, Reg.Rsi, Reg.R8, Reg.R12];

/** Function `f`: r13 ← address of result `k`; operands set; the operation; its result stored. */
function emitCase(code: Code, f: number, c: Case, input: bigint[]): void {
  const m = new Maker(f).block();
  set(m, Reg.R13, BigInt(RESULTS + 16 * f));
  const uses = c.params.map((t, n) => {
    if (t == "i64") {
      set(m, Reg.R9, input[n]);
      return Reg.R9;
    }
    // Equal operands share a register, as they may after allocation.
    const reg = n == 1 && input[0] == input[1] && f % 2 == 0 ? VECTORS[f % 4] : VECTORS[(f + n) % 4];
    set(m, Reg.Rbx, input[n]);
    m.ins(t == "f32" ? X64.Movd : X64.Movq, [reg, Reg.Rbx]);
    return reg;
  });
  const float = c.result.startsWith("f");
  let def = float ? VECTORS[(f + 2) % 4] : GENERALS[f % 4];
  if (!float) set(m, def, 0xdeadbeefdeadbeefn);
  // Two-address: the definition is the first use's register.
  if (float && c.params.length == 2) def = uses[0];
  m.ins(c.op, [def, ...uses], { origin: 1000 + f });
  const store = float ? (c.result == "f32" ? X64.StoreSs : X64.StoreSd) : X64.Store64;
  m.ins(store, [def, Reg.R13], { mode: Mode.Base, disp: 8 });
  m.ins(X64.Ret);
  m.emit(code);
}

const trapMessages: Record<number, RegExp> = {
  [TrapKind.BadConversionToInteger]: /NaN|invalid|Out of bounds Trunc|out of bounds|unrepresentable/i,
};

test("float pseudo-instructions agree with a WebAssembly engine", async () => {
  const cases = floatCases();
  const functions = await reference(cases);
  const work = cases.flatMap((c, k) => c.inputs.map((input) => ({ c, call: functions[k], input })));
  const code = newCode(work.length + 1);
  for (let f = 0; f < work.length; f++) emitCase(code, f, work[f].c, work[f].input);
  const outcome = run(
    code,
    work.length,
    work.map((_, f) => f),
    16 * work.length,
  );
  let traps = 0;
  work.forEach(({ c, call, input }, f) => {
    const what = `${c.wat} ${input.map((x) => x.toString(16)).join(" ")}`;
    const args = input.map((x, n) =>
      c.params[n].endsWith("32") ? Number(BigInt.asIntN(32, x)) : BigInt.asIntN(64, x),
    );
    const fault = outcome.data.getBigUint64(16 * f, true);
    const actual = outcome.data.getBigUint64(16 * f + 8, true);
    let expected: bigint | null = null;
    try {
      expected = BigInt.asUintN(c.result.endsWith("32") ? 32 : 64, BigInt(call(...args)));
    } catch (e) {
      expect(trapMessages[TrapKind.BadConversionToInteger].test(String(e))).toBe(true);
    }
    if (expected == null) {
      traps++;
      const kind = isNan(input[0], c.params[0]) ? TrapKind.BadConversionToInteger : TrapKind.IntegerOverflow;
      expect(`${what} ${trapAt(code, outcome.offsetOf(fault))}`).toBe(`${what} ${kind}`);
    } else if (c.result.startsWith("f") && isNan(expected, c.result) && !c.wat.includes("copysign")) {
      expect(`${what} ${fault} ${isNan(actual, c.result) && isQuiet(actual, c.result)}`).toBe(`${what} 0 true`);
    } else expect(`${what} ${fault} ${actual.toString(16)}`).toBe(`${what} 0 ${expected.toString(16)}`);
  });
  expect(traps).toBeGreaterThan(100);
  expect(work.length).toBeGreaterThan(20000);
}, 60000);

const DIVISIONS: Array<[number, string, Type, number]> = [
  [X64.Div32, "div_u", "i32", Reg.Rax],
  [X64.Div32, "rem_u", "i32", Reg.Rdx],
  [X64.Idiv32, "div_s", "i32", Reg.Rax],
  [X64.Irem32, "rem_s", "i32", Reg.Rdx],
  [X64.Div64, "div_u", "i64", Reg.Rax],
  [X64.Div64, "rem_u", "i64", Reg.Rdx],
  [X64.Idiv64, "div_s", "i64", Reg.Rax],
  [X64.Irem64, "rem_s", "i64", Reg.Rdx],
];

test("divisions and remainders, their faults at known sites", async () => {
  const cases: Case[] = DIVISIONS.map(([op, name, type]) => {
    const inputs = pairs(type == "i32" ? I32 : I64);
    return { op, wat: `${type}.${name}`, params: [type, type], result: type, inputs };
  });
  const functions = await reference(cases);
  const work = cases.flatMap((c, k) => c.inputs.map((input) => ({ c, k, input })));
  const code = newCode(work.length + 1);
  work.forEach(({ c, k, input }, f) => {
    const m = new Maker(f).block();
    const divisor = [Reg.Rcx, Reg.Rdi, Reg.R9, Reg.R12][f % 4];
    set(m, Reg.R13, BigInt(RESULTS + 16 * f));
    set(m, Reg.Rdx, 0xdeadbeefdeadbeefn);
    set(m, Reg.Rax, input[0]);
    set(m, divisor, input[1]);
    m.ins(c.op, [Reg.Rax, Reg.Rdx, Reg.Rax, divisor], { defs: 2, origin: f });
    m.ins(X64.Store64, [DIVISIONS[k][3], Reg.R13], { mode: Mode.Base, disp: 8 });
    m.ins(X64.Ret).emit(code);
  });
  const outcome = run(
    code,
    work.length,
    work.map((_, f) => f),
    16 * work.length,
  );
  let faults = 0;
  work.forEach(({ c, k, input }, f) => {
    const wide = c.result == "i64";
    const args = input.map((x) => (wide ? BigInt.asIntN(64, x) : Number(BigInt.asIntN(32, x))));
    const what = `${c.wat} ${input.map((x) => x.toString(16)).join(" ")}`;
    const fault = outcome.data.getBigUint64(16 * f, true);
    let expected: bigint | null = null;
    try {
      expected = BigInt.asUintN(wide ? 64 : 32, BigInt(functions[k](...args)));
    } catch {
      faults++;
      const site = findSite(code, outcome.offsetOf(fault));
      expect(`${what} ${code.siteKind.get(site)} ${code.siteOrigin.get(site)}`).toBe(
        `${what} ${SiteKind.Division} ${f}`,
      );
    }
    if (expected == null) return;
    const actual = outcome.data.getBigUint64(16 * f + 8, true);
    expect(`${what} ${fault} ${actual.toString(16)}`).toBe(`${what} 0 ${expected.toString(16)}`);
  });
  expect(faults).toBeGreaterThan(100);
}, 60000);

function findSite(code: Code, offset: number): number {
  for (let k = 0; k < code.siteOffset.length; k++) if (code.siteOffset.get(k) == offset) return k;
  throw new Error(`no site at ${offset}`);
}

/** Function `f` with body `build`, which stores its answer at r13 + 8. */
function emitOne(code: Code, f: number, build: (m: Maker) => void): void {
  const m = new Maker(f).block();
  set(m, Reg.R13, BigInt(RESULTS + 16 * f));
  build(m);
  m.emit(code);
}

const store = (m: Maker, reg: number): Maker => m.ins(X64.Store64, [reg, Reg.R13], { mode: Mode.Base, disp: 8 });

function runAll(bodies: ((m: Maker) => void)[]): { code: Code; values: bigint[]; faults: bigint[]; traps: number[] } {
  const code = newCode(bodies.length + 1);
  for (let f = 0; f < bodies.length; f++) emitOne(code, f, bodies[f]);
  const outcome = run(
    code,
    bodies.length,
    bodies.map((_, f) => f),
    16 * bodies.length,
  );
  const faults = bodies.map((_, f) => outcome.data.getBigUint64(16 * f, true));
  return {
    code,
    values: bodies.map((_, f) => outcome.data.getBigUint64(16 * f + 8, true)),
    faults,
    traps: faults.map((x) => (x == 0n ? -1 : trapAt(code, outcome.offsetOf(x)))),
  };
}

test("128-bit products", () => {
  const inputs = pairs(I64).slice(0, 400);
  const bodies = inputs.flatMap(([a, b], k) =>
    [X64.MulHigh64, X64.ImulHigh64].map((op) => (m: Maker) => {
      const factor = [Reg.Rcx, Reg.R9][k % 2];
      set(set(m, Reg.Rax, a), factor, b);
      m.ins(op, [Reg.Rax, Reg.Rdx, Reg.Rax, factor], { defs: 2 });
      store(m, Reg.Rdx).ins(X64.Store64, [Reg.Rax, Reg.R13], { mode: Mode.Base, disp: 0 }).ins(X64.Ret);
    }),
  );
  const { values, faults } = runAll(bodies);
  inputs.forEach(([a, b], k) => {
    const signed = BigInt.asUintN(64, (BigInt.asIntN(64, a) * BigInt.asIntN(64, b)) >> 64n);
    const low = BigInt.asUintN(64, a * b);
    const actual = [values[2 * k], values[2 * k + 1], faults[2 * k], faults[2 * k + 1]];
    expect([a, b, ...actual]).toEqual([a, b, (a * b) >> 64n, signed, low, low]);
  });
});

/** Which of equal, less, greater, unordered hold; in the order of the pairs below. */
const ORDERED: Array<[bigint, bigint]> = [
  [f64Bits(1), f64Bits(1)],
  [f64Bits(1), f64Bits(2)],
  [f64Bits(2), f64Bits(1)],
  [f64Bits(NaN), f64Bits(1)],
];

test("float equality in branches, traps and selections", () => {
  const conds: Array<[number, boolean[]]> = [
    [Cond.FloatEqual, [true, false, false, false]],
    [Cond.FloatNotEqual, [false, true, true, true]],
    [Cond.Above, [false, false, true, false]],
    [Cond.BelowEqual, [true, true, false, true]],
  ];
  const bodies: ((m: Maker) => void)[] = [];
  const expected: string[] = [];
  const compare = (m: Maker, k: number): void => {
    for (const n of [0, 1]) {
      set(m, Reg.Rbx, ORDERED[k][n]);
      m.ins(X64.Movq, [16 + n, Reg.Rbx]);
    }
    m.ins(X64.Ucomisd, [16, 17]);
  };
  for (const [cond, holds] of conds) {
    holds.forEach((yes, k) => {
      // Successor orders: either one, or neither, follows in the code.
      for (const order of ["yes", "no", "neither", "same"]) {
        bodies.push((m) => {
          compare(m, k);
          const [a, b] = order == "yes" ? [1, 2] : order == "no" ? [2, 1] : order == "same" ? [2, 2] : [2, 3];
          m.ins(X64.Jcc, [], { imm: cond });
          m.mir.lists.push(a, b);
          m.mir.succStart.set(0, m.mir.lists.length);
          m.mir.succCount.set(0, 2);
          m.mir.lists.push(a);
          m.mir.lists.push(b);
          for (let block = 1; block < 4; block++) {
            m.block();
            set(m, Reg.Rax, BigInt(block));
            store(m, Reg.Rax).ins(X64.Ret);
          }
        });
        const taken = { yes: [1, 2], no: [2, 1], neither: [2, 3], same: [2, 2] }[order]!;
        expected.push(`branch ${yes ? taken[0] : taken[1]} trap -1`);
      }
      bodies.push((m) => {
        compare(m, k);
        m.ins(X64.TrapIf, [], { imm: cond, disp: TrapKind.NullReference });
        set(m, Reg.Rax, 9n);
        store(m, Reg.Rax).ins(X64.Ret);
      });
      expected.push(yes ? `branch 0 trap ${TrapKind.NullReference}` : "branch 9 trap -1");
      bodies.push((m) => {
        set(m, Reg.Rcx, 5n);
        m.ins(X64.Movq, [19, Reg.Rcx]);
        set(m, Reg.Rcx, 6n);
        m.ins(X64.Movq, [20, Reg.Rcx]);
        compare(m, k);
        m.ins(X64.SelectVec, [19, 19, 20], { imm: cond });
        m.ins(X64.StoreSd, [19, Reg.R13], { mode: Mode.Base, disp: 8 }).ins(X64.Ret);
      });
      expected.push(`branch ${yes ? 6 : 5} trap -1`);
    });
  }
  const { values, traps } = runAll(bodies);
  expect(values.map((v, k) => `branch ${v} trap ${traps[k]}`)).toEqual(expected);
});

test("signature check: match, mismatch, null", () => {
  const bodies = [7n, 8n, 0n].map((type) => (m: Maker) => {
    set(m, Reg.Rbx, type << 32n);
    store(m, Reg.Rbx);
    m.ins(X64.CheckSignature, [Reg.R13], { mode: Mode.Base, disp: 12, imm: 7 });
    set(m, Reg.Rax, 1n);
    store(m, Reg.Rax).ins(X64.Ret);
  });
  expect(runAll(bodies).traps).toEqual([-1, TrapKind.BadSignature, TrapKind.IndirectCallToNull]);
});

test("trap blocks and shared traps have their kind and origin", () => {
  const bodies = [
    (m: Maker): void => {
      m.ins(X64.Trap, [], { imm: TrapKind.Unreachable, origin: 77 });
    },
    (m: Maker): void => {
      set(m, Reg.Rax, 1n);
      m.ins(X64.TestI32, [Reg.Rax], { imm: 1 });
      m.ins(X64.TrapIf, [], { imm: Cond.Equal, disp: TrapKind.TableOutOfBounds, origin: 5 });
      m.ins(X64.TrapIf, [], { imm: Cond.NotEqual, disp: TrapKind.TableOutOfBounds, origin: 5 });
      m.ins(X64.Ret);
    },
  ];
  const { code, traps } = runAll(bodies);
  expect(traps).toEqual([TrapKind.Unreachable, TrapKind.TableOutOfBounds]);
  // The two traps of one origin are one instruction.
  expect(code.funcSiteEnd.get(1) - code.funcSiteStart.get(1)).toBe(1);
  expect(code.siteOrigin.get(code.funcSiteStart.get(0))).toBe(77);
});

test("a switch takes the entry of its index, and the default beyond", () => {
  const indices = [0n, 1n, 2n, 3n, 0xffffffffn];
  const bodies = indices.map((index, f) => (m: Maker): void => {
    const reg = [Reg.Rax, Reg.R12, Reg.Rbp, Reg.R9][f % 4];
    set(m, reg, index);
    m.mir.succStart.set(0, m.mir.lists.length);
    m.mir.succCount.set(0, 4);
    for (const target of [2, 1, 3, 4]) m.mir.lists.push(target);
    m.ins(X64.Switch, [reg], { imm: 3 });
    for (let block = 1; block <= 4; block++) {
      m.block([], block == 3);
      set(m, Reg.Rax, BigInt(10 + block));
      store(m, Reg.Rax).ins(X64.Ret);
    }
  });
  expect(runAll(bodies).values).toEqual([12n, 11n, 13n, 14n, 14n]);
});

test("references to functions and code bounds", () => {
  const bodies = [
    (m: Maker): void => {
      store(m.ins(X64.MovFunc, [Reg.R9], { imm: 1, immHi: 0x1234 }), Reg.R9).ins(X64.Ret);
    },
    (m: Maker): void => {
      store(m.ins(X64.MovFunc, [Reg.Rsi], { imm: 0 }), Reg.Rsi).ins(X64.Ret);
    },
    (m: Maker): void => {
      store(m.ins(X64.MovCodeBound, [Reg.Rax], { imm: 0 }), Reg.Rax).ins(X64.Ret);
    },
  ];
  const { code, values } = runAll(bodies);
  expect(values[0]).toBe((0x1234n << 32n) | BigInt(0x40_0000 + code.funcStart.get(1)));
  expect(values[1]).toBe(BigInt(0x40_0000 + code.funcStart.get(0)));
  expect(values[2]).toBe(0x40_0000n);
});
