// The pipeline, from the bytes of a module to the bytes of an executable:
//
//   bytes → module → program → SSA → optimized SSA → machine code → image
//
// Everything per function (SSA, machine code before and after allocation) lives in objects that are reset and used
// again, so that the compiler stops allocating after the first large function.

import { I32Column, U8Column, useLargePages } from "./base/columns";
import { Diagnostic } from "./base/diagnostics";
import { pushUtf8 } from "./base/text";
import { writeExecutable } from "./image/image";
import { linkProgram } from "./link/linker";
import { LinkOptions } from "./link/options";
import { bodyBytes, isPrecompiled } from "./link/order";
import { FuncKind, Program } from "./link/program";
import { optimize } from "./opt/passes";
import { buildFunction, buildStub } from "./ssa/builder";
import { Func } from "./ssa/func";
import { appendFunction } from "./ssa/printer";
import { decodeModule } from "./wasm/decoder";
import { funcText, importName } from "./wasm/describe";
import { Module } from "./wasm/module";
import { validateModule } from "./wasm/validator";
import { computeClobbers } from "./x64/clobbers";
import { Code, LINE } from "./x64/code";
import { emitFunction } from "./x64/emit";
import { Allocation, MirFunc } from "./x64/mir";
import { mergePart, writePart } from "./x64/parts";
import { appendRuntimeFunction, writeRuntimeCode } from "./x64/precompiled";
import { mirToText } from "./x64/print";
import { allocateRegisters } from "./x64/regalloc";
import { checkAllocation } from "./x64/regalloc-check";
import { selectFunction } from "./x64/select";
import { emitStubs } from "./x64/stubs";
import { embeddedCalls, embeddedRuntime, embeddedRuntimeCode } from "embedded";
import { microseconds } from "host/clock";
import {
  abandonWorker,
  collectWorker,
  finishWorker,
  IN_WORKER,
  noteProgress,
  processorCount,
  startWorker,
  workerProgress,
} from "host/parallel";

/** Bytes of function bodies from which on a part is worth a process of its own. */
const PART_BYTES: i32 = 0x8000;
const MOST_PARTS: i32 = 32;
/** Optimization level of the runtime's functions, whatever the program's. */
const RUNTIME_LEVEL: i32 = 2;

/** Stages whose time is measured under --debug=time. */
export const enum Stage {
  Decode = 0,
  Validate = 1,
  Link = 2,
  Build = 3,
  Optimize = 4,
  Select = 5,
  Allocate = 6,
  Emit = 7,
  Image = 8,
  Count = 9,
}

export function stageName(stage: i32): string {
  switch (stage) {
    case Stage.Decode:
      return "decode";
    case Stage.Validate:
      return "validate";
    case Stage.Link:
      return "link";
    case Stage.Build:
      return "build";
    case Stage.Optimize:
      return "optimize";
    case Stage.Select:
      return "select";
    case Stage.Allocate:
      return "allocate";
    case Stage.Emit:
      return "emit";
  }
  return "image";
}

function ignoreProgress(_done: i32, _total: i32): void {}

/** Functions between two reports of progress. */
const REPORT_INTERVAL: i32 = 32;

/** Bytes of a module from which the memory for compiling it is worth large pages. */
const LARGE_PAGES_FROM: i32 = 6144;

/** One compilation: its inputs, what is kept between functions, and what came out. */
export class Compiler {
  options: LinkOptions;
  /** Verify the SSA form after each pass and every register allocation. */
  check: boolean = false;
  /** Processes that compile functions; 0: as many as there are processors and the program is worth. */
  jobs: i32 = 0;
  /** Measure stages. */
  timed: boolean = false;
  /** Collect text of every function before selection, and after allocation. */
  dumpSsa: boolean = false;
  dumpAsm: boolean = false;
  /** Only of the functions of this name, or number in the guest; empty: all. */
  dumpFunction: string = "";
  /** Is told now and then how many functions are compiled, of how many. */
  report: (done: i32, total: i32) => void = ignoreProgress;

  diagnostic: Diagnostic = new Diagnostic();
  /** An invariant that --check found broken: our bug. */
  internalError: string = "";
  guest: Module;
  /** A module of our own that calls the guest's exports, started instead of it; null for an ordinary program. */
  driver: U8Column | null = null;
  program: Program = new Program();
  code: Code = new Code();
  /** Bytes of machine code, which itself is only in the executable when that is written. */
  codeBytes: i32 = 0;
  /** The executable. */
  image: U8Column = new U8Column();
  dump: U8Column = new U8Column();
  /** Microseconds by Stage. */
  times: Array<i32> = [];

  private func: Func = new Func();
  private mir: MirFunc = new MirFunc();
  private allocation: Allocation = new Allocation();
  private isDecoded: boolean = false;
  private stageStart: i32 = 0;

  /** Compiles the module in `bytes`; `name` is for messages and backtraces. */
  constructor(bytes: U8Column, name: string, options: LinkOptions) {
    this.options = options;
    this.guest = new Module(bytes, name);
    for (let i: i32 = 0; i < Stage.Count; i++) this.times.push(0);
  }

  /** The first step, for callers that look at the guest before the rest: to make a driver, say. */
  decode(): boolean {
    this.startClock();
    this.isDecoded = decodeModule(this.guest, this.diagnostic);
    this.stopClock(Stage.Decode);
    return this.isDecoded;
  }

  /** Runs the pipeline; false if the input is at fault (`diagnostic`) or wx is (`internalError`). */
  compile(): boolean {
    if (!this.isDecoded && !this.decode()) return false;
    if (!this.load()) return false;
    this.compileFunctions();
    if (this.internalError.length != 0) return false;
    return this.writeImage();
  }

  /** Compiles the embedded runtime for programs to come (link/runtime-code.ts); the guest is a module without anything. */
  compileRuntime(out: U8Column): boolean {
    if (!this.decode()) return false;
    this.options.rootRuntime = true;
    if (!this.load()) return false;
    this.code.reset(this.program.funcKind.length);
    this.compileRange(0, this.program.order.length);
    if (this.internalError.length != 0) return false;
    this.code.renumberPool();
    writeRuntimeCode(this.program, this.code, out);
    return true;
  }

  /** Validates the guest and links it with the runtime. */
  private load(): boolean {
    const diagnostic = this.diagnostic;
    this.startClock();
    if (!validateModule(this.guest, diagnostic)) return false;
    this.stopClock(Stage.Validate);
    const runtime = new Module(embeddedRuntime(), "runtime");
    if (!decodeModule(runtime, diagnostic)) {
      this.internalError = `the runtime does not decode: ${diagnostic.message}`;
      return false;
    }
    // What is to be checked or printed is made here.
    if (!this.options.rootRuntime && !this.check && !this.dumpSsa && !this.dumpAsm) {
      this.program.runtimeCode.open(embeddedRuntimeCode());
    }
    let driver: Module | null = null;
    const driverBytes = this.driver;
    if (driverBytes != null) {
      driver = new Module(driverBytes, "driver");
      if (!decodeModule(driver, diagnostic)) {
        this.internalError = `the driver does not decode: ${diagnostic.message}`;
        return false;
      }
    }
    let calls: Module | null = null;
    if (this.options.callCount != 0) {
      calls = new Module(embeddedCalls(), "calls");
      if (!decodeModule(calls, diagnostic) || !validateModule(calls, diagnostic)) {
        this.internalError = `the embedded module "calls" is wrong: ${diagnostic.message}`;
        return false;
      }
    }
    const linked = linkProgram(this.program, runtime, this.guest, driver, calls, this.options, diagnostic);
    this.stopClock(Stage.Link);
    return linked;
  }

  private compileFunctions(): void {
    const parts = this.partition();
    if (parts.length > 2) this.compileParallel(parts);
    else this.compileFirst(this.program.order.length);
    if (this.internalError.length != 0) return;
    emitStubs(this.program, this.code);
    this.code.renumberPool();
    this.stopClock(Stage.Emit);
  }

  /** Compiles what is first in order, up to `to`. */
  private compileFirst(to: i32): void {
    if (this.guest.bytes.length >= LARGE_PAGES_FROM) useLargePages();
    this.code.reset(this.program.funcKind.length);
    this.compileRange(0, to);
  }

  private compileRange(from: i32, to: i32): void {
    const program = this.program;
    for (let i = from; i < to && this.internalError.length == 0; i++) {
      const f = program.order.get(i);
      const kind = program.funcKind.get(f);
      // A unit may begin a part (mergePart).
      if (i > 0 && program.funcUnit.get(f) != program.funcUnit.get(program.order.get(i - 1))) this.code.align(LINE);
      if (kind != FuncKind.TryStub && kind != FuncKind.ThrowStub) this.compileFunction(f);
      if ((i - from) % REPORT_INTERVAL == 0) this.report(i - from, to - from);
    }
  }

  /** Whether the code of function `f` is to be printed. */
  private isDumped(f: i32): boolean {
    const name = this.dumpFunction;
    if (name.length == 0) return true;
    const program = this.program;
    const instance = program.funcInstance.get(f);
    if (program.funcKind.get(f) != FuncKind.Body || program.module(instance) != this.guest) return false;
    const local = program.funcLocal.get(f);
    if (`${local}` == name) return true;
    return this.guest.isNamed(this.guest.funcNameStart.get(local), this.guest.funcNameEnd.get(local), name);
  }

  /** What the user may want to know of a program that compiled: imports that became stubs. */
  warnings(): Array<string> {
    const program = this.program;
    const texts: Array<string> = [];
    for (let f: i32 = 0; f < program.funcKind.length; f++) {
      const kind = program.funcKind.get(f);
      if ((kind != FuncKind.TrapStub && kind != FuncKind.DefaultStub) || program.funcReached.get(f) == 0) continue;
      const effect = kind == FuncKind.TrapStub ? "traps when it is called" : "returns 0";
      const instance = program.funcInstance.get(f);
      const importer = program.module(instance);
      const whose = instance == program.guest ? "" : ` of '${importer.name}'`;
      texts.push(`unknown import ${importName(importer, program.funcLocal.get(f))}${whose} ${effect}`);
    }
    return texts;
  }

  /**
   * Bounds in program.order of as many parts of about equal size as are worth a process each. They begin behind the first
   * unit, and each is some whole units.
   */
  private partition(): I32Column {
    const program = this.program;
    const order = program.order;
    const bounds = new I32Column();
    bounds.push(program.commonEnd);
    let total: i32 = 0;
    for (let i = program.commonEnd; i < order.length; i++) total = total + bodyBytes(program, order.get(i));
    let count = this.jobs != 0 ? this.jobs : processorCount();
    // What is measured, printed or checked stays in this process.
    if (this.check || this.timed || this.dumpSsa || this.dumpAsm) count = 1;
    const worthy = (total / PART_BYTES) | 0;
    if (this.jobs == 0 && count > worthy) count = worthy;
    if (count > MOST_PARTS) count = MOST_PARTS;
    const share = count > 0 ? (total / count) | 0 : total;
    let bytes: i32 = 0;
    for (let i = program.commonEnd; i < order.length; i++) {
      const isNew = i > bounds.top() && program.funcUnit.get(order.get(i)) != program.funcUnit.get(order.get(i - 1));
      if (isNew && bounds.length < count && bytes >= share * bounds.length) bounds.push(i);
      bytes = bytes + bodyBytes(program, order.get(i));
    }
    bounds.push(order.length);
    return bounds;
  }

  /** Compiles the parts in processes of their own, the first in this one, and appends them in order. */
  private compileParallel(parts: I32Column): void {
    const order = this.program.order;
    const workers = new I32Column();
    workers.push(-1);
    for (let k: i32 = 1; k + 1 < parts.length; k++) {
      const worker = startWorker(this.resultBound(parts.get(k), parts.get(k + 1)));
      if (worker == IN_WORKER) this.work(parts.get(k), parts.get(k + 1));
      workers.push(worker);
    }
    this.compileFirst(parts.get(1));
    const result = new U8Column();
    for (let k: i32 = 1; k + 1 < parts.length && this.internalError.length == 0; k++) {
      const from = parts.get(k);
      const to = parts.get(k + 1);
      if (workers.get(k) < 0) {
        this.compileRange(from, to);
        continue;
      }
      result.clear();
      if (!collectWorker(workers.get(k), result)) {
        this.internalError = `the process that compiled ${this.describeFunction(workerProgress())} died`;
      } else {
        mergePart(this.code, order, from, to, result);
      }
    }
  }

  private describeFunction(f: i32): string {
    const program = this.program;
    if (f < 0 || program.funcKind.get(f) != FuncKind.Body) return `program function ${f}`;
    return funcText(program.module(program.funcInstance.get(f)), program.funcLocal.get(f));
  }

  /** More than the code of a part can take, with all that belongs to it. */
  private resultBound(from: i32, to: i32): i32 {
    let bytes: i32 = 0x10_0000;
    for (let i = from; i < to; i++) {
      bytes = bytes + 256 + bodyBytes(this.program, this.program.order.get(i)) * 40;
      if (bytes < 0 || bytes > 0x3000_0000) return 0x3000_0000;
    }
    return bytes;
  }

  /** What a worker does; it does not return. */
  private work(from: i32, to: i32): void {
    const program = this.program;
    const order = program.order;
    noteProgress(order.get(0));
    this.compileFirst(program.commonEnd);
    this.code.clear(program.funcKind.length);
    for (let i = from; i < to; i++) {
      noteProgress(order.get(i));
      this.compileRange(i, i + 1);
      if (this.internalError.length != 0) abandonWorker();
    }
    const result = new U8Column();
    writePart(this.code, order, from, to, result);
    finishWorker(result);
  }

  private compileFunction(f: i32): void {
    const program = this.program;
    if (isPrecompiled(program, f)) {
      appendRuntimeFunction(program, program.runtimeCode, f, this.code);
      this.stopClock(Stage.Emit);
      return;
    }
    const level = program.funcInstance.get(f) == program.runtime ? RUNTIME_LEVEL : this.options.level;
    if (program.funcKind.get(f) == FuncKind.Body) buildFunction(program, f, this.func, level);
    else buildStub(program, f, this.func);
    this.stopClock(Stage.Build);
    const broken = optimize(this.func, program, level, this.check);
    if (broken.length != 0) this.internalError = broken;
    this.stopClock(Stage.Optimize);
    if (this.dumpSsa && this.isDumped(f)) appendFunction(this.func, this.dump);
    selectFunction(program, this.func, this.code, this.mir, level);
    this.stopClock(Stage.Select);
    allocateRegisters(this.mir, this.allocation, level);
    if (this.check) {
      const wrong = checkAllocation(this.mir, this.allocation);
      if (wrong.length != 0) this.internalError = wrong;
    }
    this.stopClock(Stage.Allocate);
    if (this.dumpAsm && this.isDumped(f)) pushUtf8(this.dump, mirToText(this.mir, this.allocation));
    emitFunction(this.mir, this.allocation, this.code);
    if (level > 0) this.code.funcClobbers.set(f, computeClobbers(this.mir, this.allocation));
    this.stopClock(Stage.Emit);
  }

  private writeImage(): boolean {
    this.codeBytes = this.code.bytes.length;
    const written = writeExecutable(this.program, this.code, this.options, this.diagnostic, this.image);
    this.stopClock(Stage.Image);
    return written;
  }

  private startClock(): void {
    if (this.timed) this.stageStart = microseconds();
  }

  private stopClock(stage: i32): void {
    if (!this.timed) return;
    const now = microseconds();
    this.times[stage] = this.times[stage] + (now - this.stageStart);
    this.stageStart = now;
  }
}
