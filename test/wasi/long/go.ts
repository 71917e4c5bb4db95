// Go's standard library on a granted directory (tree.go), in every mode, and as wasmtime has it. Skipped where there is no
// Go.

import { afterAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, makeFolder, native, removeFolder, run, shared } from "../../programs/wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const wasmtime = shared("peers/wasmtime");

const EXPECTED = `files 100 bytes 497500
gone true
d1 d2 d3 d4 moved 
99 d5981a3e667adf90aecd977ba1f1f5cae72436617a4c73972dcda9f21c8d7694
21 2001-02-03T04:05:06.000007Z true
log "line 0\\n"
" 0\\n" "lXYe 0\\n"
../outside true
/data/../outside true
/etc/passwd true
/fixed/new true
/data/tree/out/x true
"a gift\\n"
goroutines 160 true
left 0 2 yes
`;

test.skipIf(Bun.which("go") == null)(
  "a Go program walks, creates, renames, reads and removes a tree",
  () => {
    const wasm = join(folder, "tree.wasm");
    const env = { ...process.env, GOOS: "wasip1", GOARCH: "wasm", GOFLAGS: "", GO111MODULE: "off" } as Record<
      string,
      string
    >;
    const built = run(["go", "build", "-o", wasm, join(import.meta.dirname, "tree.go")], { env, timeout: 600_000 });
    expect([built.status, built.stderr]).toEqual([0, ""]);
    mkdirSync(join(folder, "data"));
    mkdirSync(join(folder, "fixed"));
    writeFileSync(join(folder, "fixed/given.txt"), "a gift\n");
    const options = ["--dir", "data::/data", "--dir", "fixed::/fixed:ro", "--env", "WX_TEST=yes"];
    const expected = { status: 0, stdout: EXPECTED, stderr: "" };
    for (const level of ["-O0", "-O2"]) {
      for (const memory of ["guard", "checked"]) {
        compile([level, `--memory=${memory}`, ...options, wasm, "-o", join(folder, "tree")]);
        expect(run([join(folder, "tree"), "a"], { cwd: folder })).toEqual(expected);
      }
    }
    for (const mode of [[], ["--jit"]]) {
      expect(run([native, ...mode, ...options, wasm, "a"], { cwd: folder })).toEqual(expected);
    }
    if (wasmtime == null) return;
    // It has no read-only grants on its command line.
    const theirs = ["--dir", "data::/data", "--dir", "fixed::/fixed", "--env", "WX_TEST=yes"];
    const done = run([wasmtime, "run", ...theirs, wasm, "a"], { cwd: folder });
    expect(done.stdout).toBe(EXPECTED.replace("/fixed/new true", "/fixed/new false"));
  },
  600_000,
);
