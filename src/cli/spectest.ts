// The module "spectest" that the specification's scripts import from (the test suite's README). What its functions print
// is of no interest to a script.

import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { pushByteString } from "../base/text";
import { TextModule } from "../text/module";
import { readModuleText } from "../text/wat";
import { decodeModule } from "../wasm/decoder";
import { Module } from "../wasm/module";
import { validateModule } from "../wasm/validator";

const FIELDS: string = `
(global (export "global_i32") i32 (i32.const 666))
(global (export "global_i64") i64 (i64.const 666))
(global (export "global_f32") f32 (f32.const 666.6))
(global (export "global_f64") f64 (f64.const 666.6))
(table (export "table") 10 20 funcref)
(table (export "table64") i64 10 20 funcref)
(memory (export "memory") 1 2)
(func (export "print"))
(func (export "print_i32") (param i32))
(func (export "print_i64") (param i64))
(func (export "print_f32") (param f32))
(func (export "print_f64") (param f64))
(func (export "print_i32_f32") (param i32 f32))
(func (export "print_f64_f64") (param f64 f64))
`;

/** The module, decoded and validated; `reader` is used for its text. */
export function spectestModule(reader: TextModule): Module {
  const text = new U8Column();
  const diagnostic = new Diagnostic();
  pushByteString(text, FIELDS);
  const bytes = new U8Column();
  readModuleText(reader, text, bytes, diagnostic);
  const module = new Module(bytes, "spectest");
  const isValid = !diagnostic.failed && decodeModule(module, diagnostic) && validateModule(module, diagnostic);
  assert(isValid, "spectestModule: its text");
  return module;
}
