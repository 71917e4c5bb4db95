// Expansion of the pseudo-instructions for control flow, calls, traps, constants and division (rows of op.ts from
// Entry on). Those over floats are in pseudo-float.ts. What is rarely executed is left to a cold part at the end of
// the function, so that the common path falls through.

import { I32Column } from "../base/columns";
import { TrapKind } from "../base/traps";
import { SiteKind } from "../link/info";
import { STACK_GUARD } from "../link/layout";
import { RelocKind } from "./code";
import { Emission } from "./emission";
import { ALWAYS } from "./jumps";
import { infoRole, Role } from "./mir";
import { Cond, X64 } from "./op";
import { Reg, SCRATCH_GENERAL, TAIL_RETURN } from "./registers";

/** Frames larger than this are touched step by step, so that none can jump over the guard below the stack. */
const PROBE_STEP: i32 = STACK_GUARD >> 1;

/** sub rsp, frame; the probes come after it, so that a fault finds the frame as the table describes it. */
export function emitEntry(s: Emission): void {
  const frame = s.frame;
  if (frame == 0) return;
  const e = s.encoder;
  e.emitRegImm(X64.SubI64, Reg.Rsp, frame);
  if (frame <= PROBE_STEP) return;
  e.setStack(frame);
  e.emitRegMem(X64.Lea64, SCRATCH_GENERAL, 0);
  const loop = s.buildLabel();
  s.bind(loop);
  e.emitRegImm(X64.SubI64, SCRATCH_GENERAL, PROBE_STEP);
  e.setBase(SCRATCH_GENERAL, 0);
  e.emitRegMem(X64.Test32, SCRATCH_GENERAL, 0);
  e.emitRegReg(X64.Cmp64, SCRATCH_GENERAL, Reg.Rsp, 0);
  s.emitJump(Cond.Above, loop);
}

export function emitReturn(s: Emission): void {
  const e = s.encoder;
  if (s.frame != 0) e.emitRegImm(X64.AddI64, Reg.Rsp, s.frame);
  const args = s.mir.stackArgs;
  if (args == 0) e.emitByte(0xc3);
  else {
    e.emitTwo(0xc2, args);
    e.emitByte(args >> 8);
  }
}

/** call, with the area of stack arguments, which the callee frees, opened before. */
export function emitCall(s: Emission, i: i32): void {
  const e = s.encoder;
  const args = s.mir.immHi.get(i);
  if (args != 0) e.emitRegImm(X64.SubI64, Reg.Rsp, args);
  if (s.mir.op.get(i) == X64.CallReg) e.emitIndirect(useOfCall(s, i), true);
  else e.emitCall(s.mir.imm.get(i));
  s.addSite(SiteKind.Return, 0, i);
}

/**
 * Moves the arguments, which lie below the frame as for a call, to where this function's own were, takes the frame down
 * and jumps. The return address moves if the areas differ in size. The last word goes first: its place may lie among the
 * words that are still to be moved, but above all of them.
 */
export function emitTailCall(s: Emission, i: i32): void {
  const e = s.encoder;
  const args = s.mir.immHi.get(i);
  const frame = s.frame;
  const shift = s.mir.stackArgs - args;
  if (shift != 0) {
    e.setStack(frame);
    e.emitRegMem(X64.Mov64, TAIL_RETURN, 0);
  }
  for (let at = args - 8; at >= 0; at -= 8) {
    e.setStack(at - args);
    e.emitRegMem(X64.Mov64, SCRATCH_GENERAL, 0);
    e.setStack(frame + 8 + shift + at);
    e.emitRegMem(X64.Store64, SCRATCH_GENERAL, 0);
  }
  if (shift != 0) {
    e.setStack(frame + shift);
    e.emitRegMem(X64.Store64, TAIL_RETURN, 0);
  }
  if (frame + shift != 0) e.emitRegImm(X64.AddI64, Reg.Rsp, frame + shift);
  if (s.mir.op.get(i) == X64.TailCallReg) e.emitIndirect(useOfCall(s, i), false);
  else e.emitTailCall(s.mir.imm.get(i));
}

/** The code address of a CallReg: its first use, after the definitions. */
function useOfCall(s: Emission, i: i32): i32 {
  const start = s.mir.opStart.get(i);
  const end = start + s.mir.opCount.get(i);
  let k = start;
  while (k < end && infoRole(s.mir.operandInfo.get(k)) >= Role.Def) k++;
  return s.alloc.location.get(k);
}

/** cmp, jae default, load of the entry, jmp; the table's targets are labels until the function is complete. */
export function emitSwitch(s: Emission, i: i32, labels: I32Column): void {
  const e = s.encoder;
  const index = s.register(i, 0);
  const entries = labels.length - 1;
  if (entries == 0) {
    s.emitJump(ALWAYS, labels.get(0));
    return;
  }
  e.emitRegImm(X64.CmpI32, index, entries);
  s.emitJump(Cond.AboveEqual, labels.get(entries));
  const code = s.code;
  e.emitTableLoad(SCRATCH_GENERAL, index, code.tableStart.length - 1);
  e.emitIndirect(SCRATCH_GENERAL, false);
  code.tableTargets.append(labels, 0, entries);
  code.tableStart.push(code.tableTargets.length);
}

/** cmp [type half of a table entry], type; both traps are cold. */
export function emitCheckSignature(s: Emission, i: i32): void {
  s.setMemory(i, 0);
  s.encoder.emitRegMem(X64.CmpI32, 0, s.mir.imm.get(i));
  s.emitColdIf(Cond.NotEqual, i);
  s.bindColdReturn();
}

export function emitCheckSignatureCold(s: Emission, i: i32): void {
  s.setMemory(i, 0);
  s.encoder.emitRegMem(X64.CmpI32, 0, 0);
  const isNull = s.buildLabel();
  s.emitJump(Cond.Equal, isNull);
  s.emitTrap(TrapKind.BadSignature, i);
  s.bind(isNull);
  s.emitTrap(TrapKind.IndirectCallToNull, i);
}

export function emitSetcc(s: Emission, i: i32): void {
  const def = s.register(i, 0);
  emitSetByte(s, s.mir.imm.get(i), def);
  s.encoder.emitRegReg(X64.Movzx8, def, def, 0);
}

/** Low byte of `reg` ← condition. */
export function emitSetByte(s: Emission, cond: i32, reg: i32): void {
  const e = s.encoder;
  const low = reg & 15;
  if (low >= 4) e.emitByte(0x40 | (low >> 3));
  e.emitTwo(0x0f, 0x90 | cond);
  e.emitByte(0xc0 | (low & 7));
}

export function emitMovFunc(s: Emission, i: i32): void {
  s.encoder.emitCodeAddress(s.register(i, 0), RelocKind.FuncAddress, s.mir.imm.get(i), s.mir.immHi.get(i));
}

export function emitMovCodeBound(s: Emission, i: i32): void {
  s.encoder.emitCodeAddress(s.register(i, 0), RelocKind.CodeBound, s.mir.imm.get(i), 0);
}

/** Division of rax into rax and rdx; operands: quotient, remainder, dividend, divisor. */
export function emitDivision(s: Emission, i: i32, op: i32): void {
  const e = s.encoder;
  const divisor = s.register(i, 3);
  const wide: i32 = op >= X64.Div64 ? 1 : 0;
  const signed = op != X64.Div32 && op != X64.Div64;
  const remainder = op == X64.Irem32 || op == X64.Irem64;
  if (remainder) {
    e.emitRegImm(wide != 0 ? X64.CmpI64 : X64.CmpI32, divisor, -1);
    s.emitColdIf(Cond.Equal, i);
  }
  if (!signed) e.emitRegReg(X64.Xor32, Reg.Rdx, Reg.Rdx, 0);
  else if (wide != 0) e.emitTwo(0x48, 0x99);
  else e.emitByte(0x99);
  s.addSite(SiteKind.Division, 0, i);
  e.emitPlain(wide, 0xf7, signed ? 7 : 6, divisor);
  if (remainder) s.bindColdReturn();
}

/** A divisor of −1 leaves no remainder; the hardware would fault on the smallest dividend. */
export function emitRemainderCold(s: Emission, k: i32): void {
  s.encoder.emitRegReg(X64.Xor32, Reg.Rdx, Reg.Rdx, 0);
  s.emitColdEnd(k);
}
