// The annotations that wx reads: custom sections with their places, and branch hints (specification, appendix
// "Custom Annotations"). Names are read where they stand (module.ts).

import { U8Column } from "../base/columns";
import { findInvalidUtf8 } from "../wasm/checked-reader";
import { SectionId } from "../wasm/format";
import { pushU32 } from "../wasm/writer";
import { Place, placeAfter, placeBefore } from "./custom-sections";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { TokenKind } from "./tokens";

/** Reads the annotations that stand before the next token, which is a field of the module or its end. */
export function takeFieldNotes(m: TextModule): void {
  const notes = m.notes;
  if (notes.count == 0) return;
  for (let i = notes.firstFrom(m.at); i < notes.count && notes.before.get(i) == m.at && !m.failed; i++) {
    const word = notes.word.get(i);
    if (word == Keyword.Custom) readCustom(m, i);
    else if (word == Keyword.BranchHint) {
      m.failAt(notes.offset.get(i), "@metadata.code.branch_hint annotation: not in a function");
    }
  }
}

/** Refuses annotations before the tokens from `start` to `end` that nothing has read. */
export function checkNotesUsed(m: TextModule, start: i32, end: i32): void {
  const notes = m.notes;
  if (notes.count == 0) return;
  for (let i = notes.firstFrom(start); i < notes.count && notes.before.get(i) <= end && !m.failed; i++) {
    if (notes.used.get(i) != 0) continue;
    const word = notes.word.get(i);
    const at = notes.offset.get(i);
    if (word == Keyword.Custom) m.failAt(at, "misplaced @custom annotation");
    else if (word == Keyword.Name) m.failAt(at, "misplaced @name annotation");
    else m.failAt(at, "@metadata.code.branch_hint annotation: not in front of an instruction");
  }
}

function readCustom(m: TextModule, note: i32): void {
  const customs = m.customs;
  const name = new U8Column();
  m.enterNote(note);
  const at = m.at;
  if (m.kind != TokenKind.String) m.fail(at, "@custom annotation: missing section name");
  else m.takeString(name, "a name in quotes");
  if (findInvalidUtf8(name, 0, name.length) >= 0) m.fail(at, "@custom annotation: malformed UTF-8 encoding");
  customs.begin();
  pushU32(customs.content, name.length);
  customs.content.append(name, 0, name.length);
  if (m.kind == TokenKind.Open) readPlace(m);
  while (m.kind == TokenKind.String) m.takeString(customs.content, "a string");
  if (!m.isClose()) m.fail(m.at, `@custom annotation: unexpected token ${m.tokenText(m.at)}`);
  m.leaveNote();
}

/** `(before SECTION)` or `(after SECTION)`. */
function readPlace(m: TextModule): void {
  const isAfter = m.openKeyword == Keyword.After;
  if (!isAfter && m.openKeyword != Keyword.Before) {
    m.fail(m.at, "@custom annotation: malformed placement");
    return;
  }
  m.at += 2;
  const keyword = m.keyword;
  const id = sectionId(keyword);
  if (keyword == Keyword.First && !isAfter) m.customs.setPlace(Place.First);
  else if (keyword == Keyword.Last && isAfter) m.customs.setPlace(Place.Last);
  else if (id == SectionId.Custom) m.fail(m.at, "@custom annotation: malformed section kind");
  else m.customs.setPlace(isAfter ? placeAfter(id) : placeBefore(id));
  if (m.failed) return;
  m.at++;
  m.takeClose("the end of the placement");
}

/** The section that a keyword names; SectionId.Custom if it names none. */
function sectionId(keyword: i32): i32 {
  switch (keyword) {
    case Keyword.Type:
      return SectionId.Type;
    case Keyword.Import:
      return SectionId.Import;
    case Keyword.Func:
      return SectionId.Function;
    case Keyword.Table:
      return SectionId.Table;
    case Keyword.Memory:
      return SectionId.Memory;
    case Keyword.Tag:
      return SectionId.Tag;
    case Keyword.Global:
      return SectionId.Global;
    case Keyword.Export:
      return SectionId.Export;
    case Keyword.Start:
      return SectionId.Start;
    case Keyword.Elem:
      return SectionId.Element;
    case Keyword.Code:
      return SectionId.Code;
    case Keyword.Data:
      return SectionId.Data;
  }
  return SectionId.Custom;
}

/** Reads a branch hint that stands before token `at`, where an instruction begins that is about to be written. */
export function takeHint(m: TextModule, at: i32): void {
  const notes = m.notes;
  let isFirst = true;
  for (let i = notes.firstFrom(at); i < notes.count && notes.before.get(i) == at && !m.failed; i++) {
    if (notes.word.get(i) != Keyword.BranchHint) continue;
    if (!isFirst) {
      m.failAt(notes.offset.get(i), "@metadata.code.branch_hint annotation: duplicate annotation");
      return;
    }
    isFirst = false;
    readHint(m, i);
  }
}

function readHint(m: TextModule, note: i32): void {
  const value = m.scratch;
  value.clear();
  m.enterNote(note);
  const at = m.at;
  m.takeString(value, "the hint in quotes");
  m.takeClose("nothing more in the annotation");
  if (!m.failed && (value.length != 1 || value.get(0) > 1)) {
    m.fail(at, '@metadata.code.branch_hint annotation: a hint is "\\00" or "\\01"');
  }
  m.leaveNote();
  if (!m.failed) m.customs.addHint(m.out.bytes.length, value.get(0));
}
