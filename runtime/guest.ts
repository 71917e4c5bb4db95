// Guest pointers: 32-bit offsets into the guest's memory 0, checked before every use. A checked range becomes an
// address, or 0 if it is not wholly inside; callers answer 0 with EFAULT. Sums are 64-bit, so nothing wraps.

import { guestBase, guestSize } from "./wx";

/** Address of `length` guest bytes at `pointer`, 0 if they are not all inside the guest's memory. */
export function guestRange(pointer: u32, length: u32): u64 {
  return <u64>pointer + <u64>length <= guestSize() ? guestBase() + <u64>pointer : 0;
}

/** The same for `count` elements of `bytes` each. */
export function guestArray(pointer: u32, count: u32, bytes: u32): u64 {
  return <u64>pointer + <u64>count * <u64>bytes <= guestSize() ? guestBase() + <u64>pointer : 0;
}
