// Reachability: which functions, tables and segments the program can ever use, and what it can change. A work
// list from the entries; everything not reached is never compiled, and what is never written is a constant.
//
// Bodies of embedded modules are validated here, when they are reached: validation is what notes the references that
// this file follows. Those of the runtime's functions are known where its code is (runtime-code.ts).

import { ExternKind, InitKind, Module, RefKind, SegmentMode } from "../wasm/module";
import { validateFunction } from "../wasm/validator";
import { isRef } from "../wasm/types";
import { ConstantEvaluator } from "./constants";
import { LibCall, libCallName } from "./libcalls";
import { FuncKind, NONE, Program } from "./program";
import { FuncWord } from "./runtime-code";
import { LinkState } from "./state";

/** Prepares the tables of what is used; call once all instances are resolved. */
export function prepareReachability(state: LinkState): void {
  const program = state.program;
  const tables = program.tableType.length;
  state.globalWritten.resize(program.globalType.length);
  state.tableLive.resize(tables);
  state.tableFirstSegment.resize(tables);
  state.tableFirstSegment.fill(NONE, 0, tables);
  state.tableInitLo.resize(tables);
  state.tableInitHi.resize(tables);
  state.tableInitFunc.resize(tables);
  state.dataUsed.resize(program.dataAddress.length);
  state.elemUsed.resize(program.elemAddress.length);
  state.elemInstance.resize(program.elemAddress.length);
  state.segmentNext.resize(program.elemAddress.length);
  listSegments(state);
  const evaluator = new ConstantEvaluator();
  for (let k: i32 = 0; k < program.instanceModule.length; k++) {
    const module = program.module(k);
    for (let i = module.importedTableCount; i < module.tableType.length; i++) {
      const lo = module.tableInitLo.get(i);
      evaluator.evaluate(program, k, module.tableInitKind.get(i), lo, module.tableInitHi.get(i));
      const table = program.tableOf(k, i);
      state.tableInitLo.set(table, evaluator.lo);
      state.tableInitHi.set(table, evaluator.hi);
      state.tableInitFunc.set(table, evaluator.func);
    }
  }
}

/** Lists the active segments of each table, in order (backwards over all, as each goes in front). */
function listSegments(state: LinkState): void {
  const program = state.program;
  for (let k: i32 = program.instanceModule.length - 1; k >= 0; k--) {
    const module = program.module(k);
    for (let i = module.elemMode.length - 1; i >= 0; i--) {
      const segment = program.instanceElemBase.get(k) + i;
      state.elemInstance.set(segment, k);
      if (module.elemMode.get(i) != SegmentMode.Active || program.instancePreset.get(k) == 0) continue;
      const table = program.tableOf(k, module.elemTable.get(i));
      state.segmentNext.set(segment, state.tableFirstSegment.get(table));
      state.tableFirstSegment.set(table, segment);
    }
  }
}

/** Marks function `f` reached; its references are followed later. */
export function reachFunction(state: LinkState, f: i32): void {
  const program = state.program;
  if (f == NONE || program.funcReached.get(f) != 0) return;
  program.funcReached.set(f, 1);
  const kind = program.funcKind.get(f);
  if (kind == FuncKind.Body || kind == FuncKind.Instantiate) state.work.push(f);
}

/** A function whose address is taken. */
function reachReference(state: LinkState, f: i32): boolean {
  if (f == NONE) return true;
  const program = state.program;
  if (program.funcKind.get(f) == FuncKind.Intrinsic) {
    return state.diag.fail(-1, "an intrinsic has no address: it can only be called");
  }
  reachFunction(state, f);
  return true;
}

/** Follows all references from the functions reached so far. */
function followAll(state: LinkState): boolean {
  while (state.work.length != 0) {
    if (!followReferences(state, state.work.pop())) return false;
  }
  return true;
}

/** Computes all that is reached, first from the roots so far, and then from what runs at start: what only that does, the
 *  sandbox need not allow. */
export function computeReachability(state: LinkState): boolean {
  const program = state.program;
  for (let g: i32 = 0; g < program.globalType.length; g++) {
    if (isRef(program.globalType.get(g)) && !reachReference(state, program.globalFunc.get(g))) return false;
  }
  if (!followAll(state)) return false;
  for (let f: i32 = 0; f < program.funcKind.length; f++) program.funcRuns.set(f, program.funcReached.get(f));
  for (let i: i32 = 0; i < state.atStart.length; i++) reachFunction(state, state.atStart.get(i));
  if (!followAll(state)) return false;
  for (let f: i32 = 0; f < program.funcKind.length; f++) {
    if (program.funcReached.get(f) != 0 && program.funcKind.get(f) != FuncKind.Intrinsic) program.order.push(f);
  }
  for (let g: i32 = 0; g < program.globalType.length; g++) {
    program.globalConstant.set(g, state.globalWritten.get(g) == 0 ? 1 : 0);
  }
  // The runtime's code is compiled once, for whatever other functions of the runtime a program reaches.
  if (program.runtime >= 0) {
    const module = program.module(program.runtime);
    for (let i: i32 = 0; i < module.globalType.length; i++) {
      program.globalConstant.set(program.globalOf(program.runtime, i), module.globalMutable.get(i) == 0 ? 1 : 0);
    }
  }
  return true;
}

function followReferences(state: LinkState, f: i32): boolean {
  const program = state.program;
  const instance = program.funcInstance.get(f);
  if (program.funcKind.get(f) == FuncKind.Instantiate) return followInstantiation(state, instance);
  const local = program.funcLocal.get(f);
  const module = program.module(instance);
  if (instance == program.runtime && program.runtimeCode.isThere) return followRuntimeReferences(state, local);
  if (program.instanceHidden.get(instance) != 0 && !validateFunction(module, local, state.diag)) return false;
  const end = module.refsEnd.get(local);
  for (let i = module.refsStart.get(local); i < end; i++) {
    const ref = module.refs.get(i);
    if (!followReference(state, module, instance, local, ref & 15, ref >> 4)) return false;
  }
  return true;
}

/** What instantiation does while the program runs: writes active segments, and calls the start function. */
function followInstantiation(state: LinkState, k: i32): boolean {
  const program = state.program;
  const module = program.module(k);
  if (module.startFunc >= 0) reachFunction(state, program.funcOf(k, module.startFunc));
  if (program.instancePreset.get(k) != 0) return true;
  for (let i: i32 = 0; i < module.elemMode.length; i++) {
    if (module.elemMode.get(i) != SegmentMode.Active) continue;
    const table = program.tableOf(k, module.elemTable.get(i));
    program.tableWritten.set(table, 1);
    reachFunction(state, program.libCalls.get(LibCall.TableInit));
    if (!reachTable(state, table) || !reachSegment(state, program.instanceElemBase.get(k) + i)) return false;
  }
  for (let i: i32 = 0; i < module.dataMode.length; i++) {
    if (module.dataMode.get(i) != SegmentMode.Active) continue;
    state.dataUsed.set(program.instanceDataBase.get(k) + i, 1);
    reachFunction(state, program.libCalls.get(LibCall.MemoryInit));
  }
  return true;
}

/** What the runtime's function refers to was noted when it was compiled. */
function followRuntimeReferences(state: LinkState, local: i32): boolean {
  const program = state.program;
  const code = program.runtimeCode;
  const module = program.module(program.runtime);
  const end = code.func(local, FuncWord.RefEnd);
  for (let i = code.func(local, FuncWord.Ref); i < end; i++) {
    const ref = code.ref(i);
    if (!followReference(state, module, program.runtime, local, ref & 15, ref >> 4)) return false;
  }
  return true;
}

function followReference(state: LinkState, module: Module, instance: i32, local: i32, kind: i32, index: i32): boolean {
  const program = state.program;
  switch (kind) {
    case RefKind.Call:
      if (program.funcOf(instance, index) == NONE) return failMissing(state, module, instance, index);
      reachFunction(state, program.funcOf(instance, index));
      return true;
    case RefKind.FuncRef:
      if (program.funcOf(instance, index) == NONE) return failMissing(state, module, instance, index);
      return reachReference(state, program.funcOf(instance, index));
    case RefKind.GlobalSet:
      state.globalWritten.set(program.globalOf(instance, index), 1);
      return true;
    case RefKind.TableUse:
      return reachTable(state, program.tableOf(instance, index));
    case RefKind.TableWrite:
      program.tableWritten.set(program.tableOf(instance, index), 1);
      return reachTable(state, program.tableOf(instance, index));
    case RefKind.TableGrow:
      program.tableGrows.set(program.tableOf(instance, index), 1);
      program.tableWritten.set(program.tableOf(instance, index), 1);
      return reachTable(state, program.tableOf(instance, index));
    case RefKind.MemoryGrow:
      program.memoryGrows.set(program.memoryOf(instance, index), 1);
      return true;
    case RefKind.DataUse:
      state.dataUsed.set(program.instanceDataBase.get(instance) + index, 1);
      return true;
    case RefKind.ElemUse:
      return reachSegment(state, program.instanceElemBase.get(instance) + index);
    case RefKind.LibCall:
      return reachLibCall(state, instance, local, index);
    case RefKind.Throw:
      reachFunction(state, program.throwStub);
      reachFunction(state, program.runtimeUnwind);
      return true;
    case RefKind.IndirectType:
    case RefKind.CallRef:
      return true;
  }
  assert(false, "followReference: kind of reference");
  return true;
}

function reachLibCall(state: LinkState, instance: i32, local: i32, call: i32): boolean {
  const program = state.program;
  const f = program.libCalls.get(call);
  reachFunction(state, f);
  if (f != NONE || program.runtime < 0) return true;
  state.diag.func = local;
  return state.diag.fail(program.module(instance).bodyStart.get(local), `the runtime lacks library call ${call}`);
}

/** Reports the import of the runtime that the guest does not provide. */
function failMissing(state: LinkState, module: Module, instance: i32, local: i32): boolean {
  for (let i: i32 = 0; i < module.importKind.length; i++) {
    if (module.importKind.get(i) != ExternKind.Func || module.importIndex.get(i) != local) continue;
    const name = module.text(module.importNameStart.get(i), module.importNameEnd.get(i));
    return state.diag.fail(-1, `the program does not export function "${name}"`);
  }
  return state.diag.fail(-1, `function ${local} of instance ${instance} is not there`);
}

/** Marks a table used: everything that its active segments put there can be called. */
export function reachTable(state: LinkState, table: i32): boolean {
  if (state.tableLive.get(table) != 0) return true;
  state.tableLive.set(table, 1);
  if (!reachReference(state, state.tableInitFunc.get(table))) return false;
  for (let s = state.tableFirstSegment.get(table); s != NONE; s = state.segmentNext.get(s)) {
    if (!reachElements(state, s)) return false;
  }
  return true;
}

/** Marks an element segment named by table.init or elem.drop. */
function reachSegment(state: LinkState, segment: i32): boolean {
  if (state.elemUsed.get(segment) != 0) return true;
  state.elemUsed.set(segment, 1);
  const instance = state.elemInstance.get(segment);
  const module = state.program.module(instance);
  const i = segment - state.program.instanceElemBase.get(instance);
  // Declared segments, and active ones that have been written, count as dropped from the start.
  return !state.program.isSegmentKept(instance, module.elemMode.get(i)) || reachElements(state, segment);
}

function reachElements(state: LinkState, segment: i32): boolean {
  const program = state.program;
  const instance = state.elemInstance.get(segment);
  const module = program.module(instance);
  const i = segment - program.instanceElemBase.get(instance);
  const start = module.elemStart.get(i);
  const count = module.elemCount.get(i);
  for (let e: i32 = 0; e < count; e++) {
    const at = start + 3 * e;
    const kind = module.elemPool.get(at);
    // What a global.get would give is reached with the global.
    if (kind == InitKind.RefFunc && !reachReference(state, program.funcOf(instance, module.elemPool.get(at + 1)))) {
      return false;
    }
  }
  return true;
}

/** Makes everything that an instance exports a root: the host may call, read and write it. */
export function reachExports(state: LinkState, instance: i32): boolean {
  const program = state.program;
  const module = program.module(instance);
  for (let e: i32 = 0; e < module.exportKind.length; e++) {
    const index = module.exportIndex.get(e);
    switch (module.exportKind.get(e)) {
      case ExternKind.Func:
        reachFunction(state, program.funcOf(instance, index));
        break;
      case ExternKind.Global:
        if (module.globalMutable.get(index) != 0) state.globalWritten.set(program.globalOf(instance, index), 1);
        break;
      case ExternKind.Table:
        program.tableWritten.set(program.tableOf(instance, index), 1);
        if (!reachTable(state, program.tableOf(instance, index))) return false;
    }
  }
  return true;
}

/** Program functions of the library calls; -1 where the runtime does not export one or is not there. */
export function resolveLibCalls(program: Program): void {
  const runtime = program.runtime;
  for (let call: i32 = 0; call < LibCall.Count; call++) {
    const local = runtime < 0 ? NONE : program.module(runtime).findExport(libCallName(call), ExternKind.Func);
    program.libCalls.push(local < 0 ? NONE : program.funcOf(runtime, local));
  }
}
