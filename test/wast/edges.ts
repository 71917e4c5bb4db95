// Scripts about what the specification's suite is thin on: addresses at the edges of memories, operands folded into
// instructions at the end of memory, stores before a trap, traps whose results nobody wants, bulk operations whose range
// overflows, calls with many parameters and results, deep recursion. What is expected is computed here by a model;
// edges.test.ts runs the scripts in wx and in wasmtime.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACCESSES, type Access } from "./addresses";

export interface Script {
  name: string;
  text: string;
}

const PAGE = 65536;
const LIMIT = 2 ** 32;
const hex = (n: number) => `0x${n.toString(16)}`;

const LOADS = ACCESSES.filter((a) => !a.stores);
const STORES = ACCESSES.filter((a) => a.stores);
const OFFSETS = [0, 2 ** 31, LIMIT - 1];
const OUT_OF_BOUNDS = '"out of bounds memory access"';

/** A memory of some pages with a pattern at both ends and in the middle. */
class Memory {
  readonly length: number;
  readonly segments: string[] = [];
  private readonly written = new Map<number, number>();

  constructor(pages: number) {
    this.length = pages * PAGE;
    for (const at of [0, 2 ** 31 - 16, this.length - 32]) {
      if (at < 0 || at + 32 > this.length) continue;
      const bytes: number[] = [];
      for (let i = 0; i < 32; i++) {
        const byte = (0x91 + 37 * i + (at % 251)) & 255;
        bytes.push(byte);
        this.written.set(at + i, byte);
      }
      const text = bytes.map((b) => `\\${b.toString(16).padStart(2, "0")}`).join("");
      this.segments.push(`(data (i32.const ${hex(at)}) "${text}")`);
    }
  }

  /** The bits at an address, or null beyond the end. */
  read(at: number, bytes: number): bigint | null {
    if (at + bytes > this.length) return null;
    let bits = 0n;
    for (let i = bytes - 1; i >= 0; i--) bits = (bits << 8n) | BigInt(this.written.get(at + i) ?? 0);
    return bits;
  }

  write(at: number, bytes: number, bits: bigint): boolean {
    if (at + bytes > this.length) return false;
    for (let i = 0; i < bytes; i++) this.written.set(at + i, Number((bits >> BigInt(8 * i)) & 255n));
    return true;
  }

  bases(): number[] {
    const bases = [0, 2 ** 31, LIMIT - 1];
    for (const back of [1, 2, 3, 4, 5, 7, 8, 9]) if (this.length >= back) bases.push(this.length - back);
    if (this.length < LIMIT) bases.push(this.length);
    return [...new Set(bases)];
  }
}

/** A constant of a type with these bits, floats by their bits. */
function constant(type: Access["type"], bits: bigint): string {
  if (type == "i32") return `(i32.const ${BigInt.asIntN(32, bits)})`;
  if (type == "i64") return `(i64.const ${BigInt.asIntN(64, bits)})`;
  return type == "f32" ? floatConstant("f32", bits, 32, 23) : floatConstant("f64", bits, 64, 52);
}

/** A float in hexadecimal, exactly. */
function floatConstant(type: string, bits: bigint, width: number, fractionBits: number): string {
  const sign = (bits >> BigInt(width - 1)) & 1n ? "-" : "";
  const fraction = bits & ((1n << BigInt(fractionBits)) - 1n);
  const most = (1n << BigInt(width - 1 - fractionBits)) - 1n;
  const exponent = (bits >> BigInt(fractionBits)) & most;
  if (exponent == most) return `(${type}.const ${sign}${fraction == 0n ? "inf" : `nan:0x${fraction.toString(16)}`})`;
  const bias = Number(most >> 1n);
  const whole = exponent == 0n ? fraction : fraction | (1n << BigInt(fractionBits));
  const power = (exponent == 0n ? 1 : Number(exponent)) - bias - fractionBits;
  return `(${type}.const ${sign}0x${whole.toString(16)}p${power})`;
}

function loaded(a: Access, bits: bigint): bigint {
  return a.signed ? BigInt.asIntN(8 * a.bytes, bits) : bits;
}

const exportName = (a: Access, offset: number) => `${a.op}+${offset}`;

/** Every access at every base and offset; each base as a parameter and, for loads, as a constant. */
function addresses(pages: number): Script {
  const memory = new Memory(pages);
  const fields: string[] = [];
  const assertions: string[] = [];
  for (const offset of OFFSETS) {
    for (const a of LOADS) {
      const name = exportName(a, offset);
      fields.push(`(func (export "${name}") (param i32) (result ${a.type})
        (${a.op} offset=${offset} (local.get 0)))`);
      for (const base of memory.bases()) {
        const bits = memory.read(base + offset, a.bytes);
        const fixed = `${name}@${base}`;
        fields.push(
          `(func (export "${fixed}") (result ${a.type}) (${a.op} offset=${offset} (i32.const ${hex(base)})))`,
        );
        for (const call of [`(invoke "${name}" (i32.const ${hex(base)}))`, `(invoke "${fixed}")`]) {
          if (bits == null) assertions.push(`(assert_trap ${call} ${OUT_OF_BOUNDS})`);
          else assertions.push(`(assert_return ${call} ${constant(a.type, loaded(a, bits))})`);
        }
      }
    }
  }
  let seed = 0x0123_4567_89ab_cdefn;
  for (const offset of OFFSETS) {
    for (const a of STORES) {
      const name = exportName(a, offset);
      fields.push(`(func (export "${name}") (param i32 ${a.type})
        (${a.op} offset=${offset} (local.get 0) (local.get 1)))`);
      for (const base of memory.bases()) {
        seed = BigInt.asUintN(64, seed * 0x5851_f42d_4c95_7f2dn + 0x1405_7b7e_f767_814fn);
        // No NaN, which need not keep its bits on the way.
        const bits = a.type == "f32" ? seed & 0x3fff_ffffn : a.type == "f64" ? seed & 0x3fff_ffff_ffff_ffffn : seed;
        const call = `(invoke "${name}" (i32.const ${hex(base)}) ${constant(a.type, bits)})`;
        const done = memory.write(base + offset, a.bytes, bits);
        assertions.push(done ? `(assert_return ${call})` : `(assert_trap ${call} ${OUT_OF_BOUNDS})`);
        // What is in front of the end is as it was, or as it was stored.
        for (const at of [0, memory.length - 8]) {
          const word = at >= 0 ? memory.read(at, 8) : null;
          if (word == null) continue;
          assertions.push(`(assert_return (invoke "i64.load+0" (i32.const ${hex(at)})) ${constant("i64", word)})`);
        }
      }
    }
  }
  const text = `(module (memory ${pages})\n${memory.segments.join("\n")}\n${fields.join("\n")})\n${assertions.join("\n")}\n`;
  return { name: `addresses-${pages}`, text };
}

/** Operands in memory of instructions of all sizes, the last byte before the end and the first behind it. */
function folded(pages: number): Script {
  const memory = new Memory(pages);
  const operations: [string, Access["type"], number, (v: bigint) => bigint][] = [
    ["(i32.add (local.get 1) (i32.load (local.get 0)))", "i32", 4, (v) => 7n + v],
    ["(i32.sub (local.get 1) (i32.load (local.get 0)))", "i32", 4, (v) => 7n - v],
    ["(i32.mul (local.get 1) (i32.load (local.get 0)))", "i32", 4, (v) => 7n * v],
    ["(i32.and (local.get 1) (i32.load (local.get 0)))", "i32", 4, (v) => 7n & v],
    ["(i32.xor (local.get 1) (i32.load8_u (local.get 0)))", "i32", 1, (v) => 7n ^ v],
    ["(i32.or (local.get 1) (i32.load16_u (local.get 0)))", "i32", 2, (v) => 7n | v],
    ["(i32.eq (local.get 1) (i32.load8_u (local.get 0)))", "i32", 1, (v) => (v == 7n ? 1n : 0n)],
    ["(i32.lt_u (local.get 1) (i32.load (local.get 0)))", "i32", 4, (v) => (7n < v ? 1n : 0n)],
    ["(i32.eqz (i32.load16_u (local.get 0)))", "i32", 2, (v) => (v == 0n ? 1n : 0n)],
    ["(i64.add (i64.extend_i32_u (local.get 1)) (i64.load (local.get 0)))", "i64", 8, (v) => 7n + v],
    ["(i64.xor (i64.extend_i32_u (local.get 1)) (i64.load (local.get 0)))", "i64", 8, (v) => 7n ^ v],
    ["(i64.mul (i64.extend_i32_u (local.get 1)) (i64.load (local.get 0)))", "i64", 8, (v) => 7n * v],
    ["(i64.extend_i32_u (i32.load (local.get 0)))", "i64", 4, (v) => v],
    ["(i64.extend_i32_s (i32.load (local.get 0)))", "i64", 4, (v) => BigInt.asIntN(32, v)],
    ["(i32.wrap_i64 (i64.load (local.get 0)))", "i32", 8, (v) => v],
    ["(i32.popcnt (i32.load (local.get 0)))", "i32", 4, (v) => BigInt(v.toString(2).replaceAll("0", "").length)],
    [
      "(select (local.get 1) (i32.load (local.get 0)) (i32.load8_u (local.get 0)))",
      "i32",
      4,
      (v) => (v & 255n ? 7n : v),
    ],
    ["(i32.reinterpret_f32 (f32.load (local.get 0)))", "i32", 4, (v) => v],
    ["(i64.reinterpret_f64 (f64.load (local.get 0)))", "i64", 8, (v) => v],
    ["(i32.trunc_sat_f64_s (f64.convert_i32_u (i32.load16_u (local.get 0))))", "i32", 2, (v) => v],
    // A float operand of 8 bytes whose upper neighbours lie beyond the end.
    [
      "(i64.reinterpret_f64 (f64.copysign (f64.const 1) (f64.load (local.get 0))))",
      "i64",
      8,
      (v) => 0x3ff0_0000_0000_0000n | (v & (1n << 63n)),
    ],
    [
      "(i32.reinterpret_f32 (f32.copysign (f32.const 1) (f32.load (local.get 0))))",
      "i32",
      4,
      (v) => 0x3f80_0000n | (v & (1n << 31n)),
    ],
  ];
  const fields: string[] = [];
  const assertions: string[] = [];
  operations.forEach(([code, type, bytes, model], i) => {
    const end = memory.length - bytes;
    fields.push(`(func (export "f${i}") (param i32 i32) (result ${type}) ${code})`);
    // The address as a sum that must not wrap.
    const sum = code.replaceAll("(local.get 0)", "(i32.add (local.get 0) (i32.const 16))");
    fields.push(`(func (export "s${i}") (param i32 i32) (result ${type}) ${sum})`);
    fields.push(`(func (export "c${i}") (param i32 i32) (result ${type})
      ${code.replaceAll("(local.get 0)", `(i32.const ${hex(end)})`)})`);
    const expected = constant(type, model(memory.read(end, bytes) as bigint));
    assertions.push(`(assert_return (invoke "f${i}" (i32.const ${hex(end)}) (i32.const 7)) ${expected})`);
    assertions.push(`(assert_return (invoke "s${i}" (i32.const ${hex(end - 16)}) (i32.const 7)) ${expected})`);
    assertions.push(`(assert_return (invoke "c${i}" (i32.const 0) (i32.const 7)) ${expected})`);
    if (end + 1 < LIMIT) {
      assertions.push(`(assert_trap (invoke "f${i}" (i32.const ${hex(end + 1)}) (i32.const 7)) ${OUT_OF_BOUNDS})`);
      assertions.push(`(assert_trap (invoke "s${i}" (i32.const ${hex(end - 15)}) (i32.const 7)) ${OUT_OF_BOUNDS})`);
    }
    // 16 less than 0 is 4 GiB less 16 before the sum, and 0 after it.
    const first = constant(type, model(memory.read(0, bytes) as bigint));
    assertions.push(`(assert_return (invoke "s${i}" (i32.const -16) (i32.const 7)) ${first})`);
  });
  const text = `(module (memory ${pages})\n${memory.segments.join("\n")}\n${fields.join("\n")})\n${assertions.join("\n")}\n`;
  return { name: `folded-${pages}`, text };
}

/** Stores before one that traps stay; a store that traps writes nothing. */
function storesBeforeTraps(): Script {
  const assertions: string[] = [];
  const fields: string[] = [];
  for (const [i, a] of STORES.entries()) {
    const at = 65536 - a.bytes + 1;
    const zero = constant(a.type, 0n);
    fields.push(`(func (export "bad${i}") (param i32)
      (i64.store (i32.const ${64 + 8 * i}) (i64.const ${i + 1}))
      (i32.store8 (i32.const ${192 + i}) (i32.const ${i + 100}))
      (global.set $g (i32.const ${i + 1000}))
      (${a.op} (local.get 0) ${zero})
      (i64.store (i32.const ${64 + 8 * i}) (i64.const -1))
      (global.set $g (i32.const -1)))`);
    assertions.push(
      '(invoke "fill")',
      `(assert_trap (invoke "bad${i}" (i32.const ${at})) ${OUT_OF_BOUNDS})`,
      `(assert_return (invoke "load" (i32.const ${64 + 8 * i})) (i64.const ${i + 1}))`,
      `(assert_return (invoke "byte" (i32.const ${192 + i})) (i32.const ${i + 100}))`,
      `(assert_return (get "g") (i32.const ${i + 1000}))`,
      '(assert_return (invoke "load" (i32.const 65528)) (i64.const -1))',
    );
  }
  const text = `(module (memory 1) (global $g (export "g") (mut i32) (i32.const 0))
    (func (export "fill") (memory.fill (i32.const 65520) (i32.const 255) (i32.const 16)))
    (func (export "load") (param i32) (result i64) (i64.load (local.get 0)))
    (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
    ${fields.join("\n")})\n${assertions.join("\n")}\n`;
  return { name: "stores-before-traps", text };
}

/** What traps must, even if nobody looks at its result. */
function deadTraps(): Script {
  const traps: [string, string][] = [];
  for (const a of LOADS) traps.push([`(drop (${a.op} (local.get 0)))`, OUT_OF_BOUNDS]);
  for (const type of ["i32", "i64"]) {
    const one = `(${type}.const 1)`;
    const zero = type == "i32" ? "(local.get 1)" : "(i64.extend_i32_u (local.get 1))";
    for (const op of ["div_s", "div_u", "rem_s", "rem_u"]) {
      traps.push([`(drop (${type}.${op} ${one} ${zero}))`, '"integer divide by zero"']);
    }
    const least = type == "i32" ? "(i32.const 0x80000000)" : "(i64.const 0x8000000000000000)";
    traps.push([`(drop (${type}.div_s ${least} (${type}.const -1)))`, '"integer overflow"']);
    for (const from of ["f32", "f64"]) {
      for (const sign of ["s", "u"]) {
        const nan = `(${from}.sub (${from}.const inf) (${from}.const inf))`;
        traps.push([`(drop (${type}.trunc_${from}_${sign} ${nan}))`, '"invalid conversion to integer"']);
        traps.push([`(drop (${type}.trunc_${from}_${sign} (${from}.const 1e30)))`, '"integer overflow"']);
      }
    }
  }
  traps.push(
    ["(drop (i32.mul (i32.load (local.get 0)) (i32.const 0)))", OUT_OF_BOUNDS],
    ["(drop (i32.and (i32.load8_u (local.get 0)) (i32.const 0)))", OUT_OF_BOUNDS],
    ["(drop (i32.shr_u (i32.load8_u (local.get 0)) (i32.const 8)))", OUT_OF_BOUNDS],
    ["(local.set 1 (i32.load (local.get 0))) (local.set 1 (i32.const 0))", OUT_OF_BOUNDS],
    ["(drop (select (i32.load (local.get 0)) (i32.const 1) (i32.const 0)))", OUT_OF_BOUNDS],
    ["(drop (i32.eq (i32.load (local.get 0)) (i32.load (local.get 0))))", OUT_OF_BOUNDS],
    ["(i32.store (local.get 0) (i32.load (local.get 0)))", OUT_OF_BOUNDS],
    [
      "(drop (i32.sub (i32.div_u (i32.const 5) (local.get 1)) (i32.div_u (i32.const 5) (local.get 1))))",
      '"integer divide by zero"',
    ],
    ["(drop (table.get (i32.const 3)))", '"out of bounds table access"'],
    ["(drop (ref.is_null (table.get (local.get 0))))", '"out of bounds table access"'],
    ["(call_indirect (type $v) (local.get 1))", '"uninitialized element"'],
    ["(call_indirect (type $v) (i32.const 1))", '"indirect call type mismatch"'],
    ["(drop (call_indirect (type $n) (i32.const 2)))", '"indirect call type mismatch"'],
    ["(call_indirect (type $v) (local.get 0))", '"undefined element"'],
    ["(loop $l (drop (i32.load (local.get 0))) (br_if $l (i32.eqz (local.get 1))))", OUT_OF_BOUNDS],
    ["(block $b (br_if $b (i32.load (local.get 0))))", OUT_OF_BOUNDS],
    ["(if (i32.load8_u (local.get 0)) (then) (else))", OUT_OF_BOUNDS],
    ["(memory.copy (i32.const 0) (local.get 0) (i32.const 1))", OUT_OF_BOUNDS],
    ["(memory.fill (local.get 0) (i32.const 0) (i32.const 1))", OUT_OF_BOUNDS],
    ["(unreachable)", '"unreachable"'],
    ["(block $b (br $b) (drop (i32.load (i32.const -4)))) (unreachable)", '"unreachable"'],
  );
  const fields: string[] = [];
  const assertions: string[] = [];
  traps.forEach(([code, message], i) => {
    fields.push(`(func (export "f${i}") (param i32 i32) ${code})`);
    // Function 2 * i + 3 is the one before.
    fields.push(`(func (export "g${i}") (result i32) (call ${i * 2 + 3} (i32.const -4) (i32.const 0)) (i32.const 1))`);
    assertions.push(`(assert_trap (invoke "f${i}" (i32.const -4) (i32.const 0)) ${message})`);
    assertions.push(`(assert_trap (invoke "g${i}") ${message})`);
  });
  const text = `(module (type $v (func)) (type $n (func (result i32))) (memory 1) (table 3 funcref)
    (elem (i32.const 1) $number $other)
    (func $number (result i32) (i32.const 1)) (func $other (param i32)) (func (export "none"))
    ${fields.join("\n")})\n${assertions.join("\n")}\n`;
  return { name: "dead-traps", text };
}

/** Ranges of bulk operations at the end, beyond it, and with ends that do not fit into 32 bits. */
function bulk(): Script {
  const assertions: string[] = [];
  const memoryCases: [number, number, boolean][] = [
    [0, 65536, true],
    [65536, 0, true],
    [65537, 0, false],
    [65535, 1, true],
    [65535, 2, false],
    [1, 65536, false],
    [65536, 1, false],
    [LIMIT - 1, 1, false],
    [1, LIMIT - 1, false],
    [LIMIT - 1, LIMIT - 1, false],
    [2 ** 31, 2 ** 31, false],
    [LIMIT - 65536, 65536, false],
    [65536, LIMIT - 65536, false],
    [LIMIT - 1, 0, false],
    [0, LIMIT - 1, false],
    [0, 2 ** 31, false],
  ];
  const check = (call: string, fits: boolean, message: string) =>
    assertions.push(fits ? `(assert_return ${call})` : `(assert_trap ${call} ${message})`);
  for (const [at, count, fits] of memoryCases) {
    check(`(invoke "fill" (i32.const ${hex(at)}) (i32.const ${hex(count)}))`, fits, OUT_OF_BOUNDS);
    check(`(invoke "copy" (i32.const ${hex(at)}) (i32.const 0) (i32.const ${hex(count)}))`, fits, OUT_OF_BOUNDS);
    check(`(invoke "copy" (i32.const 0) (i32.const ${hex(at)}) (i32.const ${hex(count)}))`, fits, OUT_OF_BOUNDS);
    const inits = fits && count <= 4;
    check(`(invoke "init" (i32.const ${hex(at)}) (i32.const 0) (i32.const ${hex(count)}))`, inits, OUT_OF_BOUNDS);
  }
  for (const [from, count, fits] of [
    [0, 4, true],
    [4, 0, true],
    [5, 0, false],
    [3, 2, false],
    [1, LIMIT - 1, false],
    [LIMIT - 1, 2, false],
  ] as [number, number, boolean][]) {
    check(`(invoke "init" (i32.const 0) (i32.const ${hex(from)}) (i32.const ${hex(count)}))`, fits, OUT_OF_BOUNDS);
  }
  const table = '"out of bounds table access"';
  const tableCases: [number, number, boolean][] = [
    [0, 10, true],
    [10, 0, true],
    [11, 0, false],
    [9, 1, true],
    [9, 2, false],
    [10, 1, false],
    [LIMIT - 1, 1, false],
    [1, LIMIT - 1, false],
    [LIMIT - 1, LIMIT - 1, false],
    [2 ** 31, 2 ** 31, false],
    [LIMIT - 10, 10, false],
    [10, LIMIT - 10, false],
    [0, LIMIT - 1, false],
  ];
  for (const [at, count, fits] of tableCases) {
    check(`(invoke "tfill" (i32.const ${hex(at)}) (i32.const ${hex(count)}))`, fits, table);
    check(`(invoke "tcopy" (i32.const ${hex(at)}) (i32.const 0) (i32.const ${hex(count)}))`, fits, table);
    check(`(invoke "tcopy" (i32.const 0) (i32.const ${hex(at)}) (i32.const ${hex(count)}))`, fits, table);
    const inits = fits && count <= 3;
    check(`(invoke "tinit" (i32.const ${hex(at)}) (i32.const 0) (i32.const ${hex(count)}))`, inits, table);
  }
  // A range that does not fit leaves everything as it is.
  assertions.push(
    '(invoke "fill" (i32.const 0) (i32.const 65536))',
    `(assert_trap (invoke "zero" (i32.const 65535) (i32.const 2)) ${OUT_OF_BOUNDS})`,
    '(assert_return (invoke "byte" (i32.const 65535)) (i32.const 90))',
    `(assert_trap (invoke "init" (i32.const 65534) (i32.const 0) (i32.const 3)) ${OUT_OF_BOUNDS})`,
    '(assert_return (invoke "byte" (i32.const 65534)) (i32.const 90))',
    '(assert_return (invoke "drop"))',
    '(assert_return (invoke "init" (i32.const 0) (i32.const 0) (i32.const 0)))',
    '(assert_return (invoke "init" (i32.const 65536) (i32.const 0) (i32.const 0)))',
    `(assert_trap (invoke "init" (i32.const 0) (i32.const 0) (i32.const 1)) ${OUT_OF_BOUNDS})`,
    `(assert_trap (invoke "tinit" (i32.const 0) (i32.const 0) (i32.const 1)) ${table})`,
    '(assert_return (invoke "grow" (i32.const 0)) (i32.const 1))',
    '(assert_return (invoke "grow" (i32.const 0xffffffff)) (i32.const -1))',
    '(assert_return (invoke "grow" (i32.const 2)) (i32.const -1))',
    '(assert_return (invoke "grow" (i32.const 1)) (i32.const 1))',
    '(assert_return (invoke "grow" (i32.const 0)) (i32.const 2))',
    '(assert_return (invoke "byte" (i32.const 65536)) (i32.const 0))',
    '(assert_return (invoke "byte" (i32.const 131071)) (i32.const 0))',
    `(assert_trap (invoke "byte" (i32.const 131072)) ${OUT_OF_BOUNDS})`,
    '(assert_return (invoke "tgrow" (i32.const 0xffffffff)) (i32.const -1))',
    '(assert_return (invoke "tgrow" (i32.const 3)) (i32.const -1))',
    '(assert_return (invoke "tgrow" (i32.const 2)) (i32.const 10))',
    '(assert_return (invoke "tfill" (i32.const 0) (i32.const 12)))',
    `(assert_trap (invoke "tfill" (i32.const 1) (i32.const 12)) ${table})`,
  );
  const text = `(module (memory 1 2) (data $d "wxyz") (table $t 10 12 funcref) (elem $e func $f $f $f) (func $f)
    (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 90) (local.get 1)))
    (func (export "zero") (param i32 i32) (memory.fill (local.get 0) (i32.const 0) (local.get 1)))
    (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (memory.init $d (local.get 0) (local.get 1) (local.get 2)))
    (func (export "tfill") (param i32 i32) (table.fill $t (local.get 0) (ref.func $f) (local.get 1)))
    (func (export "tcopy") (param i32 i32 i32) (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "tinit") (param i32 i32 i32) (table.init $t $e (local.get 0) (local.get 1) (local.get 2)))
    (func (export "drop") (data.drop $d) (elem.drop $e))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "tgrow") (param i32) (result i32) (table.grow $t (ref.null func) (local.get 0)))
    (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0))))
    ${assertions.join("\n")}\n`;
  return { name: "bulk-ranges", text };
}

/** Calls with 50 parameters and 20 results of all types. */
function wideCalls(): Script {
  const types = ["i32", "i64", "f32", "f64"];
  const params = Array.from({ length: 50 }, (_, i) => types[((i * 7) % 4) ^ (i & 1)]);
  const picks = Array.from({ length: 20 }, (_, i) => (i * 13 + 3) % 50);
  const results = picks.map((p) => params[p]);
  const value = (i: number) => `(${params[i]}.const ${i * 3 + 1})`;
  const signature = `(param ${params.join(" ")}) (result ${results.join(" ")})`;
  const pick = picks.map((p) => `(local.get ${p})`).join(" ");
  const all = params.map((_, i) => `(local.get ${i})`).join(" ");
  const constants = params.map((_, i) => value(i)).join(" ");
  // Results of the callee reversed, so that each has to move.
  const reversed = results.map((_, i) => `(local.get $r${results.length - 1 - i})`).join(" ");
  const locals = results.map((type, i) => `(local $r${i} ${type})`).join(" ");
  const sets = results.map((_, i) => `(local.set $r${results.length - 1 - i})`).join(" ");
  const expected = picks.map(value);
  const backwards = [...expected].reverse();
  const text = `(module (type $w (func ${signature})) (table 2 funcref) (elem (i32.const 0) $direct $through)
    (func $direct (export "direct") (type $w) ${pick})
    (func $through (export "through") (type $w) (call $direct ${all}))
    (func (export "indirect") (param i32) (result ${results.join(" ")})
      (call_indirect (type $w) ${constants} (local.get 0)))
    (func (export "constant") (result ${results.join(" ")}) (call $through ${constants}))
    (func (export "reversed") (result ${[...results].reverse().join(" ")}) ${locals}
      (call $through ${constants}) ${sets} ${reversed})
    (func $down (export "down") (param i32) (result ${results.join(" ")})
      (if (type $o) (i32.eqz (local.get 0))
        (then (call $direct ${constants}))
        (else (call $down (i32.sub (local.get 0) (i32.const 1))))))
    (type $o (func (result ${results.join(" ")})))
    (func (export "sum") (result i64) (local $s i64)
      (local.set $s (i64.const 0))
      (call $many ${params.map((_, i) => `(i64.const ${i + 1})`).join(" ")}))
    (func $many (param ${params.map(() => "i64").join(" ")}) (result i64)
      ${params.map((_, i) => `(i64.mul (local.get ${i}) (i64.const ${2 * i + 1}))`).join(" ")}
      ${"(i64.add) ".repeat(49)}))
    (assert_return (invoke "direct" ${constants}) ${expected.join(" ")})
    (assert_return (invoke "through" ${constants}) ${expected.join(" ")})
    (assert_return (invoke "indirect" (i32.const 0)) ${expected.join(" ")})
    (assert_return (invoke "indirect" (i32.const 1)) ${expected.join(" ")})
    (assert_return (invoke "constant") ${expected.join(" ")})
    (assert_return (invoke "reversed") ${backwards.join(" ")})
    (assert_return (invoke "down" (i32.const 0)) ${expected.join(" ")})
    (assert_return (invoke "down" (i32.const 100)) ${expected.join(" ")})
    (assert_trap (invoke "indirect" (i32.const 2)) "undefined element")
    (assert_return (invoke "sum") (i64.const ${params.reduce((s, _, i) => s + (i + 1) * (2 * i + 1), 0)}))\n`;
  return { name: "wide-calls", text };
}

/** Recursion that ends, and recursion that does not, directly, through a table, and by turns; and what works after it. */
function recursion(): Script {
  const exhausted = (call: string) => `(assert_exhaustion (invoke ${call}) "call stack exhausted")`;
  const text = `(module (type $f (func (param i64) (result i64))) (table 4 funcref)
    (elem (i32.const 0) $sum $even $odd $endless)
    (global $depth (mut i64) (i64.const 0))
    (func $sum (export "sum") (param i64) (result i64)
      (if (result i64) (i64.eqz (local.get 0)) (then (i64.const 0))
        (else (i64.add (local.get 0) (call_indirect (type $f) (i64.sub (local.get 0) (i64.const 1)) (i32.const 0))))))
    (func $even (export "even") (param i64) (result i64)
      (if (result i64) (i64.eqz (local.get 0)) (then (i64.const 1))
        (else (call_indirect (type $f) (i64.sub (local.get 0) (i64.const 1)) (i32.const 2)))))
    (func $odd (export "odd") (param i64) (result i64)
      (if (result i64) (i64.eqz (local.get 0)) (then (i64.const 0))
        (else (call_indirect (type $f) (i64.sub (local.get 0) (i64.const 1)) (i32.const 1)))))
    (func $endless (export "endless") (param i64) (result i64)
      (global.set $depth (local.get 0))
      (i64.add (i64.const 1) (call_indirect (type $f) (i64.add (local.get 0) (i64.const 1)) (i32.const 3))))
    (func $direct (export "direct") (result i64) (i64.add (call $direct) (i64.const 1)))
    (func $large (export "large") (param i64) (result i64) (local i64 i64 i64 i64 i64 i64 i64 i64)
      (local.set 1 (i64.add (local.get 0) (i64.const 1))) (local.set 2 (i64.mul (local.get 1) (i64.const 3)))
      (local.set 3 (call $large (local.get 2)))
      (i64.add (i64.add (local.get 1) (local.get 2)) (local.get 3)))
    (func $a (export "turns") (call $b)) (func $b (call $c)) (func $c (call $a) (global.set $depth (i64.const 0)))
    (func (export "deep") (result i32) (i64.gt_u (global.get $depth) (i64.const 10000)))
    (func (export "depth") (result i64) (global.get $depth)))
    (assert_return (invoke "sum" (i64.const 0)) (i64.const 0))
    (assert_return (invoke "sum" (i64.const 1000)) (i64.const 500500))
    (assert_return (invoke "sum" (i64.const 5000)) (i64.const 12502500))
    (assert_return (invoke "even" (i64.const 5000)) (i64.const 1))
    (assert_return (invoke "even" (i64.const 5001)) (i64.const 0))
    (assert_return (invoke "odd" (i64.const 5001)) (i64.const 1))
    ${exhausted('"endless" (i64.const 0)')}
    (assert_return (invoke "deep") (i32.const 1))
    ${exhausted('"direct"')}
    ${exhausted('"large" (i64.const 7)')}
    ${exhausted('"turns"')}
    ${exhausted('"sum" (i64.const 100000000)')}
    (assert_return (invoke "sum" (i64.const 1000)) (i64.const 500500))
    ${exhausted('"endless" (i64.const -5)')}
    (assert_return (invoke "even" (i64.const 5000)) (i64.const 1))\n`;
  return { name: "recursion", text };
}

/** Tail calls in constant stack: to itself, by turns, through a table, to functions with more and with fewer parameters. */
function tailCalls(): Script {
  const many = Array.from({ length: 20 }, (_, i) => `(i64.const ${i})`).join(" ");
  const text = `(module (type $f (func (param i64 i64) (result i64))) (table 3 funcref)
    (elem (i32.const 0) $even $odd $count)
    (func $count (export "count") (param i64 i64) (result i64)
      (if (i64.eqz (local.get 0)) (then (return (local.get 1))))
      (return_call $count (i64.sub (local.get 0) (i64.const 1)) (i64.add (local.get 1) (i64.const 1))))
    (func $even (export "even") (param i64 i64) (result i64)
      (if (i64.eqz (local.get 0)) (then (return (i64.const 44))))
      (return_call_indirect (type $f) (i64.sub (local.get 0) (i64.const 1)) (local.get 1) (i32.const 1)))
    (func $odd (export "odd") (param i64 i64) (result i64)
      (if (i64.eqz (local.get 0)) (then (return (i64.const 99))))
      (return_call_indirect (type $f) (i64.sub (local.get 0) (i64.const 1)) (local.get 1) (i32.const 0)))
    (func $few (export "few") (param i64) (result i64)
      (if (i64.eqz (local.get 0)) (then (return (i64.const 7))))
      (return_call $more ${many} (i64.sub (local.get 0) (i64.const 1))))
    (func $more (param ${"i64 ".repeat(21)}) (result i64)
      (if (i64.ne (local.get 19) (i64.const 19)) (then (return (i64.const -1))))
      (return_call $few (local.get 20)))
    (func (export "wrong") (result i64) (return_call_indirect (type $f) (i64.const 0) (i64.const 0) (i32.const 3))))
    (assert_return (invoke "count" (i64.const 1000000) (i64.const 5)) (i64.const 1000005))
    (assert_return (invoke "even" (i64.const 1000000) (i64.const 0)) (i64.const 44))
    (assert_return (invoke "even" (i64.const 1000001) (i64.const 0)) (i64.const 99))
    (assert_return (invoke "odd" (i64.const 1000000) (i64.const 0)) (i64.const 99))
    (assert_return (invoke "few" (i64.const 1000000)) (i64.const 7))
    (assert_trap (invoke "wrong") "undefined element")\n`;
  return { name: "tail-calls", text };
}

/** Numbers of 32 bits cut from 64, whose upper halves must not be seen, wherever an instruction takes one. */
function upperHalves(): Script {
  const wrapped = "(i32.wrap_i64 (local.get 0))";
  const sum = "(i32.wrap_i64 (i64.add (local.get 0) (i64.const 0x300000000)))";
  const shifted = "(i32.wrap_i64 (i64.shr_u (local.get 0) (i64.const 8)))";
  // Code with # for the number, its result type, and the result for the number's low half.
  const uses: [string, string, (n: bigint) => string][] = [
    ["(i32.load8_u #)", "i32", (n) => `(i32.const ${n + 1n})`],
    ["(i32.load8_u offset=1 #)", "i32", (n) => `(i32.const ${n + 2n})`],
    ["(i32.load8_u (i32.add # (i32.const 2)))", "i32", (n) => `(i32.const ${n + 3n})`],
    ["(i32.load8_u (i32.shl # (i32.const 1)))", "i32", (n) => `(i32.const ${2n * n + 1n})`],
    ["(i32.add (i32.load8_u #) (i32.const 5))", "i32", (n) => `(i32.const ${n + 6n})`],
    [
      "(i32.store8 # (i32.const 9)) (i32.load8_u #) (i32.store8 # (i32.add # (i32.const 1)))",
      "i32",
      () => "(i32.const 9)",
    ],
    ["(call_indirect (result i32) #)", "i32", (n) => `(i32.const ${n + 40n})`],
    ["(ref.is_null (table.get #))", "i32", () => "(i32.const 0)"],
    [
      "(block $c (block $b (block $a (br_table $a $b $c #)) (return (i32.const 10))) (return (i32.const 11))) (i32.const 12)",
      "i32",
      (n) => `(i32.const ${10n + n})`,
    ],
    ["(if (result i32) # (then (i32.const 1)) (else (i32.const 0)))", "i32", (n) => `(i32.const ${n != 0n ? 1 : 0})`],
    ["(select (i32.const 1) (i32.const 0) #)", "i32", (n) => `(i32.const ${n != 0n ? 1 : 0})`],
    ["(i32.eqz #)", "i32", (n) => `(i32.const ${n == 0n ? 1 : 0})`],
    ["(i32.eq # (i32.const 1))", "i32", (n) => `(i32.const ${n == 1n ? 1 : 0})`],
    ["(i32.lt_u # (i32.const 2))", "i32", (n) => `(i32.const ${n < 2n ? 1 : 0})`],
    ["(i32.div_u # (i32.const 3))", "i32", (n) => `(i32.const ${n / 3n})`],
    ["(i32.rem_u # (i32.const 7))", "i32", (n) => `(i32.const ${n % 7n})`],
    ["(i32.div_u (i32.const 100) (i32.add # (i32.const 1)))", "i32", (n) => `(i32.const ${100n / (n + 1n)})`],
    ["(i32.shr_u # (i32.const 1))", "i32", (n) => `(i32.const ${n >> 1n})`],
    ["(i32.shr_u (i32.const 64) #)", "i32", (n) => `(i32.const ${64n >> n})`],
    ["(i32.rotr # (i32.const 0))", "i32", (n) => `(i32.const ${n})`],
    ["(i32.clz #)", "i32", (n) => `(i32.const ${n == 0n ? 32 : 32 - n.toString(2).length})`],
    ["(i32.popcnt #)", "i32", (n) => `(i32.const ${n.toString(2).replaceAll("0", "").length})`],
    ["(i64.extend_i32_u #)", "i64", (n) => `(i64.const ${n})`],
    ["(i64.extend_i32_s #)", "i64", (n) => `(i64.const ${n})`],
    ["(i64.add (i64.extend_i32_u #) (i64.const 4))", "i64", (n) => `(i64.const ${n + 4n})`],
    ["(f64.convert_i32_u #)", "f64", (n) => `(f64.const ${n})`],
    ["(f64.convert_i32_s #)", "f64", (n) => `(f64.const ${n})`],
    ["(f32.convert_i32_u #)", "f32", (n) => `(f32.const ${n})`],
    ["(i64.load8_u (i32.and # (i32.const 3)))", "i64", (n) => `(i64.const ${n + 1n})`],
    ["(global.set $g #) (i64.extend_i32_u (global.get $g))", "i64", (n) => `(i64.const ${n})`],
    ["(i64.extend_i32_u (call $same #))", "i64", (n) => `(i64.const ${n})`],
    ["(i32.store (i32.const 100) #) (i64.load (i32.const 100))", "i64", (n) => `(i64.const ${n})`],
    [
      "(memory.fill (i32.const 200) (i32.const 7) #) (i32.load8_u (i32.add (i32.const 199) #))",
      "i32",
      (n) => `(i32.const ${n == 0n ? 0 : 7})`,
    ],
    [
      "(local.set 1 #) (loop $l (local.set 1 (i32.sub (local.get 1) (i32.const 1))) (br_if $l (i32.gt_s (local.get 1) (i32.const 0)))) (i64.extend_i32_u (i32.add (local.get 1) (i32.const 3)))",
      "i64",
      (n) => `(i64.const ${n == 0n ? 2 : 3})`,
    ],
  ];
  const fields: string[] = [];
  const assertions: string[] = [];
  const garbage = [0n, 0x1n, 0xffff_ffffn, 0x8000_0000n, 0x1234_5678n];
  uses.forEach(([code, type, result], i) => {
    for (const [variant, number] of [wrapped, sum, shifted].entries()) {
      const name = `f${i}.${variant}`;
      fields.push(`(func (export "${name}") (param i64) (result ${type}) (local i32) ${code.replaceAll("#", number)})`);
      for (const n of [0n, 1n, 2n]) {
        for (const upper of garbage) {
          let x = (upper << 32n) | n;
          if (variant == 2) x = (x << 8n) | 0x55n;
          assertions.push(`(assert_return (invoke "${name}" (i64.const ${BigInt.asIntN(64, x)})) ${result(n)})`);
        }
      }
    }
  });
  const bytes = Array.from({ length: 8 }, (_, i) => `\\0${i + 1}`).join("");
  const text = `(module (memory 1) (data (i32.const 0) "${bytes}") (global $g (mut i32) (i32.const 0)) (table 3 funcref)
    (elem (i32.const 0) $a $b $c)
    (func $a (result i32) (i32.const 40)) (func $b (result i32) (i32.const 41)) (func $c (result i32) (i32.const 42))
    (func $same (param i32) (result i32) (local.get 0))
    ${fields.join("\n")})\n${assertions.join("\n")}\n`;
  return { name: "upper-halves", text };
}

/** Our own scripts: those made here, and those in scripts/. */
export function ownScripts(): Script[] {
  const scripts = [
    addresses(0),
    addresses(1),
    addresses(65536),
    folded(1),
    folded(65536),
    storesBeforeTraps(),
    deadTraps(),
    bulk(),
    upperHalves(),
    wideCalls(),
    recursion(),
    tailCalls(),
  ];
  const written = join(import.meta.dirname, "scripts");
  for (const file of readdirSync(written).sort()) {
    scripts.push({ name: file.replace(".wast", ""), text: readFileSync(join(written, file), "utf8") });
  }
  return scripts;
}

/** Writes them to a folder; their paths. */
export function writeScripts(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return ownScripts().map(({ name, text }) => {
    const path = join(folder, `${name}.wast`);
    writeFileSync(path, text);
    return path;
  });
}
