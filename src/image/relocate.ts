// Fills in addresses once everything has its place: in code, in jump tables, and in the words of the data area
// that refer to functions.

import { Program } from "../link/program";
import { DATA_BASE } from "../link/layout";
import { Code, RelocKind } from "../x64/code";

/** Where the parts that addresses refer to lie in memory. */
export class Places {
  code: i32 = 0;
  pool: i32 = 0;
  /** Start of the jump tables, one after another. */
  jumpTables: i32 = 0;
}

/** Patches the code; -1, or the target that has no code: our bug. */
export function relocateCode(code: Code, places: Places): i32 {
  for (let i: i32 = 0; i < code.relocOffset.length; i++) {
    const at = code.relocOffset.get(i);
    const target = code.relocTarget.get(i);
    const here = places.code + at;
    let value: i32 = 0;
    switch (code.relocKind.get(i)) {
      case RelocKind.Call:
        if (code.funcStart.get(target) < 0) return target;
        value = places.code + code.funcStart.get(target) - (here + 4);
        break;
      case RelocKind.Pool:
        value = places.pool + 16 * target - (here + 4 + code.relocAddend.get(i));
        break;
      case RelocKind.JumpTable:
        value = places.jumpTables + 4 * code.tableStart.get(target);
        break;
      case RelocKind.FuncAddress:
        if (code.funcStart.get(target) < 0) return target;
        value = places.code + code.funcStart.get(target);
        break;
      case RelocKind.CodeBound:
        value = target == 0 ? places.code : places.code + code.bytes.length;
    }
    code.bytes.setI32(at, value);
  }
  return -1;
}

/** Writes code addresses into the data area; -1, or the function that has no code. */
export function relocateData(program: Program, code: Code, places: Places): i32 {
  for (let i: i32 = 0; i < program.dataRelocAddress.length; i++) {
    const f = program.dataRelocFunc.get(i);
    if (code.funcStart.get(f) < 0) return f;
    program.data.setI32(program.dataRelocAddress.get(i) - DATA_BASE, places.code + code.funcStart.get(f));
  }
  return -1;
}
