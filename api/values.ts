// Values of a program and of JavaScript. References that JavaScript makes are numbered; those of the program (functions)
// are objects that can only be passed on.

import { type Machine } from "../src/interp/machine";
import { I32, I64, F32, F64 } from "../src/wasm/types";
import type { Cells } from "../host/js/slots";
import type { WasmValue } from "./types.js";

/** A function of the program as JavaScript has it. */
class FunctionReference {
  readonly lo: number;
  readonly hi: number;

  constructor(lo: number, hi: number) {
    this.lo = lo;
    this.hi = hi;
  }
}

const scratch = new DataView(new ArrayBuffer(8));

export class Values {
  /** References to objects of JavaScript: word n + 1 is entry n. */
  private readonly objects: WasmValue[] = [];
  private readonly numbers = new Map<WasmValue, number>();

  read(cells: Cells, at: number, type: number): WasmValue {
    const lo = cells.getLo(at);
    const hi = cells.getHi(at);
    scratch.setInt32(0, lo, true);
    scratch.setInt32(4, hi, true);
    switch (type) {
      case I32:
        return lo;
      case I64:
        return scratch.getBigInt64(0, true);
      case F32:
        return scratch.getFloat32(0, true);
      case F64:
        return scratch.getFloat64(0, true);
    }
    if (lo == 0 && hi == 0) return null;
    return hi == 0 ? this.objects[lo - 1] : new FunctionReference(lo, hi);
  }

  write(cells: Cells, at: number, type: number, value: unknown): void {
    switch (type) {
      case I32:
        scratch.setInt32(0, Number(value), true);
        scratch.setInt32(4, 0, true);
        break;
      case I64:
        scratch.setBigInt64(0, BigInt.asIntN(64, BigInt(value as bigint)), true);
        break;
      case F32:
        scratch.setFloat32(0, Number(value), true);
        scratch.setInt32(4, 0, true);
        break;
      case F64:
        scratch.setFloat64(0, Number(value), true);
        break;
      default:
        this.writeReference(cells, at, value as WasmValue);
        return;
    }
    cells.setI64(at, scratch.getInt32(0, true), scratch.getInt32(4, true));
  }

  private writeReference(cells: Cells, at: number, value: WasmValue | undefined): void {
    if (value === null || value === undefined) cells.setI64(at, 0, 0);
    else if (value instanceof FunctionReference) cells.setI64(at, value.lo, value.hi);
    else {
      let number = this.numbers.get(value);
      if (number == undefined) {
        number = this.objects.push(value);
        this.numbers.set(value, number);
      }
      cells.setI64(at, number, 0);
    }
  }

  /** The arguments or results of program function `f`, in cells from `at` on. */
  readParams(machine: Machine, f: number, cells: Cells, at: number): WasmValue[] {
    const { program } = machine;
    const type = program.funcType.get(f);
    const n = program.typeParamCount.get(type);
    return Array.from({ length: n }, (_, i) => this.read(cells, at + i, program.paramType(type, i)));
  }

  readResults(machine: Machine, f: number, cells: Cells, at: number): WasmValue[] {
    const { program } = machine;
    const type = program.funcType.get(f);
    const n = program.typeResultCount.get(type);
    return Array.from({ length: n }, (_, i) => this.read(cells, at + i, program.resultType(type, i)));
  }

  writeParams(machine: Machine, f: number, cells: Cells, at: number, values: WasmValue[]): void {
    const { program } = machine;
    const type = program.funcType.get(f);
    const n = program.typeParamCount.get(type);
    for (let i = 0; i < n; i++) this.write(cells, at + i, program.paramType(type, i), values[i]);
  }

  /** What a host function returned: nothing, a value, or an array where there are several results. */
  writeResults(machine: Machine, f: number, cells: Cells, at: number, returned: unknown): void {
    const { program } = machine;
    const type = program.funcType.get(f);
    const n = program.typeResultCount.get(type);
    const values = n == 1 ? [returned] : Array.from((returned ?? []) as unknown[]);
    if (values.length < n) throw new TypeError(`a host function must return ${n} values`);
    for (let i = 0; i < n; i++) this.write(cells, at + i, program.resultType(type, i), values[i]);
  }
}
