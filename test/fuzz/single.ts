// Modules that do one thing, in every form in which its operands can come, with operands at the edges: one instruction, two
// that could become one, a comparison that decides a branch, an access at the ends of memory.

import { accesses, loads, type Operation, operations, operationsOf, stores } from "./operations";
import type { Random } from "./random";
import { type Call, type Func, node, type Node, type Tree, type Type, type Value } from "./tree";
import { constant, edge } from "./values";

const FIELDS = [
  '(memory (export "memory") 1 1)',
  '(data (i32.const 0) "\\81\\92\\a3\\b4\\c5\\d6\\e7\\f8\\ff\\7f\\00\\80\\01")',
];
/** What simplification knows the most about. */
const RELATED = /\.(shl|shr|rot|and|or|xor|add|sub|mul|extend)/;
export const get = (type: Type, i: number): Node => node("local.get", type, `${i}`);

export class Maker {
  readonly tree: Tree;
  protected readonly r: Random;

  constructor(r: Random, fields: string[]) {
    this.r = r;
    this.tree = { fields: [...fields], funcs: [], calls: [] };
  }

  /** A function, called several times. */
  add(params: Type[], results: Type[], body: Node[], times: number, argsOf?: () => Value[]): void {
    const name = `f${this.tree.funcs.length}`;
    const f: Func = { name, params, results, locals: [], body };
    this.tree.funcs.push(f);
    for (let n = times; n > 0; n--) {
      const args = argsOf?.() ?? params.map((type) => edge(this.r, type));
      this.tree.calls.push({ name, args } as Call);
    }
  }

  /** Operands of an operation: the parameters, or one of them a constant, or all. */
  private forms(params: Type[]): { params: Type[]; args: Node[] }[] {
    const { r } = this;
    const forms = [{ params, args: params.map(get) }];
    for (let n = 3; n > 0 && params.length > 1; n--) {
      forms.push({ params: [params[0]], args: [get(params[0], 0), constant(edge(r, params[1]))] });
      if (n == 1) forms.push({ params: [params[1]], args: [constant(edge(r, params[0])), get(params[1], 0)] });
    }
    forms.push({ params: [], args: params.map((type) => constant(edge(r, type))) });
    // Twice the same.
    if (params.length == 2 && params[0] == params[1]) {
      forms.push({ params: [params[0]], args: [get(params[0], 0), get(params[0], 0)] });
    }
    return forms;
  }

  operation(operation: Operation): void {
    const { r } = this;
    for (const { params, args } of this.forms(operation.params)) {
      const result = node(operation.name, operation.result, "", ...args);
      const times = params.length == 0 ? 1 : 5;
      this.add(params, [operation.result], [result], times);
      if (operation.result != "i32" || !r.one(2)) continue;
      const [yes, no] = [edge(r, "i64"), edge(r, "i64")].map(constant);
      const fresh = node(operation.name, operation.result, "", ...args);
      const decide: Node = {
        op: "if",
        type: "i64",
        text: "",
        args: [r.one(3) ? node("i32.eqz", "i32", "", fresh) : fresh],
        results: ["i64"],
        body: [yes],
        orelse: [no],
      };
      this.add(params, ["i64"], [r.one(2) ? decide : node("select", "i64", "", yes, no, fresh)], times);
    }
  }

  /** An operation on the result of another one. */
  pair(outer: Operation): void {
    const { r } = this;
    const which = r.below(outer.params.length);
    const all = operationsOf.get(outer.params[which]) as Operation[];
    const related = all.filter((o) => RELATED.test(o.name) && o.result == o.params[0]);
    const same = all.find((o) => o.name == outer.name);
    const inner =
      same != undefined && r.one(4)
        ? same
        : r.pick(RELATED.test(outer.name) && related.length > 0 && !r.one(4) ? related : all);
    const params: Type[] = [...inner.params];
    const innerArgs = inner.params.map((type, i) => (i == 1 && !r.one(3) ? constant(edge(r, type)) : get(type, i)));
    const args = outer.params.map((type, i) => {
      if (i == which) return node(inner.name, inner.result, "", ...innerArgs);
      if (!r.one(3)) return constant(edge(r, type));
      return get(type, params.push(type) - 1);
    });
    const result = node(outer.name, outer.result, "", ...args);
    // The upper half of a register must not matter where 64 bits are read.
    const uses: [Type, Node][] = [
      [outer.result, result],
      ["i64", node("i64.extend_i32_u", "i64", "", result)],
      ["i32", node("i32.load8_u", "i32", "", result)],
    ];
    const [type, body] = outer.result != "i32" || r.one(2) ? uses[0] : r.pick(uses);
    this.add(params, [type], [body], 5);
  }

  private address(bytes: number, offset: number): Value {
    const { r } = this;
    const at = r.pick([
      0,
      1,
      8,
      65536 - bytes,
      65536 - bytes + 1,
      65535,
      65536,
      -1,
      -bytes,
      -8,
      0x7fffffff,
      -0x80000000,
    ]);
    return { type: "i32", bits: BigInt((r.one(2) ? at - offset : at) >>> 0) };
  }

  access(): void {
    const { r } = this;
    const { name, type, isStore, bytes } = r.pick(accesses);
    const offset = r.pick([
      0,
      1,
      8,
      65535,
      65536 - bytes,
      65536,
      0x7fffffff,
      0x80000000,
      0xffffffff - bytes,
      0xffffffff,
    ]);
    const text = offset == 0 ? "" : `offset=${offset}`;
    const args: Type[] = isStore ? ["i32", type] : ["i32"];
    const body = node(name, isStore ? "" : type, text, ...args.map(get));
    const given = (types: Type[]) => () => types.map((t, i) => (i == 0 ? this.address(bytes, offset) : edge(r, t)));
    this.add(args, isStore ? [] : [type], [body], 8, given(args));
    const fixed = constant(this.address(bytes, offset));
    const rest = isStore ? [constant(edge(r, type))] : [];
    this.add([], isStore ? [] : [type], [node(name, isStore ? "" : type, text, fixed, ...rest)], 1);
  }

  /** Arithmetic in an address, which an addressing mode could take over. */
  scaled(): void {
    const { r } = this;
    const { name, type, isStore, bytes } = r.pick(r.one(3) ? stores : loads);
    const k = (n: number) => node("i32.const", "i32", `${n}`);
    const offset = r.pick([0, 0, 4, 16, 65528, 0x7ffffff8]);
    let at: Node = get("i32", 0);
    let wanted = 65536 - bytes;
    if (r.one(3)) at = node("i32.wrap_i64", "i32", "", node("i64.extend_i32_s", "i64", "", at));
    if (r.one(2)) {
      const shift = r.below(5);
      wanted >>>= shift;
      at = node("i32.shl", "i32", "", at, k(shift));
    }
    const add = r.pick([0, 4, -4, 8, 65528, -8, 0x7fffffff]);
    if (add != 0) at = node("i32.add", "i32", "", at, k(add));
    if (r.one(2)) at = node("i32.add", "i32", "", ...(r.one(2) ? [at, get("i32", 1)] : [get("i32", 1), at]));
    const params: Type[] = ["i32", "i32", ...(isStore ? [type] : [])];
    const given = () =>
      params.map((t, i): Value => {
        if (i > 1) return edge(r, t);
        const n =
          i == 1
            ? r.pick([0, 0, 8, -8, 65528])
            : r.pick([wanted, wanted - add, wanted + 1, 0, 1, 8, -1, 0x40000000, -0x80000000, 65536]);
        return { type: "i32", bits: BigInt((r.one(3) ? n - offset : n) >>> 0) };
      });
    const text = offset == 0 ? "" : `offset=${offset}`;
    const body = node(name, isStore ? "" : type, text, at, ...(isStore ? [get(type, 2)] : []));
    this.add(params, isStore ? [] : [type], [body], 12, given);
  }

  /** An operation on memory and what was there. */
  update(): void {
    const { r } = this;
    const store = r.pick(stores);
    const load = r.pick(loads.filter((access) => access.type == store.type));
    const fitting = (operationsOf.get(store.type) as Operation[]).filter((o) => o.params[0] == store.type);
    const operation = r.pick(fitting);
    const params: Type[] = ["i32", ...operation.params.slice(1)];
    const offset = r.pick(["", "offset=8"]);
    const loaded = node(load.name, load.type, offset, get("i32", 0));
    const rest = operation.params.slice(1).map((type, i) => (r.one(3) ? constant(edge(r, type)) : get(type, i + 1)));
    const args =
      operation.params.length == 2 && operation.params[1] == store.type && r.one(3)
        ? [...rest, loaded]
        : [loaded, ...rest];
    const value = node(operation.name, store.type, "", ...args);
    const given = () =>
      params.map((t, i) => (i == 0 ? { type: t, bits: BigInt(r.pick([0, 1, 4, 8, 65528 - 8])) } : edge(r, t)));
    this.add(params, [], [node(store.name, "", offset, get("i32", 0), value)], 6, given);
    this.add(["i32"], [store.type], [node(load.name, load.type, offset, get("i32", 0))], 3, () => [
      { type: "i32", bits: BigInt(r.pick([0, 1, 4, 8])) },
    ]);
  }
}

/** Loads and stores of all widths that overlap in part, and what the loads gave, in one number. */
function addAliases(maker: Maker, r: Random): void {
  const base = () => get("i32", 0);
  const body: Node[] = [];
  let sum: Node = node("i64.const", "i64", "0");
  const wide = (value: Node): Node => {
    if (value.type == "i64") return value;
    if (value.type == "i32") return node("i64.extend_i32_u", "i64", "", value);
    if (value.type == "f64") return node("i64.reinterpret_f64", "i64", "", value);
    return node("i64.extend_i32_u", "i64", "", node("i32.reinterpret_f32", "i32", "", value));
  };
  const offset = () => `offset=${r.one(2) ? 8 : 8 + r.below(8)}`;
  for (let n = 4 + r.below(8); n > 0; n--) {
    if (r.one(2)) {
      const { name, type } = r.pick(stores.filter((access) => access.type[0] == "i" || r.one(4)));
      body.push(node(name, "", offset(), base(), r.one(2) && type == "i64" ? get(type, 1) : constant(edge(r, type))));
    } else {
      const { name, type } = r.pick(loads.filter((access) => access.type[0] == "i" || r.one(4)));
      const loaded = wide(node(name, type, offset(), base()));
      sum = node("i64.add", "i64", "", node("i64.mul", "i64", "", sum, node("i64.const", "i64", "31")), loaded);
      // Evaluated here, not at the end.
      body.push(node("local.set", "", "2", sum));
      sum = get("i64", 2);
    }
  }
  body.push(sum);
  maker.add(["i32", "i64", "i64"], ["i64"], body, 4, () => [
    { type: "i32", bits: BigInt(r.pick([0, 1, 64])) },
    edge(r, "i64"),
    { type: "i64", bits: 0n },
  ]);
}

export function generateSingle(r: Random): Tree {
  const maker = new Maker(r, FIELDS);
  for (let n = 3; n > 0; n--) maker.operation(r.pick(operations));
  for (let n = 3; n > 0; n--) maker.pair(r.pick(operations));
  for (let n = 20; n > 0; n--) maker.pair(r.pick(operations.filter(({ name }) => RELATED.test(name))));
  for (let n = 2; n > 0; n--) maker.access();
  for (let n = 3; n > 0; n--) maker.scaled();
  maker.update();
  for (let n = 3; n > 0; n--) addAliases(maker, r);
  return maker.tree;
}
