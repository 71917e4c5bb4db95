// Blocks that hold nothing but a jump are dropped, and jumps to them led on: in whatever order the blocks lie, every
// jump must end at a block that is emitted. Found by wasm-tools smith: edges split by the register allocator lie
// behind all other blocks, and one led back to an empty block that was dropped.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { Code } from "../../src/x64/code";
import { BlockLayout } from "../../src/x64/layout";
import { Cond, X64 } from "../../src/x64/op";
import { makeRandom } from "../fuzz/random";
import { Maker } from "../x64-encode/maker";

/** Block 0 branches to both of `from`; block k + 1 jumps to block `jumps[k]`, or returns at -1. */
function functionOf(from: [number, number], jumps: number[]): Maker {
  const maker = new Maker().block(from).ins(X64.Jcc, [], { imm: Cond.Equal });
  for (const target of jumps) {
    if (target < 0) maker.block().ins(X64.Zero, [0], { defs: 1 }).ins(X64.Ret);
    else maker.block([target]).ins(X64.Jmp);
  }
  return maker;
}

/** Emits the function and returns where jumps to each block go. */
function targets(from: [number, number], jumps: number[]): number[] {
  const maker = functionOf(from, jumps);
  const code = new Code();
  code.reset(1);
  maker.emit(code);
  const layout = new BlockLayout();
  layout.compute(maker.mir, maker.alloc);
  const order = Array.from({ length: layout.order.length }, (_, k) => layout.order.get(k));
  const found = Array.from({ length: jumps.length + 1 }, (_, block) => layout.target.get(block));
  for (const target of found) expect(order).toContain(target);
  expect(new Set(order).size).toBe(order.length);
  return found;
}

test("an empty block that jumps back to an empty block", () => {
  expect(targets([2, 3], [-1, 1, 2])).toEqual([0, 1, 1, 1]);
  expect(targets([2, 4], [2, 3, -1, 1])).toEqual([0, 3, 3, 3, 3]);
});

test("chains of empty blocks in any order, also endless ones", () => {
  expect(targets([1, 3], [3, 4, 2, -1])).toEqual([0, 4, 4, 4, 4]);
  for (let seed = 1; seed < 3000; seed++) {
    const next = makeRandom(seed * 2654435761);
    const count = 2 + next(6);
    const jumps = Array.from({ length: count }, () => (next(4) == 0 ? -1 : 1 + next(count)));
    const found = targets([1 + next(count), 1 + next(count)], jumps);
    // The same as walking: an endless chain stays within itself.
    for (let block = 1; block <= count; block++) {
      let end = block;
      for (let k = 0; k < count && jumps[end - 1]! >= 0; k++) end = jumps[end - 1]!;
      if (jumps[end - 1]! < 0) expect(found[block]).toBe(end);
      else expect(found[found[block]!]).toBe(found[block]!);
    }
  }
});
