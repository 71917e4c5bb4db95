// Compiled by asc for twin.test.ts: bytes in, bits or text out.

import { U8Column } from "../../src/base/columns";
import { floatText } from "../../src/base/float-print";
import { FloatReader } from "../../src/base/float-text";
import { IntegerReader } from "../../src/base/integer-text";

const input = new U8Column();
const floats = new FloatReader();
const integers = new IntegerReader();
let text: string = "";
let lo: i32 = 0;
let hi: i32 = 0;

export function clear(): void {
  input.clear();
}

export function push(byte: i32): void {
  input.push(byte);
}

export function readFloat(double: boolean): i32 {
  const status = floats.read(input, 0, input.length, double);
  lo = floats.lo;
  hi = floats.hi;
  return status;
}

export function readInteger(bits: i32): i32 {
  const status = integers.read(input, 0, input.length, bits);
  lo = integers.lo;
  hi = integers.hi;
  return status;
}

export function resultLo(): i32 {
  return lo;
}

export function resultHi(): i32 {
  return hi;
}

/** Prints; the text's length. */
export function print(bitsLo: i32, bitsHi: i32, double: boolean): i32 {
  text = floatText(bitsLo, bitsHi, double);
  return text.length;
}

export function character(i: i32): i32 {
  return text.charCodeAt(i);
}
