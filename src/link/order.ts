// The order in which functions are compiled, which is that of the code: callees before their callers, since what a callee
// leaves untouched of the registers is of use to the caller (x64/clobbers.ts). Cycles are cut where a walk over the calls
// meets them.
//
// Processes that compile in parallel do not know what others have found out. So that the code does not depend on how many
// there are, functions are grouped in units of a size that depends on the program alone: what is known of a callee counts
// only within its unit, and everywhere if it is in the first unit, which is compiled before work is divided. That one has
// the runtime's functions, whose code is there already, and short functions that call nothing.

import { I32Column, U8Column } from "../base/columns";
import { RefKind } from "../wasm/module";
import { FuncKind, Program } from "./program";
import { FuncWord } from "./runtime-code";

/** Bytes of a body up to which a function without calls is in the first unit, and how many of all bytes that has at most. */
const SHORT: i32 = 400;
const COMMON_SHARE: i32 = 4;
/** A unit is so many'th of the program, within bounds. */
const UNITS: i32 = 16;
const LEAST_UNIT: i32 = 0x4000;
const LARGEST_UNIT: i32 = 0x4_0000;

/** Bytes of the body that function `f` is compiled from; those of the runtime do not count, whether its code is there or
 *  not, so that the order is the same. */
export function bodyBytes(program: Program, f: i32): i32 {
  if (program.funcKind.get(f) != FuncKind.Body || program.funcInstance.get(f) == program.runtime) return 0;
  const module = program.module(program.funcInstance.get(f));
  const local = program.funcLocal.get(f);
  return module.bodyEnd.get(local) - module.bodyStart.get(local);
}

/** Whether the code of `f` is a part of wx. */
export function isPrecompiled(program: Program, f: i32): boolean {
  return program.funcInstance.get(f) == program.runtime && program.runtimeCode.isThere;
}

/** Orders `program.order`, which has the reached functions in ascending order, and divides it into units. */
export function orderFunctions(program: Program): void {
  new Orderer(program).run();
}

class Orderer {
  private program: Program;
  private order: I32Column = new I32Column();
  /** By function: 1 once it has been met. */
  private isMet: U8Column = new U8Column();
  /** The walk: functions, and the next reference of each. */
  private path: I32Column = new I32Column();
  private nextRef: I32Column = new I32Column();

  constructor(program: Program) {
    this.program = program;
  }

  run(): void {
    const program = this.program;
    const reached = program.order;
    this.isMet.resize(program.funcKind.length);
    let total: i32 = 0;
    for (let i: i32 = 0; i < reached.length; i++) {
      const f = reached.get(i);
      total += bodyBytes(program, f);
      if (program.funcInstance.get(f) == program.runtime) this.walk(f);
    }
    let common: i32 = 0;
    for (let i: i32 = 0; i < reached.length; i++) {
      const f = reached.get(i);
      const bytes = bodyBytes(program, f);
      if (bytes > SHORT || (common + bytes) * COMMON_SHARE > total || this.hasCalls(f)) continue;
      common += bytes;
      this.walk(f);
    }
    program.commonEnd = this.order.length;
    for (let i: i32 = 0; i < reached.length; i++) this.walk(reached.get(i));
    program.order = this.order;
    this.divide((total / UNITS) | 0);
  }

  private hasCalls(f: i32): boolean {
    if (this.program.funcKind.get(f) != FuncKind.Body) return false;
    for (let i = this.firstRef(f), n = this.endOfRefs(f); i < n; i++) if (this.calleeOf(f, i) >= 0) return true;
    return false;
  }

  private firstRef(f: i32): i32 {
    const program = this.program;
    const local = program.funcLocal.get(f);
    if (isPrecompiled(program, f)) return program.runtimeCode.func(local, FuncWord.Ref);
    return program.module(program.funcInstance.get(f)).refsStart.get(local);
  }

  private endOfRefs(f: i32): i32 {
    const program = this.program;
    const local = program.funcLocal.get(f);
    if (isPrecompiled(program, f)) return program.runtimeCode.func(local, FuncWord.RefEnd);
    return program.module(program.funcInstance.get(f)).refsEnd.get(local);
  }

  /** The function that reference `i` of `f` calls, or -1: it is none of a call, or nothing is called. */
  private calleeOf(f: i32, i: i32): i32 {
    const program = this.program;
    const instance = program.funcInstance.get(f);
    const ref = isPrecompiled(program, f) ? program.runtimeCode.ref(i) : program.module(instance).refs.get(i);
    let callee: i32 = -1;
    if ((ref & 15) == RefKind.Call) callee = program.funcOf(instance, ref >> 4);
    else if ((ref & 15) == RefKind.LibCall) callee = program.libCalls.get(ref >> 4);
    return callee >= 0 && program.funcKind.get(callee) == FuncKind.Intrinsic ? -1 : callee;
  }

  /** Appends what `f` calls, directly or not, and then `f`. */
  private walk(f: i32): void {
    if (this.isMet.get(f) != 0) return;
    this.enter(f);
    while (this.path.length != 0) {
      const top = this.path.top();
      const end = this.endOfRefs(top);
      let at = this.nextRef.pop();
      let callee: i32 = -1;
      for (; at < end && callee < 0; at++) {
        callee = this.calleeOf(top, at);
        if (callee >= 0 && this.isMet.get(callee) != 0) callee = -1;
      }
      if (callee < 0) {
        this.path.pop();
        this.order.push(top);
      } else {
        this.nextRef.push(at);
        this.enter(callee);
      }
    }
  }

  private enter(f: i32): void {
    const program = this.program;
    this.isMet.set(f, 1);
    if (program.funcKind.get(f) != FuncKind.Body) {
      this.order.push(f);
      return;
    }
    this.path.push(f);
    this.nextRef.push(this.firstRef(f));
  }

  private divide(share: i32): void {
    const program = this.program;
    const most = share < LEAST_UNIT ? LEAST_UNIT : share > LARGEST_UNIT ? LARGEST_UNIT : share;
    program.funcUnit.resize(program.funcKind.length);
    let unit: i32 = 0;
    let bytes: i32 = 0;
    for (let i: i32 = 0; i < program.order.length; i++) {
      const f = program.order.get(i);
      if (i >= program.commonEnd && (unit == 0 || bytes >= most)) {
        unit++;
        bytes = 0;
      }
      bytes += bodyBytes(program, f);
      program.funcUnit.set(f, unit);
    }
  }
}
