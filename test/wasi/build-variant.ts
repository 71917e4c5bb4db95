// Makes a test build of wx whose runtime is changed: bun build-variant.ts VARIANT FILE writes the compiler in JavaScript
// with another runtime embedded. `walk` never calls openat2; `naive` is what an implementation does that checks no path
// and no grant: it hands to the kernel what the program says. No switch for either is in the runtime that users get.
// A process of its own, because asc does not run twice in one.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { buildRuntime } from "../../tools/build-runtime.mjs";

const repository = join(import.meta.dirname, "../..");
const [variant, file] = process.argv.slice(2);

/** Replaces text that must be there. */
function replace(source: string, from: string, to: string): string {
  if (!source.includes(from)) throw new Error(`the runtime has no '${from}'`);
  return source.replace(from, to);
}

const EDITS: Record<string, Record<string, (source: string) => string>> = {
  walk: {
    "runtime/open.ts": (s) => replace(s, "let mustWalk: bool = false;", "let mustWalk: bool = true;"),
  },
  naive: {
    "runtime/open.ts": (s) => {
      const from = s.indexOf("/** Opens `path` beneath directory `host`:");
      const to = s.indexOf("/** Start of the last component");
      if (from < 0 || to < from) throw new Error("runtime/open.ts has changed");
      const open = `export function openBeneath(host: u64, path: usize, flags: u32): i64 {
        return sys4(Sys.Openat, host, own(path), <u64>(flags | Open.CloseOnExec), flags & Open.Create ? 0o666 : 0);
      }\n\n`;
      const rest = replace(s.slice(to), "if (load<u8>(buffer) == 47) return -Errno.Perm;", "");
      return `${s.slice(0, from)}${open}${rest}`;
    },
    "runtime/fds.ts": (s) => replace(s, "return load<u32>(entry, Fd.ReadOnly) != 0;", "return false;"),
    "runtime/paths.ts": (s) => replace(s, "if (endsInDirectory(FIRST_PATH)) {", "if (false) {"),
  },
};

mkdirSync(dirname(file), { recursive: true });
const edits = EDITS[variant];
const bytes = await buildRuntime((name: string, source: string) => edits[name]?.(source) ?? source);
const embedded = join(repository, "build/embedded/js/embedded.ts");
const text = readFileSync(embedded, "utf8")
  .replace(/(function embeddedRuntime\(\)[^"]*")[^"]*"/, `$1${Buffer.from(bytes).toString("base64")}"`)
  .replace(/(function embeddedRuntimeCode\(\)[^"]*")[^"]*"/, '$1"');
const result = await build({
  stdin: {
    contents: 'export { compileInProcess } from "./in-process";',
    resolveDir: join(repository, "test/programs"),
  },
  absWorkingDir: repository,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "es2022",
  write: false,
  plugins: [
    {
      name: "embedded",
      setup(b) {
        b.onLoad({ filter: /embedded\.ts$/ }, () => ({
          contents: text,
          loader: "ts",
          resolveDir: join(repository, "build/embedded/js"),
        }));
      },
    },
  ],
});
writeFileSync(`${file}.${process.pid}`, result.outputFiles[0].contents);
renameSync(`${file}.${process.pid}`, file);
