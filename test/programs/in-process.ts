// The compiler in JavaScript, in this process: as wx itself calls it (src/cli/main.ts), without starting anything.

import "../../host/js/prelude";
import { basename } from "node:path";
import { U8Column } from "../../src/base/columns";
import { parseOptions } from "../../src/cli/options";
import { Compiler } from "../../src/compile";
import { describeDiagnostic } from "../../src/wasm/describe";

export interface Outcome {
  /** The executable, or null if the module is refused. */
  image: Uint8Array | null;
  /** What wx writes to standard error. */
  message: string;
  compiler: Compiler;
}

/** `wx --aot OPTIONS INPUT` on these bytes. */
export function compileInProcess(bytes: Uint8Array, options: string[], input: string): Outcome {
  const parsed = parseOptions(["--aot", ...options, input]);
  if (parsed.error != "") throw new Error(parsed.error);
  const column = new U8Column();
  column.resize(bytes.length);
  column.data.set(bytes);
  const name = basename(input).replace(/(.)\.[^.]*$/, "$1");
  const compiler = new Compiler(column, name, parsed.link);
  compiler.check = parsed.check;
  const done = compiler.compile();
  if (compiler.internalError != "") throw new Error(compiler.internalError);
  if (done) return { image: compiler.image.data.subarray(0, compiler.image.length), message: "", compiler };
  const message = `wx: ${describeDiagnostic(input, compiler.guest, compiler.diagnostic)}\n`;
  return { image: null, message, compiler };
}
