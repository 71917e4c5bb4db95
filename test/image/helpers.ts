// Hand-made code for the image's tests: no compiler, a few bytes a function.

import { writeExecutable } from "../../src/image/image";
import { Diagnostic } from "../../src/base/diagnostics";
import { U8Column } from "../../src/base/columns";
import { LinkOptions } from "../../src/link/options";
import type { Program } from "../../src/link/program";
import { Code } from "../../src/x64/code";
import { link } from "../link/helpers";
import { Elf } from "./elf-reader";

/** mov eax, 60; xor edi, edi; syscall */
export const EXIT = [0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05];

/** Code in which every reached function is one `ret`, and the entry is `entry`. */
export function stubCode(program: Program, entry: number[]): Code {
  const code = new Code();
  code.reset(program.funcKind.length);
  for (let i = 0; i < program.order.length; i++) addFunction(code, program.order.get(i), [0xc3]);
  code.entryOffset = code.bytes.length;
  for (const b of entry) code.bytes.push(b);
  code.signalOffset = code.bytes.length;
  code.restorerOffset = code.bytes.length;
  code.bytes.push(0xcc);
  return code;
}

export function addFunction(code: Code, f: number, bytes: number[]): void {
  code.funcStart.set(f, code.bytes.length);
  code.funcSiteStart.set(f, code.siteOffset.length);
  for (const b of bytes) code.bytes.push(b);
  code.funcEnd.set(f, code.bytes.length);
  code.funcSiteEnd.set(f, code.siteOffset.length);
}

export interface Image {
  program: Program;
  code: Code;
  file: Uint8Array;
  elf: Elf;
}

/** Links a guest, gives it the code that `make` builds (exiting at once unless it says otherwise), writes the file. */
export function image(
  guest: string | Uint8Array,
  make: (program: Program) => Code = (p) => stubCode(p, EXIT),
  adjust?: (options: LinkOptions) => void,
): Image {
  const { program, message } = link(guest, adjust);
  if (message !== "") throw new Error(message);
  const options = new LinkOptions();
  if (adjust) adjust(options);
  const code = make(program);
  const out = new U8Column();
  const diag = new Diagnostic();
  if (!writeExecutable(program, code, options, diag, out)) throw new Error(diag.message);
  const file = out.data.slice(0, out.length);
  return { program, code, file, elf: new Elf(file) };
}
