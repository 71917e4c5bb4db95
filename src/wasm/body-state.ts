// The state of the validation algorithm for one function body (specification, appendix "Validation Algorithm"): the
// stack of operand types and the stack of open blocks, both as columns, so that nesting is limited by memory only,
// and the locals. One object serves all bodies.

import { ltU32 } from "host/prims";
import { I32Column, U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { unsignedText } from "../base/wide-text";
import { takeValueType } from "./binary-types";
import { CheckedReader } from "./checked-reader";
import { MAX_LOCALS } from "./limits";
import { Module } from "./module";
import { Opcode } from "./opcodes";
import { matchesType } from "./type-match";
import { BOTTOM, isNullable, isRef, typeName, ValueType } from "./types";

/** So many locals have their types in a flat column; the types of further ones are searched among the groups. */
const FLAT_LOCALS: i32 = 1024;

export class BodyState extends CheckedReader {
  module: Module;
  func: i32 = 0;
  /** Offset of the instruction being checked. */
  instruction: i32 = 0;

  operands: I32Column = new I32Column();
  /** Height of `operands` at which the innermost block begins. */
  floor: i32 = 0;
  /** Whether the rest of the innermost block cannot be reached. */
  unreachable: boolean = false;

  // Open blocks: opcode (that of `block` for the body), block type (binary-types.ts), floor, and of the blocks
  // that an inner one interrupted, `unreachable`.
  blockOp: I32Column = new I32Column();
  blockType: I32Column = new I32Column();
  blockFloor: I32Column = new I32Column();
  blockUnreachable: I32Column = new I32Column();
  /** Open loops, by their places in Module.loopEnds. */
  private openLoops: I32Column = new I32Column();

  localCount: i32 = 0;
  flatLocals: I32Column = new I32Column();
  // Groups of locals as declared (parameters are groups of one): number of locals up to and with the group, type.
  groupEnd: I32Column = new I32Column();
  groupType: I32Column = new I32Column();

  /** Whether some local has no default value, so that it must be set before it is read. */
  hasUnset: boolean = false;
  /** If so: 1 for locals that may be read, and those set since the body began, which a block's end takes back. */
  private isSet: U8Column = new U8Column();
  private setLocals: I32Column = new I32Column();
  private blockSets: I32Column = new I32Column();

  constructor(module: Module, diag: Diagnostic) {
    super(module.bytes, diag);
    this.module = module;
    this.endMessage = "unexpected end of section or function";
  }

  /** Begins a body: reads its local declarations and opens its outermost block. */
  begin(module: Module, func: i32, diag: Diagnostic): void {
    this.module = module;
    this.bytes = module.bytes;
    this.diag = diag;
    this.func = func;
    this.failed = false;
    this.at = module.bodyStart.get(func);
    this.end = module.bodyEnd.get(func);
    this.instruction = this.at;
    this.operands.clear();
    this.blockOp.clear();
    this.blockType.clear();
    this.blockFloor.clear();
    this.blockUnreachable.clear();
    this.openLoops.clear();
    this.floor = 0;
    this.unreachable = false;
    this.takeLocals(module.funcType.get(func));
    this.pushBlock(Opcode.Block, module.funcType.get(func));
  }

  private takeLocals(type: i32): void {
    const module = this.module;
    this.localCount = 0;
    this.flatLocals.clear();
    this.groupEnd.clear();
    this.groupType.clear();
    this.hasUnset = false;
    const params = module.typeParamCount.get(type);
    for (let i: i32 = 0; i < params; i++) this.addLocals(1, module.paramType(type, i));
    const groups = this.takeU32();
    for (let i: i32 = 0; ltU32(i, groups) && !this.failed; i++) {
      const at = this.at;
      const count = this.takeU32();
      const localType = takeValueType(this, module);
      if (ltU32(MAX_LOCALS - this.localCount, count)) this.fail(at, `too many locals: the limit is ${MAX_LOCALS}`);
      if (this.failed) return;
      if (isRef(localType) && !isNullable(localType) && count != 0) this.hasUnset = true;
      this.addLocals(count, localType);
    }
    if (this.hasUnset) this.startUnset(params);
  }

  /** Parameters, and locals with a default value, may be read from the start. */
  private startUnset(params: i32): void {
    this.setLocals.clear();
    this.blockSets.clear();
    this.isSet.resize(this.localCount);
    this.isSet.fill(1, 0, this.localCount);
    let first: i32 = 0;
    for (let group: i32 = 0; group < this.groupEnd.length; group++) {
      const end = this.groupEnd.get(group);
      const type = this.groupType.get(group);
      if (first >= params && isRef(type) && !isNullable(type)) this.isSet.fill(0, first, end);
      first = end;
    }
  }

  /** Checks, where hasUnset, that a local may be read. */
  checkSet(local: i32): void {
    if (!this.failed && this.isSet.get(local) == 0) this.reject(`uninitialized local ${local}`);
  }

  /** Notes, where hasUnset, that a local is set. */
  noteSet(local: i32): void {
    if (this.failed || this.isSet.get(local) != 0) return;
    this.isSet.set(local, 1);
    this.setLocals.push(local);
  }

  private addLocals(count: i32, type: ValueType): void {
    if (count == 0) return;
    const flat = this.flatLocals;
    const first = this.localCount;
    const total = first + count;
    this.localCount = total;
    this.groupEnd.push(total);
    this.groupType.push(type);
    if (first >= FLAT_LOCALS) return;
    flat.resize(total < FLAT_LOCALS ? total : FLAT_LOCALS);
    flat.fill(type, first, flat.length);
  }

  /** Reads a local's index; its type is then given by localType. */
  takeLocal(): i32 {
    const local = this.takeU32();
    if (!ltU32(local, this.localCount)) {
      this.reject(`unknown local ${unsignedText(local, 0)}`);
      return 0;
    }
    return local;
  }

  /** Type of a local that exists (BOTTOM after a failure). */
  localType(local: i32): ValueType {
    if (local < this.flatLocals.length) return this.flatLocals.get(local);
    if (this.failed) return BOTTOM;
    let low: i32 = 0;
    let high = this.groupEnd.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.groupEnd.get(middle) <= local) low = middle + 1;
      else high = middle;
    }
    return this.groupType.get(low);
  }

  /** Fails at the instruction being checked. */
  reject(message: string): void {
    this.fail(this.instruction, message);
  }

  /** Reads an index below `count`; 0 after a failure. */
  takeIndex(count: i32, what: string): i32 {
    return this.checkIndex(this.takeU32(), count, what);
  }

  /** An index that must be below `count`; 0 if it is not. */
  checkIndex(index: i32, count: i32, what: string): i32 {
    if (ltU32(index, count)) return index;
    this.reject(`unknown ${what} ${unsignedText(index, 0)}`);
    return 0;
  }

  push(type: ValueType): void {
    this.operands.push(type);
  }

  /** Takes an operand of type `expected`. */
  pop(expected: ValueType): void {
    const operands = this.operands;
    const n = operands.length - 1;
    if (n < this.floor) {
      this.popMissing(expected);
      return;
    }
    const found = operands.get(n);
    operands.length = n;
    if (found != expected) this.checkMatch(found, expected);
  }

  /** Takes an operand of any type. */
  popAny(): ValueType {
    if (this.operands.length > this.floor) return this.operands.pop();
    this.popMissing(BOTTOM);
    return BOTTOM;
  }

  /** The stack has no more operands of this block: fine if unreachable, an error otherwise. */
  private popMissing(expected: ValueType): void {
    if (this.unreachable) return;
    const wanted = expected == BOTTOM ? "a value" : typeName(expected);
    this.reject(`type mismatch: expected ${wanted} but nothing on stack`);
  }

  private checkMatch(found: ValueType, expected: ValueType): void {
    if (matchesType(this.module, found, expected)) return;
    this.reject(`type mismatch: expected ${typeName(expected)}, found ${typeName(found)}`);
  }

  pushBlock(op: i32, type: i32): void {
    this.blockOp.push(op);
    this.blockType.push(type);
    this.blockUnreachable.push(this.unreachable ? 1 : 0);
    this.unreachable = false;
    this.floor = this.operands.length;
    this.blockFloor.push(this.floor);
    if (this.hasUnset) this.blockSets.push(this.setLocals.length);
    if (op == Opcode.Loop) {
      this.openLoops.push(this.module.loopEnds.length);
      this.module.loopEnds.push(0);
    }
  }

  /** Closes the innermost block, whose operands must have been taken. */
  popBlock(): void {
    this.operands.length = this.blockFloor.pop();
    if (this.hasUnset) {
      const sets = this.blockSets.pop();
      while (this.setLocals.length > sets) this.isSet.set(this.setLocals.pop(), 0);
    }
    if (this.blockOp.pop() == Opcode.Loop) {
      this.module.loopEnds.set(this.openLoops.pop(), this.module.localSets.length);
    }
    this.blockType.pop();
    this.unreachable = this.blockUnreachable.pop() != 0;
    if (this.blockFloor.length > 0) this.floor = this.blockFloor.top();
  }

  /** What follows in this block cannot be reached: its operands are whatever is asked for. */
  setUnreachable(): void {
    this.operands.length = this.floor;
    this.unreachable = true;
  }

  /** Reads a label; returns the block's position in the columns (0 after a failure). */
  takeLabel(): i32 {
    const label = this.takeU32();
    const depth = this.blockOp.length;
    if (ltU32(label, depth)) return depth - 1 - label;
    this.reject(`unknown label ${unsignedText(label, 0)}`);
    return 0;
  }

  paramCount(blockType: i32): i32 {
    return blockType < 0 ? 0 : this.module.typeParamCount.get(blockType);
  }

  resultCount(blockType: i32): i32 {
    if (blockType < 0) return blockType == -1 ? 0 : 1;
    return this.module.typeResultCount.get(blockType);
  }

  resultType(blockType: i32, i: i32): ValueType {
    return blockType < 0 ? -1 - blockType : this.module.resultType(blockType, i);
  }

  /** Number of operands that a branch to the block takes. */
  labelCount(block: i32): i32 {
    const type = this.blockType.get(block);
    return this.blockOp.get(block) == Opcode.Loop ? this.paramCount(type) : this.resultCount(type);
  }

  labelType(block: i32, i: i32): ValueType {
    const type = this.blockType.get(block);
    if (this.blockOp.get(block) == Opcode.Loop) return this.module.paramType(type, i);
    return this.resultType(type, i);
  }

  popParams(blockType: i32): void {
    for (let i = this.paramCount(blockType) - 1; i >= 0; i--) this.pop(this.module.paramType(blockType, i));
  }

  pushParams(blockType: i32): void {
    const n = this.paramCount(blockType);
    for (let i: i32 = 0; i < n; i++) this.push(this.module.paramType(blockType, i));
  }

  popResults(blockType: i32): void {
    for (let i = this.resultCount(blockType) - 1; i >= 0; i--) this.pop(this.resultType(blockType, i));
  }

  pushResults(blockType: i32): void {
    const n = this.resultCount(blockType);
    for (let i: i32 = 0; i < n; i++) this.push(this.resultType(blockType, i));
  }

  popLabel(block: i32): void {
    for (let i = this.labelCount(block) - 1; i >= 0; i--) this.pop(this.labelType(block, i));
  }

  pushLabel(block: i32): void {
    const n = this.labelCount(block);
    for (let i: i32 = 0; i < n; i++) this.push(this.labelType(block, i));
  }
}
