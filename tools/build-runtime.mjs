// Compiles runtime/ to build/runtime.wasm, compiles that by the compiler itself to build/runtime.code
// (src/link/runtime-code.ts), compiles runtime/calls/ to build/calls.wasm, and writes the two modules "embedded" that
// carry the bytes of all three: for JavaScript as text in base 64, for asc (--path build/embedded/native) as data segments.
//
// text("…") in the sources stands for the address of the NUL-ended UTF-8 bytes: asc's own strings are managed
// objects in UTF-16, of which the runtime has no use.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execFileSync } from "node:child_process";
import asc from "assemblyscript/asc";
import { buildSync } from "esbuild";
import { nodeBundle } from "./bundle.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Replaces each text("…") by memory.data of its bytes, on the same line so that positions stay. */
function expandTexts(source) {
  return source.replace(/\btext\(("(?:[^"\\\n]|\\.)*")\)/g, (_, literal) => {
    return `memory.data<u8>([${[...Buffer.from(JSON.parse(literal), "utf8"), 0].join(",")}])`;
  });
}

/** Compiles the AssemblyScript module that begins in `entry`; `edit` may change its sources. */
async function compileModule(entry, options, edit = (_name, source) => source) {
  const outputs = new Map();
  const common = ["-Os", "--runtime", "stub", "--uncheckedBehavior", "always", "--outFile", "module.wasm"];
  const { error, stderr } = await asc.main([entry, ...common, ...options], {
    readFile(name, base) {
      try {
        const source = readFileSync(join(base, name), "utf8");
        return name.startsWith("runtime/") ? expandTexts(edit(name, source)) : source;
      } catch {
        return null;
      }
    },
    writeFile(name, contents) {
      outputs.set(name, contents);
    },
    listFiles: () => null,
    baseDir: root,
  });
  if (error) throw new Error(`asc cannot compile ${entry}\n${stderr.toString()}`);
  return outputs.get("module.wasm");
}

/** The runtime, with its sources changed by `edit` in the builds that tests make. */
export async function buildRuntime(edit) {
  const options = ["--use", "abort=", "--initialMemory", "8", "--path", "runtime", "--path", "host/native"];
  const bytes = await compileModule("runtime/index.ts", options, edit);
  checkData(bytes);
  return bytes;
}

function buildCalls() {
  const options = ["--use", "abort=runtime/calls/index/abort", "--path", "runtime/calls", "--path", "host/native"];
  return compileModule("runtime/calls/index.ts", options);
}

/** Initialized data must end where runtime/buffers.ts puts the zero-filled buffers. */
function checkData(bytes) {
  const compiled = new WebAssembly.Module(bytes);
  const imports = {};
  for (const { name } of WebAssembly.Module.imports(compiled)) imports[name] = () => 0n;
  const instance = new WebAssembly.Instance(compiled, { wx: imports });
  const contents = new Uint8Array(instance.exports.memory.buffer);
  if (contents.findLastIndex((byte) => byte != 0) >= 0x1000) throw new Error("the runtime's data reach its buffers");
}

/** Writes the modules "embedded"; `code` may be empty: then the compiler compiles what it needs of the runtime. */
function writeEmbedded(bytes, code, calls) {
  const parts = [
    ["embeddedRuntime", "The runtime module.", bytes],
    ["embeddedRuntimeCode", "Its code (src/link/runtime-code.ts).", code],
    ["embeddedCalls", "What executables that are called by the names of exports have besides.", calls],
  ];
  let js = `// Written by tools/build-runtime.mjs.
import { U8Column } from "host/columns";

function column(base64: string): U8Column {
  const text = atob(base64);
  const column = new U8Column();
  column.resize(text.length);
  for (let i = 0; i < text.length; i++) column.set(i, text.charCodeAt(i));
  return column;
}
`;
  let native = `// Written by tools/build-runtime.mjs.
import { U8Column } from "host/columns";
`;
  for (const [name, what, data] of parts) {
    js += `
/** ${what} */
export function ${name}(): U8Column {
  return column("${Buffer.from(data).toString("base64")}");
}
`;
    native += `
const ${name}Bytes: usize = memory.data<u8>([${[...data, 0].join(",")}]);

/** ${what} */
export function ${name}(): U8Column {
  return U8Column.over(${name}Bytes, ${data.length});
}
`;
  }
  mkdirSync(join(root, "build/embedded/js"), { recursive: true });
  mkdirSync(join(root, "build/embedded/native/embedded"), { recursive: true });
  writeFileSync(join(root, "build/embedded/js/embedded.ts"), js);
  writeFileSync(join(root, "build/embedded/native/embedded/index.ts"), native);
}

/** Compiles the runtime with the compiler as it stands in src/. */
function precompile(bytes, calls) {
  writeEmbedded(bytes, new Uint8Array(), calls);
  const program = join(root, "build/precompile.js");
  const file = join(root, "build/runtime.code");
  buildSync(nodeBundle("src/cli/precompile.ts", program));
  execFileSync(process.execPath, [program, file], { stdio: "inherit" });
  return readFileSync(file);
}

if (process.argv[1] == fileURLToPath(import.meta.url)) {
  const bytes = await buildRuntime();
  mkdirSync(join(root, "build"), { recursive: true });
  writeFileSync(join(root, "build/runtime.wasm"), bytes);
  const calls = await buildCalls();
  writeFileSync(join(root, "build/calls.wasm"), calls);
  const code = precompile(bytes, calls);
  writeEmbedded(bytes, code, calls);
  const sizes = `build/runtime.wasm: ${bytes.length} bytes, build/runtime.code: ${code.length} bytes`;
  console.log(`${sizes}, build/calls.wasm: ${calls.length} bytes`);
}
