// A module as data for `wx inspect`: sections, imports, exports, memories, and the functions with the most code.

import { I32Column } from "../base/columns";
import { JsonValue } from "../base/json";
import { addMember, jsonArray, jsonNumber, jsonObject, jsonString } from "../base/json-print";
import { sortByKey } from "../base/sort";
import { unsignedText } from "../base/wide-text";
import { functionName } from "../wasm/describe";
import { ExternKind, Module } from "../wasm/module";
import { ByteReader } from "../wasm/reader";
import { typeName } from "../wasm/types";

/** How many of the largest functions are shown. */
const LARGEST: i32 = 10;

const SECTIONS: string = "custom type import function table memory global export start element code data datacount tag";

/** Describes a valid module. */
export function describeModule(module: Module): JsonValue {
  const value = jsonObject();
  addMember(value, "kind", jsonString("module"));
  addMember(value, "bytes", jsonNumber(module.bytes.length));
  addMember(value, "functions", jsonNumber(module.funcCount - module.importedFuncCount));
  addMember(value, "types", jsonNumber(module.typeStart.length));
  addMember(value, "globals", jsonNumber(module.globalType.length));
  addMember(value, "sections", describeSections(module));
  addMember(value, "imports", describeImports(module));
  addMember(value, "exports", describeExports(module));
  const memories = jsonArray();
  for (let i: i32 = 0; i < module.memoryMin.length; i++) memories.items.push(jsonString(memoryText(module, i)));
  addMember(value, "memories", memories);
  const tables = jsonArray();
  for (let i: i32 = 0; i < module.tableType.length; i++) tables.items.push(jsonString(tableText(module, i)));
  addMember(value, "tables", tables);
  if (module.startFunc >= 0) addMember(value, "start", jsonNumber(module.startFunc));
  addMember(value, "largestFunctions", describeLargest(module));
  return value;
}

function describeSections(module: Module): JsonValue {
  const names = SECTIONS.split(" ");
  const sections = jsonArray();
  const reader = new ByteReader(module.bytes);
  reader.at = 8;
  while (reader.at < module.bytes.length) {
    const at = reader.at;
    const id = reader.readByte();
    const size = reader.readU32();
    const end = reader.at + size;
    let name = id < names.length ? names[id] : `${id}`;
    if (id == 0) {
      const length = reader.readU32();
      name = `custom "${module.byteText(reader.at, reader.at + length)}"`;
    }
    const section = jsonObject();
    addMember(section, "offset", jsonNumber(at));
    addMember(section, "bytes", jsonNumber(end - at));
    addMember(section, "name", jsonString(name));
    sections.items.push(section);
    reader.at = end;
  }
  return sections;
}

function memoryText(module: Module, i: i32): string {
  const min = unsignedText(module.memoryMin.get(i), module.memoryMinHi.get(i));
  const max = unsignedText(module.memoryMax.get(i), module.memoryMaxHi.get(i));
  const range = module.memoryHasMax.get(i) == 0 ? `${min} or more` : `${min} to ${max}`;
  const unit = module.memoryPageLog2.get(i) == 0 ? "bytes" : "pages of 64 KiB";
  return `${range} ${unit}${module.memoryIs64.get(i) != 0 ? ", 64-bit" : ""}`;
}

function tableText(module: Module, i: i32): string {
  const min = unsignedText(module.tableMin.get(i), module.tableMinHi.get(i));
  const max = unsignedText(module.tableMax.get(i), module.tableMaxHi.get(i));
  const range = module.tableHasMax.get(i) == 0 ? `${min} or more` : `${min} to ${max}`;
  const wide = module.tableIs64.get(i) != 0 ? ", 64-bit" : "";
  return `${range} entries of ${typeName(module.tableType.get(i))}${wide}`;
}

function functionText(module: Module, func: i32): string {
  const type = module.funcType.get(func);
  let text = "(";
  for (let i: i32 = 0; i < module.typeParamCount.get(type); i++) {
    text += (i == 0 ? "" : ", ") + typeName(module.paramType(type, i));
  }
  text += ")";
  for (let i: i32 = 0; i < module.typeResultCount.get(type); i++) {
    text += (i == 0 ? " -> " : ", ") + typeName(module.resultType(type, i));
  }
  return text;
}

function kindName(kind: i32): string {
  switch (kind) {
    case ExternKind.Func:
      return "func";
    case ExternKind.Table:
      return "table";
    case ExternKind.Memory:
      return "memory";
    case ExternKind.Global:
      return "global";
  }
  return "tag";
}

function externText(module: Module, kind: i32, index: i32): string {
  switch (kind) {
    case ExternKind.Func:
      return functionText(module, index);
    case ExternKind.Table:
      return tableText(module, index);
    case ExternKind.Memory:
      return memoryText(module, index);
    case ExternKind.Global:
      return (module.globalMutable.get(index) != 0 ? "mut " : "") + typeName(module.globalType.get(index));
  }
  return "";
}

function describeImports(module: Module): JsonValue {
  const imports = jsonArray();
  for (let i: i32 = 0; i < module.importKind.length; i++) {
    const kind = module.importKind.get(i);
    const row = jsonObject();
    const from = module.byteText(module.importModuleStart.get(i), module.importModuleEnd.get(i));
    addMember(row, "module", jsonString(from));
    addMember(row, "name", jsonString(module.byteText(module.importNameStart.get(i), module.importNameEnd.get(i))));
    addMember(row, "kind", jsonString(kindName(kind)));
    addMember(row, "type", jsonString(externText(module, kind, module.importIndex.get(i))));
    imports.items.push(row);
  }
  return imports;
}

function describeExports(module: Module): JsonValue {
  const exports = jsonArray();
  for (let i: i32 = 0; i < module.exportKind.length; i++) {
    const kind = module.exportKind.get(i);
    const row = jsonObject();
    addMember(row, "name", jsonString(module.byteText(module.exportNameStart.get(i), module.exportNameEnd.get(i))));
    addMember(row, "kind", jsonString(kindName(kind)));
    addMember(row, "type", jsonString(externText(module, kind, module.exportIndex.get(i))));
    exports.items.push(row);
  }
  return exports;
}

/** The functions with the longest bodies, longest first. */
function describeLargest(module: Module): JsonValue {
  const order = new I32Column();
  const negated = new I32Column();
  for (let f: i32 = 0; f < module.funcCount; f++) {
    negated.push(module.bodyStart.get(f) - module.bodyEnd.get(f));
    if (f >= module.importedFuncCount) order.push(f);
  }
  sortByKey(order, negated);
  const largest = jsonArray();
  for (let i: i32 = 0; i < order.length && i < LARGEST; i++) {
    const f = order.get(i);
    const row = jsonObject();
    addMember(row, "index", jsonNumber(f));
    addMember(row, "bytes", jsonNumber(0 - negated.get(f)));
    addMember(row, "name", jsonString(functionName(module, f)));
    largest.items.push(row);
  }
  return largest;
}
