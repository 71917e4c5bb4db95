// Floats as text that reads back exactly: the shortest decimal digits, laid out as JavaScript does (ECMA-262,
// Number::toString), and inf, nan and nan:0x… as the WebAssembly text format has them.

import { computeShortest, shortestCount, shortestDigit, shortestPoint } from "./shortest";
import { hexText } from "./wide-text";

/** The f64, or f32, with these bits. */
export function floatText(lo: i32, hi: i32, double: boolean): string {
  const sign = (double ? hi : lo) < 0 ? "-" : "";
  const top = double ? hi & 0x7fffffff : lo & 0x7fffffff;
  const infinity: i32 = double ? 0x7ff00000 : 0x7f800000;
  if (top >= infinity) {
    const payloadHi = double ? top - infinity : 0;
    const payloadLo = double ? lo : top - infinity;
    if (payloadHi == 0 && payloadLo == 0) return `${sign}inf`;
    if (double ? payloadHi == 0x80000 && payloadLo == 0 : payloadLo == 0x400000) return `${sign}nan`;
    return `${sign}nan:0x${hexText(payloadLo, payloadHi)}`;
  }
  if (top == 0 && (!double || lo == 0)) return `${sign}0`;
  computeShortest(lo, hi, double);
  return sign + layOut(shortestPoint());
}

/** Lays out the digits found; the decimal point is behind the first `point` of them. */
function layOut(point: i32): string {
  const count = shortestCount();
  if (point > 21 || point < -5) {
    const fraction = count > 1 ? `.${digits(1, count)}` : "";
    const exponent = point - 1;
    return `${digits(0, 1)}${fraction}e${exponent > 0 ? "+" : ""}${exponent}`;
  }
  if (point <= 0) return `0.${zeros(0 - point)}${digits(0, count)}`;
  if (point >= count) return digits(0, count) + zeros(point - count);
  return `${digits(0, point)}.${digits(point, count)}`;
}

function digits(start: i32, end: i32): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(48 + shortestDigit(i));
  return text;
}

function zeros(count: i32): string {
  let text = "";
  for (let i: i32 = 0; i < count; i++) text += "0";
  return text;
}
