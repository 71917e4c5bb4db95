// Subtyping (specification 3.3.5 to 3.3.7): whether a value of one type may stand where another is asked for. Types of
// a module are given by their representatives, so equality is equality of numbers.

import { Module } from "./module";
import { NO_SUPER } from "./type-groups";
import {
  BOTTOM,
  HEAP_BOTTOM,
  HEAP_EXN,
  HEAP_EXTERN,
  HEAP_FUNC,
  HEAP_NOEXN,
  HEAP_NOEXTERN,
  HEAP_NOFUNC,
  heapOf,
  isNullable,
  isRef,
  ValueType,
} from "./types";

/** Whether `type` is a subtype of `expected`; BOTTOM matches everything. */
export function matchesType(module: Module, type: ValueType, expected: ValueType): boolean {
  if (type == expected || type == BOTTOM || expected == BOTTOM) return true;
  if (!isRef(type) || !isRef(expected)) return false;
  if (isNullable(type) && !isNullable(expected)) return false;
  return matchesHeap(module, heapOf(type), heapOf(expected));
}

function matchesHeap(module: Module, heap: i32, expected: i32): boolean {
  if (heap < 0 || expected < 0) return heap == HEAP_BOTTOM || matchesAbstractHeap(heap, expected);
  return heap == expected || isDeclaredSubtype(module, heap, expected);
}

/** Whether a heap type is a subtype of another, if not both are types that a module defines. */
export function matchesAbstractHeap(heap: i32, expected: i32): boolean {
  if (heap == expected) return true;
  switch (expected) {
    case HEAP_FUNC:
      return heap >= 0 || heap == HEAP_NOFUNC;
    case HEAP_EXTERN:
      return heap == HEAP_NOEXTERN;
    case HEAP_EXN:
      return heap == HEAP_NOEXN;
  }
  return expected >= 0 && heap == HEAP_NOFUNC;
}

/** Whether `type` names `expected` as its supertype, directly or by way of others. */
function isDeclaredSubtype(module: Module, type: i32, expected: i32): boolean {
  for (let t = module.typeSuper.get(type); t != NO_SUPER; t = module.typeSuper.get(t)) {
    if (t == expected) return true;
  }
  return false;
}

/** Whether a function of type `type` may be used as one of type `expected`, going by parameters and results. */
export function matchesSignature(module: Module, type: i32, expected: i32): boolean {
  const params = module.typeParamCount.get(type);
  const results = module.typeResultCount.get(type);
  if (params != module.typeParamCount.get(expected) || results != module.typeResultCount.get(expected)) return false;
  for (let i: i32 = 0; i < params; i++) {
    if (!matchesType(module, module.paramType(expected, i), module.paramType(type, i))) return false;
  }
  for (let i: i32 = 0; i < results; i++) {
    if (!matchesType(module, module.resultType(type, i), module.resultType(expected, i))) return false;
  }
  return true;
}
