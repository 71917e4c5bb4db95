// Runs a program without compiling it: from the bytes of a module to its end, as compile.ts leads to an executable.

import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { TrapKind } from "../base/traps";
import { linkInstances } from "../link/linker";
import { LinkOptions } from "../link/options";
import { Program } from "../link/program";
import { decodeModule } from "../wasm/decoder";
import { Module } from "../wasm/module";
import { validateModule } from "../wasm/validator";
import { execute } from "./execute";
import { Machine, Outcome } from "./machine";

export class Interpreter {
  options: LinkOptions;
  guest: Module;
  /** The embedded runtime, if the program is to have it. */
  runtime: Module | null = null;
  /** A module of our own that calls the guest's exports, started instead of it. */
  driver: Module | null = null;
  /** Watch bits (translate.ts). */
  watch: i32 = 0;
  diagnostic: Diagnostic = new Diagnostic();
  program: Program = new Program();
  private isDecoded: boolean = false;
  private machine_: Machine | null = null;
  /** Whether instantiation has succeeded. */
  isInstantiated: boolean = false;

  constructor(bytes: U8Column, name: string, options: LinkOptions) {
    this.options = options;
    this.guest = new Module(bytes, name);
  }

  decode(): boolean {
    this.isDecoded = decodeModule(this.guest, this.diagnostic);
    return this.isDecoded;
  }

  /** Makes the program ready to run; false, with the diagnostic set, if the module is at fault. */
  load(): boolean {
    if (!this.isDecoded && !this.decode()) return false;
    if (!validateModule(this.guest, this.diagnostic)) return false;
    if (!linkInstances(this.program, this.runtime, this.guest, this.driver, this.options, this.diagnostic))
      return false;
    this.machine_ = new Machine(this.program, this.options.stackSize, this.watch);
    return true;
  }

  get machine(): Machine {
    return this.machine_!;
  }

  /** Instantiates, and runs everything that runs by itself: start functions, initialization, the entry. */
  run(): i32 {
    return this.instantiate() ? this.start() : Outcome.Trapped;
  }

  /** The same for a program that is instantiated. */
  start(): i32 {
    const entries = this.program.entries;
    for (let i: i32 = 0; i < entries.length; i++) {
      const outcome = this.call(entries.get(i));
      if (outcome != Outcome.Done) return outcome;
    }
    this.machine.status = 0;
    return Outcome.Done;
  }

  /** False if that ends in a trap (machine.trap), or there is not enough memory. */
  instantiate(): boolean {
    const trap = this.machine.instantiate();
    this.machine.trap = trap;
    this.isInstantiated = trap < 0;
    return this.isInstantiated;
  }

  /** Whether instantiation found not enough memory: machine.wantedLo, wantedHi bytes. */
  get hasNoMemory(): boolean {
    return !this.isInstantiated && this.machine.trap == TrapKind.Count;
  }

  /** Program function of function `local` of the guest. */
  guestFunc(local: i32): i32 {
    return this.program.funcOf(this.program.guest, local);
  }

  /** Calls a function whose arguments are in machine.top. */
  call(f: i32): i32 {
    this.machine.enter(f);
    return execute(this.machine);
  }
}
