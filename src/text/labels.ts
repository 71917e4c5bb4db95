// The structured instructions that are open where the parser is: each is a label, perhaps with a name, and names hide
// outer ones that are equal. Finding a name takes one step at any depth.

import { I32Column } from "../base/columns";
import { Names } from "./names";

export class Labels {
  /** By label, outermost first: its name's word or -1, the label that had the name before + 1 or 0, and the
   *  instruction that opened it. */
  private word: I32Column = new I32Column();
  private hidden: I32Column = new I32Column();
  opener: I32Column = new I32Column();
  /** By word: innermost label with that name + 1, or 0. */
  private labelOf: I32Column = new I32Column();
  /** Labels of the function so far, and their names for the name section. */
  private total: i32 = 0;
  names: Names = new Names("label");

  get count(): i32 {
    return this.opener.length;
  }

  /** Before a function. */
  clear(): void {
    while (this.count != 0) this.pop();
    this.total = 0;
    this.names.clear();
  }

  /** Opens a label with a name (-1: none); `shown` is the name for the name section. */
  push(word: i32, shown: i32, opener: i32): void {
    let hidden: i32 = 0;
    if (word >= 0) {
      if (word >= this.labelOf.length) this.labelOf.resize(word + 1);
      hidden = this.labelOf.get(word);
      this.labelOf.set(word, this.count + 1);
    }
    if (shown >= 0) this.names.show(this.total, shown);
    this.total++;
    this.word.push(word);
    this.hidden.push(hidden);
    this.opener.push(opener);
  }

  pop(): void {
    const word = this.word.pop();
    const hidden = this.hidden.pop();
    if (word >= 0) this.labelOf.set(word, hidden);
    this.opener.pop();
  }

  /** Name of the innermost label, or -1. */
  get topWord(): i32 {
    return this.word.top();
  }

  /** How many labels lie inside the one with this name; -1 if there is none. */
  depthOf(word: i32): i32 {
    const label = word < this.labelOf.length ? this.labelOf.get(word) : 0;
    return label == 0 ? -1 : this.count - label;
  }
}
