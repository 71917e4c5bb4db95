// Guests made of WASI calls: a test lists calls with their arguments; they become a WebAssembly program that makes
// them one after the other and writes what each returned, and a part of its memory, to standard output. So a test asks what
// a real executable, or any other WASI implementation, answers, and can pass any number as any argument.

import { assemble } from "../text/assemble";

/** Parameters of the functions: i: i32, l: i64. All but proc_exit return an error number. */
export const SIGNATURES: Record<string, string> = {
  args_get: "ii",
  args_sizes_get: "ii",
  environ_get: "ii",
  environ_sizes_get: "ii",
  clock_res_get: "ii",
  clock_time_get: "ili",
  fd_advise: "illi",
  fd_allocate: "ill",
  fd_close: "i",
  fd_datasync: "i",
  fd_fdstat_get: "ii",
  fd_fdstat_set_flags: "ii",
  fd_fdstat_set_rights: "ill",
  fd_filestat_get: "ii",
  fd_filestat_set_size: "il",
  fd_filestat_set_times: "illi",
  fd_pread: "iiili",
  fd_prestat_get: "ii",
  fd_prestat_dir_name: "iii",
  fd_pwrite: "iiili",
  fd_read: "iiii",
  fd_readdir: "iiili",
  fd_renumber: "ii",
  fd_seek: "ilii",
  fd_sync: "i",
  fd_tell: "ii",
  fd_write: "iiii",
  path_create_directory: "iii",
  path_filestat_get: "iiiii",
  path_filestat_set_times: "iiiilli",
  path_link: "iiiiiii",
  path_open: "iiiiillii",
  path_readlink: "iiiiii",
  path_remove_directory: "iii",
  path_rename: "iiiiii",
  path_symlink: "iiiii",
  path_unlink_file: "iii",
  poll_oneoff: "iiii",
  proc_exit: "i",
  proc_raise: "i",
  sched_yield: "",
  random_get: "ii",
  sock_accept: "iii",
  sock_recv: "iiiiii",
  sock_send: "iiiii",
  sock_shutdown: "ii",
};

/** The import of a function, called `$id` in the module. */
export function importText(module: string, name: string, id = name): string {
  const params = [...SIGNATURES[name]].map((letter) => (letter == "l" ? "i64" : "i32")).join(" ");
  const result = name == "proc_exit" ? "" : "(result i32)";
  return `(import "${module}" "${name}" (func $${id} (param ${params}) ${result}))`;
}

/** A call of it with zeros. */
export function zeroCall(name: string): string {
  const zeros = [...SIGNATURES[name]].map((letter) => `(${letter == "l" ? "i64" : "i32"}.const 0)`).join(" ");
  return name == "proc_exit" ? `(call $${name} ${zeros})` : `(drop (call $${name} ${zeros}))`;
}

export const enum Errno {
  Success = 0,
  Access = 2,
  Again = 6,
  BadF = 8,
  Exist = 20,
  Fault = 21,
  Inval = 28,
  Io = 29,
  IsDir = 31,
  Loop = 32,
  MFile = 33,
  NameTooLong = 37,
  NoEnt = 44,
  NotConn = 53,
  NotDir = 54,
  NotEmpty = 55,
  NotSock = 57,
  NotSup = 58,
  Perm = 63,
  SPipe = 70,
  XDev = 75,
  NotCapable = 76,
}

export const READ = 1n << 1n;
export const WRITE = 1n << 6n;
export const ALL = 0x0fff_ffffn;
export const FOLLOW = 1;
export const enum O {
  Create = 1,
  Directory = 2,
  Exclusive = 4,
  Truncate = 8,
}

/** A word of the guest's memory, as it is when the call is made. */
export class Word {
  constructor(readonly at: number) {}
}

/** Bytes in the guest's memory, passed as pointer and length. */
export class Bytes {
  constructor(
    readonly at: number,
    readonly length: number,
  ) {}
}

export type Argument = number | bigint | Word | Bytes;

/** What the program answered. */
export class Answer {
  constructor(
    /** By call: its error number. */
    readonly errors: number[],
    private readonly memory: Uint8Array,
  ) {}

  private get view(): DataView {
    return new DataView(this.memory.buffer, this.memory.byteOffset, this.memory.length);
  }

  u8(at: number): number {
    return this.view.getUint8(at - OUTPUT);
  }

  u16(at: number): number {
    return this.view.getUint16(at - OUTPUT, true);
  }

  u32(at: number): number {
    return this.view.getUint32(at - OUTPUT, true);
  }

  u64(at: number): bigint {
    return this.view.getBigUint64(at - OUTPUT, true);
  }

  bytes(at: number, length: number): Uint8Array {
    return this.memory.slice(at - OUTPUT, at - OUTPUT + length);
  }

  text(at: number, length: number): string {
    return Buffer.from(this.bytes(at, length)).toString("latin1");
  }
}

// The guest's memory: vectors for the final writes, room that the program writes to and that is handed out, error numbers
// and what is to be read in the end, data.
const OUTPUT = 0x1_0000;

export class Guest {
  private calls: string[] = [];
  private used = new Set<string>();
  private data: string[] = [];
  private outputEnd = OUTPUT;
  private dataEnd: number;
  private count = 0;

  /** `room`: bytes for output; the memory has `pages` in all. */
  constructor(
    private readonly pages = 16,
    room = 0x2_0000,
    private readonly moduleName = "wasi_snapshot_preview1",
  ) {
    this.dataEnd = OUTPUT + room;
  }

  get memoryBytes(): number {
    return this.pages * 0x10000;
  }

  /** Room whose contents the answer has. */
  out(bytes: number): number {
    const at = (this.outputEnd + 7) & -8;
    this.outputEnd = at + bytes;
    return at;
  }

  /** Constant bytes; text is latin1. */
  bytes(contents: string | Uint8Array): Bytes {
    const bytes = Buffer.from(contents as string, "latin1");
    const at = (this.dataEnd + 7) & -8;
    const text = [...bytes].map((b) => `\\${b.toString(16).padStart(2, "0")}`).join("");
    this.data.push(`(data (i32.const ${at}) "${text}")`);
    this.dataEnd = at + bytes.length;
    return new Bytes(at, bytes.length);
  }

  words(...values: (number | bigint)[]): number {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    values.forEach((value, i) => view.setUint32(i * 4, Number(value), true));
    return this.bytes(new Uint8Array(view.buffer)).at;
  }

  /** One vector over these bytes. */
  vector(bytes: Bytes): number {
    return this.words(bytes.at, bytes.length);
  }

  /** Calls so far: the index of the next. */
  get callCount(): number {
    return this.count;
  }

  /** Adds a call; the index of its error number. */
  call(name: string, ...args: Argument[]): number {
    const letters = SIGNATURES[name];
    const values: string[] = [];
    for (const arg of args) {
      if (arg instanceof Bytes) values.push(`(i32.const ${arg.at})`, `(i32.const ${arg.length})`);
      else if (arg instanceof Word) values.push(`(i32.load (i32.const ${arg.at}))`);
      else values.push(`(${letters[values.length] == "l" ? "i64" : "i32"}.const ${arg})`);
    }
    if (values.length != letters.length) throw new Error(`${name} takes ${letters}, not ${values.join(" ")}`);
    this.used.add(name);
    const call = `(call $${name} ${values.join(" ")})`;
    const at = this.out(4);
    this.calls.push(name == "proc_exit" ? call : `(i32.store (i32.const ${at}) ${call})`);
    this.errorAt.push(at);
    return this.count++;
  }

  private errorAt: number[] = [];

  /** The error number of a call, as an argument of another. */
  errorOf(call: number): Word {
    return new Word(this.errorAt[call]);
  }

  /** Adds any other instructions, folded. */
  code(text: string): void {
    this.calls.push(text);
  }

  /** path_open with the usual rights; where the descriptor is. */
  open(fd: number | Word, path: string | Bytes, flags = 0, rights = READ, lookup = FOLLOW, fdFlags = 0): Word {
    const result = this.out(4);
    const bytes = path instanceof Bytes ? path : this.bytes(path);
    this.call("path_open", fd, lookup, bytes, flags, rights, ALL, fdFlags, result);
    return new Word(result);
  }

  /** fd_write of a text. */
  write(fd: number | Word, text: string): number {
    return this.call("fd_write", fd, this.vector(this.bytes(text)), 1, this.out(4));
  }

  /** fd_read of up to `length` bytes; where they and their number are. */
  read(fd: number | Word, length: number): { at: number; count: number } {
    const at = this.out(length);
    const count = this.out(4);
    this.call("fd_read", fd, this.words(at, length), 1, count);
    return { at, count };
  }

  get wat(): string {
    const imports = [...new Set([...this.used, "fd_write"])].map((name) => importText(this.moduleName, name));
    const bytes = this.outputEnd - OUTPUT;
    return `(module ${imports.join("\n")}
      (memory (export "memory") ${this.pages}) ${this.data.join("\n")}
      (func (export "_start") (local $left i32)
        ${this.calls.join("\n")}
        (i32.store (i32.const 0) (i32.const ${OUTPUT}))
        (i32.store (i32.const 4) (i32.const ${bytes}))
        (loop $more
          (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
          (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.load (i32.const 8))))
          (i32.store (i32.const 4) (i32.sub (i32.load (i32.const 4)) (i32.load (i32.const 8))))
          (br_if $more (i32.load (i32.const 4))))))`;
  }

  get wasm(): Uint8Array {
    return assemble(this.wat);
  }

  /** Reads what the program wrote on standard output. */
  answer(stdout: Uint8Array): Answer {
    const bytes = this.outputEnd - OUTPUT;
    if (stdout.length != bytes) throw new Error(`the program wrote ${stdout.length} bytes instead of ${bytes}`);
    const view = new DataView(stdout.buffer, stdout.byteOffset, stdout.length);
    return new Answer(
      this.errorAt.map((at) => view.getUint32(at - OUTPUT, true)),
      stdout,
    );
  }
}
