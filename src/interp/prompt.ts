// The debugger's prompt (--break): stops before instructions, says where, and does what the lines of standard input ask for.
// Lines that do not come from a terminal are repeated, so that a session reads alike.

import { I32Column, U8Column } from "../base/columns";
import { pushUtf8 } from "../base/text";
import { findClosest } from "../base/spelling";
import { hexText, signedText, unsignedText } from "../base/wide-text";
import { printable } from "../link/calls";
import { NONE } from "../link/program";
import { skipValueType } from "../ssa/builder-scan";
import { functionName } from "../wasm/describe";
import { ByteReader } from "../wasm/reader";
import { typeName } from "../wasm/types";
import { instructionText } from "./instruction-text";
import { Backtrace, pushFrame } from "./report";
import { collectInstructions, Watcher } from "./watcher";
import { exit, isTerminal, print, printBytes, readInputByte } from "host/system";

const HELP: string =
  "step, s                 execute one instruction\n" +
  "next, n                 the same, but a call as a whole\n" +
  "finish, f               go on until the function returns\n" +
  "continue, c             go on until a breakpoint\n" +
  "locals, l               parameters and locals of the function\n" +
  "stack                   its operands, the topmost first\n" +
  "memory ADDRESS [BYTES]  what memory holds\n" +
  "backtrace, bt           how execution came here\n" +
  "break FUNC[:OFFSET]     another breakpoint\n" +
  "delete NUMBER           one less\n" +
  "breakpoints             all of them\n" +
  "help                    this list\n" +
  "quit, q                 end the program\n" +
  "An empty line repeats step and next.\n";

const enum Mode {
  Run = 0,
  Step = 1,
  Next = 2,
  Finish = 3,
}

/** Status after quit, as after an interruption. */
const EXIT_QUIT: i32 = 130;

export class Prompt {
  private watcher: Watcher;
  private mode: i32 = Mode.Run;
  /** Functions on the stack when `next` or `finish` was said. */
  private depth: i32 = 0;
  private offsets: I32Column = new I32Column();
  private texts: Array<string> = [];
  private isOver: boolean = false;
  private echoes: boolean = true;
  private lastLine: string = "";
  private out: U8Column = new U8Column();
  private height: i32 = 0;
  private origin: i32 = 0;

  constructor(watcher: Watcher) {
    this.watcher = watcher;
    this.echoes = !isTerminal(0);
    current = this;
    watcher.stops = onInstruction;
  }

  /** Adds the breakpoint FUNC[:OFFSET]; what is wrong with it, or an empty text. */
  addBreakpoint(text: string): string {
    const colon = text.lastIndexOf(":");
    let name = text;
    let offset: i32 = -1;
    if (colon > 0) {
      offset = parseNumber(text.substring(colon + 1));
      if (offset >= 0) name = text.substring(0, colon);
    }
    const local = this.findFunction(name);
    if (local < 0) return this.unknownFunction(name);
    const origins = new I32Column();
    collectInstructions(this.watcher.module, local, origins);
    if (origins.length == 0) return `function ${name} has no instructions`;
    let found: i32 = offset < 0 ? origins.get(0) : -1;
    for (let i: i32 = 0; i < origins.length; i++) if (origins.get(i) == offset) found = offset;
    if (found < 0) {
      const first = hexText(origins.get(0), 0);
      const last = hexText(origins.get(origins.length - 1), 0);
      return `no instruction of ${name} begins at 0x${hexText(offset, 0)}; they lie from 0x${first} to 0x${last}`;
    }
    this.offsets.push(found);
    this.texts.push(name);
    return "";
  }

  private findFunction(name: string): i32 {
    const watcher = this.watcher;
    const module = watcher.module;
    const number = parseNumber(name);
    if (number >= 0) return number < module.bodyEnd.length && module.bodyEnd.get(number) != 0 ? number : -1;
    for (let local: i32 = 0; local < module.bodyEnd.length; local++) {
      if (module.bodyEnd.get(local) == 0) continue;
      if (functionName(module, local) == name) return local;
      if (watcher.label(watcher.program.funcOf(watcher.instance, local)) == name) return local;
    }
    return -1;
  }

  private unknownFunction(name: string): string {
    const watcher = this.watcher;
    const names: Array<string> = [];
    const module = watcher.module;
    for (let local: i32 = 0; local < module.bodyEnd.length; local++) {
      if (module.bodyEnd.get(local) != 0) names.push(watcher.label(watcher.program.funcOf(watcher.instance, local)));
    }
    const closest = findClosest(name, names);
    return `there is no function '${name}'${closest.length == 0 ? "" : `; did you mean '${closest}'?`}`;
  }

  // Stopping.

  onInstruction(origin: i32, height: i32): void {
    if (this.isOver || !this.stopsAt(origin)) return;
    this.mode = Mode.Run;
    this.origin = origin;
    this.height = height;
    this.showPlace();
    while (this.mode == Mode.Run && !this.isOver) {
      print(2, "(wx) ");
      const line = this.readLine();
      if (this.isOver) {
        // Nothing more to ask: the program goes on to its end.
        print(2, "\n");
        return;
      }
      if (this.execute(line)) return;
    }
  }

  private stopsAt(origin: i32): boolean {
    for (let i: i32 = 0; i < this.offsets.length; i++) if (this.offsets.get(i) == origin) return true;
    const depth = this.watcher.stack.length;
    switch (this.mode) {
      case Mode.Step:
        return true;
      case Mode.Next:
        return depth <= this.depth;
      case Mode.Finish:
        return depth < this.depth;
    }
    return false;
  }

  private showPlace(): void {
    const watcher = this.watcher;
    const place = `0x${hexText(this.origin, 0)} in ${watcher.label(watcher.running)}`;
    print(2, `${place}: ${instructionText(watcher.module, this.origin)}\n`);
  }

  private readLine(): string {
    let line = "";
    while (true) {
      const byte = readInputByte();
      if (byte < 0 && line.length == 0) this.isOver = true;
      if (byte < 0 || byte == 10) break;
      line += String.fromCharCode(byte);
    }
    if (this.echoes && !this.isOver) print(2, `${line}\n`);
    return line.trim();
  }

  /** Does what a line says; whether the program goes on. */
  private execute(line: string): boolean {
    let text = line;
    if (text.length == 0) text = this.lastLine;
    const space = text.indexOf(" ");
    const word = space < 0 ? text : text.substring(0, space);
    const rest = space < 0 ? "" : text.substring(space + 1).trim();
    this.lastLine = "";
    this.depth = this.watcher.stack.length;
    if (word == "step" || word == "s" || word == "next" || word == "n") {
      this.lastLine = text;
      this.mode = word.charAt(0) == "s" ? Mode.Step : Mode.Next;
      return true;
    }
    if (word == "finish" || word == "f") {
      this.mode = Mode.Finish;
      return true;
    }
    if (word == "continue" || word == "c") return true;
    if (word == "quit" || word == "q") {
      exit(EXIT_QUIT);
      return true;
    }
    this.show(word, rest);
    return false;
  }

  // Showing.

  private show(word: string, rest: string): void {
    if (word.length == 0) return;
    if (word == "locals" || word == "l") this.showLocals();
    else if (word == "stack") this.showStack();
    else if (word == "memory" || word == "m") this.showMemory(rest);
    else if (word == "backtrace" || word == "bt") this.showBacktrace();
    else if (word == "break" || word == "b") this.sayIfWrong(this.addBreakpoint(rest));
    else if (word == "delete") this.deleteBreakpoint(rest);
    else if (word == "breakpoints") this.showBreakpoints();
    else if (word == "help" || word == "h") print(2, HELP);
    else print(2, `unknown command '${printable(word)}'; help lists all\n`);
  }

  private sayIfWrong(text: string): void {
    if (text.length != 0) print(2, `${text}\n`);
  }

  private showLocals(): void {
    const watcher = this.watcher;
    const program = watcher.program;
    const f = watcher.running;
    if (f == NONE) return;
    const type = program.funcType.get(f);
    const params = program.typeParamCount.get(type);
    for (let i: i32 = 0; i < params; i++) this.showLocal(i, program.paramType(type, i), i);
    const reader = new ByteReader(watcher.module.bytes);
    reader.at = watcher.module.bodyStart.get(program.funcLocal.get(f));
    let local = params;
    for (let runs = reader.readU32(); runs > 0; runs--) {
      const count = reader.readU32();
      const code: i32 = watcher.module.bytes.get(reader.at);
      skipValueType(reader);
      for (let i: i32 = 0; i < count; i++) {
        this.showLocal(local, code, local + 1);
        local++;
      }
    }
    if (local == 0) print(2, "there are none\n");
  }

  private showLocal(number: i32, type: i32, cell: i32): void {
    const isReference = (type & 255) < 0x7b;
    print(2, `${number}: ${isReference ? "ref" : typeName(type)} ${this.watcher.valueAt(cell, type)}\n`);
  }

  /** Operands have no types here: the bits, as numbers. */
  private showStack(): void {
    const base = this.watcher.operandBase();
    const frame = this.watcher.machine.frame;
    for (let i = this.height - 1; i >= 0; i--) {
      const lo = frame.getLo(base + i);
      const hi = frame.getHi(base + i);
      const narrow = hi == 0 && lo < 0 ? `, ${lo}` : "";
      print(2, `${i}: 0x${hexText(lo, hi)} (${signedText(lo, hi)}${narrow})\n`);
    }
    if (this.height == 0) print(2, "it is empty\n");
  }

  private showMemory(rest: string): void {
    const space = rest.indexOf(" ");
    const address = parseNumber(space < 0 ? rest : rest.substring(0, space));
    const bytes = space < 0 ? 16 : parseNumber(rest.substring(space + 1).trim());
    if (address < 0 || bytes < 0) {
      print(2, "memory takes an address and a number of bytes\n");
      return;
    }
    const memory = this.watcher.machine.guestMemory;
    const out = this.out;
    out.clear();
    for (let row: i32 = 0; row < bytes; row += 16) {
      pushUtf8(out, `0x${hexText(address + row, 0)}:`);
      let shown = "";
      for (let i = row; i < row + 16 && i < bytes; i++) {
        const byte = memory.byteAt(address + i, 0);
        if (byte < 0) {
          pushUtf8(out, ` (memory ends at 0x${hexText(memory.sizeLo, memory.sizeHi)})`);
          row = bytes;
          break;
        }
        pushUtf8(out, `${byte < 16 ? " 0" : " "}${hexText(byte, 0)}`);
        shown += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".";
      }
      pushUtf8(out, `  ${shown}\n`);
    }
    printBytes(2, out);
  }

  private showBacktrace(): void {
    const machine = this.watcher.machine;
    const trace = new Backtrace(machine);
    const out = this.out;
    out.clear();
    for (let i: i32 = 0; i < trace.funcs.length; i++) {
      pushFrame(machine, i, trace.funcs.get(i), trace.origins.get(i), out);
    }
    printBytes(2, out);
  }

  private showBreakpoints(): void {
    for (let i: i32 = 0; i < this.offsets.length; i++) {
      if (this.offsets.get(i) >= 0) print(2, `${i + 1}: ${this.texts[i]} at 0x${hexText(this.offsets.get(i), 0)}\n`);
    }
  }

  private deleteBreakpoint(rest: string): void {
    const number = parseNumber(rest);
    if (number < 1 || number > this.offsets.length) print(2, `there is no breakpoint ${unsignedText(number, 0)}\n`);
    else this.offsets.set(number - 1, -1);
  }
}

/** A decimal number, or a hexadecimal one behind 0x, below 2^31; -1 if it is none. */
function parseNumber(text: string): i32 {
  const isHex = text.startsWith("0x");
  const start: i32 = isHex ? 2 : 0;
  if (text.length == start || text.length > start + (isHex ? 7 : 9)) return -1;
  let value: i32 = 0;
  for (let i = start; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const lower = c | 32;
    let digit: i32 = c >= 48 && c <= 57 ? c - 48 : 99;
    if (isHex && lower >= 97 && lower <= 102) digit = lower - 87;
    if (digit > 15) return -1;
    value = isHex ? (value << 4) | digit : value * 10 + digit;
  }
  return value;
}

let current: Prompt | null = null;

function onInstruction(_watcher: Watcher, origin: i32, height: i32): void {
  const prompt = current;
  if (prompt != null) prompt.onInstruction(origin, height);
}
