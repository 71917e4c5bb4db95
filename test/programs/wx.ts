// What the tests of the finished compiler share: the wx under test as a command, temporary folders, the programs at
// hand with what they print. By default build/wx is tested, the native form; WX_UNDER_TEST=js takes build/wx.js in
// Node instead.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

export const repository = join(import.meta.dirname, "../..");
export const native = join(repository, "build/wx");
export const javascript = join(repository, "build/wx.js");

/** The command that runs the wx under test. */
export const wxCommand: string[] = process.env.WX_UNDER_TEST == "js" ? ["node", javascript] : [native];
const file = wxCommand[wxCommand.length - 1];
if (!existsSync(file)) throw new Error(`${file} is not there: run npm run build first`);

/** A path below the shared folder beside the repository, or null where there is none. */
export function shared(path: string): string | null {
  const full = join(repository, "../shared", path);
  return existsSync(full) ? full : null;
}

/** A new folder for one test file; `removeFolder` at its end. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), "wx-test-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export interface Result {
  /** Exit status, or the name of the signal that ended it. */
  status: number | string;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  stdin?: string;
  timeout?: number;
}

/** Runs a command to its end. */
export function run(command: string[], options: RunOptions = {}): Result {
  const done = Bun.spawnSync(command, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdin: options.stdin == undefined ? "ignore" : Buffer.from(options.stdin),
    timeout: options.timeout ?? 300_000,
  });
  return {
    status: done.signalCode ?? done.exitCode,
    stdout: done.stdout.toString("latin1"),
    stderr: done.stderr.toString("latin1"),
  };
}

/** Runs the wx under test. */
export function wx(args: string[], options: RunOptions = {}): Result {
  return run([...wxCommand, ...args], options);
}

/** Writes an executable; throws what wx said if it did not. */
export function compile(args: string[], options: RunOptions = {}): void {
  const { status, stderr } = wx(["--aot", ...args], options);
  if (status != 0) throw new Error(`wx --aot ${args.join(" ")}: ${status}: ${stderr}`);
}

export interface Program {
  name: string;
  wasm: string;
  /** Where it finds its inputs. */
  folder: string;
  /** What it must print, where that is known. */
  stdout: string | null;
  stderr: string | null;
}

function textOf(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "latin1") : null;
}

/** The programs of bench/programs. */
export function ownPrograms(): Program[] {
  const folder = join(repository, "bench/programs");
  const names = readdirSync(folder).filter((name) => name.endsWith(".wasm"));
  return names.sort().map((name) => {
    const stdout = textOf(join(folder, name.replace(".wasm", ".expected")));
    return { name: basename(name, ".wasm"), wasm: join(folder, name), folder, stdout, stderr: "" };
  });
}

/** The programs of ../shared/bench that need no feature that wx does not have yet; empty where it is absent. */
export function sharedPrograms(): Program[] {
  const root = shared("bench");
  if (root == null) return [];
  const programs: Program[] = [];
  for (const folder of readdirSync(root).sort()) {
    // Vectors, and types of the garbage collection proposal.
    if (folder == "blake3-simd" || folder == "splay") continue;
    for (const file of readdirSync(join(root, folder)).sort()) {
      if (!file.endsWith(".wasm")) continue;
      const path = join(root, folder, file);
      programs.push({
        name: `${folder}/${basename(file, ".wasm")}`,
        wasm: path,
        folder: join(root, folder),
        stdout: textOf(path.replace(".wasm", ".stdout.expected")),
        stderr: textOf(path.replace(".wasm", ".stderr.expected")),
      });
    }
  }
  return programs;
}
