// Start: what could not be set up, in words, and the end of the process. Only in programs that have something to set up.

import { flush, put, putByte, putName, putNumber } from "./output";
import { Errno, exit } from "./wx";

function reasonOf(error: i64): usize {
  switch (<i32>-error) {
    case Errno.Perm:
    case Errno.Acces:
      return text("permission denied");
    case Errno.NoEnt:
      return text("no such file or directory");
    case Errno.NotDir:
      return text("not a directory");
    case Errno.MFile:
      return text("too many open files");
    case Errno.NoSys:
    case Errno.OpNotSupp:
      return text("the kernel does not have it");
    case Errno.AddrInUse:
      return text("address in use");
    case Errno.AddrNotAvail:
      return text("not an address of this machine");
  }
  return 0;
}

/** Says what cannot be done, with a name and the kernel's error, and ends the process. */
export function failStart(what: usize, name: u64, error: i64): void {
  put(what);
  if (name != 0) putName(name);
  const reason = reasonOf(error);
  put(text(": "));
  if (reason != 0) {
    put(reason);
  } else {
    put(text("error "));
    putNumber(error < 0 ? <u64>-error : 0, 10, 0);
  }
  putByte(10);
  flush();
  exit(1);
}
