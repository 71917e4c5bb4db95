// Control flow and local variables: what the builder makes of structured code computes what an engine computes.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { difference, ssa } from "./helpers";

const numbers = [0, 1, 2, 3, 5, 7, 10, -1, 100];

function check(wat: string, params = 1): void {
  const calls: [string, ...number[]][] = [];
  for (const x of numbers) {
    if (params === 1) calls.push(["f", x]);
    else for (const y of numbers) calls.push(["f", x, y]);
  }
  expect(difference(`(module ${wat})`, calls)).toBe("");
}

test("a counting loop with two phis", () => {
  check(`(func (export "f") (param i32) (result i32) (local $s i32)
    (block $out (loop $l
      (br_if $out (i32.le_s (local.get 0) (i32.const 0)))
      (local.set $s (i32.add (local.get $s) (local.get 0)))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br $l)))
    (local.get $s))`);
});

test("nested loops, a local that only the inner one changes", () => {
  check(`(func (export "f") (param i32) (result i32) (local $i i32) (local $j i32) (local $s i32)
    (if (i32.gt_u (local.get 0) (i32.const 20)) (then (return (i32.const -7))))
    (loop $outer
      (local.set $j (i32.const 0))
      (loop $inner
        (local.set $s (i32.add (i32.mul (local.get $s) (i32.const 3)) (local.get $j)))
        (local.set $j (i32.add (local.get $j) (i32.const 1)))
        (br_if $inner (i32.lt_s (local.get $j) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $outer (i32.lt_s (local.get $i) (local.get 0))))
    (i32.add (local.get $s) (local.get $j)))`);
});

test("if with and without else, in both arms and after", () => {
  check(`(func (export "f") (param i32) (result i32) (local $x i32) (local $y i32)
    (if (i32.and (local.get 0) (i32.const 1)) (then (local.set $x (i32.const 10))))
    (if (i32.and (local.get 0) (i32.const 2))
      (then (local.set $y (i32.add (local.get $x) (i32.const 1))) (local.set $x (i32.const 3)))
      (else (local.set $y (i32.mul (local.get $x) (i32.const 2)))))
    (if (i32.lt_s (local.get 0) (i32.const 3))
      (then (local.set $x (local.get $y)))
      (else (if (i32.eq (local.get 0) (i32.const 7)) (then (local.set $y (i32.const 99))))))
    (i32.add (i32.mul (local.get $x) (i32.const 1000)) (local.get $y)))`);
});

test("the else arm does not see what the then arm set", () => {
  check(`(func (export "f") (param i32) (result i32) (local $x i32)
    (local.set $x (i32.const 5))
    (if (result i32) (local.get 0)
      (then (local.set $x (i32.const 6)) (i32.const 1))
      (else (local.get $x)))
    (i32.add (local.get $x)))`);
});

test("an else-if chain in which every condition reads what earlier arms set", () => {
  let text = "(local.get $x)";
  for (let i = 9; i >= 0; i--) {
    text = `(if (result i32) (i32.eq (i32.add (local.get $x) (local.get 0)) (i32.const ${i}))
      (then (local.set $x (i32.const ${i + 100})) (local.get $x)) (else ${text}))`;
  }
  check(`(func (export "f") (param i32) (result i32) (local $x i32) (i32.add ${text} (local.get $x)))`);
});

test("blocks with results and branches out of several depths", () => {
  check(`(func (export "f") (param i32) (result i32)
    (block $a (result i32)
      (block $b (result i32)
        (drop (br_if $a (i32.const 1) (i32.eq (local.get 0) (i32.const 1))))
        (drop (br_if $b (i32.const 2) (i32.eq (local.get 0) (i32.const 2))))
        (drop (br_if 2 (i32.const 3) (i32.eq (local.get 0) (i32.const 3))))
        (i32.const 4))
      (i32.add (i32.const 10)))
    (i32.add (i32.const 100)))`);
});

test("a local set in a block that is left early", () => {
  check(`(func (export "f") (param i32) (result i32) (local $x i32)
    (block $a
      (local.set $x (i32.const 1))
      (br_if $a (local.get 0))
      (local.set $x (i32.const 2))
      (block $b
        (br_if $a (i32.eqz (local.get $x)))
        (local.set $x (i32.const 3))))
    (local.get $x))`);
});

test("blocks that nobody branches to are part of what is around them", () => {
  check(`(func (export "f") (param i32) (result i32) (local $x i32)
    (block $a (block $b (block $c (local.set $x (i32.const 4)))) (br_if $a (local.get 0)) (local.set $x (i32.const 5)))
    (block (block (loop (local.set 0 (i32.add (local.get $x) (local.get 0))))))
    (i32.sub (local.get $x) (local.get 0)))`);
});

test("br_table to distinct labels, with duplicates, to a loop and out of the function", () => {
  check(
    `(func (export "f") (param i32) (result i32) (local $n i32)
    (block $d (result i32)
      (block $c (block $b (block $a
        (loop $l
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (block $again
            (br_table $a $b $again $c $b $b 5 (i32.add (local.get 0) (local.get $n))))
          (br_if $l (i32.lt_s (local.get $n) (i32.const 5))))
        (return (i32.const 1000)))
        (return (i32.add (local.get $n) (i32.const 10))))
        (return (i32.add (local.get $n) (i32.const 20))))
      (i32.add (local.get $n) (i32.const 30))))`.replace("$b 5 ", "$b $c "),
  );
  check(`(func (export "f") (param i32) (result i32)
    (block $a (result i32) (block $b (result i32)
      (br_table $a $b 2 $a $b 2 (i32.const 42) (local.get 0)))
      (i32.add (i32.const 1))) (i32.mul (i32.const 2)))`);
});

test("many edges of one br_table to one label", () => {
  const many = "$a ".repeat(40);
  check(`(func (export "f") (param i32) (result i32) (local $x i32)
    (block $b (block $a
      (local.set $x (i32.const 3))
      (br_if $a (i32.eq (local.get 0) (i32.const 3)))
      (local.set $x (local.get 0))
      (br_table $b ${many} $b (local.get 0)))
      (return (i32.add (local.get $x) (i32.const 7))))
    (local.get $x))`);
  check(`(func (export "f") (param i32) (result i32) (local $i i32) (local $s i32)
    (block $out (loop $l
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (local.set $s (i32.add (local.get $s) (local.get $i)))
      (br_table $out ${"$l ".repeat(30)} $out (i32.and (i32.add (local.get 0) (local.get $i)) (i32.const 31)))))
    (local.get $s))`);
});

test("multiple values: block parameters, loop parameters, if parameters, several results", () => {
  check(
    `(func $two (param i32) (result i32 i64) (local.get 0) (i64.extend_i32_s (i32.mul (local.get 0) (i32.const 5))))
    (func (export "f") (param i32 i32) (result i64 i32)
    (local.get 0) (local.get 1)
    (loop $l (param i32 i32) (result i32 i32)
      (local.set 1) (local.set 0)
      (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (local.get 0))
      (br_if $l (i32.gt_s (local.get 0) (i32.const 0))))
    (block (param i32 i32) (result i32 i32)
      (if (param i32 i32) (result i32 i32) (i32.and (local.get 1) (i32.const 1))
        (then (i32.add) (i32.const 8))
        (else (drop) (i32.const 9))))
    (i32.sub)
    (call $two) (local.set 0 (i32.wrap_i64)) (i64.extend_i32_u) (local.get 0))`,
    2,
  );
  check(
    `(func (export "f") (param i32 i32) (result i32)
    (local.get 0) (local.get 1)
    (if (param i32 i32) (result i32 i32) (i32.and (local.get 1) (i32.const 1)) (then (i32.const 3) (i32.add)))
    (i32.sub))`,
    2,
  );
});

test("dead code, with locals set in it", () => {
  check(`(func (export "f") (param i32) (result i32) (local $x i32) (local $y i32)
    (block $a
      (local.set $x (i32.const 1))
      (br_if $a (local.get 0))
      (local.set $x (i32.const 2))
      (br $a)
      (local.set $x (i32.const 3))
      (loop (local.set $y (i32.const 4)) (block (if (i32.const 1) (then (br 0)) (else (local.set $x (i32.const 1))))))
      (local.set $y (i32.const 5)))
    (loop $l
      (if (i32.lt_s (local.get $y) (local.get 0)) (then
        (if (i32.gt_s (local.get $y) (i32.const 10)) (then (return (local.get $y)) (local.set $x (i32.const 77))))
        (local.set $y (i32.add (local.get $y) (local.get $x)))
        (br $l) (local.set $x (i32.const 88)))))
    (i32.add (local.get $x) (local.get $y)))`);
});

test("constant conditions", () => {
  for (const c of [0, 1]) {
    check(`(func (export "f") (param i32) (result i32) (local $x i32)
      (if (i32.const ${c}) (then (local.set $x (i32.const 1))) (else (local.set $x (i32.const 2))))
      (if (i32.const ${c}) (then (local.set $x (i32.add (local.get 0) (local.get $x)))))
      (block $a (br_if $a (i32.const ${c})) (local.set $x (i32.add (local.get $x) (i32.const 10))))
      (block $a (block $b (block $c (br_table $a $b $c (i32.const ${c})))
        (local.set $x (i32.const 50))) (local.set $x (i32.add (local.get $x) (i32.const 100))))
      (block $a (result i32)
        (if (result i32) (i32.const ${c})
          (then (br_if $a (i32.const 5) (local.get 0)))
          (else (br $a (local.get $x) )))
        (i32.add (local.get $x)))
      (if (param i32) (result i32) (i32.const ${c}) (then (i32.const 1) (i32.add)) (else (i32.const 2) (i32.add)))
      (if (param i32) (result i32) (i32.const ${c}) (then (i32.const 1) (i32.mul)))
      (i32.add (local.get $x)))`);
  }
});

test("a branch on a negated condition changes its ways", () => {
  expect(
    ssa(`(module (func (export "f") (param i32) (result i32)
    (block $a (br_if $a (i32.eqz (local.get 0))) (return (i32.const 1))) (i32.const 2)))`),
  ).toContain("branch v0, b1, b2");
});

test("a local that is not set in a loop has no phi there", () => {
  const text = ssa(`(module (func (export "f") (param i32 i32) (result i32)
    (loop $l
      (local.set 0 (i32.add (local.get 0) (local.get 1)))
      (br_if $l (i32.lt_s (local.get 0) (i32.const 100))))
    (local.set 1 (i32.const 3))
    (i32.add (local.get 0) (local.get 1))))`);
  expect(text.match(/phi/g)?.length).toBe(1);
});

test("needless phis go away, also in a cycle of loops", () => {
  const text = ssa(`(module (func (export "f") (param i32 i32) (result i32)
    (loop $a
      (loop $b
        (loop $c
          (if (local.get 0) (then (local.set 1 (local.get 1))))
          (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
          (br_if $c (local.get 0)))
        (br_if $b (i32.eq (local.get 0) (i32.const 7))))
      (br_if $a (i32.eq (local.get 0) (i32.const 9))))
    (local.get 1)))`);
  expect(text.match(/phi/g)?.length).toBe(3);
});

test("a loop at the function's start has a header of its own", () => {
  expect(ssa('(module (func (export "f") (loop $l (br $l))))')).toContain("b0:\n  jump b1\nb1: (preds b0, b1)");
});

test("unreachable, and a function that only traps", () => {
  check('(func (export "f") (param i32) (result i32) (if (local.get 0) (then (unreachable))) (i32.const 3))');
  check('(func (export "f") (param i32) (result i32) (unreachable))');
  check('(func (export "f") (param i32) (result i32) (loop (unreachable)) (i32.const 3))');
});
