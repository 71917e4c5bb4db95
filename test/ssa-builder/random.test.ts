// Random programs: built, verified, interpreted, and compared with an engine. WX_SEEDS sets how many.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { Generator } from "./generate";
import { difference } from "./helpers";

const seeds = Number(process.env.WX_SEEDS ?? 150);
const first = Number(process.env.WX_FIRST_SEED ?? 1);

const calls: [string, ...(number | bigint)[]][] = [
  ["f", 0, 0n, 0, 0],
  ["f", 5, -3n, 1.5, -2.5],
  ["g", 1, 2],
  ["f", -1, 1n << 40n, 1e10, 1e-3],
  ["g", -7, 100],
];

test(`${seeds} random programs compute what the engine computes`, () => {
  for (let seed = first; seed < first + seeds; seed++) {
    const wat = new Generator(seed).module(20 + (seed % 60));
    const wrong = difference(wat, calls);
    if (wrong !== "") expect(`seed ${seed}: ${wrong}`).toBe("");
  }
}, 600_000);
