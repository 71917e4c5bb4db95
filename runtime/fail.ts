// Start: what could not be set up, in words, and the end of the process. Only in programs that have something to set up.

import { flush, put, putByte, putName, putNumber } from "./output";
import { exit } from "./wx";

function reasonOf(error: i64): usize {
  switch (<i32>-error) {
    case 1:
    case 13:
      return text("permission denied");
    case 2:
      return text("no such file or directory");
    case 20:
      return text("not a directory");
    case 24:
      return text("too many open files");
    case 38:
    case 95:
      return text("the kernel does not have it");
    case 98:
      return text("address in use");
    case 99:
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
