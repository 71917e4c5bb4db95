// What the tests of src/wasm share: modules from bytes, verdicts, and where the shared material lies.

import "../../host/js/prelude";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { U8Column } from "../../src/base/columns";
import { Diagnostic } from "../../src/base/diagnostics";
import { decodeModule } from "../../src/wasm/decoder";
import { Module } from "../../src/wasm/module";
import { validateModule } from "../../src/wasm/validator";

export const repository = join(import.meta.dirname, "../..");

/** A path below the shared directory beside the repository, or null where there is none. */
export function shared(path: string): string | null {
  const full = join(repository, "../shared", path);
  return existsSync(full) ? full : null;
}

export function column(bytes: Uint8Array): U8Column {
  const c = new U8Column();
  c.reserve(bytes.length);
  c.data.set(bytes);
  c.length = bytes.length;
  return c;
}

export interface Verdict {
  module: Module;
  diag: Diagnostic;
  /** Empty if the module is valid. */
  message: string;
}

/** Decodes and validates. */
export function check(bytes: Uint8Array, features?: number): Verdict {
  const module = new Module(column(bytes), "test");
  if (features !== undefined) module.features = features;
  const diag = new Diagnostic();
  const ok = decodeModule(module, diag) && validateModule(module, diag);
  if (ok !== (diag.message === "")) throw new Error(`verdict ${ok} with message "${diag.message}"`);
  return { module, diag, message: diag.message };
}
