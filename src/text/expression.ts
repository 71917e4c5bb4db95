// Expressions (specification 6.5): plain and folded instructions to bytes, in one pass and without recursion.
//
// A folded instruction stands in front of its operands but is written behind them: a frame remembers its token, and it
// is read and written when its parenthesis closes. What structured instructions hold goes out as it comes.

import { TextModule } from "./module";
import { Keyword } from "./keywords";
import { beginInstruction, pushOpcode, writeInstruction } from "./instructions";
import { takeBlockType } from "./signatures";
import { takeCatches } from "./catches";
import { TokenKind } from "./tokens";
import { Opcode } from "../wasm/opcodes";

/** What a frame is: a parenthesis that is open. */
const enum FrameKind {
  /** Operands of a plain instruction. */
  Operands = 0,
  /** Instructions in a block, loop or try_table. */
  Block = 1,
  /** Operands of an if, up to its `then`. */
  Condition = 2,
  /** An if after its `then`, and after its `else`. */
  AfterThen = 3,
  AfterElse = 4,
  /** Instructions in `then` or `else`. */
  Arm = 5,
}

/** Columns of a frame: kind, token of the instruction, token where its operands begin, labels open outside. */
const FRAME: i32 = 4;

/** Takes instructions up to the parenthesis that closes what they stand in, into the module's `out`. */
export function takeExpression(m: TextModule): void {
  takeInstructions(m, false);
}

/** Takes one folded instruction, which must be next. */
export function takeFolded(m: TextModule): void {
  if (m.kind != TokenKind.Open) m.unexpected("an instruction in parentheses");
  else takeInstructions(m, true);
}

function takeInstructions(m: TextModule, single: boolean): void {
  const frames = m.frames;
  const tokens = m.tokens;
  frames.clear();
  m.labels.clear();
  while (!m.failed) {
    switch (tokens.kind(m.at)) {
      case TokenKind.Keyword:
        takePlain(m);
        break;
      case TokenKind.Open:
        openFolded(m);
        break;
      case TokenKind.Close:
        if (frames.length == 0) {
          checkLabels(m, 0);
          return;
        }
        closeFrame(m);
        break;
      default:
        m.unexpected("an instruction");
    }
    if (single && frames.length == 0) return;
  }
}

// The innermost frame's columns.

function frameKind(m: TextModule): i32 {
  const frames = m.frames;
  return frames.length == 0 ? FrameKind.Block : frames.get(frames.length - FRAME);
}

function setFrameKind(m: TextModule, kind: i32): void {
  m.frames.set(m.frames.length - FRAME, kind);
}

function frameToken(m: TextModule): i32 {
  return m.frames.get(m.frames.length - FRAME + 1);
}

function frameOperands(m: TextModule): i32 {
  return m.frames.get(m.frames.length - FRAME + 2);
}

/** Labels that were open when the innermost frame began: what it holds cannot end them. */
function frameLabels(m: TextModule): i32 {
  return m.frames.length == 0 ? 0 : m.frames.get(m.frames.length - 1);
}

function pushFrame(m: TextModule, kind: i32, token: i32, operands: i32): void {
  m.frames.push(kind);
  m.frames.push(token);
  m.frames.push(operands);
  m.frames.push(m.labels.count);
}

function popFrame(m: TextModule): void {
  m.frames.length -= FRAME;
}

/** Every plain structured instruction in the innermost frame must have ended. */
function checkLabels(m: TextModule, floor: i32): void {
  if (m.labels.count != floor) m.unexpected("`end`: a block is open");
}

/** An instruction without parentheses around it. */
function takePlain(m: TextModule): void {
  const at = m.at;
  const op = m.words.opcode(m.tokens.payload(at));
  const kind = frameKind(m);
  if (op < 0 || (kind != FrameKind.Block && kind != FrameKind.Arm)) {
    m.unexpected(op < 0 ? "an instruction" : "an instruction in parentheses");
    return;
  }
  m.at = at + 1;
  switch (op) {
    case Opcode.Block:
    case Opcode.Loop:
    case Opcode.If:
    case Opcode.Try:
    case Opcode.TryTable:
      openBlock(m, op, at);
      return;
    case Opcode.Else:
    case Opcode.Catch:
    case Opcode.CatchAll:
      takeArm(m, op, at);
      return;
    case Opcode.End:
    case Opcode.Delegate:
      takeEnd(m, op, at);
      return;
  }
  writeInstruction(m, op, at);
}

/** Writes a structured instruction, up to what it holds: the cursor is behind its keyword, token `at`. */
function openBlock(m: TextModule, op: i32, at: i32): void {
  const word = m.takeOptionalId();
  const note = m.takeNameNote("label");
  beginInstruction(m, at);
  pushOpcode(m.out.bytes, op);
  takeBlockType(m, m.out.bytes);
  if (op == Opcode.TryTable) takeCatches(m);
  m.labels.push(word, note >= 0 ? note : word, op);
}

/** `else`, `catch` or `catch_all` between the parts of a plain instruction. */
function takeArm(m: TextModule, op: i32, at: i32): void {
  const labels = m.labels;
  const opener: i32 = labels.count > frameLabels(m) ? labels.opener.top() : 0;
  const fits = op == Opcode.Else ? opener == Opcode.If : opener == Opcode.Try || opener == Opcode.Catch;
  if (!fits) {
    failStray(m, at);
    return;
  }
  labels.opener.set(labels.count - 1, op);
  if (op == Opcode.Else) takeEndLabel(m);
  writeInstruction(m, op, at);
}

/** `end`, or `delegate`, which ends a try. */
function takeEnd(m: TextModule, op: i32, at: i32): void {
  const labels = m.labels;
  if (labels.count == frameLabels(m) || (op == Opcode.Delegate && labels.opener.top() != Opcode.Try)) {
    failStray(m, at);
    return;
  }
  if (op == Opcode.End) takeEndLabel(m);
  labels.pop();
  writeInstruction(m, op, at);
}

/** Refuses a part of a structured instruction without the rest. */
function failStray(m: TextModule, at: i32): void {
  m.fail(at, `unexpected token ${m.tokenText(at)}: no block is open here that it belongs to`);
}

/** The label that may be repeated behind `else` and `end`. */
function takeEndLabel(m: TextModule): void {
  const at = m.at;
  const word = m.takeOptionalId();
  if (word >= 0 && word != m.labels.topWord) m.fail(at, `mismatching label ${m.wordText(word)}`);
}

/** An opening parenthesis: a folded instruction, or a part of an if. */
function openFolded(m: TextModule): void {
  const open = m.at;
  const at = open + 1;
  const word = m.openKeyword;
  const kind = frameKind(m);
  if (kind == FrameKind.Condition && word == Keyword.Then) {
    beginThen(m);
    return;
  }
  const op = word < 0 ? -1 : m.words.opcode(word);
  if (kind == FrameKind.AfterThen && op == Opcode.Else) {
    m.out.mark(m.startOf(at));
    m.out.bytes.push(Opcode.Else);
    setFrameKind(m, FrameKind.AfterElse);
    m.at = at + 1;
    pushFrame(m, FrameKind.Arm, at, at);
    return;
  }
  if (op < 0 || !canBeFolded(op) || kind == FrameKind.AfterThen || kind == FrameKind.AfterElse) {
    m.at = at;
    m.unexpected("an instruction");
    return;
  }
  m.at = at + 1;
  switch (op) {
    case Opcode.Block:
    case Opcode.Loop:
    case Opcode.TryTable:
      openBlock(m, op, at);
      pushFrame(m, FrameKind.Block, at, at);
      return;
    case Opcode.If:
      skipImmediates(m);
      pushFrame(m, FrameKind.Condition, at, m.at);
      return;
  }
  skipImmediates(m);
  const operands = m.at;
  if (m.tokens.kind(operands) != TokenKind.Close) {
    pushFrame(m, FrameKind.Operands, at, operands);
    return;
  }
  writeFolded(m, op, at, operands, operands);
}

/** Parts of other instructions do not stand in parentheses of their own. */
function canBeFolded(op: i32): boolean {
  switch (op) {
    case Opcode.Else:
    case Opcode.End:
    case Opcode.Try:
    case Opcode.Catch:
    case Opcode.CatchAll:
    case Opcode.Delegate:
      return false;
  }
  return true;
}

/** Passes over the immediates behind an instruction's keyword. */
function skipImmediates(m: TextModule): void {
  const tokens = m.tokens;
  let at = m.at;
  for (;;) {
    const kind = tokens.kind(at);
    if (kind == TokenKind.Open) {
      if (tokens.kind(at + 1) != TokenKind.Keyword || !isImmediate(tokens.payload(at + 1))) break;
      at = tokens.payload(at);
      if (tokens.kind(at) == TokenKind.End) break;
    } else if (kind == TokenKind.Close || kind == TokenKind.End) {
      break;
    }
    at++;
  }
  m.at = at;
}

/** Whether what begins with `(` and this word belongs to an instruction's immediates. */
function isImmediate(word: i32): boolean {
  return (
    word == Keyword.Type ||
    word == Keyword.Param ||
    word == Keyword.Result ||
    word == Keyword.Ref ||
    word == Keyword.Exact
  );
}

/** Writes the folded instruction at token `at`, whose immediates end where its operands begin, and goes on behind the
 *  parenthesis `close`. */
function writeFolded(m: TextModule, op: i32, at: i32, operands: i32, close: i32): void {
  m.at = at + 1;
  writeInstruction(m, op, at);
  if (m.failed) return;
  if (m.at != operands) m.unexpected("an instruction in parentheses");
  else m.at = close + 1;
}

/** `(then`: the condition is complete, so the if itself is written. */
function beginThen(m: TextModule): void {
  const at = frameToken(m);
  const operands = frameOperands(m);
  const then = m.at + 1;
  m.at = at + 1;
  openBlock(m, Opcode.If, at);
  if (m.failed) return;
  if (m.at != operands) {
    m.unexpected("an instruction in parentheses");
    return;
  }
  setFrameKind(m, FrameKind.AfterThen);
  m.at = then + 1;
  pushFrame(m, FrameKind.Arm, then, then);
}

/** A closing parenthesis that belongs to the innermost frame. */
function closeFrame(m: TextModule): void {
  const close = m.at;
  const kind = frameKind(m);
  const at = frameToken(m);
  if (kind == FrameKind.Operands) {
    const operands = frameOperands(m);
    popFrame(m);
    writeFolded(m, m.words.opcode(m.tokens.payload(at)), at, operands, close);
    return;
  }
  if (kind == FrameKind.Condition) {
    m.unexpected("`(then` of the if");
    return;
  }
  if (kind == FrameKind.Block || kind == FrameKind.Arm) checkLabels(m, frameLabels(m));
  if (m.failed) return;
  m.at = close + 1;
  popFrame(m);
  if (kind == FrameKind.Arm) return;
  m.labels.pop();
  m.out.mark(m.startOf(close));
  m.out.bytes.push(Opcode.End);
}
