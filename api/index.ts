// The npm package in Node, Bun and Deno: compiles with the native wx where it is installed, otherwise in the engine.

import { readFileSync } from "node:fs";
import { checkOptions } from "./arguments.js";
import { compileInEngine } from "./core.js";
import { failure } from "./errors.js";
import { compileNative, compileNativeSync } from "./native.js";
import { nativePath } from "./native-path.js";
import { nodePlatform } from "./node-platform.js";
import { runSyncWith, runWith } from "./run.js";
import type { CompileOptions, CompileResult, RunOptions, RunResult } from "./types.js";

export type * from "./types.js";
export { inspect, inspectSync, validate, validateSync } from "./core.js";
export { nativePath } from "./native-path.js";

/** What is wrong with the call as such, or null. */
function misuse(bytes: Uint8Array, options: CompileOptions): CompileResult | null {
  if (!(bytes instanceof Uint8Array)) return failure("usage", "the module must be given as a Uint8Array");
  const wrong = checkOptions(options);
  return wrong == "" ? null : failure("usage", wrong);
}

function inEngine(bytes: Uint8Array, options: CompileOptions): CompileResult {
  let cpuinfo = "";
  try {
    if (options.cpu == "native") cpuinfo = readFileSync("/proc/cpuinfo", "latin1").slice(0, 4096);
  } catch {
    // Another system: the executable is for every processor.
  }
  return compileInEngine(bytes, options, cpuinfo);
}

/** Compiles a module to a standalone executable. */
export async function compile(bytes: Uint8Array, options: CompileOptions = {}): Promise<CompileResult> {
  const path = options.native == false ? null : nativePath();
  return misuse(bytes, options) ?? (path ? compileNative(path, bytes, options) : inEngine(bytes, options));
}

/** The same, in one step. */
export function compileSync(bytes: Uint8Array, options: CompileOptions = {}): CompileResult {
  const path = options.native == false ? null : nativePath();
  return misuse(bytes, options) ?? (path ? compileNativeSync(path, bytes, options) : inEngine(bytes, options));
}

/** Runs a program in this engine, interpreted. What a host function throws, this throws. */
export function run(bytes: Uint8Array, options: RunOptions = {}): Promise<RunResult> {
  return runWith(bytes, options, nodePlatform);
}

/** The same, in one step: nothing can be waited for but clocks and the streams of this process. */
export function runSync(bytes: Uint8Array, options: RunOptions = {}): RunResult {
  return runSyncWith(bytes, options, nodePlatform);
}
