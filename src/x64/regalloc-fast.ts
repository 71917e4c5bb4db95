// Register allocation for -O0: one backward pass per block, no liveness analysis.
//
// Way of working (as LLVM's RegAllocFast and baseline compilers do): a value that is used outside of its own
// block, and every block parameter, has a spill slot, written at its definition (a parameter's: by the jumps);
// within a block, values live in registers. Walking backward shows for each definition whether anything below
// wants the value in a register or in its slot, and lets fixed uses (call arguments) choose the register in
// which a value is made. A value that must leave its register above instruction i is "evicted": reloaded below
// i, it lives in its slot above. A slot holds its value from the definition on, so evicting is always possible.
// Constants are made again instead of being reloaded.
//
// Slots of values that cross blocks are shared over intervals of blocks, extended over loops; slots of values
// local to a block are freed at the definition. A slot is either half of a vector's pair or never part of one,
// so that moves never overlap in part.

import { ctz32 } from "host/prims";
import { I32Column, U8Column } from "../base/columns";
import { Allocation, Constraint, infoConstraint, infoFixed, infoRole, MirFunc, MOVE_REMAT, Remat, Role } from "./mir";
import { ALLOCATABLE, NO_LOC, RegClass, SLOT0 } from "./registers";

const NONE: i32 = -1;
/** Used in another block than the one that defines it. */
const GLOBAL: i32 = 1;
/** Used at all. */
const USED: i32 = 2;
/** Its slot is read somewhere, so the definition must write it. */
const STORED: i32 = 4;
const PARAM: i32 = 8;

const GENERAL_MASK: i32 = ALLOCATABLE & 0xffff;
const VECTOR_MASK: i32 = ALLOCATABLE & ~0xffff;
/** Registers that fixed operands rarely want and that need no REX prefix: rbx, rbp, rsi, rdi. */
const PREFERRED: i32 = 0xe8;

/** The slots of values that cross blocks: intervals of blocks, as short as is known without liveness. */
class GlobalSlots {
  flags: U8Column = new U8Column();
  /** Slot number, or NONE. */
  slot: I32Column = new I32Column();
  /** Block of the definition, or NONE while not seen. */
  defBlock: I32Column = new I32Column();
  /** Block after which the slot is free. */
  lastBlock: I32Column = new I32Column();
  /** Chains the values whose slots begin, later those whose slots end, with a block. */
  chain: I32Column = new I32Column();
  starts: I32Column = new I32Column();
  ends: I32Column = new I32Column();
  /** Number of slots; even. */
  count: i32 = 0;
  private reach: I32Column = new I32Column();
  private loopStart: I32Column = new I32Column();
  private loopReach: I32Column = new I32Column();
  private free8: I32Column = new I32Column();
  private free16: I32Column = new I32Column();

  compute(mir: MirFunc): void {
    const vregs = mir.vregCount;
    const blocks = mir.blockCount;
    this.flags.clear();
    this.flags.resize(vregs);
    this.slot.resize(vregs);
    this.slot.fill(NONE, 0, vregs);
    this.defBlock.resize(vregs);
    this.defBlock.fill(NONE, 0, vregs);
    this.lastBlock.resize(vregs);
    this.chain.resize(vregs);
    this.starts.resize(blocks);
    this.starts.fill(NONE, 0, blocks);
    this.ends.resize(blocks);
    this.ends.fill(NONE, 0, blocks);
    const ordered = this.computeReach(mir);
    this.loopStart.clear();
    this.loopReach.clear();
    for (let b: i32 = 0; b < blocks; b++) this.scanBlock(mir, b);
    this.assign(mir, ordered);
  }

  /**
   * For every block that edges from below (or itself) lead to, the last block from which it can be reached by
   * such edges: a value that is live there is live up to that block. Returns whether each block but the entry
   * has a predecessor before it, from which follows that definitions come before uses in code order.
   */
  private computeReach(mir: MirFunc): boolean {
    const blocks = mir.blockCount;
    const reach = this.reach;
    reach.resize(blocks);
    let ordered = true;
    // Loops found so far from the back, outermost only, as (start, reach): the ends ascend towards the bottom.
    const stack = this.loopStart;
    const ends = this.loopReach;
    stack.clear();
    ends.clear();
    for (let b: i32 = blocks - 1; b >= 0; b--) {
      let last: i32 = NONE;
      let forward = b == 0;
      const start = mir.predStart.get(b);
      for (let k: i32 = 0, n = mir.predCount.get(b); k < n; k++) {
        const p = mir.lists.get(start + k);
        if (p < b) forward = true;
        else if (p > last) last = p;
      }
      if (!forward) ordered = false;
      if (last >= b) {
        while (stack.length > 0 && stack.top() <= last) {
          if (ends.top() > last) last = ends.top();
          stack.pop();
          ends.pop();
        }
        stack.push(b);
        ends.push(last);
      }
      reach.set(b, last);
    }
    return ordered;
  }

  private scanBlock(mir: MirFunc, b: i32): void {
    // Open loops: starts ascend and ends descend, so the first with a start above x ends last of those.
    const starts = this.loopStart;
    const ends = this.loopReach;
    while (ends.length > 0 && ends.top() < b) {
      starts.pop();
      ends.pop();
    }
    const reach = this.reach.get(b);
    if (reach >= b) {
      while (ends.length > 0 && ends.top() <= reach) {
        starts.pop();
        ends.pop();
      }
      starts.push(b);
      ends.push(reach);
    }
    this.noteParams(mir, b);
    const first = mir.blockStart.get(b);
    const end = mir.blockEnd.get(b);
    if (first == end) return;
    const defBlock = this.defBlock;
    const lastBlock = this.lastBlock;
    const flags = this.flags;
    const vregs = mir.operandVreg;
    const infos = mir.operandInfo;
    const last = end - 1;
    for (let k = mir.opStart.get(first), n = mir.opStart.get(last) + mir.opCount.get(last); k < n; k++) {
      const v = vregs.get(k);
      if (infoRole(infos.get(k)) >= Role.Def) {
        if (defBlock.get(v) == NONE) lastBlock.set(v, b);
        defBlock.set(v, b);
        continue;
      }
      const f = flags.get(v);
      const d = defBlock.get(v);
      if (d == b) {
        if ((f & (PARAM | USED)) == PARAM) this.noteStart(mir, v, d);
        flags.set(v, f | USED);
      } else {
        if ((f & GLOBAL) == 0) this.noteGlobal(mir, v, d, f, b);
        const until = ends.length > 0 ? this.loopEnd(d, b) : b;
        if (until > lastBlock.get(v)) lastBlock.set(v, until);
      }
    }
  }

  private noteGlobal(mir: MirFunc, v: i32, d: i32, f: i32, b: i32): void {
    this.flags.set(v, f | GLOBAL | USED | STORED);
    // A use before the definition in code order: the function is not `ordered`, ends do not matter.
    if (d == NONE) {
      this.defBlock.set(v, b);
      this.lastBlock.set(v, b);
      this.noteStart(mir, v, 0);
      return;
    }
    if ((f & PARAM) == 0 || (f & USED) == 0) this.noteStart(mir, v, d);
  }

  private noteParams(mir: MirFunc, b: i32): void {
    const count = mir.paramCount.get(b);
    if (count == 0) return;
    let last = b;
    const preds = mir.predStart.get(b);
    for (let k: i32 = 0, n = mir.predCount.get(b); k < n; k++) {
      const p = mir.lists.get(preds + k);
      if (p > last) last = p;
    }
    const params = mir.paramStart.get(b);
    for (let k: i32 = 0; k < count; k++) {
      const v = mir.lists.get(params + k);
      this.flags.set(v, this.flags.get(v) | PARAM | STORED);
      this.defBlock.set(v, b);
      this.lastBlock.set(v, last);
    }
  }

  /** Chains a value to the block in which its slot begins: for a parameter, the first jump that writes it. */
  private noteStart(mir: MirFunc, v: i32, d: i32): void {
    if (mir.rematKind.get(v) != Remat.None) return;
    let start = d;
    if ((this.flags.get(v) & PARAM) != 0) {
      const preds = mir.predStart.get(d);
      for (let k: i32 = 0, n = mir.predCount.get(d); k < n; k++) {
        const p = mir.lists.get(preds + k);
        if (p < start) start = p;
      }
    }
    this.chain.set(v, this.starts.get(start));
    this.starts.set(start, v);
  }

  /** The last block in which a value of block `d` is live that is used in block `b`, in loops open here. */
  private loopEnd(d: i32, b: i32): i32 {
    const starts = this.loopStart;
    let low: i32 = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts.get(middle) > d) high = middle;
      else low = middle + 1;
    }
    return low < starts.length ? this.loopReach.get(low) : b;
  }

  private assign(mir: MirFunc, ordered: boolean): void {
    this.free8.clear();
    this.free16.clear();
    let count: i32 = 0;
    const chain = this.chain;
    for (let b: i32 = 0, n = mir.blockCount; b < n; b++) {
      let v = this.starts.get(b);
      while (v != NONE) {
        const next = chain.get(v);
        const wide = mir.vregBytes.get(v) > 8;
        const free = wide ? this.free16 : this.free8;
        if (free.length > 0) {
          this.slot.set(v, free.pop());
        } else if (wide) {
          this.slot.set(v, count);
          count += 2;
        } else {
          this.slot.set(v, count);
          this.free8.push(count + 1);
          count += 2;
        }
        const last = this.lastBlock.get(v);
        chain.set(v, this.ends.get(last));
        this.ends.set(last, v);
        v = next;
      }
      if (!ordered) continue;
      v = this.ends.get(b);
      while (v != NONE) {
        if (mir.vregBytes.get(v) > 8) this.free16.push(this.slot.get(v));
        else this.free8.push(this.slot.get(v));
        v = chain.get(v);
      }
    }
    this.count = count;
  }
}

class FastAllocator {
  private globals: GlobalSlots = new GlobalSlots();
  /** Register in which a value is wanted at the point reached, or NONE. */
  private home: I32Column = new I32Column();
  /** Value per register, and the registers that have one. */
  private owner: I32Column = new I32Column();
  private occupied: i32 = 0;

  // Of the instruction at hand: registers taken at its early and its late point; per operand, the register that
  // a use must be in; per register, the value with a fixed use there.
  private early: i32 = 0;
  private late: i32 = 0;
  private forced: I32Column = new I32Column();
  private wanted: I32Column = new I32Column();
  private fixedUse: I32Column = new I32Column();
  /** Registers from which definitions are fetched after the instruction. */
  private wantedMask: i32 = 0;
  private anyUses: boolean = false;
  /** Registers that hold a value for this instruction only. */
  private aside: i32 = 0;
  /** Copies before the instruction: value, register. */
  private copyVreg: I32Column = new I32Column();
  private copyTo: I32Column = new I32Column();

  // Slots of values local to the block.
  private top: i32 = 0;
  private free8: I32Column = new I32Column();
  private free16: I32Column = new I32Column();

  allocate(mir: MirFunc, out: Allocation): void {
    out.reset();
    out.location.resize(mir.operandVreg.length);
    const globals = this.globals;
    globals.compute(mir);
    out.slots = globals.count;
    this.home.resize(mir.vregCount);
    this.home.fill(NONE, 0, mir.vregCount);
    this.owner.resize(32);
    this.fixedUse.resize(32);
    for (let b = mir.blockCount - 1; b >= 0; b--) {
      const first = mir.blockStart.get(b);
      this.occupied = 0;
      this.top = globals.count;
      this.free8.clear();
      this.free16.clear();
      for (let i = mir.blockEnd.get(b) - 1; i >= first; i--) this.allocateInstruction(mir, out, b, i);
      this.buildReloadsAtStart(mir, out, first);
    }
    reverseMoves(out);
  }

  private allocateInstruction(mir: MirFunc, out: Allocation, b: i32, i: i32): void {
    const start = mir.opStart.get(i);
    const count = mir.opCount.get(i);
    const clobbers = mir.clobbers.get(i) & ALLOCATABLE;
    if (count == 0 && clobbers == 0) return;
    this.collect(mir, start, count, clobbers);
    this.aside = 0;
    if (((this.early | this.late) & this.occupied) != 0) this.moveAside(mir, out, i);
    for (let k: i32 = 0; k < count; k++) {
      const info = mir.operandInfo.get(start + k);
      if (infoRole(info) >= Role.Def) this.placeDef(mir, out, i, k, start, info);
    }
    let args: i32 = 0;
    if (i == mir.blockEnd.get(b) - 1 && mir.succCount.get(b) == 1) {
      args = mir.paramCount.get(mir.lists.get(mir.succStart.get(b)));
    }
    this.placeUses(mir, out, i, start, count - args);
    if (args > 0) this.placeArguments(mir, out, b, i, start + count - args, args);
    this.buildCopies(mir, out, i);
    this.freeSlots(mir, start, count);
  }

  /** Gathers the fixed registers and takes the definitions out of the registers that hold them below. */
  private collect(mir: MirFunc, start: i32, count: i32, clobbers: i32): void {
    const home = this.home;
    let early: i32 = 0;
    let late = clobbers;
    this.wantedMask = 0;
    this.anyUses = false;
    let reuses = false;
    if (this.forced.length < count) {
      this.forced.resize(count);
      this.wanted.resize(count);
    }
    for (let k: i32 = 0; k < count; k++) {
      const info = mir.operandInfo.get(start + k);
      const role = infoRole(info);
      const constraint = infoConstraint(info);
      this.forced.set(k, NONE);
      if (constraint == Constraint.Fixed) {
        const r = infoFixed(info);
        if (role != Role.Def) early |= 1 << r;
        if (role != Role.Use) late |= 1 << r;
        if (role <= Role.UseLate) {
          this.forced.set(k, r);
          this.fixedUse.set(r, mir.operandVreg.get(start + k));
        } else {
          this.fixedUse.set(r, NONE);
        }
      } else if (constraint == Constraint.Any) {
        this.anyUses = true;
      } else if (constraint == Constraint.Reuse) {
        reuses = true;
      }
      if (role >= Role.Def) {
        const v = mir.operandVreg.get(start + k);
        const h = home.get(v);
        this.wanted.set(k, h);
        if (h != NONE) {
          home.set(v, NONE);
          this.occupied &= ~(1 << h);
          this.wantedMask |= 1 << h;
        }
      }
    }
    if (reuses) late |= this.reusedFixed(mir, start, count);
    this.early = early;
    this.late = late;
  }

  /** Registers of definitions that reuse the register of a fixed use. */
  private reusedFixed(mir: MirFunc, start: i32, count: i32): i32 {
    let mask: i32 = 0;
    for (let k: i32 = 0; k < count; k++) {
      const info = mir.operandInfo.get(start + k);
      if (infoConstraint(info) != Constraint.Reuse) continue;
      const r = this.forced.get(infoFixed(info));
      if (r != NONE) mask |= 1 << r;
    }
    return mask;
  }

  /** Values that live across the instruction leave the registers that it needs or overwrites. */
  private moveAside(mir: MirFunc, out: Allocation, i: i32): void {
    let busy = (this.early | this.late) & this.occupied;
    while (busy != 0) {
      const r = ctz32(busy);
      busy &= busy - 1;
      const w = this.owner.get(r);
      if (((this.late >> r) & 1) == 0 && this.fixedUse.get(r) == w) continue;
      const mask = r < 16 ? GENERAL_MASK : VECTOR_MASK;
      const free = mask & ~(this.early | this.late | this.occupied | this.wantedMask);
      if (free == 0) {
        this.evict(mir, out, i, r);
        continue;
      }
      const x = pickRegister(free);
      buildMove(out, i * 2 + 1, x, r, mir.vregBytes.get(w));
      this.occupied &= ~(1 << r);
      this.aside |= 1 << x;
      this.settle(w, x);
    }
  }

  private settle(v: i32, r: i32): void {
    this.home.set(v, r);
    this.owner.set(r, v);
    this.occupied |= 1 << r;
  }

  /** The value of register `r` lives in its slot above, and is reloaded below instruction `i`. */
  private evict(mir: MirFunc, out: Allocation, i: i32, r: i32): void {
    const w = this.owner.get(r);
    const from = this.memoryOf(mir, out, w);
    this.home.set(w, NONE);
    this.occupied &= ~(1 << r);
    if (((this.aside >> r) & 1) == 0) {
      buildMove(out, i * 2 + 1, from, r, mir.vregBytes.get(w));
      return;
    }
    // It had been moved here for the instruction only: the move back becomes the reload.
    let m = out.movePosition.length - 1;
    while (out.moveFrom.get(m) != r) m--;
    out.moveFrom.set(m, from);
  }

  /** Where a value can be had besides registers: its slot, or its constant. */
  private memoryOf(mir: MirFunc, out: Allocation, v: i32): i32 {
    return mir.rematKind.get(v) != Remat.None ? MOVE_REMAT + v : SLOT0 + this.slotOf(mir, out, v);
  }

  private slotOf(mir: MirFunc, out: Allocation, v: i32): i32 {
    const known = this.globals.slot.get(v);
    if (known != NONE) return known;
    let slot: i32 = 0;
    const wide = mir.vregBytes.get(v) > 8;
    const free = wide ? this.free16 : this.free8;
    if (free.length > 0) {
      slot = free.pop();
    } else {
      slot = this.top;
      this.top += 2;
      if (this.top > out.slots) out.slots = this.top;
      if (!wide) free.push(slot + 1);
    }
    this.globals.slot.set(v, slot);
    this.globals.flags.set(v, this.globals.flags.get(v) | STORED);
    return slot;
  }

  /** A register of the class that is not in `avoid`; if none is free, a value that lives across gives way. */
  private takeRegister(mir: MirFunc, out: Allocation, i: i32, regClass: i32, avoid: i32, pinned: i32): i32 {
    const mask = regClass == RegClass.General ? GENERAL_MASK : VECTOR_MASK;
    const free = mask & ~(avoid | this.occupied);
    if (free != 0) {
      const best = free & ~this.wantedMask;
      return pickRegister(best != 0 ? best : free);
    }
    const victims = mask & this.occupied & ~(avoid | pinned);
    assert(victims != 0, "regalloc-fast: an instruction needs too many registers");
    const r = ctz32(victims);
    this.evict(mir, out, i, r);
    return r;
  }

  private placeDef(mir: MirFunc, out: Allocation, i: i32, k: i32, start: i32, info: i32): void {
    const v = mir.operandVreg.get(start + k);
    const constraint = infoConstraint(info);
    const wanted = this.wanted.get(k);
    const stored = (this.globals.flags.get(v) & STORED) != 0 && mir.rematKind.get(v) == Remat.None;
    let at: i32 = NONE;
    if (constraint == Constraint.Fixed) {
      at = infoFixed(info);
    } else if (constraint == Constraint.Reuse && this.forced.get(infoFixed(info)) != NONE) {
      at = this.forced.get(infoFixed(info));
    } else {
      let avoid = this.late;
      if (constraint == Constraint.Reuse || infoRole(info) == Role.DefEarly) avoid |= this.early;
      if (wanted != NONE && (((avoid | this.occupied) >> wanted) & 1) == 0) at = wanted;
      else if (constraint == Constraint.Any && stored && wanted == NONE) at = SLOT0 + this.slotOf(mir, out, v);
      else at = this.takeRegister(mir, out, i, mir.vregClass.get(v), avoid, this.early);
    }
    out.location.set(start + k, at);
    if (at < SLOT0) {
      this.late |= 1 << at;
      if (infoRole(info) == Role.DefEarly) this.early |= 1 << at;
      if (constraint == Constraint.Reuse) {
        this.early |= 1 << at;
        this.forced.set(infoFixed(info), at);
      }
    }
    const bytes = mir.vregBytes.get(v);
    if (wanted != NONE && wanted != at) buildMove(out, i * 2 + 1, at, wanted, bytes);
    if (stored && at < SLOT0) buildMove(out, i * 2 + 1, at, SLOT0 + this.slotOf(mir, out, v), bytes);
  }

  private placeUses(mir: MirFunc, out: Allocation, i: i32, start: i32, count: i32): void {
    for (let k: i32 = 0; k < count; k++) {
      const info = mir.operandInfo.get(start + k);
      const r = this.forced.get(k);
      if (r != NONE) this.placeForced(out, start + k, mir.operandVreg.get(start + k), r);
      else if (infoRole(info) == Role.UseLate) this.placeLateUse(mir, out, i, start + k);
    }
    for (let k: i32 = 0; k < count; k++) {
      const info = mir.operandInfo.get(start + k);
      if (infoRole(info) == Role.Use && infoConstraint(info) == Constraint.Reg && this.forced.get(k) == NONE) {
        this.placeRegisterUse(mir, out, i, start + k);
      }
    }
    if (!this.anyUses) return;
    for (let k: i32 = 0; k < count; k++) {
      const info = mir.operandInfo.get(start + k);
      if (infoRole(info) == Role.Use && infoConstraint(info) == Constraint.Any && this.forced.get(k) == NONE) {
        const v = mir.operandVreg.get(start + k);
        if (mir.rematKind.get(v) != Remat.None) this.placeRegisterUse(mir, out, i, start + k);
        else this.placeAnyUse(mir, out, start + k, v);
      }
    }
  }

  private placeForced(out: Allocation, operand: i32, v: i32, r: i32): void {
    out.location.set(operand, r);
    const h = this.home.get(v);
    if (h == r) return;
    if (h == NONE) {
      this.settle(v, r);
    } else {
      for (let k = this.copyTo.length - 1; k >= 0; k--) if (this.copyTo.get(k) == r) return;
      this.copyVreg.push(v);
      this.copyTo.push(r);
    }
  }

  /** A use that lives to the late point, by which a value's register may have become the definition's. */
  private placeLateUse(mir: MirFunc, out: Allocation, i: i32, operand: i32): void {
    const v = mir.operandVreg.get(operand);
    let r = this.home.get(v);
    if (r == NONE || ((this.late >> r) & 1) != 0) {
      const avoid = this.early | this.late;
      r = this.takeRegister(mir, out, i, mir.vregClass.get(v), avoid, avoid);
      this.placeForced(out, operand, v, r);
    }
    out.location.set(operand, r);
    this.early |= 1 << r;
    this.late |= 1 << r;
  }

  private placeRegisterUse(mir: MirFunc, out: Allocation, i: i32, operand: i32): void {
    const v = mir.operandVreg.get(operand);
    let r = this.home.get(v);
    if (r == NONE) {
      r = this.takeRegister(mir, out, i, mir.vregClass.get(v), this.early, this.early);
      this.settle(v, r);
    }
    out.location.set(operand, r);
    this.early |= 1 << r;
  }

  private placeAnyUse(mir: MirFunc, out: Allocation, operand: i32, v: i32): void {
    let r = this.home.get(v);
    if (r == NONE && (this.globals.flags.get(v) & STORED) == 0) {
      const mask = mir.vregClass.get(v) == RegClass.General ? GENERAL_MASK : VECTOR_MASK;
      const free = mask & ~(this.early | this.occupied);
      if (free != 0) {
        r = pickRegister(free);
        this.settle(v, r);
      }
    }
    if (r == NONE) r = SLOT0 + this.slotOf(mir, out, v);
    else this.early |= 1 << r;
    out.location.set(operand, r);
  }

  /** The arguments of a jump: moved into the slots of the successor's parameters. */
  private placeArguments(mir: MirFunc, out: Allocation, b: i32, i: i32, operand: i32, count: i32): void {
    const params = mir.paramStart.get(mir.lists.get(mir.succStart.get(b)));
    for (let k: i32 = 0; k < count; k++) {
      const v = mir.operandVreg.get(operand + k);
      const p = mir.lists.get(params + k);
      // An unused parameter needs no move; its argument has a place nevertheless only if it is somewhere anyway.
      if (this.globals.slot.get(p) == NONE) {
        out.location.set(operand + k, NO_LOC);
      } else if (mir.rematKind.get(v) != Remat.None && this.home.get(v) == NONE) {
        out.location.set(operand + k, NO_LOC);
      } else {
        this.placeAnyUse(mir, out, operand + k, v);
      }
    }
    for (let k: i32 = 0; k < count; k++) {
      const v = mir.operandVreg.get(operand + k);
      const slot = this.globals.slot.get(mir.lists.get(params + k));
      if (slot == NONE) continue;
      let from = out.location.get(operand + k);
      if (from == NO_LOC) from = MOVE_REMAT + v;
      if (from != SLOT0 + slot) buildMove(out, i * 2, from, SLOT0 + slot, mir.vregBytes.get(v));
    }
  }

  private buildCopies(mir: MirFunc, out: Allocation, i: i32): void {
    for (let k: i32 = 0, n = this.copyVreg.length; k < n; k++) {
      const v = this.copyVreg.get(k);
      const h = this.home.get(v);
      const from = h != NONE ? h : this.memoryOf(mir, out, v);
      buildMove(out, i * 2, from, this.copyTo.get(k), mir.vregBytes.get(v));
    }
    this.copyVreg.clear();
    this.copyTo.clear();
  }

  /** Above its definition a local value needs no slot. */
  private freeSlots(mir: MirFunc, start: i32, count: i32): void {
    for (let k: i32 = 0; k < count; k++) {
      if (infoRole(mir.operandInfo.get(start + k)) < Role.Def) continue;
      const v = mir.operandVreg.get(start + k);
      const slot = this.globals.slot.get(v);
      if (slot == NONE || (this.globals.flags.get(v) & GLOBAL) != 0) continue;
      if (mir.vregBytes.get(v) > 8) this.free16.push(slot);
      else this.free8.push(slot);
    }
  }

  /** What the block wants in registers at its start comes from memory, and so do copies before it. */
  private buildReloadsAtStart(mir: MirFunc, out: Allocation, first: i32): void {
    for (let k = out.movePosition.length - 1; k >= 0 && out.movePosition.get(k) == first * 2; k--) {
      const from = out.moveFrom.get(k);
      if (from < 32) out.moveFrom.set(k, this.memoryOf(mir, out, this.owner.get(from)));
    }
    let rest = this.occupied;
    while (rest != 0) {
      const r = ctz32(rest);
      rest &= rest - 1;
      const v = this.owner.get(r);
      buildMove(out, first * 2, this.memoryOf(mir, out, v), r, mir.vregBytes.get(v));
      this.home.set(v, NONE);
    }
  }
}

function pickRegister(free: i32): i32 {
  return ctz32((free & PREFERRED) != 0 ? free & PREFERRED : free);
}

function buildMove(out: Allocation, position: i32, from: i32, to: i32, bytes: i32): void {
  out.movePosition.push(position);
  out.moveFrom.push(from);
  out.moveTo.push(to);
  out.moveBytes.push(bytes);
}

/** The pass runs backward and so finds the moves in falling order. */
function reverseMoves(out: Allocation): void {
  for (let i: i32 = 0, j = out.movePosition.length - 1; i < j; i++, j--) {
    swap(out.movePosition, i, j);
    swap(out.moveFrom, i, j);
    swap(out.moveTo, i, j);
    const bytes = out.moveBytes.get(i);
    out.moveBytes.set(i, out.moveBytes.get(j));
    out.moveBytes.set(j, bytes);
  }
}

function swap(column: I32Column, i: i32, j: i32): void {
  const value = column.get(i);
  column.set(i, column.get(j));
  column.set(j, value);
}

const allocator: FastAllocator = new FastAllocator();

export function allocateFast(mir: MirFunc, out: Allocation): void {
  allocator.allocate(mir, out);
}
