// Words of the Itanium C++ ABI's mangling: builtin types, operators, abbreviations (section 5.1).

import { Char } from "./chars";

/** Name of the builtin type with this letter; empty if there is none. */
export function cppBuiltin(c: i32): string {
  switch (c) {
    case Char.v:
      return "void";
    case Char.w:
      return "wchar_t";
    case Char.b:
      return "bool";
    case Char.c:
      return "char";
    case Char.a:
      return "signed char";
    case Char.h:
      return "unsigned char";
    case Char.s:
      return "short";
    case Char.t:
      return "unsigned short";
    case Char.i:
      return "int";
    case Char.j:
      return "unsigned int";
    case Char.l:
      return "long";
    case Char.m:
      return "unsigned long";
    case Char.x:
      return "long long";
    case Char.y:
      return "unsigned long long";
    case Char.n:
      return "__int128";
    case Char.o:
      return "unsigned __int128";
    case Char.f:
      return "float";
    case Char.d:
      return "double";
    case Char.e:
      return "long double";
    case Char.g:
      return "__float128";
    case Char.z:
      return "...";
  }
  return "";
}

/** Name of the builtin type with this letter behind a D. */
export function cppBuiltinD(c: i32): string {
  switch (c) {
    case Char.d:
      return "decimal64";
    case Char.e:
      return "decimal128";
    case Char.f:
      return "decimal32";
    case Char.h:
      return "half";
    case Char.i:
      return "char32_t";
    case Char.s:
      return "char16_t";
    case Char.u:
      return "char8_t";
    case Char.a:
      return "auto";
    case Char.c:
      return "decltype(auto)";
    case Char.n:
      return "decltype(nullptr)";
  }
  return "";
}

/** What an abbreviation behind S stands for; `full` is its long form, in front of constructors. */
export function cppAbbreviation(c: i32, full: boolean): string {
  switch (c) {
    case Char.a:
      return "std::allocator";
    case Char.b:
      return "std::basic_string";
    case Char.s:
      return full ? "std::basic_string<char, std::char_traits<char>, std::allocator<char> >" : "std::string";
    case Char.i:
      return full ? "std::basic_istream<char, std::char_traits<char> >" : "std::istream";
    case Char.o:
      return full ? "std::basic_ostream<char, std::char_traits<char> >" : "std::ostream";
    case Char.d:
      return full ? "std::basic_iostream<char, std::char_traits<char> >" : "std::iostream";
  }
  return "";
}

/** The last word of an abbreviation: what its constructors are called. */
export function cppAbbreviationBase(c: i32): string {
  switch (c) {
    case Char.a:
      return "allocator";
    case Char.b:
    case Char.s:
      return "basic_string";
    case Char.i:
      return "basic_istream";
    case Char.o:
      return "basic_ostream";
  }
  return "basic_iostream";
}

const codes: string =
  "nw na dl da aw ps ng ad de co pl mi ml dv rm an or eo aS pL mI mL dV rM aN oR eO ls rs lS rS eq ne lt gt le ge ss nt aa " +
  "oo pp mm cm pm pt cl ix qu ";
const texts: Array<string> = [
  "new",
  "new[]",
  "delete",
  "delete[]",
  "co_await",
  "+",
  "-",
  "&",
  "*",
  "~",
  "+",
  "-",
  "*",
  "/",
  "%",
  "&",
  "|",
  "^",
  "=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "|=",
  "^=",
  "<<",
  ">>",
  "<<=",
  ">>=",
  "==",
  "!=",
  "<",
  ">",
  "<=",
  ">=",
  "<=>",
  "!",
  "&&",
  "||",
  "++",
  "--",
  ",",
  "->*",
  "->",
  "()",
  "[]",
  "?",
];

/** Number of the operator with this two-letter code; -1 if there is none. */
export function cppOperator(first: i32, second: i32): i32 {
  for (let i: i32 = 0; i < codes.length; i += 3) {
    if (codes.charCodeAt(i) == first && codes.charCodeAt(i + 1) == second) return (i / 3) | 0;
  }
  return -1;
}

/** The operator as C++ writes it. */
export function cppOperatorText(operator: i32): string {
  return texts[operator];
}

/** Whether an operator in an expression has one operand. */
export function isCppUnary(operator: i32): boolean {
  const text = texts[operator];
  return operator >= 5 && (operator <= 9 || text == "!" || text == "++" || text == "--");
}
