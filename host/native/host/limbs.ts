// Working storage of src/base/shortest.ts (twin: host/js/limbs.ts).

const CELLS: usize = memory.data(320 * 4, 4);

@inline export function limb(i: i32): i32 {
  return load<i32>(CELLS + (<usize>i << 2));
}

@inline export function setLimb(i: i32, value: i32): void {
  store<i32>(CELLS + (<usize>i << 2), value);
}
