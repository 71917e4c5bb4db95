// Validation rules of instructions on references (specification 3.4.4 and the parts of 3.4.8 that look at one).

import { takeHeapType } from "./binary-types";
import { BodyState } from "./body-state";
import { RefKind } from "./module";
import { Opcode } from "./opcodes";
import { BOTTOM, HEAP_BOTTOM, heapOf, I32, isRef, refType, typeName, ValueType } from "./types";

/** Takes a reference of any type. */
function popReference(v: BodyState): ValueType {
  const type = v.popAny();
  if (type == BOTTOM) return refType(HEAP_BOTTOM, false);
  if (!isRef(type)) v.reject(`type mismatch: expected a reference, found ${typeName(type)}`);
  return type;
}

export function validateRefNull(v: BodyState): void {
  v.push(refType(takeHeapType(v, v.module), true));
}

export function validateRefFunc(v: BodyState): void {
  const module = v.module;
  const func = v.takeIndex(module.funcCount, "function");
  if (v.failed) return;
  if (module.funcDeclared.get(func) == 0) v.reject("undeclared function reference");
  v.push(module.funcRefType(func));
  module.refs.push((func << 4) | RefKind.FuncRef);
}

function validateRefIsNull(v: BodyState): void {
  popReference(v);
  v.push(I32);
}

function validateRefAsNonNull(v: BodyState): void {
  v.push(refType(heapOf(popReference(v)), false));
}

/** br_on_null branches without the reference; behind it the reference is known not to be null. */
export function validateBrOnNull(v: BodyState): void {
  const block = v.takeLabel();
  const heap = heapOf(popReference(v));
  v.popLabel(block);
  v.pushLabel(block);
  v.push(refType(heap, false));
}

/** br_on_non_null branches with the reference as the last operand; behind it there is none. */
export function validateBrOnNonNull(v: BodyState): void {
  const block = v.takeLabel();
  if (v.failed) return;
  const last = v.labelCount(block) - 1;
  const type: ValueType = last < 0 ? BOTTOM : v.labelType(block, last);
  if (!isRef(type)) {
    v.reject("type mismatch: br_on_non_null needs a label whose last type is a reference");
    return;
  }
  v.pop(refType(heapOf(type), true));
  for (let i = last - 1; i >= 0; i--) v.pop(v.labelType(block, i));
  for (let i: i32 = 0; i < last; i++) v.push(v.labelType(block, i));
}

/** The reference that call_ref or return_call_ref calls; the type of the function, or -1 after a failure. */
export function popCallee(v: BodyState): i32 {
  const module = v.module;
  const type = v.takeIndex(module.typeStart.length, "type");
  if (v.failed) return -1;
  v.pop(refType(module.canonicalType(type), true));
  module.refs.push((type << 4) | RefKind.CallRef);
  return type;
}

/** Whether `op` is one of the instructions without immediates that this file has rules for. */
export function validatePlainReference(v: BodyState, op: i32): boolean {
  if (op == Opcode.RefIsNull) validateRefIsNull(v);
  else if (op == Opcode.RefAsNonNull) validateRefAsNonNull(v);
  else return false;
  return true;
}
