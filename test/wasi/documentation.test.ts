// docs/wasi.md is true: it has every function, names for each the system calls that the filter of a program with that
// function allows, and tests that call it.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { I32Column } from "../../src/base/columns";
import { allowedCalls, Filter } from "../../src/link/filter";
import { systemCall } from "../../src/link/system-calls";
import { compilerOf } from "../programs/in-process";
import { repository } from "../programs/wx";
import { assemble } from "../text/assemble";
import { importText, SIGNATURES, zeroCall } from "./guest";

/** Cells of each function's row: name, what it does, system calls, tests. */
const rows = new Map<string, string[]>();
for (const line of readFileSync(join(repository, "docs/wasi.md"), "utf8").split("\n")) {
  const cells = line.split("|").map((cell) => cell.trim());
  const name = cells.length == 6 ? cells[1].match(/^`(\w+)`$/)?.[1] : undefined;
  if (name) rows.set(name, cells.slice(1, 5));
}
const words = (text: string) => [...text.matchAll(/\w+/g)].map((m) => m[0]);

/** The calls that every program may make. */
const ALWAYS = ["write", "rt_sigaction", "rt_sigreturn", "restart_syscall", "exit_group"];
/** For a call of this function, what a program may call beside these, with or without granted directories. */
function callsOf(name: string, hasDirectories: boolean): string[] {
  const text = `(module ${importText("wasi_snapshot_preview1", name)}
    (memory (export "memory") 1) (func (export "_start") ${zeroCall(name)}))`;
  const compiler = compilerOf(assemble(text), [], "m.wasm");
  expect(compiler.compile()).toBe(true);
  const numbers = new I32Column();
  for (let i = 0; i < compiler.code.callFunc.length; i++) {
    if (compiler.program.funcRuns.get(compiler.code.callFunc.get(i))) numbers.push(compiler.code.callNumber.get(i));
  }
  const filter = new Filter();
  expect(filter.build(numbers, hasDirectories)).toBe(true);
  const calls = allowedCalls(filter.words);
  const names = Array.from({ length: calls.length }, (_, i) => systemCall(calls.get(i))?.name as string);
  return names.filter((call) => !ALWAYS.includes(call)).sort();
}

test("every function has its row", () => {
  expect([...rows.keys()].sort()).toEqual(Object.keys(SIGNATURES).sort());
});

test("the system calls are those that the filter allows", () => {
  for (const [name, row] of rows) expect([name, callsOf(name, true)]).toEqual([name, words(row[2]).sort()]);
});

test("those in italics are not there without granted directories", () => {
  for (const [name, row] of rows) {
    const italic = [...row[2].matchAll(/\*`(\w+)`\*/g)].map((m) => m[1]).sort();
    const left = callsOf(name, false);
    expect([name, callsOf(name, true).filter((call) => !left.includes(call))]).toEqual([name, italic]);
  }
});

test("the tests that it names call the function", () => {
  for (const [name, row] of rows) {
    expect(words(row[3]).length).toBeGreaterThan(0);
    for (const file of words(row[3])) {
      const path = file == "runtime" ? "test/runtime/wasi.test.ts" : `test/wasi/${file}.test.ts`;
      let source = readFileSync(join(repository, path), "utf8");
      if (file == "escape") source += readFileSync(join(repository, "test/wasi/attempts.ts"), "utf8");
      // guest.ts has words of its own for the most used.
      const spelled: Record<string, RegExp> = {
        path_open: /\.open\(|path_open/,
        fd_read: /\.read\(|fd_read/,
        fd_write: /\.write\(|fd_write/,
      };
      expect([name, file, (spelled[name] ?? new RegExp(`\\b(unstable_)?${name}\\b`)).test(source)]).toEqual([
        name,
        file,
        true,
      ]);
    }
  }
});
