// What the linker's steps share and nothing after them needs.

import { I32Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { LinkOptions } from "./options";
import { Program } from "./program";

export class LinkState {
  program: Program;
  options: LinkOptions;
  diag: Diagnostic;
  /** Instance of the guest. */
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

  constructor(program: Program, options: LinkOptions, diag: Diagnostic) {
    this.program = program;
    this.options = options;
    this.diag = diag;
  }
}
