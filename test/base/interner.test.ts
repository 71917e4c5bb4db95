// Strings get numbers in the order in which they come, whatever they are; strings made to hurt cost no more than their
// length.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { cpuMilliseconds } from "../cpu-time";
import { U8Column } from "../../src/base/columns";
import { Interner } from "../../src/base/interner";

function intern(interner: Interner, text: string): number {
  const bytes = new U8Column();
  // Something stands around the string.
  bytes.push(0x78);
  for (const byte of Buffer.from(text, "latin1")) bytes.push(byte);
  bytes.push(0x79);
  return interner.intern(bytes, 1, bytes.length - 1);
}

/** Interns strings and compares with a map. */
function compare(interner: Interner, texts: string[]): void {
  const numbers = new Map<string, number>();
  for (const text of texts) {
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    expect(intern(interner, text)).toBe(numbers.get(text) as number);
  }
  expect(interner.count).toBe(numbers.size);
  const out = new U8Column();
  for (const [text, number] of numbers) {
    out.clear();
    interner.appendTo(out, number);
    expect(Buffer.from(out.data.subarray(0, out.length)).toString("latin1")).toBe(text);
    expect(interner.length(number)).toBe(text.length);
  }
}

let seed = 1;
function random(n: number): number {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return (seed >> 8) % n;
}

test("all strings of few characters, prefixes of each other, bytes 0", () => {
  const texts = [""];
  for (let i = 0; i < 400; i++) for (const c of "\0\x01\x80ÿ") texts.push(texts[i] + c);
  compare(new Interner(4), texts);
  compare(new Interner(4), texts.slice().reverse());
  compare(new Interner(1), texts);
});

test("random strings, often again", () => {
  for (const size of [1, 16, 0x4000]) {
    const texts = Array.from({ length: 20_000 }, () =>
      Array.from({ length: random(6) }, () => String.fromCharCode(random(3) == 0 ? random(256) : 97 + random(3))).join(
        "",
      ),
    );
    compare(new Interner(size), texts);
  }
});

test("cleared, it begins anew", () => {
  const interner = new Interner(16);
  compare(interner, ["a", "b", "ab"]);
  interner.clear();
  interner.clear();
  compare(interner, ["ab", "c", "a"]);
});

test("strings that differ late, and strings of one hash", () => {
  const interner = new Interner(0x4000);
  const start = cpuMilliseconds();
  const prefix = "x".repeat(1000);
  for (let i = 0; i < 2000; i++) expect(intern(interner, prefix + i)).toBe(i);
  // 31 × "b" + "B" is 31 × "a" + "a": all strings of these pairs have the same hash.
  const collide = (n: number) => Array.from({ length: 14 }, (_, k) => ((n >> k) & 1 ? "aa" : "bB")).join("");
  for (let i = 0; i < 1 << 14; i++) expect(intern(interner, collide(i))).toBe(2000 + i);
  expect(cpuMilliseconds() - start).toBeLessThan(5000);
});
