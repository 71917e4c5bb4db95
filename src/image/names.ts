// Names of functions: for backtraces (demangled, in the read-only part) and for the symbol table (as they are).

import { I32Column, U8Column } from "../base/columns";
import { demangle } from "../base/demangle";
import { pushText, pushUtf8 } from "../base/text";
import { FuncKind, NONE, Program } from "../link/program";
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

/** Names as the symbol table shows them. */
export class SymbolNames {
  private program: Program;
  /** By function: 1 + the first export that is it, or 0; only for embedded modules, whose functions have no other names. */
  private exportOf: I32Column = new I32Column();

  constructor(program: Program) {
    this.program = program;
    this.exportOf.resize(program.funcKind.length);
    for (let k: i32 = 0; k < program.instanceModule.length; k++) {
      if (program.instanceHidden.get(k) != 0) this.noteExports(k);
    }
  }

  private noteExports(instance: i32): void {
    const program = this.program;
    const module = program.module(instance);
    for (let e = module.exportKind.length - 1; e >= 0; e--) {
      if (module.exportKind.get(e) != ExternKind.Func) continue;
      const f = program.funcOf(instance, module.exportIndex.get(e));
      if (f != NONE && program.funcInstance.get(f) == instance) this.exportOf.set(f, e + 1);
    }
  }

  /** Appends a function's name, NUL-ended. */
  push(f: i32, out: U8Column): void {
    const program = this.program;
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
    const e = this.exportOf.get(f) - 1;
    if (local < module.funcNameStart.length && module.funcNameStart.get(local) != module.funcNameEnd.get(local)) {
      pushSymbolText(out, module.bytes, module.funcNameStart.get(local), module.funcNameEnd.get(local));
    } else if (e >= 0) {
      pushSymbolText(out, module.bytes, module.exportNameStart.get(e), module.exportNameEnd.get(e));
    } else {
      pushUtf8(out, `function[${local}]`);
    }
    out.push(0);
  }
}

/** Symbol names end at a NUL: one inside becomes a question mark. */
function pushSymbolText(out: U8Column, bytes: U8Column, start: i32, end: i32): void {
  for (let i = start; i < end; i++) out.push(bytes.get(i) == 0 ? 0x3f : bytes.get(i));
}
