// One module, run in every way there is: by the JavaScript engine, by the interpreter, and as executables of several kinds.
// What comes out is text that can be compared: a line for each call, then the bytes of memory in one number.

import "../../host/js/prelude";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { U8Column } from "../../src/base/columns";
import { TrapKind, trapMessage } from "../../src/base/traps";
import { Compiler } from "../../src/compile";
import { execute } from "../../src/interp/execute";
import { Interpreter } from "../../src/interp/interpreter";
import { Outcome } from "../../src/interp/machine";
import { TRAPPED } from "../../src/link/layout";
import { LinkOptions, UnknownImports } from "../../src/link/options";
import { Sandbox } from "../../src/link/info";
import { setShuffleSeed } from "../../src/opt/passes";
import { ExternKind, Module } from "../../src/wasm/module";
import { column } from "../link/helpers";
import { assemble } from "../text/assemble";
import { trapClass } from "../ssa-builder/helpers";
import { decodeModule } from "../../src/wasm/decoder";
import { Diagnostic } from "../../src/base/diagnostics";
import type { Call, Type } from "./tree";
import { bitsFloat, floatBits } from "./values";

export interface Case {
  bytes: Uint8Array;
  calls: Call[];
  /** Types of the results of each export that is called. */
  results: Map<string, Type[]>;
  /** By name, the types of its parameters. */
  params: Map<string, Type[]>;
}

/** A line for each call, and one for memory. */
export type Report = string[];

const KINDS: Record<number, Type> = { 127: "i32", 126: "i64", 125: "f32", 124: "f64" };

/** A case of a valid module. */
export function caseOf(bytes: Uint8Array, calls: Call[]): Case {
  const module = new Module(column(bytes), "fuzz");
  decodeModule(module, new Diagnostic());
  const results = new Map<string, Type[]>();
  const params = new Map<string, Type[]>();
  for (const { name } of calls) {
    const f = module.findExport(name, ExternKind.Func);
    if (f < 0) throw new Error(`no export ${name}`);
    const type = module.funcType.get(f);
    const typeOf = (code: number): Type => KINDS[code & 255] ?? "externref";
    results.set(
      name,
      Array.from({ length: module.typeResultCount.get(type) }, (_, i) => typeOf(module.resultType(type, i))),
    );
    params.set(
      name,
      Array.from({ length: module.typeParamCount.get(type) }, (_, i) => typeOf(module.paramType(type, i))),
    );
  }
  return { bytes, calls, results, params };
}

function textOf(type: Type, bits: bigint): string {
  if (type == "i32") return `${BigInt.asIntN(32, bits)}`;
  if (type == "i64") return `${BigInt.asIntN(64, bits)}`;
  const word = BigInt.asUintN(type == "f32" ? 32 : 64, bits);
  return Number.isNaN(bitsFloat(type, word)) ? "nan" : `0x${word.toString(16)}`;
}

function hash(bytes: Uint8Array, size: number): string {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, size >> 2);
  let sum = 1;
  for (let i = 0; i < words.length; i++) sum = (Math.imul(sum, 31) + words[i]) | 0;
  return `memory ${size} ${sum}`;
}

/** What other engines may do otherwise. */
export function isComparable(report: Report): boolean {
  return !report.some((line) => line == "trap: stack" || line == "trap: fuel");
}

/** A report with traps as coarse as engines tell them apart. */
export function coarse(report: Report): string {
  return report.map((line) => line.replace(/^trap: (conversion|overflow)$/, "trap: range")).join("\n");
}

// The engine.

/** Exceptions that leave a module, which older declarations of types lack. */
const { Exception } = WebAssembly as unknown as { Exception?: new () => unknown };

function engineTrap(error: unknown): string {
  if (Exception != undefined && error instanceof Exception) return "trap: uncaught exception";
  const message = (error as Error).message;
  if (/represent/.test(message)) return "trap: range";
  if (/data segment/.test(message)) return "trap: memory";
  if (/element segment|table initializer/.test(message)) return "trap: table";
  if (/by zero/.test(message)) return "trap: division";
  return `trap: ${trapClass(message)}`;
}

function toEngine(type: Type, bits: bigint): unknown {
  if (type == "i32") return Number(BigInt.asIntN(32, bits));
  if (type == "i64") return BigInt.asIntN(64, bits);
  return type == "f32" || type == "f64" ? bitsFloat(type, bits) : null;
}

function fromEngine(type: Type, value: unknown): string {
  if (type == "i32" || type == "i64") return `${value}`;
  return textOf(type, floatBits(type, value as number));
}

export function runInEngine(c: Case): Report {
  const module = new WebAssembly.Module(c.bytes as BufferSource);
  const imports: Record<string, Record<string, unknown>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind != "function") throw new Error(`import of a ${kind}`);
    imports[from] ??= {};
    imports[from][name] = () => 0;
  }
  let instance: WebAssembly.Instance;
  try {
    instance = new WebAssembly.Instance(module, imports as WebAssembly.Imports);
  } catch (error) {
    return [engineTrap(error)];
  }
  const report: Report = [];
  for (const { name, args } of c.calls) {
    const types = c.results.get(name) as Type[];
    try {
      const done = (instance.exports[name] as (...args: unknown[]) => unknown)(
        ...args.map(({ type, bits }) => toEngine(type, bits)),
      );
      const values = types.length == 0 ? [] : types.length == 1 ? [done] : (done as unknown[]);
      report.push(types.map((type, i) => fromEngine(type, values[i])).join(" "));
    } catch (error) {
      report.push(engineTrap(error));
    }
  }
  const memory = instance.exports.memory as WebAssembly.Memory | undefined;
  if (memory != undefined) report.push(hash(new Uint8Array(memory.buffer), memory.buffer.byteLength));
  return report;
}

// The interpreter.

export function runInInterpreter(c: Case, watch: number, fuel = 0): Report | string {
  const link = new LinkOptions();
  link.unknownImports = UnknownImports.Default;
  link.entry = "";
  link.stackSize = 0x4_0000;
  const interpreter = new Interpreter(column(c.bytes), "fuzz", link);
  interpreter.watch = watch;
  if (!interpreter.load()) return interpreter.diagnostic.message;
  const { machine } = interpreter;
  machine.fuelLo = fuel;
  machine.fuelHi = fuel == 0 ? 1 : 0;
  machine.polls = 1 << 30;
  const report: Report = [];
  if (interpreter.run() != Outcome.Done) return [`trap: ${classOf(machine.trap)}`];
  for (const { name, args } of c.calls) {
    args.forEach(({ bits }, i) =>
      machine.top.setI64(i, Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n))),
    );
    machine.enter(interpreter.guestFunc(interpreter.guest.findExport(name, ExternKind.Func)));
    const outcome = execute(machine);
    if (outcome != Outcome.Done) {
      report.push(`trap: ${classOf(machine.trap)}`);
      continue;
    }
    const values = (c.results.get(name) as Type[]).map((type, i) => {
      const bits = (BigInt(machine.top.getHi(i) >>> 0) << 32n) | BigInt(machine.top.getLo(i) >>> 0);
      return textOf(type, bits);
    });
    report.push(values.join(" "));
  }
  const memory = machine.guestMemory;
  if (interpreter.guest.memoryMin.length > 0) report.push(hash(memory.bytes, memory.size));
  return report;
}

function classOf(kind: number): string {
  if (kind == TrapKind.OutOfFuel) return "fuel";
  return kind == TrapKind.Division ? "division" : trapClass(trapMessage(kind));
}

/** What an exception says, and from where. */
export function stackOf(error: unknown): string {
  return `${(error as Error).stack?.split("\n").slice(0, 3).join(" ")}`;
}

// Executables.

export interface Kind {
  name: string;
  level: number;
  check?: boolean;
  checkedMemory?: boolean;
  cpu?: number;
  /** Seed of random numbers for values between passes. */
  shuffle?: number;
}

/** A module that makes the calls and prints what comes out. */
function driverText(c: Case): string {
  const fields = [
    '(import "wx" "try_call" (func $try (param funcref) (result i32)))',
    '(import "wx" "guest_base" (func $base (result i64)))',
    '(import "wx" "guest_size" (func $size (result i64)))',
    '(import "wx" "load32" (func $load (param i64) (result i32)))',
    '(import "runtime" "wx_script_check" (func $check (param i32 i32 i32)))',
    '(import "runtime" "wx_print_i64" (func $print (param i64)))',
  ];
  const names = [...c.results.keys()];
  names.forEach((name, i) => {
    const params = (c.params.get(name) as Type[]).map((type) => `(param ${type})`).join("");
    const results = (c.results.get(name) as Type[]).map((type) => `(result ${type})`).join("");
    fields.push(`(import "guest" ${JSON.stringify(name)} (func $g${i} ${params} ${results}))`);
  });
  const start: string[] = [];
  c.calls.forEach(({ name, args }, k) => {
    const results = c.results.get(name) as Type[];
    const given = args.map(({ type, bits }) => {
      if (type == "i32" || type == "i64") return `(${type}.const ${BigInt.asIntN(type == "i32" ? 32 : 64, bits)})`;
      if (type == "externref" || type == "funcref") return `(ref.null ${type.slice(0, -3)})`;
      const int = type == "f32" ? "i32" : "i64";
      return `(${type}.reinterpret_${int} (${int}.const ${bits}))`;
    });
    const locals = results.map((type, i) => `(local $r${i} ${type})`).join(" ");
    const set = results.map((_, i) => `(local.set $r${results.length - 1 - i})`).join(" ");
    const print = results.map((type, i) => {
      const get = `(local.get $r${i})`;
      if (type == "i64") return `(call $print ${get})`;
      if (type == "f64") return `(call $print (i64.reinterpret_f64 ${get}))`;
      if (type == "externref" || type == "funcref") return "(call $print (i64.const 0))";
      return `(call $print (i64.extend_i32_s ${type == "i32" ? get : `(i32.reinterpret_f32 ${get})`}))`;
    });
    fields.push(
      `(func $t${k} (result i32) ${locals} (call $g${names.indexOf(name)} ${given.join(" ")}) ${set} ${print.join(" ")} (i32.const 1))`,
    );
    start.push(`(call $check (i32.const ${k}) (i32.const 99) (call $try (ref.func $t${k})))`);
  });
  fields.push(`(elem declare func ${c.calls.map((_, k) => `$t${k}`).join(" ")})`);
  fields.push(`(func $hash (local $at i64) (local $end i64) (local $sum i32)
    (local.set $at (call $base)) (local.set $end (i64.add (call $base) (call $size))) (local.set $sum (i32.const 1))
    (block $done (loop $next (br_if $done (i64.ge_u (local.get $at) (local.get $end)))
      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (call $load (local.get $at))))
      (local.set $at (i64.add (local.get $at) (i64.const 4))) (br $next)))
    (call $print (call $size)) (call $print (i64.extend_i32_s (local.get $sum))))`);
  return `(module ${fields.join("\n")} (func (export "_start") ${start.join(" ")} (call $hash)))`;
}

// In memory where there is such a folder: files come and go.
const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "wx-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** What a compiler keeps between functions, kept between compilers too: they would spend their time on making it. */
const kept = ((): Record<string, unknown> => {
  const { func, mir, allocation } = new Compiler(column(new Uint8Array()), "", new LinkOptions()) as unknown as Record<
    string,
    unknown
  >;
  return { func, mir, allocation };
})();

/** The executable of a kind, or what went wrong. */
export function compileKind(c: Case, kind: Kind, driver: U8Column): Uint8Array | string {
  const link = new LinkOptions();
  link.unknownImports = UnknownImports.Default;
  link.sandbox = Sandbox.Off;
  link.level = kind.level;
  link.checkedMemory = kind.checkedMemory ?? false;
  link.cpu = kind.cpu ?? 0;
  const compiler = new Compiler(column(c.bytes), "fuzz", link);
  Object.assign(compiler, kept);
  compiler.driver = driver;
  compiler.jobs = 1;
  compiler.check = kind.check ?? false;
  setShuffleSeed(kind.shuffle ?? 0);
  try {
    const isDone = compiler.compile();
    if (compiler.internalError != "") return `internal error: ${compiler.internalError}`;
    if (!isDone) return `refused: ${compiler.diagnostic.message}`;
    return compiler.image.data.slice(0, compiler.image.length);
  } catch (error) {
    return `exception: ${stackOf(error)}`;
  } finally {
    setShuffleSeed(0);
  }
}

export interface Job {
  c: Case;
  kinds: Kind[];
}

/** Compiles and runs jobs; the report of each kind of each job, or one line with what went wrong. */
export function runNatively(jobs: Job[]): Report[][] {
  const reports: Report[][] = [];
  const names: string[] = [];
  const slots: [job: number, kind: number][] = [];
  jobs.forEach(({ c, kinds }, j) => {
    const driver = assemble(driverText(c));
    reports.push([]);
    kinds.forEach((kind, k) => {
      const image = compileKind(c, kind, column(driver));
      if (typeof image == "string") {
        reports[j][k] = [image];
        return;
      }
      const name = `x${names.length}`;
      const path = join(folder, name);
      const isNew = !existsSync(path);
      writeFileSync(path, image);
      if (isNew) chmodSync(path, 0o755);
      names.push(name);
      slots.push([j, k]);
    });
  });
  // One process for all: starting one from here takes longer than what runs.
  const script = 'ulimit -t 10; ulimit -c 0; for x in "$@"; do ./$x > $x.out 2>&1; echo $? >> $x.out; done';
  spawnSync("/bin/sh", ["-c", script, "sh", ...names], { cwd: folder, stdio: "ignore" });
  slots.forEach(([j, k], i) => {
    reports[j][k] = readReport(jobs[j].c, readFileSync(join(folder, `${names[i]}.out`), "latin1"));
  });
  return reports;
}

/** What the driver printed, as a report. */
function readReport(c: Case, output: string): Report {
  const lines = output.trimEnd().split("\n");
  const status = lines.pop();
  if (status == "134" && lines[0]?.startsWith("wx: failed to instantiate")) {
    return [`trap: ${trapClass(lines[1]?.replace("wasm trap: ", "") ?? "")}`];
  }
  const report: Report = [];
  let values: string[] = [];
  const rest: string[] = [];
  for (const line of lines) {
    const end = line.match(/^(\d+) 99 (\d+)$/);
    if (end == null) {
      if (/^-?\d+$/.test(line)) values.push(line);
      else rest.push(line);
      continue;
    }
    const types = c.results.get(c.calls[Number(end[1])]?.name) ?? [];
    const code = Number(end[2]);
    if (code >= TRAPPED) report.push(`trap: ${classOf(code - TRAPPED)}`);
    else report.push(types.map((type, i) => textOf(type, BigInt(values[i] ?? 0))).join(" "));
    values = [];
  }
  if (values.length == 2 && values[0] != "0") report.push(`memory ${values[0]} ${values[1]}`);
  if (status != "0" || rest.length > 0) report.push(`ended with ${status}: ${rest.slice(0, 20).join(" / ")}`);
  return report;
}
