// A script's program, interpreted: what an executable would have of the embedded runtime are functions of the host here,
// which put down what is wrong in the same form (runtime/script.ts).

import { U8Column } from "../base/columns";
import { pushByteString } from "../base/text";
import { unsignedText } from "../base/wide-text";
import { Interpreter } from "../interp/interpreter";
import { HostAnswer, Machine, Outcome } from "../interp/machine";
import { HostFunction, LinkOptions } from "../link/options";
import { ValueKind } from "../wasm/types";
import { Cells } from "host/slots";

const enum Check {
  Step = 0,
  I32 = 1,
  I64 = 2,
  F32 = 3,
  F64 = 4,
  Reference = 5,
}

/** What the checks of the script that is running have found. */
let found: U8Column = new U8Column();

/** Provides the functions that drivers import from the runtime, in the order of Check. */
export function provideChecks(options: LinkOptions): void {
  options.hosts.length = 0;
  addCheck(options, "wx_script_check");
  addCheck(options, "wx_script_i32");
  addCheck(options, "wx_script_i64");
  addCheck(options, "wx_script_f32");
  addCheck(options, "wx_script_f64");
  addCheck(options, "wx_script_reference");
}

function addCheck(options: LinkOptions, name: string): void {
  options.hosts.push(new HostFunction("runtime", name, ""));
}

/** Runs a program that is loaded, and appends what is found wrong to `out`; false if it did not run to its end. */
export function interpretScript(interpreter: Interpreter, out: U8Column): boolean {
  found = out;
  interpreter.machine.hostCall = check;
  return interpreter.run() == Outcome.Done;
}

function check(machine: Machine, f: i32, at: i32): i32 {
  const c = machine.frame;
  switch (machine.program.funcLocal.get(f)) {
    case Check.Step:
      if (c.getLo(at + 1) != c.getLo(at + 2)) {
        pushByteString(found, `${c.getLo(at)} ${c.getLo(at + 1)} ${c.getLo(at + 2)}\n`);
      }
      return HostAnswer.Done;
    case Check.I32:
      answer(c, at, ValueKind.I32, c.getLo(at + 2), c.getLo(at) == c.getLo(at + 1));
      return HostAnswer.Done;
    case Check.I64:
      answer(c, at, ValueKind.I64, c.getLo(at + 2), isSame(c, at, at + 1));
      return HostAnswer.Done;
    case Check.F32:
      answer(c, at, ValueKind.F32, c.getLo(at + 3), (c.getLo(at) & c.getLo(at + 1)) == c.getLo(at + 2));
      return HostAnswer.Done;
    case Check.F64: {
      const isLow = (c.getLo(at) & c.getLo(at + 1)) == c.getLo(at + 2);
      const isHigh = (c.getHi(at) & c.getHi(at + 1)) == c.getHi(at + 2);
      answer(c, at, ValueKind.F64, c.getLo(at + 3), isLow && isHigh);
      return HostAnswer.Done;
    }
  }
  const isAny = c.getLo(at + 1) != 0;
  const isNull = (c.getLo(at) | c.getHi(at)) == 0;
  answer(c, at, ValueKind.Ref, c.getLo(at + 3), isAny ? !isNull : isSame(c, at, at + 2));
  return HostAnswer.Done;
}

function isSame(c: Cells, a: i32, b: i32): boolean {
  return c.getLo(a) == c.getLo(b) && c.getHi(a) == c.getHi(b);
}

/** Leaves the answer of a check in the cell of the value, which is put down if it is another than expected. */
function answer(c: Cells, at: i32, type: i32, position: i32, isRight: boolean): void {
  if (!isRight) {
    const isWide = type != ValueKind.I32 && type != ValueKind.F32;
    const lo = unsignedText(c.getLo(at), 0);
    pushByteString(found, `${position} ${type} ${lo} ${isWide ? unsignedText(c.getHi(at), 0) : "0"}\n`);
  }
  c.setI32(at, isRight ? 1 : 0);
}
