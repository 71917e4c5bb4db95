// Values at the edges.

import type { Random } from "./random";
import { isNumber, node, type Node, type Type, type Value, zero } from "./tree";

const integers: bigint[] = [0n, 1n, 2n, 3n, 4n, 5n, 7n, 8n, 9n, 10n, 12n, 15n, 24n, 25n, 60n, 64n, 100n, 1000n];
for (const k of [4n, 5n, 6n, 7n, 8n, 12n, 15n, 16n, 20n, 23n, 24n, 30n, 31n, 32n, 33n, 47n, 48n, 52n, 53n, 62n, 63n]) {
  integers.push((1n << k) - 1n, 1n << k, (1n << k) + 1n);
}
integers.push(0x5555555555555555n, 0x123456789abcdefn, 0x8080808080808080n, 0xff00ff00ff00ff00n, 0x80000000ffffffffn);
for (const n of [...integers]) integers.push(-n);

const floats: number[] = [
  0,
  0.25,
  0.5,
  0.75,
  1,
  1.5,
  2,
  2.5,
  3,
  3.5,
  7,
  100.25,
  255,
  256,
  1e-10,
  1e-40,
  5e-324,
  2 ** -149,
];
floats.push(
  1.1754943508222875e-38,
  8388607.5,
  8388609,
  4503599627370495.5,
  9007199254740994,
  16777217,
  1e10,
  1e19,
  1e38,
);
floats.push(
  3.4028234663852886e38,
  3.4028235677973366e38,
  1e300,
  Number.MAX_VALUE,
  Number.POSITIVE_INFINITY,
  Number.NaN,
);
for (const k of [31, 32, 63, 64])
  floats.push(2 ** k, 2 ** k - 1, 2 ** k + 1, 2 ** k - 0.5, 2 ** k - 2 ** (k - 24), 2 ** k - 2 ** (k - 53));
for (const x of [...floats]) floats.push(-x);

const view = new DataView(new ArrayBuffer(8));

export function floatBits(type: Type, x: number): bigint {
  if (Number.isNaN(x)) return type == "f32" ? 0x7fc00000n : 0x7ff8000000000000n;
  if (type == "f32") {
    view.setFloat32(0, x);
    return BigInt(view.getUint32(0));
  }
  view.setFloat64(0, x);
  return view.getBigUint64(0);
}

export function bitsFloat(type: Type, bits: bigint): number {
  view.setBigUint64(0, bits);
  return type == "f32" ? view.getFloat32(4) : view.getFloat64(0);
}

/** All edges of a type. */
export function edges(type: Type): Value[] {
  if (!isNumber(type)) return [{ type, bits: 0n }];
  const isWide = type == "i64" || type == "f64";
  const all = type[0] == "i" ? integers : floats.map((x) => floatBits(type, x));
  return [...new Set(all.map((n) => BigInt.asUintN(isWide ? 64 : 32, n)))].map((bits) => ({ type, bits }));
}

const SPECIAL = [0, -0, 0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, -1, 0.5];
const lists = new Map<Type, Value[]>();

export function edge(r: Random, type: Type): Value {
  let list = lists.get(type);
  if (list == undefined) {
    list = edges(type);
    lists.set(type, list);
  }
  if ((type == "f32" || type == "f64") && r.one(4)) return { type, bits: floatBits(type, r.pick(SPECIAL)) };
  if (type == "i32" && r.one(3)) return { type, bits: BigInt(r.below(20)) };
  if (type == "i32" && r.one(5)) return { type, bits: BigInt(r.next() >>> 0) };
  return r.pick(list);
}

/** The text of a float that the text format reads back to these bits. */
function floatText(type: Type, bits: bigint): string {
  const x = bitsFloat(type, bits);
  if (Number.isNaN(x)) return (type == "f32" ? bits >> 31n : bits >> 63n) == 1n ? "-nan" : "nan";
  if (!Number.isFinite(x)) return x < 0 ? "-inf" : "inf";
  return Object.is(x, -0) ? "-0" : String(x);
}

export function constant({ type, bits }: Value): Node {
  if (type == "i32") return node("i32.const", type, `${BigInt.asIntN(32, bits)}`);
  if (type == "i64") return node("i64.const", type, `${BigInt.asIntN(64, bits)}`);
  if (!isNumber(type)) return zero(type);
  return node(`${type}.const`, type, floatText(type, bits));
}
