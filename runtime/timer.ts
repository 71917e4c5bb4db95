// Start: stops the program after a time (--timeout). The kernel counts; the signal handler says what happened.

import { Info } from "../src/link/info";
import { installHandler } from "./start";
import { Sys, info, load32, own, sys3, sys4 } from "./wx";

const SIGALRM: u32 = 14;
/** struct itimerval: interval and first time, two times of seconds and microseconds */
const TIMER: usize = memory.data(32, 8);
const UNBLOCK: usize = memory.data<u64>([1 << 13]);

export function wx_start_timer(): void {
  installHandler(SIGALRM);
  // A parent may have blocked it.
  sys4(Sys.RtSigprocmask, 1, own(UNBLOCK), 0, 8);
  store<u64>(TIMER, <u64>load32(info() + Info.TimeoutSeconds), 16);
  store<u64>(TIMER, <u64>load32(info() + Info.TimeoutMicroseconds), 24);
  // ITIMER_REAL
  sys3(Sys.Setitimer, 0, own(TIMER), 0);
}
