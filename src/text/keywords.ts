// The words of the text format. Every keyword and identifier of a text gets a number (base/interner.ts); those that
// mean something come first, so that a parser compares numbers. Instructions have their names from the opcode table.

import { I32Column, U8Column } from "../base/columns";
import { Interner } from "../base/interner";
import { pushUtf8 } from "../base/text";
import { TypeCode } from "../wasm/format";
import { isOpcode, opcodeName, PrefixBase } from "../wasm/opcodes";
import { ValueKind } from "../wasm/types";

/** Words with a meaning, by their numbers. */
export const enum Keyword {
  // Modules.
  Module,
  Component,
  Binary,
  Quote,
  Definition,
  Instance,
  Type,
  Rec,
  Sub,
  Final,
  Func,
  Param,
  Result,
  Local,
  Struct,
  Field,
  Array,
  Mut,
  Import,
  Export,
  Table,
  Memory,
  Global,
  Tag,
  Elem,
  Data,
  Start,
  Item,
  Offset,
  Declare,
  Shared,
  PageSize,
  Ref,
  Exact,
  Descriptor,
  Describes,
  // Instructions.
  Then,
  Catch,
  CatchRef,
  CatchAll,
  CatchAllRef,
  I8x16,
  I16x8,
  I32x4,
  I64x2,
  F32x4,
  F64x2,
  // Types.
  I8,
  I16,
  I32,
  I64,
  F32,
  F64,
  V128,
  FuncRef,
  ExternRef,
  AnyRef,
  EqRef,
  I31Ref,
  StructRef,
  ArrayRef,
  ExnRef,
  NullRef,
  NullFuncRef,
  NullExternRef,
  NullExnRef,
  Extern,
  Any,
  Eq,
  I31,
  Exn,
  None,
  NoFunc,
  NoExtern,
  NoExn,
  Null,
  // Annotations.
  Custom,
  Name,
  BranchHint,
  Before,
  After,
  First,
  Last,
  Code,
  // Scripts.
  Register,
  Invoke,
  Get,
  AssertReturn,
  AssertTrap,
  AssertExhaustion,
  AssertException,
  AssertSuspension,
  AssertMalformed,
  AssertInvalid,
  AssertUnlinkable,
  AssertMalformedCustom,
  AssertInvalidCustom,
  Thread,
  Wait,
  Either,
  NanCanonical,
  NanArithmetic,
  RefExtern,
  RefHost,
  RefAny,
  RefStruct,
  RefArray,
  RefExn,
  Count,
}

export class Words {
  interner: Interner = new Interner(0x4000);
  // By number, for the words with a meaning: the instruction, the value type's code and the heap type's code in the
  // binary format, or -1.
  private opcodes: I32Column = new I32Column();
  private valueTypes: I32Column = new I32Column();
  private heapTypes: I32Column = new I32Column();
  private text: U8Column = new U8Column();

  constructor() {
    addModuleWords(this);
    addInstructionWords(this);
    addTypeWords(this);
    addScriptWords(this);
    assert(this.interner.count == Keyword.Count, "Words: numbers");
    for (let op: i32 = 0; op < PrefixBase.End; op++) {
      if (isOpcode(op)) this.addOpcode(op, opcodeName(op));
    }
  }

  /** The number of a word that the compiler knows. */
  number(text: string): i32 {
    this.text.clear();
    pushUtf8(this.text, text);
    return this.interner.intern(this.text, 0, this.text.length);
  }

  /** Instruction of that name, or -1; forms of one instruction are told apart by their immediates. */
  opcode(word: i32): i32 {
    return word < this.opcodes.length ? this.opcodes.get(word) : -1;
  }

  /** The binary format's code of a type that may stand where a value type may, or -1. */
  valueType(word: i32): i32 {
    return word < this.valueTypes.length ? this.valueTypes.get(word) : -1;
  }

  /** The binary format's code of an abstract heap type, or -1. */
  heapType(word: i32): i32 {
    return word < this.heapTypes.length ? this.heapTypes.get(word) : -1;
  }

  /** Whether a word has any meaning. */
  isKnown(word: i32): boolean {
    return word < this.opcodes.length;
  }

  keyword(keyword: i32, text: string): void {
    const number = this.number(text);
    assert(number == keyword, "Words.keyword: order");
    this.addRow(number);
  }

  valueTypeWord(keyword: i32, text: string, code: i32): void {
    this.keyword(keyword, text);
    this.valueTypes.set(keyword, code);
  }

  heapTypeWord(keyword: i32, text: string, code: i32): void {
    this.keyword(keyword, text);
    this.heapTypes.set(keyword, code);
  }

  private addRow(number: i32): void {
    while (this.opcodes.length <= number) {
      this.opcodes.push(-1);
      this.valueTypes.push(-1);
      this.heapTypes.push(-1);
    }
  }

  private addOpcode(op: i32, name: string): void {
    // Names of two words are forms of the first.
    if (name.indexOf(" ") >= 0) return;
    const number = this.number(name);
    this.addRow(number);
    if (this.opcodes.get(number) < 0) this.opcodes.set(number, op);
  }
}

function addModuleWords(w: Words): void {
  w.keyword(Keyword.Module, "module");
  w.keyword(Keyword.Component, "component");
  w.keyword(Keyword.Binary, "binary");
  w.keyword(Keyword.Quote, "quote");
  w.keyword(Keyword.Definition, "definition");
  w.keyword(Keyword.Instance, "instance");
  w.keyword(Keyword.Type, "type");
  w.keyword(Keyword.Rec, "rec");
  w.keyword(Keyword.Sub, "sub");
  w.keyword(Keyword.Final, "final");
  w.heapTypeWord(Keyword.Func, "func", TypeCode.Func);
  w.keyword(Keyword.Param, "param");
  w.keyword(Keyword.Result, "result");
  w.keyword(Keyword.Local, "local");
  w.heapTypeWord(Keyword.Struct, "struct", TypeCode.Struct);
  w.keyword(Keyword.Field, "field");
  w.heapTypeWord(Keyword.Array, "array", TypeCode.Array);
  w.keyword(Keyword.Mut, "mut");
  w.keyword(Keyword.Import, "import");
  w.keyword(Keyword.Export, "export");
  w.keyword(Keyword.Table, "table");
  w.keyword(Keyword.Memory, "memory");
  w.keyword(Keyword.Global, "global");
  w.keyword(Keyword.Tag, "tag");
  w.keyword(Keyword.Elem, "elem");
  w.keyword(Keyword.Data, "data");
  w.keyword(Keyword.Start, "start");
  w.keyword(Keyword.Item, "item");
  w.keyword(Keyword.Offset, "offset");
  w.keyword(Keyword.Declare, "declare");
  w.keyword(Keyword.Shared, "shared");
  w.keyword(Keyword.PageSize, "pagesize");
  w.keyword(Keyword.Ref, "ref");
  w.keyword(Keyword.Exact, "exact");
  w.keyword(Keyword.Descriptor, "descriptor");
  w.keyword(Keyword.Describes, "describes");
}

function addInstructionWords(w: Words): void {
  w.keyword(Keyword.Then, "then");
  w.keyword(Keyword.Catch, "catch");
  w.keyword(Keyword.CatchRef, "catch_ref");
  w.keyword(Keyword.CatchAll, "catch_all");
  w.keyword(Keyword.CatchAllRef, "catch_all_ref");
  w.keyword(Keyword.I8x16, "i8x16");
  w.keyword(Keyword.I16x8, "i16x8");
  w.keyword(Keyword.I32x4, "i32x4");
  w.keyword(Keyword.I64x2, "i64x2");
  w.keyword(Keyword.F32x4, "f32x4");
  w.keyword(Keyword.F64x2, "f64x2");
}

/** Types with their codes in the binary format (specification 5.3). */
function addTypeWords(w: Words): void {
  w.keyword(Keyword.I8, "i8");
  w.keyword(Keyword.I16, "i16");
  w.valueTypeWord(Keyword.I32, "i32", ValueKind.I32);
  w.valueTypeWord(Keyword.I64, "i64", ValueKind.I64);
  w.valueTypeWord(Keyword.F32, "f32", ValueKind.F32);
  w.valueTypeWord(Keyword.F64, "f64", ValueKind.F64);
  w.valueTypeWord(Keyword.V128, "v128", ValueKind.V128);
  w.valueTypeWord(Keyword.FuncRef, "funcref", TypeCode.Func);
  w.valueTypeWord(Keyword.ExternRef, "externref", TypeCode.Extern);
  w.valueTypeWord(Keyword.AnyRef, "anyref", TypeCode.Any);
  w.valueTypeWord(Keyword.EqRef, "eqref", TypeCode.Eq);
  w.valueTypeWord(Keyword.I31Ref, "i31ref", TypeCode.I31);
  w.valueTypeWord(Keyword.StructRef, "structref", TypeCode.Struct);
  w.valueTypeWord(Keyword.ArrayRef, "arrayref", TypeCode.Array);
  w.valueTypeWord(Keyword.ExnRef, "exnref", TypeCode.Exn);
  w.valueTypeWord(Keyword.NullRef, "nullref", TypeCode.None);
  w.valueTypeWord(Keyword.NullFuncRef, "nullfuncref", TypeCode.NoFunc);
  w.valueTypeWord(Keyword.NullExternRef, "nullexternref", TypeCode.NoExtern);
  w.valueTypeWord(Keyword.NullExnRef, "nullexnref", TypeCode.NoExn);
  w.heapTypeWord(Keyword.Extern, "extern", TypeCode.Extern);
  w.heapTypeWord(Keyword.Any, "any", TypeCode.Any);
  w.heapTypeWord(Keyword.Eq, "eq", TypeCode.Eq);
  w.heapTypeWord(Keyword.I31, "i31", TypeCode.I31);
  w.heapTypeWord(Keyword.Exn, "exn", TypeCode.Exn);
  w.heapTypeWord(Keyword.None, "none", TypeCode.None);
  w.heapTypeWord(Keyword.NoFunc, "nofunc", TypeCode.NoFunc);
  w.heapTypeWord(Keyword.NoExtern, "noextern", TypeCode.NoExtern);
  w.heapTypeWord(Keyword.NoExn, "noexn", TypeCode.NoExn);
  w.keyword(Keyword.Null, "null");
}

function addScriptWords(w: Words): void {
  w.keyword(Keyword.Custom, "custom");
  w.keyword(Keyword.Name, "name");
  w.keyword(Keyword.BranchHint, "metadata.code.branch_hint");
  w.keyword(Keyword.Before, "before");
  w.keyword(Keyword.After, "after");
  w.keyword(Keyword.First, "first");
  w.keyword(Keyword.Last, "last");
  w.keyword(Keyword.Code, "code");
  w.keyword(Keyword.Register, "register");
  w.keyword(Keyword.Invoke, "invoke");
  w.keyword(Keyword.Get, "get");
  w.keyword(Keyword.AssertReturn, "assert_return");
  w.keyword(Keyword.AssertTrap, "assert_trap");
  w.keyword(Keyword.AssertExhaustion, "assert_exhaustion");
  w.keyword(Keyword.AssertException, "assert_exception");
  w.keyword(Keyword.AssertSuspension, "assert_suspension");
  w.keyword(Keyword.AssertMalformed, "assert_malformed");
  w.keyword(Keyword.AssertInvalid, "assert_invalid");
  w.keyword(Keyword.AssertUnlinkable, "assert_unlinkable");
  w.keyword(Keyword.AssertMalformedCustom, "assert_malformed_custom");
  w.keyword(Keyword.AssertInvalidCustom, "assert_invalid_custom");
  w.keyword(Keyword.Thread, "thread");
  w.keyword(Keyword.Wait, "wait");
  w.keyword(Keyword.Either, "either");
  w.keyword(Keyword.NanCanonical, "nan:canonical");
  w.keyword(Keyword.NanArithmetic, "nan:arithmetic");
  w.keyword(Keyword.RefExtern, "ref.extern");
  w.keyword(Keyword.RefHost, "ref.host");
  w.keyword(Keyword.RefAny, "ref.any");
  w.keyword(Keyword.RefStruct, "ref.struct");
  w.keyword(Keyword.RefArray, "ref.array");
  w.keyword(Keyword.RefExn, "ref.exn");
}
