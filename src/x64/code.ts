// The machine code of a program as emission leaves it: bytes, where each function lies, what must be patched
// once addresses are known, constants that the code refers to, and the sites that the trap handler needs.
// Written by emit.ts and stubs.ts, read by image/. Offsets count from the start of `bytes`.

import { I32Column, U8Column } from "../base/columns";
import { SiteKind } from "../link/info";
import { ALLOCATABLE } from "./registers";

/** Accesses to memories with higher numbers are not noted. */
export const MOST_NOTED_MEMORY: i32 = 15;

/** Functions start at multiples of this, and of LINE if they have loops for which lines matter. */
export const FUNCTION_ALIGNMENT: i32 = 16;
/** Decoded instructions are fetched from one line of so many bytes a cycle. */
export const LINE: i32 = 64;

/** What a patch at a 4-byte field means. */
export const enum RelocKind {
  /** rel32 to program function `target` */
  Call = 0,
  /** rip-relative 32-bit displacement to pool entry `target`; addend: bytes after the field in the instruction */
  Pool = 1,
  /** absolute 32-bit address of jump table `target` */
  JumpTable = 2,
  /** absolute 32-bit address of program function `target` */
  FuncAddress = 3,
  /** absolute 32-bit address of the start (target 0) or the end (target 1) of the code */
  CodeBound = 4,
}

export class Code {
  bytes: U8Column = new U8Column();

  // By program function; offset -1 where there is no code.
  funcStart: I32Column = new I32Column();
  funcEnd: I32Column = new I32Column();
  /** Bytes between the return address and rsp after the prologue. */
  funcFrame: I32Column = new I32Column();
  /** What its start is a multiple of. */
  funcAlignment: I32Column = new I32Column();
  funcStackArgs: I32Column = new I32Column();
  /** Registers that it overwrites, as a bit set; all while that is not known. */
  funcClobbers: I32Column = new I32Column();
  /** Range of the site columns. */
  funcSiteStart: I32Column = new I32Column();
  funcSiteEnd: I32Column = new I32Column();

  relocOffset: I32Column = new I32Column();
  relocKind: U8Column = new U8Column();
  relocTarget: I32Column = new I32Column();
  relocAddend: I32Column = new I32Column();

  /** Constant pool: 16-byte entries as four words; shorter constants use the low words. */
  pool: I32Column = new I32Column();

  // Jump tables: 32-bit absolute addresses in the end; table k is tableTargets[tableStart[k] .. tableStart[k + 1]),
  // as code offsets.
  tableStart: I32Column = new I32Column();
  tableTargets: I32Column = new I32Column();

  // Sites in ascending order of offset within a function (link/info.ts, SiteKind).
  siteOffset: I32Column = new I32Column();
  siteKind: U8Column = new U8Column();
  /** TrapKind of a Trap site, register and memory of an Access, otherwise 0. */
  siteTrap: U8Column = new U8Column();
  /** Of an Access its offset. */
  siteOrigin: I32Column = new I32Column();

  // Calls whose exceptions are handled where they are made: the call's site, and the offset of the handler.
  handlerSite: I32Column = new I32Column();
  handlerTarget: I32Column = new I32Column();

  // System calls: program function and number, or -1 for one that is not known.
  callFunc: I32Column = new I32Column();
  callNumber: I32Column = new I32Column();

  /** Stubs (stubs.ts): offsets of the process entry, the signal entry, the signal restorer, and instructions to fault. */
  entryOffset: i32 = -1;
  signalOffset: i32 = -1;
  restorerOffset: i32 = -1;
  faultOffset: i32 = -1;

  /** Hash of pool constants to entries: open addressing, entry + 1, grown with the pool. */
  private poolHash: I32Column = new I32Column();

  /** Room for `functions` program functions. */
  reset(functions: i32): void {
    this.funcClobbers.resize(functions);
    this.funcClobbers.fill(ALLOCATABLE, 0, functions);
    this.clear(functions);
  }

  /** Fills up with what traps to a multiple of `bytes`, a power of two. */
  align(bytes: i32): void {
    while ((this.bytes.length & (bytes - 1)) != 0) this.bytes.push(0xcc);
  }

  /** Takes everything out but what is known of functions. */
  clear(functions: i32): void {
    this.bytes.clear();
    this.funcStart.clear();
    this.funcStart.resize(functions);
    this.funcStart.fill(-1, 0, functions);
    this.funcEnd.clear();
    this.funcEnd.resize(functions);
    this.funcFrame.clear();
    this.funcFrame.resize(functions);
    this.funcAlignment.clear();
    this.funcAlignment.resize(functions);
    this.funcStackArgs.clear();
    this.funcStackArgs.resize(functions);
    this.funcSiteStart.clear();
    this.funcSiteStart.resize(functions);
    this.funcSiteEnd.clear();
    this.funcSiteEnd.resize(functions);
    this.relocOffset.clear();
    this.relocKind.clear();
    this.relocTarget.clear();
    this.relocAddend.clear();
    this.pool.clear();
    this.tableStart.clear();
    this.tableStart.push(0);
    this.tableTargets.clear();
    this.siteOffset.clear();
    this.siteKind.clear();
    this.siteTrap.clear();
    this.siteOrigin.clear();
    this.handlerSite.clear();
    this.handlerTarget.clear();
    this.callFunc.clear();
    this.callNumber.clear();
    this.poolHash.clear();
    this.poolHash.resize(64);
  }

  get poolCount(): i32 {
    return this.pool.length >> 2;
  }

  /** Number of the 16-byte pool entry with these words; equal constants share one. */
  poolEntry(w0: i32, w1: i32, w2: i32, w3: i32): i32 {
    const hash = this.poolHash;
    const mask = hash.length - 1;
    let slot = (w0 ^ (w1 << 5) ^ (w1 >> 27) ^ (w2 << 11) ^ (w3 << 17) ^ (w0 >> 15) ^ (w1 >> 13)) & mask;
    while (hash.get(slot) != 0) {
      const at = (hash.get(slot) - 1) << 2;
      if (
        this.pool.get(at) == w0 &&
        this.pool.get(at + 1) == w1 &&
        this.pool.get(at + 2) == w2 &&
        this.pool.get(at + 3) == w3
      ) {
        return at >> 2;
      }
      slot = (slot + 1) & mask;
    }
    const entry = this.poolCount;
    this.pool.push(w0);
    this.pool.push(w1);
    this.pool.push(w2);
    this.pool.push(w3);
    hash.set(slot, entry + 1);
    if (entry * 2 > mask) this.growPoolHash();
    return entry;
  }

  private growPoolHash(): void {
    const hash = this.poolHash;
    const size = hash.length * 2;
    hash.clear();
    hash.resize(size);
    const count = this.poolCount;
    const copy = new I32Column();
    copy.append(this.pool, 0, this.pool.length);
    this.pool.clear();
    for (let i: i32 = 0; i < count; i++) {
      this.poolEntry(copy.get(4 * i), copy.get(4 * i + 1), copy.get(4 * i + 2), copy.get(4 * i + 3));
    }
  }

  /** Numbers the pool's entries in the order in which the code refers to them, and drops those that it does not: selection
   *  asks for constants that it then does without, and where a function comes from must not show. */
  renumberPool(): void {
    const old = new I32Column();
    old.append(this.pool, 0, this.pool.length);
    const count = this.poolCount;
    const number = new I32Column();
    number.resize(count);
    number.fill(-1, 0, count);
    this.pool.clear();
    for (let i: i32 = 0; i < this.relocKind.length; i++) {
      if (this.relocKind.get(i) != RelocKind.Pool) continue;
      const entry = this.relocTarget.get(i);
      if (number.get(entry) < 0) {
        number.set(entry, this.poolCount);
        this.pool.append(old, entry << 2, (entry << 2) + 4);
      }
      this.relocTarget.set(i, number.get(entry));
    }
  }

  /** Notes a patch of the 4-byte field at `offset`. */
  addReloc(offset: i32, kind: i32, target: i32, addend: i32): void {
    this.relocOffset.push(offset);
    this.relocKind.push(kind);
    this.relocTarget.push(target);
    this.relocAddend.push(addend);
  }

  addSystemCall(f: i32, number: i32): void {
    this.callFunc.push(f);
    this.callNumber.push(number);
  }

  /** Notes what the access at the site just added, a trap, was to: the register that has its index, and its offset. */
  addAccess(register: i32, memory: i32, offset: i32): void {
    assert(memory <= MOST_NOTED_MEMORY, "addAccess: number of the memory");
    this.addSite(this.siteOffset.top(), SiteKind.Access, register | (memory << 4), offset);
  }

  addSite(offset: i32, kind: i32, trap: i32, origin: i32): void {
    this.siteOffset.push(offset);
    this.siteKind.push(kind);
    this.siteTrap.push(trap);
    this.siteOrigin.push(origin);
  }
}
