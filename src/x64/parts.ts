// Code in parts: what a worker has compiled, as bytes that another process can append to its own code. Merging parts
// in order gives exactly what compiling everything in one process gives: offsets shift, constants find their
// numbers in the common pool in the order of their first use, jump tables follow one another.

import { I32Column, U8Column } from "../base/columns";
import { Code, LINE, RelocKind } from "./code";

/** Appends to `out` the code of the functions `order[from]` to `order[to]` (excluded), which must be all of `code`. */
export function writePart(code: Code, order: I32Column, from: i32, to: i32, out: U8Column): void {
  const head = new I32Column();
  head.push(code.bytes.length);
  head.push(code.relocOffset.length);
  head.push(code.pool.length);
  head.push(code.tableStart.length);
  head.push(code.tableTargets.length);
  head.push(code.siteOffset.length);
  head.push(code.callFunc.length);
  head.push(code.handlerSite.length);
  for (let i = from; i < to; i++) {
    const f = order.get(i);
    head.push(code.funcStart.get(f));
    head.push(code.funcEnd.get(f));
    head.push(code.funcFrame.get(f));
    head.push(code.funcStackArgs.get(f));
    head.push(code.funcSiteStart.get(f));
    head.push(code.funcSiteEnd.get(f));
  }
  out.appendWords(head);
  out.appendWords(code.relocOffset);
  out.appendWords(code.relocTarget);
  out.appendWords(code.relocAddend);
  out.appendWords(code.pool);
  out.appendWords(code.tableStart);
  out.appendWords(code.tableTargets);
  out.appendWords(code.siteOffset);
  out.appendWords(code.siteOrigin);
  out.appendWords(code.callFunc);
  out.appendWords(code.callNumber);
  out.appendWords(code.handlerSite);
  out.appendWords(code.handlerTarget);
  out.append(code.relocKind, 0, code.relocKind.length);
  out.append(code.siteKind, 0, code.siteKind.length);
  out.append(code.siteTrap, 0, code.siteTrap.length);
  out.append(code.bytes, 0, code.bytes.length);
}

/** Takes words and bytes from a part, one after the other. */
class PartReader {
  part: U8Column;
  at: i32 = 0;

  constructor(part: U8Column) {
    this.part = part;
  }

  word(): i32 {
    const value = this.part.getI32(this.at);
    this.at = this.at + 4;
    return value;
  }

  /** Appends `count` words, each increased by `shift`. */
  words(target: I32Column, count: i32, shift: i32): void {
    const start = target.length;
    target.appendFromBytes(this.part, this.at, count);
    this.at = this.at + count * 4;
    if (shift == 0) return;
    for (let i = start; i < target.length; i++) target.set(i, target.get(i) + shift);
  }

  bytes(target: U8Column, count: i32): void {
    target.append(this.part, this.at, this.at + count);
    this.at = this.at + count;
  }
}

/** Appends a part (writePart) to `code`; `order`, `from` and `to` as it was written. */
export function mergePart(code: Code, order: I32Column, from: i32, to: i32, part: U8Column): void {
  // As compilation does at the start of each unit.
  code.align(LINE);
  const reader = new PartReader(part);
  const codeShift = code.bytes.length;
  const siteShift = code.siteOffset.length;
  const firstReloc = code.relocOffset.length;
  const firstTable = code.tableStart.length - 1;
  const byteCount = reader.word();
  const relocCount = reader.word();
  const poolCount = reader.word();
  const tableCount = reader.word();
  const targetCount = reader.word();
  const siteCount = reader.word();
  const callCount = reader.word();
  const handlerCount = reader.word();
  for (let i = from; i < to; i++) {
    const f = order.get(i);
    code.funcStart.set(f, reader.word() + codeShift);
    code.funcEnd.set(f, reader.word() + codeShift);
    code.funcFrame.set(f, reader.word());
    code.funcStackArgs.set(f, reader.word());
    code.funcSiteStart.set(f, reader.word() + siteShift);
    code.funcSiteEnd.set(f, reader.word() + siteShift);
  }
  reader.words(code.relocOffset, relocCount, codeShift);
  reader.words(code.relocTarget, relocCount, 0);
  reader.words(code.relocAddend, relocCount, 0);
  const entries = new I32Column();
  for (let i: i32 = 0; i < poolCount; i += 4) {
    const w0 = reader.word();
    const w1 = reader.word();
    const w2 = reader.word();
    entries.push(code.poolEntry(w0, w1, w2, reader.word()));
  }
  mergeTables(code, reader, tableCount, targetCount, codeShift);
  reader.words(code.siteOffset, siteCount, codeShift);
  reader.words(code.siteOrigin, siteCount, 0);
  reader.words(code.callFunc, callCount, 0);
  reader.words(code.callNumber, callCount, 0);
  reader.words(code.handlerSite, handlerCount, siteShift);
  reader.words(code.handlerTarget, handlerCount, codeShift);
  reader.bytes(code.relocKind, relocCount);
  reader.bytes(code.siteKind, siteCount);
  reader.bytes(code.siteTrap, siteCount);
  reader.bytes(code.bytes, byteCount);
  for (let i = firstReloc; i < code.relocOffset.length; i++) {
    const kind = code.relocKind.get(i);
    const target = code.relocTarget.get(i);
    if (kind == RelocKind.Pool) code.relocTarget.set(i, entries.get(target));
    else if (kind == RelocKind.JumpTable) code.relocTarget.set(i, target + firstTable);
  }
}

/** Jump tables: their starts follow ours (the first start of the part is 0, which we have as our end). */
function mergeTables(code: Code, reader: PartReader, tableCount: i32, targetCount: i32, codeShift: i32): void {
  const shift = code.tableTargets.length;
  const starts = new I32Column();
  reader.words(starts, tableCount, shift);
  for (let i: i32 = 1; i < starts.length; i++) code.tableStart.push(starts.get(i));
  reader.words(code.tableTargets, targetCount, codeShift);
}
