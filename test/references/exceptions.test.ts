// Exceptions in random programs: functions that call one another, change their locals, throw, and catch some of what
// passes, in loops and nested try_tables, with operands on the stack. The engine that runs the tests says what comes out.

import { afterAll, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import "../../host/js/prelude";
import { Watch } from "../../src/interp/translate";
import { Guest } from "../interp/guest";
import { compileInProcess } from "../programs/in-process";
import { makeFolder, removeFolder, run } from "../programs/wx";
import { assemble } from "../text/assemble";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

/** Tags by number, and what they carry. */
const TAGS = [["i32"], ["i64"], [], ["i32", "f64", "i64"]];
const FUNCTIONS = 5;
const LOCALS = 6;

class Program {
  private state: number;
  private labels = 0;

  constructor(seed: number) {
    this.state = seed * 7919;
  }

  private below(n: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * n);
  }

  private get local(): string {
    return `$l${this.below(LOCALS)}`;
  }

  private expression(depth: number): string {
    const choice = this.below(depth > 2 ? 2 : 6);
    if (choice == 0) return `(i32.const ${this.below(100)})`;
    if (choice < 3) return `(local.get ${this.local})`;
    const op = ["add", "sub", "mul", "xor", "rotl"][this.below(5)];
    return `(i32.${op} ${this.expression(depth + 1)} ${this.expression(depth + 1)})`;
  }

  private value(type: string): string {
    const x = this.expression(0);
    if (type == "i32") return x;
    return type == "i64" ? `(i64.extend_i32_s ${x})` : `(f64.convert_i32_s ${x})`;
  }

  private throws(): string {
    const tag = this.below(TAGS.length);
    return `(throw $t${tag} ${TAGS[tag].map((type) => this.value(type)).join(" ")})`;
  }

  private call(): string {
    const target = this.below(FUNCTIONS);
    const args = `${this.expression(0)} (i32.sub (local.get $depth) (i32.const 1))`;
    const index = `(i32.const ${target})`;
    switch (this.below(4)) {
      case 0:
        return `(call_indirect (type $f) ${args} ${index})`;
      case 1:
        return `(call_ref $f ${args} (ref.func $f${target}))`;
    }
    return `(call $f${target} ${args})`;
  }

  /** Statements around what a handler gets. */
  private try(nesting: number): string {
    const clauses: { text: string; results: string[]; label: string }[] = [];
    for (let n = 1 + this.below(3); n > 0; n--) {
      const label = `$h${this.labels++}`;
      const tag = this.below(TAGS.length + 1);
      const isReferred = this.below(3) == 0;
      const word = `${tag == TAGS.length ? "catch_all" : "catch"}${isReferred ? "_ref" : ""}`;
      const results = [...(tag == TAGS.length ? [] : TAGS[tag]), ...(isReferred ? ["exnref"] : [])];
      clauses.push({ text: `(${word} ${tag == TAGS.length ? "" : `$t${tag}`} ${label})`, results, label });
    }
    const done = `$d${this.labels++}`;
    let text = `(try_table ${clauses.map((clause) => clause.text).join(" ")} ${this.block(nesting + 1)}) (br ${done})`;
    for (const { results, label } of clauses) {
      text = `(block ${label} ${results.length == 0 ? "" : `(result ${results.join(" ")})`} ${text})\n`;
      for (const type of results.toReversed()) {
        if (type == "exnref") text += "(local.set $e)";
        else if (type == "i32") text += `(local.set ${this.local})`;
        else
          text += `(local.set ${this.local} (i32.wrap_i64 (${type == "f64" ? "i64.reinterpret_f64" : "i64.rotl (i64.const 3)"})))`;
      }
      if (this.below(4) == 0 && results.includes("exnref")) text += "(throw_ref (local.get $e))";
      text += `${this.block(nesting + 1)} (br ${done})`;
    }
    return `(block ${done} ${text})`;
  }

  private statement(nesting: number): string {
    switch (this.below(nesting > 3 ? 4 : 7)) {
      case 0:
        return `(if (i32.eqz (i32.and ${this.expression(0)} (i32.const 3))) (then ${this.throws()}))`;
      case 1:
      case 2:
        return `(local.set ${this.local} ${this.expression(0)})`;
      case 3:
        // An operand waits below the call.
        return `(if (i32.gt_s (local.get $depth) (i32.const 0))
          (then (local.set ${this.local} (i32.add ${this.expression(0)} ${this.call()}))))`;
      case 4:
        return `(if ${this.expression(0)} (then ${this.block(nesting + 1)}) (else ${this.block(nesting + 1)}))`;
      case 5: {
        const label = `$loop${this.labels++}`;
        const counter = `$c${nesting}`;
        return `(local.set ${counter} (i32.const ${1 + this.below(3)})) (loop ${label} ${this.block(nesting + 1)}
          (br_if ${label} (local.tee ${counter} (i32.sub (local.get ${counter}) (i32.const 1)))))`;
      }
    }
    return this.try(nesting);
  }

  private block(nesting: number): string {
    return Array.from({ length: 1 + this.below(3) }, () => this.statement(nesting)).join("\n");
  }

  get text(): string {
    const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);
    let text = `(module (type $f (func (param i32 i32) (result i32)))
      ${TAGS.map((types, i) => `(tag $t${i} ${types.length == 0 ? "" : `(param ${types.join(" ")})`})`).join(" ")}
      (table funcref (elem ${numbers(FUNCTIONS)
        .map((i) => `$f${i}`)
        .join(" ")}))\n`;
    for (const i of numbers(FUNCTIONS)) {
      const locals = [
        ...numbers(LOCALS)
          .slice(1)
          .map((k) => `$l${k}`),
        ...numbers(7).map((k) => `$c${k}`),
      ];
      text += `(func $f${i} (type $f) (param $l0 i32) (param $depth i32) (result i32)
        ${locals.map((name) => `(local ${name} i32)`).join(" ")} (local $e exnref)
        ${this.block(0)} ${this.block(0)}
        (i32.xor ${numbers(LOCALS - 1).reduce((sum, k) => `(i32.add (i32.mul ${sum} (i32.const 31)) (local.get $l${k + 1}))`, "(local.get $l0)")} (i32.const 1)))\n`;
    }
    // The exceptions that come out count too.
    return `${text} (func (export "all") (param $n i32) (result i32) (local $h i32) (local $k i32)
      (loop $next
        (block $done
          (block $caught
            (try_table (catch_all $caught)
              (local.set $h (i32.add (i32.mul (local.get $h) (i32.const 31))
                (call_indirect (type $f) (local.get $k) (i32.const 4) (i32.rem_u (local.get $k) (i32.const ${FUNCTIONS}))))))
            (br $done))
          (local.set $h (i32.sub (local.get $h) (i32.const 7))))
        (local.set $k (i32.add (local.get $k) (i32.const 1)))
        (br_if $next (i32.lt_s (local.get $k) (local.get $n))))
      (local.get $h)))`;
  }
}

for (const level of ["-O2", "-O0"]) {
  test(`random programs, ${level}`, () => {
    for (let seed = 1; seed <= 15; seed++) {
      const bytes = assemble(new Program(seed).text);
      const all = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.all as (n: number) => number;
      const { image, message } = compileInProcess(bytes, [level, "--check"], "program.wasm");
      if (image == null) throw new Error(`${seed}: ${message}`);
      const path = join(folder, "program");
      writeFileSync(path, image);
      chmodSync(path, 0o755);
      const done = run([path, "all", "50"]);
      expect([seed, done.stdout.trim(), done.stderr]).toEqual([seed, `${all(50)}`, ""]);
    }
  }, 100_000);
}

test.each([
  ["plainly", 0],
  ["watched", Watch.Instructions | Watch.Fuel],
])("random programs, interpreted %s", (_, watch) => {
  for (let seed = 1; seed <= 30; seed++) {
    const bytes = assemble(new Program(seed).text);
    const all = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.all as (n: number) => number;
    const guest = new Guest(bytes, { watch, stackSize: 0x10_0000 });
    expect([seed, guest.message, guest.call("all", [[50, 0]])]).toEqual([seed, "", [[all(50), 0]]]);
  }
});

test("an exception that nothing catches ends the program", () => {
  const text = `(module (tag $t (param i32)) (func $inner (throw $t (i32.const 1)))
    (func $outer (param i32) (call $inner)) (func (export "go") (call $outer (i32.const 2))))`;
  const { image } = compileInProcess(assemble(text), [], "uncaught.wasm");
  const path = join(folder, "uncaught");
  writeFileSync(path, image as Uint8Array);
  chmodSync(path, 0o755);
  const done = run([path, "go"]);
  expect([done.stdout, done.status]).toEqual(["", 1]);
  const lines = done.stderr.split("\n");
  expect(lines[0]).toBe("wx: error while executing at wasm backtrace:");
  expect(lines[1]).toMatch(/^ {4}0: +0x[0-9a-f]+ - uncaught!inner$/);
  expect(lines[2]).toMatch(/^ {4}1: +0x[0-9a-f]+ - uncaught!outer$/);
  expect(lines.slice(-2)).toEqual(["thrown Wasm exception", ""]);
});
