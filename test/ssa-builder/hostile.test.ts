// Sizes that no compiler makes: the builder stays linear, or nearly. Each case is built at two sizes; the larger, four
// times as large, must not take more than some twelve times as long (quadratic would be sixteen, times noise).

import { expect, test } from "bun:test";
import { cpuMilliseconds, leastTimes } from "../cpu-time";
import "../../host/js/prelude";
import { buildFunction } from "../../src/ssa/builder";
import { Func } from "../../src/ssa/func";
import { verify } from "../../src/ssa/verifier";
import { guest } from "./helpers";

/** LEB128 of a non-negative number. */
function leb(n: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((n & 0x7f) | (n > 0x7f ? 0x80 : 0));
    n >>>= 7;
  } while (n !== 0);
  return bytes;
}

/** A module with one function f (i32) -> (i32) of these locals and this code. */
function module(locals: [number, number][], code: number[]): Uint8Array {
  const body = [...leb(locals.length)];
  for (const [count, type] of locals) body.push(...leb(count), type);
  const section = (id: number, bytes: number[]): number[] => [id, ...leb(bytes.length), ...bytes];
  const bodyBytes = body.concat(code, [0x0b]);
  const parts = [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, [1, 0x60, 1, 0x7f, 1, 0x7f]),
    section(3, [1, 0]),
    section(5, [1, 0, 1]),
    section(7, [1, 1, 0x66, 0, 0]),
    section(10, [1, ...leb(bodyBytes.length)].concat(bodyBytes)),
  ];
  return new Uint8Array(parts.flat());
}

function repeat(n: number, part: (i: number) => number[]): number[] {
  const all: number[] = [];
  for (let i = 0; i < n; i++) for (const byte of part(i)) all.push(byte);
  return all;
}

function milliseconds(bytes: Uint8Array, check: boolean): number {
  const g = guest(bytes);
  const f = g.find("f");
  const func = new Func();
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const start = cpuMilliseconds();
    buildFunction(g.program, f, func, 1);
    best = Math.min(best, cpuMilliseconds() - start);
  }
  if (check) expect(verify(func)).toBe("");
  return best;
}

const get = (x: number): number[] => [0x20, ...leb(x)];
const set = (x: number): number[] => [0x21, ...leb(x)];
const I32 = 0x7f;

/** n nested blocks around `inner`, each followed by `after`. */
function nested(kind: number[], n: number, inner: number[], after: number[]): number[] {
  return [...repeat(n, () => kind), ...inner, ...repeat(n, () => [0x0b, ...after])];
}

const cases: [string, number, (n: number) => Uint8Array][] = [
  [
    "nested blocks, a branch out of each",
    12500,
    (n) =>
      module(
        [[1, I32]],
        [...nested([0x02, 0x40, ...get(0), 0x0d, 0], n, [], [...get(1), 0x41, 1, 0x6a, ...set(1)]), ...get(1)],
      ),
  ],
  [
    "nested blocks without branches, a local set in the innermost, read in many blocks",
    12500,
    (n) =>
      module(
        [[1, I32]],
        [
          ...nested([0x02, 0x40], n, [...get(0), ...set(1)], []),
          ...repeat(n, () => [...get(1), 0x04, 0x40, 0x0b]),
          ...get(1),
        ],
      ),
  ],
  [
    "nested loops, a local read in the innermost and set after all",
    5000,
    (n) =>
      module(
        [[1, I32]],
        [...nested([0x03, 0x40, ...get(1), 0x0d, 0], n, [...get(1), 0x1a], []), ...get(0), ...set(1), ...get(1)],
      ),
  ],
  [
    "nested loops that all change a local",
    3000,
    (n) =>
      module(
        [[1, I32]],
        [...nested([0x03, 0x40, ...get(1), 0x0d, 0], n, [...get(1), 0x41, 1, 0x6a, ...set(1)], []), ...get(1)],
      ),
  ],
  [
    "ifs in a row, a local of long ago read in each",
    25000,
    (n) => module([[1, I32]], [...get(0), ...set(1), ...repeat(n, () => [...get(1), 0x04, 0x40, 0x0b]), ...get(1)]),
  ],
  [
    "ifs in a row, each may set a local",
    25000,
    (n) => module([[1, I32]], [...repeat(n, (i) => [...get(0), 0x04, 0x40, 0x41, i & 63, ...set(1), 0x0b]), ...get(1)]),
  ],
  [
    "ifs in a row, each may set a local that only the end reads, times several locals",
    8000,
    (n) =>
      module(
        [[8, I32]],
        [
          ...repeat(n, (i) => [...get(0), 0x04, 0x40, 0x41, i & 63, ...set(1 + (i % 8)), 0x0b]),
          ...repeat(8, (i) => [...get(1 + i), 0x1a]),
          ...get(1),
        ],
      ),
  ],
  [
    "a chain of else-ifs whose conditions read what other arms set",
    10000,
    (n) =>
      module(
        [[1, I32]],
        [...repeat(n, () => [...get(1), 0x04, 0x40, 0x41, 1, ...set(1), 0x05]), ...repeat(n, () => [0x0b]), ...get(1)],
      ),
  ],
  [
    "loops in a row",
    12500,
    (n) =>
      module(
        [[1, I32]],
        [...repeat(n, () => [0x03, 0x40, ...get(1), 0x41, 1, 0x6a, 0x22, 1, 0x0d, 0, 0x0b]), ...get(1)],
      ),
  ],
  [
    "many locals, each set and read once",
    12000,
    (n) =>
      module(
        [[n, I32]],
        [...repeat(n, (i) => [...get(0), ...set(i + 1)]), ...repeat(n, (i) => [...get(i + 1), 0x1a]), ...get(1)],
      ),
  ],
  [
    "many locals that a loop changes",
    10000,
    (n) =>
      module(
        [[n, I32]],
        [
          0x03,
          0x40,
          ...repeat(n, (i) => [...get(i + 1), 0x41, 1, 0x6a, ...set(i + 1)]),
          ...get(1),
          0x0d,
          0,
          0x0b,
          ...get(1),
        ],
      ),
  ],
  [
    "many locals, all read at the end of one if that sets them",
    10000,
    (n) =>
      module(
        [[n, I32]],
        [
          ...get(0),
          0x04,
          0x40,
          ...repeat(n, (i) => [...get(0), ...set(i + 1)]),
          0x0b,
          ...repeat(n, (i) => [...get(i + 1), 0x1a]),
          ...get(1),
        ],
      ),
  ],
  [
    "a br_table with one label, and locals set before",
    20000,
    (n) =>
      module(
        [[50, I32]],
        [
          0x02,
          0x40,
          ...repeat(50, (i) => [...get(0), ...set(i + 1)]),
          ...get(0),
          0x0d,
          0,
          ...repeat(50, (i) => [0x41, i, ...set(i + 1)]),
          ...get(0),
          0x0e,
          ...leb(n),
          ...repeat(n, () => [0]),
          0,
          0x0b,
          ...repeat(50, (i) => [...get(i + 1), 0x1a]),
          ...get(1),
        ],
      ),
  ],
  [
    "a br_table with many labels that carry a value",
    5000,
    (n) =>
      module(
        [],
        [...nested([0x02, I32], n, [...get(0), ...get(0), 0x0e, ...leb(n - 1), ...repeat(n, (i) => leb(i))], [])],
      ),
  ],
  [
    "dead code",
    50000,
    (n) => module([[1, I32]], [0x00, ...repeat(n, () => [0x02, 0x40, 0x41, 1, ...set(1), 0x03, 0x40, 0x0b, 0x0b])]),
  ],
  ["one long expression", 50000, (n) => module([], [...get(0), ...repeat(n, () => [...get(0), 0x6a])])],
];

for (const [name, size, make] of cases) {
  test(name, () => {
    const [smallModule, largeModule] = [make(size), make(4 * size)];
    const [small, large] = leastTimes(
      () => milliseconds(smallModule, true),
      () => milliseconds(largeModule, false),
      (small, large) => large < 12 * small + 30,
    );
    if (process.env.WX_TIMES) console.log(`${name}: ${small.toFixed(1)} ms, ${large.toFixed(1)} ms`);
    expect(large).toBeLessThan(12 * small + 30);
  }, 600_000);
}
