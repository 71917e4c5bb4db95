// The JavaScript form of the compiler and the native one must write the same bytes for every input, or refuse it with
// the same words: what asc, the native hosts and our own code generation do to src/ must not show.

import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ExternKind } from "../../src/wasm/module";
import { typeName } from "../../src/wasm/types";
import { compileInProcess, compilerOf } from "./in-process";
import { makeFolder, native, ownPrograms, removeFolder, repository, run, shared } from "./wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const output = join(folder, "program");

/** All modules below a folder, sorted. */
function modulesBelow(path: string, ending = ".wasm"): string[] {
  const entries = readdirSync(path, { recursive: true, encoding: "utf8" });
  return entries
    .filter((entry) => entry.endsWith(ending))
    .sort()
    .map((entry) => join(path, entry));
}

/** The difference between the two forms' answers for a file, or null. */
function difference(file: string, options: string[], args: string[] = []): string | null {
  const { image, message, status } = compileInProcess(readFileSync(file), options, file, args);
  rmSync(output, { force: true });
  const done = run([native, "--aot", ...options, "-o", output, "--", file, ...args]);
  if (done.status != status || done.stderr != message) {
    return `${options.join(" ")} ${file}: native ${done.status} "${done.stderr}", JavaScript "${message}"`;
  }
  if (existsSync(output) != (image != null)) return `${file}: a file was written in one form only`;
  if (image == null || readFileSync(output).equals(image)) return null;
  return `${options.join(" ")} ${file}: different bytes`;
}

/** For a module without a start: how to call its first export that takes numbers alone; else nothing. */
function invocation(file: string): { options: string[]; args: string[] } {
  const compiler = compilerOf(readFileSync(file), [], file);
  const module = compiler.guest;
  const plain = { options: [], args: [] };
  if (!compiler.decode() || module.startFunc >= 0 || module.findExport("_start", ExternKind.Func) >= 0) return plain;
  for (let i = 0; i < module.exportKind.length; i++) {
    if (module.exportKind.get(i) != ExternKind.Func) continue;
    const name = module.text(module.exportNameStart.get(i), module.exportNameEnd.get(i));
    const type = module.funcType.get(module.exportIndex.get(i));
    const types = Array.from({ length: module.typeParamCount.get(type) }, (_, k) =>
      typeName(module.paramType(type, k)),
    );
    if (!/^[ -~]+$/.test(name) || types.some((t) => !/^[if](32|64)$/.test(t))) continue;
    return { options: ["--invoke", name], args: types.map((t) => (t.startsWith("f") ? "1.5" : "7")) };
  }
  return plain;
}

function compareAll(files: string[], levels: string[]): void {
  const differences: string[] = [];
  for (const file of files) {
    const { options, args } = invocation(file);
    for (const level of levels) {
      const found = difference(file, [level, "--unknown-imports=default", ...options], args);
      if (found != null) differences.push(found);
    }
  }
  expect(differences).toEqual([]);
}

const both = ["-O0", "-O2"];
const helloFile = join(repository, "examples/hello.wasm");
const first = compileInProcess(readFileSync(helloFile), [], helloFile);
const own = [
  ...ownPrograms().map((program) => program.wasm),
  ...modulesBelow(join(repository, "examples")),
  ...modulesBelow(join(repository, "test")),
];

test("programs of this repository", () => compareAll(own, both), 600_000);

test("text modules of this repository, and a script's lines as such", () => {
  const texts = ["examples", "test"].flatMap((folder) => modulesBelow(join(repository, folder), ".wat"));
  expect(texts.length).toBeGreaterThan(10);
  for (const file of texts) expect(difference(file, [])).toBeNull();
  expect(difference(join(repository, "test/text/script.wast"), [])).toBeNull();
  expect(difference(join(repository, "examples/math.wat"), ["--invoke", "add"], ["1", "2"])).toBeNull();
});

test("options that show in the image", () => {
  for (const options of [
    ["--strip"],
    ["--dir", "a::b", "--dir", "c:ro", "--env", "X=1", "--env", "HOME"],
    ["--trusted"],
    ["--sandbox=off"],
    ["--sandbox=strict", "--dir", "a", "--tcp-listen", "127.0.0.1:80", "--tcp-listen", "[::1]:8080"],
    ["--memory=checked", "--timeout", "1.5", "--max-fds", "9"],
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
    600_000,
  );
}

const spec = shared("spec");
test.skipIf(spec == null)(
  "every fourth module of the specification's scripts",
  () => {
    const files = modulesBelow(spec as string).filter((_, i) => i % 4 == 0);
    compareAll(files, ["-O2"]);
  },
  600_000,
);

test.skipIf(spec == null)(
  "every tenth text of the specification's scripts",
  () => {
    const files = modulesBelow(spec as string, ".wat").filter((_, i) => i % 10 == 0);
    for (const file of files) expect(difference(file, [])).toBeNull();
  },
  600_000,
);

test("what was compiled before does not show", () => {
  expect(compileInProcess(readFileSync(helloFile), [], helloFile)).toEqual(first);
});
