// Running a program in place, interpreted.

import { TrapKind } from "../base/traps";
import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { valueText } from "../base/value-text";
import { unsignedText } from "../base/wide-text";
import { watchClock } from "../interp/deadline";
import { Interpreter } from "../interp/interpreter";
import { Machine, Outcome } from "../interp/machine";
import { pushInitTrap, pushTrap } from "../interp/report";
import { Prompt } from "../interp/prompt";
import { Watch } from "../interp/translate";
import { Watcher } from "../interp/watcher";
import { attachWasi, provideWasi } from "../interp/wasi";
import { Call, CallRow, callUsage, EXIT_USAGE } from "../link/calls";
import { ModuleSource } from "../text/source";
import { ExternKind } from "../wasm/module";
import { errorText } from "./errors";
import { linkModules } from "./linked-modules";
import { moduleName, readProgram } from "./input";
import { callRows, exportedFunctions } from "./invoke";
import { EXIT_INPUT, fail, remark } from "./messages";
import { Options, WatchOptions } from "./options";
import { refuseModule } from "./refuse";
import { setDeadline } from "host/clock";
import { HAS_INTRINSICS } from "host/raw";
import { exit, interruptLater, isTerminal, openOutput, print, printBytes } from "host/system";

/** Exit status of a program that trapped. */
const EXIT_TRAP: i32 = 134;
/** As wasmtime ends when nothing catches an exception. */
const EXIT_EXCEPTION: i32 = 1;

/** Interprets the program that the options name, and ends with its status. */
export function interpretProgram(options: Options): void {
  const input = options.inputs[0];
  if (options.link.guestTrusted && !HAS_INTRINSICS) {
    fail(EXIT_USAGE, "--trusted needs the native wx: in JavaScript there are no system calls");
  }
  const source = new ModuleSource();
  const interpreter = decode(options, source);
  const name = options.argv0.length != 0 ? options.argv0 : input;
  const call = chooseCall(options, interpreter, name);
  interpreter.watch = chooseWatch(options);
  if (!interpreter.load()) refuse(options, source, interpreter, interpreter.diagnostic);
  startWatch(options, interpreter.machine);
  startWatcher(options, interpreter);
  const args: Array<string> = [];
  args.push(name);
  for (let i: i32 = 0; i < options.programArguments.length; i++) args.push(options.programArguments[i]);
  let outcome = interpreter.instantiate() ? attachWasi(interpreter, args) : Outcome.Trapped;
  if (outcome == Outcome.Done) outcome = interpreter.start();
  if (outcome == Outcome.Done && call != null) outcome = runCall(options, interpreter, call);
  // So long for what is to be told, should nobody read it.
  if (options.link.hasTimeout) interruptLater(1, 0);
  reportTrap(interpreter, outcome);
  reportWatch(options);
  exit(
    outcome == Outcome.Trapped ? trapStatus(interpreter) : outcome == Outcome.Exited ? interpreter.machine.status : 0,
  );
}

/** Reads and decodes the module; does not return if that fails. */
function decode(options: Options, source: ModuleSource): Interpreter {
  const input = options.inputs[0];
  const content = readProgram(options, input);
  const diagnostic = new Diagnostic();
  const isRead = source.read(content, diagnostic);
  const name = options.name.length != 0 ? options.name : moduleName(input);
  const interpreter = new Interpreter(source.bytes, name, options.link);
  if (!isRead) refuse(options, source, interpreter, diagnostic);
  provideWasi(interpreter);
  if (!interpreter.decode()) refuse(options, source, interpreter, interpreter.diagnostic);
  linkModules(options, interpreter.guest);
  return interpreter;
}

/** What is told of calls and instructions; null if neither are watched. */
let watcher: Watcher | null = null;

/** What must be watched (Watch). */
function chooseWatch(options: Options): i32 {
  const wanted = options.watch;
  let watch: i32 = wanted.hasFuel ? Watch.Fuel : 0;
  if (wanted.traceCalls) watch = watch | Watch.Calls;
  if (watchesInstructions(wanted)) watch = watch | Watch.Calls | Watch.Instructions;
  if (options.link.hasTimeout || wantsHint(options)) watch = watch | Watch.Clock;
  return watch;
}

function watchesInstructions(wanted: WatchOptions): boolean {
  if (wanted.traceMemory || wanted.traceInstructions || wanted.stats) return true;
  return wanted.coverage.length != 0 || wanted.breakpoints.length != 0;
}

function wantsHint(options: Options): boolean {
  return !options.quiet && !options.interpret && isTerminal(2);
}

function startWatch(options: Options, machine: Machine): void {
  const link = options.link;
  machine.fuelLo = options.watch.fuelLo;
  machine.fuelHi = options.watch.fuelHi;
  if (link.hasTimeout) {
    setDeadline(link.timeoutSeconds, link.timeoutMicroseconds);
    interruptLater(link.timeoutSeconds, link.timeoutMicroseconds);
  }
  watchClock(machine, wantsHint(options), giveHint);
}

/** Sets up what watches calls and instructions; does not return if a breakpoint is wrong. */
function startWatcher(options: Options, interpreter: Interpreter): void {
  const wanted = options.watch;
  if (!wanted.traceCalls && !watchesInstructions(wanted)) return;
  const w = new Watcher(interpreter.machine, interpreter.program.guest);
  watcher = w;
  w.tracesCalls = wanted.traceCalls;
  w.tracesMemory = wanted.traceMemory;
  w.tracesInstructions = wanted.traceInstructions;
  w.filters = wanted.traceFunctions;
  if (wanted.coverage.length != 0) openCoverage(wanted.coverage);
  w.counts = wanted.stats || wanted.coverage.length != 0;
  const hosts = interpreter.options.hosts;
  for (let i: i32 = 0; i < hosts.length; i++) w.hosts.push(hosts[i].name);
  if (wanted.breakpoints.length == 0) return;
  const prompt = new Prompt(w);
  for (let i: i32 = 0; i < wanted.breakpoints.length; i++) {
    const wrong = prompt.addBreakpoint(wanted.breakpoints[i]);
    if (wrong.length != 0) fail(EXIT_USAGE, `--break ${wanted.breakpoints[i]}: ${wrong}`);
  }
}

/** The file is there before the program is confined. */
let coverageFile: i32 = -1;

function openCoverage(name: string): void {
  coverageFile = openOutput(name);
  if (coverageFile < 0) fail(EXIT_INPUT, `cannot write '${name}': ${errorText(0 - coverageFile)}`);
}

/** Writes what --stats and --coverage ask for. */
function reportWatch(options: Options): void {
  const w = watcher;
  if (w == null) return;
  const out = new U8Column();
  if (options.watch.coverage.length != 0) {
    w.pushCoverage(out);
    const error = printBytes(coverageFile, out);
    if (error != 0) fail(EXIT_INPUT, `cannot write '${options.watch.coverage}': ${errorText(error)}`);
    out.clear();
  }
  if (options.watch.stats) {
    w.pushStats(out);
    printBytes(2, out);
  }
}

function giveHint(): void {
  remark("the program is interpreted; with --jit it is compiled first, and runs many times faster");
}

/** Ends with what is wrong with the module. */
function refuse(options: Options, source: ModuleSource, interpreter: Interpreter, diagnostic: Diagnostic): void {
  source.locate(diagnostic);
  refuseModule(options, options.inputs[0], interpreter.guest, diagnostic);
}

/** What is called of a module: null for its _start; an export, by --invoke or because there is no _start. Does not return
 *  if there is nothing to run. */
function chooseCall(options: Options, interpreter: Interpreter, program: string): Call | null {
  const guest = interpreter.guest;
  const input = options.inputs[0];
  const args = options.programArguments;
  if (options.invoke.length != 0) {
    const rows = callRows(guest);
    if (options.invoke == "_initialize") rows.push(new CallRow("_initialize", "", ""));
    const call = new Call(rows);
    if (!call.choose(options.invoke)) fail(EXIT_USAGE, `${input}: ${call.error}; ${exportedFunctions(rows)}`);
    if (!call.read(args, 0)) fail(EXIT_USAGE, `${input}: ${call.error}`);
    interpreter.options.entry = "";
    return call;
  }
  if (guest.findExport("_start", ExternKind.Func) >= 0) return null;
  const rows = callRows(guest);
  if (rows.length == 0) {
    if (guest.startFunc >= 0) return null;
    fail(EXIT_INPUT, `${input}: there is nothing to run: the module has no _start and exports no functions`);
  }
  if (args.length == 0 || (args.length == 1 && args[0] == "--help")) {
    print(1, callUsage(program, rows));
    exit(0);
  }
  const call = new Call(rows);
  if (call.choose(args[0]) && call.read(args, 1)) return call;
  const hint = call.row < 0 ? `Without arguments, ${program} lists what it exports.\n` : "";
  print(2, `${program}: ${call.error}\n${hint}`);
  exit(EXIT_USAGE);
  return null;
}

/** Calls the export that was chosen, after the module's initialization, and prints its results, one a line. */
function runCall(options: Options, interpreter: Interpreter, call: Call): i32 {
  const guest = interpreter.guest;
  const initialize = guest.findExport("_initialize", ExternKind.Func);
  const start = guest.findExport("_start", ExternKind.Func);
  if (options.invoke.length != 0 && start < 0 && initialize >= 0 && options.invoke != "_initialize") {
    const outcome = interpreter.call(interpreter.guestFunc(initialize));
    if (outcome != Outcome.Done) return outcome;
  }
  const row = call.chosen;
  const top = interpreter.machine.top;
  for (let i: i32 = 0; i < call.lo.length; i++) top.setI64(i, call.lo.get(i), call.hi.get(i));
  const outcome = interpreter.call(interpreter.guestFunc(guest.findExport(row.name, ExternKind.Func)));
  if (outcome != Outcome.Done) return outcome;
  for (let i: i32 = 0; i < row.results.length; i++) {
    print(1, `${valueText(row.results.charAt(i), top.getLo(i), top.getHi(i))}\n`);
  }
  return outcome;
}

/** Says why the program trapped, if it did. */
function reportTrap(interpreter: Interpreter, outcome: i32): void {
  if (outcome != Outcome.Trapped) return;
  const machine = interpreter.machine;
  if (interpreter.hasNoMemory) {
    print(2, `wx: cannot map ${unsignedText(machine.wantedLo, machine.wantedHi)} bytes of memory\n`);
    return;
  }
  const text = new U8Column();
  if (interpreter.isInstantiated) pushTrap(machine, text);
  else pushInitTrap(machine.trap, text);
  printBytes(2, text);
}

function trapStatus(interpreter: Interpreter): i32 {
  if (interpreter.hasNoMemory) return EXIT_INPUT;
  return interpreter.machine.trap == TrapKind.UncaughtException ? EXIT_EXCEPTION : EXIT_TRAP;
}
