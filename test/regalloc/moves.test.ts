// Parallel moves made one after the other, against reading all sources before writing any target.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { Allocation, MirFunc, MOVE_REMAT, Remat } from "../../src/x64/mir";
import { MoveSequence, sequentializeMoves } from "../../src/x64/moves";
import { RegClass, SCRATCH_GENERAL, SCRATCH_VECTOR, SLOT0 } from "../../src/x64/registers";
import { Random } from "./generate";

/** Contents as strings "location.word"; a slot has two words, a register four. */
function machine(slots: number): Map<string, string> {
  const words = new Map<string, string>();
  for (let r = 0; r < 32; r++) for (let w = 0; w < 4; w++) words.set(`${r}.${w}`, `r${r}.${w}`);
  for (let s = 0; s < slots; s++) for (let w = 0; w < 2; w++) words.set(`${SLOT0 + s}.${w}`, `s${s}.${w}`);
  return words;
}

function word(location: number, w: number): string {
  return location < SLOT0 ? `${location}.${w}` : `${location + (w >> 1)}.${w & 1}`;
}

function read(words: Map<string, string>, location: number, bytes: number): string[] {
  const value: string[] = [];
  for (let w = 0; w < bytes >> 2; w++) {
    value.push(location >= MOVE_REMAT ? `c${location - MOVE_REMAT}.${w}` : words.get(word(location, w))!);
  }
  return value;
}

function write(words: Map<string, string>, location: number, value: string[]): void {
  if (location < SLOT0) for (let w = 0; w < 4; w++) words.set(word(location, w), "0");
  for (let w = 0; w < value.length; w++) words.set(word(location, w), value[w]);
}

function run(mir: MirFunc, a: Allocation): number {
  const expected = machine(a.slots);
  const n = a.moveFrom.length;
  const values = Array.from({ length: n }, (_, k) => read(expected, a.moveFrom.get(k), a.moveBytes.get(k)));
  for (let k = 0; k < n; k++) if (a.moveFrom.get(k) != a.moveTo.get(k)) write(expected, a.moveTo.get(k), values[k]);
  const out = new MoveSequence();
  sequentializeMoves(mir, a, 0, n, out);
  const actual = machine(a.slots);
  for (let k = 0; k < out.from.length; k++) {
    const from = out.from.get(k);
    const to = out.to.get(k);
    expect(from < SLOT0 || to < SLOT0).toBe(true);
    // No step changes between register classes.
    if (from < SLOT0 && to < SLOT0) expect(from >> 4).toBe(to >> 4);
    write(actual, to, read(actual, from, out.bytes.get(k)));
  }
  for (const [at, value] of expected) {
    if (at.startsWith(`${SCRATCH_GENERAL}.`) || at.startsWith(`${SCRATCH_VECTOR}.`)) continue;
    if (actual.get(at) != value) throw new Error(`${at} is ${actual.get(at)}, not ${value}`);
  }
  return out.from.length;
}

function moves(...list: [number, number, number][]): Allocation {
  const a = new Allocation();
  a.slots = 16;
  for (const [from, to, bytes] of list) {
    a.movePosition.push(0);
    a.moveFrom.push(from);
    a.moveTo.push(to);
    a.moveBytes.push(bytes);
  }
  return a;
}

function mirWithConstants(): MirFunc {
  const mir = new MirFunc();
  for (const c of [RegClass.General, RegClass.Vector]) mir.rematKind.set(mir.buildVreg(c, 8), Remat.Const);
  return mir;
}

const S = SLOT0;
const mir = mirWithConstants();

test("chains, swaps and rings", () => {
  expect(run(mir, moves([0, 1, 8], [1, 2, 8], [2, 3, 4]))).toBe(3);
  expect(run(mir, moves([0, 1, 8], [1, 0, 8]))).toBe(3);
  expect(run(mir, moves([16, 17, 16], [17, 18, 8], [18, 16, 4], [0, 1, 8], [1, 0, 8]))).toBe(7);
  expect(run(mir, moves([0, 0, 8], [0, 1, 8], [1, 2, 8]))).toBe(2);
});

test("one source, several targets, and a cycle that is left open by it", () => {
  expect(run(mir, moves([0, 1, 8], [0, 2, 8], [1, 0, 8]))).toBe(4);
});

test("slots of a cycle while a scratch register is busy", () => {
  run(mir, moves([S, S + 1, 8], [S + 1, S + 2, 8], [S + 2, S, 8]));
  run(mir, moves([S, S + 2, 16], [S + 2, S + 4, 16], [S + 4, S, 16]));
  run(mir, moves([0, S, 8], [S, S + 1, 8], [S + 1, 0, 4]));
  run(mir, moves([16, S, 16], [S, S + 2, 16], [S + 2, 16, 16]));
  run(mir, moves([0, S, 8], [S, 16, 8], [16, S + 1, 8], [S + 1, 0, 8]));
});

test("constants come last where their targets are still read", () => {
  expect(run(mir, moves([MOVE_REMAT, 0, 8], [0, 1, 8]))).toBe(2);
  run(mir, moves([MOVE_REMAT, S, 8], [S, S + 1, 8], [MOVE_REMAT + 1, S + 2, 8], [S + 2, 20, 8]));
});

test("random moves", () => {
  for (let seed = 0; seed < 4000; seed++) {
    const random = new Random(seed);
    const list: [number, number, number][] = [];
    // Few locations make many cycles. Slots 0..7 are single, 8..15 pairs.
    const narrow = [S, S + 1, S + 2, S + 3];
    const wide = [S + 8, S + 10, S + 12];
    const targets = new Set<number>();
    for (let k = 1 + random.below(10); k > 0; k--) {
      const kind = random.below(3);
      const locations = kind == 0 ? [0, 1, 2, ...narrow] : kind == 1 ? [16, 17, 18, ...narrow] : [16, 17, 18, ...wide];
      const to = random.pick(locations);
      if (targets.has(to)) continue;
      targets.add(to);
      const from = kind < 2 && random.chance(10) ? MOVE_REMAT + kind : random.pick(locations);
      list.push([from, to, kind == 2 ? 16 : random.pick([4, 8])]);
    }
    run(mir, moves(...list));
  }
});
