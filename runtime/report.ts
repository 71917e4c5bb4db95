// What a trap looks like on standard error: wasmtime's backtrace and messages, so that people and scripts find what
// they know. Frames have a fixed size (FunctionRow.Frame), so the stack is walked without frame pointers; every
// return address must be a listed Return site, which ends the walk at the entry stub and at anything odd.

import { FunctionRow, Info } from "../src/link/info";
import { STACK_TOP_HI } from "../src/link/layout";
import { TrapKind } from "../src/base/traps";
import { put, putByte, putName, putNumber } from "./output";
import { findFunction, findReturn, siteOrigin } from "./sites";
import { info, load32, load64, load8 } from "./wx";

/** How many frames are printed: wasmtime's 20, and of deeper stacks also the outermost. */
const FIRST_FRAMES: u32 = 20;
const LAST_FRAMES: u32 = 5;

function messageOf(kind: u32): usize {
  switch (kind) {
    case TrapKind.Unreachable:
      return text("wasm `unreachable` instruction executed");
    case TrapKind.MemoryOutOfBounds:
      return text("out of bounds memory access");
    case TrapKind.TableOutOfBounds:
      return text("undefined element: out of bounds table access");
    case TrapKind.IndirectCallToNull:
      return text("uninitialized element");
    case TrapKind.BadSignature:
      return text("indirect call type mismatch");
    case TrapKind.IntegerOverflow:
      return text("integer overflow");
    case TrapKind.IntegerDivisionByZero:
    case TrapKind.Division:
      return text("integer divide by zero");
    case TrapKind.BadConversionToInteger:
      return text("invalid conversion to integer");
    case TrapKind.StackOverflow:
      return text("call stack exhausted");
    case TrapKind.UnknownImport:
      return text("unknown import called");
    case TrapKind.Interrupt:
      return text("interrupt");
  }
  return text("null reference");
}

export function putTrap(kind: u32): void {
  put(text("wasm trap: "));
  put(messageOf(kind));
  putByte(10);
}

/** The stack frame that the walk stands on: its function's row (0: none), the stack pointer after its prologue,
 *  and the origin of the instruction it is at. */
let frameRow: u64 = 0;
let frameStack: u64 = 0;
let frameOrigin: i32 = -1;

function isOnStack(address: u64): bool {
  const top = <u64>STACK_TOP_HI << 32;
  return address + 8 <= top && address >= top - load64(info() + Info.StackSize);
}

/** Whether the word at `address` of the stack is a return address of compiled code. */
function isReturnAt(address: u64): bool {
  if (!isOnStack(address)) return false;
  const target = load64(address);
  const row = findFunction(target);
  return row != 0 && findReturn(row, target);
}

/** Moves to the caller; frameRow is 0 after the last. */
function leaveFrame(): void {
  const slot = frameStack + <u64>load32(frameRow + FunctionRow.Frame);
  if (!isReturnAt(slot)) {
    frameRow = 0;
    return;
  }
  frameStack = slot + 8 + <u64>load32(frameRow + FunctionRow.StackArgs);
  frameRow = findFunction(load64(slot));
  frameOrigin = siteOrigin;
}

function putFrame(number: u32): void {
  putNumber(<u64>number, 10, 5);
  put(text(": "));
  if (frameOrigin != -1) {
    putNumber(<u64>(<u32>frameOrigin), 16, 8);
    put(text(" - "));
  }
  const moduleName = load64(info() + Info.ModuleName);
  if (moduleName == 0 || load8(moduleName) == 0) put(text("<unknown>"));
  else putName(moduleName);
  putByte(33);
  const name = load32(frameRow + FunctionRow.Name);
  if (name != 0xffff_ffff) {
    putName(load64(info() + Info.NameTable) + <u64>name);
  } else {
    put(text("<wasm function "));
    putNumber(<u64>(load32(frameRow + FunctionRow.Index) & 0x7fff_ffff), 10, 0);
    putByte(62);
  }
  putByte(10);
}

@inline
function isHidden(row: u64): bool {
  return <i32>load32(row + FunctionRow.Index) < 0;
}

/** Number of visible frames from that of `row` outwards. */
function computeDepth(row: u64, stack: u64): u32 {
  let depth: u32 = 0;
  frameRow = row;
  frameStack = stack;
  while (frameRow != 0) {
    if (!isHidden(frameRow)) depth++;
    leaveFrame();
  }
  return depth;
}

/** Prints the frames from that of `row` outwards; `stack` is the stack pointer after its prologue. */
export function putBacktrace(row: u64, stack: u64, origin: i32): void {
  put(text("wx: error while executing at wasm backtrace:\n"));
  const depth = computeDepth(row, stack);
  frameRow = row;
  frameStack = stack;
  frameOrigin = origin;
  let number: u32 = 0;
  while (frameRow != 0) {
    if (!isHidden(frameRow)) {
      if (depth <= FIRST_FRAMES + LAST_FRAMES + 1 || number < FIRST_FRAMES || number >= depth - LAST_FRAMES) {
        putFrame(number);
      } else if (number == FIRST_FRAMES) {
        put(text("  ...: "));
        putNumber(<u64>(depth - FIRST_FRAMES - LAST_FRAMES), 10, 0);
        put(text(" more frames\n"));
      }
      number++;
    }
    leaveFrame();
  }
}

/** The stack pointer that the function of `row` has after its prologue, when a fault at `rip` found the stack
 *  exhausted: at a call the stack arguments lie below, and in the prologue the frame is not there yet. */
export function findFrameAtOverflow(row: u64, rip: u64, rsp: u64): u64 {
  const frame = <u64>load32(row + FunctionRow.Frame);
  let start = rsp;
  if (load8(rip) == 0xe8) {
    const callee = findFunction(rip + 5 + <i64>(<i32>load32(rip + 1)));
    if (callee != 0) start += <u64>load32(callee + FunctionRow.StackArgs);
  }
  if (isReturnAt(start + frame)) return start;
  if (isReturnAt(rsp)) return rsp - frame;
  // A large frame is probed page by page before it is taken, and an indirect call does not tell its arguments.
  for (let offset: u64 = 8; offset <= frame + 65536; offset += 8) {
    if (isReturnAt(rsp + offset)) return rsp + offset - frame;
  }
  return rsp;
}
