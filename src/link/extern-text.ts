// Imports and exports as messages name them, with their types as the text format writes them.

import { unsignedText } from "../base/wide-text";
import { ExternKind, Module } from "../wasm/module";
import { typeName } from "../wasm/types";
import { Program } from "./program";
import { typeText } from "./types";

/** An import as messages name it: "env" "f" (func (param i32)). */
export function importText(program: Program, instance: i32, i: i32): string {
  const module = program.module(instance);
  const name = module.text(module.importNameStart.get(i), module.importNameEnd.get(i));
  const type = externText(program, instance, module.importKind.get(i), module.importIndex.get(i));
  return `${importModuleText(module, i)} "${name}" ${type}`;
}

/** The name of the module that import `i` is from, in quotes. */
export function importModuleText(module: Module, i: i32): string {
  return `"${module.text(module.importModuleStart.get(i), module.importModuleEnd.get(i))}"`;
}

/** The type of function, table, memory or global `index` of an instance. */
export function externText(program: Program, instance: i32, kind: i32, index: i32): string {
  const module = program.module(instance);
  switch (kind) {
    case ExternKind.Func:
      return typeText(program, program.typeOf(instance, module.funcType.get(index)));
    case ExternKind.Table:
      return tableText(module, index);
    case ExternKind.Memory:
      return memoryText(module, index);
    case ExternKind.Global: {
      const type = typeName(module.globalType.get(index));
      return module.globalMutable.get(index) != 0 ? `(global (mut ${type}))` : `(global ${type})`;
    }
  }
  return typeText(program, program.typeOf(instance, module.tagType.get(index))).replace("(func", "(tag");
}

function tableText(module: Module, index: i32): string {
  const is64 = module.tableIs64.get(index) != 0;
  let limits = `${is64 ? "i64 " : ""}${unsignedText(module.tableMin.get(index), module.tableMinHi.get(index))}`;
  if (module.tableHasMax.get(index) != 0) {
    limits += ` ${unsignedText(module.tableMax.get(index), module.tableMaxHi.get(index))}`;
  }
  return `(table ${limits} ${typeName(module.tableType.get(index))})`;
}

function memoryText(module: Module, index: i32): string {
  const is64 = module.memoryIs64.get(index) != 0;
  let limits = `${is64 ? "i64 " : ""}${unsignedText(module.memoryMin.get(index), module.memoryMinHi.get(index))}`;
  if (module.memoryHasMax.get(index) != 0) {
    limits += ` ${unsignedText(module.memoryMax.get(index), module.memoryMaxHi.get(index))}`;
  }
  const log2 = module.memoryPageLog2.get(index);
  return log2 == 16 ? `(memory ${limits})` : `(memory ${limits} (pagesize ${1 << log2}))`;
}
