// Start: has the kernel allow access to files only beneath the granted directories, and there only what the grant says
// (Landlock, Linux 5.13; landlock(7)). Linked only into programs that have grants or listen. This holds beside the path
// resolver (open.ts): whatever system calls a program gets hold of, it opens, makes, renames or removes nothing else.

import { Info } from "../src/link/info";
import { failStart } from "./fail";
import { Fd, findFd } from "./fds";
import { Errno, Sys, info, load32, own, sys1, sys2, sys3, sys4, sys5 } from "./wx";

/** Rights on files by the version of the interface that has them. */
namespace Access {
  /** Executing (bit 0), writing (1), reading (2), listing (3), removing directories (4) and files (5), making character
   *  devices (6), directories (7), files (8), sockets (9), pipes (10), block devices (11), links (12). */
  export const Version1: u64 = 0x1fff;
  /** Moving and linking between directories: without it, a confined process cannot. */
  export const Refer: u64 = 1 << 13;
  export const Truncate: u64 = 1 << 14;
  export const IoctlDev: u64 = 1 << 15;
  /** What a grant gives: all but executing, making what is neither file, directory nor link, and ioctl. */
  export const Grant: u64 = 0x71be;
  export const ReadOnly: u64 = 0x000c;
}

/** LANDLOCK_CREATE_RULESET_VERSION, LANDLOCK_RULE_PATH_BENEATH */
const VERSION: u64 = 1;
const PATH_BENEATH: u64 = 1;
const PR_SET_NO_NEW_PRIVS: u64 = 38;
/** The first version under which renaming works, and the one from which on truncating is covered too. */
const USABLE: i64 = 2;
const WHOLE: i64 = 3;

/** struct landlock_ruleset_attr: what is denied unless a rule allows it. Files; binding and connecting (version 4);
 *  abstract sockets and signals to others (version 6). */
const RULESET: usize = memory.data(24, 8);
/** struct landlock_path_beneath_attr: u64 rights, i32 descriptor */
const RULE: usize = memory.data(16, 8);

/** Fills RULESET with all that the kernel's version can deny; its size there. */
function describeRuleset(version: i64): u64 {
  store<u64>(
    RULESET,
    Access.Version1 | Access.Refer | (version >= 3 ? Access.Truncate : 0) | (version >= 5 ? Access.IoctlDev : 0),
  );
  store<u64>(RULESET, 3, 8);
  store<u64>(RULESET, 3, 16);
  return version >= 6 ? 24 : version >= 4 ? 16 : 8;
}

/** Allows in `ruleset` what the grants do. */
function addGrants(ruleset: u64): i64 {
  const denied = load<u64>(RULESET);
  for (let i: u32 = 0; i < load32(info() + Info.GrantCount); i++) {
    // Nothing has been closed yet.
    const entry = findFd(3 + i);
    store<u64>(RULE, denied & (load<u32>(entry, Fd.ReadOnly) != 0 ? Access.ReadOnly : Access.Grant));
    store<u32>(RULE, load<u32>(entry, Fd.Host), 8);
    const added = sys4(Sys.LandlockAddRule, ruleset, PATH_BENEATH, own(RULE), 0);
    if (added < 0) return added;
  }
  return 0;
}

function confine(version: i64): i64 {
  const ruleset = sys3(Sys.LandlockCreateRuleset, own(RULESET), describeRuleset(version), 0);
  if (ruleset < 0) return ruleset;
  let result = addGrants(ruleset);
  if (result >= 0) result = sys5(Sys.Prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (result >= 0) result = sys2(Sys.LandlockRestrictSelf, ruleset, 0);
  sys1(Sys.Close, ruleset);
  return result;
}

/** The version under which the process is confined, or a negative error. */
let confined: i64 = 0;

export function wx_confine_files(): void {
  const version = sys3(Sys.LandlockCreateRuleset, 0, 0, VERSION);
  const result = version < USABLE ? version : confine(version);
  confined = result < 0 ? result : version;
}

/** For programs that must not run otherwise (--sandbox=strict). */
export function wx_require_confinement(): void {
  if (confined < WHOLE) failStart(text("wx: --sandbox=strict needs Landlock 3"), 0, confined < 0 ? confined : -Errno.NoSys);
}
