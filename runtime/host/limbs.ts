// Working storage of src/base/shortest.ts in compiled programs (twin: host/js/limbs.ts): the first of the runtime's
// buffers (buffers.ts), since a file that stands for a library cannot import from the runtime.

export const LIMB_BUFFER: usize = 0x1000;
export const LIMB_BYTES: usize = 320 * 4;

@inline
export function limb(i: i32): i32 {
  return load<i32>(LIMB_BUFFER + (<usize>i << 2));
}

@inline
export function setLimb(i: i32, value: i32): void {
  store<i32>(LIMB_BUFFER + (<usize>i << 2), value);
}
