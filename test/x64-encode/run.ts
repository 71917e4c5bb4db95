// Runs emitted code as a process: a minimal executable around it, with a data area whose final contents come back on
// standard output. Functions are called in order; one that traps is left like a return, and where it trapped is told.

import "../../host/js/prelude";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Code, RelocKind } from "../../src/x64/code";
import { X64 } from "../../src/x64/op";
import { Encoder } from "../../src/x64/encode";
import { Reg } from "../../src/x64/registers";
import { bytesOf, Maker } from "./maker";

const CODE = 0x40_0000;
export const DATA = 0x0a00_0000;
/** The first page of the data area holds the trap's address, and what sigaction wants. */
export const RESULTS = DATA + 0x1000;
const ACTION = DATA + 0x100;

const SIGILL = 4;
const SIGFPE = 8;
const SIGSEGV = 11;

function syscall(m: Maker, n: number, a: number, b: number, c: number, d: number): void {
  const set = (reg: number, value: number): Maker => m.ins(X64.MovImm, [reg], { imm: value });
  set(Reg.Rax, n);
  set(Reg.Rdi, a);
  set(Reg.Rsi, b);
  set(Reg.Rdx, c);
  set(Reg.R10, d);
  m.ins(X64.Syscall, [Reg.Rax, Reg.Rax, Reg.Rdi, Reg.Rsi, Reg.Rdx, Reg.R10, Reg.R8, Reg.R9], { defs: 1 });
}

/**
 * Appends, as function `main`, a process that calls `functions`, writes `bytes` bytes of results and exits. When a
 * function faults, the address of the fault is stored where r13 points, and the function left like by `ret`.
 */
function emitMain(code: Code, main: number, functions: number[], bytes: number): void {
  const m = new Maker(main).block();
  for (const signal of [SIGILL, SIGFPE, SIGSEGV]) syscall(m, 13, signal, ACTION, 0, 8);
  for (const f of functions) m.ins(X64.Call, [], { imm: f });
  syscall(m, 1, 1, RESULTS, bytes, 0);
  syscall(m, 60, 0, 0, 0, 0);
  m.emit(code);
}

/** ucontext: gregs at 40; r13 is number 5, rsp 15, rip 16. */
function emitHandler(code: Code): { handler: number; restorer: number } {
  const e = new Encoder(code);
  const handler = e.offset;
  const reg = (n: number): number => 40 + 8 * n;
  const load = (r: number, disp: number, base: number): void => {
    e.setBase(base, disp);
    e.emitRegMem(X64.Mov64, r, 0);
  };
  const store = (r: number, disp: number, base: number): void => {
    e.setBase(base, disp);
    e.emitRegMem(X64.Store64, r, 0);
  };
  load(Reg.Rax, reg(5), Reg.Rdx);
  load(Reg.Rcx, reg(16), Reg.Rdx);
  store(Reg.Rcx, 0, Reg.Rax);
  load(Reg.Rax, reg(15), Reg.Rdx);
  load(Reg.Rcx, 0, Reg.Rax);
  store(Reg.Rcx, reg(16), Reg.Rdx);
  e.emitRegImm(X64.AddI64, Reg.Rax, 8);
  store(Reg.Rax, reg(15), Reg.Rdx);
  e.emitByte(0xc3);
  const restorer = e.offset;
  e.emitConstant(Reg.Rax, 15, 0);
  e.emitTwo(0x0f, 0x05);
  return { handler, restorer };
}

/** Code with everything patched, followed by pool and tables. */
function link(code: Code): Uint8Array {
  const align = (n: number): number => (n + 15) & ~15;
  const pool = align(code.bytes.length);
  const tables = pool + code.pool.length * 4;
  const image = new Uint8Array(tables + code.tableTargets.length * 4);
  image.set(bytesOf(code));
  const view = new DataView(image.buffer);
  for (let k = 0; k < code.pool.length; k++) view.setInt32(pool + 4 * k, code.pool.get(k), true);
  for (let k = 0; k < code.tableTargets.length; k++) {
    view.setInt32(tables + 4 * k, CODE + code.tableTargets.get(k), true);
  }
  for (let k = 0; k < code.relocOffset.length; k++) {
    const at = code.relocOffset.get(k);
    const target = code.relocTarget.get(k);
    const after = at + 4 + code.relocAddend.get(k);
    let value = 0;
    switch (code.relocKind.get(k)) {
      case RelocKind.Call:
        value = code.funcStart.get(target) - after;
        break;
      case RelocKind.Pool:
        value = pool + 16 * target - after;
        break;
      case RelocKind.JumpTable:
        value = CODE + tables + 4 * code.tableStart.get(target);
        break;
      case RelocKind.FuncAddress:
        value = CODE + code.funcStart.get(target);
        break;
      case RelocKind.CodeBound:
        value = CODE + (target == 0 ? 0 : code.bytes.length);
        break;
    }
    view.setInt32(at, value, true);
  }
  return image;
}

function elf(code: Uint8Array, entry: number, data: Uint8Array, memory: number): Uint8Array {
  const align = (n: number): number => (n + 4095) & ~4095;
  const codeAt = 4096;
  const dataAt = align(codeAt + code.length);
  const file = new Uint8Array(dataAt + data.length);
  const view = new DataView(file.buffer);
  const u64 = (at: number, n: number): void => view.setBigUint64(at, BigInt(n), true);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 62, true);
  view.setUint32(20, 1, true);
  u64(24, entry);
  u64(32, 64);
  view.setUint16(52, 64, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 2, true);
  const segment = (k: number, flags: number, at: number, address: number, size: number, inMemory: number): void => {
    const h = 64 + 56 * k;
    view.setUint32(h, 1, true);
    view.setUint32(h + 4, flags, true);
    u64(h + 8, at);
    u64(h + 16, address);
    u64(h + 24, address);
    u64(h + 32, size);
    u64(h + 40, inMemory);
    u64(h + 48, 4096);
  };
  segment(0, 5, codeAt, CODE, code.length, code.length);
  segment(1, 6, dataAt, DATA, data.length, memory);
  file.set(code, codeAt);
  file.set(data, dataAt);
  return file;
}

export interface Outcome {
  /** The results area. */
  data: DataView;
  /** Code offset of a fault address as the handler stored it. */
  offsetOf(address: bigint): number;
}

/** Calls the functions in order and gives the first `bytes` bytes of the results area. `main` must be unused. */
export function run(code: Code, main: number, functions: number[], bytes: number): Outcome {
  emitMain(code, main, functions, bytes);
  const { handler, restorer } = emitHandler(code);
  const data = new Uint8Array(0x120);
  const view = new DataView(data.buffer);
  view.setBigUint64(0x100, BigInt(CODE + handler), true);
  // SA_RESTORER | SA_NODEFER
  view.setBigUint64(0x108, 0x4400_0000n, true);
  view.setBigUint64(0x110, BigInt(CODE + restorer), true);
  const file = elf(link(code), CODE + code.funcStart.get(main), data, 0x1000 + bytes + 4096);
  const directory = mkdtempSync(join(tmpdir(), "wx-encode-"));
  try {
    const path = join(directory, "program");
    writeFileSync(path, file);
    chmodSync(path, 0o755);
    const result = spawnSync(path, { maxBuffer: bytes + 4096, timeout: 300_000 });
    if (result.status != 0 || result.stdout.length != bytes) {
      throw new Error(`status ${result.status}, signal ${result.signal}, ${result.stdout?.length} bytes of ${bytes}`);
    }
    const out = result.stdout;
    const bits = new DataView(out.buffer, out.byteOffset, out.length);
    return { data: bits, offsetOf: (address) => Number(address) - CODE };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** TrapKind of the site at a code offset, or -1. */
export function trapAt(code: Code, offset: number): number {
  for (let k = 0; k < code.siteOffset.length; k++) if (code.siteOffset.get(k) == offset) return code.siteTrap.get(k);
  return -1;
}
