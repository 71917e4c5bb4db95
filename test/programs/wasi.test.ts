// WASI's own test suite, each program compiled by wx, compiled in memory, and interpreted, each in a fresh copy of its
// folder. (On the runtime alone, without the compiler, test/runtime/testsuite.test.ts runs it too.)

import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { landlockVersion } from "../wasi/kernel";
import { compile, javascript, makeFolder, native, removeFolder, run, shared, wxCommand } from "./wx";

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

/** How a program is run: options, and the wx that runs it in place, null if it writes an executable. */
const MODES: [string, string[], string[] | null][] = [
  ["aot-O0", ["-O0"], null],
  ["aot", [], null],
  ["strict", ["--sandbox=strict"], null],
  ["checked", ["--memory=checked"], null],
  ["jit", ["--jit"], wxCommand],
  ["interpreted", [], [native]],
  // WASI in JavaScript instead of the runtime.
  ["interpreted-js", [], ["node", javascript]],
];

/** Node sets times of files to microseconds only. */
const NANOSECONDS = ["fd_filestat_set", "path_filestat", "symlink_filestat"];

function check(language: string, name: string, mode: string, own: string[], place: string[] | null): void {
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
  if (place == null) compile([...options, wasm, "-o", executable]);
  const started = place == null ? [executable] : [...place, ...options, wasm];
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
        for (const [mode, options, place] of MODES) {
          if (mode == "strict" && landlockVersion() < 3) continue;
          if (mode == "interpreted-js" && NANOSECONDS.includes(name)) continue;
          check(language, name, mode, options, place);
        }
      });
    }
  }
}
