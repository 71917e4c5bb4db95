// Exports that can be called by name: of a module without _start the executable takes a name and arguments, as in
// `./math add 2 3`. The table of them (LinkOptions.calls, Info.CallTable) has three NUL-ended texts for each: its
// name, the letters of its parameters and those of its results. What is decided by them (which export, with which
// numbers, or what is wrong) is decided here, when wx reads `--invoke` and when the executable runs.

import { I32Column } from "../base/columns";
import { NumberReader } from "../base/number-reader";
import { findClosest } from "../base/spelling";
import { F32, F64, I32, I64 } from "../wasm/types";

/** Exit status of an executable that is called wrongly. */
export const EXIT_USAGE: i32 = 2;

/** The letter of a value type in the table; `?` for one that cannot be given or printed. */
export function typeLetter(type: i32): string {
  if (type == I32) return "i";
  if (type == I64) return "l";
  if (type == F32) return "f";
  return type == F64 ? "d" : "?";
}

function letterName(letter: string): string {
  if (letter == "i") return "i32";
  if (letter == "l") return "i64";
  if (letter == "f") return "f32";
  return letter == "d" ? "f64" : "reference";
}

function letterList(letters: string): string {
  let text = "";
  for (let i: i32 = 0; i < letters.length; i++) text += (i == 0 ? "" : ", ") + letterName(letters.charAt(i));
  return text;
}

/** Without control characters, which must not reach a terminal. */
export function printable(text: string): string {
  let clean = true;
  for (let i: i32 = 0; i < text.length; i++) if (isControl(text.charCodeAt(i))) clean = false;
  if (clean) return text;
  let shown = "";
  for (let i: i32 = 0; i < text.length; i++) shown += isControl(text.charCodeAt(i)) ? "?" : text.charAt(i);
  return shown;
}

function isControl(c: i32): boolean {
  return c < 32 || c == 127;
}

/** An export that can be called. */
export class CallRow {
  name: string;
  params: string;
  results: string;

  constructor(name: string, params: string, results: string) {
    this.name = name;
    this.params = params;
    this.results = results;
  }

  /** As `add(i32, i32) -> i32`. */
  get signature(): string {
    const text = `${printable(this.name)}(${letterList(this.params)})`;
    return this.results.length == 0 ? text : `${text} -> ${letterList(this.results)}`;
  }
}

/** A call as it was asked for: what runs, with which arguments. */
export class Call {
  /** Index of the row; -1 if nothing is to be called. */
  row: i32 = -1;
  /** Bits of the arguments. */
  lo: I32Column = new I32Column();
  hi: I32Column = new I32Column();
  /** What is wrong; empty if nothing. */
  error: string = "";
  private rows: Array<CallRow>;

  constructor(rows: Array<CallRow>) {
    this.rows = rows;
  }

  /** The row of what is to be called. */
  get chosen(): CallRow {
    return this.rows[this.row];
  }

  private fail(message: string): boolean {
    this.error = message;
    return false;
  }

  /** Takes the export called `name`. */
  choose(name: string): boolean {
    const names: Array<string> = [];
    for (let i: i32 = 0; i < this.rows.length; i++) {
      if (this.rows[i].name == name) {
        this.row = i;
        return true;
      }
      names.push(this.rows[i].name);
    }
    const closest = findClosest(name, names);
    const hint = closest.length == 0 ? "" : `; did you mean '${printable(closest)}'?`;
    return this.fail(`there is no exported function '${printable(name)}'${hint}`);
  }

  /** Reads the arguments of the export chosen, from the one at `start` on. */
  read(args: Array<string>, start: i32): boolean {
    const row = this.rows[this.row];
    if (row.params.indexOf("?") >= 0)
      return this.fail(`${row.signature} takes a reference, which cannot be given here`);
    if (row.results.indexOf("?") >= 0)
      return this.fail(`${row.signature} returns a reference, which cannot be printed`);
    const expected = row.params.length;
    const given = args.length - start;
    if (given != expected) {
      return this.fail(`${row.signature} takes ${expected} argument${expected == 1 ? "" : "s"}, but ${given} given`);
    }
    for (let i: i32 = 0; i < expected; i++) {
      if (!this.readArgument(row, i, args[start + i])) return false;
    }
    return true;
  }

  private readArgument(row: CallRow, i: i32, text: string): boolean {
    const letter = row.params.charAt(i);
    const isWide = letter == "l" || letter == "d";
    const number = new NumberReader(text);
    const isRead = letter == "f" || letter == "d" ? number.readFloat(isWide) : number.readInteger(isWide);
    this.lo.push(number.lo);
    this.hi.push(number.hi);
    if (isRead) return true;
    const wrong = number.isOutOfRange ? "too large for" : "not";
    return this.fail(
      `argument ${i + 1} of ${row.signature}, '${printable(text)}', is ${wrong} an ${letterName(letter)}`,
    );
  }
}

/** What an executable says that is called without arguments. */
export function callUsage(program: string, rows: Array<CallRow>): string {
  const lines: Array<string> = [];
  lines.push(`Usage: ${printable(program)} NAME [ARGUMENTS]\n\nExports:\n`);
  for (let i: i32 = 0; i < rows.length; i++) lines.push(`  ${rows[i].signature}\n`);
  return lines.join("");
}
