// What README.md and docs/ promise: the commands shown do what is shown, links lead somewhere, figures are those of
// the source, executables are what they are said to be.

import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Elf } from "../image/elf-reader";
import { makeFolder, ownPrograms, removeFolder, repository, run, wx } from "../programs/wx";
import { assemble } from "../text/assemble";
import { coreSections } from "../text/helpers";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const readme = readFileSync(join(repository, "README.md"), "utf8");
const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(repository, "docs")).map((name) => `docs/${name}`),
];
symlinkSync(join(repository, "wx"), join(folder, "wx"));

test("the launcher is found through links and from anywhere", () => {
  symlinkSync(join(folder, "wx"), join(folder, "again"));
  expect(run([join(folder, "again"), "--version"], { cwd: "/" }).stdout).toStartWith("wx ");
  expect(run(["sh", "-c", `PATH="${folder}:$PATH" again --version`], { cwd: "/" }).stdout).toStartWith("wx ");
});

test("links lead somewhere", () => {
  for (const name of documents) {
    const text = readFileSync(join(repository, name), "utf8");
    for (const [, target] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      // Written by bench/run.sh.
      if (target.startsWith("bench/results")) continue;
      expect([name, target, existsSync(join(repository, dirname(name), target))]).toEqual([name, target, true]);
    }
  }
});

test("all functions of WASI preview 1 resolve", () => {
  // [name, parameters, results], from the witx of preview 1: i is 32 bits wide, l 64.
  const functions = [
    "args_get ii",
    "args_sizes_get ii",
    "environ_get ii",
    "environ_sizes_get ii",
    "clock_res_get ii",
    "clock_time_get ili",
    "fd_advise illi",
    "fd_allocate ill",
    "fd_close i",
    "fd_datasync i",
    "fd_fdstat_get ii",
    "fd_fdstat_set_flags ii",
    "fd_fdstat_set_rights ill",
    "fd_filestat_get ii",
    "fd_filestat_set_size il",
    "fd_filestat_set_times illi",
    "fd_pread iiili",
    "fd_prestat_get ii",
    "fd_prestat_dir_name iii",
    "fd_pwrite iiili",
    "fd_read iiii",
    "fd_readdir iiili",
    "fd_renumber ii",
    "fd_seek ilii",
    "fd_sync i",
    "fd_tell ii",
    "fd_write iiii",
    "path_create_directory iii",
    "path_filestat_get iiiii",
    "path_filestat_set_times iiiilli",
    "path_link iiiiiii",
    "path_open iiiiillii",
    "path_readlink iiiiii",
    "path_remove_directory iii",
    "path_rename iiiiii",
    "path_symlink iiiii",
    "path_unlink_file iii",
    "poll_oneoff iiii",
    "proc_exit i >",
    "proc_raise i",
    "sched_yield",
    "random_get ii",
    "sock_accept iii",
    "sock_recv iiiiii",
    "sock_send iiiii",
    "sock_shutdown ii",
  ];
  expect(readme).toContain(`all ${functions.length} functions of WASI preview 1`);
  const types: Record<string, string> = { i: "i32", l: "i64" };
  const imports = functions.map((text) => {
    const [name, letters, none] = text.split(" ");
    const params = [...(letters ?? "")].map((letter) => types[letter]).join(" ");
    const result = none == ">" ? "" : "(result i32)";
    return `(import "wasi_snapshot_preview1" "${name}" (func (param ${params}) ${result}))`;
  });
  const text = `(module ${imports.join("\n")} (memory (export "memory") 1) (func (export "_start")))`;
  writeFileSync(join(folder, "all.wasm"), assemble(text));
  expect(wx([join(folder, "all.wasm")])).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("executables are static, have no page that is both writable and executable, and are small", () => {
  const output = join(folder, "out");
  for (const wasm of [join(repository, "examples/hello.wasm"), ...ownPrograms().map((program) => program.wasm)]) {
    expect(wx(["--aot", "--strip", wasm, "-o", output]).status).toBe(0);
    const elf = new Elf(readFileSync(output));
    expect(elf.type).toBe(2);
    // Neither an interpreter nor a dynamic section.
    for (const segment of elf.segments) {
      expect([2, 3]).not.toContain(segment.type);
      expect(segment.flags & 3).not.toBe(3);
    }
    expect(elf.segments.filter((segment) => segment.type == 0x6474e551).length).toBe(1);
    expect(statSync(output).size).toBeLessThan(statSync(wasm).size * 4 + 20_000);
  }
  expect(wx(["--aot", "--strip", join(repository, "examples/hello.wasm"), "-o", output]).status).toBe(0);
  expect(statSync(output).size).toBeLessThan(16_384);
});

test("--strip keeps the names in backtraces", () => {
  const text = `(module (func $inner (unreachable)) (func (export "_start") (call $inner)))`;
  const wasm = join(folder, "named.wasm");
  writeFileSync(wasm, assemble(text));
  const ends = ["--strip", "-O0", "-O2"].map((option) => {
    expect(wx(["--aot", option, wasm, "-o", join(folder, "named")]).status).toBe(0);
    return run([join(folder, "named")]).stderr;
  });
  expect(ends[0]).toContain("named!inner");
  expect(ends[1]).toBe(ends[0]);
  expect(ends[2]).toBe(ends[0]);
});

test("imported globals, memories and tables are refused", () => {
  for (const [i, type] of ["(global i32)", "(memory 1)", "(table 1 funcref)"].entries()) {
    const text = `(module (import "env" "thing" ${type}) (func (export "_start")))`;
    const wasm = join(folder, `import${i}.wasm`);
    writeFileSync(wasm, assemble(text));
    const done = wx([wasm]);
    expect([done.status, done.stdout]).toEqual([1, ""]);
    expect(done.stderr).toContain(`"env" "thing"`);
  }
});

test("the modules of examples/ are what their texts say", () => {
  const texts = readdirSync(join(repository, "examples")).filter((name) => name.endsWith(".wat"));
  expect(texts.length).toBeGreaterThan(0);
  for (const name of texts) {
    const text = readFileSync(join(repository, "examples", name), "utf8");
    const kept = readFileSync(join(repository, "examples", name.replace(".wat", ".wasm")));
    expect([name, coreSections(kept)]).toEqual([name, coreSections(assemble(text))]);
  }
});
