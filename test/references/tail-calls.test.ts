// Tail calls between functions of all shapes: random groups of functions with random parameters (up to 24, of all number
// types, so in registers and on the stack) that call one another at their ends, directly, through a table and by
// reference, with arguments permuted. The engine that runs the tests says what comes out.

import { afterAll, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileInProcess } from "../programs/in-process";
import { makeFolder, removeFolder, run } from "../programs/wx";
import { assemble } from "../text/assemble";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

const TYPES = ["i32", "i64", "f32", "f64"];

class Random {
  constructor(private state: number) {}

  below(n: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * n);
  }

  type(): string {
    return TYPES[this.below(4)];
  }
}

/** Calls at the end of a function: the instruction, behind arguments and perhaps an index or a reference. */
type Form = "direct" | "table" | "reference";

function group(seed: number, forms: Form[]): string {
  const random = new Random(seed);
  const count = 2 + random.below(4);
  const results = Array.from({ length: random.below(12) }, () => random.type());
  const params = Array.from({ length: count }, () => Array.from({ length: random.below(24) }, () => random.type()));
  const list = (word: string, types: string[]) => (types.length == 0 ? "" : `(${word} ${types.join(" ")})`);
  // Parameter 0 counts down.
  const signature = (k: number) => `(func ${list("param", ["i32", ...params[k]])} ${list("result", results)})`;
  const constant = (type: string) => `(${type}.const ${random.below(1000)})`;
  /** A value of the type, made of the parameters of function `k`. */
  const value = (k: number, type: string): string => {
    const same = params[k].flatMap((t, i) => (t == type ? [i + 1] : []));
    const choice = random.below(4);
    if (same.length == 0 || choice == 0) return constant(type);
    const get = `(local.get ${same[random.below(same.length)]})`;
    return choice == 1 ? `(${type}.add ${get} ${constant(type)})` : get;
  };
  const call = (from: number): string => {
    const to = random.below(count);
    const form = forms[random.below(forms.length)];
    const args = [`(i32.sub (local.get 0) (i32.const 1))`, ...params[to].map((type) => value(from, type))].join(" ");
    if (form == "direct") return `(return_call $f${to} ${args})`;
    if (form == "table") return `(return_call_indirect (type $t${to}) ${args} (i32.const ${to}))`;
    return `(return_call_ref $t${to} ${args} (ref.func $f${to}))`;
  };
  let text = "(module (memory 1)\n";
  for (let k = 0; k < count; k++) text += `(type $t${k} ${signature(k)})\n`;
  text += `(table funcref (elem ${params.map((_, k) => `$f${k}`).join(" ")}))\n`;
  text += `(func $plain (param i64) (result i64) (i64.mul (local.get 0) (i64.const 31)))\n`;
  for (let k = 0; k < count; k++) {
    text += `(func $f${k} (type $t${k}) (local $x i64)\n`;
    // Something in between that needs registers, and values that survive a call.
    if (random.below(2) == 0) {
      text += `(local.set $x (call $plain (i64.extend_i32_s (local.get 0))))
        (i64.store (i32.const 8) (i64.add (local.get $x) (i64.load (i32.const 8))))\n`;
    }
    const ends = results.map((type) => value(k, type)).join(" ");
    text += `(if (i32.eqz (local.get 0)) (then (return ${ends})))\n`;
    if (random.below(2) == 0) {
      text += `(if (i32.and (local.get 0) (i32.const 1)) (then ${call(k)}))\n`;
    }
    text += `${call(k)})\n`;
  }
  for (let k = 0; k < count; k++) {
    text += `(func (export "go${k}") (param i32) (result i64) (local $h i64)\n`;
    text += `(call $f${k} (local.get 0) ${params[k].map(constant).join(" ")})\n`;
    for (const type of results.toReversed()) {
      const bits = type == "f32" ? "i32.reinterpret_f32 i64.extend_i32_u" : type == "f64" ? "i64.reinterpret_f64" : "";
      text += `${bits} ${type == "i32" ? "i64.extend_i32_u" : ""}
        (i64.mul (local.get $h) (i64.const 1000003)) i64.xor local.set $h\n`;
    }
    text += `(i64.xor (local.get $h) (i64.load (i32.const 8))))\n`;
  }
  return `${text})`;
}

/** Runs both exports of all functions, in this engine and compiled by wx. */
async function compare(text: string, level: string): Promise<void> {
  const bytes = assemble(text);
  const { image, message } = compileInProcess(bytes, [level, "--check"], "group.wasm");
  if (image == null) throw new Error(message);
  const path = join(folder, "program");
  writeFileSync(path, image);
  chmodSync(path, 0o755);
  const module = new WebAssembly.Module(bytes);
  for (const { name } of WebAssembly.Module.exports(module)) {
    for (const n of [0, 1, 2, 7, 100]) {
      const go = new WebAssembly.Instance(module).exports[name] as (n: number) => bigint;
      const done = run([path, name, `${n}`]);
      expect([level, name, n, done.stdout.trim(), done.stderr]).toEqual([level, name, n, `${go(n)}`, ""]);
    }
  }
}

for (const level of ["-O2", "-O0"]) {
  test(`random groups of functions, ${level}`, async () => {
    for (let seed = 1; seed <= 12; seed++) await compare(group(seed, ["direct", "table"]), level);
  }, 100_000);
}

/** Two functions with `a` and `b` more parameters of type `type` each that call each other; a million times and more. */
function pingPong(a: number, b: number, type: string, how: string): string {
  const params = (n: number) => (n == 0 ? "" : `(param ${`${type} `.repeat(n)})`);
  const body = (own: number, other: number, name: string, index: number) => {
    const args = Array.from({ length: other }, (_, i) => (i < own ? `(local.get ${i + 1})` : `(${type}.const ${i})`));
    const target = how == "table" ? `return_call_indirect (type $${name})` : `return_call $${name}`;
    const last = how == "table" ? `(i32.const ${index})` : "";
    return `(if (i32.eqz (local.get 0)) (then (return (i32.const ${own}))))
      (${target} (i32.sub (local.get 0) (i32.const 1)) ${args.join(" ")} ${last})`;
  };
  return `(module (type $p (func (param i32) ${params(a)} (result i32))) (type $q (func (param i32) ${params(b)} (result i32)))
    (table funcref (elem $p $q))
    (func $p (type $p) ${body(a, b, "q", 1)}) (func $q (type $q) ${body(b, a, "p", 0)})
    (func (export "go") (param i32) (result i32) (call $p (local.get 0) ${`(${type}.const 1) `.repeat(a)})))`;
}

test("ten million tail calls need no stack, whatever the arguments", () => {
  for (const [a, b] of [
    [0, 0],
    [0, 20],
    [40, 9],
    [100, 300],
  ]) {
    for (const type of ["i64", "f32"]) {
      for (const how of ["direct", "table"]) {
        for (const level of ["-O2", "-O0"]) {
          const text = pingPong(a, b, type, how);
          const { image } = compileInProcess(assemble(text), [level], "ping.wasm");
          const path = join(folder, "ping");
          writeFileSync(path, image as Uint8Array);
          chmodSync(path, 0o755);
          // Fewer where each call moves hundreds of words.
          const n = a + b > 100 ? 100_000 : 10_000_000;
          const done = run([path, "go", `${n}`]);
          expect([a, b, type, how, level, done.stdout, done.stderr]).toEqual([a, b, type, how, level, `${a}\n`, ""]);
        }
      }
    }
  }
}, 100_000);
