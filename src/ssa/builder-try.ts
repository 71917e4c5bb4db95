// Exceptions: throw, throw_ref, and the clauses and handlers of try_table (specification 4.6.10).
//
// Nothing is done where nothing is thrown. A call within a try_table ends its block (Op.Unwind), and the second way out
// leads to the handler at the try_table's end: when an exception passes, the runtime finds the call's return address in
// a table, and continues at that edge with the frame's stack pointer. The handler takes the exception from the block of
// layout.ts, compares its tag with those of the clauses, and branches; if none fits, the exception goes on.

import { TrapKind } from "../base/traps";
import { I32Column } from "../base/columns";
import { ExceptionBlock, ExceptionCell, ExceptionState } from "../link/layout";
import { LibCall } from "../link/libcalls";
import { hasRef, hasTag } from "../wasm/exception-rules";
import { Builder, ssaType } from "./builder-context";
import { buildNullCheck } from "./builder-calls";
import { buildLibCall } from "./builder-memory";
import { NO_BLOCK, NO_VALUE, RAW_MEMORY } from "./func";
import { Op, Type } from "./op";

export class TryBuilder {
  // By try_table: its first clause, and the try_table around it, or -1.
  private clauses: I32Column = new I32Column();
  private parent: I32Column = new I32Column();
  // By clause: kind, program tag or -1, label.
  private kind: I32Column = new I32Column();
  private tag: I32Column = new I32Column();
  private label: I32Column = new I32Column();
  /** The exception that the handler at hand looks at, and its tag. */
  private exception: i32 = NO_VALUE;
  private exceptionTag: i32 = NO_VALUE;
  /** The block in which the last clause's tag was tested. */
  private source: i32 = NO_BLOCK;

  begin(b: Builder): void {
    b.openTry = -1;
    if (this.parent.length == 0) return;
    b.tryFirst.clear();
    b.tryLast.clear();
    b.tryEdges.clear();
    b.unwindSource.clear();
    b.unwindSlot.clear();
    b.unwindNext.clear();
    this.clauses.clear();
    this.parent.clear();
    this.kind.clear();
    this.tag.clear();
    this.label.clear();
  }

  /** Reads the clauses of a try_table among `depth` labels, and opens it; false if it can catch nothing. */
  readClauses(b: Builder, depth: i32): boolean {
    const reader = b.reader;
    const count = reader.readU32();
    const catches = count != 0 && b.program.throws;
    const first = this.kind.length;
    for (let i: i32 = 0; i < count; i++) {
      const kind = reader.readByte();
      const tag: i32 = hasTag(kind) ? b.program.tagOf(b.instance, reader.readU32()) : -1;
      const label = depth - 1 - reader.readU32();
      if (!catches) continue;
      this.kind.push(kind);
      this.tag.push(tag);
      this.label.push(label);
    }
    if (!catches) return false;
    const number = this.parent.length;
    this.clauses.push(first);
    this.parent.push(b.openTry);
    b.tryFirst.push(-1);
    b.tryLast.push(-1);
    b.tryEdges.push(0);
    b.openTry = number;
    return true;
  }

  /** Closes the innermost try_table: calls go to the handler of that around it. Returns its number. */
  close(b: Builder): i32 {
    const number = b.openTry;
    b.openTry = this.parent.get(number);
    return number;
  }

  firstClause(number: i32): i32 {
    return this.clauses.get(number);
  }

  endClause(number: i32): i32 {
    return number + 1 < this.clauses.length ? this.clauses.get(number + 1) : this.kind.length;
  }

  labelOf(clause: i32): i32 {
    return this.label.get(clause);
  }

  /** Begins the handler's block, to which all edges of the try_table lead. */
  startHandler(b: Builder, number: i32): void {
    const func = b.func;
    b.startBlock();
    func.predStart.set(b.block, func.edges.length);
    func.predCount.set(b.block, b.tryEdges.get(number));
    for (let edge = b.tryFirst.get(number); edge >= 0; edge = b.unwindNext.get(edge)) {
      func.edges.push(b.unwindSource.get(edge));
      func.edges.set(b.unwindSlot.get(edge), b.block);
    }
    this.exception = loadRaw(b, Type.I64, b.address(b.program.exceptionBlock), ExceptionBlock.Current);
    this.exceptionTag = NO_VALUE;
  }

  /** Tests a clause's tag; goes on with what the clause pushes. Returns the edge if the tag is another, or -1. */
  startClause(b: Builder, clause: i32): i32 {
    const tag = this.tag.get(clause);
    const isReferred = hasRef(this.kind.get(clause));
    let other: i32 = -1;
    if (tag >= 0) {
      if (this.exceptionTag == NO_VALUE) {
        this.exceptionTag = loadRaw(b, Type.I32, this.exception, ExceptionCell.Tag);
      }
      const matches = b.binary(Op.Eq, Type.I32, this.exceptionTag, b.constant(Type.I32, tag, 0));
      this.source = b.block;
      const slot = b.endBlock(Op.Branch, matches, 2);
      b.startBlockAfter(this.source, slot);
      other = slot + 1;
      pushValues(b, b.program.tagType.get(tag), this.exception);
    }
    // The cell of an exception to which nothing ever referred is free now.
    let state = b.constant(Type.I32, ExceptionState.Referred, 0);
    if (!isReferred)
      state = b.binary(Op.And, Type.I32, loadRaw(b, Type.I32, this.exception, ExceptionCell.State), state);
    storeRaw(b, this.exception, state, ExceptionCell.State);
    if (isReferred) b.push(b.unary(Op.Bitcast, Type.Ref, this.exception));
    return other;
  }

  /** Goes on where the clause's tag is another. */
  endClauseAt(b: Builder, other: i32): void {
    if (other >= 0) b.startBlockAfter(this.source, other);
  }

  /** No clause fits: to the handler around this one, or out of the function. */
  buildRethrow(b: Builder): void {
    if (b.openTry < 0) {
      buildThrowOf(b, this.exception);
      return;
    }
    const source = b.block;
    b.addUnwindEdge(source, b.endBlock(Op.Jump, NO_VALUE, 1));
  }
}

function loadRaw(b: Builder, type: i32, address: i32, offset: i32): i32 {
  return b.build(Op.Load, type, address, NO_VALUE, RAW_MEMORY, offset, 0);
}

function storeRaw(b: Builder, address: i32, value: i32, offset: i32): void {
  b.build(Op.Store, Type.None, address, value, RAW_MEMORY, offset, 0);
}

function pushValues(b: Builder, type: i32, exception: i32): void {
  const count = b.program.typeParamCount.get(type);
  for (let i: i32 = 0; i < count; i++) {
    b.push(loadRaw(b, ssaType(b.program.paramType(type, i)), exception, ExceptionCell.Values + i * 8));
  }
}

/** throw: a cell is taken and filled. */
export function buildThrow(b: Builder): void {
  const program = b.program;
  const tag = program.tagOf(b.instance, b.reader.readU32());
  const count = program.typeParamCount.get(program.tagType.get(tag));
  const first = b.stack.length - count;
  b.push(b.constant(Type.I64, tag, 0));
  b.push(b.address(program.exceptionBlock));
  const exception = buildLibCall(b, LibCall.ExceptionNew, 2, Type.I64);
  if (b.isDead) return;
  for (let i: i32 = 0; i < count; i++) storeRaw(b, exception, b.stack.get(first + i), ExceptionCell.Values + i * 8);
  b.stack.resize(first);
  buildThrowOf(b, exception);
}

export function buildThrowRef(b: Builder): void {
  const reference = b.pop();
  buildNullCheck(b, reference);
  // Without tags there is nothing but null.
  if (b.program.throws) buildThrowOf(b, b.unary(Op.Bitcast, Type.I64, reference));
  else b.endWithTrap(TrapKind.NullReference);
}

/** Has the runtime find a handler. */
function buildThrowOf(b: Builder, exception: i32): void {
  b.push(exception);
  b.buildPooled(Op.Call, Type.None, NO_VALUE, 1, b.program.throwStub, 0);
  b.buildUnwind();
  b.endWithTrap(TrapKind.Unreachable);
}
