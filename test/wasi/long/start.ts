// What the sandbox costs at start: the smallest of many times that a program takes from its start to its end, with and
// without, in turns. The times are those of whole processes, so only their difference says something.

import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { compile, makeFolder, removeFolder, repository } from "../../programs/wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const ROUNDS = 400;

function smallest(paths: string[]): number[] {
  const best = paths.map(() => Number.POSITIVE_INFINITY);
  for (let i = 0; i < ROUNDS; i++) {
    paths.forEach((path, k) => {
      const start = performance.now();
      Bun.spawnSync([path], { stdin: "ignore", stdout: "ignore", stderr: "ignore", cwd: folder });
      best[k] = Math.min(best[k], performance.now() - start);
    });
  }
  return best;
}

test.each([
  ["no grants", []],
  ["two grants", ["--dir", ".", "--dir", "/tmp::/tmp:ro"]],
] as [string, string[]][])("the sandbox costs less than 0.2 ms at start: %s", (name, grants) => {
  const hello = join(repository, "examples/hello.wasm");
  const paths = ["off", "on"].map((mode) => {
    const path = join(folder, `hello-${mode}-${grants.length}`);
    compile([`--sandbox=${mode}`, ...grants, hello, "-o", path]);
    return path;
  });
  const [off, on] = smallest(paths);
  console.log(`${name}: ${off.toFixed(3)} ms without, ${on.toFixed(3)} ms with the sandbox`);
  expect(on - off).toBeLessThan(0.2);
});
