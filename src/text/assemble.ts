// Puts a module together: header, sections in the binary format's order (specification 5.5), custom sections where
// they are asked for, the name section last.

import { U8Column } from "../base/columns";
import { MAGIC, NameId, SectionId, VERSION } from "../wasm/format";
import { pushU32 } from "../wasm/writer";
import { Place, placeAfter, placeBefore } from "./custom-sections";
import { TextModule } from "./module";
import { Names, pushCountedSubsection, pushSubsection, pushWord } from "./names";
import { Section } from "./section";

/** Appends the module that has been read. */
export function writeModule(m: TextModule, out: U8Column): void {
  out.pushI32(MAGIC);
  out.pushI32(VERSION);
  m.customs.write(out, Place.First);
  writeSection(m, out, m.typeSection, SectionId.Type);
  writeSection(m, out, m.importSection, SectionId.Import);
  writeSection(m, out, m.funcSection, SectionId.Function);
  writeSection(m, out, m.tableSection, SectionId.Table);
  writeSection(m, out, m.memorySection, SectionId.Memory);
  writeSection(m, out, m.tagSection, SectionId.Tag);
  writeSection(m, out, m.globalSection, SectionId.Global);
  writeSection(m, out, m.exportSection, SectionId.Export);
  m.customs.write(out, placeBefore(SectionId.Start));
  if (m.hasStart) m.startSection.writeContent(out, SectionId.Start);
  m.customs.write(out, placeAfter(SectionId.Start));
  writeSection(m, out, m.elemSection, SectionId.Element);
  if (m.needsDataCount) writeDataCount(out, m.dataSection.count);
  m.customs.write(out, placeBefore(SectionId.Code));
  m.customs.writeHints(out);
  m.codeSection.write(out, SectionId.Code);
  m.customs.write(out, placeAfter(SectionId.Code));
  writeSection(m, out, m.dataSection, SectionId.Data);
  m.customs.write(out, Place.Last);
  writeNames(m, out);
}

/** A section, and the custom sections before and behind it. */
function writeSection(m: TextModule, out: U8Column, section: Section, id: i32): void {
  m.customs.write(out, placeBefore(id));
  section.write(out, id);
  m.customs.write(out, placeAfter(id));
}

function writeDataCount(out: U8Column, count: i32): void {
  const content = new U8Column();
  pushU32(content, count);
  pushSubsection(out, SectionId.DataCount, content);
}

function writeNames(m: TextModule, out: U8Column): void {
  const names = new U8Column();
  pushU32(names, 4);
  names.pushI32(0x656d_616e);
  const empty = names.length;
  if (m.name >= 0) {
    const name = new U8Column();
    pushWord(name, m.words.interner, m.name);
    pushSubsection(names, NameId.Module, name);
  }
  writeMap(m, names, NameId.Functions, m.funcs);
  pushCountedSubsection(names, NameId.Locals, m.localNames.count, m.localNames.bytes);
  pushCountedSubsection(names, NameId.Labels, m.labelNames.count, m.labelNames.bytes);
  writeMap(m, names, NameId.Types, m.types);
  writeMap(m, names, NameId.Tables, m.tables);
  writeMap(m, names, NameId.Memories, m.memories);
  writeMap(m, names, NameId.Globals, m.globals);
  writeMap(m, names, NameId.Elems, m.elems);
  writeMap(m, names, NameId.Datas, m.datas);
  pushCountedSubsection(names, NameId.Fields, m.fieldNames.count, m.fieldNames.bytes);
  writeMap(m, names, NameId.Tags, m.tags);
  if (names.length != empty) pushSubsection(out, SectionId.Custom, names);
}

function writeMap(m: TextModule, out: U8Column, id: i32, names: Names): void {
  if (names.shownCount == 0) return;
  const map = new U8Column();
  names.writeMap(map, m.words.interner);
  pushSubsection(out, id, map);
}

/** Where in the text the byte at `offset` of the assembled module comes from; -1 if from nowhere. */
export function textOffset(m: TextModule, offset: i32): i32 {
  let found = m.codeSection.textOffset(offset);
  if (found < 0) found = m.typeSection.textOffset(offset);
  if (found < 0) found = m.importSection.textOffset(offset);
  if (found < 0) found = m.funcSection.textOffset(offset);
  if (found < 0) found = m.tableSection.textOffset(offset);
  if (found < 0) found = m.memorySection.textOffset(offset);
  if (found < 0) found = m.tagSection.textOffset(offset);
  if (found < 0) found = m.globalSection.textOffset(offset);
  if (found < 0) found = m.exportSection.textOffset(offset);
  if (found < 0) found = m.startSection.textOffset(offset);
  if (found < 0) found = m.elemSection.textOffset(offset);
  return found < 0 ? m.dataSection.textOffset(offset) : found;
}
