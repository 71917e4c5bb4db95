// Compiles guests (guest.ts) with one of the builds of wx and runs them: the compiler in this process, and the executable
// as a process of its own.

import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { compileInProcess } from "../programs/in-process";
import { makeFolder, removeFolder } from "../programs/wx";
import type { Answer, Guest } from "./guest";

export type Compile = typeof compileInProcess;

const folder = makeFolder();
process.on("exit", () => removeFolder(folder));
let count = 0;

export interface Outcome {
  /** Exit status, or the name of the signal that ended it. */
  status: number | string;
  stdout: Uint8Array;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  args?: string[];
  env?: Record<string, string>;
  stdin?: Uint8Array | number | null;
  /** Real pipes as standard input (with four bytes) and output: Bun's are files and sockets. */
  pipes?: boolean;
  timeout?: number;
}

/** Writes the executable; its path. */
export function build(wasm: Uint8Array, options: string[], compile: Compile = compileInProcess): string {
  const { image, message } = compile(wasm, options, "guest.wasm");
  if (image == null) throw new Error(message);
  const path = join(folder, `guest${count++}`);
  writeFileSync(path, image);
  chmodSync(path, 0o755);
  return path;
}

/** Runs a command to its end. */
export function execute(command: string[], options: RunOptions = {}): Outcome {
  // The one who feeds does not mind when the program ends first.
  const feed = "(trap '' PIPE; printf abcd 2>/dev/null; true)";
  const piped = ["bash", "-o", "pipefail", "-c", `${feed} | "$0" "$@" | cat`, ...command];
  const done = Bun.spawnSync(options.pipes ? piped : command, {
    cwd: options.cwd,
    env: options.env ?? {},
    stdin: options.stdin ?? "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: options.timeout ?? 300_000,
  });
  return {
    status: done.signalCode ?? done.exitCode,
    stdout: done.stdout ?? new Uint8Array(),
    stderr: done.stderr.toString("latin1"),
  };
}

/** Compiles and runs a guest; what it answered. It must end well. */
export function ask(guest: Guest, options: string[] = [], run: RunOptions = {}, compile?: Compile): Answer {
  const executable = build(guest.wasm, options, compile);
  const outcome = execute([executable, ...(run.args ?? [])], run);
  if (outcome.status != 0) throw new Error(`the guest ended with ${outcome.status}: ${outcome.stderr}`);
  return guest.answer(outcome.stdout);
}

/** A port that is free on this address. */
export function freePort(host = "127.0.0.1"): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on("error", fail);
    server.listen(0, host, () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
