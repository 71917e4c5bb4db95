// Reads the command line: a single pass over the arguments against the table of options (option-table.ts). When a
// program runs, wx's options stand before its name and the rest is the program's own; with --aot, and for the other
// commands, they may stand anywhere.

import { findClosest, suggestion } from "../base/spelling";
import { Cpu } from "../link/cpu";
import { LinkOptions } from "../link/options";
import { checkLimits } from "./confine";
import { Command, commandRows, isRunning, Opt, OptionRow, optionRows } from "./option-table";
import { setOption } from "./set-option";

export class Options {
  command: i32 = Command.Run;
  /** The program, the files of validate and inspect, the scripts of wast, the shell of completions. */
  inputs: Array<string> = [];
  output: string = "";
  link: LinkOptions = new LinkOptions();
  /** What to compile for (Cpu); -1: what goes with the command. */
  cpu: i32 = -1;
  /** Processes to compile with; 0: as many as pay. */
  jobs: i32 = 0;
  /** Verify after every stage. */
  check: boolean = false;
  debugTime: boolean = false;
  debugLink: boolean = false;
  debugSsa: boolean = false;
  debugAsm: boolean = false;
  /** Functions whose code is printed, by name or number; empty: all. */
  debugFunction: string = "";
  verbose: boolean = false;
  quiet: boolean = false;
  json: boolean = false;
  /** Export to run instead of _start; empty if none. */
  invoke: string = "";
  /** What backtraces call the module; empty: its file's name. */
  name: string = "";
  /** Modules to link, by the names that imports know them by, byte strings; and their files. */
  linkNames: Array<string> = [];
  linkFiles: Array<string> = [];
  /** What the program sees as its own name; empty: what it is called by. */
  argv0: string = "";
  /** Arguments of the program, or of the export to invoke. */
  programArguments: Array<string> = [];
  /** An option of wx that stands first behind the program, whose own it therefore is; empty if none. */
  lateOption: string = "";
  /** Interpret the scripts of wast. */
  interpret: boolean = false;
  /** What of an interpreted program is watched. */
  watch: WatchOptions = new WatchOptions();
  /** What is wrong with the command line; empty if nothing. */
  error: string = "";

  /** What the linker is told for an executable, which may run elsewhere; `here` is what this machine's processor can. */
  forExecutable(here: i32): LinkOptions {
    this.link.argv0 = this.argv0;
    if (this.cpu >= 0) this.link.cpu = this.cpu == Cpu.OfThis ? here : this.cpu;
    this.link.checksCpu = true;
    return this.link;
  }
}

/** How an interpreted program is watched (interp/watcher.ts). */
export class WatchOptions {
  traceCalls: boolean = false;
  traceMemory: boolean = false;
  traceInstructions: boolean = false;
  /** Functions that are traced, by name or number, with * for anything; empty: all. */
  traceFunctions: Array<string> = [];
  /** Where to stop: a function's name or number, and an offset. */
  breakpoints: Array<string> = [];
  stats: boolean = false;
  /** File for the coverage; empty: none. */
  coverage: string = "";
  hasFuel: boolean = false;
  fuelLo: i32 = 0;
  fuelHi: i32 = 0;
}

class OptionReader {
  private options: Options;
  private args: Array<string>;
  private rows: Array<OptionRow>;
  /** Options seen, by Opt, as they were written. */
  private seen: Array<string> = [];

  constructor(options: Options, args: Array<string>) {
    this.options = options;
    this.args = args;
    this.rows = optionRows();
    for (let i: i32 = 0; i < this.rows.length; i++) this.seen.push("");
  }

  /** The row of an option by any of its names, or null. */
  private findRow(name: string): OptionRow | null {
    for (let i: i32 = 0; i < this.rows.length; i++) {
      if (this.rows[i].isNamed(name)) return this.rows[i];
    }
    return null;
  }

  /** The row of an option whose value stands directly behind it, as in -j4, or null. */
  private findAttached(text: string): OptionRow | null {
    for (let i: i32 = 0; i < this.rows.length; i++) {
      const row = this.rows[i];
      if (row.isAttached && text.length > 2 && text.startsWith(row.short)) return row;
    }
    return null;
  }

  private refuseUnknown(text: string, name: string): void {
    const names: Array<string> = [];
    for (let i: i32 = 0; i < this.rows.length; i++) {
      if (this.rows[i].long.length != 0) names.push(this.rows[i].long.substring(2));
      if (this.rows[i].alias.length != 0) names.push(this.rows[i].alias.substring(2));
    }
    const typed = name.substring(name.startsWith("--") ? 2 : 1);
    const closest = findClosest(typed, names);
    this.options.error = `unknown option '${text}'${closest.length == 0 ? "" : `; did you mean '--${closest}'?`}`;
  }

  private set(row: OptionRow, name: string, value: string): void {
    this.seen[row.id] = name;
    const wrong = setOption(this.options, row, name, value);
    if (wrong.length != 0) this.options.error = wrong;
  }

  /** Reads one option at `at`; the index of the next argument. */
  private readOption(at: i32): i32 {
    const text = this.args[at];
    const equals = text.startsWith("--") ? text.indexOf("=") : -1;
    const name = equals < 0 ? text : text.substring(0, equals);
    const row = this.findRow(name);
    if (row == null) {
      const attached = this.findAttached(text);
      if (attached != null) this.set(attached, attached.short, text.substring(2));
      else this.refuseUnknown(text, name);
      return at + 1;
    }
    if (equals >= 0) {
      if (row.takesValue) this.set(row, name, text.substring(equals + 1));
      else this.options.error = `${name} takes no value`;
    } else if (!row.takesValue || row.isOptional) {
      this.set(row, name, "");
    } else if (at + 1 >= this.args.length) {
      this.options.error = `${name} needs a value: ${name} ${row.value}`;
    } else {
      this.set(row, name, this.args[at + 1]);
      return at + 2;
    }
    return at + 1;
  }

  /** Reads everything. */
  read(): void {
    const options = this.options;
    let at: i32 = this.readCommand();
    let optionsEnded = false;
    while (at < this.args.length && options.error.length == 0) {
      const text = this.args[at];
      if (!optionsEnded && text == "--") {
        optionsEnded = true;
        at++;
      } else if (this.isOption(text, optionsEnded)) {
        at = this.readOption(at);
      } else {
        options.inputs.push(text);
        at++;
        if (isRunning(options.command)) {
          this.takeProgramArguments(at);
          break;
        }
      }
    }
    if (options.command == Command.Compile) {
      for (let i: i32 = 1; i < options.inputs.length; i++) options.programArguments.push(options.inputs[i]);
    }
  }

  /** Takes the word that names a command, if the first argument is one. */
  private readCommand(): i32 {
    if (this.args.length == 0) return 0;
    const rows = commandRows();
    for (let i: i32 = 0; i < rows.length; i++) {
      if (rows[i].name != this.args[0]) continue;
      this.options.command = rows[i].command;
      return 1;
    }
    return 0;
  }

  private takeProgramArguments(start: i32): void {
    const options = this.options;
    let at = start;
    if (at < this.args.length) {
      const row = this.findRow(this.args[at]);
      if (row != null && row.id <= Opt.Coverage && this.args[at].startsWith("--")) options.lateOption = this.args[at];
    }
    // In front of an export's arguments, -- may stand as it does with --aot.
    if (options.invoke.length != 0 && at < this.args.length && this.args[at] == "--") at++;
    for (; at < this.args.length; at++) options.programArguments.push(this.args[at]);
  }

  private isOption(text: string, optionsEnded: boolean): boolean {
    if (optionsEnded || text.length < 2 || text.charAt(0) != "-") return false;
    return this.options.inputs.length == 0 || !isNegativeNumber(text);
  }

  /** What is missing, too much, or does not go together, once all arguments are read. */
  check(): void {
    const options = this.options;
    const command = options.command;
    if (options.error.length != 0 || command == Command.Help || command == Command.Version) return;
    for (let i: i32 = 0; i < this.rows.length; i++) {
      const row = this.rows[i];
      if (this.seen[row.id].length == 0 || (row.commands & (1 << command)) != 0) continue;
      options.error = `${this.seen[row.id]} ${misplaced(row)}`;
      return;
    }
    options.error = checkLimits(options.link);
    if (options.error.length != 0) return;
    if (command == Command.Completions && options.inputs.length == 1) this.checkShell();
    if (options.verbose && options.quiet) options.error = "--verbose and --quiet exclude each other";
    else if (options.inputs.length == 0) options.error = missing(command);
    else if (options.inputs.length > 1) this.checkSurplus();
    if (command == Command.Compile && options.output.length == 0) options.output = defaultOutput(options.inputs);
  }

  private checkShell(): void {
    const shells: Array<string> = ["bash", "zsh", "fish"];
    const shell = this.options.inputs[0];
    if (shells.indexOf(shell) >= 0) return;
    this.options.error = `there are completions for bash, zsh and fish, not for '${shell}'${suggestion(shell, shells)}`;
  }

  private checkSurplus(): void {
    const options = this.options;
    const surplus = options.inputs[1];
    if (options.command == Command.Compile && options.invoke.length == 0) {
      options.error = `--aot takes one program, but there is also '${surplus}'`;
    } else if (options.command == Command.Inspect) {
      options.error = `inspect takes one file, but there is also '${surplus}'`;
    } else if (options.command == Command.Completions) {
      options.error = `completions takes one shell, but there is also '${surplus}'`;
    }
  }
}

/** Why an option cannot stand where it does. */
function misplaced(row: OptionRow): string {
  const goesWith = (row.commands & (1 << Command.Compile)) != 0;
  const isForRunning = (row.commands & (1 << Command.Run)) != 0;
  let places = isForRunning ? "programs that are interpreted: without --jit and --aot" : "";
  if (goesWith) places = isForRunning ? "programs" : "--aot";
  if (goesWith && !isForRunning && (row.commands & (1 << Command.Jit)) != 0) places = "--jit and --aot";
  if ((row.commands & (1 << Command.Validate)) != 0) places += `${places.length == 0 ? "" : ", "}validate and inspect`;
  return `goes with ${places}`;
}

function missing(command: i32): string {
  if (command == Command.Completions) return "completions needs a shell: bash, zsh or fish";
  if (command == Command.Validate || command == Command.Inspect) return "no file given";
  return command == Command.Wast ? "no script given" : "no program given";
}

/** The input's name without directory and ending: the default name of the executable. */
function defaultOutput(inputs: Array<string>): string {
  const input = inputs.length == 0 ? "" : inputs[0];
  if (input == "-") return "a.out";
  const base = input.substring(input.lastIndexOf("/") + 1);
  const dot = base.lastIndexOf(".");
  const output = dot > 0 ? base.substring(0, dot) : base;
  return output == base ? `${base}.out` : output;
}

/** Whether an argument with '-' in front is a number: an argument of the export that --invoke names. */
function isNegativeNumber(text: string): boolean {
  const c = text.charCodeAt(1);
  return (c >= 48 && c <= 57) || c == 46 || text.startsWith("-inf") || text.startsWith("-nan") || text == "-NaN";
}

/** Reads the arguments after wx's own name. */
export function parseOptions(args: Array<string>): Options {
  const options = new Options();
  const reader = new OptionReader(options, args);
  reader.read();
  reader.check();
  return options;
}
