// Calls, returns, parameters and system calls, by the convention of abi.ts. No register need survive a call: it clobbers
// what its callee is known to overwrite, or everything (clobbers.ts).

import { TrapKind } from "../base/traps";
import { SignatureCheck, signatureCheck } from "../link/signatures";
import { NO_VALUE } from "../ssa/func";
import { Op, Type } from "../ssa/op";
import { I32Column } from "../base/columns";
import { CallLayout } from "./abi";
import { callClobbers } from "./clobbers";
import { buildTableEntry, emitEntryAddressLoad, wholeLoadRow, wholeStoreRow } from "./lower-memory";
import { Mode } from "./mir";
import { Cond, X64 } from "./op";
import { ALLOCATABLE, Reg, TAIL_RETURN, TAIL_TARGET } from "./registers";
import { Selector } from "./select-state";

/** Layout of the function being selected, and of the call being written. */
const own: CallLayout = new CallLayout();
const call: CallLayout = new CallLayout();
/** Registers of the arguments or results in hand. */
const registers: I32Column = new I32Column();
/** By result of the call: the value that takes it, or NO_VALUE. */
const results: I32Column = new I32Column();
/** By parameter of the function: the virtual register of its value, or -1. */
const params: I32Column = new I32Column();

/** Starts a function: computes where its parameters and results are. */
export function startCalls(s: Selector): void {
  own.compute(s.program, s.func.type);
  s.mir.stackArgs = own.argBytes;
  params.clear();
  params.resize(own.argCount);
  params.fill(-1, 0, own.argCount);
}

/** A parameter: taken from the stack here, or by the entry instruction from its register. */
export function lowerParam(s: Selector, v: i32): void {
  const d = s.regOfDef(v);
  const i = s.func.imm.get(v);
  const place = own.argPlace.get(i);
  if (place >= 0 && params.get(i) < 0) {
    params.set(i, d);
  } else if (place >= 0) {
    // A parameter that is read by two values: the second is a copy of the first, made after the entry.
    s.begin(moveRow(own.argType.get(i)));
    s.def(d);
    s.use(params.get(i));
  } else {
    s.begin(wholeLoadRow(own.argType.get(i)));
    s.def(d);
    s.plainMem(Mode.Incoming, ~place);
  }
}

/** The row that copies a register of this type. */
function moveRow(type: i32): i32 {
  if (type == Type.I32) return X64.Mov32;
  return type == Type.I64 || type == Type.Ref ? X64.Mov64 : X64.Movaps;
}

/** The prologue, with the parameters that arrive in registers and are used. */
export function lowerEntry(s: Selector): void {
  s.begin(X64.Entry);
  for (let i: i32 = 0; i < own.argCount; i++) {
    if (params.get(i) >= 0) s.defFixed(params.get(i), own.argPlace.get(i));
  }
}

export function lowerReturn(s: Selector, v: i32): void {
  const func = s.func;
  const start = func.a.get(v);
  takeRegisters(s, start, func.b.get(v));
  for (let i: i32 = 0; i < registers.length; i++) {
    const place = own.resultPlace.get(i);
    if (place >= 0) continue;
    s.begin(wholeStoreRow(own.resultType.get(i)));
    s.use(registers.get(i));
    s.plainMem(Mode.Incoming, own.argBytes + ~place);
  }
  s.begin(X64.Ret);
  for (let i: i32 = 0; i < registers.length; i++) {
    const place = own.resultPlace.get(i);
    if (place >= 0) s.useFixed(registers.get(i), place);
  }
}

/** Fills `registers` with those of `count` operands from `start` of the pool. */
function takeRegisters(s: Selector, start: i32, count: i32): void {
  registers.clear();
  for (let i: i32 = 0; i < count; i++) registers.push(s.reg(s.func.pool.get(start + i)));
}

export function lowerCall(s: Selector, v: i32): void {
  const func = s.func;
  const callee = func.imm.get(v);
  call.compute(s.program, s.program.funcType.get(callee));
  takeRegisters(s, func.a.get(v), func.b.get(v));
  emitStackArguments(s);
  s.beginImm(X64.Call, callee);
  emitCallOperands(s, v, -1, keepsRegisters(s, v) ? callClobbers(s.program, s.code, func.index, callee) : ALLOCATABLE);
}

/** Whether registers may hold values across call `v`: not if it may end in an exception that is caught here. */
function keepsRegisters(s: Selector, v: i32): boolean {
  return s.keepsRegisters && s.func.op.get(s.func.next.get(v)) != Op.Unwind;
}

/** Bounds, signature and null are checked in this order, after the arguments are computed. */
export function lowerCallIndirect(s: Selector, v: i32): void {
  const target = loadTarget(s, v);
  emitStackArguments(s);
  s.begin(X64.CallReg);
  emitCallOperands(s, v, target, ALLOCATABLE);
}

/** Prepares the arguments of an indirect call, checks its table entry, and loads the address of the code. */
function loadTarget(s: Selector, v: i32): i32 {
  const func = s.func;
  const table = func.imm.get(v);
  const type = func.immHi.get(v);
  const start = func.a.get(v);
  call.compute(s.program, type);
  takeRegisters(s, start + 1, func.b.get(v) - 1);
  buildTableEntry(s, func.pool.get(start), table);
  const check = signatureCheck(s.program, table, type);
  if (check == SignatureCheck.Exact) {
    // The type is the upper half of an entry.
    s.addressDisp += 4;
    s.beginImm(X64.CheckSignature, type);
    s.mem();
    s.addressDisp -= 4;
  } else if (check == SignatureCheck.Range) {
    emitRangeCheck(s, type);
  }
  const target = emitEntryAddressLoad(s);
  if (check == SignatureCheck.Null) emitNullCheck(s, target);
  return target;
}

/** Traps unless the type in the entry that the address fields describe is a subtype of `type`, which has others. */
function emitRangeCheck(s: Selector, type: i32): void {
  const found = s.newGeneral(false);
  s.addressDisp += 4;
  s.begin(X64.Mov32);
  s.def(found);
  s.mem();
  s.addressDisp -= 4;
  emitNullCheck(s, found);
  const distance = s.newGeneral(false);
  s.beginImm(X64.SubI32, type);
  s.defReuse(distance);
  s.use(found);
  s.beginImm(X64.CmpI32, s.program.subtypeCount(type));
  s.useAny(distance);
  s.beginImm(X64.TrapIf, Cond.AboveEqual);
  s.setDisp(TrapKind.BadSignature);
}

/** Traps if half of a table's entry is that of a null reference. */
function emitNullCheck(s: Selector, half: i32): void {
  s.begin(X64.Test32);
  s.useAny(half);
  s.use(half);
  s.beginImm(X64.TrapIf, Cond.Equal);
  s.setDisp(TrapKind.IndirectCallToNull);
}

/** The code address is the lower half of the reference, which is known not to be null. */
export function lowerCallRef(s: Selector, v: i32): void {
  const target = takeReference(s, v);
  emitStackArguments(s);
  s.begin(X64.CallReg);
  emitCallOperands(s, v, target, ALLOCATABLE);
}

function takeReference(s: Selector, v: i32): i32 {
  const func = s.func;
  const start = func.a.get(v);
  call.compute(s.program, func.imm.get(v));
  takeRegisters(s, start + 1, func.b.get(v) - 1);
  const reference = s.reg(func.pool.get(start));
  const target = s.newGeneral(false);
  s.begin(X64.Mov32);
  s.def(target);
  s.use(reference);
  return target;
}

export function lowerTailCall(s: Selector, v: i32): void {
  const func = s.func;
  const callee = func.imm.get(v);
  call.compute(s.program, s.program.funcType.get(callee));
  takeRegisters(s, func.a.get(v), func.b.get(v));
  emitStackArguments(s);
  s.beginImm(X64.TailCall, callee);
  // What the function itself overwrites is counted anyway.
  const isOwn = callee == func.index;
  emitTailOperands(
    s,
    -1,
    isOwn ? 0 : s.keepsRegisters ? callClobbers(s.program, s.code, func.index, callee) : ALLOCATABLE,
  );
}

export function lowerTailCallIndirect(s: Selector, v: i32): void {
  emitTailCallReg(s, loadTarget(s, v));
}

export function lowerTailCallRef(s: Selector, v: i32): void {
  emitTailCallReg(s, takeReference(s, v));
}

function emitTailCallReg(s: Selector, target: i32): void {
  emitStackArguments(s);
  s.begin(X64.TailCallReg);
  emitTailOperands(s, target, ALLOCATABLE);
}

/** Target and arguments of the tail call just begun. */
function emitTailOperands(s: Selector, target: i32, overwritten: i32): void {
  s.setImmHi(call.argBytes);
  if (target >= 0) s.useFixed(target, TAIL_TARGET);
  for (let i: i32 = 0; i < registers.length; i++) {
    const place = call.argPlace.get(i);
    if (place >= 0) s.useFixed(registers.get(i), place);
  }
  s.setClobbers(call.argBytes == own.argBytes ? overwritten : overwritten | (1 << TAIL_RETURN));
}

/** Lays out the arguments that travel on the stack, below the frame. */
function emitStackArguments(s: Selector): void {
  for (let i: i32 = 0; i < registers.length; i++) {
    const place = call.argPlace.get(i);
    if (place >= 0) continue;
    s.begin(wholeStoreRow(call.argType.get(i)));
    s.setImmHi(call.argBytes);
    s.use(registers.get(i));
    s.plainMem(Mode.Outgoing, ~place);
  }
}

/** Results, target and arguments of the call instruction just begun, and loads of the results on the stack. */
function emitCallOperands(s: Selector, v: i32, target: i32, overwritten: i32): void {
  s.setImmHi(call.argBytes);
  s.mir.hasCalls = 1;
  if (call.resultBytes > s.mir.outgoingResults) s.mir.outgoingResults = call.resultBytes;
  takeResults(s, v);
  let clobbers = overwritten;
  for (let i: i32 = 0; i < call.resultCount; i++) {
    const place = call.resultPlace.get(i);
    if (place < 0) continue;
    s.defFixed(resultReg(s, i), place);
    clobbers &= ~(1 << place);
  }
  if (target >= 0) s.use(target);
  for (let i: i32 = 0; i < registers.length; i++) {
    const place = call.argPlace.get(i);
    if (place >= 0) s.useFixed(registers.get(i), place);
  }
  s.setClobbers(clobbers);
  for (let i: i32 = 0; i < call.resultCount; i++) {
    const place = call.resultPlace.get(i);
    if (place >= 0 || results.get(i) == NO_VALUE) continue;
    s.begin(wholeLoadRow(call.resultType.get(i)));
    s.def(resultReg(s, i));
    s.plainMem(Mode.Frame, ~place);
  }
  emitResultCopies(s, v);
}

/** Chains a used result to its call, which lies before it and will define its register. */
export function lowerResult(s: Selector, v: i32): void {
  const origin = s.func.a.get(v);
  s.resultChain.set(v, s.resultChain.get(origin));
  s.resultChain.set(origin, v);
}

/** Fills `results`: the Result values that take them; the call itself, if it has a type, is its result 0. */
function takeResults(s: Selector, v: i32): void {
  results.clear();
  results.resize(call.resultCount);
  results.fill(NO_VALUE, 0, call.resultCount);
  for (let r = s.resultChain.get(v); r != NO_VALUE; r = s.resultChain.get(r)) results.set(s.func.imm.get(r), r);
  if (s.func.valueType.get(v) != Type.None) results.set(0, v);
}

/** Results that are taken more than once: all but one taker get copies. */
function emitResultCopies(s: Selector, v: i32): void {
  for (let r = s.resultChain.get(v); r != NO_VALUE; r = s.resultChain.get(r)) {
    const first = results.get(s.func.imm.get(r));
    if (first == r) continue;
    s.begin(moveRow(s.func.valueType.get(r)));
    s.def(s.regOfDef(r));
    s.use(s.regOfDef(first));
  }
}

function resultReg(s: Selector, i: i32): i32 {
  const r = results.get(i);
  return r == NO_VALUE ? s.newOfType(call.resultType.get(i)) : s.regOfDef(r);
}

/** Number and six arguments, in the kernel's registers. The number is noted: the sandbox allows what is made. */
export function lowerSyscall(s: Selector, v: i32): void {
  const func = s.func;
  const number = s.alias(func.pool.get(func.a.get(v)));
  s.code.addSystemCall(func.index, s.isConst(number) ? s.constLo(number) : -1);
  takeRegisters(s, func.a.get(v), func.b.get(v));
  s.begin(X64.Syscall);
  s.defFixed(s.regOfDef(v), Reg.Rax);
  for (let i: i32 = 0; i < registers.length; i++) s.useFixed(registers.get(i), kernelArg(i));
  s.setClobbers((1 << Reg.Rcx) | (1 << Reg.R11));
}

/** Register of operand `i` of a system call; 0 is its number. */
function kernelArg(i: i32): i32 {
  switch (i) {
    case 0:
      return Reg.Rax;
    case 1:
      return Reg.Rdi;
    case 2:
      return Reg.Rsi;
    case 3:
      return Reg.Rdx;
    case 4:
      return Reg.R10;
    case 5:
      return Reg.R8;
  }
  return Reg.R9;
}
