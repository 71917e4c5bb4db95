// What golden.test.ts asks of the whole pipeline for .wat files: module text to the SSA form before selection, or to
// machine code, of the guest's functions. Byte offsets are left out, since they only say where the text stood.

import { FuncKind } from "../../src/link/program";
import { optimize } from "../../src/opt/passes";
import { buildFunction } from "../../src/ssa/builder";
import { Func } from "../../src/ssa/func";
import { printFunction } from "../../src/ssa/printer";
import { Code } from "../../src/x64/code";
import { Allocation, MirFunc } from "../../src/x64/mir";
import { mirToText } from "../../src/x64/print";
import { allocateRegisters } from "../../src/x64/regalloc";
import { selectFunction } from "../../src/x64/select";
import { type Guest, guest } from "../ssa-builder/helpers";

/** Calls `work` with each reached function of the guest, optimized, and its name. */
function eachFunction(g: Guest, level: number, work: (func: Func, name: string) => void): void {
  const { program } = g;
  const func = new Func();
  for (let i = 0; i < program.order.length; i++) {
    const f = program.order.get(i);
    const instance = program.funcInstance.get(f);
    if (program.funcKind.get(f) != FuncKind.Body || program.instanceHidden.get(instance) != 0) continue;
    buildFunction(program, f, func, level);
    const broken = optimize(func, program, level, true);
    if (broken != "") throw new Error(broken);
    const module = program.module(instance);
    const local = program.funcLocal.get(f);
    const name = module.text(module.funcNameStart.get(local), module.funcNameEnd.get(local));
    work(func, name == "" ? `#${local}` : `$${name}`);
  }
}

export function dumpSsa(wat: string, level: number): string {
  let text = "";
  eachFunction(guest(wat), level, (func, name) => {
    text += printFunction(func).replace(/^.*\n/, `func ${name}\n`);
  });
  return text.replace(/ +; @0x[0-9a-f]+/g, "");
}

export function dumpAsm(wat: string, level: number): string {
  const g = guest(wat);
  const code = new Code();
  code.reset(g.program.funcKind.length);
  const mir = new MirFunc();
  const allocation = new Allocation();
  let text = "";
  eachFunction(g, level, (func, name) => {
    selectFunction(g.program, func, code, mir, level);
    allocateRegisters(mir, allocation, level);
    text += `func ${name}\n${mirToText(mir, allocation).replace(/^func.*\n/, "")}`;
  });
  return text.replace(/ +[;#] *@0x[0-9a-f]+/g, "");
}
