// A small interpreter of the SSA form on BigInts, independent of the compiler's own arithmetic: what passes must
// not change is its trace of effects and its result.

import { Func, RAW_MEMORY } from "../../src/ssa/func";
import { EdgeMap } from "../../src/ssa/cfg";
import { accessBytes, Op, opName, Type } from "../../src/ssa/op";

export interface Outcome {
  /** Stores, global sets, calls, in order. */
  trace: string[];
  /** "return …", "trap …", or "fuel" when the steps ran out. */
  end: string;
}

class Trapped extends Error {}

const MEMORY_BYTES = 65536n;

const widthOf = (type: number): number => (type == Type.I32 || type == Type.F32 ? 32 : 64);
const unsigned = (x: bigint, bits: number): bigint => BigInt.asUintN(bits, x);
const signed = (x: bigint, bits: number): bigint => BigInt.asIntN(bits, x);

const view = new DataView(new ArrayBuffer(8));

function toFloat(bits: bigint, type: number): number {
  if (type == Type.F32) {
    view.setUint32(0, Number(bits));
    return view.getFloat32(0);
  }
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

function fromFloat(x: number, type: number): bigint {
  if (type == Type.F32) {
    view.setFloat32(0, x);
    return BigInt(view.getUint32(0));
  }
  view.setFloat64(0, x);
  return view.getBigUint64(0);
}

/** Numbers that look random but depend only on the text: what calls return and globals hold at first. */
function scramble(text: string): bigint {
  let h = 0xcbf29ce484222325n;
  for (const c of text) h = unsigned((h ^ BigInt(c.charCodeAt(0))) * 0x100000001b3n, 64);
  return h;
}

export function run(func: Func, params: bigint[], steps: number): Outcome {
  const machine = new Machine(func, params);
  return machine.run(steps);
}

class Machine {
  trace: string[] = [];
  values: Map<number, bigint> = new Map();
  memory: Map<string, number> = new Map();
  globals: Map<number, bigint> = new Map();
  results: Map<string, bigint> = new Map();
  calls = 0;
  edges = new EdgeMap();

  constructor(
    public func: Func,
    public params: bigint[],
  ) {
    if (!this.edges.compute(func)) throw new Error("edges do not agree");
  }

  run(steps: number): Outcome {
    const func = this.func;
    let block = 0;
    try {
      for (let step = 0; step < steps; step++) {
        const way = this.runBlock(block);
        if (typeof way == "string") return { trace: this.trace, end: way };
        const slot = func.succStart.get(block) + way;
        const target = func.edges.get(slot);
        this.enter(target, this.edges.phiIndex.get(slot));
        block = target;
      }
    } catch (error) {
      if (error instanceof Trapped) return { trace: this.trace, end: `trap ${error.message}` };
      throw error;
    }
    return { trace: this.trace, end: "fuel" };
  }

  /** Phis of a block change together. */
  enter(block: number, index: number): void {
    const func = this.func;
    const fresh: Array<[number, bigint]> = [];
    for (let v = func.firstValue.get(block); func.op.get(v) == Op.Phi; v = func.next.get(v)) {
      fresh.push([v, this.get(func.arg(v, index))]);
    }
    for (const [v, x] of fresh) this.values.set(v, x);
  }

  get(v: number): bigint {
    const x = this.values.get(v);
    if (x === undefined) throw new Error(`v${v} is used before it is computed`);
    return x;
  }

  runBlock(block: number): number | string {
    const func = this.func;
    for (let v = func.firstValue.get(block); v != -1; v = func.next.get(v)) {
      const op = func.op.get(v);
      const arg = (i: number) => this.get(func.arg(v, i));
      switch (op) {
        case Op.Phi:
          break;
        case Op.Jump:
          return 0;
        case Op.Branch:
          return arg(0) != 0n ? 0 : 1;
        case Op.Switch: {
          const last = func.succCount.get(block) - 1;
          return arg(0) < BigInt(last) ? Number(arg(0)) : last;
        }
        case Op.Return:
          return `return ${this.args(v)}`;
        case Op.Trap:
          return `trap ${func.imm.get(v)}`;
        default:
          this.runValue(v, op, arg);
      }
    }
    throw new Error("no terminator");
  }

  args(v: number): string {
    return Array.from({ length: this.func.argCount(v) }, (_, i) => this.get(this.func.arg(v, i))).join(",");
  }

  runValue(v: number, op: number, arg: (i: number) => bigint): void {
    const func = this.func;
    const type = func.valueType.get(v);
    const imm = func.imm.get(v);
    if (op >= Op.Load8S && op <= Op.Load) {
      this.values.set(v, this.load(v, op, type, arg(0)));
    } else if (op >= Op.Store8 && op <= Op.Store) {
      this.store(v, op, func.valueType.get(func.b.get(v)), arg(0), arg(1));
    } else if (op == Op.Const) {
      const bits = (BigInt(func.immHi.get(v) >>> 0) << 32n) | BigInt(imm >>> 0);
      this.values.set(v, unsigned(bits, widthOf(type)));
    } else if (op == Op.Param) {
      this.values.set(v, unsigned(this.params[imm] ?? 0n, widthOf(type)));
    } else if (op == Op.FuncRef) {
      this.values.set(v, BigInt(imm + 1));
    } else if (op == Op.GlobalGet) {
      this.values.set(v, unsigned(this.globals.get(imm) ?? scramble(`global ${imm}`), widthOf(type)));
    } else if (op == Op.GlobalSet) {
      this.trace.push(`global ${imm} = ${arg(0)}`);
      this.globals.set(imm, arg(0));
    } else if (op == Op.Call || op == Op.CallIndirect) {
      this.call(v, `${opName(op)} ${imm}(${this.args(v)})`);
    } else if (op == Op.Result) {
      this.values.set(v, unsigned(scramble(`${arg(0)} ${imm}`), widthOf(type)));
    } else if (op == Op.Select) {
      this.values.set(v, arg(2) != 0n ? arg(0) : arg(1));
    } else {
      const operand = func.valueType.get(func.arg(v, 0));
      const result = compute(op, operand, type, arg(0), func.argCount(v) > 1 ? arg(1) : 0n);
      this.values.set(v, unsigned(result, widthOf(type)));
    }
  }

  /** A call may change memory and globals: here both, by what it was given. */
  call(v: number, text: string): void {
    this.calls++;
    this.trace.push(text);
    const seed = scramble(`${text} ${this.calls}`);
    this.memory.set(`0 ${seed % 64n}`, Number(seed & 0xffn));
    this.globals.set(Number(seed % 4n), seed);
    const type = this.func.valueType.get(v);
    this.values.set(v, unsigned(seed, type == Type.None ? 64 : widthOf(type)));
  }

  address(v: number, index: bigint, bytes: number): bigint {
    const func = this.func;
    const offset = (BigInt(func.immHi.get(v) >>> 0) << 32n) | BigInt(func.imm.get(v) >>> 0);
    if (func.accessMemory(v) == RAW_MEMORY) return unsigned(index + offset, 64);
    if (index + offset + BigInt(bytes) > MEMORY_BYTES) throw new Trapped("memory");
    return index + offset;
  }

  key(v: number, address: bigint): string {
    return `${this.func.accessMemory(v) == RAW_MEMORY ? "raw" : this.func.accessMemory(v)} ${address}`;
  }

  load(v: number, op: number, type: number, index: bigint): bigint {
    const bytes = accessBytes(op, type);
    const at = this.address(v, index, bytes);
    let bits = 0n;
    for (let i = bytes - 1; i >= 0; i--) {
      const key = this.key(v, at + BigInt(i));
      const byte = this.memory.get(key) ?? Number(scramble(key) & 0xffn);
      bits = (bits << 8n) | BigInt(byte);
    }
    const isSigned = op == Op.Load8S || op == Op.Load16S || op == Op.Load32S;
    return unsigned(isSigned ? signed(bits, bytes * 8) : bits, widthOf(type));
  }

  store(v: number, op: number, type: number, index: bigint, value: bigint): void {
    const bytes = accessBytes(op, type);
    const at = this.address(v, index, bytes);
    for (let i = 0; i < bytes; i++) {
      this.memory.set(this.key(v, at + BigInt(i)), Number((value >> BigInt(8 * i)) & 0xffn));
    }
    this.trace.push(`store ${this.key(v, at)} ${bytes} = ${unsigned(value, bytes * 8)}`);
  }
}

function divide(op: number, bits: number, a: bigint, b: bigint): bigint {
  if (b == 0n) throw new Trapped("division by zero");
  if (op == Op.DivU) return a / b;
  if (op == Op.RemU) return a % b;
  const x = signed(a, bits);
  const y = signed(b, bits);
  if (op == Op.RemS) return x % y;
  if (x == -(1n << BigInt(bits - 1)) && y == -1n) throw new Trapped("overflow");
  return x / y;
}

function compute(op: number, operand: number, result: number, a: bigint, b: bigint): bigint {
  const bits = widthOf(operand);
  const count = b & BigInt(bits - 1);
  const truth = (x: boolean) => (x ? 1n : 0n);
  const x = signed(a, bits);
  const y = signed(b, bits);
  switch (op) {
    case Op.Add:
      return a + b;
    case Op.Sub:
      return a - b;
    case Op.Mul:
      return a * b;
    case Op.DivS:
    case Op.DivU:
    case Op.RemS:
    case Op.RemU:
      return divide(op, bits, a, b);
    case Op.And:
      return a & b;
    case Op.Or:
      return a | b;
    case Op.Xor:
      return a ^ b;
    case Op.Shl:
      return a << count;
    case Op.ShrS:
      return x >> count;
    case Op.ShrU:
      return a >> count;
    case Op.Rotl:
      return (a << count) | (a >> (BigInt(bits) - count));
    case Op.Rotr:
      return (a >> count) | (a << (BigInt(bits) - count));
    case Op.Clz:
      return BigInt(bits - (a == 0n ? 0 : a.toString(2).length));
    case Op.Ctz:
      return BigInt(a == 0n ? bits : a.toString(2).length - 1 - a.toString(2).lastIndexOf("1"));
    case Op.Popcnt:
      return BigInt(a.toString(2).replaceAll("0", "").length);
    case Op.Bswap:
      return BigInt(
        `0x${a
          .toString(16)
          .padStart(bits / 4, "0")
          .match(/../g)!
          .reverse()
          .join("")}`,
      );
    case Op.Eqz:
      return truth(a == 0n);
    case Op.Eq:
      return truth(a == b);
    case Op.Ne:
      return truth(a != b);
    case Op.LtS:
      return truth(x < y);
    case Op.LtU:
      return truth(a < b);
    case Op.GtS:
      return truth(x > y);
    case Op.GtU:
      return truth(a > b);
    case Op.LeS:
      return truth(x <= y);
    case Op.LeU:
      return truth(a <= b);
    case Op.GeS:
      return truth(x >= y);
    case Op.GeU:
      return truth(a >= b);
    case Op.Extend8S:
      return signed(a, 8);
    case Op.Extend16S:
      return signed(a, 16);
    case Op.Extend32S:
      return signed(a, 32);
    case Op.ExtendS:
      return x;
    case Op.ExtendU:
    case Op.Wrap:
    case Op.Bitcast:
      return a;
  }
  return computeFloat(op, operand, result, toFloat(a, operand), toFloat(b, operand), x);
}

function computeFloat(op: number, operand: number, result: number, f: number, g: number, x: bigint): bigint {
  const truth = (c: boolean) => (c ? 1n : 0n);
  switch (op) {
    case Op.FAdd:
      return fromFloat(f + g, operand);
    case Op.FSub:
      return fromFloat(f - g, operand);
    case Op.FMul:
      return fromFloat(f * g, operand);
    case Op.FEq:
      return truth(f == g);
    case Op.FNe:
      return truth(f != g);
    case Op.FLt:
      return truth(f < g);
    case Op.FGt:
      return truth(f > g);
    case Op.FLe:
      return truth(f <= g);
    case Op.FGe:
      return truth(f >= g);
    case Op.ConvertS:
      return fromFloat(Number(x), result);
  }
  throw new Error(`${opName(op)} is not interpreted`);
}
