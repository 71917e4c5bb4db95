// What wx says on standard error: errors and remarks, in color on a terminal (unless NO_COLOR is set), or as JSON for
// tools; and the line of progress of a long compilation.

import { JsonValue } from "../base/json";
import { addMember, JsonPrinter, jsonNumber, jsonObject, jsonString } from "../base/json-print";
import { Diagnostic } from "../base/diagnostics";
import { functionName } from "../wasm/describe";
import { Module } from "../wasm/module";
import { environmentVariable, exit, isTerminal, print, printBytes } from "host/system";
import { microseconds } from "host/clock";
import { mul32 } from "host/prims";

export const EXIT_INPUT: i32 = 1;
export const EXIT_USAGE: i32 = 2;
export const EXIT_INTERNAL: i32 = 70;

/** Microseconds after which a compilation shows how far it is, and between two such lines. */
const PATIENCE: i32 = 1_000_000;
const INTERVAL: i32 = 100_000;

function usesColor(): boolean {
  return isTerminal(2) && environmentVariable("NO_COLOR").length == 0 && environmentVariable("TERM") != "dumb";
}

/** Prints `wx: message`, with the first word of a message in color where that helps. */
function say(color: string, message: string): void {
  if (!usesColor()) print(2, `wx: ${message}\n`);
  else print(2, `\x1b[${color}mwx:\x1b[0m ${message}\n`);
}

/** Ends with a message. */
export function fail(status: i32, message: string): void {
  say("1;31", message);
  exit(status);
}

export function remark(message: string): void {
  say("1", message);
}

/** A diagnostic as an object: what is wrong, and where. */
export function diagnosticValue(file: string, module: Module, diagnostic: Diagnostic): JsonValue {
  const value = jsonObject();
  addMember(value, "file", jsonString(file));
  addMember(value, "message", jsonString(diagnostic.message));
  if (diagnostic.offset >= 0) addMember(value, "offset", jsonNumber(diagnostic.offset));
  if (diagnostic.line != 0) {
    addMember(value, "line", jsonNumber(diagnostic.line));
    addMember(value, "column", jsonNumber(diagnostic.column));
  }
  if (diagnostic.func >= 0) {
    const func = jsonObject();
    addMember(func, "index", jsonNumber(diagnostic.func));
    const name = functionName(module, diagnostic.func);
    if (name.length != 0) addMember(func, "name", jsonString(name));
    addMember(value, "function", func);
  }
  return value;
}

/** Prints a tree as one line of JSON. */
export function printJson(fd: i32, value: JsonValue): void {
  const printer = new JsonPrinter();
  printer.json(value);
  printer.out.push(10);
  printBytes(fd, printer.out);
}

/** Ends with an error as JSON on standard error: {"error": {…}}. */
export function failJson(status: i32, error: JsonValue): void {
  const value = jsonObject();
  addMember(value, "error", error);
  printJson(2, value);
  exit(status);
}

let progressStart: i32 = 0;
let progressNext: i32 = 0;
let progressShown: boolean = false;

/** Begins to watch a compilation. */
export function beginProgress(): void {
  progressStart = microseconds();
  progressNext = PATIENCE;
  progressShown = false;
}

/** Shows how much is done, if it takes long. */
export function showProgress(done: i32, total: i32): void {
  const elapsed = (microseconds() - progressStart) | 0;
  if (elapsed < progressNext || total == 0) return;
  progressNext = elapsed + INTERVAL;
  progressShown = true;
  // There are at most a million functions and some more.
  const percent = (mul32(done, 100) / total) | 0;
  print(2, `\r\x1b[Kwx: compiling, ${percent} %`);
}

/** Removes the line. */
export function endProgress(): void {
  if (progressShown) print(2, "\r\x1b[K");
  progressShown = false;
}
