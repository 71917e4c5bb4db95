// Time for --debug=time and --timeout (twin: host/js/clock.ts).

import { memory_base, syscall } from "./intrinsics";

const timespec: usize = memory.data(16);

/** The monotonic clock. */
function nanoseconds(): i64 {
  syscall(228, 1, memory_base() + <i64>timespec, 0, 0, 0, 0);
  return load<i64>(timespec) * 1_000_000_000 + load<i64>(timespec, 8);
}

/** Microseconds of a monotonic clock, wrapping at 2^31; only differences mean something. */
export function microseconds(): i32 {
  return <i32>((nanoseconds() / 1000) & 0x7fffffff);
}

let deadline: i64 = i64.MAX_VALUE;

/** Sets the deadline, so long from now. */
export function setDeadline(seconds: i32, micros: i32): void {
  deadline = nanoseconds() + <i64>seconds * 1_000_000_000 + <i64>micros * 1000;
}

export function isPastDeadline(): boolean {
  return deadline != i64.MAX_VALUE && nanoseconds() >= deadline;
}

/** Bytes of memory that the compiler holds. */
export function memoryBytes(): i32 {
  return memory.size() << 16;
}
