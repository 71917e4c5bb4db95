// A module as a file holds it: in the binary format, or as text, told apart by how it begins. Text becomes bytes of the
// binary format; what the later stages say of these bytes can be said of the text.

import { U8Column } from "../base/columns";
import { Char } from "../base/chars";
import { Diagnostic } from "../base/diagnostics";
import { CharClass, charClass } from "./characters";
import { Words } from "./keywords";
import { TextModule } from "./module";
import { locateInText, readModuleText } from "./wat";

let sharedWords: Words | null = null;

/** The words of the text format; made when the first text is read. */
export function textWords(): Words {
  let words = sharedWords;
  if (words == null) {
    words = new Words();
    sharedWords = words;
  }
  return words;
}

export class ModuleSource {
  /** The module in the binary format. */
  bytes: U8Column = new U8Column();
  /** What read the text; null for a binary module. */
  private reader: TextModule | null = null;

  get isText(): boolean {
    return this.reader != null;
  }

  /** Takes a file's content, which must not change afterwards; false, with the diagnostic set, if it is no module. */
  read(content: U8Column, diag: Diagnostic): boolean {
    if (isBinary(content)) {
      this.bytes = content;
      return true;
    }
    if (!beginsAsText(content)) {
      const what = content.length == 0 ? "the file is empty" : "this is no WebAssembly";
      return diag.fail(-1, `${what}: a binary module begins with \\0asm, a text module with a parenthesis`);
    }
    const reader = new TextModule(textWords());
    this.reader = reader;
    this.bytes.clear();
    return readModuleText(reader, content, this.bytes, diag);
  }

  /** Turns the place of a diagnostic in the bytes into one in the text. */
  locate(diag: Diagnostic): void {
    const reader = this.reader;
    if (reader != null) locateInText(reader, diag);
  }
}

/** Whether a file's content is meant to be a binary module: no text begins with a byte 0. */
function isBinary(content: U8Column): boolean {
  return content.length != 0 && content.get(0) == 0;
}

/** Whether the first thing in a file that is no white space is a parenthesis or a comment. */
function beginsAsText(content: U8Column): boolean {
  let at: i32 = 0;
  while (at < content.length && charClass(content.get(at)) == CharClass.Space) at++;
  if (at == content.length) return false;
  const c = content.get(at);
  return c == Char.LeftParen || (c == Char.Semicolon && at + 1 < content.length && content.get(at + 1) == c);
}
