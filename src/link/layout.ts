// The memory map of an executable (docs/architecture.md, "Addresses"): everything has a constant address, so
// compiled code needs no context register and no relocation at run time.

/** First address of the file's header; the code follows. Code and constants end below DATA_BASE. */
export const CODE_BASE: i32 = 0x0040_0000;
/** Address of the information block (link/info.ts), inside the header's page. */
export const INFO_BASE: i32 = 0x0040_03a0;
/** Cells, globals, small tables, segments that can be dropped. Where in its first page the area begins depends on what
 *  lies before it in the file (Program.dataStart). */
export const DATA_BASE: i32 = 0x0a00_0000;
export const DATA_LIMIT: i32 = 0x0fe0_0000;
/** Bytes at the start of the file for its headers and the information block. */
export const HEADER_BYTES: i32 = 0x500;
/** What the runtime's code names by address, the same in every program, since that code is compiled once, when wx is
 *  built: the cell of the guest's memory 0, the recovery block, then the runtime's own cells, globals and memory. The
 *  file stores it right behind the headers, at the same position in the page: no padding for alignment. */
export const RUNTIME_START: i32 = 0x0fe0_0500;
export const RUNTIME_LIMIT: i32 = 0x0fff_0000;
export const GUEST_CELL: i32 = RUNTIME_START;
export const RECOVERY_BLOCK: i32 = RUNTIME_START + 32;
/** The guest's memory 0: 4 GiB that a 32-bit index can reach, and 4 GiB that an offset can add. */
export const GUEST_BASE: i32 = 0x1000_0000;
/** Bytes reserved for a guarded memory: any 32-bit index plus any 32-bit offset, and the widest access. */
export const MEMORY_RESERVE_HI: i32 = 2;
export const MEMORY_RESERVE_LO: i32 = 0x0001_0000;
/** Bytes behind a memory with 64-bit indices that stay inaccessible: offsets below that need no check of their own. Together
 *  with the 16 GiB that such a memory may have, it ends below the stack. */
export const MEMORY_SLACK: i32 = 0x4000_0000;
/** High words of 64-bit addresses: tables that grow or are large, at 32 GiB and up, 128 MiB apart. */
export const TABLE_REGION_HI: i32 = 0x8;
export const TABLE_STRIDE: i32 = 0x0800_0000;
/** Further memories, from 64 GiB: each begins at a multiple of 16 GiB. */
export const MEMORY_REGION_HI: i32 = 0x10;
export const MEMORY_STRIDE_HI: i32 = 0x4;
/** The guest's stack grows down from here (high word; low word 0), with a guard below it. */
export const STACK_TOP_HI: i32 = 0x6;
/** Bytes of the guest's stack unless the user asks otherwise. */
export const STACK_SIZE: i32 = 0x0080_0000;
/** Bytes below the stack where nothing is mapped; functions with larger frames probe. */
export const STACK_GUARD: i32 = 0x0001_0000;
/** Signal handlers run on the stack that the kernel gave the process, this much of it below where it started: the guest
 *  has its own, and the kernel keeps a gap below. */
export const SIGNAL_STACK_SIZE: i32 = 0x0001_0000;

/** At RECOVERY_BLOCK: where a trap inside try_call continues. */
export const enum RecoveryBlock {
  /** Stack pointer there, 0 while no try_call is active. */
  Stack = 0,
  Address = 8,
  Bytes = 16,
}

/** Exceptions lie in cells of one size here (high word of the address), as many as there is room for. */
export const EXCEPTION_BASE_HI: i32 = 0x7;
export const EXCEPTION_BYTES: i32 = 0x0100_0000;

/** At Program.exceptionBlock, in programs that throw: what compiled code, the stub behind throw and the runtime share. */
export const enum ExceptionBlock {
  /** u64 each: the exception on its way; stack pointer and address where it is caught, and rax there */
  Current = 0,
  Stack = 8,
  Address = 16,
  Result = 24,
  /** u64: where to look for a free cell; u32: cells taken since the last collection, and the bytes of a cell */
  Next = 32,
  Taken = 40,
  CellBytes = 44,
  Bytes = 48,
}

/** An exception's cell: the tag (u32), ExceptionState (u32), the values, 8 bytes each. */
export const enum ExceptionCell {
  Tag = 0,
  State = 4,
  Values = 8,
}

/** Bits; 0: the cell is free. */
export const enum ExceptionState {
  /** On its way: nothing else refers to it. */
  Thrown = 1,
  /** There may be references to it. */
  Referred = 2,
  /** While unused cells are looked for: a reference to it has been found; what it holds has been looked at. */
  Marked = 4,
  Scanned = 8,
}

/** Result of try_call for a trap: TRAPPED + TrapKind. */
export const TRAPPED: i32 = 256;

/** Memory cell, 32 bytes at an address in the data area: base, size in bytes, maximum in bytes (64-bit each). */
export const enum MemoryCell {
  Base = 0,
  Size = 8,
  Max = 16,
  PageLog2 = 24,
  Is64 = 28,
  Bytes = 32,
}

/** Table cell, 32 bytes: address of the entries, their number, the maximum (64-bit each). */
export const enum TableCell {
  Base = 0,
  Size = 8,
  Max = 16,
  Bytes = 32,
}
