// Run once when wx is built: compiles the embedded runtime and writes its code (link/runtime-code.ts) to the file named
// as the only argument, to be embedded beside it.

import "host/prelude";
import { U8Column } from "../base/columns";
import { Compiler } from "../compile";
import { LinkOptions } from "../link/options";
import { argument, exit, print, writeFile } from "host/system";

function main(): void {
  const empty = new U8Column();
  empty.pushI32(0x6d73_6100);
  empty.pushI32(1);
  const options = new LinkOptions();
  const compiler = new Compiler(empty, "empty", options);
  compiler.check = true;
  const out = new U8Column();
  if (!compiler.compileRuntime(out)) {
    print(2, `precompile: ${compiler.internalError}${compiler.diagnostic.message}\n`);
    exit(70);
  }
  exit(writeFile(argument(1), out, 0o644) == 0 ? 0 : 1);
}

main();
