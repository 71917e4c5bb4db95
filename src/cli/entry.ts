// What of a program runs: its _start, the export that --invoke names, or, of a module without _start, the export that
// the program's first argument names.

import { U8Column } from "../base/columns";
import { Compiler } from "../compile";
import { ExternKind } from "../wasm/module";
import { callRows, prepareCalls, prepareInvocation } from "./invoke";
import { Command } from "./option-table";
import { Options } from "./options";

/** Prepares the compiler, whose guest is decoded, for what `options` say; what is wrong, or an empty text. */
export function chooseEntry(options: Options, compiler: Compiler): string {
  const guest = compiler.guest;
  const link = options.link;
  const driver = new U8Column();
  if (options.invoke.length != 0) {
    const isNow = options.command != Command.Compile;
    const wrong = prepareInvocation(guest, options.invoke, options.programArguments, isNow, link, driver);
    if (wrong.length != 0) return wrong;
    compiler.driver = driver;
  } else if (guest.findExport("_start", ExternKind.Func) < 0) {
    if (callRows(guest).length != 0) {
      prepareCalls(guest, link, driver);
      compiler.driver = driver;
    } else if (guest.startFunc < 0) {
      return "there is nothing to run: the module has no _start and exports no functions";
    }
  }
  return "";
}
