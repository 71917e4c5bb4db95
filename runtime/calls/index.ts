// The second embedded module, linked only into executables of modules without _start: finds out which export the
// command line asks for (src/link/calls.ts), and hands its arguments to the driver (src/cli/invoke.ts) that calls it.
// Unlike the runtime it is ordinary AssemblyScript with objects and strings, in a memory of its own.

import { load32, load64, load8, memory_base, syscall } from "host/intrinsics";
import { Call, CallRow, callUsage, EXIT_USAGE } from "../../src/link/calls";
import { Info } from "../../src/link/info";

@external("wx", "info")
declare function info(): u64;
@external("runtime", "wx_argument_count")
declare function argumentCount(): u32;
@external("runtime", "wx_argument")
declare function argumentAt(i: u32): u64;

const enum Sys {
  Write = 1,
  ExitGroup = 231,
}

/** Reads NUL-ended texts one behind the other. */
class TextReader {
  at: u64;

  constructor(at: u64) {
    this.at = at;
  }

  next(): string {
    let length = 0;
    while (load8(this.at + length) != 0) length++;
    const text = changetype<string>(__new(<usize>length << 1, idof<string>()));
    for (let i = 0; i < length; i++) {
      store<u16>(changetype<usize>(text) + (<usize>i << 1), <u16>load8(this.at + i));
    }
    this.at += length + 1;
    return text;
  }
}

function print(fd: i64, text: string): void {
  const bytes = heap.alloc(text.length);
  for (let i = 0; i < text.length; i++) store<u8>(bytes + i, <u8>text.charCodeAt(i));
  let done = 0;
  while (done < text.length) {
    const n = syscall(Sys.Write, fd, memory_base() + <i64>(bytes + <usize>done), text.length - done, 0, 0, 0);
    if (n <= 0) break;
    done += <i32>n;
  }
}

function exit(status: i32): void {
  syscall(Sys.ExitGroup, status, 0, 0, 0, 0, 0);
}

/** What AssemblyScript calls when memory runs out. */
export function abort(message: usize, file: usize, line: i32, column: i32): void {
  print(2, "wx: out of memory: the arguments are too large\n");
  exit(1);
}

function readRows(): Array<CallRow> {
  const rows: Array<CallRow> = [];
  const reader = new TextReader(load64(info() + Info.CallTable));
  for (let n = load32(info() + Info.CallCount); n != 0; n--) {
    const name = reader.next();
    const params = reader.next();
    rows.push(new CallRow(name, params, reader.next()));
  }
  return rows;
}

function readArguments(): Array<string> {
  const args: Array<string> = [];
  for (let i: u32 = 1; i < argumentCount(); i++) args.push(new TextReader(argumentAt(i)).next());
  return args;
}

/** The arguments that were given when the executable was made. */
function defaultArguments(): Array<string> {
  const args: Array<string> = [];
  const reader = new TextReader(load64(info() + Info.DefaultArguments));
  for (let n = load32(info() + Info.DefaultArgumentCount); n != 0; n--) args.push(reader.next());
  return args;
}

const rows = readRows();
const call = new Call(rows);

/** The row to be called; its arguments are read. Ends the process where nothing can be called. */
export function choose(): i32 {
  const args = readArguments();
  const program = argumentCount() == 0 ? "program" : new TextReader(argumentAt(0)).next();
  const preset = <i32>load32(info() + Info.DefaultCall) - 1;
  let isReady = false;
  if (preset >= 0) {
    call.row = preset;
    isReady = call.read(args.length == 0 ? defaultArguments() : args, 0);
  } else if (args.length == 0 || (args.length == 1 && args[0] == "--help")) {
    print(1, callUsage(program, rows));
    exit(0);
  } else {
    isReady = call.choose(args[0]) && call.read(args, 1);
  }
  if (!isReady) {
    const hint = call.row < 0 ? `Without arguments, ${program} lists what it exports.\n` : "";
    print(2, `${program}: ${call.error}\n${hint}`);
    exit(EXIT_USAGE);
  }
  return call.row;
}

export function argument_i32(i: i32): i32 {
  return call.lo.get(i);
}

const HALVES: usize = memory.data(8, 8);

/** Joined in memory: asc makes sign extensions of unsigned ones (docs/rationale.md, "What asc gets wrong"). */
export function argument_i64(i: i32): i64 {
  store<i32>(HALVES, call.lo.get(i));
  store<i32>(HALVES, call.hi.get(i), 4);
  return load<i64>(HALVES);
}

export function argument_f32(i: i32): f32 {
  return reinterpret<f32>(argument_i32(i));
}

export function argument_f64(i: i32): f64 {
  return reinterpret<f64>(argument_i64(i));
}
