// Code in which every reached function is a `ret` with a few sites, constants and relocations: portable, so that
// both twins make the same.

import { Program } from "../../../src/link/program";
import { Code, RelocKind } from "../../../src/x64/code";

export function buildStubCode(program: Program): Code {
  const code = new Code();
  code.reset(program.funcKind.length);
  for (let i: i32 = 0; i < program.order.length; i++) {
    const f = program.order.get(i);
    const start = code.bytes.length;
    code.funcStart.set(f, start);
    code.funcSiteStart.set(f, code.siteOffset.length);
    code.addReloc(start, RelocKind.Pool, code.poolEntry(i, i & 3, 0, -1), i & 1);
    code.addReloc(start + 4, RelocKind.FuncAddress, program.order.get(0), 0);
    code.addReloc(start + 8, RelocKind.JumpTable, 0, 0);
    for (let k: i32 = 0; k < 13; k++) code.bytes.push(0xc3);
    code.addSite(start + 1, i & 3, 0, 3 * i - 1);
    code.addSite(start + 12, 2, 5, i);
    code.funcSiteEnd.set(f, code.siteOffset.length);
    code.funcEnd.set(f, code.bytes.length);
    code.funcFrame.set(f, 8 * i);
  }
  code.tableTargets.push(0);
  code.tableStart.push(1);
  code.entryOffset = 0;
  code.signalOffset = 1;
  code.restorerOffset = 2;
  return code;
}
