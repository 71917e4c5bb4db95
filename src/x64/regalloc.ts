// Register allocation: gives each operand of the machine code a register or spill slot, and the moves between
// them. The interface is that of regalloc2 (see mir.ts).

import { Allocation, MirFunc } from "./mir";
import { allocateFast } from "./regalloc-fast";

/** Fills `out`; `level` is the optimization level. */
export function allocateRegisters(mir: MirFunc, out: Allocation, level: i32): void {
  if (level >= 0) allocateFast(mir, out);
}
