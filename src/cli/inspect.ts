// `wx inspect FILE`: what a module or an executable of wx consists of, and what it may do, for people or as JSON.

import { Diagnostic } from "../base/diagnostics";
import { JsonPrinter } from "../base/json-print";
import { ModuleSource } from "../text/source";
import { Module } from "../wasm/module";
import { inspectBytes, readInspected } from "./inspect-bytes";
import { moduleName, readProgram } from "./input";
import { printJson } from "./messages";
import { Options } from "./options";
import { refuseModule } from "./refuse";
import { printBytes } from "host/system";

export function inspectFile(options: Options): void {
  const file = options.inputs[0];
  const source = new ModuleSource();
  const diagnostic = new Diagnostic();
  const isRead = readInspected(readProgram(options, file), source, diagnostic);
  const module = new Module(source.bytes, moduleName(file));
  const value = isRead ? inspectBytes(source.bytes, module, diagnostic) : null;
  if (value == null) {
    source.locate(diagnostic);
    refuseModule(options, file, module, diagnostic);
  } else if (options.json) {
    printJson(1, value);
  } else {
    const printer = new JsonPrinter();
    printer.listing(value);
    printBytes(1, printer.out);
  }
}
