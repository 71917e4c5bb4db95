// Every .wat file of this folder is a program that a compiler got wrong once, wx or another one. Its comments are
// assertions, which the compiled program checks itself, at each optimization level, and the interpreter:
//
//   ;; return NAME TYPE:VALUE… -> TYPE:VALUE…      integers; floats as the integers of their bits
//   ;; trap NAME TYPE:VALUE… : MESSAGE

import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder, wx } from "../programs/wx";
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
      line: found.length,
      action: { type: "invoke", field: name, args: values(args!) },
      ...(kind == "trap" ? { text: message } : { expected }),
    };
    found.push({ line: line!, name: name!, command: JSON.stringify(command) });
  }
  return found;
}

const folder = makeFolder();
afterAll(() => removeFolder(folder));

/** Runs the assertions as a script; what wx says of it. */
function runScript(file: string, bytes: Uint8Array, list: Assertion[], options: string[]): string {
  writeFileSync(join(folder, "module.wasm"), bytes);
  const module = `{"type":"module","line":0,"filename":"module.wasm","module_type":"binary"}`;
  const script = join(folder, `${file}.json`);
  writeFileSync(script, `{"commands":[${[module, ...list.map(({ command }) => command)].join(",")}]}`);
  return wx(["wast", ...options, script]).stdout;
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
    for (const options of [["-O0", "--check"], ["-O2", "--check"], ["--interpret"]]) {
      const said = runScript(file, bytes, list, options);
      expect([options, said]).toEqual([
        options,
        expect.stringContaining(`\n${list.length} passed, 0 failed, 0 skipped\n`),
      ]);
    }
  });
}
