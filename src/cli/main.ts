// The command line program: reads the options, does one command, and says what went wrong.
// Exit status: 0, 1 for wrong input, 2 for wrong usage, 70 for an internal error; a program that runs in place
// has its own.

import "host/prelude";
import { VERSION } from "../base/version";
import { compileToFile, runInPlace } from "./compile-program";
import { completions } from "./completions";
import { helpText } from "./help";
import { inspectFile } from "./inspect";
import { EXIT_USAGE, fail, remark } from "./messages";
import { Command } from "./option-table";
import { Options, parseOptions } from "./options";
import { interpretProgram } from "./interpret";
import { validateFiles } from "./validate";
import { runScripts } from "./wast";
import { argument, argumentCount, exit, isTerminal, print } from "host/system";

function main(): void {
  const args: Array<string> = [];
  for (let i: i32 = 1; i < argumentCount(); i++) args.push(argument(i));
  const options = parseOptions(args);
  if (options.error.length != 0) {
    fail(EXIT_USAGE, `${options.error}\nTry 'wx --help'.`);
  }
  switch (options.command) {
    case Command.Help:
      print(1, helpText());
      break;
    case Command.Version:
      print(1, `wx ${VERSION}\n`);
      break;
    case Command.Compile:
      compileToFile(options);
      break;
    case Command.Validate:
      exit(validateFiles(options));
      break;
    case Command.Inspect:
      inspectFile(options);
      break;
    case Command.Wast:
      exit(runScripts(options));
      break;
    case Command.Completions:
      print(1, completions(options.inputs[0]));
      break;
    case Command.Run:
      remarkLateOption(options);
      interpretProgram(options);
      break;
    case Command.Jit:
      remarkLateOption(options);
      runInPlace(options);
      break;
  }
}

/** Says that what was perhaps meant for wx goes to the program. */
function remarkLateOption(options: Options): void {
  const late = options.lateOption;
  if (late.length == 0 || options.quiet || !isTerminal(2)) return;
  remark(`'${late}' stands after the program and is passed to it; wx's own options go before ${options.inputs[0]}`);
}

main();
