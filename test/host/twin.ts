// Twins: parts of the compiler as asc compiles them, run by the engine beside their JavaScript form.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const repository = join(import.meta.dirname, "../..");

/** Compiles an entry (a path from the project's root), by default with assertions and checks of ranges. */
export function compileTwin(entry: string, flags: string[] = []): WebAssembly.Module {
  const directory = mkdtempSync(join(tmpdir(), "wx-twin-"));
  try {
    const out = join(directory, "twin.wasm");
    const asc = join(repository, "node_modules/assemblyscript/bin/asc.js");
    const args = [asc, entry, "--path", "host/native", "--runtime", "stub", "-o", out, ...flags];
    const done = spawnSync("node", args, { cwd: repository, encoding: "utf8" });
    if (done.stderr != "" || done.status != 0) throw new Error(`asc: ${done.stderr}`);
    return new WebAssembly.Module(readFileSync(out));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A fresh instance, which starts with an empty heap: the stub runtime frees nothing. */
export function startTwin<Exports>(module: WebAssembly.Module): Exports {
  let memory: WebAssembly.Memory | null = null;
  const text = (at: number): string => {
    if (memory == null || at == 0) return "?";
    const bytes = new Uint32Array(memory.buffer, at - 4, 1)[0];
    return new TextDecoder("utf-16").decode(new Uint8Array(memory.buffer, at, bytes));
  };
  const abort = (message: number, file: number, line: number): never => {
    throw new Error(`assertion in the twin: ${text(message)} at ${text(file)}:${line}`);
  };
  // Large columns give pages back to the kernel, of which there is none here.
  const wx = { syscall: () => 0n, memory_base: () => 0n };
  const { exports } = new WebAssembly.Instance(module, { env: { abort }, wx });
  if (exports.memory instanceof WebAssembly.Memory) memory = exports.memory;
  return exports as Exports;
}
