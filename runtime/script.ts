// What the drivers that wx writes call (src/cli/script-driver.ts, src/cli/invoke.ts): reports of scripts and results of
// exports, on standard output, one a line. Numbers look as `wasmtime run --invoke` prints them: floats with the
// fewest digits that read back, and never an exponent.

import { computeShortest, shortestCount, shortestDigit, shortestPoint } from "../src/base/shortest";
import { flushTo, putByte, putNumber } from "./output";

/** What is found wrong is put down as numbers, one report a line: after the results that are other than expected, four
 *  numbers each (position, type code, low and high word), the step with its expected and its actual outcome. */
export function wx_script_check(step: u32, expected: u32, actual: u32): void {
  if (expected == actual) return;
  putField(step);
  putField(expected);
  putNumber(<u64>actual, 10, 0);
  putByte(10);
  flushTo(1);
}

function putField(value: u32): void {
  putNumber(<u64>value, 10, 0);
  putByte(32);
}

/** Notes result `position` of a type, which is not as expected. */
function putResult(position: u32, type: u32, bits: u64): u32 {
  putField(position);
  putField(type);
  putField(<u32>bits);
  putNumber(bits >> 32, 10, 0);
  putByte(10);
  flushTo(1);
  return 0;
}

/** Whether a result is the one expected. */
export function wx_script_i32(value: u32, expected: u32, position: u32): u32 {
  return value == expected ? 1 : putResult(position, 0x7f, <u64>value);
}

export function wx_script_i64(value: u64, expected: u64, position: u32): u32 {
  return value == expected ? 1 : putResult(position, 0x7e, value);
}

/** Floats are compared as bits, those of `mask` only. */
export function wx_script_f32(value: f32, mask: u32, expected: u32, position: u32): u32 {
  const bits = reinterpret<u32>(value);
  return (bits & mask) == expected ? 1 : putResult(position, 0x7d, <u64>bits);
}

export function wx_script_f64(value: f64, mask: u64, expected: u64, position: u32): u32 {
  const bits = reinterpret<u64>(value);
  return (bits & mask) == expected ? 1 : putResult(position, 0x7c, bits);
}

/** References are words; null is 0. With `isAny`, any other is as expected. */
export function wx_script_reference(word: u64, isAny: u32, expected: u64, position: u32): u32 {
  return (isAny != 0 ? word != 0 : word == expected) ? 1 : putResult(position, 0x64, word);
}

export function wx_print_i64(value: i64): void {
  if (value < 0) putByte(45);
  putNumber(value < 0 ? <u64>-value : <u64>value, 10, 0);
  putByte(10);
  flushTo(1);
}

export function wx_print_i32(value: i32): void {
  wx_print_i64(<i64>value);
}

export function wx_print_f32(value: f32): void {
  printFloat(reinterpret<u32>(value), reinterpret<u32>(value) << 1, 0xff00_0000, false);
}

export function wx_print_f64(value: f64): void {
  const bits = reinterpret<u64>(value);
  printFloat(bits, bits << 1, 0xffe0_0000_0000_0000, true);
}

/** Prints the float with these bits; `magnitude` are the bits without the sign, `infinity` those of infinity. */
function printFloat(bits: u64, magnitude: u64, infinity: u64, double: bool): void {
  if (magnitude > infinity) {
    // NaN, whatever its sign and payload
    putByte(78);
    putByte(97);
    putByte(78);
  } else {
    if (bits >> (double ? 63 : 31) != 0) putByte(45);
    if (magnitude == infinity) {
      putByte(105);
      putByte(110);
      putByte(102);
    } else if (magnitude == 0) {
      putByte(48);
    } else {
      computeShortest(<i32>bits, <i32>(bits >> 32), double);
      putDigits();
    }
  }
  putByte(10);
  flushTo(1);
}

/** Writes the digits found, with zeros before or behind them and the decimal point where it belongs. */
function putDigits(): void {
  const count = shortestCount();
  const point = shortestPoint();
  const end = count > point ? count : point;
  for (let i = point <= 0 ? point - 1 : 0; i < end; i++) {
    if (i == point) putByte(46);
    putByte(i >= 0 && i < count ? 48 + shortestDigit(i) : 48);
  }
}
