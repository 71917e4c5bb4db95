// --cpu: what is compiled for, and that an executable does not start where it cannot run.

import "../../host/js/prelude";
import { afterAll, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import wabtModule from "wabt";
import { Cpu, cpuOfFlags } from "../../src/link/cpu";
import { makeFolder, native, removeFolder, run } from "../programs/wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const wabt = await wabtModule();

const BITS = `(module (func (export "f") (param i32 i32) (result i32)
  (i32.add (i32.add (i32.clz (local.get 0)) (i32.shl (local.get 0) (local.get 1)))
    (i32.and (local.get 0) (i32.sub (local.get 0) (i32.const 1))))))`;
const bits = join(folder, "bits.wasm");
writeFileSync(bits, wabt.parseWat("bits.wat", BITS).toBinary({}).buffer);

function assembly(cpu: string): string {
  return run([native, "--aot", `--cpu=${cpu}`, "--debug=asm", "--debug-function=0", bits, "-o", join(folder, "x")])
    .stderr;
}

const here = existsSync("/proc/cpuinfo") ? cpuOfFlags(readFileSync("/proc/cpuinfo", "latin1")) : Cpu.V2;

test("instructions are those of the level", () => {
  const v2 = assembly("x86-64-v2");
  const v3 = assembly("x86-64-v3");
  expect(v2).toContain("bsr");
  for (const instruction of ["lzcnt", "shlx", "blsr"]) {
    expect(v3).toContain(instruction);
    expect(v2).not.toContain(instruction);
    expect(assembly("x86-64-v4")).toContain(instruction);
  }
  expect(assembly("native").includes("shlx")).toBe((here & Cpu.Bmi2) != 0);
});

test("flags of the kernel", () => {
  expect(cpuOfFlags("processor\t: 0\nflags\t\t: fpu abm bmi1 bmi2 popcnt\nbugs\t: \n")).toBe(Cpu.V3);
  expect(cpuOfFlags("vendor\nflags\t: sse4_2 popcnt bmi1x abm2")).toBe(Cpu.V2);
  expect(cpuOfFlags("flags\t\t: abm")).toBe(Cpu.V2);
  expect(cpuOfFlags("x\nflags: fpu bmi1")).toBe(Cpu.Bmi1);
  expect(cpuOfFlags("")).toBe(Cpu.V2);
});

test.skipIf(here != Cpu.V3)("an executable for x86-64-v3 runs, and says so where it cannot", () => {
  const executable = join(folder, "bits");
  expect(run([native, "--aot", "--cpu=x86-64-v3", bits, "-o", executable]).stderr).toBe("");
  expect(run([executable, "f", "40", "3"]).stdout).toBe("378\n");
  // cpuid, in the copy, is made to find nothing: xor ebx, ebx in place of it.
  const bytes = readFileSync(executable);
  const at = bytes.indexOf(Buffer.from([0x0f, 0xa2]));
  expect(at).toBeGreaterThan(0);
  bytes.writeUInt16LE(0xdb31, at);
  const old = join(folder, "old");
  writeFileSync(old, bytes, { mode: 0o755 });
  const done = run([old, "f", "40", "3"]);
  expect(done.status).toBe(1);
  expect(done.stderr).toMatch(/^wx: this program was compiled for processors with x86-64-v3 .*\n$/);
});
