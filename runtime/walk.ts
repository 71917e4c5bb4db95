// Resolving a path beneath a directory without openat2 (kernels before 5.6, and sandboxes that lack it): component by
// component, never letting the kernel follow a link. Directories on the way stay open, so `..` goes back to what
// was passed and not to what another process has meanwhile put above it. Answers what openat2 answers; the tests run
// one table of cases through both.

import { LINK_BUFFER, PATH_BYTES, WALK_BUFFER, WALK_STACK, WALK_STACK_BYTES } from "./buffers";
import { CREATE_MODE, Open } from "./open";
import { Errno, Sys, copy, own, sys1, sys2, sys4 } from "./wx";

/** As many links as the kernel follows. */
const LINK_LIMIT: u32 = 40;
const SLASH: u32 = 47;
const DOT: u32 = 46;

/** The directory that the walk began in, and how many it has entered since. */
let root: u64 = 0;
let depth: u32 = 0;

function currentDirectory(): u64 {
  return depth == 0 ? root : <u64>load<u32>(WALK_STACK + ((depth - 1) << 2));
}

function leaveDirectory(): void {
  sys1(Sys.Close, currentDirectory());
  depth--;
}

/** Enters the directory called `name`; ENOTDIR also if it is a link. */
function enterDirectory(name: usize): i64 {
  if (depth == WALK_STACK_BYTES / 4) return -Errno.NameTooLong;
  const flags: u64 = Open.Path | Open.Directory | Open.NoFollow | Open.CloseOnExec;
  const host = sys4(Sys.Openat, currentDirectory(), own(name), flags, 0);
  if (host < 0) return host == -Errno.Loop ? -Errno.NotDir : host;
  store<u32>(WALK_STACK + (depth << 2), <u32>host);
  depth++;
  return 0;
}

function openHere(name: usize, flags: u32): i64 {
  const mode = flags & Open.Create ? CREATE_MODE : 0;
  return sys4(Sys.Openat, currentDirectory(), own(name), <u64>(flags | Open.NoFollow | Open.CloseOnExec), mode);
}

/** Reads the link called `name` into LINK_BUFFER; the length of its target, EINVAL if it is none. */
function readLink(name: usize): i64 {
  return sys4(Sys.Readlinkat, currentDirectory(), own(name), own(LINK_BUFFER), <u64>PATH_BYTES);
}

/** struct statfs, of which the first word is the kind of file system. */
const STATFS: usize = memory.data(120, 8);
const PROC_SUPER_MAGIC: u64 = 0x9fa0;
const COLON: u8 = 58;

/** Whether the link in LINK_BUFFER, in the current directory, is one of those in /proc that lead anywhere, whatever
 *  their text says: that is the name of something outside, or a kind and a number. */
function isMagic(length: u32): bool {
  let isOdd = load<u8>(LINK_BUFFER) == SLASH;
  for (let i: u32 = 0; i < length; i++) isOdd = isOdd || load<u8>(LINK_BUFFER + i) == COLON;
  if (!isOdd) return false;
  return sys2(Sys.Fstatfs, currentDirectory(), own(STATFS)) == 0 && load<u64>(STATFS) == PROC_SUPER_MAGIC;
}

/** Puts the link's target, `length` bytes, before the path that is left at `rest`; WALK_BUFFER then holds both. */
function followLink(length: u32, rest: usize): i64 {
  // As openat2 has it with RESOLVE_NO_MAGICLINKS.
  if (isMagic(length)) return -Errno.Loop;
  if (load<u8>(LINK_BUFFER) == SLASH) return -Errno.Perm;
  let end = rest;
  while (load<u8>(end) != 0) end++;
  const bytes = <u32>(end - rest) + 1;
  if (length + bytes > PATH_BYTES - 8) return -Errno.NameTooLong;
  copy(own(LINK_BUFFER + length), own(rest), <u64>bytes);
  copy(own(WALK_BUFFER), own(LINK_BUFFER), <u64>(length + bytes));
  return 0;
}

/** Whether the last component, a link, is to be followed. */
function followsLast(flags: u32, hasSlash: bool): bool {
  if ((flags & (Open.Create | Open.Exclusive)) == (Open.Create | Open.Exclusive)) return false;
  return hasSlash || (flags & Open.NoFollow) == 0;
}

/** Walks the path in WALK_BUFFER. */
function walk(flags: u32): i64 {
  let links: u32 = 0;
  let at = WALK_BUFFER;
  while (load<u8>(at) != 0) {
    let end = at;
    while (load<u8>(end) != 0 && load<u8>(end) != SLASH) end++;
    const separator = load<u8>(end);
    let next = end;
    while (load<u8>(next) == SLASH) next++;
    const isLast = load<u8>(next) == 0;
    store<u8>(end, 0);
    if (load<u8>(at) == DOT && (end - at == 1 || (end - at == 2 && load<u8>(at + 1) == DOT))) {
      if (end - at == 2) {
        if (depth == 0) return -Errno.Perm;
        leaveDirectory();
      }
      at = next;
      continue;
    }
    let length: i64 = -Errno.Inval;
    if (!isLast) {
      const entered = enterDirectory(at);
      if (entered < 0 && entered != -Errno.NotDir) return entered;
      if (entered == 0) {
        at = next;
        continue;
      }
      length = readLink(at);
      if (length < 0) return -Errno.NotDir;
    } else {
      if (separator != 0 && (flags & Open.Create) != 0) return -Errno.IsDir;
      if (followsLast(flags, separator != 0)) length = readLink(at);
      if (length < 0) return openHere(at, separator != 0 ? flags | Open.Directory : flags);
    }
    if (++links > LINK_LIMIT) return -Errno.Loop;
    store<u8>(end, separator);
    const followed = followLink(<u32>length, end);
    if (followed < 0) return followed;
    at = WALK_BUFFER;
  }
  store<u8>(WALK_BUFFER, DOT);
  store<u8>(WALK_BUFFER + 1, 0);
  return openHere(WALK_BUFFER, flags);
}

/** Opens `path` beneath directory `host` as openBeneath (open.ts) does. */
export function walkBeneath(host: u64, path: usize, flags: u32): i64 {
  let length: usize = 0;
  while (load<u8>(path + length) != 0) length++;
  if (length == 0) return -Errno.NoEnt;
  if (load<u8>(path) == SLASH) return -Errno.Perm;
  copy(own(WALK_BUFFER), own(path), <u64>length + 1);
  root = host;
  const result = walk(flags);
  while (depth != 0) leaveDirectory();
  return result;
}
