// A cursor over the tokens of a text, and what every part of the parser needs: looking ahead, taking what must be
// there, and saying what is there instead. The first error is recorded with its place and moves the cursor to the
// last token, where nothing but the end is found; so callers may take several things and look at `failed` once, as
// with the binary format's reader (wasm/checked-reader.ts).

import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { escapedText } from "../base/text";
import { findInvalidUtf8 } from "../wasm/checked-reader";
import { pushU32 } from "../wasm/writer";
import { Words } from "./keywords";
import { NumberParser } from "./numbers";
import { lineOf, Position, setPosition } from "./position";
import { appendString } from "./strings";
import { Notes, TokenKind, Tokens } from "./tokens";

/** A token is cut to so many bytes in messages. */
const SHOWN_TOKEN: i32 = 60;

export class TextReader {
  text: U8Column = new U8Column();
  tokens: Tokens = new Tokens();
  notes: Notes = new Notes();
  words: Words;
  numbers: NumberParser = new NumberParser();
  diag: Diagnostic = new Diagnostic();
  /** The next token. */
  at: i32 = 0;
  failed: boolean = false;
  /** A place before everything that is still to be read. */
  known: Position = new Position();
  /** While an annotation is read: the tokens that it stands among, and the next of them. */
  private outerTokens: Tokens = new Tokens();
  private outerAt: i32 = 0;
  private nameBytes: U8Column = new U8Column();

  constructor(words: Words) {
    this.words = words;
  }

  /** Records an error at a token unless there is one; returns false. */
  fail(token: i32, message: string): boolean {
    return this.failAt(this.tokens.start.get(token), message);
  }

  failAt(offset: i32, message: string): boolean {
    if (!this.failed) {
      this.failed = true;
      this.diag.fail(offset, message);
      setPosition(this.diag, this.text, this.known);
    }
    this.at = this.tokens.count - 1;
    return false;
  }

  /** Goes on with the tokens of an annotation. */
  enterNote(note: i32): void {
    this.outerTokens = this.tokens;
    this.outerAt = this.at;
    this.tokens = this.notes.tokens;
    this.at = this.notes.start.get(note);
    this.notes.used.set(note, 1);
  }

  /** Goes on where the annotation stands. */
  leaveNote(): void {
    this.tokens = this.outerTokens;
    this.at = this.failed ? this.tokens.count - 1 : this.outerAt;
  }

  /** Refuses the next token; `expected` says what should be there. */
  unexpected(expected: string): boolean {
    return this.unexpectedAt(this.at, expected);
  }

  unexpectedAt(token: i32, expected: string): boolean {
    if (this.failed) return false;
    const kind = this.tokens.kind(token);
    if (kind == TokenKind.End) return this.fail(token, `unexpected end: ${this.unclosed()}expected ${expected}`);
    const shown = this.tokenText(token);
    let isUnknown = kind == TokenKind.Reserved;
    if (kind == TokenKind.Number || (kind == TokenKind.Keyword && !this.words.isKnown(this.tokens.payload(token)))) {
      isUnknown = !this.numbers.isNumber(this.text, this.startOf(token), this.endOf(token));
    }
    if (isUnknown) return this.fail(token, `unknown operator ${shown}: expected ${expected}`);
    return this.fail(token, `unexpected token ${shown}: expected ${expected}`);
  }

  /** Where the innermost parenthesis is that nothing closes. */
  private unclosed(): string {
    const last = this.tokens.count - 1;
    for (let i = last - 1; i >= 0; i--) {
      if (this.tokens.kind(i) != TokenKind.Open || this.tokens.payload(i) != last) continue;
      return `'(' in line ${lineOf(this.text, this.startOf(i))} is not closed, `;
    }
    return "";
  }

  /** A token as it stands in the text, with what is not printable escaped. */
  tokenText(token: i32): string {
    const start = this.tokens.start.get(token);
    const end = this.tokens.end.get(token);
    const stop = end - start > SHOWN_TOKEN ? start + SHOWN_TOKEN : end;
    const text = escapedText(this.text, start, stop);
    return stop < end ? `${text}...` : text;
  }

  /** An identifier's name for messages. */
  wordText(word: i32): string {
    const bytes = new U8Column();
    this.words.interner.appendTo(bytes, word);
    const length = bytes.length > SHOWN_TOKEN ? SHOWN_TOKEN : bytes.length;
    const text = escapedText(bytes, 0, length);
    return length < bytes.length ? `$${text}...` : `$${text}`;
  }

  startOf(token: i32): i32 {
    return this.tokens.start.get(token);
  }

  endOf(token: i32): i32 {
    return this.tokens.end.get(token);
  }

  get kind(): i32 {
    return this.tokens.kind(this.at);
  }

  /** Whether the next token is this keyword. */
  isKeyword(keyword: i32): boolean {
    return this.tokens.isKeyword(this.at, keyword);
  }

  /** Whether `(` and this keyword are next. */
  isOpen(keyword: i32): boolean {
    return this.kind == TokenKind.Open && this.tokens.isKeyword(this.at + 1, keyword);
  }

  /** The word of the next token if it is a keyword, otherwise -1. */
  get keyword(): i32 {
    return this.kind == TokenKind.Keyword ? this.tokens.payload(this.at) : -1;
  }

  /** The keyword behind the parenthesis that is next; -1 if something else is. */
  get openKeyword(): i32 {
    if (this.kind != TokenKind.Open || this.tokens.kind(this.at + 1) != TokenKind.Keyword) return -1;
    return this.tokens.payload(this.at + 1);
  }

  takeKeyword(keyword: i32): boolean {
    if (!this.isKeyword(keyword)) return false;
    this.at++;
    return true;
  }

  /** Takes `(` and the keyword if they are next. */
  takeOpen(keyword: i32): boolean {
    if (!this.isOpen(keyword)) return false;
    this.at += 2;
    return true;
  }

  isClose(): boolean {
    return this.kind == TokenKind.Close;
  }

  /** Takes the `)` that must be next; `expected` says what could be there instead. */
  takeClose(expected: string): boolean {
    if (this.kind != TokenKind.Close) return this.unexpected(expected);
    this.at++;
    return true;
  }

  /** The name of the identifier that is next, or -1 if none is. */
  takeOptionalId(): i32 {
    if (this.kind != TokenKind.Id) return -1;
    this.at++;
    return this.tokens.payload(this.at - 1);
  }

  /** Appends the bytes of the string that must be next. */
  takeString(out: U8Column, expected: string): boolean {
    if (this.kind != TokenKind.String) return this.unexpected(expected);
    const at = this.at;
    appendString(this.text, this.startOf(at), this.endOf(at), this.tokens.payload(at) != 0, out);
    this.at = at + 1;
    return true;
  }

  /** Appends the bytes of the string that must be next, which must be UTF-8. */
  takeName(out: U8Column, expected: string): boolean {
    const start = out.length;
    const at = this.at;
    if (!this.takeString(out, expected)) return false;
    if (findInvalidUtf8(out, start, out.length) < 0) return true;
    return this.fail(at, "malformed UTF-8 encoding");
  }

  /** Takes the name that must be next, and appends it with its length. */
  takeNameInto(out: U8Column, expected: string): void {
    const name = this.nameBytes;
    name.clear();
    if (!this.takeName(name, expected)) return;
    pushU32(out, name.length);
    out.append(name, 0, name.length);
  }

  /** Behind the parenthesis that closes the one at token `open`. */
  behind(open: i32): i32 {
    const close = this.tokens.payload(open);
    return this.tokens.kind(close) == TokenKind.Close ? close + 1 : close;
  }

  isNumber(): boolean {
    return this.kind == TokenKind.Number;
  }

  /** An unsigned number of 32 bits; 0 after a failure. */
  takeU32(expected: string): i32 {
    return this.takeUnsigned(32, expected) ? this.numbers.lo : 0;
  }

  /** An unsigned number of so many bits, left in `numbers`. */
  takeUnsigned(bits: i32, expected: string): boolean {
    const at = this.at;
    if (this.kind != TokenKind.Number) return this.unexpected(expected);
    const numbers = this.numbers;
    if (!numbers.readUnsigned(this.text, this.startOf(at), this.endOf(at), bits)) {
      if (!numbers.isOutOfRange) return this.unexpected(expected);
      return this.fail(at, `i${bits} constant out of range: ${this.tokenText(at)}`);
    }
    this.at = at + 1;
    return true;
  }
}
