// The passes over the SSA form, in the order in which they run, and the driver. A pass is a function of its own
// file; what it asks of the form and what it leaves undone stands in its row, and the driver checks that order
// at start, so that moving a row cannot silently break another pass (the constraints-as-data idea of Go's
// cmd/compile/internal/ssa/compile.go).

import { Program } from "../link/program";
import { Func } from "../ssa/func";
import { verify } from "../ssa/verifier";
import { compareNewCounters } from "./counters";
import { removeDead } from "./dce";
import { numberValues } from "./gvn";
import { hoistInvariants } from "./hoist";
import { removePhis } from "./phis";
import { simplifyCfg } from "./simplify-cfg";
import { shuffleValues } from "./renumber";
import { splitConditions } from "./split-conditions";
import { splitEdges } from "./split-edges";
import { threadBranches } from "./thread-branches";

/** Properties of a function beyond the invariants that always hold, as bits. */
export const enum Property {
  None = 0,
  /** No phi has a predecessor with several successors; what selection needs. */
  SplitEdges = 1,
}

/** One pass. */
class Pass {
  name: string;
  /** Returns whether it changed anything. */
  run: (func: Func) => boolean;
  /** The lowest level at which it runs. */
  level: i32;
  /** Properties that must hold before it, that hold after it, and that may no longer hold after it. */
  needs: i32;
  makes: i32;
  breaks: i32;

  constructor(name: string, run: (func: Func) => boolean, level: i32, needs: i32, makes: i32, breaks: i32) {
    this.name = name;
    this.run = run;
    this.level = level;
    this.needs = needs;
    this.makes = makes;
    this.breaks = breaks;
  }
}

const passes: Array<Pass> = [];

function pass(name: string, run: (func: Func) => boolean, level: i32, needs: i32, makes: i32, breaks: i32): void {
  passes.push(new Pass(name, run, level, needs, makes, breaks));
}

// The second round takes up the branches that value numbering has decided and edges that lead past branches, and the
// phis that these leave behind.
pass("simplify-cfg", simplifyCfg, 1, Property.None, Property.None, Property.SplitEdges);
pass("phis", removePhis, 1, Property.None, Property.None, Property.None);
pass("gvn", numberValues, 1, Property.None, Property.None, Property.None);
pass("thread-branches", threadBranches, 1, Property.None, Property.None, Property.SplitEdges);
pass("simplify-cfg", simplifyCfg, 1, Property.None, Property.None, Property.SplitEdges);
pass("phis", removePhis, 1, Property.None, Property.None, Property.None);
pass("dce", removeDead, 1, Property.None, Property.None, Property.None);
pass("counters", compareNewCounters, 1, Property.None, Property.None, Property.None);
pass("split-conditions", splitConditions, 1, Property.None, Property.None, Property.SplitEdges);
pass("split-edges", splitEdges, 0, Property.None, Property.SplitEdges, Property.None);
pass("hoist", hoistInvariants, 2, Property.SplitEdges, Property.None, Property.None);

/**
 * Runs the passes of `level` (0: only what selection needs). With `check`, the form is verified before the first
 * pass and after each; returns which pass broke what, or an empty string.
 */
export function optimize(func: Func, program: Program, level: i32, check: boolean): string {
  if (check) {
    const broken = verify(func);
    if (broken.length != 0) return describe("construction", program, func, broken);
  }
  let properties: i32 = Property.None;
  for (let i: i32 = 0; i < passes.length; i++) {
    const row = passes[i];
    if (row.level > level) continue;
    assert((row.needs & ~properties) == 0, row.name);
    if (shuffleSeed != 0) shuffleValues(func, shuffleSeed + i);
    row.run(func);
    properties = (properties & ~row.breaks) | row.makes;
    if (!check) continue;
    const broken = verify(func);
    if (broken.length != 0) return describe(row.name, program, func, broken);
  }
  assert((properties & Property.SplitEdges) != 0, "selection needs split edges");
  return "";
}

let shuffleSeed: i32 = 0;

/** Test mode: values get random numbers before each pass (0: off). Nothing but those numbers may change. */
export function setShuffleSeed(seed: i32): void {
  shuffleSeed = seed;
}

function describe(name: string, program: Program, func: Func, broken: string): string {
  const f = func.index;
  const known = f >= 0 && f < program.funcLocal.length;
  const local = known ? `, number ${program.funcLocal.get(f)} of instance ${program.funcInstance.get(f)}` : "";
  return `after ${name}, function ${f}${local}: ${broken}`;
}

/** The number of passes, their names, and running one alone: for tests and --dump. */
export function passCount(): i32 {
  return passes.length;
}

export function passName(i: i32): string {
  return passes[i].name;
}

export function runPass(i: i32, func: Func): boolean {
  return passes[i].run(func);
}
