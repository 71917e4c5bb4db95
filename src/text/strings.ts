// Strings of the text format (specification 6.3.3): escapes checked, and replaced by what they stand for.

import { U8Column } from "../base/columns";
import { Char } from "../base/chars";
import { digitValue } from "../base/integer-text";
import { pushCodePoint } from "../base/text";

/** The value of the hexadecimal digit at `at`; -1 if there is none. */
function hexDigit(text: U8Column, at: i32, end: i32): i32 {
  return at < end ? digitValue(text.get(at), 16) : -1;
}

/** Whether the backslash at `at` begins an escape that there is. */
export function checkEscape(text: U8Column, at: i32, end: i32): boolean {
  if (at + 1 >= end) return false;
  switch (text.get(at + 1)) {
    case Char.t:
    case Char.n:
    case Char.r:
    case Char.DoubleQuote:
    case Char.Quote:
    case Char.Backslash:
      return true;
    case Char.u:
      return checkCodePoint(text, at + 2, end);
  }
  return hexDigit(text, at + 1, end) >= 0 && hexDigit(text, at + 2, end) >= 0;
}

/** `{` digits `}`, with single underscores between the digits, of a code point that is no surrogate. */
function checkCodePoint(text: U8Column, start: i32, end: i32): boolean {
  if (start >= end || text.get(start) != Char.LeftBrace) return false;
  let code: i32 = 0;
  let afterDigit = false;
  let i = start + 1;
  while (i < end && text.get(i) != Char.RightBrace) {
    const digit = hexDigit(text, i, end);
    if (digit < 0 && (text.get(i) != Char.Underscore || !afterDigit)) return false;
    afterDigit = digit >= 0;
    if (afterDigit) code = code > 0x10ffff ? code : (code << 4) | digit;
    i++;
  }
  return i < end && afterDigit && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

/** Behind the escape, known to be right, that the backslash at `at` begins. */
export function escapeEnd(text: U8Column, at: i32): i32 {
  const c: i32 = text.get(at + 1);
  if (c == Char.u) {
    let i = at + 2;
    while (text.get(i) != Char.RightBrace) i++;
    return i + 1;
  }
  return digitValue(c, 16) >= 0 ? at + 3 : at + 2;
}

/** Appends the bytes that the string from `start` to `end`, with its quotes, stands for. */
export function appendString(text: U8Column, start: i32, end: i32, hasEscapes: boolean, out: U8Column): void {
  const stop = end - 1;
  if (!hasEscapes) {
    out.append(text, start + 1, stop);
    return;
  }
  let i = start + 1;
  while (i < stop) {
    const c: i32 = text.get(i);
    if (c != Char.Backslash) {
      out.push(c);
      i++;
    } else {
      appendEscape(text, i, out);
      i = escapeEnd(text, i);
    }
  }
}

function appendEscape(text: U8Column, at: i32, out: U8Column): void {
  const c: i32 = text.get(at + 1);
  switch (c) {
    case Char.t:
      out.push(Char.Tab);
      return;
    case Char.n:
      out.push(Char.LineFeed);
      return;
    case Char.r:
      out.push(Char.Return);
      return;
    case Char.u:
      pushCodePoint(out, codePoint(text, at + 3));
      return;
  }
  const high = digitValue(c, 16);
  if (high >= 0) out.push((high << 4) | digitValue(text.get(at + 2), 16));
  else out.push(c);
}

/** The number whose digits begin at `at` and end with a brace. */
function codePoint(text: U8Column, at: i32): i32 {
  let code: i32 = 0;
  for (let i = at; text.get(i) != Char.RightBrace; i++) {
    const digit = digitValue(text.get(i), 16);
    if (digit >= 0) code = (code << 4) | digit;
  }
  return code;
}
