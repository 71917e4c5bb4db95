// Texts made to hurt: whatever they say, reading them takes time in proportion to their length, no recursion, and
// ends in a module or a message.

import { expect, test } from "bun:test";
import { cpuMilliseconds, leastTimes } from "../cpu-time";
import { check } from "../wasm/load";
import { read } from "./helpers";

const many = 20_000;

/** Time of one reading in milliseconds, the best of two. */
function time(text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 2; i++) {
    const start = cpuMilliseconds();
    read(text);
    best = Math.min(best, cpuMilliseconds() - start);
  }
  return best;
}

const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");

/** Name, text by size. */
const shapes: [string, (n: number) => string][] = [
  ["open parentheses", (n) => "(".repeat(n)],
  ["closing parentheses", (n) => `(module${")".repeat(n)}`],
  ["nested folded operands", (n) => `(func ${"(i32.eqz ".repeat(n)}(i32.const 1)${")".repeat(n)} drop)`],
  ["nested folded blocks", (n) => `(func ${"(block ".repeat(n)}${")".repeat(n)})`],
  ["nested folded ifs", (n) => `(func ${"(if (i32.const 1) (then ".repeat(n)}${"))".repeat(n)})`],
  ["nested conditions", (n) => `(func ${"(if ".repeat(n)}(i32.const 1)${"(then))".repeat(n)})`],
  ["nested plain blocks", (n) => `(func ${"block $l ".repeat(n)}br $l ${"end $l ".repeat(n)})`],
  ["branches out of nested blocks", (n) => `(func ${lines(n, (i) => `block $${i}`)} br $0 ${"end ".repeat(n)})`],
  ["nested block comments", (n) => `${"(;".repeat(n)}${";)".repeat(n)}(module)`],
  ["nested annotations", (n) => `${"(@a ".repeat(n)}${")".repeat(n)}(module)`],
  ["nested custom annotations", (n) => `${"(@custom ".repeat(n)}${")".repeat(n)}(module)`],
  ["custom annotations", (n) => `(module ${'(@custom "x" "y")'.repeat(n)})`],
  ["annotations in a body", (n) => `(func ${'(@metadata.code.branch_hint "\\00") br_if 0 '.repeat(n)})`],
  ["unclosed annotations", (n) => "(@a ".repeat(n)],
  ["unclosed comments", (n) => "(; ".repeat(n)],
  ["a long string", (n) => `(data "${"\\u{1f600}\\ff".repeat(n)}")`],
  ["an unclosed string", (n) => `(data "${"x".repeat(n)}`],
  ["a long code point", (n) => `(data "\\u{${"0".repeat(n)}41}")`],
  ["a long number", (n) => `(global f64 (f64.const ${"9".repeat(n)}))`],
  ["a long fraction", (n) => `(global f64 (f64.const 0.${"9".repeat(n)}e-5))`],
  ["a long hexadecimal number", (n) => `(global i64 (i64.const 0x${"0".repeat(n)}1))`],
  ["a long name", (n) => `(func $${"x".repeat(n)})`],
  ["a long word", (n) => `(func ${"x".repeat(n)})`],
  ["names that begin alike", (n) => lines(n / 10, (i) => `(func $${"x".repeat(50)}${i})`)],
  ["names each longer than the one before", (n) => lines(Math.sqrt(n * 8), (i) => `(func $${"a".repeat(i + 1)})`)],
  ["many functions", (n) => lines(n / 10, (i) => `(func $f${i} call $f${n / 10 - 1 - i})`)],
  ["many locals", (n) => `(func ${lines(n / 10, (i) => `(local $l${i} ${i % 2 ? "i32" : "i64"})`)})`],
  ["many types", (n) => lines(n / 10, (i) => `(type (func ${"(param i32)".repeat(i % 7)}))`)],
  ["signatures that no type gives", (n) => lines(Math.sqrt(n * 4), (i) => `(func (param ${"i32 ".repeat(i)}))`)],
  [
    "many fields",
    (n) => `(type $t (struct ${lines(n / 10, (i) => `(field $f${i} i32)`)}))
    (func ${lines(n / 10, (i) => `struct.get $t $f${i}`)})`,
  ],
  ["many labels in a table", (n) => `(func block $l br_table ${"$l ".repeat(n)} end)`],
  ["many exports of a function", (n) => `(func ${lines(n / 10, (i) => `(export "${i}")`)})`],
  ["many strings", (n) => `(data ${'"" '.repeat(n)})`],
  ["empty groups", (n) => "(rec)".repeat(n)],
  ["a line of spaces", (n) => `${" ".repeat(n)}x`],
  ["lines of nothing", (n) => `${"\n".repeat(n)}(x)`],
];

test.each(shapes)("linear time: %s", (_, shape) => {
  // Eight times the text; quadratic would be 64 times the time.
  const [few, more] = [shape(many), shape(many * 8)];
  const [small, large] = leastTimes(
    () => Math.max(time(few), 8),
    () => time(more),
    (small, large) => large < 24 * small,
  );
  expect(large / small).toBeLessThan(24);
});

test("a text that is too large", () => {
  expect(read(new Uint8Array(0x800_0001).fill(0x20)).message).toBe("1:1: text too large: the limit is 134217728 bytes");
});

test("40,000 nested instructions are a module", () => {
  const nested = 40_000;
  for (const text of [
    `(func ${"(block ".repeat(nested)}${")".repeat(nested)})`,
    `(func ${"block ".repeat(nested)}${"end ".repeat(nested)})`,
    `(func (result i32) ${"(i32.eqz ".repeat(nested)}(i32.const 1)${")".repeat(nested)})`,
  ]) {
    const { bytes, message } = read(text);
    expect(message).toBe("");
    expect(check(bytes as Uint8Array).message).toBe("");
  }
});

/** A text with something of everything. */
const sample = `(module $m (@custom "c" (before code) "x")
  (type $s (sub final (struct (field $a i8) (field (mut (ref null $t))))))
  (rec (type $t (sub (array (mut i64)))) (type $u (sub $t (array (mut i64)))))
  (import "m" "f" (func $f (@name "g") (param $p i32) (result i64)))
  (table $tab (export "t") i64 1 2 funcref) (table funcref (elem $f)) (memory (pagesize 1) (data "a\\00\\u{41}"))
  (memory $mem 1 2 shared) (global $g (mut i32) (i32.add (i32.const 0x_1) (i32.const -5))) (tag $e (param f32))
  (elem $el (table $tab) (offset (i64.const 0)) (ref null func) (item ref.null func)) (elem declare func $f) (start $h)
  (data $d "x") (data (memory $mem) (i32.const 1) (i16 1 2) "y")
  (func $h (local $x f64) (local v128 v128) ;; comment
    (local.set $x (f64.const -nan:0x123)) (; (; ;) ;)
    block $b (result i32) (br_if $b (i32.const 1) (i32.const 0)) end $b drop
    (if $i (i32.eqz (i32.const 1)) (then (br $i)) (else nop))
    (drop (v128.const f32x4 1 nan inf 0x1p-3)) (drop (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31
      (v128.load8_lane $mem offset=1 align=1 0 (i32.const 1) (local.get 1)) (local.get 2)))
    try_table (catch $e 0) (catch_all_ref 0) end
    (drop (call_indirect $tab (param i32) (result i64) (i32.const 1) (i64.const 0)))
    (drop (select (result f32) (f32.const 1e-40) (f32.const 0x1.8p+1) (i32.const 0)))
    (drop (struct.get_s $s $a (struct.new_default $s))) (drop (ref.test (ref null $t) (ref.null none)))
    (br_table 0 0 0 (i32.const 3))
    (memory.init $mem $d (i32.const 0) (i32.const 0) (i32.const 0)) (i32.atomic.store $mem (i32.const 0) (i32.const 1))))`;

/** What a reading must have: a module with its sections, or a place in the text and a message. */
function checkReading(text: Uint8Array): void {
  const { bytes, diag } = read(text);
  if (bytes != null) {
    // The decoder has an answer too.
    check(bytes);
    return;
  }
  expect(diag.line).toBeGreaterThan(0);
  expect(diag.column).toBeGreaterThan(0);
  expect(diag.offset).toBeLessThanOrEqual(text.length);
  expect(diag.excerpt).toContain("^");
}

test("cut off at every byte", () => {
  const bytes = Buffer.from(sample);
  expect(read(bytes).message).toBe("6:69: unknown operator 0x_1: expected an integer");
  const right = Buffer.from(sample.replace("0x_1", "0x1"));
  expect(read(right).message).toBe("");
  for (let length = 0; length < right.length; length++) checkReading(right.subarray(0, length));
});

test("changed bytes and tokens", () => {
  let seed = 12345;
  const random = (n: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >> 8) % n;
  };
  const text = sample.replace("0x_1", "0x1");
  const bytes = Buffer.from(text);
  for (let i = 0; i < 20_000; i++) {
    const copy = Buffer.from(bytes);
    for (let k = random(3); k >= 0; k--)
      copy[random(copy.length)] = random(4) == 0 ? random(256) : bytes[random(bytes.length)];
    checkReading(copy);
  }
  const tokens = text.match(/\(;|;\)|"[^"]*"|[()]|[^\s()"]+|\s+/g) as string[];
  for (let i = 0; i < 20_000; i++) {
    const copy = tokens.slice();
    for (let k = random(3); k >= 0; k--) {
      const at = random(copy.length);
      const action = random(3);
      if (action == 0) copy.splice(at, 1);
      else if (action == 1) copy.splice(at, 0, tokens[random(tokens.length)]);
      else copy[at] = tokens[random(tokens.length)];
    }
    checkReading(Buffer.from(copy.join("")));
  }
}, 600_000);
