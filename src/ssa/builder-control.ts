// Structured control flow to blocks: labels, the branches to them, and the blocks and phis at their ends.
//
// Branches to a block's end are kept as a list of edges until the end is reached; then its block is made, so that
// blocks are numbered in textual order and all predecessors of a join are known when it appears. The header of a
// loop is made first and gets its predecessors when the loop is closed. Values that travel with the edges of one
// instruction are stored once.

import { I32Column } from "../base/columns";
import { Builder } from "./builder-context";
import { TryBuilder } from "./builder-try";
import { NO_BLOCK, NO_VALUE } from "./func";
import { Op, Type } from "./op";

const enum LabelKind {
  Func = 0,
  Block = 1,
  Loop = 2,
  If = 3,
  Else = 4,
  Try = 5,
}

/** More edges than this from one br_table to one label are led through a block of their own, so that phis at the
 *  label have one operand for all of them. */
const MAX_PARALLEL_EDGES: i32 = 8;

export class ControlBuilder {
  private b: Builder;
  private tries: TryBuilder = new TryBuilder();

  // Labels, a stack.
  private kind: I32Column = new I32Column();
  /** Height of the operand stack below the parameters. */
  private height: I32Column = new I32Column();
  private paramCount: I32Column = new I32Column();
  private resultCount: I32Column = new I32Column();
  /** Edges that lead here, as a list through edgeNext. */
  private firstEdge: I32Column = new I32Column();
  private lastEdge: I32Column = new I32Column();
  private edgeCount: I32Column = new I32Column();
  /** Loop: its header. If: the block that decides, or NO_BLOCK if it is decided already that the condition holds. */
  private head: I32Column = new I32Column();
  /** If: place of the edge to the other arm. */
  private otherSlot: I32Column = new I32Column();
  /** If: its parameters in `carried`. Loop: the phi of its first parameter (the others follow it). */
  private params: I32Column = new I32Column();
  /** How often the br_table at hand leads to the label, and the block that leads on to it. */
  private tableCount: I32Column = new I32Column();
  private tableBlock: I32Column = new I32Column();

  // Edges: source block, place of the successor in Func.edges, start of the values in `carried`.
  private edgeSource: I32Column = new I32Column();
  private edgeSlot: I32Column = new I32Column();
  private edgeValues: I32Column = new I32Column();
  private edgeNext: I32Column = new I32Column();
  private carried: I32Column = new I32Column();

  /** First of the parameters and number of results of the block type read last. */
  private blockParams: i32 = 0;
  private blockResults: i32 = 0;

  constructor(builder: Builder) {
    this.b = builder;
  }

  /** Begins a function with `results` results. */
  begin(results: i32): void {
    this.edgeSource.clear();
    this.edgeSlot.clear();
    this.edgeValues.clear();
    this.edgeNext.clear();
    this.carried.clear();
    this.kind.clear();
    this.height.clear();
    this.paramCount.clear();
    this.resultCount.clear();
    this.firstEdge.clear();
    this.lastEdge.clear();
    this.edgeCount.clear();
    this.head.clear();
    this.otherSlot.clear();
    this.params.clear();
    this.tableCount.clear();
    this.tableBlock.clear();
    this.tries.begin(this.b);
    this.blockParams = 0;
    this.blockResults = results;
    this.pushLabel(LabelKind.Func);
  }

  /** Number of open labels; 0 once the function has ended. */
  get depth(): i32 {
    return this.kind.length;
  }

  private pushLabel(kind: i32): void {
    this.kind.push(kind);
    this.height.push(this.b.stack.length - this.blockParams);
    this.paramCount.push(this.blockParams);
    this.resultCount.push(this.blockResults);
    this.firstEdge.push(-1);
    this.lastEdge.push(-1);
    this.edgeCount.push(0);
    this.head.push(NO_BLOCK);
    this.otherSlot.push(-1);
    this.params.push(0);
    this.tableCount.push(0);
    this.tableBlock.push(NO_BLOCK);
  }

  private popLabel(): void {
    const n = this.kind.length - 1;
    this.kind.length = n;
    this.height.length = n;
    this.paramCount.length = n;
    this.resultCount.length = n;
    this.firstEdge.length = n;
    this.lastEdge.length = n;
    this.edgeCount.length = n;
    this.head.length = n;
    this.otherSlot.length = n;
    this.params.length = n;
    this.tableCount.length = n;
    this.tableBlock.length = n;
  }

  /** Reads a block type: how many parameters and results. */
  private readBlockType(): void {
    const module = this.b.module;
    const reader = this.b.reader;
    const first = reader.bytes.get(reader.at);
    const type = reader.readS32();
    if (type >= 0) {
      this.blockParams = module.typeParamCount.get(type);
      this.blockResults = module.typeResultCount.get(type);
      return;
    }
    if (first == 0x63 || first == 0x64) reader.skipLeb();
    this.blockParams = 0;
    this.blockResults = first == 0x40 ? 0 : 1;
  }

  /** Values that a branch to a label takes. */
  private arity(label: i32): i32 {
    return this.kind.get(label) == LabelKind.Loop ? this.paramCount.get(label) : this.resultCount.get(label);
  }

  /** Copies the topmost `count` operands, for edges to carry; they stay on the stack. */
  private carry(count: i32): i32 {
    const start = this.carried.length;
    const stack = this.b.stack;
    this.carried.append(stack, stack.length - count, stack.length);
    return start;
  }

  private addEdge(label: i32, source: i32, slot: i32, values: i32): void {
    const edge = this.edgeSource.length;
    this.edgeSource.push(source);
    this.edgeSlot.push(slot);
    this.edgeValues.push(values);
    this.edgeNext.push(-1);
    if (this.lastEdge.get(label) == -1) this.firstEdge.set(label, edge);
    else this.edgeNext.set(this.lastEdge.get(label), edge);
    this.lastEdge.set(label, edge);
    this.edgeCount.set(label, this.edgeCount.get(label) + 1);
    if (this.kind.get(label) == LabelKind.Loop) this.b.func.edges.set(slot, this.head.get(label));
  }

  /** Ends the current block with a jump to a label, carrying the topmost operands. */
  private jumpTo(label: i32): void {
    const b = this.b;
    const source = b.block;
    const values = this.carry(this.arity(label));
    const slot = b.endBlock(Op.Jump, NO_VALUE, 1);
    this.addEdge(label, source, slot, values);
  }

  /** Gives `block` the label's edges as predecessors, in order. */
  private flattenEdges(label: i32, block: i32): void {
    const func = this.b.func;
    func.predStart.set(block, func.edges.length);
    func.predCount.set(block, this.edgeCount.get(label));
    for (let edge = this.firstEdge.get(label); edge != -1; edge = this.edgeNext.get(edge)) {
      func.edges.push(this.edgeSource.get(edge));
      func.edges.set(this.edgeSlot.get(edge), block);
    }
  }

  // Beginnings.

  buildBlock(): void {
    this.readBlockType();
    this.pushLabel(LabelKind.Block);
    this.b.locals.openConstruct();
  }

  /** A try_table is a block whose calls have a second way out, to a handler at its end. */
  buildTryTable(): void {
    this.readBlockType();
    const clauses = this.tries.readClauses(this.b, this.depth);
    this.pushLabel(clauses ? LabelKind.Try : LabelKind.Block);
    this.b.locals.openConstruct();
    if (clauses) this.b.locals.openConstruct();
  }

  buildLoop(): void {
    const b = this.b;
    const func = b.func;
    this.readBlockType();
    this.pushLabel(LabelKind.Loop);
    const label = this.depth - 1;
    const n = this.blockParams;
    const source = b.block;
    const values = this.carry(n);
    const slot = b.endBlock(Op.Jump, NO_VALUE, 1);
    b.locals.openConstruct();
    b.startBlock();
    b.locals.openLoop(b.block);
    this.head.set(label, b.block);
    this.addEdge(label, source, slot, values);
    b.stack.resize(b.stack.length - n);
    this.params.set(label, func.valueCount);
    for (let i: i32 = 0; i < n; i++) {
      const type = func.valueType.get(this.carried.get(values + i));
      b.push(b.locals.buildEmptyPhi(b.block, type, -1));
    }
  }

  buildIf(): void {
    const b = this.b;
    this.readBlockType();
    const condition = b.pop();
    this.pushLabel(LabelKind.If);
    b.locals.openConstruct();
    b.locals.openConstruct();
    const label = this.depth - 1;
    const constant = b.folds ? b.asConst(condition) : NO_VALUE;
    if (constant != NO_VALUE && b.func.imm.get(constant) != 0) return;
    this.params.set(label, this.carry(this.blockParams));
    const source = b.block;
    this.head.set(label, source);
    if (constant != NO_VALUE) {
      this.otherSlot.set(label, b.endBlock(Op.Jump, NO_VALUE, 1));
      return;
    }
    const tested = this.branchOperand(condition);
    const slot = b.endBlock(Op.Branch, tested, 2);
    const negated: i32 = this.isNegated ? 1 : 0;
    this.otherSlot.set(label, slot + 1 - negated);
    b.startBlockAfter(source, slot + negated);
  }

  private isNegated: boolean = false;

  /** The value to branch on for `condition`; sets isNegated if the branch is taken where that value is 0. */
  private branchOperand(condition: i32): i32 {
    const func = this.b.func;
    const c = func.resolve(condition);
    this.isNegated = false;
    if (!this.b.folds) return c;
    const x = func.a.get(c);
    if (func.op.get(c) == Op.Eqz && func.valueType.get(x) == Type.I32) {
      this.isNegated = true;
      return x;
    }
    if (func.op.get(c) == Op.Ne && func.valueType.get(x) == Type.I32) {
      const y = this.b.asConst(func.b.get(c));
      if (y != NO_VALUE && func.imm.get(y) == 0) return x;
    }
    return c;
  }

  // Ends.

  buildElse(): void {
    const b = this.b;
    const label = this.depth - 1;
    if (!b.isDead) this.jumpTo(label);
    this.kind.set(label, LabelKind.Else);
    const n = this.paramCount.get(label);
    b.stack.resize(this.height.get(label));
    if (this.head.get(label) == NO_BLOCK) {
      b.locals.dissolveConstruct();
    } else {
      b.startBlockAfter(this.head.get(label), this.otherSlot.get(label));
      b.locals.closeConstruct(b.block);
      b.stack.append(this.carried, this.params.get(label), this.params.get(label) + n);
    }
    b.locals.openConstruct();
  }

  buildEnd(): void {
    const label = this.depth - 1;
    switch (this.kind.get(label)) {
      case LabelKind.Func:
        if (!this.b.isDead) this.b.endWithReturn(this.resultCount.get(label));
        break;
      case LabelKind.Block:
        this.endBlockOrIf(label, false);
        break;
      case LabelKind.Loop:
        this.endLoop(label);
        break;
      case LabelKind.If:
        this.b.locals.dissolveConstruct();
        if (!this.b.isDead) this.jumpTo(label);
        if (this.head.get(label) != NO_BLOCK) {
          this.addEdge(label, this.head.get(label), this.otherSlot.get(label), this.params.get(label));
        }
        this.endBlockOrIf(label, true);
        break;
      case LabelKind.Else:
        this.b.locals.dissolveConstruct();
        if (!this.b.isDead) this.jumpTo(label);
        this.endBlockOrIf(label, true);
        break;
      case LabelKind.Try:
        this.endTry(label);
        break;
    }
    this.popLabel();
  }

  private endTry(label: i32): void {
    const b = this.b;
    const number = this.tries.close(b);
    if (b.tryEdges.get(number) == 0) {
      b.locals.dissolveConstruct();
      this.endBlockOrIf(label, false);
      return;
    }
    if (!b.isDead) this.jumpTo(label);
    b.stack.resize(this.height.get(label));
    this.tries.startHandler(b, number);
    b.locals.closeConstruct(b.block);
    for (let k = this.tries.firstClause(number), n = this.tries.endClause(number); k < n && !b.isDead; k++) {
      const other = this.tries.startClause(b, k);
      this.branch(this.tries.labelOf(k));
      b.stack.resize(this.height.get(label));
      this.tries.endClauseAt(b, other);
    }
    if (!b.isDead) this.tries.buildRethrow(b);
    this.endBlockOrIf(label, true);
  }

  /** Makes the block at the end of a block or an if, where one is needed. */
  private endBlockOrIf(label: i32, isIf: boolean): void {
    const b = this.b;
    if (this.edgeCount.get(label) == 0) {
      // The end of a block without branches to it: the code goes on as it is, dead or alive.
      b.locals.dissolveConstruct();
      if (isIf || b.isDead) b.stack.resize(this.height.get(label));
      return;
    }
    if (!b.isDead) this.jumpTo(label);
    b.startBlock();
    this.flattenEdges(label, b.block);
    b.locals.closeConstruct(b.block);
    b.stack.resize(this.height.get(label));
    const n = this.resultCount.get(label);
    for (let i: i32 = 0; i < n; i++) b.push(this.joinValues(label, i));
  }

  /** The `i`-th result at a label: the one value that all edges carry, or a phi. */
  private joinValues(label: i32, i: i32): i32 {
    const b = this.b;
    const func = b.func;
    const first = this.firstEdge.get(label);
    const same = func.resolve(this.carried.get(this.edgeValues.get(first) + i));
    let edge = this.edgeNext.get(first);
    while (edge != -1 && func.resolve(this.carried.get(this.edgeValues.get(edge) + i)) == same) {
      edge = this.edgeNext.get(edge);
    }
    if (edge == -1) return same;
    const phi = b.locals.buildEmptyPhi(b.block, func.valueType.get(same), -1);
    this.fillPhi(label, phi, i);
    return phi;
  }

  /** Gives a label's phi its operands, the `i`-th values of the edges. */
  private fillPhi(label: i32, phi: i32, i: i32): void {
    const b = this.b;
    const func = b.func;
    func.a.set(phi, func.pool.length);
    func.b.set(phi, this.edgeCount.get(label));
    for (let edge = this.firstEdge.get(label); edge != -1; edge = this.edgeNext.get(edge)) {
      func.pool.push(func.resolve(this.carried.get(this.edgeValues.get(edge) + i)));
    }
    b.locals.lookAt(func.c.get(phi));
  }

  private endLoop(label: i32): void {
    const b = this.b;
    this.flattenEdges(label, this.head.get(label));
    const n = this.paramCount.get(label);
    for (let i: i32 = 0; i < n; i++) this.fillPhi(label, this.params.get(label) + i, i);
    b.locals.closeLoop();
    b.locals.dissolveConstruct();
    if (b.isDead) b.stack.resize(this.height.get(label));
  }

  // Branches.

  buildBr(): void {
    this.branch(this.depth - 1 - this.b.reader.readU32());
  }

  private branch(label: i32): void {
    if (this.kind.get(label) == LabelKind.Func) this.b.endWithReturn(this.resultCount.get(label));
    else this.jumpTo(label);
  }

  buildBrIf(): void {
    const label = this.depth - 1 - this.b.reader.readU32();
    this.branchIf(label, this.b.pop());
  }

  /** Branches to the label, without the reference, if that is null. */
  buildBrOnNull(): void {
    const b = this.b;
    const label = this.depth - 1 - b.reader.readU32();
    const reference = b.pop();
    this.branchIf(label, b.unary(Op.Eqz, Type.I32, reference));
    if (!b.isDead) b.push(reference);
  }

  /** Branches to the label, with the reference, if that is not null. */
  buildBrOnNonNull(): void {
    const b = this.b;
    const label = this.depth - 1 - b.reader.readU32();
    const isNull = b.unary(Op.Eqz, Type.I32, b.stack.top());
    this.branchIf(label, b.unary(Op.Eqz, Type.I32, isNull));
    if (!b.isDead) b.pop();
  }

  /** Branches to the label, with the topmost operands, if `condition` is not 0. */
  private branchIf(label: i32, condition: i32): void {
    const b = this.b;
    const constant = b.folds ? b.asConst(condition) : NO_VALUE;
    if (constant != NO_VALUE) {
      if (b.func.imm.get(constant) != 0) this.branch(label);
      return;
    }
    const source = b.block;
    const tested = this.branchOperand(condition);
    const negated: i32 = this.isNegated ? 1 : 0;
    const isReturn = this.kind.get(label) == LabelKind.Func;
    const values: i32 = isReturn ? 0 : this.carry(this.arity(label));
    const slot = b.endBlock(Op.Branch, tested, 2);
    if (isReturn) {
      b.startBlockAfter(source, slot + negated);
      b.endWithReturn(this.resultCount.get(label));
    } else {
      this.addEdge(label, source, slot + negated, values);
    }
    b.startBlockAfter(source, slot + 1 - negated);
  }

  buildBrTable(): void {
    const b = this.b;
    const reader = b.reader;
    const index = b.pop();
    const count = reader.readU32();
    const constant = b.folds ? b.asConst(index) : NO_VALUE;
    if (count == 0) {
      this.buildBr();
      return;
    }
    const start = reader.at;
    if (constant != NO_VALUE) {
      this.branchByConstant(b.func.imm.get(constant), count);
      return;
    }
    let label: i32 = 0;
    for (let i: i32 = 0; i <= count; i++) {
      label = this.depth - 1 - reader.readU32();
      this.tableCount.set(label, this.tableCount.get(label) + 1);
    }
    const source = b.block;
    const values = this.carry(this.arity(label));
    const slot = b.endBlock(Op.Switch, index, count + 1);
    reader.at = start;
    for (let i: i32 = 0; i <= count; i++) {
      this.buildTableEdge(this.depth - 1 - reader.readU32(), source, slot + i, values);
    }
    reader.at = start;
    for (let i: i32 = 0; i <= count; i++) {
      label = this.depth - 1 - reader.readU32();
      this.tableCount.set(label, 0);
      this.tableBlock.set(label, NO_BLOCK);
    }
  }

  /** A br_table with a known index. */
  private branchByConstant(index: i32, count: i32): void {
    const reader = this.b.reader;
    const chosen = index >= 0 && index < count ? index : count;
    let label: i32 = 0;
    for (let i: i32 = 0; i <= count; i++) {
      const depth = reader.readU32();
      if (i == chosen) label = this.depth - 1 - depth;
    }
    this.branch(label);
  }

  /** One target of a br_table: an edge to the label, or to a block that returns or that leads on to the label. */
  private buildTableEdge(label: i32, source: i32, slot: i32, values: i32): void {
    const b = this.b;
    const isReturn = this.kind.get(label) == LabelKind.Func;
    const times = this.tableCount.get(label);
    if (!isReturn && times <= MAX_PARALLEL_EDGES) {
      this.addEdge(label, source, slot, values);
      return;
    }
    const known = this.tableBlock.get(label);
    if (known != NO_BLOCK) {
      b.func.edges.set(slot, known);
      return;
    }
    b.startBlock();
    b.setPredecessor(source, slot, times);
    this.tableBlock.set(label, b.block);
    if (isReturn) {
      b.endWithReturn(this.resultCount.get(label));
      return;
    }
    const own = b.block;
    this.addEdge(label, own, b.endBlock(Op.Jump, NO_VALUE, 1), values);
  }

  buildReturn(): void {
    this.b.endWithReturn(this.resultCount.get(0));
  }
}
