// Builds the program: joins the embedded runtime, the guest and what is linked with it into one closed world, finds what
// of it can ever run, and decides where everything lives. The steps, in order, are the body of linkProgram.

import { Diagnostic } from "../base/diagnostics";
import { ExternKind, Module } from "../wasm/module";
import { computeGlobalValues } from "./constants";
import { planInstantiation } from "./instantiation";
import { Sandbox } from "./info";
import { chooseGuestMemory, limitMemories } from "./memories";
import { clampTables, MemoryMap } from "./memory-map";
import { LinkOptions } from "./options";
import { orderFunctions } from "./order";
import { NONE, Program } from "./program";
import { computeReachability, prepareReachability, reachExports, reachFunction, resolveLibCalls } from "./reach";
import { addDefinitions, addInstance, addThrowStub, resolveImports } from "./resolve";
import { LinkState } from "./state";
import { computeThrows } from "./throws";
import { buildCanonicalTypes, typeText } from "./types";

/**
 * Fills `program` (new) from the decoded modules; the guest's bodies must be validated. Without a runtime the
 * program has no library calls and no start-up code. With a driver, a module that imports the guest's exports from
 * "guest" and the runtime's from "runtime", its _start runs instead of the guest's. `calls`, if given, is there for the
 * driver, which imports it as "calls"; its bodies must be validated too. Returns false, with a message, for what cannot
 * be linked.
 */
export function linkProgram(
  program: Program,
  runtime: Module | null,
  guest: Module,
  driver: Module | null,
  calls: Module | null,
  options: LinkOptions,
  diag: Diagnostic,
): boolean {
  const state = new LinkState(program, options, diag);
  program.cpu = options.cpu;
  if (!joinModules(state, runtime, guest, driver, calls)) return false;
  if (program.runtime >= 0 && program.tagType.length != 0) {
    addThrowStub(program);
    program.runtimeUnwind = findRuntimeExport(state, "exception_unwind");
  }
  prepareReachability(state);
  resolveLibCalls(program);
  if (!findRuntimeEntries(state)) return false;
  if (!findEntries(state) || !findRoots(state)) return false;
  if (!computeReachability(state)) return false;
  orderFunctions(program);
  computeThrows(program);
  return new MemoryMap(state).build();
}

/**
 * Joins the instances of a script, as far as that is possible: the result says what keeps each of the linked ones from
 * being linked (LinkState.unlinked) and which depend on growth.
 */
export function joinScript(guest: Module, options: LinkOptions, diag: Diagnostic): LinkState {
  const state = new LinkState(new Program(), options, diag);
  resolveModules(state, null, guest, null, null);
  return state;
}

/**
 * As linkProgram for a program that is interpreted: all instances are joined and what runs is known, but nothing is left out
 * and nothing has an address.
 */
export function linkInstances(
  program: Program,
  runtime: Module | null,
  guest: Module,
  driver: Module | null,
  options: LinkOptions,
  diag: Diagnostic,
): boolean {
  const state = new LinkState(program, options, diag);
  return joinModules(state, runtime, guest, driver, null) && clampTables(state) && findEntries(state);
}

/** Makes instances of all modules, and decides what they are at first and how they come to be. */
function joinModules(
  state: LinkState,
  runtime: Module | null,
  guest: Module,
  driver: Module | null,
  calls: Module | null,
): boolean {
  if (!resolveModules(state, runtime, guest, driver, calls)) return false;
  computeGlobalValues(state);
  planInstantiation(state);
  return true;
}

/** Makes instances of all modules and gives every import what it stands for. */
function resolveModules(
  state: LinkState,
  runtime: Module | null,
  guest: Module,
  driver: Module | null,
  calls: Module | null,
): boolean {
  const program = state.program;
  const linked = state.options.linked;
  if (runtime != null) program.runtime = addInstance(program, runtime, true, true);
  state.firstUser = program.instanceModule.length;
  for (let i: i32 = 0; i < linked.length; i++) addInstance(program, linked[i].module, false, false);
  state.guest = addInstance(program, guest, state.options.guestTrusted, false);
  program.guest = state.guest;
  if (driver != null) state.driver = addInstance(program, driver, true, true);
  if (calls != null) state.calls = addInstance(program, calls, true, false);
  buildCanonicalTypes(program);
  for (let k: i32 = 0; k < program.instanceModule.length; k++) addDefinitions(program, k);
  if (!limitMemories(state) || !resolveImports(state)) return false;
  program.guestMemory = chooseGuestMemory(state);
  return true;
}

/** Notes what the entry and signal stubs call. What runs at start is reached later than the rest (reach.ts). */
function findRuntimeEntries(state: LinkState): boolean {
  const program = state.program;
  const options = state.options;
  if (program.runtime < 0) return true;
  program.runtimeInit = findRuntimeExport(state, "wx_init");
  state.atStart.push(program.runtimeInit);
  program.runtimeExit = findRuntimeExport(state, "wx_exit");
  program.runtimeSignal = findRuntimeExport(state, "wx_signal");
  if (program.cpu != 0 && options.checksCpu) {
    program.runtimeCpu = findRuntimeExport(state, "wx_cpu");
    state.atStart.push(program.runtimeCpu);
  }
  reachFunction(state, program.runtimeExit);
  reachFunction(state, program.runtimeSignal);
  if (options.grantCount != 0) addStartFunction(state, "wx_open_grants");
  if (options.listenerCount != 0) addStartFunction(state, "wx_listen");
  if (options.hasTimeout) addStartFunction(state, "wx_start_timer");
  if (!options.isSandboxed) return !state.diag.failed;
  const isStrict = options.sandbox == Sandbox.Strict;
  if (options.grantCount != 0 || options.listenerCount != 0) {
    addStartFunction(state, "wx_confine_files");
    if (isStrict) addStartFunction(state, "wx_require_confinement");
  }
  addStartFunction(state, "wx_filter_calls");
  if (isStrict) addStartFunction(state, "wx_require_filter");
  return !state.diag.failed;
}

function findRuntimeExport(state: LinkState, name: string): i32 {
  const local = state.program.module(state.program.runtime).findExport(name, ExternKind.Func);
  if (local >= 0) return state.program.funcOf(state.program.runtime, local);
  state.diag.fail(-1, `the runtime does not export ${name}`);
  return NONE;
}

/** Has a function of the runtime run after wx_init and before everything of the guest. */
function addStartFunction(state: LinkState, name: string): void {
  const f = findRuntimeExport(state, name);
  state.program.entries.push(f);
  state.atStart.push(f);
}

/**
 * What runs: instantiation with start functions, `_initialize` of modules that are libraries, and the entry the user
 * chose. In a script the driver does all that.
 */
function findEntries(state: LinkState): boolean {
  const program = state.program;
  const guest = program.module(state.guest);
  const entry = state.options.entry;
  if (!state.options.isScript) {
    for (let k: i32 = 0; k < program.instanceModule.length; k++) {
      if (!addInstantiation(state, k)) return false;
    }
    if (entry.length == 0 && state.driver < 0) return true;
    if (guest.findExport("_start", ExternKind.Func) < 0) {
      const initialize = guest.findExport("_initialize", ExternKind.Func);
      const isWanted = initialize >= 0 && entry != "_initialize";
      if (isWanted && !addExportedEntry(state, state.guest, "_initialize", initialize)) return false;
    }
  }
  if (state.driver >= 0) {
    const start = program.module(state.driver).findExport("_start", ExternKind.Func);
    addEntry(state, program.funcOf(state.driver, start));
    return true;
  }
  const local = guest.findExport(entry, ExternKind.Func);
  if (local >= 0) return addExportedEntry(state, state.guest, entry, local);
  // A module without _start is a library: there is nothing to run but its initialization.
  return entry == "_start" || state.diag.fail(-1, `the program does not export function "${entry}"`);
}

/** What runs when instance `k` comes to be; a linked library is initialized then, before others use it. */
function addInstantiation(state: LinkState, k: i32): boolean {
  const program = state.program;
  const module = program.module(k);
  if (program.instanceInit.get(k) != NONE) addEntry(state, program.instanceInit.get(k));
  else if (module.startFunc >= 0) addEntry(state, program.funcOf(k, module.startFunc));
  if (!state.isUser(k) || k == state.guest) return true;
  const initialize = module.findExport("_initialize", ExternKind.Func);
  return initialize < 0 || addExportedEntry(state, k, "_initialize", initialize);
}

function addExportedEntry(state: LinkState, instance: i32, name: string, local: i32): boolean {
  const program = state.program;
  const f = program.funcOf(instance, local);
  const type = program.funcType.get(f);
  if (program.typeParamCount.get(type) != 0 || program.typeResultCount.get(type) != 0) {
    return state.diag.fail(-1, `entry "${name}" must have type (func), but has ${typeText(program, type)}`);
  }
  addEntry(state, f);
  return true;
}

function addEntry(state: LinkState, f: i32): void {
  state.program.entries.push(f);
  reachFunction(state, f);
}

/** Reaches the exports that the options name, or all. */
function findRoots(state: LinkState): boolean {
  const program = state.program;
  const guest = program.module(state.guest);
  for (let i: i32 = 0; i < state.options.roots.length; i++) {
    const name = state.options.roots[i];
    const local = guest.findExport(name, ExternKind.Func);
    if (local < 0) return state.diag.fail(-1, `the program does not export function "${name}"`);
    reachFunction(state, program.funcOf(state.guest, local));
  }
  if (state.options.rootRuntime && !reachExports(state, program.runtime)) return false;
  if (state.options.isScript) reachScript(state);
  return !state.options.rootAllExports || reachExports(state, state.guest);
}

/** Everything that a script's modules export is compiled, called or not. */
function reachScript(state: LinkState): void {
  const program = state.program;
  for (let k = state.firstUser; k <= state.guest; k++) {
    const module = program.module(k);
    for (let e: i32 = 0; e < module.exportKind.length; e++) {
      if (module.exportKind.get(e) == ExternKind.Func)
        reachFunction(state, program.funcOf(k, module.exportIndex.get(e)));
    }
  }
}
