// Shows that the fuzzer is sharp: puts bugs of the kinds that other compilers had (CVEs and issues of Wasmtime, wabt, WAMR and
// others, and what allocators and optimizers get wrong) into copies of the compiler, one at a time, and has each found.
//
//   node tools/seed-bugs.mjs [--seconds N] [--seed S] [NAME...]
//
// The bugs are in seeded-bugs.mjs. Needs a build.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleFuzzer, root } from "./bundle-fuzzer.mjs";
import { BUGS } from "./seeded-bugs.mjs";

/** Bundles the fuzzer with one piece of text replaced. */
async function bundle(name, file, from, to) {
  const path = join(root, file);
  const source = readFileSync(path, "utf8");
  const at = source.indexOf(from);
  if (at < 0 || source.indexOf(from, at + 1) >= 0) throw new Error(`${name}: the text is not there once in ${file}`);
  const outfile = join(root, `build/seeded/${name}.mjs`);
  await bundleFuzzer(outfile, [
    {
      name: "bug",
      setup(builder) {
        builder.onLoad({ filter: /\.ts$/ }, (args) =>
          args.path == path ? { contents: source.replace(from, () => to), loader: "ts" } : undefined,
        );
      },
    },
  ]);
  return outfile;
}

const args = process.argv.slice(2);
let seconds = "600";
let seed = "1";
const names = [];
while (args.length > 0) {
  const arg = args.shift();
  if (arg == "--seconds") seconds = args.shift();
  else if (arg == "--seed") seed = args.shift();
  else names.push(arg);
}

mkdirSync(join(root, "build/seeded"), { recursive: true });
let missed = 0;
let tried = 0;
for (const [name, file, from, to] of BUGS) {
  if (names.length > 0 && !names.includes(name)) continue;
  tried++;
  const outfile = await bundle(name, file, from, to);
  const start = Date.now();
  const command = [outfile, "--seconds", seconds, "--seed", seed, "--first", "--no-reduce"];
  const done = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  const time = ((Date.now() - start) / 1000).toFixed(0);
  const isFound = done.status == 1 && done.stdout.includes("seed ");
  if (!isFound) missed++;
  console.log(
    `${isFound ? "found " : "MISSED"} ${name.padEnd(18)} ${time.padStart(4)} s  ${isFound ? done.stdout.split("\n")[0] : done.stderr.slice(0, 300)}`,
  );
}
console.log(`${tried - missed} of ${tried} found`);
process.exit(missed == 0 ? 0 : 1);
