// Random machine code through the register allocators: the checker must accept every allocation, execution
// before and after must agree, and the checker must object to allocations that were spoilt.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { Allocation } from "../../src/x64/mir";
import { allocateRegisters, allocateScan } from "../../src/x64/regalloc";
import { checkAllocation } from "../../src/x64/regalloc-check";
import { ALLOCATABLE, SLOT0 } from "../../src/x64/registers";
import { generateMir, Random } from "./generate";
import { SHAPES } from "./shapes";
import { traceAllocated, traceMir } from "./simulate";

const LEVELS = [0, 2];

for (const level of LEVELS) {
  test(`level ${level}: random functions`, () => {
    const out = new Allocation();
    for (let seed = 0; seed < 480; seed++) {
      const shape = SHAPES[seed % SHAPES.length];
      const mir = generateMir(seed, shape);
      allocateRegisters(mir, out, level);
      const wrong = checkAllocation(mir, out);
      if (wrong != "") throw new Error(`seed ${seed}: ${wrong}`);
      for (let run = 0; run < 3; run++) {
        const expected = traceMir(mir, run, 600);
        const actual = traceAllocated(mir, out, run, 600);
        if (expected.join() != actual.join()) throw new Error(`seed ${seed}: execution differs`);
      }
    }
  }, 600_000);

  test(`level ${level}: arguments wider than parameters`, () => {
    const out = new Allocation();
    for (let seed = 0; seed < 300; seed++) {
      const mir = generateMir(seed, { ...SHAPES[seed % SHAPES.length], wide: true });
      allocateRegisters(mir, out, level);
      const wrong = checkAllocation(mir, out);
      if (wrong != "") throw new Error(`seed ${seed}: ${wrong}`);
    }
  }, 600_000);

  test(`level ${level}: spoilt allocations`, () => {
    const out = new Allocation();
    let different = 0;
    let found = 0;
    for (let seed = 0; seed < 800; seed++) {
      const mir = generateMir(seed, SHAPES[seed % SHAPES.length]);
      allocateRegisters(mir, out, level);
      const what = spoil(out, new Random(seed));
      const wrong = checkAllocation(mir, out);
      if (wrong != "") {
        found++;
        continue;
      }
      for (let run = 0; run < 4; run++) {
        const same = traceMir(mir, run, 600).join() == traceAllocated(mir, out, run, 600).join();
        if (!same) throw new Error(`seed ${seed}: the checker accepted ${what}`);
      }
      different++;
    }
    expect(found).toBeGreaterThan(different);
  }, 600_000);
}

test("linear scan takes every function whose blocks are in a usual order", () => {
  const out = new Allocation();
  for (let seed = 0; seed < 160; seed++) {
    const shape = SHAPES[seed % SHAPES.length];
    if (shape.structured && !shape.cold) expect(allocateScan(generateMir(seed, shape), out)).toBe(true);
  }
});

/** Changes an allocation somewhere. */
function spoil(out: Allocation, random: Random): string {
  const moves = out.movePosition.length;
  const kind = moves == 0 ? 0 : random.below(6);
  const place = (): number =>
    out.slots > 0 && random.chance(40) ? SLOT0 + random.below(out.slots) : registerFor(random);
  if (kind == 0) {
    const k = random.below(out.location.length);
    const at = place();
    const text = `operand ${k} at ${at} instead of ${out.location.get(k)}`;
    out.location.set(k, at);
    return text;
  }
  const m = random.below(moves);
  const text = `move ${m} of position ${out.movePosition.get(m)} changed, kind ${kind}`;
  if (kind == 1) out.moveFrom.set(m, place());
  else if (kind == 2) out.moveTo.set(m, place());
  else if (kind == 3) out.moveBytes.set(m, random.pick([4, 8, 16]));
  else if (kind == 4) out.moveFrom.set(m, out.moveTo.get(m));
  else if (m + 1 < moves) {
    for (const column of [out.moveFrom, out.moveTo]) {
      const x = column.get(m);
      column.set(m, column.get(m + 1));
      column.set(m + 1, x);
    }
  }
  return text;
}

function registerFor(random: Random): number {
  for (;;) {
    const r = random.below(31);
    if (((ALLOCATABLE >> r) & 1) != 0) return r;
  }
}
