// What the linker's and the image's tests share: modules from text, a small runtime, programs.

import "../../host/js/prelude";
import { U8Column } from "../../src/base/columns";
import { Diagnostic } from "../../src/base/diagnostics";
import { DATA_BASE, RUNTIME_START } from "../../src/link/layout";
import { linkProgram } from "../../src/link/linker";
import { LinkOptions } from "../../src/link/options";
import { FuncKind, Program } from "../../src/link/program";
import { decodeModule } from "../../src/wasm/decoder";
import { ExternKind, Module } from "../../src/wasm/module";
import { validateModule } from "../../src/wasm/validator";
import { assemble } from "../text/assemble";

export { assemble };

export function column(bytes: Uint8Array): U8Column {
  const c = new U8Column();
  c.reserve(bytes.length);
  c.data.set(bytes);
  c.length = bytes.length;
  return c;
}

/** A decoded module; validated too unless it is a runtime, which the linker validates. */
export function load(bytes: Uint8Array, name: string, validate: boolean): Module {
  const module = new Module(column(bytes), name);
  const diag = new Diagnostic();
  if (!decodeModule(module, diag) || (validate && !validateModule(module, diag))) throw new Error(diag.message);
  return module;
}

/** A runtime with one function of each sort. */
export const RUNTIME = `(module
  (import "wx" "syscall" (func $syscall (param i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (import "wx" "guest_base" (func $guest_base (result i64)))
  (import "guest" "hook" (func $hook))
  (memory 1)
  (data (i32.const 16) "runtime")
  (global $used (mut i32) (i32.const 5))
  (func (export "wx_init") (param i64) (global.set $used (i32.const 6)))
  (func (export "wx_exit"))
  (func (export "wx_filter_calls"))
  (func (export "wx_require_filter"))
  (func (export "wx_confine_files"))
  (func (export "wx_require_confinement"))
  (func (export "wx_open_grants"))
  (func (export "wx_listen"))
  (func (export "wx_start_timer"))
  (func (export "wx_signal") (param i32 i64 i64))
  (func (export "memory_grow") (param i64 i64) (result i64) (i64.const -1))
  (func (export "memory_copy") (param i64 i64 i64 i64 i64))
  (func (export "memory_fill") (param i64 i64 i32 i64))
  (func (export "memory_init") (param i64 i64 i64 i64 i64 i64))
  (func (export "table_grow") (param i64 i64 i64) (result i64) (i64.const -1))
  (func (export "table_fill") (param i64 i64 i64 i64))
  (func (export "table_copy") (param i64 i64 i64 i64 i64))
  (func (export "table_init") (param i64 i64 i64 i64 i64 i64))
  (func (export "fd_write") (param i32 i32 i32 i32) (result i32) (call $helper))
  (func (export "with_hook") (call $hook))
  (func (export "unused") (result i32) (i32.const 7))
  (func $helper (result i32) (i32.wrap_i64 (call $guest_base))))`;

export interface Linked {
  program: Program;
  /** Empty when it was linked. */
  message: string;
  guest: Module;
}

/** Links a guest given as text (or bytes) with the small runtime. */
export function link(guest: string | Uint8Array, adjust?: (options: LinkOptions) => void, runtime = RUNTIME): Linked {
  const options = new LinkOptions();
  if (adjust) adjust(options);
  const program = new Program();
  const diag = new Diagnostic();
  const module = load(typeof guest === "string" ? assemble(guest) : guest, "guest", true);
  const linked = linkProgram(program, load(assemble(runtime), "runtime", false), module, null, null, options, diag);
  if (linked !== (diag.message === "")) throw new Error(`${linked}, but message "${diag.message}"`);
  return { program, message: diag.message, guest: module };
}

/** Names of the reached functions of an instance (0: runtime, 1: guest), by export or name section. */
export function reached(program: Program, instance: number): string[] {
  const names: string[] = [];
  for (let i = 0; i < program.order.length; i++) {
    const f = program.order.get(i);
    if (program.funcInstance.get(f) !== instance || program.funcKind.get(f) !== FuncKind.Body) continue;
    const module = program.module(instance);
    const local = program.funcLocal.get(f);
    let name = module.text(module.funcNameStart.get(local), module.funcNameEnd.get(local));
    for (let e = 0; e < module.exportKind.length; e++) {
      if (module.exportKind.get(e) === ExternKind.Func && module.exportIndex.get(e) === local && name === "")
        name = module.text(module.exportNameStart.get(e), module.exportNameEnd.get(e));
    }
    names.push(name || `#${local}`);
  }
  return names;
}

/** The 32-bit word at an address of the data area or of the runtime's. */
export function word(program: Program, address: number): number {
  const isRuntime = address >= RUNTIME_START;
  const data = isRuntime ? program.runtimeData : program.data;
  const at = address - (isRuntime ? RUNTIME_START : DATA_BASE);
  return at + 4 <= data.length ? data.getI32(at) : 0;
}

/** Function that a word of the data area refers to, or -1. */
export function functionAt(program: Program, address: number): number {
  for (let i = 0; i < program.dataRelocAddress.length; i++) {
    if (program.dataRelocAddress.get(i) === address) return program.dataRelocFunc.get(i);
  }
  return -1;
}
