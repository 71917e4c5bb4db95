// The command line program: reads the options, does one command, and says what went wrong.
// Exit status: 0, 1 for wrong input, 2 for wrong usage, 70 for an internal error; a program that runs in place
// has its own.

import "host/prelude";
import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { Compiler, Stage, stageName } from "../compile";
import { ModuleSource } from "../text/source";
import { describeDiagnostic } from "../wasm/describe";
import { ExternKind } from "../wasm/module";
import { errorText } from "./errors";
import { helpText, VERSION } from "./help";
import { buildInvocation, exportedFunctions } from "./invoke";
import { Command, Options, parseOptions } from "./options";
import { runScripts } from "./wast";
import { microseconds } from "host/clock";
import { argument, argumentCount, execute, exit, print, printBytes, readFile, writeFile } from "host/system";

const EXIT_INPUT: i32 = 1;
const EXIT_USAGE: i32 = 2;
const EXIT_INTERNAL: i32 = 70;

function fail(code: i32, message: string): void {
  print(2, `wx: ${message}\n`);
  exit(code);
}

/** The file's name without directory and ending, for backtraces. */
function moduleName(path: string): string {
  const base = path.substring(path.lastIndexOf("/") + 1);
  const dot = base.lastIndexOf(".");
  return dot > 0 ? base.substring(0, dot) : base;
}

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
  text += `, code: ${compiler.code.bytes.length} bytes, file: ${compiler.image.length} bytes\n`;
  print(2, text);
}

/** Decides what of the decoded guest runs; does not return if there is nothing. */
function chooseEntry(options: Options, compiler: Compiler): void {
  const input = options.inputs[0];
  const guest = compiler.guest;
  if (options.invoke.length != 0) {
    const driver = new U8Column();
    const wrong = buildInvocation(guest, options.invoke, options.programArguments, driver);
    if (wrong.length != 0) fail(EXIT_INPUT, `${input}: ${wrong}`);
    compiler.driver = driver;
    options.link.entry = options.invoke;
  } else if (guest.startFunc < 0 && guest.findExport("_start", ExternKind.Func) < 0) {
    const hint = `--invoke NAME calls an export; ${exportedFunctions(guest)}`;
    fail(EXIT_INPUT, `${input}: the module has no _start, so there is no program to run; ${hint}`);
  }
}

/** A compiler of what a file holds, a binary module or a text; does not return if it is neither. */
function readSource(source: ModuleSource, content: U8Column, options: Options): Compiler {
  const input = options.inputs[0];
  const diagnostic = new Diagnostic();
  const start = microseconds();
  const isRead = source.read(content, diagnostic);
  const compiler = new Compiler(source.bytes, moduleName(input), options.link);
  if (!isRead) fail(EXIT_INPUT, describeDiagnostic(input, compiler.guest, diagnostic));
  if (options.debugTime && source.isText) {
    print(2, `  text: ${microseconds() - start} us for ${content.length} bytes\n`);
  }
  return compiler;
}

/** Compiles the program that the options name; does not return if that fails. */
function compileInput(options: Options): Compiler {
  const input = options.inputs[0];
  const bytes = new U8Column();
  const error = readFile(input, bytes);
  if (error != 0) fail(EXIT_INPUT, `cannot read '${input}': ${errorText(error)}`);
  const source = new ModuleSource();
  const compiler = readSource(source, bytes, options);
  compiler.check = options.check;
  compiler.jobs = options.jobs;
  compiler.timed = options.debugTime;
  compiler.dumpSsa = options.debugSsa;
  compiler.dumpAsm = options.debugAsm;
  if (compiler.decode()) chooseEntry(options, compiler);
  const done = compiler.compile();
  if (compiler.dump.length != 0) printBytes(2, compiler.dump);
  if (compiler.internalError.length != 0) {
    const report = "\nThis is a bug in wx; please report it with the input that shows it.";
    fail(EXIT_INTERNAL, `internal error: ${compiler.internalError}${report}`);
  }
  if (!done) {
    source.locate(compiler.diagnostic);
    fail(EXIT_INPUT, describeDiagnostic(input, compiler.guest, compiler.diagnostic));
  }
  if (options.debugTime) printTimes(compiler, source.bytes.length);
  return compiler;
}

function compileToFile(options: Options): void {
  const compiler = compileInput(options);
  const error = writeFile(options.output, compiler.image, 0o755);
  if (error != 0) fail(EXIT_INPUT, `cannot write '${options.output}': ${errorText(error)}`);
}

function runInPlace(options: Options): void {
  const compiler = compileInput(options);
  const argv: Array<string> = [];
  argv.push(options.inputs[0]);
  for (let i: i32 = 0; i < options.programArguments.length; i++) argv.push(options.programArguments[i]);
  const error = execute(compiler.image, argv);
  fail(EXIT_INPUT, `cannot execute '${options.inputs[0]}': ${errorText(error)}`);
}

function main(): void {
  const args: Array<string> = [];
  for (let i: i32 = 1; i < argumentCount(); i++) args.push(argument(i));
  const options = parseOptions(args);
  if (options.error.length != 0) {
    fail(EXIT_USAGE, `${options.error}\nTry 'wx --help'.`);
  }
  switch (options.command) {
    case Command.Help:
      print(1, helpText());
      break;
    case Command.Version:
      print(1, `wx ${VERSION}\n`);
      break;
    case Command.Compile:
      compileToFile(options);
      break;
    case Command.Wast:
      exit(runScripts(options));
      break;
    case Command.Run:
      runInPlace(options);
      break;
  }
}

main();
