// The compiler in this engine, for Node, Bun, Deno and browsers: nothing here knows files or processes.

import "host/prelude";
import { fromBytes, toBytes } from "../host/js/wasi/byte-text";
import { Diagnostic } from "../src/base/diagnostics";
import { JsonPrinter } from "../src/base/json-print";
import { chooseEntry } from "../src/cli/entry";
import { inspectBytes, readInspected } from "../src/cli/inspect-bytes";
import { parseOptions } from "../src/cli/options";
import { Compiler } from "../src/compile";
import { cpuOfFlags } from "../src/link/cpu";
import { ModuleSource } from "../src/text/source";
import { decodeModule } from "../src/wasm/decoder";
import { Module } from "../src/wasm/module";
import { validateModule } from "../src/wasm/validator";
import { checkOptions, commandOptions } from "./arguments.js";
import { columnOf, errorOf, type Failure, failure } from "./errors.js";
import type { CompileOptions, CompileResult, InspectResult, ModuleInfo, ValidateResult } from "./types.js";

/** An exception out of the compiler is a bug of ours; of the caller, only bytes that are none. */
function guarded<T>(bytes: Uint8Array, action: () => T): T | Failure {
  if (!(bytes instanceof Uint8Array)) return failure("usage", "the module must be given as a Uint8Array");
  try {
    return action();
  } catch (error) {
    return failure("internal", error instanceof Error ? error.message : String(error));
  }
}

/** `cpuinfo`: what the kernel says of this machine's processor, where there is one to ask. */
export function compileInEngine(bytes: Uint8Array, options: CompileOptions, cpuinfo = ""): CompileResult {
  return guarded(bytes, () => {
    const wrong = checkOptions(options);
    if (wrong != "") return failure("usage", wrong);
    const args = [...commandOptions(options), "--", "module.wasm", ...(options.arguments ?? [])];
    const parsed = parseOptions(args.map(toBytes));
    if (parsed.error != "") return failure("usage", fromBytes(parsed.error));
    const started = performance.now();
    const source = new ModuleSource();
    const diagnostic = new Diagnostic();
    const isRead = source.read(columnOf(bytes), diagnostic);
    const compiler = new Compiler(source.bytes, parsed.name, parsed.forExecutable(cpuOfFlags(cpuinfo)));
    if (!isRead) return errorOf(compiler.guest, diagnostic);
    if (compiler.decode()) {
      const refused = chooseEntry(parsed, compiler);
      if (refused != "") return failure(parsed.invoke != "" ? "usage" : "input", fromBytes(refused));
    }
    const done = compiler.compile();
    if (compiler.internalError != "") return failure("internal", compiler.internalError);
    if (!done) {
      source.locate(compiler.diagnostic);
      return errorOf(compiler.guest, compiler.diagnostic);
    }
    const stats = {
      inputBytes: bytes.length,
      outputBytes: compiler.image.length,
      codeBytes: compiler.code.bytes.length,
      functions: compiler.program.order.length,
      microseconds: Math.round((performance.now() - started) * 1000),
    };
    const executable = compiler.image.data.slice(0, compiler.image.length);
    return { ok: true, executable, warnings: compiler.warnings().map(fromBytes), stats };
  });
}

export function validateSync(bytes: Uint8Array): ValidateResult {
  return guarded(bytes, () => {
    const source = new ModuleSource();
    const diagnostic = new Diagnostic();
    const isRead = source.read(columnOf(bytes), diagnostic);
    const module = new Module(source.bytes, "module");
    if (isRead && decodeModule(module, diagnostic) && validateModule(module, diagnostic)) return { ok: true };
    source.locate(diagnostic);
    return errorOf(module, diagnostic);
  });
}

export function inspectSync(bytes: Uint8Array): InspectResult {
  return guarded(bytes, () => {
    const source = new ModuleSource();
    const diagnostic = new Diagnostic();
    const isRead = readInspected(columnOf(bytes), source, diagnostic);
    const module = new Module(source.bytes, "module");
    const value = isRead ? inspectBytes(source.bytes, module, diagnostic) : null;
    if (value == null) {
      source.locate(diagnostic);
      return errorOf(module, diagnostic);
    }
    const printer = new JsonPrinter();
    printer.json(value);
    const text = new TextDecoder().decode(printer.out.data.subarray(0, printer.out.length));
    return { ok: true, info: JSON.parse(text) as ModuleInfo };
  });
}

export async function validate(bytes: Uint8Array): Promise<ValidateResult> {
  return validateSync(bytes);
}

export async function inspect(bytes: Uint8Array): Promise<InspectResult> {
  return inspectSync(bytes);
}
