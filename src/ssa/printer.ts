// Prints a function in SSA form as text that parser.ts reads back to the same function, value numbers included.
// For --dump, golden tests and debugging. One line a value, in the manner of Cranelift's and QBE's text forms:
//
//     func 4, type 2
//     b0:
//       v0:i32 = param 0
//       v1:i32 = load m0[v0+16]  ; @0x45
//       store m0[v0], v1  ; @0x48
//       branch v1, b1, b2
//     b1: (preds b0)
//       …
//
// A value without type prints its number only where it is not one more than that of the line before. What a
// line holds follows from the operation's signature (op.ts).

import { U8Column } from "../base/columns";
import { shrU32 } from "host/prims";
import { Func, NO_VALUE, RAW_MEMORY } from "./func";
import { hasPool, hasSuccessors, opArity, opName, opSignature, ssaTypeName, Type } from "./op";

/** Kinds of immediates: their letters in signatures. */
export const enum Immediate {
  None = 0,
  Bits = 0x6b,
  Number = 0x23,
  Func = 0x66,
  Global = 0x67,
  Table = 0x74,
  TableAndType = 0x75,
  Type = 0x79,
  Access = 0x6d,
}

/** The function as a string. */
export function printFunction(func: Func): string {
  const out = new U8Column();
  appendFunction(func, out);
  // By line: joining is linear, appending a character at a time to one long string is not.
  const lines: Array<string> = [];
  let line = "";
  for (let i: i32 = 0; i < out.length; i++) {
    line += String.fromCharCode(out.get(i));
    if (out.get(i) == 0x0a) {
      lines.push(line);
      line = "";
    }
  }
  return lines.join("");
}

/** Appends the printed function to `out`. */
export function appendFunction(func: Func, out: U8Column): void {
  appendText(out, "func ");
  appendDecimal(out, func.index);
  appendText(out, ", type ");
  appendDecimal(out, func.type);
  appendText(out, "\n");
  let last: i32 = -1;
  for (let block: i32 = 0; block < func.blockCount; block++) {
    appendBlockHead(func, block, out);
    for (let v = func.firstValue.get(block); v != NO_VALUE; v = func.next.get(v)) {
      appendText(out, "  ");
      const type = func.valueType.get(v);
      if (type != Type.None || v != last + 1) {
        appendNumbered(out, "v", v);
        if (type != Type.None) {
          appendText(out, ":");
          appendText(out, ssaTypeName(type));
        }
        appendText(out, " = ");
      }
      appendValue(func, v, out);
      if (func.origin.get(v) != -1) {
        appendText(out, "  ; @0x");
        appendHex(out, func.origin.get(v), 1);
      }
      appendText(out, "\n");
      last = v;
    }
  }
}

function appendBlockHead(func: Func, block: i32, out: U8Column): void {
  appendNumbered(out, "b", block);
  appendText(out, ":");
  const preds = func.predCount.get(block);
  for (let i: i32 = 0; i < preds; i++) {
    appendText(out, i == 0 ? " (preds " : ", ");
    appendNumbered(out, "b", func.pred(block, i));
  }
  appendText(out, preds == 0 ? "\n" : ")\n");
}

/** Appends operation, immediate, operands and successors of a value, as "add v1, v2". */
export function appendValue(func: Func, v: i32, out: U8Column): void {
  const op = func.op.get(v);
  appendText(out, opName(op));
  let separator = " ";
  let first: i32 = 0;
  const kind = immediateKind(op);
  if (kind == Immediate.Access) {
    appendText(out, separator);
    appendAccess(func, v, out);
    separator = ", ";
    first = 1;
  } else if (kind != Immediate.None) {
    appendText(out, separator);
    appendImmediate(func, v, kind, out);
    separator = ", ";
  }
  const n = hasPool(op) ? func.b.get(v) : opArity(op);
  for (let i = first; i < n; i++) {
    appendText(out, separator);
    appendNumbered(out, "v", func.arg(v, i));
    separator = ", ";
  }
  if (!hasSuccessors(op)) return;
  const block = func.block.get(v);
  if (block < 0) return;
  const succs = func.succCount.get(block);
  for (let i: i32 = 0; i < succs; i++) {
    appendText(out, separator);
    appendNumbered(out, "b", func.succ(block, i));
    separator = ", ";
  }
}

/** The kind of immediate that an operation has. */
export function immediateKind(op: i32): i32 {
  const signature = opSignature(op);
  const slash = signature.indexOf("/");
  return slash < 0 ? Immediate.None : signature.charCodeAt(slash + 1);
}

function appendImmediate(func: Func, v: i32, kind: i32, out: U8Column): void {
  const imm = func.imm.get(v);
  switch (kind) {
    case Immediate.Bits:
      appendBits(func.valueType.get(v), imm, func.immHi.get(v), out);
      return;
    case Immediate.Func:
      appendNumbered(out, "f", imm);
      return;
    case Immediate.Global:
      appendNumbered(out, "g", imm);
      return;
    case Immediate.Table:
      appendNumbered(out, "t", imm);
      return;
    case Immediate.TableAndType:
      appendNumbered(out, "t", imm);
      appendNumbered(out, ", type ", func.immHi.get(v));
      return;
    case Immediate.Type:
      appendNumbered(out, "type ", imm);
      return;
  }
  appendDecimal(out, imm);
}

function appendAccess(func: Func, v: i32, out: U8Column): void {
  const memory = func.accessMemory(v);
  if (memory == RAW_MEMORY) appendText(out, "raw");
  else appendNumbered(out, "m", memory);
  appendNumbered(out, "[v", func.a.get(v));
  const lo = func.accessOffset(v);
  const hi = func.immHi.get(v);
  if (lo != 0 || hi != 0) {
    appendText(out, "+");
    if (hi == 0 && lo > 0) appendDecimal(out, lo);
    else appendBits64(out, lo, hi);
  }
  appendText(out, "]");
}

function appendBits(type: i32, lo: i32, hi: i32, out: U8Column): void {
  if (type == Type.I32) appendDecimal(out, lo);
  else if (type == Type.F32) {
    appendText(out, "0x");
    appendHex(out, lo, 8);
  } else if ((type == Type.I64 || type == Type.Ref) && hi == lo >> 31) appendDecimal(out, lo);
  else appendBits64(out, lo, hi);
}

function appendBits64(out: U8Column, lo: i32, hi: i32): void {
  appendText(out, "0x");
  appendHex(out, hi, 8);
  appendHex(out, lo, 8);
}

/** Appends a string of ASCII characters. */
export function appendText(out: U8Column, text: string): void {
  for (let i: i32 = 0; i < text.length; i++) out.push(text.charCodeAt(i));
}

function appendNumbered(out: U8Column, prefix: string, n: i32): void {
  appendText(out, prefix);
  appendDecimal(out, n);
}

/** Appends a signed number. */
export function appendDecimal(out: U8Column, n: i32): void {
  // Digits of negative numbers, whose range is the larger one.
  if (n < 0) out.push(0x2d);
  let rest = n < 0 ? n : (0 - n) | 0;
  const start = out.length;
  do {
    const next = (rest / 10) | 0;
    out.push(0x30 + (next * 10 - rest));
    rest = next;
  } while (rest != 0);
  for (let i = start, j = out.length - 1; i < j; i++, j--) {
    const digit = out.get(i);
    out.set(i, out.get(j));
    out.set(j, digit);
  }
}

/** Appends the unsigned hexadecimal form with at least `digits` digits. */
export function appendHex(out: U8Column, n: i32, digits: i32): void {
  for (let k: i32 = 7; k >= 0; k--) {
    if (k >= digits && shrU32(n, 4 * k) == 0) continue;
    const digit = shrU32(n, 4 * k) & 15;
    out.push(digit < 10 ? 0x30 + digit : 0x57 + digit);
  }
}
