// The intrinsics (link/intrinsics.ts) of an interpreted program, executed as they are.

import { TrapKind } from "../base/traps";
import { Intrinsic } from "../link/intrinsics";
import { HostAnswer, Machine } from "./machine";
import { isPastDeadline } from "host/clock";
import { Memory } from "host/memory";
import { callSystem, memoryBase, memorySize, rawCopy, rawCopyFew, rawFill, rawLoad, rawStore } from "host/raw";
import { Cells } from "host/slots";

/** The number here for a copy of few bytes, which are all read before one is written. */
export const COPY_FEW: i32 = Intrinsic.Count;

/** What the kernel answers, negative, when a signal ended a wait. */
const EINTR: i32 = 4;

/**
 * Executes an intrinsic with operands in cells from `at` on, and its result in the first of these: a HostAnswer. If the
 * program ends by that, its status is there. `own` is memory 0 of the calling instance.
 */
export function executeIntrinsic(machine: Machine, intrinsic: i32, c: Cells, at: i32, own: Memory): i32 {
  switch (intrinsic) {
    case Intrinsic.Syscall:
      if (!callSystem(c, at)) return HostAnswer.Exit;
      // The only signal that does so is that of the timer, when the time is over (interruptLater).
      if (c.getLo(at) == 0 - EINTR && isPastDeadline()) return HostAnswer.Trap + TrapKind.Interrupt;
      return HostAnswer.Done;
    case Intrinsic.Load8:
      rawLoad(c, at, 1);
      return HostAnswer.Done;
    case Intrinsic.Load16:
      rawLoad(c, at, 2);
      return HostAnswer.Done;
    case Intrinsic.Load32:
      rawLoad(c, at, 4);
      return HostAnswer.Done;
    case Intrinsic.Load64:
      rawLoad(c, at, 8);
      return HostAnswer.Done;
    case Intrinsic.Store8:
      rawStore(c, at, 1);
      return HostAnswer.Done;
    case Intrinsic.Store16:
      rawStore(c, at, 2);
      return HostAnswer.Done;
    case Intrinsic.Store32:
      rawStore(c, at, 4);
      return HostAnswer.Done;
    case Intrinsic.Store64:
      rawStore(c, at, 8);
      return HostAnswer.Done;
    case Intrinsic.Copy:
      rawCopy(c, at);
      return HostAnswer.Done;
    case Intrinsic.Fill:
      rawFill(c, at);
      return HostAnswer.Done;
    case Intrinsic.MemoryBase:
      memoryBase(c, at, own);
      return HostAnswer.Done;
    case Intrinsic.GuestBase:
      memoryBase(c, at, machine.guestMemory);
      return HostAnswer.Done;
    case Intrinsic.GuestSize:
      memorySize(c, at, machine.guestMemory);
      return HostAnswer.Done;
    case Intrinsic.Info:
      c.setI64(at, machine.infoLo, machine.infoHi);
      return HostAnswer.Done;
    case Intrinsic.CodeStart:
    case Intrinsic.CodeEnd:
      // There is none.
      c.setI64(at, 0, 0);
      return HostAnswer.Done;
  }
  assert(intrinsic == COPY_FEW, "executeIntrinsic");
  rawCopyFew(c, at);
  return HostAnswer.Done;
}
