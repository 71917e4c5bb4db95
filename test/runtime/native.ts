// Compiles modules to executables for the end-to-end tests of the runtime.

import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { Compiler } from "../../src/compile";
import { LinkOptions } from "../../src/link/options";
import { U8Column } from "host/columns";

export interface NativeOptions {
  granted?: string[];
  grants?: { host: string; guest: string; readOnly?: boolean }[];
  stackSize?: number;
}

/** Compiles `wasm` (a file or bytes) to the executable `output`; throws the diagnostic. */
export function compileTo(output: string, wasm: string | Uint8Array, options: NativeOptions = {}, name = "m"): void {
  const bytes = typeof wasm == "string" ? readFileSync(wasm) : wasm;
  const column = new U8Column();
  column.resize(bytes.length);
  column.data.set(bytes);
  const link = new LinkOptions();
  for (const g of options.grants ?? []) link.addGrant(g.host, g.guest, g.readOnly ?? false);
  for (const entry of options.granted ?? []) link.addEnvironment(entry);
  if (options.stackSize) link.stackSize = options.stackSize;
  const compiler = new Compiler(column, name, link);
  compiler.check = true;
  if (!compiler.compile()) {
    throw new Error(compiler.internalError || `${compiler.diagnostic.offset}: ${compiler.diagnostic.message}`);
  }
  writeFileSync(output, compiler.image.data.subarray(0, compiler.image.length));
  chmodSync(output, 0o755);
}
