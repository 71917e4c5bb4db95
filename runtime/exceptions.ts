// Exceptions at run time (src/ssa/builder-try.ts says what compiled code does): cells for them, and the way from a throw
// to where it is caught. Frames have a fixed size, so the stack is walked without frame pointers; calls within a
// try_table are in a table by the address that they return to.
//
// There is no garbage collection. An exception that is caught without a reference to it gives its cell back at once.
// References to others live in frames, registers, globals, tables and exceptions only: when half of the cells have been
// taken, those to which no word in these refers are given back (Boehm and Weiser, "Garbage Collection in an Uncooperative
// Environment", 1988).

import { TrapKind } from "../src/base/traps";
import { FunctionRow, HandlerRow, Info, RootRow } from "../src/link/info";
import {
  EXCEPTION_BASE_HI,
  EXCEPTION_BYTES,
  ExceptionBlock,
  ExceptionCell,
  ExceptionState,
  RECOVERY_BLOCK,
  RecoveryBlock,
  STACK_TOP_HI,
  TRAPPED,
  TableCell,
} from "../src/link/layout";
import { flush, put } from "./output";
import { putBacktrace } from "./report";
import { findFunction, findReturn, siteOrigin } from "./sites";
import { exit, info, load32, load64, store32, store64 } from "./wx";

const BASE: u64 = <u64>EXCEPTION_BASE_HI << 32;

/** Address of the first byte behind the last cell. */
function endOfCells(bytes: u64): u64 {
  return BASE + ((<u64>EXCEPTION_BYTES) / bytes) * bytes;
}

@inline
function stateOf(cell: u64): u32 {
  return load32(cell + ExceptionCell.State);
}

/** A cell for an exception of `tag`: the one given back last, or the next free one. */
export function exception_new(tag: u64, block: u64): u64 {
  const bytes = <u64>load32(block + ExceptionBlock.CellBytes);
  const end = endOfCells(bytes);
  let cell = load64(block + ExceptionBlock.Next);
  while (cell != BASE && stateOf(cell - bytes) == 0) cell -= bytes;
  let rounds: u32 = 0;
  while (cell >= end || stateOf(cell) != 0) {
    cell += bytes;
    if (cell < end) continue;
    cell = BASE;
    if (++rounds == 2) {
      put(text("wx: more exceptions are referred to than there is room for\n"));
      flush();
      exit(134);
    }
  }
  store64(block + ExceptionBlock.Next, cell + bytes);
  store32(block + ExceptionBlock.Taken, load32(block + ExceptionBlock.Taken) + 1);
  store32(cell + ExceptionCell.Tag, <u32>tag);
  store32(cell + ExceptionCell.State, ExceptionState.Thrown);
  return cell;
}

/** Where the call that returns to `address` has its exceptions handled, or 0. */
function findHandler(address: u64): u64 {
  const table = load64(info() + Info.HandlerTable);
  let low: u64 = 0;
  let high: u64 = <u64>load32(info() + Info.HandlerCount);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (<u64>load32(table + middle * HandlerRow.Bytes + HandlerRow.Return) < address) low = middle + 1;
    else high = middle;
  }
  if (low == <u64>load32(info() + Info.HandlerCount)) return 0;
  const row = table + low * HandlerRow.Bytes;
  return <u64>load32(row + HandlerRow.Return) == address ? <u64>load32(row + HandlerRow.Handler) : 0;
}

function continueAt(block: u64, stack: u64, address: u64, result: u64): void {
  store64(block + ExceptionBlock.Stack, stack);
  store64(block + ExceptionBlock.Address, address);
  store64(block + ExceptionBlock.Result, result);
}

/**
 * Finds out where the stub behind throw continues. `stack` is the address of its return address; from `saved` on lie the
 * registers and the stack.
 */
export function exception_unwind(exception: u64, stack: u64, saved: u64, block: u64): void {
  store64(block + ExceptionBlock.Current, exception);
  const bytes = load32(block + ExceptionBlock.CellBytes);
  if (load32(block + ExceptionBlock.Taken) >= (<u32>EXCEPTION_BYTES / bytes) >> 1) collect(exception, saved, block);
  const outermost = (<u64>STACK_TOP_HI << 32) - 8;
  const tried = load64(RECOVERY_BLOCK + RecoveryBlock.Stack);
  let slot = stack;
  /** Of the frame that returns there. */
  let stackArguments: u64 = 0;
  while (slot < outermost) {
    const address = load64(slot);
    if (tried != 0 && address == load64(RECOVERY_BLOCK + RecoveryBlock.Address)) {
      continueAt(block, tried, address, TRAPPED + TrapKind.UncaughtException);
      return;
    }
    const row = findFunction(address);
    const top = slot + 8 + stackArguments;
    const handler = findHandler(address);
    if (handler != 0) {
      continueAt(block, top, handler, 0);
      return;
    }
    stackArguments = <u64>load32(row + FunctionRow.StackArgs);
    slot = top + <u64>load32(row + FunctionRow.Frame);
  }
  const address = load64(stack);
  const row = findFunction(address);
  putBacktrace(row, stack + 8, findReturn(row, address) ? siteOrigin : -1);
  put(text("thrown Wasm exception\n"));
  flush();
  exit(1);
}

/** Gives back the cells of exceptions that nothing refers to. */
function collect(exception: u64, saved: u64, block: u64): void {
  const bytes = <u64>load32(block + ExceptionBlock.CellBytes);
  const end = endOfCells(bytes);
  mark(exception, bytes, end);
  markRange(saved, <u64>STACK_TOP_HI << 32, bytes, end);
  let row = load64(info() + Info.RootTable);
  for (let n = load32(info() + Info.RootCount); n != 0; n--, row += RootRow.Bytes) {
    const address = load64(row + RootRow.Address);
    if (load64(row + RootRow.IsTable) == 0) {
      mark(load64(address), bytes, end);
    } else {
      const start = load64(address + TableCell.Base);
      markRange(start, start + load64(address + TableCell.Size) * 8, bytes, end);
    }
  }
  while (markHeld(bytes, end)) {}
  let kept: u32 = 0;
  for (let cell = BASE; cell < end; cell += bytes) {
    const state = stateOf(cell);
    if (state == 0) continue;
    if ((state & ExceptionState.Marked) != 0) kept++;
    store32(cell + ExceptionCell.State, (state & ExceptionState.Marked) != 0 ? state & 3 : 0);
  }
  // The next time comes when half of what is left has been taken.
  store32(block + ExceptionBlock.Taken, kept >> 1);
  store64(block + ExceptionBlock.Next, BASE);
}

/** Notes that the cell at `word`, if it is the address of one, is in use. */
function mark(word: u64, bytes: u64, end: u64): void {
  if (word < BASE || word >= end || (word - BASE) % bytes != 0) return;
  const state = stateOf(word);
  if (state != 0) store32(word + ExceptionCell.State, state | ExceptionState.Marked);
}

function markRange(start: u64, stop: u64, bytes: u64, end: u64): void {
  for (let at = start; at < stop; at += 8) mark(load64(at), bytes, end);
}

/** Marks what exceptions in use refer to; whether there were any not looked at before. */
function markHeld(bytes: u64, end: u64): bool {
  let any = false;
  for (let cell = BASE; cell < end; cell += bytes) {
    const state = stateOf(cell);
    if ((state & (ExceptionState.Marked | ExceptionState.Scanned)) != ExceptionState.Marked) continue;
    store32(cell + ExceptionCell.State, state | ExceptionState.Scanned);
    markRange(cell + ExceptionCell.Values, cell + bytes, bytes, end);
    any = true;
  }
  return any;
}
