// How wx ends that cannot do what it was asked for, with a message or, with --json, an object.

import { Diagnostic } from "../base/diagnostics";
import { addMember, jsonObject, jsonString } from "../base/json-print";
import { describeDiagnostic } from "../wasm/describe";
import { Module } from "../wasm/module";
import { diagnosticValue, EXIT_INPUT, fail, failJson } from "./messages";
import { Options } from "./options";

/** Ends with what is wrong with the command or the file. */
export function refuse(options: Options, status: i32, message: string): void {
  const input = options.inputs[0];
  refuseFile(options, status, input, message, `${input}: ${message}`);
}

/** Ends with what is wrong with `file`, which `text` says to people. */
export function refuseFile(options: Options, status: i32, file: string, message: string, text: string): void {
  if (!options.json) fail(status, text);
  const value = jsonObject();
  addMember(value, "file", jsonString(file));
  addMember(value, "message", jsonString(message));
  failJson(status, value);
}

/** Ends with what is wrong with the module in `file`. */
export function refuseModule(options: Options, file: string, module: Module, diagnostic: Diagnostic): void {
  if (options.json) failJson(EXIT_INPUT, diagnosticValue(file, module, diagnostic));
  fail(EXIT_INPUT, describeDiagnostic(file, module, diagnostic));
}
