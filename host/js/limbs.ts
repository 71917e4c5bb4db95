// Working storage of src/base/shortest.ts: a fixed array of numbers, zero at first (twins: host/native/host/limbs.ts
// for the compiler, runtime/host/limbs.ts for the runtime of compiled programs).

const cells = new Int32Array(320);

export function limb(i: i32): i32 {
  return cells[i];
}

export function setLimb(i: i32, value: i32): void {
  cells[i] = value;
}
