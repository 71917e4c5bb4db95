// The information block: what the runtime of an executable knows about it, read-only, at INFO_BASE (layout.ts).
// Written by image/, read by runtime/ with load32/load64(info() + field). All addresses are absolute.

export const enum Info {
  /** u32: INFO_MAGIC */
  Magic = 0,
  /** u32: InfoFlag bits */
  Flags = 4,
  /** u64 each: code from start to end */
  CodeStart = 8,
  CodeEnd = 16,
  /** u64: function table, FunctionRow each; u32 their number */
  FunctionTable = 24,
  FunctionCount = 32,
  /** u32: number of memory rows */
  MemoryCount = 36,
  /** u64: site table (image/sites.ts): where calls return to and what may fault */
  SiteTable = 40,
  /** u64: names of functions, NUL-ended, as offsets from here */
  NameTable = 48,
  /** u64: size of the guest's stack; the stack ends at STACK_TOP */
  StackSize = 56,
  /** u64: MemoryRow each: what to reserve, map and copy at start */
  MemoryTable = 64,
  /** u64: grants: preopened directories, GrantRow each; u32 their number */
  GrantTable = 72,
  GrantCount = 80,
  /** u32: number of environment entries */
  EnvironmentCount = 84,
  /** u64: environment, NUL-ended strings one after another: K=V, or K alone (taken from the process) */
  Environment = 88,
  /** u64: CopyRow each: initial bytes to copy to a memory at start; u32 their number */
  CopyTable = 96,
  CopyCount = 104,
  /** u32: TrapKind that instantiation ends in, or 0xffffffff */
  InitTrap = 108,
  /** u64: MapRow each: ranges mapped from the file inside a memory; u32 their number */
  MapTable = 112,
  MapCount = 120,
  /** u64: module name for backtraces, NUL-ended */
  ModuleName = 128,
  /** u64: table rows, each {u64 base, u64 bytes now, u64 bytes reserved}: tables outside the data area; u32 number */
  TableTable = 136,
  TableCount = 144,
  /** u64 each: machine code that the kernel enters on a signal, and that a handler would return to */
  SignalEntry = 160,
  SignalRestorer = 168,
  /** u64: what the program sees as argument 0, NUL-ended; 0: what it is called by */
  Argv0 = 176,
  /** u64: exports that can be called (calls.ts), three NUL-ended texts each; u32 their number */
  CallTable = 184,
  CallCount = 192,
  /** u32: 1 + index of the export that is called when none is named; 0: none */
  DefaultCall = 196,
  /** u64: its arguments when none are given, NUL-ended; u32 their number */
  DefaultArguments = 200,
  DefaultArgumentCount = 208,
  /** u32: number of texts in ImportTable */
  ImportCount = 212,
  /** u64: the imports of the guest that can be called, `module.name` each, NUL-ended: for `wx inspect` */
  ImportTable = 216,
  /** u64: what made the file, NUL-ended: for `wx inspect` */
  Maker = 224,
  /** u64: two instructions that fault: ud2, and 2 bytes on a division by ecx */
  FaultCode = 232,
  /** u32: the signals to handle, one a byte, 0 ends */
  Signals = 240,
  /** u32: Sandbox */
  Sandbox = 244,
  /** u64: the program that filters system calls (filter.ts), 8 bytes an instruction; u32 their number, 0: none */
  Filter = 248,
  FilterCount = 256,
  /** u32: byte offset in it of the process's own number, to be filled in at start; 0: it has no use for it */
  FilterPid = 260,
  /** u64: ListenerRow each: sockets to listen on; u32 their number */
  ListenerTable = 264,
  ListenerCount = 272,
  /** u32: most descriptors that the program may have open */
  MaxFds = 276,
  /** u32 each: time after which the program is stopped (timer.ts) */
  TimeoutSeconds = 280,
  TimeoutMicroseconds = 284,
  /** u64: HandlerRow each, in ascending order: calls whose exceptions are handled where they are made; u32 their number */
  HandlerTable = 288,
  HandlerCount = 296,
  /** u32: number of RootRow, which are at RootTable (u64): globals and tables that refer to exceptions */
  RootCount = 300,
  RootTable = 304,
  Bytes = 312,
}

export const INFO_MAGIC: i32 = 0x30_31_78_77;

/** Most descriptors that a program can have open at once; what it may is in Info.MaxFds. */
export const MOST_FDS: i32 = 8192;

/** What the program has the kernel enforce (--sandbox). */
export const enum Sandbox {
  Off = 0,
  /** Whatever the kernel can. */
  On = 1,
  /** The program does not start where the kernel cannot enforce all of it. */
  Strict = 2,
}

export const enum InfoFlag {
  /** The guest was compiled with --trusted. */
  Trusted = 1,
  /** All variables of the process are the program's too. */
  InheritEnvironment = 2,
}

/** Row of the function table, in ascending order of code address. */
export const enum FunctionRow {
  /** u32: address of the first instruction */
  Start = 0,
  /** u32: bytes of the frame below the return address */
  Frame = 4,
  /** u32: bytes of stack arguments that it frees */
  StackArgs = 8,
  /** u32: offset of its name in the name table, 0xffffffff if none */
  Name = 12,
  /** u32: offset of its sites in the site table */
  Sites = 16,
  /** u32: index of the function in its module, bit 31 set if the frame is hidden (runtime, stubs) */
  Index = 20,
  Bytes = 24,
}

export const enum HandlerRow {
  /** u32 each: address that the call returns to; where it is handled, with the frame's stack pointer */
  Return = 0,
  Handler = 4,
  Bytes = 8,
}

export const enum RootRow {
  /** u64: address of a global, or of a table's cell */
  Address = 0,
  /** u64: 0 or 1 */
  IsTable = 8,
  Bytes = 16,
}

export const enum MemoryRow {
  /** u64: base address */
  Base = 0,
  /** u64: bytes to reserve without access, guards included */
  Reserve = 8,
  /** u64: bytes accessible at start */
  Size = 16,
  /** u64: address of the memory's cell */
  Cell = 24,
  Bytes = 32,
}

export const enum CopyRow {
  /** u64 each */
  Target = 0,
  Source = 8,
  Length = 16,
  Bytes = 24,
}

export const enum MapRow {
  /** u64 each: page-aligned range that the kernel mapped from the file */
  Start = 0,
  End = 8,
  Bytes = 16,
}

export const enum ListenerRow {
  /** u64: the address as the user gave it, NUL-ended */
  Text = 0,
  /** u32: bytes of the kernel's struct sockaddr that follows */
  Length = 8,
  Address = 12,
  Bytes = 40,
}

export const enum GrantRow {
  /** u64: host path, NUL-ended */
  Host = 0,
  /** u64: guest path, NUL-ended */
  Guest = 8,
  /** u32: bit 0 read-only */
  Flags = 16,
  Bytes = 24,
}

/** Kinds of sites in the site table. */
export const enum SiteKind {
  /** The address after a call: backtraces take the origin from here. */
  Return = 0,
  /** An instruction that may fault on a memory's guard. */
  Memory = 1,
  /** A trapping instruction (ud2): the trap's kind follows. */
  Trap = 2,
  /** A `div` or `idiv`: the encoded divisor follows in the instruction bytes. */
  Division = 3,
  /** Behind a Trap: the access that it is for. Part of the Trap in the file. */
  Access = 4,
}
