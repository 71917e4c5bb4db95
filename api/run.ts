// Running programs in this engine, interpreted, for Node, Bun, Deno and browsers. What belongs to the machine (its
// directories, its environment, the streams of the process) comes from a Platform; a browser has none of it.

import "host/prelude";
import { U8Column } from "../src/base/columns";
import { TrapKind, trapMessage } from "../src/base/traps";
import { callRows } from "../src/cli/invoke";
import { execute } from "../src/interp/execute";
import { Interpreter } from "../src/interp/interpreter";
import { HostAnswer, type Machine, Outcome, PAUSE } from "../src/interp/machine";
import { Backtrace, pushInitTrap, pushTrap } from "../src/interp/report";
import { Watch } from "../src/interp/translate";
import { Call } from "../src/link/calls";
import { HostFunction as HostName, LinkOptions, UnknownImports } from "../src/link/options";
import { Diagnostic } from "../src/base/diagnostics";
import { ModuleSource } from "../src/text/source";
import { functionName } from "../src/wasm/describe";
import { ExternKind } from "../src/wasm/module";
import { fromBytes, toBytes } from "../host/js/wasi/byte-text";
import { Errno } from "../host/js/wasi/errors";
import type { Directory } from "../host/js/wasi/file-system";
import { MemoryDirectory } from "../host/js/wasi/memory-files";
import { FUNCTIONS, type Grant, MODULE, Preview1, ProgramExit, signatureOf } from "../host/js/wasi/preview1";
import { Input, Output, type Stream } from "../host/js/wasi/streams";
import { checkTypes } from "./arguments.js";
import { columnOf, errorOf, failure } from "./errors.js";
import type {
  HostFunction,
  HostImports,
  MemoryFiles,
  RunningProgram,
  RunOptions,
  RunResult,
  WasmValue,
  WxError,
} from "./types.js";
import { Values } from "./values.js";

/** What the machine provides. */
export interface Platform {
  openDirectory(path: string): Directory;
  stream(fd: number): Stream;
  environment(): Record<string, string | undefined>;
}

/** What an option object may contain, with the types of its values. */
const KNOWN: Record<keyof RunOptions, string> = {
  name: "string",
  arguments: "object",
  argv0: "string",
  environment: "object",
  inheritEnvironment: "boolean",
  directories: "object",
  stdin: "any",
  stdout: "any",
  stderr: "any",
  imports: "any",
  invoke: "string",
  unknownImports: "string",
  maxMemory: "number",
  stackSize: "number",
  fuel: "any",
  timeout: "number",
};

/** Loop rounds between the first two looks at the clock, and milliseconds that should be between two. */
const ROUNDS = 500;
const LOOK = 4;
/** Milliseconds after which others get the thread. */
const SLICE = 30;

class Misuse extends Error {}

/** Collects what a stream is given. */
class Capture {
  private readonly pieces: Uint8Array[] = [];
  readonly stream: Stream;

  constructor(target: RunOptions["stdout"], inherited: () => Stream) {
    if (target == "inherit") this.stream = inherited();
    else this.stream = new Output(target ?? ((bytes) => this.pieces.push(bytes)));
  }

  get bytes(): Uint8Array {
    const all = new Uint8Array(this.pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of this.pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}

class Run {
  private readonly options: RunOptions;
  private readonly platform: Platform | null;
  private readonly isAsync: boolean;
  private readonly values = new Values();
  private readonly stdout: Capture;
  private readonly stderr: Capture;
  private readonly memoryDirectories: [guest: string, directory: MemoryDirectory][] = [];
  private readonly hostFunctions: HostFunction[] = [];
  private interpreter: Interpreter = null as unknown as Interpreter;
  private wasi: Preview1 = null as unknown as Preview1;
  /** The export to call, if it is not _start. */
  private call: Call | null = null;
  /** What the program waits for. */
  private pending: Promise<void> | null = null;
  /** What a host function threw. */
  private thrown: unknown = null;
  private hasThrown = false;
  /** Calls of the program from host functions, of which the outermost must return before anything can wait. */
  private depth = 0;
  private deadline = Number.POSITIVE_INFINITY;
  private sliceEnd = 0;

  constructor(options: RunOptions, platform: Platform | null, isAsync: boolean) {
    const wrong = checkTypes(options, KNOWN);
    if (wrong != "") throw new Misuse(wrong);
    this.options = options;
    this.platform = platform;
    this.isAsync = isAsync;
    this.stdout = new Capture(options.stdout, () => this.machine("stdout").stream(1));
    this.stderr = new Capture(options.stderr, () => this.machine("stderr").stream(2));
  }

  private machine(what: string): Platform {
    if (this.platform == null) throw new Misuse(`there is no ${what} of the machine in a browser`);
    return this.platform;
  }

  // Before the program runs.

  /** Everything but running; null if the program is ready. */
  prepare(bytes: Uint8Array): RunResult | null {
    const { options } = this;
    const source = new ModuleSource();
    const diagnostic = new Diagnostic();
    const isRead = source.read(columnOf(bytes), diagnostic);
    const interpreter = new Interpreter(source.bytes, toBytes(options.name ?? "module"), this.linkOptions());
    this.interpreter = interpreter;
    if (!isRead) return this.refused(errorOf(interpreter.guest, diagnostic).error);
    const needsClock = this.isAsync || options.timeout != undefined;
    interpreter.watch = (needsClock ? Watch.Clock : 0) | (options.fuel != undefined ? Watch.Fuel : 0);
    this.addImports();
    const wrong = interpreter.decode() ? this.chooseCall() : "";
    if (wrong != "") return this.refused(failure(options.invoke == undefined ? "input" : "usage", wrong).error);
    if (!interpreter.load()) {
      source.locate(interpreter.diagnostic);
      return this.refused(errorOf(interpreter.guest, interpreter.diagnostic).error);
    }
    this.startWatch();
    this.startWasi();
    interpreter.machine.hostCall = (machine, f, at) => this.callHost(machine, f, at);
    return null;
  }

  private linkOptions(): LinkOptions {
    const { maxMemory, stackSize, unknownImports } = this.options;
    const link = new LinkOptions();
    if (maxMemory != undefined) link.maxMemory = positive("maxMemory", Math.ceil(maxMemory / 65536), 65536);
    if (stackSize != undefined) link.stackSize = positive("stackSize", stackSize, 0x4000_0000);
    if (unknownImports == "trap") link.unknownImports = UnknownImports.Trap;
    else if (unknownImports == "default") link.unknownImports = UnknownImports.Default;
    else if (unknownImports != undefined && unknownImports != "error") {
      throw new Misuse(`unknownImports must be error, trap or default, not '${unknownImports}'`);
    }
    for (const [name, params] of FUNCTIONS) link.hosts.push(new HostName(MODULE, name, signatureOf(name, params)));
    return link;
  }

  private addImports(): void {
    const { imports } = this.options;
    if (imports == undefined) return;
    const given: HostImports = typeof imports == "function" ? imports(this.program) : imports;
    for (const [module, functions] of Object.entries(given)) {
      for (const [name, action] of Object.entries(functions)) {
        if (typeof action != "function") throw new Misuse(`the import ${module}.${name} must be a function`);
        this.interpreter.options.hosts.unshift(new HostName(toBytes(module), toBytes(name), ""));
        this.hostFunctions.unshift(action);
      }
    }
  }

  /** The program as host functions see it. */
  private readonly program: RunningProgram = {
    memory: null as unknown as Uint8Array,
    call: (name, ...args) => this.callExport(name, args),
  };

  private callExport(name: string, args: WasmValue[]): WasmValue[] {
    const { interpreter } = this;
    const { machine } = interpreter;
    const local = interpreter.guest.findExport(toBytes(name), ExternKind.Func);
    if (local < 0) throw new Misuse(`there is no exported function '${name}'`);
    const f = interpreter.guestFunc(local);
    const { pc, frame, top } = machine;
    // Above everything that the caller uses.
    machine.top = frame.from(machine.hostRoom);
    this.values.writeParams(machine, f, machine.top, 0, args);
    machine.enter(f);
    this.depth++;
    const outcome = execute(machine);
    this.depth--;
    const results = this.values.readResults(machine, f, machine.top, 0);
    const trap = machine.trap;
    machine.top = top;
    machine.pc = pc;
    machine.frame = frame;
    if (outcome == Outcome.Done) return results;
    if (this.hasThrown) throw this.thrown;
    if (outcome == Outcome.Trapped) throw new WasmTrap(trap);
    if (outcome == Outcome.Exited) throw new ProgramExit(machine.status);
    throw new Misuse("a function that a host function calls cannot wait for a promise");
  }

  /** What is wrong, or an empty text. */
  private chooseCall(): string {
    const { guest } = this.interpreter;
    const { invoke, arguments: args = [] } = this.options;
    if (invoke == undefined) {
      if (guest.findExport("_start", ExternKind.Func) >= 0 || guest.startFunc >= 0) return "";
      return "there is nothing to run: the module has no _start; invoke names an export";
    }
    const call = new Call(callRows(guest));
    if (!call.choose(toBytes(invoke)) || !call.read(args.map(toBytes), 0)) return fromBytes(call.error);
    this.call = call;
    if (guest.findExport("_start", ExternKind.Func) >= 0) this.interpreter.options.entry = "";
    return "";
  }

  private startWatch(): void {
    const { machine } = this.interpreter;
    const { fuel, timeout } = this.options;
    if (fuel != undefined) {
      const count = toCount(fuel);
      machine.fuelLo = Number(BigInt.asIntN(32, count));
      machine.fuelHi = Number(BigInt.asIntN(32, count >> 32n));
    }
    if (timeout != undefined) this.deadline = performance.now() + timeout * 1000;
    let rounds = ROUNDS;
    let last = performance.now();
    machine.polls = rounds;
    machine.poll = () => {
      const now = performance.now();
      if (now - last < LOOK / 2) rounds *= 2;
      else if (now - last > LOOK && rounds > ROUNDS) rounds >>= 1;
      last = now;
      machine.polls = rounds;
      if (now > this.deadline) return TrapKind.Interrupt;
      return this.isAsync && this.depth == 0 && now > this.sliceEnd ? PAUSE : -1;
    };
  }

  private startWasi(): void {
    const { options } = this;
    const args = options.invoke == undefined ? (options.arguments ?? []) : [];
    this.wasi = new Preview1({
      args: [options.argv0 ?? options.name ?? "module", ...args].map(toBytes),
      environment: this.variables(),
      streams: [this.input(), this.stdout.stream, this.stderr.stream],
      grants: (options.directories ?? []).map((grant) => this.grantOf(grant)),
      isAsync: this.isAsync,
      untilDeadline: () => this.deadline - performance.now(),
      raise: (signal) => {
        if (signal == 0) return Errno.Success;
        throw new ProgramExit(128 + signal);
      },
    });
  }

  private input(): Stream {
    const { stdin } = this.options;
    if (stdin == "inherit") return this.machine("stdin").stream(0);
    if (typeof stdin == "function") return new Input(new Uint8Array(), stdin);
    const bytes = typeof stdin == "string" ? new TextEncoder().encode(stdin) : (stdin ?? new Uint8Array());
    return new Input(bytes, () => null);
  }

  private variables(): string[] {
    const { environment = {}, inheritEnvironment = false } = this.options;
    const all = new Map<string, string>();
    const wanted = Object.entries(environment);
    const isOwn = inheritEnvironment || wanted.some(([, value]) => value === true);
    const own = isOwn ? this.machine("environment").environment() : {};
    for (const [name, value] of wanted) {
      const text = value === true ? own[name] : value;
      if (text != undefined) all.set(name, text);
    }
    if (inheritEnvironment) {
      for (const [name, value] of Object.entries(own)) {
        if (value != undefined && !(name in environment)) all.set(name, value);
      }
    }
    return [...all].map(([name, value]) => toBytes(`${name}=${value}`));
  }

  private grantOf(grant: NonNullable<RunOptions["directories"]>[number]): Grant {
    if (typeof grant == "string") return this.grantOf({ host: grant });
    const isReadOnly = grant.readOnly ?? false;
    if ("files" in grant) {
      const directory = new MemoryDirectory(grant.files);
      this.memoryDirectories.push([grant.guest, directory]);
      return { directory, name: toBytes(grant.guest), isReadOnly };
    }
    const directory = this.machine("directory").openDirectory(toBytes(grant.host));
    return { directory, name: toBytes(grant.guest ?? grant.host), isReadOnly };
  }

  // While it runs.

  private callHost(machine: Machine, f: number, at: number): number {
    const index = machine.program.funcLocal.get(f);
    const memory = machine.guestMemory;
    Object.assign(this.program, { memory: memory.bytes.subarray(0, memory.size) });
    const own = this.hostFunctions.length;
    const { frame } = machine;
    const args = this.values.readParams(machine, f, frame, at);
    machine.hostRoom = at + this.roomOf(machine, f);
    try {
      let returned: unknown;
      if (index < own) returned = this.hostFunctions[index](...args);
      else {
        const [name, params] = FUNCTIONS[index - own];
        this.wasi.memory = memory;
        returned = this.wasi.call(
          name,
          args.map((value, i) => unsigned(value as number | bigint, params[i])),
        );
      }
      // What trapped while it called back, it has caught.
      machine.faultMemory = null;
      if (!(returned instanceof Promise)) {
        this.values.writeResults(machine, f, frame, at, returned);
        // It may have waited.
        return performance.now() > this.deadline ? HostAnswer.Trap + TrapKind.Interrupt : HostAnswer.Done;
      }
      if (!this.isAsync) throw new Misuse("a host function returned a promise, for which there is no time in runSync");
      const place = frame.from(at);
      this.pending = returned.then((value) => this.values.writeResults(machine, f, place, 0, value));
      return HostAnswer.Wait;
    } catch (error) {
      return this.ended(machine, error);
    }
  }

  /** Cells of a function's parameters or results. */
  private roomOf(machine: Machine, f: number): number {
    const { program } = machine;
    const type = program.funcType.get(f);
    return Math.max(program.typeParamCount.get(type), program.typeResultCount.get(type));
  }

  /** What becomes of a program after a host function threw: its end. */
  private ended(machine: Machine, error: unknown): number {
    if (error instanceof ProgramExit) machine.status = error.status & 255;
    else if (error instanceof WasmTrap) return HostAnswer.Trap + error.kind;
    else {
      this.thrown = error;
      this.hasThrown = true;
    }
    return HostAnswer.Exit;
  }

  /** Goes on while the program has to wait, for something or for others to have the thread. */
  private async settle(first: number): Promise<number> {
    const { machine } = this.interpreter;
    let outcome = first;
    while (outcome == Outcome.Waiting) {
      const { pending } = this;
      this.pending = null;
      try {
        await this.inTime(pending ?? new Promise<void>((resolve) => setTimeout(resolve, 0)));
      } catch (error) {
        const answer = this.ended(machine, error);
        if (answer == HostAnswer.Exit) return Outcome.Exited;
        machine.trap = answer - HostAnswer.Trap;
        return Outcome.Trapped;
      }
      this.sliceEnd = performance.now() + SLICE;
      outcome = execute(machine);
    }
    return outcome;
  }

  private inTime(pending: Promise<void>): Promise<void> {
    if (this.deadline == Number.POSITIVE_INFINITY) return pending;
    let timer: ReturnType<typeof setTimeout>;
    const late = new Promise<void>((_, reject) => {
      const left = Math.max(this.deadline - performance.now(), 0);
      timer = setTimeout(() => reject(new WasmTrap(TrapKind.Interrupt)), left);
    });
    return Promise.race([pending, late]).finally(() => clearTimeout(timer));
  }

  /** What runs, in order: functions without parameters, then the export. */
  private get functions(): number[] {
    const { entries } = this.interpreter.program;
    return Array.from({ length: entries.length }, (_, i) => entries.get(i));
  }

  private startCall(): number {
    const { interpreter } = this;
    const call = this.call as Call;
    const { top } = interpreter.machine;
    for (let i = 0; i < call.lo.length; i++) top.setI64(i, call.lo.get(i), call.hi.get(i));
    return interpreter.call(this.calledFunction);
  }

  private get calledFunction(): number {
    const { interpreter, call } = this;
    return interpreter.guestFunc(interpreter.guest.findExport((call as Call).chosen.name, ExternKind.Func));
  }

  async run(): Promise<RunResult> {
    if (!this.interpreter.instantiate()) return this.finish(Outcome.Trapped);
    this.sliceEnd = performance.now() + SLICE;
    for (const f of this.functions) {
      const outcome = await this.settle(this.interpreter.call(f));
      if (outcome != Outcome.Done) return this.finish(outcome);
    }
    return this.finish(this.call == null ? Outcome.Done : await this.settle(this.startCall()));
  }

  runSync(): RunResult {
    if (!this.interpreter.instantiate()) return this.finish(Outcome.Trapped);
    for (const f of this.functions) {
      const outcome = this.interpreter.call(f);
      if (outcome != Outcome.Done) return this.finish(outcome);
    }
    return this.finish(this.call == null ? Outcome.Done : this.startCall());
  }

  // Afterwards.

  private get leftovers(): { stdout: Uint8Array; stderr: Uint8Array; files: Record<string, MemoryFiles> } {
    const files = Object.fromEntries(this.memoryDirectories.map(([name, directory]) => [name, directory.toTree()]));
    return { stdout: this.stdout.bytes, stderr: this.stderr.bytes, files };
  }

  private refused(error: WxError): RunResult {
    return { ok: false, error, ...this.leftovers };
  }

  private finish(outcome: number): RunResult {
    // What a host function threw is its caller's.
    if (this.hasThrown) throw this.thrown;
    const { machine } = this.interpreter;
    if (outcome == Outcome.Trapped) return this.refused(this.trapError());
    const isDone = outcome == Outcome.Done;
    const f = isDone && this.call != null ? this.calledFunction : -1;
    const values = f < 0 ? [] : this.values.readResults(machine, f, machine.top, 0);
    return { ok: true, status: isDone ? 0 : machine.status, values, ...this.leftovers };
  }

  private trapError(): WxError {
    const { interpreter } = this;
    const { machine } = interpreter;
    if (interpreter.hasNoMemory) return failure("trap", "there is not enough memory for the program").error;
    const text = new U8Column();
    const error: WxError = { kind: "trap", message: trapMessage(machine.trap) };
    if (!interpreter.isInstantiated) {
      pushInitTrap(machine.trap, text);
    } else {
      pushTrap(machine, text);
      error.frames = framesOf(machine);
    }
    error.report = new TextDecoder().decode(text.data.subarray(0, text.length));
    return error;
  }
}

/** A trap on its way through host functions. */
class WasmTrap extends Error {
  readonly kind: number;

  constructor(kind: number) {
    super(trapMessage(kind));
    this.kind = kind;
  }
}

function framesOf(machine: Machine): NonNullable<WxError["frames"]> {
  const trace = new Backtrace(machine);
  const { program } = machine;
  return Array.from({ length: trace.funcs.length }, (_, i) => {
    const f = trace.funcs.get(i);
    const index = program.funcLocal.get(f);
    const name = fromBytes(functionName(program.module(program.funcInstance.get(f)), index));
    const offset = trace.origins.get(i);
    return { function: name == "" ? { index } : { index, name }, ...(offset >= 0 ? { offset } : {}) };
  });
}

/** WASI's numbers have no sign. */
function unsigned(value: number | bigint, letter: string): number | bigint {
  return letter == "l" ? BigInt.asUintN(64, value as bigint) : (value as number) >>> 0;
}

function positive(name: string, value: number, most: number): number {
  if (!(value >= 1 && value <= most)) throw new Misuse(`${name} is out of range`);
  return Math.floor(value);
}

/** An unsigned number of 64 bits. */
function toCount(fuel: number | bigint): bigint {
  if (typeof fuel != "bigint" && !Number.isSafeInteger(fuel)) throw new Misuse("fuel must be a whole number");
  const count = BigInt(fuel);
  if (count < 0n || count >> 64n != 0n) throw new Misuse("fuel is out of range");
  return count;
}

const NOTHING = { stdout: new Uint8Array(), stderr: new Uint8Array(), files: {} };

function begin(bytes: Uint8Array, options: RunOptions, platform: Platform | null, isAsync: boolean): Run | RunResult {
  if (!(bytes instanceof Uint8Array)) {
    return { ...failure("usage", "the module must be given as a Uint8Array"), ...NOTHING };
  }
  try {
    const run = new Run(options, platform, isAsync);
    return run.prepare(bytes) ?? run;
  } catch (error) {
    if (error instanceof Misuse) return { ...failure("usage", error.message), ...NOTHING };
    throw error;
  }
}

/** Runs a program. */
export async function runWith(bytes: Uint8Array, options: RunOptions, platform: Platform | null): Promise<RunResult> {
  const run = begin(bytes, options, platform, true);
  return run instanceof Run ? run.run() : run;
}

/** The same, in one step. */
export function runSyncWith(bytes: Uint8Array, options: RunOptions, platform: Platform | null): RunResult {
  const run = begin(bytes, options, platform, false);
  return run instanceof Run ? run.runSync() : run;
}
