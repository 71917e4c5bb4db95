// WASI: arguments, environment, clocks, random numbers, exit. Strings are bytes as the process got them.

import { Info, InfoFlag } from "../src/link/info";
import { Wasi, wasiError } from "./errno";
import { guestRange } from "./guest";
import { argumentAt, argumentCount, processEnvironment } from "./start";
import {
  Errno,
  Sys,
  copy,
  exit,
  guestBase,
  guestSize,
  info,
  load32,
  load64,
  load8,
  own,
  store32,
  store64,
  sys0,
  sys2,
  sys3,
} from "./wx";

/** Bytes of a NUL-ended string, the NUL included. */
function lengthOf(address: u64): u32 {
  let end = address;
  while (load8(end) != 0) end++;
  return <u32>(end - address) + 1;
}

/** Writes a string to `target` and its address to `slot`, guest addresses that may lie beyond 4 GiB; where the next
 *  string goes, or -1 if it does not fit. */
function putString(source: u64, slot: u64, target: u64): i64 {
  const length = <u64>lengthOf(source);
  if (target + length > guestSize() || slot + 4 > guestSize()) return -1;
  copy(guestBase() + target, source, length);
  store32(guestBase() + slot, <u32>target);
  return target + length;
}

export function args_sizes_get(countPointer: u32, bytesPointer: u32): u32 {
  const countAt = guestRange(countPointer, 4);
  const bytesAt = guestRange(bytesPointer, 4);
  if (countAt == 0 || bytesAt == 0) return Wasi.Fault;
  const count = argumentCount();
  let bytes: u32 = 0;
  for (let i: u32 = 0; i < count; i++) bytes += lengthOf(argumentAt(i));
  store32(countAt, count);
  store32(bytesAt, bytes);
  return 0;
}

export function args_get(vector: u32, buffer: u32): u32 {
  const count = argumentCount();
  let at: i64 = <i64>buffer;
  for (let i: u32 = 0; i < count; i++) {
    at = putString(argumentAt(i), <u64>vector + (<u64>i << 2), at);
    if (at < 0) return Wasi.Fault;
  }
  return 0;
}

/** Whether `variable` (K=V) of the process is the one called `name` (K). */
function isVariable(variable: u64, name: u64): bool {
  let i: u64 = 0;
  while (load8(name + i) != 0) {
    if (load8(variable + i) != load8(name + i)) return false;
    i++;
  }
  return load8(variable + i) == 61;
}

/** The K=V string that a granted entry stands for: itself, or the process's variable of that name; 0 if unset. */
function resolveVariable(entry: u64): u64 {
  for (let at = entry; load8(at) != 0; at++) {
    if (load8(at) == 61) return entry;
  }
  for (let slot = processEnvironment(); load64(slot) != 0; slot += 8) {
    if (isVariable(load64(slot), entry)) return load64(slot);
  }
  return 0;
}

/** Whether a variable of the process is replaced by a granted entry of the same name. */
function isReplaced(variable: u64): bool {
  let entry = load64(info() + Info.Environment);
  for (let n = load32(info() + Info.EnvironmentCount); n != 0; n--) {
    let i: u64 = 0;
    while (load8(entry + i) == load8(variable + i) && load8(entry + i) != 0 && load8(entry + i) != 61) i++;
    const end = load8(entry + i);
    if (load8(variable + i) == 61 && (end == 61 || end == 0)) return true;
    entry += lengthOf(entry);
  }
  return false;
}

/** Where the walk over the program's variables stands: the next granted entry, how many are left, and after these the
 *  next slot of the process's environment, 0 if that is not the program's. */
let nextEntry: u64 = 0;
let entriesLeft: u32 = 0;
let nextSlot: u64 = 0;

function beginVariables(): void {
  nextEntry = load64(info() + Info.Environment);
  entriesLeft = load32(info() + Info.EnvironmentCount);
  nextSlot = load32(info() + Info.Flags) & InfoFlag.InheritEnvironment ? processEnvironment() : 0;
}

/** The next of the program's variables, 0 after the last. */
function nextVariable(): u64 {
  while (entriesLeft != 0) {
    const variable = resolveVariable(nextEntry);
    nextEntry += lengthOf(nextEntry);
    entriesLeft--;
    if (variable != 0) return variable;
  }
  while (nextSlot != 0 && load64(nextSlot) != 0) {
    const variable = load64(nextSlot);
    nextSlot += 8;
    if (!isReplaced(variable)) return variable;
  }
  return 0;
}

export function environ_sizes_get(countPointer: u32, bytesPointer: u32): u32 {
  const countAt = guestRange(countPointer, 4);
  const bytesAt = guestRange(bytesPointer, 4);
  if (countAt == 0 || bytesAt == 0) return Wasi.Fault;
  let count: u32 = 0;
  let bytes: u32 = 0;
  beginVariables();
  for (let variable = nextVariable(); variable != 0; variable = nextVariable()) {
    count++;
    bytes += lengthOf(variable);
  }
  store32(countAt, count);
  store32(bytesAt, bytes);
  return 0;
}

export function environ_get(vector: u32, buffer: u32): u32 {
  let slot = <u64>vector;
  let at: i64 = <i64>buffer;
  beginVariables();
  for (let variable = nextVariable(); variable != 0; variable = nextVariable()) {
    at = putString(variable, slot, at);
    if (at < 0) return Wasi.Fault;
    slot += 4;
  }
  return 0;
}

const TIMESPEC: usize = memory.data(16, 8);

/** Nanoseconds of a kernel timespec in the runtime's memory. */
@inline
export function nanoseconds(timespec: usize): u64 {
  return load<u64>(timespec) * 1_000_000_000 + load<u64>(timespec, 8);
}

/** Hands TIMESPEC to the guest, if the kernel filled it. */
function giveTime(result: i64, at: u64): u32 {
  if (result < 0) return wasiError(result);
  store64(at, nanoseconds(TIMESPEC));
  return 0;
}

/** The kernel's clocks 0 to 3 are WASI's: realtime, monotonic, process and thread time. */
export function clock_res_get(clock: u32, pointer: u32): u32 {
  if (clock > 3) return Wasi.Inval;
  const at = guestRange(pointer, 8);
  return at == 0 ? Wasi.Fault : giveTime(sys2(Sys.ClockGetres, <u64>clock, own(TIMESPEC)), at);
}

export function clock_time_get(clock: u32, _precision: u64, pointer: u32): u32 {
  if (clock > 3) return Wasi.Inval;
  const at = guestRange(pointer, 8);
  return at == 0 ? Wasi.Fault : giveTime(sys2(Sys.ClockGettime, <u64>clock, own(TIMESPEC)), at);
}

export function random_get(pointer: u32, length: u32): u32 {
  let at = guestRange(pointer, length);
  if (at == 0) return Wasi.Fault;
  let left = <u64>length;
  while (left != 0) {
    const n = sys3(Sys.Getrandom, at, left, 0);
    if (n == -Errno.Intr) continue;
    if (n <= 0) return wasiError(n);
    at += n;
    left -= n;
  }
  return 0;
}

/** The kernel passes on the low 8 bits. */
export function proc_exit(code: u32): void {
  exit(code);
}

/** WASI numbers signals as the kernel does but for the 16th, which it lacks. */
export function proc_raise(signal: u32): u32 {
  if (signal > 30) return Wasi.Inval;
  const number = signal < 16 ? signal : signal + 1;
  return wasiError(sys2(Sys.Kill, <u64>sys0(Sys.Getpid), <u64>number));
}

export function sched_yield(): u32 {
  return wasiError(sys0(Sys.SchedYield));
}
