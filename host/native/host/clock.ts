// Time for --debug=time (twin: host/js/clock.ts).

import { memory_base, syscall } from "./intrinsics";

const timespec: usize = memory.data(16);

/** Microseconds of a monotonic clock, wrapping at 2^31; only differences mean something. */
export function microseconds(): i32 {
  syscall(228, 1, memory_base() + <i64>timespec, 0, 0, 0, 0);
  return <i32>((load<i64>(timespec) * 1000000 + load<i64>(timespec, 8) / 1000) & 0x7fffffff);
}

/** Bytes of memory that the compiler holds. */
export function memoryBytes(): i32 {
  return memory.size() << 16;
}
