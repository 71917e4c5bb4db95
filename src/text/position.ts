// Where in a text something is: line, column, and the line itself with a caret below, for messages.

import { U8Column } from "../base/columns";
import { Char } from "../base/chars";
import { Diagnostic } from "../base/diagnostics";
import { findInvalidUtf8 } from "../wasm/checked-reader";

/** Columns of a line that are shown around the place. */
const SHOWN_BEFORE: i32 = 60;
const SHOWN_BEHIND: i32 = 40;

/** Fills in the place of a diagnostic whose offset is one in `text`. */
export function setPosition(diag: Diagnostic, text: U8Column): void {
  const offset = diag.offset < text.length ? diag.offset : text.length;
  let line: i32 = 1;
  let lineStart: i32 = 0;
  for (let i: i32 = 0; i < offset; i++) {
    if (!endsLine(text, i)) continue;
    line++;
    lineStart = i + 1;
  }
  let lineEnd = offset;
  while (lineEnd < text.length && !endsLine(text, lineEnd) && text.get(lineEnd) != Char.Return) lineEnd++;
  diag.line = line;
  diag.column = characters(text, lineStart, offset) + 1;
  diag.excerpt = excerpt(text, lineStart, offset, lineEnd);
}

/** Ends of lines from one offset to another. */
export function countLines(text: U8Column, start: i32, end: i32): i32 {
  let count: i32 = 0;
  for (let i = start; i < end; i++) {
    if (endsLine(text, i)) count++;
  }
  return count;
}

/** A line ends with a line feed, or with a carriage return that no line feed follows. */
function endsLine(text: U8Column, i: i32): boolean {
  const c = text.get(i);
  if (c == Char.Return) return i + 1 >= text.length || text.get(i + 1) != Char.LineFeed;
  return c == Char.LineFeed;
}

/** Characters of UTF-8 between two offsets. */
function characters(text: U8Column, start: i32, end: i32): i32 {
  let count: i32 = 0;
  for (let i = start; i < end; i++) {
    if ((text.get(i) & 0xc0) != 0x80) count++;
  }
  return count;
}

/** The part of a line around `at`, and below it a caret under `at`. */
function excerpt(text: U8Column, lineStart: i32, at: i32, lineEnd: i32): string {
  let from = at - SHOWN_BEFORE > lineStart ? at - SHOWN_BEFORE : lineStart;
  while (from < at && (text.get(from) & 0xc0) == 0x80) from++;
  let to = at + SHOWN_BEHIND < lineEnd ? at + SHOWN_BEHIND : lineEnd;
  while (to > at && to < lineEnd && (text.get(to) & 0xc0) == 0x80) to--;
  const isUtf8 = findInvalidUtf8(text, from, to) < 0;
  let shown = from > lineStart ? "..." : "";
  let below = from > lineStart ? "   " : "";
  for (let i = from; i < to; i++) {
    const c = text.get(i);
    const isControl = c < Char.Space || c == Char.Delete;
    if (isControl) shown += " ";
    else shown += isUtf8 || c < 0x80 ? String.fromCharCode(c) : "?";
    if (i < at && (!isUtf8 || (c & 0xc0) != 0x80)) below += " ";
  }
  if (to < lineEnd) shown += "...";
  return `  ${shown}\n  ${below}^`;
}
