// Checks every invariant of the SSA form that func.ts and op.ts state: run after each pass under --check and by
// tests. The checks come in an order in which each may rely on those before it, so that a broken function gives
// a message and no crash. Types follow from the signatures in the operations' rows.

import { I32Column, U8Column } from "../base/columns";
import { Dominators, EdgeMap } from "./cfg";
import { Func, NO_BLOCK, NO_VALUE, RAW_MEMORY } from "./func";
import {
  hasPool,
  isCall,
  isFloatClass,
  isTerminator,
  Op,
  opArity,
  opSignature,
  ssaTypeName,
  Type,
  typeBytes,
} from "./op";
import { appendValue } from "./printer";

/** What is wrong with the function, as text; empty if nothing is. */
export function verify(func: Func): string {
  return verifier.verify(func);
}

class Verifier {
  message: string = "";
  private dominators: Dominators = new Dominators();
  private edgeMap: EdgeMap = new EdgeMap();
  /** Per value its place in its block, from 1; 0 for values in no block. */
  private place: I32Column = new I32Column();
  /** Per letter of the signature being checked the type that it stands for here, None while that is open. */
  private bound: I32Column = new I32Column();

  verify(func: Func): string {
    this.message = "";
    this.checkLists(func);
    if (this.message.length == 0) this.checkEdges(func);
    if (this.message.length == 0) this.checkNumbering(func);
    if (this.message.length == 0) this.checkValues(func);
    return this.message;
  }

  private fail(message: string): void {
    if (this.message.length == 0) this.message = message;
  }

  private failAt(func: Func, v: i32, message: string): void {
    if (this.message.length != 0) return;
    const out = new U8Column();
    appendValue(func, v, out);
    let text = "";
    for (let i: i32 = 0; i < out.length; i++) text += String.fromCharCode(out.get(i));
    this.fail(`v${v} in b${func.block.get(v)} (${text}): ${message}`);
  }

  /** The lists of values are intact: linked both ways, phis first, one terminator, at the end. */
  private checkLists(func: Func): void {
    const values = func.valueCount;
    this.place.resize(values);
    this.place.fill(0, 0, values);
    if (func.blockCount == 0) this.fail("no entry block");
    for (let b: i32 = 0; b < func.blockCount; b++) {
      let before: i32 = NO_VALUE;
      let place: i32 = 0;
      for (let v = func.firstValue.get(b); v != NO_VALUE; v = func.next.get(v)) {
        if (v < 0 || v >= values || this.place.get(v) != 0 || func.block.get(v) != b || func.prev.get(v) != before) {
          this.fail(`b${b}: the list of values is broken at v${v}`);
          return;
        }
        place++;
        this.place.set(v, place);
        this.checkPlace(func, v, before);
        before = v;
      }
      if (before != func.lastValue.get(b)) this.fail(`b${b}: lastValue is not the last value`);
      else if (before == NO_VALUE) this.fail(`b${b} is empty`);
      else if (!isTerminator(func.op.get(before))) this.fail(`b${b} has no terminator`);
    }
    for (let v: i32 = 0; v < values; v++) {
      if (func.block.get(v) != NO_BLOCK && this.place.get(v) == 0) this.fail(`v${v} is not in the list of its block`);
    }
  }

  private checkPlace(func: Func, v: i32, before: i32): void {
    const op = func.op.get(v);
    if (op >= Op.Count || op == Op.Nop || op == Op.Copy) {
      this.fail(`v${v} in b${func.block.get(v)}: operation ${op} is not allowed`);
      return;
    }
    if (before == NO_VALUE) return;
    if (op == Op.Phi && func.op.get(before) != Op.Phi) this.failAt(func, v, "a phi after another operation");
    if (isTerminator(func.op.get(before))) this.failAt(func, before, "a terminator inside a block");
  }

  /** Each block has the successors its terminator asks for, and predecessor lists agree with them. */
  private checkEdges(func: Func): void {
    for (let b: i32 = 0; b < func.blockCount; b++) {
      this.checkRange(func, b, func.succStart.get(b), func.succCount.get(b));
      this.checkRange(func, b, func.predStart.get(b), func.predCount.get(b));
      const terminator = func.terminator(b);
      const op = func.op.get(terminator);
      const n = func.succCount.get(b);
      if (op == Op.Switch) {
        if (n == 0) this.failAt(func, terminator, "no successors");
      } else {
        const expected: i32 = op == Op.Jump ? 1 : op == Op.Branch || op == Op.Unwind ? 2 : 0;
        if (n != expected) this.failAt(func, terminator, `${n} successors instead of ${expected}`);
      }
    }
    if (this.message.length != 0) return;
    if (func.predCount.get(0) != 0) this.fail("the entry block has predecessors");
    if (!this.edgeMap.compute(func) || !this.edgeMap.isComplete(func)) {
      this.fail("predecessor lists do not agree with successors");
    }
  }

  private checkRange(func: Func, b: i32, start: i32, count: i32): void {
    if (count < 0 || (count > 0 && (start < 0 || start + count > func.edges.length))) {
      this.fail(`b${b}: edges out of range`);
      return;
    }
    for (let i: i32 = 0; i < count; i++) {
      const other = func.edges.get(start + i);
      if (other < 0 || other >= func.blockCount) this.fail(`b${b}: edge from or to b${other}, which does not exist`);
    }
  }

  /** All blocks are reachable, and every edge that does not ascend leads to a dominator of its source. */
  private checkNumbering(func: Func): void {
    this.dominators.compute(func);
    for (let b: i32 = 0; b < func.blockCount; b++) {
      if (!this.dominators.isReachable(b)) this.fail(`b${b} is not reachable`);
    }
    if (this.message.length != 0) return;
    for (let b: i32 = 0; b < func.blockCount; b++) {
      const n = func.succCount.get(b);
      for (let i: i32 = 0; i < n; i++) {
        const s = func.succ(b, i);
        if (s <= b && !this.dominators.dominates(s, b))
          this.fail(`edge from b${b} to b${s} descends and is no back edge`);
      }
    }
  }

  private checkValues(func: Func): void {
    for (let v: i32 = 0; v < func.valueCount; v++) {
      if (func.block.get(v) == NO_BLOCK) continue;
      this.checkOperands(func, v);
      if (this.message.length != 0) return;
      this.checkTypes(func, v);
      this.checkSpecial(func, v);
    }
  }

  /** Operands exist and dominate their use. */
  private checkOperands(func: Func, v: i32): void {
    const op = func.op.get(v);
    const block = func.block.get(v);
    if (hasPool(op) && func.b.get(v) != 0) {
      const start = func.a.get(v);
      if (start < 0 || func.b.get(v) < 0 || start + func.b.get(v) > func.pool.length) {
        this.fail(`v${v} in b${block}: operands out of range`);
        return;
      }
    }
    const n = hasPool(op) ? func.b.get(v) : opArity(op);
    if (op == Op.Phi && n != func.predCount.get(block)) {
      this.failAt(func, v, `${n} operands for ${func.predCount.get(block)} predecessors`);
      return;
    }
    for (let i: i32 = 0; i < n; i++) {
      const x = func.arg(v, i);
      if (x < 0 || x >= func.valueCount || this.place.get(x) == 0) {
        this.failAt(func, v, `operand v${x} is in no block`);
      } else if (op == Op.Phi) {
        const pred = func.pred(block, i);
        if (!this.dominators.dominates(func.block.get(x), pred)) this.failAt(func, v, `v${x} does not reach b${pred}`);
      } else if (!this.isAbove(func, x, v)) {
        this.failAt(func, v, `v${x} does not dominate its use`);
      }
    }
  }

  private isAbove(func: Func, x: i32, v: i32): boolean {
    const from = func.block.get(x);
    const to = func.block.get(v);
    return from == to ? this.place.get(x) < this.place.get(v) : this.dominators.dominates(from, to);
  }

  /** Result and operands have the types that the signature asks for. */
  private checkTypes(func: Func, v: i32): void {
    const op = func.op.get(v);
    const signature = opSignature(op);
    const colon = signature.indexOf(":");
    const type = func.valueType.get(v);
    this.bound.clear();
    this.bound.resize(128);
    if (colon == 0 && type != Type.None) this.failAt(func, v, "it has no result, but a type");
    if (colon == 1 && !this.isAllowed(signature.charCodeAt(0), type)) {
      this.failAt(func, v, `result is ${ssaTypeName(type)}`);
    }
    const n = func.argCount(v);
    for (let i: i32 = 0; i < n; i++) {
      // In the pool all operands have the type before the *, if there is one.
      let letter: i32 = signature.charCodeAt(hasPool(op) ? colon + 1 : colon + 1 + i);
      if (letter == 0x2a) letter = 0x3f;
      const t = func.valueType.get(func.arg(v, i));
      // A call with several results has none itself: they are its Result values.
      const isMissing = t == Type.None && op != Op.Result;
      if (isMissing || !this.isAllowed(letter, t)) this.failAt(func, v, `operand ${i} is ${ssaTypeName(t)}`);
    }
  }

  /** Whether a signature's letter (op.ts) allows a type, which for some letters is that of their first place. */
  private isAllowed(letter: i32, type: i32): boolean {
    if (letter != 0x6e && letter != 0x66 && letter != 0x78 && letter != 0x74) return hasLetter(letter, type);
    if (this.bound.get(letter) == Type.None) this.bound.set(letter, type);
    return hasLetter(letter, type) && this.bound.get(letter) == type;
  }

  /** Rules of single operations. */
  private checkSpecial(func: Func, v: i32): void {
    const op = func.op.get(v);
    const a = func.a.get(v);
    if (op == Op.Param && func.block.get(v) != 0) this.failAt(func, v, "a parameter outside of the entry block");
    if (op == Op.Const && typeBytes(func.valueType.get(v)) == 4 && func.immHi.get(v) != 0) {
      this.failAt(func, v, "high bits in a constant of 32 bits");
    }
    if (op == Op.Result) {
      if (!isCall(func.op.get(a))) this.failAt(func, v, "result of something that is not a call");
    }
    if (op == Op.Unwind) {
      const call = func.prev.get(v);
      if (call == NO_VALUE || !isCall(func.op.get(call))) this.failAt(func, v, "there is no call before it");
    }
    if (op == Op.High && (func.op.get(a) < Op.MulWideS || func.op.get(a) > Op.SubWide)) {
      this.failAt(func, v, "high half of something that has none");
    }
    if ((op == Op.AddWide || op == Op.SubWide) && func.b.get(v) != 4) this.failAt(func, v, "it needs four operands");
    if (op == Op.Bitcast) {
      const from = func.valueType.get(a);
      const to = func.valueType.get(v);
      const isSameClass = isFloatClass(from) == isFloatClass(to) && from != Type.Ref && to != Type.Ref;
      if (typeBytes(from) != typeBytes(to) || isSameClass || from == Type.V128)
        this.failAt(func, v, "types do not match");
    }
    const isIndirect = op == Op.CallIndirect || op == Op.TailCallIndirect;
    if (isIndirect && (func.b.get(v) == 0 || !hasLetter(0x70, func.valueType.get(func.arg(v, 0))))) {
      this.failAt(func, v, "it has no integer index");
    }
    const byReference = op == Op.CallRef || op == Op.TailCallRef;
    if (byReference && (func.b.get(v) == 0 || func.valueType.get(func.arg(v, 0)) != Type.Ref)) {
      this.failAt(func, v, "it has no reference");
    }
    if (op >= Op.Load8S && op <= Op.Store) {
      const memory = func.accessMemory(v);
      if (memory < 0) this.failAt(func, v, "no such memory");
      if (memory == RAW_MEMORY && func.valueType.get(a) != Type.I64) this.failAt(func, v, "a raw address must be i64");
    }
  }
}

/** Whether a type is one that a signature's letter stands for. */
function hasLetter(letter: i32, type: i32): boolean {
  switch (letter) {
    case 0x69: // i
      return type == Type.I32;
    case 0x6c: // l
      return type == Type.I64;
    case 0x73: // s
      return type == Type.F32;
    case 0x64: // d
      return type == Type.F64;
    case 0x76: // v
      return type == Type.V128;
    case 0x72: // r
      return type == Type.Ref;
    case 0x6e: // n
    case 0x70: // p
      return type == Type.I32 || type == Type.I64;
    case 0x66: // f
      return type == Type.F32 || type == Type.F64;
    case 0x78: // x
      return type == Type.I32 || type == Type.I64 || type == Type.Ref;
    case 0x74: // t
      return type != Type.None;
  }
  return true;
}

const verifier: Verifier = new Verifier();
