// Which registers a function overwrites: its callers keep values in the others across the call. Computed when the function
// has been compiled, from all that its code writes; calls within it count with what is known of their callees. What is not
// known (another unit, a callee that comes later, calls through tables) overwrites everything.

import { Program } from "../link/program";
import { Code } from "./code";
import { Allocation, infoRole, MirFunc, Role } from "./mir";
import { X64 } from "./op";
import { ALLOCATABLE, SLOT0 } from "./registers";

/** The registers that a call of `callee` from `caller` overwrites, as a bit set; results are among them. */
export function callClobbers(program: Program, code: Code, caller: i32, callee: i32): i32 {
  const unit = program.funcUnit.get(callee);
  return unit == 0 || unit == program.funcUnit.get(caller) ? code.funcClobbers.get(callee) : ALLOCATABLE;
}

/** Bit set of the registers that the allocated function writes. */
export function computeClobbers(mir: MirFunc, alloc: Allocation): i32 {
  let mask: i32 = 0;
  const infos = mir.operandInfo.view();
  const locations = alloc.location.view();
  const starts = mir.opStart.view();
  const clobbers = mir.clobbers.view();
  const ops = mir.op.view();
  for (let i: i32 = 0, n = mir.instructionCount; i < n; i++) {
    mask |= clobbers.get(i);
    // The entry names where parameters arrive; it writes nothing.
    if (ops.get(i) == X64.Entry) continue;
    for (let k = starts.get(i), end = k + mir.opCount.get(i); k < end; k++) {
      const location = locations.get(k);
      if (infoRole(infos.get(k)) >= Role.Def && location >= 0 && location < SLOT0) mask |= 1 << location;
    }
  }
  for (let k: i32 = 0, n = alloc.moveTo.length; k < n; k++) {
    const to = alloc.moveTo.get(k);
    if (to < SLOT0) mask |= 1 << to;
  }
  return mask & ALLOCATABLE;
}
