// What callers are told of the registers that a function overwrites (src/x64/clobbers.ts) against its machine code, as an
// independent disassembler reads it: whatever an instruction writes must be among them.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Decoder,
  DecoderOptions,
  FlowControl,
  InstructionInfoFactory,
  Mnemonic,
  OpAccess,
  Register,
  RegisterExt,
} from "iced-x86";
import { callClobbers } from "../../src/x64/clobbers";
import { RelocKind } from "../../src/x64/code";
import { ALLOCATABLE } from "../../src/x64/registers";
import { compilerOf } from "./in-process";
import { repository, shared } from "./wx";

const WRITES = new Set([OpAccess.Write, OpAccess.CondWrite, OpAccess.ReadWrite, OpAccess.ReadCondWrite]);

/** Our number of a register, or -1 for flags, segments and the like. */
function numberOf(register: Register): number {
  const full = RegisterExt.fullRegister(register);
  if (full >= Register.RAX && full <= Register.R15) return full - Register.RAX;
  if (full >= Register.ZMM0 && full <= Register.ZMM15) return 16 + full - Register.ZMM0;
  return -1;
}

function checkModule(path: string): { functions: number; spared: number } {
  const compiler = compilerOf(readFileSync(path), ["--unknown-imports=default"], path);
  expect(compiler.compile()).toBe(true);
  const { program, code } = compiler;
  const calls = new Map<number, number>();
  for (let i = 0; i < code.relocOffset.length; i++) {
    if (code.relocKind.get(i) == RelocKind.Call) calls.set(code.relocOffset.get(i), code.relocTarget.get(i));
  }
  const factory = new InstructionInfoFactory();
  let functions = 0;
  let spared = 0;
  for (let i = 0; i < program.order.length; i++) {
    const f = program.order.get(i);
    const known = code.funcClobbers.get(f);
    if (known == ALLOCATABLE) continue;
    functions++;
    const start = code.funcStart.get(f);
    const bytes = code.bytes.data.subarray(start, code.funcEnd.get(f));
    const decoder = new Decoder(64, bytes, DecoderOptions.None);
    decoder.ip = BigInt(start);
    let written = 0;
    while (decoder.canDecode) {
      const instruction = decoder.decode();
      const info = factory.info(instruction);
      for (const used of info.usedRegisters()) {
        const r = numberOf(used.register);
        if (r >= 0 && WRITES.has(used.access)) written |= 1 << r;
      }
      if (instruction.flowControl == FlowControl.IndirectCall) written = ALLOCATABLE;
      if (instruction.mnemonic == Mnemonic.Syscall) {
        written |= (1 << 0) | (1 << 1) | (1 << 11);
      } else if (instruction.flowControl == FlowControl.Call) {
        const target = calls.get(Number(instruction.ip) + instruction.length - 4);
        written |= target === undefined ? ALLOCATABLE : callClobbers(program, code, f, target);
      }
    }
    const missed = written & ALLOCATABLE & ~known;
    if (missed != 0) throw new Error(`function ${f} of ${path} writes registers ${missed.toString(2)} unannounced`);
    for (let r = 0; r < 32; r++) if (((ALLOCATABLE & ~known) >> r) & 1) spared++;
    decoder.free();
  }
  return { functions, spared };
}

test("functions write no more registers than their callers are told", () => {
  const modules = ["bench/programs/sort.wasm", "bench/programs/nbody.wasm", "build/wx.wasm"].map((m) =>
    join(repository, m),
  );
  const other = shared("bench/rust-json/benchmark.wasm");
  if (other != null) modules.push(other);
  else console.log("skipped: 1 module that is not there");
  for (const path of modules) {
    const { functions, spared } = checkModule(path);
    expect(functions).toBeGreaterThan(10);
    expect(spared).toBeGreaterThan(functions);
  }
});
