// What the linker's steps share and nothing after them needs.

import { I32Column, U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { ExternKind } from "../wasm/module";
import { ExportNames } from "./export-lookup";
import { NOT_LINKED } from "./linked";
import { LinkOptions } from "./options";
import { Program } from "./program";

export class LinkState {
  program: Program;
  options: LinkOptions;
  diag: Diagnostic;
  /** Instances of the user's modules: from here up to the guest, which is the last of them. */
  firstUser: i32 = 0;
  guest: i32 = 0;
  /** The module of our own that is started instead of the guest; -1 if there is none. */
  driver: i32 = -1;
  /** The embedded module that reads what the driver is to call; -1 if there is none. */
  calls: i32 = -1;

  /** Functions of the runtime that run before the guest does. */
  atStart: I32Column = new I32Column();
  /** Reached functions whose references are still to be followed. */
  work: I32Column = new I32Column();
  /** By program global: some reached function writes it, or the host may. */
  globalWritten: I32Column = new I32Column();
  /** By program table: some reached function uses it. */
  tableLive: I32Column = new I32Column();
  /** Active element segments (program-wide numbers) of each table as linked lists; -1 ends. */
  tableFirstSegment: I32Column = new I32Column();
  segmentNext: I32Column = new I32Column();
  /** By program-wide segment number: some reached function names it; and the instance it belongs to. */
  elemUsed: I32Column = new I32Column();
  elemInstance: I32Column = new I32Column();
  dataUsed: I32Column = new I32Column();
  /** By program table: what all its entries are at first (words as in Program.globalLo, Hi, Func). */
  tableInitLo: I32Column = new I32Column();
  tableInitHi: I32Column = new I32Column();
  tableInitFunc: I32Column = new I32Column();

  /** In a script, by instance of the user: what keeps it from being linked; empty if nothing. */
  unlinked: Array<string> = [];

  /** By instance: its exports by name, once somebody has asked. */
  private exports: Array<ExportNames | null> = [];

  isUser(instance: i32): boolean {
    return instance >= this.firstUser && instance <= this.guest;
  }

  /** The place in options.linked of the instance that provides import `i`, or NOT_LINKED. */
  linkedProvider(instance: i32, i: i32): i32 {
    const options = this.options;
    let providers = options.providers;
    if (instance == this.driver) providers = options.driverProviders;
    else if (!this.isUser(instance)) return NOT_LINKED;
    else if (instance != this.guest) providers = options.linked[instance - this.firstUser].providers;
    return i < providers.length ? providers.get(i) : NOT_LINKED;
  }

  /** The export of `instance` whose name stands in `bytes` from `start` to `end`, or -1. Embedded instances export nothing
   *  but functions. */
  findExport(instance: i32, bytes: U8Column, start: i32, end: i32): i32 {
    const module = this.program.module(instance);
    while (this.exports.length <= instance) this.exports.push(null);
    let names = this.exports[instance];
    if (names == null) {
      names = new ExportNames(module);
      this.exports[instance] = names;
    }
    const e = names.find(bytes, start, end);
    return e >= 0 && !this.isUser(instance) && module.exportKind.get(e) != ExternKind.Func ? -1 : e;
  }

  constructor(program: Program, options: LinkOptions, diag: Diagnostic) {
    this.program = program;
    this.options = options;
    this.diag = diag;
  }
}
