// WASI for an interpreted program. In the native wx that is the embedded runtime, interpreted with the program; in
// JavaScript, functions of the host (host/js/wasi.ts).

import { U8Column } from "../base/columns";
import { HostFunction } from "../link/options";
import { decodeModule } from "../wasm/decoder";
import { ExternKind, Module } from "../wasm/module";
import { Interpreter } from "./interpreter";
import { HostAnswer, Machine } from "./machine";
import { World } from "./world";
import { embeddedRuntime } from "embedded";
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

/** Gives a program that is loaded its arguments (byte strings, its own name first) and grants. */
export function attachWasi(interpreter: Interpreter, args: Array<string>): void {
  const options = interpreter.options;
  const machine = interpreter.machine;
  const runtime = interpreter.runtime;
  if (runtime == null) {
    startWasi(args, options.environment, options.inheritEnvironment, options.grantPaths, options.grantReadOnly);
    machine.hostCall = callHost;
    return;
  }
  const environment = new U8Column();
  readFile("/proc/self/environ", environment);
  const world = new World(options, interpreter.guest.name, args, environment);
  machine.infoLo = world.infoLo;
  machine.infoHi = world.infoHi;
  const attach = runtime.findExport("wx_attach", ExternKind.Func);
  assert(attach >= 0, "attachWasi: the embedded runtime");
  machine.top.setI64(0, world.stackLo, world.stackHi);
  interpreter.call(interpreter.program.funcOf(interpreter.program.runtime, attach));
}

function callHost(machine: Machine, f: i32, at: i32): i32 {
  if (callWasi(machine.program.funcLocal.get(f), machine.frame, at, machine.guestMemory)) return HostAnswer.Done;
  machine.status = wasiStatus();
  return HostAnswer.Exit;
}
