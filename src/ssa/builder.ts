// A validated function body to SSA, in one pass over its bytes. The operand stack holds values; control flow is
// builder-control.ts, local variables builder-locals.ts, memories and tables builder-memory.ts, calls
// builder-calls.ts. Dead code is passed over without building anything.

import { TrapKind } from "../base/traps";
import { FuncKind, Program } from "../link/program";
import { Opcode } from "../wasm/opcodes";
import { kindOf, ValueKind } from "../wasm/types";
import {
  buildCall,
  buildCallIndirect,
  buildCallRef,
  buildNullCheck,
  buildReturnCall,
  buildReturnCallIndirect,
  buildReturnCallRef,
} from "./builder-calls";
import { buildThrow, buildThrowRef } from "./builder-try";
import { Builder, ssaType } from "./builder-context";
import { ControlBuilder } from "./builder-control";
import { buildInstantiation } from "./builder-instantiate";
import * as memory from "./builder-memory";
import { operationOf, operationType } from "./builder-opcodes";
import { readOpcode, skipImmediates, skipValueType } from "./builder-scan";
import { Func, NO_VALUE } from "./func";
import { Op, opArity, Type } from "./op";

const builder = new Builder();
const control = new ControlBuilder(builder);

/**
 * Builds program function `f`, of kind FuncKind.Body, into `out`. At level 0 nothing is simplified.
 */
export function buildFunction(program: Program, f: i32, out: Func, level: i32): void {
  if (!build(program, f, out, level, false)) build(program, f, out, level, true);
}

/** False if the locals need too many phis to be values: then they are to be in slots. */
function build(program: Program, f: i32, out: Func, level: i32, inSlots: boolean): boolean {
  const b = builder;
  const type = program.funcType.get(f);
  begin(program, f, out, level);
  const local = program.funcLocal.get(f);
  const module = b.module;
  b.locals.begin(out, module, local);
  b.slots.begin(out, inSlots);
  control.begin(program.typeResultCount.get(type));
  b.startBlock();
  buildParams(b, type);
  b.reader.at = module.bodyStart.get(local);
  readLocals(b);
  while (control.depth != 0) {
    if (b.isDead) skipDeadCode(b);
    b.origin = b.reader.at;
    buildInstruction(b, readOpcode(b.reader));
    if (b.locals.isTooMuch) return false;
  }
  assert(b.reader.at == module.bodyEnd.get(local), "buildFunction: end of the body");
  b.locals.finish();
  return !b.locals.isTooMuch;
}

/** Builds a function without a body: one that stands for an unknown import, which traps or returns zeros, or one that
 *  brings an instance into being. */
export function buildStub(program: Program, f: i32, out: Func): void {
  const b = builder;
  const type = program.funcType.get(f);
  begin(program, f, out, 0);
  b.locals.reset(out);
  b.startBlock();
  if (program.funcKind.get(f) == FuncKind.Instantiate) {
    buildInstantiation(b, program.funcInstance.get(f));
    return;
  }
  if (program.funcKind.get(f) == FuncKind.TrapStub) {
    b.endWithTrap(TrapKind.UnknownImport);
    return;
  }
  const results = program.typeResultCount.get(type);
  for (let i: i32 = 0; i < results; i++) b.push(b.constant(ssaType(program.resultType(type, i)), 0, 0));
  b.endWithReturn(results);
}

function begin(program: Program, f: i32, out: Func, level: i32): void {
  const b = builder;
  out.reset(f, program.funcType.get(f));
  b.program = program;
  b.func = out;
  b.folds = level > 0;
  b.origin = -1;
  b.stack.clear();
  if (program.funcKind.get(f) != FuncKind.Body) return;
  b.instance = program.funcInstance.get(f);
  b.module = program.module(b.instance);
  b.reader.bytes = b.module.bytes;
}

function buildParams(b: Builder, type: i32): void {
  const n = b.program.typeParamCount.get(type);
  for (let i: i32 = 0; i < n; i++) {
    const t = ssaType(b.program.paramType(type, i));
    b.build(Op.Param, t, NO_VALUE, NO_VALUE, NO_VALUE, i, 0);
    b.locals.addParam(t);
  }
  if (!b.slots.isOn) return;
  for (let i: i32 = 0; i < n; i++) b.slots.add(b.func.valueType.get(i), i);
}

/** Reads the declarations of locals: runs of equal types. */
function readLocals(b: Builder): void {
  const reader = b.reader;
  for (let runs = reader.readU32(); runs > 0; runs--) {
    const count = reader.readU32();
    const kind = reader.bytes.get(reader.at);
    skipValueType(reader);
    if (count == 0) continue;
    const type = ssaType(kind);
    b.locals.addLocals(count, type);
    if (!b.slots.isOn) continue;
    const zero = b.constant(type, 0, 0);
    for (let i: i32 = 0; i < count; i++) b.slots.add(type, zero);
  }
}

/** Passes over dead code up to the `else` or `end` that belongs to the innermost label. Loops and sets of locals are
 *  counted, since they are numbered in textual order. */
function skipDeadCode(b: Builder): void {
  const reader = b.reader;
  let depth: i32 = 0;
  while (true) {
    const at = reader.at;
    const op = readOpcode(reader);
    switch (op) {
      case Opcode.Block:
      case Opcode.If:
      case Opcode.TryTable:
        depth++;
        break;
      case Opcode.Loop:
        depth++;
        b.locals.skipLoop();
        break;
      case Opcode.Else:
      case Opcode.End:
        if (depth == 0) {
          reader.at = at;
          return;
        }
        if (op == Opcode.End) depth--;
        continue;
      case Opcode.LocalSet:
      case Opcode.LocalTee:
        b.locals.skipSet(reader.readU32());
        continue;
    }
    skipImmediates(reader, op);
  }
}

function buildInstruction(b: Builder, opcode: i32): void {
  switch (opcode) {
    case Opcode.LocalGet: {
      const x = b.reader.readU32();
      b.push(b.slots.isOn ? b.slots.get(x, b.block, b.origin) : b.locals.get(x, b.block));
      return;
    }
    case Opcode.LocalSet:
      setLocal(b, b.reader.readU32(), b.pop());
      return;
    case Opcode.LocalTee:
      setLocal(b, b.reader.readU32(), b.stack.top());
      return;
    case Opcode.I32Const:
      b.push(b.constant(Type.I32, b.reader.readS32(), 0));
      return;
    case Opcode.I64Const:
      b.reader.readS64();
      b.push(b.constant(Type.I64, b.reader.lo, b.reader.hi));
      return;
    case Opcode.F32Const:
      b.push(b.constant(Type.F32, b.reader.readF32Bits(), 0));
      return;
    case Opcode.F64Const:
      b.reader.readF64Bits();
      b.push(b.constant(Type.F64, b.reader.lo, b.reader.hi));
      return;
    case Opcode.GlobalGet:
      buildGlobalGet(b);
      return;
    case Opcode.GlobalSet:
      buildGlobalSet(b);
      return;
    case Opcode.Drop:
      b.pop();
      return;
    case Opcode.Select:
      buildSelect(b);
      return;
    case Opcode.SelectTyped:
      skipImmediates(b.reader, opcode);
      buildSelect(b);
      return;
  }
  if (opcode >= Opcode.I32Eqz && opcode <= Opcode.I64Extend32S) buildNumeric(b, opcode);
  else if (opcode >= Opcode.I32Load && opcode <= Opcode.I64Load32U) memory.buildLoad(b, opcode);
  else if (opcode >= Opcode.I32Store && opcode <= Opcode.I64Store32) memory.buildStore(b, opcode);
  else if (opcode <= Opcode.ReturnCallRef || opcode == Opcode.TryTable) buildControl(b, opcode);
  else if (opcode >= Opcode.I32TruncSatF32S && opcode <= Opcode.I64TruncSatF64U) buildNumeric(b, opcode);
  else if (opcode >= Opcode.RefNull && opcode <= Opcode.BrOnNonNull) buildReference(b, opcode);
  else if (opcode >= Opcode.I64Add128 && opcode <= Opcode.I64MulWideU) buildWide(b, opcode);
  else buildBulk(b, opcode);
}

function setLocal(b: Builder, x: i32, value: i32): void {
  if (!b.slots.isOn) {
    b.locals.set(x, value, b.block);
    return;
  }
  b.slots.set(x, value, b.block, b.origin);
  b.locals.skipSet(x);
}

function buildNumeric(b: Builder, opcode: i32): void {
  const op = operationOf(opcode);
  const y: i32 = opArity(op) == 2 ? b.pop() : NO_VALUE;
  const x = b.pop();
  b.push(b.binary(op, operationType(opcode), x, y));
}

/** Wide arithmetic: the low half of the result, then the high one. */
function buildWide(b: Builder, opcode: i32): void {
  let low: i32 = 0;
  if (opcode == Opcode.I64Add128 || opcode == Opcode.I64Sub128) {
    low = b.buildPooled(opcode == Opcode.I64Add128 ? Op.AddWide : Op.SubWide, Type.I64, NO_VALUE, 4, 0, 0);
  } else {
    const y = b.pop();
    const x = b.pop();
    low = b.build(opcode == Opcode.I64MulWideS ? Op.MulWideS : Op.MulWideU, Type.I64, x, y, NO_VALUE, 0, 0);
  }
  b.push(low);
  b.push(b.build(Op.High, Type.I64, low, NO_VALUE, NO_VALUE, 0, 0));
}

function buildControl(b: Builder, opcode: i32): void {
  switch (opcode) {
    case Opcode.Unreachable:
      b.endWithTrap(TrapKind.Unreachable);
      return;
    case Opcode.Nop:
      return;
    case Opcode.Block:
      control.buildBlock();
      return;
    case Opcode.Loop:
      control.buildLoop();
      return;
    case Opcode.If:
      control.buildIf();
      return;
    case Opcode.Else:
      control.buildElse();
      return;
    case Opcode.End:
      control.buildEnd();
      return;
    case Opcode.Throw:
      buildThrow(b);
      return;
    case Opcode.ThrowRef:
      buildThrowRef(b);
      return;
    case Opcode.TryTable:
      control.buildTryTable();
      return;
    case Opcode.Br:
      control.buildBr();
      return;
    case Opcode.BrIf:
      control.buildBrIf();
      return;
    case Opcode.BrTable:
      control.buildBrTable();
      return;
    case Opcode.Return:
      control.buildReturn();
      return;
    case Opcode.Call:
      buildCall(b);
      return;
    case Opcode.CallIndirect:
      buildCallIndirect(b);
      return;
    case Opcode.CallRef:
      buildCallRef(b);
      return;
    case Opcode.ReturnCall:
      buildReturnCall(b);
      return;
    case Opcode.ReturnCallIndirect:
      buildReturnCallIndirect(b);
      return;
    case Opcode.ReturnCallRef:
      buildReturnCallRef(b);
      return;
  }
  assert(false, "buildControl: opcode");
}

function buildReference(b: Builder, opcode: i32): void {
  switch (opcode) {
    case Opcode.RefNull:
      b.reader.skipLeb();
      b.push(b.constant(Type.Ref, 0, 0));
      return;
    case Opcode.RefIsNull:
      b.push(b.unary(Op.Eqz, Type.I32, b.pop()));
      return;
    case Opcode.RefFunc:
      b.push(buildFuncRef(b, b.program.funcOf(b.instance, b.reader.readU32())));
      return;
    case Opcode.RefAsNonNull:
      buildNullCheck(b, b.stack.top());
      return;
    case Opcode.BrOnNull:
      control.buildBrOnNull();
      return;
    case Opcode.BrOnNonNull:
      control.buildBrOnNonNull();
      return;
  }
  assert(false, "buildReference: opcode");
}

function buildBulk(b: Builder, opcode: i32): void {
  switch (opcode) {
    case Opcode.TableGet:
      memory.buildTableGet(b);
      return;
    case Opcode.TableSet:
      memory.buildTableSet(b);
      return;
    case Opcode.MemorySize:
      memory.buildMemorySize(b);
      return;
    case Opcode.MemoryGrow:
      memory.buildMemoryGrow(b);
      return;
    case Opcode.MemoryInit:
      memory.buildMemoryInit(b);
      return;
    case Opcode.DataDrop:
      memory.buildDataDrop(b);
      return;
    case Opcode.MemoryCopy:
      memory.buildMemoryCopy(b);
      return;
    case Opcode.MemoryFill:
      memory.buildMemoryFill(b);
      return;
    case Opcode.TableInit:
      memory.buildTableInit(b);
      return;
    case Opcode.ElemDrop:
      memory.buildElemDrop(b);
      return;
    case Opcode.TableCopy:
      memory.buildTableCopy(b);
      return;
    case Opcode.TableGrow:
      memory.buildTableGrow(b);
      return;
    case Opcode.TableSize:
      memory.buildTableSize(b);
      return;
    case Opcode.TableFill:
      memory.buildTableFill(b);
      return;
  }
  assert(false, "buildBulk: opcode");
}

function buildSelect(b: Builder): void {
  const c = b.pop();
  const y = b.pop();
  const x = b.pop();
  b.push(b.compute(Op.Select, b.func.valueType.get(x), x, y, c));
}

function buildFuncRef(b: Builder, f: i32): i32 {
  return b.build(Op.FuncRef, Type.Ref, NO_VALUE, NO_VALUE, NO_VALUE, f, 0);
}

function buildGlobalGet(b: Builder): void {
  const program = b.program;
  const global = program.globalOf(b.instance, b.reader.readU32());
  const type = program.globalType.get(global);
  const isVector = kindOf(type) == ValueKind.V128;
  if (program.globalConstant.get(global) == 0 || isVector) {
    b.push(b.build(Op.GlobalGet, ssaType(type), NO_VALUE, NO_VALUE, NO_VALUE, global, 0));
  } else if (program.globalFunc.get(global) >= 0) {
    b.push(buildFuncRef(b, program.globalFunc.get(global)));
  } else {
    b.push(b.constant(ssaType(type), program.globalLo.get(global), program.globalHi.get(global)));
  }
}

function buildGlobalSet(b: Builder): void {
  const global = b.program.globalOf(b.instance, b.reader.readU32());
  b.build(Op.GlobalSet, Type.None, b.pop(), NO_VALUE, NO_VALUE, global, 0);
}
