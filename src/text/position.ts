// Where in a text something is: line, column, and the line itself with a caret below, for messages.

import { U8Column } from "../base/columns";
import { Char } from "../base/chars";
import { Diagnostic } from "../base/diagnostics";
import { findInvalidUtf8 } from "../wasm/checked-reader";

/** Bytes of a line that are shown around the place. */
const SHOWN_BEFORE: i32 = 60;
const SHOWN_BEHIND: i32 = 40;

/** A place in a text that only moves forward, so that finding many places takes one way through the text. */
export class Position {
  offset: i32 = 0;
  line: i32 = 1;
  /** In characters, from 1 on. */
  column: i32 = 1;

  reset(): void {
    this.offset = 0;
    this.line = 1;
    this.column = 1;
  }

  /** Goes on to `offset`, which must not lie before. */
  advance(text: U8Column, offset: i32): void {
    for (let i = this.offset; i < offset; i++) {
      if (endsLine(text, i)) {
        this.line++;
        this.column = 1;
      } else if ((text.get(i) & 0xc0) != 0x80) {
        this.column++;
      }
    }
    this.offset = offset;
  }
}

/** Fills in the place of a diagnostic whose offset is one in `text`; `known` is a place before it, or any other. */
export function setPosition(diag: Diagnostic, text: U8Column, known: Position): void {
  const offset = diag.offset < text.length ? diag.offset : text.length;
  const place = new Position();
  if (known.offset <= offset) {
    place.offset = known.offset;
    place.line = known.line;
    place.column = known.column;
  }
  place.advance(text, offset);
  diag.line = place.line;
  diag.column = place.column;
  diag.excerpt = excerpt(text, offset);
}

/** Number of the line in which an offset lies. */
export function lineOf(text: U8Column, offset: i32): i32 {
  const place = new Position();
  place.advance(text, offset);
  return place.line;
}

/** A line ends with a line feed, or with a carriage return that no line feed follows. */
function endsLine(text: U8Column, i: i32): boolean {
  const c = text.get(i);
  if (c == Char.Return) return i + 1 >= text.length || text.get(i + 1) != Char.LineFeed;
  return c == Char.LineFeed;
}

/** The part of a line around `at`, and below it a caret under `at`. */
function excerpt(text: U8Column, at: i32): string {
  let from = at;
  while (from > 0 && at - from < SHOWN_BEFORE && !endsLine(text, from - 1)) from--;
  let to = at;
  while (to < text.length && to - at < SHOWN_BEHIND && !endsLine(text, to) && text.get(to) != Char.Return) to++;
  const isCutBefore = from > 0 && !endsLine(text, from - 1);
  const isCutBehind = to < text.length && !endsLine(text, to) && text.get(to) != Char.Return;
  // No character is cut in the middle.
  while (isCutBefore && from < at && (text.get(from) & 0xc0) == 0x80) from++;
  while (isCutBehind && to > at && (text.get(to) & 0xc0) == 0x80) to--;
  const isUtf8 = findInvalidUtf8(text, from, to) < 0;
  let shown = isCutBefore ? "..." : "";
  let below = isCutBefore ? "   " : "";
  for (let i = from; i < to; i++) {
    const c = text.get(i);
    const isControl = c < Char.Space || c == Char.Delete;
    if (isControl) shown += " ";
    else shown += isUtf8 || c < 0x80 ? String.fromCharCode(c) : "?";
    if (i < at && (!isUtf8 || (c & 0xc0) != 0x80)) below += " ";
  }
  if (isCutBehind) shown += "...";
  return `  ${shown}\n  ${below}^`;
}
