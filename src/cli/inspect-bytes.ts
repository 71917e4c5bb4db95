// What `wx inspect` and the API say of a file's bytes.

import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { JsonValue } from "../base/json";
import { ModuleSource } from "../text/source";
import { decodeModule } from "../wasm/decoder";
import { Module } from "../wasm/module";
import { validateModule } from "../wasm/validator";
import { describeExecutable, isExecutable } from "./inspect-executable";
import { describeModule } from "./inspect-module";

/** Takes the content of a file for `inspectBytes`, a text as its binary form; false if it is nothing that wx knows. */
export function readInspected(content: U8Column, source: ModuleSource, diagnostic: Diagnostic): boolean {
  if (!isExecutable(content)) return source.read(content, diagnostic);
  source.bytes = content;
  return true;
}

/** What is to be known of a file; null, with the diagnostic set, if it is neither. */
export function inspectBytes(bytes: U8Column, module: Module, diagnostic: Diagnostic): JsonValue | null {
  if (isExecutable(bytes)) {
    const value = describeExecutable(bytes);
    if (value == null) diagnostic.fail(-1, "it is an executable, but not one that this version of wx has written");
    return value;
  }
  if (!decodeModule(module, diagnostic) || !validateModule(module, diagnostic)) return null;
  return describeModule(module);
}
