// Large and hostile functions: what the allocators do with them must stay linear. The limits are far above what is
// needed, and far below what anything quadratic takes.

import { expect, test } from "bun:test";
import { cpuMilliseconds } from "../cpu-time";
import "../../host/js/prelude";
import { Allocation, Constraint, MirFunc, operandInfo, Role } from "../../src/x64/mir";
import { allocateScan } from "../../src/x64/regalloc";
import { checkAllocation } from "../../src/x64/regalloc-check";
import { allocateFast } from "../../src/x64/regalloc-fast";
import { ALLOCATABLE, RegClass } from "../../src/x64/registers";

const LIMIT_MS = 15_000;
const def = operandInfo(Role.Def, Constraint.Reg, 0);
const use = operandInfo(Role.Use, Constraint.Reg, 0);
const any = operandInfo(Role.Use, Constraint.Any, 0);

/** Builds blocks one after the other; edges are given as lists of successors at the end. */
class Maker {
  mir = new MirFunc();
  private params: number[][] = [];

  vreg(): number {
    return this.mir.buildVreg(RegClass.General, 8);
  }

  block(params: number[] = []): number {
    this.mir.blockStart.push(this.mir.op.length);
    this.params.push(params);
    return this.params.length - 1;
  }

  instruction(operands: [number, number][], clobbers = 0): void {
    const mir = this.mir;
    mir.op.push(0);
    mir.opStart.push(mir.operandVreg.length);
    mir.opCount.push(operands.length);
    mir.mode.push(0);
    mir.disp.push(0);
    mir.imm.push(0);
    mir.immHi.push(0);
    mir.origin.push(-1);
    mir.memorySite.push(0);
    mir.clobbers.push(clobbers);
    for (const [v, info] of operands) {
      mir.operandVreg.push(v);
      mir.operandInfo.push(info);
    }
  }

  define(): number {
    const v = this.vreg();
    this.instruction([[v, def]]);
    return v;
  }

  finish(succs: number[][], depth: (b: number) => number = () => 0): MirFunc {
    const mir = this.mir;
    const preds: number[][] = succs.map(() => []);
    succs.forEach((list, b) => {
      for (const s of list) preds[s].push(b);
    });
    const list = (values: number[]): number => {
      const start = mir.lists.length;
      for (const v of values) mir.lists.push(v);
      return start;
    };
    for (let b = 0; b < succs.length; b++) {
      mir.blockEnd.push(b + 1 < succs.length ? mir.blockStart.get(b + 1) : mir.op.length);
      mir.succStart.push(list(succs[b]));
      mir.succCount.push(succs[b].length);
      mir.predStart.push(list(preds[b]));
      mir.predCount.push(preds[b].length);
      mir.paramStart.push(list(this.params[b]));
      mir.paramCount.push(this.params[b].length);
      mir.loopDepth.push(depth(b));
      mir.cold.push(0);
    }
    return mir;
  }
}

/** `values` values, live through a chain of `blocks` branches around nothing, used at the end. */
function liveThrough(values: number, blocks: number, calls: boolean): MirFunc {
  const m = new Maker();
  const succs: number[][] = [];
  m.block();
  const list = Array.from({ length: values }, () => m.define());
  m.instruction([]);
  succs.push([1]);
  for (let k = 0; k < blocks; k++) {
    const b = m.block();
    m.instruction([[list[k % values], use]]);
    if (calls && k % 10 == 0) m.instruction([], ALLOCATABLE);
    succs.push([b + 1]);
    m.instruction([]);
  }
  m.block();
  for (const v of list) m.instruction([[v, use]]);
  m.instruction([]);
  succs.push([]);
  return m.finish(succs);
}

function straightLine(length: number): MirFunc {
  const m = new Maker();
  m.block();
  const recent: number[] = [m.define(), m.define(), m.define()];
  for (let k = 0; k < length; k++) {
    const v = m.vreg();
    const n = recent.length;
    m.instruction([
      [v, def],
      [recent[n - 1], use],
      [recent[n > 200 ? n - 1 - ((k * 7) % 200) : 0], any],
    ]);
    recent.push(v);
    if (k % 50 == 0) m.instruction([], ALLOCATABLE);
  }
  m.instruction([]);
  return m.finish([[]]);
}

/** Loops inside one another, each with a parameter, and values from outside used in the innermost. */
function nestedLoops(depth: number, outside: number): MirFunc {
  const m = new Maker();
  const succs: number[][] = [];
  m.block();
  const values = Array.from({ length: outside }, () => m.define());
  let last = m.define();
  m.instruction([[last, any]]);
  succs.push([1]);
  for (let k = 0; k < depth; k++) {
    const p = m.vreg();
    const b = m.block([p]);
    last = m.define();
    m.instruction([[last, any]]);
    succs.push([b + 1]);
  }
  const inner = m.vreg();
  m.block([inner]);
  for (const v of values) m.instruction([[v, use]]);
  m.instruction([]);
  succs.push([depth + 2]);
  // Latches: each goes on outward or, over a block of its own, back.
  for (let k = depth - 1; k >= 0; k--) {
    const b = m.block();
    const v = m.define();
    m.instruction([[v, use]]);
    succs.push([b + 1, b + 2]);
    m.block();
    m.instruction([[v, any]]);
    succs.push([k + 1]);
  }
  m.block();
  m.instruction([]);
  succs.push([]);
  return m.finish(succs, (b) => (b <= depth ? b : Math.max(0, depth - ((b - depth) >> 1))));
}

/** A switch to many blocks in a loop, all using values from outside and a parameter. */
function bigSwitch(cases: number, outside: number): MirFunc {
  const m = new Maker();
  const succs: number[][] = [];
  m.block();
  const values = Array.from({ length: outside }, () => m.define());
  const start = m.define();
  m.instruction([[start, any]]);
  succs.push([1]);
  const p = m.vreg();
  m.block([p]);
  m.instruction([[p, use]]);
  succs.push(Array.from({ length: cases }, (_, k) => 2 + k));
  for (let k = 0; k < cases; k++) {
    m.block();
    const v = m.vreg();
    m.instruction([
      [v, def],
      [values[k % outside], use],
      [values[(k * 7) % outside], any],
    ]);
    if (k % 3 == 0) m.instruction([], ALLOCATABLE);
    m.instruction([[k % 3 == 0 ? values[0] : v, any]]);
    succs.push([1]);
  }
  return m.finish(succs, (b) => (b == 0 ? 0 : 1));
}

/** A jump with many arguments, in a circle that turns them. */
function manyParams(count: number): MirFunc {
  const m = new Maker();
  m.block();
  const first = Array.from({ length: count }, () => m.define());
  m.instruction(first.map((v): [number, number] => [v, any]));
  const params = Array.from({ length: count }, () => m.vreg());
  m.block(params);
  m.instruction([[params[0], use]]);
  m.block();
  m.instruction(params.map((_, k): [number, number] => [params[(k + 1) % count], any]));
  m.block();
  m.instruction([]);
  return m.finish([[1], [2, 3], [1], []]);
}

const cases: [string, () => MirFunc, boolean][] = [
  ["300,000 instructions in a block", () => straightLine(300_000), true],
  ["100,000 blocks, 100 values", () => liveThrough(100, 100_000, false), true],
  ["100,000 blocks with calls, 100 values", () => liveThrough(100, 100_000, true), true],
  ["100,000 blocks, 50,000 values", () => liveThrough(50_000, 100_000, false), false],
  ["50,000 nested loops", () => nestedLoops(50_000, 20), true],
  ["10,000 cases", () => bigSwitch(10_000, 60), true],
  ["50,000 arguments", () => manyParams(50_000), true],
];

for (const [name, make, scans] of cases) {
  test(name, () => {
    const mir = make();
    const out = new Allocation();
    let start = cpuMilliseconds();
    allocateFast(mir, out);
    const fast = cpuMilliseconds() - start;
    start = cpuMilliseconds();
    const done = allocateScan(mir, out);
    const scan = cpuMilliseconds() - start;
    if (process.env.TIMES) {
      console.log(`${name}: ${mir.op.length} instructions, fast ${fast.toFixed(0)} ms, scan ${scan.toFixed(0)} ms`);
    }
    expect(done).toBe(scans);
    expect(fast).toBeLessThan(LIMIT_MS);
    expect(scan).toBeLessThan(LIMIT_MS);
  }, 600_000);
}

test("large allocations are right", () => {
  const out = new Allocation();
  for (const mir of [straightLine(3000), liveThrough(50, 300, true), nestedLoops(200, 20), bigSwitch(200, 60)]) {
    expect(allocateScan(mir, out)).toBe(true);
    expect(checkAllocation(mir, out)).toBe("");
    allocateFast(mir, out);
    expect(checkAllocation(mir, out)).toBe("");
  }
});
