// 32-bit operations on which JavaScript and WebAssembly differ (twin: host/native/host/prims.ts).

export function mul32(a: i32, b: i32): i32 {
  return Math.imul(a, b);
}

/** Unsigned quotient as an i32 bit pattern; the divisor must not be 0. */
export function divU32(a: i32, b: i32): i32 {
  return ((a >>> 0) / (b >>> 0)) | 0;
}

/** Unsigned remainder as an i32 bit pattern; the divisor must not be 0. */
export function remU32(a: i32, b: i32): i32 {
  return ((a >>> 0) % (b >>> 0)) | 0;
}

export function shrU32(a: i32, n: i32): i32 {
  return (a >>> n) | 0;
}

export function clz32(a: i32): i32 {
  return Math.clz32(a);
}

export function ctz32(a: i32): i32 {
  return a == 0 ? 32 : 31 - Math.clz32(a & -a);
}

export function popcnt32(a: i32): i32 {
  let x = a - ((a >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export function ltU32(a: i32, b: i32): boolean {
  return a >>> 0 < b >>> 0;
}
