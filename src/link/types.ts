// Canonical function types: equal types of all modules get one number, so that an indirect call compares two
// numbers. Found by hashing the structure (wasm/type-groups.ts): one pass over all types, whatever the input repeats.
//
// Where types have declared subtypes, numbers are given in preorder over the forest of supertypes: the subtypes of a
// type, itself included, are the `typeSpan` numbers from its own on, and asking for any of them is one comparison.

import { I32Column } from "../base/columns";
import { Module } from "../wasm/module";
import { NO_SUPER, TypeGroups } from "../wasm/type-groups";
import { heapOf, isNullable, isRef, refType, typeName } from "../wasm/types";
import { Program } from "./program";

/** Fills the program's types and each instance's map to them; the instances must be there. */
export function buildCanonicalTypes(program: Program): void {
  const groups = new TypeGroups(
    program.typeStart,
    program.typeParamCount,
    program.typeResultCount,
    program.typePool,
    program.typeSuper,
    program.typeFinal,
    program.typeGroup,
  );
  // Number 0 is no type: it is the type word of a null reference.
  program.typeStart.push(0);
  program.typeParamCount.push(0);
  program.typeResultCount.push(0);
  program.typeSuper.push(NO_SUPER);
  program.typeFinal.push(1);
  program.typeGroup.push(0);
  for (let k: i32 = 0; k < program.instanceModule.length; k++) {
    const module = program.module(k);
    program.instanceTypeBase.push(program.typeMap.length);
    for (let t: i32 = 0; t < module.typeStart.length; t++) {
      const like = module.typeCanonical.get(t);
      if (like != t) program.typeMap.push(program.typeOf(k, like));
      else if (module.typeGroup.get(t) == t) addGroup(program, module, k, t, groups);
    }
  }
  numberSubtypes(program);
}

/** Maps the group that begins with type `first` of an instance: its like among the canonical types, or new ones. */
function addGroup(program: Program, module: Module, instance: i32, first: i32, groups: TypeGroups): void {
  const start = program.typeStart.length;
  const poolStart = program.typePool.length;
  const shift = start - first;
  let end = first;
  for (; end < module.typeStart.length && module.typeGroup.get(end) == first; end++) {
    const params = module.typeParamCount.get(end);
    const results = module.typeResultCount.get(end);
    const parent = module.typeSuper.get(end);
    program.typeStart.push(program.typePool.length);
    program.typeParamCount.push(params);
    program.typeResultCount.push(results);
    program.typeFinal.push(module.typeFinal.get(end));
    program.typeGroup.push(start);
    if (parent == NO_SUPER || parent >= first) program.typeSuper.push(parent == NO_SUPER ? parent : parent + shift);
    else program.typeSuper.push(program.typeOf(instance, parent));
    const source = module.typeStart.get(end);
    for (let i = source; i < source + params + results; i++) {
      program.typePool.push(canonicalValueType(program, instance, module.typePool.get(i), first, shift));
    }
  }
  const like = groups.intern(start);
  for (let i: i32 = 0; i < end - first; i++) program.typeMap.push(like + i);
  if (like == start) return;
  program.typeStart.length = start;
  program.typeParamCount.length = start;
  program.typeResultCount.length = start;
  program.typeFinal.length = start;
  program.typeGroup.length = start;
  program.typeSuper.length = start;
  program.typePool.length = poolStart;
}

/** References to module types become references to canonical ones; those from `first` on are being added. */
function canonicalValueType(program: Program, instance: i32, value: i32, first: i32, shift: i32): i32 {
  if (!isRef(value)) return value;
  const heap = heapOf(value);
  if (heap < 0) return value;
  return refType(heap >= first ? heap + shift : program.typeOf(instance, heap), isNullable(value));
}

/** A value type of an instance in canonical types. */
export function programValueType(program: Program, instance: i32, value: i32): i32 {
  return canonicalValueType(program, instance, value, 0x7fff_ffff, 0);
}

/** Renumbers the types if there are subtypes, and counts those of each type. */
function numberSubtypes(program: Program): void {
  const count = program.typeStart.length;
  const supers = program.typeSuper;
  let any = false;
  for (let t: i32 = 0; t < count && !any; t++) any = supers.get(t) != NO_SUPER;
  if (!any) return;
  // A supertype comes before its subtypes: sizes from the last to the first, then places from the first to the last.
  const size = new I32Column();
  size.resize(count);
  size.fill(1, 0, count);
  for (let t = count - 1; t > 0; t--) {
    if (supers.get(t) != NO_SUPER) size.set(supers.get(t), size.get(supers.get(t)) + size.get(t));
  }
  const number = new I32Column();
  const nextChild = new I32Column();
  number.resize(count);
  nextChild.resize(count);
  let nextRoot: i32 = 0;
  for (let t: i32 = 0; t < count; t++) {
    const parent = supers.get(t);
    const n = parent == NO_SUPER ? nextRoot : nextChild.get(parent);
    if (parent == NO_SUPER) nextRoot += size.get(t);
    else nextChild.set(parent, n + size.get(t));
    number.set(t, n);
    nextChild.set(t, n + 1);
  }
  renumberTypes(program, number, size);
}

/** Gives type `t` the number `number[t]`; `size` becomes the span of each. */
function renumberTypes(program: Program, number: I32Column, size: I32Column): void {
  for (let i: i32 = 0; i < program.typePool.length; i++) {
    const value = program.typePool.get(i);
    if (isRef(value) && heapOf(value) >= 0) {
      program.typePool.set(i, refType(number.get(heapOf(value)), isNullable(value)));
    }
  }
  for (let i: i32 = 0; i < program.typeMap.length; i++) program.typeMap.set(i, number.get(program.typeMap.get(i)));
  program.typeStart = permute(program.typeStart, number);
  program.typeParamCount = permute(program.typeParamCount, number);
  program.typeResultCount = permute(program.typeResultCount, number);
  program.typeFinal = permute(program.typeFinal, number);
  program.typeSpan = permute(size, number);
  const supers = permute(program.typeSuper, number);
  for (let t: i32 = 0; t < supers.length; t++) {
    if (supers.get(t) != NO_SUPER) supers.set(t, number.get(supers.get(t)));
  }
  program.typeSuper = supers;
}

function permute(column: I32Column, number: I32Column): I32Column {
  const result = new I32Column();
  result.resize(column.length);
  for (let i: i32 = 0; i < column.length; i++) result.set(number.get(i), column.get(i));
  return result;
}

/** A canonical type as the text format writes it: "(func (param i32 i64) (result f32))". */
export function typeText(program: Program, type: i32): string {
  let s = "(func";
  const params = program.typeParamCount.get(type);
  const results = program.typeResultCount.get(type);
  for (let i: i32 = 0; i < params; i++) {
    s += (i == 0 ? " (param " : " ") + typeName(program.paramType(type, i));
  }
  if (params != 0) s += ")";
  for (let i: i32 = 0; i < results; i++) {
    s += (i == 0 ? " (result " : " ") + typeName(program.resultType(type, i));
  }
  if (results != 0) s += ")";
  return s + ")";
}
