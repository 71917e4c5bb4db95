// What a program may ask of the processor beyond x86-64-v2 (SSE4.2, popcnt), which is taken for granted: bits of
// Program.cpu. The levels are those of the System V psABI for x86-64, section 3.1.1; only what code generation has a use
// for is told apart.

export const enum Cpu {
  V2 = 0,
  Lzcnt = 1,
  /** tzcnt, andn, blsr, blsi */
  Bmi1 = 2,
  /** shlx, shrx, sarx */
  Bmi2 = 4,
  V3 = 7,
  /** In options only: whatever this machine's processor can do. */
  OfThis = 8,
}

/** The bits that the list of flags in /proc/cpuinfo stands for. */
export function cpuOfFlags(cpuinfo: string): i32 {
  const start = cpuinfo.indexOf("\nflags");
  if (start < 0) return Cpu.V2;
  const end = cpuinfo.indexOf("\n", start + 1);
  const flags = ` ${cpuinfo.substring(cpuinfo.indexOf(":", start) + 1, end < 0 ? cpuinfo.length : end)} `;
  let cpu: i32 = Cpu.V2;
  if (flags.includes(" abm ")) cpu |= Cpu.Lzcnt;
  if (flags.includes(" bmi1 ")) cpu |= Cpu.Bmi1;
  if (flags.includes(" bmi2 ")) cpu |= Cpu.Bmi2;
  return cpu;
}
