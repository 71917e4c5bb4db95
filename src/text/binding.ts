// The first way through the fields of a module: indices and names for everything, whether imports come first, and the
// annotations that stand between fields.

import { ExternKind } from "../wasm/module";
import { takeFieldNotes } from "./annotations";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { Names } from "./names";
import { TokenKind } from "./tokens";
import { takeAddressType } from "./types";

export const FIELD: string = "a field of a module";

/** The index space of an external kind. */
export function namesOfKind(m: TextModule, kind: i32): Names {
  switch (kind) {
    case ExternKind.Func:
      return m.funcs;
    case ExternKind.Table:
      return m.tables;
    case ExternKind.Memory:
      return m.memories;
    case ExternKind.Global:
      return m.globals;
  }
  return m.tags;
}

/** The external kind that a keyword names, or -1. */
export function externKind(keyword: i32): i32 {
  switch (keyword) {
    case Keyword.Func:
      return ExternKind.Func;
    case Keyword.Table:
      return ExternKind.Table;
    case Keyword.Memory:
      return ExternKind.Memory;
    case Keyword.Global:
      return ExternKind.Global;
    case Keyword.Tag:
      return ExternKind.Tag;
  }
  return -1;
}

/** Goes through the fields up to what closes the module. */
export function bindFields(m: TextModule): void {
  takeFieldNotes(m);
  while (!m.failed && m.kind == TokenKind.Open) {
    const open = m.at;
    bindField(m);
    if (m.failed) return;
    m.at = m.behind(open);
    takeFieldNotes(m);
  }
}

function bindField(m: TextModule): void {
  const open = m.at;
  const keyword = m.openKeyword;
  m.at = open + 2;
  switch (keyword) {
    case Keyword.Type:
      bindNext(m, m.types);
      return;
    case Keyword.Rec:
      bindGroup(m);
      return;
    case Keyword.Import:
      bindImport(m);
      return;
    case Keyword.Func:
    case Keyword.Table:
    case Keyword.Memory:
    case Keyword.Global:
    case Keyword.Tag:
      bindDefinition(m, open, externKind(keyword));
      return;
    case Keyword.Elem:
      bindNext(m, m.elems);
      return;
    case Keyword.Data:
      bindNext(m, m.datas);
      return;
    case Keyword.Export:
    case Keyword.Start:
      return;
  }
  m.unexpectedAt(open + 1, FIELD);
}

/** Gives the next index, and the name that may be next, to a thing. */
function bindNext(m: TextModule, names: Names): void {
  const index = names.count;
  names.count = index + 1;
  m.bindName(names, index);
}

function bindGroup(m: TextModule): void {
  while (m.isOpen(Keyword.Type) && !m.failed) {
    const open = m.at;
    m.at += 2;
    bindNext(m, m.types);
    if (!m.failed) m.at = m.behind(open);
  }
}

/** What is wrong with an import is said when it is read. */
function bindImport(m: TextModule): void {
  const open = m.at - 2;
  if (m.kind != TokenKind.String || m.tokens.kind(m.at + 1) != TokenKind.String) return;
  m.at += 2;
  const kind = externKind(m.openKeyword);
  if (kind < 0) return;
  m.at += 2;
  bindNext(m, namesOfKind(m, kind));
  checkImportOrder(m, open);
}

/** Imports come before what the module defines, so that indices go in the order of the text. */
function checkImportOrder(m: TextModule, open: i32): void {
  if (m.firstDefinition.length != 0) m.fail(open, `import after ${m.firstDefinition}`);
}

/** A function, table, memory, global or tag, which may be an import all the same. */
function bindDefinition(m: TextModule, open: i32, kind: i32): void {
  bindNext(m, namesOfKind(m, kind));
  while (m.isOpen(Keyword.Export)) m.at = m.behind(m.at);
  if (m.isOpen(Keyword.Import)) {
    checkImportOrder(m, open);
    return;
  }
  if (m.firstDefinition.length == 0)
    m.firstDefinition = kind == ExternKind.Func ? "function" : namesOfKind(m, kind).what;
  // Tables and memories with their contents have a segment each.
  if (kind == ExternKind.Table) {
    takeAddressType(m);
    if (!m.isNumber()) m.elems.count++;
  } else if (kind == ExternKind.Memory) {
    takeAddressType(m);
    if (m.isOpen(Keyword.PageSize)) m.at = m.behind(m.at);
    if (m.isOpen(Keyword.Data)) m.datas.count++;
  }
}
