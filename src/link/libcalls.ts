// Operations that compiled code leaves to the runtime: each is a function that runtime/ exports by this name.
// Cells are addresses of the structures in layout.ts; a segment is its address and that of the cell with its
// length. All operands are i64 (32-bit indices zero-extended) but the byte of memory_fill, an i32.

export const enum LibCall {
  /** memory_grow(cell, pages): i64 — previous size in pages, or -1 */
  MemoryGrow = 0,
  /** memory_copy(targetCell, sourceCell, target, source, bytes) */
  MemoryCopy = 1,
  /** memory_fill(cell, target, value: i32, bytes) */
  MemoryFill = 2,
  /** memory_init(cell, segment, lengthCell, target, source, bytes) */
  MemoryInit = 3,
  /** table_grow(cell, word, entries): i64 — previous size, or -1 */
  TableGrow = 4,
  /** table_fill(cell, index, word, entries) */
  TableFill = 5,
  /** table_copy(targetCell, sourceCell, target, source, entries) */
  TableCopy = 6,
  /** table_init(cell, segment, lengthCell, target, source, entries) */
  TableInit = 7,
  /** exception_new(tag, block): i64 — a cell, whose values are to be filled in */
  ExceptionNew = 8,
  Count = 9,
}

/** The name under which the runtime exports a library call. */
export function libCallName(call: i32): string {
  switch (call) {
    case LibCall.MemoryGrow:
      return "memory_grow";
    case LibCall.MemoryCopy:
      return "memory_copy";
    case LibCall.MemoryFill:
      return "memory_fill";
    case LibCall.MemoryInit:
      return "memory_init";
    case LibCall.TableGrow:
      return "table_grow";
    case LibCall.TableFill:
      return "table_fill";
    case LibCall.TableCopy:
      return "table_copy";
    case LibCall.TableInit:
      return "table_init";
  }
  return "exception_new";
}
