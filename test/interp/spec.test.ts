// The specification's scripts in the interpreter, in this process: every assertion about a module that stands alone,
// plainly and with every instruction watched. Features that the interpreter has are on, whether or not compiled code has
// them.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Watch } from "../../src/interp/translate";
import { UnknownImports } from "../../src/link/options";
import { trapClass } from "../ssa-builder/helpers";
import { shared } from "../wasm/load";
import { Guest, type Word } from "./guest";

const root = shared("spec");

interface Value {
  type: string;
  value: string;
}

function toWord(v: Value): Word {
  if (v.value == "null") return [0, 0];
  // A host reference is any word but null.
  if (v.type == "externref") return [Number(v.value) + 1, 0];
  const x = BigInt(v.value);
  return [Number(BigInt.asIntN(32, x)), v.type == "i64" || v.type == "f64" ? Number(BigInt.asIntN(32, x >> 32n)) : 0];
}

function matches(word: Word, v: Value): boolean {
  if (v.value?.startsWith("nan:")) {
    const quiet = v.type == "f32" ? word[0] & 0x7fc00000 : word[1] & 0x7ff80000;
    return quiet == (v.type == "f32" ? 0x7fc00000 : 0x7ff80000);
  }
  if (v.type == "refnull" || v.value == "null") return word[0] == 0 && word[1] == 0;
  if (v.type == "funcref") return word[0] != 0;
  const expected = toWord(v);
  const isWide = v.type == "i64" || v.type == "f64";
  return expected[0] == word[0] && (!isWide || expected[1] == word[1]);
}

interface Tally {
  done: number;
  skipped: Map<string, number>;
  wrong: string[];
}

function instantiate(bytes: Uint8Array, watch: number): Guest | string {
  const guest = new Guest(bytes, { watch, unknownImports: UnknownImports.Default });
  const { guest: module } = guest.interpreter;
  for (let i = 0; i < module.importKind.length; i++) {
    // The functions of spectest print and return nothing.
    if (module.text(module.importModuleStart.get(i), module.importModuleEnd.get(i)) != "spectest") return "imports";
  }
  return guest.message == "" ? guest : guest.message.split("\n")[0];
}

function runScript(directory: string, watch: number, tally: Tally): void {
  const script = JSON.parse(readFileSync(join(root as string, directory, "script.json"), "utf8"));
  let current: Guest | string = "no module";
  for (const command of script.commands) {
    if (command.type == "module") {
      current =
        command.module_type == "binary"
          ? instantiate(new Uint8Array(readFileSync(join(root as string, directory, command.filename))), watch)
          : "text";
      continue;
    }
    if (!/^(action|assert_return|assert_trap|assert_exception|assert_exhaustion)$/.test(command.type)) continue;
    const { action } = command;
    if (action == undefined || action.module != undefined || action.type != "invoke") continue;
    if (typeof current == "string") {
      tally.skipped.set(current, (tally.skipped.get(current) ?? 0) + 1);
      continue;
    }
    const results = current.call(action.field, action.args.map(toWord));
    const expected: (Value & { values?: Value[] })[] = command.expected ?? [];
    let outcome = "";
    if (typeof results == "string") {
      const isExpected =
        command.type != "assert_return" && trapClass(results) == trapClass(command.text ?? "uncaught exception");
      if (!isExpected && command.type != "action") outcome = `trap: ${results}`;
    } else if (command.type == "assert_return") {
      const same = expected.every((v, i) =>
        v.type == "either" ? (v.values as Value[]).some((w) => matches(results[i], w)) : matches(results[i], v),
      );
      if (!same || expected.length != results.length) outcome = `got ${results.join("; ")}`;
    } else if (command.type != "action") outcome = "no trap";
    if (outcome != "") {
      const text = `${action.field}(${JSON.stringify(action.args)})`;
      const wanted = JSON.stringify(command.expected ?? command.text);
      tally.wrong.push(`${directory}:${command.line} ${text}: ${outcome}, expected ${wanted}`);
    }
    tally.done++;
  }
}

test.skipIf(root == null).each([
  ["plainly", 0],
  ["watched", Watch.Instructions | Watch.Fuel | Watch.Clock],
])(
  "assertions of the specification's scripts hold, %s",
  (_, watch) => {
    const tally: Tally = { done: 0, skipped: new Map(), wrong: [] };
    for (const directory of readdirSync(root as string).sort()) {
      if (existsSync(join(root as string, directory, "script.json"))) runScript(directory, watch, tally);
    }
    const reasons = [...tally.skipped].sort((a, b) => b[1] - a[1]).slice(0, 25);
    console.log(`${tally.done} assertions; skipped: ${reasons.map(([reason, n]) => `${n} ${reason}`).join(", ")}`);
    expect(tally.wrong.slice(0, 20)).toEqual([]);
    expect(tally.done).toBeGreaterThan(20_000);
  },
  300_000,
);
