// Every .wat file of this folder is a program that a compiler got wrong once, wx or another one. Its comments are
// assertions, which the compiled program checks itself, at each optimization level:
//
//   ;; return NAME TYPE:VALUE… -> TYPE:VALUE…      integers; floats as the integers of their bits
//   ;; trap NAME TYPE:VALUE… : MESSAGE

import { expect, setDefaultTimeout, test } from "bun:test";
import "../../host/js/prelude";
import { capture } from "../../host/js/system";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { U8Column } from "../../src/base/columns";
import { Diagnostic } from "../../src/base/diagnostics";
import { Driver } from "../../src/cli/script";
import { ScriptJsonReader } from "../../src/cli/script-json";
import { Compiler } from "../../src/compile";
import { LinkOptions } from "../../src/link/options";
import { decodeModule } from "../../src/wasm/decoder";
import { ExternKind, Module } from "../../src/wasm/module";
import { assemble } from "../text/assemble";

// Other work may share the machine.
setDefaultTimeout(600_000);

interface Assertion {
  line: string;
  name: string;
  command: string;
}

function values(text: string): { type: string; value: string }[] {
  const words = text.split(" ").filter((word) => word != "");
  return words.map((word) => {
    const [type, value] = word.split(":") as [string, string];
    const bits = type.endsWith("64") ? 64 : 32;
    const number = value.startsWith("-") ? -BigInt(value.slice(1)) : BigInt(value);
    return { type, value: BigInt.asUintN(bits, number).toString() };
  });
}

function assertions(text: string): Assertion[] {
  const found: Assertion[] = [];
  const pattern = /^;; (return|trap) (\S+) ?(.*?) *(?:-> ?(.*)|: (\D.*))$/gm;
  for (const [line, kind, name, args, results, message] of text.matchAll(pattern)) {
    if ((kind == "trap") != (message != undefined)) throw new Error(`cannot read: ${line}`);
    const expected = values(results ?? "");
    const command = {
      type: kind == "trap" ? "assert_trap" : "assert_return",
      line: `${found.length}`,
      action: { type: "invoke", field: name, args: values(args!) },
      ...(kind == "trap" ? { text: message } : { expected }),
    };
    found.push({ line: line!, name: name!, command: JSON.stringify(command) });
  }
  return found;
}

function column(bytes: Uint8Array): U8Column {
  const result = new U8Column();
  result.resize(bytes.length);
  result.data.set(bytes);
  return result;
}

/** The result types of an exported function as their codes. */
function resultTypes(module: Module, name: string): string {
  const type = module.funcType.get(module.findExport(name, ExternKind.Func));
  const count = module.typeResultCount.get(type);
  return Array.from({ length: count }, (_, k) => String.fromCharCode(module.resultType(type, k) & 0xff)).join("");
}

/** The assertions that do not hold. */
function failures(file: string, bytes: Uint8Array, list: Assertion[], level: number): string[] {
  const driver = new Driver();
  const module = new Module(column(bytes), file);
  expect(decodeModule(module, new Diagnostic())).toBe(true);
  for (const assertion of list) {
    const script = new ScriptJsonReader();
    script.read(column(Buffer.from(`{"commands":[${assertion.command}]}`)));
    const types = resultTypes(module, assertion.name);
    if (!driver.add(script.commands[0]!, types)) throw new Error(`cannot be expressed: ${assertion.line}`);
  }
  const options = new LinkOptions();
  options.level = level;
  const compiler = new Compiler(column(bytes), file, options);
  compiler.check = true;
  compiler.driver = new U8Column();
  driver.write(compiler.driver);
  if (!compiler.compile()) throw new Error(compiler.internalError + compiler.diagnostic.message);
  const output = new U8Column();
  expect(capture(compiler.image, 60, output)).toBe(0);
  const lines = Buffer.from(output.data.subarray(0, output.length)).toString().split("\n");
  return lines.filter((line) => line != "").map((line) => `${list[Number.parseInt(line, 10)]!.line} (${line})`);
}

for (const file of readdirSync(import.meta.dir)
  .filter((name) => name.endsWith(".wat"))
  .sort()) {
  test(file, () => {
    const text = readFileSync(join(import.meta.dir, file), "utf8");
    const list = assertions(text);
    expect(list.length).toBeGreaterThan(0);
    expect(list.length).toBe(text.match(/^;; (return|trap) /gm)!.length);
    const bytes = assemble(text);
    for (const level of [0, 2]) expect(failures(file, bytes, list, level)).toEqual([]);
  });
}
