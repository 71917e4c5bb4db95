// Compiling a program, to a file or to be run in place of wx.

import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { JsonValue } from "../base/json";
import { addMember, jsonArray, jsonNumber, jsonObject, jsonString } from "../base/json-print";
import { hexText, unsignedText } from "../base/wide-text";
import { Compiler, Stage, stageName } from "../compile";
import { Cpu } from "../link/cpu";
import { INFO_BASE } from "../link/layout";
import { FuncKind } from "../link/program";
import { ModuleSource } from "../text/source";
import { cpuOfThis } from "./this-cpu";
import { chooseEntry } from "./entry";
import { errorText } from "./errors";
import { moduleName, readProgram } from "./input";
import { linkModules } from "./linked-modules";
import {
  beginProgress,
  endProgress,
  EXIT_INPUT,
  EXIT_INTERNAL,
  EXIT_USAGE,
  fail,
  printJson,
  remark,
  showProgress,
} from "./messages";
import { Options } from "./options";
import { refuse, refuseFile, refuseModule } from "./refuse";
import { microseconds } from "host/clock";
import { execute, exit, isTerminal, print, printBytes, writeFile } from "host/system";

const REPORT: string = "\nThis is a bug in wx; please report it with the input that shows it.";

function printTimes(compiler: Compiler, inputBytes: i32): void {
  let total: i32 = 0;
  let text = "";
  for (let i: i32 = 0; i < Stage.Count; i++) {
    const time = compiler.times[i];
    total = total + time;
    text += `  ${stageName(i)}: ${time} us\n`;
  }
  text += `  total: ${total} us for ${inputBytes} bytes\n`;
  text += `  functions: ${compiler.program.order.length} of ${compiler.program.funcKind.length}`;
  text += `, code: ${compiler.codeBytes} bytes, file: ${compiler.image.length} bytes\n`;
  print(2, text);
}

function hex(n: i32): string {
  return `0x${hexText(n, 0)}`;
}

/** What linking decided: instances, functions reached, where memories and tables lie. */
function printLink(compiler: Compiler): void {
  const program = compiler.program;
  const lines: Array<string> = [];
  for (let k: i32 = 0; k < program.instanceModule.length; k++) {
    const module = program.module(k);
    let reached: i32 = 0;
    let bodies: i32 = 0;
    for (let f: i32 = 0; f < program.funcKind.length; f++) {
      if (program.funcInstance.get(f) != k || program.funcKind.get(f) != FuncKind.Body) continue;
      bodies++;
      if (program.funcReached.get(f) != 0) reached++;
    }
    lines.push(`  instance ${k} ${module.name}: ${reached} of ${bodies} functions reached\n`);
  }
  for (let m: i32 = 0; m < program.memoryMin.length; m++) {
    const hi = program.memoryBaseHi.get(m);
    const base = hi == 0 ? hex(program.memoryBaseLo.get(m)) : `${hex(hi)}:${hex(program.memoryBaseLo.get(m))}`;
    const grows = program.memoryGrows.get(m) != 0 ? ", may grow" : "";
    const pages = unsignedText(program.memoryMin.get(m), program.memoryMinHi.get(m));
    const checked = program.memoryGuarded.get(m) != 0 ? "" : ", checked";
    lines.push(`  memory ${m} at ${base}: ${pages} pages of 2^${program.memoryPageLog2.get(m)}${grows}${checked}\n`);
  }
  for (let t: i32 = 0; t < program.tableType.length; t++) {
    const written = program.tableWritten.get(t) != 0 ? "" : ", never written";
    lines.push(`  table ${t}: ${program.tableMin.get(t)} entries${written}\n`);
  }
  lines.push(`  information block at ${hex(INFO_BASE)}, data up to ${hex(program.dataEnd)}\n`);
  print(2, lines.join(""));
}

/** Compiles the program that the options name; does not return if that fails. */
function compileInput(options: Options): Compiler {
  const input = options.inputs[0];
  const content = readProgram(options, input);
  const started = microseconds();
  const source = new ModuleSource();
  const diagnostic = new Diagnostic();
  const isRead = source.read(content, diagnostic);
  const name = options.name.length != 0 ? options.name : moduleName(input);
  const compiler = new Compiler(source.bytes, name, options.link);
  if (!isRead) refuseModule(options, input, compiler.guest, diagnostic);
  if (options.debugTime && source.isText) print(2, `  text: ${(microseconds() - started) | 0} us\n`);
  compiler.check = options.check;
  compiler.jobs = options.jobs;
  compiler.timed = options.debugTime;
  compiler.dumpSsa = options.debugSsa;
  compiler.dumpAsm = options.debugAsm;
  compiler.dumpFunction = options.debugFunction;
  if (!options.quiet && isTerminal(2)) {
    beginProgress();
    compiler.report = showProgress;
  }
  if (compiler.decode()) {
    linkModules(options, compiler.guest);
    const wrong = chooseEntry(options, compiler);
    if (wrong.length != 0) refuse(options, options.invoke.length != 0 ? EXIT_USAGE : EXIT_INPUT, wrong);
  }
  const done = compiler.compile();
  endProgress();
  if (compiler.dump.length != 0) printBytes(2, compiler.dump);
  if (compiler.internalError.length != 0) {
    if (options.json) refuse(options, EXIT_INTERNAL, `internal error: ${compiler.internalError}`);
    fail(EXIT_INTERNAL, `internal error: ${compiler.internalError}${REPORT}`);
  }
  if (!done) {
    source.locate(compiler.diagnostic);
    refuseModule(options, input, compiler.guest, compiler.diagnostic);
  }
  if (options.debugTime) printTimes(compiler, content.length);
  if (options.debugLink) printLink(compiler);
  const elapsed = (microseconds() - started) | 0;
  if (options.verbose) {
    const warnings = compiler.warnings();
    for (let i: i32 = 0; i < warnings.length; i++) remark(`${input}: ${warnings[i]}`);
    const functions = compiler.program.order.length;
    const size = compiler.image.length;
    remark(`${input}: ${content.length} bytes, ${functions} functions compiled to ${size} bytes in ${elapsed} us`);
  } else if (options.json) {
    printJson(2, successValue(compiler, content, elapsed));
  }
  return compiler;
}

/** What tools are told of a program that compiled. */
function successValue(compiler: Compiler, content: U8Column, elapsed: i32): JsonValue {
  const warnings = jsonArray();
  const texts = compiler.warnings();
  for (let i: i32 = 0; i < texts.length; i++) warnings.items.push(jsonString(texts[i]));
  const stats = jsonObject();
  addMember(stats, "inputBytes", jsonNumber(content.length));
  addMember(stats, "outputBytes", jsonNumber(compiler.image.length));
  addMember(stats, "codeBytes", jsonNumber(compiler.codeBytes));
  addMember(stats, "functions", jsonNumber(compiler.program.order.length));
  addMember(stats, "microseconds", jsonNumber(elapsed));
  const value = jsonObject();
  addMember(value, "warnings", warnings);
  addMember(value, "stats", stats);
  return value;
}

export function compileToFile(options: Options): void {
  options.forExecutable(options.cpu == Cpu.OfThis ? cpuOfThis() : Cpu.V2);
  const compiler = compileInput(options);
  const toStream = options.output == "-";
  if (toStream && isTerminal(1)) fail(EXIT_USAGE, "the executable would go to the terminal; -o FILE names a file");
  const error = toStream ? printBytes(1, compiler.image) : writeFile(options.output, compiler.image, 0o755);
  if (error != 0) refuseOutput(options, error);
  if (options.verbose && !toStream) remark(`wrote '${options.output}'`);
}

function refuseOutput(options: Options, error: i32): void {
  const message = `cannot write '${options.output}': ${errorText(error)}`;
  refuseFile(options, EXIT_INPUT, options.output, message, message);
}

export function runInPlace(options: Options): void {
  const input = options.inputs[0];
  options.link.cpu = options.cpu >= 0 && options.cpu != Cpu.OfThis ? options.cpu : cpuOfThis();
  const compiler = compileInput(options);
  const argv: Array<string> = [];
  argv.push(options.argv0.length != 0 ? options.argv0 : input);
  for (let i: i32 = 0; i < options.programArguments.length; i++) argv.push(options.programArguments[i]);
  const error = execute(compiler.image, argv);
  // JavaScript cannot be replaced: there the program runs as a child, and ends this process when it ends.
  if (error == 0) return;
  fail(EXIT_INPUT, `cannot execute '${input}': ${errorText(error)}`);
  exit(EXIT_INPUT);
}
