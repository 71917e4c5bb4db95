// The name section (specification, appendix "Name Section"): the module's name and those of functions. It is for
// people only, so whatever is wrong in it is never an error: reading stops there and keeps what came before.

import { ltU32 } from "host/prims";
import { Diagnostic } from "../base/diagnostics";
import { CheckedReader } from "./checked-reader";
import { NameId } from "./format";
import { Module } from "./module";

/** A longer name of a module is ignored: it would stand in every line of a backtrace. */
const MAX_MODULE_NAME: i32 = 1000;

/** Reads the name section whose content lies between `start` and `end`. */
export function decodeNames(module: Module, start: i32, end: i32): void {
  const r = new CheckedReader(module.bytes, new Diagnostic());
  r.at = start;
  r.end = end;
  while (r.at < end && !r.failed) {
    const id = r.takeByte();
    const size = r.takeU32();
    if (r.failed || ltU32(end - r.at, size)) return;
    const stop = r.at + size;
    r.end = stop;
    if (id == NameId.Module) decodeModuleName(module, r);
    else if (id == NameId.Functions) decodeFuncNames(module, r);
    r.end = end;
    r.at = stop;
    r.failed = false;
  }
}

function decodeModuleName(module: Module, r: CheckedReader): void {
  const start = r.takeName();
  if (!r.failed && r.at > start && r.at - start <= MAX_MODULE_NAME) module.name = module.text(start, r.at);
}

function decodeFuncNames(module: Module, r: CheckedReader): void {
  const count = r.takeU32();
  for (let i: i32 = 0; ltU32(i, count) && !r.failed; i++) {
    const func = r.takeU32();
    const start = r.takeName();
    if (r.failed) return;
    if (ltU32(func, module.funcCount)) {
      module.funcNameStart.set(func, start);
      module.funcNameEnd.set(func, r.at);
    }
  }
}
