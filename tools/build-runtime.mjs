// Compiles runtime/ to build/runtime.wasm and runtime/calls/ to build/calls.wasm, and writes the two modules "embedded"
// that carry their bytes: for JavaScript as text in base 64, for asc (--path build/embedded/native) as data segments.
//
// text("…") in the sources stands for the address of the NUL-ended UTF-8 bytes: asc's own strings are managed
// objects in UTF-16, of which the runtime has no use.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Replaces each text("…") by memory.data of its bytes, on the same line so that positions stay. */
function expandTexts(source) {
  return source.replace(/\btext\(("(?:[^"\\\n]|\\.)*")\)/g, (_, literal) => {
    return `memory.data<u8>([${[...Buffer.from(JSON.parse(literal), "utf8"), 0].join(",")}])`;
  });
}

/** Compiles the AssemblyScript module that begins in `entry`. */
async function compileModule(entry, options) {
  const outputs = new Map();
  const common = ["-Os", "--runtime", "stub", "--uncheckedBehavior", "always", "--outFile", "module.wasm"];
  const { error, stderr } = await asc.main([entry, ...common, ...options], {
    readFile(name, base) {
      try {
        const source = readFileSync(join(base, name), "utf8");
        return name.startsWith("runtime/") ? expandTexts(source) : source;
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

export async function buildRuntime() {
  const paths = ["--path", "runtime", "--path", "host/native"];
  const bytes = await compileModule("runtime/index.ts", ["--use", "abort=", "--initialMemory", "2", ...paths]);
  checkData(bytes);
  return bytes;
}

function buildCalls() {
  return compileModule("runtime/calls/index.ts", ["--use", "abort=runtime/calls/index/abort", "--path", "host/native"]);
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

/** Writes the modules "embedded" with a function for each of the modules. */
function writeEmbedded(modules) {
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
  for (const [name, bytes] of modules) {
    js += `
export function ${name}(): U8Column {
  return column("${Buffer.from(bytes).toString("base64")}");
}
`;
    native += `
const ${name}Bytes: usize = memory.data<u8>([${[...bytes].join(",")}]);

export function ${name}(): U8Column {
  const column = new U8Column();
  column.resize(${bytes.length});
  memory.copy(column.at, ${name}Bytes, ${bytes.length});
  return column;
}
`;
  }
  mkdirSync(join(root, "build/embedded/js"), { recursive: true });
  mkdirSync(join(root, "build/embedded/native/embedded"), { recursive: true });
  writeFileSync(join(root, "build/embedded/js/embedded.ts"), js);
  writeFileSync(join(root, "build/embedded/native/embedded/index.ts"), native);
}

if (process.argv[1] == fileURLToPath(import.meta.url)) {
  const runtime = await buildRuntime();
  const calls = await buildCalls();
  writeEmbedded([
    ["embeddedRuntime", runtime],
    ["embeddedCalls", calls],
  ]);
  writeFileSync(join(root, "build/runtime.wasm"), runtime);
  writeFileSync(join(root, "build/calls.wasm"), calls);
  console.log(`build/runtime.wasm: ${runtime.length} bytes, build/calls.wasm: ${calls.length} bytes`);
}
