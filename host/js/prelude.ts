// Defines for JavaScript what AssemblyScript has built in: number conversions and `assert`.
// Imported first by every entry point.

const scope = globalThis as unknown as {
  i32: (x: number) => number;
  u32: (x: number) => number;
  u16: (x: number) => number;
  u8: (x: number) => number;
  f64: (x: number) => number;
  assert: (condition: boolean, message?: string) => void;
};

scope.i32 = (x) => x | 0;
scope.u32 = (x) => x >>> 0;
scope.u16 = (x) => x & 0xffff;
scope.u8 = (x) => x & 0xff;
scope.f64 = (x) => x;
scope.assert = (condition, message) => {
  if (!condition) throw new Error(`internal error: ${message ?? "assertion failed"}`);
};

export {};
