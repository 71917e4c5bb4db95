// What the functions of the package share: texts as wx has them, and errors as values.

import type { Diagnostic } from "../src/base/diagnostics";
import { functionName } from "../src/wasm/describe";
import type { Module } from "../src/wasm/module";
import type { WxError } from "./types.js";

export type Failure = { ok: false; error: WxError };

export function failure(kind: WxError["kind"], message: string): Failure {
  return { ok: false, error: { kind, message } };
}

/** wx's strings are bytes, one character each. */
export function toBytes(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

export function fromBytes(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(text, (c) => c.charCodeAt(0)));
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
