// Time for --debug=time (twin: host/native/host/clock.ts).

/** Microseconds of a monotonic clock, wrapping at 2^31; only differences mean something. */
export function microseconds(): i32 {
  return (performance.now() * 1000) | 0;
}

/** Bytes of memory that the compiler holds, or 0 where that is not known. */
export function memoryBytes(): i32 {
  return 0;
}
