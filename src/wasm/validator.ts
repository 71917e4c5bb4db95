// Validates function bodies in one pass (specification 3.4 and appendix "Validation Algorithm"). Instructions whose
// types are the same everywhere go by their signature in the opcode table; the rest have their rule here, or in
// memory-rules.ts, reference-rules.ts, exception-rules.ts. On the way it notes what each body refers to and which locals it sets, for linker and builder.

import { ltU32 } from "host/prims";
import { Diagnostic } from "../base/diagnostics";
import { unsignedText } from "../base/wide-text";
import { takeBlockType, takeValueType } from "./binary-types";
import { BodyState } from "./body-state";
import { validateThrow, validateThrowRef, validateTryTable } from "./exception-rules";
import { Feature, unsupported } from "./features";
import { Module, RefKind } from "./module";
import { validateAccess, validateBulk, validateLane, validateMemoryGrow, validateMemorySize } from "./memory-rules";
import {
  isOpcode,
  Opcode,
  opcodeAlign,
  opcodeFeature,
  opcodeImm,
  opcodeSignature,
  Prefix,
  prefixBase,
  PrefixBase,
} from "./opcodes";
import { Imm } from "./opcode-table";
import {
  popCallee,
  validateBrOnNonNull,
  validateBrOnNull,
  validatePlainReference,
  validateRefFunc,
  validateRefNull,
} from "./reference-rules";
import { matchesType } from "./type-match";
import { BOTTOM, F32, F64, FUNCREF, I32, I64, isRef, typeName } from "./types";

let state: BodyState | null = null;

/** Checks all bodies of a decoded module; false, with the diagnostic set, if one is invalid. */
export function validateModule(module: Module, diag: Diagnostic): boolean {
  for (let func = module.importedFuncCount; func < module.funcCount; func++) {
    if (!validateFunction(module, func, diag)) return false;
  }
  return true;
}

/** Checks the body of one function, and notes its references and the locals that it sets. */
export function validateFunction(module: Module, func: i32, diag: Diagnostic): boolean {
  let v = state;
  if (v == null) {
    v = new BodyState(module, diag);
    state = v;
  }
  module.refsStart.set(func, module.refs.length);
  module.setsStart.set(func, module.localSets.length);
  module.loopsStart.set(func, module.loopEnds.length);
  v.begin(module, func, diag);
  validateBody(v);
  module.refsEnd.set(func, module.refs.length);
  module.setsEnd.set(func, module.localSets.length);
  if (v.failed) diag.func = func;
  return !v.failed;
}

function validateBody(v: BodyState): void {
  const module = v.module;
  const bytes = v.bytes;
  const operands = v.operands;
  while (v.at < v.end) {
    const at = v.at;
    v.instruction = at;
    v.at = at + 1;
    const op: i32 = bytes.get(at);
    switch (op) {
      case Opcode.LocalGet: {
        const local = v.takeLocal();
        operands.push(v.localType(local));
        if (v.hasUnset) v.checkSet(local);
        break;
      }
      case Opcode.LocalSet: {
        const local = v.takeLocal();
        v.pop(v.localType(local));
        if (v.hasUnset) v.noteSet(local);
        module.localSets.push(local);
        break;
      }
      case Opcode.LocalTee: {
        const local = v.takeLocal();
        const type = v.localType(local);
        v.pop(type);
        operands.push(type);
        if (v.hasUnset) v.noteSet(local);
        module.localSets.push(local);
        break;
      }
      case Opcode.I32Const:
        v.takeS32();
        operands.push(I32);
        break;
      case Opcode.End:
        if (validateEnd(v)) return;
        break;
      case Opcode.BrIf: {
        const block = v.takeLabel();
        v.pop(I32);
        if (v.labelCount(block) != 0) {
          v.popLabel(block);
          v.pushLabel(block);
        }
        break;
      }
      default:
        validateOther(v, op);
    }
  }
  if (!v.failed) v.fail(v.end, "END opcode expected");
}

/** Instructions by the kind of their immediates. */
function validateOther(v: BodyState, op: i32): void {
  const imm = opcodeImm(op);
  const feature = opcodeFeature(op);
  if (feature != 0 && (v.module.features & feature) != feature) {
    v.reject(unsupported(feature));
    return;
  }
  switch (imm) {
    case Imm.None: {
      const signature = opcodeSignature(op);
      if (signature >= 0) applySignature(v, signature);
      else validatePlain(v, op);
      return;
    }
    case Imm.MemArg:
      validateAccess(v, op);
      return;
    case Imm.Block:
      validateBlock(v, op);
      return;
    case Imm.Label:
      validateBranch(v, op);
      return;
    case Imm.LabelTable:
      validateBrTable(v);
      return;
    case Imm.Global:
      validateGlobal(v, op);
      return;
    case Imm.Memory:
      if (op == Opcode.MemorySize) validateMemorySize(v);
      else if (op == Opcode.MemoryGrow) validateMemoryGrow(v);
      else validateBulk(v, op);
      return;
    case Imm.I64:
      v.takeS64();
      v.push(I64);
      return;
    case Imm.F32:
      v.skip(4);
      v.push(F32);
      return;
    case Imm.F64:
      v.skip(8);
      v.push(F64);
      return;
    case Imm.Func:
      if (op == Opcode.RefFunc) validateRefFunc(v);
      else validateCall(v, op);
      return;
    case Imm.Type:
    case Imm.CallIndirect:
      validateCall(v, op);
      return;
    case Imm.Tag:
      if (op == Opcode.Throw) validateThrow(v);
      else v.reject(unsupported(feature));
      return;
    case Imm.TryTable:
      validateTryTable(v);
      return;
    case Imm.SelectTypes:
      validateSelectTyped(v);
      return;
    case Imm.HeapType:
      if (op == Opcode.RefNull) validateRefNull(v);
      else v.reject(unsupported(feature));
      return;
    case Imm.Table:
    case Imm.DataMemory:
    case Imm.Data:
    case Imm.MemoryPair:
    case Imm.ElemTable:
    case Imm.Elem:
    case Imm.TablePair:
      validateBulk(v, op);
      return;
    case Imm.V128:
      v.skip(16);
      applySignature(v, opcodeSignature(op));
      return;
    case Imm.Shuffle:
      for (let i: i32 = 0; i < 16; i++) {
        if (v.takeByte() >= 32) v.reject("invalid lane index");
      }
      applySignature(v, opcodeSignature(op));
      return;
    case Imm.Lane:
      validateLane(v, opcodeAlign(op));
      applySignature(v, opcodeSignature(op));
      return;
    case Imm.MemLane:
      validateAccess(v, op);
      validateLane(v, opcodeAlign(op));
      return;
  }
  validatePrefix(v, op);
}

/** A prefix byte: the instruction's number follows. Anything else is no instruction. */
function validatePrefix(v: BodyState, op: i32): void {
  const base = op < 0x100 ? prefixBase(op) : -1;
  if (base < 0) {
    if (isOpcode(op)) v.reject(unsupported(opcodeFeature(op)));
    else v.reject(`illegal opcode ${hexByte(op)}`);
    return;
  }
  const number = v.takeU32();
  if (v.failed) return;
  const count: i32 = base == PrefixBase.Vector ? PrefixBase.End - PrefixBase.Vector : 0x100;
  if (ltU32(number, count) && isOpcode(base + number)) validateOther(v, base + number);
  else if (op == Prefix.Atomic) v.reject(unsupported(Feature.Threads));
  else v.reject(`illegal opcode ${hexByte(op)} ${unsignedText(number, 0)}`);
}

function hexByte(b: i32): string {
  const digits = "0123456789abcdef";
  return digits.charAt((b >> 4) & 15) + digits.charAt(b & 15);
}

/** Takes the operands of a packed signature (opcode-table.ts) and leaves its result. */
function applySignature(v: BodyState, signature: i32): void {
  if (signature > 0xff) {
    v.pop((signature >> 8) & 0xff);
    if (signature > 0xffff) {
      v.pop((signature >> 16) & 0xff);
      if (signature > 0xff_ffff) v.pop(signature >> 24);
    }
  }
  const result = signature & 0xff;
  if (result != 0) v.push(result);
}

/** Instructions without immediates whose types depend on their context. */
function validatePlain(v: BodyState, op: i32): void {
  switch (op) {
    case Opcode.Unreachable:
      v.setUnreachable();
      return;
    case Opcode.Else:
      validateElse(v);
      return;
    case Opcode.Return:
      v.popLabel(0);
      v.setUnreachable();
      return;
    case Opcode.Drop:
      v.popAny();
      return;
    case Opcode.Select:
      validateSelect(v);
      return;
    case Opcode.ThrowRef:
      validateThrowRef(v);
      return;
    case Opcode.I64Add128:
    case Opcode.I64Sub128:
      validateWide(v, 4);
      return;
    case Opcode.I64MulWideS:
    case Opcode.I64MulWideU:
      validateWide(v, 2);
      return;
  }
  if (!validatePlainReference(v, op)) v.reject(unsupported(opcodeFeature(op)));
}

function validateBranch(v: BodyState, op: i32): void {
  if (op == Opcode.BrOnNull) {
    validateBrOnNull(v);
  } else if (op == Opcode.BrOnNonNull) {
    validateBrOnNonNull(v);
  } else {
    if (op != Opcode.Br) v.reject(unsupported(opcodeFeature(op)));
    v.popLabel(v.takeLabel());
    v.setUnreachable();
  }
}

/** Arithmetic with a result of 128 bits, in two halves. */
function validateWide(v: BodyState, operands: i32): void {
  for (let i: i32 = 0; i < operands; i++) v.pop(I64);
  v.push(I64);
  v.push(I64);
}

function validateBlock(v: BodyState, op: i32): void {
  const type = takeBlockType(v, v.module);
  if (v.failed) return;
  if (op == Opcode.If) v.pop(I32);
  v.popParams(type);
  v.pushBlock(op, type);
  v.pushParams(type);
}

/** Takes the results of the innermost block, which must be all that it leaves. */
function popBlockResults(v: BodyState): void {
  v.popResults(v.blockType.top());
  if (v.operands.length != v.floor) v.reject("type mismatch: values remaining on stack at end of block");
}

function validateElse(v: BodyState): void {
  if (v.blockOp.top() != Opcode.If) {
    v.reject("else without a matching if");
    return;
  }
  const type = v.blockType.top();
  popBlockResults(v);
  v.popBlock();
  v.pushBlock(Opcode.Else, type);
  v.pushParams(type);
}

/** Closes the innermost block; true if it was the body. */
function validateEnd(v: BodyState): boolean {
  const type = v.blockType.top();
  popBlockResults(v);
  if (v.blockOp.top() == Opcode.If && !v.failed) checkMissingElse(v, type);
  v.popBlock();
  if (v.blockOp.length == 0) {
    if (!v.failed && v.at != v.end) v.fail(v.at, "END opcode expected: instructions after the end of the function");
    return true;
  }
  v.pushResults(type);
  return false;
}

/** An if without else passes its parameters on, so they must be its results. */
function checkMissingElse(v: BodyState, type: i32): void {
  const n = v.paramCount(type);
  let same = n == v.resultCount(type);
  for (let i: i32 = 0; i < n && same; i++) {
    same = matchesType(v.module, v.module.paramType(type, i), v.resultType(type, i));
  }
  if (!same) v.reject("type mismatch: if without else must have the same parameters and results");
}

function validateBrTable(v: BodyState): void {
  v.pop(I32);
  const count = v.takeU32();
  if (ltU32(v.end - v.at, count)) v.fail(v.end, v.endMessage);
  if (v.failed) return;
  let first: i32 = -1;
  let previous: i32 = -1;
  for (let i: i32 = 0; i <= count && !v.failed; i++) {
    const block = v.takeLabel();
    if (v.failed) return;
    if (block == previous) continue;
    if (first < 0) first = block;
    else if (v.labelCount(block) != v.labelCount(first)) {
      v.reject("type mismatch: br_table labels have different numbers of types");
    }
    checkLabel(v, block);
    previous = block;
  }
  v.setUnreachable();
}

/** Checks that a branch to a block would be right, and leaves the operands as they are. */
function checkLabel(v: BodyState, block: i32): void {
  const n = v.labelCount(block);
  if (n == 0) return;
  const available = v.operands.length - v.floor;
  if (available < n && !v.unreachable) {
    v.reject(`type mismatch: branch needs ${n} values but stack has ${available}`);
    return;
  }
  for (let i: i32 = 0; i < n && i < available; i++) {
    const found = v.operands.get(v.operands.length - 1 - i);
    const expected = v.labelType(block, n - 1 - i);
    if (found != expected && !matchesType(v.module, found, expected)) {
      v.reject(`type mismatch: expected ${typeName(expected)}, found ${typeName(found)}`);
      return;
    }
  }
}

function validateGlobal(v: BodyState, op: i32): void {
  const module = v.module;
  const index = v.takeIndex(module.globalType.length, "global");
  if (v.failed) return;
  const type = module.globalType.get(index);
  if (op == Opcode.GlobalGet) {
    v.push(type);
    return;
  }
  if (module.globalMutable.get(index) == 0) v.reject("immutable global");
  v.pop(type);
  module.refs.push((index << 4) | RefKind.GlobalSet);
}

/** call, call_indirect, call_ref and their tail-call forms. */
function validateCall(v: BodyState, op: i32): void {
  let type: i32 = -1;
  switch (op) {
    case Opcode.Call:
    case Opcode.ReturnCall: {
      const func = v.takeIndex(v.module.funcCount, "function");
      if (v.failed) return;
      type = v.module.funcType.get(func);
      v.module.refs.push((func << 4) | RefKind.Call);
      break;
    }
    case Opcode.CallIndirect:
    case Opcode.ReturnCallIndirect:
      type = popTableEntry(v);
      break;
    case Opcode.CallRef:
    case Opcode.ReturnCallRef:
      type = popCallee(v);
      break;
    default:
      v.reject(unsupported(opcodeFeature(op)));
  }
  if (v.failed) return;
  v.popParams(type);
  if (op == Opcode.Call || op == Opcode.CallIndirect || op == Opcode.CallRef) {
    v.pushResults(type);
    return;
  }
  checkReturnedTypes(v, type);
  v.setUnreachable();
}

/** Type, table and index of an indirect call; the type. */
function popTableEntry(v: BodyState): i32 {
  const module = v.module;
  const type = v.takeIndex(module.typeStart.length, "type");
  const table = v.takeIndex(module.tableType.length, "table");
  if (v.failed) return type;
  if (!matchesType(module, module.tableType.get(table), FUNCREF)) {
    v.reject(`type mismatch: call_indirect through a table of ${typeName(module.tableType.get(table))}`);
  }
  v.pop(module.tableIs64.get(table) != 0 ? I64 : I32);
  module.refs.push((table << 4) | RefKind.TableUse);
  module.refs.push((type << 4) | RefKind.IndirectType);
  return type;
}

/** The function that a tail call ends in must have the results of this one. */
function checkReturnedTypes(v: BodyState, type: i32): void {
  const own = v.blockType.get(0);
  const n = v.resultCount(own);
  let same = n == v.resultCount(type);
  for (let i: i32 = 0; i < n && same; i++) {
    same = matchesType(v.module, v.resultType(type, i), v.resultType(own, i));
  }
  if (!same) v.reject("type mismatch: a tail call must have the results of its function");
}

function validateSelect(v: BodyState): void {
  v.pop(I32);
  const second = v.popAny();
  const first = v.popAny();
  if (isRef(first) || isRef(second)) {
    v.reject("type mismatch: select of references needs its type");
  } else if (first != second && first != BOTTOM && second != BOTTOM) {
    v.reject(`type mismatch: select between ${typeName(first)} and ${typeName(second)}`);
  }
  v.push(first == BOTTOM ? second : first);
}

function validateSelectTyped(v: BodyState): void {
  const count = v.takeU32();
  if (v.failed) return;
  if (count != 1) {
    v.reject("invalid result arity");
    return;
  }
  const type = takeValueType(v, v.module);
  v.pop(I32);
  v.pop(type);
  v.pop(type);
  v.push(type);
}
