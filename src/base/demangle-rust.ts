// Rust's first ("legacy") mangling: the form of a nested C++ name, its last part a hash, with punctuation as
// $..$ escapes and "::" as "..". (rustc, compiler/rustc_symbol_mangling/src/legacy.rs)

import { Char } from "./chars";
import { U8Column } from "./columns";
import { pushCodePoint } from "./text";

/** Appends the name whose part behind "_Z" is `bytes` from `start` to `end`; false if it is not of this form. */
export function demangleRust(bytes: U8Column, start: i32, end: i32, out: U8Column): boolean {
  if (start >= end || bytes.get(start) != Char.N) return false;
  let at = start + 1;
  let parts: i32 = 0;
  let last: i32 = 0;
  let lastLength: i32 = 0;
  // Look at the whole form first: a C++ name differs after the parts that both share.
  while (at < end && isDigit(bytes.get(at))) {
    let length: i32 = 0;
    while (at < end && isDigit(bytes.get(at)) && length < 0x10000) length = length * 10 + bytes.get(at++) - Char.D0;
    if (length > end - at) return false;
    last = at;
    lastLength = length;
    at += length;
    parts++;
  }
  if (parts < 2 || at >= end || bytes.get(at) != Char.E || !isHash(bytes, last, lastLength)) return false;
  at++;
  if (at < end && bytes.get(at) != Char.Dot) return false;
  let part = start + 1;
  for (let i: i32 = 0; i < parts; i++) {
    let length: i32 = 0;
    while (isDigit(bytes.get(part))) length = length * 10 + bytes.get(part++) - Char.D0;
    if (i != 0) pushColons(out);
    pushPart(bytes, part, part + length, out);
    part += length;
  }
  pushSuffix(bytes, at, end, out);
  return true;
}

function isDigit(c: i32): boolean {
  return c >= Char.D0 && c <= Char.D9;
}

function isHexDigit(c: i32): boolean {
  return isDigit(c) || (c >= Char.a && c <= Char.f);
}

/** Whether a part is "h" and 16 hexadecimal digits. */
function isHash(bytes: U8Column, start: i32, length: i32): boolean {
  if (length != 17 || bytes.get(start) != Char.h) return false;
  for (let i: i32 = 1; i < 17; i++) {
    if (!isHexDigit(bytes.get(start + i))) return false;
  }
  return true;
}

function pushColons(out: U8Column): void {
  out.push(Char.Colon);
  out.push(Char.Colon);
}

/** Appends one part of the path without its escapes. */
function pushPart(bytes: U8Column, start: i32, end: i32, out: U8Column): void {
  let at = start;
  if (end - at >= 2 && bytes.get(at) == Char.Underscore && bytes.get(at + 1) == Char.Dollar) at++;
  while (at < end) {
    const c = bytes.get(at);
    if (c == Char.Dot) {
      if (at + 1 < end && bytes.get(at + 1) == Char.Dot) {
        pushColons(out);
        at += 2;
      } else {
        out.push(c);
        at++;
      }
    } else if (c == Char.Dollar) {
      let close = at + 1;
      while (close < end && bytes.get(close) != Char.Dollar) close++;
      const value = close < end ? escapeValue(bytes, at + 1, close) : -1;
      if (value < 0) {
        // Not an escape: the rest is shown as it is.
        out.append(bytes, at, end);
        return;
      }
      pushCodePoint(out, value);
      at = close + 1;
    } else {
      out.push(c);
      at++;
    }
  }
}

/** The character that an escape stands for, or -1. */
function escapeValue(bytes: U8Column, start: i32, end: i32): i32 {
  const first = bytes.get(start);
  const second: i32 = end - start == 2 ? bytes.get(start + 1) : 0;
  if (end - start == 1 && first == Char.C) return Char.Comma;
  if (first == Char.S && second == Char.P) return Char.At;
  if (first == Char.B && second == Char.P) return Char.Star;
  if (first == Char.R && second == Char.F) return Char.Ampersand;
  if (first == Char.L && second == Char.T) return Char.Less;
  if (first == Char.G && second == Char.T) return Char.Greater;
  if (first == Char.L && second == Char.P) return Char.LeftParen;
  if (first == Char.R && second == Char.P) return Char.RightParen;
  if (first != Char.u || end - start < 2 || end - start > 7) return -1;
  let value: i32 = 0;
  for (let i = start + 1; i < end; i++) {
    const c = bytes.get(i);
    if (!isHexDigit(c)) return -1;
    value = value * 16 + (c <= Char.D9 ? c - Char.D0 : c - Char.a + 10);
  }
  const isControl = value < 0x20 || (value >= 0x7f && value < 0xa0);
  return isControl || value > 0x10ffff || (value >= 0xd800 && value < 0xe000) ? -1 : value;
}

/** Appends what LLVM added behind a name, but for the mark of its own renaming (".llvm." and digits). */
export function pushSuffix(bytes: U8Column, start: i32, end: i32, out: U8Column): void {
  const mark = ".llvm.";
  for (let at = start; at < end; at++) {
    let same: i32 = 0;
    while (same < mark.length && at + same < end && bytes.get(at + same) == mark.charCodeAt(same)) same++;
    if (same < mark.length) {
      out.push(bytes.get(at));
      continue;
    }
    let digit = at + same;
    while (digit < end && isRenaming(bytes.get(digit))) digit++;
    if (digit == end) return;
    out.push(bytes.get(at));
  }
}

function isRenaming(c: i32): boolean {
  return isDigit(c) || (c >= Char.At && c <= Char.F);
}
