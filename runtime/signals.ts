// The signal handler: tells the guest's traps from everything else. A fault is a trap only if the instruction is a
// listed site of the right kind and the address lies where such a site may fault; anything else is a bug of wx and
// must never look like a trap (it could hide a sandbox escape), so it aborts with all it knows.

import { TrapKind } from "../src/base/traps";
import { Info, MemoryRow, SiteKind } from "../src/link/info";
import { MemoryCell, RECOVERY_BLOCK, RecoveryBlock, STACK_GUARD, STACK_TOP_HI, TRAPPED } from "../src/link/layout";
import { flush, put, putByte, putNumber } from "./output";
import { findFrameAtOverflow, putBacktrace, putTrap } from "./report";
import { findFunction, findSite, siteAccess, siteOrigin, siteTrap, LONG_ACCESS } from "./sites";
import { Sys, exit, info, load32, load64, load8, own, store64, sys4 } from "./wx";

const enum Signal {
  Ill = 4,
  Fpe = 8,
  Segv = 11,
  /** Of a program with a time limit. */
  Alrm = 14,
}

/** Offsets in the kernel's siginfo_t and ucontext_t. */
const SI_CODE: u64 = 8;
const SI_ADDR: u64 = 16;
const CONTEXT_REGISTERS: u64 = 40;
const CONTEXT_RAX: u64 = 144;
const CONTEXT_RCX: u64 = 152;
const CONTEXT_RSP: u64 = 160;
const CONTEXT_RIP: u64 = 168;
/** si_code of a general protection fault: the address is unknown. */
const SI_KERNEL: i32 = 128;

/** Place of register 0..15 (encoding order) among the saved ones: r8..r15 rdi rsi rbp rbx rdx rax rcx rsp. */
function registerOf(context: u64, register: u32): u64 {
  let place: u64 = <u64>register - 8;
  switch (register) {
    case 0:
      place = 13;
      break;
    case 1:
      place = 14;
      break;
    case 2:
      place = 12;
      break;
    case 3:
      place = 11;
      break;
    case 4:
      place = 15;
      break;
    case 5:
      place = 10;
      break;
    case 6:
      place = 9;
      break;
    case 7:
      place = 8;
      break;
  }
  return load64(context + CONTEXT_REGISTERS + place * 8);
}

/** Current size in bytes of the memory of `row`; one that never grows may have no cell. */
function memorySize(row: u64): u64 {
  const cell = load64(row + MemoryRow.Cell);
  return cell == 0 ? load64(row + MemoryRow.Size) : load64(cell + MemoryCell.Size);
}

/** Start of the memory row whose inaccessible part `address` lies in, or 0. */
function findMemory(address: u64): u64 {
  let row = load64(info() + Info.MemoryTable);
  for (let n = load32(info() + Info.MemoryCount); n != 0; n--, row += MemoryRow.Bytes) {
    const base = load64(row + MemoryRow.Base);
    if (address - base < load64(row + MemoryRow.Reserve) && address - base >= memorySize(row)) return row;
  }
  return 0;
}

function isInStackGuard(address: u64): bool {
  const bottom = (<u64>STACK_TOP_HI << 32) - load64(info() + Info.StackSize);
  return address < bottom && address >= bottom - STACK_GUARD;
}

/** Whether the divisor of the `div` or `idiv` (F7 /6, /7; Intel SDM 2.1) at `rip` is zero. */
function isDivisorZero(context: u64, rip: u64): bool {
  let at = rip;
  let rex: u32 = 0;
  if ((load8(at) & 0xf0) == 0x40) {
    rex = load8(at);
    at++;
  }
  const modrm = load8(at + 1);
  at += 2;
  const mode = modrm >> 6;
  const rm = modrm & 7;
  let value: u64 = 0;
  if (mode == 3) {
    value = registerOf(context, rm | ((rex & 1) << 3));
  } else {
    let address: u64 = 0;
    let relative = false;
    if (rm == 4) {
      const sib = load8(at);
      at++;
      const index = ((sib >> 3) & 7) | ((rex & 2) << 2);
      if (index != 4) address = registerOf(context, index) << <u64>(sib >> 6);
      if ((sib & 7) == 5 && mode == 0) relative = true;
      else address += registerOf(context, (sib & 7) | ((rex & 1) << 3));
      if (relative) address += <i64>(<i32>load32(at));
    } else if (rm == 5 && mode == 0) {
      relative = true;
      address = at + 4 + <i64>(<i32>load32(at));
    } else {
      address = registerOf(context, rm | ((rex & 1) << 3));
    }
    if (mode == 1) address += <i64>(<i8>load8(at));
    else if (mode == 2) address += <i64>(<i32>load32(at));
    value = (rex & 8) != 0 ? load64(address) : <u64>load32(address);
  }
  return ((rex & 8) != 0 ? value : value & 0xffff_ffff) == 0;
}

function putMemoryFault(row: u64, address: u64): void {
  put(text("memory fault at wasm address "));
  const size = memorySize(row);
  const at = address - load64(row + MemoryRow.Base);
  // Of an access across the end, the first byte that is not there.
  putNumber(at < size ? size : at, 16, 0);
  put(text(" in linear memory of size "));
  putNumber(size, 16, 0);
  putByte(10);
}

/** What trapOf returns for a fault that is not the guest's. */
const NO_TRAP: u32 = 0xffff_ffff;

/** Memory row of the fault that trapOf saw last, 0 if it was none of a memory, and where it was. */
let faultMemory: u64 = 0;
let faultAddress: u64 = 0;

/** TrapKind of a fault at `rip` in the function of `row`, or NO_TRAP. */
function trapOf(signal: u32, address: u64, context: u64, rip: u64, row: u64): u32 {
  faultMemory = 0;
  faultAddress = address;
  if (signal == Signal.Ill) {
    if (!findSite(row, rip, SiteKind.Trap)) return NO_TRAP;
    if (siteTrap < 128) return siteTrap;
    const access = siteTrap < LONG_ACCESS ? <u64>((siteTrap & 0x70) >> 2) : siteAccess;
    faultMemory = load64(info() + Info.MemoryTable) + (access >> 32) * MemoryRow.Bytes;
    faultAddress = load64(faultMemory + MemoryRow.Base) + registerOf(context, siteTrap & 15) + (access & 0xffff_ffff);
    return TrapKind.MemoryOutOfBounds;
  }
  if (signal == Signal.Fpe) {
    if (!findSite(row, rip, SiteKind.Division)) return NO_TRAP;
    return isDivisorZero(context, rip) ? TrapKind.IntegerDivisionByZero : TrapKind.IntegerOverflow;
  }
  if (isInStackGuard(address)) return TrapKind.StackOverflow;
  faultMemory = findMemory(address);
  return faultMemory != 0 && findSite(row, rip, SiteKind.Memory) ? TrapKind.MemoryOutOfBounds : NO_TRAP;
}

/** Prints a trap that trapOf has found. */
function reportTrap(kind: u32, context: u64, rip: u64, row: u64): void {
  const rsp = load64(context + CONTEXT_RSP);
  if (kind == TrapKind.StackOverflow) {
    const stack = findFrameAtOverflow(row, rip, rsp);
    // A call that could not push its return address is at that call; a prologue has no origin.
    putBacktrace(row, stack, findSite(row, rip + 5, SiteKind.Return) ? siteOrigin : -1);
  } else {
    putBacktrace(row, rsp, siteOrigin);
  }
  if (faultMemory != 0) putMemoryFault(faultMemory, faultAddress);
  putTrap(kind);
}

/** Continues behind the innermost try_call with the trap as its result; false if none is active. */
function recover(kind: u32, context: u64): bool {
  const block = <u64>RECOVERY_BLOCK;
  const stack = load64(block + RecoveryBlock.Stack);
  if (stack == 0) return false;
  store64(context + CONTEXT_RSP, stack);
  store64(context + CONTEXT_RIP, load64(block + RecoveryBlock.Address));
  store64(context + CONTEXT_RAX, <u64>(TRAPPED + kind));
  return true;
}

const REGISTER_NAMES: usize = text("r8 r9 r10r11r12r13r14r15rdirsirbprbxrdxraxrcxrsprip");

function reportBug(signal: u32, address: u64, context: u64): void {
  put(text("wx: internal error: signal "));
  putNumber(<u64>signal, 10, 0);
  put(text(" at "));
  putNumber(load64(context + CONTEXT_RIP), 16, 0);
  put(text(", address "));
  putNumber(address, 16, 0);
  put(text(": this is a bug in wx, please report it\n"));
  for (let i: u32 = 0; i < 17; i++) {
    for (let k: u32 = 0; k < 3; k++) putByte(load<u8>(REGISTER_NAMES + i * 3 + k));
    putNumber(load64(context + CONTEXT_REGISTERS + <u64>i * 8), 16, 20);
    putByte(i % 3 == 2 ? 10 : 32);
  }
  putByte(10);
}

const DEFAULT_ACTION: usize = memory.data(32, 8);

/** Lets the process die of the signal, as it would have without a handler: by a fault of that kind once the handler has
 *  returned. No way to send signals is needed for that, so few programs have one (filter.ts). */
function dieOf(signal: u32, context: u64): void {
  sys4(Sys.RtSigaction, <u64>signal, own(DEFAULT_ACTION), 0, 8);
  const faults = load64(info() + Info.FaultCode);
  if (signal == Signal.Ill) store64(context + CONTEXT_RIP, faults);
  else if (signal == Signal.Fpe) store64(context + CONTEXT_RIP, faults + 2);
  else if (signal == Signal.Segv) store64(context + CONTEXT_RIP, 0);
  else exit(128 + signal);
  // The divisor.
  store64(context + CONTEXT_RCX, 0);
}

/** The end of a program that has had its time: it is anywhere, so the backtrace may lack its innermost frame. */
function endInTime(context: u64, rip: u64): void {
  const row = findFunction(rip);
  if (row != 0) putBacktrace(row, findFrameAtOverflow(row, rip, load64(context + CONTEXT_RSP)), -1);
  putTrap(TrapKind.Interrupt);
  flush();
  exit(134);
}

export function wx_signal(signal: u32, siginfo: u64, context: u64): void {
  const code = <i32>load32(siginfo + SI_CODE);
  const address = load64(siginfo + SI_ADDR);
  const rip = load64(context + CONTEXT_RIP);
  // Sent by a process and not a fault (SI_USER and below).
  if (code <= 0) {
    dieOf(signal, context);
    return;
  }
  if (signal == Signal.Alrm) {
    // wx itself has no limit, seconds and microseconds, but programs that it interprets may: then this only ends what is
    // waited for in the kernel.
    if (load64(info() + Info.TimeoutSeconds) == 0) return;
    endInTime(context, rip);
  }
  const row = findFunction(rip);
  if (row != 0 && code != SI_KERNEL) {
    const kind = trapOf(signal, address, context, rip, row);
    if (kind != NO_TRAP) {
      if (recover(kind, context)) return;
      reportTrap(kind, context, rip, row);
      flush();
      exit(134);
    }
  }
  reportBug(signal, address, context);
  flush();
  dieOf(signal, context);
}
