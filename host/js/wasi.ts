// WASI as functions of the host (twin: host/native/host/wasi.ts), for the command line in JavaScript: preview 1 over the
// files and streams of Node (wasi/preview1.ts).

import type { I32Column, U8Column } from "./columns";
import type { Memory } from "./memory";
import type { Cells } from "./slots";
import { bytesToText, toBytes } from "./wasi/byte-text";
import { untilDeadline } from "./wasi/deadline";
import { Errno } from "./wasi/errors";
import { NodeDirectory } from "./wasi/node-files";
import { NodeStream } from "./wasi/node-streams";
import { FUNCTIONS, type Grant, MODULE, Preview1, ProgramExit, signatureOf } from "./wasi/preview1";

let wasi: Preview1 | null = null;
let status: i32 = 0;

export function wasiCount(): i32 {
  return FUNCTIONS.length;
}

export function wasiModule(_i: i32): string {
  return MODULE;
}

/** The function's name, and its type as link/intrinsics.ts writes it. */
export function wasiName(i: i32): string {
  return FUNCTIONS[i][0];
}

export function wasiSignature(i: i32): string {
  return signatureOf(...FUNCTIONS[i]);
}

function textsOf(column: U8Column): string[] {
  return bytesToText(column.data.subarray(0, column.length)).split("\0").slice(0, -1);
}

/** The program's variables: those given, with the process's value if they have none, then those inherited. */
function variables(given: string[], inherits: boolean): string[] {
  const own = Object.entries(process.env).map(([name, value]) => [toBytes(name), toBytes(value ?? "")]);
  const all: string[] = [];
  const names = new Set<string>();
  for (const entry of given) {
    const equals = entry.indexOf("=");
    const name = equals < 0 ? entry : entry.slice(0, equals);
    names.add(name);
    const found = own.find(([key]) => key == name);
    if (equals >= 0) all.push(entry);
    else if (found != undefined) all.push(`${name}=${found[1]}`);
  }
  if (inherits) for (const [name, value] of own) if (!names.has(name)) all.push(`${name}=${value}`);
  return all;
}

/** WASI numbers signals as the kernel does but for the 16th, which it lacks. */
function raise(signal: number): Errno {
  if (signal != 0) process.kill(process.pid, signal < 16 ? signal : signal + 1);
  return Errno.Success;
}

/** Begins anew with these arguments, variables (NUL-ended: K=V, or K alone for that of the process), all variables of the
 *  process if `inherits`, and granted directories (host path and guest path each). */
export function startWasi(
  args: Array<string>,
  environment: U8Column,
  inherits: boolean,
  grants: U8Column,
  readOnly: I32Column,
): void {
  const paths = textsOf(grants);
  const list: Grant[] = [];
  for (let i = 0; i < readOnly.length; i++) {
    const directory = new NodeDirectory(paths[2 * i]);
    list.push({ directory, name: paths[2 * i + 1], isReadOnly: readOnly.get(i) != 0 });
  }
  wasi = new Preview1({
    args,
    environment: variables(textsOf(environment), inherits),
    streams: [new NodeStream(0), new NodeStream(1), new NodeStream(2)],
    grants: list,
    isAsync: false,
    untilDeadline,
    raise,
  });
}

/** Calls function `i` with operands in cells from `at` on, where its result goes; false if the program ends by that. */
export function callWasi(i: i32, c: Cells, at: i32, memory: Memory): boolean {
  const host = wasi as Preview1;
  const [name, params] = FUNCTIONS[i];
  host.memory = memory;
  const args = [...params].map((letter, k) => {
    const lo = c.getLo(at + k) >>> 0;
    return letter == "l" ? (BigInt(c.getHi(at + k) >>> 0) << 32n) | BigInt(lo) : lo;
  });
  try {
    c.setI32(at, host.call(name, args) as Errno);
    return true;
  } catch (error) {
    if (!(error instanceof ProgramExit)) throw error;
    status = error.status & 255;
    return false;
  }
}

/** The exit status of a program that has ended. */
export function wasiStatus(): i32 {
  return status;
}
