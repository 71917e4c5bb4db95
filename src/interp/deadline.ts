// Looking at the clock while a program is interpreted: to stop it when its time is over (--timeout), and to say after some
// seconds of computing that there is a quicker way. One program at a time.

import { TrapKind } from "../base/traps";
import { Machine } from "./machine";
import { isPastDeadline, microseconds } from "host/clock";

/** Loop rounds and calls between the first two looks, and microseconds that should be between two. */
const ROUNDS: i32 = 1_000;
const LOOK: i32 = 4_000;
/** Between two looks that are further apart, the program has waited for something. */
const LONGEST_SLICE: i32 = 300_000;
/** Computing after which the hint comes. */
const PATIENCE: i32 = 5_000_000;

let last: i32 = 0;
let rounds: i32 = ROUNDS;
/** Microseconds until the hint; 0 if there is none to come. */
let untilHint: i32 = 0;
let hint: () => void = noHint;

function noHint(): void {}

/** Has the clock looked at from now on (the machine must be translated with Watch.Clock): the trap comes at the deadline
 *  (host/clock), if one is set; `onHint` is called after some seconds of computing if `wantsHint`. */
export function watchClock(machine: Machine, wantsHint: boolean, onHint: () => void): void {
  last = microseconds();
  untilHint = wantsHint ? PATIENCE : 0;
  hint = onHint;
  rounds = ROUNDS;
  machine.polls = rounds;
  machine.poll = lookAtClock;
}

function lookAtClock(machine: Machine): i32 {
  const now = microseconds();
  const passed = (now - last) & 0x7fff_ffff;
  last = now;
  if (passed < LOOK >> 1 && rounds < 0x1000_0000) rounds = rounds << 1;
  else if (passed > LOOK && rounds > ROUNDS) rounds = rounds >> 1;
  machine.polls = rounds;
  if (untilHint != 0 && passed < LONGEST_SLICE) {
    untilHint = untilHint > passed ? untilHint - passed : 0;
    if (untilHint == 0) hint();
  }
  return isPastDeadline() ? TrapKind.Interrupt : -1;
}
