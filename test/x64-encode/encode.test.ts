// Every row of the encoding table in every operand shape, read back by an independent disassembler (iced-x86) and
// compared with what the row's name says: mnemonic, registers and their widths, address, width of the access,
// immediate.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { Decoder, DecoderOptions, type Instruction, MemorySizeExt, Mnemonic, OpKind, Register } from "iced-x86";
import { RelocKind } from "../../src/x64/code";
import { Mode } from "../../src/x64/mir";
import { Form, formOf, mnemonic, RowFlag, rowFlags, X64 } from "../../src/x64/op";
import { Reg, SLOT0 } from "../../src/x64/registers";
import { bytesOf, type Fields, Maker, newCode, opNames } from "./maker";

const GENERAL = [0, 1, 3, 5, 6, 7, 8, 9, 12, 13, 15];
const VECTOR = [16, 17, 23, 24, 29, 31];
const BASES = [0, 3, 4, 5, 6, 8, 12, 13, 15];
const INDICES = [0, 2, 5, 7, 9, 12, 13];
const DISPS = [0, 1, 127, 128, -128, -129, 0x1000_0000, -0x7000_0000];

const conditions = ["o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"];

/** Registers by width as the disassembler names them. */
function name(register: number, bits: number): string {
  if (register >= 16) return `XMM${register - 16}`;
  if (register >= 8) return `R${register}${bits == 64 ? "" : bits == 32 ? "D" : bits == 16 ? "W" : "L"}`;
  const stem = ["AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI"][register];
  if (bits == 8) return register < 4 ? `${stem[0]}L` : `${stem}L`;
  return (bits == 64 ? "R" : bits == 32 ? "E" : "") + stem;
}

interface Widths {
  /** Bits of the reg field's register. */
  reg: number;
  /** Bits of the r/m register. */
  rm: number;
  /** Bytes that a memory operand accesses; 0: none. */
  access: number;
  imm: number;
}

/** What the name of an operation says about its operands. */
function widths(op: number): Widths {
  const n = opNames[op];
  const tail = Number(n.match(/(\d+)$/)?.[1] ?? 0);
  const extend = n.match(/^Movsx(8|16)To(32|64)$/);
  if (extend) return { reg: Number(extend[2]), rm: Number(extend[1]), access: Number(extend[1]) / 8, imm: 0 };
  if (n == "Movzx8" || n == "Movzx16") return { reg: 32, rm: tail, access: tail / 8, imm: 0 };
  if (n == "Movsxd") return { reg: 64, rm: 32, access: 4, imm: 0 };
  if (n.startsWith("Lea")) return { reg: tail, rm: tail, access: 0, imm: 0 };
  if (/^(Movd|MovdOut)$/.test(n)) return { reg: 32, rm: 32, access: 4, imm: 0 };
  if (/^(Movq|MovqOut)$/.test(n)) return { reg: 64, rm: 64, access: 8, imm: 0 };
  if (n.startsWith("Cvtsi"))
    return { reg: 128, rm: n.includes("64") ? 64 : 32, access: n.includes("64") ? 8 : 4, imm: 0 };
  if (n.startsWith("Cvtt")) return { reg: tail, rm: 128, access: n.includes("sd2") ? 8 : 4, imm: 0 };
  if (n == "Cvtss2sd") return { reg: 128, rm: 128, access: 4, imm: 0 };
  if (n == "Cvtsd2ss") return { reg: 128, rm: 128, access: 8, imm: 0 };
  if (rowFlags(op) & RowFlag.Vec) {
    const access = /ps$|Ups$/.test(n) ? 16 : /s?s$|Ss$/.test(n) ? 4 : 8;
    return { reg: 128, rm: 128, access, imm: /^Round/.test(n) ? 8 : 0 };
  }
  const imm = /^(Rol|Ror|Shl|Shr|Sar)I/.test(n) ? 8 : /I\d+$/.test(n) ? Math.min(tail, 32) : 0;
  return { reg: tail, rm: tail, access: tail / 8, imm };
}

function registersFor(bits: number, rm: boolean, op: number): number[] {
  const flags = rowFlags(op);
  const vector = rm
    ? flags & RowFlag.RmVec || (flags & RowFlag.Vec && !(flags & RowFlag.RmGeneral))
    : flags & RowFlag.Vec;
  return bits == 128 || vector ? VECTOR : GENERAL;
}

function immediates(op: number): number[] {
  const n = opNames[op];
  if (rowFlags(op) & RowFlag.CondOpcode) return conditions.map((_, k) => k);
  switch (widths(op).imm) {
    case 8:
      return /^(Rol|Ror|Shl|Shr|Sar)I|^Round/.test(n) ? [1, 2, 7, 31] : [0, 1, 127, -128, -1];
    case 16:
      return [0, 1, 127, 128, -128, -129, 0x7fff, -0x8000];
    case 32:
      return [0, 1, 127, 128, -1, -128, -129, 0x12345678, -0x8000_0000];
  }
  return [0];
}

/** The instructions of a function that holds only this one, with the pool patched so that entry k is at 16 k. */
function assemble(op: number, locations: number[], fields: Fields): { list: Instruction[]; disp: number | null } {
  const code = newCode();
  const maker = new Maker();
  maker.mir.outgoingResults = 24;
  maker.alloc.slots = 10;
  maker.block().ins(op, locations, fields).emit(code);
  const bytes = bytesOf(code);
  const list: Instruction[] = [];
  const decoder = new Decoder(64, bytes, DecoderOptions.None);
  while (decoder.canDecode) list.push(decoder.decode());
  decoder.free();
  let disp: number | null = null;
  if (fields.mode == Mode.Pool) {
    expect(code.relocKind.get(0)).toBe(RelocKind.Pool);
    expect(code.relocTarget.get(0)).toBe(fields.disp!);
    // The field and the bytes after it end the instruction: what rip-relative addressing counts from.
    expect(code.relocOffset.get(0) + 4 + code.relocAddend.get(0)).toBe(bytes.length);
    disp = 0;
  }
  return { list, disp };
}

interface Address {
  base: number;
  index: number;
  scale: number;
  disp: number;
  /** Width of the sum: one of 32 bits is within segment gs. */
  bits?: number;
}

type Operand = { register: string } | { memory: Address; access: number } | { immediate: number };

function immediateBits(kind: OpKind): number {
  if (kind == OpKind.Immediate8) return 8;
  if (kind == OpKind.Immediate16 || kind == OpKind.Immediate8to16) return 16;
  return kind == OpKind.Immediate32 || kind == OpKind.Immediate8to32 ? 32 : 64;
}

function describe(i: Instruction): string {
  const parts: string[] = [];
  for (let k = 0; k < i.opCount; k++) {
    const kind = i.opKind(k);
    if (kind == OpKind.Register) parts.push(Register[i.opRegister(k)]);
    else if (kind == OpKind.Memory) {
      const scale = i.memoryIndex == Register.None ? 1 : i.memoryIndexScale;
      const isNarrow = i.segmentPrefix != Register.None;
      const disp =
        i.memoryBase == Register.RIP ? "pool" : String(BigInt.asIntN(isNarrow ? 32 : 64, BigInt(i.memoryDisplacement)));
      parts.push(
        `${isNarrow ? `${Register[i.segmentPrefix]}:` : ""}${MemorySizeExt.size(i.memorySize)}[${Register[i.memoryBase]},${Register[i.memoryIndex]}*${scale},${disp}]`,
      );
    } else parts.push(`#${BigInt.asIntN(immediateBits(kind), BigInt(i.immediate(k)))}`);
  }
  return `${Mnemonic[i.mnemonic].toLowerCase()} ${parts.join(" ")}`;
}

function describeOperand(o: Operand): string {
  if ("register" in o) return o.register;
  if ("immediate" in o) return `#${o.immediate}`;
  const { base, index, scale, disp, bits = 64 } = o.memory;
  const b = base == -2 ? "RIP" : base < 0 ? "None" : name(base, bits);
  const segment = bits == 32 ? "GS:" : "";
  return `${segment}${o.access}[${b},${index < 0 ? "None" : name(index, bits)}*${1 << scale},${base == -2 ? "pool" : disp}]`;
}

/** The same instruction in a shorter encoding, where emission chooses one. */
function shortened(op: number, operands: Operand[], imm: number): { mnemonic: string; operands: Operand[] } | null {
  const first = operands[0];
  const n = opNames[op];
  if (!("register" in first)) return null;
  const register = [...Array(16).keys()].find((r) => name(r, n.endsWith("64") ? 64 : 32) == first.register)!;
  if (/^CmpI(32|64)$/.test(n) && imm == 0) return { mnemonic: "test", operands: [first, first] };
  if (n == "AndI64" && imm >= 0) return { mnemonic: "and", operands: [{ register: name(register, 32) }, operands[1]] };
  if (/^TestI(32|64)$/.test(n) && imm >= 0) {
    return { mnemonic: "test", operands: [{ register: name(register, imm < 128 ? 8 : 32) }, operands[1]] };
  }
  return null;
}

function check(op: number, locations: number[], fields: Fields, operands: Operand[], sourceRegister = -1): void {
  const { list } = assemble(op, locations, fields);
  const imm = fields.imm ?? 0;
  let text = mnemonic(op) + (rowFlags(op) & RowFlag.CondOpcode ? conditions[imm] : "");
  let expected = operands;
  const short = shortened(op, operands, imm);
  if (short) {
    text = short.mnemonic;
    expected = short.operands;
  }
  if (rowFlags(op) & RowFlag.FalseDep && sourceRegister != locations[0]) {
    const zeroed = name(locations[0], 128);
    expect(describe(list.shift()!)).toBe(`xorps ${zeroed} ${zeroed}`);
  }
  expect(list.length).toBe(1);
  expect(`${describe(list[0])}`).toBe(`${text} ${expected.map(describeOperand).join(" ")}`);
}

/** The same within segment gs, for each shape with registers. */
function* segmentAddresses(): ReturnType<typeof addresses> {
  for (const { fields, registers, address } of addresses()) {
    if (registers.length == 0) continue;
    yield { fields: { ...fields, mode: fields.mode! | Mode.Segment }, registers, address: { ...address, bits: 32 } };
  }
}

/** Each memory shape: mode, registers, and the address that must come out. */
function* addresses(): Generator<{ fields: Fields; registers: number[]; address: Address }> {
  for (const base of BASES) {
    for (const disp of DISPS) {
      yield { fields: { mode: Mode.Base, disp }, registers: [base], address: { base, index: -1, scale: 0, disp } };
    }
    for (const index of INDICES) {
      for (let scale = 0; scale < 4; scale++) {
        const disp = DISPS[(base + index + scale) % DISPS.length];
        const address = { base, index, scale, disp };
        yield { fields: { mode: Mode.BaseIndex, scale, disp }, registers: [base, index], address };
      }
    }
  }
  for (const index of INDICES) {
    for (let scale = 0; scale < 4; scale++) {
      for (const disp of [0, 0x1234, -5]) {
        let address = { base: -1, index, scale, disp };
        if (scale == 0) address = { base: index, index: -1, scale: 0, disp };
        if (scale == 1 && disp == (disp << 24) >> 24) address = { base: index, index, scale: 0, disp };
        yield { fields: { mode: Mode.Index, scale, disp }, registers: [index], address };
      }
    }
  }
  for (const disp of [0x0a00_0000, 0x7fff_fff0]) {
    yield { fields: { mode: Mode.Abs, disp }, registers: [], address: { base: -1, index: -1, scale: 0, disp } };
  }
  const stack = (disp: number): Address => ({ base: Reg.Rsp, index: -1, scale: 0, disp });
  yield { fields: { mode: Mode.Pool, disp: 7 }, registers: [], address: { base: -2, index: -1, scale: 0, disp: 0 } };
  yield { fields: { mode: Mode.Frame, disp: 16 }, registers: [], address: stack(16) };
  yield { fields: { mode: Mode.Incoming, disp: 8 }, registers: [], address: stack(24 + 80 + 8 + 8) };
  yield { fields: { mode: Mode.Outgoing, disp: 8, immHi: 64 }, registers: [], address: stack(-56) };
}

/** Spill slot 3 of the frame above. */
const slotAddress: Address = { base: Reg.Rsp, index: -1, scale: 0, disp: 24 + 3 * 8 };

/** A third register, in VEX.vvvv. */
const VEX = 9;

/** Operands as written: shifts have the count last. */
function threeOperands(op: number, reg: Operand, rm: Operand): Operand[] {
  const third = { register: name(VEX, widths(op).reg) };
  return opNames[op].startsWith("Andn") ? [reg, third, rm] : [reg, rm, third];
}

function checkRegisters(op: number, w: Widths): number {
  const form = formOf(op);
  let count = 0;
  const hasImm = w.imm != 0 || (rowFlags(op) & RowFlag.CondOpcode) != 0;
  const shown = (imm: number): Operand[] => (w.imm != 0 ? [{ immediate: imm }] : []);
  const regs = registersFor(w.reg, false, op);
  const rms = registersFor(w.rm, true, op);
  for (const imm of hasImm ? immediates(op) : [0]) {
    for (const rm of rms) {
      if (form == Form.Rm2 || form == Form.RmImm2 || form == Form.RmImmFlags) {
        const cl: Operand[] = rowFlags(op) & RowFlag.ShiftCl ? [{ register: "CL" }] : [];
        const locations = form == Form.RmImmFlags ? [rm] : [rm, rm, Reg.Rcx].slice(0, cl.length ? 3 : 2);
        check(op, locations, { imm }, [{ register: name(rm, w.rm) }, ...cl, ...shown(imm)]);
        count++;
        continue;
      }
      for (const reg of regs) {
        const a = { register: name(reg, w.reg) };
        const b = { register: name(rm, w.rm) };
        if (form == Form.RegRm || form == Form.RegRmImm) {
          if (reg == rm && (op == X64.Mov64 || op == X64.Movaps)) {
            expect(assemble(op, [reg, rm], { imm }).list.length).toBe(0);
          } else check(op, [reg, rm], { imm }, [a, b, ...shown(imm)], rm);
        } else if (form == Form.RegRm2) check(op, [reg, reg, rm], { imm }, [a, b]);
        else if (form == Form.RegVexRm) check(op, [reg, VEX, rm], { imm }, threeOperands(op, a, b));
        else if (form == Form.VexRm) check(op, [reg, rm], { imm }, [a, b]);
        else if (form == Form.RegRmFlags) check(op, [reg, rm], { imm }, [a, b]);
        else if (form == Form.RmRegFlags) check(op, [rm, reg], { imm }, [b, a]);
        else if (form == Form.RmRegDef) check(op, [rm, reg], { imm }, [b, a]);
        else throw new Error(`form of ${opNames[op]}`);
        count++;
      }
    }
    if (w.access != 0 && op != X64.Movaps) count += checkSlot(op, w, imm, shown(imm));
  }
  return count;
}

/** The r/m operand in a spill slot. */
function checkSlot(op: number, w: Widths, imm: number, shown: Operand[]): number {
  const form = formOf(op);
  const slot = SLOT0 + 3;
  const memory: Operand = { memory: slotAddress, access: w.access };
  const reg = registersFor(w.reg, false, op)[4];
  const a = { register: name(reg, w.reg) };
  if (form == Form.RegRm || form == Form.RegRmImm) check(op, [reg, slot], { imm }, [a, memory, ...shown]);
  else if (form == Form.RegRm2) check(op, [reg, reg, slot], { imm }, [a, memory]);
  else if (form == Form.RegVexRm) check(op, [reg, VEX, slot], { imm }, threeOperands(op, a, memory));
  else if (form == Form.VexRm) check(op, [reg, slot], { imm }, [a, memory]);
  else if (form == Form.RegRmFlags) check(op, [reg, slot], { imm }, [a, memory]);
  else if (form == Form.RmRegFlags) check(op, [slot, reg], { imm }, [memory, a]);
  else if (form == Form.RmRegDef) check(op, [slot, reg], { imm }, [memory, a]);
  else if (form == Form.RmImmFlags) check(op, [slot], { imm }, [memory, ...shown]);
  else return 0;
  return 1;
}

function checkMemory(op: number, w: Widths): number {
  const form = formOf(op);
  if (form == Form.Rm2 || form == Form.RmImm2 || form == Form.RmRegDef) return 0;
  let count = 0;
  const regs = registersFor(w.reg, false, op);
  const imms = w.imm != 0 || rowFlags(op) & RowFlag.CondOpcode ? immediates(op) : [0];
  for (const { fields, registers, address } of [...addresses(), ...segmentAddresses()]) {
    const imm = imms[count % imms.length];
    // The immediate high half is the size of the argument area where one is addressed.
    const reg = regs[count % regs.length];
    const memory: Operand = { memory: address, access: w.access };
    const shown: Operand[] = w.imm != 0 ? [{ immediate: imm }] : [];
    const a = { register: name(reg, w.reg) };
    const f = { ...fields, imm };
    if (form == Form.RegRm || form == Form.RegRmImm) check(op, [reg, ...registers], f, [a, memory, ...shown]);
    else if (form == Form.RegRm2) check(op, [reg, reg, ...registers], f, [a, memory]);
    else if (form == Form.RegVexRm) check(op, [reg, VEX, ...registers], f, threeOperands(op, a, memory));
    else if (form == Form.VexRm) check(op, [reg, ...registers], f, [a, memory]);
    else if (form == Form.RegRmFlags) check(op, [reg, ...registers], f, [a, memory]);
    else if (form == Form.RmRegFlags || form == Form.RmReg) check(op, [reg, ...registers], f, [memory, a]);
    else check(op, registers, f, [memory, ...shown]);
    count++;
  }
  return count;
}

test("the names of the operations are those of the table", () => {
  expect(opNames.length).toBe(X64.Count + 1);
  expect(opNames[X64.Entry]).toBe("Entry");
});

const memoryOnly = (op: number): boolean => {
  const form = formOf(op);
  return form == Form.RmReg || form == Form.RmImm || op == X64.Movss || op == X64.Movsd || /^Lea/.test(opNames[op]);
};

test("every row with registers and spill slots", () => {
  let count = 0;
  for (let op = 0; op < X64.Entry; op++) {
    if (op == X64.Setcc || memoryOnly(op)) continue;
    count += checkRegisters(op, widths(op));
  }
  expect(count).toBeGreaterThan(10000);
});

test("every row with every memory operand", () => {
  let count = 0;
  for (let op = 0; op < X64.Entry; op++) {
    if (op == X64.Setcc || op == X64.Movaps) continue;
    count += checkMemory(op, widths(op));
  }
  expect(count).toBeGreaterThan(30000);
});

test("setcc writes a byte of every register and clears the rest", () => {
  for (const r of GENERAL) {
    for (let cond = 0; cond < 16; cond++) {
      const { list } = assemble(X64.Setcc, [r], { imm: cond });
      expect(list.map(describe)).toEqual([
        `set${conditions[cond]} ${name(r, 8)}`,
        `movzx ${name(r, 32)} ${name(r, 8)}`,
      ]);
    }
  }
});

test("constants take the shortest move that keeps the flags", () => {
  const cases: Array<[number, number, number, string, number]> = [
    [0, 0, 0, "mov EAX #0", 5],
    [0, 1, 0, "mov EAX #1", 5],
    [9, -1, 0, "mov R9D #-1", 6],
    [3, -1, -1, "mov RBX #-1", 7],
    [12, -0x8000_0000, -1, "mov R12 #-2147483648", 7],
    [12, 5, -1, "mov R12 #-4294967291", 10],
    [7, 0x7fffffff, -1, "mov RDI #-2147483649", 10],
    [7, 1, 1, "mov RDI #4294967297", 10],
  ];
  for (const [reg, lo, hi, text, length] of cases) {
    const { list } = assemble(X64.MovImm, [reg], { imm: lo, immHi: hi });
    expect(`${describe(list[0])} ${list[0].length}`).toBe(`${text} ${length}`);
  }
});

test("a constant 0 is an xor only where the flags are dead", () => {
  const text = (m: Maker): string[] => {
    const decoder = new Decoder(64, bytesOf(m.emit(newCode())), DecoderOptions.None);
    const list: string[] = [];
    while (decoder.canDecode) list.push(describe(decoder.decode()).split(" ")[0]);
    return list;
  };
  const zero = (m: Maker): Maker => m.ins(X64.MovImm, [Reg.Rax], {});
  const dead = new Maker().block();
  zero(dead.ins(X64.Cmp32, [1, 2]))
    .ins(X64.Store32, [0], { mode: Mode.Abs, disp: 64 })
    .ins(X64.Ret);
  expect(text(dead)).toEqual(["cmp", "xor", "mov", "ret"]);
  const live = new Maker().block();
  zero(live.ins(X64.Cmp32, [1, 2]))
    .ins(X64.Store32, [0], { mode: Mode.Abs, disp: 64 })
    .ins(X64.Cmov32, [3, 3, 1]);
  live.ins(X64.Add32, [3, 3, 1]);
  expect(text(live)).toEqual(["cmp", "mov", "mov", "cmovo", "add"]);
});
