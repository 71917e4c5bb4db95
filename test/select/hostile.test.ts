// Sizes and shapes at which anything but linear work shows: long blocks, chains that every fold would like to follow,
// many blocks, many parameters, wide switches, calls with many results.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { cpuMilliseconds, leastTimes } from "../cpu-time";
import type { Program } from "../../src/link/program";
import { Func, RAW_MEMORY } from "../../src/ssa/func";
import { Op, Type } from "../../src/ssa/op";
import { I32 } from "../../src/wasm/types";
import { Code } from "../../src/x64/code";
import { MirFunc } from "../../src/x64/mir";
import { selectFunction } from "../../src/x64/select";
import { makeProgram } from "./helpers";

/** Builds functions value by value. */
class Maker {
  func = new Func();
  block = -1;

  constructor(type: number) {
    this.func.reset(0, type);
  }

  start(): number {
    this.block = this.func.buildBlock();
    return this.block;
  }

  value(op: number, type: number, a = -1, b = -1, c = -1, imm = 0, immHi = 0): number {
    const v = this.func.buildValue(op, type, a, b, c, imm, immHi, -1);
    this.func.append(this.block, v);
    return v;
  }

  pooled(op: number, type: number, operands: number[], imm = 0): number {
    const start = this.func.pool.length;
    for (const x of operands) this.func.pool.push(x);
    return this.value(op, type, start, operands.length, -1, imm);
  }

  constant(x: number, type: number = Type.I32): number {
    return this.value(Op.Const, type, -1, -1, -1, x, x >> 31);
  }

  /** Ends the current block; predecessors are filled in by `finish`. */
  end(op: number, a: number, successors: number[]): void {
    this.value(op, Type.None, a);
    const { func, block } = this;
    func.succStart.set(block, func.edges.length);
    func.succCount.set(block, successors.length);
    for (const s of successors) func.edges.push(s);
  }

  finish(): Func {
    const { func } = this;
    const preds: number[][] = Array.from({ length: func.blockCount }, () => []);
    for (let b = 0; b < func.blockCount; b++) {
      for (let k = 0; k < func.succCount.get(b); k++) preds[func.succ(b, k)]!.push(b);
    }
    preds.forEach((list, b) => {
      func.predStart.set(b, func.edges.length);
      func.predCount.set(b, list.length);
      for (const p of list) func.edges.push(p);
    });
    return func;
  }
}

const code = new Code();
code.reset(20);
const mir = new MirFunc();

/** Milliseconds that selection takes, the better of two. */
function measure(func: Func, program: Program, level: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 2; k++) {
    const start = cpuMilliseconds();
    selectFunction(program, func, code, mir, level);
    best = Math.min(best, cpuMilliseconds() - start);
  }
  return best;
}

/** Fails if eight times the size takes much more than eight times as long. */
function expectLinear(title: string, make: (n: number) => Func, n: number, program = makeProgram()): void {
  test(title, () => {
    for (const level of [0, 2]) {
      const [few, many] = [make(n >> 3), make(n)];
      measure(few, program, level);
      const [small, large] = leastTimes(
        () => Math.max(measure(few, program, level), 1),
        () => measure(many, program, level),
        (small, large) => large <= small * 40,
      );
      if (large > small * 40) throw new Error(`level ${level}: ${small} ms for ${n >> 3}, ${large} ms for ${n}`);
    }
    expect(mir.instructionCount).toBeGreaterThan(0);
  }, 600_000);
}

/** One block: `step` makes each value of a chain from the last, and uses it. */
function chain(step: (m: Maker, x: number, first: number) => number): (n: number) => Func {
  return (n) => {
    const m = new Maker(2);
    m.start();
    const first = m.value(Op.Param, Type.I64);
    let x = first;
    for (let i = 0; i < n; i++) x = step(m, x, first);
    m.pooled(Op.Return, Type.None, [first]);
    return m.finish();
  };
}

expectLinear(
  "a chain of stored sums, each an address",
  chain((m, x) => {
    const y = m.value(Op.Add, Type.I64, x, m.constant(8, Type.I64));
    m.value(Op.Store, Type.None, y, y, RAW_MEMORY);
    return y;
  }),
  80000,
);

expectLinear(
  "a chain of extensions, each stored",
  chain((m, x, first) => {
    const y = m.value(Op.Extend8S, Type.I64, x);
    m.value(Op.Store8, Type.None, first, y, RAW_MEMORY);
    return y;
  }),
  80000,
);

expectLinear(
  "a chain of wrapped and extended values, each stored",
  chain((m, x, first) => {
    const y = m.value(Op.ExtendU, Type.I64, m.value(Op.Wrap, Type.I32, x));
    m.value(Op.Store, Type.None, first, y, RAW_MEMORY);
    return y;
  }),
  80000,
);

expectLinear(
  "a chain of negations, each a condition",
  chain((m, x, first) => {
    const y = m.value(Op.Eqz, Type.I32, x);
    m.value(Op.Store, Type.None, first, m.value(Op.Select, Type.I64, first, m.constant(5, Type.I64), y), RAW_MEMORY);
    return y;
  }),
  80000,
);

expectLinear(
  "a chain of bounded sums, each an index",
  (n) => {
    const m = new Maker(1);
    m.start();
    const first = m.value(Op.Param, Type.I32);
    let x = m.value(Op.And, Type.I32, first, m.constant(255));
    for (let i = 0; i < n; i++) {
      x = m.value(Op.Add, Type.I32, x, x);
      m.value(Op.Store, Type.None, x, x, 0);
    }
    m.pooled(Op.Return, Type.None, [first]);
    return m.finish();
  },
  80000,
);

expectLinear(
  "many blocks with branches to one join",
  (n) => {
    const m = new Maker(1);
    m.start();
    const x = m.value(Op.Param, Type.I32);
    m.end(Op.Jump, -1, [1]);
    // Block 1 + 2k branches to 2 + 2k, which jumps to the join, or on to the next.
    const join = 1 + 2 * n;
    const operands: number[] = [];
    for (let i = 0; i < n; i++) {
      m.start();
      const y = m.value(Op.Add, Type.I32, x, m.constant(i));
      m.end(Op.Branch, m.value(Op.LtS, Type.I32, y, x), [2 + 2 * i, i + 1 < n ? 3 + 2 * i : 2 + 2 * i]);
      m.start();
      operands.push(y);
      m.end(Op.Jump, -1, [join]);
    }
    m.start();
    const phi = m.pooled(Op.Phi, Type.I32, operands);
    m.pooled(Op.Return, Type.None, [phi]);
    return m.finish();
  },
  40000,
);

expectLinear(
  "a wide switch",
  (n) => {
    const m = new Maker(1);
    m.start();
    const x = m.value(Op.Param, Type.I32);
    m.end(
      Op.Switch,
      x,
      Array.from({ length: n }, (_, i) => 1 + (i % 100)),
    );
    for (let k = 0; k < 100; k++) {
      m.start();
      m.pooled(Op.Return, Type.None, [x]);
    }
    return m.finish();
  },
  80000,
);

/** Type 10: no parameters, 1000 results. */
function manyResults(): Program {
  const program = makeProgram();
  program.typeStart.push(program.typePool.length);
  program.typeParamCount.push(0);
  program.typeResultCount.push(1000);
  for (let k = 0; k < 1000; k++) program.typePool.push(I32);
  program.funcType.push(10);
  return program;
}

expectLinear(
  "calls with a thousand results",
  (n) => {
    const m = new Maker(1);
    m.start();
    let sum = m.value(Op.Param, Type.I32);
    for (let i = 0; i < n / 1000; i++) {
      const call = m.pooled(Op.Call, Type.None, [], 10);
      const results = Array.from({ length: 1000 }, (_, k) => m.value(Op.Result, Type.I32, call, -1, -1, k));
      for (const r of results) sum = m.value(Op.Xor, Type.I32, sum, r);
    }
    m.pooled(Op.Return, Type.None, [sum]);
    return m.finish();
  },
  80000,
  manyResults(),
);
