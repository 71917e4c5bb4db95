// Random valid programs in the text format, made to stress control flow and locals: nested blocks, loops and ifs with
// and without results, branches of all kinds, dead code, locals set everywhere. Loops end by a fuel counter.

const TYPES = ["i32", "i64", "f32", "f64"];

interface Label {
  type: string | null;
  isLoop: boolean;
}

export class Generator {
  private state: number;
  private labels: Label[] = [];
  private budget = 0;
  private locals: string[] = [];

  constructor(seed: number) {
    this.state = (seed * 2654435761 + 12345) >>> 0;
  }

  /** A number from 0 to n - 1 (xorshift). */
  private random(n: number): number {
    let x = this.state || 1;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state % n;
  }

  private pick<T>(items: T[]): T {
    return items[this.random(items.length)];
  }

  /** A module with exports f (i32 i64 f32 f64 to i32) and g (i32 i32 to i64), memory and globals. */
  module(size: number): string {
    this.budget = size;
    const f = this.func('(export "f") (param i32 i64 f32 f64) (result i32)', ["i32", "i64", "f32", "f64"], "i32");
    this.budget = size >> 1;
    const g = this.func('$g (export "g") (param i32 i32) (result i64)', ["i32", "i32"], "i64");
    return `(module (memory 1) (global $a (mut i32) (i32.const 7)) (global $b (mut i64) (i64.const 9))
      (table funcref (elem $h $h $k)) (type $t (func (param i32) (result i32)))
      (func $h (param i32) (result i32) (i32.add (local.get 0) (global.get $a)))
      (func $k (param i64) (result i64) (local.get 0))
      ${f} ${g})`;
  }

  private func(head: string, params: string[], result: string): string {
    this.locals = [...params];
    for (let i = 0; i < 6; i++) this.locals.push(this.pick(TYPES));
    this.locals.push("i32");
    const declared = this.locals.slice(params.length).map((t) => `(local ${t})`);
    this.labels = [{ type: result, isLoop: false }];
    const body = this.statements();
    const last = this.expression(result, 3);
    return `(func ${head} ${declared.join(" ")} (local.set ${this.fuel} (i32.const 60))\n${body}\n${last})`;
  }

  private get fuel(): number {
    return this.locals.length - 1;
  }

  private statements(): string {
    const parts: string[] = [];
    for (let n = 1 + this.random(5); n > 0; n--) parts.push(this.statement());
    return parts.join("\n");
  }

  private statement(): string {
    if (--this.budget < 0) return this.setLocal();
    switch (this.random(16)) {
      case 0:
      case 1:
        return this.structure("block", null);
      case 2:
      case 3:
        return this.structure("loop", null);
      case 4:
      case 5:
        return this.conditional(null);
      case 6:
        return this.branchIf();
      case 7:
        return this.random(3) === 0 ? this.branch() : this.branchIf();
      case 8:
        return this.random(2) === 0 ? this.branchTable() : this.setLocal();
      case 9:
        return `(i32.store offset=${this.random(64)} (i32.and ${this.expression("i32", 2)} (i32.const 1023)) ${this.expression("i32", 2)})`;
      case 10:
        return `(global.set ${this.random(2) === 0 ? `$a ${this.expression("i32", 3)}` : `$b ${this.expression("i64", 3)}`})`;
      case 11:
        return `(drop ${this.expression(this.pick(TYPES), 3)})`;
      case 12:
        return this.random(12) === 0
          ? `(return ${this.expression(this.labels[0].type as string, 2)})`
          : this.setLocal();
      default:
        return this.setLocal();
    }
  }

  private setLocal(): string {
    const x = this.random(this.fuel);
    return `(local.set ${x} ${this.expression(this.locals[x], 3)})`;
  }

  private structure(kind: string, type: string | null): string {
    this.labels.push({ type: kind === "loop" ? null : type, isLoop: kind === "loop" });
    const guard =
      kind === "loop"
        ? `(local.set ${this.fuel} (i32.sub (local.get ${this.fuel}) (i32.const 1)))
           (if (i32.lt_s (local.get ${this.fuel}) (i32.const 0)) (then (return ${this.zero(this.labels[0].type as string)})))`
        : "";
    const body = this.statements();
    const last = type === null ? "" : this.expression(type, 2);
    this.labels.pop();
    return `(${kind} ${type === null ? "" : `(result ${type})`} ${guard} ${body} ${last})`;
  }

  private conditional(type: string | null): string {
    const condition = this.expression("i32", 2);
    this.labels.push({ type, isLoop: false });
    const arm = (): string => `${this.statements()} ${type === null ? "" : this.expression(type, 2)}`;
    const then = arm();
    const other = type !== null || this.random(2) === 0 ? `(else ${arm()})` : "";
    this.labels.pop();
    return `(if ${type === null ? "" : `(result ${type})`} ${condition} (then ${then}) ${other})`;
  }

  private carried(depth: number): string {
    const label = this.labels[this.labels.length - 1 - depth];
    return label.type === null ? "" : this.expression(label.type, 2);
  }

  private branchIf(): string {
    const depth = this.random(this.labels.length);
    const label = this.labels[this.labels.length - 1 - depth];
    const text = `(br_if ${depth} ${this.carried(depth)} ${this.expression("i32", 2)})`;
    return label.type === null ? text : `(drop ${text})`;
  }

  private branch(): string {
    const depth = this.random(this.labels.length);
    return `(br ${depth} ${this.carried(depth)})`;
  }

  private branchTable(): string {
    const first = this.random(this.labels.length);
    const type = this.labels[this.labels.length - 1 - first].type;
    const like: number[] = [];
    this.labels.forEach((l, i) => {
      if (l.type === type) like.push(this.labels.length - 1 - i);
    });
    const targets: number[] = [];
    for (let n = 1 + this.random(this.random(5) === 0 ? 24 : 4); n > 0; n--) targets.push(this.pick(like));
    const index = this.random(8) === 0 ? this.zero("i32") : `(i32.and ${this.expression("i32", 2)} (i32.const 7))`;
    return `(br_table ${targets.join(" ")} ${this.carried(first)} ${index})`;
  }

  private zero(type: string): string {
    return `(${type}.const 0)`;
  }

  private constant(type: string): string {
    const integers = [0, 1, -1, 2, 3, 8, 31, 32, 255, 256, -128, 65535, 2147483647, -2147483648, this.random(1000)];
    const floats = ["0", "-0", "1", "-1", "0.5", "1.5", "2147483648", "-2147483649", "1e10", "inf", "3e38"];
    return `(${type}.const ${type[0] === "i" ? this.pick(integers) : this.pick(floats)})`;
  }

  private expression(type: string, depth: number): string {
    const locals = this.locals.map((_, i) => i).filter((i) => this.locals[i] === type);
    if (depth === 0 || this.random(5) === 0) {
      return locals.length > 0 && this.random(3) !== 0 ? `(local.get ${this.pick(locals)})` : this.constant(type);
    }
    const e = (t: string): string => this.expression(t, depth - 1);
    switch (this.random(14)) {
      case 0:
        return `(select ${e(type)} ${e(type)} ${e("i32")})`;
      case 1:
        return --this.budget > 0 ? this.conditional(type) : e(type);
      case 2:
        return --this.budget > 0 ? this.structure("block", type) : e(type);
      case 3: {
        if (locals.length === 0) return e(type);
        const x = this.pick(locals);
        return x === this.fuel ? e(type) : `(local.tee ${x} ${e(type)})`;
      }
      case 4:
        return this.conversion(type, e);
      case 5:
        return this.access(type, e);
      case 6:
      case 7:
        return this.unary(type, e);
    }
    return this.binary(type, e);
  }

  private access(type: string, e: (t: string) => string): string {
    const at = `(i32.and ${e("i32")} (i32.const 255))`;
    const sub =
      type === "i32" ? ["8_s", "8_u", "16_s", "16_u", ""] : type === "i64" ? ["8_u", "16_s", "32_s", "32_u", ""] : [""];
    // Loads of floats could give NaNs whose bits an engine may change.
    if (type[0] === "f") return `(${type}.convert_i32_s (i32.load ${at}))`;
    return `(${type}.load${this.pick(sub)} offset=${this.random(32)} ${at})`;
  }

  private conversion(type: string, e: (t: string) => string): string {
    switch (type) {
      case "i32":
        return this.pick([
          `(i32.wrap_i64 ${e("i64")})`,
          `(i32.trunc_sat_f64_s ${e("f64")})`,
          `(i32.trunc_sat_f32_u ${e("f32")})`,
          `(i64.eqz ${e("i64")})`,
          `(i32.eqz ${e("i32")})`,
          `(i64.lt_s ${e("i64")} ${e("i64")})`,
          `(f64.lt ${e("f64")} ${e("f64")})`,
          `(f32.ne ${e("f32")} ${e("f32")})`,
          `(i32.eqz (f32.gt ${e("f32")} ${e("f32")}))`,
          `(call_indirect (type $t) ${e("i32")} (i32.and ${e("i32")} (i32.const 3)))`,
          "(global.get $a)",
        ]);
      case "i64":
        return this.pick([
          `(i64.extend_i32_s ${e("i32")})`,
          `(i64.extend_i32_u ${e("i32")})`,
          `(i64.trunc_sat_f64_u ${e("f64")})`,
          `(i64.trunc_sat_f32_s ${e("f32")})`,
          "(global.get $b)",
        ]);
      case "f32":
        return this.pick([
          `(f32.convert_i32_u ${e("i32")})`,
          `(f32.convert_i64_u ${e("i64")})`,
          `(f32.demote_f64 ${e("f64")})`,
        ]);
    }
    return this.pick([
      `(f64.convert_i32_s ${e("i32")})`,
      `(f64.convert_i64_u ${e("i64")})`,
      `(f64.promote_f32 ${e("f32")})`,
    ]);
  }

  private unary(type: string, e: (t: string) => string): string {
    const integer = ["clz", "ctz", "popcnt", "extend8_s", "extend16_s"];
    if (type === "i64") integer.push("extend32_s");
    const float = ["abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt"];
    return `(${type}.${this.pick(type[0] === "i" ? integer : float)} ${e(type)})`;
  }

  private binary(type: string, e: (t: string) => string): string {
    const integer = "add sub mul and or xor shl shr_s shr_u rotl rotr div_s div_u rem_s rem_u".split(" ");
    const float = "add sub mul div min max".split(" ");
    if (type === "i32" && this.random(4) === 0) {
      const t = this.pick(["i32", "i64"]);
      const compare = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u".split(" ");
      return `(${t}.${this.pick(compare)} ${e(t)} ${e(t)})`;
    }
    // Divisions seldom, since most trap.
    const n = this.random(6) === 0 ? 15 : 11;
    const op = type[0] === "i" ? integer[this.random(n)] : this.pick(float);
    return `(${type}.${op} ${e(type)} ${e(type)})`;
  }
}
