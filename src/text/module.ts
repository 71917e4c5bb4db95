// A module in the making: the cursor over its text, its index spaces, its sections, and what the parts of the parser
// hand each other. Fields are read by fields.ts and what it calls; expressions by expression.ts.

import { I32Column, U8Column } from "../base/columns";
import { Interner } from "../base/interner";
import { pushU32 } from "../wasm/writer";
import { CustomSections } from "./custom-sections";
import { Labels } from "./labels";
import { Names } from "./names";
import { TextReader } from "./reader";
import { Section } from "./section";
import { TokenKind } from "./tokens";
import { Keyword, Words } from "./keywords";

export class TextModule extends TextReader {
  // Index spaces.
  types: Names = new Names("type");
  funcs: Names = new Names("func");
  tables: Names = new Names("table");
  memories: Names = new Names("memory");
  globals: Names = new Names("global");
  tags: Names = new Names("tag");
  elems: Names = new Names("elem segment");
  datas: Names = new Names("data segment");
  /** The module's name as a word, or -1. */
  name: i32 = -1;

  // Sections.
  typeSection: Section = new Section();
  importSection: Section = new Section();
  funcSection: Section = new Section();
  tableSection: Section = new Section();
  memorySection: Section = new Section();
  tagSection: Section = new Section();
  globalSection: Section = new Section();
  exportSection: Section = new Section();
  elemSection: Section = new Section();
  codeSection: Section = new Section();
  dataSection: Section = new Section();
  /** Holds the start function's index if there is one. */
  startSection: Section = new Section();
  hasStart: boolean = false;
  /** What the module defines first, after which no import may come; empty if nothing. */
  firstDefinition: string = "";
  /** Some instruction names a data segment, so their number must stand before the code. */
  needsDataCount: boolean = false;
  customs: CustomSections = new CustomSections();

  // Types: how many parameters a function type has (-1: it is none), the number of its signature in `signatures` if
  // it may stand for that, otherwise -1; by signature the first such type + 1.
  typeParams: I32Column = new I32Column();
  typeSignature: I32Column = new I32Column();
  signatures: Interner = new Interner(0x100);
  signatureType: I32Column = new I32Column();
  /** Structures' fields by type and name: 4 bytes each; and the fields' indices by the number of that. */
  fieldKeys: Interner = new Interner(0x100);
  fieldIndex: I32Column = new I32Column();

  // The type use read last (types.ts).
  params: U8Column = new U8Column();
  paramCount: i32 = 0;
  results: U8Column = new U8Column();
  resultCount: i32 = 0;
  /** It names this type. */
  hasType: boolean = false;
  usedType: i32 = 0;
  /** It has parameters or results, even if they are empty lists. */
  isInline: boolean = false;

  // The reference type read last: the code of an abstract heap type, or 0 and a type's index.
  heapCode: i32 = 0;
  heapIndex: i32 = 0;
  heapExact: boolean = false;
  refNullable: boolean = false;

  // The function, or other expression, being read.
  /** Where instructions go. */
  out: Section = new Section();
  body: Section = new Section();
  locals: Names = new Names("local");
  labels: Labels = new Labels();
  /** Folded instructions that are not complete: see expression.ts. */
  frames: I32Column = new I32Column();
  /** For lists whose length comes first: of anything, of entries with marks, of names. */
  list: U8Column = new U8Column();
  items: Section = new Section();
  map: Section = new Section();

  /** Entries of the name section's subsections that have maps of maps. */
  localNames: Section = new Section();
  labelNames: Section = new Section();
  fieldNames: Section = new Section();

  // The next index of each space, while fields are read in order.
  nextFunc: i32 = 0;
  nextTable: i32 = 0;
  nextMemory: i32 = 0;
  nextGlobal: i32 = 0;
  nextTag: i32 = 0;

  /** For names and keys, used at once. */
  scratch: U8Column = new U8Column();

  constructor(words: Words) {
    super(words);
  }

  /** Forgets the module before. */
  clearModule(): void {
    this.types.clear();
    this.funcs.clear();
    this.tables.clear();
    this.memories.clear();
    this.globals.clear();
    this.tags.clear();
    this.elems.clear();
    this.datas.clear();
    this.name = -1;
    this.typeSection.clear();
    this.importSection.clear();
    this.funcSection.clear();
    this.tableSection.clear();
    this.memorySection.clear();
    this.tagSection.clear();
    this.globalSection.clear();
    this.exportSection.clear();
    this.elemSection.clear();
    this.codeSection.clear();
    this.dataSection.clear();
    this.startSection.clear();
    this.hasStart = false;
    this.firstDefinition = "";
    this.needsDataCount = false;
    this.customs.clear();
    this.typeParams.clear();
    this.typeSignature.clear();
    this.signatures.clear();
    this.signatureType.clear();
    this.fieldKeys.clear();
    this.fieldIndex.clear();
    this.locals.clear();
    this.labels.clear();
    this.frames.clear();
    this.localNames.clear();
    this.labelNames.clear();
    this.fieldNames.clear();
    this.nextFunc = 0;
    this.nextTable = 0;
    this.nextMemory = 0;
    this.nextGlobal = 0;
    this.nextTag = 0;
  }

  /** Offset in the text of the next token. */
  get textAt(): i32 {
    return this.tokens.start.get(this.at);
  }

  /** Whether an index is next: a number or an identifier. */
  isIndex(): boolean {
    const kind = this.kind;
    return kind == TokenKind.Number || kind == TokenKind.Id;
  }

  /** An index of the space, by number or by name; 0 after a failure. */
  takeIndex(names: Names): i32 {
    const at = this.at;
    if (this.kind == TokenKind.Id) {
      const word = this.tokens.payload(at);
      const index = names.find(word);
      if (index < 0) this.fail(at, `unknown ${names.what} ${this.wordText(word)}`);
      else this.at = at + 1;
      return index < 0 ? 0 : index;
    }
    return this.takeU32("an index or an identifier");
  }

  takeOptionalIndex(names: Names): i32 {
    return this.isIndex() ? this.takeIndex(names) : 0;
  }

  /** Takes the name that may be next for the thing with index `index`, and a name annotation behind it. */
  bindName(names: Names, index: i32): void {
    const at = this.at;
    const word = this.takeOptionalId();
    if (word >= 0 && !names.define(word, index)) {
      this.fail(at, `duplicate ${names.what} ${this.wordText(word)}`);
      return;
    }
    const shown = this.takeNameNote(names.what);
    if (shown >= 0) names.show(index, shown);
    else if (word >= 0) names.show(index, word);
  }

  /** Puts the names of a function's parameters and locals in the name section, and forgets them. */
  finishLocals(func: i32): void {
    if (this.locals.shownCount != 0) {
      this.localNames.count++;
      pushU32(this.localNames.bytes, func);
      this.locals.writeMap(this.localNames.bytes, this.words.interner);
    }
    this.locals.clear();
  }

  /** Passes over a name that is bound already. */
  skipName(): void {
    if (this.kind == TokenKind.Id) this.at++;
  }

  /** Whether a name is next: an identifier, or a name annotation in its place. */
  isNamed(): boolean {
    if (this.kind == TokenKind.Id) return true;
    const notes = this.notes;
    if (notes.count == 0) return false;
    const note = notes.firstFrom(this.at);
    return note < notes.count && notes.before.get(note) == this.at && notes.word.get(note) == Keyword.Name;
  }

  /** Passes over a name that nothing can use. */
  dropName(what: string): void {
    this.skipName();
    this.takeNameNote(what);
  }

  /** The name in the annotation `(@name "…")` that stands before the next token, as a word; -1 if there is none.
   *  `what` has that name. */
  takeNameNote(what: string): i32 {
    if (this.notes.count == 0 || this.failed) return -1;
    let word: i32 = -1;
    const notes = this.notes;
    for (let i = notes.firstFrom(this.at); i < notes.count && notes.before.get(i) == this.at; i++) {
      if (notes.word.get(i) != Keyword.Name || notes.used.get(i) != 0) continue;
      if (word >= 0) this.failAt(notes.offset.get(i), `@name annotation: multiple ${what} names`);
      word = this.readNameNote(i);
    }
    return word;
  }

  private readNameNote(note: i32): i32 {
    this.enterNote(note);
    const name = this.scratch;
    name.clear();
    if (this.kind != TokenKind.String) this.fail(this.at, "@name annotation: string expected");
    this.takeName(name, "a name in quotes");
    if (!this.isClose()) this.fail(this.at, "@name annotation: unexpected token");
    this.leaveNote();
    return this.words.interner.intern(name, 0, name.length);
  }
}
