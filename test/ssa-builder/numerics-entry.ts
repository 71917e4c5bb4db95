// Compiled by asc for numerics.test.ts: the native twin of the cells behind one function.

import { Slots } from "host/slots";
import { evaluate } from "../../src/base/numerics";

const s = new Slots(3).view();

export function run(op: i32, from: i32, to: i32, aLo: i32, aHi: i32, bLo: i32, bHi: i32): i32 {
  s.setI64(0, aLo, aHi);
  s.setI64(1, bLo, bHi);
  s.setI64(2, 0, 0);
  return evaluate(op, from, to, s, 2, 0, 1);
}

export function lo(): i32 {
  return s.getLo(2);
}

export function hi(): i32 {
  return s.getHi(2);
}
