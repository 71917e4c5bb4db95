// Tables and memories, and the segments that fill them (specification 6.6.4, 6.6.5, 6.6.10, 6.6.11).

import { U8Column } from "../base/columns";
import { DataForm, ElemFlag, PAGE_LOG2, TABLE_WITH_INIT, TypeCode } from "../wasm/format";
import { ExternKind } from "../wasm/module";
import { Opcode } from "../wasm/opcodes";
import { pushU32 } from "../wasm/writer";
import { isNumberList, takeDataItems } from "./data-items";
import { takeExpression, takeFolded } from "./expression";
import { takeExports, takeInlineImport } from "./externals";
import { Keyword } from "./keywords";
import { TextModule } from "./module";
import { TokenKind } from "./tokens";
import { pushExactLimits, pushRefType, takeAddressType, takeLimits, takePageSize, takeRefType } from "./types";

/** Takes `(table …)` behind its keyword. */
export function takeTable(m: TextModule): void {
  const section = m.tableSection;
  const open = m.at - 2;
  const table = m.nextTable;
  m.skipName();
  takeExports(m, ExternKind.Table, table);
  if (takeInlineImport(m, ExternKind.Table)) return;
  m.nextTable = table + 1;
  section.mark(m.startOf(open));
  section.count++;
  const start = m.at;
  const is64 = takeAddressType(m);
  if (!m.isNumber()) {
    takeFilledTable(m, table, is64);
    return;
  }
  m.at = start;
  const limits = m.list;
  limits.clear();
  takeLimits(m, limits, false);
  takeRefType(m);
  const hasInit = !m.isClose();
  if (hasInit) {
    section.bytes.push(TABLE_WITH_INIT);
    section.bytes.push(0);
  }
  pushRefType(m, section.bytes);
  section.bytes.append(limits, 0, limits.length);
  if (hasInit) {
    m.out = section;
    takeExpression(m);
    section.bytes.push(Opcode.End);
  }
  m.takeClose("the end of the table");
}

/** Type and `(elem …)`: a table with its entries, which become a segment. */
function takeFilledTable(m: TextModule, table: i32, is64: boolean): void {
  takeRefType(m);
  const type = m.params;
  type.clear();
  pushRefType(m, type);
  const out = m.elemSection;
  out.mark(m.textAt);
  if (!m.takeOpen(Keyword.Elem)) {
    m.unexpected("the size of the table, or its elements");
    return;
  }
  const isExpressions = m.kind == TokenKind.Open;
  const count = takeEntries(m, isExpressions);
  m.takeClose("an element");
  m.takeClose("the end of the table");
  m.tableSection.bytes.append(type, 0, type.length);
  pushExactLimits(m.tableSection.bytes, is64, count, -1);
  out.count++;
  out.bytes.push(isExpressions ? ElemFlag.Explicit | ElemFlag.Expressions : ElemFlag.Explicit);
  pushU32(out.bytes, table);
  pushZeroOffset(out.bytes, is64);
  if (isExpressions) out.bytes.append(type, 0, type.length);
  else out.bytes.push(0);
  pushU32(out.bytes, count);
  out.append(m.items);
}

function pushZeroOffset(out: U8Column, is64: boolean): void {
  out.push(is64 ? Opcode.I64Const : Opcode.I32Const);
  out.push(0);
  out.push(Opcode.End);
}

/** Takes entries up to a closing parenthesis into `items`: functions, or expressions; how many there are. */
function takeEntries(m: TextModule, isExpressions: boolean): i32 {
  const items = m.items;
  items.clear();
  m.out = items;
  let count: i32 = 0;
  while (!m.isClose() && !m.failed) {
    items.mark(m.textAt);
    if (!isExpressions) {
      pushU32(items.bytes, m.takeIndex(m.funcs));
    } else {
      takeWrapped(m, Keyword.Item);
      items.bytes.push(Opcode.End);
    }
    count++;
  }
  return count;
}

/** An expression in parentheses with a keyword in front, or one folded instruction without. */
function takeWrapped(m: TextModule, keyword: i32): void {
  if (!m.takeOpen(keyword)) {
    takeFolded(m);
    return;
  }
  takeExpression(m);
  m.takeClose("an instruction");
}

/** Takes `(elem …)` behind its keyword. */
export function takeElem(m: TextModule): void {
  const out = m.elemSection;
  out.mark(m.startOf(m.at - 2));
  out.count++;
  m.skipName();
  if (m.takeKeyword(Keyword.Declare)) {
    takeElemList(m, ElemFlag.Passive | ElemFlag.Explicit, 0, false);
  } else if (m.isOpen(Keyword.Table) || m.isNumber() || (m.kind == TokenKind.Open && !m.isOpen(Keyword.Ref))) {
    takeActiveElem(m);
  } else {
    takeElemList(m, ElemFlag.Passive, 0, false);
  }
  m.takeClose("an element");
}

function takeActiveElem(m: TextModule): void {
  let table: i32 = 0;
  let flags: i32 = 0;
  if (m.takeOpen(Keyword.Table)) {
    table = m.takeIndex(m.tables);
    m.takeClose("the end of the table use");
    flags = ElemFlag.Explicit;
  } else if (m.isNumber()) {
    table = m.takeIndex(m.tables);
    flags = ElemFlag.Explicit;
  }
  const offset = m.items;
  offset.clear();
  m.out = offset;
  takeWrapped(m, Keyword.Offset);
  offset.bytes.push(Opcode.End);
  takeElemList(m, flags, table, true);
}

/** The entries with their type, behind what `items` holds, the offset of an active segment. */
function takeElemList(m: TextModule, mode: i32, table: i32, isActive: boolean): void {
  const out = m.elemSection;
  const type = m.params;
  type.clear();
  let flags = mode;
  // Without a table use, `func` may be left out in front of functions.
  const isBare = isActive && mode == 0 && (m.isIndex() || m.isClose());
  if (!isBare && !m.takeKeyword(Keyword.Func)) {
    takeRefType(m);
    pushRefType(m, type);
    flags = flags | ElemFlag.Expressions;
    if (isActive && !(type.length == 1 && type.get(0) == TypeCode.Func)) flags = flags | ElemFlag.Explicit;
  }
  if (m.failed) return;
  out.bytes.push(flags);
  if (isActive) {
    if ((flags & ElemFlag.Explicit) != 0) pushU32(out.bytes, table);
    out.append(m.items);
  }
  if (!isActive || (flags & ElemFlag.Explicit) != 0) {
    if (type.length == 0) out.bytes.push(0);
    else out.bytes.append(type, 0, type.length);
  }
  const count = takeEntries(m, (flags & ElemFlag.Expressions) != 0);
  pushU32(out.bytes, count);
  out.append(m.items);
}

/** Takes `(memory …)` behind its keyword. */
export function takeMemory(m: TextModule): void {
  const section = m.memorySection;
  const open = m.at - 2;
  const memory = m.nextMemory;
  m.skipName();
  takeExports(m, ExternKind.Memory, memory);
  if (takeInlineImport(m, ExternKind.Memory)) return;
  m.nextMemory = memory + 1;
  section.mark(m.startOf(open));
  section.count++;
  const start = m.at;
  const is64 = takeAddressType(m);
  const pageLog2 = takePageSize(m);
  if (m.isOpen(Keyword.Data)) {
    takeFilledMemory(m, memory, is64, pageLog2);
    return;
  }
  m.at = start;
  if (!m.failed) takeLimits(m, section.bytes, true);
  m.takeClose("the end of the memory");
}

/** `(data …)`: a memory with its content, which becomes a segment. */
function takeFilledMemory(m: TextModule, memory: i32, is64: boolean, pageLog2: i32): void {
  const out = m.dataSection;
  out.mark(m.textAt);
  out.count++;
  m.at += 2;
  const data = m.list;
  data.clear();
  takeDataItems(m, data);
  m.takeClose("the end of the memory");
  const log2 = pageLog2 < 0 ? PAGE_LOG2 : pageLog2;
  const partial: i32 = (data.length & ((1 << log2) - 1)) != 0 ? 1 : 0;
  pushExactLimits(m.memorySection.bytes, is64, (data.length >> log2) + partial, pageLog2);
  pushDataMode(out.bytes, memory);
  pushZeroOffset(out.bytes, is64);
  pushU32(out.bytes, data.length);
  out.bytes.append(data, 0, data.length);
}

function pushDataMode(out: U8Column, memory: i32): void {
  out.push(memory == 0 ? DataForm.Active : DataForm.Explicit);
  if (memory != 0) pushU32(out, memory);
}

/** Takes `(data …)` behind its keyword. */
export function takeData(m: TextModule): void {
  const out = m.dataSection;
  out.mark(m.startOf(m.at - 2));
  out.count++;
  m.skipName();
  const hasMemory = m.takeOpen(Keyword.Memory);
  if (hasMemory || m.isNumber() || (m.kind == TokenKind.Open && !isNumberList(m))) {
    let memory: i32 = 0;
    if (hasMemory || m.isNumber()) memory = m.takeIndex(m.memories);
    if (hasMemory) m.takeClose("the end of the memory use");
    pushDataMode(out.bytes, memory);
    m.out = out;
    takeWrapped(m, Keyword.Offset);
    out.bytes.push(Opcode.End);
  } else {
    out.bytes.push(DataForm.Passive);
  }
  const data = m.list;
  data.clear();
  takeDataItems(m, data);
  pushU32(out.bytes, data.length);
  out.bytes.append(data, 0, data.length);
}
