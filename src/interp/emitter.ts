// Writes the interpreter's instructions (code.ts) while it keeps track of what WebAssembly's operand stack would hold.
// Every height of that stack has a cell, but what comes from a local or a constant is left where it is until something
// needs it in its cell ("lazy" operands), and the instruction written last can still be changed: its result can go to a
// local at once, and a comparison becomes a jump.

import { I32Column } from "../base/columns";
import { Code } from "./code";

/** Where a lazy operand is. */
const enum Lazy {
  /** In a local's cell. */
  Local = 0,
  Const32 = 1,
  Const64 = 2,
}

/** So many operands can be lazy at once: whatever looks for one among them is quick. */
const MOST_LAZY: i32 = 32;

/** What a conditional jump tests, taken from a comparison: see Emitter.takeCondition. */
export class Condition {
  /** A jump instruction of Code, and its operands. */
  jump: i32 = 0;
  a: i32 = 0;
  /** A cell or a constant; unused by jumps with one operand. */
  b: i32 = 0;
  count: i32 = 1;
}

export class Emitter {
  code: I32Column = new I32Column();
  // Where in their modules instructions come from, in ascending order of their positions in the code.
  originPc: I32Column = new I32Column();
  originAt: I32Column = new I32Column();
  /** Byte offset of the instruction that is translated. */
  origin: i32 = 0;
  /** Cell of the lowest operand. */
  base: i32 = 0;
  height: i32 = 0;
  maxHeight: i32 = 0;
  /** Nothing is lazy and nothing is changed afterwards: somebody watches every instruction. */
  isPlain: boolean = false;

  private lazyHeight: I32Column = new I32Column();
  private lazyKind: I32Column = new I32Column();
  private lazyLo: I32Column = new I32Column();
  private lazyHi: I32Column = new I32Column();
  /** Position of the instruction written last, -1 if something may jump behind it. */
  private last: i32 = -1;
  /** Whether its result is the topmost operand and nothing else. */
  private isTop: boolean = false;
  condition: Condition = new Condition();

  /** Begins a function whose operands have cells from `base` on. */
  begin(base: i32): void {
    this.base = base;
    this.height = 0;
    this.maxHeight = 0;
    this.lazyHeight.clear();
    this.lazyKind.clear();
    this.lazyLo.clear();
    this.lazyHi.clear();
    this.last = -1;
  }

  get here(): i32 {
    return this.code.length;
  }

  /** Lets the target at position `at` lead here. */
  lead(at: i32): void {
    this.code.set(at, this.code.length - at);
  }

  /** Says that something jumps here. */
  bind(): void {
    this.last = -1;
  }

  // Instructions.

  private start(op: i32): void {
    const pc = this.code.length;
    this.last = pc;
    this.isTop = false;
    if (this.originAt.length == 0 || this.originAt.top() != this.origin) {
      this.originPc.push(pc);
      this.originAt.push(this.origin);
    }
    this.code.push(op);
  }

  /** Takes back the instruction written last. */
  private undo(): void {
    this.code.length = this.last;
    while (this.originPc.length != 0 && this.originPc.top() >= this.last) {
      this.originPc.pop();
      this.originAt.pop();
    }
    this.last = -1;
  }

  emit0(op: i32): void {
    this.start(op);
  }

  emit1(op: i32, x: i32): void {
    this.start(op);
    this.code.push(x);
  }

  emit2(op: i32, x: i32, y: i32): void {
    this.start(op);
    this.code.push(x);
    this.code.push(y);
  }

  emit3(op: i32, x: i32, y: i32, z: i32): void {
    this.start(op);
    this.code.push(x);
    this.code.push(y);
    this.code.push(z);
  }

  emit4(op: i32, w: i32, x: i32, y: i32, z: i32): void {
    this.start(op);
    this.code.push(w);
    this.code.push(x);
    this.code.push(y);
    this.code.push(z);
  }

  /** Adds an operand to the instruction written last. */
  operand(x: i32): void {
    this.code.push(x);
  }

  /** Begins an instruction whose result is a new operand; further operands follow. */
  emitResult(op: i32): void {
    const cell = this.base + this.height;
    this.pushCells(1);
    this.start(op);
    this.code.push(cell);
    this.isTop = true;
  }

  emitResult1(op: i32, x: i32): void {
    this.emitResult(op);
    this.code.push(x);
  }

  emitResult2(op: i32, x: i32, y: i32): void {
    this.emitResult(op);
    this.code.push(x);
    this.code.push(y);
  }

  emitResult3(op: i32, x: i32, y: i32, z: i32): void {
    this.emitResult(op);
    this.code.push(x);
    this.code.push(y);
    this.code.push(z);
  }

  // The operand stack.

  /** Makes room for so many more operands, which are in their cells. */
  pushCells(count: i32): void {
    this.height += count;
    if (this.height > this.maxHeight) this.maxHeight = this.height;
    this.isTop = false;
  }

  pushLocal(cell: i32): void {
    if (this.isPlain) this.emitResult1(Code.Copy, cell);
    else this.pushLazy(Lazy.Local, cell, 0);
  }

  push32(value: i32): void {
    if (this.isPlain) this.emitResult1(Code.Const32, value);
    else this.pushLazy(Lazy.Const32, value, 0);
  }

  push64(lo: i32, hi: i32): void {
    if (this.isPlain) this.emitResult2(Code.Const64, lo, hi);
    else this.pushLazy(Lazy.Const64, lo, hi);
  }

  private pushLazy(kind: i32, lo: i32, hi: i32): void {
    if (this.lazyHeight.length == MOST_LAZY) this.settleAt(0);
    this.lazyHeight.push(this.height);
    this.lazyKind.push(kind);
    this.lazyLo.push(lo);
    this.lazyHi.push(hi);
    this.pushCells(1);
  }

  private get topIsLazy(): boolean {
    return this.lazyHeight.length != 0 && this.lazyHeight.top() == this.height - 1;
  }

  private dropLazy(): void {
    this.lazyHeight.pop();
    this.lazyKind.pop();
    this.lazyLo.pop();
    this.lazyHi.pop();
  }

  /** Takes the topmost operand; the cell that it is in. */
  pop(): i32 {
    if (this.topIsLazy) {
      if (this.lazyKind.top() == Lazy.Local) {
        const cell = this.lazyLo.top();
        this.drop();
        return cell;
      }
      this.settleAt(this.lazyHeight.length - 1);
    }
    this.height--;
    this.isTop = false;
    return this.base + this.height;
  }

  drop(): void {
    if (this.topIsLazy) this.dropLazy();
    this.height--;
    this.isTop = false;
  }

  /** Takes the operands down to a height. */
  dropTo(height: i32): void {
    while (this.lazyHeight.length != 0 && this.lazyHeight.top() >= height) this.dropLazy();
    this.height = height;
    this.isTop = false;
  }

  /** Whether the topmost operand is a constant of 32 bits. */
  get isConst32(): boolean {
    return this.topIsLazy && this.lazyKind.top() == Lazy.Const32;
  }

  /** Whether it is one of 64 bits that are the sign extension of 32. */
  get isShortConst64(): boolean {
    return this.topIsLazy && this.lazyKind.top() == Lazy.Const64 && this.lazyHi.top() == this.lazyLo.top() >> 31;
  }

  /** The low word of the constant on top. */
  get topConst(): i32 {
    return this.lazyLo.top();
  }

  private emitLazy(cell: i32, kind: i32, lo: i32, hi: i32): void {
    if (kind == Lazy.Local) this.emit2(Code.Copy, cell, lo);
    else if (kind == Lazy.Const32) this.emit2(Code.Const32, cell, lo);
    else this.emit3(Code.Const64, cell, lo, hi);
  }

  /** Puts lazy operand `i` into its cell. */
  private settleAt(i: i32): void {
    const cell = this.base + this.lazyHeight.get(i);
    this.emitLazy(cell, this.lazyKind.get(i), this.lazyLo.get(i), this.lazyHi.get(i));
    for (let k = i + 1; k < this.lazyHeight.length; k++) {
      this.lazyHeight.set(k - 1, this.lazyHeight.get(k));
      this.lazyKind.set(k - 1, this.lazyKind.get(k));
      this.lazyLo.set(k - 1, this.lazyLo.get(k));
      this.lazyHi.set(k - 1, this.lazyHi.get(k));
    }
    this.dropLazy();
  }

  /** Puts all operands into their cells. */
  settle(): void {
    while (this.lazyHeight.length != 0) this.settleAt(0);
  }

  /** Puts the topmost `count` operands into their cells; the cell of the lowest of these. */
  settleTop(count: i32): i32 {
    for (let i = this.lazyHeight.length - 1; i >= 0 && this.lazyHeight.get(i) >= this.height - count; i--) {
      this.settleAt(i);
    }
    return this.base + this.height - count;
  }

  /** Before a local changes: puts the operands that are its value into their cells. Whether there are any. */
  private settleLocal(cell: i32): boolean {
    let found = false;
    for (let i = this.lazyHeight.length - 1; i >= 0; i--) {
      if (this.lazyKind.get(i) != Lazy.Local || this.lazyLo.get(i) != cell) continue;
      this.settleAt(i);
      found = true;
    }
    return found;
  }

  /** Takes the topmost operand into a local. */
  popToLocal(cell: i32): void {
    if (this.topIsLazy) {
      const kind = this.lazyKind.top();
      const lo = this.lazyLo.top();
      const hi = this.lazyHi.top();
      this.drop();
      if (kind == Lazy.Local && lo == cell) return;
      this.settleLocal(cell);
      this.emitLazy(cell, kind, lo, hi);
      return;
    }
    const redirects = this.isTop && this.last >= 0 && !this.isPlain;
    const last = this.last;
    const settled = this.settleLocal(cell);
    this.height--;
    this.isTop = false;
    // An operand that was the local's old value has been saved behind the last instruction: too late to redirect it.
    if (redirects && !settled) this.code.set(last + 1, cell);
    else this.emit2(Code.Copy, cell, this.base + this.height);
  }

  /** Copies the topmost operand into a local. */
  copyToLocal(cell: i32): void {
    if (this.isPlain) {
      this.emit2(Code.Copy, cell, this.base + this.height - 1);
      return;
    }
    if (this.topIsLazy) {
      const kind = this.lazyKind.top();
      const lo = this.lazyLo.top();
      const hi = this.lazyHi.top();
      this.popToLocal(cell);
      this.pushLazy(kind, lo, hi);
      return;
    }
    this.popToLocal(cell);
    this.pushLazy(Lazy.Local, cell, 0);
  }

  // Changes of the instruction written last.

  /** The instruction written last if its result is the topmost operand, or -1. */
  get lastOp(): i32 {
    return this.isTop && this.last >= 0 && !this.isPlain ? this.code.get(this.last) : -1;
  }

  /** Operand `i` of it, the result being 0. */
  lastOperand(i: i32): i32 {
    return this.code.get(this.last + 1 + i);
  }

  setLast(op: i32): void {
    this.code.set(this.last, op);
  }

  setLastOperand(i: i32, value: i32): void {
    this.code.set(this.last + 1 + i, value);
  }

  /** Takes back the instruction written last, and its result. */
  dropLast(): void {
    this.undo();
    this.height--;
    this.isTop = false;
  }

  /** Takes the topmost operand as a condition: the comparison that it comes from, or whether it is 0. */
  takeCondition(): void {
    const op = this.lastOp;
    const condition = this.condition;
    condition.count = 2;
    if (op >= Code.Eq32 && op <= Code.LeU32) this.takeComparison(Code.JumpEq32 + op - Code.Eq32, op >= Code.LeS32);
    else if (op >= Code.Eq64 && op <= Code.LeU64) this.takeComparison(Code.JumpEq64 + op - Code.Eq64, op >= Code.LeS64);
    else if (op >= Code.EqK32 && op <= Code.LtUK32) this.takeComparison(Code.JumpEqK32 + op - Code.EqK32, false);
    else if (op >= Code.EqK64 && op <= Code.LtUK64) this.takeComparison(Code.JumpEqK64 + op - Code.EqK64, false);
    else if (this.isGreater(op)) {
      // More than k is not less than k + 1.
      const isNarrow = op < Code.EqK64;
      this.takeComparison(isNarrow ? Code.JumpGeSK32 + op - Code.GtSK32 : Code.JumpGeSK64 + op - Code.GtSK64, false);
      condition.b = (condition.b + 1) | 0;
    } else this.takeTest(op);
  }

  /** Whether the last instruction asks for more than a constant behind which there is one more. */
  private isGreater(op: i32): boolean {
    const isSigned = op == Code.GtSK32 || op == Code.GtSK64;
    if (!isSigned && op != Code.GtUK32 && op != Code.GtUK64) return false;
    const k = this.lastOperand(2);
    if (!isSigned && k == -1) return false;
    // 64-bit constants are extended with their sign: behind 2^31 - 1 comes none that is.
    return k != 0x7fff_ffff || op == Code.GtUK32;
  }

  /** Takes a condition with one operand. */
  private takeTest(op: i32): void {
    const condition = this.condition;
    condition.count = 1;
    if (op == Code.Eqz32 || op == Code.RefIsNull || op == Code.Eqz64) {
      condition.a = this.lastOperand(1);
      condition.b = 0;
      this.dropLast();
      condition.jump = op == Code.Eqz32 ? Code.JumpUnless : op == Code.RefIsNull ? Code.JumpIfNull : Code.JumpEqK64;
      if (op == Code.Eqz64) condition.count = 2;
      return;
    }
    condition.jump = Code.JumpIf;
    condition.a = this.pop();
  }

  private takeComparison(jump: i32, isSwapped: boolean): void {
    const condition = this.condition;
    condition.jump = jump;
    condition.a = this.lastOperand(isSwapped ? 2 : 1);
    condition.b = this.lastOperand(isSwapped ? 1 : 2);
    this.dropLast();
  }

  /** Turns a comparison that gave the topmost operand into its opposite; false if there is none, or it has none. */
  invertComparison(): boolean {
    const op = this.lastOp;
    switch (op) {
      case Code.Eq32:
      case Code.EqK32:
      case Code.Eq64:
      case Code.EqK64:
      case Code.EqF32:
      case Code.EqF64:
        this.setLast(op + 1);
        return true;
      case Code.Ne32:
      case Code.NeK32:
      case Code.Ne64:
      case Code.NeK64:
      case Code.NeF32:
      case Code.NeF64:
        this.setLast(op - 1);
        return true;
      case Code.LtS32:
      case Code.LtU32:
      case Code.LtS64:
      case Code.LtU64:
        this.swapComparison(op + 2);
        return true;
      case Code.LeS32:
      case Code.LeU32:
      case Code.LeS64:
      case Code.LeU64:
        this.swapComparison(op - 2);
        return true;
    }
    return false;
  }

  private swapComparison(op: i32): void {
    const a = this.lastOperand(1);
    this.setLast(op);
    this.setLastOperand(1, this.lastOperand(2));
    this.setLastOperand(2, a);
  }

  /** Writes the jump for the condition taken, or for its opposite; the position of its target. */
  emitJump(isOpposite: boolean): i32 {
    const condition = this.condition;
    const op = isOpposite ? oppositeJump(condition.jump) : condition.jump;
    if (condition.count == 1) this.emit2(op, condition.a, 0);
    else this.emit3(op, condition.a, condition.b, 0);
    return this.code.length - 1;
  }
}

/** The jump that is taken where `jump` is not. */
function oppositeJump(jump: i32): i32 {
  switch (jump) {
    case Code.JumpIf:
      return Code.JumpUnless;
    case Code.JumpUnless:
      return Code.JumpIf;
    case Code.JumpIfNull:
      return Code.JumpUnlessNull;
    case Code.JumpUnlessNull:
      return Code.JumpIfNull;
  }
  // Groups of six: equal, not equal, less (signed, unsigned), not less (signed, unsigned).
  const i = (jump - Code.JumpEq32) % 6;
  if (i < 2) return jump + 1 - 2 * i;
  return i < 4 ? jump + 2 : jump - 2;
}
