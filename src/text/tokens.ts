// The tokens of a text as columns (specification 6.3.1): three numbers each, nothing is allocated for one of them.
// Parentheses know their partners, so that a parser passes over what it does not need.

import { I32Column } from "../base/columns";

export const enum TokenKind {
  /** The last token; it stands at the end of the text. */
  End = 0,
  /** `(`; its payload is the index of the token that closes it, or of the last token if nothing does. */
  Open = 1,
  Close = 2,
  /** Begins with a letter from a to z; the payload is the number of the word. */
  Keyword = 3,
  /** `$name` or `$"name"`; the payload is the number of the name, without `$`. */
  Id = 4,
  /** Begins with a digit or a sign. */
  Number = 5,
  /** The range includes the quotes; the payload is 1 if there are escapes. */
  String = 6,
  /** Characters that mean nothing together. */
  Reserved = 7,
}

const KIND_BITS: i32 = 3;
const KIND_MASK: i32 = 7;

/** An annotation that wx reads is kept out of the way of the other tokens, with the place where it stood. */
export class Notes {
  /** The word behind `@`. */
  word: I32Column = new I32Column();
  /** Index of the token before which it stands. */
  before: I32Column = new I32Column();
  /** Its place in the text. */
  offset: I32Column = new I32Column();
  /** Its tokens, without the first parenthesis and with the last, in `tokens` from here on. */
  start: I32Column = new I32Column();
  /** 1 once something has used it. */
  used: I32Column = new I32Column();
  tokens: Tokens = new Tokens();

  get count(): i32 {
    return this.word.length;
  }

  /** The first annotation that stands before token `at` or a later one. */
  firstFrom(at: i32): i32 {
    let low: i32 = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.before.get(middle) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  clear(): void {
    this.word.clear();
    this.before.clear();
    this.offset.clear();
    this.start.clear();
    this.used.clear();
    this.tokens.clear();
  }
}

export class Tokens {
  /** Byte range in the text. */
  start: I32Column = new I32Column();
  end: I32Column = new I32Column();
  /** Payload and kind. */
  private tag: I32Column = new I32Column();

  get count(): i32 {
    return this.tag.length;
  }

  clear(): void {
    this.start.clear();
    this.end.clear();
    this.tag.clear();
  }

  reserve(count: i32): void {
    this.tag.reserve(count);
    this.start.reserve(count);
    this.end.reserve(count);
  }

  push(kind: i32, payload: i32, start: i32, end: i32): void {
    this.tag.push((payload << KIND_BITS) | kind);
    this.start.push(start);
    this.end.push(end);
  }

  kind(i: i32): i32 {
    return this.tag.get(i) & KIND_MASK;
  }

  payload(i: i32): i32 {
    return this.tag.get(i) >> KIND_BITS;
  }

  setPayload(i: i32, payload: i32): void {
    this.tag.set(i, (payload << KIND_BITS) | this.kind(i));
  }

  isKeyword(i: i32, keyword: i32): boolean {
    return this.tag.get(i) == ((keyword << KIND_BITS) | TokenKind.Keyword);
  }

  /** Cuts off the tokens from `from` on. */
  truncate(from: i32): void {
    this.tag.length = from;
    this.start.length = from;
    this.end.length = from;
  }

  /** Moves the tokens from `from` on to the end of `target`. */
  moveTo(from: i32, target: Tokens): void {
    const shift = target.count - from;
    for (let i = from; i < this.count; i++) {
      const kind = this.kind(i);
      const payload = this.payload(i);
      target.push(kind, kind == TokenKind.Open ? payload + shift : payload, this.start.get(i), this.end.get(i));
    }
    this.truncate(from);
  }
}
