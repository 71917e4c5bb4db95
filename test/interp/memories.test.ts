// Several memories, 64-bit memories and tables, pages of a byte and wide arithmetic in the interpreter, by the scripts that
// compiled code passes.

import { expect, test } from "bun:test";
import "../../host/js/prelude";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Diagnostic } from "../../src/base/diagnostics";
import { TextModule } from "../../src/text/module";
import { CommandKind, type ScriptCommand } from "../../src/text/script";
import { textWords } from "../../src/text/source";
import { WastReader } from "../../src/text/wast";
import { readModuleText } from "../../src/text/wat";
import { U8Column } from "../../src/base/columns";
import { trapClass } from "../ssa-builder/helpers";
import { column } from "../wasm/load";
import { type Kind, script } from "../wast/addresses";
import { wideScript } from "../wast/wide";
import { Guest } from "./guest";

/** What an assertion finds, if it is not what it expects. */
function check(guest: Guest, command: ScriptCommand): string {
  const action = command.action;
  if (action == null) throw new Error("no action");
  const results = guest.call(
    action.field,
    action.args.map((x) => [x.word(0), x.word(1)]),
  );
  const place = `${command.line}: ${action.field}`;
  if (typeof results == "string") {
    const isExpected = command.kind == CommandKind.AssertTrap && trapClass(results) == trapClass(command.text);
    return isExpected ? "" : `${place}: trap: ${results}`;
  }
  if (command.kind == CommandKind.AssertTrap) return `${place}: no trap`;
  if (command.kind != CommandKind.AssertReturn) return "";
  // Integers all: of an i32 the high word says nothing.
  const isRight = command.expected.every(
    (x, i) => results[i][0] == x.word(0) && (x.type != 0x7e || results[i][1] == x.word(1)),
  );
  return isRight && results.length == command.expected.length ? "" : `${place}: got ${results.join("; ")}`;
}

function runScript(text: string): { count: number; wrong: string[] } {
  const diagnostic = new Diagnostic();
  const reader = new WastReader(new TextModule(textWords()));
  if (!reader.read(column(new TextEncoder().encode(text)), diagnostic)) throw new Error(diagnostic.message);
  let guest: Guest | null = null;
  const wrong: string[] = [];
  let count = 0;
  for (const command of reader.commands) {
    if (command.kind == CommandKind.Module) {
      const bytes = new U8Column();
      const content = command.module?.content as U8Column;
      if (command.module?.isText) readModuleText(new TextModule(textWords()), content, bytes, diagnostic);
      else bytes.append(content, 0, content.length);
      guest = new Guest(bytes.data.slice(0, bytes.length));
      if (guest.message != "") throw new Error(`${command.line}: ${guest.message}`);
      continue;
    }
    count++;
    const found = check(guest as Guest, command);
    if (found != "") wrong.push(found);
  }
  return { count, wrong };
}

test("memories and tables", () => {
  const text = readFileSync(join(import.meta.dirname, "../wast/memories.wast"), "utf8");
  const { count, wrong } = runScript(text);
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(180);
});

test("wide arithmetic", () => {
  const { count, wrong } = runScript(wideScript());
  expect(wrong.slice(0, 10)).toEqual([]);
  expect(count).toBeGreaterThan(1800);
});

const before = "(memory 1) (memory i64 1) (memory 2 3)";
const kinds: Kind[] = [
  { name: "32-bit", is64: false, page: 65536n, before: "", grows: true },
  { name: "64-bit", is64: true, page: 65536n, before: "", grows: true },
  { name: "64-bit, one of several", is64: true, page: 65536n, before, grows: true },
  { name: "of bytes", is64: false, page: 1n, before: "", grows: true },
  { name: "of bytes, 64-bit", is64: true, page: 1n, before, grows: true },
];
const G = 1n << 30n;
const EDGES = [0n, 1n, 8n, 65535n, 2n * G - 1n, 2n * G, 4n * G - 8n, 4n * G - 1n];
const WIDE = [4n * G, (1n << 53n) - 1n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 8n, (1n << 64n) - 1n];

test.each(kinds)("addresses in a memory: $name", (kind) => {
  const edges = kind.is64 ? [...EDGES, ...WIDE] : EDGES;
  for (const pages of kind.page == 1n ? [0n, 7n, 4099n] : [0n, 1n]) {
    const { count, wrong } = runScript(script(kind, pages, edges, edges));
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(count).toBeGreaterThan(500);
  }
});
