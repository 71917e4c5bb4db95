// `wx inspect FILE`: what a module or an executable of wx consists of, and what it may do, for people or as JSON.

import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { JsonValue } from "../base/json";
import { JsonPrinter } from "../base/json-print";
import { decodeModule } from "../wasm/decoder";
import { describeDiagnostic } from "../wasm/describe";
import { Module } from "../wasm/module";
import { validateModule } from "../wasm/validator";
import { describeExecutable, isExecutable } from "./inspect-executable";
import { describeModule } from "./inspect-module";
import { moduleName, readProgram } from "./input";
import { diagnosticValue, EXIT_INPUT, fail, failJson, printJson } from "./messages";
import { Options } from "./options";
import { printBytes } from "host/system";

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

export function inspectFile(options: Options): void {
  const file = options.inputs[0];
  const bytes = readProgram(options, file);
  const module = new Module(bytes, moduleName(file));
  const diagnostic = new Diagnostic();
  const value = inspectBytes(bytes, module, diagnostic);
  if (value == null) {
    if (options.json) failJson(EXIT_INPUT, diagnosticValue(file, module, diagnostic));
    fail(EXIT_INPUT, describeDiagnostic(file, module, diagnostic));
  } else if (options.json) {
    printJson(1, value);
  } else {
    const printer = new JsonPrinter();
    printer.listing(value);
    printBytes(1, printer.out);
  }
}
