// --memory=checked: the same programs do the same, without reserved address space: so also where there is none, and under
// valgrind, which has the program's process for itself.

import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, makeFolder, native, ownPrograms, removeFolder, repository, run, shared } from "../programs/wx";
import { assemble } from "../text/assemble";
import { build, execute } from "./run";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const CHECKED = "--memory=checked";

test("programs of this repository", () => {
  const executable = join(folder, "program");
  for (const program of ownPrograms()) {
    for (const level of ["-O2"]) {
      compile([level, CHECKED, program.wasm, "-o", executable]);
      const done = run([executable], { cwd: program.folder });
      expect([program.name, done.status, done.stdout]).toEqual([program.name, 0, program.stdout as string]);
    }
  }
}, 600_000);

const spec = shared("spec");

test.skipIf(spec == null)(
  "the specification's scripts about memories",
  () => {
    const scripts = readdirSync(spec as string)
      .filter((name) => /^(address|align|bulk|data|endianness|float_memory|load|memory|store|traps)/.test(name))
      .map((name) => join(spec as string, name, "script.json"))
      .filter(existsSync);
    const guarded = run([native, "wast", ...scripts], { timeout: 120_000 });
    const checked = run([native, "wast", CHECKED, ...scripts], { timeout: 120_000 });
    const last = (text: string) => text.trim().split("\n").at(-1);
    expect([checked.status, last(checked.stdout)]).toEqual([0, last(guarded.stdout)]);
    expect(Number(last(checked.stdout)?.match(/^(\d+) passed, 0 failed/)?.[1])).toBeGreaterThan(9000);
  },
  600_000,
);

/** Grows as far as it goes, at most so many pages at a time, and then stores at the end and beyond it. */
const GROWING = `(module (memory (export "memory") 1)
  (func (export "_start")
    (loop $more (br_if $more (i32.ne (memory.grow (i32.const 64)) (i32.const -1))))
    (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (i32.const 7))
    (i32.store offset=4 (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (i32.const 7))))`;

function expectTrap(done: { status: number | string; stderr: string }): void {
  expect(done.status).toBe(134);
  expect(done.stderr).toContain("guest!<wasm function 0>");
  expect(done.stderr).toEndWith("wasm trap: out of bounds memory access\n");
}

test("memory grows until the system has no more, and ends there", () => {
  const path = build(assemble(GROWING), [CHECKED]);
  expectTrap(execute([path]));
  const tight = execute(["sh", "-c", 'ulimit -v 100000; exec "$0"', path]);
  expectTrap(tight);
});

test("an index and an offset beyond 4 GiB together are out of bounds", () => {
  for (const offset of ["0xffffffff", "0x80000000", "65536", "65533"]) {
    for (const index of ["-1", "0", "4", "65535"]) {
      const text = `(module (memory (export "memory") 1)
        (func (export "_start") (drop (i32.load offset=${offset} (i32.load8_s (i32.const 8)))) (nop)
          (drop (i32.load offset=${offset} (i32.const ${index})))))`;
      expectTrap(execute([build(assemble(text), [CHECKED])]));
    }
  }
});

const valgrind = Bun.which("valgrind");

test.skipIf(valgrind == null)(
  "under valgrind, which occupies a part of the address space",
  () => {
    const program = ownPrograms().find((p) => p.name == "sha256");
    const path = build(readFileSync(program?.wasm as string), [CHECKED, "--sandbox=off"]);
    const done = execute([valgrind as string, "-q", path], { cwd: repository });
    expect([done.status, Buffer.from(done.stdout).toString(), done.stderr]).toEqual([0, program?.stdout as string, ""]);
    const grown = execute([valgrind as string, "-q", build(assemble(GROWING), [CHECKED, "--sandbox=off"])]);
    expect([grown.status, grown.stderr.includes("wasm trap: out of bounds memory access")]).toEqual([134, true]);
  },
  600_000,
);

/** Accesses by instructions whose checks differ: fields that share one, far offsets, the end of memory, several memories. */
const ACCESSES = `(module (memory 1 4) (memory $second 1) (memory $third i64 1)
  (func $field (export "field") (param i32) (result i32)
    (i32.add (i32.load offset=8 (local.get 0)) (i32.load offset=30 (local.get 0))))
  (func (export "far") (param i32) (result i32) (i32.load8_u offset=70001 (local.get 0)))
  (func (export "grown") (param i32) (result i32) (drop (memory.grow (i32.const 1))) (call $field (local.get 0)))
  (func (export "product") (param i32 i32 f64) (f64.store offset=3 (i32.mul (local.get 0) (local.get 1)) (local.get 2)))
  (func (export "constant") (result i32) (i32.load (i32.const 65533)))
  (func (export "second") (param i32) (result i32) (i32.load16_u $second offset=300 (local.get 0)))
  (func (export "third") (param i64) (result i32) (i32.load $third offset=4294967295 (local.get 0))))`;

test.each([
  ["field 65536", "0x10008", "0x10000"],
  ["field -4", "0x100000004", "0x10000"],
  ["field 65520", "0x1000e", "0x10000"],
  ["field 65526", "0x10000", "0x10000"],
  ["far 5", "0x11176", "0x10000"],
  ["grown 200000", "0x30d48", "0x20000"],
  ["product 1000 1000 1.5", "0xf4243", "0x10000"],
  ["product -1 1 1.5", "0x100000002", "0x10000"],
  ["constant", "0x10000", "0x10000"],
  ["second 65300", "0x10040", "0x10000"],
  ["third 65536", "0x10000ffff", "0x10000"],
  ["third 68719476736", "0x10ffffffff", "0x10000"],
])("an access beyond memory is told as in other modes: %s", (call, address, size) => {
  const args = call.split(" ");
  const source = join(folder, "guest.wat");
  writeFileSync(source, ACCESSES);
  const interpreted = run([native, source, ...args]);
  expect(interpreted.stderr).toContain(`\nmemory fault at wasm address ${address} in linear memory of size ${size}\n`);
  for (const options of [[], [CHECKED], [CHECKED, "-O0"]]) {
    const done = execute([build(assemble(ACCESSES), options), ...args]);
    expect([options, done.status, done.stderr]).toEqual([options, 134, interpreted.stderr]);
  }
});
