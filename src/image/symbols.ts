// The symbol table and the section headers: for debuggers, profilers and disassemblers only, nothing of the
// executable itself depends on them (--strip leaves them out).

import { U8Column } from "../base/columns";
import { pushText } from "../base/text";
import { HEADER_BYTES, RUNTIME_START } from "../link/layout";
import { Program } from "../link/program";
import { Code } from "../x64/code";
import { alignColumn, SectionFlag, SectionType, SYMBOL_BYTES, writeFunctionSymbol, writeSection } from "./elf";
import { SymbolNames } from "./names";

/** Sections in the order of their headers; the names stand in the string table in the same order. */
const enum Section {
  Null = 0,
  Text = 1,
  Rodata = 2,
  RelRo = 3,
  Data = 4,
  Bss = 5,
  Runtime = 6,
  SymTab = 7,
  StrTab = 8,
  Count = 9,
}

/** What symbols.ts needs to know of the file's parts: address, file offset, bytes in the file. */
export class Parts {
  textAddress: i32 = 0;
  textOffset: i32 = 0;
  textBytes: i32 = 0;
  rodataAddress: i32 = 0;
  rodataOffset: i32 = 0;
  rodataBytes: i32 = 0;
  /** The runtime's data, behind the headers. */
  runtimeBytes: i32 = 0;
  /** Data that is never written. */
  relRoAddress: i32 = 0;
  relRoOffset: i32 = 0;
  relRoBytes: i32 = 0;
  dataAddress: i32 = 0;
  dataOffset: i32 = 0;
  dataBytes: i32 = 0;
  /** Bytes of the data area behind those of the file. */
  bssBytes: i32 = 0;
}

/** Appends symbol table, string table and section headers; returns the offset of the headers. */
export function writeSymbols(program: Program, code: Code, parts: Parts, out: U8Column): i32 {
  const strings = new U8Column();
  const nameAt: Array<i32> = [];
  for (let i: i32 = 0; i < Section.Count; i++) {
    nameAt.push(strings.length);
    pushText(strings, sectionName(i));
  }
  alignColumn(out, 8);
  const symbols = out.length;
  out.resize(symbols + SYMBOL_BYTES);
  writeStub(code.entryOffset, "_start", parts, strings, out);
  writeStub(code.signalOffset, "wx.signal", parts, strings, out);
  writeStub(code.restorerOffset, "wx.sigreturn", parts, strings, out);
  const names = new SymbolNames(program);
  for (let i: i32 = 0; i < program.order.length; i++) {
    const f = program.order.get(i);
    const start = code.funcStart.get(f);
    writeFunctionSymbol(
      out,
      strings.length,
      false,
      Section.Text,
      parts.textAddress + start,
      code.funcEnd.get(f) - start,
    );
    names.push(f, strings);
  }
  const symbolBytes = out.length - symbols;
  const stringsAt = out.length;
  out.append(strings, 0, strings.length);
  alignColumn(out, 8);
  const headers = out.length;
  writeHeaders(out, parts, nameAt, symbols, symbolBytes, stringsAt, strings.length);
  return headers;
}

/** Number of section headers that writeSymbols writes. */
export function sectionCount(): i32 {
  return Section.Count;
}

function sectionName(section: i32): string {
  switch (section) {
    case Section.Text:
      return ".text";
    case Section.Rodata:
      return ".rodata";
    case Section.RelRo:
      return ".data.rel.ro";
    case Section.Data:
      return ".data";
    case Section.Bss:
      return ".bss";
    case Section.Runtime:
      return ".data.wx";
    case Section.SymTab:
      return ".symtab";
    case Section.StrTab:
      return ".strtab";
  }
  return "";
}

function writeStub(offset: i32, name: string, parts: Parts, strings: U8Column, out: U8Column): void {
  if (offset < 0) return;
  writeFunctionSymbol(out, strings.length, false, Section.Text, parts.textAddress + offset, 0);
  pushText(strings, name);
}

function writeHeaders(
  out: U8Column,
  parts: Parts,
  nameAt: Array<i32>,
  symbols: i32,
  symbolBytes: i32,
  stringsAt: i32,
  stringBytes: i32,
): void {
  const readOnly = SectionFlag.Alloc;
  const writable = SectionFlag.Alloc | SectionFlag.Write;
  const bits = SectionType.ProgBits;
  const p = parts;
  writeSection(out, nameAt[Section.Null], SectionType.Null, 0, 0, 0, 0, 0, 0, 0, 0);
  const executable = SectionFlag.Alloc | SectionFlag.Execute;
  writeSection(out, nameAt[Section.Text], bits, executable, p.textAddress, p.textOffset, p.textBytes, 0, 0, 16, 0);
  writeSection(
    out,
    nameAt[Section.Rodata],
    bits,
    readOnly,
    p.rodataAddress,
    p.rodataOffset,
    p.rodataBytes,
    0,
    0,
    16,
    0,
  );
  writeSection(out, nameAt[Section.RelRo], bits, readOnly, p.relRoAddress, p.relRoOffset, p.relRoBytes, 0, 0, 16, 0);
  writeSection(out, nameAt[Section.Data], bits, writable, p.dataAddress, p.dataOffset, p.dataBytes, 0, 0, 16, 0);
  const bss = p.dataAddress + p.dataBytes;
  const end = p.dataOffset + p.dataBytes;
  writeSection(out, nameAt[Section.Bss], SectionType.NoBits, writable, bss, end, p.bssBytes, 0, 0, 1, 0);
  const runtime = nameAt[Section.Runtime];
  writeSection(out, runtime, bits, writable, RUNTIME_START, HEADER_BYTES, p.runtimeBytes, 0, 0, 16, 0);
  const table = SectionType.SymTab;
  // All symbols are local: the index of the first that is not is their number.
  const count = (symbolBytes / SYMBOL_BYTES) | 0;
  const strTab: i32 = Section.StrTab;
  writeSection(out, nameAt[Section.SymTab], table, 0, 0, symbols, symbolBytes, strTab, count, 8, SYMBOL_BYTES);
  writeSection(out, nameAt[Section.StrTab], SectionType.StrTab, 0, 0, stringsAt, stringBytes, 0, 0, 1, 0);
}
