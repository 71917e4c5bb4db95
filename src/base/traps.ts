// Why a program trapped, with the messages of wasmtime, which the runtime prints and scripts compare.

export const enum TrapKind {
  Unreachable = 0,
  MemoryOutOfBounds = 1,
  TableOutOfBounds = 2,
  IndirectCallToNull = 3,
  BadSignature = 4,
  IntegerOverflow = 5,
  IntegerDivisionByZero = 6,
  BadConversionToInteger = 7,
  StackOverflow = 8,
  /** An import that is not there was called (--unknown-imports=trap). */
  UnknownImport = 9,
  /** `div` faulted: the handler tells division by zero from overflow by looking at the divisor. */
  Division = 10,
  NullReference = 11,
  /** The program has had its time (--timeout). */
  Interrupt = 12,
  /** The interpreter has executed as many instructions as it may (--fuel). */
  OutOfFuel = 13,
  /** An exception that nothing catches. */
  UncaughtException = 14,
  Count = 15,
  /** In a script, an instance imports a memory or table that has not grown to what it needs. No program prints that. */
  Unlinkable = 127,
}

export function trapMessage(kind: i32): string {
  switch (kind) {
    case TrapKind.Unreachable:
      return "wasm `unreachable` instruction executed";
    case TrapKind.MemoryOutOfBounds:
      return "out of bounds memory access";
    case TrapKind.TableOutOfBounds:
      return "undefined element: out of bounds table access";
    case TrapKind.IndirectCallToNull:
      return "uninitialized element";
    case TrapKind.BadSignature:
      return "indirect call type mismatch";
    case TrapKind.IntegerOverflow:
      return "integer overflow";
    case TrapKind.IntegerDivisionByZero:
    case TrapKind.Division:
      return "integer divide by zero";
    case TrapKind.BadConversionToInteger:
      return "invalid conversion to integer";
    case TrapKind.StackOverflow:
      return "call stack exhausted";
    case TrapKind.UnknownImport:
      return "unknown import called";
    case TrapKind.Unlinkable:
      return "incompatible import type";
    case TrapKind.Interrupt:
      return "interrupt";
    case TrapKind.OutOfFuel:
      return "all fuel consumed by WebAssembly";
    case TrapKind.UncaughtException:
      return "uncaught exception";
  }
  return "null reference";
}
