// The site table: for each function, where its calls return to and which of its instructions may fault, so that
// the trap handler knows a trap from a bug and a backtrace has byte offsets. Read by runtime/ only after a trap,
// so it is packed: deltas, one byte for most addresses.
//
// Per function, sites in ascending order of address: a byte SiteKind | d << 2, where d is the distance from the
// previous site (at first: from the function's start), or 63 and the distance as uleb128; for SiteKind.Trap the
// TrapKind byte, or of an access that was checked 128 + r + (n << 4), where r is the register with its index, and n < 7 says
// that its offset is 4n and its memory the first of MemoryRow, while behind 7 comes the offset, with the row of the memory as
// its high word, as uleb128; then the origin's difference from the previous one (at first: from 0) as sleb128. A byte 0 ends
// the list: no call returns to the very place where a site was.

import { U8Column } from "../base/columns";
import { SiteKind } from "../link/info";
import { GUEST_BASE } from "../link/layout";
import { Program } from "../link/program";
import { Code } from "../x64/code";
import { ltU32, shrU32 } from "host/prims";

/** Distance that says that the distance follows. */
const FAR: i32 = 63;
/** Of an access: the number follows. */
const LONG: i32 = 7;

/** Appends the sites of function `f`; those of hidden functions have no origins, which nothing would show. */
export function writeSites(program: Program, code: Code, f: i32, hidden: boolean, out: U8Column): void {
  let offset = code.funcStart.get(f);
  let origin: i32 = 0;
  const end = code.funcSiteEnd.get(f);
  for (let s = code.funcSiteStart.get(f); s < end; s++) {
    const kind = code.siteKind.get(s);
    if (kind == SiteKind.Access) continue;
    const distance = code.siteOffset.get(s) - offset;
    assert(distance >= 0 && (kind != SiteKind.Return || distance != 0), "writeSites: order of sites");
    if (distance < FAR) {
      out.push(kind | (distance << 2));
    } else {
      out.push(kind | (FAR << 2));
      pushUleb(out, distance);
    }
    if (kind == SiteKind.Trap) {
      if (s + 1 < end && code.siteKind.get(s + 1) == SiteKind.Access) writeAccess(program, code, s + 1, out);
      else out.push(code.siteTrap.get(s));
    }
    const next = hidden ? -1 : code.siteOrigin.get(s);
    pushSleb(out, (next - origin) | 0);
    offset = code.siteOffset.get(s);
    origin = next;
  }
  out.push(0);
}

function writeAccess(program: Program, code: Code, s: i32, out: U8Column): void {
  const what = code.siteTrap.get(s);
  const offset = code.siteOrigin.get(s);
  const row = memoryRow(program, what >> 4);
  const isShort = row == 0 && (offset & 3) == 0 && ltU32(offset, 4 * LONG);
  out.push(128 | (what & 15) | ((isShort ? offset >> 2 : LONG) << 4));
  if (isShort) return;
  if (row == 0) {
    pushUleb(out, offset);
    return;
  }
  for (let shift: i32 = 0; shift < 28; shift += 7) out.push(((offset >> shift) & 0x7f) | 0x80);
  pushUleb(out, shrU32(offset, 28) | (row << 4));
}

/** Whether memory `m` is in the table of memories: it lies outside of the data area. */
export function hasMemoryRow(program: Program, m: i32): boolean {
  return program.memoryBaseHi.get(m) != 0 || program.memoryBaseLo.get(m) >= GUEST_BASE;
}

/** Its place there. */
function memoryRow(program: Program, m: i32): i32 {
  let row: i32 = 0;
  for (let k: i32 = 0; k < m; k++) if (hasMemoryRow(program, k)) row++;
  return row;
}

export function pushUleb(out: U8Column, value: i32): void {
  let rest = value;
  while (rest >= 0x80 || rest < 0) {
    out.push((rest & 0x7f) | 0x80);
    rest = shrU32(rest, 7);
  }
  out.push(rest);
}

export function pushSleb(out: U8Column, value: i32): void {
  let rest = value;
  while (rest < -64 || rest > 63) {
    out.push((rest & 0x7f) | 0x80);
    rest = rest >> 7;
  }
  out.push(rest & 0x7f);
}
