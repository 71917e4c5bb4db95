// What the command line needs of the operating system, on Node or Bun (twin: host/native/host/system.ts).
//
// Strings here are byte strings: one character a byte (0..255), so that paths and arguments that are not UTF-8
// come through. Functions that can fail return 0 or a positive Linux error number.

import * as child from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tty from "node:tty";
import { replaceProcess } from "../replace";
import type { U8Column } from "./columns";

const EIO = 5;

function decode(text: string): string {
  return Buffer.from(text, "latin1").toString("utf8");
}

function errorNumber(error: unknown): i32 {
  const e = error as { errno?: number };
  return e.errno == undefined ? EIO : Math.abs(e.errno);
}

export function argumentCount(): i32 {
  return process.argv.length - 1;
}

/** Argument 0 is the program's own name. */
export function argument(i: i32): string {
  return Buffer.from(process.argv[i + 1], "utf8").toString("latin1");
}

/** Appends the file's bytes to `out`. */
export function readFile(name: string, out: U8Column): i32 {
  try {
    const bytes = fs.readFileSync(decode(name));
    const n = out.length;
    out.resize(n + bytes.length);
    out.data.set(bytes, n);
    return 0;
  } catch (error) {
    return errorNumber(error);
  }
}

/** Appends all of standard input to `out`. */
export function readInput(out: U8Column): i32 {
  try {
    const bytes = fs.readFileSync(0);
    const n = out.length;
    out.resize(n + bytes.length);
    out.data.set(bytes, n);
    return 0;
  } catch (error) {
    return errorNumber(error);
  }
}

export function fileExists(name: string): boolean {
  return fs.existsSync(decode(name));
}

/** Writes a file whole or not at all: to a temporary name beside it, then renamed. `mode` as in chmod. What is there
 *  and no regular file, a device or pipe, is written to itself. */
export function writeFile(name: string, bytes: U8Column, mode: i32): i32 {
  const target = decode(name);
  const there = fs.statSync(target, { throwIfNoEntry: false });
  if (there != undefined && !there.isFile() && !there.isDirectory()) return writeSpecial(target, bytes);
  // Handled, an interruption waits until the file is there.
  const wait = () => {};
  const signals: NodeJS.Signals[] = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"];
  for (const signal of signals) process.on(signal, wait);
  const failure = replaceFile(target, bytes, mode);
  for (const signal of signals) process.off(signal, wait);
  return failure;
}

function writeSpecial(target: string, bytes: U8Column): i32 {
  try {
    fs.writeFileSync(target, bytes.data.subarray(0, bytes.length), { flag: "r+" });
    return 0;
  } catch (error) {
    return errorNumber(error);
  }
}

function replaceFile(target: string, bytes: U8Column, mode: i32): i32 {
  const temporary = `${target}.${process.pid}.tmp`;
  let isMine = false;
  try {
    const fd = fs.openSync(temporary, "wx", mode);
    isMine = true;
    fs.writeFileSync(fd, bytes.data.subarray(0, bytes.length));
    fs.closeSync(fd);
    fs.renameSync(temporary, target);
    return 0;
  } catch (error) {
    if (isMine) fs.rmSync(temporary, { force: true });
    return errorNumber(error);
  }
}

/** Writes a byte string to descriptor 1 or 2. */
export function print(fd: i32, text: string): void {
  writeAll(fd, Buffer.from(text, "latin1"));
}

/** Writes bytes to descriptor 1 or 2; 0 or the error. */
export function printBytes(fd: i32, bytes: U8Column): i32 {
  return writeAll(fd, bytes.data.subarray(0, bytes.length));
}

function writeAll(fd: i32, bytes: Uint8Array): i32 {
  let done = 0;
  while (done < bytes.length) {
    try {
      done += fs.writeSync(fd, bytes, done);
    } catch (error) {
      if ((error as { code?: string }).code != "EAGAIN") return errorNumber(error);
    }
  }
  return 0;
}

export function isTerminal(fd: i32): boolean {
  return tty.isatty(fd);
}

/** The value of an environment variable; empty if it is not set. */
export function environmentVariable(name: string): string {
  return Buffer.from(process.env[name] ?? "", "utf8").toString("latin1");
}

export function exit(code: i32): void {
  process.exit(code);
}

/** Linux error number for a format that the system cannot execute. */
const ENOEXEC = 8;

/**
 * Runs an executable image in place of this process, as far as JavaScript can: a child with the same streams, to which
 * signals are passed on, and whose exit status becomes ours when it ends. Returns an error number when it could not be
 * started; after 0 the caller must have nothing left to do.
 */
export function execute(image: U8Column, argv: Array<string>): i32 {
  if (process.platform != "linux" || process.arch != "x64") return ENOEXEC;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wx-"));
  const file = path.join(folder, "program");
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  try {
    fs.writeFileSync(file, image.data.subarray(0, image.length), { mode: 0o700 });
  } catch (error) {
    remove();
    return errorNumber(error);
  }
  const names = argv.map(decode);
  replaceProcess(file, names[0], names.slice(1), remove);
  return 0;
}

/**
 * Runs an executable image as a child, at most `seconds` long, and appends what it writes to standard output to `out`.
 * Returns its exit status, 128 + n if signal n ended it, or the negative error number when it could not be started.
 */
export function capture(image: U8Column, seconds: i32, out: U8Column): i32 {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wx-"));
  const file = path.join(folder, "program");
  try {
    fs.writeFileSync(file, image.data.subarray(0, image.length), { mode: 0o700 });
    const stdio: child.StdioOptions = ["ignore", "pipe", "inherit"];
    const done = child.spawnSync(file, [], { stdio, timeout: seconds * 1000, maxBuffer: 1 << 28 });
    if (done.error && done.signal == null) return -errorNumber(done.error);
    const n = out.length;
    out.resize(n + done.stdout.length);
    out.data.set(done.stdout, n);
    return done.signal ? 128 + os.constants.signals[done.signal] : (done.status ?? 1);
  } catch (error) {
    return -errorNumber(error);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Has everything that waits in the kernel after that time end: in JavaScript it goes on, but for sleeping. */
export function interruptLater(_seconds: i32, _micros: i32): void {}

/** The next byte of standard input, -1 at its end. */
export function readInputByte(): i32 {
  const byte = new Uint8Array(1);
  while (true) {
    try {
      return fs.readSync(0, byte, 0, 1, null) == 0 ? -1 : byte[0];
    } catch (error) {
      // A terminal that does not block has nothing yet.
      if ((error as NodeJS.ErrnoException).code != "EAGAIN") return -1;
    }
  }
}

/** Creates a file, or empties it, for printBytes: its descriptor, or a negative error. */
export function openOutput(name: string): i32 {
  try {
    return fs.openSync(decode(name), "w", 0o666);
  } catch (error) {
    return -errorNumber(error);
  }
}
