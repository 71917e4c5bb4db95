// What the -O2 register allocator knows of a function before it looks at values: the block of each instruction,
// and where calls are.
//
// Positions: four to an instruction. Between Before and Early the moves in front of it happen, at Early it reads
// its uses, at Late it has written its definitions (and calls have overwritten everything), and between Late
// and After the moves behind it happen. A block starts at the Before of its first instruction and ends at that
// of the instruction behind its last.

import { I32Column } from "../base/columns";
import { Frequencies } from "./frequency";
import { infoConstraint, infoFixed, infoRole, Constraint, MirFunc, Role } from "./mir";
import { X64 } from "./op";
import { ALLOCATABLE, RegClass } from "./registers";
import { popcnt32 } from "host/prims";

export const enum Point {
  Before = 0,
  Early = 1,
  Late = 2,
  After = 3,
}

/** Beyond every position. */
export const FOREVER: i32 = 0x7fff_ffff;

/** A call that leaves fewer registers of a class untouched than this overwrites them all. */
const FEW: i32 = 4;

const GENERAL_MASK: i32 = ALLOCATABLE & 0xffff;
const VECTOR_MASK: i32 = ALLOCATABLE & ~0xffff;

/** Where the calls are after which no register of a class is what it was. */
export class Calls {
  /** The last one before an instruction, or -1. */
  before: I32Column = new I32Column();
  /** 1: there is one in the block. */
  inBlock: I32Column = new I32Column();
}

export class Flow {
  blockOf: I32Column = new I32Column();
  general: Calls = new Calls();
  vector: Calls = new Calls();
  /** 1: there is a call in the block. */
  private hasCall: I32Column = new I32Column();
  /** Loops, and how often blocks run. */
  frequencies: Frequencies = new Frequencies();

  /** Returns false if the blocks are in no order that the allocator can use. */
  compute(mir: MirFunc): boolean {
    this.computeCalls(mir);
    return this.frequencies.compute(mir, this.hasCall) && this.hasPlainJumps(mir);
  }

  calls(regClass: i32): Calls {
    return regClass == RegClass.General ? this.general : this.vector;
  }

  private computeCalls(mir: MirFunc): void {
    const n = mir.instructionCount;
    const blocks = mir.blockCount;
    this.blockOf.resize(n + 1);
    this.general.before.resize(n + 1);
    this.vector.before.resize(n + 1);
    this.hasCall.resize(blocks);
    this.general.inBlock.resize(blocks);
    this.vector.inBlock.resize(blocks);
    const blockOf = this.blockOf.view();
    const generalBefore = this.general.before.view();
    const vectorBefore = this.vector.before.view();
    const clobbers = mir.clobbers.view();
    const ops = mir.op.view();
    let general: i32 = -1;
    let vector: i32 = -1;
    for (let b: i32 = 0; b < blocks; b++) {
      const start = mir.blockStart.get(b);
      const end = mir.blockEnd.get(b);
      let call: i32 = 0;
      for (let i = start; i < end; i++) {
        blockOf.set(i, b);
        generalBefore.set(i, general);
        vectorBefore.set(i, vector);
        const mask = clobbers.get(i);
        if (ops.get(i) == X64.Call || ops.get(i) == X64.CallReg) call = 1;
        if (mask == 0) continue;
        const kept = ALLOCATABLE & ~(mask | fixedDefinitions(mir, i));
        if (popcnt32(kept & GENERAL_MASK) < FEW) general = i;
        if (popcnt32(kept & VECTOR_MASK) < FEW) vector = i;
      }
      this.hasCall.set(b, call);
      this.general.inBlock.set(b, general >= start ? 1 : 0);
      this.vector.inBlock.set(b, vector >= start ? 1 : 0);
    }
    blockOf.set(n, blocks);
    generalBefore.set(n, general);
    vectorBefore.set(n, vector);
  }

  /** Whether jumps with one target read nothing but arguments: moves for the edge go in front of them. */
  private hasPlainJumps(mir: MirFunc): boolean {
    for (let b: i32 = 0, n = mir.blockCount; b < n; b++) {
      if (mir.succCount.get(b) != 1) continue;
      const last = mir.blockEnd.get(b) - 1;
      if (mir.opCount.get(last) != mir.paramCount.get(mir.lists.get(mir.succStart.get(b)))) return false;
    }
    return true;
  }

  get loopOf(): I32Column {
    return this.frequencies.loopOf;
  }

  get loopParent(): I32Column {
    return this.frequencies.loopParent;
  }

  get loopLast(): I32Column {
    return this.frequencies.loopLast;
  }

  /**
   * The start of the outermost loop around block `b` that begins behind `position`; -1 if all loops around `b`
   * begin before it. Deep nests are not followed to the end.
   */
  outermostLoopBehind(mir: MirFunc, b: i32, position: i32): i32 {
    let loop = this.loopOf.get(b);
    let best: i32 = -1;
    for (let k: i32 = 0; k < 16 && loop >= 0; k++) {
      const start = mir.blockStart.get(loop) * 4;
      if (start <= position) break;
      best = start;
      loop = this.loopParent.get(loop);
    }
    return best;
  }
}

/** Registers that an instruction defines by constraint, as a bit set. */
function fixedDefinitions(mir: MirFunc, i: i32): i32 {
  let mask: i32 = 0;
  const start = mir.opStart.get(i);
  for (let k: i32 = 0, n = mir.opCount.get(i); k < n; k++) {
    const info = mir.operandInfo.get(start + k);
    if (infoRole(info) < Role.Def) break;
    if (infoConstraint(info) == Constraint.Fixed) mask |= 1 << infoFixed(info);
  }
  return mask;
}
