// Emission: one allocated function to machine code. Walks the blocks in their final order (layout.ts), puts the
// allocator's moves between the instructions, encodes instructions after their rows (encode.ts), expands pseudo-
// instructions (pseudo.ts, pseudo-float.ts), appends the cold parts, and lets jumps.ts shrink the jumps.

import { I32Column } from "../base/columns";
import { SiteKind } from "../link/info";
import { Code, FUNCTION_ALIGNMENT, LINE } from "./code";
import { Emission } from "./emission";
import { ALWAYS } from "./jumps";
import { BlockLayout } from "./layout";
import { Allocation, MirFunc, Mode, MOVE_REMAT } from "./mir";
import { MoveSequence, sequentializeMoves } from "./moves";
import { Cond, encodingRow, Form, formOf, readsFlags, replacesFlags, RowFlag, rowHasFlag, X64 } from "./op";
import {
  emitCall,
  emitCheckSignature,
  emitCheckSignatureCold,
  emitDivision,
  emitEntry,
  emitMovCodeBound,
  emitMovFunc,
  emitRemainderCold,
  emitReturn,
  emitSetcc,
  emitSwitch,
  emitTailCall,
} from "./pseudo";
import { emitFloatPseudo, emitFloatPseudoCold, emitSelectVec, isFloatPseudo } from "./pseudo-float";
import { isVectorReg, NO_LOC, SCRATCH_GENERAL, SCRATCH_VECTOR, SLOT0 } from "./registers";

/** How far to look ahead for a use of the flags. */
const FLAGS_WINDOW: i32 = 6;

const emission: Emission = new Emission();
const layout: BlockLayout = new BlockLayout();
const sequence: MoveSequence = new MoveSequence();
/** Targets of the current block's jumps, led on. */
const successors: I32Column = new I32Column();

/** Appends the function to `code`. */
export function emitFunction(mir: MirFunc, alloc: Allocation, code: Code): void {
  const s = emission;
  layout.compute(mir, alloc);
  const alignment = layout.hasSmallLoops ? LINE : FUNCTION_ALIGNMENT;
  code.align(alignment);
  s.start(mir, alloc, code);
  code.funcAlignment.set(mir.index, alignment);
  code.funcStart.set(mir.index, code.bytes.length);
  code.funcFrame.set(mir.index, s.frame);
  code.funcStackArgs.set(mir.index, mir.stackArgs);
  code.funcSiteStart.set(mir.index, code.siteOffset.length);
  const blocks = layout.order.length;
  for (let k: i32 = 0; k < blocks; k++) {
    const next = k + 1 < blocks ? layout.order.get(k + 1) : -1;
    emitBlock(s, layout.order.get(k), next);
  }
  for (let k: i32 = 0; k < s.coldCount; k++) emitCold(s, k);
  s.jumps.finish(code);
  code.funcEnd.set(mir.index, code.bytes.length);
  code.funcSiteEnd.set(mir.index, code.siteOffset.length);
}

/** `next` is the block that follows in the code, or -1. */
function emitBlock(s: Emission, block: i32, next: i32): void {
  const mir = s.mir;
  const alloc = s.alloc;
  if (layout.isAligned(block)) s.jumps.emitPadding(s.code.bytes, layout.isSmall(block));
  s.bind(block);
  successors.clear();
  const first = mir.succStart.get(block);
  const last = first + mir.succCount.get(block);
  for (let k = first; k < last; k++) successors.push(layout.target.get(mir.lists.get(k)));
  let move = layout.firstMove.get(block);
  let position = movePosition(alloc, move);
  const end = mir.blockEnd.get(block);
  for (let i = mir.blockStart.get(block); i < end; i++) {
    if (position == 2 * i) {
      move = emitMoves(s, move, i, end);
      position = movePosition(alloc, move);
    }
    const op = mir.op.get(i);
    if (op < X64.Entry && op != X64.Setcc) emitRow(s, i, op);
    else emitPseudo(s, i, op, end, next);
    if (position == 2 * i + 1) {
      move = emitMoves(s, move, i + 1, end);
      position = movePosition(alloc, move);
    }
  }
  if (layout.endsSmall(block)) s.jumps.endLoop(s.code.bytes.length);
}

/** Position of a move, or one that no instruction has. */
function movePosition(alloc: Allocation, move: i32): i32 {
  return move < alloc.movePosition.length ? alloc.movePosition.get(move) : -1;
}

// Instructions with an encoding of their own.

function emitRow(s: Emission, i: i32, op: i32): void {
  const form = formOf(op);
  const imm = s.mir.imm.get(i);
  if ((s.mir.mode.get(i) & 15) != Mode.Reg) {
    emitMemoryForm(s, i, op, form, imm);
    return;
  }
  const e = s.encoder;
  switch (form) {
    case Form.RegRm:
    case Form.RegRmImm: {
      const reg = s.register(i, 0);
      const rm = s.operand(i, 1);
      if (reg == rm && (op == X64.Mov64 || op == X64.Movaps)) return;
      emitRegRm(s, op, reg, rm, imm);
      return;
    }
    case Form.RegRm2:
      emitRegRm(s, op, s.register(i, 0), s.operand(i, 2), imm);
      return;
    case Form.RegVexRm:
      e.setVex(s.register(i, 1));
      emitRegRm(s, op, s.register(i, 0), s.operand(i, 2), imm);
      return;
    case Form.VexRm:
      e.setVex(s.register(i, 0));
      emitRegRm(s, op, 0, s.operand(i, 1), imm);
      return;
    case Form.RegRmFlags:
      emitRegRm(s, op, s.register(i, 0), s.operand(i, 1), imm);
      return;
    case Form.RmRegFlags:
      emitRegRm(s, op, s.register(i, 1), s.operand(i, 0), imm);
      return;
    case Form.RmRegDef:
      emitRegRm(s, op, s.register(i, 1), s.operand(i, 0), imm);
      return;
    case Form.Rm2:
      emitRegRm(s, op, 0, s.operand(i, 0), 0);
      return;
  }
  assert(form == Form.RmImm2 || form == Form.RmImmFlags, "emit: this form needs a memory operand");
  const rm = s.operand(i, 0);
  if (rm < SLOT0) e.emitRegImm(op, rm, imm);
  else {
    e.setStack(s.slotOffset(rm));
    e.emitRegMem(op, 0, imm);
  }
}

/** r/m is a register or a spill slot. */
function emitRegRm(s: Emission, op: i32, reg: i32, rm: i32, imm: i32): void {
  const row = encodingRow(op);
  if (rowHasFlag(row, RowFlag.FalseDep) && reg != rm) s.encoder.emitRegReg(X64.Xorps, reg, reg, 0);
  if (rm < SLOT0) s.encoder.emitRegReg(op, reg, rm, imm);
  else {
    s.encoder.setStack(s.slotOffset(rm));
    s.encoder.emitRegMem(op, reg, imm);
  }
}

/** Number of operands before the registers of the memory operand. */
function operandsBeforeMemory(form: i32): i32 {
  if (form == Form.RmImm || form == Form.RmImmFlags) return 0;
  return form == Form.RegRm2 || form == Form.RegVexRm ? 2 : 1;
}

function emitMemoryForm(s: Emission, i: i32, op: i32, form: i32, imm: i32): void {
  if (s.mir.mode.get(i) == Mode.Pool && s.operand(i, 0) == NO_LOC) return;
  const before = operandsBeforeMemory(form);
  const reg = before == 0 ? 0 : s.register(i, 0);
  if (rowHasFlag(encodingRow(op), RowFlag.FalseDep)) s.encoder.emitRegReg(X64.Xorps, reg, reg, 0);
  if (form == Form.RegVexRm) s.encoder.setVex(s.register(i, 1));
  else if (form == Form.VexRm) s.encoder.setVex(reg);
  s.setMemory(i, before);
  if (s.mir.memorySite.get(i) != 0) s.addSite(SiteKind.Memory, 0, i);
  s.encoder.emitRegMem(op, reg, imm);
}

// Pseudo-instructions.

function emitPseudo(s: Emission, i: i32, op: i32, end: i32, next: i32): void {
  const e = s.encoder;
  const mir = s.mir;
  if (isFloatPseudo(op)) {
    emitFloatPseudo(s, i, op);
    return;
  }
  switch (op) {
    case X64.Setcc:
      emitSetcc(s, i);
      return;
    case X64.Entry:
      emitEntry(s);
      return;
    case X64.Ret:
      emitReturn(s);
      return;
    case X64.Jmp:
      if (successors.get(0) != next) {
        if (layout.onlyReturns(successors.get(0))) emitReturn(s);
        else s.emitJump(ALWAYS, successors.get(0));
      }
      return;
    case X64.Unwind:
      s.jumps.addHandler(s.code, successors.get(1));
      if (successors.get(0) != next) s.emitJump(ALWAYS, successors.get(0));
      return;
    case X64.Jcc:
      emitBranch(s, mir.imm.get(i), next);
      return;
    case X64.Switch:
      emitSwitch(s, i, successors);
      return;
    case X64.Trap:
      s.emitTrap(mir.imm.get(i), i);
      if (mir.opCount.get(i) != 0) {
        s.code.addAccess(s.register(i, 0), mir.immHi.get(i), mir.disp.get(i));
      }
      return;
    case X64.TrapIf:
      s.emitTrapIf(mir.imm.get(i), mir.disp.get(i), i);
      return;
    case X64.CheckSignature:
      emitCheckSignature(s, i);
      return;
    case X64.MovImm: {
      if (s.operand(i, 0) == NO_LOC) return;
      const lo = mir.imm.get(i);
      const hi = mir.immHi.get(i);
      s.emitConstant(s.register(i, 0), lo, hi, (lo | hi) == 0 && areFlagsDead(mir, i + 1, end));
      return;
    }
    case X64.Zero:
      if (s.operand(i, 0) != NO_LOC) s.emitConstant(s.register(i, 0), 0, 0, true);
      return;
    case X64.ZeroVec:
      if (s.operand(i, 0) != NO_LOC) e.emitRegReg(X64.Xorps, s.register(i, 0), s.register(i, 0), 0);
      return;
    case X64.MovFunc:
      emitMovFunc(s, i);
      return;
    case X64.MovCodeBound:
      emitMovCodeBound(s, i);
      return;
    case X64.Call:
    case X64.CallReg:
      emitCall(s, i);
      return;
    case X64.TailCall:
    case X64.TailCallReg:
      emitTailCall(s, i);
      return;
    case X64.Syscall:
      e.emitTwo(0x0f, 0x05);
      return;
    case X64.RepMovsb:
    case X64.RepStosb:
      if (mir.memorySite.get(i) != 0) s.addSite(SiteKind.Memory, 0, i);
      e.emitTwo(0xf3, op == X64.RepMovsb ? 0xa4 : 0xaa);
      return;
    case X64.SelectVec:
      emitSelectVec(s, i);
      return;
    case X64.MulHigh64:
    case X64.ImulHigh64:
      e.emitPlain(1, 0xf7, op == X64.MulHigh64 ? 4 : 5, s.register(i, 3));
      return;
  }
  assert(op >= X64.Div32 && op <= X64.Irem64, "emit: unknown pseudo-instruction");
  emitDivision(s, i, op);
}

/** Two-way jump to successor 0 if `cond` holds and 1 otherwise, with what follows in the code fallen into. */
function emitBranch(s: Emission, cond: i32, next: i32): void {
  const yes = successors.get(0);
  const no = successors.get(1);
  if (yes == no) {
    if (yes != next) s.emitJump(ALWAYS, yes);
  } else if (yes == next || (no != next && cond == Cond.FloatEqual)) {
    s.emitJump(cond ^ 1, no);
    if (yes != next) s.emitJump(ALWAYS, yes);
  } else {
    s.emitJump(cond, yes);
    if (no != next) s.emitJump(ALWAYS, no);
  }
}

function emitCold(s: Emission, k: i32): void {
  const i = s.startCold(k);
  if (i < 0) return;
  const op = s.mir.op.get(i);
  if (op == X64.CheckSignature) emitCheckSignatureCold(s, i);
  else if (isFloatPseudo(op)) emitFloatPseudoCold(s, k, i, op);
  else emitRemainderCold(s, k);
}

// Moves of the allocator.

/** Emits the moves of one position, from `start` on; instruction `next` follows. Gives the first move after them. */
function emitMoves(s: Emission, start: i32, next: i32, end: i32): i32 {
  const alloc = s.alloc;
  const position = alloc.movePosition.get(start);
  let stop = start + 1;
  while (stop < alloc.movePosition.length && alloc.movePosition.get(stop) == position) stop++;
  sequence.clear();
  sequentializeMoves(s.mir, alloc, start, stop, sequence);
  const steps = sequence.from.length;
  for (let k: i32 = 0; k < steps; k++) {
    const from = sequence.from.get(k);
    if (from >= MOVE_REMAT) {
      if (isConstantToSlot(s, k)) emitConstantToSlot(s, from - MOVE_REMAT, sequence.to.get(++k));
      else emitRemat(s, from - MOVE_REMAT, sequence.to.get(k), next, end);
    } else emitMove(s, from, sequence.to.get(k), sequence.bytes.get(k));
  }
  return stop;
}

/** Whether steps `k` and `k` + 1 make a constant and store it, and a store of an immediate can do both. */
function isConstantToSlot(s: Emission, k: i32): boolean {
  const scratch = sequence.to.get(k);
  if (scratch != SCRATCH_GENERAL && scratch != SCRATCH_VECTOR) return false;
  if (sequence.from.get(k + 1) != scratch) return false;
  const vreg = sequence.from.get(k) - MOVE_REMAT;
  return s.mir.vregBytes.get(vreg) == 4 || s.mir.rematHi.get(vreg) == s.mir.rematLo.get(vreg) >> 31;
}

function emitConstantToSlot(s: Emission, vreg: i32, slot: i32): void {
  s.encoder.setStack(s.slotOffset(slot));
  s.encoder.emitRegMem(s.mir.vregBytes.get(vreg) == 4 ? X64.StoreI32 : X64.StoreI64, 0, s.mir.rematLo.get(vreg));
}

/** One move between registers or between a register and a slot; the flags stay. */
function emitMove(s: Emission, from: i32, to: i32, bytes: i32): void {
  const e = s.encoder;
  if (to >= SLOT0) {
    e.setStack(s.slotOffset(to));
    const store = isVectorReg(from)
      ? bytes == 4
        ? X64.StoreSs
        : bytes == 8
          ? X64.StoreSd
          : X64.StoreUps
      : bytes == 4
        ? X64.Store32
        : X64.Store64;
    e.emitRegMem(store, from, 0);
    return;
  }
  const vector = isVectorReg(to);
  if (from < SLOT0) {
    e.emitRegReg(vector ? X64.Movaps : bytes == 4 ? X64.Mov32 : X64.Mov64, to, from, 0);
    return;
  }
  e.setStack(s.slotOffset(from));
  const load = vector
    ? bytes == 4
      ? X64.Movss
      : bytes == 8
        ? X64.Movsd
        : X64.Movups
    : bytes == 4
      ? X64.Mov32
      : X64.Mov64;
  e.emitRegMem(load, to, 0);
}

/** Makes the constant of a virtual register anew in register `to`. */
function emitRemat(s: Emission, vreg: i32, to: i32, next: i32, end: i32): void {
  const lo = s.mir.rematLo.get(vreg);
  const hi: i32 = s.mir.vregBytes.get(vreg) == 4 ? 0 : s.mir.rematHi.get(vreg);
  if (!isVectorReg(to)) {
    s.emitConstant(to, lo, hi, (lo | hi) == 0 && areFlagsDead(s.mir, next, end));
    return;
  }
  const e = s.encoder;
  if ((lo | hi) == 0) {
    e.emitRegReg(X64.Xorps, to, to, 0);
    return;
  }
  e.setPool(s.code.poolEntry(lo, hi, 0, 0));
  e.emitRegMem(s.mir.vregBytes.get(vreg) == 4 ? X64.Movss : X64.Movsd, to, 0);
}

/** Whether nothing from instruction `start` on reads the flags before they are replaced; false if unsure. */
function areFlagsDead(mir: MirFunc, start: i32, end: i32): boolean {
  const stop = start + FLAGS_WINDOW < end ? start + FLAGS_WINDOW : end;
  for (let i = start; i < stop; i++) {
    const op = mir.op.get(i);
    if (readsFlags(op)) return false;
    if (replacesFlags(op)) return true;
  }
  return false;
}
