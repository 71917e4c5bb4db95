// The interpreter's code as text, for goldens and for looking at it: one instruction a line, with the position, the byte
// offset it comes from, and operands: cells as numbers, constants with #, targets with ->.

import { codeRows } from "../../src/interp/code";
import type { Machine } from "../../src/interp/machine";

const rows = codeRows().map((row) => row.split(" "));

/** The code of program function `f`, translated if it was not. */
export function codeText(machine: Machine, f: number): string {
  const start = machine.entryOf(f);
  const code = machine.code;
  const lines: string[] = [];
  let end = code.length;
  for (let g = 0; g < machine.entries.length; g++) {
    const entry = machine.entries.get(g);
    if (entry > start && entry < end) end = entry;
  }
  for (let pc = start; pc < end; ) {
    const [name, operands = ""] = rows[code.get(pc)];
    let at = pc + 1;
    const texts = [...operands].map((kind) => {
      const place = at++;
      const value = code.get(place);
      return kind == "k" ? `#${value}` : kind == "t" ? `->${place + value}` : `${value}`;
    });
    if (name == "jump_table") {
      for (let n = code.get(pc + 2); n >= 0; n--) texts.push(`->${at + code.get(at++)}`);
    }
    lines.push(`${`${pc}`.padStart(5)} ${name} ${texts.join(" ")}`.trimEnd());
    pc = at;
  }
  return lines.join("\n");
}
