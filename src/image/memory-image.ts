// The initial contents of linear memories, from the active data segments: which runs of pages the kernel maps
// straight from the file, and which pieces are copied at start.
//
// A memory starts as zeros, so only bytes that differ are kept. Long runs become page-aligned parts of the file
// that are mapped in place, at most a handful; everything else is a copy row, so that segments scattered over
// 4 GiB cost what they contain and not the distance between them. Later segments overwrite earlier ones.

import { I32Column, U8Column } from "../base/columns";
import { sortByKey } from "../base/sort";
import { addWide, wideHi, wideLo } from "../base/wide";
import { Program } from "../link/program";
import { PAGE_BYTES } from "./elf";
import { shrU32 } from "host/prims";

/** Zero bytes that end a piece: more than a copy row takes. */
const GAP: i32 = 64;
/** Pages without data that end a run to be mapped. */
const GAP_PAGES: i32 = 4;
/** Bytes from which on a run is mapped instead of copied, if they fill at least half of its pages. */
const MAPPED_BYTES: i32 = 16384;
/** Program headers for runs: more of them would not fit in front of the information block. */
export const MAX_RUNS: i32 = 8;

/** Bytes of contents that a file may hold: sizes in the file are 31 bits, and runs are at least half full. */
const LARGEST: i32 = 0x3000_0000;

export class MemoryImage {
  /** Contents of the clusters of overlapping and neighbouring segments, one after another. */
  bytes: U8Column = new U8Column();

  // Pieces without long zero stretches: memory, offset in it, range of `bytes`; in order of address.
  pieceMemory: I32Column = new I32Column();
  pieceOffset: I32Column = new I32Column();
  pieceOffsetHi: I32Column = new I32Column();
  pieceStart: I32Column = new I32Column();
  pieceEnd: I32Column = new I32Column();
  /** Run that maps the piece, or -1: it is copied. */
  pieceRun: I32Column = new I32Column();

  // Runs: memory, first page, number of pages.
  runMemory: I32Column = new I32Column();
  runPage: I32Column = new I32Column();
  runPages: I32Column = new I32Column();

  // Clusters: memory, offset, range of `bytes`.
  private clusterMemory: I32Column = new I32Column();
  private clusterOffset: I32Column = new I32Column();
  private clusterOffsetHi: I32Column = new I32Column();
  private clusterStart: I32Column = new I32Column();
  private clusterEnd: I32Column = new I32Column();
  // Candidate runs: their pieces, pages and bytes.
  private candidateFirst: I32Column = new I32Column();
  private candidateLast: I32Column = new I32Column();
  private candidateBytes: I32Column = new I32Column();

  /** False if the contents are too large for a file. */
  build(program: Program): boolean {
    if (!this.paint(program)) return false;
    for (let c: i32 = 0; c < this.clusterMemory.length; c++) this.cutPieces(c);
    this.findCandidates();
    this.chooseRuns();
    return true;
  }

  /** Writes all segments, in their order, into clusters. */
  private paint(program: Program): boolean {
    const count = program.initMemory.length;
    const order = new I32Column();
    // One memory at most lies below 4 GiB, so the upper half of its base tells a memory from others.
    const base = new I32Column();
    for (let i: i32 = 0; i < count; i++) {
      order.push(i);
      base.push(program.memoryBaseHi.get(program.initMemory.get(i)));
    }
    sortByKey(order, program.initOffset);
    sortByKey(order, program.initOffsetHi);
    sortByKey(order, base);
    const position = new I32Column();
    position.resize(count);
    let end: f64 = 0;
    let total: f64 = 0;
    let last: i32 = -1;
    for (let k: i32 = 0; k < count; k++) {
      const i = order.get(k);
      const bytes = program.initEnd.get(i) - program.initStart.get(i);
      const start = f64(u32(program.initOffset.get(i))) + f64(program.initOffsetHi.get(i)) * 4294967296;
      if (last < 0 || this.clusterMemory.get(last) != program.initMemory.get(i) || start > end + f64(GAP)) {
        if (last >= 0) this.clusterEnd.set(last, i32(total));
        last = this.clusterMemory.length;
        this.clusterMemory.push(program.initMemory.get(i));
        this.clusterOffset.push(program.initOffset.get(i));
        this.clusterOffsetHi.push(program.initOffsetHi.get(i));
        this.clusterStart.push(i32(total));
        this.clusterEnd.push(i32(total));
        end = start;
      }
      position.set(i, this.clusterStart.get(last) + ((program.initOffset.get(i) - this.clusterOffset.get(last)) | 0));
      if (start + f64(bytes) > end) {
        total += start + f64(bytes) - end;
        end = start + f64(bytes);
      }
      if (total > LARGEST) return false;
    }
    if (last >= 0) this.clusterEnd.set(last, i32(total));
    this.bytes.resize(i32(total));
    for (let i: i32 = 0; i < count; i++) {
      const source = program.modules[program.initModule.get(i)].bytes;
      this.bytes.copyAt(position.get(i), source, program.initStart.get(i), program.initEnd.get(i));
    }
    return true;
  }

  /** Cuts a cluster into pieces at its long stretches of zeros. */
  private cutPieces(c: i32): void {
    const bytes = this.bytes;
    const start = this.clusterStart.get(c);
    const end = this.clusterEnd.get(c);
    let at = this.skipZeros(start, end);
    while (at < end) {
      const first = at;
      let stop = at;
      while (at < end) {
        if (at + 4 <= end && !hasZeroByte(bytes.getI32(at))) {
          at += 4;
          stop = at;
          continue;
        }
        if (bytes.get(at) != 0) {
          at++;
          stop = at;
          continue;
        }
        const next = this.skipZeros(at, end);
        const isLong = next - at >= GAP;
        at = next;
        if (isLong) break;
      }
      this.pieceMemory.push(this.clusterMemory.get(c));
      addWide(this.clusterOffset.get(c), this.clusterOffsetHi.get(c), first - start, 0);
      this.pieceOffset.push(wideLo());
      this.pieceOffsetHi.push(wideHi());
      this.pieceStart.push(first);
      this.pieceEnd.push(stop);
      this.pieceRun.push(-1);
    }
  }

  private skipZeros(from: i32, end: i32): i32 {
    const bytes = this.bytes;
    let at = from;
    while (at + 4 <= end && bytes.getI32(at) == 0) at += 4;
    while (at < end && bytes.get(at) == 0) at++;
    return at;
  }

  private firstPage(piece: i32): i32 {
    return pageOf(this.pieceOffset.get(piece), this.pieceOffsetHi.get(piece));
  }

  private lastPage(piece: i32): i32 {
    const bytes = this.pieceEnd.get(piece) - this.pieceStart.get(piece);
    addWide(this.pieceOffset.get(piece), this.pieceOffsetHi.get(piece), bytes - 1, 0);
    return pageOf(wideLo(), wideHi());
  }

  /** Finds stretches of pieces on neighbouring pages that are large and dense enough to be mapped. */
  private findCandidates(): void {
    const count = this.pieceMemory.length;
    let first: i32 = 0;
    while (first < count) {
      let last = first;
      let bytes = this.pieceEnd.get(first) - this.pieceStart.get(first);
      while (last + 1 < count && this.isNear(last, last + 1)) {
        last++;
        bytes += this.pieceEnd.get(last) - this.pieceStart.get(last);
      }
      const pages = this.lastPage(last) - this.firstPage(first) + 1;
      if (bytes >= MAPPED_BYTES && bytes >> 11 >= pages) {
        this.candidateFirst.push(first);
        this.candidateLast.push(last);
        this.candidateBytes.push(bytes);
      }
      first = last + 1;
    }
  }

  private isNear(piece: i32, next: i32): boolean {
    if (this.pieceMemory.get(piece) != this.pieceMemory.get(next)) return false;
    return this.firstPage(next) - this.lastPage(piece) <= GAP_PAGES;
  }

  /** The largest candidates become runs, in order of address. */
  private chooseRuns(): void {
    const count = this.candidateFirst.length;
    const order = new I32Column();
    const key = new I32Column();
    for (let i: i32 = 0; i < count; i++) {
      order.push(i);
      key.push(-1 - this.candidateBytes.get(i));
    }
    sortByKey(order, key);
    const chosen = new I32Column();
    for (let i: i32 = 0; i < count && i < MAX_RUNS; i++) chosen.push(order.get(i));
    sortByKey(chosen, this.candidateFirst);
    for (let r: i32 = 0; r < chosen.length; r++) {
      const first = this.candidateFirst.get(chosen.get(r));
      const last = this.candidateLast.get(chosen.get(r));
      this.runMemory.push(this.pieceMemory.get(first));
      this.runPage.push(this.firstPage(first));
      this.runPages.push(this.lastPage(last) - this.firstPage(first) + 1);
      for (let p = first; p <= last; p++) this.pieceRun.set(p, r);
    }
  }

  /** Appends the pages of run `r`. */
  writeRun(r: i32, out: U8Column): void {
    const base = out.length;
    out.resize(base + this.runPages.get(r) * PAGE_BYTES);
    const start = this.runPage.get(r) << 12;
    for (let p: i32 = 0; p < this.pieceMemory.length; p++) {
      if (this.pieceRun.get(p) != r) continue;
      const at = base + ((this.pieceOffset.get(p) - start) | 0);
      out.copyAt(at, this.bytes, this.pieceStart.get(p), this.pieceEnd.get(p));
    }
  }
}

/** Page of 4 KiB of an offset below 2^43. */
function pageOf(lo: i32, hi: i32): i32 {
  return shrU32(lo, 12) | (hi << 20);
}

/** Whether one of the four bytes is zero (Warren, Hacker's Delight, 6-1). */
function hasZeroByte(word: i32): boolean {
  return (((word - 0x01010101) | 0) & ~word & -2139062144) != 0;
}
