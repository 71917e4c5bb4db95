// Valid modules at random, weighted to what compilers get wrong: addresses, many live values, constants at the edges, blocks
// with many parameters and results, branches of all kinds, state machines of br_table. What a module computes depends on
// no engine: loops and calls use up fuel, NaNs whose bits can be seen are made the same (tree.ts), memory and tables have
// limits that everybody can afford.

import { opened, rethrow, throwing, tryTable } from "./exceptions";
import { bulk, load, moved, sizeOrGrow, store } from "./memories";
import { type Operation, operationsOf } from "./operations";
import * as tables from "./references";
import { branchOnNull, constantReference, indirect, reference, throughReference } from "./references";
import type { Random } from "./random";
import { fieldsOf, makeShape, type Shape, type Signature } from "./shape";
import { type Call, type Func, isNumber, node, type Node, NUMBERS, raw, type Tree, type Type, zero } from "./tree";
import { constant, edge } from "./values";
import { wideArithmetic } from "./wide";

const TRAPPING = /div|rem|trunc_f/;

export interface Label {
  name: string;
  /** What a branch takes along. */
  types: Type[];
}

/** A block or loop without parameters and results. */
function plainStructure(op: string, label: string, body: Node[]): Node {
  return { op, type: "", text: "", args: [], label, body };
}

/** Makes one function; what a feature adds is in a file of its own. */
export class FunctionMaker {
  readonly r: Random;
  readonly shape: Shape;
  readonly own: Signature;
  private readonly index: number;
  private budget: number;
  private readonly locals: [string, Type][] = [];
  /** Locals that expressions and statements use, parameters among them. */
  readonly free: [string, Type][] = [];
  /** Counters of loops, which are only read. */
  private readonly frozen = new Set<string>();
  readonly labels: Label[] = [];
  private names = 0;
  private loops = 0;

  constructor(r: Random, shape: Shape, index: number, budget: number) {
    this.r = r;
    this.shape = shape;
    this.index = index;
    this.own = shape.signatures[index];
    this.budget = budget;
  }

  get fresh(): string {
    return `$v${this.names++}`;
  }

  local(type: Type, isFree: boolean): string {
    const name = this.fresh;
    this.locals.push([name, type]);
    if (isFree) this.free.push([name, type]);
    return name;
  }

  make(): Func {
    const { r, own } = this;
    own.params.forEach((type, i) => this.free.push([`${i}`, type]));
    const hasPressure = r.one(3);
    for (let n = hasPressure ? 20 + r.below(30) : 2 + r.below(6); n > 0; n--) this.local(r.pick(NUMBERS), true);
    for (const type of new Set([...this.shape.tables.map((table) => table.type), ...this.shape.functionTypes])) {
      this.local(type, true);
    }
    if (this.shape.tags.length > 0) this.local("exnref", true);
    const body: Node[] = [this.fuelCheck(own.results.map(zero))];
    if (hasPressure) {
      for (const [name, type] of this.locals) {
        if (isNumber(type)) body.push(node("local.set", "", name, this.expression(type, 2)));
      }
    }
    body.push(...this.statements(0));
    const mixes = hasPressure || r.one(2);
    for (const type of own.results) body.push(mixes && r.one(2) ? this.mixed(type) : this.expression(type, 4));
    return { name: own.name, params: own.params, results: own.results, locals: this.locals, body };
  }

  private fuelCheck(values: Node[]): Node {
    const spend = "(global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))";
    const results = values.map((value) => `(${value.op} ${value.text})`).join(" ");
    return raw(`${spend} (if (i32.lt_s (global.get $fuel) (i32.const 0)) (then (return ${results})))`);
  }

  /** All locals in one value. */
  private mixed(type: Type): Node {
    let sum = node("i64.const", "i64", "1");
    for (const [name, t] of this.free) {
      const get = node("local.get", t, name);
      let word: Node;
      if (t == "i64") word = get;
      else if (t == "i32") word = node("i64.extend_i32_u", "i64", "", get);
      else if (t == "f32") word = node("i64.extend_i32_s", "i64", "", node("i32.reinterpret_f32", "i32", "", get));
      else if (t == "f64") word = node("i64.reinterpret_f64", "i64", "", get);
      else word = node("i64.extend_i32_u", "i64", "", node("ref.is_null", "i32", "", get));
      sum = node("i64.xor", "i64", "", node("i64.rotl", "i64", "", sum, node("i64.const", "i64", "7")), word);
    }
    if (type == "i64") return sum;
    if (type == "i32") return node("i32.wrap_i64", type, "", sum);
    if (type == "f32") return node("f32.convert_i64_s", type, "", sum);
    return type == "f64" ? node("f64.convert_i64_u", type, "", sum) : zero(type);
  }

  // Expressions.

  typed(type: Type): string[] {
    return this.free.filter(([, t]) => t == type).map(([name]) => name);
  }

  private writable(type: Type): string[] {
    return this.typed(type).filter((name) => !this.frozen.has(name));
  }

  leaf(type: Type): Node {
    const { r } = this;
    const locals = this.typed(type);
    if (locals.length > 0 && !r.one(3)) return node("local.get", type, r.pick(locals));
    const globals = this.shape.globals.filter(([, t]) => t == type);
    if (globals.length > 0 && r.one(4)) return node("global.get", type, r.pick(globals)[0]);
    return this.constant(type);
  }

  constant(type: Type): Node {
    const reference = isNumber(type) ? null : constantReference(this, type);
    if (reference != null) return reference;
    return constant(edge(this.r, type));
  }

  expression(type: Type, depth: number): Node {
    const { r } = this;
    if (depth <= 0 || this.budget <= 0 || r.one(6)) return this.leaf(type);
    this.budget--;
    if (!isNumber(type)) return reference(this, type, depth);
    return r.weighted<() => Node>([
      [26, () => this.operation(type, depth)],
      [5, () => load(this, type, depth)],
      [3, () => this.select(type, depth)],
      [2, () => this.tee(type, depth)],
      [2, () => this.conditional([type], depth, false)],
      [1, () => this.block([type], depth, false)],
      [1, () => this.loop([type], depth, false)],
      [2, () => this.call(type, depth)],
      [1, () => this.branchValue(type, depth)],
      [1, () => this.special(type, depth)],
      [this.shape.tags.length > 0 ? 2 : 0, () => tryTable(this, [type], depth, false)],
    ])();
  }

  private operation(type: Type, depth: number): Node {
    const { r } = this;
    let operation: Operation = r.pick(operationsOf.get(type) as Operation[]);
    if (TRAPPING.test(operation.name) && !r.one(this.shape.isCalm ? 20 : 3))
      operation = r.pick(operationsOf.get(type) as Operation[]);
    const args = operation.params.map((param) => this.expression(param, depth - 1));
    if (args.length == 2 && r.one(3)) {
      const which = r.one(4) ? 0 : 1;
      args[which] = this.constant(operation.params[which]);
    }
    // Most divisors are not zero.
    if (/div_|rem_/.test(operation.name) && !r.one(4)) {
      args[1] = node(`${type}.or`, type, "", args[1], node(`${type}.const`, type, r.one(2) ? "1" : "16"));
    }
    return node(operation.name, type, "", ...args);
  }

  condition(depth: number): Node {
    const { r } = this;
    if (r.one(3)) return this.expression("i32", depth);
    const comparisons = (operationsOf.get("i32") as Operation[]).filter((o) =>
      /\.(eqz?|ne|[lg][te](_[su])?)$/.test(o.name),
    );
    const { name, params } = r.pick(comparisons);
    const args = params.map((param) => this.expression(param, depth - 1));
    if (args.length == 2 && r.one(3)) args[1] = this.constant(params[1]);
    const test = node(name, "i32", "", ...args);
    if (r.one(5)) return node(r.pick(["i32.and", "i32.or", "i32.xor"]), "i32", "", test, this.condition(depth - 1));
    return r.one(6) ? node("i32.eqz", "i32", "", test) : test;
  }

  private select(type: Type, depth: number): Node {
    const typed = this.r.one(4) ? `(result ${type})` : "";
    return node(
      "select",
      type,
      typed,
      this.expression(type, depth - 1),
      this.expression(type, depth - 1),
      this.condition(depth - 1),
    );
  }

  tee(type: Type, depth: number): Node {
    const locals = this.writable(type);
    if (locals.length == 0) return this.leaf(type);
    return node("local.tee", type, this.r.pick(locals), this.expression(type, depth - 1));
  }

  private special(type: Type, depth: number): Node {
    if (type != "i32") return this.operation(type, depth);
    const { r, shape } = this;
    const choices: [number, () => Node][] = [
      [3, () => sizeOrGrow(this, depth)],
      [2, () => node("call", type, "$import", ...NUMBERS.map((t) => this.expression(t, depth - 2)))],
    ];
    if (shape.tables.length > 0) choices.push([2, () => tables.sizeOrGrow(this, depth)]);
    const held = this.free.filter(([, t]) => !isNumber(t));
    if (held.length > 0) {
      choices.push([2, () => node("ref.is_null", type, "", this.expression(r.pick(held)[1], depth - 1))]);
    }
    return r.weighted(choices)();
  }

  // Calls.

  argsOf({ params }: Signature, depth: number): Node[] {
    return params.map((param) => this.expression(param, depth - 1));
  }

  /** Functions that may be called: mostly those behind this one. */
  callees(filter: (signature: Signature) => boolean): Signature[] {
    return this.shape.signatures.filter((s, i) => filter(s) && (i > this.index || this.r.one(6)));
  }

  private call(type: Type, depth: number): Node {
    const { r } = this;
    const callees = this.callees(({ results }) => results.length == 1 && results[0] == type);
    if (callees.length == 0 || this.loops > 1) return this.operation(type, depth);
    return this.callOf(r.pick(callees), type, depth);
  }

  private callOf(callee: Signature, type: Type | "", depth: number): Node {
    const { r } = this;
    const args = this.argsOf(callee, depth - 1);
    if (this.shape.functionTypes.length > 0 && r.one(3)) return throughReference(this, type, callee.name, args, depth);
    if (this.shape.tables.length > 0 && r.one(3)) return indirect(this, type, callee.name, args, depth);
    return node("call", type, `$${callee.name}`, ...args);
  }

  manyCall(depth: number): Node {
    const callees = this.callees(({ results }) => results.length != 1 || this.r.one(3));
    if (callees.length == 0 || this.loops > 1) return this.assign();
    const callee = this.r.pick(callees);
    return { ...this.callOf(callee, "", depth), sinks: callee.results.map((type) => this.sink(type)) };
  }

  private tailCall(depth: number): Node {
    const callees = this.callees(({ results }) => results.join() == this.own.results.join());
    if (callees.length == 0) return this.assign();
    const call = this.callOf(this.r.pick(callees), "", depth);
    return { ...call, op: `return_${call.op}` };
  }

  sink(type: Type): string {
    const locals = this.writable(type);
    return locals.length > 0 && !this.r.one(4) ? this.r.pick(locals) : this.local(type, true);
  }

  // Structure.

  some(types: Type[], depth: number): Node[] {
    return types.map((type) => this.expression(type, depth));
  }

  /** A block's parameters: their types, arguments, and where they go. */
  parameters(depth: number): { params: Type[]; args: Node[]; into: string[] } {
    const { r } = this;
    const count = r.one(3) ? (r.one(4) ? 3 + r.below(10) : 1 + r.below(3)) : 0;
    const params = Array.from({ length: count }, () => r.pick(this.shape.valueTypes));
    return { params, args: this.some(params, depth - 2), into: params.map((type) => this.sink(type)) };
  }

  inside(label: Label, depth: number, results: Type[]): Node[] {
    this.labels.push(label);
    const body = this.statements(6 - depth);
    const last = this.some(results, Math.min(depth - 1, 3));
    this.labels.pop();
    return [...body, ...last];
  }

  /** A block, loop or if. As a statement it has its results put into locals; else it has one, which stays. */
  structure(op: string, results: Type[], isStatement: boolean, parts: Partial<Node>): Node {
    const sinks = isStatement && results.length > 0 ? results.map((type) => this.sink(type)) : undefined;
    return { op, type: isStatement ? "" : results[0], text: "", args: [], results, sinks, ...parts };
  }

  block(results: Type[], depth: number, isStatement: boolean): Node {
    const label = this.fresh;
    const { params, args, into } = this.parameters(depth);
    const body = this.inside({ name: label, types: results }, depth - 1, results);
    return this.structure("block", results, isStatement, { label, params, args, into, body });
  }

  private conditional(results: Type[], depth: number, isStatement: boolean): Node {
    const label = this.fresh;
    const { params, args, into } = this.parameters(depth);
    const condition = this.condition(depth - 1);
    const arm = () => this.inside({ name: label, types: results }, depth - 1, results);
    const body = arm();
    const needsElse = results.length > 0 || params.length > 0 || this.r.one(2);
    const orelse = needsElse ? arm() : undefined;
    return this.structure("if", results, isStatement, {
      label,
      params,
      args: [...args, condition],
      into,
      body,
      orelse,
    });
  }

  private loop(results: Type[], depth: number, isStatement: boolean): Node {
    const label = this.fresh;
    const { params, args, into } = this.parameters(depth);
    this.loops++;
    const body = [
      this.fuelCheck(this.own.results.map(zero)),
      ...this.inside({ name: label, types: params }, depth - 1, results),
    ];
    this.loops--;
    return this.structure("loop", results, isStatement, { label, params, args, into, body });
  }

  /** A loop with a counter that nothing else changes. */
  private counted(depth: number): Node[] {
    const { r } = this;
    const label = this.fresh;
    const type: Type = r.one(5) ? "i64" : "i32";
    const counter = this.local(type, false);
    const [start, step, count] = [r.pick([0, 1, -4, 1000]), r.pick([1, 1, 2, 4, 8, -1]), 1 + r.below(8)];
    const k = (n: number) => node(`${type}.const`, type, `${n}`);
    this.free.push([counter, type]);
    this.frozen.add(counter);
    const at = this.free.length - 1;
    this.loops++;
    const body: Node[] = [];
    const base = r.one(2) ? this.sink("i32") : "";
    for (let n = 1 + r.below(4); n > 0; n--) {
      if (base != "" && type == "i32" && r.one(2)) body.push(this.arrayStep(base, counter, depth));
      else body.push(...this.statement(Math.max(depth - 2, 1)));
    }
    this.loops--;
    this.free.splice(at, 1);
    const next = node(`${type}.add`, type, "", node("local.get", type, counter), k(step));
    const end = start + step * count;
    const test = node(
      `${type}.${r.one(2) ? "ne" : step > 0 ? "lt_s" : "gt_s"}`,
      "i32",
      "",
      node("local.tee", type, counter, next),
      k(end),
    );
    body.push(node("br_if", "", label, test));
    return [node("local.set", "", counter, k(start)), plainStructure("loop", label, body)];
  }

  /** A store of something that was loaded, at base + counter * size. */
  private arrayStep(base: string, counter: string, depth: number): Node {
    const { r } = this;
    const address = () => {
      const i = node("local.get", "i32", counter);
      const scaled = r.one(2) ? i : node("i32.shl", "i32", "", i, node("i32.const", "i32", `${r.below(4)}`));
      const start = node("i32.and", "i32", "", node("local.get", "i32", base), node("i32.const", "i32", "4088"));
      return node("i32.add", "i32", "", ...(r.one(2) ? [start, scaled] : [scaled, start]));
    };
    return moved(this, address, (loaded) => {
      const type = loaded.type as Type;
      const fitting = (operationsOf.get(type) as Operation[]).filter(
        (o) => o.params.length == 2 && o.params[0] == type && !TRAPPING.test(o.name),
      );
      return node(r.pick(fitting).name, type, "", loaded, this.expression(type, depth - 2));
    });
  }

  /** A loop around a br_table that leads into nested blocks, as state machines and irreducible graphs become. */
  private machine(depth: number): Node[] {
    const { r } = this;
    const state = this.local("i32", false);
    const [top, done] = [this.fresh, this.fresh];
    const count = 2 + r.below(5);
    const names = Array.from({ length: count }, () => this.fresh);
    const targets = Array.from({ length: count + r.below(3) }, () => r.pick(names));
    const index = node("local.get", "i32", state);
    let inner: Node = node("br_table", "", [...targets, r.one(2) ? done : r.pick(names)].join(" "), index);
    this.loops++;
    this.labels.push({ name: top, types: [] }, { name: done, types: [] });
    for (let i = 0; i < count; i++) {
      const after: Node[] = [];
      for (let n = r.below(3); n > 0; n--) after.push(...this.statement(Math.max(depth - 2, 1)));
      const next = r.one(2)
        ? node("i32.const", "i32", `${r.below(count + 1)}`)
        : node("i32.and", "i32", "", this.expression("i32", 2), node("i32.const", "i32", "7"));
      if (!r.one(4)) {
        after.push(node("local.set", "", state, next));
        after.push(
          r.one(3)
            ? node("br_if", "", r.one(3) ? done : top, this.condition(2))
            : node("br", "", r.one(6) ? done : top),
        );
      }
      inner = plainStructure("block", names[i], [inner]);
      inner = plainStructure("block", this.fresh, [inner, ...after]);
    }
    this.labels.length -= 2;
    this.loops--;
    const loop = plainStructure("loop", top, [this.fuelCheck(this.own.results.map(zero)), inner]);
    return [node("local.set", "", state, this.expression("i32", 2)), plainStructure("block", done, [loop])];
  }

  /** A statement behind a condition. */
  when(depth: number, statement: Node): Node {
    const args = [this.condition(depth - 1)];
    return { op: "if", type: "", text: "", args, label: this.fresh, body: [statement] };
  }

  /** Ways out of one block between which few locals change: choices there that look like none. */
  private ladder(depth: number): Node[] {
    const { r } = this;
    const label = this.fresh;
    const type = r.pick(NUMBERS);
    const name = this.sink(type);
    const set = () => node("local.set", "", name, this.expression(type, 2));
    const body: Node[] = [];
    for (let n = 2 + r.below(4); n > 0; n--) {
      if (r.one(2)) body.push(set());
      body.push(node("br_if", "", label, this.condition(2)));
      if (r.one(4)) body.push(...this.statement(Math.max(depth - 2, 1)));
    }
    const use = r.one(2) ? [store(this, 2, node("local.get", type, name))] : [];
    return [set(), plainStructure("block", label, body), ...use];
  }

  private branch(depth: number): Node {
    const { name, types } = this.r.pick(this.labels);
    return node("br", "", name, ...this.some(types, depth - 1));
  }

  private branchIf(depth: number): Node {
    const { name, types } = this.r.pick(this.labels);
    const values = this.some(types, depth - 1);
    const sinks = types.length > 0 ? types.map((type) => this.sink(type)) : undefined;
    return { ...node("br_if", "", name, ...values, this.condition(depth - 1)), sinks };
  }

  private branchValue(type: Type, depth: number): Node {
    const fitting = this.labels.filter(({ types }) => types.length == 1 && types[0] == type);
    if (fitting.length == 0) return this.operation(type, depth);
    return node("br_if", type, this.r.pick(fitting).name, this.expression(type, depth - 1), this.condition(depth - 1));
  }

  private branchTable(depth: number): Node {
    const { r } = this;
    const { types } = r.pick(this.labels);
    const fitting = this.labels.filter((label) => label.types.join() == types.join());
    const count = r.one(10) ? r.below(40) : r.below(6);
    const targets = Array.from({ length: count + 1 }, () => r.pick(fitting).name);
    const index = r.one(8)
      ? this.expression("i32", depth - 1)
      : node("i32.and", "i32", "", this.expression("i32", depth - 1), node("i32.const", "i32", "7"));
    return node("br_table", "", targets.join(" "), ...this.some(types, depth - 1), index);
  }

  // Statements.

  statements(level: number): Node[] {
    const { r } = this;
    const all: Node[] = [];
    for (let n = level == 0 ? 3 + r.below(6) : r.below(4); n > 0 && this.budget > 0; n--)
      all.push(...this.statement(5 - level));
    return all;
  }

  private assign(): Node {
    const { r } = this;
    const [name, type] = r.pick(this.free.filter(([n]) => !this.frozen.has(n)));
    return node("local.set", "", name, this.expression(type, 4));
  }

  private assignable(): boolean {
    return this.free.some(([name]) => !this.frozen.has(name));
  }

  /** Types of a block's results. */
  resultTypes(): Type[] {
    const { r } = this;
    const count = r.one(3) ? (r.one(5) ? 3 + r.below(8) : 1 + r.below(3)) : 0;
    return Array.from({ length: count }, () => r.pick(this.shape.valueTypes));
  }

  private statement(depth: number): Node[] {
    const { r, shape } = this;
    if (--this.budget < 0 || depth <= 0) return this.assignable() ? [this.assign()] : [];
    const results = () => this.resultTypes();
    const throws = shape.tags.length > 0;
    const refers = shape.functionTypes.length > 0;
    const hasLabels = this.labels.length > 0;
    const nests = depth > 1 && this.loops < 2;
    return r.weighted<() => Node[]>([
      [8, () => (this.assignable() ? [this.assign()] : [])],
      [6, () => [store(this, depth)]],
      [2, () => [node("global.set", "", ...this.globalValue(depth))]],
      [4, () => [this.conditional(results(), depth, true)]],
      [2, () => [this.block(results(), depth, true)]],
      [nests ? 2 : 0, () => [this.loop(results(), depth, true)]],
      [nests ? 2 : 0, () => this.counted(depth)],
      [nests ? 1 : 0, () => this.machine(depth)],
      [hasLabels && r.one(3) ? 1 : 0, () => [this.branch(3)]],
      [hasLabels ? 3 : 0, () => [this.branchIf(3)]],
      [hasLabels ? 1 : 0, () => [this.branchTable(3)]],
      [r.one(8) ? 1 : 0, () => [node("return", "", "", ...this.some(this.own.results, 2))]],
      [r.one(2) ? 1 : 0, () => [this.tailCall(3)]],
      [2, () => [this.manyCall(3)]],
      [1, () => [node("drop", "", "", this.expression(r.pick(NUMBERS), 3))]],
      [shape.hasBulk ? 2 : 0, () => [bulk(this, 2)]],
      [shape.tables.length > 0 ? (refers ? 3 : 1) : 0, () => [tables.change(this, 2)]],
      [hasLabels && refers ? 3 : 0, () => [branchOnNull(this, 3)]],
      [shape.hasWide ? 3 : 0, () => [wideArithmetic(this, 3)]],
      [throws && depth > 1 ? 8 : 0, () => [tryTable(this, results(), depth, true)]],
      [throws ? 3 : 0, () => [this.when(3, throwing(this, 3))]],
      [throws ? 1 : 0, () => [this.when(2, rethrow(this))]],
      [throws ? 2 : 0, () => opened(this)],
      [throws && r.one(6) ? 1 : 0, () => [throwing(this, 3)]],
      [2, () => this.ladder(depth)],
      [r.one(30) ? 1 : 0, () => [node(r.pick(["unreachable", "nop"]), "", "")]],
    ])();
  }

  private globalValue(depth: number): [string, Node] {
    const [name, type] = this.r.pick(this.shape.globals.filter(([, , isMutable]) => isMutable));
    return [name, this.expression(type, depth)];
  }
}

/** A module with the calls that are made of it. */
export function generate(r: Random): Tree {
  const shape = makeShape(r);
  const size = r.pick([10, 30, 60, 120]);
  const funcs = shape.signatures.map((_, i) => new FunctionMaker(r, shape, i, size).make());
  const calls: Call[] = [];
  for (let n = 8 + r.below(9); n > 0; n--) {
    const { name, params } = r.pick(shape.signatures);
    calls.push({ name, args: params.filter(isNumber).map((type) => edge(r, type)) });
  }
  calls.push({ name: "globals", args: [] });
  if (shape.tables.length > 0) calls.push({ name: "tables", args: [] });
  for (const { name } of shape.memories.slice(1)) calls.push({ name: `memory${name.slice(2)}`, args: [] });
  return { fields: fieldsOf(r, shape), funcs, calls };
}
