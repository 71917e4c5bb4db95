// Translates a validated function body into the interpreter's instructions (code.ts), in one pass over its bytes: control
// flow and locals here, the stack of operands in emitter.ts, everything else in translate-rest.ts.

import { TrapKind } from "../base/traps";
import { FuncKind, Program } from "../link/program";
import { readOpcode, skipImmediates, skipLocals } from "../ssa/builder-scan";
import { Module } from "../wasm/module";
import { hasRef } from "../wasm/exception-rules";
import { Opcode } from "../wasm/opcodes";
import { ByteReader } from "../wasm/reader";
import { Code } from "./code";
import { Emitter } from "./emitter";
import { LabelKind, Labels } from "./labels";
import { CallEvent } from "./call-event";
import { translateRest } from "./translate-rest";
import { Tries } from "./tries";

/** Who watches the program, as bits. */
export const enum Watch {
  /** Every instruction. */
  Instructions = 1,
  /** How many are executed. */
  Fuel = 2,
  /** The clock. */
  Clock = 4,
  /** Functions, when they begin and end. */
  Calls = 8,
}

export class Translator {
  program: Program;
  emitter: Emitter = new Emitter();
  reader: ByteReader;
  module: Module;
  instance: i32 = 0;
  /** The function that is translated. */
  private func: i32 = 0;
  /** Watch bits for the program. */
  watchAll: i32 = 0;
  /** The same for the function at hand: calls and instructions of the guest alone are watched, our own modules not at all
   *  but for the clock. */
  private watch: i32 = 0;
  /** Cell of the link, which is number of parameters too. */
  link: i32 = 0;
  labels: Labels = new Labels();
  tries: Tries = new Tries();
  /** Nothing leads to what follows. */
  isDead: boolean = false;
  private params: i32 = 0;
  private results: i32 = 0;
  /** Position of the number of the Fuel that counts now; -1 if there is none. */
  private fuelAt: i32 = -1;
  /** Parameters and results of the block type read last. */
  private blockParams: i32 = 0;
  private blockResults: i32 = 0;

  constructor(program: Program) {
    const module = program.modules[0];
    this.program = program;
    this.module = module;
    this.reader = new ByteReader(module.bytes);
  }

  /** Translates program function `f`; the position of its first instruction. */
  translate(f: i32): i32 {
    const program = this.program;
    const type = program.funcType.get(f);
    this.params = program.typeParamCount.get(type);
    this.results = program.typeResultCount.get(type);
    this.instance = program.funcInstance.get(f);
    const isOwn = program.instanceHidden.get(this.instance) != 0;
    this.watch = isOwn ? this.watchAll & Watch.Clock : this.watchAll;
    if (this.instance != program.guest) this.watch = this.watch & ~(Watch.Instructions | Watch.Calls);
    this.func = f;
    this.isDead = false;
    this.fuelAt = -1;
    if (program.funcKind.get(f) == FuncKind.Body) return this.translateBody(f, program.funcLocal.get(f));
    return this.translateStub(f);
  }

  private translateBody(f: i32, local: i32): i32 {
    const emitter = this.emitter;
    const reader = this.reader;
    this.module = this.program.module(this.instance);
    reader.bytes = this.module.bytes;
    reader.at = this.module.bodyStart.get(local);
    this.link = this.params;
    const locals = skipLocals(reader);
    emitter.isPlain = (this.watch & (Watch.Instructions | Watch.Calls)) != 0;
    emitter.begin(this.params + 1 + locals);
    emitter.origin = reader.at;
    const entry = emitter.here;
    emitter.emit4(Code.Enter, this.link, locals, 0, this.instance);
    emitter.bind();
    if ((this.watch & Watch.Clock) != 0) emitter.emit0(Code.Poll);
    this.watchCall(f, 0, CallEvent.Begin);
    this.labels.clear();
    this.labels.push(LabelKind.Func, 0, 0, this.results);
    this.beginSegment();
    while (this.labels.depth != 0) {
      if (this.isDead) this.skipDeadCode();
      emitter.origin = reader.at;
      const opcode = readOpcode(reader);
      if (this.watch != 0 && opcode != Opcode.End && opcode != Opcode.Else) this.watchInstruction();
      this.translateInstruction(opcode);
    }
    this.endSegment();
    emitter.code.set(entry + 3, emitter.base + emitter.maxHeight);
    return entry;
  }

  /** A function without a body: an import that is not there, or something of the host's. */
  private translateStub(f: i32): i32 {
    const program = this.program;
    const emitter = this.emitter;
    const entry = emitter.here;
    const kind = program.funcKind.get(f);
    // Behind parameters and results, which the host leaves where the parameters were.
    const link = this.params > this.results ? this.params : this.results;
    emitter.origin = -1;
    emitter.begin(link + 1);
    emitter.emit4(Code.Enter, link, 0, link + 1, this.instance);
    if (kind == FuncKind.Host) emitter.emit2(Code.CallHost, f, 0);
    else if (kind == FuncKind.Instantiate) this.translateInstantiation(f, link + 1);
    else if (kind == FuncKind.TrapStub) emitter.emit1(Code.Trap, TrapKind.UnknownImport);
    else for (let i: i32 = 0; i < this.results; i++) emitter.emit3(Code.Const64, i, 0, 0);
    emitter.emit1(Code.Return0, link);
    return entry;
  }

  /** What brings an instance into being: segments, then the start function, whose frame begins in cell `at`. */
  private translateInstantiation(f: i32, at: i32): void {
    const program = this.program;
    const emitter = this.emitter;
    const k = program.funcInstance.get(f);
    const start = program.module(k).startFunc;
    emitter.emit2(Code.CallHost, f, 0);
    if (start < 0) return;
    const callee = program.funcOf(k, start);
    if (program.funcKind.get(callee) == FuncKind.Host) emitter.emit2(Code.CallHost, callee, at);
    else emitter.emit3(Code.Call, callee, at, k);
  }

  /** The cell of a local: the link stands between parameters and others. */
  private cellOf(local: i32): i32 {
    return local < this.params ? local : local + 1;
  }

  // Watching.

  private watchInstruction(): void {
    const emitter = this.emitter;
    if ((this.watch & Watch.Instructions) != 0) emitter.emit2(Code.Probe, emitter.origin, emitter.height);
    if (this.fuelAt >= 0) emitter.code.set(this.fuelAt, emitter.code.get(this.fuelAt) + 1);
  }

  /** Has it told when function `f` begins or ends, with its arguments or results from `cell` on. */
  private watchCall(f: i32, cell: i32, event: i32): void {
    if ((this.watch & Watch.Calls) != 0) this.emitter.emit3(Code.ProbeCall, f, cell, event);
  }

  /** The same around a call of a function that does not tell itself: of the host, of another module. */
  watchForeign(f: i32, cell: i32, event: i32): void {
    const program = this.program;
    const isForeign = program.funcKind.get(f) != FuncKind.Body || program.funcInstance.get(f) != program.guest;
    if (isForeign) this.watchCall(f, cell, event);
  }

  /** Says that the function ends, and another one takes its place. */
  watchTail(): void {
    this.watchCall(this.func, 0, CallEvent.Tail);
  }

  /** Begins instructions that are executed all or not at all, but for a trap. */
  beginSegment(): void {
    if ((this.watch & Watch.Fuel) == 0) return;
    this.emitter.emit1(Code.Fuel, 0);
    this.fuelAt = this.emitter.here - 1;
    this.emitter.bind();
  }

  private endSegment(): void {
    this.fuelAt = -1;
  }

  // Instructions.

  private translateInstruction(opcode: i32): void {
    const emitter = this.emitter;
    switch (opcode) {
      case Opcode.LocalGet:
        emitter.pushLocal(this.cellOf(this.reader.readU32()));
        return;
      case Opcode.LocalSet:
        emitter.popToLocal(this.cellOf(this.reader.readU32()));
        return;
      case Opcode.LocalTee:
        emitter.copyToLocal(this.cellOf(this.reader.readU32()));
        return;
      case Opcode.Block:
        this.readBlockType();
        this.pushLabel(LabelKind.Block);
        return;
      case Opcode.Loop:
        this.translateLoop();
        return;
      case Opcode.TryTable:
        this.translateTry();
        return;
      case Opcode.If:
        this.translateIf();
        return;
      case Opcode.Else:
        this.translateElse();
        return;
      case Opcode.End:
        this.translateEnd();
        return;
      case Opcode.Br:
        this.branch(this.readLabel());
        this.isDead = true;
        return;
      case Opcode.BrIf: {
        const label = this.readLabel();
        emitter.takeCondition();
        this.branchIf(label, false);
        return;
      }
      case Opcode.BrOnNull:
        this.translateBrOnNull();
        return;
      case Opcode.BrOnNonNull:
        this.translateBrOnNonNull();
        return;
      case Opcode.BrTable:
        this.translateBrTable();
        return;
      case Opcode.Return:
        this.translateReturn();
        return;
    }
    translateRest(this, opcode);
  }

  /** Passes over code that nothing leads to, up to the `else` or `end` of the innermost label. */
  private skipDeadCode(): void {
    const reader = this.reader;
    let depth: i32 = 0;
    while (true) {
      const at = reader.at;
      const op = readOpcode(reader);
      switch (op) {
        case Opcode.Block:
        case Opcode.Loop:
        case Opcode.If:
        case Opcode.TryTable:
          depth++;
          break;
        case Opcode.Else:
        case Opcode.End:
          if (depth == 0) {
            reader.at = at;
            return;
          }
          if (op == Opcode.End) depth--;
          continue;
      }
      skipImmediates(reader, op);
    }
  }

  private readLabel(): i32 {
    return this.labels.depth - 1 - this.reader.readU32();
  }

  private readBlockType(): void {
    const reader = this.reader;
    const first = reader.bytes.get(reader.at);
    const type = reader.readS32();
    if (type >= 0) {
      this.blockParams = this.module.typeParamCount.get(type);
      this.blockResults = this.module.typeResultCount.get(type);
      return;
    }
    if (first == 0x63 || first == 0x64) reader.skipLeb();
    this.blockParams = 0;
    this.blockResults = first == 0x40 ? 0 : 1;
  }

  /** Opens a label; all operands are in their cells then, since code that leads to its end knows of nothing else. */
  private pushLabel(kind: i32): void {
    const emitter = this.emitter;
    emitter.settle();
    this.labels.push(kind, emitter.height - this.blockParams, this.blockParams, this.blockResults);
  }

  private translateLoop(): void {
    const emitter = this.emitter;
    this.readBlockType();
    this.pushLabel(LabelKind.Loop);
    emitter.bind();
    this.labels.target.set(this.labels.depth - 1, emitter.here);
    if ((this.watch & Watch.Clock) != 0) emitter.emit0(Code.Poll);
    this.beginSegment();
  }

  private translateTry(): void {
    const emitter = this.emitter;
    this.readBlockType();
    const number = this.tries.open(this.program, this.instance, this.reader, this.labels.depth);
    this.pushLabel(number < 0 ? LabelKind.Block : LabelKind.Try);
    if (number < 0) return;
    this.labels.other.set(this.labels.depth - 1, number);
    emitter.bind();
    this.tries.begin(number, emitter.here);
  }

  /** At the end of a try_table: for each clause, the code that branches with its values. */
  private translateEndOfTry(label: i32): void {
    const tries = this.tries;
    const emitter = this.emitter;
    const number = this.labels.other.get(label);
    if (!this.isDead) {
      emitter.settle();
      this.jump(label);
    }
    tries.close(number, emitter.here);
    for (let k = tries.firstOf(number); k < tries.endOf(number); k++) {
      emitter.bind();
      emitter.dropTo(this.labels.height.get(label));
      tries.cell.set(k, emitter.base + emitter.height);
      tries.code.set(k, emitter.here);
      emitter.pushCells(tries.valueCount(this.program, k) + (hasRef(tries.kind.get(k)) ? 1 : 0));
      this.beginSegment();
      this.branch(tries.label.get(k));
    }
    this.isDead = true;
  }

  private translateIf(): void {
    const emitter = this.emitter;
    this.readBlockType();
    emitter.takeCondition();
    this.pushLabel(LabelKind.If);
    this.labels.other.set(this.labels.depth - 1, emitter.emitJump(true));
    this.beginSegment();
  }

  private translateElse(): void {
    const labels = this.labels;
    const label = labels.depth - 1;
    const emitter = this.emitter;
    if (!this.isDead) {
      emitter.settle();
      this.jump(label);
    }
    labels.kind.set(label, LabelKind.Else);
    emitter.lead(labels.other.get(label));
    emitter.bind();
    emitter.dropTo(labels.height.get(label));
    emitter.pushCells(labels.paramCount.get(label));
    this.isDead = false;
    this.beginSegment();
  }

  private translateEnd(): void {
    const labels = this.labels;
    const label = labels.depth - 1;
    const emitter = this.emitter;
    const kind = labels.kind.get(label);
    const results = labels.resultCount.get(label);
    if (kind == LabelKind.Func) {
      this.translateEndOfFunction(label);
      return;
    }
    if (kind == LabelKind.Try) this.translateEndOfTry(label);
    const isJoin = kind != LabelKind.Loop && (labels.isWaitedFor(label) || kind == LabelKind.If);
    if (isJoin) {
      if (!this.isDead) emitter.settle();
      if (kind == LabelKind.If) emitter.lead(labels.other.get(label));
      labels.resolve(emitter.code, label, emitter.here);
      emitter.bind();
    }
    if (this.isDead) {
      emitter.dropTo(labels.height.get(label));
      emitter.pushCells(results);
      this.isDead = !isJoin;
    }
    labels.pop();
    if (isJoin) this.beginSegment();
  }

  private translateEndOfFunction(label: i32): void {
    const labels = this.labels;
    const emitter = this.emitter;
    if (labels.isWaitedFor(label)) {
      if (!this.isDead) emitter.settle();
      labels.resolve(emitter.code, label, emitter.here);
      emitter.bind();
      emitter.dropTo(0);
      emitter.pushCells(this.results);
      this.isDead = false;
    }
    if (!this.isDead) this.emitReturn();
    labels.pop();
  }

  // Branches.

  translateReturn(): void {
    this.emitReturn();
    this.isDead = true;
  }

  /** Writes a return with the topmost operands, which stay. */
  private emitReturn(): void {
    const emitter = this.emitter;
    const height = emitter.height;
    if ((this.watch & Watch.Calls) != 0) {
      this.watchCall(this.func, this.results == 0 ? 0 : emitter.settleTop(this.results), CallEvent.End);
    }
    if (this.results == 0) emitter.emit1(Code.Return0, this.link);
    else if (this.results == 1) emitter.emit2(Code.Return1, this.link, emitter.pop());
    else emitter.emit3(Code.ReturnMany, this.link, emitter.settleTop(this.results), this.results);
    emitter.height = height;
  }

  private jump(label: i32): void {
    this.emitter.emit1(Code.Jump, 0);
    this.labels.refer(this.emitter.code, label, this.emitter.here - 1);
  }

  /** Whether a branch to a label finds its operands where they must be. */
  private isInPlace(label: i32): boolean {
    const arity = this.labels.arity(label);
    return arity == 0 || this.emitter.height - arity == this.labels.height.get(label);
  }

  /** Moves the topmost operands, which are in their cells, to where a label wants them. */
  private moveOperands(label: i32): void {
    const emitter = this.emitter;
    const arity = this.labels.arity(label);
    const from = emitter.base + emitter.height - arity;
    const to = emitter.base + this.labels.height.get(label);
    if (from == to || arity == 0) return;
    if (arity == 1) emitter.emit2(Code.Copy, to, from);
    else emitter.emit3(Code.CopyMany, to, from, arity);
  }

  /** Branches to a label. */
  private branch(label: i32): void {
    if (this.labels.kind.get(label) == LabelKind.Func) {
      this.emitReturn();
      return;
    }
    this.emitter.settleTop(this.labels.arity(label));
    this.moveOperands(label);
    this.jump(label);
  }

  /** Branches if the condition taken holds, or if it does not. */
  private branchIf(label: i32, isOpposite: boolean): void {
    const emitter = this.emitter;
    const isReturn = this.labels.kind.get(label) == LabelKind.Func;
    emitter.settleTop(this.labels.arity(label));
    if (!isReturn && this.isInPlace(label)) {
      this.labels.refer(emitter.code, label, emitter.emitJump(isOpposite));
    } else {
      const over = emitter.emitJump(!isOpposite);
      this.branch(label);
      emitter.lead(over);
      emitter.bind();
    }
    this.beginSegment();
  }

  private translateBrOnNull(): void {
    const emitter = this.emitter;
    const label = this.readLabel();
    // The reference stays if it is not null, but is not among the operands of the branch.
    const cell = emitter.settleTop(1);
    const height = emitter.height;
    emitter.height = height - 1;
    this.takeNullTest(cell);
    this.branchIf(label, false);
    emitter.height = height;
  }

  private translateBrOnNonNull(): void {
    const label = this.readLabel();
    this.takeNullTest(this.emitter.settleTop(1));
    this.branchIf(label, true);
    this.emitter.drop();
  }

  private takeNullTest(cell: i32): void {
    const condition = this.emitter.condition;
    condition.jump = Code.JumpIfNull;
    condition.a = cell;
    condition.count = 1;
  }

  private translateBrTable(): void {
    const emitter = this.emitter;
    const labels = this.labels;
    const reader = this.reader;
    const index = emitter.pop();
    const count = reader.readU32();
    const start = reader.at;
    const depth = labels.depth;
    // All labels take equally many operands.
    for (let i: i32 = 0; i < count; i++) reader.skipLeb();
    emitter.settleTop(labels.arity(this.readLabel()));
    reader.at = start;
    emitter.emit2(Code.JumpTable, index, count);
    const first = emitter.here;
    for (let i: i32 = 0; i <= count; i++) emitter.operand(0);
    for (let i: i32 = 0; i <= count; i++) {
      const label = depth - 1 - reader.readU32();
      if (this.isInPlace(label)) {
        labels.refer(emitter.code, label, first + i);
        continue;
      }
      if (labels.landing.get(label) < first) {
        labels.landing.set(label, emitter.here);
        emitter.bind();
        this.moveOperands(label);
        this.jump(label);
      }
      emitter.code.set(first + i, labels.landing.get(label) - first - i);
    }
    this.isDead = true;
  }
}
