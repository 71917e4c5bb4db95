// The types of the npm package. Strings are ordinary text; paths and names are UTF-8 where they end up in files.

/** A directory that the program may reach. */
export interface DirectoryGrant {
  /** Its path when the program runs; a relative one is relative to the folder the program is started in. */
  host: string;
  /** What the program sees it as; default: `host`. */
  guest?: string;
  readOnly?: boolean;
}

export interface CompileOptions {
  /** What backtraces and messages call the module; default: `module`. */
  name?: string;
  /** 0: no optimization; 1 to 3: all of it (default). */
  optimize?: 0 | 1 | 2 | 3;
  /** Leave out the symbol table. */
  strip?: boolean;
  /** Directories that the program may reach; a string stands for one that it sees under the same name. */
  directories?: (string | DirectoryGrant)[];
  /** Variables of its environment; `true`: with the value that they have when it starts. */
  environment?: Record<string, string | true>;
  /** All variables, as they are when it starts. */
  inheritEnvironment?: boolean;
  /** What the program sees as its own name. */
  argv0?: string;
  /** The export to call instead of `_start`, and the arguments it gets when none are given. */
  invoke?: string;
  arguments?: string[];
  /** What becomes of imports that nobody provides; default: the program is refused. */
  unknownImports?: "error" | "trap" | "default";
  /** Most memory that it gets, in bytes. */
  maxMemory?: number;
  /** Processors that the executable is for, at least; default `"x86-64-v2"`. */
  cpu?: "x86-64-v2" | "x86-64-v3" | "x86-64-v4" | "native";
  /** Its stack, in bytes. */
  stackSize?: number;
  /** Addresses, as `127.0.0.1:8080`, at which it accepts connections: listening sockets behind its directories. */
  listen?: string[];
  /** What the kernel enforces besides; default `"on"`; `"strict"`: it does not run where the kernel lacks a layer. */
  sandbox?: "on" | "off" | "strict";
  /** Bounds of memory: enforced by unmapped pages (`"guard"`, default) or by comparisons. */
  memory?: "guard" | "checked";
  /** Most files that it has open at once, 3 to 8192; default 1024. */
  maxFds?: number;
  /** Seconds after which it is ended. */
  timeout?: number;
  /** Let the program use intrinsics: it can then do everything that its user can. */
  trusted?: boolean;
  /** Use the native wx where it is installed (default), or compile in this engine. The result is the same. */
  native?: boolean;
}

/** What is wrong with an input. */
export interface WxError {
  /** `input`: the module is at fault; `usage`: the options; `trap`: the program, while it ran; `internal`: wx itself,
   *  please report it. */
  kind: "input" | "usage" | "internal" | "trap";
  message: string;
  /** Byte offset in the module, or in its text. */
  offset?: number;
  /** Place in a text, counted from 1. */
  line?: number;
  column?: number;
  /** The function whose body is at fault. */
  function?: { index: number; name?: string };
  /** Where a trap happened: the calls that led there, innermost first, with byte offsets in the module. */
  frames?: { function: { index: number; name?: string }; offset?: number }[];
  /** The same as executables print it. */
  report?: string;
}

/** Files in memory: bytes or text are files, objects directories. */
export interface MemoryFiles {
  [name: string]: Uint8Array | string | MemoryFiles;
}

/** A directory that lives in memory: what the program changes in it is in the result's `files`. */
export interface MemoryGrant {
  files: MemoryFiles;
  guest: string;
  readOnly?: boolean;
}

/** A value of the program: i64 are bigint, references are `null` or something to be passed on. */
export type WasmValue = number | bigint | null | object;

/** A function that the program imports. With several results it returns an array; it may return a promise in `run`. */
export type HostFunction = (...args: WasmValue[]) => unknown;

/** The program as its host functions see it. */
export interface RunningProgram {
  /** Its memory as it is now; growing makes it another one. */
  readonly memory: Uint8Array;
  /** Calls one of its exports. */
  call(name: string, ...args: WasmValue[]): WasmValue[];
}

/** Functions by module and name. */
export type HostImports = Record<string, Record<string, HostFunction>>;

export interface RunOptions {
  /** What backtraces and messages call the module; default: `module`. */
  name?: string;
  /** What the program sees as its arguments, or the numbers that `invoke` gets. */
  arguments?: string[];
  argv0?: string;
  environment?: Record<string, string | true>;
  inheritEnvironment?: boolean;
  /** Directories that the program may reach: of this machine, or in memory. */
  directories?: (string | DirectoryGrant | MemoryGrant)[];
  /** Standard input; default: empty. `"inherit"`: that of this process. A function returns the next piece, or nothing at
   *  the end, or in `run` a promise of these. */
  stdin?: "inherit" | Uint8Array | string | (() => Uint8Array | null | Promise<Uint8Array | null>);
  /** Where standard output and error go; default: into the result. */
  stdout?: "inherit" | ((bytes: Uint8Array) => void);
  stderr?: "inherit" | ((bytes: Uint8Array) => void);
  /** Functions that the program imports, or what makes them for a program. */
  imports?: HostImports | ((program: RunningProgram) => HostImports);
  /** The export to call instead of `_start`. */
  invoke?: string;
  unknownImports?: "error" | "trap" | "default";
  maxMemory?: number;
  stackSize?: number;
  /** Most instructions that it may execute. */
  fuel?: number | bigint;
  /** Seconds after which it is stopped. */
  timeout?: number;
}

export type RunResult =
  | {
      ok: true;
      status: number;
      /** What the export of `invoke` returned. */
      values: WasmValue[];
      stdout: Uint8Array;
      stderr: Uint8Array;
      /** Directories in memory as the program left them, by their guest names. */
      files: Record<string, MemoryFiles>;
    }
  | {
      ok: false;
      error: WxError;
      stdout: Uint8Array;
      stderr: Uint8Array;
      files: Record<string, MemoryFiles>;
    };

export interface CompileStats {
  inputBytes: number;
  /** Bytes of the executable. */
  outputBytes: number;
  /** Machine code in it. */
  codeBytes: number;
  /** Functions compiled, those of the runtime included. */
  functions: number;
  microseconds: number;
}

export type CompileResult =
  | { ok: true; executable: Uint8Array; warnings: string[]; stats: CompileStats }
  | { ok: false; error: WxError };

export type ValidateResult = { ok: true } | { ok: false; error: WxError };

export interface ModuleInfo {
  kind: "module";
  bytes: number;
  functions: number;
  types: number;
  globals: number;
  sections: { offset: number; bytes: number; name: string }[];
  imports: { module: string; name: string; kind: string; type: string }[];
  exports: { name: string; kind: string; type: string }[];
  memories: string[];
  tables: string[];
  /** Index of the start function. */
  start?: number;
  largestFunctions: { index: number; bytes: number; name: string }[];
}

export interface ExecutableInfo {
  kind: "executable";
  module: string;
  madeBy: string;
  system: string;
  bytes: number;
  codeBytes: number;
  constantBytes: number;
  dataBytes: number;
  functions: number;
  symbols: boolean;
  callableExports?: string[];
  imports: string[];
  directories: { host: string; guest: string; readOnly: boolean }[];
  environment: string[];
  wholeEnvironment: boolean;
  trusted: boolean;
  /** Addresses at which it accepts connections. */
  listensOn?: string[];
  sandbox: "on" | "off" | "strict";
  /** System calls that the kernel lets it make, with their arguments where those are restricted. */
  systemCalls?: string[];
  ownName?: string;
  /** Most files that it has open at once. */
  descriptors: number;
  /** Seconds after which it is ended. */
  seconds?: string;
  stackBytes: number;
  memories: string[];
}

export type InspectResult = { ok: true; info: ModuleInfo | ExecutableInfo } | { ok: false; error: WxError };
