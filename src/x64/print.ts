// Machine code as text, for --debug=asm and for tests: one line an instruction, with virtual registers before
// allocation and locations after it, and the allocator's moves where they are made.
//
//   func 3 stack_args=0 results=0
//   block 0 → 1 2
//        0  entry        v0:=rax
//        1  cmp          v0, 10
//        2  jcc.below

import { Allocation, infoConstraint, infoFixed, infoRole, MirFunc, Mode, MOVE_REMAT, Constraint, Role } from "./mir";
import { Cond, formOf, Form, mnemonic, rowImmBytes, encodingRow, X64 } from "./op";
import { registerName } from "./registers";

/** The function as text; `alloc` is null before allocation. */
export function mirToText(mir: MirFunc, alloc: Allocation | null): string {
  let text = `func ${mir.index} stack_args=${mir.stackArgs} results=${mir.outgoingResults}`;
  if (alloc != null) text += ` slots=${alloc.slots}`;
  text += "\n";
  let move: i32 = 0;
  for (let block: i32 = 0; block < mir.blockCount; block++) {
    text += blockLine(mir, block);
    const end = mir.blockEnd.get(block);
    for (let i = mir.blockStart.get(block); i < end; i++) {
      if (alloc != null) {
        const next = moveEnd(alloc, move, 2 * i);
        text += moveLines(mir, alloc, move, next);
        move = next;
      }
      text += instructionLine(mir, alloc, i);
      if (alloc != null) {
        const next = moveEnd(alloc, move, 2 * i + 1);
        text += moveLines(mir, alloc, move, next);
        move = next;
      }
    }
  }
  return text;
}

function blockLine(mir: MirFunc, block: i32): string {
  let line = `block ${block}`;
  const params = mir.paramStart.get(block);
  const count = mir.paramCount.get(block);
  if (count != 0) {
    line += "(";
    for (let k: i32 = 0; k < count; k++) line += (k == 0 ? "" : " ") + `v${mir.lists.get(params + k)}`;
    line += ")";
  }
  const successors = mir.succCount.get(block);
  if (successors != 0) line += " →";
  for (let k: i32 = 0; k < successors; k++) line += ` ${mir.lists.get(mir.succStart.get(block) + k)}`;
  if (mir.loopDepth.get(block) != 0) line += ` depth=${mir.loopDepth.get(block)}`;
  if (mir.cold.get(block) != 0) line += " cold";
  return line + "\n";
}

function moveEnd(alloc: Allocation, start: i32, position: i32): i32 {
  let k = start;
  while (k < alloc.movePosition.length && alloc.movePosition.get(k) <= position) k++;
  return k;
}

function moveLines(mir: MirFunc, alloc: Allocation, start: i32, end: i32): string {
  let text = "";
  for (let k = start; k < end; k++) {
    const from = alloc.moveFrom.get(k);
    const bytes = alloc.moveBytes.get(k);
    const source = from >= MOVE_REMAT ? rematText(mir, from - MOVE_REMAT) : registerName(from, bytes > 4);
    text += `           ${registerName(alloc.moveTo.get(k), bytes > 4)} ← ${source} (${bytes})\n`;
  }
  return text;
}

function rematText(mir: MirFunc, vreg: i32): string {
  return `const v${vreg} ${mir.rematLo.get(vreg)}:${mir.rematHi.get(vreg)}`;
}

function instructionLine(mir: MirFunc, alloc: Allocation | null, i: i32): string {
  const op = mir.op.get(i);
  let line = `  ${padStart(`${i}`, 6)}  ${padEnd(nameOf(mir, i), 15)}`;
  const mode = mir.mode.get(i);
  const operands = mir.opCount.get(i);
  const registers = memoryRegisters(mode);
  const memory = operands - registers;
  let separator = " ";
  for (let k: i32 = 0; k < memory; k++) {
    line += separator + operandText(mir, alloc, i, k);
    separator = ", ";
  }
  if ((mode & 15) != Mode.Reg) {
    line += separator + memoryText(mir, alloc, i, memory);
    separator = ", ";
  }
  const immediate = immediateText(mir, i, op);
  if (immediate.length != 0) line += separator + immediate;
  if (mir.memorySite.get(i) != 0) line += " !";
  if (mir.origin.get(i) >= 0) line += `  ; ${mir.origin.get(i)}`;
  return line + "\n";
}

/** Mnemonic, with the condition of those that have one and the width of those that share a name. */
function nameOf(mir: MirFunc, i: i32): string {
  const op = mir.op.get(i);
  const name = mnemonic(op);
  if (op == X64.Cmov32 || op == X64.Cmov64 || op == X64.Setcc) return name + condName(mir.imm.get(i));
  if (op == X64.Jcc || op == X64.TrapIf || op == X64.SelectVec) return `${name}.${condName(mir.imm.get(i))}`;
  return name;
}

function condName(cond: i32): string {
  switch (cond) {
    case Cond.FloatEqual:
      return "feq";
    case Cond.FloatNotEqual:
      return "fne";
  }
  const names = "o nob aee nebea s nsp npl gele g ";
  return names.substring(cond * 2, cond * 2 + 2).trim();
}

function memoryRegisters(mode: i32): i32 {
  switch (mode & 15) {
    case Mode.Base:
    case Mode.Index:
      return 1;
    case Mode.BaseIndex:
      return 2;
  }
  return 0;
}

function memoryText(mir: MirFunc, alloc: Allocation | null, i: i32, k: i32): string {
  const mode = mir.mode.get(i);
  const segment = (mode & Mode.Segment) != 0 ? "gs:" : "";
  const disp = mir.disp.get(i);
  const scale: i32 = 1 << ((mode >> 4) & 3);
  switch (mode & 15) {
    case Mode.Base:
      return `${segment}[${operandText(mir, alloc, i, k)} + ${disp}]`;
    case Mode.BaseIndex:
      return `${segment}[${operandText(mir, alloc, i, k)} + ${operandText(mir, alloc, i, k + 1)}*${scale} + ${disp}]`;
    case Mode.Index:
      return `${segment}[${operandText(mir, alloc, i, k)}*${scale} + ${disp}]`;
    case Mode.Pool:
      return `[pool ${disp}]`;
    case Mode.Frame:
      return `[frame + ${disp}]`;
    case Mode.Incoming:
      return `[incoming + ${disp}]`;
    case Mode.Outgoing:
      return `[outgoing + ${disp}]`;
    case Mode.Local:
      return `[local + ${disp}]`;
  }
  return `[${disp}]`;
}

/** Immediate, target or symbol. */
function immediateText(mir: MirFunc, i: i32, op: i32): string {
  const imm = mir.imm.get(i);
  if (formOf(op) != Form.Pseudo) return rowImmBytes(encodingRow(op)) != 0 ? `${imm}` : "";
  switch (op) {
    case X64.MovImm:
      return `${imm}:${mir.immHi.get(i)}`;
    case X64.MovFunc:
    case X64.Call:
    case X64.TailCall:
      return `func ${imm}`;
    case X64.MovCodeBound:
      return imm == 0 ? "start" : "end";
    case X64.Trap:
      return `trap ${imm}`;
    case X64.TrapIf:
      return `trap ${mir.disp.get(i)}`;
    case X64.CheckSignature:
      return `type ${imm}`;
  }
  return "";
}

/** A virtual register with its constraint, or its location. */
function operandText(mir: MirFunc, alloc: Allocation | null, i: i32, k: i32): string {
  const at = mir.opStart.get(i) + k;
  const vreg = mir.operandVreg.get(at);
  const info = mir.operandInfo.get(at);
  const role = infoRole(info);
  const name = alloc != null ? registerName(alloc.location.get(at), mir.vregBytes.get(vreg) > 4) : `v${vreg}`;
  if (alloc != null) return role >= Role.Def ? `${name}:=` : name;
  let text = role == Role.UseLate ? `${name}'` : role == Role.DefEarly ? `${name}':=` : name;
  if (role == Role.Def) text += ":=";
  switch (infoConstraint(info)) {
    case Constraint.Any:
      return text + "?";
    case Constraint.Fixed:
      return text + registerName(infoFixed(info), true);
    case Constraint.Reuse:
      return text + `#${infoFixed(info)}`;
  }
  return text;
}

function padStart(text: string, width: i32): string {
  let padded = text;
  while (padded.length < width) padded = " " + padded;
  return padded;
}

function padEnd(text: string, width: i32): string {
  let padded = text;
  while (padded.length < width) padded += " ";
  return padded;
}
