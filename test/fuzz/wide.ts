// What has 64 bits where others have 32, or 128 where others have 64, in every form and with operands at the edges: wide
// arithmetic, addresses, offsets and lengths of 64-bit memories, indices of 64-bit tables.

import type { FunctionMaker } from "./generate";
import { accesses } from "./operations";
import type { Random } from "./random";
import { get, Maker } from "./single";
import { node, type Node, type Tree, type Type, type Value } from "./tree";
import { constant, edge } from "./values";

const FIELDS = [
  '(memory (export "memory") i64 1 1)',
  '(data (i64.const 0) "\\81\\92\\a3\\b4\\c5\\d6\\e7\\f8\\ff\\7f\\00\\80\\01")',
  '(data $passive "abcdefghijkl")',
  "(table $t i64 10 12 funcref)",
  "(func $one (result i32) (i32.const 1))",
  "(type $one (func (result i32)))",
  "(elem (table $t) (i64.const 4) func $one $one)",
];
const ARITHMETIC: [name: string, operands: number][] = [
  ["i64.add128", 4],
  ["i64.sub128", 4],
  ["i64.mul_wide_s", 2],
  ["i64.mul_wide_u", 2],
];
const SIZE = 65536n;
const HIGHER = [1n << 32n, (1n << 32n) + 8n, 0xffff_ffffn, 0xffff_fff8n, 1n << 33n, 1n << 47n, 1n << 48n, 1n << 63n];

/** Wide arithmetic in the middle of a function. */
export function wideArithmetic(m: FunctionMaker, depth: number): Node {
  const [name, operands] = m.r.pick(ARITHMETIC);
  const args = Array.from({ length: operands }, () =>
    m.r.one(4) ? m.constant("i64") : m.expression("i64", depth - 1),
  );
  return { ...node(name, "", "", ...args), sinks: [m.sink("i64"), m.sink("i64")] };
}

class WideMaker extends Maker {
  arithmetic(): void {
    const { r } = this;
    const [name, operands] = r.pick(ARITHMETIC);
    const params: Type[] = [];
    const args = Array.from({ length: operands }, () =>
      r.one(3) ? constant(edge(r, "i64")) : get("i64", r.one(6) && params.length > 0 ? 0 : params.push("i64") - 1),
    );
    while (params.length < 2) params.push("i64");
    const both = node(name, "", "", ...args);
    // Both halves, or one.
    if (r.one(2)) this.add(params, ["i64", "i64"], [both], 8);
    else this.add(params, ["i64"], [{ ...both, sinks: ["0", "1"] }, get("i64", r.below(2))], 8);
  }

  private at(bytes: bigint, offset: bigint): Value {
    const { r } = this;
    const near = [0n, 1n, 8n, SIZE - bytes, SIZE - bytes + 1n, SIZE - 1n, SIZE, -1n, -bytes, -8n];
    const n = r.pick(r.one(3) ? HIGHER : near);
    const beyond = r.one(6) ? r.pick([1n << 32n, 1n << 63n]) : 0n;
    return { type: "i64", bits: BigInt.asUintN(64, (r.one(2) ? n - offset : n) + beyond) };
  }

  access(): void {
    const { r } = this;
    const { name, type, isStore, bytes } = r.pick(accesses);
    const near = [0n, 1n, 8n, 65535n, SIZE - BigInt(bytes), SIZE];
    const high = [...HIGHER, (1n << 64n) - BigInt(bytes), (1n << 64n) - 1n];
    const offset = r.pick(r.one(2) ? near : high);
    const text = offset == 0n ? "" : `offset=${offset}`;
    const rest: Type[] = isStore ? [type] : [];
    const results: Type[] = isStore ? [] : [type];
    const whole = (at: Node, ...values: Node[]) => node(name, isStore ? "" : type, text, at, ...values);
    const address = () => this.at(BigInt(bytes), offset);
    this.add(["i64", ...rest], results, [whole(get("i64", 0), ...rest.map((t) => get(t, 1)))], 10, () => [
      address(),
      ...rest.map((t) => edge(r, t)),
    ]);
    this.add([], results, [whole(constant(address()), ...rest.map((t) => constant(edge(r, t))))], 1);
    // A sum or a product in the address.
    const shift = r.below(4);
    const scaled = node("i64.shl", "i64", "", get("i64", 0), node("i64.const", "i64", `${shift}`));
    const from = r.one(2) ? scaled : node("i64.extend_i32_u", "i64", "", node("i32.wrap_i64", "i32", "", scaled));
    const sum = node("i64.add", "i64", "", from, r.one(2) ? get("i64", 1) : constant(edge(r, "i64")));
    this.add(["i64", "i64", ...rest], results, [whole(sum, ...rest.map((t) => get(t, 2)))], 10, () => {
      const { bits } = address();
      return [
        { type: "i64", bits: r.one(2) ? bits : bits >> BigInt(shift) },
        { type: "i64", bits: r.one(2) ? 0n : address().bits },
        ...rest.map((t) => edge(r, t)),
      ];
    });
  }

  private few(limit: bigint): Value {
    const { r } = this;
    const near = [0n, 1n, 4n, limit - 1n, limit, limit + 1n, -1n];
    return { type: "i64", bits: BigInt.asUintN(64, r.pick(r.one(3) ? HIGHER : near)) };
  }

  bulk(): void {
    const { r } = this;
    const [a, b, c] = [0, 1, 2].map((i) => get("i64", i));
    const short = (value: Node) => node("i32.wrap_i64", "i32", "", value);
    const all = (limit: bigint) => () => [this.few(limit), this.few(limit), this.few(limit)];
    const body = r.pick([
      node("memory.copy", "", "", a, b, c),
      node("memory.fill", "", "", a, short(b), c),
      node("memory.init", "", "$passive", a, short(b), short(c)),
    ]);
    this.add(["i64", "i64", "i64"], [], [body], 8, all(SIZE));
    const none = node("ref.null", "funcref", "func");
    const change = r.pick([
      node("table.copy", "", "$t $t", a, b, c),
      node("table.fill", "", "$t", a, node("ref.func", "funcref", "$one"), c),
      node("table.set", "", "$t", a, none),
    ]);
    this.add(["i64", "i64", "i64"], [], [change], 6, all(10n));
    const read = node("ref.is_null", "i32", "", node("table.get", "funcref", "$t", a));
    const call = node("call_indirect", "i32", "$t (type $one)", a);
    this.add(["i64"], ["i32"], [r.one(2) ? read : call], 8, () => [this.few(r.one(2) ? 10n : 5n)]);
    const grow = r.one(2) ? node("table.grow", "i64", "$t", none, a) : node("memory.grow", "i64", "", a);
    this.add(["i64"], ["i64"], [grow], 3, () => [this.few(2n)]);
  }
}

export function generateWide(r: Random): Tree {
  const maker = new WideMaker(r, FIELDS);
  for (let n = 5; n > 0; n--) maker.arithmetic();
  for (let n = 5; n > 0; n--) maker.access();
  for (let n = 2; n > 0; n--) maker.bulk();
  return maker.tree;
}
