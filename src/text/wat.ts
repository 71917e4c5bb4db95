// A text as a module: the whole text is one module, with or without `(module …)` around its fields, or a binary module
// in strings. Out come the bytes of the binary format, for the ordinary decoder.

import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { textOffset, writeModule } from "./assemble";
import { takeFields } from "./fields";
import { Keyword } from "./keywords";
import { tokenize } from "./lexer";
import { TextModule } from "./module";
import { setPosition } from "./position";
import { TokenKind } from "./tokens";

/** Reads a module from its text into the bytes of `out`; false, with the diagnostic set, if it is malformed. */
export function readModuleText(m: TextModule, text: U8Column, out: U8Column, diag: Diagnostic): boolean {
  if (!beginText(m, text, diag)) return false;
  if (m.isOpen(Keyword.Component)) m.fail(m.at, "components are not supported");
  else if (m.isOpen(Keyword.Module)) takeModule(m, out);
  else takeNamedFields(m, -1, out);
  if (!m.failed && m.kind != TokenKind.End) m.unexpected("the end of the text");
  return !m.failed;
}

/** Makes tokens of a text, for what reads them; false, with the diagnostic set, if that is not possible. */
export function beginText(m: TextModule, text: U8Column, diag: Diagnostic): boolean {
  m.text = text;
  m.diag = diag;
  m.at = 0;
  m.failed = false;
  m.known.reset();
  return tokenize(text, m.tokens, m.notes, m.words, diag);
}

/** Takes `(module …)`, which must be next. */
function takeModule(m: TextModule, out: U8Column): void {
  m.at += 2;
  const name = m.takeOptionalId();
  if (m.takeKeyword(Keyword.Binary)) {
    takeBinary(m, out);
    return;
  }
  takeNamedFields(m, name, out);
  m.takeClose("a field of a module");
}

/** Strings that are a binary module, up to the parenthesis that closes it. */
export function takeBinary(m: TextModule, out: U8Column): void {
  while (m.kind == TokenKind.String) m.takeString(out, "a string");
  m.takeClose("a string");
}

/** Takes the fields of a module that may have a name, and appends the module. */
export function takeNamedFields(m: TextModule, name: i32, out: U8Column): void {
  m.clearModule();
  const note = m.takeNameNote("module");
  m.name = note >= 0 ? note : name;
  takeFields(m);
  if (!m.failed) writeModule(m, out);
}

/** Says where in the text a diagnostic stands whose offset is one in the bytes of the module read last. */
export function locateInText(m: TextModule, diag: Diagnostic): void {
  if (diag.offset < 0 || diag.line != 0) return;
  const offset = textOffset(m, diag.offset);
  if (offset < 0) return;
  diag.offset = offset;
  setPosition(diag, m.text, m.known);
}
