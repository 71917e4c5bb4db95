// Byte strings to small numbers: equal strings get the same number, new ones the next.
//
// The strings stand in a crit-bit tree (Bernstein; a PATRICIA trie of Morrison, 1968): a node says at which bit the
// strings below it part, so a search takes at most as many steps as the string has bits. Input made to hurt cannot
// make it slower, as it could a hash table. What is searched for again and again is found in a small cache by hash
// before the tree is asked.

import { clz32, mul32 } from "host/prims";
import { I32Column, U8Column } from "./columns";

/** Positions in a string: 16 for each byte, of which 9 are used; the first says that the byte is there. */
const BYTE_STEP: i32 = 16;
const PRESENT: i32 = 0x100;

export class Interner {
  private bytes: U8Column = new U8Column();
  /** Where each string begins in `bytes`; one more than there are strings. */
  private starts: I32Column = new I32Column();
  /** By the lowest bits of the hash: a number + 1, or 0. */
  private cache: I32Column = new I32Column();
  private mask: i32;
  // Nodes of the tree: the position of the bit, and what lies below for 0 and for 1: a node, or ~number.
  private nodePosition: I32Column = new I32Column();
  private nodeZero: I32Column = new I32Column();
  private nodeOne: I32Column = new I32Column();
  private root: i32 = 0;

  /** `cacheSize` is a power of two. */
  constructor(cacheSize: i32) {
    this.mask = cacheSize - 1;
    this.cache.resize(cacheSize);
    this.starts.push(0);
  }

  /** How many different strings there are. */
  get count(): i32 {
    return this.starts.length - 1;
  }

  /** Forgets all strings. */
  clear(): void {
    if (this.count == 0) return;
    this.bytes.clear();
    this.starts.length = 1;
    this.cache.fill(0, 0, this.cache.length);
    this.nodePosition.clear();
    this.nodeZero.clear();
    this.nodeOne.clear();
  }

  /** The number of the string that stands in `source` from `start` to `end`. */
  intern(source: U8Column, start: i32, end: i32): i32 {
    let hash: i32 = end - start;
    for (let i = start; i < end; i++) hash = (mul32(hash, 31) + source.get(i)) | 0;
    return this.internHashed(source, start, end, hash);
  }

  /** As `intern`; `hash` may be anything that equal strings have in common. */
  internHashed(source: U8Column, start: i32, end: i32, hash: i32): i32 {
    const slot = (hash ^ (hash >> 15)) & this.mask;
    const cached = this.cache.get(slot) - 1;
    if (cached >= 0 && this.isEqual(cached, source, start, end)) return cached;
    const number = this.internInTree(source, start, end);
    this.cache.set(slot, number + 1);
    return number;
  }

  /** Appends string `number` to `out`. */
  appendTo(out: U8Column, number: i32): void {
    out.append(this.bytes, this.starts.get(number), this.starts.get(number + 1));
  }

  length(number: i32): i32 {
    return this.starts.get(number + 1) - this.starts.get(number);
  }

  private isEqual(number: i32, source: U8Column, start: i32, end: i32): boolean {
    const bytes = this.bytes;
    const at = this.starts.get(number);
    const length = this.starts.get(number + 1) - at;
    if (length != end - start) return false;
    for (let i: i32 = 0; i < length; i++) {
      if (bytes.get(at + i) != source.get(start + i)) return false;
    }
    return true;
  }

  private internInTree(source: U8Column, start: i32, end: i32): i32 {
    const count = this.count;
    if (count == 0) {
      this.root = ~0;
      return this.add(source, start, end);
    }
    let at = this.root;
    while (at >= 0) {
      const position = this.nodePosition.get(at);
      at = bitAt(source, start, end, position) != 0 ? this.nodeOne.get(at) : this.nodeZero.get(at);
    }
    const position = this.firstDifference(~at, source, start, end);
    if (position < 0) return ~at;
    this.insert(source, start, end, position, ~count);
    return this.add(source, start, end);
  }

  private add(source: U8Column, start: i32, end: i32): i32 {
    this.bytes.append(source, start, end);
    this.starts.push(this.bytes.length);
    return this.count - 1;
  }

  /** The first position at which a string differs from string `number`; -1 if they are equal. */
  private firstDifference(number: i32, source: U8Column, start: i32, end: i32): i32 {
    const from = this.starts.get(number);
    const to = this.starts.get(number + 1);
    let i: i32 = 0;
    while (from + i < to && start + i < end && this.bytes.get(from + i) == source.get(start + i)) i++;
    const difference = symbolAt(this.bytes, from, to, i) ^ symbolAt(source, start, end, i);
    return difference == 0 ? -1 : i * BYTE_STEP + clz32(difference) - 23;
  }

  /** Hangs `leaf`, the string given, into the tree beside what it parts from at `position`. */
  private insert(source: U8Column, start: i32, end: i32, position: i32, leaf: i32): void {
    // The root, or one side of `parent`, will lead to the new node.
    let parent: i32 = -1;
    let side: i32 = 0;
    let at = this.root;
    while (at >= 0 && this.nodePosition.get(at) < position) {
      parent = at;
      side = bitAt(source, start, end, this.nodePosition.get(at));
      at = side != 0 ? this.nodeOne.get(at) : this.nodeZero.get(at);
    }
    const node = this.nodePosition.length;
    const own = bitAt(source, start, end, position);
    this.nodePosition.push(position);
    this.nodeZero.push(own != 0 ? at : leaf);
    this.nodeOne.push(own != 0 ? leaf : at);
    if (parent < 0) this.root = node;
    else if (side != 0) this.nodeOne.set(parent, node);
    else this.nodeZero.set(parent, node);
  }
}

/** Byte `i` with the bit that says that it is there; 0 behind the end. */
function symbolAt(source: U8Column, start: i32, end: i32, i: i32): i32 {
  return start + i < end ? PRESENT | source.get(start + i) : 0;
}

function bitAt(source: U8Column, start: i32, end: i32, position: i32): i32 {
  return (symbolAt(source, start, end, position >> 4) >> (8 - (position & 15))) & 1;
}
