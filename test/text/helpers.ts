// What the tests of src/text share: reading a text, and the sections of a binary module.

import "../../host/js/prelude";
import { U8Column } from "../../src/base/columns";
import { Diagnostic } from "../../src/base/diagnostics";
import { TextModule } from "../../src/text/module";
import { textWords } from "../../src/text/source";
import { readModuleText } from "../../src/text/wat";
import { column, shared } from "../wasm/load";

/** An independent implementation of the text format, or null where it is not at hand. */
export const wasmTools = shared("peers/wasm-tools");

export function bytesOf(c: U8Column): Uint8Array {
  return c.data.slice(0, c.length);
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

const reader = new TextModule(textWords());

export interface Reading {
  /** The module, or null if the text is malformed. */
  bytes: Uint8Array | null;
  diag: Diagnostic;
  /** "line:column: message"; empty if there is a module. */
  message: string;
}

/** Reads a module's text. All readings share one reader, as those of a script do. */
export function read(text: string | Uint8Array): Reading {
  const out = new U8Column();
  const diag = new Diagnostic();
  const ok = readModuleText(reader, column(typeof text == "string" ? Buffer.from(text) : text), out, diag);
  if (ok != (diag.message == "")) throw new Error(`verdict ${ok} with message "${diag.message}"`);
  return { bytes: ok ? bytesOf(out) : null, diag, message: ok ? "" : `${diag.line}:${diag.column}: ${diag.message}` };
}

/** The bytes behind the header, in hexadecimal; what is wrong with the text if it is malformed. */
export function readHex(text: string | Uint8Array): string {
  const { bytes, message } = read(text);
  return bytes == null ? message : toHex(bytes.subarray(8));
}

export interface Section {
  id: number;
  /** Name of a custom section. */
  name: string;
  content: Uint8Array;
}

/** Reads an unsigned LEB128 number; its value and where it ends. */
function leb(bytes: Uint8Array, at: number): [number, number] {
  let value = 0;
  for (let i = at, scale = 1; ; i++, scale *= 128) {
    value += (bytes[i] & 127) * scale;
    if (i + 1 >= bytes.length || bytes[i] < 128) return [value, i + 1];
  }
}

export function sectionsOf(bytes: Uint8Array): Section[] {
  const sections: Section[] = [];
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at];
    const [size, start] = leb(bytes, at + 1);
    const content = bytes.subarray(start, start + size);
    let name = "";
    if (id == 0) {
      const [length, nameStart] = leb(content, 0);
      name = Buffer.from(content.subarray(nameStart, nameStart + length)).toString();
    }
    sections.push({ id, name, content });
    at = start + size;
  }
  return sections;
}

/** Sections that are no custom ones, as text. */
export function coreSections(bytes: Uint8Array): string {
  return sectionsOf(bytes)
    .filter(({ id }) => id != 0)
    .map(({ id, content }) => `${id}:${toHex(content)}`)
    .join("\n");
}
