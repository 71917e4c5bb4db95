// 32-bit operations on which JavaScript and WebAssembly differ (twin: host/js/prims.ts): one instruction each.

@inline export function mul32(a: i32, b: i32): i32 {
  return a * b;
}

@inline export function divU32(a: i32, b: i32): i32 {
  return <i32>(<u32>a / <u32>b);
}

@inline export function remU32(a: i32, b: i32): i32 {
  return <i32>(<u32>a % <u32>b);
}

@inline export function shrU32(a: i32, n: i32): i32 {
  return <i32>(<u32>a >>> n);
}

@inline export function clz32(a: i32): i32 {
  return clz<i32>(a);
}

@inline export function ctz32(a: i32): i32 {
  return ctz<i32>(a);
}

@inline export function popcnt32(a: i32): i32 {
  return popcnt<i32>(a);
}

@inline export function ltU32(a: i32, b: i32): boolean {
  return <u32>a < <u32>b;
}
