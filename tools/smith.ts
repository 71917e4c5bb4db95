// npm run smith: modules made at random by `wasm-tools smith` (canonical NaNs, terminating; ../shared/peers), of which every
// exported function with number types is called with edge arguments, and every exported global of a number type is read
// after that. What wx -O2 answers is written down as a script, which must hold in wx -O0, in wx --interpret and in wasmtime.
//
//   npm run smith                 2,000 modules
//   npm run smith -- 500 7000     500 modules from seed 7000 on
//
// Each function has an instance of its own: the fuel that ends a module would be gone after the first calls.

import "../host/js/prelude";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { U8Column } from "../src/base/columns";
import { Diagnostic } from "../src/base/diagnostics";
import { decodeModule } from "../src/wasm/decoder";
import { Feature, SUPPORTED_FEATURES } from "../src/wasm/features";
import { ExternKind, Module } from "../src/wasm/module";
import { typeName } from "../src/wasm/types";

const root = join(import.meta.dirname, "..");
const wx = join(root, "build/wx");
const peers = join(root, "../shared/peers");
/** Modules whose scripts are run at once. */
const BATCH = 40;

const has = (feature: number) => ((SUPPORTED_FEATURES & feature) != 0 ? "true" : "false");
const CONFIGURATION = [
  ...["--ensure-termination", "--fuel=300", "--canonicalize-nans=true", "--export-everything=true"],
  ...["--simd-enabled=false", "--relaxed-simd-enabled=false", "--gc-enabled=false", "--threads-enabled=false"],
  ...["--custom-descriptors-enabled=false", "--generate-custom-sections=false", "--max-imports=0"],
  ...[`--exceptions-enabled=${has(Feature.Exceptions)}`, `--custom-page-sizes-enabled=${has(Feature.CustomPageSizes)}`],
  ...[`--memory64-enabled=${has(Feature.Memory64)}`, `--tail-call-enabled=${has(Feature.TailCalls)}`],
  ...[`--wide-arithmetic-enabled=${has(Feature.WideArithmetic)}`],
  ...[`--max-memories=${(SUPPORTED_FEATURES & Feature.MultiMemory) != 0 ? 3 : 1}`],
  ...["--min-funcs=4", "--min-types=4", "--min-globals=2", "--min-memories=1", "--max-instructions=200"],
  // Small enough that growing does not depend on what the machine has.
  ...["--max-memory32-bytes=4194304", "--max-memory64-bytes=4194304", "--max-table-elements=10000"],
  ...["--memory-max-size-required=true", "--table-max-size-required=true"],
  "--memory-offset-choices=90,9,1",
];

const EDGES: Record<string, string[]> = {
  i32: ["0", "1", "-1", "0x80000000", "0x7fffffff", "65535"],
  i64: ["0", "1", "-1", "0x8000000000000000", "0x7fffffffffffffff", "0x100000000"],
  f32: ["0", "-0", "1.5", "inf", "nan", "-0x1p31"],
  f64: ["-0", "0", "-1.5", "nan", "-inf", "0x1p63"],
};
const CALLS = 6;
/** What no call answers, so that wx says what it does. */
const BOGUS: Record<string, string> = {
  i32: "1540483477",
  i64: "6364136223846793005",
  f32: "nan:0x123456",
  f64: "nan:0x123456789abcd",
};

interface Step {
  /** As a script has it, with # for the instance. */
  action: string;
  results: string[];
}

/** Bytes that depend on the seed alone. */
function seedBytes(seed: number): Uint8Array {
  let x = BigInt(seed) * 0x9e37_79b9_7f4a_7c15n + 1n;
  const bytes = new Uint8Array(1500 + (seed % 7) * 500);
  for (let i = 0; i < bytes.length; i++) {
    x = BigInt.asUintN(64, x * 0x5851_f42d_4c95_7f2dn + 0x1405_7b7e_f767_814fn);
    bytes[i] = Number(x >> 56n);
  }
  return bytes;
}

/** A module; null for a seed that makes none. */
function makeModule(folder: string, seed: number): Uint8Array | null {
  const path = join(folder, "module.wasm");
  const done = spawnSync(join(peers, "wasm-tools"), ["smith", ...CONFIGURATION, "-o", path], {
    input: seedBytes(seed),
  });
  if (done.status == 2) return null;
  if (done.status != 0) throw new Error(`wasm-tools smith: ${done.stderr}`);
  return new Uint8Array(readFileSync(path));
}

const escaped = (bytes: Uint8Array) => Array.from(bytes, (b) => `\\${b.toString(16).padStart(2, "0")}`).join("");

function exportText(module: Module, e: number): string {
  const start = module.exportNameStart.get(e);
  const bytes = Array.from({ length: module.exportNameEnd.get(e) - start }, (_, i) => module.bytes.get(start + i));
  return `"${escaped(new Uint8Array(bytes))}"`;
}

/** The steps for each instance: calls of one function, and the globals that can be read. */
function planSteps(bytes: Uint8Array): Step[][] {
  const column = new U8Column();
  column.reserve(bytes.length);
  column.data.set(bytes);
  column.length = bytes.length;
  const module = new Module(column, "smith");
  const diagnostic = new Diagnostic();
  if (!decodeModule(module, diagnostic)) throw new Error(`wx does not decode a module: ${diagnostic.message}`);
  const instances: Step[][] = [];
  const globals: Step[] = [];
  const seen = new Set<number>();
  for (let e = 0; e < module.exportKind.length; e++) {
    const index = module.exportIndex.get(e);
    const kind = module.exportKind.get(e);
    if (kind == ExternKind.Global) {
      const type = typeName(module.globalType.get(index));
      if (type in EDGES) globals.push({ action: `(get # ${exportText(module, e)})`, results: [type] });
    }
    if (kind != ExternKind.Func || seen.has(index)) continue;
    seen.add(index);
    const type = module.funcType.get(index);
    const params = Array.from({ length: module.typeParamCount.get(type) }, (_, i) =>
      typeName(module.paramType(type, i)),
    );
    const results = Array.from({ length: module.typeResultCount.get(type) }, (_, i) =>
      typeName(module.resultType(type, i)),
    );
    if (![...params, ...results].every((name) => name in EDGES)) continue;
    const steps: Step[] = [];
    for (let n = 0; n < (params.length == 0 ? 1 : CALLS); n++) {
      const args = params.map((name, i) => `(${name}.const ${EDGES[name][(n + i * n) % EDGES[name].length]})`);
      steps.push({ action: `(invoke # ${exportText(module, e)} ${args.join(" ")})`, results });
    }
    instances.push(steps);
  }
  return instances.map((steps) => [...steps, ...globals]);
}

/** Runs scripts; what is said of assertions that do not hold, by path and line. */
function runWx(mode: string, paths: string[]): Map<string, string> {
  const done = spawnSync(wx, ["wast", mode, ...paths], { encoding: "latin1", maxBuffer: 1 << 28 });
  if (done.status == null || done.stderr != "") throw new Error(`wx wast ${mode}: ${done.signal} ${done.stderr}`);
  const said = new Map<string, string>();
  for (const line of done.stdout.split("\n")) {
    const match = line.match(/^(\S+\.wast):(\d+): (.*)$/);
    if (match != null) said.set(`${match[1]}:${match[2]}`, match[3]);
    else if (/: (cannot|the program)|skipped: /.test(line)) said.set(line, line);
  }
  return said;
}

/** The values that wx says it got, as constants. */
function constants(text: string): string {
  return text
    .split(", ")
    .map((value) => value.replace(/^(\w+) (.*)$/, "($1.const $2)"))
    .join(" ");
}

interface Case {
  seed: number;
  path: string;
  definition: string;
  /** For each line of the script: the step, and the name of its instance; null for an instance. */
  lines: ({ step: Step; instance: string } | null)[];
}

function makeCase(folder: string, seed: number): Case | null {
  const bytes = makeModule(folder, seed);
  if (bytes == null) return null;
  const lines: Case["lines"] = [];
  for (const [i, steps] of planSteps(bytes).entries()) {
    lines.push(null);
    for (const step of steps) lines.push({ step, instance: `$i${i}` });
  }
  return {
    seed,
    path: join(folder, `${seed}.wast`),
    definition: `(module definition $m binary "${escaped(bytes)}")`,
    lines,
  };
}

/** The script that makes wx say what each step comes to. */
function probe(one: Case): string {
  let instance = 0;
  const lines = one.lines.map((line) => {
    if (line == null) return `(module instance $i${instance++} $m)`;
    const expected = line.step.results.map((type) => `(${type}.const ${BOGUS[type]})`).join(" ");
    return `(assert_return ${line.step.action.replace("#", line.instance)} ${expected})`;
  });
  return [one.definition, ...lines, ""].join("\n");
}

/** The script with what was said. */
function record(one: Case, said: Map<string, string>, counts: Counts): string {
  let instance = 0;
  let isThere = true;
  const lines: string[] = [];
  one.lines.forEach((line, i) => {
    const answer = said.get(`${one.path}:${i + 2}`) ?? "";
    const trap = answer
      .match(/, got trap '(.*)'$/)?.[1]
      .replace("wasm `unreachable` instruction executed", "unreachable");
    if (line == null) {
      isThere = trap == undefined;
      if (isThere) lines.push(`(module instance $i${instance} $m)`);
      // Scripts have no words for a start function that throws.
      else if (trap != "uncaught exception")
        lines.push(`(assert_trap ${one.definition.replace(" definition $m", "")} "${trap}")`);
      instance++;
      if (!isThere) counts.traps++;
      return;
    }
    if (!isThere) return;
    const action = line.step.action.replace("#", line.instance);
    if (trap != undefined) {
      if (trap == "uncaught exception") lines.push(`(assert_exception ${action})`);
      else lines.push(`(${trap == "call stack exhausted" ? "assert_exhaustion" : "assert_trap"} ${action} "${trap}")`);
      counts.traps++;
    } else {
      const values = answer.match(/, got (.*)$/)?.[1];
      if ((values == undefined) != (line.step.results.length == 0)) throw new Error(`${one.path}:${i + 2}: ${answer}`);
      lines.push(`(assert_return ${action} ${values == undefined ? "" : constants(values)})`);
      counts.results++;
    }
  });
  return [one.definition, ...lines, ""].join("\n");
}

interface Counts {
  modules: number;
  results: number;
  traps: number;
  /** What is wrong. */
  faults: string[];
}

function runWasmtime(paths: string[], faults: string[]): void {
  const command = join(peers, "wasmtime");
  const options = ["wast", "-W", "all-proposals=y"];
  if (spawnSync(command, [...options, ...paths]).status == 0) return;
  for (const path of paths) {
    const done = spawnSync(command, [...options, path], { encoding: "utf8" });
    if (done.status != 0) faults.push(`${path}: wasmtime: ${done.stderr.split("Stack backtrace")[0].trim()}`);
  }
}

function runBatch(folder: string, seeds: number[], counts: Counts): void {
  const cases = seeds.map((seed) => makeCase(folder, seed)).filter((one) => one != null);
  const paths = cases.map(({ path }) => path);
  if (paths.length == 0) return;
  for (const one of cases) writeFileSync(one.path, probe(one));
  const said = runWx("-O2", paths);
  for (const [key, text] of said) if (!/, got /.test(text)) counts.faults.push(`${key}: -O2: ${text}`);
  if (counts.faults.length != 0) return;
  for (const one of cases) writeFileSync(one.path, record(one, said, counts));
  for (const mode of ["-O0", "--interpret"]) {
    for (const [key, text] of runWx(mode, paths)) counts.faults.push(`${key}: ${mode}: ${text}`);
  }
  runWasmtime(paths, counts.faults);
  counts.modules += cases.length;
  if (counts.faults.length == 0) for (const path of paths) rmSync(path);
}

/** Whether the tools that this needs are there. */
export const canSmith = existsSync(join(peers, "wasm-tools")) && existsSync(join(peers, "wasmtime"));

/** Runs `count` modules from seed `first` on; files of what is wrong stay in `folder`. */
export function smith(folder: string, count: number, first: number, report: (counts: Counts) => void): Counts {
  const counts: Counts = { modules: 0, results: 0, traps: 0, faults: [] };
  mkdirSync(folder, { recursive: true });
  for (let seed = first; counts.modules < count && counts.faults.length == 0; seed += BATCH) {
    const size = Math.min(BATCH, count - counts.modules);
    runBatch(
      folder,
      Array.from({ length: size }, (_, i) => seed + i),
      counts,
    );
    report(counts);
  }
  return counts;
}

if (process.argv[1] == fileURLToPath(import.meta.url)) {
  if (!canSmith) {
    console.error("smith: ../shared/peers has no wasm-tools and wasmtime");
    process.exit(2);
  }
  const folder = mkdtempSync(join(tmpdir(), "wx-smith-"));
  const counts = smith(
    folder,
    Number(process.argv[2] ?? 2000),
    Number(process.argv[3] ?? 1),
    ({ modules, results, traps }) => console.log(`${modules} modules: ${results} results, ${traps} traps`),
  );
  for (const fault of counts.faults.slice(0, 40)) console.log(fault);
  if (counts.faults.length == 0) rmSync(folder, { recursive: true });
  process.exit(counts.faults.length == 0 ? 0 : 1);
}
