// Linux system calls of x86-64 by number: what they are called, and what of their arguments the sandbox looks at
// (filter.ts). Which of them a program may make is computed from its code; here is only what is known of each.

/** What the filter requires of a call's arguments beside its number. */
export const enum Rule {
  None = 0,
  /** Anonymous memory where nothing is mapped yet, never executable, above the program's own parts. */
  Map = 1,
  /** Memory above the program's own parts becomes readable and writable. */
  Protect = 2,
  /** Memory above the program's own parts. */
  Unmap = 3,
  /** Argument 1 is FIONREAD. */
  ReadableBytes = 4,
  /** Argument 1 is F_GETFL, F_SETFL or F_DUPFD_CLOEXEC. */
  DescriptorFlags = 5,
  /** Argument 0 is the process itself. */
  Self = 6,
  /** Argument 0 is standard output or standard error. */
  Report = 7,
  /** Argument 1, a path, is missing, unless the program has granted directories. */
  NoPath = 8,
}

export class SystemCall {
  number: i32;
  name: string;
  rule: i32;
  /** It acts on a descriptor of a directory: a program without granted directories never makes it. */
  needsDirectory: boolean;

  constructor(number: i32, name: string, rule: i32, needsDirectory: boolean) {
    this.number = number;
    this.name = name;
    this.rule = rule;
    this.needsDirectory = needsDirectory;
  }
}

/** The calls that the runtime makes once the guest runs. */
export const SYSTEM_CALLS: Array<SystemCall> = [];

function add(number: i32, name: string, rule: i32): void {
  SYSTEM_CALLS.push(new SystemCall(number, name, rule, false));
}

function addOfDirectory(number: i32, name: string): void {
  SYSTEM_CALLS.push(new SystemCall(number, name, Rule.None, true));
}

add(1, "write", Rule.Report);
add(3, "close", Rule.None);
add(5, "fstat", Rule.None);
add(8, "lseek", Rule.None);
add(9, "mmap", Rule.Map);
add(10, "mprotect", Rule.Protect);
add(11, "munmap", Rule.Unmap);
add(13, "rt_sigaction", Rule.None);
add(15, "rt_sigreturn", Rule.None);
add(16, "ioctl", Rule.ReadableBytes);
add(19, "readv", Rule.None);
add(20, "writev", Rule.None);
add(24, "sched_yield", Rule.None);
add(39, "getpid", Rule.None);
add(46, "sendmsg", Rule.None);
add(47, "recvmsg", Rule.None);
add(48, "shutdown", Rule.None);
add(62, "kill", Rule.Self);
add(72, "fcntl", Rule.DescriptorFlags);
add(74, "fsync", Rule.None);
add(75, "fdatasync", Rule.None);
add(77, "ftruncate", Rule.None);
addOfDirectory(138, "fstatfs");
addOfDirectory(217, "getdents64");
add(219, "restart_syscall", Rule.None);
add(221, "fadvise64", Rule.None);
add(228, "clock_gettime", Rule.None);
add(229, "clock_getres", Rule.None);
add(231, "exit_group", Rule.None);
addOfDirectory(257, "openat");
addOfDirectory(258, "mkdirat");
addOfDirectory(263, "unlinkat");
addOfDirectory(264, "renameat");
addOfDirectory(265, "linkat");
addOfDirectory(266, "symlinkat");
addOfDirectory(267, "readlinkat");
add(271, "ppoll", Rule.None);
add(280, "utimensat", Rule.NoPath);
add(285, "fallocate", Rule.None);
add(288, "accept4", Rule.None);
add(295, "preadv", Rule.None);
add(296, "pwritev", Rule.None);
add(318, "getrandom", Rule.None);
add(328, "pwritev2", Rule.None);
addOfDirectory(437, "openat2");

/** The row of a call, or null if the sandbox does not know it. */
export function systemCall(number: i32): SystemCall | null {
  for (let i: i32 = 0; i < SYSTEM_CALLS.length; i++) {
    if (SYSTEM_CALLS[i].number == number) return SYSTEM_CALLS[i];
  }
  return null;
}
