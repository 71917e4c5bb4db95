// Dominators and loops against their definitions, on random functions; and what hostile sizes cost.

import { expect, setDefaultTimeout, test } from "bun:test";
import { parse, print } from "./helpers";
import { randomFunction } from "./random";
import { Dominators, EdgeMap, Loops } from "../../src/ssa/cfg";
import { Func, NO_BLOCK } from "../../src/ssa/func";

// Other work may share the machine.
setDefaultTimeout(600_000);

function succs(func: Func, b: number): number[] {
  return Array.from({ length: func.succCount.get(b) }, (_, i) => func.succ(b, i));
}

/** Blocks reached from the entry without entering `without`. */
function reached(func: Func, without: number): Set<number> {
  const seen = new Set<number>();
  const work = without == 0 ? [] : [0];
  while (work.length) {
    const b = work.pop()!;
    if (seen.has(b) || b == without) continue;
    seen.add(b);
    work.push(...succs(func, b));
  }
  return seen;
}

/** Blocks from which `h` is reached inside the blocks that it dominates. */
function bodyOf(func: Func, h: number, dominates: (a: number, b: number) => boolean): Set<number> {
  const body = new Set<number>([h]);
  const work: number[] = [];
  for (let i = 0; i < func.predCount.get(h); i++) if (dominates(h, func.pred(h, i))) work.push(func.pred(h, i));
  while (work.length) {
    const b = work.pop()!;
    if (body.has(b)) continue;
    body.add(b);
    for (let i = 0; i < func.predCount.get(b); i++) work.push(func.pred(b, i));
  }
  return body;
}

test("dominators and loops of random functions are those of the definition", () => {
  const dominators = new Dominators();
  const loops = new Loops();
  let deepest = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const func = parse(randomFunction(seed));
    const n = func.blockCount;
    dominators.compute(func);
    loops.compute(func);
    const without = Array.from({ length: n }, (_, b) => reached(func, b));
    const dominates = (a: number, b: number) => a == b || !without[a]!.has(b);
    const strict: number[] = Array.from({ length: n }, () => 0);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) {
        expect(dominators.dominates(a, b)).toBe(dominates(a, b));
        if (a != b && dominates(a, b)) strict[b]!++;
      }
    }
    for (let b = 0; b < n; b++) {
      expect(dominators.depth.get(b)).toBe(strict[b]!);
      const idom = dominators.idom.get(b);
      expect(idom == NO_BLOCK ? b : strict[idom]! + 1).toBe(b == 0 ? 0 : strict[b]!);
      if (b != 0) expect(dominates(idom, b)).toBe(true);
    }
    const order = Array.from({ length: n }, (_, i) => dominators.order.get(i));
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    for (let i = 0; i < n; i++) expect(dominators.pre.get(order[i]!)).toBe(i);

    const isHeader = (h: number) =>
      Array.from({ length: func.predCount.get(h) }, (_, i) => func.pred(h, i)).some((p) => dominates(h, p));
    const bodies = Array.from({ length: n }, (_, h) => (isHeader(h) ? bodyOf(func, h, dominates) : null));
    expect(loops.count).toBe(bodies.filter((b) => b != null).length);
    for (let b = 0; b < n; b++) {
      const around = bodies.flatMap((body, h) => (body?.has(b) ? [h] : []));
      expect(loops.depth.get(b)).toBe(around.length);
      deepest = Math.max(deepest, around.length);
      // Of nested loops the innermost has the highest header.
      expect(loops.header.get(b)).toBe(around.length ? Math.max(...around) : NO_BLOCK);
      if (isHeader(b))
        expect(loops.parent.get(b)).toBe(around.length > 1 ? around.toSorted((x, y) => y - x)[1]! : NO_BLOCK);
    }
  }
  expect(deepest).toBeGreaterThan(2);
});

test("blocks that cannot be reached have no dominator", () => {
  const func = parse("func 0, type 0\nb0:\n  return\nb1:\n  jump b2\nb2:\n  jump b1\n");
  const dominators = new Dominators();
  dominators.compute(func);
  expect([0, 1, 2].map((b) => dominators.isReachable(b))).toEqual([true, false, false]);
  expect(dominators.dominates(1, 2)).toBe(false);
  expect(dominators.order.length).toBe(1);
});

test("edges find the phi operand they supply, several between two blocks in their order", () => {
  const text = `func 0, type 0
b0:
  v0:i32 = param 0
  switch v0, b2, b1, b2, b2
b1: (preds b0)
  branch v0, b2, b2
b2: (preds b0, b1, b0, b1, b0)
  return v0
`;
  const func = parse(text);
  expect(print(func)).toBe(text);
  const map = new EdgeMap();
  expect(map.compute(func)).toBe(true);
  const indices = (b: number) => succs(func, b).map((_, i) => map.phiIndex.get(func.succStart.get(b) + i));
  expect(indices(0)).toEqual([0, 0, 2, 4]);
  expect(indices(1)).toEqual([1, 3]);
});
