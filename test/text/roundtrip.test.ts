// Every binary module at hand, printed by wasm-tools and read again, is the same module: plain and folded. What
// differs from the original in nothing but encoding (padded numbers, sections that are empty or not needed) is
// compared with what wasm-tools itself makes of the text.

import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository, shared } from "../wasm/load";
import { coreSections, read, wasmTools } from "./helpers";

const scratch = mkdtempSync(join(tmpdir(), "wx-text-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function modulesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".wasm"))
    .sort()
    .map((name) => join(path, name));
}

interface Output {
  status: number;
  stdout: Uint8Array;
}

async function run(args: string[]): Promise<Output> {
  const child = Bun.spawn([wasmTools as string, ...args], { stdout: "pipe", stderr: "ignore", stdin: "ignore" });
  const stdout = new Uint8Array(await new Response(child.stdout).arrayBuffer());
  return { status: await child.exited, stdout };
}

const counts = { same: 0, encodedOtherwise: 0, notPrinted: 0 };

/** What is wrong with reading the module's text; empty if nothing. */
async function compare(file: string, options: string[], i: number): Promise<string> {
  const printed = await run(["print", ...options, file]);
  if (printed.status != 0) {
    counts.notPrinted++;
    return "";
  }
  const original = readFileSync(file);
  const { bytes, message } = read(printed.stdout);
  if (bytes != null && coreSections(bytes) == coreSections(original)) {
    counts.same++;
    return "";
  }
  const path = join(scratch, `${i}.wat`);
  writeFileSync(path, printed.stdout);
  const parsed = await run(["parse", path]);
  rmSync(path);
  // Malformed in a way that the printer has words for but nobody reads.
  if (parsed.status != 0 || Buffer.from(printed.stdout).includes(".load (type ")) return "";
  if (bytes == null) return `${file} ${options}: ${message}`;
  counts.encodedOtherwise++;
  return coreSections(bytes) == coreSections(parsed.stdout) ? "" : `${file} ${options}: other bytes`;
}

async function compareAll(files: string[], options: string[]): Promise<void> {
  const wrong: string[] = [];
  let next = 0;
  const work = async () => {
    while (next < files.length) {
      const i = next++;
      const found = await compare(files[i], options, i);
      if (found != "") wrong.push(found);
    }
  };
  await Promise.all([work(), work(), work()]);
  expect(wrong).toEqual([]);
}

const own = ["examples", "test", "bench"].flatMap((name) => modulesBelow(join(repository, name)));
const spec = shared("spec");
const bench = shared("bench");
const large = [...own, join(repository, "build/wx.wasm"), ...(bench == null ? [] : modulesBelow(bench))];

test.skipIf(wasmTools == null)("programs", () => compareAll(large, []), 600_000);
test.skipIf(wasmTools == null)(
  "programs, folded, with names for everything",
  () => compareAll(large, ["--fold-instructions", "--name-unnamed"]),
  600_000,
);

test.skipIf(wasmTools == null || spec == null)(
  "every module of the specification's scripts, plain or folded by turns",
  async () => {
    const files = modulesBelow(spec as string);
    await compareAll(
      files.filter((_, i) => i % 2 == 0),
      [],
    );
    await compareAll(
      files.filter((_, i) => i % 2 == 1),
      ["--fold-instructions"],
    );
    expect(counts.same).toBeGreaterThan(5000);
  },
  600_000,
);

test.skipIf(wasmTools == null)("how many there were", () => {
  console.log(`round trips: ${JSON.stringify(counts)}`);
  expect(counts.same).toBeGreaterThan(100);
});
