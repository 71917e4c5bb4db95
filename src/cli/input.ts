// Reading the file that the user named.

import { U8Column } from "../base/columns";
import { suggestion } from "../base/spelling";
import { errorText } from "./errors";
import { EXIT_INPUT } from "./messages";
import { commandRows } from "./option-table";
import { Options } from "./options";
import { refuseFile } from "./refuse";
import { readFile, readInput } from "host/system";

const ENOENT: i32 = 2;

/** The file's bytes, of standard input for `-`; does not return if they cannot be read. */
export function readProgram(options: Options, file: string): U8Column {
  const bytes = new U8Column();
  const error = file == "-" ? readInput(bytes) : readFile(file, bytes);
  if (error == 0) return bytes;
  const message = `cannot read '${file}': ${errorText(error)}`;
  const hint = error == ENOENT && file == options.inputs[0] && file.indexOf(".") < 0 ? commandHint(file) : "";
  refuseFile(options, EXIT_INPUT, file, message, message + hint);
  return bytes;
}

/** Whether the name of a file that is not there was meant as a command. */
function commandHint(file: string): string {
  const names: Array<string> = [];
  const rows = commandRows();
  for (let i: i32 = 0; i < rows.length; i++) names.push(rows[i].name);
  const hint = suggestion(file, names);
  return hint.length == 0 ? "" : hint.replace("did you mean", "did you mean the command");
}

/** The file's name without directory and ending, for backtraces. */
export function moduleName(path: string): string {
  const base = path.substring(path.lastIndexOf("/") + 1);
  const dot = base.lastIndexOf(".");
  return dot > 0 ? base.substring(0, dot) : base;
}
