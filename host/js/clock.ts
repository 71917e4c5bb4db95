// Time for --debug=time and --timeout (twin: host/native/host/clock.ts).

import { setDeadlineIn, untilDeadline } from "./wasi/deadline";

/** Microseconds of a monotonic clock, wrapping at 2^31; only differences mean something. */
export function microseconds(): i32 {
  return (performance.now() * 1000) | 0;
}

/** Sets the deadline, so long from now. */
export function setDeadline(seconds: i32, micros: i32): void {
  setDeadlineIn(seconds * 1000 + micros / 1000);
}

export function isPastDeadline(): boolean {
  return untilDeadline() <= 0;
}

/** Bytes of memory that the compiler holds, or 0 where that is not known. */
export function memoryBytes(): i32 {
  return 0;
}
