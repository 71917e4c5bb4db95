// What this machine's processor can do. Apart from the options, which are also read where there are no files.

import { U8Column } from "../base/columns";
import { byteString } from "../base/text";
import { Cpu, cpuOfFlags } from "../link/cpu";
import { readFile } from "host/system";

/** What the kernel says; if it does not say, nothing special. */
export function cpuOfThis(): i32 {
  const bytes = new U8Column();
  if (readFile("/proc/cpuinfo", bytes) != 0) return Cpu.V2;
  // The first processor's lines are enough.
  const end = bytes.length < 4096 ? bytes.length : 4096;
  return cpuOfFlags(byteString(bytes, 0, end));
}
