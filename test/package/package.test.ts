// The npm packages as users get them: packed, installed into an empty folder, and used as a command, from Node, from Bun
// and from TypeScript.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, native, removeFolder, repository, run } from "../programs/wx";
import { assemble } from "../text/assemble";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const hello = join(repository, "examples/hello.wasm");
const version = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")).version;
const main = join(repository, `dist/wx-wasm-${version}.tgz`);
const platform = join(repository, `dist/wx-wasm-linux-x64-${version}.tgz`);

function must(command: string[], cwd: string): string {
  const done = run(command, { cwd, timeout: 300_000 });
  if (done.status != 0) throw new Error(`${command.join(" ")}: ${done.stdout}${done.stderr}`);
  return done.stdout;
}

/** An empty folder with the packages installed; without the native one as on other platforms. */
function install(name: string, packages: string[]): string {
  const room = join(folder, name);
  must(["mkdir", room], folder);
  writeFileSync(join(room, "package.json"), '{ "private": true, "type": "module" }');
  must(["npm", "install", "--omit=optional", "--offline", "--no-audit", "--no-fund", ...packages], room);
  copyFileSync(hello, join(room, "hello.wasm"));
  return room;
}

let both = "";
let script = "";

beforeAll(() => {
  must(["node", "tools/pack.mjs"], repository);
  both = install("both", [main, platform]);
  script = install("script", [main]);
}, 600_000);

test("what is in the packages: no install script, no dependency", () => {
  for (const name of ["wx-wasm", "wx-wasm-linux-x64"]) {
    const own = JSON.parse(readFileSync(join(both, "node_modules", name, "package.json"), "utf8"));
    expect([own.version, own.scripts, own.dependencies]).toEqual([version, undefined, undefined]);
  }
  expect(readdirSync(join(both, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
    "wx-wasm",
    "wx-wasm-linux-x64",
  ]);
  expect(readFileSync(join(both, "node_modules/wx-wasm-linux-x64/wx"))).toEqual(readFileSync(native));
  // The README says how large they are.
  const readme = readFileSync(join(repository, "README.md"), "utf8");
  const [, shownMain, shownNative] = readme.match(/packages are (\d+) KB.*?and (\d+) KB/s) ?? [];
  expect(Math.abs(statSync(main).size / 1000 - Number(shownMain))).toBeLessThan(30);
  expect(Math.abs(statSync(platform).size / 1000 - Number(shownNative))).toBeLessThan(60);
});

test.each(["native", "JavaScript"])("the command, %s", (form) => {
  const room = form == "native" ? both : script;
  expect(must(["npx", "wx", "--version"], room)).toBe(`wx ${version}\n`);
  must(["npx", "wx", "--aot", "hello.wasm", "-o", "hello"], room);
  expect(must(["./hello"], room)).toBe("Hello, world!\n");
  expect(must(["npx", "wx", "hello.wasm"], room)).toBe("Hello, world!\n");
  const refused = run(["npx", "wx", "missing.wasm"], { cwd: room });
  expect([refused.status, refused.stderr]).toEqual([1, "wx: cannot read 'missing.wasm': no such file or directory\n"]);
});

test("both forms write the same bytes", () => {
  expect(readFileSync(join(both, "hello"))).toEqual(readFileSync(join(script, "hello")));
});

test("the command passes on streams, signals and status", () => {
  const command = join(both, "node_modules/.bin/wx");
  const columns = join(repository, "examples/columns.wasm");
  expect(run([command, columns], { stdin: "a b\nlong c\n" }).stdout).toBe("a     b\nlong  c\n");
  const spin = join(both, "spin.wasm");
  writeFileSync(
    spin,
    Buffer.from("0061736d010000000104016000000302010007" + "0a01065f737461727400000a0901070003400c000b0b", "hex"),
  );
  const started = run(["sh", "-c", `"$0" "$1" & sleep 1; kill -TERM $!; wait $!; echo $?`, command, spin]);
  expect(started.stdout).toBe("143\n");
}, 600_000);

/** A script that uses the whole API and prints what it finds. */
const use = `
import { compile, compileSync, inspect, inspectSync, nativePath, validate, validateSync } from "wx-wasm";
import { readFileSync, writeFileSync } from "node:fs";
const module = new Uint8Array(readFileSync("hello.wasm"));
const results = [
  await compile(module, { name: "hello" }),
  compileSync(module, { name: "hello" }),
  await compile(module, { name: "hello", native: false }),
];
for (const result of results) {
  if (!result.ok) throw new Error(result.error.message);
  if (Buffer.compare(result.executable, results[0].executable) != 0) throw new Error("other bytes");
  if (result.warnings.length != 0 || result.stats.outputBytes != result.executable.length) throw new Error("stats");
}
writeFileSync("made", results[0].executable, { mode: 0o755 });
const grants = {
  name: "hello", optimize: 0, strip: true, directories: ["a", { host: "b", guest: "/b", readOnly: true }],
  environment: { A: "1", HOME: true }, inheritEnvironment: true, argv0: "größe", maxMemory: 1 << 20, cpu: "x86-64-v3", stackSize: 1 << 20,
  listen: ["127.0.0.1:8080"], sandbox: "strict", memory: "checked", maxFds: 9, timeout: 2.5,
};
const own = [compileSync(module, { cpu: "native" }), compileSync(module, { cpu: "native", native: false })];
if (Buffer.compare(own[0].executable, own[1].executable) != 0) throw new Error("other bytes with cpu: native");
const granted = [compileSync(module, grants), compileSync(module, { ...grants, native: false })];
if (Buffer.compare(granted[0].executable, granted[1].executable) != 0) throw new Error("other bytes with grants");
const broken = module.slice();
const at = broken.findIndex((byte, i) => byte == 0x41 && broken[i + 1] == 1 && broken[i + 2] == 0x41);
broken[at] = 0x42;
const errors = [];
for (const native of [true, false]) {
  errors.push(
    compileSync(broken, { native }).error,
    (await compile(module.slice(0, 50), { native })).error,
    compileSync(module, { optimize: 7, native }).error,
    compileSync(module, { invoke: "main", native }).error,
    compileSync(module, { optimise: 1, native }).error,
    compileSync("text", { native }).error,
  );
}
console.log(JSON.stringify({
  native: nativePath() != null,
  errors,
  validation: [validateSync(module), await validate(broken), validateSync(new Uint8Array(3))],
  functions: (await inspect(module)).info.functions,
  inspected: inspectSync(granted[0].executable).info,
}));
`;

test.each([
  ["Node", "native"],
  ["Node", "JavaScript"],
  ["Bun", "native"],
  ["Bun", "JavaScript"],
])("the API in %s, %s", (engine, form) => {
  const room = form == "native" ? both : script;
  writeFileSync(join(room, "use.mjs"), use);
  const output = must([engine == "Bun" ? process.execPath : "node", "use.mjs"], room);
  const said = JSON.parse(Buffer.from(output, "latin1").toString());
  expect(said.native).toBe(form == "native");
  expect(must(["./made"], room)).toBe("Hello, world!\n");
  const six = said.errors.slice(0, 6);
  expect(said.errors.slice(6)).toEqual(six);
  expect(six[0]).toEqual({
    kind: "input",
    message: expect.stringContaining("type mismatch"),
    offset: expect.any(Number),
    function: { index: 1 },
  });
  expect(six[1]).toEqual({ kind: "input", message: "length out of bounds", offset: 22 });
  expect(six[2]).toEqual({ kind: "usage", message: "-O takes a level from 0 to 3, not '7'" });
  expect(six[3]).toEqual({ kind: "usage", message: expect.stringContaining("there is no exported function 'main'") });
  expect(six[4]).toEqual({ kind: "usage", message: "unknown option 'optimise'" });
  expect(six[5]).toEqual({ kind: "usage", message: "the module must be given as a Uint8Array" });
  expect(said.validation[0]).toEqual({ ok: true });
  expect(said.validation[1]).toEqual({ ok: false, error: six[0] });
  expect(said.validation[2].error).toEqual({ kind: "input", message: "unexpected end", offset: 3 });
  expect(said.functions).toBe(1);
  expect(said.inspected).toMatchObject({
    kind: "executable",
    module: "hello",
    imports: ["wasi_snapshot_preview1.fd_write"],
    directories: [
      { host: "a", guest: "a", readOnly: false },
      { host: "b", guest: "/b", readOnly: true },
    ],
    environment: ["A=1", "HOME"],
    wholeEnvironment: true,
    ownName: "größe",
    listensOn: ["127.0.0.1:8080"],
    sandbox: "strict",
    systemCalls: expect.arrayContaining([expect.stringMatching(/^write/)]),
    descriptors: 9,
    seconds: "2.5",
    stackBytes: 1 << 20,
    memories: ["1 to 16 pages of 64 KiB"],
    symbols: false,
  });
});

test("the types are what the code is", () => {
  writeFileSync(
    join(both, "use.ts"),
    `import { compile, compileSync, type CompileResult, inspectSync, type WxError } from "wx-wasm";
    import { compile as inBrowser } from "wx-wasm/browser";
    const result: CompileResult = compileSync(new Uint8Array(), { directories: [{ host: "a" }], optimize: 2 });
    if (result.ok) { const bytes: Uint8Array = result.executable; console.log(bytes.length, result.stats.microseconds); }
    else { const error: WxError = result.error; console.log(error.function?.name, error.offset); }
    const info = inspectSync(new Uint8Array());
    if (info.ok && info.info.kind == "module") console.log(info.info.sections[0].name);
    void compile(new Uint8Array()); void inBrowser(new Uint8Array());
    // @ts-expect-error: no such option
    compileSync(new Uint8Array(), { optimise: 2 });
    `,
  );
  const tsc = [join(repository, "node_modules/.bin/tsc"), "--noEmit", "--strict", "--module", "nodenext", "use.ts"];
  must([...tsc, "--target", "es2022", "--lib", "es2022,dom", "--types", ""], both);
}, 600_000);

test("every export is documented", async () => {
  const text = readFileSync(join(repository, "docs/api.md"), "utf8");
  for (const name of Object.keys(await import(join(both, "node_modules/wx-wasm/lib/index.js")))) {
    expect(text).toContain(`\`${name}(`);
  }
  const types = readFileSync(join(repository, "api/types.ts"), "utf8");
  const options = types.slice(
    types.indexOf("interface CompileOptions"),
    types.indexOf("/** What is wrong with an input"),
  );
  for (const [, name] of options.matchAll(/^ {2}(\w+)\?:/gm)) expect(text).toContain(`\`${name}`);
});

/** Everything that a page loads with the browser's entry: esbuild resolves modules of Node without a word. */
test("the code for browsers imports nothing of Node", () => {
  const lib = join(both, "node_modules/wx-wasm/lib");
  const scanner = new Bun.Transpiler({ loader: "js" });
  const files = ["browser.js"];
  for (const file of files) {
    for (const { path } of scanner.scanImports(readFileSync(join(lib, file), "utf8"))) {
      expect(path).toStartWith("./");
      if (!files.includes(path.slice(2))) files.push(path.slice(2));
    }
  }
  expect(files.length).toBeGreaterThan(1);
});

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);

test.skipIf(chromium == undefined)(
  "a page compiles a module in a real browser",
  async () => {
    const lib = join(both, "node_modules/wx-wasm/lib");
    const text = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))';
    const module = Buffer.from(assemble(text));
    const page = `<!doctype html><title>wx</title><script>
    const say = (text) => fetch("/error", { method: "POST", body: text });
    addEventListener("error", (event) => say(event.message || "a script or one of its imports does not load"), true);
    addEventListener("unhandledrejection", (event) => say(String(event.reason?.stack ?? event.reason)));
  </script><script type="module">
    import { compile, inspectSync, validate } from "/lib/browser.js";
    const module = Uint8Array.from(atob("${module.toString("base64")}"), (c) => c.charCodeAt(0));
    const result = await compile(module, { name: "add" });
    const bad = await validate(module.slice(0, 12));
    await fetch("/result", { method: "POST", headers: { "x-bad": bad.error.message,
      "x-kind": inspectSync(result.executable).info.kind }, body: result.executable });
  </script>`;
    let bad: string | null = "";
    let kind: string | null = "";
    const received = Promise.withResolvers<Uint8Array>();
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        const path = new URL(request.url).pathname;
        if (path == "/") return new Response(page, { headers: { "content-type": "text/html" } });
        if (path == "/error") {
          received.reject(new Error(`the page said: ${await request.text()}`));
          return new Response("");
        }
        if (path == "/result") {
          bad = request.headers.get("x-bad");
          kind = request.headers.get("x-kind");
          received.resolve(new Uint8Array(await request.arrayBuffer()));
          return new Response("");
        }
        const file = path.match(/^\/lib\/([\w.-]+)$/);
        return file ? new Response(Bun.file(join(lib, file[1]))) : new Response("", { status: 404 });
      },
    });
    const flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking";
    const more = `--disable-component-update --disable-sync --disable-dev-shm-usage --user-data-dir=${join(folder, "profile")}`;
    const browser = Bun.spawn(
      [
        chromium as string,
        ...flags.split(" "),
        ...more.split(" "),
        "--remote-debugging-port=0",
        `http://127.0.0.1:${server.port}/`,
      ],
      {
        stdout: "ignore",
        stderr: "ignore",
      },
    );
    const late = setTimeout(() => received.reject(new Error("the page did not answer within five minutes")), 300_000);
    try {
      const executable = await received.promise;
      expect([bad, kind]).toEqual(["length out of bounds", "executable"]);
      writeFileSync(join(folder, "add.wasm"), module);
      must([native, "--aot", "--name", "add", "add.wasm", "-o", "native"], folder);
      expect(Buffer.from(executable).equals(readFileSync(join(folder, "native")))).toBe(true);
      writeFileSync(join(folder, "downloaded"), executable, { mode: 0o755 });
      expect(run([join(folder, "downloaded"), "add", "40", "2"]).stdout).toBe("42\n");
    } finally {
      clearTimeout(late);
      browser.kill();
      await browser.exited;
      server.stop(true);
    }
  },
  600_000,
);
