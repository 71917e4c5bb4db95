// An executable of wx as data for `wx inspect`, read from its headers and its information block (link/info.ts). The
// file may be cut off or made up: every read is checked, and what lies outside the file is nothing.

import { I32Column, U8Column } from "../base/columns";
import { JsonValue } from "../base/json";
import { addMember, jsonArray, jsonBool, jsonNumber, jsonObject, jsonString } from "../base/json-print";
import { byteString } from "../base/text";
import { unsignedText } from "../base/wide-text";
import { CallRow } from "../link/calls";
import { allowedCallTexts } from "../link/filter";
import { GrantRow, Info, INFO_MAGIC, InfoFlag, ListenerRow, MemoryRow, Sandbox } from "../link/info";
import { INFO_BASE, MemoryCell } from "../link/layout";
import { shrU32 } from "host/prims";

const ELF_MAGIC: i32 = 0x464c457f;
/** Fields of the file header and of a program header (System V ABI, chapters 4 and 5). */
const enum Elf {
  ProgramHeaders = 32,
  SectionHeaders = 40,
  ProgramHeaderCount = 56,
  FileHeaderBytes = 64,
}
const enum Segment {
  Flags = 4,
  Offset = 8,
  Address = 16,
  FileBytes = 32,
  Bytes = 56,
}
const LOAD: i32 = 1;
/** Texts and rows of which there are more are not believed. */
const MOST: i32 = 1_000_000;
/** Words of the largest filter that the kernel takes. */
const LARGEST_FILTER: i32 = 8192;

/** Whether the file begins as an ELF file does. */
export function isExecutable(bytes: U8Column): boolean {
  return bytes.length >= 4 && bytes.getI32(0) == ELF_MAGIC;
}

/** Reads by address what the file's segments put there. */
class ImageReader {
  private bytes: U8Column;

  constructor(bytes: U8Column) {
    this.bytes = bytes;
  }

  /** The word at a position of the file, 0 outside. */
  word(at: i32): i32 {
    return at >= 0 && at <= this.bytes.length - 4 ? this.bytes.getI32(at) : 0;
  }

  get segmentCount(): i32 {
    return this.word(Elf.ProgramHeaderCount) & 0xffff;
  }

  /** The word at `field` of segment `i`. */
  segment(i: i32, field: i32): i32 {
    return this.word(this.word(Elf.ProgramHeaders) + i * Segment.Bytes + field);
  }

  /** Position in the file of an address below 4 GiB; -1 if no segment has it. */
  private find(address: i32): i32 {
    for (let i: i32 = 0; i < this.segmentCount; i++) {
      if (this.segment(i, 0) != LOAD || this.segment(i, Segment.Address + 4) != 0) continue;
      const offset = (address - this.segment(i, Segment.Address)) | 0;
      if (offset >= 0 && offset < this.segment(i, Segment.FileBytes)) return this.segment(i, Segment.Offset) + offset;
    }
    return -1;
  }

  wordAt(address: i32): i32 {
    return this.word(this.find(address));
  }

  /** Where the last text ended. */
  after: i32 = 0;

  /** The NUL-ended text at an address. */
  textAt(address: i32): string {
    const start = this.find(address);
    let end = start;
    while (end >= 0 && end < this.bytes.length && this.bytes.get(end) != 0) end++;
    this.after = address + (end - start) + 1;
    return byteString(this.bytes, start, end);
  }

  /** Bytes that segments of exactly these flags have in the file. */
  bytesWith(flags: i32, aboveHeader: boolean): i32 {
    let total: i32 = 0;
    for (let i: i32 = 0; i < this.segmentCount; i++) {
      if (this.segment(i, 0) != LOAD || this.segment(i, Segment.Flags) != flags) continue;
      if (aboveHeader && this.segment(i, Segment.Offset) == 0) continue;
      total = total + this.segment(i, Segment.FileBytes);
    }
    return total;
  }
}

/** Describes an executable; null if wx did not write it. */
export function describeExecutable(bytes: U8Column): JsonValue | null {
  const image = new ImageReader(bytes);
  if (image.wordAt(INFO_BASE + Info.Magic) != INFO_MAGIC) return null;
  const flags = image.wordAt(INFO_BASE + Info.Flags);
  const value = jsonObject();
  addMember(value, "kind", jsonString("executable"));
  addMember(value, "module", jsonString(image.textAt(image.wordAt(INFO_BASE + Info.ModuleName))));
  addMember(value, "madeBy", jsonString(image.textAt(image.wordAt(INFO_BASE + Info.Maker))));
  addMember(value, "system", jsonString("Linux, x86-64"));
  addMember(value, "bytes", jsonNumber(bytes.length));
  addMember(value, "codeBytes", jsonNumber(image.bytesWith(5, false)));
  addMember(value, "constantBytes", jsonNumber(image.bytesWith(4, true)));
  addMember(value, "dataBytes", jsonNumber(image.bytesWith(6, false)));
  addMember(value, "functions", jsonNumber(image.wordAt(INFO_BASE + Info.FunctionCount)));
  addMember(value, "symbols", jsonBool(image.word(Elf.SectionHeaders) != 0));
  const calls = describeCalls(image);
  if (calls.items.length != 0) addMember(value, "callableExports", calls);
  addMember(value, "imports", texts(image, Info.ImportTable, Info.ImportCount));
  addMember(value, "directories", describeGrants(image));
  addMember(value, "environment", texts(image, Info.Environment, Info.EnvironmentCount));
  addMember(value, "wholeEnvironment", jsonBool((flags & InfoFlag.InheritEnvironment) != 0));
  addMember(value, "trusted", jsonBool((flags & InfoFlag.Trusted) != 0));
  const listeners = describeListeners(image);
  if (listeners.items.length != 0) addMember(value, "listensOn", listeners);
  addMember(value, "sandbox", jsonString(sandboxText(image.wordAt(INFO_BASE + Info.Sandbox))));
  if (image.wordAt(INFO_BASE + Info.Filter) != 0) addMember(value, "systemCalls", describeFilter(image));
  const argv0 = image.wordAt(INFO_BASE + Info.Argv0);
  if (argv0 != 0) addMember(value, "ownName", jsonString(image.textAt(argv0)));
  addMember(value, "descriptors", jsonNumber(image.wordAt(INFO_BASE + Info.MaxFds)));
  const seconds = image.wordAt(INFO_BASE + Info.TimeoutSeconds);
  const micros = image.wordAt(INFO_BASE + Info.TimeoutMicroseconds);
  if (seconds != 0 || micros != 0) addMember(value, "seconds", jsonString(secondsText(seconds, micros)));
  addMember(value, "stackBytes", jsonNumber(image.wordAt(INFO_BASE + Info.StackSize)));
  addMember(value, "memories", describeMemories(image));
  return value;
}

/** NUL-ended texts that the information block names. */
function texts(image: ImageReader, table: i32, count: i32): JsonValue {
  const list = jsonArray();
  const most = image.wordAt(INFO_BASE + count);
  let at = image.wordAt(INFO_BASE + table);
  for (let i: i32 = 0; i < most && i < MOST; i++) {
    list.items.push(jsonString(image.textAt(at)));
    at = image.after;
  }
  return list;
}

function describeCalls(image: ImageReader): JsonValue {
  const list = jsonArray();
  const count = image.wordAt(INFO_BASE + Info.CallCount);
  const preset = image.wordAt(INFO_BASE + Info.DefaultCall) - 1;
  let at = image.wordAt(INFO_BASE + Info.CallTable);
  for (let i: i32 = 0; i < count && i < MOST; i++) {
    const name = image.textAt(at);
    const params = image.textAt(image.after);
    const row = new CallRow(name, params, image.textAt(image.after));
    at = image.after;
    list.items.push(jsonString(i == preset ? `${row.signature} (called when run)` : row.signature));
  }
  return list;
}

function describeGrants(image: ImageReader): JsonValue {
  const list = jsonArray();
  const count = image.wordAt(INFO_BASE + Info.GrantCount);
  let row = image.wordAt(INFO_BASE + Info.GrantTable);
  for (let i: i32 = 0; i < count && i < MOST; i++) {
    const grant = jsonObject();
    addMember(grant, "host", jsonString(image.textAt(image.wordAt(row + GrantRow.Host))));
    addMember(grant, "guest", jsonString(image.textAt(image.wordAt(row + GrantRow.Guest))));
    addMember(grant, "readOnly", jsonBool((image.wordAt(row + GrantRow.Flags) & 1) != 0));
    list.items.push(grant);
    row = row + GrantRow.Bytes;
  }
  return list;
}

function describeListeners(image: ImageReader): JsonValue {
  const list = jsonArray();
  const count = image.wordAt(INFO_BASE + Info.ListenerCount);
  let row = image.wordAt(INFO_BASE + Info.ListenerTable);
  for (let i: i32 = 0; i < count && i < MOST; i++) {
    list.items.push(jsonString(image.textAt(image.wordAt(row + ListenerRow.Text))));
    row = row + ListenerRow.Bytes;
  }
  return list;
}

function sandboxText(sandbox: i32): string {
  if (sandbox == Sandbox.Off) return "off";
  return sandbox == Sandbox.Strict ? "strict" : "on";
}

/** What the filter for system calls allows, read from the very bytes that the kernel gets. */
function describeFilter(image: ImageReader): JsonValue {
  const list = jsonArray();
  const words = new I32Column();
  const count = image.wordAt(INFO_BASE + Info.FilterCount);
  const at = image.wordAt(INFO_BASE + Info.Filter);
  for (let i: i32 = 0; i < 2 * count && i < LARGEST_FILTER; i++) words.push(image.wordAt(at + 4 * i));
  const calls = allowedCallTexts(words, image.wordAt(INFO_BASE + Info.GrantCount) != 0);
  for (let i: i32 = 0; i < calls.length; i++) list.items.push(jsonString(calls[i]));
  return list;
}

/** Seconds with up to six digits behind the point. */
function secondsText(seconds: i32, micros: i32): string {
  let digits = micros.toString().padStart(6, "0");
  while (digits.endsWith("0")) digits = digits.substring(0, digits.length - 1);
  return digits.length == 0 ? seconds.toString() : `${seconds}.${digits}`;
}

/** Sizes of the memories in pages, at start and at most. */
function describeMemories(image: ImageReader): JsonValue {
  const list = jsonArray();
  const count = image.wordAt(INFO_BASE + Info.MemoryCount);
  let row = image.wordAt(INFO_BASE + Info.MemoryTable);
  for (let i: i32 = 0; i < count && i < MOST; i++) {
    const size = row + MemoryRow.Size;
    const cell = image.wordAt(row + MemoryRow.Cell);
    const max = cell + MemoryCell.Max;
    const wide = image.wordAt(cell + MemoryCell.Is64) != 0 ? ", 64-bit" : "";
    if (image.wordAt(cell + MemoryCell.PageLog2) == 0) {
      const bytes = unsignedText(image.wordAt(size), image.wordAt(size + 4));
      list.items.push(jsonString(`${bytes} to ${unsignedText(image.wordAt(max), image.wordAt(max + 4))} bytes${wide}`));
    } else {
      const pages = (image.wordAt(size + 4) << 16) + shrU32(image.wordAt(size), 16);
      const most = (image.wordAt(max + 4) << 16) + shrU32(image.wordAt(max), 16);
      list.items.push(jsonString(`${pages} to ${most} pages of 64 KiB${wide}`));
    }
    row = row + MemoryRow.Bytes;
  }
  return list;
}
