// Names of functions: for backtraces (demangled, in the read-only part) and for the symbol table (as they are).

import { U8Column } from "../base/columns";
import { demangle } from "../base/demangle";
import { pushText, pushUtf8 } from "../base/text";
import { FuncKind, Program } from "../link/program";
import { ExternKind } from "../wasm/module";

/** Appends the name that backtraces show, NUL-ended; false, and nothing, if the function has none. */
export function pushFunctionName(program: Program, f: i32, out: U8Column): boolean {
  const module = program.module(program.funcInstance.get(f));
  const local = program.funcLocal.get(f);
  if (local >= module.funcNameStart.length) return false;
  const start = module.funcNameStart.get(local);
  const end = module.funcNameEnd.get(local);
  if (start == end) return false;
  demangle(module.bytes, start, end, out);
  out.push(0);
  return true;
}

/** Appends the name that the symbol table shows, NUL-ended. */
export function pushSymbolName(program: Program, f: i32, out: U8Column): void {
  const instance = program.funcInstance.get(f);
  const module = program.module(instance);
  const local = program.funcLocal.get(f);
  if (program.funcKind.get(f) == FuncKind.TryStub) {
    pushText(out, "wx.try_call");
    return;
  }
  if (program.funcKind.get(f) == FuncKind.ThrowStub) {
    pushText(out, "wx.throw");
    return;
  }
  if (program.funcKind.get(f) == FuncKind.Instantiate) {
    pushText(out, `wx.instantiate.${instance}`);
    return;
  }
  if (program.instanceHidden.get(instance) != 0) pushUtf8(out, "wx.");
  if (program.funcKind.get(f) != FuncKind.Body) pushUtf8(out, "import.");
  const named = local < module.funcNameStart.length && module.funcNameStart.get(local) != module.funcNameEnd.get(local);
  if (named) {
    pushSymbolText(out, module.bytes, module.funcNameStart.get(local), module.funcNameEnd.get(local));
  } else if (!pushExportName(program, f, out)) {
    pushUtf8(out, `function[${local}]`);
  }
  out.push(0);
}

/** Appends the name under which an embedded function is exported, if it is. */
function pushExportName(program: Program, f: i32, out: U8Column): boolean {
  const instance = program.funcInstance.get(f);
  const module = program.module(instance);
  if (program.instanceHidden.get(instance) == 0) return false;
  for (let e: i32 = 0; e < module.exportKind.length; e++) {
    if (module.exportKind.get(e) != ExternKind.Func || module.exportIndex.get(e) != program.funcLocal.get(f)) continue;
    pushSymbolText(out, module.bytes, module.exportNameStart.get(e), module.exportNameEnd.get(e));
    return true;
  }
  return false;
}

/** Symbol names end at a NUL: one inside becomes a question mark. */
function pushSymbolText(out: U8Column, bytes: U8Column, start: i32, end: i32): void {
  for (let i = start; i < end; i++) out.push(bytes.get(i) == 0 ? 0x3f : bytes.get(i));
}
