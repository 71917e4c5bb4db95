// Simplification on construction: that it is right (compositions of operations against an engine), and that it
// happens (the text of single identities).

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { Func, NO_VALUE } from "../../src/ssa/func";
import { buildConst, buildFolded, foldValue } from "../../src/ssa/fold";
import { Op, Type } from "../../src/ssa/op";
import { callEngine, callSsa, guest, instantiate, ssa } from "./helpers";
import { Machine } from "./ssa-interp";

const binary = "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr".split(" ");
const compare = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u".split(" ");

/** Texts of functions of one parameter x of `type`, with i32 result. */
function compositions(type: string, seed: number, count: number): string[] {
  let state = seed;
  const random = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % n;
  };
  const width = type === "i32" ? 32 : 64;
  const constants = ["0", "1", "-1", "2", "3", "8", "16", "24", "31", "32", "33", "255", "65535", "4096", "-128", "-2"];
  if (width === 64)
    constants.push("63", "48", "56", "0xffffffff", "0x100000000", "0x8000000000000000", "0x7fffffffffffffff");
  else constants.push("0x80000000", "0x7fffffff");
  const constant = (): string => `(${type}.const ${constants[random(constants.length)]})`;
  const unary = ["clz", "ctz", "popcnt", "extend8_s", "extend16_s"];
  if (width === 64) unary.push("extend32_s");
  const value = (depth: number): string => {
    if (depth === 0) return random(4) === 0 ? constant() : "(local.get 0)";
    switch (random(8)) {
      case 0:
        return `(${type}.${unary[random(unary.length)]} ${value(depth - 1)})`;
      case 1:
        return `(select ${value(depth - 1)} ${value(depth - 1)} ${condition(depth - 1)})`;
      case 2:
        if (width === 64) return `(i64.extend_i32_${random(2) === 0 ? "s" : "u"} (i32.wrap_i64 ${value(depth - 1)}))`;
        return `(i32.wrap_i64 (i64.extend_i32_${random(2) === 0 ? "s" : "u"} ${value(depth - 1)}))`;
      case 3:
        return width === 64
          ? `(i64.extend_i32_${random(2) === 0 ? "s" : "u"} ${condition(depth - 1)})`
          : condition(depth - 1);
    }
    const op = binary[random(binary.length)];
    return random(4) === 0
      ? `(${type}.${op} ${constant()} ${value(depth - 1)})`
      : `(${type}.${op} ${value(depth - 1)} ${random(4) === 0 ? value(depth - 1) : constant()})`;
  };
  const condition = (depth: number): string => {
    if (random(3) === 0)
      return random(2) === 0 || depth === 0 ? `(${type}.eqz ${value(depth)})` : `(i32.eqz ${condition(depth - 1)})`;
    const sides = [value(depth), random(3) === 0 ? value(depth) : constant()];
    if (random(2) === 0) sides.reverse();
    return `(${type}.${compare[random(compare.length)]} ${sides.join(" ")})`;
  };
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    if (i % 3 === 0) texts.push(condition(1 + (i % 2)));
    else if (type === "i32") texts.push(value(2 + (i % 2)));
    else texts.push(`(i32.xor (i32.wrap_i64 ${value(2)}) (i32.const 0))`);
  }
  return texts;
}

for (const type of ["i32", "i64"]) {
  test(`compositions of ${type} operations compute what the engine computes`, () => {
    const numbers = [0, 1, -1, 2, 7, 8, 127, 128, 255, 256, 65535, 65536, -128, -129, 2147483647, -2147483648, 1234567];
    const inputs: (number | bigint)[] = type === "i32" ? numbers : numbers.map((n) => BigInt(n));
    if (type === "i64")
      inputs.push(1n << 63n, (1n << 63n) - 1n, 1n << 32n, 0xffffffffn, 0x123456789abcdefn, -(1n << 40n));
    const texts = compositions(type, 12345, 3000);
    const functions = texts.map((t, i) => `(func (export "f${i}") (param ${type}) (result i32) ${t})`);
    const g = guest(`(module ${functions.join("\n")})`);
    const engine = instantiate(g.bytes);
    const machine = new Machine(g.program, 1);
    const wrong: string[] = [];
    for (let i = 0; i < texts.length; i++) {
      for (const x of inputs) {
        const actual = callSsa(g, machine, `f${i}`, [x]);
        const expected = callEngine(engine, `f${i}`, [x]);
        if (actual !== expected) wrong.push(`${texts[i]} of ${x}: got ${actual}, expected ${expected}`);
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  }, 600_000);
}

/** The values that compute the result of an expression over parameters 0 and 1, without constants. */
function operations(body: string, params = "i32 i32", result = "i32"): string {
  const text = ssa(`(module (memory 1) (func (export "f") (param ${params}) (result ${result}) ${body}))`);
  const lines = text.split("\n").map((line) => line.trim());
  const used = lines.find((line) => line.startsWith("return"))?.slice(7) ?? "";
  const define = (v: string): string => {
    const line = lines.find((l) => l.startsWith(`${v}:`)) ?? v;
    const [, op] = line.split(" = ");
    if (op.startsWith("param ")) return "xy"[Number(op.slice(6))] ?? op;
    if (op.startsWith("const ")) return op.slice(6);
    return op.replace(/v\d+/g, (w) => define(w)).replace(/^(\w+) (.*)$/, "$1($2)");
  };
  return define(used);
}

const x = "(local.get 0)";
const y = "(local.get 1)";
const c = (n: number | string, type = "i32"): string => `(${type}.const ${n})`;

test("identities of arithmetic", () => {
  expect(operations(`(i32.add ${x} ${c(0)})`)).toBe("x");
  expect(operations(`(i32.add ${c(5)} ${x})`)).toBe("add(x, 5)");
  expect(operations(`(i32.sub ${x} ${c(5)})`)).toBe("add(x, -5)");
  expect(operations(`(i32.add (i32.add ${x} ${c(5)}) ${c(7)})`)).toBe("add(x, 12)");
  expect(operations(`(i32.add (i32.sub ${x} ${c(5)}) ${c(5)})`)).toBe("x");
  expect(operations(`(i32.sub ${x} ${x})`)).toBe("0");
  expect(operations(`(i32.mul ${x} ${c(8)})`)).toBe("shl(x, 3)");
  expect(operations(`(i32.mul ${x} ${c(-1)})`)).toBe("sub(0, x)");
  expect(operations(`(i32.div_u ${x} ${c(16)})`)).toBe("shr_u(x, 4)");
  expect(operations(`(i32.rem_u ${x} ${c(16)})`)).toBe("and(x, 15)");
  expect(operations(`(i32.rem_u ${x} ${c("0x80000000")})`)).toBe("and(x, 2147483647)");
  expect(operations(`(i32.rem_s ${x} ${c(-1)})`)).toBe("0");
  expect(operations(`(i64.rem_u ${x} ${c("0x100000000", "i64")})`, "i64", "i64")).toBe("and(x, 0x00000000ffffffff)");
});

test("identities of bits and shifts", () => {
  expect(operations(`(i32.and (i32.and ${x} ${c(12)}) ${c(10)})`)).toBe("and(x, 8)");
  expect(operations(`(i32.and (i32.load8_u ${x}) ${c(255)})`)).toBe("load8_u(m1[x])");
  expect(operations(`(i32.and (i32.load8_u ${x}) ${c(127)})`)).toBe("and(load8_u(m1[x]), 127)");
  expect(operations(`(i32.or ${x} ${c(-1)})`)).toBe("-1");
  expect(operations(`(i32.xor ${x} ${x})`)).toBe("0");
  expect(operations(`(i32.shl ${x} ${c(32)})`)).toBe("x");
  expect(operations(`(i32.shl ${x} ${c(33)})`)).toBe("shl(x, 1)");
  expect(operations(`(i32.rotr ${x} ${c(8)})`)).toBe("rotl(x, 24)");
  expect(operations(`(i32.shr_u (i32.shr_u ${x} ${c(20)}) ${c(20)})`)).toBe("0");
  expect(operations(`(i32.shr_s (i32.shr_s ${x} ${c(20)}) ${c(20)})`)).toBe("shr_s(x, 31)");
  expect(operations(`(i32.shr_s (i32.shl ${x} ${c(24)}) ${c(24)})`)).toBe("extend8_s(x)");
  expect(operations(`(i64.shr_s (i64.shl ${x} ${c(32, "i64")}) ${c(32, "i64")})`, "i64", "i64")).toBe("extend32_s(x)");
  expect(operations(`(i32.shr_u (i32.shl ${x} ${c(16)}) ${c(16)})`)).toBe("and(x, 65535)");
  expect(operations(`(i32.extend16_s (i32.and ${x} ${c(65535)}))`)).toBe("extend16_s(x)");
  expect(operations(`(i32.wrap_i64 (i64.extend_i32_u ${x}))`)).toBe("x");
  expect(operations(`(i64.extend32_s (i64.extend_i32_u ${x}))`, "i32", "i64")).toBe("extend_s(x)");
  expect(operations(`(i64.extend_i32_s (i32.and ${x} ${c(7)}))`, "i32", "i64")).toBe("extend_u(and(x, 7))");
});

test("identities of comparisons and select", () => {
  expect(operations(`(i32.lt_s ${c(3)} ${x})`)).toBe("gt_s(x, 3)");
  expect(operations(`(i32.eq ${x} ${c(0)})`)).toBe("eqz(x)");
  expect(operations(`(i32.eqz (i32.lt_u ${x} ${y}))`)).toBe("ge_u(x, y)");
  expect(operations(`(i32.eqz (i32.eqz ${x}))`)).toBe("ne(x, 0)");
  expect(operations(`(i32.eqz (f32.lt ${x} ${y}))`, "f32 f32")).toBe("eqz(flt(x, y))");
  expect(operations(`(i32.eqz (f32.eq ${x} ${y}))`, "f32 f32")).toBe("fne(x, y)");
  expect(operations(`(i32.ge_u ${x} ${c(0)})`)).toBe("1");
  expect(operations(`(i32.eq (i32.add ${x} ${c(3)}) ${c(10)})`)).toBe("eq(x, 7)");
  expect(operations(`(select ${x} ${y} (i32.eqz ${x}))`)).toBe("select(y, x, x)");
  expect(operations(`(select ${c(0)} ${c(1)} (i32.lt_s ${x} ${y}))`)).toBe("ge_s(x, y)");
  expect(operations(`(select ${c(1)} ${c(0)} ${x})`)).toBe("ne(x, 0)");
  expect(operations(`(select ${x} ${y} ${c(0)})`)).toBe("y");
});

test("traps stay, NaNs are not made, an index and its constant stay apart", () => {
  expect(operations(`(i32.div_s ${c(1)} ${c(0)})`)).toBe("div_s(1, 0)");
  expect(operations(`(i32.div_s ${c("0x80000000")} ${c(-1)})`)).toBe("div_s(-2147483648, -1)");
  expect(operations(`(i32.trunc_f32_s ${c("nan", "f32")})`)).toStartWith("trunc_s(");
  expect(operations(`(f64.div ${c(0, "f64")} ${c(0, "f64")})`, "i32", "f64")).toStartWith("fdiv(");
  expect(operations(`(f32.sqrt ${c(-1, "f32")})`, "i32", "f32")).toStartWith("fsqrt(");
  expect(operations(`(f64.mul ${x} ${c(1, "f64")})`, "f64", "f64")).toStartWith("fmul(");
  expect(operations(`(i32.load offset=4 (i32.add ${x} ${c(8)}))`)).toBe("load(m1[add(x, 8)+4])");
});

test("level 0 folds nothing", () => {
  const text = ssa('(module (func (export "f") (result i32) (i32.add (i32.const 1) (i32.const 2))))', "f", 0);
  expect(text).toContain("add");
});

test("constants of a block are shared, those of another are not", () => {
  const text = ssa(`(module (func (export "f") (param i32) (result i32)
    (if (i32.gt_s (local.get 0) (i32.const 77)) (then (return (i32.add (local.get 0) (i32.const 77)))))
    (i32.xor (i32.mul (local.get 0) (i32.const 77)) (i32.const 77))))`);
  expect(text.match(/const 77/g)?.length).toBe(3);
});

test("folding a value in place", () => {
  const func = new Func();
  func.reset(0, 0);
  func.buildBlock();
  const make = (op: number, type: number, a: number, b: number): number => {
    const v = func.buildValue(op, type, a, b, NO_VALUE, 0, 0, -1);
    func.append(0, v);
    return v;
  };
  const p = make(Op.Param, Type.I32, NO_VALUE, NO_VALUE);
  const eight = buildConst(func, 0, Type.I32, 8, 0, -1);
  const product = make(Op.Mul, Type.I32, p, eight);
  const after = make(Op.Sub, Type.I32, product, product);
  expect(foldValue(func, product)).toBe(product);
  expect(func.op.get(product)).toBe(Op.Shl);
  expect(func.next.get(func.b.get(product))).toBe(product);
  const zero = foldValue(func, after);
  expect(func.op.get(zero)).toBe(Op.Const);
  expect(func.next.get(zero)).toBe(after);
  expect(buildFolded(func, 0, Op.Add, Type.I32, zero, p, NO_VALUE, 0, 0, -1)).toBe(p);
});
