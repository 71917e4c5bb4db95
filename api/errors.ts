// What the functions of the package share: bytes as wx has them, and errors as values.

import { fromBytes } from "../host/js/wasi/byte-text";
import { U8Column } from "../src/base/columns";
import type { Diagnostic } from "../src/base/diagnostics";
import { functionName } from "../src/wasm/describe";
import type { Module } from "../src/wasm/module";
import type { WxError } from "./types.js";

export type Failure = { ok: false; error: WxError };

export function failure(kind: WxError["kind"], message: string): Failure {
  return { ok: false, error: { kind, message } };
}

export function columnOf(bytes: Uint8Array): U8Column {
  const column = new U8Column();
  column.resize(bytes.length);
  column.data.set(bytes);
  return column;
}

/** A diagnostic as an error value. */
export function errorOf(module: Module, diagnostic: Diagnostic): Failure {
  const error: WxError = { kind: "input", message: fromBytes(diagnostic.message) };
  if (diagnostic.offset >= 0) error.offset = diagnostic.offset;
  if (diagnostic.line != 0) {
    error.line = diagnostic.line;
    error.column = diagnostic.column;
  }
  if (diagnostic.func >= 0) {
    error.function = { index: diagnostic.func };
    const name = functionName(module, diagnostic.func);
    if (name != "") error.function.name = fromBytes(name);
  }
  return { ok: false, error };
}
