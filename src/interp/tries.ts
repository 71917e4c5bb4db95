// What the interpreter knows of try_table: for each, the range of code that it covers, and its clauses, each with the tag,
// the cell where its values go, and the code that goes on with them. And the exceptions themselves, which references name
// by their number, from 1 on.

import { I32Column, U8Column } from "../base/columns";
import { Program } from "../link/program";
import { hasRef, hasTag } from "../wasm/exception-rules";
import { ByteReader } from "../wasm/reader";
import { Cells } from "host/slots";

export class Tries {
  // By try_table, in the order of their beginnings: start and end of the code, first clause and the one behind the last.
  private start: I32Column = new I32Column();
  private end: I32Column = new I32Column();
  private firstClause: I32Column = new I32Column();
  private endClause: I32Column = new I32Column();
  /** All of them in the order of their ends, so that inner ones come before those around them. */
  private closed: I32Column = new I32Column();

  // By clause. The label is that of the translation; the code is where the label's operands are moved to their place.
  kind: I32Column = new I32Column();
  tag: I32Column = new I32Column();
  label: I32Column = new I32Column();
  cell: I32Column = new I32Column();
  code: I32Column = new I32Column();

  get closedCount(): i32 {
    return this.closed.length;
  }

  /** Reads the clauses of a try_table among `depth` labels; its number, or -1 if it has none. */
  open(program: Program, instance: i32, reader: ByteReader, depth: i32): i32 {
    const count = reader.readU32();
    if (count == 0) return -1;
    const number = this.start.length;
    this.start.push(0);
    this.end.push(0);
    this.firstClause.push(this.kind.length);
    for (let i: i32 = 0; i < count; i++) {
      const kind = reader.readByte();
      this.kind.push(kind);
      this.tag.push(hasTag(kind) ? program.tagOf(instance, reader.readU32()) : -1);
      this.label.push(depth - 1 - reader.readU32());
      this.cell.push(0);
      this.code.push(0);
    }
    this.endClause.push(this.kind.length);
    return number;
  }

  begin(number: i32, pc: i32): void {
    this.start.set(number, pc);
  }

  close(number: i32, pc: i32): void {
    this.end.set(number, pc);
    this.closed.push(number);
  }

  firstOf(number: i32): i32 {
    return this.firstClause.get(number);
  }

  endOf(number: i32): i32 {
    return this.endClause.get(number);
  }

  /** Values that clause `k` gives, without the reference. */
  valueCount(program: Program, k: i32): i32 {
    const tag = this.tag.get(k);
    return tag < 0 ? 0 : program.typeParamCount.get(program.tagType.get(tag));
  }

  /** The clause that takes an exception of `tag` at `pc`, by the try_tables closed from `first` to `end`; or -1. */
  find(pc: i32, tag: i32, first: i32, end: i32): i32 {
    for (let i = first; i < end; i++) {
      const number = this.closed.get(i);
      if (pc < this.start.get(number) || pc >= this.end.get(number)) continue;
      for (let k = this.firstClause.get(number); k < this.endClause.get(number); k++) {
        if (this.tag.get(k) < 0 || this.tag.get(k) == tag) return k;
      }
    }
    return -1;
  }
}

export class Exceptions {
  // By exception: tag, first of its values, whether references to it exist.
  private tag: I32Column = new I32Column();
  private first: I32Column = new I32Column();
  private isReferred: U8Column = new U8Column();
  private lo: I32Column = new I32Column();
  private hi: I32Column = new I32Column();

  /** An exception with `count` values from cell `at` on; what references to it say. */
  add(tag: i32, cells: Cells, at: i32, count: i32): i32 {
    this.tag.push(tag);
    this.first.push(this.lo.length);
    this.isReferred.push(0);
    for (let i: i32 = 0; i < count; i++) {
      this.lo.push(cells.getLo(at + i));
      this.hi.push(cells.getHi(at + i));
    }
    return this.tag.length;
  }

  tagOf(exception: i32): i32 {
    return this.tag.get(exception - 1);
  }

  /** Puts what clause `k` gives into cells from `at` on. What was thrown last and nothing refers to is forgotten. */
  take(exception: i32, tries: Tries, k: i32, count: i32, cells: Cells, at: i32): void {
    const i = exception - 1;
    const first = this.first.get(i);
    for (let v: i32 = 0; v < count; v++) cells.setI64(at + v, this.lo.get(first + v), this.hi.get(first + v));
    if (hasRef(tries.kind.get(k))) {
      this.isReferred.set(i, 1);
      cells.setI64(at + count, exception, 0);
    } else if (exception == this.tag.length && this.isReferred.get(i) == 0) {
      this.lo.length = first;
      this.hi.length = first;
      this.tag.pop();
      this.first.pop();
      this.isReferred.length = this.tag.length;
    }
  }
}
