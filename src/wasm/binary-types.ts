// Value, reference, heap and block types in the binary format (specification 5.3), as decoder and validator meet
// them. Types that need a feature which is off are refused with that feature's name. A reference to a type of the
// module comes out as one to the representative of its like (type-groups.ts), so that equal types are equal numbers.

import { CheckedReader } from "./checked-reader";
import { Feature, unsupported } from "./features";
import { TypeCode } from "./format";
import { Module } from "./module";
import {
  BOTTOM,
  EXTERNREF,
  FUNCREF,
  HEAP_EXN,
  HEAP_EXTERN,
  HEAP_FUNC,
  HEAP_NOEXN,
  HEAP_NOEXTERN,
  HEAP_NOFUNC,
  refType,
  V128,
  ValueType,
} from "./types";

/** Block types are one number: a type index, or -1 - (the only result's type), with BOTTOM for no result. */
const EMPTY_BLOCK: i32 = -1;

/** First and last code of the abstract heap types. */
const FIRST_HEAP: i32 = TypeCode.Exn;
const LAST_HEAP: i32 = TypeCode.NoExn;
/** A value type; BOTTOM after a failure. */
export function takeValueType(r: CheckedReader, module: Module): ValueType {
  const at = r.at;
  const code = r.peekByte();
  if (code >= 0x7c && code <= 0x7f) {
    r.at = at + 1;
    return code;
  }
  if (code == V128) {
    if ((module.features & Feature.Simd) == 0) return failType(r, at, unsupported(Feature.Simd));
    r.at = at + 1;
    return code;
  }
  return takeReference(r, module, "malformed value type");
}

/** A reference type; BOTTOM after a failure. */
export function takeRefType(r: CheckedReader, module: Module): ValueType {
  return takeReference(r, module, "malformed reference type");
}

function takeReference(r: CheckedReader, module: Module, message: string): ValueType {
  const at = r.at;
  const code = r.peekByte();
  if (code == TypeCode.Func || code == TypeCode.Extern) {
    r.at = at + 1;
    return code == TypeCode.Func ? FUNCREF : EXTERNREF;
  }
  if (code == TypeCode.Ref || code == TypeCode.RefNull) {
    if ((module.features & Feature.FunctionReferences) == 0) {
      return failType(r, at, unsupported(Feature.FunctionReferences));
    }
    r.at = at + 1;
    const heap = takeHeapType(r, module);
    return r.failed ? BOTTOM : refType(heap, code == TypeCode.RefNull);
  }
  if (code >= FIRST_HEAP && code <= LAST_HEAP) {
    const heap = takeHeapType(r, module);
    return r.failed ? BOTTOM : refType(heap, true);
  }
  r.takeByte();
  return r.failed ? BOTTOM : failType(r, at, message);
}

/** A heap type: negative if abstract, otherwise the representative of a type that exists. */
export function takeHeapType(r: CheckedReader, module: Module): i32 {
  const at = r.at;
  const code = r.peekByte();
  if (code >= FIRST_HEAP && code <= LAST_HEAP) {
    const feature = featureOfHeap(code - 0x80);
    if ((module.features & feature) != feature) return failType(r, at, unsupported(feature));
    r.at = at + 1;
    return code - 0x80;
  }
  if (code == TypeCode.Exact) return failType(r, at, unsupported(Feature.CustomDescriptors));
  if (code >= 0x40 && code < 0x80) return failType(r, at, "malformed heap type");
  const index = r.takeIndex33();
  if (r.failed) return 0;
  if ((module.features & Feature.FunctionReferences) == 0)
    return failType(r, at, unsupported(Feature.FunctionReferences));
  if (index < 0 || index >= module.typeLimit) return failType(r, at, "unknown type");
  return module.canonicalType(index);
}

/** A block type, as described at EMPTY_BLOCK. */
export function takeBlockType(r: CheckedReader, module: Module): i32 {
  const at = r.at;
  const code = r.peekByte();
  if (code == TypeCode.Empty) {
    r.at = at + 1;
    return EMPTY_BLOCK;
  }
  if (code > TypeCode.Empty && code < 0x80) return -1 - takeValueType(r, module);
  const index = r.takeIndex33();
  if (r.failed) return EMPTY_BLOCK;
  if (index < 0 || index >= module.typeStart.length) r.fail(at, "unknown type");
  return index;
}

/** The feature that brings an abstract heap type; 0 if it is always there. */
function featureOfHeap(heap: i32): i32 {
  switch (heap) {
    case HEAP_FUNC:
    case HEAP_EXTERN:
      return 0;
    case HEAP_NOFUNC:
    case HEAP_NOEXTERN:
      return Feature.FunctionReferences;
    case HEAP_EXN:
    case HEAP_NOEXN:
      return Feature.Exceptions;
  }
  return Feature.Gc;
}

function failType(r: CheckedReader, at: i32, message: string): ValueType {
  r.fail(at, message);
  return BOTTOM;
}
