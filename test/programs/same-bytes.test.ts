// The JavaScript form of the compiler and the native one must write the same bytes for every input, or refuse it with
// the same words: what asc, the native hosts and our own code generation do to src/ must not show.

import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { compileInProcess } from "./in-process";
import { makeFolder, native, ownPrograms, removeFolder, repository, run, shared } from "./wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const output = join(folder, "program");

/** All modules below a folder, sorted. */
function modulesBelow(path: string): string[] {
  const entries = readdirSync(path, { recursive: true, encoding: "utf8" });
  return entries
    .filter((entry) => entry.endsWith(".wasm"))
    .sort()
    .map((entry) => join(path, entry));
}

/** The difference between the two forms' answers for a file, or null. */
function difference(file: string, options: string[]): string | null {
  const { image, message } = compileInProcess(readFileSync(file), options, file);
  rmSync(output, { force: true });
  const done = run([native, "--aot", ...options, file, "-o", output]);
  if (done.status != (image == null ? 1 : 0) || done.stderr != message) {
    return `${options.join(" ")} ${file}: native ${done.status} "${done.stderr}", JavaScript "${message}"`;
  }
  if (existsSync(output) != (image != null)) return `${file}: a file was written in one form only`;
  if (image == null || readFileSync(output).equals(image)) return null;
  return `${options.join(" ")} ${file}: different bytes`;
}

function compareAll(files: string[], levels: string[]): void {
  const differences: string[] = [];
  for (const file of files) {
    for (const level of levels) {
      const found = difference(file, [level, "--unknown-imports=default"]);
      if (found != null) differences.push(found);
    }
  }
  expect(differences).toEqual([]);
}

const both = ["-O0", "-O2"];
const own = [
  ...ownPrograms().map((program) => program.wasm),
  ...modulesBelow(join(repository, "examples")),
  ...modulesBelow(join(repository, "test")),
];

test("programs of this repository", () => compareAll(own, both), 60_000);

test("options that show in the image", () => {
  for (const options of [
    ["--strip"],
    ["--dir", "a::b", "--dir", "c:ro", "--env", "X=1", "--env", "HOME"],
    ["--trusted"],
    ["--unknown-imports=trap"],
  ]) {
    expect(difference(join(repository, "examples/hello.wasm"), options)).toBeNull();
    expect(difference(join(repository, "test/programs/files.wasm"), options)).toBeNull();
  }
});

test("wx itself", () => {
  expect(difference(join(repository, "build/wx.wasm"), ["-O0", "--trusted"])).toBeNull();
  expect(difference(join(repository, "build/wx.wasm"), [])).toBeNull();
});

for (const [name, levels] of [
  ["bench", both],
  ["wasi-testsuite", ["-O2"]],
] as const) {
  const path = shared(name);
  test.skipIf(path == null)(
    `modules of ../shared/${name}`,
    () => compareAll(modulesBelow(path as string), [...levels]),
    60_000,
  );
}

const spec = shared("spec");
test.skipIf(spec == null)(
  "every fourth module of the specification's scripts",
  () => {
    const files = modulesBelow(spec as string).filter((_, i) => i % 4 == 0);
    compareAll(files, ["-O2"]);
  },
  120_000,
);
