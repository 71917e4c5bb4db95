// WASI: reading a directory. A cookie is the kernel's own position (d_off), so any earlier one resumes, nothing is
// kept between calls, and removing entries while reading loses no others. The guest's buffer is filled to its end,
// the last entry cut: less than a full buffer means the end.

import { ENTRY_BUFFER, ENTRY_BYTES } from "./buffers";
import { Wasi, wasiError } from "./errno";
import { Right, fdError, findDirectory, hostOf } from "./fds";
import { fileType } from "./files";
import { guestRange } from "./guest";
import { Sys, copy, own, store32, sys3 } from "./wx";

/** WASI dirent: u64 next cookie, u64 inode, u32 name length, u8 type; 24 bytes. */
const DIRENT: usize = memory.data(24, 8);

/** Copies as much of `bytes` as fits between `at` and `end`. */
function copyPart(at: u64, end: u64, source: usize, bytes: u64): u64 {
  const part = bytes < end - at ? bytes : end - at;
  copy(at, own(source), part);
  return at + part;
}

export function fd_readdir(fd: u32, buffer: u32, length: u32, cookie: u64, usedPointer: u32): u32 {
  const entry = findDirectory(fd, Right.Readdir);
  if (entry == 0) return fdError;
  const start = guestRange(buffer, length);
  const usedAt = guestRange(usedPointer, 4);
  if (start == 0 || usedAt == 0) return Wasi.Fault;
  const end = start + <u64>length;
  let at = start;
  const sought = sys3(Sys.Lseek, hostOf(entry), cookie, 0);
  if (sought < 0) return wasiError(sought);
  while (at < end) {
    const read = sys3(Sys.Getdents64, hostOf(entry), own(ENTRY_BUFFER), <u64>ENTRY_BYTES);
    if (read < 0) return wasiError(read);
    if (read == 0) break;
    // struct linux_dirent64: u64 inode, i64 next position, u16 length, u8 type, name
    let from = ENTRY_BUFFER;
    while (from < ENTRY_BUFFER + <usize>read && at < end) {
      const name = from + 19;
      let nameLength: u32 = 0;
      while (load<u8>(name + nameLength) != 0) nameLength++;
      store<u64>(DIRENT, load<u64>(from, 8));
      store<u64>(DIRENT, load<u64>(from), 8);
      store<u32>(DIRENT, nameLength, 16);
      store<u32>(DIRENT, fileType(<u32>load<u8>(from, 18)), 20);
      at = copyPart(at, end, DIRENT, 24);
      at = copyPart(at, end, name, <u64>nameLength);
      from += <usize>load<u16>(from, 16);
    }
  }
  store32(usedAt, <u32>(at - start));
  return 0;
}
