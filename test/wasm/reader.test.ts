// LEB128 readers: the checked and the unchecked one agree with BigInt arithmetic, at every width.

import { expect, test } from "bun:test";
import { Diagnostic } from "../../src/base/diagnostics";
import { CheckedReader, findInvalidUtf8 } from "../../src/wasm/checked-reader";
import { ByteReader } from "../../src/wasm/reader";
import { column } from "./load";

/** LEB128 of a number, padded with its sign to `width` bytes. */
function encode(value: bigint, signed: boolean, width = 1): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const b = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = signed ? rest === ((b & 0x40) !== 0 ? -1n : 0n) : rest === 0n;
    if (done && bytes.length + 1 >= width) {
      bytes.push(b);
      return bytes;
    }
    bytes.push(b | 0x80);
  }
}

/** Interesting numbers of `bits` bits: around the powers of two. */
function samples(bits: number, signed: boolean): bigint[] {
  const low = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const high = signed ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n;
  const found = new Set<bigint>();
  for (let i = 0; i <= bits; i++) {
    for (const d of [-2n, -1n, 0n, 1n, 2n]) {
      for (const s of [1n, -1n]) {
        const x = s * (1n << BigInt(i)) + d;
        if (x >= low && x <= high) found.add(x);
      }
    }
  }
  return [...found];
}

function checked(bytes: number[]): CheckedReader {
  const r = new CheckedReader(column(Uint8Array.from(bytes)), new Diagnostic());
  r.end = bytes.length;
  return r;
}

function join64(lo: number, hi: number): bigint {
  return BigInt.asIntN(64, (BigInt(hi) << 32n) | BigInt(lo >>> 0));
}

test("32-bit numbers", () => {
  for (const signed of [false, true]) {
    for (const x of samples(32, signed)) {
      for (let width = 1; width <= 5; width++) {
        const bytes = [...encode(x, signed, width), 0xff];
        const fast = new ByteReader(column(Uint8Array.from(bytes)));
        const slow = checked(bytes);
        const expected = Number(BigInt.asIntN(32, x));
        expect(signed ? fast.readS32() : fast.readU32()).toBe(expected);
        expect(signed ? slow.takeS32() : slow.takeU32()).toBe(expected);
        expect(fast.at).toBe(bytes.length - 1);
        expect(slow.at).toBe(bytes.length - 1);
        fast.at = 0;
        fast.skipLeb();
        expect(fast.at).toBe(bytes.length - 1);
      }
    }
  }
});

test("64-bit numbers", () => {
  for (const signed of [false, true]) {
    for (const x of samples(64, signed)) {
      for (const width of [1, 4, 5, 6, 9, 10]) {
        const bytes = [...encode(x, signed, width), 0xff];
        const fast = new ByteReader(column(Uint8Array.from(bytes)));
        const slow = checked(bytes);
        if (signed) fast.readS64();
        else fast.readU64();
        if (signed) slow.takeS64();
        else slow.takeU64();
        const expected = BigInt.asIntN(64, x);
        expect(join64(fast.lo, fast.hi)).toBe(expected);
        expect(join64(slow.lo, slow.hi)).toBe(expected);
        expect([fast.at, slow.at, slow.failed]).toEqual([bytes.length - 1, bytes.length - 1, false]);
      }
    }
  }
});

test("type indices of 33 bits", () => {
  for (const x of samples(31, false)) {
    for (let width = 1; width <= 5; width++) expect(checked(encode(x, true, width)).takeIndex33()).toBe(Number(x));
  }
  expect(checked(encode(-3n, true, 2)).takeIndex33()).toBeLessThan(1);
});

function failure(bytes: number[], take: (r: CheckedReader) => void): string {
  const r = checked(bytes);
  take(r);
  return r.diag.message;
}

test("bad numbers", () => {
  const u32 = (r: CheckedReader) => void r.takeU32();
  const s32 = (r: CheckedReader) => void r.takeS32();
  const u64 = (r: CheckedReader) => r.takeU64();
  const s64 = (r: CheckedReader) => r.takeS64();
  const pad = (n: number, last: number) => [...Array(n).fill(0x80), last];
  for (const [take, full] of [
    [u32, 4],
    [s32, 4],
    [u64, 9],
    [s64, 9],
  ] as const) {
    expect(failure([], take)).toBe("unexpected end");
    expect(failure(pad(2, 0x80), take)).toBe("unexpected end");
    expect(failure(pad(full + 1, 0), take)).toBe("integer representation too long");
    expect(failure(pad(full, 0), take)).toBe("");
  }
  expect(failure(pad(4, 0x10), u32)).toBe("integer too large");
  expect(failure(pad(4, 0x0f), u32)).toBe("");
  expect(failure(pad(4, 0x08), s32)).toBe("integer too large");
  expect(failure(pad(4, 0x70), s32)).toBe("integer too large");
  expect(failure(pad(4, 0x78), s32)).toBe("");
  expect(failure(pad(9, 0x02), u64)).toBe("integer too large");
  expect(failure(pad(9, 0x01), u64)).toBe("");
  expect(failure(pad(9, 0x01), s64)).toBe("integer too large");
  expect(failure(pad(9, 0x7e), s64)).toBe("integer too large");
  expect(failure(pad(9, 0x7f), s64)).toBe("");
});

test("bits of floats", () => {
  const r = new ByteReader(column(Uint8Array.from([0xff, 1, 0, 0xa0, 0x7f, 8, 7, 6, 5, 4, 3, 2, 0xf1])));
  expect(r.readByte()).toBe(0xff);
  expect(r.readF32Bits()).toBe(0x7fa00001);
  r.readF64Bits();
  expect([r.lo, r.hi, r.at]).toEqual([0x05060708, 0xf1020304 | 0, 13]);
});

test("UTF-8 as the platform's decoder sees it", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const isValid = (bytes: Uint8Array) => {
    try {
      decoder.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const edges = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0];
  edges.push(0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff);
  for (const a of edges) {
    for (const b of edges) {
      for (const c of edges) {
        for (const d of edges) {
          const bytes = Uint8Array.from([a, b, c, d]);
          const ours = findInvalidUtf8(column(bytes), 0, 4) < 0;
          if (ours !== isValid(bytes)) throw new Error(`${bytes}: ours ${ours}`);
        }
      }
    }
  }
});
