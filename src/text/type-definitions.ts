// Definitions of types (specification 6.4.8): recursion groups, subtypes, structures with their fields, arrays.

import { TypeForm } from "../wasm/format";
import { pushU32 } from "../wasm/writer";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { pushWord } from "./names";
import { addType, pushSignature, signatureNumber, takeSignature } from "./signatures";
import { TokenKind } from "./tokens";
import { takeFieldType } from "./types";

/** Takes the field `(type …)`, up to its end. */
export function takeType(m: TextModule): void {
  m.at += 2;
  m.typeSection.count++;
  takeTypeDefinition(m, true);
}

/** Takes the field `(rec …)`, up to its end. */
export function takeRecursionGroup(m: TextModule): void {
  const close = m.tokens.payload(m.at);
  m.at += 2;
  let count: i32 = 0;
  // Counted first: the count stands in front of the types.
  for (let at = m.at; at < close && m.tokens.kind(at) == TokenKind.Open; at = m.tokens.payload(at) + 1) count++;
  m.typeSection.count++;
  m.typeSection.mark(m.startOf(m.at - 2));
  m.typeSection.bytes.push(TypeForm.Rec);
  pushU32(m.typeSection.bytes, count);
  for (let i: i32 = 0; i < count && !m.failed; i++) {
    if (m.takeOpen(Keyword.Type)) takeTypeDefinition(m, count == 1);
    else m.unexpected("a type");
  }
  m.takeClose("a type");
}

/** Takes `(type …)` behind its keyword, up to its end, into the type section; `isAlone` says that it is no part of a
 *  larger recursion group. */
function takeTypeDefinition(m: TextModule, isAlone: boolean): void {
  const index = m.typeParams.length;
  const out = m.typeSection.bytes;
  m.typeSection.mark(m.startOf(m.at - 2));
  m.skipName();
  let isPlain = isAlone;
  const isSub = m.takeOpen(Keyword.Sub);
  if (isSub) {
    const isFinal = m.takeKeyword(Keyword.Final);
    const supers = m.list;
    supers.clear();
    let count: i32 = 0;
    while (m.isIndex() && !m.failed) {
      pushU32(supers, m.takeIndex(m.types));
      count++;
    }
    isPlain = isAlone && isFinal && count == 0;
    // A final type without supertypes has a short form.
    if (!isFinal || count != 0) {
      out.push(isFinal ? TypeForm.SubFinal : TypeForm.Sub);
      pushU32(out, count);
      out.append(supers, 0, supers.length);
    }
  }
  if (takeDescriptor(m, Keyword.Describes, TypeForm.Describes)) isPlain = false;
  if (takeDescriptor(m, Keyword.Descriptor, TypeForm.Descriptor)) isPlain = false;
  takeCompositeType(m, index, isPlain);
  if (isSub) m.takeClose("the end of the subtype");
  m.takeClose("the end of the type");
}

/** Takes `(describes TYPE)` or `(descriptor TYPE)` if it is next. */
function takeDescriptor(m: TextModule, keyword: i32, code: i32): boolean {
  if (!m.takeOpen(keyword)) return false;
  m.typeSection.bytes.push(code);
  pushU32(m.typeSection.bytes, m.takeIndex(m.types));
  return m.takeClose("the end of the descriptor clause");
}

function takeCompositeType(m: TextModule, index: i32, isPlain: boolean): void {
  const out = m.typeSection.bytes;
  if (m.takeOpen(Keyword.Func)) {
    takeSignature(m, true, false);
    out.push(TypeForm.Func);
    pushSignature(m, out);
    addType(m, m.paramCount, signatureNumber(m));
    // Only a plain type may be taken for a signature; any can be compared with one.
    if (!isPlain) forgetSignature(m, index);
  } else if (m.takeOpen(Keyword.Struct)) {
    out.push(TypeForm.Struct);
    addType(m, -1, -1);
    takeFields(m, index);
  } else if (m.takeOpen(Keyword.Array)) {
    out.push(TypeForm.Array);
    addType(m, -1, -1);
    takeFieldType(m, out);
  } else {
    m.unexpected("a type: func, struct or array");
  }
  m.takeClose("the end of the type");
}

/** Takes type `index` out of those that stand for their signature. */
function forgetSignature(m: TextModule, index: i32): void {
  const signature = m.typeSignature.get(index);
  if (m.signatureType.get(signature) == index + 1) m.signatureType.set(signature, 0);
}

function takeFields(m: TextModule, type: i32): void {
  const fields = m.list;
  const names = m.map;
  fields.clear();
  names.clear();
  let count: i32 = 0;
  while (m.isOpen(Keyword.Field) && !m.failed) {
    m.at += 2;
    if (m.isNamed()) {
      bindField(m, type, count);
      takeFieldType(m, fields);
      count++;
    } else {
      while (!m.isClose() && !m.failed) {
        takeFieldType(m, fields);
        count++;
      }
    }
    m.takeClose("the end of the field");
  }
  pushU32(m.typeSection.bytes, count);
  m.typeSection.bytes.append(fields, 0, fields.length);
  if (names.count == 0) return;
  const out = m.fieldNames;
  out.count++;
  pushU32(out.bytes, type);
  pushU32(out.bytes, names.count);
  out.bytes.append(names.bytes, 0, names.bytes.length);
}

/** Binds the name that is next to a field, and notes it in `map` for the name section. */
function bindField(m: TextModule, type: i32, field: i32): void {
  const at = m.at;
  const word = m.takeOptionalId();
  if (word >= 0) {
    const key = fieldKey(m, type, word);
    if (key < m.fieldIndex.length) {
      m.fail(at, `duplicate field ${m.wordText(word)}`);
      return;
    }
    m.fieldIndex.push(field);
  }
  const note = m.takeNameNote("field");
  const shown = note >= 0 ? note : word;
  if (shown < 0) return;
  m.map.count++;
  pushU32(m.map.bytes, field);
  pushWord(m.map.bytes, m.words.interner, shown);
}

function fieldKey(m: TextModule, type: i32, word: i32): i32 {
  const key = m.scratch;
  key.clear();
  key.pushI32(type);
  key.pushI32(word);
  return m.fieldKeys.intern(key, 0, 8);
}

/** The index of a field of type `type`, by number or by name. */
export function takeFieldIndex(m: TextModule, type: i32): i32 {
  if (m.kind != TokenKind.Id) return m.takeU32("a field");
  const at = m.at;
  const word = m.takeOptionalId();
  const key = fieldKey(m, type, word);
  if (key < m.fieldIndex.length) return m.fieldIndex.get(key);
  m.fail(at, `unknown field ${m.wordText(word)}`);
  return 0;
}
