// npm test: installs and builds what is missing, checks types and style, and runs all tests. The last line is
// "N passed, N failed", with "N skipped" behind it where data beside the checkout (../shared) or something of the system
// is not there. With --wasi, npm run test:wasi: what concerns WASI alone, with the programs that take minutes.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = (name) => join(root, "node_modules", ".bin", name);
let passed = 0;
let failed = 0;
let skipped = 0;

function step(label, command, args) {
  const start = Date.now();
  const done = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  const ok = done.status == 0;
  console.log(`${ok ? "ok  " : "FAIL"} ${label} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(`${done.stdout ?? ""}${done.stderr ?? ""}`);
  if (ok) passed++;
  else failed++;
  return ok;
}

/** Runs Bun's test runner, shows what it prints as it comes, and adds its counts to ours. */
async function bunTests(paths) {
  const child = spawn(bin("bun"), ["test", "--timeout", "900000", ...paths], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      process.stdout.write(text);
    });
  }
  const status = await new Promise((done) => {
    child.on("error", () => done(1));
    child.on("close", done);
  });
  const count = (word) => Number(output.match(new RegExp(`^\\s*(\\d+) ${word}$`, "m"))?.[1] ?? 0);
  passed += count("pass");
  failed += count("fail");
  skipped += count("skip");
  if (status != 0 && count("fail") == 0) failed++;
  // A runner that ran nothing has not passed.
  if (count("pass") == 0) failed++;
}

const wasiTests = ["./test/wasi", "./test/runtime", "./test/programs/wasi.test.ts"];
for (const name of readdirSync(join(root, "test/wasi/long"))) {
  if (name.endsWith(".ts")) wasiTests.push(`./test/wasi/long/${name}`);
}

if (!existsSync(join(root, "node_modules"))) step("npm ci", "npm", ["ci"]);
if (step("build", process.execPath, ["tools/build.mjs"])) {
  if (process.argv.includes("--wasi")) {
    await bunTests(wasiTests);
  } else {
    step("types", bin("tsc"), ["-p", "."]);
    step("style", bin("biome"), ["check", "."]);
    await bunTests(["./test"]);
  }
}
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exit(failed == 0 ? 0 : 1);
