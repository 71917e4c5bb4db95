// Runs one script. Its commands are gone through twice: first modules are read, named and registered, and everything else
// finds out which of them it is about; when it is known what can be linked, the steps become one program
// (script-program.ts), and what that says is put into words. assert_invalid and assert_malformed are answered on the way by
// the text reader, the decoder and the validator.
//
// What needs a feature that wx does not have is left out, by the feature's name: modules, what imports from these, and
// assertions about them.

import { U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { trapMessage } from "../base/traps";
import { TRAPPED } from "../link/layout";
import { LinkOptions } from "../link/options";
import { CommandKind, ScriptCommand, ScriptModule, ScriptValue } from "../text/script";
import { textWords } from "../text/source";
import { TextModule } from "../text/module";
import { readModuleText } from "../text/wat";
import { decodeModule } from "../wasm/decoder";
import { Feature, featureName } from "../wasm/features";
import { ExternKind, Module } from "../wasm/module";
import { validateModule } from "../wasm/validator";
import { Options } from "./options";
import { AS_EXPECTED } from "./script-driver";
import { interpretScript, provideChecks } from "./script-interpret";
import { expectationOf, ScriptProgram, ScriptStep } from "./script-program";
import { hasReason } from "./script-reasons";
import { ScriptReport } from "./script-report";
import { scriptValueText, valueText } from "./script-text";
import { spectestModule } from "./spectest";
import { capture, readFile } from "host/system";

/** Seconds after which a script's program counts as hanging. */
const TIME_LIMIT: i32 = 60;
const UNSUPPORTED: string = " not supported";

/** A module of the script, whatever has become of it. */
class Known {
  module: Module | null = null;
  /** Its number in the program; -1 if it is only a definition, or cannot be used. */
  instance: i32 = -1;
  /** Why what is about it is left out; empty if nothing is. */
  skipped: string = "";

  constructor(module: Module | null, skipped: string) {
    this.module = module;
    this.skipped = skipped;
  }
}

export class ScriptRunner {
  report: ScriptReport = new ScriptReport();
  private options: Options;
  private path: string;
  private program: ScriptProgram = new ScriptProgram();
  /** The instance that was made last; by name; and definitions likewise. */
  private last: Known = new Known(null, "");
  private named: Map<string, Known> = new Map<string, Known>();
  private definition: Known = new Known(null, "");
  private definitions: Map<string, Known> = new Map<string, Known>();
  /** Instances by the names that they are registered under; and why those are left out that are not there. */
  private registered: Map<string, i32> = new Map<string, i32>();
  private missing: Map<string, string> = new Map<string, string>();
  /** Some instance is registered. */
  private isSharing: boolean = false;
  /** Feature of a module left out that may have written to what others share; empty if there is none. */
  private doubt: string = "";
  /** Reads texts of modules; null until there is one. */
  private text: TextModule | null = null;

  constructor(options: Options, path: string) {
    this.options = options;
    this.path = path;
  }

  run(commands: Array<ScriptCommand>): void {
    for (let i: i32 = 0; i < commands.length; i++) this.command(commands[i]);
    if (this.program.stepCount != 0) this.runProgram();
  }

  private fail(line: i32, reason: string): void {
    this.report.failed++;
    this.report.say(`${this.path}:${line}: ${reason}\n`);
  }

  private command(command: ScriptCommand): void {
    switch (command.kind) {
      case CommandKind.Module:
        this.instantiate(command, this.define(command));
        return;
      case CommandKind.Definition:
        this.definition = this.define(command);
        if (command.name.length != 0) this.definitions.set(command.name, this.definition);
        return;
      case CommandKind.Instance: {
        let known = this.definition;
        if (command.as.length != 0 && this.definitions.has(command.as)) {
          known = this.definitions.get(command.as) as Known;
        }
        this.instantiate(command, new Known(known.module, known.skipped));
        return;
      }
      case CommandKind.Register:
        this.register(command);
        return;
      case CommandKind.AssertInvalid:
      case CommandKind.AssertMalformed:
      case CommandKind.AssertMalformedCustom:
        this.assertRejected(command);
        return;
      case CommandKind.AssertUnlinkable:
      case CommandKind.AssertUninstantiable:
        this.addAsserted(command);
        return;
      case CommandKind.AssertReturn:
      case CommandKind.AssertTrap:
      case CommandKind.AssertExhaustion:
      case CommandKind.AssertException:
      case CommandKind.Action:
        this.addAction(command);
        return;
      case CommandKind.AssertSuspension:
        this.report.skip("stack switching", 1);
        return;
      case CommandKind.AssertInvalidCustom:
        this.report.skip("contents of custom sections", 1);
        return;
    }
    this.report.skip(featureName(Feature.Threads), 1);
  }

  private reader(): TextModule {
    let reader = this.text;
    if (reader == null) {
      reader = new TextModule(textWords());
      this.text = reader;
    }
    return reader;
  }

  /** Appends a module in the binary format; a diagnostic if its text is malformed. False if it cannot be had. */
  private readModule(module: ScriptModule, bytes: U8Column, diagnostic: Diagnostic): boolean {
    let content = module.content;
    if (module.filename.length != 0) {
      content = new U8Column();
      const folder = this.path.substring(0, this.path.lastIndexOf("/") + 1);
      if (readFile(folder + module.filename, content) != 0) return false;
    }
    if (module.malformed.length != 0) diagnostic.fail(-1, module.malformed);
    else if (module.isText) readModuleText(this.reader(), content, bytes, diagnostic);
    else bytes.append(content, 0, content.length);
    return true;
  }

  /** Reads the module of a command, which must be valid. */
  private define(command: ScriptCommand): Known {
    const given = command.module;
    const bytes = new U8Column();
    const diagnostic = new Diagnostic();
    if (given == null || !this.readModule(given, bytes, diagnostic)) {
      this.fail(command.line, "the module cannot be read");
      return new Known(null, "modules that cannot be used");
    }
    const module = new Module(bytes, command.name.length != 0 ? command.name : "script");
    if (!diagnostic.failed && decodeModule(module, diagnostic) && validateModule(module, diagnostic)) {
      return new Known(module, "");
    }
    const feature = unsupportedFeature(diagnostic);
    if (feature.length == 0) this.fail(command.line, `a valid module is refused: ${diagnostic.message}`);
    else if (this.isSharing) this.doubt = feature;
    return new Known(null, feature.length != 0 ? feature : "modules that cannot be used");
  }

  /** Adds an instance of a module that is the current one from then on. */
  private instantiate(command: ScriptCommand, known: Known): void {
    this.last = known;
    if (command.name.length != 0) this.named.set(command.name, known);
    if (this.addInstance(known)) this.addStep(command, known.instance, -1);
  }

  /** Gives the module an instance; false if it, or what it imports from, is left out. */
  private addInstance(known: Known): boolean {
    const module = known.module;
    if (module == null) return false;
    if (this.doubt.length != 0 && module.importKind.length != 0) {
      known.skipped = this.doubt;
      return false;
    }
    for (let i: i32 = 0; i < module.importKind.length; i++) {
      const from = module.text(module.importModuleStart.get(i), module.importModuleEnd.get(i));
      if (this.missing.has(from)) {
        known.skipped = this.missing.get(from) as string;
        return false;
      }
      if (from == "spectest" && !this.registered.has(from)) {
        const none = new Map<string, i32>();
        this.registered.set(from, this.program.addInstance(spectestModule(this.reader()), none));
      }
    }
    known.instance = this.program.addInstance(module, this.registered);
    return true;
  }

  private register(command: ScriptCommand): void {
    const known = this.find(command.name);
    this.isSharing = true;
    if (known.instance >= 0) {
      this.registered.set(command.as, known.instance);
      this.missing.delete(command.as);
    } else {
      this.registered.delete(command.as);
      this.missing.set(command.as, known.skipped);
    }
  }

  /** The instance of a name; of none, the last one. */
  private find(name: string): Known {
    if (name.length == 0) return this.last;
    return this.named.has(name) ? (this.named.get(name) as Known) : new Known(null, "modules that cannot be used");
  }

  /** An instance that is expected not to come to be. */
  private addAsserted(command: ScriptCommand): void {
    const known = this.define(command);
    if (!this.addInstance(known)) {
      this.report.skip(known.skipped, 1);
      return;
    }
    this.addStep(command, known.instance, -1);
  }

  private addStep(command: ScriptCommand, instance: i32, e: i32): void {
    const step = new ScriptStep(command, instance, e);
    step.expectation = expectationOf(command);
    if (step.expectation < 0) this.fail(command.line, `there is no trap '${command.text}'`);
    else this.program.addStep(step);
  }

  private addAction(command: ScriptCommand): void {
    const action = command.action;
    if (action == null) return;
    const known = this.find(action.module);
    const module = known.module;
    if (module == null || known.instance < 0 || this.doubt.length != 0) {
      this.skip(command, this.doubt.length != 0 ? this.doubt : known.skipped);
      return;
    }
    const e = module.findExportEntry(action.field, action.isGet ? ExternKind.Global : ExternKind.Func);
    if (e < 0) {
      this.fail(command.line, `the module exports no ${action.isGet ? "global" : "function"} '${action.field}'`);
      return;
    }
    this.addStep(command, known.instance, e);
  }

  /** Only assertions count. */
  private skip(command: ScriptCommand, reason: string): void {
    if (isAssertion(command)) this.report.skip(reason, 1);
  }

  private pass(command: ScriptCommand): void {
    if (isAssertion(command)) this.report.passed++;
  }

  private runProgram(): void {
    const program = this.program;
    const link = this.options.link;
    const reason = program.join(link);
    if (reason.length != 0) {
      this.failAll(`cannot link: ${reason}`);
      return;
    }
    for (let i: i32 = 0; i < program.stepCount; i++) this.drive(program.step(i));
    if (program.driverSteps.length != 0) this.execute(link);
  }

  private failAll(reason: string): void {
    this.report.failed += this.program.driverSteps.length != 0 ? this.program.driverSteps.length : 1;
    this.report.say(`${this.path}: ${reason}\n`);
  }

  /** Hands a step to the driver, unless its outcome is clear already. */
  private drive(step: ScriptStep): void {
    const program = this.program;
    const command = step.command;
    if (!program.isLinked(step.instance)) {
      const why = program.unlinked[step.instance].split("\n ").join("");
      if (command.kind == CommandKind.AssertUnlinkable) {
        if (why.indexOf(command.text) >= 0) this.pass(command);
        else this.fail(command.line, `expected '${command.text}', got '${why}'`);
      } else if (step.export_ < 0) this.fail(command.line, `the module cannot be linked: ${why}`);
      else this.fail(command.line, "the module that this is about could not be linked");
      return;
    }
    if (command.kind == CommandKind.AssertUnlinkable && !program.isUndecided(step.instance)) {
      this.fail(command.line, `a module is linked that has: ${command.text}`);
      return;
    }
    const refusal = program.drive(step);
    if (refusal.length != 0) this.skip(command, refusal);
  }

  private execute(link: LinkOptions): void {
    const output = new U8Column();
    const isDone = this.options.interpret ? this.interpret(link, output) : this.compile(link, output);
    if (!isDone) return;
    const isFailed = this.reportFailures(output);
    const steps = this.program.driverSteps;
    for (let i: i32 = 0; i < steps.length; i++) if (isFailed.get(i) == 0) this.pass(steps[i].command);
  }

  /** Interprets the program; what it found wrong goes to `output`. False, after a message, if it does not run. */
  private interpret(link: LinkOptions, output: U8Column): boolean {
    provideChecks(link);
    const interpreter = this.program.makeInterpreter(link);
    if (!interpreter.load()) this.failAll(`cannot link: ${interpreter.diagnostic.message}`);
    else if (interpretScript(interpreter, output)) return true;
    else if (interpreter.hasNoMemory) this.failAll("there is not enough memory");
    else this.failAll(`the program ended with the trap '${trapMessage(interpreter.machine.trap)}'`);
    return false;
  }

  /** Compiles and executes the program, likewise. */
  private compile(link: LinkOptions, output: U8Column): boolean {
    const compiler = this.program.makeCompiler(link);
    compiler.check = this.options.check;
    compiler.jobs = 1;
    if (!compiler.compile()) {
      const reason = compiler.internalError.length != 0 ? compiler.internalError : compiler.diagnostic.message;
      this.failAll(`cannot compile: ${reason}`);
      return false;
    }
    const status = capture(compiler.image, TIME_LIMIT, output);
    if (status == 0) return true;
    const before = this.report.failed;
    this.reportFailures(output);
    this.report.failed = before;
    this.failAll(`the program ended with status ${status}`);
    return false;
  }

  /** Reads what the driver found wrong (runtime/script.ts); 1 for each step that failed. */
  private reportFailures(output: U8Column): U8Column {
    const isFailed = new U8Column();
    isFailed.resize(this.program.driverSteps.length);
    const fields: Array<i32> = [0];
    let results = "";
    for (let i: i32 = 0; i < output.length; i++) {
      const c = output.get(i);
      if (c == 32) fields.push(0);
      else if (c != 10) fields[fields.length - 1] = (fields[fields.length - 1] * 10 + (c - 48)) | 0;
      else {
        if (fields.length == 4) {
          results = `${valueText(fields[1], fields[2], fields[3])}${results.length != 0 ? `, ${results}` : ""}`;
        } else if (fields.length == 3 && fields[0] < isFailed.length) {
          isFailed.set(fields[0], 1);
          this.reportFailure(this.program.driverSteps[fields[0]], fields[2], results);
          results = "";
        }
        fields.length = 0;
        fields.push(0);
      }
    }
    return isFailed;
  }

  private reportFailure(step: ScriptStep, outcome: i32, results: string): void {
    const command = step.command;
    let got = outcome >= TRAPPED ? `trap '${trapMessage(outcome - TRAPPED)}'` : results;
    if (got.length == 0) got = step.export_ < 0 ? "an instance" : "results";
    let expected = step.expectation == AS_EXPECTED ? "" : `trap '${command.text}'`;
    if (expected.length == 0) {
      if (command.kind == CommandKind.AssertReturn) expected = listText(command.expected);
      else expected = step.export_ < 0 ? "an instance" : "no trap";
    }
    this.fail(command.line, `expected ${expected}, got ${got}`);
  }

  /** A malformed text must be refused as text; of a binary module, bodies are read by the validator only. */
  private assertRejected(command: ScriptCommand): void {
    const bytes = new U8Column();
    const diagnostic = new Diagnostic();
    const given = command.module;
    if (given == null || !this.readModule(given, bytes, diagnostic)) {
      this.fail(command.line, "the module cannot be read");
      return;
    }
    const module = new Module(bytes, "script");
    const isMalformed = diagnostic.failed || !decodeModule(module, diagnostic);
    if (!isMalformed && validateModule(module, diagnostic)) {
      this.fail(command.line, `a module is accepted that has: ${command.text}`);
    } else if (unsupportedFeature(diagnostic).length != 0) {
      this.report.skip(unsupportedFeature(diagnostic), 1);
    } else if (!isMalformed && given.isText && command.kind != CommandKind.AssertInvalid) {
      this.fail(command.line, `a text is read that has: ${command.text}`);
    } else if (!hasReason(command.text, diagnostic.message)) {
      this.fail(command.line, `expected '${command.text}', got '${diagnostic.message}'`);
    } else {
      this.report.passed++;
    }
  }
}

function isAssertion(command: ScriptCommand): boolean {
  const kind = command.kind;
  return kind != CommandKind.Action && kind != CommandKind.Module && kind != CommandKind.Instance;
}

/** The feature for the lack of which a module was refused, not for being wrong; or an empty text. */
function unsupportedFeature(diagnostic: Diagnostic): string {
  const at = diagnostic.message.indexOf(UNSUPPORTED);
  return at >= 0 ? diagnostic.message.substring(0, at) : "";
}

function listText(values: Array<ScriptValue>): string {
  let text = "";
  for (let i: i32 = 0; i < values.length; i++) text += `${i != 0 ? ", " : ""}${scriptValueText(values[i])}`;
  return text.length != 0 ? text : "no result";
}
