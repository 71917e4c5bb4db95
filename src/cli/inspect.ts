// `wx inspect FILE`: what a module or an executable of wx consists of, and what it may do, for people or as JSON.

import { Diagnostic } from "../base/diagnostics";
import { JsonPrinter } from "../base/json-print";
import { describeDiagnostic } from "../wasm/describe";
import { Module } from "../wasm/module";
import { inspectBytes } from "./inspect-bytes";
import { moduleName, readProgram } from "./input";
import { diagnosticValue, EXIT_INPUT, fail, failJson, printJson } from "./messages";
import { Options } from "./options";
import { printBytes } from "host/system";

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
