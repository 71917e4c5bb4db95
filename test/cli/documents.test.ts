// Every command line that README.md, examples/README.md, docs/cli.md, docs/debugging.md and docs/faq.md show is run, and does what is shown.

import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { manualPage, withTables } from "../../tools/manual";
import { makeFolder, removeFolder, repository, run } from "../programs/wx";
import { commandsOf, patternOf, runCommand } from "./console";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

test.each(["README.md", "examples/README.md", "docs/cli.md", "docs/debugging.md", "docs/faq.md"])(
  "the commands of %s",
  (document) => {
    const room = join(folder, document.replace(/\W/g, "-"));
    mkdirSync(room);
    symlinkSync(join(repository, "wx"), join(room, "wx"));
    cpSync(join(repository, "examples"), join(room, "examples"), { recursive: true });
    const commands = commandsOf(document);
    expect(commands.length).toBeGreaterThan(2);
    for (const command of commands) {
      const done = runCommand(command, room);
      expect([done.line, done.status, done.output]).toEqual([
        command.line,
        command.status,
        expect.stringMatching(patternOf(command.output)),
      ]);
    }
  },
);

test("the examples are in their README and small", () => {
  const text = readFileSync(join(repository, "examples/README.md"), "utf8");
  for (const name of readdirSync(join(repository, "examples"))) {
    if (!name.endsWith(".wasm")) continue;
    expect(text).toContain(name);
    expect(readFileSync(join(repository, "examples", name)).length).toBeLessThan(200_000);
  }
});

test("fibonacci.wasm is what asc makes of its source", () => {
  const asc = [join(repository, "node_modules/.bin/asc"), "examples/fibonacci.ts", "-O3", "--runtime", "stub"];
  const made = run([...asc, "-o", join(folder, "fibonacci.wasm")], { cwd: repository });
  expect([made.status, made.stderr]).toEqual([0, ""]);
  expect(readFileSync(join(folder, "fibonacci.wasm"))).toEqual(
    readFileSync(join(repository, "examples/fibonacci.wasm")),
  );
});

test("the manual page and the tables of docs/cli.md are those of the options (npm run manual)", () => {
  expect(readFileSync(join(repository, "docs/wx.1"), "utf8")).toBe(manualPage());
  const cli = readFileSync(join(repository, "docs/cli.md"), "utf8");
  expect(withTables(cli)).toBe(cli);
  expect([...cli.matchAll(/<!-- options: /g)].length).toBe(6);
});
