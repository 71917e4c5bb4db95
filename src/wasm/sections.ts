// The sections that describe a module's imports, functions, tables, memories, tags, globals and exports
// (specification 5.5.5 to 5.5.10; types have type-section.ts). Each function reads one section's content; the driver (decoder.ts) checks sizes.

import { ltU32 } from "host/prims";
import { takeRefType, takeValueType } from "./binary-types";
import { declareFunc, takeConstExpr } from "./const-expr";
import { hasDuplicateExport } from "./export-names";
import { Feature, unsupported } from "./features";
import { EXACT_FUNC, TABLE_WITH_INIT } from "./format";
import {
  MAX_EXPORTS,
  MAX_FUNCTIONS,
  MAX_GLOBALS,
  MAX_IMPORTS,
  MAX_MEMORIES,
  MAX_NAME_BYTES,
  MAX_PAGES,
  MAX_TABLES,
  MAX_TAGS,
} from "./limits";
import { ExternKind, InitKind } from "./module";
import { ModuleReader } from "./module-reader";
import { isNullable } from "./types";

export function decodeImports(r: ModuleReader): void {
  const module = r.module;
  const count = r.takeCount(MAX_IMPORTS, "imports");
  for (let i: i32 = 0; i < count && !r.failed; i++) {
    module.importModuleStart.push(takeShortName(r));
    module.importModuleEnd.push(r.at);
    module.importNameStart.push(takeShortName(r));
    module.importNameEnd.push(r.at);
    const at = r.at;
    const kind = r.takeByte();
    if (r.failed) return;
    module.importKind.push(kind);
    switch (kind) {
      case ExternKind.Func:
        module.importIndex.push(module.funcType.length);
        module.funcType.push(r.takeIndex(module.typeStart.length, "type"));
        module.bodyStart.push(0);
        module.bodyEnd.push(0);
        module.importedFuncCount++;
        break;
      case ExternKind.Table:
        module.importIndex.push(module.tableType.length);
        decodeTableType(r);
        addTableInit(r, InitKind.RefNull, 0, 0);
        module.importedTableCount++;
        break;
      case ExternKind.Memory:
        module.importIndex.push(module.memoryMin.length);
        decodeMemory(r);
        module.importedMemoryCount++;
        break;
      case ExternKind.Global:
        module.importIndex.push(module.globalType.length);
        decodeGlobalType(r);
        addGlobalInit(r, InitKind.Const, 0, 0);
        module.importedGlobalCount++;
        break;
      case ExternKind.Tag:
        module.importIndex.push(module.tagType.length);
        decodeTag(r, at);
        module.importedTagCount++;
        break;
      case EXACT_FUNC:
        r.fail(at, unsupported(Feature.CustomDescriptors));
        break;
      default:
        r.fail(at, "malformed import kind");
    }
  }
}

function takeShortName(r: ModuleReader): i32 {
  const start = r.takeName();
  if (r.at - start > MAX_NAME_BYTES) r.fail(start, `name too long: the limit is ${MAX_NAME_BYTES} bytes`);
  return start;
}

export function decodeFuncs(r: ModuleReader): void {
  const module = r.module;
  const count = r.takeCount(MAX_FUNCTIONS - module.importedFuncCount, "functions");
  for (let i: i32 = 0; i < count && !r.failed; i++) {
    module.funcType.push(r.takeIndex(module.typeStart.length, "type"));
  }
}

export function decodeTables(r: ModuleReader): void {
  const count = r.takeCount(MAX_TABLES, "tables");
  for (let i: i32 = 0; i < count && !r.failed; i++) {
    const at = r.at;
    if (r.peekByte() != TABLE_WITH_INIT) {
      decodeTableType(r);
      addTableInit(r, InitKind.RefNull, 0, 0);
      if (!r.failed && !isNullable(r.module.tableType.top())) {
        r.fail(at, "type mismatch: a table of non-null references needs an initial value");
      }
      continue;
    }
    r.skip(1);
    if (r.takeByte() != 0) r.fail(at + 1, "malformed table");
    if (!r.has(Feature.FunctionReferences)) r.fail(at, unsupported(Feature.FunctionReferences));
    decodeTableType(r);
    if (r.failed) return;
    takeConstExpr(r, r.module.tableType.top());
    addTableInit(r, r.initKind, r.initLo, r.initHi);
  }
}

/** Reads a table type into the columns of tables. */
function decodeTableType(r: ModuleReader): void {
  const module = r.module;
  const at = r.at;
  module.tableType.push(takeRefType(r, module));
  r.takeLimits(false);
  module.tableMin.push(r.min);
  module.tableMinHi.push(r.minHi);
  module.tableHasMax.push(r.hasMax);
  module.tableMax.push(r.max);
  module.tableMaxHi.push(r.maxHi);
  module.tableIs64.push(r.is64);
  if (r.is64 == 0 && (r.minHi != 0 || r.maxHi != 0)) r.fail(at, "table size must be at most 2^32-1");
  if (module.tableType.length > MAX_TABLES) r.fail(at, `too many tables: the limit is ${MAX_TABLES}`);
}

function addTableInit(r: ModuleReader, kind: i32, lo: i32, hi: i32): void {
  r.module.tableInitKind.push(kind);
  r.module.tableInitLo.push(lo);
  r.module.tableInitHi.push(hi);
}

export function decodeMemories(r: ModuleReader): void {
  const count = r.takeCount(MAX_MEMORIES, "memories");
  for (let i: i32 = 0; i < count && !r.failed; i++) decodeMemory(r);
}

function decodeMemory(r: ModuleReader): void {
  const module = r.module;
  const at = r.at;
  r.takeLimits(true);
  module.memoryMin.push(r.min);
  module.memoryMinHi.push(r.minHi);
  module.memoryHasMax.push(r.hasMax);
  module.memoryMax.push(r.max);
  module.memoryMaxHi.push(r.maxHi);
  module.memoryIs64.push(r.is64);
  module.memoryPageLog2.push(r.pageLog2);
  if (r.failed) return;
  if (!fitsPages(r, r.min, r.minHi) || !fitsPages(r, r.max, r.maxHi)) {
    let limit = r.is64 != 0 ? "2^48 pages" : "65536 pages (4GiB)";
    if (r.pageLog2 == 0) limit = "2^32-1 bytes";
    r.fail(at, `memory size must be at most ${limit}`);
  }
  const count = module.memoryMin.length;
  if (count > 1 && !r.has(Feature.MultiMemory)) r.fail(at, unsupported(Feature.MultiMemory));
  if (count > MAX_MEMORIES) r.fail(at, `too many memories: the limit is ${MAX_MEMORIES}`);
}

/** Whether indices of the memory reach so many pages; their number itself must be a number of its index type. */
function fitsPages(r: ModuleReader, lo: i32, hi: i32): boolean {
  if (r.pageLog2 == 0) return r.is64 != 0 || hi == 0;
  if (r.is64 == 0) return hi == 0 && !ltU32(MAX_PAGES, lo);
  return ltU32(hi, 0x10000) || (hi == 0x10000 && lo == 0);
}

export function decodeTags(r: ModuleReader): void {
  const count = r.takeCount(MAX_TAGS, "tags");
  for (let i: i32 = 0; i < count && !r.failed; i++) decodeTag(r, r.at);
}

/** A tag: a byte 0, for exceptions, and the type of what it carries. */
function decodeTag(r: ModuleReader, at: i32): void {
  const module = r.module;
  if (!r.has(Feature.Exceptions)) r.fail(at, unsupported(Feature.Exceptions));
  if (r.takeByte() != 0) r.fail(at, "malformed tag attribute");
  const type = r.takeIndex(module.typeStart.length, "type");
  if (r.failed) return;
  if (module.typeResultCount.get(type) != 0) r.fail(at, "non-empty tag result type");
  module.tagType.push(type);
  if (module.tagType.length > MAX_TAGS) r.fail(at, `too many tags: the limit is ${MAX_TAGS}`);
}

export function decodeGlobals(r: ModuleReader): void {
  const count = r.takeCount(MAX_GLOBALS, "globals");
  for (let i: i32 = 0; i < count && !r.failed; i++) {
    decodeGlobalType(r);
    if (r.failed) return;
    // The global itself is not there yet for its initialiser.
    const type = r.module.globalType.pop();
    takeConstExpr(r, type);
    r.module.globalType.push(type);
    addGlobalInit(r, r.initKind, r.initLo, r.initHi);
  }
}

function decodeGlobalType(r: ModuleReader): void {
  r.module.globalType.push(takeValueType(r, r.module));
  const at = r.at;
  const mutable = r.takeByte();
  if (mutable > 1) r.fail(at, "malformed mutability");
  r.module.globalMutable.push(mutable);
}

function addGlobalInit(r: ModuleReader, kind: i32, lo: i32, hi: i32): void {
  r.module.globalInitKind.push(kind);
  r.module.globalInitLo.push(lo);
  r.module.globalInitHi.push(hi);
}

export function decodeExports(r: ModuleReader): void {
  const module = r.module;
  const sectionAt = r.at;
  const count = r.takeCount(MAX_EXPORTS, "exports");
  for (let i: i32 = 0; i < count && !r.failed; i++) {
    module.exportNameStart.push(takeShortName(r));
    module.exportNameEnd.push(r.at);
    const at = r.at;
    const kind = r.takeByte();
    if (r.failed) return;
    module.exportKind.push(kind);
    module.exportIndex.push(takeExportIndex(r, at, kind));
    if (!r.failed && kind == ExternKind.Func) declareFunc(r, module.exportIndex.top());
  }
  if (!r.failed && hasDuplicateExport(module)) r.fail(sectionAt, "duplicate export name");
}

function takeExportIndex(r: ModuleReader, at: i32, kind: i32): i32 {
  const module = r.module;
  switch (kind) {
    case ExternKind.Func:
      return r.takeIndex(module.funcType.length, "function");
    case ExternKind.Table:
      return r.takeIndex(module.tableType.length, "table");
    case ExternKind.Memory:
      return r.takeIndex(module.memoryMin.length, "memory");
    case ExternKind.Global:
      return r.takeIndex(module.globalType.length, "global");
    case ExternKind.Tag:
      return r.takeIndex(module.tagType.length, "tag");
  }
  r.fail(at, "malformed export kind");
  return 0;
}

export function decodeStart(r: ModuleReader): void {
  const module = r.module;
  const at = r.at;
  const func = r.takeIndex(module.funcType.length, "function");
  if (r.failed) return;
  const type = module.funcType.get(func);
  if (module.typeParamCount.get(type) != 0 || module.typeResultCount.get(type) != 0) {
    r.fail(at, "start function must have no parameters and no results");
  }
  module.startFunc = func;
}
