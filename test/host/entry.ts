// What the twin test runs in both hosts: every primitive over the operands that differ between JavaScript and
// WebAssembly, and columns through growth, copies and shrinking. Results are gathered in one column.

import { I32Column, U8Column } from "../../src/base/columns";
import { clz32, ctz32, divU32, ltU32, mul32, popcnt32, remU32, shrU32 } from "host/prims";

const out = new I32Column();

function operand(i: i32): i32 {
  switch (i) {
    case 0:
      return 0;
    case 1:
      return 1;
    case 2:
      return -1;
    case 3:
      return 2147483647;
    case 4:
      return -2147483647 - 1;
    case 5:
      return 65536;
    case 6:
      return 0x12345678;
    case 7:
      return -65537;
  }
  return 31;
}

const OPERANDS: i32 = 9;

function runPrims(): void {
  for (let i: i32 = 0; i < OPERANDS; i++) {
    const a = operand(i);
    out.push(clz32(a));
    out.push(ctz32(a));
    out.push(popcnt32(a));
    for (let k: i32 = 0; k < OPERANDS; k++) {
      const b = operand(k);
      out.push(mul32(a, b));
      out.push(shrU32(a, b & 31));
      out.push(ltU32(a, b) ? 1 : 0);
      out.push(u32(a) < u32(b) ? 1 : 0);
      out.push((a + b) | 0);
      out.push((a - b) | 0);
      if (b != 0) {
        out.push(divU32(a, b));
        out.push(remU32(a, b));
      }
    }
  }
}

function pushBytes(bytes: U8Column): void {
  out.push(bytes.length);
  for (let i: i32 = 0; i < bytes.length; i++) out.push(bytes.get(i));
}

function pushWords(words: I32Column): void {
  out.push(words.length);
  for (let i: i32 = 0; i < words.length; i++) out.push(words.get(i));
}

function runBytes(): void {
  const bytes = new U8Column();
  for (let i: i32 = 0; i < 300; i++) bytes.push(i * 7);
  bytes.set(3, -1);
  bytes.setI32(5, -2023406815);
  out.push(bytes.getI32(5));
  out.push(bytes.getI32(6));
  bytes.pushI32(0x01020304);
  bytes.resize(310);
  bytes.resize(2);
  bytes.resize(9);
  pushBytes(bytes);
  bytes.append(bytes, 0, 9);
  bytes.fill(200, 4, 8);
  const other = new U8Column();
  other.append(bytes, 1, 12);
  other.copyAt(2, bytes, 0, 5);
  other.reserve(5000);
  pushBytes(other);
  pushBytes(bytes);
}

function runWords(): void {
  const words = new I32Column();
  for (let i: i32 = 0; i < 200; i++) words.push(mul32(i, -1640531527));
  out.push(words.top());
  out.push(words.pop());
  words.resize(5);
  words.resize(8);
  words.fill(-3, 2, 4);
  words.append(words, 0, 8);
  const bytes = new U8Column();
  bytes.push(9);
  bytes.appendWords(words);
  pushBytes(bytes);
  const back = new I32Column();
  back.push(77);
  back.appendFromBytes(bytes, 1, words.length);
  pushWords(back);
  // Buffers that growth left behind serve again: their old contents must not show.
  for (let k: i32 = 0; k < 20; k++) {
    const fresh = new I32Column();
    fresh.resize(40 + k * 17);
    let sum: i32 = 0;
    for (let i: i32 = 0; i < fresh.length; i++) sum = sum | fresh.get(i);
    out.push(sum);
    fresh.fill(k + 1, 0, fresh.length);
    fresh.reserve(fresh.length * 3);
  }
}

/** Runs everything; the number of results. */
export function run(): i32 {
  out.clear();
  runPrims();
  runBytes();
  runWords();
  return out.length;
}

export function result(i: i32): i32 {
  return out.get(i);
}
