// Text to bytes: strings are UTF-16 in both hosts, files hold UTF-8 (Unicode 15, section 3.9, table 3-6).

import { U8Column } from "./columns";

/** Appends `text` as UTF-8; a lone surrogate becomes U+FFFD. */
export function pushUtf8(out: U8Column, text: string): void {
  const n = text.length;
  for (let i: i32 = 0; i < n; i++) {
    let c: i32 = text.charCodeAt(i);
    if (c < 0x80) {
      out.push(c);
      continue;
    }
    if (c >= 0xd800 && c < 0xe000) {
      const low: i32 = i + 1 < n ? text.charCodeAt(i + 1) : 0;
      if (c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        i++;
      } else {
        c = 0xfffd;
      }
    }
    pushCodePoint(out, c);
  }
}

/** Appends the UTF-8 form of a code point. */
export function pushCodePoint(out: U8Column, c: i32): void {
  if (c < 0x80) {
    out.push(c);
    return;
  }
  if (c < 0x800) {
    out.push(0xc0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      out.push(0xe0 | (c >> 12));
    } else {
      out.push(0xf0 | (c >> 18));
      out.push(0x80 | ((c >> 12) & 63));
    }
    out.push(0x80 | ((c >> 6) & 63));
  }
  out.push(0x80 | (c & 63));
}

/** Bytes as a byte string: one character each. */
export function byteString(bytes: U8Column, start: i32, end: i32): string {
  // Long ones in halves: appending to one string would copy it again for every byte.
  if (end - start > 32) {
    const middle = start + ((end - start) >> 1);
    return byteString(bytes, start, middle) + byteString(bytes, middle, end);
  }
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes.get(i));
  return text;
}

/** Bytes as text, those outside printable ASCII escaped as \xx. */
export function escapedText(bytes: U8Column, start: i32, end: i32): string {
  // In halves, as above.
  if (end - start > 32) {
    const middle = start + ((end - start) >> 1);
    return escapedText(bytes, start, middle) + escapedText(bytes, middle, end);
  }
  const digits = "0123456789abcdef";
  let text = "";
  for (let i = start; i < end; i++) {
    const c = bytes.get(i);
    if (c >= 0x20 && c < 0x7f) text += String.fromCharCode(c);
    else text += `\\${digits.charAt(c >> 4)}${digits.charAt(c & 15)}`;
  }
  return text;
}

/** Whether the bytes from `start` to `end` are those of `other` from `otherStart` to `otherEnd`. */
export function isSameBytes(
  bytes: U8Column,
  start: i32,
  end: i32,
  other: U8Column,
  otherStart: i32,
  otherEnd: i32,
): boolean {
  const length = end - start;
  if (otherEnd - otherStart != length) return false;
  for (let i: i32 = 0; i < length; i++) {
    if (bytes.get(start + i) != other.get(otherStart + i)) return false;
  }
  return true;
}

/** Appends `text` as UTF-8 and a NUL; a NUL inside ends nothing but the reader's view of it. */
export function pushText(out: U8Column, text: string): void {
  pushUtf8(out, text);
  out.push(0);
}

/** Appends a byte string, one character a byte. */
export function pushByteString(out: U8Column, text: string): void {
  for (let i: i32 = 0; i < text.length; i++) out.push(text.charCodeAt(i));
}

/** Appends a byte string and a NUL. */
export function pushByteText(out: U8Column, text: string): void {
  pushByteString(out, text);
  out.push(0);
}

/** Position behind the NUL that ends the text at `start`; behind the last byte if there is none. */
export function endOfText(texts: U8Column, start: i32): i32 {
  let at = start;
  while (at < texts.length && texts.get(at) != 0) at++;
  return at + 1;
}
