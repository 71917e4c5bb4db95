// Types of the text format (specification 6.4), straight to the bytes of the binary format: value, reference and
// storage types, types of globals, limits.

import { U8Column } from "../base/columns";
import { LimitFlag, TypeCode } from "../wasm/format";
import { pushS64, pushU32, pushU64 } from "../wasm/writer";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { TokenKind } from "./tokens";

/** Takes the heap type that must be next. */
export function takeHeapType(m: TextModule): void {
  m.heapExact = false;
  m.heapCode = 0;
  m.heapIndex = 0;
  if (m.kind == TokenKind.Keyword) {
    const code = m.words.heapType(m.keyword);
    if (code < 0) {
      m.unexpected("a heap type");
      return;
    }
    m.heapCode = code;
    m.at++;
    return;
  }
  if (m.takeOpen(Keyword.Exact)) {
    m.heapExact = true;
    m.heapIndex = m.takeIndex(m.types);
    m.takeClose("the end of the exact type");
    return;
  }
  if (m.isIndex()) m.heapIndex = m.takeIndex(m.types);
  else m.unexpected("a heap type");
}

/** Appends the heap type read last. */
export function pushHeapType(m: TextModule, out: U8Column): void {
  if (m.heapCode != 0) {
    out.push(m.heapCode);
    return;
  }
  if (m.heapExact) out.push(TypeCode.Exact);
  pushS64(out, m.heapIndex, 0);
}

/** Takes the reference type that must be next: its heap type, and whether it is nullable. */
export function takeRefType(m: TextModule): void {
  if (m.kind == TokenKind.Keyword) {
    const code = m.words.valueType(m.keyword);
    if (code < 0 || code > TypeCode.NoExn) {
      m.unexpected("a reference type");
      return;
    }
    m.heapCode = code;
    m.refNullable = true;
    m.at++;
    return;
  }
  if (!m.takeOpen(Keyword.Ref)) {
    m.unexpected("a reference type");
    return;
  }
  m.refNullable = m.takeKeyword(Keyword.Null);
  takeHeapType(m);
  m.takeClose("the end of the reference type");
}

/** Appends the reference type read last; abstract nullable types have a short form. */
export function pushRefType(m: TextModule, out: U8Column): void {
  if (!m.refNullable || m.heapCode == 0) out.push(m.refNullable ? TypeCode.RefNull : TypeCode.Ref);
  pushHeapType(m, out);
}

/** Takes the value type that must be next, and appends it. */
export function takeValueType(m: TextModule, out: U8Column): void {
  if (m.kind == TokenKind.Keyword) {
    const code = m.words.valueType(m.keyword);
    if (code < 0) {
      m.unexpected("a value type");
      return;
    }
    out.push(code);
    m.at++;
  } else if (m.isOpen(Keyword.Ref)) {
    takeRefType(m);
    if (!m.failed) pushRefType(m, out);
  } else {
    m.unexpected("a value type");
  }
}

/** Takes a storage type, perhaps mutable, and appends it. */
export function takeFieldType(m: TextModule, out: U8Column): void {
  const isMutable = m.takeOpen(Keyword.Mut);
  if (m.takeKeyword(Keyword.I8)) out.push(TypeCode.I8);
  else if (m.takeKeyword(Keyword.I16)) out.push(TypeCode.I16);
  else takeValueType(m, out);
  if (isMutable) m.takeClose("the end of the mutable type");
  out.push(isMutable ? 1 : 0);
}

/** Takes the type of a global, and appends it. */
export function takeGlobalType(m: TextModule, out: U8Column): void {
  const isMutable = m.takeOpen(Keyword.Mut);
  takeValueType(m, out);
  if (isMutable) m.takeClose("the end of the mutable type");
  out.push(isMutable ? 1 : 0);
}

/** Takes `i32` or `i64` in front of limits; whether it is i64. */
export function takeAddressType(m: TextModule): boolean {
  if (m.takeKeyword(Keyword.I64)) return true;
  m.takeKeyword(Keyword.I32);
  return false;
}

/** Takes the limits of a table or a memory, and appends them. Those of a memory can be followed by the page size. */
export function takeLimits(m: TextModule, out: U8Column, isMemory: boolean): void {
  let flags: i32 = takeAddressType(m) ? LimitFlag.Is64 : 0;
  let maxLo: i32 = 0;
  let maxHi: i32 = 0;
  m.takeUnsigned(64, "a size");
  const minLo = m.numbers.lo;
  const minHi = m.numbers.hi;
  if (m.isNumber()) {
    flags = flags | LimitFlag.HasMax;
    m.takeUnsigned(64, "a size");
    maxLo = m.numbers.lo;
    maxHi = m.numbers.hi;
  }
  if (m.takeKeyword(Keyword.Shared)) flags = flags | LimitFlag.Shared;
  let pageLog2: i32 = -1;
  if (isMemory) pageLog2 = takePageSize(m);
  if (pageLog2 >= 0) flags = flags | LimitFlag.PageSize;
  out.push(flags);
  pushU64(out, minLo, minHi);
  if ((flags & LimitFlag.HasMax) != 0) pushU64(out, maxLo, maxHi);
  if (pageLog2 >= 0) pushU32(out, pageLog2);
}

/** Takes `(pagesize N)`; log2 of N, or -1 if it is not there. */
export function takePageSize(m: TextModule): i32 {
  if (!m.takeOpen(Keyword.PageSize)) return -1;
  const at = m.at;
  const size = m.takeU32("the size of a page");
  const log2 = logarithm(size);
  if (!m.failed && log2 < 0) m.fail(at, `invalid custom page size: ${m.tokenText(at)} is no power of two`);
  m.takeClose("the end of the page size");
  return log2;
}

/** The exponent of a power of two; -1 for other numbers. */
export function logarithm(n: i32): i32 {
  for (let i: i32 = 0; i < 32; i++) {
    if (n == 1 << i) return i;
  }
  return -1;
}

/** Appends limits of which both are `size`: a table or memory that is given with its content. */
export function pushExactLimits(out: U8Column, is64: boolean, size: i32, pageLog2: i32): void {
  const flags = LimitFlag.HasMax | (is64 ? LimitFlag.Is64 : 0) | (pageLog2 >= 0 ? LimitFlag.PageSize : 0);
  out.push(flags);
  pushU32(out, size);
  pushU32(out, size);
  if (pageLog2 >= 0) pushU32(out, pageLog2);
}
