// Reads the function table and the site table (src/link/info.ts): which function an address lies in, and whether
// a listed site is there. Sites are packed bytes, read from the function's first on: that is slow and does not
// matter, since a program traps once.

import { FunctionRow, Info, SiteKind } from "../src/link/info";
import { SITE_CACHE, SITE_CACHE_BYTES } from "./buffers";
import { info, load32, load64, load8 } from "./wx";

/** Row of the function that contains `address`, or 0. */
export function findFunction(address: u64): u64 {
  if (address < load64(info() + Info.CodeStart) || address >= load64(info() + Info.CodeEnd)) return 0;
  const table = load64(info() + Info.FunctionTable);
  let low: u64 = 0;
  let high: u64 = <u64>load32(info() + Info.FunctionCount);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (<u64>load32(table + middle * FunctionRow.Bytes + FunctionRow.Start) <= address) low = middle + 1;
    else high = middle;
  }
  return low == 0 ? 0 : table + (low - 1) * FunctionRow.Bytes;
}

/** Where the reader stands in the site table. */
let position: u64 = 0;

function readUnsigned(): u64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  let byte: u32 = 0;
  do {
    byte = load8(position);
    position++;
    value |= <u64>(byte & 127) << shift;
    shift += 7;
  } while (byte >= 128);
  return value;
}

function readSigned(): i32 {
  let value: u32 = 0;
  let shift: u32 = 0;
  let byte: u32 = 0;
  do {
    byte = load8(position);
    position++;
    value |= (byte & 127) << shift;
    shift += 7;
  } while (byte >= 128);
  if (shift < 32 && (byte & 64) != 0) value |= <u32>-1 << shift;
  return <i32>value;
}

/** Of the site found last: offset in the module, -1 if none, and kind of trap (Trap sites only); or from 128 on, an access
 *  (src/image/sites.ts), and from LONG_ACCESS on the number that follows there. */
export let siteOrigin: i32 = -1;
export let siteTrap: u32 = 0;
export let siteAccess: u64 = 0;
export const LONG_ACCESS: u32 = 0xf0;

/** Looks for the site of `kind` at `address` in the function of `row`. */
export function findSite(row: u64, address: u64, kind: u32): bool {
  position = load64(info() + Info.SiteTable) + <u64>load32(row + FunctionRow.Sites);
  let at: u64 = <u64>load32(row + FunctionRow.Start);
  let origin: i32 = 0;
  while (at <= address) {
    const head = load8(position);
    position++;
    if (head == 0) break;
    let distance: u64 = <u64>(head >> 2);
    if (distance == 63) distance = readUnsigned();
    at += distance;
    let trapKind: u32 = 0;
    if ((head & 3) == SiteKind.Trap) {
      trapKind = load8(position);
      position++;
      if (trapKind >= LONG_ACCESS) siteAccess = readUnsigned();
    }
    origin += readSigned();
    if (at == address && (head & 3) == kind) {
      siteOrigin = origin;
      siteTrap = trapKind;
      return true;
    }
  }
  siteOrigin = -1;
  return false;
}

/** Looks for a Return site, remembering what was found: an exhausted stack holds the same few return addresses
 *  some hundred thousand times, and a function may have as many sites. */
export function findReturn(row: u64, address: u64): bool {
  const place = SITE_CACHE + ((<usize>address << 4) & (SITE_CACHE_BYTES - 16));
  if (load<u64>(place) != address) {
    if (!findSite(row, address, SiteKind.Return)) return false;
    store<u64>(place, address);
    store<i32>(place, siteOrigin, 8);
  }
  siteOrigin = load<i32>(place, 8);
  return true;
}
