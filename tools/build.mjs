// Builds wx with itself: the runtime, then the command line as WebAssembly by asc, then the native binary, first by
// the compiler running in JavaScript and then by the result. Both must come out identical, byte for byte.
//
//   npm run build              → build/wx (native), build/wx.wasm, build/wx.js (JavaScript form)
//   npm run build -- --debug   → build/wx with assertions and symbols, unoptimized by asc

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = (name) => join(root, "node_modules", ".bin", name);
const debug = process.argv.includes("--debug");

function run(command, args) {
  execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
}

function timed(label, action) {
  const start = Date.now();
  action();
  console.log(`${label}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

const optimization = debug ? ["--debug"] : ["-O3", "--noAssert", "--uncheckedBehavior", "always"];

mkdirSync(join(root, "build"), { recursive: true });
timed("runtime", () => run(process.execPath, ["tools/build-runtime.mjs"]));
timed("build/wx.js", () =>
  run(bin("esbuild"), [
    "src/cli/main.ts",
    "--bundle",
    "--platform=node",
    "--format=esm",
    "--target=node20",
    "--outfile=build/wx.js",
    "--log-level=warning",
  ]),
);
timed("build/wx.wasm", () =>
  run(bin("asc"), [
    "src/cli/main.ts",
    "--path",
    "host/native",
    "--path",
    "build/embedded/native",
    "--runtime",
    "stub",
    ...optimization,
    "--exportStart",
    "_start",
    "--use",
    "abort=~lib/host/system/abort",
    "-o",
    "build/wx.wasm",
  ]),
);

const compile = ["--aot", "--trusted", "build/wx.wasm", "-o"];
timed("build/wx by JavaScript", () => run(process.execPath, ["build/wx.js", ...compile, "build/wx.stage1"]));
timed("build/wx by itself", () => run(join(root, "build/wx.stage1"), [...compile, "build/wx.stage2"]));
if (!readFileSync(join(root, "build/wx.stage1")).equals(readFileSync(join(root, "build/wx.stage2")))) {
  console.error(
    "build: the JavaScript form and the native form of wx wrote different bytes (build/wx.stage1, .stage2)",
  );
  process.exit(1);
}
renameSync(join(root, "build/wx.stage2"), join(root, "build/wx"));
rmSync(join(root, "build/wx.stage1"));
