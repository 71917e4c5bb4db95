// Machine code with locations given by hand, as if allocated: what the tests of emission feed it.

import "../../host/js/prelude";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Code } from "../../src/x64/code";
import { emitFunction } from "../../src/x64/emit";
import { Allocation, Constraint, MirFunc, Mode, operandInfo, Role } from "../../src/x64/mir";

export interface Fields {
  mode?: number;
  /** log2 */
  scale?: number;
  disp?: number;
  imm?: number;
  immHi?: number;
  origin?: number;
  site?: boolean;
  /** How many of the locations are definitions (matters to calls only). */
  defs?: number;
}

export class Maker {
  mir = new MirFunc();
  alloc = new Allocation();

  constructor(index = 0) {
    this.mir.reset(index);
    this.alloc.reset();
  }

  /** Starts the next block; its successors are block numbers. */
  block(successors: number[] = [], cold = false): this {
    const mir = this.mir;
    this.close();
    mir.blockStart.push(mir.instructionCount);
    mir.blockEnd.push(mir.instructionCount);
    mir.succStart.push(mir.lists.length);
    mir.succCount.push(successors.length);
    for (const s of successors) mir.lists.push(s);
    mir.predStart.push(0);
    mir.predCount.push(0);
    mir.paramStart.push(0);
    mir.paramCount.push(0);
    mir.loopDepth.push(0);
    mir.cold.push(cold ? 1 : 0);
    return this;
  }

  ins(op: number, locations: number[] = [], f: Fields = {}): this {
    const mir = this.mir;
    mir.op.push(op);
    mir.opStart.push(mir.operandVreg.length);
    mir.opCount.push(locations.length);
    locations.forEach((location, k) => {
      mir.operandVreg.push(mir.buildVreg(location >= 16 && location < 32 ? 1 : 0, 8));
      mir.operandInfo.push(operandInfo(k < (f.defs ?? 0) ? Role.Def : Role.Use, Constraint.Any, 0));
      this.alloc.location.push(location);
    });
    mir.mode.push((f.mode ?? Mode.Reg) | ((f.scale ?? 0) << 4));
    mir.disp.push(f.disp ?? 0);
    mir.imm.push(f.imm ?? 0);
    mir.immHi.push(f.immHi ?? 0);
    mir.origin.push(f.origin ?? -1);
    mir.memorySite.push(f.site ? 1 : 0);
    mir.clobbers.push(0);
    return this;
  }

  /** A move before the next instruction. */
  move(from: number, to: number, bytes: number): this {
    this.alloc.movePosition.push(2 * this.mir.instructionCount);
    this.alloc.moveFrom.push(from);
    this.alloc.moveTo.push(to);
    this.alloc.moveBytes.push(bytes);
    return this;
  }

  private close(): void {
    const last = this.mir.blockCount - 1;
    if (last >= 0) this.mir.blockEnd.set(last, this.mir.instructionCount);
  }

  emit(code: Code): Code {
    this.close();
    emitFunction(this.mir, this.alloc, code);
    return code;
  }
}

export function newCode(functions = 1): Code {
  const code = new Code();
  code.reset(functions);
  return code;
}

export function bytesOf(code: Code, start = 0, end = code.bytes.length): Uint8Array {
  return Uint8Array.from({ length: end - start }, (_, k) => code.bytes.get(start + k));
}

/** Names of the X64 enumeration in order; const enums have no names at run time. */
export const opNames: string[] = (() => {
  const source = readFileSync(join(import.meta.dir, "../../src/x64/op.ts"), "utf8");
  const body = source.match(/const enum X64 \{([\s\S]*?)\n\}/)![1];
  return [...body.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "").matchAll(/(\w+),/g)].map((m) => m[1]);
})();
