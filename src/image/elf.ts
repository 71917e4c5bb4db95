// The structures of an ELF64 file, little-endian (System V ABI, chapters 4 and 5; AMD64 supplement): file header,
// program headers, section headers, symbols. Only bytes: what they say is decided in image.ts and symbols.ts.

import { U8Column } from "../base/columns";

export const ELF_HEADER_BYTES: i32 = 64;
export const PROGRAM_HEADER_BYTES: i32 = 56;
export const SECTION_HEADER_BYTES: i32 = 64;
export const SYMBOL_BYTES: i32 = 24;
export const PAGE_BYTES: i32 = 4096;

/** Types of program headers. */
export const enum SegmentType {
  Load = 1,
  /** PT_GNU_STACK: its flags are the protection of the process's stack. */
  Stack = 0x6474e551,
}

/** Protection bits of program headers. */
export const enum SegmentFlag {
  Execute = 1,
  Write = 2,
  Read = 4,
}

export const enum SectionType {
  Null = 0,
  ProgBits = 1,
  SymTab = 2,
  StrTab = 3,
  NoBits = 8,
}

export const enum SectionFlag {
  None = 0,
  Write = 1,
  Alloc = 2,
  Execute = 4,
}

export function push16(out: U8Column, value: i32): void {
  out.push(value & 0xff);
  out.push((value >> 8) & 0xff);
}

export function push64(out: U8Column, lo: i32, hi: i32): void {
  out.pushI32(lo);
  out.pushI32(hi);
}

/** Appends zeros up to a multiple of `align`. */
export function alignColumn(out: U8Column, align: i32): void {
  out.resize((out.length + align - 1) & -align);
}

/** The file header. `sectionHeaders` is their file offset, 0 if there are none; names are in the last one. */
export function writeElfHeader(out: U8Column, entry: i32, segments: i32, sectionHeaders: i32, sections: i32): void {
  out.pushI32(0x46_4c_45_7f);
  out.pushI32(0x00_01_01_02); // 64-bit, little-endian, version 1, System V
  push64(out, 0, 0);
  push16(out, 2); // ET_EXEC
  push16(out, 62); // EM_X86_64
  out.pushI32(1);
  push64(out, entry, 0);
  push64(out, ELF_HEADER_BYTES, 0);
  push64(out, sectionHeaders, 0);
  out.pushI32(0);
  push16(out, ELF_HEADER_BYTES);
  push16(out, PROGRAM_HEADER_BYTES);
  push16(out, segments);
  push16(out, SECTION_HEADER_BYTES);
  push16(out, sections);
  push16(out, sections == 0 ? 0 : sections - 1);
}

/** A program header; the address is 64-bit, the sizes are below 2 GiB. */
export function writeSegment(
  out: U8Column,
  type: i32,
  flags: i32,
  offset: i32,
  addressLo: i32,
  addressHi: i32,
  fileBytes: i32,
  memoryBytes: i32,
): void {
  out.pushI32(type);
  out.pushI32(flags);
  push64(out, offset, 0);
  push64(out, addressLo, addressHi);
  push64(out, addressLo, addressHi);
  push64(out, fileBytes, 0);
  push64(out, memoryBytes, 0);
  push64(out, type == SegmentType.Load ? PAGE_BYTES : 16, 0);
}

/** A section header; `link` and `info` are 0 but for the symbol table. */
export function writeSection(
  out: U8Column,
  name: i32,
  type: i32,
  flags: i32,
  address: i32,
  offset: i32,
  bytes: i32,
  link: i32,
  info: i32,
  align: i32,
  entryBytes: i32,
): void {
  out.pushI32(name);
  out.pushI32(type);
  push64(out, flags, 0);
  push64(out, address, 0);
  push64(out, offset, 0);
  push64(out, bytes, 0);
  out.pushI32(link);
  out.pushI32(info);
  push64(out, align, 0);
  push64(out, entryBytes, 0);
}

/** A function symbol in section `section`: global ones are unique, local ones need not be. */
export function writeFunctionSymbol(
  out: U8Column,
  name: i32,
  isGlobal: boolean,
  section: i32,
  address: i32,
  bytes: i32,
): void {
  out.pushI32(name);
  out.push((isGlobal ? 0x10 : 0) | 2); // STT_FUNC
  out.push(0);
  push16(out, section);
  push64(out, address, 0);
  push64(out, bytes, 0);
}
