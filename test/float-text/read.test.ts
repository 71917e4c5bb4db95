// Text to numbers: against JavaScript's Number for f64, and for both formats against rounding with big integers.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cpuMilliseconds } from "../cpu-time";
import { FloatReader } from "../../src/base/float-text";
import * as help from "./helpers";

const { bitsOf, decimalText, exactFraction, fractionOf, makeRandom, readFloat, readInteger, roundFraction } = help;
const formats = [true, false];

/** Compares with exact rounding; returns the expected outcome. */
function check(text: string, double: boolean): help.Outcome {
  const [numerator, denominator] = fractionOf(text);
  const expected = roundFraction(numerator, denominator, double);
  const negative = text.startsWith("-") && typeof expected == "bigint";
  const bits = negative ? expected | (double ? 1n << 63n : 1n << 31n) : expected;
  expect([text, readFloat(text, double)]).toEqual([text, bits]);
  return bits;
}

test("the reference itself agrees with JavaScript", () => {
  for (const text of ["0", "1", "0.1", "5e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "1e308"]) {
    expect(roundFraction(...fractionOf(text), true)).toBe(bitsOf(Number(text), true));
    expect(roundFraction(...fractionOf(text), false)).not.toBe("malformed");
  }
  expect(roundFraction(...fractionOf("1.7976931348623159e308"), true)).toBe("range");
  expect(roundFraction(1n, 3n, false)).toBe(bitsOf(1 / 3, false));
  expect(roundFraction(16777217n, 1n, false)).toBe(bitsOf(16777216, false));
  expect(roundFraction(16777219n, 1n, false)).toBe(bitsOf(16777220, false));
});

test("decimal numbers, against JavaScript", () => {
  const random = makeRandom(1);
  const digits = (n: number) => Array.from({ length: n }, () => random(10)).join("");
  for (let i = 0; i < 20000; i++) {
    const whole = digits(1 + random(random(4) ? 3 : 25));
    const fraction = random(2) ? `.${digits(random(random(4) ? 4 : 40))}` : "";
    const exponent = random(2)
      ? `${random(2) ? "e" : "E"}${["", "+", "-"][random(3)]}${random(random(3) ? 30 : 340)}`
      : "";
    const text = `${["", "-", "+"][random(3)]}${whole}${fraction}${exponent}`;
    const x = Number(text);
    expect([text, readFloat(text, true)]).toEqual([text, Number.isFinite(x) ? bitsOf(x, true) : "range"]);
  }
}, 600_000);

test("decimal and hexadecimal numbers of both formats, against exact rounding", () => {
  const random = makeRandom(2);
  const digits = (n: number, base: number) => Array.from({ length: n }, () => random(base).toString(base)).join("");
  for (let i = 0; i < 4000; i++) {
    const base = i & 1 ? 16 : 10;
    const whole = digits(1 + random(12), base);
    const fraction = random(2) ? `.${digits(random(30), base)}` : "";
    const limit = base == 16 ? [160, 1100] : [50, 330];
    const letter = base == 16 ? "p" : "e";
    const sign = ["", "-", "+"][random(3)];
    const text = `${base == 16 ? "0x" : ""}${whole}${fraction}${letter}${sign}`;
    check(text + random(limit[0]!), false);
    check(text + random(limit[1]!), true);
  }
}, 600_000);

test("numbers halfway between two floats, and a trifle off", () => {
  const random = makeRandom(3);
  for (let i = 0; i < 600; i++) {
    const double = formats[i & 1]!;
    const bits = help.randomBits(random, double);
    const [n, d] = exactFraction(bits, double);
    const [n2, d2] = exactFraction(bits + 1n, double);
    if (bits + 1n == (double ? 0x7ff0000000000000n : 0x7f800000n)) continue;
    const halfway = decimalText(n * d2 + n2 * d, 2n * d * d2);
    expect(check(halfway, double)).toBe(bits + (bits & 1n));
    const above = halfway.includes(".") ? `${halfway}${"0".repeat(random(900))}1` : `${halfway}.${"0".repeat(900)}1`;
    expect(check(above, double)).toBe(bits + 1n);
    const trimmed = halfway.includes(".") ? halfway.replace(/0+$/, "") : halfway;
    if (!/[1-9]$/.test(trimmed)) continue;
    const below = trimmed.slice(0, -1) + (Number(trimmed.slice(-1)) - 1) + "9".repeat(1 + random(900));
    if (trimmed.includes(".")) expect(check(below, double)).toBe(bits);
  }
}, 600_000);

test("the largest and the smallest", () => {
  for (const double of formats) {
    const top = double ? 0x7fefffffffffffffn : 0x7f7fffffn;
    const [most] = exactFraction(top, double);
    const [before] = exactFraction(top - 1n, double);
    const half = (most - before) / 2n;
    expect(readFloat(`${most + half - 1n}`, double)).toBe(top);
    expect(readFloat(`${most + half - 1n}.999`, double)).toBe(top);
    expect(readFloat(`${most + half}`, double)).toBe("range");
    expect(readFloat(`-${most + half}`, double)).toBe("range");
    const least = double ? 1074 : 149;
    expect(readFloat(`0x1p-${least}`, double)).toBe(1n);
    expect(readFloat(`0x1p-${least + 1}`, double)).toBe(0n);
    expect(readFloat(`0x1.${"0".repeat(2000)}1p-${least + 1}`, double)).toBe(1n);
    expect(readFloat(`0x1.8p-${least}`, double)).toBe(2n);
    expect(readFloat(`0x1p-${least + 2}`, double)).toBe(0n);
    expect(readFloat(`0x1p${double ? 1024 : 128}`, double)).toBe("range");
    for (const huge of ["1e999999999999999999", "0x1p99999999999", "1e2147483648", "0x1p2147483647"]) {
      expect(readFloat(huge, double)).toBe("range");
      expect(readFloat(huge.replace(/[ep]/, "$&-"), double)).toBe(0n);
      expect(readFloat(huge.replace(/1(?=[ep])/, "0"), double)).toBe(0n);
    }
  }
  // f32 by way of f64 would round twice.
  expect(readFloat("1.00000017881393432617187499", false)).toBe(0x3f800001n);
  expect(readFloat("1.00000017881393432617187500", false)).toBe(0x3f800002n);
  expect(readFloat("1.00000017881393432617187501", false)).toBe(0x3f800002n);
});

test("special values", () => {
  expect(readFloat("inf", true)).toBe(0x7ff0000000000000n);
  expect(readFloat("-inf", false)).toBe(0xff800000n);
  expect(readFloat("+nan", true)).toBe(0x7ff8000000000000n);
  expect(readFloat("-nan", false)).toBe(0xffc00000n);
  expect(readFloat("nan:0x1", true)).toBe(0x7ff0000000000001n);
  expect(readFloat("-nan:0x7f_ffff", false)).toBe(0xffffffffn);
  expect(readFloat("nan:0x00000000000000000000000000000000000000000000001", false)).toBe(0x7f800001n);
  expect(readFloat("-nan:0xfffffffffffff", true)).toBe(0xffffffffffffffffn);
  expect(readFloat("nan:0xABCDEF0123456", true)).toBe(0x7ffabcdef0123456n);
  for (const text of ["nan:0x0", "nan:0x10000000000000", `nan:0x1${"0".repeat(100)}`]) {
    expect(readFloat(text, true)).toBe("range");
  }
  expect(readFloat("nan:0x800000", false)).toBe("range");
  expect(readFloat("-0", true)).toBe(1n << 63n);
  expect(readFloat("-0x0p0", false)).toBe(1n << 31n);
});

test("underscores stand between digits", () => {
  for (const [text, plain] of [
    ["1_000.000_5", "1000.0005"],
    ["1e1_0", "1e10"],
    ["0x1_0.0_8p1_0", "0x10.08p10"],
    ["0_1.", "1"],
  ]) {
    expect(readFloat(text!, true)).toBe(readFloat(plain!, true));
    expect(readFloat(plain!, true)).not.toBe("malformed");
  }
});

test("what is no number", () => {
  const wrong = [
    "",
    "+",
    "-",
    "--1",
    "+-1",
    "_1",
    "1_",
    "1__0",
    ".5",
    "-.5",
    "1._5",
    "1_.5",
    "1.5_",
    "1e",
    "1e+",
    "1e_1",
  ];
  wrong.push("1e1_", "1e1__0", "1e1.5", "0x", "0x.8", "0xp1", "0x1p", "0x1p0x1", "0x_1", "0x1_", "0x1._8", "0x1.8_p1");
  wrong.push("x1", "0X1", "1x", "1 ", " 1", "1p5", "0x1q", "1f", "1.5.5", "in", "infinity", "Inf", "nan:", "nan:1");
  wrong.push(
    "nan:0x",
    "nan:0xg",
    "nan:0x_1",
    "nan:0x1_",
    "nan:0X1",
    "nan1",
    "NaN",
    "nan:canonical",
    "é",
    "1é",
    "e5",
    "0xe+",
  );
  for (const text of wrong) {
    expect([text, readFloat(text, true)]).toEqual([text, "malformed"]);
    expect([text, readFloat(text, false)]).toEqual([text, "malformed"]);
  }
});

test("a million digits take linear time, and the last one counts", () => {
  const zeros = "0".repeat(1_000_000);
  const start = cpuMilliseconds();
  expect(readFloat(`9007199254740993.${zeros}`, true)).toBe(bitsOf(9007199254740992, true));
  expect(readFloat(`9007199254740993.${zeros}1`, true)).toBe(bitsOf(9007199254740994, true));
  expect(readFloat(`0x20000000000001.${zeros}`, true)).toBe(bitsOf(9007199254740992, true));
  expect(readFloat(`0x20000000000001.${zeros}01`, true)).toBe(bitsOf(9007199254740994, true));
  expect(readFloat(`0x20000000000001.8${zeros}1`, true)).toBe(bitsOf(9007199254740994, true));
  expect(readFloat(`0.${zeros}1e1000001`, true)).toBe(bitsOf(1, true));
  expect(readFloat(`15${zeros}e-1000001`, false)).toBe(bitsOf(1.5, false));
  expect(readFloat(`${"9".repeat(1_000_000)}e-1000000`, true)).toBe(bitsOf(1, true));
  expect(readFloat(`0x0.${zeros}1p4000004`, true)).toBe(bitsOf(1, true));
  expect(readFloat(`1e${zeros}5`, true)).toBe(bitsOf(100000, true));
  expect(readFloat(`nan:0x${zeros}5`, true)).toBe(0x7ff0000000000005n);
  expect(readInteger("1".repeat(1_000_000), 64)).toBe("range");
  expect(readInteger(`0x${zeros}1`, 64)).toBe(1n);
  expect(cpuMilliseconds() - start).toBeLessThan(5000);
}, 600_000);

test("a reader that read something else before", () => {
  const reader = new FloatReader();
  const texts = [`1.${"7".repeat(2000)}`, "3", "nan:0x5", "1e999", "-2.5", "1x", "0.1", "inf", "0", "0x1p-2"];
  for (const first of texts) {
    for (const second of texts) {
      for (const text of [first, second]) {
        const column = help.columnOf(text);
        const status = reader.read(column, 0, column.length, true);
        const bits = (BigInt(reader.hi >>> 0) << 32n) | BigInt(reader.lo >>> 0);
        const expected = readFloat(text, true);
        if (typeof expected == "bigint") expect([first, second, status, bits]).toEqual([first, second, 0, expected]);
        else expect(status).toBe(expected == "malformed" ? 1 : 2);
      }
    }
  }
});

test("integers", () => {
  const wide = (x: bigint) => BigInt.asUintN(64, x);
  for (const bits of [8, 16, 32, 64]) {
    const size = 1n << BigInt(bits);
    for (const x of [0n, 1n, 9n, size / 2n - 1n, size / 2n, size - 1n, 10n, 99n]) {
      if (x >= size) continue;
      for (const text of [`${x}`, `+${x}`, `0x${x.toString(16)}`, `0x${x.toString(16).toUpperCase()}`, `00${x}`]) {
        expect([text, readInteger(text, bits)]).toEqual([text, x]);
        const unsigned = text.startsWith("+") ? "malformed" : x;
        expect([text, readInteger(text, bits, true)]).toEqual([text, unsigned]);
      }
      for (const text of [`-${x}`, `-0x${x.toString(16)}`]) {
        expect([text, readInteger(text, bits)]).toEqual([text, x > size / 2n ? "range" : wide(-x)]);
        expect(readInteger(text, bits, true)).toBe("malformed");
      }
    }
    for (const x of [size, size + 1n, size * 10n, size * 16n, size ** 3n, size * size + 5n]) {
      for (const sign of ["", "-", "+"]) {
        expect([x, readInteger(`${sign}${x}`, bits)]).toEqual([x, "range"]);
        expect([x, readInteger(`${sign}0x${x.toString(16)}`, bits)]).toEqual([x, "range"]);
      }
    }
  }
  const random = makeRandom(4);
  for (let i = 0; i < 2000; i++) {
    const x = (BigInt(random(4294967296)) << 32n) | BigInt(random(4294967296));
    expect(readInteger(`${x}`, 64)).toBe(x);
    expect(readInteger(`0x${x.toString(16)}`, 64)).toBe(x);
    const longer = x * 10n + BigInt(random(10));
    expect(readInteger(`${longer}`, 64)).toBe(longer < 1n << 64n ? longer : "range");
    const near = 18446744073709551615n - 20n + BigInt(random(40));
    expect(readInteger(`${near}`, 64)).toBe(near < 1n << 64n ? near : "range");
  }
  expect(readInteger("1_000_0", 32)).toBe(10000n);
  expect(readInteger("-0xa_b", 32)).toBe(wide(-0xabn));
  const wrong = [
    "",
    "-",
    "+",
    "_1",
    "1_",
    "1__0",
    "0x",
    "0x_1",
    "0xg",
    "1a",
    "a",
    "1.0",
    "1e3",
    "--1",
    "- 1",
    "0X1",
    "x1",
    "é",
  ];
  for (const text of wrong) expect([text, readInteger(text, 64)]).toEqual([text, "malformed"]);
  // A text that is no number is never merely too large.
  expect(readInteger("99999999999999999999999x", 32)).toBe("malformed");
});

const spec = join(import.meta.dir, "../../../shared/spec");

test.skipIf(!existsSync(spec))("malformed constants of the specification's scripts", () => {
  let count = 0;
  for (const name of ["const", "float_literals", "int_literals"]) {
    const script = JSON.parse(readFileSync(join(spec, name, "script.json"), "utf8"));
    for (const command of script.commands) {
      if (command.type != "assert_malformed") continue;
      const text = readFileSync(join(spec, name, command.filename), "utf8");
      const constant = /([if])(32|64)\.const ([^\s()]+)\s*\)/.exec(text);
      if (!constant) continue;
      const [, kind, bits, token] = constant;
      const actual = kind == "f" ? readFloat(token!, bits == "64") : readInteger(token!, Number(bits));
      const expected = command.text == "constant out of range" ? "range" : "malformed";
      expect([text, actual]).toEqual([text, expected]);
      count++;
    }
  }
  expect(count).toBeGreaterThan(150);
});
