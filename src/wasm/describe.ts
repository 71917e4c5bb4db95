// One line of text for what is wrong with a module: file, place, message.

import { Diagnostic } from "../base/diagnostics";
import { hexText } from "../base/wide-text";
import { ExternKind, Module } from "./module";

/** Names are cut to so many bytes. */
const SHOWN_NAME: i32 = 200;

/**
 * As `file.wasm: error at offset 0x1a2 in function $name (#12): message`; `file` is how the user called it. Of a text
 * as `file.wat:3:14: error in function $name (#12): message`, with the line below.
 */
export function describeDiagnostic(file: string, module: Module, diag: Diagnostic): string {
  let place = "";
  if (diag.line != 0) {
    if (diag.func >= 0) place += ` in function ${funcText(module, diag.func)}`;
    return `${file}:${diag.line}:${diag.column}: error${place}: ${diag.message}\n${diag.excerpt}`;
  }
  if (diag.offset >= 0) place += ` at offset 0x${hexText(diag.offset, 0)}`;
  if (diag.func >= 0) place += ` in function ${funcText(module, diag.func)}`;
  return `${file}: error${place}: ${diag.message}`;
}

/** The name that the name section gives a function, as bytes; empty if none. */
export function functionName(module: Module, func: i32): string {
  if (func >= module.funcNameStart.length) return "";
  return module.byteText(module.funcNameStart.get(func), module.funcNameEnd.get(func));
}

/** A function as `$name (#12)`, or `#12` if it has no name. */
export function funcText(module: Module, func: i32): string {
  if (func < module.funcNameStart.length) {
    const start = module.funcNameStart.get(func);
    const end = module.funcNameEnd.get(func);
    if (end - start > SHOWN_NAME) return `$${module.text(start, start + SHOWN_NAME)}... (#${func})`;
    if (end > start) return `$${module.text(start, end)} (#${func})`;
  }
  return `#${func}`;
}

/** The import that is function `func`, as `"module" "name"`. */
export function importName(module: Module, func: i32): string {
  for (let i: i32 = 0; i < module.importKind.length; i++) {
    if (module.importKind.get(i) != ExternKind.Func || module.importIndex.get(i) != func) continue;
    const from = module.text(module.importModuleStart.get(i), module.importModuleEnd.get(i));
    return `"${from}" "${module.text(module.importNameStart.get(i), module.importNameEnd.get(i))}"`;
  }
  return `#${func}`;
}
