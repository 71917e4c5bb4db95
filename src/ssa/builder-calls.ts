// Calls, and the expansion of intrinsics (link/intrinsics.ts), which are never called.

import { TrapKind } from "../base/traps";
import { Intrinsic } from "../link/intrinsics";
import { GUEST_BASE, GUEST_CELL, INFO_BASE, MemoryCell } from "../link/layout";
import { FuncKind } from "../link/program";
import { isNullable } from "../wasm/types";
import { buildFewCopied, MOST_COPIED } from "./builder-bulk";
import { Builder, ssaType } from "./builder-context";
import { loadCell } from "./builder-memory";
import { NO_VALUE, RAW_MEMORY } from "./func";
import { Op, Type } from "./op";

export function buildCall(b: Builder): void {
  const program = b.program;
  const callee = program.funcOf(b.instance, b.reader.readU32());
  if (program.funcKind.get(callee) == FuncKind.Intrinsic) {
    buildIntrinsic(b, program.funcLocal.get(callee));
    return;
  }
  const type = program.funcType.get(callee);
  const call = b.buildPooled(Op.Call, callType(b, type), NO_VALUE, program.typeParamCount.get(type), callee, 0);
  if (b.openTry >= 0 && program.funcThrows.get(callee) != 0) b.buildUnwind();
  pushResults(b, call, type);
}

export function buildCallIndirect(b: Builder): void {
  const program = b.program;
  const type = program.typeOf(b.instance, b.reader.readU32());
  const table = program.tableOf(b.instance, b.reader.readU32());
  const index = b.pop();
  const params = program.typeParamCount.get(type);
  const call = b.buildPooled(Op.CallIndirect, callType(b, type), index, params, table, type);
  b.buildUnwind();
  pushResults(b, call, type);
}

export function buildCallRef(b: Builder): void {
  const program = b.program;
  const type = program.typeOf(b.instance, b.reader.readU32());
  const callee = popNonNull(b);
  const call = b.buildPooled(Op.CallRef, callType(b, type), callee, program.typeParamCount.get(type), type, 0);
  b.buildUnwind();
  pushResults(b, call, type);
}

/** Takes a reference; traps if it is null. */
function popNonNull(b: Builder): i32 {
  const reference = b.pop();
  buildNullCheck(b, reference);
  return reference;
}

/** Traps if a reference is null. */
export function buildNullCheck(b: Builder, reference: i32): void {
  if (isNeverNull(b, reference)) return;
  b.buildTrapIf(b.unary(Op.Eqz, Type.I32, reference), TrapKind.NullReference);
}

/** Whether what a reference comes from has a type without null. */
function isNeverNull(b: Builder, reference: i32): boolean {
  const func = b.func;
  const program = b.program;
  const v = func.resolve(reference);
  const imm = func.imm.get(v);
  switch (func.op.get(v)) {
    case Op.FuncRef:
      return true;
    case Op.Param:
      return !isNullable(program.paramType(func.type, imm));
    case Op.GlobalGet:
      return !isNullable(program.globalType.get(imm));
    case Op.TableGet:
      return !isNullable(program.tableType.get(imm));
    case Op.Call:
      return !isNullable(program.resultType(program.funcType.get(imm), 0));
    case Op.CallIndirect:
      return !isNullable(program.resultType(func.immHi.get(v), 0));
    case Op.CallRef:
      return !isNullable(program.resultType(imm, 0));
  }
  return false;
}

// Tail calls: the function's frame is gone when its callee begins, so any number of them runs in constant stack.

export function buildReturnCall(b: Builder): void {
  const program = b.program;
  const at = b.reader.at;
  const callee = program.funcOf(b.instance, b.reader.readU32());
  const type = program.funcType.get(callee);
  if (program.funcKind.get(callee) != FuncKind.Intrinsic) {
    buildTailCall(b, Op.TailCall, NO_VALUE, type, callee, 0);
    return;
  }
  b.reader.at = at;
  buildCall(b);
  if (!b.isDead) b.endWithReturn(program.typeResultCount.get(type));
}

export function buildReturnCallIndirect(b: Builder): void {
  const program = b.program;
  const type = program.typeOf(b.instance, b.reader.readU32());
  const table = program.tableOf(b.instance, b.reader.readU32());
  buildTailCall(b, Op.TailCallIndirect, b.pop(), type, table, type);
}

export function buildReturnCallRef(b: Builder): void {
  const type = b.program.typeOf(b.instance, b.reader.readU32());
  buildTailCall(b, Op.TailCallRef, popNonNull(b), type, type, 0);
}

function buildTailCall(b: Builder, op: i32, callee: i32, type: i32, imm: i32, immHi: i32): void {
  b.buildPooled(op, Type.None, callee, b.program.typeParamCount.get(type), imm, immHi);
  b.finishBlock();
}

/** Type of a call's value: that of its result if there is one. */
function callType(b: Builder, type: i32): i32 {
  return b.program.typeResultCount.get(type) == 1 ? ssaType(b.program.resultType(type, 0)) : Type.None;
}

/** Pushes what a call returns: itself, or a Result for each of several. */
function pushResults(b: Builder, call: i32, type: i32): void {
  const program = b.program;
  const n = program.typeResultCount.get(type);
  if (n == 1) {
    b.push(call);
    return;
  }
  for (let i: i32 = 0; i < n; i++) {
    b.push(b.build(Op.Result, ssaType(program.resultType(type, i)), call, NO_VALUE, NO_VALUE, i, 0));
  }
}

function buildIntrinsic(b: Builder, intrinsic: i32): void {
  switch (intrinsic) {
    case Intrinsic.Syscall:
      b.push(b.buildPooled(Op.Syscall, Type.I64, NO_VALUE, 7, 0, 0));
      return;
    case Intrinsic.Load8:
      buildRawLoad(b, Op.Load8U, Type.I32);
      return;
    case Intrinsic.Load16:
      buildRawLoad(b, Op.Load16U, Type.I32);
      return;
    case Intrinsic.Load32:
      buildRawLoad(b, Op.Load, Type.I32);
      return;
    case Intrinsic.Load64:
      buildRawLoad(b, Op.Load, Type.I64);
      return;
    case Intrinsic.Store8:
      buildRawStore(b, Op.Store8);
      return;
    case Intrinsic.Store16:
      buildRawStore(b, Op.Store16);
      return;
    case Intrinsic.Store32:
    case Intrinsic.Store64:
      buildRawStore(b, Op.Store);
      return;
    case Intrinsic.Copy:
      buildCopy(b);
      return;
    case Intrinsic.Fill:
      buildBytes(b, Op.FillBytes);
      return;
    case Intrinsic.Trap:
      buildTrap(b);
      return;
    case Intrinsic.ExternOf:
      b.push(b.unary(Op.Bitcast, Type.Ref, b.pop()));
      return;
    case Intrinsic.ExternWord:
      b.push(b.unary(Op.Bitcast, Type.I64, b.pop()));
      return;
    case Intrinsic.CodeStart:
    case Intrinsic.CodeEnd:
      b.push(buildCodeBound(b, intrinsic == Intrinsic.CodeEnd ? 1 : 0));
      return;
  }
  buildPlace(b, intrinsic);
}

function buildRawLoad(b: Builder, op: i32, type: i32): void {
  b.push(b.build(op, type, b.pop(), NO_VALUE, RAW_MEMORY, 0, 0));
}

function buildRawStore(b: Builder, op: i32): void {
  const value = b.pop();
  const address = b.pop();
  b.build(op, Type.None, address, value, RAW_MEMORY, 0, 0);
}

/** copy(target, source, bytes): few bytes, of a constant number, are all read before they are written. */
function buildCopy(b: Builder): void {
  const count = b.asConst(b.stack.top());
  const few: i32 = count == NO_VALUE || b.func.immHi.get(count) != 0 ? 0 : b.func.imm.get(count);
  if (few <= 0 || few > MOST_COPIED) {
    buildBytes(b, Op.CopyBytes);
    return;
  }
  b.pop();
  const source = b.pop();
  buildFewCopied(b, RAW_MEMORY, b.pop(), RAW_MEMORY, source, few);
}

/** copy(target, source, bytes) and fill(target, value, bytes). */
function buildBytes(b: Builder, op: i32): void {
  const bytes = b.pop();
  const second = b.pop();
  const target = b.pop();
  b.build(op, Type.None, target, second, bytes, 0, 0);
}

function buildCodeBound(b: Builder, end: i32): i32 {
  return b.build(Op.CodeBound, Type.I64, NO_VALUE, NO_VALUE, NO_VALUE, end, 0);
}

/** trap(kind), where the kind is a constant. */
function buildTrap(b: Builder): void {
  const kind = b.asConst(b.pop());
  b.endWithTrap(kind == NO_VALUE ? TrapKind.Unreachable : b.func.imm.get(kind));
}

/** Intrinsics that tell where things are. */
function buildPlace(b: Builder, intrinsic: i32): void {
  if (intrinsic == Intrinsic.Info) {
    b.push(b.address(INFO_BASE));
    return;
  }
  const program = b.program;
  if (intrinsic == Intrinsic.MemoryBase) {
    pushBase(b, b.module.memoryMin.length == 0 ? -1 : program.memoryOf(b.instance, 0));
    return;
  }
  if (intrinsic == Intrinsic.GuestBase) {
    b.push(b.address(GUEST_BASE));
    return;
  }
  assert(intrinsic == Intrinsic.GuestSize, "buildPlace: intrinsic");
  b.push(loadCell(b, GUEST_CELL + MemoryCell.Size));
}

function pushBase(b: Builder, memory: i32): void {
  const program = b.program;
  if (memory < 0) b.push(b.address(0));
  else b.push(b.constant(Type.I64, program.memoryBaseLo.get(memory), program.memoryBaseHi.get(memory)));
}
