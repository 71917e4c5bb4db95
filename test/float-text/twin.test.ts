// Reading and printing numbers compiled by asc do what they do in JavaScript, with the native twins' checks on.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { floatText } from "../../src/base/float-print";
import { FloatReader } from "../../src/base/float-text";
import { IntegerReader } from "../../src/base/integer-text";
import { compileTwin, startTwin } from "../host/twin";
import { columnOf, makeRandom, randomBits } from "./helpers";

test("numbers read and printed by the compiled code", () => {
  const native = startTwin<Record<string, (...args: number[]) => number>>(compileTwin("test/float-text/twin-entry.ts"));
  const random = makeRandom(5);
  const floats = new FloatReader();
  const integers = new IntegerReader();
  const give = (text: string) => {
    native.clear!();
    for (const byte of Buffer.from(text)) native.push!(byte);
  };
  const compare = (text: string) => {
    give(text);
    const column = columnOf(text);
    for (const double of [true, false]) {
      const here = [floats.read(column, 0, column.length, double), floats.lo, floats.hi];
      const there = [native.readFloat!(double ? 1 : 0), native.resultLo!(), native.resultHi!()];
      expect([text, ...there]).toEqual([text, ...here]);
    }
    for (const bits of [8, 32, 64]) {
      const here = [integers.read(column, 0, column.length, bits), integers.lo, integers.hi];
      const there = [native.readInteger!(bits), native.resultLo!(), native.resultHi!()];
      expect([text, ...there]).toEqual([text, ...here]);
    }
  };
  const letters = "0123456789abcdef.._eepp+-x";
  for (let i = 0; i < 3000; i++) {
    const double = (i & 1) == 0;
    const bits = randomBits(random, double);
    const lo = Number(bits & 0xffffffffn) | 0;
    const hi = Number(bits >> 32n) | 0;
    const text = floatText(lo, hi, double);
    const length = native.print!(lo, hi, double ? 1 : 0);
    expect(String.fromCharCode(...Array.from({ length }, (_, k) => native.character!(k)))).toBe(text);
    compare(text);
    compare(`${random(2) ? "-" : ""}${random(4294967296)}${random(4294967296)}`.slice(0, 1 + random(20)));
    let noise = random(2) ? "0x" : "";
    for (let k = random(12); k >= 0; k--) noise += letters.charAt(random(letters.length));
    compare(noise);
  }
  for (const text of ["", "-", "nan", "-nan:0x12345", "inf", "1e999", "1e-999", `0.${"0".repeat(3000)}1e3000`])
    compare(text);
  compare(`0x1.${"0".repeat(3000)}1p-1075`);
  compare("9".repeat(3000));
}, 600_000);
