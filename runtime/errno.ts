// Error numbers of WASI preview 1 and their translation from the kernel's.

import { WasiErrno as Wasi } from "../host/wasi-numbers";

export { Wasi };

/** By the kernel's number, 0 to 133; 29 (EIO) stands for what WASI has no word for. */
const TABLE: usize = memory.data<u8>([
  0, 63, 44, 71, 27, 29, 60, 1, 45, 8, 12, 6, 48, 2, 21, 29, 10, 20, 75, 43, 54, 31, 28, 41, 33, 59, 74, 22, 51, 70,
  69, 34, 64, 18, 68, 16, 37, 46, 52, 55, 32, 29, 49, 24, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29,
  29, 29, 29, 29, 29, 29, 29, 29, 47, 29, 29, 29, 65, 36, 29, 9, 61, 29, 29, 29, 29, 29, 29, 29, 29, 25, 29, 29, 29,
  57, 17, 35, 67, 50, 66, 29, 58, 29, 5, 3, 4, 38, 40, 39, 13, 15, 42, 30, 53, 29, 29, 73, 14, 29, 23, 7, 26, 72, 29,
  29, 29, 29, 29, 19, 29, 29, 11, 29, 29, 29, 29, 62, 56, 29, 29,
]);

/** The WASI error of a kernel result: 0 if it is not negative. */
export function wasiError(result: i64): u32 {
  if (result >= 0) return 0;
  return result > -134 ? <u32>load<u8>(TABLE + <usize>-result) : Wasi.Io;
}
