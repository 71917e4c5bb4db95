// An interpreted program while it runs: its memories, tables, globals and stack, and the code translated so far. Built
// from a linked program (link/program.ts); what happens to it is in execute.ts.

import { I32Column, U8Column } from "../base/columns";
import { TrapKind } from "../base/traps";
import { isLessWide, wideHi, wideLo } from "../base/wide";
import { ConstantEvaluator } from "../link/constants";
import { TRAPPED } from "../link/layout";
import { computeBytes } from "../link/memories";
import { FuncKind, NONE, Program } from "../link/program";
import { ExternKind, Module, SegmentMode } from "../wasm/module";
import { Code } from "./code";
import { Table } from "./table";
import { Translator } from "./translate";
import { Exceptions } from "./tries";
import { Memory } from "host/memory";
import { Cells, Slots } from "host/slots";
import { ltU32 } from "host/prims";

/** How execution came to a stop. */
export const enum Outcome {
  Done = 0,
  /** By a trap: Machine.trap. */
  Trapped = 1,
  /** The program asked for it: Machine.status. */
  Exited = 2,
  /** A function of the host has no answer yet: goes on when it is executed again. */
  Waiting = 3,
}

/** What a function of the host answers: its results are there, or it ends the program, or they come later, or a trap:
 *  HostAnswer.Trap + TrapKind. */
export const enum HostAnswer {
  Done = 0,
  Exit = 1,
  Wait = 2,
  Trap = 16,
}

/** What Machine.poll returns to have execution stop, and go on later: as Outcome.Waiting. */
export const PAUSE: i32 = -2;

/** Position behind the word 0, where calls from outside return to. */
const OUTSIDE: i32 = 1;
/** Cells that a function may use before it has checked that its frame fits. */
const SLACK: i32 = 2100;
/** Frames take up to so many times the bytes that those of compiled code take. */
const FRAME_RATIO: i32 = 4;
const MOST_CELLS: i32 = 0x400_0000;

function refuseCall(_machine: Machine, _f: i32, _at: i32): i32 {
  return HostAnswer.Trap + TrapKind.UnknownImport;
}

export class Machine {
  program: Program;
  /** What backtraces name. */
  guest: Module;
  translator: Translator;
  /** All code; the views of it are old when something was translated. */
  code: I32Column;
  /** By program function: where its code begins; 0 if it is not translated. */
  entries: I32Column = new I32Column();
  // Functions in the order of their code: where it begins, which they are.
  private startPc: I32Column = new I32Column();
  private startFunc: I32Column = new I32Column();
  globals: Slots;
  memories: Array<Memory> = [];
  /** By instance: its memory 0. */
  ownMemory: Array<Memory> = [];
  /** What has none. */
  private noMemory: Memory;
  /** Memory 0 of the guest. */
  guestMemory: Memory;
  tables: Array<Table> = [];
  /** By program-wide number of the segment. */
  dataDropped: U8Column = new U8Column();
  elemDropped: U8Column = new U8Column();
  private dataInstance: I32Column = new I32Column();
  private elemInstance: I32Column = new I32Column();
  private evaluator: ConstantEvaluator = new ConstantEvaluator();

  /** The first cell behind those that frames may use. */
  stackEnd: Cells;
  /** Where arguments of the next call from outside go, and its results come. */
  top: Cells;
  /** Where execution is when it has stopped, or calls the host. */
  pc: i32 = 0;
  frame: Cells;
  /** Cells of the frame that are in use while a function of the host is called. */
  hostRoom: i32 = 0;
  trap: i32 = 0;
  /** The exception on its way, if the trap is TrapKind.UncaughtException. */
  thrown: i32 = 0;
  private exceptions: Exceptions = new Exceptions();
  /** In the order of startPc: the number of try_tables before the function. */
  private startTry: I32Column = new I32Column();
  status: i32 = 0;
  /** Bytes of memory that could not be had at the beginning. */
  wantedLo: i32 = 0;
  wantedHi: i32 = 0;
  /** Memory of the access that trapped last, if it was none of a bulk instruction; or null. */
  faultMemory: Memory | null = null;

  /** Address of the program's information block (link/info.ts), if it has one. */
  infoLo: i32 = 0;
  infoHi: i32 = 0;

  /** Called for functions of the host: the function, and the cell of machine.frame where its arguments begin and its
   *  results go. */
  hostCall: (machine: Machine, f: i32, at: i32) => i32 = refuseCall;
  /** Called before every instruction if somebody watches them, with the height of its operand stack: a TrapKind, or -1. */
  probe: (machine: Machine, origin: i32, height: i32) => i32 = ignoreProbe;
  /** Called when functions begin and end, if somebody watches that: the function, the cell of its first argument or
   *  result, a CallEvent. */
  probeCall: (machine: Machine, f: i32, cell: i32, event: i32) => void = ignoreCall;
  /** Called when so many loops have begun again, if somebody watches the clock: a TrapKind, PAUSE, or -1. */
  poll: (machine: Machine) => i32 = ignorePoll;
  polls: i32 = 0;
  /** Instructions that may still be executed, low and high word. */
  fuelLo: i32 = 0;
  fuelHi: i32 = 0;

  /** `watch`: Watch bits (translate.ts). */
  constructor(program: Program, stackBytes: i32, watch: i32) {
    const translator = new Translator(program);
    translator.watchAll = watch;
    const wanted = stackBytes >> 3 < MOST_CELLS / FRAME_RATIO ? (stackBytes >> 3) * FRAME_RATIO : MOST_CELLS;
    const stack = new Slots(wanted + SLACK, false);
    const cells = stack.view();
    this.program = program;
    this.guest = program.module(program.guest);
    this.translator = translator;
    this.code = translator.emitter.code;
    this.globals = new Slots(program.globalType.length + 1);
    this.stackEnd = cells.from(wanted);
    this.top = cells.from(0);
    this.frame = cells.from(0);
    const none = new Memory(16, 0, 0, false);
    this.noMemory = none;
    this.guestMemory = none;
    this.code.push(-1);
    this.code.push(Code.Halt);
    this.entries.resize(program.funcKind.length);
    this.build();
  }

  // Beginning.

  private build(): void {
    const program = this.program;
    const globals = this.globals.view();
    for (let g: i32 = 0; g < program.globalType.length; g++) {
      this.setWord(globals, g, program.globalLo.get(g), program.globalHi.get(g), program.globalFunc.get(g));
    }
    for (let m: i32 = 0; m < program.memoryMin.length; m++) {
      const is64 = program.memoryIs64.get(m) != 0;
      const max = program.memoryMax.get(m);
      this.memories.push(new Memory(program.memoryPageLog2.get(m), max, program.memoryMaxHi.get(m), is64));
    }
    for (let k: i32 = 0; k < program.instanceModule.length; k++) {
      const module = program.module(k);
      const hasMemory = module.memoryMin.length != 0;
      this.ownMemory.push(hasMemory ? this.memories[program.memoryOf(k, 0)] : this.noMemory);
      for (let i: i32 = 0; i < module.dataMode.length; i++) this.dataInstance.push(k);
      for (let i: i32 = 0; i < module.elemMode.length; i++) this.elemInstance.push(k);
    }
    if (program.guestMemory != NONE) this.guestMemory = this.memories[program.guestMemory];
    this.dataDropped.resize(this.dataInstance.length);
    this.elemDropped.resize(this.elemInstance.length);
  }

  /** Puts a word as the program's tables have it (low, high, or function) into a cell. */
  private setWord(cells: Cells, d: i32, lo: i32, hi: i32, func: i32): void {
    if (func == NONE) cells.setI64(d, lo, hi);
    else cells.setI64(d, func + 1, this.program.funcType.get(func));
  }

  /** Instantiates everything; a TrapKind if that ends in a trap, TrapKind.Count if there is not enough memory, or -1. */
  instantiate(): i32 {
    const program = this.program;
    for (let m: i32 = 0; m < this.memories.length; m++) {
      if (this.memories[m].grow(program.memoryMin.get(m), program.memoryMinHi.get(m))) continue;
      computeBytes(program, m, program.memoryMin.get(m), program.memoryMinHi.get(m));
      this.wantedLo = wideLo();
      this.wantedHi = wideHi();
      return TrapKind.Count;
    }
    for (let k: i32 = 0; k < program.instanceModule.length; k++) this.addTables(k);
    // In the order in which compiled programs are: tables and memories of all instances first.
    for (let k: i32 = 0; k < program.instanceModule.length; k++) {
      if (program.instancePreset.get(k) == 0) continue;
      const trap = this.initialize(k);
      if (trap >= 0) return trap;
    }
    return -1;
  }

  /** Calls what is no function of the program's: of the host, or what brings an instance into being but for its start
   *  function (link/instantiation.ts). */
  callOut(f: i32, at: i32): i32 {
    const program = this.program;
    if (program.funcKind.get(f) == FuncKind.Host) return this.hostCall(this, f, at);
    const k = program.funcInstance.get(f);
    for (let i: i32 = 0; i < program.growthInstance.length; i++) {
      if (program.growthInstance.get(i) == k && !this.hasGrown(k, program.growthImport.get(i))) {
        return HostAnswer.Trap + TrapKind.Unlinkable;
      }
    }
    const trap = program.instancePreset.get(k) == 0 ? this.initialize(k) : -1;
    return trap < 0 ? HostAnswer.Done : HostAnswer.Trap + trap;
  }

  /** Whether the memory or table that is import `i` of an instance has by now what the import asks for. */
  private hasGrown(k: i32, i: i32): boolean {
    const program = this.program;
    const module = program.module(k);
    const local = module.importIndex.get(i);
    if (module.importKind.get(i) == ExternKind.Memory) {
      const memory = this.memories[program.memoryOf(k, local)];
      return !isLessWide(memory.pages, memory.pagesHi, module.memoryMin.get(local), module.memoryMinHi.get(local));
    }
    const size = this.tables[program.tableOf(k, local)].size;
    return module.tableMinHi.get(local) == 0 && !ltU32(size, module.tableMin.get(local));
  }

  private addTables(k: i32): void {
    const program = this.program;
    const module = program.module(k);
    for (let i = module.importedTableCount; i < module.tableType.length; i++) {
      const t = program.tableOf(k, i);
      assert(t == this.tables.length, "addTables: order");
      const size = program.tableMin.get(t);
      const table = new Table(size, program.tableMax.get(t), module.tableIs64.get(i) != 0);
      this.tables.push(table);
      this.evaluator.evaluate(
        program,
        k,
        module.tableInitKind.get(i),
        module.tableInitLo.get(i),
        module.tableInitHi.get(i),
      );
      const entries = table.entries;
      for (let e: i32 = 0; e < size; e++) {
        this.setWord(entries, e, this.evaluator.lo, this.evaluator.hi, this.evaluator.func);
      }
    }
  }

  /** Applies the active segments of an instance. */
  private initialize(k: i32): i32 {
    const program = this.program;
    const module = program.module(k);
    const evaluator = this.evaluator;
    const elemBase = program.instanceElemBase.get(k);
    for (let i: i32 = 0; i < module.elemMode.length; i++) {
      if (module.elemMode.get(i) != SegmentMode.Passive) this.elemDropped.set(elemBase + i, 1);
      if (module.elemMode.get(i) != SegmentMode.Active) continue;
      const kind = module.elemOffsetKind.get(i);
      evaluator.evaluate(program, k, kind, module.elemOffsetLo.get(i), module.elemOffsetHi.get(i));
      const table = this.tables[program.tableOf(k, module.elemTable.get(i))];
      const count = module.elemCount.get(i);
      const at = evaluator.lo;
      if (evaluator.hi != 0 || !table.contains(at, count)) return TrapKind.TableOutOfBounds;
      this.putElements(table, at, k, module, i, 0, count);
    }
    const dataBase = program.instanceDataBase.get(k);
    for (let i: i32 = 0; i < module.dataMode.length; i++) {
      if (module.dataMode.get(i) != SegmentMode.Active) continue;
      this.dataDropped.set(dataBase + i, 1);
      const kind = module.dataOffsetKind.get(i);
      evaluator.evaluate(program, k, kind, module.dataOffsetLo.get(i), module.dataOffsetHi.get(i));
      const memory = this.memories[program.memoryOf(k, module.dataMemory.get(i))];
      if (!memory.write(evaluator.lo, evaluator.hi, module.bytes, module.dataStart.get(i), module.dataEnd.get(i))) {
        return TrapKind.MemoryOutOfBounds;
      }
    }
    return -1;
  }

  /** Puts elements `from` to `from + count` of a segment into a table. */
  private putElements(table: Table, at: i32, k: i32, module: Module, i: i32, from: i32, count: i32): void {
    const entries = table.entries;
    const evaluator = this.evaluator;
    const pool = module.elemPool;
    for (let e: i32 = 0; e < count; e++) {
      const item = module.elemStart.get(i) + 3 * (from + e);
      evaluator.evaluate(this.program, k, pool.get(item), pool.get(item + 1), pool.get(item + 2));
      this.setWord(entries, at + e, evaluator.lo, evaluator.hi, evaluator.func);
    }
  }

  // What instructions do that are not quick.

  /** Translates a function that is called for the first time. */
  translate(f: i32): i32 {
    this.startTry.push(this.translator.tries.closedCount);
    const pc = this.translator.translate(f);
    this.entries.set(f, pc);
    this.startPc.push(pc);
    this.startFunc.push(f);
    return pc;
  }

  /** Memory 0 of an instance; of none, one without bytes. */
  memoryOf(instance: i32): Memory {
    return instance < 0 ? this.noMemory : this.ownMemory[instance];
  }

  /** memory.init and table.init, with operands in three cells from `at` on. */
  initMemory(m: i32, segment: i32, c: Cells, at: i32): boolean {
    const k = this.dataInstance.get(segment);
    const module = this.program.module(k);
    const i = segment - this.program.instanceDataBase.get(k);
    const start = module.dataStart.get(i);
    const end = this.dataDropped.get(segment) != 0 ? start : module.dataEnd.get(i);
    return this.memories[m].init(c, at, module.bytes, start, end);
  }

  initTable(t: i32, segment: i32, c: Cells, at: i32): boolean {
    const k = this.elemInstance.get(segment);
    const module = this.program.module(k);
    const i = segment - this.program.instanceElemBase.get(k);
    const length: i32 = this.elemDropped.get(segment) != 0 ? 0 : module.elemCount.get(i);
    const table = this.tables[t];
    const to = table.operand(c, at);
    const from = c.getLo(at + 1);
    const count = c.getLo(at + 2);
    if (ltU32(length, count) || ltU32(length - count, from) || !table.contains(to, count)) return false;
    this.putElements(table, to, k, module, i, from, count);
    return true;
  }

  /** Takes `count` instructions from the fuel; false if it does not suffice. */
  burn(count: i32): boolean {
    const lo = this.fuelLo;
    if (ltU32(lo, count)) {
      if (this.fuelHi == 0) return false;
      this.fuelHi = (this.fuelHi - 1) | 0;
    }
    this.fuelLo = (lo - count) | 0;
    return true;
  }

  // Calls from outside.

  /** Where `f` begins. */
  entryOf(f: i32): i32 {
    const pc = this.entries.get(f);
    return pc != 0 ? pc : this.translate(f);
  }

  /** Prepares a call of `f`, whose arguments are in the cells of `top`: pc and frame are where to begin. */
  enter(f: i32): void {
    const pc = this.entryOf(f);
    this.frame = this.top.from(0);
    this.frame.setI64(this.code.get(pc + 1), OUTSIDE, 0);
    this.pc = pc;
  }

  // Traps.

  /** Function whose code is at `pc`; -1 if none. */
  functionAt(pc: i32): i32 {
    const place = this.placeAt(pc);
    return place < 0 ? -1 : this.startFunc.get(place);
  }

  /** The place of that function among the translated ones, or -1. */
  private placeAt(pc: i32): i32 {
    return lastUpTo(this.startPc, pc);
  }

  /** Byte offset of the instruction whose code is at `pc`. */
  originAt(pc: i32): i32 {
    const emitter = this.translator.emitter;
    const i = lastUpTo(emitter.originPc, pc);
    return i < 0 ? -1 : emitter.originAt.get(i);
  }

  /** Cell of the link in the frame of a function whose code is at `pc`. */
  linkOf(pc: i32): i32 {
    return this.code.get(this.entries.get(this.functionAt(pc)) + 1);
  }

  /** Whether a link leads back to where the program was called from outside. */
  isOutside(pc: i32): boolean {
    return pc == OUTSIDE;
  }

  /** A new exception, with values from cell `at` on: what references to it say. */
  newException(tag: i32, cells: Cells, at: i32): i32 {
    return this.exceptions.add(tag, cells, at, this.program.typeParamCount.get(this.program.tagType.get(tag)));
  }

  /** Goes on in the clause that takes the exception thrown, if one of the function at `pc` does. */
  private handle(pc: i32, window: Cells): boolean {
    const tries = this.translator.tries;
    const place = this.placeAt(pc);
    const end = place + 1 < this.startTry.length ? this.startTry.get(place + 1) : tries.closedCount;
    const clause = tries.find(pc, this.exceptions.tagOf(this.thrown), this.startTry.get(place), end);
    if (clause < 0) return false;
    const count = tries.valueCount(this.program, clause);
    this.exceptions.take(this.thrown, tries, clause, count, window, tries.cell.get(clause));
    this.pc = tries.code.get(clause);
    this.frame = window;
    return true;
  }

  /**
   * Goes on after a trap, or an exception, where that is handled: in a clause that takes the exception, or behind the
   * innermost try_call. False if there is nothing.
   */
  recover(kind: i32, at: i32, frame: Cells): boolean {
    let pc = at;
    let window = frame.from(0);
    while (true) {
      if (kind == TrapKind.UncaughtException && this.handle(pc, window)) return true;
      const link = this.linkOf(pc);
      const back = window.getLo(link);
      if (back == OUTSIDE) return false;
      window = window.moved(0 - window.getHi(link));
      if (this.code.get(back) == Code.EndTry) {
        window.setI32(this.code.get(back + 1), TRAPPED + kind);
        this.pc = back;
        this.frame = window;
        return true;
      }
      pc = back - 1;
    }
  }
}

/** The place of the last of some ascending positions that is not behind `pc`; -1 if all are. */
function lastUpTo(positions: I32Column, pc: i32): i32 {
  let low: i32 = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positions.get(middle) <= pc) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function ignoreProbe(_machine: Machine, _origin: i32, _height: i32): i32 {
  return -1;
}

function ignoreCall(_machine: Machine, _f: i32, _cell: i32, _event: i32): void {}

function ignorePoll(_machine: Machine): i32 {
  return -1;
}
