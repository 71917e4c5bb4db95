// The runtime's machine code, compiled when wx is built and embedded beside the runtime's module, so that compiling
// a program does not compile the runtime anew. It names nothing of a program but what has the same address in all
// (layout.ts, "RUNTIME_START"), and its functions by their index in the runtime's module.
//
// The form, written and appended to a program's code by x64/precompiled.ts: 32-bit words, then the code.
//
//   header        Head.Words words
//   functions     FuncWord.Words words for each function of the module, imports included
//   relocations   offset, kind | addend << 8, target: a function of the module, or an entry of the tables here
//   sites         offset, kind | trap << 8
//   references    as Module.refs
//   system calls  numbers
//   constants     four words for each entry of the pool
//   jump tables   starts, one more than tables, and targets, as offsets of the code
//   code

import { U8Column } from "../base/columns";

export const enum Head {
  Functions = 0,
  Relocs = 1,
  Sites = 2,
  Refs = 3,
  Calls = 4,
  PoolWords = 5,
  Tables = 6,
  Targets = 7,
  CodeBytes = 8,
  Words = 9,
}

/** A function's row: ranges of the code and of the other parts, ends excluded. */
export const enum FuncWord {
  Start = 0,
  End = 1,
  Frame = 2,
  StackArgs = 3,
  Reloc = 4,
  RelocEnd = 5,
  Site = 6,
  SiteEnd = 7,
  Ref = 8,
  RefEnd = 9,
  /** Registers that it overwrites, as a bit set. */
  Clobbers = 10,
  Call = 11,
  CallEnd = 12,
  /** What its start is a multiple of. */
  Alignment = 13,
  Words = 14,
}

export class RuntimeCode {
  bytes: U8Column = new U8Column();
  // Positions of the parts in `bytes`.
  functions: i32 = 0;
  relocs: i32 = 0;
  sites: i32 = 0;
  refs: i32 = 0;
  calls: i32 = 0;
  pool: i32 = 0;
  tables: i32 = 0;
  targets: i32 = 0;
  code: i32 = 0;

  /** Whether there is any. */
  isThere: boolean = false;

  open(bytes: U8Column): void {
    this.bytes = bytes;
    this.isThere = bytes.length != 0;
    if (!this.isThere) return;
    this.functions = Head.Words * 4;
    this.relocs = this.functions + this.head(Head.Functions) * FuncWord.Words * 4;
    this.sites = this.relocs + this.head(Head.Relocs) * 12;
    this.refs = this.sites + this.head(Head.Sites) * 8;
    this.calls = this.refs + this.head(Head.Refs) * 4;
    this.pool = this.calls + this.head(Head.Calls) * 4;
    this.tables = this.pool + this.head(Head.PoolWords) * 4;
    this.targets = this.tables + (this.head(Head.Tables) + 1) * 4;
    this.code = this.targets + this.head(Head.Targets) * 4;
    assert(this.code + this.head(Head.CodeBytes) == bytes.length, "RuntimeCode: size");
  }

  head(word: i32): i32 {
    return this.bytes.getI32(word * 4);
  }

  /** Word `word` (FuncWord) of function `f` of the runtime's module. */
  func(f: i32, word: i32): i32 {
    return this.bytes.getI32(this.functions + (f * FuncWord.Words + word) * 4);
  }

  /** Reference `i`, as in Module.refs. */
  ref(i: i32): i32 {
    return this.bytes.getI32(this.refs + i * 4);
  }

  /** The number of system call `i`. */
  call(i: i32): i32 {
    return this.bytes.getI32(this.calls + i * 4);
  }
}
