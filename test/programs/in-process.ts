// The compiler in JavaScript, in this process: as wx itself calls it (src/cli/main.ts), without starting anything.

import "../../host/js/prelude";
import { basename } from "node:path";
import { U8Column } from "../../src/base/columns";
import { Diagnostic } from "../../src/base/diagnostics";
import { chooseEntry } from "../../src/cli/entry";
import { parseOptions } from "../../src/cli/options";
import { Compiler } from "../../src/compile";
import { ModuleSource } from "../../src/text/source";
import { describeDiagnostic } from "../../src/wasm/describe";

export interface Outcome {
  /** The executable, or null if the module is refused. */
  image: Uint8Array | null;
  /** What wx writes to standard error, and the status it ends with. */
  message: string;
  status: number;
}

/** A compiler of what a file holds, binary or text, with the options of a command line; and what is wrong with it. */
function compilerOfSource(
  source: ModuleSource,
  bytes: Uint8Array,
  options: string[],
  input: string,
): { compiler: Compiler; message: string } {
  const parsed = parseOptions(["--aot", ...options.map(toBytes), input]);
  if (parsed.error != "") throw new Error(parsed.error);
  const column = new U8Column();
  column.resize(bytes.length);
  column.data.set(bytes);
  const diagnostic = new Diagnostic();
  const isRead = source.read(column, diagnostic);
  const compiler = new Compiler(source.bytes, basename(input).replace(/(.)\.[^.]*$/, "$1"), parsed.link);
  compiler.check = parsed.check;
  return { compiler, message: isRead ? "" : `wx: ${describeDiagnostic(input, compiler.guest, diagnostic)}\n` };
}

/** A compiler of what a file holds with the options of a command line; if that is no module, there are no bytes. */
export function compilerOf(bytes: Uint8Array, options: string[], input: string): Compiler {
  return compilerOfSource(new ModuleSource(), bytes, options, input).compiler;
}

/** `wx --aot OPTIONS INPUT ARGUMENTS` on these bytes. */
export function compileInProcess(bytes: Uint8Array, options: string[], input: string, args: string[] = []): Outcome {
  const source = new ModuleSource();
  const { compiler, message } = compilerOfSource(source, bytes, options, input);
  if (message != "") return { image: null, message, status: 1 };
  const parsed = parseOptions(["--aot", ...options.map(toBytes), input, ...args.map(toBytes)]);
  parsed.link = compiler.options;
  const wrong = compiler.decode() ? chooseEntry(parsed, compiler) : "";
  if (wrong != "") return { image: null, message: `wx: ${input}: ${wrong}\n`, status: parsed.invoke != "" ? 2 : 1 };
  const done = compiler.compile();
  if (compiler.internalError != "") throw new Error(compiler.internalError);
  if (done) return { image: compiler.image.data.subarray(0, compiler.image.length), message: "", status: 0 };
  source.locate(compiler.diagnostic);
  return { image: null, message: `wx: ${describeDiagnostic(input, compiler.guest, compiler.diagnostic)}\n`, status: 1 };
}

/** wx's strings are bytes, one character each. */
function toBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}
