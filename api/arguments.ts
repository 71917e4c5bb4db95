// Options of the API as the command line has them: one parser checks both, and the native wx takes them as they are.

import type { CompileOptions } from "./types.js";

/** What an option object may contain, with the types of its values. */
const KNOWN: Record<keyof CompileOptions, string> = {
  name: "string",
  optimize: "number",
  strip: "boolean",
  directories: "object",
  environment: "object",
  inheritEnvironment: "boolean",
  argv0: "string",
  invoke: "string",
  arguments: "object",
  unknownImports: "string",
  maxMemory: "number",
  cpu: "string",
  stackSize: "number",
  listen: "object",
  sandbox: "string",
  memory: "string",
  maxFds: "number",
  timeout: "number",
  trusted: "boolean",
  native: "boolean",
};

/** What is wrong with an option object as such; empty if nothing. */
export function checkOptions(options: CompileOptions): string {
  return checkTypes(options, KNOWN);
}

/** The same where `known` are the options that there are, with the types of their values or "any". */
export function checkTypes(options: object, known: Record<string, string | undefined>): string {
  for (const [key, value] of Object.entries(options)) {
    const type = known[key];
    if (type == undefined) return `unknown option '${key}'`;
    const isRight = type == "any" || value === undefined || typeof value == type;
    if (!isRight) return `option '${key}' must be of type ${type}`;
  }
  return "";
}

/** The options before PROGRAM. */
export function commandOptions(options: CompileOptions): string[] {
  const args = ["--aot", `--name=${options.name ?? "module"}`];
  if (options.optimize != undefined) args.push(`-O${options.optimize}`);
  if (options.strip) args.push("--strip");
  for (const grant of options.directories ?? []) {
    if (typeof grant == "string") args.push(`--dir=${grant}`);
    else args.push(`--dir=${grant.host}::${grant.guest ?? grant.host}${grant.readOnly ? ":ro" : ""}`);
  }
  for (const [name, value] of Object.entries(options.environment ?? {})) {
    args.push(`--env=${value === true ? name : `${name}=${value}`}`);
  }
  if (options.inheritEnvironment) args.push("--env-inherit");
  if (options.argv0 != undefined) args.push(`--argv0=${options.argv0}`);
  if (options.invoke != undefined) args.push(`--invoke=${options.invoke}`);
  if (options.unknownImports != undefined) args.push(`--unknown-imports=${options.unknownImports}`);
  if (options.cpu != undefined) args.push(`--cpu=${options.cpu}`);
  if (options.maxMemory != undefined) args.push(`--max-memory=${sizeText(options.maxMemory)}`);
  if (options.stackSize != undefined) args.push(`--stack-size=${sizeText(options.stackSize)}`);
  for (const address of options.listen ?? []) args.push(`--tcp-listen=${address}`);
  if (options.sandbox != undefined) args.push(`--sandbox=${options.sandbox}`);
  if (options.memory != undefined) args.push(`--memory=${options.memory}`);
  if (options.maxFds != undefined) args.push(`--max-fds=${options.maxFds}`);
  if (options.timeout != undefined) args.push(`--timeout=${options.timeout.toFixed(6)}`);
  if (options.trusted) args.push("--trusted");
  return args;
}

/** Bytes as the command line takes them, rounded up to whole KiB. */
function sizeText(bytes: number): string {
  return Number.isFinite(bytes) ? `${Math.ceil(bytes / 1024)}K` : `${bytes}`;
}
