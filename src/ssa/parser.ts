// Reads the text form of printer.ts back into a function: for golden tests and for passes run on their own.
//
// A block's predecessor list may be left out; then predecessors come in ascending order. A value without number
// gets the number after that of the line before. Empty lines and lines of comment are skipped. The form is
// checked here, the meaning (types, dominance, edges that agree) by verifier.ts.

import { I32Column, U8Column } from "../base/columns";
import { mul32 } from "host/prims";
import { Func, NO_BLOCK, RAW_MEMORY } from "./func";
import { Immediate, immediateKind } from "./printer";
import { hasPool, hasSuccessors, Op, opArity, opName, ssaTypeName, Type } from "./op";

/** Highest value number that a text may use. */
const MAX_VALUE: i32 = 0x00ff_ffff;

/** Fills `func` from `text`; returns an error message with its line, or an empty string. */
export function parseFunc(text: U8Column, func: Func): string {
  const parser = new Parser(text, func);
  parser.parse();
  return parser.message.length == 0 ? "" : `line ${parser.line}: ${parser.message}`;
}

class Parser {
  text: U8Column;
  func: Func;
  at: i32 = 0;
  line: i32 = 1;
  message: string = "";
  block: i32 = NO_BLOCK;
  /** Number of the last value defined. */
  last: i32 = -1;
  /** What takeNumber read. */
  numberLo: i32 = 0;
  numberHi: i32 = 0;
  // Of the line being read: immediate, operands, successors.
  memory: i32 = 0;
  immLo: i32 = 0;
  immHi: i32 = 0;
  immediate: i32 = 0;
  operands: I32Column = new I32Column();
  succs: I32Column = new I32Column();
  /** Per block, where its predecessors start in `preds`, -1 if they were not given, and how many. */
  predsStart: I32Column = new I32Column();
  predsCount: I32Column = new I32Column();
  preds: I32Column = new I32Column();
  ops: Map<string, i32> = new Map<string, i32>();

  constructor(text: U8Column, func: Func) {
    this.text = text;
    this.func = func;
    for (let op: i32 = 0; op < Op.Count; op++) this.ops.set(opName(op), op);
  }

  parse(): void {
    const func = this.func;
    this.skipBlankLines();
    if (!this.takeWord("func") || !this.takeNumber()) {
      this.fail("expected func and its number");
      return;
    }
    const index = this.numberLo;
    if (!this.takeChar(0x2c) || !this.takeWord("type") || !this.takeNumber()) {
      this.fail("expected type and its number");
      return;
    }
    func.reset(index, this.numberLo);
    this.endLine();
    this.skipBlankLines();
    while (this.message.length == 0 && this.at < this.text.length) {
      if (this.peek() == 0x20) this.parseValue();
      else this.parseBlockHead();
      this.endLine();
      this.skipBlankLines();
    }
    if (this.message.length == 0) this.checkOperands();
    if (this.message.length == 0) this.buildPreds();
  }

  parseBlockHead(): void {
    const block = this.takeNumbered(0x62);
    if (block != this.func.blockCount || !this.takeChar(0x3a)) {
      this.fail(`expected b${this.func.blockCount}: or a value`);
      return;
    }
    this.block = this.func.buildBlock();
    this.predsStart.push(-1);
    this.predsCount.push(0);
    if (!this.takeChar(0x28)) return;
    if (!this.takeWord("preds")) {
      this.fail("expected preds");
      return;
    }
    this.predsStart.set(block, this.preds.length);
    do {
      const pred = this.takeNumbered(0x62);
      if (pred < 0) this.fail("expected a block");
      this.preds.push(pred);
    } while (this.takeChar(0x2c));
    this.predsCount.set(block, this.preds.length - this.predsStart.get(block));
    if (!this.takeChar(0x29)) this.fail("expected )");
  }

  /** A line such as `v3:i32 = add v1, v2  ; @0x45`. */
  parseValue(): void {
    this.skipSpaces();
    if (this.block == NO_BLOCK) {
      this.fail("expected b0:");
      return;
    }
    let v = this.last + 1;
    let type: i32 = Type.None;
    if (this.peek() == 0x76) {
      v = this.takeNumbered(0x76);
      if (this.takeChar(0x3a)) type = this.takeType();
      if (!this.takeChar(0x3d)) this.fail("expected =");
    }
    if (v < 0 || v > MAX_VALUE) this.fail("bad value number");
    const op = this.takeOp();
    if (this.message.length != 0) return;
    this.parseItems(op);
    let origin: i32 = -1;
    if (this.takeChar(0x3b)) {
      if (!this.takeChar(0x40) || !this.takeNumber()) this.fail("expected @ and an offset");
      origin = this.numberLo;
    }
    if (this.message.length == 0) this.buildParsed(v, op, type, origin);
  }

  /** Immediate, operands and successors, separated by commas. */
  parseItems(op: i32): void {
    this.operands.clear();
    this.succs.clear();
    this.memory = 0;
    this.immediate = Immediate.None;
    let c = this.peekItem();
    while (c != 0x0a && c != 0x3b && this.message.length == 0) {
      if (c == 0x76) this.operands.push(this.takeNumbered(c));
      else if (c == 0x62) this.succs.push(this.takeNumbered(c));
      else this.parseImmediate(op, c);
      if (!this.takeChar(0x2c)) break;
      c = this.peekItem();
    }
    if (this.message.length != 0) return;
    if (this.immediate != immediateKind(op)) this.fail(`wrong immediate for ${opName(op)}`);
    if (!hasPool(op) && this.operands.length != opArity(op)) this.fail(`${opName(op)} needs ${opArity(op)} operands`);
    if (!hasSuccessors(op) && this.succs.length != 0) this.fail(`${opName(op)} has no successors`);
  }

  parseImmediate(op: i32, c: i32): void {
    if (this.immediate != Immediate.None) {
      this.fail("expected an operand");
      return;
    }
    const kind = immediateKind(op);
    this.immediate = kind;
    if (kind == Immediate.Access) {
      this.parseAccess(c);
    } else if (kind == Immediate.Bits || kind == Immediate.Number) {
      if (!this.takeNumber()) this.fail("expected a number");
      this.immLo = this.numberLo;
      this.immHi = this.numberHi;
    } else if (kind == Immediate.Type) {
      if (!this.takeWord("type") || !this.takeNumber()) this.fail("expected type");
      this.immLo = this.numberLo;
      this.immHi = 0;
    } else {
      const letter: i32 = kind == Immediate.TableAndType ? Immediate.Table : kind;
      const index = this.takeNumbered(letter);
      if (index < 0) this.fail(`wrong immediate for ${opName(op)}`);
      this.immHi = 0;
      if (kind == Immediate.TableAndType) {
        if (!this.takeChar(0x2c) || !this.takeWord("type") || !this.takeNumber()) this.fail("expected type");
        this.immHi = this.numberLo;
      }
      this.immLo = index;
    }
  }

  /** `m0[v1+16]` or `raw[v1]` */
  parseAccess(c: i32): void {
    if (c == 0x6d) this.memory = this.takeNumbered(c);
    else if (this.takeWord("raw")) this.memory = RAW_MEMORY;
    else this.memory = -1;
    if (this.memory < 0 || !this.takeChar(0x5b)) {
      this.fail("expected m and a memory's number, or raw, and [");
      return;
    }
    const index = this.takeNumbered(0x76);
    if (index < 0) this.fail("expected a value");
    this.operands.push(index);
    const hasOffset = this.takeChar(0x2b);
    if (hasOffset && !this.takeNumber()) this.fail("expected an offset");
    this.immLo = hasOffset ? this.numberLo : 0;
    this.immHi = hasOffset ? this.numberHi : 0;
    if (!this.takeChar(0x5d)) this.fail("expected ]");
  }

  buildParsed(v: i32, op: i32, type: i32, origin: i32): void {
    const func = this.func;
    while (func.valueCount <= v) func.buildValue(Op.Nop, Type.None, 0, 0, 0, 0, 0, -1);
    if (func.block.get(v) != NO_BLOCK) {
      this.fail(`v${v} is defined twice`);
      return;
    }
    func.op.set(v, op);
    func.valueType.set(v, type);
    func.origin.set(v, origin);
    const n = this.operands.length;
    if (hasPool(op)) {
      func.a.set(v, func.pool.length);
      func.b.set(v, n);
      func.pool.append(this.operands, 0, n);
    } else {
      if (n > 0) func.a.set(v, this.operands.get(0));
      if (n > 1) func.b.set(v, this.operands.get(1));
      if (n > 2) func.c.set(v, this.operands.get(2));
    }
    if (this.immediate == Immediate.Access) func.c.set(v, this.memory);
    if (this.immediate != Immediate.None) {
      func.imm.set(v, this.immLo);
      const narrow = this.immediate == Immediate.Number || (op == Op.Const && (type == Type.I32 || type == Type.F32));
      func.immHi.set(v, narrow ? 0 : this.immHi);
    }
    if (this.succs.length != 0) {
      func.succStart.set(this.block, func.edges.length);
      func.succCount.set(this.block, this.succs.length);
      func.edges.append(this.succs, 0, this.succs.length);
    }
    func.append(this.block, v);
    this.last = v;
  }

  /** Operands and blocks that are named must exist. */
  checkOperands(): void {
    const func = this.func;
    for (let v: i32 = 0; v < func.valueCount; v++) {
      const n = func.argCount(v);
      for (let i: i32 = 0; i < n; i++) {
        const x = func.arg(v, i);
        if (x >= 0 && x < func.valueCount && func.block.get(x) != NO_BLOCK) continue;
        this.fail(`v${v} uses v${x}, which is not defined`);
        return;
      }
    }
    for (let i: i32 = 0; i < func.edges.length; i++) {
      if (func.edges.get(i) >= func.blockCount) this.fail(`b${func.edges.get(i)} is not defined`);
    }
    for (let i: i32 = 0; i < this.preds.length; i++) {
      if (this.preds.get(i) >= func.blockCount) this.fail(`b${this.preds.get(i)} is not defined`);
    }
  }

  /** Writes the predecessor lists after the successors, those that were not given in ascending order. */
  buildPreds(): void {
    const func = this.func;
    const blocks = func.blockCount;
    for (let b: i32 = 0; b < blocks; b++) {
      const succs = func.succCount.get(b);
      for (let i: i32 = 0; i < succs; i++) {
        const s = func.succ(b, i);
        if (this.predsStart.get(s) < 0) this.predsCount.set(s, this.predsCount.get(s) + 1);
      }
    }
    for (let b: i32 = 0; b < blocks; b++) {
      const n = this.predsCount.get(b);
      const given = this.predsStart.get(b);
      func.predStart.set(b, func.edges.length);
      func.predCount.set(b, given < 0 ? 0 : n);
      if (given >= 0) func.edges.append(this.preds, given, given + n);
      else func.edges.resize(func.edges.length + n);
    }
    for (let b: i32 = 0; b < blocks; b++) {
      const succs = func.succCount.get(b);
      for (let i: i32 = 0; i < succs; i++) {
        const s = func.succ(b, i);
        if (this.predsStart.get(s) >= 0) continue;
        const n = func.predCount.get(s);
        func.edges.set(func.predStart.get(s) + n, b);
        func.predCount.set(s, n + 1);
      }
    }
  }

  // Lexical level. Spaces between items are skipped; a line ends at its newline.

  fail(message: string): void {
    if (this.message.length == 0) this.message = message;
  }

  /** The next byte, a newline at the end of the text. */
  peek(): i32 {
    return this.at < this.text.length ? this.text.get(this.at) : 0x0a;
  }

  peekItem(): i32 {
    this.skipSpaces();
    return this.peek();
  }

  skipSpaces(): void {
    while (this.peek() == 0x20) this.at++;
  }

  /** Goes to the next line that is neither empty nor comment. */
  skipBlankLines(): void {
    if (this.message.length != 0) return;
    while (this.at < this.text.length) {
      const start = this.at;
      this.skipSpaces();
      if (this.peek() == 0x3b) {
        while (this.peek() != 0x0a) this.at++;
      }
      if (this.peek() != 0x0a) {
        this.at = start;
        return;
      }
      if (this.at == this.text.length) return;
      this.at++;
      this.line++;
    }
  }

  endLine(): void {
    if (this.message.length != 0) return;
    this.skipSpaces();
    if (this.peek() != 0x0a) this.fail("unexpected text");
    else if (this.at < this.text.length) {
      this.at++;
      this.line++;
    }
  }

  takeChar(c: i32): boolean {
    this.skipSpaces();
    if (this.peek() != c) return false;
    this.at++;
    return true;
  }

  takeWord(word: string): boolean {
    this.skipSpaces();
    const n = word.length;
    if (this.at + n > this.text.length) return false;
    for (let i: i32 = 0; i < n; i++) {
      if (this.text.get(this.at + i) != word.charCodeAt(i)) return false;
    }
    this.at += n;
    return true;
  }

  /** A letter and a decimal number; -1 if there is none. */
  takeNumbered(letter: i32): i32 {
    this.skipSpaces();
    if (this.peek() != letter) return -1;
    this.at++;
    const digit = this.peek();
    if (digit < 0x30 || digit > 0x39 || !this.takeNumber()) return -1;
    return this.numberHi == 0 ? this.numberLo : -1;
  }

  /** A decimal number of 32 bits (sign-extended) or a hexadecimal one of 64, into numberLo and numberHi. */
  takeNumber(): boolean {
    this.skipSpaces();
    if (this.takeWord("0x")) return this.takeHex();
    const negative = this.takeChar(0x2d);
    const start = this.at;
    let n: i32 = 0;
    while (this.peek() >= 0x30 && this.peek() <= 0x39) {
      // Negative throughout, since that is the larger range.
      if (n < -214748364) return false;
      n = (mul32(n, 10) - (this.peek() - 0x30)) | 0;
      if (n > 0) return false;
      this.at++;
    }
    if (this.at == start || (!negative && n == -2147483648)) return false;
    this.numberLo = negative ? n : (0 - n) | 0;
    this.numberHi = negative && n != 0 ? -1 : 0;
    return true;
  }

  takeHex(): boolean {
    const start = this.at;
    this.numberLo = 0;
    this.numberHi = 0;
    for (let digit = this.hexDigit(); digit >= 0; digit = this.hexDigit()) {
      this.numberHi = (this.numberHi << 4) | ((this.numberLo >> 28) & 15);
      this.numberLo = (this.numberLo << 4) | digit;
      this.at++;
    }
    return this.at > start && this.at <= start + 16;
  }

  hexDigit(): i32 {
    const c = this.peek();
    if (c >= 0x30 && c <= 0x39) return c - 0x30;
    return c >= 0x61 && c <= 0x66 ? c - 0x57 : -1;
  }

  takeType(): i32 {
    for (let type: i32 = Type.I32; type <= Type.Ref; type++) {
      if (this.takeWord(ssaTypeName(type))) return type;
    }
    this.fail("expected a type");
    return Type.None;
  }

  takeOp(): i32 {
    this.skipSpaces();
    let name = "";
    for (let c = this.peek(); (c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39) || c == 0x5f; c = this.peek()) {
      name += String.fromCharCode(c);
      this.at++;
    }
    if (this.ops.has(name)) return this.ops.get(name) as i32;
    this.fail(`unknown operation ${name}`);
    return Op.Nop;
  }
}
