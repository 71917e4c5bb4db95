// What each option does to the Options, and what its value may look like.

import { suggestion } from "../base/spelling";
import { MOST_PAGES_64, UnknownImports } from "../link/options";
import { addListener, setMaxFds, setMemory, setSandbox, setTimeout } from "./confine";
import { cpuOfName } from "./cpu";
import { Command, isRunning, Opt, OptionRow } from "./option-table";
import { Options } from "./options";
import { setWatch } from "./set-watch";
import { mul32 } from "host/prims";

/** Bounds of the stack in pages; the runtime's functions run on it too. */
const STACK_LEAST: i32 = 4;
const STACK_MOST: i32 = 0x4_0000;
const PAGE: i32 = 4096;

/** Applies an option as it was written (`name`) with its value; what is wrong with it, or an empty text. */
export function setOption(options: Options, row: OptionRow, name: string, value: string): string {
  switch (row.id) {
    case Opt.Aot:
      return setMode(options, Command.Compile, name);
    case Opt.Jit:
      return setMode(options, Command.Jit, name);
    case Opt.Interpret:
      options.interpret = true;
      return options.command == Command.Wast ? "" : setMode(options, Command.Run, name);
    case Opt.Help:
      options.command = Command.Help;
      return "";
    case Opt.Version:
      options.command = Command.Version;
      return "";
    case Opt.Output:
      options.output = value;
      return value.length == 0 ? `${name} takes the name of a file` : "";
    case Opt.Level:
      return setLevel(options, value);
    case Opt.Cpu:
      options.cpu = cpuOfName(value);
      return options.cpu >= 0 ? "" : `--cpu takes x86-64-v2, x86-64-v3, x86-64-v4 or native, not '${value}'`;
    case Opt.Jobs:
      return setJobs(options, value);
    case Opt.MaxMemory:
      return setMaxMemory(options, value);
    case Opt.StackSize:
      return setStackSize(options, value);
    case Opt.MaxFds:
      return setMaxFds(options.link, value);
    case Opt.Timeout:
      return setTimeout(options.link, value);
    case Opt.Memory:
      return setMemory(options.link, value);
    case Opt.Sandbox:
      return setSandbox(options.link, value);
    case Opt.TcpListen:
      return addListener(options.link, value);
    case Opt.Debug:
      return setDebug(options, value);
    case Opt.DebugFunction:
      options.debugFunction = value;
      return value.length == 0 ? `${name} takes the name or number of a function` : "";
    case Opt.Trace:
    case Opt.TraceFunction:
    case Opt.Break:
    case Opt.Stats:
    case Opt.Coverage:
    case Opt.Fuel:
      return setWatch(options.watch, row.id, value);
  }
  return isFlag(options, row.id) ? "" : setGrant(options, row.id, value);
}

/** Decides what is done with the program; the last of such options counts. */
function setMode(options: Options, command: i32, name: string): string {
  if (options.command != Command.Compile && !isRunning(options.command)) return `${name} does not go with a command`;
  options.command = command;
  return "";
}

/** Sets what is on or off; false for all other options. */
function isFlag(options: Options, id: i32): boolean {
  switch (id) {
    case Opt.Strip:
      options.link.strip = true;
      return true;
    case Opt.EnvInherit:
      options.link.inheritEnvironment = true;
      return true;
    case Opt.Trusted:
      options.link.guestTrusted = true;
      return true;
    case Opt.Verbose:
      options.verbose = true;
      return true;
    case Opt.Quiet:
      options.quiet = true;
      return true;
    case Opt.Json:
      options.json = true;
      return true;
    case Opt.Check:
      options.check = true;
      return true;
  }
  return false;
}

function setGrant(options: Options, id: i32, value: string): string {
  switch (id) {
    case Opt.Dir:
      return addDirectory(options, value);
    case Opt.Env:
      if (value.length == 0 || value.charAt(0) == "=") return `--env takes NAME or NAME=VALUE, not '${value}'`;
      options.link.addEnvironment(value);
      return "";
    case Opt.Argv0:
      options.argv0 = value;
      return value.length == 0 ? "--argv0 takes a name" : "";
    case Opt.Link:
      return addLink(options, value);
    case Opt.Name:
      options.name = value;
      return value.length == 0 ? "--name takes a name" : "";
    case Opt.Invoke:
      options.invoke = value;
      return value.length == 0 ? "--invoke takes the name of an export" : "";
  }
  assert(id == Opt.UnknownImports, "setOption: option without effect");
  return setUnknownImports(options, value);
}

/** `--dir HOST[::GUEST][:ro]` */
function addDirectory(options: Options, value: string): string {
  let text = value;
  let readOnly = false;
  if (text.endsWith(":ro")) {
    readOnly = true;
    text = text.substring(0, text.length - 3);
  }
  const at = text.indexOf("::");
  const host = at < 0 ? text : text.substring(0, at);
  const guest = at < 0 ? text : text.substring(at + 2);
  if (host.length == 0 || guest.length == 0) return `--dir takes HOST[::GUEST][:ro], not '${value}'`;
  options.link.addGrant(host, guest, readOnly);
  return "";
}

/** `--link NAME=FILE` */
function addLink(options: Options, value: string): string {
  const at = value.indexOf("=");
  if (at < 1 || at + 1 == value.length) return `--link takes NAME=FILE, not '${value}'`;
  const name = value.substring(0, at);
  if (options.linkNames.indexOf(name) >= 0) return `--link names '${name}' twice`;
  options.linkNames.push(name);
  options.linkFiles.push(value.substring(at + 1));
  return "";
}

function setUnknownImports(options: Options, value: string): string {
  if (value == "error") options.link.unknownImports = UnknownImports.Error;
  else if (value == "trap") options.link.unknownImports = UnknownImports.Trap;
  else if (value == "default") options.link.unknownImports = UnknownImports.Default;
  else return `--unknown-imports takes error, trap or default, not '${value}'`;
  return "";
}

function setLevel(options: Options, value: string): string {
  const level = value.length == 1 ? value.charCodeAt(0) - 48 : -1;
  if (level < 0 || level > 3) return `-O takes a level from 0 to 3, not '${value}'`;
  options.link.level = level == 0 ? 0 : 2;
  return "";
}

/** `--debug=time,ssa,asm`; alone: time */
function setDebug(options: Options, value: string): string {
  const parts = value.length == 0 ? ["time"] : value.split(",");
  for (let i: i32 = 0; i < parts.length; i++) {
    const part = parts[i];
    const isAll = part == "all";
    if (part == "time" || isAll) options.debugTime = true;
    if (part == "link" || isAll) options.debugLink = true;
    if (part == "ssa" || isAll) options.debugSsa = true;
    if (part == "asm" || isAll) options.debugAsm = true;
    if (!isAll && part != "time" && part != "link" && part != "ssa" && part != "asm") {
      const words: Array<string> = ["time", "link", "ssa", "asm", "all"];
      return `--debug takes time, link, ssa, asm or all, not '${part}'${suggestion(part, words)}`;
    }
  }
  return "";
}

/** A decimal number below two thousand million, or -1. */
function parseNumber(text: string): i32 {
  let value: i32 = text.length == 0 ? -1 : 0;
  for (let i: i32 = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9 || value >= 200_000_000) return -1;
    value = mul32(value, 10) + digit;
  }
  return value;
}

function setJobs(options: Options, value: string): string {
  options.jobs = parseNumber(value);
  return options.jobs < 1 || options.jobs > 999 ? `--jobs takes a number from 1 to 999, not '${value}'` : "";
}

/** How many bits the unit behind a size shifts it: K, M, G, or none. */
function unitShift(text: string): i32 {
  const last = text.length == 0 ? 0 : text.charCodeAt(text.length - 1) | 32;
  if (last == 107) return 10;
  if (last == 109) return 20;
  return last == 103 ? 30 : 0;
}

/** A size in bytes rounded up to multiples of 2 to the `log2`, in these; -1 if it is none or has more than 31 bits. */
function parseSize(text: string, log2: i32): i32 {
  const unit = unitShift(text);
  const number = parseNumber(unit == 0 ? text : text.substring(0, text.length - 1));
  if (number < 0) return -1;
  if (unit < log2) {
    const rest = number & ((1 << (log2 - unit)) - 1);
    return (number >> (log2 - unit)) + (rest == 0 ? 0 : 1);
  }
  return number > 0x7fff_ffff >> (unit - log2) ? -1 : number << (unit - log2);
}

function setMaxMemory(options: Options, value: string): string {
  const pages = parseSize(value, 16);
  if (pages < 1 || pages > MOST_PAGES_64) return `--max-memory takes a size up to 16G, as 64M or 1G, not '${value}'`;
  options.link.maxMemory = pages;
  return "";
}

function setStackSize(options: Options, value: string): string {
  const pages = parseSize(value, 12);
  if (pages < STACK_LEAST || pages > STACK_MOST) {
    return `--stack-size takes a size from 16K to 1G, not '${value}'`;
  }
  options.link.stackSize = mul32(pages, PAGE);
  return "";
}
