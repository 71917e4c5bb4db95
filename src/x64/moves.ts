// Parallel moves in sequence: all sources of a position's moves are read before any target is written, so the
// moves are put in an order in which nothing is overwritten before it is read; what then remains are cycles,
// each broken with a scratch register (Boissinot et al., CGO 2009, algorithm 1).
//
// The scratch registers also carry moves from slot to slot. While one holds the broken end of a cycle, the
// other one carries; a vector between slots then goes through the general one, in halves. The allocators never
// let a vector's pair of slots share a slot with a narrower value, so that locations are equal or disjoint.

import { I32Column, U8Column } from "../base/columns";
import { Allocation, MirFunc, MOVE_REMAT } from "./mir";
import { isVectorReg, RegClass, SCRATCH_GENERAL, SCRATCH_VECTOR, SLOT0 } from "./registers";

const NONE: i32 = -1;

/** Moves to be made one after the other: none goes from slot to slot, none makes a constant in a slot. */
export class MoveSequence {
  from: I32Column = new I32Column();
  to: I32Column = new I32Column();
  bytes: U8Column = new U8Column();

  clear(): void {
    this.from.clear();
    this.to.clear();
    this.bytes.clear();
  }

  push(from: i32, to: i32, bytes: i32): void {
    this.from.push(from);
    this.to.push(to);
    this.bytes.push(bytes);
  }
}

class Sequencer {
  /** Per location: the pending move that writes it, or NONE. */
  private writer: I32Column = new I32Column();
  /** Per location: the number of pending moves that read it. */
  private readers: I32Column = new I32Column();
  private ready: I32Column = new I32Column();

  run(mir: MirFunc, moves: Allocation, start: i32, end: i32, out: MoveSequence): void {
    const locations = SLOT0 + moves.slots;
    while (this.writer.length < locations) {
      this.writer.push(NONE);
      this.readers.push(0);
    }
    const writer = this.writer;
    const readers = this.readers;
    for (let k = start; k < end; k++) {
      const from = moves.moveFrom.get(k);
      const to = moves.moveTo.get(k);
      if (from == to) continue;
      writer.set(to, k);
      if (from < MOVE_REMAT) readers.set(from, readers.get(from) + 1);
    }
    const ready = this.ready;
    for (let k = start; k < end; k++) {
      const to = moves.moveTo.get(k);
      if (moves.moveFrom.get(k) != to && readers.get(to) == 0) ready.push(k);
    }
    while (ready.length > 0) {
      const k = ready.pop();
      const from = moves.moveFrom.get(k);
      const to = moves.moveTo.get(k);
      pushStep(mir, from, to, moves.moveBytes.get(k), NONE, out);
      writer.set(to, NONE);
      if (from >= MOVE_REMAT) continue;
      const left = readers.get(from) - 1;
      readers.set(from, left);
      if (left == 0 && writer.get(from) != NONE) ready.push(writer.get(from));
    }
    for (let k = start; k < end; k++) {
      if (writer.get(moves.moveTo.get(k)) == k) this.breakCycle(mir, moves, k, out);
    }
  }

  /** The moves into `k`'s target, into its source and so on come back to it; each location has one reader. */
  private breakCycle(mir: MirFunc, moves: Allocation, k: i32, out: MoveSequence): void {
    const from = moves.moveFrom.get(k);
    const to = moves.moveTo.get(k);
    const bytes = moves.moveBytes.get(k);
    // The scratch register must be of the value's class, known from a register at either end; any will do for
    // eight bytes between slots.
    const vector = isVectorReg(from) || isVectorReg(to) || bytes > 8;
    const scratch = vector ? SCRATCH_VECTOR : SCRATCH_GENERAL;
    out.push(from, scratch, bytes);
    let hole = from;
    while (hole != to) {
      const m = this.writer.get(hole);
      const source = moves.moveFrom.get(m);
      pushStep(mir, source, hole, moves.moveBytes.get(m), scratch, out);
      this.close(hole);
      hole = source;
    }
    out.push(scratch, to, bytes);
    this.close(to);
  }

  private close(location: i32): void {
    this.writer.set(location, NONE);
    this.readers.set(location, 0);
  }
}

/** One move, in several steps if it leads from memory to memory; `busy` is a scratch register in use. */
function pushStep(mir: MirFunc, from: i32, to: i32, bytes: i32, busy: i32, out: MoveSequence): void {
  if (to < SLOT0 || from < SLOT0) {
    out.push(from, to, bytes);
    return;
  }
  if (from >= MOVE_REMAT) {
    const general = mir.vregClass.get(from - MOVE_REMAT) == RegClass.General;
    const scratch = general ? SCRATCH_GENERAL : SCRATCH_VECTOR;
    out.push(from, scratch, bytes);
    out.push(scratch, to, bytes);
    return;
  }
  if (bytes > 8 && busy == SCRATCH_VECTOR) {
    pushStep(mir, from, to, 8, busy, out);
    pushStep(mir, from + 1, to + 1, 8, busy, out);
    return;
  }
  const scratch = bytes > 8 || busy == SCRATCH_GENERAL ? SCRATCH_VECTOR : SCRATCH_GENERAL;
  out.push(from, scratch, bytes);
  out.push(scratch, to, bytes);
}

const sequencer: Sequencer = new Sequencer();

/**
 * Appends to `out` the moves `start` to `end` of an allocation, which belong to one position, in an order in
 * which they can be made one after the other.
 */
export function sequentializeMoves(mir: MirFunc, moves: Allocation, start: i32, end: i32, out: MoveSequence): void {
  if (end - start == 1) {
    const from = moves.moveFrom.get(start);
    const to = moves.moveTo.get(start);
    if (from != to) pushStep(mir, from, to, moves.moveBytes.get(start), NONE, out);
    return;
  }
  sequencer.run(mir, moves, start, end, out);
}
