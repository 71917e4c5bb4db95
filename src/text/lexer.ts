// Text to tokens (specification 6.3): one pass over the bytes, white space, comments and annotations left out, except
// the annotations that wx reads, which go to the notes. Escapes in strings are checked here and replaced when a string
// is used (strings.ts).

import { mul32 } from "host/prims";
import { I32Column, U8Column } from "../base/columns";
import { Char } from "../base/chars";
import { Diagnostic } from "../base/diagnostics";
import { findInvalidUtf8 } from "../wasm/checked-reader";
import { CharClass, charClass } from "./characters";
import { Keyword, Words } from "./keywords";
import { Position, setPosition } from "./position";
import { appendString, checkEscape, escapeEnd } from "./strings";
import { Notes, TokenKind, Tokens } from "./tokens";

/** Longer texts are refused: a token can be a single byte, and columns have their limits. */
const MOST_BYTES: i32 = 0x800_0000;

/** Reads the text into tokens and notes; false, with the diagnostic set, if it has something that is no token. */
export function tokenize(text: U8Column, tokens: Tokens, notes: Notes, words: Words, diag: Diagnostic): boolean {
  const lexer = new Lexer(text, tokens, notes, words, diag);
  lexer.run();
  return !lexer.failed;
}

class Lexer {
  failed: boolean = false;
  private text: U8Column;
  private tokens: Tokens;
  private notes: Notes;
  private words: Words;
  private diag: Diagnostic;
  private at: i32 = 0;
  private end: i32;
  /** Open parentheses: index of the token, or ~index where an annotation begins. */
  private open: I32Column = new I32Column();
  /** How many of them are annotations. */
  private annotations: i32 = 0;
  private scratch: U8Column = new U8Column();

  constructor(text: U8Column, tokens: Tokens, notes: Notes, words: Words, diag: Diagnostic) {
    this.text = text;
    this.tokens = tokens;
    this.notes = notes;
    this.words = words;
    this.diag = diag;
    this.end = text.length;
  }

  run(): void {
    this.tokens.clear();
    this.notes.clear();
    if (this.end > MOST_BYTES) this.fail(0, `text too large: the limit is ${MOST_BYTES} bytes`);
    // Texts have a token for every four or five bytes.
    else this.tokens.reserve(this.end >> 2);
    while (!this.failed && this.at < this.end) this.readToken();
    if (!this.failed && this.annotations != 0) {
      const start = this.noteOffset();
      this.fail(start, "unclosed annotation");
    }
    // Parentheses that nothing closes: the parser finds out where something is missing.
    const last = this.tokens.count;
    for (let i: i32 = 0; i < this.open.length; i++) {
      if (this.open.get(i) >= 0) this.tokens.setPayload(this.open.get(i), last);
    }
    this.tokens.push(TokenKind.End, 0, this.end, this.end);
  }

  /** Where the innermost open annotation begins. */
  private noteOffset(): i32 {
    let i = this.open.length - 1;
    while (this.open.get(i) >= 0) i--;
    return this.tokens.start.get(~this.open.get(i));
  }

  private fail(offset: i32, message: string): void {
    if (!this.failed && this.diag.fail(offset, message)) return;
    if (!this.failed) setPosition(this.diag, this.text, new Position());
    this.failed = true;
    this.at = this.end;
  }

  private readToken(): void {
    const start = this.at;
    const c: i32 = this.text.get(start);
    switch (charClass(c)) {
      case CharClass.Space:
        this.skipSpace(start + 1);
        return;
      case CharClass.Open:
        this.readOpen(start);
        return;
      case CharClass.Close:
        this.at = start + 1;
        this.close(start);
        return;
      case CharClass.Semicolon:
        if (start + 1 < this.end && this.text.get(start + 1) == Char.Semicolon) this.skipLine();
        else this.pushSingle(start);
        return;
      case CharClass.Single:
        this.pushSingle(start);
        return;
      case CharClass.Letter:
        this.readWord(start, start, TokenKind.Keyword);
        return;
      case CharClass.Dollar:
        this.readId(start);
        return;
      case CharClass.Number:
        this.readRun(start, TokenKind.Number);
        return;
      case CharClass.Quote:
        this.readStringToken(start);
        return;
      case CharClass.IdChar:
        this.readRun(start, TokenKind.Reserved);
        return;
    }
    this.failIllegal(start);
  }

  private skipSpace(from: i32): void {
    const text = this.text;
    const end = this.end;
    let i = from;
    while (i < end && charClass(text.get(i)) == CharClass.Space) i++;
    this.at = i;
  }

  private failIllegal(at: i32): void {
    const c: i32 = this.text.get(at);
    if (c >= 0x80 && this.utf8RunEnd(at) < 0) return;
    this.fail(at, "illegal character");
  }

  private pushSingle(start: i32): void {
    this.at = start + 1;
    this.tokens.push(TokenKind.Reserved, 0, start, start + 1);
  }

  /** End of the characters from `at` on that names and keywords consist of. */
  private runEnd(at: i32): i32 {
    const text = this.text;
    const end = this.end;
    let i = at;
    while (i < end && charClass(text.get(i)) >= CharClass.IdChar) i++;
    return i;
  }

  private isQuote(at: i32): boolean {
    return at < this.end && this.text.get(at) == Char.DoubleQuote;
  }

  /** Characters without a string directly behind them are one token of this kind. */
  private readRun(start: i32, kind: i32): void {
    const end = this.runEnd(start);
    if (this.isQuote(end)) {
      this.readReserved(start, end);
      return;
    }
    this.at = end;
    this.tokens.push(kind, 0, start, end);
  }

  /** A keyword, or the name of an identifier that begins at `nameStart`. */
  private readWord(start: i32, nameStart: i32, kind: i32): void {
    const text = this.text;
    const end = this.end;
    let hash: i32 = 0;
    let i = nameStart;
    while (i < end) {
      const c: i32 = text.get(i);
      if (charClass(c) < CharClass.IdChar) break;
      hash = (mul32(hash, 31) + c) | 0;
      i++;
    }
    if (this.isQuote(i)) {
      this.readReserved(start, i);
      return;
    }
    this.at = i;
    this.tokens.push(kind, this.words.interner.internHashed(text, nameStart, i, hash), start, i);
  }

  private readId(start: i32): void {
    const nameStart = start + 1;
    if (this.isQuote(nameStart)) {
      this.readQuotedId(start);
      return;
    }
    if (nameStart >= this.end || charClass(this.text.get(nameStart)) < CharClass.IdChar) {
      this.fail(start, "empty identifier");
      return;
    }
    this.readWord(start, nameStart, TokenKind.Id);
  }

  /** `$"name"`: the same as `$name` where that can be written. */
  private readQuotedId(start: i32): void {
    const end = this.stringEnd(start + 1);
    if (this.failed) return;
    if (this.continues(end)) {
      this.readReserved(start, end);
      return;
    }
    const word = this.quotedWord(start + 1, end, "empty identifier");
    this.at = end;
    this.tokens.push(TokenKind.Id, word, start, end);
  }

  /** The number of a name in quotes, which must be UTF-8 and not empty. */
  private quotedWord(start: i32, end: i32, emptyMessage: string): i32 {
    const name = this.scratch;
    name.clear();
    appendString(this.text, start, end, true, name);
    if (name.length == 0) this.fail(start, emptyMessage);
    if (findInvalidUtf8(name, 0, name.length) >= 0) this.fail(start, "malformed UTF-8 encoding");
    return this.words.interner.intern(name, 0, name.length);
  }

  /** Whether what stands at `at` belongs to the token before it. */
  private continues(at: i32): boolean {
    return at < this.end && charClass(this.text.get(at)) >= CharClass.Quote;
  }

  /** Strings and characters without white space between them, up to `at` so far. */
  private readReserved(start: i32, at: i32): void {
    let end = at;
    while (!this.failed && this.continues(end)) {
      end = this.isQuote(end) ? this.stringEnd(end) : this.runEnd(end);
    }
    if (this.failed) return;
    this.at = end;
    this.tokens.push(TokenKind.Reserved, 0, start, end);
  }

  private readStringToken(start: i32): void {
    const end = this.stringEnd(start);
    if (this.failed) return;
    if (this.continues(end)) {
      this.readReserved(start, end);
      return;
    }
    this.at = end;
    this.tokens.push(TokenKind.String, this.hasEscapes ? 1 : 0, start, end);
  }

  private hasEscapes: boolean = false;

  /** Checks the string that begins at `start`; the offset behind its closing quote. */
  private stringEnd(start: i32): i32 {
    const text = this.text;
    const end = this.end;
    let i = start + 1;
    this.hasEscapes = false;
    while (i < end) {
      const c: i32 = text.get(i);
      if (c == Char.DoubleQuote) return i + 1;
      if (c == Char.Backslash) {
        this.hasEscapes = true;
        if (!checkEscape(text, i, end)) {
          this.fail(i, "illegal escape");
          return end;
        }
        i = escapeEnd(text, i);
      } else if (c >= 0x80) {
        i = this.utf8RunEnd(i);
        if (i < 0) return end;
      } else if (c < Char.Space || c == Char.Delete) {
        if (c == Char.LineFeed || c == Char.Return) this.fail(start, "unclosed string");
        else this.fail(i, "illegal character in a string");
        return end;
      } else i++;
    }
    this.fail(start, "unclosed string");
    return end;
  }

  /** End of the bytes beyond ASCII from `at` on, which must be UTF-8; -1 after a failure. */
  private utf8RunEnd(at: i32): i32 {
    let i = at;
    while (i < this.end && this.text.get(i) >= 0x80) i++;
    const wrong = findInvalidUtf8(this.text, at, i);
    if (wrong < 0) return i;
    this.fail(wrong, "malformed UTF-8 encoding");
    return -1;
  }

  /** Passes over a comment that ends with its line. */
  private skipLine(): void {
    const text = this.text;
    let i = this.at;
    while (i >= 0 && i < this.end) {
      const c: i32 = text.get(i);
      if (c == Char.LineFeed || c == Char.Return) break;
      i = c >= 0x80 ? this.utf8RunEnd(i) : i + 1;
    }
    if (!this.failed) this.at = i;
  }

  /** Passes over a comment in parentheses, which may contain others. */
  private skipBlockComment(start: i32): void {
    const text = this.text;
    const end = this.end;
    let depth: i32 = 1;
    let i = start + 2;
    while (i < end) {
      const c: i32 = text.get(i);
      const next: i32 = i + 1 < end ? text.get(i + 1) : 0;
      if (c == Char.Semicolon && next == Char.RightParen) {
        depth--;
        i += 2;
        if (depth == 0) break;
      } else if (c == Char.LeftParen && next == Char.Semicolon) {
        depth++;
        i += 2;
      } else if (c >= 0x80) {
        i = this.utf8RunEnd(i);
        if (i < 0) return;
      } else i++;
    }
    if (depth != 0) this.fail(start, "unclosed comment");
    else this.at = i;
  }

  private readOpen(start: i32): void {
    const next: i32 = start + 1 < this.end ? this.text.get(start + 1) : 0;
    if (next == Char.Semicolon) {
      this.skipBlockComment(start);
    } else if (next == Char.At) {
      this.readAnnotation(start);
    } else {
      this.open.push(this.tokens.count);
      this.tokens.push(TokenKind.Open, 0, start, start + 1);
      this.at = start + 1;
    }
  }

  /** `(@name` or `(@"name"`: as an opening parenthesis whose payload is the name for now. */
  private readAnnotation(start: i32): void {
    const nameStart = start + 2;
    let end = this.runEnd(nameStart);
    let word: i32 = 0;
    if (end == nameStart && this.isQuote(nameStart)) {
      end = this.stringEnd(nameStart);
      if (!this.failed) word = this.quotedWord(nameStart, end, "empty annotation id");
    } else {
      word = this.words.interner.intern(this.text, nameStart, end);
    }
    if (end == nameStart) this.fail(start, "empty annotation id");
    if (this.failed) return;
    this.open.push(~this.tokens.count);
    this.annotations++;
    this.tokens.push(TokenKind.Open, word, start, end);
    this.at = end;
  }

  private close(at: i32): void {
    if (this.open.length == 0) {
      this.fail(at, "unexpected token ')': there is no '(' that it closes");
      return;
    }
    const own = this.tokens.count;
    this.tokens.push(TokenKind.Close, 0, at, at + 1);
    const open = this.open.pop();
    if (open >= 0) {
      this.tokens.setPayload(open, own);
    } else {
      this.annotations--;
      this.finishAnnotation(~open);
    }
  }

  /** Takes the tokens of an annotation out of the way, to the notes if it is one that wx reads. */
  private finishAnnotation(open: i32): void {
    const tokens = this.tokens;
    const notes = this.notes;
    const word = tokens.payload(open);
    if (this.annotations == 0 && (word == Keyword.Custom || word == Keyword.Name || word == Keyword.BranchHint)) {
      notes.word.push(word);
      notes.before.push(open);
      notes.offset.push(tokens.start.get(open));
      notes.start.push(notes.tokens.count);
      notes.used.push(0);
      tokens.moveTo(open + 1, notes.tokens);
    }
    tokens.truncate(open);
  }
}
