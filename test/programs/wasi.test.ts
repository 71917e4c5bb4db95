// WASI's own test suite, each program compiled by wx and run natively, or run in place, in a fresh copy of its folder. (On
// the runtime alone, without the compiler, test/runtime/testsuite.test.ts runs it too.)

import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { landlockVersion } from "../wasi/kernel";
import { compile, makeFolder, removeFolder, run, shared, wxCommand } from "./wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const suite = shared("wasi-testsuite");

interface Expected {
  args?: string[];
  env?: Record<string, string>;
  root?: string;
  exit_code?: number;
  stdout?: string;
}

/** How a program is run: options, and whether an executable is written first. */
const MODES: [string, string[], boolean][] = [
  ["aot-O0", ["-O0"], true],
  ["aot", [], true],
  ["strict", ["--sandbox=strict"], true],
  ["checked", ["--memory=checked"], true],
  ["place", [], false],
  ["jit", ["--jit"], false],
];

function check(language: string, name: string, mode: string, own: string[], isCompiled: boolean): void {
  const source = join(suite as string, language);
  const json = join(source, `${name}.json`);
  const expected: Expected = existsSync(json) ? JSON.parse(readFileSync(json, "utf8")) : {};
  const room = join(folder, `${name}-${mode}`);
  mkdirSync(room);
  const options = [...own];
  if (expected.root) {
    cpSync(join(source, expected.root), join(room, expected.root), { recursive: true });
    options.push("--dir", `${expected.root}::/`);
  }
  for (const [key, value] of Object.entries(expected.env ?? {})) options.push("--env", `${key}=${value}`);
  const executable = join(room, "program");
  const wasm = join(source, `${name}.wasm`);
  if (isCompiled) compile([...options, wasm, "-o", executable]);
  const started = isCompiled ? [executable] : [...wxCommand, ...options, wasm];
  // Into files: one program expects its output not to be a socket, as Bun's pipes are.
  const command = `exec "$0" "$@" > ../out 2> ../err`;
  const done = run(["sh", "-c", command, ...started, ...(expected.args ?? [])], { cwd: room });
  const out = readFileSync(join(folder, "out"), "utf8");
  const err = readFileSync(join(folder, "err"), "utf8");
  const status = expected.exit_code ?? 0;
  expect([done.status, done.status == status ? "" : err]).toEqual([status, ""]);
  if (expected.stdout !== undefined) expect(out).toBe(expected.stdout);
}

if (suite == null) test.skip("WASI's test suite, natively", () => {});
else {
  for (const language of ["assemblyscript", "c", "rust"]) {
    for (const file of readdirSync(join(suite, language)).sort()) {
      if (!file.endsWith(".wasm")) continue;
      const name = file.slice(0, -5);
      test(`${language}/${name}`, () => {
        for (const [mode, options, isCompiled] of MODES) {
          if (mode == "strict" && landlockVersion() < 3) continue;
          check(language, name, mode, options, isCompiled);
        }
      });
    }
  }
}
