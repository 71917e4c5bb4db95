// Modules without _start, and `--invoke`: a driver (wasm/writer.ts) whose _start asks the embedded module "calls"
// (runtime/calls) which export the command line names, calls it with the arguments, and hands each result to the
// runtime to print, one a line.

import { U8Column } from "../base/columns";
import { pushByteText } from "../base/text";
import { Call, CallRow, typeLetter } from "../link/calls";
import { LinkOptions } from "../link/options";
import { ExternKind, Module } from "../wasm/module";
import { Opcode } from "../wasm/opcodes";
import { ModuleWriter, pushS32, pushU32 } from "../wasm/writer";

/** At most so many exports are listed in a message. */
const LISTED: i32 = 50;
/** The letters of types (link/calls.ts), their codes, and what reads and prints a value of each. */
const LETTERS: string = "ilfd";
const CODES: string = "\x7f\x7e\x7d\x7c";
const READERS: Array<string> = ["argument_i32", "argument_i64", "argument_f32", "argument_f64"];
const PRINTERS: Array<string> = ["wx_print_i32", "wx_print_i64", "wx_print_f32", "wx_print_f64"];
/** The type of a block without parameters and results. */
const VOID_BLOCK: i32 = 0x40;

/** The exported functions, in order; what they are called by is a byte string. */
export function callRows(module: Module): Array<CallRow> {
  const rows: Array<CallRow> = [];
  for (let i: i32 = 0; i < module.exportKind.length; i++) {
    if (module.exportKind.get(i) != ExternKind.Func) continue;
    const name = module.byteText(module.exportNameStart.get(i), module.exportNameEnd.get(i));
    // What ends at a NUL cannot name it, and initialization has happened when a call is made.
    if (name.indexOf("\0") >= 0 || name == "_initialize") continue;
    const type = module.funcType.get(module.exportIndex.get(i));
    let params = "";
    for (let k: i32 = 0; k < module.typeParamCount.get(type); k++) params += typeLetter(module.paramType(type, k));
    let results = "";
    for (let k: i32 = 0; k < module.typeResultCount.get(type); k++) results += typeLetter(module.resultType(type, k));
    rows.push(new CallRow(name, params, results));
  }
  return rows;
}

/** The exported functions with their types, for messages. */
export function exportedFunctions(rows: Array<CallRow>): string {
  if (rows.length == 0) return "it exports no functions";
  let text = "the exported functions are";
  for (let i: i32 = 0; i < rows.length && i < LISTED; i++) text += `\n  ${rows[i].signature}`;
  return rows.length > LISTED ? `${text}\n  and ${rows.length - LISTED} more` : text;
}

/**
 * Decides that the program calls the export `name` with `args`, or with those that it is given when it starts; what is
 * wrong, or an empty text. The driver is written to `out`.
 */
export function prepareInvocation(
  module: Module,
  name: string,
  args: Array<string>,
  isRunning: boolean,
  link: LinkOptions,
  out: U8Column,
): string {
  const all = callRows(module);
  if (name == "_initialize") all.push(new CallRow(name, "", ""));
  const call = new Call(all);
  if (!call.choose(name)) return `${call.error}; ${exportedFunctions(all)}`;
  if ((isRunning || args.length != 0) && !call.read(args, 0)) return call.error;
  const rows: Array<CallRow> = [];
  rows.push(all[call.row]);
  for (let i: i32 = 0; i < args.length; i++) pushByteText(link.defaultArguments, args[i]);
  link.defaultArgumentCount = args.length;
  link.defaultCall = 1;
  link.entry = name;
  writeDriver(rows, link, out);
  return "";
}

/** Decides that the program calls the export that its first argument names. The driver is written to `out`. */
export function prepareCalls(module: Module, link: LinkOptions, out: U8Column): void {
  writeDriver(callRows(module), link, out);
}

/** Writes the table of the exports to `link` and the driver for them to `out`. */
function writeDriver(rows: Array<CallRow>, link: LinkOptions, out: U8Column): void {
  const driver = new DriverWriter();
  for (let i: i32 = 0; i < rows.length; i++) {
    pushByteText(link.calls, rows[i].name);
    pushByteText(link.calls, rows[i].params);
    pushByteText(link.calls, rows[i].results);
  }
  link.callCount = rows.length;
  driver.write(rows, out);
}

/** The codes of types given by letters. */
function codesOf(letters: string): string {
  let codes = "";
  for (let i: i32 = 0; i < letters.length; i++) codes += CODES.charAt(LETTERS.indexOf(letters.charAt(i)));
  return codes;
}

class DriverWriter {
  private w: ModuleWriter = new ModuleWriter();
  /** Functions by letter; -1 where the driver does without. */
  private readers: Array<i32> = [-1, -1, -1, -1];
  private printers: Array<i32> = [-1, -1, -1, -1];

  /** Whether the export can be called; those that cannot are refused by their types. */
  private isCallable(row: CallRow): boolean {
    return row.params.indexOf("?") < 0 && row.results.indexOf("?") < 0;
  }

  write(rows: Array<CallRow>, out: U8Column): void {
    const w = this.w;
    const choose = w.importFunc("calls", "choose", w.addType("", "\x7f"));
    const targets: Array<i32> = [];
    for (let i: i32 = 0; i < rows.length; i++) {
      const row = rows[i];
      const callable = this.isCallable(row);
      targets.push(
        callable ? w.importFunc("guest", row.name, w.addType(codesOf(row.params), codesOf(row.results))) : -1,
      );
      if (callable) this.importHelpers(row);
    }
    const start = new U8Column();
    start.push(Opcode.Call);
    pushU32(start, choose);
    start.push(Opcode.LocalSet);
    start.push(0);
    for (let i: i32 = 0; i < rows.length; i++) {
      if (targets[i] < 0) continue;
      start.push(Opcode.LocalGet);
      start.push(0);
      start.push(Opcode.I32Const);
      pushS32(start, i);
      start.push(Opcode.I32Eq);
      start.push(Opcode.If);
      start.push(VOID_BLOCK);
      this.pushCall(start, rows[i], targets[i]);
      start.push(Opcode.End);
    }
    w.exportFunc("_start", w.addFunc(w.addType("", ""), start));
    w.write(out);
  }

  /** Imports what reads the parameters and prints the results. */
  private importHelpers(row: CallRow): void {
    const w = this.w;
    for (let i: i32 = 0; i < row.params.length; i++) {
      const kind = LETTERS.indexOf(row.params.charAt(i));
      if (this.readers[kind] >= 0) continue;
      this.readers[kind] = w.importFunc("calls", READERS[kind], w.addType("\x7f", CODES.charAt(kind)));
    }
    for (let i: i32 = 0; i < row.results.length; i++) {
      const kind = LETTERS.indexOf(row.results.charAt(i));
      if (this.printers[kind] >= 0) continue;
      this.printers[kind] = w.importFunc("runtime", PRINTERS[kind], w.addType(CODES.charAt(kind), ""));
    }
  }

  /** Pushes the arguments and calls the target. The results then lie on the stack with the last on top, so they become
   *  the parameters of a second function, which prints them in order. */
  private pushCall(body: U8Column, row: CallRow, target: i32): void {
    for (let i: i32 = 0; i < row.params.length; i++) {
      body.push(Opcode.I32Const);
      pushS32(body, i);
      body.push(Opcode.Call);
      pushU32(body, this.readers[LETTERS.indexOf(row.params.charAt(i))]);
    }
    body.push(Opcode.Call);
    pushU32(body, target);
    if (row.results.length == 0) return;
    const print = new U8Column();
    for (let i: i32 = 0; i < row.results.length; i++) {
      print.push(Opcode.LocalGet);
      pushU32(print, i);
      print.push(Opcode.Call);
      pushU32(print, this.printers[LETTERS.indexOf(row.results.charAt(i))]);
    }
    body.push(Opcode.Call);
    pushU32(body, this.w.addFunc(this.w.addType(codesOf(row.results), ""), print));
  }
}
