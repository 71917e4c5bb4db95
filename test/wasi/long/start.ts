// What the sandbox costs at start (bench/sandbox.mjs), against the limit that is set for it.

import { expect, test } from "bun:test";
import { measureSandbox } from "../../../bench/sandbox.mjs";

test("the sandbox costs less than 0.2 ms at start", () => {
  for (const [what, off, on] of measureSandbox(400).slice(0, 2) as [string, number, number][]) {
    console.log(`${what}: ${off.toFixed(3)} ms without, ${on.toFixed(3)} ms with the sandbox`);
    expect(on - off).toBeLessThan(0.2);
  }
});
