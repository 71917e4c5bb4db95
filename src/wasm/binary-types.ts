// Value, reference, heap and block types in the binary format (specification 5.3), as decoder and validator meet
// them. Types that need a feature which is off are refused with that feature's name.

import { CheckedReader } from "./checked-reader";
import { Feature, unsupported } from "./features";
import { BOTTOM, EXTERNREF, FUNCREF, HEAP_EXTERN, HEAP_FUNC, V128, refType, ValueType } from "./types";

/** Block types are one number: a type index, or -1 - (the only result's type), with BOTTOM for no result. */
export const EMPTY_BLOCK: i32 = -1;

const CODE_FUNCREF: i32 = 0x70;
const CODE_EXTERNREF: i32 = 0x6f;
const CODE_REF_NULL: i32 = 0x63;
const CODE_REF: i32 = 0x64;
const CODE_EMPTY: i32 = 0x40;
/** First and last code of the abstract heap types. */
const FIRST_HEAP: i32 = 0x69;
const LAST_HEAP: i32 = 0x74;
const CODE_EXN: i32 = 0x69;
const CODE_NOEXN: i32 = 0x74;

/** A value type; BOTTOM after a failure. */
export function takeValueType(r: CheckedReader, features: i32): ValueType {
  const at = r.at;
  const code = r.peekByte();
  if (code >= 0x7c && code <= 0x7f) {
    r.at = at + 1;
    return code;
  }
  if (code == V128) {
    if ((features & Feature.Simd) == 0) return failType(r, at, unsupported(Feature.Simd));
    r.at = at + 1;
    return code;
  }
  return takeReference(r, features, "malformed value type");
}

/** A reference type; BOTTOM after a failure. */
export function takeRefType(r: CheckedReader, features: i32): ValueType {
  return takeReference(r, features, "malformed reference type");
}

function takeReference(r: CheckedReader, features: i32, message: string): ValueType {
  const at = r.at;
  const code = r.takeByte();
  if (r.failed) return BOTTOM;
  if (code == CODE_FUNCREF) return FUNCREF;
  if (code == CODE_EXTERNREF) return EXTERNREF;
  if (code == CODE_REF || code == CODE_REF_NULL) {
    if ((features & Feature.FunctionReferences) == 0) {
      return failType(r, at, unsupported(Feature.FunctionReferences));
    }
    const heap = takeHeapType(r, features);
    return r.failed ? BOTTOM : refType(heap, code == CODE_REF_NULL);
  }
  if (code >= FIRST_HEAP && code <= LAST_HEAP) return failType(r, at, unsupported(featureOfHeap(code)));
  return failType(r, at, message);
}

/** A heap type: negative if abstract, otherwise a type index. Whether the type exists is for the caller to check. */
export function takeHeapType(r: CheckedReader, features: i32): i32 {
  const at = r.at;
  const code = r.peekByte();
  if (code == CODE_FUNCREF || code == CODE_EXTERNREF) {
    r.at = at + 1;
    return code == CODE_FUNCREF ? HEAP_FUNC : HEAP_EXTERN;
  }
  if (code >= FIRST_HEAP && code <= LAST_HEAP) return failType(r, at, unsupported(featureOfHeap(code)));
  if (code >= 0x40 && code < 0x80) return failType(r, at, "malformed heap type");
  const index = r.takeIndex33();
  if (r.failed) return 0;
  if ((features & Feature.FunctionReferences) == 0) return failType(r, at, unsupported(Feature.FunctionReferences));
  if (index < 0) return failType(r, at, "unknown type");
  return index;
}

/** A block type, as described at EMPTY_BLOCK; `typeCount` is the number of types the module has. */
export function takeBlockType(r: CheckedReader, features: i32, typeCount: i32): i32 {
  const at = r.at;
  const code = r.peekByte();
  if (code == CODE_EMPTY) {
    r.at = at + 1;
    return EMPTY_BLOCK;
  }
  if (code > CODE_EMPTY && code < 0x80) return -1 - takeValueType(r, features);
  const index = r.takeIndex33();
  if (r.failed) return EMPTY_BLOCK;
  if (index < 0 || index >= typeCount) r.fail(at, "unknown type");
  return index;
}

function featureOfHeap(code: i32): i32 {
  return code == CODE_EXN || code == CODE_NOEXN ? Feature.Exceptions : Feature.Gc;
}

function failType(r: CheckedReader, at: i32, message: string): ValueType {
  r.fail(at, message);
  return BOTTOM;
}
