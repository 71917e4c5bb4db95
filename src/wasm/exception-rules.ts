// Validation rules of exceptions (specification 3.4.8): try_table with its catch clauses, throw, throw_ref.

import { LibCall } from "../link/libcalls";
import { takeBlockType } from "./binary-types";
import { BodyState } from "./body-state";
import { RefKind } from "./module";
import { Opcode } from "./opcodes";
import { matchesType } from "./type-match";
import { EXNREF, HEAP_EXN, refType, typeName, ValueType } from "./types";
import { ltU32 } from "host/prims";

/** Kinds of catch clauses, as the binary format numbers them. */
export const enum CatchKind {
  Catch = 0,
  CatchRef = 1,
  CatchAll = 2,
  CatchAllRef = 3,
}

export function hasTag(kind: i32): boolean {
  return kind <= CatchKind.CatchRef;
}

export function hasRef(kind: i32): boolean {
  return (kind & 1) != 0;
}

export function validateTryTable(v: BodyState): void {
  const type = takeBlockType(v, v.module);
  const count = v.takeU32();
  if (!v.failed && ltU32(v.end - v.at, count)) v.fail(v.end, v.endMessage);
  for (let i: i32 = 0; i < count && !v.failed; i++) validateCatch(v);
  if (v.failed) return;
  v.popParams(type);
  v.pushBlock(Opcode.TryTable, type);
  v.pushParams(type);
}

/** A clause branches, with what the exception carries and a reference to it, to a label outside of the try_table. */
function validateCatch(v: BodyState): void {
  const kind = v.takeByte();
  if (kind > CatchKind.CatchAllRef) v.reject("malformed catch clause");
  const tag: i32 = hasTag(kind) ? takeTag(v) : -1;
  const block = v.takeLabel();
  if (v.failed) return;
  const module = v.module;
  const carried: i32 = tag < 0 ? 0 : module.typeParamCount.get(module.tagType.get(tag));
  const count = carried + (hasRef(kind) ? 1 : 0);
  if (v.labelCount(block) != count) {
    v.reject(`type mismatch: a catch clause gives ${count} values, but its label takes ${v.labelCount(block)}`);
    return;
  }
  for (let i: i32 = 0; i < count; i++) {
    const type: ValueType = i < carried ? module.paramType(module.tagType.get(tag), i) : refType(HEAP_EXN, false);
    const expected = v.labelType(block, i);
    if (matchesType(module, type, expected)) continue;
    v.reject(`type mismatch: a catch clause gives ${typeName(type)}, but its label takes ${typeName(expected)}`);
    return;
  }
}

/** Reads a tag's index; 0 after a failure. */
function takeTag(v: BodyState): i32 {
  return v.takeIndex(v.module.tagType.length, "tag");
}

export function validateThrow(v: BodyState): void {
  const tag = takeTag(v);
  if (v.failed) return;
  v.popParams(v.module.tagType.get(tag));
  v.module.refs.push((LibCall.ExceptionNew << 4) | RefKind.LibCall);
  noteThrow(v);
}

export function validateThrowRef(v: BodyState): void {
  v.pop(EXNREF);
  noteThrow(v);
}

function noteThrow(v: BodyState): void {
  v.module.refs.push(RefKind.Throw);
  v.setUnreachable();
}
