// The read-only part of the file behind the code: constants and jump tables that code refers to, and the tables
// that the runtime reads through the information block (link/info.ts). Built in two steps, because code is
// patched with the addresses of its constants, and everything here knows its address while it is built.

import { I32Column, U8Column } from "../base/columns";
import { sortByKey } from "../base/sort";
import { endOfText, pushByteText } from "../base/text";
import { VERSION } from "../base/version";
import { Filter } from "../link/filter";
import { FunctionRow, GrantRow, Info, INFO_MAGIC, InfoFlag, ListenerRow, SiteKind } from "../link/info";
import { EXCEPTION_BASE_HI, EXCEPTION_BYTES, MemoryCell } from "../link/layout";
import { LinkOptions } from "../link/options";
import { FuncKind, Program } from "../link/program";
import { ExternKind } from "../wasm/module";
import { HEAP_EXN, heapOf, isRef } from "../wasm/types";
import { Code } from "../x64/code";
import { alignColumn, push64 } from "./elf";
import { MemoryImage } from "./memory-image";
import { pushFunctionName } from "./names";
import { Places } from "./relocate";
import { hasMemoryRow, writeSites } from "./sites";
import { shrU32 } from "host/prims";

const SYS_RT_SIGRETURN: i32 = 15;
const SYS_RESTART: i32 = 219;
const SIGILL: i32 = 4;
const SIGFPE: i32 = 8;
const SIGSEGV: i32 = 11;

/** FunctionRow.Name of functions that no backtrace shows. */
const NO_NAME: i32 = -1;
/** FunctionRow.Index of frames that do not show. */
const HIDDEN: i32 = -2147483648;

export class Rodata {
  bytes: U8Column = new U8Column();
  /** The information block, Info.Bytes long. */
  info: U8Column = new U8Column();
  /** What the sandbox allows. */
  filter: Filter = new Filter();
  /** Whether the program makes a system call that the sandbox does not know (filter.unknown): our bug. */
  hasUnknownCall: boolean = false;

  private program: Program;
  private code: Code;
  private options: LinkOptions;
  private places: Places;
  /** Address of the first byte. */
  private base: i32;

  constructor(program: Program, code: Code, options: LinkOptions, places: Places, base: i32) {
    this.program = program;
    this.code = code;
    this.options = options;
    this.places = places;
    this.base = base;
    this.info.resize(Info.Bytes);
  }

  private get here(): i32 {
    return this.base + this.bytes.length;
  }

  build(memory: MemoryImage): void {
    this.writeConstants();
    this.info.setI32(Info.Magic, INFO_MAGIC);
    let flags: i32 = this.options.guestTrusted ? InfoFlag.Trusted : 0;
    if (this.options.inheritEnvironment) flags = flags | InfoFlag.InheritEnvironment;
    this.info.setI32(Info.Flags, flags);
    this.info.setI32(Info.CodeStart, this.places.code);
    this.info.setI32(Info.CodeEnd, this.places.code + this.code.bytes.length);
    this.info.setI32(Info.StackSize, this.options.stackSize);
    this.info.setI32(Info.InitTrap, this.program.initTrap);
    this.info.setI32(Info.SignalEntry, this.places.code + this.code.signalOffset);
    this.info.setI32(Info.SignalRestorer, this.places.code + this.code.restorerOffset);
    this.info.setI32(Info.FaultCode, this.places.code + this.code.faultOffset);
    this.info.setI32(Info.Signals, this.computeSignals());
    this.info.setI32(Info.MaxFds, this.options.maxFds);
    this.info.setI32(Info.TimeoutSeconds, this.options.timeoutSeconds);
    this.info.setI32(Info.TimeoutMicroseconds, this.options.timeoutMicroseconds);
    this.writeFunctions();
    this.writeMemories();
    this.writeLargeTables();
    if (this.program.throws) this.writeHandlers();
    this.writeMaps(memory);
    this.writeCopies(memory);
    this.writeGrants();
    this.writeListeners();
    this.writeFilter();
    this.info.setI32(Info.Environment, this.here);
    this.info.setI32(Info.EnvironmentCount, this.options.environmentCount);
    this.bytes.append(this.options.environment, 0, this.options.environment.length);
    this.info.setI32(Info.ModuleName, this.here);
    const guest = this.program.guest;
    pushByteText(this.bytes, this.program.module(guest).name);
    if (this.options.argv0.length != 0) {
      this.info.setI32(Info.Argv0, this.here);
      pushByteText(this.bytes, this.options.argv0);
    }
    this.writeCalls();
    this.writeImports(guest);
    this.info.setI32(Info.Maker, this.here);
    pushByteText(this.bytes, `wx ${VERSION} -O${this.options.level}`);
  }

  /** What can be called by name (link/calls.ts). */
  private writeCalls(): void {
    const options = this.options;
    this.info.setI32(Info.CallTable, this.here);
    this.info.setI32(Info.CallCount, options.callCount);
    this.bytes.append(options.calls, 0, options.calls.length);
    this.info.setI32(Info.DefaultCall, options.defaultCall);
    this.info.setI32(Info.DefaultArguments, this.here);
    this.info.setI32(Info.DefaultArgumentCount, options.defaultArgumentCount);
    this.bytes.append(options.defaultArguments, 0, options.defaultArguments.length);
  }

  /** The imports that the program can reach, and so may use. */
  private writeImports(guest: i32): void {
    const program = this.program;
    const module = program.module(guest);
    let count: i32 = 0;
    this.info.setI32(Info.ImportTable, this.here);
    for (let i: i32 = 0; i < module.importKind.length; i++) {
      if (module.importKind.get(i) != ExternKind.Func) continue;
      const f = program.funcOf(guest, module.importIndex.get(i));
      if (program.funcReached.get(f) == 0) continue;
      this.bytes.append(module.bytes, module.importModuleStart.get(i), module.importModuleEnd.get(i));
      this.bytes.push(46);
      this.bytes.append(module.bytes, module.importNameStart.get(i), module.importNameEnd.get(i));
      this.bytes.push(0);
      count++;
    }
    this.info.setI32(Info.ImportCount, count);
  }

  /** The constant pool and the jump tables. */
  private writeConstants(): void {
    const code = this.code;
    const bytes = this.bytes;
    this.places.pool = this.here;
    bytes.reserve(4 * (code.pool.length + code.tableTargets.length));
    for (let i: i32 = 0; i < code.pool.length; i++) bytes.pushI32(code.pool.get(i));
    this.places.jumpTables = this.here;
    for (let i: i32 = 0; i < code.tableTargets.length; i++) {
      bytes.pushI32(this.places.code + code.tableTargets.get(i));
    }
    alignColumn(bytes, 8);
  }

  /** Function table, site table and name table. */
  private writeFunctions(): void {
    const program = this.program;
    const code = this.code;
    const order = new I32Column();
    order.append(program.order, 0, program.order.length);
    sortByKey(order, code.funcStart);
    const sites = new U8Column();
    const names = new U8Column();
    // Functions without sites share the first end mark.
    sites.push(0);
    this.info.setI32(Info.FunctionTable, this.here);
    this.info.setI32(Info.FunctionCount, order.length);
    const bytes = this.bytes;
    for (let i: i32 = 0; i < order.length; i++) {
      const f = order.get(i);
      const hidden =
        program.funcKind.get(f) != FuncKind.Body || program.instanceHidden.get(program.funcInstance.get(f)) != 0;
      const hasSites = code.funcSiteStart.get(f) != code.funcSiteEnd.get(f);
      const name = names.length;
      const named = hasSites && !hidden && pushFunctionName(program, f, names);
      const row = bytes.length;
      bytes.resize(row + FunctionRow.Bytes);
      bytes.setI32(row + FunctionRow.Start, this.places.code + code.funcStart.get(f));
      bytes.setI32(row + FunctionRow.Frame, code.funcFrame.get(f));
      bytes.setI32(row + FunctionRow.StackArgs, code.funcStackArgs.get(f));
      bytes.setI32(row + FunctionRow.Name, named ? name : NO_NAME);
      bytes.setI32(row + FunctionRow.Sites, hasSites ? sites.length : 0);
      bytes.setI32(row + FunctionRow.Index, program.funcLocal.get(f) | (hidden ? HIDDEN : 0));
      if (hasSites) writeSites(program, code, f, hidden, sites);
    }
    this.info.setI32(Info.SiteTable, this.here);
    bytes.append(sites, 0, sites.length);
    this.info.setI32(Info.NameTable, this.here);
    bytes.append(names, 0, names.length);
    alignColumn(bytes, 8);
  }

  /** Memories outside the data area: what to reserve and to make accessible. */
  private writeMemories(): void {
    const program = this.program;
    this.info.setI32(Info.MemoryTable, this.here);
    let count: i32 = 0;
    for (let m: i32 = 0; m < program.memoryMin.length; m++) {
      if (!hasMemoryRow(program, m)) continue;
      const cell = program.memoryCell.get(m);
      const size = cell + MemoryCell.Size;
      push64(this.bytes, program.memoryBaseLo.get(m), program.memoryBaseHi.get(m));
      push64(this.bytes, program.memoryReserveLo.get(m), program.memoryReserveHi.get(m));
      push64(this.bytes, program.initialWord(size), program.initialWord(size + 4));
      push64(this.bytes, cell, 0);
      count++;
    }
    this.info.setI32(Info.MemoryCount, count);
  }

  private writeHandlers(): void {
    const program = this.program;
    const code = this.code;
    this.info.setI32(Info.HandlerTable, this.here);
    this.info.setI32(Info.HandlerCount, code.handlerSite.length);
    for (let i: i32 = 0; i < code.handlerSite.length; i++) {
      this.bytes.pushI32(this.places.code + code.siteOffset.get(code.handlerSite.get(i)));
      this.bytes.pushI32(this.places.code + code.handlerTarget.get(i));
    }
    this.info.setI32(Info.RootTable, this.here);
    let count: i32 = 0;
    for (let g: i32 = 0; g < program.globalType.length; g++) {
      if (!isException(program.globalType.get(g)) || program.globalConstant.get(g) != 0) continue;
      push64(this.bytes, program.globalAddress.get(g), 0);
      push64(this.bytes, 0, 0);
      count++;
    }
    for (let t: i32 = 0; t < program.tableType.length; t++) {
      if (!isException(program.tableType.get(t)) || program.tableCell.get(t) == 0) continue;
      push64(this.bytes, program.tableCell.get(t), 0);
      push64(this.bytes, 1, 0);
      count++;
    }
    this.info.setI32(Info.RootCount, count);
  }

  private writeLargeTables(): void {
    const program = this.program;
    this.info.setI32(Info.TableTable, this.here);
    let count: i32 = 0;
    for (let t: i32 = 0; t < program.tableType.length; t++) {
      if (program.tableReserve.get(t) == 0) continue;
      push64(this.bytes, program.tableBaseLo.get(t), program.tableBaseHi.get(t));
      push64(this.bytes, program.tableMin.get(t) * 8, 0);
      push64(this.bytes, program.tableReserve.get(t), 0);
      count++;
    }
    if (program.throws) {
      push64(this.bytes, 0, EXCEPTION_BASE_HI);
      push64(this.bytes, EXCEPTION_BYTES, 0);
      push64(this.bytes, EXCEPTION_BYTES, 0);
      count++;
    }
    this.info.setI32(Info.TableCount, count);
  }

  /** Page runs that the kernel maps from the file. */
  private writeMaps(memory: MemoryImage): void {
    this.info.setI32(Info.MapTable, this.here);
    this.info.setI32(Info.MapCount, memory.runMemory.length);
    for (let r: i32 = 0; r < memory.runMemory.length; r++) {
      const m = memory.runMemory.get(r);
      const end = memory.runPage.get(r) + memory.runPages.get(r);
      this.pushPage(m, memory.runPage.get(r));
      this.pushPage(m, end);
    }
  }

  /** Initial entries of tables, then the pieces of memories that are copied, whose bytes follow the rows. */
  private writeCopies(memory: MemoryImage): void {
    const program = this.program;
    let count = program.copyBytes.length;
    for (let p: i32 = 0; p < memory.pieceRun.length; p++) {
      if (memory.pieceRun.get(p) < 0) count++;
    }
    this.info.setI32(Info.CopyTable, this.here);
    this.info.setI32(Info.CopyCount, count);
    for (let i: i32 = 0; i < program.copyBytes.length; i++) {
      push64(this.bytes, program.copyTargetLo.get(i), program.copyTargetHi.get(i));
      push64(this.bytes, program.copySourceLo.get(i), program.copySourceHi.get(i));
      push64(this.bytes, program.copyBytes.get(i), 0);
    }
    const source = new U8Column();
    const sourceAt = this.here + 24 * (count - program.copyBytes.length);
    for (let p: i32 = 0; p < memory.pieceRun.length; p++) {
      if (memory.pieceRun.get(p) >= 0) continue;
      const m = memory.pieceMemory.get(p);
      const start = memory.pieceStart.get(p);
      const end = memory.pieceEnd.get(p);
      const base = program.memoryBaseHi.get(m) + memory.pieceOffsetHi.get(p);
      this.pushAddress(program.memoryBaseLo.get(m), base, memory.pieceOffset.get(p));
      push64(this.bytes, sourceAt + source.length, 0);
      push64(this.bytes, end - start, 0);
      source.append(memory.bytes, start, end);
    }
    this.bytes.append(source, 0, source.length);
    alignColumn(this.bytes, 8);
  }

  /** Appends the address of a page of memory `m`, which may lie beyond 4 GiB. */
  private pushPage(m: i32, page: i32): void {
    const program = this.program;
    this.pushAddress(program.memoryBaseLo.get(m), program.memoryBaseHi.get(m) + shrU32(page, 20), page << 12);
  }

  /** Appends a base plus an unsigned offset. */
  private pushAddress(baseLo: i32, baseHi: i32, offset: i32): void {
    const lo = (baseLo + offset) | 0;
    const carry = u32(lo) < u32(offset) ? 1 : 0;
    push64(this.bytes, lo, baseHi + carry);
  }

  private writeListeners(): void {
    const options = this.options;
    const count = options.listenerCount;
    this.info.setI32(Info.ListenerTable, this.here);
    this.info.setI32(Info.ListenerCount, count);
    const textsAt = this.here + count * ListenerRow.Bytes;
    let text: i32 = 0;
    let address: i32 = 0;
    for (let i: i32 = 0; i < count; i++) {
      push64(this.bytes, textsAt + text, 0);
      text = endOfText(options.listenerTexts, text);
      const row = this.bytes.length;
      const length = options.listenerAddresses.get(address);
      this.bytes.pushI32(length);
      this.bytes.append(options.listenerAddresses, address + 1, address + 1 + length);
      this.bytes.resize(row + ListenerRow.Bytes - ListenerRow.Length);
      address = address + 1 + length;
    }
    this.bytes.append(options.listenerTexts, 0, options.listenerTexts.length);
    alignColumn(this.bytes, 8);
  }

  /** The filter for system calls: what the reached functions do once the guest runs, what the restorer does, and what the
   *  kernel does by itself when a call is continued. */
  private writeFilter(): void {
    if (!this.options.isSandboxed || this.program.runtime < 0) return;
    this.info.setI32(Info.Sandbox, this.options.sandbox);
    const numbers = new I32Column();
    numbers.push(SYS_RT_SIGRETURN);
    numbers.push(SYS_RESTART);
    for (let i: i32 = 0; i < this.code.callFunc.length; i++) {
      if (this.program.funcRuns.get(this.code.callFunc.get(i)) != 0) numbers.push(this.code.callNumber.get(i));
    }
    const filter = this.filter;
    this.hasUnknownCall = !filter.build(numbers, this.options.grantCount != 0);
    this.info.setI32(Info.Filter, this.here);
    this.info.setI32(Info.FilterCount, filter.count);
    this.info.setI32(Info.FilterPid, filter.pidOffset);
    this.bytes.appendWords(filter.words);
  }

  /** The signals that a trap of the program can be: accesses to memory and the stack always, ud2 and divisions if it has
   *  any; in the runtime, a division that faults is a bug. */
  private computeSignals(): i32 {
    const program = this.program;
    let hasTraps = false;
    let hasDivisions = false;
    for (let i: i32 = 0; i < program.order.length; i++) {
      const f = program.order.get(i);
      if (program.funcRuns.get(f) == 0) continue;
      const isHidden = program.instanceHidden.get(program.funcInstance.get(f)) != 0;
      for (let s = this.code.funcSiteStart.get(f); s < this.code.funcSiteEnd.get(f); s++) {
        const kind = this.code.siteKind.get(s);
        if (kind == SiteKind.Trap) hasTraps = true;
        else if (kind == SiteKind.Division && !isHidden) hasDivisions = true;
      }
    }
    let signals = SIGSEGV;
    if (hasTraps) signals = (signals << 8) | SIGILL;
    return hasDivisions ? (signals << 8) | SIGFPE : signals;
  }

  private writeGrants(): void {
    const paths = this.options.grantPaths;
    const count = this.options.grantReadOnly.length;
    this.info.setI32(Info.GrantTable, this.here);
    this.info.setI32(Info.GrantCount, count);
    const pathsAt = this.here + count * GrantRow.Bytes;
    let at: i32 = 0;
    for (let i: i32 = 0; i < count; i++) {
      push64(this.bytes, pathsAt + at, 0);
      at = endOfText(paths, at);
      push64(this.bytes, pathsAt + at, 0);
      at = endOfText(paths, at);
      push64(this.bytes, this.options.grantReadOnly.get(i), 0);
    }
    this.bytes.append(paths, 0, paths.length);
  }
}

/** Whether a global or table of this type can refer to exceptions. */
function isException(type: i32): boolean {
  return isRef(type) && heapOf(type) == HEAP_EXN;
}
