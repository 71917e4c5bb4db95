// Values as `wx --invoke` prints them, and wasmtime: integers as signed decimals, floats with the fewest digits that read
// back, and never an exponent. What executables print is runtime/script.ts.

import { computeShortest, shortestCount, shortestDigit, shortestPoint } from "./shortest";
import { signedText } from "./wide-text";

/** The value with these bits; its type as a letter: i, l, f, d (link/calls.ts). */
export function valueText(letter: string, lo: i32, hi: i32): string {
  if (letter == "i") return `${lo}`;
  if (letter == "l") return signedText(lo, hi);
  return fixedText(lo, hi, letter == "d");
}

function fixedText(lo: i32, hi: i32, double: boolean): string {
  const sign = (double ? hi : lo) < 0 ? "-" : "";
  const top = (double ? hi : lo) & 0x7fff_ffff;
  const infinity: i32 = double ? 0x7ff0_0000 : 0x7f80_0000;
  const rest: i32 = double ? lo : 0;
  if (top > infinity || (top == infinity && rest != 0)) return "NaN";
  if (top == infinity) return `${sign}inf`;
  if (top == 0 && rest == 0) return `${sign}0`;
  computeShortest(lo, hi, double);
  const count = shortestCount();
  const point = shortestPoint();
  const end = count > point ? count : point;
  let text = sign;
  // With zeros before or behind the digits, and the point where it belongs.
  for (let i: i32 = point <= 0 ? point - 1 : 0; i < end; i++) {
    if (i == point) text += ".";
    text += String.fromCharCode(i >= 0 && i < count ? 48 + shortestDigit(i) : 48);
  }
  return text;
}
