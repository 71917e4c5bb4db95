// npm run fuzz -- --seconds N --seed S: modules at random, run in every way, until something differs. What is found is made
// smaller and kept as a regression test (test/regressions) or, where it is no module of ours, below build/.
//
//   --only KIND      modules, single, mutations or hostile
//   --keep FOLDER    where findings go
//   --first          stop at the first finding
//   --no-reduce      do not keep it either

import "../../host/js/prelude";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Cpu, cpuOfFlags } from "../../src/link/cpu";
import { Watch } from "../../src/interp/translate";
import { assemble } from "../text/assemble";
import { objection } from "../wasm/tools";
import { features, featuresOf, isForEngine, missingFeatures } from "./features";
import { generate } from "./generate";
import { hurtBytes, hurtText, readText, verdict } from "./hostile";
import { loadPrograms, mutate } from "./mutate";
import { Random } from "./random";
import { reduce } from "./reduce";
import {
  type Case,
  caseOf,
  coarse,
  isComparable,
  type Kind,
  type Report,
  runInEngine,
  runInInterpreter,
  runNatively,
  stackOf,
} from "./run";
import { generateSingle } from "./single";
import { printTree, type Tree, valueText } from "./tree";
import { generateWide } from "./wide";

const root = process.cwd();
const tools = join(root, "../shared/peers/wasm-tools");
const hasTools = existsSync(tools);
const BATCH = 10;
const MUTANT_FUEL = 200_000;

interface Options {
  seconds: number;
  seed: number;
  only: string;
  keep: string;
  first: boolean;
  reduces: boolean;
}

function readOptions(): Options {
  const options: Options = {
    seconds: 60,
    seed: Date.now() % 1_000_000,
    only: "",
    keep: "",
    first: false,
    reduces: true,
  };
  const args = process.argv.slice(2);
  for (let i = 0; i < args.length; i++) {
    const [name, attached] = args[i].split("=");
    const value = () => attached ?? args[++i] ?? "";
    if (name == "--seconds") options.seconds = Number(value());
    else if (name == "--seed") options.seed = Number(value());
    else if (name == "--only") options.only = value();
    else if (name == "--keep") options.keep = value();
    else if (name == "--first") options.first = true;
    else if (name == "--no-reduce") options.reduces = false;
    else throw new Error(`unknown option ${name}`);
  }
  return options;
}

const options = readOptions();
const started = performance.now();
const counts = {
  modules: 0,
  calls: 0,
  traps: 0,
  programs: 0,
  hostile: 0,
  findings: 0,
  incomparable: 0,
  withoutEngine: 0,
  refusedByEngine: 0,
};
/** Modules that use each feature. */
const uses: Record<string, number> = Object.fromEntries(features.map(({ name }) => [name, 0]));

function isOver(): boolean {
  return performance.now() - started > options.seconds * 1000 || (options.first && counts.findings > 0);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const hasV3 = (() => {
  try {
    return cpuOfFlags(readFileSync("/proc/cpuinfo", "latin1").slice(0, 4096)) >= Cpu.V3;
  } catch {
    return false;
  }
})();

/** Executables to make of a module: both levels, and one of the rarer kinds. */
function kindsFor(r: Random): Kind[] {
  const rare: Kind[] = [
    { name: "-O2, shuffled", level: 2, shuffle: 1 + r.below(1000) },
    { name: "-O0, shuffled", level: 0, shuffle: 1 + r.below(1000) },
    { name: "-O2 --memory=checked", level: 2, checkedMemory: true },
    { name: "-O0 --memory=checked", level: 0, checkedMemory: true },
  ];
  if (hasV3) rare.push({ name: "-O2 --cpu=x86-64-v3", level: 2, cpu: Cpu.V3 });
  const kinds: Kind[] = [{ name: "-O0", level: 0 }, { name: "-O2", level: 2 }, r.pick(rare)];
  // This compiles the runtime too.
  if (r.one(25)) kinds[r.below(2)].check = true;
  return kinds;
}

interface Trial {
  tree: Tree | null;
  c: Case;
  /** What the engine says or, if it cannot do what the module uses, the interpreter. */
  expected: Report;
  hasEngine: boolean;
  kinds: Kind[];
  seed: number;
}

/** How a case behaves otherwise than in the engine, in one way. */
interface Difference {
  /** The kind of executable, or null: the interpreter. */
  kind: Kind | null;
  watch: number;
  report: Report;
}

const WATCHES = [0, 0, 0, Watch.Fuel, Watch.Instructions, Watch.Fuel | Watch.Instructions | Watch.Clock];

function interpreted(c: Case, watch: number): Report {
  try {
    const report = runInInterpreter(c, watch);
    return typeof report == "string" ? [`refused: ${report}`] : report;
  } catch (error) {
    return [`exception: ${stackOf(error)}`];
  }
}

/** What everything is compared with. */
function reference(c: Case, hasEngine: boolean): Report {
  return hasEngine ? runInEngine(c) : interpreted(c, 0);
}

function isSame(a: Report, b: Report): boolean {
  return coarse(a) == coarse(b);
}

/** Whether a smaller tree still shows the difference. */
function stillDiffers(tree: Tree, found: Difference): boolean {
  try {
    if (tree.calls.length == 0) return false;
    const text = printTree(tree);
    const bytes = assemble(text);
    const hasEngine = isForEngine(text);
    if (hasEngine ? !WebAssembly.validate(bytes as BufferSource) : verdict(bytes) != "") return false;
    const c = caseOf(bytes, tree.calls);
    const expected = reference(c, hasEngine);
    if (!isComparable(expected)) return false;
    const { kind, watch } = found;
    const report = kind == null ? interpreted(c, watch) : runNatively([{ c, kinds: [kind] }])[0][0];
    // The same sort of failure: a wrong answer must not become a refusal.
    if (/^(refused|exception|internal)/.test(report[0]) != /^(refused|exception|internal)/.test(found.report[0]))
      return false;
    return isComparable(report) && !isSame(expected, report);
  } catch {
    return false;
  }
}

const MESSAGES: Record<string, string> = {
  unreachable: "unreachable",
  division: "integer divide by zero",
  memory: "out of bounds memory access",
  table: "undefined element",
  type: "indirect call type mismatch",
  conversion: "invalid conversion to integer",
  overflow: "integer overflow",
};

/** The module as a regression test: what each call must give, then the text. */
function regressionText(tree: Tree, what: string): string {
  const text = printTree(tree);
  const c = caseOf(assemble(text), tree.calls);
  // Ours know overflow from a bad conversion; if it is ours that are wrong, the engine says enough.
  const expected = reference(c, isForEngine(text));
  const own = interpreted(c, 0);
  const lines = tree.calls.map(({ name, args }, i) => {
    const given = args.map((value) => ` ${valueText(value)}`).join("");
    const trap = (own[i] ?? "").replace(/^trap: /, "");
    if (expected[i].startsWith("trap: ")) {
      const known = MESSAGES[isSame([expected[i]], [own[i] ?? ""]) ? trap : expected[i].slice(6)];
      return `;; trap ${name}${given} : ${known ?? "integer overflow"}`;
    }
    const types = c.results.get(name) ?? [];
    const values = expected[i] == "" ? [] : expected[i].split(" ");
    const shown = values.map(
      (value, k) => `${types[k]}:${value.replace("nan", types[k] == "f32" ? "0x7fc00000" : "0x7ff8000000000000")}`,
    );
    return `;; return ${name}${given} ->${shown.map((value) => ` ${value}`).join("")}`;
  });
  return `;; ${what}\n${lines.join("\n")}\n\n${text}`;
}

function describe({ kind, watch }: Difference): string {
  return kind == null
    ? `the interpreter${watch == 0 ? "" : ` (watch ${watch})`}`
    : `wx ${kind.name}${kind.check ? " --check" : ""}`;
}

function folderFor(name: string): string {
  const folder = options.keep == "" ? join(root, name) : options.keep;
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Counts a finding and says what it is; keeps the input that shows it. */
function finding(seed: number, kind: string, input: string | Uint8Array, what: string): void {
  counts.findings++;
  const path = join(folderFor("build/fuzz"), `${kind}-${seed}.${typeof input == "string" ? "wat" : "wasm"}`);
  writeFileSync(path, input);
  say(`seed ${seed}: ${what}: ${path}`);
}

function found(trial: Trial, difference: Difference): void {
  counts.findings++;
  const who = describe(difference);
  say(`seed ${trial.seed}: ${who} differs from ${trial.hasEngine ? "the engine" : "the interpreter"}`);
  for (let i = 0; i < Math.max(trial.expected.length, difference.report.length); i++) {
    if (isSame([trial.expected[i] ?? ""], [difference.report[i] ?? ""])) continue;
    say(`  ${i}: expected '${trial.expected[i]}', got '${difference.report[i]}'`);
    break;
  }
  if (!options.reduces) return;
  if (trial.tree == null) {
    const path = join(folderFor("build/fuzz"), `mutant-${trial.seed}.wasm`);
    writeFileSync(path, trial.c.bytes);
    say(`  kept as ${path}`);
    return;
  }
  const smaller = reduce(trial.tree, (tree) => stillDiffers(tree, difference), options.first ? 20 : 90);
  const path = join(folderFor("test/regressions"), `fuzz-${trial.seed}.wat`);
  writeFileSync(path, regressionText(smaller, `Found by the fuzzer: wrong in ${who}.`));
  say(`  reduced to ${path}`);
}

/** Runs trials in all ways but the engine's. */
function compare(trials: Trial[]): void {
  for (const trial of trials) {
    const watch = WATCHES[trial.seed % WATCHES.length];
    const report = interpreted(trial.c, watch);
    if (!isComparable(report)) counts.incomparable++;
    else if (!isSame(trial.expected, report)) found(trial, { kind: null, watch, report });
    if (options.first && counts.findings > 0) return;
  }
  const reports = runNatively(trials);
  trials.forEach((trial, j) => {
    for (let k = 0; k < trial.kinds.length; k++) {
      const report = reports[j][k];
      if (!isComparable(report) || isSame(trial.expected, report)) continue;
      found(trial, { kind: trial.kinds[k], watch: 0, report });
      break;
    }
  });
}

function trialOf(seed: number): Trial | null {
  const r = new Random(seed);
  const isSingle = options.only == "single" || (options.only != "modules" && r.one(3));
  const tree = !isSingle ? generate(r) : r.one(6) ? generateWide(r) : generateSingle(r);
  const text = printTree(tree);
  let bytes: Uint8Array;
  try {
    bytes = assemble(text);
  } catch (error) {
    finding(seed, "text", text, `the text is refused: ${(error as Error).message.split("\n")[0]}`);
    return null;
  }
  const ours = verdict(bytes);
  let hasEngine = isForEngine(text);
  if (ours == "" && hasEngine && hasTools && !WebAssembly.validate(bytes as BufferSource)) {
    // Engines have bugs too: a third opinion decides.
    if (objection(tools, bytes, ours) == "") {
      hasEngine = false;
      counts.refusedByEngine++;
    }
  }
  if (ours != "" || (hasEngine && !WebAssembly.validate(bytes as BufferSource))) {
    finding(seed, "invalid", text, `not valid to ${ours == "" ? "the engine" : `wx: ${ours}`}`);
    return null;
  }
  const c = caseOf(bytes, tree.calls);
  const expected = reference(c, hasEngine);
  counts.modules++;
  counts.calls += expected.length;
  counts.traps += expected.filter((line) => line.startsWith("trap")).length;
  for (const { name } of featuresOf(text)) uses[name]++;
  if (!hasEngine) counts.withoutEngine++;
  if (!isComparable(expected)) {
    counts.incomparable++;
    return null;
  }
  return { tree, c, expected, hasEngine, kinds: kindsFor(r), seed };
}

const programs = loadPrograms(root);

/** A changed program, if it is valid and comes to an end. */
function mutantOf(seed: number): Trial | null {
  const r = new Random(seed);
  const bytes = mutate(r, r.pick(programs));
  const isValid = checkVerdict(bytes, seed);
  if (!isValid) return null;
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(bytes as BufferSource));
  if (!exports.some(({ name, kind }) => name == "_start" && kind == "function")) return null;
  const c = caseOf(bytes, [{ name: "_start", args: [] }]);
  // What does not end here may not end in the engine.
  const first = runInInterpreter(c, Watch.Fuel, MUTANT_FUEL);
  if (typeof first == "string" || !isComparable(first)) {
    counts.incomparable++;
    return null;
  }
  counts.programs++;
  return { tree: null, c, expected: runInEngine(c), hasEngine: true, kinds: kindsFor(r), seed };
}

/** Whether wx and the engine find a module valid; a finding if they do not agree. */
function checkVerdict(bytes: Uint8Array, seed: number, hasEngine = true): boolean {
  let ours = "";
  try {
    ours = verdict(bytes);
  } catch (error) {
    ours = `exception: ${stackOf(error)}`;
  }
  const theirs = hasEngine ? WebAssembly.validate(bytes as BufferSource) : ours == "";
  if (!hasEngine && !ours.startsWith("exception") && (!hasTools || objection(tools, bytes, ours) == "")) return theirs;
  if (hasEngine && theirs == (ours == "")) return theirs;
  if (ours.endsWith("not supported")) return false;
  if (hasTools && !ours.startsWith("exception") && objection(tools, bytes, ours) == "") return false;
  const other = hasEngine ? `the engine ${theirs ? "takes" : "refuses"} it` : "wasm-tools do not agree";
  finding(seed, "verdict", bytes, `wx says '${ours}', ${other}`);
  return false;
}

function hurt(seed: number): void {
  const r = new Random(seed);
  const text = printTree(r.one(2) ? generateSingle(r) : generate(r));
  const bytes = assemble(text);
  const hasEngine = isForEngine(text);
  for (let n = 0; n < 40; n++) {
    counts.hostile++;
    if (r.one(3)) {
      const hurtful = hurtText(r, text);
      try {
        const read = readText(hurtful);
        if (read != null) checkVerdict(read, seed, hasEngine);
      } catch (error) {
        finding(seed, "text", hurtful, stackOf(error));
      }
    } else {
      checkVerdict(hurtBytes(r, bytes), seed, hasEngine);
    }
  }
}

const wants = (kind: string) => options.only == "" || options.only == kind;
let seed = options.seed * 1_000_000;
for (let batch = 0; !isOver(); batch++) {
  const trials: Trial[] = [];
  if (wants("modules") || wants("single")) {
    for (let i = 0; i < BATCH; i++) {
      const trial = trialOf(seed++);
      if (trial != null) trials.push(trial);
    }
  }
  if (wants("mutations")) {
    for (let i = 0; i < (options.only == "" ? 4 : 40); i++) {
      const trial = mutantOf(seed++);
      if (trial != null) trials.push(trial);
    }
  }
  compare(trials);
  if (wants("hostile") && (options.only != "" || batch % 2 == 0)) hurt(seed++);
}
const seconds = (performance.now() - started) / 1000;
const list = Object.entries(counts).map(([name, n]) => `${n} ${name}`);
say(`${list.join(", ")} in ${seconds.toFixed(0)} s, ${(counts.modules / seconds).toFixed(1)} modules a second`);
const used = features.map(({ name }) => `${uses[name]} ${name}`).join(", ");
say(`modules with ${used}${missingFeatures.length > 0 ? `; the engine lacks ${missingFeatures.join(", ")}` : ""}`);
process.exit(counts.findings == 0 ? 0 : 1);
