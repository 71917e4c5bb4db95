// What tests of instruction selection share: a small program to select in, SSA text to machine code, and a check
// that the code has the form that op.ts and mir.ts promise to the allocator and to emission.

import "../../host/js/prelude";
import { Program } from "../../src/link/program";
import { I32, I64, F32, F64 } from "../../src/wasm/types";
import { Code } from "../../src/x64/code";
import { Constraint, infoConstraint, infoFixed, infoRole, MirFunc, Mode, Role } from "../../src/x64/mir";
import { encodingRow, Form, formOf, mnemonic, RowFlag, rowFlags, rowPrefix, rowWide, X64 } from "../../src/x64/op";
import { mirToText } from "../../src/x64/print";
import { ALLOCATABLE, RegClass } from "../../src/x64/registers";
import { selectFunction } from "../../src/x64/select";
import { parse } from "../ssa/helpers";

export const DATA = 0x0a00_0000;

/** Function types by number: parameters, results. */
export const TYPES: Array<[number[], number[]]> = [
  [[], []],
  [[I32, I32], [I32]],
  [[I64, I64], [I64]],
  [[F32, F32], [F32]],
  [[F64, F64], [F64]],
  [[I32], []],
  [
    [I32, I32, I32, I64, I64, F64],
    [I32, I64],
  ],
  // More of each class than there are registers for.
  [
    [...Array(10).fill(I32), ...Array(10).fill(F64)],
    [...Array(10).fill(I64), ...Array(9).fill(F32)],
  ],
  [[F64, F64], [I32]],
  [[F32, F32], [I32]],
];

/**
 * Memories: 0 guarded at 0x10000000, 1 guarded and high, 2 checked with 64-bit indices.
 * Globals: 0 i32, 1 i64, 2 f64, 3 a constant. Tables: 0 fixed with 10 entries, 1 growing and high.
 */
export function makeProgram(): Program {
  const p = new Program();
  for (const [params, results] of TYPES) {
    p.typeStart.push(p.typePool.length);
    p.typeParamCount.push(params.length);
    p.typeResultCount.push(results.length);
    for (const t of [...params, ...results]) p.typePool.push(t);
  }
  // Function k has type k.
  for (let f = 0; f < TYPES.length; f++) p.funcType.push(f);
  const memory = (lo: number, hi: number, is64: number, guarded: number): void => {
    p.memoryBaseLo.push(lo);
    p.memoryBaseHi.push(hi);
    p.memoryIs64.push(is64);
    p.memoryGuarded.push(guarded);
  };
  memory(0x1000_0000, 0, 0, 1);
  memory(0, 0x10, 0, 1);
  memory(0, 0x14, 1, 0);
  [I32, I64, F64, I32].forEach((type, k) => {
    p.globalType.push(type);
    p.globalConstant.push(k == 3 ? 1 : 0);
    p.globalLo.push(k == 3 ? 77 : 0);
    p.globalHi.push(0);
    p.globalFunc.push(-1);
    p.globalAddress.push(k == 3 ? 0 : DATA + 8 * k);
  });
  const table = (lo: number, hi: number, min: number, grows: number): void => {
    p.tableBaseLo.push(lo);
    p.tableBaseHi.push(hi);
    p.tableMin.push(min);
    p.tableGrows.push(grows);
    p.tableCell.push(DATA + 0x100 + 32 * p.tableCell.length);
  };
  table(DATA + 0x200, 0, 10, 0);
  table(0, 8, 10, 1);
  return p;
}

export interface Selected {
  mir: MirFunc;
  code: Code;
  text: string;
}

/** Selects the function in `text`, and checks what comes out. */
export function select(text: string, level = 2, program = makeProgram()): Selected {
  const code = new Code();
  code.reset(program.funcType.length);
  const mir = new MirFunc();
  selectFunction(program, parse(text), code, mir, level);
  const wrong = checkMir(mir);
  if (wrong.length > 0) throw new Error(`${wrong.join("\n")}\n${mirToText(mir, null)}`);
  return { mir, code, text: mirToText(mir, null) };
}

/** Only what instructions there are, without numbers and padding: for goldens. */
export function instructions(selected: Selected): string[] {
  const lines = selected.text.split("\n").slice(1, -1);
  return lines.map((line) => (line.startsWith("block") ? line : line.slice(9).replace(/ {2,}/g, " ").trim()));
}

interface Operand {
  vreg: number;
  role: number;
  constraint: number;
  fixed: number;
  vector: boolean;
  bytes: number;
}

function operandsOf(mir: MirFunc, i: number): Operand[] {
  const list: Operand[] = [];
  for (let k = mir.opStart.get(i); k < mir.opStart.get(i) + mir.opCount.get(i); k++) {
    const vreg = mir.operandVreg.get(k);
    const info = mir.operandInfo.get(k);
    list.push({
      vreg,
      role: infoRole(info),
      constraint: infoConstraint(info),
      fixed: infoFixed(info),
      vector: mir.vregClass.get(vreg) == RegClass.Vector,
      bytes: mir.vregBytes.get(vreg),
    });
  }
  return list;
}

const isDef = (o: Operand): boolean => o.role == Role.Def || o.role == Role.DefEarly;

/** Operands of rows with an encoding, in letters: d definition, r reuse, u use, c count in rcx; then memory's. */
function formPattern(form: number, isMemory: boolean, hasShiftCl: boolean): string {
  switch (form) {
    case Form.RegRm:
    case Form.RegRmImm:
    case Form.VexRm:
      return isMemory ? "d" : "du";
    case Form.RegVexRm:
      return isMemory ? "du" : "duu";
    case Form.RegRm2:
      return isMemory ? "ru" : "ruu";
    case Form.RmImm2:
      return "ru";
    case Form.Rm2:
      return hasShiftCl ? "ruc" : "ru";
    case Form.RmReg:
      return "u";
    case Form.RmRegDef:
      return "du";
    case Form.RmImm:
      return "";
    case Form.RegRmFlags:
    case Form.RmRegFlags:
      return isMemory ? "u" : "uu";
    case Form.RmImmFlags:
      return isMemory ? "" : "u";
  }
  return "";
}

function letterOf(o: Operand): string {
  if (o.role == Role.Def) return o.constraint == Constraint.Reuse && o.fixed == 1 ? "r" : "d";
  if (o.role != Role.Use) return "?";
  if (o.constraint == Constraint.Fixed) return o.fixed == 1 ? "c" : "?";
  return "u";
}

const needsMemory = (form: number): boolean => form == Form.RmReg || form == Form.RmImm;
const noMemory = (form: number): boolean => form == Form.RmImm2 || form == Form.Rm2 || form == Form.RmRegDef;

/** Bytes that an instruction reads from its r/m operand when that is a slot. */
function readBytes(op: number): number {
  switch (op) {
    case X64.Movzx8:
    case X64.Movsx8To32:
    case X64.Movsx8To64:
    case X64.TestI8:
    case X64.CmpI8:
      return 1;
    case X64.Movzx16:
    case X64.Movsx16To32:
    case X64.Movsx16To64:
      return 2;
    case X64.Movsxd:
      return 4;
    case X64.Andps:
    case X64.Andnps:
    case X64.Orps:
    case X64.Xorps:
    case X64.Movaps:
      return 16;
  }
  const row = encodingRow(op);
  if (rowWide(row) != 0) return 8;
  // A scalar double has the prefix F2, or 66 for ucomisd.
  const isDouble = rowPrefix(row) == 3 || op == X64.Ucomisd || op == X64.Roundsd;
  return (rowFlags(op) & RowFlag.Vec) != 0 && (rowFlags(op) & RowFlag.RmGeneral) == 0 && isDouble ? 8 : 4;
}

/** The rules of one instruction of the encoding table. */
function checkForm(mir: MirFunc, i: number): string {
  const op = mir.op.get(i);
  const form = formOf(op);
  const mode = mir.mode.get(i) & 15;
  const isMemory = mode != Mode.Reg;
  if (isMemory && noMemory(form)) return "has memory where it cannot";
  if (!isMemory && needsMemory(form)) return "has no memory";
  const operands = operandsOf(mir, i);
  const registers = mode == Mode.BaseIndex ? 2 : mode == Mode.Base || mode == Mode.Index ? 1 : 0;
  const flags = rowFlags(op);
  const pattern = formPattern(form, isMemory, (flags & RowFlag.ShiftCl) != 0);
  const found = operands.map(letterOf).join("");
  if (found != pattern + "u".repeat(registers)) return `operands ${found}, expected ${pattern} and ${registers}`;
  const isVec = (flags & RowFlag.Vec) != 0;
  operands.forEach((o) => {
    if (o.constraint == Constraint.Any && isDef(o)) throw new Error("a definition anywhere");
  });
  // The last operand of the pattern is r/m when there is no memory; memory's registers are general.
  for (let k = 0; k < operands.length; k++) {
    const o = operands[k]!;
    const isAddress = k >= pattern.length;
    const isRm = !isMemory && (form == Form.RmRegDef ? k == 0 : k == pattern.length - 1);
    let vector = isVec;
    if (isAddress) vector = false;
    else if (isRm && (flags & RowFlag.RmGeneral) != 0) vector = false;
    else if (isRm && (flags & RowFlag.RmVec) != 0) vector = true;
    if (o.vector != vector) return `operand ${k} is of the wrong class`;
    if (o.constraint == Constraint.Any && o.bytes < readBytes(op)) return `operand ${k} is read beyond its slot`;
    if (o.constraint == Constraint.Any && (!isRm || isAddress)) return `operand ${k} cannot be a slot`;
    if (isAddress && o.constraint != Constraint.Reg) return "an address register with a constraint";
  }
  return "";
}

const SETTERS = new Set([X64.Ucomiss, X64.Ucomisd]);
const PRESERVING = new Set([
  X64.MovImm,
  X64.MovFunc,
  X64.MovCodeBound,
  X64.ZeroVec,
  X64.SelectVec,
  X64.Setcc,
  X64.Cmov32,
  X64.Cmov64,
]);

function readsFlags(op: number): boolean {
  if (op == X64.AdcI32 || op == X64.AdcI64 || op == X64.SbbI32 || op == X64.SbbI64) return true;
  return [X64.Jcc, X64.TrapIf, X64.SelectVec, X64.Setcc, X64.Cmov32, X64.Cmov64].includes(op);
}

function setsFlags(op: number): boolean {
  const form = formOf(op);
  if (SETTERS.has(op)) return true;
  if (form == Form.RegRmFlags || form == Form.RmRegFlags || form == Form.RmImmFlags) return true;
  if ((form == Form.RmImm2 || form == Form.RegRm2 || form == Form.Rm2) && op >= X64.Add32 && op <= X64.Neg64) {
    return (
      op != X64.Imul32 &&
      op != X64.Imul64 &&
      op != X64.Not32 &&
      op != X64.Not64 &&
      !(op >= X64.Rol32 && op <= X64.Sar64)
    );
  }
  return op == X64.Bsr32 || op == X64.Bsr64 || op == X64.Bsf32 || op == X64.Bsf64;
}

/** Whoever reads flags finds the instruction that sets them just above. */
function checkFlags(mir: MirFunc, start: number, i: number): string {
  for (let k = i - 1; k >= start; k--) {
    const op = mir.op.get(k);
    if (setsFlags(op)) return "";
    if (!PRESERVING.has(op)) return `flags are changed by ${mnemonic(op)}`;
  }
  return "flags are not set";
}

/** What is wrong with the code, as a list of complaints. */
export function checkMir(mir: MirFunc): string[] {
  const wrong: string[] = [];
  const defBlock = new Map<number, number>();
  const defPlace = new Map<number, number>();
  const define = (v: number, block: number, place: number): void => {
    if (defBlock.has(v)) wrong.push(`v${v} is defined twice`);
    defBlock.set(v, block);
    defPlace.set(v, place);
  };
  let expected = 0;
  for (let b = 0; b < mir.blockCount; b++) {
    if (mir.blockStart.get(b) != expected) wrong.push(`block ${b} does not start where the one before ends`);
    expected = mir.blockEnd.get(b);
    for (let k = 0; k < mir.paramCount.get(b); k++) define(mir.lists.get(mir.paramStart.get(b) + k), b, -1);
    for (let i = mir.blockStart.get(b); i < mir.blockEnd.get(b); i++) {
      const op = mir.op.get(i);
      for (const o of operandsOf(mir, i)) if (isDef(o)) define(o.vreg, b, i);
      const problem = formOf(op) == Form.Pseudo ? checkPseudo(mir, i) : checkForm(mir, i);
      if (problem != "") wrong.push(`${i} ${mnemonic(op)}: ${problem}`);
      const flags = readsFlags(op) ? checkFlags(mir, mir.blockStart.get(b), i) : "";
      if (flags != "") wrong.push(`${i} ${mnemonic(op)}: ${flags}`);
    }
  }
  if (expected != mir.instructionCount) wrong.push("instructions outside of blocks");
  if (mir.op.get(0) != X64.Entry) wrong.push("no entry");
  const dominators = computeDominators(mir);
  for (let b = 0; b < mir.blockCount; b++) {
    if (dominators[b] === null) continue;
    for (let i = mir.blockStart.get(b); i < mir.blockEnd.get(b); i++) {
      for (const o of operandsOf(mir, i)) {
        if (isDef(o)) continue;
        const d = defBlock.get(o.vreg);
        if (d === undefined) wrong.push(`${i}: v${o.vreg} is not defined`);
        else if (d == b ? defPlace.get(o.vreg)! >= i : !dominators[b]!.has(d)) wrong.push(`${i}: v${o.vreg} too early`);
      }
    }
    checkEdges(mir, b, wrong);
  }
  return wrong;
}

/** A jump has an argument for each parameter, of the same class and no narrower. */
function checkEdges(mir: MirFunc, b: number, wrong: string[]): void {
  const last = mir.blockEnd.get(b) - 1;
  const count = mir.succCount.get(b);
  for (let k = 0; k < count; k++) {
    const target = mir.lists.get(mir.succStart.get(b) + k);
    const params = mir.paramCount.get(target);
    if (count > 1 && params > 0) wrong.push(`critical edge from ${b}`);
    if (count > 1) continue;
    const given = operandsOf(mir, last);
    if (given.length != params) wrong.push(`block ${b}: ${given.length} arguments for ${params} parameters`);
    given.forEach((o, n) => {
      const p = mir.lists.get(mir.paramStart.get(target) + n);
      if (mir.vregClass.get(p) != (o.vector ? 1 : 0)) wrong.push(`block ${b}: argument ${n} has the wrong class`);
      if (mir.vregBytes.get(p) > o.bytes) wrong.push(`block ${b}: argument ${n} is too narrow`);
    });
  }
}

/** Sets of dominating blocks; null for blocks that cannot be reached. */
function computeDominators(mir: MirFunc): Array<Set<number> | null> {
  const result: Array<Set<number> | null> = Array(mir.blockCount).fill(null);
  result[0] = new Set([0]);
  for (let changed = true; changed; ) {
    changed = false;
    for (let b = 1; b < mir.blockCount; b++) {
      let common: Set<number> | null = null;
      for (let k = 0; k < mir.predCount.get(b); k++) {
        const p = result[mir.lists.get(mir.predStart.get(b) + k)];
        if (p == null) continue;
        const before: Set<number> | null = common;
        common = before === null ? new Set(p) : new Set([...before].filter((x) => p.has(x)));
      }
      if (common === null) continue;
      common.add(b);
      const old = result[b];
      if (old == null || old.size != common.size) {
        result[b] = common;
        changed = true;
      }
    }
  }
  return result;
}

/** Operands of pseudo-instructions as their rows' comments say, where they are the same for each use. */
const PSEUDO: Partial<Record<number, string>> = {
  [X64.Jcc]: "",
  [X64.Switch]: "u",
  [X64.Trap]: "",
  [X64.TrapIf]: "",
  [X64.MovImm]: "d",
  [X64.Zero]: "d",
  [X64.ZeroVec]: "D",
  [X64.MovFunc]: "d",
  [X64.MovCodeBound]: "d",
  [X64.Setcc]: "d",
  [X64.SelectVec]: "RUU",
};

function checkPseudo(mir: MirFunc, i: number): string {
  const op = mir.op.get(i);
  const operands = operandsOf(mir, i);
  const letters = operands.map((o) => (o.vector ? letterOf(o).toUpperCase() : letterOf(o))).join("");
  const pattern = PSEUDO[op];
  if (pattern !== undefined && letters != pattern) return `operands ${letters}, expected ${pattern}`;
  const clobbers = mir.clobbers.get(i);
  for (const o of operands) {
    if (isDef(o) && o.constraint == Constraint.Fixed && ((clobbers >> o.fixed) & 1) != 0)
      return "defines what it clobbers";
    if (o.constraint == Constraint.Fixed && ((ALLOCATABLE >> o.fixed) & 1) == 0) return `fixed in ${o.fixed}`;
  }
  return "";
}
