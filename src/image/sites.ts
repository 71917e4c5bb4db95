// The site table: for each function, where its calls return to and which of its instructions may fault, so that
// the trap handler knows a trap from a bug and a backtrace has byte offsets. Read by runtime/ only after a trap,
// so it is packed: deltas, one byte for most addresses.
//
// Per function, sites in ascending order of address: a byte SiteKind | d << 2, where d is the distance from the
// previous site (at first: from the function's start), or 63 and the distance as uleb128; for SiteKind.Trap the
// TrapKind byte; then the origin's difference from the previous one (at first: from 0) as sleb128. A byte 0 ends
// the list: no call returns to the very place where a site was.

import { U8Column } from "../base/columns";
import { SiteKind } from "../link/info";
import { Code } from "../x64/code";
import { shrU32 } from "host/prims";

/** Distance that says that the distance follows. */
const FAR: i32 = 63;

/** Appends the sites of function `f`; those of hidden functions have no origins, which nothing would show. */
export function writeSites(code: Code, f: i32, hidden: boolean, out: U8Column): void {
  let offset = code.funcStart.get(f);
  let origin: i32 = 0;
  const end = code.funcSiteEnd.get(f);
  for (let s = code.funcSiteStart.get(f); s < end; s++) {
    const kind = code.siteKind.get(s);
    const distance = code.siteOffset.get(s) - offset;
    assert(distance >= 0 && (kind != SiteKind.Return || distance != 0), "writeSites: order of sites");
    if (distance < FAR) {
      out.push(kind | (distance << 2));
    } else {
      out.push(kind | (FAR << 2));
      pushUleb(out, distance);
    }
    if (kind == SiteKind.Trap) out.push(code.siteTrap.get(s));
    const next = hidden ? -1 : code.siteOrigin.get(s);
    pushSleb(out, (next - origin) | 0);
    offset = code.siteOffset.get(s);
    origin = next;
  }
  out.push(0);
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
