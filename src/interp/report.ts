// What a trap looks like on standard error: exactly what executables say (runtime/report.ts), from the frames of the
// interpreter.

import { I32Column, U8Column } from "../base/columns";
import { hexText } from "../base/wide-text";
import { TrapKind, trapMessage } from "../base/traps";
import { pushUtf8 } from "../base/text";
import { pushFunctionName } from "../image/names";
import { FuncKind, Program } from "../link/program";
import { ExternKind } from "../wasm/module";
import { Code } from "./code";
import { Machine } from "./machine";

/** How many frames are printed: wasmtime's 20, and of deeper stacks also the outermost. */
const FIRST_FRAMES: i32 = 20;
const LAST_FRAMES: i32 = 5;

/** The frames that show, innermost first. */
export class Backtrace {
  /** Program functions. */
  funcs: I32Column = new I32Column();
  /** Byte offsets in the function's module, -1 at the beginning of a function. */
  origins: I32Column = new I32Column();

  /** Collects the frames of a machine that has stopped or calls the host. */
  constructor(machine: Machine) {
    const program = machine.program;
    const code = machine.code;
    let pc = machine.pc;
    let frame = machine.frame.from(0);
    let isInside = true;
    // Of the others, pc is the last word of a call.
    let isInnermost = true;
    while (isInside) {
      const f = machine.functionAt(pc);
      const isHidden =
        program.funcKind.get(f) != FuncKind.Body || program.instanceHidden.get(program.funcInstance.get(f)) != 0;
      if (!isHidden) {
        this.funcs.push(f);
        this.origins.push(isInnermost && code.get(pc) == Code.Enter ? -1 : machine.originAt(pc));
      }
      const link = machine.linkOf(pc);
      const back = frame.getLo(link);
      isInside = !machine.isOutside(back);
      frame = frame.moved(0 - frame.getHi(link));
      pc = back - 1;
      isInnermost = false;
    }
  }
}

/** Appends what a trap that ended the program looks like. */
export function pushTrap(machine: Machine, out: U8Column): void {
  pushBacktrace(machine, out);
  const memory = machine.faultMemory;
  if (memory != null) {
    pushUtf8(out, "memory fault at wasm address 0x");
    pushUtf8(out, hexText(memory.faultLo, memory.faultHi));
    pushUtf8(out, " in linear memory of size 0x");
    pushUtf8(out, hexText(memory.sizeLo, memory.sizeHi));
    out.push(10);
  }
  const isException = machine.trap == TrapKind.UncaughtException;
  pushUtf8(out, isException ? "thrown Wasm exception\n" : `wasm trap: ${trapMessage(machine.trap)}\n`);
}

/** Appends what it looks like when instantiation ends in a trap. */
export function pushInitTrap(kind: i32, out: U8Column): void {
  pushUtf8(out, `wx: failed to instantiate the module\nwasm trap: ${trapMessage(kind)}\n`);
}

function pushBacktrace(machine: Machine, out: U8Column): void {
  pushUtf8(out, "wx: error while executing at wasm backtrace:\n");
  const trace = new Backtrace(machine);
  const depth = trace.funcs.length;
  for (let i: i32 = 0; i < depth; i++) {
    if (depth <= FIRST_FRAMES + LAST_FRAMES + 1 || i < FIRST_FRAMES || i >= depth - LAST_FRAMES) {
      pushFrame(machine, i, trace.funcs.get(i), trace.origins.get(i), out);
    } else if (i == FIRST_FRAMES) {
      pushUtf8(out, `  ...: ${depth - FIRST_FRAMES - LAST_FRAMES} more frames\n`);
    }
  }
}

/** Appends one frame: its number, offset, module and function. */
export function pushFrame(machine: Machine, number: i32, f: i32, origin: i32, out: U8Column): void {
  pushPadded(out, `${number}`, 5);
  pushUtf8(out, ": ");
  if (origin != -1) {
    pushPadded(out, `0x${hexText(origin, 0)}`, 8);
    pushUtf8(out, " - ");
  }
  pushFunction(machine, f, out);
  out.push(10);
}

/** Appends a function's name, or its number. */
export function pushFunctionLabel(program: Program, f: i32, out: U8Column): void {
  if (!pushName(program, f, out) && !pushExport(program, f, out)) pushNumber(program, f, out);
}

/** Appends the name that a module gives a function; false if it gives none. */
function pushName(program: Program, f: i32, out: U8Column): boolean {
  const text = new U8Column();
  if (!pushFunctionName(program, f, text)) return false;
  for (let i: i32 = 0; i + 1 < text.length; i++) out.push(printable(text.get(i)));
  return true;
}

function pushNumber(program: Program, f: i32, out: U8Column): void {
  pushUtf8(out, `<wasm function ${program.funcLocal.get(f)}>`);
}

/** Appends the name under which a module exports a function, or imports it; false if it does neither. */
function pushExport(program: Program, f: i32, out: U8Column): boolean {
  const module = program.module(program.funcInstance.get(f));
  const local = program.funcLocal.get(f);
  for (let e: i32 = 0; e < module.exportKind.length; e++) {
    if (module.exportKind.get(e) != ExternKind.Func || module.exportIndex.get(e) != local) continue;
    for (let i = module.exportNameStart.get(e); i < module.exportNameEnd.get(e); i++) {
      out.push(printable(module.bytes.get(i)));
    }
    return true;
  }
  return false;
}

/** Appends a function as frames name it: module!function. */
function pushFunction(machine: Machine, f: i32, out: U8Column): void {
  const name = machine.guest.name;
  if (name.length == 0) pushUtf8(out, "<unknown>");
  else pushPrintable(out, name);
  out.push(33);
  if (!pushName(machine.program, f, out)) pushNumber(machine.program, f, out);
}

function pushPadded(out: U8Column, text: string, width: i32): void {
  for (let i = text.length; i < width; i++) out.push(32);
  pushUtf8(out, text);
}

/** Names are bytes; control characters must not reach the terminal. */
function pushPrintable(out: U8Column, bytes: string): void {
  for (let i: i32 = 0; i < bytes.length; i++) out.push(printable(bytes.charCodeAt(i)));
}

function printable(byte: i32): i32 {
  return byte < 32 || byte == 127 ? 63 : byte;
}
