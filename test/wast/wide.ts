// A script on wide arithmetic: halves of 128 bits at the edges and at random, against numbers of JavaScript that have no width.

const EDGES = [0n, 1n, 2n, -1n, -2n, 1n << 63n, (1n << 63n) - 1n, 1n << 32n, 0x8000_0000n, -0x8000_0001n, 127n, 128n];
const mask = (1n << 64n) - 1n;
const signed = (x: bigint): bigint => BigInt.asIntN(64, x);
const halves = (x: bigint): string => `(i64.const ${signed(x)}) (i64.const ${signed(x >> 64n)})`;
const wide = (lo: bigint, hi: bigint): bigint => ((hi & mask) << 64n) | (lo & mask);

let seed = 1n;
function random(): bigint {
  seed = (seed * 6364136223846793005n + 1442695040888963407n) & mask;
  return signed(seed ^ (seed >> 29n)) >> (seed % 5n == 0n ? 40n : 0n);
}

type Wide = (a: bigint, b: bigint) => bigint;
const sums: [string, Wide][] = [
  ["add128", (a, b) => a + b],
  ["sub128", (a, b) => a - b],
];
const products: [string, Wide][] = [
  ["mul_wide_s", (a, b) => signed(a) * signed(b)],
  ["mul_wide_u", (a, b) => (a & mask) * (b & mask)],
];

/** Each operation with all operands from parameters, with one half of the result only, with constants, from memory. */
export function wideScript(): string {
  const functions: string[] = [];
  const assertions: string[] = [];
  const both = "(result i64 i64)";
  for (const [name] of sums) {
    const get = "(local.get 0) (local.get 1) (local.get 2) (local.get 3)";
    functions.push(`(func (export "${name}") (param i64 i64 i64 i64) ${both} (i64.${name} ${get}))
      (func (export "${name} low") (param i64 i64 i64 i64) (result i64) (i64.${name} ${get}) (drop))
      (func (export "${name} high") (param i64 i64 i64 i64) (result i64) (local i64)
        (i64.${name} ${get}) (local.set 4) (drop) (local.get 4))
      (func (export "${name} memory") (param i64 i64 i64 i64) ${both}
        (i64.store (i32.const 0) (local.get 0)) (i64.store offset=8 (i32.const 0) (local.get 1))
        (i64.store offset=16 (i32.const 0) (local.get 2)) (i64.store offset=24 (i32.const 0) (local.get 3))
        (i64.${name} (i64.load (call $at (i32.const 0))) (i64.load (call $at (i32.const 8)))
          (i64.load (call $at (i32.const 16))) (i64.load (call $at (i32.const 24)))))
      (func (export "${name} same") (param i64 i64 i64 i64) ${both}
        (i64.${name} (local.get 0) (local.get 0) (local.get 0) (local.get 0)))
      (func (export "${name} swapped") (param i64 i64 i64 i64) ${both} (local i64)
        (i64.${name} (local.get 2) (local.get 3) (local.get 0) (local.get 1))
        (local.set 4) (local.get 4) (i64.add (local.get 4) (i64.const 0)) (drop))`);
  }
  for (const [name] of products) {
    const get = "(local.get 0) (local.get 1)";
    functions.push(`(func (export "${name}") (param i64 i64) ${both} (i64.${name} ${get}))
      (func (export "${name} low") (param i64 i64) (result i64) (i64.${name} ${get}) (drop))
      (func (export "${name} high") (param i64 i64) (result i64) (local i64)
        (i64.${name} ${get}) (local.set 2) (drop) (local.get 2))
      (func (export "${name} twice") (param i64 i64) (result i64 i64 i64 i64) (i64.${name} ${get}) (i64.${name} ${get}))
      (func (export "${name} square") (param i64 i64) ${both} (i64.${name} (local.get 1) (local.get 1)))
      (func (export "${name} loop") (param i64 i64) (result i64) (local i64 i32)
        (loop $l
          (i64.${name} ${get}) (i64.add) (local.get 2) (i64.add) (local.set 2)
          (br_if $l (i32.lt_u (local.tee 3 (i32.add (local.get 3) (i32.const 1))) (i32.const 3))))
        (local.get 2))`);
  }
  // 256 bits times 64: sums of products with carries, more values than registers.
  functions.push(`(func (export "long") (param i64 i64 i64 i64 i64) (result i64 i64 i64 i64 i64) (local i64 i64 i64 i64)
    (i64.mul_wide_u (local.get 0) (local.get 4)) (local.set 5)
    (i64.add128 (i64.mul_wide_u (local.get 1) (local.get 4)) (local.get 5) (i64.const 0)) (local.set 6)
    (i64.add128 (i64.mul_wide_u (local.get 2) (local.get 4)) (local.get 6) (i64.const 0)) (local.set 7)
    (i64.add128 (i64.mul_wide_u (local.get 3) (local.get 4)) (local.get 7) (i64.const 0)))
    (func $at (param i32) (result i32) (local.get 0))`);
  const check = (name: string, args: bigint[], results: string) => {
    const given = args.map((x) => `(i64.const ${signed(x)})`).join(" ");
    assertions.push(`(assert_return (invoke "${name}" ${given}) ${results})`);
  };
  const pick = (i: number): bigint => (i % 3 == 0 ? random() : EDGES[Number(random() & 0xffffn) % EDGES.length]);
  for (let i = 0; i < 60; i++) {
    const [a, b, c, d] = [pick(i), pick(i + 1), pick(i + 2), pick(i)];
    for (const [name, f] of sums) {
      const x = f(wide(a, b), wide(c, d));
      const high = `(i64.const ${signed(x >> 64n)})`;
      check(name, [a, b, c, d], halves(x));
      check(`${name} low`, [a, b, c, d], `(i64.const ${signed(x)})`);
      check(`${name} high`, [a, b, c, d], high);
      check(`${name} memory`, [a, b, c, d], halves(x));
      check(`${name} same`, [a, b, c, d], halves(f(wide(a, a), wide(a, a))));
      const swapped = f(wide(c, d), wide(a, b));
      check(`${name} swapped`, [a, b, c, d], halves(swapped));
      const constant = `${name} ${i}`;
      // Each operand in turn is a constant.
      const operands = [a, b, c, d].map((y, k) =>
        k == i % 4 || k == (i >> 2) % 4 ? `(i64.const ${y})` : `(local.get ${k})`,
      );
      functions.push(
        `(func (export "${constant}") (param i64 i64 i64 i64) ${both} (i64.${name} ${operands.join(" ")}))`,
      );
      check(constant, [a, b, c, d], halves(x));
    }
    for (const [name, f] of products) {
      const x = f(a, b);
      check(name, [a, b], halves(x));
      check(`${name} low`, [a, b], `(i64.const ${signed(x)})`);
      check(`${name} high`, [a, b], `(i64.const ${signed(x >> 64n)})`);
      check(`${name} twice`, [a, b], `${halves(x)} ${halves(x)}`);
      check(`${name} square`, [a, b], halves(f(b, b)));
      check(`${name} loop`, [a, b], `(i64.const ${signed(3n * (x + (x >> 64n)))})`);
      functions.push(
        `(func (export "${name} ${i}") (param i64) ${both} (i64.${name} (local.get 0) (i64.const ${b})))`,
        `(func (export "${name} low ${i}") (param i64) (result i64) (i64.${name} (i64.const ${b}) (local.get 0)) (drop))`,
      );
      check(`${name} ${i}`, [a], halves(x));
      check(`${name} low ${i}`, [a], `(i64.const ${signed(x)})`);
    }
    const digits = [a, b, c, d].map((y) => y & mask);
    const product = digits.reduce((sum, y, k) => sum + (y << BigInt(64 * k)), 0n) * (digits[0] ^ 12345n);
    const words = [0n, 1n, 2n, 3n, 4n].map((k) => `(i64.const ${signed(product >> (64n * k))})`);
    check("long", [a, b, c, d, digits[0] ^ 12345n], words.join(" "));
  }
  return `(module (memory 1) ${functions.join("\n")})\n${assertions.join("\n")}\n`;
}
