// WASI's own test suite against the runtime module: each program in a process of its own (run-guest.ts), in a fresh
// copy of its directory. Independent of the compiler, so a failure here is the runtime's.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "../..");
const suite = join(root, "../shared/wasi-testsuite");

interface Expected {
  args?: string[];
  env?: Record<string, string>;
  root?: string;
  exit_code?: number;
  stdout?: string;
}

function runProgram(folder: string, name: string, walk: boolean): void {
  const json = join(suite, folder, `${name}.json`);
  const expected: Expected = existsSync(json) ? JSON.parse(readFileSync(json, "utf8")) : {};
  const directory = mkdtempSync(join(tmpdir(), "wx-wasi-"));
  const grants: { host: string; guest: string }[] = [];
  if (expected.root) {
    const copy = join(directory, expected.root);
    cpSync(join(suite, folder, expected.root), copy, { recursive: true });
    grants.push({ host: copy, guest: "/" });
  }
  const options = {
    wasm: join(suite, folder, `${name}.wasm`),
    args: [`${name}.wasm`, ...(expected.args ?? [])],
    granted: Object.entries(expected.env ?? {}).map(([key, value]) => `${key}=${value}`),
    grants,
    walk,
  };
  // Into files: the pipes that Bun makes are sockets, which one program expects its output not to be.
  const command = [process.execPath, join(import.meta.dir, "run-guest.ts"), JSON.stringify(options)];
  const [out, err] = [join(directory, "out"), join(directory, "err")];
  const result = Bun.spawnSync(command, { stdout: Bun.file(out), stderr: Bun.file(err) });
  const stdout = readFileSync(out, "utf8");
  const output = stdout + readFileSync(err, "utf8");
  rmSync(directory, { recursive: true });
  expect(`${result.exitCode} ${result.exitCode == (expected.exit_code ?? 0) ? "" : output}`).toBe(
    `${expected.exit_code ?? 0} `,
  );
  if (expected.stdout !== undefined) expect(stdout).toBe(expected.stdout);
}

if (existsSync(suite) && existsSync(join(root, "build/runtime.wasm"))) {
  for (const folder of ["assemblyscript", "c", "rust"]) {
    for (const file of readdirSync(join(suite, folder)).sort()) {
      if (!file.endsWith(".wasm")) continue;
      const name = file.slice(0, -5);
      test(`${folder}/${name}`, () => runProgram(folder, name, false));
      if (folder == "rust") test(`${folder}/${name} without openat2`, () => runProgram(folder, name, true));
    }
  }
} else {
  console.log("skipped: the WASI test suite (shared/wasi-testsuite or build/runtime.wasm is not there)");
}
