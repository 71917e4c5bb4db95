// Value types: one i32 everywhere, {kind, nullability, heap type}, and the classes of values that SSA and the
// code generator distinguish. Layout: bits 0..7 kind, bit 8 nullable, bits 9.. heap type + 64 (so that abstract
// heap types, negative in the binary format, and type indices share one non-negative field).

/** Kind of a value type; the numbers are those of the binary format's type codes, as unsigned bytes. */
export const enum ValueKind {
  I32 = 0x7f,
  I64 = 0x7e,
  F32 = 0x7d,
  F64 = 0x7c,
  V128 = 0x7b,
  Ref = 0x64,
  /** Validation only: the type of an operand taken from an unreachable stack. */
  Bottom = 0x00,
}

export type ValueType = i32;

export const I32: ValueType = 0x7f;
export const I64: ValueType = 0x7e;
export const F32: ValueType = 0x7d;
export const F64: ValueType = 0x7c;
export const V128: ValueType = 0x7b;
export const BOTTOM: ValueType = 0x00;

/** Abstract heap types, as the negative s33 numbers of the binary format. The bottom types have only null. */
export const HEAP_FUNC: i32 = -16;
export const HEAP_EXTERN: i32 = -17;
export const HEAP_EXN: i32 = -23;
export const HEAP_NOFUNC: i32 = -13;
export const HEAP_NOEXTERN: i32 = -14;
export const HEAP_NOEXN: i32 = -12;
/** Validation only: what an operand refers to that was taken from an unreachable stack. */
export const HEAP_BOTTOM: i32 = -64;

export const FUNCREF: ValueType = 0x64 | 0x100 | ((-16 + 64) << 9);
export const EXTERNREF: ValueType = 0x64 | 0x100 | ((-17 + 64) << 9);
export const EXNREF: ValueType = 0x64 | 0x100 | ((-23 + 64) << 9);

/** The reference type to `heap` (abstract: negative; otherwise a type index). */
export function refType(heap: i32, nullable: boolean): ValueType {
  return ValueKind.Ref | (nullable ? 0x100 : 0) | ((heap + 64) << 9);
}

export function kindOf(type: ValueType): i32 {
  return type & 0xff;
}

export function isRef(type: ValueType): boolean {
  return (type & 0xff) == ValueKind.Ref;
}

export function isNullable(type: ValueType): boolean {
  return (type & 0x100) != 0;
}

/** Heap type of a reference type: abstract if negative, otherwise a type index. */
export function heapOf(type: ValueType): i32 {
  return (type >> 9) - 64;
}

/** The text format's name of a value type. */
export function typeName(type: ValueType): string {
  switch (kindOf(type)) {
    case ValueKind.I32:
      return "i32";
    case ValueKind.I64:
      return "i64";
    case ValueKind.F32:
      return "f32";
    case ValueKind.F64:
      return "f64";
    case ValueKind.V128:
      return "v128";
    case ValueKind.Bottom:
      return "unknown";
  }
  if (type == FUNCREF) return "funcref";
  if (type == EXTERNREF) return "externref";
  if (type == EXNREF) return "exnref";
  const name = heapName(heapOf(type));
  return isNullable(type) ? `(ref null ${name})` : `(ref ${name})`;
}

function heapName(heap: i32): string {
  switch (heap) {
    case HEAP_FUNC:
      return "func";
    case HEAP_EXTERN:
      return "extern";
    case HEAP_EXN:
      return "exn";
    case HEAP_NOFUNC:
      return "nofunc";
    case HEAP_NOEXTERN:
      return "noextern";
    case HEAP_NOEXN:
      return "noexn";
    case HEAP_BOTTOM:
      return "unknown";
  }
  return `${heap}`;
}
