// The runtime's code is compiled when wx is built (src/link/runtime-code.ts). Under --check it is compiled anew and
// verified: a program must come out the same, whatever it reaches of the runtime.

import { afterAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import wabt from "wabt";
import { makeFolder, native, removeFolder, repository, run } from "../programs/wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

/** A module that calls every function of WASI, whose types stand in `runtime`, and all library calls. */
async function everything(runtime: Uint8Array): Promise<Uint8Array> {
  const { readWasm, parseWat } = await wabt();
  const module = readWasm(runtime, { readDebugNames: false });
  const text = module.toText({ foldExprs: false, inlineExport: false });
  module.destroy();
  const types = [...text.matchAll(/^\s+\(type \(;\d+;\) \(func(.*)\)\)$/gm)].map((m) => m[1]);
  const typeOf = new Map(
    [...text.matchAll(/^\s+\(func \(;(\d+);\) \(type (\d+)\)/gm)].map((m) => [m[1], types[+m[2]]]),
  );
  let imports = "";
  let calls = "";
  for (const [, name, index] of text.matchAll(
    /\(export "((?:args|clock|environ|fd|path|poll|proc|random|sched|sock)_\w+)" \(func (\d+)\)\)/g,
  )) {
    const type = typeOf.get(index) ?? "";
    imports += `(import "wasi_snapshot_preview1" "${name}" (func $${name} ${type}))\n`;
    const params = type.match(/\(param ([^)]*)\)/)?.[1].split(" ") ?? [];
    calls += `${params.map((t) => `(${t}.const 0)`).join(" ")} call $${name} ${type.includes("result") ? "drop" : ""}\n`;
  }
  const zeros = "i32.const 0 i32.const 0 i32.const 0";
  const wat = `(module ${imports} (memory 1) (table 1 10 externref) (data $d "x") (func (export "_start") ${calls}
    ${zeros} memory.copy ${zeros} memory.fill ${zeros} memory.init $d i32.const 0 memory.grow drop
    ref.null extern i32.const 1 table.grow drop i32.const 0 ref.null extern i32.const 0 table.fill))`;
  return parseWat("everything.wat", wat).toBinary({}).buffer;
}

test("programs are the same whether the runtime is compiled with them or was before", async () => {
  const runtime = readFileSync(join(repository, "build/runtime.wasm"));
  const all = join(folder, "everything.wasm");
  writeFileSync(all, await everything(runtime));
  expect(WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(all))).length).toBe(46);
  for (const program of [all, join(repository, "examples/hello.wasm"), join(repository, "test/programs/files.wasm")]) {
    for (const level of ["-O0", "-O2"]) {
      const before = join(folder, "before");
      const anew = join(folder, "anew");
      expect(run([native, "--aot", level, program, "-o", before]).stderr).toBe("");
      expect(run([native, "--aot", level, "--check", program, "-o", anew]).stderr).toBe("");
      expect(readFileSync(before).equals(readFileSync(anew))).toBe(true);
    }
  }
});
