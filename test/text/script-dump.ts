// A script as text, for comparing: in portable TypeScript, so that asc can compile it too (twin-entry.ts).

import { U8Column } from "../../src/base/columns";
import { ScriptAction, ScriptCommand, ScriptModule, ScriptValue } from "../../src/text/script";
import { mul32 } from "host/prims";

function appendText(out: U8Column, text: string): void {
  for (let i: i32 = 0; i < text.length; i++) {
    const c: i32 = text.charCodeAt(i);
    if (c >= 0x20 && c < 0x7f) out.push(c);
    else appendText(out, `<${c}>`);
  }
}

function appendValue(out: U8Column, value: ScriptValue): void {
  appendText(out, ` (${value.form} ${value.type} ${value.laneBits} ${value.canonicalNans} ${value.arithmeticNans}`);
  for (let i: i32 = 0; i < value.words.length; i++) appendText(out, ` ${value.words.get(i)}`);
  for (let i: i32 = 0; i < value.choices.length; i++) appendValue(out, value.choices[i]);
  appendText(out, ")");
}

function appendValues(out: U8Column, values: Array<ScriptValue>): void {
  for (let i: i32 = 0; i < values.length; i++) appendValue(out, values[i]);
}

function appendModule(out: U8Column, module: ScriptModule, withContent: boolean): void {
  appendText(out, ` module ${module.isText ? "text" : "binary"} '${module.malformed}'`);
  if (!withContent) return;
  let hash: i32 = 0;
  for (let i: i32 = 0; i < module.content.length; i++) hash = (mul32(hash, 31) + module.content.get(i)) | 0;
  appendText(out, ` ${module.content.length} ${hash}`);
}

function appendAction(out: U8Column, action: ScriptAction): void {
  appendText(out, ` ${action.isGet ? "get" : "invoke"} '${action.module}' '${action.field}'`);
  appendValues(out, action.args);
}

/** One line for each command; modules with a hash of their contents if `withContent`. */
export function dumpScript(commands: Array<ScriptCommand>, withContent: boolean, out: U8Column): void {
  for (let i: i32 = 0; i < commands.length; i++) {
    const command = commands[i];
    appendText(out, `${command.line} ${command.kind} '${command.name}' '${command.as}' '${command.text}'`);
    const module = command.module;
    if (module != null) appendModule(out, module, withContent);
    const action = command.action;
    if (action != null) appendAction(out, action);
    appendText(out, " =>");
    appendValues(out, command.expected);
    out.push(0x0a);
  }
}
