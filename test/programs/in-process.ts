// The compiler in JavaScript, in this process: as wx itself calls it (src/cli/main.ts), without starting anything.

import "../../host/js/prelude";
import { basename } from "node:path";
import { U8Column } from "../../src/base/columns";
import { chooseEntry } from "../../src/cli/entry";
import { parseOptions } from "../../src/cli/options";
import { Compiler } from "../../src/compile";
import { describeDiagnostic } from "../../src/wasm/describe";

export interface Outcome {
  /** The executable, or null if the module is refused. */
  image: Uint8Array | null;
  /** What wx writes to standard error, and the status it ends with. */
  message: string;
  status: number;
}

/** A compiler of these bytes with the options of a command line. */
export function compilerOf(bytes: Uint8Array, options: string[], input: string): Compiler {
  const parsed = parseOptions(["--aot", ...options.map(toBytes), input]);
  if (parsed.error != "") throw new Error(parsed.error);
  const column = new U8Column();
  column.resize(bytes.length);
  column.data.set(bytes);
  const compiler = new Compiler(column, basename(input).replace(/(.)\.[^.]*$/, "$1"), parsed.link);
  compiler.check = parsed.check;
  return compiler;
}

/** `wx --aot OPTIONS INPUT ARGUMENTS` on these bytes. */
export function compileInProcess(bytes: Uint8Array, options: string[], input: string, args: string[] = []): Outcome {
  const compiler = compilerOf(bytes, options, input);
  const parsed = parseOptions(["--aot", ...options.map(toBytes), input, ...args.map(toBytes)]);
  parsed.link = compiler.options;
  const wrong = compiler.decode() ? chooseEntry(parsed, compiler) : "";
  if (wrong != "") return { image: null, message: `wx: ${input}: ${wrong}\n`, status: parsed.invoke != "" ? 2 : 1 };
  const done = compiler.compile();
  if (compiler.internalError != "") throw new Error(compiler.internalError);
  if (done) return { image: compiler.image.data.subarray(0, compiler.image.length), message: "", status: 0 };
  return { image: null, message: `wx: ${describeDiagnostic(input, compiler.guest, compiler.diagnostic)}\n`, status: 1 };
}

/** wx's strings are bytes, one character each. */
function toBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}
