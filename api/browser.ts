// The npm package in a browser: the compiler runs in the page, or in a worker, which keeps the page responsive.

import { compileInEngine } from "./core.js";
import { runSyncWith, runWith } from "./run.js";
import type { CompileOptions, CompileResult, RunOptions, RunResult } from "./types.js";

export type * from "./types.js";
export { inspect, inspectSync, validate, validateSync } from "./core.js";

/** There is no native wx in a browser. */
export function nativePath(): string | null {
  return null;
}

/** Compiles a module to a standalone executable. */
export async function compile(bytes: Uint8Array, options: CompileOptions = {}): Promise<CompileResult> {
  return compileInEngine(bytes, options);
}

/** The same, in one step. */
export function compileSync(bytes: Uint8Array, options: CompileOptions = {}): CompileResult {
  return compileInEngine(bytes, options);
}

/** Runs a program in this page, interpreted, with directories in memory. What a host function throws, this throws. */
export function run(bytes: Uint8Array, options: RunOptions = {}): Promise<RunResult> {
  return runWith(bytes, options, null);
}

/** The same, in one step: nothing can be waited for but clocks. */
export function runSync(bytes: Uint8Array, options: RunOptions = {}): RunResult {
  return runSyncWith(bytes, options, null);
}
