// Decodes a module in one pass over its sections (specification 5.5): checks their order and sizes, and everything
// in them but function bodies, which validator.ts reads. Sections' contents are read by sections.ts and segments.ts.

import { ltU32 } from "host/prims";
import { Diagnostic } from "../base/diagnostics";
import { MAGIC, SectionId, sectionRank, VERSION } from "./format";
import { Module } from "./module";
import { ModuleReader } from "./module-reader";
import { decodeNames } from "./name-section";
import {
  decodeExports,
  decodeFuncs,
  decodeGlobals,
  decodeImports,
  decodeMemories,
  decodeStart,
  decodeTables,
  decodeTags,
} from "./sections";
import { decodeBodies, decodeDataCount, decodeDatas, decodeElems } from "./segments";
import { decodeTypes } from "./type-section";

/** Fills `module` from its bytes; false, with the diagnostic set, if they are not a valid module. */
export function decodeModule(module: Module, diag: Diagnostic): boolean {
  const r = new ModuleReader(module, diag);
  r.end = module.bytes.length;
  checkHeader(r);
  const total = module.bytes.length;
  let lastRank: i32 = 0;
  let namesStart: i32 = 0;
  let namesEnd: i32 = 0;
  while (!r.failed && r.at < total) {
    const at = r.at;
    const id = r.takeByte();
    const size = r.takeU32();
    if (r.failed) break;
    const rank = sectionRank(id);
    if (rank < 0) {
      r.fail(at, "malformed section id");
    } else if (ltU32(total - r.at, size)) {
      r.fail(at, "length out of bounds");
    } else if (rank > 0 && rank <= lastRank) {
      r.fail(at, "unexpected content after last section");
    }
    if (r.failed) break;
    const end = r.at + size;
    r.end = end;
    r.endMessage = "unexpected end of section or function";
    if (id == SectionId.Custom) {
      const start = r.takeName();
      if (!r.failed && module.isNamed(start, r.at, "name")) {
        namesStart = r.at;
        namesEnd = end;
      }
      r.at = end;
    } else {
      lastRank = rank;
      decodeSection(r, id);
      if (!r.failed && r.at != end) r.fail(r.at, "section size mismatch");
    }
    r.end = total;
    r.endMessage = "unexpected end";
  }
  if (!r.failed) checkCounts(r);
  if (r.failed) return false;
  prepareFuncColumns(module);
  decodeNames(module, namesStart, namesEnd);
  return true;
}

function checkHeader(r: ModuleReader): void {
  const available = r.end;
  r.skip(4);
  if (available >= 4 && r.bytes.getI32(0) != MAGIC) {
    r.fail(0, "magic header not detected");
    return;
  }
  r.skip(4);
  if (available >= 8 && r.bytes.getI32(4) != VERSION) r.fail(4, "unknown binary version");
}

function decodeSection(r: ModuleReader, id: i32): void {
  switch (id) {
    case SectionId.Type:
      decodeTypes(r);
      break;
    case SectionId.Import:
      decodeImports(r);
      break;
    case SectionId.Function:
      decodeFuncs(r);
      break;
    case SectionId.Table:
      decodeTables(r);
      break;
    case SectionId.Memory:
      decodeMemories(r);
      break;
    case SectionId.Global:
      decodeGlobals(r);
      break;
    case SectionId.Export:
      decodeExports(r);
      break;
    case SectionId.Start:
      decodeStart(r);
      break;
    case SectionId.Element:
      decodeElems(r);
      break;
    case SectionId.DataCount:
      decodeDataCount(r);
      break;
    case SectionId.Code:
      decodeBodies(r);
      break;
    case SectionId.Data:
      decodeDatas(r);
      break;
    default:
      decodeTags(r);
  }
}

/** What only the end of the file can tell: sections that announce others which are missing. */
function checkCounts(r: ModuleReader): void {
  const module = r.module;
  if (module.bodyStart.length != module.funcType.length) {
    r.fail(r.at, "function and code section have inconsistent lengths");
  }
  if (module.dataCount >= 0 && module.dataCount != module.dataMode.length) {
    r.fail(r.at, "data count and data section have inconsistent lengths");
  }
}

/** Gives the columns that are indexed by function, and filled as they are needed, their length. */
function prepareFuncColumns(module: Module): void {
  const count = module.funcCount;
  module.funcDeclared.resize(count);
  module.funcNameStart.resize(count);
  module.funcNameEnd.resize(count);
  module.refsStart.resize(count);
  module.refsEnd.resize(count);
  module.setsStart.resize(count);
  module.setsEnd.resize(count);
  module.loopsStart.resize(count);
}
