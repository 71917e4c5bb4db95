// Puts a module together: header, sections in the binary format's order (specification 5.5), custom sections where
// they are asked for, the name section last.

import { U8Column } from "../base/columns";
import { pushU32 } from "../wasm/writer";
import { Place } from "./custom-sections";
import { TextModule } from "./module";
import { Names, pushCountedSubsection, pushSubsection, pushWord } from "./names";
import { Section } from "./section";

/** Numbers of sections, and places of those that say where custom sections go. */
const enum SectionId {
  Custom = 0,
  Type = 1,
  Import = 2,
  Function = 3,
  Table = 4,
  Memory = 5,
  Global = 6,
  Export = 7,
  Start = 8,
  Element = 9,
  Code = 10,
  Data = 11,
  DataCount = 12,
  Tag = 13,
}

/** Appends the module that has been read. */
export function writeModule(m: TextModule, out: U8Column): void {
  out.pushI32(0x6d73_6100);
  out.pushI32(1);
  m.customs.write(out, Place.First);
  writeSection(m, out, 1, m.typeSection, SectionId.Type);
  writeSection(m, out, 2, m.importSection, SectionId.Import);
  writeSection(m, out, 3, m.funcSection, SectionId.Function);
  writeSection(m, out, 4, m.tableSection, SectionId.Table);
  writeSection(m, out, 5, m.memorySection, SectionId.Memory);
  writeSection(m, out, 6, m.tagSection, SectionId.Tag);
  writeSection(m, out, 7, m.globalSection, SectionId.Global);
  writeSection(m, out, 8, m.exportSection, SectionId.Export);
  m.customs.write(out, Place.BeforeStart);
  if (m.hasStart) m.startSection.writeContent(out, SectionId.Start);
  m.customs.write(out, Place.AfterStart);
  writeSection(m, out, 10, m.elemSection, SectionId.Element);
  if (m.needsDataCount) writeDataCount(out, m.dataSection.count);
  m.customs.write(out, Place.BeforeCode);
  m.customs.writeHints(out);
  m.codeSection.write(out, SectionId.Code);
  m.customs.write(out, Place.AfterCode);
  writeSection(m, out, 13, m.dataSection, SectionId.Data);
  m.customs.write(out, Place.Last);
  writeNames(m, out);
}

/** A section, and the custom sections before and behind it. */
function writeSection(m: TextModule, out: U8Column, rank: i32, section: Section, id: i32): void {
  m.customs.write(out, rank * 2);
  section.write(out, id);
  m.customs.write(out, rank * 2 + 1);
}

function writeDataCount(out: U8Column, count: i32): void {
  const content = new U8Column();
  pushU32(content, count);
  pushSubsection(out, SectionId.DataCount, content);
}

/** Subsections of the name section. */
const enum NameId {
  Module = 0,
  Functions = 1,
  Locals = 2,
  Labels = 3,
  Types = 4,
  Tables = 5,
  Memories = 6,
  Globals = 7,
  Elems = 8,
  Datas = 9,
  Fields = 10,
  Tags = 11,
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
