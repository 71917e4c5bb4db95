// What data segments consist of: strings, and lists of numbers by their type (numeric values proposal).

import { U8Column } from "../base/columns";
import { takeFloat, takeInteger } from "./constants";
import { Keyword } from "./keywords";
import { TextReader } from "./reader";
import { TokenKind } from "./tokens";
import { takeVectorConst } from "./vectors";

/** Takes data up to a closing parenthesis, that too. */
export function takeDataItems(m: TextReader, out: U8Column): void {
  while (!m.isClose() && !m.failed) {
    if (m.kind == TokenKind.String) m.takeString(out, "a string");
    else if (isNumberList(m)) takeNumberList(m, out);
    else m.unexpected("a string");
  }
  m.takeClose("a string");
}

/** Whether a list of numbers is next: `(` and the type of its numbers. */
export function isNumberList(m: TextReader): boolean {
  const type = m.openKeyword;
  return type == Keyword.V128 || isFloat(type) || integerBits(type) != 0;
}

function isFloat(type: i32): boolean {
  return type == Keyword.F32 || type == Keyword.F64;
}

function integerBits(type: i32): i32 {
  switch (type) {
    case Keyword.I8:
      return 8;
    case Keyword.I16:
      return 16;
    case Keyword.I32:
      return 32;
    case Keyword.I64:
      return 64;
  }
  return 0;
}

function takeNumberList(m: TextReader, out: U8Column): void {
  const type = m.openKeyword;
  m.at += 2;
  while (!m.isClose() && !m.failed) {
    if (type == Keyword.V128) takeVectorConst(m, out);
    else if (isFloat(type)) takeFloat(m, type == Keyword.F64, out);
    else if (takeInteger(m, integerBits(type))) m.numbers.pushBytes(out, integerBits(type));
  }
  m.takeClose("a number");
}
