// The program: instances of modules joined by imports and exports into a closed world. Everything after this
// speaks of program-wide indices (functions, globals, memories, tables, canonical types); where each lives in
// memory is decided here, before any code is generated, so that all addresses are constants.
//
// Built by linker.ts; this file is the structure and its accessors.

import { I32Column, U8Column } from "../base/columns";
import { ExternKind, Module, SegmentMode } from "../wasm/module";
import { DATA_BASE, RUNTIME_START } from "./layout";
import { RuntimeCode } from "./runtime-code";

/** What a program function is. */
export const enum FuncKind {
  /** Has a body: funcInstance and funcLocal say where. */
  Body = 0,
  /** An unknown import that traps when called (--unknown-imports=trap). */
  TrapStub = 1,
  /** An unknown import that returns zeros (--unknown-imports=default). */
  DefaultStub = 2,
  /** An intrinsic: never called, the builder expands it; funcLocal is an Intrinsic (intrinsics.ts). */
  Intrinsic = 3,
  /** The stub behind the intrinsic try_call (x64/stubs.ts). */
  TryStub = 4,
  /** What brings instance funcInstance into being while the program runs (instantiation.ts). */
  Instantiate = 5,
  /** Provided by whoever interprets the program; funcLocal is an index into LinkOptions.hosts. */
  Host = 6,
  /** The stub behind throw: its argument is an exception. It does not return. */
  ThrowStub = 7,
}

/** A 32-bit global index, memory index and so on that means none. */
export const NONE: i32 = -1;

export class Program {
  modules: Array<Module> = [];

  // Instances: each has its module and maps from the module's index spaces to the program's.
  // The map of instance k starts at instanceFuncBase[k] in funcMap, and so on.
  instanceModule: I32Column = new I32Column();
  /** 1 for embedded and --trusted instances. */
  instanceTrusted: I32Column = new I32Column();
  /** 1 for the embedded runtime: its frames do not show in backtraces. */
  instanceHidden: I32Column = new I32Column();
  /** 1 if the instance's active segments are contents of the file; 0: it has a function that writes them. */
  instancePreset: I32Column = new I32Column();
  /** The function of kind Instantiate that brings it into being, or NONE. */
  instanceInit: I32Column = new I32Column();
  /** In a script, imports that need something to have grown before: instance, and import of its module. */
  growthInstance: I32Column = new I32Column();
  growthImport: I32Column = new I32Column();
  instanceFuncBase: I32Column = new I32Column();
  instanceGlobalBase: I32Column = new I32Column();
  instanceMemoryBase: I32Column = new I32Column();
  instanceTableBase: I32Column = new I32Column();
  instanceTypeBase: I32Column = new I32Column();
  instanceTagBase: I32Column = new I32Column();
  instanceElemBase: I32Column = new I32Column();
  instanceDataBase: I32Column = new I32Column();
  funcMap: I32Column = new I32Column();
  globalMap: I32Column = new I32Column();
  memoryMap: I32Column = new I32Column();
  tableMap: I32Column = new I32Column();
  tagMap: I32Column = new I32Column();
  /** Module type index to canonical type. */
  typeMap: I32Column = new I32Column();

  // Canonical function types: equal types of all modules share one number. Number 0 is never used, so that
  // the word of a null reference matches no type.
  typeStart: I32Column = new I32Column();
  typeParamCount: I32Column = new I32Column();
  typeResultCount: I32Column = new I32Column();
  typePool: I32Column = new I32Column();
  /** Declared supertype, or NO_SUPER; whether it can have subtypes; first type of the recursion group as it was found. */
  typeSuper: I32Column = new I32Column();
  typeFinal: I32Column = new I32Column();
  typeGroup: I32Column = new I32Column();
  /** How many numbers from the type's own on are its subtypes; empty if no type has any but itself. */
  typeSpan: I32Column = new I32Column();

  // Functions.
  funcKind: I32Column = new I32Column();
  funcInstance: I32Column = new I32Column();
  /** Index in its module's function space. */
  funcLocal: I32Column = new I32Column();
  /** Canonical type. */
  funcType: I32Column = new I32Column();
  /** 1 once reached. */
  funcReached: I32Column = new I32Column();
  /** 1 if it can run once the program's own code does, and not only at start. */
  funcRuns: I32Column = new I32Column();
  /** The reached functions that need code (all but intrinsics), in the order of the code (order.ts). */
  order: I32Column = new I32Column();
  /** The unit that a function is compiled in; the first, number 0, ends before order[commonEnd]. */
  funcUnit: I32Column = new I32Column();
  commonEnd: i32 = 0;

  // Globals: those never written after instantiation with a known value are constants and have no address.
  globalType: I32Column = new I32Column();
  globalMutable: I32Column = new I32Column();
  globalConstant: I32Column = new I32Column();
  globalLo: I32Column = new I32Column();
  globalHi: I32Column = new I32Column();
  /** When the initial value is a reference to a function: its program index, otherwise -1. */
  globalFunc: I32Column = new I32Column();
  globalAddress: I32Column = new I32Column();

  // Tags of exceptions, by canonical type.
  tagType: I32Column = new I32Column();
  /** The function that throws, and the runtime's that finds out where to; -1 in programs without tags. */
  throwStub: i32 = -1;
  runtimeUnwind: i32 = -1;
  /** By function: whether a call may end in an exception; empty if nothing throws (throws.ts). */
  funcThrows: U8Column = new U8Column();
  /** Address of the block of layout.ts, ExceptionBlock; 0 if nothing throws. */
  exceptionBlock: i32 = 0;

  // Memories. Base as a 64-bit address; the cell (layout.ts, MemoryCell) is an address in the data area.
  /** The instance that defines it, and its index there. */
  memoryInstance: I32Column = new I32Column();
  memoryLocal: I32Column = new I32Column();
  memoryBaseLo: I32Column = new I32Column();
  memoryBaseHi: I32Column = new I32Column();
  memoryCell: I32Column = new I32Column();
  /** Bytes of address space to reserve at the base, guards included; 0 for a memory inside the data area. */
  memoryReserveLo: I32Column = new I32Column();
  memoryReserveHi: I32Column = new I32Column();
  /** Initial and maximum size in pages, 64-bit numbers. */
  memoryMin: I32Column = new I32Column();
  memoryMinHi: I32Column = new I32Column();
  memoryMax: I32Column = new I32Column();
  memoryMaxHi: I32Column = new I32Column();
  memoryPageLog2: I32Column = new I32Column();
  memoryIs64: I32Column = new I32Column();
  /** 1: the guard region catches every access; 0: accesses are checked explicitly. */
  memoryGuarded: I32Column = new I32Column();
  /** Of a memory that is checked: bytes behind its end that fault, so that an index may be checked instead of the end of
   *  the access; an unsigned number. */
  memorySlack: I32Column = new I32Column();
  /** 1 if some reached function grows it; otherwise its size is a constant. */
  memoryGrows: I32Column = new I32Column();

  // Tables. Entries are 64-bit words {code address, canonical type}; null is 0.
  tableInstance: I32Column = new I32Column();
  tableLocal: I32Column = new I32Column();
  tableBaseLo: I32Column = new I32Column();
  tableBaseHi: I32Column = new I32Column();
  tableCell: I32Column = new I32Column();
  tableType: I32Column = new I32Column();
  tableMin: I32Column = new I32Column();
  tableMax: I32Column = new I32Column();
  tableGrows: I32Column = new I32Column();
  /** 1 if some reached function writes it. */
  tableWritten: I32Column = new I32Column();
  /** Of a table that nothing writes, as far as is known: the type of all functions in it, otherwise -1; whether some entry is
   *  null. */
  tableEntryType: I32Column = new I32Column();
  tableHasNull: I32Column = new I32Column();
  /** Bytes to reserve for a table outside the data area (high word of its base not 0). */
  tableReserve: I32Column = new I32Column();
  // What the runtime copies to tables outside the data area at start, in order: 64-bit target and source,
  // number of bytes. A row may overlap itself: ascending copying then repeats the first word.
  copyTargetLo: I32Column = new I32Column();
  copyTargetHi: I32Column = new I32Column();
  copySourceLo: I32Column = new I32Column();
  copySourceHi: I32Column = new I32Column();
  copyBytes: I32Column = new I32Column();

  // Segments that some reached function names (memory.init, table.init): where their bytes or words lie and
  // the cell that holds their length (64-bit, 0 once dropped). Index: instanceDataBase + segment, likewise elem.
  dataAddress: I32Column = new I32Column();
  dataLengthCell: I32Column = new I32Column();
  elemAddress: I32Column = new I32Column();
  elemLengthCell: I32Column = new I32Column();

  /** Initial bytes of the runtime's data from RUNTIME_START; zero beyond, up to runtimeEnd. */
  runtimeData: U8Column = new U8Column();
  runtimeEnd: i32 = 0;
  /** Initial bytes of the data area from DATA_BASE; zero beyond, up to dataEnd. */
  data: U8Column = new U8Column();
  /** First address of the data area that holds something. */
  dataStart: i32 = 0;
  dataEnd: i32 = 0;
  /** The data area's first part is never written: dataStart up to here. The writable part starts more than a
   *  page further at dataWriteStart, at the next position modulo the page size, so the file has no gap. */
  dataReadOnlyEnd: i32 = 0;
  dataWriteStart: i32 = 0;
  // Words of the data area that hold a function reference: address and program function. The image writer
  // stores the code address (the type is already there).
  dataRelocAddress: I32Column = new I32Column();
  dataRelocFunc: I32Column = new I32Column();

  // Initial contents of memories (active segments): program memory, offset in it, module, byte range there.
  initMemory: I32Column = new I32Column();
  initOffset: I32Column = new I32Column();
  initOffsetHi: I32Column = new I32Column();
  initModule: I32Column = new I32Column();
  initStart: I32Column = new I32Column();
  initEnd: I32Column = new I32Column();
  /** Trap that instantiation ends in (TrapKind), or -1: an active segment does not fit. */
  initTrap: i32 = -1;

  /** Functions the entry runs in order: those of the runtime that set something up, start functions of the instances,
   *  then the guest's entry. */
  entries: I32Column = new I32Column();
  /** Program function of each library call (libcalls.ts), -1 where the runtime is not linked. */
  libCalls: I32Column = new I32Column();
  /** Runtime functions that the entry and signal stubs call; program functions. */
  runtimeInit: i32 = -1;
  runtimeExit: i32 = -1;
  runtimeSignal: i32 = -1;
  /** What is called if the processor lacks what the code needs; -1: nothing is checked. */
  runtimeCpu: i32 = -1;

  /** What code may use of the processor (Cpu). */
  cpu: i32 = 0;
  /** Instance of the program itself, which backtraces name, and the memory that WASI's functions work on, or NONE. */
  guest: i32 = 0;
  guestMemory: i32 = NONE;
  /** Instance of the embedded runtime, or -1, and its code if that is to be used. */
  runtime: i32 = -1;
  runtimeCode: RuntimeCode = new RuntimeCode();

  /** An initial word of the runtime's data or the data area. */
  initialWord(address: i32): i32 {
    return address >= RUNTIME_START
      ? this.runtimeData.getI32(address - RUNTIME_START)
      : this.data.getI32(address - DATA_BASE);
  }

  module(instance: i32): Module {
    return this.modules[this.instanceModule.get(instance)];
  }

  /** Program function of function `local` of `instance`. */
  funcOf(instance: i32, local: i32): i32 {
    return this.funcMap.get(this.instanceFuncBase.get(instance) + local);
  }

  globalOf(instance: i32, local: i32): i32 {
    return this.globalMap.get(this.instanceGlobalBase.get(instance) + local);
  }

  memoryOf(instance: i32, local: i32): i32 {
    return this.memoryMap.get(this.instanceMemoryBase.get(instance) + local);
  }

  tableOf(instance: i32, local: i32): i32 {
    return this.tableMap.get(this.instanceTableBase.get(instance) + local);
  }

  /** Canonical type of type `local` of `instance`. */
  typeOf(instance: i32, local: i32): i32 {
    return this.typeMap.get(this.instanceTypeBase.get(instance) + local);
  }

  /** Function, table, memory or global `local` of `instance`, by kind (ExternKind). */
  externOf(instance: i32, kind: i32, local: i32): i32 {
    switch (kind) {
      case ExternKind.Func:
        return this.funcOf(instance, local);
      case ExternKind.Table:
        return this.tableOf(instance, local);
      case ExternKind.Memory:
        return this.memoryOf(instance, local);
      case ExternKind.Global:
        return this.globalOf(instance, local);
      case ExternKind.Tag:
        return this.tagOf(instance, local);
    }
    return NONE;
  }

  /** Says what imported function, table, memory or global `local` of `instance` is. */
  setImport(instance: i32, kind: i32, local: i32, actual: i32): void {
    switch (kind) {
      case ExternKind.Func:
        this.funcMap.set(this.instanceFuncBase.get(instance) + local, actual);
        break;
      case ExternKind.Table:
        this.tableMap.set(this.instanceTableBase.get(instance) + local, actual);
        break;
      case ExternKind.Memory:
        this.memoryMap.set(this.instanceMemoryBase.get(instance) + local, actual);
        break;
      case ExternKind.Global:
        this.globalMap.set(this.instanceGlobalBase.get(instance) + local, actual);
        break;
      case ExternKind.Tag:
        this.tagMap.set(this.instanceTagBase.get(instance) + local, actual);
    }
  }

  /** Whether the contents of segment `mode` (SegmentMode) of `instance` are there for code to copy. */
  isSegmentKept(instance: i32, mode: i32): boolean {
    return mode == SegmentMode.Passive || (mode == SegmentMode.Active && this.instancePreset.get(instance) == 0);
  }

  tagOf(instance: i32, local: i32): i32 {
    return this.tagMap.get(this.instanceTagBase.get(instance) + local);
  }

  /** Whether the program throws exceptions: some reached function does. */
  get throws(): boolean {
    return this.throwStub >= 0 && this.funcReached.get(this.throwStub) != 0;
  }

  /** Number of subtypes of a canonical type, itself included. */
  subtypeCount(type: i32): i32 {
    return type < this.typeSpan.length ? this.typeSpan.get(type) : 1;
  }

  isSubtype(type: i32, expected: i32): boolean {
    return type >= expected && type - expected < this.subtypeCount(expected);
  }

  paramType(type: i32, i: i32): i32 {
    return this.typePool.get(this.typeStart.get(type) + i);
  }

  resultType(type: i32, i: i32): i32 {
    return this.typePool.get(this.typeStart.get(type) + this.typeParamCount.get(type) + i);
  }
}
