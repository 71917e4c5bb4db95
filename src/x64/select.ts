// Instruction selection: SSA to machine instructions over virtual registers. Values are visited from last to first
// and each asks for its operands, so that what all users have folded in is never emitted (select-state.ts has the
// mechanism, lower-*.ts the rules, one file for each kind of operation). Linear in the size of the function.
//
// Rules that hold throughout: the upper half of a register holding an i32 is zero at every use; flags live only
// within the instructions of one value; constants are made where they are used and never kept.

import { Program } from "../link/program";
import { Func, NO_VALUE } from "../ssa/func";
import { Op } from "../ssa/op";
import { Code } from "./code";
import { lowerCall, lowerCallIndirect, lowerCallRef, lowerEntry, lowerParam, lowerResult } from "./lower-call";
import { lowerReturn, lowerSyscall, lowerTailCall, lowerTailCallIndirect, lowerTailCallRef } from "./lower-call";
import { startCalls } from "./lower-call";
import { buildBranchCondition, lowerCompare, lowerSelect } from "./lower-compare";
import { lowerBitcast, lowerConvert, lowerFloatBinary, lowerFloatPseudo, lowerFloatSign } from "./lower-float";
import { lowerFloatWidth, lowerRound, lowerSqrt, lowerTruncate } from "./lower-float";
import { lowerAdd, lowerBitScan, lowerDivision, lowerExtend, lowerExtend32, lowerLogic } from "./lower-integer";
import { lowerBswap, lowerMul, lowerPopcnt, lowerShift, lowerSub, lowerWrap } from "./lower-integer";
import {
  lowerCodeBound,
  lowerCopyBytes,
  lowerFillBytes,
  lowerFuncRef,
  lowerGlobalGet,
  lowerTrapAccess,
} from "./lower-memory";
import {
  lowerGlobalSet,
  lowerLoad,
  lowerSlotGet,
  lowerSlotSet,
  lowerStore,
  lowerTableGet,
  lowerTableSet,
} from "./lower-memory";
import { lowerAddWide, lowerHigh, lowerMulWide } from "./lower-wide";
import { MirFunc } from "./mir";
import { X64 } from "./op";
import { buildBlocks, buildParams, lowerJump } from "./select-blocks";
import { Selector } from "./select-state";

/** Kept between functions for its buffers. */
let shared: Selector | null = null;

/**
 * Selects instructions for `func`, whose critical edges are split, into `out`; constants go to the pool of `code`.
 * At level 0 loads stay where they are.
 */
export function selectFunction(program: Program, func: Func, code: Code, out: MirFunc, level: i32): void {
  let s = shared;
  if (s == null) {
    s = new Selector(program, func, code, out);
    shared = s;
  }
  s.program = program;
  s.func = func;
  s.code = code;
  s.mir = out;
  s.foldsLoads = level > 0;
  s.keepsRegisters = level > 0;
  out.reset(func.index);
  out.localBytes = func.slotBytes;
  s.start();
  startCalls(s);
  buildBlocks(s);
  for (let block = func.blockCount - 1; block >= 0; block--) {
    s.beginBlock(block);
    for (let v = func.lastValue.get(block); v != NO_VALUE; v = func.prev.get(v)) selectValue(s, v);
  }
  const start = s.beginRoot(func.firstValue.get(0));
  lowerEntry(s);
  s.endRoot(start);
  buildParams(s);
  s.finish();
}

function selectValue(s: Selector, v: i32): void {
  const op = s.func.op.get(v);
  if (op == Op.Phi) return;
  if (!s.isDemanded(v) && (!s.hasEffect(op) || s.isFolded(v))) return;
  const start = s.beginRoot(v);
  if (op <= Op.Wrap) selectInteger(s, v, op);
  else if (op <= Op.Select) selectFloat(s, v, op);
  else if (op <= Op.High) selectWide(s, v, op);
  else selectEffect(s, v, op);
  s.endRoot(start);
}

/** Constants, parameters, integer operations. */
function selectInteger(s: Selector, v: i32, op: i32): void {
  switch (op) {
    case Op.Param:
      lowerParam(s, v);
      return;
    case Op.Result:
      lowerResult(s, v);
      return;
    case Op.FuncRef:
      lowerFuncRef(s, v);
      return;
    case Op.Add:
      lowerAdd(s, v);
      return;
    case Op.Sub:
      lowerSub(s, v);
      return;
    case Op.Mul:
      lowerMul(s, v);
      return;
    case Op.DivS:
    case Op.DivU:
    case Op.RemS:
    case Op.RemU:
      lowerDivision(s, v, op);
      return;
    case Op.And:
    case Op.Or:
    case Op.Xor:
      lowerLogic(s, v, op);
      return;
    case Op.Shl:
    case Op.ShrS:
    case Op.ShrU:
    case Op.Rotl:
    case Op.Rotr:
      lowerShift(s, v, op);
      return;
    case Op.Clz:
    case Op.Ctz:
      lowerBitScan(s, v, op);
      return;
    case Op.Popcnt:
      lowerPopcnt(s, v);
      return;
    case Op.Bswap:
      lowerBswap(s, v);
      return;
    case Op.Extend8S:
    case Op.Extend16S:
      lowerExtend(s, v, op);
      return;
    case Op.Extend32S:
    case Op.ExtendS:
      lowerExtend32(s, v, op);
      return;
    case Op.ExtendU:
    case Op.Wrap:
      lowerWrap(s, v);
      return;
  }
  assert(op >= Op.Eqz && op <= Op.GeU, "selection: no rule for an integer operation");
  lowerCompare(s, v);
}

function selectFloat(s: Selector, v: i32, op: i32): void {
  switch (op) {
    case Op.FAdd:
    case Op.FSub:
    case Op.FMul:
    case Op.FDiv:
      lowerFloatBinary(s, v, op);
      return;
    case Op.FMin:
    case Op.FMax:
    case Op.FCopysign:
      lowerFloatPseudo(s, v, op);
      return;
    case Op.FAbs:
    case Op.FNeg:
      lowerFloatSign(s, v, op);
      return;
    case Op.FCeil:
    case Op.FFloor:
    case Op.FTrunc:
    case Op.FNearest:
      lowerRound(s, v, op);
      return;
    case Op.FSqrt:
      lowerSqrt(s, v);
      return;
    case Op.TruncS:
    case Op.TruncU:
    case Op.TruncSatS:
    case Op.TruncSatU:
      lowerTruncate(s, v, op);
      return;
    case Op.ConvertS:
    case Op.ConvertU:
      lowerConvert(s, v, op);
      return;
    case Op.Demote:
    case Op.Promote:
      lowerFloatWidth(s, v, op);
      return;
    case Op.Bitcast:
      lowerBitcast(s, v);
      return;
    case Op.Select:
      lowerSelect(s, v);
      return;
  }
  lowerCompare(s, v);
}

/** Wide arithmetic. */
function selectWide(s: Selector, v: i32, op: i32): void {
  switch (op) {
    case Op.MulWideS:
    case Op.MulWideU:
      lowerMulWide(s, v, op);
      return;
    case Op.AddWide:
    case Op.SubWide:
      lowerAddWide(s, v, op);
      return;
  }
  lowerHigh(s, v);
}

/** Memory, globals, tables, calls, control. */
function selectEffect(s: Selector, v: i32, op: i32): void {
  switch (op) {
    case Op.Load8S:
    case Op.Load8U:
    case Op.Load16S:
    case Op.Load16U:
    case Op.Load32S:
    case Op.Load32U:
    case Op.Load:
      lowerLoad(s, v, op);
      return;
    case Op.Store8:
    case Op.Store16:
    case Op.Store32:
    case Op.Store:
      lowerStore(s, v, op);
      return;
    case Op.GlobalGet:
      lowerGlobalGet(s, v);
      return;
    case Op.GlobalSet:
      lowerGlobalSet(s, v);
      return;
    case Op.SlotGet:
      lowerSlotGet(s, v);
      return;
    case Op.SlotSet:
      lowerSlotSet(s, v);
      return;
    case Op.TableGet:
      lowerTableGet(s, v);
      return;
    case Op.TableSet:
      lowerTableSet(s, v);
      return;
    case Op.Call:
      lowerCall(s, v);
      return;
    case Op.CallIndirect:
      lowerCallIndirect(s, v);
      return;
    case Op.CallRef:
      lowerCallRef(s, v);
      return;
    case Op.Syscall:
      lowerSyscall(s, v);
      return;
    case Op.CopyBytes:
      lowerCopyBytes(s, v);
      return;
    case Op.FillBytes:
      lowerFillBytes(s, v);
      return;
    case Op.CodeBound:
      lowerCodeBound(s, v);
      return;
  }
  selectTerminator(s, v, op);
}

function selectTerminator(s: Selector, v: i32, op: i32): void {
  const func = s.func;
  const block = func.block.get(v);
  switch (op) {
    case Op.Jump:
      lowerJump(s, block);
      return;
    case Op.Branch: {
      const cond = buildBranchCondition(s, func.a.get(v));
      s.beginImm(X64.Jcc, cond);
      return;
    }
    case Op.Switch: {
      // With nothing but the default it is a jump, and its successor may have parameters.
      if (func.succCount.get(block) == 1) {
        lowerJump(s, block);
        return;
      }
      const index = s.reg(func.a.get(v));
      s.beginImm(X64.Switch, func.succCount.get(block) - 1);
      s.use(index);
      return;
    }
    case Op.Unwind:
      s.begin(X64.Unwind);
      return;
    case Op.Return:
      lowerReturn(s, v);
      return;
    case Op.TailCall:
      lowerTailCall(s, v);
      return;
    case Op.TailCallIndirect:
      lowerTailCallIndirect(s, v);
      return;
    case Op.TailCallRef:
      lowerTailCallRef(s, v);
      return;
    case Op.TrapAccess:
      lowerTrapAccess(s, v);
      return;
  }
  assert(op == Op.Trap, "selection: no rule for an operation");
  s.beginImm(X64.Trap, func.imm.get(v));
}
