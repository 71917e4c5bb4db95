// Ruby 3.4 from npm (@ruby/3.4-wasm-wasi) as a native executable: its standard library in a granted directory, a script that
// requires some of it and works on files in another. The package is a library for JavaScript; a few lines of WebAssembly
// (ruby-driver.wat, ruby-abi.wat) and wasm-merge make a program of it. Skipped where npm does not give the package.
// docs/programs.md shows the same by hand.

import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, makeFolder, native, removeFolder, repository, run, shared } from "../../programs/wx";

const PACKAGE = "@ruby/3.4-wasm-wasi@2.10.1";
const cache = join(repository, "build/ruby");
const here = import.meta.dirname;
const folder = makeFolder();
afterAll(() => removeFolder(folder));

function tool(name: string, ...args: string[]): void {
  const done = run([join(repository, "node_modules/.bin", name), ...args], { timeout: 600_000 });
  if (done.status != 0) throw new Error(`${name}: ${done.stderr}`);
}

/** Whether the package is there, now or already. */
function fetchPackage(): boolean {
  mkdirSync(cache, { recursive: true });
  if (existsSync(join(cache, "package/dist/ruby.wasm"))) return true;
  const packed = run(["npm", "pack", "--silent", PACKAGE], { cwd: cache, timeout: 300_000 });
  const archive = readdirSync(cache).find((name) => name.endsWith(".tgz"));
  if (packed.status != 0 || archive == undefined) return false;
  return run(["tar", "xzf", archive], { cwd: cache }).status == 0;
}

/** A program of one of the package's modules. */
function makeProgram(name: string): string {
  const program = join(cache, `${name}-program.wasm`);
  if (existsSync(program)) return program;
  const [driver, abi] = [join(cache, "driver.wasm"), join(cache, "abi.wasm")];
  tool("wat2wasm", join(here, "ruby-driver.wat"), "-o", driver);
  tool("wat2wasm", join(here, "ruby-abi.wat"), "-o", abi);
  const features = ["bulk-memory", "bulk-memory-opt", "mutable-globals", "sign-ext", "nontrapping-float-to-int"];
  const flags = [...features, "multivalue", "reference-types", "call-indirect-overlong"].map((f) => `--enable-${f}`);
  const parts = [join(cache, `package/dist/${name}.wasm`), "ruby", abi, "canonical_abi", driver, "driver"];
  tool("wasm-merge", ...parts, "-o", program, ...flags);
  return program;
}

const START = `$stdout.sync = true
begin
  load "/app/main.rb"
rescue Exception => e
  puts e.full_message
end
`;

const COPY = `def copy(from, to)
  Dir.mkdir(to)
  Dir.children(from).each do |name|
    a, b = "#{from}/#{name}", "#{to}/#{name}"
    File.directory?(a) ? copy(a, b) : File.binwrite(b, File.binread(a))
  end
end
copy("/usr/local/lib/ruby/3.4.0", "/out/3.4.0")
puts Dir.glob("/out/**/*.rb").size
`;

const EXPECTED = `3.4.1 true
{"a":[1,2.5,"x",null]}
ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
6
2001-02-03T04:05:06Z
375
[3, 1]
["/data/a", "/data/a/b", "/data/a/g"]
4
20
[]
/usr/local/lib/ruby/x: Errno::EPERM
/etc/x: Errno::ENOENT
/data/../x: Errno::EPERM
/app/x: Errno::EPERM
`;

const isThere = fetchPackage();
const wasmtime = shared("peers/wasmtime");
const unknown = "--unknown-imports=trap";
const grants = ["--dir", "app::/app:ro", "--dir", "data::/data", "--dir", `${folder}/library::/usr/local/lib/ruby:ro`];
const executable = join(folder, "ruby");

/** A folder to run Ruby in: app with what it loads, data to work in. */
function prepare(name: string, start: string, files: Record<string, string>): string {
  const room = join(folder, name);
  mkdirSync(join(room, "app"), { recursive: true });
  mkdirSync(join(room, "data"));
  writeFileSync(join(room, "app/start.rb"), start);
  for (const [file, script] of Object.entries(files)) cpSync(join(here, script), join(room, file));
  return room;
}

test.skipIf(!isThere)(
  "Ruby with its standard library in a granted directory",
  () => {
    // The module with the library inside copies it out.
    const whole = prepare("whole", START, {});
    mkdirSync(join(folder, "library"));
    writeFileSync(join(whole, "app/main.rb"), COPY);
    const out = ["--dir", "app::/app:ro", "--dir", `${folder}/library::/out`];
    compile([unknown, ...out, makeProgram("ruby+stdlib"), "-o", executable]);
    const copied = run([executable], { cwd: whole });
    expect([copied.status, copied.stderr, Number(copied.stdout) > 900]).toEqual([0, "", true]);
    // The one without finds it there.
    const bare = makeProgram("ruby");
    compile([unknown, ...grants, bare, "-o", executable]);
    const expected = { status: 0, stdout: EXPECTED, stderr: "" };
    const room = prepare("bare", START, { "app/main.rb": "ruby-script.rb" });
    expect(run([executable], { cwd: room })).toEqual(expected);
    for (const mode of [[], ["--jit"]]) {
      expect(run([native, ...mode, unknown, ...grants, bare], { cwd: room })).toEqual(expected);
    }
  },
  900_000,
);

test.skipIf(!isThere)(
  "a script that ends in an exception does in every mode what it does in wasmtime",
  () => {
    const start = 'begin; Dir.chdir("/data"); ARGV.replace(["one"]); load "program.rb"; ensure; $stdout.flush; end';
    const end = (mode: string, command: string[]) => {
      const room = prepare(mode, start, { "data/program.rb": "program.rb", "data/helper.rb": "helper.rb" });
      const done = run(command, { cwd: room, timeout: 600_000 });
      return { ...done, files: readdirSync(join(room, "data")).sort() };
    };
    const bare = makeProgram("ruby");
    const result = end("aot", [executable]);
    // Ruby's number for an exception.
    expect(result.status).toBe(6);
    const output = Buffer.from(result.stdout, "latin1").toString();
    for (const text of ['"größe"', "1267650600228229401496703205376", "gra-nte-d", "[10, 21, 32, :done]"]) {
      expect(output).toContain(text);
    }
    expect(result.stderr).toBe('rescued: invalid value for Integer(): "x"\n');
    expect(end("jit", [native, "--jit", unknown, ...grants, bare])).toEqual(result);
    if (wasmtime == null) return;
    const theirs = grants.map((grant) => grant.replace(/:ro$/, ""));
    expect(end("wasmtime", [wasmtime, "run", "-W", "unknown-imports-trap=y", ...theirs, bare])).toEqual(result);
  },
  900_000,
);
