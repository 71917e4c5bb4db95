// Running a program in place, interpreted.

import { U8Column } from "../base/columns";
import { Interpreter } from "../interp/interpreter";
import { Outcome } from "../interp/machine";
import { pushInitTrap, pushTrap } from "../interp/report";
import { World } from "../interp/world";
import { decodeModule } from "../wasm/decoder";
import { describeDiagnostic } from "../wasm/describe";
import { ExternKind, Module } from "../wasm/module";
import { moduleName, readProgram } from "./input";
import { EXIT_INPUT, fail } from "./messages";
import { Options } from "./options";
import { embeddedRuntime } from "embedded";
import { exit, printBytes, readFile } from "host/system";

export function interpretProgram(options: Options): void {
  const input = options.inputs[0];
  const bytes = readProgram(options, input);
  const interpreter = new Interpreter(bytes, options.name.length != 0 ? options.name : moduleName(input), options.link);
  const runtime = new Module(embeddedRuntime(), "runtime");
  decodeModule(runtime, interpreter.diagnostic);
  interpreter.runtime = runtime;
  if (!interpreter.load()) fail(EXIT_INPUT, describeDiagnostic(input, interpreter.guest, interpreter.diagnostic));
  const environment = new U8Column();
  readFile("/proc/self/environ", environment);
  const args: Array<string> = [];
  args.push(input);
  for (let i: i32 = 0; i < options.programArguments.length; i++) args.push(options.programArguments[i]);
  const world = new World(options.link, interpreter.guest.name, args, environment);
  const machine = interpreter.machine;
  const program = interpreter.program;
  const attach = program.funcOf(program.runtime, runtime.findExport("wx_attach", ExternKind.Func));
  machine.infoLo = world.infoLo;
  machine.infoHi = world.infoHi;
  machine.top.setI64(0, world.stackLo, world.stackHi);
  interpreter.call(attach);
  const outcome = interpreter.run();
  if (outcome == Outcome.Trapped) {
    const text = new U8Column();
    if (interpreter.isInstantiated) pushTrap(machine, text);
    else pushInitTrap(machine.trap, text);
    printBytes(2, text);
    exit(134);
  }
  exit(machine.status);
}
