// Custom sections that the text asks for, with their places, and the one that branch hints make.

import { I32Column, U8Column } from "../base/columns";
import { SectionId, sectionRank } from "../wasm/format";
import { pushName, pushU32 } from "../wasm/writer";
import { pushSubsection } from "./names";

/** Places of custom sections that are not beside a section. */
export const enum Place {
  First = 0,
  Last = 100,
}

/** The place before a section, which goes by the binary format's order. */
export function placeBefore(id: i32): i32 {
  return sectionRank(id) * 2;
}

/** The place behind a section. */
export function placeAfter(id: i32): i32 {
  return sectionRank(id) * 2 + 1;
}

export class CustomSections {
  private place: I32Column = new I32Column();
  private start: I32Column = new I32Column();
  /** Their contents: name and data. */
  content: U8Column = new U8Column();
  /** Branch hints of all functions and of the function being read. */
  private hints: U8Column = new U8Column();
  private hintFuncs: i32 = 0;
  private funcHints: U8Column = new U8Column();
  private funcHintCount: i32 = 0;

  clear(): void {
    this.place.clear();
    this.start.clear();
    this.content.clear();
    this.hints.clear();
    this.hintFuncs = 0;
    this.clearFunc();
  }

  clearFunc(): void {
    this.funcHints.clear();
    this.funcHintCount = 0;
  }

  /** Begins a section whose content is appended to `content`. */
  begin(): void {
    this.start.push(this.content.length);
    this.place.push(Place.Last);
  }

  setPlace(place: i32): void {
    this.place.set(this.place.length - 1, place);
  }

  /** Appends the sections of one place to a module. */
  write(out: U8Column, place: i32): void {
    for (let i: i32 = 0; i < this.place.length; i++) {
      if (this.place.get(i) != place) continue;
      const start = this.start.get(i);
      const end = i + 1 < this.start.length ? this.start.get(i + 1) : this.content.length;
      out.push(SectionId.Custom);
      pushU32(out, end - start);
      out.append(this.content, start, end);
    }
  }

  /** Notes that the branch `offset` bytes into the function's body is likely or not. */
  addHint(offset: i32, value: i32): void {
    pushU32(this.funcHints, offset);
    this.funcHints.push(1);
    this.funcHints.push(value);
    this.funcHintCount++;
  }

  finishFunc(func: i32): void {
    if (this.funcHintCount == 0) return;
    pushU32(this.hints, func);
    pushU32(this.hints, this.funcHintCount);
    this.hints.append(this.funcHints, 0, this.funcHints.length);
    this.hintFuncs++;
  }

  writeHints(out: U8Column): void {
    if (this.hintFuncs == 0) return;
    const content = new U8Column();
    pushName(content, "metadata.code.branch_hint");
    pushU32(content, this.hintFuncs);
    content.append(this.hints, 0, this.hints.length);
    pushSubsection(out, SectionId.Custom, content);
  }
}
