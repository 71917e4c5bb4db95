// Where the moves of an edge between blocks go. If neither end will do, the edge gets a block of its own, with
// nothing but a jump, behind all others: selection splits the edges to blocks with parameters, the others are
// split only if there is something to move.

import { I32Column } from "../base/columns";
import { MirFunc } from "./mir";
import { Flow } from "./regalloc-flow";
import { X64 } from "./op";

const NONE: i32 = -1;
/** The same edge as an earlier one, of a switch. */
const REPEATED: i32 = -2;

export class EdgeSplitter {
  /** By entry of a predecessor list: instruction of the new block, REPEATED or NONE. */
  private jump: I32Column = new I32Column();
  private seen: I32Column = new I32Column();
  private instructions: i32 = 0;
  private sources: I32Column = new I32Column();
  private targets: I32Column = new I32Column();
  private frequencies: I32Column = new I32Column();

  start(mir: MirFunc): void {
    this.jump.resize(mir.lists.length);
    this.jump.fill(NONE, 0, mir.lists.length);
    this.instructions = mir.instructionCount;
    this.sources.clear();
    this.targets.clear();
    this.frequencies.clear();
    this.seen.resize(mir.blockCount);
    this.seen.fill(NONE, 0, mir.blockCount);
    for (let b: i32 = 0, n = mir.blockCount; b < n; b++) {
      const count = mir.predCount.get(b);
      if (count < 2) continue;
      const preds = mir.predStart.get(b);
      for (let k = preds; k < preds + count; k++) {
        const p = mir.lists.get(k);
        if (this.seen.get(p) == b) this.jump.set(k, REPEATED);
        this.seen.set(p, b);
      }
    }
  }

  isRepeated(entry: i32): boolean {
    return this.jump.get(entry) == REPEATED;
  }

  /** The place of moves on the edge from `p` to `b`, which is entry `entry` of the predecessor lists. */
  place(mir: MirFunc, flow: Flow, p: i32, b: i32, entry: i32): i32 {
    if (mir.succCount.get(p) == 1) return (mir.blockEnd.get(p) - 1) * 2;
    if (mir.predCount.get(b) == 1) return mir.blockStart.get(b) * 2;
    let jump = this.jump.get(entry);
    if (jump == NONE) {
      jump = this.instructions + this.sources.length;
      this.jump.set(entry, jump);
      this.sources.push(p);
      this.targets.push(b);
      this.frequencies.push(flow.frequencies.edge(p, b));
    }
    return jump * 2;
  }

  /** Appends the new blocks. */
  finish(mir: MirFunc): void {
    for (let k: i32 = 0, n = this.sources.length; k < n; k++) {
      const p = this.sources.get(k);
      const b = this.targets.get(k);
      const middle = mir.blockCount;
      mir.frequency.push(this.frequencies.get(k));
      replaceInList(mir, mir.succStart.get(p), mir.succCount.get(p), b, middle);
      replaceInList(mir, mir.predStart.get(b), mir.predCount.get(b), p, middle);
      mir.blockStart.push(mir.instructionCount);
      mir.blockEnd.push(mir.instructionCount + 1);
      mir.succStart.push(mir.lists.length);
      mir.succCount.push(1);
      mir.lists.push(b);
      mir.predStart.push(mir.lists.length);
      mir.predCount.push(1);
      mir.lists.push(p);
      mir.paramStart.push(mir.lists.length);
      mir.paramCount.push(0);
      mir.loopDepth.push(mir.loopDepth.get(b));
      mir.cold.push(0);
      mir.bias.push(0);
      appendJump(mir, mir.origin.get(mir.blockEnd.get(p) - 1));
    }
  }
}

function replaceInList(mir: MirFunc, start: i32, count: i32, from: i32, to: i32): void {
  for (let k = start; k < start + count; k++) if (mir.lists.get(k) == from) mir.lists.set(k, to);
}

function appendJump(mir: MirFunc, origin: i32): void {
  mir.op.push(X64.Jmp);
  mir.opStart.push(mir.operandVreg.length);
  mir.opCount.push(0);
  mir.mode.push(0);
  mir.disp.push(0);
  mir.imm.push(0);
  mir.immHi.push(0);
  mir.origin.push(origin);
  mir.memorySite.push(0);
  mir.clobbers.push(0);
}
