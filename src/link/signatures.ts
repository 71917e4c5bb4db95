// What an indirect call must check of its table's entry, by what the closed world says of the table.

import { heapOf, isNullable } from "../wasm/types";
import { Program } from "./program";

export const enum SignatureCheck {
  /** Every entry can be called so. */
  None = 0,
  /** Every entry that is not null. */
  Null = 1,
  /** The entry's type must be the call's, which has no subtypes. */
  Exact = 2,
  /** The entry's type must be one of the call's subtypes. */
  Range = 3,
}

/** What a call as canonical type `type` through program table `table` must check. */
export function signatureCheck(program: Program, table: i32, type: i32): i32 {
  const entry = program.tableType.get(table);
  if (heapOf(entry) >= 0 && program.isSubtype(heapOf(entry), type)) {
    return isNullable(entry) ? SignatureCheck.Null : SignatureCheck.None;
  }
  const only = program.tableEntryType.get(table);
  if (only >= 0 && program.isSubtype(only, type)) {
    return program.tableHasNull.get(table) != 0 ? SignatureCheck.Null : SignatureCheck.None;
  }
  return program.subtypeCount(type) == 1 ? SignatureCheck.Exact : SignatureCheck.Range;
}
