// Start: opens the directories that the program was granted, as the descriptors from 3 on. Linked only into programs
// that have grants, and run before the guest's code and before the sandbox, which forbids it.

import { GrantRow, Info } from "../src/link/info";
import { Fd, Kind, Right, keepOffStandard, setEntry, takeEntry } from "./fds";
import { failStart } from "./fail";
import { Errno, Sys, info, load32, load64, sys4 } from "./wx";

/** O_DIRECTORY | O_CLOEXEC, and O_PATH for directories that may be searched but not read. */
const OPEN_DIRECTORY: u64 = 0x1_0000 | 0x8_0000;
const O_PATH: u64 = 0x20_0000;
const AT_FDCWD: u64 = <u64>-100;

export function wx_open_grants(): void {
  const count = load32(info() + Info.GrantCount);
  for (let i: u32 = 0; i < count; i++) {
    const row = load64(info() + Info.GrantTable) + <u64>i * GrantRow.Bytes;
    const path = load64(row + GrantRow.Host);
    let host = keepOffStandard(sys4(Sys.Openat, AT_FDCWD, path, OPEN_DIRECTORY, 0));
    if (host == -Errno.Acces) host = keepOffStandard(sys4(Sys.Openat, AT_FDCWD, path, OPEN_DIRECTORY | O_PATH, 0));
    if (host < 0) failStart(text("wx: cannot open the granted directory "), path, host);
    const entry = takeEntry();
    setEntry(entry, Kind.Directory, <u32>host, Right.Directory, Right.All, 0);
    store<u32>(entry, i + 1, Fd.Preopen);
    store<u32>(entry, load32(row + GrantRow.Flags) & 1, Fd.ReadOnly);
  }
}
