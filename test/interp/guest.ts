// A module in the interpreter, in this process: what the tests of the interpreter share.

import "../../host/js/prelude";
import { trapMessage } from "../../src/base/traps";
import { execute } from "../../src/interp/execute";
import { Interpreter } from "../../src/interp/interpreter";
import { type Machine, Outcome } from "../../src/interp/machine";
import { LinkOptions, UnknownImports } from "../../src/link/options";
import { ExternKind } from "../../src/wasm/module";
import { column } from "../wasm/load";

/** The bits of a value: low and high word. */
export type Word = [lo: number, hi: number];

export interface GuestOptions {
  watch?: number;
  unknownImports?: number;
  stackSize?: number;
}

export class Guest {
  readonly interpreter: Interpreter;
  /** Why it cannot run; empty if it can. */
  readonly message: string;

  constructor(bytes: Uint8Array, options: GuestOptions = {}) {
    const link = new LinkOptions();
    link.unknownImports = options.unknownImports ?? UnknownImports.Trap;
    link.entry = "";
    link.stackSize = options.stackSize ?? 0x4_0000;
    this.interpreter = new Interpreter(column(bytes), "test", link);
    this.interpreter.watch = options.watch ?? 0;
    this.message = this.start();
  }

  private start(): string {
    const { interpreter } = this;
    if (!interpreter.load()) return interpreter.diagnostic.message;
    this.machine.fuelHi = 1000;
    const outcome = interpreter.run();
    return outcome == Outcome.Done ? "" : `trap: ${trapMessage(this.machine.trap)}`;
  }

  get machine(): Machine {
    return this.interpreter.machine;
  }

  /** Program function of an export. */
  find(name: string): number {
    const { guest, program } = this.interpreter;
    const bytes = String.fromCharCode(...new TextEncoder().encode(name));
    const local = guest.findExport(bytes, ExternKind.Func);
    if (local < 0) throw new Error(`no export ${name}`);
    return program.funcOf(0, local);
  }

  /** The results of a call, or the message of the trap that it ends in. */
  call(name: string, args: Word[]): Word[] | string {
    const f = this.find(name);
    const { machine } = this;
    const { program } = machine;
    args.forEach(([lo, hi], i) => machine.top.setI64(i, lo, hi));
    machine.enter(f);
    const outcome = execute(machine);
    if (outcome != Outcome.Done) return trapMessage(machine.trap);
    const results: Word[] = [];
    for (let i = 0; i < program.typeResultCount.get(program.funcType.get(f)); i++) {
      results.push([machine.top.getLo(i), machine.top.getHi(i)]);
    }
    return results;
  }
}
