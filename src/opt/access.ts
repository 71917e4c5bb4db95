// One access to a memory or global as passes compare them: which bytes it touches, relative to a value that is not
// looked into further, and whether two accesses may touch the same.
//
// Indices are added modulo 2^32 and offsets are not, so places are known modulo 2^32 only. That suffices to prove
// two accesses apart: if their distance is at least as large as the access modulo 2^32, it is so in truth.

import { ltU32 } from "host/prims";
import { GUEST_BASE } from "../link/layout";
import { Func, NO_VALUE, RAW_MEMORY } from "../ssa/func";
import { accessBytes, Op } from "../ssa/op";

/** Instead of a memory: the globals, each one byte wide; the slots of locals. */
const GLOBALS: i32 = -2;
const SLOTS: i32 = -3;

export class Access {
  /** The load, store, read or assignment of a global. */
  value: i32 = NO_VALUE;
  isWrite: boolean = false;
  memory: i32 = 0;
  /** What the index is relative to; NO_VALUE: it is a constant. */
  root: i32 = NO_VALUE;
  /** Distance from the root, modulo 2^32. */
  start: i32 = 0;
  bytes: i32 = 0;

  /** Describes `v`; false if it is no such access. */
  describe(func: Func, v: i32): boolean {
    const op = func.op.get(v);
    this.value = v;
    if (op == Op.GlobalGet || op == Op.GlobalSet) {
      this.isWrite = op == Op.GlobalSet;
      this.memory = GLOBALS;
      this.root = NO_VALUE;
      this.start = func.imm.get(v);
      this.bytes = 1;
      return true;
    }
    if (op == Op.SlotGet || op == Op.SlotSet) {
      this.isWrite = op == Op.SlotSet;
      this.memory = SLOTS;
      this.root = NO_VALUE;
      this.start = func.imm.get(v);
      this.bytes = 1;
      return true;
    }
    if (op < Op.Load8S || op > Op.Store) return false;
    this.isWrite = op >= Op.Store8;
    this.memory = func.accessMemory(v);
    const type = func.valueType.get(this.isWrite ? func.resolve(func.b.get(v)) : v);
    this.bytes = accessBytes(op, type);
    const index = func.resolve(func.a.get(v));
    const indexOp = func.op.get(index);
    this.root = index;
    this.start = func.accessOffset(v);
    if (indexOp == Op.Const) {
      this.root = NO_VALUE;
      this.start = (this.start + func.imm.get(index)) | 0;
    } else if (indexOp == Op.Add) {
      const b = func.resolve(func.b.get(index));
      if (func.op.get(b) == Op.Const) {
        this.root = func.resolve(func.a.get(index));
        this.start = (this.start + func.imm.get(b)) | 0;
      }
    }
    return true;
  }

  mayOverlap(other: Access): boolean {
    if (this.memory != other.memory) {
      if (this.memory != RAW_MEMORY && other.memory != RAW_MEMORY) return false;
      return this.memory == RAW_MEMORY ? this.mayReach(other.memory) : other.mayReach(this.memory);
    }
    if (this.root != other.root) return true;
    const distance = (other.start - this.start) | 0;
    return ltU32(distance, this.bytes) || ltU32((0 - distance) | 0, other.bytes);
  }

  /** Whether the raw access may touch `memory`: one of a constant address below the guest's memory touches cells. */
  private mayReach(memory: i32): boolean {
    return memory >= 0 && (this.root != NO_VALUE || !ltU32(this.start, GUEST_BASE));
  }

  /** Whether both access the same place, by index and offset, in the same width or not. */
  isSamePlace(func: Func, other: Access): boolean {
    if (this.root != other.root || this.start != other.start || this.memory != other.memory) return false;
    if (this.memory < 0) return true;
    const v = this.value;
    const w = other.value;
    return (
      this.bytes == other.bytes &&
      func.imm.get(v) == func.imm.get(w) &&
      func.immHi.get(v) == func.immHi.get(w) &&
      isSameIndex(func, func.resolve(func.a.get(v)), func.resolve(func.a.get(w)))
    );
  }
}

function isSameIndex(func: Func, x: i32, y: i32): boolean {
  return x == y || (func.isConst(x) && func.isConst(y) && func.immHi.get(x) == func.immHi.get(y));
}
