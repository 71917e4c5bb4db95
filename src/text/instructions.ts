// One plain instruction to bytes: its opcode, then its immediates by their kind (specification 6.5 and the opcode
// table).

import { U8Column } from "../base/columns";
import { Char } from "../base/chars";
import { Imm } from "../wasm/opcode-table";
import { Opcode, opcodeAlign, opcodeImm, Prefix, PrefixBase } from "../wasm/opcodes";
import { pushS32, pushS64, pushU32, pushU64 } from "../wasm/writer";
import { takeHint } from "./annotations";
import { takeFloat, takeInteger } from "./constants";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { resolveTypeUse, takeTypeUse } from "./signatures";
import { TokenKind } from "./tokens";
import { takeFieldIndex } from "./type-definitions";
import { logarithm, pushHeapType, takeHeapType, takeRefType, takeValueType } from "./types";
import { takeShuffle, takeVectorConst } from "./vectors";

/** Appends an opcode: a byte, or a prefix and a number. */
export function pushOpcode(out: U8Column, op: i32): void {
  if (op < PrefixBase.Misc) {
    out.push(op);
  } else if (op >= PrefixBase.Vector) {
    out.push(Prefix.Vector);
    pushU32(out, op - PrefixBase.Vector);
  } else if (op >= PrefixBase.Atomic) {
    out.push(Prefix.Atomic);
    pushU32(out, op - PrefixBase.Atomic);
  } else if (op >= PrefixBase.Gc) {
    out.push(Prefix.Gc);
    pushU32(out, op - PrefixBase.Gc);
  } else {
    out.push(Prefix.Misc);
    pushU32(out, op - PrefixBase.Misc);
  }
}

/** Notes the place of the instruction that comes next, whose keyword is token `at`, and its hint. */
export function beginInstruction(m: TextModule, at: i32): void {
  if (m.notes.count != 0 && m.out == m.body) takeHint(m, m.tokens.kind(at - 1) == TokenKind.Open ? at - 1 : at);
  m.out.mark(m.startOf(at));
}

/** Writes instruction `op`, whose keyword is token `at` and whose immediates are next. */
export function writeInstruction(m: TextModule, op: i32, at: i32): void {
  const out = m.out.bytes;
  beginInstruction(m, at);
  switch (opcodeImm(op)) {
    case Imm.None:
      if (op == Opcode.Select) writeSelect(m);
      else pushOpcode(out, op);
      return;
    case Imm.HeapType:
      writeTyped(m, op);
      return;
  }
  pushOpcode(out, op);
  writeImmediates(m, op, out);
}

function writeImmediates(m: TextModule, op: i32, out: U8Column): void {
  switch (opcodeImm(op)) {
    case Imm.Local:
      pushU32(out, m.takeIndex(m.locals));
      return;
    case Imm.I32:
      if (takeInteger(m, 32)) pushS32(out, m.numbers.lo);
      return;
    case Imm.MemArg:
      takeMemArg(m, op, out);
      return;
    case Imm.Label:
      pushU32(out, takeLabel(m));
      return;
    case Imm.Func:
      pushU32(out, m.takeIndex(m.funcs));
      return;
    case Imm.Global:
      pushU32(out, m.takeIndex(m.globals));
      return;
    case Imm.I64:
      if (takeInteger(m, 64)) pushS64(out, m.numbers.lo, m.numbers.hi);
      return;
    case Imm.F32:
    case Imm.F64:
      takeFloat(m, opcodeImm(op) == Imm.F64, out);
      return;
    case Imm.LabelTable:
      takeLabels(m, out);
      return;
    case Imm.CallIndirect:
      takeCallIndirect(m, out);
      return;
    case Imm.Table:
      pushU32(out, m.takeOptionalIndex(m.tables));
      return;
    case Imm.Memory:
      pushU32(out, m.takeOptionalIndex(m.memories));
      return;
    case Imm.V128:
      takeVectorConst(m, out);
      return;
    case Imm.Shuffle:
      takeShuffle(m, out);
      return;
    case Imm.Lane:
      takeLane(m, out);
      return;
    case Imm.MemLane:
      takeMemArg(m, op, out);
      takeLane(m, out);
      return;
    case Imm.ZeroByte:
      out.push(0);
      return;
  }
  writeSegmentOperands(m, op, out);
}

/** Code that names a data segment is read before the segments, so their number must be known. */
function needDataCount(m: TextModule): void {
  if (m.out == m.body) m.needsDataCount = true;
}

/** Immediates that name segments, tables and memories. */
function writeSegmentOperands(m: TextModule, op: i32, out: U8Column): void {
  switch (opcodeImm(op)) {
    case Imm.Data:
      needDataCount(m);
      pushU32(out, m.takeIndex(m.datas));
      return;
    case Imm.Elem:
      pushU32(out, m.takeIndex(m.elems));
      return;
    case Imm.DataMemory: {
      needDataCount(m);
      const memory = hasTwoIndices(m) ? m.takeIndex(m.memories) : 0;
      pushU32(out, m.takeIndex(m.datas));
      pushU32(out, memory);
      return;
    }
    case Imm.ElemTable: {
      const table = hasTwoIndices(m) ? m.takeIndex(m.tables) : 0;
      pushU32(out, m.takeIndex(m.elems));
      pushU32(out, table);
      return;
    }
    case Imm.MemoryPair:
    case Imm.TablePair: {
      const names = opcodeImm(op) == Imm.MemoryPair ? m.memories : m.tables;
      const isGiven = m.isIndex();
      pushU32(out, isGiven ? m.takeIndex(names) : 0);
      pushU32(out, isGiven ? m.takeIndex(names) : 0);
      return;
    }
  }
  writeTypeOperands(m, op, out);
}

/** Immediates that name types, and tags. */
function writeTypeOperands(m: TextModule, op: i32, out: U8Column): void {
  const imm = opcodeImm(op);
  if (imm == Imm.Tag) {
    pushU32(out, m.takeIndex(m.tags));
    return;
  }
  if (imm == Imm.BranchCast) {
    takeBranchCast(m, out);
    return;
  }
  const type = m.takeIndex(m.types);
  pushU32(out, type);
  switch (imm) {
    case Imm.Type:
      return;
    case Imm.TypePair:
      pushU32(out, m.takeIndex(m.types));
      return;
    case Imm.TypeCount:
      pushU32(out, m.takeU32("the number of elements"));
      return;
    case Imm.Field:
      pushU32(out, takeFieldIndex(m, type));
      return;
    case Imm.TypeData:
      needDataCount(m);
      pushU32(out, m.takeIndex(m.datas));
      return;
    case Imm.TypeElem:
      pushU32(out, m.takeIndex(m.elems));
      return;
  }
  assert(false, "writeTypeOperands: kind of immediates");
}

/** Whether an index is next and another one behind it. */
function hasTwoIndices(m: TextModule): boolean {
  if (!m.isIndex()) return false;
  const second = m.tokens.kind(m.at + 1);
  return second == TokenKind.Number || second == TokenKind.Id;
}

/** A label, by number or by name: how many lie inside it. */
export function takeLabel(m: TextModule): i32 {
  if (m.kind != TokenKind.Id) return m.takeU32("a label");
  const at = m.at;
  const word = m.takeOptionalId();
  const depth = m.labels.depthOf(word);
  if (depth < 0) m.fail(at, `unknown label ${m.wordText(word)}`);
  return depth;
}

/** Labels of br_table, at least one: the last is the default. */
function takeLabels(m: TextModule, out: U8Column): void {
  const list = m.list;
  list.clear();
  let count: i32 = 0;
  while (m.isIndex() || count == 0) {
    pushU32(list, takeLabel(m));
    if (m.failed) return;
    count++;
  }
  pushU32(out, count - 1);
  out.append(list, 0, list.length);
}

function takeCallIndirect(m: TextModule, out: U8Column): void {
  const table = m.takeOptionalIndex(m.tables);
  const at = m.at;
  takeTypeUse(m, false, false);
  pushU32(out, resolveTypeUse(m, at));
  pushU32(out, table);
}

/** select, with types if there are any. */
function writeSelect(m: TextModule): void {
  const out = m.out.bytes;
  if (!m.isOpen(Keyword.Result)) {
    out.push(Opcode.Select);
    return;
  }
  const types = m.list;
  types.clear();
  let count: i32 = 0;
  while (m.takeOpen(Keyword.Result)) {
    while (!m.isClose() && !m.failed) {
      takeValueType(m, types);
      count++;
    }
    m.takeClose("the end of the result");
  }
  out.push(Opcode.SelectTyped);
  pushU32(out, count);
  out.append(types, 0, types.length);
}

/** ref.null, and the tests and casts, whose opcode says whether their type is nullable. */
function writeTyped(m: TextModule, op: i32): void {
  const out = m.out.bytes;
  if (op == Opcode.RefNull) {
    out.push(op);
    takeHeapType(m);
  } else {
    takeRefType(m);
    // The nullable form has the next number.
    pushOpcode(out, m.refNullable ? op + 1 : op);
  }
  pushHeapType(m, out);
}

/** Label and two reference types; flags say which of them are nullable. */
function takeBranchCast(m: TextModule, out: U8Column): void {
  const list = m.list;
  list.clear();
  pushU32(list, takeLabel(m));
  takeRefType(m);
  pushHeapType(m, list);
  const flags: i32 = m.refNullable ? 1 : 0;
  takeRefType(m);
  pushHeapType(m, list);
  out.push(m.refNullable ? flags | 2 : flags);
  out.append(list, 0, list.length);
}

/** A lane's number. */
function takeLane(m: TextModule, out: U8Column): void {
  if (m.takeUnsigned(8, "the number of a lane")) out.push(m.numbers.lo);
}

/** Alignment, memory and offset of an access. */
function takeMemArg(m: TextModule, op: i32, out: U8Column): void {
  const memory = hasMemory(m, op) ? m.takeIndex(m.memories) : 0;
  let lo: i32 = 0;
  let hi: i32 = 0;
  if (hasPrefix(m, Char.o, "offset=")) {
    if (!takeAttribute(m, 7, 64)) return;
    lo = m.numbers.lo;
    hi = m.numbers.hi;
  }
  let align = opcodeAlign(op);
  if (hasPrefix(m, Char.a, "align=")) {
    const at = m.at;
    if (!takeAttribute(m, 6, 32)) return;
    align = logarithm(m.numbers.lo);
    if (align < 0) {
      m.fail(at, "alignment must be a power of two");
      return;
    }
  }
  pushU32(out, memory != 0 ? align | 0x40 : align);
  if (memory != 0) pushU32(out, memory);
  pushU64(out, lo, hi);
}

/** Whether an index is next that names a memory; the number of a lane can stand there too, if it is the only one. */
function hasMemory(m: TextModule, op: i32): boolean {
  if (m.kind == TokenKind.Id) return true;
  if (m.kind != TokenKind.Number) return false;
  if (opcodeImm(op) != Imm.MemLane) return true;
  const next = m.at + 1;
  if (m.tokens.kind(next) == TokenKind.Number) return true;
  return hasPrefixAt(m, next, Char.o, "offset=") || hasPrefixAt(m, next, Char.a, "align=");
}

function hasPrefix(m: TextModule, first: i32, prefix: string): boolean {
  return hasPrefixAt(m, m.at, first, prefix);
}

/** Whether a token is a word that begins with `prefix`, whose first character is `first`. */
function hasPrefixAt(m: TextModule, at: i32, first: i32, prefix: string): boolean {
  if (m.tokens.kind(at) != TokenKind.Keyword) return false;
  const start = m.startOf(at);
  if (m.text.get(start) != first || m.endOf(at) - start < prefix.length) return false;
  for (let i: i32 = 1; i < prefix.length; i++) {
    if (m.text.get(start + i) != prefix.charCodeAt(i)) return false;
  }
  return true;
}

/** The number behind a prefix of `length` characters, in one token with it. */
function takeAttribute(m: TextModule, length: i32, bits: i32): boolean {
  const at = m.at;
  if (!m.numbers.readUnsigned(m.text, m.startOf(at) + length, m.endOf(at), bits)) {
    if (m.numbers.isOutOfRange) return m.fail(at, `i${bits} constant out of range: ${m.tokenText(at)}`);
    return m.unexpected("a number behind the equals sign");
  }
  m.at = at + 1;
  return true;
}
