// Cells of 64 bits (twin: host/js/slots.ts), here in linear memory: each operation is one instruction between
// a load and a store.

@final
export class Slots {
  private at: usize = 0;
  private capacity: i32 = 0;

  constructor(cells: i32) {
    this.at = heap.alloc(<usize>cells << 3);
    this.capacity = cells;
    memory.fill(this.at, 0, <usize>cells << 3);
  }

  reserve(cells: i32): void {
    const old = this.capacity;
    if (cells <= old) return;
    const size = max<i32>(cells, old * 2);
    const at = heap.alloc(<usize>size << 3);
    memory.copy(at, this.at, <usize>old << 3);
    memory.fill(at + (<usize>old << 3), 0, <usize>(size - old) << 3);
    heap.free(this.at);
    this.at = at;
    this.capacity = size;
  }

  @inline private cell(i: i32): usize {
    assert(<u32>i < <u32>this.capacity, "Slots");
    return this.at + (<usize>i << 3);
  }

  @inline private get(i: i32): i64 {
    return load<i64>(this.cell(i));
  }

  @inline private put(i: i32, value: i64): void {
    store<i64>(this.cell(i), value);
  }

  @inline getLo(i: i32): i32 {
    return load<i32>(this.cell(i));
  }

  @inline getHi(i: i32): i32 {
    return load<i32>(this.cell(i), 4);
  }

  @inline setI32(i: i32, value: i32): void {
    this.setI64(i, value, 0);
  }

  @inline setI64(i: i32, lo: i32, hi: i32): void {
    // Halves, not one word: asc's optimizer makes a sign-extending load of <u64>(<u32>load<i32>(…)).
    store<i32>(this.cell(i), lo);
    store<i32>(this.cell(i), hi, 4);
  }

  @inline copy(d: i32, a: i32): void {
    this.put(d, this.get(a));
  }

  @inline getF32(i: i32): f64 {
    return <f64>load<f32>(this.cell(i));
  }

  @inline setF32(i: i32, value: f64): void {
    this.put(i, <i64>(<u64>reinterpret<u32>(<f32>value)));
  }

  @inline getF64(i: i32): f64 {
    return load<f64>(this.cell(i));
  }

  @inline setF64(i: i32, value: f64): void {
    store<f64>(this.cell(i), value);
  }

  @inline add64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) + this.get(b));
  }

  @inline sub64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) - this.get(b));
  }

  @inline mul64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) * this.get(b));
  }

  divS64(d: i32, a: i32, b: i32): void {
    const y = this.get(b);
    this.put(d, y == -1 ? 0 - this.get(a) : this.get(a) / y);
  }

  @inline divU64(d: i32, a: i32, b: i32): void {
    this.put(d, <i64>(<u64>this.get(a) / <u64>this.get(b)));
  }

  @inline remS64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) % this.get(b));
  }

  @inline remU64(d: i32, a: i32, b: i32): void {
    this.put(d, <i64>(<u64>this.get(a) % <u64>this.get(b)));
  }

  @inline and64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) & this.get(b));
  }

  @inline or64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) | this.get(b));
  }

  @inline xor64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) ^ this.get(b));
  }

  @inline shl64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) << this.get(b));
  }

  @inline shrS64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) >> this.get(b));
  }

  @inline shrU64(d: i32, a: i32, b: i32): void {
    this.put(d, <i64>(<u64>this.get(a) >> <u64>this.get(b)));
  }

  @inline rotl64(d: i32, a: i32, b: i32): void {
    this.put(d, rotl<i64>(this.get(a), this.get(b)));
  }

  @inline ltS64(a: i32, b: i32): boolean {
    return this.get(a) < this.get(b);
  }

  @inline ltU64(a: i32, b: i32): boolean {
    return <u64>this.get(a) < <u64>this.get(b);
  }

  @inline setF64FromS64(d: i32, a: i32): void {
    store<f64>(this.cell(d), <f64>this.get(a));
  }

  @inline setF64FromU64(d: i32, a: i32): void {
    store<f64>(this.cell(d), <f64>(<u64>this.get(a)));
  }

  @inline setF32FromS64(d: i32, a: i32): void {
    this.put(d, <i64>(<u64>reinterpret<u32>(<f32>this.get(a))));
  }

  @inline setF32FromU64(d: i32, a: i32): void {
    this.put(d, <i64>(<u64>reinterpret<u32>(<f32>(<u64>this.get(a)))));
  }

  @inline setS64FromF64(d: i32, value: f64): void {
    this.put(d, <i64>value);
  }

  @inline setU64FromF64(d: i32, value: f64): void {
    this.put(d, <i64>(<u64>value));
  }
}

@inline export function floatCeil(x: f64): f64 {
  return ceil<f64>(x);
}

@inline export function floatFloor(x: f64): f64 {
  return floor<f64>(x);
}

@inline export function floatTrunc(x: f64): f64 {
  return trunc<f64>(x);
}

@inline export function floatNearest(x: f64): f64 {
  return nearest<f64>(x);
}

@inline export function floatSqrt(x: f64): f64 {
  return sqrt<f64>(x);
}

@inline export function floatMin(x: f64, y: f64): f64 {
  return min<f64>(x, y);
}

@inline export function floatMax(x: f64, y: f64): f64 {
  return max<f64>(x, y);
}

@inline export function i32FromF64(x: f64): i32 {
  return <i32>x;
}

@inline export function u32FromF64(x: f64): i32 {
  return <i32>(<u32>x);
}

@inline export function f64FromU32(x: i32): f64 {
  return <f64>(<u32>x);
}
