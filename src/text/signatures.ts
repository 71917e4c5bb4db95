// Signatures of functions, blocks and tags (specification 6.4.9 and 6.6.3): a type use names a type, or gives
// parameters and results, which then stand for the first type that has them and nothing else. Where there is none, a
// type is appended.

import { ltU32 } from "host/prims";
import { U8Column } from "../base/columns";
import { TypeCode, TypeForm } from "../wasm/format";
import { pushS64, pushU32 } from "../wasm/writer";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { takeValueType } from "./types";

/** Takes the parameters and results that may be next; names of parameters become locals if `binds`. */
export function takeSignature(m: TextModule, allowNames: boolean, binds: boolean): void {
  m.params.clear();
  m.results.clear();
  m.paramCount = 0;
  m.resultCount = 0;
  m.isInline = false;
  while (m.isOpen(Keyword.Param) && !m.failed) {
    m.isInline = true;
    m.at += 2;
    if (allowNames && m.isNamed()) {
      if (binds) m.bindName(m.locals, m.paramCount);
      else m.dropName("param");
      takeValueType(m, m.params);
      m.paramCount++;
    } else {
      while (!m.isClose() && !m.failed) {
        takeValueType(m, m.params);
        m.paramCount++;
      }
    }
    m.takeClose("the end of the parameter");
  }
  while (m.isOpen(Keyword.Result) && !m.failed) {
    m.isInline = true;
    m.at += 2;
    while (!m.isClose() && !m.failed) {
      takeValueType(m, m.results);
      m.resultCount++;
    }
    m.takeClose("the end of the result");
  }
  if (m.isOpen(Keyword.Param)) m.unexpectedAt(m.at + 1, "parameters in front of results");
}

/** Takes a type use: a type, parameters and results, all of which may be missing. */
export function takeTypeUse(m: TextModule, allowNames: boolean, binds: boolean): void {
  m.hasType = m.takeOpen(Keyword.Type);
  if (m.hasType) {
    m.usedType = m.takeIndex(m.types);
    m.takeClose("the end of the type use");
  }
  takeSignature(m, allowNames, binds);
}

/** Number of the signature read last, among all signatures. */
export function signatureNumber(m: TextModule): i32 {
  const key = m.scratch;
  key.clear();
  pushSignature(m, key);
  return m.signatures.intern(key, 0, key.length);
}

/** Appends the signature read last: parameters and results, each with their count. */
export function pushSignature(m: TextModule, out: U8Column): void {
  pushU32(out, m.paramCount);
  out.append(m.params, 0, m.params.length);
  pushU32(out, m.resultCount);
  out.append(m.results, 0, m.results.length);
}

/** Enters a type; `signature` is -1 if it does not stand for one. */
export function addType(m: TextModule, params: i32, signature: i32): void {
  const index = m.typeParams.length;
  m.typeParams.push(params);
  m.typeSignature.push(signature);
  if (signature < 0) return;
  if (signature >= m.signatureType.length) m.signatureType.resize(signature + 1);
  if (m.signatureType.get(signature) == 0) m.signatureType.set(signature, index + 1);
}

/** Whether a type with this index is there already: defined, or appended for a type use. */
export function isKnownType(m: TextModule, type: i32): boolean {
  return ltU32(type, m.typeParams.length);
}

/** The type that the type use read last stands for; `at` is where it stands. Types that no definition gives are
 *  appended. */
export function resolveTypeUse(m: TextModule, at: i32): i32 {
  if (m.failed) return 0;
  const used = m.usedType;
  if (m.hasType && !m.isInline) return used;
  const signature = signatureNumber(m);
  if (m.hasType) {
    if (!isKnownType(m, used)) m.fail(at + 2, `unknown type ${m.tokenText(at + 2)}`);
    else if (m.typeSignature.get(used) != signature) {
      m.fail(at, "inline function type: it differs from the type that is named");
    }
    return used;
  }
  if (signature < m.signatureType.length && m.signatureType.get(signature) != 0) {
    return m.signatureType.get(signature) - 1;
  }
  const index = m.typeParams.length;
  addType(m, m.paramCount, signature);
  m.typeSection.mark(m.startOf(at));
  m.typeSection.count++;
  m.typeSection.bytes.push(TypeForm.Func);
  pushSignature(m, m.typeSection.bytes);
  return index;
}

/** Takes a block type and appends it: nothing, one value type, or a type's index. */
export function takeBlockType(m: TextModule, out: U8Column): void {
  const at = m.at;
  const keyword = m.openKeyword;
  if (keyword != Keyword.Type && keyword != Keyword.Param && keyword != Keyword.Result) {
    out.push(TypeCode.Empty);
    return;
  }
  takeTypeUse(m, false, false);
  if (!m.hasType && m.paramCount == 0 && m.resultCount <= 1) {
    if (m.resultCount == 0) out.push(TypeCode.Empty);
    else out.append(m.results, 0, m.results.length);
    return;
  }
  pushS64(out, resolveTypeUse(m, at), 0);
}
