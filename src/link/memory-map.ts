// Decides where everything lives (layout.ts has the map) and writes the initial contents of the data area:
// first what is never written (tables that stay as they are, bytes of passive segments), which the image maps
// read-only, then cells, globals and tables that change. What the runtime's code names has an area of its own, in
// which it is at the same address in every program.
//
// A table's entry is a word {code address, canonical type}; the code address is filled in by the image writer
// (dataRelocAddress). Tables that grow or are large lie outside the data area: their initial entries are copied
// there at start.

import { I32Column } from "../base/columns";
import { TrapKind } from "../base/traps";
import { addWide, wideHi, wideLo } from "../base/wide";
import { Module, SegmentMode } from "../wasm/module";
import { ActiveSegments } from "./active-segments";
import { ConstantEvaluator } from "./constants";
import {
  DATA_BASE,
  DATA_LIMIT,
  EXCEPTION_BASE_HI,
  ExceptionBlock,
  ExceptionCell,
  GUEST_BASE,
  GUEST_CELL,
  HEADER_BYTES,
  MEMORY_REGION_HI,
  MEMORY_RESERVE_HI,
  MEMORY_RESERVE_LO,
  MEMORY_SLACK,
  MEMORY_STRIDE_HI,
  MemoryCell,
  RECOVERY_BLOCK,
  RUNTIME_LIMIT,
  RUNTIME_START,
  RecoveryBlock,
  TABLE_REGION_HI,
  TABLE_STRIDE,
  TableCell,
} from "./layout";
import { computeBytes } from "./memories";
import { NONE, Program } from "./program";
import { LinkState } from "./state";
import { ltU32, mul32 } from "host/prims";

/** Tables of at most so many bytes lie in the data area. */
const SMALL_TABLE: i32 = 0x1_0000;
/** Entries for which a table outside the data area has room: its stride but for a guard. */
const LARGE_TABLE_ENTRIES: i32 = 0x0100_0000 - 0x2000;
const LARGE_TABLES: i32 = 256;
const FURTHER_MEMORIES: i32 = 1000;
const RUNTIME_MEMORY_LIMIT: i32 = 0x0010_0000;
const PAGE: i32 = 4096;
const WORD: i32 = 8;

/** Bounds tables by what they have room for. */
export function clampTables(state: LinkState): boolean {
  const program = state.program;
  for (let t: i32 = 0; t < program.tableType.length; t++) {
    if (ltU32(LARGE_TABLE_ENTRIES, program.tableMin.get(t))) {
      return state.diag.fail(-1, `table ${t} has more than ${LARGE_TABLE_ENTRIES} entries`);
    }
    if (ltU32(LARGE_TABLE_ENTRIES, program.tableMax.get(t))) program.tableMax.set(t, LARGE_TABLE_ENTRIES);
  }
  return true;
}

export class MemoryMap {
  private state: LinkState;
  private program: Program;
  /** Next free address of the area being filled. */
  private at: i32 = RUNTIME_START;
  private segments: ActiveSegments;
  private evaluator: ConstantEvaluator;
  /** Functions in the entries of the table or segment being written. */
  private entries: I32Column = new I32Column();
  private largeTables: i32 = 0;
  /** First active element segment that is not applied: instantiation ended before it. */
  private stopSegment: i32 = 0x7fff_ffff;
  /** Instance in which instantiation ended, and its first data segment that is not applied. */
  private stopInstance: i32 = 0x7fff_ffff;
  private stopData: i32 = 0;

  constructor(state: LinkState) {
    this.state = state;
    this.program = state.program;
    const segments = new ActiveSegments(state.program);
    this.segments = segments;
    this.evaluator = segments.evaluator;
  }

  build(): boolean {
    const program = this.program;
    this.computeInitTrap();
    if (!clampTables(this.state) || !this.placeRuntime()) return false;
    // The data area follows the runtime's in the file, at the same position in its page.
    const start = DATA_BASE + ((HEADER_BYTES + program.runtimeData.length) & (PAGE - 1));
    program.dataStart = start;
    this.at = start;
    if (!this.placeTables(0) || !this.placeSegments()) return false;
    program.dataReadOnlyEnd = this.at;
    program.dataWriteStart = this.at;
    if (this.at != start) {
      // Nulls at the end are contents too: pages that are never written must come whole from the file.
      if (program.data.length < this.at - DATA_BASE) program.data.resize(this.at - DATA_BASE);
      this.at = ((this.at + 15) & -16) + PAGE;
      program.dataWriteStart = this.at;
    }
    if (!this.placeMemories() || !this.placeTables(1) || !this.placeGlobals() || !this.placeLengthCells()) return false;
    if (!this.placeDriverMemory()) return false;
    if (program.throws && !this.placeExceptionBlock()) return false;
    program.dataEnd = this.at;
    this.buildInitialMemory();
    return true;
  }

  /** Takes `bytes` bytes of the data area; -1, with a message, when it is full. */
  private place(bytes: i32, align: i32): i32 {
    const address = (this.at + align - 1) & -align;
    const limit = this.at >= RUNTIME_START ? RUNTIME_LIMIT : DATA_LIMIT;
    if (ltU32(limit - address, bytes)) {
      this.state.diag.fail(-1, "tables and passive segments of the program need more than 95 MiB");
      return -1;
    }
    this.at = address + bytes;
    return address;
  }

  private write32(address: i32, value: i32): void {
    const isRuntime = address >= RUNTIME_START;
    const data = isRuntime ? this.program.runtimeData : this.program.data;
    const at = address - (isRuntime ? RUNTIME_START : DATA_BASE);
    if (at + 4 > data.length) data.resize(at + 4);
    data.setI32(at, value);
  }

  private write64(address: i32, lo: i32, hi: i32): void {
    this.write32(address, lo);
    this.write32(address + 4, hi);
  }

  private writeBytes(address: i32, module: Module, start: i32, end: i32): void {
    const isRuntime = address >= RUNTIME_START;
    const data = isRuntime ? this.program.runtimeData : this.program.data;
    const at = address - (isRuntime ? RUNTIME_START : DATA_BASE);
    if (at + end - start > data.length) data.resize(at + end - start);
    data.copyAt(at, module.bytes, start, end);
  }

  /** A word that refers to program function `f` (or null): the image writer adds the code address. */
  private writeReference(address: i32, f: i32): void {
    if (f == NONE) return;
    this.write64(address, 0, this.program.funcType.get(f));
    this.program.dataRelocAddress.push(address);
    this.program.dataRelocFunc.push(f);
  }

  // Instantiation: whether all active segments fit.

  /** Goes through the active segments in the order of instantiation, up to the first that does not fit. */
  private computeInitTrap(): void {
    const program = this.program;
    for (let k: i32 = 0; k < program.instanceModule.length; k++) {
      const module = program.module(k);
      if (program.instancePreset.get(k) == 0) continue;
      for (let i: i32 = 0; i < module.elemMode.length; i++) {
        if (module.elemMode.get(i) != SegmentMode.Active || this.segments.elemFits(k, i)) continue;
        this.stopSegment = program.instanceElemBase.get(k) + i;
        this.stopInstance = k;
        program.initTrap = TrapKind.TableOutOfBounds;
        return;
      }
      for (let i: i32 = 0; i < module.dataMode.length; i++) {
        if (module.dataMode.get(i) != SegmentMode.Active || this.segments.dataFits(k, i)) continue;
        this.stopInstance = k;
        this.stopData = i;
        this.stopSegment = program.instanceElemBase.get(k) + module.elemMode.length;
        program.initTrap = TrapKind.MemoryOutOfBounds;
        return;
      }
    }
  }

  private placeExceptionBlock(): boolean {
    const program = this.program;
    const block = this.place(ExceptionBlock.Bytes, WORD);
    if (block < 0) return false;
    let bytes: i32 = 0;
    for (let t: i32 = 0; t < program.tagType.length; t++) {
      const count = program.typeParamCount.get(program.tagType.get(t));
      if (count * WORD > bytes) bytes = count * WORD;
    }
    program.exceptionBlock = block;
    this.write32(block + ExceptionBlock.Next + 4, EXCEPTION_BASE_HI);
    this.write32(block + ExceptionBlock.CellBytes, ExceptionCell.Values + bytes);
    return true;
  }

  // Tables.

  /** Whether a table's entries lie in the data area. */
  private isSmall(t: i32): boolean {
    const program = this.program;
    const room = program.tableGrows.get(t) != 0 ? program.tableMax.get(t) : program.tableMin.get(t);
    return room <= SMALL_TABLE / WORD;
  }

  /** Places the live tables that are (1) or are not (0) written, and their cells. */
  private placeTables(written: i32): boolean {
    const program = this.program;
    for (let t: i32 = 0; t < program.tableType.length; t++) {
      if (this.state.tableLive.get(t) == 0 || program.tableWritten.get(t) != written) continue;
      if (!this.isSmall(t)) {
        if (!this.placeLargeTable(t)) return false;
      } else {
        const growing = program.tableGrows.get(t) != 0;
        const room = growing ? program.tableMax.get(t) : program.tableMin.get(t);
        const address = this.place(room * WORD, WORD);
        if (address < 0) return false;
        program.tableBaseLo.set(t, address);
        this.computeEntries(t);
        for (let i: i32 = 0; i < this.entries.length; i++) this.writeReference(address + i * WORD, this.entries.get(i));
        if (written == 0) this.noteEntries(t);
      }
      const cell = this.place(TableCell.Bytes, WORD);
      if (cell < 0) return false;
      program.tableCell.set(t, cell);
      this.write64(cell + TableCell.Base, program.tableBaseLo.get(t), program.tableBaseHi.get(t));
      this.write64(cell + TableCell.Size, program.tableMin.get(t), 0);
      this.write64(cell + TableCell.Max, program.tableMax.get(t), 0);
    }
    return true;
  }

  /** Notes what calls need not check of table `t`, which stays as `entries` has it. */
  private noteEntries(t: i32): void {
    const program = this.program;
    let type: i32 = -1;
    let hasNull: i32 = 0;
    for (let i: i32 = 0; i < this.entries.length; i++) {
      const f = this.entries.get(i);
      if (f == NONE) hasNull = 1;
      else if (type < 0) type = program.funcType.get(f);
      else if (program.funcType.get(f) != type) return;
    }
    program.tableEntryType.set(t, type);
    program.tableHasNull.set(t, hasNull);
  }

  /** Fills `entries` with the functions of a table after instantiation. */
  private computeEntries(t: i32): void {
    const size = this.program.tableMin.get(t);
    this.entries.clear();
    this.entries.resize(size);
    this.entries.fill(this.state.tableInitFunc.get(t), 0, size);
    for (let s = this.state.tableFirstSegment.get(t); s != NONE; s = this.state.segmentNext.get(s)) {
      if (s >= this.stopSegment) return;
      const instance = this.state.elemInstance.get(s);
      const module = this.program.module(instance);
      const i = s - this.program.instanceElemBase.get(instance);
      this.segments.evaluateElemOffset(instance, i);
      const offset = this.evaluator.lo;
      for (let e: i32 = 0; e < module.elemCount.get(i); e++) {
        this.entries.set(offset + e, this.evaluateElement(module, instance, i, e));
      }
    }
  }

  /** The function in element `e` of segment `i`, or NONE for null. */
  private evaluateElement(module: Module, instance: i32, i: i32, e: i32): i32 {
    const at = module.elemStart.get(i) + 3 * e;
    const pool = module.elemPool;
    this.evaluator.evaluate(this.program, instance, pool.get(at), pool.get(at + 1), pool.get(at + 2));
    return this.evaluator.func;
  }

  /** Gives a table an address outside the data area, and the rows that copy its entries there. */
  private placeLargeTable(t: i32): boolean {
    const program = this.program;
    const n = this.largeTables++;
    if (n >= LARGE_TABLES) return this.state.diag.fail(-1, `more than ${LARGE_TABLES} large tables`);
    const baseLo = mul32(n & 31, TABLE_STRIDE);
    const baseHi = TABLE_REGION_HI + (n >> 5);
    program.tableBaseLo.set(t, baseLo);
    program.tableBaseHi.set(t, baseHi);
    program.tableReserve.set(t, TABLE_STRIDE);
    const initial = this.state.tableInitFunc.get(t);
    const size = program.tableMin.get(t);
    if (initial != NONE && size != 0) {
      const word = this.place(WORD, WORD);
      if (word < 0) return false;
      this.writeReference(word, initial);
      this.pushCopy(baseLo, baseHi, word, 0, WORD);
      // Ascending byte by byte, a copy onto its own continuation repeats the first word.
      if (size > 1) this.pushCopy(baseLo + WORD, baseHi, baseLo, baseHi, (size - 1) * WORD);
    }
    for (let s = this.state.tableFirstSegment.get(t); s != NONE; s = this.state.segmentNext.get(s)) {
      if (s >= this.stopSegment) return true;
      const instance = this.state.elemInstance.get(s);
      const module = program.module(instance);
      const i = s - program.instanceElemBase.get(instance);
      const words = this.placeElements(module, instance, i);
      if (words < 0) return false;
      this.segments.evaluateElemOffset(instance, i);
      const offset = this.evaluator.lo * WORD;
      if (module.elemCount.get(i) != 0) {
        this.pushCopy((baseLo + offset) | 0, baseHi, words, 0, module.elemCount.get(i) * WORD);
      }
    }
    return true;
  }

  private pushCopy(targetLo: i32, targetHi: i32, sourceLo: i32, sourceHi: i32, bytes: i32): void {
    const program = this.program;
    program.copyTargetLo.push(targetLo);
    program.copyTargetHi.push(targetHi);
    program.copySourceLo.push(sourceLo);
    program.copySourceHi.push(sourceHi);
    program.copyBytes.push(bytes);
  }

  /** Writes the words of an element segment; returns their address, or -1. */
  private placeElements(module: Module, instance: i32, i: i32): i32 {
    const count = module.elemCount.get(i);
    const address = this.place(count * WORD, WORD);
    if (address < 0) return -1;
    for (let e: i32 = 0; e < count; e++) {
      this.writeReference(address + e * WORD, this.evaluateElement(module, instance, i, e));
    }
    return address;
  }

  // Segments that code names.

  /** Places the contents of segments that some reached function names and that are not written when the program starts. */
  private placeSegments(): boolean {
    const program = this.program;
    for (let k: i32 = 0; k < program.instanceModule.length; k++) {
      const module = program.module(k);
      for (let i: i32 = 0; i < module.elemMode.length; i++) {
        const segment = program.instanceElemBase.get(k) + i;
        if (this.state.elemUsed.get(segment) == 0 || !program.isSegmentKept(k, module.elemMode.get(i))) continue;
        const address = this.placeElements(module, k, i);
        if (address < 0) return false;
        program.elemAddress.set(segment, address);
      }
      for (let i: i32 = 0; i < module.dataMode.length; i++) {
        const segment = program.instanceDataBase.get(k) + i;
        if (this.state.dataUsed.get(segment) == 0 || !program.isSegmentKept(k, module.dataMode.get(i))) continue;
        const start = module.dataStart.get(i);
        const end = module.dataEnd.get(i);
        const address = this.place(end - start, 1);
        if (address < 0) return false;
        program.dataAddress.set(segment, address);
        this.writeBytes(address, module, start, end);
      }
    }
    return true;
  }

  /** Places the lengths of segments that code names: 0 for those that count as dropped from the start. */
  private placeLengthCells(): boolean {
    const program = this.program;
    for (let k: i32 = 0; k < program.instanceModule.length; k++) {
      const module = program.module(k);
      for (let i: i32 = 0; i < module.elemMode.length; i++) {
        const segment = program.instanceElemBase.get(k) + i;
        if (this.state.elemUsed.get(segment) == 0) continue;
        const kept = program.isSegmentKept(k, module.elemMode.get(i));
        const cell = this.placeLength(kept ? module.elemCount.get(i) : 0);
        if (cell < 0) return false;
        program.elemLengthCell.set(segment, cell);
      }
      for (let i: i32 = 0; i < module.dataMode.length; i++) {
        const segment = program.instanceDataBase.get(k) + i;
        if (this.state.dataUsed.get(segment) == 0) continue;
        const kept = program.isSegmentKept(k, module.dataMode.get(i));
        const cell = this.placeLength(kept ? module.dataEnd.get(i) - module.dataStart.get(i) : 0);
        if (cell < 0) return false;
        program.dataLengthCell.set(segment, cell);
      }
    }
    return true;
  }

  private placeLength(length: i32): i32 {
    const cell = this.place(8, 8);
    if (cell >= 0) this.write64(cell, length, 0);
    return cell;
  }

  // Globals and memories.

  /** Places the globals that change, other than the runtime's. */
  private placeGlobals(): boolean {
    const program = this.program;
    for (let g: i32 = 0; g < program.globalType.length; g++) {
      if (program.globalConstant.get(g) != 0 || program.globalAddress.get(g) != 0) continue;
      const address = this.place(8, 8);
      if (address < 0) return false;
      program.globalAddress.set(g, address);
      if (program.globalFunc.get(g) != NONE) this.writeReference(address, program.globalFunc.get(g));
      else this.write64(address, program.globalLo.get(g), program.globalHi.get(g));
    }
    return true;
  }

  /** Places the cells of all memories, and the guest's memories at their bases. */
  private placeMemories(): boolean {
    const program = this.program;
    for (let m: i32 = 0; m < program.memoryMin.length; m++) {
      if (program.memoryCell.get(m) != 0) continue;
      const cell = this.place(MemoryCell.Bytes, 8);
      if (cell < 0) return false;
      program.memoryCell.set(m, cell);
    }
    return this.placeGuestMemories();
  }

  /** Places what users' modules define: the guest's memory at its base, the others behind one another far above. */
  private placeGuestMemories(): boolean {
    const program = this.program;
    const first = program.guestMemory;
    let next: i32 = MEMORY_REGION_HI;
    let count: i32 = 0;
    for (let k: i32 = 0; k < program.instanceModule.length; k++) {
      const module = program.module(k);
      if (program.instanceHidden.get(k) != 0) continue;
      for (let i = module.importedMemoryCount; i < module.memoryMin.length; i++) {
        const m = program.memoryOf(k, i);
        if (count++ > FURTHER_MEMORIES) return this.state.diag.fail(-1, `more than ${FURTHER_MEMORIES} memories`);
        this.computeReserve(m);
        program.memoryBaseLo.set(m, m == first ? GUEST_BASE : 0);
        program.memoryBaseHi.set(m, m == first ? 0 : next);
        if (m != first) next = (next + program.memoryReserveHi.get(m) + MEMORY_STRIDE_HI) & -MEMORY_STRIDE_HI;
        this.writeMemoryCell(m);
      }
    }
    return true;
  }

  /**
   * What is reserved for a memory of users' modules, and how accesses to it are checked. Where a guard catches them, that is
   * all that an index and an offset can reach; where only the index is checked, all that it can grow to and what an offset
   * can add to that; where all is checked, all that it can grow to, or (--memory=checked) what is there from the start.
   */
  private computeReserve(m: i32): void {
    const program = this.program;
    if (this.state.options.checkedMemory) program.memoryGuarded.set(m, 0);
    if (program.memoryGuarded.get(m) != 0) {
      program.memoryReserveLo.set(m, MEMORY_RESERVE_LO);
      program.memoryReserveHi.set(m, MEMORY_RESERVE_HI);
      return;
    }
    const reserves = !this.state.options.checkedMemory;
    if (reserves && program.memoryGrows.get(m) != 0) {
      computeBytes(program, m, program.memoryMax.get(m), program.memoryMaxHi.get(m));
    } else {
      computeBytes(program, m, program.memoryMin.get(m), program.memoryMinHi.get(m));
    }
    if (reserves && program.memoryPageLog2.get(m) == 16) {
      program.memorySlack.set(m, MEMORY_SLACK);
      addWide(wideLo(), wideHi(), MEMORY_SLACK, 0);
    }
    program.memoryReserveLo.set(m, wideLo());
    program.memoryReserveHi.set(m, wideHi());
  }

  /** Fills the runtime's area; nothing there may depend on the guest but contents. */
  private placeRuntime(): boolean {
    const program = this.program;
    const runtime = program.runtime;
    this.at = RUNTIME_START;
    const cell = this.place(MemoryCell.Bytes, 8);
    assert(cell == GUEST_CELL, "placeRuntime: the guest's cell");
    const recovery = this.place(RecoveryBlock.Bytes, 8);
    assert(recovery == RECOVERY_BLOCK, "placeRuntime: the recovery block");
    this.write32(recovery + RecoveryBlock.Bytes - 4, 0);
    if (program.guestMemory != NONE) program.memoryCell.set(program.guestMemory, cell);
    if (runtime >= 0) {
      const module = program.module(runtime);
      for (let i: i32 = 0; i < module.globalType.length; i++) {
        const g = program.globalOf(runtime, i);
        const address = this.place(WORD, WORD);
        program.globalAddress.set(g, address);
        this.write64(address, program.globalLo.get(g), program.globalHi.get(g));
      }
      if (!this.placeOwnMemories(runtime)) return false;
      this.writeSegments(runtime);
    }
    program.runtimeEnd = this.at;
    // Whole words, of which the file's next part starts at the next 16.
    program.runtimeData.resize((program.runtimeData.length + 15) & -16);
    return true;
  }

  /** A driver's memory, if it has one: in the data area. */
  private placeDriverMemory(): boolean {
    return this.state.driver < 0 || this.placeOwnMemories(this.state.driver);
  }

  /** Places the memories of an embedded instance here, with their cells: at their initial size for ever. */
  private placeOwnMemories(instance: i32): boolean {
    const program = this.program;
    const module = program.module(instance);
    for (let i = module.importedMemoryCount; i < module.memoryMin.length; i++) {
      const m = program.memoryOf(instance, i);
      const pages = program.memoryMin.get(m);
      if (pages > RUNTIME_MEMORY_LIMIT >> 16) return this.state.diag.fail(-1, "the runtime's memory is too large");
      if (program.memoryCell.get(m) == 0) program.memoryCell.set(m, this.place(MemoryCell.Bytes, 8));
      const address = this.place(pages << 16, 16);
      if (program.memoryCell.get(m) < 0 || address < 0) return false;
      program.memoryBaseLo.set(m, address);
      program.memoryMax.set(m, pages);
      this.writeMemoryCell(m);
    }
    return true;
  }

  /** Writes the active data segments of the runtime, which always fit. */
  private writeSegments(instance: i32): void {
    const program = this.program;
    const module = program.module(instance);
    for (let i: i32 = 0; i < module.dataMode.length; i++) {
      if (module.dataMode.get(i) != SegmentMode.Active) continue;
      const m = program.memoryOf(instance, module.dataMemory.get(i));
      this.segments.evaluateDataOffset(instance, i);
      const address = program.memoryBaseLo.get(m) + this.evaluator.lo;
      this.writeBytes(address, module, module.dataStart.get(i), module.dataEnd.get(i));
    }
  }

  private writeMemoryCell(m: i32): void {
    const program = this.program;
    const cell = program.memoryCell.get(m);
    this.write64(cell + MemoryCell.Base, program.memoryBaseLo.get(m), program.memoryBaseHi.get(m));
    computeBytes(program, m, program.memoryMin.get(m), program.memoryMinHi.get(m));
    this.write64(cell + MemoryCell.Size, wideLo(), wideHi());
    computeBytes(program, m, program.memoryMax.get(m), program.memoryMaxHi.get(m));
    this.write64(cell + MemoryCell.Max, wideLo(), wideHi());
    this.write32(cell + MemoryCell.PageLog2, program.memoryPageLog2.get(m));
    this.write32(cell + MemoryCell.Is64, program.memoryIs64.get(m));
  }

  /** Notes the active data segments that are applied; those of a driver go straight to the data area. */
  private buildInitialMemory(): void {
    const program = this.program;
    for (let k: i32 = 0; k < program.instanceModule.length && k <= this.stopInstance; k++) {
      if (k == program.runtime || program.instancePreset.get(k) == 0) continue;
      const module = program.module(k);
      const count = k == this.stopInstance ? this.stopData : module.dataMode.length;
      for (let i: i32 = 0; i < count; i++) {
        if (module.dataMode.get(i) != SegmentMode.Active) continue;
        const start = module.dataStart.get(i);
        const end = module.dataEnd.get(i);
        if (start == end) continue;
        const m = program.memoryOf(k, module.dataMemory.get(i));
        this.segments.evaluateDataOffset(k, i);
        if (program.instanceHidden.get(k) != 0) {
          this.writeBytes(program.memoryBaseLo.get(m) + this.evaluator.lo, module, start, end);
          continue;
        }
        program.initMemory.push(m);
        program.initOffset.push(this.evaluator.lo);
        program.initOffsetHi.push(this.evaluator.hi);
        program.initModule.push(program.instanceModule.get(k));
        program.initStart.push(start);
        program.initEnd.push(end);
      }
    }
  }
}
