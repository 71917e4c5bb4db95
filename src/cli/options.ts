// The command line as data: what is asked for, on what, with which grants. One table of options; reading it is a
// single pass. When a program runs, wx's options stand before its name and the rest is the program's own; with
// --aot, and for the other commands, they may stand anywhere.

import { LinkOptions, UnknownImports } from "../link/options";
import { addListener, checkLimits, setMaxFds, setMemory, setSandbox, setTimeout } from "./confine";

export const enum Command {
  /** Compile in memory and execute. */
  Run = 0,
  /** Write an executable. */
  Compile = 1,
  /** Run specification scripts. */
  Wast = 2,
  Help = 3,
  Version = 4,
}

export class Options {
  command: i32 = Command.Run;
  /** The program, or the scripts of `wx wast`. */
  inputs: Array<string> = [];
  output: string = "";
  link: LinkOptions = new LinkOptions();
  /** Processes to compile with; 0: as many as pay. */
  jobs: i32 = 0;
  /** Verify after every stage. */
  check: boolean = false;
  debugTime: boolean = false;
  debugSsa: boolean = false;
  debugAsm: boolean = false;
  /** Export to run instead of _start; empty if none. */
  invoke: string = "";
  /** Arguments of the program, or of the export to invoke. */
  programArguments: Array<string> = [];
  /** What is wrong with the command line; empty if nothing. */
  error: string = "";
}

/** Whether `option` takes a value, as `--name=value` or as the next argument. */
function takesValue(option: string): boolean {
  return (
    option == "-o" ||
    option == "--output" ||
    option == "--dir" ||
    option == "--env" ||
    option == "--unknown-imports" ||
    option == "--invoke" ||
    option == "--sandbox" ||
    option == "--memory" ||
    option == "--tcp-listen" ||
    option == "--timeout" ||
    option == "--max-fds" ||
    option == "-j" ||
    option == "--jobs"
  );
}

/** `--dir HOST[::GUEST][:ro]` */
function addDirectory(options: Options, value: string): void {
  let text = value;
  let readOnly = false;
  if (text.endsWith(":ro")) {
    readOnly = true;
    text = text.substring(0, text.length - 3);
  }
  const at = text.indexOf("::");
  const host = at < 0 ? text : text.substring(0, at);
  const guest = at < 0 ? text : text.substring(at + 2);
  if (host.length == 0 || guest.length == 0) options.error = `--dir takes HOST[::GUEST][:ro], not '${value}'`;
  else options.link.addGrant(host, guest, readOnly);
}

function setUnknownImports(options: Options, value: string): void {
  if (value == "error") options.link.unknownImports = UnknownImports.Error;
  else if (value == "trap") options.link.unknownImports = UnknownImports.Trap;
  else if (value == "default") options.link.unknownImports = UnknownImports.Default;
  else options.error = `--unknown-imports takes error, trap or default, not '${value}'`;
}

/** `--debug=time,ssa,asm`; alone: time */
function setDebug(options: Options, value: string): void {
  let start: i32 = 0;
  while (start <= value.length) {
    let end = value.indexOf(",", start);
    if (end < 0) end = value.length;
    const part = value.substring(start, end);
    if (part == "time" || value.length == 0) options.debugTime = true;
    else if (part == "ssa") options.debugSsa = true;
    else if (part == "asm") options.debugAsm = true;
    else options.error = `--debug takes time, ssa and asm, not '${part}'`;
    start = end + 1;
  }
}

function setJobs(options: Options, value: string): void {
  let jobs: i32 = 0;
  for (let i: i32 = 0; i < value.length; i++) {
    const digit = value.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9 || jobs > 99) jobs = 1000;
    else jobs = jobs * 10 + digit;
  }
  if (jobs < 1 || jobs > 999) options.error = `--jobs takes a number from 1 to 999, not '${value}'`;
  options.jobs = jobs;
}

function setValue(options: Options, name: string, value: string): void {
  if (name == "-o" || name == "--output") {
    if (value.length == 0) options.error = `${name} takes the name of a file`;
    options.output = value;
  } else if (name == "--dir") addDirectory(options, value);
  else if (name == "--env") {
    if (value.length == 0 || value.charAt(0) == "=") options.error = `--env takes NAME or NAME=VALUE, not '${value}'`;
    else options.link.addEnvironment(value);
  } else if (name == "--unknown-imports") setUnknownImports(options, value);
  else if (name == "-j" || name == "--jobs") setJobs(options, value);
  else if (name == "--sandbox") options.error = setSandbox(options.link, value);
  else if (name == "--memory") options.error = setMemory(options.link, value);
  else if (name == "--tcp-listen") options.error = addListener(options.link, value);
  else if (name == "--timeout") options.error = setTimeout(options.link, value);
  else if (name == "--max-fds") options.error = setMaxFds(options.link, value);
  else {
    if (value.length == 0) options.error = "--invoke takes the name of an export";
    options.invoke = value;
  }
}

/** An option without a value; false if there is none of that name. */
function setFlag(options: Options, name: string): boolean {
  if (name == "--aot" || name == "-a" || name == "--compile") options.command = Command.Compile;
  else if (name == "--jit") options.command = Command.Run;
  else if (name == "--help" || name == "-h") options.command = Command.Help;
  else if (name == "--version" || name == "-V") options.command = Command.Version;
  else if (name == "--trusted") options.link.guestTrusted = true;
  else if (name == "--check") options.check = true;
  else if (name == "--strip") options.link.strip = true;
  else if (name == "-O0") options.link.level = 0;
  else if (name == "-O1" || name == "-O2" || name == "-O3") options.link.level = 2;
  else if (name == "--debug") setDebug(options, "");
  else return false;
  return true;
}

/** Reads one option at `at`; the index of the next argument. */
function readOption(options: Options, args: Array<string>, at: i32): i32 {
  const text = args[at];
  const equals = text.startsWith("--") ? text.indexOf("=") : -1;
  const name = equals < 0 ? text : text.substring(0, equals);
  if (name == "--debug" && equals >= 0) {
    setDebug(options, text.substring(equals + 1));
    return at + 1;
  }
  if (text.length > 2 && text.startsWith("-j")) {
    setJobs(options, text.substring(2));
    return at + 1;
  }
  if (takesValue(name)) {
    if (equals >= 0) {
      setValue(options, name, text.substring(equals + 1));
      return at + 1;
    }
    if (at + 1 >= args.length) options.error = `${name} needs a value`;
    else setValue(options, name, args[at + 1]);
    return at + 2;
  }
  if (equals >= 0 && setFlag(new Options(), name)) options.error = `${name} takes no value`;
  else if (!setFlag(options, text)) options.error = `unknown option '${text}'`;
  return at + 1;
}

/** The input's name without directory and ending: the default name of the executable. */
function defaultOutput(input: string): string {
  const slash = input.lastIndexOf("/");
  const base = input.substring(slash + 1);
  const dot = base.lastIndexOf(".");
  const output = dot > 0 ? base.substring(0, dot) : base;
  return output == base ? `${base}.out` : output;
}

/** What is missing or too much, once all arguments are read. */
function checkOptions(options: Options): void {
  if (options.error.length != 0 || options.command == Command.Help || options.command == Command.Version) return;
  options.error = checkLimits(options.link);
  if (options.error.length != 0) return;
  if (options.inputs.length == 0) options.error = "no program given";
  else if (options.command == Command.Compile) {
    if (options.inputs.length > 1 && options.invoke.length == 0) {
      options.error = `--aot takes one program, but there is also '${options.inputs[1]}'`;
    }
    if (options.output.length == 0) options.output = defaultOutput(options.inputs[0]);
  } else if (options.output.length != 0) options.error = "--output goes with --aot";
}

/** Whether an argument with '-' in front is a number: an argument of the export that --invoke names. */
function isNegativeNumber(text: string): boolean {
  const c = text.charCodeAt(1);
  return (c >= 48 && c <= 57) || c == 46 || text.startsWith("-inf") || text.startsWith("-nan") || text == "-NaN";
}

function isOption(text: string, optionsEnded: boolean, options: Options): boolean {
  if (optionsEnded || text.length < 2 || text.charAt(0) != "-") return false;
  return options.inputs.length == 0 || !isNegativeNumber(text);
}

/** Reads the arguments after the program's own name. */
export function parseOptions(args: Array<string>): Options {
  const options = new Options();
  let at: i32 = 0;
  if (args.length > 0 && args[0] == "wast") {
    options.command = Command.Wast;
    at = 1;
  }
  let optionsEnded = false;
  while (at < args.length && options.error.length == 0) {
    const text = args[at];
    if (!optionsEnded && text == "--") {
      optionsEnded = true;
      at++;
    } else if (isOption(text, optionsEnded, options)) {
      at = readOption(options, args, at);
    } else {
      options.inputs.push(text);
      at++;
      if (options.command == Command.Run) {
        // In front of an export's arguments, -- may stand as it does with --aot.
        if (options.invoke.length != 0 && at < args.length && args[at] == "--") at++;
        for (; at < args.length; at++) options.programArguments.push(args[at]);
      }
    }
  }
  if (options.command == Command.Compile) {
    for (let i: i32 = 1; i < options.inputs.length; i++) options.programArguments.push(options.inputs[i]);
  }
  checkOptions(options);
  return options;
}
