// `wx validate FILE…`: whether modules are valid, and if not, where and why.

import { Diagnostic } from "../base/diagnostics";
import { addMember, jsonBool, jsonObject, jsonString } from "../base/json-print";
import { ModuleSource } from "../text/source";
import { decodeModule } from "../wasm/decoder";
import { describeDiagnostic } from "../wasm/describe";
import { Module } from "../wasm/module";
import { validateModule } from "../wasm/validator";
import { moduleName, readProgram } from "./input";
import { diagnosticValue, EXIT_INPUT, printJson, remark } from "./messages";
import { Options } from "./options";

/** Validates all files; the exit status. */
export function validateFiles(options: Options): i32 {
  let status: i32 = 0;
  for (let i: i32 = 0; i < options.inputs.length; i++) {
    const file = options.inputs[i];
    const source = new ModuleSource();
    const diagnostic = new Diagnostic();
    const isRead = source.read(readProgram(options, file), diagnostic);
    const module = new Module(source.bytes, moduleName(file));
    const valid = isRead && decodeModule(module, diagnostic) && validateModule(module, diagnostic);
    if (!valid) {
      source.locate(diagnostic);
      status = EXIT_INPUT;
    }
    if (options.json) {
      const value = jsonObject();
      addMember(value, "file", jsonString(file));
      addMember(value, "valid", jsonBool(valid));
      if (!valid) addMember(value, "error", diagnosticValue(file, module, diagnostic));
      printJson(1, value);
    } else if (!valid) {
      remark(describeDiagnostic(file, module, diagnostic));
    } else if (options.verbose) {
      remark(`${file}: valid`);
    }
  }
  return status;
}
