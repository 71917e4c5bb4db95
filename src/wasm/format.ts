// Numbers of the binary format (specification, chapter 5) that reading modules and writing them have in common: the
// decoder, the text reader, and the writer of wx's own small modules. Opcodes have opcodes.ts.

/** The first eight bytes of a module, as two words. */
export const MAGIC: i32 = 0x6d73_6100;
export const VERSION: i32 = 1;

export const enum SectionId {
  Custom = 0,
  Type = 1,
  Import = 2,
  Function = 3,
  Table = 4,
  Memory = 5,
  Global = 6,
  Export = 7,
  Start = 8,
  Element = 9,
  Code = 10,
  Data = 11,
  DataCount = 12,
  Tag = 13,
}

/** Place of a section in the order that the specification demands; 0 for custom sections, -1 for unknown ones. */
export function sectionRank(id: i32): i32 {
  switch (id) {
    case SectionId.Tag:
      return 6;
    case SectionId.Global:
    case SectionId.Export:
    case SectionId.Start:
    case SectionId.Element:
      return id + 1;
    case SectionId.DataCount:
      return 11;
    case SectionId.Code:
    case SectionId.Data:
      return id + 2;
  }
  return id <= SectionId.Memory ? id : -1;
}

/** Subsections of the name section (appendix "Name Section"). */
export const enum NameId {
  Module = 0,
  Functions = 1,
  Locals = 2,
  Labels = 3,
  Types = 4,
  Tables = 5,
  Memories = 6,
  Globals = 7,
  Elems = 8,
  Datas = 9,
  Fields = 10,
  Tags = 11,
}

/** Codes of types other than number types, which are ValueKind (types.ts). */
export const enum TypeCode {
  /** A block type without results. */
  Empty = 0x40,
  /** In front of a heap type that has no subtypes. */
  Exact = 0x62,
  /** In front of a heap type. */
  RefNull = 0x63,
  Ref = 0x64,
  // Abstract heap types, also for the nullable references to them.
  Exn = 0x69,
  Array = 0x6a,
  Struct = 0x6b,
  I31 = 0x6c,
  Eq = 0x6d,
  Any = 0x6e,
  Extern = 0x6f,
  Func = 0x70,
  None = 0x71,
  NoExtern = 0x72,
  NoFunc = 0x73,
  NoExn = 0x74,
  // Storage types.
  I16 = 0x77,
  I8 = 0x78,
}

/** Forms of type definitions. */
export const enum TypeForm {
  Describes = 0x4c,
  Descriptor = 0x4d,
  Rec = 0x4e,
  SubFinal = 0x4f,
  Sub = 0x50,
  Array = 0x5e,
  Struct = 0x5f,
  Func = 0x60,
}

/** Bits of the flags in front of limits. */
export const enum LimitFlag {
  HasMax = 1,
  Shared = 2,
  Is64 = 4,
  PageSize = 8,
  All = 15,
}

/** Bits of the number that begins an element segment. */
export const enum ElemFlag {
  /** Not active. */
  Passive = 1,
  /** Active: a table index follows. Otherwise: declared. */
  Explicit = 2,
  /** Entries are expressions. */
  Expressions = 4,
  All = 7,
}

/** The number that begins a data segment. */
export const enum DataForm {
  Active = 0,
  Passive = 1,
  /** Active: a memory index follows. */
  Explicit = 2,
}

/** The kind of an import of a function of an exact type. */
export const EXACT_FUNC: i32 = 0x20;
/** In front of a table that has an initialiser. */
export const TABLE_WITH_INIT: i32 = 0x40;
/** log2 of the size of a page, unless another is given. */
export const PAGE_LOG2: i32 = 16;
