// Start: opens the sockets that the program was told to listen on (--tcp-listen), as the descriptors behind the granted
// directories: C libraries count those from 3 up to the first descriptor that is none. Linked only into programs that
// listen, and run before the guest's code and before the sandbox, which forbids it.

import { Info, ListenerRow } from "../src/link/info";
import { failStart } from "./fail";
import { Kind, Right, keepOffStandard, setEntry, takeEntry } from "./fds";
import { Sys, info, load16, load32, load64, own, sys2, sys3, sys4, sys5 } from "./wx";

/** SOCK_STREAM | SOCK_CLOEXEC */
const SOCKET_TYPE: u64 = 1 | 0x8_0000;
/** SOL_SOCKET, SO_REUSEADDR; and its value */
const SOL_SOCKET: u64 = 1;
const SO_REUSEADDR: u64 = 2;
const ONE: usize = memory.data<u32>([1]);
/** Connections that may wait to be accepted; the kernel has a limit of its own. */
const BACKLOG: u64 = 4096;

/** A socket that listens, or a negative error. */
function openListener(row: u64): i64 {
  const address = row + ListenerRow.Address;
  const host = keepOffStandard(sys3(Sys.Socket, <u64>load16(address), SOCKET_TYPE, 0));
  if (host < 0) return host;
  sys5(Sys.Setsockopt, host, SOL_SOCKET, SO_REUSEADDR, own(ONE), 4);
  const bound = sys3(Sys.Bind, host, address, <u64>load32(row + ListenerRow.Length));
  if (bound < 0) return bound;
  const listening = sys2(Sys.Listen, host, BACKLOG);
  return listening < 0 ? listening : host;
}

const IGNORE: usize = memory.data<u64>([1, 0, 0, 0]);
const SIGPIPE: u64 = 13;

export function wx_listen(): void {
  const count = load32(info() + Info.ListenerCount);
  for (let i: u32 = 0; i < count; i++) {
    const row = load64(info() + Info.ListenerTable) + <u64>i * ListenerRow.Bytes;
    const host = openListener(row);
    if (host < 0) failStart(text("wx: cannot listen on "), load64(row + ListenerRow.Text), host);
    setEntry(takeEntry(), Kind.Socket, <u32>host, Right.Listener, Right.Connection, 0);
  }
  // To a server, a peer that is gone is an error and not its end.
  sys4(Sys.RtSigaction, SIGPIPE, own(IGNORE), 0, 8);
}
