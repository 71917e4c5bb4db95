// Modules from texts, for the tests of everything behind the text reader.

import "../../host/js/prelude";
import { U8Column } from "../../src/base/columns";
import { Diagnostic } from "../../src/base/diagnostics";
import { ModuleSource } from "../../src/text/source";

/** The binary form of a text module, with names from its identifiers. */
export function assemble(text: string): Uint8Array {
  const content = new U8Column();
  for (const byte of Buffer.from(text)) content.push(byte);
  const source = new ModuleSource();
  const diag = new Diagnostic();
  if (!source.read(content, diag)) throw new Error(`${diag.line}:${diag.column}: ${diag.message}\n${diag.excerpt}`);
  return source.bytes.data.slice(0, source.bytes.length);
}
