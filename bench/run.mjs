// Compares wx with wasmtime, wasmer, wazero, node and native clang, whichever are at hand (on PATH or in ../shared/peers):
// compile time, run time, size, start-up. Commands are run in turn, round by round, so that a machine that gets
// slower does so for all; a figure is the median of its rounds, a ratio is the median of the rounds' ratios with its
// spread in brackets.
//
//   bench/run.sh [--rounds N] [--only compile,run,size,start] [--save NAME] [PROGRAM...]
//
// Programs are those of bench/programs and ../shared/bench, by name, or files; all of these two if none are named. --save
// writes the tables to bench/results/NAME.md.

import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { find, geometricMean, median, root, shared } from "./measure.mjs";

const here = join(root, "bench");
const args = process.argv.slice(2);
let rounds = 5;
let only = ["compile", "run", "size", "start"];
let save = "";
const wanted = [];
for (let i = 0; i < args.length; i++) {
  if (args[i] == "--rounds") rounds = Number(args[++i]);
  else if (args[i] == "--only") only = args[++i].split(",");
  else if (args[i] == "--save") save = args[++i];
  else wanted.push(args[i]);
}

const temporary = mkdtempSync(join(tmpdir(), "wx-bench-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));

const wx = join(root, "build", "wx");
const peers = {};
for (const name of ["wasmtime", "wasmer", "wazero", "node", "clang-16"]) peers[name] = find(name);

/** All programs: ours in bench/programs, then those of ../shared/bench. */
function programs() {
  const list = [];
  const own = join(here, "programs");
  for (const file of readdirSync(own).sort()) {
    if (!file.endsWith(".wasm")) continue;
    const name = basename(file, ".wasm");
    list.push({ name, wasm: join(own, file), cwd: own, source: join(own, `${name}.c`), expected: `${name}.expected` });
  }
  const theirs = join(shared, "bench");
  if (existsSync(theirs)) {
    for (const folder of readdirSync(theirs).sort()) {
      if (folder == "blake3-simd" || folder == "splay") continue;
      const cwd = join(theirs, folder);
      for (const file of readdirSync(cwd).sort()) {
        if (!file.endsWith(".wasm")) continue;
        const name = folder == "shootout" ? basename(file, ".wasm") : folder;
        list.push({
          name,
          wasm: join(cwd, file),
          cwd,
          source: "",
          expected: file.replace(".wasm", ".stdout.expected"),
        });
      }
    }
  }
  if (wanted.length == 0) return list;
  const files = wanted
    .filter((name) => name.endsWith(".wasm"))
    .map((file) => {
      const wasm = resolve(file);
      return { name: basename(file, ".wasm"), wasm, cwd: dirname(wasm), source: "", expected: "" };
    });
  return [...list.filter((p) => wanted.includes(p.name)), ...files];
}

/** Runs a command; milliseconds of wall time, or NaN if it fails. */
function time(command, cwd) {
  const start = process.hrtime.bigint();
  const done = spawnSync(command[0], command.slice(1), { cwd, stdio: ["ignore", "ignore", "ignore"] });
  const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
  return done.status == 0 ? elapsed : Number.NaN;
}

const show = (x) => (Number.isNaN(x) ? "-" : x < 10 ? x.toFixed(2) : x < 100 ? x.toFixed(1) : x.toFixed(0));

/** Times all commands of a row in turn; medians by command, and ratios of pairs of commands, by what they are called. */
function measure(commands, cwd, pairs) {
  const names = Object.keys(commands);
  const times = Object.fromEntries(names.map((n) => [n, []]));
  for (let round = -1; round < rounds; round++) {
    for (const n of names) {
      const t = time(commands[n], cwd);
      if (round >= 0) times[n].push(t);
    }
  }
  const ratios = {};
  for (const [name, [a, b]] of Object.entries(pairs)) {
    if (!commands[a] || !commands[b]) continue;
    const list = times[a].map((t, i) => t / times[b][i]);
    ratios[name] = { median: median(list), low: Math.min(...list), high: Math.max(...list) };
  }
  return { medians: Object.fromEntries(names.map((n) => [n, median(times[n])])), ratios };
}

let report = "";
function print(line) {
  console.log(line);
  report += `${line}\n`;
}

/** Ratios of the first column to each of the others. */
function toOthers(columns) {
  return Object.fromEntries(columns.slice(1).map((c) => [`${columns[0]} / ${c}`, [columns[0], c]]));
}

function table(title, unit, columns, pairs, rows) {
  const ratios = Object.keys(pairs).filter((name) => rows.some((r) => r.result.ratios[name]));
  print(`\n## ${title}\n`);
  print(`| program | ${columns.map((c) => `${c} (${unit})`).join(" | ")} | ${ratios.join(" | ")} |`);
  print(`|---|${[...columns, ...ratios].map(() => "---:").join("|")}|`);
  for (const { name, result } of rows) {
    const cells = columns.map((c) => show(result.medians[c] ?? Number.NaN));
    const compared = ratios.map((c) => {
      const r = result.ratios[c];
      return r == undefined || Number.isNaN(r.median) ? "-" : `${show(r.median)} [${show(r.low)} ${show(r.high)}]`;
    });
    print(`| ${name} | ${cells.join(" | ")} | ${compared.join(" | ")} |`);
  }
  const means = ratios.map((c) => show(geometricMean(rows.map((r) => r.result.ratios[c]?.median ?? Number.NaN))));
  print(`| **geometric mean** | ${columns.map(() => "").join(" | ")} | ${means.join(" | ")} |`);
}

/** What is compared with what: all cores with all cores, one with one, no optimization with the same. */
const COMPILE_PAIRS = {
  "wx / wasmtime": ["wx", "wasmtime"],
  "wx -j 1 / wasmtime on one core": ["wx -j 1", "wasmtime on one core"],
  "wx -O0 / Winch": ["wx -O0", "winch"],
  "wx / wasmer Cranelift": ["wx", "wasmer cranelift"],
  "wx -O0 / wasmer Singlepass": ["wx -O0", "wasmer singlepass"],
  "wx / wazero": ["wx", "wazero"],
};

function compileCommands(p) {
  const out = (n) => join(temporary, `${p.name}.${n}`);
  const c = { wx: [wx, "--aot", "--unknown-imports=default", p.wasm, "-o", out("wx")] };
  c["wx -j 1"] = [wx, "--aot", "-j", "1", "--unknown-imports=default", p.wasm, "-o", out("wx1")];
  c["wx -O0"] = [wx, "--aot", "-O0", "--unknown-imports=default", p.wasm, "-o", out("wx0")];
  if (peers.wasmtime) {
    c.wasmtime = [peers.wasmtime, "compile", p.wasm, "-o", out("cwasm")];
    c["wasmtime on one core"] = [
      peers.wasmtime,
      "compile",
      "-C",
      "parallel-compilation=n",
      p.wasm,
      "-o",
      out("cwasm1"),
    ];
    c.winch = [peers.wasmtime, "compile", "-C", "compiler=winch", p.wasm, "-o", out("winch")];
  }
  if (peers.wasmer) {
    c["wasmer cranelift"] = [peers.wasmer, "compile", "--cranelift", p.wasm, "-o", out("wasmu")];
    c["wasmer singlepass"] = [peers.wasmer, "compile", "--singlepass", p.wasm, "-o", out("wasmu1")];
  }
  if (peers.wazero) c.wazero = [peers.wazero, "compile", "-cachedir", out("wazero"), p.wasm];
  return c;
}

/** wazero keeps compiled modules: its cache is removed before each use. */
function compileTimes(p) {
  const commands = compileCommands(p);
  if (commands.wazero) {
    const [command, ...rest] = commands.wazero;
    const cache = rest[2];
    commands.wazero = ["sh", "-c", 'rm -rf "$0"; exec "$@"', cache, command, ...rest];
  }
  return measure(commands, p.cwd, COMPILE_PAIRS);
}

const NODE_RUNNER = `
const { WASI } = require("wasi"), fs = require("fs");
const wasi = new WASI({ version: "preview1", args: ["p"], preopens: { ".": "." } });
const program = new WebAssembly.Module(fs.readFileSync(process.argv[2]));
const bench = { start() {}, end() {} };
wasi.start(new WebAssembly.Instance(program, { ...wasi.getImportObject(), bench }));`;

/** Executables made beforehand, then run. */
function runCommands(p) {
  const out = (n) => join(temporary, `run.${n}`);
  const c = {};
  const make = (name, command, run) => {
    const done = spawnSync(command[0], command.slice(1), {
      cwd: p.cwd,
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    if (done.status == 0) c[name] = run;
    else console.error(`${p.name}: ${name} cannot compile: ${done.stderr.split("\n")[0]}`);
  };
  make("wx -O2", [wx, "--aot", "--unknown-imports=default", "--dir", ".", p.wasm, "-o", out("wx")], [out("wx")]);
  if (p.source && peers["clang-16"]) {
    make("native", [peers["clang-16"], "-O2", "-w", p.source, "-o", out("native"), "-lm"], [out("native")]);
  }
  if (peers.wasmtime) {
    const flags = ["-W", "unknown-imports-default=y"];
    make(
      "wasmtime",
      [peers.wasmtime, "compile", p.wasm, "-o", out("cwasm")],
      [peers.wasmtime, "run", "--allow-precompiled", ...flags, "--dir=.", out("cwasm")],
    );
  }
  if (peers.wasmer && p.source) {
    make(
      "wasmer",
      [peers.wasmer, "compile", "--cranelift", p.wasm, "-o", out("wasmu")],
      [peers.wasmer, "run", out("wasmu")],
    );
  }
  if (peers.wazero && p.source) {
    const cache = out("wazero");
    make(
      "wazero",
      [peers.wazero, "compile", "-cachedir", cache, p.wasm],
      [peers.wazero, "run", "-cachedir", cache, "-mount=.:/", p.wasm],
    );
  }
  if (peers.node) {
    const script = join(temporary, "run.cjs");
    writeFileSync(script, NODE_RUNNER);
    c.node = [peers.node, "--no-warnings", script, p.wasm];
  }
  if (existsSync(join(p.cwd, p.expected)) && c["wx -O2"]) {
    const output = spawnSync(c["wx -O2"][0], { cwd: p.cwd, maxBuffer: 1 << 28 });
    if (!output.stdout.equals(readFileSync(join(p.cwd, p.expected))))
      console.error(`${p.name}: wx prints something else`);
  }
  return c;
}

const list = programs();
print(`# wx against others\n`);
print(`${cpus().length} × ${cpus()[0].model}, ${rounds} rounds, interleaved; times are whole processes, medians.`);
print("Ratios are medians of the rounds' ratios, lowest and highest in brackets; below 1 wx is better.");
for (const name of ["wasmtime", "wasmer", "wazero", "node", "clang-16"]) {
  if (!peers[name]) continue;
  const version = execFileSync(peers[name], [name == "wazero" ? "version" : "--version"], { encoding: "utf8" });
  print(`- ${name}: ${version.split("\n")[0]}`);
}
print(`\nReproduce: bench/run.sh ${args.filter((a, i) => a != "--save" && args[i - 1] != "--save").join(" ")}`);

if (only.includes("compile")) {
  const rows = list.map((p) => ({ name: p.name, result: compileTimes(p) }));
  table("Compile time", "ms", Object.keys(rows[0].result.medians), COMPILE_PAIRS, rows);
}
if (only.includes("run")) {
  const engines = ["wx -O2", "native", "wasmtime", "wasmer", "wazero", "node"];
  const pairs = toOthers(engines);
  const rows = list.map((p) => ({ name: p.name, result: measure(runCommands(p), p.cwd, pairs) }));
  const columns = engines.filter((c) => rows.some((r) => r.result.medians[c] != undefined));
  table("Run time", "ms", columns, pairs, rows);
}
if (only.includes("size")) {
  print("\n## Size of the executable\n\n| program | module | wx | wx --strip |\n|---|---:|---:|---:|");
  for (const p of list) {
    const out = join(temporary, "size");
    const size = (flags) => {
      const done = spawnSync(wx, ["--aot", "--unknown-imports=default", ...flags, p.wasm, "-o", out]);
      return done.status == 0 ? statSync(out).size : "-";
    };
    print(`| ${p.name} | ${statSync(p.wasm).size} | ${size([])} | ${size(["--strip"])} |`);
  }
}
if (only.includes("start")) {
  const hello = join(root, "examples", "hello.wasm");
  const out = join(temporary, "hello");
  execFileSync(wx, ["--aot", hello, "-o", out]);
  const commands = { "wx hello": [out], "/bin/true": ["/bin/true"], "wx --version": [wx, "--version"] };
  commands["wx --aot hello"] = [wx, "--aot", hello, "-o", join(temporary, "hello2")];
  if (peers.wasmtime) commands["wasmtime run hello"] = [peers.wasmtime, "run", hello];
  rounds = Math.max(rounds, 50);
  const pairs = toOthers(Object.keys(commands));
  table("Start-up", "ms", Object.keys(commands), pairs, [
    { name: "hello", result: measure(commands, temporary, pairs) },
  ]);
}
if (save) {
  mkdirSync(join(here, "results"), { recursive: true });
  writeFileSync(join(here, "results", `${save}.md`), report);
}
