// Constant expressions (specification 3.4.13 and the extended-const proposal): read and checked in one go, with a
// small operand stack of types. A single instruction, nearly always all there is, is kept as its value.

import { Feature, unsupported } from "./features";
import { InitKind } from "./module";
import { ModuleReader } from "./module-reader";
import { isOpcode, Opcode, prefixBase } from "./opcodes";
import { takeHeapType } from "./binary-types";
import { matchesType } from "./type-match";
import { BOTTOM, F32, F64, I32, I64, refType, typeName, V128, ValueType } from "./types";

/** Reads an expression that must yield `expected`; what it is stands in the reader's init fields. */
export function takeConstExpr(r: ModuleReader, expected: ValueType): void {
  const start = r.at;
  const operands = r.operands;
  operands.clear();
  let count: i32 = 0;
  while (!r.failed) {
    const at = r.at;
    const op = r.takeByte();
    if (r.failed) return;
    if (op == Opcode.End) break;
    operands.push(takeConstInstruction(r, at, op));
    count++;
  }
  if (r.failed) return;
  if (operands.length != 1 || !matchesType(r.module, operands.get(0), expected)) {
    const found = operands.length == 0 ? "nothing" : typeName(operands.top());
    r.fail(start, `type mismatch: constant expression must give ${typeName(expected)}, found ${found}`);
  } else if (count != 1) {
    r.initKind = InitKind.Code;
    r.initLo = start;
    r.initHi = r.at - 1;
  }
}

/** One instruction: takes its operands from the stack and returns the type of its result. */
function takeConstInstruction(r: ModuleReader, at: i32, op: i32): ValueType {
  r.initKind = InitKind.Const;
  r.initLo = 0;
  r.initHi = 0;
  switch (op) {
    case Opcode.I32Const:
      r.initLo = r.takeS32();
      return I32;
    case Opcode.I64Const:
      r.takeS64();
      r.initLo = r.lo;
      r.initHi = r.hi;
      return I64;
    case Opcode.F32Const:
      r.initLo = takeWord(r);
      return F32;
    case Opcode.F64Const:
      r.initLo = takeWord(r);
      r.initHi = takeWord(r);
      return F64;
    case Opcode.GlobalGet:
      return takeGlobal(r, at);
    case Opcode.RefNull:
      r.initKind = InitKind.RefNull;
      return refType(takeHeapType(r, r.module), true);
    case Opcode.RefFunc:
      r.initKind = InitKind.RefFunc;
      r.initLo = r.takeIndex(r.module.funcCount, "function");
      if (r.failed) return BOTTOM;
      declareFunc(r, r.initLo);
      return r.module.funcRefType(r.initLo);
    case Opcode.I32Add:
    case Opcode.I32Sub:
    case Opcode.I32Mul:
      return checkBinary(r, at, I32);
    case Opcode.I64Add:
    case Opcode.I64Sub:
    case Opcode.I64Mul:
      return checkBinary(r, at, I64);
  }
  return takePrefixed(r, at, op);
}

/** Marks a function as one that bodies may name in ref.func. */
export function declareFunc(r: ModuleReader, func: i32): void {
  const declared = r.module.funcDeclared;
  const count = r.module.funcCount;
  if (declared.length < count) declared.resize(count);
  declared.set(func, 1);
}

function takeWord(r: ModuleReader): i32 {
  const at = r.at;
  r.skip(4);
  return r.failed ? 0 : r.bytes.getI32(at);
}

/** global.get of an immutable global: an imported one, or (version 3 of the specification) an earlier one. */
function takeGlobal(r: ModuleReader, at: i32): ValueType {
  const module = r.module;
  const index = r.takeIndex(module.globalType.length, "global");
  if (r.failed) return BOTTOM;
  if (module.globalMutable.get(index) != 0) {
    r.fail(at, "constant expression required: global is mutable");
    return BOTTOM;
  }
  r.initKind = InitKind.GlobalGet;
  r.initLo = index;
  return module.globalType.get(index);
}

function checkBinary(r: ModuleReader, at: i32, type: ValueType): ValueType {
  const operands = r.operands;
  if (!r.has(Feature.ExtendedConst)) {
    r.fail(at, `constant expression required: ${unsupported(Feature.ExtendedConst)}`);
    return BOTTOM;
  }
  const n = operands.length;
  if (n < 2 || operands.get(n - 1) != type || operands.get(n - 2) != type) {
    r.fail(at, `type mismatch: two operands of type ${typeName(type)} expected`);
    return BOTTOM;
  }
  operands.length = n - 2;
  return type;
}

/** v128.const, or an instruction that is not constant, or none at all. */
function takePrefixed(r: ModuleReader, at: i32, first: i32): ValueType {
  let op = first;
  const base = prefixBase(first);
  if (base >= 0) {
    const number = r.takeU32();
    if (r.failed) return BOTTOM;
    op = number >= 0 && number < 0x100 ? base + number : -1;
  }
  if (op == Opcode.V128Const && r.has(Feature.Simd)) {
    r.initKind = InitKind.Code;
    r.initLo = at;
    r.skip(16);
    r.initHi = r.at;
    return V128;
  }
  r.fail(at, isOpcode(op) ? "constant expression required" : "illegal opcode");
  return BOTTOM;
}
