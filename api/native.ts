// The native wx, where the package for this platform is installed: found, and called with the module on its standard
// input. It writes the same bytes as the compiler in the engine, some ten times sooner.

import { spawn, spawnSync } from "node:child_process";
import { commandOptions } from "./arguments.js";
import { failure } from "./errors.js";
import type { CompileOptions, CompileResult, WxError } from "./types.js";

/** More than any executable has. */
const MOST_BYTES = 0x4000_0000;

function nativeArguments(options: CompileOptions): string[] {
  return [...commandOptions(options), "--json", "--output=-", "--", "-", ...(options.arguments ?? [])];
}

/** What the native wx said and wrote, as a result. */
function resultOf(status: number | null, output: Uint8Array, messages: string): CompileResult {
  try {
    const said = JSON.parse(messages);
    if (status == 0) return { ok: true, executable: output, warnings: said.warnings, stats: said.stats };
    const { message, offset, line, column, function: func } = said.error;
    const kind: WxError["kind"] = status == 2 ? "usage" : status == 1 ? "input" : "internal";
    const error: WxError = { kind, message };
    if (offset != undefined) error.offset = offset;
    if (line != undefined) Object.assign(error, { line, column });
    if (func != undefined) error.function = func;
    return { ok: false, error };
  } catch {
    // Wrong usage is said in words, before --json is known to be meant.
    const text = messages.replace(/^wx: /, "").replace(/\nTry 'wx --help'\.\n$/, "");
    return failure(status == 2 ? "usage" : "internal", text || `the native wx ended with status ${status}`);
  }
}

export function compileNativeSync(path: string, bytes: Uint8Array, options: CompileOptions): CompileResult {
  const done = spawnSync(path, nativeArguments(options), { input: bytes, maxBuffer: MOST_BYTES });
  // It may have refused its options before it read: then the pipe is broken, and there is a status all the same.
  if (done.error && done.status == null) return failure("internal", done.error.message);
  return resultOf(done.status, new Uint8Array(done.stdout), done.stderr.toString());
}

export function compileNative(path: string, bytes: Uint8Array, options: CompileOptions): Promise<CompileResult> {
  return new Promise((resolve) => {
    const program = spawn(path, nativeArguments(options), { stdio: ["pipe", "pipe", "pipe"] });
    const output: Buffer[] = [];
    const messages: Buffer[] = [];
    program.stdout.on("data", (part) => output.push(part));
    program.stderr.on("data", (part) => messages.push(part));
    program.on("error", (error) => resolve(failure("internal", error.message)));
    program.on("close", (status) => {
      resolve(resultOf(status, new Uint8Array(Buffer.concat(output)), Buffer.concat(messages).toString()));
    });
    // It may refuse its options before it reads.
    program.stdin.on("error", () => {});
    program.stdin.end(bytes);
  });
}
