// Start: has the kernel filter the system calls of the process from now on (seccomp). The program for that was written
// when the executable was (src/link/filter.ts); here it is copied, because one place of it says which process this is.

import { Info } from "../src/link/info";
import { FILTER_BUFFER } from "./buffers";
import { failStart } from "./fail";
import { Errno, Sys, copy, info, load32, load64, own, sys0, sys3, sys5 } from "./wx";

const PR_SET_NO_NEW_PRIVS: u64 = 38;
const SECCOMP_SET_MODE_FILTER: u64 = 1;
/** Without this, kernels before 5.16 slow a filtered process down by mitigations that it has no need of. */
const SPEC_ALLOW: u64 = 4;

/** struct sock_fprog: u16 number of instructions, u64 their address */
const PROGRAM: usize = memory.data(16, 8);

/** The kernel's answer. */
let filtered: i64 = 0;

function install(flags: u64): i64 {
  return sys3(Sys.Seccomp, SECCOMP_SET_MODE_FILTER, flags, own(PROGRAM));
}

export function wx_filter_calls(): void {
  const count = load32(info() + Info.FilterCount);
  const pid = load32(info() + Info.FilterPid);
  copy(own(FILTER_BUFFER), load64(info() + Info.Filter), <u64>count << 3);
  if (pid != 0) store<u32>(FILTER_BUFFER + pid, <u32>sys0(Sys.Getpid));
  store<u32>(PROGRAM, count);
  store<u64>(PROGRAM, own(FILTER_BUFFER), 8);
  // The set-user-ID bits of what it may start mean nothing any more; without it the filter is refused.
  let result = sys5(Sys.Prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (result == 0) result = install(SPEC_ALLOW);
  if (result == -Errno.Inval) result = install(0);
  filtered = result;
}

/** For programs that must not run otherwise (--sandbox=strict). */
export function wx_require_filter(): void {
  if (filtered < 0) failStart(text("wx: --sandbox=strict needs seccomp filters"), 0, filtered);
}
