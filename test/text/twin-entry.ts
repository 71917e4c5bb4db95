// Compiled by asc for twin.test.ts: a text in, byte by byte; the module, or what the script says, or a message out.

import { U8Column } from "../../src/base/columns";
import { Diagnostic } from "../../src/base/diagnostics";
import { TextModule } from "../../src/text/module";
import { textWords } from "../../src/text/source";
import { WastReader } from "../../src/text/wast";
import { readModuleText } from "../../src/text/wat";
import { dumpScript } from "./script-dump";

let input = new U8Column();
const output = new U8Column();
const reader = new TextModule(textWords());

export function push(byte: i32): void {
  input.push(byte);
}

export function at(i: i32): i32 {
  return output.get(i);
}

/** Reads what was pushed as a module, or as a script; the length of what came out. */
export function run(isScript: i32): i32 {
  const diag = new Diagnostic();
  output.clear();
  if (isScript != 0) {
    const script = new WastReader(reader);
    if (script.read(input, diag)) dumpScript(script.commands, true, output);
  } else {
    readModuleText(reader, input, output, diag);
  }
  if (diag.failed) {
    output.clear();
    const text = `${diag.line}:${diag.column}: ${diag.message}\n${diag.excerpt}`;
    for (let i: i32 = 0; i < text.length; i++) output.push(text.charCodeAt(i));
  }
  input = new U8Column();
  return output.length;
}
