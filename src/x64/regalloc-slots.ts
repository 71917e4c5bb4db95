// Spill slots: values whose lives, as intervals of instructions, do not overlap share one (left-edge colouring).
// An argument of a jump takes the slot of the parameter it becomes, or the other way round, if that is free.
// Slots are either half of a vector's pair or never, so that moves never overlap in part.

import { I32Column, U8Column } from "../base/columns";
import { Allocation, MirFunc } from "./mir";
import { NONE } from "./regalloc-intervals";

export class SlotAssigner {
  /** By value: NOT_REQUESTED, REQUESTED, or the slot. */
  private slot: I32Column = new I32Column();
  private preferred: I32Column = new I32Column();
  private values: I32Column = new I32Column();
  /** By entry of `values`: first and last instruction. */
  private firstAt: I32Column = new I32Column();
  private lastAt: I32Column = new I32Column();
  /** By instruction: lists of entries that start or end there. */
  private starts: I32Column = new I32Column();
  private ends: I32Column = new I32Column();
  private next: I32Column = new I32Column();
  private busy: U8Column = new U8Column();
  /** Free slots, some of which may be busy again. */
  private free8: I32Column = new I32Column();
  private free16: I32Column = new I32Column();

  start(mir: MirFunc): void {
    this.slot.resize(mir.vregCount);
    this.slot.fill(NOT_REQUESTED, 0, mir.vregCount);
    this.values.clear();
    this.firstAt.clear();
    this.lastAt.clear();
  }

  /** Value `v` needs a slot from instruction `first` to `last`. */
  request(v: i32, first: i32, last: i32): void {
    if (this.slot.get(v) != NOT_REQUESTED) return;
    if (this.preferred.length < this.slot.length) this.preferred.resize(this.slot.length);
    this.slot.set(v, REQUESTED);
    this.preferred.set(v, NONE);
    this.values.push(v);
    this.firstAt.push(first);
    this.lastAt.push(last);
  }

  isRequested(v: i32): boolean {
    return this.slot.get(v) != NOT_REQUESTED;
  }

  /** Values `v` and `w`, both requested, had better be in one slot. */
  prefer(v: i32, w: i32): void {
    this.preferred.set(v, w);
    if (this.preferred.get(w) == NONE) this.preferred.set(w, v);
  }

  slotOf(v: i32): i32 {
    return this.slot.get(v);
  }

  assign(mir: MirFunc, out: Allocation): void {
    out.slots = 0;
    const n = this.values.length;
    if (n == 0) return;
    const places = mir.instructionCount;
    this.starts.resize(places);
    this.starts.fill(NONE, 0, places);
    this.ends.resize(places);
    this.ends.fill(NONE, 0, places);
    this.next.resize(n);
    this.busy.clear();
    this.free8.clear();
    this.free16.clear();
    for (let k = n - 1; k >= 0; k--) {
      const first = this.firstAt.get(k);
      this.next.set(k, this.starts.get(first));
      this.starts.set(first, k);
    }
    for (let i: i32 = 0; i < places; i++) {
      let k = this.starts.get(i);
      while (k != NONE) {
        const next = this.next.get(k);
        const v = this.values.get(k);
        this.slot.set(v, this.takeSlot(v, mir.vregBytes.get(v) > 8));
        const last = this.lastAt.get(k);
        this.next.set(k, this.ends.get(last));
        this.ends.set(last, k);
        k = next;
      }
      for (k = this.ends.get(i); k != NONE; k = this.next.get(k)) {
        const v = this.values.get(k);
        const slot = this.slot.get(v);
        this.busy.set(slot, 0);
        if (mir.vregBytes.get(v) > 8) this.free16.push(slot);
        else this.free8.push(slot);
      }
    }
    out.slots = this.busy.length;
  }

  private takeSlot(v: i32, wide: boolean): i32 {
    const other = this.preferred.get(v);
    if (other != NONE) {
      const slot = this.slot.get(other);
      if (slot >= 0 && this.busy.get(slot) == 0) {
        this.busy.set(slot, 1);
        return slot;
      }
    }
    const free = wide ? this.free16 : this.free8;
    while (free.length > 0) {
      const slot = free.pop();
      if (this.busy.get(slot) != 0) continue;
      this.busy.set(slot, 1);
      return slot;
    }
    const slot = this.busy.length;
    this.busy.push(1);
    this.busy.push(0);
    if (!wide) free.push(slot + 1);
    return slot;
  }
}

const NOT_REQUESTED: i32 = -2;
const REQUESTED: i32 = -3;
