// `wx wast`: runs specification scripts, given as text (.wast) or in JSON with modules in files beside it. Each module
// of a script with the assertions that follow it becomes one executable (script.ts); assert_invalid and
// assert_malformed are answered by the text reader, the decoder and the validator. What a script needs beyond that
// (imports, several instances, threads) is counted as skipped.

import { I32Column, U8Column } from "../base/columns";
import { Char } from "../base/chars";
import { Diagnostic } from "../base/diagnostics";
import { trapMessage } from "../base/traps";
import { Compiler } from "../compile";
import { TRAPPED } from "../link/layout";
import { CommandKind, ScriptCommand, ScriptModule } from "../text/script";
import { textWords } from "../text/source";
import { TextModule } from "../text/module";
import { readModuleText } from "../text/wat";
import { WastReader } from "../text/wast";
import { decodeModule } from "../wasm/decoder";
import { ExternKind, Module } from "../wasm/module";
import { HEAP_EXTERN, HEAP_FUNC, HEAP_NOEXTERN, HEAP_NOFUNC, heapOf, isRef } from "../wasm/types";
import { validateModule } from "../wasm/validator";
import { errorText } from "./errors";
import { Options } from "./options";
import { Driver } from "./script";
import { ScriptJsonReader } from "./script-json";
import { interpretDriver } from "./wast-interpret";
import { collectWorker, finishWorker, IN_WORKER, processorCount, startWorker } from "host/parallel";
import { capture, print, printBytes, readFile } from "host/system";

/** Seconds after which a script's program counts as hanging. */
const TIME_LIMIT: i32 = 60;

/** Most that one script can have to say. */
const RESULT_BYTES: i32 = 0x100_0000;

export class WastRunner {
  passed: i32 = 0;
  failed: i32 = 0;
  skipped: i32 = 0;
  private options: Options;
  private path: string = "";
  /** Module under test: its bytes and decoded form; null when it cannot be tested. */
  private bytes: U8Column = new U8Column();
  private module: Module | null = null;
  private moduleLine: i32 = 0;
  private moduleName: string = "";
  /** Other modules may import from the module under test; one of them has run and may have changed it. */
  private isRegistered: boolean = false;
  private isChanged: boolean = false;
  private driver: Driver = new Driver();
  /** Reads texts of modules. */
  private text: TextModule | null = null;

  constructor(options: Options) {
    this.options = options;
  }

  /** What is to be printed so far. */
  output: U8Column = new U8Column();

  /** Runs one script, with a line of counts in the end; false if it cannot be read. */
  run(path: string): boolean {
    const passed = this.passed;
    const failed = this.failed;
    const skipped = this.skipped;
    this.path = path;
    const text = new U8Column();
    const error = readFile(path, text);
    if (error != 0) return this.refuse(errorText(error));
    const commands = this.readCommands(text);
    if (commands == null) return false;
    this.module = null;
    for (let i: i32 = 0; i < commands.length; i++) this.command(commands[i]);
    this.finishModule();
    this.say(
      `${path}: ${this.passed - passed} passed, ${this.failed - failed} failed, ${this.skipped - skipped} skipped\n`,
    );
    return true;
  }

  /** The commands of a script: JSON begins with a brace, text does not; null, with a message, if it is neither. */
  private readCommands(text: U8Column): Array<ScriptCommand> | null {
    let at: i32 = 0;
    while (at < text.length && text.get(at) <= Char.Space) at++;
    const first: i32 = at < text.length ? text.get(at) : 0;
    if (first == Char.LeftBrace || first == Char.LeftBracket) {
      const reader = new ScriptJsonReader();
      if (reader.read(text)) return reader.commands;
      this.refuse(reader.error);
      return null;
    }
    const diagnostic = new Diagnostic();
    const reader = new WastReader(new TextModule(textWords()));
    if (reader.read(text, diagnostic)) return reader.commands;
    this.refuse(`${diagnostic.line}:${diagnostic.column}: ${diagnostic.message}\n${diagnostic.excerpt}`);
    return null;
  }

  private say(text: string): void {
    for (let i: i32 = 0; i < text.length; i++) this.output.push(text.charCodeAt(i));
  }

  private refuse(reason: string): boolean {
    print(2, `wx: cannot read '${this.path}' as a script: ${reason}\n`);
    return false;
  }

  private fail(line: i32, reason: string): void {
    this.failed++;
    this.say(`${this.path}:${line}: ${reason}\n`);
  }

  private command(command: ScriptCommand): void {
    switch (command.kind) {
      case CommandKind.Module:
        this.finishModule();
        this.beginModule(command);
        return;
      case CommandKind.AssertInvalid:
      case CommandKind.AssertMalformed:
      case CommandKind.AssertMalformedCustom:
        this.assertRejected(command);
        return;
      case CommandKind.AssertReturn:
      case CommandKind.AssertTrap:
      case CommandKind.AssertExhaustion:
      case CommandKind.Action:
        this.addAssertion(command);
        return;
      case CommandKind.Register:
        this.isRegistered = true;
        return;
      case CommandKind.AssertUninstantiable:
        if (this.isRegistered) this.isChanged = true;
        this.skipped++;
        return;
      case CommandKind.AssertException:
      case CommandKind.AssertSuspension:
      case CommandKind.AssertUnlinkable:
      case CommandKind.AssertInvalidCustom:
        this.skipped++;
        return;
      case CommandKind.Unsupported:
        this.say(`${this.path}:${command.line}: skipped: '${command.text}' is not supported\n`);
        this.skipped++;
    }
    // Definitions, instances and threads: later commands refer to what we do not have.
    this.finishModule();
    this.module = null;
  }

  /** Appends a module in the binary format; a diagnostic if its text is malformed. False if it cannot be had. */
  private readModule(module: ScriptModule, bytes: U8Column, diagnostic: Diagnostic): boolean {
    let content = module.content;
    if (module.filename.length != 0) {
      content = new U8Column();
      const folder = this.path.substring(0, this.path.lastIndexOf("/") + 1);
      if (readFile(folder + module.filename, content) != 0) return false;
    }
    if (module.malformed.length != 0) {
      diagnostic.fail(-1, module.malformed);
    } else if (module.isText) {
      let reader = this.text;
      if (reader == null) {
        reader = new TextModule(textWords());
        this.text = reader;
      }
      readModuleText(reader, content, bytes, diagnostic);
    } else {
      bytes.append(content, 0, content.length);
    }
    return true;
  }

  private beginModule(command: ScriptCommand): void {
    this.driver = new Driver();
    this.moduleLine = command.line;
    this.moduleName = command.name;
    this.bytes = new U8Column();
    this.module = null;
    this.isRegistered = false;
    this.isChanged = false;
    const diagnostic = new Diagnostic();
    const given = command.module;
    if (given == null || !this.readModule(given, this.bytes, diagnostic)) return;
    const module = new Module(this.bytes, "script");
    if (diagnostic.failed || !decodeModule(module, diagnostic) || !validateModule(module, diagnostic)) {
      if (!isUnsupported(diagnostic)) this.fail(this.moduleLine, `a valid module is refused: ${diagnostic.message}`);
      return;
    }
    if (module.importKind.length == 0) this.module = module;
  }

  private addAssertion(command: ScriptCommand): void {
    const module = this.module;
    const action = command.action;
    const isAssertion = command.kind != CommandKind.Action;
    if (module == null || action == null || this.isChanged) {
      if (isAssertion) this.skipped++;
      return;
    }
    const export_ = module.findExport(action.field, ExternKind.Func);
    if ((action.module.length != 0 && action.module != this.moduleName) || export_ < 0) {
      if (isAssertion) this.skipped++;
      return;
    }
    const type = module.funcType.get(export_);
    let results = "";
    for (let i: i32 = 0; i < module.typeResultCount.get(type); i++) results += resultCode(module.resultType(type, i));
    if (!this.driver.add(command, results) && isAssertion) this.skipped++;
  }

  /** Compiles and runs the module with its assertions. */
  private finishModule(): void {
    const module = this.module;
    const count = this.driver.count;
    if (module == null || count == 0) return;
    this.module = null;
    const bytes = new U8Column();
    this.driver.write(bytes);
    if (this.options.interpret) {
      this.interpret(bytes, count);
      return;
    }
    const compiler = new Compiler(this.bytes, "script", this.options.link);
    compiler.driver = bytes;
    compiler.check = this.options.check;
    compiler.jobs = 1;
    if (!compiler.compile()) {
      this.failed += count;
      const reason = compiler.internalError.length != 0 ? compiler.internalError : compiler.diagnostic.message;
      this.say(`${this.path}:${this.moduleLine}: cannot compile: ${reason}\n`);
      return;
    }
    const output = new U8Column();
    const status = capture(compiler.image, TIME_LIMIT, output);
    const failures = this.reportFailures(output);
    if (status != 0) {
      this.say(`${this.path}:${this.moduleLine}: the program ended with status ${status}\n`);
      this.failed += count;
    } else {
      this.failed += failures;
      this.passed += count - failures;
    }
  }

  private interpret(driver: U8Column, count: i32): void {
    const output = new U8Column();
    const wrong = interpretDriver(this.bytes, driver, this.options.link, output);
    const failures = wrong.length != 0 ? count : this.reportFailures(output);
    if (wrong.length != 0) this.say(`${this.path}:${this.moduleLine}: cannot interpret: ${wrong}\n`);
    this.failed += failures;
    this.passed += count - failures;
  }

  /** Reads what the driver wrote, one difference a line: line of the script, expected outcome, actual outcome. */
  private reportFailures(output: U8Column): i32 {
    let count: i32 = 0;
    const fields: Array<i32> = [0];
    for (let i: i32 = 0; i < output.length; i++) {
      const c = output.get(i);
      if (c == 32) fields.push(0);
      else if (c != 10) fields[fields.length - 1] = (fields[fields.length - 1] * 10 + (c - 48)) | 0;
      else {
        if (fields.length == 3) {
          this.say(`${this.path}:${fields[0]}: expected ${outcome(fields[1])}, got ${outcome(fields[2])}\n`);
          count++;
        }
        fields.length = 0;
        fields.push(0);
      }
    }
    return count;
  }

  /** A malformed text must be refused as text; of a binary module, bodies are read by the validator only. */
  private assertRejected(command: ScriptCommand): void {
    const bytes = new U8Column();
    const diagnostic = new Diagnostic();
    const given = command.module;
    if (given == null || !this.readModule(given, bytes, diagnostic)) {
      this.skipped++;
      return;
    }
    const module = new Module(bytes, "script");
    const isMalformed = diagnostic.failed || !decodeModule(module, diagnostic);
    if (!isMalformed && validateModule(module, diagnostic)) {
      this.fail(command.line, `a module is accepted that has: ${command.text}`);
    } else if (isUnsupported(diagnostic)) {
      this.skipped++;
    } else if (!isMalformed && given.isText && command.kind != CommandKind.AssertInvalid) {
      this.fail(command.line, `a text is read that has: ${command.text}`);
    } else {
      this.passed++;
    }
  }
}

/** Whether a module was refused for a feature that wx does not have yet, not for being wrong. */
function isUnsupported(diagnostic: Diagnostic): boolean {
  return diagnostic.message.indexOf("not supported") >= 0;
}

function outcome(code: i32): string {
  if (code >= TRAPPED) return `trap '${trapMessage(code - TRAPPED)}'`;
  return code == 1 ? "the given results" : "other results";
}

/** The type code of a result as the driver's strings have it; "?" for what it cannot express. */
function resultCode(type: i32): string {
  const kind = type & 0xff;
  if (kind >= 0x7c && kind <= 0x7f) return String.fromCharCode(kind);
  if (!isRef(type)) return "?";
  const heap = heapOf(type);
  if (heap == HEAP_EXTERN || heap == HEAP_NOEXTERN) return "\x6f";
  return heap >= 0 || heap == HEAP_FUNC || heap == HEAP_NOFUNC ? "\x70" : "?";
}

/** Runs one script in a worker; does not return. */
function runInWorker(options: Options, path: string): void {
  const runner = new WastRunner(options);
  const readable = runner.run(path);
  const result = new U8Column();
  result.pushI32(runner.passed);
  result.pushI32(runner.failed);
  result.pushI32(runner.skipped);
  result.pushI32(readable ? 0 : 1);
  result.append(runner.output, 0, runner.output.length);
  finishWorker(result);
}

/**
 * Runs all scripts that the options name; the exit status. Each runs in a process of its own where there are
 * processes: several at once, and what one used of memory is given back.
 */
export function runScripts(options: Options): i32 {
  const total = new WastRunner(options);
  let unreadable: i32 = 0;
  const batch = options.jobs != 0 ? options.jobs : processorCount();
  const count = options.inputs.length;
  const workers = new I32Column();
  for (let first: i32 = 0; first < count; first = first + batch) {
    const end = first + batch < count ? first + batch : count;
    workers.clear();
    for (let i = first; i < end; i++) {
      const worker = startWorker(RESULT_BYTES);
      if (worker == IN_WORKER) runInWorker(options, options.inputs[i]);
      workers.push(worker);
    }
    for (let i = first; i < end; i++) {
      if (!runOrCollect(total, options.inputs[i], workers.get(i - first))) unreadable++;
      printBytes(1, total.output);
      total.output.clear();
    }
  }
  print(1, `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed != 0 || unreadable != 0 ? 1 : 0;
}

/** Adds what a worker found to `total`, or runs the script here if there is no worker. */
function runOrCollect(total: WastRunner, path: string, worker: i32): boolean {
  if (worker < 0) return total.run(path);
  const result = new U8Column();
  if (!collectWorker(worker, result)) {
    total.failed++;
    print(2, `wx: internal error: the process that ran '${path}' died\n`);
    return false;
  }
  total.passed = total.passed + result.getI32(0);
  total.failed = total.failed + result.getI32(4);
  total.skipped = total.skipped + result.getI32(8);
  total.output.append(result, 16, result.length);
  return result.getI32(12) == 0;
}
