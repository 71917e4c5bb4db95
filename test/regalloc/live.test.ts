// What is found for 32 values at a time is what the definitions of liveness say for each by itself.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { I32Column } from "../../src/base/columns";
import { type MirFunc, Remat } from "../../src/x64/mir";
import { IntervalBuilder } from "../../src/x64/regalloc-build";
import { Flow } from "../../src/x64/regalloc-flow";
import { Intervals } from "../../src/x64/regalloc-intervals";
import { isLongSpan, Live, LiveSets, spanOf } from "../../src/x64/regalloc-live";
import { generateMir } from "./generate";
import { SHAPES } from "./shapes";

interface Facts {
  liveIn: Set<number>;
  liveOut: Set<number>;
  wantedIn: Set<number>;
  wantedOut: Set<number>;
}

/** Least fixed point of the equations for value `v`, block by block. */
function naive(mir: MirFunc, flow: Flow, intervals: Intervals, v: number): Facts {
  const calls = flow.calls(mir.vregClass.get(v));
  const isRemat = mir.rematKind.get(v) != Remat.None;
  const d = intervals.defBlock.get(v);
  const used = new Set<number>();
  const wantedHere = new Set<number>();
  for (let k = intervals.useStart.get(v); k < intervals.useStart.get(v + 1); k++) {
    const i = intervals.useEnd.get(k) >> 2;
    const b = flow.blockOf.get(i);
    if (b == d) continue;
    used.add(b);
    if (calls.before.get(i) < mir.blockStart.get(b)) wantedHere.add(b);
  }
  const facts: Facts = { liveIn: new Set(), liveOut: new Set(), wantedIn: new Set(), wantedOut: new Set() };
  for (let changed = true; changed; ) {
    changed = false;
    const add = (set: Set<number>, b: number) => {
      if (set.has(b)) return;
      set.add(b);
      changed = true;
    };
    for (let b = mir.blockCount - 1; b >= 0; b--) {
      for (let k = 0; k < mir.succCount.get(b); k++) {
        const s = mir.lists.get(mir.succStart.get(b) + k);
        if (facts.liveIn.has(s)) add(facts.liveOut, b);
        if (facts.wantedIn.has(s)) add(facts.wantedOut, b);
      }
      if (b == d) continue;
      const hasCall = calls.inBlock.get(b) != 0;
      if (wantedHere.has(b) || (facts.wantedOut.has(b) && !hasCall)) add(facts.wantedIn, b);
      // What can be made again is live only where it is wanted.
      const isLive = isRemat ? facts.wantedIn.has(b) : used.has(b) || facts.liveOut.has(b);
      if (isLive) add(facts.liveIn, b);
    }
  }
  return facts;
}

test("random functions: live and wanted as the equations say", () => {
  let compared = 0;
  let long = 0;
  let disturbed = 0;
  for (let seed = 0; seed < 200; seed++) {
    const mir = generateMir(seed, SHAPES[seed % SHAPES.length]);
    const flow = new Flow();
    if (!flow.compute(mir)) continue;
    const intervals = new Intervals();
    const location = new I32Column();
    location.resize(mir.operandVreg.length);
    // For uses and definitions; what it finds itself is not looked at.
    if (!new IntervalBuilder().run(mir, flow, intervals, location)) continue;
    for (const isLong of [false, true]) {
      const sets = new LiveSets(isLong);
      sets.start(mir, flow, intervals);
      for (let v = 0; v < mir.vregCount; v++) {
        const span = spanOf(v, flow, intervals);
        if (span == 0 || isLongSpan(span) != isLong) continue;
        const k = sets.take(v);
        expect(k).toBeGreaterThanOrEqual(0);
        const facts = naive(mir, flow, intervals, v);
        let meetsCall = false;
        for (let b = 0; b < mir.blockCount; b++) {
          const found = [Live.In, Live.Out, Live.WantedIn, Live.WantedOut].map((word) => sets.has(k, b, word));
          const expected = [facts.liveIn, facts.liveOut, facts.wantedIn, facts.wantedOut].map((set) => set.has(b));
          if (found.join() != expected.join()) throw new Error(`seed ${seed}, v${v}, b${b}: ${found}, not ${expected}`);
          const isThere = b == intervals.defBlock.get(v) || expected.includes(true) || sets.has(k, b, Live.Used);
          if (isThere && flow.calls(mir.vregClass.get(v)).inBlock.get(b) != 0) meetsCall = true;
        }
        expect(((sets.disturbed >> k) & 1) != 0).toBe(meetsCall);
        compared++;
        if (isLong) long++;
        if (meetsCall) disturbed++;
      }
    }
  }
  expect(compared).toBeGreaterThan(5000);
  expect(long).toBeGreaterThan(100);
  expect(disturbed).toBeGreaterThan(500);
});
