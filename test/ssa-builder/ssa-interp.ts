// Executes functions in SSA form, for comparing what the builder made with a WebAssembly engine. Memories, tables
// and globals are small arrays; the runtime's functions for grow, copy, fill and init are imitated here.

import "../../host/js/prelude";
import { Slots } from "../../host/js/slots";
import { evaluate } from "../../src/base/numerics";
import { TrapKind } from "../../src/base/traps";
import { DATA_BASE, MemoryCell, RUNTIME_START, TableCell } from "../../src/link/layout";
import { LibCall } from "../../src/link/libcalls";
import { FuncKind, type Program } from "../../src/link/program";
import { buildFunction, buildStub } from "../../src/ssa/builder";
import { Func, NO_VALUE, RAW_MEMORY } from "../../src/ssa/func";
import { Op, Type, typeBytes } from "../../src/ssa/op";
import { verify } from "../../src/ssa/verifier";

export class Trap extends Error {
  constructor(readonly kind: number) {
    super(`trap ${kind}`);
  }
}

/** The step budget is used up: the program may be an endless loop. */
export class OutOfSteps extends Error {}

export type Word = [lo: number, hi: number];

const PAGE = 65536;

export class Machine {
  funcs = new Map<number, Func>();
  memories: Uint8Array[] = [];
  globals: Word[] = [];
  tables: Word[][] = [];
  /** Bytes of `raw` before those of the runtime's area. */
  private dataBytes: number;
  raw: DataView;
  private references = new Map<number, number>();
  steps = 0;
  maxSteps = 10_000_000;

  constructor(
    readonly program: Program,
    readonly level: number,
  ) {
    const p = program;
    for (let i = 0; i < p.memoryMin.length; i++) {
      const memory = new Uint8Array(p.memoryMin.get(i) << p.memoryPageLog2.get(i));
      this.memories.push(memory);
    }
    for (let i = 0; i < p.initMemory.length; i++) {
      const bytes = p.modules[p.initModule.get(i)].bytes.data.subarray(p.initStart.get(i), p.initEnd.get(i));
      this.memories[p.initMemory.get(i)].set(bytes, p.initOffset.get(i));
    }
    for (let i = 0; i < p.globalType.length; i++) {
      const f = p.globalFunc.get(i);
      this.globals.push(f >= 0 ? this.reference(f) : [p.globalLo.get(i), p.globalHi.get(i)]);
    }
    this.dataBytes = Math.max(p.dataEnd - DATA_BASE, 64) + 65536;
    const raw = new Uint8Array(this.dataBytes + p.runtimeEnd - RUNTIME_START);
    raw.set(p.data.data.subarray(0, p.data.length));
    raw.set(p.runtimeData.data.subarray(0, p.runtimeData.length), this.dataBytes);
    this.raw = new DataView(raw.buffer);
    for (let i = 0; i < p.dataRelocAddress.length; i++) {
      this.references.set(p.dataRelocAddress.get(i), p.dataRelocFunc.get(i));
    }
    for (let i = 0; i < p.tableMin.length; i++) {
      const table: Word[] = [];
      const inData = p.tableBaseHi.get(i) === 0;
      for (let k = 0; k < p.tableMin.get(i); k++) {
        table.push(inData ? this.wordAt(p.tableBaseLo.get(i) + 8 * k) : [0, 0]);
      }
      this.tables.push(table);
    }
    for (let i = 0; i < p.copyBytes.length; i++) this.copyToTable(i);
    this.writeCells();
  }

  /** Where an address of the data area or of the runtime's lies in `raw`. */
  place(address: number): number {
    return address >= RUNTIME_START ? this.dataBytes + address - RUNTIME_START : address - DATA_BASE;
  }

  /** The 64-bit word of the data area at an address. */
  private wordAt(address: number): Word {
    const f = this.references.get(address);
    if (f !== undefined) return this.reference(f);
    const at = this.place(address);
    // A table or segment that nothing uses has no address.
    if (at < 0) return [0, 0];
    return [this.raw.getInt32(at, true), this.raw.getInt32(at + 4, true)];
  }

  /** Initial contents of a table outside the data area; a row that overlaps itself repeats its first word. */
  private copyToTable(row: number): void {
    const p = this.program;
    const place = (lo: number, hi: number): [number, number] | null => {
      for (let i = 0; i < p.tableMin.length; i++) {
        const k = (lo - p.tableBaseLo.get(i)) / 8;
        if (hi !== 0 && p.tableBaseHi.get(i) === hi && k >= 0 && k <= this.tables[i].length) return [i, k];
      }
      return null;
    };
    const target = place(p.copyTargetLo.get(row), p.copyTargetHi.get(row));
    const source = place(p.copySourceLo.get(row), p.copySourceHi.get(row));
    if (target === null) return;
    for (let k = 0; k < p.copyBytes.get(row) / 8; k++) {
      const word =
        source === null ? this.wordAt(p.copySourceLo.get(row) + 8 * k) : this.tables[source[0]][source[1] + k];
      this.tables[target[0]][target[1] + k] = word;
    }
  }

  reference(f: number): Word {
    return [f + 1, this.program.funcType.get(f)];
  }

  private writeCells(): void {
    const p = this.program;
    for (let i = 0; i < this.memories.length; i++) {
      const cell = p.memoryCell.get(i);
      if (cell >= DATA_BASE) this.raw.setUint32(this.place(cell) + MemoryCell.Size, this.memories[i].length, true);
    }
    for (let i = 0; i < this.tables.length; i++) {
      const cell = p.tableCell.get(i);
      if (cell >= DATA_BASE) this.raw.setUint32(this.place(cell) + TableCell.Size, this.tables[i].length, true);
    }
  }

  func(f: number): Func {
    let func = this.funcs.get(f);
    if (func === undefined) {
      func = new Func();
      if (this.program.funcKind.get(f) === FuncKind.Body) buildFunction(this.program, f, func, this.level);
      else buildStub(this.program, f, func);
      const wrong = verify(func);
      if (wrong !== "") throw new Error(`function ${f}: ${wrong}`);
      this.funcs.set(f, func);
    }
    return func;
  }

  call(f: number, args: Word[], depth = 0): Word[] {
    if (depth > 200) throw new Trap(TrapKind.StackOverflow);
    const lib = this.libCall(f);
    if (lib >= 0) return this.runLibCall(lib, args);
    return new Activation(this, this.func(f), args, depth).run();
  }

  private libCall(f: number): number {
    for (let i = 0; i < this.program.libCalls.length; i++) if (this.program.libCalls.get(i) === f) return i;
    return -1;
  }

  private memoryByCell(cell: Word): number {
    for (let i = 0; i < this.memories.length; i++) if (this.program.memoryCell.get(i) === cell[0]) return i;
    throw new Error(`no memory has cell ${cell[0]}`);
  }

  private tableByCell(cell: Word): number {
    for (let i = 0; i < this.tables.length; i++) if (this.program.tableCell.get(i) === cell[0]) return i;
    throw new Error(`no table has cell ${cell[0]}`);
  }

  private runLibCall(call: number, args: Word[]): Word[] {
    const n = args.map((w) => (w[0] >>> 0) + (w[1] >>> 0) * 2 ** 32);
    switch (call) {
      case LibCall.MemoryGrow: {
        const m = this.memoryByCell(args[0]);
        const pages = this.memories[m].length / PAGE;
        if (pages + n[1] > 1000 || pages + n[1] > this.program.memoryMax.get(m) >>> 0) return [[-1, -1]];
        const grown = new Uint8Array((pages + n[1]) * PAGE);
        grown.set(this.memories[m]);
        this.memories[m] = grown;
        this.writeCells();
        return [[pages, 0]];
      }
      case LibCall.MemoryFill: {
        const m = this.memories[this.memoryByCell(args[0])];
        if (n[1] + n[3] > m.length) throw new Trap(TrapKind.MemoryOutOfBounds);
        m.fill(args[2][0], n[1], n[1] + n[3]);
        return [];
      }
      case LibCall.MemoryCopy: {
        const target = this.memories[this.memoryByCell(args[0])];
        const source = this.memories[this.memoryByCell(args[1])];
        if (n[2] + n[4] > target.length || n[3] + n[4] > source.length) throw new Trap(TrapKind.MemoryOutOfBounds);
        target.set(source.slice(n[3], n[3] + n[4]), n[2]);
        return [];
      }
      case LibCall.MemoryInit: {
        const target = this.memories[this.memoryByCell(args[0])];
        const length = this.raw.getUint32(n[2] - DATA_BASE, true);
        if (n[3] + n[5] > target.length || n[4] + n[5] > length) throw new Trap(TrapKind.MemoryOutOfBounds);
        for (let i = 0; i < n[5]; i++) target[n[3] + i] = this.raw.getUint8(n[1] - DATA_BASE + n[4] + i);
        return [];
      }
      case LibCall.TableGrow: {
        const index = this.tableByCell(args[0]);
        const t = this.tables[index];
        if (t.length + n[2] > Math.min(1000, this.program.tableMax.get(index) >>> 0)) return [[-1, -1]];
        const before = t.length;
        for (let i = 0; i < n[2]; i++) t.push(args[1]);
        this.writeCells();
        return [[before, 0]];
      }
      case LibCall.TableFill: {
        const t = this.tables[this.tableByCell(args[0])];
        if (n[1] + n[3] > t.length) throw new Trap(TrapKind.TableOutOfBounds);
        t.fill(args[2], n[1], n[1] + n[3]);
        return [];
      }
      case LibCall.TableCopy: {
        const target = this.tables[this.tableByCell(args[0])];
        const source = this.tables[this.tableByCell(args[1])];
        if (n[2] + n[4] > target.length || n[3] + n[4] > source.length) throw new Trap(TrapKind.TableOutOfBounds);
        const copied = source.slice(n[3], n[3] + n[4]);
        for (let i = 0; i < n[4]; i++) target[n[2] + i] = copied[i];
        return [];
      }
      case LibCall.TableInit: {
        const target = this.tables[this.tableByCell(args[0])];
        const length = this.raw.getUint32(n[2] - DATA_BASE, true);
        if (n[3] + n[5] > target.length || n[4] + n[5] > length) throw new Trap(TrapKind.TableOutOfBounds);
        for (let i = 0; i < n[5]; i++) target[n[3] + i] = this.wordAt(n[1] + 8 * (n[4] + i));
        return [];
      }
    }
    throw new Error(`library call ${call} is not imitated`);
  }
}

class Activation {
  private s: Slots;

  constructor(
    private readonly machine: Machine,
    private readonly func: Func,
    private readonly args: Word[],
    private readonly depth: number,
  ) {
    this.s = new Slots(func.valueCount + 1);
  }

  /** Vectors, which are only loaded and stored. */
  private vectors = new Map<number, Uint8Array>();

  private get(v: number): Word {
    return [this.s.getLo(v), this.s.getHi(v)];
  }

  private set(v: number, w: Word): void {
    if (typeBytes(this.func.valueType.get(v)) === 4) this.s.setI32(v, w[0]);
    else this.s.setI64(v, w[0], w[1]);
  }

  run(): Word[] {
    const func = this.func;
    let block = 0;
    let from = -1;
    let way = 0;
    while (true) {
      if (from >= 0) this.runPhis(block, from, way);
      for (let v = func.firstValue.get(block); v !== NO_VALUE; v = func.next.get(v)) {
        if (++this.machine.steps > this.machine.maxSteps) throw new OutOfSteps();
        const op = func.op.get(v);
        if (op === Op.Return) return this.operands(v);
        if (op === Op.Trap) throw new Trap(func.imm.get(v));
        if (op === Op.TrapAccess) throw new Trap(TrapKind.MemoryOutOfBounds);
        if (op === Op.Jump || op === Op.Branch || op === Op.Switch) {
          way = this.successor(v, block);
          break;
        }
        if (op !== Op.Phi) this.execute(v, op);
      }
      from = block;
      block = func.succ(from, way);
    }
  }

  private operands(v: number): Word[] {
    const words: Word[] = [];
    for (let i = 0; i < this.func.argCount(v); i++) words.push(this.get(this.func.arg(v, i)));
    return words;
  }

  private successor(v: number, block: number): number {
    const func = this.func;
    if (func.op.get(v) === Op.Jump) return 0;
    const x = this.s.getLo(func.a.get(v));
    if (func.op.get(v) === Op.Branch) return x !== 0 ? 0 : 1;
    const last = func.succCount.get(block) - 1;
    return Math.min(x >>> 0, last);
  }

  /** All phis of a block at once: the `way`-th successor of `from` leads to its n-th like predecessor. */
  private runPhis(block: number, from: number, way: number): void {
    const func = this.func;
    let nth = 0;
    for (let i = 0; i < way; i++) if (func.succ(from, i) === block) nth++;
    let place = -1;
    for (let i = 0; i < func.predCount.get(block); i++) {
      if (func.pred(block, i) === from && nth-- === 0) place = i;
    }
    if (place < 0) throw new Error("an edge without predecessor");
    const values: Word[] = [];
    for (let v = func.firstValue.get(block); func.op.get(v) === Op.Phi; v = func.next.get(v)) {
      values.push(this.get(func.arg(v, place)));
    }
    let i = 0;
    for (let v = func.firstValue.get(block); func.op.get(v) === Op.Phi; v = func.next.get(v)) this.set(v, values[i++]);
  }

  private execute(v: number, op: number): void {
    const func = this.func;
    const program = this.machine.program;
    const a = func.a.get(v);
    const imm = func.imm.get(v);
    if (op >= Op.Add && op <= Op.Bitcast) {
      const b = func.argCount(v) > 1 ? func.b.get(v) : a;
      const trap = evaluate(op, func.valueType.get(a), func.valueType.get(v), this.s, v, a, b);
      if (trap >= 0) throw new Trap(trap);
      return;
    }
    if (op >= Op.Load8S && op <= Op.Store) {
      this.access(v, op);
      return;
    }
    switch (op) {
      case Op.Const:
        this.set(v, [imm, func.immHi.get(v)]);
        return;
      case Op.Param:
        this.set(v, this.args[imm]);
        return;
      case Op.Select:
        this.set(v, this.get(this.s.getLo(func.c.get(v)) !== 0 ? a : func.b.get(v)));
        return;
      case Op.FuncRef:
        this.set(v, this.machine.reference(imm));
        return;
      case Op.GlobalGet:
        this.set(v, this.machine.globals[imm]);
        return;
      case Op.GlobalSet:
        this.machine.globals[imm] = this.get(a);
        return;
      case Op.TableGet:
      case Op.TableSet: {
        const table = this.machine.tables[imm];
        const index = this.s.getLo(a) >>> 0;
        if (index >= table.length) throw new Trap(TrapKind.TableOutOfBounds);
        if (op === Op.TableGet) this.set(v, table[index]);
        else table[index] = this.get(func.b.get(v));
        return;
      }
      case Op.Call:
        this.results(v, this.machine.call(imm, this.operands(v), this.depth + 1));
        return;
      case Op.CallIndirect: {
        const [index, ...args] = this.operands(v);
        const table = this.machine.tables[imm];
        if (index[0] >>> 0 >= table.length) throw new Trap(TrapKind.TableOutOfBounds);
        const word = table[index[0]];
        if (word[0] === 0) throw new Trap(TrapKind.IndirectCallToNull);
        if (word[1] !== func.immHi.get(v)) throw new Trap(TrapKind.BadSignature);
        this.results(v, this.machine.call(word[0] - 1, args, this.depth + 1));
        return;
      }
      case Op.Result:
        return;
    }
    throw new Error(`operation ${op} of program function ${func.index} (${program.funcLocal.get(func.index)})`);
  }

  private results(v: number, words: Word[]): void {
    if (this.func.valueType.get(v) !== Type.None) {
      this.set(v, words[0]);
      return;
    }
    for (let r = this.func.next.get(v); this.func.op.get(r) === Op.Result; r = this.func.next.get(r)) {
      this.set(r, words[this.func.imm.get(r)]);
    }
  }

  private access(v: number, op: number): void {
    const func = this.func;
    const memory = func.accessMemory(v);
    const isStore = op >= Op.Store8;
    const value = func.b.get(v);
    const whole = typeBytes(func.valueType.get(isStore ? value : v));
    const bytes = [1, 1, 2, 2, 4, 4, whole, 1, 2, 4, whole][op - Op.Load8S];
    const index = func.a.get(v);
    let at = (this.s.getLo(index) >>> 0) + (func.imm.get(v) >>> 0);
    if (typeBytes(func.valueType.get(index)) === 8) at += (this.s.getHi(index) >>> 0) * 2 ** 32;
    at += (func.immHi.get(v) >>> 0) * 2 ** 32;
    let view = this.machine.raw;
    if (memory === RAW_MEMORY) at = this.machine.place(at);
    else view = new DataView(this.machine.memories[memory].buffer);
    if (at < 0 || at + bytes > view.byteLength) throw new Trap(TrapKind.MemoryOutOfBounds);
    if (bytes === 16) {
      const place = new Uint8Array(view.buffer, at, 16);
      if (isStore) place.set(this.vectors.get(value) as Uint8Array);
      else this.vectors.set(v, place.slice());
      return;
    }
    if (isStore) {
      const [lo, hi] = this.get(value);
      if (bytes === 1) view.setUint8(at, lo);
      else if (bytes === 2) view.setUint16(at, lo, true);
      else view.setInt32(at, lo, true);
      if (bytes === 8) view.setInt32(at + 4, hi, true);
      return;
    }
    const unsigned = op === Op.Load8U || op === Op.Load16U || op === Op.Load32U;
    let lo = 0;
    if (bytes === 1) lo = unsigned ? view.getUint8(at) : view.getInt8(at);
    else if (bytes === 2) lo = unsigned ? view.getUint16(at, true) : view.getInt16(at, true);
    else lo = view.getInt32(at, true);
    const hi = bytes === 8 ? view.getInt32(at + 4, true) : unsigned ? 0 : lo >> 31;
    this.set(v, [lo, hi]);
  }
}
