// Index spaces: things get their indices in order, some have a name in the text that later finds them, and names go to
// the name section (specification, appendix "Name Section").

import { I32Column, U8Column } from "../base/columns";
import { Interner } from "../base/interner";
import { pushU32 } from "../wasm/writer";
import { u32Length } from "./section";

export class Names {
  /** What the space holds, for messages. */
  what: string;
  count: i32 = 0;
  /** By word: index + 1 of what has that name, or 0. */
  private indexOf: I32Column = new I32Column();
  /** Words that have an entry in `indexOf`. */
  private defined: I32Column = new I32Column();
  /** Ascending indices of what has a name to be shown, and that name's word. */
  private shownIndex: I32Column = new I32Column();
  private shownWord: I32Column = new I32Column();

  constructor(what: string) {
    this.what = what;
  }

  clear(): void {
    for (let i: i32 = 0; i < this.defined.length; i++) this.indexOf.set(this.defined.get(i), 0);
    this.defined.clear();
    this.shownIndex.clear();
    this.shownWord.clear();
    this.count = 0;
  }

  /** Gives the thing with index `index` a name; false if another one has it. */
  define(word: i32, index: i32): boolean {
    if (word >= this.indexOf.length) this.indexOf.resize(word + 1);
    if (this.indexOf.get(word) != 0) return false;
    this.indexOf.set(word, index + 1);
    this.defined.push(word);
    return true;
  }

  /** Puts a name in the name section. */
  show(index: i32, word: i32): void {
    this.shownIndex.push(index);
    this.shownWord.push(word);
  }

  get shownCount(): i32 {
    return this.shownIndex.length;
  }

  /** The index of what has this name, or -1. */
  find(word: i32): i32 {
    return word < this.indexOf.length ? this.indexOf.get(word) - 1 : -1;
  }

  /** Appends the names as a name map: how many, then index and name of each. */
  writeMap(out: U8Column, interner: Interner): void {
    const count = this.shownIndex.length;
    pushU32(out, count);
    for (let i: i32 = 0; i < count; i++) {
      pushU32(out, this.shownIndex.get(i));
      pushWord(out, interner, this.shownWord.get(i));
    }
  }
}

/** Appends a word as a name: length, bytes. */
export function pushWord(out: U8Column, interner: Interner, word: i32): void {
  pushU32(out, interner.length(word));
  interner.appendTo(out, word);
}

/** Appends a subsection of the name section. */
export function pushSubsection(out: U8Column, id: i32, content: U8Column): void {
  out.push(id);
  pushU32(out, content.length);
  out.append(content, 0, content.length);
}

/** Appends a subsection that is a count and so many entries; nothing if there are none. */
export function pushCountedSubsection(out: U8Column, id: i32, count: i32, entries: U8Column): void {
  if (count == 0) return;
  out.push(id);
  pushU32(out, u32Length(count) + entries.length);
  pushU32(out, count);
  out.append(entries, 0, entries.length);
}
