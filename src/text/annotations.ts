// The annotations that wx reads: custom sections with their places, and branch hints (specification, appendix
// "Custom Annotations"). Names are read where they stand (module.ts).

import { U8Column } from "../base/columns";
import { findInvalidUtf8 } from "../wasm/checked-reader";
import { pushU32 } from "../wasm/writer";
import { Place } from "./custom-sections";
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
  const rank = sectionRank(keyword);
  if (keyword == Keyword.First && !isAfter) m.customs.setPlace(Place.First);
  else if (keyword == Keyword.Last && isAfter) m.customs.setPlace(Place.Last);
  else if (rank == 0) m.fail(m.at, "@custom annotation: malformed section kind");
  else m.customs.setPlace(rank * 2 + (isAfter ? 1 : 0));
  if (m.failed) return;
  m.at++;
  m.takeClose("the end of the placement");
}

/** The place of a section in the binary format's order, by its name; 0 if there is none of that name. */
function sectionRank(keyword: i32): i32 {
  switch (keyword) {
    case Keyword.Type:
      return 1;
    case Keyword.Import:
      return 2;
    case Keyword.Func:
      return 3;
    case Keyword.Table:
      return 4;
    case Keyword.Memory:
      return 5;
    case Keyword.Tag:
      return 6;
    case Keyword.Global:
      return 7;
    case Keyword.Export:
      return 8;
    case Keyword.Start:
      return 9;
    case Keyword.Elem:
      return 10;
    case Keyword.Code:
      return 12;
    case Keyword.Data:
      return 13;
  }
  return 0;
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
