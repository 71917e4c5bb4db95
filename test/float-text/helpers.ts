// Numbers as texts, bits and fractions of big integers: the independent definition that the tests compare with.

import { U8Column } from "../../host/js/columns";
import { floatText } from "../../src/base/float-print";
import { FloatReader } from "../../src/base/float-text";
import { IntegerReader, NumberStatus } from "../../src/base/integer-text";

const view = new DataView(new ArrayBuffer(8));

export function bitsOf(x: number, double: boolean): bigint {
  if (!double) {
    view.setFloat32(0, x);
    return BigInt(view.getUint32(0));
  }
  view.setFloat64(0, x);
  return view.getBigUint64(0);
}

export function floatOf(bits: bigint, double: boolean): number {
  if (!double) {
    view.setUint32(0, Number(bits));
    return view.getFloat32(0);
  }
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

export function columnOf(text: string): U8Column {
  const column = new U8Column();
  const bytes = Buffer.from(text, "utf8");
  column.resize(bytes.length);
  column.data.set(bytes);
  return column;
}

export type Outcome = bigint | "malformed" | "range";

function outcome(status: number, lo: number, hi: number): Outcome {
  if (status == NumberStatus.Malformed) return "malformed";
  if (status == NumberStatus.OutOfRange) return "range";
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}

const floats = new FloatReader();
const integers = new IntegerReader();

/** What FloatReader makes of a text that stands between other characters. */
export function readFloat(text: string, double: boolean): Outcome {
  const column = columnOf(`7${text}7`);
  const status = floats.read(column, 1, column.length - 1, double);
  return outcome(status, floats.lo, floats.hi);
}

export function readInteger(text: string, bits: number, unsigned = false): Outcome {
  const column = columnOf(`7${text}7`);
  const end = column.length - 1;
  const status = unsigned ? integers.readUnsigned(column, 1, end, bits) : integers.read(column, 1, end, bits);
  return outcome(status, integers.lo, integers.hi);
}

export function printFloat(bits: bigint, double: boolean): string {
  return floatText(Number(bits & 0xffffffffn) | 0, Number(bits >> 32n) | 0, double);
}

/** Numerator and denominator of a finite number's magnitude as text: sign, decimal or hexadecimal, underscores. */
export function fractionOf(text: string): [bigint, bigint] {
  const plain = text.replaceAll("_", "").replace(/^[+-]/, "").toLowerCase();
  const isHex = plain.startsWith("0x");
  const [mantissa, exponent = "0"] = (isHex ? plain.slice(2) : plain).split(isHex ? "p" : "e");
  const [whole, fraction = ""] = mantissa!.split(".");
  let numerator = BigInt((isHex ? "0x" : "") + whole + fraction);
  let denominator = isHex ? 16n ** BigInt(fraction.length) : 10n ** BigInt(fraction.length);
  const scale = BigInt(isHex ? 2 : 10) ** BigInt(exponent.replace(/^[+-]/, ""));
  if (exponent.startsWith("-")) denominator *= scale;
  else numerator *= scale;
  return [numerator, denominator];
}

/** Bits of the float nearest to a fraction, of two the even one; "range" if that is infinity. */
export function roundFraction(numerator: bigint, denominator: bigint, double: boolean): Outcome {
  if (numerator == 0n) return 0n;
  const precision = double ? 53 : 24;
  const leastExponent = double ? -1074 : -149;
  const digits = (x: bigint) => x.toString(2).length;
  // The exponent of the last bit: right, or one too small.
  let last = Math.max(digits(numerator) - digits(denominator) - precision, leastExponent);
  for (;;) {
    const n = last < 0 ? numerator << BigInt(-last) : numerator;
    const d = last > 0 ? denominator << BigInt(last) : denominator;
    let mantissa = n / d;
    const rest = (n % d) * 2n;
    if (rest > d || (rest == d && (mantissa & 1n) == 1n)) mantissa++;
    if (mantissa < 1n << BigInt(precision) || n / d < 1n << BigInt(precision)) {
      const bits = (BigInt(last - leastExponent) << BigInt(precision - 1)) + mantissa;
      return bits >= (double ? 0x7ff0000000000000n : 0x7f800000n) ? "range" : bits;
    }
    last++;
  }
}

/** The exact value of finite bits without a sign, as a fraction with a power of two below. */
export function exactFraction(bits: bigint, double: boolean): [bigint, bigint] {
  const fractionBits = double ? 52n : 23n;
  const field = bits >> fractionBits;
  const fraction = bits & ((1n << fractionBits) - 1n);
  const mantissa = field == 0n ? fraction : fraction | (1n << fractionBits);
  const exponent = (field == 0n ? 1n : field) - (double ? 1075n : 150n);
  return exponent < 0n ? [mantissa, 1n << -exponent] : [mantissa << exponent, 1n];
}

/** A fraction whose denominator divides a power of ten, as exact decimal text. */
export function decimalText(numerator: bigint, denominator: bigint): string {
  const places = denominator.toString(2).length - 1;
  const digits = ((numerator * 10n ** BigInt(places)) / denominator).toString().padStart(places + 1, "0");
  return places == 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Random numbers that are the same each time (mulberry32). */
export function makeRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * limit);
  };
}

/** Bits of a finite float, without a sign: any, or next to where formats change. */
export function randomBits(random: (limit: number) => number, double: boolean): bigint {
  const infinity = double ? 0x7ff0000000000000n : 0x7f800000n;
  const any = (BigInt(random(4294967296)) << 32n) | BigInt(random(4294967296));
  switch (random(5)) {
    case 0:
      return any % (double ? 1n << 52n : 1n << 23n);
    case 1:
      // A power of two and its neighbours.
      return (((any % (double ? 2046n : 254n)) << (double ? 52n : 23n)) + BigInt(random(5))) % infinity;
    case 2:
      return infinity - 1n - (any % 1000n);
    case 3: {
      // Few digits.
      const x = Math.abs(random(100000) * 10 ** (random(60) - 30));
      return bitsOf(x, double) % infinity;
    }
  }
  return any % infinity;
}
