// Programs of several languages that do more than compute: files.c (compiled by clang, see its head, and committed) and
// words.as.ts (compiled by asc here), natively and in the JavaScript engine.

import { afterAll, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, makeFolder, removeFolder, repository, run } from "./wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const here = import.meta.dirname;

test.each(["-O0", "-O2"])("C: files, %s", (level) => {
  const executable = join(folder, "files");
  const room = join(folder, `room${level}`);
  mkdirSync(join(room, "work"), { recursive: true });
  mkdirSync(join(room, "fixed"));
  writeFileSync(join(room, "fixed/given.txt"), "a gift\n");
  writeFileSync(join(folder, "secret.txt"), "secret\n");
  const grants = ["--dir", "work", "--dir", "fixed:ro", "--env", "WX_TEST"];
  compile([level, ...grants, join(here, "files.wasm"), "-o", executable]);
  const env = { ...process.env, WX_TEST: "yes" } as Record<string, string>;
  const done = run([executable, "a", "b c"], { cwd: room, stdin: "hello world\n", env });
  expect(done).toEqual({ status: 7, stdout: readFileSync(join(here, "files.expected"), "latin1"), stderr: "done\n" });
});

/** What the program writes in the JavaScript engine. */
async function reference(bytes: Uint8Array): Promise<string> {
  let output = "";
  const wasi = {
    fd_write(_fd: number, vector: number, _count: number, _written: number): number {
      const memory = instance.exports.memory as WebAssembly.Memory;
      const words = new DataView(memory.buffer);
      output += Buffer.from(memory.buffer, words.getUint32(vector, true), words.getUint32(vector + 4, true)).toString();
      return 0;
    },
  };
  const { instance } = await WebAssembly.instantiate(bytes, { wasi_snapshot_preview1: wasi });
  (instance.exports._start as () => void)();
  return output;
}

test("AssemblyScript: words", async () => {
  const wasm = join(folder, "words.wasm");
  const asc = [join(repository, "node_modules/.bin/asc"), join(here, "words.as.ts"), "-O2", "-o", wasm];
  const made = run([...asc, "--use", "abort=test/programs/words.as/fail", "--exportStart", "_start"], {
    cwd: repository,
  });
  expect([made.status, made.stderr]).toEqual([0, ""]);
  const expected = await reference(readFileSync(wasm));
  expect(expected.split("\n").length).toBe(19);
  for (const level of ["-O0", "-O2"]) {
    compile([level, wasm, "-o", join(folder, "words")]);
    const done = run([join(folder, "words")]);
    expect([done.status, Buffer.from(done.stdout, "latin1").toString(), done.stderr]).toEqual([0, expected, ""]);
  }
}, 600_000);
