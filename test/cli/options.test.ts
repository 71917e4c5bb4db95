// The command line itself: every option is accepted and documented, every misuse says what is wrong, shows nothing
// else, and ends with status 2.

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository, wx } from "../programs/wx";

const hello = join(repository, "examples/hello.wasm");
const documentation = readFileSync(join(repository, "docs/cli.md"), "utf8");

test.each([
  [[], "no program given"],
  [["--aot"], "no program given"],
  [["wast"], "no program given"],
  [["--", "--aot"], null],
  [["--foo"], "unknown option '--foo'"],
  [["-x"], "unknown option '-x'"],
  [["--foo=bar", hello], "unknown option '--foo=bar'"],
  [["-O4", hello], "unknown option '-O4'"],
  [["--aot", hello, "--foo"], "unknown option '--foo'"],
  [["--output"], "--output needs a value"],
  [["--aot", hello, "-o"], "-o needs a value"],
  [["--dir"], "--dir needs a value"],
  [["--env"], "--env needs a value"],
  [["--invoke"], "--invoke needs a value"],
  [["--unknown-imports"], "--unknown-imports needs a value"],
  [["--aot", "--output=", hello], "--output takes the name of a file"],
  [["--aot", "-o", "", hello], "-o takes the name of a file"],
  [["--invoke=", hello], "--invoke takes the name of an export"],
  [["--jobs=0", hello], "--jobs takes a number from 1 to 999, not '0'"],
  [["-j", "x", hello], "--jobs takes a number from 1 to 999, not 'x'"],
  [["-o", "out", hello], "--output goes with --aot"],
  [["--aot", hello, "b.wasm"], "--aot takes one program, but there is also 'b.wasm'"],
  [["--dir=", hello], "--dir takes HOST[::GUEST][:ro], not ''"],
  [["--dir", "::guest", hello], "--dir takes HOST[::GUEST][:ro], not '::guest'"],
  [["--dir", "host::", hello], "--dir takes HOST[::GUEST][:ro], not 'host::'"],
  [["--dir", ":ro", hello], "--dir takes HOST[::GUEST][:ro], not ':ro'"],
  [["--env=", hello], "--env takes NAME or NAME=VALUE, not ''"],
  [["--env", "=value", hello], "--env takes NAME or NAME=VALUE, not '=value'"],
  [["--unknown-imports=zero", hello], "--unknown-imports takes error, trap or default, not 'zero'"],
  [["--debug=bytes", hello], "--debug takes time, ssa and asm, not 'bytes'"],
  [["--aot=yes", hello], "--aot takes no value"],
  [["--strip=1", hello], "--strip takes no value"],
  [["--check=1", hello], "--check takes no value"],
])("wrong usage: %j", (args, message) => {
  const done = wx(args as string[]);
  if (message == null) {
    expect([done.status, done.stdout]).toEqual([1, ""]);
    return;
  }
  expect(done).toEqual({ status: 2, stdout: "", stderr: `wx: ${message}\nTry 'wx --help'.\n` });
});

test("help and version go to standard output, wherever they stand before the program", () => {
  const help = wx(["--help"]);
  expect([help.status, help.stderr]).toEqual([0, ""]);
  expect(help.stdout).toStartWith("wx 0.1.0: ");
  expect(wx(["-h"])).toEqual(help);
  expect(wx(["--env", "A=1", "--help", "nothing.wasm"])).toEqual(help);
  expect(wx(["--version"])).toEqual({ status: 0, stdout: "wx 0.1.0\n", stderr: "" });
  expect(wx(["-V"])).toEqual(wx(["--version"]));
  const version = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")).version;
  expect(wx(["--version"]).stdout).toBe(`wx ${version}\n`);
});

test("help is ASCII in lines of at most 120", () => {
  for (const line of wx(["--help"]).stdout.split("\n")) expect(line).toMatch(/^[ -~]{0,120}$/);
});

/** Words that look like options. */
function optionsIn(text: string): string[] {
  const found = text.match(/(?<![\w-])--?[A-Za-z][\w-]*/g) ?? [];
  return [...new Set(found)].sort();
}

test("what help names is accepted and documented; what the source knows is documented", () => {
  const values: Record<string, string> = {
    "--dir": ".",
    "--env": "A",
    "--unknown-imports": "trap",
    "--output": "x",
    "-o": "x",
    "--invoke": "add",
    "--jobs": "2",
    "--sandbox": "on",
    "--memory": "guard",
    "--tcp-listen": "127.0.0.1:1",
    "--timeout": "1",
    "--max-fds": "9",
    "-j": "2",
  };
  const named = optionsIn(wx(["--help"]).stdout);
  expect(named.length).toBeGreaterThan(15);
  const documented = optionsIn(documentation);
  for (const option of named) {
    expect(documented).toContain(option);
    // --help after it stops before anything is read.
    const args = values[option] ? [option, values[option]] : [option];
    expect([option, wx([...args, "--help"]).status]).toEqual([option, 0]);
  }
  const source = readFileSync(join(repository, "src/cli/options.ts"), "utf8");
  for (const match of source.matchAll(/(?:name|option) == "(-[^"]+)"/g)) expect(documented).toContain(match[1]);
});
