// Constant folding and algebraic simplification while values are built ("simplify on construction", as in Click and
// Paleczny, "A Simple Graph-Based Intermediate Representation", 1995), for the builder and for passes. What constants
// compute is base/numerics.ts; this file has the identities.
//
// Never done: removing a trap, making a NaN, folding `index + constant` into an access's offset (an i32 index wraps,
// the sum in an address does not). Canonical forms that other stages may rely on: a constant operand of a commutative
// operation or a comparison is b; subtraction of a constant is addition; comparison with 0 for equality is Eqz.

import { evaluate } from "../base/numerics";
import { I32Column } from "../base/columns";
import { Cells, Slots } from "host/slots";
import { clz32, ctz32, mul32, shrU32 } from "host/prims";
import { Func, isWide, NO_VALUE } from "./func";
import { isCommutative, Op, opArity, Type } from "./op";

/** Appends a value to `block`, or returns one that is the same. For c of Select, and only then, c is a value. */
export function buildFolded(
  func: Func,
  block: i32,
  op: i32,
  type: i32,
  a: i32,
  b: i32,
  c: i32,
  imm: i32,
  immHi: i32,
  origin: i32,
): i32 {
  if (op >= Op.Add && op <= Op.Select) {
    const r = folder;
    r.start(func, block, NO_VALUE, origin, op, type, a, b, c);
    const same = r.simplify();
    if (same != NO_VALUE) return same;
    const v = func.buildValue(r.op, type, r.a, r.b, r.c, 0, 0, origin);
    func.append(block, v);
    return v;
  }
  const v = func.buildValue(op, type, a, b, c, imm, immHi, origin);
  func.append(block, v);
  return v;
}

/**
 * Simplifies `v`, which is in a block: rewrites it in place, adding constants before it where needed, and returns
 * it, or returns another value that it equals (for the caller to replace it with).
 */
export function foldValue(func: Func, v: i32): i32 {
  const op = func.op.get(v);
  if (op < Op.Add || op > Op.Select) return v;
  const r = folder;
  const c = op == Op.Select ? func.c.get(v) : NO_VALUE;
  const b = opArity(op) > 1 ? func.b.get(v) : NO_VALUE;
  r.start(func, func.block.get(v), v, func.origin.get(v), op, func.valueType.get(v), func.a.get(v), b, c);
  const same = r.simplify();
  if (same != NO_VALUE) return same;
  func.op.set(v, r.op);
  func.a.set(v, r.a);
  func.b.set(v, r.b);
  func.c.set(v, r.c);
  return v;
}

/** Appends a constant to `block`, or returns an equal one that the block has already. */
export function buildConst(func: Func, block: i32, type: i32, lo: i32, hi: i32, origin: i32): i32 {
  const slot = shrU32(mul32((lo ^ mul32(hi, 0x2c1b3c6d)) + type, 0x297a2d39), 24);
  const v = recentConsts.get(slot);
  if (v < func.valueCount && func.block.get(v) == block && func.op.get(v) == Op.Const) {
    if (func.imm.get(v) == lo && func.immHi.get(v) == hi && func.valueType.get(v) == type) return v;
  }
  const fresh = func.buildValue(Op.Const, type, NO_VALUE, NO_VALUE, NO_VALUE, lo, hi, origin);
  func.append(block, fresh);
  recentConsts.set(slot, fresh);
  return fresh;
}

/** A new constant in front of `at`. */
export function insertConst(func: Func, at: i32, type: i32, lo: i32, hi: i32, origin: i32): i32 {
  const v = func.buildValue(Op.Const, type, NO_VALUE, NO_VALUE, NO_VALUE, lo, hi, origin);
  func.insertBefore(at, v);
  return v;
}

/** The opposite of an integer comparison, or of FEq and FNe; -1 if there is none (an ordered comparison is not the
 *  opposite of another one when an operand is NaN). */
export function invertedCompare(op: i32): i32 {
  switch (op) {
    case Op.Eq:
      return Op.Ne;
    case Op.Ne:
      return Op.Eq;
    case Op.LtS:
      return Op.GeS;
    case Op.LtU:
      return Op.GeU;
    case Op.GtS:
      return Op.LeS;
    case Op.GtU:
      return Op.LeU;
    case Op.LeS:
      return Op.GtS;
    case Op.LeU:
      return Op.GtU;
    case Op.GeS:
      return Op.LtS;
    case Op.GeU:
      return Op.LtU;
    case Op.FEq:
      return Op.FNe;
    case Op.FNe:
      return Op.FEq;
  }
  return -1;
}

/** The comparison that holds for (b, a) when `op` holds for (a, b). */
export function mirroredCompare(op: i32): i32 {
  switch (op) {
    case Op.LtS:
      return Op.GtS;
    case Op.LtU:
      return Op.GtU;
    case Op.GtS:
      return Op.LtS;
    case Op.GtU:
      return Op.LtU;
    case Op.LeS:
      return Op.GeS;
    case Op.LeU:
      return Op.GeU;
    case Op.GeS:
      return Op.LeS;
    case Op.GeU:
      return Op.LeU;
    case Op.FLt:
      return Op.FGt;
    case Op.FGt:
      return Op.FLt;
    case Op.FLe:
      return Op.FGe;
    case Op.FGe:
      return Op.FLe;
  }
  return op;
}

/** Whether the result of `op` is 0 or 1. */
export function isCompare(op: i32): boolean {
  return (op >= Op.Eqz && op <= Op.GeU) || (op >= Op.FEq && op <= Op.FGe);
}

/** An upper bound for the number of low bits of an integer value that may be set. */
export function significantBits(func: Func, v: i32): i32 {
  return boundedBits(func, v, 3);
}

function boundedBits(func: Func, v: i32, depth: i32): i32 {
  const op = func.op.get(v);
  const width: i32 = isWide(func.valueType.get(v)) ? 64 : 32;
  if (isCompare(op)) return 1;
  switch (op) {
    case Op.Const: {
      const hi = func.immHi.get(v);
      return width == 64 && hi != 0 ? 64 - clz32(hi) : 32 - clz32(func.imm.get(v));
    }
    case Op.Load8U:
      return 8;
    case Op.Load16U:
      return 16;
    case Op.Load32U:
      return 32;
    case Op.Clz:
    case Op.Ctz:
    case Op.Popcnt:
      return 7;
    case Op.Copy:
    case Op.ExtendU:
      return depth == 0 ? 32 : boundedBits(func, func.a.get(v), depth - 1);
    case Op.And: {
      if (depth == 0) return width;
      const x = boundedBits(func, func.a.get(v), depth - 1);
      const y = boundedBits(func, func.b.get(v), depth - 1);
      return x < y ? x : y;
    }
    case Op.ShrU: {
      const n = func.b.get(v);
      if (func.op.get(n) != Op.Const || depth == 0) return width;
      const bits = boundedBits(func, func.a.get(v), depth - 1) - (func.imm.get(n) & (width - 1));
      return bits > 0 ? bits : 0;
    }
  }
  return width;
}

/** The values that constants were given last, by hash; whether an entry is valid is seen from the value itself. */
const recentConsts = new I32Column();
recentConsts.resize(256);

/** One value being simplified: its operation and operands, rewritten until no rule applies. */
class Folder {
  func: Func = new Func();
  block: i32 = 0;
  /** New constants go before this value, or to the end of the block. */
  at: i32 = NO_VALUE;
  origin: i32 = -1;
  op: i32 = 0;
  type: i32 = 0;
  a: i32 = 0;
  b: i32 = 0;
  c: i32 = 0;
  /** The last result of a computation on constants. */
  private lo: i32 = 0;
  private hi: i32 = 0;
  private cells: Cells = new Slots(3).view();

  start(func: Func, block: i32, at: i32, origin: i32, op: i32, type: i32, a: i32, b: i32, c: i32): void {
    this.func = func;
    this.block = block;
    this.at = at;
    this.origin = origin;
    this.op = op;
    this.type = type;
    this.a = func.op.get(a) == Op.Copy ? func.resolve(a) : a;
    this.b = b != NO_VALUE && func.op.get(b) == Op.Copy ? func.resolve(b) : b;
    this.c = c != NO_VALUE && func.op.get(c) == Op.Copy ? func.resolve(c) : c;
  }

  /** Applies rules; returns a value that is the result, or NO_VALUE when op, a, b, c are to be built. */
  simplify(): i32 {
    // Every rule makes the expression simpler, so this ends by itself; the bound is against a slip of ours.
    for (let round: i32 = 0; round < 16; round++) {
      const same = this.applyRules();
      if (same != AGAIN) return same;
    }
    return NO_VALUE;
  }

  private applyRules(): i32 {
    const op = this.op;
    if (op == Op.Select) return this.simplifySelect();
    if (this.b == NO_VALUE) {
      if (this.isConst(this.a)) return this.computeConstant();
      return this.simplifyUnary();
    }
    if (this.isConst(this.a)) {
      if (this.isConst(this.b)) return this.computeConstant();
      if (isCommutative(op) || isCompare(op)) {
        const a = this.a;
        this.a = this.b;
        this.b = a;
        this.op = mirroredCompare(op);
        return AGAIN;
      }
      if (op >= Op.Shl && op <= Op.Rotr && this.isZero(this.a)) return this.a;
      return NO_VALUE;
    }
    if (op >= Op.FAdd) return NO_VALUE;
    if (this.isConst(this.b)) return isCompare(op) ? this.simplifyCompare() : this.simplifyByConstant();
    return this.a == this.b ? this.simplifySame() : NO_VALUE;
  }

  // Small questions and answers.

  private isConst(v: i32): boolean {
    return this.func.op.get(v) == Op.Const;
  }

  private isZero(v: i32): boolean {
    return this.func.imm.get(v) == 0 && this.func.immHi.get(v) == 0;
  }

  /** Whether constant `v` is the number `n`, sign-extended. */
  private isNumber(v: i32, n: i32): boolean {
    if (this.func.imm.get(v) != n) return false;
    return !isWide(this.func.valueType.get(v)) || this.func.immHi.get(v) == n >> 31;
  }

  private typeOf(v: i32): i32 {
    return this.func.valueType.get(v);
  }

  private buildConst(type: i32, lo: i32, hi: i32): i32 {
    if (this.at == NO_VALUE) return buildConst(this.func, this.block, type, lo, hi, this.origin);
    return insertConst(this.func, this.at, type, lo, hi, this.origin);
  }

  /** Constant of the given type with the sign-extended number `n`. */
  private buildNumber(type: i32, n: i32): i32 {
    return this.buildConst(type, n, isWide(type) ? n >> 31 : 0);
  }

  private rewrite(op: i32, a: i32, b: i32): i32 {
    this.op = op;
    this.a = a;
    this.b = b;
    return AGAIN;
  }

  /** The result of all operands being constants, unless that traps or is a NaN. */
  private computeConstant(): i32 {
    const y = this.b == NO_VALUE ? this.a : this.b;
    if (!this.compute(this.op, this.typeOf(this.a), this.type, this.a, y)) return NO_VALUE;
    if (this.type == Type.F32 && (this.lo & 0x7fffffff) > 0x7f800000) return NO_VALUE;
    if (this.type == Type.F64) {
      const top = this.hi & 0x7fffffff;
      if (top > 0x7ff00000 || (top == 0x7ff00000 && this.lo != 0)) return NO_VALUE;
    }
    return this.buildConst(this.type, this.lo, this.hi);
  }

  /** Computes on the constants `x` and `y`, leaving the result in lo and hi; false if that traps. */
  private compute(op: i32, operandType: i32, type: i32, x: i32, y: i32): boolean {
    const func = this.func;
    const s = this.cells;
    s.setI64(0, func.imm.get(x), func.immHi.get(x));
    s.setI64(1, func.imm.get(y), func.immHi.get(y));
    if (evaluate(op, operandType, type, s, 2, 0, 1) != -1) return false;
    this.lo = s.getLo(2);
    this.hi = s.getHi(2);
    return true;
  }

  /** Rewrites (x op c1) op c2 to x op (c1 inner c2), where c1 is the constant operand of a. */
  private reassociate(inner: i32): i32 {
    const a = this.a;
    const type = this.type;
    this.compute(inner, type, type, this.func.b.get(a), this.b);
    return this.rewrite(this.op, this.func.a.get(a), this.buildConst(type, this.lo, this.hi));
  }

  /** Whether operand a is operation `op` with a constant as its b. */
  private isByConstant(op: i32): boolean {
    return this.func.op.get(this.a) == op && this.isConst(this.func.b.get(this.a));
  }

  /** k if constant `v` is 2 to the k (as an unsigned number), otherwise -1. */
  private powerOfTwo(v: i32): i32 {
    const lo = this.func.imm.get(v);
    const hi = isWide(this.func.valueType.get(v)) ? this.func.immHi.get(v) : 0;
    if (hi == 0 && lo != 0 && (lo & (lo - 1)) == 0) return ctz32(lo);
    if (lo == 0 && hi != 0 && (hi & (hi - 1)) == 0) return 32 + ctz32(hi);
    return -1;
  }

  // Rules by form.

  /** Both operands are the same value, not a constant. */
  private simplifySame(): i32 {
    switch (this.op) {
      case Op.Sub:
      case Op.Xor:
        return this.buildNumber(this.type, 0);
      case Op.And:
      case Op.Or:
        return this.a;
      case Op.Eq:
      case Op.LeS:
      case Op.LeU:
      case Op.GeS:
      case Op.GeU:
        return this.buildNumber(Type.I32, 1);
      case Op.Ne:
      case Op.LtS:
      case Op.LtU:
      case Op.GtS:
      case Op.GtU:
        return this.buildNumber(Type.I32, 0);
    }
    return NO_VALUE;
  }

  /** Integer operation with a constant as b. */
  private simplifyByConstant(): i32 {
    const b = this.b;
    switch (this.op) {
      case Op.Add:
        if (this.isZero(b)) return this.a;
        return this.isByConstant(Op.Add) ? this.reassociate(Op.Add) : NO_VALUE;
      case Op.Sub:
        this.negate(b);
        return this.rewrite(Op.Add, this.a, this.buildConst(this.type, this.lo, this.hi));
      case Op.Mul:
        return this.simplifyMul();
      case Op.And:
        return this.simplifyAnd();
      case Op.Or:
        if (this.isZero(b)) return this.a;
        if (this.isNumber(b, -1)) return b;
        return this.isByConstant(Op.Or) ? this.reassociate(Op.Or) : NO_VALUE;
      case Op.Xor:
        if (this.isZero(b)) return this.a;
        if (this.isNumber(b, 1) && this.type == Type.I32 && isCompare(this.func.op.get(this.a))) {
          return this.rewrite(Op.Eqz, this.a, NO_VALUE);
        }
        return this.isByConstant(Op.Xor) ? this.reassociate(Op.Xor) : NO_VALUE;
      case Op.Shl:
      case Op.ShrS:
      case Op.ShrU:
      case Op.Rotl:
      case Op.Rotr:
        return this.simplifyShift();
    }
    return this.simplifyDivision();
  }

  /** 0 - constant, into lo and hi. */
  private negate(v: i32): void {
    const func = this.func;
    const s = this.cells;
    s.setI64(0, 0, 0);
    s.setI64(1, func.imm.get(v), func.immHi.get(v));
    evaluate(Op.Sub, this.type, this.type, s, 2, 0, 1);
    this.lo = s.getLo(2);
    this.hi = s.getHi(2);
  }

  private simplifyMul(): i32 {
    const b = this.b;
    if (this.isZero(b)) return b;
    const k = this.powerOfTwo(b);
    if (k == 0) return this.a;
    if (k > 0) return this.rewrite(Op.Shl, this.a, this.buildNumber(this.type, k));
    if (this.isNumber(b, -1)) return this.rewriteToNegation();
    return this.isByConstant(Op.Mul) ? this.reassociate(Op.Mul) : NO_VALUE;
  }

  /** Makes it 0 - a, which has no rule of its own. */
  private rewriteToNegation(): i32 {
    this.op = Op.Sub;
    this.b = this.a;
    this.a = this.buildNumber(this.type, 0);
    return NO_VALUE;
  }

  private simplifyAnd(): i32 {
    const b = this.b;
    if (this.isZero(b)) return b;
    if (this.isNumber(b, -1)) return this.a;
    if (this.isByConstant(Op.And)) return this.reassociate(Op.And);
    const func = this.func;
    const ones = this.trailingOnes(b);
    if (ones >= significantBits(func, this.a)) return this.a;
    // A mask that keeps only what an extension copied makes the extension's sign irrelevant.
    const inner = func.op.get(this.a);
    if (func.immHi.get(b) != 0) return NO_VALUE;
    const used = 32 - clz32(func.imm.get(b));
    if (inner == Op.ExtendS && ones == 32) return this.rewrite(Op.ExtendU, func.a.get(this.a), NO_VALUE);
    if ((inner == Op.Extend8S && used <= 8) || (inner == Op.Extend16S && used <= 16) || inner == Op.Extend32S) {
      return this.rewrite(Op.And, func.a.get(this.a), b);
    }
    return NO_VALUE;
  }

  /** Number of ones at the low end of a constant. */
  private trailingOnes(v: i32): i32 {
    const lo = this.func.imm.get(v);
    if (lo != -1) return ctz32(~lo);
    return isWide(this.func.valueType.get(v)) ? 32 + ctz32(~this.func.immHi.get(v)) : 32;
  }

  private simplifyShift(): i32 {
    const func = this.func;
    const width: i32 = isWide(this.type) ? 64 : 32;
    const n = func.imm.get(this.b) & (width - 1);
    if (n == 0) return this.a;
    if (func.imm.get(this.b) != n || func.immHi.get(this.b) != 0) this.b = this.buildNumber(this.type, n);
    if (this.op == Op.Rotr) {
      return this.rewrite(Op.Rotl, this.a, this.buildNumber(this.type, width - n));
    }
    const inner = func.op.get(this.a);
    if (inner < Op.Shl || inner > Op.Rotl || !this.isConst(func.b.get(this.a))) return NO_VALUE;
    const m = func.imm.get(func.b.get(this.a)) & (width - 1);
    const x = func.a.get(this.a);
    if (inner == this.op) return this.mergeShifts(x, m + n, width);
    if (inner != Op.Shl || m != n) return NO_VALUE;
    // (x << n) >> n is an extension from width - n bits.
    const bits = width - n;
    if (this.op == Op.ShrS) {
      const extend: i32 = bits == 8 ? Op.Extend8S : bits == 16 ? Op.Extend16S : bits == 32 ? Op.Extend32S : -1;
      return extend == -1 ? NO_VALUE : this.rewrite(extend, x, NO_VALUE);
    }
    if (this.op != Op.ShrU || bits > 31) return NO_VALUE;
    return this.rewrite(Op.And, x, this.buildConst(this.type, (1 << bits) - 1, 0));
  }

  /** The same shift twice, by `n` in all. */
  private mergeShifts(x: i32, n: i32, width: i32): i32 {
    if (n < width) return this.rewrite(this.op, x, this.buildNumber(this.type, n));
    if (this.op == Op.Rotl) return this.rewrite(Op.Rotl, x, this.buildNumber(this.type, n - width));
    if (this.op == Op.ShrS) return this.rewrite(Op.ShrS, x, this.buildNumber(this.type, width - 1));
    return this.buildNumber(this.type, 0);
  }

  private simplifyDivision(): i32 {
    const b = this.b;
    const k = this.powerOfTwo(b);
    switch (this.op) {
      case Op.DivU:
        if (k == 0) return this.a;
        return k > 0 ? this.rewrite(Op.ShrU, this.a, this.buildNumber(this.type, k)) : NO_VALUE;
      case Op.RemU:
        if (k < 0) return NO_VALUE;
        if (k < 32) return this.rewrite(Op.And, this.a, this.buildConst(this.type, (1 << k) - 1, 0));
        return this.rewrite(Op.And, this.a, this.buildConst(this.type, -1, (1 << (k - 32)) - 1));
      case Op.DivS:
        return k == 0 ? this.a : NO_VALUE;
      case Op.RemS:
        return k == 0 || this.isNumber(b, -1) ? this.buildNumber(this.type, 0) : NO_VALUE;
    }
    return NO_VALUE;
  }

  /** Integer comparison with a constant as b. */
  private simplifyCompare(): i32 {
    const func = this.func;
    const a = this.a;
    const b = this.b;
    if (this.isZero(b)) {
      if (this.op == Op.Eq || this.op == Op.LeU) return this.rewrite(Op.Eqz, a, NO_VALUE);
      if (this.op == Op.LtU) return this.buildNumber(Type.I32, 0);
      if (this.op == Op.GeU) return this.buildNumber(Type.I32, 1);
      if (this.op == Op.GtU) return this.rewrite(Op.Ne, a, b);
      if (this.op == Op.Ne && isCompare(func.op.get(a))) return a;
      if (this.op == Op.Ne && this.isExtension(a)) {
        return this.rewrite(Op.Ne, func.a.get(a), this.buildNumber(Type.I32, 0));
      }
    } else if (this.isNumber(b, 1)) {
      if (this.op == Op.LtU) return this.rewrite(Op.Eqz, a, NO_VALUE);
      if (this.op == Op.GeU) return this.rewrite(Op.Ne, a, this.buildNumber(this.typeOf(a), 0));
      if (isCompare(func.op.get(a))) {
        if (this.op == Op.Eq) return a;
        if (this.op == Op.Ne) return this.rewrite(Op.Eqz, a, NO_VALUE);
      }
    }
    if ((this.op == Op.Eq || this.op == Op.Ne) && this.isByConstant(Op.Add)) {
      const type = this.typeOf(a);
      this.compute(Op.Sub, type, type, b, func.b.get(a));
      return this.rewrite(this.op, func.a.get(a), this.buildConst(type, this.lo, this.hi));
    }
    return NO_VALUE;
  }

  private isExtension(v: i32): boolean {
    const op = this.func.op.get(v);
    return op == Op.ExtendS || op == Op.ExtendU;
  }

  private simplifyUnary(): i32 {
    const func = this.func;
    const a = this.a;
    const inner = func.op.get(a);
    switch (this.op) {
      case Op.Eqz:
        return this.simplifyEqz();
      case Op.Extend8S:
      case Op.Extend16S:
      case Op.Extend32S:
        return this.simplifySignExtension();
      case Op.ExtendS:
        return significantBits(func, a) < 32 ? this.rewrite(Op.ExtendU, a, NO_VALUE) : NO_VALUE;
      case Op.Wrap:
        return this.isExtension(a) ? func.a.get(a) : NO_VALUE;
      case Op.FNeg:
        return inner == Op.FNeg ? func.a.get(a) : NO_VALUE;
      case Op.FAbs:
        if (inner == Op.FAbs) return a;
        return inner == Op.FNeg ? this.rewrite(Op.FAbs, func.a.get(a), NO_VALUE) : NO_VALUE;
      case Op.Bitcast: {
        const x = func.a.get(a);
        return inner == Op.Bitcast && this.typeOf(x) == this.type ? x : NO_VALUE;
      }
    }
    return NO_VALUE;
  }

  private simplifyEqz(): i32 {
    const func = this.func;
    const a = this.a;
    const inner = func.op.get(a);
    if (inner == Op.Eqz) {
      const x = func.a.get(a);
      return this.rewrite(Op.Ne, x, this.buildNumber(this.typeOf(x), 0));
    }
    const inverted = invertedCompare(inner);
    if (inverted != -1) return this.rewrite(inverted, func.a.get(a), func.b.get(a));
    if (this.isExtension(a)) return this.rewrite(Op.Eqz, func.a.get(a), NO_VALUE);
    if (inner == Op.Sub || inner == Op.Xor) return this.rewrite(Op.Eq, func.a.get(a), func.b.get(a));
    return NO_VALUE;
  }

  private simplifySignExtension(): i32 {
    const func = this.func;
    const a = this.a;
    const bits = extendedBits(this.op);
    const inner = func.op.get(a);
    const innerBits = extendedBits(inner);
    if (innerBits != 0) {
      return innerBits <= bits ? a : this.rewrite(this.op, func.a.get(a), NO_VALUE);
    }
    if (inner == Op.Load8S || (inner == Op.Load16S && bits >= 16) || (inner == Op.Load32S && bits == 32)) return a;
    if (this.op == Op.Extend32S) {
      if (inner == Op.ExtendS) return a;
      if (inner == Op.ExtendU) return this.rewrite(Op.ExtendS, func.a.get(a), NO_VALUE);
    }
    if (this.isByConstant(Op.And) && this.trailingOnes(func.b.get(a)) >= bits) {
      return this.rewrite(this.op, func.a.get(a), NO_VALUE);
    }
    return significantBits(func, a) < bits ? a : NO_VALUE;
  }

  private simplifySelect(): i32 {
    const func = this.func;
    const c = this.c;
    if (this.a == this.b) return this.a;
    if (this.isConst(c)) return func.imm.get(c) != 0 ? this.a : this.b;
    const condition = func.op.get(c);
    const x = func.a.get(c);
    if (condition == Op.Eqz && this.typeOf(x) == Type.I32) {
      const a = this.a;
      this.a = this.b;
      this.b = a;
      this.c = x;
      return AGAIN;
    }
    if (condition == Op.Ne && this.typeOf(x) == Type.I32 && this.isConst(func.b.get(c)) && this.isZero(func.b.get(c))) {
      this.c = x;
      return AGAIN;
    }
    if (this.type != Type.I32 || !this.isConst(this.a) || !this.isConst(this.b)) return NO_VALUE;
    const one = func.imm.get(this.a);
    const other = func.imm.get(this.b);
    if (one + other != 1 || (one != 0 && one != 1)) return NO_VALUE;
    // 1 or 0: the condition itself, made 0 or 1 if it is not yet.
    this.c = NO_VALUE;
    if (one == 0) return this.rewrite(Op.Eqz, c, NO_VALUE);
    return isCompare(condition) ? c : this.rewrite(Op.Ne, c, this.b);
  }
}

/** Bits that a sign extension within a type extends, 0 for other operations. */
function extendedBits(op: i32): i32 {
  return op == Op.Extend8S ? 8 : op == Op.Extend16S ? 16 : op == Op.Extend32S ? 32 : 0;
}

/** What applyRules returns when it has rewritten the operation. */
const AGAIN: i32 = -2;

const folder = new Folder();
