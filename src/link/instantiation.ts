// How instances come to be. What cannot be told from outside is done when the program is written: contents of memories
// and tables from active segments are simply there from the beginning. That holds for all instances up to the first
// whose start function runs, and after that for those whose segments go to memories and tables of their own and fit.
//
// The others get a function of kind Instantiate (ssa/builder-instantiate.ts), which writes the segments and calls the
// start function while the program runs: what was written before a trap stays written, and what a start function did
// before is seen. In a script, where each instance comes to be when its turn is and may fail, all have such a function.
// (Specification 4.5.4, "Instantiation".)

import { ActiveSegments } from "./active-segments";
import { addInstantiation } from "./resolve";
import { LinkState } from "./state";

/** Decides for every instance of the user; all imports must be resolved, and the values of globals known. */
export function planInstantiation(state: LinkState): void {
  const program = state.program;
  const segments = new ActiveSegments(program);
  let hasRun = state.options.isScript;
  for (let k = state.firstUser; k <= state.guest; k++) {
    if (hasRun && !segments.isSelfContained(k)) {
      program.instancePreset.set(k, 0);
      addInstantiation(program, k);
    }
    if (program.module(k).startFunc >= 0) hasRun = true;
  }
}
