// The names of processors that --cpu takes, and what they stand for.

import { Cpu } from "../link/cpu";

/** What `value` of --cpu stands for, or -1. */
export function cpuOfName(value: string): i32 {
  if (value == "native") return Cpu.OfThis;
  if (value == "x86-64-v2") return Cpu.V2;
  // Nothing that code generation has a use for comes with level 4.
  return value == "x86-64-v3" || value == "x86-64-v4" ? Cpu.V3 : -1;
}
