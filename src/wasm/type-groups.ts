// Equality of types (specification 3.3.3, "Type Equivalence"): types are defined in groups that may refer to one
// another, and two groups are the same if they are written the same way, references within a group counted from its
// start. So equal groups are found by hashing what they consist of, and each group gets one representative: after
// that, two types are equal if and only if their numbers are.
//
// Serves the decoder, for the types of one module, and the linker, for those of all modules.

import { I32Column } from "../base/columns";
import { mul32 } from "host/prims";
import { heapOf, isRef } from "./types";

/** Marks a reference to a type of its own group, given by its place there. */
const WITHIN: i32 = 0x4000_0000;

/** Number of a type that has no supertype. */
export const NO_SUPER: i32 = -1;

/** The columns of types, which are the owner's. */
export class TypeGroups {
  private start: I32Column;
  private params: I32Column;
  private results: I32Column;
  private pool: I32Column;
  /** Declared supertype, or NO_SUPER. */
  private supers: I32Column;
  private isFinal: I32Column;
  /** First type of the group. */
  private group: I32Column;

  /** Open addressing: first type of a group, plus one; its hash beside it. */
  private slots: I32Column = new I32Column();
  private hashes: I32Column = new I32Column();
  private count: i32 = 0;

  constructor(
    start: I32Column,
    params: I32Column,
    results: I32Column,
    pool: I32Column,
    supers: I32Column,
    isFinal: I32Column,
    group: I32Column,
  ) {
    this.start = start;
    this.params = params;
    this.results = results;
    this.pool = pool;
    this.supers = supers;
    this.isFinal = isFinal;
    this.group = group;
    this.slots.resize(64);
    this.hashes.resize(64);
  }

  /** The group that consists of the types from `first` on: the first type of its like, or `first` if it is new. */
  intern(first: i32): i32 {
    const hash = this.hashOf(first);
    let slot = this.slotOf(hash);
    while (this.slots.get(slot) != 0) {
      const like = this.slots.get(slot) - 1;
      if (this.hashes.get(slot) == hash && this.isLike(like, first)) return like;
      slot = (slot + 1) & (this.slots.length - 1);
    }
    this.slots.set(slot, first + 1);
    this.hashes.set(slot, hash);
    this.count++;
    if (this.count * 2 > this.slots.length) this.grow();
    return first;
  }

  private slotOf(hash: i32): i32 {
    return (hash ^ (hash >> 16)) & (this.slots.length - 1);
  }

  private grow(): void {
    const slots = this.slots;
    const hashes = this.hashes;
    this.slots = new I32Column();
    this.slots.resize(slots.length * 2);
    this.hashes = new I32Column();
    this.hashes.resize(slots.length * 2);
    for (let i: i32 = 0; i < slots.length; i++) {
      if (slots.get(i) == 0) continue;
      let slot = this.slotOf(hashes.get(i));
      while (this.slots.get(slot) != 0) slot = (slot + 1) & (this.slots.length - 1);
      this.slots.set(slot, slots.get(i));
      this.hashes.set(slot, hashes.get(i));
    }
  }

  private hashOf(first: i32): i32 {
    let hash: i32 = 0;
    for (let t = first; t < this.start.length; t++) {
      const params = this.params.get(t);
      const count = params + this.results.get(t);
      const start = this.start.get(t);
      hash = mix(hash, mul32(params, 0x2c1b3c6d) ^ count);
      hash = mix(hash, (relative(this.supers.get(t), first) << 1) | this.isFinal.get(t));
      for (let i: i32 = 0; i < count; i++) hash = mix(hash, relativeValue(this.pool.get(start + i), first));
    }
    return hash;
  }

  /** Whether the group at `like` is the same as the one that consists of the types from `first` on. */
  private isLike(like: i32, first: i32): boolean {
    const count = this.start.length - first;
    // One type more must be one of another group.
    if (this.group.get(like + count - 1) != like || this.group.get(like + count) == like) return false;
    for (let i: i32 = 0; i < count; i++) {
      if (!this.isLikeType(like, first, i)) return false;
    }
    return true;
  }

  private isLikeType(like: i32, first: i32, i: i32): boolean {
    const t = like + i;
    const u = first + i;
    const count = this.params.get(t) + this.results.get(t);
    if (this.params.get(t) != this.params.get(u) || this.results.get(t) != this.results.get(u)) return false;
    if (this.isFinal.get(t) != this.isFinal.get(u)) return false;
    if (relative(this.supers.get(t), like) != relative(this.supers.get(u), first)) return false;
    const a = this.start.get(t);
    const b = this.start.get(u);
    for (let k: i32 = 0; k < count; k++) {
      if (relativeValue(this.pool.get(a + k), like) != relativeValue(this.pool.get(b + k), first)) return false;
    }
    return true;
  }
}

function mix(hash: i32, value: i32): i32 {
  return mul32(hash ^ value ^ (hash >> 15), 0x297a2d39);
}

function relative(type: i32, first: i32): i32 {
  return type >= first ? (type - first) | WITHIN : type;
}

function relativeValue(value: i32, first: i32): i32 {
  if (!isRef(value) || heapOf(value) < first || heapOf(value) < 0) return value;
  return (value - (first << 9)) | WITHIN;
}
