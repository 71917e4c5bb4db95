// The native twin: linker, image writer and demangler compiled by asc, with assertions on, give the same bytes as
// in JavaScript.

import "../../host/js/prelude";
import { beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { U8Column } from "../../src/base/columns";
import { demangle } from "../../src/base/demangle";
import { Diagnostic } from "../../src/base/diagnostics";
import { writeExecutable } from "../../src/image/image";
import { LinkOptions } from "../../src/link/options";
import { linkProgram } from "../../src/link/linker";
import { Program } from "../../src/link/program";
import { decodeModule } from "../../src/wasm/decoder";
import { Module } from "../../src/wasm/module";
import { validateModule } from "../../src/wasm/validator";
import { compileTwin, startTwin } from "../host/twin";
import { assemble, column, RUNTIME } from "./helpers";
import { buildStubCode } from "./twin/stub-code";

interface Twin {
  memory: WebAssembly.Memory;
  input(which: number, length: number): number;
  outputAt(): number;
  outputLength(): number;
  link(unknownImports: number): number;
  readable(): void;
}

const repository = join(import.meta.dirname, "../..");
let compiled: WebAssembly.Module;

beforeAll(() => {
  compiled = compileTwin("test/link/twin/entry.ts");
}, 60000);

function put(t: Twin, which: number, bytes: Uint8Array): void {
  const at = t.input(which, bytes.length);
  new Uint8Array(t.memory.buffer, at, bytes.length).set(bytes);
}

function result(t: Twin): Uint8Array {
  return new Uint8Array(t.memory.buffer, t.outputAt(), t.outputLength()).slice();
}

/** What entry.ts does, here. */
function linkHere(runtime: Uint8Array, guestBytes: Uint8Array, unknownImports: number): Uint8Array {
  const diag = new Diagnostic();
  const embedded = new Module(column(runtime), "runtime");
  const guest = new Module(column(guestBytes), "guest");
  const options = new LinkOptions();
  options.unknownImports = unknownImports;
  options.addGrant("/tmp/é", "/", true);
  options.addEnvironment("A=b");
  const program = new Program();
  const out = new U8Column();
  const fine =
    decodeModule(embedded, diag) &&
    decodeModule(guest, diag) &&
    validateModule(guest, diag) &&
    linkProgram(program, embedded, guest, null, null, options, diag) &&
    writeExecutable(program, buildStubCode(program), options, diag, out);
  return fine ? out.data.slice(0, out.length) : new TextEncoder().encode(diag.message);
}

function compare(guest: Uint8Array, unknownImports: number): void {
  const runtime = assemble(RUNTIME);
  const t = startTwin<Twin>(compiled);
  put(t, 0, runtime);
  put(t, 1, guest);
  t.link(unknownImports);
  const [there, here] = [result(t), linkHere(runtime, guest, unknownImports)];
  if (Buffer.compare(there, here) !== 0) {
    const at = there.findIndex((b, i) => b !== here[i]);
    throw new Error(`${there.length} and ${here.length} bytes, first difference at ${at}`);
  }
  expect(here.length).toBeGreaterThan(0);
}

test("small programs of every sort", () => {
  const data = Array.from({ length: 3000 }, (_, k) => String.fromCharCode(97 + (k % 26))).join("");
  compare(
    assemble(`(module (type $t (func (param i64) (result i64))) (memory 1 100) (table 4 funcref) (table $big 20000 funcref)
    (global $g (mut i64) (i64.const -5)) (global $k i64 (i64.mul (i64.const 0x123456789) (i64.const -77777777777)))
    (elem (i32.const 1) $f $h) (elem (table $big) (i32.const 19999) func $f) (elem $p func $h $f)
    (data (i32.const 40) "${data}") (data (i32.const 100) "\\00\\00\\00") (data (i32.const 65530) "end") (data $q "passive")
    (func $f (type $t) (global.set $g (local.get 0)) (global.get $k)) (func $h (type $t) (local.get 0)) (func $dead)
    (func (export "_start") (drop (call_indirect (type $t) (i64.const 1) (i32.const 1)))
      (drop (call_indirect $big (type $t) (i64.const 1) (i32.const 1))) (drop (memory.grow (i32.const 1)))
      (memory.init $q (i32.const 0) (i32.const 0) (i32.const 1)) (table.init $p (i32.const 0) (i32.const 0) (i32.const 1))))`),
    0,
  );
  compare(assemble(`(module (memory 1) (data (i32.const -1) "a"))`), 0);
  compare(assemble(`(module (import "a" "b" (func (param i32 f64) (result i64))) (import "a" "c" (memory 1)))`), 0);
  compare(assemble(`(module (import "a" "b" (func $f)) (func (export "_start") (call $f)))`), 1);
});

test("programs of the benchmarks", () => {
  const names = ["regex", "rust-json", "bz2", "richards", "splay"];
  const paths = names.map((n) => join(repository, "../shared/bench", n, "benchmark.wasm")).filter(existsSync);
  if (paths.length < names.length) console.log(`skipped: ${names.length - paths.length} modules that are not there`);
  for (const path of paths) compare(readFileSync(path), 2);
}, 60000);

test("demangling", () => {
  const symbols = [
    "_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE.llvm.1",
    "_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y",
    "_RMCs4fqI2P2rA04_13const_genericINtB0_4UintKyffffffffffffffff_E",
    "_ZSt13__adjust_heapIPN4llvm3cfg6UpdateIPNS0_10BasicBlockEEElS5_N9__gnu_cxx5__ops15_Iter_comp_iterIZNS1_15LegalizeUpdatesIS4_EEvNS0_8ArrayRefINS2_IT_EEEERNS0_15SmallVectorImplISD_EEbbEUlRKS5_SJ_E_EEEvSC_T0_SM_T1_T2_",
    "_Z1fPFvPA3_iM1AKFivES0_E",
  ];
  let state = 7;
  const random = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % n;
  };
  const t = startTwin<Twin>(compiled);
  for (const symbol of symbols) {
    for (let k = 0; k < 200; k++) {
      const bytes = new TextEncoder().encode(symbol);
      for (let m = 0; m < k && m < 3; m++) bytes[2 + random(bytes.length - 2)] = 36 + random(87);
      const cut = k < 100 ? bytes : bytes.subarray(0, random(bytes.length + 1));
      put(t, 0, cut);
      t.readable();
      const out = new U8Column();
      demangle(column(cut), 0, cut.length, out);
      const here = new TextDecoder().decode(out.data.subarray(0, out.length));
      expect(new TextDecoder().decode(result(t))).toBe(here);
    }
  }
});
