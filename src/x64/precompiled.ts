// The runtime's code compiled beforehand (link/runtime-code.ts has the form): written when wx is built, and appended,
// function by function, to the code of the programs that reach it.

import { I32Column, U8Column } from "../base/columns";
import { FuncKind, Program } from "../link/program";
import { FuncWord, Head, RuntimeCode } from "../link/runtime-code";
import { Code, RelocKind } from "./code";

/** Writes the code of all functions of the runtime of `program`, which is all of `code`. */
export function writeRuntimeCode(program: Program, code: Code, out: U8Column): void {
  const instance = program.runtime;
  const module = program.module(instance);
  const localOf = new I32Column();
  localOf.resize(program.funcKind.length);
  const refs = new I32Column();
  const calls = new I32Column();
  const rows = new I32Column();
  rows.resize(module.funcCount * FuncWord.Words);
  for (let i: i32 = 0; i < module.funcCount; i++) localOf.set(program.funcOf(instance, i), i);
  // The relocations are in the order of the code.
  let reloc: i32 = 0;
  for (let k: i32 = 0; k < program.order.length; k++) {
    const f = program.order.get(k);
    if (program.funcInstance.get(f) != instance || program.funcKind.get(f) != FuncKind.Body) continue;
    const local = localOf.get(f);
    const row = local * FuncWord.Words;
    rows.set(row + FuncWord.Start, code.funcStart.get(f));
    rows.set(row + FuncWord.End, code.funcEnd.get(f));
    rows.set(row + FuncWord.Frame, code.funcFrame.get(f));
    rows.set(row + FuncWord.StackArgs, code.funcStackArgs.get(f));
    rows.set(row + FuncWord.Alignment, code.funcAlignment.get(f));
    rows.set(row + FuncWord.Reloc, reloc);
    while (reloc < code.relocOffset.length && code.relocOffset.get(reloc) < code.funcEnd.get(f)) reloc++;
    rows.set(row + FuncWord.RelocEnd, reloc);
    rows.set(row + FuncWord.Site, code.funcSiteStart.get(f));
    rows.set(row + FuncWord.SiteEnd, code.funcSiteEnd.get(f));
    rows.set(row + FuncWord.Ref, refs.length);
    refs.append(module.refs, module.refsStart.get(local), module.refsEnd.get(local));
    rows.set(row + FuncWord.RefEnd, refs.length);
    rows.set(row + FuncWord.Clobbers, code.funcClobbers.get(f));
    rows.set(row + FuncWord.Call, calls.length);
    appendCalls(code, f, calls);
    rows.set(row + FuncWord.CallEnd, calls.length);
  }
  assert(reloc == code.relocOffset.length, "writeRuntimeCode: order of functions");
  writeHead(code, module.funcCount, refs.length, calls.length, out);
  out.appendWords(rows);
  writeRelocs(code, localOf, out);
  for (let i: i32 = 0; i < code.siteOffset.length; i++) {
    out.pushI32(code.siteOffset.get(i));
    out.pushI32(code.siteKind.get(i) | (code.siteTrap.get(i) << 8));
  }
  out.appendWords(refs);
  out.appendWords(calls);
  out.appendWords(code.pool);
  out.appendWords(code.tableStart);
  out.appendWords(code.tableTargets);
  out.append(code.bytes, 0, code.bytes.length);
}

/** Appends the system calls of function `f`, each once; all must be known, since programs are confined to them. */
function appendCalls(code: Code, f: i32, calls: I32Column): void {
  const start = calls.length;
  for (let i: i32 = 0; i < code.callFunc.length; i++) {
    if (code.callFunc.get(i) != f) continue;
    const number = code.callNumber.get(i);
    assert(number >= 0, "appendCalls: a system call of the runtime whose number is not constant");
    let k = start;
    while (k < calls.length && calls.get(k) != number) k++;
    if (k == calls.length) calls.push(number);
  }
}

function writeHead(code: Code, functions: i32, refs: i32, calls: i32, out: U8Column): void {
  const head = new I32Column();
  head.resize(Head.Words);
  head.set(Head.Functions, functions);
  head.set(Head.Relocs, code.relocOffset.length);
  head.set(Head.Sites, code.siteOffset.length);
  head.set(Head.Refs, refs);
  head.set(Head.Calls, calls);
  head.set(Head.PoolWords, code.pool.length);
  head.set(Head.Tables, code.tableStart.length - 1);
  head.set(Head.Targets, code.tableTargets.length);
  head.set(Head.CodeBytes, code.bytes.length);
  out.appendWords(head);
}

function writeRelocs(code: Code, localOf: I32Column, out: U8Column): void {
  for (let i: i32 = 0; i < code.relocOffset.length; i++) {
    const kind = code.relocKind.get(i);
    const target = code.relocTarget.get(i);
    out.pushI32(code.relocOffset.get(i));
    out.pushI32(kind | (code.relocAddend.get(i) << 8));
    out.pushI32(kind == RelocKind.Call || kind == RelocKind.FuncAddress ? localOf.get(target) : target);
  }
}

/** Appends function `f` of the program's runtime to `code`. */
export function appendRuntimeFunction(program: Program, source: RuntimeCode, f: i32, code: Code): void {
  const local = program.funcLocal.get(f);
  const bytes = source.bytes;
  const start = source.func(local, FuncWord.Start);
  const end = source.func(local, FuncWord.End);
  // As emission does at the start of each function.
  code.align(source.func(local, FuncWord.Alignment));
  const shift = code.bytes.length - start;
  code.bytes.append(bytes, source.code + start, source.code + end);
  code.funcStart.set(f, start + shift);
  code.funcEnd.set(f, end + shift);
  code.funcFrame.set(f, source.func(local, FuncWord.Frame));
  code.funcStackArgs.set(f, source.func(local, FuncWord.StackArgs));
  code.funcClobbers.set(f, source.func(local, FuncWord.Clobbers));
  code.funcSiteStart.set(f, code.siteOffset.length);
  for (let i = source.func(local, FuncWord.Site), n = source.func(local, FuncWord.SiteEnd); i < n; i++) {
    const at = source.sites + i * 8;
    const what = bytes.getI32(at + 4);
    code.addSite(bytes.getI32(at) + shift, what & 255, what >> 8, -1);
  }
  code.funcSiteEnd.set(f, code.siteOffset.length);
  for (let i = source.func(local, FuncWord.Call), n = source.func(local, FuncWord.CallEnd); i < n; i++) {
    code.addSystemCall(f, source.call(i));
  }
  for (let i = source.func(local, FuncWord.Reloc), n = source.func(local, FuncWord.RelocEnd); i < n; i++) {
    const at = source.relocs + i * 12;
    const kind = bytes.getI32(at + 4) & 255;
    const addend = bytes.getI32(at + 4) >> 8;
    const target = mapTarget(program, source, kind, bytes.getI32(at + 8), shift, code);
    code.addReloc(bytes.getI32(at) + shift, kind, target, addend);
  }
}

/** What a relocation's target is in the program; constants and jump tables are appended to those of `code`. */
function mapTarget(program: Program, source: RuntimeCode, kind: i32, target: i32, shift: i32, code: Code): i32 {
  const bytes = source.bytes;
  switch (kind) {
    case RelocKind.Call:
    case RelocKind.FuncAddress:
      return program.funcOf(program.runtime, target);
    case RelocKind.Pool: {
      const at = source.pool + target * 16;
      return code.poolEntry(bytes.getI32(at), bytes.getI32(at + 4), bytes.getI32(at + 8), bytes.getI32(at + 12));
    }
    case RelocKind.JumpTable: {
      const at = source.tables + target * 4;
      for (let k = bytes.getI32(at), n = bytes.getI32(at + 4); k < n; k++) {
        code.tableTargets.push(bytes.getI32(source.targets + k * 4) + shift);
      }
      code.tableStart.push(code.tableTargets.length);
      return code.tableStart.length - 2;
    }
  }
  return target;
}
