// The text reader compiled by asc reads what it reads in JavaScript, with the native twins' range checks on: the answers
// of golden/, the specification's texts, this repository's own, a script, and all of them changed at random.

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileTwin, startTwin } from "../host/twin";
import { repository, shared } from "../wasm/load";
import * as here from "./twin-entry";

interface Twin {
  push(byte: number): void;
  run(isScript: number): number;
  at(i: number): number;
}

/** What a twin makes of a text. */
function answer(twin: Twin, text: Uint8Array, isScript: boolean): string {
  for (const byte of text) twin.push(byte);
  const length = twin.run(isScript ? 1 : 0);
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = twin.at(i);
  return bytes.toString("latin1");
}

function textsBelow(path: string, step: number): Uint8Array[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".wat"))
    .sort()
    .filter((_, i) => i % step == 0)
    .map((name) => readFileSync(join(path, name)));
}

test("compiled by asc, the reader gives the same bytes and messages", () => {
  const twin = startTwin<Twin>(compileTwin("test/text/twin-entry.ts"));
  const goldens = join(import.meta.dirname, "golden");
  const texts = readdirSync(goldens)
    .flatMap((name) => readFileSync(join(goldens, name), "utf8").split("\n"))
    .filter((line) => line != "" && !line.startsWith("#") && !line.startsWith("  "))
    .map((line) => Buffer.from(line) as Uint8Array);
  texts.push(...["examples", "test"].flatMap((folder) => textsBelow(join(repository, folder), 1)));
  const spec = shared("spec");
  if (spec != null) texts.push(...textsBelow(spec, 5));
  for (const text of texts) expect(answer(twin, text, false)).toBe(answer(here, text, false));

  const script = readFileSync(join(import.meta.dirname, "script.wast"));
  expect(answer(twin, script, true)).toBe(answer(here, script, true));

  let seed = 1;
  const random = (n: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >> 8) % n;
  };
  for (let i = 0; i < 5000; i++) {
    const isScript = random(10) == 0;
    const text = Buffer.from(isScript ? script : texts[random(texts.length)]);
    if (text.length == 0) continue;
    const other = texts[random(texts.length)];
    for (let k = random(4); k >= 0 && other.length > 0; k--) text[random(text.length)] = other[random(other.length)];
    expect(answer(twin, text, isScript)).toBe(answer(here, text, isScript));
  }
}, 600_000);
