// npm run test:mutants: negative controls of the scripts in test/wast. Each mutant is a wx with one check, one extension or
// one comparison less, in its JavaScript form; the scripts must find it out, and nothing wrong with wx itself. A mutant that
// survives is a gap in the scripts.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What is left out of which file: the text, which is there once, and what stands in its place. */
export const mutants = [
  {
    name: "the bounds check of table entries",
    file: "src/x64/lower-memory.ts",
    text: "  s.beginImm(X64.TrapIf, Cond.AboveEqual);\n  s.setDisp(TrapKind.TableOutOfBounds);\n  buildEntryAddress",
    by: "  buildEntryAddress",
  },
  {
    name: "the bounds check of offsets from 2 GiB on",
    file: "src/x64/lower-address.ts",
    text: "  s.beginImm(X64.TrapIf, Cond.Below);\n  s.setDisp(TrapKind.MemoryOutOfBounds);\n",
    by: "",
  },
  {
    name: "the zero extension of wrapped numbers",
    file: "src/x64/select-state.ts",
    text: "if (!this.isUpperZero(a) || ++steps > MAX_STEPS) return x;",
    by: "if (++steps > MAX_STEPS) return x;",
  },
  {
    name: "the zero extension of bytes",
    file: "src/x64/lower-memory.ts",
    text: "      return X64.Movzx8;",
    by: "      return X64.Movsx8To32;",
  },
  {
    name: "the signature check of indirect calls",
    file: "src/x64/lower-call.ts",
    text: "if (check == SignatureCheck.Exact) {",
    by: "if (check == SignatureCheck.Exact && type < 0) {",
  },
  {
    name: "the proof that a folded sum does not wrap",
    file: "src/x64/lower-address.ts",
    text: "if (upperBound(func, x) < 0) break;",
    by: "",
  },
  {
    name: "that a load without a use traps",
    file: "src/ssa/op.ts",
    text: 'row(Op.Load, "load", "t:p/m", Effect.Reads | Effect.Traps)',
    by: 'row(Op.Load, "load", "t:p/m", Effect.Reads)',
  },
  {
    name: "that a division without a use traps",
    file: "src/ssa/op.ts",
    text: 'row(Op.DivU, "div_u", "n:nn", Effect.Traps)',
    by: 'row(Op.DivU, "div_u", "n:nn", 0)',
  },
  {
    name: "the bounds check of memory.fill",
    file: "runtime/libcalls.ts",
    text: "if (isOutside(load64(cell + MemoryCell.Size), target, bytes)) trap(TrapKind.MemoryOutOfBounds);",
    by: "",
  },
  {
    name: "the type of imported functions",
    file: "src/link/matching.ts",
    text: "program.isSubtype(program.funcType.get(actual), type) ? Match.Yes : Match.No",
    by: "type >= 0 ? Match.Yes : Match.No",
  },
  {
    name: "the size of what is imported after it has grown",
    file: "src/ssa/builder-instantiate.ts",
    text: "  b.buildTrapIf(b.binary(Op.LtU, Type.I32, size, asked), TrapKind.Unlinkable);\n",
    by: "",
  },
  {
    name: "the order in which instances come to be",
    file: "src/link/instantiation.ts",
    text: "let hasRun = state.options.isScript;",
    by: "let hasRun = false;",
  },
];

/** A folder with what a wx in JavaScript is made from, and its runtime as the last build left it. */
export function makeMutantFolder() {
  const folder = mkdtempSync(join(tmpdir(), "wx-mutant-"));
  for (const name of ["src", "runtime", "host", "tools", "tsconfig.json", "package.json"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  mkdirSync(join(folder, "build"));
  cpSync(join(root, "build/embedded"), join(folder, "build/embedded"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function run(command, args, cwd) {
  const done = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.status != 0) throw new Error(`${command} ${args.join(" ")}: ${done.status}\n${done.stdout}${done.stderr}`);
}

/** Runs scripts in wx without what `mutant` leaves out (null: nothing); counts of assertions, and the reasons of failures. */
export function runMutant(folder, mutant, scripts) {
  const path = mutant == null ? "" : join(folder, mutant.file);
  const source = mutant == null ? "" : readFileSync(path, "utf8");
  if (mutant != null) {
    if (source.split(mutant.text).length != 2)
      throw new Error(`${mutant.file} does not have what is to be left out once`);
    writeFileSync(path, source.replace(mutant.text, mutant.by));
  }
  const isRuntime = mutant?.file.startsWith("runtime/");
  if (isRuntime) run(process.execPath, ["tools/build-runtime.mjs"], folder);
  const bundle = ["--bundle", "--platform=node", "--format=esm", "--target=node20", "--log-level=error"];
  const esbuild = join(root, "node_modules/.bin/esbuild");
  run(esbuild, ["src/cli/main.ts", ...bundle, "--outfile=build/wx.mjs"], folder);
  const done = spawnSync("node", [join(folder, "build/wx.mjs"), "wast", ...scripts], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (mutant != null) writeFileSync(path, source);
  if (isRuntime) cpSync(join(root, "build/embedded"), join(folder, "build/embedded"), { recursive: true });
  const counts = done.stdout
    ?.trimEnd()
    .split("\n")
    .at(-1)
    .match(/^(\d+) passed, (\d+) failed, /);
  if (counts == null) throw new Error(`wx said: ${done.stdout}${done.stderr}`);
  return { passed: Number(counts[1]), failed: Number(counts[2]) };
}

/** Removes the folder. */
export function removeMutantFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
}

if (process.argv[1] == fileURLToPath(import.meta.url)) {
  const { writeScripts } = await import("../test/wast/edges.ts");
  const folder = makeMutantFolder();
  const scripts = writeScripts(join(folder, "scripts"));
  let survivors = 0;
  const original = runMutant(folder, null, scripts);
  console.log(`wx itself: ${original.passed} passed, ${original.failed} failed`);
  for (const mutant of mutants) {
    const { failed } = runMutant(folder, mutant, scripts);
    console.log(`without ${mutant.name}: ${failed} failed${failed == 0 ? ", NOT FOUND OUT" : ""}`);
    if (failed == 0) survivors++;
  }
  removeMutantFolder(folder);
  console.log(`${mutants.length - survivors} of ${mutants.length} mutants found out`);
  process.exit(survivors == 0 && original.failed == 0 ? 0 : 1);
}
