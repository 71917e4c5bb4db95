// Scripts of our own hold in wx, and in wasmtime, where it is there: so they are right, too.

import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { run, shared, wx } from "../programs/wx";

export const wasmtime = shared("peers/wasmtime");
const FEATURES = `function-references gc tail-call exceptions memory64 multi-memory custom-page-sizes wide-arithmetic`
  .split(" ")
  .flatMap((feature) => ["-W", `${feature}=y`]);

/** With each of the options, wx passes all assertions of a script; how many there are. */
export function expectPasses(path: string, modes: string[][]): number {
  const count = readFileSync(path, "utf8").split("(assert_").length - 1;
  for (const options of modes) {
    const done = wx(["wast", ...options, path]);
    const lines = done.stdout.trimEnd().split("\n");
    // A line for the script and one for all; what is wrong comes before.
    const last = `${count} passed, 0 failed, 0 skipped`;
    const found = [options, lines.slice(0, -2).slice(0, 20), lines.at(-1), done.stderr, done.status];
    expect(found).toEqual([options, [], last, "", 0]);
  }
  return count;
}

/** Wasmtime, if it is there, passes a script. */
export function expectPeerPasses(path: string): void {
  if (wasmtime == null) return;
  const done = run([wasmtime, "wast", ...FEATURES, path]);
  expect([path, done.status, done.stderr.slice(0, 2000)]).toEqual([path, 0, ""]);
}
