// The command line itself: every option is accepted and documented, every misuse says what is wrong, shows nothing
// else, and ends with status 2.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commandRows, optionRows } from "../../src/cli/option-table";
import { repository, run, wx, wxCommand } from "../programs/wx";

const hello = join(repository, "examples/hello.wasm");
const documentation = readFileSync(join(repository, "docs/cli.md"), "utf8");

/** Command lines that are wrong, and what is said about each. */
const wrong: [string[], string][] = [
  [[], "no program given"],
  [["--aot"], "no program given"],
  [["--jit"], "no program given"],
  [["wast"], "no script given"],
  [["validate"], "no file given"],
  [["inspect"], "no file given"],
  [["inspect", hello, "b.wasm"], "inspect takes one file, but there is also 'b.wasm'"],
  [["completions"], "completions needs a shell: bash, zsh or fish"],
  [["completions", "fihs"], "there are completions for bash, zsh and fish, not for 'fihs'; did you mean 'fish'?"],
  [["completions", "bash", "zsh"], "completions takes one shell, but there is also 'zsh'"],
  [["--foo"], "unknown option '--foo'"],
  [["-x"], "unknown option '-x'"],
  [["--foo=bar", hello], "unknown option '--foo=bar'"],
  [["--aot", hello, "--foo"], "unknown option '--foo'"],
  [["--ouput=x", "--aot", hello], "unknown option '--ouput=x'; did you mean '--output'?"],
  [["-output", "x", "--aot", hello], "unknown option '-output'; did you mean '--output'?"],
  [["--env-inherti", hello], "unknown option '--env-inherti'; did you mean '--env-inherit'?"],
  [["--trutsed", hello], "unknown option '--trutsed'; did you mean '--trusted'?"],
  [["-O4", hello], "-O takes a level from 0 to 3, not '4'"],
  [["-O", hello], `-O takes a level from 0 to 3, not '${hello}'`],
  [["-Os", hello], "-O takes a level from 0 to 3, not 's'"],
  [["--output"], "--output needs a value: --output FILE"],
  [["--aot", hello, "-o"], "-o needs a value: -o FILE"],
  [["--aot", "--output=", hello], "--output takes the name of a file"],
  [["--aot", "-o", "", hello], "-o takes the name of a file"],
  [["-o", "out", hello], "-o goes with --aot"],
  [["--output=out", hello], "--output goes with --aot"],
  [["--dir"], "--dir needs a value: --dir HOST[::GUEST][:ro]"],
  [["--dir=", hello], "--dir takes HOST[::GUEST][:ro], not ''"],
  [["--dir", "::guest", hello], "--dir takes HOST[::GUEST][:ro], not '::guest'"],
  [["--dir", "host::", hello], "--dir takes HOST[::GUEST][:ro], not 'host::'"],
  [["--dir", ":ro", hello], "--dir takes HOST[::GUEST][:ro], not ':ro'"],
  [["--env"], "--env needs a value: --env NAME[=VALUE]"],
  [["--env=", hello], "--env takes NAME or NAME=VALUE, not ''"],
  [["--env", "=value", hello], "--env takes NAME or NAME=VALUE, not '=value'"],
  [["--env-inherit=1", hello], "--env-inherit takes no value"],
  [["--argv0"], "--argv0 needs a value: --argv0 NAME"],
  [["--argv0=", hello], "--argv0 takes a name"],
  [["--name"], "--name needs a value: --name NAME"],
  [["--link"], "--link needs a value: --link NAME=FILE"],
  [["--link", "file.wasm", hello], "--link takes NAME=FILE, not 'file.wasm'"],
  [["--link=a=b", "--link=a=c", hello], "--link names 'a' twice"],
  [["--name=", hello], "--name takes a name"],
  [["--invoke"], "--invoke needs a value: --invoke NAME"],
  [["--invoke=", hello], "--invoke takes the name of an export"],
  [["--unknown-imports"], "--unknown-imports needs a value: --unknown-imports WHAT"],
  [["--unknown-imports=zero", hello], "--unknown-imports takes error, trap or default, not 'zero'"],
  [["--trusted=yes", hello], "--trusted takes no value"],
  [["--max-memory"], "--max-memory needs a value: --max-memory SIZE"],
  ...["", "0", "4.5G", "17G", "64MB", "-1", "x", "99999999999"].map((size): [string[], string] => [
    [`--max-memory=${size}`, hello],
    `--max-memory takes a size up to 16G, as 64M or 1G, not '${size}'`,
  ]),
  [["--stack-size"], "--stack-size needs a value: --stack-size SIZE"],
  ...["", "0", "8191", "2G", "1T", "M"].map((size): [string[], string] => [
    [`--stack-size=${size}`, hello],
    `--stack-size takes a size from 16K to 1G, not '${size}'`,
  ]),
  [["--tcp-listen"], "--tcp-listen needs a value: --tcp-listen ADDRESS:PORT"],
  [["--sandbox"], "--sandbox needs a value: --sandbox HOW"],
  [["--sandbox=yes", hello], "--sandbox takes on, off or strict, not 'yes'"],
  [["--memory"], "--memory needs a value: --memory HOW"],
  [["--memory=64M", hello], "--memory takes guard or checked, not '64M'"],
  [["--timeout"], "--timeout needs a value: --timeout SECONDS"],
  [["--timeout=soon", hello], "--timeout takes seconds, as 10 or 0.5, not 'soon'"],
  [["--max-fds"], "--max-fds needs a value: --max-fds COUNT"],
  [["--max-fds=2", hello], "--max-fds takes a number from 3 to 8192, not '2'"],
  [
    ["--max-fds=3", "--dir", ".", hello],
    "--max-fds 3 is too few: streams, granted directories and listening sockets are 4",
  ],
  [["--jobs=0", hello], "--jobs takes a number from 1 to 999, not '0'"],
  [["-j", "x", hello], "--jobs takes a number from 1 to 999, not 'x'"],
  [["-j1000", hello], "--jobs takes a number from 1 to 999, not '1000'"],
  [["--cpu", "z80", hello], "--cpu takes x86-64-v2, x86-64-v3, x86-64-v4 or native, not 'z80'"],
  [["--debug=bytes", hello], "--debug takes time, link, ssa, asm or all, not 'bytes'"],
  [["--debug=time,lnk", hello], "--debug takes time, link, ssa, asm or all, not 'lnk'; did you mean 'link'?"],
  [["--debug-function"], "--debug-function needs a value: --debug-function NAME"],
  [["--debug-function=", hello], "--debug-function takes the name or number of a function"],
  [["--aot=yes", hello], "--aot takes no value"],
  [["--jit=yes", hello], "--jit takes no value"],
  [["--strip=1", hello], "--strip takes no value"],
  [["--check=1", hello], "--check takes no value"],
  [["--verbose=1", hello], "--verbose takes no value"],
  [["--quiet=1", hello], "--quiet takes no value"],
  [["--json=1", hello], "--json takes no value"],
  [["--help=1"], "--help takes no value"],
  [["--version=1"], "--version takes no value"],
  [["-v", "-q", hello], "--verbose and --quiet exclude each other"],
  [["--json", hello], "--json goes with --aot, validate and inspect"],
  [["validate", "--aot", hello], "--aot does not go with a command"],
  [["inspect", hello, "--jit"], "--jit does not go with a command"],
  [["validate", "--dir", ".", hello], "--dir goes with programs"],
  [["-O2", hello], "-O goes with --jit and --aot"],
  [["inspect", "-O2", hello], "-O goes with --jit and --aot"],
  [["--sandbox=off", hello], "--sandbox goes with --jit and --aot"],
  [["--memory=checked", hello], "--memory goes with --jit and --aot"],
  [["--aot", "--fuel", "1", hello], "--fuel goes with programs that are interpreted: without --jit and --aot"],
  [["--fuel"], "--fuel needs a value: --fuel N"],
  [["--trace=all", hello], "--trace takes calls, memory or instructions, not 'all'"],
  [["--trace=call", hello], "--trace takes calls, memory or instructions, not 'call'; did you mean 'calls'?"],
  [["--trace-function=", hello], "--trace-function takes the name or number of a function"],
  [["--break", "", hello], "--break takes FUNC or FUNC:OFFSET"],
  [["--coverage=", hello], "--coverage takes the name of a file"],
  [["--stats=1", hello], "--stats takes no value"],
  [["--jit", "--stats", hello], "--stats goes with programs that are interpreted: without --jit and --aot"],
  [["--fuel=much", hello], "--fuel takes a number of instructions, not 'much'"],
  [["--interpret=1", hello], "--interpret takes no value"],
  [["wast", "--json", "x.json"], "--json goes with --aot, validate and inspect"],
  [["--aot", hello, "b.wasm"], "--aot takes one program, but there is also 'b.wasm'"],
];

test.each(wrong)("wrong usage: %j", (args, message) => {
  expect(wx(args)).toEqual({ status: 2, stdout: "", stderr: `wx: ${message}\nTry 'wx --help'.\n` });
});

test("every option is among the wrong ones", () => {
  const used = new Set(wrong.flatMap(([args]) => args.map((arg) => arg.replace(/=.*/, ""))));
  for (const row of optionRows()) {
    const names = [row.short, row.long, row.alias].filter((name) => name != "");
    expect([row.synopsis, names.some((name) => used.has(name))]).toEqual([row.synopsis, true]);
  }
});

test("a file may be called like an option or a command", () => {
  expect(wx(["--", "--aot"])).toEqual({
    status: 1,
    stdout: "",
    stderr: "wx: cannot read '--aot': no such file or directory\n",
  });
  const mistyped = "wx: cannot read 'valdiate': no such file or directory; did you mean the command 'validate'?\n";
  expect(wx(["valdiate", hello]).stderr).toBe(mistyped);
});

test("help and version go to standard output, wherever they stand before the program", () => {
  const help = wx(["--help"]);
  expect([help.status, help.stderr]).toEqual([0, ""]);
  expect(help.stdout).toStartWith("wx 0.1.0: ");
  for (const args of [["-h"], ["help"], ["validate", "--help"], ["--env", "A=1", "--help", "nothing.wasm"]]) {
    expect(wx(args)).toEqual(help);
  }
  const version = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")).version;
  expect(wx(["--version"])).toEqual({ status: 0, stdout: `wx ${version}\n`, stderr: "" });
  expect(wx(["-V"])).toEqual(wx(["--version"]));
});

test("help is ASCII in lines of at most 120, and begins with examples", () => {
  const lines = wx(["--help"]).stdout.split("\n");
  for (const line of lines) expect(line).toMatch(/^[ -~]{0,120}$/);
  expect(lines[2]).toBe("Examples:");
});

test("every option and command is in help, in the completions and in the documentation", () => {
  const help = wx(["--help"]).stdout;
  const shells = ["bash", "zsh", "fish"].map((shell) => wx(["completions", shell]).stdout);
  for (const row of optionRows()) {
    expect(help).toContain(row.summary);
    for (const name of [row.long, row.alias]) {
      if (name == "") continue;
      expect(help).toContain(name);
      expect(documentation).toContain(`\`${name}`);
      for (const text of shells) expect(text).toContain(name.slice(2));
    }
  }
  for (const { name } of commandRows()) {
    for (const text of [help, documentation, ...shells]) expect(text).toContain(name);
  }
});

/** What options take, by what it is called. */
const VALUES: Record<string, string> = {
  N: "2",
  SIZE: "1M",
  COUNT: "9",
  SECONDS: "1",
  "ADDRESS:PORT": "127.0.0.1:1",
  "NAME=FILE": "m=m.wasm",
};

test("every option is accepted", () => {
  for (const row of optionRows()) {
    const value = row.choices.split(" ")[0] || VALUES[row.value] || "x";
    for (const name of [row.short, row.long, row.alias]) {
      if (name == "" || row.id >= optionRows().length - 2) continue;
      const given = row.takesValue && !row.isOptional ? (name == "-O" ? ["-O1"] : [name, value]) : [name];
      expect([given, wx([...given, "--version"]).status]).toEqual([given, 0]);
    }
  }
});

test.skipIf(Bun.which("bash") == null)("completions are what bash makes of them", () => {
  const script = `source <(${wxCommand.join(" ")} completions bash)
    complete_ () { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _wx; echo "\${COMPREPLY[*]}"; }
    complete_ wx --env-
    complete_ wx --unknown-imports ""
    complete_ wx --unknown-imports = d
    complete_ wx val
    complete_ wx completions ""`;
  const done = run(["bash", "-c", script], { cwd: join(repository, "docs") });
  expect(done).toEqual({
    status: 0,
    stdout: "--env-inherit\nerror trap default\ndefault\nvalidate\nbash zsh fish\n",
    stderr: "",
  });
});
