// Scripts as text: they say the same as scripts in JSON, and `wx wast` treats both alike.

import { afterAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cpuMilliseconds } from "../cpu-time";
import { makeFolder, removeFolder, wx } from "../programs/wx";
import { column, shared } from "../wasm/load";
import { bytesOf, read } from "./helpers";
import { U8Column } from "../../src/base/columns";
import { Diagnostic } from "../../src/base/diagnostics";
import { ScriptJsonReader } from "../../src/cli/script-json";
import { ScriptCommand } from "../../src/text/script";
import { TextModule } from "../../src/text/module";
import { textWords } from "../../src/text/source";
import { WastReader } from "../../src/text/wast";
import { toWast } from "./json-to-wast";
import { dumpScript } from "./script-dump";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const spec = shared("spec");

function dump(commands: ScriptCommand[]): string[] {
  const out = new U8Column();
  dumpScript(commands, false, out);
  return Buffer.from(bytesOf(out)).toString("latin1").split("\n");
}

function readWast(text: string | Uint8Array): { commands: ScriptCommand[]; message: string } {
  const diag = new Diagnostic();
  const reader = new WastReader(new TextModule(textWords()));
  const ok = reader.read(column(typeof text == "string" ? Buffer.from(text) : text), diag);
  return { commands: reader.commands, message: ok ? "" : `${diag.line}:${diag.column}: ${diag.message}` };
}

test.skipIf(spec == null)(
  "the specification's scripts, in JSON and as text",
  () => {
    const scripts = readdirSync(spec as string, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith("script.json"))
      .sort();
    expect(scripts.length).toBeGreaterThan(250);
    for (const script of scripts) {
      const json = readFileSync(join(spec as string, script));
      const reader = new ScriptJsonReader();
      expect([script, reader.read(column(json)), reader.error]).toEqual([script, true, ""]);
      const text = toWast(JSON.parse(json.toString()).commands, (name) =>
        readFileSync(join(spec as string, dirname(script), name)),
      );
      const { commands, message } = readWast(text);
      expect([script, message]).toEqual([script, ""]);
      const expected = dump(reader.commands);
      const found = dump(commands);
      expect(found.filter((line, i) => line != expected[i]).slice(0, 3)).toEqual([]);
      expect(found.length).toBe(expected.length);
    }
  },
  600_000,
);

test("every command and every kind of value", () => {
  const path = join(import.meta.dirname, "script.wast");
  const { commands, message } = readWast(readFileSync(path));
  expect(message).toBe("");
  const lines = dump(commands).join("\n");
  const golden = join(import.meta.dirname, "script.txt");
  if (process.env.BLESS == "1") writeFileSync(golden, lines, "latin1");
  else expect(lines).toBe(readFileSync(golden, "latin1"));
});

test("a script that is one module", () => {
  const { commands, message } = readWast('(func (export "f")) (memory 1)');
  expect([message, commands.length]).toEqual(["", 1]);
  const { bytes } = read('(func (export "f")) (memory 1)');
  expect(bytesOf((commands[0].module as { content: U8Column }).content)).toEqual(bytes as Uint8Array);
  expect(readWast("").commands.length).toBe(0);
  expect(readWast("(module) ;; one\n(module)").commands.map(({ line }) => line)).toEqual([1, 2]);
});

test("what is no script", () => {
  for (const [text, message] of [
    ["(foo)", "1:2: unknown operator foo: expected a field of a module"],
    ["(module) (foo)", "1:11: unknown operator foo: expected a command of a script"],
    ["(module) (func)", "1:11: unexpected token func: expected a command of a script"],
    ["(module) x", "1:10: unknown operator x: expected a command of a script"],
    ["(module) ()", "1:11: unexpected token ): expected a command of a script"],
    ["(register)", "1:10: unexpected token ): expected the name for imports"],
    ["(invoke)", "1:8: unexpected token ): expected the name of an export"],
    ['(invoke "f" 1)', "1:13: unexpected token 1: expected a value"],
    ['(invoke "f" (nop))', "1:14: unexpected token nop: expected a value"],
    ['(invoke "f" (i32.const))', "1:23: unexpected token ): expected an integer"],
    ['(invoke "f" (i32.const 1 2))', "1:26: unexpected token 2: expected the end of the value"],
    ['(invoke "f" (v128.const i32x4 1 2))', "1:31: wrong number of lane literals: expected 4"],
    ['(assert_return (invoke "f") (either (either (i32.const 1))))', "1:38: unexpected token either: expected a value"],
    ["(assert_return 1)", "1:16: unexpected token 1: expected an action or a module"],
    ['(assert_trap (invoke "f") x)', "1:27: unknown operator x: expected the end of the command"],
    ['(invoke "\\ff")', "1:9: malformed UTF-8 encoding"],
    ['(invoke "f"', "1:12: unexpected end: '(' in line 1 is not closed, expected a value"],
    ["(module instance x)", "1:18: unknown operator x: expected the end of the instance"],
    ["(module quote x)", "1:15: unknown operator x: expected a string"],
  ]) {
    expect([text, readWast(text).message]).toEqual([text, message]);
  }
});

test("hostile scripts", () => {
  const n = 20_000;
  for (const text of [
    "(module)".repeat(n),
    `(invoke "f" ${"(i32.const 1)".repeat(n)})`,
    `(assert_return (invoke "f") ${"(either (i32.const 1))".repeat(n)})`,
    `${"(thread ".repeat(n)}${")".repeat(n)}`,
    '(assert_malformed (module (func $f) (func $f)) "")\n'.repeat(n / 4),
    `(module quote ${'"(func)"'.replace("(func)", "x").concat(" ").repeat(n)})`,
  ]) {
    const start = cpuMilliseconds();
    expect(readWast(text).message).toBe("");
    expect(cpuMilliseconds() - start).toBeLessThan(5000);
  }
  const bytes = readFileSync(join(import.meta.dirname, "script.wast"));
  for (let length = 0; length < bytes.length; length += 3) readWast(bytes.subarray(0, length));
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const lastLine = (stdout: string) => stdout.trimEnd().split("\n").at(-1);

test("wx wast runs a script", () => {
  const path = write(
    "all.wast",
    `(module $m
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "div") (param f64) (result f64) (f64.div (f64.const 0) (local.get 0)))
  (func (export "get") (param externref) (result externref) (local.get 0))
  (func $stop (export "stop") (unreachable)))
(assert_return (invoke "add" (i32.const 1) (i32.const 2)) (i32.const 3))
(assert_return (invoke $m "add" (i32.const 1) (i32.const -2)) (i32.const 0xffff_ffff))
(assert_return (invoke "div" (f64.const 0)) (f64.const nan:canonical))
(assert_return (invoke "div" (f64.const -1)) (f64.const -0x0p0))
(assert_return (invoke "get" (ref.extern 7)) (ref.extern 7))
(assert_return (invoke "get" (ref.null extern)) (ref.null extern))
(assert_trap (invoke "stop") "unreachable")
(assert_invalid (module (func (result i32))) "type mismatch")
(assert_malformed (module quote "(func (i32.ad))") "unknown operator")
(assert_malformed (module binary "\\00asm") "unexpected end")
(module quote "(func (export \\"f\\") (result i64) (i64.const 1))")
(assert_return (invoke "f") (i64.const 1))`,
  );
  for (const level of ["-O0", "-O2"]) {
    const done = wx(["wast", level, "--check", path]);
    expect([done.status, done.stderr, lastLine(done.stdout)]).toEqual([0, "", "11 passed, 0 failed, 0 skipped"]);
  }
});

test("wx wast says what does not hold, and what it cannot do", () => {
  const path = write(
    "wrong.wast",
    `(module (func (export "f") (result i32) (i32.const 1)))
(assert_return (invoke "f") (i32.const 2))
(assert_malformed (module quote "(func)") "unexpected token")
(assert_malformed (module quote "(func (result i32))") "unexpected token")
(assert_invalid (module (func)) "type mismatch")
(module (func (i32.ad)))
(thread $t (invoke "f"))
(wait $t)`,
  );
  const done = wx(["wast", path]);
  expect([done.status, done.stderr]).toEqual([1, ""]);
  const lines = done.stdout.trimEnd().split("\n").slice(0, -3);
  expect(lines.sort()).toEqual([
    `${path}: 2 skipped: threads`,
    `${path}:2: expected i32 2, got i32 1`,
    `${path}:3: a module is accepted that has: unexpected token`,
    `${path}:4: a text is read that has: unexpected token`,
    `${path}:5: a module is accepted that has: type mismatch`,
    `${path}:6: a valid module is refused: 6:16: unknown operator i32.ad: expected an instruction`,
  ]);
  expect(lastLine(done.stdout)).toBe("0 passed, 5 failed, 2 skipped");
});

test("wx wast refuses what is no script, with the place", () => {
  const path = write("broken.wast", "(module)\n  (assert_retrun)\n");
  const done = wx(["wast", path]);
  expect([done.status, done.stderr]).toEqual([
    1,
    `wx: cannot read '${path}' as a script: 2:4: unknown operator assert_retrun: expected a command of a script\n` +
      "    (assert_retrun)\n     ^\n",
  ]);
});

test("text modules of a script in JSON are judged", () => {
  write("good.wat", "(func)");
  write("bad.wat", "(func");
  const module = (type: string, line: number, filename: string) => ({
    ...{ type, line, filename, text: "unexpected end", module_type: "text" },
  });
  const path = write(
    "texts.json",
    JSON.stringify({
      commands: [
        module("module", 1, "good.wat"),
        module("module", 2, "bad.wat"),
        module("assert_malformed", 3, "bad.wat"),
        module("assert_malformed", 4, "good.wat"),
        module("assert_invalid", 5, "good.wat"),
        module("assert_malformed", 6, "missing.wat"),
      ],
    }),
  );
  const done = wx(["wast", path]);
  expect([done.status, lastLine(done.stdout)]).toEqual([1, "1 passed, 4 failed, 0 skipped"]);
  for (const line of [2, 4, 5, 6]) expect(done.stdout).toContain(`texts.json:${line}: `);
});
