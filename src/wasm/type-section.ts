// The type section (specification 5.5.4): recursion groups of function types with declared supertypes. Structures and
// arrays belong to garbage collection, which the later stages do not have.

import { ltU32 } from "host/prims";
import { takeValueType } from "./binary-types";
import { Feature, unsupported } from "./features";
import { TypeForm } from "./format";
import { MAX_PARAMS, MAX_RESULTS, MAX_SUBTYPE_DEPTH, MAX_TYPES } from "./limits";
import { Module } from "./module";
import { ModuleReader } from "./module-reader";
import { matchesSignature } from "./type-match";
import { NO_SUPER, TypeGroups } from "./type-groups";
import { heapOf, isNullable, isRef, refType } from "./types";

export function decodeTypes(r: ModuleReader): void {
  const module = r.module;
  const groups = new TypeGroups(
    module.typeStart,
    module.typeParamCount,
    module.typeResultCount,
    module.typePool,
    module.typeSuper,
    module.typeFinal,
    module.typeGroup,
  );
  const count = r.takeCount(MAX_TYPES, "types");
  for (let i: i32 = 0; i < count && !r.failed; i++) decodeGroup(r, groups);
}

function decodeGroup(r: ModuleReader, groups: TypeGroups): void {
  const module = r.module;
  const first = module.typeStart.length;
  let size: i32 = 1;
  if (r.peekByte() == TypeForm.Rec) {
    if (!r.has(Feature.FunctionReferences)) r.fail(r.at, unsupported(Feature.Gc));
    r.skip(1);
    const at = r.at;
    size = r.takeCount(MAX_TYPES, "types");
    if (ltU32(r.end - r.at, size)) r.fail(r.end, r.endMessage);
    if (!r.failed && size > MAX_TYPES - first) r.fail(at, `too many types: the limit is ${MAX_TYPES}`);
  }
  if (r.failed) return;
  module.openGroup(first + size);
  const start = r.at;
  for (let i: i32 = 0; i < size && !r.failed; i++) decodeSubtype(r, first);
  if (r.failed || size == 0) return;
  const like = groups.intern(first);
  if (like != first) renameGroup(module, first, like);
  for (let i: i32 = 0; i < size; i++) module.typeCanonical.push(like + i);
  if (like != first) return;
  // All chains are known to be short before the first is walked for the sake of a type that comes before it.
  for (let t = first; t < first + size && !r.failed; t++) checkDepth(r, start, t);
  for (let t = first; t < first + size && !r.failed; t++) checkSupertype(r, start, t);
}

/** One type of a group: its supertype, if one is declared, and its form. */
function decodeSubtype(r: ModuleReader, group: i32): void {
  const module = r.module;
  const type = module.typeStart.length;
  const at = r.at;
  let form = r.takeByte();
  let parent = NO_SUPER;
  const isSub = form == TypeForm.Sub || form == TypeForm.SubFinal;
  const isFinal = form != TypeForm.Sub;
  if (isSub) {
    if (!r.has(Feature.FunctionReferences)) r.fail(at, unsupported(Feature.Gc));
    const supersAt = r.at;
    const count = r.takeCount(MAX_TYPES, "supertypes");
    if (!r.failed && count > 1) r.fail(supersAt, "a type can have at most one supertype");
    if (count == 1) parent = module.canonicalType(r.takeIndex(type, "type"));
    form = r.takeByte();
  }
  if (r.failed) return;
  if (form == TypeForm.Struct || form == TypeForm.Array) r.fail(at, unsupported(Feature.Gc));
  else if (form == TypeForm.Descriptor || form == TypeForm.Describes)
    r.fail(at, unsupported(Feature.CustomDescriptors));
  else if (form != TypeForm.Func) r.fail(at, "malformed type form");
  if (r.failed) return;
  module.typeStart.push(module.typePool.length);
  module.typeSuper.push(parent);
  module.typeFinal.push(isFinal ? 1 : 0);
  module.typeGroup.push(group);
  const params = r.takeCount(MAX_PARAMS, "parameters");
  for (let i: i32 = 0; i < params && !r.failed; i++) module.typePool.push(takeValueType(r, module));
  const results = r.takeCount(MAX_RESULTS, "results");
  for (let i: i32 = 0; i < results && !r.failed; i++) module.typePool.push(takeValueType(r, module));
  module.typeParamCount.push(params);
  module.typeResultCount.push(results);
}

/** Makes the group at `first`, which is the same as that at `like`, name the types of that one. */
function renameGroup(module: Module, first: i32, like: i32): void {
  for (let t = first; t < module.typeStart.length; t++) {
    const parent = module.typeSuper.get(t);
    if (parent >= first) module.typeSuper.set(t, parent - first + like);
    const start = module.typeStart.get(t);
    const end = start + module.typeParamCount.get(t) + module.typeResultCount.get(t);
    for (let i = start; i < end; i++) {
      const type = module.typePool.get(i);
      if (!isRef(type) || heapOf(type) < first) continue;
      module.typePool.set(i, refType(heapOf(type) - first + like, isNullable(type)));
    }
  }
}

function checkDepth(r: ModuleReader, at: i32, type: i32): void {
  const supers = r.module.typeSuper;
  let depth: i32 = 0;
  for (let t = supers.get(type); t != NO_SUPER && depth <= MAX_SUBTYPE_DEPTH; t = supers.get(t)) depth++;
  if (depth > MAX_SUBTYPE_DEPTH) r.fail(at, `type ${type} has too many supertypes: the limit is ${MAX_SUBTYPE_DEPTH}`);
}

/** Specification 3.2.12: the supertype must allow subtypes, and the type must match it. */
function checkSupertype(r: ModuleReader, at: i32, type: i32): void {
  const module = r.module;
  const parent = module.typeSuper.get(type);
  if (parent == NO_SUPER) return;
  if (module.typeFinal.get(parent) != 0) r.fail(at, `sub type ${type} does not match super type: ${parent} is final`);
  else if (!matchesSignature(module, type, parent)) r.fail(at, `sub type ${type} does not match super type ${parent}`);
}
