// Labels and jumps of one function, and their relaxation: jumps are emitted in the long form (rel32) unless they go
// back a short way, and once the function is complete each that can be short (rel8) is shrunk and the code closed up.
//
// Linear: shrinking only brings code closer together, so a jump that is short under earlier decisions stays
// short. At most three rounds of decisions, each with the savings of those before (sums over the jumps), then one
// pass that moves the bytes (Szymanski, "Assembling code for machines with span-dependent instructions", CACM 1978,
// in the shrinking direction).

import { I32Column, U8Column } from "../base/columns";
import { Code, LINE } from "./code";

/** Condition of a jump that is always taken. */
export const ALWAYS: i32 = -1;
/** Condition of an entry that is no jump but the place of padding: up to a multiple of ALIGNMENT, or of LINE. */
const PADDING: i32 = -2;
const ALIGNMENT: i32 = 16;
/** Loops up to this size are kept from beginning in one line more than they need. */
const MOST_LINES: i32 = 2;

const UNBOUND: i32 = -1;
const NOP: i32 = 0x90;

export class Jumps {
  // Labels: offset in the code, and the number of jumps emitted before it.
  private labelOffset: I32Column = new I32Column();
  private labelJumps: I32Column = new I32Column();

  // Jumps in ascending order of their offsets.
  private at: I32Column = new I32Column();
  private target: I32Column = new I32Column();
  private cond: I32Column = new I32Column();
  /** Of padding: the bytes that are left for it, and in the end those that it takes; where its loop ends. */
  private padding: I32Column = new I32Column();
  private loopEnd: I32Column = new I32Column();
  /** 0: long, 1: emitted short, 2: long but to be shrunk. */
  private isShort: U8Column = new U8Column();
  /** While shrinking: the bytes saved from entry j on. After it: those saved before entry j. */
  private saved: I32Column = new I32Column();
  /** Jump tables of the function hold labels until the end; the first of their targets in the code's column. */
  private firstTarget: i32 = 0;
  private firstReloc: i32 = 0;
  private firstSite: i32 = 0;
  private firstHandler: i32 = 0;

  /** Starts a function whose labels 0 to `labels` − 1 are its blocks. */
  reset(code: Code, labels: i32): void {
    this.labelOffset.clear();
    this.labelOffset.resize(labels);
    this.labelOffset.fill(UNBOUND, 0, labels);
    this.labelJumps.clear();
    this.labelJumps.resize(labels);
    this.at.clear();
    this.target.clear();
    this.cond.clear();
    this.padding.clear();
    this.loopEnd.clear();
    this.isShort.clear();
    this.firstTarget = code.tableTargets.length;
    this.firstReloc = code.relocOffset.length;
    this.firstSite = code.siteOffset.length;
    this.firstHandler = code.handlerTarget.length;
  }

  /** Exceptions in the call of the site noted last are handled at `label`. */
  addHandler(code: Code, label: i32): void {
    code.handlerSite.push(code.siteOffset.length - 1);
    code.handlerTarget.push(label);
  }

  buildLabel(): i32 {
    this.labelOffset.push(UNBOUND);
    this.labelJumps.push(0);
    return this.labelOffset.length - 1;
  }

  bind(label: i32, offset: i32): void {
    this.labelOffset.set(label, offset);
    this.labelJumps.set(label, this.at.length);
  }

  /** A label at this place. */
  buildLabelAt(offset: i32): i32 {
    const label = this.buildLabel();
    this.bind(label, offset);
    return label;
  }

  /** Appends a jump to `label`; the displacement is filled in at the end. */
  emitJump(bytes: U8Column, cond: i32, label: i32): void {
    const at = bytes.length;
    const to = this.labelOffset.get(label);
    const short = to != UNBOUND && at + 2 - to <= 128;
    this.at.push(at);
    this.target.push(label);
    this.cond.push(cond);
    this.padding.push(0);
    this.loopEnd.push(0);
    this.isShort.push(short ? 1 : 0);
    if (short) {
      bytes.push(cond == ALWAYS ? 0xeb : 0x70 | cond);
      bytes.push(0);
      return;
    }
    if (cond == ALWAYS) bytes.push(0xe9);
    else {
      bytes.push(0x0f);
      bytes.push(0x80 | cond);
    }
    bytes.pushI32(0);
  }

  /** Aligns the loop that follows, to a line if it is small. Room for the largest padding is left; how much stays is known
   *  when all has shrunk. */
  emitPadding(bytes: U8Column, isSmall: boolean): void {
    const room = (isSmall ? LINE : ALIGNMENT) - 1;
    this.at.push(bytes.length);
    this.target.push(-1);
    this.cond.push(PADDING);
    this.padding.push(room);
    this.loopEnd.push(UNBOUND);
    this.isShort.push(0);
    bytes.resize(bytes.length + room);
  }

  /** The loop that was aligned last ends here. */
  endLoop(offset: i32): void {
    let j = this.at.length - 1;
    while (this.cond.get(j) != PADDING) j--;
    this.loopEnd.set(j, offset);
  }

  /** Shrinks what can be, moves the code together, fills in displacements and jump tables. */
  finish(code: Code): void {
    const jumps = this.at.length;
    this.saved.resize(jumps + 1);
    this.saved.fill(0, 0, jumps + 1);
    if (jumps != 0) {
      if (this.shrink() && this.shrink()) this.shrink();
      this.computeSavings();
      this.moveTogether(code.bytes);
      if (this.saved.get(jumps) != 0) {
        this.shift(code.relocOffset, this.firstReloc);
        this.shift(code.siteOffset, this.firstSite);
      }
    }
    const targets = code.tableTargets;
    for (let i = this.firstTarget; i < targets.length; i++) targets.set(i, this.finalOffset(targets.get(i)));
    const handlers = code.handlerTarget;
    for (let i = this.firstHandler; i < handlers.length; i++) handlers.set(i, this.finalOffset(handlers.get(i)));
  }

  /**
   * Marks the long jumps that reach their target with one byte; true if there was one. From the last jump to the
   * first, so that of a ladder of jumps to one place all are found at once.
   */
  private shrink(): boolean {
    const saved = this.saved;
    let found = false;
    let total: i32 = 0;
    // Behind j, saved[] has the savings of this round; up to j still those of the round before, which understate.
    for (let j = this.at.length - 1; j >= 0; j--) {
      const cond = this.cond.get(j);
      const size = cond == ALWAYS ? 5 : 6;
      if (this.isShort.get(j) == 0 && cond != PADDING) {
        const label = this.target.get(j);
        const to = this.labelOffset.get(label);
        const place = this.labelJumps.get(label);
        const at = this.at.get(j);
        const distance =
          place > j
            ? to - (at + size) - (saved.get(j + 1) - saved.get(place))
            : at + 2 - to - (saved.get(place) - saved.get(j)) - 1;
        if (distance < 128) {
          this.isShort.set(j, 2);
          found = true;
        }
      }
      if (this.isShort.get(j) == 2) total += size - 2;
      saved.set(j, total);
    }
    return found;
  }

  /** Turns decisions into savings before each entry; padding takes what alignment needs. */
  private computeSavings(): void {
    const jumps = this.at.length;
    let total: i32 = 0;
    for (let j: i32 = 0; j < jumps; j++) {
      this.saved.set(j, total);
      if (this.cond.get(j) == PADDING) {
        const room = this.padding.get(j);
        const used = this.paddingFor(j, this.at.get(j) - total);
        this.padding.set(j, used);
        total += room - used;
      } else {
        total += this.savingOf(j);
      }
    }
    this.saved.set(jumps, total);
  }

  /** Bytes that a jump has shrunk by. */
  private savingOf(j: i32): i32 {
    return this.isShort.get(j) != 2 ? 0 : this.cond.get(j) == ALWAYS ? 3 : 4;
  }

  /** The padding of entry `j`, which is at `offset`. */
  private paddingFor(j: i32, offset: i32): i32 {
    const few = -offset & (ALIGNMENT - 1);
    const end = this.loopEnd.get(j);
    const room = this.padding.get(j);
    if (room < LINE - 1 || end == UNBOUND) return few;
    let size = end - this.at.get(j) - room;
    for (let k = j + 1; k < this.at.length && this.at.get(k) < end; k++) size -= this.savingOf(k);
    const needed = (size + LINE - 1) >> 6;
    const touched = (((offset + few) & (LINE - 1)) + size + LINE - 1) >> 6;
    return touched > needed && needed <= MOST_LINES ? -offset & (LINE - 1) : few;
  }

  private finalOffset(label: i32): i32 {
    assert(this.labelOffset.get(label) != UNBOUND, "emit: jump to a block that was not emitted");
    return this.labelOffset.get(label) - this.saved.get(this.labelJumps.get(label));
  }

  private moveTogether(bytes: U8Column): void {
    const jumps = this.at.length;
    let to = this.at.get(0);
    for (let j: i32 = 0; j < jumps; j++) {
      const cond = this.cond.get(j);
      let from = this.at.get(j);
      const target = cond == PADDING ? 0 : this.finalOffset(this.target.get(j));
      if (cond == PADDING) {
        const used = this.padding.get(j);
        from += used + this.saved.get(j + 1) - this.saved.get(j);
        to = fillPadding(bytes, to, used);
      } else if (this.isShort.get(j) != 0) {
        from += this.isShort.get(j) == 1 ? 2 : cond == ALWAYS ? 5 : 6;
        bytes.set(to, cond == ALWAYS ? 0xeb : 0x70 | cond);
        bytes.set(to + 1, target - (to + 2));
        to += 2;
      } else {
        if (cond == ALWAYS) bytes.set(to, 0xe9);
        else {
          bytes.set(to, 0x0f);
          bytes.set(to + 1, 0x80 | cond);
          from++;
          to++;
        }
        bytes.setI32(to + 1, target - (to + 5));
        from += 5;
        to += 5;
      }
      const end = j + 1 < jumps ? this.at.get(j + 1) : bytes.length;
      to = moveDown(bytes, to, from, end);
    }
    bytes.length = to;
  }

  /** Moves the offsets of a column, ascending from `first`, with the code. */
  private shift(column: I32Column, first: i32): void {
    let j: i32 = 0;
    const jumps = this.at.length;
    for (let i = first; i < column.length; i++) {
      const offset = column.get(i);
      while (j < jumps && this.at.get(j) < offset) j++;
      column.set(i, offset - this.saved.get(j));
    }
  }
}

/** Long no-operations (volume 2, NOP, table of recommended sequences), of 8 bytes as far as possible. */
function fillPadding(bytes: U8Column, start: i32, count: i32): i32 {
  let to = start;
  let left = count;
  while (left != 0) {
    let n = left;
    if (n > 8) n = 8;
    // 66, and 0F 1F with ModRM [rax], SIB, displacement of one byte or four.
    if (n == 2 || n == 6) bytes.set(to++, 0x66);
    if (n < 3) bytes.set(to++, NOP);
    else {
      const rest = n == 6 ? 5 : n;
      bytes.set(to, 0x0f);
      bytes.set(to + 1, 0x1f);
      bytes.set(to + 2, rest == 3 ? 0x00 : rest == 4 ? 0x40 : rest == 5 ? 0x44 : rest == 7 ? 0x80 : 0x84);
      bytes.fill(0, to + 3, to + rest);
      to += rest;
    }
    left -= n;
  }
  return to;
}

/** Copies the bytes from `from` to `end` down to `to`, four at a time; the end of what was written. */
function moveDown(bytes: U8Column, to: i32, from: i32, end: i32): i32 {
  if (to == from) return to + end - from;
  let source = from;
  let target = to;
  while (source + 4 <= end) {
    bytes.setI32(target, bytes.getI32(source));
    source += 4;
    target += 4;
  }
  while (source < end) {
    bytes.set(target, bytes.get(source));
    source++;
    target++;
  }
  return target;
}
