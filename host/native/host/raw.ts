// What programs with intrinsics do beyond WebAssembly (twin: host/js/raw.ts). Addresses are those of this process, in which
// the interpreted program runs. Only its end is not the process's: whoever runs it has a say.

import { Cells } from "./slots";
import { Memory } from "./memory";
import { copy, fill, load16, load32, load64, load8, store16, store32, store64, store8, syscall } from "./intrinsics";

export const HAS_INTRINSICS: boolean = true;

const EXIT: u64 = 60;
const EXIT_GROUP: u64 = 231;

export function callSystem(c: Cells, at: i32): boolean {
  const number = c.getWord(at);
  if (number == EXIT || number == EXIT_GROUP) {
    c.copy(at, at + 1);
    return false;
  }
  const result = syscall(
    number,
    c.getWord(at + 1),
    c.getWord(at + 2),
    c.getWord(at + 3),
    c.getWord(at + 4),
    c.getWord(at + 5),
    c.getWord(at + 6),
  );
  c.setWord(at, result);
  return true;
}

export function rawLoad(c: Cells, at: i32, width: i32): void {
  const address = c.getWord(at);
  if (width == 1) c.setWord(at, <u64>load8(address));
  else if (width == 2) c.setWord(at, <u64>load16(address));
  else if (width == 4) c.setWord(at, <u64>load32(address));
  else c.setWord(at, load64(address));
}

export function rawStore(c: Cells, at: i32, width: i32): void {
  const address = c.getWord(at);
  if (width == 1) store8(address, c.getLo(at + 1));
  else if (width == 2) store16(address, c.getLo(at + 1));
  else if (width == 4) store32(address, c.getLo(at + 1));
  else store64(address, c.getWord(at + 1));
}

export function rawCopy(c: Cells, at: i32): void {
  copy(c.getWord(at), c.getWord(at + 1), c.getWord(at + 2));
}

const few: usize = memory.data(128, 8);

export function rawCopyFew(c: Cells, at: i32): void {
  const bytes = <u32>c.getLo(at + 2);
  for (let i: u32 = 0; i < bytes; i++) store<u8>(few + i, load8(c.getWord(at + 1) + i));
  for (let i: u32 = 0; i < bytes; i++) store8(c.getWord(at) + i, load<u8>(few + i));
}

export function rawFill(c: Cells, at: i32): void {
  fill(c.getWord(at), c.getLo(at + 1), c.getWord(at + 2));
}

export function memoryBase(c: Cells, at: i32, memory: Memory): void {
  c.setWord(at, memory.base);
}

export function memorySize(c: Cells, at: i32, memory: Memory): void {
  c.setWord(at, memory.size);
}
