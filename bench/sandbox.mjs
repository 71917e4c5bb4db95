// What the kernel sandbox costs: at start, and for each system call. Programs with and without it are run in turn, and the
// smallest of many times counts, since only the difference says something. (Bun starts processes with less ado than Node.)
//
//   npx bun bench/sandbox.mjs [--rounds N] [--save]
//
// --save writes bench/results/sandbox.md.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./measure.mjs";

/** The smallest times of whole processes in milliseconds: without the sandbox, with it. */
function smallest(folder, module, options, rounds) {
  const paths = ["off", "on"].map((mode) => {
    const path = join(folder, `program-${mode}`);
    execFileSync(join(root, "build/wx"), ["--aot", `--sandbox=${mode}`, ...options, module, "-o", path]);
    return path;
  });
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < rounds; i++) {
    paths.forEach((path, k) => {
      const start = performance.now();
      spawnSync(path, { stdio: "ignore", cwd: folder });
      best[k] = Math.min(best[k], performance.now() - start);
    });
  }
  return best;
}

const CALLS = 10_000;
const YIELDING = `(module (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (memory (export "memory") 1)
  (func (export "_start") (local $i i32)
    (loop $l (drop (call $yield))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${CALLS}))))))
`;

/** Rows of what was measured: what, and milliseconds without and with the sandbox. */
export function measureSandbox(rounds) {
  const folder = mkdtempSync(join(tmpdir(), "wx-sandbox-"));
  try {
    const hello = join(root, "examples/hello.wasm");
    const yielding = join(folder, "yielding.wat");
    writeFileSync(yielding, YIELDING);
    const grants = ["--dir", ".", "--dir", "/tmp::/tmp:ro"];
    return [
      ["start to end of hello, no grants", ...smallest(folder, hello, [], rounds)],
      ["start to end of hello, two grants", ...smallest(folder, hello, grants, rounds)],
      ["start to end of 10,000 calls of sched_yield", ...smallest(folder, yielding, [], rounds)],
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(rounds) {
  const lines = [
    "# Cost of the kernel sandbox",
    "",
    `${cpus().length} × ${cpus()[0].model}, Linux ${release().split("-")[0]}; smallest times of ${rounds} whole processes,`,
    "taken in turn.",
    "",
    `Reproduce: npx bun bench/sandbox.mjs --rounds ${rounds}`,
    "",
    "| | --sandbox=off (ms) | --sandbox=on (ms) | difference (ms) |",
    "|---|---:|---:|---:|",
  ];
  for (const [what, off, on] of measureSandbox(rounds)) {
    lines.push(`| ${what} | ${off.toFixed(3)} | ${on.toFixed(3)} | ${(on - off).toFixed(3)} |`);
  }
  return `${lines.join("\n")}\n`;
}

if (process.argv[1] == fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf("--rounds");
  const text = report(at < 0 ? 400 : Number(process.argv[at + 1]));
  process.stdout.write(text);
  if (process.argv.includes("--save")) writeFileSync(join(root, "bench/results/sandbox.md"), text);
}
