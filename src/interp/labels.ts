// Structured control flow while a function is translated: the open labels, and the jumps that wait for the end of one.
// Targets are distances from their own words. Where a jump's target is not known yet, the word of the target holds the
// position of the one before it that waits for the same label, so that any number of them needs no other place.

import { I32Column } from "../base/columns";

export const enum LabelKind {
  Func = 0,
  Block = 1,
  Loop = 2,
  If = 3,
  Else = 4,
  Try = 5,
}

/** No position. */
const NOWHERE: i32 = -1;

export class Labels {
  kind: I32Column = new I32Column();
  /** Height of the operand stack below the parameters. */
  height: I32Column = new I32Column();
  paramCount: I32Column = new I32Column();
  resultCount: I32Column = new I32Column();
  /** Loop: its position. Others: the last target that waits for the end. */
  target: I32Column = new I32Column();
  /** If: the target that waits for the other arm. Try: its number. */
  other: I32Column = new I32Column();
  /** The code of the branch table at hand that moves operands and goes there. */
  landing: I32Column = new I32Column();

  clear(): void {
    this.kind.clear();
    this.height.clear();
    this.paramCount.clear();
    this.resultCount.clear();
    this.target.clear();
    this.other.clear();
    this.landing.clear();
  }

  get depth(): i32 {
    return this.kind.length;
  }

  push(kind: i32, height: i32, params: i32, results: i32): void {
    this.kind.push(kind);
    this.height.push(height);
    this.paramCount.push(params);
    this.resultCount.push(results);
    this.target.push(NOWHERE);
    this.other.push(NOWHERE);
    this.landing.push(NOWHERE);
  }

  pop(): void {
    this.kind.pop();
    this.height.pop();
    this.paramCount.pop();
    this.resultCount.pop();
    this.target.pop();
    this.other.pop();
    this.landing.pop();
  }

  /** Operands that a branch to the label takes along. */
  arity(label: i32): i32 {
    return this.kind.get(label) == LabelKind.Loop ? this.paramCount.get(label) : this.resultCount.get(label);
  }

  /** Makes the target at position `at` of the code lead to the label. */
  refer(code: I32Column, label: i32, at: i32): void {
    const target = this.target.get(label);
    if (this.kind.get(label) == LabelKind.Loop) {
      code.set(at, target - at);
    } else {
      code.set(at, target);
      this.target.set(label, at);
    }
  }

  /** Whether jumps wait for the end of the label. */
  isWaitedFor(label: i32): boolean {
    return this.target.get(label) != NOWHERE;
  }

  /** Lets all jumps that wait for the end of the label lead to `pc`. */
  resolve(code: I32Column, label: i32, pc: i32): void {
    let at = this.target.get(label);
    while (at != NOWHERE) {
      const next = code.get(at);
      code.set(at, pc - at);
      at = next;
    }
    this.target.set(label, NOWHERE);
  }
}
