// WASI for an interpreted program. In the native wx that is the embedded runtime, interpreted with the program; in
// JavaScript, functions of the host (host/js/wasi.ts).

import { U8Column } from "../base/columns";
import { TrapKind } from "../base/traps";
import { HostFunction } from "../link/options";
import { decodeModule } from "../wasm/decoder";
import { ExternKind, Module } from "../wasm/module";
import { Interpreter } from "./interpreter";
import { HostAnswer, Machine, Outcome } from "./machine";
import { World } from "./world";
import { embeddedRuntime } from "embedded";
import { isPastDeadline } from "host/clock";
import { HAS_INTRINSICS } from "host/raw";
import { readFile } from "host/system";
import { callWasi, startWasi, wasiCount, wasiModule, wasiName, wasiSignature, wasiStatus } from "host/wasi";

/** Provides the functions; to be called before the program is loaded. */
export function provideWasi(interpreter: Interpreter): void {
  if (HAS_INTRINSICS) {
    const runtime = new Module(embeddedRuntime(), "runtime");
    const decoded = decodeModule(runtime, interpreter.diagnostic);
    assert(decoded, "provideWasi: the embedded runtime");
    interpreter.runtime = runtime;
    return;
  }
  const hosts = interpreter.options.hosts;
  for (let i: i32 = 0; i < wasiCount(); i++) {
    hosts.push(new HostFunction(wasiModule(i), wasiName(i), wasiSignature(i)));
  }
}

/** Gives a program that is loaded its arguments (byte strings, its own name first) and grants; an Outcome, not Done if
 *  that failed. */
export function attachWasi(interpreter: Interpreter, args: Array<string>): i32 {
  const options = interpreter.options;
  const machine = interpreter.machine;
  if (interpreter.runtime == null) {
    startWasi(args, options.environment, options.inheritEnvironment, options.grantPaths, options.grantReadOnly);
    machine.hostCall = callHost;
    return Outcome.Done;
  }
  const environment = new U8Column();
  readFile("/proc/self/environ", environment);
  const world = new World(options, interpreter.guest.name, args, environment);
  machine.infoLo = world.infoLo;
  machine.infoHi = world.infoHi;
  machine.top.setI64(0, world.stackLo, world.stackHi);
  let outcome = callRuntime(interpreter, "wx_attach");
  if (outcome == Outcome.Done && options.grantCount != 0) outcome = callRuntime(interpreter, "wx_open_grants");
  if (outcome == Outcome.Done && options.listenerCount != 0) outcome = callRuntime(interpreter, "wx_listen");
  // The program has been read, so what is granted is all that this process opens from now on.
  if (outcome == Outcome.Done && !options.guestTrusted) outcome = callRuntime(interpreter, "wx_confine_files");
  return outcome;
}

/** Calls a function that the embedded runtime exports. */
function callRuntime(interpreter: Interpreter, name: string): i32 {
  const program = interpreter.program;
  const local = program.module(program.runtime).findExport(name, ExternKind.Func);
  assert(local >= 0, "callRuntime: the embedded runtime");
  return interpreter.call(program.funcOf(program.runtime, local));
}

function callHost(machine: Machine, f: i32, at: i32): i32 {
  if (!callWasi(machine.program.funcLocal.get(f), machine.frame, at, machine.guestMemory)) {
    machine.status = wasiStatus();
    return HostAnswer.Exit;
  }
  // It may have waited.
  return isPastDeadline() ? HostAnswer.Trap + TrapKind.Interrupt : HostAnswer.Done;
}
