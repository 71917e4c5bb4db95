// Joins instances by their imports and exports: every function, global, memory and table of every module gets a
// program-wide number, and each instance maps from its own index spaces to these.
//
// Who provides what: module "wx" are the intrinsics, for trusted instances only; "wasi_snapshot_preview1" are
// exports of the embedded runtime, but not those meant for compiled code alone; "guest", for the runtime, are
// exports of the guest. Everything else is unknown: refused, or made a stub if the user asks for it.

import { ExternKind, Module } from "../wasm/module";
import { EXTERNREF, F32, F64, FUNCREF, I32, I64, kindOf, typeName } from "../wasm/types";
import { Intrinsic, intrinsicName, intrinsicSignature } from "./intrinsics";
import { LibCall, libCallName } from "./libcalls";
import { addMemory } from "./memories";
import { UnknownImports } from "./options";
import { FuncKind, NONE, Program } from "./program";
import { LinkState } from "./state";
import { programValueType, typeText } from "./types";

/** At most so many unknown imports are listed in a message. */
const LISTED: i32 = 200;
const HINT: string = "hint: --unknown-imports=trap or =default replaces unknown functions by stubs";

/** WASI preview 0: the functions of preview 1, but for those that the runtime exports with a prefix (runtime/unstable.ts). */
const PREVIEW_0: string = "wasi_unstable";
const UNSTABLE: string = "unstable_";

/** Adds an instance of `module`; resolution comes when all are there. */
export function addInstance(program: Program, module: Module, trusted: boolean, hidden: boolean): i32 {
  const instance = program.instanceModule.length;
  program.instanceModule.push(program.modules.length);
  program.modules.push(module);
  program.instanceTrusted.push(trusted ? 1 : 0);
  program.instanceHidden.push(hidden ? 1 : 0);
  return instance;
}

/** Numbers everything that instance `instance` defines; imports get NONE for now. */
export function addDefinitions(program: Program, instance: i32): void {
  const module = program.module(instance);
  program.instanceFuncBase.push(program.funcMap.length);
  for (let i: i32 = 0; i < module.funcCount; i++) {
    if (i < module.importedFuncCount) {
      program.funcMap.push(NONE);
    } else {
      program.funcMap.push(addFunc(program, FuncKind.Body, instance, i, typeOfFunc(program, instance, i)));
    }
  }
  program.instanceGlobalBase.push(program.globalMap.length);
  for (let i: i32 = 0; i < module.globalType.length; i++) {
    program.globalMap.push(
      i < module.importedGlobalCount
        ? NONE
        : addGlobal(program, programValueType(program, instance, module.globalType.get(i))),
    );
  }
  program.instanceMemoryBase.push(program.memoryMap.length);
  for (let i: i32 = 0; i < module.memoryMin.length; i++) {
    program.memoryMap.push(i < module.importedMemoryCount ? NONE : addMemory(program, module, i));
  }
  program.instanceTableBase.push(program.tableMap.length);
  for (let i: i32 = 0; i < module.tableType.length; i++) {
    program.tableMap.push(i < module.importedTableCount ? NONE : addTable(program, instance, module, i));
  }
  program.instanceTagBase.push(program.tagMap.length);
  for (let i: i32 = 0; i < module.tagType.length; i++) {
    program.tagMap.push(i < module.importedTagCount ? NONE : program.tagType.length);
    if (i >= module.importedTagCount) program.tagType.push(program.typeOf(instance, module.tagType.get(i)));
  }
  program.instanceElemBase.push(program.elemAddress.length);
  program.elemAddress.resize(program.elemAddress.length + module.elemMode.length);
  program.elemLengthCell.resize(program.elemAddress.length);
  program.instanceDataBase.push(program.dataAddress.length);
  program.dataAddress.resize(program.dataAddress.length + module.dataMode.length);
  program.dataLengthCell.resize(program.dataAddress.length);
}

function typeOfFunc(program: Program, instance: i32, local: i32): i32 {
  return program.typeOf(instance, program.module(instance).funcType.get(local));
}

function addFunc(program: Program, kind: i32, instance: i32, local: i32, type: i32): i32 {
  const f = program.funcKind.length;
  program.funcKind.push(kind);
  program.funcInstance.push(instance);
  program.funcLocal.push(local);
  program.funcType.push(type);
  program.funcReached.push(0);
  program.funcRuns.push(0);
  return f;
}

function addGlobal(program: Program, type: i32): i32 {
  const g = program.globalType.length;
  program.globalType.push(type);
  program.globalConstant.push(0);
  program.globalLo.push(0);
  program.globalHi.push(0);
  program.globalFunc.push(NONE);
  program.globalAddress.push(0);
  return g;
}

function addTable(program: Program, instance: i32, module: Module, i: i32): i32 {
  const t = program.tableType.length;
  program.tableBaseLo.push(0);
  program.tableBaseHi.push(0);
  program.tableCell.push(0);
  program.tableReserve.push(0);
  program.tableType.push(programValueType(program, instance, module.tableType.get(i)));
  // A table of 2^32 entries or more is too large; the largest number here says so (MemoryMap.clampTables).
  program.tableMin.push(module.tableMinHi.get(i) != 0 ? -1 : module.tableMin.get(i));
  const bounded = module.tableHasMax.get(i) != 0 && module.tableMaxHi.get(i) == 0;
  program.tableMax.push(bounded ? module.tableMax.get(i) : -1);
  program.tableGrows.push(0);
  program.tableWritten.push(0);
  return t;
}

/** Gives every import what it stands for; the message names all that stand for nothing. */
export function resolveImports(state: LinkState): boolean {
  const program = state.program;
  const instances = program.instanceModule.length;
  for (let n: i32 = 0; n < instances; n++) {
    // The guest first, so that driver and runtime see what its own imports have become.
    const k = (state.guest + n) % instances;
    const module = program.module(k);
    let unknown = "";
    let count: i32 = 0;
    for (let i: i32 = 0; i < module.importKind.length; i++) {
      const known = module.importKind.get(i) == ExternKind.Func && resolveFunction(state, k, i);
      if (state.diag.failed) return false;
      if (known) continue;
      count++;
      if (count <= LISTED) unknown += `\n  ${importText(program, k, i)}`;
    }
    if (count > LISTED) unknown += `\n  and ${count - LISTED} more`;
    if (count == 0) continue;
    if (k == state.guest && state.options.unknownImports == UnknownImports.Error) unknown += `\n${HINT}`;
    return state.diag.fail(-1, count == 1 ? `unknown import:${unknown}` : `${count} unknown imports:${unknown}`);
  }
  return true;
}

/** Resolves function import `i` of `instance`; false if it is unknown and must not be. */
function resolveFunction(state: LinkState, instance: i32, i: i32): boolean {
  const program = state.program;
  const module = program.module(instance);
  const local = module.importIndex.get(i);
  const type = typeOfFunc(program, instance, local);
  const at = program.instanceFuncBase.get(instance) + local;
  if (isFrom(module, i, "wx") && program.instanceTrusted.get(instance) != 0) {
    const intrinsic = findIntrinsic(module, i);
    if (intrinsic >= 0) {
      if (!hasSignature(program, type, intrinsicSignature(intrinsic))) {
        return state.diag.fail(-1, `import ${importText(program, instance, i)} does not have the intrinsic's type`);
      }
      const kind = intrinsic == Intrinsic.TryCall ? FuncKind.TryStub : FuncKind.Intrinsic;
      program.funcMap.set(at, addFunc(program, kind, instance, intrinsic, type));
      return true;
    }
  }
  const provider = providerOf(state, instance, i);
  if (provider >= 0) {
    const isPreview0 = provider == program.runtime && isFrom(module, i, PREVIEW_0);
    let export_ = isPreview0 ? findExported(program.module(provider), module, i, UNSTABLE) : -1;
    if (export_ < 0) export_ = findExported(program.module(provider), module, i, "");
    const f = export_ < 0 ? NONE : program.funcOf(provider, export_);
    if (f != NONE) {
      const found = program.funcType.get(f);
      if (!program.isSubtype(found, type) && !(instance == state.driver && hasSameShape(program, found, type))) {
        const has = typeText(program, found);
        const message = `import ${importText(program, instance, i)} has another type than what it names: ${has}`;
        return state.diag.fail(-1, message);
      }
      program.funcMap.set(at, f);
      return true;
    }
    // Something of the guest that the runtime can do without: an error only once a function is reached that
    // calls it (reach.ts).
    if (provider == state.guest) return true;
  }
  const host = findHost(state, instance, i);
  if (host >= 0) {
    const signature = state.options.hosts[host].signature;
    if (signature.length != 0 && !hasSignature(program, type, signature)) {
      const message = `import ${importText(program, instance, i)} has another type than what it names`;
      return state.diag.fail(-1, message);
    }
    program.funcMap.set(at, addFunc(program, FuncKind.Host, instance, host, type));
    return true;
  }
  if (state.options.unknownImports == UnknownImports.Error || instance != state.guest) return false;
  const kind = state.options.unknownImports == UnknownImports.Trap ? FuncKind.TrapStub : FuncKind.DefaultStub;
  program.funcMap.set(at, addFunc(program, kind, instance, local, type));
  return true;
}

/** Whether types agree but for what references refer to: a driver of ours knows what it gives. */
function hasSameShape(program: Program, a: i32, b: i32): boolean {
  const params = program.typeParamCount.get(a);
  const results = program.typeResultCount.get(a);
  if (params != program.typeParamCount.get(b) || results != program.typeResultCount.get(b)) return false;
  for (let i: i32 = 0; i < params + results; i++) {
    if (kindOf(program.paramType(a, i)) != kindOf(program.paramType(b, i))) return false;
  }
  return true;
}

/** The function of the host that import `i` names, or -1. */
function findHost(state: LinkState, instance: i32, i: i32): i32 {
  const module = state.program.module(instance);
  const start = module.importNameStart.get(i);
  const end = module.importNameEnd.get(i);
  const hosts = state.options.hosts;
  for (let h: i32 = 0; h < hosts.length; h++) {
    if (isFrom(module, i, hosts[h].module) && module.isNamed(start, end, hosts[h].name)) return h;
  }
  return -1;
}

/** The instance whose exports import `i` may name, or -1. */
function providerOf(state: LinkState, instance: i32, i: i32): i32 {
  const module = state.program.module(instance);
  if (instance == state.program.runtime) return isFrom(module, i, "guest") ? state.guest : -1;
  if (instance == state.driver) {
    if (isFrom(module, i, "guest")) return state.guest;
    if (isFrom(module, i, "calls")) return state.calls;
    return isFrom(module, i, "runtime") ? state.program.runtime : -1;
  }
  if (instance == state.calls) return isFrom(module, i, "runtime") ? state.program.runtime : -1;
  const isPreview1 = isFrom(module, i, "wasi_snapshot_preview1");
  if (!isPreview1 && !isFrom(module, i, PREVIEW_0)) return -1;
  return isForCompiledCode(module, i) ? -1 : state.program.runtime;
}

/** Whether import `i` bears the name of one of the runtime's exports that only compiled code and drivers may call. */
function isForCompiledCode(module: Module, i: i32): boolean {
  const start = module.importNameStart.get(i);
  const end = module.importNameEnd.get(i);
  if (hasPrefix(module, start, end, "wx_")) return true;
  if (hasPrefix(module, start, end, UNSTABLE)) return true;
  // Preview 0 had no way to accept connections.
  if (isFrom(module, i, PREVIEW_0) && module.isNamed(start, end, "sock_accept")) return true;
  for (let call: i32 = 0; call < LibCall.Count; call++) {
    if (module.isNamed(start, end, libCallName(call))) return true;
  }
  return false;
}

function hasPrefix(module: Module, start: i32, end: i32, prefix: string): boolean {
  return end - start >= prefix.length && module.isNamed(start, start + prefix.length, prefix);
}

function isFrom(module: Module, i: i32, name: string): boolean {
  return module.isNamed(module.importModuleStart.get(i), module.importModuleEnd.get(i), name);
}

function findIntrinsic(module: Module, i: i32): i32 {
  const start = module.importNameStart.get(i);
  const end = module.importNameEnd.get(i);
  for (let intrinsic: i32 = 0; intrinsic < Intrinsic.Count; intrinsic++) {
    if (module.isNamed(start, end, intrinsicName(intrinsic))) return intrinsic;
  }
  return -1;
}

/** Whether a canonical type is the one that letters describe (intrinsics.ts): "li>l". */
function hasSignature(program: Program, type: i32, letters: string): boolean {
  const params = program.typeParamCount.get(type);
  const results = program.typeResultCount.get(type);
  let s = "";
  for (let i: i32 = 0; i < params; i++) s += typeLetter(program.paramType(type, i));
  s += ">";
  for (let i: i32 = 0; i < results; i++) s += typeLetter(program.resultType(type, i));
  return s == letters;
}

function typeLetter(value: i32): string {
  if (value == I32) return "i";
  if (value == I64) return "l";
  if (value == FUNCREF) return "f";
  if (value == F32) return "s";
  if (value == F64) return "d";
  return value == EXTERNREF ? "e" : "?";
}

/** Function that `provider` exports under the name of import `i` of `module`, with `prefix` in front, in its index space;
 *  -1 if there is none. */
function findExported(provider: Module, module: Module, i: i32, prefix: string): i32 {
  const start = module.importNameStart.get(i);
  const bytes = module.importNameEnd.get(i) - start;
  for (let e: i32 = 0; e < provider.exportKind.length; e++) {
    if (provider.exportKind.get(e) != ExternKind.Func) continue;
    const name = provider.exportNameStart.get(e);
    if (provider.exportNameEnd.get(e) - name != prefix.length + bytes) continue;
    const at = name + prefix.length;
    if (!provider.isNamed(name, at, prefix)) continue;
    let same: i32 = 0;
    while (same < bytes && provider.bytes.get(at + same) == module.bytes.get(start + same)) same++;
    if (same == bytes) return provider.exportIndex.get(e);
  }
  return -1;
}

/** An import as messages name it: "env" "f" (func (param i32)). */
function importText(program: Program, instance: i32, i: i32): string {
  const module = program.module(instance);
  const from = module.text(module.importModuleStart.get(i), module.importModuleEnd.get(i));
  const name = module.text(module.importNameStart.get(i), module.importNameEnd.get(i));
  const index = module.importIndex.get(i);
  let what = "(tag)";
  switch (module.importKind.get(i)) {
    case ExternKind.Func:
      what = typeText(program, typeOfFunc(program, instance, index));
      break;
    case ExternKind.Table:
      what = `(table ${module.tableMin.get(index)} ${typeName(module.tableType.get(index))})`;
      break;
    case ExternKind.Memory:
      what = `(memory ${module.memoryMin.get(index)})`;
      break;
    case ExternKind.Global:
      what = typeName(module.globalType.get(index));
      what = module.globalMutable.get(index) != 0 ? `(global (mut ${what}))` : `(global ${what})`;
  }
  return `"${from}" "${name}" ${what}`;
}
