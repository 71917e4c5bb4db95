// Register allocation: gives each operand of the machine code a register or spill slot, and the moves between
// them. The interface is that of regalloc2 (see mir.ts).
//
// Level 0 takes one pass over each block (regalloc-fast.ts). Above, linear scan with splitting: what blocks are like
// (regalloc-flow.ts), where values are wanted in registers (regalloc-build.ts, regalloc-intervals.ts), which
// registers they get (regalloc-scan.ts), and the moves that follow (regalloc-resolve.ts, -edges, -slots). Functions
// in which too many values live through too many blocks, and unusual block orders, take the fast way at any level.

import { Allocation, MirFunc } from "./mir";
import { IntervalBuilder } from "./regalloc-build";
import { allocateFast } from "./regalloc-fast";
import { Flow } from "./regalloc-flow";
import { Intervals } from "./regalloc-intervals";
import { Resolver } from "./regalloc-resolve";
import { LinearScan } from "./regalloc-scan";

const flow: Flow = new Flow();
const intervals: Intervals = new Intervals();
const builder: IntervalBuilder = new IntervalBuilder();
const scan: LinearScan = new LinearScan();
const resolver: Resolver = new Resolver();

/** Fills `out`; `level` is the optimization level. May append blocks for edges to `mir`. */
export function allocateRegisters(mir: MirFunc, out: Allocation, level: i32): void {
  if (level == 0 || !allocateScan(mir, out)) allocateFast(mir, out);
}

/** Returns false if the function is not one for linear scan. */
export function allocateScan(mir: MirFunc, out: Allocation): boolean {
  out.reset();
  out.location.resize(mir.operandVreg.length);
  if (!flow.compute(mir)) return false;
  if (!builder.run(mir, flow, intervals, out.location)) return false;
  scan.run(mir, flow, intervals, out.location);
  resolver.run(mir, flow, intervals, out);
  return true;
}
