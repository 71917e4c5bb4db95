// Our own scripts, those of edges.ts and of scripts/: all assertions hold in wx, compiled at both levels and interpreted, and in wasmtime where it
// is there. They are what remains of the specification's suite in a clone without it. A wx that lacks a check fails them.

import { afterAll, expect, test } from "bun:test";
import { makeMutantFolder, mutants, removeMutantFolder, runMutant } from "../../tools/mutants.mjs";
import { makeFolder, removeFolder, wx } from "../programs/wx";
import { ownScripts, writeScripts } from "./edges";
import { expectPeerPasses, wasmtime } from "./passes";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const files = writeScripts(folder);
const count = ownScripts().reduce((sum, { text }) => sum + text.split("(assert_").length - 1, 0);

test.each(["-O2", "-O0", "--interpret"])("scripts of our own, %s", (level) => {
  const done = wx(["wast", level, ...files]);
  const lines = done.stdout.trimEnd().split("\n");
  expect(lines.filter((line) => !/ \d+ passed, 0 failed, |^\d+ passed/.test(line))).toEqual([]);
  expect([lines.at(-1), done.status]).toEqual([`${count} passed, 0 failed, 0 skipped`, 0]);
  expect(count).toBeGreaterThan(2500);
});

test.skipIf(wasmtime == null)("wasmtime agrees", () => {
  for (const file of files) expectPeerPasses(file);
});

// One of each; npm run test:mutants has all.
const some = [
  "the bounds check of table entries",
  "the zero extension of wrapped numbers",
  "the signature check of indirect calls",
];
test("a wx without a check, an extension or a comparison is found out", () => {
  const sources = makeMutantFolder();
  try {
    for (const name of some) {
      const mutant = mutants.find((candidate) => candidate.name == name);
      expect([name, mutant != null && runMutant(sources, mutant, files).failed > 0]).toEqual([name, true]);
    }
  } finally {
    removeMutantFolder(sources);
  }
});
