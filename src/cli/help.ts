// What --help prints: examples first, then commands and options from their table.

import { VERSION } from "../base/version";
import { commandRows, optionGroups } from "./option-table";

/** Column in which summaries begin. */
const MARGIN: i32 = 34;

function line(left: string, right: string): string {
  let text = `  ${left}`;
  // What is too long gets a line of its own.
  if (text.length + 2 > MARGIN) text += "\n".padEnd(MARGIN + 1);
  return `${text.padEnd(MARGIN)}${right}\n`;
}

function examples(): string {
  let text = "Examples:\n";
  text += "  wx --aot hello.wasm -o hello         write the executable ./hello\n";
  text += "  wx hello.wasm one two                run with the arguments one and two\n";
  text += "  wx --jit hello.wasm                  compile in memory and run at full speed\n";
  text += "  wx --trace=calls hello.wasm          run and show every call\n";
  text += "  wx --dir data::/ --env LANG p.wasm   let the program see the directory data as / and the variable LANG\n";
  text += "  wx math.wasm add 2 3                 call an export of a module that is no program\n";
  text += "  wx inspect hello                     what an executable is made of and may do\n";
  return text;
}

export function helpText(): string {
  let text = `wx ${VERSION}: turns WebAssembly programs into standalone native executables, and runs them\n\n`;
  text += `${examples()}\nUsage:\n`;
  text += line("wx [OPTIONS] PROGRAM [ARGS]", "run; everything after PROGRAM belongs to the program");
  text += line("wx --aot [OPTIONS] PROGRAM", "compile; options may stand anywhere");
  const commands = commandRows();
  for (let i: i32 = 0; i < commands.length; i++) {
    text += line(`wx ${commands[i].name} ${commands[i].operands}`, commands[i].summary);
  }
  text += "PROGRAM is a module, binary or text (.wat); - reads it from standard input.\n";
  const groups = optionGroups();
  for (let g: i32 = 0; g < groups.length; g++) {
    text += `\n${groups[g].title}:\n`;
    for (let i: i32 = 0; i < groups[g].rows.length; i++) {
      const row = groups[g].rows[i];
      text += line(row.short.length == 0 ? `    ${row.synopsis}` : row.synopsis, row.summary);
    }
  }
  return text;
}
