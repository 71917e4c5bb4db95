// One x86-64 instruction to bytes: prefixes, REX, opcode map, ModRM, SIB, displacement and immediate, all derived
// from the rows of op.ts. The shortest form is chosen: disp8, imm8, the accumulator's and the shift-by-one opcodes.
//
// Encodings: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, chapter 2 and appendix A.
//
// Registers are numbers of registers.ts; only their low four bits enter an encoding, so xmm3 may be 19 or 3.

import { U8Column } from "../base/columns";
import { Code, RelocKind } from "./code";
import {
  encodingRow,
  Form,
  RowFlag,
  rowDigit,
  rowHasFlag,
  rowImmBytes,
  rowMap,
  rowOpcode,
  rowPrefix,
  rowWide,
  X64,
} from "./op";
import { Reg } from "./registers";

/** Base or index that is absent. */
export const NO_REGISTER: i32 = -1;
/** Base of a constant-pool operand: the instruction pointer. */
const RIP: i32 = -2;
/** No ModRM byte yet: a memory operand follows. */
const NO_MODRM: i32 = 0x100;

export function fitsI8(x: i32): boolean {
  return x >= -128 && x <= 127;
}

export class Encoder {
  code: Code;
  bytes: U8Column;

  // The memory operand of the next instruction that has one.
  private base: i32 = NO_REGISTER;
  private index: i32 = NO_REGISTER;
  private scale: i32 = 0;
  private disp: i32 = 0;
  private isSegment: boolean = false;
  /** The third register of the next instruction, if it has a VEX prefix. */
  private vex: i32 = 0;

  constructor(code: Code) {
    this.code = code;
    this.bytes = code.bytes;
  }

  retarget(code: Code): void {
    this.code = code;
    this.bytes = code.bytes;
  }

  get offset(): i32 {
    return this.bytes.length;
  }

  /** [base + disp] */
  setBase(base: i32, disp: i32): void {
    this.isSegment = false;
    this.base = base & 15;
    this.index = NO_REGISTER;
    this.disp = disp;
  }

  /** [base + index << scale + disp] */
  setBaseIndex(base: i32, index: i32, scale: i32, disp: i32): void {
    this.isSegment = false;
    this.base = base & 15;
    this.index = index & 15;
    this.scale = scale;
    this.disp = disp;
  }

  /** [index << scale + disp]: forms without base need four bytes of displacement, so small ones get one. */
  setIndex(index: i32, scale: i32, disp: i32): void {
    if (scale == 0) this.setBase(index, disp);
    else if (scale == 1 && fitsI8(disp)) this.setBaseIndex(index, index, 0, disp);
    else {
      this.isSegment = false;
      this.base = NO_REGISTER;
      this.index = index & 15;
      this.scale = scale;
      this.disp = disp;
    }
  }

  /** [address], which is sign-extended */
  setAbsolute(address: i32): void {
    this.isSegment = false;
    this.base = NO_REGISTER;
    this.index = NO_REGISTER;
    this.disp = address;
  }

  /** [rsp + disp] */
  setStack(disp: i32): void {
    this.isSegment = false;
    this.base = Reg.Rsp;
    this.index = NO_REGISTER;
    this.disp = disp;
  }

  /** Entry of the constant pool */
  setPool(entry: i32): void {
    this.isSegment = false;
    this.base = RIP;
    this.index = NO_REGISTER;
    this.disp = entry;
  }

  /** Sets the third register of the next instruction, VEX.vvvv. */
  setVex(register: i32): void {
    this.vex = register & 15;
  }

  /** Makes the address just set one modulo 2^32 within segment gs. */
  setSegment(): void {
    this.isSegment = true;
  }

  /** Instruction `op` with registers in both fields; `imm` is its immediate or condition, if it has one. */
  emitRegReg(op: i32, reg: i32, rm: i32, imm: i32): void {
    const row = encodingRow(op);
    const digit = rowDigit(row);
    const field = digit < 0 ? reg & 15 : digit;
    const low = rm & 15;
    const byteRex = rowHasFlag(row, RowFlag.Byte) && low >= 4 && low < 8 && rm < 16;
    const short = rowHasFlag(row, RowFlag.ShortImm) && fitsI8(imm);
    const modrm = 0xc0 | ((field & 7) << 3) | (low & 7);
    this.emitOpcode(row, imm, short, ((field & 8) >> 1) | (low >> 3), byteRex, modrm);
    this.emitImmediate(row, imm, short);
  }

  /** Instruction `op` with the memory operand set before; `reg` is ignored if the row has a digit. */
  emitRegMem(op: i32, reg: i32, immediate: i32): void {
    if (this.isSegment) this.emitTwo(0x65, 0x67);
    const row = encodingRow(op);
    const digit = rowDigit(row);
    const imm = rowImmBytes(row) == 2 ? (immediate << 16) >> 16 : immediate;
    const field = digit < 0 ? reg & 15 : digit;
    const byteRex = ((row >> 27) & 15) == Form.RmReg && rowHasFlag(row, RowFlag.Byte) && field >= 4 && field < 8;
    const short = rowHasFlag(row, RowFlag.ShortImm) && fitsI8(imm);
    let rex = (field & 8) >> 1;
    if (this.index >= 8) rex |= 2;
    if (this.base >= 8) rex |= 1;
    this.emitOpcode(row, imm, short, rex, byteRex, NO_MODRM);
    this.emitMemory((field & 7) << 3, short ? 1 : rowImmBytes(row));
    this.emitImmediate(row, imm, short);
  }

  /** Forms RmImm2 and RmImmFlags on a register, and shifts by cl: r/m ← r/m op imm, in the shortest equal way. */
  emitRegImm(op: i32, rm: i32, imm: i32): void {
    const row = encodingRow(op);
    const opcode = rowOpcode(row);
    const low = rm & 15;
    if (opcode == 0xc1 && imm == 1) {
      this.emitPlain(rowWide(row), 0xd1, rowDigit(row), low);
      return;
    }
    // A mask that is not negative clears the upper half anyway; tests then give the same flags.
    if (op == X64.AndI64 && imm >= 0) this.emitRegImm(X64.AndI32, rm, imm);
    else if (op == X64.TestI64 && imm >= 0) this.emitRegImm(X64.TestI32, rm, imm);
    else if (op == X64.TestI32 && imm >= 0 && imm < 128) this.emitTestByte(low, imm);
    else if ((op == X64.CmpI32 || op == X64.CmpI64) && imm == 0) {
      this.emitRegReg(op == X64.CmpI32 ? X64.Test32 : X64.Test64, rm, rm, 0);
    } else if (
      low == Reg.Rax &&
      (opcode == 0x81 || opcode == 0xf7) &&
      rowImmBytes(row) == 4 &&
      !this.isShort(row, imm)
    ) {
      if (rowWide(row) != 0) this.bytes.push(0x48);
      this.bytes.push(opcode == 0x81 ? (rowDigit(row) << 3) | 5 : 0xa9);
      this.bytes.pushI32(imm);
    } else this.emitRegReg(op, 0, rm, imm);
  }

  private emitTestByte(low: i32, imm: i32): void {
    if (low == Reg.Rax) {
      this.bytes.push(0xa8);
      this.bytes.push(imm);
    } else this.emitRegReg(X64.TestI8, 0, low, imm);
  }

  private isShort(row: i32, imm: i32): boolean {
    return rowHasFlag(row, RowFlag.ShortImm) && fitsI8(imm);
  }

  /** reg ← constant, leaving the flags alone: the shortest of the three moves. */
  emitConstant(reg: i32, lo: i32, hi: i32): void {
    const low = reg & 15;
    const bytes = this.bytes;
    if (hi == 0) {
      if (low >= 8) bytes.push(0x41);
      bytes.push(0xb8 | (low & 7));
      bytes.pushI32(lo);
    } else if (hi == -1 && lo < 0) {
      this.emitPlain(1, 0xc7, 0, low);
      bytes.pushI32(lo);
    } else {
      bytes.push(low >= 8 ? 0x49 : 0x48);
      bytes.push(0xb8 | (low & 7));
      bytes.pushI32(lo);
      bytes.pushI32(hi);
    }
  }

  /** reg ← code address of a program function, and `hi` above it. */
  emitCodeAddress(reg: i32, kind: i32, target: i32, hi: i32): void {
    const low = reg & 15;
    if (hi != 0) this.bytes.push(low >= 8 ? 0x49 : 0x48);
    else if (low >= 8) this.bytes.push(0x41);
    this.bytes.push(0xb8 | (low & 7));
    this.code.addReloc(this.bytes.length, kind, target, 0);
    this.bytes.pushI32(0);
    if (hi != 0) this.bytes.pushI32(hi);
  }

  emitCall(target: i32): void {
    this.emitRelative(0xe8, target);
  }

  /** jmp to a program function. */
  emitTailCall(target: i32): void {
    this.emitRelative(0xe9, target);
  }

  private emitRelative(opcode: i32, target: i32): void {
    this.bytes.push(opcode);
    this.code.addReloc(this.bytes.length, RelocKind.Call, target, 0);
    this.bytes.pushI32(0);
  }

  /** call or jmp to the address in a register. */
  emitIndirect(reg: i32, isCall: boolean): void {
    this.emitPlain(0, 0xff, isCall ? 2 : 4, reg & 15);
  }

  /** reg ← 4-byte entry `index` of a jump table. */
  emitTableLoad(reg: i32, index: i32, table: i32): void {
    this.setIndex(index, 2, 0x7fff_ffff);
    this.emitRegMem(X64.Mov32, reg, 0);
    this.code.addReloc(this.bytes.length - 4, RelocKind.JumpTable, table, 0);
  }

  emitByte(b: i32): void {
    this.bytes.push(b);
  }

  /** Two-byte instructions: cdq as 99, cqo as 48 99, ud2 as 0F 0B, syscall as 0F 05, rep movsb as F3 A4. */
  emitTwo(first: i32, second: i32): void {
    this.bytes.push(first);
    this.bytes.push(second);
  }

  /** One-byte opcode with a digit on a register. */
  emitPlain(wide: i32, opcode: i32, digit: i32, rm: i32): void {
    const rex = (wide << 3) | (rm >> 3);
    if (rex != 0) this.bytes.push(0x40 | rex);
    this.bytes.push(opcode);
    this.bytes.push(0xc0 | (digit << 3) | (rm & 7));
  }

  /** 0F-map opcode with a digit on a 64-bit register and an 8-bit immediate (bts and its kin). */
  emitBitOp(digit: i32, rm: i32, bit: i32): void {
    this.bytes.push(0x48 | ((rm & 15) >> 3));
    this.bytes.push(0x0f);
    this.bytes.push(0xba);
    this.bytes.push(0xc0 | (digit << 3) | (rm & 7));
    this.bytes.push(bit);
  }

  /** Prefixes, REX, map, opcode and `modrm` unless that is NO_MODRM, gathered in one word as far as it goes. */
  private emitOpcode(row: i32, imm: i32, short: boolean, rexBits: i32, force: boolean, modrm: i32): void {
    const bytes = this.bytes;
    const prefix = rowPrefix(row);
    const map = rowMap(row);
    let word = rowOpcode(row);
    let count: i32 = 1;
    if (map == 3) {
      this.emitVex(prefix, rexBits, rowWide(row));
      this.emitBytes(modrm == NO_MODRM ? word : word | (modrm << 8), modrm == NO_MODRM ? 1 : 2);
      return;
    }
    if (short) word |= 2;
    if (rowHasFlag(row, RowFlag.CondOpcode)) word += imm;
    if (modrm != NO_MODRM) {
      word |= modrm << 8;
      count = 2;
    }
    if (map != 0) {
      if (map == 2) {
        word = (word << 8) | 0x3a;
        count++;
      }
      word = (word << 8) | 0x0f;
      count++;
    }
    const rex = rexBits | (rowWide(row) << 3);
    if (rex != 0 || force) {
      if (count == 4) {
        if (prefix != 0) bytes.push(prefixByte(prefix));
        bytes.push(0x40 | rex);
        bytes.pushI32(word);
        return;
      }
      word = (word << 8) | 0x40 | rex;
      count++;
    }
    if (prefix != 0) {
      if (count == 4) {
        bytes.push(prefixByte(prefix));
        bytes.pushI32(word);
        return;
      }
      word = (word << 8) | prefixByte(prefix);
      count++;
    }
    this.emitBytes(word, count);
  }

  /** The three-byte VEX prefix for map 0F 38, of which the extensions of registers are the complements of REX's. */
  private emitVex(prefix: i32, rexBits: i32, wide: i32): void {
    const extensions = ~(((rexBits & 4) << 5) | ((rexBits & 2) << 5) | ((rexBits & 1) << 5)) & 0xe0;
    this.bytes.push(0xc4);
    this.bytes.push(extensions | 2);
    this.bytes.push((wide << 7) | ((~this.vex & 15) << 3) | prefix);
  }

  /** The `count` low bytes of `word`, at most 4. */
  private emitBytes(word: i32, count: i32): void {
    const bytes = this.bytes;
    bytes.pushI32(word);
    bytes.length -= 4 - count;
  }

  private emitImmediate(row: i32, imm: i32, short: boolean): void {
    const n = short ? 1 : rowImmBytes(row);
    if (n == 4) this.bytes.pushI32(imm);
    else if (n != 0) {
      this.bytes.push(imm);
      if (n == 2) this.bytes.push(imm >> 8);
    }
  }

  /** ModRM with reg bits `field`, SIB and displacement; `after` bytes of immediate follow. */
  private emitMemory(field: i32, after: i32): void {
    const bytes = this.bytes;
    const base = this.base;
    if (base == RIP) {
      bytes.push(field | 5);
      this.code.addReloc(bytes.length, RelocKind.Pool, this.disp, after);
      bytes.pushI32(0);
      return;
    }
    if (base == NO_REGISTER) {
      bytes.push(field | 4);
      bytes.push(this.index == NO_REGISTER ? 0x25 : (this.scale << 6) | ((this.index & 7) << 3) | 5);
      bytes.pushI32(this.disp);
      return;
    }
    const disp = this.disp;
    // No displacement at all would mean another form when the base is rbp or r13.
    const mod = disp == 0 && (base & 7) != 5 ? 0 : fitsI8(disp) ? 0x40 : 0x80;
    let word = mod | field;
    let count: i32 = 1;
    if (this.index != NO_REGISTER) {
      word |= 4 | (((this.scale << 6) | ((this.index & 7) << 3) | (base & 7)) << 8);
      count = 2;
    } else {
      word |= base & 7;
      if ((base & 7) == 4) {
        word |= 0x2400;
        count = 2;
      }
    }
    if (mod == 0x40) {
      word |= (disp & 0xff) << (count << 3);
      count++;
    }
    this.emitBytes(word, count);
    if (mod == 0x80) bytes.pushI32(disp);
  }
}

/** A mandatory prefix by its number in the rows. */
function prefixByte(prefix: i32): i32 {
  return prefix == 1 ? 0x66 : prefix == 2 ? 0xf3 : 0xf2;
}
