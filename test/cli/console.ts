// Reads the console blocks of a document: commands after `$ `, what they print, and in brackets a status that is not 0.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository, run } from "../programs/wx";

export interface Command {
  line: string;
  /** Standard output and error, as a terminal would show them. */
  output: string;
  status: number;
}

/** The commands of all ```console blocks of a file, in order. */
export function commandsOf(document: string): Command[] {
  const commands: Command[] = [];
  const text = readFileSync(join(repository, document), "utf8");
  for (const [, block] of text.matchAll(/^```console\n([\s\S]*?)^```$/gm)) {
    for (const line of block.trimEnd().split("\n")) {
      const last = commands[commands.length - 1];
      const status = line.match(/^\[(\d+)\]$/);
      if (line.startsWith("$ ")) commands.push({ line: line.slice(2), output: "", status: 0 });
      else if (status) last.status = Number(status[1]);
      else last.output += `${line}\n`;
    }
  }
  return commands;
}

/** Runs a command line as a reader of the document would, in `folder`. */
export function runCommand(command: Command, folder: string): Command {
  const done = run(["sh", "-c", `exec 2>&1; ${command.line}`], { cwd: folder });
  return { line: command.line, output: Buffer.from(done.stdout, "latin1").toString(), status: Number(done.status) };
}

/** The shown output as a pattern: `…` stands for anything within a line. */
export function patternOf(output: string): RegExp {
  return new RegExp(`^${output.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("…", "[^\\n]*")}$`);
}
