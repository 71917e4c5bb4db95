// What instruction selection knows while it works on one function, and how it writes machine code.
//
// Blocks are visited from last to first and values from last to first, so that all users of a value are selected
// before the value itself: one that every user has folded into its own instructions is never asked for and never
// emitted (the scheme of Cranelift's `machinst/lower.rs`). Each value's instructions are written forward into a
// buffer, as one segment; `finish` appends the segments to the MIR in reverse, which is program order.
//
// Sinking a load into its user must not carry it across a trap or a write. Each value therefore knows the number
// of effects before it, which is unique over the function's blocks: equal numbers also mean the same block.

import { I32Column } from "../base/columns";
import { Program } from "../link/program";
import { Func, NO_VALUE } from "../ssa/func";
import { Effect, isFloatClass, Op, opArity, opEffects, Type, typeBytes } from "../ssa/op";
import { Code } from "./code";
import { Constraint, MirFunc, Mode, operandInfo, Remat, Role } from "./mir";
import { X64 } from "./op";
import { RegClass } from "./registers";

/** Words of an instruction in the buffer: op | mode << 16 | site << 24, first operand, disp, imm, immHi, origin,
 *  clobbers. */
const OP: i32 = 0;
const OPERANDS: i32 = 1;
const DISP: i32 = 2;
const IMM: i32 = 3;
const IMM_HI: i32 = 4;
const ORIGIN: i32 = 5;
const CLOBBERS: i32 = 6;
const WORDS: i32 = 7;

/** How far chains of operations are followed: without a limit, many users of one long chain cost quadratic time. */
export const MAX_STEPS: i32 = 4;

/** Instead of a virtual register: the value is part of its user's instructions. */
const FOLDED: i32 = -2;

const USE: i32 = operandInfo(Role.Use, Constraint.Reg, 0);
const USE_ANY: i32 = operandInfo(Role.Use, Constraint.Any, 0);
const USE_LATE: i32 = operandInfo(Role.UseLate, Constraint.Reg, 0);
const DEF: i32 = operandInfo(Role.Def, Constraint.Reg, 0);
const DEF_EARLY: i32 = operandInfo(Role.DefEarly, Constraint.Reg, 0);
const DEF_REUSE: i32 = operandInfo(Role.Def, Constraint.Reuse, 1);

export class Selector {
  program: Program;
  func: Func;
  code: Code;
  mir: MirFunc;
  /** Whether single-use loads are folded into their users (not at -O0). */
  foldsLoads: boolean = true;
  /** Whether calls leave the registers alone that their callees are known not to touch (not at -O0). */
  keepsRegisters: boolean = true;

  /** The value being selected, whose instructions form the current segment. */
  root: i32 = 0;
  /** False while the instructions being written repeat a value that is also computed elsewhere: nothing below it
   *  has a single use then. */
  isChainSingle: boolean = true;

  /** The value whose instruction must leave flags that tell its result from 0, or NO_VALUE: the branch selected
   *  last relies on it. */
  flagsValue: i32 = NO_VALUE;

  // The memory operand that `mem` appends to an instruction (Mode, displacement, base, index), set by
  // lower-address.ts. The origin is that of the access, which reports the fault.
  addressMode: i32 = 0;
  addressDisp: i32 = 0;
  addressBase: i32 = -1;
  addressIndex: i32 = -1;
  addressSite: i32 = 0;
  addressOrigin: i32 = -1;

  /** By value: number of uses; virtual register, -1 or FOLDED; effects before it; the chain of a call's results, or
   *  the high half of a wide operation. */
  uses: I32Column = new I32Column();
  private vreg: I32Column = new I32Column();
  private effect: I32Column = new I32Column();
  resultChain: I32Column = new I32Column();
  /** By value: number of uses as the index of an access without offset. */
  private addressUses: I32Column = new I32Column();
  /** By operation: Effect bits, and the number of operand columns from bit 8. */
  private facts: I32Column = new I32Column();

  private words: I32Column = new I32Column();
  private operandVreg: I32Column = new I32Column();
  private operandInfo: I32Column = new I32Column();
  /** Start of the instruction being written. */
  private current: i32 = 0;
  private origin: i32 = -1;
  /** Start of each segment that has instructions, and the number of segments before each block was begun. */
  private segments: I32Column = new I32Column();
  private blockSegments: I32Column = new I32Column();

  constructor(program: Program, func: Func, code: Code, mir: MirFunc) {
    this.program = program;
    this.func = func;
    this.code = code;
    this.mir = mir;
    for (let op: i32 = 0; op < Op.Count; op++) this.facts.push(opEffects(op) | (opArity(op) << 8));
  }

  /** Counts uses and effects and clears what the last function left. */
  start(): void {
    const n = this.func.valueCount;
    this.uses.clear();
    this.uses.resize(n);
    this.addressUses.clear();
    this.addressUses.resize(n);
    this.vreg.resize(n);
    this.vreg.fill(-1, 0, n);
    this.effect.resize(n);
    this.resultChain.resize(n);
    this.resultChain.fill(NO_VALUE, 0, n);
    this.words.clear();
    this.operandVreg.clear();
    this.operandInfo.clear();
    this.segments.clear();
    this.flagsValue = NO_VALUE;
    this.blockSegments.resize(this.func.blockCount);
    this.computeUses();
  }

  private computeUses(): void {
    const func = this.func;
    const uses = this.uses;
    const ops = func.op;
    const next = func.next;
    const blocks = func.blockCount;
    let effects: i32 = 0;
    for (let block: i32 = 0; block < blocks; block++) {
      effects++;
      for (let v = func.firstValue.get(block); v != NO_VALUE; v = next.get(v)) {
        const facts = this.facts.get(ops.get(v));
        this.effect.set(v, effects);
        if ((facts & (Effect.Writes | Effect.Traps)) != 0) effects++;
        if ((facts & Effect.Pool) != 0) {
          const end = func.a.get(v) + func.b.get(v);
          for (let i = func.a.get(v); i < end; i++) countUse(uses, func.pool.get(i));
        } else if (facts >= 0x100) {
          countUse(uses, func.a.get(v));
          const op = ops.get(v);
          if (op >= Op.Load8S && op <= Op.Store && (func.imm.get(v) | func.immHi.get(v)) == 0) {
            countUse(this.addressUses, func.a.get(v));
          }
          if (facts >= 0x200) countUse(uses, func.b.get(v));
          if (facts >= 0x300) countUse(uses, func.c.get(v));
        }
      }
    }
  }

  /** Whether `op` must be selected although nothing asks for its value. */
  hasEffect(op: i32): boolean {
    return (this.facts.get(op) & (Effect.Writes | Effect.Traps | Effect.Terminates)) != 0;
  }

  /** Whether nothing will be emitted between `v` and the current root of the same block. */
  isJustBefore(v: i32): boolean {
    const func = this.func;
    let x = func.prev.get(this.root);
    while (x != NO_VALUE && x != v) {
      const op = func.op.get(x);
      if (op == Op.Phi || this.isDemanded(x) || this.hasEffect(op)) return false;
      x = func.prev.get(x);
    }
    return x == v;
  }

  // Blocks and segments.

  beginBlock(block: i32): void {
    this.blockSegments.set(block, this.segments.length);
  }

  /** Starts the segment of `v`; returns what endRoot wants. */
  beginRoot(v: i32): i32 {
    this.root = v;
    this.origin = this.func.origin.get(v);
    return this.words.length;
  }

  endRoot(start: i32): void {
    if (this.words.length != start) this.segments.push(start);
  }

  /** Appends the segments, in program order, to the MIR, whose blocks get their ranges. */
  finish(): void {
    const mir = this.mir;
    const count = this.func.blockCount;
    const segments = this.segments;
    const total = segments.length;
    segments.push(this.words.length);
    this.reserveInstructions(this.words.length / WORDS);
    let at: i32 = 0;
    for (let block: i32 = 0; block < count; block++) {
      mir.blockStart.push(at);
      const first = this.blockSegments.get(block);
      const last = block == 0 ? total : this.blockSegments.get(block - 1);
      for (let s = last - 1; s >= first; s--) at = this.copySegment(segments.get(s), segments.get(s + 1), at);
      mir.blockEnd.push(at);
    }
  }

  private reserveInstructions(count: i32): void {
    const mir = this.mir;
    mir.op.resize(count);
    mir.mode.resize(count);
    mir.memorySite.resize(count);
    mir.opStart.resize(count);
    mir.opCount.resize(count);
    mir.disp.resize(count);
    mir.imm.resize(count);
    mir.immHi.resize(count);
    mir.origin.resize(count);
    mir.clobbers.resize(count);
    mir.operandVreg.reserve(this.operandVreg.length);
    mir.operandInfo.reserve(this.operandVreg.length);
  }

  /** Copies the instructions of a segment to the MIR from index `to`; returns the index after them. */
  private copySegment(start: i32, end: i32, to: i32): i32 {
    const mir = this.mir;
    const words = this.words;
    const vregs = mir.operandVreg;
    const infos = mir.operandInfo;
    let index = to;
    for (let at = start; at < end; at += WORDS) {
      const head = words.get(at + OP);
      const firstOperand = words.get(at + OPERANDS);
      const next = at + WORDS;
      const endOperand = next < words.length ? words.get(next + OPERANDS) : this.operandVreg.length;
      mir.op.set(index, head & 0xffff);
      mir.mode.set(index, (head >> 16) & 0xff);
      mir.memorySite.set(index, head >> 24);
      mir.opStart.set(index, vregs.length);
      mir.opCount.set(index, endOperand - firstOperand);
      mir.disp.set(index, words.get(at + DISP));
      mir.imm.set(index, words.get(at + IMM));
      mir.immHi.set(index, words.get(at + IMM_HI));
      mir.origin.set(index, words.get(at + ORIGIN));
      mir.clobbers.set(index, words.get(at + CLOBBERS));
      for (let i = firstOperand; i < endOperand; i++) {
        vregs.push(this.operandVreg.get(i));
        infos.push(this.operandInfo.get(i));
      }
      index++;
    }
    return index;
  }

  // Writing instructions: begin, then operands in the order that op.ts states, then mem.

  begin(op: i32): void {
    const words = this.words;
    const at = words.length;
    words.reserve(at + WORDS);
    words.length = at + WORDS;
    words.set(at + OP, op);
    words.set(at + OPERANDS, this.operandVreg.length);
    words.set(at + DISP, 0);
    words.set(at + IMM, 0);
    words.set(at + IMM_HI, 0);
    words.set(at + ORIGIN, this.origin);
    words.set(at + CLOBBERS, 0);
    this.current = at;
  }

  beginImm(op: i32, imm: i32): void {
    this.begin(op);
    this.words.set(this.current + IMM, imm);
  }

  setDisp(disp: i32): void {
    this.words.set(this.current + DISP, disp);
  }

  setImmHi(immHi: i32): void {
    this.words.set(this.current + IMM_HI, immHi);
  }

  setClobbers(registers: i32): void {
    this.words.set(this.current + CLOBBERS, registers);
  }

  /** Marks the instruction as one that may fault on a memory's guard. */
  setSite(): void {
    this.words.set(this.current + OP, this.words.get(this.current + OP) | (1 << 24));
  }

  use(vreg: i32): void {
    this.operand(vreg, USE);
  }

  useAny(vreg: i32): void {
    this.operand(vreg, USE_ANY);
  }

  useLate(vreg: i32): void {
    this.operand(vreg, USE_LATE);
  }

  useFixed(vreg: i32, register: i32): void {
    this.operand(vreg, operandInfo(Role.Use, Constraint.Fixed, register));
  }

  def(vreg: i32): void {
    this.operand(vreg, DEF);
  }

  defEarly(vreg: i32): void {
    this.operand(vreg, DEF_EARLY);
  }

  /** A definition in the register of the first use. */
  defReuse(vreg: i32): void {
    this.operand(vreg, DEF_REUSE);
  }

  defFixed(vreg: i32, register: i32): void {
    this.operand(vreg, operandInfo(Role.Def, Constraint.Fixed, register));
  }

  private operand(vreg: i32, info: i32): void {
    this.operandVreg.push(vreg);
    this.operandInfo.push(info);
  }

  /** Appends the memory operand that the address fields describe. */
  mem(): void {
    const words = this.words;
    const at = this.current;
    words.set(at + OP, words.get(at + OP) | (this.addressMode << 16) | (this.addressSite << 24));
    words.set(at + DISP, this.addressDisp);
    if (this.addressSite != 0) words.set(at + ORIGIN, this.addressOrigin);
    if (this.addressBase >= 0) this.use(this.addressBase);
    if (this.addressIndex >= 0) this.use(this.addressIndex);
  }

  /** Appends a memory operand without registers: Abs, Pool, Frame, Incoming or Outgoing. */
  plainMem(mode: i32, disp: i32): void {
    const words = this.words;
    const at = this.current;
    words.set(at + OP, words.get(at + OP) | (mode << 16));
    words.set(at + DISP, disp);
  }

  /** Sets the address fields to a form without registers: Abs, Pool, Frame, Incoming or Outgoing. */
  setPlainAddress(mode: i32, disp: i32): void {
    this.addressMode = mode;
    this.addressDisp = disp;
    this.addressBase = -1;
    this.addressIndex = -1;
    this.addressSite = 0;
  }

  setGlobalAddress(global: i32): void {
    this.setPlainAddress(Mode.Abs, this.program.globalAddress.get(global));
  }

  /** Appends an r/m operand as `rm…` functions return it: a register or slot, or, if negative, memory. */
  useRm(rm: i32): void {
    if (rm < 0) this.mem();
    else this.useAny(rm);
  }

  // Virtual registers.

  newGeneral(wide: boolean): i32 {
    return this.mir.buildVreg(RegClass.General, wide ? 8 : 4);
  }

  newVector(bytes: i32): i32 {
    return this.mir.buildVreg(RegClass.Vector, bytes);
  }

  /** A new register for a value of SSA type `type`. */
  newOfType(type: i32): i32 {
    return this.mir.buildVreg(isFloatClass(type) ? RegClass.Vector : RegClass.General, typeBytes(type));
  }

  /** The register in which `v` itself is defined. */
  regOfDef(v: i32): i32 {
    let r = this.vreg.get(v);
    if (r < 0) {
      r = this.newOfType(this.func.valueType.get(v));
      this.vreg.set(v, r);
    }
    return r;
  }

  /** Whether a use of `v` itself has been selected, which all come after the current point. */
  isDemanded(v: i32): boolean {
    return this.vreg.get(v) >= 0;
  }

  /** Whether `v` is needed after the current point, so that overwriting its register would cost a copy. */
  isLive(v: i32): boolean {
    return this.vreg.get(this.alias(v)) >= 0;
  }

  /**
   * The value whose register also holds `v`. Extension without sign is free, since upper halves are zero, but not
   * of a phi: its copies at jumps would have to be wide. Wrapping is free when the upper half is known to be zero.
   */
  alias(v: i32): i32 {
    const func = this.func;
    let x = v;
    let steps: i32 = 0;
    while (true) {
      const op = func.op.get(x);
      const a = func.a.get(x);
      if (op == Op.ExtendU) {
        if (func.op.get(a) == Op.Phi || ++steps > MAX_STEPS) return x;
      } else if (op == Op.Wrap) {
        if (!this.isUpperZero(a) || ++steps > MAX_STEPS) return x;
      } else if (op == Op.Bitcast) {
        if (isFloatClass(func.valueType.get(a)) != isFloatClass(func.valueType.get(x))) return x;
      } else if (op != Op.Copy) {
        return x;
      }
      x = a;
    }
  }

  /** Whether the upper half of the 64-bit value `v` is zero, judged by its operation alone. */
  private isUpperZero(v: i32): boolean {
    const func = this.func;
    switch (func.op.get(v)) {
      case Op.ExtendU:
      case Op.Load8U:
      case Op.Load16U:
      case Op.Load32U:
        return true;
      case Op.And:
        return func.isConst(func.b.get(v)) && func.immHi.get(func.b.get(v)) == 0;
      case Op.ShrU: {
        const count = func.b.get(v);
        return func.isConst(count) && (func.imm.get(count) & 63) >= 32;
      }
    }
    return false;
  }

  /** A register that holds `v`; constants are made here. Changes the flags. */
  reg(v: i32): i32 {
    const func = this.func;
    const x = this.alias(v);
    const type = func.valueType.get(v);
    if (func.op.get(x) == Op.Const) {
      const isNarrow = typeBytes(func.valueType.get(x)) == 4;
      return this.constant(type, func.imm.get(x), isNarrow ? 0 : func.immHi.get(x));
    }
    const r = this.regOfDef(x);
    if (type == Type.I64 && this.mir.vregBytes.get(r) == 4) this.mir.vregBytes.set(r, 8);
    return r;
  }

  /** A register for `v` of which, if its type is i32, the low 32 bits alone are read. */
  lowReg(v: i32): i32 {
    return this.reg(this.skipWrap(v));
  }

  /** `v`, or what it wraps if nothing else needs the wrapped value. */
  skipWrap(v: i32): i32 {
    if (this.func.valueType.get(v) != Type.I32) return v;
    const x = this.alias(v);
    if (this.func.op.get(x) != Op.Wrap || this.isDemanded(x)) return v;
    return this.func.a.get(x);
  }

  /** A new register with a constant of SSA type `type`. Changes the flags. */
  constant(type: i32, lo: i32, hi: i32): i32 {
    const r = this.newOfType(type);
    if (isFloatClass(type)) {
      if (lo == 0 && hi == 0) {
        this.begin(X64.ZeroVec);
        this.def(r);
      } else {
        this.begin(type == Type.F32 ? X64.Movss : X64.Movsd);
        this.def(r);
        this.plainMem(Mode.Pool, this.code.poolEntry(lo, hi, 0, 0));
      }
      return r;
    }
    if (lo == 0 && hi == 0) {
      this.begin(X64.Zero);
    } else {
      this.beginImm(X64.MovImm, lo);
      this.setImmHi(hi);
    }
    this.def(r);
    this.mir.rematKind.set(r, Remat.Const);
    this.mir.rematLo.set(r, lo);
    this.mir.rematHi.set(r, hi);
    return r;
  }

  /** A new register with a 64-bit constant. */
  wideConstant(lo: i32, hi: i32): i32 {
    return this.constant(Type.I64, lo, hi);
  }

  // Folding.

  /**
   * Whether `v` is used by the instructions being written and by nothing else: not by another value, and not by a
   * repetition of its user that asked for its register already.
   */
  isSingle(v: i32): boolean {
    return this.isChainSingle && this.uses.get(v) == 1 && this.vreg.get(this.alias(v)) < 0;
  }

  /** Whether `v`, of the current block, is used by nothing but accesses without offset, all of which can fold it. */
  isOnlyAddress(v: i32): boolean {
    if (this.isDemanded(v) || this.func.block.get(v) != this.func.block.get(this.root)) return false;
    return this.addressUses.get(v) == this.uses.get(v);
  }

  /** Whether the load `v` (single use) may happen at the current point instead of at its own. */
  canSinkLoad(v: i32): boolean {
    return this.foldsLoads && this.isSingle(v) && this.effect.get(v) + 1 == this.effect.get(this.root);
  }

  /** Whether reading the global in `v` may happen at the current point. */
  canSinkGlobal(v: i32): boolean {
    return this.foldsLoads && this.isSingle(v) && this.effect.get(v) == this.effect.get(this.root);
  }

  /** Notes that `v`, a load or read of a global, has become part of the current instructions. */
  setFolded(v: i32): void {
    this.vreg.set(v, FOLDED);
  }

  isFolded(v: i32): boolean {
    return this.vreg.get(v) == FOLDED;
  }

  isConst(v: i32): boolean {
    return this.func.op.get(v) == Op.Const;
  }

  /** Whether `v` is a constant that a sign-extended 32-bit immediate can stand for. */
  isImmediate(v: i32): boolean {
    if (!this.isConst(v)) return false;
    const lo = this.func.imm.get(v);
    return this.func.valueType.get(v) == Type.I32 || this.func.immHi.get(v) == lo >> 31;
  }

  /** Whether two values are one, or equal constants (each use of a constant may have its own). */
  isSameValue(v: i32, w: i32): boolean {
    const x = this.alias(v);
    const y = this.alias(w);
    if (x == y) return true;
    return (
      this.isConst(x) &&
      this.isConst(y) &&
      this.func.valueType.get(x) == this.func.valueType.get(y) &&
      this.func.imm.get(x) == this.func.imm.get(y) &&
      this.func.immHi.get(x) == this.func.immHi.get(y)
    );
  }

  constLo(v: i32): i32 {
    return this.func.imm.get(v);
  }

  constHi(v: i32): i32 {
    return this.func.immHi.get(v);
  }

  isWide(v: i32): boolean {
    const type = this.func.valueType.get(v);
    return type == Type.I64 || type == Type.Ref;
  }
}

function countUse(uses: I32Column, v: i32): void {
  uses.set(v, uses.get(v) + 1);
}
