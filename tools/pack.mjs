// Assembles the npm packages in dist/: wx-wasm with the command, the compiler in JavaScript and the API, and
// wx-wasm-linux-x64 with the native binary, an optional dependency of the first. Neither runs anything when it is
// installed, and neither depends on anything else. Needs a build (npm run build).
//
//   npm run pack    → dist/wx-wasm-VERSION.tgz, dist/wx-wasm-linux-x64-VERSION.tgz

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const bin = (name) => join(root, "node_modules", ".bin", name);
const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const main = join(dist, "wx-wasm");
const native = join(dist, "wx-wasm-linux-x64");

/** The entry points share what they have in common in one file. */
function bundle(entries) {
  buildSync({
    absWorkingDir: root,
    entryPoints: entries,
    bundle: true,
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outdir: join(main, "lib"),
    chunkNames: "part-[hash]",
    logLevel: "warning",
  });
}

/** Declarations of the API, which name only each other. */
function declareTypes() {
  const folder = join(dist, "types");
  execFileSync(bin("tsc"), [
    "-p",
    root,
    "--noEmit",
    "false",
    "--declaration",
    "--emitDeclarationOnly",
    "--outDir",
    folder,
  ]);
  for (const name of ["index", "browser", "types", "core", "native-path"]) {
    const text = readFileSync(join(folder, "api", `${name}.d.ts`), "utf8");
    writeFileSync(join(main, "lib", `${name}.d.ts`), text.replace('import "host/prelude";\n', ""));
  }
  rmSync(folder, { recursive: true });
}

function writePackage(folder, contents) {
  const common = { version: own.version, license: own.license, type: "module" };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ ...contents, ...common }, null, 2)}\n`);
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(main, "lib"), { recursive: true });
mkdirSync(native);
bundle([
  { in: "api/index.ts", out: "index" },
  { in: "api/browser.ts", out: "browser" },
  { in: "api/command.ts", out: "command" },
  { in: "src/cli/main.ts", out: "wx" },
]);
chmodSync(join(main, "lib/command.js"), 0o755);
declareTypes();
copyFileSync(join(root, "docs/wx.1"), join(main, "wx.1"));
copyFileSync(join(root, "docs/api.md"), join(main, "README.md"));
writePackage(main, {
  name: "wx-wasm",
  description: own.description,
  bin: { wx: "lib/command.js" },
  man: "wx.1",
  exports: {
    ".": {
      browser: { types: "./lib/browser.d.ts", default: "./lib/browser.js" },
      default: { types: "./lib/index.d.ts", default: "./lib/index.js" },
    },
    "./browser": { types: "./lib/browser.d.ts", default: "./lib/browser.js" },
  },
  files: ["lib", "wx.1"],
  engines: own.engines,
  optionalDependencies: { "wx-wasm-linux-x64": own.version },
});
copyFileSync(join(root, "build/wx"), join(native, "wx"));
chmodSync(join(native, "wx"), 0o755);
writePackage(native, {
  name: "wx-wasm-linux-x64",
  description: "The native binary of wx-wasm for Linux on x86-64",
  files: ["wx"],
  os: ["linux"],
  cpu: ["x64"],
});
for (const folder of [main, native]) {
  const name = execFileSync("npm", ["pack", "--silent", "--pack-destination", dist], { cwd: folder, encoding: "utf8" });
  console.log(`dist/${name.trim()}: ${statSync(join(dist, name.trim())).size} bytes`);
}
