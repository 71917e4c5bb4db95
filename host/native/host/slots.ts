// Cells of 64 bits (twin: host/js/slots.ts), here in linear memory: each operation is one instruction between
// a load and a store. A window is the address of its first cell.

/** asc's optimizer makes a load that is extended afterwards a wider load, with the sign of the narrow load's type: so
 *  what is extended without sign is loaded as u32 here, and with sign as i32 (docs/rationale.md). */
@final @unmanaged
export class Cells {
  @inline private cell(i: i32): usize {
    return changetype<usize>(this) + (<usize>i << 3);
  }

  @inline private get(i: i32): i64 {
    return load<i64>(this.cell(i));
  }

  @inline private put(i: i32, value: i64): void {
    store<i64>(this.cell(i), value);
  }

  @inline from(cells: i32): Cells {
    return changetype<Cells>(this.cell(cells));
  }

  @inline moved(cells: i32): Cells {
    return changetype<Cells>(this.cell(cells));
  }

  @inline distance(other: Cells): i32 {
    return <i32>(changetype<usize>(this) - changetype<usize>(other)) >> 3;
  }

  @inline getLo(i: i32): i32 {
    return load<u32>(this.cell(i));
  }

  @inline getHi(i: i32): i32 {
    return load<u32>(this.cell(i), 4);
  }

  /** The low word without its sign, as 64 bits. */
  @inline getU32(i: i32): u64 {
    return <u64>load<u32>(this.cell(i));
  }

  @inline setI32(i: i32, value: i32): void {
    store<u64>(this.cell(i), <u64>(<u32>value));
  }

  @inline setI64(i: i32, lo: i32, hi: i32): void {
    store<i32>(this.cell(i), lo);
    store<i32>(this.cell(i), hi, 4);
  }

  /** 64 bits at once: natively only. */
  @inline setWord(i: i32, value: u64): void {
    store<u64>(this.cell(i), value);
  }

  @inline getWord(i: i32): u64 {
    return load<u64>(this.cell(i));
  }

  @inline copy(d: i32, a: i32): void {
    this.put(d, this.get(a));
  }

  @inline copyFrom(d: i32, other: Cells, a: i32): void {
    this.put(d, other.get(a));
  }

  copyMany(d: i32, a: i32, count: i32): void {
    memory.copy(this.cell(d), this.cell(a), <usize>count << 3);
  }

  clear(d: i32, count: i32): void {
    memory.fill(this.cell(d), 0, <usize>count << 3);
  }

  @inline getF32(i: i32): f64 {
    return <f64>load<f32>(this.cell(i));
  }

  @inline setF32(i: i32, value: f64): void {
    this.putF32(i, <f32>value);
  }

  @inline private putF32(i: i32, value: f32): void {
    this.put(i, <i64>(<u64>reinterpret<u32>(value)));
  }

  @inline getF64(i: i32): f64 {
    return load<f64>(this.cell(i));
  }

  @inline setF64(i: i32, value: f64): void {
    store<f64>(this.cell(i), value);
  }

  @inline addF32(d: i32, a: i32, b: i32): void {
    this.putF32(d, load<f32>(this.cell(a)) + load<f32>(this.cell(b)));
  }

  @inline subF32(d: i32, a: i32, b: i32): void {
    this.putF32(d, load<f32>(this.cell(a)) - load<f32>(this.cell(b)));
  }

  @inline mulF32(d: i32, a: i32, b: i32): void {
    this.putF32(d, load<f32>(this.cell(a)) * load<f32>(this.cell(b)));
  }

  @inline divF32(d: i32, a: i32, b: i32): void {
    this.putF32(d, load<f32>(this.cell(a)) / load<f32>(this.cell(b)));
  }

  @inline add64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) + this.get(b));
  }

  @inline addValue64(d: i32, a: i32, value: i32): void {
    this.put(d, this.get(a) + <i64>value);
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

  mulWideS64(lo: i32, hi: i32, a: i32, b: i32): void {
    const x = this.get(a);
    const y = this.get(b);
    const high = mulHigh(x, y) - (x < 0 ? <u64>y : 0) - (y < 0 ? <u64>x : 0);
    this.put(lo, x * y);
    this.put(hi, <i64>high);
  }

  mulWideU64(lo: i32, hi: i32, a: i32, b: i32): void {
    const x = this.get(a);
    const y = this.get(b);
    const high = mulHigh(x, y);
    this.put(lo, x * y);
    this.put(hi, <i64>high);
  }

  @inline and64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) & this.get(b));
  }

  @inline andValue64(d: i32, a: i32, value: i32): void {
    this.put(d, this.get(a) & <i64>value);
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

  @inline shlValue64(d: i32, a: i32, value: i32): void {
    this.put(d, this.get(a) << <i64>value);
  }

  @inline shrS64(d: i32, a: i32, b: i32): void {
    this.put(d, this.get(a) >> this.get(b));
  }

  @inline shrSValue64(d: i32, a: i32, value: i32): void {
    this.put(d, this.get(a) >> <i64>value);
  }

  @inline shrU64(d: i32, a: i32, b: i32): void {
    this.put(d, <i64>(<u64>this.get(a) >> <u64>this.get(b)));
  }

  @inline shrUValue64(d: i32, a: i32, value: i32): void {
    this.put(d, <i64>(<u64>this.get(a) >> <u64>value));
  }

  @inline rotl64(d: i32, a: i32, b: i32): void {
    this.put(d, rotl<i64>(this.get(a), this.get(b)));
  }

  @inline extendS32(d: i32, a: i32): void {
    this.put(d, <i64>load<i32>(this.cell(a)));
  }

  @inline extendU32(d: i32, a: i32): void {
    this.put(d, <i64>(<u64>load<u32>(this.cell(a))));
  }

  @inline eq64(a: i32, b: i32): boolean {
    return this.get(a) == this.get(b);
  }

  @inline ltS64(a: i32, b: i32): boolean {
    return this.get(a) < this.get(b);
  }

  @inline ltU64(a: i32, b: i32): boolean {
    return <u64>this.get(a) < <u64>this.get(b);
  }

  @inline eqValue64(a: i32, value: i32): boolean {
    return this.get(a) == <i64>value;
  }

  @inline ltSValue64(a: i32, value: i32): boolean {
    return this.get(a) < <i64>value;
  }

  @inline ltUValue64(a: i32, value: i32): boolean {
    return <u64>this.get(a) < <u64>(<i64>value);
  }

  @inline gtSValue64(a: i32, value: i32): boolean {
    return this.get(a) > <i64>value;
  }

  @inline gtUValue64(a: i32, value: i32): boolean {
    return <u64>this.get(a) > <u64>(<i64>value);
  }

  @inline setF64FromS64(d: i32, a: i32): void {
    store<f64>(this.cell(d), <f64>this.get(a));
  }

  @inline setF64FromU64(d: i32, a: i32): void {
    store<f64>(this.cell(d), <f64>(<u64>this.get(a)));
  }

  @inline setF32FromS64(d: i32, a: i32): void {
    this.putF32(d, <f32>this.get(a));
  }

  @inline setF32FromU64(d: i32, a: i32): void {
    this.putF32(d, <f32>(<u64>this.get(a)));
  }

  @inline setS64FromF64(d: i32, value: f64): void {
    this.put(d, <i64>value);
  }

  @inline setU64FromF64(d: i32, value: f64): void {
    this.put(d, <i64>(<u64>value));
  }
}

/** The upper half of a product without sign. */
function mulHigh(a: u64, b: u64): u64 {
  const aLo = a & 0xffff_ffff;
  const aHi = a >> 32;
  const bLo = b & 0xffff_ffff;
  const bHi = b >> 32;
  const middle = aHi * bLo + ((aLo * bLo) >> 32);
  const other = aLo * bHi + (middle & 0xffff_ffff);
  return aHi * bHi + (middle >> 32) + (other >> 32);
}

@final
export class Slots {
  private at: usize = 0;
  private capacity: i32 = 0;

  constructor(cells: i32, isCleared: boolean = true) {
    this.at = heap.alloc(<usize>cells << 3);
    this.capacity = cells;
    if (isCleared) memory.fill(this.at, 0, <usize>cells << 3);
  }

  @inline view(): Cells {
    return changetype<Cells>(this.at);
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
