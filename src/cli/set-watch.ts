// The options that watch a program while it is interpreted: what each does to the WatchOptions, and what its value may look
// like.

import { U8Column } from "../base/columns";
import { IntegerReader, NumberStatus } from "../base/integer-text";
import { suggestion } from "../base/spelling";
import { pushByteString } from "../base/text";
import { Opt } from "./option-table";
import { WatchOptions } from "./options";

/** Applies option `id` with its value; what is wrong with it, or an empty text. */
export function setWatch(options: WatchOptions, id: i32, value: string): string {
  switch (id) {
    case Opt.Trace:
      return setTrace(options, value);
    case Opt.TraceFunction:
      options.traceFunctions.push(value);
      return value.length == 0 ? "--trace-function takes the name or number of a function" : "";
    case Opt.Break:
      options.breakpoints.push(value);
      return value.length == 0 ? "--break takes FUNC or FUNC:OFFSET" : "";
    case Opt.Coverage:
      options.coverage = value;
      return value.length == 0 ? "--coverage takes the name of a file" : "";
    case Opt.Fuel:
      return setFuel(options, value);
  }
  assert(id == Opt.Stats, "setWatch: option without effect");
  options.stats = true;
  return "";
}

/** `--trace=calls,memory`; alone: calls */
function setTrace(options: WatchOptions, value: string): string {
  const parts = value.length == 0 ? ["calls"] : value.split(",");
  for (let i: i32 = 0; i < parts.length; i++) {
    if (parts[i] == "calls") options.traceCalls = true;
    else if (parts[i] == "memory") options.traceMemory = true;
    else if (parts[i] == "instructions") options.traceInstructions = true;
    else {
      const words: Array<string> = ["calls", "memory", "instructions"];
      return `--trace takes calls, memory or instructions, not '${parts[i]}'${suggestion(parts[i], words)}`;
    }
  }
  return "";
}

function setFuel(options: WatchOptions, value: string): string {
  const bytes = new U8Column();
  pushByteString(bytes, value);
  const reader = new IntegerReader();
  if (reader.readUnsigned(bytes, 0, bytes.length, 64) != NumberStatus.Ok) {
    return `--fuel takes a number of instructions, not '${value}'`;
  }
  options.hasFuel = true;
  options.fuelLo = reader.lo;
  options.fuelHi = reader.hi;
  return "";
}
