// Addresses to listen on, as `--tcp-listen` takes them, 127.0.0.1:8080 or [::1]:8080, to the kernel's struct sockaddr_in
// and sockaddr_in6 (ip(7), ipv6(7)). Numbers alone: names would have to be looked up, and mean something else where the
// program runs. IPv6 as in RFC 4291, section 2.2.

import { U8Column } from "../base/columns";
import { digitValue } from "../base/integer-text";

const AF_INET: i32 = 2;
const AF_INET6: i32 = 10;
/** Bytes of the structures. */
const INET_BYTES: i32 = 16;
const INET6_BYTES: i32 = 28;

/** Appends the structure, its length in front, to `out`; false if `text` is no address. */
export function pushListenAddress(text: string, out: U8Column): boolean {
  const colon = text.lastIndexOf(":");
  if (colon < 0) return false;
  const port = parseNumber(text, colon + 1, text.length, 10, 65535);
  if (port <= 0) return false;
  const start = out.length;
  if (text.startsWith("[")) {
    if (text.charAt(colon - 1) != "]") return false;
    pushHead(out, INET6_BYTES, AF_INET6, port);
    for (let i: i32 = 0; i < 4; i++) out.push(0);
    if (!pushInet6(text.substring(1, colon - 1), out)) return discard(out, start);
    for (let i: i32 = 0; i < 4; i++) out.push(0);
    return true;
  }
  pushHead(out, INET_BYTES, AF_INET, port);
  if (!pushInet(text.substring(0, colon), out)) return discard(out, start);
  for (let i: i32 = 0; i < 8; i++) out.push(0);
  return true;
}

function discard(out: U8Column, start: i32): boolean {
  out.length = start;
  return false;
}

function pushHead(out: U8Column, length: i32, family: i32, port: i32): void {
  out.push(length);
  out.push(family);
  out.push(0);
  out.push(port >> 8);
  out.push(port & 255);
}

/** The number between `from` and `to`, at most `limit`, or -1. */
function parseNumber(text: string, from: i32, to: i32, base: i32, limit: i32): i32 {
  let value: i32 = 0;
  if (to <= from) return -1;
  for (let i = from; i < to; i++) {
    const digit = digitValue(text.charCodeAt(i), base);
    if (digit < 0) return -1;
    value = value * base + digit;
    if (value > limit) return -1;
  }
  return value;
}

/** Four numbers with points between them. */
function pushInet(text: string, out: U8Column): boolean {
  let from: i32 = 0;
  for (let i: i32 = 0; i < 4; i++) {
    let to = text.indexOf(".", from);
    if (to < 0 != (i == 3)) return false;
    if (i == 3) to = text.length;
    const value = parseNumber(text, from, to, 10, 255);
    if (value < 0) return false;
    out.push(value);
    from = to + 1;
  }
  return true;
}

/** Eight groups of 16 bits with colons between them, of which :: stands for as many of zeros as are missing; the last
 *  two may be written as an IPv4 address. */
function pushInet6(text: string, out: U8Column): boolean {
  const gap = text.indexOf("::");
  if (gap < 0) return pushGroups(text, out) == 16;
  const back = new U8Column();
  const start = out.length;
  const front = text.substring(0, gap);
  const rest = text.substring(gap + 2);
  if (front.length != 0 && (front.indexOf(".") >= 0 || pushGroups(front, out) < 0)) return false;
  if (rest.length != 0 && pushGroups(rest, back) < 0) return false;
  if (out.length - start + back.length > 14) return false;
  while (out.length - start + back.length < 16) out.push(0);
  out.append(back, 0, back.length);
  return true;
}

/** Appends groups; the number of bytes, or -1. */
function pushGroups(text: string, out: U8Column): i32 {
  const start = out.length;
  let from: i32 = 0;
  while (from <= text.length) {
    let to = text.indexOf(":", from);
    if (to < 0) to = text.length;
    const group = text.substring(from, to);
    if (to == text.length && group.indexOf(".") >= 0) {
      if (!pushInet(group, out)) return -1;
    } else {
      const value = group.length > 4 ? -1 : parseNumber(group, 0, group.length, 16, 0xffff);
      if (value < 0) return -1;
      out.push(value >> 8);
      out.push(value & 255);
    }
    if (out.length - start > 16) return -1;
    from = to + 1;
  }
  return out.length - start;
}
