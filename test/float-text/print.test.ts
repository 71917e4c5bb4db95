// Floats to text: it reads back, no shorter text does, and none as short is nearer.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { exactFraction, floatOf, makeRandom, printFloat, randomBits, readFloat } from "./helpers";

/** The significant digits of a decimal text as an integer, and the exponent of the last one. */
function digitsOf(text: string): [bigint, number] {
  const [mantissa, exponent = "0"] = text.split("e");
  const [whole, fraction = ""] = mantissa!.split(".");
  const all = (whole! + fraction).replace(/^0+/, "");
  const digits = all.replace(/0+$/, "");
  return [BigInt(digits), Number(exponent) - fraction.length + all.length - digits.length];
}

/** Distance of digits × 10^exponent from a fraction, as a fraction's numerator over a common denominator. */
function distance(digits: bigint, exponent: number, [n, d]: [bigint, bigint]): bigint {
  const scale = 10n ** 400n;
  const x = exponent < 0 ? (digits * scale) / 10n ** BigInt(-exponent) : digits * scale * 10n ** BigInt(exponent);
  const difference = x * d - n * scale;
  return difference < 0n ? -difference : difference;
}

/** Checks the text of bits without a sign from the definition. */
function check(bits: bigint, double: boolean): void {
  const text = printFloat(bits, double);
  expect([text, readFloat(text, double)]).toEqual([text, bits]);
  const [digits, exponent] = digitsOf(text);
  const exact = exactFraction(bits, double);
  const own = distance(digits, exponent, exact);
  // What is nearer reads back as another number; halfway, the larger digits are taken.
  if (distance(digits + 1n, exponent, exact) <= own)
    expect(readFloat(`${digits + 1n}e${exponent}`, double)).not.toBe(bits);
  if (distance(digits - 1n, exponent, exact) < own)
    expect(readFloat(`${digits - 1n}e${exponent}`, double)).not.toBe(bits);
  // One digit less, to either side, is another number.
  const shorter = digits / 10n;
  for (const candidate of [shorter, shorter + 1n]) {
    if (digits >= 10n) expect(readFloat(`${candidate}e${exponent + 1}`, double)).not.toBe(bits);
  }
}

test("random floats of both formats", () => {
  const random = makeRandom(1);
  for (let i = 0; i < 3000; i++) check(randomBits(random, (i & 1) == 0) || 1n, (i & 1) == 0);
}, 600_000);

test("all exponents, with mantissas that round in either direction", () => {
  for (let field = 0n; field < 2047n; field++) {
    for (const mantissa of [0n, 1n, 2n, (1n << 52n) - 1n])
      if (field + mantissa != 0n) check((field << 52n) | mantissa, true);
  }
  for (let field = 0n; field < 255n; field++) {
    for (const mantissa of [0n, 1n, 2n, 0x7fffffn]) if (field + mantissa != 0n) check((field << 23n) | mantissa, false);
  }
}, 600_000);

test("f64 as JavaScript prints it", () => {
  const random = makeRandom(2);
  const same = (bits: bigint) => {
    const script = String(floatOf(bits, true));
    const text = printFloat(bits, true);
    if (text == script) return;
    // JavaScript takes the even digits where two texts are equally near, we the larger ones.
    const [digits, exponent] = digitsOf(text);
    const exact = exactFraction(bits, true);
    expect([script, text, distance(digits - 1n, exponent, exact)]).toEqual([
      script,
      text,
      distance(digits, exponent, exact),
    ]);
  };
  for (let i = 0; i < 20000; i++) same(randomBits(random, true));
  for (let power = -330; power < 310; power++) {
    for (const digits of ["1", "123", "999", "5", "1234567890123456"]) {
      const bits = readFloat(`${digits}e${power}`, true);
      if (typeof bits == "bigint") same(bits);
    }
  }
}, 600_000);

test("the layout", () => {
  const print = (text: string, double: boolean) => printFloat(readFloat(text, double) as bigint, double);
  for (const text of [
    "0",
    "-0",
    "1",
    "-1",
    "0.1",
    "100",
    "123.456",
    "0.000001",
    "1e-7",
    "1.5e-7",
    "1e+21",
    "1.25e+300",
  ]) {
    expect(print(text, true)).toBe(text);
  }
  for (const text of [
    "0",
    "-0",
    "1",
    "0.1",
    "16777216",
    "0.000001",
    "1e-7",
    "3.4028235e+38",
    "1e-45",
    "1.1754944e-38",
  ]) {
    expect(print(text, false)).toBe(text);
  }
  expect(print("100000000000000000000", true)).toBe("100000000000000000000");
  expect(print("1e-6", true)).toBe("0.000001");
  expect(print("1125899906842624.25", true)).toBe("1125899906842624.3");
  expect(print("562949953421312.125", true)).toBe("562949953421312.1");
  for (const text of ["inf", "-inf", "nan", "-nan", "nan:0x1", "-nan:0x400001", "nan:0x200000", "nan:0x7fffff"]) {
    expect(print(text, false)).toBe(text);
  }
  for (const text of ["inf", "-inf", "nan", "-nan", "nan:0x1", "nan:0x100000000", "-nan:0x8000000000001"]) {
    expect(print(text, true)).toBe(text);
  }
  expect(print("nan:0x8000000000000", true)).toBe("nan");
}, 600_000);
