// npm run test:spec: all scripts of the specification and of proposals that lie in ../shared/spec (or in the folder that is
// given), compiled at both optimization levels, and interpreted. Prints what fails, what is skipped for which feature, and how long it takes; the
// last line is "N passed, N failed, N skipped" over all three. Our own scripts are run by npm test (test/wast).

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const wx = join(root, "build/wx");
const suite = resolve(process.argv[2] ?? join(root, "../shared/spec"));
if (!existsSync(wx)) fail("build/wx is not there: run npm run build first");
if (!existsSync(suite)) fail(`${suite} is not there`);

function fail(message) {
  console.error(`test:spec: ${message}`);
  process.exit(2);
}

/** Paths below the suite of all scripts in a folder, in order. */
function scriptsIn(folder) {
  const found = [];
  for (const entry of readdirSync(join(suite, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...scriptsIn(path));
    else if (entry.name == "script.json" || entry.name.endsWith(".wast")) found.push(path);
  }
  return found.sort();
}

/** Assertions that later versions of the specification contradict: of the threads proposal, from when there was one table and
 *  one memory, and sizes were 32-bit numbers. */
const superseded = ["multiple tables", "multiple memories", "i32 constant out of range"];
const isSuperseded = (line) =>
  line.startsWith("proposals/threads/") && /:\d+: /.test(line) && superseded.some((text) => line.includes(text));

const scripts = scriptsIn("");
const sum = [0, 0, 0];
let broken = false;
for (const level of ["-O0", "-O2", "--interpret"]) {
  const start = Date.now();
  const done = spawnSync(wx, ["wast", level, ...scripts], { cwd: suite, encoding: "latin1", maxBuffer: 1 << 28 });
  const lines = done.stdout.trimEnd().split("\n");
  const counts = lines.at(-1)?.match(/^(\d+) passed, (\d+) failed, (\d+) skipped$/);
  if (counts == null) fail(`wx ended with status ${done.status ?? done.signal}: ${done.stderr}`);
  console.log(`wx wast ${level}: ${scripts.length} scripts in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  let old = 0;
  for (const line of lines.slice(0, -1)) {
    if (isSuperseded(line)) old++;
    else if (/^\d+ skipped: /.test(line)) console.log(`  ${line}`);
    else if (!/: \d+ (skipped: |passed, \d+ failed, )/.test(line)) console.log(`  ${line}`);
  }
  process.stdout.write(done.stderr);
  const [passed, failed, skipped] = [Number(counts[1]), counts[2] - old, Number(counts[3]) + old];
  if (old != 0) console.log(`  ${old} skipped: superseded`);
  console.log(`  ${passed} passed, ${failed} failed, ${skipped} skipped`);
  sum[0] += passed;
  sum[1] += failed;
  sum[2] += skipped;
  // What cannot be read is no failed assertion, but a failure.
  broken ||= failed != 0 || (done.status != 0 && old == 0) || done.stderr != "";
}
console.log(`${sum[0]} passed, ${sum[1]} failed, ${sum[2]} skipped`);
process.exit(broken ? 1 : 0);
