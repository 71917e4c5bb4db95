// Whether a module is refused for the reason that a script gives: its text is part of wx's message, or the module has more
// than one fault, and wx meets another of them first.

export function hasReason(expected: string, message: string): boolean {
  if (message.indexOf(expected) >= 0) return true;
  // Some reasons are whole sentences of the reference interpreter.
  if (expected.startsWith("type mismatch: ") && message.startsWith("type mismatch: ")) return true;
  // Numbers are read at their full length where they may have 64 bits, at 32 where not.
  if (is(expected, "offset out of range", message, "integer too large")) return true;
  if (is(expected, "offset out of range", message, "integer representation too long")) return true;
  if (is(expected, "memory size", message, "integer too large")) return true;
  if (is(expected, "table size", message, "integer too large")) return true;
  if (is(expected, "i32 constant out of range", message, "integer too large")) return true;
  // A number whose encoding goes on too long, where wx takes a byte or ends: of the same bytes.
  if (is(expected, "integer representation too long", message, "malformed section id")) return true;
  if (is(expected, "integer representation too long", message, "malformed type form")) return true;
  if (is(expected, "integer representation too long", message, "unexpected end of section or function")) return true;
  if (is(expected, "integer too large", message, "integer representation too long")) return true;
  if (is(expected, "integer too large", message, "malformed section id")) return true;
  if (is(expected, "integer too large", message, "unexpected end of section or function")) return true;
  // A flag of a proposal may say that more follows.
  if (is(expected, "malformed limits flags", message, "unexpected end of section or function")) return true;
  // An alignment that is too large may be flags that do not exist.
  if (is(expected, "type mismatch", message, "malformed memop flags")) return true;
  // Sections are read before bodies, and names before strings.
  if (is(expected, "length out of bounds", message, "unexpected end of section or function")) return true;
  if (is(expected, "section size mismatch", message, "END opcode expected")) return true;
  if (is(expected, "unexpected end of section or function", message, "END opcode expected")) return true;
  if (
    is(
      expected,
      "unexpected content after last section",
      message,
      "function and code section have inconsistent lengths",
    )
  )
    return true;
  if (is(expected, "empty annotation id", message, "unclosed string")) return true;
  if (is(expected, "empty identifier", message, "unclosed string")) return true;
  if (is(expected, "empty identifier", message, "illegal character in a string")) return true;
  if (is(expected, "i8 constant out of range", message, "invalid lane length")) return true;
  if (is(expected, "i8 constant out of range", message, "expected the number of a lane")) return true;
  return false;
}

function is(expected: string, reason: string, message: string, instead: string): boolean {
  return expected == reason && message.indexOf(instead) >= 0;
}
