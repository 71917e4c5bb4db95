// All modules of a script with their registrations and the assertions on them, as one program: instances joined by the
// linker, and a driver that brings them into being in the script's order and calls them (script-driver.ts).
//
// What is known before the program runs, is said before: an instance that cannot be linked is no part of the program.
// Whether an import is large enough may depend on what has grown until then; that the instance finds out when it comes
// to be (ssa/builder-instantiate.ts).

import { I32Column, U8Column } from "../base/columns";
import { Diagnostic } from "../base/diagnostics";
import { TrapKind } from "../base/traps";
import { Compiler } from "../compile";
import { Interpreter } from "../interp/interpreter";
import { TRAPPED } from "../link/layout";
import { bindImports, LinkedInstance, NOT_LINKED } from "../link/linked";
import { joinScript } from "../link/linker";
import { LinkOptions } from "../link/options";
import { CommandKind, ScriptCommand } from "../text/script";
import { decodeModule } from "../wasm/decoder";
import { Module, SegmentMode } from "../wasm/module";
import { validateModule } from "../wasm/validator";
import { AS_EXPECTED, Driver, trapOfText } from "./script-driver";

/** What the program has instead of a module of its own: a module without anything. */
function emptyModule(): U8Column {
  const bytes = new U8Column();
  bytes.pushI32(0x6d736100);
  bytes.pushI32(1);
  return bytes;
}

/** Whether something happens when an instance of `module` comes to be. */
function hasInstantiation(module: Module): boolean {
  if (module.startFunc >= 0) return true;
  for (let i: i32 = 0; i < module.elemMode.length; i++) if (module.elemMode.get(i) == SegmentMode.Active) return true;
  for (let i: i32 = 0; i < module.dataMode.length; i++) if (module.dataMode.get(i) == SegmentMode.Active) return true;
  return false;
}

/** A command of the script that is a step of the program. */
export class ScriptStep {
  command: ScriptCommand;
  /** The instance that it makes or is about, by its number in the script. */
  instance: i32;
  /** Export of that instance that an action is about, or -1. */
  export_: i32;
  /** What it should come to: AS_EXPECTED, or TRAPPED + TrapKind. */
  expectation: i32 = AS_EXPECTED;

  constructor(command: ScriptCommand, instance: i32, e: i32) {
    this.command = command;
    this.instance = instance;
    this.export_ = e;
  }
}

export class ScriptProgram {
  /** Instances in the order in which they come to be. */
  private instances: Array<LinkedInstance> = [];
  private steps: Array<ScriptStep> = [];
  /** By instance: what keeps it from being linked; empty if nothing. Known after `join`. */
  unlinked: Array<string> = [];
  /** By instance: 1 if it imports what must have grown. */
  private needsGrowth: I32Column = new I32Column();
  /** By instance: its place among those that are linked, or NOT_LINKED. */
  private places: I32Column = new I32Column();
  /** Steps of the driver, by number. */
  driverSteps: Array<ScriptStep> = [];
  private driver: Driver = new Driver();

  /** Adds an instance of a module, decoded and validated, that imports from those `known`; its number. */
  addInstance(module: Module, known: Map<string, i32>): i32 {
    const instance = new LinkedInstance(module);
    bindImports(module, known, instance.providers);
    this.instances.push(instance);
    return this.instances.length - 1;
  }

  addStep(step: ScriptStep): void {
    this.steps.push(step);
  }

  get stepCount(): i32 {
    return this.steps.length;
  }

  step(i: i32): ScriptStep {
    return this.steps[i];
  }

  /** Finds out which instances can be linked; a message if that cannot be. */
  join(options: LinkOptions): string {
    const count = this.instances.length;
    const empty = new Module(emptyModule(), "script");
    const diagnostic = new Diagnostic();
    decodeModule(empty, diagnostic);
    options.linked = this.instances;
    options.isScript = true;
    const state = joinScript(empty, options, diagnostic);
    if (diagnostic.failed) return diagnostic.message;
    for (let k: i32 = 0; k < count; k++) this.needsGrowth.push(0);
    const first = state.firstUser;
    for (let i: i32 = 0; i < state.program.growthInstance.length; i++) {
      this.needsGrowth.set(state.program.growthInstance.get(i) - first, 1);
    }
    const linked: Array<LinkedInstance> = [];
    for (let k: i32 = 0; k < count; k++) {
      const instance = this.instances[k];
      let reason = state.unlinked[k];
      for (let i: i32 = 0; i < instance.providers.length && reason.length == 0; i++) {
        const provider = instance.providers.get(i);
        if (provider == NOT_LINKED) continue;
        if (this.places.get(provider) == NOT_LINKED)
          reason = "unknown import: it imports from an instance that is not there";
      }
      this.unlinked.push(reason);
      this.places.push(reason.length == 0 ? linked.length : NOT_LINKED);
      if (reason.length == 0) linked.push(instance);
    }
    for (let k: i32 = 0; k < linked.length; k++) this.renumber(linked[k].providers);
    options.linked = linked;
    return "";
  }

  /** Instances that cannot be linked are left out. */
  private renumber(providers: I32Column): void {
    for (let i: i32 = 0; i < providers.length; i++) {
      if (providers.get(i) != NOT_LINKED) providers.set(i, this.places.get(providers.get(i)));
    }
  }

  isLinked(instance: i32): boolean {
    return this.places.get(instance) != NOT_LINKED;
  }

  /** Whether it is found out while the program runs if the instance can be linked. */
  isUndecided(instance: i32): boolean {
    return this.needsGrowth.get(instance) != 0;
  }

  /** Has the driver take a step; why it cannot, or an empty text. */
  drive(step: ScriptStep): string {
    const instance = step.instance;
    const module = this.instances[instance].module;
    const place = this.places.get(instance);
    if (step.export_ < 0) {
      // Nothing happens, and nothing is expected to.
      const isPlain = step.expectation == AS_EXPECTED && this.needsGrowth.get(instance) == 0;
      if (isPlain && !hasInstantiation(module)) return "";
      this.driver.addInstantiation(place, step.expectation);
    } else if (!this.driver.addAction(step.command, module, place, step.export_, step.expectation)) {
      return this.driver.refusal;
    }
    this.driverSteps.push(step);
    return "";
  }

  /** The driver's bytes; who provides its imports goes to `options`. */
  private writeDriver(options: LinkOptions): U8Column {
    const bytes = new U8Column();
    this.driver.write(bytes);
    options.driverProviders = this.driver.providers;
    return bytes;
  }

  /** An interpreter for the program, and a compiler; join and drive come before. */
  makeInterpreter(options: LinkOptions): Interpreter {
    const driver = new Module(this.writeDriver(options), "driver");
    const interpreter = new Interpreter(emptyModule(), "script", options);
    const isValid = decodeModule(driver, interpreter.diagnostic) && validateModule(driver, interpreter.diagnostic);
    assert(isValid, "makeInterpreter: the driver");
    interpreter.driver = driver;
    return interpreter;
  }

  makeCompiler(options: LinkOptions): Compiler {
    const compiler = new Compiler(emptyModule(), "script", options);
    compiler.driver = this.writeDriver(options);
    return compiler;
  }
}

/** What a step should come to, by what its command says; -1 if it names a trap that wx does not know. */
export function expectationOf(command: ScriptCommand): i32 {
  switch (command.kind) {
    case CommandKind.AssertTrap:
    case CommandKind.AssertExhaustion:
    case CommandKind.AssertUninstantiable: {
      const trap = trapOfText(command.text);
      return trap < 0 ? -1 : TRAPPED + trap;
    }
    case CommandKind.AssertException:
      return TRAPPED + TrapKind.UncaughtException;
    case CommandKind.AssertUnlinkable:
      return TRAPPED + TrapKind.Unlinkable;
  }
  return AS_EXPECTED;
}
