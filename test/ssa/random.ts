// Random valid functions in SSA form, as text: a structured program over a few variables is made up as it is
// written down, with a phi for every variable wherever edges meet. So there are phis that are no choice, repeated
// ones, chains of empty blocks, both ways of a branch to one block, and loops in loops.

import { ssaTypeName, Type } from "../../src/ssa/op";

/** A small generator of pseudorandom numbers (mulberry32). */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(n: number): number {
    return this.next() % n;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }
}

interface Edge {
  from: Block;
  vars: number[];
}

interface Block {
  number: number;
  lines: string[];
  phis: number[];
  edges: Edge[];
  targets: Block[];
}

const TYPES = [Type.I32, Type.I32, Type.I32, Type.I64, Type.I64, Type.F64];

const BINARY: Record<number, string[]> = {
  [Type.I32]: ["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr"],
  [Type.I64]: ["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr"],
  [Type.F64]: ["fadd", "fsub", "fmul"],
};
const DIVISIONS = ["div_s", "div_u", "rem_s", "rem_u"];
const COMPARES = ["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
const FLOAT_COMPARES = ["feq", "fne", "flt", "fgt", "fle", "fge"];
/** Opposite, if there is one, and mirror image of each comparison. */
const RELATED: Record<string, [string, string]> = {
  eq: ["ne", "eq"],
  ne: ["eq", "ne"],
  lt_s: ["ge_s", "gt_s"],
  lt_u: ["ge_u", "gt_u"],
  gt_s: ["le_s", "lt_s"],
  gt_u: ["le_u", "lt_u"],
  le_s: ["gt_s", "ge_s"],
  le_u: ["gt_u", "ge_u"],
  ge_s: ["lt_s", "le_s"],
  ge_u: ["lt_u", "le_u"],
  feq: ["fne", "feq"],
  fne: ["feq", "fne"],
  flt: ["", "fgt"],
  fgt: ["", "flt"],
  fle: ["", "fge"],
  fge: ["", "fle"],
};
const CONSTANTS = [0, 0, 1, 1, 2, 3, 4, 8, 16, 31, 32, 255, 256, 65535, -1, -2, 2147483647, -2147483648];

export function randomFunction(seed: number): string {
  return new Generator(new Random(seed)).generate();
}

class Generator {
  values = 0;
  blocks: Block[] = [];
  current: Block;
  /** Whether the current block can still be appended to. */
  open = true;
  vars: number[] = [];
  labels: Array<{ block: Block; edges: Edge[] }> = [];
  budget: number;
  /** Indices in bounds that dominate everything: accesses of these meet again. */
  places: number[] = [];
  /** Comparisons that dominate the current point. */
  known: Array<{ op: string; a: number; b: number; v: number }> = [];

  constructor(private random: Random) {
    this.budget = 4 + random.below(40);
    this.current = this.placed();
  }

  placed(): Block {
    const block = this.unplaced();
    this.place(block);
    return block;
  }

  unplaced(): Block {
    return { number: -1, lines: [], phis: [], edges: [], targets: [] };
  }

  place(block: Block): void {
    block.number = this.blocks.length;
    this.blocks.push(block);
  }

  generate(): string {
    this.vars = TYPES.map((type, i) => this.value(type, `param ${i}`));
    this.buildPlaces();
    this.region(0);
    if (this.open) this.line(`return v${this.vars[0]}, v${this.vars[3]}`);
    return this.text();
  }

  buildPlaces(): void {
    const mask = this.value(Type.I32, "const 63");
    const first = this.value(Type.I32, `and v${this.vars[0]}, v${mask}`);
    const four = this.value(Type.I32, "const 4");
    this.places = [first, this.value(Type.I32, `add v${first}, v${four}`), this.value(Type.I32, "const 16"), four];
  }

  line(text: string): void {
    this.values++;
    const origin = this.random.chance(50) ? `  ; @0x${this.values.toString(16)}` : "";
    this.current.lines.push(`v${this.values - 1} = ${text}${origin}`);
  }

  value(type: number, text: string): number {
    this.current.lines.push(`v${this.values}:${ssaTypeName(type)} = ${text}`);
    return this.values++;
  }

  constant(type: number): number {
    const n = this.random.pick(CONSTANTS);
    if (type == Type.F64)
      return this.value(type, this.random.pick(["const 0x3ff0000000000000", "const 0x0000000000000000"]));
    return this.value(type, `const ${n}`);
  }

  variable(type: number): number {
    const candidates = TYPES.flatMap((t, i) => (t == type ? [i] : []));
    return this.vars[this.random.pick(candidates)]!;
  }

  operand(type: number): number {
    return this.random.chance(30) ? this.constant(type) : this.variable(type);
  }

  condition(): number {
    if (this.known.length != 0 && this.random.chance(40)) return this.relatedCompare();
    const r = this.random.below(10);
    if (r == 0) return this.constant(Type.I32);
    if (r < 3) return this.variable(Type.I32);
    if (r < 5) return this.value(Type.I32, `eqz v${this.variable(Type.I32)}`);
    return this.compare();
  }

  compare(): number {
    const type = this.random.pick([Type.I32, Type.I32, Type.I64, Type.F64]);
    const op = this.random.pick(type == Type.F64 ? FLOAT_COMPARES : COMPARES);
    const a = this.operand(type);
    const b = this.operand(type);
    const v = this.value(Type.I32, `${op} v${a}, v${b}`);
    this.known.push({ op, a, b, v });
    return v;
  }

  /** A comparison that dominates, its opposite or its mirror image. */
  relatedCompare(): number {
    const { op, a, b, v } = this.random.pick(this.known);
    const [opposite, mirrored] = RELATED[op]!;
    const r = this.random.below(5);
    if (r == 0) return v;
    if (r == 1) return this.value(Type.I32, `eqz v${v}`);
    if (r == 2 && opposite != "") return this.value(Type.I32, `${opposite} v${a}, v${b}`);
    if (r == 3 && opposite != "") return this.value(Type.I32, `${RELATED[opposite!]![1]} v${b}, v${a}`);
    return this.value(Type.I32, `${mirrored} v${b}, v${a}`);
  }

  index(): number {
    if (this.random.chance(50)) return this.random.pick(this.places);
    const mask = this.value(Type.I32, "const 63");
    return this.random.chance(90)
      ? this.value(Type.I32, `and v${this.variable(Type.I32)}, v${mask}`)
      : this.operand(Type.I32);
  }

  offset(): number {
    return this.random.chance(50) ? this.random.pick([0, 4, 8]) : this.random.below(8);
  }

  expression(type: number): number {
    const r = this.random.below(20);
    if (r == 0) return this.constant(type);
    if (r == 1) return this.value(type, `select v${this.operand(type)}, v${this.operand(type)}, v${this.condition()}`);
    if (r == 2) return this.value(type, `global_get g${this.globalOf(type)}`);
    if (r == 3) return this.value(type, `load m0[v${this.index()}+${this.offset()}]`);
    if (r == 4) return this.value(type, `call f${this.random.below(3)}, v${this.operand(type)}`);
    if (type == Type.F64) {
      if (r == 5) return this.value(type, `convert_s v${this.operand(Type.I32)}`);
    } else {
      if (r == 5)
        return this.value(type, `${this.random.pick(DIVISIONS)} v${this.operand(type)}, v${this.operand(type)}`);
      if (r == 6)
        return this.value(type, `${this.random.pick(["clz", "ctz", "popcnt", "extend8_s"])} v${this.operand(type)}`);
      if (r == 7) {
        const op = this.random.pick(["load8_u", "load8_s", "load16_u"]);
        return this.value(type, `${op} m0[v${this.index()}+${this.offset()}]`);
      }
    }
    if (type == Type.I32) {
      if (r == 8) return this.value(type, `wrap v${this.operand(Type.I64)}`);
      if (r < 12) return this.condition();
    }
    if (type == Type.I64 && r == 8)
      return this.value(type, `${this.random.pick(["extend_s", "extend_u"])} v${this.operand(Type.I32)}`);
    const a = this.operand(type);
    return this.value(type, `${this.random.pick(BINARY[type]!)} v${a}, v${this.operand(type)}`);
  }

  /** Globals have one type each. */
  globalOf(type: number): number {
    return type == Type.I32 ? 0 : type == Type.I64 ? 1 : 2;
  }

  assign(): void {
    const i = this.random.below(TYPES.length);
    if (this.random.chance(15)) {
      const from = TYPES.flatMap((t, k) => (t == TYPES[i] ? [k] : []));
      this.vars[i] = this.vars[this.random.pick(from)]!;
    } else this.vars[i] = this.expression(TYPES[i]!);
  }

  /** Accesses of few places; what is loaded shows in the trace, as it is assigned to a global. */
  accesses(): void {
    for (let n = 1 + this.random.below(4); n > 0; n--) {
      const place = `m0[v${this.random.pick(this.places)}+${this.offset()}]`;
      if (this.random.chance(5)) this.line(`call f9, v${this.operand(Type.I32)}`);
      else if (this.random.chance(40)) this.line(`store ${place}, v${this.operand(Type.I32)}`);
      else this.line(`global_set g0, v${this.value(Type.I32, `load ${place}`)}`);
    }
  }

  effect(): void {
    const type = this.random.pick(TYPES);
    if (this.random.chance(30)) this.line(`global_set g${this.globalOf(type)}, v${this.operand(type)}`);
    else if (this.random.chance(20)) this.line(`call f9, v${this.operand(type)}`);
    else {
      const op = type == Type.F64 ? "store" : this.random.pick(["store", "store", "store8", "store16"]);
      this.line(`${op} m0[v${this.index()}+${this.offset()}], v${this.operand(type)}`);
    }
  }

  region(depth: number): void {
    const n = 1 + this.random.below(5);
    for (let i = 0; i < n && this.open && this.budget > 0; i++) {
      this.budget--;
      if (this.random.chance(30)) this.accesses();
      const r = this.random.below(depth > 5 ? 10 : 16);
      if (r < 6) this.assign();
      else if (r < 8) this.effect();
      else if (r < 9 || (r < 10 && this.labels.length == 0)) this.multiEdge();
      else if (r < 10) this.leave();
      else if (r < 12) this.block(depth);
      else if (r < 14) this.loop(depth);
      else if (r < 15) this.conditional(depth);
      else this.emptyChain();
    }
  }

  end(text: string, targets: Array<{ block: Block; vars: number[] }>): void {
    this.line(`${text}${targets.map(() => "%").join(", ")}`);
    for (const { block, vars } of targets) {
      this.current.targets.push(block);
      block.edges.push({ from: this.current, vars: vars.slice() });
    }
    this.open = false;
  }

  /** Starts a block that edges lead to, with a phi for every variable, or for none if there is one edge. */
  enter(block: Block, isLoop: boolean): void {
    this.current = block;
    this.place(block);
    this.open = true;
    if (!isLoop && block.edges.length == 1 && this.random.chance(70)) {
      this.vars = block.edges[0]!.vars.slice();
      return;
    }
    this.vars = TYPES.map(() => this.values++);
    block.phis = this.vars.slice();
  }

  here(block: Block): { block: Block; vars: number[] } {
    return { block, vars: this.vars };
  }

  /** Other values of the same types. */
  otherVars(): number[] {
    return this.vars.map((v, i) => {
      if (this.random.chance(60)) return v;
      const same = TYPES.flatMap((t, k) => (t == TYPES[i] ? [k] : []));
      return this.vars[this.random.pick(same)]!;
    });
  }

  multiEdge(): void {
    const join = this.unplaced();
    const ways = [this.here(join), { block: join, vars: this.otherVars() }];
    if (this.random.chance(50)) this.end(`branch v${this.condition()}, `, ways);
    else this.end(`switch v${this.operand(Type.I32)}, `, [...ways, { block: join, vars: this.otherVars() }, ...ways]);
    this.enter(join, false);
  }

  /** A branch, switch, return or trap out of the constructs around. */
  leave(): void {
    const next = this.unplaced();
    const label = () => ({ block: this.random.pick(this.labels).block, vars: this.otherVars() });
    const r = this.random.below(10);
    if (r == 0) this.end(`return v${this.vars[0]}`, []);
    else if (r == 1) this.end("trap 0", []);
    else if (r == 2) this.end("jump ", [label()]);
    else if (r < 7) {
      const ways = [label(), this.here(next)];
      if (this.random.chance(50)) ways.reverse();
      this.end(`branch v${this.condition()}, `, ways);
      this.enter(next, false);
    } else {
      const ways = [label(), label(), label(), this.here(next), this.here(next), label()];
      this.end(`switch v${this.operand(Type.I32)}, `, this.random.shuffle(ways).slice(0, 1 + this.random.below(6)));
      if (next.edges.length != 0) this.enter(next, false);
    }
  }

  block(depth: number): void {
    const join = this.unplaced();
    const mark = this.known.length;
    this.labels.push({ block: join, edges: [] });
    this.region(depth + 1);
    this.labels.pop();
    if (this.open) this.end("jump ", [this.here(join)]);
    if (join.edges.length != 0) this.enter(join, false);
    this.known.length = mark;
  }

  loop(depth: number): void {
    const header = this.unplaced();
    this.end("jump ", [this.here(header)]);
    this.enter(header, true);
    this.labels.push({ block: header, edges: [] });
    this.region(depth + 1);
    this.labels.pop();
    if (!this.open) return;
    if (this.random.chance(60)) {
      const after = this.unplaced();
      this.end(`branch v${this.condition()}, `, [this.here(header), this.here(after)]);
      this.enter(after, false);
    }
  }

  conditional(depth: number): void {
    const then = this.unplaced();
    const otherwise = this.unplaced();
    const join = this.unplaced();
    const hasElse = this.random.chance(60);
    const condition = this.condition();
    const mark = this.known.length;
    this.end(`branch v${condition}, `, [this.here(then), this.here(hasElse ? otherwise : join)]);
    for (const side of hasElse ? [then, otherwise] : [then]) {
      this.enter(side, false);
      this.labels.push({ block: join, edges: [] });
      if (this.random.chance(80)) this.region(depth + 1);
      this.labels.pop();
      if (this.open) this.end("jump ", [this.here(join)]);
      this.known.length = mark;
    }
    if (join.edges.length != 0) this.enter(join, false);
  }

  emptyChain(): void {
    for (let i = this.random.below(3); i >= 0; i--) {
      const next = this.unplaced();
      this.end("jump ", [this.here(next)]);
      this.enter(next, false);
    }
  }

  text(): string {
    let text = "func 0, type 0\n";
    for (const block of this.blocks) {
      // Any order of predecessors will do, but those of one block must keep theirs.
      const edges = this.shuffledEdges(block.edges);
      text += `b${block.number}:${edges.length ? ` (preds ${edges.map((e) => `b${e.from.number}`).join(", ")})` : ""}\n`;
      block.phis.forEach((v, i) => {
        text += `  v${v}:${ssaTypeName(TYPES[i]!)} = phi ${edges.map((e) => `v${e.vars[i]}`).join(", ")}\n`;
      });
      let k = 0;
      for (const line of block.lines) text += `  ${line.replaceAll("%", () => `b${block.targets[k++]!.number}`)}\n`;
    }
    return text;
  }

  shuffledEdges(edges: Edge[]): Edge[] {
    const slots = this.random.shuffle(edges.map((e) => e.from));
    const rest = edges.slice();
    return slots.map(
      (from) =>
        rest.splice(
          rest.findIndex((e) => e.from == from),
          1,
        )[0]!,
    );
  }
}
