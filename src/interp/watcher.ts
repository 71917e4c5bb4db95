// Watches a program while it is interpreted: what --trace, --stats, --coverage and --break ask for. Before every instruction,
// and when functions begin and end, the machine calls it (Watch.Instructions, Watch.Calls). One program at a time.

import { I32Column, U8Column } from "../base/columns";
import { byteString, pushUtf8, pushByteString } from "../base/text";
import { valueText } from "../base/value-text";
import { hexText, unsignedText } from "../base/wide-text";
import { typeLetter } from "../link/calls";
import { FuncKind, NONE, Program } from "../link/program";
import { readOpcode, skipImmediates, skipLocals } from "../ssa/builder-scan";
import { Module } from "../wasm/module";
import { ADDRESS } from "../wasm/opcode-table";
import { opcodeName, opcodeSignature, Opcode } from "../wasm/opcodes";
import { ByteReader } from "../wasm/reader";
import { CallEvent } from "./call-event";
import { instructionText } from "./instruction-text";
import { pushFunctionLabel } from "./report";
import { Machine } from "./machine";
import { printBytes } from "host/system";

/** Rows of a table of --stats. */
const SHOWN: i32 = 25;
/** Calls that are indented no further. */
const DEEPEST: i32 = 40;

export class Watcher {
  machine: Machine;
  program: Program;
  module: Module;
  instance: i32;
  tracesCalls: boolean = false;
  tracesMemory: boolean = false;
  tracesInstructions: boolean = false;
  /** Names or numbers, with * for anything; empty: all functions. */
  filters: Array<string> = [];
  /** Names of the host's functions. */
  hosts: Array<string> = [];
  counts: boolean = false;
  /** Called before each instruction with its offset and the height of the operand stack; null if nobody stops. */
  stops: ((watcher: Watcher, origin: i32, height: i32) => void) | null = null;

  /** Functions that have begun, innermost last. */
  stack: I32Column = new I32Column();
  /** By offset from the first body: how often the instruction was executed, up to 2^32 - 1. */
  private executed: I32Column = new I32Column();
  private first: i32 = 0;
  /** By program function: how often it was called; whether it is traced: 0 unknown, 1 yes, 2 no. */
  private called: I32Column = new I32Column();
  private traced: I32Column = new I32Column();
  private out: U8Column = new U8Column();

  /** `instance`: the guest's. */
  constructor(machine: Machine, instance: i32) {
    this.machine = machine;
    this.program = machine.program;
    this.module = machine.guest;
    this.instance = instance;
    const module = this.module;
    const count = module.bodyStart.length;
    let end: i32 = 0;
    this.first = module.bytes.length;
    for (let f: i32 = 0; f < count; f++) {
      if (module.bodyEnd.get(f) == 0) continue;
      if (module.bodyStart.get(f) < this.first) this.first = module.bodyStart.get(f);
      if (module.bodyEnd.get(f) > end) end = module.bodyEnd.get(f);
    }
    this.executed.resize(end > this.first ? end - this.first : 0);
    this.called.resize(this.program.funcKind.length);
    this.traced.resize(this.program.funcKind.length);
    current = this;
    machine.probe = probe;
    machine.probeCall = probeCall;
  }

  /** The function that is being executed, NONE outside of all. */
  get running(): i32 {
    return this.stack.length == 0 ? NONE : this.stack.top();
  }

  // Functions.

  private isTraced(f: i32): boolean {
    if (f == NONE) return false;
    let known = this.traced.get(f);
    if (known == 0) {
      known = this.matches(f) ? 1 : 2;
      this.traced.set(f, known);
    }
    return known == 1;
  }

  private matches(f: i32): boolean {
    if (this.filters.length == 0) return true;
    const label = this.label(f);
    const number = `${this.program.funcLocal.get(f)}`;
    const isOwn = this.program.funcInstance.get(f) == this.instance;
    for (let i: i32 = 0; i < this.filters.length; i++) {
      if ((isOwn && this.filters[i] == number) || matchesPattern(this.filters[i], label)) return true;
    }
    return false;
  }

  /** A function's name, or its number. */
  label(f: i32): string {
    if (this.program.funcKind.get(f) == FuncKind.Host) return this.hosts[this.program.funcLocal.get(f)];
    const text = new U8Column();
    pushFunctionLabel(this.program, f, text);
    return byteString(text, 0, text.length);
  }

  // Values.

  /** The value of a type in a cell of the frame. */
  valueAt(cell: i32, type: i32): string {
    const lo = this.machine.frame.getLo(cell);
    const hi = this.machine.frame.getHi(cell);
    const letter = typeLetter(type);
    if (letter != "?") return valueText(letter, lo, hi);
    return (lo | hi) == 0 ? "null" : `ref 0x${hexText(lo, hi)}`;
  }

  private values(type: i32, cell: i32, areResults: boolean): string {
    const program = this.program;
    const n = areResults ? program.typeResultCount.get(type) : program.typeParamCount.get(type);
    let text = "";
    for (let i: i32 = 0; i < n; i++) {
      if (i != 0) text += ", ";
      text += this.valueAt(cell + i, areResults ? program.resultType(type, i) : program.paramType(type, i));
    }
    return text;
  }

  // What happens.

  onCall(f: i32, cell: i32, event: i32): void {
    if (event == CallEvent.Begin) {
      if (this.called.get(f) != -1) this.called.set(f, (this.called.get(f) + 1) | 0);
      if (this.tracesCalls && this.isTraced(f)) {
        this.say(`${this.label(f)}(${this.values(this.program.funcType.get(f), cell, false)})`);
      }
      this.stack.push(f);
      return;
    }
    if (this.stack.length != 0) this.stack.pop();
    if (!this.tracesCalls || !this.isTraced(f)) return;
    if (event == CallEvent.Tail) return;
    const type = this.program.funcType.get(f);
    const results = this.values(type, cell, true);
    this.say(results.length == 0 ? `${this.label(f)} returns` : `${this.label(f)} = ${results}`);
  }

  onInstruction(origin: i32, height: i32): void {
    // Exceptions leave functions without a word.
    const f = this.machine.functionAt(this.machine.pc);
    while (this.stack.length != 0 && this.stack.top() != f) this.stack.pop();
    if (this.stack.length == 0) this.stack.push(f);
    if (this.counts) {
      const at = origin - this.first;
      const count = this.executed.get(at);
      if (count != -1) this.executed.set(at, (count + 1) | 0);
    }
    if ((this.tracesInstructions || this.tracesMemory) && this.isTraced(this.running)) this.trace(origin, height);
    const stops = this.stops;
    if (stops != null) stops(this, origin, height);
  }

  private say(text: string): void {
    const out = this.out;
    out.clear();
    const depth = this.stack.length < DEEPEST ? this.stack.length : DEEPEST;
    for (let i: i32 = 0; i < depth; i++) pushUtf8(out, "  ");
    pushByteString(out, text);
    out.push(10);
    // If nobody reads it, the time may be over by now: that is seen at the next loop or call.
    if (printBytes(2, out) != 0) this.machine.polls = 1;
  }

  /** Cell of the lowest operand of the function that is being executed. */
  operandBase(): i32 {
    const machine = this.machine;
    const entry = machine.entries.get(this.running);
    return machine.code.get(entry + 1) + 1 + machine.code.get(entry + 2);
  }

  private trace(origin: i32, height: i32): void {
    const reader = new ByteReader(this.module.bytes);
    reader.at = origin;
    const op = readOpcode(reader);
    const top = this.operandBase() + height;
    if (this.tracesInstructions) {
      this.say(`0x${hexText(origin, 0)}  ${instructionText(this.module, origin)}${this.operands(op, top)}`);
    }
    if (this.tracesMemory) this.traceMemory(op, origin, top);
  }

  /** The operands of an instruction whose types are its own. */
  private operands(op: i32, top: i32): string {
    const signature = opcodeSignature(op);
    if (signature == -1) return "";
    let text = "";
    let cell = top;
    for (let k: i32 = 8; k < 32; k += 8) {
      const type = (signature >> k) & 255;
      if (type == 0) break;
      cell--;
      const value = type == ADDRESS ? this.word(cell) : this.valueAt(cell, type);
      text = text.length == 0 ? value : `${value}, ${text}`;
    }
    return text.length == 0 ? "" : `  (${text})`;
  }

  private traceMemory(op: i32, origin: i32, top: i32): void {
    let text = "";
    if (op >= Opcode.I32Load && op <= Opcode.I64Store32) {
      const isStore = op >= Opcode.I32Store;
      text = `address ${this.word(isStore ? top - 2 : top - 1)}`;
      if (isStore) text += `, value ${this.valueAt(top - 1, (opcodeSignature(op) >> 8) & 255)}`;
    } else if (op == Opcode.MemoryFill || op == Opcode.MemoryCopy || op == Opcode.MemoryInit) {
      const names = op == Opcode.MemoryFill ? "value" : "from";
      text = `address ${this.word(top - 3)}, ${names} ${this.word(top - 2)}, bytes ${this.word(top - 1)}`;
    } else if (op == Opcode.MemoryGrow) {
      text = `pages ${this.word(top - 1)}`;
    }
    if (text.length != 0) this.say(`0x${hexText(origin, 0)}  ${instructionText(this.module, origin)}: ${text}`);
  }

  /** An address, number of bytes or of pages. */
  private word(cell: i32): string {
    return unsignedText(this.machine.frame.getLo(cell), this.machine.frame.getHi(cell));
  }

  // Afterwards.

  /** How often the instruction at a byte offset was executed. */
  private executionsAt(origin: i32): f64 {
    return f64(u32(this.executed.get(origin - this.first)));
  }

  /** Appends what was executed how often. */
  pushStats(out: U8Column): void {
    const byOpcode: Array<f64> = [];
    const opcodes: Array<string> = [];
    let total: f64 = 0;
    const reader = new ByteReader(this.module.bytes);
    const numbers = new I32Column();
    for (let i: i32 = 0; i < this.executed.length; i++) {
      if (this.executed.get(i) == 0) continue;
      reader.at = this.first + i;
      const op = readOpcode(reader);
      while (numbers.length <= op) numbers.push(-1);
      if (numbers.get(op) < 0) {
        numbers.set(op, opcodes.length);
        opcodes.push(opcodeName(op));
        byOpcode.push(0);
      }
      const count = f64(u32(this.executed.get(i)));
      byOpcode[numbers.get(op)] += count;
      total += count;
    }
    pushUtf8(out, `instructions: ${wholeText(total)}\n`);
    pushTable(byOpcode, opcodes, total, out);
    const calls: Array<f64> = [];
    const names: Array<string> = [];
    let sum: f64 = 0;
    for (let f: i32 = 0; f < this.called.length; f++) {
      if (this.called.get(f) == 0) continue;
      const count = f64(u32(this.called.get(f)));
      calls.push(count);
      names.push(this.label(f));
      sum += count;
    }
    pushUtf8(out, `calls: ${wholeText(sum)}\n`);
    pushTable(calls, names, sum, out);
    const memory = this.machine.guestMemory;
    pushUtf8(out, `peak memory: ${unsignedText(memory.sizeLo, memory.sizeHi)} bytes\n`);
  }

  /** Appends each function of the guest with its instructions, and how often each was executed. */
  pushCoverage(out: U8Column): void {
    const module = this.module;
    for (let local: i32 = 0; local < module.bodyStart.length; local++) {
      if (module.bodyEnd.get(local) == 0) continue;
      const origins = new I32Column();
      collectInstructions(module, local, origins);
      let reached: i32 = 0;
      for (let i: i32 = 0; i < origins.length; i++) if (this.executionsAt(origins.get(i)) != 0) reached++;
      const f = this.program.funcOf(this.instance, local);
      pushByteString(out, `${this.label(f)} (#${local}): ${reached} of ${origins.length} instructions\n`);
      for (let i: i32 = 0; i < origins.length; i++) {
        const count = wholeText(this.executionsAt(origins.get(i)));
        pushByteString(
          out,
          `${padded(count, 12)}  0x${hexText(origins.get(i), 0)}  ${instructionText(module, origins.get(i))}\n`,
        );
      }
    }
  }
}

/** Appends the byte offsets of a function's instructions, without `end` and `else`. */
export function collectInstructions(module: Module, local: i32, out: I32Column): void {
  const reader = new ByteReader(module.bytes);
  reader.at = module.bodyStart.get(local);
  skipLocals(reader);
  const end = module.bodyEnd.get(local);
  while (reader.at < end) {
    const at = reader.at;
    const op = readOpcode(reader);
    skipImmediates(reader, op);
    if (op != Opcode.End && op != Opcode.Else) out.push(at);
  }
}

/** Whether a name is like a pattern, in which * stands for anything. */
function matchesPattern(pattern: string, name: string): boolean {
  let p: i32 = 0;
  let n: i32 = 0;
  let star: i32 = -1;
  let mark: i32 = 0;
  while (n < name.length) {
    if (p < pattern.length && pattern.charAt(p) == "*") {
      star = p;
      mark = n;
      p++;
    } else if (p < pattern.length && pattern.charCodeAt(p) == name.charCodeAt(n)) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      mark++;
      n = mark;
    } else {
      return false;
    }
  }
  while (p < pattern.length && pattern.charAt(p) == "*") p++;
  return p == pattern.length;
}

function padded(text: string, width: i32): string {
  let spaces = "";
  for (let i = text.length; i < width; i++) spaces += " ";
  return spaces + text;
}

/** A whole number below 2^53. */
function wholeText(x: f64): string {
  const hi = i32(x / 4294967296);
  return unsignedText(lowWord(x - f64(hi) * 4294967296), hi);
}

/** A whole number below 2^32 as a word. */
function lowWord(x: f64): i32 {
  return x >= 2147483648 ? i32(x - 4294967296) : i32(x);
}

/** The rows with the greatest numbers, ties in their order. */
function pushTable(numbers: Array<f64>, names: Array<string>, total: f64, out: U8Column): void {
  const done = new U8Column();
  done.resize(numbers.length);
  let shown: i32 = 0;
  for (; shown < numbers.length && shown < SHOWN; shown++) {
    let best: i32 = -1;
    for (let i: i32 = 0; i < numbers.length; i++) {
      if (done.get(i) == 0 && (best < 0 || numbers[i] > numbers[best])) best = i;
    }
    done.set(best, 1);
    const tenths = i32((numbers[best] * 1000) / total);
    const share = `${(tenths / 10) | 0}.${tenths % 10}`;
    pushByteString(out, `${padded(share, 7)} % ${padded(wholeText(numbers[best]), 12)}  ${names[best]}\n`);
  }
  if (shown < numbers.length) pushByteString(out, `  and ${numbers.length - shown} more\n`);
}

let current: Watcher | null = null;

function probe(_machine: Machine, origin: i32, height: i32): i32 {
  const watcher = current;
  if (watcher != null) watcher.onInstruction(origin, height);
  return -1;
}

function probeCall(_machine: Machine, f: i32, cell: i32, event: i32): void {
  const watcher = current;
  if (watcher != null) watcher.onCall(f, cell, event);
}
