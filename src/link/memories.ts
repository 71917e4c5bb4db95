// The memories of a program: how large they may get, and which of them the runtime works on.

import { isLessWide, shlWide, wideHi, wideLo } from "../base/wide";
import { unsignedText } from "../base/wide-text";
import { ExternKind, Module } from "../wasm/module";
import { MOST_PAGES_32, MOST_PAGES_64 } from "./options";
import { NONE, Program } from "./program";
import { LinkState } from "./state";

/** Numbers memory `i` of `module`, which an instance defines. */
export function addMemory(program: Program, instance: i32, module: Module, i: i32): i32 {
  const m = program.memoryMin.length;
  const log2 = module.memoryPageLog2.get(i);
  const is64 = module.memoryIs64.get(i);
  program.memoryInstance.push(instance);
  program.memoryLocal.push(i);
  program.memoryBaseLo.push(0);
  program.memoryBaseHi.push(0);
  program.memoryCell.push(0);
  program.memoryReserveLo.push(0);
  program.memoryReserveHi.push(0);
  program.memoryMin.push(module.memoryMin.get(i));
  program.memoryMinHi.push(module.memoryMinHi.get(i));
  computeMaximum(module, i);
  program.memoryMax.push(wideLo());
  program.memoryMaxHi.push(wideHi());
  program.memoryPageLog2.push(log2);
  program.memoryIs64.push(is64);
  program.memoryGuarded.push(is64 == 0 && log2 == 16 ? 1 : 0);
  program.memorySlack.push(0);
  program.memoryGrows.push(0);
  return m;
}

/** Maximum of a memory in pages, as the module has it or as we can have it. */
function computeMaximum(module: Module, i: i32): void {
  const isBytes = module.memoryPageLog2.get(i) == 0;
  shlWide(module.memoryIs64.get(i) != 0 ? MOST_PAGES_64 : MOST_PAGES_32, 0, isBytes ? 16 : 0);
  let lo = wideLo();
  let hi = wideHi();
  if (isBytes && module.memoryIs64.get(i) == 0) {
    // The number of pages is an i32.
    lo = -1;
    hi = 0;
  }
  const maxLo = module.memoryMax.get(i);
  const maxHi = module.memoryMaxHi.get(i);
  if (module.memoryHasMax.get(i) != 0 && isLessWide(maxLo, maxHi, lo, hi)) shlWide(maxLo, maxHi, 0);
  else shlWide(lo, hi, 0);
}

/** Bounds the memories of users' modules by what the user allows; false if one is too large from the start. */
export function limitMemories(state: LinkState): boolean {
  const program = state.program;
  for (let k: i32 = 0; k < program.instanceModule.length; k++) {
    if (program.instanceHidden.get(k) != 0 || k == state.calls) continue;
    const module = program.module(k);
    for (let i = module.importedMemoryCount; i < module.memoryMin.length; i++) {
      if (!limitMemory(state, program.memoryOf(k, i))) return false;
    }
  }
  return true;
}

function limitMemory(state: LinkState, m: i32): boolean {
  const program = state.program;
  const minLo = program.memoryMin.get(m);
  const minHi = program.memoryMinHi.get(m);
  const log2 = program.memoryPageLog2.get(m);
  shlWide(state.options.maxMemory, 0, 16 - log2);
  const mostLo = wideLo();
  const mostHi = wideHi();
  if (isLessWide(mostLo, mostHi, minLo, minHi)) {
    const min = unsignedText(minLo, minHi);
    const starts = log2 == 0 ? `${min} bytes of memory` : `${min} pages of memory (64 KiB each)`;
    const most = unsignedText(mostLo, mostHi);
    if (state.options.maxMemory == MOST_PAGES_64) {
      return state.diag.fail(-1, `the program starts with ${starts}; the most that wx supports is ${most}`);
    }
    return state.diag.fail(-1, `the program starts with ${starts}; --max-memory allows ${most}`);
  }
  if (isLessWide(mostLo, mostHi, program.memoryMax.get(m), program.memoryMaxHi.get(m))) {
    program.memoryMax.set(m, mostLo);
    program.memoryMaxHi.set(m, mostHi);
  }
  return true;
}

/** The memory that functions of WASI read and write, or NONE: the one that the guest exports as "memory", otherwise its
 *  first; if it has none, that of the first instance beside it that has one. */
export function chooseGuestMemory(state: LinkState): i32 {
  const own = mainMemory(state.program, state.guest);
  if (own != NONE) return own;
  for (let k = state.firstUser; k < state.guest; k++) {
    const m = mainMemory(state.program, k);
    if (m != NONE) return m;
  }
  return NONE;
}

function mainMemory(program: Program, instance: i32): i32 {
  const module = program.module(instance);
  const exported = module.findExport("memory", ExternKind.Memory);
  if (exported >= 0) return program.memoryOf(instance, exported);
  return module.memoryMin.length != 0 ? program.memoryOf(instance, 0) : NONE;
}

/** Computes the bytes of `lo`, `hi` pages of memory `m`, for wideLo and wideHi. */
export function computeBytes(program: Program, m: i32, lo: i32, hi: i32): void {
  shlWide(lo, hi, program.memoryPageLog2.get(m));
}
