// Scripts on address arithmetic: memories of several kinds and sizes, every kind of access, addresses and offsets where
// sums wrap, reach the last byte, or leave it. What is expected comes from a model of a memory in a few lines.

/** A kind of memory: what its declaration says, the bytes of a page. */
export interface Kind {
  name: string;
  is64: boolean;
  page: bigint;
  /** Memories declared before it, which another module would have as its only one. */
  before: string;
  grows: boolean;
}

export interface Access {
  op: string;
  type: "i32" | "i64" | "f32" | "f64";
  bytes: number;
  signed: boolean;
  /** Bits of the value on the stack. */
  bits: number;
  float: boolean;
  stores: boolean;
}

function access(op: string): Access {
  const [type, rest] = op.split(".");
  const width = rest.match(/\d+/);
  const bits = Number(type.slice(1));
  return {
    op,
    type: type as Access["type"],
    bytes: width ? Number(width[0]) / 8 : bits / 8,
    signed: rest.endsWith("_s"),
    bits,
    float: type.startsWith("f"),
    stores: rest.startsWith("store"),
  };
}

const LOADS = `i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u
  i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u`;
const STORES = "i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32";
export const ACCESSES = `${LOADS} ${STORES}`.split(/\s+/).map(access);

/** The bytes of a memory that are not 0, by address. */
class Model {
  size: bigint;
  bytes = new Map<bigint, number>();

  constructor(size: bigint) {
    this.size = size;
  }

  holds(address: bigint, bytes: number): boolean {
    return address + BigInt(bytes) <= this.size;
  }

  load(address: bigint, bytes: number): bigint {
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes.get(address + BigInt(i)) ?? 0);
    return value;
  }

  store(address: bigint, bytes: number, value: bigint): void {
    for (let i = 0; i < bytes; i++) this.bytes.set(address + BigInt(i), Number((value >> BigInt(8 * i)) & 255n));
  }
}

const hex = (bytes: number[]): string => bytes.map((b) => `\\${b.toString(16).padStart(2, "0")}`).join("");
const isTrap = '"out of bounds memory access"';

/** Bytes at both ends of a memory that are not zeros. */
function fill(model: Model, offset: bigint, seed: number): string {
  const bytes = Array.from({ length: 16 }, (_, i) => (seed + i * 37) & 255);
  bytes.forEach((byte, i) => {
    model.store(offset + BigInt(i), 1, BigInt(byte));
  });
  return hex(bytes);
}

/** The assertion on one access, which the model performs. */
function assertion(model: Model, a: Access, name: string, args: string[], address: bigint, value: bigint): string {
  const call = `(invoke "${name}" ${args.join(" ")})`;
  if (!model.holds(address, a.bytes)) return `(assert_trap ${call} ${isTrap})`;
  if (a.stores) {
    model.store(address, a.bytes, value);
    return `(assert_return ${call})`;
  }
  let found = model.load(address, a.bytes);
  if (a.signed) found = BigInt.asIntN(a.bytes * 8, found);
  return `(assert_return ${call} (i${a.bits}.const ${BigInt.asIntN(a.bits, found)}))`;
}

/** Floats travel as integers, so that every pattern of bits can be told. */
function accessFunction(
  a: Access,
  name: string,
  index: string,
  address: string,
  memory: string,
  offset: bigint,
): string {
  const integer = `i${a.bits}`;
  const place = `${memory} offset=${offset} ${address}`;
  if (!a.stores) {
    const load = `(${a.op} ${place})`;
    const body = a.float ? `(${integer}.reinterpret_f${a.bits} ${load})` : load;
    return `(func (export "${name}") (param ${index}) (result ${integer}) ${body})`;
  }
  const value = a.float ? `(f${a.bits}.reinterpret_${integer} (local.get 1))` : "(local.get 1)";
  return `(func (export "${name}") (param ${index} ${integer}) (${a.op} ${place} ${value}))`;
}

/**
 * A module with one memory to be tested, of `pages` pages, and assertions on it. Accesses are made with an address from
 * a parameter, a constant one, and one that is computed from both.
 */
export function script(kind: Kind, pages: bigint, offsets: bigint[], bases: bigint[]): string {
  const index = kind.is64 ? "i64" : "i32";
  const limit = kind.is64 ? 64 : 32;
  const model = new Model(pages * kind.page);
  const memory = kind.before == "" ? "" : "$m";
  const data: string[] = [];
  if (model.size >= 64n) {
    data.push(`(data (memory $m) (${index}.const 0) "${fill(model, 0n, 1)}")`);
    data.push(`(data (memory $m) (${index}.const ${model.size - 16n}) "${fill(model, model.size - 16n, 200)}")`);
  }
  const functions: string[] = [];
  const assertions: string[] = [];
  let turn = 0;
  const all = [...new Set(bases.map((base) => BigInt.asUintN(limit, base)))];
  for (const offset of offsets) {
    for (const a of ACCESSES) {
      const name = `${a.op} ${offset}`;
      functions.push(accessFunction(a, name, index, "(local.get 0)", memory, offset));
      // Where all of it, all but a byte, and nothing lies in the memory; all widths, and in turn all accesses, elsewhere.
      const end = model.size - offset;
      const edges = [end - BigInt(a.bytes), end - BigInt(a.bytes) + 1n, end - 1n, end];
      const others = all.filter((_, i) => (i + ACCESSES.indexOf(a) + turn) % 6 == 0);
      for (const base of new Set([...edges, ...others])) {
        if (base < 0n || base >> BigInt(limit) != 0n) continue;
        const value = BigInt.asIntN(a.bits, 0x0123456789abcdefn * BigInt(2 * turn++ + 1));
        const args = [`(${index}.const ${base})`];
        if (a.stores) args.push(`(i${a.bits}.const ${value})`);
        assertions.push(assertion(model, a, name, args, base + offset, value));
      }
    }
    for (const base of all) {
      const a = ACCESSES[turn++ % ACCESSES.length];
      const constant = `${a.op} ${offset} at ${base}`;
      functions.push(accessFunction(a, constant, index, `(${index}.const ${base})`, memory, offset));
      const sum = `${a.op} ${offset} above ${base}`;
      const address = `(${index}.add (local.get 0) (${index}.const ${base}))`;
      functions.push(accessFunction(a, sum, index, address, memory, offset));
      for (const more of [0n, 8n, -1n]) {
        const value = BigInt.asIntN(a.bits, 0x0fedcba987654321n * BigInt(2 * turn++ + 1));
        const args = [`(${index}.const ${more})`];
        if (a.stores) args.push(`(i${a.bits}.const ${value})`);
        assertions.push(assertion(model, a, constant, args, base + offset, value));
        assertions.push(assertion(model, a, sum, args, BigInt.asUintN(limit, base + more) + offset, value));
      }
    }
  }
  // What a program may do with memory in one instruction, at the end of it.
  functions.push(`
    (func (export "add") (param ${index} i64) (result i64) (i64.add (local.get 1) (i64.load ${memory} (local.get 0))))
    (func (export "update") (param ${index} i64)
      (i64.store ${memory} (local.get 0) (i64.add (i64.load ${memory} (local.get 0)) (local.get 1))))
    (func (export "update8") (param ${index} i32)
      (i32.store8 ${memory} (local.get 0) (i32.xor (i32.load8_u ${memory} (local.get 0)) (local.get 1))))
    (func (export "narrow") (param ${index}) (result i64) (i64.extend_i32_u (i32.load16_u ${memory} (local.get 0))))
    (func (export "compare") (param ${index} i32) (result i32) (i32.lt_u (i32.load ${memory} (local.get 0)) (local.get 1)))
    (func (export "twice") (param ${index} i32)
      (i32.store ${memory} (local.get 0) (local.get 1)) (i32.store ${memory} offset=4 (local.get 0) (local.get 1)))
    (func (export "unused") (param ${index}) (drop (i32.load ${memory} (local.get 0))))`);
  for (const base of [
    model.size - 9n,
    model.size - 8n,
    model.size - 7n,
    model.size - 4n,
    model.size - 1n,
    model.size,
  ]) {
    if (base < 0n || base >> BigInt(limit) != 0n) continue;
    const at = `(${index}.const ${base})`;
    const fits = (bytes: number) => model.holds(base, bytes);
    const expect = (call: string, inside: boolean, result: string) =>
      assertions.push(inside ? `(assert_return ${call}${result})` : `(assert_trap ${call} ${isTrap})`);
    const x = model.load(base, 8);
    const signed = (bits: number, y: bigint) => BigInt.asIntN(bits, y);
    expect(`(invoke "add" ${at} (i64.const 5))`, fits(8), ` (i64.const ${signed(64, x + 5n)})`);
    expect(`(invoke "update" ${at} (i64.const 257))`, fits(8), "");
    if (fits(8)) model.store(base, 8, x + 257n);
    expect(`(invoke "update8" ${at} (i32.const 0x55))`, fits(1), "");
    if (fits(1)) model.store(base, 1, model.load(base, 1) ^ 0x55n);
    expect(`(invoke "narrow" ${at})`, fits(2), ` (i64.const ${model.load(base, 2)})`);
    const less = model.load(base, 4) < 0x80000000n ? 1 : 0;
    expect(`(invoke "compare" ${at} (i32.const 0x80000000))`, fits(4), ` (i32.const ${less})`);
    expect(`(invoke "unused" ${at})`, fits(4), "");
    // The first of the two stays when the second traps.
    expect(`(invoke "twice" ${at} (i32.const 0x01020304))`, fits(8), "");
    if (fits(4)) model.store(base, 4, 0x01020304n);
    if (fits(8)) model.store(base + 4n, 4, 0x01020304n);
    for (const bytes of [1, 2, 4, 8]) {
      const a = ACCESSES.find(
        (y) => y.op == { 1: "i32.load8_u", 2: "i32.load16_u", 4: "i32.load", 8: "i64.load" }[bytes],
      );
      if (a != undefined && offsets.includes(0n)) assertions.push(assertion(model, a, `${a.op} 0`, [at], base, 0n));
    }
  }
  const size = kind.page == 65536n ? "" : ` (pagesize ${kind.page})`;
  const grow = `(func (export "grow") (param ${index}) (result ${index}) (memory.grow ${memory} (local.get 0)))`;
  const type = `${kind.is64 ? "i64 " : ""}${pages}${size}`;
  return `(module ${kind.before} (memory $m ${type}) ${data.join("\n")}
    ${kind.grows ? grow : ""}
    ${functions.join("\n")})
    ${assertions.join("\n")}\n`;
}
