// Local variables to SSA values: Braun et al., "Simple and Efficient Construction of Static Single Assignment Form"
// (CC 2013), with its per-block maps of variables replaced by what structured code tells in advance.
//
// Each local.set or local.tee is an event; events are numbered in textual order, and validation has noted the local
// of each. So for any point of the text, the last event of local x before it (L) and the next one after it (N) are
// found by binary search. Let a construct be a block, an if, or one arm of an if.
//   - If the construct around L is still open at the point, L dominates the point: code between the two can be
//     entered only through labels of constructs that begin after L.
//   - Otherwise the value comes through the join at the end of the outermost construct that holds L and has been
//     closed: a phi there (or, if the join has one predecessor, the value at that one's end).
//   - Either way, if a loop that began after that place holds N, the value is a phi at the innermost such loop's
//     header, since N reaches it by the back edge.
// Blocks between the two places are never walked, so a read costs O(log n) however many blocks there are. A block
// that nobody branches to is dissolved: it counts as part of its parent. Outermost closed constructs and innermost
// loops are found with skip pointers (Myers, "An Applicative Random-Access Stack", 1983).
//
// Phis are made on demand, their operands with a work list. A phi whose operands are one value and itself becomes
// a copy of it; phis that saw it as one of their two different operands are then looked at again.

import { I32Column } from "../base/columns";
import { mul32, shrU32 } from "host/prims";
import { Module } from "../wasm/module";
import { Func, NO_BLOCK, NO_VALUE } from "./func";
import { Op, Type } from "./op";

const NEVER: i32 = 0x7fff_ffff;

/** Instead of a list of waiting phis: the loop is closed. */
const CLOSED: i32 = -2;

/** How often a phi with many operands is looked at again: a bound on hostile input, at the price of a needless phi. */
const MAX_LOOKS: i32 = 16;

/** Operands that the phis of a function may have, in all: so many, and for each byte of the body. */
const MOST_OPERANDS: i32 = 0x8000;
const OPERANDS_PER_BYTE: i32 = 8;

export class LocalBuilder {
  private func: Func = new Func();
  /** Phis have more operands than the function can be given: it is to be built in another way (builder-slots.ts). */
  isTooMuch: boolean = false;
  private most: i32 = 0;
  /** The number of the function, in which per-local entries are valid: nothing is cleared between functions. */
  private generation: i32 = 0;
  /** Events so far. */
  eventCount: i32 = 0;

  // Types of locals, in runs: run i ends before local runEnd[i].
  private runEnd: I32Column = new I32Column();
  private runType: I32Column = new I32Column();
  private paramCount: i32 = 0;
  /** Zero constant of each type, in the entry block, NO_VALUE until asked for. */
  private zeros: I32Column = new I32Column();

  // By local: valid if stamp is the generation. Its events are `total` entries of eventsOf from `first`, `seen` of
  // them passed so far.
  private stamp: I32Column = new I32Column();
  private first: I32Column = new I32Column();
  private total: I32Column = new I32Column();
  private seen: I32Column = new I32Column();
  /** What setting or reading the local in block `valueBlock` - firstBlock gave last. */
  private value: I32Column = new I32Column();
  private valueBlock: I32Column = new I32Column();
  /** Number of blocks of all functions before this one: no need to forget what they left in valueBlock. */
  private firstBlock: i32 = 1;
  private touched: I32Column = new I32Column();
  private eventsOf: I32Column = new I32Column();

  // By event: the value set, and the construct it is in.
  private eventValue: I32Column = new I32Column();
  private eventConstruct: I32Column = new I32Column();

  // By block: events before its start and its end, and the innermost loop at its end.
  private blockStart: I32Column = new I32Column();
  private blockEnd: I32Column = new I32Column();
  private blockLoop: I32Column = new I32Column();

  // By construct; 0 is the function's body. closedBy: the first block after it; NEVER while open.
  construct: i32 = 0;
  private constructParent: I32Column = new I32Column();
  private constructSkip: I32Column = new I32Column();
  private constructDepth: I32Column = new I32Column();
  private closedBy: I32Column = new I32Column();
  /** Itself, or the construct that it counts as part of. */
  private dissolvedInto: I32Column = new I32Column();

  // By loop, numbered from 1; 0 means none. Numbers are given in textual order, dead loops included.
  loop: i32 = 0;
  private loopCount: i32 = 0;
  /** Where validation noted the loops' ends: that of loop 1 at loopsStart, with setsStart added. */
  private loopEnds: I32Column = new I32Column();
  private loopsStart: i32 = 0;
  private setsStart: i32 = 0;
  private loopStart: I32Column = new I32Column();
  private loopHeader: I32Column = new I32Column();
  private loopParent: I32Column = new I32Column();
  private loopSkip: I32Column = new I32Column();
  private loopDepth: I32Column = new I32Column();
  /** Records of the phis at its header that wait for the loop's end, linked by recordNext; or CLOSED. */
  private loopPhis: I32Column = new I32Column();

  // Phis made here, by record; while building, column c of a phi is its record.
  private recordPhi: I32Column = new I32Column();
  private recordLocal: I32Column = new I32Column();
  private recordNext: I32Column = new I32Column();
  private recordUsers: I32Column = new I32Column();
  private recordLooks: I32Column = new I32Column();
  // Lists of records that look at a phi.
  private userRecord: I32Column = new I32Column();
  private userNext: I32Column = new I32Column();
  /** Records whose operands are to be found, and records to look at again. */
  private unfilled: I32Column = new I32Column();
  private again: I32Column = new I32Column();
  private trail: I32Column = new I32Column();
  private values: BlockLocalMap = new BlockLocalMap();
  private hasCopies: boolean = false;

  /** Begins function `f` of a module. */
  begin(func: Func, module: Module, f: i32): void {
    this.reset(func);
    this.setsStart = module.setsStart.get(f);
    this.loopsStart = module.loopsStart.get(f);
    this.loopEnds = module.loopEnds;
    this.most = MOST_OPERANDS + mul32(module.bodyEnd.get(f) - module.bodyStart.get(f), OPERANDS_PER_BYTE);
    this.sortEvents(module.localSets, this.setsStart, module.setsEnd.get(f));
  }

  /** Begins a function without sets of locals or loops. */
  reset(func: Func): void {
    this.func = func;
    this.isTooMuch = false;
    this.most = MOST_OPERANDS;
    this.generation++;
    this.firstBlock += this.blockStart.length;
    this.eventCount = 0;
    this.runEnd.clear();
    this.runType.clear();
    this.paramCount = 0;
    this.zeros.clear();
    for (let type: i32 = 0; type <= Type.Ref; type++) this.zeros.push(NO_VALUE);
    this.blockStart.clear();
    this.blockEnd.clear();
    this.blockLoop.clear();
    this.construct = 0;
    this.constructParent.clear();
    this.constructSkip.clear();
    this.constructDepth.clear();
    this.closedBy.clear();
    this.dissolvedInto.clear();
    this.pushConstruct(0, 0, 0);
    this.loop = 0;
    this.loopCount = 0;
    this.clearLoops();
    this.recordPhi.clear();
    this.recordLocal.clear();
    this.recordNext.clear();
    this.recordUsers.clear();
    this.recordLooks.clear();
    this.userRecord.clear();
    this.userNext.clear();
    this.values.begin();
    this.hasCopies = false;
  }

  private clearLoops(): void {
    this.loopStart.clear();
    this.loopHeader.clear();
    this.loopParent.clear();
    this.loopSkip.clear();
    this.loopDepth.clear();
    this.loopPhis.clear();
  }

  /** Groups the events by local, ascending: a counting sort over the locals that have any. */
  private sortEvents(sets: I32Column, setsStart: i32, setsEnd: i32): void {
    const events = setsEnd - setsStart;
    if (this.eventValue.length < events) {
      this.eventValue.resize(events);
      this.eventConstruct.resize(events);
      this.eventsOf.resize(events);
    }
    const touched = this.touched;
    touched.clear();
    for (let i = setsStart; i < setsEnd; i++) {
      const x = sets.get(i);
      if (!this.isKnown(x)) {
        this.know(x);
        touched.push(x);
      }
      this.total.set(x, this.total.get(x) + 1);
    }
    let at: i32 = 0;
    for (let i: i32 = 0; i < touched.length; i++) {
      const x = touched.get(i);
      this.first.set(x, at);
      this.seen.set(x, at);
      at += this.total.get(x);
    }
    for (let i = setsStart; i < setsEnd; i++) {
      const x = sets.get(i);
      const place = this.seen.get(x);
      this.eventsOf.set(place, i - setsStart);
      this.seen.set(x, place + 1);
    }
    for (let i: i32 = 0; i < touched.length; i++) this.seen.set(touched.get(i), 0);
  }

  private isKnown(x: i32): boolean {
    return x < this.stamp.length && this.stamp.get(x) == this.generation;
  }

  /** Makes the entries of local `x` valid. */
  private know(x: i32): void {
    if (x >= this.stamp.length) {
      const n = x + 1;
      this.stamp.resize(n);
      this.first.resize(n);
      this.total.resize(n);
      this.seen.resize(n);
      this.value.resize(n);
      this.valueBlock.resize(n);
    }
    this.stamp.set(x, this.generation);
    this.total.set(x, 0);
    this.seen.set(x, 0);
  }

  /** Adds a parameter; its Param is value number x of the function. */
  addParam(type: i32): void {
    this.paramCount++;
    this.addLocals(1, type);
  }

  /** Adds `count` locals, which begin as zero. */
  addLocals(count: i32, type: i32): void {
    const runs = this.runEnd.length;
    this.runEnd.push((runs == 0 ? 0 : this.runEnd.top()) + count);
    this.runType.push(type);
  }

  private typeOf(x: i32): i32 {
    let low: i32 = 0;
    let high = this.runEnd.length - 1;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (x < this.runEnd.get(mid)) high = mid;
      else low = mid + 1;
    }
    return this.runType.get(low);
  }

  /** Value of a local at the function's entry. */
  private initialValue(x: i32): i32 {
    if (x < this.paramCount) return x;
    const type = this.typeOf(x);
    let zero = this.zeros.get(type);
    if (zero != NO_VALUE) return zero;
    const func = this.func;
    zero = func.buildValue(Op.Const, type, NO_VALUE, NO_VALUE, NO_VALUE, 0, 0, -1);
    this.zeros.set(type, zero);
    // After the parameters, before all else.
    const after = this.paramCount == 0 ? func.firstValue.get(0) : func.next.get(this.paramCount - 1);
    if (after == NO_VALUE) func.append(0, zero);
    else func.insertBefore(after, zero);
    return zero;
  }

  // Blocks.

  /** Notes a new block, which begins here. */
  startBlock(): void {
    this.blockStart.push(this.eventCount);
    this.blockEnd.push(this.eventCount);
    this.blockLoop.push(this.loop);
  }

  /** Notes that `block` ends here. */
  endBlock(block: i32): void {
    this.blockEnd.set(block, this.eventCount);
    this.blockLoop.set(block, this.loop);
  }

  // Constructs.

  private pushConstruct(parent: i32, skip: i32, depth: i32): void {
    this.dissolvedInto.push(this.constructParent.length);
    this.constructParent.push(parent);
    this.constructSkip.push(skip);
    this.constructDepth.push(depth);
    this.closedBy.push(NEVER);
  }

  /** Opens a construct inside the current one. */
  openConstruct(): i32 {
    const parent = this.construct;
    const skip = skipPointer(this.constructSkip, this.constructDepth, parent);
    this.construct = this.constructParent.length;
    this.pushConstruct(parent, skip, this.constructDepth.get(parent) + 1);
    return this.construct;
  }

  /** Closes the current construct; code goes on in `block`, which all ways out of it lead to. */
  closeConstruct(block: i32): void {
    this.closedBy.set(this.construct, block);
    this.construct = this.constructParent.get(this.construct);
  }

  /** Closes the current construct, which has one way out, that to its end, or none. */
  dissolveConstruct(): void {
    const parent = this.constructParent.get(this.construct);
    this.dissolvedInto.set(this.construct, parent);
    this.construct = parent;
  }

  private representative(construct: i32): i32 {
    const into = this.dissolvedInto;
    let c = construct;
    while (into.get(c) != c) {
      into.set(c, into.get(into.get(c)));
      c = into.get(c);
    }
    return c;
  }

  /** The outermost construct around `construct`, which is closed before `block`, that is closed before it too. */
  private outermostClosed(construct: i32, block: i32): i32 {
    let c = construct;
    while (true) {
      const far = this.representative(this.constructSkip.get(c));
      if (this.closedBy.get(far) <= block) {
        c = far;
        continue;
      }
      const near = this.representative(this.constructParent.get(c));
      if (this.closedBy.get(near) > block) return c;
      c = near;
    }
  }

  // Loops.

  /** Enters the next loop of the text, whose header is `header`, a new block. */
  openLoop(header: i32): void {
    const parent = this.loop;
    this.loopCount++;
    const loop = this.loopCount;
    this.growLoops(loop);
    this.loopStart.set(loop, this.eventCount);
    this.loopHeader.set(loop, header);
    this.loopParent.set(loop, parent);
    this.loopSkip.set(loop, skipPointer(this.loopSkip, this.loopDepth, parent));
    this.loopDepth.set(loop, this.loopDepth.get(parent) + 1);
    this.loopPhis.set(loop, -1);
    this.loop = loop;
    this.blockLoop.set(header, loop);
  }

  private growLoops(loop: i32): void {
    if (loop < this.loopStart.length) return;
    this.loopStart.resize(loop + 1);
    this.loopHeader.resize(loop + 1);
    this.loopParent.resize(loop + 1);
    this.loopSkip.resize(loop + 1);
    this.loopDepth.resize(loop + 1);
    this.loopPhis.resize(loop + 1);
  }

  /** Passes over a loop in dead code. */
  skipLoop(): void {
    this.loopCount++;
  }

  /** Number of events before the loop's end. */
  private endOf(loop: i32): i32 {
    return this.loopEnds.get(this.loopsStart + loop - 1) - this.setsStart;
  }

  /** Leaves the current loop, whose header has all its predecessors now: its phis get their operands. */
  closeLoop(): void {
    const loop = this.loop;
    assert(this.endOf(loop) == this.eventCount, "LocalBuilder.closeLoop");
    this.loop = this.loopParent.get(loop);
    let record = this.loopPhis.get(loop);
    this.loopPhis.set(loop, CLOSED);
    while (record >= 0) {
      this.unfilled.push(record);
      record = this.recordNext.get(record);
    }
    this.fillPhis();
  }

  /** The innermost loop from `loop` outwards that holds event `event`, which is not before it; 0 if none does. */
  private innermostLoopWith(loop: i32, event: i32): i32 {
    let l = loop;
    while (l != 0 && this.endOf(l) <= event) {
      const far = this.loopSkip.get(l);
      l = far != 0 && this.endOf(far) <= event ? far : this.loopParent.get(l);
    }
    return l;
  }

  // Reading and writing.

  /** Local `x` is set to `value` here, in `block`, which is the current one. */
  set(x: i32, value: i32, block: i32): void {
    this.eventValue.set(this.eventCount, value);
    this.value.set(x, value);
    this.valueBlock.set(x, this.firstBlock + block);
    this.skipSet(x);
  }

  /** Passes over a local.set or local.tee in dead code. */
  skipSet(x: i32): void {
    this.eventConstruct.set(this.eventCount, this.construct);
    this.eventCount++;
    this.seen.set(x, this.seen.get(x) + 1);
  }

  /** Value of local `x` here, in `block`, which is the current one. */
  get(x: i32, block: i32): i32 {
    const func = this.func;
    const place = this.firstBlock + block;
    if (x < this.valueBlock.length && this.valueBlock.get(x) == place) return func.resolve(this.value.get(x));
    if (!this.isKnown(x)) this.know(x);
    let v: i32 = 0;
    if (this.total.get(x) == 0) {
      v = this.initialValue(x);
    } else {
      this.endBlock(block);
      v = this.valueAtEnd(x, block);
      if (this.unfilled.length != 0) {
        this.fillPhis();
        v = func.resolve(v);
      }
    }
    this.value.set(x, v);
    this.valueBlock.set(x, place);
    return v;
  }

  /** Number of events of `x` before event number `event`, which is not ahead of the current point. */
  private countBefore(x: i32, event: i32): i32 {
    const events = this.eventsOf;
    const first = this.first.get(x);
    let high = this.seen.get(x);
    if (high == 0 || events.get(first + high - 1) < event) return high;
    // Gallop backwards: most questions are about the recent past.
    let step: i32 = 1;
    while (high - step > 0 && events.get(first + high - step - 1) >= event) {
      high -= step;
      step = step * 2;
    }
    let low = high - step > 0 ? high - step : 0;
    // All before low are earlier than the event (or low is 0), that at high - 1 is not.
    while (low < high) {
      const mid = (low + high) >> 1;
      if (events.get(first + mid) < event) low = mid + 1;
      else high = mid;
    }
    return low;
  }

  /** Value of `x` at the end of a block (see the head of this file); may leave phis to be filled. */
  private valueAtEnd(x: i32, startBlock: i32): i32 {
    const func = this.func;
    let block = startBlock;
    let v = NO_VALUE;
    while (v == NO_VALUE) {
      const count = this.countBefore(x, this.blockEnd.get(block));
      const first = this.first.get(x);
      const last: i32 = count == 0 ? -1 : this.eventsOf.get(first + count - 1);
      if (last >= this.blockStart.get(block)) {
        v = this.eventValue.get(last);
        break;
      }
      let place = last < 0 ? NO_BLOCK : this.joinAfter(last, block);
      let loop: i32 = 0;
      if (count < this.total.get(x)) {
        loop = this.innermostLoopWith(this.blockLoop.get(block), this.eventsOf.get(first + count));
        if (loop != 0 && this.beganAfter(loop, last, place)) place = this.loopHeader.get(loop);
        else loop = 0;
      }
      if (place == NO_BLOCK) {
        v = last < 0 ? this.initialValue(x) : this.eventValue.get(last);
        break;
      }
      v = this.values.find(place, x);
      if (v != NO_VALUE) break;
      this.trail.push(place);
      if (loop != 0 && this.loopPhis.get(loop) != CLOSED) v = this.buildWaitingPhi(loop, x);
      else if (func.predCount.get(place) == 1) block = func.pred(place, 0);
      else v = this.buildPhi(place, x);
    }
    v = func.resolve(v);
    while (this.trail.length != 0) this.values.insert(this.trail.pop(), x, v);
    return v;
  }

  /** The block through which event `event` reaches the end of `block`; NO_BLOCK if it dominates that. */
  private joinAfter(event: i32, block: i32): i32 {
    const construct = this.representative(this.eventConstruct.get(event));
    if (this.closedBy.get(construct) > block) return NO_BLOCK;
    return this.closedBy.get(this.outermostClosed(construct, block));
  }

  /** Whether a loop began after the place that a value comes from: a join, an event, or (-1) the entry. */
  private beganAfter(loop: i32, event: i32, join: i32): boolean {
    if (join != NO_BLOCK) return this.loopHeader.get(loop) > join;
    return this.loopStart.get(loop) > event;
  }

  // Phis.

  /** A phi at the header of a loop that is open still: its operands come when the loop is closed. */
  private buildWaitingPhi(loop: i32, x: i32): i32 {
    const phi = this.buildEmptyPhi(this.loopHeader.get(loop), this.typeOf(x), x);
    const record = this.func.c.get(phi);
    this.recordNext.set(record, this.loopPhis.get(loop));
    this.loopPhis.set(loop, record);
    return phi;
  }

  /** A phi for local `x` at a block with all its predecessors. */
  private buildPhi(block: i32, x: i32): i32 {
    const phi = this.buildEmptyPhi(block, this.typeOf(x), x);
    this.unfilled.push(this.func.c.get(phi));
    return phi;
  }

  /** A phi without operands, for local `x` or (-1) for a value that a label takes. */
  buildEmptyPhi(block: i32, type: i32, x: i32): i32 {
    const func = this.func;
    const phi = func.buildValue(Op.Phi, type, 0, 0, this.recordPhi.length, 0, 0, -1);
    func.prepend(block, phi);
    this.recordPhi.push(phi);
    this.recordLocal.push(x);
    this.recordNext.push(-1);
    this.recordUsers.push(-1);
    this.recordLooks.push(0);
    return phi;
  }

  /** Finds the operands of all phis that wait for them, and looks again at those whose operands have changed. */
  fillPhis(): void {
    while (true) {
      if (this.func.pool.length > this.most) {
        this.isTooMuch = true;
        this.unfilled.clear();
        this.again.clear();
        return;
      }
      if (this.unfilled.length != 0) this.fillPhi(this.unfilled.pop());
      else if (this.again.length != 0) this.lookAt(this.again.pop());
      else return;
    }
  }

  private fillPhi(record: i32): void {
    const func = this.func;
    const phi = this.recordPhi.get(record);
    const x = this.recordLocal.get(record);
    const block = func.block.get(phi);
    const n = func.predCount.get(block);
    const start = func.pool.length;
    func.pool.resize(start + n);
    func.a.set(phi, start);
    func.b.set(phi, n);
    let pred: i32 = -1;
    let v: i32 = 0;
    for (let i: i32 = 0; i < n; i++) {
      const next = func.pred(block, i);
      if (next != pred) v = this.valueAtEnd(x, next);
      pred = next;
      func.pool.set(start + i, v);
    }
    this.lookAt(record);
  }

  /** Makes a phi whose operands are all there a copy, if they are one value and the phi itself. */
  lookAt(record: i32): void {
    const func = this.func;
    const phi = this.recordPhi.get(record);
    if (func.op.get(phi) != Op.Phi) return;
    const start = func.a.get(phi);
    const end = start + func.b.get(phi);
    const looks = this.recordLooks.get(record);
    if (looks > MAX_LOOKS && end - start > MAX_LOOKS) return;
    this.recordLooks.set(record, looks + 1);
    let same = NO_VALUE;
    for (let i = start; i < end; i++) {
      const v = func.resolve(func.pool.get(i));
      if (v == phi || v == same) continue;
      if (same != NO_VALUE) {
        this.watch(same, record);
        this.watch(v, record);
        return;
      }
      same = v;
    }
    assert(same != NO_VALUE, "LocalBuilder.lookAt: a phi of nothing");
    func.replaceWith(phi, same);
    this.hasCopies = true;
    for (let user = this.recordUsers.get(record); user != -1; user = this.userNext.get(user)) {
      this.again.push(this.userRecord.get(user));
    }
  }

  /** Has `record` looked at again when `v` turns out to be a copy. */
  private watch(v: i32, record: i32): void {
    const func = this.func;
    if (func.op.get(v) != Op.Phi) return;
    const watched = func.c.get(v);
    this.userRecord.push(record);
    this.userNext.push(this.recordUsers.get(watched));
    this.recordUsers.set(watched, this.userRecord.length - 1);
  }

  /** Leaves the function as its readers expect it: phis without records, operands without copies. */
  finish(): void {
    const func = this.func;
    this.fillPhis();
    const n = this.recordPhi.length;
    for (let record: i32 = 0; record < n; record++) func.c.set(this.recordPhi.get(record), NO_VALUE);
    if (this.hasCopies) func.resolveCopies();
  }
}

/** Skip pointer of a new node below `parent` (Myers): ancestors are reached in a logarithmic number of steps. */
function skipPointer(skip: I32Column, depth: I32Column, parent: i32): i32 {
  const far = skip.get(parent);
  const balanced = depth.get(parent) - depth.get(far) == depth.get(far) - depth.get(skip.get(far));
  return balanced ? skip.get(far) : parent;
}

/** Values by block and local: open addressing with linear probing; entries of earlier functions count as empty. */
class BlockLocalMap {
  private generation: i32 = 0;
  private count: i32 = 0;
  private mask: i32 = 0;
  private stamps: I32Column = new I32Column();
  private blocks: I32Column = new I32Column();
  private locals: I32Column = new I32Column();
  private entries: I32Column = new I32Column();

  begin(): void {
    this.generation++;
    this.count = 0;
    if (this.mask == 0) this.resize(64);
  }

  private resize(size: i32): void {
    this.mask = size - 1;
    this.stamps.resize(size);
    this.blocks.resize(size);
    this.locals.resize(size);
    this.entries.resize(size);
  }

  /** Place of the entry, or the empty one where it belongs. */
  private place(block: i32, x: i32): i32 {
    const hash = mul32(mul32(block, 0x5bd1e995) ^ x, 0x27d4eb2f);
    let at = (hash ^ shrU32(hash, 15)) & this.mask;
    while (this.stamps.get(at) == this.generation) {
      if (this.blocks.get(at) == block && this.locals.get(at) == x) return at;
      at = (at + 1) & this.mask;
    }
    return at;
  }

  find(block: i32, x: i32): i32 {
    if (this.count == 0) return NO_VALUE;
    const at = this.place(block, x);
    return this.stamps.get(at) == this.generation ? this.entries.get(at) : NO_VALUE;
  }

  insert(block: i32, x: i32, value: i32): void {
    if (this.count * 2 > this.mask) this.grow();
    const at = this.place(block, x);
    if (this.stamps.get(at) != this.generation) this.count++;
    this.stamps.set(at, this.generation);
    this.blocks.set(at, block);
    this.locals.set(at, x);
    this.entries.set(at, value);
  }

  private grow(): void {
    const size = this.mask + 1;
    const old = new I32Column();
    for (let at: i32 = 0; at < size; at++) {
      if (this.stamps.get(at) != this.generation) continue;
      old.push(this.blocks.get(at));
      old.push(this.locals.get(at));
      old.push(this.entries.get(at));
    }
    this.resize(size * 2);
    this.generation++;
    this.count = 0;
    for (let i: i32 = 0; i < old.length; i += 3) this.insert(old.get(i), old.get(i + 1), old.get(i + 2));
  }
}
