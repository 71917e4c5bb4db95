// Control flow, frames, calls, moves and sites of emitted functions: run on the machine, or read back.

import { expect, test } from "bun:test";
import { cpuMilliseconds } from "../cpu-time";
import "../../host/js/prelude";
import { Decoder, DecoderOptions, type Instruction, Mnemonic, Register } from "iced-x86";
import { SiteKind } from "../../src/link/info";
import { Program } from "../../src/link/program";
import { type Code, RelocKind } from "../../src/x64/code";
import { Mode, MOVE_REMAT, Remat } from "../../src/x64/mir";
import { Cond, X64 } from "../../src/x64/op";
import { mirToText } from "../../src/x64/print";
import { NO_LOC, Reg, SLOT0 } from "../../src/x64/registers";
import { emitStubs } from "../../src/x64/stubs";
import { bytesOf, Maker, newCode } from "./maker";
import { DATA, RESULTS, run } from "./run";

/** Small deterministic generator (xorshift). */
class Random {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  }

  below(n: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % n;
  }
}

const imm = (m: Maker, reg: number, lo: number, hi = 0): Maker => m.ins(X64.MovImm, [reg], { imm: lo, immHi: hi });

function storeResult(m: Maker, reg: number, k: number): Maker {
  return m.ins(X64.Store64, [reg], { mode: Mode.Abs, disp: RESULTS + 8 * k });
}

interface Step {
  kind: "jump" | "branch" | "switch" | "exit";
  targets: number[];
  /** Bit of the state that decides. */
  mask: number;
  filler: number;
  cold: boolean;
  empty: boolean;
}

const FUEL = 400;

function randomGraph(random: Random): Step[] {
  const count = 2 + random.below(30);
  const steps: Step[] = [];
  for (let b = 0; b < count; b++) {
    const kind = b == count - 1 ? "exit" : (["jump", "branch", "branch", "switch"] as const)[random.below(4)];
    // Mostly near targets, so that distances are about the limit of the short form.
    const target = (): number => {
      const t = random.below(3) == 0 ? random.below(count) : b - 2 + random.below(6);
      return Math.max(1, Math.min(count - 1, t));
    };
    const n = kind == "jump" ? 1 : kind == "branch" ? 2 : kind == "switch" ? 3 : 0;
    const empty = kind == "jump" && b != 0 && random.below(2) == 0;
    steps.push({
      kind,
      targets: Array.from({ length: n }, target),
      mask: 1 << random.below(8),
      filler: empty ? 0 : random.below(4) == 0 ? 15 + random.below(8) : random.below(6),
      cold: b != 0 && random.below(5) == 0,
      empty,
    });
  }
  // A chain of empty blocks that leads back to itself could never be left: rax decides every way out.
  steps.forEach((s, b) => {
    if (s.empty && s.targets[0] <= b) s.empty = false;
  });
  return steps;
}

/** State in eax, fuel in ecx; what is computed depends on the way taken. */
function emitGraph(code: Code, f: number, steps: Step[], seed: number): void {
  const m = new Maker(f);
  steps.forEach((s, b) => {
    m.block(s.targets, s.cold);
    if (b == 0) imm(imm(m, Reg.Rax, seed), Reg.Rcx, FUEL);
    if (!s.empty) {
      m.ins(X64.ImulI32, [Reg.Rax, Reg.Rax], { imm: 0x01000193 });
      m.ins(X64.XorI32, [Reg.Rax, Reg.Rax], { imm: b });
      m.ins(X64.SubI32, [Reg.Rcx, Reg.Rcx], { imm: 1 });
      m.ins(X64.TrapIf, [], { imm: Cond.Equal, disp: 1, origin: b });
      for (let k = 0; k < s.filler; k++) m.ins(X64.AddI32, [Reg.Rax, Reg.Rax], { imm: 0x10000 + k });
    }
    if (s.kind == "jump") m.ins(X64.Jmp);
    else if (s.kind == "branch") {
      m.ins(X64.TestI32, [Reg.Rax], { imm: s.mask });
      m.ins(X64.Jcc, [], { imm: Cond.NotEqual });
    } else if (s.kind == "switch") {
      m.ins(X64.Mov32, [Reg.Rdx, Reg.Rax]);
      m.ins(X64.AndI32, [Reg.Rdx, Reg.Rdx], { imm: 3 });
      m.ins(X64.Switch, [Reg.Rdx], { imm: 2 });
    } else m.ins(X64.Store32, [Reg.Rax, Reg.R13], { mode: Mode.Base, disp: 8 }).ins(X64.Ret);
  });
  addPredecessors(m);
  // Any block may then count as the start of a loop, and be aligned.
  for (let b = 0; b < steps.length; b++) m.mir.loopDepth.set(b, (seed + b) % 3 == 0 ? 0 : 1);
  m.emit(code);
}

function addPredecessors(m: Maker): void {
  const mir = m.mir;
  for (let b = 0; b < mir.blockCount; b++) {
    mir.predStart.set(b, mir.lists.length);
    for (let p = 0; p < mir.blockCount; p++) {
      for (let k = 0; k < mir.succCount.get(p); k++) {
        if (mir.lists.get(mir.succStart.get(p) + k) == b) mir.lists.push(p);
      }
    }
    mir.predCount.set(b, mir.lists.length - mir.predStart.get(b));
  }
}

function simulate(steps: Step[], seed: number): string {
  let state = seed;
  let fuel = FUEL;
  let b = 0;
  for (;;) {
    const s = steps[b];
    if (!s.empty) {
      state = Math.imul(state, 0x01000193) ^ b;
      if (--fuel == 0) return `trap ${b}`;
      for (let k = 0; k < s.filler; k++) state = (state + 0x10000 + k) | 0;
    }
    if (s.kind == "exit") return `value ${state >>> 0}`;
    if (s.kind == "jump") b = s.targets[0];
    else if (s.kind == "branch") b = s.targets[(state & s.mask) != 0 ? 0 : 1];
    else b = s.targets[Math.min(state & 3, 2)];
  }
}

test("random control flow around the limits of short jumps", () => {
  const count = 400;
  // Function 2 k sets r13 and calls function 2 k + 1: a fault leaves the latter.
  const code = newCode(2 * count + 1);
  const graphs = Array.from({ length: count }, (_, k) => randomGraph(new Random(k)));
  graphs.forEach((steps, k) => {
    const setup = new Maker(2 * k).block();
    imm(setup, Reg.R13, RESULTS + 16 * k).ins(X64.Call, [], { imm: 2 * k + 1 });
    setup.ins(X64.Ret).emit(code);
    emitGraph(code, 2 * k + 1, steps, k * 7919);
  });
  const outcome = run(
    code,
    2 * count,
    Array.from({ length: count }, (_, k) => 2 * k),
    16 * count,
  );
  let traps = 0;
  graphs.forEach((steps, k) => {
    const fault = outcome.data.getBigUint64(16 * k, true);
    let actual = `value ${outcome.data.getUint32(16 * k + 8, true)}`;
    if (fault != 0n) {
      traps++;
      const offset = outcome.offsetOf(fault);
      let site = code.funcSiteStart.get(2 * k + 1);
      while (code.siteOffset.get(site) != offset) site++;
      actual = `trap ${code.siteOrigin.get(site)}`;
    }
    expect(`${k} ${actual}`).toBe(`${k} ${simulate(steps, k * 7919)}`);
  });
  expect(traps).toBeGreaterThan(10);
  expect(traps).toBeLessThan(count - 10);
});

function disassemble(code: Code, start: number, end: number): Instruction[] {
  const decoder = new Decoder(64, bytesOf(code, start, end), DecoderOptions.None);
  const list: Instruction[] = [];
  while (decoder.canDecode) list.push(decoder.decode());
  return list;
}

const names = (list: Instruction[]): string[] => list.map((i) => Mnemonic[i.mnemonic].toLowerCase());

test("jumps are as short as they can be", () => {
  // A forward jump over n bytes of filler, both sides of the limit.
  const sizes = [126, 127, 128, 129].map((n) => {
    const code = newCode();
    const m = new Maker().block([2, 1]).ins(X64.Jcc, [], { imm: Cond.Equal }).block([2]);
    if (n % 2) m.ins(X64.Cmp64, [1, 1]);
    for (let k = n % 2 ? 3 : 0; k < n; k += 2) m.ins(X64.Syscall);
    m.block().ins(X64.Ret).emit(code);
    return code.bytes.length - 1;
  });
  // 2 or 6 bytes of jump, then the filler.
  expect(sizes).toEqual([126 + 2, 127 + 2, 128 + 6, 129 + 6]);

  // Jumps that fit only once those between have shrunk: a ladder of jumps to one place.
  const code = newCode();
  const m = new Maker();
  for (let b = 0; b < 31; b++)
    m.block([63, b + 1])
      .ins(X64.Test32, [1, 1])
      .ins(X64.Jcc, [], { imm: Cond.Equal });
  m.block([63]).ins(X64.Jmp);
  for (let b = 32; b < 63; b++) m.block([63]).ins(X64.Jmp);
  m.block().ins(X64.Ret).emit(code);
  // Tests and short jumps, but for the last, which has only one way to go, and the return: the other blocks are empty.
  expect(code.bytes.length).toBe(30 * 4 + 2 + 1);
});

test("empty blocks vanish, cold ones go to the end, loops of empty blocks stay loops", () => {
  const code = newCode();
  const m = new Maker().block([1, 2]).ins(X64.Test32, [0, 0]).ins(X64.Jcc, [], { imm: Cond.Equal });
  m.block([3], true).ins(X64.Not32, [1, 1]).ins(X64.Jmp);
  m.block([4]).ins(X64.Jmp);
  m.block([4]).ins(X64.Neg32, [2, 2]).ins(X64.Jmp);
  m.block().ins(X64.Ret).emit(code);
  expect(names(disassemble(code, 0, code.bytes.length))).toEqual(["test", "je", "jmp", "neg", "ret", "not", "jmp"]);

  // A block whose jump has moves before it is not empty.
  const edge = newCode();
  const split = new Maker().block([1, 2]).ins(X64.Test32, [0, 0]).ins(X64.Jcc, [], { imm: Cond.Equal });
  split.block([2]).move(Reg.Rax, Reg.Rcx, 8).ins(X64.Jmp).block().ins(X64.Ret).emit(edge);
  expect(names(disassemble(edge, 0, edge.bytes.length))).toEqual(["test", "jne", "mov", "ret"]);

  const loop = newCode();
  new Maker().block([1]).ins(X64.Jmp).block([2]).ins(X64.Jmp).block([1]).ins(X64.Jmp).emit(loop);
  expect([...bytesOf(loop)]).toEqual([0xeb, 0xfe]);
});

test("moves on an edge back to a loop's start stay in the loop", () => {
  const code = newCode();
  const m = new Maker().block([1]).ins(X64.Jmp);
  m.block([3, 2]).ins(X64.Test32, [0, 0]).ins(X64.Jcc, [], { imm: Cond.Equal });
  m.block().ins(X64.Ret);
  m.block([1]).move(Reg.Rax, Reg.Rcx, 8).ins(X64.Jmp);
  m.mir.predCount.set(3, 1);
  m.emit(code);
  expect(names(disassemble(code, 0, code.bytes.length))).toEqual(["test", "jne", "mov", "jmp", "ret"]);
});

test("innermost short loops start at multiples of 16, and the padding is few instructions", () => {
  for (let before = 0; before < 16; before++) {
    const code = newCode();
    const m = new Maker().block([1]);
    for (let k = 0; k < before; k++) m.ins(X64.TestI8, [0], { imm: 1 });
    m.ins(X64.Jmp).block([1, 2]).ins(X64.Neg32, [0, 0]).ins(X64.Jcc, [], { imm: Cond.Equal }).block().ins(X64.Ret);
    addPredecessors(m);
    m.mir.loopDepth.set(1, 1);
    m.emit(code);
    const list = disassemble(code, 0, code.bytes.length);
    const rest = list.slice(before).filter((i) => i.mnemonic != Mnemonic.Nop);
    expect(names(rest)).toEqual(["neg", "je", "ret"]);
    expect(list.length - before - rest.length).toBeLessThan(3);
    expect(code.bytes.length % 16).toBe(5);
    expect(code.bytes.get(code.bytes.length - 2)).toBe(0x100 - 4);
  }
});

test("small innermost loops touch no more lines of 64 bytes than they need, wherever they come to lie", () => {
  let moved = 0;
  for (let before = 0; before < 40; before++) {
    for (let size = 1; size <= 22; size++) {
      const code = newCode();
      // What is in front of the function is no multiple of a line.
      for (let k = 0; k < 16 * (before % 5); k++) code.bytes.push(0xcc);
      const m = new Maker().block([1]);
      for (let k = 0; k < before; k++) m.ins(X64.TestI8, [0], { imm: 1 });
      m.ins(X64.Jmp).block([1, 2]);
      for (let k = 0; k < size; k++) m.ins(X64.Neg64, [0, 0]);
      // A long jump that is shrunk, in the loop.
      m.ins(X64.Jcc, [], { imm: Cond.Equal }).block().ins(X64.Ret);
      addPredecessors(m);
      m.mir.loopDepth.set(1, 1);
      m.emit(code);
      const start = code.bytes.length - 1 - (3 * size + 2);
      const bytes = 3 * size + 2;
      expect(start % 16).toBe(0);
      expect(((start + bytes - 1) >> 6) - (start >> 6)).toBe((bytes - 1) >> 6);
      const list = disassemble(code, code.funcStart.get(m.mir.index), code.bytes.length);
      const rest = list.slice(before).filter((i) => i.mnemonic != Mnemonic.Nop);
      expect(names(rest)).toEqual([...Array(size).fill("neg"), "je", "ret"]);
      if (list.length - before - rest.length > 2) moved++;
    }
  }
  expect(moved).toBeGreaterThan(50);
});

test("a jump to a return is a return, and what then nobody reaches is not emitted", () => {
  const code = newCode();
  const m = new Maker().block([1, 2]).ins(X64.Test32, [0, 0]).ins(X64.Jcc, [], { imm: Cond.Equal });
  m.block([3]).ins(X64.Not32, [1, 1]).ins(X64.Jmp);
  m.block([3]).ins(X64.Neg32, [1, 1]).ins(X64.Jmp);
  m.block().ins(X64.Ret);
  m.mir.predStart.set(3, m.mir.lists.length);
  m.mir.predCount.set(3, 2);
  for (const pred of [1, 2]) m.mir.lists.push(pred);
  m.emit(code);
  expect(names(disassemble(code, 0, code.bytes.length))).toEqual(["test", "jne", "not", "ret", "neg", "ret"]);
});

test("emission is linear: 100,000 blocks, jump tables, and one block of a million instructions", () => {
  const blocks = 100_000;
  const m = new Maker();
  for (let b = 0; b < blocks; b++) {
    m.block(b == blocks - 1 ? [] : [b + 1, (b * 7919) % blocks || 1], b % 5 == 1);
    m.ins(X64.Test32, [0, 0]);
    if (b == blocks - 1) m.ins(X64.Ret);
    else m.ins(X64.Jcc, [], { imm: Cond.Equal });
  }
  const start = cpuMilliseconds();
  m.emit(newCode());
  const flow = cpuMilliseconds() - start;
  const line = new Maker().block();
  for (let k = 0; k < 1_000_000; k++) line.ins(X64.Add32, [k % 4, k % 4, 5]);
  const second = cpuMilliseconds();
  line.emit(newCode());
  expect(flow).toBeLessThan(1500);
  expect(cpuMilliseconds() - second).toBeLessThan(1500);
});

test("stack arguments are freed by the callee, results above them are read from the frame", () => {
  const code = newCode(3);
  // f1(a, b on the stack): returns b − a on the stack, a + b in rax.
  const callee = new Maker(1).block();
  callee.mir.stackArgs = 16;
  callee.alloc.slots = 3;
  callee.ins(X64.Entry);
  callee.ins(X64.Mov64, [Reg.Rcx], { mode: Mode.Incoming, disp: 0 });
  callee.ins(X64.Mov64, [Reg.Rax], { mode: Mode.Incoming, disp: 8 });
  callee.ins(X64.Mov64, [Reg.Rdx, Reg.Rax]).ins(X64.Sub64, [Reg.Rdx, Reg.Rdx, Reg.Rcx]);
  callee.ins(X64.Store64, [Reg.Rdx], { mode: Mode.Incoming, disp: 16 });
  callee.ins(X64.Add64, [Reg.Rax, Reg.Rax, Reg.Rcx]).ins(X64.Ret).emit(code);
  const caller = new Maker(0).block();
  caller.mir.outgoingResults = 8;
  caller.alloc.slots = 1;
  caller.ins(X64.Entry);
  imm(caller, Reg.Rbx, 1234).ins(X64.Store64, [Reg.Rbx], { mode: Mode.Frame, disp: 8 });
  caller.ins(X64.StoreI64, [], { mode: Mode.Outgoing, disp: 0, imm: 100, immHi: 16 });
  caller.ins(X64.StoreI64, [], { mode: Mode.Outgoing, disp: 8, imm: 1000, immHi: 16 });
  caller.ins(X64.MovFunc, [Reg.R10], { imm: 1 });
  caller.ins(X64.CallReg, [Reg.Rax, Reg.R10], { defs: 1, immHi: 16, origin: 42 });
  caller.ins(X64.Mov64, [Reg.Rcx], { mode: Mode.Frame, disp: 0 });
  caller.ins(X64.Mov64, [Reg.Rdx, SLOT0]);
  storeResult(storeResult(storeResult(caller, Reg.Rax, 0), Reg.Rcx, 1), Reg.Rdx, 2)
    .ins(X64.Ret)
    .emit(code);
  expect([code.funcFrame.get(0), code.funcStackArgs.get(0)]).toEqual([16, 0]);
  expect([code.funcFrame.get(1), code.funcStackArgs.get(1)]).toEqual([24, 16]);
  // The return site is the address after the call.
  const site = code.funcSiteStart.get(0);
  expect([code.siteKind.get(site), code.siteOrigin.get(site)]).toEqual([SiteKind.Return, 42]);
  const before = disassemble(code, code.funcStart.get(0), code.siteOffset.get(site)).at(-1)!;
  expect(`${Mnemonic[before.mnemonic]} ${Register[before.opRegister(0)]}`).toBe("Call R10");
  const { data } = run(code, 2, [0], 24);
  expect([0, 8, 16].map((k) => data.getBigUint64(k, true))).toEqual([1100n, 900n, 1234n]);
});

test("the site of a return that a shrunk jump follows stays at the jump", () => {
  const code = newCode();
  const m = new Maker().block([3, 1]).ins(X64.Jcc, [], { imm: Cond.Equal });
  m.block([3]).ins(X64.Call, [], { imm: 0 }).ins(X64.Jmp).block([3]).ins(X64.Not32, [0, 0]).ins(X64.Jmp);
  m.block().ins(X64.Neg32, [0, 0]).ins(X64.Ret).emit(code);
  expect(names(disassemble(code, 0, code.bytes.length))).toEqual(["je", "call", "jmp", "not", "neg", "ret"]);
  expect([code.siteOffset.get(0), code.relocOffset.get(0)]).toEqual([7, 3]);
});

test("large frames are touched from the top, every 32 KiB", () => {
  for (const slots of [4096, 4097, 50_000]) {
    const code = newCode(2);
    const m = new Maker(0).block();
    m.alloc.slots = slots;
    m.ins(X64.Entry);
    imm(m, Reg.Rax, 77);
    m.move(Reg.Rax, SLOT0 + slots - 1, 8)
      .move(Reg.Rax, SLOT0, 8)
      .ins(X64.Mov64, [Reg.Rcx, SLOT0 + slots - 1]);
    m.ins(X64.Add64, [Reg.Rcx, Reg.Rcx, SLOT0]);
    storeResult(m, Reg.Rcx, 0).ins(X64.Ret).emit(code);
    const list = names(disassemble(code, 0, code.funcEnd.get(0)));
    expect(list.slice(0, 6)).toEqual(
      slots * 8 <= 32768 ? ["sub", "mov", "mov", "mov", "mov", "add"] : ["sub", "lea", "sub", "test", "cmp", "ja"],
    );
    expect(run(code, 1, [0], 8).data.getBigUint64(0, true)).toBe(154n);
  }
});

test("moves between all kinds of places, constants made anew", () => {
  const code = newCode(2);
  const m = new Maker(0);
  m.alloc.slots = 8;
  m.block().ins(X64.Entry);
  const remat = (cls: number, bytes: number, lo: number, hi: number): number => {
    const v = m.mir.buildVreg(cls, bytes);
    m.mir.rematKind.set(v, Remat.Const);
    m.mir.rematLo.set(v, lo);
    m.mir.rematHi.set(v, hi);
    return MOVE_REMAT + v;
  };
  const slot = (n: number): number => SLOT0 + n;
  imm(imm(m, Reg.Rax, 0x11111111, 0x22222222), Reg.Rcx, 0x33333333, 0x44444444);
  m.ins(X64.Movq, [16, Reg.Rax]).ins(X64.Movq, [17, Reg.Rcx]);
  // A cycle of registers, a cycle of slots, vectors, narrow moves, constants to registers and slots.
  m.move(Reg.Rax, Reg.Rcx, 8).move(Reg.Rcx, Reg.Rax, 8).move(16, slot(0), 8).move(17, slot(1), 4).move(16, 20, 16);
  m.ins(X64.Mov64, [Reg.R8, Reg.Rax]);
  m.move(slot(0), slot(1), 8).move(slot(1), slot(0), 8).move(Reg.Rcx, Reg.Rdx, 4).move(20, slot(2), 16);
  m.move(remat(0, 8, 5, -1), slot(4), 8)
    .move(remat(1, 8, 7, 8), slot(5), 8)
    .move(remat(1, 4, 9, 0), 23, 4);
  m.move(remat(0, 4, -1, -1), Reg.Rsi, 4)
    .move(remat(1, 8, 0, 0), 24, 8)
    .move(remat(0, 8, 0, 0), Reg.Rdi, 8);
  m.ins(X64.Mov64, [Reg.R9, slot(0)]);
  m.move(slot(2), 26, 16).move(slot(1), 27, 8).move(slot(5), Reg.Rbx, 8);
  m.ins(X64.MovqOut, [Reg.R10, 26]).ins(X64.MovqOut, [Reg.R11, 27]).ins(X64.MovdOut, [Reg.R12, 23]);
  m.ins(X64.MovqOut, [Reg.R13, 24]).ins(X64.Mov64, [Reg.R14, slot(4)]);
  const order = [Reg.R8, Reg.Rcx, Reg.Rdx, Reg.R10, Reg.R11, Reg.R14, Reg.Rbx, Reg.R12, Reg.Rsi, Reg.R13, Reg.Rdi];
  for (let k = 0; k < order.length; k++) storeResult(m, order[k], k);
  m.ins(X64.Mov32, [Reg.R9, Reg.R9]);
  storeResult(m, Reg.R9, order.length).ins(X64.Ret).emit(code);
  const bytes = 8 * (order.length + 1);
  const { data } = run(code, 1, [0], bytes);
  const a = 0x2222222211111111n;
  const expected = [0x4444444433333333n, a, 0x11111111n, a, a, 0xffffffff00000005n, 0x800000007n, 9n];
  expected.push(0xffffffffn, 0n, 0n, 0x33333333n);
  expect(expected.map((_, k) => data.getBigUint64(8 * k, true))).toEqual(expected);
});

test("a constant goes to its slot in one store if it fits, and is not made where nothing reads it", () => {
  const code = newCode();
  const m = new Maker();
  m.alloc.slots = 4;
  const constant = (bytes: number, lo: number, hi: number): number => {
    const v = m.mir.buildVreg(0, bytes);
    m.mir.rematKind.set(v, Remat.Const);
    m.mir.rematLo.set(v, lo);
    m.mir.rematHi.set(v, hi);
    return MOVE_REMAT + v;
  };
  m.block().ins(X64.Entry).ins(X64.MovImm, [NO_LOC], { imm: 1 }).ins(X64.Zero, [NO_LOC]).ins(X64.ZeroVec, [NO_LOC]);
  m.ins(X64.Movsd, [NO_LOC], { mode: Mode.Pool, disp: 0 });
  m.move(constant(8, -5, -1), SLOT0, 8)
    .move(constant(4, -5, 0), SLOT0 + 1, 4)
    .move(constant(8, -5, 0), SLOT0 + 2, 8);
  m.ins(X64.Ret).emit(code);
  const list = disassemble(code, 0, code.bytes.length).map((i) => `${Mnemonic[i.mnemonic]} ${i.code}`);
  expect(names(disassemble(code, 0, code.bytes.length))).toEqual(["sub", "mov", "mov", "mov", "mov", "add", "ret"]);
  expect(new Set(list.slice(1, 5)).size).toBe(4);
});

test("block copies and fills, and the sites of what may fault", () => {
  const code = newCode(2);
  const m = new Maker(0).block();
  imm(m, Reg.Rbx, 0x64636261, 0x68676665).ins(X64.Store64, [Reg.Rbx], { mode: Mode.Abs, disp: DATA + 0x800 });
  imm(imm(imm(m, Reg.Rdi, RESULTS), Reg.Rsi, DATA + 0x800), Reg.Rcx, 7);
  m.ins(X64.RepMovsb, [7, 6, 1, 7, 6, 1], { site: true, origin: 11 });
  imm(imm(imm(m, Reg.Rdi, RESULTS + 8), Reg.Rax, 0x2a), Reg.Rcx, 3);
  m.ins(X64.RepStosb, [7, 1, 7, 0, 1], { site: true, origin: 12 });
  m.ins(X64.Movss, [18, 3], { mode: Mode.Base, disp: 4, origin: 1 });
  m.ins(X64.Mov32, [0], { mode: Mode.Abs, disp: RESULTS, origin: 13, site: true });
  m.ins(X64.Sqrtss, [17], { mode: Mode.Abs, disp: RESULTS, origin: 14, site: true });
  m.mir.op.set(m.mir.instructionCount - 3, X64.MovImm);
  m.mir.mode.set(m.mir.instructionCount - 3, Mode.Reg);
  m.alloc.location.set(m.mir.opStart.get(m.mir.instructionCount - 3), Reg.R8);
  m.ins(X64.Ret).emit(code);
  const { data } = run(code, 1, [0], 16);
  const text = Array.from({ length: 16 }, (_, k) => data.getUint8(k));
  expect(text).toEqual([0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0, 0x2a, 0x2a, 0x2a, 0, 0, 0, 0, 0]);
  const list = disassemble(code, 0, code.funcEnd.get(0));
  const sites: string[] = [];
  for (let k = code.funcSiteStart.get(0); k < code.funcSiteEnd.get(0); k++) {
    let at = 0;
    const found = list.find((i) => {
      const hit = at == code.siteOffset.get(k);
      at += i.length;
      return hit;
    });
    sites.push(`${Mnemonic[found!.mnemonic]} ${code.siteKind.get(k)} ${code.siteOrigin.get(k)}`);
  }
  // Of a square root it is the load, not the zeroing before it.
  expect(sites).toEqual(["Movsb 1 11", "Stosb 1 12", "Mov 1 13", "Sqrtss 1 14"]);
});

test("stubs: entry, signal, restorer", () => {
  const program = new Program();
  program.runtimeInit = 3;
  program.runtimeExit = 4;
  program.runtimeSignal = 5;
  program.entries.push(1);
  program.entries.push(2);
  const code = newCode(6);
  emitStubs(program, code);
  const show = (start: number, end: number): string[] => names(disassemble(code, start, end));
  expect(show(code.entryOffset, code.signalOffset)).toEqual(["mov", "call", "mov", "call", "call", "call", "ud2"]);
  expect(show(code.signalOffset, code.restorerOffset)).toEqual(["mov", "mov", "jmp"]);
  expect(show(code.restorerOffset, code.bytes.length)).toEqual(["mov", "syscall", "ud2", "div"]);
  const targets = Array.from({ length: code.relocTarget.length }, (_, k) => code.relocTarget.get(k));
  expect(targets).toEqual([3, 1, 2, 4, 5]);
  for (let k = 0; k < 5; k++) expect(code.relocKind.get(k)).toBe(RelocKind.Call);
  const stack = disassemble(code, code.entryOffset, code.signalOffset)[2];
  expect(`${Register[stack.opRegister(0)]} ${stack.immediate(1)}`).toBe(`RSP ${6n << 32n}`);
});

test("machine code as text", () => {
  const m = new Maker(3).block([1], false);
  m.ins(X64.Mov32, [Reg.Rax, Reg.Rcx], { mode: Mode.BaseIndex, scale: 2, disp: 8, origin: 17, site: true, defs: 1 });
  m.mir.opCount.set(0, 3);
  m.mir.operandVreg.push(m.mir.buildVreg(0, 4));
  m.mir.operandInfo.push(0);
  m.alloc.location.push(Reg.R9);
  m.move(Reg.Rax, SLOT0, 8).ins(X64.Jmp);
  m.block().ins(X64.Cmov64, [Reg.Rdx, Reg.Rdx, SLOT0], { imm: Cond.Less, defs: 1 }).ins(X64.Ret);
  m.emit(newCode(4));
  expect(mirToText(m.mir, m.alloc)).toBe(
    [
      "func 3 stack_args=0 results=0 slots=0",
      "block 0 → 1",
      "       0  mov             rax:=, [rcx + r9d*4 + 8] !  ; 17",
      "           [slot 0] ← rax (8)",
      "       1  jmp            ",
      "block 1",
      "       2  cmovl           rdx:=, rdx, [slot 0]",
      "       3  ret            ",
      "",
    ].join("\n"),
  );
  expect(mirToText(m.mir, null)).toContain("mov             v0:=?, [v1? + v2*4 + 8] !  ; 17");
});
