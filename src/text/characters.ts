// Classes of the characters of the text format (specification 6.2 and 6.3).

import { U8Column } from "../base/columns";
import { Char } from "../base/chars";

/** Those from IdChar on can be part of a name or a keyword. */
export const enum CharClass {
  Illegal = 0,
  Space = 1,
  Open = 2,
  Close = 3,
  Semicolon = 4,
  /** Comma, brackets, braces: tokens of their own, which only annotations may contain. */
  Single = 5,
  Quote = 6,
  IdChar = 7,
  Dollar = 8,
  /** a to z */
  Letter = 9,
  /** Digit or sign. */
  Number = 10,
}

const classes: U8Column = computeClasses();

function computeClasses(): U8Column {
  const table = new U8Column();
  table.resize(256);
  table.fill(CharClass.IdChar, 0x21, 0x7f);
  table.fill(CharClass.Letter, Char.a, Char.z + 1);
  table.fill(CharClass.Number, Char.D0, Char.D9 + 1);
  table.set(Char.Plus, CharClass.Number);
  table.set(Char.Minus, CharClass.Number);
  table.set(Char.Dollar, CharClass.Dollar);
  table.set(Char.DoubleQuote, CharClass.Quote);
  table.set(Char.LeftParen, CharClass.Open);
  table.set(Char.RightParen, CharClass.Close);
  table.set(Char.Semicolon, CharClass.Semicolon);
  table.set(Char.Comma, CharClass.Single);
  table.set(Char.LeftBracket, CharClass.Single);
  table.set(Char.RightBracket, CharClass.Single);
  table.set(Char.LeftBrace, CharClass.Single);
  table.set(Char.RightBrace, CharClass.Single);
  table.set(Char.Space, CharClass.Space);
  table.set(Char.Tab, CharClass.Space);
  table.set(Char.LineFeed, CharClass.Space);
  table.set(Char.Return, CharClass.Space);
  return table;
}

export function charClass(c: i32): i32 {
  return classes.get(c);
}
