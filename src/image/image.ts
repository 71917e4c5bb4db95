// Writes the executable: a static ELF file for fixed addresses (layout.ts), without relocations, in which the
// kernel finds everything: it maps, jumps to the entry, and that is all there is to loading.
//
//   file                      address
//   headers, information      CODE_BASE, read-only
//   the runtime's data        RUNTIME_START, read-write, zeros behind it up to runtimeEnd
//   data never written        dataStart, read-only
//   data                      dataWriteStart, read-write, zeros behind it up to dataEnd
//   code                      CODE_BASE + a page, read and execute
//   constants and tables      the page after the code, read-only
//   page runs of memories     in the memories, read-write
//   symbols                   not mapped
//
// Neighbouring parts share pages of the file: each has the same position in its page as in the file's page and a
// page of its own in memory, so nothing is padded, and a small program is a small file. No part is both writable
// and executable; nor is the stack.

import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { Info } from "../link/info";
import { CODE_BASE, DATA_BASE, HEADER_BYTES, INFO_BASE, RUNTIME_START } from "../link/layout";
import { LinkOptions } from "../link/options";
import { Program } from "../link/program";
import { Code, LINE } from "../x64/code";
import {
  alignColumn,
  ELF_HEADER_BYTES,
  PAGE_BYTES,
  PROGRAM_HEADER_BYTES,
  SegmentFlag,
  SegmentType,
  writeElfHeader,
  writeSegment,
} from "./elf";
import { MAX_RUNS, MemoryImage } from "./memory-image";
import { Places, relocateCode, relocateData } from "./relocate";
import { Rodata } from "./rodata";
import { Parts, sectionCount, writeSymbols } from "./symbols";
import { ltU32, shrU32 } from "host/prims";

/** Bytes of code that are not held twice. */
const LARGE_CODE: i32 = 0x10_0000;

/** Writes the program, whose code is emitted, to `out`; false, with a message, if it does not fit. */
export function writeExecutable(
  program: Program,
  code: Code,
  options: LinkOptions,
  diag: Diagnostic,
  out: U8Column,
): boolean {
  assert(ELF_HEADER_BYTES + (7 + MAX_RUNS) * PROGRAM_HEADER_BYTES <= INFO_BASE - CODE_BASE, "writeExecutable: headers");
  assert(INFO_BASE - CODE_BASE + Info.Bytes <= HEADER_BYTES, "writeExecutable: information block");
  if (code.entryOffset < 0) return diag.fail(-1, "internal error: the code has no entry");

  const parts = new Parts();
  placeParts(program, code, parts);
  const memory = new MemoryImage();
  if (!memory.build(program)) return diag.fail(-1, "the initial contents of memory are too large for a file");

  const places = new Places();
  places.code = parts.textAddress;
  const rodata = new Rodata(program, code, options, places, parts.rodataAddress);
  rodata.build(memory);
  parts.rodataBytes = rodata.bytes.length;
  if (rodata.hasUnknownCall) {
    return diag.fail(-1, `internal error: the sandbox does not know system call ${rodata.filter.unknown}`);
  }
  // Compared without overflow: the code alone may be almost as large as an i32.
  if (code.bytes.length >= DATA_BASE || rodata.bytes.length >= DATA_BASE - parts.rodataAddress) {
    return diag.fail(-1, "code and constants of the program need more than 154 MiB");
  }
  const missing = relocateCode(code, places);
  if (missing >= 0) return diag.fail(-1, `internal error: function ${missing} is referred to, but has no code`);
  if (relocateData(program, code, places) >= 0) return diag.fail(-1, "internal error: a table refers to no code");
  writeFile(program, code, options, parts, memory, rodata, out);
  return true;
}

/** Decides where the parts of known size lie, in the file and in memory. */
function placeParts(program: Program, code: Code, parts: Parts): void {
  parts.runtimeBytes = program.runtimeData.length;
  parts.relRoAddress = program.dataStart;
  parts.relRoOffset = HEADER_BYTES + parts.runtimeBytes;
  parts.relRoBytes = program.dataReadOnlyEnd - program.dataStart;
  parts.dataAddress = program.dataWriteStart;
  parts.dataOffset = parts.relRoOffset + ((parts.relRoBytes + 15) & -16);
  parts.dataBytes = computeDataBytes(program);
  parts.bssBytes = program.dataEnd - parts.dataAddress - parts.dataBytes;
  parts.textOffset = (parts.dataOffset + parts.dataBytes + LINE - 1) & -LINE;
  parts.textAddress = CODE_BASE + PAGE_BYTES + (parts.textOffset & (PAGE_BYTES - 1));
  parts.textBytes = code.bytes.length;
  parts.rodataOffset = (parts.textOffset + parts.textBytes + 15) & -16;
  const textEnd = (parts.textAddress + parts.textBytes + PAGE_BYTES - 1) & -PAGE_BYTES;
  parts.rodataAddress = textEnd + (parts.rodataOffset & (PAGE_BYTES - 1));
}

/** Bytes of the writable data up to the last that is not zero. */
function computeDataBytes(program: Program): i32 {
  const start = program.dataWriteStart - DATA_BASE;
  let end = program.data.length;
  while (end > start && program.data.get(end - 1) == 0) end--;
  // Whole words, since code addresses are still to be filled in.
  return end > start ? (end - start + 7) & -8 : 0;
}

function writeFile(
  program: Program,
  code: Code,
  options: LinkOptions,
  parts: Parts,
  memory: MemoryImage,
  rodata: Rodata,
  out: U8Column,
): void {
  out.clear();
  out.reserve(parts.rodataOffset + parts.rodataBytes);
  out.resize(HEADER_BYTES);
  out.append(program.runtimeData, 0, parts.runtimeBytes);
  copyData(program, parts.relRoAddress, parts.relRoBytes, out);
  out.resize(parts.dataOffset);
  copyData(program, parts.dataAddress, parts.dataBytes, out);
  out.resize(parts.textOffset);
  // From here on the code is only in the file.
  if (code.bytes.length >= LARGE_CODE) out.take(code.bytes);
  else out.append(code.bytes, 0, code.bytes.length);
  out.resize(parts.rodataOffset);
  out.append(rodata.bytes, 0, rodata.bytes.length);
  const runs = memory.runMemory.length;
  if (runs != 0) alignColumn(out, PAGE_BYTES);
  const runsOffset = out.length;
  for (let r: i32 = 0; r < runs; r++) memory.writeRun(r, out);
  const sections = options.strip ? 0 : writeSymbols(program, code, parts, out);

  const header = new U8Column();
  const segments = writeSegments(program, parts, memory, runsOffset, header);
  const start = new U8Column();
  const entry = parts.textAddress + code.entryOffset;
  writeElfHeader(start, entry, segments, sections, sections == 0 ? 0 : sectionCount());
  out.copyAt(0, start, 0, start.length);
  out.copyAt(start.length, header, 0, header.length);
  out.copyAt(INFO_BASE - CODE_BASE, rodata.info, 0, Info.Bytes);
}

/** Appends `bytes` bytes of the data area; those beyond its contents are zeros. */
function copyData(program: Program, address: i32, bytes: i32, out: U8Column): void {
  const start = address - DATA_BASE;
  let end = program.data.length;
  if (start + bytes < end) end = start + bytes;
  const at = out.length;
  if (end > start) out.append(program.data, start, end);
  out.resize(at + bytes);
}

/** Writes the program headers in ascending order of address, as the kernel wants them; returns their number. */
function writeSegments(program: Program, parts: Parts, memory: MemoryImage, runsOffset: i32, header: U8Column): i32 {
  const read: i32 = SegmentFlag.Read;
  const execute: i32 = SegmentFlag.Read | SegmentFlag.Execute;
  const write: i32 = SegmentFlag.Read | SegmentFlag.Write;
  const load: i32 = SegmentType.Load;
  const p = parts;
  writeSegment(header, load, read, 0, CODE_BASE, 0, HEADER_BYTES, HEADER_BYTES);
  writeSegment(header, load, execute, p.textOffset, p.textAddress, 0, p.textBytes, p.textBytes);
  writeSegment(header, load, read, p.rodataOffset, p.rodataAddress, 0, p.rodataBytes, p.rodataBytes);
  if (p.relRoBytes != 0) {
    writeSegment(header, load, read, p.relRoOffset, p.relRoAddress, 0, p.relRoBytes, p.relRoBytes);
  }
  const dataBytes = p.dataBytes + p.bssBytes;
  if (dataBytes > 0) {
    writeSegment(header, load, write, p.dataOffset, p.dataAddress, 0, p.dataBytes, dataBytes);
  }
  writeSegment(header, load, write, HEADER_BYTES, RUNTIME_START, 0, p.runtimeBytes, program.runtimeEnd - RUNTIME_START);
  let offset = runsOffset;
  for (let r: i32 = 0; r < memory.runMemory.length; r++) {
    const m = memory.runMemory.get(r);
    const bytes = memory.runPages.get(r) * PAGE_BYTES;
    const base = program.memoryBaseLo.get(m);
    const lo = (base + (memory.runPage.get(r) << 12)) | 0;
    const hi = program.memoryBaseHi.get(m) + shrU32(memory.runPage.get(r), 20) + (ltU32(lo, base) ? 1 : 0);
    writeSegment(header, load, write, offset, lo, hi, bytes, bytes);
    offset += bytes;
  }
  writeSegment(header, SegmentType.Stack, write, 0, 0, 0, 0, 0);
  return (header.length / PROGRAM_HEADER_BYTES) | 0;
}
