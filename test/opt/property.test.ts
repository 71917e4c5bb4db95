// Every pass, alone and in order, on random functions: the form stays valid, and effects and results stay equal.

import { expect, setDefaultTimeout, test } from "bun:test";
import { parse, print } from "../ssa/helpers";
import { type Outcome, run } from "../ssa/interp";
import { Random, randomFunction } from "../ssa/random";
import { Program } from "../../src/link/program";
import { optimize, passCount, passName, runPass, setShuffleSeed } from "../../src/opt/passes";
import { renumberValues, shuffleValues } from "../../src/opt/renumber";
import { verify } from "../../src/ssa/verifier";

// Other work may share the machine.
setDefaultTimeout(600_000);

const COUNT = Number(process.env.WX_RANDOM_COUNT ?? 400);
const FIRST = Number(process.env.WX_RANDOM_FIRST ?? 1);
const STEPS = 300;

function inputs(seed: number): bigint[][] {
  const random = new Random(seed);
  const small = () => BigInt(random.below(70));
  const large = () => (BigInt(random.next()) << 32n) | BigInt(random.next());
  return [
    [0n, 0n, 0n, 0n, 0n, 0n],
    [small(), small(), small(), small(), small(), 0x3ff0000000000000n],
    [small(), 1n, large(), large(), small(), large() >> 2n],
  ];
}

/** Whether two runs agree as far as both went. */
function agree(a: Outcome, b: Outcome): boolean {
  if (a.end != "fuel" && b.end != "fuel") return a.end == b.end && a.trace.join() == b.trace.join();
  const n = Math.min(a.trace.length, b.trace.length);
  return a.trace.slice(0, n).join() == b.trace.slice(0, n).join();
}

test(`${COUNT} random functions print and parse back, and pass the verifier`, () => {
  for (let seed = FIRST; seed < FIRST + Math.min(COUNT, 500); seed++) {
    const func = parse(randomFunction(seed));
    expect([seed, verify(func)]).toEqual([seed, ""]);
    const text = print(func);
    expect(print(parse(text))).toBe(text);
  }
});

test(`passes keep what ${COUNT} random functions do`, () => {
  let finished = 0;
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const text = randomFunction(seed);
    const before = inputs(seed).map((params) => run(parse(text), params, STEPS));
    finished += before.filter((o) => o.end != "fuel").length;
    const sequences = Array.from({ length: passCount() }, (_, i) => [i]);
    sequences.push(Array.from({ length: passCount() }, (_, i) => i));
    sequences.push(new Random(seed).shuffle(Array.from({ length: passCount() }, (_, i) => i)));
    for (const sequence of sequences) {
      const func = parse(text);
      for (const i of sequence) {
        const printed = print(func);
        const changed = runPass(i, func);
        const at = `seed ${seed}, ${sequence.map(passName)} at ${passName(i)}`;
        expect([at, verify(func)]).toEqual([at, ""]);
        if (!changed) expect([at, print(func)]).toEqual([at, printed]);
      }
      const after = inputs(seed).map((params) => run(func, params, STEPS));
      after.forEach((outcome, k) => {
        if (!agree(before[k]!, outcome)) {
          console.log(text, print(func), before[k], outcome);
          throw new Error(`seed ${seed}, ${sequence.map(passName)}, input ${k}: behaviour changed`);
        }
      });
    }
  }
  // The comparison means little if most runs are cut off.
  expect(finished).toBeGreaterThan(COUNT);
});

test("the numbers of values make no difference", () => {
  const program = new Program();
  for (let seed = FIRST; seed < FIRST + COUNT / 2; seed++) {
    const results = [0, seed, seed + 12345].map((shuffle) => {
      const func = parse(randomFunction(seed));
      if (shuffle != 0) shuffleValues(func, shuffle);
      setShuffleSeed(shuffle);
      expect(optimize(func, program, 2, true)).toBe("");
      setShuffleSeed(0);
      renumberValues(func);
      expect(verify(func)).toBe("");
      return print(func);
    });
    expect(results[1]).toBe(results[0]!);
    expect(results[2]).toBe(results[0]!);
  }
});

test("renumbering keeps the function and drops what is removed", () => {
  for (let seed = FIRST; seed < FIRST + 50; seed++) {
    const func = parse(randomFunction(seed));
    renumberValues(func);
    const text = print(func);
    expect(renumberValues(func)).toBe(false);
    shuffleValues(func, seed);
    if (func.valueCount > 20) expect(print(func)).not.toBe(text);
    expect(verify(func)).toBe("");
    renumberValues(func);
    expect(print(func)).toBe(text);
    expect(func.valueCount).toBe(text.split("\n").filter((line) => line.startsWith("  ")).length);
  }
});
