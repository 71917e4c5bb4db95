// What tests of the SSA form share: text to function and back.

import "../../host/js/prelude";
import { U8Column } from "../../src/base/columns";
import { Func } from "../../src/ssa/func";
import { parseFunc } from "../../src/ssa/parser";
import { printFunction } from "../../src/ssa/printer";

export function toColumn(text: string): U8Column {
  const column = new U8Column();
  const bytes = new TextEncoder().encode(text);
  column.resize(bytes.length);
  column.data.set(bytes);
  return column;
}

export function fromColumn(column: U8Column): string {
  return new TextDecoder().decode(column.data.subarray(0, column.length));
}

export function parse(text: string): Func {
  const func = new Func();
  const message = parseFunc(toColumn(text), func);
  if (message != "") throw new Error(`${message}\n${text}`);
  return func;
}

/** The parser's complaint about a text. */
export function parseError(text: string): string {
  return parseFunc(toColumn(text), new Func());
}

export function print(func: Func): string {
  return printFunction(func);
}
