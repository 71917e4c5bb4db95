// What the C++ demangler (demangle-cpp.ts) reads from and builds with: a cursor over the symbol, and nodes, which are
// ranges of text in a pool. A node's text has two parts, left and right of where a declared name or a pointer's star
// would stand. Nothing here knows the grammar.

import { Char } from "./chars";
import { I32Column, U8Column } from "./columns";
import { pushUtf8 } from "./text";

export const NONE: i32 = -1;

const DEEPEST: i32 = 96;

/** What a node is, for how it combines. */
export const enum Kind {
  Plain = 0,
  /** Function type: a pointer to it needs parentheses. */
  Function = 1,
  Array = 2,
  LeftReference = 3,
  RightReference = 4,
  /** Template argument pack; its nodes are packStart..packStart + packCount of `packs`. */
  Pack = 5,
}

export class CppText {
  protected bytes: U8Column = new U8Column();
  protected at: i32 = 0;
  protected end: i32 = 0;
  protected depth: i32 = 0;
  protected failed: boolean = false;
  protected limit: i32 = 0;

  protected pool: U8Column = new U8Column();
  // Nodes: ranges of the pool, left and right; the last component without template arguments ("base").
  protected left: I32Column = new I32Column();
  protected leftEnd: I32Column = new I32Column();
  protected right: I32Column = new I32Column();
  protected rightEnd: I32Column = new I32Column();
  protected base: I32Column = new I32Column();
  protected baseEnd: I32Column = new I32Column();
  protected kind: I32Column = new I32Column();
  protected packStart: I32Column = new I32Column();
  protected packCount: I32Column = new I32Column();
  protected packs: I32Column = new I32Column();

  /** Starts on the bytes from `start` to `end`; the pool may grow to about `limit` bytes. */
  protected reset(bytes: U8Column, start: i32, end: i32, limit: i32): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.depth = 0;
    this.failed = false;
    this.limit = limit;
    this.pool.clear();
    this.left.clear();
    this.leftEnd.clear();
    this.right.clear();
    this.rightEnd.clear();
    this.base.clear();
    this.baseEnd.clear();
    this.kind.clear();
    this.packStart.clear();
    this.packCount.clear();
    this.packs.clear();
  }

  // Reading.

  protected peek(): i32 {
    return this.at < this.end ? this.bytes.get(this.at) : -1;
  }

  protected peekAt(i: i32): i32 {
    return this.at + i < this.end ? this.bytes.get(this.at + i) : -1;
  }

  protected take(): i32 {
    if (this.at < this.end) return this.bytes.get(this.at++);
    this.failed = true;
    return -1;
  }

  protected eat(c: i32): boolean {
    if (this.peek() != c) return false;
    this.at++;
    return true;
  }

  protected eatTwo(c: i32, d: i32): boolean {
    if (this.peek() != c || this.peekAt(1) != d) return false;
    this.at += 2;
    return true;
  }

  protected expect(c: i32): void {
    if (!this.eat(c)) this.failed = true;
  }

  protected fail(): i32 {
    this.failed = true;
    return NONE;
  }

  protected enter(): boolean {
    this.depth++;
    if (this.depth > DEEPEST || this.pool.length > this.limit) this.failed = true;
    return !this.failed;
  }

  protected leave(node: i32): i32 {
    this.depth--;
    return this.failed ? NONE : node;
  }

  /** Decimal number; -1 and failure if there is none. */
  protected takeNumber(): i32 {
    if (!isDigit(this.peek())) return this.fail();
    let value: i32 = 0;
    while (isDigit(this.peek())) {
      value = value * 10 + this.take() - Char.D0;
      if (value > 0x0100_0000) return this.fail();
    }
    return value;
  }

  /** "_" is 0, "<base>_" is number + 1: of substitutions (base 36) and template parameters (base 10). */
  protected takeIndex(base: i32): i32 {
    if (this.eat(Char.Underscore)) return 0;
    let value: i32 = 0;
    do {
      const c = this.take();
      const digit = isDigit(c) ? c - Char.D0 : c >= Char.A && c <= Char.Z ? c - Char.A + 10 : 99;
      if (digit >= base || value > 0x0001_0000) return this.fail();
      value = value * base + digit;
    } while (!this.failed && !this.eat(Char.Underscore));
    return value + 1;
  }

  // Building text.

  protected text(s: string): void {
    pushUtf8(this.pool, s);
  }

  protected copy(start: i32, end: i32): void {
    if (this.pool.length > this.limit) {
      this.failed = true;
      return;
    }
    this.pool.append(this.pool, start, end);
  }

  protected copyLeft(node: i32): void {
    if (node >= 0) this.copy(this.left.get(node), this.leftEnd.get(node));
  }

  protected copyRight(node: i32): void {
    if (node >= 0) this.copy(this.right.get(node), this.rightEnd.get(node));
  }

  protected copyNode(node: i32): void {
    this.copyLeft(node);
    this.copyRight(node);
  }

  protected copyBase(node: i32): void {
    if (node >= 0) this.copy(this.base.get(node), this.baseEnd.get(node));
  }

  protected lastByte(): i32 {
    return this.pool.length == 0 ? 0 : this.pool.get(this.pool.length - 1);
  }

  /** A node whose left text is the pool from `start` to `middle`, and whose right text is the rest. */
  protected node(start: i32, middle: i32, kind: i32): i32 {
    const n = this.left.length;
    this.left.push(start);
    this.leftEnd.push(middle);
    this.right.push(middle);
    this.rightEnd.push(this.pool.length);
    this.base.push(start);
    this.baseEnd.push(middle);
    this.kind.push(kind);
    this.packStart.push(0);
    this.packCount.push(0);
    return n;
  }

  protected plain(start: i32): i32 {
    return this.node(start, this.pool.length, Kind.Plain);
  }

  protected word(s: string): i32 {
    const start = this.pool.length;
    this.text(s);
    return this.plain(start);
  }

  protected setBase(node: i32, from: i32): void {
    this.base.set(node, this.base.get(from));
    this.baseEnd.set(node, this.baseEnd.get(from));
  }

  /** Whether a node has no text; so has what failed. */
  protected isEmpty(node: i32): boolean {
    if (node < 0) return true;
    return this.left.get(node) == this.leftEnd.get(node) && this.right.get(node) == this.rightEnd.get(node);
  }

  /** Nodes from..length of `list` with commas between; packs without elements leave no trace. */
  protected copyList(list: I32Column, from: i32): void {
    let first = true;
    for (let i = from; i < list.length; i++) {
      if (this.isEmpty(list.get(i))) continue;
      if (!first) this.text(", ");
      first = false;
      this.copyNode(list.get(i));
    }
  }
}

export function isDigit(c: i32): boolean {
  return c >= Char.D0 && c <= Char.D9;
}
