// Which processor is compiled for: --cpu, or by default any with x86-64-v2 for an executable, and this machine's for a
// program that runs in place.

import { U8Column } from "../base/columns";
import { Cpu, cpuOfFlags } from "../link/cpu";
import { readFile } from "host/system";

/** What `value` of --cpu stands for, or -1. */
export function cpuOfName(value: string): i32 {
  if (value == "native") return cpuOfThis();
  if (value == "x86-64-v2") return Cpu.V2;
  // Nothing that code generation has a use for comes with level 4.
  return value == "x86-64-v3" || value == "x86-64-v4" ? Cpu.V3 : -1;
}

/** What the kernel says this machine's processor can do; if it does not say, nothing special. */
export function cpuOfThis(): i32 {
  const bytes = new U8Column();
  if (readFile("/proc/cpuinfo", bytes) != 0) return Cpu.V2;
  // The first processor's lines are enough.
  const end = bytes.length < 4096 ? bytes.length : 4096;
  let text = "";
  for (let i: i32 = 0; i < end; i++) text += String.fromCharCode(bytes.get(i));
  return cpuOfFlags(text);
}
