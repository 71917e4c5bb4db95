// What the command line needs of the operating system, by Linux system calls (twin: host/js/system.ts).
//
// Strings are byte strings: one character a byte. Functions that can fail return 0 or a positive error number.

import { U8Column } from "host/columns";
import { info, load64, memory_base, syscall } from "./intrinsics";

@external("wasi_snapshot_preview1", "args_sizes_get")
declare function args_sizes_get(count: usize, bytes: usize): i32;
@external("wasi_snapshot_preview1", "args_get")
declare function args_get(argv: usize, buffer: usize): i32;

const enum Sys {
  Read = 0,
  Write = 1,
  Open = 2,
  Close = 3,
  Stat = 4,
  Fstat = 5,
  RtSigaction = 13,
  RtSigprocmask = 14,
  Ioctl = 16,
  Dup2 = 33,
  Alarm = 37,
  Setitimer = 38,
  Getpid = 39,
  Fork = 57,
  Wait4 = 61,
  Rename = 82,
  Unlink = 87,
  ExitGroup = 231,
  Pipe2 = 293,
  MemfdCreate = 319,
  Execveat = 322,
}

const EINTR: i32 = 4;
const EACCES: i32 = 13;
const EINVAL: i32 = 22;
const O_WRONLY_CREAT_EXCL: i64 = 0o1 | 0o100 | 0o200;
const O_CLOEXEC: i64 = 0o2000000;
const AT_EMPTY_PATH: i64 = 0x1000;
const O_WRONLY: i64 = 0o1;
const O_RDWR_CREAT_EXCL: i64 = 0o2 | 0o100 | 0o200;
const MFD_CLOEXEC: i64 = 1;
/** Since Linux 6.3: the file may be executed whatever vm.memfd_noexec says, unless that forbids even this. */
const MFD_EXEC: i64 = 0x10;
const TCGETS: i64 = 0x5401;
const S_IFMT: i32 = 0o170000;
const S_IFREG: i32 = 0o100000;
const S_IFDIR: i32 = 0o040000;
/** Fields of this executable's information block, as src/link/info.ts has them, which asc does not find from here. */
const enum Info {
  SignalEntry = 160,
  SignalRestorer = 168,
}

const SIGALRM: i64 = 14;
/** SA_SIGINFO, SA_ONSTACK and SA_RESTORER, and no SA_RESTART: what waits is to end. */
const HANDLER_FLAGS: i64 = 0x4 | 0x0800_0000 | 0x0400_0000;
/** Microseconds between two interruptions: the first may come just before the kernel begins to wait. */
const INTERRUPTION_INTERVAL: i64 = 10_000;
/** SIGHUP, SIGINT, SIGQUIT and SIGTERM as a mask. */
const INTERRUPTIONS: i64 = 0x4007;

/** Address of a pointer of this module for the kernel. */
@inline function address(pointer: usize): i64 {
  return memory_base() + <i64>pointer;
}

/** The string's characters as bytes, NUL-ended, in fresh memory. */
function bytesOf(text: string): usize {
  const at = heap.alloc(text.length + 1);
  for (let i = 0; i < text.length; i++) store<u8>(at + i, <u8>text.charCodeAt(i));
  store<u8>(at + text.length, 0);
  return at;
}

let argvAt: usize = 0;
let argc: i32 = -1;

function loadArguments(): void {
  if (argc >= 0) return;
  const sizes = heap.alloc(8);
  args_sizes_get(sizes, sizes + 4);
  argc = load<i32>(sizes);
  argvAt = heap.alloc(<usize>(argc + 1) << 2);
  args_get(argvAt, heap.alloc(load<i32>(sizes, 4) + 1));
}

export function argumentCount(): i32 {
  loadArguments();
  return argc;
}

/** Argument 0 is the program's own name. */
export function argument(i: i32): string {
  loadArguments();
  const at = <usize>load<u32>(argvAt + (<usize>i << 2));
  let length = 0;
  while (load<u8>(at + length) != 0) length++;
  // Not by appending: every step would leave a copy behind in memory.
  const text = __new(<usize>length << 1, idof<string>());
  for (let k = 0; k < length; k++) store<u16>(text + (<usize>k << 1), load<u8>(at + k));
  return changetype<string>(text);
}

/** Appends all that comes from a descriptor to `out`; returns 0 or the error. */
function readAll(fd: i64, out: U8Column): i32 {
  while (true) {
    // A buffer of exactly the file's size and one byte more needs no growth to see the end.
    if (out.capacity == out.length) out.reserve(out.length + 65536);
    const n = syscall(Sys.Read, fd, address(out.at + <usize>out.length), out.capacity - out.length, 0, 0, 0);
    if (n == -EINTR) continue;
    if (n < 0) return <i32>-n;
    if (n == 0) return 0;
    out.length += <i32>n;
  }
}

/** Appends the file's bytes to `out`. */
export function readFile(name: string, out: U8Column): i32 {
  const fd = syscall(Sys.Open, address(bytesOf(name)), O_CLOEXEC, 0, 0, 0, 0);
  if (fd < 0) return <i32>-fd;
  const stat = heap.alloc(144);
  syscall(Sys.Fstat, fd, address(stat), 0, 0, 0, 0);
  const size = load<i64>(stat, 48);
  if (size > 0 && size < 0x40000000) out.reserve(out.length + <i32>size + 1);
  const failure = readAll(fd, out);
  syscall(Sys.Close, fd, 0, 0, 0, 0, 0);
  return failure;
}

/** Whether interruptions (interruptLater) end what waits in this file too. */
let isInterruptible: boolean = false;

/** Writes all bytes; returns 0 or the error. */
function writeAll(fd: i64, at: usize, length: i32): i32 {
  let done = 0;
  while (done < length) {
    const n = syscall(Sys.Write, fd, address(at + <usize>done), length - done, 0, 0, 0);
    if (n == -EINTR && !isInterruptible) continue;
    if (n < 0) return <i32>-n;
    done += <i32>n;
  }
  return 0;
}

/** Appends all of standard input to `out`. */
export function readInput(out: U8Column): i32 {
  return readAll(0, out);
}

/** Type bits of the file's mode; 0 if there is none. */
function fileType(name: usize): i32 {
  const stat = heap.alloc(144);
  if (syscall(Sys.Stat, address(name), address(stat), 0, 0, 0, 0) < 0) return 0;
  return load<i32>(stat, 24) & S_IFMT;
}

export function fileExists(name: string): boolean {
  return fileType(bytesOf(name)) != 0;
}

/** Blocks (0) or lets through (1) the signals that interrupt; what came meanwhile comes then. */
function maskInterruptions(how: i64): void {
  const set = heap.alloc(8);
  store<i64>(set, INTERRUPTIONS);
  syscall(Sys.RtSigprocmask, how, address(set), 0, 8, 0, 0);
}

/** Writes a file whole or not at all: to a temporary name beside it, then renamed. `mode` as in chmod. What is there
 *  and no regular file, a device or pipe, is written to itself. */
export function writeFile(name: string, bytes: U8Column, mode: i32): i32 {
  const type = fileType(bytesOf(name));
  if (type != 0 && type != S_IFREG && type != S_IFDIR) return writeSpecial(name, bytes);
  maskInterruptions(0);
  const failure = replaceFile(name, bytes, mode);
  maskInterruptions(1);
  return failure;
}

function writeSpecial(name: string, bytes: U8Column): i32 {
  const fd = syscall(Sys.Open, address(bytesOf(name)), O_WRONLY | O_CLOEXEC, 0, 0, 0, 0);
  return fd < 0 ? <i32>-fd : writeAll(fd, bytes.at, bytes.length);
}

function replaceFile(name: string, bytes: U8Column, mode: i32): i32 {
  const pid = <i32>syscall(Sys.Getpid, 0, 0, 0, 0, 0, 0);
  const temporary = bytesOf(name + "." + pid.toString() + ".tmp");
  const fd = syscall(Sys.Open, address(temporary), O_WRONLY_CREAT_EXCL | O_CLOEXEC, mode, 0, 0, 0);
  if (fd < 0) return <i32>-fd;
  let failure = writeAll(fd, bytes.at, bytes.length);
  const closed = syscall(Sys.Close, fd, 0, 0, 0, 0, 0);
  if (failure == 0 && closed < 0) failure = <i32>-closed;
  if (failure == 0) {
    const renamed = syscall(Sys.Rename, address(temporary), address(bytesOf(name)), 0, 0, 0, 0);
    if (renamed < 0) failure = <i32>-renamed;
  }
  if (failure != 0) syscall(Sys.Unlink, address(temporary), 0, 0, 0, 0, 0);
  return failure;
}

/** Writes a byte string to descriptor 1 or 2. */
export function print(fd: i32, text: string): void {
  writeAll(fd, bytesOf(text), text.length);
}

/** Writes bytes to descriptor 1 or 2; 0 or the error. */
export function printBytes(fd: i32, bytes: U8Column): i32 {
  return writeAll(fd, bytes.at, bytes.length);
}

export function isTerminal(fd: i32): boolean {
  return syscall(Sys.Ioctl, fd, TCGETS, address(heap.alloc(64)), 0, 0, 0) >= 0;
}

/** The value of an environment variable; empty if it is not set. */
export function environmentVariable(name: string): string {
  const text = new U8Column();
  readFile("/proc/self/environ", text);
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text.get(i) != 0) continue;
    let same = 0;
    while (same < name.length && text.get(start + same) == name.charCodeAt(same)) same++;
    if (same == name.length && text.get(start + same) == 61) {
      let value = "";
      for (let k = start + same + 1; k < i; k++) value += String.fromCharCode(text.get(k));
      return value;
    }
    start = i + 1;
  }
  return "";
}

export function exit(code: i32): void {
  syscall(Sys.ExitGroup, code, 0, 0, 0, 0, 0);
}

/** The environment as a NUL-ended array of addresses, as execve takes it. */
function environmentArray(): usize {
  const text = new U8Column();
  readFile("/proc/self/environ", text);
  let count = 0;
  for (let i = 0; i < text.length; i++) if (text.get(i) == 0) count++;
  const array = heap.alloc(<usize>(count + 1) << 3);
  let start = 0;
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    if (text.get(i) != 0) continue;
    store<i64>(array + (<usize>n << 3), address(text.at + <usize>start));
    n++;
    start = i + 1;
  }
  store<i64>(array + (<usize>n << 3), 0);
  return array;
}

/** An anonymous file with the image; negative error number on failure. */
function memoryFile(image: U8Column): i64 {
  const name = address(bytesOf("wx"));
  let fd = syscall(Sys.MemfdCreate, name, MFD_CLOEXEC | MFD_EXEC, 0, 0, 0, 0);
  if (fd == -EINVAL) fd = syscall(Sys.MemfdCreate, name, MFD_CLOEXEC, 0, 0, 0, 0);
  if (fd < 0) return fd;
  const failure = writeAll(fd, image.at, image.length);
  return failure != 0 ? -failure : fd;
}

/** A file with the image that has no name any more, made in `folder`; negative error number on failure. */
function temporaryFile(folder: string, image: U8Column): i64 {
  const pid = <i32>syscall(Sys.Getpid, 0, 0, 0, 0, 0, 0);
  const name = address(bytesOf(folder + "/wx-" + pid.toString() + ".tmp"));
  maskInterruptions(0);
  const fd = syscall(Sys.Open, name, O_RDWR_CREAT_EXCL | O_CLOEXEC, 0o700, 0, 0, 0);
  let file = fd;
  if (fd >= 0) {
    const failure = writeAll(fd, image.at, image.length);
    // What is open for writing cannot be executed.
    file = failure != 0 ? -failure : syscall(Sys.Open, name, O_CLOEXEC, 0, 0, 0, 0);
    syscall(Sys.Close, fd, 0, 0, 0, 0, 0);
    syscall(Sys.Unlink, name, 0, 0, 0, 0, 0);
  }
  maskInterruptions(1);
  return file;
}

/** Replaces this process by the file; returns a negative error number if it cannot. */
function executeFile(fd: i64, argv: Array<string>): i32 {
  const array = heap.alloc(<usize>(argv.length + 1) << 3);
  for (let i = 0; i < argv.length; i++) store<i64>(array + (<usize>i << 3), address(bytesOf(argv[i])));
  store<i64>(array + (<usize>argv.length << 3), 0);
  const empty = address(bytesOf(""));
  return <i32>syscall(Sys.Execveat, fd, empty, address(array), address(environmentArray()), AT_EMPTY_PATH, 0);
}

/**
 * Runs an executable image in place of this process: from memory, or where memory files may not be executed from a file
 * in the first folder that allows it. Returns an error number when it could not be started.
 */
export function execute(image: U8Column, argv: Array<string>): i32 {
  const file = memoryFile(image);
  let error = file < 0 ? <i32>-file : -executeFile(file, argv);
  if (error != EACCES && error != EINVAL) return error;
  const folders: Array<string> = [environmentVariable("TMPDIR"), "/tmp", "/var/tmp", "/dev/shm", "."];
  for (let i = 0; i < folders.length; i++) {
    if (folders[i].length == 0) continue;
    const temporary = temporaryFile(folders[i], image);
    if (temporary < 0) continue;
    error = -executeFile(temporary, argv);
    syscall(Sys.Close, temporary, 0, 0, 0, 0, 0);
  }
  return error;
}

/**
 * Runs an executable image as a child, at most `seconds` long, and appends what it writes to standard output to `out`.
 * Returns its exit status, 128 + n if signal n ended it, or the negative error number when it could not be started.
 */
export function capture(image: U8Column, seconds: i32, out: U8Column): i32 {
  const file = memoryFile(image);
  if (file < 0) return <i32>file;
  const pipe = heap.alloc(8);
  const piped = syscall(Sys.Pipe2, address(pipe), O_CLOEXEC, 0, 0, 0, 0);
  if (piped < 0) return <i32>piped;
  const pid = syscall(Sys.Fork, 0, 0, 0, 0, 0, 0);
  if (pid < 0) return <i32>pid;
  if (pid == 0) {
    syscall(Sys.Dup2, load<i32>(pipe, 4), 1, 0, 0, 0, 0);
    syscall(Sys.Alarm, seconds, 0, 0, 0, 0, 0);
    const argv: Array<string> = ["program"];
    executeFile(file, argv);
    exit(127);
  }
  syscall(Sys.Close, file, 0, 0, 0, 0, 0);
  syscall(Sys.Close, load<i32>(pipe, 4), 0, 0, 0, 0, 0);
  readAll(load<i32>(pipe), out);
  syscall(Sys.Close, load<i32>(pipe), 0, 0, 0, 0, 0);
  const status = heap.alloc(8);
  while (syscall(Sys.Wait4, pid, address(status), 0, 0, 0, 0) == -EINTR) {}
  const code = load<i32>(status);
  return (code & 127) == 0 ? (code >> 8) & 255 : 128 + (code & 127);
}

/** What AssemblyScript calls when an assertion fails or memory runs out (asc --use abort=…). */
export function abort(message: usize, file: usize, line: i32, column: i32): void {
  if (message != 0 && changetype<string>(message) == "out of memory") {
    print(2, "wx: out of memory: the module, or a function of it, is too large\n");
    exit(1);
  }
  let text = "wx: internal error: ";
  if (message != 0) text += changetype<string>(message);
  if (file != 0) text += " at " + changetype<string>(file) + ":" + line.toString() + ":" + column.toString();
  print(2, text + "\nThis is a bug in wx; please report it with the input that shows it.\n");
  exit(70);
}

/** Has everything that waits in the kernel after that time end with EINTR, by the signal handler of this executable
 *  (runtime/signals.ts), which does nothing more. */
export function interruptLater(seconds: i32, micros: i32): void {
  const action = heap.alloc(32);
  store<i64>(action, load64(info() + Info.SignalEntry));
  store<i64>(action, HANDLER_FLAGS, 8);
  store<i64>(action, load64(info() + Info.SignalRestorer), 16);
  store<i64>(action, 0, 24);
  syscall(Sys.RtSigaction, SIGALRM, address(action), 0, 8, 0, 0);
  // A parent may have blocked it.
  const set = heap.alloc(8);
  store<i64>(set, 1 << (SIGALRM - 1));
  syscall(Sys.RtSigprocmask, 1, address(set), 0, 8, 0, 0);
  isInterruptible = true;
  const timer = heap.alloc(32);
  store<i64>(timer, 0);
  store<i64>(timer, INTERRUPTION_INTERVAL, 8);
  store<i64>(timer, seconds, 16);
  store<i64>(timer, micros, 24);
  // ITIMER_REAL
  syscall(Sys.Setitimer, 0, address(timer), 0, 0, 0, 0);
}

const inputByte: usize = memory.data(8);

/** The next byte of standard input, -1 at its end, or when the time is over. */
export function readInputByte(): i32 {
  while (true) {
    const count = <i32>syscall(Sys.Read, 0, address(inputByte), 1, 0, 0, 0);
    if (count != -EINTR || isInterruptible) return count == 1 ? <i32>load<u8>(inputByte) : -1;
  }
}

/** Creates a file, or empties it, for printBytes: its descriptor, or a negative error. */
export function openOutput(name: string): i32 {
  // O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
  return <i32>syscall(Sys.Open, address(bytesOf(name)), 0o1 | 0o100 | 0o1000 | O_CLOEXEC, 0o666, 0, 0, 0);
}
