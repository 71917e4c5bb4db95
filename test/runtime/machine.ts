// Runs the runtime module outside an executable: its imports of "wx" are played by this process's real memory and,
// through a few bytes of machine code, by the real kernel. Bun only. What would disturb Bun itself (signal handlers,
// the alternate stack, ending the process) is recorded or thrown instead.

import { CFunction, dlopen, ptr, toArrayBuffer } from "bun:ffi";
import { Info } from "../../src/link/info";
import { RECOVERY_BLOCK, STACK_TOP_HI } from "../../src/link/layout";
import { DEFAULT_FDS } from "../../src/link/options";

/** Thrown where the runtime ends the process. */
export class Exit {
  constructor(
    readonly status: number,
    /** What it wrote on standard error, if that was collected. */
    readonly errors: string | null,
  ) {}
}

/** Thrown where the runtime traps on the guest's behalf. */
export class Trap {
  constructor(readonly kind: number) {}
}

/** rax = rdi, then the other arguments one place down, as the kernel wants them; syscall; ret */
const CODE = [
  0x48, 0x89, 0xf8, 0x48, 0x89, 0xf7, 0x48, 0x89, 0xd6, 0x48, 0x89, 0xca, 0x4d, 0x89, 0xc2, 0x4d, 0x89, 0xc8, 0x4c,
  0x8b, 0x4c, 0x24, 0x08, 0x0f, 0x05, 0xc3,
];

function makeKernel(): (...values: bigint[]) => bigint {
  const libc = dlopen("libc.so.6", {
    mmap: { args: ["u64", "u64", "i32", "i32", "i32", "u64"], returns: "u64" },
  });
  const at = libc.symbols.mmap(0n, 4096n, 7, 0x22, -1, 0n);
  new Uint8Array(toArrayBuffer(Number(at) as never, 0, 4096)).set(CODE);
  return CFunction({
    ptr: Number(at) as never,
    args: ["u64", "u64", "u64", "u64", "u64", "u64", "u64"],
    returns: "i64",
  }) as never;
}

const kernel = makeKernel();

export interface Options {
  args?: string[];
  environment?: Record<string, string>;
  /** Info's environment: K=V or K. */
  granted?: string[];
  grants?: { host: string; guest: string; readOnly?: boolean }[];
  maxFds?: number;
  /** Collect from the start what the runtime says. */
  collectErrors?: boolean;
}

const SYS_WRITE = 1n;
const SYS_MUNMAP = 11n;
const SYS_SIGACTION = 13n;
const SYS_KILL = 62n;
const SYS_SIGALTSTACK = 131n;
const SYS_EXIT_GROUP = 231n;

export class Machine {
  // biome-ignore lint/suspicious/noExplicitAny: exports differ in type
  readonly exports: Record<string, (...values: any[]) => any>;
  readonly info = new Uint8Array(Info.Bytes);
  /** Calls that were not passed on: [number, arguments…]. */
  readonly recorded: bigint[][] = [];
  guest: WebAssembly.Memory | null = null;
  /** What the runtime itself wrote on standard error, if it is collected (not null). */
  errors: string | null = null;
  /** Replaces the kernel where it returns a number. */
  fake: ((number: number, values: bigint[]) => bigint | null) | null = null;
  private keep: unknown[] = [];

  constructor(bytes: Uint8Array, options: Options = {}) {
    if (options.collectErrors) this.errors = "";
    const module = new WebAssembly.Module(bytes);
    const instance = new WebAssembly.Instance(module, { wx: this.imports() as never });
    this.exports = instance.exports as never;
    this.fillInfo(options);
  }

  /** Address of bytes that stay where they are. */
  address(bytes: Uint8Array): bigint {
    this.keep.push(bytes);
    return BigInt(ptr(bytes));
  }

  /** Address of a block of bytes with 8-byte words in it. */
  words(...values: bigint[]): bigint {
    return this.address(new Uint8Array(BigUint64Array.from(values).buffer));
  }

  text(text: string | Uint8Array): bigint {
    return this.address(Buffer.concat([Buffer.from(text as never), Buffer.from([0])]));
  }

  set32(field: number, value: number): void {
    new DataView(this.info.buffer).setUint32(field, value, true);
  }

  set64(field: number, value: bigint): void {
    new DataView(this.info.buffer).setBigUint64(field, value, true);
  }

  private fillInfo(options: Options): void {
    const grants = options.grants ?? [];
    const rows = grants.flatMap((g) => [this.text(g.host), this.text(g.guest), g.readOnly ? 1n : 0n]);
    this.set64(Info.GrantTable, this.words(...rows, 0n));
    this.set32(Info.GrantCount, grants.length);
    const granted = options.granted ?? [];
    this.set64(Info.Environment, this.text(granted.join("\0")));
    this.set32(Info.EnvironmentCount, granted.length);
    this.set32(Info.InitTrap, 0xffffffff);
    this.set64(Info.StackSize, 0x10000n);
    this.set32(Info.MaxFds, options.maxFds ?? DEFAULT_FDS);
    // SIGILL, SIGFPE, SIGSEGV
    this.set32(Info.Signals, 0x0b0804);
    // The stack of the machine before this one.
    kernel(SYS_MUNMAP, (BigInt(STACK_TOP_HI) << 32n) - 0x10000n, 0x10000n, 0n, 0n, 0n, 0n);
    // The page of the recovery block, of which there is one in an executable's data.
    const page = BigInt(RECOVERY_BLOCK & -4096);
    kernel(SYS_MUNMAP, page, 4096n, 0n, 0n, 0n, 0n);
    kernel(9n, page, 4096n, 3n, 0x100022n, BigInt.asUintN(64, -1n), 0n);
    const args = options.args ?? ["program"];
    const environment = Object.entries(options.environment ?? {}).map(([k, v]) => `${k}=${v}`);
    const vector = [...args.map((a) => this.text(a)), 0n, ...environment.map((e) => this.text(e)), 0n];
    this.exports.wx_init(this.words(BigInt(args.length), ...vector));
    if (grants.length != 0) this.exports.wx_open_grants();
  }

  /** Address below 2 GiB of `bytes` writable bytes. */
  mapLow(bytes: number): bigint {
    const at = kernel(9n, 0n, BigInt(bytes), 3n, 0x62n, BigInt.asUintN(64, -1n), 0n);
    if (at <= 0n) throw new Error(`mmap: ${at}`);
    return at;
  }

  view(address: bigint, length: number): DataView {
    return new DataView(toArrayBuffer(Number(address) as never, 0, length));
  }

  private call(values: bigint[]): bigint {
    const [n, ...rest] = values.map((v) => BigInt.asUintN(64, v));
    const fake = this.fake ? this.fake(Number(n), rest) : null;
    if (fake != null) return fake;
    if (n == SYS_WRITE && this.errors != null) {
      const view = this.view(rest[1], Number(rest[2]));
      this.errors += Buffer.from(view.buffer).toString("latin1");
      return rest[2];
    }
    if (n == SYS_EXIT_GROUP) throw new Exit(Number(rest[0]) & 255, this.errors);
    if (n == SYS_SIGACTION || n == SYS_SIGALTSTACK || n == SYS_KILL) {
      this.recorded.push([n, ...rest]);
      return 0n;
    }
    return BigInt(kernel(n, ...rest));
  }

  private imports() {
    const bytes = (address: bigint, length: bigint | number) =>
      new Uint8Array(toArrayBuffer(Number(BigInt.asUintN(64, address)) as never, 0, Math.max(Number(length), 1)));
    const view = (address: bigint) => this.view(BigInt.asUintN(64, address), 8);
    return {
      syscall: (...values: bigint[]) => this.call(values),
      load8: (a: bigint) => view(a).getUint8(0),
      load16: (a: bigint) => view(a).getUint16(0, true),
      load32: (a: bigint) => view(a).getInt32(0, true),
      load64: (a: bigint) => view(a).getBigInt64(0, true),
      store8: (a: bigint, v: number) => view(a).setUint8(0, v),
      store16: (a: bigint, v: number) => view(a).setUint16(0, v, true),
      store32: (a: bigint, v: number) => view(a).setInt32(0, v, true),
      store64: (a: bigint, v: bigint) => view(a).setBigInt64(0, v, true),
      copy: (to: bigint, from: bigint, n: bigint) => {
        if (n == 0n) return;
        const target = bytes(to, n);
        const source = bytes(from, n);
        // Few bytes, of a constant number, are all read before they are written.
        if (n <= 128n) target.set(source.slice());
        else for (let i = 0; i < Number(n); i++) target[i] = source[i];
      },
      fill: (to: bigint, value: number, n: bigint) => {
        if (n != 0n) bytes(to, n).fill(value);
      },
      memory_base: () => BigInt(ptr(new Uint8Array((this.exports.memory as never as WebAssembly.Memory).buffer))),
      guest_base: () => (this.guest ? BigInt(ptr(new Uint8Array(this.guest.buffer))) : 0n),
      guest_size: () => (this.guest ? BigInt(this.guest.buffer.byteLength) : 0n),
      info: () => BigInt(ptr(this.info)),
      trap: (kind: number) => {
        throw new Trap(kind);
      },
      code_start: () => 0n,
      code_end: () => 0n,
    };
  }

  /** Instantiates a guest whose WASI imports are the runtime's functions, and runs it; its exit status. */
  run(guest: Uint8Array): number {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(guest), {
      wasi_snapshot_preview1: this.exports as never,
    });
    this.guest = instance.exports.memory as WebAssembly.Memory;
    try {
      (instance.exports._start as () => void)();
      this.exports.wx_exit();
    } catch (problem) {
      if (problem instanceof Exit) return problem.status;
      throw problem;
    }
    return -1;
  }
}
