// Translates what is neither control flow nor a local: constants, numeric instructions, memories, tables, references and
// calls.

import { TrapKind } from "../base/traps";
import { Intrinsic } from "../link/intrinsics";
import { FuncKind, NONE } from "../link/program";
import { ssaType } from "../ssa/builder-context";
import { operationOf, operationType } from "../ssa/builder-opcodes";
import { skipImmediates } from "../ssa/builder-scan";
import { Opcode, opcodeSignature } from "../wasm/opcodes";
import { isRef, ValueKind } from "../wasm/types";
import { CallEvent } from "./call-event";
import { Code } from "./code";
import { COPY_FEW } from "./intrinsics";
import { constantCode, constantFor, isCommutative, isSwapped, numericCode } from "./numeric-rows";
import { Translator } from "./translate";

/** So many bytes that are copied are few. */
const MOST_FEW: i32 = 128;

export function translateRest(t: Translator, opcode: i32): void {
  if (opcode >= Opcode.I32Eqz && opcode <= Opcode.I64Extend32S) translateNumeric(t, opcode);
  else if (opcode >= Opcode.I32Load && opcode <= Opcode.I64Store32) translateAccess(t, opcode);
  else if (opcode >= Opcode.I32TruncSatF32S && opcode <= Opcode.I64TruncSatF64U) translateNumeric(t, opcode);
  else if (opcode >= Opcode.I32Const && opcode <= Opcode.F64Const) translateConst(t, opcode);
  else if (opcode >= Opcode.Call && opcode <= Opcode.ReturnCallRef) translateCall(t, opcode);
  else if (opcode >= Opcode.MemoryInit && opcode <= Opcode.TableFill) translateBulk(t, opcode);
  else if (opcode >= Opcode.I64Add128 && opcode <= Opcode.I64MulWideU) translateWide(t, opcode);
  else translatePlain(t, opcode);
}

function translateConst(t: Translator, opcode: i32): void {
  const reader = t.reader;
  switch (opcode) {
    case Opcode.I32Const:
      t.emitter.push32(reader.readS32());
      return;
    case Opcode.I64Const:
      reader.readS64();
      t.emitter.push64(reader.lo, reader.hi);
      return;
    case Opcode.F32Const:
      t.emitter.push32(reader.readF32Bits());
      return;
  }
  reader.readF64Bits();
  t.emitter.push64(reader.lo, reader.hi);
}

// Numeric instructions.

function translateNumeric(t: Translator, opcode: i32): void {
  switch (opcode) {
    // The same bits, or the low word of them: an i32 is what the low word of its cell says.
    case Opcode.I32WrapI64:
    case Opcode.I32ReinterpretF32:
    case Opcode.I64ReinterpretF64:
    case Opcode.F32ReinterpretI32:
    case Opcode.F64ReinterpretI64:
      return;
    case Opcode.I32Eqz:
      if (t.emitter.invertComparison()) return;
  }
  const signature = opcodeSignature(opcode);
  if (signature > 0xffff) translateBinary(t, opcode, (signature >> 8) & 0xff);
  else translateUnary(t, opcode, (signature >> 8) & 0xff);
}

function translateUnary(t: Translator, opcode: i32, kind: i32): void {
  const emitter = t.emitter;
  const code = numericCode(opcode);
  const a = emitter.pop();
  if (code < 0) {
    emitNumeric(t, opcode, kind, a, a);
    return;
  }
  emitter.emitResult1(code, a);
}

function translateBinary(t: Translator, opcode: i32, kind: i32): void {
  const emitter = t.emitter;
  const code = numericCode(opcode);
  const withSecond = codeWithTop(t, opcode, kind);
  if (withSecond >= 0) {
    const constant = emitter.topConst;
    emitter.drop();
    emitter.emitResult2(withSecond, emitter.pop(), constantFor(opcode, constant));
    return;
  }
  const b = emitter.pop();
  const withFirst = code >= 0 && isCommutative(opcode) ? codeWithTop(t, opcode, kind) : -1;
  if (withFirst >= 0) {
    const constant = emitter.topConst;
    emitter.drop();
    emitter.emitResult2(withFirst, b, constant);
    return;
  }
  const a = emitter.pop();
  if (code < 0) {
    emitNumeric(t, opcode, kind, a, b);
    return;
  }
  emitter.emitResult2(code, isSwapped(opcode) ? b : a, isSwapped(opcode) ? a : b);
}

/** The instruction that holds the topmost operand, a constant; -1 if there is none, or that is no constant. */
function codeWithTop(t: Translator, opcode: i32, kind: i32): i32 {
  if (numericCode(opcode) < 0) return -1;
  const isConstant = kind == ValueKind.I32 ? t.emitter.isConst32 : kind == ValueKind.I64 && t.emitter.isShortConst64;
  return isConstant ? constantCode(opcode, t.emitter.topConst) : -1;
}

function emitNumeric(t: Translator, opcode: i32, kind: i32, a: i32, b: i32): void {
  const emitter = t.emitter;
  emitter.emitResult(Code.Numeric);
  emitter.operand(a);
  emitter.operand(b);
  emitter.operand(operationOf(opcode));
  emitter.operand(ssaType(kind));
  emitter.operand(operationType(opcode));
}

/** i64.add128 and its like: operands and results in consecutive cells. */
function translateWide(t: Translator, opcode: i32): void {
  const isSum = opcode == Opcode.I64Add128 || opcode == Opcode.I64Sub128;
  const at = t.emitter.settleTop(isSum ? 4 : 2);
  t.emitter.emit1(Code.Add128 + opcode - Opcode.I64Add128, at);
  if (isSum) t.emitter.dropTo(t.emitter.height - 2);
}

// Memories.

/** The instruction for an access to an ordinary memory 0. */
function accessCode(opcode: i32): i32 {
  switch (opcode) {
    case Opcode.I32Load:
    case Opcode.F32Load:
    case Opcode.I64Load32U:
      return Code.Load32;
    case Opcode.I64Load:
    case Opcode.F64Load:
      return Code.Load64;
    case Opcode.I32Load8S:
      return Code.Load8S32;
    case Opcode.I32Load8U:
    case Opcode.I64Load8U:
      return Code.Load8U;
    case Opcode.I32Load16S:
      return Code.Load16S32;
    case Opcode.I32Load16U:
    case Opcode.I64Load16U:
      return Code.Load16U;
    case Opcode.I64Load8S:
      return Code.Load8S64;
    case Opcode.I64Load16S:
      return Code.Load16S64;
    case Opcode.I64Load32S:
      return Code.Load32S64;
    case Opcode.I32Store8:
    case Opcode.I64Store8:
      return Code.Store8;
    case Opcode.I32Store16:
    case Opcode.I64Store16:
      return Code.Store16;
    case Opcode.I64Store:
    case Opcode.F64Store:
      return Code.Store64;
  }
  return Code.Store32;
}

/** The form that adds two cells to the address, -1 if there is none. */
function codeAtSum(code: i32): i32 {
  if (code == Code.Load32) return Code.Load32At;
  if (code == Code.Load64) return Code.Load64At;
  return code == Code.Load8U ? Code.Load8UAt : -1;
}

function translateAccess(t: Translator, opcode: i32): void {
  const reader = t.reader;
  const emitter = t.emitter;
  const flags = reader.readU32();
  const index: i32 = (flags & 0x40) != 0 ? reader.readU32() : 0;
  reader.readU64();
  const offset = reader.lo;
  const offsetHi = reader.hi;
  const memory = t.program.memoryOf(t.instance, index);
  const isStore = opcode >= Opcode.I32Store;
  if (index != 0 || t.program.memoryIs64.get(memory) != 0) {
    const value: i32 = isStore ? emitter.pop() : 0;
    const address = emitter.pop();
    if (isStore) emitter.emit1(Code.Access, value);
    else emitter.emitResult(Code.Access);
    emitter.operand(address);
    emitter.operand(opcode);
    emitter.operand(memory);
    emitter.operand(offset);
    emitter.operand(offsetHi);
    return;
  }
  const code = accessCode(opcode);
  if (isStore) {
    const value = emitter.pop();
    emitter.emit3(code, emitter.pop(), value, offset);
    return;
  }
  const atSum = codeAtSum(code);
  if (atSum >= 0 && emitter.lastOp == Code.Add32) {
    const a = emitter.lastOperand(1);
    const b = emitter.lastOperand(2);
    emitter.dropLast();
    emitter.emitResult3(atSum, a, b, offset);
  } else {
    emitter.emitResult2(code, emitter.pop(), offset);
  }
}

/** Instructions with their operands in consecutive cells, and no result. */
function emitConsecutive(t: Translator, op: i32, x: i32, y: i32, count: i32): void {
  const emitter = t.emitter;
  const at = emitter.settleTop(count);
  if (op == Code.MemoryFill || op == Code.TableFill) emitter.emit2(op, x, at);
  else emitter.emit3(op, x, y, at);
  emitter.dropTo(emitter.height - count);
}

function readMemory(t: Translator): i32 {
  return t.program.memoryOf(t.instance, t.reader.readU32());
}

function readTable(t: Translator): i32 {
  return t.program.tableOf(t.instance, t.reader.readU32());
}

/** Number of an element or data segment among those of all instances. */
function readElem(t: Translator): i32 {
  return t.program.instanceElemBase.get(t.instance) + t.reader.readU32();
}

function readData(t: Translator): i32 {
  return t.program.instanceDataBase.get(t.instance) + t.reader.readU32();
}

function translateBulk(t: Translator, opcode: i32): void {
  const emitter = t.emitter;
  switch (opcode) {
    case Opcode.MemoryInit: {
      const segment = readData(t);
      emitConsecutive(t, Code.MemoryInit, readMemory(t), segment, 3);
      return;
    }
    case Opcode.DataDrop:
      emitter.emit1(Code.DataDrop, readData(t));
      return;
    case Opcode.MemoryCopy: {
      const target = readMemory(t);
      emitConsecutive(t, Code.MemoryCopy, target, readMemory(t), 3);
      return;
    }
    case Opcode.MemoryFill:
      emitConsecutive(t, Code.MemoryFill, readMemory(t), 0, 3);
      return;
    case Opcode.TableInit: {
      const segment = readElem(t);
      emitConsecutive(t, Code.TableInit, readTable(t), segment, 3);
      return;
    }
    case Opcode.ElemDrop:
      emitter.emit1(Code.ElemDrop, readElem(t));
      return;
    case Opcode.TableCopy: {
      const target = readTable(t);
      emitConsecutive(t, Code.TableCopy, target, readTable(t), 3);
      return;
    }
    case Opcode.TableGrow: {
      const table = readTable(t);
      const count = emitter.pop();
      const word = emitter.pop();
      emitter.emitResult3(Code.TableGrow, table, word, count);
      return;
    }
    case Opcode.TableSize:
      emitter.emitResult1(Code.TableSize, readTable(t));
      return;
  }
  emitConsecutive(t, Code.TableFill, readTable(t), 0, 3);
}

// The rest.

function translatePlain(t: Translator, opcode: i32): void {
  const emitter = t.emitter;
  switch (opcode) {
    case Opcode.Unreachable:
      emitter.emit1(Code.Trap, TrapKind.Unreachable);
      t.isDead = true;
      return;
    case Opcode.Nop:
      return;
    case Opcode.Drop:
      emitter.drop();
      return;
    case Opcode.SelectTyped:
      skipImmediates(t.reader, opcode);
      translateSelect(t);
      return;
    case Opcode.Select:
      translateSelect(t);
      return;
    case Opcode.GlobalGet:
      translateGlobalGet(t);
      return;
    case Opcode.GlobalSet:
      emitter.emit2(Code.GlobalSet, t.program.globalOf(t.instance, t.reader.readU32()), emitter.pop());
      return;
    case Opcode.MemorySize:
      emitter.emitResult1(Code.MemorySize, readMemory(t));
      return;
    case Opcode.MemoryGrow: {
      const pages = emitter.pop();
      emitter.emitResult2(Code.MemoryGrow, readMemory(t), pages);
      return;
    }
    case Opcode.TableGet: {
      const index = emitter.pop();
      emitter.emitResult2(Code.TableGet, readTable(t), index);
      return;
    }
    case Opcode.TableSet: {
      const value = emitter.pop();
      emitter.emit3(Code.TableSet, readTable(t), emitter.pop(), value);
      return;
    }
  }
  translateReference(t, opcode);
}

function translateReference(t: Translator, opcode: i32): void {
  const emitter = t.emitter;
  switch (opcode) {
    case Opcode.Throw: {
      const tag = t.program.tagOf(t.instance, t.reader.readU32());
      const count = t.program.typeParamCount.get(t.program.tagType.get(tag));
      emitter.emit2(Code.Throw, tag, emitter.settleTop(count));
      t.isDead = true;
      return;
    }
    case Opcode.ThrowRef:
      emitter.emit1(Code.ThrowRef, emitter.pop());
      t.isDead = true;
      return;
    case Opcode.RefNull:
      t.reader.skipLeb();
      emitter.push64(0, 0);
      return;
    case Opcode.RefIsNull:
      emitter.emitResult1(Code.RefIsNull, emitter.pop());
      return;
    case Opcode.RefFunc:
      emitter.emitResult1(Code.RefFunc, t.program.funcOf(t.instance, t.reader.readU32()));
      return;
  }
  assert(opcode == Opcode.RefAsNonNull, "translateReference: opcode");
  emitter.emit1(Code.RefAsNonNull, emitter.settleTop(1));
}

function translateSelect(t: Translator): void {
  const emitter = t.emitter;
  const condition = emitter.pop();
  const b = emitter.pop();
  const a = emitter.pop();
  emitter.emitResult3(Code.Select, a, b, condition);
}

/** A global that never changes is its value. */
function translateGlobalGet(t: Translator): void {
  const program = t.program;
  const emitter = t.emitter;
  const index = t.reader.readU32();
  const global = program.globalOf(t.instance, index);
  const type = program.globalType.get(global);
  if (t.module.globalMutable.get(index) != 0 || isRef(type)) {
    emitter.emitResult1(Code.GlobalGet, global);
  } else if (type == ValueKind.I32 || type == ValueKind.F32) {
    emitter.push32(program.globalLo.get(global));
  } else {
    emitter.push64(program.globalLo.get(global), program.globalHi.get(global));
  }
}

// Calls.

function translateCall(t: Translator, opcode: i32): void {
  switch (opcode) {
    case Opcode.Call:
    case Opcode.ReturnCall:
      translateDirectCall(t, opcode == Opcode.ReturnCall);
      return;
    case Opcode.CallIndirect:
    case Opcode.ReturnCallIndirect: {
      const type = t.program.typeOf(t.instance, t.reader.readU32());
      const table = readTable(t);
      translateReferenceCall(t, type, table, opcode == Opcode.ReturnCallIndirect);
      return;
    }
  }
  const type = t.program.typeOf(t.instance, t.reader.readU32());
  translateReferenceCall(t, type, NONE, opcode == Opcode.ReturnCallRef);
}

function translateDirectCall(t: Translator, isTail: boolean): void {
  const program = t.program;
  const emitter = t.emitter;
  const f = program.funcOf(t.instance, t.reader.readU32());
  if (f == NONE) {
    // The runtime does without it in programs that run.
    emitter.emit1(Code.Trap, TrapKind.UnknownImport);
    t.isDead = true;
    return;
  }
  const type = program.funcType.get(f);
  const kind = program.funcKind.get(f);
  if (kind == FuncKind.Intrinsic) {
    translateIntrinsic(t, program.funcLocal.get(f), type);
    if (isTail) t.translateReturn();
    return;
  }
  const params = program.typeParamCount.get(type);
  const at = emitter.settleTop(params);
  if (isTail && kind != FuncKind.Host && kind != FuncKind.TryStub) {
    t.watchTail();
    emitter.emit4(Code.TailCall, f, at, params, t.link);
    t.isDead = true;
    return;
  }
  t.watchForeign(f, at, CallEvent.Begin);
  if (kind == FuncKind.Host) {
    emitter.emit2(Code.CallHost, f, at);
  } else if (kind == FuncKind.TryStub) {
    emitter.emit2(Code.TryCall, at, t.instance);
    emitter.emit1(Code.EndTry, at);
  } else {
    emitter.emit3(Code.Call, f, at, t.instance);
  }
  pushResults(t, type, params);
  t.watchForeign(f, at, CallEvent.End);
  if (isTail) t.translateReturn();
}

/** What a call took is gone, and what it returned is there. */
function pushResults(t: Translator, type: i32, params: i32): void {
  t.emitter.dropTo(t.emitter.height - params);
  t.emitter.pushCells(t.program.typeResultCount.get(type));
}

/** A call through a table, or of the topmost operand if `table` is NONE. */
function translateReferenceCall(t: Translator, type: i32, table: i32, isTail: boolean): void {
  const emitter = t.emitter;
  const params = t.program.typeParamCount.get(type);
  const a = emitter.pop();
  const at = emitter.settleTop(params);
  if (isTail) t.watchTail();
  if (table == NONE) emitter.emit3(isTail ? Code.TailCallRef : Code.CallRef, type, a, at);
  else emitter.emit4(isTail ? Code.TailCallIndirect : Code.CallIndirect, table, type, a, at);
  if (isTail) {
    emitter.operand(params);
    emitter.operand(t.link);
    t.isDead = true;
    return;
  }
  emitter.operand(t.instance);
  pushResults(t, type, params);
}

function translateIntrinsic(t: Translator, intrinsic: i32, type: i32): void {
  const emitter = t.emitter;
  switch (intrinsic) {
    case Intrinsic.ExternOf:
    case Intrinsic.ExternWord:
      return;
    case Intrinsic.Trap:
      emitter.emit1(Code.Trap, emitter.isConst32 ? emitter.topConst : TrapKind.Unreachable);
      t.isDead = true;
      return;
  }
  const isFew =
    intrinsic == Intrinsic.Copy && emitter.isShortConst64 && emitter.topConst > 0 && emitter.topConst <= MOST_FEW;
  const params = t.program.typeParamCount.get(type);
  emitter.emit2(Code.CallIntrinsic, isFew ? COPY_FEW : intrinsic, emitter.settleTop(params));
  pushResults(t, type, params);
}
