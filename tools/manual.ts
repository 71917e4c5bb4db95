// Writes what is made from the table of options: the manual page docs/wx.1, and the tables between the marks of
// docs/cli.md. test/cli/manual.test.ts checks that both are up to date.
//
//   npm run manual

import "../host/js/prelude";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "../src/base/version";
import { commandRows, optionGroups, type OptionRow } from "../src/cli/option-table";

const root = join(import.meta.dirname, "..");

/** Text for troff: hyphens as they are typed, and no line that begins a request. */
function troff(text: string): string {
  return text
    .replace(/\\/g, "\\e")
    .replace(/-/g, "\\-")
    .replace(/^([.'])/gm, "\\&$1");
}

function optionEntry(row: OptionRow): string {
  return `.TP\n.B ${troff(row.synopsis)}\n${troff(row.summary)}\n`;
}

export function manualPage(): string {
  const commands = commandRows()
    .map((row) => `.TP\n.B ${troff(`wx ${row.name} ${row.operands}`.trim())}\n${troff(row.summary)}\n`)
    .join("");
  const options = optionGroups()
    .map((group) => `.SS ${troff(group.title)}\n${group.rows.map(optionEntry).join("")}`)
    .join("");
  return `.\\" Written by tools/manual.ts.
.TH WX 1 "" "wx ${VERSION}" "User commands"
.SH NAME
wx \\- turns WebAssembly programs into standalone native executables, and runs them
.SH SYNOPSIS
.nf
wx [\\fIoptions\\fR] \\fIprogram\\fR [\\fIarguments\\fR]
wx \\-\\-aot [\\fIoptions\\fR] \\fIprogram\\fR
wx \\fIcommand\\fR [\\fIoptions\\fR] \\fIfile\\fR
.fi
.SH DESCRIPTION
Without
.B \\-\\-aot
wx compiles the program in memory and runs it in its own place; everything after the program belongs to the program.
With it, wx writes an executable, and options may stand anywhere.
.PP
A module without _start takes the name of an export and its arguments, in place and as an executable. A dash in place of
the program reads the module from standard input.
.SH COMMANDS
${commands}.SH OPTIONS
A value follows its option as the next argument or after an equals sign;
.B \\-\\-
ends the options.
${options}.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
the input is at fault
.TP
.B 2
the command line is at fault
.TP
.B 70
an internal error of wx
.PP
A program that runs in place ends with its own status; a trap ends it with 134.
.SH ENVIRONMENT
.TP
.B NO_COLOR
if set, messages have no color
.TP
.B TMPDIR
where a program is put to be executed if memory files may not be
.SH EXAMPLES
.nf
wx \\-\\-aot hello.wasm \\-o hello
wx \\-\\-dir data::/ program.wasm
wx math.wasm add 2 3
wx inspect hello
.fi
`;
}

/** The options of a group as a table of docs/cli.md. */
function optionTable(title: string): string {
  const group = optionGroups().find((g) => g.title.startsWith(title));
  if (group == undefined) throw new Error(`there is no group of options '${title}'`);
  const rows = group.rows.map((row) => {
    const names = row.synopsis.split(", ").map((name) => `\`${name}\``);
    return `| ${names.join(", ")} | ${row.summary.replace(/\|/g, "\\|")} |\n`;
  });
  return `| option | what it does |\n| --- | --- |\n${rows.join("")}`;
}

/** docs/cli.md with its tables made anew. */
export function withTables(text: string): string {
  return text.replace(
    /(<!-- options: (.*?) -->\n)[\s\S]*?(?=<!-- end -->)/g,
    (_, mark, title) => mark + optionTable(title),
  );
}

if (import.meta.main) {
  writeFileSync(join(root, "docs/wx.1"), manualPage());
  const cli = join(root, "docs/cli.md");
  writeFileSync(cli, withTables(readFileSync(cli, "utf8")));
}
