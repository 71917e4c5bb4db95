// `wx wast`: runs specification scripts, given as text (.wast) or in JSON with modules in files beside it, each in a
// process of its own (script-run.ts), and says what has come of them.

import { I32Column, U8Column } from "../base/columns";
import { Char } from "../base/chars";
import { Diagnostic } from "../base/diagnostics";
import { ScriptCommand } from "../text/script";
import { textWords } from "../text/source";
import { TextModule } from "../text/module";
import { WastReader } from "../text/wast";
import { errorText } from "./errors";
import { Options } from "./options";
import { ScriptJsonReader } from "./script-json";
import { ScriptReport } from "./script-report";
import { ScriptRunner } from "./script-run";
import { collectWorker, finishWorker, IN_WORKER, processorCount, startWorker } from "host/parallel";
import { print, printBytes, readFile } from "host/system";

/** Most that one script can have to say. */
const RESULT_BYTES: i32 = 0x100_0000;

function refuse(path: string, reason: string): void {
  print(2, `wx: cannot read '${path}' as a script: ${reason}\n`);
}

/** The commands of a script: JSON begins with a brace, text does not; null, with a message, if it is neither. */
function readCommands(path: string): Array<ScriptCommand> | null {
  const text = new U8Column();
  const error = readFile(path, text);
  if (error != 0) {
    refuse(path, errorText(error));
    return null;
  }
  let at: i32 = 0;
  while (at < text.length && text.get(at) <= Char.Space) at++;
  const first: i32 = at < text.length ? text.get(at) : 0;
  if (first == Char.LeftBrace || first == Char.LeftBracket) {
    const reader = new ScriptJsonReader();
    if (reader.read(text)) return reader.commands;
    refuse(path, reader.error);
    return null;
  }
  const diagnostic = new Diagnostic();
  const reader = new WastReader(new TextModule(textWords()));
  if (reader.read(text, diagnostic)) return reader.commands;
  refuse(path, `${diagnostic.line}:${diagnostic.column}: ${diagnostic.message}\n${diagnostic.excerpt}`);
  return null;
}

/** Runs one script; null, with a message, if it cannot be read. */
function runScript(options: Options, path: string): ScriptReport | null {
  const commands = readCommands(path);
  if (commands == null) return null;
  const runner = new ScriptRunner(options, path);
  runner.run(commands);
  runner.report.sayCounts(`${path}: `);
  return runner.report;
}

/** Runs one script in a worker; does not return. */
function runInWorker(options: Options, path: string): void {
  const report = runScript(options, path);
  const result = new U8Column();
  result.pushI32(report != null ? 1 : 0);
  if (report != null) report.write(result);
  finishWorker(result);
}

/**
 * Runs all scripts that the options name; the exit status. Each runs in a process of its own where there are
 * processes: several at once, and what one used of memory is given back.
 */
export function runScripts(options: Options): i32 {
  const total = new ScriptReport();
  let unreadable: i32 = 0;
  const batch = options.jobs != 0 ? options.jobs : processorCount();
  const count = options.inputs.length;
  const workers = new I32Column();
  for (let first: i32 = 0; first < count; first = first + batch) {
    const end = first + batch < count ? first + batch : count;
    workers.clear();
    for (let i = first; i < end; i++) {
      const worker = startWorker(RESULT_BYTES);
      if (worker == IN_WORKER) runInWorker(options, options.inputs[i]);
      workers.push(worker);
    }
    for (let i = first; i < end; i++) {
      if (!runOrCollect(total, options, options.inputs[i], workers.get(i - first))) unreadable++;
      printBytes(1, total.output);
      total.output.clear();
    }
  }
  total.sayCounts("");
  printBytes(1, total.output);
  return total.failed != 0 || unreadable != 0 ? 1 : 0;
}

/** Adds what a worker found to `total`, or runs the script here if there is no worker. */
function runOrCollect(total: ScriptReport, options: Options, path: string, worker: i32): boolean {
  if (worker < 0) {
    const report = runScript(options, path);
    if (report != null) total.add(report);
    return report != null;
  }
  const result = new U8Column();
  if (!collectWorker(worker, result)) {
    total.failed++;
    print(2, `wx: internal error: the process that ran '${path}' died\n`);
    return false;
  }
  if (result.getI32(0) == 0) return false;
  const report = new ScriptReport();
  report.read(result, 4);
  total.add(report);
  return true;
}
