// Which functions may end in an exception: those that throw, those that call what is not known, and those that call any of
// these. Calls of the others need no way to a handler. In a program in which nothing throws, that is all of them.

import { RefKind } from "../wasm/module";
import { FuncKind, Program } from "./program";

/** Rounds over all functions until it is enough: callees come before their callers but in cycles. */
const MOST_ROUNDS: i32 = 8;

/** Fills `program.funcThrows`. */
export function computeThrows(program: Program): void {
  if (!program.throws) return;
  const throws = program.funcThrows;
  throws.resize(program.funcKind.length);
  throws.set(program.throwStub, 1);
  for (let round: i32 = 0; round < MOST_ROUNDS; round++) {
    let changed = false;
    for (let i: i32 = 0; i < program.order.length; i++) {
      const f = program.order.get(i);
      if (throws.get(f) != 0 || !mayThrow(program, f)) continue;
      throws.set(f, 1);
      changed = true;
    }
    if (!changed) return;
  }
  throws.fill(1, 0, throws.length);
}

/** Whether function `f` throws, by what is known of its callees. */
function mayThrow(program: Program, f: i32): boolean {
  const instance = program.funcInstance.get(f);
  if (program.funcKind.get(f) != FuncKind.Body || instance == program.runtime) return false;
  const module = program.module(instance);
  const local = program.funcLocal.get(f);
  for (let i = module.refsStart.get(local), n = module.refsEnd.get(local); i < n; i++) {
    const ref = module.refs.get(i);
    switch (ref & 15) {
      case RefKind.Throw:
      case RefKind.IndirectType:
      case RefKind.CallRef:
        return true;
      case RefKind.Call:
        if (program.funcThrows.get(program.funcOf(instance, ref >> 4)) != 0) return true;
    }
  }
  return false;
}
