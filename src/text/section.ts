// A section of a binary module in the making: its bytes, how many entries it has, and which place of the text each
// part of it comes from, so that what the validator says of a byte can be said of the text.

import { I32Column, U8Column } from "../base/columns";
import { pushU32 } from "../wasm/writer";

export class Section {
  bytes: U8Column = new U8Column();
  count: i32 = 0;
  /** Ascending offsets in `bytes`, and where in the text what begins there stands. */
  markAt: I32Column = new I32Column();
  markText: I32Column = new I32Column();
  /** Where `bytes` lies in the module; set when the module is put together. */
  base: i32 = 0;

  clear(): void {
    this.bytes.clear();
    this.count = 0;
    this.markAt.clear();
    this.markText.clear();
    this.base = 0;
  }

  /** Notes that what follows comes from offset `textAt` of the text. */
  mark(textAt: i32): void {
    this.markAt.push(this.bytes.length);
    this.markText.push(textAt);
  }

  /** Appends another section's bytes and marks. */
  append(other: Section): void {
    const shift = this.bytes.length;
    const count = other.markAt.length;
    for (let i: i32 = 0; i < count; i++) this.markAt.push(other.markAt.get(i) + shift);
    this.markText.append(other.markText, 0, count);
    this.bytes.append(other.bytes, 0, other.bytes.length);
  }

  /** Appends the whole section to a module: number, size, count of entries, entries. Nothing if it is empty. */
  write(out: U8Column, id: i32): void {
    if (this.count == 0) return;
    out.push(id);
    pushU32(out, u32Length(this.count) + this.bytes.length);
    pushU32(out, this.count);
    this.place(out);
  }

  /** Appends a section that is no list: number, size, content. */
  writeContent(out: U8Column, id: i32): void {
    out.push(id);
    pushU32(out, this.bytes.length);
    this.place(out);
  }

  private place(out: U8Column): void {
    this.base = out.length;
    out.append(this.bytes, 0, this.bytes.length);
  }

  /** The place in the text of offset `offset` of the module; -1 if it is not in this section. */
  textOffset(offset: i32): i32 {
    const at = offset - this.base;
    if (this.base == 0 || at < 0 || at >= this.bytes.length || this.markAt.length == 0) return -1;
    // The last mark at or before it.
    let low: i32 = 0;
    let high = this.markAt.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.markAt.get(middle) <= at) low = middle;
      else high = middle;
    }
    return this.markText.get(low);
  }
}

/** Bytes that an unsigned LEB128 number takes. */
export function u32Length(value: i32): i32 {
  if (value < 0) return 5;
  let length: i32 = 1;
  for (let rest = value >> 7; rest != 0; rest = rest >> 7) length++;
  return length;
}
