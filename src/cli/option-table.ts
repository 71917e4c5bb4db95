// The command line as data: every command and every option is one row. The parser (options.ts), --help (help.ts), the
// completions of shells (completions.ts), the manual page and the tables of docs/cli.md (tools/manual.ts) are made
// from these rows.

/** What wx is asked to do. */
export const enum Command {
  /** Interpret. */
  Run = 0,
  /** Write an executable. */
  Compile = 1,
  Validate = 2,
  Inspect = 3,
  /** Run specification scripts. */
  Wast = 4,
  Completions = 5,
  Help = 6,
  Version = 7,
  /** Compile in memory and execute. */
  Jit = 8,
}

/** Whether a command runs a program: what stands behind its name is its own then. */
export function isRunning(command: i32): boolean {
  return command == Command.Run || command == Command.Jit;
}

/** Sets of commands that an option goes with. */
const enum With {
  Interpreted = 1,
  Compile = 2,
  Wast = 16,
  Reports = 4 | 8,
  Machine = 2 | 4 | 8,
  Programs = 1 | 2 | 256,
  Machined = 2 | 256,
  Compiled = 2 | 256 | 16,
  All = 511,
}

export const enum Opt {
  Aot = 0,
  Jit,
  Interpret,
  Output,
  Level,
  Cpu,
  Strip,
  Jobs,
  Dir,
  Env,
  EnvInherit,
  TcpListen,
  Sandbox,
  Argv0,
  Name,
  Link,
  Invoke,
  UnknownImports,
  Trusted,
  MaxMemory,
  StackSize,
  MaxFds,
  Timeout,
  Fuel,
  Memory,
  Trace,
  TraceFunction,
  Break,
  Stats,
  Coverage,
  Verbose,
  Quiet,
  Json,
  Debug,
  DebugFunction,
  Check,
  Help,
  Version,
}

export class OptionRow {
  id: i32;
  /** `-o`; empty if there is none. */
  short: string;
  /** `--output` */
  long: string;
  /** Another long form. */
  alias: string;
  /** How its value is called, `FILE`; empty for an option without a value. */
  value: string;
  /** The commands it goes with, as bits. */
  commands: i32;
  summary: string;
  /** The words that the value can be, separated by spaces; empty if it can be anything. */
  choices: string = "";
  /** The value may be left out: then it must follow after `=`. */
  isOptional: boolean = false;
  /** The value may stand directly behind the short form. */
  isAttached: boolean = false;

  constructor(
    id: i32,
    short: string,
    long: string,
    alias: string,
    value: string,
    commands: i32,
    summary: string,
    choices: string = "",
  ) {
    this.id = id;
    this.short = short;
    this.long = long;
    this.alias = alias;
    this.value = value;
    this.commands = commands;
    this.summary = summary;
    this.choices = choices;
  }

  get takesValue(): boolean {
    return this.value.length != 0;
  }

  /** Whether `text` is one of its names. */
  isNamed(text: string): boolean {
    return text.length != 0 && (text == this.short || text == this.long || text == this.alias);
  }

  /** All names and the value, `-o, --output FILE`. */
  get synopsis(): string {
    let text = this.short;
    if (this.long.length == 0) return `${text}${this.choices.split(" ").join(`, ${text}`)}`;
    if (this.long.length != 0) text += (text.length == 0 ? "" : ", ") + this.long;
    if (this.alias.length != 0) text += `, ${this.alias}`;
    if (this.isOptional) return `${text}[=${this.value}]`;
    return this.takesValue ? `${text} ${this.value}` : text;
  }
}

export class OptionGroup {
  title: string;
  rows: Array<OptionRow> = [];

  constructor(title: string) {
    this.title = title;
  }
}

export class CommandRow {
  command: i32;
  name: string;
  /** What follows it. */
  operands: string;
  summary: string;

  constructor(command: i32, name: string, operands: string, summary: string) {
    this.command = command;
    this.name = name;
    this.operands = operands;
    this.summary = summary;
  }
}

/** The commands that are words; running and compiling have none. */
export function commandRows(): Array<CommandRow> {
  const rows: Array<CommandRow> = [];
  rows.push(
    new CommandRow(Command.Validate, "validate", "[--json] FILE...", "check modules, and say where they are wrong"),
  );
  rows.push(
    new CommandRow(Command.Inspect, "inspect", "[--json] FILE", "show what a module or an executable consists of"),
  );
  rows.push(new CommandRow(Command.Wast, "wast", "[OPTIONS] SCRIPT...", "run specification scripts"));
  rows.push(new CommandRow(Command.Completions, "completions", "bash|zsh|fish", "print completions for a shell"));
  rows.push(new CommandRow(Command.Help, "help", "", "print this text"));
  return rows;
}

function outputGroup(): OptionGroup {
  const group = new OptionGroup("Output");
  const rows = group.rows;
  rows.push(
    new OptionRow(Opt.Aot, "-a", "--aot", "--compile", "", With.Programs, "write an executable instead of running"),
  );
  rows.push(new OptionRow(Opt.Jit, "", "--jit", "", "", With.Programs, "compile in memory and run"));
  rows.push(
    new OptionRow(
      Opt.Interpret,
      "",
      "--interpret",
      "",
      "",
      With.Programs | With.Wast,
      "run without compiling (default)",
    ),
  );
  rows.push(
    new OptionRow(
      Opt.Output,
      "-o",
      "--output",
      "",
      "FILE",
      With.Compile,
      "its name, - for standard output (default: PROGRAM's without its ending)",
    ),
  );
  const level = new OptionRow(
    Opt.Level,
    "-O",
    "",
    "",
    "LEVEL",
    With.Compiled,
    "0: no optimization, 1 to 3: all of it (default)",
  );
  level.choices = "0 1 2 3";
  level.isAttached = true;
  rows.push(level);
  rows.push(
    new OptionRow(
      Opt.Name,
      "",
      "--name",
      "",
      "NAME",
      With.Programs,
      "what backtraces call the module (default: its file's name)",
    ),
  );
  rows.push(
    new OptionRow(
      Opt.Link,
      "",
      "--link",
      "",
      "NAME=FILE",
      With.Programs,
      "a module that provides what is imported from NAME; several, in order",
    ),
  );
  rows.push(
    new OptionRow(
      Opt.Cpu,
      "",
      "--cpu",
      "",
      "CPU",
      With.Machined,
      "processors that it is for (default: x86-64-v2; with --jit: native)",
      "x86-64-v2 x86-64-v3 x86-64-v4 native",
    ),
  );
  rows.push(new OptionRow(Opt.Strip, "", "--strip", "", "", With.Machined, "leave out the symbol table"));
  const jobs = new OptionRow(
    Opt.Jobs,
    "-j",
    "--jobs",
    "",
    "N",
    With.Compiled,
    "compile with N processes (default: as many as pay)",
  );
  jobs.isAttached = true;
  rows.push(jobs);
  return group;
}

function grantGroup(): OptionGroup {
  const group = new OptionGroup("What the program may reach (default: its arguments, streams and clocks)");
  const rows = group.rows;
  rows.push(
    new OptionRow(
      Opt.Dir,
      "",
      "--dir",
      "",
      "HOST[::GUEST][:ro]",
      With.Programs,
      "a directory, under another name, read-only",
    ),
  );
  rows.push(
    new OptionRow(
      Opt.Env,
      "",
      "--env",
      "",
      "NAME[=VALUE]",
      With.Programs,
      "a variable as it is at start, or with this value",
    ),
  );
  rows.push(
    new OptionRow(Opt.EnvInherit, "", "--env-inherit", "", "", With.Programs, "all variables, as they are at start"),
  );
  rows.push(
    new OptionRow(
      Opt.TcpListen,
      "",
      "--tcp-listen",
      "",
      "ADDRESS:PORT",
      With.Programs,
      "a socket that listens there, as 127.0.0.1:8080 or [::1]:8080",
    ),
  );
  rows.push(
    new OptionRow(Opt.Argv0, "", "--argv0", "", "NAME", With.Programs, "what the program sees as its own name"),
  );
  rows.push(
    new OptionRow(
      Opt.Invoke,
      "",
      "--invoke",
      "",
      "NAME",
      With.Programs,
      "run this export; the arguments after PROGRAM are its arguments",
    ),
  );
  rows.push(
    new OptionRow(
      Opt.UnknownImports,
      "",
      "--unknown-imports",
      "",
      "WHAT",
      With.Programs | With.Wast,
      "imports that nobody provides: error (default), trap when called, or default (return 0)",
      "error trap default",
    ),
  );
  rows.push(
    new OptionRow(
      Opt.Sandbox,
      "",
      "--sandbox",
      "",
      "HOW",
      With.Compiled,
      "what the kernel enforces: on (all it can, default), off, strict (all, or no start)",
      "on off strict",
    ),
  );
  rows.push(
    new OptionRow(
      Opt.Trusted,
      "",
      "--trusted",
      "",
      "",
      With.Programs,
      "let the program use intrinsics: it can then do what you can",
    ),
  );
  return group;
}

function limitGroup(): OptionGroup {
  const group = new OptionGroup("Limits");
  const rows = group.rows;
  rows.push(
    new OptionRow(
      Opt.MaxMemory,
      "",
      "--max-memory",
      "",
      "SIZE",
      With.Programs,
      "most memory it gets, as 64M or 1G (default: 4G, 16G if its addresses are 64-bit)",
    ),
  );
  rows.push(
    new OptionRow(Opt.StackSize, "", "--stack-size", "", "SIZE", With.Programs, "its stack, 16K to 1G (default: 8M)"),
  );
  rows.push(
    new OptionRow(
      Opt.MaxFds,
      "",
      "--max-fds",
      "",
      "COUNT",
      With.Programs,
      "descriptors that it may have open, 3 to 8192 (default: 1024)",
    ),
  );
  rows.push(
    new OptionRow(Opt.Timeout, "", "--timeout", "", "SECONDS", With.Programs, "stop it after that time, as 10 or 0.5"),
  );
  rows.push(
    new OptionRow(
      Opt.Fuel,
      "",
      "--fuel",
      "",
      "N",
      With.Interpreted,
      "stop it after so many instructions, if it is interpreted",
    ),
  );
  rows.push(
    new OptionRow(
      Opt.Memory,
      "",
      "--memory",
      "",
      "HOW",
      With.Compiled,
      "accesses beyond memory are caught by a guard (default), or each is checked",
      "guard checked",
    ),
  );
  return group;
}

function watchGroup(): OptionGroup {
  const group = new OptionGroup("Watching a program that is interpreted");
  const rows = group.rows;
  const trace = new OptionRow(
    Opt.Trace,
    "",
    "--trace",
    "",
    "WHAT,...",
    With.Interpreted,
    "print calls (default), memory, instructions as they happen",
    "calls memory instructions",
  );
  trace.isOptional = true;
  rows.push(trace);
  rows.push(
    new OptionRow(
      Opt.TraceFunction,
      "",
      "--trace-function",
      "",
      "NAME",
      With.Interpreted,
      "only in functions so called or numbered, with * for anything",
    ),
  );
  rows.push(
    new OptionRow(
      Opt.Break,
      "",
      "--break",
      "",
      "FUNC[:OFFSET]",
      With.Interpreted,
      "stop before that instruction and ask what to do",
    ),
  );
  rows.push(
    new OptionRow(Opt.Stats, "", "--stats", "", "", With.Interpreted, "print in the end what was executed how often"),
  );
  rows.push(
    new OptionRow(
      Opt.Coverage,
      "",
      "--coverage",
      "",
      "FILE",
      With.Interpreted,
      "write how often each instruction was executed",
    ),
  );
  return group;
}

function messageGroup(): OptionGroup {
  const group = new OptionGroup("Messages");
  const rows = group.rows;
  rows.push(new OptionRow(Opt.Verbose, "-v", "--verbose", "", "", With.Machine | With.Programs, "say what is done"));
  rows.push(new OptionRow(Opt.Quiet, "-q", "--quiet", "", "", With.Machine | With.Programs, "nothing but errors"));
  rows.push(new OptionRow(Opt.Json, "", "--json", "", "", With.Machine, "for tools: results and errors as JSON"));
  rows.push(new OptionRow(Opt.Help, "-h", "--help", "", "", With.All, "print this text"));
  rows.push(new OptionRow(Opt.Version, "-V", "--version", "", "", With.All, "print the version"));
  return group;
}

function developerGroup(): OptionGroup {
  const group = new OptionGroup("For developers of wx");
  const rows = group.rows;
  const debug = new OptionRow(
    Opt.Debug,
    "",
    "--debug",
    "",
    "PART,...",
    With.Machined,
    "print time (default), link, ssa, asm, or all of it",
    "time link ssa asm all",
  );
  debug.isOptional = true;
  rows.push(debug);
  rows.push(
    new OptionRow(
      Opt.DebugFunction,
      "",
      "--debug-function",
      "",
      "NAME",
      With.Machined,
      "of ssa and asm, only functions so called or numbered",
    ),
  );
  rows.push(new OptionRow(Opt.Check, "", "--check", "", "", With.Compiled, "verify after every stage"));
  return group;
}

/** All options, in the order in which they are shown. */
export function optionGroups(): Array<OptionGroup> {
  const groups: Array<OptionGroup> = [];
  groups.push(outputGroup());
  groups.push(grantGroup());
  groups.push(limitGroup());
  groups.push(watchGroup());
  groups.push(messageGroup());
  groups.push(developerGroup());
  return groups;
}

/** The same without their groups. */
export function optionRows(): Array<OptionRow> {
  const rows: Array<OptionRow> = [];
  const groups = optionGroups();
  for (let g: i32 = 0; g < groups.length; g++) {
    for (let i: i32 = 0; i < groups[g].rows.length; i++) rows.push(groups[g].rows[i]);
  }
  return rows;
}
