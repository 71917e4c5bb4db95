// Machine code before and after register allocation: instructions over virtual registers, in blocks, as columns.
//
// Written by select.ts, read by regalloc*.ts, which answers with an Allocation, and by emit.ts. The form is that
// of regalloc2 (docs: bytecodealliance/regalloc2, doc/DESIGN.md): SSA, blocks with parameters, operands with
// constraints, and the allocator gives back a location per operand and a list of moves.
//
// Positions: each instruction has an early and a late point. Uses are read at the early point and definitions
// written at the late one, so a definition may take the register of a use that ends here. A use marked `Late`
// lives to the late point, a definition marked `Early` is written at the early one: neither shares a register.
//
// Critical edges are split before selection: a block with several successors has no successor with parameters.

import { I32Column, U8Column } from "../base/columns";

/** Role and position of an operand. */
export const enum Role {
  Use = 0,
  UseLate = 1,
  Def = 2,
  /** Written before the uses are read to the end: also how a scratch register of an instruction is asked for. */
  DefEarly = 3,
}

/** Where an operand may be. */
export const enum Constraint {
  /** Any register of its class. */
  Reg = 0,
  /** A register or a spill slot. */
  Any = 1,
  /** Register `fixed`. */
  Fixed = 2,
  /** Definitions only: the register of the instruction's use operand number `fixed` (two-address forms). */
  Reuse = 3,
}

// An operand is two words: the virtual register, and role | constraint << 2 | fixed << 8.

export function operandInfo(role: i32, constraint: i32, fixed: i32): i32 {
  return role | (constraint << 2) | (fixed << 8);
}

export function infoRole(info: i32): i32 {
  return info & 3;
}

export function infoConstraint(info: i32): i32 {
  return (info >> 2) & 3;
}

/** Register of a Fixed operand; operand number (within the instruction) of a Reuse one. */
export function infoFixed(info: i32): i32 {
  return info >> 8;
}

/** How a virtual register can be made again instead of being reloaded. */
export const enum Remat {
  None = 0,
  /** The constant in rematLo, rematHi. */
  Const = 1,
}

export class MirFunc {
  /** Program function. */
  index: i32 = -1;
  /** Bytes of stack arguments that this function receives and frees. */
  stackArgs: i32 = 0;
  /** Bytes at the bottom of the frame for results that callees leave on the stack. */
  outgoingResults: i32 = 0;
  /** Bytes above them for locals that are no values. */
  localBytes: i32 = 0;
  /** 1 if it calls anything (a leaf without spills needs no frame). */
  hasCalls: i32 = 0;

  // Virtual registers.
  vregClass: U8Column = new U8Column();
  /** Bytes of the value: 4, 8 or 16. A 4-byte general value has zeros above in its register. */
  vregBytes: U8Column = new U8Column();
  rematKind: U8Column = new U8Column();
  rematLo: I32Column = new I32Column();
  rematHi: I32Column = new I32Column();

  // Blocks in code order; instructions blockStart..blockEnd (end excluded). Successors, predecessors and
  // parameters (virtual registers) are ranges of `lists`. The arguments for a successor's parameters are the
  // trailing Use/Any operands of the block's jump, in order.
  blockStart: I32Column = new I32Column();
  blockEnd: I32Column = new I32Column();
  succStart: I32Column = new I32Column();
  succCount: I32Column = new I32Column();
  predStart: I32Column = new I32Column();
  predCount: I32Column = new I32Column();
  paramStart: I32Column = new I32Column();
  paramCount: I32Column = new I32Column();
  /** Depth of loops around the block. */
  loopDepth: I32Column = new I32Column();
  /** 1: on the way to a trap or otherwise unlikely; placed at the end. */
  cold: U8Column = new U8Column();
  /** Of a block that ends in a branch: the chance, out of 256, of its first way, as far as its condition tells. */
  bias: I32Column = new I32Column();
  /** How often it runs, estimated (frequency.ts); empty where nothing is known. */
  frequency: I32Column = new I32Column();
  lists: I32Column = new I32Column();

  // Instructions, in order. Operands opStart..opStart + opCount of the operand columns. Order of operands:
  // definitions, uses, then base and index of a memory operand if `mode` has them, then scratch registers
  // and, of calls, nothing else; of a jump, the arguments for the successor.
  op: I32Column = new I32Column();
  opStart: I32Column = new I32Column();
  opCount: I32Column = new I32Column();
  /** Addressing of the r/m operand: see Mode. */
  mode: U8Column = new U8Column();
  /** Displacement of a memory operand; label or symbol number otherwise (see the row of the instruction). */
  disp: I32Column = new I32Column();
  imm: I32Column = new I32Column();
  immHi: I32Column = new I32Column();
  /** Byte offset in the module, or -1. */
  origin: I32Column = new I32Column();
  /** 1: may fault on a memory's guard, so the trap handler must know the instruction; set by selection. */
  memorySite: U8Column = new U8Column();
  /** Registers overwritten besides the definitions, as a bit set of register numbers (at the late point). */
  clobbers: I32Column = new I32Column();
  operandVreg: I32Column = new I32Column();
  operandInfo: I32Column = new I32Column();

  get instructionCount(): i32 {
    return this.op.length;
  }

  get blockCount(): i32 {
    return this.blockStart.length;
  }

  get vregCount(): i32 {
    return this.vregClass.length;
  }

  reset(index: i32): void {
    this.index = index;
    this.stackArgs = 0;
    this.outgoingResults = 0;
    this.localBytes = 0;
    this.hasCalls = 0;
    this.vregClass.clear();
    this.vregBytes.clear();
    this.rematKind.clear();
    this.rematLo.clear();
    this.rematHi.clear();
    this.blockStart.clear();
    this.blockEnd.clear();
    this.succStart.clear();
    this.succCount.clear();
    this.predStart.clear();
    this.predCount.clear();
    this.paramStart.clear();
    this.paramCount.clear();
    this.loopDepth.clear();
    this.cold.clear();
    this.bias.clear();
    this.frequency.clear();
    this.lists.clear();
    this.op.clear();
    this.opStart.clear();
    this.opCount.clear();
    this.mode.clear();
    this.disp.clear();
    this.imm.clear();
    this.immHi.clear();
    this.origin.clear();
    this.memorySite.clear();
    this.clobbers.clear();
    this.operandVreg.clear();
    this.operandInfo.clear();
  }

  buildVreg(regClass: i32, bytes: i32): i32 {
    const v = this.vregClass.length;
    this.vregClass.push(regClass);
    this.vregBytes.push(bytes);
    this.rematKind.push(Remat.None);
    this.rematLo.push(0);
    this.rematHi.push(0);
    return v;
  }
}

/**
 * Addressing of an instruction's r/m operand (column `mode`): bits 0..3 the form, bits 4..5 log2 of the scale; with bit 6
 * the sum is taken modulo 2^32 and then added to the base of segment gs.
 */
export const enum Mode {
  /** r/m is a register (or the spill slot that the allocator chose for an Any operand). */
  Reg = 0,
  /** [disp] */
  Abs = 1,
  /** [base + disp] */
  Base = 2,
  /** [base + index × scale + disp] */
  BaseIndex = 3,
  /** [index × scale + disp] */
  Index = 4,
  /** [rip + constant-pool entry disp] */
  Pool = 5,
  /** [rsp + disp], relative to the bottom of the frame */
  Frame = 6,
  /** [rsp + frame size + 8 + disp]: stack arguments and results of this function */
  Incoming = 7,
  /** [rsp − stack-argument bytes of the call (immHi) + disp]: arguments being laid out below the frame */
  Outgoing = 8,
  /** [rsp + bytes of outgoing results + disp]: locals that are no values */
  Local = 9,
  /** Bit 6; only with Base, BaseIndex and Index. */
  Segment = 64,
}

/** What the allocator answers: columns parallel to the operands, and the moves between instructions. */
export class Allocation {
  /** Location per operand (registers.ts). NO_LOC for the definition of a constant that is always made anew where it is
   *  used: its instruction (MovImm, Zero, ZeroVec, a load from the pool) is not emitted. */
  location: I32Column = new I32Column();

  // Moves, sorted by position; moves of one position are parallel. Position: instruction * 2 (before it) or
  // instruction * 2 + 1 (after it). Source MOVE_REMAT + vreg makes the vreg's constant anew.
  movePosition: I32Column = new I32Column();
  moveFrom: I32Column = new I32Column();
  moveTo: I32Column = new I32Column();
  /** Bytes moved: 4, 8 or 16. */
  moveBytes: U8Column = new U8Column();

  /** Number of 8-byte spill slots. */
  slots: i32 = 0;

  reset(): void {
    this.location.clear();
    this.movePosition.clear();
    this.moveFrom.clear();
    this.moveTo.clear();
    this.moveBytes.clear();
    this.slots = 0;
  }
}

/** Sources of moves from here on stand for the rematerialized constant of virtual register `source - MOVE_REMAT`. */
export const MOVE_REMAT: i32 = 0x4000_0000;
