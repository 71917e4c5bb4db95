// Whether what an instance exports is what another one imports (specification 3.3, "Import Subtyping" and 4.5.4,
// "Instantiation"): types of functions and globals, limits of tables and memories.

import { isLessWide } from "../base/wide";
import { ExternKind, Module } from "../wasm/module";
import { matchesAbstractHeap } from "../wasm/type-match";
import { heapOf, isNullable, isRef } from "../wasm/types";
import { Program } from "./program";
import { programValueType } from "./types";

/** How an export fits an import. */
export const enum Match {
  No = 0,
  Yes = 1,
  /** If it has grown by then: the import wants more than there is at first. */
  IfGrown = 2,
}

/** A minimum and perhaps a maximum, of 64 bits without sign. */
class Limits {
  private min: i32 = 0;
  private minHi: i32 = 0;
  private hasMax: i32 = 0;
  private max: i32 = 0;
  private maxHi: i32 = 0;

  set(min: i32, minHi: i32, hasMax: i32): void {
    this.min = min;
    this.minHi = minHi;
    this.hasMax = hasMax;
  }

  setMax(max: i32, maxHi: i32): void {
    this.max = max;
    this.maxHi = maxHi;
  }

  /** How what has these limits fits what is asked for. */
  match(asked: Limits): i32 {
    if (asked.hasMax != 0) {
      if (this.hasMax == 0 || isLessWide(asked.max, asked.maxHi, this.max, this.maxHi)) return Match.No;
    }
    if (!isLessWide(this.min, this.minHi, asked.min, asked.minHi)) return Match.Yes;
    const isTooSmall = this.hasMax != 0 && isLessWide(this.max, this.maxHi, asked.min, asked.minHi);
    return isTooSmall ? Match.No : Match.IfGrown;
  }
}

const offered = new Limits();
const asked = new Limits();

/** Whether `actual` of the program, of this kind, is what import `i` of `instance` asks for. */
export function matchImport(program: Program, instance: i32, i: i32, actual: i32): i32 {
  const module = program.module(instance);
  const wanted = module.importIndex.get(i);
  switch (module.importKind.get(i)) {
    case ExternKind.Func: {
      const type = program.typeOf(instance, module.funcType.get(wanted));
      return program.isSubtype(program.funcType.get(actual), type) ? Match.Yes : Match.No;
    }
    case ExternKind.Table:
      return matchTable(program, instance, module, wanted, actual);
    case ExternKind.Memory:
      return matchMemory(program, module, wanted, actual);
    case ExternKind.Global:
      return matchGlobal(program, instance, module, wanted, actual) ? Match.Yes : Match.No;
    case ExternKind.Tag: {
      const type = program.typeOf(instance, module.tagType.get(wanted));
      return program.tagType.get(actual) == type ? Match.Yes : Match.No;
    }
  }
  return Match.No;
}

function matchGlobal(program: Program, instance: i32, module: Module, wanted: i32, actual: i32): boolean {
  const isMutable = module.globalMutable.get(wanted);
  if (program.globalMutable.get(actual) != isMutable) return false;
  const type = programValueType(program, instance, module.globalType.get(wanted));
  const has = program.globalType.get(actual);
  // What can be written must be of the very type.
  return has == type || (isMutable == 0 && isSubtype(program, has, type));
}

function matchTable(program: Program, instance: i32, module: Module, wanted: i32, actual: i32): i32 {
  const owner = program.tableInstance.get(actual);
  const own = program.module(owner);
  const local = program.tableLocal.get(actual);
  const type = programValueType(program, instance, module.tableType.get(wanted));
  if (program.tableType.get(actual) != type) return Match.No;
  if (own.tableIs64.get(local) != module.tableIs64.get(wanted)) return Match.No;
  offered.set(own.tableMin.get(local), own.tableMinHi.get(local), own.tableHasMax.get(local));
  offered.setMax(own.tableMax.get(local), own.tableMaxHi.get(local));
  asked.set(module.tableMin.get(wanted), module.tableMinHi.get(wanted), module.tableHasMax.get(wanted));
  asked.setMax(module.tableMax.get(wanted), module.tableMaxHi.get(wanted));
  return offered.match(asked);
}

function matchMemory(program: Program, module: Module, wanted: i32, actual: i32): i32 {
  const own = program.module(program.memoryInstance.get(actual));
  const local = program.memoryLocal.get(actual);
  if (own.memoryIs64.get(local) != module.memoryIs64.get(wanted)) return Match.No;
  if (own.memoryPageLog2.get(local) != module.memoryPageLog2.get(wanted)) return Match.No;
  offered.set(own.memoryMin.get(local), own.memoryMinHi.get(local), own.memoryHasMax.get(local));
  offered.setMax(own.memoryMax.get(local), own.memoryMaxHi.get(local));
  asked.set(module.memoryMin.get(wanted), module.memoryMinHi.get(wanted), module.memoryHasMax.get(wanted));
  asked.setMax(module.memoryMax.get(wanted), module.memoryMaxHi.get(wanted));
  return offered.match(asked);
}

/** Whether every value of type `a` is one of type `b`; both are types of the program. */
function isSubtype(program: Program, a: i32, b: i32): boolean {
  if (a == b) return true;
  if (!isRef(a) || !isRef(b) || (isNullable(a) && !isNullable(b))) return false;
  const heap = heapOf(a);
  const asked = heapOf(b);
  return heap >= 0 && asked >= 0 ? program.isSubtype(heap, asked) : matchesAbstractHeap(heap, asked);
}
