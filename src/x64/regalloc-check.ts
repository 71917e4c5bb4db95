// Proves a register allocation right without knowing how it was made (after regalloc2's checker.rs; Rideau and
// Leroy, "Validating Register Allocation and Spilling", CC 2010): for every location, which virtual registers'
// values are there is followed forward through instructions and moves, over all paths; at a join only what all
// predecessors agree on remains. Every use must then find its value. Used under --check and in tests.
//
// A location's content has a width: what was stored with 4 bytes and is read with 8 is rubbish, and so is a wide
// value moved with few bytes. Loops define a virtual register again: copies of the earlier value become stale,
// which is told by a version number. Blocks are visited until nothing changes; states only shrink, so whatever
// is found missing on the way is missing in the end.

import { I32Column, U8Column } from "../base/columns";
import { Allocation, Constraint, infoConstraint, infoFixed, infoRole, MirFunc, MOVE_REMAT, Remat, Role } from "./mir";
import { X64 } from "./op";
import { ALLOCATABLE, registerName, SLOT0 } from "./registers";

const NONE: i32 = -1;
/** Width of a register's content, beyond any move's. */
const WHOLE: i32 = 16;

class Checker {
  private mir: MirFunc = new MirFunc();
  private moves: Allocation = new Allocation();
  private message: string = "";

  // The state: per location a list of nodes and the width of what is there.
  private head: I32Column = new I32Column();
  private width: I32Column = new I32Column();
  private nodeVreg: I32Column = new I32Column();
  private nodeVersion: I32Column = new I32Column();
  private nodeNext: I32Column = new I32Column();
  /** Locations that may have a list, each once, as `isTouched` says. */
  private touched: I32Column = new I32Column();
  private isTouched: U8Column = new U8Column();
  private version: I32Column = new I32Column();

  // State at the start of each block: triples (location, virtual register, width) of `pool`.
  private entryStart: I32Column = new I32Column();
  private entryCount: I32Column = new I32Column();
  private pool: I32Column = new I32Column();
  private dirty: U8Column = new U8Column();

  // Per virtual register: its argument's register if it is a parameter of the edge at hand, and back, chained.
  private argumentOf: I32Column = new I32Column();
  private paramHead: I32Column = new I32Column();
  private paramNext: I32Column = new I32Column();

  /** New contents of the moves of a position. */
  private movedHead: I32Column = new I32Column();
  private movedWidth: I32Column = new I32Column();
  private writtenAt: I32Column = new I32Column();

  check(mir: MirFunc, moves: Allocation): string {
    this.mir = mir;
    this.moves = moves;
    this.message = "";
    if (moves.location.length != mir.operandVreg.length) return this.fail(0, NONE, "locations are missing");
    if (!this.checkMoves()) return this.message;
    this.clear();
    let again = true;
    while (again && this.message.length == 0) {
      again = false;
      for (let b: i32 = 0; b < mir.blockCount && this.message.length == 0; b++) {
        if (this.dirty.get(b) == 0) continue;
        this.dirty.set(b, 0);
        this.enter(b);
        this.checkBlock(b);
        if (this.leave(b)) again = true;
      }
    }
    return this.message;
  }

  private fail(i: i32, k: i32, what: string): string {
    if (this.message.length == 0) {
      const operand = k == NONE ? "" : ` operand ${k} (v${this.mir.operandVreg.get(this.mir.opStart.get(i) + k)})`;
      this.message = `register allocation: function ${this.mir.index} instruction ${i}${operand}: ${what}`;
    }
    return this.message;
  }

  private clear(): void {
    const locations = SLOT0 + this.moves.slots + 1;
    const vregs = this.mir.vregCount;
    const blocks = this.mir.blockCount;
    this.head.resize(locations);
    this.head.fill(NONE, 0, locations);
    this.width.clear();
    this.width.resize(locations);
    this.isTouched.clear();
    this.isTouched.resize(locations);
    this.writtenAt.resize(locations);
    this.writtenAt.fill(NONE, 0, locations);
    this.version.resize(vregs);
    this.argumentOf.resize(vregs);
    this.argumentOf.fill(NONE, 0, vregs);
    this.paramHead.resize(vregs);
    this.paramHead.fill(NONE, 0, vregs);
    this.paramNext.resize(vregs);
    this.entryStart.resize(blocks);
    this.entryStart.fill(NONE, 0, blocks);
    this.entryCount.resize(blocks);
    this.pool.clear();
    this.touched.clear();
    this.dirty.clear();
    this.dirty.resize(blocks);
    if (blocks > 0) {
      this.entryStart.set(0, 0);
      this.entryCount.set(0, 0);
      this.dirty.set(0, 1);
    }
  }

  /** Whether moves are in order, between instructions of a block, and from and to where moves may lead. */
  private checkMoves(): boolean {
    const moves = this.moves;
    const mir = this.mir;
    const n = moves.movePosition.length;
    let last: i32 = NONE;
    for (let k: i32 = 0; k < n; k++) {
      const position = moves.movePosition.get(k);
      const i = position >> 1;
      if (position < last) this.fail(i, NONE, "moves are out of order");
      if (position < 0 || i >= mir.instructionCount) this.fail(0, NONE, "a move is outside of the function");
      last = position;
      const from = moves.moveFrom.get(k);
      const to = moves.moveTo.get(k);
      const bytes = moves.moveBytes.get(k);
      if (bytes != 4 && bytes != 8 && bytes != 16) this.fail(i, NONE, "a move has an odd width");
      if (!this.isLocation(to, bytes)) this.fail(i, NONE, `a move goes to ${to}`);
      if (from < MOVE_REMAT) {
        if (!this.isLocation(from, bytes)) this.fail(i, NONE, `a move comes from ${from}`);
      } else if (from - MOVE_REMAT >= mir.vregCount || mir.rematKind.get(from - MOVE_REMAT) == Remat.None) {
        this.fail(i, NONE, `v${from - MOVE_REMAT} cannot be made again`);
      }
      if (this.message.length != 0) return false;
    }
    return true;
  }

  private isLocation(location: i32, bytes: i32): boolean {
    if (location < SLOT0) return location >= 0 && location < 32 && ((ALLOCATABLE >> location) & 1) != 0;
    if (bytes > 8 && (location & 1) != 0) return false;
    return location - SLOT0 + (bytes > 8 ? 1 : 0) < this.moves.slots;
  }

  // ---- State ----

  private has(location: i32, v: i32): boolean {
    let node = this.head.get(location);
    while (node != NONE) {
      if (this.nodeVreg.get(node) == v && this.nodeVersion.get(node) == this.version.get(v)) return true;
      node = this.nodeNext.get(node);
    }
    return false;
  }

  private buildNode(v: i32, next: i32): i32 {
    const node = this.nodeVreg.length;
    this.nodeVreg.push(v);
    this.nodeVersion.push(this.version.get(v));
    this.nodeNext.push(next);
    return node;
  }

  /** Writes a location; what overlaps it is gone. */
  private write(location: i32, list: i32, width: i32): void {
    if (location >= SLOT0) {
      if (width > 8) this.head.set(location + 1, NONE);
      if (location > SLOT0 && this.width.get(location - 1) > 8) this.head.set(location - 1, NONE);
    }
    this.head.set(location, list);
    this.width.set(location, width);
    this.touch(location);
  }

  private touch(location: i32): void {
    if (this.isTouched.get(location) != 0) return;
    this.isTouched.set(location, 1);
    this.touched.push(location);
  }

  private enter(b: i32): void {
    for (let k: i32 = 0; k < this.touched.length; k++) {
      const location = this.touched.get(k);
      this.head.set(location, NONE);
      this.width.set(location, 0);
      this.isTouched.set(location, 0);
    }
    this.touched.clear();
    this.nodeVreg.clear();
    this.nodeVersion.clear();
    this.nodeNext.clear();
    const start = this.entryStart.get(b);
    for (let k: i32 = 0; k < this.entryCount.get(b); k++) {
      const at = start + k * 3;
      const location = this.pool.get(at);
      this.head.set(location, this.buildNode(this.pool.get(at + 1), this.head.get(location)));
      this.width.set(location, this.pool.get(at + 2));
      this.touch(location);
    }
  }

  // ---- Instructions ----

  private checkBlock(b: i32): void {
    const mir = this.mir;
    const first = mir.blockStart.get(b);
    const end = mir.blockEnd.get(b);
    const unwinding = mir.op.get(end - 1) == X64.Unwind ? this.lastCall(b) : NONE;
    let m = this.findMoves(first * 2);
    for (let i = first; i < end && this.message.length == 0; i++) {
      m = this.applyMoves(m, i * 2);
      const args = i == end - 1 ? this.argumentCount(b) : 0;
      this.checkInstruction(i, mir.opCount.get(i) - args);
      if (i == end - 1 && m < this.moves.movePosition.length && this.moves.movePosition.get(m) == i * 2 + 1) {
        this.fail(i, NONE, "moves behind the end of a block");
      }
      if (i == unwinding) this.leaveBy(b, 1);
      m = this.applyMoves(m, i * 2 + 1);
    }
  }

  /** The call that ends block `b`, but for what is done with its results. */
  private lastCall(b: i32): i32 {
    const mir = this.mir;
    let i = mir.blockEnd.get(b) - 1;
    while (i >= mir.blockStart.get(b) && mir.op.get(i) != X64.Call && mir.op.get(i) != X64.CallReg) i--;
    return i;
  }

  /** Number of arguments of a block's jump. */
  private argumentCount(b: i32): i32 {
    const mir = this.mir;
    const succs = mir.succStart.get(b);
    const n = mir.succCount.get(b);
    for (let k: i32 = 0; k < n; k++) {
      const count = mir.paramCount.get(mir.lists.get(succs + k));
      if (count != 0 && n == 1) return count;
      if (count != 0) this.fail(mir.blockEnd.get(b) - 1, NONE, "an edge with arguments is critical");
    }
    return 0;
  }

  private findMoves(position: i32): i32 {
    let low: i32 = 0;
    let high = this.moves.movePosition.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.moves.movePosition.get(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Makes the moves of a position, from move `m` on; returns the first behind them. */
  private applyMoves(m: i32, position: i32): i32 {
    const moves = this.moves;
    this.movedHead.clear();
    this.movedWidth.clear();
    let end = m;
    while (end < moves.movePosition.length && moves.movePosition.get(end) == position) {
      this.readSource(end);
      end++;
    }
    for (let k = m; k < end; k++) {
      const to = moves.moveTo.get(k);
      const wide = to >= SLOT0 && moves.moveBytes.get(k) > 8;
      if (this.writtenAt.get(to) == position || (wide && this.writtenAt.get(to + 1) == position)) {
        this.fail(position >> 1, NONE, `two moves into ${registerName(to, true)}`);
      }
      this.writtenAt.set(to, position);
      if (wide) this.writtenAt.set(to + 1, position);
      this.write(to, this.movedHead.get(k - m), this.movedWidth.get(k - m));
    }
    for (let k = m; k < end; k++) {
      this.writtenAt.set(moves.moveTo.get(k), NONE);
      if (moves.moveTo.get(k) >= SLOT0) this.writtenAt.set(moves.moveTo.get(k) + 1, NONE);
    }
    return end;
  }

  /** Collects what move `k` leaves in its target. */
  private readSource(k: i32): void {
    const from = this.moves.moveFrom.get(k);
    const to = this.moves.moveTo.get(k);
    const bytes = this.moves.moveBytes.get(k);
    let list: i32 = NONE;
    if (from >= MOVE_REMAT) {
      if (this.fits(from - MOVE_REMAT, to, bytes)) list = this.buildNode(from - MOVE_REMAT, NONE);
    } else if (this.width.get(from) >= bytes) {
      let node = this.head.get(from);
      while (node != NONE) {
        const v = this.nodeVreg.get(node);
        const valid = this.nodeVersion.get(node) == this.version.get(v);
        if (valid && this.fits(v, to, bytes)) list = this.buildNode(v, list);
        node = this.nodeNext.get(node);
      }
    }
    this.movedHead.push(list);
    this.movedWidth.push(to < SLOT0 ? WHOLE : bytes);
  }

  /** Whether a value survives being moved to a location with a width. */
  private fits(v: i32, to: i32, bytes: i32): boolean {
    if (to < SLOT0 && to >> 4 != this.mir.vregClass.get(v)) return false;
    return bytes >= this.mir.vregBytes.get(v);
  }

  private checkInstruction(i: i32, count: i32): void {
    const mir = this.mir;
    const start = mir.opStart.get(i);
    const clobbers = mir.clobbers.get(i);
    for (let k: i32 = 0; k < count; k++) {
      const info = mir.operandInfo.get(start + k);
      const location = this.moves.location.get(start + k);
      if (!this.checkPlace(i, k, info, location)) return;
      const clobbered = location < SLOT0 && ((clobbers >> location) & 1) != 0;
      if (infoRole(info) >= Role.Def) {
        if (clobbered && infoConstraint(info) != Constraint.Fixed)
          this.fail(i, k, "is defined in a clobbered register");
        this.checkConflicts(i, k, count, location);
      } else {
        const v = mir.operandVreg.get(start + k);
        if (!this.has(location, v)) this.fail(i, k, `is not in ${registerName(location, true)}`);
        if (clobbered && infoRole(info) == Role.UseLate) this.fail(i, k, "is a late use in a clobbered register");
      }
    }
    for (let r: i32 = 0; r < 32; r++) {
      if (((clobbers >> r) & 1) != 0) this.write(r, NONE, 0);
    }
    for (let k: i32 = 0; k < count; k++) {
      if (infoRole(mir.operandInfo.get(start + k)) < Role.Def) continue;
      const v = mir.operandVreg.get(start + k);
      const location = this.moves.location.get(start + k);
      this.version.set(v, (this.version.get(v) + 1) | 0);
      this.write(location, this.buildNode(v, NONE), location < SLOT0 ? WHOLE : mir.vregBytes.get(v));
    }
  }

  /** Whether an operand's location is one that its constraint allows. */
  private checkPlace(i: i32, k: i32, info: i32, location: i32): boolean {
    const mir = this.mir;
    const start = mir.opStart.get(i);
    const v = mir.operandVreg.get(start + k);
    if (!this.isLocation(location, mir.vregBytes.get(v))) {
      this.fail(i, k, `has the location ${location}`);
      return false;
    }
    if (location < SLOT0 && location >> 4 != mir.vregClass.get(v)) this.fail(i, k, "is in the other class's register");
    const constraint = infoConstraint(info);
    if (constraint != Constraint.Any && location >= SLOT0) this.fail(i, k, "is not in a register");
    if (constraint == Constraint.Fixed && location != infoFixed(info)) {
      this.fail(i, k, `is in ${registerName(location, true)}, not ${registerName(infoFixed(info), true)}`);
    }
    if (constraint == Constraint.Reuse && location != this.moves.location.get(start + infoFixed(info))) {
      this.fail(i, k, "does not reuse the register");
    }
    return this.message.length == 0;
  }

  /** A definition shares its location with no other definition, no late use, and if it is early with no use. */
  private checkConflicts(i: i32, k: i32, count: i32, location: i32): void {
    const mir = this.mir;
    const start = mir.opStart.get(i);
    const role = infoRole(mir.operandInfo.get(start + k));
    const wide = mir.vregBytes.get(mir.operandVreg.get(start + k)) > 8;
    for (let j: i32 = 0; j < count; j++) {
      if (j == k) continue;
      const other = infoRole(mir.operandInfo.get(start + j));
      if (role == Role.Def && other == Role.Use) continue;
      const otherWide = mir.vregBytes.get(mir.operandVreg.get(start + j)) > 8;
      const at = this.moves.location.get(start + j);
      const overlaps = location >= SLOT0 && ((wide && at == location + 1) || (otherWide && at == location - 1));
      if (at == location || overlaps) this.fail(i, k, `shares its location with operand ${j}`);
    }
  }

  // ---- Edges ----

  /** Hands the state to the successors; returns whether one must be visited again. */
  private leave(b: i32): boolean {
    if (this.message.length != 0) return false;
    let again = false;
    // A handler has been given the state behind the call (checkBlock).
    const isUnwind = this.mir.op.get(this.mir.blockEnd.get(b) - 1) == X64.Unwind;
    for (let k: i32 = 0, n: i32 = isUnwind ? 1 : this.mir.succCount.get(b); k < n; k++) {
      if (this.leaveBy(b, k)) again = true;
    }
    return again;
  }

  /** Hands the state to successor `k` of block `b`, which lies behind it if that is a handler. */
  private leaveBy(b: i32, k: i32): boolean {
    const s = this.mir.lists.get(this.mir.succStart.get(b) + k);
    this.bindArguments(b, s);
    let again = true;
    if (this.entryStart.get(s) == NONE) this.storeEntry(s);
    else again = this.shrinkEntry(s);
    this.unbindArguments(s);
    if (again) this.dirty.set(s, 1);
    return again;
  }

  private bindArguments(b: i32, s: i32): void {
    const mir = this.mir;
    const count = mir.paramCount.get(s);
    if (count == 0) return;
    const last = mir.blockEnd.get(b) - 1;
    const operands = mir.opStart.get(last) + mir.opCount.get(last) - count;
    for (let k: i32 = 0; k < count; k++) {
      const p = mir.lists.get(mir.paramStart.get(s) + k);
      const v = mir.operandVreg.get(operands + k);
      this.argumentOf.set(p, v);
      this.paramNext.set(p, this.paramHead.get(v));
      this.paramHead.set(v, p);
    }
  }

  private unbindArguments(s: i32): void {
    const mir = this.mir;
    for (let k: i32 = 0, n = mir.paramCount.get(s); k < n; k++) {
      const p = mir.lists.get(mir.paramStart.get(s) + k);
      this.paramHead.set(this.argumentOf.get(p), NONE);
      this.argumentOf.set(p, NONE);
    }
  }

  /** The first state that reaches a block; parameters are wherever their arguments are. */
  private storeEntry(s: i32): void {
    const start = this.pool.length;
    for (let k: i32 = 0; k < this.touched.length; k++) {
      const location = this.touched.get(k);
      let node = this.head.get(location);
      const width = this.width.get(location);
      while (node != NONE) {
        const v = this.nodeVreg.get(node);
        if (this.nodeVersion.get(node) == this.version.get(v)) {
          if (this.argumentOf.get(v) == NONE) this.storeTriple(location, v, width);
          for (let p = this.paramHead.get(v); p != NONE; p = this.paramNext.get(p)) {
            this.storeTriple(location, p, width);
          }
        }
        node = this.nodeNext.get(node);
      }
    }
    this.entryStart.set(s, start);
    this.entryCount.set(s, ((this.pool.length - start) / 3) | 0);
  }

  private storeTriple(location: i32, v: i32, width: i32): void {
    this.pool.push(location);
    this.pool.push(v);
    this.pool.push(width);
  }

  /** Drops from a block's entry state what does not hold on this edge; returns whether anything was. */
  private shrinkEntry(s: i32): boolean {
    const pool = this.pool;
    const start = this.entryStart.get(s);
    const count = this.entryCount.get(s);
    let kept: i32 = 0;
    let changed = false;
    for (let k: i32 = 0; k < count; k++) {
      const at = start + k * 3;
      const location = pool.get(at);
      const p = pool.get(at + 1);
      const argument = this.argumentOf.get(p);
      if (!this.has(location, argument != NONE ? argument : p)) continue;
      let width = pool.get(at + 2);
      if (this.width.get(location) < width) {
        width = this.width.get(location);
        changed = true;
      }
      const target = start + kept * 3;
      pool.set(target, location);
      pool.set(target + 1, p);
      pool.set(target + 2, width);
      kept++;
    }
    this.entryCount.set(s, kept);
    return changed || kept != count;
  }
}

const checker: Checker = new Checker();

/** Returns "" if `moves` is a right allocation for `mir`, otherwise what is wrong, and where. */
export function checkAllocation(mir: MirFunc, moves: Allocation): string {
  return checker.check(mir, moves);
}
