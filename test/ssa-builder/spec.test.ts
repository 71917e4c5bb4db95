// The specification's scripts, executed on the SSA form at levels 0 and 1: every assertion about a module that stands
// alone. Features that the builder knows are on, whether or not later stages have them.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Diagnostic } from "../../src/base/diagnostics";
import { trapMessage } from "../../src/base/traps";
import { linkProgram } from "../../src/link/linker";
import { LinkOptions, UnknownImports } from "../../src/link/options";
import { Program } from "../../src/link/program";
import { decodeModule } from "../../src/wasm/decoder";
import { Feature } from "../../src/wasm/features";
import { ExternKind, Module } from "../../src/wasm/module";
import { validateModule } from "../../src/wasm/validator";
import { assemble, load, RUNTIME } from "../link/helpers";
import { column, shared } from "../wasm/load";
import { trapClass } from "./helpers";
import { Machine, OutOfSteps, Trap, type Word } from "./ssa-interp";

const root = shared("spec");
const features = Feature.ExtendedConst | Feature.MultiMemory | Feature.Memory64;
const runtime = assemble(RUNTIME);

interface Value {
  type: string;
  value: string;
}

interface Instance {
  machine: Machine;
  module: Module;
  instance: number;
}

function instantiate(bytes: Uint8Array, level: number): Instance | string {
  const module = new Module(column(bytes), "test");
  module.features = features;
  const diag = new Diagnostic();
  if (!decodeModule(module, diag) || !validateModule(module, diag)) return diag.message;
  for (let i = 0; i < module.importKind.length; i++) {
    // The functions of spectest print and return nothing.
    const from = module.text(module.importModuleStart.get(i), module.importModuleEnd.get(i));
    if (module.importKind.get(i) !== ExternKind.Func || from !== "spectest") return "imports";
  }
  const options = new LinkOptions();
  options.rootAllExports = true;
  options.entry = "";
  options.unknownImports = UnknownImports.Default;
  const program = new Program();
  const rt = load(runtime, "runtime", false);
  if (!linkProgram(program, rt, module, null, null, options, diag)) return diag.message;
  if (program.initTrap >= 0) return "traps at once";
  for (let m = 0; m < program.memoryMin.length; m++) {
    if (program.memoryIs64.get(m) !== 0 && program.memoryMin.get(m) > 100) return "large memory";
  }
  for (let t = 0; t < program.tableMin.length; t++) if (program.tableMin.get(t) > 100000) return "large table";
  let instance = 0;
  while (program.module(instance) !== module) instance++;
  const machine = new Machine(program, level);
  machine.maxSteps = Number.POSITIVE_INFINITY;
  if (module.startFunc >= 0) machine.call(program.funcOf(instance, module.startFunc), []);
  return { machine, module, instance };
}

function toWord(v: Value): Word {
  if (v.value === "null") return [0, 0];
  // A host reference is any word but null.
  if (v.type === "externref") return [Number(v.value) + 1, 0];
  const x = BigInt(v.value);
  return [Number(BigInt.asIntN(32, x)), v.type === "i64" || v.type === "f64" ? Number(BigInt.asIntN(32, x >> 32n)) : 0];
}

function matches(word: Word, v: Value): boolean {
  if (v.value?.startsWith("nan:")) {
    const quiet = v.type === "f32" ? word[0] & 0x7fc00000 : word[1] & 0x7ff80000;
    return quiet === (v.type === "f32" ? 0x7fc00000 : 0x7ff80000);
  }
  if (v.type === "refnull") return word[0] === 0 && word[1] === 0;
  if (v.type === "funcref") return v.value === "null" ? word[0] === 0 : word[0] !== 0;
  const expected = toWord(v);
  return expected[0] === word[0] && expected[1] === word[1];
}

/** A name's bytes in UTF-8, each as a character. */
function nameBytes(name: string): string {
  return String.fromCharCode(...new TextEncoder().encode(name));
}

function runScript(directory: string, level: number, skipped: Map<string, number>, wrong: string[]): number {
  const script = JSON.parse(readFileSync(join(root as string, directory, "script.json"), "utf8"));
  let current: Instance | string = "no module";
  let done = 0;
  for (const command of script.commands) {
    const place = `${directory}:${command.line} level ${level}`;
    if (command.type === "module") {
      current =
        command.module_type === "binary"
          ? instantiate(new Uint8Array(readFileSync(join(root as string, directory, command.filename))), level)
          : "text";
      continue;
    }
    if (!/^(action|assert_return|assert_trap|assert_exhaustion)$/.test(command.type)) continue;
    const { action } = command;
    if (action === undefined || action.module !== undefined || action.type !== "invoke") continue;
    if (typeof current === "string") {
      skipped.set(current, (skipped.get(current) ?? 0) + 1);
      continue;
    }
    const { machine, module, instance } = current;
    const f = machine.program.funcOf(instance, module.findExport(nameBytes(action.field), ExternKind.Func));
    let outcome = "";
    try {
      machine.steps = 0;
      const results = machine.call(f, action.args.map(toWord));
      const expected: (Value & { type: string; values?: Value[] })[] = command.expected ?? [];
      if (command.type === "assert_return") {
        const same = expected.every((v, i) =>
          v.type === "either" ? (v.values as Value[]).some((w) => matches(results[i], w)) : matches(results[i], v),
        );
        if (!same || expected.length !== results.length) outcome = `got ${results.join("; ")}`;
      } else if (command.type !== "action") outcome = "no trap";
    } catch (error) {
      if (error instanceof Trap) {
        const got = trapClass(trapMessage(error.kind));
        if (command.type === "assert_return" || got !== trapClass(command.text)) outcome = `trap: ${got}`;
      } else if (error instanceof OutOfSteps) outcome = "endless";
      else outcome = String(error);
    }
    if (outcome !== "")
      wrong.push(
        `${place} ${action.field}(${JSON.stringify(action.args)}): ${outcome}, ${JSON.stringify(command.expected ?? command.text)}`,
      );
    done++;
  }
  return done;
}

if (root === null) console.log("skipped 1 test: no specification scripts beside the repository");

test.skipIf(root === null)(
  "assertions of the specification's scripts hold for the SSA form",
  () => {
    const skipped = new Map<string, number>();
    const wrong: string[] = [];
    let done = 0;
    for (const directory of readdirSync(root as string).sort()) {
      if (!existsSync(join(root as string, directory, "script.json"))) continue;
      for (const level of [0, 1]) done += runScript(directory, level, skipped, wrong);
    }
    const reasons = [...skipped].sort((a, b) => b[1] - a[1]).slice(0, 12);
    console.log(`${done} assertions; skipped: ${reasons.map(([reason, n]) => `${n} ${reason}`).join(", ")}`);
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(done).toBeGreaterThan(20000);
  },
  600_000,
);
