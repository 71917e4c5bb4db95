// The sections that carry content: element segments, the data count, function bodies as byte ranges, and data
// segments (specification 5.5.12 to 5.5.16).

import { ltU32 } from "host/prims";
import { takeRefType } from "./binary-types";
import { declareFunc, takeConstExpr } from "./const-expr";
import { DataForm, ElemFlag } from "./format";
import { MAX_BODY_BYTES, MAX_DATA_SEGMENTS, MAX_ELEM_ENTRIES, MAX_ELEM_SEGMENTS, MAX_FUNCTIONS } from "./limits";
import { InitKind, SegmentMode } from "./module";
import { ModuleReader } from "./module-reader";
import { matchesType } from "./type-match";
import { FUNCREF, HEAP_FUNC, I32, I64, refType, typeName, ValueType } from "./types";

export function decodeElems(r: ModuleReader): void {
  const count = r.takeCount(MAX_ELEM_SEGMENTS, "element segments");
  for (let i: i32 = 0; i < count && !r.failed; i++) decodeElem(r);
}

function decodeElem(r: ModuleReader): void {
  const module = r.module;
  const at = r.at;
  const flags = r.takeU32();
  if (ltU32(ElemFlag.All, flags)) r.fail(at, "malformed elements segment kind");
  if (r.failed) return;
  const active = (flags & ElemFlag.Passive) == 0;
  const explicit = (flags & ElemFlag.Explicit) != 0;
  let table: i32 = 0;
  if (active) {
    const tableAt = r.at;
    if (explicit) table = r.takeIndex(module.tableType.length, "table");
    else if (module.tableType.length == 0) r.fail(tableAt, "unknown table 0");
    if (r.failed) return;
    takeConstExpr(r, module.tableIs64.get(table) != 0 ? I64 : I32);
    module.elemMode.push(SegmentMode.Active);
    addElemOffset(r, table, r.initKind, r.initLo, r.initHi);
  } else {
    module.elemMode.push(explicit ? SegmentMode.Declared : SegmentMode.Passive);
    addElemOffset(r, 0, InitKind.Const, 0, 0);
  }
  const hasType = !active || explicit;
  const type = (flags & ElemFlag.Expressions) != 0 ? takeElemType(r, hasType) : takeElemKind(r, hasType);
  module.elemType.push(type);
  if (r.failed) return;
  if (active && !matchesType(module, type, module.tableType.get(table))) {
    r.fail(at, `type mismatch: ${typeName(type)} entries in a table of ${typeName(module.tableType.get(table))}`);
  }
  decodeElemItems(r, (flags & ElemFlag.Expressions) != 0, type);
}

function addElemOffset(r: ModuleReader, table: i32, kind: i32, lo: i32, hi: i32): void {
  const module = r.module;
  module.elemTable.push(table);
  module.elemOffsetKind.push(kind);
  module.elemOffsetLo.push(lo);
  module.elemOffsetHi.push(hi);
}

function takeElemType(r: ModuleReader, present: boolean): ValueType {
  return present ? takeRefType(r, r.module) : FUNCREF;
}

function takeElemKind(r: ModuleReader, present: boolean): ValueType {
  const at = r.at;
  if (present && r.takeByte() != 0) r.fail(at, "malformed element kind");
  return refType(HEAP_FUNC, false);
}

function decodeElemItems(r: ModuleReader, expressions: boolean, type: ValueType): void {
  const module = r.module;
  const pool = module.elemPool;
  const count = r.takeCount(MAX_ELEM_ENTRIES, "elements");
  module.elemStart.push(pool.length);
  module.elemCount.push(count);
  for (let i: i32 = 0; i < count && !r.failed; i++) {
    if (expressions) {
      takeConstExpr(r, type);
    } else {
      r.initKind = InitKind.RefFunc;
      r.initLo = r.takeIndex(module.funcType.length, "function");
      r.initHi = 0;
      if (!r.failed) declareFunc(r, r.initLo);
    }
    pool.push(r.initKind);
    pool.push(r.initLo);
    pool.push(r.initHi);
  }
}

export function decodeDataCount(r: ModuleReader): void {
  const at = r.at;
  const count = r.takeU32();
  if (ltU32(MAX_DATA_SEGMENTS, count)) r.fail(at, `too many data segments: the limit is ${MAX_DATA_SEGMENTS}`);
  r.module.dataCount = count;
}

/** Notes where each body lies; the bodies themselves are for the validator. */
export function decodeBodies(r: ModuleReader): void {
  const module = r.module;
  const sectionAt = r.at;
  const count = r.takeCount(MAX_FUNCTIONS, "functions");
  if (r.failed) return;
  if (count != module.funcType.length - module.importedFuncCount) {
    r.fail(sectionAt, "function and code section have inconsistent lengths");
  }
  for (let i: i32 = 0; i < count && !r.failed; i++) {
    const at = r.at;
    const size = r.takeU32();
    if (!r.failed && ltU32(MAX_BODY_BYTES, size) && !ltU32(r.end - r.at, size)) {
      r.fail(at, `function body too large: the limit is ${MAX_BODY_BYTES} bytes`);
    }
    module.bodyStart.push(r.at);
    r.skip(size);
    module.bodyEnd.push(r.at);
  }
}

export function decodeDatas(r: ModuleReader): void {
  const module = r.module;
  const sectionAt = r.at;
  const count = r.takeCount(MAX_DATA_SEGMENTS, "data segments");
  if (!r.failed && module.dataCount >= 0 && module.dataCount != count) {
    r.fail(sectionAt, "data count and data section have inconsistent lengths");
  }
  for (let i: i32 = 0; i < count && !r.failed; i++) decodeData(r);
}

function decodeData(r: ModuleReader): void {
  const module = r.module;
  const at = r.at;
  const flags = r.takeU32();
  let memory: i32 = 0;
  if (flags == DataForm.Explicit) memory = r.takeIndex(module.memoryMin.length, "memory");
  else if (flags != DataForm.Active && flags != DataForm.Passive) r.fail(at, "malformed data segment kind");
  else if (flags == DataForm.Active && module.memoryMin.length == 0) r.fail(at, "unknown memory 0");
  if (r.failed) return;
  r.initKind = InitKind.Const;
  r.initLo = 0;
  r.initHi = 0;
  if (flags != DataForm.Passive) takeConstExpr(r, module.memoryIs64.get(memory) != 0 ? I64 : I32);
  module.dataMode.push(flags == DataForm.Passive ? SegmentMode.Passive : SegmentMode.Active);
  module.dataMemory.push(memory);
  module.dataOffsetKind.push(r.initKind);
  module.dataOffsetLo.push(r.initLo);
  module.dataOffsetHi.push(r.initHi);
  const length = r.takeU32();
  module.dataStart.push(r.at);
  r.skip(length);
  module.dataEnd.push(r.at);
}
