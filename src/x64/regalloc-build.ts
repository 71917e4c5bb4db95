// Builds live intervals. Calls overwrite every register, so what matters is not where a value is live, but where
// it is wanted in a register: a use is reached from here without a call in between. Where that begins other
// than at the definition (behind a call), the value must be reloaded, which is put off to the first use, or to
// edges that run seldom. So values live in registers in loops without calls, and in slots across calls.
//
// Value by value, backward from the uses through the predecessors (Boissinot et al., "Computing Liveness Sets for
// SSA-Form Programs", 2011, section 5: path exploration by use), then forward over the blocks found to decide where the
// value is in a register at a block's start: where predecessors have it there, the others reload it on their
// edges unless those run more often (as W_entry in Braun and Hack, "Register Spilling and Live-Range Splitting
// for SSA-Form Programs", CC 2009).

import { I32Column } from "../base/columns";
import { Constraint, infoConstraint, infoFixed, infoRole, MirFunc, Remat, Role } from "./mir";
import { ALLOCATABLE } from "./registers";
import { Calls, Flow, Point } from "./regalloc-flow";
import { ctz32 } from "host/prims";
import { Intervals, NONE, UseKind } from "./regalloc-intervals";

/** Of a value in a block. */
export const enum LiveFlag {
  /** Live at the start; at the end. */
  In = 1,
  Out = 2,
  /** A use is reached without a call in between: from the start; from the end. */
  WantedIn = 4,
  WantedOut = 8,
  /** In a register at the start; at the end. */
  RegisterIn = 16,
  RegisterOut = 32,
  /** Used in the block before a call. */
  UsedFirst = 64,
  /** Used in the block at all. */
  Used = 128,
  /** Only in memory, and reached from a block at whose end it is in a register. */
  Boundary = 256,
}

/** Pairs of values and blocks that are looked at, per instruction and in all: beyond, functions are given up. */
const MAX_PAIRS: i32 = 1 << 22;
const PAIRS_PER_INSTRUCTION: i32 = 32;

/** Bits of LiveFlag; above them, the number of the value. Functions with more values are given up. */
const FLAG_BITS: i32 = 9;
const FLAG_MASK: i32 = 511;
const MAX_VALUES: i32 = 1 << 22;

/** A block without these is one through which the value passes in memory. */
const INTERESTING: i32 = LiveFlag.WantedIn | LiveFlag.WantedOut | LiveFlag.Used;

export class IntervalBuilder {
  private mir: MirFunc = new MirFunc();
  private flow: Flow = new Flow();
  private intervals: Intervals = new Intervals();
  private location: I32Column = new I32Column();

  private fixedTail: I32Column = new I32Column();

  // Of the value at hand, by block: LiveFlag bits, with the number of the value above them; with another number there,
  // the block has not been visited.
  private flags: I32Column = new I32Column();
  private generation: i32 = 0;
  /** The interval in which the value is at the block's end. */
  private lastInterval: I32Column = new I32Column();
  private blocks: I32Column = new I32Column();
  private boundary: I32Column = new I32Column();
  private work: I32Column = new I32Column();
  private pairs: i32 = 0;
  /** Whether one of the blocks has a call. */
  private meetsCall: boolean = false;
  /** The calls that matter to it. */
  private calls: Calls = new Calls();
  /** The interval being built, or NONE; the instruction since which it is in a register, and where that ends. */
  private current: i32 = NONE;
  private since: i32 = 0;
  private isIn: boolean = false;

  /**
   * Fills `intervals`. Inputs of two-address instructions leave ~(operand of the definition) in `location`.
   * Returns false if the function is beyond what this can do.
   */
  run(mir: MirFunc, flow: Flow, intervals: Intervals, location: I32Column): boolean {
    this.mir = mir;
    this.flow = flow;
    this.intervals = intervals;
    this.location = location;
    intervals.reset(mir.vregCount);
    this.collectOperands();
    this.collectUses();
    this.flags.resize(mir.blockCount);
    this.flags.fill(0, 0, mir.blockCount);
    this.generation = 0;
    this.pairs = 0;
    this.lastInterval.resize(mir.blockCount);
    if (mir.vregCount > MAX_VALUES) return false;
    const most = MAX_PAIRS + mir.instructionCount * PAIRS_PER_INSTRUCTION;
    for (let v: i32 = 0, n = mir.vregCount; v < n; v++) {
      intervals.liveStart.set(v, intervals.liveBlock.length);
      intervals.liveCount.set(v, 0);
      if (intervals.defBlock.get(v) == NONE) continue;
      if (!this.buildValue(v) || intervals.liveBlock.length > most || this.pairs > most) return false;
    }
    return true;
  }

  // ---- Operands ----

  /** Definitions, fixed registers, and the number of uses of each value. */
  private collectOperands(): void {
    const mir = this.mir;
    const intervals = this.intervals;
    const vregs = mir.vregCount;
    const useStart = intervals.useStart;
    useStart.clear();
    useStart.resize(vregs + 2);
    intervals.defBlock.fill(NONE, 0, vregs);
    this.fixedTail.resize(32);
    for (let b: i32 = 0, blocks = mir.blockCount; b < blocks; b++) {
      const params = mir.paramStart.get(b);
      for (let k: i32 = 0, n = mir.paramCount.get(b); k < n; k++) {
        const v = mir.lists.get(params + k);
        intervals.defBlock.set(v, b);
        intervals.defOperand.set(v, ~k);
        intervals.defPosition.set(v, mir.blockStart.get(b) * 4);
      }
    }
    const vregOf = mir.operandVreg.view();
    const infoOf = mir.operandInfo.view();
    const clobbersOf = mir.clobbers.view();
    const startOf = mir.opStart.view();
    const countOf = mir.opCount.view();
    const uses = useStart.view();
    for (let i: i32 = 0, n = mir.instructionCount; i < n; i++) {
      const start = startOf.get(i);
      for (let k = start, end = start + countOf.get(i); k < end; k++) {
        const v = vregOf.get(k);
        const info = infoOf.get(k);
        if (infoRole(info) >= Role.Def) this.collectDef(i, start, k, v, info);
        else uses.set(v + 2, uses.get(v + 2) + 1);
        if (infoConstraint(info) == Constraint.Fixed) this.collectFixed(i, infoRole(info), infoFixed(info), v);
      }
      const clobbers = clobbersOf.get(i) & ALLOCATABLE;
      if (clobbers != 0) this.collectClobbers(i, clobbers);
    }
  }

  private collectDef(i: i32, start: i32, k: i32, v: i32, info: i32): void {
    const intervals = this.intervals;
    intervals.defBlock.set(v, this.flow.blockOf.get(i));
    intervals.defOperand.set(v, k);
    let point: i32 = infoRole(info) == Role.DefEarly ? Point.Early : Point.Late;
    if (infoConstraint(info) == Constraint.Fixed) {
      point = Point.After;
    } else if (infoConstraint(info) == Constraint.Reuse) {
      const input = start + infoFixed(info);
      const inputInfo = this.mir.operandInfo.get(input);
      point = Point.Early;
      this.location.set(input, ~k);
      if (infoConstraint(inputInfo) == Constraint.Fixed) {
        // The definition is in the input's fixed register.
        point = Point.After;
        this.collectFixed(i, Role.Def, infoFixed(inputInfo), v);
      } else {
        this.markEqualInputs(i, start, k, input);
      }
    }
    intervals.defPosition.set(v, i * 4 + point);
  }

  /** Other uses of a two-address instruction's input find the value in the definition's register too. */
  private markEqualInputs(i: i32, start: i32, k: i32, input: i32): void {
    const mir = this.mir;
    const v = mir.operandVreg.get(input);
    for (let j = start, end = start + mir.opCount.get(i); j < end; j++) {
      const info = mir.operandInfo.get(j);
      if (j == input || mir.operandVreg.get(j) != v || infoRole(info) != Role.Use) continue;
      if (infoConstraint(info) != Constraint.Fixed) this.location.set(j, ~k);
    }
  }

  private collectFixed(i: i32, role: i32, r: i32, v: i32): void {
    const from = i * 4 + (role == Role.Def ? Point.Late : Point.Early);
    const to = i * 4 + (role == Role.Use ? Point.Late : Point.After);
    this.pushFixed(r, from, to, v);
  }

  /** No interval of a class crosses a call that overwrites all of it: others must be kept out of what is overwritten. */
  private collectClobbers(i: i32, clobbers: i32): void {
    let mask = clobbers;
    if (this.flow.general.before.get(i + 1) == i) mask &= ~0xffff;
    if (this.flow.vector.before.get(i + 1) == i) mask &= 0xffff;
    while (mask != 0) {
      this.pushFixed(ctz32(mask), i * 4 + Point.Late, i * 4 + Point.After, NONE);
      mask &= mask - 1;
    }
  }

  private pushFixed(r: i32, from: i32, to: i32, owner: i32): void {
    const intervals = this.intervals;
    const node = intervals.fixedFrom.length;
    intervals.fixedFrom.push(from);
    intervals.fixedTo.push(to);
    intervals.fixedOwner.push(owner);
    intervals.fixedNext.push(NONE);
    const tail = this.fixedTail.get(r);
    if (intervals.fixedHead.get(r) == NONE) {
      intervals.fixedHead.set(r, node);
    } else {
      intervals.fixedNext.set(tail, node);
      // Definitions are the first operands, but come after the uses.
      if (intervals.fixedFrom.get(tail) > from) this.swapFixed(tail, node);
    }
    this.fixedTail.set(r, node);
  }

  private swapFixed(a: i32, b: i32): void {
    swap(this.intervals.fixedFrom, a, b);
    swap(this.intervals.fixedTo, a, b);
    swap(this.intervals.fixedOwner, a, b);
  }

  /** Uses by value: a counting sort, of which collectOperands has done the counting. */
  private collectUses(): void {
    const mir = this.mir;
    const intervals = this.intervals;
    const useStart = intervals.useStart;
    const vregs = mir.vregCount;
    // While filling, element v + 1 is where the next use of v goes, and so it ends as where those of v + 1 start.
    const starts = useStart.view();
    let sum: i32 = 0;
    for (let v: i32 = 0; v <= vregs; v++) {
      sum += starts.get(v + 1);
      starts.set(v + 1, sum);
    }
    const count = useStart.get(vregs + 1);
    intervals.useOperand.resize(count);
    intervals.useEnd.resize(count);
    intervals.useKind.resize(count);
    const vregOf = mir.operandVreg.view();
    const infoOf = mir.operandInfo.view();
    const startOf = mir.opStart.view();
    const countOf = mir.opCount.view();
    const location = this.location.view();
    const remat = mir.rematKind.view();
    const useOperand = intervals.useOperand.view();
    const useEnd = intervals.useEnd.view();
    const useKind = intervals.useKind.view();
    const blockEnd = mir.blockEnd.view();
    for (let b: i32 = 0, blocks = mir.blockCount, i: i32 = 0; b < blocks; b++) {
      const last = blockEnd.get(b) - 1;
      const jump = mir.succCount.get(b) == 1 ? last : NONE;
      for (; i <= last; i++) {
        const start = startOf.get(i);
        for (let k = start, end = start + countOf.get(i); k < end; k++) {
          const info = infoOf.get(k);
          const role = infoRole(info);
          if (role >= Role.Def) continue;
          const v = vregOf.get(k);
          const at = starts.get(v + 1);
          starts.set(v + 1, at + 1);
          let kind: i32 = UseKind.Copied;
          if (i != jump && location.get(k) >= 0) {
            const constraint = infoConstraint(info);
            if (constraint == Constraint.Reg) kind = UseKind.Register;
            else if (constraint == Constraint.Any) kind = remat.get(v) != Remat.None ? UseKind.Register : UseKind.Any;
          }
          let point: i32 = role == Role.UseLate ? Point.After : Point.Late;
          if (kind == UseKind.Copied) point = Point.Early;
          useOperand.set(at, k);
          useKind.set(at, kind);
          useEnd.set(at, i * 4 + point);
        }
      }
    }
  }

  // ---- One value ----

  /** Returns false if the blocks are in an order in which a use comes before the definition. */
  private buildValue(v: i32): boolean {
    const intervals = this.intervals;
    const first = intervals.useStart.get(v);
    const end = intervals.useStart.get(v + 1);
    const d = intervals.defBlock.get(v);
    this.current = NONE;
    this.calls = this.flow.calls(this.mir.vregClass.get(v));
    if (first == end) {
      this.buildDead(v, first);
      return true;
    }
    const lastBlock = this.flow.blockOf.get(intervals.useEnd.get(end - 1) >> 2);
    const firstBlock = this.flow.blockOf.get(intervals.useEnd.get(first) >> 2);
    if (firstBlock < d) return false;
    if (lastBlock == d) {
      this.buildLocal(v, d, first, end);
      return true;
    }
    this.generation++;
    this.blocks.clear();
    this.meetsCall = this.calls.inBlock.get(d) != 0;
    this.markLive(v, d, first, end);
    if (!this.sortBlocks(v, d)) return false;
    if (this.meetsCall) {
      this.decide(v, d, first, end);
      this.buildBlocks(v, d, first, end);
    } else {
      this.buildUndisturbed(v, d, first, end);
    }
    this.storeBlocks(v);
    this.closeInterval(end);
    return true;
  }

  /** A value whose uses are all in the block of the definition. */
  private buildLocal(v: i32, d: i32, first: i32, end: i32): void {
    const intervals = this.intervals;
    const position = intervals.defPosition.get(v);
    const last = intervals.useEnd.get(end - 1);
    const call = this.calls.before.get(last >> 2);
    const defined = position >> 2;
    if (call > defined || (call == defined && (position & 3) != Point.After)) {
      this.isIn = false;
      this.startDef(v, d, first, end, false);
      this.walkBlock(v, d, first, end, false);
      this.closeInterval(end);
      return;
    }
    // The ends of uses ascend except within an instruction.
    let to = last;
    for (let k = end - 2; k >= first && intervals.useEnd.get(k) >> 2 == last >> 2; k--) {
      if (intervals.useEnd.get(k) > to) to = intervals.useEnd.get(k);
    }
    const interval = intervals.build(v, position, intervals.from.length, first);
    intervals.first.set(v, interval);
    intervals.from.push(position);
    intervals.to.push(to);
    intervals.end.set(interval, to);
    intervals.endRange.set(interval, intervals.to.length);
    intervals.endUse.set(interval, end);
  }

  /** A value that is live in several blocks, none of which has a call: it stays in registers. */
  private buildUndisturbed(v: i32, d: i32, first: i32, end: i32): void {
    const intervals = this.intervals;
    const blocks = this.blocks.view();
    const states = this.flags.view();
    const blockOf = this.flow.blockOf.view();
    const starts = this.mir.blockStart.view();
    const ends = this.mir.blockEnd.view();
    const uses = intervals.useEnd.view();
    const position = intervals.defPosition.get(v);
    this.openInterval(v, position, first);
    let use = first;
    for (let k: i32 = 0, n = this.blocks.length; k < n; k++) {
      const b = blocks.get(k);
      let flags = states.get(b);
      let to: i32 = 0;
      while (use < end && blockOf.get(uses.get(use) >> 2) == b) {
        if (uses.get(use) > to) to = uses.get(use);
        use++;
      }
      if ((flags & LiveFlag.In) != 0) flags |= LiveFlag.RegisterIn;
      if ((flags & LiveFlag.Out) != 0) {
        flags |= LiveFlag.RegisterOut;
        to = ends.get(b) * 4;
      }
      states.set(b, flags);
      this.pushRange(b == d ? position : starts.get(b) * 4, to);
    }
  }

  /** A value without uses needs a register only where an instruction writes it. */
  private buildDead(v: i32, use: i32): void {
    const intervals = this.intervals;
    const position = intervals.defPosition.get(v);
    if (intervals.defOperand.get(v) < 0 || (position & 3) == Point.After) return;
    this.openInterval(v, position, use);
    this.pushRange(position, (position & ~3) + Point.After);
    this.closeInterval(use);
  }

  private openInterval(v: i32, start: i32, use: i32): void {
    const intervals = this.intervals;
    const old = this.current;
    if (old != NONE) this.closeInterval(use);
    this.current = intervals.build(v, start, intervals.from.length, use);
    if (old == NONE) intervals.first.set(v, this.current);
    else intervals.next.set(old, this.current);
  }

  private closeInterval(use: i32): void {
    const intervals = this.intervals;
    const current = this.current;
    if (current == NONE) return;
    intervals.endRange.set(current, intervals.to.length);
    intervals.end.set(current, intervals.to.top());
    intervals.endUse.set(current, use);
  }

  private pushRange(from: i32, to: i32): void {
    const intervals = this.intervals;
    const n = intervals.to.length;
    if (n > intervals.firstRange.get(this.current) && intervals.to.get(n - 1) >= from) {
      if (to > intervals.to.get(n - 1)) intervals.to.set(n - 1, to);
      return;
    }
    intervals.from.push(from);
    intervals.to.push(to);
  }

  // ---- Where a value is live, and where it is wanted in a register ----

  private markLive(v: i32, d: i32, first: i32, end: i32): void {
    const callBefore = this.calls.before.view();
    const blockOf = this.flow.blockOf.view();
    const starts = this.mir.blockStart.view();
    const uses = this.intervals.useEnd.view();
    const onlyWanted = this.mir.rematKind.get(v) != Remat.None;
    this.visit(d, 0);
    let b: i32 = NONE;
    for (let k = first; k < end; k++) {
      const i = uses.get(k) >> 2;
      const block = blockOf.get(i);
      if (block == b || block == d) continue;
      b = block;
      const wanted = callBefore.get(i) < starts.get(b);
      if (wanted) this.visit(b, LiveFlag.In | LiveFlag.WantedIn | LiveFlag.UsedFirst | LiveFlag.Used);
      else this.visit(b, onlyWanted ? LiveFlag.Used : LiveFlag.In | LiveFlag.Used);
      this.propagate(d, onlyWanted);
    }
  }

  /** Adds flags to a block, which is to be looked at if that makes the value live or wanted at its start. */
  private visit(b: i32, flags: i32): void {
    const at = this.flags.view();
    const base = this.generation << FLAG_BITS;
    const state = at.get(b);
    let old: i32 = 0;
    if ((state & ~FLAG_MASK) == base) {
      old = state & FLAG_MASK;
    } else {
      this.blocks.push(b);
      if (this.calls.inBlock.get(b) != 0) this.meetsCall = true;
    }
    at.set(b, base | old | flags);
    if ((flags & ~old & (LiveFlag.In | LiveFlag.WantedIn)) != 0) this.work.push(b);
  }

  private propagate(d: i32, onlyWanted: boolean): void {
    const mir = this.mir;
    const work = this.work;
    const states = this.flags.view();
    const base = this.generation << FLAG_BITS;
    const hasCall = this.calls.inBlock.view();
    const predStart = mir.predStart.view();
    const predCount = mir.predCount.view();
    const lists = mir.lists.view();
    while (work.length > 0) {
      const b = work.pop();
      const wanted = (states.get(b) & LiveFlag.WantedIn) != 0;
      const out: i32 = wanted ? LiveFlag.Out | LiveFlag.WantedOut : LiveFlag.Out;
      const through: i32 = wanted ? out | LiveFlag.In | LiveFlag.WantedIn : onlyWanted ? out : out | LiveFlag.In;
      const afterCall: i32 = onlyWanted ? out : out | LiveFlag.In;
      const preds = predStart.get(b);
      const n = predCount.get(b);
      this.pairs += n;
      for (let k = preds; k < preds + n; k++) {
        const p = lists.get(k);
        const call = hasCall.get(p) != 0;
        const flags = p == d ? out : call ? afterCall : through;
        const state = states.get(p);
        let old: i32 = 0;
        if ((state & ~FLAG_MASK) == base) {
          old = state & FLAG_MASK;
        } else {
          this.blocks.push(p);
          if (call) this.meetsCall = true;
        }
        states.set(p, base | old | flags);
        if ((flags & ~old & (LiveFlag.In | LiveFlag.WantedIn)) != 0) work.push(p);
      }
    }
  }

  /**
   * Sorts the blocks found, without those through which the value only passes in memory, as most do that a long life leads
   * through. Returns false if the definition's block is not the first.
   */
  private sortBlocks(v: i32, d: i32): boolean {
    const n = this.blocks.length;
    const blocks = this.blocks.view();
    const states = this.flags.view();
    let low = blocks.get(0);
    let high = low;
    let lastOut = d;
    let kept: i32 = 0;
    for (let k: i32 = 0; k < n; k++) {
      const b = blocks.get(k);
      const flags = states.get(b);
      if (b < low) low = b;
      if ((flags & LiveFlag.Out) != 0 && b > lastOut) lastOut = b;
      if (b != d && (flags & INTERESTING) == 0) continue;
      if (b > high) high = b;
      blocks.set(kept, b);
      kept++;
    }
    if (low != d) return false;
    this.intervals.lastOut.set(v, lastOut);
    if (kept != n) this.intervals.inMemory.set(v, 1);
    this.blocks.resize(kept);
    if (high - low < kept * 8) {
      const base = this.generation << FLAG_BITS;
      for (let b = low, k: i32 = 0; k < kept; b++) {
        const flags = states.get(b);
        if ((flags & ~FLAG_MASK) != base || (b != d && (flags & INTERESTING) == 0)) continue;
        blocks.set(k, b);
        k++;
      }
    } else {
      sortNumbers(this.blocks);
    }
    return true;
  }

  // ---- Where a value is in a register at the start of a block ----

  private decide(v: i32, d: i32, first: i32, end: i32): void {
    // First as if loops brought the value back in a register; once more if some do not.
    if (this.decideOnce(v, d, first, end, true)) this.decideOnce(v, d, first, end, false);
  }

  /** Returns whether a decision was based on a back edge that does not bring the value in a register. */
  private decideOnce(v: i32, d: i32, first: i32, end: i32, optimistic: boolean): boolean {
    const blocks = this.blocks.view();
    const states = this.flags.view();
    const hasCall = this.calls.inBlock.view();
    const blockOf = this.flow.blockOf.view();
    const uses = this.intervals.useEnd.view();
    let hoped = false;
    let use = first;
    let useBlock = blockOf.get(uses.get(use) >> 2);
    for (let k: i32 = 0, n = this.blocks.length; k < n; k++) {
      const b = blocks.get(k);
      let flags = states.get(b);
      const firstUse = use;
      while (useBlock == b) {
        use++;
        useBlock = use < end ? blockOf.get(uses.get(use) >> 2) : NONE;
      }
      if ((flags & (LiveFlag.WantedIn | LiveFlag.WantedOut)) == 0) continue;
      if (b != d && (flags & LiveFlag.WantedIn) != 0) {
        const isIn = this.isBetterIn(v, b, flags, optimistic);
        flags = isIn ? flags | LiveFlag.RegisterIn : flags & ~LiveFlag.RegisterIn;
      }
      flags &= ~LiveFlag.RegisterOut;
      if ((flags & LiveFlag.WantedOut) != 0) {
        const isThrough = (flags & LiveFlag.RegisterIn) != 0 && hasCall.get(b) == 0;
        if (isThrough || this.isInAtEnd(v, b, d, firstUse, use, flags)) flags |= LiveFlag.RegisterOut;
        else if (optimistic && this.leadsBack(b)) hoped = true;
      }
      states.set(b, flags);
    }
    return hoped;
  }

  private leadsBack(b: i32): boolean {
    const mir = this.mir;
    const succs = mir.succStart.get(b);
    for (let k: i32 = 0, n = mir.succCount.get(b); k < n; k++) if (mir.lists.get(succs + k) <= b) return true;
    return false;
  }

  private isBetterIn(v: i32, b: i32, flags: i32, optimistic: boolean): boolean {
    const mir = this.mir;
    const lists = mir.lists.view();
    const states = this.flags.view();
    const start = mir.predStart.get(b);
    const end = start + mir.predCount.get(b);
    let have: i32 = 0;
    let lack: i32 = 0;
    for (let k = start; k < end; k++) {
      const p = lists.get(k);
      if ((states.get(p) & LiveFlag.RegisterOut) != 0) have++;
      else if (optimistic && p >= b) have++;
      else lack++;
    }
    if (lack == 0) return true;
    this.intervals.inMemory.set(v, 1);
    if (have == 0 || (flags & LiveFlag.UsedFirst) != 0) return have != 0;
    let weight: i32 = 0;
    for (let k = start; k < end; k++) {
      const p = lists.get(k);
      const isOut = (p >= b && optimistic) || (states.get(p) & LiveFlag.RegisterOut) != 0;
      const share = this.flow.frequencies.edge(p, b);
      weight += isOut ? share : -share;
    }
    return weight >= 0;
  }

  /** Whether a value that is wanted at the end of a block is in a register there. */
  private isInAtEnd(v: i32, b: i32, d: i32, first: i32, end: i32, flags: i32): boolean {
    const mir = this.mir;
    const call = this.calls.before.get(mir.blockEnd.get(b));
    if (mir.blockStart.get(b) > call && (flags & LiveFlag.RegisterIn) != 0) return true;
    if (b == d) {
      const position = this.intervals.defPosition.get(v);
      if (position >> 2 > call || position == call * 4 + Point.After || mir.blockStart.get(b) > call) return true;
    }
    for (let k = end - 1; k >= first && this.intervals.useEnd.get(k) >> 2 > call; k--) {
      if (this.intervals.useKind.get(k) != UseKind.Copied) return true;
    }
    return false;
  }

  // ---- Ranges ----

  private buildBlocks(v: i32, d: i32, first: i32, end: i32): void {
    const mir = this.mir;
    const blocks = this.blocks.view();
    const states = this.flags.view();
    const blockOf = this.flow.blockOf.view();
    const uses = this.intervals.useEnd.view();
    let use = first;
    let useBlock = blockOf.get(uses.get(use) >> 2);
    for (let k: i32 = 0, n = this.blocks.length; k < n; k++) {
      const b = blocks.get(k);
      const flags = states.get(b);
      const firstUse = use;
      while (useBlock == b) {
        use++;
        useBlock = use < end ? blockOf.get(uses.get(use) >> 2) : NONE;
      }
      const isOut = (flags & LiveFlag.RegisterOut) != 0;
      this.isIn = false;
      if (b == d) {
        this.startDef(v, b, firstUse, use, (flags & LiveFlag.WantedOut) != 0);
      } else if ((flags & LiveFlag.RegisterIn) != 0) {
        const start = mir.blockStart.get(b);
        if (!this.comesFromCurrent(v, b)) this.openInterval(v, start * 4, firstUse);
        this.pushRange(start * 4, start * 4 + 1);
        this.isIn = true;
        this.since = start;
      } else if ((flags & LiveFlag.In) != 0) {
        this.intervals.inMemory.set(v, 1);
        if (firstUse == use && !isOut) continue;
      }
      this.walkBlock(v, b, firstUse, use, isOut);
      if (isOut) this.lastInterval.set(b, this.current);
      // A use by the last instruction also leaves it in a register at the end.
      if ((flags & LiveFlag.Out) != 0 && this.current != NONE && this.intervals.to.top() > mir.blockEnd.get(b) * 4 - 4)
        this.noteBoundary(b);
    }
    this.addBoundary();
  }

  /** Notes the blocks behind `b` in which the value, in a register at the end of `b`, passes in memory only. */
  private noteBoundary(b: i32): void {
    const mir = this.mir;
    const base = this.generation << FLAG_BITS;
    const succs = mir.succStart.get(b);
    for (let k = succs, n = succs + mir.succCount.get(b); k < n; k++) {
      const s = mir.lists.get(k);
      const state = this.flags.get(s);
      if ((state & ~FLAG_MASK) != base || (state & (INTERESTING | LiveFlag.Boundary)) != 0) continue;
      if ((state & LiveFlag.In) == 0) continue;
      this.flags.set(s, state | LiveFlag.Boundary);
      this.boundary.push(s);
      // A block that is nothing but a jump is part of the edge through it, whose moves are made at its other end.
      if (mir.blockEnd.get(s) - mir.blockStart.get(s) == 1 && mir.succCount.get(s) == 1) this.noteBoundary(s);
    }
  }

  /** Adds these blocks to the others, which are sorted. */
  private addBoundary(): void {
    const boundary = this.boundary;
    if (boundary.length == 0) return;
    sortNumbers(boundary);
    const blocks = this.blocks;
    let from = blocks.length - 1;
    blocks.resize(blocks.length + boundary.length);
    let to = blocks.length - 1;
    while (boundary.length != 0) {
      if (from >= 0 && blocks.get(from) > boundary.top()) {
        blocks.set(to, blocks.get(from));
        from--;
      } else {
        blocks.set(to, boundary.pop());
      }
      to--;
    }
  }

  /** Whether the current interval goes on in block `b`: some predecessor before it ends in it. */
  private comesFromCurrent(v: i32, b: i32): boolean {
    // While there is only one interval, only a loop can bring the value from anywhere else.
    if (this.current == this.intervals.first.get(v) && this.current != NONE && this.flow.loopLast.get(b) < b)
      return true;
    const preds = this.mir.predStart.get(b);
    for (let k: i32 = 0, n = this.mir.predCount.get(b); k < n; k++) {
      const p = this.mir.lists.get(preds + k);
      if (p >= b || (this.flags.get(p) & LiveFlag.RegisterOut) == 0) continue;
      if (this.lastInterval.get(p) == this.current) return true;
    }
    return false;
  }

  /** The definition: opens the first interval unless the value goes to its slot at once. */
  private startDef(v: i32, b: i32, first: i32, end: i32, wantedOut: boolean): void {
    const mir = this.mir;
    const intervals = this.intervals;
    const position = intervals.defPosition.get(v);
    const isParam = intervals.defOperand.get(v) < 0;
    this.since = isParam ? mir.blockStart.get(b) : (position >> 2) + 1;
    const until = first < end ? intervals.useEnd.get(first) >> 2 : mir.blockEnd.get(b);
    const wanted = (first < end || wantedOut) && this.calls.before.get(until) < this.since;
    if (wanted) {
      this.openInterval(v, position, first);
      this.pushRange(position, position + 1);
      this.isIn = true;
      return;
    }
    intervals.inMemory.set(v, 1);
    if (isParam || (position & 3) == Point.After) return;
    const constraint = infoConstraint(mir.operandInfo.get(intervals.defOperand.get(v)));
    if (constraint == Constraint.Any && mir.rematKind.get(v) == Remat.None) return;
    this.openInterval(v, position, first);
    this.pushRange(position, (position & ~3) + Point.After);
  }

  /** The uses in a block, from a state `isIn` at its start or at the definition. */
  private walkBlock(v: i32, b: i32, first: i32, end: i32, isOut: boolean): void {
    const intervals = this.intervals;
    const callBefore = this.calls.before;
    for (let k = first; k < end; k++) {
      const useEnd = intervals.useEnd.get(k);
      const i = useEnd >> 2;
      if (this.isIn && callBefore.get(i) >= this.since) this.isIn = false;
      if (!this.isIn) {
        intervals.inMemory.set(v, 1);
        const kind = intervals.useKind.get(k);
        if (kind == UseKind.Copied || (kind == UseKind.Any && !this.isWantedAfter(k, end, isOut))) continue;
        this.openInterval(v, i * 4 + Point.Early, k);
        this.isIn = true;
        this.since = i;
        this.pushRange(i * 4 + Point.Early, useEnd);
      } else {
        const to = intervals.to;
        if (to.top() < useEnd) to.set(to.length - 1, useEnd);
      }
    }
    if (!isOut) return;
    const last = this.mir.blockEnd.get(b) * 4;
    const to = intervals.to;
    if (to.top() < last) to.set(to.length - 1, last);
  }

  /** Whether a value that is read from its slot by use `k` is needed again before a call. */
  private isWantedAfter(k: i32, end: i32, isOut: boolean): boolean {
    const intervals = this.intervals;
    const i = intervals.useEnd.get(k) >> 2;
    for (let j = k + 1; j < end; j++) {
      const other = intervals.useEnd.get(j) >> 2;
      if (this.calls.before.get(other) >= i) return false;
      if (intervals.useKind.get(j) != UseKind.Copied) return true;
    }
    return isOut && this.calls.before.get(this.mir.blockEnd.get(this.flow.blockOf.get(i))) < i;
  }

  private storeBlocks(v: i32): void {
    const intervals = this.intervals;
    const n = this.blocks.length;
    const at = intervals.liveBlock.length;
    intervals.liveBlock.append(this.blocks, 0, n);
    intervals.liveFlags.resize(at + n);
    const blocks = this.blocks.view();
    const states = this.flags.view();
    const flags = intervals.liveFlags.view();
    for (let k: i32 = 0; k < n; k++) flags.set(at + k, states.get(blocks.get(k)));
    intervals.liveCount.set(v, n);
  }
}

/** Sorts ascending (Shell's method with Gonnet's increments): for lists too sparse to be counted. */
function sortNumbers(list: I32Column): void {
  const n = list.length;
  const at = list.view();
  for (let gap = n >> 1; gap > 0; gap = gap == 2 ? 1 : ((gap * 5) / 11) | 0) {
    for (let k = gap; k < n; k++) {
      const b = at.get(k);
      let j = k;
      while (j >= gap && at.get(j - gap) > b) {
        at.set(j, at.get(j - gap));
        j -= gap;
      }
      at.set(j, b);
    }
  }
}

function swap(column: I32Column, a: i32, b: i32): void {
  const value = column.get(a);
  column.set(a, column.get(b));
  column.set(b, value);
}
