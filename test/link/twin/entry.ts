// The linker, the image writer and the demangler as asc compiles them, with assertions: compared with the same code
// in JavaScript, byte for byte. AssemblyScript; compiled by twin.test.ts.

import { U8Column } from "../../../src/base/columns";
import { demangle } from "../../../src/base/demangle";
import { Diagnostic } from "../../../src/base/diagnostics";
import { writeExecutable } from "../../../src/image/image";
import { linkProgram } from "../../../src/link/linker";
import { LinkOptions } from "../../../src/link/options";
import { Program } from "../../../src/link/program";
import { decodeModule } from "../../../src/wasm/decoder";
import { Module } from "../../../src/wasm/module";
import { validateModule } from "../../../src/wasm/validator";
import { buildStubCode } from "./stub-code";

const inputs: Array<U8Column> = [new U8Column(), new U8Column()];
const output: U8Column = new U8Column();

/** Makes room for input `which`; its address. */
export function input(which: i32, length: i32): usize {
  inputs[which].resize(length);
  return inputs[which].at;
}

export function outputAt(): usize {
  return output.at;
}

export function outputLength(): i32 {
  return output.length;
}

/** Links input 1 with runtime input 0 and writes an executable, or the message, to the output. */
export function link(unknownImports: i32): bool {
  output.clear();
  const diag = new Diagnostic();
  const runtime = new Module(inputs[0], "runtime");
  const guest = new Module(inputs[1], "guest");
  const options = new LinkOptions();
  options.unknownImports = unknownImports;
  options.addGrant("/tmp/é", "/", true);
  options.addEnvironment("A=b");
  const program = new Program();
  if (
    decodeModule(runtime, diag) &&
    decodeModule(guest, diag) &&
    validateModule(guest, diag) &&
    linkProgram(program, runtime, guest, null, null, options, diag) &&
    writeExecutable(program, buildStubCode(program), options, diag, output)
  ) {
    return true;
  }
  for (let i = 0; i < diag.message.length; i++) output.push(diag.message.charCodeAt(i));
  return false;
}

/** Demangles input 0. */
export function readable(): void {
  output.clear();
  demangle(inputs[0], 0, inputs[0].length, output);
}
