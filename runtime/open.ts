// Opening beneath a directory: the one way to resolve a path of the guest, be it of what is opened or of the directory that
// holds a name to create, remove or rename. And the kernel's flags for opening.

import { Errno, Sys, own, sys1, sys4 } from "./wx";
import { walkBeneath } from "./walk";

export const enum Open {
  Write = 0x1,
  ReadWrite = 0x2,
  Create = 0x40,
  Exclusive = 0x80,
  NoControl = 0x100,
  Truncate = 0x200,
  Nonblock = 0x800,
  Dsync = 0x1000,
  Directory = 0x1_0000,
  NoFollow = 0x2_0000,
  CloseOnExec = 0x8_0000,
  Sync = 0x10_1000,
  Path = 0x20_0000,
}

/** Mode of a file that is created; the process's umask takes its part away. */
export const CREATE_MODE: u64 = 0o666;

/** struct open_how: u64 flags, mode, resolve */
const HOW: usize = memory.data(24, 8);
/** RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS */
const RESOLVE: u64 = 0x08 | 0x02;
/** The kernel gives up with EAGAIN when something is renamed while it resolves `..`; the walk never does. */
const RETRIES: u32 = 64;

/** Set once the kernel turned out not to have openat2. */
let mustWalk: bool = false;

function callOpenat2(host: u64, path: usize, flags: u32): i64 {
  store<u64>(HOW, <u64>(flags | Open.CloseOnExec));
  store<u64>(HOW, flags & Open.Create ? CREATE_MODE : 0, 8);
  store<u64>(HOW, RESOLVE, 16);
  return sys4(Sys.Openat2, host, own(path), own(HOW), 24);
}

/** Whether there is no openat2: old system call filters answer EPERM to what they do not know, even for the
 *  directory itself. */
function isMissing(host: u64, result: i64): bool {
  if (result != -Errno.Perm) return result == -Errno.NoSys;
  const here = callOpenat2(host, HERE, Open.Path);
  if (here >= 0) sys1(Sys.Close, here);
  return here == -Errno.Perm;
}

const HERE: usize = text(".");

/** Opens `path` beneath directory `host`: a host descriptor or a negative error; EPERM where the path leads out. */
export function openBeneath(host: u64, path: usize, flags: u32): i64 {
  if (!mustWalk) {
    let result = callOpenat2(host, path, flags);
    for (let i: u32 = 0; i < RETRIES && result == -Errno.Again; i++) result = callOpenat2(host, path, flags);
    if (result == -Errno.XDev) return -Errno.Perm;
    if (result != -Errno.Again) {
      if (!isMissing(host, result)) return result;
      mustWalk = true;
    }
  }
  return walkBeneath(host, path, flags);
}

/** Start of the last component of the path in `buffer`, trailing slashes included with it. */
export function lastComponent(buffer: usize): usize {
  let at = buffer;
  let start = buffer;
  while (load<u8>(at) != 0) {
    const wasSlash = load<u8>(at) == 47;
    at++;
    if (wasSlash && load<u8>(at) != 47 && load<u8>(at) != 0) start = at;
  }
  return start;
}

/** Opens the directory that holds the last component, which starts at `last`, of the path in `buffer`. The result
 *  is the guest's directory itself when there is nothing to resolve; closeParent tells them apart. */
export function openParent(host: u64, buffer: usize, last: usize): i64 {
  // "/" and "///" lead out like every absolute path.
  if (load<u8>(buffer) == 47) return -Errno.Perm;
  if (last == buffer) return <i64>host;
  const kept = load<u8>(last);
  store<u8>(last, 0);
  const parent = openBeneath(host, buffer, Open.Path | Open.Directory);
  store<u8>(last, kept);
  return parent;
}

export function closeParent(parent: u64, host: u64): void {
  if (parent != host) sys1(Sys.Close, parent);
}
