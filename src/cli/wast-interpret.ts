// Assertions of scripts in the interpreter (wx wast --interpret): the same driver as for compiled modules, but what it reports
// its results to is a function here.

import { U8Column } from "../base/columns";
import { Interpreter } from "../interp/interpreter";
import { HostAnswer, Machine, Outcome } from "../interp/machine";
import { HostFunction, LinkOptions } from "../link/options";
import { decodeModule } from "../wasm/decoder";
import { Module } from "../wasm/module";

/** What the driver reported, as the runtime of a compiled one prints it. */
let reported: U8Column = new U8Column();

/** Interprets the module with its driver; appends to `out` what a compiled program would print. What went wrong, or an empty
 *  text. */
export function interpretDriver(bytes: U8Column, driver: U8Column, options: LinkOptions, out: U8Column): string {
  reported = out;
  if (options.hosts.length == 0) options.hosts.push(new HostFunction("runtime", "wx_script_check", "iii>"));
  const interpreter = new Interpreter(bytes, "script", options);
  const module = new Module(driver, "driver");
  if (!decodeModule(module, interpreter.diagnostic)) return "the driver does not decode";
  interpreter.driver = module;
  if (!interpreter.load()) return interpreter.diagnostic.message;
  interpreter.machine.hostCall = check;
  return interpreter.run() == Outcome.Done ? "" : "the program trapped";
}

/** wx_script_check of runtime/script.ts. */
function check(machine: Machine, _f: i32, at: i32): i32 {
  const frame = machine.frame;
  const expected = frame.getLo(at + 1);
  const actual = frame.getLo(at + 2);
  if (expected != actual) {
    const line = `${frame.getLo(at)} ${expected} ${actual}\n`;
    for (let i: i32 = 0; i < line.length; i++) reported.push(line.charCodeAt(i));
  }
  return HostAnswer.Done;
}
