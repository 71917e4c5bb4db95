// Canonical function types: equal types of all modules get one number, so that an indirect call compares two
// numbers. Found by hashing the structure: one pass over all types, whatever the input repeats.

import { I32Column } from "../base/columns";
import { Module } from "../wasm/module";
import { heapOf, isNullable, isRef, refType, typeName } from "../wasm/types";
import { Program } from "./program";
import { mul32 } from "host/prims";

/** Fills the program's types and each instance's map to them; the instances must be there. */
export function buildCanonicalTypes(program: Program): void {
  let total: i32 = 0;
  for (let k: i32 = 0; k < program.instanceModule.length; k++) total += program.module(k).typeStart.length;
  const table = new I32Column();
  let size: i32 = 16;
  while (size < total * 2) size = size * 2;
  table.resize(size);

  // Number 0 is no type: it is the type word of a null reference.
  program.typeStart.push(0);
  program.typeParamCount.push(0);
  program.typeResultCount.push(0);
  for (let k: i32 = 0; k < program.instanceModule.length; k++) {
    const module = program.module(k);
    program.instanceTypeBase.push(program.typeMap.length);
    for (let t: i32 = 0; t < module.typeStart.length; t++) {
      program.typeMap.push(canonicalType(program, module, k, t, table));
    }
  }
}

/** The number of module type `t`: its like among the canonical types, or a new one. */
function canonicalType(program: Program, module: Module, instance: i32, t: i32, table: I32Column): i32 {
  const params = module.typeParamCount.get(t);
  const count = params + module.typeResultCount.get(t);
  const source = module.typeStart.get(t);
  const start = program.typePool.length;
  let hash = mul32(params, 0x2c1b3c6d) ^ count;
  for (let i: i32 = 0; i < count; i++) {
    const value = canonicalValueType(program, instance, module.typePool.get(source + i), t);
    program.typePool.push(value);
    hash = mul32((hash ^ value ^ (hash >> 15)) | 0, 0x297a2d39);
  }
  const mask = table.length - 1;
  let slot = (hash ^ (hash >> 16)) & mask;
  while (table.get(slot) != 0) {
    const like = table.get(slot);
    if (isLike(program, like, params, count, start)) {
      program.typePool.length = start;
      return like;
    }
    slot = (slot + 1) & mask;
  }
  const type = program.typeStart.length;
  program.typeStart.push(start);
  program.typeParamCount.push(params);
  program.typeResultCount.push(count - params);
  table.set(slot, type);
  return type;
}

/** References to module types become references to canonical ones; types may only name earlier types. */
function canonicalValueType(program: Program, instance: i32, value: i32, t: i32): i32 {
  if (!isRef(value)) return value;
  const heap = heapOf(value);
  if (heap < 0 || heap >= t) return value;
  return refType(program.typeOf(instance, heap), isNullable(value));
}

function isLike(program: Program, type: i32, params: i32, count: i32, start: i32): boolean {
  if (program.typeParamCount.get(type) != params) return false;
  if (program.typeResultCount.get(type) != count - params) return false;
  const other = program.typeStart.get(type);
  for (let i: i32 = 0; i < count; i++) {
    if (program.typePool.get(other + i) != program.typePool.get(start + i)) return false;
  }
  return true;
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
