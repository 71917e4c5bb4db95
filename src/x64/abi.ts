// Our calling convention: where the arguments and results of a canonical function type travel. In registers while
// their class has some left (registers.ts), the rest on the stack in order, 8 bytes each and 16 for vectors.
// Stack arguments lie directly above the return address and are freed by the callee, stack results directly above
// the arguments, so that tail calls with any number of arguments can run in constant stack (docs/architecture.md,
// "Calls").

import { I32Column } from "../base/columns";
import { Program } from "../link/program";
import { isFloatClass, Type } from "../ssa/op";
import { kindOf, ValueKind } from "../wasm/types";
import { generalArg, vectorArg } from "./registers";

/** The SSA type of values of a value type. */
export function ssaTypeOf(valueType: i32): i32 {
  switch (kindOf(valueType)) {
    case ValueKind.I32:
      return Type.I32;
    case ValueKind.I64:
      return Type.I64;
    case ValueKind.F32:
      return Type.F32;
    case ValueKind.F64:
      return Type.F64;
    case ValueKind.V128:
      return Type.V128;
  }
  return Type.Ref;
}

/** Places of the arguments and results of one function type. A place is a register number, or ~offset of a stack
 *  slot from the start of its area. */
export class CallLayout {
  type: i32 = -1;
  argPlace: I32Column = new I32Column();
  argType: I32Column = new I32Column();
  resultPlace: I32Column = new I32Column();
  resultType: I32Column = new I32Column();
  /** Bytes of stack arguments, which the callee frees, and of stack results. */
  argBytes: i32 = 0;
  resultBytes: i32 = 0;

  compute(program: Program, type: i32): void {
    const start = program.typeStart.get(type);
    const middle = start + program.typeParamCount.get(type);
    const end = middle + program.typeResultCount.get(type);
    this.type = type;
    this.argBytes = assignPlaces(program.typePool, start, middle, this.argPlace, this.argType);
    this.resultBytes = assignPlaces(program.typePool, middle, end, this.resultPlace, this.resultType);
  }

  get argCount(): i32 {
    return this.argPlace.length;
  }

  get resultCount(): i32 {
    return this.resultPlace.length;
  }
}

/** Bytes of stack arguments of functions of canonical type `type`. */
export function stackArgBytes(program: Program, type: i32): i32 {
  const start = program.typeStart.get(type);
  const end = start + program.typeParamCount.get(type);
  let general: i32 = 0;
  let vector: i32 = 0;
  let bytes: i32 = 0;
  for (let i = start; i < end; i++) {
    const t = ssaTypeOf(program.typePool.get(i));
    const isVector = isFloatClass(t);
    if ((isVector ? vectorArg(vector) : generalArg(general)) < 0) bytes += stackBytes(t);
    if (isVector) vector++;
    else general++;
  }
  return bytes;
}

/** Fills the places of the value types `pool[start..end)`; returns the bytes of those on the stack. */
function assignPlaces(pool: I32Column, start: i32, end: i32, places: I32Column, types: I32Column): i32 {
  let general: i32 = 0;
  let vector: i32 = 0;
  let bytes: i32 = 0;
  places.clear();
  types.clear();
  for (let i = start; i < end; i++) {
    const type = ssaTypeOf(pool.get(i));
    let place: i32 = 0;
    if (isFloatClass(type)) place = vectorArg(vector++);
    else place = generalArg(general++);
    if (place < 0) {
      place = ~bytes;
      bytes += stackBytes(type);
    }
    places.push(place);
    types.push(type);
  }
  return bytes;
}

function stackBytes(type: i32): i32 {
  return type == Type.V128 ? 16 : 8;
}
