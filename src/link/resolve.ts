// Joins instances by their imports and exports: every function, global, memory and table of every module gets a
// program-wide number, and each instance maps from its own index spaces to these.
//
// Who provides what: module "wx" are the intrinsics, for trusted instances only; what a linked instance is known by are
// its exports (linked.ts); "wasi_snapshot_preview1" are exports of the embedded runtime, but not those meant for compiled
// code alone; "guest", for the runtime, are exports of the guest. Everything else is unknown: refused, or made a stub if
// the user asks for it.

import { isSameBytes } from "../base/text";
import { ExternKind, Module } from "../wasm/module";
import { EXTERNREF, F32, F64, FUNCREF, I32, I64 } from "../wasm/types";
import { importText } from "./extern-text";
import { ImportFaults } from "./import-faults";
import { Intrinsic, intrinsicName, intrinsicSignature } from "./intrinsics";
import { LibCall, libCallName } from "./libcalls";
import { NOT_LINKED } from "./linked";
import { Match, matchImport } from "./matching";
import { addMemory } from "./memories";
import { UnknownImports } from "./options";
import { FuncKind, NONE, Program } from "./program";
import { LinkState } from "./state";
import { programValueType } from "./types";

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
  program.instancePreset.push(1);
  program.instanceInit.push(NONE);
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
    program.globalMap.push(i < module.importedGlobalCount ? NONE : addGlobal(program, instance, module, i));
  }
  program.instanceMemoryBase.push(program.memoryMap.length);
  for (let i: i32 = 0; i < module.memoryMin.length; i++) {
    program.memoryMap.push(i < module.importedMemoryCount ? NONE : addMemory(program, instance, module, i));
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

export function addFunc(program: Program, kind: i32, instance: i32, local: i32, type: i32): i32 {
  const f = program.funcKind.length;
  program.funcKind.push(kind);
  program.funcInstance.push(instance);
  program.funcLocal.push(local);
  program.funcType.push(type);
  program.funcReached.push(0);
  program.funcRuns.push(0);
  return f;
}

/** Adds the function that throws, of type (func (param i64)): one that no function of a module has or needs. */
export function addThrowStub(program: Program): void {
  const type = program.typeStart.length;
  program.typeStart.push(program.typePool.length);
  program.typeParamCount.push(1);
  program.typeResultCount.push(0);
  program.typePool.push(I64);
  program.throwStub = addFunc(program, FuncKind.ThrowStub, program.runtime, 0, type);
}

function addGlobal(program: Program, instance: i32, module: Module, i: i32): i32 {
  const g = program.globalType.length;
  program.globalType.push(programValueType(program, instance, module.globalType.get(i)));
  program.globalMutable.push(module.globalMutable.get(i));
  program.globalConstant.push(0);
  program.globalLo.push(0);
  program.globalHi.push(0);
  program.globalFunc.push(NONE);
  program.globalAddress.push(0);
  return g;
}

function addTable(program: Program, instance: i32, module: Module, i: i32): i32 {
  const t = program.tableType.length;
  program.tableInstance.push(instance);
  program.tableLocal.push(i);
  program.tableBaseLo.push(0);
  program.tableBaseHi.push(0);
  program.tableCell.push(0);
  program.tableReserve.push(0);
  program.tableEntryType.push(-1);
  program.tableHasNull.push(1);
  program.tableType.push(programValueType(program, instance, module.tableType.get(i)));
  // A table of 2^32 entries or more is too large; the largest number here says so (MemoryMap.clampTables).
  program.tableMin.push(module.tableMinHi.get(i) != 0 ? -1 : module.tableMin.get(i));
  const bounded = module.tableHasMax.get(i) != 0 && module.tableMaxHi.get(i) == 0;
  program.tableMax.push(bounded ? module.tableMax.get(i) : -1);
  program.tableGrows.push(0);
  program.tableWritten.push(0);
  return t;
}

/** Gives every import what it stands for; the message names all that stand for nothing, or for something else. */
export function resolveImports(state: LinkState): boolean {
  const program = state.program;
  const instances = program.instanceModule.length;
  const faults = new ImportFaults(state);
  for (let n: i32 = 0; n < instances; n++) {
    // The user's modules first, so that driver and runtime see what the imports of these have become.
    const k = (state.firstUser + n) % instances;
    const count = program.module(k).importKind.length;
    for (let i: i32 = 0; i < count; i++) {
      resolveImport(state, k, i, faults);
      if (state.diag.failed) return false;
    }
    if (state.options.isScript && state.isUser(k)) {
      state.unlinked.push(faults.message());
      faults.clear();
    } else if (!faults.isEmpty && (k == state.guest || !state.isUser(k))) {
      return state.diag.fail(-1, faults.message());
    }
  }
  return true;
}

function resolveImport(state: LinkState, instance: i32, i: i32, faults: ImportFaults): void {
  const module = state.program.module(instance);
  const kind = module.importKind.get(i);
  if (kind == ExternKind.Func && (resolveIntrinsic(state, instance, i) || resolveInstantiation(state, instance, i)))
    return;
  const provider = providerOf(state, instance, i);
  if (provider >= 0 && takeExport(state, instance, i, provider, faults)) return;
  if (kind == ExternKind.Func && takeHostFunction(state, instance, i)) return;
  // Something of the guest that the runtime can do without: an error only once a function is reached that calls it
  // (reach.ts).
  if (
    kind == ExternKind.Func &&
    ((provider >= 0 && instance == state.program.runtime) || addStub(state, instance, i))
  ) {
    return;
  }
  faults.addUnknown(instance, i);
}

/** Whether import `i` is an intrinsic that the instance may have. */
function resolveIntrinsic(state: LinkState, instance: i32, i: i32): boolean {
  const program = state.program;
  const module = program.module(instance);
  if (program.instanceTrusted.get(instance) == 0 || !isFrom(module, i, "wx")) return false;
  const intrinsic = findIntrinsic(module, i);
  if (intrinsic < 0) return false;
  const local = module.importIndex.get(i);
  const type = typeOfFunc(program, instance, local);
  if (!hasSignature(program, type, intrinsicSignature(intrinsic))) {
    return state.diag.fail(-1, `import ${importText(program, instance, i)} does not have the intrinsic's type`);
  }
  const kind = intrinsic == Intrinsic.TryCall ? FuncKind.TryStub : FuncKind.Intrinsic;
  const f = addFunc(program, kind, instance, intrinsic, type);
  program.funcMap.set(program.instanceFuncBase.get(instance) + local, f);
  return true;
}

/** Replaces the import of a function by a stub, if that is what the user wants. */
function addStub(state: LinkState, instance: i32, i: i32): boolean {
  const program = state.program;
  const unknown = state.options.unknownImports;
  if (unknown == UnknownImports.Error || !state.isUser(instance)) return false;
  const local = program.module(instance).importIndex.get(i);
  const kind = unknown == UnknownImports.Trap ? FuncKind.TrapStub : FuncKind.DefaultStub;
  const f = addFunc(program, kind, instance, local, typeOfFunc(program, instance, local));
  program.funcMap.set(program.instanceFuncBase.get(instance) + local, f);
  return true;
}

/** The function that brings instance `k` into being. */
export function addInstantiation(program: Program, k: i32): i32 {
  let f = program.instanceInit.get(k);
  if (f == NONE) {
    f = addFunc(program, FuncKind.Instantiate, k, 0, voidType(program));
    program.instanceInit.set(k, f);
  }
  return f;
}

/** The canonical type of functions without parameters and results; the runtime has some. */
function voidType(program: Program): i32 {
  for (let t: i32 = 1; t < program.typeStart.length; t++) {
    if (program.typeParamCount.get(t) == 0 && program.typeResultCount.get(t) == 0) return t;
  }
  assert(false, "voidType: nothing has it");
  return 0;
}

/** Whether the driver's import `i` is to bring a linked instance into being: "instantiate" and its place in the list. */
function resolveInstantiation(state: LinkState, instance: i32, i: i32): boolean {
  const program = state.program;
  const module = program.module(instance);
  if (instance != state.driver || !isFrom(module, i, "instantiate")) return false;
  let place: i32 = 0;
  for (let at = module.importNameStart.get(i); at < module.importNameEnd.get(i); at++) {
    place = place * 10 + (module.bytes.get(at) - 48);
  }
  program.setImport(
    instance,
    ExternKind.Func,
    module.importIndex.get(i),
    addInstantiation(program, state.firstUser + place),
  );
  return true;
}

function matchKind(program: Program, instance: i32, i: i32, kind: i32, actual: i32): i32 {
  return kind == program.module(instance).importKind.get(i) ? matchImport(program, instance, i, actual) : Match.No;
}

/** Takes what import `i` names of what `provider` exports; false if there is nothing of that name. What a script's driver
 *  knows of other modules, wx has looked up: it calls all references externref. */
function takeExport(state: LinkState, instance: i32, i: i32, provider: i32, faults: ImportFaults): boolean {
  const program = state.program;
  const module = program.module(instance);
  const from = program.module(provider);
  let e = provider == program.runtime ? findUnstable(from, module, i) : -1;
  if (e < 0) e = state.findExport(provider, module.bytes, module.importNameStart.get(i), module.importNameEnd.get(i));
  if (e < 0) return false;
  const kind = from.exportKind.get(e);
  const actual = program.externOf(provider, kind, from.exportIndex.get(e));
  // The instance that exports it could not be linked itself.
  if (actual == NONE) return false;
  const isTaken = instance == state.driver && state.isUser(provider);
  const match = isTaken ? Match.Yes : matchKind(program, instance, i, kind, actual);
  if (match == Match.No || (match == Match.IfGrown && !state.options.isScript)) {
    faults.addMismatch(instance, i, provider, e);
  } else if (match == Match.IfGrown) {
    program.growthInstance.push(instance);
    program.growthImport.push(i);
  }
  program.setImport(instance, kind, module.importIndex.get(i), actual);
  return true;
}

/** Whether import `i` is a function of the host. */
function takeHostFunction(state: LinkState, instance: i32, i: i32): boolean {
  const host = findHost(state, instance, i);
  if (host < 0) return false;
  const program = state.program;
  const local = program.module(instance).importIndex.get(i);
  const type = typeOfFunc(program, instance, local);
  const signature = state.options.hosts[host].signature;
  if (signature.length != 0 && !hasSignature(program, type, signature)) {
    state.diag.fail(-1, `import ${importText(program, instance, i)} has another type than what it names`);
  }
  program.funcMap.set(
    program.instanceFuncBase.get(instance) + local,
    addFunc(program, FuncKind.Host, instance, host, type),
  );
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
  const program = state.program;
  const module = program.module(instance);
  const linked = state.linkedProvider(instance, i);
  if (linked != NOT_LINKED) return state.firstUser + linked;
  if (instance == program.runtime) return isFrom(module, i, "guest") ? state.guest : -1;
  if (instance == state.driver) {
    if (isFrom(module, i, "guest")) return state.guest;
    if (isFrom(module, i, "calls")) return state.calls;
    return isFrom(module, i, "runtime") ? program.runtime : -1;
  }
  if (instance == state.calls) return isFrom(module, i, "runtime") ? program.runtime : -1;
  const isPreview1 = isFrom(module, i, "wasi_snapshot_preview1");
  if (!isPreview1 && !isFrom(module, i, PREVIEW_0)) return -1;
  return isForCompiledCode(module, i) ? -1 : program.runtime;
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

/** The runtime's export for a function that differs between the previews of WASI, if import `i` is of preview 0; or -1. */
function findUnstable(runtime: Module, module: Module, i: i32): i32 {
  if (!isFrom(module, i, PREVIEW_0)) return -1;
  const start = module.importNameStart.get(i);
  const end = module.importNameEnd.get(i);
  for (let e: i32 = 0; e < runtime.exportKind.length; e++) {
    const name = runtime.exportNameStart.get(e);
    const nameEnd = runtime.exportNameEnd.get(e);
    if (!hasPrefix(runtime, name, nameEnd, UNSTABLE)) continue;
    if (isSameBytes(runtime.bytes, name + UNSTABLE.length, nameEnd, module.bytes, start, end)) return e;
  }
  return -1;
}
