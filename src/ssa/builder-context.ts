// What all parts of the SSA builder share: the function being built, where its body is read, the operand stack and
// the current block.

import { I32Column, U8Column } from "../base/columns";
import { Program } from "../link/program";
import { Module } from "../wasm/module";
import { ByteReader } from "../wasm/reader";
import { kindOf, ValueKind } from "../wasm/types";
import { LocalBuilder } from "./builder-locals";
import { LocalSlots } from "./builder-slots";
import { buildConst, buildFolded } from "./fold";
import { Func, NO_BLOCK, NO_VALUE } from "./func";
import { Op, Type } from "./op";

export class Builder {
  program: Program = new Program();
  module: Module = new Module(new U8Column(), "");
  instance: i32 = 0;
  func: Func = new Func();
  reader: ByteReader = new ByteReader(new U8Column());
  locals: LocalBuilder = new LocalBuilder();
  slots: LocalSlots = new LocalSlots();
  /** Whether values are simplified as they are built. */
  folds: boolean = true;
  /** Offset in the module of the instruction being built. */
  origin: i32 = -1;
  /** The operand stack, of values; what lies deeper than a dead instruction is kept. */
  stack: I32Column = new I32Column();
  /** The block being built; NO_BLOCK where code is dead. */
  block: i32 = NO_BLOCK;
  /** The innermost try_table with clauses, by its number (builder-try.ts), or -1. */
  openTry: i32 = -1;
  // By try_table: the edges that lead to its handler, a list by unwindNext, and their number.
  tryFirst: I32Column = new I32Column();
  tryLast: I32Column = new I32Column();
  tryEdges: I32Column = new I32Column();
  // Edges to handlers: source block, place of the successor in Func.edges.
  unwindSource: I32Column = new I32Column();
  unwindSlot: I32Column = new I32Column();
  unwindNext: I32Column = new I32Column();

  get isDead(): boolean {
    return this.block == NO_BLOCK;
  }

  // Values.

  push(v: i32): void {
    this.stack.push(v);
  }

  pop(): i32 {
    return this.stack.pop();
  }

  /** A constant, or NO_VALUE: what a value taken from the stack is by now. */
  asConst(v: i32): i32 {
    const x = this.func.resolve(v);
    return this.func.op.get(x) == Op.Const ? x : NO_VALUE;
  }

  /** Appends a value without looking at it further. */
  build(op: i32, type: i32, a: i32, b: i32, c: i32, imm: i32, immHi: i32): i32 {
    const v = this.func.buildValue(op, type, a, b, c, imm, immHi, this.origin);
    this.func.append(this.block, v);
    return v;
  }

  /** A pure operation on values, simplified if that is on. */
  compute(op: i32, type: i32, a: i32, b: i32, c: i32): i32 {
    if (this.folds) return buildFolded(this.func, this.block, op, type, a, b, c, 0, 0, this.origin);
    return this.build(op, type, a, b, c, 0, 0);
  }

  unary(op: i32, type: i32, a: i32): i32 {
    return this.compute(op, type, a, NO_VALUE, NO_VALUE);
  }

  binary(op: i32, type: i32, a: i32, b: i32): i32 {
    return this.compute(op, type, a, b, NO_VALUE);
  }

  constant(type: i32, lo: i32, hi: i32): i32 {
    return buildConst(this.func, this.block, type, lo, hi, this.origin);
  }

  /** An address below 2 GiB, as an i64. */
  address(address: i32): i32 {
    return this.constant(Type.I64, address, 0);
  }

  /** A value whose operands are the topmost `count` of the stack, which it takes, after `first` unless NO_VALUE. */
  buildPooled(op: i32, type: i32, first: i32, count: i32, imm: i32, immHi: i32): i32 {
    const pool = this.func.pool;
    const start = pool.length;
    if (first != NO_VALUE) pool.push(first);
    pool.append(this.stack, this.stack.length - count, this.stack.length);
    this.stack.resize(this.stack.length - count);
    return this.build(op, type, start, pool.length - start, NO_VALUE, imm, immHi);
  }

  // Blocks.

  /** Begins a block; its predecessors are to be set. */
  startBlock(): void {
    this.block = this.func.buildBlock();
    this.locals.startBlock();
  }

  /** Begins a block whose only predecessor is `source`, by the successor at place `slot` of the edges. */
  startBlockAfter(source: i32, slot: i32): void {
    this.startBlock();
    this.setPredecessor(source, slot, 1);
  }

  /** The current block has predecessor `source`, `times` over, by `slot` (and others, if it is more than once). */
  setPredecessor(source: i32, slot: i32, times: i32): void {
    const func = this.func;
    func.predStart.set(this.block, func.edges.length);
    func.predCount.set(this.block, times);
    for (let i: i32 = 0; i < times; i++) func.edges.push(source);
    func.edges.set(slot, this.block);
  }

  /** Ends the current block with a terminator that leads to `successors` blocks; returns the place of the first
   *  of them in the edges. Code is dead then. */
  endBlock(op: i32, a: i32, successors: i32): i32 {
    const func = this.func;
    const block = this.block;
    this.build(op, Type.None, a, NO_VALUE, NO_VALUE, 0, 0);
    const slot = func.edges.length;
    func.succStart.set(block, slot);
    func.succCount.set(block, successors);
    func.edges.resize(slot + successors);
    this.locals.endBlock(block);
    this.block = NO_BLOCK;
    return slot;
  }

  /** Ends the current block with a return of the topmost `count` values, which stay on the stack. */
  endWithReturn(count: i32): void {
    const pool = this.func.pool;
    const start = pool.length;
    pool.append(this.stack, this.stack.length - count, this.stack.length);
    this.build(Op.Return, Type.None, start, count, NO_VALUE, 0, 0);
    this.finishBlock();
  }

  /** Ends the current block with a trap. */
  endWithTrap(kind: i32): void {
    this.build(Op.Trap, Type.None, NO_VALUE, NO_VALUE, NO_VALUE, kind, 0);
    this.finishBlock();
  }

  /** The current block has got a terminator without successors. Code is dead then. */
  finishBlock(): void {
    this.locals.endBlock(this.block);
    this.block = NO_BLOCK;
  }

  /** Within a try_table, the current block ends with the call just built: code goes on in a new one, or in the handler. */
  buildUnwind(): void {
    if (this.openTry < 0) return;
    const source = this.block;
    const slot = this.endBlock(Op.Unwind, NO_VALUE, 2);
    this.addUnwindEdge(source, slot + 1);
    this.startBlockAfter(source, slot);
  }

  /** Adds an edge to the handler of the innermost try_table. */
  addUnwindEdge(source: i32, slot: i32): void {
    const t = this.openTry;
    const edge = this.unwindSource.length;
    this.unwindSource.push(source);
    this.unwindSlot.push(slot);
    this.unwindNext.push(-1);
    if (this.tryLast.get(t) < 0) this.tryFirst.set(t, edge);
    else this.unwindNext.set(this.tryLast.get(t), edge);
    this.tryLast.set(t, edge);
    this.tryEdges.set(t, this.tryEdges.get(t) + 1);
  }

  /** Traps if `condition` is not 0, and goes on in a new block otherwise. */
  buildTrapIf(condition: i32, kind: i32): void {
    const source = this.block;
    const slot = this.endBlock(Op.Branch, condition, 2);
    this.startBlockAfter(source, slot);
    this.endWithTrap(kind);
    this.startBlockAfter(source, slot + 1);
  }
}

/** SSA type of a value type. */
export function ssaType(type: i32): i32 {
  switch (kindOf(type)) {
    case ValueKind.I32:
      return Type.I32;
    case ValueKind.I64:
      return Type.I64;
    case ValueKind.F32:
      return Type.F32;
    case ValueKind.F64:
      return Type.F64;
    case ValueKind.V128:
      return Type.V128;
  }
  return Type.Ref;
}
