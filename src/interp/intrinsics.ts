// The intrinsics (link/intrinsics.ts) of an interpreted program, executed as they are.

import { Intrinsic } from "../link/intrinsics";
import { Machine } from "./machine";
import { Memory } from "host/memory";
import { callSystem, memoryBase, memorySize, rawCopy, rawCopyFew, rawFill, rawLoad, rawStore } from "host/raw";
import { Cells } from "host/slots";

/** The number here for a copy of few bytes, which are all read before one is written. */
export const COPY_FEW: i32 = Intrinsic.Count;

/**
 * Executes an intrinsic with operands in cells from `at` on, and its result in the first of these; false if the program
 * ends by that, with the status there. `own` is memory 0 of the calling instance.
 */
export function executeIntrinsic(machine: Machine, intrinsic: i32, c: Cells, at: i32, own: Memory): boolean {
  switch (intrinsic) {
    case Intrinsic.Syscall:
      return callSystem(c, at);
    case Intrinsic.Load8:
      rawLoad(c, at, 1);
      return true;
    case Intrinsic.Load16:
      rawLoad(c, at, 2);
      return true;
    case Intrinsic.Load32:
      rawLoad(c, at, 4);
      return true;
    case Intrinsic.Load64:
      rawLoad(c, at, 8);
      return true;
    case Intrinsic.Store8:
      rawStore(c, at, 1);
      return true;
    case Intrinsic.Store16:
      rawStore(c, at, 2);
      return true;
    case Intrinsic.Store32:
      rawStore(c, at, 4);
      return true;
    case Intrinsic.Store64:
      rawStore(c, at, 8);
      return true;
    case Intrinsic.Copy:
      rawCopy(c, at);
      return true;
    case Intrinsic.Fill:
      rawFill(c, at);
      return true;
    case Intrinsic.MemoryBase:
      memoryBase(c, at, own);
      return true;
    case Intrinsic.GuestBase:
      memoryBase(c, at, machine.guestMemory);
      return true;
    case Intrinsic.GuestSize:
      memorySize(c, at, machine.guestMemory);
      return true;
    case Intrinsic.Info:
      c.setI64(at, machine.infoLo, machine.infoHi);
      return true;
    case Intrinsic.CodeStart:
    case Intrinsic.CodeEnd:
      // There is none.
      c.setI64(at, 0, 0);
      return true;
  }
  assert(intrinsic == COPY_FEW, "executeIntrinsic");
  rawCopyFew(c, at);
  return true;
}
