// A table of an interpreted program: cells with references. A function reference is the word {1 + program function,
// canonical type}, null is 0, other references are words as they are given.

import { Cells, Slots } from "host/slots";
import { ltU32 } from "host/prims";

export class Table {
  slots: Slots;
  size: i32;
  private max: i32;
  private is64: boolean;

  constructor(size: i32, max: i32, is64: boolean) {
    this.size = size;
    this.max = max;
    this.is64 = is64;
    this.slots = new Slots(size < 1 ? 1 : size);
  }

  get entries(): Cells {
    return this.slots.view();
  }

  /** An operand that is an index or a number; what has more than 32 bits is -1, which no table has. */
  operand(c: Cells, i: i32): i32 {
    return this.is64 && c.getHi(i) != 0 ? -1 : c.getLo(i);
  }

  /** Whether `count` entries from `at` on exist. */
  contains(at: i32, count: i32): boolean {
    return !ltU32(this.size, count) && !ltU32(this.size - count, at);
  }

  /** Adds `count` (unsigned) entries with the word in cell `a`; the old size, or -1. */
  grow(count: i32, c: Cells, a: i32): i32 {
    const old = this.size;
    if (ltU32(this.max - old, count)) return -1;
    this.slots.reserve(old + count);
    this.size = old + count;
    this.put(old, count, c, a);
    return old;
  }

  /** Puts the word in cell `a` into `count` entries from `at` on. */
  private put(at: i32, count: i32, c: Cells, a: i32): void {
    const entries = this.slots.view();
    for (let i = at; i < at + count; i++) entries.copyFrom(i, c, a);
  }

  /** table.fill with operands in three cells: index, word, number. */
  fill(c: Cells, at: i32): boolean {
    const start = this.operand(c, at);
    const count = this.operand(c, at + 2);
    if (!this.contains(start, count)) return false;
    this.put(start, count, c, at + 1);
    return true;
  }

  /** table.copy from `source`: target index, source index, number. */
  copy(source: Table, c: Cells, at: i32): boolean {
    const to = this.operand(c, at);
    const from = source.operand(c, at + 1);
    const count = this.is64 && source.is64 ? this.operand(c, at + 2) : c.getLo(at + 2);
    if (!this.contains(to, count) || !source.contains(from, count)) return false;
    const target = this.slots.view();
    const entries = source.slots.view();
    if (source == this) target.copyMany(to, from, count);
    else for (let i: i32 = 0; i < count; i++) target.copyFrom(to + i, entries, from + i);
    return true;
  }
}
