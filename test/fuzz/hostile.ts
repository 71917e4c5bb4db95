// Input made to hurt: modules whose sections are repeated, exchanged, cut, or count wrongly; names that are none; texts whose
// tokens are exchanged. Whatever it is, wx must come to a verdict, the engine's where that knows better, and never throw.

import { Diagnostic } from "../../src/base/diagnostics";
import { ModuleSource } from "../../src/text/source";
import { decodeModule } from "../../src/wasm/decoder";
import { functionName } from "../../src/wasm/describe";
import { Module } from "../../src/wasm/module";
import { validateModule } from "../../src/wasm/validator";
import { column } from "../link/helpers";
import { sectionsOf } from "./mutate";
import type { Random } from "./random";

const NUMBERS = [
  "ffffffff0f",
  "ffffffff07",
  "8080808008",
  "feffffff0f",
  "80808080808000",
  "ffffffffffffffffff01",
  "00",
  "01",
  "7f",
  "8001",
];
const TOKENS = [
  "(",
  ")",
  "(module",
  "(func",
  "(param",
  "(result",
  "(local",
  "(type",
  "(import",
  "(export",
  "(memory",
  "(data",
  "(elem",
  "(table",
  "(global",
  "(mut",
  "(then",
  "(else",
  "(block",
  "(loop",
  "(if",
  "end",
  "else",
  "$x",
  "$",
  "0",
  "-1",
  "4294967296",
  "18446744073709551616",
  "0x",
  "0x1p999999",
  "nan:0x0",
  "nan:0xfffffffffffff",
  "1e9999999999",
  "0x8000000000000000",
  "_1",
  "1__0",
  '"\\ff\\00"',
  '"\\u{110000}"',
  '"\\u{d800}"',
  '"',
  "(;",
  ";)",
  ";;",
  "(@custom",
  "(@name",
  "offset=4294967296",
  "align=3",
  "align=0",
  "i32",
  "i64",
  "funcref",
  "externref",
  "(ref",
  "(ref null 0)",
  "i32.const",
  "br_table",
  "call_indirect",
  "local.get",
  "\u0000",
  "\u00e9",
];

function leb(n: number): number[] {
  const out: number[] = [];
  let x = n >>> 0;
  for (; x >= 128; x >>>= 7) out.push((x & 127) | 128);
  out.push(x);
  return out;
}

function join(sections: [id: number, content: number[]][]): Uint8Array {
  const out = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  for (const [id, content] of sections) out.push(id, ...leb(content.length), ...content);
  return Uint8Array.from(out);
}

const hex = (text: string): number[] => [...Buffer.from(text, "hex")];

/** A name section that may say anything. */
function nameSection(r: Random): number[] {
  const content = [4, ...Buffer.from("name")];
  for (let n = 1 + r.below(4); n > 0; n--) {
    const body: number[] = [];
    const some = () => (r.one(5) ? hex(r.pick(NUMBERS)) : leb(r.below(12)));
    body.push(...some());
    for (let k = r.below(8); k > 0; k--) {
      body.push(...some());
      const name = Array.from({ length: r.below(6) }, () => (r.one(3) ? r.below(256) : 97 + r.below(26)));
      body.push(...(r.one(6) ? some() : leb(name.length)), ...name);
    }
    content.push(r.below(12), ...(r.one(6) ? some() : leb(body.length)), ...body);
  }
  return content;
}

export function hurtBytes(r: Random, bytes: Uint8Array): Uint8Array {
  // Identifiers and contents.
  const sections = sectionsOf(bytes).map(({ id, start, end }): [number, number[]] => [
    id,
    [...bytes.subarray(start, end)],
  ]);
  for (let n = r.below(2); n >= 0; n--) {
    const i = r.below(sections.length);
    const [id, content] = sections[i];
    switch (r.below(8)) {
      case 0:
        sections.splice(r.one(2) ? i : r.below(sections.length + 1), 0, [id, content]);
        break;
      case 1:
        sections.splice(i, 1);
        break;
      case 2: {
        const k = r.below(sections.length);
        [sections[i], sections[k]] = [sections[k], sections[i]];
        break;
      }
      case 3:
        content.splice(0, 1, ...hex(r.pick(NUMBERS)));
        break;
      case 4:
        content.splice(r.below(content.length + 1), r.below(3), ...hex(r.pick(NUMBERS)));
        break;
      case 5:
        content.length = r.below(content.length + 1);
        break;
      case 6:
        sections.splice(r.below(sections.length + 1), 0, [0, nameSection(r)]);
        break;
      default:
        if (content.length > 0)
          content[r.below(content.length)] = r.one(2) ? r.below(256) : r.pick([0, 1, 0x40, 0x70, 0x7f, 0x80, 0xff]);
    }
    if (sections.length == 0) break;
  }
  const out = join(sections);
  if (r.one(8)) return out.subarray(0, r.below(out.length + 1));
  if (r.one(8)) for (let n = 3; n > 0; n--) out[r.below(out.length)] = r.below(256);
  return out;
}

export function hurtText(r: Random, text: string): string {
  const tokens = text.match(/\(|\)|"(?:[^"\\]|\\.)*"|[^\s()"]+/g) ?? [];
  const start = r.below(Math.max(tokens.length - 200, 1));
  const part = tokens.slice(0, 300 + start);
  for (let n = r.below(3); n >= 0; n--) {
    const at = r.below(part.length);
    const kind = r.below(6);
    if (kind == 0) part.splice(at, 1);
    else if (kind == 1) part.splice(at, 0, r.pick(TOKENS));
    else if (kind == 2) part[at] = r.pick(TOKENS);
    else if (kind == 3) part[at] = part[r.below(part.length)];
    else if (kind == 4) part.splice(at, r.below(10));
    else part.splice(at, 0, ...part.slice(r.below(part.length)).slice(0, r.below(12)));
  }
  return part.join(" ");
}

/** wx's verdict; an empty text if the module is valid. Throws only if wx does. */
export function verdict(bytes: Uint8Array): string {
  const module = new Module(column(bytes), "hostile");
  const diagnostic = new Diagnostic();
  if (!decodeModule(module, diagnostic) || !validateModule(module, diagnostic)) {
    if (diagnostic.message == "") throw new Error("refused without a message");
    if (diagnostic.offset > bytes.length) throw new Error(`offset ${diagnostic.offset} lies outside`);
    return diagnostic.message;
  }
  for (let f = 0; f < module.funcType.length; f++) functionName(module, f);
  return "";
}

/** The bytes of a text, or null if it is refused. Throws only if wx does. */
export function readText(text: string): Uint8Array | null {
  const source = new ModuleSource();
  const diagnostic = new Diagnostic();
  const content = column(new TextEncoder().encode(text));
  if (source.read(content, diagnostic)) return source.bytes.data.slice(0, source.bytes.length);
  if (diagnostic.message == "") throw new Error("refused without a message");
  return null;
}
