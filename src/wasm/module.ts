// A decoded module: sections as columns of numbers, code and names as byte ranges of the input. Nothing is
// copied. Filled by decoder.ts; function bodies are checked by validator.ts, which also notes what each refers to.
// Index spaces put imports first, as the specification does.

import { I32Column, U8Column } from "../base/columns";
import { byteString, escapedText } from "../base/text";
import { SUPPORTED_FEATURES } from "./features";
import { refType, ValueType } from "./types";

/** External kinds, as numbered by the binary format. */
export const enum ExternKind {
  Func = 0,
  Table = 1,
  Memory = 2,
  Global = 3,
  Tag = 4,
}

/** Forms of a constant expression. Anything longer than one instruction is kept as its byte range. */
export const enum InitKind {
  /** 32- or 64-bit or float bits, in lo and hi. */
  Const = 0,
  /** Value of global `lo`. */
  GlobalGet = 1,
  /** Null reference. */
  RefNull = 2,
  /** Reference to function `lo`. */
  RefFunc = 3,
  /** Extended constant: code bytes from `lo` to `hi`, end excluded and without the final `end`. */
  Code = 4,
}

/** Modes of element and data segments. */
export const enum SegmentMode {
  Active = 0,
  Passive = 1,
  /** Elements only: declares functions for ref.func. */
  Declared = 2,
}

/** What a function body refers to (low 4 bits of an entry of `refs`; the index is above: index << 4 | kind). */
export const enum RefKind {
  /** call, index of the function */
  Call = 0,
  /** ref.func, index of the function */
  FuncRef = 1,
  /** global.set, index of the global */
  GlobalSet = 2,
  /** call_indirect or table.get, index of the table */
  TableUse = 3,
  /** table.set, grow, fill, copy (target), init: index of the table */
  TableWrite = 4,
  /** memory.grow, index of the memory */
  MemoryGrow = 5,
  /** operations that the runtime implements; the index is a LibCall number (link/libcalls.ts) */
  LibCall = 6,
  /** table.grow, index of the table (beside its TableWrite) */
  TableGrow = 7,
  /** memory.init or data.drop, index of the data segment */
  DataUse = 8,
  /** table.init or elem.drop, index of the element segment */
  ElemUse = 9,
  /** throw or throw_ref; index 0 */
  Throw = 10,
  /** call_indirect: the type, right behind the TableUse of its table */
  IndirectType = 11,
  /** call_ref; index of the type */
  CallRef = 12,
}

export class Module {
  /** The whole file. All byte offsets below index it. */
  bytes: U8Column;
  /** What the module may use, as Feature bits (features.ts). */
  features: i32 = SUPPORTED_FEATURES;
  /** Name for messages and backtraces: the file's name without directory and ending, or the name section's. */
  name: string;

  // Function types: parameters, then results, in typePool from typeStart.
  typeStart: I32Column = new I32Column();
  typeParamCount: I32Column = new I32Column();
  typeResultCount: I32Column = new I32Column();
  typePool: I32Column = new I32Column();
  /** Declared supertype, the representative of its like, or NO_SUPER (type-groups.ts). */
  typeSuper: I32Column = new I32Column();
  /** 0 or 1: no type may have it as its supertype. */
  typeFinal: I32Column = new I32Column();
  /** First type of the recursion group. */
  typeGroup: I32Column = new I32Column();
  /** The first type that is equal: references name no other. */
  typeCanonical: I32Column = new I32Column();
  /** While types are decoded, the end of the group at hand: its types may be named. */
  private openTypes: i32 = 0;

  // Imports in order: names as byte ranges; desc is the index in its own index space.
  importModuleStart: I32Column = new I32Column();
  importModuleEnd: I32Column = new I32Column();
  importNameStart: I32Column = new I32Column();
  importNameEnd: I32Column = new I32Column();
  importKind: I32Column = new I32Column();
  importIndex: I32Column = new I32Column();

  // Functions, imported ones first. bodyStart is the offset of the body's first byte (its local declarations),
  // bodyEnd the one after its final `end`; both 0 for imports.
  importedFuncCount: i32 = 0;
  funcType: I32Column = new I32Column();
  bodyStart: I32Column = new I32Column();
  bodyEnd: I32Column = new I32Column();

  /** 1 for functions that ref.func may name in bodies: those named outside of bodies (specification 3.4.10). */
  funcDeclared: U8Column = new U8Column();

  // Tables. Limits are 64-bit as lo and hi; hasMax is 0 or 1.
  importedTableCount: i32 = 0;
  tableType: I32Column = new I32Column();
  tableMin: I32Column = new I32Column();
  tableMinHi: I32Column = new I32Column();
  tableHasMax: I32Column = new I32Column();
  tableMax: I32Column = new I32Column();
  tableMaxHi: I32Column = new I32Column();
  /** 0 or 1: indices are 64-bit. */
  tableIs64: I32Column = new I32Column();
  /** Initial element as an initialiser (RefNull where the section gives none). */
  tableInitKind: I32Column = new I32Column();
  tableInitLo: I32Column = new I32Column();
  tableInitHi: I32Column = new I32Column();

  // Memories, limits in pages.
  importedMemoryCount: i32 = 0;
  memoryMin: I32Column = new I32Column();
  memoryMinHi: I32Column = new I32Column();
  memoryHasMax: I32Column = new I32Column();
  memoryMax: I32Column = new I32Column();
  memoryMaxHi: I32Column = new I32Column();
  memoryIs64: I32Column = new I32Column();
  /** log2 of the page size: 16 unless the custom-page-sizes proposal says otherwise. */
  memoryPageLog2: I32Column = new I32Column();

  // Globals. Initialiser columns have entries for imported globals too, so that all are indexed alike.
  importedGlobalCount: i32 = 0;
  globalType: I32Column = new I32Column();
  globalMutable: I32Column = new I32Column();
  globalInitKind: I32Column = new I32Column();
  globalInitLo: I32Column = new I32Column();
  globalInitHi: I32Column = new I32Column();

  // Tags, by their types.
  importedTagCount: i32 = 0;
  tagType: I32Column = new I32Column();

  exportNameStart: I32Column = new I32Column();
  exportNameEnd: I32Column = new I32Column();
  exportKind: I32Column = new I32Column();
  exportIndex: I32Column = new I32Column();

  /** Start function, or -1. */
  startFunc: i32 = -1;

  // Element segments; items from elemStart, elemCount of them, as (InitKind, lo, hi) triples in elemPool.
  elemMode: I32Column = new I32Column();
  elemType: I32Column = new I32Column();
  elemTable: I32Column = new I32Column();
  elemOffsetKind: I32Column = new I32Column();
  elemOffsetLo: I32Column = new I32Column();
  elemOffsetHi: I32Column = new I32Column();
  elemStart: I32Column = new I32Column();
  elemCount: I32Column = new I32Column();
  elemPool: I32Column = new I32Column();

  // Data segments; their bytes are a range of the file.
  dataMode: I32Column = new I32Column();
  dataMemory: I32Column = new I32Column();
  dataOffsetKind: I32Column = new I32Column();
  dataOffsetLo: I32Column = new I32Column();
  dataOffsetHi: I32Column = new I32Column();
  dataStart: I32Column = new I32Column();
  dataEnd: I32Column = new I32Column();

  /** Number of segments that the data count section announces, or -1 without one. */
  dataCount: i32 = -1;

  /** Function names from the name section, byte ranges by function index; 0,0 where there is none. */
  funcNameStart: I32Column = new I32Column();
  funcNameEnd: I32Column = new I32Column();

  // What validation notes for each function, by function index: ranges of `refs` and of `localSets`.
  // An entry of refs is index << 4 | RefKind; a repeated reference may be noted more than once.
  refsStart: I32Column = new I32Column();
  refsEnd: I32Column = new I32Column();
  refs: I32Column = new I32Column();
  /** Local indices in the order of the local.set and local.tee instructions of reachable and unreachable code. */
  setsStart: I32Column = new I32Column();
  setsEnd: I32Column = new I32Column();
  localSets: I32Column = new I32Column();
  /** For each loop of a function, in textual order from loopsStart: length of localSets at the loop's end. */
  loopsStart: I32Column = new I32Column();
  loopEnds: I32Column = new I32Column();

  constructor(bytes: U8Column, name: string) {
    this.bytes = bytes;
    this.name = name;
  }

  /** The number of types that may be named. */
  get typeLimit(): i32 {
    const count = this.typeCanonical.length;
    return this.openTypes > count ? this.openTypes : count;
  }

  /** Allows types up to `end` to be named, which are about to be defined. */
  openGroup(end: i32): void {
    this.openTypes = end;
  }

  /** The representative of a type; of one that is being defined, itself. */
  canonicalType(type: i32): i32 {
    return type < this.typeCanonical.length ? this.typeCanonical.get(type) : type;
  }

  /** What ref.func of a function gives. */
  funcRefType(func: i32): ValueType {
    return refType(this.canonicalType(this.funcType.get(func)), false);
  }

  paramType(type: i32, i: i32): i32 {
    return this.typePool.get(this.typeStart.get(type) + i);
  }

  resultType(type: i32, i: i32): i32 {
    return this.typePool.get(this.typeStart.get(type) + this.typeParamCount.get(type) + i);
  }

  get funcCount(): i32 {
    return this.funcType.length;
  }

  /** The bytes from `start` to `end` as text, with bytes outside printable ASCII escaped as \xx. */
  text(start: i32, end: i32): string {
    return escapedText(this.bytes, start, end);
  }

  /** The bytes from `start` to `end` as a byte string, one character each. */
  byteText(start: i32, end: i32): string {
    return byteString(this.bytes, start, end);
  }

  /** Whether the bytes from `start` to `end` are exactly the ASCII text `name`. */
  isNamed(start: i32, end: i32, name: string): boolean {
    if (end - start != name.length) return false;
    for (let i: i32 = 0; i < name.length; i++) {
      if (this.bytes.get(start + i) != name.charCodeAt(i)) return false;
    }
    return true;
  }

  /** Index of the export named `name` of the given kind, as an index of that kind's index space; -1 if none. */
  findExport(name: string, kind: i32): i32 {
    const e = this.findExportEntry(name, kind);
    return e < 0 ? -1 : this.exportIndex.get(e);
  }

  /** The number among the exports of the one named `name` of the given kind; -1 if there is none. */
  findExportEntry(name: string, kind: i32): i32 {
    for (let i: i32 = 0; i < this.exportKind.length; i++) {
      if (this.exportKind.get(i) != kind) continue;
      if (this.isNamed(this.exportNameStart.get(i), this.exportNameEnd.get(i), name)) return i;
    }
    return -1;
  }
}
