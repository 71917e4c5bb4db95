// Writes small modules in the binary format: wx makes its own glue (script drivers, calls of an export) as
// WebAssembly and links it like any other module, so that no second way of calling functions exists.

import { U8Column } from "../base/columns";
import { ElemFlag, MAGIC, SectionId, TypeForm, VERSION } from "./format";
import { ExternKind } from "./module";
import { Opcode } from "./opcodes";
import { I32 } from "./types";

/** Appends an unsigned LEB128 number. */
export function pushU32(out: U8Column, value: i32): void {
  let x = value;
  while ((x & ~127) != 0) {
    out.push((x & 127) | 128);
    x = (x >> 7) & 0x1ffffff;
  }
  out.push(x);
}

/** Appends an unsigned LEB128 number of 64 bits, given as its low and high words. */
export function pushU64(out: U8Column, lo: i32, hi: i32): void {
  let l = lo;
  let h = hi;
  while (h != 0 || (l & ~127) != 0) {
    out.push((l & 127) | 128);
    l = ((l >> 7) & 0x1ffffff) | (h << 25);
    h = (h >> 7) & 0x1ffffff;
  }
  out.push(l);
}

/** Appends a signed LEB128 number of 32 bits. */
export function pushS32(out: U8Column, value: i32): void {
  let x = value;
  while (x < -64 || x > 63) {
    out.push((x & 127) | 128);
    x = x >> 7;
  }
  out.push(x & 127);
}

/** Appends a signed LEB128 number of 64 bits, given as its low and high words. */
export function pushS64(out: U8Column, lo: i32, hi: i32): void {
  let l = lo;
  let h = hi;
  while (!((h == 0 && l >= 0 && l < 64) || (h == -1 && l < 0 && l >= -64))) {
    out.push((l & 127) | 128);
    l = ((l >> 7) & 0x1ffffff) | (h << 25);
    h = h >> 7;
  }
  out.push(l & 127);
}

/** Appends a name, each character a byte. */
export function pushName(out: U8Column, name: string): void {
  pushU32(out, name.length);
  for (let i: i32 = 0; i < name.length; i++) out.push(name.charCodeAt(i));
}

/** Sections of a module in the making. Types first, then imports, functions, exports. */
export class ModuleWriter {
  private types: U8Column = new U8Column();
  private typeCount: i32 = 0;
  private imports: U8Column = new U8Column();
  private importCount: i32 = 0;
  private importedFuncs: i32 = 0;
  private funcs: U8Column = new U8Column();
  private funcCount: i32 = 0;
  private exports: U8Column = new U8Column();
  private exportCount: i32 = 0;
  private declared: U8Column = new U8Column();
  private declaredCount: i32 = 0;
  private codes: U8Column = new U8Column();

  /** A function type from strings of value type codes, one character each; its index. */
  addType(params: string, results: string): i32 {
    this.types.push(TypeForm.Func);
    pushName(this.types, params);
    pushName(this.types, results);
    this.typeCount++;
    return this.typeCount - 1;
  }

  /** Imports must come before functions; the function's index. */
  importFunc(module: string, name: string, type: i32): i32 {
    pushName(this.imports, module);
    pushName(this.imports, name);
    this.imports.push(ExternKind.Func);
    pushU32(this.imports, type);
    this.importCount++;
    this.importedFuncs++;
    return this.importedFuncs - 1;
  }

  importGlobal(module: string, name: string, valueType: i32, mutable: i32): void {
    pushName(this.imports, module);
    pushName(this.imports, name);
    this.imports.push(ExternKind.Global);
    this.imports.push(valueType);
    this.imports.push(mutable);
    this.importCount++;
  }

  /** A function of `type` with one i32 local and the instructions `body` (the final `end` is added); its index. */
  addFunc(type: i32, body: U8Column): i32 {
    pushU32(this.funcs, type);
    pushU32(this.codes, body.length + 4);
    this.codes.push(1);
    this.codes.push(1);
    this.codes.push(I32);
    this.codes.append(body, 0, body.length);
    this.codes.push(Opcode.End);
    this.funcCount++;
    return this.importedFuncs + this.funcCount - 1;
  }

  exportFunc(name: string, index: i32): void {
    pushName(this.exports, name);
    this.exports.push(ExternKind.Func);
    pushU32(this.exports, index);
    this.exportCount++;
  }

  /** Allows ref.func of a function. */
  declareFunc(index: i32): void {
    pushU32(this.declared, index);
    this.declaredCount++;
  }

  private pushSection(out: U8Column, id: i32, count: i32, content: U8Column): void {
    if (count == 0) return;
    const head = new U8Column();
    pushU32(head, count);
    out.push(id);
    pushU32(out, head.length + content.length);
    out.append(head, 0, head.length);
    out.append(content, 0, content.length);
  }

  /** Appends the module. */
  write(out: U8Column): void {
    out.pushI32(MAGIC);
    out.pushI32(VERSION);
    this.pushSection(out, SectionId.Type, this.typeCount, this.types);
    this.pushSection(out, SectionId.Import, this.importCount, this.imports);
    this.pushSection(out, SectionId.Function, this.funcCount, this.funcs);
    this.pushSection(out, SectionId.Export, this.exportCount, this.exports);
    if (this.declaredCount != 0) {
      const segment = new U8Column();
      segment.push(ElemFlag.Passive | ElemFlag.Explicit);
      segment.push(0);
      pushU32(segment, this.declaredCount);
      segment.append(this.declared, 0, this.declared.length);
      this.pushSection(out, SectionId.Element, 1, segment);
    }
    this.pushSection(out, SectionId.Code, this.funcCount, this.codes);
  }
}
