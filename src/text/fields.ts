// The fields of a module (specification 6.6). They are gone through three times: first everything gets its index and
// its name, since names may be used before they are defined (binding.ts); then types are read, since signatures look
// them up; then the rest, in the order of the text.

import { ExternKind } from "../wasm/module";
import { Opcode } from "../wasm/opcodes";
import { pushU32 } from "../wasm/writer";
import { checkNotesUsed } from "./annotations";
import { bindFields, externKind, FIELD, namesOfKind } from "./binding";
import { takeExpression } from "./expression";
import { takeImport, takeExports, takeInlineImport } from "./externals";
import { takeFunc } from "./functions";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { takeData, takeElem, takeMemory, takeTable } from "./segments";
import { resolveTypeUse, takeTypeUse } from "./signatures";
import { TokenKind } from "./tokens";
import { takeRecursionGroup, takeType } from "./type-definitions";
import { takeGlobalType } from "./types";

/** Takes fields, of which the first is next, up to what closes the module. */
export function takeFields(m: TextModule): void {
  const start = m.at;
  bindFields(m);
  const end = m.at;
  if (m.failed) return;
  m.at = start;
  readTypes(m);
  if (m.failed) return;
  m.at = start;
  while (!m.failed && m.kind == TokenKind.Open) takeField(m);
  if (!m.failed) checkNotesUsed(m, start, end);
}

function readTypes(m: TextModule): void {
  while (!m.failed && m.kind == TokenKind.Open) {
    const open = m.at;
    if (m.isOpen(Keyword.Type)) takeType(m);
    else if (m.isOpen(Keyword.Rec)) takeRecursionGroup(m);
    else m.at = m.behind(open);
  }
}

function takeField(m: TextModule): void {
  const open = m.at;
  const keyword = m.openKeyword;
  m.at = open + 2;
  switch (keyword) {
    case Keyword.Type:
    case Keyword.Rec:
      m.at = m.behind(open);
      return;
    case Keyword.Import:
      takeImport(m);
      return;
    case Keyword.Func:
      takeFunc(m);
      return;
    case Keyword.Table:
      takeTable(m);
      return;
    case Keyword.Memory:
      takeMemory(m);
      return;
    case Keyword.Global:
      takeGlobal(m);
      return;
    case Keyword.Tag:
      takeTag(m);
      return;
    case Keyword.Export:
      takeExport(m);
      return;
    case Keyword.Start:
      takeStart(m);
      return;
    case Keyword.Elem:
      takeElem(m);
      return;
    case Keyword.Data:
      takeData(m);
      return;
  }
  m.unexpectedAt(open + 1, FIELD);
}

function takeGlobal(m: TextModule): void {
  const section = m.globalSection;
  const open = m.at - 2;
  m.skipName();
  takeExports(m, ExternKind.Global, m.nextGlobal);
  if (takeInlineImport(m, ExternKind.Global)) return;
  m.nextGlobal++;
  section.mark(m.startOf(open));
  section.count++;
  takeGlobalType(m, section.bytes);
  m.out = section;
  takeExpression(m);
  section.bytes.push(Opcode.End);
  m.takeClose("an instruction");
}

function takeTag(m: TextModule): void {
  const section = m.tagSection;
  const open = m.at - 2;
  m.skipName();
  takeExports(m, ExternKind.Tag, m.nextTag);
  if (takeInlineImport(m, ExternKind.Tag)) return;
  m.nextTag++;
  section.mark(m.startOf(open));
  section.count++;
  const at = m.at;
  takeTypeUse(m, true, false);
  section.bytes.push(0);
  pushU32(section.bytes, resolveTypeUse(m, at));
  m.takeClose("the end of the tag");
}

function takeExport(m: TextModule): void {
  const section = m.exportSection;
  section.mark(m.startOf(m.at - 2));
  section.count++;
  m.takeNameInto(section.bytes, "the name of the export");
  const kind = externKind(m.openKeyword);
  if (kind < 0) {
    m.unexpected("what is exported: func, table, memory, global or tag");
    return;
  }
  m.at += 2;
  section.bytes.push(kind);
  pushU32(section.bytes, m.takeIndex(namesOfKind(m, kind)));
  m.takeClose("the end of what is exported");
  m.takeClose("the end of the export");
}

function takeStart(m: TextModule): void {
  const open = m.at - 2;
  if (m.hasStart) m.fail(open, "multiple start sections");
  m.hasStart = true;
  m.startSection.mark(m.startOf(open));
  pushU32(m.startSection.bytes, m.takeIndex(m.funcs));
  m.takeClose("the end of the start field");
}
